import fc from 'fast-check';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import { vector, type NumberSource } from '../src/generator/number.js';
import { either, one } from '../src/world/either.js';
import { enlarged } from '../src/world/enlarged.js';
import { metaCompared, type ComparedCase } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';
import type { World } from '../src/world/world.js';

const RATES = 'φ = w⊙∇f(x), W = [0, r]ⁿ, x̄_0 = 0';
/** Learning rates w ≥ 0, and a u ∈ W. */
function learningRates(numbers: NumberSource, sides: readonly string[]): fc.Arbitrary<ComparedCase> {
  return fc.constantFrom(...sides).chain((r) =>
    metaCase(numbers, { rules: () => fc.constant({ kind: 'elementwise-gradient' }), hints: () => fc.constant({ kind: 'none' }), rates: 'any' })
      .map((run): MetaCase => {
        const zero = run.start.map(() => '0');
        return { ...run, start: zero, set: { kind: 'box', lower: zero, upper: zero.map(() => r) } };
      })
  ).chain((run) => fc.record({ run: fc.constant(run), comparator: vector(numbers, run.start.length) }));
}
function atTheCorner(cases: (numbers: NumberSource) => fc.Arbitrary<ComparedCase>): World<ComparedCase> {
  const world = metaCompared(cases, { algorithm: 2, preserves: false });
  return { ...world, simpler: (data) => world.simpler(data).filter(({ run: { rule, set } }) => rule === data.run.rule && set === data.run.set) };
}

export default theorem({
  id: 'large-sets',
  place: ['Section 4, “easy to satisfy by making W sufficiently large”', '4.30 4.38'],
  error: 'prose',
  printed: {
    world: atTheCorner((numbers) => learningRates({ ...numbers, dimension: 1 }, ['1000', '1000000']).map((data) => ({ ...data, comparator: ['0'] }))),
    says: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', RATES, 'r ≥ 1000 (our reading of “sufficiently large”: the same for every f)', 'u = 0, which is best on W: c_i ≥ 0'],
    statement: ['Σα_t⟨φ(x̄_{t−1}, u), G_t⟩ ≤ Σα_t⟨x*, G_t⟩'],
    arithmetics: ['rational'],
    // f = (x − 1)²/2, r = 1000: w_1 = 0, so that x̄_1 = 0, and no w ∈ W has w ≤ −1.
    refutedBy: [{ run: onTheLine({ beta: ['1', '1'], rule: { kind: 'elementwise-gradient' }, set: { kind: 'box', lower: ['0'], upper: ['1000'] } }), comparator: ['0'] }],
  },
  corrected: {
    ...either(
      one(2, {
        when: 'On [−r, r]ᵐ, r as large as said',
        world: enlarged((numbers) => fc.record({ run: metaCase(numbers, { sets: 'whole', hints: () => fc.constant({ kind: 'none' }), rates: 'any' }), room: numbers.positive })),
        steps: ['w* = argmin_{w∈W} ‖w − w*‖²'],
        statement: ['w′_t = w_t', '‖c‖²w* = −max{−s, 0}c', 'Σα_t⟨φ(x̄′_{t−1}, w*), G′_t⟩ ≤ Σα_t⟨x*, G′_t⟩'],
      }),
      one(1, {
        when: 'for learning rates on [0, r]ⁿ from x̄_0 = 0, whatever r is, and every u ∈ W',
        world: atTheCorner((numbers) => learningRates(numbers, ['1', '1000', '1000000'])),
        steps: ['x̄_t = x̄_0'],
        because: ['0 ≤ α_t⟨φ(x̄_{t−1}, u), G_t⟩', '0 ≤ α_tB_f(x*, x̄_t)'],
        statement: ['α_{1:T}(f(x̄_0) − f(x*)) ≤ Σα_t⟨φ(x̄_{t−1}, u) − x*, G_t⟩'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    survivors: Object.fromEntries(
      [
        'α_{1:T}(f(x̄_{T}) − f(x*)) ≤ Σα_t⟨φ(x̄_{t−1}, u) − x*, G_t⟩',
        'α_{1:T}(f(x̄_0) − f(x*)) ≤ Σα_t⟨φ(x̄_{t}, u) − x*, G_t⟩',
        'α_{1:T}(f(x̄_0) − f(x*)) ≤ Σα_t⟨φ(x̄_{t−1}, u) − x*, G_{t − 1}⟩',
      ].map((one) => [one, 'x̄_t = x̄_0 for all t: nothing moves']),
    ),
    coverage: { 'R^x = R^w': 0.2, 'w* = Π_W(0)': 0.04, 'φ: state-affine': 0.03, 'φ: elementwise-gradient': 0.2 },
  },
  saboteurs: `
    meta-gradient-sign ascent loss-sign projection-left-out jacobian-sign jacobian-frozen offset-dropped rule-not-affine not-convex projection-off set-halved
    comparator-too-long comparator-zero comparator-wrong-side definition-one-offset definition-one-unweighted definition-one-doubled`,
  proof: `
    FTRL on W = [−r, r]ᵐ projects −η_tS_{t−1}. While these are in W nothing is projected, and the run is that on Rᵐ, w by w. On it Definition 1 is the halfspace ⟨c, w⟩ ≤ s, whose smallest point is 0 for s ≥ 0, else sc/‖c‖²: there is one unless c = 0 and s < 0. So every W with these points in it preserves regret, and ‖w*‖ = max{−s, 0}/‖c‖ says how large it has to be. How large that is depends on T: w_t and w* do.
    W has to be large in all directions. Learning rates are not: φ(0, 0) = 0, so x̄_1 = 0 and g_1 = ∇f(0)⊙∇f(0) ≥ 0, which keeps w_2 = 0 at the corner of [0, r]ⁿ; x̄_t = 0 for all t. Then ⟨φ(x̄_{t−1}, u), G_t⟩ = Σ_iu_i(∂_if(0))² ≥ 0, and ⟨−x*, ∇f(0)⟩ = f(0) − f(x*) + B_f(x*, 0): where 0 is no minimiser, no u ∈ W preserves regret, whatever r is.`,
});
