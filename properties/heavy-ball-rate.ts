import { identityRateCase, type RateCaseOptions } from '../src/generator/identity-rate-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { ANYTIME, MINIMISER, PLAIN_COMPARATOR, PLAIN_RUN } from '../src/world/lines.js';
import { rated } from '../src/world/rated.js';
import { theorem } from '../src/world/theorem.js';

const cases = (options: Pick<RateCaseOptions, 'worst' | 'kappa'>) => (numbers: NumberSource) =>
  identityRateCase(numbers, { ...options, sets: 'whole', hint: { kind: 'none' }, horizon: { min: 1, max: numbers.name === 'float64' ? 40 : 5 } });

const literally = one(1, {
  world: rated(cases({ worst: 'heavy-ball-equation-3', kappa: '1/2' }), { weights: 'linear', literal: true, preserves: false }),
  when: 'By Eq. (3), with ρ_t, for α_t = t and β = 1/(2L)',
  identified: { w: 'x', α: '1' },
  steps: [
    ...MINIMISER,
    'S_t = S_{t−1} + 2t/(t + 1)G_t',
    'w_t = −1/(2L)S_{t−1}',
    'x_t = w_t',
    't(t + 1)x̄_t = t(t − 1)x̄_{t−1} + 2tx_t',
    'x̄_t = x̄_{t−1} + (t − 2)/(t + 1)(x̄_{t−1} − x̄_{t−2}) − 2(t − 1)/(t(t + 1)L)∇f(x̄_{t−1}), t ≥ 2',
  ],
  because: ['t²/(2L(t + 1)²)‖G_t‖² ≤ t/(t + 1)[B_f(x*, x̄_t) + ½(t − 1)B_f(x̄_{t−1}, x̄_t)]'],
  statement: [
    'f(x̄_T) − f(x*) ≤ L‖x*‖²/T',
    '½T(f(x̄_T) − f(x*)) + Σ_{t<T}t/(2(t + 2))(f(x̄_t) − f(x*)) ≤ ½L‖x*‖² − ½L‖x* + 1/(2L)S_T‖²',
  ],
});
const constant = one(1, {
  world: rated(cases({ worst: 'heavy-ball-constant-weights', kappa: '1' }), { weights: 'constant' }),
  when: 'by Algorithm 2, without it, for α_t = 1 and β = 1/L',
  identified: { w: 'x', α: '1' },
  steps: [
    ...MINIMISER,
    ...PLAIN_RUN,
    ...PLAIN_COMPARATOR,
    ANYTIME,
    'x̄_t = x̄_{t−1} + (t − 2)/t(x̄_{t−1} − x̄_{t−2}) − 1/(tL)∇f(x̄_{t−1}), t ≥ 2',
  ],
  because: [
    '⟨S_T, w*⟩ ≤ ⟨S_T, x*⟩',
    '1/(2L)‖G_t‖² + (t − 1)/(2L)‖G_{t−1} − G_t‖² ≤ B_f(x*, x̄_t) + (t − 1)B_f(x̄_{t−1}, x̄_t)',
  ],
  statement: ['‖w*‖² ≤ ‖x*‖²', 'T(f(x̄_T) − f(x*)) ≤ ½L‖w*‖² − ½L‖w* + 1/LS_T‖² − Σ_{t≥2}(t − 1)/(2L)‖G_{t−1} − G_t‖²'],
  labels: { 'bound at least half used': 'T(f(x̄_T) − f(x*)) > ¼L‖x*‖²' },
});

export default theorem({
  id: 'heavy-ball-rate',
  place: ['Section 4, text', '4.12 4.10'],
  printed: {
    ...either(literally, constant),
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    coverage: { 'T ≥ 20': 0.15, 'bound at least half used': 0.01, 'By Eq. (3), with ρ_t, for α_t = t and β = 1/(2L)': 0.3 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign equation-3-taken-literally gradient-lags jacobian-sign rule-not-affine weights-shifted smoothness-too-small gradient-off
    divergence-reversed minimiser-off comparator-too-long comparator-zero comparator-wrong-side definition-one-doubled multiplier-sign weights-not-constant`,
  proof: `
    Eq. (3): [heavy-ball] for α_t = t, β = 1/(2L). With δ_t = f(x̄_t) − f(x*) and c_t = t/(t + 1), w_{t+1} = w_t − (c_t/L)G_t, and by Eq. (2) w_t = x̄_t + ½(t − 1)(x̄_t − x̄_{t−1}).
    ½L‖w_{t+1} − x*‖² = ½L‖w_t − x*‖² − c_t⟨G_t, w_t − x*⟩ + (c_t²/(2L))‖G_t‖², and by the definition of B_f, ⟨G_t, w_t − x*⟩ = δ_t + B_f(x*, x̄_t) + ½(t − 1)[δ_t − δ_{t−1} + B_f(x̄_{t−1}, x̄_t)].
    B_f(x*, x̄_t) ≥ ‖G_t‖²/(2L) by smoothness, B_f ≥ 0 and c_t² ≤ c_t: what has G_t or B_f in it can only help. Σc_t[½(t + 1)δ_t − ½(t − 1)δ_{t−1}] is left, where δ_t has the factor ½t − t(t + 1)/(2(t + 2)) = t/(2(t + 2)) for t < T, and δ_T has ½T. With w_{T+1} = −S_T/(2L) that is the statement.
    Algorithm 2: [heavy-ball] for α_t = 1, β = 1/L, and [theorem-1-rate] with λ = 1. w = x* makes Definition 1 an equality for φ = w, so that ‖w*‖ ≤ ‖x*‖. Its momentum is (t − 2)/t, its step 1/(tL).
    Algorithm 2 with α_t = t and β = 1/(2L) has no rate at all, as heavy-ball-cycle shows.`,
});
