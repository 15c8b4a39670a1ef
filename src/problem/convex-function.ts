import type { Space, Vector } from '../arithmetic/space.js';

/** f with its gradient and its Bregman divergence, over any field. */
export interface DifferentiableFunction<S> {
  /** Says which function it is, readable in a report. */
  readonly name: string;
  /** Where the family comes from. */
  readonly source: string;
  readonly dimension: number;
  /** x*, with ∇f(x*) = 0. */
  readonly minimiser: Vector<S>;
  /** f(x*). */
  readonly minimum: S;
  readonly value: (x: Vector<S>) => S;
  readonly gradient: (x: Vector<S>) => Vector<S>;
  /** B_f(y, x) = f(y) − f(x) − ⟨∇f(x), y − x⟩, computed without subtracting values of f where the family allows it. */
  readonly divergence: (y: Vector<S>, x: Vector<S>) => S;
}

/** A convex f on all of Rⁿ whose gradient is Lipschitz. */
export interface ConvexFunction<S> extends DifferentiableFunction<S> {
  /** An upper bound on L: ‖∇f(x) − ∇f(y)‖ ≤ L‖x − y‖ on all of Rⁿ. Tight where `smoothnessIsTight`. */
  readonly smoothness: S;
  /** ∇f with every summand replaced by its absolute value: what rounding errors of the gradient are relative to. */
  readonly gradientMagnitude: (x: Vector<S>) => Vector<S>;
  /** The like for B_f(y, x), so also for f(x) = B_f(x, x*) + f(x*). */
  readonly divergenceMagnitude: (y: Vector<S>, x: Vector<S>) => S;
}

/** |x|, entry by entry. */
export function absolute<S>(K: Space<S> & { abs(a: S): S }, x: Vector<S>): Vector<S> {
  return K.vector(x.length, (i) => K.abs(x[i]!));
}
