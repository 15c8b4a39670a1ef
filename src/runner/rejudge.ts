import { errorOf, type Claim } from '../claim.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import { reference } from '../subject.js';
import type { ArithmeticName, ClaimResult, Json } from '../verdict.js';
import { judge } from './judge.js';
import { runCase } from './run-case.js';

/**
 * Whether a result of `verify` is one that the claim could have: its statement, and what its own numbers come to. What refutes a printed statement is
 * run again, and so is a case beyond a bound that is said to hold.
 * @param cases as asked for in float64. @returns what is wrong; null where nothing is.
 */
export function rejudge(claim: Claim, result: ClaimResult, cases: number): string | null {
  const { verdict, counts, coverage, counterexample, tightest } = result;
  const variant = claim[result.variant];
  for (const key of ['statement', 'strength', 'hypotheses'] as const) if (JSON.stringify(result[key]) !== JSON.stringify(variant[key])) return `has another ${key} than the claim`;
  if (result.error !== errorOf(claim, result.variant).error) return 'has another error than the claim';
  if (result.source.section !== claim.source.section || result.source.label !== claim.source.label) return 'has another source than the claim';
  if (claim.printed === claim.corrected && verdict === 'refuted') return 'is refuted as printed, which is what is said to hold as corrected';
  if (verdict === 'refuted') {
    if (variant.expected !== 'refuted') return 'is refuted, and is not known to be false';
    if (counterexample!.generatorVersion !== GENERATOR_VERSION) return `is refuted by a case of generator version ${counterexample!.generatorVersion}`;
    if (!counterexample!.exact && !variant.committed.some(({ arithmetic }) => EXACT.includes(arithmetic))) return 'is refuted in floating point only';
    return again(claim, result, counterexample!.arithmetic, counterexample!.case) === 'failed' ? null : 'is refuted by a case on which it does not fail, run again';
  }
  if (verdict !== 'holds') return null;
  const missing = variant.arms.find(({ arithmetic }) => !counts.some((count) => count.arithmetic === arithmetic));
  if (missing !== undefined) return `holds, and has no cases in ${missing.arithmetic}`;
  const foreign = counts.find(({ arithmetic }) => !variant.arms.some((one) => one.arithmetic === arithmetic));
  if (foreign !== undefined) return `has cases in ${foreign.arithmetic}, in which the claim is not tested`;
  const judged = judge(variant, { crash: null, interrupted: false, counterexample: null, counts, coverage: new Map(Object.entries(coverage)) }, {
    counterexample: null,
    stale: null,
  }, cases);
  if (judged.verdict !== 'holds') return `holds, and by its own counts is ${judged.verdict} (${judged.reason})`;
  if (tightest === null || tightest.ratio <= 1) return null;
  return again(claim, result, tightest.arithmetic, tightest.case) === tightest.ratio
    ? null
    : `holds, and its tightest case is ${tightest.ratio} of the bound, which it is not, run again`;
}

const EXACT: readonly ArithmeticName[] = ['rational', 'prime-field'];

/** The case once more: "failed", the ratio of one that passes, or null where it is none. */
function again(claim: Claim, { variant }: ClaimResult, arithmetic: ArithmeticName, example: Json): 'failed' | number | null {
  const arm = claim[variant].arms.find((one) => one.arithmetic === arithmetic);
  if (arm === undefined) return null;
  try {
    const outcome = runCase(arm, reference, example);
    return outcome.kind === 'failed' ? 'failed' : outcome.kind === 'passed' ? (outcome.ratio ?? null) : null;
  } catch {
    return null;
  }
}
