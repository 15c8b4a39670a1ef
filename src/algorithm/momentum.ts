import type { Space, Vector } from '../arithmetic/space.js';

/** The settings of SGD with momentum, by the names that frameworks use. */
export interface MomentumConfig<S> {
  /** η_1, η_2, …: one a step. */
  readonly rates: readonly S[];
  /** m */
  readonly momentum: S;
  /** d, by which all gradients but the first are scaled down. */
  readonly dampening: S;
  /** Steps along g + m b instead of b. */
  readonly nesterov: boolean;
}

/**
 * SGD with momentum as frameworks ship it: b_1 = g_1, b = m b + (1 − d)g; x −= η_t b, with nesterov x −= η_t(g + m b). Returns x_0, x_1, ….
 * b holds gradients, not steps: where η varies this is another method than Polyak's.
 */
export function momentum<S>(K: Space<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, config: MomentumConfig<S>): Vector<S>[] {
  const path = [start];
  let x = start;
  let buffer: Vector<S> | null = null;
  const fresh = K.sub(K.one, config.dampening);
  for (const rate of config.rates) {
    const g = gradient(x);
    buffer = buffer === null ? g : K.axpy(config.momentum, buffer, K.scale(fresh, g));
    const direction = config.nesterov ? K.axpy(config.momentum, buffer, g) : buffer;
    x = K.axpy(K.neg(rate), direction, x);
    path.push(x);
  }
  return path;
}
