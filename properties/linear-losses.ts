import { lossCase } from '../src/generator/loss-case.js';
import { losses } from '../src/world/losses.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'linear-losses',
  place: ['Section 3, “the regret is largest under linear losses”', '3.11 3.10 3.12'],
  printed: {
    world: losses(lossCase),
    steps: ['Σα_t⟨∇f_t(u_t), u_t − v⟩ = Σα_t(f_t(u_t) − f_t(v)) + Σα_tB_t(v, u_t)'],
    because: ['0 ≤ α_tB_t(v, u_t)'],
    statement: ['f_t(u_t) − f_t(v) ≤ ⟨∇f_t(u_t), u_t − v⟩', 'Σα_t(f_t(u_t) − f_t(v)) ≤ Σα_t⟨∇f_t(u_t), u_t − v⟩'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'T ≥ 2': 0.5, 'f: ridge': 0.3, 'f: chain': 0.1 },
  },
  saboteurs: 'gradient-off divergence-reversed not-convex',
  proof: `
    ⟨∇f_t(u_t), u_t − v⟩ = f_t(u_t) − f_t(v) + B_t(v, u_t), by the definition of B_t, and B_t ≥ 0 since f_t is convex. So the linear losses ⟨∇f_t(u_t), ·⟩ make the regret larger by Σα_tB_t(v, u_t), and by nothing else: a bound for all linear losses is one for all convex ones.`,
});
