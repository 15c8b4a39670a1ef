import { anyHintCase, knownCase, scaledHintCase, scheduleCase } from '../src/generator/corollary-case.js';
import { lineCase, onInterval, parabola } from '../src/generator/line-case.js';
import { ALGORITHM_FOUR_RUN, EQUATION_FOUR_RUN } from '../src/generator/schedule-path.js';
import { either, exactly, one, witness } from '../src/world/either.js';
import { ANYTIME, DECOMPOSITION, DEFINITION_ONE, LAST, LEADERS, OPTIMISTIC, PRESERVED, SMOOTH, constant } from '../src/world/lines.js';
import { rate } from '../src/world/rate.js';
import { certificates, schedule } from '../src/world/schedule.js';
import { theorem } from '../src/world/theorem.js';

const linear = { weights: 'linear', hint: { kind: 'current-jacobian' }, divisor: 2 } as const;
/** Where α_t = t, weights are numbers. */
const identified = { α: '1' } as const;
const steps = [...DEFINITION_ONE, ANYTIME, DECOMPOSITION];
const [where, ends] = [constant(LEADERS), [PRESERVED, ...constant([LAST])]];
const PREDICTED = '‖g_t − g_{t−1}‖² ≤ λ̃‖G_t − G_{t−1}‖², t ≥ 2';
/** −Q for Q = M − (1 − τ)¼T(T + 1)g_T² + S_T²/(4κτ), κ = 2T/(T − 1): with Eq. (4) there is no S_tS_{t+2} in it. */
const NEGATIVE = '¼(1 − τ)T(T + 1)g_T² − (T − 1)/(8Tτ)S_T² − M';
const certificate = {
  where: ['w_t = −η_t(S_{t−1} + tg_{t−1})', 'M = Σ[tg_tw_t − ½tg_t² − ¼t(t − 1)(g_t − g_{t−1})²]'],
  given: ['0 < τ ≤ 1'],
} as const;
const inserted = schedule(scheduleCase('whole'), { inserted: true });
const FAILS = { identified, where: ['r = 4λ̃L‖w*‖²/(T² − 1)'], statement: ['f(x̄_T) − f(x*) > r'] } as const;

export default theorem({
  id: 'corollary-1',
  place: ['Corollary 1', '5.30 1.30 1.31 2.13 5.10 5.18 5.24 5.27 8.7'],
  error: 'dimensions',
  printed: {
    world: schedule((numbers) => lineCase(numbers, { min: 2, max: 4 }, [undefined]), { inserted: false }),
    says: [
      'f convex and L-smooth, x* ∈ X = φ(W) its minimiser',
      '‖Dφ(x′, w)ᵀ∇f(x) − Dφ(x″, w′)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖² for all x, x′, x″, w, w′ (here Dφ = c, λ̃ = c²)',
      'φ affine in w and preserves regret (Definition 1)',
      'g̃_{t+1} = Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t), α_t = t and β_t = (t − 1)/(2tλ̃), w_t by Eq. (4) or by Algorithm 4',
    ],
    // With units it means nothing.
    identified: { any: true },
    statement: ['f(x̄_T) − f(x*) ≤ 4λ̃L diam(W)/(T² − 1)'],
    arithmetics: ['rational'],
    strength: 'rate',
    refutedBy: [
      // 0 ∉ W, where diam(W)² would not do either: W = [10, 11], x* = 11, T = 4: 1/2 > 4/15.
      onInterval({ function: parabola('1', '11'), lower: '10', horizon: 4, index: 'algorithm-4' }),
      // diam(W) is no square: f = (x − 3)²/2, W = X = [0, 3], w_1 = w_2 = 0: 9/2 > 4.
      onInterval({ function: parabola('1', '3'), diameter: '3', horizon: 2, index: 'algorithm-4' }),
      // L is missing in β_t: f = (x − 1)²/20, W = X = [0, 1], diam(W) = diam(W)² = ‖w*‖² = 1.
      onInterval({ function: parabola('1/10', '1'), horizon: 4, index: 'algorithm-4' }),
      onInterval({ function: parabola('1/10', '1'), horizon: 4 }),
    ],
  },
  corrected: {
    ...either(
      one(4, {
        world: schedule(scheduleCase('bounded'), { inserted: true, on: 'bounded' }),
        when: 'The printed schedule with L inserted, and sup_W‖w‖² for diam(W)',
        identified,
        where: LEADERS,
        onRun: [PREDICTED, '‖g_t‖² ≤ λ̃‖G_t‖², t ≤ 2'],
        steps,
        because: [
          PRESERVED,
          LAST,
          '‖w*‖²/(2η_T) ≤ sup_W‖w‖²/(2η_T)',
          'D_t ≤ ½t²η_t‖g_t − g̃_t‖² + ½(1/η_t − 1/η_{t+1})sup_W‖w‖²',
          'Σ½t²η_t‖g_t − g̃_t‖² ≤ Σ[tB_f(x*, x̄_t) + ½t(t − 1)B_f(x̄_{t−1}, x̄_t)]',
        ],
        statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ 2λ̃L(sup_W‖w‖² − min_{w∈W} ‖w‖²)'],
      }),
      one(4, {
        world: rate(knownCase('optimistic-half'), { ...linear, operator: true }),
        when: 'α_t = t, β = 1/(2λ̂L), g̃_t = A_tᵀG_{t−1}, ‖A_t‖² ≤ λ̂, on every W',
        identified,
        where: ['β = 1/(2λ̂L)', ...OPTIMISTIC.where],
        steps: ['α_t = t', 'g̃_t = A_tᵀG_{t−1}, t ≥ 2', ...steps],
        because: [...ends, ...OPTIMISTIC.because],
        statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ λ̂L(‖w*‖² − min_{w∈W} ‖w‖²)'],
      }),
      one(3, {
        world: rate(scaledHintCase, ({ weights }) => ({ weights, hint: { kind: 'scaled' }, divisor: weights === 'linear' ? 2 : 1, operator: true })),
        when: 'g̃_t = (α_{t−1}/α_t)²A_tᵀG_{t−1}, ‖A_t‖² ≤ λ̂, α_t = t and β = 1/(2λ̂L), or α_t² = α_{1:t} and β = 1/(λ̂L), on every W',
        where,
        steps: ['g̃_t = (α_{t−1}/α_t)²A_tᵀG_{t−1}, t ≥ 2', ...steps],
        because: [...ends, 'D_t ≤ ½α_t²β‖g_t − g̃_t‖²', '½α_t²β‖g_t − g̃_t‖² ≤ α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²', SMOOTH],
        statement: ['α_{1:T}(f(x̄_T) − f(x*)) ≤ (‖w*‖² − min_{w∈W} ‖w‖²)/(2β)'],
      }),
      one(3, {
        world: rate(anyHintCase, ({ hint: kind }) => ({ ...linear, hint: { kind }, divisor: 4 })),
        when: 'α_t = t, any β and hints that smoothness pays for',
        identified,
        where,
        onRun: ['tβ‖g_t − g̃_t‖² ≤ ‖G_t‖²/L + ½(t − 1)‖G_t − G_{t−1}‖²/L'],
        steps,
        because: [...ends, 'D_t ≤ ½t²β‖g_t − g̃_t‖²', '½t²β‖g_t − g̃_t‖² ≤ tB_f(x*, x̄_t) + ½t(t − 1)B_f(x̄_{t−1}, x̄_t)'],
        statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ (‖w*‖² − min_{w∈W} ‖w‖²)/(2β)'],
      }),
      one(2, {
        world: schedule(scheduleCase('whole', 29), { inserted: true, on: 'whole' }),
        when: 'The printed schedule with L inserted, on Rᵐ, with ‖w*‖² for diam(W), T ≤ 29 (Algorithm 4) or T ≤ 146 (Eq. 4)',
        identified,
        where: ['Y = ½T(T + 1)(f(x̄_T) − f(x*))', 'M = Σ[t⟨g_t, w_t⟩ − ½t‖g_t‖²/(λ̃L)] − Σ_{t≥2}¼t(t − 1)‖g_t − g_{t−1}‖²/(λ̃L)', 'y = ¼T(T + 1)‖g_T‖²/(λ̃L)'],
        onRun: [PREDICTED, '‖g_t‖² ≤ λ̃‖G_t‖²'],
        because: ['Σt⟨G_t, φ(x̄_{t−1}, w*) − x*⟩/τ ≤ 0', 'Y/τ ≤ (M − s)/τ', '(1 − τ)y/τ ≤ (1 − τ)Y/τ', 'M/τ − (1 − τ)y/τ ≤ 2T/(T − 1)λ̃L‖w*‖² + ⟨c, w*⟩/τ'],
        steps,
        statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ 2T/(T − 1)λ̃L‖w*‖²'],
      }),
      one(exactly(1), {
        world: certificates('algorithm-4'),
        when: 'The certificate for that, Algorithm 4',
        ...certificate,
        statement: [
          `${NEGATIVE} = Σ[p_tS_t² + 2q_tS_tS_{t+1} + 2r_tS_tS_{t+2}]`,
          'p_t = d_t + a_{t−1}²d_{t−1} + b_{t−2}²d_{t−2}',
          'q_t = a_td_t + a_{t−1}b_{t−1}d_{t−1}',
          'r_t = b_td_t',
          '0 < d_t',
        ],
      }),
      one(exactly(1), {
        world: certificates('equation-4'),
        when: 'The certificate for that, Eq. (4)',
        ...certificate,
        statement: [`${NEGATIVE} = Σ[p_tS_t² + 2q_tS_tS_{t+1}]`, 'p_t = d_t + a_{t−1}²d_{t−1}', 'q_t = a_td_t', '0 < d_t'],
      }),
      one(exactly(1), { world: witness(inserted, ALGORITHM_FOUR_RUN), when: 'It fails for T = 30 (Algorithm 4)', ...FAILS }),
      one(exactly(1), { world: witness(inserted, EQUATION_FOUR_RUN), when: 'It fails for T = 147 (Eq. 4)', ...FAILS, statement: ['r < f(x̄_T) − f(x*)'] }),
    ),
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    survivors: { 'f(x̄_{1}) − f(x*) > r': 'x̄_1 is farther away than x̄_T', 'r < f(x̄_{1}) − f(x*)': 'the same' },
    coverage: { 'T ≥ 20': 0.15, 'projection active': 0.03, 'φ: state-affine': 0.03 },
  },
  saboteurs: `
    elimination-twice corollary-rates-shifted averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved
    beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign
    hint-unweighted hint-twice projection-left-out rule-at-iterate hint-not-removed equation-3-taken-literally projection-greedy gradient-lags hint-stale
    hint-jacobian-stale hint-jacobian-negated hint-ratio-unsquared jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine weights-shifted
    smoothness-too-small not-convex gradient-off divergence-reversed minimiser-off projection-off comparator-too-long comparator-outside comparator-zero
    comparator-wrong-side definition-one-offset definition-one-unweighted definition-one-doubled multiplier-sign`,
  proof: `
    Constant β: [theorem-2] gives α_{1:T}(f(x̄_T) − f(x*)) ≤ (‖w*‖² − min_W‖w‖²)/(2β), if in each round ½α_t²β‖g_t − g̃_t‖² ≤ α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_t − G_{t−1}‖². For α_t = t, where α_{1:T} = T(T + 1)/2, that is the rate ‖w*‖²/(βT(T + 1)).
    Scaled hint, κ = (α_{t−1}/α_t)²: G_t − κG_{t−1} = κ(G_t − G_{t−1}) + (1 − κ)G_t, so ‖g_t − g̃_t‖² ≤ λ̂[κ‖G_t − G_{t−1}‖² + (1 − κ)‖G_t‖²] by convexity, and βλ̂Lα_{t−1}² ≤ α_{1:t−1}, βλ̂L(α_t² − α_{t−1}²) ≤ α_t are enough. Both hold for α_t = t, β = 1/(2λ̂L), and with equality for α_t² = α_{1:t}, β = 1/(λ̂L).
    Unscaled hint: a round costs no more than α_t²β‖g_t − κg̃_t‖²/(2κ(2 − κ)), for every κ ∈ (0, 1]. In the notation of [regret-bound] (u_t is w_t), let û minimise F_{t+1} on W, d = ‖û − u_t‖, z = κu_t + (1 − κ)û ∈ W: F_t* ≤ F_t(z) = κF_t(u_t) + (1 − κ)F_t(û) − κ(1 − κ)d²/(2β), and F_t(u_t) − F_t(û) ≤ α_t⟨g̃_t, û − u_t⟩ − d²/(2β), so that D_t ≤ α_t⟨g_t − κg̃_t, u_t − û⟩ − κ(2 − κ)d²/(2β).
    Since G_t − κG_{t−1} = κ(G_t − G_{t−1}) + (1 − κ)G_t, smoothness pays for it if t[κ²/(t − 1) + (1 − κ)²/2] ≤ κ(2 − κ) (Cauchy–Schwarz). κ_t = 1 − 2t/(t² + 3t − 2) is the best, and leaves (t − 1)(t − 2) ≥ 0. No larger β passes at t = 2. (β = 1/(4λ̂L) is this with 2λ̂ for λ̂.)
    The constant cannot be smaller for all T: for φ = w and Huber’s function of slope L‖x*‖/(2m + 1), m = βL Σ_{t=2}^T t²(t + 1)/(T(T + 1)), x̄_T is still on the straight part, and the gap is L‖x*‖²/(2(2m + 1)). Its ratio to the bound, T(T + 1)βL/(2(2m + 1)), tends to 1.
    Printed schedule, sup_W‖w‖²: where η_t grows, D_t may be larger by ½(1/η_t − 1/η_{t+1})sup_W‖w‖². That telescopes, from the first η_t ≠ 0 on, which is 1/(4λ̃L).
    Printed schedule on Rᵐ, where sup_W‖w‖² says nothing, with ‖w*‖² for it, which is our reading: I1, I3 and smoothness give Y = ½T(T + 1)(f(x̄_T) − f(x*)) ≤ M − s, with s of Definition 1 and M a quadratic form in the g_t. With κ = 2T/(T − 1) and λ̃L = 1, M ≤ (1 − τ)¼T(T + 1)‖g_T‖² − ‖S_T‖²/(4κτ) is the certificate; the first term is at most (1 − τ)Y, and ⟨S_T, w*⟩ ≤ s, so τY ≤ −⟨S_T, w*⟩ − ‖S_T‖²/(4κτ) ≤ κτ‖w*‖². For f = ½Lx² and φ = w + b(x) nothing is given up, and b can be chosen so that the averages go along any path.`,
});
