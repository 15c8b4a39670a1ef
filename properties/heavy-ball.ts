import { onTheLine } from '../src/generator/meta-case.js';
import { HORIZONS, coefficientCase, reductionCase, type ReductionCase } from '../src/generator/reduction-case.js';
import { reduction } from '../src/world/reduction.js';
import { theorem } from '../src/world/theorem.js';

type Form = Pick<ReductionCase, 'weighing' | 'literal' | 'coefficient'>;
const onLine = (alpha: readonly string[], form: Form): ReductionCase => ({ ...onTheLine({ alpha, beta: ['1', ...alpha.map(() => '1')] }), ...form });
const shared = { identified: { w: 'x' }, where: ['ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}'] } as const;
const printed = { ...shared, world: reduction((numbers) => coefficientCase(numbers, { horizon: { min: 2, max: 3 }, dimension: 1, literal: true }), 'heavy-ball') };
const corrected = { ...shared, world: reduction((numbers) => reductionCase(numbers, { horizon: HORIZONS[numbers.name], literal: true }), 'heavy-ball') };
const byAlgorithm = { ...corrected, when: 'By Algorithm 2', only: ({ literal }: ReductionCase) => !literal };
const byEquation = { ...corrected, when: 'by Eq. (3) with ∇h_t(w_t) = ρ_t∇f(x̄_t)', only: ({ literal }: ReductionCase) => literal };

export default theorem({
  id: 'heavy-ball',
  place: ['Section 4, text', '4.9 0.2 1.24 1.33 3.3 4.8 4.10 4.11 5.22'],
  error: 'slip',
  printed: {
    parts: [
      {
        ...printed,
        when: 'By Algorithm 2 or by Eq. (3)',
        only: ({ coefficient }) => coefficient === 'defined',
        statement: ['x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − α_tρ_tβ∇f(x̄_{t−1}), t ≥ 2'],
      },
      {
        ...printed,
        identified: { w: 'x', α: '1' },
        when: 'for α_t = t, β = 1/(2L)',
        only: ({ coefficient }) => coefficient === 'evaluated',
        statement: ['x̄_t = x̄_{t−1} + (t − 2)/(t + 1)(x̄_{t−1} − x̄_{t−2}) − t/(4(t + 1)L)∇f(x̄_{t−1}), t ≥ 2'],
      },
    ],
    arithmetics: ['rational'],
    // The index of α (Algorithm 2), the lost ρ_{t−1} (Eq. 3), and the number for α_t = t.
    refutedBy: [
      onLine(['1', '2'], { weighing: 'given', literal: false, coefficient: 'defined' }),
      onLine(['1', '1', '1'], { weighing: 'given', literal: true, coefficient: 'defined' }),
      onLine(['1', '1'], { weighing: 'linear', literal: false, coefficient: 'evaluated' }),
      onLine(['1', '1'], { weighing: 'linear', literal: true, coefficient: 'evaluated' }),
    ],
  },
  corrected: {
    parts: [
      {
        ...byAlgorithm,
        steps: ['ρ_t = α_t/α_{1:t}', 'x_t − x_{t−1} = −βα_{t−1}∇f(x̄_{t−1}), t ≥ 2'],
        statement: ['x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tα_{t−1}β∇f(x̄_{t−1}), t ≥ 2', 'x̄_t = y_t'],
      },
      {
        ...byEquation,
        steps: ['ρ_t = α_t/α_{1:t}', 'x_t − x_{t−1} = −βα_{t−1}ρ_{t−1}∇f(x̄_{t−1}), t ≥ 2'],
        statement: ['x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tρ_{t−1}α_{t−1}β∇f(x̄_{t−1}), t ≥ 2', 'x̄_t = y_t'],
      },
      { ...corrected, identified: { w: 'x', α: '1' }, when: 'for α_t = t', only: ({ weighing }) => weighing === 'linear', statement: ['ρ̃_t = (t − 2)/(t + 1), t ≥ 2'] },
    ],
    says: [...corrected.world.says, 'y: Heavy Ball from y_1 = x̄_1 with these coefficients'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 20': 0.2, 'α: given': 0.1, 'α: linear': 0.1, 'Eq. (3) literally': 0.3, 'f not quadratic': 0.15 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign equation-3-taken-literally projection-greedy gradient-lags momentum-sign momentum-index jacobian-sign rule-not-affine
    weights-shifted averaging-rates-shifted start-elsewhere`,
  proof: `
    On W = Rⁿ with w_1 = 0, x_t = w_t = −βS_{t−1}: x_t − x_{t−1} = −βα_{t−1}∇f(x̄_{t−1}) (in Eq. (3), −βα_{t−1}ρ_{t−1}∇f(x̄_{t−1})).
    By Eq. (2) x̄_{t−1} − x̄_{t−2} = ρ_{t−1}(x_{t−1} − x̄_{t−2}), so x_{t−1} − x̄_{t−1} = (1 − ρ_{t−1})(x_{t−1} − x̄_{t−2}) = ((1 − ρ_{t−1})/ρ_{t−1})(x̄_{t−1} − x̄_{t−2}).
    x̄_t − x̄_{t−1} = ρ_t(x_t − x̄_{t−1}) = ρ_t(x_t − x_{t−1}) + ρ_t(x_{t−1} − x̄_{t−1}): put in both. For α_t = t, ρ_t = 2/(t + 1).
    As printed the index of α is one too high, the ρ_{t−1} of Eq. (3) is lost, and t/(4(t + 1)L) is a fourth of the α_tρ_tβ = t/((t + 1)L) that it stands for.`,
});
