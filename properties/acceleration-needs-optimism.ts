import { HORIZONS, reductionCase } from '../src/generator/reduction-case.js';
import type { RateCase } from '../src/generator/lambda-case.js';
import { slowCase } from '../src/generator/slow-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, exactly, one } from '../src/world/either.js';
import { rate } from '../src/world/rate.js';
import { reduction } from '../src/world/reduction.js';
import type { World } from '../src/world/world.js';
import { OPTIMISTIC } from '../src/world/lines.js';
import { theorem } from '../src/world/theorem.js';

const PLAIN = { weights: 'constant', hint: { kind: 'none' }, divisor: 1 } as const;
const HINTED = { weights: 'linear', hint: { kind: 'current-jacobian' }, divisor: 2 } as const;
/** On the slow function for as many rounds as it was made for. That it stays at x* is what is said of it. */
function slow(rule: Parameters<typeof slowCase>[1], horizon: (numbers: NumberSource) => Parameters<typeof slowCase>[2], settings: typeof PLAIN | typeof HINTED): World<RateCase> {
  const world = rate((numbers) => slowCase(numbers, rule, horizon(numbers)), settings);
  return {
    ...world,
    simpler: () => [],
    play(K, subject, data) {
      const played = world.play(K, subject, data);
      return 'kind' in played ? played : { ...played, still: false };
    },
  };
}
const FEW = { min: 2, max: 4 } as const;
const long = ({ name }: NumberSource) => ({ min: 1, max: name === 'float64' ? 60 : 12 });
/** Where α_t = 1, or t, weights are numbers. */
const identified = { α: '1' } as const;

export default theorem({
  id: 'acceleration-needs-optimism',
  place: ['text; abstract, Sections 1, 4 and 8', '5.3 0.3 0.4 1.29 5.2 5.7 8.4 8.5'],
  error: 'prose',
  printed: {
    ...either(
      one(1, { world: slow('multiple', () => FEW, PLAIN), identified, statement: ['L‖x*‖²/(2T) ≤ f(x̄_T) − f(x*)'] }),
      one(1, {
        world: slow('descent', () => FEW, PLAIN),
        identified,
        statement: ['L‖x*‖²/(2T) ≤ f(x̄_T) − f(x*)'],
        // W = {2/L}: f is Huber with slope 1/2 around x* = 1, x̄_1 = 0 − 2·(−1/2) = 1.
        refutedBy: [{
          function: { body: { kind: 'ridge', terms: [{ direction: ['1'], offset: '1', weight: '1', shape: { kind: 'huber', width: '1/2' } }] }, minimiser: ['1'] },
          rule: { kind: 'elementwise-descent' },
          set: { kind: 'box', lower: ['2'], upper: ['2'] },
          start: ['0'],
          horizon: 2,
          factor: '1',
          index: 'equation-4',
        }],
      }),
    ),
    says: [
      'f Huber with slope L‖x*‖/T, x̄_0 = 0, T ≥ 2',
      'φ = cw on Rⁿ, which attains the rate, or φ = x − w⊙∇f(x), W = {(T/L, …, T/L)}',
      'φ preserves regret (Definition 1)',
      'Algorithm 2, α_t = 1, w_1 = Π_W(0): no hints (our reading: no φ without them is faster than φ = w)',
    ],
    arithmetics: ['rational'],
    strength: 'rate',
  },
  corrected: {
    ...either(
      one(3, {
        world: slow('multiple', long, PLAIN),
        when: 'φ = cw on Rⁿ, α_t = 1, β = 1/(c²L), no hints, f Huber with slope L‖x*‖/T',
        identified,
        steps: ['Tx_t = (t − 1)x*'],
        statement: ['f(x̄_T) − f(x*) = L‖x*‖²/(2T)', 'λ‖w*‖² = ‖x*‖²'],
      }),
      one(2, {
        world: slow('multiple', long, HINTED),
        when: 'the same f and φ, α_t = t, β = 1/(2c²L), g̃_t = A_tᵀ∇f(x̄_{t−1})',
        identified,
        where: OPTIMISTIC.where,
        steps: ['α_t = t', 'g̃_t = A_tᵀG_{t−1}, t ≥ 2'],
        because: ['m_{T+1} ≤ Σα_t⟨G_t, x*⟩ + L‖x*‖²', ...OPTIMISTIC.because],
        statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ L‖x*‖²'],
      }),
      one(exactly(3), { world: slow('descent', long, PLAIN), when: 'the same f, φ = x − w⊙∇f(x), W = {(T/L, …, T/L)}, no hints', identified, statement: ['x̄_t = x*'] }),
      one(3, {
        world: reduction((numbers) => reductionCase(numbers, { horizon: HORIZONS[numbers.name], literal: false }), 'moving-rule'),
        when: 'φ_t = w − βα_{t−1}²/α_t∇f(x), no hints: Nesterov’s method',
        identified: { w: 'x' },
        where: ['ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}', 'η_t = βα_t²/α_{1:t}'],
        steps: ['w_t = −βS_{t−1}', 'ρ_t = α_t/α_{1:t}', 'x_t = w_t − βα_{t−1}²/α_t∇f(x̄_{t−1}), t ≥ 2', 'S_t = S_{t−1} + α_t∇f(x̄_t)'],
        statement: ['x̄_t = y_t', 'z_t = y_t − η_t∇f(y_t)', 'y_{t+1} = z_t + ρ̃_{t+1}(z_t − z_{t−1}), t < T'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    survivors: { '½T(T + 1)(f(x̄_T) − f(x*)) < L‖x*‖²': 'round 1 alone gives up ‖G_1‖²/(4L), so that it is never attained' },
    coverage: { 'T ≥ 20': 0.2, 'φ: elementwise-descent': 0.01 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-unweighted loss-weight-squared loss-sign hint-sign hint-left-out hint-jacobian-negated hint-unweighted hint-twice equation-3-taken-literally gradient-lags jacobian-sign rule-not-affine gradient-off
    minimiser-off projection-off comparator-too-long comparator-zero weights-not-constant smoothness-too-small not-convex divergence-reversed definition-one-doubled weights-shifted averaging-rates-shifted lookahead-left-out lookahead-sign`,
  proof: `
    For φ = cw with β = 1/(c²L), x_t is what it is for c = 1. On the Huber function with slope σ = L‖x*‖/T, ‖∇f‖ = σ as long as x̄_t is at least σ/L away from x*: the x_t move towards x* by σ/L a round, so that x̄_T is ½(T − 1)σ/L from 0, and ‖x*‖ = Tσ/L. The gap is σ‖x* − x̄_T‖ − σ²/(2L) = σ²T/(2L) = L‖x*‖²/(2T), which is the bound of [theorem-1-rate].
    With hints it is at most 2L‖x*‖²/(T(T + 1)) by [corollary-1], λ̂ = c², which is less for T ≥ 4.
    φ = x − w⊙∇f with W = {(T/L, …, T/L)}: x_1 = 0 − (T/L)∇f(0) = x*, and from there on ∇f = 0.
    φ_t: what Algorithm 4 with the hint (α_{t−1}/α_t)²∇f(x̄_{t−1}) takes off w_t, φ_t takes off what it makes of w_t. So x_t, x̄_t and G_t are the same, which is Nesterov’s method by [nesterov], with the rate of [nesterov-rate].
    That optimism is required does not follow from an upper bound without it. It is false over all φ, and all the more where φ may depend on t: there it only moves from the update of w into φ.`,
});
