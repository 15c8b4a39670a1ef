import fc from 'fast-check';
import { bootstrapCase, type BootstrapOptions } from '../src/generator/bootstrap-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { algorithmOne, type AlgorithmOneCase } from '../src/world/algorithm-one.js';
import { theorem } from '../src/world/theorem.js';

function cases(numbers: NumberSource, options: BootstrapOptions = {}): fc.Arbitrary<AlgorithmOneCase> {
  return bootstrapCase(numbers, { mirror: 'euclidean', ...options }).chain(({ function: f, rule, beta, start, first }) =>
    fc.oneof(fc.constant(null), fc.array(numbers.weight, { minLength: beta.length, maxLength: beta.length }))
      .map((alpha): AlgorithmOneCase => ({ function: f, rule, beta, start, first, alpha }))
  );
}
const world = algorithmOne((numbers) => cases(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' } : {}));
const where = ['y_t = x_{t−1} + ρ_tφ(x_{t−1}, w_t)', 'h_t(w) = f(x_{t−1} + ρ_tφ(x_{t−1}, w))'];

export default theorem({
  id: 'two-meta-losses',
  place: ['Algorithm 1, and Section 1', '2.15 1.10 1.11 2.16 2.19'],
  error: 'slip',
  printed: {
    world: algorithmOne((numbers) => cases({ ...numbers, dimension: 1 }, { functions: 'quadratic', horizon: { min: 2, max: 2 } })),
    identified: { α: '1' },
    // Section 1 has β_t = 1.
    statement: ['x_t = x_{t−1} + φ(x_{t−1}, w_t)', 'w_{t+1} = w_t − β_tA_tᵀ∇f(x_t)'],
    arithmetics: ['rational'],
    // f = (x − 1)²/2, φ = w, from 0, ρ = (1, ½): w_2 = 1 and x_2 = 1 = x*, where Section 1 stays; Algorithm 1 looks at ½, and w_3 = 5/4.
    refutedBy: [{
      function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
      rule: { kind: 'identity' },
      beta: ['1', '1'],
      start: ['0'],
      first: ['0'],
      alpha: ['1', '1'],
    }],
  },
  corrected: {
    parts: [
      {
        world,
        identified: { α: '1' },
        where,
        statement: [
          'w_{t+1} = w_t − β_tρ_tA_tᵀ∇f(x_{t−1} + ρ_tφ(x_{t−1}, w_t))',
          '⟨w_t − w_{t+1}, e_i⟩ = β_t[h_t(w_t + e_i) − h_t(w_t) − B_f(y_t + ρ_tA_te_i, y_t)]',
        ],
      },
      { world, identified: { α: '1' }, when: 'for ρ_t = 1', only: ({ alpha }) => alpha === null, statement: ['w_{t+1} = w_t − β_tA_tᵀ∇f(x_t)'] },
    ],
    says: world.says,
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'ρ_t = 1': 0.3, 'ρ_t of averages': 0.3, 'T ≥ 2': 0.5, 'φ: state-affine': 0.03 },
  },
  saboteurs: 'rho-forgotten rho-twice meta-gradient-ascends jacobian-sign jacobian-transposed jacobian-frozen rule-not-affine gradient-off divergence-reversed',
  proof: `
    ∇h_t(w) = ρ_tA_tᵀ∇f(x_{t−1} + ρ_tφ(x_{t−1}, w)) by the chain rule. Without derivatives: h_t(w + e) − h_t(w) = ⟨∇f(y), ρ_tA_te⟩ + B_f(y + ρ_tA_te, y) with y = x_{t−1} + ρ_tφ(x_{t−1}, w), since φ is affine in w.
    Section 1 and Algorithm 1 both move to x_t = x_{t−1} + φ(x_{t−1}, w_t), but Algorithm 1’s h_t, with a ρ_t that is not among its inputs, looks at another point, and is ρ_t times as steep: the two are one for ρ_t = 1, and not for the ρ_t of Section 2 [meta-loss-gradient].`,
});
