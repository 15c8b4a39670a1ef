import fc from 'fast-check';
import { bernsteinCoefficients, derivative, evaluate, multiply } from '../oracles/polynomial.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { functionSpec } from '../src/generator/function.js';
import { ruleSpec } from '../src/generator/learner.js';
import { summands } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, vector, type NumberSource } from '../src/generator/number.js';
import { equality, inequality, ratioOf, show, type Evidence } from '../src/outcome.js';
import { absolute } from '../src/problem/convex-function.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import { parameterCount, type RuleSpec } from '../src/update-rule/update-rule.js';

/** φ(w) = Σ a_k w^k on W = [lower, lower + width], f = ½c(x − x*)² on R, h(w) = f((1 − ρ)x̄ + ρφ(w)). */
interface PolynomialCase {
  readonly curvature: Num;
  readonly minimiser: Num;
  readonly rule: readonly Num[];
  readonly lower: Num;
  readonly width: Num;
  readonly rho: Num;
  readonly state: Num;
}

/** Where Bernstein's coefficients prove h'' ≥ 0 on W, φ is to be affine. */
function printed(subject: Subject, data: PolynomialCase): Outcome {
  const K = rational;
  const [c, width, rho] = [K.from(data.curvature), K.from(data.width), K.from(data.rho)];
  const positive = [c, width, rho].every((x) => K.compare(x, K.zero) > 0);
  if (!positive || !K.lessOrEqual(rho, K.one)) return rejected('L > 0, a W with interior and 0 < ρ ≤ 1 are needed');
  const f = subject.convexFunction(K, { body: { kind: 'spectral', spectrum: [data.curvature], reflectors: [] }, minimiser: [data.minimiser] });
  const [lower, base] = [K.from(data.lower), K.mul(K.sub(K.one, rho), K.from(data.state))];
  const rule = data.rule.map((a) => K.from(a));
  // x − x* as a polynomial in w, and h = ½c(x − x*)².
  const distance = rule.map((a, k) => (k === 0 ? K.add(K.sub(base, f.minimiser[0]!), K.mul(rho, a)) : K.mul(rho, a)));
  const h = multiply(K, [K.div(c, K.from(2))], multiply(K, distance, distance));
  for (const w of [lower, K.add(lower, width)]) {
    const x = K.vector(1, () => K.add(base, K.mul(rho, evaluate(K, rule, w))));
    if (!K.equal(evaluate(K, h, w), f.value(x))) throw new RangeError(`expected h(${K.format(w)}) = ${K.format(evaluate(K, h, w))}, got ${K.format(f.value(x))}`);
  }
  const curvature = derivative(K, derivative(K, h));
  const certificate = bernsteinCoefficients(K, curvature, lower, width);
  const bend = derivative(K, derivative(K, rule));
  if (certificate.some((b) => K.compare(b, K.zero) < 0) || bend.every((a) => K.equal(a, K.zero))) return passed({ trivial: false, labels: [] });
  const list = (p: readonly ReturnType<typeof K.from>[]): string => `(${p.map(K.format).join(', ')})`;
  return failed({
    expected: 'φ is affine where h is convex on W: all coefficients of φ″ are 0',
    lhs: `φ″ = ${list(bend)}`,
    rhs: '0',
    evidence: {
      f: f.formula(),
      W: `[${K.format(lower)}, ${K.format(K.add(lower, width))}]`,
      ρ: K.format(rho),
      'x̄': K.format(K.from(data.state)),
      'φ, coefficients of w⁰, w¹, …': list(rule),
      'h, coefficients': list(h),
      'h″, coefficients': list(curvature),
      'h″ on W in Bernstein’s basis, all ≥ 0': list(certificate),
    },
  });
}

/** h_t on a segment of W, for an affine rule; and a polynomial φ of one parameter, which h has to tell from an affine one. */
interface ConvexityCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly state: readonly Num[];
  readonly rho: Num;
  readonly w: readonly Num[];
  readonly v: readonly Num[];
  readonly theta: Num;
  readonly polynomial: readonly number[];
}

/**
 * θh(w) + (1 − θ)h(v) − h(m) = θB_f(x_w, x_m) + (1 − θ)B_f(x_v, x_m), m = θw + (1 − θ)v, since the points of an affine φ satisfy
 * x_m = θx_w + (1 − θ)x_v; both divergences are ≥ 0; so h is convex on the segment.
 */
function segment<S>(K: OrderedSpace<S>, subject: Subject, data: ConvexityCase): { readonly failure: Failed | null; readonly moved: boolean; readonly ratio: number | undefined } {
  const f = subject.convexFunction(K, data.function);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  const parse = (entries: readonly Num[], length: number): Vector<S> => K.vector(length, (i) => K.from(entries[i] ?? 0));
  const [state, w, v] = [parse(data.state, f.dimension), parse(data.w, rule.parameters), parse(data.v, rule.parameters)];
  const [rho, theta] = [K.from(data.rho), K.from(data.theta)];
  const [still, rest] = [K.sub(K.one, rho), K.sub(K.one, theta)];
  const m = K.axpy(theta, w, K.scale(rest, v));
  const [xw, xv, xm] = [w, v, m].map((u) => K.axpy(still, state, K.scale(rho, rule.apply(state, u)))) as [Vector<S>, Vector<S>, Vector<S>];
  const roundings = ledgerRoundings({ horizon: 1, dimension: f.dimension, parameters: rule.parameters, summands: summands(data.function.body) });
  // Points round relative to (1 − ρ)|x̄| + ρ(|A|(|w| + |v|) + |b|); a point that is off by δ costs ⟨|∇f|, δ⟩ on either side.
  const size = (): S => {
    const spread = K.apply(rule.jacobian(state).map((row) => absolute(K, row)), K.plus(absolute(K, w), absolute(K, v)));
    const reach = K.axpy(still, absolute(K, state), K.scale(rho, K.plus(spread, absolute(K, rule.offset(state)))));
    return K.add(f.divergenceMagnitude(reach, reach), K.add(f.divergenceMagnitude(reach, f.minimiser), K.dot(f.gradientMagnitude(reach), reach)));
  };
  const tally = (): TallyBuilder<S> => new TallyBuilder(K, roundings);
  const [bw, bv] = [K.mul(theta, f.divergence(xw, xm)), K.mul(rest, f.divergence(xv, xm))];
  const chord = tally().add('θh(w)', K.mul(theta, f.value(xw)), size).add('(1 − θ)h(v)', K.mul(rest, f.value(xv)), size);
  const middle = tally().add('h(θw + (1 − θ)v)', f.value(xm), size);
  const split = tally().add('h(θw + (1 − θ)v)', f.value(xm), size).add('θB_f(x_w, x_m)', bw, size).add('(1 − θ)B_f(x_v, x_m)', bv, size);
  const evidence: Evidence = () => ({
    f: f.formula(),
    φ: rule.formula(),
    ρ: K.format(rho),
    θ: K.format(theta),
    'x̄': show(K, state),
    w: show(K, w),
    v: show(K, v),
    x_w: show(K, xw),
    x_v: show(K, xv),
    x_m: show(K, xm),
  });
  const failure = equality(K, 'θh(w) + (1 − θ)h(v) = h(θw + (1 − θ)v) + θB_f(x_w, x_m) + (1 − θ)B_f(x_v, x_m)', { lhs: chord, rhs: split }, evidence)
    ?? inequality(K, 'B_f(x_w, x_m) ≥ 0', { lhs: tally(), rhs: tally().add('θB_f(x_w, x_m)', bw, size) }, evidence)
    ?? inequality(K, 'B_f(x_v, x_m) ≥ 0', { lhs: tally(), rhs: tally().add('(1 − θ)B_f(x_v, x_m)', bv, size) }, evidence)
    ?? inequality(K, 'h(θw + (1 − θ)v) ≤ θh(w) + (1 − θ)h(v)', { lhs: middle, rhs: chord }, evidence);
  return { failure, moved: Array.from(xw).some((entry, i) => !K.equal(entry, xv[i]!)), ratio: ratioOf(K, middle, chord) };
}

/**
 * h for f = x and for f = −x (ρ = 1) are φ and −φ: both are convex on the grid 0, …, degree iff all second differences of φ are 0.
 * For a φ of degree ≤ 4 those are 3 values of a polynomial of degree ≤ 2: all 0 iff φ is affine. Small integers: exact in every arithmetic.
 */
function tellsAffine<S>(K: OrderedSpace<S>, polynomial: readonly number[]): Failed | null {
  const rule = polynomial.map((a) => K.from(a));
  const at = (i: number): S => evaluate(K, rule, K.from(i));
  const differences = [1, 2, 3].map((i) => K.add(K.sub(at(i - 1), K.add(at(i), at(i))), at(i + 1)));
  const [convex, concave] = [differences.every((d) => K.lessOrEqual(K.zero, d)), differences.every((d) => K.lessOrEqual(d, K.zero))];
  const affine = polynomial.slice(2).every((a) => a === 0);
  if ((convex && concave) === affine) return null;
  return failed({
    expected: 'w ↦ φ(w) and w ↦ −φ(w) are both convex iff φ is affine',
    lhs: `second differences ${differences.map(K.format).join(', ')}`,
    rhs: affine ? 'affine' : 'not affine',
    evidence: { 'φ, coefficients': polynomial },
  });
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: ConvexityCase): Outcome {
  const { failure: convexity, moved, ratio } = segment(K, subject, data);
  const failure = convexity ?? tellsAffine(K, data.polynomial);
  if (failure !== null) return failure;
  return passed({
    trivial: !moved,
    labels: [`φ: ${data.rule.kind}`, `f: ${data.function.body.kind}`, data.polynomial.slice(2).every((a) => a === 0) ? 'affine by ±x' : 'told from affine by ±x'],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

const shares: { readonly [name in NumberSource['name']]: readonly Num[] } = { float64: [0.5, 0.25, 0.1, 0.9, 0.7], rational: ['1/2', '1/3', '1/5', '3/4'], 'prime-field': [] };

function convexityCases(numbers: NumberSource): fc.Arbitrary<ConvexityCase> {
  const small = fc.integer({ min: -3, max: 3 });
  const polynomial = fc.oneof(fc.array(small, { minLength: 5, maxLength: 5 }), fc.tuple(small, small).map(([a, b]) => [a, b, 0, 0, 0]));
  return fc.record({ n: fc.integer({ min: 1, max: numbers.dimension }), m: fc.integer({ min: 1, max: numbers.dimension }) }).chain(({ n, m }) =>
    ruleSpec(numbers, n, m).chain((rule) => {
      const parameters = parameterCount(rule, n);
      return fc.record({
        function: functionSpec(numbers, n),
        rule: fc.constant(rule),
        state: vector(numbers, n),
        rho: fc.constantFrom(1, ...shares[numbers.name]),
        w: vector(numbers, parameters),
        v: vector(numbers, parameters),
        theta: fc.constantFrom(...shares[numbers.name]),
        polynomial,
      });
    })
  );
}

const polynomialCases: fc.Arbitrary<PolynomialCase> = fc.record({
  curvature: rationalNumbers.positive,
  minimiser: rationalNumbers.scalar,
  rule: fc.array(fc.integer({ min: -3, max: 3 }).map(String), { minLength: 3, maxLength: 4 }),
  lower: rationalNumbers.scalar,
  width: rationalNumbers.positive,
  rho: fc.constantFrom('1', '1/2', '1/3'),
  state: rationalNumbers.scalar,
});

const definition = 'h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_tφ(x̄_{t−1}, w)), 0 < ρ_t ≤ 1';

export default {
  id: 'meta-loss-convexity',
  source: { section: '2', label: 'Section 2, update rule' },
  sentences: ['2.24', '2.19'],
  error: 'prose',
  printed: {
    statement: 'Convexity means that each h_t must be convex, which requires that φ is affine in w',
    hypotheses: [definition, 'f convex with Lipschitz gradient'],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: polynomialCases, check: (subject, data) => printed(subject, data) })],
    coverage: {},
    // f = x²/2, φ = w² on W = [0, 1], ρ = 1: h = w⁴/2 is convex.
    committed: [committedCase<PolynomialCase>('rational', { curvature: '1', minimiser: '0', rule: ['0', '0', '1'], lower: '0', width: '1', rho: '1', state: '0' })],
  },
  corrected: {
    statement:
      'If φ is affine in w then h_t is convex for every convex f: θh_t(w) + (1 − θ)h_t(v) − h_t(θw + (1 − θ)v) = θB_f(x_w, x_m) + (1 − θ)B_f(x_v, x_m) ≥ 0; and φ must be affine if h_t is to be convex for every convex f, already for f(x) = ±x (tested for polynomial φ of degree ≤ 4)',
    hypotheses: [definition, 'f convex with Lipschitz gradient'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: convexityCases(rationalNumbers), check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: convexityCases(doubles), check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'affine by ±x': 0.25, 'told from affine by ±x': 0.25, 'φ: state-affine': 0.06, 'φ: preconditioner': 0.03, 'f: log-sum-exp': 0.05 },
    committed: [],
  },
  proof: `
    If φ(x̄, ·) is affine, so is w ↦ x_w = (1 − ρ)x̄ + ρφ(x̄, w): for m = θw + (1 − θ)v, x_m = θx_w + (1 − θ)x_v. In θB_f(x_w, x_m) + (1 − θ)B_f(x_v, x_m) the inner products with ∇f(x_m) add up to 0, and θh(w) + (1 − θ)h(v) − h(m) is left. Both divergences are ≥ 0, for f is convex.
    Conversely: f(x) = x_i and f(x) = −x_i are convex. If h is convex for both, then w ↦ ρφ_i(x̄, w) is convex and concave, so affine, for each i.
    For one given f that is not necessary: f = x²/2, φ = w² on [0, 1] and ρ = 1 give h = w⁴/2.`,
  saboteurs: [],
} satisfies Claim;
