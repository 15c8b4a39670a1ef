import { extrapolatedHint, predictedCase, scaled, scaledCase } from '../src/generator/predicted-case.js';
import { ANYTIME, DECOMPOSITION, DEFINITION_ONE, LAST, LEADERS, PRESERVED, constant } from '../src/world/lines.js';
import { onMultiples, rate } from '../src/world/rate.js';
import { theorem } from '../src/world/theorem.js';

const setting = { weights: 'linear', divisor: 4 } as const;
const printed = onMultiples(scaledCase, { ...setting, hint: { kind: 'previous' } });
const corrected = rate(predictedCase, { ...setting, hint: extrapolatedHint });

export default theorem({
  id: 'corollary-2',
  place: ['Corollary 2', '6.30 1.30 1.37 6.27 6.29 8.9'],
  error: 'typo',
  printed: {
    world: printed,
    says: [
      ...printed.says,
      'φ = cw, g̃_1 = 0, g̃_{t+1} = Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t)',
      '“a rate O(λ̃/T²)” read as: with one K for all φ, 4 as in Corollary 1 or any other. That it is the same for all φ is our reading; for each φ there is one',
    ],
    // With units it means nothing.
    identified: { any: true },
    where: ['β = 1/(4λ̃²L)'],
    given: ['K ≥ 4'],
    onRun: ['‖A_{t−1}ᵀG_{t−1} − A_tᵀG_t‖² ≤ λ̃²‖G_t − G_{t−1}‖², t ≥ 2'],
    statement: ['f(x̄_T) − f(x*) ≤ Kλ̃L‖w*‖²/(T² − 1)'],
    arithmetics: ['rational'],
    strength: 'rate',
    // λ̃ = c, ‖w*‖ = ‖x*‖/c, so that the bound is KL‖x*‖²/(c(T² − 1)), below the gap for c large, whatever K is.
    refutedBy: [scaled('1', '1', 2, { scale: '11', constant: '4' }), scaled('1', '1', 2, { scale: '10000', constant: '1000' })],
  },
  corrected: {
    world: corrected,
    says: [...corrected.says, 'g̃_1 = 0, g̃_t = A_{t−1}ᵀỹ_t'],
    identified: { α: '1' },
    where: ['β = 1/(4λ̃²L)', ...constant(LEADERS)],
    onRun: ['t‖g̃_t − g_t‖² ≤ λ̃²(4‖G_t‖² + 2(t − 1)‖G_t − G_{t−1}‖²)'],
    steps: ['α_t = t', ...DEFINITION_ONE, ANYTIME, DECOMPOSITION],
    because: [PRESERVED, ...constant([LAST]), 'D_t ≤ ½t²β‖g_t − g̃_t‖²', '½t²β‖g_t − g̃_t‖² ≤ tB_f(x*, x̄_t) + ½t(t − 1)B_f(x̄_{t−1}, x̄_t)'],
    statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ 2λ̃²L(‖w*‖² − min_{w∈W} ‖w‖²)'],
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    labels: { 'ỹ is the last gradient': 'g̃_t = A_{t−1}ᵀG_{t−1}, t ≥ 2', 'ỹ extrapolates': 'Σ_{t≥2}‖g̃_t − A_{t−1}ᵀG_{t−1}‖² > 0' },
    coverage: { 'ỹ extrapolates': 0.1, 'ỹ is the last gradient': 0.1, 'T ≥ 20': 0.15, 'projection active': 0.02, 'φ: elementwise-descent': 0.02, 'φ: state-affine': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice projection-left-out rule-at-iterate hint-not-removed
    equation-3-taken-literally gradient-lags jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine weights-shifted smoothness-too-small
    not-convex gradient-off divergence-reversed minimiser-off projection-off comparator-too-long comparator-outside comparator-zero comparator-wrong-side
    definition-one-offset definition-one-unweighted definition-one-doubled multiplier-sign`,
  proof: `
    [theorem-2] with α_t = t and β = 1/(4λ̃²L): a round is paid for if ½t²β‖g_t − g̃_t‖² ≤ t/(2L)‖G_t‖² + t(t − 1)/(4L)‖G_t − G_{t−1}‖², which is the hypothesis. So ½T(T + 1)(f(x̄_T) − f(x*)) ≤ (‖w*‖² − min_W‖w‖²)/(2β).
    The printed condition, with ‖g_1‖ ≤ 2λ̃‖G_1‖ at t = 1, is more than is needed: ‖g_t − g̃_t‖² ≤ λ̃²‖G_t − G_{t−1}‖² for t ≥ 2, and t ≤ 2(t − 1). The square is what the norms ask for.
    The constant cannot be smaller for all T: for φ = w it is that of [corollary-1].
    As printed: for φ = cw and ỹ_{t+1} = ∇f(x̄_t), λ̃ = c. The iterates, and so the gap, do not depend on c, while Kλ̃L‖w*‖² is at most KL‖x*‖²/c, and goes to 0. As big-O in T, for one φ, the rate is right: K may then be 4λ̃.`,
});
