import type { Space, Vector } from '../arithmetic/space.js';

/** f with its gradient and its Bregman divergence, over any field. */
export interface DifferentiableFunction<S> {
  /** f in words that a reader can compute by: {@link formulaOf}. Made where it is asked for. */
  readonly formula: () => string;
  /** Where the family comes from. */
  readonly source: string;
  /** n */
  readonly dimension: number;
  /** x*, with ∇f(x*) = 0. */
  readonly minimiser: Vector<S>;
  /** f(x*). */
  readonly minimum: S;
  /** f(x) */
  readonly value: (x: Vector<S>) => S;
  /** ∇f(x), n entries. */
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

/**
 * The same function, which computes little twice: vectors are never written to, so one that was seen has the same gradient again. For runs that several
 * ledgers look at, since it keeps what it saw.
 */
export function remembered<S>(f: ConvexFunction<S>): ConvexFunction<S>;
export function remembered<S>(f: DifferentiableFunction<S>): DifferentiableFunction<S>;
export function remembered<S>(f: DifferentiableFunction<S> | ConvexFunction<S>): DifferentiableFunction<S> {
  const same = { gradient: byPoint(f.gradient), divergence: byPair(f.divergence) };
  return 'gradientMagnitude' in f
    ? { ...f, ...same, gradientMagnitude: byPoint(f.gradientMagnitude), divergenceMagnitude: byPair(f.divergenceMagnitude) } as ConvexFunction<S>
    : { ...f, ...same };
}

function byPoint<S, T>(compute: (x: Vector<S>) => T): (x: Vector<S>) => T {
  const known = new Map<Vector<S>, T>();
  return (x) => {
    let value = known.get(x);
    if (value === undefined) known.set(x, value = compute(x));
    return value;
  };
}

/** The last two y that each x was asked for with: ledgers go through a run round by round, with x* and x̄_{t−1}. */
function byPair<S, T>(compute: (y: Vector<S>, x: Vector<S>) => T): (y: Vector<S>, x: Vector<S>) => T {
  interface Pair {
    readonly y: Vector<S>;
    readonly value: T;
    older: Pair | null;
  }
  const known = new Map<Vector<S>, Pair>();
  return (y, x) => {
    const last = known.get(x) ?? null;
    if (last?.y === y) return last.value;
    if (last?.older?.y === y) return last.older.value;
    const value = compute(y, x);
    if (last !== null) last.older = null;
    known.set(x, { y, value, older: last });
    return value;
  };
}
