import fc from 'fast-check';
import type { Space, Vector } from '../arithmetic/space.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import { functionSpec } from './function.js';
import { metaCase, type MetaCase, type MetaCaseOptions } from './meta-case.js';
import { vector, type NumberSource } from './number.js';

/** A function and a sequence of points with their weights: what the online-to-batch bounds are about. T = points.length. */
export interface SequenceCase {
  readonly function: FunctionSpec;
  readonly alpha: readonly Num[];
  readonly points: readonly (readonly Num[])[];
}

export function sequenceCase(numbers: NumberSource): fc.Arbitrary<SequenceCase> {
  const sizes = fc.record({ T: fc.integer({ min: 1, max: numbers.horizon }), n: fc.integer({ min: 1, max: numbers.dimension }) });
  return sizes.chain(({ T, n }) =>
    fc.record({
      function: functionSpec(numbers, n),
      alpha: fc.array(numbers.weight, { minLength: T, maxLength: T }),
      points: fc.array(vector(numbers, n), { minLength: T, maxLength: T }),
    })
  );
}

/** Fewer rounds, from either end. */
export function simplerSequences<C extends { readonly alpha: readonly Num[]; readonly points: readonly (readonly Num[])[] }>(data: C): C[] {
  const T = data.points.length;
  const cut = (from: number, to: number): C => ({ ...data, alpha: data.alpha.slice(from, to), points: data.points.slice(from, to) });
  return Array.from({ length: T - 1 }, (_, i) => [cut(0, i + 1), cut(T - 1 - i, T)]).flat();
}

/** x̄_1 … x̄_T, each as its weighted mean. */
export function averages<S>(K: Space<S>, alpha: readonly S[], points: readonly Vector<S>[]): Vector<S>[] {
  let [sum, alphaSum] = [K.zeros(points[0]?.length ?? 0), K.zero];
  return points.map((x, i) => {
    sum = K.axpy(alpha[i]!, x, sum);
    alphaSum = K.add(alphaSum, alpha[i]!);
    return K.scale(K.div(K.one, alphaSum), sum);
  });
}

/** A run of Algorithm 4, and a point u to compare it with. */
export interface ComparedCase {
  readonly run: MetaCase;
  /** u; null: x*, or w*. */
  readonly comparator: readonly Num[] | null;
}

export function comparedCase(numbers: NumberSource, options: MetaCaseOptions = {}): fc.Arbitrary<ComparedCase> {
  return metaCase(numbers, options).chain((run) =>
    fc.record({
      run: fc.constant(run),
      comparator: fc.oneof(fc.constant(null), vector(numbers, run.start.length)),
    })
  );
}

/** A run beside a point of Rᵐ: half of them given, half of Definition 1 (null), which needs an order. */
export function compared(numbers: NumberSource, run: fc.Arbitrary<MetaCase>): fc.Arbitrary<ComparedCase> {
  const given = vector(numbers, numbers.dimension ** 2);
  return fc.record({ run, comparator: numbers.name === 'prime-field' ? given : fc.option(given, { nil: null, freq: 2 }) });
}
