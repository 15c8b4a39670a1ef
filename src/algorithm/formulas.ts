import type { Matrix, Space, Vector } from '../arithmetic/space.js';
import type { FeasibleSet } from '../problem/feasible-set.js';

/** Which β forms w_t: Eq. (4) and the theorems say β_t, Algorithms 2 and 4 say β_{t−1} (β_0 is then an input). */
export type BetaIndex = 'equation-4' | 'algorithm-4';

/** Lazy projects −η S_t onto W each time (FTRL); greedy steps from the projected point (online gradient descent). */
export type Projection = 'lazy' | 'greedy';

/** The one-line formulas of which Algorithms 2 and 4 are made; each stands in the paper. */
export interface Formulas {
  /** Eq. (2): x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t x_t. */
  readonly average: <S>(K: Space<S>, previous: Vector<S>, x: Vector<S>, alphaSumBefore: S, alpha: S) => Vector<S>;
  /** g_t = A_tᵀG_t */
  readonly metaGradient: <S>(K: Space<S>, jacobian: Matrix<S>, gradient: Vector<S>, parameters: number) => Vector<S>;
  /** η_t, from β_0 … β_T. */
  readonly learningRate: <S>(beta: readonly S[], t: number, index: BetaIndex) => S;
  /** S_t = S_{t−1} + α_t g_t */
  readonly accumulate: <S>(K: Space<S>, sum: Vector<S>, alpha: S, metaGradient: Vector<S>) => Vector<S>;
  /** v_t = S_{t−1} + α_t g̃_t */
  readonly optimisticSum: <S>(K: Space<S>, sumBefore: Vector<S>, alpha: S, hint: Vector<S>) => Vector<S>;
  /** argmin_w ⟨v, w⟩ + ‖w − c‖²/(2η), before it is projected: c − ηv. */
  readonly leader: <S>(K: Space<S>, eta: S, v: Vector<S>, centre: Vector<S>) => Vector<S>;
  /** The greedy step w − η(α_{t+1}g̃_{t+1} + α_t g_t − α_t g̃_t). */
  readonly greedyStep: <S>(K: Space<S>, eta: S, w: Vector<S>, nextHint: Vector<S>, loss: Vector<S>, hint: Vector<S>) => Vector<S>;
  readonly project: <S>(set: FeasibleSet<S>, v: Vector<S>) => Vector<S>;
}

export const formulas: Formulas = {
  // 1 − ρ_t as α_{1:t−1}/α_{1:t}: forming 1 − ρ_t cancels where ρ_t is near 1.
  average(K, previous, x, alphaSumBefore, alpha) {
    const alphaSum = K.add(alphaSumBefore, alpha);
    return K.axpy(K.div(alphaSumBefore, alphaSum), previous, K.scale(K.div(alpha, alphaSum), x));
  },
  metaGradient: (K, jacobian, gradient, parameters) => K.applyTranspose(jacobian, gradient, parameters),
  learningRate(beta, t, index) {
    const eta = beta[index === 'equation-4' ? t : t - 1];
    if (eta === undefined) throw new RangeError(`expected learning rates β_0 … β_T, got ${beta.length} of them at t = ${t}`);
    return eta;
  },
  accumulate: (K, sum, alpha, metaGradient) => K.axpy(alpha, metaGradient, sum),
  optimisticSum: (K, sumBefore, alpha, hint) => K.axpy(alpha, hint, sumBefore),
  leader: (K, eta, v, centre) => K.axpy(K.neg(eta), v, centre),
  greedyStep: (K, eta, w, nextHint, loss, hint) => K.axpy(K.neg(eta), K.minus(K.plus(nextHint, loss), hint), w),
  project: (set, v) => set.project(v),
};
