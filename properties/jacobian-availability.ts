import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, type MetaCase, type MetaCaseOptions } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { PLAY } from '../src/world/lines.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';
import type { World } from '../src/world/world.js';

const HORIZONS = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 10 } } as const;
/** The hint is part of the statement: no simpler case has another. */
function world(options: (numbers: NumberSource) => MetaCaseOptions, dimension?: number): World<MetaCase> {
  const hints = (): fc.Arbitrary<MetaCase['hint']> => fc.constant({ kind: 'current-jacobian' });
  const all = meta((numbers) => metaCase(dimension === undefined ? numbers : { ...numbers, dimension }, { hints, ...options(numbers) }), { preserves: false });
  return { ...all, simpler: (data) => all.simpler(data).filter(({ hint }) => hint.kind === data.hint.kind) };
}
const says = ['f differentiable', 'φ affine in w (Section 2)', 'Algorithm 4, with a g̃_t that is formed before w_t', 'Dφ(x, w) is taken of the values of φ(x, ·) around w'];

export default theorem({
  id: 'jacobian-availability',
  place: ['Section 5, above Corollary 1', '5.24 5.25 5.26'],
  error: 'prose',
  printed: {
    world: world(() => ({ horizon: { min: 2, max: 3 }, functions: 'quadratic', sets: 'whole' }), 1),
    says,
    // What is not available is not found, but by chance: where it is 0 in all rounds anything would do.
    onRun: ['Σ_{t≥2}‖Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1})‖² > 0'],
    statement: ['Σ_{t≥2}‖g̃_t − Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1})‖² > 0'],
    strength: 'hypothesis',
    arithmetics: ['rational'],
    // f = x²/2, φ = x − w∇f(x) = (1 − w)x, x̄_0 = 1, T = 2: A_2 = −x̄_1 = −1 whatever w_2 is.
    refutedBy: [
      onTheLine({
        minimiser: '0',
        rule: { kind: 'elementwise-descent' },
        hint: { kind: 'current-jacobian' },
        alpha: ['1', '1'],
        beta: ['1', '1', '1'],
        index: 'algorithm-4',
        start: ['1'],
      }),
    ],
  },
  corrected: {
    world: world(({ name }) => ({ horizon: HORIZONS[name], ...(name === 'prime-field' ? { rules: constantJacobianRule } : {}) })),
    says,
    // w_t is made of g̃_t.
    steps: [PLAY],
    where: ['J_t = Dφ(x̄_{t−1}, w_t)'],
    statement: ['Dφ(x̄_{t−1}, −w_t) = J_t = A_t', 'g̃_t = J_tᵀ∇f(x̄_{t−1}), t ≥ 2'],
    labels: { 'A_t varies': 'Σ_{t≥2}‖A_tᵀG_t − A_{t−1}ᵀG_t‖² > 0' },
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'A_t varies': 0.25, 'projection active': 0.15, 'φ: preconditioner': 0.04, 'φ: elementwise-descent': 0.08 },
  },
  saboteurs: 'hint-not-removed gradient-lags hint-jacobian-stale hint-jacobian-negated jacobian-sign jacobian-transposed jacobian-frozen rule-not-affine',
  proof: `
    φ(x̄_{t−1}, ·) is affine, so its Jacobian is the same matrix A_t at every w. x̄_{t−1} is known when w_t is chosen, and so are A_t and ∇f(x̄_{t−1}).
    The paper says that Dφ(x̄_{t−1}, w_t) is not available before w_t. For a φ that is not affine that is so; that no g̃_t would do is our reading of it.`,
});
