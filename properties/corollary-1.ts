import fc from 'fast-check';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import type { BetaIndex } from '../src/algorithm/formulas.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { RATE_OF, runEvidence, settle } from '../src/convergence.js';
import { lineCase, lineGap, prepareLine, simplerLineCases, type LineCase } from '../src/generator/line-case.js';
import { diverged } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, uniform, type NumberSource } from '../src/generator/number.js';
import { prepareRate, rateCase, simplerRateCases, steadyRule, type RateCase } from '../src/generator/lambda-case.js';
import { ALGORITHM_FOUR_PATH, EQUATION_FOUR_PATH, schedulePath } from '../src/generator/schedule-path.js';
import { inequality } from '../src/outcome.js';
import { operatorNormSquaredBound } from '../src/problem/body.js';
import type { Num } from '../src/problem/shape.js';
import { allPaid, concludeRate, costsMore, firstUnpaid, hintShare, payments, rateEvidence } from '../src/rates.js';
import { LAST_HORIZON, exceeds, pathCase, runPath, scheduleRate, shortHorizonCertificate, shortScheduleRate, type FormCase, type PathCase } from '../src/schedule.js';
import type { Subject } from '../src/subject.js';

const one = <S>(K: OrderedSpace<S>, name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, 0).add(name, value, () => value);

/** `as-printed`: every letter of it. `L-inserted`: with the L that dimensions demand in β_t, and ‖w*‖² for diam(W). */
type PrintedCase = ({ readonly kind: 'as-printed' } & LineCase) | ({ readonly kind: 'L-inserted' } & PathCase);

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  if (data.kind === 'as-printed') return asPrinted(K, subject, data);
  const run = runPath(K, subject, data);
  if (run === null) return rejected('b is no function of x̄, or φ does not preserve regret');
  return inequality(K, 'with β_t = (t − 1)/(2tλ̃L): f(x̄_T) − f(x*) ≤ 4λ̃L‖w*‖²/(T² − 1)', { lhs: one(K, 'gap', run.gap), rhs: one(K, '4λ̃L‖w*‖²/(T² − 1)', run.bound) }, run.evidence)
    ?? passed({ trivial: false, labels: [] });
}

function asPrinted<S>(K: OrderedSpace<S>, subject: Subject, data: LineCase): Outcome {
  const line = prepareLine(K, subject, data);
  if (line === null) return rejected('no interval, no rule or no L');
  const { f, rule, set, L, lambda, diameter, minimiser } = line;
  const T = data.horizon;
  if (T < 2) return rejected('T² − 1 = 0');
  const config = {
    gradient: f.gradient,
    rule,
    set,
    start: [minimiser],
    alpha: subject.weights(K, 'linear', T),
    beta: subject.corollaryOneRates(K, lambda, T),
    index: data.index,
    projection: 'lazy' as const,
  };
  const rounds = subject.optimisticMetaLearning(K, config, subject.previousGradientHint(K, 1));
  const rhs = K.div(K.mul(K.mul(K.mul(K.from(4), lambda), L), diameter), K.from(T * T - 1));
  const preimage = K.div(minimiser, K.from(data.scale));
  const told = runEvidence(K, { f, config }, rounds, [preimage]);
  const times = data.scale === '1' ? '' : data.scale;
  return inequality(K, 'f(x̄_T) − f(x*) ≤ 4λ̃L diam(W)/(T² − 1)', { lhs: one(K, 'gap', lineGap(K, line, rounds.at(-1)!.average)), rhs: one(K, '4λ̃L diam(W)/(T² − 1)', rhs) }, () => ({
    T,
    'λ̃': K.format(lambda),
    'diam(W)': K.format(diameter),
    X: `${times}W`,
    η_t: RATE_OF[data.index],
    ...told(),
    'x*': K.format(minimiser),
    L: K.format(L),
    'w with φ(w) = x*': K.format(preimage),
  })) ?? passed({ trivial: K.lessOrEqual(rhs, K.zero), labels: [] });
}

type CorrectedCase =
  /** β = 1/(4λ̂L), any W, g̃_t = A_tᵀG_{t−1} */
  | ({ readonly kind: 'any W' } & RateCase)
  /** β = 1/(2λ̂L), any W, g̃_t = A_tᵀG_{t−1} */
  | ({ readonly kind: 'any W, twice as fast' } & RateCase)
  /** β = 1/(2λ̂L) with α_t = t, β = 1/(λ̂L) with α_t² = α_{1:t}, any W, g̃_t = (α_{t−1}/α_t)²A_tᵀG_{t−1} */
  | ({ readonly kind: 'scaled hint'; readonly weights: 'linear' | 'nesterov' } & RateCase)
  /** Any β whose rounds are all paid for, with the printed hint or the current Jacobian. */
  | ({ readonly kind: 'certificate'; readonly hint: 'previous' | 'current-jacobian' } & RateCase)
  | ({ readonly kind: 'schedule' } & RateCase)
  /** The printed schedule on Rᵐ, before it fails. */
  | ({ readonly kind: 'short schedule' } & RateCase)
  | ({ readonly kind: 'form' } & FormCase)
  | ({ readonly kind: 'path' } & PathCase);

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: CorrectedCase): Outcome {
  switch (data.kind) {
    case 'any W':
      return knownJacobian(K, subject, data, { weights: 'linear', hint: 'current-jacobian', divisor: 4 });
    case 'any W, twice as fast':
      return knownJacobian(K, subject, data, { weights: 'linear', hint: 'current-jacobian', divisor: 2 });
    case 'scaled hint':
      return knownJacobian(K, subject, data, { weights: data.weights, hint: 'scaled', divisor: data.weights === 'linear' ? 2 : 1 });
    case 'certificate':
      return certified(K, subject, data);
    case 'schedule':
      return scheduleRate(K, subject, data);
    case 'short schedule':
      return shortScheduleRate(K, subject, data);
    case 'form':
      return shortHorizonCertificate(K, data);
    case 'path':
      return brokenSchedule(K, subject, data);
  }
}

interface Setting {
  readonly weights: 'linear' | 'nesterov';
  readonly hint: 'current-jacobian' | 'scaled';
  /** β = 1/(divisor · λ̂L) */
  readonly divisor: 1 | 2 | 4;
}

/**
 * λ̂ ≥ ‖A_t‖² on the run. β = 1/(4λ̂L): the difference of gradients pays for each round. β = 1/(2λ̂L): it and the gradient itself pay for what the round really costs
 * (`hintShare`). With the scaled hint, (α_{t−1}/α_t)² = c, G_t − cG_{t−1} = c(G_t − G_{t−1}) + (1 − c)G_t, so by convexity they pay for all of it if
 * βλ̂Lα_{t−1}² ≤ α_{1:t−1} and βλ̂L(α_t² − α_{t−1}²) ≤ α_t.
 */
function knownJacobian<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase & { readonly kind: string }, { weights, hint, divisor }: Setting): Outcome {
  const run = prepareRate(K, subject, data, { weights, hint: { kind: hint }, divisor });
  if (run === null) return rejected('nothing moves');
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (!rounds.every(({ jacobian }) => K.lessOrEqual(operatorNormSquaredBound(K, jacobian), run.lambda))) return rejected('‖A_t‖² is not known to be ≤ λ̂ on the run');
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  const fast = hint === 'current-jacobian' && divisor === 2;
  const paid = payments(K, run, rounds, divisor === 4 ? 'difference' : 'both', fast ? hintShare : undefined);
  const told = rateEvidence(K, run, settled.evidence);
  const label = hint === 'scaled' ? `scaled hint, ${weights} weights` : `β = 1/(${divisor}λ̂L), any W`;
  return firstUnpaid(K, paid, told)
    ?? (fast ? costsMore(K, subject, run, settled, paid, told) : null)
    ?? concludeRate(K, run, settled, paid, `α_{1:T}(f(x̄_T) − f(x*)) ≤ ${divisor === 1 ? '½' : divisor / 2}λ̂L‖w*‖²`, [label]);
}

function certified<S>(K: OrderedSpace<S>, subject: Subject, data: Extract<CorrectedCase, { kind: 'certificate' }>): Outcome {
  const run = prepareRate(K, subject, data, { weights: 'linear', hint: { kind: data.hint }, divisor: 4 });
  if (run === null) return rejected('nothing moves');
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const paid = payments(K, run, rounds, 'difference');
  if (!allPaid(K, paid)) return rejected('a round is not paid for');
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  return concludeRate(K, run, settled, paid, '½T(T + 1)(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β)', ['certificate']);
}

/** The printed schedule does not have ‖w*‖² in place of sup_W‖w‖². */
function brokenSchedule<S>(K: OrderedSpace<S>, subject: Subject, data: PathCase): Outcome {
  const run = runPath(K, subject, data);
  if (run === null) return rejected('b is no function of x̄, or φ does not preserve regret');
  if (run.failure !== null) return run.failure;
  if (!exceeds(K, run)) {
    return failed({ expected: 'the path makes f(x̄_T) − f(x*) > 4λ̃L‖w*‖²/(T² − 1)', lhs: K.format(run.gap), rhs: K.format(run.bound), evidence: run.evidence() });
  }
  return passed({ trivial: false, labels: [`printed schedule, ‖w*‖²: fails (${data.index})`] });
}

/** Horizons from the first one on, and grids that are fine enough for the rounded path to fail like the real one. */
const paths: readonly { readonly T: number; readonly index: BetaIndex; readonly grid: number }[] = [
  ...[30, 31, 32, 33].map((T) => ({ T, index: 'algorithm-4' as const, grid: 6000 })),
  ...[147, 148, 149].map((T) => ({ T, index: 'equation-4' as const, grid: 260000 })),
];

function correctedCase(numbers: NumberSource): fc.Arbitrary<CorrectedCase> {
  const known = rateCase(numbers, { factor: atMostOne(numbers), worst: 'optimistic-quarter' }).map((data): CorrectedCase => ({ kind: 'any W', ...data }));
  const fast = rateCase(numbers, { factor: atMostOne(numbers), worst: 'optimistic-half' }).map((data): CorrectedCase => ({ kind: 'any W, twice as fast', ...data }));
  // Nesterov's weights have roots.
  const withWeights = (weights: 'linear' | 'nesterov'): fc.Arbitrary<CorrectedCase> =>
    rateCase(numbers, { factor: atMostOne(numbers), worst: weights === 'linear' ? 'scaled-half' : 'nesterov' }).map((data): CorrectedCase => ({
      kind: 'scaled hint',
      weights,
      ...data,
    }));
  const scaled = numbers.name === 'float64' ? fc.oneof(withWeights('linear'), withWeights('nesterov')) : withWeights('linear');
  const certificate = fc.tuple(rateCase(numbers), fc.constantFrom('previous' as const, 'current-jacobian' as const)).map(([data, hint]): CorrectedCase => ({
    kind: 'certificate',
    hint,
    ...data,
  }));
  const bounded = { horizon: { min: 2, max: numbers.horizon }, sets: 'bounded' as const, rules: steadyRule };
  const schedule = rateCase(numbers, { ...bounded, factor: atMostOne(numbers) }).map((data): CorrectedCase => ({ kind: 'schedule', ...data }));
  const short = rateCase(numbers, { horizon: { min: 2, max: Math.min(29, numbers.horizon) }, sets: 'whole', rules: steadyRule, factor: atMostOne(numbers) }).map((
    data,
  ): CorrectedCase => ({ kind: 'short schedule', ...data }));
  const kinds = [{ weight: 2, arbitrary: short }, { weight: 4, arbitrary: known }, { weight: 4, arbitrary: fast }, { weight: 3, arbitrary: scaled }, {
    weight: 3,
    arbitrary: certificate,
  }, { weight: 4, arbitrary: schedule }];
  if (numbers.name === 'float64') return fc.oneof(...kinds);
  const path = fc.tuple(fc.constantFrom(...paths), fc.integer({ min: 10, max: 40 }), numbers.positive).map(([{ T, index, grid }, finer, L]): CorrectedCase => ({
    kind: 'path',
    ...pathCase(index, schedulePath(T, index, (grid * finer) / 10)!, L),
  }));
  const form = fc.tuple(fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'), fc.nat(), fc.array(numbers.scalar, { minLength: 2, maxLength: 9 })).map((
    [index, k, gradients],
  ): CorrectedCase => ({
    kind: 'form',
    index,
    horizon: k % 4 === 0 ? LAST_HORIZON[index] : 2 + (k % (LAST_HORIZON[index] - 1)),
    gradients,
  }));
  return fc.oneof(...kinds, { weight: 2, arbitrary: path }, { weight: 2, arbitrary: form });
}

/** κ ≤ 1: λ̂ is known beforehand where φ has a bound, and where not it is what ‖A_1‖² leaves room for. */
function atMostOne(numbers: NumberSource): fc.Arbitrary<Num> {
  return numbers.name === 'float64' ? fc.oneof(fc.constant(1), uniform(-1.4, 0).map((e) => Math.exp(e))) : fc.constantFrom('1', '1/2', '1', '1/4');
}

function simplerCorrected(data: CorrectedCase): CorrectedCase[] {
  return data.kind === 'path' || data.kind === 'form' ? [] : simplerRateCases(data);
}

const quadratic = (weight: Num, minimiser: Num): RateCase['function'] => ({ body: { kind: 'spectral', spectrum: [weight], reflectors: [] }, minimiser: [minimiser] });
const plain = { kind: 'as-printed', scale: '1', lower: '0', diameter: '1', lossWeight: 'alpha', index: 'equation-4', smoothness: null } as const;
const committed = (data: PrintedCase): ReturnType<typeof committedCase> => committedCase('rational', data);

export default {
  id: 'corollary-1',
  source: { section: '5', label: 'Corollary 1' },
  sentences: ['5.30', '1.30', '1.31', '2.13', '5.10', '5.18', '5.24', '5.27', '8.7'],
  error: 'dimensions',
  printed: {
    statement:
      'g̃_{t+1} = Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t), α_t = t and β_t = (t − 1)/(2tλ̃) give f(x̄_T) − f(x*) ≤ 4λ̃L diam(W)/(T² − 1); and so, with the L that dimensions demand, do β_t = (t − 1)/(2tλ̃L) with 4λ̃L‖w*‖²/(T² − 1)',
    hypotheses: [
      'f convex and L-smooth on X, x* a minimiser over X',
      '‖Dφ(x′, w)ᵀ∇f(x) − Dφ(x″, w′)ᵀ∇f(x′)‖² ≤ λ̃‖∇f(x′) − ∇f(x)‖² for all x, x′, x″, w, w′ (here Dφ = c, λ̃ = c²)',
      'φ affine in w and preserves regret (Definition 1)',
      'w_t by Eq. (4) or by Algorithm 4',
    ],
    strength: 'rate',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: lineCase(rationalNumbers, { min: 2, max: 4 }, ['alpha']).map((data): PrintedCase => ({ kind: 'as-printed', ...data })),
      simpler: (data) => (data.kind === 'as-printed' ? simplerLineCases(data).map((simpler): PrintedCase => ({ kind: 'as-printed', ...simpler })) : []),
      check: (subject, data) => printed(rational, subject, data),
    })],
    coverage: {},
    committed: [
      // 0 ∉ W, where diam(W)² would not do either: W = [10, 11], x* = 11, T = 4: 1/2 > 4/15.
      committed({ ...plain, function: quadratic('1', '11'), lower: '10', horizon: 4, index: 'algorithm-4' }),
      // diam(W) is no square: f = (x − 3)²/2, W = X = [0, 3], w_1 = w_2 = 0: 9/2 > 4.
      committed({ ...plain, function: quadratic('1', '3'), diameter: '3', horizon: 2, index: 'algorithm-4' }),
      // L is missing in β_t: f = (x − 1)²/20, W = X = [0, 1], diam(W) = diam(W)² = ‖w*‖² = 1.
      committed({ ...plain, function: quadratic('1/10', '1'), horizon: 4, index: 'algorithm-4' }),
      committed({ ...plain, function: quadratic('1/10', '1'), horizon: 4, index: 'equation-4' }),
      // With L inserted and ‖w*‖² for diam(W): f = x²/2, φ(x, w) = w + b(x), both indices, on the shortest horizons on which it fails.
      committed({ kind: 'L-inserted', ...pathCase('algorithm-4', ALGORITHM_FOUR_PATH, '1') }),
      committed({ kind: 'L-inserted', ...pathCase('equation-4', EQUATION_FOUR_PATH, '1') }),
    ],
  },
  corrected: {
    statement:
      'α_t = t, constant β, g̃_1 = 0, g̃_t = A_tᵀ∇f(x̄_{t−1}) (the current Jacobian), λ̂ ≥ ‖A_t‖²: β = 1/(4λ̂L) gives f(x̄_T) − f(x*) ≤ 4λ̂L‖w*‖²/(T(T + 1)), and β = 1/(2λ̂L) gives 2λ̂L‖w*‖²/(T(T + 1)), on every W. '
      + 'So does β = 1/(2λ̂L) with g̃_t = (α_{t−1}/α_t)²A_tᵀ∇f(x̄_{t−1}), and with it and α_t² = α_{1:t}, β = 1/(λ̂L) gives λ̂L‖w*‖²/(2α_{1:T}). '
      + 'Any hints and β with β‖g_1 − g̃_1‖² ≤ ‖G_1‖²/L and tβ‖g_t − g̃_t‖² ≤ ½(t − 1)‖G_t − G_{t−1}‖²/L for t ≥ 2 give ‖w*‖²/(βT(T + 1)). '
      + 'The printed hint and schedule, with L inserted and λ̃ taken on the run, give 4λ̃L sup_W‖w‖²/(T(T + 1)), but not 4λ̃L‖w*‖²/(T² − 1): on Rᵐ that holds up to T = 29 (β_t forms w_{t+1}, Algorithm 4) and T = 146 (β_t forms w_t, Eq. 4), and fails for T = 30 and T = 147, already for f = ½Lx² and φ = w + b(x)',
    hypotheses: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'φ affine in w and preserves regret (Definition 1)',
      'w_1 = Π_W(0)',
      'printed schedule: ‖g_t − g_{t−1}‖² ≤ λ̃‖G_t − G_{t−1}‖² for 2 ≤ t ≤ T, ‖g_t‖² ≤ λ̃‖G_t‖² for t ≤ 2 (W = Rᵐ: for t ≤ T)',
    ],
    strength: 'rate',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCase({ ...rationalNumbers, horizon: 4 }),
        simpler: simplerCorrected,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'float64', generator: correctedCase(doubles), simpler: simplerCorrected, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: {
      'β = 1/(4λ̂L), any W': 0.08,
      'β = 1/(2λ̂L), any W': 0.08,
      'scaled hint, linear weights': 0.02,
      certificate: 0.06,
      'printed schedule, sup‖w‖²': 0.05,
      'printed schedule, ‖w*‖²: short': 0.03,
      'certificate for short horizons (algorithm-4)': 0.0005,
      'certificate for short horizons (equation-4)': 0.0005,
      'printed schedule, ‖w*‖²: fails (algorithm-4)': 0.0005,
      'printed schedule, ‖w*‖²: fails (equation-4)': 0.0005,
      'T ≥ 20': 0.15,
      'projection active': 0.03,
      'φ: state-affine': 0.03,
    },
    committed: [],
  },
  proof: `
    [theorem-2] with a constant β: α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β), if in each round ½α_t²β‖g_t − g̃_t‖² ≤ α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_t − G_{t−1}‖². For α_t = t, where α_{1:T} = T(T + 1)/2, that is the rate ‖w*‖²/(βT(T + 1)); the certificate of the statement is this condition, with ‖G_t‖² used at t = 1 and the difference later.
    β = 1/(4λ̂L): g_t − g̃_t = A_tᵀ(G_t − G_{t−1}), so ½t²βλ̂ ≤ t(t − 1)/(4L) is enough for t ≥ 2, and t = 2 decides; at t = 1, ½βλ̂ ≤ 1/(2L).
    Scaled hint, κ = (α_{t−1}/α_t)²: G_t − κG_{t−1} = κ(G_t − G_{t−1}) + (1 − κ)G_t, so ‖g_t − g̃_t‖² ≤ λ̂[κ‖G_t − G_{t−1}‖² + (1 − κ)‖G_t‖²] by convexity, and βλ̂Lα_{t−1}² ≤ α_{1:t−1}, βλ̂L(α_t² − α_{t−1}²) ≤ α_t are enough. Both hold for α_t = t, β = 1/(2λ̂L), and with equality for α_t² = α_{1:t}, β = 1/(λ̂L).
    β = 1/(2λ̂L), unscaled hint: a round costs no more than α_t²β‖g_t − θg̃_t‖²/(2θ(2 − θ)), for every θ ∈ (0, 1]. In the notation of [regret-bound] (u_t is w_t), let û minimise F_{t+1} on W, d = ‖û − u_t‖, z = θu_t + (1 − θ)û ∈ W: F_t* ≤ F_t(z) = θF_t(u_t) + (1 − θ)F_t(û) − θ(1 − θ)d²/(2β), and F_t(u_t) − F_t(û) ≤ α_t⟨g̃_t, û − u_t⟩ − d²/(2β), so that D_t ≤ α_t⟨g_t − θg̃_t, u_t − û⟩ − θ(2 − θ)d²/(2β).
    Since G_t − θG_{t−1} = θ(G_t − G_{t−1}) + (1 − θ)G_t, smoothness pays for it if t[θ²/(t − 1) + (1 − θ)²/2] ≤ θ(2 − θ) (Cauchy–Schwarz). θ = 1 − 2t/(t² + 3t − 2) is the best, and leaves (t − 1)(t − 2) ≥ 0. No larger β passes at t = 2.
    Neither 4 nor 2 can be smaller for all T: for φ = w and Huber’s function of slope L‖x*‖/(2m + 1), m = βL Σ_{t=2}^T t²(t + 1)/(T(T + 1)), x̄_T is still on the straight part, and the gap is L‖x*‖²/(2(2m + 1)). Its ratio to the bound, T(T + 1)βL/(2(2m + 1)), tends to 1.
    Printed schedule, sup_W‖w‖²: where η_t grows, D_t may be larger by ½(1/η_t − 1/η_{t+1})sup_W‖w‖². That telescopes, from the first η_t ≠ 0 on, which is 1/(4λ̃L).
    Printed schedule, ‖w*‖², on Rᵐ: I1, I3 and smoothness give ½T(T + 1)(f(x̄_T) − f(x*)) ≤ M − s, with s of Definition 1 and M a quadratic form in the g_t; here ‖g_t‖² ≤ λ̃‖G_t‖² and ‖g_t − g_{t−1}‖² ≤ λ̃‖G_t − G_{t−1}‖² are used. Up to T = 29 and T = 146 a certificate, checked in exact arithmetic, makes this at most the bound. For f = ½Lx² and φ = w + b(x) nothing was given up, and b can be chosen so that the averages go along any path: at T = 30 and T = 147 there is one on which the gap is above the bound.`,
  saboteurs: [],
} satisfies Claim;
