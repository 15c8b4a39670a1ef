import fc from 'fast-check';
import type { NumberSource } from '../src/generator/number.js';
import { stochasticCase, type StochasticCase } from '../src/generator/stochastic-case.js';
import { either, one } from '../src/world/either.js';
import { LEADERS } from '../src/world/lines.js';
import { noisy, noisyLine } from '../src/world/noisy.js';
import { theorem } from '../src/world/theorem.js';

/** T = 1, 2, …, each so often: a run costs 2^T paths. On a bounded W Definition 1 often has no solution, so that half of the cases and more are on Rᵐ. */
const HORIZONS = { rational: [2, 6, 2], 'prime-field': [], float64: [10, 20, 6, 2, 1] } as const;
function cases(numbers: NumberSource): fc.Arbitrary<StochasticCase> {
  const own = { ...numbers, dimension: Math.min(numbers.dimension, 3) };
  const sized = HORIZONS[numbers.name].map((weight, i) => ({ weight, horizon: { min: i + 1, max: i + 1 } }));
  return fc.oneof(
    ...sized.flatMap(({ weight, horizon }) => [
      { weight, arbitrary: stochasticCase(own, { horizon }) },
      { weight, arbitrary: stochasticCase(own, { horizon, sets: 'whole' }) },
    ]),
  );
}

const BOUND = 'E[α_{1:T}(f(x̄_T) − f(x*))] ≤ E[‖w*‖²/(2η_T) − min_{w∈W} ‖w‖²/(2η_1) + Σ[½α_t²η_t‖A_tᵀĝ_t − g̃_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]]';
/** What both corrected statements follow from. */
const shared = {
  where: LEADERS,
  given: ['η_t ≤ η_{t−1}, t ≥ 2'],
  // I1 and I3 in expectation are in the sum of the gaps.
  steps: ['E[α_t⟨ĝ_t − G_t, x_t − x*⟩] = 0'],
  because: [
    'E[m_{T+1}] ≤ E[⟨S_T, w*⟩ + ‖w*‖²/(2η_T)]',
    'E[D_t] ≤ E[½α_t²η_t‖g_t − g̃_t‖²]',
    'E[α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²] ≤ E[α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)]',
  ],
  statement: [BOUND],
};

export default theorem({
  id: 'stochastic-online-to-batch',
  place: ['Section 2, “carry over to the stochastic setting”', '2.7 3.26'],
  error: 'prose',
  printed: {
    world: noisyLine,
    statement: [BOUND],
    arithmetics: ['rational'],
    // The smallest of all, by the sum of |p| + q over its ten numbers: f = 3x²/2, φ = w − x + 1; and one with φ = w: f = 2(x − 2)².
    refutedBy: [
      { a: '1', L: '3', beta: '1', alpha: ['1', '1'], sigma: '1', minimiser: '0', offset: '1', state: '-1', start: '0' },
      { a: '1', L: '4', beta: '1', alpha: ['2', '1'], sigma: '1', minimiser: '2', offset: '0', state: '0', start: '0' },
    ],
  },
  corrected: {
    ...either(
      one(2, {
        world: noisy(cases, 'fixed'),
        when: 'for a w* that is fixed',
        ...shared,
        steps: [...shared.steps, 'E[α_t⟨ĝ_t − G_t, φ(x̄_{t−1}, w*)⟩] = 0'],
        because: [...shared.because, 'E[Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩] ≤ 0'],
      }),
      one(1, { world: noisy(cases, 'seen'), when: 'for a w* of each path', ...shared, because: [...shared.because, 'E[Σα_t⟨ĝ_t, φ(x̄_{t−1}, w*) − x*⟩] ≤ 0'] }),
    ),
    // A case is 2^T runs.
    arithmetics: ['rational', ['float64', 0.4]],
    coverage: {
      'w* is random': 0.1,
      'T ≥ 2': 0.4,
      '32 paths': 0.005,
      '8 paths': 0.06,
      'W ≠ Rᵐ': 0.03,
      'β varies': 0.1,
      'φ: state-affine': 0.03,
      'odds ≠ 1': 0.2,
      'noise that depends on the past': 0.2,
    },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice projection-left-out hint-not-removed equation-3-taken-literally projection-greedy
    first-hint-ignored gradient-lags hint-stale jacobian-sign jacobian-frozen offset-dropped rule-not-affine smoothness-too-small gradient-off divergence-reversed projection-off
    comparator-too-long comparator-outside comparator-zero comparator-wrong-side definition-one-offset definition-one-unweighted`,
  proof: `
    w_t, and with it x_t, is fixed before ĝ_t is drawn, and so is x̄_t: E⟨G_t, x_t − x*⟩ = E⟨ĝ_t, x_t − x*⟩. Put into the expectation of I1: E α_{1:T}(f(x̄_T) − f(x*)) = E Σα_t⟨ĝ_t, x_t − x*⟩ − E Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)].
    On each path, by I3 with ĝ_t for G_t, Σα_t⟨ĝ_t, x_t − x*⟩ = Σα_t⟨A_tᵀĝ_t, w_t − w*⟩ + Σα_t⟨ĝ_t, φ(x̄_{t−1}, w*) − x*⟩. The first sum has the bound of [regret-bound], against any comparator, and so against one that depends on the whole path. Smoothness bounds the Bregman terms from below by the true gradients [online-to-batch].
    For a w that is fixed beforehand the mean of the last sum is E Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩, as φ(x̄_{t−1}, w) depends on the past alone: it is enough that this is ≤ 0, and w* is the smallest such w. Theorems 1 and 2, in the forms that hold without noise, then hold in expectation, whatever the noise is, as long as its mean is 0 given the past. For a w* of each path it is enough that Definition 1 holds with ĝ_t.
    With the true gradients on each path the last sum is Σα_t⟨ĝ_t − G_t, φ(x̄_{t−1}, w*) − x*⟩ plus a sum ≤ 0. Its mean need not be 0 or less, since w* depends on all of the noise: that is what the counterexample uses.`,
});
