import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, shortCase } from '../src/generator/meta-case.js';
import { compared } from '../src/generator/sequence-case.js';
import { metaCompared, type ComparedCase } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

const says = ['φ affine in w', 'u ∈ W, w* of Definition 1 among them'];
const twoRounds = (beta: string): ComparedCase['run'] => onTheLine({ alpha: ['1', '1'], beta: [beta, beta, beta], index: 'algorithm-4' });

export default theorem({
  id: 'regret-decomposition',
  place: ['Eq. (7)', '4.22 4.17 4.18 4.19 4.21'],
  error: 'slip',
  printed: {
    world: metaCompared((numbers) => compared({ ...numbers, dimension: 1 }, shortCase(numbers)), { algorithm: 2, preserves: false }),
    says,
    statement: ['Σα_t⟨G_t, x_t − x*⟩ ≤ Σα_t⟨∇h_t(w_t), w_t − u⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, u) − x*⟩'],
    arithmetics: ['rational'],
    refutedBy: [
      // β = 1, u = 3: R^w = 7/2 < Σα_t⟨G_t, w_t − u⟩ = 4, the capacity term is −3, and R^x = 1 > ½.
      { run: twoRounds('1'), comparator: ['3'] },
      // β = ½, u = w* = 1: R^x = 11/8 > R^w = 19/16, the capacity term is 0.
      { run: twoRounds('1/2'), comparator: null },
    ],
  },
  corrected: {
    world: metaCompared(
      (numbers) =>
        compared(
          numbers,
          metaCase(
            numbers,
            numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: constantJacobianRule } : { horizon: { min: 2, max: numbers.name === 'rational' ? 4 : 30 } },
          ),
        ),
      { preserves: false },
    ),
    says,
    steps: ['g_t = A_tᵀG_t', 'x_t = φ(x̄_{t−1}, w_t)', 'x_t = A_tw_t + b_t'],
    statement: [
      'Σα_t⟨G_t, x_t − x*⟩ = Σα_t⟨g_t, w_t − u⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, u) − x*⟩',
      'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, u)⟩ = Σα_t⟨g_t, w_t − u⟩',
    ],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'u = w*': 0.3, 'projection active': 0.1, 'T ≥ 20': 0.05, 'φ: preconditioner': 0.03, 'φ: state-affine': 0.05 },
  },
  saboteurs: `
    meta-gradient-sign meta-gradient-halved jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine
    rule-at-iterate`,
  proof: `
    x_t − x* = [φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, u)] + [φ(x̄_{t−1}, u) − x*], and for affine φ the first bracket is A_t(w_t − u): ⟨G_t, A_t(w_t − u)⟩ = ⟨g_t, w_t − u⟩. This is I3; it holds for every u, whether it meets Definition 1 or not.
    As printed R^w has ∇h_t(w_t) = ρ_t g_t [meta-loss-gradient]: each summand is scaled by ρ_t, and summands have either sign.`,
});
