import { optimisticCase, shortOptimisticCase, type OptimisticCase } from '../src/generator/bootstrap-case.js';
import { onTheLine } from '../src/generator/meta-case.js';
import { optimistic } from '../src/world/bootstrap.js';
import { theorem } from '../src/world/theorem.js';

const HORIZONS = { rational: { min: 3, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 24 } } as const;
const HINTS = 'With α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_tg̃_t';
/** That there is such a z_t is part of the statement. */
const TARGET = '∇μ(z_t) = ∇μ(x̄_t) − (α_{t+1}ỹ_{t+1} + α_t∇f(x̄_t)), t < T';
/** f = x²/2, φ = w, W = R, constant α, ỹ_2 and no more. */
const onLine = (mirror: OptimisticCase['mirror'], alpha: string, beta: readonly string[], first: string, ahead: string): OptimisticCase => {
  const rounds = beta.slice(1);
  return {
    run: onTheLine({ minimiser: '0', alpha: rounds.map(() => alpha), beta, index: 'algorithm-4' }),
    mirror,
    target: { kind: 'given', targets: rounds.map((_, t) => [t === 0 ? ahead : '0']) },
    first: [first],
  };
};

export default theorem({
  id: 'theorem-3-aoftrl-to-bmg',
  place: ['Theorem 3, AO-FTRL → BMG', '6.25 0.5 5.13 6.19 8.9'],
  error: 'gap',
  printed: {
    world: optimistic((numbers) => shortOptimisticCase(numbers, { rates: 'constant', index: 'algorithm-4', mirror: 'saturating' }), 'prediction, as printed'),
    when: HINTS,
    statement: [TARGET, 'v_{t+1} = w_t − β_t(α_{t+1}g̃_{t+1} + α_t(A_tᵀ∇f(x̄_t) − g̃_t)) = w_{t+1}, t < T'],
    arithmetics: ['rational', 'float64'],
    // ∇μ not onto, strictly convex all the same: x/(1 + |x|) must reach −1. And β that varies: Algorithm 4 has (β_2/β_1)w_2, Algorithm 3 has w_2.
    refutedBy: [onLine({ kind: 'saturating' }, '1', ['1', '1', '1'], '0', '1'), onLine({ kind: 'euclidean' }, '1', ['1', '1', '2', '2'], '0', '1')],
    // exp must reach e² − 10.
    refutedNearlyBy: [onLine({ kind: 'exponential' }, '5', ['1', '1', '1'], '2', '0')],
  },
  corrected: {
    world: optimistic((numbers) => optimisticCase(numbers, { rates: 'mixed', horizon: HORIZONS[numbers.name], mirror: 'onto', target: 'given' }), 'prediction'),
    when: HINTS,
    where: ['p_t = α_{t+1}A_tᵀỹ_{t+1}'],
    steps: ['w_1 = −η_1α_1g̃_1', 'α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_tg̃_t, t < T'],
    statement: [
      TARGET,
      'v_{t+1} = w_t − η_{t+1}(α_{t+1}g̃_{t+1} + α_t(A_tᵀ∇f(x̄_t) − g̃_t)) = w_{t+1} − (η_{t+1}/η_t − 1)w_t, t < T',
      'x̄_t = y_t, t < T',
      'α_{t+1}g̃_{t+1} = p_{1:t} + α_1g̃_1, t < T',
    ],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: {
      'T ≥ 3': 0.7,
      'T ≥ 20': 0.1,
      'β constant': 0.2,
      'β varies': 0.2,
      'w_1 ≠ 0': 0.5,
      'μ: euclidean': 0.1,
      'μ: quadratic': 0.1,
      'μ: loss': 0.02,
      'μ: asymmetric': 0.1,
      'μ: hyperbolic': 0.05,
      'φ: state-affine': 0.05,
      'g̃_{t+1} is no A_tᵀy': 0.005,
    },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-index-swapped beta-frozen beta-squared
    regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed
    equation-3-taken-literally projection-greedy first-hint-ignored gradient-lags target-sign mirror-left-out jacobian-sign jacobian-transposed jacobian-frozen offset-dropped
    rule-not-affine minimiser-off`,
  proof: `
    ∇μ is one-to-one, for μ is strictly convex, and reaches all of Rⁿ by hypothesis: z_t exists, and ∇μ(x̄_t) − ∇μ(z_t) = α_{t+1}ỹ_{t+1} + α_t∇f(x̄_t). Eq. (10), on x̄_t as in [theorem-3-bmg-to-aoftrl], steps by −η_{t+1}(α_{t+1}A_tᵀỹ_{t+1} + α_t g_t) = −η_{t+1}(α_{t+1}g̃_{t+1} − α_t g̃_t + α_t g_t), which for constant β is Algorithm 4’s step [corollary-3]; for any β it is that of the statement.
    α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_t g̃_t, unrolled, is the sum. The hints of [corollary-2] are A_tᵀỹ_{t+1} alone.
    As printed: a strictly convex μ whose gradient is not onto leaves some z_t undefined; and where β varies Algorithm 4 has (β_t/β_{t−1})w_t in place of w_t.`,
});
