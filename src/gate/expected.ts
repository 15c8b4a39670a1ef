import { aoFtrl } from '../algorithm/ao-ftrl.js';
import { bootstrappedMetaGradient } from '../algorithm/bootstrapped-meta-gradient.js';
import { convexMetaLearning } from '../algorithm/convex-meta-learning.js';
import { formulas, type Formulas } from '../algorithm/formulas.js';
import { optimisticMetaLearning } from '../algorithm/optimistic-meta-learning.js';
import { float64 } from '../arithmetic/float64.js';
import { PRECISIONS, runningError, type Recorded } from '../arithmetic/running-error.js';
import { isOrdered, type RealSpace, type Space, type Vector } from '../arithmetic/space.js';
import { reference, type Subject } from '../subject.js';
import { fed, type Fed, type FedNumbers, type Trace } from './fed.js';
import type { Method, Quantity } from './methods.js';
import type { Dtype } from './protocol.js';

/**
 * How many times the rounding bound of a formulation another computation of the same method may be off: it may round in other places, and up to
 * this many times as often. A power of 2: multiplying by it rounds nothing.
 */
export const ALLOWANCE = 8;

/** One way to compute a method's trajectory: equal to the reference in exact arithmetic. */
export type Formulation = <S>(K: RealSpace<S>, fed: Fed<S>) => Trace<S>;

/** What a method makes of what a session was fed, and how far rounding may move each number of it. */
export interface Expected {
  readonly trace: Trace<number>;
  /** The largest running error bound of the method's formulations; 0 for a number that there is not. */
  readonly error: (quantity: Quantity, t: number, entry: number) => number;
  /** off ≤ ALLOWANCE · error, without looking farther back than it takes to know; false for NaN. */
  readonly allows: (quantity: Quantity, t: number, entry: number, off: number) => boolean;
}

export function expected(method: Method, subject: Subject, numbers: FedNumbers, dtype: Dtype): Expected {
  // Most answers are right to a few ulps, and need no bound: records are made when one is asked for.
  const records = formulations(method, subject).map((formulation) => {
    let made: { readonly trace: Trace<Recorded>; readonly error: (a: Recorded) => number; readonly explains: (a: Recorded, distance: number) => boolean } | null = null;
    return () => {
      if (made !== null) return made;
      const { K, error, explains } = runningError(PRECISIONS[dtype]);
      made = { trace: formulation(K, fed(K, numbers)), error, explains };
      return made;
    };
  });
  return {
    trace: method.reference(float64, subject, fed(float64, numbers)),
    error: (quantity, t, entry) =>
      records.reduce((largest, record) => {
        const { trace, error } = record();
        const number = trace[quantity]?.[t]?.[entry];
        return number === undefined ? largest : Math.max(largest, error(number));
      }, 0),
    allows: (quantity, t, entry, off) =>
      records.some((record) => {
        const { trace, explains } = record();
        const number = trace[quantity]?.[t]?.[entry];
        return number !== undefined && explains(number, off / ALLOWANCE);
      }),
  };
}

/** The ways to compute a method that keep other numbers than its definition does. Of a saboteur no other way is known than its own. */
export function formulations(method: Method, subject: Subject): Formulation[] {
  if (subject !== reference) return [(K, given) => method.reference(K, subject, given)];
  const plain: Formulation = (K, given) => method.reference(K, detoured, given);
  return method.translates ? [plain, fromStart(plain)] : [plain];
}

/** Points as their distances from x0, which is added in the end: sums that begin at 0. */
function fromStart(formulation: Formulation): Formulation {
  return <S>(K: RealSpace<S>, given: Fed<S>): Trace<S> => {
    const back = (path: readonly Vector<S>[]): Vector<S>[] => path.map((v) => K.plus(given.x0, v));
    const { query, x, meta } = formulation(K, { ...given, x0: K.zeros(given.n) });
    const points = back(query);
    return { query: points, x: x === query ? points : back(x), meta };
  };
}

/**
 * The reference, where a sum of gradients also holds the hint of its round, which is then taken out again, as in x −= β(g_t + g̃_{t+1} − g̃_t); and where
 * x̄ and the points of Algorithm 3 are x0 plus something, as in x̄ += ρ(x − x̄), though x̄_0 has no weight. What is added and taken away again is nothing, but for the
 * rounding.
 */
const detoured: Subject = {
  ...reference,
  aoFtrl: (K, config, losses) => aoFtrl(K, config, losses, { ...formulas, ...holdingHints() }),
  convexMetaLearning: (K, config) => convexMetaLearning(K, config, { ...formulas, average: averageBy(config.start) }),
  optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, config, hint, { ...formulas, ...holdingHints(), average: averageBy(config.start) }),
  bootstrappedMetaGradient(K, { start, rule, ...config }) {
    const [to, sum] = [by(start), summedAnew(K, rule.parameters)];
    const apply: typeof rule.apply = (x, w) => K.minus(to(K, K.plus(x, rule.apply(x, sum.again(w)))), x);
    return bootstrappedMetaGradient(K, {
      ...config,
      start,
      rule: { ...rule, apply },
      set: { name: 'all, by detours', dimension: rule.parameters, whole: true, project: sum.next },
    });
  },
};

/**
 * w_t as a sum of all of its turns anew, the newest or the oldest first, for one run. Algorithm 3 damps what w was off by before, as a turn looks at where w has led; such a sum does
 * not, and what it is off by goes into the next turn. Its partial sums are w_t − w_s or w_s: a number as large as all of them, over `ALLOWANCE`, is added and taken away again, in w_t and where it leads.
 */
function summedAnew<S>(K: Space<S>, dimension: number): { readonly next: (w: Vector<S>) => Vector<S>; readonly again: (w: Vector<S>) => Vector<S> } {
  let [before, most, t] = [K.zeros(dimension), K.zeros(dimension), 0];
  // Without asking which sign another computation would see: it is taken away again.
  const size = (entry: S): S => (isOrdered(K) && K.lessOrEqual(entry, K.zero) ? K.neg(entry) : entry);
  const again = (w: Vector<S>): Vector<S> => K.plus(K.minus(w, most), most);
  return {
    again,
    next(w) {
      t += 1;
      const sizes = K.vector(dimension, (i) => size(w[i]!));
      most = K.scale(K.from(1 / ALLOWANCE), K.axpy(K.from(t), sizes, before));
      before = K.plus(before, sizes);
      return again(w);
    },
  };
}

/** start + (x − start) */
function by(start: Vector<unknown>): <S>(K: Space<S>, x: Vector<S>) => Vector<S> {
  // A run has one space, of which `start` is.
  return <S>(K: Space<S>, x: Vector<S>) => K.plus(start as Vector<S>, K.minus(x, start as Vector<S>));
}

function averageBy(start: Vector<unknown>): Formulas['average'] {
  const to = by(start);
  return (K, previous, x, alphaSumBefore, alpha) => to(K, formulas.average(K, previous, x, alphaSumBefore, alpha));
}

/** S_t = ((S_{t−1} + α_t g̃_t) + α_t g_t) − α_t g̃_t: for one run. */
function holdingHints(): Pick<Formulas, 'optimisticSum' | 'accumulate'> {
  let held: { readonly sum: Vector<unknown>; readonly hint: Vector<unknown> } | null = null;
  return {
    optimisticSum<S>(K: Space<S>, sumBefore: Vector<S>, alpha: S, hint: Vector<S>) {
      const weighed = K.scale(alpha, hint);
      const sum = K.plus(sumBefore, weighed);
      held = { sum, hint: weighed };
      return sum;
    },
    accumulate<S>(K: Space<S>, _: Vector<S>, alpha: S, loss: Vector<S>) {
      const { sum, hint } = held as { readonly sum: Vector<S>; readonly hint: Vector<S> };
      return K.minus(K.axpy(alpha, loss, sum), hint);
    },
  };
}
