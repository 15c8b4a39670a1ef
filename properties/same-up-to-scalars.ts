import { optimisticCase, shortOptimisticCase } from '../src/generator/bootstrap-case.js';
import { onTheLine } from '../src/generator/meta-case.js';
import { optimistic } from '../src/world/bootstrap.js';
import { theorem } from '../src/world/theorem.js';

const HORIZONS = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 30 } } as const;
const same = {
  identified: { α: '1' },
  where: ['ξ_t = η_{t+1}α_tg̃_t'],
  statement: ['w_{t+1} − (η_{t+1}/η_t)w_t − ξ_t = α_t(v_{t+1} − w_t), t < T'],
} as const;

export default theorem({
  id: 'same-up-to-scalars',
  place: ['Section 6, “identical up to scalar coefficients”', '6.17'],
  error: 'sign',
  printed: {
    world: optimistic((numbers) => shortOptimisticCase(numbers, { rates: 'constant', mirror: 'loss' }), 'target, scaled'),
    when: 'With g̃_{t+1} = (α_t/α_{t+1})A_tᵀ∇f(z_t), as scaled as the gradient is, and v_{t+1} the step of Algorithm 3 on the averages with μ = f and β_t = η_{t+1}',
    ...same,
    arithmetics: ['rational'],
    // f = x²/2, φ = w from 0: w_1 = 0 and x̄_1 = 0 = x*. Towards z_1 = 1 Algorithm 3 moves w by +1, and Algorithm 4 by −1.
    refutedBy: [{
      run: onTheLine({ minimiser: '0', alpha: ['1', '1'], beta: ['1', '1', '1'] }),
      mirror: { kind: 'loss' },
      target: { kind: 'given', targets: [['1'], ['0']] },
      first: ['0'],
    }],
  },
  corrected: {
    world: optimistic((numbers) => optimisticCase(numbers, { horizon: HORIZONS[numbers.name], rates: 'any', mirror: 'loss' }), 'target, opposed'),
    when: 'With g̃_{t+1} = −(α_t/α_{t+1})A_tᵀ∇f(z_t), and v_{t+1} the step of Algorithm 3 on the averages with μ = f and β_t = η_{t+1}',
    ...same,
    statement: [...same.statement, 'w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}α_tA_tᵀ(∇f(x̄_t) − ∇f(z_t)) + ξ_t, t < T'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 3': 0.6, 'T ≥ 20': 0.1, 'β varies': 0.3, 'w_1 ≠ 0': 0.5, 'β index: algorithm-4': 0.3, 'β index: equation-4': 0.3, 'φ: state-affine': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-index-swapped beta-frozen beta-squared
    regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice rule-at-iterate hint-not-removed
    equation-3-taken-literally projection-greedy first-hint-ignored gradient-lags target-sign mirror-left-out displacement-as-position jacobian-sign jacobian-transposed
    jacobian-frozen offset-dropped rule-not-affine`,
  proof: `
    For any hints w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}(α_{t+1}g̃_{t+1} + α_tg_t) + ξ_t [corollary-3], and Algorithm 3 on the averages with μ = f moves w_t by −η_{t+1}A_tᵀ(∇f(x̄_t) − ∇f(z_t)) [bmg-update].
    Where A_tᵀ∇f(x̄_t) and A_tᵀ∇f(z_t) are independent the two are proportional only if the hint is −(α_t/α_{t+1})A_tᵀ∇f(z_t): then the factor is α_t, and both scalings are what the paper allows, but for the sign. No positive scaling of the hint ∇f(z_t) that the paper names makes them so: its update climbs where Algorithm 3 descends to the target [bmg-loss-target].`,
});
