import fc from 'fast-check';
import type { Num } from '../problem/shape.js';

/** W = [−1, 1]², g_t = (ξ_t, 1) with ξ_t = ±1, and the hint (0, 1): ⟨g_t, g̃_t⟩ = 1 = ½‖g_t‖² on every round. */
export interface SignCase {
  /** C of R(T) ≤ ‖u‖²/(2β_1) + C(1 + ln T). */
  readonly constant: Num;
  /** β_t: this constant; null: 1/⌈√t⌉. */
  readonly beta: Num | null;
  /** ξ_1 … ξ_T */
  readonly signs: readonly Num[];
}

const HORIZON = 100;

export const signCase: fc.Arbitrary<SignCase> = fc.record({
  constant: fc.constantFrom<Num>('1', '2', '4'),
  beta: fc.oneof(fc.constant<Num>('1'), fc.constantFrom<Num | null>('1/2', '1/4', null)),
  horizon: fc.integer({ min: 2, max: HORIZON }),
  pattern: fc.constantFrom('alternating', 'constant', 'random'),
  random: fc.array(fc.constantFrom(1, -1), { minLength: HORIZON, maxLength: HORIZON }),
}).map(({ constant, beta, horizon, pattern, random }) => ({
  constant,
  beta,
  signs: Array.from({ length: horizon }, (_, i) => String(pattern === 'random' ? random[i]! : pattern === 'constant' || i % 2 === 0 ? 1 : -1)),
}));

/** 1, −1, 1, … */
export const alternating = (T: number): Num[] => Array.from({ length: T }, (_, i) => (i % 2 === 0 ? '1' : '-1'));

/** Fewer rounds, one or two at a time and by halves; the simplest signs; β = 1. */
export function simplerSigns(data: SignCase): SignCase[] {
  const T = data.signs.length;
  const lengths = [...new Set([...Array.from({ length: 40 }, (_, i) => i + 1), Math.floor(T / 2), T - 2, T - 1])].filter((k) => k >= 1 && k < T).toSorted((a, b) => a - b);
  return [
    ...lengths.map((k): SignCase => ({ ...data, beta: '1', signs: alternating(k) })),
    ...lengths.map((k) => ({ ...data, signs: data.signs.slice(0, k) })),
  ];
}
