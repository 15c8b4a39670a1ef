import { crawl, crawlCase, descent, type CrawlCase, type DescentCase } from '../src/world/descent.js';
import { either, one } from '../src/world/either.js';
import { theorem } from '../src/world/theorem.js';

/** f = ½(x − 1)², x̄_0 = 0, η = 1. */
const line: DescentCase = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
  start: ['0'],
  rate: '1',
  alpha: ['1', '1'],
  momentum: '0',
  dampening: '0',
};
const crawling: CrawlCase = { start: '0', minimiser: '167', minimum: '0', L: '1', horizon: 5, constant: '1/5' };

export default theorem({
  id: 'gradient-special-case',
  place: ['Section 4, text', '4.3 1.6 1.23 4.4'],
  error: 'prose',
  printed: {
    ...either(
      one(1, {
        world: descent('printed'),
        when: 'With φ = ∇f x̄_t or x_t does not move uphill',
        statement: ['min{⟨x̄_t − x̄_{t−1}, ∇f(x̄_{t−1})⟩, ⟨x_t − x_{t−1}, ∇f(x̄_{t−1})⟩} ≤ 0, t ≥ 2'],
        refutedBy: [line],
      }),
      // Squared, for no root. C is any: x̄ = (0, 30, 45, 55, 62½, 68½), and the gap 2505 is more than 167²/(5√5).
      one(1, {
        world: crawl((numbers) => crawlCase(numbers, ['1/5', '1/4', '1/2', '1'])),
        when: 'at a rate O(1/√T), with φ = x − ∇f/L, too',
        statement: ['T(f(x̄_T) − f(x*))² ≤ (CL‖x̄_0 − x*‖²)²'],
        refutedBy: [crawling, { ...crawling, minimiser: '1', horizon: 169, constant: '1/2' }],
      }),
      one(1, { world: descent('printed'), when: 'with φ = η∇f', statement: ['z_t = z_{t−1} − η∇f(z_{t−1})'], refutedBy: [line] }),
    ),
    arithmetics: ['rational'],
  },
  corrected: {
    ...either(
      one(7, {
        world: descent('meant'),
        where: ['ρ_t = α_t/α_{1:t}'],
        steps: [
          'y_t = y_{t−1} − η∇f(y_{t−1})',
          'u_1 = u_0 − η∇f(u_0)',
          'v_1 = v_0 − η(1 + m)∇f(v_0)',
          'v_{t+1} = v_t + m(v_t − v_{t−1}) − η((1 + m(1 − d))∇f(v_t) − m∇f(v_{t−1})), t < T',
        ],
        statement: ['z_t = z_{t−1} − η∇f(z_{t−1})', 'x̄_t = x̄_{t−1} − ρ_tη∇f(x̄_{t−1})', 'u_{t+1} = u_t + m(u_t − u_{t−1}) − η(1 − d)∇f(u_t), t < T'],
      }),
      one(({ name }) => (name === 'prime-field' ? 0 : 1), {
        world: crawl((numbers) => crawlCase(numbers)),
        when: 'on Huber’s function',
        where: ['H = Σ1/t'],
        steps: ['x̄_t = x̄_{t−1} − ∇f(x̄_{t−1})/(tL)'],
        statement: ['f(x̄_T) − f(x*) = L‖x̄_0 − x*‖²/(4H + 2)'],
      }),
    ),
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 20': 0.2, momentum: 0.3, 'α varies': 0.5, 'on Huber’s function': 0.05 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight projection-left-out gradient-lags nesterov-flag-ignored dampening-ignored first-step-dampened
    rate-squared rule-not-affine rule-ascends smoothness-too-small gradient-off weights-not-constant`,
  proof: `
    Put the rule in. Algorithm 1: z_t = z_{t−1} + w⊙∇f(z_{t−1}) with w = −η. Algorithm 2: x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t(x̄_{t−1} − η∇f(x̄_{t−1})). Momentum: take the buffer b_t = m b_{t−1} + (1 − d)∇f(u_t) out of u_{t+1} = u_t − ηb_t.
    Where Huber’s slope is Lδ, x̄_t goes δ/t towards x* in round t: δH in all, H = 1 + ½ + … + 1/T, which leaves the gap Lδ(‖x̄_0 − x*‖ − δH − ½δ). It is largest for δ = ‖x̄_0 − x*‖/(2H + 1). As H grows like ln T, the gap exceeds CL‖x̄_0 − x*‖²/√T for any C, once T is large.
    As printed, φ = ∇f makes the gradient a position: x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t∇f(x̄_{t−1}); and x_{t−1} + η∇f(x_{t−1}) with η > 0 goes uphill.`,
});
