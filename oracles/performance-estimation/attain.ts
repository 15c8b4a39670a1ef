import { rational } from '../../src/arithmetic/rational.js';
import type { Statement } from './certificate.js';
import { evaluate, type WorstFunction } from './worst-function.js';

/**
 * What the method reaches on a function from its start, relative to the condition: criterion/‖x_0 − x*‖² or criterion/(f(x_0) − f*), in doubles.
 * Both scale alike, so that it is above the true worst case by no more than rounding, of which gradients have up to the root of a double's.
 */
export function attainer({ method, condition, criterion }: Statement): (f: WorstFunction) => number {
  const steps = [...method.queries, method.output].map((row) => Float64Array.from(row, (entry) => rational.toNumber(rational.from(entry))));
  return (f) => {
    const gradients: number[][] = [];
    let x = [...f.start];
    for (const [i, row] of steps.entries()) {
      x = f.start.map((entry, e) => row.reduce((sum, step, j) => sum - step * gradients[j]![e]!, entry));
      if (i < method.queries.length) gradients.push(evaluate(f, x).gradient);
    }
    const reached = { value: () => evaluate(f, x).value, gradient: () => square(evaluate(f, x).gradient), distance: () => square(x) }[criterion]();
    const ratio = reached / (condition === 'distance' ? square(f.start) : evaluate(f, f.start).value);
    // A run that leaves the doubles shows nothing.
    return Number.isFinite(ratio) ? ratio : 0;
  };
}

const square = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);

/** ½μx² + (1 − μ)·Huber(x) with slope at most (1 − μ)·width, from x_0 = 1: the Moreau envelope of |x| on [−FAR, FAR]. */
function huber(strongConvexity: number, width: number): WorstFunction {
  return { strongConvexity, points: [[0], [FAR], [-FAR]], heights: [0, FAR * width * (1 - strongConvexity), FAR * width * (1 - strongConvexity)], blur: 0, start: [1] };
}

/** Farther than a convergent method goes; small, as its square is what rounding errors are relative to. */
const FAR = 16;

/** The Huber function on which the method does worst: the worst of all functions for gradient descent and for the optimized gradient method. */
export function worstHuber(strongConvexity: number, reached: (f: WorstFunction) => number): WorstFunction {
  // log₂ of the width; beyond 0 functions are quadratic where a convergent method goes.
  const at = (exponent: number): number => reached(huber(strongConvexity, 2 ** exponent));
  const grid = Array.from({ length: 65 }, (_, k) => (k - 60) / 4);
  const best = grid.reduce((a, b) => (at(b) > at(a) ? b : a));
  let [low, high] = [best - 0.25, best + 0.25];
  // Golden sections until the width is known to half of a double's digits: the maximum is flat.
  while (high - low > 2 ** -26) {
    const [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (at(a) < at(b)) low = a;
    else high = b;
  }
  return huber(strongConvexity, 2 ** ((low + high) / 2));
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
