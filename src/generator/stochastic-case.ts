import fc from 'fast-check';
import { rational } from '../arithmetic/rational.js';
import type { Num } from '../problem/shape.js';
import { approximate, metaCase, simplerMetaCases, type MetaCase, type MetaCaseOptions } from './meta-case.js';
import { matrix, type NumberSource } from './number.js';

/** A run of Algorithm 4 on ĝ_t = ∇f(x̄_t) + ξ_t v_t, ξ_t = 1 with probability odds/(1 + odds), else −odds: 2^T paths. */
export interface StochasticCase {
  readonly run: MetaCase;
  /** v_1 … v_T */
  readonly noise: readonly (readonly Num[])[];
  readonly odds: Num;
  /** ξ_tξ_{t−1}v_t for ξ_tv_t, t ≥ 2. */
  readonly dependent: boolean;
}

export function stochasticCase(numbers: NumberSource, options: MetaCaseOptions): fc.Arbitrary<StochasticCase> {
  return metaCase(numbers, options).chain((run) =>
    fc.record({
      run: fc.constant(run),
      noise: matrix(numbers, run.alpha.length, run.start.length),
      odds: fc.oneof(fc.constant<Num>(1), numbers.positive),
      dependent: fc.boolean(),
    })
  );
}

export function simplerStochasticCases({ run, noise, ...rest }: StochasticCase): StochasticCase[] {
  return simplerMetaCases(run).map((shorter) => ({ ...rest, run: shorter, noise: noise.slice(0, shorter.alpha.length) }));
}

/** f = (L/2)(x − x*)², φ = aw + kx + b, W = R, noise ±σ on every round: all that one dimension and no hints leave. */
export interface LineCase {
  readonly a: Num;
  readonly L: Num;
  readonly beta: Num;
  readonly alpha: readonly Num[];
  readonly sigma: Num;
  readonly minimiser: Num;
  /** b */
  readonly offset: Num;
  /** k */
  readonly state: Num;
  /** x̄_0 */
  readonly start: Num;
}

/** The same as a case of the general form. */
export function lineCase({ a, L, beta, alpha, sigma, minimiser, offset, state, start }: LineCase): StochasticCase {
  return {
    run: {
      function: { body: { kind: 'spectral', spectrum: [L], reflectors: [] }, minimiser: [minimiser] },
      rule: { kind: 'state-affine', matrix: [[a]], gain: [['0']], direction: ['0'], offset: [offset], state: [[state]] },
      set: { kind: 'all', dimension: 1 },
      hint: { kind: 'none' },
      alpha,
      beta: Array<Num>(alpha.length + 1).fill(beta),
      index: 'equation-4',
      projection: 'lazy',
      start: [start],
    },
    noise: alpha.map(() => [sigma]),
    odds: 1,
    dependent: false,
  };
}

/**
 * Two rounds, where the printed statement can fail at all (`mayFail`): φ = w with β and σ in the windows in which it does once in six,
 * and small numbers with k = −1, one in forty.
 */
export function lineCases(): fc.Arbitrary<LineCase> {
  const from = (...values: Num[]): fc.Arbitrary<Num> => fc.constantFrom(...values);
  const lattice = fc.record({
    a: from('1', '2'),
    L: from('1', '2', '3'),
    beta: from('1', '2', '3', '4'),
    first: from('1', '2', '3'),
    second: from('1', '2'),
    sigma: from('1', '1/2'),
    minimiser: from('0', '1', '2'),
    offset: from('0', '1', '-1', '2', '-2'),
    state: from('-1'),
    start: from('0', '1', '2'),
  }).map(({ first, second, ...rest }): LineCase => ({ ...rest, alpha: [first, second] }));
  const window = fc.record({
    q: from('3/5', '7/10', '4/5', '9/10'),
    first: from('1', '2', '3'),
    second: from('1', '2'),
    L: from('1', '2', '4'),
    u: from('1', '2', '3', '4'),
    excess: from('1', '11/10', '6/5'),
  }).map(windowCase);
  return fc.oneof(window, lattice);
}

/** β = dA/(α_1α_2²L), σ = Lu(A − d)/d · excess, with A = α_{1:2}, d = qA: on one path w* = 0, on the other w* = x*. */
function windowCase({ q, first, second, L, u, excess }: { readonly [name in 'q' | 'first' | 'second' | 'L' | 'u' | 'excess']: Num }): LineCase {
  const K = rational;
  const [a1, a2, smoothness, target] = [K.from(first), K.from(second), K.from(L), K.from(u)];
  const A = K.add(a1, a2);
  const d = K.mul(A, K.from(q));
  const beta = K.div(K.mul(d, A), K.mul(K.mul(a1, K.mul(a2, a2)), smoothness));
  const sigma = K.mul(K.mul(smoothness, target), K.mul(K.div(K.sub(A, d), d), K.from(excess)));
  return { a: '1', L, beta: K.format(beta), alpha: [first, second], sigma: K.format(sigma), minimiser: u, offset: '0', state: '0', start: '0' };
}

/**
 * For T = 2 and W = R the statement can fail only where βa²L > (α_1² + α_2²)α_{1:2}/(2α_1²α_2²), whatever the other numbers are:
 * 2β(RHS − LHS) is a sum of two terms ≥ 0 and β²σ²a²(α_1² + α_2² − 2βLa²α_1²α_2²/α_{1:2}).
 */
function mayFail({ a, L, beta, alpha }: LineCase): boolean {
  const [x, l, b, first, second] = [a, L, beta, ...alpha].map(approximate) as [number, number, number, number, number];
  return 2 * b * x * x * l * first ** 2 * second ** 2 > (first ** 2 + second ** 2) * (first + second) * (1 - 1e-9);
}

/** |p| + q, summed over a case's ten numbers. */
export function totalSize({ a, L, beta, alpha, sigma, minimiser, offset, state, start }: LineCase): number {
  return [a, L, beta, ...alpha, sigma, minimiser, offset, state, start].reduce<number>((sum, value) => sum + numberSize(value), 0);
}

function numberSize(value: Num): number {
  const [p, q] = String(value).split('/');
  return Math.abs(Number(p)) + Number(q ?? 1);
}

/** The fractions of size |p| + q = k, in lowest terms. */
function fractionsOfSize(size: number, signed: boolean): Num[] {
  const found: Num[] = size === 1 && signed ? ['0'] : [];
  for (let q = 1; q < size; q++) {
    const p = size - q;
    if (coprime(p, q)) found.push(...(signed ? [1, -1] : [1]).map((sign) => (q === 1 ? `${sign * p}` : `${sign * p}/${q}`)));
  }
  return found;
}

function coprime(p: number, q: number): boolean {
  return q === 0 ? p === 1 : coprime(q, p % q);
}

/** a, L, β, α_1, α_2, σ > 0, then x*, b, k, x̄_0 of any sign. */
const SIGNED = [false, false, false, false, false, false, true, true, true, true] as const;
/** The total size up to which all cases are listed: 20 is where the first one fails. */
const LARGEST = 20;
let listed: LineCase[] | null = null;

/** All two-round cases that may fail, by total size, up to mirror images: the first that does is the smallest. */
function linesBySize(): LineCase[] {
  listed ??= Array.from({ length: LARGEST + 1 }, (_, size) => linesOfSize(size)).flat();
  return listed;
}

function linesOfSize(size: number): LineCase[] {
  const smallest = (from: number): number => SIGNED.slice(from).reduce<number>((sum, signed) => sum + (signed ? 1 : 2), 0);
  const tuples = (from: number, left: number): Num[][] => {
    if (from === SIGNED.length) return left === 0 ? [[]] : [];
    const found: Num[][] = [];
    for (let own = SIGNED[from]! ? 1 : 2; own + smallest(from + 1) <= left; own++) {
      const rest = tuples(from + 1, left - own);
      for (const value of fractionsOfSize(own, SIGNED[from]!)) found.push(...rest.map((tail) => [value, ...tail]));
    }
    return found;
  };
  return tuples(0, size)
    .map(([a, L, beta, first, second, sigma, minimiser, offset, state, start]): LineCase => ({
      a: a!,
      L: L!,
      beta: beta!,
      alpha: [first!, second!],
      sigma: sigma!,
      minimiser: minimiser!,
      offset: offset!,
      state: state!,
      start: start!,
    }))
    .filter((line) => mayFail(line) && !mirrored(line));
}

/** x ↦ −x turns a case into one of the same size: of the two the first non-zero among x*, b, x̄_0 is positive. */
function mirrored({ minimiser, offset, start }: LineCase): boolean {
  return ([minimiser, offset, start].map(approximate).find((value) => value !== 0) ?? 1) < 0;
}

/** Shrinking one number at a time gets stuck short of the smallest case: so all smaller cases are tried, smallest first. */
export function smallerLines(data: LineCase): LineCase[] {
  const size = totalSize(data);
  return linesBySize().filter((line) => totalSize(line) < size);
}
