import fc from 'fast-check';
import type { OrderedSpace } from '../arithmetic/space.js';
import type { Rejected } from '../claim.js';
import { number } from '../formula/unit.js';
import { simplerMetaCases, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { META, metaNames, playRun, prepared, raised } from './meta.js';
import { NAMES, made, signature } from './names.js';
import type { Played, World } from './world.js';

/** A run on all of Rᵐ, and how much larger W is than it need be. */
export interface EnlargedCase {
  readonly run: MetaCase;
  readonly room: Num;
}

const ENLARGED = signature({
  ...Object.fromEntries(META.names),
  // Of the run on W.
  'w′': NAMES.w,
  'x̄′': NAMES['x̄'],
  'G′': NAMES.G,
  r: made(number('w'), 0),
}, Object.fromEntries(META.functions));

/** A run of Algorithm 2 on Rᵐ with its w* of Definition 1, and the same on W = [−r, r]ᵐ, which has room for all w_t and for w*. */
export function enlarged(cases: (numbers: NumberSource) => fc.Arbitrary<EnlargedCase>): World<EnlargedCase> {
  return {
    signature: ENLARGED,
    regrets: true,
    says: [
      'f differentiable, φ affine in w and not degenerate: c ≠ 0 or s ≥ 0 in Algorithm 2 on Rᵐ, which makes w_t and the smallest w* with ⟨c, w*⟩ ≤ s',
      'W = [−r, r]ᵐ with r ≥ |w_{t,i}| and r ≥ |w*_i|, on which Algorithm 2 makes w′_t, x̄′_t and G′_t',
    ],
    cases: (numbers) => cases(numbers).chain(({ run, room }) => raised(numbers, fc.constant(run)).map((own) => ({ run: own, room }))),
    simpler: ({ run, room }) => simplerMetaCases(run).map((shorter) => ({ run: shorter, room })),
    play: (K, subject, data) => playEnlarged(K as never, subject, data),
  };
}

function playEnlarged<S>(K: OrderedSpace<S>, subject: Subject, { run: data, room }: EnlargedCase): Played<S> | Rejected {
  const own = prepared(K, subject, data);
  const { f, config } = own;
  const rounds = subject.convexMetaLearning(K, config);
  const played = playRun(K, subject, data, own, rounds, { preserves: true });
  if ('kind' in played) return played;
  const star = played.values.names['w*']!(0, 0) as typeof rounds[number]['w'];
  const r = K.add(K.from(room), [star, ...rounds.map(({ w }) => w)].flatMap((w) => Array.from(w, K.abs)).reduce((most, size) => K.max(most, size)));
  const side: Num = K.exact ? K.format(r) : K.toNumber(r);
  const set = subject.feasibleSet(K, { kind: 'box', lower: Array<Num>(star.length).fill(negative(side)), upper: Array<Num>(star.length).fill(side) });
  const { w, 'x̄': average, G } = metaNames(f, subject.convexMetaLearning(K, { ...config, set }), config.beta);
  return {
    ...played,
    values: { ...played.values, names: { ...played.values.names, 'w′': w!, 'x̄′': average!, 'G′': G!, r: () => r }, sets: { W: set } },
    sizes() {
      const { names, ...sizes } = played.sizes!();
      return { ...sizes, names: { ...names, 'w′': names['w']!, 'x̄′': names['x̄']!, 'G′': names['G']! } };
    },
    evidence: () => ({ ...played.evidence(), r: K.format(r) }),
  };
}
const negative = (side: Num): Num => (typeof side === 'number' ? -side : `-${side}`);
