import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase } from '../src/generator/meta-case.js';
import { sequenceCase } from '../src/generator/sequence-case.js';
import { ANYTIME, NAIVE } from '../src/world/lines.js';
import { meta } from '../src/world/meta.js';
import { points, SEQUENCE } from '../src/world/sequence.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'anytime-is-tighter',
  place: ['Section 3, “tighter bounds”', '3.31 3.30'],
  error: 'prose',
  printed: {
    world: points((numbers) => sequenceCase({ ...numbers, horizon: 3, dimension: 1 })),
    statement: ['Σα_t⟨∇f(x̄_t), x_t − x*⟩ ≤ Σα_t⟨∇f(x_t), x_t − x*⟩'],
    arithmetics: ['rational'],
    // Iterates that approach x*: f = x²/2, x = (2, 1): 2·2 + 1·1 = 5 < 2·2 + 3/2·1.
    refutedBy: [{ function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] }, alpha: ['1', '1'], points: [['2'], ['1']] }],
  },
  corrected: {
    world: meta(
      (numbers) =>
        metaCase(
          numbers,
          numbers.name === 'prime-field'
            ? { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }
            : { rates: 'any', horizon: { min: 2, max: numbers.name === 'rational' ? 4 : 25 } },
        ),
      { preserves: false },
    ),
    says: SEQUENCE,
    steps: ['G_t = ∇f(x̄_t)', ANYTIME, NAIVE, 'B_f(x*, x̄_t) = f(x*) − f(x̄_t) − ⟨∇f(x̄_t), x* − x̄_t⟩'],
    statement: ['Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t⟨∇f(x̄_t), x_t − x*⟩ = Σα_t[B_f(x_t, x̄_t) + B_f(x*, x_t) − B_f(x*, x̄_t)]'],
    survivors: { 'Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t⟨∇f(x̄_t), x_t − x*⟩ = Σ_{t≥2}α_t[B_f(x_t, x̄_t) + B_f(x*, x_t) − B_f(x*, x̄_t)]': 'the same: x̄_1 = x_1' },
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    labels: {
      'anytime is tighter': 'Σα_t⟨∇f(x̄_t), x_t − x*⟩ < Σα_t⟨∇f(x_t), x_t − x*⟩',
      'naive is tighter': 'Σα_t⟨∇f(x̄_t), x_t − x*⟩ > Σα_t⟨∇f(x_t), x_t − x*⟩',
      'every average as near as its iterate': 'B_f(x*, x̄_t) ≤ B_f(x*, x_t)',
    },
    coverage: { 'anytime is tighter': 0.2, 'naive is tighter': 0.1, 'every average as near as its iterate': 0.03, 'T ≥ 20': 0.1, 'projection active': 0.1 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight gradient-lags gradient-off divergence-reversed
   `,
  proof: `
    By the definition of B_f, ⟨∇f(x_t), x_t − x*⟩ = f(x_t) − f(x*) + B_f(x*, x_t).
    And ⟨∇f(x̄_t), x_t − x*⟩ = ⟨∇f(x̄_t), x_t − x̄_t⟩ + ⟨∇f(x̄_t), x̄_t − x*⟩ = [f(x_t) − f(x̄_t) − B_f(x_t, x̄_t)] + [f(x̄_t) − f(x*) + B_f(x*, x̄_t)].
    The difference, weighed and summed, is the statement: neither bound is the tighter one for all sequences, and the anytime bound is where B_f(x*, x̄_t) ≤ B_f(x*, x_t) for all t. What each bound leaves out is in [naive-online-to-batch] and [anytime-online-to-batch].`,
});
