import { onTheLine } from '../src/generator/meta-case.js';
import { oneFactorCase, reparametrisedCase, scalingCase, type ScalingCase } from '../src/generator/scaled-case.js';
import { either, one, witness } from '../src/world/either.js';
import { besideClassical, scaled } from '../src/world/scaled.js';
import { theorem } from '../src/world/theorem.js';

const two = { alpha: ['1', '1'], beta: ['1', '1', '1'] } as const;
/** φ = w/2: λ = 1/4, and the same iterates as φ = w. */
const half: ScalingCase = { run: onTheLine({ ...two, rule: { kind: 'affine', matrix: [['1/2']], offset: ['0'] } }), lambda: '1/4' };
/** Gradient descent with a rate that is learnt, from x̄_0 = ½: |Dφ| = |∇f(x̄_{t−1})| ≤ ½. x̄ = (½, ¾), where φ = w has (0, ½). */
const line = onTheLine({ ...two, rule: { kind: 'elementwise-descent' }, set: { kind: 'box', lower: ['0'], upper: ['2'] }, start: ['1/2'] });
const learnt: ScalingCase = { run: { ...line, function: { ...line.function, minimum: '1/3' } }, lambda: '1/4' };

export default theorem({
  id: 'lambda-improves',
  place: ['after Theorem 1', '4.47 0.3 1.26 1.28 1.31 4.46 8.4'],
  error: 'prose',
  printed: {
    world: besideClassical(scalingCase),
    identified: { w: 'x' },
    statement: ['f(x̄′_T) − f(x*) ≤ λ(f(x̄_T) − f(x*))'],
    arithmetics: ['rational'],
    strength: 'rate',
    refutedBy: [half],
  },
  corrected: {
    ...either(
      one(12, {
        world: scaled(reparametrisedCase),
        where: ['w_t = d⊙v_t', 'S_t = S′_t/d', 'g̃_t = g̃′_t/d'],
        steps: ['S_t = S_{t−1} + α_tDφ(x̄_{t−1}, w_t)ᵀG_t'],
        statement: ['w_t = Π_W(−η_td²⊙(S_{t−1} + α_tg̃_t))', 'x_t = φ(x̄_{t−1}, w_t)'],
      }),
      one(7, {
        world: scaled(oneFactorCase, true),
        when: 'for one factor',
        where: ['g_t = Dφ(x̄_{t−1}, u_t)ᵀG_t'],
        statement: ['x̄_t = y_t', 'cv_t = u_t', '‖g′_t‖² = c²‖g_t‖²', '‖g′_t‖²‖v*‖² = ‖g_t‖²‖w*‖²'],
      }),
      // It can.
      one(1, {
        world: witness(besideClassical(scalingCase), learnt),
        identified: { w: 'x' },
        when: 'on one run',
        given: ['λ < 1'],
        steps: ['‖g′_t‖² ≤ λ‖G′_t‖²'],
        statement: ['f(x̄′_T) − f(x*) = λ(f(x̄_T) − f(x*))'],
      }),
    ),
    arithmetics: ['rational', 'float64'],
    coverage: { 'one factor': 0.2, 'a factor for each coordinate': 0.1, 'projection active': 0.1, 'T ≥ 20': 0.1, 'φ: elementwise-descent': 0.05 },
  },
  saboteurs: `
    meta-gradient-sign meta-gradient-halved beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign hint-unweighted
    hint-twice projection-left-out hint-not-removed equation-3-taken-literally projection-greedy first-hint-ignored rule-not-affine rule-ascends rule-at-iterate start-has-weight
    gradient-off`,
  proof: `
    Dφ′(x, ·) = Dφ(x, ·)D with D = diag(d), so g′_t = Dg_t, and S′_t = DS_t. v_t minimises ⟨D(S_{t−1} + α_t g̃_t), v⟩ + ‖v‖²/(2η_t) on W′; in w = Dv that is ⟨S_{t−1} + α_t g̃_t, w⟩ + Σ(w_i/d_i)²/(2η_t) on W. And φ′(x̄_{t−1}, v_t) = φ(x̄_{t−1}, w_t): the same x̄_t. Every run of φ′ is a run of φ in the norm ‖w‖² = Σ(w_i/d_i)².
    For d = c(1, …, 1) the regulariser is ‖w‖²/(2c²η_t): the run of φ with c²β. ‖g′_t‖² = c²‖g_t‖², so λ′ = c²λ; Definition 1 is the same condition on w = Dv, so the smallest v is v* = w*/c. λ alone means nothing, only λ‖w*‖² does, and that is the same.
    As printed: φ = cw with β = 1/(c²L) has the iterates of φ = w with β = 1/L, whatever λ = c² is. It can improve: the last line is of f = ½(x − 1)² + ⅓ and φ = x − w∇f(x) on W = [0, 2] from x̄_0 = ½, λ = ¼, T = 2.`,
});
