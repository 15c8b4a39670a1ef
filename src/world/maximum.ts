import fc from 'fast-check';
import type { Space } from '../arithmetic/space.js';
import { number, vector } from '../formula/unit.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Num } from '../problem/shape.js';
import { RATE, given, signature } from './names.js';
import type { Played, World } from './world.js';

/** Points p and q of Rᵐ, a sum s of losses, and a rate. */
export interface MaximumCase {
  readonly s: readonly Num[];
  readonly rate: Num;
  readonly p: readonly Num[];
  readonly q: readonly Num[];
}

const sizeOf = (s: readonly Num[]): number => s.reduce<number>((sum, entry) => sum + Math.abs(Number(entry)), 0);

/** Two minimisers of ⟨s, ·⟩ + ½‖·‖²_∞, whole numbers: −‖s‖₁ sign(s_i) where s_i ≠ 0, and else anything up to ‖s‖₁. */
const cases: fc.Arbitrary<MaximumCase> = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 3 }).chain((s) => {
  const size = sizeOf(s);
  const minimiser = fc.tuple(...s.map((entry) => (entry === 0 ? fc.integer({ min: -size, max: size }) : fc.constant(-size * Math.sign(entry))))).map((point) => point.map(String));
  return fc.record({ s: fc.constant(s.map(String)), rate: fc.constant('1'), p: minimiser, q: minimiser });
});

/** FTRL's regulariser with the largest entry for its norm. */
export const maximum: World<MaximumCase> = {
  signature: signature({
    s: given(vector('αf/w', 'w')),
    η: given(number(RATE)),
    p: given(vector('w', 'w')),
    q: given(vector('w', 'w')),
  }, {}),
  regrets: true,
  says: ['‖w‖ = max_i |w_i|, whose dual is Σ_i |s_i|; ⟨s, w⟩ + ‖w‖²/(2η) is nowhere on W = Rᵐ below −½η(Σ_i |s_i|)²'],
  cases: () => cases,
  simpler: (data) => [{ ...data, q: data.p }],
  play<S>(K: Space<S>, _: unknown, data: MaximumCase): Played<S> {
    const [s, p, q] = [data.s, data.p, data.q].map((v) => parseVector(K, v)) as [
      ReturnType<typeof parseVector<S>>,
      ReturnType<typeof parseVector<S>>,
      ReturnType<typeof parseVector<S>>,
    ];
    const m = s.length;
    const rate = K.from(data.rate);
    return {
      values: { K, constants: { T: 1, n: m, m }, size: { x: m, w: m }, names: { s: () => s, η: () => rate, p: () => p, q: () => q }, functions: {}, sets: {} },
      labels: [],
      still: false,
      evidence: () => ({ s: show(K, s), η: K.format(rate), p: show(K, p), q: show(K, q) }),
    };
  },
};
