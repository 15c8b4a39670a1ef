import fc from 'fast-check';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import { functionSpec } from './function.js';
import { vector, type NumberSource } from './number.js';

/** A loss f_t for each round, with its weight and the point u_t that is played. T = losses.length. */
export interface LossCase {
  readonly alpha: readonly Num[];
  readonly losses: readonly FunctionSpec[];
  readonly plays: readonly (readonly Num[])[];
  /** v */
  readonly comparator: readonly Num[];
}

export function lossCase(numbers: NumberSource): fc.Arbitrary<LossCase> {
  const sizes = fc.record({ T: fc.integer({ min: 1, max: 4 }), n: fc.integer({ min: 1, max: numbers.dimension }) });
  return sizes.chain(({ T, n }) => {
    const raised = fc.tuple(functionSpec(numbers, n), numbers.scalar).map(([spec, minimum]): FunctionSpec => ({ ...spec, minimum }));
    return fc.record({
      alpha: fc.array(numbers.weight, { minLength: T, maxLength: T }),
      losses: fc.array(raised, { minLength: T, maxLength: T }),
      plays: fc.array(vector(numbers, n), { minLength: T, maxLength: T }),
      comparator: vector(numbers, n),
    });
  });
}

/** Fewer rounds, from either end. */
export function simplerLosses(data: LossCase): LossCase[] {
  const T = data.losses.length;
  const cut = (from: number, to: number): LossCase => ({
    ...data,
    alpha: data.alpha.slice(from, to),
    losses: data.losses.slice(from, to),
    plays: data.plays.slice(from, to),
  });
  return Array.from({ length: T - 1 }, (_, i) => [cut(0, i + 1), cut(T - 1 - i, T)]).flat();
}
