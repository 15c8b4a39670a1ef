import type { Ledger } from '../oracles/ledger.js';
import { agree, atMost, type Tally } from '../oracles/tally.js';
import type { Space, Vector } from './arithmetic/space.js';
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

/** A vector as a person writes it. */
export function show<S>(K: Space<S>, x: Vector<S>): string {
  return x.length === 1 ? K.format(x[0]!) : `(${Array.from(x, K.format).join(', ')})`;
}
