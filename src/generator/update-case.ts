import fc from 'fast-check';
import type { LearnerConfig } from '../algorithm/ao-ftrl.js';
import type { Projection } from '../algorithm/formulas.js';
import { isOrdered, type Space } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { Play } from '../trajectory.js';
import { linearCase, prepareLinear, simplerLinearCases, type LinearCase } from './linear-case.js';
import { metaCase, prepareIdentity, simplerMetaCases, type MetaCase, type MetaCaseOptions } from './meta-case.js';
import { vector, type NumberSource } from './number.js';

/** A run of which the updates are judged: AO-FTRL on given losses, or Algorithm 4 on those that it makes itself. */
export interface UpdateCase {
  readonly linear?: LinearCase;
  readonly meta?: MetaCase;
  /** The regulariser is ‖w − centre‖²/(2η). */
  readonly centre: readonly Num[];
}

/** Half of them with centre 0. */
export function updateCase(numbers: NumberSource, options: Pick<MetaCaseOptions, 'rates' | 'horizon' | 'rules'> & { readonly hints: boolean }): fc.Arbitrary<UpdateCase> {
  const { hints, rules, ...common } = options;
  const centre = fc.option(vector(numbers, numbers.dimension ** 2), { nil: undefined });
  const fit = (given: Num[] | undefined, m: number): Num[] => given?.slice(0, m) ?? Array<Num>(m).fill(0);
  const linear = fc.tuple(linearCase(numbers, { ...common, hints }), centre).map(([run, given]): UpdateCase => ({ linear: run, centre: fit(given, run.losses[0]!.length) }));
  const meta = fc.tuple(
    metaCase(numbers, { ...common, ...(rules === undefined ? {} : { rules }), ...(hints ? {} : { hints: () => fc.constant({ kind: 'none' as const }) }) }),
    centre,
  )
    .map(([run, given]): UpdateCase => ({ meta: run, centre: fit(given, setDimension(run.set)) }));
  return fc.oneof(linear, meta);
}

function setDimension(spec: SetSpec): number {
  switch (spec.kind) {
    case 'all':
      return spec.dimension;
    case 'box':
      return spec.lower.length;
    case 'ball':
      return spec.centre.length;
    default:
      return spec.corner.length;
  }
}

/** What a case's rounds are formed with, apart from the losses. */
export interface UpdateRun<S> {
  readonly set: SetSpec;
  readonly config: LearnerConfig<S>;
  readonly play: (projection: Projection) => readonly Play<S>[];
}

/** @throws {RangeError} a case that holds neither kind of run. */
export function prepareUpdate<S>(K: Space<S>, subject: Subject, data: UpdateCase): UpdateRun<S> {
  const centre = parseVector(K, data.centre);
  if (data.linear !== undefined) {
    const { config, losses } = prepareLinear(K, subject, data.linear);
    return { set: data.linear.set, config, play: (projection) => subject.aoFtrl(K, { ...config, centre, projection }, losses) };
  }
  if (data.meta === undefined) throw new RangeError('expected a run on given losses or a run of Algorithm 4, got neither');
  const { config, hint } = prepareIdentity(K, subject, data.meta);
  return {
    set: data.meta.set,
    config,
    play: (projection) => subject.optimisticMetaLearning(K, { ...config, centre, projection }, hint),
  };
}

/** False for a float64 run whose losses, which Algorithm 4 makes itself, grow beyond what it can compute with. */
export function bounded<S>(K: Space<S>, plays: readonly Play<S>[]): boolean {
  return K.exact || !isOrdered(K) || plays.every((p) => Array.from(p.loss).every((entry) => Math.abs(K.toNumber(entry)) <= 1e9));
}

/** Fewer rounds, no hints, centre 0. */
export function simplerUpdateCases(data: UpdateCase): UpdateCase[] {
  const runs = data.linear !== undefined
    ? simplerLinearCases(data.linear).map((linear): UpdateCase => ({ ...data, linear }))
    : data.meta === undefined
    ? []
    : simplerMetaCases(data.meta).map((meta): UpdateCase => ({ ...data, meta }));
  return [...runs, { ...data, centre: data.centre.map(() => 0) }];
}
