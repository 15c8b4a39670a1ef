/**
 * Dense kernels on row-major `Float64Array`s that allocate nothing. Sums run in a fixed order, so that results are the same on every machine.
 */

/** The lower Cholesky factor, over the lower triangle of A. @returns false, with A spoilt, where a pivot is not positive. */
export function cholesky(A: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let j = 0;
    // Four columns at a time: each entry of row i is read once for four products.
    for (; j + 3 < i; j += 4) {
      const [p, q, r, s] = [j * n, (j + 1) * n, (j + 2) * n, (j + 3) * n];
      let [a, b, c, d] = [A[row + j]!, A[row + j + 1]!, A[row + j + 2]!, A[row + j + 3]!];
      for (let k = 0; k < j; k++) {
        const x = A[row + k]!;
        a -= x * A[p + k]!;
        b -= x * A[q + k]!;
        c -= x * A[r + k]!;
        d -= x * A[s + k]!;
      }
      a /= A[p + j]!;
      b = (b - a * A[q + j]!) / A[q + j + 1]!;
      c = (c - a * A[r + j]! - b * A[r + j + 1]!) / A[r + j + 2]!;
      d = (d - a * A[s + j]! - b * A[s + j + 1]! - c * A[s + j + 2]!) / A[s + j + 3]!;
      A[row + j] = a;
      A[row + j + 1] = b;
      A[row + j + 2] = c;
      A[row + j + 3] = d;
    }
    for (; j < i; j++) A[row + j] = (A[row + j]! - dot(A, row, A, j * n, j)) / A[j * n + j]!;
    const pivot = A[row + i]! - dot(A, row, A, row, i);
    if (!(pivot > 0 && pivot < Infinity)) return false;
    A[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** Σ_{k<n} x_{from+k} y_{at+k} */
export function dot(x: Float64Array, from: number, y: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += x[from + k]! * y[at + k]!;
  return sum;
}

/** L x = b in place of b, which lies at `from`. */
export function forward(L: Float64Array, n: number, b: Float64Array, from = 0): void {
  for (let i = 0; i < n; i++) b[from + i] = (b[from + i]! - dot(L, i * n, b, from, i)) / L[i * n + i]!;
}

/** Lᵀ x = b in place of b. */
export function backward(L: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / L[i * n + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] = b[k]! - x * L[i * n + k]!;
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
      if (a !== 0) for (let j = 0; j < n; j++) C[to + j] = C[to + j]! + a * B[k * n + j]!;
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
  for (let i = 0; i < n; i++) forward(L, n, A, i * n);
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
