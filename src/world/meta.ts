import fc from 'fast-check';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { runEvidence } from './told.js';
import type { Values } from '../formula/meaning.js';
import { number, vector } from '../formula/unit.js';
import { diverged, metaLabels, prepare, prepareIdentity, simplerMetaCases, type MetaCase, type MetaRun } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { displacement } from './bmg-run.js';
import { metaDerivatives } from './meta-loss.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../problem/convex-function.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';
import { FUNCTIONS, NAMES, RATE, byRound, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

export const META = signature({
  ...NAMES,
  // w* = Π_W(−θc), of Definition 1: the smallest w ∈ W with ⟨c, w⟩ ≤ s.
  'w*': made(vector('w', 'w'), 0),
  θ: made(number(RATE), 0),
  c: made(vector('αf/w', 'w'), 0),
  s: made(number('αf'), 0),
  // A point of W that is part of the case.
  u: given(vector('w', 'w')),
  // What Algorithm 1 with the displacement φ − x makes of x̄_{t−1} and w_t, with Algorithm 4's ρ_t and the rate η_tα_{1:t}.
  v: made(vector('w', 'w')),
}, { ...FUNCTIONS, '∇h': { args: [vector('w', 'w')], result: vector('f/w', 'w'), subscripts: 1, given: true } });

/** A run, and a point of Rᵐ to compare it with. */
export interface ComparedCase {
  readonly run: MetaCase;
  readonly comparator: readonly Num[] | null;
}

/** What the names of Algorithms 2 and 4 stand for in a run. η_{T+1} = η_T; x̄_0 has no weight. */
export function metaNames<S>(f: DifferentiableFunction<S>, rounds: readonly Round<S>[], beta: readonly S[]): Values<S>['names'] {
  const [first, last] = [rounds[0]!, rounds.at(-1)!];
  return {
    α: byRound(rounds, (r) => r.alpha),
    β: (t) => beta[t],
    η: byRound(rounds, (r) => r.eta, undefined, last.eta),
    w: byRound(rounds, (r) => r.w),
    x: byRound(rounds, (r) => r.x),
    'x̄': byRound(rounds, (r) => r.average, first.previousAverage),
    G: byRound(rounds, (r) => r.gradient, f.gradient(first.previousAverage)),
    A: byRound(rounds, (r) => r.jacobian),
    b: byRound(rounds, (r) => r.offset),
    g: byRound(rounds, (r) => r.metaGradient),
    'g̃': byRound(rounds, (r) => r.hint),
    S: byRound(rounds, (r) => r.sum, first.sumBefore),
  };
}

export interface MetaSettings {
  /** 2: without hints. */
  readonly algorithm?: 2 | 4;
  /** w_1 is an input that knows no hint: Π_W(0). */
  readonly first?: boolean;
  /** Whether there must be a w* of Definition 1. */
  readonly preserves?: boolean;
}

/** A run of Algorithm 2 or 4, with the w* of Definition 1 where there is one. Over a field without an order f has no L, and nothing is minimised. */
export function meta(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>, settings: MetaSettings = {}): World<MetaCase> {
  return {
    ...metaWorld(settings),
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: simplerRuns,
    play: (K, subject, data) => playMeta(K, subject, { run: data }, settings),
  };
}
/** The same beside a given u, which is projected on W. */
export function metaCompared(cases: (numbers: NumberSource) => fc.Arbitrary<ComparedCase>, settings: MetaSettings = {}): World<ComparedCase> {
  return {
    ...metaWorld(settings),
    simpler: (data) => simplerRuns(data.run).map((run) => ({ ...data, run })),
    // Where no u is given it is w*, which must then be.
    play: (K, subject, data) => playMeta(K, subject, data, { ...settings, preserves: settings.preserves !== false || data.comparator === null }),
    cases: (numbers) => cases(numbers).chain((data) => raised(numbers, fc.constant(data.run)).map((run) => ({ ...data, run }))),
  };
}

/** The same cases with f(x*) of any size: what is true of f alone must not be taken for true of f − f(x*). */
export function raised<C extends { readonly function: FunctionSpec }>(numbers: NumberSource, cases: fc.Arbitrary<C>): fc.Arbitrary<C> {
  return fc.tuple(cases, numbers.scalar).map(([data, minimum]) => ({ ...data, function: { ...data.function, minimum } }));
}
function simplerRuns(data: MetaCase): readonly MetaCase[] {
  const { minimum, ...rest } = data.function;
  return [...(minimum === undefined ? [] : [{ ...data, function: rest }]), ...simplerMetaCases(data)];
}

function metaWorld({ algorithm = 4, first = false, preserves = true }: MetaSettings): Pick<World<never>, 'signature' | 'says'> {
  return {
    signature: META,
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      preserves ? 'φ affine in w and preserves regret (Definition 1)' : 'φ affine in w',
      `Algorithm ${algorithm}: η_t = β_t (Eq. 4) or β_{t−1}; ${first ? 'w_1 = Π_W(0), whatever the first hint is' : 'w_1 as every w_t'}`,
    ],
  };
}

function playMeta<S>(
  K: Space<S>,
  subject: Subject,
  { run: data, comparator }: Pick<ComparedCase, 'run'> & Partial<ComparedCase>,
  { algorithm = 4, first = false, preserves = true }: MetaSettings,
): Played<S> | Rejected {
  const run = prepared(K, subject, data);
  const { f, config } = run;
  const { set } = config;
  if (preserves && 'smoothness' in f && K.equal(f.smoothness, K.zero)) return rejected('f is constant');
  if (algorithm === 2) return playRun(K, subject, data, run, subject.convexMetaLearning(K, config), { preserves, comparator });
  const own = first ? { ...config, first: set.project(K.zeros(set.dimension)) } : config;
  return playRun(K, subject, data, run, subject.optimisticMetaLearning(K, own, run.hint), { preserves, comparator });
}

export type AnyRun<S> = MetaRun<S, DifferentiableFunction<S> | ConvexFunction<S>>;
export function prepared<S>(K: Space<S>, subject: Subject, data: MetaCase): AnyRun<S> {
  return isOrdered(K) ? prepare(K, subject, data) : prepareIdentity(K, subject, data);
}

/** What the rounds of a run say, and its comparator: where there must be one, or it is to be compared with. */
export function playRun<S>(
  K: Space<S>,
  subject: Subject,
  data: MetaCase,
  run: AnyRun<S>,
  rounds: readonly Round<S>[],
  { preserves, comparator }: { readonly preserves: boolean; readonly comparator?: ComparedCase['comparator'] | undefined },
): Played<S> | Rejected {
  const { f, config: { set, rule, beta } } = run;
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  // Looked for where it is needed alone.
  const ordered = isOrdered(K) && (preserves || comparator === null) ? K : null;
  const halfspace = ordered === null ? null : subject.definitionOne(K, rounds, f.minimiser);
  const found = ordered === null || halfspace === null ? null : subject.smallestComparator(ordered, set, halfspace);
  if (preserves && halfspace !== null && found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const isZero = (v: Vector<S>): boolean => Array.from(v).every((entry) => K.equal(entry, K.zero));
  const u = comparator === undefined || comparator === null ? found?.w : set.project(parseVector(K, comparator.slice(0, rule.parameters)));
  let rates: readonly S[] | null = null;
  let known: ReturnType<typeof metaDerivatives<S>> | null = null;
  const derivatives = (): typeof known & {} => (known ??= metaDerivatives(K, subject, data));
  return {
    values: {
      K,
      constants: { T: rounds.length, n: f.dimension, m: rule.parameters },
      size: { x: f.dimension, w: rule.parameters },
      names: {
        ...metaNames(f, rounds, beta),
        'x*': () => f.minimiser,
        ...('smoothness' in f ? { L: () => f.smoothness } : {}),
        ...(halfspace === null ? {} : { c: () => halfspace.c, s: () => halfspace.s }),
        ...(found === null ? {} : { 'w*': () => found.w, θ: () => found.theta }),
        ...(u === undefined ? {} : { u: () => u }),
        v: (t) => (rounds[t - 2] === undefined ? undefined : lookingAhead(K, subject, run, rounds[t - 2]!, (rates ??= subject.averagingRates(K, run.config.alpha))[t - 2]!)),
      },
      functions: {
        ...learner(run),
        Dφ: ([x, w]) => derivatives().jacobian(x as Vector<S>, w as Vector<S>),
        '∇h': ([w], t) => derivatives().metaLossGradient({ ...(rounds[t - 1] ?? outside(t)), w: w as Vector<S> }),
      },
      sets: { W: set },
    },
    sizes: () => metaSizes(K as never, run as never, rounds as never, found as never),
    still: rounds.every(({ t, metaGradient }) => t < 2 || isZero(metaGradient)),
    labels: [
      ...metaLabels(K, data, rounds),
      ...(comparator === null && found !== null ? ['u = w*'] : []),
      ...(found === null ? [] : ['w* of Definition 1', K.equal(found.theta, K.zero) ? 'w* = Π_W(0)' : 'R^x = R^w', ...(isZero(found.w) ? [] : ['w* ≠ 0'])]),
    ],
    evidence: runEvidence(K as OrderedSpace<S>, run as MetaRun<S, ConvexFunction<S>>, rounds, found?.w ?? null),
  };
}

/** A step of Algorithm 1 from where a round begins. */
function lookingAhead<S>(K: Space<S>, subject: Subject, { config: { gradient, rule } }: AnyRun<S>, { alphaSum, eta, previousAverage, w }: Round<S>, rho: S): Vector<S> {
  const settings = { gradient, rule: displacement(K, rule, K.one), beta: [K.mul(eta, alphaSum)], rho: [rho], start: previousAverage, first: w };
  return subject.metaGradient(K, settings)[0]!.next;
}

function outside(t: number): never {
  throw new RangeError(`expected a round, got ${t}`);
}

export function learner<S>({ f, config: { rule, set } }: MetaRun<S, DifferentiableFunction<S>>): Values<S>['functions'] {
  const one = (args: readonly unknown[]): Vector<S> => args[0] as Vector<S>;
  const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
  return {
    f: (args) => f.value(one(args)),
    '∇f': (args) => f.gradient(one(args)),
    B_f: (args) => f.divergence(...two(args)),
    φ: (args) => rule.apply(...two(args)),
    Π_W: (args) => set.project(one(args)),
  };
}

/** What rounding is relative to in a run of Algorithms 2 and 4: each sum's summands, by their sizes. Once, for all claims on such runs. */
export function metaSizes(
  K: OrderedSpace<number>,
  { f, config: { set, query }, size }: MetaRun<number, ConvexFunction<number>>,
  rounds: readonly Round<number>[],
  comparator: { readonly w: Vector<number>; readonly theta: number } | null,
): Sizes {
  const abs = (v: Vector<number>): Vector<number> => absolute(K, v);
  const matrices = rounds.map(({ jacobian }) => jacobian.map(abs));
  const slopes = rounds.map(({ average, x }) => f.gradientMagnitude(query === 'iterate' ? x : average));
  const pulled = rounds.map(({ w }, i) => K.applyTranspose(matrices[i]!, slopes[i]!, w.length));
  const outputs = rounds.map(({ w, offset }, i) => K.plus(K.apply(matrices[i]!, abs(w)), abs(offset)));
  const sums = [K.zeros(set.dimension)];
  const averages = [abs(rounds[0]!.previousAverage)];
  for (const [i, { alpha, alphaSum, alphaSumBefore }] of rounds.entries()) {
    sums.push(K.axpy(alpha, pulled[i]!, sums[i]!));
    averages.push(K.scale(1 / alphaSum, K.axpy(alpha, outputs[i]!, K.scale(alphaSumBefore, averages[i]!))));
  }
  const place = (v: Vector<number>): string => Array.from(v).join();
  let begins: Map<string, number> | null = null;
  /** The round that begins at a point. */
  const roundAt = (v: Vector<number>): number | undefined => (begins ??= new Map(rounds.map(({ previousAverage }, i) => [place(previousAverage), i]))).get(place(v));
  /** ∇h_t(w), by the chain rule. */
  const pulledAhead = (t: number, w: Vector<number>): Vector<number> => {
    const { alpha, alphaSum, alphaSumBefore, previousAverage, offset } = rounds[t - 1]!;
    const rho = alpha / alphaSum;
    const reach = K.axpy(rho, K.plus(K.apply(matrices[t - 1]!, abs(w)), abs(offset)), K.scale(alphaSumBefore / alphaSum, abs(previousAverage)));
    return K.scale(rho, K.applyTranspose(matrices[t - 1]!, f.gradientMagnitude(reach), w.length));
  };
  const extent = set.extent ?? 0;
  const inSet = (v: Vector<number>): Vector<number> => K.vector(v.length, (i) => v[i]! + extent);
  const all = sums.at(-1)!;
  return {
    gamma: gamma(ledgerRoundings(size)),
    names: {
      G: (t) => slopes[t - 1] ?? f.gradientMagnitude(rounds[0]!.previousAverage),
      g: (t) => pulled[t - 1]!,
      S: (t) => sums[t]!,
      x: (t) => outputs[t - 1]!,
      'x̄': (t) => averages[t]!,
      c: () => all,
      w: (t) => inSet(K.axpy(rounds[t - 1]!.eta, K.axpy(rounds[t - 1]!.alpha, abs(rounds[t - 1]!.hint), sums[t - 1]!), abs(rounds[t - 1]!.w))),
      s: () => rounds.reduce((total, { alpha, offset }, i) => total + alpha * K.dot(slopes[i]!, K.plus(abs(f.minimiser), abs(offset))), 0),
      v: (t) => K.axpy(rounds[t - 2]!.eta * rounds[t - 2]!.alphaSum, pulledAhead(t - 1, rounds[t - 2]!.w), abs(rounds[t - 2]!.w)),
      ...(comparator === null ? {} : { 'w*': () => inSet(K.axpy(comparator.theta, all, abs(comparator.w))) }),
    },
    functions: {
      ...functionSizes(f),
      φ: ([x, w]) => {
        const i = roundAt(x as Vector<number>);
        return i === undefined ? abs(x as Vector<number>) : K.plus(K.apply(matrices[i]!, abs(w as Vector<number>)), abs(rounds[i]!.offset));
      },
      '∇h': ([w], t) => pulledAhead(t, w as Vector<number>),
      Π_W: ([v]) => inSet(abs(v as Vector<number>)),
    },
    sets: { W: (v) => inSet(abs(v)) },
  };
}

/** What rounding of f, ∇f and B_f is relative to. */
export function functionSizes(f: ConvexFunction<number>): Sizes['functions'] {
  return {
    f: ([x]) => f.divergenceMagnitude(x as Vector<number>, f.minimiser) + Math.abs(f.minimum),
    '∇f': ([x]) => f.gradientMagnitude(x as Vector<number>),
    B_f: ([y, x]) => f.divergenceMagnitude(y as Vector<number>, x as Vector<number>),
  };
}
