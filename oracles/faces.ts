import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import type { SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import type { Halfspace } from './comparator.js';

/** {lower ≤ w ≤ upper, Σw = total}; null: no such bound. */
interface Polyhedron<S> {
  readonly lower: readonly (S | null)[];
  readonly upper: readonly (S | null)[];
  readonly total: S | null;
}

/** @throws {RangeError} a ball, which has no faces to enumerate. */
function polyhedron<S>(K: OrderedSpace<S>, spec: SetSpec): Polyhedron<S> {
  const numbers = (data: readonly Num[]): S[] => data.map((x) => K.from(x));
  const none = (m: number): null[] => Array<null>(m).fill(null);
  switch (spec.kind) {
    case 'all':
      return { lower: none(spec.dimension), upper: none(spec.dimension), total: null };
    case 'box':
      return { lower: numbers(spec.lower), upper: numbers(spec.upper), total: null };
    case 'orthant':
      return { lower: numbers(spec.corner), upper: none(spec.corner.length), total: null };
    case 'simplex':
      return { lower: numbers(spec.corner), upper: none(spec.corner.length), total: numbers(spec.corner).reduce((sum, x) => K.add(sum, x), K.from(spec.size)) };
    case 'ball':
      throw new RangeError('expected a polyhedron, got a ball');
  }
}

/**
 * The smallest point of W ∩ {⟨c, w⟩ ≤ s} by trying every face; null where the intersection is empty. The smallest point lies in
 * the relative interior of one face of the intersection, and is the smallest point of that face's affine hull: so it is among the
 * candidates, all of which are feasible. No projection, no multiplier, no search; exponential in m, and meant for exact arithmetic.
 */
export function smallestByFaces<S>(K: OrderedSpace<S>, spec: SetSpec, halfspace: Halfspace<S>): Vector<S> | null {
  const set = polyhedron(K, spec);
  let best: { readonly w: Vector<S>; readonly norm: S } | null = null;
  for (const face of faces(set)) {
    for (const onBoundary of [false, true]) {
      const w = smallestOnHull(K, set, face, onBoundary ? halfspace : null);
      if (w === null || !contains(K, set, w) || !K.lessOrEqual(K.dot(halfspace.c, w), halfspace.s)) continue;
      const norm = K.dot(w, w);
      if (best === null || K.compare(norm, best.norm) < 0) best = { w, norm };
    }
  }
  return best === null ? null : best.w;
}

/** For each coordinate the bound at which it is held, or null where it is free. */
function faces<S>({ lower, upper }: Polyhedron<S>): (S | null)[][] {
  return lower.reduce<(S | null)[][]>((all, low, i) => {
    const choices = [null, ...(low === null ? [] : [low]), ...(upper[i] === null || upper[i] === undefined ? [] : [upper[i]])];
    return all.flatMap((face) => choices.map((choice) => [...face, choice]));
  }, [[]]);
}

function contains<S>(K: OrderedSpace<S>, { lower, upper }: Polyhedron<S>, w: Vector<S>): boolean {
  const above = lower.every((low, i) => low === null || K.lessOrEqual(low, w[i]!));
  return above && upper.every((high, i) => high === null || K.lessOrEqual(w[i]!, high));
}

/** min ‖w‖ over the coordinates that are free, subject to Σw = total and ⟨c, w⟩ = s where they are asked for: w = Σ μ_k row_k. */
function smallestOnHull<S>(K: OrderedSpace<S>, { total }: Polyhedron<S>, face: readonly (S | null)[], boundary: Halfspace<S> | null): Vector<S> | null {
  const m = face.length;
  const held = K.vector(m, (i) => face[i] ?? K.zero);
  const freed = (row: Vector<S>): Vector<S> => K.vector(m, (i) => (face[i] === null ? row[i]! : K.zero));
  const equations = [
    ...(total === null ? [] : [{ row: K.vector(m, () => K.one), value: total }]),
    ...(boundary === null ? [] : [{ row: boundary.c, value: boundary.s }]),
  ].map(({ row, value }) => ({ row: freed(row), value: K.sub(value, K.dot(row, held)) }));
  const [first, second] = equations;
  if (first === undefined) return held;
  if (second === undefined) {
    const norm = K.dot(first.row, first.row);
    if (K.equal(norm, K.zero)) return K.equal(first.value, K.zero) ? held : null;
    return K.axpy(K.div(first.value, norm), first.row, held);
  }
  const [a, b, d] = [K.dot(first.row, first.row), K.dot(first.row, second.row), K.dot(second.row, second.row)];
  const determinant = K.sub(K.mul(a, d), K.mul(b, b));
  // Dependent rows: the boundary holds on the whole hull or nowhere on it, and the hull itself is a candidate already.
  if (K.equal(determinant, K.zero)) return null;
  const mu = K.div(K.sub(K.mul(d, first.value), K.mul(b, second.value)), determinant);
  const nu = K.div(K.sub(K.mul(a, second.value), K.mul(b, first.value)), determinant);
  return K.axpy(nu, second.row, K.axpy(mu, first.row, held));
}
