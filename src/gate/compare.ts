import { largestOf } from '../arithmetic/magnitude.js';
import { PRECISIONS } from '../arithmetic/running-error.js';
import type { Subject } from '../subject.js';
import { ALLOWANCE, expected as expectedOf } from './expected.js';
import type { Method, Quantity } from './methods.js';
import { FAR, traceOf, type Played } from './play.js';
import type { Dtype } from './protocol.js';

/** Where the allowance is more than this share of a vector, the session says nothing any more. */
const LOOSE = 2 ** -7;
/** Up to here each answer is asked whether it still says something; later, one of so many. */
const OFTEN = 16;

/** Where two trajectories part. */
export interface Difference {
  /** 0 for `init`'s answer, t for that of step t. */
  readonly t: number;
  readonly quantity: Quantity;
  readonly entry: number;
  readonly expected: number;
  readonly got: number;
  readonly allowed: number;
  /** What the method has of the quantity, from the start to here. */
  readonly path: readonly ArrayLike<number>[];
  /** The whole vectors. */
  readonly vectors: { readonly expected: readonly number[]; readonly got: readonly number[] };
}

export interface Comparison {
  /** How many answers were compared: less than all where numbers left the range, or rounding drowned them. */
  readonly answers: number;
  readonly difference: Difference | null;
}

/**
 * Compares what was answered with what `method` makes of what was fed, up to `ALLOWANCE` times the largest running error bound of its
 * formulations in the subject's precision.
 */
export function compare(method: Method, subject: Subject, played: Played, dtype: Dtype): Comparison {
  const { unit } = PRECISIONS[dtype];
  const { trace, error, allows } = expectedOf(method, subject, played.fed, dtype);
  const answered = traceOf(played.answers);
  for (let t = 0; t < played.answers.length; t++) {
    for (const quantity of method.compared) {
      const expected = trace[quantity]?.[t];
      const got = answered[quantity]?.[t];
      if (expected === undefined) continue;
      const size = largestOf(Array.from(expected, Math.abs));
      if (!(size <= FAR[dtype])) return { answers: t, difference: null };
      const parted = (entry: number, allowed: number): Comparison => ({
        answers: t + 1,
        difference: {
          t,
          quantity,
          entry,
          expected: expected[entry] ?? NaN,
          got: got?.[entry] ?? NaN,
          allowed,
          path: trace[quantity]!.slice(0, t + 1),
          vectors: { expected: Array.from(expected), got: Array.from(got ?? []) },
        },
      });
      if (got === undefined || got.length !== expected.length) return parted(Math.min(got?.length ?? 0, expected.length), 0);
      // The last rounding alone allows as much: no need to look back.
      const near = (i: number): boolean => Math.abs(got[i]! - expected[i]!) <= ALLOWANCE * unit * Math.abs(expected[i]!);
      let farthest = -1;
      for (let i = 0; i < expected.length; i++) {
        if (near(i)) continue;
        const off = Math.abs(got[i]! - expected[i]!);
        if (!allows(quantity, t, i, off)) return parted(i, ALLOWANCE * error(quantity, t, i));
        if (farthest < 0 || off > Math.abs(got[farthest]! - expected[farthest]!)) farthest = i;
      }
      // One bound in full is enough to tell whether rounding has drowned the vector; in a long session, where bounds cost more and change less, now and then.
      if (farthest >= 0 && (t < OFTEN || t % OFTEN === 0) && ALLOWANCE * error(quantity, t, farthest) > LOOSE * size) return { answers: t, difference: null };
    }
  }
  return { answers: played.answers.length, difference: null };
}
