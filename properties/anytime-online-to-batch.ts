import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase } from '../src/generator/meta-case.js';
import { ANYTIME, MINIMISER } from '../src/world/lines.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'anytime-online-to-batch',
  place: ['Section 3, gradients at the average', '3.30'],
  printed: {
    world: meta((numbers) => metaCase(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: constantJacobianRule } : { rates: 'any' }), {
      preserves: false,
    }),
    says: ['f convex and differentiable', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'],
    steps: [...MINIMISER, 'G_t = ∇f(x̄_t)', ANYTIME],
    because: ['0 ≤ α_tB_f(x*, x̄_t)', '0 ≤ α_{1:t−1}B_f(x̄_{t−1}, x̄_t)'],
    statement: ['α_{1:T}(f(x̄_T) − f(x*)) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 20': 0.2, 'projection active': 0.1, 'φ: state-affine': 0.03, 'hint: given': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight gradient-lags gradient-off divergence-reversed minimiser-off not-convex`,
  proof: `
    I1 with u = x*: α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x̄_t), x_t − x*⟩ − Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)]. Both divergences are ≥ 0, for f is convex.`,
});
