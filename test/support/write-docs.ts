import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimNumbers, renderClaimIndex, renderClaimPage, renderErrataPage } from '../../reports/claim-page.js';
import { parseSentences, renderSentences, type Sentence } from '../../reports/sentences.js';
import { claimInfo } from '../../src/runner/claim-info.js';
import { loadClaims } from '../../src/runner/load-claims.js';
import { apiPages } from './api-reference.js';
import { cliPage } from './cli-page.js';
import { noticedPage } from './noticed-page.js';

/** docs, from the compiled tests. */
export const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** Every file of docs/claims, by its name. */
export async function claimPages(): Promise<ReadonlyMap<string, string>> {
  const claims = (await loadClaims()).map(claimInfo);
  const numbers = claims.flatMap((claim) => {
    const text = claimNumbers(claim);
    return text === null ? [] : [[`${claim.id}.json`, text] as const];
  });
  return new Map([['README.md', renderClaimIndex(claims)], ...claims.map((claim) => [`${claim.id}.md`, renderClaimPage(claim)] as const), ...numbers]);
}

/** docs/sentences.txt */
export const sentences = (): Sentence[] => parseSentences(readFileSync(join(DOCS, 'sentences.txt'), 'utf8'));

/** The generated pages that stand alone in docs. */
export async function singlePages(): Promise<ReadonlyMap<string, string>> {
  const claims = await loadClaims();
  const told = claims.map(claimInfo);
  return new Map([['CLI.md', cliPage()], ['ERRATA.md', renderErrataPage(told)], ['SENTENCES.md', renderSentences(sentences(), told)], ['NOTICED.md', noticedPage(claims)]]);
}

/** Writes a folder of docs that is generated, and removes what no longer is. */
function writeFolder(name: string, pages: ReadonlyMap<string, string>): void {
  const folder = join(DOCS, name);
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (!pages.has(old)) rmSync(join(folder, old));
  for (const [file, text] of pages) writeFileSync(join(folder, file), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFolder('claims', await claimPages());
  writeFolder('api', apiPages());
  for (const [name, text] of await singlePages()) writeFileSync(join(DOCS, name), text);
}
