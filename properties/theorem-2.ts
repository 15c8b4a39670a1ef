import { metaCase, onTheLine } from '../src/generator/meta-case.js';
import { withWorst } from '../src/generator/worst-function.js';
import { meta } from '../src/world/meta.js';
import { ANYTIME, DECOMPOSITION, DEFINITION_ONE, LEADERS, MINIMISER, RUN } from '../src/world/lines.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'theorem-2',
  place: ['Theorem 2', '5.16 4.44 4.45 5.11 5.15'],
  error: 'gap',
  printed: {
    world: meta((numbers) => metaCase({ ...numbers, horizon: 3, dimension: 1 }, { rates: 'any', sets: 'whole' }), { first: true }),
    statement: ['f(x̄_T) − f(x*) ≤ 1/α_{1:T}(‖w*‖²/β_T + Σ[½α_t²β_t‖A_tᵀG_t − g̃_t‖² − α_t/(2L)‖G_t − ∇f(x*)‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²])'],
    arithmetics: ['rational'],
    // w_1 = 0 ignores the first hint: g̃_1 = g_1 = −1, β = 2: gap ½ > 0.
    refutedBy: [onTheLine({ hint: { kind: 'given', hints: [['-1']] }, beta: ['2', '2'] })],
  },
  corrected: {
    world: meta((numbers) => withWorst(numbers, metaCase(numbers))),
    where: LEADERS,
    given: ['η_t ≤ η_{t−1}, t ≥ 2'],
    steps: [...MINIMISER, ...RUN, ...DEFINITION_ONE, ANYTIME, DECOMPOSITION],
    because: [
      'Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0',
      'm_{T+1} ≤ ⟨S_T, w*⟩ + ‖w*‖²/(2η_T)',
      'D_t ≤ ½α_t²η_t‖g_t − g̃_t‖²',
      'α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖² ≤ α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)',
    ],
    statement: ['α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2η_T) − min_{w∈W} ‖w‖²/(2η_1) + Σ[½α_t²η_t‖A_tᵀG_t − g̃_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.1, 'w* ≠ 0': 0.3, 'β varies': 0.15, 'hint: current-jacobian': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed equation-3-taken-literally projection-greedy
    first-hint-ignored gradient-lags jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine smoothness-too-small gradient-off divergence-reversed
    minimiser-off comparator-too-long comparator-zero comparator-wrong-side definition-one-offset definition-one-unweighted multiplier-sign not-convex comparator-outside rule-at-iterate`,
  proof: `
    As [theorem-1], with hints: α_{1:T}(f(x̄_T) − f(x*)) ≤ R^x(T) − Σ[α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²] by [online-to-batch], R^x(T) ≤ R^w(T) by [lemma-1], and R^w(T) ≤ ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t − g̃_t‖² by [regret-bound], whose hypotheses are those on η_t and w_1.
    As printed w_1 is an input, which knows nothing of g̃_1, and β_t may grow, and stands at t where Algorithm 4 forms w_t with β_{t−1}.`,
});
