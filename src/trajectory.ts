import type { Matrix, Vector } from './arithmetic/space.js';

/** One round t of an online learner against linear losses. */
export interface Play<S> {
  /** From 1. */
  readonly t: number;
  /** α_t */
  readonly alpha: S;
  /** η_t: the learning rate that formed `play`. */
  readonly eta: S;
  /** u_t */
  readonly play: Vector<S>;
  /** g_t, revealed after `play`. */
  readonly loss: Vector<S>;
  /** g̃_t, known before `play`. */
  readonly hint: Vector<S>;
  /** S_{t−1} and S_t, S_t = Σ_{s≤t} α_s g_s. */
  readonly sumBefore: Vector<S>;
  readonly sum: Vector<S>;
  /** −η_t(S_{t−1} + α_t g̃_t): what was projected. It differs from `play` where the projection was active. */
  readonly unprojected: Vector<S>;
}

/** One round t of Algorithm 2 or 4: the learner plays w_t, its losses are the meta-gradients g_t. */
export interface Round<S> extends Play<S> {
  /** α_{1:t−1} and α_{1:t} */
  readonly alphaSumBefore: S;
  readonly alphaSum: S;
  /** w_t (the same vector as `play`) */
  readonly w: Vector<S>;
  /** x̄_{t−1} and x̄_t */
  readonly previousAverage: Vector<S>;
  readonly average: Vector<S>;
  /** x_t = φ(x̄_{t−1}, w_t) */
  readonly x: Vector<S>;
  /** A_t = Dφ(x̄_{t−1}, ·) */
  readonly jacobian: Matrix<S>;
  /** b_t = φ(x̄_{t−1}, 0) */
  readonly offset: Vector<S>;
  /** G_t = ∇f(x̄_t) */
  readonly gradient: Vector<S>;
  /** g_t = A_tᵀG_t (the same vector as `loss`) */
  readonly metaGradient: Vector<S>;
}

/** One step of Algorithm 1 or 3: positions x_{t−1}, x_t, and the meta-parameter before and after. */
export interface MetaStep<S> {
  /** From 1. */
  readonly t: number;
  /** x_{t−1} */
  readonly previous: Vector<S>;
  /** x_t */
  readonly x: Vector<S>;
  /** w_t, which makes x_t. */
  readonly w: Vector<S>;
  /** w_{t+1} */
  readonly next: Vector<S>;
}
