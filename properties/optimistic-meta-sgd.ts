import { elementwiseCase, type ElementwiseCase } from '../src/generator/elementwise-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { elementwise } from '../src/world/elementwise.js';
import { theorem } from '../src/world/theorem.js';

/** f = x²/2 from x_1 = 1 with w_1 = 1: x_2 = 2; AO-FTRL goes to 1 − 5β, the printed step to max{−6β, 0}. */
const COMMITTED: ElementwiseCase = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  start: ['1'],
  first: ['1'],
  metaRate: '1/10',
  steps: 1,
};
const short = (numbers: NumberSource): ReturnType<typeof elementwiseCase> => elementwiseCase(numbers, { steps: { min: 1, max: 1 }, dimension: 1, functions: 'quadratic' });

export default theorem({
  id: 'optimistic-meta-sgd',
  place: ['Section 7.2, optimistic meta-learning', '7.27'],
  error: 'sign',
  printed: {
    ...either(
      one(1, {
        world: elementwise(short, 'as printed'),
        when: 'the step of w is that of AO-FTRL',
        // β has a unit, and does not stand before the last product.
        identified: { any: true },
        statement: ['v_2 = max{w_1 − β∇f(x_2)⊙(∇f(x_2) + ∇f(x_1)) − ∇f(x_1)⊙∇f(x_1), 0}'],
        refutedBy: [COMMITTED],
      }),
      one(1, {
        world: elementwise(short, 'as printed'),
        when: 'a step of x does not raise f',
        onRun: ['w_{1,i} ≤ 1/L'],
        statement: ['f(x_2) ≤ f(x_1)'],
        refutedBy: [COMMITTED],
      }),
    ),
    arithmetics: ['rational'],
  },
  corrected: {
    world: elementwise((numbers) => elementwiseCase(numbers, { steps: { min: 1, max: numbers.name === 'float64' ? 14 : 3 } }), 'optimistic-meta-sgd'),
    where: [
      'g_t = ∇f(x_t)',
      'ℓ_t = −g_t⊙g_{t+1}',
      'g̃_t = −g_t⊙g_t',
      'h_t(w) = f(x_t − w⊙g_t)',
      // The u ≥ 0 against which the bound is tightest.
      'u = max{w_1 + βg̃_1 − βΣℓ_t, 0}',
      'r_t = h_t(w_t) − h_t(u)',
      'd_t = ‖w_t + βg̃_t − u‖²/(2β) − ½β‖g̃_t‖²',
    ],
    steps: ['x_{t+1} = x_t − w_t⊙g_t', '∇h_t(w_t) = ℓ_t'],
    because: ['r_t ≤ ⟨ℓ_t, w_t − u⟩', '⟨ℓ_t, w_t − u⟩ ≤ d_t − d_{t+1} + ½β‖ℓ_t − g̃_t‖², t < T'],
    statement: [
      'w_{t+1} = max{w_t + β[g_{t+1}⊙(g_{t+1} + g_t) − g_t⊙g_t], 0} = v_{t+1}',
      'Σr_t ≤ d_1 − ‖w_T − β(ℓ_T − g̃_T) − u‖²/(2β) + ½βΣ‖ℓ_t − g̃_t‖²',
    ],
    strength: 'identity',
    arithmetics: ['rational', 'float64'],
    coverage: { 'a rate at 0': 0.1, 'a rate grows': 0.2, 'T ≥ 10': 0.12, 'n ≥ 2': 0.3, quadratic: 0.15 },
  },
  saboteurs: `
    rates-ascend beta-squared projection-left-out greedy-hint-not-removed greedy-hint-left-out hint-not-removed projection-lazy bracket-misplaced optimism-left-out maximum-left-out
    not-convex gradient-off projection-off`,
  proof: `
    AO-FTRL with greedy projection at unit weights is w_{t+1} = Π(w_t − β(g̃_{t+1} + ℓ_t − g̃_t)), ℓ_t = ∇h_t(w_t) = −∇f(x_t)⊙∇f(x_{t+1}) [meta-sgd]. Put in the hints.
    A projection on w ≥ 0 has β⟨ℓ_t − g̃_t, w_{t+1} − u⟩ ≤ ⟨w_t − w_{t+1}, w_{t+1} − u⟩ − β⟨g̃_{t+1}, w_{t+1} − u⟩. Add β⟨ℓ_t − g̃_t, w_t − w_{t+1}⟩ ≤ ½β²‖ℓ_t − g̃_t‖² + ½‖w_t − w_{t+1}‖² and β⟨g̃_t, w_t − u⟩; with ⟨w_t − w_{t+1}, w_{t+1} − u⟩ = ½‖w_t − u‖² − ½‖w_{t+1} − u‖² − ½‖w_t − w_{t+1}‖² this is β⟨ℓ_t, w_t − u⟩ ≤ β(d_t − d_{t+1}) + ½β²‖ℓ_t − g̃_t‖².
    Summed up over t < T; for t = T it is β⟨ℓ_T, w_T − u⟩ = βd_T − ½‖w_T − β(ℓ_T − g̃_T) − u‖² + ½β²‖ℓ_T − g̃_T‖², by multiplying out. h_t is convex, which gives the left side. g̃_1 is what the first step takes back.
    As printed the last term is not multiplied by β, and x goes uphill.`,
});
