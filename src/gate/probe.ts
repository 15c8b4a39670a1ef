import { PRECISIONS } from '../arithmetic/running-error.js';
import type { Answer, Config, Door, Dtype } from './protocol.js';

/** How a fixed-step first-order method moves: each point is x_0 − Σ_j c_j g_j, with coefficients that depend on nothing that it was fed. */
export interface StepRows {
  /** Methods that learn from nothing start at 0 wherever x0 is: then x_0 = 0. */
  readonly from: 'x0' | 'origin';
  /** Row t, of t coefficients: where gradient t + 1 is asked for, t = 0 … N. */
  readonly queries: readonly (readonly number[])[];
  /** Row t, of t coefficients: the iterate after step t, t = 0 … N. */
  readonly iterates: readonly (readonly number[])[];
}

/** A method that is none, and how that showed. */
export interface NotFixedStep {
  readonly reason: string;
}

export interface ProbeOptions {
  readonly config: Config;
  /** N: how many gradients. */
  readonly horizon: number;
  readonly dtype: Dtype;
  /** L, which a session is told. */
  readonly smoothness: number;
}

/**
 * Reads the steps of a method off one session: from x_0 = 0 in N dimensions, with the unit vector e_t for the t-th gradient, entry j of every answer is
 * what the j-th gradient has been multiplied by.
 * Then holds them against sessions in other dimensions, from other starts, with gradients of other sizes: a method that is not linear in its gradients, or whose
 * steps depend on what it is fed, is told.
 * @throws {SubjectFailure} where the optimizer does not answer.
 */
export async function probe(door: Door, options: ProbeOptions): Promise<StepRows | NotFixedStep> {
  const { horizon, config } = options;
  const unit = (t: number): Float64Array => Float64Array.from({ length: horizon }, (_, i) => (i === t ? 1 : 0));
  const answers = await session(door, options, new Float64Array(horizon), Array.from({ length: horizon }, (_, t) => unit(t)));
  const rows = (pick: (answer: Answer) => Float64Array): number[][] => answers.map((answer, t) => Array.from(pick(answer).subarray(0, t), (entry) => 0 - entry));
  const away = (await session(door, options, Float64Array.of(1), []))[0]!;
  const steps = { from: away.query[0] === 0 && away.x[0] === 0 ? 'origin' : 'x0', queries: rows(({ query }) => query), iterates: rows(({ x }) => x) } as const;
  const odd = answers.findIndex(({ query, x }) => [query, x].some((v) => v.some((entry) => !Number.isFinite(entry))));
  if (odd >= 0) return { reason: `${odd === 0 ? 'its start' : `its answer to step ${odd}`} is not finite, of unit gradients, told ${JSON.stringify(config)}` };
  const early = answers.findIndex(({ query, x }, t) => [query, x].some((v) => v.subarray(t).some((entry) => entry !== 0)));
  if (early >= 0)
    return {
      reason: `after ${early} ${
        early === 1 ? 'step' : 'steps'
      } from 0 an answer has moved where no gradient has pointed yet: it is no method that starts at x_0 and follows its gradients`,
    };
  for (const [k, trial] of TRIALS.entries()) {
    const told = await contradicted(door, options, steps, trial, k);
    if (told !== null) return { reason: told };
  }
  return steps;
}

/** Dimensions, sizes of starts and gradients, and values of f, that the steps must not depend on: powers of two, which change no rounding. What restarts where f rises has no fixed steps. */
const TRIALS = [
  { dimension: 1, start: 0, size: 1, value: null },
  { dimension: 3, start: 4, size: 1, value: (t: number) => t },
  { dimension: 2, start: 1, size: 2 ** 10, value: (t: number) => -t },
  { dimension: 5, start: 2 ** -6, size: 2 ** -10, value: (t: number) => (t % 3 === 0 ? 8 : -8) },
] as const;

/** Where a session does not go as the steps say; null where it does, up to rounding. */
async function contradicted(door: Door, options: ProbeOptions, steps: StepRows, { dimension, start, size, value }: (typeof TRIALS)[number], k: number): Promise<string | null> {
  const { horizon, dtype } = options;
  const number = (i: number, t: number): number => numberOf(k, i, t);
  const x0 = Float64Array.from({ length: dimension }, (_, i) => start * number(i, 0));
  const gradients = Array.from({ length: horizon }, (_, t) => Float64Array.from({ length: dimension }, (_, i) => size * number(i, t + 1)));
  const answers = await session(door, options, x0, gradients, value);
  const base = steps.from === 'origin' ? new Float64Array(dimension) : x0;
  const { unit } = PRECISIONS[dtype];
  for (let i = 0; i < dimension; i++) {
    // What has been added up so far, and perhaps taken away again, is what the next sum is rounded relative to: x_0 too, where a method forgets it.
    let largest = Math.abs(x0[i]!);
    for (const [t, { query, x }] of answers.entries()) {
      for (const [name, row, got] of [['query', steps.queries[t]!, query[i]!], ['x', steps.iterates[t]!, x[i]!]] as const) {
        const terms = row.map((c, j) => c * gradients[j]![i]!);
        const expected = terms.reduce((sum, term) => sum - term, base[i]!);
        largest = Math.max(largest, terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(base[i]!)));
        const allowed = ROUNDINGS * (t + 2) * unit * largest;
        if (!(Math.abs(got - expected) <= allowed)) {
          return `in ${dimension} ${dimension === 1 ? 'dimension' : 'dimensions'}, with gradients of size ${size}${
            value === null ? '' : ' and values of f'
          }, ${name} after step ${t} is ${got}, where steps that do not depend on what it is fed give ${expected}`;
        }
      }
    }
  }
  return null;
}

/** Roundings that each step of a correct method may add, in its coefficients and in its sums. */
const ROUNDINGS = 16;

/** Fixed numbers in (−1, 1) of seven bits, so that both dtypes hold them, with no pattern that a method could share. */
function numberOf(k: number, i: number, t: number): number {
  return (((k * 37 + i * 101 + t * 59 + (t * t + i) * 13) % 127) - 63) / 64;
}

async function session(
  door: Door,
  { config, horizon, smoothness }: ProbeOptions,
  x0: Float64Array,
  gradients: readonly Float64Array[],
  value: ((t: number) => number) | null = null,
): Promise<Answer[]> {
  const first = gradients[0] ?? new Float64Array(x0.length);
  const answers = [await door.init('probe', { x0, config, problem: { L: smoothness, horizon }, gradient: first })];
  for (const [t, gradient] of gradients.entries()) answers.push(await door.step('probe', { t: t + 1, gradient, ...(value === null ? {} : { value: value(t + 1) }) }));
  await door.close('probe');
  return answers;
}

/** True where {@link probe} could not read steps off. */
export function isNotFixedStep(probed: object): probed is NotFixedStep {
  return 'reason' in probed;
}

/**
 * The fraction p/q with the smallest q ≤ `largest` within `tolerance` of x, by continued fractions; null where there is none: then x stands for itself.
 * @param tolerance an absolute bound > 0 on how far rounding may have moved x.
 */
export function nearestFraction(x: number, tolerance: number, largest = 1_000_000): string | null {
  const sign = x < 0 ? -1 : 1;
  let rest = Math.abs(x);
  let [p, q, before, below] = [1, 0, 0, 1];
  for (let depth = 0; depth < 40; depth++) {
    const whole = Math.floor(rest);
    [p, q, before, below] = [whole * p + before, whole * q + below, p, q];
    if (q > largest || p > Number.MAX_SAFE_INTEGER) return null;
    if (Math.abs(p / q - Math.abs(x)) <= tolerance) return q === 1 ? String(sign * p) : `${sign * p}/${q}`;
    if (rest === whole) return null;
    rest = 1 / (rest - whole);
  }
  return null;
}
