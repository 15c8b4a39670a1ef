import { quadraticCase, sweepCase } from '../src/generator/sweep-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { figureTwo, sweep } from '../src/world/sweep.js';
import { theorem } from '../src/world/theorem.js';

const cases = (numbers: NumberSource): ReturnType<typeof sweepCase> => sweepCase(numbers, numbers.name === 'float64' ? { min: 1, max: 40 } : { min: 1, max: 3 });
const NEVER_WORSE = { statement: ['y_j = z_j', 'min_i y_i ≤ min_j z_j'] } as const;
const ROOTS = 'Meta-AdaGrad’s second step takes roots, so that it improves in float64 alone';

export default theorem({
  id: 'figure-2-never-worse',
  place: ['Results, Figure 2', '7.11 7.17'],
  error: 'empirical',
  printed: {
    ...either(
      one(1, {
        world: figureTwo(quadraticCase, 'momentum'),
        when: 'Meta-Momentum and momentum, each with its best hyper-parameters',
        statement: ['min_i y_i ≤ min_j z_j'],
        refutedBy: [{ smallest: '1/5', reflector: [1, 2] }],
      }),
      one(1, {
        world: figureTwo(quadraticCase, 'AdaGrad'),
        when: 'Meta-AdaGrad and AdaGrad',
        statement: ['min_i y_i ≤ min_j z_j'],
        refutedBy: [{ smallest: '1/5', reflector: null }],
      }),
    ),
    arithmetics: ['rational'],
  },
  corrected: {
    parts: [
      { world: sweep(cases, 'Meta-Momentum'), when: 'Meta-Momentum and gradient descent without momentum, each at its best', ...NEVER_WORSE },
      { world: sweep(cases, 'Meta-AdaGrad'), when: 'Meta-AdaGrad and gradient descent', ...NEVER_WORSE },
    ],
    arithmetics: [['rational', 0.02], ['float64', 0.1]],
    survivors: { 'min_i y_i = min_j z_j': ROOTS, 'min_i y_i ≥ min_j z_j': ROOTS },
    coverage: { 'Meta-Momentum improves': 0.2, 'Meta-AdaGrad improves': 0.2, 'T ≥ 10': 0.4, 'Q not diagonal': 0.5 },
  },
  saboteurs: 'rates-ascend meta-adagrad-without-root not-convex gradient-off',
  proof: `
    With β = 0, w stays. −w⊙∇f with w = η and −∇f/√w with w = 1/η² are both −η∇f. As ∇f = 2Qx, the coordinate of x along u_i is multiplied by 1 − 2ηλ_i in each step, and f(x) = Σ_i λ_i⟨u_i, x⟩²: the sum.
    A sweep that holds all these runs has a minimum that is no larger. With β > 0 it may be smaller. Against momentum and AdaGrad nothing is promised.
    As printed: momentum is not among them, and for the counterexample’s Q its sum over all t, which its recurrence gives in closed form along each u_i, is below what the first few iterations of every Meta-Momentum of the sweep add up to. AdaGrad’s first step is η in each coordinate: from (4, 4), η = 4 ends in the minimiser where Q is diagonal, and no single rate does. That η is the entry of x_0 keeps roots out, and is not what refutes: near it the sum is as small, 0.0110 for η = 3.9. For each learning rate on its own, as in the figure’s bottom row, “never worse” would say more.`,
});
