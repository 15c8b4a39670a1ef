import fc from 'fast-check';
import { float64 } from '../arithmetic/float64.js';
import { rational } from '../arithmetic/rational.js';
import type { Space } from '../arithmetic/space.js';
import type { Noticed } from '../claim.js';
import type { Value, Values } from '../formula/meaning.js';
import { doubles, rationalNumbers } from '../generator/number.js';
import { reference } from '../subject.js';
import { compile, decide, type Compiled, type Theorem } from './judge.js';
import type { Played, World } from './world.js';

type Of<S> = Values<S>['names'][string];

/** What may be wrong with a quantity that a run tells of: with each of its entries, or with its place. */
const CHANGES: { readonly [change: string]: <S>(K: Space<S>, a: S) => S } = {
  shifted: (K, a) => K.add(a, K.one),
  doubled: (K, a) => K.add(a, a),
  forgotten: (K) => K.zero,
};
const LATE = 'a round late';

function wrong<S>(K: Space<S>, of: Of<S>, change: string): Of<S> {
  if (change === LATE) return (i, j) => of(i - 1, j) ?? of(i, j);
  const each = (value: Value<S>): Value<S> =>
    Array.isArray(value) || value instanceof Float64Array ? Array.from(value as ArrayLike<Value<S>>, each) as Value<S> : CHANGES[change]!(K, value as S);
  return (i, j) => {
    const value = of(i, j);
    return value === undefined ? undefined : each(value);
  };
}

/** The run, and each of its paths, with the quantity put wrong. */
function put<S>(K: Space<S>, played: Played<S>, name: string, change: string): Played<S> {
  const changed = (values: Values<S>): Values<S> => {
    const { paths } = values;
    const of = values.names[name];
    return {
      ...values,
      ...(of === undefined ? {} : { names: { ...values.names, [name]: wrong(K, of, change) } }),
      ...(paths === undefined ? {} : { paths: paths.map((path) => ({ ...path, values: changed(path.values) })) }),
    };
  };
  return { ...played, values: changed(played.values) };
}

/** Every quantity that a theorem's lines mention, put wrong in every way: in so many runs with rational numbers, or else in doubles. */
export function noticed<C>(theorem: Theorem<C>, cases: number, seed: number): Noticed[] {
  const compiled = compile(theorem);
  const judges = [judge(rational, compiled, cases, seed), judge(float64, compiled, cases, seed)];
  const mentions = new Set([...compiled.steps, ...compiled.because, ...compiled.statement].flatMap((one) => [...one.mentions]));
  return [...theorem.world.signature.names].filter(([name]) => mentions.has(name)).flatMap(([name, { subscripts }]) =>
    [...Object.keys(CHANGES), ...(subscripts > 0 ? [LATE] : [])].map((change) => ({ name, change, noticed: judges.some((notices) => notices(name, change)) }))
  );
}

/** Whether a line fails once a quantity is put wrong. */
function judge<S, C>(K: Space<S>, compiled: Compiled<C>, cases: number, seed: number): (name: string, change: string) => boolean {
  const { theorem: { world, only } } = compiled;
  let known: { readonly data: C; readonly played: Played<S> }[] | null = null;
  const runs = (): typeof known & object =>
    known ??= fc.sample(world.cases(K.exact ? rationalNumbers : doubles), { numRuns: cases, seed }).filter((data) => only?.(data) ?? true).flatMap((data) => {
      const played = world.play(K, reference, data);
      return 'kind' in played ? [] : [{ data, played }];
    });
  return (name, change) =>
    runs().some(({ data, played }) => {
      // In every arithmetic: what rounding excuses is found by another run.
      const again: World<C>['play'] = (own, subject, example) => {
        const run = world.play(own, subject, example);
        return 'kind' in run ? run : put(own, run, name, change);
      };
      try {
        return decide(K, reference, data, { ...compiled, theorem: { ...compiled.theorem, world: { ...world, play: again } } }, () => put(K, played, name, change)).kind ===
          'failed';
      } catch (error) {
        // What is divided by, or how far a sum goes, cannot be 0.
        if (error instanceof RangeError) return true;
        throw error;
      }
    });
}
