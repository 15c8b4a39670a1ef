import type { Statement } from '../../oracles/performance-estimation/certificate.js';
import { statementOf, type Question } from '../../oracles/performance-estimation/statement.js';
import { worstCase, type WorstCase } from '../../oracles/performance-estimation/worst-case.js';
import { evaluate, type WorstFunction } from '../../oracles/performance-estimation/worst-function.js';
import { ratio, rational, type Rational } from '../arithmetic/rational.js';
import { roundedUp } from '../../reports/rounded-up.js';
import { PRECISIONS } from '../arithmetic/running-error.js';
import type { Num } from '../problem/shape.js';
import { isNotFixedStep, nearestFraction, probe, type NotFixedStep, type StepRows } from './probe.js';
import type { Answer, Config, Door, Dtype } from './protocol.js';

/** Which point is judged: the iterate that the method would return, where it would ask next, or the mean of its iterates after each step. */
export const JUDGED = ['iterate', 'query', 'average'] as const;

/** What is to be bounded, for which functions. */
export interface WorstCaseOptions {
  readonly config: Config;
  /** N: how many gradients. */
  readonly horizon: number;
  readonly dtype: Dtype;
  /** L > 0. */
  readonly smoothness: number;
  /** μ, 0 ≤ μ < L. */
  readonly strongConvexity: number;
  readonly criterion: Statement['criterion'];
  readonly condition: Statement['condition'];
  readonly judged: (typeof JUDGED)[number];
}

/** The worst case of somebody's optimizer. Numbers are for L = 1 and a start within 1 of x*, as a certificate has them. */
export interface SubjectWorstCase {
  readonly steps: StepRows;
  /** Of the coefficients, those that are fractions up to the rounding of the dtype; the others stand for themselves. */
  readonly fractions: { readonly found: number; readonly of: number };
  /** Every coefficient, as it is and as it was taken for, is within this of what it came as, in units of 1/L: so much may the roundings of the dtype have moved it. */
  readonly within: number;
  readonly worst: WorstCase;
  /** What the optimizer itself did on the worst function, over the bound. */
  readonly attained: number;
}

/** Of the bound, what the worst function must show: a bound with less is proved and loose, and not called the worst case. */
export const SHOWN = 0.999;
/** Bounds that a run exceeds by more than this share are of something else than this run: what rounding makes of steps is far below. */
export const SAME = { float64: 2 ** -20, float32: 2 ** -10 } as const;

/** What is known of a worst case: that the bound is it, that it is at most that, or nothing but an estimate, which its own run may refute; a run may refute a proof, too: of steps that it did not make. */
export type Standing = 'tight' | 'loose' | 'estimate' | 'refuted';

export function standingOf({ worst: { certificate }, attained }: Pick<SubjectWorstCase, 'worst' | 'attained'>, dtype: Dtype): Standing {
  if (attained > 1 + SAME[dtype]) return 'refuted';
  if (certificate === null) return 'estimate';
  return attained >= SHOWN ? 'tight' : 'loose';
}

/**
 * Probes an optimizer, proves how badly it may do on the whole class of functions, and plays the worst of them with it.
 * @param prove where the proof is sought: here, unless it is to be interrupted.
 * @throws {SubjectFailure} where it does not answer. @throws {RangeError} a question that nothing bounds.
 */
export async function subjectWorstCase(
  door: Door,
  options: WorstCaseOptions,
  prove: (question: Question) => WorstCase | Promise<WorstCase> = worstCase,
): Promise<SubjectWorstCase | NotFixedStep> {
  const steps = await probe(door, options);
  if (isNotFixedStep(steps)) return steps;
  const named = fractionsOf(steps, options);
  const worst = await prove(questionOf(named, options));
  return {
    steps,
    fractions: { found: named.found, of: named.of },
    within: named.within,
    worst,
    attained: (await reached(door, options, steps.from, worst.worst)) / boundOf(worst),
  };
}

/** What a proof of its worst case must be of. */
export async function subjectStatement(door: Door, options: WorstCaseOptions): Promise<Statement | NotFixedStep> {
  const steps = await probe(door, options);
  return isNotFixedStep(steps) ? steps : statementOf(questionOf(fractionsOf(steps, options), options));
}

function questionOf(named: Named, options: WorstCaseOptions): Question {
  const { smoothness, strongConvexity, criterion, condition } = options;
  return {
    method: { queries: named.queries.slice(0, -1), output: outputOf(named, options) },
    strongConvexity: rational.format(rational.div(decimal(strongConvexity), decimal(smoothness))),
    criterion,
    condition,
  };
}

/** The decimal that the double prints as: 0.1 is 1/10, as whoever wrote it meant. */
function decimal(x: number): Rational {
  const [digits = '0', exponent = '0'] = String(x).split('e');
  const [whole = '0', part = ''] = digits.split('.');
  const shift = Number(exponent) - part.length;
  return ratio(BigInt(whole + part) * 10n ** BigInt(Math.max(0, shift)), 10n ** BigInt(Math.max(0, -shift)));
}

/** How much more than the truth a proof may say, as a share of it. */
export const INFLATION = 1e-7;

/** τ, as proved; as the solver has it where rounding spoilt all proofs. */
export function boundOf({ certificate, estimate }: WorstCase): number {
  return certificate === null ? estimate : rational.toNumber(rational.from(certificate.bound));
}

interface Named {
  readonly queries: Num[][];
  readonly iterates: Num[][];
  readonly found: number;
  readonly of: number;
  readonly within: number;
}

/** Roundings that a coefficient may have gone through for each step behind it. */
const ROUNDINGS = 4;
/** A number that is no fraction is taken for one of this few in a hundred times. */
const CHANCE = 0.01;

/** The coefficients in units of 1/L, as the fractions that they are up to rounding. */
function fractionsOf({ queries, iterates }: StepRows, { dtype, smoothness }: WorstCaseOptions): Named {
  const { unit } = PRECISIONS[dtype];
  let [found, of, within, largest] = [0, 0, 0, 0];
  const name = (t: number, c: number): Num => {
    const scaled = c * smoothness;
    const tolerance = ROUNDINGS * (t + 1) * unit * largest;
    // Fractions up to this denominator lie so thinly that few intervals of this length hold one by chance.
    const fraction = scaled === 0 ? '0' : nearestFraction(scaled, tolerance, Math.min(1_000_000, Math.floor(Math.sqrt(CHANCE / tolerance))));
    of += 1;
    within = Math.max(within, tolerance);
    if (fraction === null) return scaled;
    found += 1;
    return fraction;
  };
  const rows = queries.map((row, t) => {
    largest = Math.max(largest, ...[...row, ...iterates[t]!].map((c) => Math.abs(c * smoothness)));
    return { query: row.map((c) => name(t, c)), iterate: iterates[t]!.map((c) => name(t, c)) };
  });
  return { queries: rows.map(({ query }) => query), iterates: rows.map(({ iterate }) => iterate), found, of, within };
}

function outputOf({ queries, iterates }: Named, { horizon, judged }: WorstCaseOptions): Num[] {
  if (judged !== 'average') return (judged === 'query' ? queries : iterates)[horizon]!;
  const count = rational.from(horizon);
  return Array.from({ length: horizon }, (_, j) => {
    const sum = iterates.slice(1).reduce((total, row) => rational.add(total, rational.from(row[j] ?? 0)), rational.zero);
    return rational.format(rational.div(sum, count));
  });
}

/**
 * criterion/condition of one session on the function, from where it is worst. For a method that starts at 0 wherever it is told to, the function is moved; for others x* stays 0, near which
 * doubles are finest. NaN where nothing is left of either in doubles.
 */
async function reached(
  door: Door,
  { config, horizon, dtype, smoothness, criterion, condition, judged }: WorstCaseOptions,
  from: StepRows['from'],
  f: WorstFunction,
): Promise<number> {
  const held = (x: number): number => (dtype === 'float32' ? Math.fround(x) : x);
  const x0 = Float64Array.from(f.start, (entry) => (from === 'origin' ? 0 : held(entry)));
  const place = (v: ArrayLike<number>): number[] => Array.from(v, (entry, e) => (from === 'origin' ? entry + f.start[e]! : entry));
  const at = (v: Float64Array): { readonly value: number; readonly gradient: Float64Array } => {
    const { value, gradient } = evaluate(f, place(v));
    return { value: smoothness * value, gradient: Float64Array.from(gradient, (entry) => held(smoothness * entry)) };
  };
  const answers: Answer[] = [await door.init('worst', { x0, config, problem: { L: smoothness, horizon }, gradient: at(x0).gradient })];
  for (let t = 1; t <= horizon; t++) answers.push(await door.step('worst', { t, ...at(answers[t - 1]!.query) }));
  await door.close('worst');
  const last = answers[horizon]!;
  const mean = (): Float64Array => last.x.map((_, e) => answers.slice(1).reduce((sum, { x }) => sum + x[e]!, 0) / horizon);
  const out = place(judged === 'average' ? mean() : judged === 'query' ? last.query : last.x);
  const { value, gradient: slope } = evaluate(f, out);
  const got = { value, gradient: square(slope), distance: square(out) }[criterion];
  const start = place(x0);
  return got / (condition === 'distance' ? square(start) : evaluate(f, start).value);
}

const square = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);

/** The criterion with names for points, and what it is measured against. */
export function wording({ criterion, condition }: Pick<Statement, 'criterion' | 'condition'>, out: string): { readonly left: string; readonly right: string } {
  const left = { value: `f(${out}) − f*`, gradient: `‖∇f(${out})‖²`, distance: `‖${out} − x*‖²` }[criterion];
  const scales = { distance: { value: 'L', gradient: 'L²', distance: '' }, value: { value: '', gradient: 'L', distance: '(1/L)' } } as const;
  return { left, right: `${scales[condition][criterion]}${condition === 'distance' ? '‖x_0 − x*‖²' : '(f(x_0) − f*)'}` };
}

/** Fractions with longer terms tell a reader nothing. */
const READABLE = 24;

/** A proved bound: as the fraction that it is, where that is short, and as a decimal that is not below it. */
export function boundText(bound: string, unit: string): string {
  const decimal = roundedUp(bound, 10);
  return bound.length <= READABLE && bound.includes('/') ? `${bound} ${unit} (${decimal})` : `${decimal} ${unit}`;
}

/** The judged point. */
export function outName({ judged, horizon }: Pick<WorstCaseOptions, 'judged' | 'horizon'>): string {
  return { iterate: `x_${horizon}`, query: `y_${horizon}`, average: `(x_1 + … + x_${horizon})/${horizon}` }[judged];
}
