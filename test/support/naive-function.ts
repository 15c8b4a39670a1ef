import { isReal, type OrderedSpace, type RealSpace, type Vector } from '../../src/arithmetic/space.js';
import type { EnvelopeSpec } from '../../src/problem/envelope.js';
import type { BodySpec, RidgeSpec } from '../../src/problem/function-spec.js';
import type { Num } from '../../src/problem/shape.js';

/**
 * The value of a body before it is tilted, straight from the definition of its family, with none of the package's formulas:
 * matrices are formed, norms and logarithms taken as they stand.
 */
export function naiveValue<S>(K: OrderedSpace<S>, body: BodySpec, x: Vector<S>): S {
  const number = (data: Num): S => K.from(data);
  switch (body.kind) {
    case 'ridge':
      return total(K, body.terms.map((term) => K.mul(number(term.weight), ridgeValue(K, term, x))));
    case 'spectral': {
      const Q = spectralMatrix(K, body.spectrum, body.reflectors);
      return K.div(total(K, Q.map((row, i) => K.mul(x[i]!, inner(K, row, x)))), K.from(2));
    }
    case 'log-sum-exp': {
      const R = real(K);
      return R.log(total(K, body.atoms.map((atom, i) => R.exp(K.add(inner(K, atom.map(number), x), number(body.offsets[i]!))))));
    }
    case 'chain': {
      // (L/8)[x₁² + Σ(x_i − x_{i+1})² + x_n²] − (L/4)x₁
      const L = number(body.smoothness);
      const entries = [K.zero, ...Array.from(x), K.zero];
      const squares = entries.slice(1).map((entry, i) => K.mul(K.sub(entry, entries[i]!), K.sub(entry, entries[i]!)));
      return K.sub(K.mul(K.div(L, K.from(8)), total(K, squares)), K.mul(K.div(L, K.from(4)), x[0]!));
    }
    case 'envelope':
      return K.mul(number(body.smoothness), envelopeValue(K, body, x));
    case 'sum':
      return total(K, body.parts.map((part) => naiveValue(K, part, x)));
    case 'composition':
      return naiveValue(K, body.inner, body.matrix.map((row, i) => K.add(inner(K, row.map(number), x), number(body.shift[i]!))));
  }
}

/** The least value over all faces of the simplex on which the minimiser over their planes has weights ≥ 0. */
function envelopeValue<S>(K: OrderedSpace<S>, { points, heights, blur }: EnvelopeSpec, x: Vector<S>): S {
  const away = points.map((point) => point.map((entry, e) => K.sub(x[e]!, K.from(entry))));
  const half = K.from('1/2');
  const curvature = (i: number, j: number): S => K.add(inner(K, away[i]!, away[j]!), i === j && i > 0 ? K.from(blur) : K.zero);
  const values: S[] = [];
  for (let mask = 1; mask < 2 ** points.length; mask++) {
    const face = points.flatMap((_, i) => (Math.floor(mask / 2 ** i) % 2 === 1 ? [i] : []));
    const weights = solved(K, [...face.map((i) => [...face.map((j) => curvature(i, j)), K.one, K.neg(K.from(heights[i]!))]), [...face.map(() => K.one), K.zero, K.one]]);
    if (weights === null || face.some((_, a) => K.compare(weights[a]!, K.zero) < 0)) continue;
    values.push(
      total(K, face.flatMap((i, a) => [K.mul(weights[a]!, K.from(heights[i]!)), ...face.map((j, b) => K.mul(half, K.mul(curvature(i, j), K.mul(weights[a]!, weights[b]!))))])),
    );
  }
  return values.reduce((least, value) => (K.compare(value, least) < 0 ? value : least));
}

/** Gauss and Jordan; null where there is no one solution. */
function solved<S>(K: OrderedSpace<S>, rows: S[][]): S[] | null {
  for (const [k] of rows.entries()) {
    const found = rows.reduce((best, row, i) => (i >= k && K.compare(K.abs(row[k]!), K.abs(rows[best]![k]!)) > 0 ? i : best), k);
    if (K.compare(rows[found]![k]!, K.zero) === 0) return null;
    const chosen = rows[found]!;
    [rows[k], rows[found]] = [chosen, rows[k]!];
    const pivot = chosen.map((entry) => K.div(entry, chosen[k]!));
    for (const [i, row] of rows.entries()) rows[i] = i === k ? pivot : row.map((entry, j) => K.sub(entry, K.mul(row[k]!, pivot[j]!)));
  }
  return rows.map((row) => row.at(-1)!);
}

/** Whether the value is made of squares and piecewise squares alone, so that rationals express it. */
export function isRationalBody(body: BodySpec): boolean {
  switch (body.kind) {
    case 'ridge':
      return body.terms.every(({ shape }) => shape.kind !== 'softplus');
    case 'log-sum-exp':
      return false;
    case 'sum':
      return body.parts.every(isRationalBody);
    case 'composition':
      return isRationalBody(body.inner);
    default:
      return true;
  }
}

/** Q = HΛHᵀ, H = H_k ⋯ H_1 with H_i = I − 2vvᵀ/⟨v, v⟩. */
export function spectralMatrix<S>(K: OrderedSpace<S>, spectrum: readonly Num[], reflectors: readonly (readonly Num[])[]): S[][] {
  const n = spectrum.length;
  const square = (f: (i: number, j: number) => S): S[][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => f(i, j)));
  const product = (A: S[][], B: S[][]): S[][] => square((i, j) => total(K, A[i]!.map((entry, k) => K.mul(entry, B[k]![j]!))));
  const identity = square((i, j) => (i === j ? K.one : K.zero));
  const H = reflectors.reduce<S[][]>((so, data) => {
    const v = data.map((entry) => K.from(entry));
    const norm = inner(K, v, v);
    return product(square((i, j) => K.sub(identity[i]![j]!, K.div(K.mul(K.from(2), K.mul(v[i]!, v[j]!)), norm))), so);
  }, identity);
  const scaled = square((i, j) => K.mul(H[i]![j]!, K.from(spectrum[j]!)));
  return product(scaled, square((i, j) => H[j]![i]!));
}

function ridgeValue<S>(K: OrderedSpace<S>, { direction, offset, shape }: RidgeSpec, x: Vector<S>): S {
  const z = K.sub(inner(K, direction.map((entry) => K.from(entry)), x), K.from(offset));
  const negative = !K.lessOrEqual(K.zero, z);
  const size = negative ? K.neg(z) : z;
  const half = (value: S): S => K.div(value, K.from(2));
  switch (shape.kind) {
    case 'square':
      return half(K.mul(z, z));
    case 'huber': {
      const width = K.from(shape.width);
      return K.lessOrEqual(size, width) ? half(K.mul(z, z)) : K.mul(width, K.sub(size, half(width)));
    }
    case 'half-square':
      return negative ? K.zero : half(K.mul(z, z));
    case 'asymmetric':
      return negative ? half(K.mul(K.from(shape.ratio), K.mul(z, z))) : half(K.mul(z, z));
    case 'dead-zone': {
      const excess = K.sub(size, K.from(shape.width));
      return K.lessOrEqual(excess, K.zero) ? K.zero : half(K.mul(excess, excess));
    }
    case 'softplus':
      return real(K).log(K.add(K.one, real(K).exp(z)));
  }
}

function real<S>(K: OrderedSpace<S>): RealSpace<S> {
  if (!isReal(K)) throw new RangeError(`expected roots and exponentials in ${K.name}`);
  return K;
}

function inner<S>(K: OrderedSpace<S>, x: Vector<S>, y: Vector<S>): S {
  return total(K, Array.from(x, (entry, i) => K.mul(entry, y[i]!)));
}

function total<S>(K: OrderedSpace<S>, summands: readonly S[]): S {
  return summands.reduce((sum, summand) => K.add(sum, summand), K.zero);
}
