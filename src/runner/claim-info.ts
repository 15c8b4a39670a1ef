import type { ClaimInfo, VariantInfo } from '../../reports/claim-page.js';
import type { Claim, Variant } from '../claim.js';
import { saboteurs } from '../saboteur/index.js';
import { reference } from '../subject.js';
import type { Counterexample } from '../verdict.js';
import { owed } from './judge.js';
import { runVariant } from './run-variant.js';

/** How many non-trivial float64 cases `verify` asks of each variant, unless it is told otherwise. */
export const DEFAULT_CASES = 2000;

/** Everything that a page says of a claim. The committed counterexamples are run for it: their numbers are what the check computes. */
export function claimInfo(claim: Claim): ClaimInfo {
  const { id, source, sentences, error, printed, corrected, proof } = claim;
  return {
    id,
    source,
    sentences,
    error: error ?? null,
    proof,
    printed: variantInfo(printed),
    corrected: printed === corrected ? null : variantInfo(corrected),
    counterexamples: printed.committed.map((one) => refutation(claim, one)),
    saboteurs: claim.saboteurs.map((name) => ({ name, slip: saboteurs.find((other) => other.name === name)?.slip ?? '' })),
  };
}

function variantInfo({ statement, hypotheses, strength, expected, coverage, arms, where = [], lines }: Variant): VariantInfo {
  return {
    statement,
    hypotheses,
    strength,
    expected,
    coverage,
    lines: lines === undefined ? [] : [...where, ...lines().map(({ line }) => line)],
    cases: arms.map((one) => ({ arithmetic: one.arithmetic, cases: owed(one, DEFAULT_CASES) })),
  };
}

/** @throws {TypeError} a committed case that does not refute. */
function refutation(claim: Claim, one: Variant['committed'][number]): Counterexample {
  const { counterexample, reason } = runVariant({ ...claim, printed: { ...claim.printed, committed: [one] } }, 'printed', reference, { cases: 0, seed: 0, deadline: null });
  if (counterexample === null) throw new TypeError(`expected every committed case of ${claim.id} to refute it; ${reason}`);
  return counterexample;
}
