import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { compared } from '../src/generator/sequence-case.js';
import { either, one } from '../src/world/either.js';
import { DEFINITION_ONE } from '../src/world/lines.js';
import { meta } from '../src/world/meta.js';
import { correlating, decided, preserving } from '../src/world/preserving.js';
import { theorem } from '../src/world/theorem.js';

const runs = (numbers: NumberSource): fc.Arbitrary<MetaCase> => metaCase(numbers, { horizon: { min: 1, max: numbers.name === 'rational' ? 4 : 24 } });
const identity = () => fc.constant<MetaCase['rule']>({ kind: 'identity' });
const none = () => fc.constant<MetaCase['hint']>({ kind: 'none' });

export default theorem({
  id: 'regret-preservation',
  place: ['Definition 1', '4.35 4.24 4.28 4.31 4.32 4.36 4.37 4.38'],
  error: 'prose',
  printed: {
    world: correlating((numbers) =>
      metaCase({ ...numbers, dimension: 1 }, { horizon: { min: 1, max: 2 }, functions: 'quadratic', rates: 'constant', rules: constantJacobianRule, hints: none })
    ),
    onRun: ['Σ‖G_t‖² ≠ 0'],
    statement: ['Σα_t⟨φ(x̄_{t−1}, v), G_t⟩ < 0'],
    arithmetics: [['rational', 1]],
    refutedBy: [
      // φ = 2 − w, W = [0, 1], T = 1: x_1 = 2, G_1 = 1, φ(w)G_1 ≥ 1 on W, and w* = 1 gives 1 ≤ x*G_1.
      onTheLine({ rule: { kind: 'affine', matrix: [['-1']], offset: ['2'] }, set: { kind: 'box', lower: ['0'], upper: ['1'] }, beta: ['1', '1'], index: 'algorithm-4' }),
      // φ = w, W = [0, 2], α = (1, 3), β = 2: G = (−1, ½), so that c = s = ½: w* = 0, and c w ≥ 0 on W.
      onTheLine({ set: { kind: 'box', lower: ['0'], upper: ['2'] }, alpha: ['1', '3'], beta: ['2', '2', '2'], index: 'algorithm-4' }),
    ],
  },
  corrected: {
    ...either(
      one(7, {
        world: preserving((numbers) => compared(numbers, runs(numbers))),
        steps: [...DEFINITION_ONE, 'φ(x̄_{t−1}, u) = A_tu + b_t'],
        because: ['Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0', '0 ≤ Σα_tB_f(x*, x̄_t)'],
        statement: [
          '½‖u‖² + θ(⟨c, u⟩ − s) = ½‖w*‖² + ½‖u − w*‖² + ⟨w* + θc, u − w*⟩',
          '0 ≤ ⟨w* + θc, u − w*⟩',
          'Σα_t(f(x̄_t) − f(x*)) ≤ Σα_t⟨x̄_t − φ(x̄_{t−1}, w*), G_t⟩',
        ],
        labels: { 'θ > 0': 'θ > 0' },
      }),
      one(({ name }) => (name === 'rational' ? 4 : 0), { world: decided(runs), when: 'by the faces of W', steps: ['φ(x̄_{t−1}, w_t) = A_tw_t + b_t'], statement: ['k = κ'] }),
      one(1, {
        world: meta((numbers) => metaCase(numbers, { rules: identity, horizon: { min: 1, max: 4 } })),
        identified: { w: 'x' },
        when: 'for φ = w, x* ∈ W',
        given: ['Π_W(x*) = x*'],
        steps: ['s = ⟨c, x*⟩'],
        because: ['0 ≤ 2⟨w* + θc, x* − w*⟩'],
        statement: ['‖w*‖² + ‖x* − w*‖² ≤ ‖x*‖²'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    coverage: { 'θ > 0': 0.2, 'w* = Π_W(0)': 0.1, 'no w*': 0.005, 'W: simplex': 0.01, 'W: box': 0.01, 'W: orthant': 0.03, 'φ: identity': 0.05 },
  },
  saboteurs: `
    jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine projection-off comparator-too-long comparator-zero comparator-wrong-side definition-one-offset
    definition-one-unweighted definition-one-doubled multiplier-sign comparator-none not-convex`,
  proof: `
    φ(x̄_{t−1}, w) = A_t w + b_t, so Eq. (8) is ⟨c, w⟩ ≤ s, c = Σα_tA_tᵀG_t, s = Σα_t⟨G_t, x* − b_t⟩. φ preserves regret iff W meets that halfspace; both are closed and convex, and then they do so in a set with exactly one point of smallest norm, w*.
    If w* = Π_W(−θc), which minimises ½‖w‖² + θ⟨c, w⟩ on W, then ⟨w* + θc, u − w*⟩ ≥ 0 for u ∈ W. With θ ≥ 0, ⟨c, w*⟩ ≤ s and θ(s − ⟨c, w*⟩) = 0 the first line says that it is that point: ‖w*‖ ≤ ‖u‖ for all u ∈ W with ⟨c, u⟩ ≤ s.
    There is such a θ: ⟨c, Π_W(−θc)⟩ is continuous in θ, does not increase, and falls to the infimum of ⟨c, ·⟩ on W. It reaches s where ⟨c, w⟩ < s for some w ∈ W, or W is a polyhedron. (Where a curved W only touches the halfspace no θ need exist, though w* does.) On Rᵐ it is sc/‖c‖² for s < 0, if c ≠ 0.
    For φ = w, s = ⟨c, x*⟩: u = x* gives the last line.
    What correlates negatively is φ − x̄_t: ⟨x̄_t − x*, G_t⟩ = f(x̄_t) − f(x*) + B_f(x*, x̄_t), so Σα_t⟨φ(x̄_{t−1}, w*) − x̄_t, G_t⟩ ≤ −Σα_t(f(x̄_t) − f(x*)), and < 0 unless all x̄_t are minimisers. As printed it is φ itself: Eq. (8) only asks for a sum that is not above Σα_t⟨x*, G_t⟩, and that may be positive.`,
});
