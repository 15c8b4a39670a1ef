import type { OrderedSpace } from '../src/arithmetic/space.js';
import { float64 } from '../src/arithmetic/float64.js';

/** Whether β_t forms w_t (Eq. 4) or w_{t+1} (Algorithm 4). */
export type Schedule = 'equation-4' | 'algorithm-4';

/** A symmetric matrix with two diagonals above the main one: band[i][d] = P[i][i + d]. */
type Band<S> = S[][];

/** Adds weight · (Σ c_i S_i)², indices from 1, S_0 = 0. */
function addSquare<S>(K: OrderedSpace<S>, band: Band<S>, weight: S, combination: readonly (readonly [number, S])[]): void {
  const present = combination.filter(([i]) => i >= 1);
  for (const [i, a] of present) {
    for (const [j, b] of present) {
      if (j < i) continue;
      const row = band[i - 1]!;
      row[j - i] = K.add(row[j - i]!, K.mul(weight, K.mul(a, b)));
    }
  }
}

/**
 * Corollary 1 with the printed schedule, L and λ̃ scaled to 1, on W = Rᵐ: T(T + 1)/2 · gap ≤ M(g) − s, where
 * M = Σ t⟨g_t, w_t⟩ − Σ[½t‖g_t‖² + ¼t(t − 1)‖g_t − g_{t−1}‖²]. Here 4M in the partial sums S_t = Σ_{r≤t} rg_r, with h_t = S_t − S_{t−1} = tg_t.
 * Where β_t forms w_t: 4M = Σ_{t<T}[S_t²/(t(t + 1)) − (1 + 3/t)h_t²] − (1 − 1/T)S_T² − (2/T)h_T².
 * Where β_t forms w_{t+1}: 4M = Σ_{2≤t<T} S_t²/(t(t − 1)) − (T − 2)/(T − 1)S_T² − Σ 2tg_t² − Σ_{t≥2}[t/(t − 1)(g_t − g_{t−1})² + t²(t − 2)/(t − 1)g_{t−1}²].
 */
export function scheduleForm<S>(K: OrderedSpace<S>, T: number, index: Schedule): Band<S> {
  const band: Band<S> = Array.from({ length: T }, () => [K.zero, K.zero, K.zero]);
  const q = (p: number, r: number): S => K.div(K.from(p), K.from(r));
  const partial = (t: number, weight: S): void => {
    addSquare(K, band, weight, [[t, K.one]]);
  };
  const step = (t: number, weight: S): void => {
    addSquare(K, band, weight, [[t, K.one], [t - 1, q(-1, 1)]]);
  };
  if (index === 'equation-4') {
    for (let t = 1; t < T; t++) {
      partial(t, q(1, t * (t + 1)));
      step(t, q(-(t + 3), t));
    }
    partial(T, q(1 - T, T));
    step(T, q(-2, T));
    return band;
  }
  for (let t = 2; t < T; t++) partial(t, q(1, t * (t - 1)));
  partial(T, q(2 - T, T - 1));
  for (let t = 1; t <= T; t++) step(t, q(-2, t));
  for (let t = 2; t <= T; t++) {
    // g_t − g_{t−1} = S_t/t − S_{t−1}(1/t + 1/(t − 1)) + S_{t−2}/(t − 1)
    addSquare(K, band, q(-t, t - 1), [[t, q(1, t)], [t - 1, q(1 - 2 * t, t * (t - 1))], [t - 2, q(1, t - 1)]]);
    step(t - 1, q(-t * t * (t - 2), (t - 1) ** 3));
  }
  return band;
}

/** The value of the form at S. */
export function formValue<S>(K: OrderedSpace<S>, band: Band<S>, sums: readonly S[]): S {
  const two = K.from(2);
  return band.reduce((total, row, i) =>
    row.reduce((inner, entry, d) => {
      const other = sums[i + d];
      return other === undefined ? inner : K.add(inner, K.mul(d === 0 ? entry : K.mul(two, entry), K.mul(sums[i]!, other)));
    }, total), K.zero);
}

/**
 * 4[M − (1 − τ)¼T(T + 1)g_T² + S_T²/(4κτ)], κ = 2T/(T − 1). If it is negative definite for a τ in (0, 1], the rate 4λ̃L‖w*‖²/(T² − 1)
 * holds: with y = ½T(T + 1)gap > κ‖w*‖², either s ≥ 0 and y ≤ M, or y ≤ M + ‖S_T‖‖w*‖ < M + ‖S_T‖√(y/κ) ≤ M + τy + ‖S_T‖²/(4κτ); and
 * y ≥ ¼T(T + 1)‖g_T‖² by smoothness.
 */
function certificateForm<S>(K: OrderedSpace<S>, T: number, index: Schedule, tau: S): Band<S> {
  const band = scheduleForm(K, T, index);
  addSquare(K, band, K.div(K.mul(K.sub(tau, K.one), K.from(T + 1)), K.from(T)), [[T, K.one], [T - 1, K.from(-1)]]);
  addSquare(K, band, K.div(K.from(T - 1), K.mul(K.from(2 * T), tau)), [[T, K.one]]);
  return band;
}

/** LDLᵀ of the negative: all pivots > 0. */
function negativeDefinite<S>(K: OrderedSpace<S>, band: Band<S>): boolean {
  const rows = band.map((row) => row.map((entry) => K.neg(entry)));
  for (const [p, [pivot, first, second]] of rows.entries() as IterableIterator<[number, [S, S, S]]>) {
    if (K.lessOrEqual(pivot, K.zero)) return false;
    const [next, after] = [rows[p + 1], rows[p + 2]];
    if (next !== undefined) {
      const factor = K.div(first, pivot);
      next[0] = K.sub(next[0]!, K.mul(factor, first));
      next[1] = K.sub(next[1]!, K.mul(factor, second));
    }
    if (after !== undefined) after[0] = K.sub(after[0]!, K.mul(K.div(second, pivot), second));
  }
  return true;
}

/** Denominator of the τ that are tried. */
const GRID = 50;

/** τ = k/50 with which the certificate holds, exactly; null if floating point finds none. */
export function scheduleCertificate<S>(K: OrderedSpace<S>, T: number, index: Schedule): string | null {
  const candidates = Array.from({ length: GRID }, (_, k) => k + 1).filter((k) => negativeDefinite(float64, certificateForm(float64, T, index, k / GRID)));
  // The middle one is farthest from where definiteness ends.
  const tau = candidates[Math.floor(candidates.length / 2)];
  if (tau === undefined || !negativeDefinite(K, certificateForm(K, T, index, K.from(`${tau}/${GRID}`)))) return null;
  return `${tau}/${GRID}`;
}

/** M itself, from w_t = −η_t(S_{t−1} + tg_{t−1}) round by round. */
export function scheduleSum<S>(K: OrderedSpace<S>, gradients: readonly S[], index: Schedule): S {
  let [sum, last, total] = [K.zero, K.zero, K.zero];
  for (const [i, g] of gradients.entries()) {
    const t = i + 1;
    const from = index === 'equation-4' ? t : t - 1;
    const eta = from < 2 ? K.zero : K.div(K.from(from - 1), K.from(2 * from));
    const w = K.neg(K.mul(eta, K.add(sum, K.mul(K.from(t), last))));
    const change = K.sub(g, last);
    total = K.add(total, K.mul(K.from(t), K.mul(g, w)));
    total = K.sub(total, K.mul(K.div(K.from(t), K.from(2)), K.mul(g, g)));
    total = K.sub(total, K.mul(K.div(K.from(t * (t - 1)), K.from(4)), K.mul(change, change)));
    sum = K.add(sum, K.mul(K.from(t), g));
    last = g;
  }
  return total;
}
