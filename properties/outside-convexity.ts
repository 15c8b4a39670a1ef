import { monotone, monotoneCase } from '../src/world/monotone.js';
import { theorem } from '../src/world/theorem.js';

const shared = {
  identified: { w: 'x' },
  given: ['289βq_i ≤ 64'],
} as const;

export default theorem({
  id: 'outside-convexity',
  place: ['Section 2, “not possible to prove convergence outside of the convex setting”', '2.23'],
  error: 'prose',
  printed: {
    ...shared,
    world: monotone((numbers) => monotoneCase({ ...numbers, dimension: 1 })),
    when: 'Where convergence can be proved, as here, h is convex (our reading)',
    statement: ['h(v) + ⟨∇h(v), u − v⟩ ≤ h(u)'],
    arithmetics: [['rational', 0.5]],
    // f = (x − 4)²/2, v = 0, u = 1: φ(1) = 3/2, and 8 − 4 > 25/8.
    refutedBy: [{ weights: ['1'], minimiser: ['4'], beta: '1/8', first: ['0'], steps: 1, points: [['1'], ['0']] }],
  },
  corrected: {
    ...shared,
    world: monotone(monotoneCase),
    where: ['p = φ(v)', 'd = ∇h(v)', 'r_t = x_t − x*'],
    because: [
      '0 ≤ ½q_i(1 − βq_i)r_{T,i}((1 − βq_i)r_{T,i} − r_{T+1,i})',
      '0 ≤ ½q_ir_{T+1,i}((1 − βq_i)r_{T,i} − r_{T+1,i})',
    ],
    statement: ['q_i²(p_i − x*_i)² ≤ d_i²', 'f(x_{T+1}) ≤ Σ_i½q_i(1 − βq_i)²(x_{T,i} − x*_i)²'],
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    coverage: { 'T ≥ 2': 0.3, 'n ≥ 2': 0.3 },
  },
  saboteurs: 'gradient-lags rate-squared not-convex minimiser-off',
  proof: `
    φ′(w) = 1 + (w⁴ + 3w²)/(1 + w²)² is between 1 and 17/8. So ∂_ih(v) = φ′(v_i)q_i(φ(v_i) − x*_i) is at least as large as its last two factors: it is 0 only where φ(v_i) = x*_i, and h has no other stationary point, whether it is convex or not.
    φ(w_{t+1}) − φ(w_t) is φ′ at a point between, times w_{t+1} − w_t: so r_{t+1,i} = (1 − βq_iφ′φ′)r_{t,i}, with two values of φ′. For βq_i(17/8)² ≤ 1 the factor is between 0 and 1 − βq_i, and x_T converges to x* linearly.
    h is not convex: where φ is steeper further on, h falls below its tangent. The paper’s reason, a local minimum of h, is one why convergence cannot be proved for every φ; convexity is sufficient for a proof, and not necessary.`,
});
