import { bent, bentCase, parabolaCase } from '../src/world/bent.js';
import { theorem } from '../src/world/theorem.js';

const where = ['y(w) = (1 − ρ)x̄ + ρφ(x̄, w)', 'h(w) = f(y(w))', 'm = θw + (1 − θ)v', 'd = θφ(x̄, w) + (1 − θ)φ(x̄, v) − φ(x̄, m)'];

export default theorem({
  id: 'meta-loss-convexity',
  place: ['Section 2, update rule', '2.24 2.19'],
  error: 'prose',
  printed: {
    world: bent(parabolaCase),
    says: [
      'f = ½cx², c > 0, and φ(x̄, w) = ±(k + q(w − r)²), x̄ = ±|x̄|, with k, q ≥ 0 and 0 < ρ ≤ 1: h is convex on all of R, for this one f (our reading: a convex h requires an affine φ)',
    ],
    where,
    given: ['h(m) ≤ θh(w) + (1 − θ)h(v)'],
    statement: ['‖d‖² = 0'],
    strength: 'hypothesis',
    arithmetics: ['rational'],
    // f = x²/2, φ = w², ρ = 1: h = w⁴/2.
    refutedBy: [{
      function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
      rule: { kind: 'affine', matrix: [['0']], offset: ['0'] },
      square: [['1']],
      state: ['0'],
      rho: '1',
      w: ['2'],
      v: ['0'],
      theta: '1/2',
      point: ['0'],
    }],
  },
  corrected: {
    parts: [
      {
        world: bent(bentCase),
        when: 'If φ is affine in w, so that d = 0, h is convex',
        where,
        steps: ['d = θ(1 − θ)N(w − v)²'],
        because: ['0 ≤ θB_f(y(w), y(m))', '0 ≤ (1 − θ)B_f(y(v), y(m))'],
        statement: ['h(m) + ρ⟨∇f(y(m)), d⟩ ≤ θh(w) + (1 − θ)h(v)'],
      },
      {
        world: bent(bentCase),
        when: 'if h is convex for f = ½‖x − p‖² and for f = ½‖x + p‖², whatever p is, then φ is affine',
        where: [...where, 'k(w) = ½‖y(w) − p‖²', 'l(w) = ½‖y(w) + p‖²', 'c = θk(w) + (1 − θ)k(v) − k(m)', 'e = θl(w) + (1 − θ)l(v) − l(m)'],
        statement: ['min{c, e} = ½(θ‖y(w)‖² + (1 − θ)‖y(v)‖² − ‖y(m)‖²) − ρθ(1 − θ)|⟨p, N(w − v)²⟩|'],
        labels: { 'one of both is not convex': 'min{c, e} < 0' },
      },
    ],
    arithmetics: ['rational', 'float64'],
    coverage: { 'φ affine': 0.25, 'φ not affine': 0.25, 'one of both is not convex': 0.1, 'φ: state-affine': 0.06, 'φ: preconditioner': 0.03, 'f: log-sum-exp': 0.05 },
  },
  saboteurs: 'rule-not-affine divergence-reversed not-convex gradient-off',
  proof: `
    In θB_f(y(w), y(m)) + (1 − θ)B_f(y(v), y(m)) the inner products with ∇f(y(m)) add up to ⟨∇f(y(m)), ρd⟩, for θy(w) + (1 − θ)y(v) − y(m) = ρd, and θh(w) + (1 − θ)h(v) − h(m) is left. Both divergences are ≥ 0, for f is convex. Where φ(x̄, ·) is affine d is 0, and h is convex, whatever f is.
    Conversely: ½‖y ∓ p‖² = ½‖y‖² ∓ ⟨p, y⟩ + ½‖p‖². If h is convex for both signs, then ρ|⟨p, d⟩| ≤ ½(θ‖y(w)‖² + (1 − θ)‖y(v)‖² − ‖y(m)‖²), where p is on the left alone: with sp for p, s → ∞, ⟨p, d⟩ = 0. So d is 0 for all w, v and θ. Both f are convex, 1-smooth, and have a minimiser; over s they are ∓⟨p, x⟩ + ‖x‖²/(2s) and a constant: linear functions, which have none, in the limit.
    For one given f that is not necessary: ⟨∇f(y(m)), d⟩ ≥ 0 is enough. f = x²/2, φ = w² and ρ = 1 give h = w⁴/2. That it is asked of one f is our reading; asked of all f, as the analysis needs it, the paper is right.`,
});
