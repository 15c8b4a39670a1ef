import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, type MetaCase } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { LEADERS, NAIVE } from '../src/world/lines.js';
import { naive, type NaiveCase } from '../src/world/naive.js';
import { theorem } from '../src/world/theorem.js';

/** Two in five for the rate: half of them on all of Rⁿ, and the others on a set with x* as its corner, so that x* ∈ W. */
function cases(numbers: NumberSource): fc.Arbitrary<NaiveCase> {
  if (numbers.name === 'prime-field') return metaCase(numbers, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }).map((run) => ({ run, rate: false }));
  const any = metaCase(numbers, { rates: 'any' });
  const learning = metaCase(numbers, {
    rules: () => fc.constant({ kind: 'identity' as const }),
    hints: () => fc.constant({ kind: 'none' as const }),
    rates: 'constant',
    alpha: (_, T) => fc.constant(Array<number>(T).fill(1)),
  });
  const placed = fc.tuple(learning, fc.boolean()).map(([run, whole]): MetaCase => ({
    ...run,
    set: whole ? { kind: 'all', dimension: run.start.length } : { kind: 'orthant', corner: run.function.minimiser },
  }));
  return fc.oneof({ weight: 3, arbitrary: any.map((run) => ({ run, rate: false })) }, { weight: 2, arbitrary: placed.map((run) => ({ run, rate: true })) });
}
const world = naive(cases);

export default theorem({
  id: 'naive-online-to-batch',
  place: ['Section 3, online-to-batch conversion', '3.27 3.28 3.29'],
  printed: {
    parts: [
      {
        world,
        when: 'for FTRL’s plays on f, with α_t = 1 and β_t = 1/L',
        only: ({ rate }) => rate,
        identified: { w: 'x', α: '1' },
        where: LEADERS,
        steps: ['x_t = w_t', '‖G_t‖² ≤ L⟨G_t, x_t − x*⟩', 'T(f(x̄_T) − f(x*)) ≤ L‖x*‖²'],
        because: ['2m_{T+1} ≤ 2⟨S_T, x*⟩ + L‖x*‖²', '2D_t ≤ 1/L‖G_t‖²', '1/L‖G_t‖² ≤ ⟨G_t, x_t − x*⟩'],
        statement: ['Σ⟨G_t, x_t − x*⟩ ≤ L‖x*‖² − L min_{w∈W} ‖w‖²'],
      },
      {
        world,
        steps: ['G_t = ∇f(x_t)', NAIVE],
        because: ['0 ≤ α_tB_f(x*, x_t)', '0 ≤ α_tB_f(x_t, x̄_T)'],
        statement: ['α_{1:T}(f(x̄_T) − f(x*)) ≤ Σα_t⟨∇f(x_t), x_t − x*⟩'],
      },
    ],
    says: world.says,
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { rate: 0.2, 'T ≥ 20': 0.2, 'projection active': 0.1, 'φ: state-affine': 0.03 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent
    memory-lost loss-sign projection-left-out equation-3-taken-literally gradient-lags jacobian-sign rule-not-affine smoothness-too-small gradient-off divergence-reversed
    minimiser-off projection-off not-convex projection-reflects`,
  proof: `
    α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)]: in ΣαB_f(x_t, x̄_T) the inner products with ∇f(x̄_T) cancel, since Σα_t(x_t − x̄_T) = 0; the rest is the definition of B_f. Both divergences are ≥ 0.
    Rate: with β = 1/L and u = x* ∈ W, R ≤ ½L‖x*‖² + (1/(2L))Σ‖∇f(x_t)‖² [regret-bound]. As ∇f(x*) = 0, smoothness between x_t and x*, taken both ways, gives ‖∇f(x_t)‖² ≤ L⟨∇f(x_t), x_t − x*⟩. So R ≤ ½L‖x*‖² + ½R, and T(f(x̄_T) − f(x*)) ≤ R ≤ L‖x*‖².`,
});
