import fc from 'fast-check';
import { doubles, logUniform, rationalNumbers, uniform, type NumberSource } from './number.js';
import { pathCase, type PathCase } from './path-case.js';
import type { Num } from '../problem/shape.js';

/** Meta-AdaGrad's φ at w = r², and AdaGrad, which has the path; f = (c/2)x² between two weights whose mean is a square where numbers are exact. */
export interface RootCase extends PathCase {
  /** √w, one for each coordinate. */
  readonly roots: readonly Num[];
  /** c */
  readonly curvature: Num;
  /** √ of two weights, both ≤ 16c²/9, or both ≥. */
  readonly ends: readonly [Num, Num];
  readonly above: boolean;
  /** ε of AdaGrad, and where it stands. */
  readonly epsilon: Num;
  readonly epsilonInside: boolean;
  readonly steps: number;
}

export function rootCase(numbers: NumberSource): fc.Arbitrary<RootCase> {
  const isDouble = numbers.name === 'float64';
  return pathCase(isDouble ? doubles : rationalNumbers, isDouble ? { rate: logUniform(-2, 0.5) } : {}).chain((path) =>
    fc.record({
      roots: fc.array(numbers.positive, { minLength: path.start.length, maxLength: path.start.length }),
      between: isDouble ? around : progression,
      epsilon: isDouble ? logUniform(-8, -1) : numbers.positive,
      // One step, with ε outside: √g² is rational.
      epsilonInside: isDouble ? fc.boolean() : fc.constant(false),
      steps: isDouble ? fc.integer({ min: 1, max: 40 }) : fc.constant(1),
    }).map(({ between, ...rest }) => ({ ...path, ...rest, ...between }))
  );
}

type Between = Pick<RootCase, 'curvature' | 'ends' | 'above'>;

/** Three squares in arithmetic progression, as roots: (p² − 2pq − q²)², (p² + q²)², (p² + 2pq − q²)² (Fibonacci 1225), in absolute value. √(16c²/9) = 4c/3. */
const progression: fc.Arbitrary<Between> = fc.record({
  p: fc.integer({ min: 1, max: 4 }),
  q: fc.integer({ min: 1, max: 4 }),
  scale: fc.integer({ min: 1, max: 8 }),
  by: fc.integer({ min: 1, max: 3 }),
  above: fc.boolean(),
}).map(({ p, q, scale, by, above }) => {
  const [low, high] = [Math.abs(p * p - 2 * p * q - q * q), Math.abs(p * p + 2 * p * q - q * q)].map((one) => scale * one).toSorted((x, y) => x - y) as [number, number];
  return { above, ends: [`${low}/4`, `${high}/4`], curvature: above ? `${3 * low}/${16 * by}` : `${3 * by * high}/16` };
});

const around: fc.Arbitrary<Between> = fc.record({ above: fc.boolean(), curvature: doubles.positive, a: uniform(0.02, 0.98), b: uniform(0.02, 0.98) }).map(
  ({ above, curvature, a, b }) => {
    const turn = (4 * Number(curvature)) / 3;
    const [low, high] = [Math.min(a, b), Math.max(a, b)].map((s) => s * turn) as [number, number];
    return { above, curvature, ends: above ? [(turn * turn) / high, (turn * turn) / low] : [low, high] };
  },
);
