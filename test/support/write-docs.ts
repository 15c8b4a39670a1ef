import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderClaimIndex, renderClaimPage } from '../../reports/claim-page.js';
import { claimInfo } from '../../src/runner/claim-info.js';
import { loadClaims } from '../../src/runner/load-claims.js';

/** docs/claims, from the compiled tests. */
export const CLAIM_PAGES = fileURLToPath(new URL('../../../docs/claims/', import.meta.url));

/** Every file of docs/claims, by its name. */
export async function claimPages(): Promise<ReadonlyMap<string, string>> {
  const claims = (await loadClaims()).map(claimInfo);
  return new Map([['README.md', renderClaimIndex(claims)], ...claims.map((claim) => [`${claim.id}.md`, renderClaimPage(claim)] as const)]);
}

/** Writes what is generated in docs, and removes the pages of claims that are no more. */
async function writeDocs(): Promise<void> {
  const pages = await claimPages();
  mkdirSync(CLAIM_PAGES, { recursive: true });
  for (const name of readdirSync(CLAIM_PAGES)) if (!pages.has(name)) rmSync(`${CLAIM_PAGES}${name}`);
  for (const [name, text] of pages) writeFileSync(`${CLAIM_PAGES}${name}`, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDocs();
