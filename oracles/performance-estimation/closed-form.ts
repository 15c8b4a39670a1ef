import { ratio, rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Num } from '../../src/problem/shape.js';
import type { Certificate, Statement, StepMatrix } from './certificate.js';
import { certificateOf, integerMultipliers } from './certify.js';
import { commonDenominator } from './integers.js';
import { distinctPoints, statementOf, type Question } from './statement.js';

const { add, sub, mul, div, one, zero } = rational;
const two = rational.from(2);
const squared = (a: Rational): Rational => mul(a, a);

type Multipliers = (readonly [i: number, j: number, value: Rational])[];

/** What is asked beside the method: f(out) − f* from ‖x_0 − x*‖ ≤ R over convex functions, where nothing else is said. */
type About = Partial<Omit<Question, 'method'>>;

/** A certificate with these multipliers between the method's points; −1 is x*. */
function proof(method: Question['method'], bound: Rational, multipliers: Multipliers, about: About = {}): Certificate {
  const statement = statementOf({ method, condition: 'distance', criterion: 'value', ...about });
  return certificateOf({ statement, distinct: distinctPoints(statement) }, integerMultipliers(bound, multipliers));
}

/** x_{i+1} = x_i − (h/L)∇f(x_i), judged after N steps. */
export function gradientDescent(N: number, h: Num): Question['method'] {
  return { queries: Array.from({ length: N }, (_, i) => Array.from({ length: i }, () => h)), output: Array.from({ length: N }, () => h) };
}

/** Steps of one size h, in units of 1/L, over functions with μ/L = `strongConvexity`. */
interface Steps {
  readonly N: number;
  readonly h: Rational;
  readonly mu: Rational;
}

/** Longer common denominators of multipliers take the checker seconds: then multipliers are rounded, and the bound is raised. */
const EXACT_BITS = 600;
/** By this share of it: far less than anybody reads, far more than the rounding needs. */
const RAISED = ratio(2n ** 40n + 1n, 2n ** 40n);
/** Bits of a multiplier beyond those that the square of the bound has: entries of S that matter are of its size. */
const SPARE_BITS = 200;
const bitsOf = (n: bigint): number => n.toString(2).length;

/**
 * f(x_N) − f* of gradient descent, where the worst function is ½μx² + (1 − μ)·Huber's: for μ = 0 and h ≤ 1 it is LR²/(4Nh + 2) (Drori and Teboulle 2014, Theorem 3.1), else
 * (μ/2)R²/(μ/L − 1 + (1 − hμ/L)^{−2N}) (Taylor, Hendrickx and Glineur 2017, Conjecture 3).
 *
 * On that function every g̃ = ∇f̃ is one number w, so that S must vanish at (1, w, …, w). The multipliers p_i of (i, i + 1) and p_i − p_{i−1} of (*, i), p_N = 1, keep function values
 * in balance, and each row of S(1, w, …, w) = 0 has one that the rows after it have not: from the last to the first they follow.
 */
function huberProof({ N, h, mu }: Steps): Certificate | null {
  const shrink = sub(one, mul(h, mu));
  const half = div(one, mul(two, sub(one, mu)));
  const powers = [one];
  while (powers.length <= N) powers.push(mul(powers.at(-1)!, shrink));
  const sums = [zero];
  for (const power of powers) sums.push(add(sums.at(-1)!, power));
  // f(x_N) = ½μx_N² + w x_N − w²/(2(1 − μ)) with x_N = aᴺ − hw(1 + … + aᴺ⁻¹) is largest at this w.
  const [far, pull] = [powers[N]!, mul(h, sums[N]!)];
  const w = div(sub(far, mul(mu, mul(far, pull))), sub(mul(two, add(pull, half)), mul(mu, squared(pull))));
  const x = powers.map((power, j) => sub(power, mul(mul(h, w), sums[j]!)));
  const flat = mul(mul(two, half), w);
  const bound = sub(add(mul(div(mu, two), squared(x[N]!)), mul(w, x[N]!)), mul(half, squared(w)));
  const p = Array.from({ length: N + 1 }, () => one);
  // What g̃_i does to the conditions behind it, by way of x_j = … − h Σ_{i<j} a^{j−i−1}g̃_i: h times this.
  let behind = zero;
  for (let i = N; i > 0; i--) {
    if (i < N) {
      const [own, next] = [p[i]!, p[i + 1]!];
      const direct = i + 1 < N ? mul(mul(next, w), mul(h, mu)) : rational.neg(mul(mu, x[N]!));
      behind = add(sub(mul(w, sub(next, own)), direct), mul(shrink, behind));
    }
    const row = add(mul(p[i]!, sub(flat, x[i]!)), mul(h, i < N ? add(mul(p[i]!, w), behind) : zero));
    const room = sub(flat, x[i - 1]!);
    if (rational.equal(room, zero)) return null;
    p[i - 1] = div(row, room);
  }
  const chain = (weights: readonly Rational[]): Multipliers =>
    weights.flatMap((value, i): Multipliers => [...(i < N ? [[i, i + 1, value] as const] : []), [-1, i, sub(value, weights[i - 1] ?? zero)]]);
  const about = { strongConvexity: rational.format(mu) };
  if (bitsOf(commonDenominator([bound, ...p])) <= EXACT_BITS) return proof(gradientDescent(N, rational.format(h)), bound, chain(p), about);
  const grain = 1n << BigInt(SPARE_BITS + 2 * Math.max(0, bitsOf(bound.d) - bitsOf(bound.n)));
  const rounded = (value: Rational, up: bigint): Rational => ratio((value.s * value.n * grain) / value.d + up, grain);
  return proof(gradientDescent(N, rational.format(h)), rounded(mul(bound, RAISED), 1n), chain(p.map((value) => rounded(value, 0n))), about);
}

/**
 * A certificate that ‖x_N − x*‖² ≤ ρ^{2N}R², ρ = max(1 − hμ/L, h − 1) (in the first case h ≤ 2/(1 + μ/L)), each step of it by the two conditions between x_k and x*;
 * from there, f(x_N) − f* ≤ ½L‖x_N − x*‖².
 */
function distanceProof({ N, h, mu }: Steps, criterion: 'distance' | 'value'): Certificate {
  const [slow, fast] = [sub(one, mul(h, mu)), sub(h, one)];
  const rho = rational.max(slow, fast);
  const weight = mul(mul(two, h), rho);
  const scale = criterion === 'value' ? div(one, two) : one;
  const multipliers = Array.from({ length: N }, (_, k): Multipliers => {
    const own = mul(mul(scale, weight), power(rho, 2 * (N - 1 - k)));
    return [[k, -1, own], [-1, k, own]];
  }).flat();
  return proof(gradientDescent(N, rational.format(h)), mul(scale, power(rho, 2 * N)), criterion === 'value' ? [...multipliers, [-1, N, one]] : multipliers, {
    criterion,
    strongConvexity: rational.format(mu),
  });
}

/** f(x_N) − f* ≤ ρ^{2N}(f(x_0) − f*), each step of it by three conditions (Taylor, Hendrickx and Glineur 2018). */
function valueProof({ N, h, mu }: Steps): Certificate {
  const rho = rational.max(sub(one, mul(h, mu)), sub(h, one));
  const multipliers = Array.from({ length: N + 1 }, (_, k): Multipliers => {
    const [here, before] = [k < N ? power(rho, 2 * (N - 1 - k)) : zero, k > 0 ? power(rho, 2 * (N - k)) : zero];
    const star: Multipliers[number] = [-1, k, mul(sub(one, rho), add(mul(rho, here), before))];
    return k < N ? [[k, k + 1, mul(rho, here)], star] : [star];
  }).flat();
  return proof(gradientDescent(N, rational.format(h)), power(rho, 2 * N), multipliers, { condition: 'value', strongConvexity: rational.format(mu) });
}

function power(base: Rational, exponent: number): Rational {
  return ratio((base.s * base.n) ** BigInt(exponent), base.d ** BigInt(exponent));
}

/**
 * f(x_N) − f* ≤ LR²/(4Nh + 2) for N steps h/L, 0 < h ≤ 1: the exact worst case (Drori and Teboulle 2014, Theorem 3.1).
 * @throws {RangeError} h outside (0, 1], no step.
 */
export function gradientDescentProof(N: number, h: Num): Certificate {
  const step = rational.from(h);
  if (!(rational.compare(step, zero) > 0 && rational.lessOrEqual(step, one))) throw new RangeError(`expected a step size 0 < h ≤ 1 in units of 1/L, got ${h}`);
  if (!(Number.isInteger(N) && N >= 1)) throw new RangeError(`expected at least one step, got ${N}`);
  return huberProof({ N, h: step, mu: zero })!;
}

/** Beyond so many steps proofs take the checker seconds, and rounded ones from the solver less. */
const LONGEST = 50;

/**
 * What theory has for gradient descent with one step size h > 0, else null. The bound is the exact worst case, or 2⁻⁴⁰ above it, wherever this is a proof, which is the checker's to say:
 * of f − f* from the distance it is for h up to some number between 3/2 and 2, and again from 2/(1 + μ/L) on.
 */
export function knownProof({ method: { queries, output }, strongConvexity, condition, criterion }: Statement): Certificate | null {
  const [first] = output;
  if (first === undefined || output.length > LONGEST || ![...queries, output].every((row) => row.every((step) => step === first))) return null;
  const steps: Steps = { N: output.length, h: rational.from(first), mu: rational.from(strongConvexity) };
  if (rational.compare(steps.h, zero) <= 0) return null;
  if (criterion === 'distance' && condition === 'distance') return distanceProof(steps, criterion);
  if (criterion !== 'value') return null;
  if (condition === 'value') return valueProof(steps);
  // From here on the worst function is quadratic.
  const long = rational.lessOrEqual(two, mul(steps.h, add(one, steps.mu)));
  return long ? distanceProof(steps, criterion) : huberProof(steps);
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
  queries: queries.map((row) => row.map((entry) => rational.format(entry))),
  output: output.map((entry) => rational.format(entry)),
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
