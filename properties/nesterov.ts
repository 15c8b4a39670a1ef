import { onTheLine } from '../src/generator/meta-case.js';
import { HORIZONS, reductionCase, type ReductionCase } from '../src/generator/reduction-case.js';
import { reduction } from '../src/world/reduction.js';
import { theorem } from '../src/world/theorem.js';

const onLine = (alpha: readonly string[], weighing: ReductionCase['weighing']): ReductionCase => ({
  ...onTheLine({ alpha, beta: ['1', '1', '1', '1'] }),
  weighing,
  literal: false,
});
const MOMENTUM = 'ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}';
const cases: Parameters<typeof reduction<ReductionCase>>[0] = (numbers) => reductionCase(numbers, { horizon: HORIZONS[numbers.name], literal: false });
const plain = { world: reduction(cases, 'previous-gradient'), identified: { w: 'x' }, where: [MOMENTUM] } as const;
const scaled = { world: reduction(cases, 'nesterov'), identified: { w: 'x' }, where: [MOMENTUM, 'η_t = βα_t²/α_{1:t}'] } as const;

export default theorem({
  id: 'nesterov',
  place: ['Section 5, text', '5.21 1.33 5.5 5.22'],
  error: 'prose',
  printed: {
    world: reduction((numbers) => reductionCase(numbers, { horizon: { min: 3, max: 3 }, dimension: 1, literal: false }), 'previous-gradient'),
    says: [...plain.world.says, 'g̃_t = ∇f(x̄_{t−1}), g̃_1 = 0', 'Algorithm 4 leaves no other η_t and ρ̃_t (2β and (t − 2)/(t + 1) for α_t = t)'],
    identified: { w: 'x' },
    where: [MOMENTUM, 'η_t = βα_tα_{t+1}/α_{1:t}', 'z_t = x̄_t − η_t∇f(x̄_t)'],
    statement: ['x̄_t = z_{t−1} + ρ̃_t(z_{t−1} − z_{t−2}), t ≥ 3'],
    arithmetics: ['rational'],
    refutedBy: [onLine(['1', '1', '1'], 'linear'), onLine(['1', '2', '1'], 'given')],
  },
  corrected: {
    parts: [
      {
        ...plain,
        when: 'For g̃_t = ∇f(x̄_{t−1})',
        steps: ['ρ_t = α_t/α_{1:t}', 'g̃_t = ∇f(x̄_{t−1}), t ≥ 2'],
        statement: ['x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tβ[(α_{t−1} + α_t)∇f(x̄_{t−1}) − α_{t−1}g̃_{t−1}], t ≥ 2'],
      },
      {
        ...scaled,
        when: 'for g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1})',
        steps: ['ρ_t = α_t/α_{1:t}', 'g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1}), t ≥ 2'],
        statement: ['x̄_t = y_t', 'z_t = y_t − η_t∇f(y_t)', 'y_{t+1} = z_t + ρ̃_{t+1}(z_t − z_{t−1}), t < T'],
      },
      {
        ...plain,
        identified: { w: 'x', α: '1' },
        when: 'for g̃_t = ∇f(x̄_{t−1}) and α_t = t',
        only: ({ weighing }) => weighing === 'linear',
        statement: ['x̄_t = x̄_{t−1} + (t − 2)/(t + 1)(x̄_{t−1} − x̄_{t−2}) − 2β/(t + 1)[(2t − 1)∇f(x̄_{t−1}) − (t − 1)g̃_{t−1}], t ≥ 2'],
      },
      {
        ...scaled,
        identified: { w: 'x', α: '1' },
        when: 'for FISTA’s weights s_t',
        only: ({ weighing }) => weighing === 'nesterov',
        statement: ['s_t² = s_{1:t}', 'α_t = s_t', 'η_t = β', 'ρ̃_t = (s_{t−1} − 1)/s_t, t ≥ 2'],
      },
    ],
    says: [...scaled.world.says, 'g̃_1 = 0', 'y, z: Nesterov’s method from y_1 = z_0 = x̄_1 with η_t and ρ̃_t'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'T ≥ 20': 0.2, 'α: given': 0.1, 'α: linear': 0.1, 'α: nesterov': 0.08, 'f not quadratic': 0.15 },
  },
  saboteurs: `
    averaging-left-out averaging-weights-swapped averaging-constant start-has-weight meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost
    loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted hint-twice hint-not-removed equation-3-taken-literally gradient-lags lookahead-left-out
    lookahead-sign hint-stale hint-ratio-unsquared jacobian-sign rule-not-affine weights-shifted averaging-rates-shifted fista-weights-shifted fista-weights-simple start-elsewhere`,
  proof: `
    g̃_t = G_{t−1}: x_t = −β(S_{t−1} + α_t G_{t−1}), so x_t − x_{t−1} = −β[(α_{t−1} + α_t)G_{t−1} − α_{t−1}G_{t−2}], the last term for t > 2. As in [heavy-ball], x̄_t − x̄_{t−1} = ρ_t(x_t − x_{t−1}) + ρ̃_t(x̄_{t−1} − x̄_{t−2}).
    g̃_t = (α_{t−1}/α_t)²G_{t−1}: with η_t = βα_t²/α_{1:t} = βα_tρ_t and z_t = x̄_t − η_t G_t, the hint’s share of x̄_t is −ρ_tβα_{t−1}²G_{t−1}/α_t = −(1 − ρ_t)η_{t−1}G_{t−1}. So x̄_t = (1 − ρ_t)z_{t−1} − ρ_tβS_{t−1}, and z_t = (1 − ρ_t)z_{t−1} − ρ_tβS_t. The latter a round earlier gives −βS_{t−1} = z_{t−2} + (z_{t−1} − z_{t−2})/ρ_{t−1}. Put into the former: x̄_t = z_{t−1} + ρ_t(1/ρ_{t−1} − 1)(z_{t−1} − z_{t−2}), which is Nesterov’s y_t with θ_t = ρ̃_t.
    FISTA: s_t² = s_{1:t}, so η_t = β, ρ_t = 1/s_t and ρ̃_t = (s_{t−1} − 1)/s_t.
    As printed: the coefficients of x̄_{t−1} − x̄_{t−2} and of ∇f(x̄_{t−1}) leave Nesterov’s method no other θ_t and η_t. With them it has ρ_tβα_{t−2} at ∇f(x̄_{t−2}), where Algorithm 4 has ρ_tβα_{t−1}: the same only if α_1 = … = α_{T−1}.`,
});
