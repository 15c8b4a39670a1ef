import fc from 'fast-check';
import { literalCase, rotating } from '../src/generator/literal-case.js';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import { anywhere, type AnywhereCase } from '../src/world/anywhere.js';
import { either, one } from '../src/world/either.js';
import { bounded, literal } from '../src/world/rate.js';
import { theorem } from '../src/world/theorem.js';

const GRADIENTS: readonly MetaCase['rule']['kind'][] = ['elementwise-gradient', 'elementwise-descent', 'preconditioner'];
const isOfGradient = ({ rule }: MetaCase): boolean => GRADIENTS.includes(rule.kind);
/** Each round with each: not many. */
const world = bounded((numbers) => metaCase(numbers, { horizon: { min: 1, max: numbers.name === 'float64' ? 24 : 4 } }));
const RUN = ['A_t = Dφ(x̄_{t−1}, w_t)', 'G_t = ∇f(x̄_t)', 'g_t = A_tᵀG_t'];
const statement = ['‖A_tᵀG_s‖² ≤ λ‖G_s‖²'];

const stepSizes = ([curvature, x, w, lambda]: readonly AnywhereCase['lambda'][]): AnywhereCase => ({
  function: { body: { kind: 'spectral', spectrum: [curvature!], reflectors: [] }, minimiser: ['0'] },
  rule: { kind: 'elementwise-gradient' },
  point: [x!],
  parameters: [w!],
  lambda: lambda!,
});

export default theorem({
  id: 'smoothness-condition',
  place: ['Section 2, update rule', '2.25 2.28'],
  error: 'gap',
  printed: {
    ...either(
      one(1, {
        world: literal((numbers) => literalCase(numbers).filter(({ rule }) => rule.kind === 'bilinear')),
        when: 'The condition, for all x and w, is what Theorem 1 needs',
        statement: ['‖A_tᵀG_t‖² ≤ λ‖G_t‖²'],
        // φ(x, w) = 2w(−x₂, x₁) + (x₂, 0): Dφ(x, w)ᵀ∇f(x) = 0 everywhere, but not Dφ(x̄_0, w)ᵀ∇f(x̄_1).
        refutedBy: [rotating(onTheLine({ beta: ['1', '1'], start: ['0', '1'] }), { turn: '2', shear: '1', lambda: '1' })],
      }),
      one(1, {
        world: anywhere(({ positive, scalar }) => fc.tuple(positive, scalar, scalar, positive).map(stepSizes)),
        when: 'it holds for learnt step sizes, φ = w⊙∇f(x) on R, with a λ that is the same for all x (here for some)',
        statement: ['‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖²'],
        // x = (λ + 1)/L, whatever λ is.
        refutedBy: [stepSizes(['1', '2', '1', '1'])],
      }),
    ),
    arithmetics: ['rational'],
    strength: 'hypothesis',
  },
  corrected: {
    parts: [
      {
        world,
        only: (data) => !isOfGradient(data),
        when: 'For λ ≥ ‖Dφ(x, ·)‖² for all x (1 for φ = w, ‖A‖₁‖A‖_{∞} for φ = Aw + b)',
        steps: RUN,
        because: ['0 ≤ ⟨G_s, λG_s − A_t(A_tᵀG_s)⟩'],
        statement,
      },
      {
        world,
        only: isOfGradient,
        when: 'for φ = w⊙∇f(x), x − w⊙∇f(x), x − M(w)∇f(x), and r, the largest ‖x̄_{t−1} − x*‖² of the run',
        identified: { w: 'x²/f' },
        where: ['r = max_t ‖x̄_{t−1} − x*‖²', 'λ = rL²'],
        steps: [...RUN, '‖∇f(x̄_{t−1})‖² ≤ λ'],
        because: ['0 ≤ ⟨G_s, λG_s − A_t(A_tᵀG_s)⟩'],
        statement,
      },
    ],
    arithmetics: ['rational', 'float64'],
    coverage: { 'φ: state-affine': 0.08, 'φ: elementwise-gradient': 0.05, 'φ: preconditioner': 0.05, 'projection active': 0.2, 'hint: none': 0.08 },
  },
  saboteurs: 'meta-gradient-halved jacobian-sign jacobian-frozen gradient-lags jacobian-bound-too-small smoothness-too-small gradient-off minimiser-off',
  proof: `
    λ‖G_s‖² − ‖A_tᵀG_s‖² = G_sᵀ(λI − A_tA_tᵀ)G_s, which is ≥ 0 for every G_s exactly if λ ≥ ‖A_t‖². It does not matter at which point the gradient is taken.
    For φ = w, A = I. For φ = Aw + b, ‖A‖² is the largest eigenvalue of AᵀA, at most any norm of it: ≤ ‖A‖₁‖A‖_{∞}.
    For w⊙∇f(x) and x − w⊙∇f(x), A_t = ±diag(∇f(x̄_{t−1})); for x − M(w)∇f(x), A_tA_tᵀ = ‖∇f(x̄_{t−1})‖²I. So ‖A_t‖ ≤ ‖∇f(x̄_{t−1})‖ ≤ L‖x̄_{t−1} − x*‖, since ∇f(x*) = 0: such a λ exists where the x̄_t are bounded.
    As printed both are taken at one x. That says nothing of Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t): the first counterexample has Dφ(x, ·)ᵀ∇f(x) = 0 everywhere. The paper assumes λ, and says that learnt step sizes have one. On unbounded X they have none: x = (λ + 1)/L refutes each.`,
});
