import fc from 'fast-check';
import type { BodySpec, FunctionSpec, RidgeSpec } from '../problem/function-spec.js';
import type { ShapeSpec } from '../problem/shape.js';
import { bySizes, logUniform, matrix, uniform, vector, type NumberSource } from './number.js';

/** Convex smooth f on Rⁿ with a known minimiser, of every family that the numbers can express. */
export const functionSpec = bySizes((numbers, n: number): fc.Arbitrary<FunctionSpec> => fc.record({ body: bodySpec(numbers, n), minimiser: vector(numbers, n) }));

/** Quadratics alone: what the prime field has, and what an exact minimiser of everything else is compared with. */
export function quadraticSpec(numbers: NumberSource, n: number): fc.Arbitrary<FunctionSpec> {
  return fc.record({ body: fc.oneof(leastSquares(numbers, n), diagonal(numbers, n)), minimiser: vector(numbers, n) });
}

function bodySpec(numbers: NumberSource, n: number): fc.Arbitrary<BodySpec> {
  const rational = [
    { weight: 2, arbitrary: diagonal(numbers, n) },
    { weight: 2, arbitrary: leastSquares(numbers, n) },
    { weight: 1, arbitrary: spectral(numbers, n) },
    { weight: 3, arbitrary: ridge(numbers, n, piecewiseShape(numbers)) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('chain' as const), dimension: fc.constant(n), smoothness: numbers.positive }) },
  ];
  if (numbers.name === 'prime-field') return fc.oneof(...rational.slice(0, 2));
  const simple = numbers.name === 'rational' ? rational : [
    ...rational,
    { weight: 2, arbitrary: ridge(numbers, n, fc.constant<ShapeSpec>({ kind: 'softplus' })) },
    { weight: 2, arbitrary: logSumExp(numbers, n) },
    { weight: 1, arbitrary: illConditioned(n) },
  ];
  const inner = ridge(numbers, 2, piecewiseShape(numbers));
  return fc.oneof(
    { weight: 10, arbitrary: fc.oneof(...simple) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sum' as const), parts: fc.array(fc.oneof(...simple), { minLength: 2, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('composition' as const), inner, matrix: matrix(numbers, 2, n), shift: vector(numbers, 2) }) },
  );
}

function ridge(numbers: NumberSource, n: number, shape: fc.Arbitrary<ShapeSpec>): fc.Arbitrary<BodySpec> {
  const term: fc.Arbitrary<RidgeSpec> = fc.record({ direction: vector(numbers, n), offset: numbers.scalar, weight: numbers.positive, shape });
  return fc.record({ kind: fc.constant('ridge' as const), terms: fc.array(term, { minLength: 1, maxLength: n + 1 }) });
}

function leastSquares(numbers: NumberSource, n: number): fc.Arbitrary<BodySpec> {
  return ridge(numbers, n, fc.constant<ShapeSpec>({ kind: 'square' }));
}

/** Σ ½c_i(x_i − b_i)²: separable, L = max c_i exactly. */
function diagonal(numbers: NumberSource, n: number): fc.Arbitrary<BodySpec> {
  return fc.array(numbers.positive, { minLength: n, maxLength: n }).map((weights) => ({
    kind: 'ridge' as const,
    terms: weights.map((weight, i) => ({ direction: Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)), offset: 0, weight, shape: { kind: 'square' as const } })),
  }));
}

/** Quadratics with a known spectrum, which may hold zeros (singular). */
function spectral(numbers: NumberSource, n: number): fc.Arbitrary<BodySpec> {
  const reflector = vector(numbers, n).map((v) => (v.every((x) => Number(x) === 0) ? v.map(() => 1) : v));
  const value = fc.oneof({ weight: 5, arbitrary: numbers.positive }, { weight: 1, arbitrary: fc.constant(0) });
  const spectrum = fc.tuple(numbers.positive, fc.array(value, { minLength: n - 1, maxLength: n - 1 })).map(([first, rest]) => [first, ...rest]);
  return fc.record({ kind: fc.constant('spectral' as const), spectrum, reflectors: fc.array(reflector, { maxLength: 2 }) });
}

/** Spectrum from 1 down to 10^−12: condition numbers that float64 can hardly bear. */
function illConditioned(n: number): fc.Arbitrary<BodySpec> {
  const direction = fc.array(uniform(-1, 1), { minLength: n, maxLength: n }).map((v) => v.map((x, i) => (i === 0 ? 1 + Math.abs(x) : x)));
  return fc.record({
    kind: fc.constant('spectral' as const),
    spectrum: fc.array(logUniform(-12, 0), { minLength: n, maxLength: n }).map(([, ...rest]) => [1, ...rest]),
    reflectors: fc.array(direction, { minLength: 1, maxLength: 2 }),
  });
}

function piecewiseShape(numbers: NumberSource): fc.Arbitrary<ShapeSpec> {
  return fc.oneof(
    fc.record({ kind: fc.constant('huber' as const), width: numbers.positive }),
    fc.constant<ShapeSpec>({ kind: 'half-square' }),
    fc.record({ kind: fc.constant('dead-zone' as const), width: numbers.positive }),
    fc.record({ kind: fc.constant('asymmetric' as const), ratio: numbers.positive }),
    fc.constant<ShapeSpec>({ kind: 'square' }),
  );
}

/** Two atoms at least: with one the function is affine, and its tilt constant. */
function logSumExp(numbers: NumberSource, n: number): fc.Arbitrary<BodySpec> {
  return fc.integer({ min: 2, max: n + 2 }).chain((count) =>
    fc.record({
      kind: fc.constant('log-sum-exp' as const),
      atoms: matrix(numbers, count, n),
      offsets: vector(numbers, count),
    })
  );
}
