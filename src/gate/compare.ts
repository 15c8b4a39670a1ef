import { largestOf } from '../arithmetic/magnitude.js';
import { PRECISIONS, runningError } from '../arithmetic/running-error.js';
import type { Subject } from '../subject.js';
import { fed } from './fed.js';
import type { Method, Quantity } from './methods.js';
import { FAR, traceOf, type Played } from './play.js';
import type { Dtype } from './protocol.js';

/**
 * How many times the reference's own rounding bound another computation of the same method may be off: it may round in other places, and up to
 * this many times as often.
 */
export const ALLOWANCE = 8;
/** Where the allowance is more than this share of a vector, the session says nothing any more. */
const LOOSE = 2 ** -7;

/** Where two trajectories part. */
export interface Difference {
  /** 0 for `init`'s answer, t for that of step t. */
  readonly t: number;
  readonly quantity: Quantity;
  readonly entry: number;
  readonly expected: number;
  readonly got: number;
  readonly allowed: number;
  /** The whole vectors. */
  readonly vectors: { readonly expected: readonly number[]; readonly got: readonly number[] };
}

export interface Comparison {
  /** How many answers were compared: less than all where numbers left the range, or rounding drowned them. */
  readonly answers: number;
  readonly difference: Difference | null;
}

/**
 * Compares what was answered with what `method` makes of what was fed, up to `ALLOWANCE` times the running error bound of the
 * reference in the subject's precision.
 */
export function compare(method: Method, subject: Subject, played: Played, dtype: Dtype): Comparison {
  const { unit } = PRECISIONS[dtype];
  const { K, error } = runningError(PRECISIONS[dtype]);
  const reference = method.reference(K, subject, fed(K, played.fed));
  const answered = traceOf(played.answers);
  for (let t = 0; t < played.answers.length; t++) {
    for (const quantity of method.compared) {
      const expected = reference[quantity]?.[t];
      const got = answered[quantity]?.[t];
      if (expected === undefined) continue;
      const values = Array.from(expected, ({ value }) => value);
      const size = largestOf(values.map(Math.abs));
      if (!(size <= FAR[dtype])) return { answers: t, difference: null };
      const parted = (entry: number, allowed: number): Comparison => ({
        answers: t + 1, difference: { t, quantity, entry, expected: values[entry] ?? NaN, got: got?.[entry] ?? NaN, allowed, vectors: { expected: values, got: Array.from(got ?? []) } },
      });
      if (got === undefined || got.length !== values.length) return parted(Math.min(got?.length ?? 0, values.length), 0);
      for (const [i, value] of values.entries()) {
        const off = Math.abs(got[i]! - value);
        // The last rounding alone allows as much: no need to look back.
        if (off <= ALLOWANCE * unit * Math.abs(value)) continue;
        const allowed = ALLOWANCE * error(expected[i]!);
        if (!(off <= allowed)) return parted(i, allowed);
        if (allowed > LOOSE * size) return { answers: t, difference: null };
      }
    }
  }
  return { answers: played.answers.length, difference: null };
}
