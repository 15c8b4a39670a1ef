import { add, keep, maximum, mul, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { metaLearned, type TensorOptimizer, type Update } from './optimizer.js';

/** w′ as it is printed: without optimism w − βg⁻⊙g; with it w − βg⊙(g + g⁻) − g⁻⊙g⁻, where β does not multiply the last product. */
const PRINTED: { readonly [method in 'meta-sgd' | 'optimistic-meta-sgd']: (w: Tensor, g: Tensor, before: Tensor, metaRate: number) => Tensor } = {
  'meta-sgd': (w, g, before, metaRate) => sub(w, mul(metaRate, mul(before, g))),
  'optimistic-meta-sgd': (w, g, before, metaRate) => sub(sub(w, mul(metaRate, mul(g, add(g, before)))), square(before)),
};

/**
 * The updates of Section 7.2 with the signs and brackets that are printed there, only to show what they do: x′ = x + w′⊙g, which climbs, with
 * w′ = max{·, 0}. It says of itself that it is `method`, and its trace shows that it is not.
 */
export function asPrinted(method: keyof typeof PRINTED, parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number): TensorOptimizer {
  const update: Update = (held) =>
    held.map(({ x, g, w, before }) => {
      const after = before === null ? null : keep(tidy(() => maximum(PRINTED[method](w!, g, before, metaRate), 0)));
      return { x: keep(tidy(() => add(x, mul(after ?? w!, g)))), w: after };
    });
  return metaLearned(method, parameters, { rate, metaRate }, update);
}
