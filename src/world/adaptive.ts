import type fc from 'fast-check';
import { gamma } from '../../oracles/rounding.js';
import type { AdaptivePlay, MetricRule } from '../algorithm/adaptive-ftrl.js';
import { exactRoot } from '../arithmetic/exact-root.js';
import { rational, type Rational } from '../arithmetic/rational.js';
import { isReal, type OrderedSpace, type RealSpace, type Space, type Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { rootCase, simplerAdaptiveCases, simplerRootCases, type AdaptiveCase, type RootCase } from '../generator/adaptive-case.js';
import { approximate, positiveSequence } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute } from '../problem/convex-function.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { LINEAR, isZero, lossNames } from './linear.js';
import { byRound, given, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const ADAPTIVE = {
  ...LINEAR,
  // ‖w‖²_(t) = Σ h_{t,i}w_i²
  h: given(vector('αf/w²', 'w'), 1),
  β: given(number('w')),
} as const;

/** AO-FTRL in a norm that changes, on a product of intervals. */
export function adaptive(cases: (numbers: NumberSource) => fc.Arbitrary<AdaptiveCase>): World<AdaptiveCase> {
  return {
    signature: signature(ADAPTIVE, {}),
    regrets: true,
    says: [
      'W a product of intervals, ‖w‖²_(t) = Σ_i h_{t,i}w_i², h_t > 0 known when w_t is formed, h_{T+1} = h_T',
      'h_t any, with β the least for which β h_{t,i} is s_{t,i} or more; or AdaGrad’s: h_{t,i} = √(G_i² + Σ_{s<t}(α_sg_{s,i})²)/β without hints, G_i ≥ α_t|g_{t,i}| for all t, known beforehand',
    ],
    cases,
    simpler: simplerAdaptiveCases,
    play: (K, subject, data) => playAdaptive(K as never, subject, data),
  };
}

function norms<S>(K: OrderedSpace<S>, subject: Subject, { norms: spec, alpha, losses, intervals }: AdaptiveCase): MetricRule<S> {
  if (spec.kind === 'given') return nonDecreasing(K, spec.increments, losses.length);
  if (!isReal(K)) throw new RangeError(`expected norms without roots in ${K.name}, got AdaGrad's`);
  positiveSequence('β', [spec.beta], 1);
  if (!(approximate(spec.margin) >= 1)) throw new RangeError(`expected a margin ≥ 1, got ${spec.margin}`);
  const bounds = K.vector(intervals.length, (i) => {
    const largest = losses.reduce((max, g, t) => K.max(max, K.abs(K.mul(K.from(alpha[t]!), K.from(g[i]!)))), K.zero);
    // A coordinate without losses: any bound > 0 is one.
    return K.equal(largest, K.zero) ? K.one : K.mul(K.from(spec.margin), largest);
  });
  return subject.adagradMetric(K, K.from(spec.beta), bounds);
}

/** h_1, …, h_T, from h_1 and what is added to it. */
function nonDecreasing<S>(K: OrderedSpace<S>, increments: readonly (readonly Num[])[], T: number): MetricRule<S> {
  positiveSequence('h_1', increments[0] ?? [], increments[0]?.length ?? 1);
  if (increments.length !== T) throw new RangeError(`expected ${T} norms, got ${increments.length}`);
  const [first, ...rest] = increments.map((row) => parseVector(K, row));
  const all = [first!];
  for (const row of rest) {
    if (!Array.from(row).every((entry) => K.lessOrEqual(K.zero, entry))) throw new RangeError('expected norms that do not decrease');
    all.push(K.plus(all.at(-1)!, row));
  }
  return (past) => all[past.length]!;
}

/** max s_{t,i}/h_{t,i}, s_t = √Σ_{s≤t}α_s²(g_s − g̃_s)². */
function leastRate<S>(K: RealSpace<S>, plays: readonly AdaptivePlay<S>[], h: readonly Vector<S>[]): S {
  let [squares, largest] = [K.zeros(h[0]!.length), K.zero];
  for (const [t, { alpha, loss, hint }] of plays.entries()) {
    const miss = K.scale(alpha, K.minus(loss, hint));
    squares = K.plus(squares, K.hadamard(miss, miss));
    for (let i = 0; i < squares.length; i++) largest = K.max(largest, K.div(K.sqrt(squares[i]!), h[t]![i]!));
  }
  return largest;
}

function playAdaptive<S>(K: OrderedSpace<S>, subject: Subject, data: AdaptiveCase): Played<S> {
  positiveSequence('α', data.alpha, data.losses.length);
  const [T, m] = [data.losses.length, data.intervals.length];
  const intervals = data.intervals.map((spec) => subject.feasibleSet(K, spec));
  const project = (v: Vector<S>): Vector<S> => K.vector(m, (i) => intervals[i]!.project(K.vector(1, () => v[i]!))[0]!);
  const metric = norms(K, subject, data);
  const losses = { losses: data.losses.map((g) => parseVector(K, g)), hints: data.hints.map((g) => parseVector(K, g)) };
  const plays = subject.adaptiveFtrl(K, { intervals, alpha: data.alpha.map((a) => K.from(a)), metric }, losses);
  // What was asked for, not what was played in.
  const h = plays.map((_, i) => metric(plays.slice(0, i)));
  const last = h.at(-1)!;
  const beta = data.norms.kind === 'adagrad' ? K.from(data.norms.beta) : isReal(K) ? leastRate(K, plays, h) : null;
  const v = project(parseVector(K, data.comparator));
  return {
    values: {
      K,
      constants: { T, n: m, m },
      size: { x: m, w: m },
      names: {
        ...playNames(plays),
        ...lossNames(losses),
        h: byRound(h, (one) => one, undefined, last),
        v: () => v,
        ...(beta === null ? {} : { β: () => beta }),
      },
      functions: {},
      sets: { W: { project } },
    },
    sizes: () => adaptiveSizes(K as never, plays as never, h as never),
    still: plays.every(({ loss }) => isZero(K, loss)),
    labels: [
      `norms: ${data.norms.kind}`,
      ...(plays.some(({ play, unprojected }) => !isZero(K, K.minus(play, unprojected))) ? ['projection active'] : []),
      ...(plays.some(({ hint }) => !isZero(K, hint)) ? ['hints'] : []),
      ...(T >= 20 ? ['T ≥ 20'] : []),
      ...(isZero(K, K.minus(last, h[0]!)) ? [] : ['the norm grows']),
      ...(Array.from(last).some((entry) => !K.equal(entry, last[0]!)) ? ['the norm is no multiple of ‖·‖'] : []),
    ],
    evidence: playsEvidence(K, intervals.map(({ name }) => name).join('×'), plays, (t) => ({ h: show(K, h[t - 1]!) })),
  };
}

function playNames<S>(plays: readonly AdaptivePlay<S>[]) {
  return { α: byRound(plays, ({ alpha }) => alpha), w: byRound(plays, ({ play }) => play), S: byRound(plays, ({ sum }) => sum, plays[0]!.sumBefore) };
}

function playsEvidence<S>(K: Space<S>, W: string, plays: readonly AdaptivePlay<S>[], more: (t: number) => { readonly [name: string]: string }): Evidence {
  return () => ({
    W,
    rounds: plays.map(({ t, alpha, play, loss, hint, sum }) => ({ t, α: K.format(alpha), ...more(t), w: show(K, play), g: show(K, loss), 'g̃': show(K, hint), S: show(K, sum) })),
  });
}

/** S_t and the sums of a bound over T, and in AdaGrad's roots once more; sums over m; a few factors and a root. An interval only compares. */
function adaptiveSizes(K: OrderedSpace<number>, plays: readonly AdaptivePlay<number>[], h: readonly Vector<number>[]): Sizes {
  const m = h[0]!.length;
  const sums = [K.zeros(m)];
  for (const { alpha, loss } of plays) sums.push(K.axpy(alpha, absolute(K, loss), sums.at(-1)!));
  return {
    gamma: gamma(3 * plays.length + 2 * m + 32),
    names: {
      S: (t) => sums[t]!,
      // Sums of what is positive.
      h: () => K.zeros(m),
      β: () => 0,
      w: (t) => {
        const { alpha, hint } = plays[t - 1]!;
        const pulled = K.axpy(alpha, absolute(K, hint), sums[t - 1]!);
        return K.vector(m, (i) => pulled[i]! / h[t - 1]![i]!);
      },
    },
    functions: {},
    sets: { W: (v) => absolute(K, v) },
  };
}

/** FTRL on the line in AdaGrad's norm of what has been seen, s_{t−1}/β: losses of which all roots are rational. */
export const roots: World<RootCase> = {
  signature: signature({ ...ADAPTIVE, s: given(vector('αf/w', 'w'), 1) }, {}),
  regrets: true,
  says: ['‖w‖²_(t) = Σ_i h_{t,i}w_i²', 'w_t is formed from g_1, …, g_{t−1}, so in the norm of s_{t−1}; w_1 = 0', 'W = R, α_t = 1, no hints'],
  cases: () => rootCase,
  simpler: simplerRootCases,
  // In rationals alone.
  play: (_, subject, data) => playRoots(subject, data) as never,
};

function playRoots(subject: Subject, { losses, beta }: RootCase): Played<Rational> | Rejected {
  const K = rational;
  positiveSequence('β', [beta], 1);
  const g = losses.map((one) => [K.from(one)]);
  const s: Rational[] = [];
  let squares = K.zero;
  for (const [one] of g) {
    squares = squares.add(one!.mul(one!));
    const root = exactRoot(squares);
    if (root === null || K.equal(root, K.zero)) return rejected('a root is not rational, or 0');
    s.push(root);
  }
  const W = subject.feasibleSet(K, { kind: 'all', dimension: 1 });
  const metric: MetricRule<Rational> = (past) => [(s[past.length - 1] ?? K.one).div(K.from(beta))];
  const plays = subject.adaptiveFtrl(K, { intervals: [W], alpha: g.map(() => K.one), metric }, { losses: g });
  return {
    values: {
      K,
      constants: { T: g.length, n: 1, m: 1 },
      size: { x: 1, w: 1 },
      names: { ...playNames(plays), g: (t) => g[t - 1], s: (t) => (t < 1 ? undefined : [s[t - 1]!]), β: () => K.from(beta) },
      functions: {},
      sets: { W },
    },
    labels: [],
    still: false,
    evidence: playsEvidence(K, W.name, plays, (t) => ({ s: K.format(s[t - 1]!) })),
  };
}
