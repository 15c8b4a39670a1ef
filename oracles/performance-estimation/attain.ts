import { rational } from '../../src/arithmetic/rational.js';
import type { Statement } from './certificate.js';
import { evaluate, huber, type WorstFunction } from './worst-function.js';

/**
 * What the method reaches on a function from its start, relative to the condition: criterion/‖x_0 − x*‖² or criterion/(f(x_0) − f*), in doubles.
 * Both scale alike, so that it is above the true worst case by no more than rounding, of which gradients have up to the root of a double's.
 */
export function attainer({ method, condition, criterion }: Statement): (f: WorstFunction) => number {
  // Row by row what changes: a point near x* comes from the one before, and not from far away.
  const rows = [...method.queries, method.output].map((row) => row.map((entry) => rational.from(entry)));
  const moves = rows.map((row, i) => Float64Array.from(row, (entry, j) => rational.toNumber(rational.sub(entry, rows[i - 1]?.[j] ?? rational.zero))));
  return (f) => {
    const gradients: number[][] = [];
    let x = [...f.start];
    for (const [i, row] of moves.entries()) {
      x = x.map((entry, e) => row.reduce((sum, step, j) => sum - step * gradients[j]![e]!, entry));
      if (i < method.queries.length) gradients.push(evaluate(f, x).gradient);
    }
    const reached = { value: () => evaluate(f, x).value, gradient: () => square(evaluate(f, x).gradient), distance: () => square(x) }[criterion]();
    const ratio = reached / (condition === 'distance' ? square(f.start) : evaluate(f, f.start).value);
    // A run that leaves the doubles shows nothing.
    return Number.isFinite(ratio) ? ratio : 0;
  };
}

const square = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);

/** The Huber function on which the method does worst: the worst of all functions for gradient descent and for the optimized gradient method. */
export function worstHuber(strongConvexity: number, reached: (f: WorstFunction) => number): WorstFunction {
  // log₂ of the width; beyond 0 functions are quadratic where a convergent method goes, and later where one that diverges does. Fast methods do worst where it is tiny.
  const at = (exponent: number): number => reached(huber(strongConvexity, 2 ** exponent));
  const grid = [
    ...Array.from({ length: 120 }, (_, k) => 8 * (k - 125)),
    ...Array.from({ length: 185 }, (_, k) => (k - 180) / 4),
    ...Array.from({ length: 60 }, (_, k) => 8 * (k + 1)),
  ];
  const best = grid.reduce((most, one, k) => (at(one) > at(grid[most]!) ? k : most), 0);
  let [low, high] = [grid[best - 1] ?? grid[0]!, grid[best + 1] ?? grid.at(-1)!];
  // Golden sections until the width is known to half of a double's digits: the maximum is flat.
  while (high - low > 2 ** -26) {
    const [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (at(a) < at(b)) low = a;
    else high = b;
  }
  return huber(strongConvexity, 2 ** ((low + high) / 2));
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
