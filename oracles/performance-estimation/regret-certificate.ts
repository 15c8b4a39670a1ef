/**
 * A proof, in exact numbers, of how much regret AO-FTRL (Eq. 4) may have over all linear losses and hints, in every dimension.
 *
 * R = Σ ⟨a_t, w_t − u⟩ with weighed losses a_t = α_t g_t, weighed hints h_t = α_t g̃_t, and plays w_t = Π_W(y_t), y_t = −η_t(a_1 + … + a_{t−1} + h_t).
 * Numbers are strings "p" or "p/q" in lowest terms, q > 1. Units: ‖u‖ ≤ D = 1 and Σ‖a_t − h_t‖² ≤ G² = 1. For others the rates are
 * multiples of D/G, and the bound one of DG.
 */
export interface RegretCertificate extends RegretStatement {
  readonly format: 'omg-oracle worst regret, version 1';
  /** The regret is at most this: comparator + budget + Σ plays. */
  readonly bound: string;
  /** Nonnegative weights of ‖u‖² ≤ 1 and of Σ‖a_t − h_t‖² ≤ 1. */
  readonly comparator: string;
  readonly budget: string;
  /** Nonnegative weights of ‖w_t‖² ≤ 1; T of them, zeros where a play has no letter of its own. */
  readonly plays: readonly string[];
  /** Nonnegative weights of ⟨y_t − w_t, v − w_t⟩ ≤ 0, v in W; each at most once. */
  readonly normals: readonly Normal[];
  /**
   * The quadratic form S = comparator·‖u‖² + budget·Σ‖a_t − h_t‖² + Σ play·‖w_t‖² + Σ normal·⟨y_t − w_t, v − w_t⟩ − R in u, a_1 … a_T, the h_t where they
   * are given, and the w_t that have a letter: its lower triangle times `denominator`, without common factors. It must be positive semidefinite.
   */
  readonly remainder: { readonly denominator: string; readonly rows: readonly (readonly string[])[] };
}

/** What is bounded, for which learner. */
export interface RegretStatement {
  /**
   * R^m, where w_t = y_t; or the unit ball around 0, of which is used that it holds u and −v for each of its points v, and nothing outside it: what is proved
   * holds for every closed convex W = −W in the ball. There a w_t has a letter unless y_t is 0 whatever the losses, when w_t = 0.
   */
  readonly set: 'space' | 'ball';
  /** η_1 … η_T > 0. */
  readonly rates: readonly string[];
  /** Any hints; or h_t = Σ_{s<t} c_ts a_s, with t − 1 entries in row t: zeros for FTRL, which has no hints. */
  readonly hints: 'given' | readonly (readonly string[])[];
}

export interface Normal {
  /** 1 … T */
  readonly t: number;
  /** "u", "w3", or minus one of them. */
  readonly towards: string;
  readonly value: string;
}
