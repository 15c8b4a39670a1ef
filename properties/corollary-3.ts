import { optimisticCase, shortOptimisticCase, type OptimisticCase } from '../src/generator/bootstrap-case.js';
import { onTheLine } from '../src/generator/meta-case.js';
import { optimistic } from '../src/world/bootstrap.js';
import { theorem } from '../src/world/theorem.js';

const HORIZONS = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 30 } } as const;
/** f = (x − x*)²/2, α = 1, w_1 = 0, β as in Algorithm 4. */
const onLine = (minimiser: string, rule: OptimisticCase['run']['rule'], beta: readonly string[], start: string, targets: readonly string[]): OptimisticCase => ({
  run: onTheLine({ minimiser, rule, alpha: beta.slice(1).map(() => '1'), beta, index: 'algorithm-4', start: [start] }),
  mirror: { kind: 'loss' },
  target: { kind: 'given', targets: targets.map((z) => [z]) },
  first: ['0'],
});

export default theorem({
  id: 'corollary-3',
  place: ['Corollary 3', '6.13 0.5 1.36 3.15 6.14'],
  error: 'sign',
  printed: {
    world: optimistic((numbers) => shortOptimisticCase(numbers, { rates: 'constant', mirror: 'loss' }), 'target, as printed'),
    when: 'With g̃_{t+1} = ∇f(z_t)',
    where: ['ξ_t = β_tα_tA_{t−1}ᵀ∇f(z_{t−1})'],
    statement: ['w_{t+1} = (β_{t+1}/β_t)w_t − β_tA_tᵀ(α_{t+1}∇f(z_t) − α_t∇f(x̄_t)) + ξ_t, t < T'],
    arithmetics: ['rational'],
    // One mistake at a time. The sign of α_t∇f(x̄_t): φ = w + 1, z_1 = 2. The hint ∇f(z_t) where Dφᵀ∇f(z_t) is meant: φ = 2w from
    // x̄_1 = x*, z_1 = 1. The index of β: φ = w + 2x from x̄_0 = ½, w_2 = −1, so that x̄_1 = x̄_2 = x* and only hints act.
    refutedBy: [
      onLine('0', { kind: 'affine', matrix: [['1']], offset: ['1'] }, ['1', '1', '1'], '0', ['2', '0']),
      onLine('0', { kind: 'affine', matrix: [['2']], offset: ['0'] }, ['1', '1', '1'], '0', ['1', '0']),
      onLine('1', { kind: 'state-affine', matrix: [['1']], gain: [['0']], direction: ['0'], offset: ['0'], state: [['2']] }, ['1', '1', '2', '2'], '1/2', ['2', '2', '1']),
    ],
  },
  corrected: {
    world: optimistic((numbers) => optimisticCase(numbers, { horizon: HORIZONS[numbers.name], rates: 'any', mirror: 'loss' }), 'target'),
    when: 'With g̃_{t+1} = A_tᵀ∇f(z_t)',
    where: ['ξ_t = η_{t+1}α_tg̃_t'],
    statement: ['w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}A_tᵀ(α_{t+1}∇f(z_t) + α_t∇f(x̄_t)) + ξ_t, t < T'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 3': 0.6, 'T ≥ 20': 0.1, 'β varies': 0.3, 'w_1 ≠ 0': 0.5, 'β index: algorithm-4': 0.3, 'β index: equation-4': 0.3, 'φ: state-affine': 0.05 },
  },
  saboteurs: `
    meta-gradient-sign meta-gradient-halved beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign
    hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed equation-3-taken-literally projection-greedy first-hint-ignored gradient-lags`,
  proof: `
    w_t = −η_t(S_{t−1} + α_t g̃_t) and w_{t+1} = −η_{t+1}(S_{t−1} + α_t g_t + α_{t+1}g̃_{t+1}). The first, solved for S_{t−1}, and put into the second: w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}(α_{t+1}g̃_{t+1} + α_t g_t − α_t g̃_t). With g̃_{t+1} = A_tᵀ∇f(z_t) and g_t = A_tᵀ∇f(x̄_t) this is the statement.
    As printed α_t∇f(x̄_t) has the wrong sign, the hint is in Rⁿ where w is in Rᵐ, and the rates are β_{t+1}/β_t and β_t, which belong to no index of β.`,
});
