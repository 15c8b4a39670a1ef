import { float64 } from '../src/arithmetic/float64.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';

/** A symmetric matrix with two diagonals above the main one: band[i][d] = P[i][i + d]. */
type Band<S> = S[][];
/** Σ c_iS_i over indices from 1: S_0 = 0. */
type Combination<S> = readonly (readonly [index: number, factor: S])[];

/** Adds weight · (Σ a_iS_i)(Σ b_jS_j). */
function addProduct<S>(K: OrderedSpace<S>, band: Band<S>, weight: S, a: Combination<S>, b: Combination<S>): void {
  for (const [i, p] of a) {
    for (const [j, q] of b) {
      if (i < 1 || j < 1) continue;
      const row = band[Math.min(i, j) - 1]!;
      const [d, value] = [Math.abs(i - j), K.mul(weight, K.mul(p, q))];
      row[d] = K.add(row[d]!, d === 0 ? value : K.div(value, K.from(2)));
    }
  }
}

/**
 * M − (1 − τ)¼T(T + 1)g_T² + S_T²/(4κτ), κ = 2T/(T − 1), as a form in S_t = Σ_{r≤t} rg_r, for α_t = t, L = λ̃ = 1 and these η_t:
 * M = Σ[tg_tw_t − ½tg_t² − ¼t(t − 1)(g_t − g_{t−1})²], w_t = −η_t(S_{t−1} + tg_{t−1}).
 */
function certificateForm<S>(K: OrderedSpace<S>, eta: readonly S[], tau: S): Band<S> {
  const T = eta.length;
  const q = (p: number, r: number): S => K.div(K.from(p), K.from(r));
  const band: Band<S> = Array.from({ length: T }, () => [K.zero, K.zero, K.zero]);
  /** g_t = (S_t − S_{t−1})/t */
  const g = (t: number): Combination<S> => (t < 1 ? [] : [[t, q(1, t)], [t - 1, q(-1, t)]]);
  for (let t = 1; t <= T; t++) {
    const last = g(t - 1).map(([i, factor]): readonly [number, S] => [i, K.mul(K.from(t), factor)]);
    addProduct(K, band, K.mul(K.from(-t), eta[t - 1]!), g(t), [[t - 1, K.one], ...last]);
    addProduct(K, band, q(-t, 2), g(t), g(t));
    const change: Combination<S> = [...g(t), ...g(t - 1).map(([i, factor]): readonly [number, S] => [i, K.neg(factor)])];
    addProduct(K, band, q(-t * (t - 1), 4), change, change);
  }
  addProduct(K, band, K.mul(q(T * (T + 1), 4), K.sub(tau, K.one)), g(T), g(T));
  addProduct(K, band, K.div(q(T - 1, 8 * T), tau), [[T, K.one]], [[T, K.one]]);
  return band;
}

/** −form = Σ[p_tS_t² + 2q_tS_tS_{t+1} + 2r_tS_tS_{t+2}] = Σ d_t(S_t + a_tS_{t+1} + b_tS_{t+2})²: its LDLᵀ. */
export interface Certificate<S> {
  readonly p: readonly S[];
  readonly q: readonly S[];
  readonly r: readonly S[];
  readonly d: readonly S[];
  readonly a: readonly S[];
  readonly b: readonly S[];
}
export function scheduleCertificate<S>(K: OrderedSpace<S>, eta: readonly S[], tau: S): Certificate<S> {
  const band = certificateForm(K, eta, tau).map((row) => row.map((entry) => K.neg(entry)));
  const rows = band.map((row) => [...row]);
  const [a, b]: [S[], S[]] = [[], []];
  for (const [t, [pivot, first, second]] of rows.entries() as IterableIterator<[number, [S, S, S]]>) {
    const isZero = K.equal(pivot, K.zero);
    a.push(isZero ? K.zero : K.div(first, pivot));
    b.push(isZero ? K.zero : K.div(second, pivot));
    const [next, after] = [rows[t + 1], rows[t + 2]];
    if (next !== undefined) {
      next[0] = K.sub(next[0]!, K.mul(a[t]!, first));
      next[1] = K.sub(next[1]!, K.mul(a[t]!, second));
    }
    if (after !== undefined) after[0] = K.sub(after[0]!, K.mul(b[t]!, second));
  }
  const [p, q, r] = [0, 1, 2].map((k) => band.map((row) => row[k]!)) as [S[], S[], S[]];
  return { p, q, r, d: rows.map(([pivot]) => pivot!), a, b };
}

/** Denominator of the τ that are tried. */
const GRID = 50;
/** τ = k/50 in the middle of those for which floating point finds all pivots > 0, farthest from where definiteness ends; ½ where it finds none. */
export function certifyingShare(eta: readonly number[]): readonly [numerator: number, denominator: number] {
  const found = Array.from({ length: GRID }, (_, k) => k + 1).filter((k) => scheduleCertificate(float64, eta, k / GRID).d.every((pivot) => pivot > 0));
  return [found[Math.floor(found.length / 2)] ?? GRID / 2, GRID];
}
