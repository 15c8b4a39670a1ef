import type { RootCase } from '../src/generator/root-case.js';
import { either, one } from '../src/world/either.js';
import type { Theorem } from '../src/world/judge.js';
import { roots } from '../src/world/roots.js';
import { theorem } from '../src/world/theorem.js';

/** c = 1: h = 1/8, 81/200, 169/392 at w = 4, 100, 196. And φ_c = −1, −1/5, −1/7 at w = 1, 25, 49. */
const between = (low: string, high: string): RootCase => ({
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  start: ['1'],
  rate: '1',
  roots: ['1'],
  curvature: '1',
  ends: [low, high],
  above: true,
  epsilon: '1',
  epsilonInside: false,
  steps: 1,
});
/** h′(q²) */
const SLOPE = 'k = ½c²e²(1/q³ − c/q⁴)';

const adagrad = (when: string, below: string): Theorem<RootCase> => ({ world: roots, when, where: ['g_t = ∇f(x_t)'], statement: [`x_{t+1,i} = x_{t,i} − ηg_{t,i}/(${below})`] });

export default theorem({
  id: 'meta-adagrad',
  place: ['Figure 2', '7.17'],
  error: 'prose',
  printed: {
    // Meta-AdaGrad, φ = ∇f(x)/√w (with the sign that descends), as an update rule of Section 2: φ affine in w, for then h is convex.
    ...either(
      one(1, { world: roots, when: 'h is convex', statement: ['h(q²) ≤ ½h(u²) + ½h(v²)'], refutedBy: [between('2', '14')] }),
      one(1, { world: roots, when: 'φ is affine', statement: ['φ_c(q²) = ½φ_c(u²) + ½φ_c(v²)'], refutedBy: [between('1', '7')] }),
    ),
    strength: 'hypothesis',
    arithmetics: ['rational'],
  },
  corrected: {
    parts: [
      { world: roots, when: 'Meta-AdaGrad is outside the theory', steps: ['Dφ(p, r²)r² = φ′(p, r²)⊙r²'], statement: ['r⊙φ(p, r²) = −∇f(p)', '2r³⊙φ′(p, r²) = ∇f(p)'] },
      { world: roots, when: 'a step of it', where: ['d = r² − βφ′(p, r²)⊙∇f(y)'], statement: ['y = p + φ(p, r²)', 'z_i = max{d_i, l}'] },
      {
        world: roots,
        when: 'for u², v² ≤ 16c²/9',
        only: ({ above }) => !above,
        where: [SLOPE],
        because: ['½h(q²) + ½k(u² − q²) ≤ ½h(u²)', '½h(q²) + ½k(v² − q²) ≤ ½h(v²)'],
        statement: ['h(q²) ≤ ½h(u²) + ½h(v²)'],
      },
      {
        world: roots,
        when: 'for u², v² ≥ 16c²/9',
        only: ({ above }) => above,
        where: [SLOPE],
        because: ['½h(u²) ≤ ½h(q²) + ½k(u² − q²)', '½h(v²) ≤ ½h(q²) + ½k(v² − q²)'],
        statement: ['½h(u²) + ½h(v²) ≤ h(q²)'],
      },
      { ...adagrad('AdaGrad, one step', '|g_{t,i}| + ε'), only: ({ epsilonInside, steps }) => !epsilonInside && steps === 1 },
      { ...adagrad('AdaGrad, ε outside', '√(Σ_{s≤t}g_{s,i}²) + ε'), only: ({ epsilonInside, steps }) => !epsilonInside && steps > 1 },
      { ...adagrad('AdaGrad, ε inside', '√(Σ_{s≤t}g_{s,i}² + ε′)'), only: ({ epsilonInside }) => epsilonInside },
    ],
    // First where every root exists: a wrong root would end the exact arm with an error instead of a counterexample.
    arithmetics: ['float64', 'rational'],
    coverage: { 'h convex': 0.2, 'h concave': 0.2, 'T ≥ 20': 0.2, 'ε inside': 0.2 },
  },
  saboteurs: 'epsilon-misplaced meta-adagrad-ascends meta-adagrad-jacobian-halved meta-adagrad-without-root',
  proof: `
    φ_i = −∂_i f(x)w_i^{−1/2} has the derivative ½∂_i f(x)w_i^{−3/2} in w_i, and 0 in the others: it depends on w, and is an eighth of itself at 4w.
    For f = (c/2)(x − x*)² and e = x − x*, h(w) = (c/2)e²(1 − c/√w)², and h″(w) = ¼c²e²w⁻³(4c − 3√w): ≥ 0 for √w ≤ 4c/3, ≤ 0 from there on.
    AdaGrad’s recurrence is its definition.`,
});
