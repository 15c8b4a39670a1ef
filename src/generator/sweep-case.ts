import fc from 'fast-check';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import { logUniform, uniform, vector, type NumberSource } from './number.js';

/** f(x) = xᵀQx on R² (Section 7.1), as data: the Hessian 2Q has the eigenvalues 2 and `smallest`, and the first eigenvector is the reflection of (1, 0). */
export interface QuadraticCase {
  /** In (0, 1/5]: the condition number is 10 or more. */
  readonly smallest: Num;
  /** null: the eigenvectors are the axes. */
  readonly reflector: readonly Num[] | null;
}

/** L of ∇f = 2Qx. */
export const SMOOTHNESS = 2;

export function quadraticOf({ smallest, reflector }: QuadraticCase): FunctionSpec {
  return { body: { kind: 'spectral', spectrum: [SMOOTHNESS, smallest], reflectors: reflector === null ? [] : [reflector] }, minimiser: [0, 0] };
}

export function isIllConditioned<S>(K: OrderedSpace<S>, { smallest }: QuadraticCase): boolean {
  const value = K.from(smallest);
  return K.compare(value, K.zero) > 0 && K.lessOrEqual(value, K.from(K.exact ? '1/5' : 0.2));
}

/** ⟨u_i, x⟩ for both eigenvectors of Q: x under the reflection, which is its own inverse. */
export function eigenCoordinates<S>(K: Space<S>, { reflector }: QuadraticCase, x: Vector<S>): Vector<S> {
  if (reflector === null) return x;
  const [p, q] = [K.from(reflector[0]!), K.from(reflector[1]!)];
  const [pp, qq, pq] = [K.mul(p, p), K.mul(q, q), K.mul(K.from(2), K.mul(p, q))];
  const norm = K.add(pp, qq);
  const difference = K.sub(qq, pp);
  return K.vector(2, (i) => K.div(i === 0 ? K.sub(K.mul(difference, x[0]!), K.mul(pq, x[1]!)) : K.neg(K.add(K.mul(pq, x[0]!), K.mul(difference, x[1]!))), norm));
}

/** Condition numbers of 10 and more. */
export function quadraticCase(numbers: NumberSource): fc.Arbitrary<QuadraticCase> {
  const smallest: fc.Arbitrary<Num> = numbers.name === 'float64' ? logUniform(-3, -0.7) : fc.integer({ min: 10, max: 100 }).map((k) => `2/${k}`);
  const entry: fc.Arbitrary<Num> = numbers.name === 'float64' ? uniform(0.1, 1) : fc.integer({ min: 1, max: 5 });
  const sign = fc.constantFrom(1, -1);
  const reflector = fc.tuple(entry, entry, sign).map(([p, q, s]): Num[] => [p, s * Number(q)]);
  return fc.record({ smallest, reflector: fc.oneof({ weight: 4, arbitrary: reflector }, { weight: 1, arbitrary: fc.constant(null) }) });
}

/** A sweep over rates and meta-learning rates, and what it is made on. */
export interface SweepCase extends QuadraticCase {
  readonly start: readonly Num[];
  /** η, and w_1 of all elements, in units of 1/L; in (0, 2), where gradient descent does not diverge. */
  readonly rates: readonly Num[];
  /** β > 0, in units that move w by about 1/L in the first step; 0 is always among them. */
  readonly metaRates: readonly Num[];
  readonly steps: number;
}

export function sweepCase(numbers: NumberSource, steps: { readonly min: number; readonly max: number }): fc.Arbitrary<SweepCase> {
  const exact = numbers.name === 'rational';
  const rate: fc.Arbitrary<Num> = exact ? fc.constantFrom<Num[]>('1/4', '1/2', '3/4', '1', '5/4', '3/2', '7/4') : uniform(0.05, 1.9);
  const metaRate: fc.Arbitrary<Num> = exact ? fc.constantFrom<Num[]>('1/16', '1/4', '1', '4') : logUniform(-3, 2);
  const start: fc.Arbitrary<Num[]> = fc.oneof(fc.constant<Num[]>([4, 4]), vector(numbers, 2));
  return fc.record({
    quadratic: quadraticCase(numbers),
    start,
    rates: fc.uniqueArray(rate, { minLength: 1, maxLength: exact ? 2 : 5 }),
    metaRates: fc.uniqueArray(metaRate, { minLength: 1, maxLength: exact ? 1 : 5 }),
    steps: fc.integer(steps),
  }).map(({ quadratic, ...rest }) => ({ ...quadratic, ...rest }));
}
