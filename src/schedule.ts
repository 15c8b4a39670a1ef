import { largestSquaredNorm } from '../oracles/extent.js';
import { squaredNorm } from '../oracles/ledger.js';
import { weightedGap } from '../oracles/convergence.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { formValue, scheduleCertificate, scheduleForm, scheduleSum } from '../oracles/schedule-form.js';
import { TallyBuilder, atMost, type Tally } from '../oracles/tally.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import { failed, passed, rejected, type Failed, type Outcome, type Rejected } from './claim.js';
import { RATE_OF, runEvidence, settle, substantial, theoremTwo, type Settled } from './convergence.js';
import { diverged, metaLabels } from './generator/meta-case.js';
import { prepareRate, type RateCase, type RateRun } from './generator/lambda-case.js';
import type { AveragePath } from './generator/schedule-path.js';
import type { BetaIndex } from './algorithm/formulas.js';
import { equality, inequality, ratioOf, type Evidence } from './outcome.js';
import type { Num } from './problem/shape.js';
import { allPaid, firstUnpaid, payments, rateEvidence, type Payment } from './rates.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';

/** A run of the printed schedule with L inserted, β_t = (t − 1)/(2tλ̃L), α_t = t, g̃_{t+1} = g_t. */
interface ScheduleRun<S> {
  readonly run: RateRun<S>;
  readonly played: readonly Round<S>[];
  /** The same plays with rates that are not 0, as the ledgers need them. */
  readonly rounds: readonly Round<S>[];
}

function playSchedule<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase): ScheduleRun<S> | Rejected {
  const run = prepareRate(K, subject, data, { weights: 'linear', hint: { kind: 'previous' }, divisor: 4 });
  if (run === null || data.horizon < 2) return rejected('nothing moves, or T² − 1 = 0');
  const beta = subject.corollaryOneRates(K, K.mul(run.lambda, run.f.smoothness), data.horizon);
  const played = subject.optimisticMetaLearning(K, { ...run.config, beta }, run.hint);
  if (diverged(K, played)) return rejected('the trajectory diverges');
  return { run, played, rounds: effectiveRounds(K, played, data.index, beta[2]!) };
}

const tooSmall = rejected('λ̃ is too small for the run that it makes');

/**
 * T(T + 1)(f(x̄_T) − f(x*)) ≤ 4λ̃L sup_W‖w‖² for the printed schedule. Its β_t increase, so every round may add
 * ½(1/η_t − 1/η_{t+1}) sup_W‖w‖² to the regret; that telescopes.
 */
export function scheduleRate<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase): Outcome {
  const largest = largestSquaredNorm(K, data.set);
  if (largest === null) return rejected('W is unbounded');
  const schedule = playSchedule(K, subject, data);
  if ('kind' in schedule) return schedule;
  const { run, played, rounds } = schedule;
  const paid = payments(K, run, rounds, 'difference');
  // With Algorithm 4's index w_1 = w_2 = Π_W(0), and the first two rounds are paid for together, by their own gradients.
  const [later, joint] = data.index === 'equation-4' ? [paid, null] : [paid.slice(2), jointPayment(K, run, rounds)];
  if (!allPaid(K, later) || (joint !== null && !bounded(K, rounds.slice(0, 2), run.lambda))) return tooSmall;
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  const told = rateEvidence(K, run, settled.evidence);
  const rate = new TallyBuilder(K, settled.roundings);
  const bound = K.mul(K.mul(K.from(2), K.mul(run.lambda, run.f.smoothness)), largest);
  rate.add('2λ̃L sup_W‖w‖²', bound, () => bound);
  rate.error += settled.error + paid.reduce((sum, one) => sum + one.lhs.error + one.rhs.error, 0);
  const lhs = weightedGap(K, run.f, rounds, settled.roundings);
  const failure = (joint === null ? null : firstUnpaid(K, [joint], told))
    ?? driftSigns(K, subject, run, settled, largest, told, rate)
    ?? inequality(K, '½T(T + 1)(f(x̄_T) − f(x*)) ≤ 2λ̃L sup_W‖w‖²', { lhs, rhs: rate }, told);
  return failure ?? scheduleVerdict(K, run, played, lhs, rate, 'printed schedule, sup‖w‖²');
}

/** The last horizons on which the printed schedule has the rate 4λ̃L‖w*‖²/(T² − 1) on Rᵐ. */
export const LAST_HORIZON: { readonly [index in BetaIndex]: number } = { 'algorithm-4': 29, 'equation-4': 146 };

/** f(x̄_T) − f(x*) ≤ 4λ̃L‖w*‖²/(T² − 1) for the printed schedule on W = Rᵐ, up to the last horizon that has it. */
export function shortScheduleRate<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase): Outcome {
  const T = data.horizon;
  if (T > LAST_HORIZON[data.index] || data.set.kind !== 'all') return rejected('T is too large, or W is not Rᵐ');
  const schedule = playSchedule(K, subject, data);
  if ('kind' in schedule) return schedule;
  const { run, played, rounds } = schedule;
  if (!bounded(K, rounds, run.lambda) || !predicted(K, played, run.lambda)) return tooSmall;
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  const { lhs, rhs } = theoremTwo(K, run, settled);
  const rate = new TallyBuilder(K, settled.roundings);
  // ½T(T + 1) · 4/(T² − 1) = 2T/(T − 1)
  const bound = K.mul(K.div(K.from(2 * T), K.from(T - 1)), K.mul(K.mul(run.lambda, run.f.smoothness), squaredNorm(K, settled.comparator)));
  rate.add('2T/(T − 1) · λ̃L‖w*‖²', bound, () => bound);
  // An error δ of M − s ends up in the rate as δ/τ, and τ > ½ in all certificates.
  rate.error += 2 * (rhs.error + lhs.error);
  const failure = inequality(K, '½T(T + 1)(f(x̄_T) − f(x*)) ≤ 2T/(T − 1) · λ̃L‖w*‖²', { lhs, rhs: rate }, rateEvidence(K, run, settled.evidence));
  return failure ?? scheduleVerdict(K, run, played, lhs, rate, 'printed schedule, ‖w*‖²: short');
}

function scheduleVerdict<S>(K: OrderedSpace<S>, run: RateRun<S>, played: readonly Round<S>[], lhs: Tally<S>, rate: Tally<S>, label: string): Outcome {
  const ratio = ratioOf(K, lhs, rate);
  return passed({ trivial: !substantial(K, lhs, rate), labels: [...metaLabels(K, run.meta, played), label], ...(ratio === undefined ? {} : { ratio }) });
}

/** ‖g_t − g_{t−1}‖² ≤ λ̃‖G_t − G_{t−1}‖² for t ≥ 2 */
function predicted<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[], lambda: S): boolean {
  return rounds.every(({ metaGradient, gradient }, i) => {
    const previous = rounds[i - 1];
    return previous === undefined ||
      K.lessOrEqual(squaredNorm(K, K.minus(metaGradient, previous.metaGradient)), K.mul(lambda, squaredNorm(K, K.minus(gradient, previous.gradient))));
  });
}

/** ‖g_t‖² ≤ λ̃‖G_t‖² */
function bounded<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[], lambda: S): boolean {
  return rounds.every(({ metaGradient, gradient }) => K.lessOrEqual(squaredNorm(K, metaGradient), K.mul(lambda, squaredNorm(K, gradient))));
}

/** The form that those certificates are about, and whether there is one. */
export interface FormCase {
  readonly index: BetaIndex;
  readonly horizon: number;
  /** Where the form is compared with the sum that it stands for. */
  readonly gradients: readonly Num[];
}

/** The quadratic form is what the rounds add up to, and some τ makes the certificate negative definite: exactly, where K is exact. */
export function shortHorizonCertificate<S>(K: OrderedSpace<S>, data: FormCase): Outcome {
  if (data.horizon < 2 || data.horizon > LAST_HORIZON[data.index] || data.gradients.length < 2) return rejected('T < 2, or T is too large');
  const gradients = data.gradients.map((g) => K.from(g));
  let sum = K.zero;
  const sums = gradients.map((g, i) => (sum = K.add(sum, K.mul(K.from(i + 1), g))));
  const side = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, 0).add(name, value, () => value);
  const form = formValue(K, scheduleForm(K, sums.length, data.index), sums);
  const failure = equality(
    K,
    '4M, as a form in S_1, …, S_T',
    { lhs: side('4M', K.mul(K.from(4), scheduleSum(K, gradients, data.index))), rhs: side('form', form) },
    () => ({ g: [...data.gradients] }),
  );
  if (failure !== null) return failure;
  const tau = scheduleCertificate(K, data.horizon, data.index);
  if (tau === null)
    return failed({ expected: 'a τ for which the certificate is negative definite', lhs: 'none', rhs: 'one', evidence: { T: data.horizon, η_t: RATE_OF[data.index] } });
  return passed({ trivial: false, labels: [`certificate for short horizons (${data.index})`] });
}

/** β_1 = 0 only says that w = Π_W(0): the same play comes from any rate at t = 1, and at t = 2 from the hint −g_1/2. */
function effectiveRounds<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[], index: BetaIndex, rate: S): Round<S>[] {
  return rounds.map((round) => {
    if (round.t === 1) return { ...round, eta: rate };
    if (round.t > 2 || index === 'equation-4') return round;
    return { ...round, eta: rate, hint: K.scale(K.div(K.from(-1), K.from(2)), rounds[0]!.metaGradient) };
  });
}

function jointPayment<S>(K: OrderedSpace<S>, run: RateRun<S>, rounds: readonly Round<S>[]): Payment<S> {
  const early = payments(K, run, rounds.slice(0, 2), 'own');
  const sum = (side: 'lhs' | 'rhs'): TallyBuilder<S> => {
    const total = new TallyBuilder(K, 0);
    for (const one of early) {
      total.add(one[side].terms[0]!.name, one[side].value, () => K.zero);
      total.error += one[side].error;
    }
    return total;
  };
  return { name: 'the first two prediction terms ≤ ‖G_1‖²/(2L) + ‖G_2‖²/L', lhs: sum('lhs'), rhs: sum('rhs') };
}

/** D_t ≤ ½α_t²η_t‖g_t − g̃_t‖² + ½(1/η_t − 1/η_{t+1}) sup_W‖w‖², round by round; their errors go into `rate`. */
function driftSigns<S>(K: OrderedSpace<S>, subject: Subject, run: RateRun<S>, settled: Settled<S>, largest: S, told: Evidence, rate: TallyBuilder<S>): Failed | null {
  const { rounds, comparator, roundings } = settled;
  const ledger = subject.constrainedRegretLedger(K, run.config.set, rounds, comparator, roundings);
  for (const [i, { t, loss, allowance }] of ledger.rounds.entries()) {
    const next = rounds[i + 1];
    const upper = new TallyBuilder(K, roundings).add(allowance.terms[0]!.name, allowance.value, () => K.zero);
    upper.error += allowance.error;
    if (next !== undefined) {
      const inverse = (eta: S): S => K.div(largest, K.mul(K.from(2), eta));
      upper.add(`½(1/η_${t} − 1/η_${t + 1}) sup‖w‖²`, K.sub(inverse(rounds[i]!.eta), inverse(next.eta)), () => K.add(inverse(rounds[i]!.eta), inverse(next.eta)));
    }
    rate.error += loss.error + upper.error;
    const failure = inequality(K, `D_${t} ≤ ½α_${t}²η_${t}‖g_${t} − g̃_${t}‖² + ½(1/η_${t} − 1/η_${t + 1}) sup_W‖w‖²`, { lhs: loss, rhs: upper }, told);
    if (failure !== null) return failure;
  }
  return null;
}

/** A path of averages for f = ½Lx², φ(x, w) = w + b(x): b is made so that the printed schedule goes along it. */
export interface PathCase {
  readonly index: BetaIndex;
  readonly start: Num;
  readonly path: readonly Num[];
  /** L */
  readonly smoothness: Num;
}

export function pathCase(index: BetaIndex, { start, path }: AveragePath, smoothness: Num): PathCase {
  return { index, start: String(start), path: path.map(String), smoothness };
}

export interface PathRun<S> {
  readonly gap: S;
  /** 4λ̃L‖w*‖²/(T² − 1), λ̃ = 1 */
  readonly bound: S;
  readonly evidence: Evidence;
  /** Where w* or the path is not what it is made to be. */
  readonly failure: Failed | null;
}

/** The run of Algorithm 4 along the path, β_t = (t − 1)/(2tL) and the printed hints; null where b is no function or w* does not exist. */
export function runPath<S>(K: OrderedSpace<S>, subject: Subject, data: PathCase): PathRun<S> | null {
  const T = data.path.length;
  const averages = [data.start, ...data.path].map((x) => K.from(x));
  if (T < 2 || new Set(averages.slice(0, -1).map(K.format)).size < T) return null;
  const L = K.from(data.smoothness);
  if (K.lessOrEqual(L, K.zero)) return null;
  const offsets = offsetsAlong(K, averages, L, data.index);
  const function_ = { body: { kind: 'spectral' as const, spectrum: [data.smoothness], reflectors: [] }, minimiser: ['0'] };
  const f = subject.convexFunction(K, function_);
  const rule = subject.updateRule(K, { kind: 'table', points: averages.slice(0, -1).map((x) => [K.format(x)]), values: offsets.map((b) => [K.format(b)]) }, 1, f.gradient);
  const set = subject.feasibleSet(K, { kind: 'all', dimension: 1 });
  const config = {
    gradient: f.gradient,
    rule,
    set,
    start: [averages[0]!],
    alpha: subject.weights(K, 'linear', T),
    beta: subject.corollaryOneRates(K, L, T),
    index: data.index,
    projection: 'lazy' as const,
  };
  const rounds = subject.optimisticMetaLearning(K, config, subject.previousGradientHint(K, 1));
  const found = subject.smallestComparator(K, set, subject.definitionOne(K, rounds, f.minimiser));
  if (found === null) return null;
  const square = squaredNorm(K, found.w);
  const evidence = runEvidence(K, { f, config }, rounds, found.w);
  const roundings = ledgerRoundings({ horizon: T, dimension: 1, parameters: 1, summands: 1 });
  const tally = (name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, roundings).add(name, value, () => value);
  const own = ownComparator(K, averages, offsets, L);
  return {
    gap: f.divergence(rounds.at(-1)!.average, f.minimiser),
    bound: K.div(K.mul(K.mul(K.from(4), L), square), K.from(T * T - 1)),
    evidence: () => ({ T, 'λ̃': '1', η_t: RATE_OF[data.index], ...evidence(), φ: 'w + b(x), b(x̄_{t−1}) = b_t', b: offsets.map(K.format) }),
    failure: equality(K, 'x̄_T is the end of the path', { lhs: tally('x̄_T', rounds.at(-1)!.average[0]!), rhs: tally('x̄_T', averages.at(-1)!) }, evidence)
      ?? equality(K, '‖w*‖² = s²/c²', { lhs: tally('‖w*‖²', square), rhs: tally('s²/c²', own) }, evidence),
  };
}

/** b_t = x_t − w_t, x_t = ½(t + 1)x̄_t − ½(t − 1)x̄_{t−1}, w_t = −η_t(S_{t−1} + tG_{t−1}), G = Lx̄. */
function offsetsAlong<S>(K: OrderedSpace<S>, averages: Vector<S>, L: S, index: BetaIndex): S[] {
  const half = K.div(K.one, K.from(2));
  let sum = K.zero;
  return Array.from({ length: averages.length - 1 }, (_, i) => {
    const t = i + 1;
    const [before, average] = [averages[t - 1]!, averages[t]!];
    const from = index === 'equation-4' ? t : t - 1;
    const eta = from < 2 ? K.zero : K.div(K.from(from - 1), K.mul(K.from(2 * from), L));
    const w = K.neg(K.mul(eta, K.add(sum, K.mul(K.from(t), K.mul(L, before)))));
    sum = K.add(sum, K.mul(K.from(t), K.mul(L, average)));
    const x = K.mul(half, K.sub(K.mul(K.from(t + 1), average), K.mul(K.from(t - 1), before)));
    return K.sub(x, w);
  });
}

/** ‖w*‖² from Definition 1 by hand: cw ≤ s, c = Σ tLx̄_t, s = −Σ tLx̄_t b_t. */
function ownComparator<S>(K: OrderedSpace<S>, averages: Vector<S>, offsets: readonly S[], L: S): S {
  let [c, s] = [K.zero, K.zero];
  offsets.forEach((b, i) => {
    const weighted = K.mul(K.from(i + 1), K.mul(L, averages[i + 1]!));
    c = K.add(c, weighted);
    s = K.sub(s, K.mul(weighted, b));
  });
  return K.lessOrEqual(K.zero, s) ? K.zero : K.div(K.mul(s, s), K.mul(c, c));
}

/** True where the gap is above the bound: what the paths are for. */
export function exceeds<S>(K: OrderedSpace<S>, { gap, bound }: PathRun<S>): boolean {
  const side = (value: S): TallyBuilder<S> => new TallyBuilder(K, 0).add('', value, () => value);
  return !atMost(K, side(gap), side(bound));
}
