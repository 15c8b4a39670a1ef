import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { functionSpec } from '../src/generator/function.js';
import { steadyRule } from '../src/generator/lambda-case.js';
import { ruleSpec } from '../src/generator/learner.js';
import { summands } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, vector, type NumberSource } from '../src/generator/number.js';
import { equality, inequality, show, type Evidence } from '../src/outcome.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { numbers as parseVector, operatorNormSquaredBound } from '../src/problem/body.js';
import { absolute, type ConvexFunction } from '../src/problem/convex-function.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { RuleSpec, UpdateRule } from '../src/update-rule/update-rule.js';

/** The hypothesis at one triple of points: ‖A(x′)ᵀ∇f(x) − A(x″)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖². */
interface HypothesisCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly x: readonly Num[];
  /** x′ */
  readonly second: readonly Num[];
  /** x″ */
  readonly third: readonly Num[];
  readonly lambda: Num;
}

interface Triple<S> {
  readonly f: ConvexFunction<S>;
  readonly rule: UpdateRule<S>;
  readonly points: readonly [Vector<S>, Vector<S>, Vector<S>];
  readonly roundings: number;
}

function prepare<S>(K: OrderedSpace<S>, subject: Subject, data: HypothesisCase): Triple<S> {
  const f = subject.convexFunction(K, data.function);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  return {
    f,
    rule,
    points: [parseVector(K, data.x), parseVector(K, data.second), parseVector(K, data.third)],
    roundings: ledgerRoundings({ horizon: 1, dimension: f.dimension, parameters: rule.parameters, summands: summands(data.function.body) }),
  };
}

/** ‖A(x′)ᵀ∇f(x) − A(x″)ᵀ∇f(x′)‖² */
function difference<S>(K: OrderedSpace<S>, { f, rule, roundings }: Triple<S>, x: Vector<S>, second: Vector<S>, third: Vector<S>): TallyBuilder<S> {
  const [A, B] = [rule.jacobian(second), rule.jacobian(third)];
  const pull = (M: typeof A, v: Vector<S>): Vector<S> => K.applyTranspose(M, v, rule.parameters);
  const size = (M: typeof A, v: Vector<S>): Vector<S> => pull(M.map((row) => absolute(K, row)), f.gradientMagnitude(v));
  const value = squaredNorm(K, K.minus(pull(A, f.gradient(x)), pull(B, f.gradient(second))));
  return new TallyBuilder(K, roundings).add('‖Dφ(x′)ᵀ∇f(x) − Dφ(x″)ᵀ∇f(x′)‖²', value, () => squaredNorm(K, K.plus(size(A, x), size(B, second))));
}

/** λ̃‖∇f(x′) − ∇f(x)‖² */
function allowance<S>(K: OrderedSpace<S>, { f, roundings }: Triple<S>, lambda: S, x: Vector<S>, second: Vector<S>): TallyBuilder<S> {
  const value = K.mul(lambda, squaredNorm(K, K.minus(f.gradient(second), f.gradient(x))));
  return new TallyBuilder(K, roundings).add('λ̃‖∇f(x′) − ∇f(x)‖²', value, () => K.mul(lambda, squaredNorm(K, K.plus(f.gradientMagnitude(second), f.gradientMagnitude(x)))));
}

function told<S>(K: OrderedSpace<S>, { f, rule, points: [x, second, third] }: Triple<S>, lambda: S): Evidence {
  const matrix = (v: Vector<S>): string => rule.jacobian(v).map((row) => show(K, row)).join('; ');
  return () => ({
    f: f.formula(),
    φ: rule.formula(),
    'λ̃': K.format(lambda),
    x: show(K, x),
    'x′': show(K, second),
    'x″': show(K, third),
    '∇f(x)': show(K, f.gradient(x)),
    '∇f(x′)': show(K, f.gradient(second)),
    'Dφ(x′)': matrix(second),
    'Dφ(x″)': matrix(third),
  });
}

const name = '‖Dφ(x′)ᵀ∇f(x) − Dφ(x″)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖²';

/** At x = x′ the right side is 0 for every λ̃: what fails there fails for all of them. */
function printed<S>(K: OrderedSpace<S>, subject: Subject, data: HypothesisCase): Outcome {
  const triple = prepare(K, subject, data);
  const lambda = K.from(data.lambda);
  if (K.lessOrEqual(lambda, K.zero)) return rejected('λ̃ ≤ 0');
  const [x, second, third] = triple.points;
  if (x.length !== second.length || Array.from(x).some((entry, i) => !K.equal(entry, second[i]!))) return rejected('another λ̃ might do');
  return inequality(K, name, { lhs: difference(K, triple, x, second, third), rhs: allowance(K, triple, lambda, x, second) }, told(K, triple, lambda)) ??
    passed({ trivial: false, labels: [] });
}

/** Whether Dφ(·)ᵀ∇f(y) is the same at all x, by what the rule is made of. */
function constantOnGradients<S>(K: OrderedSpace<S>, spec: RuleSpec): boolean {
  if (spec.kind !== 'state-affine') return spec.kind === 'identity' || spec.kind === 'affine';
  const zero = (entry: Num): boolean => K.equal(K.from(entry), K.zero);
  return spec.direction.every(zero) || spec.gain.every((row) => row.every(zero));
}

/**
 * Where Dφ is constant the hypothesis holds with λ̃ = ‖A‖². Where it is not, it fails at (y, y, z) for every λ̃, once
 * Dφ(y)ᵀ∇f(y) ≠ Dφ(z)ᵀ∇f(y): the left side is the square of that difference, the right side is 0.
 */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: HypothesisCase): Outcome {
  const triple = prepare(K, subject, data);
  const { f, rule, points } = triple;
  const [x, second, third] = points;
  const kind = `φ: ${data.rule.kind}`;
  if (constantOnGradients(K, data.rule)) {
    const lambda = operatorNormSquaredBound(K, rule.jacobian(x));
    const [lhs, rhs] = [difference(K, triple, x, second, third), allowance(K, triple, lambda, x, second)];
    const failure = inequality(K, name, { lhs, rhs }, told(K, triple, lambda));
    const drifting = Array.from(rule.offset(x)).some((entry, i) => !K.equal(entry, rule.offset(second)[i]!));
    return failure ?? passed({
      trivial: K.toNumber(lhs.value) <= 10 * lhs.error,
      labels: [kind, 'satisfied', ...(drifting ? ['b depends on x'] : [])],
      ...(K.toNumber(rhs.value) > 1e6 * (lhs.error + rhs.error) ? { ratio: K.toNumber(lhs.value) / K.toNumber(rhs.value) } : {}),
    });
  }
  const gradient = f.gradient(second);
  const change = K.minus(K.applyTranspose(rule.jacobian(second), gradient, rule.parameters), K.applyTranspose(rule.jacobian(third), gradient, rule.parameters));
  const own = new TallyBuilder(K, triple.roundings);
  const witness = difference(K, triple, second, second, third);
  own.error = witness.error;
  own.add('‖(Dφ(x′) − Dφ(x″))ᵀ∇f(x′)‖²', squaredNorm(K, change), () => K.zero);
  const right = allowance(K, triple, K.one, second, second);
  const zero = new TallyBuilder(K, 0).add('0', K.zero, () => K.zero);
  const evidence = told(K, { ...triple, points: [second, second, third] }, K.one);
  const failure = equality(K, 'the left side at x = x′ is ‖(Dφ(x′) − Dφ(x″))ᵀ∇f(x′)‖²', { lhs: witness, rhs: own }, evidence)
    ?? equality(K, 'the right side at x = x′ is 0', { lhs: right, rhs: zero }, evidence)
    ?? vectorStructure(K, data, triple, change, evidence);
  // Evidence that it fails is a left side that is clearly not 0.
  return failure ?? passed({ trivial: K.toNumber(witness.value) <= 10 * witness.error, labels: [kind, 'never satisfied'] });
}

/** (Dφ(x′) − Dφ(x″))ᵀ∇f(x′) from the formulas of the rules: ∓(∇f(x′) − ∇f(x″))⊙∇f(x′), its outer product, or (τ(x′) − τ(x″))Bᵀ∇f(x′). */
function vectorStructure<S>(
  K: OrderedSpace<S>,
  data: HypothesisCase,
  { f, points: [, second, third], roundings }: Triple<S>,
  change: Vector<S>,
  evidence: Evidence,
): ReturnType<typeof equality> {
  const [g, h] = [f.gradient(second), f.gradient(third)];
  const d = K.minus(g, h);
  let expected: Vector<S>;
  switch (data.rule.kind) {
    case 'elementwise-descent':
      expected = K.scale(K.neg(K.one), K.hadamard(d, g));
      break;
    case 'elementwise-gradient':
      expected = K.hadamard(d, g);
      break;
    case 'preconditioner':
      expected = K.vector(change.length, (k) => K.neg(K.mul(g[Math.floor(k / g.length)]!, d[k % g.length]!)));
      break;
    default:
      return null;
  }
  const size = K.dot(K.plus(f.gradientMagnitude(second), f.gradientMagnitude(third)), f.gradientMagnitude(second));
  const side = (v: Vector<S>): TallyBuilder<S> => new TallyBuilder(K, roundings).add('', squaredNorm(K, v), () => K.mul(K.from(4 * g.length), K.mul(size, size)));
  return equality(K, '(Dφ(x′) − Dφ(x″))ᵀ∇f(x′) = 0 only if ∇f is the same at both', { lhs: side(change), rhs: side(expected) }, evidence);
}

function triples(numbers: NumberSource, rules: (n: number, m: number) => fc.Arbitrary<RuleSpec>): fc.Arbitrary<HypothesisCase> {
  return fc.record({ n: fc.integer({ min: 1, max: numbers.dimension }), m: fc.integer({ min: 1, max: numbers.dimension }) }).chain(({ n, m }) =>
    fc.record({
      function: functionSpec(numbers, n),
      rule: rules(n, m),
      x: vector(numbers, n),
      second: vector(numbers, n),
      third: vector(numbers, n),
      lambda: numbers.positive,
    })
  );
}

/** The paper's own rule, at x = x′. */
const diagonal = triples({ ...rationalNumbers, dimension: 1 }, () => fc.constant<RuleSpec>({ kind: 'elementwise-gradient' })).map((data): HypothesisCase => ({
  ...data,
  x: data.second,
}));

function simplerPrinted(data: HypothesisCase): HypothesisCase[] {
  const parabola: FunctionSpec = { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] };
  const at = (point: Num): HypothesisCase => ({ ...data, x: [point], second: [point] });
  return [{ ...data, function: parabola }, at('1'), at('2')];
}

const correctedTriples = (numbers: NumberSource): fc.Arbitrary<HypothesisCase> =>
  triples(numbers, (n, m) => fc.oneof({ weight: 1, arbitrary: steadyRule(numbers, n, m) }, { weight: 1, arbitrary: ruleSpec(numbers, n, m) }));

export default {
  id: 'corollary-1-hypothesis',
  source: { section: '5', label: 'Corollary 1, hypothesis' },
  sentences: ['5.28', '5.29'],
  error: 'gap',
  printed: {
    statement: 'For some λ̃ > 0 the rule φ(x, w) = w⊙∇f(x) satisfies ‖Dφ(x′, w)ᵀ∇f(x) − Dφ(x″, w′)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖² for all x, x′, x″, w, w′',
    hypotheses: ['f convex and L-smooth, not constant'],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: diagonal, simpler: simplerPrinted, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    // f = x²/2, x = x′ = 1, x″ = 2: 1 ≤ λ̃·0.
    committed: [committedCase<HypothesisCase>('rational', {
      function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
      rule: { kind: 'elementwise-gradient' },
      x: ['1'],
      second: ['1'],
      third: ['2'],
      lambda: '1',
    })],
  },
  corrected: {
    statement:
      'With x = x′ the right side is 0, so that some λ̃ > 0 satisfies the hypothesis exactly if Dφ(x′, ·)ᵀ∇f(y) is the same for all x′ and each y: φ(x, w) = Aw + b(x) does with λ̃ = ‖A‖², whatever b is; w⊙∇f, x − w⊙∇f, x − M(w)∇f and φ = (A + τ(x)B)w + b(x) with τ(x′)Bᵀ∇f(y) not constant do with no λ̃',
    hypotheses: ['f convex and L-smooth, not constant'],
    strength: 'hypothesis',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: correctedTriples(rationalNumbers), check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: correctedTriples(doubles), check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { satisfied: 0.2, 'never satisfied': 0.2, 'b depends on x': 0.05, 'φ: elementwise-gradient': 0.03, 'φ: state-affine': 0.05 },
    committed: [],
  },
  proof: `
    At x = x′ the hypothesis says Dφ(x′, ·)ᵀ∇f(x′) = Dφ(x″, ·)ᵀ∇f(x′) for all x′ and x″, whatever λ̃ is: Dφ(·)ᵀ∇f(y) must be the same everywhere, for each y. (φ is affine in w, so w does not matter.)
    Then the left side is ‖Aᵀ(∇f(x) − ∇f(x′))‖² ≤ ‖A‖²‖∇f(x) − ∇f(x′)‖², A = Dφ at any one point: λ̃ = ‖A‖² will do. φ = Aw + b(x) is of this kind.
    It fails for the rules that learn rates. With x″ = x*, where ∇f = 0, (Dφ(x′) − Dφ(x″))ᵀ∇f(x′) is ±∇f(x′)⊙∇f(x′) for w⊙∇f and x − w⊙∇f, and the outer product of ∇f(x′) with itself for x − M(w)∇f: not 0 where ∇f(x′) ≠ 0. For φ = (A + τ(x)B)w + b(x) it is (τ(x′) − τ(x″))Bᵀ∇f(x′).`,
  saboteurs: [],
} satisfies Claim;
