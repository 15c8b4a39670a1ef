import { float64 } from './float64.js';
import { arraySpace, type RealSpace } from './space.js';

/** A number of one computation, with its place in the record of it. */
export interface Recorded {
  readonly value: number;
  readonly place: number;
}

/** Relative rounding unit of a floating-point format, and what an underflow may lose at most (with denormals flushed to zero). */
export interface Precision {
  readonly unit: number;
  readonly tiny: number;
}

export const PRECISIONS = {
  float64: { unit: 2 ** -53, tiny: 2 ** -1022 },
  float32: { unit: 2 ** -24, tiny: 2 ** -126 },
} as const satisfies { readonly [dtype: string]: Precision };

export interface RunningErrorSpace {
  readonly K: RealSpace<Recorded>;
  /** A bound, to first order in the unit, on how far rounding may move this number. */
  readonly error: (a: Recorded) => number;
}

/**
 * Double precision that remembers how each number came about. Every operation, and every number from outside, may be off by
 * half an ulp of `precision`; the derivative of a result by each of these is exact (a reverse sweep over the record), so that the bound
 * Σ|∂result/∂operation| · unit · |operation| follows errors as the computation itself does: what a contraction damps is damped, and what
 * cancels between two uses of one number cancels, where interval arithmetic would grow (running error analysis: Higham, Accuracy and
 * Stability, 3.3; linearised: Linnainmaa 1976).
 *
 * A maximum whose arguments are nearer to each other than `AMBIGUOUS` times their errors may take the other branch in another correct
 * computation: it passes on the larger error of both.
 */
export function runningError({ unit, tiny }: Precision): RunningErrorSpace {
  // Parents come before children; −1 is none. Plain arrays: records are short, a few thousand operations.
  const [left, right, byLeft, byRight, own]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const record = (value: number, a: number, da: number, b: number, db: number, rounding: number): Recorded => {
    const place = own.length;
    left.push(a);
    right.push(b);
    byLeft.push(da);
    byRight.push(db);
    own.push(rounding);
    return { value, place };
  };
  const rounded = (value: number): number => unit * Math.abs(value);
  const error = ({ place }: Recorded): number => {
    const adjoint = new Float64Array(place + 1);
    adjoint[place] = 1;
    let sum = 0;
    for (let i = place; i >= 0; i--) {
      const weight = adjoint[i]!;
      if (weight === 0) continue;
      sum += Math.abs(weight) * own[i]!;
      const [a, b] = [left[i]!, right[i]!];
      if (a >= 0) adjoint[a] = adjoint[a]! + weight * byLeft[i]!;
      if (b >= 0) adjoint[b] = adjoint[b]! + weight * byRight[i]!;
    }
    return sum;
  };
  const source = (value: number): Recorded => record(value, -1, 0, -1, 0, rounded(value));
  const unary = (value: number, a: Recorded, derivative: number): Recorded => record(value, a.place, derivative, -1, 0, rounded(value) + tiny);
  /** The chosen one of two, where `gap` ≥ 0 tells them apart. */
  const choice = (value: number, chosen: Recorded, other: Recorded, gap: number): Recorded => {
    const doubt = AMBIGUOUS * (error(chosen) + error(other));
    if (gap > doubt || chosen.place === other.place) return record(value, chosen.place, 1, -1, 0, 0);
    return record(value, -1, 0, -1, 0, Math.max(error(chosen), error(other)));
  };
  const zero = record(0, -1, 0, -1, 0, 0);
  const one = record(1, -1, 0, -1, 0, 0);
  const field = {
    name: 'float64' as const, exact: false, zero, one,
    add: (a: Recorded, b: Recorded): Recorded => record(a.value + b.value, a.place, 1, b.place, 1, rounded(a.value + b.value)),
    sub: (a: Recorded, b: Recorded): Recorded => record(a.value - b.value, a.place, 1, b.place, -1, rounded(a.value - b.value)),
    mul: (a: Recorded, b: Recorded): Recorded => record(a.value * b.value, a.place, b.value, b.place, a.value, rounded(a.value * b.value) + tiny),
    div(a: Recorded, b: Recorded): Recorded {
      const value = a.value / b.value;
      return record(value, a.place, 1 / b.value, b.place, -value / b.value, rounded(value) + tiny);
    },
    neg: (a: Recorded): Recorded => record(-a.value, a.place, -1, -1, 0, 0),
    equal: (a: Recorded, b: Recorded): boolean => a.value === b.value,
    from: (data: number | string): Recorded => source(float64.from(data)),
    format: (a: Recorded): string => float64.format(a.value),
  };
  const max = (a: Recorded, b: Recorded): Recorded => (b.value > a.value ? choice(b.value, b, a, b.value - a.value) : choice(a.value, a, b, a.value - b.value));
  const min = (a: Recorded, b: Recorded): Recorded => (b.value < a.value ? choice(b.value, b, a, a.value - b.value) : choice(a.value, a, b, b.value - a.value));
  const K: RealSpace<Recorded> = {
    ...arraySpace<Recorded>(field),
    ordered: true, real: true, max, min,
    abs: (a) => max(a, field.neg(a)),
    compare: (a, b) => float64.compare(a.value, b.value),
    lessOrEqual: (a, b) => a.value <= b.value,
    toNumber: (a) => a.value,
    // At 0 the root has no derivative: what was added up to 0 were zeros, and is exact.
    sqrt: (a) => unary(Math.sqrt(a.value), a, a.value === 0 ? 0 : 0.5 / Math.sqrt(a.value)),
    exp: (a) => unary(Math.exp(a.value), a, Math.exp(a.value)),
    log: (a) => unary(Math.log(a.value), a, 1 / a.value),
    log1p: (a) => unary(Math.log1p(a.value), a, 1 / (1 + a.value)),
  };
  return { K, error };
}

/** Two numbers may swap places in another correct computation if they are within this many errors of each other. */
const AMBIGUOUS = 64;
