import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { updateCase, type UpdateCase } from '../src/generator/update-case.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';
import { updates } from '../src/world/updates.js';

/** Rates that are constant, where greedy steps are compared, and rates of any order. */
function cases(numbers: NumberSource): fc.Arbitrary<UpdateCase> {
  const horizon = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 26 } }[numbers.name];
  const rules = numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {};
  return fc.oneof(...(['constant', 'any'] as const).map((rates) => updateCase(numbers, { rates, hints: true, horizon, ...rules })));
}

export default theorem({
  id: 'ftrl-update',
  place: ['Eq. (3), Algorithm 2', '2.20 2.17 2.18 3.14 3.18'],
  error: 'slip',
  printed: {
    world: meta(
      (numbers) =>
        metaCase({ ...numbers, horizon: 4, dimension: 1 }, {
          horizon: { min: 3, max: 4 },
          functions: 'quadratic',
          rates: 'constant',
          hints: () => fc.constant({ kind: 'none' }),
        })
          .map((data): MetaCase => ({ ...data, index: 'algorithm-4' })),
      { algorithm: 2, preserves: false },
    ),
    given: ['β_t = β_{t−1}'],
    statement: ['w_t = argmin_{w∈W} {⟨Σ_{s<t}α_s∇h_s(w_s), w⟩ + ‖w‖²/(2β_t)}, t ≥ 2'],
    arithmetics: ['rational'],
    // β = ½: g_1 = −1, g_2 = −¾, ∇h_2(w_2) = −⅜: w_3 is ⅞ in Algorithm 2 and 11/16 in Eq. (3).
    refutedBy: [onTheLine({ alpha: ['1', '1', '1'], beta: ['1/2', '1/2', '1/2', '1/2'], index: 'algorithm-4' })],
  },
  corrected: {
    world: updates(cases, { beside: 'greedy' }),
    where: ['S_t = Σ_{s≤t}α_sg_s'],
    // w_t is in W, and W does not reach beyond it in the direction in which it would be better.
    steps: ['w_t = argmin_{w∈W} ‖w − w_t‖²', '0 ≤ ⟨S_{t−1} + α_tg̃_t + (w_t − c)/η_t, w_{t+1} − w_t⟩, t < T'],
    statement: [
      'w_t = argmin_{w∈W} {⟨S_{t−1} + α_tg̃_t, w⟩ + ‖w − c‖²/(2η_t)}',
      'w′_t = argmin_{w∈W} {⟨α_tg̃′_t + α_{t−1}g′_{t−1} − α_{t−1}g̃′_{t−1}, w⟩ + ‖w − w′_{t−1}‖²/(2η_t)}, t ≥ 2',
      'w′_t = w_t, t ≤ k',
    ],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'projection active': 0.2, 'Algorithm 4': 0.25, 'AO-FTRL': 0.25, 'lazy and greedy': 0.2, 'β varies': 0.2, 'T ≥ 20': 0.1, 'centre ≠ 0': 0.3, hints: 0.3 },
  },
  saboteurs: `
    beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent centre-forgotten memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign
    hint-unweighted hint-twice projection-left-out greedy-hint-not-removed greedy-hint-left-out hint-not-removed equation-3-taken-literally projection-greedy projection-lazy
    first-hint-ignored hint-stale projection-off`,
  proof: `
    With v = S_{t−1} + α_t g̃_t, ⟨v, w⟩ + ‖w − c‖²/(2η) is ‖w − (c − ηv)‖²/(2η) plus a constant: its only minimiser on W is Π_W(c − ηv), which is the w with ⟨v + (w − c)/η, u − w⟩ ≥ 0 for all u ∈ W; on Rᵐ, w = c − ηv.
    By the chain rule ∇h_s(w_s) = ρ_s g_s [meta-loss-gradient]. Eq. (3) weighs it with α_s, Algorithm 2 weighs g_s: the two part where ρ_s ≠ 1 comes in, which is w_3, by g_2.
    Greedy steps with β_t = β: while none was projected, w′_t is the sum of them, c − β(S_{t−1} + α_t g̃_t), and that is the lazy w_t, not projected either. The first one that is projected projects the same point. From there on the greedy step starts from the projection, and the lazy one does not.`,
});
