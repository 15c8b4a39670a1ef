import fc from 'fast-check';
import { float64 } from '../arithmetic/float64.js';
import { norm } from '../arithmetic/magnitude.js';
import { functionSpec } from '../generator/function.js';
import { doubles, logUniform, matrix, uniform, vector } from '../generator/number.js';
import { convexFunction } from '../problem/convex.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import { parameterCount, type RuleSpec } from '../update-rule/update-rule.js';
import type { Json } from '../verdict.js';
import type { MethodName } from './methods.js';
import type { Config, Dtype } from './protocol.js';
import { DENSE, MOST, WEIGHTS, givenNumbers, largeSizes, tempered, type Large } from './sizes.js';

/** One session as data: what the optimizer is configured with, and where its gradients come from. All numbers are doubles. */
export interface GateCase {
  /** f, whose gradient is asked for at each query; null where linear losses are given. */
  readonly function: FunctionSpec | null;
  /** g_1 … g_T, where they are given; else empty. */
  readonly losses: readonly (readonly number[])[];
  readonly x0: readonly number[];
  readonly config: Config;
  /** T */
  readonly horizon: number;
  /** g̃_1 … g̃_{T+1}, or empty. */
  readonly hints: readonly (readonly number[])[];
  /** z_1 … z_T, or empty. */
  readonly targets: readonly (readonly number[])[];
  /** True where the steps are taken in one request, "run"; left out: one by one. */
  readonly run?: true;
}

/** The largest dimension and horizon of generated sessions. Most are shorter: slips show early. */
const DIMENSION = 4;
const HORIZON = 16;

export interface CaseOptions {
  /** Rates as lists that vary from step to step: in each session, in every other one, or (left out) in none. */
  readonly schedule?: boolean | 'sometimes';
  readonly horizon?: { readonly min: number; readonly max: number };
  /** The smallest n; 1 if it is left out. */
  readonly dimension?: number;
  /** In which way sessions are large; left out: not at all, and `horizon` and `dimension` hold. `atOnce`: the longest are taken in one request. */
  readonly large?: { readonly way: Large; readonly atOnce: boolean };
}

/** Sessions for one method, of problems of every family, in numbers that `dtype` holds. */
export function gateCase(name: MethodName, dtype: Dtype, options: CaseOptions = {}): fc.Arbitrary<GateCase> {
  if (options.large !== undefined) return largeCase(name, options.large, options.schedule).map((data) => representable(data, dtype));
  const sizes = fc.record({ n: fc.integer({ min: options.dimension ?? 1, max: DIMENSION }), T: fc.integer(options.horizon ?? { min: 1, max: HORIZON }) });
  const linear = name === 'ftrl' || name === 'ao-ftrl';
  return sizes.chain(({ n, T }) => {
    const problem = linear
      ? fc.record({ function: fc.constant(null), losses: matrix(doubles, T, n) as fc.Arbitrary<number[][]>, x0: fc.constant(Array<number>(n).fill(0)) })
      : fc.record({ function: functionSpec(doubles, n), losses: fc.constant<number[][]>([]), x0: vector(doubles, n) as fc.Arbitrary<number[]> });
    return fc.tuple(problem, schedules(options.schedule)).chain(([about, schedule]) => session(name, T, about, schedule));
  }).map((data) => representable(data, dtype));
}

const schedules = (schedule: CaseOptions['schedule']): fc.Arbitrary<boolean> => (schedule === 'sometimes' ? fc.boolean() : fc.constant(schedule === true));

/** Their numbers follow from a seed, and are made simpler by {@link simplerCases} alone: drawn one by one they would be shrunk one by one. */
function largeCase(name: MethodName, { way, atOnce }: NonNullable<CaseOptions['large']>, schedule: CaseOptions['schedule']): fc.Arbitrary<GateCase> {
  const drawn = fc.tuple(largeSizes(way, atOnce), schedules(schedule)).chain(([{ n, T }, listed]) =>
    fc.record({
      data: session(name, T, { function: null, losses: [], x0: Array<number>(n).fill(0) }, listed, (rows) => fc.constant(Array.from({ length: rows }, () => []))),
      seed: fc.nat(),
    })
  );
  return fc.noShrink(drawn).map(({ data, seed }) => ({
    ...givenNumbers(name, way, tempered(name, way, data), seed),
    ...(atOnce && data.horizon === MOST ? { run: true as const } : {}),
  }));
}

type Problem = Pick<GateCase, 'function' | 'losses' | 'x0'>;

function session(name: MethodName, T: number, problem: Problem, schedule: boolean, vectors?: (rows: number) => fc.Arbitrary<number[][]>): fc.Arbitrary<GateCase> {
  const n = problem.x0.length;
  const given = vectors ?? ((rows): fc.Arbitrary<number[][]> => matrix(doubles, rows, n) as fc.Arbitrary<number[][]>);
  const { smoothness, steepness } = sizesOf(problem);
  const rate = (low: number, high: number, scale: number): fc.Arbitrary<Json> => rates(uniform(low, high).map((c) => c * scale), T, schedule);
  const base = { ...problem, horizon: T, hints: [], targets: [] };
  const withConfig = (config: { readonly [key: string]: fc.Arbitrary<Json> }): fc.Arbitrary<GateCase> => fc.record(config).map((values): GateCase => ({ ...base, config: values }));
  const fraction = fc.oneof({ weight: 1, arbitrary: fc.constantFrom<number>(0, 0.5, 0.99) }, { weight: 4, arbitrary: uniform(0, 0.95) });
  switch (name) {
    case 'gradient-descent':
    case 'nesterov':
      return withConfig({ learningRate: rate(0.05, 1.5, 1 / smoothness) });
    case 'heavy-ball': {
      const single = { learningRate: rates(uniform(0.05, 1).map((c) => c / smoothness), T, false), momentum: fraction };
      if (!schedule) return withConfig(single);
      const listed = { learningRate: rate(0.05, 1, 1 / smoothness), momentum: rates(fraction, T, true) };
      return fc.oneof(withConfig({ ...single, momentum: listed.momentum }), withConfig({ ...single, learningRate: listed.learningRate }), withConfig(listed));
    }
    case 'sgd-momentum': {
      const dampening = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: uniform(0, 0.9) });
      const plain = withConfig({ learningRate: rate(0.05, 1, 1 / smoothness), momentum: fraction, dampening, nesterov: fc.constant(false) });
      // Frameworks refuse dampening with Nesterov's variant.
      return fc.oneof(plain, withConfig({ learningRate: rate(0.05, 1, 1 / smoothness), momentum: fraction, dampening: fc.constant(0), nesterov: fc.constant(true) }));
    }
    case 'adagrad':
      return withConfig({ learningRate: rate(0.05, 2, 1), epsilon: fc.oneof(fc.constantFrom(1e-8, 0.5), logUniform(-4, 0)), epsilonInside: fc.boolean() });
    case 'ftrl':
      return withConfig({ alpha: weighing(T), beta: rate(0.05, 2, 1), set: set(n) });
    case 'ao-ftrl':
      return given(T + 1).chain((hints) =>
        withConfig({ alpha: weighing(T), beta: rate(0.05, 2, 1), set: set(n) })
          .map((data): GateCase => ({ ...data, hints }))
      );
    case 'convex-meta-learning':
    case 'optimistic-meta-learning':
      return ruleOf(n).chain((rule) =>
        withConfig({
          alpha: weighing(T),
          beta: rate(0.05, 1, 1 / (smoothness * squaredNorm(rule, steepness) * T)),
          rule: fc.constant(rule as unknown as Json),
          set: set(parameterCount(rule, n)),
          ...(name === 'optimistic-meta-learning' ? { hints: fc.constantFrom('none', 'previous', 'current-jacobian') } : {}),
        })
      );
    case 'bootstrapped-meta-gradient':
      return fc.tuple(ruleOf(n), given(T)).chain(([rule, targets]) =>
        withConfig({
          beta: rate(0.05, 1, 1 / squaredNorm(rule, steepness)),
          rule: fc.constant(rule as unknown as Json),
          targets: fc.constant('given'),
        }).map((data): GateCase => ({ ...data, targets }))
      );
    case 'meta-sgd':
    case 'optimistic-meta-sgd':
      return withConfig({
        rate: uniform(0.05, 1.8).map((c) => c / smoothness),
        metaRate: fc.oneof(uniform(0.05, 4), uniform(4, 80)).map((c) => c / (smoothness * steepness ** 2)),
      });
  }
}

/** One number for all steps, or T + 1 of them. */
function rates(one: fc.Arbitrary<number>, T: number, schedule: boolean): fc.Arbitrary<Json> {
  return schedule ? fc.array(one, { minLength: T + 1, maxLength: T + 1 }) : one;
}

/** Constant, linear, Nesterov's, or a list within one decade: beyond that even correct averages lose digits. */
function weighing(T: number): fc.Arbitrary<Json> {
  if (T > HORIZON) return WEIGHTS;
  return fc.oneof(fc.constantFrom<Json>('constant', 'linear', 'nesterov'), fc.array(logUniform(-0.5, 0.5), { minLength: T + 1, maxLength: T + 1 }));
}

function set(m: number): fc.Arbitrary<Json> {
  const box = fc.tuple(fc.array(uniform(-2, 0.5), { minLength: m, maxLength: m }), fc.array(uniform(0.1, 2), { minLength: m, maxLength: m }))
    .map(([lower, sides]) => ({ kind: 'box', lower, upper: lower.map((low, i) => low + sides[i]!) }));
  return fc.oneof(fc.constant<Json>({ kind: 'all' }), fc.record({ kind: fc.constant('ball'), radius: uniform(0.1, 3) }), box);
}

function ruleOf(n: number): fc.Arbitrary<RuleSpec> {
  const affine = fc.integer({ min: 1, max: 3 }).chain((m) => fc.record({ kind: fc.constant('affine' as const), matrix: matrix(doubles, n, m), offset: vector(doubles, n) }));
  return n > DENSE ? affine : fc.oneof(fc.constant<RuleSpec>({ kind: 'identity' }), fc.constant<RuleSpec>({ kind: 'elementwise-descent' }), affine);
}

/** About ‖A‖², so that β can be chosen for runs that stay near: a scale, no bound. */
function squaredNorm(rule: RuleSpec, steepness: number): number {
  switch (rule.kind) {
    case 'affine':
      return Math.max(1, rule.matrix.flat().reduce<number>((sum, entry) => sum + Number(entry) ** 2, 0));
    case 'elementwise-descent':
      return Math.max(1, steepness ** 2);
    default:
      return 1;
  }
}

/** L, and |∇f(x0)|: what step sizes are chosen by. 1 where there is no f, or none to speak of. */
function sizesOf({ function: spec, x0 }: Problem): { smoothness: number; steepness: number } {
  if (spec === null) return { smoothness: 1, steepness: 1 };
  const f = convexFunction(float64, spec);
  const steepness = norm(f.gradient(Float64Array.from(x0)));
  const sane = (size: number): number => (size > 1e-9 && size < 1e9 ? size : 1);
  return { smoothness: sane(f.smoothness), steepness: sane(steepness) };
}

/** The same session in numbers that `dtype` holds exactly. f is evaluated in doubles, and its gradient rounded. */
export function representable(data: GateCase, dtype: Dtype): GateCase {
  if (dtype === 'float64') return data;
  const { function: f, ...told } = data;
  const { horizon, ...rounded } = narrowed(told) as unknown as Omit<GateCase, 'function'>;
  return { ...rounded, horizon, function: f };
}

/** Every number of it rounded to float32. */
export function narrowed(value: Json): Json {
  if (typeof value === 'number') return Math.fround(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(narrowed);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, narrowed(inner)]));
  return value;
}

/** f(x) = ½x² in one dimension, from x = 1: the problem that everybody can follow. */
const PARABOLA: FunctionSpec = { body: { kind: 'ridge', terms: [{ direction: [1], offset: 0, weight: 1, shape: { kind: 'square' } }] }, minimiser: [0] };

/** f(x) = ½(x − 1)²: for methods whose first point is 0 whatever x0 is. */
const SHIFTED: FunctionSpec = { ...PARABOLA, minimiser: [1] };

/** Simpler sessions than a failing one, most daring first; those that still fail are kept. */
export function simplerCases(data: GateCase): GateCase[] {
  const { horizon, x0 } = data;
  const large = x0.length > DIMENSION || horizon > HORIZON;
  // A slip that only size shows is sought by halves; one that shows in a small session, too, is made small first.
  const simpler: GateCase[] = large ? smaller(data) : plainest(data);
  if (x0.length > 1 && !large) { for (const one of oneDimensional(data)) simpler.push(one); }
  if (!large) { for (const T of new Set([1, 2, 3, 4, Math.floor(horizon / 2), horizon - 1])) if (T >= 1 && T < horizon) simpler.push(shortened(data, T)); }
  if (data.function !== null && JSON.stringify(data.function) !== JSON.stringify(PARABOLA) && x0.length === 1) simpler.push({ ...data, function: PARABOLA });
  const { set, rule, alpha, hints, dampening } = data.config;
  const changed = (change: Config): GateCase => ({ ...data, config: { ...data.config, ...change } });
  if (set !== undefined && (set as { kind: string }).kind !== 'all') simpler.push(changed({ set: { kind: 'all' } }));
  if (rule !== undefined && (rule as { kind: string }).kind !== 'identity' && parameterCount(rule as unknown as RuleSpec, x0.length) === x0.length)
    simpler.push(changed({ rule: { kind: 'identity' } }));
  if (alpha !== undefined && alpha !== 'constant') simpler.push(changed({ alpha: 'constant' }));
  if (hints === 'current-jacobian') simpler.push(changed({ hints: 'previous' }));
  if (dampening !== undefined && dampening !== 0) simpler.push(changed({ dampening: 0 }));
  for (const name of ['learningRate', 'momentum', 'beta']) {
    const values = data.config[name];
    if (Array.isArray(values)) simpler.push(changed({ [name]: (values as readonly Json[])[0]! }));
  }
  return simpler;
}

/** Sessions of one dimension and few steps with the plainest of everything, which most slips show on already. */
function plainest(data: GateCase): GateCase[] {
  const { config } = data;
  if (data.x0.length === 1 && data.horizon <= 2) return [];
  const sets: readonly Json[] = config['set'] === undefined ? [] : [{ kind: 'all' }, { kind: 'ball', radius: 0.5 }, { kind: 'box', lower: [-0.5], upper: [0.5] }];
  const first = (value: Json): Json => (Array.isArray(value) ? (value as readonly Json[])[0]! : value);
  const one = (vectors: readonly (readonly number[])[], length: number): number[][] => vectors.slice(0, length).map((_, t) => [t + 1]);
  const rates = Object.fromEntries(['learningRate', 'momentum', 'beta'].flatMap((name) => (config[name] === undefined ? [] : [[name, first(config[name])]])));
  const weights: readonly (Json | undefined)[] = config['alpha'] === undefined ? [undefined] : ['constant', 'linear'];
  const f = data.function === null ? null : config['alpha'] === undefined ? PARABOLA : SHIFTED;
  const told = [rates, Object.fromEntries(Object.keys(rates).map((name) => [name, name === 'beta' ? 2 : 0.5]))];
  return [1, 2, 3, 4].filter((T) => T <= data.horizon).flatMap((T) =>
    told.flatMap((some) =>
      (sets.length === 0 ? [undefined] : sets).flatMap((set) =>
        weights.map((alpha): GateCase => ({
          function: f,
          x0: data.x0.slice(0, 1).map((x) => (data.function === null ? x : 1)),
          horizon: T,
          config: {
            ...config,
            ...some,
            ...(set === undefined ? {} : { set }),
            ...(config['rule'] === undefined ? {} : { rule: { kind: 'identity' } }),
            ...(alpha === undefined ? {} : { alpha }),
          },
          losses: one(data.losses, T),
          hints: one(data.hints, T + 1),
          targets: one(data.targets, T),
        }))
      )
    )
  );
}

function shortened(data: GateCase, T: number): GateCase {
  const cut = (value: Json): Json => (Array.isArray(value) && value.length === data.horizon + 1 ? value.slice(0, T + 1) : value);
  const config = Object.fromEntries(Object.entries(data.config).map(([key, value]) => [key, ['learningRate', 'momentum', 'beta', 'alpha'].includes(key) ? cut(value) : value]));
  return { ...data, horizon: T, config, losses: data.losses.slice(0, T), hints: data.hints.slice(0, T + 1), targets: data.targets.slice(0, T) };
}

/** The session on each of its coordinates alone, with ½x² for f. */
function oneDimensional(data: GateCase): GateCase[] {
  return data.x0.map((_, i) => ({ ...between(data, i, i + 1), function: data.function === null ? null : PARABOLA }));
}

/** The session on its coordinates from … to − 1, where losses are given. */
function between(data: GateCase, from: number, to: number): GateCase {
  const part = <T>(v: readonly T[]): T[] => v.slice(from, to);
  const set = data.config['set'] as { kind: string; lower?: number[]; upper?: number[] } | undefined;
  const rule = data.config['rule'] as { kind: string; matrix?: number[][]; offset?: number[] } | undefined;
  const config = {
    ...data.config,
    // An affine rule keeps its parameters, and W with them.
    ...(set?.kind === 'box' && rule?.kind !== 'affine' ? { set: { ...set, lower: part(set.lower!), upper: part(set.upper!) } } : {}),
    ...(rule?.kind === 'affine' ? { rule: { ...rule, matrix: part(rule.matrix!), offset: part(rule.offset!) } } : {}),
  };
  return { ...data, config, x0: part(data.x0), losses: data.losses.map(part), targets: data.targets.map(part), hints: data.hints.map(part) };
}

/** A large session with fewer steps, fewer coordinates, and plainer numbers: 1 to 4 of them, then without a half, a quarter, …, the last; without the first coordinate, where the last is what tells. */
function smaller(data: GateCase): GateCase[] {
  const { horizon, x0, run, ...rest } = data;
  const n = x0.length;
  return [
    ...(run === true ? [{ ...rest, horizon, x0 }] : []),
    ...fewer(horizon).map((T) => shortened(data, T)),
    ...(data.function === null ? [...fewer(n).map((m) => between(data, 0, m)), ...(n > 1 ? [between(data, 1, n)] : []), ...plainer(data)] : []),
  ];
}

function fewer(count: number): number[] {
  const found = [1, 2, 3, 4];
  for (let cut = Math.ceil(count / 2); cut >= 1; cut = cut === 1 ? 0 : Math.ceil(cut / 2)) found.push(count - cut);
  return [...new Set(found)].filter((one) => one >= 1 && one < count);
}

/** The session with 1 for every number that is given, where not all are 0 or 1 already; with all but its last entry 0; with the first or second half of the gradients that are not 0 alone, or but one of them. */
function plainer(data: GateCase): GateCase[] {
  const each = (change: (entry: number, i: number) => number): GateCase => {
    const all = (vectors: readonly (readonly number[])[]): number[][] => vectors.map((v) => v.map(change));
    return { ...data, x0: data.x0.map(change), losses: all(data.losses), hints: all(data.hints), targets: all(data.targets) };
  };
  const moving = data.losses.flatMap((g, t) => (g.every((entry) => entry === 0) ? [] : [t]));
  const keeping = (from: number, to: number): GateCase => {
    const kept = new Set(moving.slice(from, to));
    return { ...data, losses: data.losses.map((g, t) => (kept.has(t) ? g : g.map(() => 0))) };
  };
  const half = Math.ceil(moving.length / 2);
  const found = [each((entry, i) => (i === data.x0.length - 1 ? entry : 0))];
  const vectors = [data.x0, ...data.losses, ...data.hints, ...data.targets];
  if (!vectors.every((v) => v.every((entry) => entry === 0 || entry === 1))) found.unshift({ ...each(() => 1), x0: data.x0.map((entry) => (entry === 0 ? 0 : 1)) });
  if (moving.length > 1) found.push(keeping(0, 1), keeping(moving.length - 1, moving.length), keeping(0, half), keeping(half, moving.length));
  return found;
}
