import fc from 'fast-check';
import { rational, ratio, type Rational } from '../arithmetic/rational.js';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { positiveSequence } from '../generator/meta-case.js';
import { rationalNumbers } from '../generator/number.js';
import { simplerSequences } from '../generator/sequence-case.js';
import type { Num } from '../problem/shape.js';
import { POINTS, playPoints } from './sequence.js';
import type { Played, World } from './world.js';

/** Points x_t = (s, y) of X, with their weights. */
export interface WedgeCase {
  readonly epsilon: Num;
  readonly alpha: readonly Num[];
  readonly points: readonly (readonly Num[])[];
}

/** Points (s, ms) with m ≠ 0 and s between m² + 1 and 4/3. */
const wedgePoint: fc.Arbitrary<Num[]> = fc.record({
  m: fc.constantFrom<[number, number]>([1, 2], [1, 3], [2, 5], [1, 4], [-1, 2], [-1, 3], [3, 7]),
  along: fc.integer({ min: 0, max: 3 }),
}).map(({ m: [p, q], along }) => {
  const m = ratio(p, q);
  const lowest = m.mul(m).add(ratio(1));
  const s = lowest.add(ratio(4, 3).sub(lowest).mul(ratio(along, 4)));
  return [s.toFraction(), s.mul(m).toFraction()];
});
const cases: fc.Arbitrary<WedgeCase> = fc.integer({ min: 1, max: 2 }).chain((T) =>
  fc.record({
    epsilon: rationalNumbers.positive,
    alpha: fc.array(rationalNumbers.weight, { minLength: T, maxLength: T }),
    points: fc.array(wedgePoint, { minLength: T, maxLength: T }),
  })
);

function isInside(s: Rational, y: Rational): boolean {
  const one = ratio(1);
  return one.compare(s) <= 0 && s.compare(ratio(4, 3)) <= 0 && y.mul(y).compare(s.mul(s).mul(s.sub(one))) <= 0;
}

/**
 * f(s, y) = y²/(2s) + εs on X = {1 ≤ s ≤ 4/3, y² ≤ s²(s − 1)}, which is convex (s√(s − 1) is concave up to 4/3). ∇²f = (1/s)(−m, 1)(−m, 1)ᵀ,
 * m = y/s, has norm (m² + 1)/s ≤ 1 exactly on X, so that ∇f is 1-Lipschitz there, while f has no extension to R² for which it is.
 * x* = (1, 0), unique for ε > 0, with ∇f(x*) = (ε, 0).
 */
export const wedge: World<WedgeCase> = {
  signature: POINTS,
  says: [
    'f convex on a closed convex X, x* its unique minimiser there',
    '‖∇f(x) − ∇f(y)‖ ≤ L‖x − y‖ for x, y ∈ X',
    'α_t > 0',
    'x_1, …, x_T ∈ X any sequence, x̄_t its average (Eq. 2)',
  ],
  cases: () => cases,
  // One round; then the point of X with the smallest numbers, and the simplest ε and α.
  simpler: (data) => [{ epsilon: '1', alpha: ['1'], points: [['5/4', '5/8']] }, ...simplerSequences(data)],
  play<S>(_: Space<S>, __: unknown, data: WedgeCase): Played<S> | Rejected {
    const K = rational;
    positiveSequence('α', data.alpha, data.points.length);
    positiveSequence('ε', [data.epsilon], 1);
    const [epsilon, half] = [K.from(data.epsilon), ratio(1, 2)];
    const points = data.points.map(([s, y]) => [K.from(s!), K.from(y!)] as const);
    if (!points.every(([s, y]) => isInside(s, y))) return rejected('a point is not in X');
    const value = (x: Vector<Rational>): Rational => x[1]!.mul(x[1]!).div(x[0]!).mul(half).add(epsilon.mul(x[0]!));
    const gradient = (x: Vector<Rational>): Vector<Rational> => {
      const m = x[1]!.div(x[0]!);
      return [epsilon.sub(half.mul(m).mul(m)), m];
    };
    return playPoints({
      K: K as unknown as OrderedSpace<S>,
      f: {
        value,
        gradient,
        divergence: (y: Vector<Rational>, x: Vector<Rational>) => value(y).sub(value(x)).sub(K.dot(gradient(x), K.minus(y, x))),
        minimiser: [K.one, K.zero],
        smoothness: K.one,
      } as never,
      alpha: data.alpha.map((a) => K.from(a)) as never,
      points: points as never,
      told: {
        f: `y²/(2s) + ${K.equal(epsilon, K.one) ? '' : K.format(epsilon)}s`,
        X: '{(s, y): 1 ≤ s ≤ 4/3, y² ≤ s²(s − 1)}',
        L: '1',
        '∇f(s, y)': `(${K.format(epsilon)} − (y/s)²/2, y/s)`,
      },
    });
  },
};
