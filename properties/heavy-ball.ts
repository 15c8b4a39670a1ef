import fc from 'fast-check';
import { heavyBallStep } from '../oracles/textbook.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { diverged } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { reductionCase, simplerReductions, type ReductionCase } from '../src/generator/reduction-case.js';
import { follows, pathFollows } from '../src/recurrence.js';
import { checkRates, hiddenSize, reduce, reductionLabels, stepRoundings, telling, type Reduction } from '../src/reduction.js';
import { vectorEquality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

/** x̄_t against the recursion with the step size that `rate(t)` says, t ≥ 2. */
function recursion<S>(K: Space<S>, run: Reduction<S>, rate: (t: number) => S, expected: string): Failed | null {
  const { points, gradients, averaging: { rhoTilde } } = run;
  for (let t = 2; t <= points.length; t++) {
    const i = t - 1;
    const step = heavyBallStep(K, points[i - 1]!, points[i - 2] ?? points[i - 1]!, gradients[i - 1]!, rate(t), rhoTilde[i]!);
    const failure = follows(K, `t = ${t}: ${expected}`, points[i]!, step, stepRoundings(run), run.evidence, () => hiddenSize(K, run, i));
    if (failure !== null) return failure;
  }
  return null;
}

interface PrintedCase extends ReductionCase {
  /** The step size as it is defined, α_tρ_tβ, or as it is evaluated for α_t = t, β = 1/(2L): t/(4(t + 1)L). */
  readonly coefficient: 'defined' | 'evaluated';
}

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  if (data.coefficient === 'defined') {
    const run = reduce(K, subject, data, (m) => () => K.zeros(m));
    const rate = (t: number): S => K.mul(K.mul(run.alpha[t - 1]!, run.averaging.rho[t - 1]!), run.beta);
    return recursion(K, run, rate, 'x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − α_tρ_tβ∇f(x̄_{t−1})') ?? passed({ trivial: false, labels: [] });
  }
  const L = subject.convexFunction(K, data.function).smoothness;
  if (K.equal(L, K.zero)) return rejected('f is constant');
  const run = reduce(K, subject, { ...data, weighing: 'linear' }, (m) => () => K.zeros(m), { beta: K.div(K.one, K.mul(K.from(2), L)) });
  const rate = (t: number): S => K.div(K.from(t), K.mul(K.from(4 * (t + 1)), L));
  return recursion(K, run, rate, 'x̄_t = x̄_{t−1} + (t − 2)/(t + 1)(x̄_{t−1} − x̄_{t−2}) − t/(4(t + 1)L)∇f(x̄_{t−1})') ?? passed({ trivial: false, labels: [] });
}

const coefficients = fc.constantFrom<PrintedCase['coefficient']>('defined', 'evaluated');

const printedCases = reductionCase(rationalNumbers, { horizon: { min: 2, max: 3 }, dimension: 1, literal: true })
  .chain((run) => coefficients.map((coefficient): PrintedCase => ({ ...run, coefficient })));

function simplerPrinted(data: PrintedCase): PrintedCase[] {
  return simplerReductions(data).map((simpler) => ({ ...simpler, coefficient: data.coefficient }));
}

function corrected<S>(K: Space<S>, subject: Subject, data: ReductionCase): Outcome {
  const run = reduce(K, subject, data, (m) => () => K.zeros(m));
  if (diverged(K, run.rounds)) return rejected('the trajectory diverges');
  const { alpha, beta, averaging: { rho }, points } = run;
  const rate = (t: number): S => {
    const step = K.mul(K.mul(rho[t - 1]!, alpha[t - 2]!), beta);
    return data.literal ? K.mul(step, rho[t - 2]!) : step;
  };
  const failure = checkRates(K, subject, run)
    ?? (data.weighing === 'linear' ? linearMomentum(K, run) : null)
    ?? recursion(K, run, rate, `x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_t${data.literal ? 'ρ_{t−1}' : ''}α_{t−1}β∇f(x̄_{t−1})`)
    ?? shipped(K, subject, run, rate);
  if (failure !== null) return failure;
  // Every round adds at most 6 to the degree of α_{1:1}⋯α_{1:t}S_t (2 more where the weights are α_tρ_t), and the recursion 10 to that of x̄_t.
  return passed({ trivial: !telling(K, run), labels: reductionLabels(data), degree: 8 * points.length + 16 });
}

/** Heavy Ball from x̄_1 with these coefficients: the same path in exact arithmetic, its own recurrence in any. */
function shipped<S>(K: Space<S>, subject: Subject, run: Reduction<S>, rate: (t: number) => S): Failed | null {
  const { f, points, averaging: { rhoTilde } } = run;
  const rates = points.slice(1).map((_, i) => rate(i + 2));
  const momenta = rhoTilde.slice(1);
  const path = subject.heavyBall(K, f.gradient, points[0]!, rates, momenta);
  const own = pathFollows(
    K,
    'Heavy Ball: x_{t+1} = x_t + m_t(x_t − x_{t−1}) − η_t∇f(x_t)',
    path,
    (t) => heavyBallStep(K, path[t]!, path[t - 1] ?? path[t]!, f.gradient(path[t]!), rates[t]!, momenta[t]!),
    12,
    run.evidence,
  );
  if (own !== null || !K.exact) return own;
  return points.map((x, i) => vectorEquality(K, `Heavy Ball from x̄_1 with ρ̃_t and these steps: x̄_${i + 1}`, path[i] ?? [], x, 0, () => x, run.evidence)).find((failure) =>
    failure !== null
  ) ?? null;
}

/** α_t = t: ρ̃_t = (t − 2)/(t + 1). */
function linearMomentum<S>(K: Space<S>, { averaging: { rhoTilde }, evidence }: Reduction<S>): Failed | null {
  const printedMomentum = K.vector(rhoTilde.length, (i) => (i === 0 ? K.zero : K.div(K.from(i - 1), K.from(i + 2))));
  const own = K.vector(rhoTilde.length, (i) => rhoTilde[i]!);
  return vectorEquality(K, 'α_t = t: ρ̃_t = (t − 2)/(t + 1)', own, printedMomentum, 8, () => printedMomentum, evidence);
}

/** f = ½(x − 1)², β = 1, φ = w on R. */
const committedRun: { readonly [key: string]: Json } = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
  rule: { kind: 'identity' },
  set: { kind: 'all', dimension: 1 },
  hint: { kind: 'none' },
  index: 'equation-4',
  projection: 'lazy',
  start: ['0'],
};

export default {
  id: 'heavy-ball',
  source: { section: '4', label: 'Section 4, text' },
  order: 2,
  printed: {
    statement:
      'For φ = w, x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − β̃_t∇f(x̄_{t−1}) with ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}, β̃_t = α_tρ_tβ, by Algorithm 2 or by Eq. (3); for α_t = t, β = 1/(2L) these are (t − 2)/(t + 1) and t/(4(t + 1)L)',
    hypotheses: ['W = Rⁿ, w_1 = 0, constant β', 'f differentiable', 't ≥ 2'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, simpler: simplerPrinted, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    // The index of α (Algorithm 2), the lost ρ_{t−1} (Eq. 3), and the number for α_t = t.
    committed: [
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '2'], beta: ['1', '1', '1'], weighing: 'given', literal: false, coefficient: 'defined' } },
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '1', '1'], beta: ['1', '1', '1', '1'], weighing: 'given', literal: true, coefficient: 'defined' } },
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '1'], beta: ['1', '1', '1'], weighing: 'linear', literal: false, coefficient: 'evaluated' } },
      { arithmetic: 'rational', case: { ...committedRun, alpha: ['1', '1'], beta: ['1', '1', '1'], weighing: 'linear', literal: true, coefficient: 'evaluated' } },
    ],
  },
  corrected: {
    statement:
      'For φ = w, x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − ρ_tα_{t−1}β∇f(x̄_{t−1}) by Algorithm 2, and with ρ_tρ_{t−1}α_{t−1}β in its place by Eq. (3) with ∇h_t(w_t) = ρ_t∇f(x̄_t): Heavy Ball with coefficients that vary; for α_t = t, ρ̃_t = (t − 2)/(t + 1)',
    hypotheses: ['W = Rⁿ, w_1 = 0, constant β', 'f differentiable', 't ≥ 2'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: reductionCase(rationalNumbers, { horizon: { min: 4, max: 5 }, literal: true }),
        simpler: simplerReductions,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'prime-field',
        generator: reductionCase(residues, { horizon: { min: 200, max: 200 }, literal: true }),
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: reductionCase(doubles, { horizon: { min: 4, max: 40 }, literal: true }),
        simpler: simplerReductions,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'T ≥ 20': 0.2, 'α: given': 0.1, 'α: linear': 0.1, 'Eq. (3) literally': 0.3, 'f not quadratic': 0.15 },
    committed: [],
  },
  proof: `
    On W = Rⁿ with w_1 = 0, x_t = w_t = −βS_{t−1}: x_t − x_{t−1} = −βα_{t−1}∇f(x̄_{t−1}) (in Eq. (3), −βα_{t−1}ρ_{t−1}∇f(x̄_{t−1})).
    By Eq. (2) x̄_{t−1} − x̄_{t−2} = ρ_{t−1}(x_{t−1} − x̄_{t−2}), so x_{t−1} − x̄_{t−1} = (1 − ρ_{t−1})(x_{t−1} − x̄_{t−2}) = ((1 − ρ_{t−1})/ρ_{t−1})(x̄_{t−1} − x̄_{t−2}).
    x̄_t − x̄_{t−1} = ρ_t(x_t − x̄_{t−1}) = ρ_t(x_t − x_{t−1}) + ρ_t(x_{t−1} − x̄_{t−1}): put in both. For α_t = t, ρ_t = 2/(t + 1).
    As printed the index of α is one too high, the ρ_{t−1} of Eq. (3) is lost, and t/(4(t + 1)L) is a fourth of the α_tρ_tβ = t/((t + 1)L) that it stands for.`,
  saboteurs: [],
} satisfies Claim;
