import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import type { Matrix, OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { diverged, metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, vector } from '../src/generator/number.js';
import { equality, inequality, ratioOf, show } from '../src/outcome.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import type { UpdateRule } from '../src/update-rule/update-rule.js';

/**
 * φ(x, w) = w(aJ(x − x*) + d) + e on R², J the rotation by 90°, W = R, and f = ½c‖x − x*‖². Dφ(x, ·)ᵀ∇f(x) = ⟨d, ∇f(x)⟩, for
 * ⟨J(x − x*), x − x*⟩ = 0: the printed condition holds for all x iff λ ≥ ‖d‖², and λ = ‖d‖² + margin. w_1 = 0, T = 1.
 */
interface TurningCase {
  readonly kind: 'turning';
  readonly curvature: Num;
  readonly minimiser: readonly Num[];
  readonly turn: Num;
  readonly direction: readonly Num[];
  readonly offset: readonly Num[];
  readonly margin: Num;
  readonly start: readonly Num[];
}

/** φ = w⊙∇f(x) on R with f = ½cx²: ‖Dφᵀ∇f‖² = ‖∇f‖⁴. Whatever λ is, the condition fails at x = (λ + 1)/c. */
interface UnboundedCase {
  readonly kind: 'unbounded';
  readonly curvature: Num;
  readonly lambda: Num;
}

function quadratic(curvature: Num, minimiser: readonly Num[]): FunctionSpec {
  return { body: { kind: 'spectral', spectrum: minimiser.map(() => curvature), reflectors: [] }, minimiser };
}

function turningRule({ turn, direction, offset }: TurningCase, minimiser: Vector<Rational>): UpdateRule<Rational> {
  const K = rational;
  const [a, d, e] = [K.from(turn), direction.map((x) => K.from(x)), K.vector(2, (i) => K.from(offset[i]!))];
  const jacobian = (x: Vector<Rational>): Matrix<Rational> => {
    const z = K.minus(x, minimiser);
    return [[K.sub(d[0]!, K.mul(a, z[1]!))], [K.add(d[1]!, K.mul(a, z[0]!))]];
  };
  return {
    formula: () => `w(aJ(x − x*) + d) + e, J(z) = (−z₂, z₁), a = ${K.format(a)}, d = ${show(K, K.vector(2, (i) => d[i]!))}, e = ${show(K, e)}`,
    dimension: 2,
    parameters: 1,
    jacobian,
    offset: () => e,
    jacobianBound: null,
    apply: (x, w) => K.plus(K.apply(jacobian(x), w), e),
  };
}

function turning(subject: Subject, data: TurningCase): Outcome {
  const K = rational;
  const [curvature, margin] = [K.from(data.curvature), K.from(data.margin)];
  if (K.lessOrEqual(curvature, K.zero) || K.lessOrEqual(margin, K.zero)) return rejected('L > 0 and λ > 0 are needed');
  const f = subject.convexFunction(K, quadratic(data.curvature, data.minimiser));
  const rule = turningRule(data, f.minimiser);
  const lambda = data.direction.map((x) => K.from(x)).reduce((sum, x) => K.add(sum, K.mul(x, x)), margin);
  const set = subject.feasibleSet(K, { kind: 'all', dimension: 1 });
  const start = K.vector(2, (i) => K.from(data.start[i]!));
  const [round] = subject.convexMetaLearning(K, { gradient: f.gradient, rule, set, start, alpha: [K.one], beta: [K.one, K.one], index: 'algorithm-4', projection: 'lazy' });
  const { average, gradient, metaGradient, jacobian } = round!;
  const pulled = (x: Vector<Rational>): Rational => squaredNorm(K, K.applyTranspose(rule.jacobian(x), f.gradient(x), 1));
  // The hypothesis, for all x by the argument above, here once more where it is used.
  for (const x of [start, average]) {
    if (!K.lessOrEqual(pulled(x), K.mul(lambda, squaredNorm(K, f.gradient(x))))) throw new RangeError(`expected the printed condition to hold at ${show(K, x)}`);
  }
  const exact = (name: string, value: Rational): TallyBuilder<Rational> => new TallyBuilder(K, 0).add(name, value, () => K.zero);
  return inequality(K, '‖Dφ(x̄_0, w_1)ᵀ∇f(x̄_1)‖² ≤ λ‖∇f(x̄_1)‖²', {
    lhs: exact('‖A_1ᵀG_1‖²', squaredNorm(K, metaGradient)),
    rhs: exact('λ‖G_1‖²', K.mul(lambda, squaredNorm(K, gradient))),
  }, () => ({
    f: f.formula(),
    'x*': show(K, f.minimiser),
    φ: rule.formula(),
    λ: K.format(lambda),
    'x̄_0': show(K, start),
    'x̄_1': show(K, average),
    A_1: jacobian.map((row) => show(K, row)),
    G_1: show(K, gradient),
    '‖Dφ(x̄_0, ·)ᵀ∇f(x̄_0)‖²': K.format(pulled(start)),
    '‖Dφ(x̄_1, ·)ᵀ∇f(x̄_1)‖²': K.format(pulled(average)),
  })) ?? passed({ trivial: K.equal(squaredNorm(K, gradient), K.zero), labels: [] });
}

function unbounded(subject: Subject, data: UnboundedCase): Outcome {
  const K = rational;
  const [curvature, lambda] = [K.from(data.curvature), K.from(data.lambda)];
  if (K.lessOrEqual(curvature, K.zero) || K.lessOrEqual(lambda, K.zero)) return rejected('L > 0 and λ > 0 are needed');
  const f = subject.convexFunction(K, quadratic(data.curvature, ['0']));
  const rule = subject.updateRule(K, { kind: 'elementwise-gradient' }, 1, f.gradient);
  const x = K.vector(1, () => K.div(K.add(lambda, K.one), curvature));
  const gradient = f.gradient(x);
  const pulled = squaredNorm(K, K.applyTranspose(rule.jacobian(x), gradient, 1));
  const bound = K.mul(lambda, squaredNorm(K, gradient));
  if (K.lessOrEqual(pulled, bound)) return passed({ trivial: false, labels: [] });
  return failed({
    expected: '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x ∈ R',
    lhs: K.format(pulled),
    rhs: K.format(bound),
    evidence: { φ: rule.formula(), f: f.formula(), λ: K.format(lambda), 'x, which is (λ + 1)/L for any other λ, too': show(K, x), '∇f(x)': show(K, gradient) },
  });
}

/** λ that is known before the run: of the Jacobian's bound, or, where A(x) is made of ∇f(x), L²r² on ‖x − x*‖ ≤ r. */
function aPriori<S>(K: OrderedSpace<S>, rule: UpdateRule<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[]): S {
  if (rule.jacobianBound !== null) return rule.jacobianBound;
  const radius = rounds.reduce((most, { previousAverage }) => K.max(most, squaredNorm(K, K.minus(previousAverage, f.minimiser))), K.zero);
  return K.mul(K.mul(f.smoothness, f.smoothness), radius);
}

/** Gᵀ(λI − AAᵀ)G, entry by entry of the matrix. */
function quadraticForm<S>(K: OrderedSpace<S>, lambda: S, A: Matrix<S>, G: Vector<S>): S {
  let sum = K.zero;
  for (const [i, row] of A.entries()) {
    for (const [k, other] of A.entries()) {
      const entry = K.sub(i === k ? lambda : K.zero, K.dot(row, other));
      sum = K.add(sum, K.mul(G[i]!, K.mul(entry, G[k]!)));
    }
  }
  return sum;
}

/** λ‖G_t‖² = ‖g_t‖² + G_tᵀ(λI − A_tA_tᵀ)G_t as an equality, the sign of the last term, then the condition. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f, config: { rule } } = run;
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const lambda = aPriori(K, rule, f, rounds);
  const roundings = 2 * ledgerRoundings(run.size);
  const entries = K.from(f.dimension * rule.parameters);
  let tightest: number | undefined;
  for (const { t, jacobian, gradient, metaGradient, previousAverage } of rounds) {
    // Entries of A_t round relative to |A| + |B| ≤ √λ where they are bounded, else relative to the magnitude of ∇f(x̄_{t−1}).
    const size = (): S => K.mul(entries, K.mul(K.add(lambda, squaredNorm(K, f.gradientMagnitude(previousAverage))), squaredNorm(K, f.gradientMagnitude(rounds[t - 1]!.average))));
    const one = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, roundings).add(name, value, size);
    const slack = quadraticForm(K, lambda, jacobian, gradient);
    const [pulled, bound] = [one(`‖A_${t}ᵀG_${t}‖²`, squaredNorm(K, metaGradient)), one(`λ‖G_${t}‖²`, K.mul(lambda, squaredNorm(K, gradient)))];
    const evidence = () => ({ f: f.formula(), φ: rule.formula(), λ: K.format(lambda), A: jacobian.map((row) => show(K, row)), G: show(K, gradient), g: show(K, metaGradient) });
    const failure = equality(K, `λ‖G_${t}‖² = ‖A_${t}ᵀG_${t}‖² + G_${t}ᵀ(λI − A_${t}A_${t}ᵀ)G_${t}`, {
      lhs: bound,
      rhs: one(`‖A_${t}ᵀG_${t}‖²`, squaredNorm(K, metaGradient)).add('Gᵀ(λI − AAᵀ)G', slack, size),
    }, evidence)
      ?? inequality(K, `0 ≤ G_${t}ᵀ(λI − A_${t}A_${t}ᵀ)G_${t}`, { lhs: one('0', K.zero), rhs: one('Gᵀ(λI − AAᵀ)G', slack) }, evidence)
      ?? inequality(K, `‖A_${t}ᵀG_${t}‖² ≤ λ‖G_${t}‖²`, { lhs: pulled, rhs: bound }, evidence);
    if (failure !== null) return failure;
    const ratio = ratioOf(K, pulled, bound);
    if (ratio !== undefined && (tightest === undefined || ratio > tightest)) tightest = ratio;
  }
  return passed({
    trivial: rounds.every(({ metaGradient }) => K.equal(squaredNorm(K, metaGradient), K.zero)),
    labels: [...metaLabels(K, data, rounds), rule.jacobianBound === null ? 'λ = L²r²' : 'λ = sup‖A(x)‖²'],
    ...(tightest === undefined ? {} : { ratio: tightest }),
  });
}

const turningCases: fc.Arbitrary<TurningCase | UnboundedCase> = fc.record({
  kind: fc.constant('turning' as const),
  curvature: rationalNumbers.positive,
  minimiser: vector(rationalNumbers, 2),
  turn: rationalNumbers.scalar,
  direction: vector(rationalNumbers, 2),
  offset: vector(rationalNumbers, 2),
  margin: rationalNumbers.positive,
  start: vector(rationalNumbers, 2),
});

export default {
  id: 'smoothness-condition',
  source: { section: '2', label: 'Section 2, update rule' },
  sentences: ['2.25', '2.28'],
  error: 'gap',
  printed: {
    statement: 'There is λ ∈ (0, ∞) with ‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x ∈ X, w ∈ W; with it ‖Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t)‖² ≤ λ‖∇f(x̄_t)‖², which is how Theorem 1 uses it',
    hypotheses: ['φ affine in w', 'f convex, ∇f Lipschitz'],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: turningCases, check: (subject, data) => (data.kind === 'turning' ? turning(subject, data) : unbounded(subject, data)) })],
    coverage: {},
    committed: [
      // φ = 2w(−x₂, x₁) + (1, 0), f = ½‖x‖², x̄_0 = (0, 1): Dφ(x, ·)ᵀ∇f(x) = 0 everywhere, x̄_1 = (1, 0), A_1 = (−2, 0), ‖A_1ᵀG_1‖² = 4.
      committedCase<TurningCase>('rational', {
        kind: 'turning',
        curvature: '1',
        minimiser: ['0', '0'],
        turn: '2',
        direction: ['0', '0'],
        offset: ['1', '0'],
        margin: '1',
        start: ['0', '1'],
      }),
      // φ = w⊙∇f on R: no λ at all.
      committedCase<UnboundedCase>('rational', { kind: 'unbounded', curvature: '1', lambda: '1' }),
    ],
  },
  corrected: {
    statement:
      '‖A_tᵀG_t‖² ≤ λ‖G_t‖² on every trajectory for λ ≥ sup_x ‖Dφ(x, ·)‖², Jacobian at x̄_{t−1} and gradient at x̄_t: λ = 1 for φ = w, ‖A‖₁‖A‖_{∞} ≥ ‖A‖² for φ = Aw + b; for φ = w⊙∇f(x), x − w⊙∇f(x), x − M(w)∇f(x) such a λ exists on bounded X: λ = L²r² where ‖x̄_{t−1} − x*‖ ≤ r for all t',
    hypotheses: ['φ affine in w', 'f convex, ∇f Lipschitz on all of Rⁿ, ∇f(x*) = 0'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase(rationalNumbers, { horizon: { min: 1, max: 4 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: metaCase(doubles, { horizon: { min: 1, max: 24 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'λ = L²r²': 0.2, 'λ = sup‖A(x)‖²': 0.25, 'φ: state-affine': 0.08, 'projection active': 0.2, 'hint: none': 0.08 },
    committed: [],
  },
  proof: `
    λ‖G_t‖² − ‖A_tᵀG_t‖² = G_tᵀ(λI − A_tA_tᵀ)G_t, which is ≥ 0 for every G_t exactly if λ ≥ ‖A_t‖². It does not matter at which point the gradient is taken.
    For φ = w, A = I. For φ = Aw + b, ‖A‖² is the largest eigenvalue of AᵀA, at most any norm of it: ≤ ‖A‖_{1}‖A‖_{∞}.
    For w⊙∇f(x) and x − w⊙∇f(x), A_t = ±diag(∇f(x̄_{t−1})); for x − M(w)∇f(x), A_tA_tᵀ = ‖∇f(x̄_{t−1})‖²I. So ‖A_t‖ ≤ ‖∇f(x̄_{t−1})‖ ≤ L‖x̄_{t−1} − x*‖ ≤ Lr, since ∇f(x*) = 0.
    As printed both are taken at one x. That says nothing of Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t): the first counterexample has Dφ(x, ·)ᵀ∇f(x) = 0 everywhere. And on unbounded X, φ = w⊙∇f has no such λ: the second.`,
  saboteurs: [],
} satisfies Claim;
