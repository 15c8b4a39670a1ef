import fc from 'fast-check';
import { widened } from '../src/generator/lambda-case.js';
import { literalCase, rotating, type LiteralCase } from '../src/generator/literal-case.js';
import { metaCase, onTheLine } from '../src/generator/meta-case.js';
import { withWorst } from '../src/generator/worst-function.js';
import { CONVERGENCE, LAST, LEADERS, PRESERVED, SMOOTH, constant } from '../src/world/lines.js';
import { lagging, literal } from '../src/world/rate.js';
import { theorem } from '../src/world/theorem.js';

const free = { first: null, lossWeight: 'alpha', lambda: '1' } as const;
const printed: readonly LiteralCase[] = [
  // w_1 that is not Π_W(0): f = x²/2, w_1 = 1, T = 1, β = 1: gap ½, and w* = 0.
  { ...free, ...onTheLine({ minimiser: '0', beta: ['1', '1'] }), first: ['1'] },
  // λ at one x only: φ(x, w) = 2w(−x₂, x₁) + (x₂, 0) has Dφ(x, w)ᵀ∇f(x) = 0 everywhere, but not Dφ(x̄_0, w)ᵀ∇f(x̄_1): ½ > ¼.
  rotating(onTheLine({ beta: ['1', '1'], start: ['0', '1'] }), { turn: '2', shear: '1', lambda: '1' }),
  // Eq. (3) as written, g_s weighed with α_sρ_s: f = (x − 1)²/2, β = 1: after 17 rounds w* = 0, and the right side is negative.
  { ...free, ...onTheLine({ alpha: Array<string>(17).fill('1'), beta: Array<string>(18).fill('1') }), lossWeight: 'alpha-rho' },
];

export default theorem({
  id: 'theorem-1',
  place: ['Theorem 1', '4.40 1.35 4.39'],
  error: 'gap',
  printed: {
    world: literal(literalCase),
    statement: ['f(x̄_T) − f(x*) ≤ 1/α_{1:T}(‖w*‖²/β + Σ[½λβα_t²‖G_t‖² − α_t/(2L)‖G_t − ∇f(x*)‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²])'],
    arithmetics: ['rational'],
    refutedBy: printed,
  },
  corrected: {
    world: lagging((numbers) => widened(numbers, withWorst(numbers, metaCase(numbers, { hints: () => fc.constant({ kind: 'none' }), rates: 'constant' })))),
    where: constant(LEADERS),
    steps: constant(CONVERGENCE),
    because: [PRESERVED, ...constant([LAST]), 'D_t ≤ ½λβα_t²‖G_t‖²', SMOOTH],
    statement: ['α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β) − min_{w∈W} ‖w‖²/(2β) + Σ[½λβα_t²‖G_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.1, 'w* ≠ 0': 0.3, 'φ: state-affine': 0.05, 'φ: elementwise-descent': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-unweighted loss-weight-squared loss-sign projection-left-out rule-at-iterate equation-3-taken-literally gradient-lags jacobian-sign
    jacobian-frozen offset-dropped rule-not-affine smoothness-too-small not-convex gradient-off divergence-reversed minimiser-off projection-off projection-reflects
    comparator-too-long comparator-outside comparator-zero comparator-wrong-side definition-one-offset definition-one-unweighted definition-one-doubled
    multiplier-sign`,
  proof: `
    α_{1:T}(f(x̄_T) − f(x*)) ≤ R^x(T) − Σ[α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²] by [online-to-batch] with u = x*, ∇f(x*) = 0.
    R^x(T) ≤ R^w(T) = Σα_t⟨g_t, w_t − w*⟩ by [lemma-1].
    R^w(T) ≤ ‖w*‖²/(2β) − min_W‖w‖²/(2β) + ½βΣα_t²‖g_t‖² by [regret-bound] without hints, η_t = β; and ‖g_t‖² ≤ λ‖G_t‖².
    As printed, three hypotheses are too weak. w_1 is free, where the regret bound needs Π_W(0). λ is for one x, where the Jacobian is a step behind the gradient [smoothness-condition]. And the losses of Eq. (3) are ρ_s g_s, whose regret is not R^w [meta-loss-gradient].`,
});
