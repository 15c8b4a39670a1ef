import { TallyBuilder, type Tally } from '../oracles/tally.js';
import { isOrdered, type Space, type Vector } from './arithmetic/space.js';
import { absolute } from './problem/convex-function.js';
import type { Round } from './trajectory.js';
import type { UpdateRule } from './update-rule/update-rule.js';

/**
 * Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w)⟩: the regret under ℓ_t(·) = α_t⟨G_t, φ(x̄_{t−1}, ·)⟩ (Section 4), φ evaluated and
 * not taken apart into A_t and b_t.
 */
export function outputRegret<S>(K: Space<S>, rule: UpdateRule<S>, rounds: readonly Round<S>[], w: Vector<S>, roundings: number): Tally<S> {
  const tally = new TallyBuilder(K, roundings);
  for (const { t, alpha, gradient, previousAverage, x, w: played, jacobian, offset } of rounds) {
    const value = K.mul(alpha, K.dot(gradient, K.minus(x, rule.apply(previousAverage, w))));
    tally.add(`α_${t}⟨G_${t}, φ(x̄_${t - 1}, w_${t}) − φ(x̄_${t - 1}, w)⟩`, value, () => {
      if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
      const [size, base] = [jacobian.map((row) => absolute(K, row)), absolute(K, offset)];
      const output = K.apply(size, K.plus(absolute(K, played), absolute(K, w)));
      return K.mul(alpha, K.dot(absolute(K, gradient), K.plus(output, K.plus(base, base))));
    });
  }
  return tally;
}

/** Σα_t⟨∇h_t(w_t), w_t − w⟩: R^w(T) as printed. */
export function printedRegret<S>(K: Space<S>, rounds: readonly Round<S>[], metaLossGradient: (round: Round<S>) => Vector<S>, w: Vector<S>): TallyBuilder<S> {
  const tally = new TallyBuilder(K, 0);
  for (const round of rounds) {
    tally.add(`α_${round.t}⟨∇h_${round.t}(w_${round.t}), w_${round.t} − w*⟩`, K.mul(round.alpha, K.dot(metaLossGradient(round), K.minus(round.w, w))), () => K.zero);
  }
  return tally;
}
