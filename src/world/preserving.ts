import type fc from 'fast-check';
import { smallestByFaces } from '../../oracles/faces.js';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { number, vector } from '../formula/unit.js';
import type { MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import type { ComparedCase } from '../generator/sequence-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Subject } from '../subject.js';
import { META, meta, metaCompared, playRun, prepared } from './meta.js';
import { made } from './names.js';
import type { World } from './world.js';

/** Runs with a w* of Definition 1, and a u of W: the case's, or in exact numbers the smallest that Definition 1 allows, found by W's faces. */
export function preserving(cases: (numbers: NumberSource) => fc.Arbitrary<ComparedCase>): World<ComparedCase> {
  const base = metaCompared(cases);
  return {
    ...base,
    play<S>(K: Space<S>, subject: Subject, data: ComparedCase) {
      const played = base.play(K, subject, data);
      if ('kind' in played || !K.exact || !isOrdered(K) || data.comparator !== null) return played;
      const { names } = played.values;
      const u = smallestByFaces(K, data.run.set, { c: names['c']!(0, 0) as Vector<S>, s: names['s']!(0, 0) as S });
      return u === null ? played : { ...played, values: { ...played.values, names: { ...names, u: () => u } } };
    },
  };
}

/** Runs with and without a w* of Definition 1: whether one is found, and whether W's faces have one. */
export function decided(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>): World<MetaCase> {
  return {
    ...meta(cases, { preserves: false }),
    signature: { ...META, names: new Map([...META.names, ['k', made(number('1'), 0)], ['κ', made(number('1'), 0)]]) },
    says: ['k = 1 where w* is found, else 0; κ = 1 where ⟨c, w⟩ ≤ s on one of the faces of W, else 0'],
    play<S>(space: Space<S>, subject: Subject, data: MetaCase) {
      const K = space as OrderedSpace<S>;
      const run = prepared(K, subject, data);
      const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
      const played = playRun(K, subject, data, run, rounds, { preserves: false });
      if ('kind' in played) return played;
      const halfspace = subject.definitionOne(K, rounds, run.f.minimiser);
      const one = (w: unknown) => (): S => (w === null ? K.zero : K.one);
      const [found, byFaces] = [subject.smallestComparator(K, run.config.set, halfspace), smallestByFaces(K, data.set, halfspace)];
      return {
        ...played,
        values: { ...played.values, names: { ...played.values.names, k: one(found), κ: one(byFaces) } },
        labels: found === null ? ['no w*'] : [],
        evidence: () => ({ ...played.evidence(), c: show(K, halfspace.c), s: K.format(halfspace.s) }),
      };
    },
  };
}

/** Algorithm 2 on a box, with the v of it that Σα_t⟨φ(x̄_{t−1}, v), G_t⟩ is smallest at. */
export function correlating(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>): World<MetaCase> {
  const base = meta((numbers) => cases(numbers).filter(({ set }) => set.kind === 'box'), { algorithm: 2 });
  return {
    ...base,
    signature: { ...META, names: new Map([...META.names, ['v', made(vector('w', 'w'), 0)]]) },
    says: [...base.says, 'v the point of W, a box, at which Σα_t⟨φ(x̄_{t−1}, v), G_t⟩ is smallest'],
    play<S>(space: Space<S>, subject: Subject, data: MetaCase) {
      const K = space as OrderedSpace<S>;
      const played = base.play(K, subject, data);
      if ('kind' in played || data.set.kind !== 'box') return played;
      const { names } = played.values;
      const c = names['c']!(0, 0) as Vector<S>;
      const [lower, upper] = [parseVector(K, data.set.lower), parseVector(K, data.set.upper)];
      const v = K.vector(c.length, (i) => (K.compare(c[i]!, K.zero) > 0 ? lower : upper)[i]!);
      return { ...played, values: { ...played.values, names: { ...names, v: () => v } }, evidence: () => ({ ...played.evidence(), v: show(K, v) }) };
    },
  };
}
