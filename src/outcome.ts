import type { Ledger } from '../oracles/ledger.js';
import { TallyBuilder, agree, atMost, type Tally } from '../oracles/tally.js';
import { isOrdered, type Space, type Vector } from './arithmetic/space.js';
import { failed, type Failed } from './claim.js';
import type { Json } from './verdict.js';

/** The numbers that a failure shows; a function, so that a case that passes does not pay for them. */
export type Evidence = () => { readonly [name: string]: Json };

/** null if lhs = rhs (up to the ledger's own rounding bounds), else the failure with both sides summand by summand. */
export function equality<S>(K: Space<S>, expected: string, ledger: Ledger<S>, evidence: Evidence): Failed | null {
  return agree(K, ledger.lhs, ledger.rhs) ? null : failure(K, expected, ledger, evidence);
}

/** null if lhs ≤ rhs, else the failure. NaN on either side is a failure. */
export function inequality<S>(K: Space<S>, expected: string, ledger: Ledger<S>, evidence: Evidence): Failed | null {
  return atMost(K, ledger.lhs, ledger.rhs) ? null : failure(K, expected, ledger, evidence);
}

function failure<S>(K: Space<S>, expected: string, { lhs, rhs }: Ledger<S>, evidence: Evidence): Failed {
  return failed({
    expected,
    lhs: K.format(lhs.value),
    rhs: K.format(rhs.value),
    evidence: { ...evidence(), ...(lhs.terms.length > 1 ? { 'left side': terms(K, lhs) } : {}), ...(rhs.terms.length > 1 ? { 'right side': terms(K, rhs) } : {}) },
  });
}

function terms<S>(K: Space<S>, tally: Tally<S>): Json {
  return Object.fromEntries(tally.terms.map(({ name, value }) => [name, K.format(value)]));
}

/**
 * null if x = y entry by entry, each up to γ_roundings · magnitude (exactly in exact arithmetic); else the failure at the
 * first entry that differs. `magnitude` is asked for in inexact arithmetic only.
 */
export function vectorEquality<S>(
  K: Space<S>,
  expected: string,
  x: Vector<S>,
  y: Vector<S>,
  roundings: number,
  magnitude: () => Vector<S>,
  evidence: Evidence,
): Failed | null {
  const bound = K.exact ? null : magnitude();
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [a, b] = [x[i], y[i]];
    if (a === undefined || b === undefined) return failed({ expected, lhs: `dimension ${x.length}`, rhs: `dimension ${y.length}`, evidence: evidence() });
    const lhs = new TallyBuilder(K, roundings).add('', a, () => bound![i]!);
    const rhs = new TallyBuilder(K, roundings).add('', b, () => bound![i]!);
    if (!agree(K, lhs, rhs)) return failed({ expected, lhs: show(K, x), rhs: show(K, y), evidence: evidence() });
  }
  return null;
}

/** lhs/rhs for the report's tightest case; undefined where rhs is not clearly positive. */
export function ratioOf<S>(K: Space<S>, lhs: Tally<S>, rhs: Tally<S>): number | undefined {
  if (!isOrdered(K)) return undefined;
  // Exact numbers may be too large for doubles where their ratio is not.
  if (K.exact) return K.lessOrEqual(rhs.value, K.zero) ? undefined : K.toNumber(K.div(lhs.value, rhs.value));
  const [a, b] = [K.toNumber(lhs.value), K.toNumber(rhs.value)];
  // A ratio of two sums that are mostly rounding says nothing.
  return b > 1e6 * (lhs.error + rhs.error) && b > 0 ? a / b : undefined;
}

/** A vector as a person writes it. */
export function show<S>(K: Space<S>, x: Vector<S>): string {
  return x.length === 1 ? K.format(x[0]!) : `(${Array.from(x, K.format).join(', ')})`;
}
