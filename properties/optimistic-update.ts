import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'optimistic-update',
  place: ['Eq. (9)', '5.9'],
  error: 'dimensions',
  printed: {
    world: meta(
      (numbers) =>
        metaCase({ ...numbers, dimension: 1 }, { horizon: { min: 2, max: 2 }, functions: 'quadratic', rates: 'constant' })
          .map((data): MetaCase => ({ ...data, index: 'algorithm-4' })),
      { preserves: false },
    ),
    when: 'For m = 1, where a vector α_{t+1}g̃_{t+1} may pass for the number that the others are',
    // Its units differ even so.
    identified: { any: true },
    statement: ['w_{t+1} = argmin_{w∈W} {α_{t+1}g̃_{t+1,1} + ⟨Σ_{s≤t}α_s∇h_s(w_s), w⟩ + ‖w‖²/(2β_t)}, t < T'],
    arithmetics: ['rational'],
    // β = 1, g_1 = −1, g̃_2 = −1: Algorithm 4 plays 2, and the printed minimum is at 1 whatever the hint is.
    refutedBy: [onTheLine({ alpha: ['1', '1'], beta: ['1', '1', '1'], index: 'algorithm-4', hint: { kind: 'given', hints: [['0'], ['-1']] } })],
  },
  corrected: {
    world: meta((numbers) => metaCase(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: constantJacobianRule } : { rates: 'any' }), {
      preserves: false,
    }),
    says: ['W closed and convex, ‖·‖ Euclidean, φ affine in w', 'Algorithm 4: η_t = β_{t−1}, or β_t as in Eq. (4); w_1 as every w_t'],
    steps: ['x_t = φ(x̄_{t−1}, w_t)', 'g_t = A_tᵀ∇f(x̄_t)'],
    statement: ['w_t = argmin_{w∈W} {⟨α_tg̃_t + Σ_{s<t}α_sg_s, w⟩ + ‖w‖²/(2η_t)}'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.2, 'β varies': 0.2, 'hint: given': 0.05, 'hint: previous': 0.05, 'φ: state-affine': 0.03 },
  },
  saboteurs: `
    meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign
    hint-unweighted hint-twice projection-left-out rule-at-iterate hint-not-removed equation-3-taken-literally projection-greedy first-hint-ignored gradient-lags`,
  proof: `
    Every summand in the brackets has to be a number for each w, and α_{t+1}g̃_{t+1} is a vector of Rᵐ in [α][f]/[w]: no sum of it with the others exists. Algorithm 4 has ⟨v_t, w⟩ with α_{t+1}g̃_{t+1} in v_t: the inner product with w has to be around the hint, too. Then the minimum is at Π_W(−η(S + αg̃)) [ftrl-update], which is what Algorithm 4 computes; its losses are the g_s and not the ∇h_s(w_s) of Eq. (9) [meta-loss-gradient].
    Where m = 1 lets a hint be added as it is, the minimum does not depend on it: what does not depend on w moves no argmin.`,
});
