import type { RealSpace, Space, Vector } from '../arithmetic/space.js';

/** One step of Nesterov's method: the query y_t, and x_t = y_t − η_t∇f(y_t). */
export interface NesterovStep<S> {
  /** y_t, where the gradient is taken. */
  readonly query: Vector<S>;
  /** x_t */
  readonly x: Vector<S>;
}

/**
 * Nesterov 1983 with given coefficients: x_t = y_t − η_t∇f(y_t), y_{t+1} = x_t + θ_{t+1}(x_t − x_{t−1}), y_1 = x_0 = start.
 * `rates` are η_1, η_2, …; `momenta` are θ_2, θ_3, ….
 */
export function nesterov<S>(K: Space<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, rates: readonly S[], momenta: readonly S[]): NesterovStep<S>[] {
  if (momenta.length < rates.length - 1) throw new RangeError(`expected ${rates.length - 1} momenta for ${rates.length} rates, got ${momenta.length}`);
  let [previous, query] = [start, start];
  return rates.map((rate, i) => {
    const x = K.axpy(K.neg(rate), gradient(query), query);
    const step = { query, x };
    const momentum = momenta[i];
    if (momentum !== undefined) query = K.axpy(momentum, K.minus(x, previous), x);
    previous = x;
    return step;
  });
}

/** FISTA's s_1 = 1, s_{t+1} = (1 + √(1 + 4s_t²))/2 (Beck and Teboulle 2009): the weights with α_t² = α_{1:t}. */
export function fistaWeights<S>(K: RealSpace<S>, count: number): S[] {
  const [two, four] = [K.from(2), K.from(4)];
  const weights: S[] = [];
  let s = K.one;
  for (let t = 0; t < count; t++) {
    weights.push(s);
    s = K.div(K.add(K.one, K.sqrt(K.add(K.one, K.mul(four, K.mul(s, s))))), two);
  }
  return weights;
}
