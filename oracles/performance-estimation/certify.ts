import { ratio, rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Certificate, Point } from './certificate.js';
import { check } from './check.js';
import { commonDenominator } from './integers.js';
import type { Layout, Pair } from './program.js';
import { remainderOf, type IntegerMultipliers } from './remainder.js';

/** Multipliers become multiples of 2^−60, or of that times the bound where it is less than 1: finer than doubles of its size, so that rounding moves S by less than computing it did. */
const BITS = 60;

/** How many bits after the point that makes. */
const bitsFor = (bound: number): number => BITS + (bound > 0 ? Math.max(0, Math.ceil(-Math.log2(bound))) : 0);

/** The nearest integer to value·2^bits. */
function onGrid(value: number, bits: number): bigint {
  const { s, n, d } = rational.from(value);
  return s * (((n << BigInt(bits + 1)) + d) / (2n * d));
}

/**
 * A certificate from multipliers in doubles (λ_0 is the bound): rounded, the balance of function values restored exactly, and everything else left to
 * the checker. null where it is not one: then the multipliers were too close to the boundary, and less exact ones will do.
 */
export function certify(layout: Layout, pairs: readonly Pair[], lambda: ArrayLike<number>): Certificate | null {
  if (!Array.from(lambda).every(Number.isFinite)) return null;
  const bits = bitsFor(lambda[0]!);
  const denominator = 1n << BigInt(bits);
  const balanced = restoreBalance(layout, pairs, denominator, Array.from(lambda, (value) => onGrid(value, bits)));
  if (balanced === null) return null;
  const certificate = certificateOf(layout, { denominator, ...balanced });
  return check(certificate).valid ? certificate : null;
}

/** The certificate with these multipliers, true or not. */
export function certificateOf({ statement, distinct }: Pick<Layout, 'statement' | 'distinct'>, multipliers: IntegerMultipliers): Certificate {
  const name = (c: number): Point => (c < 0 ? '*' : distinct.names[c]!);
  const fraction = (value: bigint): string => rational.format(ratio(value, multipliers.denominator));
  return {
    format: 'omg-oracle worst case, version 1',
    ...statement,
    bound: fraction(multipliers.bound),
    multipliers: multipliers.pairs.filter(([, , value]) => value !== 0n).map(([i, j, value]) => ({ i: name(i), j: name(j), value: fraction(value) })),
    remainder: remainderOf(statement, distinct, multipliers),
  };
}

/** Multipliers from exact numbers. */
export function integerMultipliers(bound: Rational, pairs: readonly (readonly [i: number, j: number, value: Rational])[]): IntegerMultipliers {
  const denominator = commonDenominator([bound, ...pairs.map(([, , value]) => value)]);
  const integer = ({ s, n, d }: Rational): bigint => s * n * (denominator / d);
  return { denominator, bound: integer(bound), pairs: pairs.map(([i, j, value]) => [i, j, integer(value)]) };
}

/**
 * Σ_i λ_ic − Σ_j λ_cj = [c is judged by its value] − τ·[c starts by its value] at every point c. What rounding left over flows to x* along the spanning
 * tree with the largest multipliers, which have most room. null where a multiplier becomes negative.
 */
function restoreBalance(layout: Layout, pairs: readonly Pair[], denominator: bigint, [bound, ...values]: readonly bigint[]): Omit<IntegerMultipliers, 'denominator'> | null {
  const { statement: { condition, criterion }, distinct: { index }, interpolated } = layout;
  const missing = Array.from({ length: interpolated }, () => 0n);
  if (criterion === 'value') missing[index.get('out')!]! += denominator;
  if (condition === 'value') missing[index.get('start')!]! -= bound!;
  for (const [k, [i, j]] of pairs.entries()) {
    if (j >= 0) missing[j]! -= values[k]!;
    if (i >= 0) missing[i]! += values[k]!;
  }
  for (const [child, edge] of largestTree(interpolated, pairs, values).toReversed()) {
    const [[i, j], amount] = [pairs[edge]!, missing[child]!];
    values[edge]! += j === child ? amount : -amount;
    const parent = j === child ? i : j;
    if (parent >= 0) missing[parent]! += amount;
    if (values[edge]! < 0n) return null;
  }
  return { bound: bound!, pairs: pairs.map(([i, j], k) => [i, j, values[k]!]) };
}

/** Prim's algorithm from x*: each point with the edge that leads to it, nearest to x* first. */
function largestTree(count: number, pairs: readonly Pair[], values: readonly bigint[]): [point: number, edge: number][] {
  const [reached, tree] = [new Set([-1]), [] as [number, number][]];
  while (tree.length < count) {
    let best = -1;
    for (const [k, [i, j]] of pairs.entries()) {
      if (reached.has(i) !== reached.has(j) && (best < 0 || values[k]! > values[best]!)) best = k;
    }
    if (best < 0) throw new Error(`expected pairs that connect all ${count} points with x*, reached ${tree.length}`);
    const [i, j] = pairs[best]!;
    const point = reached.has(i) ? j : i;
    reached.add(point);
    tree.push([point, best]);
  }
  return tree;
}
