import type { Certificate, StepMatrix } from '../oracles/performance-estimation/certificate.js';
import { roundedWeights } from '../oracles/performance-estimation/closed-form.js';
import type { RegretCertificate } from '../oracles/performance-estimation/regret-certificate.js';
import type { RegretQuestion } from '../oracles/performance-estimation/regret-program.js';
import type { Question } from '../oracles/performance-estimation/statement.js';
import { worstCase, type WorstCase } from '../oracles/performance-estimation/worst-case.js';
import { evaluate, type WorstFunction } from '../oracles/performance-estimation/worst-function.js';
import { worstRegret, type WorstRegret } from '../oracles/performance-estimation/worst-regret.js';
import type { BetaIndex } from './algorithm/formulas.js';
import type { MetaLearningConfig } from './algorithm/optimistic-meta-learning.js';
import { float64 } from './arithmetic/float64.js';
import { ratio, rational, type Rational } from './arithmetic/rational.js';
import type { OrderedSpace } from './arithmetic/space.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';
import type { SpecialCaseInfo } from './verdict.js';

/** What makes Algorithm 2 or 4 with φ = w on Rⁿ a method with fixed steps. */
interface Setting {
  readonly hint: 'none' | 'previous' | 'scaled';
  /** α_1 … α_T */
  readonly alpha: (T: number) => Rational[];
  /** β_0 … β_T in units of 1/L. */
  readonly beta: (T: number, alpha: readonly Rational[]) => Rational[];
  readonly index?: BetaIndex;
  readonly lossWeight?: 'alpha' | 'alpha-rho';
}

export type SpecialCaseId =
  | 'heavy-ball-constant-weights'
  | 'heavy-ball-linear-weights'
  | 'heavy-ball-printed-step'
  | 'heavy-ball-admissible-rate'
  | 'heavy-ball-equation-3'
  | 'optimistic-constant-weights'
  | 'optimistic-quarter'
  | 'optimistic-half'
  | 'optimistic-root-weights'
  | 'scaled-quarter'
  | 'scaled-half'
  | 'nesterov'
  | 'printed-schedule-equation-4'
  | 'printed-schedule-algorithm-4';

/** One of the paper's special cases. */
export interface SpecialCase extends Setting {
  /** A file's name. */
  readonly id: SpecialCaseId;
  readonly name: string;
  /** What is promised of it, and by which claim. */
  readonly bound: string;
  readonly claim: string;
  /** The bound, in units of L‖x*‖²; null where it promises nothing yet. */
  readonly promised: (T: number, alpha: readonly Rational[]) => number | null;
}

const { one } = rational;
const ones = (T: number): Rational[] => Array.from({ length: T }, () => one);
const linear = (T: number): Rational[] => Array.from({ length: T }, (_, i) => rational.from(i + 1));
const constant = (p: number, q: number): Setting['beta'] => (T) => Array.from({ length: T + 1 }, () => ratio(p, q));
const total = (alpha: readonly Rational[]): Rational => alpha.reduce((sum, a) => rational.add(sum, a), rational.zero);
const overTwice = (x: Rational): number => rational.toNumber(rational.div(one, rational.mul(rational.from(2), x)));

/** α_1 = 1, α_t = √α_{1:t−1}, rounded down to multiples of 2⁻⁴⁰. */
function rootWeights(T: number): Rational[] {
  const alpha = [one];
  while (alpha.length < T) alpha.push(rational.from(Math.floor(Math.sqrt(rational.toNumber(total(alpha))) * 2 ** 40) / 2 ** 40));
  return alpha.slice(0, T);
}

/** β_t = (t − 1)/(2t): Corollary 1's, with L inserted. */
const printedSchedule: Setting['beta'] = (T) => Array.from({ length: T + 1 }, (_, t) => (t < 2 ? rational.zero : ratio(t - 1, 2 * t)));
const harmonic = (T: number): number => Array.from({ length: T }, (_, i) => 1 / (i + 1)).reduce((sum, term) => sum + term, 0);
const printedBound = (T: number): number | null => (T < 2 ? null : 4 / (T * T - 1));

/** Those of Sections 4 and 5: each weight, rate and hint that the paper or a correction names, for φ = w on Rⁿ. */
export const SPECIAL_CASES: readonly SpecialCase[] = [
  {
    id: 'heavy-ball-constant-weights',
    name: 'Algorithm 2, α_t = 1, β = 1/L',
    bound: 'L‖x*‖²/(2T)',
    claim: 'theorem-1-rate',
    hint: 'none',
    alpha: ones,
    beta: constant(1, 1),
    promised: (T) => 1 / (2 * T),
  },
  {
    id: 'heavy-ball-linear-weights',
    name: 'Algorithm 2, α_t = t, β = 1/(2L)',
    bound: 'L‖x*‖²/T, printed',
    claim: 'heavy-ball-cycle',
    hint: 'none',
    alpha: linear,
    beta: constant(1, 2),
    promised: (T) => 1 / T,
  },
  {
    id: 'heavy-ball-printed-step',
    name: 'Algorithm 2, α_t = t, β = 1/(8L), which gives the printed step',
    bound: 'L‖x*‖²/T, printed',
    claim: 'heavy-ball-cycle',
    hint: 'none',
    alpha: linear,
    beta: constant(1, 8),
    promised: (T) => 1 / T,
  },
  {
    id: 'heavy-ball-admissible-rate',
    name: 'Algorithm 2, α_t = t, β = 1/(TL)',
    bound: 'L‖x*‖²/(T + 1)',
    claim: 'theorem-1',
    hint: 'none',
    alpha: linear,
    beta: (T) => constant(1, T)(T, []),
    promised: (T) => 1 / (T + 1),
  },
  {
    id: 'heavy-ball-equation-3',
    name: 'Eq. (3) taken literally, α_t = 1, β = 1/L',
    bound: 'L‖x*‖²/(2(2H_T − 1)), H_T = 1 + … + 1/T',
    claim: 'theorem-1-rate',
    hint: 'none',
    lossWeight: 'alpha-rho',
    alpha: ones,
    beta: constant(1, 1),
    promised: (T) => 1 / (2 * (2 * harmonic(T) - 1)),
  },
  {
    id: 'optimistic-constant-weights',
    name: 'Algorithm 4, α_t = 1, β = 1/L, g̃_t = ∇f(x̄_{t−1})',
    bound: 'L‖x*‖²/(2T)',
    claim: 'theorem-2',
    hint: 'previous',
    alpha: ones,
    beta: constant(1, 1),
    promised: (T) => 1 / (2 * T),
  },
  {
    id: 'optimistic-quarter',
    name: 'Algorithm 4, α_t = t, β = 1/(4L), g̃_t = ∇f(x̄_{t−1})',
    bound: '4L‖x*‖²/(T(T + 1))',
    claim: 'corollary-1',
    hint: 'previous',
    alpha: linear,
    beta: constant(1, 4),
    promised: (T) => 4 / (T * (T + 1)),
  },
  {
    id: 'optimistic-half',
    name: 'Algorithm 4, α_t = t, β = 1/(2L), g̃_t = ∇f(x̄_{t−1})',
    bound: '2L‖x*‖²/(T(T + 1))',
    claim: 'corollary-1',
    hint: 'previous',
    alpha: linear,
    beta: constant(1, 2),
    promised: (T) => 2 / (T * (T + 1)),
  },
  {
    id: 'optimistic-root-weights',
    name: 'Algorithm 4, α_t = √α_{1:t−1}, β = 1/L, g̃_t = ∇f(x̄_{t−1})',
    bound: 'L‖x*‖²/(2α_{1:T})',
    claim: 'theorem-2',
    hint: 'previous',
    alpha: rootWeights,
    beta: constant(1, 1),
    promised: (_, alpha) => overTwice(total(alpha)),
  },
  {
    id: 'scaled-quarter',
    name: 'Algorithm 4, α_t = t, β = 1/(4L), g̃_t = ((t − 1)/t)²∇f(x̄_{t−1})',
    bound: '4L‖x*‖²/(T(T + 1))',
    claim: 'corollary-1',
    hint: 'scaled',
    alpha: linear,
    beta: constant(1, 4),
    promised: (T) => 4 / (T * (T + 1)),
  },
  {
    id: 'scaled-half',
    name: 'Algorithm 4, α_t = t, β = 1/(2L), g̃_t = ((t − 1)/t)²∇f(x̄_{t−1})',
    bound: '2L‖x*‖²/(T(T + 1))',
    claim: 'nesterov-rate',
    hint: 'scaled',
    alpha: linear,
    beta: constant(1, 2),
    promised: (T) => 2 / (T * (T + 1)),
  },
  {
    id: 'nesterov',
    name: 'Algorithm 4, α_t² = α_{1:t}, β = 1/L, g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1}): Nesterov’s queries',
    bound: 'L‖x*‖²/(2α_{1:T})',
    claim: 'nesterov-rate',
    hint: 'scaled',
    alpha: roundedWeights,
    beta: constant(1, 1),
    promised: (_, alpha) => overTwice(total(alpha)),
  },
  {
    id: 'printed-schedule-equation-4',
    name: 'Corollary 1’s schedule with L, α_t = t, β_t = (t − 1)/(2tL) forms w_t',
    bound: '4L‖x*‖²/(T² − 1), printed',
    claim: 'corollary-1',
    hint: 'previous',
    alpha: linear,
    beta: printedSchedule,
    promised: printedBound,
  },
  {
    id: 'printed-schedule-algorithm-4',
    name: 'Corollary 1’s schedule with L, α_t = t, β_t = (t − 1)/(2tL) forms w_{t+1}',
    bound: '4L‖x*‖²/(T² − 1), printed',
    claim: 'corollary-1',
    hint: 'previous',
    index: 'algorithm-4',
    alpha: linear,
    beta: printedSchedule,
    promised: printedBound,
  },
];

/** The run of T rounds from x̄_1 = 0. */
function play<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  { hint, alpha, beta, index = 'equation-4', lossWeight = 'alpha' }: Setting,
  T: number,
  n: number,
  gradient: MetaLearningConfig<S>['gradient'],
): Round<S>[] {
  const weights = alpha(T);
  const number = (x: Rational): S => K.from(rational.format(x));
  const config: MetaLearningConfig<S> = {
    gradient,
    rule: subject.updateRule(K, { kind: 'identity' }, n, gradient),
    set: subject.feasibleSet(K, { kind: 'all', dimension: n }),
    start: K.zeros(n),
    alpha: weights.map(number),
    beta: beta(T, weights).map(number),
    index,
    projection: 'lazy',
    lossWeight,
  };
  if (hint === 'none') return subject.convexMetaLearning(K, config);
  return subject.optimisticMetaLearning(K, config, (hint === 'previous' ? subject.previousGradientHint : subject.scaledHint)(K, n));
}

/** x̄_1, …, x̄_{T−1}, at which gradients are asked for, and x̄_T, which is judged: exactly, since the t-th gradient is e_t. */
export function stepsOf(subject: Subject, setting: Setting, T: number): StepMatrix {
  const K = rational;
  let asked = 0;
  const rounds = play(K, subject, setting, T, T, () => {
    asked += 1;
    return K.vector(T, (i) => (i === asked - 1 ? one : K.zero));
  });
  const rows = rounds.map(({ average }, i) => Array.from({ length: i }, (_, j) => K.format(K.neg(average[j]!))));
  return { queries: rows.slice(0, -1), output: rows.at(-1)! };
}

/** What the method itself reaches on f from x̄_1, over L‖x̄_1 − x*‖², in doubles. */
function reached(subject: Subject, setting: Setting, T: number, f: WorstFunction): number {
  const place = (x: ArrayLike<number>): number[] => Array.from(x, (entry, e) => entry + f.start[e]!);
  const rounds = play(float64, subject, setting, T, f.start.length, (x) => Float64Array.from(evaluate(f, place(x)).gradient));
  return evaluate(f, place(rounds.at(-1)!.average)).value / f.start.reduce((sum, entry) => sum + entry * entry, 0);
}

type Row = SpecialCaseInfo['rows'][number];

const questionOf = (subject: Subject, one: SpecialCase, T: number): Question => ({ method: stepsOf(subject, one, T), condition: 'distance', criterion: 'value' });

/** The proved worst case after T rounds. @param found what was proved of it. */
export function specialCase(
  subject: Subject,
  one: SpecialCase,
  T: number,
  found = worstCase(questionOf(subject, one, T)),
): { readonly row: Row; readonly certificate: Certificate | null } {
  const { certificate, estimate, worst } = found;
  const bound = certificate === null ? estimate : rational.toNumber(rational.from(certificate.bound));
  return { row: { T, bound, exact: certificate?.bound ?? null, promised: one.promised(T, one.alpha(T)), attained: reached(subject, one, T, worst) / bound }, certificate };
}

/** A learner of Eq. (4), D = G = 1. */
export interface RegretCase {
  readonly id: string;
  readonly name: string;
  readonly question: (T: number) => RegretQuestion;
}

const coefficients = (T: number, last: number): number[][] => Array.from({ length: T }, (_, i) => Array.from({ length: i }, (__, s) => (s === i - 1 ? last : 0)));
const HINTS = [
  { id: 'none', name: 'no hints', of: (T: number) => coefficients(T, 0) },
  { id: 'previous', name: 'the last loss as hint', of: (T: number) => coefficients(T, 1) },
  { id: 'given', name: 'any hints', of: () => 'given' as const },
] as const;
const RATES = [{ id: 'constant', name: 'β = D/G', of: () => 1 }, { id: 'falling', name: 'β_t = D/(G√t)', of: (t: number) => 1 / Math.sqrt(t) }] as const;
const SETS = [{ id: 'space', name: 'Rᵐ' }, { id: 'ball', name: 'the ball of radius D' }] as const;

export const REGRET_CASES: readonly RegretCase[] = SETS.flatMap((set) =>
  RATES.flatMap((rate) =>
    HINTS.map((hint): RegretCase => ({
      id: `regret-${set.id}-${rate.id}-${hint.id}`,
      name: `Eq. (4) on ${set.name}, ${rate.name}, ${hint.name}`,
      question: (T) => ({ set: set.id, rates: Array.from({ length: T }, (_, i) => rate.of(i + 1)), hints: hint.of(T) }),
    }))
  )
);

/** The proved worst regret after T rounds, in units of DG, beside the largest that Eq. (5) allows. @param found what was proved of it. */
export function regretCase({ question }: RegretCase, T: number, found = worstRegret(question(T))): { readonly row: Row; readonly certificate: RegretCertificate | null } {
  const asked = question(T);
  const { certificate, estimate, attained } = found;
  const bound = certificate === null ? estimate : rational.toNumber(rational.from(certificate.bound));
  const rates = asked.rates.map(Number);
  return { row: { T, bound, exact: certificate?.bound ?? null, promised: 1 / (2 * rates.at(-1)!) + Math.max(...rates) / 2, attained: attained / bound }, certificate };
}

/** One proof of the table. */
export interface SpecialCaseProof {
  readonly id: string;
  readonly T: number;
  /** null where doubles were too few for one. */
  readonly certificate: Certificate | RegretCertificate | null;
}

/** Where proofs are sought. */
export interface Seekers {
  readonly worstCase: (question: Question) => WorstCase | Promise<WorstCase>;
  readonly worstRegret: (question: RegretQuestion) => WorstRegret | Promise<WorstRegret>;
}

/** All of them after each of so many rounds. Stops between two where it is told to, and where a seeker is interrupted. */
export async function specialCases(
  subject: Subject,
  horizons: readonly number[],
  stop: () => boolean,
  onProof: (proof: SpecialCaseProof) => void = () => undefined,
  seek: Seekers = { worstCase, worstRegret },
): Promise<SpecialCaseInfo[]> {
  const table: SpecialCaseInfo[] = [];
  const rowsOf = async (id: string, prove: (T: number) => Promise<{ readonly row: Row; readonly certificate: SpecialCaseProof['certificate'] }>): Promise<Row[]> => {
    const rows: Row[] = [];
    for (const T of horizons) {
      // Lets signals in.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      if (stop()) break;
      try {
        const { row, certificate } = await prove(T);
        rows.push(row);
        onProof({ id, T, certificate });
      } catch (error) {
        if (!stop()) throw error;
      }
    }
    return rows;
  };
  for (const one of SPECIAL_CASES) {
    const rows = await rowsOf(one.id, async (T) => specialCase(subject, one, T, await seek.worstCase(questionOf(subject, one, T))));
    table.push({ id: one.id, name: one.name, quantity: 'f(x̄_T) − f(x*)', unit: 'L‖x*‖²', bound: one.bound, claim: one.claim, rows });
  }
  for (const one of REGRET_CASES) {
    const rows = await rowsOf(one.id, async (T) => regretCase(one, T, await seek.worstRegret(one.question(T))));
    table.push({ id: one.id, name: one.name, quantity: 'R(T)', unit: 'DG', bound: 'D²/(2β_T) + ½G² max β_t', claim: 'regret-bound', rows });
  }
  return table.filter(({ rows }) => rows.length > 0);
}
