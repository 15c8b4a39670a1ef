import { describe, expect, test } from 'vitest';
import {
  backward,
  cholesky,
  congruence,
  dot,
  eigenvectors,
  factorOf,
  forward,
  forwardRows,
  inverseOf,
  multiply,
  smallestEigenvalue,
  subtractProduct,
  symmetrise,
} from '../oracles/performance-estimation/linear-algebra.js';

/** Kernels take three or four rows at a time, and what is left: all remainders, from nothing to two blocks and more. */
const ORDERS = Array.from({ length: 14 }, (_, n) => n + 1);

type Matrix = number[][];

/** Numbers without a pattern in [−1, 1]. */
const number = (k: number): number => Math.sin(1 + 3 * k * k + k);
const matrix = (rows: number, columns: number, seed = 0): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => number(seed + 1 + 17 * i + j)));
const transposed = (A: Matrix): Matrix => A[0]!.map((_, j) => A.map((row) => row[j]!));
const product = (A: Matrix, B: Matrix): Matrix => A.map((row) => transposed(B).map((column) => row.reduce((sum, entry, k) => sum + entry * column[k]!, 0)));
const identity = (n: number): Matrix => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));
const lower = (A: Matrix, above = 0): Matrix => A.map((row, i) => row.map((entry, j) => (j <= i ? entry : above)));
/** L with a diagonal that is not small, so that what is solved with it is known to its number of roundings. */
const factor = (n: number): Matrix => lower(matrix(n, n)).map((row, i) => row.map((entry, j) => (i === j ? 1.5 + entry / 2 : entry / n)));
const positive = (n: number): Matrix => product(factor(n), transposed(factor(n)));

const flat = (A: Matrix): Float64Array => Float64Array.from(A.flat());
const rowsOf = (A: Float64Array, columns: number): Matrix => Array.from({ length: A.length / columns }, (_, i) => [...A.subarray(i * columns, (i + 1) * columns)]);
/** Equal but for rounding: sums of up to 14 products of numbers near 1, 14·2⁻⁵³ = 1.6e-15, through L⁻¹ and L⁻ᵀ, whose norms are below 3, or through three products. */
function same(A: Matrix, B: Matrix): void {
  expect(A.map((row) => row.length)).toEqual(B.map((row) => row.length));
  expect(Math.max(0, ...A.flatMap((row, i) => row.map((entry, j) => Math.abs(entry - B[i]![j]!))))).toBeLessThan(1e-13);
}

describe.each(ORDERS)('of order %i', (n) => {
  const L = factor(n);

  test('Cholesky’s factor is the one with a positive diagonal', () => {
    const A = flat(positive(n));
    expect(cholesky(A, n)).toBe(true);
    same(lower(rowsOf(A, n)), L);
  });

  test('Cholesky reads the lower triangle alone', () => {
    const A = flat(lower(positive(n), Number.NaN));
    expect(cholesky(A, n)).toBe(true);
    same(lower(rowsOf(A, n)), L);
  });

  test('Cholesky refuses a pivot that is 0, negative, infinite or none, wherever it is', () => {
    const pivots = product(L, transposed(L)).map((row, i) => row[i]! - L[i]!.slice(0, i).reduce((sum, entry) => sum + entry * entry, 0));
    for (let k = 0; k < n; k++) {
      for (const pivot of [-1e-9, -1, Infinity, Number.NaN]) {
        const A = positive(n);
        A[k]![k]! += pivot - pivots[k]!;
        expect(cholesky(flat(A), n)).toBe(false);
      }
      // Of a diagonal matrix the pivot is 0 exactly.
      expect(cholesky(flat(identity(n).map((row, i) => (i === k ? row.map(() => 0) : row))), n)).toBe(false);
    }
  });

  test('systems with L and Lᵀ', () => {
    const b = number(n);
    const x = Array.from({ length: n }, (_, i) => b + number(i));
    const column = transposed([x]);
    const [down, up] = [flat(product(L, column)), flat(product(transposed(L), column))];
    // Above the diagonal is what was there before.
    const A = flat(lower(L, Number.NaN));
    forward(A, n, down);
    backward(A, n, up);
    same([[...down]], [x]);
    same([[...up]], [x]);
  });

  test('systems with the first rows of L, for several right sides that lie apart', () => {
    const [width, apart, at] = [n + 2, n + 3, 2];
    for (let count = 0; count <= 7; count++) {
      const X = matrix(count, n, 5);
      const wide = flat(lower(L, Number.NaN).map((row) => [...row, Number.NaN, Number.NaN]));
      const B = new Float64Array(at + count * apart).fill(7);
      for (const [i, row] of X.entries()) B.set(product([row], transposed(L))[0]!, at + i * apart);
      forwardRows(wide, width, n, B, at, count, apart);
      for (const [i, row] of X.entries()) same([[...B.subarray(at + i * apart, at + i * apart + n)]], [row]);
      // What lies between is as it was.
      expect(B.filter((_, k) => k < at || (k - at) % apart >= n).every((entry) => entry === 7)).toBe(true);
    }
  });

  test('r − A x of the lower triangle', () => {
    const [A, [x, r]] = [positive(n), matrix(2, n, 9) as [number[], number[]]];
    const left = Float64Array.from(r);
    subtractProduct(flat(lower(A, Number.NaN)), n, Float64Array.from(x), left);
    const image = product(A, transposed([x]));
    same([[...left]], [r.map((entry, i) => entry - image[i]![0]!)]);
  });

  test('the inverse', () => {
    const [inverse, scratch] = [new Float64Array(n * n), new Float64Array(n * n).fill(Number.NaN)];
    inverseOf(flat(lower(L, Number.NaN)), n, inverse, scratch);
    same(product(positive(n), rowsOf(inverse, n)), identity(n));
    expect(rowsOf(inverse, n)).toEqual(transposed(rowsOf(inverse, n)));
  });

  test('L⁻¹ A L⁻ᵀ', () => {
    const A = matrix(n, n, 3);
    const symmetric = A.map((row, i) => row.map((entry, j) => entry + A[j]![i]!));
    const C = flat(product(product(L, symmetric), transposed(L)));
    congruence(flat(lower(L, Number.NaN)), n, C);
    same(rowsOf(C, n), symmetric);
    expect(rowsOf(C, n)).toEqual(transposed(rowsOf(C, n)));
  });

  test('products, with entries and rows that are 0, into a matrix that holds something', () => {
    for (const [rows, columns] of [[1, 1], [n, 3], [3, n]] as const) {
      const A = matrix(rows, n, 11).map((row, i) => row.map((entry, k) => ((k + i) % 3 === 0 || (i === 1 && k < 5) ? 0 : entry)));
      const B = matrix(n, columns, 12);
      const C = new Float64Array(rows * columns + 2).fill(7);
      multiply(flat(A), flat(B), C, rows, n, columns);
      same(rowsOf(C.subarray(0, rows * columns), columns), product(A, B));
      expect([...C.subarray(rows * columns)]).toEqual([7, 7]);
    }
  });

  test('(A + Aᵀ)/2', () => {
    const A = matrix(n, n, 4);
    const C = flat(A);
    symmetrise(C, n);
    expect(rowsOf(C, n)).toEqual(A.map((row, i) => row.map((entry, j) => 0.5 * (entry + A[j]![i]!))));
  });

  /** Q diag(λ) Qᵀ with two reflections Q. */
  const withSpectrum = (spectrum: readonly number[]): Matrix => {
    const reflection = (seed: number): Matrix => {
      const [v] = matrix(1, n, seed) as [number[]];
      const length = v.reduce((sum, entry) => sum + entry * entry, 0);
      return identity(n).map((row, i) => row.map((entry, j) => entry - (2 * v[i]! * v[j]!) / length));
    };
    const Q = product(reflection(20), reflection(33));
    return product(product(Q, identity(n).map((row, i) => row.map((entry) => entry * spectrum[i]!))), transposed(Q));
  };

  const SPECTRA: Record<string, number[]> = {
    apart: Array.from({ length: n }, (_, i) => 3 * number(50 + i)),
    twice: Array.from({ length: n }, (_, i) => (i < 2 ? -1 : i)),
    same: Array.from({ length: n }, () => 0.7),
    negative: Array.from({ length: n }, (_, i) => -1 - i / n),
    low: Array.from({ length: n }, (_, i) => (i < n / 2 ? 0 : 1 + number(i))),
  };

  test.each(Object.entries(SPECTRA))('eigenvalues that are known: %s', (_, spectrum) => {
    const A = withSpectrum(spectrum);
    const diagonal = identity(n).map((row, i) => row.map((entry) => entry * spectrum[i]!));
    const least = Math.min(...spectrum);
    for (const matrixWith of [A, diagonal]) {
      expect(Math.abs(smallestEigenvalue(flat(matrixWith), n, new Float64Array(n).fill(Number.NaN), new Float64Array(n).fill(Number.NaN)) - least)).toBeLessThan(1e-13);
      const [D, V] = [flat(matrixWith), new Float64Array(n * n).fill(Number.NaN)];
      eigenvectors(D, n, V);
      const values = rowsOf(D, n).map((row, i) => row[i]!);
      same([values.toSorted((a, b) => a - b)], [spectrum.toSorted((a, b) => a - b)]);
      same(product(rowsOf(V, n), transposed(rowsOf(V, n))), identity(n));
      same(product(matrixWith, transposed(rowsOf(V, n))), transposed(rowsOf(V, n).map((row, e) => row.map((entry) => entry * values[e]!))));
      // What is left beside the diagonal is of the size of rounding.
      expect(Math.max(0, ...rowsOf(D, n).flatMap((row, i) => row.filter((__, j) => j !== i)).map(Math.abs))).toBeLessThanOrEqual(
        n * 2 ** -52 * Math.max(...spectrum.map(Math.abs)),
      );
    }
  });

  test('vectors from their Gram matrix, in the dimension that they have', () => {
    const dimension = Math.min(n, 3);
    const vectors = matrix(n, dimension, 60);
    const gram = product(vectors, transposed(vectors));
    const before = flat(gram);
    const found = factorOf(before, n, 1e-9);
    expect(found.map(({ length }) => length)).toEqual(vectors.map(() => dimension));
    same(product(found, transposed(found)), gram);
    expect([...before]).toEqual([...flat(gram)]);
    // Coordinates are along the axes of the ellipsoid, the longest first.
    const axes = product(transposed(found), found);
    same(axes, axes.map((row, i) => row.map((entry, j) => (i === j ? entry : 0))));
    const lengths = axes.map((row, i) => row[i]!);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    // All but the longest is noise, where it is to be.
    expect(factorOf(before, n, 1)[0]).toHaveLength(0);
    expect(factorOf(before, n, 1 - 1e-9)[0]).toHaveLength(1);
  });
});

test('the tridiagonal form is not asked for where a row has nothing beside the diagonal', () => {
  // Row 3 alone is coupled to row 1; the others are on their own.
  const A = [[2, 0, 0, 0], [0, 1, 0, 3], [0, 0, 5, 0], [0, 3, 0, 1]];
  expect(smallestEigenvalue(flat(A), 4, new Float64Array(4), new Float64Array(4))).toBeCloseTo(-2, 13);
  // Of [[a, b], [b, a]] it is a − |b|, for both signs.
  for (const b of [0.25, -0.25]) expect(smallestEigenvalue(Float64Array.of(1, b, b, 1), 2, new Float64Array(2), new Float64Array(2))).toBeCloseTo(0.75, 14);
});

test('inner products begin where they are told to', () => {
  expect(dot(Float64Array.of(9, 1, 2, 9), 1, Float64Array.of(9, 9, 3, 4), 2, 2)).toBe(11);
  expect(dot(Float64Array.of(9), 0, Float64Array.of(9), 0, 0)).toBe(0);
});
