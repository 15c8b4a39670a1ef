import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { gradientDescentStep, momentumStep } from '../oracles/textbook.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { isZero, momentumFactor, pathCase, pointSet, preparePath, strays, type PathCase, type PreparedPath } from '../src/generator/path-case.js';
import { doubles, rationalNumbers, residues, type NumberSource } from '../src/generator/number.js';
import { show } from '../src/outcome.js';
import type { Num } from '../src/problem/shape.js';
import { pathFollows } from '../src/recurrence.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import type { Json } from '../src/verdict.js';
import type { RuleSpec } from '../src/update-rule/update-rule.js';

interface WeightedPath extends PathCase {
  /** α_1 … α_T */
  readonly alpha: readonly Num[];
}

/** Algorithm 2 with W = {w}: φ(x, w) is then a function of x alone. */
function fixedRule<S>(K: Space<S>, subject: Subject, { f, start }: PreparedPath<S>, spec: RuleSpec, w: Vector<S>, alpha: readonly Num[]): Round<S>[] {
  return subject.convexMetaLearning(K, {
    gradient: f.gradient,
    rule: subject.updateRule(K, spec, f.dimension, f.gradient),
    set: pointSet(w),
    start,
    alpha: alpha.map((a) => K.from(a)),
    beta: subject.constantRate(K.one, alpha.length),
    index: 'equation-4',
    projection: 'lazy',
  });
}

/** Algorithm 1 with φ = w⊙∇f(x) added to x, W = {w}. */
function additive<S>(K: Space<S>, subject: Subject, { f, start }: PreparedPath<S>, w: Vector<S>, T: number): Vector<S>[] {
  const steps = subject.metaGradient(K, {
    gradient: f.gradient,
    rule: subject.updateRule(K, { kind: 'elementwise-gradient' }, f.dimension, f.gradient),
    set: pointSet(w),
    start,
    first: w,
    beta: Array.from({ length: T }, () => K.one),
    rho: Array.from({ length: T }, () => K.one),
  });
  return [start, ...steps.map(({ x }) => x)];
}

const constant = <S>(K: Space<S>, n: number, value: S): Vector<S> => K.vector(n, () => value);

// --- as printed -------------------------------------------------------------------------------------------------------------

interface PrintedCase extends WeightedPath {
  /** Which sentence: Section 4's (gradient descent; its rate), or Section 1's. */
  readonly sentence: 'descent' | 'rate' | 'introduction';
}

/** The constant that O(1/√T) is granted. None is enough: for f = (L/2)(x − 1)², x̄_0 = 0, T = 1 the gap is ½L(1 + L)². */
const CONSTANT = 4;

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  const run = preparePath(K, subject, data);
  if (data.sentence === 'introduction') return introduction(K, subject, run, data.alpha.length);
  const rounds = fixedRule(K, subject, run, { kind: 'elementwise-gradient' }, constant(K, run.f.dimension, K.one), data.alpha);
  return data.sentence === 'rate' ? rate(K, subject, data, run, rounds) : descent(K, run, rounds);
}

function introduction<S>(K: OrderedSpace<S>, subject: Subject, run: PreparedPath<S>, T: number): Outcome {
  const path = additive(K, subject, run, constant(K, run.f.dimension, run.rate), T);
  return pathFollows(
    K,
    'x_t = x_{t−1} + w∇f(x_{t−1}) is gradient descent with step size w',
    path,
    (t) => gradientDescentStep(K, path[t]!, run.f.gradient(path[t]!), run.rate),
    0,
    () => ({ f: run.f.formula(), 'x*': show(K, run.f.minimiser), w: K.format(run.rate) }),
  ) ?? passed({ trivial: false, labels: [] });
}

/** Some step size s_t ≥ 0 that makes one of the two sequences, x̄ or x, gradient descent. In one dimension s_t is a quotient. */
function descent<S>(K: OrderedSpace<S>, { f, start }: PreparedPath<S>, rounds: readonly Round<S>[]): Outcome {
  for (const [i, round] of rounds.entries()) {
    const last = rounds[i - 1];
    if (last === undefined) continue;
    const gradient = last.gradient[0]!;
    const against = (step: S): boolean => (K.equal(gradient, K.zero) ? K.equal(step, K.zero) : K.lessOrEqual(K.mul(step, gradient), K.zero));
    const [ofAverage, ofIterate] = [K.sub(round.average[0]!, last.average[0]!), K.sub(round.x[0]!, last.x[0]!)];
    if (against(ofAverage) || against(ofIterate)) continue;
    return failed({
      expected: 'x̄_t − x̄_{t−1} = −s_t∇f(x̄_{t−1}) or x_t − x_{t−1} = −s_t∇f(x̄_{t−1}) for some s_t ≥ 0',
      lhs: `x̄_${round.t} − x̄_${last.t} = ${K.format(ofAverage)}, x_${round.t} − x_${last.t} = ${K.format(ofIterate)}`,
      rhs: `−s · ${K.format(gradient)}`,
      evidence: told(K, f, start, rounds),
    });
  }
  return passed({ trivial: false, labels: [] });
}

function rate<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase, { f, start }: PreparedPath<S>, rounds: readonly Round<S>[]): Outcome {
  const distance = squaredNorm(K, K.minus(start, f.minimiser));
  if (K.equal(distance, K.zero)) return rejected('x̄_0 = x*');
  const gap = f.value(rounds.at(-1)!.average);
  const bound = K.mul(K.from(CONSTANT), K.mul(subject.convexFunction(K, data.function).smoothness, distance));
  // gap ≤ bound/√T, squared.
  const holds = K.lessOrEqual(K.mul(K.mul(gap, gap), K.from(rounds.length)), K.mul(bound, bound));
  return holds ? passed({ trivial: false, labels: [] }) : failed({
    expected: `f(x̄_T) − f(x*) ≤ ${CONSTANT}L‖x̄_0 − x*‖²/√T`,
    lhs: K.format(gap),
    rhs: `${K.format(bound)}/√${rounds.length}`,
    evidence: told(K, f, start, rounds),
  });
}

function told<S>(K: OrderedSpace<S>, f: PreparedPath<S>['f'], start: Vector<S>, rounds: readonly Round<S>[]): Failed['evidence'] {
  return {
    f: f.formula(),
    'x*': show(K, f.minimiser),
    'x̄_0': show(K, start),
    α: rounds.map((r) => K.format(r.alpha)),
    x: rounds.map((r) => show(K, r.x)),
    'x̄': rounds.map((r) => show(K, r.average)),
    '∇f(x̄)': rounds.map((r) => show(K, r.gradient)),
  };
}

function weightedPath(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }, dimension = numbers.dimension): fc.Arbitrary<WeightedPath> {
  return fc.tuple(pathCase(numbers, { dimension }), fc.integer(horizon).chain((T) => fc.array(numbers.weight, { minLength: T, maxLength: T }))).map(([path, alpha]) => ({
    ...path,
    alpha,
  }));
}

function shorter<C extends WeightedPath>(data: C): C[] {
  return [1, 2, data.alpha.length - 1].filter((T) => T >= 1 && T < data.alpha.length).map((T) => ({ ...data, alpha: data.alpha.slice(0, T) }));
}

const printedCases: fc.Arbitrary<PrintedCase> = fc.tuple(
  fc.constantFrom<PrintedCase['sentence']>('descent', 'rate', 'introduction'),
  weightedPath(rationalNumbers, { min: 2, max: 3 }, 1),
)
  .map(([sentence, path]) => ({ ...path, sentence }));

/** f = (c/2)(x − 1)² */
const parabola = (c: string): { readonly body: Json; readonly minimiser: Json } => ({ body: { kind: 'spectral', spectrum: [c], reflectors: [] }, minimiser: ['1'] });

// --- corrected --------------------------------------------------------------------------------------------------------------

interface CorrectedCase extends WeightedPath {
  readonly momentum: Num;
  readonly dampening: Num;
  readonly nesterov: boolean;
}

function corrected<S>(K: Space<S>, subject: Subject, data: CorrectedCase): Outcome {
  const run = preparePath(K, subject, data);
  const { f, start, rate: eta } = run;
  const T = data.alpha.length;
  const settings = { rate: eta, momentum: K.from(data.momentum), dampening: K.from(data.dampening), nesterov: data.nesterov };
  const descending = subject.gradientDescent(K, f.gradient, start, eta, T);
  const meta = additive(K, subject, run, constant(K, f.dimension, K.neg(eta)), T);
  const rounds = fixedRule(K, subject, run, { kind: 'elementwise-descent' }, constant(K, f.dimension, eta), data.alpha);
  const averages = [start, ...rounds.map((r) => r.average)];
  const heavy = subject.momentum(K, f.gradient, start, { ...settings, rates: Array.from({ length: T }, () => eta) });
  if (strays(K, [...descending, ...meta, ...averages, ...heavy])) return rejected('a path diverges');
  let sum = K.zero;
  const rho = data.alpha.map((a) => {
    sum = K.add(sum, K.from(a));
    return K.div(K.from(a), sum);
  });
  const plain = (path: readonly Vector<S>[]) => (t: number) => gradientDescentStep(K, path[t]!, f.gradient(path[t]!), eta);
  const averaged = (t: number) => gradientDescentStep(K, averages[t]!, f.gradient(averages[t]!), K.mul(rho[t]!, eta));
  const shipped = (t: number) => momentumStep(K, heavy[t]!, f.gradient(heavy[t]!), t === 0 ? null : { x: heavy[t - 1]!, gradient: f.gradient(heavy[t - 1]!) }, settings);
  // The gradient is the same numbers on both sides; a step is at most six operations on each, and ρ_t sums T weights.
  const failure = pathFollows(K, 'gradient descent: x_{t+1} = x_t − η∇f(x_t)', descending, plain(descending), 8)
    ?? pathFollows(K, 'Algorithm 1, φ = w⊙∇f, w = −η: x_{t+1} = x_t − η∇f(x_t)', meta, plain(meta), 8 + f.dimension)
    ?? pathFollows(K, 'Algorithm 2, φ = x − w⊙∇f, w = η: x̄_t = x̄_{t−1} − ρ_tη∇f(x̄_{t−1})', averages, averaged, 2 * T + f.dimension + 16)
    ?? pathFollows(K, 'momentum: x_{t+1} = x_t + m(x_t − x_{t−1}) − η(…)', heavy, shipped, 24);
  if (failure !== null) return failure;
  return passed({
    trivial: T < 2 || isZero(K, f.gradient(start)) || isZero(K, f.gradient(descending[1]!)),
    labels: [
      `f: ${data.function.body.kind}`,
      ...(T >= 20 ? ['T ≥ 20'] : []),
      ...(data.nesterov ? ['nesterov'] : []),
      ...(isOrdered(K) && Number(data.momentum) !== 0 ? ['momentum'] : []),
      ...(data.alpha.some((a) => a !== data.alpha[0]) ? ['α varies'] : []),
    ],
    // A step multiplies by η, m, 1 − d, α_t, α_{1:t} at most, and ∇f by another three entries of the data: at most 8 a step.
    degree: 8 * T + 16,
  });
}

function correctedCases(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<CorrectedCase> {
  return fc.tuple(weightedPath(numbers, horizon), momentumFactor(numbers), momentumFactor(numbers), fc.boolean())
    .map(([path, momentum, dampening, nesterov]) => ({ ...path, momentum, dampening, nesterov }));
}

export default {
  id: 'gradient-special-case',
  source: { section: '4', label: 'Section 4, text' },
  order: 1,
  error: 'prose',
  printed: {
    statement:
      `With φ = ∇f Algorithm 2 is gradient descent with averaging (x̄_t or x_t moves by −s_t∇f(x̄_{t−1}) for some s_t ≥ 0), at a rate O(1/√T) (f(x̄_T) − f(x*) ≤ ${CONSTANT}L‖x̄_0 − x*‖²/√T); with φ = w∇f, x_t = x_{t−1} + φ is gradient descent with step size w`,
    hypotheses: ['f convex and L-smooth', 'w > 0 is the step size (Section 1)'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, simpler: shorter, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    // One for each sentence: x̄ and x both move up the gradient; one round ends further away than any 4L‖·‖²; one step ascends.
    committed: [
      { arithmetic: 'rational', case: { sentence: 'descent', function: parabola('1'), start: ['0'], rate: '1', alpha: ['1', '1'] } },
      { arithmetic: 'rational', case: { sentence: 'rate', function: parabola('2'), start: ['0'], rate: '1', alpha: ['1'] } },
      { arithmetic: 'rational', case: { sentence: 'introduction', function: parabola('1'), start: ['0'], rate: '1', alpha: ['1'] } },
    ],
  },
  corrected: {
    statement:
      'With φ = w⊙∇f and w = −η Algorithm 1 is gradient descent, x_t = x_{t−1} − η∇f(x_{t−1}); with φ = x − w⊙∇f and w = η Algorithm 2 is gradient descent with steps that shrink, x̄_t = x̄_{t−1} − ρ_tη∇f(x̄_{t−1}), ρ_t = α_t/α_{1:t}; momentum is x_{t+1} = x_t + m(x_t − x_{t−1}) − η(1 − d)∇f(x_t)',
    hypotheses: ['f differentiable', 'α_t > 0'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCases(rationalNumbers, { min: 2, max: 4 }),
        simpler: shorter,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'prime-field', generator: correctedCases(residues, { min: 200, max: 200 }), share: 0.02, check: (subject, data) => corrected(primeField, subject, data) }),
      arm({ arithmetic: 'float64', generator: correctedCases(doubles, { min: 2, max: 40 }), simpler: shorter, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'T ≥ 20': 0.2, nesterov: 0.3, momentum: 0.3, 'α varies': 0.5 },
    committed: [],
  },
  proof: `
    Put the rule in. Algorithm 1: x_t = x_{t−1} + w⊙∇f(x_{t−1}) with w = −η. Algorithm 2: x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t(x̄_{t−1} − η∇f(x̄_{t−1})). Momentum: take the buffer b_t = m b_{t−1} + (1 − d)∇f(x_t) out of x_{t+1} = x_t − ηb_t.
    As printed, φ = ∇f makes the gradient a position: x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t∇f(x̄_{t−1}); and x_{t−1} + w∇f(x_{t−1}) with w > 0 goes uphill.`,
  saboteurs: [],
} satisfies Claim;
