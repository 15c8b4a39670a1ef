import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';

/**
 * Textbook recurrences, coordinate by coordinate, each as the linear combination of known vectors that the next iterate is. They
 * read the state off the path itself: a method that follows its recurrence at every step is the method, and in floating point
 * errors stay those of one step.
 */
export type Combination<S> = readonly (readonly [factor: S, vector: Vector<S>])[];

/** Σ c_i v_i */
export function combined<S>(K: Space<S>, combination: Combination<S>): Vector<S> {
  const n = combination[0]?.[1].length ?? 0;
  return K.vector(n, (i) => combination.reduce((sum, [factor, v]) => K.add(sum, K.mul(factor, v[i]!)), K.zero));
}

/** Σ |c_i||v_i|: what its rounding errors are relative to. */
export function combinedSize<S>(K: Space<S>, combination: Combination<S>): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  const n = combination[0]?.[1].length ?? 0;
  return K.vector(n, (i) => combination.reduce((sum, [factor, v]) => K.add(sum, K.abs(K.mul(factor, v[i]!))), K.zero));
}

/** x_{t+1} = x_t − η∇f(x_t) (Cauchy 1847). */
export function gradientDescentStep<S>(K: Space<S>, x: Vector<S>, gradient: Vector<S>, rate: S): Combination<S> {
  return [[K.one, x], [K.neg(rate), gradient]];
}

/** x_{t+1} = x_t + m_t(x_t − x_{t−1}) − η_t∇f(x_t) (Polyak 1964). */
export function heavyBallStep<S>(K: Space<S>, x: Vector<S>, previous: Vector<S>, gradient: Vector<S>, rate: S, momentum: S): Combination<S> {
  return [[K.add(K.one, momentum), x], [K.neg(momentum), previous], [K.neg(rate), gradient]];
}

export interface MomentumSettings<S> {
  readonly rate: S;
  readonly momentum: S;
  readonly dampening: S;
  readonly nesterov: boolean;
}

/**
 * SGD with momentum as frameworks ship it, its buffer eliminated. b_t = m b_{t−1} + (1 − d)g_t with b_0 = g_0 and x_{t+1} = x_t − ηb_t
 * give x_{t+1} = x_t + m(x_t − x_{t−1}) − η(1 − d)g_t; with x_{t+1} = x_t − η(g_t + m b_t) the step is
 * x_t + m(x_t − x_{t−1}) − η[(1 + m(1 − d))g_t − m g_{t−1}]. The first steps are x_0 − ηg_0 and x_0 − η(1 + m)g_0.
 */
export function momentumStep<S>(
  K: Space<S>,
  x: Vector<S>,
  gradient: Vector<S>,
  before: { readonly x: Vector<S>; readonly gradient: Vector<S> } | null,
  settings: MomentumSettings<S>,
): Combination<S> {
  const { rate, momentum, dampening, nesterov } = settings;
  if (before === null) return gradientDescentStep(K, x, gradient, nesterov ? K.mul(rate, K.add(K.one, momentum)) : rate);
  const fresh = K.sub(K.one, dampening);
  const weight = nesterov ? K.add(K.one, K.mul(momentum, fresh)) : fresh;
  const step = heavyBallStep(K, x, before.x, gradient, K.mul(rate, weight), momentum);
  return nesterov ? [...step, [K.mul(rate, momentum), before.gradient]] : step;
}
