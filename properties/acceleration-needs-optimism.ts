import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, atMost } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { runEvidence, settle, theoremTwo } from '../src/convergence.js';
import { prepareRate, times, type RateCase, type RateRun } from '../src/generator/lambda-case.js';
import type { HintSpec } from '../src/generator/learner.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { equality, inequality, ratioOf, type Evidence } from '../src/outcome.js';
import type { SetSpec } from '../src/problem/feasible-set.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import type { RuleSpec } from '../src/update-rule/update-rule.js';

/** The function on which φ = w crawls for T rounds: c·Huber along the direction a, its slope L‖x*‖/T, x* = ra. */
interface SlowCase {
  readonly kind: 'without optimism' | 'with optimism' | 'another rule';
  /** a ∈ Rⁿ */
  readonly direction: readonly Num[];
  /** c */
  readonly weight: Num;
  /** r > 0 */
  readonly distance: Num;
  readonly horizon: number;
  readonly rule: 'identity' | 'elementwise-descent';
  /** φ = c′w in place of φ = w, or W = {c′T/L·(1, …, 1)} for x − w⊙∇f: 1 is one step to the minimiser. */
  readonly factor: Num;
}

/** The spec of the slow function, L‖x*‖² and x*. */
function slowFunction<S>(K: OrderedSpace<S>, data: SlowCase): { spec: FunctionSpec; minimiser: Vector<S>; scaled: S } {
  const a = K.vector(data.direction.length, (i) => K.from(data.direction[i]!));
  const [c, r] = [K.from(data.weight), K.from(data.distance)];
  const minimiser = K.scale(r, a);
  const num = (x: S): Num => (K.exact ? K.format(x) : K.toNumber(x));
  // f(x) = c σ(⟨a, x⟩ − r‖a‖²), L = c‖a‖²; the slope cδ‖a‖ is L‖x*‖/T for δ = r‖a‖²/T.
  const square = squaredNorm(K, a);
  const width = times(num(K.mul(r, square)), 1, data.horizon);
  const spec: FunctionSpec = {
    body: { kind: 'ridge', terms: [{ direction: data.direction, offset: num(K.mul(r, square)), weight: data.weight, shape: { kind: 'huber', width } }] },
    minimiser: Array.from(minimiser, num),
  };
  return { spec, minimiser, scaled: K.mul(K.mul(c, square), squaredNorm(K, minimiser)) };
}

function rateCaseOf<S>(K: OrderedSpace<S>, data: SlowCase, spec: FunctionSpec): RateCase {
  const n = data.direction.length;
  const zero = Array<Num>(n).fill('0');
  const base = { function: spec, start: zero, horizon: data.horizon, factor: '1', index: 'equation-4' as const };
  const rule: RuleSpec = data.rule === 'identity'
    ? { kind: 'reparametrised', rule: { kind: 'identity' }, scale: Array<Num>(n).fill(data.factor) }
    : { kind: 'elementwise-descent' };
  // One step of x − w⊙∇f from 0 is w · cδa: it ends at x* = ra for w = r/(cδ) = T/(c‖a‖²).
  const a = K.vector(n, (i) => K.from(data.direction[i]!));
  const step = K.div(K.mul(K.from(data.factor), K.from(data.horizon)), K.mul(K.from(data.weight), squaredNorm(K, a)));
  const exactly = K.exact ? K.format(step) : K.toNumber(step);
  const set: SetSpec = data.rule === 'identity' ? { kind: 'all', dimension: n } : { kind: 'box', lower: Array<Num>(n).fill(exactly), upper: Array<Num>(n).fill(exactly) };
  return { ...base, rule, set };
}

interface SlowRun<S> {
  readonly run: RateRun<S>;
  readonly rounds: readonly Round<S>[];
  readonly evidence: Evidence;
  /** f(x̄_T) − f(x*) */
  readonly gap: TallyBuilder<S>;
  /** L‖x*‖² */
  readonly scaled: S;
  readonly roundings: number;
}

function runSlow<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase, setting: { weights: 'constant' | 'linear'; hint: HintSpec; divisor: number }): SlowRun<S> | null {
  const [weight, square] = [K.from(data.weight), squaredNorm(K, K.vector(data.direction.length, (i) => K.from(data.direction[i]!)))];
  if ([weight, square, K.from(data.distance), K.from(data.factor)].some((x) => K.lessOrEqual(x, K.zero))) return null;
  const { spec, scaled } = slowFunction(K, data);
  const run = prepareRate(K, subject, rateCaseOf(K, data, spec), setting);
  if (run === null) return null;
  // While the slope is constant G_t is the same number each time, and x̄_T is a mean of sums of it: no more than 5T + 12 roundings,
  // relative to x*, and so the gap's error is relative to ‖∇f‖‖x*‖ ≤ L‖x*‖².
  const roundings = 8 * ledgerRoundings(run.size);
  // L as a number that is exactly c‖a‖²: in more than one dimension the function's own bound may be larger.
  const L = K.mul(weight, square);
  const factor = data.rule === 'identity' ? K.mul(K.from(data.factor), K.from(data.factor)) : K.one;
  const beta = K.div(K.one, K.mul(K.from(setting.divisor), K.mul(factor, L)));
  const exact: RateRun<S> = { ...run, f: { ...run.f, smoothness: L }, beta, config: { ...run.config, beta: subject.constantRate(beta, data.horizon) } };
  const rounds = subject.optimisticMetaLearning(K, exact.config, exact.hint);
  const last = rounds.at(-1)!;
  const gap = new TallyBuilder(K, roundings).add(
    'f(x̄_T) − f(x*)',
    exact.f.divergence(last.average, exact.f.minimiser),
    () => K.add(exact.f.divergenceMagnitude(last.average, exact.f.minimiser), scaled),
  );
  return { run: exact, rounds, evidence: runEvidence(K, exact, rounds, null), gap, scaled, roundings };
}

const half = <S>(K: OrderedSpace<S>, slow: SlowRun<S>, T: number): TallyBuilder<S> => {
  const value = K.div(slow.scaled, K.from(2 * T));
  return new TallyBuilder(K, slow.roundings).add('L‖x* − x̄_0‖²/(2T)', value, () => value);
};

const plain = { weights: 'constant', hint: { kind: 'none' }, divisor: 1 } as const;

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase): Outcome {
  const slow = runSlow(K, subject, data, plain);
  if (slow === null || data.horizon < 2) return rejected('no function, or nothing moves');
  const found = subject.smallestComparator(K, slow.run.config.set, subject.definitionOne(K, slow.rounds, slow.run.f.minimiser));
  if (found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  return inequality(
    K,
    'without hints: f(x̄_T) − f(x*) ≥ L‖x* − x̄_0‖²/(2T)',
    { lhs: half(K, slow, data.horizon), rhs: slow.gap },
    () => ({ T: data.horizon, ...slow.evidence(), 'w*': Array.from(found.w, K.format) }),
  ) ?? passed({ trivial: false, labels: [] });
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase): Outcome {
  switch (data.kind) {
    case 'without optimism':
      return attained(K, subject, data);
    case 'with optimism':
      return accelerated(K, subject, data);
    case 'another rule':
      return oneStep(K, subject, data);
  }
}

/** The gap is λL‖w*‖²/(2T) = L‖x*‖²/(2T) at every T. */
function attained<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase): Outcome {
  const slow = runSlow(K, subject, data, plain);
  if (slow === null) return rejected('no function, or nothing moves');
  const expected = half(K, slow, data.horizon);
  const found = subject.smallestComparator(K, slow.run.config.set, subject.definitionOne(K, slow.rounds, slow.run.f.minimiser));
  if (found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const c = K.from(data.factor);
  const square = K.mul(K.mul(c, c), squaredNorm(K, found.w));
  const side = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, slow.roundings).add(name, value, () => K.mul(K.from(2 * data.horizon), value));
  const own = squaredNorm(K, slow.run.f.minimiser);
  const failure = equality(K, 'f(x̄_T) − f(x*) = L‖x*‖²/(2T)', { lhs: slow.gap, rhs: expected }, slow.evidence)
    ?? equality(K, 'λ‖w*‖² = ‖x*‖²', { lhs: side('λ‖w*‖²', square), rhs: side('‖x*‖²', own) }, slow.evidence);
  const ratio = ratioOf(K, slow.gap, expected);
  return failure ?? passed({ trivial: false, labels: labelsOf(data), ...(ratio === undefined ? {} : { ratio }) });
}

function labelsOf(data: SlowCase): string[] {
  return [data.kind, ...(data.horizon >= 20 ? ['T ≥ 20'] : []), ...(data.direction.length > 1 ? ['n ≥ 2'] : [])];
}

/** The same function with hints and α_t = t: 4L‖x*‖²/(T(T + 1)), which from T = 8 on is less than what was attained without. */
function accelerated<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase): Outcome {
  const T = data.horizon;
  const slow = runSlow(K, subject, data, { weights: 'linear', hint: { kind: 'current-jacobian' }, divisor: 4 });
  if (slow === null) return rejected('no function, or nothing moves');
  const { run, rounds, scaled } = slow;
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  const derivation = theoremTwo(K, run, settled);
  const value = K.div(K.mul(K.from(4), scaled), K.from(T * (T + 1)));
  const bound = new TallyBuilder(K, slow.roundings).add('4L‖x*‖²/(T(T + 1))', value, () => value);
  bound.error += 2 * (derivation.rhs.error + derivation.lhs.error) / (T * (T + 1));
  const failure = inequality(K, 'with hints: f(x̄_T) − f(x*) ≤ 4L‖x*‖²/(T(T + 1))', { lhs: slow.gap, rhs: bound }, slow.evidence)
    ?? (T < 8 ? null : strictlyLess(K, slow, half(K, slow, T)));
  const ratio = ratioOf(K, slow.gap, bound);
  return failure ?? passed({ trivial: false, labels: [...labelsOf(data), ...(T >= 8 ? ['faster than without'] : [])], ...(ratio === undefined ? {} : { ratio }) });
}

function strictlyLess<S>(K: OrderedSpace<S>, { gap, evidence }: SlowRun<S>, other: TallyBuilder<S>): Failed | null {
  if (!atMost(K, other, gap)) return null;
  return failed({ expected: 'with hints: f(x̄_T) − f(x*) < L‖x*‖²/(2T), which is the gap without', lhs: K.format(gap.value), rhs: K.format(other.value), evidence: evidence() });
}

/** φ = x − w⊙∇f with W = {T/L}, no hints: x̄_1 = x*, and there it stays. */
function oneStep<S>(K: OrderedSpace<S>, subject: Subject, data: SlowCase): Outcome {
  const slow = runSlow(K, subject, { ...data, rule: 'elementwise-descent', factor: '1' }, plain);
  if (slow === null) return rejected('no function, or nothing moves');
  const zero = new TallyBuilder(K, 0).add('0', K.zero, () => K.zero);
  return equality(K, 'φ = x − w⊙∇f with W = {(T/L, …, T/L)}, without hints: f(x̄_T) = f(x*)', { lhs: slow.gap, rhs: zero }, slow.evidence) ??
    passed({ trivial: false, labels: labelsOf(data) });
}

function slowCase(
  numbers: NumberSource,
  kinds: fc.Arbitrary<SlowCase['kind']>,
  rules: fc.Arbitrary<SlowCase['rule']>,
  horizon: { min: number; max: number },
  dimension: number,
): fc.Arbitrary<SlowCase> {
  const direction = fc.array(numbers.scalar, { minLength: 1, maxLength: dimension }).map((a) => (a.every((x) => Math.abs(Number(x)) < 1e-2) ? a.map((): Num => '1') : a));
  return fc.record({ kind: kinds, direction, weight: numbers.positive, distance: numbers.positive, horizon: fc.integer(horizon), rule: rules, factor: numbers.positive });
}

const everyKind = fc.oneof({ weight: 3, arbitrary: fc.constant('without optimism' as const) }, { weight: 2, arbitrary: fc.constant('with optimism' as const) }, {
  weight: 1,
  arbitrary: fc.constant('another rule' as const),
});
const shorterSlow = (data: SlowCase): SlowCase[] => [2, 3, data.horizon - 1].filter((T) => T >= 2 && T < data.horizon).map((horizon) => ({ ...data, horizon }));
const identityRule = fc.constant('identity' as const);

export default {
  id: 'acceleration-needs-optimism',
  source: { section: '5', label: 'text; abstract, Sections 1, 4 and 8' },
  sentences: ['5.3', '0.3', '0.4', '1.29', '5.2', '5.7', '8.4', '8.5'],
  error: 'prose',
  printed: {
    statement:
      'A meta-learned update rule is not sufficient for acceleration, some form of optimism is required: without hints no φ that preserves regret does better than the rate LR²/(2T), R = ‖x* − x̄_0‖, on the function on which φ = w attains it (α_t = 1, Huber with slope LR/T)',
    hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ affine in w and preserves regret (Definition 1)', 'T ≥ 2, no hints'],
    strength: 'rate',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: slowCase(rationalNumbers, fc.constant('without optimism'), fc.constantFrom('identity', 'elementwise-descent'), { min: 2, max: 4 }, 1),
      simpler: shorterSlow,
      check: (subject, data) => printed(rational, subject, data),
    })],
    coverage: {},
    // φ = x − w⊙∇f with W = {2/L}: f is Huber with slope 1/2 around x* = 1, x̄_1 = 0 − 2·(−1/2) = 1.
    committed: [
      committedCase<SlowCase>('rational', { kind: 'without optimism', direction: ['1'], weight: '1', distance: '1', horizon: 2, rule: 'elementwise-descent', factor: '1' }),
    ],
  },
  corrected: {
    statement:
      'For φ = cw, α_t = 1, β = 1/(c²L) and no hints the rate is attained: on a Huber function with slope L‖x*‖/T the gap is L‖x*‖²/(2T) for every T, so that this schedule does not accelerate; with α_t = t, g̃_t = A_tᵀ∇f(x̄_{t−1}) and β = 1/(4c²L) it is at most 4L‖x*‖²/(T(T + 1)), less from T = 8 on. '
      + 'Nothing follows for other φ: x − w⊙∇f with W = {(T/L, …, T/L)} is at x* after one step, without hints',
    hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'w_1 = 0, x̄_0 = 0'],
    strength: 'rate',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: slowCase(rationalNumbers, everyKind, identityRule, { min: 1, max: 12 }, 2),
        simpler: shorterSlow,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: slowCase(doubles, everyKind, identityRule, { min: 1, max: 60 }, 3),
        simpler: shorterSlow,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'without optimism': 0.3, 'with optimism': 0.2, 'another rule': 0.05, 'faster than without': 0.1, 'T ≥ 20': 0.2, 'n ≥ 2': 0.2 },
    committed: [],
  },
  proof: `
    For φ = cw with β = 1/(c²L), x_t is what it is for c = 1. On the Huber function with slope σ = L‖x*‖/T, ‖∇f‖ = σ as long as x̄_t is at least σ/L away from x*: the x_t move towards x* by σ/L a round, so that x̄_T is ½(T − 1)σ/L from 0, and ‖x*‖ = Tσ/L. The gap is σ‖x* − x̄_T‖ − σ²/(2L) = σ²T/(2L) = L‖x*‖²/(2T), which is the bound of [theorem-1-rate].
    With hints the bound is [corollary-1], λ̂ = c²; 4/(T(T + 1)) < 1/(2T) where T > 7.
    φ = x − w⊙∇f with W = {(T/L, …, T/L)}: x_1 = 0 − (T/L)∇f(0) = x*, and from there on ∇f = 0.
    That optimism is required does not follow from an upper bound without it, and is false over all φ: by this rule.`,
  saboteurs: [],
} satisfies Claim;
