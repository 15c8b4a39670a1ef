import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Claim } from '../claim.js';

/** The compiled properties/: every file in it is a claim, so that a new claim is one new file. */
const PROPERTIES = new URL('../../properties/', import.meta.url);

/** All claims, in the order of the paper. @throws {TypeError} a file whose claim has another name than the file. */
export async function loadClaims(): Promise<readonly Claim[]> {
  const files = (await readdir(fileURLToPath(PROPERTIES))).filter((name) => name.endsWith('.js'));
  const claims = await Promise.all(files.map((name) => loadClaim(name.slice(0, -'.js'.length))));
  return claims.toSorted(inPaperOrder);
}

/** @throws {TypeError} a file whose claim has another name than the file. */
export async function loadClaim(id: string): Promise<Claim> {
  const { default: claim } = (await import(new URL(`${id}.js`, PROPERTIES).href)) as { default: Claim };
  if (claim.id !== id) throw new TypeError(`expected properties/${id}.ts to hold the claim "${id}", got "${claim.id}"`);
  return claim;
}

/** Section "3" before "7.1" before "7.2", then by order, then by name. */
function inPaperOrder(a: Claim, b: Claim): number {
  const section = a.source.section.localeCompare(b.source.section, 'en', { numeric: true });
  if (section !== 0) return section;
  return a.order === b.order ? a.id.localeCompare(b.id, 'en') : a.order - b.order;
}
