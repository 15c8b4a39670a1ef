import type fc from 'fast-check';
import { isInterior } from '../../oracles/variational.js';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { roundsEvidence } from './told.js';
import { vector } from '../formula/unit.js';
import { prepare, simplerMetaCases, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { bounded, prepareUpdate, simplerUpdateCases, type UpdateCase, type UpdateRun } from '../generator/update-case.js';
import { metaDerivatives } from './meta-loss.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute } from '../problem/convex-function.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { Play } from '../trajectory.js';
import { isProjected, isZero, learnerNames, learnerSizes, playsEvidence, projectedSize, rateOf } from './linear.js';
import { metaNames } from './meta.js';
import { FUNCTIONS, NAMES, byRound, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const UPDATES = {
  ...NAMES,
  // What w_t is regularised around.
  c: given(vector('w', 'w')),
  // Of the run with greedy steps.
  'w′': made(vector('w', 'w')),
  'g′': made(vector('f/w', 'w')),
  'g̃′': made(vector('f/w', 'w')),
} as const;

export interface UpdateSettings {
  /** What is looked at beside each w_t: a run with greedy steps, or the steps from one interior point of W to the next. */
  readonly beside: 'greedy' | 'interior';
}

/** Updates, of AO-FTRL on given losses, and of Algorithm 4 on those that it makes itself. */
export function updates(cases: (numbers: NumberSource) => fc.Arbitrary<UpdateCase>, settings: UpdateSettings): World<UpdateCase> {
  return {
    signature: signature(UPDATES, {}, { W: 'w' }, ['k']),
    says: [
      'W closed and convex, ‖·‖ Euclidean, φ affine in w',
      'AO-FTRL, Algorithm 2 and Algorithm 4, g_t the loss that is weighed with α_t; η_t = β_t (Eq. 4) or β_{t−1} (Algorithms 2 and 4)',
      settings.beside === 'greedy'
        ? 'c the centre of the regulariser, 0 as printed; w′_t by greedy steps, from w′_1 = w_1; where β_t = β, k is the first round in which one is projected, or T, else k = 1'
        : 'c the centre of the regulariser, 0 as printed; w_1 = Π_W(c), no hints',
    ],
    cases,
    simpler: simplerUpdateCases,
    play: (K, subject, data) => playUpdates(K, subject, data, settings),
  };
}

function playUpdates<S>(K: Space<S>, subject: Subject, data: UpdateCase, { beside }: UpdateSettings): Played<S> | Rejected {
  const run = prepareUpdate(K, subject, data);
  const config = { ...run.config, centre: parseVector(K, data.centre) };
  const { set, centre } = config;
  const [plays, greedy] = [run.play('lazy'), beside === 'greedy' ? run.play('greedy') : []];
  if (!bounded(K, plays) || !bounded(K, greedy)) return rejected('the trajectory diverges');
  const { beta, index } = (data.linear ?? data.meta)!;
  const isConstant = beta.every((b) => b === beta[0]);
  const [T, m] = [plays.length, set.dimension];
  const interior = (v: Vector<S>): boolean => isInterior(K, run.set, v);
  const still = (play: Play<S>): boolean => isZero(K, play.loss);
  const moved = plays.filter((play, i) => i + 1 < T && !still(play) && interior(play.play) && interior(plays[i + 1]!.play)).length;
  const projected = plays.some((play) => isProjected(K, play));
  return {
    values: {
      K,
      constants: { T, n: m, m, k: isConstant ? agreeing(K, run, plays, greedy) : 1 },
      size: { x: m, w: m },
      names: {
        ...learnerNames(config, plays),
        c: () => centre,
        'w′': byRound(greedy, ({ play }) => play),
        'g′': byRound(greedy, ({ loss }) => loss),
        'g̃′': byRound(greedy, ({ hint }) => hint),
      },
      functions: {},
      sets: { W: { ...set, interior } },
    },
    sizes: () => updateSizes(K as never, config as never, plays as never, greedy as never),
    still: beside === 'greedy' ? T < 2 || plays.every(still) : moved === 0,
    labels: [
      data.linear === undefined ? 'Algorithm 4' : 'AO-FTRL',
      `W: ${run.set.kind}`,
      `β index: ${index}`,
      ...(beside === 'greedy'
        ? [
          ...(projected ? ['projection active'] : []),
          isConstant ? 'lazy and greedy' : 'β varies',
          ...(T >= 20 ? ['T ≥ 20'] : []),
          ...(isZero(K, centre) ? [] : ['centre ≠ 0']),
          ...(plays.some(({ hint }) => !isZero(K, hint)) ? ['hints'] : []),
        ]
        : [
          isConstant ? 'β constant' : 'β varies',
          ...(projected ? ['projected elsewhere'] : []),
          ...(moved >= 5 ? ['5 steps or more'] : []),
          ...(set.whole ? [] : ['W ≠ Rᵐ']),
        ]),
    ],
    evidence: () => ({ ...playsEvidence(K, config, plays)(), c: show(K, centre) }),
  };
}

/** Up to which round lazy and greedy plays have the same past: none was projected, and in float64 losses that depend on the plays part for good once the plays do by an ulp. */
function agreeing<S>(K: Space<S>, { config }: UpdateRun<S>, lazy: readonly Play<S>[], greedy: readonly Play<S>[]): number {
  const parts = (play: Play<S>, i: number): boolean => isProjected(K, play) || !isZero(K, K.minus(play.loss, lazy[i]!.loss));
  const first = config.set.whole && K.exact ? -1 : greedy.findIndex(parts);
  return first < 0 ? greedy.length : first + 1;
}

/** Losses count as given. A greedy play rounds relative to all that the steps to it add, and to the point that the last one starts from. */
function updateSizes(
  K: OrderedSpace<number>,
  config: Parameters<typeof learnerSizes>[1] & { readonly centre: Vector<number> },
  plays: readonly Play<number>[],
  greedy: readonly Play<number>[],
): Sizes {
  const [sizes, inSet, rate] = [learnerSizes(K, config, plays), projectedSize(config.set), rateOf(config)];
  let total = absolute(K, config.centre);
  const reached = greedy.map(({ t, alpha, hint }, i) => {
    const before = greedy[i - 1];
    const step = K.scale(alpha, absolute(K, hint));
    const past = before === undefined ? step : K.axpy(before.alpha, K.plus(absolute(K, before.loss), absolute(K, before.hint)), step);
    total = K.axpy(rate(t)!, past, total);
    return inSet(before === undefined ? total : K.plus(total, absolute(K, before.play)));
  });
  return { ...sizes, names: { ...sizes.names, 'w′': (t) => reached[t - 1]! } };
}

/** A run of Eq. (3), with the w_1 that the paper leaves free. */
export interface FirstCase {
  readonly run: MetaCase;
  /** Projected on W. */
  readonly first: readonly Num[];
}

/** FTRL on the losses ∇h_t(w_t), which are got by differentiating h_t. */
export function equationThree(cases: (numbers: NumberSource) => fc.Arbitrary<FirstCase>): World<FirstCase> {
  return {
    signature: signature(NAMES, { ...FUNCTIONS, '∇h': { args: [vector('w', 'w')], result: vector('f/w', 'w'), subscripts: 1, given: true } }),
    says: ['W closed and convex, ‖·‖ Euclidean', 'w_t by Eq. (3) for t ≥ 2, w_1 ∈ W given'],
    cases,
    simpler: (data) => [...simplerMetaCases(data.run).map((run): FirstCase => ({ ...data, run })), { ...data, first: data.first.map(() => '0') }],
    play: (K, subject, data) => playThree(K as never, subject, data),
  };
}

function playThree<S>(K: OrderedSpace<S>, subject: Subject, { run: data, first }: FirstCase): Played<S> | Rejected {
  const { f, config, hint } = prepare(K, subject, data);
  if (K.equal(f.smoothness, K.zero)) return rejected('f is constant');
  const { set } = config;
  const rounds = subject.optimisticMetaLearning(K, { ...config, first: set.project(parseVector(K, first)), lossWeight: 'alpha-rho' }, hint);
  const { metaLossGradient } = metaDerivatives(K, subject, data);
  return {
    values: {
      K,
      constants: { T: rounds.length, n: f.dimension, m: set.dimension },
      size: { x: f.dimension, w: set.dimension },
      names: metaNames(f, rounds, config.beta),
      functions: { '∇h': ([w], t) => metaLossGradient({ ...rounds[t - 1]!, w: w as Vector<S> }) },
      sets: { W: { ...set, interior: (v) => isInterior(K, data.set, v) } },
    },
    still: false,
    labels: [],
    evidence: () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      φ: config.rule.formula(),
      W: set.name,
      'x̄_0': show(K, rounds[0]!.previousAverage),
      rounds: roundsEvidence(K, rounds),
    }),
  };
}
