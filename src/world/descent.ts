import fc from 'fast-check';
import { gamma } from '../../oracles/rounding.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { hardFunction } from '../generator/lambda-case.js';
import { approximate, positiveSequence, summands } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { isZero, momentumFactor, pathCase, pointSet, preparePath, strays, type PathCase, type PreparedPath } from '../generator/path-case.js';
import { show } from '../outcome.js';
import { absolute, remembered, type ConvexFunction } from '../problem/convex-function.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import { functionSizes } from './meta.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const { α, L, x, 'x̄': average, 'x*': minimiser } = NAMES;
const point = made(vector('x', 'x'));
const DESCENT = signature({
  α,
  x,
  'x̄': average,
  η: given(number('x²/f')),
  m: given(number('1')),
  d: given(number('1')),
  // Gradient descent; Algorithm 1; SGD with momentum, and with Nesterov's.
  y: point,
  z: point,
  u: point,
  v: point,
}, { '∇f': FUNCTIONS['∇f'] });

export interface DescentCase extends PathCase {
  /** α_1, …, α_T */
  readonly alpha: readonly Num[];
  /** m and d */
  readonly momentum: Num;
  readonly dampening: Num;
}
const HORIZONS = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 40 } } as const;

function descentCase(numbers: NumberSource): fc.Arbitrary<DescentCase> {
  const alpha = fc.integer(HORIZONS[numbers.name]).chain((T) => fc.array(numbers.weight, { minLength: T, maxLength: T }));
  return fc.tuple(pathCase(numbers), alpha, momentumFactor(numbers), momentumFactor(numbers)).map(([path, own, momentum, dampening]) => ({
    ...path,
    alpha: own,
    momentum,
    dampening,
  }));
}

/** Algorithm 2 with W = {w}: φ(x, w) is then a function of x alone. */
function fixed<S>(K: Space<S>, subject: Subject, { f, start }: PreparedPath<S>, spec: RuleSpec, w: Vector<S>, alpha: readonly S[]) {
  const rule = subject.updateRule(K, spec, f.dimension, f.gradient);
  const beta = subject.constantRate(K.one, alpha.length);
  return subject.convexMetaLearning(K, { gradient: f.gradient, rule, set: pointSet(w), start, alpha, beta, index: 'equation-4', projection: 'lazy' });
}

/** Algorithm 1 with φ = w⊙∇f(x) added to x, W = {w}. */
function added<S>(K: Space<S>, subject: Subject, { f, start }: PreparedPath<S>, w: Vector<S>, T: number): Vector<S>[] {
  const rule = subject.updateRule(K, { kind: 'elementwise-gradient' }, f.dimension, f.gradient);
  const ones = Array.from({ length: T }, () => K.one);
  return [start, ...subject.metaGradient(K, { gradient: f.gradient, rule, set: pointSet(w), start, first: w, beta: ones, rho: ones }).map((step) => step.x)];
}

/**
 * Methods that move by a gradient and keep nothing else, all from x̄_0. `printed`: φ = ∇f in Algorithm 2 and φ = η∇f in Algorithm 1;
 * else φ = x − η∇f and φ = −η∇f.
 */
export function descent(as: 'printed' | 'meant'): World<DescentCase> {
  return {
    signature: DESCENT,
    says: [
      'f differentiable',
      'α_t > 0, W = {w}',
      ...(as === 'printed'
        ? ['x̄_t by Algorithm 2 with φ = ∇f, z_t by Algorithm 1 with φ = η∇f, η > 0 (Section 1)']
        : [
          'z_t by Algorithm 1 with φ = −η∇f, x̄_t by Algorithm 2 with φ = x − η∇f',
          'y_t by gradient descent, u_t with momentum m and dampening d as frameworks have it, v_t with its “nesterov”',
        ]),
    ],
    cases: (numbers) => (as === 'printed' ? descentCase({ ...numbers, dimension: 1 }) : descentCase(numbers)),
    simpler: (data) => [1, 2, data.alpha.length - 1].filter((T) => T >= 1 && T < data.alpha.length).map((T) => ({ ...data, alpha: data.alpha.slice(0, T) })),
    play: (K, subject, data) => playDescent(K, subject, data, as),
  };
}

function playDescent<S>(K: Space<S>, subject: Subject, data: DescentCase, as: 'printed' | 'meant'): Played<S> | Rejected {
  const { start, rate, ...prepared } = preparePath(K, subject, data);
  const run = { start, rate, f: remembered(prepared.f) };
  const { f } = run;
  const T = data.alpha.length;
  const all = (value: S): Vector<S> => K.vector(f.dimension, () => value);
  const alpha = data.alpha.map((a) => K.from(a));
  const [rounds, z] = as === 'printed'
    ? [fixed(K, subject, run, { kind: 'elementwise-gradient' }, all(K.one), alpha), added(K, subject, run, all(rate), T)]
    : [fixed(K, subject, run, { kind: 'elementwise-descent' }, all(rate), alpha), added(K, subject, run, all(K.neg(rate)), T)];
  const settings = { rates: Array.from({ length: T }, () => rate), momentum: K.from(data.momentum), dampening: K.from(data.dampening) };
  const y = subject.gradientDescent(K, f.gradient, start, rate, T);
  const [u, v] = [false, true].map((nesterov) => subject.momentum(K, f.gradient, start, { ...settings, nesterov })) as [Vector<S>[], Vector<S>[]];
  const averages = [start, ...rounds.map((round) => round.average)];
  if (strays(K, [...y, ...z, ...averages, ...u, ...v])) return rejected('a path diverges');
  return {
    values: {
      K,
      constants: { T, n: f.dimension, m: f.dimension },
      size: { x: f.dimension, w: f.dimension },
      names: {
        α: (t) => alpha[t - 1],
        η: () => rate,
        m: () => settings.momentum,
        d: () => settings.dampening,
        x: (t) => rounds[t - 1]?.x,
        'x̄': (t) => averages[t],
        y: (t) => y[t],
        z: (t) => z[t],
        u: (t) => u[t],
        v: (t) => v[t],
      },
      functions: { '∇f': ([at]) => f.gradient(at as Vector<S>) },
      sets: {},
    },
    sizes: () => pathSizes(K as never, f as never, rate as never, 2 * T + f.dimension + 32 + summands(data.function.body), { 'x̄': averages, y, z, u, v } as never),
    still: T < 2 || isZero(K, f.gradient(start)) || isZero(K, f.gradient(y[1]!)),
    labels: [
      `f: ${data.function.body.kind}`,
      ...(T >= 20 ? ['T ≥ 20'] : []),
      ...(isOrdered(K) && Number(data.momentum) !== 0 ? ['momentum'] : []),
      ...(data.alpha.some((a) => a !== data.alpha[0]) ? ['α varies'] : []),
    ],
    evidence: () => ({ f: f.formula(), 'x*': show(K, f.minimiser), 'x̄_0': show(K, start) }),
  };
}

/** A step adds a multiple of a gradient to the point before, and momentum the step before: all of these are on the way to each point. */
function pathSizes(K: OrderedSpace<number>, f: ConvexFunction<number>, rate: number, roundings: number, paths: { readonly [name: string]: readonly Vector<number>[] }): Sizes {
  const size = (path: readonly Vector<number>[]) => (t: number): Vector<number> =>
    path.slice(Math.max(0, t - 2), t).reduce((sum, p) => K.plus(sum, K.axpy(Math.abs(rate), f.gradientMagnitude(p), absolute(K, p))), K.zeros(f.dimension));
  return { gamma: gamma(roundings), names: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, size(path)])), functions: functionSizes(f), sets: {} };
}

/** Averaged gradient descent on a function that it crawls on. */
export interface CrawlCase {
  readonly start: Num;
  readonly minimiser: Num;
  /** f(x*) */
  readonly minimum: Num;
  readonly L: Num;
  /** T */
  readonly horizon: number;
  /** C */
  readonly constant: Num;
}

/** The least T with √T > C(4H_T + 2). */
function refuting(constant: number): number {
  for (let [T, H] = [1, 1];; H += 1 / ++T) if (Math.sqrt(T) > constant * (4 * H + 2)) return T;
}

/** Any T; or one of these C, and a T for which it does not do. */
export function crawlCase(numbers: NumberSource, constants: readonly Num[] = []): fc.Arbitrary<CrawlCase> {
  const scene = fc.record({ start: numbers.scalar, minimiser: numbers.scalar, minimum: numbers.scalar, L: numbers.positive });
  const any = fc.integer({ min: 1, max: numbers.name === 'float64' ? 40 : 12 }).map((horizon) => ({ horizon, constant: 1 }));
  const own = constants.length === 0 ? any : fc.constantFrom(...constants).map((constant) => ({ horizon: refuting(approximate(constant)), constant }));
  return fc.tuple(scene, own).map(([one, other]) => ({ ...one, ...other }));
}

/** Algorithm 2 with W = {1/L}, φ = x − w⊙∇f and α_t = 1 on Huber's function of curvature L whose slope is L‖x̄_0 − x*‖/(2H_T + 1). */
export function crawl(cases: (numbers: NumberSource) => fc.Arbitrary<CrawlCase>): World<CrawlCase> {
  return {
    signature: signature({ L, x, 'x̄': average, 'x*': minimiser, C: given(number('1')) }, { f: FUNCTIONS.f, '∇f': FUNCTIONS['∇f'] }),
    says: ['Algorithm 2 with φ = x − ∇f/L, α_t = 1; f Huber’s function of curvature L and slope L‖x̄_0 − x*‖/(2H + 1)'],
    cases: (numbers) => cases(numbers),
    simpler: (data) => [1, 2, data.horizon - 1].filter((T) => T >= 1 && T < data.horizon).map((horizon) => ({ ...data, horizon })),
    play: (K, subject, data) => playCrawl(K as never, subject, data),
  };
}

function playCrawl<S>(K: OrderedSpace<S>, subject: Subject, data: CrawlCase): Played<S> | Rejected {
  const T = data.horizon;
  positiveSequence('L, C', [data.L, data.constant], 2);
  const [start, target] = [K.from(data.start), K.from(data.minimiser)];
  if (K.equal(start, target)) return rejected('x̄_0 = x*');
  const alpha = subject.weights(K, 'constant', T);
  let H = K.zero;
  for (let t = 1; t <= T; t++) H = K.add(H, K.div(K.one, K.from(t)));
  const width = K.div(K.abs(K.sub(start, target)), K.add(K.add(H, H), K.one));
  const f = remembered(subject.convexFunction(K, { ...hardFunction([data.minimiser], data.L, K.exact ? K.format(width) : K.toNumber(width)), minimum: data.minimum }));
  const rounds = fixed(K, subject, { f, start: [start], rate: K.one }, { kind: 'elementwise-descent' }, [K.div(K.one, f.smoothness)], alpha);
  const averages = [[start], ...rounds.map((round) => round.average)];
  return {
    values: {
      K,
      constants: { T, n: 1, m: 1 },
      size: { x: 1, w: 1 },
      names: { L: () => f.smoothness, C: () => K.from(data.constant), x: (t) => rounds[t - 1]?.x, 'x̄': (t) => averages[t], 'x*': () => f.minimiser },
      functions: { f: ([at]) => f.value(at as Vector<S>), '∇f': ([at]) => f.gradient(at as Vector<S>) },
      sets: {},
    },
    sizes: () => pathSizes(K as never, f as never, 1 / K.toNumber(f.smoothness), 4 * T + 32, { 'x̄': averages } as never),
    labels: [],
    still: false,
    evidence: () => ({
      f: f.formula(),
      L: K.format(f.smoothness),
      'x*': show(K, f.minimiser),
      'x̄_0': K.format(start),
      T,
      C: K.format(K.from(data.constant)),
      H: K.format(H),
      'x̄': T <= 20 ? averages.map((point) => show(K, point)) : `(…, ${show(K, averages[T]!)})`,
    }),
  };
}
