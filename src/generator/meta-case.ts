import fc from 'fast-check';
import type { BetaIndex, Projection } from '../algorithm/formulas.js';
import { givenHints, noHint, type HintRule } from '../algorithm/hint.js';
import type { MetaLearningConfig } from '../algorithm/optimistic-meta-learning.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import { remembered, type ConvexFunction, type DifferentiableFunction } from '../problem/convex-function.js';
import type { BodySpec, FunctionSpec } from '../problem/function-spec.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';
import { parameterCount, type RuleSpec } from '../update-rule/update-rule.js';
import { functionSpec, quadraticSpec } from './function.js';
import { hintSpec, ruleSpec, setSpec, type HintSpec } from './learner.js';
import { bySizes, logUniform, vector, type NumberSource } from './number.js';

/** A whole run of Algorithm 2 or 4, as data. T = alpha.length. */
export interface MetaCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly set: SetSpec;
  readonly hint: HintSpec;
  readonly alpha: readonly Num[];
  /** β_0 … β_T */
  readonly beta: readonly Num[];
  readonly index: BetaIndex;
  readonly projection: Projection;
  readonly start: readonly Num[];
}

export interface MetaCaseOptions {
  /** Left out: the source's own. */
  readonly horizon?: { readonly min: number; readonly max: number };
  readonly dimension?: number;
  readonly functions?: 'all' | 'quadratic';
  readonly rules?: (numbers: NumberSource, n: number, m: number) => fc.Arbitrary<RuleSpec>;
  readonly sets?: 'all' | 'whole';
  readonly hints?: (numbers: NumberSource, m: number, T: number) => fc.Arbitrary<HintSpec>;
  readonly rates?: 'constant' | 'non-increasing' | 'any';
  readonly alpha?: (numbers: NumberSource, T: number) => fc.Arbitrary<Num[]>;
}

/** Cases shrink to dimension 1, one round and small fractions; `simplerMetaCases` then tries the simplest of each family. */
export function metaCase(numbers: NumberSource, options: MetaCaseOptions = {}): fc.Arbitrary<MetaCase> {
  const horizon = options.horizon ?? { min: 1, max: numbers.horizon };
  const sizes = fc.record({
    T: fc.integer(horizon),
    n: fc.integer({ min: 1, max: options.dimension ?? numbers.dimension }),
    m: fc.integer({ min: 1, max: options.dimension ?? numbers.dimension }),
  });
  const functions = options.functions === 'quadratic' || numbers.name === 'prime-field' ? quadraticSpec : functionSpec;
  return sizes.chain(({ T, n, m }) =>
    (options.rules ?? ruleSpec)(numbers, n, m).chain((rule) => {
      const parameters = parameterCount(rule, n);
      return fc.record({
        function: functions(numbers, n),
        rule: fc.constant(rule),
        set: options.sets === 'whole' ? fc.constant<SetSpec>({ kind: 'all', dimension: parameters }) : setSpec(numbers, parameters),
        hint: (options.hints ?? hintSpec)(numbers, parameters, T),
        weighing: fc.tuple(
          options.alpha?.(numbers, T) ?? weights(numbers, T),
          rates(numbers, T, options.rates ?? 'non-increasing'),
        ),
        index: fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'),
        projection: fc.constant<Projection>('lazy'),
        start: vector(numbers, n),
      }).map(({ weighing: [alpha, beta], ...rest }) => ({ ...rest, alpha, beta: tamed(beta, alpha) }));
    })
  );
}

/** In float64 β is divided by the largest weight, or most trajectories would diverge: steps are of size α_tβ. */
function tamed(beta: readonly Num[], alpha: readonly Num[]): Num[] {
  const largest = Math.max(...alpha.map((a) => (typeof a === 'number' ? a : 1)));
  return beta.map((b) => (typeof b === 'number' ? b / Math.max(largest, 1) : b));
}

const rate = (numbers: NumberSource): fc.Arbitrary<Num> => (numbers.name === 'float64' ? logUniform(-3, 0.5) : numbers.positive);
const weights = bySizes((numbers, T: number): fc.Arbitrary<Num[]> => fc.array(numbers.weight, { minLength: T, maxLength: T }));
const constantRates = bySizes((numbers, T: number): fc.Arbitrary<Num[]> => rate(numbers).map((beta) => Array<Num>(T + 1).fill(beta)));
const anyRates = bySizes((numbers, T: number): fc.Arbitrary<Num[]> => fc.array(rate(numbers), { minLength: T + 1, maxLength: T + 1 }));
const nonIncreasingRates = bySizes((numbers, T: number): fc.Arbitrary<Num[]> =>
  fc.oneof(
    constantRates(numbers, T),
    anyRates(numbers, T).map((values) => values.toSorted((a, b) => approximate(b) - approximate(a))),
  )
);

/** β_0 … β_T */
export function rates(numbers: NumberSource, T: number, kind: 'constant' | 'non-increasing' | 'any'): fc.Arbitrary<Num[]> {
  if (kind === 'constant') return constantRates(numbers, T);
  return kind === 'any' || numbers.name === 'prime-field' ? anyRates(numbers, T) : nonIncreasingRates(numbers, T);
}

/** The number that data denote, to within rounding: for sorting generated fractions. */
export function approximate(data: Num): number {
  if (typeof data === 'number') return data;
  const [p, q] = data.split('/');
  return Number(p) / Number(q ?? '1');
}

/** Two or three rounds on the line, f a quadratic, W = R, constant β, no hints: what a reader follows with a pencil. */
export function shortCase(numbers: NumberSource): fc.Arbitrary<MetaCase> {
  return metaCase({ ...numbers, dimension: 1 }, {
    horizon: { min: 2, max: 3 },
    functions: 'quadratic',
    sets: 'whole',
    rates: 'constant',
    hints: () => fc.constant({ kind: 'none' }),
  });
}

/** A run on the line, for numbers that a reader recomputes: f = ½(x − 1)², φ = w, W = R, α_t = 1, no hints and x̄_0 = 0, where `parts` says nothing else. */
export function onTheLine(
  { minimiser = '1', alpha = ['1'], beta, ...parts }: Partial<Omit<MetaCase, 'function'>> & { readonly minimiser?: string; readonly beta: MetaCase['beta'] },
): MetaCase {
  return {
    function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: [minimiser] },
    rule: { kind: 'identity' },
    set: { kind: 'all', dimension: 1 },
    hint: { kind: 'none' },
    alpha,
    beta,
    index: 'equation-4',
    projection: 'lazy',
    start: ['0'],
    ...parts,
  };
}

export interface MetaRun<S, F> {
  readonly f: F;
  readonly config: MetaLearningConfig<S>;
  readonly hint: HintRule<S>;
  /** k of γ_k for this run's ledgers. */
  readonly size: { readonly horizon: number; readonly dimension: number; readonly parameters: number; readonly summands: number };
}

/** The functions, sets and sequences that the data denote, over an ordered field. */
export function prepare<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): MetaRun<S, ConvexFunction<S>> {
  return assemble(K, subject, data, remembered(subject.convexFunction(K, data.function)));
}

/** The same over any field: identities need no L. */
export function prepareIdentity<S>(K: Space<S>, subject: Subject, data: MetaCase): MetaRun<S, DifferentiableFunction<S>> {
  // Over an ordered field the function carries the magnitudes of its rounding errors; ledgers look for them.
  return assemble(K, subject, data, isOrdered(K) ? remembered(subject.convexFunction(K, data.function)) : remembered(subject.differentiableFunction(K, data.function)));
}

function assemble<S, F extends DifferentiableFunction<S>>(K: Space<S>, subject: Subject, data: MetaCase, f: F): MetaRun<S, F> {
  positiveSequence('α', data.alpha, data.alpha.length);
  positiveSequence('β', data.beta, data.alpha.length + 1);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  const set = subject.feasibleSet(K, data.set);
  const config: MetaLearningConfig<S> = {
    gradient: f.gradient,
    rule,
    set,
    start: parseVector(K, data.start),
    alpha: data.alpha.map((a) => K.from(a)),
    beta: data.beta.map((b) => K.from(b)),
    index: data.index,
    projection: data.projection,
  };
  const size = { horizon: data.alpha.length, dimension: f.dimension, parameters: rule.parameters, summands: summands(data.function.body) };
  return { f, config, hint: hintRule(K, subject, data.hint, rule.parameters), size };
}

/** @throws {RangeError} a sequence that is too short, or holds a number that is not > 0. */
export function positiveSequence(name: string, values: readonly Num[], length: number): void {
  if (values.length !== length) throw new RangeError(`expected ${length} values of ${name}, got ${values.length}`);
  const bad = values.find((value) => !(approximate(value) > 0));
  if (bad !== undefined) throw new RangeError(`expected ${name}_t > 0, got ${bad}`);
}

/** How many terms the gradient sums up, at most. */
export function summands(body: BodySpec): number {
  switch (body.kind) {
    case 'ridge':
      return body.terms.length;
    case 'spectral':
      return body.spectrum.length * (body.reflectors.length + 1);
    case 'chain':
      return body.dimension + 1;
    case 'log-sum-exp':
      return 2 * body.atoms.length;
    // Computed exactly, and rounded.
    case 'envelope':
      return 1;
    case 'sum':
      return body.parts.reduce((total, part) => total + summands(part), 0);
    case 'composition':
      return summands(body.inner) + body.matrix.length + (body.matrix[0]?.length ?? 0);
  }
}

export function hintRule<S>(K: Space<S>, subject: Subject, spec: HintSpec, parameters: number): HintRule<S> {
  const zero = K.zeros(parameters);
  const last = (round: Round<S> | null): Vector<S> => round?.metaGradient ?? zero;
  switch (spec.kind) {
    case 'none':
      return noHint(K, parameters);
    case 'previous':
      return subject.previousGradientHint(K, parameters);
    case 'current-jacobian':
      return subject.currentJacobianHint(K, parameters);
    case 'scaled':
      return subject.scaledHint(K, parameters);
    case 'given':
      return givenHints(spec.hints.map((hint) => parseVector(K, hint)));
    case 'noisy':
      return (context) => K.axpy(K.from(context.t), parseVector(K, spec.noise[context.t - 1] ?? []), last(context.last));
    case 'adversarial':
      return (context) => K.scale(K.neg(K.from(spec.factor)), last(context.last));
  }
}

/** How far a trajectory may go before float64 says more about rounding than about the claim. */
const FAR = 1e7;

/** How large α_t²η_t may be: rounding bounds let what underflows be multiplied by no more (`UNDERFLOW`). Where a gradient all but vanishes so does λ, and β = 1/(λL) is beyond. */
const STEEP = 2 ** 75;

/** True for a float64 trajectory that left every ball of interest, is no number any more, or took vanishing gradients times enormous rates: such a case is no evidence. */
export function diverged<S>(K: Space<S>, rounds: readonly Round<S>[]): boolean {
  if (K.exact || !isOrdered(K)) return false;
  const far = (v: Vector<S>): boolean => {
    for (let i = 0; i < v.length; i++) if (!(Math.abs(K.toNumber(v[i]!)) <= FAR)) return true;
    return false;
  };
  return rounds.some(({ average, x, w, alpha, eta }) => far(average) || far(x) || far(w) || !(K.toNumber(K.mul(K.mul(alpha, alpha), eta)) <= STEEP));
}

/**
 * Simpler cases than this one, most daring first: fewer rounds, no hint, φ = w, all of Rᵐ, one summand of f. The runner keeps those that still fail,
 * after the generator's own shrinking, which cannot drop a round without drawing all the others anew.
 */
export function simplerMetaCases(data: MetaCase): MetaCase[] {
  const simpler: MetaCase[] = [];
  const T = data.alpha.length;
  for (const horizon of new Set([1, 2, 3, Math.floor(T / 2), T - 1])) {
    if (horizon >= 1 && horizon < T) simpler.push({ ...data, alpha: data.alpha.slice(0, horizon), beta: data.beta.slice(0, horizon + 1), hint: cut(data.hint, horizon) });
  }
  if (data.hint.kind !== 'none') simpler.push({ ...data, hint: { kind: 'none' } });
  const [n, body] = [data.function.minimiser.length, data.function.body];
  const m = parameterCount(data.rule, n);
  if (data.rule.kind !== 'identity' && m === n) simpler.push({ ...data, rule: { kind: 'identity' } });
  if (data.set.kind !== 'all') simpler.push({ ...data, set: { kind: 'all', dimension: m } });
  if (body.kind === 'ridge' && body.terms.length > 1)
    simpler.push(...body.terms.map((term): MetaCase => ({ ...data, function: { ...data.function, body: { kind: 'ridge', terms: [term] } } })));
  return simpler;
}

function cut(hint: HintSpec, horizon: number): HintSpec {
  if (hint.kind === 'given') return { ...hint, hints: hint.hints.slice(0, horizon) };
  return hint.kind === 'noisy' ? { ...hint, noise: hint.noise.slice(0, horizon) } : hint;
}

/** What a case covers, for the claims on Algorithms 2 and 4. */
export function metaLabels<S>(K: Space<S>, data: MetaCase, rounds: readonly Round<S>[]): string[] {
  const projected = rounds.some(({ play, unprojected }) => {
    for (let i = 0; i < play.length; i++) if (!K.equal(play[i]!, unprojected[i]!)) return true;
    return false;
  });
  return [
    `φ: ${data.rule.kind}`,
    `W: ${data.set.kind}`,
    `hint: ${data.hint.kind}`,
    `f: ${data.function.body.kind}`,
    `β index: ${data.index}`,
    ...(projected ? ['projection active'] : []),
    ...(rounds.length >= 20 ? ['T ≥ 20'] : []),
    ...(rounds.length >= 2 ? ['T ≥ 2'] : []),
    ...(data.beta.some((b) => b !== data.beta[0]) ? ['β varies'] : []),
  ];
}
