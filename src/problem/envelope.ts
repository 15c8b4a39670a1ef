import { rational } from '../arithmetic/rational.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import type { Body } from './body.js';
import type { Num } from './shape.js';

/**
 * min over weights α on the simplex of ½‖x − Σα_i p_i‖² + ½blur Σ_{i>0} α_i² + Σα_i v_i: the Moreau envelope of a polyhedral function or, where blur > 0, of one
 * in more dimensions, restricted to these. It is convex and 1-smooth whatever the numbers.
 */
export interface Envelope<S> {
  /** p_i */
  readonly points: readonly Vector<S>[];
  /** v_i */
  readonly heights: readonly S[];
  readonly blur: S;
}

/** L times an {@link Envelope}, as plain data. */
export interface EnvelopeSpec {
  readonly kind: 'envelope';
  /** p_i */
  readonly points: readonly (readonly Num[])[];
  /** v_i */
  readonly heights: readonly Num[];
  /** At least 0. */
  readonly blur: Num;
  /** L: f is L times the envelope. */
  readonly smoothness: Num;
}

/**
 * L times the envelope. In float64 it is computed in rationals and rounded once: which points are nearest is a matter of exact comparisons.
 * @throws {RangeError} blur < 0, L < 0, points of several dimensions, or not as many heights; a field without an order.
 */
export function envelope<S>(K: Space<S>, spec: EnvelopeSpec): Body<S> {
  if (!isOrdered(K)) throw new RangeError(`expected a function without nearest points in ${K.name}, got an envelope`);
  if (K.name !== 'float64') return over(K, K, (x) => x, (x) => x, (x) => x, spec);
  return over(K, rational, (x) => Array.from(x, (entry) => rational.from(K.toNumber(entry))), (x) => K.from(rational.toNumber(x)), (x) => Array.from(x, K.toNumber).join(), spec);
}

/** Over K, computed in R. Points with one name are one point. */
function over<S, T>(
  K: OrderedSpace<S>,
  R: OrderedSpace<T>,
  lift: (x: Vector<S>) => Vector<T>,
  rounded: (x: T) => S,
  nameOf: (x: Vector<S>) => unknown,
  spec: EnvelopeSpec,
): Body<S> {
  const n = spec.points[0]?.length;
  if (n === undefined || spec.points.length !== spec.heights.length)
    throw new RangeError(`expected as many heights as points, at least one, got ${spec.points.length} points and ${spec.heights.length} heights`);
  const f: Envelope<T> = {
    points: spec.points.map((point) => point.map((entry) => R.from(entry))),
    heights: spec.heights.map((height) => R.from(height)),
    blur: R.from(spec.blur),
  };
  const L = R.from(spec.smoothness);
  for (const point of f.points) if (point.length !== n) throw new RangeError(`expected points of dimension ${n}, got one of dimension ${point.length}`);
  for (const [name, number] of [['blur', f.blur], ['L', L]] as const) if (!R.lessOrEqual(R.zero, number)) throw new RangeError(`expected ${name} ≥ 0, got ${R.format(number)}`);
  // A point that was seen has the same value and gradient again: vectors are never written to, and runs meet at points.
  const known = new Map<unknown, ReturnType<typeof evaluateEnvelope<T>>>();
  const at = (x: Vector<S>): ReturnType<typeof evaluateEnvelope<T>> => {
    const name = nameOf(x);
    let found = known.get(name);
    if (found === undefined) known.set(name, found = evaluateEnvelope(R, f, lift(x)));
    return found;
  };
  // A run that has left the doubles has no function any more.
  const lost = (x: Vector<S>): boolean => !Array.from(x).every((entry) => Number.isFinite(K.toNumber(entry)));
  const gradient = (x: Vector<S>): Vector<S> => (lost(x) ? x : K.vector(n, (i) => rounded(R.mul(L, at(x).gradient[i]!))));
  const divergence = (y: Vector<S>, x: Vector<S>): S => {
    if (lost(x) || lost(y)) return K.dot(y, x);
    const [to, from] = [at(y), at(x)];
    return rounded(R.mul(L, R.sub(R.sub(to.value, from.value), R.dot(from.gradient, R.minus(lift(y), lift(x))))));
  };
  return {
    source: 'Moreau envelope of a polyhedral function',
    dimension: n,
    gradient,
    divergence,
    bounds: { smoothness: rounded(L), gradientMagnitude: (x) => K.vector(n, (i) => K.abs(gradient(x)[i]!)), divergenceMagnitude: divergence },
  };
}

/** f(x) and ∇f(x) = x − Σα_i p_i. */
export function evaluateEnvelope<S>(K: OrderedSpace<S>, f: Envelope<S>, x: Vector<S>): { readonly value: S; readonly gradient: Vector<S> } {
  const weights = nearest(K, f, x);
  const gradient = weights.reduce((g, [i, weight]) => K.axpy(K.neg(weight), f.points[i]!, g), x);
  const half = K.div(K.one, K.from(2));
  const spread = sum(K, weights, ([i, weight]) => (i > 0 ? K.mul(weight, weight) : K.zero));
  const value = K.add(K.mul(half, K.add(K.dot(gradient, gradient), K.mul(f.blur, spread))), sum(K, weights, ([i, weight]) => K.mul(weight, f.heights[i]!)));
  return { value, gradient };
}

type Weights<S> = (readonly [index: number, weight: S])[];

/** Wolfe's active-set method (1976), with heights. Every change of the active set lowers the objective, so it ends. In floating point it ends where rounding hides that. */
function nearest<S>(K: OrderedSpace<S>, { points, heights, blur }: Envelope<S>, x: Vector<S>): Weights<S> {
  const half = K.div(K.one, K.from(2));
  const away = points.map((point) => K.minus(point, x));
  const blurOf = (i: number): S => (i > 0 ? blur : K.zero);
  const alone = away.map((to, i) => K.add(K.mul(half, K.add(K.dot(to, to), blurOf(i))), heights[i]!));
  let weights: Weights<S> = [[smallest(K, alone), K.one]];
  let objective: S | null = null;
  for (;;) {
    const rest = weights.reduce((v, [i, weight]) => K.axpy(weight, away[i]!, v), K.zeros(x.length));
    const slopes = away.map((to, i) => K.add(K.add(K.dot(to, rest), heights[i]!), K.mul(blurOf(i), weights.find(([index]) => index === i)?.[1] ?? K.zero)));
    const reached = K.add(K.mul(half, K.dot(rest, rest)), sum(K, weights, ([i, weight]) => K.mul(weight, K.add(heights[i]!, K.mul(half, K.mul(blurOf(i), weight))))));
    const entering = smallest(K, slopes);
    const better = objective === null || K.compare(reached, objective) < 0;
    // No other point is below the plane through those that are in.
    if (!better || weights.some(([i]) => i === entering || K.equal(slopes[i]!, slopes[entering]!))) return weights;
    objective = reached;
    weights = settled(K, away, heights, blurOf, K.exact && K.equal(blur, K.zero) ? exchanged(K, away, weights, entering) : [...weights, [entering, K.zero]]);
  }
}

/**
 * The active set with another point, each affinely independent of the others. Where the new one is a combination of them, Σc_i p_i, weight moves to it until one
 * of them has none: that leaves Σα_i p_i and lowers Σα_i v_i.
 */
function exchanged<S>(K: OrderedSpace<S>, away: readonly Vector<S>[], weights: Weights<S>, entering: number): Weights<S> {
  const to = away[entering]!;
  const active = weights.map(([i]) => i);
  const c = eliminate(K, [...active.map((i) => [...active.map((j) => K.dot(away[i]!, away[j]!)), K.one, K.dot(away[i]!, to)]), [...active.map(() => K.one), K.zero, K.one]]);
  const rest = active.reduce((v, i, a) => K.axpy(K.neg(c[a]!), away[i]!, v), to);
  if (!K.equal(K.dot(rest, rest), K.zero)) return [...weights, [entering, K.zero]];
  const blocking = weights.flatMap(([, weight], a) => (K.compare(c[a]!, K.zero) > 0 ? [{ a, step: K.div(weight, c[a]!) }] : []));
  const first = blocking[smallest(K, blocking.map(({ step }) => step))]!;
  return [...weights.flatMap(([i, weight], a): Weights<S> => (a === first.a ? [] : [[i, K.sub(weight, K.mul(first.step, c[a]!))]])), [entering, first.step]];
}

/** The minimiser over the simplex on an active set, which shrinks by those that block the way to the minimiser over the plane. */
function settled<S>(K: OrderedSpace<S>, away: readonly Vector<S>[], heights: readonly S[], blurOf: (i: number) => S, weights: Weights<S>): Weights<S> {
  for (let now = weights;;) {
    const active = now.map(([i]) => i);
    const system = active.map((i, a) => [...active.map((j, b) => (a === b ? K.add(K.dot(away[i]!, away[j]!), blurOf(i)) : K.dot(away[i]!, away[j]!))), K.one, K.neg(heights[i]!)]);
    const goal = eliminate(K, [...system, [...active.map(() => K.one), K.zero, K.one]]);
    const blocking = now.map(([, weight], a) => (K.compare(goal[a]!, K.zero) < 0 ? K.div(weight, K.sub(weight, goal[a]!)) : K.one));
    const first = smallest(K, blocking);
    const step = blocking[first]!;
    if (!(K.compare(step, K.one) < 0)) return now.map(([i], a) => [i, goal[a]!]);
    now = now.flatMap(([i, weight], a): Weights<S> => (a === first ? [] : [[i, K.max(K.zero, K.add(weight, K.mul(step, K.sub(goal[a]!, weight))))]]));
  }
}

/** Gaussian elimination with the largest pivots; the last column is the right side. */
function eliminate<S>(K: OrderedSpace<S>, rows: S[][]): S[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (K.compare(K.abs(rows[i]![k]!), K.abs(rows[best]![k]!)) > 0) best = i;
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const pivot = rows[k]!;
    for (let i = k + 1; i < n; i++) {
      const row = rows[i]!;
      if (K.equal(row[k]!, K.zero)) continue;
      const factor = K.div(row[k]!, pivot[k]!);
      for (let j = k; j <= n; j++) row[j] = K.sub(row[j]!, K.mul(factor, pivot[j]!));
    }
  }
  const solution: S[] = Array.from({ length: n }, () => K.zero);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k]!;
    let rest: S = row[n]!;
    for (let j = k + 1; j < n; j++) rest = K.sub(rest, K.mul(row[j]!, solution[j]!));
    solution[k] = K.div(rest, row[k]!);
  }
  return solution;
}

function smallest<S>(K: OrderedSpace<S>, numbers: readonly S[]): number {
  return numbers.reduce((best, number, i) => (K.compare(number, numbers[best]!) < 0 ? i : best), 0);
}

function sum<S, T>(K: Space<S>, items: readonly T[], of: (item: T) => S): S {
  return items.reduce((total, item) => K.add(total, of(item)), K.zero);
}
