import type { OrderedSpace } from '../src/arithmetic/space.js';

/**
 * Cumulative losses on quadratics without a run: along an eigenvector of the Hessian, of eigenvalue λ, a method with fixed η and m
 * multiplies what it started with by p_t(λ), p_0 = 1, and nothing that happens along another matters to it.
 */

/** Σ_{t=1}^T p_t² of gradient descent: p_t = (1 − ηλ)^t. */
export function descentTotal<S>(K: OrderedSpace<S>, lambda: S, rate: S, steps: number): S {
  const factor = K.sub(K.one, K.mul(rate, lambda));
  const square = K.mul(factor, factor);
  let [power, sum] = [K.one, K.zero];
  for (let t = 0; t < steps; t++) {
    power = K.mul(power, square);
    sum = K.add(sum, power);
  }
  return sum;
}

/**
 * Σ_{t≥1} p_t² of gradient descent with momentum, over all t: p_{t+1} = a p_t − m p_{t−1}, a = 1 + m − ηλ, p_{−1} = p_0. The quadratic form
 * V(u, v) = c(u² − 2am/(1 + m) uv + m²v²), c = (1 + m)/((1 − m)((1 + m)² − a²)), falls by p_t² in each step, so that V(1, 1) is the sum from t = 0 on.
 * @throws {RangeError} where the sum is infinite: 0 ≤ m < 1 and |a| < 1 + m keep it finite.
 */
export function momentumTotal<S>(K: OrderedSpace<S>, lambda: S, rate: S, momentum: S): S {
  const m = momentum;
  const lead = K.add(K.one, m);
  const a = K.sub(lead, K.mul(rate, lambda));
  const gap = K.sub(K.mul(lead, lead), K.mul(a, a));
  if (!(K.lessOrEqual(K.zero, m) && K.compare(m, K.one) < 0 && K.compare(gap, K.zero) > 0)) {
    throw new RangeError(`expected 0 ≤ m < 1 and |1 + m − ηλ| < 1 + m, got m = ${K.format(m)}, ηλ = ${K.format(K.mul(rate, lambda))}`);
  }
  const c = K.div(lead, K.mul(K.sub(K.one, m), gap));
  const cross = K.div(K.mul(K.from(2), K.mul(a, m)), lead);
  return K.sub(K.mul(c, K.add(K.sub(K.one, cross), K.mul(m, m))), K.one);
}
