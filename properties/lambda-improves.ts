import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { roundsEvidence, runEvidence } from '../src/convergence.js';
import { diverged, metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { equality, inequality, show, vectorEquality, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import { absolute } from '../src/problem/convex-function.js';
import type { SetSpec } from '../src/problem/feasible-set.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import { parameterCount } from '../src/update-rule/update-rule.js';

/** φ = cw, c < 1, against φ = w, each with its own β = 1/(λL). */
interface ScalingCase {
  readonly function: FunctionSpec;
  /** c, so that λ = c² */
  readonly scale: Num;
  readonly horizon: number;
}

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: ScalingCase): Outcome {
  const f = subject.convexFunction(K, data.function);
  const scale = K.from(data.scale);
  const lambda = K.mul(scale, scale);
  if (K.lessOrEqual(K.one, scale) || K.lessOrEqual(scale, K.zero) || K.lessOrEqual(f.smoothness, K.zero)) return rejected('no 0 < λ < 1, or f is constant');
  const runs = [K.one, scale].map((c) => {
    const beta = K.div(K.one, K.mul(K.mul(c, c), f.smoothness));
    const rule = subject.updateRule(K, { kind: 'affine', matrix: [[K.format(c)]], offset: ['0'] }, 1, f.gradient);
    const set = subject.feasibleSet(K, { kind: 'all', dimension: 1 });
    const config = {
      gradient: f.gradient,
      rule,
      set,
      start: [K.zero],
      alpha: subject.weights(K, 'constant', data.horizon),
      beta: subject.constantRate(beta, data.horizon),
      index: 'equation-4' as const,
      projection: 'lazy' as const,
    };
    return { f, config, rounds: subject.optimisticMetaLearning(K, config, () => [K.zero]) };
  });
  const [classical, scaled] = runs.map(({ rounds }) => f.divergence(rounds.at(-1)!.average, f.minimiser)) as [S, S];
  if (data.horizon < 2 || K.lessOrEqual(classical, K.zero)) return rejected('nothing was learned, or φ = w is at the minimiser already');
  const side = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, 0).add(name, value, () => value);
  return inequality(K, 'gap(φ = cw) ≤ λ · gap(φ = w)', { lhs: side('gap(φ = cw)', scaled), rhs: side('λ gap(φ = w)', K.mul(lambda, classical)) }, () => ({
    c: K.format(scale),
    'λ = c²': K.format(lambda),
    T: data.horizon,
    f: f.formula(),
    'x*': show(K, f.minimiser),
    L: K.format(f.smoothness),
    'x̄_0': '0',
    'φ = w': roundsEvidence(K, runs[0]!.rounds),
    'φ = cw': roundsEvidence(K, runs[1]!.rounds),
  })) ?? passed({ trivial: false, labels: [] });
}

/** A run of φ′(x, v) = φ(x, diag(d)v) on W′ = diag(d)⁻¹W. */
interface ReparametrisedCase {
  readonly run: MetaCase;
  /** d > 0; one number for all coordinates where W is not a product of intervals. */
  readonly scale: readonly Num[];
}

/**
 * w_t := diag(d)v_t and x̄_t of that run satisfy, step by step, the recursion of φ itself in the norm ‖w‖² = Σ(w_i/d_i)²:
 * w_t = Π_W(−η_t D²(S_{t−1} + α_t g̃_t)) with S and g̃ from φ's own Jacobian, x_t = φ(x̄_{t−1}, w_t). And what the rate names is the
 * same in both coordinates: λ′‖v*‖² = λ_D‖w*‖²_D. For d = (c, …, c) that is the run of φ with β c², and λ′ = c²λ, ‖v*‖² = ‖w*‖²/c².
 */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, { run: data, scale }: ReparametrisedCase): Outcome {
  const d = parseVector(K, scale);
  const uniform = scale.every((entry) => entry === scale[0]);
  if (!uniform && !isProduct(data.set)) return rejected('W is no product of intervals, and D ≠ cI');
  const plain = prepare(K, subject, data);
  const moved: MetaCase = { ...data, rule: { kind: 'reparametrised', rule: data.rule, scale }, set: shrunk(K, data.set, d) };
  const other = prepare(K, subject, moved);
  const rounds = subject.optimisticMetaLearning(K, other.config, other.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const evidence: Evidence = () => ({
    d: show(K, d),
    "φ'": other.config.rule.formula(),
    "W'": other.config.set.name,
    ...runEvidence(K, plain, rounds, null)(),
  });
  const failure = sameRecursion(K, plain, rounds, d, extent(K, data.set), evidence) ?? invariant(K, subject, data, plain, other, rounds, d, uniform, evidence) ??
    (uniform ? sameRun(K, subject, data, plain, rounds, d, evidence) : null);
  if (failure !== null) return failure;
  return passed({
    trivial: rounds.every(({ w }) => Array.from(w).every((entry) => K.equal(entry, K.zero))) || d.length === 0,
    labels: [...metaLabels(K, data, rounds), uniform ? 'one factor' : 'a factor for each coordinate'],
  });
}

/** A product of intervals: the projection in every diagonal norm is the Euclidean one. */
function isProduct(set: SetSpec): boolean {
  return set.kind === 'all' || set.kind === 'box' || set.kind === 'orthant';
}

type Prepared<S> = ReturnType<typeof prepare<S>>;

function sameRecursion<S>(K: OrderedSpace<S>, { f, config, size }: Prepared<S>, rounds: readonly Round<S>[], d: Vector<S>, setSize: S, evidence: Evidence): Failed | null {
  const roundings = ledgerRoundings(size);
  const square = K.hadamard(d, d);
  const sizeOf = (v: Vector<S>): Vector<S> => absolute(K, v);
  let sum = K.zeros(d.length);
  let sumSize = K.zeros(d.length);
  for (const { t, alpha, eta, w: v, x, previousAverage, average, gradient, hint } of rounds) {
    const jacobian = config.rule.jacobian(previousAverage);
    // g̃′ = Dg̃: the hints of φ in its own coordinates.
    const own = K.vector(d.length, (i) => K.div(hint[i]!, d[i]!));
    const w = K.hadamard(d, v);
    const direction = K.hadamard(square, K.axpy(alpha, own, sum));
    const expected = config.set.project(K.scale(K.neg(eta), direction));
    const reach = K.scale(eta, K.hadamard(square, K.axpy(alpha, sizeOf(own), sumSize)));
    const everywhere = (vectors: readonly Vector<S>[]): S => vectors.reduce((total, one) => K.add(total, K.dot(one, K.vector(one.length, () => K.one))), K.zero);
    const failure = vectorEquality(
      K,
      `diag(d)v_${t} = Π_W(−η_${t}D²(S_${t - 1} + α_${t}g̃_${t}))`,
      w,
      expected,
      roundings, // A projection on a ball or a simplex moves each coordinate by what all of them are off; in d's units, the largest over the smallest.
      () => K.vector(w.length, () => K.mul(spread(K, d), K.add(setSize, everywhere([reach, sizeOf(w), sizeOf(expected)])))),
      evidence,
    )
      ?? vectorEquality(
        K,
        `x_${t} = φ(x̄_${t - 1}, diag(d)v_${t})`,
        x,
        config.rule.apply(previousAverage, w),
        roundings,
        () => K.plus(K.apply(jacobian.map(sizeOf), sizeOf(w)), sizeOf(config.rule.offset(previousAverage))),
        evidence,
      );
    if (failure !== null) return failure;
    sum = K.axpy(alpha, K.applyTranspose(jacobian, gradient, d.length), sum);
    sumSize = K.axpy(alpha, K.applyTranspose(jacobian.map(sizeOf), f.gradientMagnitude(average), d.length), sumSize);
  }
  return null;
}

/** Σ of the absolute values of the numbers that make up W: D⁻¹W rounds relative to them. */
function extent<S>(K: OrderedSpace<S>, set: SetSpec): S {
  const data = ((): readonly Num[] => {
    switch (set.kind) {
      case 'all':
        return [];
      case 'box':
        return [...set.lower, ...set.upper];
      case 'orthant':
        return set.corner;
      case 'simplex':
        return [...set.corner, set.size];
      case 'ball':
        return [...set.centre, set.radius];
    }
  })();
  return data.reduce<S>((sum, entry) => K.add(sum, K.abs(K.from(entry))), K.zero);
}

/** max d/min d */
function spread<S>(K: OrderedSpace<S>, d: Vector<S>): S {
  const entries = Array.from(d);
  return K.div(entries.reduce((a, b) => K.max(a, b)), entries.reduce((a, b) => K.min(a, b)));
}

/**
 * max‖g′_t‖²/‖G_t‖² = max‖Dg_t‖²/‖G_t‖², and v* = D⁻¹w* with w* the smallest in the norm of D: for one factor that is λ‖w*‖² with
 * the Euclidean w* of φ. In float64 on Rᵐ, where w* has a closed form; exactly on every set.
 */
function invariant<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: MetaCase,
  plain: Prepared<S>,
  other: Prepared<S>,
  rounds: readonly Round<S>[],
  d: Vector<S>,
  uniform: boolean,
  evidence: Evidence,
): Failed | null {
  if (!uniform || (!K.exact && data.set.kind !== 'all')) return null;
  const { f, config } = plain;
  const own = rounds.map((round): Round<S> => {
    const jacobian = config.rule.jacobian(round.previousAverage);
    const metaGradient = K.applyTranspose(jacobian, round.gradient, d.length);
    return { ...round, jacobian, metaGradient, loss: metaGradient, w: K.hadamard(d, round.w), play: K.hadamard(d, round.play) };
  });
  const [halfspace, mine] = [subject.definitionOne(K, rounds, f.minimiser), subject.definitionOne(K, own, f.minimiser)];
  const [found, expected] = [subject.smallestComparator(K, other.config.set, halfspace), subject.smallestComparator(K, config.set, mine)];
  if (found === null || expected === null) return null;
  const ratio = (
    round: Round<S>,
  ): S => (K.lessOrEqual(squaredNorm(K, round.gradient), K.zero) ? K.zero : K.div(squaredNorm(K, round.metaGradient), squaredNorm(K, round.gradient)));
  const largest = (path: readonly Round<S>[]): S => path.reduce((max, round) => K.max(max, ratio(round)), K.zero);
  const side = (path: readonly Round<S>[], w: Vector<S>): TallyBuilder<S> => {
    const value = K.mul(largest(path), squaredNorm(K, w));
    return new TallyBuilder(K, 4 * ledgerRoundings(plain.size)).add('λ‖w*‖²', value, () => K.mul(sensitivity(K, f, path, mine.c), value));
  };
  return equality(K, "λ'‖v*‖² = λ‖w*‖²", { lhs: side(rounds, found.w), rhs: side(own, expected.w) }, evidence);
}

/** How far c may be off relative to itself, Σα_t|A_t|ᵀ|G_t|/‖c‖: both sides use the same G_t, but c may cancel. */
function sensitivity<S>(K: OrderedSpace<S>, f: Prepared<S>['f'], path: readonly Round<S>[], c: Vector<S>): S {
  const size = path.reduce(
    (total, { alpha, jacobian, average }) => K.axpy(alpha, K.applyTranspose(jacobian.map((row) => absolute(K, row)), f.gradientMagnitude(average), c.length), total),
    K.zeros(c.length),
  );
  const norm = squaredNorm(K, c);
  const pulled = path.reduce((most, { jacobian, gradient, metaGradient }) => {
    const own = squaredNorm(K, metaGradient);
    const reach = squaredNorm(K, K.applyTranspose(jacobian.map((row) => absolute(K, row)), absolute(K, gradient), c.length));
    return K.lessOrEqual(own, K.zero) ? most : K.max(most, K.div(reach, own));
  }, K.one);
  return K.lessOrEqual(norm, K.zero) ? K.one : K.add(K.one, K.add(pulled, K.div(squaredNorm(K, size), norm)));
}

/** For one factor c: the run of φ itself with c²β. Exactly in rationals; in float64 where c is a power of two, which commutes with rounding. */
function sameRun<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: MetaCase,
  { config, hint }: Prepared<S>,
  rounds: readonly Round<S>[],
  d: Vector<S>,
  evidence: Evidence,
): Failed | null {
  const c = d[0]!;
  if (!K.exact && !Number.isInteger(Math.log2(K.toNumber(c)))) return null;
  // Hints that do not come from the run have units of their own.
  if (data.hint.kind === 'given' || data.hint.kind === 'noisy') return null;
  // A projection on a ball takes a root: exact, but not with the same roundings in other units.
  if (!K.exact && data.set.kind !== 'all') return null;
  const own = subject.optimisticMetaLearning(K, { ...config, beta: config.beta.map((beta) => K.mul(K.mul(c, c), beta)) }, hint);
  for (const [i, { average, w }] of own.entries()) {
    const round = rounds[i]!;
    const failure = vectorEquality(K, `x̄_${i + 1} of φ′ with β is x̄_${i + 1} of φ with c²β`, round.average, average, 0, () => K.zeros(average.length), evidence)
      ?? vectorEquality(K, `c v_${i + 1} = w_${i + 1}`, K.scale(c, round.w), w, 0, () => K.zeros(w.length), evidence);
    if (failure !== null) return failure;
  }
  return null;
}

/** diag(d)⁻¹W */
function shrunk<S>(K: OrderedSpace<S>, set: SetSpec, d: Vector<S>): SetSpec {
  const num = (x: S): Num => (K.exact ? K.format(x) : K.toNumber(x));
  const over = (data: readonly Num[]): Num[] => data.map((entry, i) => num(K.div(K.from(entry), d[i]!)));
  const first = (entry: Num): Num => num(K.div(K.from(entry), d[0]!));
  switch (set.kind) {
    case 'all':
      return set;
    case 'box':
      return { kind: 'box', lower: over(set.lower), upper: over(set.upper) };
    case 'orthant':
      return { kind: 'orthant', corner: over(set.corner) };
    case 'simplex':
      return { kind: 'simplex', corner: over(set.corner), size: first(set.size) };
    case 'ball':
      return { kind: 'ball', centre: over(set.centre), radius: first(set.radius) };
  }
}

function scalingCase(numbers: NumberSource): fc.Arbitrary<ScalingCase> {
  const quadratic = fc.record({ weight: numbers.positive, minimiser: numbers.scalar }).map(({ weight, minimiser }): FunctionSpec => ({
    body: { kind: 'spectral', spectrum: [weight], reflectors: [] },
    minimiser: [minimiser],
  }));
  return fc.record({ function: quadratic, scale: fc.constantFrom('1/2', '1/3', '2/3', '1/4'), horizon: fc.integer({ min: 2, max: 3 }) });
}

function reparametrisedCase(numbers: NumberSource): fc.Arbitrary<ReparametrisedCase> {
  const factor: fc.Arbitrary<Num> = numbers.name === 'float64' ? fc.oneof(numbers.positive, fc.integer({ min: -3, max: 3 }).map((k) => 2 ** k)) : numbers.positive;
  return metaCase(numbers).chain((run) => {
    const m = parameterCount(run.rule, run.start.length);
    const one = factor.map((c) => Array<Num>(m).fill(c));
    return (isProduct(run.set) ? fc.oneof(one, fc.array(factor, { minLength: m, maxLength: m })) : one).map((scale) => ({ run, scale }));
  });
}

function simplerReparametrised(data: ReparametrisedCase): ReparametrisedCase[] {
  return simplerMetaCases(data.run).map((run) => ({ ...data, run }));
}

export default {
  id: 'lambda-improves',
  source: { section: '4', label: 'after Theorem 1' },
  order: 62,
  error: 'prose',
  printed: {
    statement:
      'If λ < 1, meta-learning improves on classical optimisation by the factor λ: with α_t = 1 and β = 1/(λL) for each, f(x̄_T) − f(x*) is at most λ times what it is for φ = w',
    hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x and w, λ < 1', 'w_1 = 0, W = Rᵐ'],
    strength: 'rate',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: scalingCase(rationalNumbers),
        simpler: (data: ScalingCase) => (data.horizon > 2 ? [{ ...data, horizon: 2 }] : []),
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    // φ = w/2: λ = 1/4, and the same iterates as φ = w.
    committed: [committedCase<ScalingCase>('rational', { function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] }, scale: '1/2', horizon: 2 })],
  },
  corrected: {
    statement:
      'λ alone means nothing, only λ‖w*‖² does: with φ′(x, v) = φ(x, Dv), D = diag(d), d > 0, and W′ = D⁻¹W, every run of φ′ is the run of φ in the norm ‖w‖² = Σ(w_i/d_i)² (w_t = Dv_t, x̄_t the same); for D = cI it is the run of φ with c²β, λ′ = c²λ, ‖v*‖² = ‖w*‖²/c², so that λ′‖v*‖² = λ‖w*‖²',
    hypotheses: ['φ affine in w', 'W a product of intervals, or D = cI', 'hints transform as gradients do: g̃′ = Dg̃'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: reparametrisedCase(rationalNumbers), simpler: simplerReparametrised, check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: reparametrisedCase(doubles), simpler: simplerReparametrised, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'one factor': 0.2, 'a factor for each coordinate': 0.1, 'projection active': 0.1, 'T ≥ 20': 0.1, 'φ: elementwise-descent': 0.05 },
    committed: [],
  },
  proof: `
    Dφ′(x, ·) = Dφ(x, ·)D, so g′_t = Dg_t, and S′_t = DS_t. v_t minimises ⟨D(S_{t−1} + α_t g̃_t), v⟩ + ‖v‖²/(2η_t) on W′; in w = Dv that is ⟨S_{t−1} + α_t g̃_t, w⟩ + Σ(w_i/d_i)²/(2η_t) on W. And φ′(x̄_{t−1}, v_t) = φ(x̄_{t−1}, w_t): the same x̄_t.
    For D = cI the regulariser is ‖w‖²/(2c²η_t). ‖g′_t‖² = c²‖g_t‖², so λ′ = c²λ; Definition 1 is the same condition on w = Dv, so the smallest v is v* = w*/c.
    As printed: φ = cw with β = 1/(c²L) has the iterates of φ = w with β = 1/L, whatever λ = c² is.`,
  saboteurs: [],
} satisfies Claim;
