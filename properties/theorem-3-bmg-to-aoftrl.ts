import { optimisticCase, shortOptimisticCase, type OptimisticCase } from '../src/generator/bootstrap-case.js';
import { onTheLine } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { optimistic } from '../src/world/bootstrap.js';
import { theorem } from '../src/world/theorem.js';

const EQUATION_11 = 'With α_{t+1}g̃_{t+1} = A_tᵀ(∇μ(x̄_t) − ∇μ(z_t) − α_tG_t) + α_tg̃_t (Eq. 11)';
const HORIZONS = { rational: { min: 3, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 24 } } as const;
/** f = x²/2, μ = ½‖·‖², z_1 = 2. The sign: φ = w + 1 moves away from z_1. The missing Dφᵀ: φ = 1 − 2w, for which the sign comes out right. */
const onLine = (matrix: string): OptimisticCase => ({
  run: onTheLine({ minimiser: '0', rule: { kind: 'affine', matrix: [[matrix]], offset: ['1'] }, alpha: ['1', '1'], beta: ['1', '1', '1'], index: 'algorithm-4' }),
  mirror: { kind: 'euclidean' },
  target: { kind: 'given', targets: [['2'], ['0']] },
  first: ['0'],
});
const cases = (numbers: NumberSource): ReturnType<typeof optimisticCase> => optimisticCase(numbers, { rates: 'mixed', horizon: HORIZONS[numbers.name] });
const underEquation = { world: optimistic(cases, 'equation-11'), when: EQUATION_11 };

export default theorem({
  id: 'theorem-3-bmg-to-aoftrl',
  place: ['Theorem 3, BMG → AO-FTRL', '6.22 0.5 1.36 3.15 5.13 6.19 8.9'],
  error: 'sign',
  printed: {
    world: optimistic((numbers) => shortOptimisticCase(numbers, { rates: 'any', index: 'algorithm-4' }), 'equation-11'),
    when: EQUATION_11,
    identified: { w: 'x' },
    statement: ['w_{t+1} = (β_t/β_{t−1})w_t − β_t(∇μ(z_t) − ∇μ(x̄_t)), t < T'],
    arithmetics: ['rational'],
    refutedBy: [onLine('1'), onLine('-2')],
  },
  corrected: {
    parts: [
      {
        ...underEquation,
        steps: ['w_1 = −η_1α_1g̃_1', 'α_{t+1}g̃_{t+1} = A_tᵀ(∇μ(x̄_t) − ∇μ(z_t) − α_tG_t) + α_tg̃_t, t < T'],
        statement: ['w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}A_tᵀ(∇μ(x̄_t) − ∇μ(z_t)), t < T', 'w_{t+1} = v_{t+1} + (η_{t+1}/η_t − 1)w_t, t < T', 'x̄_t = y_t, t < T'],
      },
      {
        world: optimistic(cases, 'algorithm-3'),
        when: 'with α_{t+1}g̃_{t+1} = −v_{t+1}/η_{t+1} − S_t, for β that varies',
        only: ({ run: { beta } }) => beta.some((b) => b !== beta[0]),
        statement: ['w_{t+1} = v_{t+1}, t < T', 'x̄_t = y_t, t < T'],
      },
    ],
    says: [...underEquation.world.says, 'μ convex and differentiable on Rⁿ', 'y_t, v_{t+1}: Algorithm 3 from x̄_{t−1}, w_t with displacement ρ_t(φ − x), rate η_{t+1}/ρ_t'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: {
      'T ≥ 3': 0.7,
      'T ≥ 20': 0.1,
      'β constant': 0.2,
      'β varies': 0.2,
      'w_1 ≠ 0': 0.5,
      'β index: algorithm-4': 0.3,
      'β index: equation-4': 0.3,
      'μ: quadratic': 0.05,
      'μ: loss': 0.05,
      'μ: exponential': 0.03,
      'φ: state-affine': 0.05,
      'φ: elementwise-gradient': 0.03,
    },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-index-swapped beta-frozen beta-squared
    regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed
    equation-3-taken-literally projection-greedy first-hint-ignored target-sign mirror-left-out jacobian-sign jacobian-frozen offset-dropped rule-not-affine`,
  proof: `
    As in [corollary-3], w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}(α_{t+1}g̃_{t+1} + α_t g_t − α_t g̃_t); Eq. (11) makes the bracket A_tᵀ(∇μ(x̄_t) − ∇μ(z_t)).
    Algorithm 3 with displacement ρ_t(φ − x) goes to x̄_{t−1} + ρ_t(φ(x̄_{t−1}, w_t) − x̄_{t−1}) = x̄_t, and its Jacobian is ρ_t A_t: with rate β/ρ_t it makes that step, if β is constant [bmg-update]. For any β: w_{t+1} = −η_{t+1}(S_t + α_{t+1}g̃_{t+1}) is w_{t+1}^{BMG} for the hint of the statement.
    As printed the difference has the wrong sign, and Dφᵀ is missing.`,
});
