import { isOrdered, isReal, sameLength, type OrderedSpace, type RealSpace, type Space, type Vector } from '../arithmetic/space.js';
import { numbers } from './body.js';
import type { Num } from './shape.js';

/** A closed convex W ⊂ Rᵐ with its Euclidean projection. */
export interface FeasibleSet<S> {
  /** Which W it is, readable in a report. */
  readonly name: string;
  /** m */
  readonly dimension: number;
  /** True for all of Rᵐ, where nothing is ever projected. */
  readonly whole: boolean;
  /** argmin_{w ∈ W} ‖w − v‖ */
  readonly project: (v: Vector<S>) => Vector<S>;
  /** What a projection's rounding is relative to beside the point: the size of the numbers that W itself is made of. Left out where it only compares. */
  readonly extent?: S;
}

/** Which W, as plain data. */
export type SetSpec =
  | { readonly kind: 'all'; readonly dimension: number }
  | { readonly kind: 'box'; readonly lower: readonly Num[]; readonly upper: readonly Num[] }
  /** {w ≥ corner} */
  | { readonly kind: 'orthant'; readonly corner: readonly Num[] }
  /** {w ≥ corner, Σ(w − corner) = size} */
  | { readonly kind: 'simplex'; readonly corner: readonly Num[]; readonly size: Num }
  | { readonly kind: 'ball'; readonly centre: readonly Num[]; readonly radius: Num };

/** W with its projection, from its data. @throws {RangeError} an empty set, or one whose projection this arithmetic cannot express. */
export function feasibleSet<S>(K: Space<S>, spec: SetSpec): FeasibleSet<S> {
  if (spec.kind === 'all') return { name: spec.dimension === 1 ? 'R' : `R^${spec.dimension}`, dimension: spec.dimension, whole: true, project: (v) => v };
  if (!isOrdered(K)) throw new RangeError(`expected the whole space, the only set without an order, got "${spec.kind}" in ${K.name}`);
  switch (spec.kind) {
    case 'box':
      return box(K, numbers(K, spec.lower), numbers(K, spec.upper));
    case 'orthant':
      return orthant(K, numbers(K, spec.corner));
    case 'simplex':
      return simplex(K, numbers(K, spec.corner), K.from(spec.size));
    case 'ball':
      if (!isReal(K)) throw new RangeError(`expected a set that is projected on without roots in ${K.name}, got "ball"`);
      return ball(K, numbers(K, spec.centre), K.from(spec.radius));
  }
}

function box<S>(K: OrderedSpace<S>, lower: Vector<S>, upper: Vector<S>): FeasibleSet<S> {
  const m = sameLength(lower, upper);
  for (let i = 0; i < m; i++) {
    if (!K.lessOrEqual(lower[i]!, upper[i]!)) throw new RangeError(`expected lower ≤ upper, got ${K.format(lower[i]!)} > ${K.format(upper[i]!)}`);
  }
  const interval = (i: number): string => `[${K.format(lower[i]!)}, ${K.format(upper[i]!)}]`;
  return {
    name: Array.from({ length: m }, (_, i) => interval(i)).join('×'),
    dimension: m,
    whole: false,
    project: (v) => K.vector(m, (i) => K.max(lower[i]!, K.min(upper[i]!, v[i]!))),
  };
}

function orthant<S>(K: OrderedSpace<S>, corner: Vector<S>): FeasibleSet<S> {
  return {
    name: `{w ≥ (${Array.from(corner, K.format).join(', ')})}`,
    dimension: corner.length,
    whole: false,
    project: (v) => K.vector(corner.length, (i) => K.max(corner[i]!, v[i]!)),
  };
}

/** Projection by sorting (Held, Wolfe, Crowder 1974): w = max(v − θ, 0), θ such that the sum is right. */
function simplex<S>(K: OrderedSpace<S>, corner: Vector<S>, size: S): FeasibleSet<S> {
  if (!K.lessOrEqual(K.zero, size)) throw new RangeError(`expected a simplex of size ≥ 0, got ${K.format(size)}`);
  const m = corner.length;
  if (m === 0) throw new RangeError('expected a simplex of dimension ≥ 1, got 0');
  return {
    name: `{w ≥ (${Array.from(corner, K.format).join(', ')}), Σ(w − corner) = ${K.format(size)}}`,
    dimension: m,
    whole: false,
    extent: K.add(sumOfSizes(K, corner), size),
    project(v) {
      const relative = K.minus(v, corner);
      const sorted = Array.from(relative).toSorted((a, b) => K.compare(b, a));
      let [sum, threshold] = [K.zero, K.sub(sorted[0]!, size)];
      for (let k = 0; k < m; k++) {
        sum = K.add(sum, sorted[k]!);
        const candidate = K.div(K.sub(sum, size), K.from(k + 1));
        if (K.lessOrEqual(candidate, sorted[k]!)) threshold = candidate;
      }
      return K.vector(m, (i) => K.add(corner[i]!, K.max(K.sub(relative[i]!, threshold), K.zero)));
    },
  };
}

function ball<S>(K: RealSpace<S>, centre: Vector<S>, radius: S): FeasibleSet<S> {
  if (!K.lessOrEqual(K.zero, radius)) throw new RangeError(`expected a radius ≥ 0, got ${K.format(radius)}`);
  return {
    name: `ball of radius ${K.format(radius)} around (${Array.from(centre, K.format).join(', ')})`,
    dimension: centre.length,
    whole: false,
    extent: K.add(sumOfSizes(K, centre), radius),
    project(v) {
      const offset = K.minus(v, centre);
      const norm = K.sqrt(K.dot(offset, offset));
      return K.lessOrEqual(norm, radius) ? v : K.axpy(K.div(radius, norm), offset, centre);
    },
  };
}

function sumOfSizes<S>(K: OrderedSpace<S>, v: Vector<S>): S {
  return Array.from(v).reduce((sum, entry) => K.add(sum, K.abs(entry)), K.zero);
}
