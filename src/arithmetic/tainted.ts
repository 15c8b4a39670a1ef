import { float64 } from './float64.js';
import { arraySpace, type RealSpace } from './space.js';

/**
 * What is known of a result into which a number that is not finite has gone: in every order of the same operations it is not finite, or it may be
 * anything, as a quotient by ∞ may.
 */
export type Taint = 'not finite' | 'anything';
export type Tainted = number | Taint;

/** A decision depends on a number that is not finite: another correct computation may decide otherwise. */
export class Undecided extends Error {}

const pure = (a: Tainted): a is number => typeof a === 'number';
const isZero = (a: Tainted): boolean => a === 0;

const lifted =
  (op: (a: number, b: number) => number, taint: (a: Tainted, b: Tainted) => Taint) => (a: Tainted, b: Tainted): Tainted => (pure(a) && pure(b) ? op(a, b) : taint(a, b));
const unary = (op: (a: number) => number) => (a: Tainted): Tainted => (pure(a) ? op(a) : a);
const decided = <T>(op: (a: number, b: number) => T) => (a: Tainted, b: Tainted): T => {
  if (pure(a) && pure(b)) return op(a, b);
  throw new Undecided();
};
const either = (): Taint => 'anything';
/** ∞ − ∞ is NaN: whatever is added to what is not finite. */
const sum = (a: Tainted, b: Tainted): Taint => (a === 'not finite' || b === 'not finite' ? 'not finite' : 'anything');

/** Double precision, into which NaN and ±∞ may come from outside: what each result must be then, where that is certain. */
export const tainted: RealSpace<Tainted> = {
  ...arraySpace<Tainted>({
    name: 'float64',
    exact: false,
    zero: 0,
    one: 1,
    add: lifted(float64.add, sum),
    sub: lifted(float64.sub, sum),
    // What a factor of 0 makes of it is NaN, unless it is not multiplied at all.
    mul: lifted(float64.mul, (a, b) => (isZero(a) || isZero(b) ? 'anything' : sum(a, b))),
    // 1/∞ is 0.
    div: lifted(float64.div, (a) => (a === 'not finite' ? 'not finite' : 'anything')),
    neg: unary(float64.neg),
    equal: decided(float64.equal),
    from: (data) => (typeof data === 'number' && !Number.isFinite(data) ? 'not finite' : float64.from(data)),
    format: String,
  }),
  ordered: true,
  real: true,
  compare: decided(float64.compare),
  lessOrEqual: decided(float64.lessOrEqual),
  max: lifted(float64.max, either),
  min: lifted(float64.min, either),
  abs: unary(float64.abs),
  toNumber: Number,
  sqrt: unary(float64.sqrt),
  log: unary(float64.log),
  log1p: unary(float64.log1p),
  // exp(−∞) is 0.
  exp: (a) => (pure(a) ? float64.exp(a) : 'anything'),
};
