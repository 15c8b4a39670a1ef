import { unrollingCase } from '../src/generator/bootstrap-case.js';
import { unrolled } from '../src/world/bmg.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'bootstrapped-target',
  place: ['Section 6, text: the bootstrapped target', '6.4'],
  printed: {
    world: unrolled((numbers) => unrollingCase(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' } : {})),
    steps: ['φ(p_t, w_t) = A_tw_t + b_t'],
    statement: ['z_t = x_t + φ(x_t, w_t) − ∇f(x_t + φ(x_t, w_t))', 'y_t = p_t + φ(p_t, w_t)', 'ẑ_t = y_t − ∇f(y_t)'],
    // ∇f is a displacement: the step that is taken along it has the rate 1.
    identified: { any: true },
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: {
      'T ≥ 2': 0.4,
      'unrolled: 1': 0.2,
      'unrolled: 3': 0.2,
      'along −∇h, against the plain meta-gradient: further': 0.1,
      'along −∇h, against the plain meta-gradient: backwards': 0.1,
    },
  },
  saboteurs: 'target-not-unrolled target-without-gradient jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine displacement-as-position',
  proof: `
    A definition. Unrolled means x′ = x_t + φ(x_t, w_t), again and again with the same w_t, and z_t = x′ − ∇f(x′); for one step that is the displayed formula. Algorithm 3 with β = 0 leaves w alone and takes the same steps, which is the second way by which it is computed.
    How often the step that it makes goes further along −∇h than the plain meta-gradient’s, and how often backwards, is counted: both happen.`,
});
