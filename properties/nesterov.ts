import { nesterovStep, type Combination } from '../oracles/textbook.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isReal, type RealSpace, type Space } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { diverged } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { reductionCase, simplerReductions, type ReductionCase } from '../src/generator/reduction-case.js';
import { equality, vectorEquality } from '../src/outcome.js';
import { follows } from '../src/recurrence.js';
import { hiddenSize, reduce, reductionLabels, stepRoundings, telling, type Reduction } from '../src/reduction.js';
import type { Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

/** x̄_1, x̄_2, … as the queries y_1, y_2, … of Nesterov's method with step sizes `rates` and θ_t = ρ̃_t. */
function queries<S>(K: Space<S>, run: Reduction<S>, rates: readonly S[], expected: string, more = 0): Failed | null {
  const { points, gradients, averaging: { rhoTilde } } = run;
  const query = (i: number) => ({ point: points[i]!, gradient: gradients[i]!, rate: rates[i]! });
  return everyStep(K, run, expected, (i) => nesterovStep(K, query(i - 1), i >= 2 ? query(i - 2) : null, rhoTilde[i]!), more);
}

/** x̄_{i+1} for i = 1, 2, … */
function everyStep<S>(K: Space<S>, run: Reduction<S>, expected: string, step: (i: number) => Combination<S>, more = 0): Failed | null {
  for (let i = 1; i < run.points.length; i++) {
    const failure = follows(K, `t = ${i + 1}: ${expected}`, run.points[i]!, step(i), stepRoundings(run) + more, run.evidence, () => hiddenSize(K, run, i));
    if (failure !== null) return failure;
  }
  return null;
}

/**
 * As printed, with the only step sizes and momenta that leave Nesterov's method a chance: the coefficients of x̄_{t−1} − x̄_{t−2} and
 * of ∇f(x̄_{t−1}) in the recursion of x̄ determine θ_t = ρ̃_t and η_t = βα_tα_{t+1}/α_{1:t} (for α_t = t: (t − 2)/(t + 1) and 2β).
 */
function printed<S>(K: Space<S>, subject: Subject, data: ReductionCase): Outcome {
  const run = reduce(K, subject, data, (m) => subject.previousGradientHint(K, m));
  const { alpha, beta, averaging: { sums } } = run;
  const rates = alpha.map((a, i) => K.div(K.mul(beta, K.mul(a, alpha[i + 1] ?? a)), sums[i]!));
  return queries(K, run, rates, 'x̄_t = y_t, y_t = z_{t−1} + ρ̃_t(z_{t−1} − z_{t−2}), z_t = y_t − (βα_tα_{t+1}/α_{1:t})∇f(y_t)') ?? passed({ trivial: false, labels: [] });
}

function corrected<S>(K: Space<S>, subject: Subject, data: ReductionCase): Outcome {
  const plain = reduce(K, subject, data, (m) => subject.previousGradientHint(K, m));
  const scaled = reduce(K, subject, data, (m) => subject.scaledHint(K, m));
  if (diverged(K, [...plain.rounds, ...scaled.rounds])) return rejected('the trajectory diverges');
  const { alpha, beta, averaging: { sums } } = scaled;
  const rates = alpha.map((a, i) => K.div(K.mul(beta, K.mul(a, a)), sums[i]!));
  const failure = recursion(K, plain)
    ?? queries(K, scaled, rates, 'hint (α_{t−1}/α_t)²∇f(x̄_{t−1}): x̄_t = y_t, y_t = z_{t−1} + ρ̃_t(z_{t−1} − z_{t−2}), z_t = y_t − (βα_t²/α_{1:t})∇f(y_t)')
    ?? shipped(K, subject, scaled, rates)
    ?? (data.weighing === 'linear' ? linearForm(K, plain) : null)
    ?? (isReal(K) && data.weighing === 'nesterov' ? fista(K, subject, scaled) : null);
  if (failure !== null) return failure;
  // α_{1:1}⋯α_{1:t}S_t gains at most 6 degrees a round (β, three entries of the data, two weights), the recursion at most 20 more.
  return passed({ trivial: !telling(K, plain) || !telling(K, scaled), labels: reductionLabels(data), degree: 10 * alpha.length + 20 });
}

/** x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tβ[(α_{t−1} + α_t)∇f(x̄_{t−1}) − α_{t−1}∇f(x̄_{t−2})], the last term for t > 2. */
function recursion<S>(K: Space<S>, run: Reduction<S>): Failed | null {
  const { points, gradients, alpha, beta, averaging: { rho, rhoTilde } } = run;
  return everyStep(K, run, 'x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tβ[(α_{t−1} + α_t)∇f(x̄_{t−1}) − α_{t−1}∇f(x̄_{t−2})·1{t > 2}]', (i) => {
    const unit = K.mul(rho[i]!, beta);
    const step: Combination<S> = [
      [K.add(K.one, rhoTilde[i]!), points[i - 1]!],
      [K.neg(rhoTilde[i]!), points[i - 2] ?? points[i - 1]!],
      [K.neg(K.mul(unit, K.add(alpha[i - 1]!, alpha[i]!))), gradients[i - 1]!],
    ];
    return i < 2 ? step : [...step, [K.mul(unit, alpha[i - 1]!), gradients[i - 2]!]];
  });
}

/** α_t = t: momentum (t − 2)/(t + 1), and −(2β/(t + 1))[(2t − 1)∇f(x̄_{t−1}) − (t − 1)∇f(x̄_{t−2})]. */
function linearForm<S>(K: Space<S>, run: Reduction<S>): Failed | null {
  const { points, gradients, beta } = run;
  return everyStep(K, run, 'α_t = t: x̄_t = x̄_{t−1} + (t − 2)/(t + 1)(x̄_{t−1} − x̄_{t−2}) − (2β/(t + 1))[(2t − 1)∇f(x̄_{t−1}) − (t − 1)∇f(x̄_{t−2})]', (i) => {
    const t = i + 1;
    const over = (p: number): S => K.div(K.from(p), K.from(t + 1));
    const step: Combination<S> = [
      [over(2 * t - 1), points[i - 1]!],
      [over(2 - t), points[i - 2] ?? points[i - 1]!],
      [K.neg(K.mul(over(2 * (2 * t - 1)), beta)), gradients[i - 1]!],
    ];
    return i < 2 ? step : [...step, [K.mul(over(2 * (t - 1)), beta), gradients[i - 2]!]];
  });
}

/** The subject's Nesterov: its own recurrence in any arithmetic, and the same queries as the scaled hint's average in exact ones. */
function shipped<S>(K: Space<S>, subject: Subject, run: Reduction<S>, rates: readonly S[]): Failed | null {
  const { f, points, averaging: { rhoTilde }, evidence } = run;
  const steps = subject.nesterov(K, f.gradient, points[0]!, rates, rhoTilde.slice(1));
  for (const [i, { query, x }] of steps.entries()) {
    const step: Combination<S> = [[K.one, query], [K.neg(rates[i]!), f.gradient(query)]];
    const [last, previous] = [steps[i - 1], steps[i - 2]];
    const theta = rhoTilde[i]!;
    const extrapolation: Combination<S> = last === undefined ? [[K.one, points[0]!]] : [[K.add(K.one, theta), last.x], [K.neg(theta), previous?.x ?? points[0]!]];
    const failure = follows(K, `Nesterov: x_${i + 1} = y_${i + 1} − η∇f(y_${i + 1})`, x, step, 8, evidence)
      ?? follows(K, `Nesterov: y_${i + 1} = x_${i} + θ(x_${i} − x_${i - 1})`, query, extrapolation, 8, evidence)
      ?? (K.exact ? vectorEquality(K, `Nesterov's y_${i + 1} is x̄_${i + 1}`, query, points[i] ?? [], 0, () => query, evidence) : null);
    if (failure !== null) return failure;
  }
  return null;
}

/** FISTA's weights: s_1 = 1, s_{t+1}² − s_{t+1} = s_t², so s_t² = s_{1:t}; then η_t = β and ρ̃_{t+1} = (s_t − 1)/s_{t+1}. */
function fista<S>(K: RealSpace<S>, subject: Subject, run: Reduction<S>): Failed | null {
  const { alpha, averaging: { rhoTilde }, evidence, beta } = run;
  const T = alpha.length;
  const weights = subject.fistaWeights(K, T);
  const vector = (values: readonly S[]) => K.vector(values.length, (i) => values[i]!);
  let sum = K.zero;
  for (const [i, s] of weights.entries()) {
    sum = K.add(sum, s);
    // s_{t+1} is off by 3 roundings, so s_{t+1}² − s_{t+1} − s_t² by 6 of s_{t+1}²; over t rounds that adds up to 6t of s_t², the sum to t.
    const square = K.mul(s, s);
    const lhs = new TallyBuilder(K, 7 * T + 8).add(`s_${i + 1}²`, square, () => square);
    const rhs = new TallyBuilder(K, 7 * T + 8).add(`s_{1:${i + 1}}`, sum, () => square);
    const failure = equality(K, 's_t² = s_{1:t}', { lhs, rhs }, evidence);
    if (failure !== null) return failure;
  }
  const textbook = rhoTilde.map((_, i) => (i === 0 ? K.zero : K.div(K.sub(weights[i - 1]!, K.one), weights[i]!)));
  // ρ̃ = s_{t+1}s_{1:t−1}/(s_{1:t+1}s_t) with s_{1:t−1} = s_t² − s_t: off by 7T of s_t²/(s_ts_{t+1}) < 1.
  return vectorEquality(K, 'α = weights("nesterov") is FISTA’s', vector(alpha), vector(weights), 1, () => vector(weights), evidence)
    ?? vectorEquality(K, 'ρ̃_{t+1} = (s_t − 1)/s_{t+1}', vector(rhoTilde), vector(textbook), 28 * T + 32, () => K.vector(T, () => K.one), evidence)
    ?? queries(
      K,
      { ...run, averaging: { ...run.averaging, rhoTilde: textbook } },
      alpha.map(() => beta),
      'FISTA: x̄_t = y_t, y_t = z_{t−1} + ((s_{t−1} − 1)/s_t)(z_{t−1} − z_{t−2}), z_t = y_t − β∇f(y_t)',
      35 * T,
    );
}

/** f = ½(x − 1)², β = 1, φ = w on R, three rounds. */
const committedRun: { readonly [key: string]: Json } = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
  rule: { kind: 'identity' },
  set: { kind: 'all', dimension: 1 },
  hint: { kind: 'none' },
  index: 'equation-4',
  projection: 'lazy',
  start: ['0'],
  beta: ['1', '1', '1', '1'],
  literal: false,
};

export default {
  id: 'nesterov',
  source: { section: '5', label: 'Section 5, text' },
  order: 5,
  printed: {
    statement:
      'For φ = w and g̃_t = ∇f(x̄_{t−1}) Algorithm 4 is Nesterov’s method: x̄_t = y_t, where z_t = y_t − η_t∇f(y_t), y_{t+1} = z_t + θ_{t+1}(z_t − z_{t−1}), with the η_t = βα_tα_{t+1}/α_{1:t} and θ_t = ρ̃_t that its first coefficients leave (α_t = t: 2β and (t − 2)/(t + 1))',
    hypotheses: ['W = Rⁿ, w_1 = 0, g̃_1 = 0, constant β', 'f differentiable'],
    strength: 'identity',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: reductionCase(rationalNumbers, { horizon: { min: 3, max: 3 }, dimension: 1, literal: false }),
        simpler: simplerReductions,
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    // The weights that accelerate, and weights that merely vary.
    committed: [
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '1', '1'], weighing: 'linear' } },
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '2', '1'], weighing: 'given' } },
    ],
  },
  corrected: {
    statement:
      'For φ = w and g̃_t = ∇f(x̄_{t−1}), x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tβ[(α_{t−1} + α_t)∇f(x̄_{t−1}) − α_{t−1}∇f(x̄_{t−2})·1{t > 2}]; for g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1}), x̄_t = y_t of Nesterov’s method with η_t = βα_t²/α_{1:t} and θ_t = ρ̃_t, which for FISTA’s weights are β and (s_{t−1} − 1)/s_t',
    hypotheses: ['W = Rⁿ, w_1 = 0, g̃_1 = 0, constant β', 'f differentiable'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: reductionCase(rationalNumbers, { horizon: { min: 4, max: 5 }, literal: false }),
        simpler: simplerReductions,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'prime-field',
        generator: reductionCase(residues, { horizon: { min: 200, max: 200 }, literal: false }),
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: reductionCase(doubles, { horizon: { min: 4, max: 40 }, literal: false }),
        simpler: simplerReductions,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'T ≥ 20': 0.2, 'α: given': 0.1, 'α: linear': 0.1, 'α: nesterov': 0.08, 'f not quadratic': 0.15 },
    committed: [],
  },
  proof: `
    g̃_t = G_{t−1}: x_t = −β(S_{t−1} + α_t G_{t−1}), so x_t − x_{t−1} = −β[(α_{t−1} + α_t)G_{t−1} − α_{t−1}G_{t−2}], the last term for t > 2. As in [heavy-ball], x̄_t − x̄_{t−1} = ρ_t(x_t − x_{t−1}) + ρ̃_t(x̄_{t−1} − x̄_{t−2}).
    g̃_t = (α_{t−1}/α_t)²G_{t−1}: with η_t = βα_t²/α_{1:t} = βα_tρ_t and z_t = x̄_t − η_t G_t, the hint’s share of x̄_t is −ρ_tβα_{t−1}²G_{t−1}/α_t = −(1 − ρ_t)η_{t−1}G_{t−1}. So x̄_t = (1 − ρ_t)z_{t−1} − ρ_tβS_{t−1}, and z_t = (1 − ρ_t)z_{t−1} − ρ_tβS_t.
    The latter a round earlier gives −βS_{t−1} = z_{t−2} + (z_{t−1} − z_{t−2})/ρ_{t−1}. Put into the former: x̄_t = z_{t−1} + ρ_t(1/ρ_{t−1} − 1)(z_{t−1} − z_{t−2}), which is Nesterov’s y_t with θ_t = ρ̃_t.
    FISTA: s_t² = s_{1:t}, so η_t = β, ρ_t = 1/s_t and ρ̃_t = (s_{t−1} − 1)/s_t.
    As printed: the coefficients of x̄_{t−1} − x̄_{t−2} and of ∇f(x̄_{t−1}) leave Nesterov’s method no other θ_t and η_t. With them it has ρ_tβα_{t−2} at ∇f(x̄_{t−2}), where Algorithm 4 has ρ_tβα_{t−1}: the same only if α_1 = … = α_{T−1}.`,
  saboteurs: [],
} satisfies Claim;
