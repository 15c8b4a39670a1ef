import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InputError } from '../base/errors.js';
import type { Claim } from '../claim.js';
import { FormulaError } from '../formula/syntax.js';

/** The compiled properties/: every file in it is a claim, so that a new claim is one new file. */
const PROPERTIES = new URL('../../properties/', import.meta.url);

/** All claims, in the order of the paper. @throws {TypeError} a file whose claim has another name than the file. */
export async function loadClaims(): Promise<readonly Claim[]> {
  const files = (await readdir(fileURLToPath(PROPERTIES))).filter((name) => name.endsWith('.js'));
  const claims = await Promise.all(files.map((name) => loadClaim(name.slice(0, -'.js'.length))));
  return claims.toSorted(inPaperOrder);
}

/** @throws {TypeError} a file whose claim has another name than the file. @throws {InputError} a formula that means nothing: which file's, and where. */
export async function loadClaim(id: string, folder: URL = PROPERTIES): Promise<Claim> {
  const { default: claim } = await (import(new URL(`${id}.js`, folder).href) as Promise<{ default: Claim }>).catch((error: unknown) => {
    throw error instanceof FormulaError ? unreadable(id, error) : error;
  });
  if (claim.id !== id) throw new TypeError(`expected properties/${id}.ts to hold the claim "${id}", got "${claim.id}"`);
  return claim;
}

/** The formula that means nothing, with the place. */
function unreadable(id: string, error: FormulaError): InputError {
  const [told, ...place] = error.message.split('\n');
  return new InputError({ expected: `properties/${id}.ts to hold formulas that can be read`, received: `one cannot: ${told}`, remedy: `It is here:\n${place.join('\n')}` }, {
    cause: error,
  });
}

const NUMERIC = new Intl.Collator('en', { numeric: true });
/** By their first sentences, "3.9" before "3.10", then by name. */
function inPaperOrder(a: Claim, b: Claim): number {
  const order = NUMERIC.compare(a.sentences[0]!, b.sentences[0]!);
  return order === 0 ? NUMERIC.compare(a.id, b.id) : order;
}
