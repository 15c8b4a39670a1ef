import { isQuadraticMirror } from '../src/world/bmg-run.js';
import { bootstrapCase } from '../src/generator/bootstrap-case.js';
import { bmg } from '../src/world/bmg.js';
import { theorem } from '../src/world/theorem.js';

const world = bmg((numbers) => bootstrapCase(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' } : {}));
const where = ['d_t(w) = B_μ(x_{t−1} + φ(x_{t−1}, w), z_t)'];

export default theorem({
  id: 'bmg-update',
  place: ['Eq. (10)', '6.9 4.42 4.43 6.3'],
  printed: {
    parts: [
      {
        world,
        where,
        steps: ['φ(x_{t−1}, w_t) = A_tw_t + b_t', 'B_μ(x_t, z_t) = μ(x_t) − μ(z_t) − ⟨∇μ(z_t), x_t − z_t⟩'],
        statement: [
          'x_t = x_{t−1} + φ(x_{t−1}, w_t)',
          'w_{t+1} = w_t − β_tA_tᵀ(∇μ(x_t) − ∇μ(z_t))',
          // What is left of d_t is linear in e_i, and the divergence vanishes with the square of e_i: ⟨∇d_t(w_t), e_i⟩.
          '⟨w_t − w_{t+1}, e_i⟩ = β_t[d_t(w_t + e_i) − d_t(w_t) − B_μ(x_t + A_te_i, x_t)]',
        ],
      },
      {
        world,
        where,
        when: 'for a quadratic μ',
        only: (data) => isQuadraticMirror(data.mirror, data.function),
        statement: ['⟨w_t − w_{t+1}, e_i⟩ = ½β_t[d_t(w_t + e_i) − d_t(w_t − e_i)]'],
      },
    ],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 2': 0.5, 'T ≥ 8': 0.15, 'μ: quadratic': 0.05, 'μ: loss': 0.05, 'μ: exponential': 0.03, 'μ: asymmetric': 0.05, '∇d_t as a difference quotient': 0.05 },
  },
  saboteurs: 'target-sign mirror-left-out target-late jacobian-sign jacobian-frozen offset-dropped rule-not-affine gradient-off displacement-as-position',
  proof: `
    With z_t fixed, the gradient of B_{z_t}^μ(x) = μ(x) − μ(z_t) − ⟨∇μ(z_t), x − z_t⟩ in x is ∇μ(x) − ∇μ(z_t). x_{t−1} + φ(x_{t−1}, w) has the Jacobian Dφ(x_{t−1}, w) in w: the chain rule gives ∇d_t(w_t).`,
});
