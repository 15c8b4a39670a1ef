import { comparedCase } from '../src/generator/sequence-case.js';
import { pointsOfRun } from '../src/world/sequence.js';
import { theorem } from '../src/world/theorem.js';
import { wedge } from '../src/world/wedge.js';

export default theorem({
  id: 'online-to-batch',
  place: ['Eq. (6)', '3.32 3.6'],
  error: 'gap',
  printed: {
    world: wedge,
    // The free index t of the paper, read as T: T = 1 leaves no other.
    statement: ['f(x̄_T) − f(x*) ≤ 1/α_{1:T}(Σα_t⟨∇f(x̄_t), x_t − x*⟩ − α_T/(2L)‖∇f(x̄_T) − ∇f(x*)‖² − α_{1:T−1}/(2L)‖∇f(x̄_{T−1}) − ∇f(x̄_T)‖²)'],
    arithmetics: ['rational'],
    // f = y²/(2s) + s at x = (5/4, 5/8), T = 1: 52/128 > 51/128.
    refutedBy: [{ epsilon: '1', alpha: ['1'], points: [['5/4', '5/8']] }],
  },
  corrected: {
    world: pointsOfRun((numbers) => comparedCase(numbers, { rates: 'any', horizon: { min: 1, max: numbers.name === 'rational' ? 4 : 30 } })),
    says: ['f convex and L-smooth on all of Rⁿ', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)', 'u any point: x*, or one where ∇f(u) ≠ 0'],
    steps: ['G_t = ∇f(x̄_t)', 'α_{1:T}(f(x̄_T) − f(u)) = Σ[α_t⟨G_t, x_t − u⟩ − α_tB_f(u, x̄_t) − α_{1:t−1}B_f(x̄_{t−1}, x̄_t)]'],
    because: ['α_t/(2L)‖G_t − ∇f(u)‖² ≤ α_tB_f(u, x̄_t)', 'α_{1:t−1}/(2L)‖G_{t−1} − G_t‖² ≤ α_{1:t−1}B_f(x̄_{t−1}, x̄_t)'],
    statement: ['α_{1:T}(f(x̄_T) − f(u)) ≤ Σ[α_t⟨∇f(x̄_t), x_t − u⟩ − α_t/(2L)‖∇f(x̄_t) − ∇f(u)‖² − α_{1:t−1}/(2L)‖∇f(x̄_{t−1}) − ∇f(x̄_t)‖²]'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'u = x*': 0.2, '∇f(u) ≠ 0': 0.2, 'T ≥ 20': 0.1, 'projection active': 0.1, 'φ: state-affine': 0.03 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight gradient-lags smoothness-too-small gradient-off divergence-reversed`,
  proof: `
    I1 says α_{1:T}(f(x̄_T) − f(u)) = Σα_t⟨G_t, x_t − u⟩ − Σ[α_t B_f(u, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)].
    For f convex and L-smooth on all of Rⁿ, B_f(y, x) ≥ ‖∇f(y) − ∇f(x)‖²/(2L): with d = ∇f(y) − ∇f(x), 0 ≤ B_f(y − d/L, x) ≤ B_f(y, x) − ‖d‖²/(2L).
    y − d/L may lie outside of X. With L-smoothness on X alone the second step fails, and so does Eq. (6): the counterexample’s f has no convex extension that is 1-smooth on R².`,
});
