import fc from 'fast-check';
import { addSmoothnessTerms, weightedGap } from '../oracles/convergence.js';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { runEvidence, settle, substantial, theoremTwo, theoremTwoSlack } from '../src/convergence.js';
import { metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { wideBox } from '../src/generator/lambda-case.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { withWorst } from '../src/generator/worst-function.js';
import { inequality, ratioOf } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import { parameterCount, type UpdateRule } from '../src/update-rule/update-rule.js';

/** Σ½λβα_t²‖G_t‖² */
function addSmoothedTerms<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[], lambda: S, tally: TallyBuilder<S>): void {
  const half = K.div(lambda, K.from(2));
  for (const { t, alpha, eta, gradient, average } of rounds) {
    const weight = K.mul(half, K.mul(K.mul(alpha, alpha), eta));
    tally.add(`½λβα_${t}²‖G_${t}‖²`, K.mul(weight, squaredNorm(K, gradient)), () => K.mul(weight, squaredNorm(K, f.gradientMagnitude(average))));
  }
}

/** Algorithm 2 with what the printed statement leaves open: w_1 ∈ W, and whether g_s is weighed with α_s or, as in Eq. (3), α_sρ_s. */
interface PrintedCase extends MetaCase {
  /** null: Π_W(0) */
  readonly first: readonly Num[] | null;
  readonly lossWeight: 'alpha' | 'alpha-rho';
  readonly lambda: Num;
}

/** True if ‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for every x and w is known: the hypothesis as printed, with one x. */
function printedHypothesis<S>(K: OrderedSpace<S>, data: PrintedCase, rule: UpdateRule<S>, lambda: S): boolean {
  if (rule.jacobianBound !== null) return K.lessOrEqual(rule.jacobianBound, lambda);
  // f = ½c‖x‖² and Dφ(x, ·) = Mx with a skew M: Dφᵀ∇f = cxᵀMᵀx = 0 for every x, so that every λ > 0 will do.
  const { body, minimiser } = data.function;
  if (data.rule.kind !== 'bilinear' || body.kind !== 'spectral') return false;
  const zero = (data: Num): boolean => K.equal(K.from(data), K.zero);
  const skew = data.rule.matrices.every((M) => M.every((row, i) => row.every((entry, j) => K.equal(K.from(entry), K.neg(K.from(M[j]![i]!))))));
  return skew && minimiser.every(zero) && body.spectrum.every((value) => K.equal(K.from(value), K.from(body.spectrum[0]!)));
}

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  const run = prepare(K, subject, data);
  const { f, config } = run;
  const lambda = K.from(data.lambda);
  if (K.lessOrEqual(lambda, K.zero) || !printedHypothesis(K, data, config.rule, lambda)) return rejected('λ is not known to satisfy the printed condition');
  const first = data.first === null ? config.set.project(K.zeros(config.set.dimension)) : parseVector(K, data.first);
  const inside = config.set.project(first);
  if (Array.from(first).some((entry, i) => !K.equal(entry, inside[i]!))) return rejected('w_1 is not in W');
  const rounds = subject.optimisticMetaLearning(K, { ...config, first, lossWeight: data.lossWeight }, run.hint);
  const found = subject.smallestComparator(K, config.set, subject.definitionOne(K, rounds, f.minimiser));
  if (found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const roundings = ledgerRoundings(run.size);
  const norm = K.div(squaredNorm(K, found.w), config.beta.at(-1)!);
  const rhs = new TallyBuilder(K, roundings).add('‖w*‖²/β', norm, () => norm);
  addSmoothedTerms(K, f, rounds, lambda, rhs);
  addSmoothnessTerms(K, f, rounds, rhs);
  const evidence = runEvidence(K, run, rounds, found.w);
  return inequality(
    K,
    'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/β + Σ[½λβα_t²‖G_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]',
    { lhs: weightedGap(K, f, rounds, roundings), rhs },
    () => ({ λ: K.format(lambda), β: config.beta.map((b) => K.format(b)), 'weights of g_s': data.lossWeight === 'alpha' ? 'α_s' : 'α_sρ_s (Eq. 3)', ...evidence() }),
  )
    ?? passed({ trivial: false, labels: [] });
}

/** The smallest λ with ‖g_t‖² ≤ λ‖G_t‖² on the run: the Jacobian at x̄_{t−1}, the gradient at x̄_t. */
function trajectoryLambda<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[]): S {
  return rounds.reduce((largest, { metaGradient, gradient }) => {
    const size = squaredNorm(K, gradient);
    return K.lessOrEqual(size, K.zero) ? largest : K.max(largest, K.div(squaredNorm(K, metaGradient), size));
  }, K.zero);
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f } = run;
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const settled = settle(K, subject, data, run, rounds);
  if ('kind' in settled) return settled;
  const bound = theoremTwo(K, run, settled);
  const { lhs, rhs } = bound;
  const lambda = trajectoryLambda(K, rounds);
  const withLambda = new TallyBuilder(K, settled.roundings);
  const norm = K.div(squaredNorm(K, settled.comparator), K.mul(K.from(2), run.config.beta.at(-1)!));
  withLambda.add('‖w*‖²/(2β)', norm, () => norm);
  addSmoothedTerms(K, f, rounds, lambda, withLambda);
  addSmoothnessTerms(K, f, rounds, withLambda);
  withLambda.error += rhs.error;
  const told = (): ReturnType<typeof settled.evidence> => ({ λ: K.format(lambda), ...settled.evidence() });
  const failure = inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β) − min_W‖w‖²/(2β) + Σ[½βα_t²‖g_t‖² − …]', { lhs, rhs }, told)
    ?? inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β) + Σ[½λβα_t²‖G_t‖² − …]', { lhs, rhs: withLambda }, told);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, rhs);
  return passed({
    trivial: !substantial(K, lhs, rhs),
    labels: [...metaLabels(K, data, rounds), ...(K.equal(squaredNorm(K, settled.comparator), K.zero) ? [] : ['w* ≠ 0'])],
    ...(ratio === undefined ? {} : { ratio, slack: theoremTwoSlack(K, run, settled, bound) }),
  });
}

const noHints = { hints: () => fc.constant({ kind: 'none' as const }), rates: 'constant' as const };

/** Small sets seldom hold a w with φ(x̄_{t−1}, w) as good as x*: two in three are replaced by wide boxes. */
function correctedCase(numbers: NumberSource): fc.Arbitrary<MetaCase> {
  return withWorst(numbers, metaCase(numbers, noHints)).chain((data) => {
    if (data.set.kind === 'all' || data.set.kind === 'orthant') return fc.constant(data);
    const wide = wideBox(numbers, parameterCount(data.rule, data.start.length)).map((set): MetaCase => ({ ...data, set }));
    return fc.oneof({ weight: 1, arbitrary: fc.constant(data) }, { weight: 2, arbitrary: wide });
  });
}

function printedCase(numbers: NumberSource): fc.Arbitrary<PrintedCase> {
  const line = metaCase({ ...numbers, horizon: 3, dimension: 1 }, { ...noHints, rules: () => fc.constant({ kind: 'identity' }) });
  const freeStart = fc.tuple(line, numbers.scalar).map(([data, first]): PrintedCase => ({ ...data, first: [first], lossWeight: 'alpha', lambda: '1' }));
  const literal = metaCase({ ...numbers, horizon: 5, dimension: 1 }, { ...noHints, rules: () => fc.constant({ kind: 'identity' }), sets: 'whole' })
    .map((data): PrintedCase => ({ ...data, first: null, lossWeight: 'alpha-rho', lambda: '1' }));
  const plane = fc.record({ data: line, start: fc.tuple(numbers.scalar, numbers.scalar), turn: numbers.positive, shear: numbers.scalar, lambda: numbers.positive });
  const cross = plane.map(({ data, start, turn, shear, lambda }): PrintedCase => ({ ...rotation(data, turn, shear), start, lambda }));
  return fc.oneof({ weight: 3, arbitrary: freeStart }, { weight: 1, arbitrary: literal }, { weight: 2, arbitrary: cross });
}

/** f = ½‖x‖² on R², φ(x, w) = kw(−x₂, x₁) + (sx₂, 0). */
function rotation(data: MetaCase, turn: Num, shear: Num): PrintedCase {
  return {
    ...data,
    function: { body: { kind: 'spectral', spectrum: ['1', '1'], reflectors: [] }, minimiser: ['0', '0'] },
    rule: { kind: 'bilinear', matrices: [[['0', `-${turn}`], [turn, '0']]], offset: ['0', '0'], state: [['0', shear], ['0', '0']] },
    set: { kind: 'all', dimension: 1 },
    first: null,
    lossWeight: 'alpha',
    lambda: '1',
  };
}

const onTheLine = {
  rule: { kind: 'identity' },
  set: { kind: 'all', dimension: 1 },
  hint: { kind: 'none' },
  index: 'equation-4',
  projection: 'lazy',
  start: ['0'],
  lambda: '1',
} as const;

const [convex, preserves] = ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ affine in w and preserves regret (Definition 1)'];

export default {
  id: 'theorem-1',
  source: { section: '4', label: 'Theorem 1' },
  sentences: ['4.40', '1.35', '4.39'],
  error: 'gap',
  printed: {
    statement: 'f(x̄_T) − f(x*) ≤ (1/α_{1:T})(‖w*‖²/β + Σ[½λβα_t²‖∇f(x̄_t)‖² − α_t/(2L)‖∇f(x̄_t) − ∇f(x*)‖² − α_{1:t−1}/(2L)‖∇f(x̄_{t−1}) − ∇f(x̄_t)‖²])',
    hypotheses: [convex, preserves, '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x and w', 'any w_1 ∈ W, w_{t+1} by Algorithm 2 or by Eq. (3)'],
    strength: 'inequality',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: printedCase(rationalNumbers),
        simpler: (data) => simplerMetaCases(data).map((simpler) => ({ ...data, ...simpler })),
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    committed: [
      // w_1 that is not Π_W(0): f = x²/2, w_1 = 1, T = 1, β = 1: gap ½, and w* = 0.
      {
        arithmetic: 'rational',
        case: {
          ...onTheLine,
          function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
          alpha: ['1'],
          beta: ['1', '1'],
          first: ['1'],
          lossWeight: 'alpha',
        },
      },
      // λ at one x only: φ(x, w) = 2w(−x₂, x₁) + (x₂, 0) has Dφ(x, w)ᵀ∇f(x) = 0 everywhere, but not Dφ(x̄_0, w)ᵀ∇f(x̄_1): ½ > ¼.
      {
        arithmetic: 'rational',
        case: {
          ...onTheLine,
          function: { body: { kind: 'spectral', spectrum: ['1', '1'], reflectors: [] }, minimiser: ['0', '0'] },
          rule: { kind: 'bilinear', matrices: [[['0', '-2'], ['2', '0']]], offset: ['0', '0'], state: [['0', '1'], ['0', '0']] },
          alpha: ['1'],
          beta: ['1', '1'],
          start: ['0', '1'],
          first: null,
          lossWeight: 'alpha',
        },
      },
      // Eq. (3) as written, g_s weighed with α_sρ_s: f = (x − 1)²/2, β = 1: after 17 rounds w* = 0, and the right side is negative.
      {
        arithmetic: 'rational',
        case: {
          ...onTheLine,
          function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
          alpha: Array<string>(17).fill('1'),
          beta: Array<string>(18).fill('1'),
          first: null,
          lossWeight: 'alpha-rho',
        },
      },
    ],
  },
  corrected: {
    statement: 'f(x̄_T) − f(x*) ≤ (1/α_{1:T})(‖w*‖²/(2β) + Σ[½λβα_t²‖G_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]), G_t = ∇f(x̄_t): half the printed first term',
    hypotheses: [
      convex,
      preserves,
      '‖Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t)‖² ≤ λ‖∇f(x̄_t)‖² for t ≤ T: the Jacobian one step behind the gradient',
      'w_1 = Π_W(0), w_{t+1} by Algorithm 2 with constant β',
    ],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCase({ ...rationalNumbers, horizon: 4 }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'float64', generator: correctedCase(doubles), simpler: simplerMetaCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.1, 'w* ≠ 0': 0.3, 'φ: state-affine': 0.05, 'φ: elementwise-descent': 0.05 },
    committed: [],
  },
  proof: `
    α_{1:T}(f(x̄_T) − f(x*)) ≤ R^x(T) − Σ[α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²] by [online-to-batch] with u = x*, ∇f(x*) = 0.
    R^x(T) ≤ R^w(T) = Σα_t⟨g_t, w_t − w*⟩ by [lemma-1].
    R^w(T) ≤ ‖w*‖²/(2β) + ½βΣα_t²‖g_t‖² by [regret-bound] without hints, η_t = β; and ‖g_t‖² ≤ λ‖G_t‖².
    As printed, three hypotheses are too weak. w_1 is free, where the regret bound needs Π_W(0). λ is for one x, where the Jacobian is a step behind the gradient [smoothness-condition]. And the losses of Eq. (3) are ρ_s g_s, whose regret is not R^w [meta-loss-gradient].`,
  saboteurs: [],
} satisfies Claim;
