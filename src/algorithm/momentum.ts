import type { Space, Vector } from '../arithmetic/space.js';

export interface MomentumConfig<S> {
  readonly rate: S;
  readonly momentum: S;
  readonly dampening: S;
  readonly nesterov: boolean;
}

/** SGD with momentum as frameworks ship it: b_1 = g_1, b = m b + (1 − d)g; x −= η b, with nesterov x −= η(g + m b). Returns x_0 … x_steps. */
export function momentum<S>(K: Space<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, config: MomentumConfig<S>, steps: number): Vector<S>[] {
  const path = [start];
  let x = start;
  let buffer: Vector<S> | null = null;
  const fresh = K.sub(K.one, config.dampening);
  for (let t = 0; t < steps; t++) {
    const g = gradient(x);
    buffer = buffer === null ? g : K.axpy(config.momentum, buffer, K.scale(fresh, g));
    const direction = config.nesterov ? K.axpy(config.momentum, buffer, g) : buffer;
    x = K.axpy(K.neg(config.rate), direction, x);
    path.push(x);
  }
  return path;
}
