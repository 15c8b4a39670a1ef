import type { Space, Vector } from '../arithmetic/space.js';

/**
 * Heavy Ball (Polyak 1964): x_{t+1} = x_t − η_t∇f(x_t) + m_t(x_t − x_{t−1}), x_{−1} = x_0. `rates` and `momenta` are η_0, η_1, …
 * and m_0, m_1, …, one a step. Returns x_0, x_1, ….
 */
export function heavyBall<S>(K: Space<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, rates: readonly S[], momenta: readonly S[]): Vector<S>[] {
  if (rates.length !== momenta.length) throw new RangeError(`expected as many rates as momenta, got ${rates.length} and ${momenta.length}`);
  const path = [start];
  let [previous, x] = [start, start];
  rates.forEach((rate, t) => {
    const next = K.axpy(momenta[t]!, K.minus(x, previous), K.axpy(K.neg(rate), gradient(x), x));
    [previous, x] = [x, next];
    path.push(x);
  });
  return path;
}
