import { isReal, type Space } from '../arithmetic/space.js';
import { fistaWeights } from './nesterov.js';

/** α_t = 1, α_t = t, or FISTA’s α_t² = α_{1:t}, which takes roots. */
export type WeightKind = 'constant' | 'linear' | 'nesterov';

/**
 * α_1 … α_T: 1; t; or FISTA's, for which α_t² = α_{1:t}.
 * @throws {RangeError} FISTA's weights without roots.
 */
export function weights<S>(K: Space<S>, kind: WeightKind, T: number): S[] {
  if (kind === 'nesterov') {
    if (!isReal(K)) throw new RangeError(`expected weights without roots in ${K.name}, got "nesterov"`);
    return fistaWeights(K, T);
  }
  return Array.from({ length: T }, (_, i) => (kind === 'constant' ? K.one : K.from(i + 1)));
}

/** ρ_1 … ρ_T, ρ_t = α_t/α_{1:t}. */
export function averagingRates<S>(K: Space<S>, alpha: readonly S[]): S[] {
  let sum = K.zero;
  return alpha.map((a) => {
    sum = K.add(sum, a);
    return K.div(a, sum);
  });
}

/** β_0 … β_T, all equal. */
export function constantRate<S>(beta: S, T: number): S[] {
  return Array.from({ length: T + 1 }, () => beta);
}

/** Corollary 1: β_t = (t − 1)/(2t c), c = λ̃ as printed, λ̃L as dimensions demand; β_0 = β_1 = 0. */
export function corollaryOneRates<S>(K: Space<S>, c: S, T: number): S[] {
  return Array.from({ length: T + 1 }, (_, t) => (t === 0 ? K.zero : K.div(K.from(t - 1), K.mul(K.from(2 * t), c))));
}
