import fc from 'fast-check';
import { descentTotal, momentumTotal } from '../oracles/quadratic-totals.js';
import { TallyBuilder } from '../oracles/tally.js';
import { combined, combinedSize, type Combination } from '../oracles/textbook.js';
import { float64 } from '../src/arithmetic/float64.js';
import type { Rational } from '../src/arithmetic/rational.js';
import { rationalRoots } from '../src/arithmetic/rational-roots.js';
import type { RealSpace, Space, Vector } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { eigenCoordinates, isIllConditioned, quadraticCase, quadraticOf, sweepCase, SMOOTHNESS, type QuadraticCase, type SweepCase } from '../src/generator/sweep-case.js';
import { equality, inequality, ratioOf, show, vectorEquality, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';

/** One step of either learner: x, w and the gradient there. */
interface State<S> {
  readonly x: Vector<S>;
  readonly w: Vector<S>;
}

function functionOf<S>(K: RealSpace<S>, subject: Subject, data: QuadraticCase): ConvexFunction<S> {
  return subject.convexFunction(K, quadraticOf(data));
}

/** Σ_{t=1}^T f(x_t) of a path x_0, …, x_T. */
function totalOf<S>(K: Space<S>, f: ConvexFunction<S>, path: readonly Vector<S>[]): S {
  return path.slice(1).reduce((sum, x) => K.add(sum, f.value(x)), K.zero);
}

/** Σ_i ½μ_i⟨u_i, x_0⟩² · sum(μ_i), μ_i the eigenvalues of the Hessian: a cumulative loss. */
function alongEach<S>(K: RealSpace<S>, data: QuadraticCase, start: Vector<S>, sum: (eigenvalue: S) => S): S {
  const along = eigenCoordinates(K, data, start);
  return [K.from(SMOOTHNESS), K.from(data.smallest)].reduce(
    (total, value, i) => K.add(total, K.mul(K.div(K.mul(value, K.mul(along[i]!, along[i]!)), K.from(2)), sum(value))),
    K.zero,
  );
}

/** Q's first row and second. */
function matrixOf<S>(K: RealSpace<S>, f: ConvexFunction<S>): string {
  const column = (i: number): Vector<S> => K.scale(K.div(K.one, K.from(2)), f.gradient(K.vector(2, (j) => (i === j ? K.one : K.zero))));
  const [a, b] = [column(0), column(1)];
  return `((${K.format(a[0]!)}, ${K.format(b[0]!)}), (${K.format(a[1]!)}, ${K.format(b[1]!)}))`;
}

// --- as printed -------------------------------------------------------------------------------------------------------------

interface PrintedCase extends QuadraticCase {
  /** Meta-Momentum against momentum, or Meta-AdaGrad against AdaGrad. */
  readonly part: 'momentum' | 'adagrad';
}

/** The sweep: η and w_1 in units of 1/L, m, and β in units of 1/(L max|∇f(x_0)|²). The figure's own is not public. */
const RATES: readonly Num[] = ['7/4', '3/2', '5/4', '1', '3/4', '1/2', '1/4'];
const DECAYS: readonly Num[] = ['0', '1/4', '1/2', '3/4'];
const META_RATES: readonly Num[] = ['1', '4', '1/4', '16', '1/16', '64', '0'];
/** The figure's. */
const ITERATIONS = 100;
/** So many iterations of the meta-learner are run: the lengths of its fractions grow threefold in each. */
const PREFIX = 4;

function printed(subject: Subject, data: PrintedCase): Outcome {
  const K = rationalRoots;
  if (!isIllConditioned(K, data)) return rejected('Q is not ill-conditioned');
  const f = functionOf(K, subject, data);
  const start = K.vector(2, () => K.from(4));
  return data.part === 'momentum' ? againstMomentum(K, subject, data, f, start) : againstAdaGrad(K, subject, f, start);
}

/**
 * The baseline's sum is taken over all iterations, the meta-learner's over the first few: losses are not negative, so that where the latter is
 * larger already, so is its sum after 100 iterations, or any number from there on.
 */
function againstMomentum(K: RealSpace<Rational>, subject: Subject, data: QuadraticCase, f: ConvexFunction<Rational>, start: Vector<Rational>): Outcome {
  const perLength = K.div(K.one, K.from(SMOOTHNESS));
  const baselines = RATES.flatMap((rate) =>
    DECAYS.map((decay) => {
      const [eta, m] = [K.mul(K.from(rate), perLength), K.from(decay)];
      return { rate, decay, total: alongEach(K, data, start, (value) => momentumTotal(K, value, eta, m)) };
    })
  );
  const baseline = smallest(K, baselines);
  const gradient = f.gradient(start);
  const largest = K.max(K.abs(gradient[0]!), K.abs(gradient[1]!));
  const perGradient = K.div(perLength, K.mul(largest, largest));
  const learners: { readonly rate: Num; readonly metaRate: Num; readonly sums: readonly Rational[] }[] = [];
  for (const rate of RATES) {
    for (const metaRate of META_RATES) {
      const first = K.vector(2, () => K.mul(K.from(rate), perLength));
      const path = subject.metaSgd(K, { gradient: f.gradient, start, first, metaRate: K.mul(K.from(metaRate), perGradient), steps: PREFIX });
      const sums = path.slice(1).map((_, t) => totalOf(K, f, path.slice(0, t + 2).map(({ x }) => x)));
      if (!sums.some((sum) => K.compare(sum, baseline.total) > 0)) return rejected(`the first ${PREFIX} iterations do not decide`);
      learners.push({ rate, metaRate, sums });
    }
  }
  // After so many iterations every one has exceeded it.
  const enough = Math.max(...learners.map(({ sums }) => 1 + sums.findIndex((sum) => K.compare(sum, baseline.total) > 0)));
  const learner = smallest(K, learners.map(({ sums, ...rest }) => ({ ...rest, total: sums[enough - 1]! })));
  return failed({
    expected: `min over (w_1, β) of Σ_{t≤T} f(x_t) ≤ min over (η, m) of Σ_{t≤T} f(x_t), T = ${ITERATIONS}: Meta-Momentum against gradient descent with momentum`,
    lhs: K.format(learner.total),
    rhs: K.format(baseline.total),
    evidence: {
      Q: matrixOf(K, f),
      x_0: show(K, start),
      '∇f(x_0)': show(K, gradient),
      L: K.format(K.from(SMOOTHNESS)),
      'f(x)': 'xᵀQx',
      'η and w_1, in 1/L': RATES.map(String),
      m: DECAYS.map(String),
      'β, in 1/(L max|∇f(x_0)|²)': META_RATES.map(String),
      'Meta-Momentum': 'x_{t+1} = x_t − w_{t+1}⊙∇f(x_t), w_{t+1} = max{w_t + β∇f(x_{t−1})⊙∇f(x_t), 0}',
      momentum: 'x_{t+1} = x_t − ηv_{t+1}, v_{t+1} = mv_t + ∇f(x_t)',
      'left side': `Σ_{t≤${enough}} f(x_t) of the best Meta-Momentum: w_1 = (${learner.rate})/L, β = (${learner.metaRate})/(L max|∇f(x_0)|²)`,
      'right side': `Σ_{t≥1} f(x_t), over all t, of the best momentum: η = (${baseline.rate})/L, m = ${baseline.decay}`,
    },
  });
}

/** AdaGrad's first step is η in every coordinate: from (4, 4), where both entries of ∇f are positive, η = 4 leads to the minimiser, and AdaGrad stays. No single rate does. */
function againstAdaGrad(K: RealSpace<Rational>, subject: Subject, f: ConvexFunction<Rational>, start: Vector<Rational>): Outcome {
  const gradient = f.gradient(start);
  if (K.equal(gradient[0]!, K.zero) || K.equal(gradient[1]!, K.zero)) return rejected('a gradient entry is 0');
  const run = (steps: number): Vector<Rational>[] =>
    subject.adagrad(K, f.gradient, start, { rates: Array.from({ length: steps }, () => K.from(4)), epsilon: K.zero, epsilonInside: false });
  const [, x] = run(1);
  // Later steps have irrational roots elsewhere.
  if (!K.equal(f.value(x!), K.zero)) return rejected('AdaGrad is not at the minimiser after its first step');
  const path = run(ITERATIONS);
  const baseline = totalOf(K, f, path);
  // The least f(x_0 − s∇f(x_0)) over all s = 1/√w_1 is less than any sum that begins with it.
  const squared = K.dot(gradient, gradient);
  const curvature = K.dot(gradient, f.gradient(gradient));
  const least = K.sub(f.value(start), K.div(K.mul(squared, squared), K.mul(K.from(2), curvature)));
  if (K.lessOrEqual(least, baseline)) return passed({ trivial: false, labels: [] });
  return failed({
    expected: `min over (w_1, β) of Σ_{t≤T} f(x_t) ≤ min over η of Σ_{t≤T} f(x_t), T = ${ITERATIONS}: Meta-AdaGrad against AdaGrad`,
    lhs: K.format(least),
    rhs: K.format(baseline),
    evidence: {
      Q: matrixOf(K, f),
      'f(x)': 'xᵀQx',
      AdaGrad: 'x_{t+1} = x_t − η∇f(x_t)/√(∇f(x_0)² + … + ∇f(x_t)²), entry by entry',
      x_0: show(K, start),
      '∇f(x_0)': show(K, gradient),
      'AdaGrad’s x_1 for η = 4': show(K, x!),
      'Meta-AdaGrad’s least f(x_1), min over s of f(x_0 − s∇f(x_0))': `f(x_0) − ‖∇f(x_0)‖⁴/(4∇f(x_0)ᵀQ∇f(x_0)) = ${K.format(least)}`,
    },
  });
}

function smallest<T extends { readonly total: Rational }>(K: RealSpace<Rational>, all: readonly T[]): T {
  return all.reduce((best, one) => (K.compare(one.total, best.total) < 0 ? one : best));
}

const printedCases: fc.Arbitrary<PrintedCase> = fc.tuple(fc.constantFrom<PrintedCase['part'][]>('momentum', 'adagrad'), quadraticCase(rationalNumbers)).map(([part, data]) => ({
  ...data,
  part,
}));

// --- corrected --------------------------------------------------------------------------------------------------------------

/** One of the two learners of the figure, as runs of the package's. */
interface Learner {
  readonly name: string;
  /** w_1 with which the first step is gradient descent's of rate η. */
  readonly first: <S>(K: RealSpace<S>, rate: S) => S;
  readonly run: <S>(K: RealSpace<S>, subject: Subject, config: Run<S>) => readonly State<S>[];
  /** φ(x, w) and w − β∇h(w), from the gradients at x and at x + φ: what the run is compared with, step by step. */
  readonly moved: <S>(K: RealSpace<S>, state: State<S>, gradient: Vector<S>) => Combination<S>;
  readonly raised: <S>(K: RealSpace<S>, state: State<S>, gradient: Vector<S>, next: Vector<S>, beta: S) => Combination<S>;
  readonly formula: string;
  readonly least: Num;
}

interface Run<S> {
  readonly f: ConvexFunction<S>;
  readonly start: Vector<S>;
  readonly first: Vector<S>;
  readonly metaRate: S;
  readonly steps: number;
}

/** The least w of Meta-AdaGrad: below the w_1 of every rate. */
const LEAST = '1/10000';

const LEARNERS: readonly Learner[] = [
  {
    name: 'Meta-Momentum',
    first: (_, rate) => rate,
    least: 0,
    formula: 'max{w + β∇f(x)⊙∇f(x⁺), 0}',
    run: (K, subject, { f, ...config }) => subject.metaSgd(K, { ...config, gradient: f.gradient }),
    moved: (K, { x, w }, gradient) => [[K.one, x], [K.neg(K.one), K.hadamard(w, gradient)]],
    raised: (K, { w }, gradient, next, beta) => [[K.one, w], [beta, K.hadamard(gradient, next)]],
  },
  {
    name: 'Meta-AdaGrad',
    first: (K, rate) => K.div(K.one, K.mul(rate, rate)),
    least: LEAST,
    formula: 'max{w − ½β∇f(x)⊙∇f(x⁺)/w^(3/2), least}',
    run: (K, subject, { f, ...config }) => subject.metaAdaGradDescent(K, { ...config, gradient: f.gradient, rule: subject.metaAdaGrad(K, f.gradient), least: K.from(LEAST) }),
    moved: (K, { x, w }, gradient) => [[K.one, x], [K.neg(K.one), K.vector(w.length, (i) => K.div(gradient[i]!, K.sqrt(w[i]!)))]],
    raised: (
      K,
      { w },
      gradient,
      next,
      beta,
    ) => [[K.one, w], [K.neg(K.div(beta, K.from(2))), K.vector(w.length, (i) => K.div(K.mul(gradient[i]!, next[i]!), K.mul(w[i]!, K.sqrt(w[i]!))))]],
  },
];

/** How many roundings a step passes through from x to the next x: the gradient's, and those of the rate. */
const STEP = 64;

function corrected<S>(K: RealSpace<S>, subject: Subject, data: SweepCase): Outcome {
  if (!isIllConditioned(K, data)) return rejected('Q is not ill-conditioned');
  const f = functionOf(K, subject, data);
  const start = parseVector(K, data.start);
  const gradient = f.gradient(start);
  const largest = K.max(K.abs(gradient[0]!), K.abs(gradient[1]!));
  const norm = K.dot(start, start);
  // |1 − ηλ| < 1: an error in x_s moves no later x_t by more, and f(x_t) by at most L‖x_0‖ times it. Coordinates along reflected axes are sums of up to 4 of their size.
  const size = K.mul(K.from(16 * SMOOTHNESS * data.steps), norm);
  const tally = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, STEP * data.steps).add(name, value, () => size);
  const rates = data.rates.map((rate) => K.div(K.from(rate), K.from(SMOOTHNESS)));
  const descents = rates.map((rate) => alongEach(K, data, start, (value) => descentTotal(K, value, rate, data.steps)));
  const descent = descents.reduce((best, one) => K.min(best, one));
  const unit = K.equal(largest, K.zero) ? K.one : K.div(K.one, K.mul(K.from(SMOOTHNESS), K.mul(largest, largest)));
  let ratio: number | undefined;
  const labels = new Set<string>();
  for (const learner of LEARNERS) {
    const told: Evidence = () => ({ Q: matrixOf(K, f), x_0: show(K, start), T: data.steps, η: rates.map(K.format), learner: learner.name });
    let best: S | null = null;
    for (const [i, rate] of rates.entries()) {
      const first = K.vector(2, () => learner.first(K, rate));
      const still = learner.run(K, subject, { f, start, first, metaRate: K.zero, steps: data.steps });
      const failure = checkPath(K, learner, f, still, K.zero, told)
        ?? equality(K, `Σ f(x_t) of ${learner.name} with β = 0 = Σ_i λ_i⟨u_i, x_0⟩² Σ_t (1 − 2ηλ_i)^{2t}`, {
          lhs: tally('run', totalOf(K, f, still.map(({ x }) => x))),
          rhs: tally('closed form', descents[i]!),
        }, told);
      if (failure !== null) return failure;
      best = best === null ? totalOf(K, f, still.map(({ x }) => x)) : K.min(best, totalOf(K, f, still.map(({ x }) => x)));
      // β moves w_1, which both learners measure in their own units, by up to w_1 and more.
      const scale = learner.name === 'Meta-Momentum' ? unit : K.mul(unit, K.mul(K.mul(first[0]!, first[0]!), K.mul(first[0]!, K.from(SMOOTHNESS))));
      for (const metaRate of data.metaRates) {
        const beta = K.mul(K.from(metaRate), scale);
        // Exactly, roots of what is learnt are not rational: one step has none of them.
        const steps = K.exact && learner.name === 'Meta-AdaGrad' ? 1 : data.steps;
        const path = learner.run(K, subject, { f, start, first, metaRate: beta, steps });
        const wrong = checkPath(K, learner, f, path, beta, told);
        if (wrong !== null) return wrong;
        const total = totalOf(K, f, path.map(({ x }) => x));
        // NaN is no improvement.
        if (steps === data.steps && K.compare(total, best) < 0) best = total;
        if (steps === data.steps && K.compare(total, K.mul(descent, K.from('99/100'))) < 0) labels.add(`${learner.name} improves`);
      }
    }
    const [lhs, rhs] = [tally(`${learner.name}, best`, best!), tally('gradient descent, best', descent)];
    const failure = inequality(K, `min over (w_1, β) of Σ f(x_t) ≤ min over η of Σ f(x_t): ${learner.name} against gradient descent`, { lhs, rhs }, told);
    if (failure !== null) return failure;
    const reached = ratioOf(K, lhs, rhs);
    if (reached !== undefined) ratio = Math.max(ratio ?? 0, reached);
  }
  return passed({
    trivial: K.equal(largest, K.zero) || data.steps < 1,
    labels: [...labels, ...(data.steps >= 10 ? ['T ≥ 10'] : []), ...(data.reflector === null ? [] : ['Q not diagonal'])],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

/** Every step is x + φ(x, w), and every w is moved against ∇h(w) = Dφ(x, w)ᵀ∇f(x⁺). */
function checkPath<S>(K: RealSpace<S>, learner: Learner, f: ConvexFunction<S>, path: readonly State<S>[], beta: S, told: Evidence): Failed | null {
  for (let t = 0; t + 1 < path.length; t++) {
    const [state, after] = [path[t]!, path[t + 1]!];
    const [gradient, next] = [f.gradient(state.x), f.gradient(after.x)];
    // A run that diverges is nothing to compare.
    if (!K.exact && !Array.from([...Array.from(after.x), ...Array.from(after.w)], K.toNumber).every((entry) => Math.abs(entry) < 1e100)) return null;
    const more: Evidence = () => ({ ...told(), x: show(K, state.x), w: show(K, state.w), 'x⁺': show(K, after.x), 'w⁺': show(K, after.w) });
    const [x, w] = [learner.moved(K, state, gradient), learner.raised(K, state, gradient, next, beta)];
    const raised = combined(K, w);
    const expected = K.vector(raised.length, (i) => K.max(raised[i]!, K.from(learner.least)));
    const failure = vectorEquality(K, `${learner.name}, step ${t + 1}: x⁺ = x + φ(x, w)`, after.x, combined(K, x), 16, () => combinedSize(K, x), more)
      ?? vectorEquality(K, `${learner.name}, step ${t + 1}: w⁺ = ${learner.formula}`, after.w, expected, 16, () => combinedSize(K, w), more);
    if (failure !== null) return failure;
  }
  return null;
}

export default {
  id: 'figure-2-never-worse',
  source: { section: '7.1', label: 'Results, Figure 2' },
  sentences: ['7.11', '7.17'],
  error: 'empirical',
  printed: {
    statement:
      'Meta-learned variants are never worse than their baselines: with the best hyper-parameters Σ_{t≤T} f(x_t) of Meta-Momentum (φ = −w⊙∇f) is at most that of gradient descent with momentum, and that of Meta-AdaGrad (φ = −∇f/√w) at most that of AdaGrad, for f = xᵀQx, every ill-conditioned Q, x_0 = (4, 4), T = 100. (For each learning rate on its own, as in the figure’s bottom row, this would say more.)',
    hypotheses: [
      'the condition number of Q is 10 or more; signs put right, so that φ descends; w_1 the same for all elements',
      'sweeps (the paper’s are not public): η and w_1 in {1/4, 1/2, …, 7/4}/L, m in {0, 1/4, 1/2, 3/4}, β in {0, 1/16, 1/4, …, 64}/(L max|∇f(x_0)|²); η = 4 for AdaGrad, all w_1 and β for Meta-AdaGrad. that η is the entry of the figure’s x_0 = (4, 4) is a coincidence, which keeps roots out',
    ],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, check: printed })],
    coverage: {},
    committed: [
      { arithmetic: 'rational', case: { part: 'momentum', smallest: '1/5', reflector: [1, 2] } },
      { arithmetic: 'rational', case: { part: 'adagrad', smallest: '1/5', reflector: null } },
    ],
  },
  corrected: {
    statement:
      'Never worse than gradient descent without momentum, at its best rate: with β = 0 Meta-Momentum from w_1 = η and Meta-AdaGrad from w_1 = 1/η² are gradient descent with rate η, Σ_{t≤T} f(x_t) = Σ_i λ_i⟨u_i, x_0⟩² Σ_{t≤T}(1 − 2ηλ_i)^{2t} for f = xᵀQx, Qu_i = λ_i u_i; with β > 0 they may improve on it. Against momentum and AdaGrad nothing is promised',
    hypotheses: ['the sweep over (w_1, β) holds β = 0 with w_1 = η, or 1/η², for every η of the baseline’s', 'w_1 the same for all elements'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: sweepCase(rationalNumbers, { min: 1, max: 3 }), check: (subject, data) => corrected(rationalRoots, subject, data), share: 0.02 }),
      arm({ arithmetic: 'float64', generator: sweepCase(doubles, { min: 1, max: 40 }), check: (subject, data) => corrected(float64, subject, data), share: 0.1 }),
    ],
    coverage: { 'Meta-Momentum improves': 0.2, 'Meta-AdaGrad improves': 0.2, 'T ≥ 10': 0.4, 'Q not diagonal': 0.5 },
    committed: [],
  },
  proof: `
    With β = 0, w stays. −w⊙∇f with w = η and −∇f/√w with w = 1/η² are both −η∇f. As ∇f = 2Qx, the coordinate of x along u_i is multiplied by 1 − 2ηλ_i in each step, and f(x) = Σ_i λ_i⟨u_i, x⟩²: the sum.
    A sweep that holds all these runs has a minimum that is no larger.
    As printed: momentum is not among them, and for the counterexample’s Q its sum over all t, which its recurrence gives in closed form along each u_i, is below what the first few iterations of every Meta-Momentum of the sweep add up to. AdaGrad’s first step is η in each coordinate: from (4, 4), η = 4 ends in the minimiser where Q is diagonal, and no single rate does. That η is the entry of x_0 keeps roots out, and is not what refutes: near it the sum is as small, 0.0110 for η = 3.9.`,
  saboteurs: ['meta-step-ascends', 'meta-adagrad-ascends', 'meta-adagrad-jacobian-halved', 'gradient-off'],
} satisfies Claim;
