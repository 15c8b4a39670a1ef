import { rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Num } from '../../src/problem/shape.js';
import type { Point, Statement } from './certificate.js';

/** A statement whose numbers may still be doubles, each of which stands for itself. */
export interface Question {
  readonly method: { readonly queries: readonly (readonly Num[])[]; readonly output: readonly Num[] };
  /** μ/L; 0 if left out. */
  readonly strongConvexity?: Num;
  readonly condition: Statement['condition'];
  readonly criterion: Statement['criterion'];
}

const exactly = (data: Num): string => rational.format(rational.from(data));

/**
 * The question with every number as the exact fraction that it denotes.
 * @throws {RangeError} numbers that are none, rows of wrong lengths, μ/L outside [0, 1), or a criterion that nothing bounds.
 */
export function statementOf({ method, strongConvexity = 0, condition, criterion }: Question): Statement {
  const lengths = method.queries.map((row) => row.length);
  const [N, wrong] = [lengths.length, lengths.findIndex((length, i) => length !== i)];
  if (wrong >= 0) throw new RangeError(`expected query ${wrong} with ${wrong} steps, got ${lengths[wrong]}`);
  if (method.output.length !== N) throw new RangeError(`expected ${N} steps to the output, one for each query, got ${method.output.length}`);
  const mu = rational.from(strongConvexity);
  if (!(rational.lessOrEqual(rational.zero, mu) && rational.compare(mu, rational.one) < 0)) throw new RangeError(`expected 0 ≤ μ/L < 1, got ${strongConvexity}`);
  if (condition === 'value' && criterion === 'distance' && rational.equal(mu, rational.zero)) {
    throw new RangeError('expected μ > 0 where f(x_0) − f* bounds ‖out − x*‖²: convex functions may be flat; got μ = 0');
  }
  return {
    method: { queries: method.queries.map((row) => row.map(exactly)), output: method.output.map(exactly) },
    strongConvexity: exactly(strongConvexity),
    condition,
    criterion,
  };
}

/** The points of a method, those with equal rows as one. */
export interface DistinctPoints {
  /** One name of each. */
  readonly names: readonly Point[];
  readonly index: ReadonlyMap<Point, number>;
  /** x_i − x* over x_0 − x* and the gradients at the points before. */
  readonly places: readonly (readonly Rational[])[];
}

/** Queries, output and start, in this order. */
export function distinctPoints({ method }: Statement): DistinctPoints {
  const named: [Point, readonly string[]][] = [...method.queries.entries(), ['out', method.output], ['start', []]];
  const [names, places, index] = [[] as Point[], [] as Rational[][], new Map<Point, number>()];
  for (const [point, row] of named) {
    const place = Array.from({ length: names.length + 1 }, (_, k) => (k === 0 ? rational.one : rational.zero));
    for (const [j, entry] of row.entries()) {
      const own = index.get(j)! + 1;
      place[own] = rational.sub(place[own]!, rational.from(entry));
    }
    const known = places.findIndex((other) => place.every((entry, k) => rational.equal(entry, other[k] ?? rational.zero)));
    index.set(point, known < 0 ? names.push(point) - 1 : known);
    if (known < 0) places.push(place);
  }
  return { names, index, places };
}
