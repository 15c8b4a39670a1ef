import { parabola } from '../src/generator/line-case.js';
import { diagonalTriple, isSteady, tripleCase } from '../src/generator/triple-case.js';
import { either, one } from '../src/world/either.js';
import { theorem } from '../src/world/theorem.js';
import { triple } from '../src/world/triple.js';

const HYPOTHESIS = '‖Dφ(x′, w)ᵀ∇f(x) − Dφ(x″, w′)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖²';
/** At x = x′ the right side is 0, whatever λ̃ is, and the left side ⟨v, v⟩. */
const CHANGE = ['v = Dφ(x′, w)ᵀ∇f(x′) − Dφ(x″, w′)ᵀ∇f(x′)', 'u = ∇f(x′) − ∇f(x″)', 'τ(x) = max{−1, min{⟨d, x⟩, 1}}'];
const steady = triple((numbers) => tripleCase(numbers).filter(isSteady));
const varying = (...kinds: readonly string[]): typeof steady => triple((numbers) => tripleCase(numbers).filter((data) => kinds.includes(data.rule.kind) && !isSteady(data)));

export default theorem({
  id: 'corollary-1-hypothesis',
  place: ['Corollary 1, hypothesis', '5.28 5.29'],
  error: 'gap',
  printed: {
    world: triple(diagonalTriple),
    when: 'For some λ̃ > 0, φ(x, w) = w⊙∇f(x), and all x, x′, x″, w, w′',
    says: ['f convex and L-smooth, not constant', 'here x = x′, where no λ̃ helps'],
    given: ['λ̃ > 0', 'x = x′'],
    statement: [HYPOTHESIS],
    arithmetics: ['rational'],
    strength: 'hypothesis',
    // f = x²/2, x = x′ = 1, x″ = 2: 1 ≤ λ̃·0.
    refutedBy: [{ function: parabola('1', '0'), rule: { kind: 'elementwise-gradient' }, x: ['1'], second: ['1'], third: ['2'], lambda: '1' }],
  },
  corrected: {
    ...either(
      one(4, { world: steady, when: 'φ = Aw + b(x), λ̃ = ‖A‖²', statement: [HYPOTHESIS] }),
      one(2, {
        world: varying('elementwise-gradient', 'elementwise-descent'),
        identified: { any: true },
        when: 'φ = w⊙∇f(x), φ = x − w⊙∇f(x): for no λ̃, since at x = x′',
        where: CHANGE,
        statement: ['⟨v, v⟩ = ⟨u⊙∇f(x′), u⊙∇f(x′)⟩'],
      }),
      one(1, {
        world: varying('preconditioner'),
        identified: { any: true },
        when: 'φ = x − M(w)∇f(x): for no λ̃, since at x = x′',
        where: CHANGE,
        statement: ['⟨v, v⟩ = ⟨u, u⟩⟨∇f(x′), ∇f(x′)⟩'],
      }),
      one(2, {
        world: varying('state-affine'),
        when: 'φ = (A + τ(x)B)w + b(x): for no λ̃, where τ and Bᵀ∇f(x′) are not constant, since at x = x′',
        where: CHANGE,
        statement: ['v = (τ(x′) − τ(x″))Bᵀ∇f(x′)'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    strength: 'hypothesis',
    coverage: { satisfied: 0.2, 'never satisfied': 0.2, 'b depends on x': 0.05, 'φ: elementwise-gradient': 0.03, 'φ: state-affine': 0.05 },
  },
  saboteurs: `
    jacobian-sign jacobian-transposed jacobian-frozen jacobian-bound-too-small`,
  proof: `
    At x = x′ the hypothesis says Dφ(x′, ·)ᵀ∇f(x′) = Dφ(x″, ·)ᵀ∇f(x′) for all x′ and x″, whatever λ̃ is: some λ̃ > 0 satisfies it exactly if Dφ(·)ᵀ∇f(y) is the same everywhere, for each y. (φ is affine in w, so w does not matter.)
    Then the left side is ‖Aᵀ(∇f(x) − ∇f(x′))‖² ≤ ‖A‖²‖∇f(x) − ∇f(x′)‖², A = Dφ at any one point: λ̃ = ‖A‖² will do. φ = Aw + b(x) is of this kind.
    It fails for the rules that learn rates. With x″ = x*, where ∇f = 0, (Dφ(x′) − Dφ(x″))ᵀ∇f(x′) is ±∇f(x′)⊙∇f(x′) for w⊙∇f and x − w⊙∇f, and the outer product of ∇f(x′) with itself for x − M(w)∇f: not 0 where ∇f(x′) ≠ 0. For φ = (A + τ(x)B)w + b(x) it is (τ(x′) − τ(x″))Bᵀ∇f(x′).`,
});
