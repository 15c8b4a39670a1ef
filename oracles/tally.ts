import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { UNDERFLOW, gamma } from './rounding.js';

/** A named summand of one side of an identity or inequality. */
export interface Term<S> {
  readonly name: string;
  readonly value: S;
}

/**
 * One side of an identity or inequality, summand by summand, with a bound on its rounding error. In exact arithmetics the
 * bound is 0, and stays 0.
 */
export interface Tally<S> {
  readonly terms: readonly Term<S>[];
  readonly value: S;
  /** |computed − true| ≤ error. NaN where a magnitude was: then nothing compares. */
  readonly error: number;
}

/** Collects terms; `roundings` is k of γ_k. */
export class TallyBuilder<S> implements Tally<S> {
  readonly terms: Term<S>[] = [];
  value: S;
  error = 0;
  readonly #K: Space<S>;
  readonly #gamma: number;

  constructor(K: Space<S>, roundings: number) {
    this.#K = K;
    this.value = K.zero;
    this.#gamma = K.exact ? 0 : gamma(roundings);
  }

  /** Adds `value`; `magnitude` (asked for in inexact arithmetic only) is the sum of the absolute values of its elementary products. */
  add(name: string, value: S, magnitude: () => S): this {
    const K = this.#K;
    this.terms.push({ name, value });
    this.value = K.add(this.value, value);
    if (!K.exact && isOrdered(K)) {
      this.error += this.#gamma * (K.toNumber(K.abs(magnitude())) + K.toNumber(K.abs(value))) + UNDERFLOW;
    }
    return this;
  }
}

/** lhs = rhs, up to both sides' rounding errors; exactly in exact arithmetic. NaN equals nothing, and a bound that overflowed bounds nothing. */
export function agree<S>(K: Space<S>, lhs: Tally<S>, rhs: Tally<S>): boolean {
  if (K.exact || !isOrdered(K)) return K.equal(lhs.value, rhs.value);
  const bound = lhs.error + rhs.error;
  return bound < Infinity && Math.abs(K.toNumber(K.sub(lhs.value, rhs.value))) <= bound;
}

/** lhs ≤ rhs, up to both sides' rounding errors; exactly in exact arithmetic. NaN is at most nothing, nor is anything up to an error that overflowed. */
export function atMost<S>(K: Space<S>, lhs: Tally<S>, rhs: Tally<S>): boolean {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  if (K.exact) return K.lessOrEqual(lhs.value, rhs.value);
  const bound = lhs.error + rhs.error;
  return bound < Infinity && K.toNumber(K.sub(lhs.value, rhs.value)) <= bound;
}

/** ⟨|x|, |y|⟩: the magnitude of a dot product. */
export function dotMagnitude<S>(K: Space<S>, x: Vector<S>, y: Vector<S>): S {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  let sum = K.zero;
  for (let i = 0; i < x.length; i++) sum = K.add(sum, K.abs(K.mul(x[i]!, y[i]!)));
  return sum;
}
