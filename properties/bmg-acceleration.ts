import { identityRateCase } from '../src/generator/identity-rate-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { MINIMISER, MOVED } from '../src/world/lines.js';
import { moved } from '../src/world/moved.js';
import { theorem } from '../src/world/theorem.js';

const cases = (numbers: NumberSource) =>
  identityRateCase(numbers, { worst: 'optimistic-half', kappa: '1/2', sets: 'whole', hint: { kind: 'previous' }, horizon: { min: 1, max: numbers.name === 'float64' ? 40 : 5 } });

export default theorem({
  id: 'bmg-acceleration',
  place: ['Section 6, text after Theorem 3', '6.31 1.37 6.27 8.9'],
  printed: {
    world: moved(cases, 'with ξ'),
    identified: { w: 'x', α: '1' },
    steps: [
      ...MINIMISER,
      ...MOVED,
      '∇μ(z_t) = ∇μ(x̄_t) − (2t + 1)G_t + tG_{t−1}',
      'S_t = S_{t−1} + tG_t',
      'w_{t+1} = −1/(2L)(S_t + (t + 1)G_t)',
      'x̄_t = y_t',
    ],
    because: ['t²/(4L)(‖G_t − G_{t−1}‖² − ‖G_{t−1}‖²) ≤ tB_f(x*, x̄_t) + ½t(t − 1)B_f(x̄_{t−1}, x̄_t)'],
    statement: ['f(x̄_T) − f(x*) ≤ L‖x*‖²/α_{1:T}', '½T(T + 1)(f(x̄_T) − f(x*)) ≤ L‖x*‖² − L‖x* + 1/(2L)S_T‖²'],
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    coverage: { 'T ≥ 20': 0.15, 'f: envelope': 0.005 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed equation-3-taken-literally gradient-lags target-sign
    displacement-as-position hint-stale jacobian-sign rule-not-affine weights-shifted averaging-rates-shifted smoothness-too-small gradient-off divergence-reversed minimiser-off`,
  proof: `
    μ = ½‖·‖², α_t = t, β = 1/(2L) and z_t = x̄_t − (α_{t+1} + α_t)G_t + α_tG_{t−1}: Eq. (10) is w_{t+1} = w_t − β[(α_{t+1} + α_t)G_t − α_tG_{t−1}], which makes w_{t+1} = −β(S_t + α_{t+1}G_t), by induction: Algorithm 4 with g̃_t = G_{t−1}. Displacement ρ_t(φ − x) makes x̄_t its average, as in [theorem-3-bmg-to-aoftrl].
    I1 of [anytime-online-to-batch] at x* and I2 of [regret-bound] with u = x* and constant β: α_{1:T}(f(x̄_T) − f(x*)) = L‖x*‖² − L‖x* + S_T/(2L)‖² + Σ[(t²/(4L))(‖G_t − G_{t−1}‖² − ‖G_{t−1}‖²) − tB_f(x*, x̄_t) − ½t(t − 1)B_f(x̄_{t−1}, x̄_t)].
    By smoothness the last two are at least (t/(2L))‖G_t‖² and (t(t − 1)/(4L))‖G_t − G_{t−1}‖². That pays for the first, if ‖D‖² − t‖H‖² ≤ 2‖D + H‖², D = G_t − G_{t−1}, H = G_{t−1}: for t ≥ 2 as ‖D‖² = ‖(D + H) − H‖² ≤ 2‖D + H‖² + 2‖H‖², and for t = 1 as H = 0.
    α_{1:T} = ½T(T + 1), so that the rate is 2L‖x*‖²/(T(T + 1)). The same targets do for φ = Aw + b(x) with a constant A, with g_t = AᵀG_t and ‖A‖²L for L; for a Jacobian that changes the term α_tA_tᵀG_{t−1} is not what the last target asked for, which was α_tA_{t−1}ᵀG_{t−1}.`,
});
