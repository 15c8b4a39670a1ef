import { rational } from '../../src/arithmetic/rational.js';
import type { Certificate, Statement } from './certificate.js';
import { commonDenominator, lowestTerms } from './integers.js';
import type { DistinctPoints } from './statement.js';

/** Multipliers as integers over one denominator; −1 is x*. */
export interface IntegerMultipliers {
  readonly denominator: bigint;
  readonly bound: bigint;
  readonly pairs: readonly (readonly [i: number, j: number, value: bigint])[];
}

/**
 * What the multipliers leave, S = τ·condition + Σ λ_ij·condition(i, j) − criterion, by way of f̃ = f − ½μ‖x − x*‖², g̃ = g − μ(x − x*), for which
 * condition (i, j) reads f̃_j − f̃_i + ⟨g̃_j, x_i − x_j⟩ + ‖g̃_i − g̃_j‖²/(2(1 − μ)) ≤ 0. The checker does not: it takes the printed condition.
 */
export function remainderOf(
  { condition, criterion, strongConvexity }: Statement,
  { names, index, places }: DistinctPoints,
  multipliers: IntegerMultipliers,
): Certificate['remainder'] {
  const mu = rational.from(strongConvexity);
  const [m, w] = [mu.n, mu.d];
  const size = names.length + 1;
  const step = commonDenominator(places.flat());
  // Everything times step · w.
  const none = Array.from({ length: size }, () => 0n);
  const X = places.map((place) => none.map((zero, k) => (place[k] === undefined ? zero : place[k].s * place[k].n * (step / place[k].d) * w)));
  const g = names.map((_, c) => none.map((zero, k) => (k === c + 1 ? step * w : zero)));
  const T = names.map((_, c) => g[c]!.map((entry, k) => entry - (m * X[c]![k]!) / w));
  const at = (vectors: readonly bigint[][], c: number): readonly bigint[] => (c < 0 ? none : vectors[c]!);
  const unit = 2n * (w - m);
  // Σ_j ⟨g̃_j, partner_j⟩ is all of Σ λ_ij(…).
  const partner = names.map(() => none.slice());
  const add = (c: number, factor: bigint, u: readonly bigint[], v: readonly bigint[]): void => {
    if (c < 0) return;
    const row = partner[c]!;
    for (let k = 0; k < size; k++) if (u[k] !== v[k]) row[k]! += factor * (u[k]! - v[k]!);
  };
  for (const [i, j, value] of multipliers.pairs) {
    add(j, unit * value, at(X, i), at(X, j));
    add(i, w * value, at(T, i), at(T, j));
    add(j, w * value, at(T, j), at(T, i));
  }
  const form = names.map(() => none.slice()).concat([none.slice()]);
  const square = (factor: bigint, u: readonly bigint[], v: readonly bigint[]): void => {
    if (factor === 0n) return;
    for (const [a, left] of u.entries()) {
      if (left !== 0n) { for (let b = 0; b < size; b++) form[a]![b]! += factor * left * v[b]!; }
    }
  };
  for (const [j, vector] of partner.entries()) square(1n, T[j]!, vector);
  const [start, out] = [X[index.get('start')!]!, X[index.get('out')!]!];
  const { bound: tau, denominator: l } = multipliers;
  // f = f̃ + ½μ‖x − x*‖² in the condition and in the criterion; 2(1 − μ)·w·½μ = m(w − m)/w.
  const half = (factor: bigint): bigint => (factor * m * (w - m));
  const scaled = (factor: bigint): bigint => factor * w;
  for (const row of form) for (let b = 0; b < size; b++) row[b] = scaled(row[b]!);
  square(condition === 'distance' ? scaled(unit * tau) : half(tau), start, start);
  if (criterion === 'gradient') square(scaled(-unit * l), g[index.get('out')!]!, g[index.get('out')!]!);
  else square(criterion === 'distance' ? scaled(-unit * l) : half(-l), out, out);
  return lowestTerms(form.map((row, a) => row.slice(0, a + 1).map((entry, b) => entry + form[b]![a]!)), 2n * unit * l * w * step * step * w * w);
}
