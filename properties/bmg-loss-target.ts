import { isQuadraticMirror } from '../src/world/bmg-run.js';
import { bootstrapCase, type BootstrapCase, type BootstrapOptions } from '../src/generator/bootstrap-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { bmg } from '../src/world/bmg.js';
import { theorem } from '../src/world/theorem.js';

const says = ['f convex and differentiable on Rⁿ, μ = f', 'φ affine in w, A_t = Dφ(x_{t−1}, w_t)', 'β_t > 0', 'Algorithm 3; z_t is held fixed'];
const cases = (numbers: NumberSource, options: BootstrapOptions = {}): ReturnType<typeof bootstrapCase> => bootstrapCase(numbers, { mirror: 'loss', ...options });
const corrected = {
  world: bmg((numbers) => cases(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' } : {})),
  identified: { α: '1' },
  where: ['d_t(w) = B_f(x_{t−1} + φ(x_{t−1}, w), z_t)'],
} as const;
/** f = x²/2, one step from x_0 = w_1 = 0. */
const onLine = (rule: BootstrapCase['rule'], z: string): BootstrapCase => ({
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  mirror: { kind: 'loss' },
  rule,
  target: { kind: 'given', targets: [[z]] },
  beta: ['1'],
  start: ['0'],
  first: ['0'],
});

export default theorem({
  id: 'bmg-loss-target',
  place: ['Section 6, text: "let μ = f"', '6.12'],
  error: 'sign',
  printed: {
    world: bmg((numbers) => cases({ ...numbers, dimension: 1 }, { functions: 'quadratic', horizon: { min: 1, max: 2 }, target: 'given' })),
    says,
    identified: { α: '1' },
    statement: ['w_{t+1} = w_t − β_tA_tᵀ(∇f(z_t) − ∇f(x_t))'],
    arithmetics: ['rational'],
    // φ = w + 1: x_1 = 1, and the printed step moves it away from z_1 = 2. Then φ = w from 0 to z_1 = 1, with ∇f(x_1) = 0.
    refutedBy: [onLine({ kind: 'affine', matrix: [['1']], offset: ['1'] }, '2'), onLine({ kind: 'identity' }, '1')],
  },
  corrected: {
    parts: [
      {
        ...corrected,
        steps: ['φ(x_{t−1}, w_t) = A_tw_t + b_t', 'x_t = x_{t−1} + φ(x_{t−1}, w_t)'],
        statement: ['w_{t+1} = w_t − β_tA_tᵀ(∇f(x_t) − ∇f(z_t))', '⟨w_t − w_{t+1}, e_i⟩ = β_t[d_t(w_t + e_i) − d_t(w_t) − B_f(x_t + A_te_i, x_t)]'],
      },
      {
        ...corrected,
        when: 'for a quadratic f',
        only: (data) => isQuadraticMirror(data.mirror, data.function),
        statement: ['⟨w_t − w_{t+1}, e_i⟩ = ½β_t[d_t(w_t + e_i) − d_t(w_t − e_i)]'],
      },
    ],
    says: [...says, 'e_i: any multiple of a unit vector'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 2': 0.5, 'T ≥ 8': 0.15, 'f no quadratic': 0.2, 'z: bootstrapped': 0.15, 'z: given': 0.15 },
  },
  saboteurs: 'target-sign mirror-left-out target-late jacobian-sign jacobian-frozen offset-dropped rule-not-affine gradient-off divergence-reversed displacement-as-position',
  proof: `
    [bmg-update] with μ = f. The printed difference has the other sign: it climbs d_t, away from the target.`,
});
