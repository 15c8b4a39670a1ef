import { curvedCase } from '../src/generator/curved-case.js';
import { curved } from '../src/world/curved.js';
import { LEADERS } from '../src/world/lines.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'taylor-error',
  place: ['Section 2, limitations', '2.29'],
  printed: {
    world: curved(curvedCase),
    where: [...LEADERS, 'e_t = −N(w_t − v)² − M((2w_t + v)⊙(w_t − v)²)'],
    given: ['η_t ≤ η_{t−1}, t ≥ 2'],
    steps: ['φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, v) = Dφ(x̄_{t−1}, w_t)(w_t − v) + e_t'],
    because: [
      'm_{T+1} ≤ ⟨S_T, v⟩ + ‖v‖²/(2η_T)',
      'D_t ≤ ½α_t²η_t‖g_t‖²',
      '0 ≤ α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)',
    ],
    statement: [
      'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, v)⟩ = Σα_t⟨g_t, w_t − v⟩ + Σα_t⟨G_t, e_t⟩',
      'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖v‖²/(2η_T) − min_{w∈W} ‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t‖² + Σα_t⟨G_t, φ(x̄_{t−1}, v) − x*⟩ + Σα_t⟨G_t, e_t⟩',
    ],
    arithmetics: ['rational', 'float64'],
    coverage: { 'φ: quadratic': 0.2, 'φ: cubic': 0.2, 'projection active': 0.1, 'T ≥ 2': 0.4 },
  },
  saboteurs: `
    beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign projection-left-out jacobian-sign jacobian-transposed jacobian-frozen
    rule-not-affine not-convex projection-off projection-reflects`,
  proof: `
    e_t is what the first-order Taylor polynomial of φ(x̄_{t−1}, ·) at w_t leaves out at v: with d = w_t − v, w_t² − v² = 2w_t⊙d − d² and w_t³ − v³ = 3w_t²⊙d − (2w_t + v)⊙d². Its inner product with α_tG_t, and ⟨G_t, Dφ(x̄_{t−1}, w_t)d⟩ = ⟨g_t, d⟩, added over t, are the equation.
    [regret-bound] holds for any losses g_t, and I1 for any x_t [anytime-online-to-batch]: so Theorem 1’s bound has Σα_t⟨G_t, e_t⟩ added to it, of either sign, and nothing else. For φ affine in w it is 0. It is at most ½CΣα_t‖G_t‖‖w_t − v‖² where Dφ(x, ·) is C-Lipschitz: small near v alone.`,
});
