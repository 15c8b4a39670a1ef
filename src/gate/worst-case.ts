import type { Statement } from '../../oracles/performance-estimation/certificate.js';
import type { Question } from '../../oracles/performance-estimation/statement.js';
import { worstCase, type WorstCase } from '../../oracles/performance-estimation/worst-case.js';
import { evaluate, type WorstFunction } from '../../oracles/performance-estimation/worst-function.js';
import { rational } from '../arithmetic/rational.js';
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

/**
 * Probes an optimizer, proves how badly it may do on the whole class of functions, and plays the worst of them with it.
 * @throws {SubjectFailure} where it does not answer. @throws {RangeError} a question that nothing bounds.
 */
export async function subjectWorstCase(door: Door, options: WorstCaseOptions): Promise<SubjectWorstCase | NotFixedStep> {
  const steps = await probe(door, options);
  if (isNotFixedStep(steps)) return steps;
  const { smoothness, strongConvexity, criterion, condition } = options;
  const named = fractionsOf(steps, options);
  const question: Question = {
    method: { queries: named.queries.slice(0, -1), output: outputOf(named, options) },
    strongConvexity: strongConvexity === 0 ? 0 : rational.format(rational.div(rational.from(strongConvexity), rational.from(smoothness))), criterion, condition,
  };
  const worst = worstCase(question);
  return { steps, fractions: { found: named.found, of: named.of }, within: named.within, worst, attained: (await reached(door, options, worst.worst)) / boundOf(worst) };
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

/** criterion/condition of one session on the function, which is moved so that the session starts at 0: methods that learn from nothing do. */
async function reached(door: Door, { config, horizon, dtype, smoothness, criterion, condition, judged }: WorstCaseOptions, f: WorstFunction): Promise<number> {
  const held = (x: number): number => (dtype === 'float32' ? Math.fround(x) : x);
  const place = (v: ArrayLike<number>): number[] => Array.from(v, (entry, e) => entry + f.start[e]!);
  const gradient = (v: Float64Array): Float64Array => Float64Array.from(evaluate(f, place(v)).gradient, (entry) => held(smoothness * entry));
  const x0 = new Float64Array(f.start.length);
  const answers: Answer[] = [await door.init('worst', { x0, config, problem: { L: smoothness, horizon }, gradient: gradient(x0) })];
  for (let t = 1; t <= horizon; t++) answers.push(await door.step('worst', { t, gradient: gradient(answers[t - 1]!.query) }));
  await door.close('worst');
  const last = answers[horizon]!;
  const mean = (): Float64Array => last.x.map((_, e) => answers.slice(1).reduce((sum, { x }) => sum + x[e]!, 0) / horizon);
  const out = place(judged === 'average' ? mean() : judged === 'query' ? last.query : last.x);
  const { value, gradient: slope } = evaluate(f, out);
  const got = { value, gradient: square(slope), distance: square(out) }[criterion];
  return got / (condition === 'distance' ? square(f.start) : evaluate(f, f.start).value);
}

const square = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);

/** The criterion with names for points, and what it is measured against. */
export function wording({ criterion, condition }: Pick<Statement, 'criterion' | 'condition'>, out: string): { readonly left: string; readonly right: string } {
  const left = { value: `f(${out}) − f*`, gradient: `‖∇f(${out})‖²`, distance: `‖${out} − x*‖²` }[criterion];
  const scales = { distance: { value: 'L', gradient: 'L²', distance: '' }, value: { value: '', gradient: 'L', distance: '(1/L)' } } as const;
  return { left, right: `${scales[condition][criterion]}${condition === 'distance' ? '‖x_0 − x*‖²' : '(f(x_0) − f*)'}` };
}

/** The judged point. */
export function outName({ judged, horizon }: Pick<WorstCaseOptions, 'judged' | 'horizon'>): string {
  return { iterate: `x_${horizon}`, query: `y_${horizon}`, average: `(x_1 + … + x_${horizon})/${horizon}` }[judged];
}
