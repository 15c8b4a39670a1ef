import type { Ledger } from '../../../oracles/ledger.js';
import type { Tally } from '../../../oracles/tally.js';
import { balls, type Ball } from '../../arithmetic/ball.js';
import { float64 } from '../../arithmetic/float64.js';
import { largestOf } from '../../arithmetic/magnitude.js';
import type { Vector } from '../../arithmetic/space.js';
import type { Failed } from '../../claim.js';
import { equality, inequality, type Evidence } from '../../outcome.js';

/** One thing that must hold in a session: lhs = rhs, or lhs ≤ rhs, each up to its own error. */
export interface Statement {
  /** The answer that it is about: 0 for `init`. */
  readonly t: number;
  readonly relation: '=' | '≤';
  readonly expected: string;
  readonly ledger: Ledger<Ball>;
}

export const equal = (t: number, expected: string, ledger: Ledger<Ball>): Statement => ({ t, relation: '=', expected, ledger });
export const most = (t: number, expected: string, ledger: Ledger<Ball>): Statement => ({ t, relation: '≤', expected, ledger });

/** One named number as a side. */
export function side(name: string, value: Ball): Tally<Ball> {
  return { terms: [{ name, value }], value, error: 0 };
}

export const ZERO: Tally<Ball> = { terms: [], value: balls.zero, error: 0 };

/** lhs = rhs entry by entry. */
export function equalVectors(t: number, expected: string, lhs: Vector<Ball>, rhs: Vector<Ball>): Statement[] {
  return Array.from(lhs, (value, i) => equal(t, lhs.length === 1 ? expected : `entry ${i} of ${expected}`, { lhs: side('left', value), rhs: side('right', rhs[i]!) }));
}

/** The error of a ball is its own bound on all that led to it. */
function flat({ terms, value, error }: Tally<Ball>): Tally<number> {
  return { terms: terms.map((term) => ({ name: term.name, value: term.value.value })), value: value.value, error: value.error + error };
}

/** null where it holds. */
export function broken({ relation, expected, ledger }: Statement, evidence: Evidence): Failed | null {
  const sides = { lhs: flat(ledger.lhs), rhs: flat(ledger.rhs) };
  const told: Evidence = () => ({ ...evidence(), allowed: sides.lhs.error + sides.rhs.error });
  return relation === '=' ? equality(float64, expected, sides, told) : inequality(float64, expected, sides, told);
}

/** Where the error is more than this share of the largest term, the statement says nothing. */
const VAGUE = 2 ** -7;

/** True where something would have to be wrong by more than a little to go unnoticed, and there is something that could be. */
export function tells({ ledger: { lhs, rhs } }: Statement): boolean {
  const largest = largestOf([...lhs.terms, ...rhs.terms].map(({ value }) => Math.abs(value.value)));
  return largest > 0 && lhs.value.error + lhs.error + rhs.value.error + rhs.error < VAGUE * largest;
}

/** lhs/rhs of a bound; NaN where there is nothing to compare. */
export function used({ ledger: { lhs, rhs } }: Statement): number {
  return lhs.value.value / rhs.value.value;
}
