import fc from 'fast-check';
import { ledgerRoundings } from '../oracles/rounding.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { displacement } from '../src/bootstrap.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import type { MetaLearningConfig } from '../src/algorithm/optimistic-meta-learning.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepareIdentity, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { show, vectorEquality } from '../src/outcome.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../src/problem/convex-function.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';

/**
 * What the rounding of ∇h_t(w_t) is relative to: ρ_t|A_t|ᵀ times the magnitude of ∇f at the sizes that x̄_t is summed from,
 * (1 − ρ_t)|x̄_{t−1}| + ρ_t(|A_t||w_t| + |b_t|).
 */
function magnitude<S>(
  K: Space<S>,
  f: DifferentiableFunction<S> | ConvexFunction<S>,
  rho: S,
  { jacobian, offset, w, previousAverage, alphaSumBefore, alphaSum }: Round<S>,
): Vector<S> {
  if (!isOrdered(K) || !('gradientMagnitude' in f)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  const size = jacobian.map((row) => absolute(K, row));
  const output = K.plus(K.apply(size, absolute(K, w)), absolute(K, offset));
  const reach = K.axpy(rho, output, K.scale(K.div(alphaSumBefore, alphaSum), absolute(K, previousAverage)));
  return K.scale(rho, K.applyTranspose(size, f.gradientMagnitude(reach), w.length));
}

/** Algorithm 1 with the displacement φ − x and this round's ρ_t looks ahead to x̄_t: from w_t with β = 1 it steps to w_t − ∇h_t(w_t). */
function algorithmOne<S>(K: Space<S>, subject: Subject, config: MetaLearningConfig<S>, round: Round<S>, derivative: Vector<S>): Failed | null {
  const { t, alpha, alphaSum, previousAverage, w } = round;
  const [step] = subject.metaGradient(K, {
    gradient: config.gradient,
    rule: displacement(K, config.rule, K.one),
    beta: [K.one],
    rho: [K.div(alpha, alphaSum)],
    start: previousAverage,
    first: w,
  });
  return vectorEquality(
    K,
    `Algorithm 1: w_${t} − ∇h_${t}(w_${t})`,
    step?.next ?? [],
    K.minus(w, derivative),
    0,
    () => w,
    () => ({ [`w_${t}`]: show(K, w), [`x̄_${t - 1}`]: show(K, previousAverage) }),
  );
}

/** ∇h_t(w_t) by differentiating the value of h_t, against ρ_t g_t or, as printed, g_t, on every round of Algorithm 4. */
function check<S>(K: Space<S>, subject: Subject, data: MetaCase, asPrinted: boolean): Outcome {
  const { f, config, hint, size } = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, config, hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const derivatives = metaDerivatives(K, subject, data);
  const rho = subject.averagingRates(K, config.alpha);
  for (const [i, round] of rounds.entries()) {
    const { t, metaGradient } = round;
    const expected = asPrinted ? `∇h_${t}(w_${t}) = A_${t}ᵀG_${t}` : `∇h_${t}(w_${t}) = ρ_${t}A_${t}ᵀG_${t}`;
    const claimed = asPrinted ? metaGradient : K.scale(rho[i]!, metaGradient);
    const failure = vectorEquality(K, expected, derivatives.metaLossGradient(round), claimed, ledgerRoundings(size), () => magnitude(K, f, rho[i]!, round), () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      φ: config.rule.formula(),
      ρ: K.format(rho[i]!),
      [`x̄_${t - 1}`]: show(K, round.previousAverage),
      [`w_${t}`]: show(K, round.w),
      [`x̄_${t}`]: show(K, round.average),
      [`G_${t}`]: show(K, round.gradient),
      [`A_${t}ᵀG_${t}`]: show(K, metaGradient),
    }));
    if (failure !== null) return failure;
    const step = asPrinted || !K.exact ? null : algorithmOne(K, subject, config, round, derivatives.metaLossGradient(round));
    if (step !== null) return step;
  }
  const telling = rounds.some(({ t, metaGradient }) => t >= 2 && Array.from(metaGradient).some((entry) => !K.equal(entry, K.zero)));
  // As in Eq. (2): a round of Algorithm 4 with constant A adds at most 12 to the degrees; derivatives do not raise them.
  return passed({ trivial: !telling, labels: metaLabels(K, data, rounds), degree: 24 * rounds.length });
}

const definition = 'h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_tφ(x̄_{t−1}, w)), ρ_t = α_t/α_{1:t}';
const affine = 'φ affine in w: φ(x̄_{t−1}, w) = A_t w + b_t; G_t = ∇f(x̄_t)';
const horizon = { min: 2, max: 8 };

export default {
  id: 'meta-loss-gradient',
  source: { section: '4', label: 'Section 4, text' },
  order: 3,
  error: 'slip',
  printed: {
    statement: '⟨Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t), ·⟩ is identical to ⟨∇h_t(w_t), ·⟩: ∇h_t(w_t) = A_tᵀG_t',
    hypotheses: [definition, affine],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: metaCase({ ...rationalNumbers, horizon: 3, dimension: 1 }, { sets: 'whole', functions: 'quadratic', hints: () => fc.constant({ kind: 'none' }) }),
      simpler: simplerMetaCases,
      check: (subject, data) => check(rational, subject, data, true),
    })],
    coverage: {},
    // f = (x − 1)²/2, φ = w, α = β = 1: x̄_2 = ½, G_2 = −½, h_2(w) = (w/2 − 1)²/2, ∇h_2(w_2) = −¼.
    committed: [{
      arithmetic: 'rational',
      case: {
        function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
        rule: { kind: 'identity' },
        set: { kind: 'all', dimension: 1 },
        hint: { kind: 'none' },
        alpha: ['1', '1'],
        beta: ['1', '1', '1'],
        index: 'equation-4',
        projection: 'lazy',
        start: ['0'],
      },
    }],
  },
  corrected: {
    statement: '∇h_t(w_t) = ρ_t A_tᵀG_t = ρ_t g_t: the loss that Algorithms 2 and 4 weigh with α_t is g_t = ∇h_t(w_t)/ρ_t',
    hypotheses: [definition, affine],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase(rationalNumbers, { horizon: { min: 2, max: 4 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => check(rational, subject, data, false),
      }),
      arm({
        arithmetic: 'prime-field',
        generator: metaCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }),
        share: 0.02,
        check: (subject, data) => check(primeField, subject, data, false),
      }),
      arm({ arithmetic: 'float64', generator: metaCase(doubles, { horizon }), simpler: simplerMetaCases, check: (subject, data) => check(float64, subject, data, false) }),
    ],
    coverage: { 'projection active': 0.1, 'φ: preconditioner': 0.05, 'φ: state-affine': 0.05, 'f: log-sum-exp': 0.03, 'hint: none': 0.05 },
    committed: [],
  },
  proof: `
    h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_t(A_t w + b_t)), so ∇h_t(w) = ρ_t A_tᵀ∇f(…) by the chain rule; at w_t the argument is x̄_t.
    ρ_1 = 1, and ρ_t < 1 for t ≥ 2: from then on ∇h_t(w_t) is not A_tᵀG_t unless both are 0.`,
  saboteurs: [],
} satisfies Claim;
