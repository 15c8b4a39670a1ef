import fc from 'fast-check';
import { eased, identityRateCase, type Easing, type RateCaseOptions } from '../src/generator/identity-rate-case.js';
import type { MetaCase } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { ANYTIME, LEADERS, MINIMISER, PLAIN_COMPARATOR, PLAIN_RUN } from '../src/world/lines.js';
import { rated } from '../src/world/rated.js';
import { theorem } from '../src/world/theorem.js';

/** Long horizons are dear, and most runs have converged by then. */
const cases = (options: Omit<RateCaseOptions, 'horizon' | 'sets'>) => (numbers: NumberSource): fc.Arbitrary<MetaCase> => {
  const run = (min: number, max: number) => identityRateCase(numbers, { ...options, sets: 'all', horizon: { min, max } });
  return numbers.name === 'float64' ? fc.oneof({ weight: 3, arbitrary: run(1, 16) }, { weight: 1, arbitrary: run(20, 60) }) : run(1, 4);
};
const SMOOTH = 'α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖² ≤ α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)';
const steps = [...MINIMISER, ...PLAIN_RUN, ...PLAIN_COMPARATOR, ANYTIME];
const labels = { 'x* ∈ W': 'Π_W(x*) = x*', 'T ≥ 40': 'T ≥ 40' } as const;

const last = one(2, {
  world: rated(cases({ hint: { kind: 'previous' }, worst: 'optimistic-half', kappa: '1/2' }), { weights: 'linear' }),
  when: 'For α_t = t, β = 1/(2L) and g̃_t = ∇f(x̄_{t−1})',
  identified: { w: 'x', α: '1' },
  where: [...LEADERS, 'r_t = (t − 1)(t + 2)/(t² + 3t − 2)'],
  steps: [...steps, 'α_t = t', 'g̃_t = G_{t−1}, t ≥ 2', 'D_1 ≤ ‖G_1‖²/(4L)', 'D_t ≤ t²/(4Lr_t(2 − r_t))‖G_t − r_tG_{t−1}‖², t ≥ 2'],
  because: ['⟨S_T, w*⟩ ≤ ⟨S_T, x*⟩', 'm_{T+1} ≤ ⟨S_T, w*⟩ + L‖w*‖²', 'D_t ≤ α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²', SMOOTH],
  statement: ['‖w*‖² ≤ ‖x*‖², x* ∈ W', '½T(T + 1)(f(x̄_T) − f(x*)) ≤ L‖w*‖² − L min_{w∈W} ‖w‖²'],
  labels: { ...labels, 'bound at least half used': 'T(T + 1)(f(x̄_T) − f(x*)) > L‖w*‖²' },
});
const scaled = one(2, {
  world: rated((numbers) => {
    const run = (kind: Easing, worst: RateCaseOptions['worst']) => eased(cases({ hint: { kind: 'scaled' }, worst, kappa: '1' })(numbers), kind);
    return fc.oneof(run('linear', 'scaled-half'), run('nesterov', 'nesterov'));
  }, {}),
  when: 'for α_t² − α_{t−1}² ≤ α_t, α_1 ≤ 1, β = 1/L and g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1})',
  identified: { w: 'x', α: '1' },
  where: LEADERS,
  given: ['α_1 ≤ 1', 'α_{t−1} ≤ α_t, t ≥ 2', 'α_t² − α_{t−1}² ≤ α_t, t ≥ 2'],
  steps: [...steps, 'g̃_t = (α_{t−1}/α_t)²G_{t−1}, t ≥ 2'],
  because: [
    '⟨S_T, w*⟩ ≤ ⟨S_T, x*⟩',
    'm_{T+1} ≤ ⟨S_T, w*⟩ + ½L‖w*‖²',
    'D_t ≤ α_t²/(2L)‖G_t − g̃_t‖²',
    'α_t²/(2L)‖G_t − g̃_t‖² ≤ α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²',
    SMOOTH,
  ],
  statement: ['‖w*‖² ≤ ‖x*‖², x* ∈ W', 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ½L‖w*‖² − ½L min_{w∈W} ‖w‖²'],
  labels: { ...labels, 'α_t = t/2': 'α_t = t/2', 'α_t² = α_{1:t}, rounded down': '100(α_t² − α_{t−1}²) ≥ 99α_t, t ≥ 2' },
});

export default theorem({
  id: 'nesterov-rate',
  place: ['Section 5, text', '5.19 5.1 5.5 5.20'],
  printed: {
    ...either(last, scaled),
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    coverage: {
      'T ≥ 20': 0.12,
      'T ≥ 40': 0.05,
      'W: all': 0.2,
      'projection active': 0.1,
      'x* ∈ W': 0.3,
      'bound at least half used': 0.01,
      'α_t = t/2': 0.1,
      'α_t² = α_{1:t}, rounded down': 0.1,
      'f: envelope': 0.005,
    },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice projection-left-out hint-not-removed equation-3-taken-literally gradient-lags
    hint-stale hint-ratio-unsquared jacobian-sign rule-not-affine weights-shifted smoothness-too-small gradient-off divergence-reversed minimiser-off projection-off
    comparator-too-long comparator-zero comparator-wrong-side definition-one-unweighted multiplier-sign comparator-outside`,
  proof: `
    [theorem-2] on φ = w with constant β: α_{1:T}(f(x̄_T) − f(x*)) ≤ (‖w*‖² − min_W‖w‖²)/(2β), if what each round costs, D_t, is paid for by α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_t − G_{t−1}‖².
    g̃_t = G_{t−1}, α_t = t, β = 1/(2L): D_t is at most α_t²β‖g_t − rg̃_t‖²/(2r(2 − r)) for each r ∈ (0, 1], and r = r_t is small enough: [corollary-1] with A_t = I, λ̂ = 1. α_{1:T} = ½T(T + 1).
    g̃_t = κG_{t−1}, κ = (α_{t−1}/α_t)² ≤ 1, β = 1/L: D_t ≤ ½α_t²β‖G_t − κG_{t−1}‖², and G_t − κG_{t−1} = κ(G_t − G_{t−1}) + (1 − κ)G_t, so that by convexity this is at most (1/(2L))[α_{t−1}²‖G_t − G_{t−1}‖² + (α_t² − α_{t−1}²)‖G_t‖²]. The hypothesis says that the last factor is at most α_t; added up it says that α_{t−1}² ≤ α_{1:t−1}.
    Its weights are α_t = t/2 with α_{1:T} = ¼T(T + 1), which with β = 1/L make the same run as α_t = t with β = 1/(2L); and those with α_t² = α_{1:t}, which on Rⁿ make it Nesterov’s method itself [nesterov]: α_{1:T} ≥ ¼(T + 1)². With either, and ‖w*‖ ≤ ‖x*‖, this is his O(1/T²). Where x* ∈ W, w = x* makes Definition 1 an equality, so that ‖w*‖ ≤ ‖x*‖.
    No constant is smaller for all T: the Huber functions of [corollary-1], with the slope at which each of these methods just stays on the straight part, come as near to each bound.`,
});
