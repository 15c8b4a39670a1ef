import type fc from 'fast-check';
import type { WeightKind } from '../algorithm/weights.js';
import { isOrdered, type Space } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { prepare, simplerMetaCases, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import type { Subject } from '../subject.js';
import { META, playRun, raised } from './meta.js';
import type { Played, World } from './world.js';

/** What a theorem fixes: the weights, where it names them, and whether Eq. (3) is taken literally. */
export interface RateSettings {
  /** Left out: the case's own. */
  readonly weights?: WeightKind;
  readonly literal?: boolean;
  /** Whether w* is asked for. */
  readonly preserves?: boolean;
}

/** A run of Algorithm 4 with φ = w at the constant β = κ/L: κ is the case's β_0. */
export function rated(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>, settings: RateSettings): World<MetaCase> {
  return {
    signature: META,
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      settings.preserves === false ? 'W = Rⁿ' : 'φ = w preserves regret (Definition 1; it does if x* ∈ W)',
      'constant β, w_1 = Π_W(0), g̃_1 = 0',
    ],
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: simplerRated,
    play: (K, subject, data) => playRated(K, subject, data, settings),
  };
}

/** The hint is the method's. */
export const simplerRated = (data: MetaCase): readonly MetaCase[] => simplerMetaCases(data).filter(({ hint }) => hint.kind === data.hint.kind);

function playRated<S>(K: Space<S>, subject: Subject, data: MetaCase, { weights, literal = false, preserves = true }: RateSettings): Played<S> | Rejected {
  if (!isOrdered(K)) throw new RangeError(`expected an order, got ${K.name}`);
  const prepared = prepare(K, subject, data);
  const { smoothness } = prepared.f;
  if (K.equal(smoothness, K.zero)) return rejected('f is constant');
  const T = data.alpha.length;
  const config = {
    ...prepared.config,
    beta: subject.constantRate(K.div(K.from(data.beta[0]!), smoothness), T),
    lossWeight: literal ? 'alpha-rho' as const : 'alpha' as const,
    ...(weights === undefined ? {} : { alpha: subject.weights(K, weights, T) }),
  };
  const run = { ...prepared, config };
  return playRun(K, subject, data, run, subject.optimisticMetaLearning(K, config, run.hint), { preserves });
}
