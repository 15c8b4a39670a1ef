import fc from 'fast-check';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { isFar } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { positives, vector as entries, type NumberSource } from '../generator/number.js';
import { positiveSequence } from '../generator/meta-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { isZero } from './linear.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import type { Played, World } from './world.js';

export interface MonotoneCase {
  /** q, with f(x) = ½Σ_i q_i(x_i − x*_i)². */
  readonly weights: readonly Num[];
  readonly minimiser: readonly Num[];
  readonly beta: Num;
  /** w_1 */
  readonly first: readonly Num[];
  /** T */
  readonly steps: number;
  /** u and v, at which h is looked at. */
  readonly points: readonly [readonly Num[], readonly Num[]];
}

export function monotoneCase(numbers: NumberSource): fc.Arbitrary<MonotoneCase> {
  const steps = fc.integer({ min: 1, max: numbers.name === 'rational' ? 2 : 30 });
  // Now and then at x* from the first: there the bound is attained.
  const point = (n: number): fc.Arbitrary<Num[]> => fc.oneof({ weight: 4, arbitrary: entries(numbers, n) }, { weight: 1, arbitrary: fc.constant(Array<Num>(n).fill('0')) });
  return fc.tuple(steps, fc.integer({ min: 1, max: numbers.dimension })).chain(([T, n]) =>
    fc.record({
      weights: positives(numbers, n),
      minimiser: point(n),
      beta: fc.constantFrom<Num>('1/4', '1/8', '1/20', '1/30', '1/100'),
      first: point(n),
      steps: fc.constant(T),
      points: fc.tuple(entries(numbers, n), entries(numbers, n)),
    })
  );
}

const MONOTONE = signature({
  q: given(vector('f/x²', 'x')),
  β: given(number('w²/f')),
  'x*': NAMES['x*'],
  x: NAMES.x,
  w: NAMES.w,
  u: given(vector('w', 'w')),
  v: given(vector('w', 'w')),
}, {
  φ: { args: [vector('w', 'w')], result: vector('x', 'x'), subscripts: 0, given: true },
  'φ′': { args: [vector('w', 'w')], result: vector('x', 'x'), subscripts: 0, given: true },
  h: { args: [vector('w', 'w')], result: number('f'), subscripts: 0, given: true },
  '∇h': { args: [vector('w', 'w')], result: vector('f/w', 'w'), subscripts: 0, given: true },
  f: FUNCTIONS.f,
});

/** h(w) = f(φ(w)) with φ(w) = w + w³/(1 + w²), entry by entry, and gradient descent on it: x_t = φ(w_t). 1 ≤ φ′ ≤ 17/8. */
export function monotone(cases: (numbers: NumberSource) => fc.Arbitrary<MonotoneCase>): World<MonotoneCase> {
  return {
    signature: MONOTONE,
    says: [
      'f(x) = ½Σ_i q_i(x_i − x*_i)², q_i > 0',
      'φ(x, w) = w + w³/(1 + w²), entry by entry: not affine in w, but 1 ≤ φ′ ≤ 17/8',
      'x_t = φ(x_{t−1}, w_t), w_{t+1} = w_t − β∇h(w_t), h(w) = f(φ(w)); u and v any points',
    ],
    cases,
    simpler: (data) => Array.from({ length: data.steps - 1 }, (_, i) => ({ ...data, steps: i + 1 })),
    play<S>(space: Space<S>, subject: Subject, data: MonotoneCase): Played<S> | Rejected {
      const K = space as OrderedSpace<S>;
      const n = data.minimiser.length;
      positiveSequence('q', data.weights, n);
      const basis = data.weights.map((weight, i) => ({ direction: data.weights.map((_, j) => (i === j ? 1 : 0)), offset: 0, weight, shape: { kind: 'square' as const } }));
      const f = subject.convexFunction(K, { body: { kind: 'ridge', terms: basis }, minimiser: data.minimiser });
      const [one, three, beta] = [K.one, K.from(3), K.from(data.beta)];
      const each = (w: Vector<S>, of: (a: S, square: S) => S): Vector<S> => K.vector(n, (i) => of(w[i]!, K.mul(w[i]!, w[i]!)));
      const phi = (w: Vector<S>): Vector<S> => each(w, (a, square) => K.add(a, K.div(K.mul(a, square), K.add(one, square))));
      // φ′ = 1 + (w⁴ + 3w²)/(1 + w²)²
      const slope = (w: Vector<S>): Vector<S> => each(w, (_, square) => K.add(one, K.div(K.mul(square, K.add(square, three)), K.mul(K.add(one, square), K.add(one, square)))));
      const gradient = (w: Vector<S>): Vector<S> => K.hadamard(slope(w), f.gradient(phi(w)));
      const path = subject.gradientDescent(K, gradient, parseVector(K, data.first), beta, data.steps);
      if (path.some((w) => isFar(K, w))) return rejected('the trajectory diverges');
      const [q, u, v] = [parseVector(K, data.weights), ...data.points.map((point) => parseVector(K, point))] as [Vector<S>, Vector<S>, Vector<S>];
      return {
        values: {
          K,
          constants: { T: data.steps, n, m: n },
          size: { x: n, w: n },
          names: {
            q: () => q,
            β: () => beta,
            'x*': () => f.minimiser,
            w: (t) => path[t - 1],
            x: (t) => (path[t - 1] === undefined ? undefined : phi(path[t - 1]!)),
            u: () => u,
            v: () => v,
          },
          functions: {
            φ: ([w]) => phi(w as Vector<S>),
            'φ′': ([w]) => slope(w as Vector<S>),
            h: ([w]) => f.value(phi(w as Vector<S>)),
            '∇h': ([w]) => gradient(w as Vector<S>),
            f: ([x]) => f.value(x as Vector<S>),
          },
          sets: {},
        },
        still: isZero(K, f.gradient(phi(path[0]!))) || isZero(K, f.gradient(phi(v))),
        labels: [...(data.steps >= 2 ? ['T ≥ 2'] : []), ...(n >= 2 ? ['n ≥ 2'] : [])],
        evidence: () => ({
          f: f.formula(),
          'x*': show(K, f.minimiser),
          φ: 'w + w³/(1 + w²)',
          β: K.format(beta),
          w: path.map((w) => show(K, w)),
          x: path.map((w) => show(K, phi(w))),
          u: show(K, u),
          v: show(K, v),
          'φ(u)': show(K, phi(u)),
          'φ(v)': show(K, phi(v)),
          '∇h(v)': show(K, gradient(v)),
        }),
      };
    },
  };
}
