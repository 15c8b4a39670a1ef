import { either, one } from '../src/world/either.js';
import { huber } from '../src/world/huber.js';
import { MOVED, locked } from '../src/world/lines.js';
import { moved } from '../src/world/moved.js';
import { theorem } from '../src/world/theorem.js';

const says = [
  'n = 1, f: Huber’s function, whose round part ends at x* ± x*/50',
  'Algorithm 4 for φ = w, W = R, α_t = t, β = 1/(2L) and g̃_t = ∇f(x̄_{t−1}), g̃_1 = 0, as Algorithm 3 moves x̄_t with these targets, μ = ½‖·‖²',
];
const shared = { identified: { w: 'x', α: '1' }, where: ['p = L‖x*‖²/2500', 'H_t = α_{1:t}(f(x̄_t) − f(x*))', 'E_t = H_t − (10/19)α_{1:t}p'] } as const;
const on = (xi: Parameters<typeof moved>[1], horizon: { readonly min: number; readonly max: number }) => huber((cases) => moved(cases, xi), { thirds: [150], horizon, says });

const removed = one(1, {
  ...shared,
  world: on('with ξ', { min: 2, max: 24 }),
  when: 'With ξ_t',
  steps: [...MOVED, 'w_{t+1} = w_t − 1/(2L)[(α_t + t + 1)G_t − α_tG_{t−1}]'],
  because: ['t²/(4L)(‖G_t − G_{t−1}‖² − ‖G_{t−1}‖²) ≤ tB_f(x*, x̄_t) + ½t(t − 1)B_f(x̄_{t−1}, x̄_t)'],
  statement: ['½T(T + 1)(f(x̄_T) − f(x*)) ≤ L‖x*‖² − L‖x* + 1/(2L)S_T‖²'],
});
const kept = one(1, {
  ...shared,
  world: on('without ξ', { min: 120, max: 124 }),
  when: 'without it',
  steps: [...MOVED, 'w_{t+1} = w_t − 1/(2L)(α_t + t + 1)G_t', ...locked(88, 4)],
  statement: ['min_{t≥20} (f(x̄_t) − f(x*)) = (10/19)p', 'max_{88≤t<96} (H_{t+16} − 2H_{t+8} + H_t) = 64(167/38)p'],
});

export default theorem({
  id: 'error-correction',
  place: ['Section 6, text after Corollary 3', '6.15'],
  printed: {
    ...either(removed, kept),
    says,
    arithmetics: [['rational', 0.02]],
    coverage: { 'With ξ_t': 0.3, 'without it': 0.3 },
    survivors: {
      '½T(T + 1)(f(x̄_T) − f(x*)) < L‖x*‖² − L‖x* + 1/(2L)S_T‖²': 'Here it is strict: x̄_1 is on a straight part, where B_f(x*, x̄_1) is more than smoothness asks for.',
    },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed equation-3-taken-literally gradient-lags target-sign
    displacement-as-position hint-stale jacobian-sign rule-not-affine weights-shifted averaging-rates-shifted smoothness-too-small gradient-off divergence-reversed minimiser-off`,
  proof: `
    With hints α_{t+1}g̃_{t+1} = (t + 1)G_t Algorithm 4 is w_{t+1} = w_t − β[(α_{t+1} + α_t)G_t − α_tG_{t−1}], whose last term is ξ_t. With it the rate is that of [bmg-acceleration]: f(x̄_T) − f(x*) ≤ 2L‖x*‖²/(T(T + 1)).
    Without it w_{t+1} = −βΣ_{s≤t}(α_{s+1} + α_s)G_s: the hints accumulate, as the paper says, and it is Algorithm 2 with the weights 2t + 1 in place of t, where t is too much already [heavy-ball-cycle].
    It need not converge: from t = 20 on x̄_t stays on the straight parts of this f, and G_t has one sign for four rounds and the other for the next four, for ever. For t < 88 that is seen; from there on the induction is that of [heavy-ball-cycle], with 2s + 1 for s, along every eighth round.
    The second differences of α_{1:t} along it are 8² = 64: the upper limit of f(x̄_t) − f(x*) is 167p/38, and |x̄_t − x*| goes on between 21/19 and 93/19 of the round part’s width.`,
});
