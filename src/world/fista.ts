import fc from 'fast-check';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { isFar } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { functionSpec } from '../generator/function.js';
import { vector, type NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { raised } from './meta.js';
import { FUNCTIONS, NAMES, made, signature } from './names.js';
import type { Played, World } from './world.js';

export interface FistaCase {
  readonly function: FunctionSpec;
  /** x_0 */
  readonly start: readonly Num[];
  /** T */
  readonly steps: number;
}

export function fistaCase(numbers: NumberSource): fc.Arbitrary<FistaCase> {
  const steps = fc.integer({ min: 1, max: numbers.name === 'rational' ? 5 : 40 });
  return fc.tuple(steps, fc.integer({ min: 1, max: numbers.dimension })).chain(([T, n]) =>
    fc.record({ function: functionSpec(numbers, n), start: vector(numbers, n), steps: fc.constant(T) })
  );
}

/** f = |x| − ½ beyond 1 and x²/2 within, from x_0 = 2T + 1: no convex f with L = 1 is worse for T steps of gradient descent from so far. */
export const worstForDescent = (T: number): FistaCase => ({
  function: { body: { kind: 'ridge', terms: [{ direction: ['1'], offset: '0', weight: '1', shape: { kind: 'huber', width: '1' } }] }, minimiser: ['0'] },
  start: [String(2 * T + 1)],
  steps: T,
});

const FISTA = signature({
  L: NAMES.L,
  'x*': NAMES['x*'],
  x: NAMES.x,
  // Where the gradient is taken.
  y: made(NAMES.x.type),
  // Of gradient descent from the same point.
  z: made(NAMES.x.type),
}, { f: FUNCTIONS.f, '∇f': FUNCTIONS['∇f'] });

/** FISTA (Beck and Teboulle 2009) with s_t = (t + 1)/2, and gradient descent, both with steps 1/L. */
export function fista(cases: (numbers: NumberSource) => fc.Arbitrary<FistaCase>): World<FistaCase> {
  return {
    signature: FISTA,
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'x_t: FISTA from x_0 with steps 1/L, where its sequence s_t is (t + 1)/2; z_t: gradient descent from x_0 with steps 1/L; neither is averaged',
    ],
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: (data) => Array.from({ length: data.steps - 1 }, (_, i) => ({ ...data, steps: i + 1 })),
    play<S>(space: Space<S>, subject: Subject, { function: spec, start: from, steps: T }: FistaCase): Played<S> | Rejected {
      const K = space as OrderedSpace<S>;
      if (!isOrdered(space)) throw new RangeError(`expected an order, got ${K.name}`);
      const f = subject.convexFunction(K, spec);
      if (K.equal(f.smoothness, K.zero)) return rejected('f is constant');
      const start = parseVector(K, from);
      const rate = K.div(K.one, f.smoothness);
      const momenta = Array.from({ length: T - 1 }, (_, i) => K.div(K.from(i), K.from(i + 3)));
      const path = subject.nesterov(K, f.gradient, start, Array<S>(T).fill(rate), momenta);
      const plain = subject.gradientDescent(K, f.gradient, start, rate, T);
      if (path.some(({ x }) => isFar(K, x))) return rejected('the trajectory diverges');
      const n = f.dimension;
      return {
        values: {
          K,
          constants: { T, n, m: n },
          size: { x: n, w: n },
          names: {
            L: () => f.smoothness,
            'x*': () => f.minimiser,
            x: (t) => (t === 0 ? start : path[t - 1]?.x),
            y: (t) => path[t - 1]?.query,
            z: (t) => plain[t],
          },
          functions: { f: ([x]) => f.value(x as Vector<S>), '∇f': ([x]) => f.gradient(x as Vector<S>) },
          sets: {},
        },
        still: Array.from(f.gradient(start)).every((entry) => K.equal(entry, K.zero)),
        labels: [`f: ${spec.body.kind}`, ...(T >= 3 ? ['T ≥ 3'] : []), ...(T >= 20 ? ['T ≥ 20'] : [])],
        evidence: () => ({
          f: f.formula(),
          'x*': show(K, f.minimiser),
          L: K.format(f.smoothness),
          'x_0': show(K, start),
          steps: path.map(({ query, x }, i) => ({ y: show(K, query), x: show(K, x), z: show(K, plain[i + 1]!) })),
        }),
      };
    },
  };
}
