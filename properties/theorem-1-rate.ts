import { hardFunction, rateCase } from '../src/generator/lambda-case.js';
import { lineCase, literalHuber, literalQuadratic, onInterval, parabola } from '../src/generator/line-case.js';
import { either, exactly, one } from '../src/world/either.js';
import { ANYTIME, DECOMPOSITION, DEFINITION_ONE, LAST, LEADERS, PRESERVED, constant } from '../src/world/lines.js';
import { onIntervals, rate } from '../src/world/rate.js';
import { theorem } from '../src/world/theorem.js';

const setting = { weights: 'constant', hint: { kind: 'none' }, divisor: 1 } as const;
/** Where α_t = 1, weights are numbers. */
const identified = { α: '1' } as const;
export default theorem({
  id: 'theorem-1-rate',
  place: ['Theorem 1, rate', '4.41 0.2 1.28 1.35 2.13'],
  error: 'dimensions',
  printed: {
    world: onIntervals((numbers) => lineCase(numbers, { min: 1, max: 4 }, ['alpha', 'alpha-rho']), setting),
    says: [
      'f convex and L-smooth, x* ∈ X = φ(W) its minimiser',
      'φ affine in w and preserves regret (Definition 1)',
      '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x and w',
      'w_1 = Π_W(0), w_{t+1} by Algorithm 2 or by Eq. (3)',
      'α_t = 1 and β = 1/(λL)',
    ],
    // With units it means nothing.
    identified: { any: true },
    statement: ['f(x̄_T) − f(x*) ≤ λL diam(W)/T'],
    arithmetics: ['rational'],
    strength: 'rate',
    refutedBy: [
      // 0 ∉ W, where diam(W)² would not do either: W = [10, 11], x* = 11, T = 3: 1/2 > 1/3.
      onInterval({ function: parabola('1', '11'), lower: '10', horizon: 3 }),
      // φ = w/4 is φ = w in other coordinates: f = (x − 1)²/2, W = [0, 4]: 1/2 > 1/4.
      onInterval({ function: parabola('1', '1'), scale: '1/4', diameter: '4', horizon: 1 }),
      // diam(W) is no square: f = (x − 3)²/2, W = X = [0, 3]: 9/2 > 3.
      onInterval({ function: parabola('1', '3'), diameter: '3', horizon: 1 }),
      // Eq. (3) as written: Huber with slope 1/5 around 1: 6479/63000 > 1/10 at T = 10, with W = [0, 1].
      onInterval({ function: hardFunction(['1'], '1', '1/5'), horizon: 10, lossWeight: 'alpha-rho' }),
    ],
  },
  corrected: {
    ...either(
      one(8, {
        world: rate((numbers) => rateCase(numbers, { worst: 'heavy-ball-constant-weights' }), setting),
        when: 'Algorithm 2',
        identified,
        where: ['β = 1/(λL)', ...constant(LEADERS)],
        onRun: ['‖A_tᵀG_t‖² ≤ λ‖G_t‖²'],
        steps: ['α_t = 1', ...DEFINITION_ONE, ANYTIME, DECOMPOSITION],
        because: [PRESERVED, ...constant([LAST]), 'D_t ≤ ‖G_t‖²/(2L)', '‖G_t‖²/(2L) ≤ B_f(x*, x̄_t) + (t − 1)B_f(x̄_{t−1}, x̄_t)'],
        statement: ['T(f(x̄_T) − f(x*)) ≤ ½λL(‖w*‖² − min_{w∈W} ‖w‖²)'],
        labels: { 'ratio > 0.9': '20T(f(x̄_T) − f(x*)) ≥ 9λL(‖w*‖² − min_{w∈W} ‖w‖²)' },
      }),
      one(exactly(3), {
        world: { ...rate((numbers) => literalHuber(numbers, { min: 3, max: 24 }), setting), simpler: () => [] },
        when: 'Eq. (3) as written, f Huber with slope L|x*|/(2H − 1), T ≥ 3, so that 2H − 1 < T',
        identified: { w: 'x', ...identified },
        where: ['H = Σ1/t'],
        statement: ['w* = x*', 'f(x̄_T) − f(x*) = L‖x*‖²/(2(2H − 1))'],
      }),
      one(exactly(2), {
        world: { ...rate(() => literalQuadratic({ min: 17, max: 44 }), setting), simpler: () => [] },
        when: 'Eq. (3) as written, f = ½x₁² + (x₂ − 1)²/20, T ≥ 17',
        identified,
        statement: ['T(f(x̄_T) − f(x*)) > ½λL‖w*‖²'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    survivors: { 'T(f(x̄_T) − f(x*)) > ¼λL‖w*‖²': 'says less', 'T(f(x̄_{1}) − f(x*)) > ½λL‖w*‖²': 'x̄_1 is farther away than x̄_T' },
    coverage: { 'T ≥ 20': 0.15, 'projection active': 0.03, 'φ: state-affine': 0.03, 'φ: elementwise-descent': 0.03, 'ratio > 0.9': 0.02 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-unweighted loss-weight-squared loss-sign rule-at-iterate equation-3-taken-literally projection-greedy gradient-lags jacobian-sign jacobian-frozen
    offset-dropped rule-not-affine jacobian-bound-too-small weights-not-constant smoothness-too-small not-convex gradient-off divergence-reversed minimiser-off
    projection-off comparator-too-long comparator-outside comparator-zero comparator-wrong-side definition-one-offset definition-one-doubled multiplier-sign`,
  proof: `
    [theorem-1] with α_t = 1, β = 1/(λL): ½λβ‖G_t‖² = ‖G_t‖²/(2L), so that the sum is ≤ 0. ‖w*‖²/(2β) = ½λL‖w*‖² is left, and α_{1:T} = T. For φ = w it is attained, as acceleration-needs-optimism shows.
    As printed, diam(W) has not even the right units: φ = cw with β = 1/(λL) has the same iterates for every c, with λ = c² and a W that shrinks like 1/c, so that λ diam(W) is as small as one likes. Its square would not do either, unless 0 ∈ W. And where ∇f(x*) ≠ 0, ½λβ‖G_t‖² is not cancelled by ‖G_t − ∇f(x*)‖²/(2L).
    Eq. (3) as written, φ = w, f Huber with slope σ = L|x*|/(2H_T − 1): while ∇f = −σ, w_t = (σ/L)(1 + 1/2 + … + 1/(t − 1)), for its losses are weighed with ρ_s = 1/s. So x̄_T = (σ/L)(H_T − 1), and the gap is σ(x* − x̄_T) − σ²/(2L) = (σ²/L)(H_T − ½) = Lx*²/(2(2H_T − 1)). That is more than Lx*²/(2T) where 2H_T − 1 < T, from T = 3 on, and more than twice as much where 2(2H_T − 1) < T, from T = 10 on.`,
});
