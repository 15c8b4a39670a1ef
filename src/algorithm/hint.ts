import type { Matrix, Space, Vector } from '../arithmetic/space.js';
import type { Round } from '../trajectory.js';

/** What is known when w_t is formed: everything up to t − 1, and A_t, since x̄_{t−1} is known and φ is affine in w. */
export interface HintContext<S> {
  /** The round to come, from 1. */
  readonly t: number;
  /** α_t */
  readonly alpha: S;
  /** x̄_{t−1} */
  readonly previousAverage: Vector<S>;
  /** A_t */
  readonly jacobian: Matrix<S>;
  /** Round t − 1; null before the first. */
  readonly last: Round<S> | null;
}

/** g̃_t */
export type HintRule<S> = (context: HintContext<S>) => Vector<S>;

/** g̃_t = 0 */
export function noHint<S>(K: Space<S>, parameters: number): HintRule<S> {
  const zero = K.zeros(parameters);
  return () => zero;
}

/** g̃_1 … g̃_T given beforehand. @throws {RangeError} on a round that has none. */
export function givenHints<S>(hints: readonly Vector<S>[]): HintRule<S> {
  return ({ t }) => {
    const hint = hints[t - 1];
    if (hint === undefined) throw new RangeError(`expected a hint for round ${t}, got ${hints.length} hints`);
    return hint;
  };
}

/** Corollary 1 as printed: g̃_t = A_{t−1}ᵀ∇f(x̄_{t−1}), which is g_{t−1}; g̃_1 = 0. */
export function previousGradientHint<S>(K: Space<S>, parameters: number): HintRule<S> {
  const zero = K.zeros(parameters);
  return ({ last }) => last?.metaGradient ?? zero;
}

/** The current Jacobian on the previous gradient: g̃_t = A_tᵀ∇f(x̄_{t−1}); g̃_1 = 0. */
export function currentJacobianHint<S>(K: Space<S>, parameters: number): HintRule<S> {
  const zero = K.zeros(parameters);
  return ({ last, jacobian }) => (last === null ? zero : K.applyTranspose(jacobian, last.gradient, parameters));
}

/** The hint that makes the average Nesterov's method for φ = w: g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1}); g̃_1 = 0. */
export function scaledHint<S>(K: Space<S>, parameters: number): HintRule<S> {
  const zero = K.zeros(parameters);
  return ({ last, jacobian, alpha }) => {
    if (last === null) return zero;
    const ratio = K.div(last.alpha, alpha);
    return K.scale(K.mul(ratio, ratio), K.applyTranspose(jacobian, last.gradient, parameters));
  };
}
