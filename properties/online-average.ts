import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase } from '../src/generator/meta-case.js';
import { meta } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'online-average',
  place: ['Eq. (2)', '2.12 3.3'],
  printed: {
    world: meta((numbers) => metaCase(numbers, numbers.name === 'prime-field' ? { horizon: { min: 200, max: 200 }, rules: constantJacobianRule } : {}), { preserves: false }),
    says: ['α_t > 0', 'x̄_0 has no weight'],
    where: ['ρ_t = α_t/α_{1:t}', 'X_t = α_tx_t'],
    statement: ['x̄_t = X_{1:t}/α_{1:t}', 'x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_tx_t'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 20': 0.2, 'projection active': 0.1, 'hint: previous': 0.05 },
  },
  saboteurs: 'averaging-left-out averaging-weights-swapped averaging-constant start-has-weight',
  proof: `
    1 − ρ_t = α_{1:t−1}/α_{1:t}, so the recursion says α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_t x_t. Summed up: α_{1:t}x̄_t = Σ_{s≤t} α_s x_s.
    ρ_1 = 1: x̄_1 = x_1, and x̄_0 drops out. It matters through φ(x̄_0, ·) only.`,
});
