/**
 * Float64 error bounds, derived and not tuned (Higham, Accuracy and Stability of Numerical Algorithms, chapter 3): a quantity
 * that is a sum of products, in which no summand passes through more than k roundings, is computed with an error of at most
 * γ_k · (the same expression with every summand replaced by its absolute value), γ_k = ku/(1 − ku).
 */

/** u, the unit roundoff of float64. */
export const UNIT_ROUNDOFF = 2 ** -53;

/** γ_k. @throws {RangeError} k so large that the bound says nothing. */
export function gamma(k: number): number {
  const ku = k * UNIT_ROUNDOFF;
  if (!(k >= 0 && ku < 0.5)) throw new RangeError(`expected a count of roundings from 0 to 2^52, got ${k}`);
  return ku / (1 - ku);
}

/**
 * How many roundings a summand of a ledger passes through: the gradient is a sum of `summands` ridge terms, each over a dot
 * product in n (z, slope, weight: n + summands + 8, twice since the tilt is subtracted), the pullback A_tᵀG_t adds n + 2, the
 * rule's own gradient as much again, dot products in w add m, a sum of three terms a round and α_{1:t} add 4T, and 32 covers the fixed number
 * of scalar operations around them (at most 6 factors with 4 roundings each).
 */
export function ledgerRoundings(size: { readonly horizon: number; readonly dimension: number; readonly parameters: number; readonly summands: number }): number {
  const gradient = 2 * (size.dimension + size.summands + 8);
  return 2 * gradient + size.dimension + size.parameters + 4 * size.horizon + 32;
}

/**
 * What underflow may add to each operation that `gamma` counts: at most 2⁻¹⁰⁷⁵ where it happens, times factors that stay
 * below 2⁷⁵ in the ranges that generators draw from.
 */
export const UNDERFLOW = 2 ** -1000;
