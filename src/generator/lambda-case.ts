import fc from 'fast-check';
import type { BetaIndex } from '../algorithm/formulas.js';
import type { HintRule } from '../algorithm/hint.js';
import type { WeightKind } from '../algorithm/weights.js';
import type { OrderedSpace } from '../arithmetic/space.js';
import { operatorNormSquaredBound } from '../problem/body.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { SpecialCaseId } from '../special-cases.js';
import type { Subject } from '../subject.js';
import { parameterCount, type RuleSpec } from '../update-rule/update-rule.js';
import { functionSpec } from './function.js';
import { constantJacobianRule, ruleSpec, setSpec, type HintSpec } from './learner.js';
import { hintRule, prepare, type MetaCase, type MetaRun } from './meta-case.js';
import { logUniform, matrix, uniform, vector, type NumberSource } from './number.js';
import { worstScene } from './worst-function.js';

/**
 * A run for a theorem that names β: β = 1/(cλL), where λ is a bound on the run that β itself makes. So β comes first:
 * β = κ/(cλ_0L) with λ_0 known before the run, and λ := λ_0/κ = 1/(cβL) is then either a bound on the run, or the case is rejected.
 */
export interface RateCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly set: SetSpec;
  readonly start: readonly Num[];
  /** T */
  readonly horizon: number;
  /** κ */
  readonly factor: Num;
  readonly index: BetaIndex;
  /** Left out: α_s. Eq. (3) as written weighs g_s with α_sρ_s. */
  readonly lossWeight?: 'alpha' | 'alpha-rho';
}

export interface RateCaseOptions {
  readonly horizon?: { readonly min: number; readonly max: number };
  readonly rules?: (numbers: NumberSource, n: number, m: number) => fc.Arbitrary<RuleSpec>;
  readonly sets?: 'all' | 'whole' | 'bounded';
  /** κ; left out: from about 1/4 to 4/3. */
  readonly factor?: fc.Arbitrary<Num>;
  /** The method for φ = w whose worst functions are among the cases. */
  readonly worst?: SpecialCaseId;
}

/** One case in four is a hard one: φ = w and a Huber function whose slope is such that the method crawls. */
export function rateCase(numbers: NumberSource, options: RateCaseOptions = {}): fc.Arbitrary<RateCase> {
  const sizes = fc.record({
    T: fc.integer(options.horizon ?? { min: 1, max: numbers.horizon }),
    n: fc.integer({ min: 1, max: numbers.dimension }),
    m: fc.integer({ min: 1, max: numbers.dimension }),
    hard: fc.integer({ min: 0, max: 3 }).map((k) => k === 3),
  });
  const others = sizes.chain(({ T, n, m, hard }): fc.Arbitrary<RateCase> => {
    const rules = hard ? fc.constant<RuleSpec>({ kind: 'identity' }) : (options.rules ?? ruleSpec)(numbers, n, m);
    return rules.chain((rule) =>
      fc.record({
        function: hard ? crawling(numbers, n, T) : functionSpec(numbers, n),
        rule: fc.constant(rule),
        // Where the bound is to be attained, w* must be x*.
        set: sets(numbers, parameterCount(rule, n), hard && options.sets !== 'bounded' ? 'whole' : options.sets ?? 'all'),
        start: vector(numbers, n),
        horizon: fc.constant(T),
        factor: hard ? fc.constant<Num>('1') : options.factor ?? factors(numbers),
        index: fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'),
      })
    );
  });
  if (options.worst === undefined) return others;
  const worst = worstScene(numbers, options.worst, options.horizon ?? { min: 1, max: numbers.horizon }).map((scene): RateCase => {
    const n = scene.function.minimiser.length;
    return { ...scene, rule: { kind: 'identity' }, set: { kind: 'all', dimension: n }, start: Array<Num>(n).fill(0), factor: '1', index: 'equation-4' };
  });
  return fc.oneof({ weight: 49, arbitrary: others }, { weight: 1, arbitrary: worst });
}

function sets(numbers: NumberSource, m: number, kind: 'all' | 'whole' | 'bounded'): fc.Arbitrary<SetSpec> {
  if (kind === 'whole') return fc.constant({ kind: 'all', dimension: m });
  if (kind === 'all') return fc.oneof({ weight: 2, arbitrary: setSpec(numbers, m) }, { weight: 1, arbitrary: wideBox(numbers, m) });
  return fc.oneof({ weight: 3, arbitrary: wideBox(numbers, m) }, { weight: 1, arbitrary: setSpec(numbers, m).filter((set) => set.kind !== 'all' && set.kind !== 'orthant') });
}

/** A box around 0 that is mostly wide enough to hold w*. */
export function wideBox(numbers: NumberSource, m: number): fc.Arbitrary<SetSpec> {
  const side: fc.Arbitrary<Num> = numbers.name === 'float64' ? logUniform(0, 2) : fc.integer({ min: 1, max: 12 }).map(String);
  const sides = fc.array(side, { minLength: m, maxLength: m });
  return fc.tuple(sides, sides).map(([a, b]) => ({ kind: 'box', lower: a.map((x) => times(x, -1, 1)), upper: b }));
}

/** Small sets seldom hold a w with φ(x̄_{t−1}, w) as good as x*: two in three are replaced by wide boxes. */
export function widened(numbers: NumberSource, cases: fc.Arbitrary<MetaCase>): fc.Arbitrary<MetaCase> {
  return cases.chain((data) => {
    if (data.set.kind === 'all' || data.set.kind === 'orthant') return fc.constant(data);
    const wide = wideBox(numbers, parameterCount(data.rule, data.start.length)).map((set): MetaCase => ({ ...data, set }));
    return fc.oneof({ weight: 1, arbitrary: fc.constant(data) }, { weight: 2, arbitrary: wide });
  });
}

/** φ whose Jacobian depends on x little or not at all, so that A_{t−1}ᵀG_{t−1} predicts A_tᵀG_t. */
export function steadyRule(numbers: NumberSource, n: number, m: number): fc.Arbitrary<RuleSpec> {
  const drifting = fc.record({ matrix: matrix(numbers, n, m), state: matrix(numbers, n, n), offset: vector(numbers, n) }).map((data): RuleSpec => ({
    kind: 'state-affine',
    ...data,
    gain: data.matrix.map((row) => row.map(() => 0)),
    direction: data.offset.map(() => 0),
  }));
  return fc.oneof({ weight: 2, arbitrary: constantJacobianRule(numbers, n, m) }, { weight: 2, arbitrary: drifting }, {
    weight: 1,
    arbitrary: fc.constant<RuleSpec>({ kind: 'elementwise-descent' }),
  });
}

/** κ ≤ 1: λ̂ is known beforehand where φ has a bound, and where not it is what ‖A_1‖² leaves room for. */
export function atMostOne(numbers: NumberSource): fc.Arbitrary<Num> {
  return numbers.name === 'float64' ? fc.oneof(fc.constant(1), uniform(-1.4, 0).map((e) => Math.exp(e))) : fc.constantFrom('1', '1/2', '1', '1/4');
}

function factors(numbers: NumberSource): fc.Arbitrary<Num> {
  return numbers.name === 'float64' ? uniform(-1.4, 0.3).map((e) => Math.exp(e)) : fc.constantFrom('1', '1/2', '1', '1/4', '5/4');
}

/** A Huber function whose slope is L‖x*‖ times one of the fractions on which a bound is attained, or nearly so. */
function crawling(numbers: NumberSource, n: number, T: number): fc.Arbitrary<FunctionSpec> {
  return fc.record({ minimiser: vector(numbers, n), weight: numbers.positive, slope: fc.constantFrom(...hardSlopes(T)) }).map(({ minimiser, weight, slope: [p, q] }) => {
    const first = minimiser.every((entry) => Number(entry) === 0) ? 1 : minimiser[0]!;
    const own = Number(first) === 0 ? 1 : first;
    return hardFunction([own, ...minimiser.slice(1)], weight, times(magnitude(own), p, q));
  });
}

/** c · Huber in the first coordinate, around the first entry of x*, of width δ (its slope is cδ). */
export function hardFunction(minimiser: readonly Num[], weight: Num, width: Num): FunctionSpec {
  const direction = minimiser.map((_, i) => (i === 0 ? 1 : 0));
  return { body: { kind: 'ridge', terms: [{ direction, offset: minimiser[0]!, weight, shape: { kind: 'huber', width } }] }, minimiser };
}

/**
 * δ/|x*| as p/q. 1/T: there Theorem 1's rate is attained. The others: with α_t = t and the previous gradient as a hint, x̄_T has
 * moved by βδ(Σ_{t=2}^T t²(t + 1)/2 + …) while the slope is constant, and the gap is largest when that is half the way.
 */
function hardSlopes(T: number): readonly (readonly [number, number])[] {
  let moved = 0;
  for (let t = 2; t <= T; t++) moved += t * t * (t + 1);
  const base = 2 * T * (T + 1);
  return [[1, T], [base, base + moved], [base, base + 2 * moved]];
}

/** |x| p/q, for doubles and for fractions alike. */
export function times(x: Num, p: number, q: number): Num {
  if (typeof x === 'number') return (x * p) / q;
  const [a, b] = x.split('/');
  return `${BigInt(a!) * BigInt(p)}/${BigInt(b ?? '1') * BigInt(q)}`;
}

function magnitude(x: Num): Num {
  return typeof x === 'number' ? Math.abs(x) : x.replace('-', '');
}

export interface RateRun<S> extends MetaRun<S, ConvexFunction<S>> {
  readonly beta: S;
  /** λ_0/κ: what the run must keep below. */
  readonly lambda: S;
  /** The case as one of Algorithm 4, for the ledgers. */
  readonly meta: MetaCase;
}

/**
 * The run with α = 1 or α_t = t and β = κ/(divisor · λ_0 L), λ_0 ≥ ‖Dφ‖² everywhere where φ has such a bound, else ‖Dφ(x̄_0, ·)‖²;
 * null where λ_0L = 0 or κ ≤ 0: nothing moves. `divisor` is c.
 */
export function prepareRate<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: RateCase,
  setting: { readonly weights: WeightKind; readonly hint: HintSpec; readonly divisor: number },
): RateRun<S> | null {
  const T = data.horizon;
  const ones = Array<Num>(T + 1).fill(1);
  const meta: MetaCase = {
    function: data.function,
    rule: data.rule,
    set: data.set,
    hint: setting.hint,
    alpha: ones.slice(1),
    beta: ones,
    index: data.index,
    projection: 'lazy',
    start: data.start,
  };
  const run = prepare(K, subject, meta);
  const { rule, start } = run.config;
  const known = rule.jacobianBound ?? operatorNormSquaredBound(K, rule.jacobian(start));
  const scale = K.mul(known, run.f.smoothness);
  const factor = K.from(data.factor);
  if (K.equal(scale, K.zero) || K.lessOrEqual(factor, K.zero)) return null;
  const beta = K.div(factor, K.mul(K.from(setting.divisor), scale));
  const config = { ...run.config, alpha: subject.weights(K, setting.weights, T), beta: subject.constantRate(beta, T) };
  return { ...run, config, hint: hintRule(K, subject, setting.hint, rule.parameters), beta, lambda: K.div(known, factor), meta };
}

export function withHint<S>(run: RateRun<S>, hint: HintRule<S>): RateRun<S> {
  return { ...run, hint };
}

/** Fewer rounds, all of Rᵐ. */
export function simplerRateCases<C extends RateCase>(data: C): C[] {
  const shorter = [1, 2, 3, data.horizon - 1].filter((T) => T >= 1 && T < data.horizon).map((horizon) => ({ ...data, horizon }));
  return data.set.kind === 'all' ? shorter : [...shorter, { ...data, set: { kind: 'all' as const, dimension: parameterCount(data.rule, data.start.length) } }];
}
