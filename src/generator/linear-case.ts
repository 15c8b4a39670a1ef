import fc from 'fast-check';
import type { LearnerConfig, LinearLosses } from '../algorithm/ao-ftrl.js';
import type { BetaIndex, Projection } from '../algorithm/formulas.js';
import type { Space } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { setSpec } from './learner.js';
import { positiveSequence, rates } from './meta-case.js';
import { matrix, type NumberSource } from './number.js';

/** A run of FTRL or AO-FTRL on linear losses, as data. T = losses.length. */
export interface LinearCase {
  readonly set: SetSpec;
  readonly alpha: readonly Num[];
  /** β_0 … β_T */
  readonly beta: readonly Num[];
  readonly index: BetaIndex;
  readonly projection: Projection;
  readonly losses: readonly (readonly Num[])[];
  readonly hints: readonly (readonly Num[])[];
}

export interface LinearCaseOptions {
  readonly horizon?: { readonly min: number; readonly max: number };
  readonly dimension?: number;
  readonly sets?: 'all' | 'whole';
  readonly rates?: 'constant' | 'non-increasing' | 'any';
  readonly hints?: boolean;
}

/** Losses of one sign, alternating, and arbitrary; hints that are absent, the previous loss, near the loss, and arbitrary. */
export function linearCase(numbers: NumberSource, options: LinearCaseOptions = {}): fc.Arbitrary<LinearCase> {
  const sizes = fc.record({
    T: fc.integer(options.horizon ?? { min: 1, max: numbers.horizon }),
    m: fc.integer({ min: 1, max: options.dimension ?? numbers.dimension }),
  });
  return sizes.chain(({ T, m }) =>
    fc.record({
      set: options.sets === 'whole' ? fc.constant<SetSpec>({ kind: 'all', dimension: m }) : setSpec(numbers, m),
      alpha: fc.array(numbers.weight, { minLength: T, maxLength: T }),
      beta: rates(numbers, T, options.rates ?? 'non-increasing'),
      index: fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'),
      projection: fc.constant<Projection>('lazy'),
      losses: losses(numbers, T, m),
      hinting: options.hints === false ? fc.constant('none' as const) : fc.constantFrom('none' as const, 'previous' as const, 'exact' as const, 'arbitrary' as const),
      arbitrary: matrix(numbers, T, m),
    }).map(({ hinting, arbitrary, ...rest }) => ({ ...rest, hints: hints(hinting, rest.losses, arbitrary) }))
  );
}

function losses(numbers: NumberSource, T: number, m: number): fc.Arbitrary<Num[][]> {
  const arbitrary = matrix(numbers, T, m);
  if (numbers.name === 'prime-field') return arbitrary;
  const row = fc.array(numbers.positive, { minLength: m, maxLength: m });
  const repeated = row.map((g) => Array.from({ length: T }, () => g));
  const alternating = row.map((g) => Array.from({ length: T }, (_, t) => (t % 2 === 0 ? g : g.map(negated))));
  return fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: repeated }, { weight: 1, arbitrary: alternating });
}

function negated(x: Num): Num {
  if (typeof x === 'number') return -x;
  return x.startsWith('-') ? x.slice(1) : `-${x}`;
}

function hints(kind: 'none' | 'previous' | 'exact' | 'arbitrary', losses: readonly (readonly Num[])[], arbitrary: Num[][]): readonly (readonly Num[])[] {
  const none = losses.map((loss) => loss.map((): Num => 0));
  switch (kind) {
    case 'none':
      return none;
    case 'previous':
      return [none[0]!, ...losses.slice(0, -1)];
    case 'exact':
      return losses;
    case 'arbitrary':
      return arbitrary;
  }
}

/** The learner's configuration and the losses that the data denote. */
export function prepareLinear<S>(K: Space<S>, subject: Subject, data: LinearCase): { config: LearnerConfig<S>; losses: Required<LinearLosses<S>> } {
  positiveSequence('α', data.alpha, data.losses.length);
  positiveSequence('β', data.beta, data.losses.length + 1);
  const set = subject.feasibleSet(K, data.set);
  return {
    config: { set, alpha: data.alpha.map((a) => K.from(a)), beta: data.beta.map((b) => K.from(b)), index: data.index, projection: data.projection },
    losses: { losses: data.losses.map((g) => parseVector(K, g)), hints: data.hints.map((g) => parseVector(K, g)) },
  };
}

/** Fewer rounds, no hints, all of Rᵐ: tried first when a failing case is made readable. */
export function simplerLinearCases(data: LinearCase): LinearCase[] {
  const T = data.losses.length;
  const shorter = [1, 2, 3, Math.floor(T / 2), T - 1].filter((horizon) => horizon >= 1 && horizon < T).map((horizon): LinearCase => ({
    ...data,
    alpha: data.alpha.slice(0, horizon),
    beta: data.beta.slice(0, horizon + 1),
    losses: data.losses.slice(0, horizon),
    hints: data.hints.slice(0, horizon),
  }));
  const whole: SetSpec = { kind: 'all', dimension: data.losses[0]!.length };
  return [...shorter, { ...data, hints: data.hints.map((hint) => hint.map((): Num => 0)) }, ...(data.set.kind === 'all' ? [] : [{ ...data, set: whole }])];
}
