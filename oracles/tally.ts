import { isOrdered, type OrderedSpace, type Space, type Vector } from '../src/arithmetic/space.js';
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

/** A name, or what makes it: most are never read. */
type Name = string | (() => string);

/** Collects terms; `roundings` is k of γ_k. */
export class TallyBuilder<S> implements Tally<S> {
  value: S;
  error = 0;
  readonly #K: Space<S>;
  /** The same where magnitudes are asked for, else null. */
  readonly #inexact: OrderedSpace<S> | null;
  readonly #gamma: number;
  readonly #terms: { readonly name: Name; readonly value: S }[] = [];

  constructor(K: Space<S>, roundings: number) {
    this.#K = K;
    this.#inexact = K.exact || !isOrdered(K) ? null : K;
    this.value = K.zero;
    this.#gamma = K.exact ? 0 : gamma(roundings);
  }

  get terms(): readonly Term<S>[] {
    return this.#terms.map(({ name, value }) => ({ name: typeof name === 'string' ? name : name(), value }));
  }

  /** Adds `value`; `magnitude` (asked for in inexact arithmetic only) is the sum of the absolute values of its elementary products. */
  add(name: Name, value: S, magnitude: () => S): this {
    this.#terms.push({ name, value });
    this.value = this.#K.add(this.value, value);
    const K = this.#inexact;
    if (K !== null) this.error += this.#gamma * (K.toNumber(K.abs(magnitude())) + K.toNumber(K.abs(value))) + UNDERFLOW;
    return this;
  }
}

/** A magnitude that several terms ask for, computed when the first does. */
export function once<S>(compute: () => S): () => S {
  let known: { readonly value: S } | null = null;
  return () => (known ??= { value: compute() }).value;
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
  const ordered = requireOrder(K);
  let sum = K.zero;
  for (let i = 0; i < x.length; i++) sum = K.add(sum, ordered.abs(K.mul(x[i]!, y[i]!)));
  return sum;
}

/** ⟨|x|, |y| + |z|⟩: that of ⟨x, y − z⟩. */
export function dotDifferenceMagnitude<S>(K: Space<S>, x: Vector<S>, y: Vector<S>, z: Vector<S>): S {
  const { abs } = requireOrder(K);
  let sum = K.zero;
  for (let i = 0; i < x.length; i++) sum = K.add(sum, K.mul(abs(x[i]!), K.add(abs(y[i]!), abs(z[i]!))));
  return sum;
}

/** ‖|x| + |y|‖²: that of ‖x − y‖². */
export function squaredDistanceMagnitude<S>(K: Space<S>, x: Vector<S>, y: Vector<S>): S {
  const { abs } = requireOrder(K);
  let sum = K.zero;
  for (let i = 0; i < x.length; i++) {
    const size = K.add(abs(x[i]!), abs(y[i]!));
    sum = K.add(sum, K.mul(size, size));
  }
  return sum;
}

/** Σ|x_i| */
export function sumOfSizes<S>(K: Space<S>, x: Vector<S>): S {
  const { abs } = requireOrder(K);
  let sum = K.zero;
  for (let i = 0; i < x.length; i++) sum = K.add(sum, abs(x[i]!));
  return sum;
}

/** Magnitudes are asked for where rounding happens: in ordered fields. */
export function requireOrder<S>(K: Space<S>): OrderedSpace<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return K;
}
