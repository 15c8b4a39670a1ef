import { metaCase, onTheLine, shortCase } from '../src/generator/meta-case.js';
import { DECOMPOSITION, DEFINITION_ONE } from '../src/world/lines.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'lemma-1',
  place: ['Lemma 1', '4.33'],
  error: 'slip',
  printed: {
    world: meta(shortCase, { algorithm: 2 }),
    statement: ['Σα_t⟨G_t, x_t − x*⟩ ≤ Σα_t⟨∇h_t(w_t), w_t − w*⟩', 'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = Σα_t⟨∇h_t(w_t), w_t − w*⟩'],
    arithmetics: ['rational'],
    // β = ½: w = (0, ½), G = (−1, −¾), w* = 1: R^x = 1 + 3/8, and R^w = 1 + 3/16 since ∇h_2 = −3/8.
    refutedBy: [onTheLine({ alpha: ['1', '1'], beta: ['1/2', '1/2', '1/2'], index: 'algorithm-4' })],
  },
  corrected: {
    world: meta((numbers) => metaCase(numbers, { horizon: { min: 2, max: numbers.name === 'rational' ? 4 : 24 } })),
    steps: [...DEFINITION_ONE, 'g_t = A_tᵀG_t', DECOMPOSITION],
    because: ['Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0'],
    statement: [
      'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = Σα_t⟨g_t, w_t − w*⟩',
      'θ(Σα_t⟨G_t, x_t − x*⟩ − Σα_t⟨g_t, w_t − w*⟩) = 0',
      'Σα_t⟨G_t, x_t − x*⟩ ≤ Σα_t⟨g_t, w_t − w*⟩',
    ],
    arithmetics: ['rational', 'float64'],
    coverage: { 'R^x = R^w': 0.2, 'w* = Π_W(0)': 0.1, 'projection active': 0.1, 'φ: state-affine': 0.05, 'hint: previous': 0.05 },
  },
  saboteurs: `
    meta-gradient-sign meta-gradient-halved jacobian-sign jacobian-transposed jacobian-frozen offset-dropped rule-not-affine comparator-too-long comparator-zero
    comparator-wrong-side definition-one-offset definition-one-unweighted multiplier-sign`,
  proof: `
    R^x(T) = R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ [regret-decomposition], and Definition 1 makes the last sum, which is ⟨c, w*⟩ − s, ≤ 0. It is 0 where the halfspace holds w* back from Π_W(0) [regret-preservation].
    As printed R^w has ∇h_t(w_t) = ρ_t g_t for g_t.`,
});
