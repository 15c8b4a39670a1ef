import { locked } from '../src/world/lines.js';
import { huber } from '../src/world/huber.js';
import { rated } from '../src/world/rated.js';
import { theorem } from '../src/world/theorem.js';

const algorithm2 = (cases: Parameters<typeof rated>[0]) => rated(cases, { weights: 'linear', preserves: false });

export default theorem({
  id: 'heavy-ball-cycle',
  place: ['Section 4, text', '4.12'],
  error: 'prose',
  printed: {
    world: huber(algorithm2, {
      thirds: [181, 217],
      horizon: { min: 516, max: 516 },
      says: [
        'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
        'φ = w, W = Rⁿ, w_1 = 0, α_t = t, β = 1/(2L)',
        'w_t by Algorithm 2, which has no ρ_t: the reading is ours, as Section 4 derives Heavy Ball from Eq. (3)',
      ],
    }),
    identified: { w: 'x', α: '1' },
    statement: ['f(x̄_t) − f(x*) ≤ L‖x*‖²/t'],
    arithmetics: ['rational'],
    strength: 'rate',
    refutedBy: [{ thirds: 217, horizon: 516, width: 3, weight: '1', minimum: '0' }],
  },
  corrected: {
    world: huber(algorithm2, {
      thirds: [366],
      horizon: { min: 134, max: 160 },
      says: ['n = 1, f: Huber’s function, whose round part ends at x* ± x*/122', 'φ = w, W = R, w_1 = 0, α_t = t, β = 1/(2L)', 'w_t by Algorithm 2'],
    }),
    identified: { w: 'x', α: '1' },
    where: ['p = L‖x*‖²/14884', 'H_t = α_{1:t}(f(x̄_t) − f(x*))', 'E_t = H_t − (15751/24885)α_{1:t}p'],
    steps: [
      'S_t = S_{t−1} + tG_t',
      'w_t = −1/(2L)S_{t−1}',
      'x_t = w_t',
      't(t + 1)x̄_t = t(t − 1)x̄_{t−1} + 2tx_t',
      'G_t = ∇f(x̄_t)',
      ...locked(71, 8),
    ],
    statement: ['min_{t≥71} (f(x̄_t) − f(x*)) = (15751/24885)p', 'max_{71≤t<87} (H_{t+32} − 2H_{t+16} + H_t) = 256(478/63)p'],
    arithmetics: [['rational', 0.02]],
    coverage: { 'f: ridge': 1 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign equation-3-taken-literally gradient-lags jacobian-sign rule-not-affine weights-shifted smoothness-too-small gradient-off
    minimiser-off`,
  proof: `
    p is L times the square of the round part’s width, so that |∇f| = √(Lp) where f(x) − f(x*) ≥ ½p. From t = 71 on x̄_t stays there, and G_t has one sign for eight rounds and the other for the next eight, for ever. By induction on t:
    As long as G_{t+8} = −G_t, S_{t+16} − S_t = Σ_{i≤16}(t + i)G_{t+i} is the same in every cycle, so that w_t is affine along every sixteenth round. (t + 16)-th and t-th sums Σs·w_s then differ by a square in t, so that α_{1:t}x̄_t is a cubic along it; with the sign of G_t so is α_{1:t}⟨G_t, x̄_t − x*⟩ = H_t + ½α_{1:t}p, and E_t.
    Four values make a cubic: E_{t+16k} = E_t + k(E_{t+16} − E_t) + ½k(k − 1)(E_{t+32} − 2E_{t+16} + E_t), the third difference being 0. All three numbers are ≥ 0, in each of the sixteen classes: f(x̄_s) − f(x*) ≥ (15751/24885)p > ½p for the next s as well, on the side on which the sign says, so that G_s is what it was taken for.
    The second differences of α_{1:t} are 16² = 256, so that along such a class f(x̄_t) − f(x*) tends to (H_{t+32} − 2H_{t+16} + H_t)/256: the largest is 478p/63, the upper limit of the gap. No c makes it at most cL‖x*‖²/T.
    The paper derives Heavy Ball from Eq. (3), with ρ_t. There the rate holds: [heavy-ball-rate].`,
});
