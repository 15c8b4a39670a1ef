/**
 * Dense kernels on row-major `Float64Array`s that allocate nothing. Sums run in a fixed order, so that results are the same on every machine.
 * Innermost loops take no array patterns apart: V8 does not always see through those, and then makes the arrays.
 */

/** The lower Cholesky factor, over the lower triangle of A. @returns false, with A spoilt, where a pivot is not positive. */
export function cholesky(A: Float64Array, n: number): boolean {
  for (let first = 0; first < n; first += 3) {
    const end = Math.min(n, first + 3);
    forwardRows(A, n, first, A, first * n, end - first, n);
    for (let i = first; i < end; i++) {
      const row = i * n;
      for (let j = first; j < i; j++) A[row + j] = (A[row + j]! - dot(A, row, A, j * n, j)) / A[j * n + j]!;
      const pivot = A[row + i]! - dot(A, row, A, row, i);
      if (!(pivot > 0 && pivot < Infinity)) return false;
      A[row + i] = Math.sqrt(pivot);
    }
  }
  return true;
}

/**
 * L x = b in place of each b, for `rows` of them that begin `apart` from each other at `at`. L is the first `order` rows of a matrix with rows of `width`.
 * Three rows of L with three of b at a time: six numbers read make nine products, and their sums are as many as stay in registers.
 */
export function forwardRows(L: Float64Array, width: number, order: number, B: Float64Array, at: number, rows: number, apart: number): void {
  const [tiledRows, tiledColumns] = [rows - (rows % 3), order - (order % 3)];
  for (let done = 0; done < tiledRows; done += 3) {
    const u = at + done * apart;
    const [v, w] = [u + apart, u + 2 * apart];
    for (let j = 0; j < tiledColumns; j += 3) {
      const p = j * width;
      const [q, r] = [p + width, p + 2 * width];
      let [a, b, c, d, e, f, g, h, i] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0; k < j; k++) {
        const x = B[u + k]!;
        const y = B[v + k]!;
        const z = B[w + k]!;
        const l = L[p + k]!;
        const m = L[q + k]!;
        const n = L[r + k]!;
        a += x * l;
        b += x * m;
        c += x * n;
        d += y * l;
        e += y * m;
        f += y * n;
        g += z * l;
        h += z * m;
        i += z * n;
      }
      finish(L, p + j, width, B, u + j, a, b, c);
      finish(L, p + j, width, B, v + j, d, e, f);
      finish(L, p + j, width, B, w + j, g, h, i);
    }
  }
  for (let row = 0; row < rows; row++) {
    const b = at + row * apart;
    for (let j = row < tiledRows ? tiledColumns : 0; j < order; j++) B[b + j] = (B[b + j]! - dot(L, j * width, B, b, j)) / L[j * width + j]!;
  }
}

/** Three entries of x from their right sides, the sums of what comes before them, and the triangle of L. */
function finish(L: Float64Array, corner: number, width: number, B: Float64Array, at: number, before: number, before1: number, before2: number): void {
  const [second, third] = [corner + width, corner + 2 * width];
  const x = (B[at]! - before) / L[corner]!;
  const y = (B[at + 1]! - before1 - x * L[second]!) / L[second + 1]!;
  B[at] = x;
  B[at + 1] = y;
  B[at + 2] = (B[at + 2]! - before2 - x * L[third]! - y * L[third + 1]!) / L[third + 2]!;
}

/** Σ_{k<n} x_{from+k} y_{at+k} */
export function dot(x: Float64Array, from: number, y: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += x[from + k]! * y[at + k]!;
  return sum;
}

/** L x = b in place of b. Four rows of L at a time: what is known of x is read once for all of them. */
export function forward(L: Float64Array, n: number, b: Float64Array): void {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const p = i * n;
    const [q, r, s] = [p + n, p + 2 * n, p + 3 * n];
    let [c, d, e, f] = [b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!];
    for (let k = 0; k < i; k++) {
      const x = b[k]!;
      c -= x * L[p + k]!;
      d -= x * L[q + k]!;
      e -= x * L[r + k]!;
      f -= x * L[s + k]!;
    }
    c /= L[p + i]!;
    d = (d - c * L[q + i]!) / L[q + i + 1]!;
    e = (e - c * L[r + i]! - d * L[r + i + 1]!) / L[r + i + 2]!;
    b[i] = c;
    b[i + 1] = d;
    b[i + 2] = e;
    b[i + 3] = (f - c * L[s + i]! - d * L[s + i + 1]! - e * L[s + i + 2]!) / L[s + i + 3]!;
  }
  for (; i < n; i++) b[i] = (b[i]! - dot(L, i * n, b, 0, i)) / L[i * n + i]!;
}

/** Lᵀ x = b in place of b. Two rows of L at a time: what is left of b is read and written once for both. */
export function backward(L: Float64Array, n: number, b: Float64Array): void {
  let i = n - 1;
  for (; i > 0; i -= 2) {
    const [p, q] = [i * n, (i - 1) * n];
    const x = b[i]! / L[p + i]!;
    const y = (b[i - 1]! - x * L[p + i - 1]!) / L[q + i - 1]!;
    b[i] = x;
    b[i - 1] = y;
    for (let k = 0; k < i - 1; k++) b[k] = b[k]! - x * L[p + k]! - y * L[q + k]!;
  }
  if (i === 0) b[0] = b[0]! / L[0]!;
}

/** r − A x in place of r, with the symmetric A's lower triangle. Two rows at a time, each entry for its own row and for its column's. */
export function subtractProduct(A: Float64Array, n: number, x: Float64Array, r: Float64Array): void {
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const p = i * n;
    const q = p + n;
    const [own, next, between] = [x[i]!, x[i + 1]!, A[q + i]!];
    let [first, second] = [r[i]! - A[p + i]! * own - between * next, r[i + 1]! - between * own - A[q + i + 1]! * next];
    for (let k = 0; k < i; k++) {
      const y = x[k]!;
      const a = A[p + k]!;
      const b = A[q + k]!;
      first -= a * y;
      second -= b * y;
      r[k] = r[k]! - a * own - b * next;
    }
    r[i] = first;
    r[i + 1] = second;
  }
  if (i < n) {
    r[i] = r[i]! - dot(A, i * n, x, 0, i + 1);
    for (let k = 0; k < i; k++) r[k] = r[k]! - A[i * n + k]! * x[i]!;
  }
}

/** (L Lᵀ)⁻¹ into `inverse`; `scratch` takes L⁻¹. */
export function inverseOf(L: Float64Array, n: number, inverse: Float64Array, scratch: Float64Array): void {
  // Column c of L⁻¹, as row c of the scratch, is zero before c.
  scratch.fill(0);
  for (let c = 0; c < n; c++) {
    const row = c * n;
    scratch[row + c] = 1 / L[c * n + c]!;
    for (let i = c + 1; i < n; i++) scratch[row + i] = -dot(L, i * n + c, scratch, row + c, i - c) / L[i * n + i]!;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(scratch, i * n + i, scratch, j * n + i, n - i);
      inverse[i * n + j] = value;
      inverse[j * n + i] = value;
    }
  }
}

/** A B into C, with A of r rows and m columns, B of m rows and n columns. Runs of zeros of A cost nothing. */
export function multiply(A: Float64Array, B: Float64Array, C: Float64Array, r: number, m: number, n: number): void {
  C.fill(0, 0, r * n);
  for (let i = 0; i < r; i++) {
    const [row, to] = [i * m, i * n];
    let k = 0;
    // Four rows of B at a time: each entry of C is read and written once for four products.
    for (; k + 3 < m; k += 4) {
      const [a, b, c, d] = [A[row + k]!, A[row + k + 1]!, A[row + k + 2]!, A[row + k + 3]!];
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      const [p, q, s, t] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n];
      for (let j = 0; j < n; j++) C[to + j] = C[to + j]! + a * B[p + j]! + b * B[q + j]! + c * B[s + j]! + d * B[t + j]!;
    }
    for (; k < m; k++) {
      const a = A[row + k]!;
      if (a !== 0) { for (let j = 0; j < n; j++) C[to + j] = C[to + j]! + a * B[k * n + j]!; }
    }
  }
}

/** (A + Aᵀ)/2 in place. */
export function symmetrise(A: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (A[i * n + j]! + A[j * n + i]!);
      A[i * n + j] = mean;
      A[j * n + i] = mean;
    }
  }
}

/** L⁻¹ A L⁻ᵀ in place of the symmetric A. */
export function congruence(L: Float64Array, n: number, A: Float64Array): void {
  // Rows of A are columns, too: first L⁻¹ applied to each row, A L⁻ᵀ, then to each column.
  forwardRows(L, n, n, A, 0, n, n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let k = 0; k < i; k++) {
      const factor = L[row + k]!;
      for (let j = 0; j < n; j++) A[row + j] = A[row + j]! - factor * A[k * n + j]!;
    }
    const pivot = L[row + i]!;
    for (let j = 0; j < n; j++) A[row + j] = A[row + j]! / pivot;
  }
  symmetrise(A, n);
}

/** The smallest eigenvalue of the symmetric A, which is spoilt: Householder's tridiagonal form, then bisection on Sturm's count. */
export function smallestEigenvalue(A: Float64Array, n: number, diagonal: Float64Array, offDiagonal: Float64Array): number {
  tridiagonal(A, n, diagonal, offDiagonal);
  let [low, high] = [Infinity, Infinity];
  for (let i = 0; i < n; i++) {
    const radius = Math.abs(i > 0 ? offDiagonal[i - 1]! : 0) + Math.abs(i < n - 1 ? offDiagonal[i]! : 0);
    low = Math.min(low, diagonal[i]! - radius);
    high = Math.min(high, diagonal[i]!);
  }
  // The bracket halves until no double lies between.
  for (;;) {
    const middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) return low;
    if (someBelow(middle, n, diagonal, offDiagonal)) high = middle;
    else low = middle;
  }
}

function someBelow(shift: number, n: number, diagonal: Float64Array, offDiagonal: Float64Array): boolean {
  let pivot = 1;
  for (let i = 0; i < n; i++) {
    const off = i > 0 ? offDiagonal[i - 1]! : 0;
    pivot = diagonal[i]! - shift - (off * off) / pivot;
    if (pivot < 0) return true;
    if (pivot === 0) pivot = Number.MIN_VALUE;
  }
  return false;
}

function tridiagonal(A: Float64Array, n: number, diagonal: Float64Array, offDiagonal: Float64Array): void {
  for (let k = n - 1; k >= 0; k--) {
    const row = k * n;
    diagonal[k] = A[row + k]!;
    if (k === 0) return;
    // The reflection that leaves of row k, columns 0 … k − 1, the last alone.
    const norm = Math.sqrt(dot(A, row, A, row, k));
    const head = A[row + k - 1]!;
    const alpha = head > 0 ? -norm : norm;
    offDiagonal[k - 1] = alpha;
    if (norm === 0) continue;
    A[row + k - 1] = head - alpha;
    const half = norm * (norm + Math.abs(head));
    // p = A v/half into `diagonal`, whose entries below k are still free.
    for (let i = 0; i < k; i++) diagonal[i] = dot(A, i * n, A, row, k) / half;
    const factor = dot(diagonal, 0, A, row, k) / (2 * half);
    for (let i = 0; i < k; i++) diagonal[i] = diagonal[i]! - factor * A[row + i]!;
    for (let i = 0; i < k; i++) {
      const [v, p] = [A[row + i]!, diagonal[i]!];
      for (let j = 0; j < k; j++) A[i * n + j] = A[i * n + j]! - v * diagonal[j]! - p * A[row + j]!;
    }
  }
}

/** Eigenvalues of the symmetric A on its diagonal, eigenvectors as the rows of V: Jacobi's rotations, until what is left is of the size of rounding. */
export function eigenvectors(A: Float64Array, n: number, V: Float64Array): void {
  V.fill(0);
  for (let i = 0; i < n; i++) V[i * n + i] = 1;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(A[i * n + i]!));
  for (let rotated = true; rotated;) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotated = rotate(A, n, V, p, q, n * Number.EPSILON * largest) || rotated;
    }
  }
}

function rotate(A: Float64Array, n: number, V: Float64Array, p: number, q: number, negligible: number): boolean {
  const off = A[p * n + q]!;
  const [a, b] = [A[p * n + p]!, A[q * n + q]!];
  if (!(Math.abs(off) > negligible)) return false;
  const theta = (b - a) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [A[k * n + p]!, A[k * n + q]!];
    A[k * n + p] = c * x - s * y;
    A[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [A[p * n + k]!, A[q * n + k]!];
    A[p * n + k] = c * x - s * y;
    A[q * n + k] = s * x + c * y;
    const [v, w] = [V[p * n + k]!, V[q * n + k]!];
    V[p * n + k] = c * v - s * w;
    V[q * n + k] = s * v + c * w;
  }
  A[p * n + q] = 0;
  A[q * n + p] = 0;
  return true;
}

/** Rows r_i with ⟨r_i, r_j⟩ = gram_ij, in as many dimensions as there are eigenvalues above `noise` times the largest; that first. `gram` stays as it is. */
export function factorOf(gram: Float64Array, n: number, noise: number): number[][] {
  const [A, V] = [gram.slice(), new Float64Array(n * n)];
  eigenvectors(A, n, V);
  const order = Array.from({ length: n }, (_, e) => e).toSorted((a, b) => A[b * n + b]! - A[a * n + a]!);
  const kept = order.filter((e) => A[e * n + e]! > noise * A[order[0]! * (n + 1)]!);
  return Array.from({ length: n }, (_, i) => kept.map((e) => V[e * n + i]! * Math.sqrt(A[e * (n + 1)]!)));
}
