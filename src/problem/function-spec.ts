import type { EnvelopeSpec } from './envelope.js';
import type { Num, ShapeSpec } from './shape.js';

/** One summand c σ(⟨a, x⟩ − b), c ≥ 0. */
export interface RidgeSpec {
  /** a_k */
  readonly direction: readonly Num[];
  /** b_k */
  readonly offset: Num;
  /** c_k ≥ 0 */
  readonly weight: Num;
  /** σ_k */
  readonly shape: ShapeSpec;
}

/** A convex smooth function before it is tilted, as plain data: what a case file holds. */
export type BodySpec =
  /** Σ_k c_k σ_k(⟨a_k, x⟩ − b_k): least squares, Huber and logistic regression, piecewise quadratics, sums of all of them. */
  | { readonly kind: 'ridge'; readonly terms: readonly RidgeSpec[] }
  /** ½ xᵀQx, Q = H diag(spectrum) Hᵀ with H the product of the Householder reflections of `reflectors`: L = max spectrum. */
  | { readonly kind: 'spectral'; readonly spectrum: readonly Num[]; readonly reflectors: readonly (readonly Num[])[] }
  /** log Σ_i exp(⟨a_i, x⟩ + b_i) */
  | { readonly kind: 'log-sum-exp'; readonly atoms: readonly (readonly Num[])[]; readonly offsets: readonly Num[] }
  /** Nesterov's worst function: (L/8)[x₁² + Σ(x_i − x_{i+1})² + x_n²] − (L/4)x₁ (Introductory Lectures, 2.1.2). */
  | { readonly kind: 'chain'; readonly dimension: number; readonly smoothness: Num }
  | EnvelopeSpec
  | { readonly kind: 'sum'; readonly parts: readonly BodySpec[] }
  /** x ↦ g(Mx + s) */
  | { readonly kind: 'composition'; readonly inner: BodySpec; readonly matrix: readonly (readonly Num[])[]; readonly shift: readonly Num[] };

/** f(x) = B_g(x, x*) + f(x*) for the body g: convex, as smooth as g, with minimiser x* and ∇f(x*) = 0. */
export interface FunctionSpec {
  /** f before it is tilted. */
  readonly body: BodySpec;
  /** x*: f is tilted so that ∇f(x*) = 0. */
  readonly minimiser: readonly Num[];
  /** f(x*): 0 where it is left out. */
  readonly minimum?: Num;
}
