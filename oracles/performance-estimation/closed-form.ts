import { ratio, rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Num } from '../../src/problem/shape.js';
import type { Certificate, Statement, StepMatrix } from './certificate.js';
import { certificateOf, integerMultipliers } from './certify.js';
import { distinctPoints, statementOf, type Question } from './statement.js';

const { add, sub, mul, div, one, zero } = rational;
const two = rational.from(2);
const squared = (a: Rational): Rational => mul(a, a);

type Multipliers = [i: number, j: number, value: Rational][];

/** A certificate for f(out) − f* from ‖x_0 − x*‖ ≤ R, with these multipliers between the method's points; −1 is x*. */
function proof(method: Question['method'], bound: Rational, multipliers: Multipliers): Certificate {
  const statement = statementOf({ method, condition: 'distance', criterion: 'value' });
  return certificateOf({ statement, distinct: distinctPoints(statement) }, integerMultipliers(bound, multipliers));
}

/** x_{i+1} = x_i − (h/L)∇f(x_i), judged after N steps. */
export function gradientDescent(N: number, h: Num): Question['method'] {
  return { queries: Array.from({ length: N }, (_, i) => Array.from({ length: i }, () => h)), output: Array.from({ length: N }, () => h) };
}

/**
 * f(x_N) − f* ≤ LR²/(4Nh + 2) for N steps h/L, 0 < h ≤ 1: the exact worst case (Drori and Teboulle 2014, Theorem 3.1).
 * @throws {RangeError} h outside (0, 1], no step.
 */
export function gradientDescentProof(N: number, h: Num): Certificate {
  const step = rational.from(h);
  if (!(rational.compare(step, zero) > 0 && rational.lessOrEqual(step, one))) throw new RangeError(`expected a step size 0 < h ≤ 1 in units of 1/L, got ${h}`);
  if (!(Number.isInteger(N) && N >= 1)) throw new RangeError(`expected at least one step, got ${N}`);
  const lambda = (i: number): Rational => ratio(i, 2 * N + 1 - i);
  const chain = Array.from({ length: N }, (_, i): Multipliers => [[i, i + 1, lambda(i + 1)], [-1, i, sub(lambda(i + 1), lambda(i))]]);
  const bound = div(one, add(mul(rational.from(4 * N), step), two));
  return proof(gradientDescent(N, h), bound, [...chain.flat(), [-1, N, sub(one, lambda(N))]]);
}

/** The common denominator of gradient descent's multipliers is lcm(1, …, 2N), about e²ᴺ: beyond so many steps it takes the checker seconds, and rounded ones less. */
const LONGEST = 50;

/** The proof with no inflation where the statement is one that theory settles exactly: so far gradient descent with one short step size. Else null. */
export function knownProof({ method: { queries, output }, strongConvexity, condition, criterion }: Statement): Certificate | null {
  const [h] = output;
  if (h === undefined || output.length > LONGEST || strongConvexity !== '0' || condition !== 'distance' || criterion !== 'value') return null;
  if (![...queries, output].every((row) => row.every((step) => step === h))) return null;
  const step = rational.from(h);
  return rational.compare(step, zero) > 0 && rational.lessOrEqual(step, one) ? gradientDescentProof(output.length, h) : null;
}

/** How finely weights are rounded: to multiples of 2^−40. */
const GRAIN = 2n ** 40n;

/** The largest multiple of 2^−40 that is at most (1 + √(1 + factor·t²))/2: the larger root of s² − s = ¼factor·t², rounded down. */
function nextWeight(t: Rational, factor: number): Rational {
  const radicand = add(one, mul(rational.from(factor), squared(t)));
  // ⌊(GRAIN + ⌊√(radicand · GRAIN²)⌋)/2⌋
  return ratio((GRAIN + integerRoot((radicand.n * GRAIN * GRAIN) / radicand.d)) / 2n, GRAIN);
}

function integerRoot(n: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** Weights t_1 = 1, t_{k+1} ≤ (1 + √(1 + 4t_k²))/2, rounded down to multiples of 2^−40. They keep t_{k+1}² − t_{k+1} ≤ t_k², which is all that the proof takes. */
export function roundedWeights(count: number): Rational[] {
  const weights = [one];
  while (weights.length < count) weights.push(nextWeight(weights.at(-1)!, 4));
  return weights.slice(0, count);
}

/** Rows as fractions. */
const printed = (queries: readonly (readonly Rational[])[], output: readonly Rational[]): StepMatrix => ({
  queries: queries.map((row) => row.map((entry) => rational.format(entry))), output: output.map((entry) => rational.format(entry)),
});

/** The first `length` entries of (1 − r)u + r v, those that are missing being 0. */
const mix = (r: Rational, u: readonly Rational[], v: readonly Rational[], length: number): Rational[] =>
  Array.from({ length }, (_, j) => add(mul(sub(one, r), u[j] ?? zero), mul(r, v[j] ?? zero)));

/**
 * FISTA with weights t_1 … t_N: x_k = y_k − ∇f(y_k)/L, y_{k+1} = x_k + ((t_k − 1)/t_{k+1})(x_k − x_{k−1}), judged at x_N; as y_{k+1} = (1 − 1/t_{k+1})x_k + z_k/t_{k+1},
 * z_k = x_0 − (1/L)Σ t_j∇f(y_j).
 */
export function fista(weights: readonly Rational[]): StepMatrix {
  const queries: Rational[][] = [];
  let x: Rational[] = [];
  for (const [k, t] of weights.entries()) {
    queries.push(mix(div(one, t), x, weights, k));
    x = [...queries[k]!, one];
  }
  return printed(queries, x);
}

/**
 * f(x_N) − f* ≤ LR²/(2t_N²) ≤ 2LR²/(N + 1)² (Beck and Teboulle 2009): an upper bound, not the exact worst case.
 * From t_k²(f(y_k) − ‖∇f(y_k)‖²/2 − f*) + ½‖z_k − x*‖², which does not grow.
 * @throws {RangeError} weights that are not t_1 = 1, t_{k+1} ≥ 1, t_{k+1}² − t_{k+1} ≤ t_k².
 */
export function fistaProof(weights: readonly Rational[]): Certificate {
  const last = squared(mustGrow(weights, squared));
  const multipliers = weights.flatMap((t, k): Multipliers => {
    const next = weights[k + 1];
    // What goes on to the next query; the rest says that f(y_k) − ‖∇f(y_k)‖²/2 ≥ f*.
    const onwards = next === undefined ? squared(t) : sub(squared(next), next);
    return [[-1, k, div(t, last)], [k, k + 1, div(onwards, last)], [k, -1, div(sub(squared(t), onwards), last)]];
  });
  return proof(fista(weights), div(one, mul(two, last)), multipliers);
}

function mustGrow(weights: readonly Rational[], room: (t: Rational) => Rational): Rational {
  for (const [k, t] of weights.entries()) {
    const before = weights[k - 1];
    const low = before === undefined ? rational.equal(t, one) : rational.lessOrEqual(one, t) && rational.lessOrEqual(sub(squared(t), t), room(before));
    if (!low) throw new RangeError(`expected weights t_1 = 1, t_{k+1} ≥ 1 with t_{k+1}² − t_{k+1} ≤ t_k², got t_${k + 1} = ${rational.format(t)}`);
  }
  const last = weights.at(-1);
  if (last === undefined) throw new RangeError('expected at least one weight, got none');
  return last;
}

/** Weights of the optimized gradient method: θ_0 = 1, …, θ_{N−1} as above, and θ_N ≤ (1 + √(1 + 8θ_{N−1}²))/2, rounded down. */
export function optimizedWeights(N: number): Rational[] {
  const weights = roundedWeights(N);
  return [...weights, nextWeight(weights.at(-1)!, 8)];
}

/**
 * The optimized gradient method (Kim and Fessler 2016) with weights θ_0 … θ_N, judged at x_N: x_{i+1} = (1 − 1/θ_{i+1})(x_i − ∇f(x_i)/L) + z_i/θ_{i+1},
 * z_i = x_0 − (2/L)Σ_{j≤i} θ_j∇f(x_j).
 */
export function optimizedGradientMethod(weights: readonly Rational[]): StepMatrix {
  const rows: Rational[][] = [[]];
  const doubled = weights.map((t) => mul(two, t));
  for (const [i, theta] of weights.slice(1).entries()) {
    rows.push(mix(div(one, theta), [...rows[i]!, one], doubled, i + 1));
  }
  return printed(rows.slice(0, -1), rows.at(-1)!);
}

/**
 * f(x_N) − f* ≤ LR²/(2θ_N²) for the optimized gradient method: its exact worst case, and no fixed-step method has a better one (Kim and Fessler 2016; Drori 2017).
 * @throws {RangeError} weights that are not as `optimizedWeights` has them, or fewer than two.
 */
export function optimizedGradientProof(weights: readonly Rational[]): Certificate {
  const N = weights.length - 1;
  if (N < 1) throw new RangeError(`expected weights θ_0, …, θ_N with N ≥ 1, got ${weights.length}`);
  mustGrow(weights.slice(0, -1), squared);
  const [last, before] = [weights[N]!, weights[N - 1]!];
  if (!(rational.lessOrEqual(one, last) && rational.lessOrEqual(sub(squared(last), last), mul(two, squared(before))))) {
    throw new RangeError(`expected θ_N ≥ 1 with θ_N² − θ_N ≤ 2θ_{N−1}², got θ_N = ${rational.format(last)}`);
  }
  const scale = squared(last);
  const multipliers = weights.flatMap((theta, i): Multipliers => {
    if (i === N) return [[-1, N, div(one, theta)]];
    const next = weights[i + 1]!;
    const onwards = i + 1 === N ? sub(squared(next), next) : mul(two, sub(squared(next), next));
    return [[-1, i, div(mul(two, theta), scale)], [i, i + 1, div(onwards, scale)], [i, -1, div(sub(mul(two, squared(theta)), onwards), scale)]];
  });
  return proof(optimizedGradientMethod(weights), div(one, mul(two, scale)), multipliers);
}
