import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine } from '../src/generator/meta-case.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

const HORIZONS = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 8 } } as const;
const says = [
  'f differentiable',
  'φ affine in w: φ(x̄_{t−1}, w) = A_tw + b_t',
  'Algorithm 4: G_t = ∇f(x̄_t)',
  '∇h_t is taken of the values of h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_tφ(x̄_{t−1}, w))',
];

export default theorem({
  id: 'meta-loss-gradient',
  place: ['Section 4, text', '4.20 3.14'],
  error: 'slip',
  printed: {
    world: meta((numbers) => metaCase({ ...numbers, horizon: 3, dimension: 1 }, { sets: 'whole', functions: 'quadratic', hints: () => fc.constant({ kind: 'none' }) }), {
      preserves: false,
    }),
    says,
    where: ['ρ_t = α_t/α_{1:t}'],
    // ⟨Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t), ·⟩ is said to be identical to ⟨∇h_t(w_t), ·⟩.
    statement: ['∇h_t(w_t) = A_tᵀG_t'],
    arithmetics: ['rational'],
    // x̄_2 = ½, G_2 = −½, h_2(w) = (w/2 − 1)²/2, ∇h_2(w_2) = −¼.
    refutedBy: [onTheLine({ alpha: ['1', '1'], beta: ['1', '1', '1'] })],
  },
  corrected: {
    world: meta(
      (numbers) => metaCase(numbers, { horizon: HORIZONS[numbers.name], ...(numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {}) }),
      { preserves: false },
    ),
    says,
    where: ['ρ_t = α_t/α_{1:t}'],
    steps: ['v_{t+1} = w_t − η_tα_tA_tᵀG_t'],
    statement: ['∇h_t(w_t) = ρ_tA_tᵀG_t = ρ_tg_t'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'projection active': 0.1, 'φ: preconditioner': 0.05, 'φ: state-affine': 0.05, 'f: log-sum-exp': 0.03, 'hint: none': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight averaging-rates-shifted meta-gradient-sign meta-gradient-halved gradient-lags rho-forgotten rho-twice
    jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine gradient-off`,
  proof: `
    h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_t(A_t w + b_t)), so ∇h_t(w) = ρ_t A_tᵀ∇f(…) by the chain rule; at w_t the argument is x̄_t. It is what Algorithm 1 steps along, with the displacement φ − x and this ρ_t.
    ρ_1 = 1, and ρ_t < 1 for t ≥ 2: from then on ∇h_t(w_t) is not A_tᵀG_t unless both are 0.`,
});
