import { rational } from '../../src/arithmetic/rational.js';
import type { Point, Statement } from './certificate.js';
import { distinctPoints, type DistinctPoints } from './statement.js';

/**
 * The worst case as a semidefinite program in doubles:  max ⟨C, G⟩ + f_c  over G ⪰ 0 and f, subject to ⟨A_k, G⟩ + f_rise − f_fall ≤ (1, 0, …, 0).
 *
 * G is the Gram matrix of x_0 − x* and the gradients of f̃ = f − ½μ‖x − x*‖², which is convex and (1 − μ)-smooth where f is μ-strongly convex and
 * 1-smooth: so every A_k is ½(a bᵀ + b aᵀ)·scale + ½c·w wᵀ, and all classes are one. Vectors are letters: rows of a matrix over that basis.
 */
export interface Program {
  /** Order of G. */
  readonly size: number;
  /** m × size, row 0 zero. */
  readonly letters: Float64Array;
  readonly letterCount: number;
  /** How many f. */
  readonly values: number;
  readonly constraints: Constraints;
  /** C = letter letterᵀ · weight, and the index of f_c, −1 for none. */
  readonly criterion: { readonly letter: number; readonly weight: number; readonly value: number };
}

/** Constraint k: a, b = plus − minus, w = head − tail are letters; rise and fall are indices of f, −1 for none. k = 0 is the condition on the start. */
export interface Constraints {
  readonly count: number;
  readonly a: Int32Array;
  readonly plus: Int32Array;
  readonly minus: Int32Array;
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly scale: Float64Array;
  /** c/2 = 1/(2(1 − μ)), 0 for k = 0. */
  readonly curvature: Float64Array;
  readonly rise: Int32Array;
  readonly fall: Int32Array;
}

/** An interpolation condition f_i ≥ f_j + …; −1 is x*. */
export type Pair = readonly [i: number, j: number];

/** What does not depend on the pairs that are chosen. */
export interface Layout {
  readonly statement: Statement;
  readonly distinct: DistinctPoints;
  /** Points whose gradient counts come first; the last may be one that is only a place. */
  readonly interpolated: number;
  /** Whether x_0 − x* is in the basis. Where nothing bounds it, it is −∞ that its part of S must make up for: no multiplier may touch it. */
  readonly anchored: boolean;
  readonly mu: number;
}

export function layoutOf(statement: Statement): Layout {
  const distinct = distinctPoints(statement);
  const mu = rational.toNumber(rational.from(statement.strongConvexity));
  // Queries come first. The output and x_0 are places and no more where only their distance counts and no query is made there.
  const valued: Point[] = [...(statement.condition === 'value' ? ['start' as const] : []), ...(statement.criterion === 'distance' ? [] : ['out' as const])];
  const needed = new Set(valued.map((point) => distinct.index.get(point)));
  const interpolated = 1 + distinct.names.findLastIndex((point, c) => typeof point === 'number' || needed.has(c));
  return { statement, distinct, interpolated, anchored: statement.condition === 'distance' || mu > 0, mu };
}

/** All ordered pairs of points and x*. */
export function allPairs({ interpolated, anchored }: Layout): Pair[] {
  const points = Array.from({ length: interpolated + 1 }, (_, i) => i - 1);
  return points.flatMap((i) => points.filter((j) => i !== j && (anchored || i >= 0)).map((j): Pair => [i, j]));
}

/** Neighbours, and each point with x*: what the proofs of gradient descent and the accelerated methods need, both ways. */
export function neighbours(layout: Layout): Pair[] {
  return allPairs(layout).filter(([i, j]) => i < 0 || j < 0 || Math.abs(i - j) === 1);
}

/** Letters: 0, places of all points, gradients of the interpolated ones, and the true gradient at the output. */
export function letterOf({ distinct: { names } }: Layout): { place: (index: number) => number; gradient: (index: number) => number; count: (interpolated: number) => number } {
  return { place: (index) => index + 1, gradient: (index) => (index < 0 ? 0 : names.length + 1 + index), count: (interpolated) => names.length + interpolated + 2 };
}

export function programOf(layout: Layout, pairs: readonly Pair[]): Program {
  const { statement: { condition, criterion }, distinct: { index, places }, interpolated, anchored, mu } = layout;
  const first = anchored ? 1 : 0;
  const size = first + interpolated;
  const letter = letterOf(layout);
  const letterCount = letter.count(interpolated);
  const letters = new Float64Array(letterCount * size);
  for (const [c, place] of places.entries()) {
    const at = letter.place(c) * size;
    if (anchored) letters[at] = 1;
    for (const [k, entry] of place.slice(1).entries()) {
      const step = rational.toNumber(entry);
      if (step === 0) continue;
      // x moves by step·(g̃_k + μ(x_k − x*))
      letters[at + first + k] = letters[at + first + k]! + step;
      for (let e = 0; e < size; e++) letters[at + e] = letters[at + e]! + step * mu * letters[letter.place(k) * size + e]!;
    }
  }
  for (let c = 0; c < interpolated; c++) letters[letter.gradient(c) * size + first + c] = 1;
  const [out, start] = [index.get('out')!, index.get('start')!];
  const last = letterCount - 1;
  if (criterion === 'gradient') {
    for (let e = 0; e < size; e++) letters[last * size + e] = letters[letter.gradient(out) * size + e]! + mu * letters[letter.place(out) * size + e]!;
  }
  const constraints = constraintsOf(layout, pairs, {
    place: letter.place(start),
    scale: condition === 'distance' ? 1 : mu / 2,
    value: condition === 'value' ? start : -1,
  });
  const judged = {
    value: { letter: letter.place(out), weight: mu / 2, value: out },
    gradient: { letter: last, weight: 1, value: -1 },
    distance: { letter: letter.place(out), weight: 1, value: -1 },
  };
  return { size, letters, letterCount, values: interpolated, constraints, criterion: judged[criterion] };
}

function constraintsOf(layout: Layout, pairs: readonly Pair[], start: { readonly place: number; readonly scale: number; readonly value: number }): Constraints {
  const letter = letterOf(layout);
  const place = (index: number): number => (index < 0 ? 0 : letter.place(index));
  const column = (first: number, entry: (pair: Pair) => number): Int32Array => Int32Array.from([first, ...pairs.map(entry)]);
  const [i, j] = [(pair: Pair): number => pair[0], (pair: Pair): number => pair[1]];
  return {
    count: pairs.length + 1,
    a: column(start.place, (pair) => letter.gradient(j(pair))),
    plus: column(start.place, (pair) => place(i(pair))),
    minus: column(0, (pair) => place(j(pair))),
    head: column(0, (pair) => letter.gradient(i(pair))),
    tail: column(0, (pair) => letter.gradient(j(pair))),
    scale: Float64Array.from([start.scale, ...pairs.map(() => 1)]),
    curvature: Float64Array.from([0, ...pairs.map(() => 1 / (2 * (1 - layout.mu)))]),
    rise: column(start.value, j),
    fall: column(-1, i),
  };
}
