/**
 * A proof, in exact numbers, of how badly a fixed-step first-order method may do on a class of functions in every dimension.
 *
 * Numbers are strings "p" or "p/q" in lowest terms, q > 1. Units: L = 1; ‖x_0 − x*‖ ≤ 1 or f(x_0) − f* ≤ 1. For other L, R, δ the bound is multiplied
 * by what has the criterion's dimension: LR², L²R², R² or δ, Lδ, δ/L for the value, the squared gradient and the squared distance.
 */
export interface Certificate extends Statement {
  readonly format: 'omg-oracle worst case, version 1';
  /** τ: the criterion is at most this. */
  readonly bound: string;
  /** Nonnegative weights of interpolation conditions, each pair at most once. */
  readonly multipliers: readonly Multiplier[];
  /**
   * The quadratic form S = τ·condition + Σ multiplier·condition(i, j) − criterion in x_0 − x* and the gradients at the points that differ, in the
   * order queries, `out`, `start`: its lower triangle times `denominator`, without common factors. It must be positive semidefinite.
   */
  readonly remainder: { readonly denominator: string; readonly rows: readonly (readonly string[])[] };
}

/** What is bounded, for which method, functions and start. */
export interface Statement {
  readonly method: StepMatrix;
  /** μ/L, 0 ≤ μ/L < 1: the functions are L-smooth and μ-strongly convex; convex for 0. */
  readonly strongConvexity: string;
  /** ‖x_0 − x*‖² ≤ R² or f(x_0) − f* ≤ δ. */
  readonly condition: 'distance' | 'value';
  /** f(out) − f*, ‖∇f(out)‖² or ‖out − x*‖². */
  readonly criterion: 'value' | 'gradient' | 'distance';
}

/**
 * The points y_i = x_0 − (1/L) Σ_{j<i} H_ij ∇f(y_j) at which a method asks for gradients, i < N, and the one that is judged, out = x_0 − (1/L) Σ_j H_j ∇f(y_j):
 * the last iterate, an average, or a query again (then with zeros at the end). Points whose rows are equal are one point.
 */
export interface StepMatrix {
  /** Row i has i entries. */
  readonly queries: readonly (readonly string[])[];
  /** N entries. */
  readonly output: readonly string[];
}

/**
 * f_i ≥ f_j + ⟨g_j, x_i − x_j⟩ + (‖g_i − g_j‖² + μ‖x_i − x_j‖² − 2μ⟨g_i − g_j, x_i − x_j⟩)/(2(1 − μ)), L = 1: what every L-smooth μ-strongly convex f keeps
 * (Taylor, Hendrickx and Glineur 2017, Theorem 4).
 */
export interface Multiplier {
  readonly i: Point;
  readonly j: Point;
  readonly value: string;
}

/** A query by its index; the judged point; x_0; the minimiser. */
export type Point = number | 'out' | 'start' | '*';
