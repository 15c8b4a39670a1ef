import type { Space, Vector } from '../arithmetic/space.js';

/** x_{t+1} = x_t − η∇f(x_t), η in [x]²/[f]. Returns x_0 … x_steps. */
export function gradientDescent<S>(K: Space<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, rate: S, steps: number): Vector<S>[] {
  const path = [start];
  let x = start;
  for (let t = 0; t < steps; t++) {
    x = K.axpy(K.neg(rate), gradient(x), x);
    path.push(x);
  }
  return path;
}
