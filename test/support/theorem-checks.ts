import { expect, test } from 'vitest';
import type { Claim } from '../../src/claim.js';
import { loadClaims } from '../../src/runner/load-claims.js';
import { runVariant } from '../../src/runner/run-variant.js';
import { reference } from '../../src/subject.js';
import { VARIANTS, type VariantName } from '../../src/verdict.js';

/** A quarter of what `omg-oracle verify` asks for: every claim in every arithmetic, on each run of the tests. */
const CASES = 500;

/** One test for each statement of every `parts`-th claim, from `part` on: files run side by side, tests of one file do not. */
export async function theoremChecks(part: number, parts: number): Promise<void> {
  const claims = (await loadClaims()).filter((_, i) => i % parts === part);
  for (const claim of claims) statementChecks(claim);
}

export function statementChecks(claim: Claim, cases = CASES): void {
  for (const variant of statementsOf(claim)) test(`${claim.id}, ${variant}`, () => check(claim, variant, cases));
}

/** One object for both variants is one statement. */
function statementsOf(claim: Claim): readonly VariantName[] {
  return claim.printed === claim.corrected ? ['corrected'] : VARIANTS;
}

function check(claim: Claim, variant: VariantName, cases: number): void {
  const { verdict, reason, counterexample } = runVariant(claim, variant, reference, { cases, seed: 1, deadline: null });
  const found = counterexample === null
    ? ''
    : `: expected ${counterexample.expected}, got ${counterexample.lhs} and ${counterexample.rhs} on ${JSON.stringify(counterexample.case)}`;
  expect(verdict, `${reason ?? claim[variant].statement}${found}`).toBe(claim[variant].expected);
}
