import { elementwiseCase, type ElementwiseCase } from '../src/generator/elementwise-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { elementwise } from '../src/world/elementwise.js';
import { theorem } from '../src/world/theorem.js';

/** f = x²/2 from x_1 = 1 with w_1 = ½. */
const COMMITTED: ElementwiseCase = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  start: ['1'],
  first: ['1/2'],
  metaRate: '1',
  steps: 1,
};
const short = (numbers: NumberSource): ReturnType<typeof elementwiseCase> => elementwiseCase(numbers, { steps: { min: 1, max: 1 }, dimension: 1, functions: 'quadratic' });

export default theorem({
  id: 'meta-sgd',
  place: ['Section 7.2, standard meta-learning', '7.23 1.11 7.21 7.22'],
  error: 'sign',
  printed: {
    // x_{t+1} = x_t + w_t⊙∇f(x_t) with w_{t+1} = max{w_t − β∇f(x_t)⊙∇f(x_{t+1}), 0}
    ...either(
      one(1, {
        world: elementwise(short, 'as printed'),
        when: 'a step of x does not raise f',
        onRun: ['w_{1,i} ≤ 1/L'],
        statement: ['f(x_2) ≤ f(x_1)'],
        refutedBy: [COMMITTED],
      }),
      one(1, {
        world: elementwise(short, 'meta-sgd'),
        when: 'where x descends, the step of w is along −∇h_t(w_t)',
        statement: ['∇h_t(w_t) = ∇f(x_t)⊙∇f(x_{t+1})'],
        refutedBy: [COMMITTED],
      }),
    ),
    arithmetics: ['rational'],
  },
  corrected: {
    world: elementwise((numbers) => elementwiseCase(numbers, { steps: { min: 1, max: numbers.name === 'float64' ? 14 : 3 } }), 'meta-sgd'),
    where: [
      'g_t = ∇f(x_t)',
      'ℓ_t = −g_t⊙g_{t+1}',
      'h_t(w) = f(x_t − w⊙g_t)',
      // The u ≥ 0 against which the bound is tightest.
      'u = max{w_1 − βΣℓ_t, 0}',
      'r_t = h_t(w_t) − h_t(u)',
    ],
    steps: ['x_{t+1} = x_t − w_t⊙g_t'],
    because: [
      'r_t ≤ ⟨ℓ_t, w_t − u⟩',
      '⟨ℓ_t, w_t − u⟩ ≤ ‖w_t − u‖²/(2β) − ‖w_{t+1} − u‖²/(2β) + ½β‖ℓ_t‖², t < T',
    ],
    statement: [
      '∇h_t(w_t) = ℓ_t',
      'w_{t+1} = max{w_t + βg_t⊙g_{t+1}, 0} = v_{t+1}',
      'Σr_t ≤ ‖w_1 − u‖²/(2β) − ‖w_T − βℓ_T − u‖²/(2β) + ½βΣ‖ℓ_t‖²',
    ],
    strength: 'identity',
    arithmetics: ['rational', 'float64'],
    coverage: { 'a rate at 0': 0.04, 'a rate grows': 0.3, 'T ≥ 10': 0.12, 'n ≥ 2': 0.3, quadratic: 0.15 },
  },
  saboteurs: 'rates-ascend meta-step-ascends meta-step-stale maximum-left-out jacobian-sign rule-not-affine not-convex gradient-off projection-off',
  proof: `
    h_t(w) = f(x_t − w⊙∇f(x_t)), so ∇h_t(w_t) = −∇f(x_t)⊙∇f(x_{t+1}) = ℓ_t by the chain rule. Algorithm 1, projected on w ≥ 0, is then the stated step.
    h_t is convex, since φ is affine: h_t(w_t) − h_t(u) ≤ ⟨ℓ_t, w_t − u⟩. Projections on w ≥ 0 do not increase the distance to u ≥ 0: ‖w_{t+1} − u‖² ≤ ‖w_t − βℓ_t − u‖² = ‖w_t − u‖² − 2β⟨ℓ_t, w_t − u⟩ + β²‖ℓ_t‖². Summed up over t < T, and with that equality for t = T, this is the bound.
    As printed x goes uphill. Where the sign of that step is put right, w must change its sign, too.`,
});
