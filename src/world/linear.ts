import type fc from 'fast-check';
import { gamma } from '../../oracles/rounding.js';
import type { LearnerConfig, LinearLosses } from '../algorithm/ao-ftrl.js';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import type { Values } from '../formula/meaning.js';
import { number, vector } from '../formula/unit.js';
import type { HintCase } from '../generator/hint-case.js';
import { prepareLinear, simplerLinearCases, type LinearCase } from '../generator/linear-case.js';
import type { NumberSource } from '../generator/number.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute } from '../problem/convex-function.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { Subject } from '../subject.js';
import type { Play } from '../trajectory.js';
import { NAMES, RATE, byRound, given, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

export const LINEAR = {
  ...NAMES,
  g: given(vector('f/w', 'w'), 1),
  'g̃': given(vector('f/w', 'w'), 1),
  // ⟨g_t, g̃_t⟩ ≥ ε‖g_t‖²
  ε: given(number('1')),
  // A point of W.
  v: given(vector('w', 'w')),
} as const;

export interface LinearSettings {
  /** u_1 is an input that knows no hint: Π_W(0). */
  readonly first?: boolean;
}

/** AO-FTRL on given losses. */
export function linear(cases: (numbers: NumberSource) => fc.Arbitrary<LinearCase>, settings: LinearSettings = {}): World<LinearCase> {
  return { ...linearWorld(settings), cases, simpler: simplerLinearCases, play: (K, subject, data) => playLinear(K, subject, data, null, settings) };
}
/** The same beside a given v, with hints that point where the losses do, more or less. */
export function hinted(cases: (numbers: NumberSource) => fc.Arbitrary<HintCase>): World<HintCase> {
  return {
    ...linearWorld({}),
    cases,
    simpler: (data) => simplerLinearCases(data.run).map((run) => ({ ...data, run })),
    play: (K, subject, { run, comparator }) => playLinear(K, subject, run, parseVector(K, comparator), {}),
  };
}

/** FTRL without hints at a constant rate β beside a v ∈ W, with a G that no loss is longer than. The comparator counts in units of βG⌊√T⌋. */
export function bounded(cases: (numbers: NumberSource) => fc.Arbitrary<HintCase>): World<HintCase> {
  return {
    ...linearWorld({}),
    signature: signature({ ...LINEAR, β: given(number(RATE)), G: given(number('f/w')) }, {}),
    cases,
    simpler: (data) => simplerLinearCases(data.run).map((run) => ({ ...data, run })),
    play<S>(K: Space<S>, subject: Subject, { run, comparator }: HintCase) {
      const played = playLinear(K, subject, run, null, {});
      const ordered = K as OrderedSpace<S>;
      const beta = K.from(run.beta[0]!);
      const G = run.losses.map((loss) => Array.from(parseVector(K, loss), ordered.abs).reduce((sum, entry) => K.add(sum, entry), K.zero))
        .reduce((most, length) => ordered.max(most, length));
      const reach = K.mul(K.mul(beta, G), K.from(Math.floor(Math.sqrt(run.losses.length))));
      const v = subject.feasibleSet(K, run.set).project(K.scale(reach, parseVector(K, comparator)));
      return { ...played, values: { ...played.values, names: { ...played.values.names, β: () => beta, v: () => v, G: () => G } } };
    },
  };
}

function linearWorld({ first = false }: LinearSettings): Omit<World<never>, 'cases' | 'simpler' | 'play'> {
  return {
    signature: signature(LINEAR, {}),
    regrets: true,
    says: [
      'W closed and convex, ‖·‖ Euclidean',
      `AO-FTRL on given losses: η_t = β_t (Eq. 4) or β_{t−1} (Algorithms 2 and 4); ${first ? 'w_1 = Π_W(0), whatever the first hint is' : 'w_1 as every w_t'}`,
    ],
  };
}

/** η_t, the rate that forms w_t; η_{T+1} = η_T. */
export function rateOf<S>({ alpha, beta, index }: LearnerConfig<S>): (t: number) => S | undefined {
  return (t) => (t < 1 ? undefined : beta[Math.min(t, alpha.length) - (index === 'equation-4' ? 0 : 1)]);
}

/** What the names of FTRL and AO-FTRL stand for in a run. */
export function learnerNames<S>(config: LearnerConfig<S>, plays: readonly Play<S>[]): Values<S>['names'] {
  return {
    α: (t) => config.alpha[t - 1],
    β: (t) => config.beta[t],
    η: rateOf(config),
    w: byRound(plays, ({ play }) => play),
    g: byRound(plays, ({ loss }) => loss),
    'g̃': byRound(plays, ({ hint }) => hint),
    S: byRound(plays, ({ sum }) => sum, plays[0]!.sumBefore),
  };
}

/** The losses and the hints as they are given. */
export const lossNames = <S>({ losses, hints }: Required<LinearLosses<S>>): Values<S>['names'] => ({ g: (t) => losses[t - 1], 'g̃': (t) => hints[t - 1] });

export function isZero<S>(K: Space<S>, v: Vector<S>): boolean {
  for (let i = 0; i < v.length; i++) if (!K.equal(v[i]!, K.zero)) return false;
  return true;
}
export const isProjected = <S>(K: Space<S>, { play, unprojected }: Play<S>): boolean => !isZero(K, K.minus(play, unprojected));

/** The rows of a table. */
export function playsEvidence<S>(K: Space<S>, config: LearnerConfig<S>, plays: readonly Play<S>[]): Evidence {
  return () => ({
    W: config.set.name,
    rounds: plays.map(({ t, alpha, eta, play, loss, hint, sum }) => ({
      t,
      α: K.format(alpha),
      η: K.format(eta),
      w: show(K, play),
      g: show(K, loss),
      'g̃': show(K, hint),
      S: show(K, sum),
    })),
  });
}

function playLinear<S>(K: Space<S>, subject: Subject, data: LinearCase, point: Vector<S> | null, { first = false }: LinearSettings): Played<S> {
  const { config, losses } = prepareLinear(K, subject, data);
  const { set } = config;
  const plays = subject.aoFtrl(K, first ? { ...config, first: set.project(K.zeros(set.dimension)) } : config, losses);
  const [T, m] = [plays.length, set.dimension];
  const ordered = K as OrderedSpace<S>;
  const epsilon = point === null ? null : correlation(ordered, losses);
  return {
    values: {
      K,
      constants: { T, n: m, m },
      size: { x: m, w: m },
      names: {
        ...learnerNames(config, plays),
        ...lossNames(losses),
        ...(point === null ? {} : { v: () => point, ε: () => epsilon ?? K.zero }),
      },
      functions: {},
      sets: { W: set },
    },
    sizes: () => learnerSizes(K as never, config as never, plays as never),
    still: plays.every(({ loss }) => isZero(K, loss)),
    labels: [
      `W: ${data.set.kind}`,
      `β index: ${data.index}`,
      ...(plays.some((play) => isProjected(K, play)) ? ['projection active'] : []),
      ...(plays.some(({ hint }) => !isZero(K, hint)) ? ['hints'] : []),
      ...(T >= 20 ? ['T ≥ 20'] : []),
      ...(data.beta.some((b) => b !== data.beta[0]) ? ['β varies'] : []),
      ...(epsilon === null ? [] : [ordered.lessOrEqual(K.one, K.add(epsilon, epsilon)) ? 'ε ≥ ½' : 'ε < ½', ...(ordered.lessOrEqual(epsilon, K.zero) ? [] : ['ε > 0'])]),
    ],
    evidence: playsEvidence(K, config, plays),
  };
}

/** The largest ε with ⟨g_t, g̃_t⟩ ≥ ε‖g_t‖² for all t, less what rounding may have added; null where all losses are 0. */
function correlation<S>(K: OrderedSpace<S>, { losses, hints }: Required<LinearLosses<S>>): S | null {
  let least: S | null = null;
  for (const [i, loss] of losses.entries()) {
    if (isZero(K, loss)) continue;
    const ratio = K.div(K.dot(loss, hints[i]!), K.dot(loss, loss));
    least = least === null ? ratio : K.min(least, ratio);
  }
  return least === null || K.exact ? least : K.sub(least, K.mul(K.from(2 ** -50), K.abs(least)));
}

/** What a projection on W rounds relative to, beside what it computes: a simplex and a ball add up all entries, and W's own numbers. */
export function projectedSize({ extent, dimension }: FeasibleSet<number>): (v: Vector<number>) => Vector<number> {
  return (v) => (extent === undefined ? v : Float64Array.from({ length: dimension }, () => Array.from(v).reduce((sum, entry) => sum + entry, extent)));
}

/** What rounding is relative to in a run of FTRL or AO-FTRL whose losses count as given: sums over T twice, a projection on W (a sort and a sum over m, or a norm), a few factors. */
export function learnerSizes(K: OrderedSpace<number>, config: LearnerConfig<number>, plays: readonly Play<number>[]): Sizes {
  const { set } = config;
  const [rate, inSet, centre] = [rateOf(config), projectedSize(set), absolute(K, config.centre ?? K.zeros(set.dimension))];
  const sums = [K.zeros(set.dimension)];
  for (const { alpha, loss } of plays) sums.push(K.axpy(alpha, absolute(K, loss), sums.at(-1)!));
  return {
    gamma: gamma(2 * plays.length + 4 * set.dimension + 32),
    names: {
      S: (t) => sums[t]!,
      w: (t) => inSet(K.axpy(rate(t)!, K.axpy(plays[t - 1]!.alpha, absolute(K, plays[t - 1]!.hint), sums[t - 1]!), centre)),
    },
    functions: {},
    sets: { W: (v) => inSet(absolute(K, v)) },
  };
}
