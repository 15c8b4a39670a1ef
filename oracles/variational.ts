import { isOrdered, isReal, type OrderedSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import type { SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';

/** A quantity that is ≥ 0 where a condition holds, with the size that its rounding is relative to. */
export interface Condition<S> {
  readonly name: string;
  readonly value: S;
  readonly size: () => S;
}

/**
 * w = argmin over W of a convex function whose gradient at w is `normal` iff w ∈ W and ⟨normal, v − w⟩ ≥ 0 for all v ∈ W. Each W
 * here is the convex hull of few points and rays, or a ball, so that the conditions returned are all of it: nothing is sampled.
 * The set is read from its data; no projection is used. `reach` bounds the sizes of everything that w was computed from, `scale`
 * times that the sizes that the entries of `normal` are summed from.
 */
export function optimalityConditions<S>(K: OrderedSpace<S>, spec: SetSpec, w: Vector<S>, normal: Vector<S>, reach: () => S, scale: S): Condition<S>[] {
  return [...membership(K, spec, w, reach), ...variationalInequalities(K, spec, w, normal, reach, scale)];
}

function entries<S>(K: Space<S>, data: readonly Num[]): Vector<S> {
  return K.vector(data.length, (i) => K.from(data[i]!));
}

/** Σ|x_i| */
export function sumOfSizes<S>(K: OrderedSpace<S>, x: Vector<S>): S {
  return Array.from(x).reduce((sum, entry) => K.add(sum, K.abs(entry)), K.zero);
}

/** How large the numbers are that describe W: what a point of W, and a projection onto it, rounds relative to. */
export function extent<S>(K: OrderedSpace<S>, spec: SetSpec): S {
  const size = (data: readonly Num[]): S => sumOfSizes(K, entries(K, data));
  switch (spec.kind) {
    case 'all':
      return K.zero;
    case 'box':
      return K.add(size(spec.lower), size(spec.upper));
    case 'orthant':
      return size(spec.corner);
    case 'simplex':
      return K.add(size(spec.corner), K.from(spec.size));
    case 'ball':
      return K.add(size(spec.centre), K.from(spec.radius));
  }
}

function membership<S>(K: OrderedSpace<S>, spec: SetSpec, w: Vector<S>, reach: () => S): Condition<S>[] {
  const size = (): S => K.add(K.add(extent(K, spec), sumOfSizes(K, w)), reach());
  const nonNegative = (name: string, v: Vector<S>): Condition<S>[] => Array.from(v, (value) => ({ name, value, size }));
  switch (spec.kind) {
    case 'all':
      return [];
    case 'box':
      return [...nonNegative('w ≥ lower', K.minus(w, entries(K, spec.lower))), ...nonNegative('w ≤ upper', K.minus(entries(K, spec.upper), w))];
    case 'orthant':
      return nonNegative('w ≥ corner', K.minus(w, entries(K, spec.corner)));
    case 'simplex': {
      const relative = K.minus(w, entries(K, spec.corner));
      const excess = K.sub(Array.from(relative).reduce((sum, entry) => K.add(sum, entry), K.zero), K.from(spec.size));
      return [...nonNegative('w ≥ corner', relative), { name: 'Σ(w − corner) = size', value: K.neg(K.abs(excess)), size }];
    }
    case 'ball': {
      const [offset, radius] = [K.minus(w, entries(K, spec.centre)), K.from(spec.radius)];
      return [{ name: '‖w − centre‖² ≤ r²', value: K.sub(K.mul(radius, radius), K.dot(offset, offset)), size: () => K.mul(size(), size()) }];
    }
  }
}

function variationalInequalities<S>(K: OrderedSpace<S>, spec: SetSpec, w: Vector<S>, normal: Vector<S>, reach: () => S, scale: S): Condition<S>[] {
  const normalSize = (): S => K.mul(scale, reach());
  const size = (): S => K.mul(normalSize(), K.add(extent(K, spec), sumOfSizes(K, w)));
  const towards = (name: string, value: S): Condition<S> => ({ name, value, size });
  const along = (name: string, values: Vector<S>): Condition<S>[] => Array.from(values, (value) => ({ name, value, size: normalSize }));
  /** n_i(v_i − w_i): boxes and orthants are products, on which the inequality holds coordinate by coordinate. */
  const bound = (name: string, v: Vector<S>): Condition<S>[] => Array.from(K.hadamard(normal, K.minus(v, w)), (value) => towards(name, value));
  switch (spec.kind) {
    case 'all':
      return [...along('⟨n, e_i⟩ ≥ 0', normal), ...along('⟨n, −e_i⟩ ≥ 0', K.scale(K.neg(K.one), normal))];
    case 'box':
      return [...bound('n_i(lower_i − w_i) ≥ 0', entries(K, spec.lower)), ...bound('n_i(upper_i − w_i) ≥ 0', entries(K, spec.upper))];
    case 'orthant':
      return [...bound('n_i(corner_i − w_i) ≥ 0', entries(K, spec.corner)), ...along('⟨n, e_i⟩ ≥ 0', normal)];
    case 'simplex': {
      const [corner, side] = [entries(K, spec.corner), K.from(spec.size)];
      const vertex = (k: number): Vector<S> => K.vector(w.length, (i) => (i === k ? K.add(corner[i]!, side) : corner[i]!));
      // The threshold of a simplex is a sum: its entries round relative to all of what was projected, not to W.
      return Array.from(w, (_, k) => ({ name: `⟨n, v − w⟩ ≥ 0 at vertex ${k}`, value: K.dot(normal, K.minus(vertex(k), w)), size: () => K.mul(normalSize(), reach()) }));
    }
    case 'ball': {
      if (!isReal(K)) throw new RangeError(`expected roots for a ball, got ${K.name}`);
      // min over the ball of ⟨n, v⟩ is ⟨n, centre⟩ − r‖n‖.
      const least = K.sub(K.dot(normal, K.minus(entries(K, spec.centre), w)), K.mul(K.from(spec.radius), K.sqrt(K.dot(normal, normal))));
      return [towards('⟨n, centre − w⟩ ≥ r‖n‖', least)];
    }
  }
}

/**
 * True where w is in the interior of W. Floating point puts a point that was projected onto a sphere to either side of it by a few
 * ulps: there it counts as interior only from a margin on, which narrows a hypothesis and widens no tolerance.
 */
export function isInterior<S>(K: Space<S>, spec: SetSpec, w: Vector<S>): boolean {
  if (spec.kind === 'all') return true;
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  const less = (a: S, b: S): boolean => K.compare(a, b) < 0;
  const above = (data: readonly Num[]): boolean => data.every((low, i) => less(K.from(low), w[i]!));
  switch (spec.kind) {
    case 'box':
      return above(spec.lower) && spec.upper.every((high, i) => less(w[i]!, K.from(high)));
    case 'orthant':
      return above(spec.corner);
    case 'simplex':
      return false;
    case 'ball': {
      const [offset, radius] = [K.minus(w, entries(K, spec.centre)), K.from(spec.radius)];
      const margin = K.mul(K.from(2 ** -30), K.mul(K.add(radius, sumOfSizes(K, w)), K.add(radius, extent(K, spec))));
      return less(K.add(K.dot(offset, offset), margin), K.mul(radius, radius));
    }
  }
}
