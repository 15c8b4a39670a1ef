import fc from 'fast-check';
import { ledgerRoundings } from '../oracles/rounding.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepareIdentity, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues, type NumberSource } from '../src/generator/number.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { show, vectorEquality } from '../src/outcome.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../src/problem/convex-function.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import { ruleFormula } from '../src/update-rule/formula.js';

interface Comparison<S> {
  readonly round: Round<S>;
  /** g̃_t, formed when A_t and the rounds before t were known, and w_t was not. */
  readonly before: Vector<S>;
  /** Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}), by differentiating φ(x̄_{t−1}, ·) at the w_t that was then chosen. */
  readonly after: Vector<S>;
  /** The same at −w_t. */
  readonly elsewhere: Vector<S>;
  /** |A_t|ᵀ|∇f(x̄_{t−1})|, in inexact arithmetic. */
  readonly size: () => Vector<S>;
}

/** Algorithm 4 with the hint that is said not to be available, each round of it compared with what it should be. */
function compare<S>(
  K: Space<S>,
  subject: Subject,
  data: MetaCase,
): { readonly rounds: readonly Round<S>[]; readonly comparisons: readonly Comparison<S>[]; readonly roundings: number } {
  const { f, config, size } = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, config, subject.currentJacobianHint(K, config.rule.parameters));
  const { pullback } = metaDerivatives(K, subject, data);
  const comparisons = rounds.slice(1).map((round): Comparison<S> => {
    const { previousAverage, w, hint, jacobian } = round;
    const gradient = f.gradient(previousAverage);
    return {
      round,
      before: hint,
      after: pullback(previousAverage, w, gradient),
      elsewhere: pullback(previousAverage, K.scale(K.neg(K.one), w), gradient),
      size: () => K.applyTranspose(jacobian.map((row) => sizes(K, row)), gradientSize(K, f, previousAverage), w.length),
    };
  });
  return { rounds, comparisons, roundings: ledgerRoundings(size) };
}

function sizes<S>(K: Space<S>, v: Vector<S>): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return absolute(K, v);
}

function gradientSize<S>(K: Space<S>, f: DifferentiableFunction<S> | ConvexFunction<S>, x: Vector<S>): Vector<S> {
  return 'gradientMagnitude' in f ? f.gradientMagnitude(x) : sizes(K, f.gradient(x));
}

function telling<S>(K: Space<S>, v: Vector<S>): boolean {
  return Array.from(v).some((entry) => !K.equal(entry, K.zero));
}

/** As printed: what is formed before w_t is never Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}), apart from chance (a zero gradient). */
function printed(subject: Subject, data: MetaCase): Outcome {
  const K = rational;
  const { rounds, comparisons } = compare(K, subject, data);
  const exposed = comparisons.filter(({ after }) => telling(K, after));
  if (exposed.length === 0) return rejected('Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}) = 0: anything would predict it');
  const missed = exposed.find(({ before, after }) => before.length !== after.length || Array.from(before).some((entry, i) => !K.equal(entry, after[i]!)));
  if (missed !== undefined) return passed({ trivial: false, labels: [] });
  const { round, before, after } = exposed[0]!;
  return failed({
    expected: `g̃_t, formed before w_t, is not Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}) in all rounds t = 2 … ${rounds.length}`,
    lhs: show(K, before),
    rhs: show(K, after),
    evidence: {
      t: round.t,
      φ: ruleFormula(data.rule, isOrdered(K)),
      [`x̄_${round.t - 1}`]: show(K, round.previousAverage),
      [`w_${round.t}`]: show(K, round.w),
      [`∇f(x̄_${round.t - 1})`]: show(K, rounds[round.t - 2]!.gradient),
      [`Dφ(x̄_${round.t - 1}, ·), known before w_${round.t}`]: round.jacobian.map((row) => show(K, row)),
    },
  });
}

function corrected<S>(K: Space<S>, subject: Subject, data: MetaCase): Outcome {
  const { rounds, comparisons, roundings } = compare(K, subject, data);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  for (const { round: { t, w, previousAverage }, before, after, elsewhere, size } of comparisons) {
    const evidence = () => ({ φ: ruleFormula(data.rule, isOrdered(K)), [`w_${t}`]: show(K, w), [`x̄_${t - 1}`]: show(K, previousAverage) });
    const failure = vectorEquality(K, `g̃_${t} = Dφ(x̄_${t - 1}, w_${t})ᵀ∇f(x̄_${t - 1})`, before, after, roundings, size, evidence)
      ?? vectorEquality(K, `Dφ(x̄_${t - 1}, −w_${t})ᵀ∇f(x̄_${t - 1}) = Dφ(x̄_${t - 1}, w_${t})ᵀ∇f(x̄_${t - 1})`, elsewhere, after, roundings, size, evidence);
    if (failure !== null) return failure;
  }
  const varies = comparisons.some(({ round: { t, jacobian } }) => rounds[t - 2]!.jacobian.some((row, i) => Array.from(row).some((entry, j) => !K.equal(entry, jacobian[i]![j]!))));
  return passed({
    // A w_t that is 0 could not tell Dφ(·, w_t) from Dφ(·, 0).
    trivial: !comparisons.some(({ after, round: { w } }) => telling(K, after) && telling(K, w)),
    labels: [...metaLabels(K, data, rounds), ...(varies ? ['A_t varies'] : [])],
    // As in Eq. (2): a round of Algorithm 4 with constant A adds at most 12 to the degrees.
    degree: 24 * rounds.length,
  });
}

function cases(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<MetaCase> {
  return metaCase(numbers, { horizon, hints: () => fc.constant({ kind: 'current-jacobian' }), ...(numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {}) });
}

const affine = 'φ affine in w (Section 2)';

export default {
  id: 'jacobian-availability',
  source: { section: '5', label: 'Section 5, above Corollary 1' },
  order: 2,
  error: 'prose',
  printed: {
    statement:
      'When g̃_t is chosen w_t is not computed yet, and hence Dφ(x̄_{t−1}, w_t) is not available: no g̃_t that is formed before w_t is Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}) on every round',
    hypotheses: [affine],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: metaCase({ ...rationalNumbers, dimension: 1 }, {
        horizon: { min: 2, max: 3 },
        functions: 'quadratic',
        sets: 'whole',
        hints: () => fc.constant({ kind: 'current-jacobian' }),
      }),
      simpler: simplerMetaCases,
      check: (subject, data) => printed(subject, data),
    })],
    coverage: {},
    // f = x²/2, φ = x − w∇f(x) = (1 − w)x, x̄_0 = 1, T = 2: A_2 = −x̄_1 = −1 whatever w_2 is.
    committed: [{
      arithmetic: 'rational',
      case: {
        function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
        rule: { kind: 'elementwise-descent' },
        set: { kind: 'all', dimension: 1 },
        hint: { kind: 'current-jacobian' },
        alpha: ['1', '1'],
        beta: ['1', '1', '1'],
        index: 'algorithm-4',
        projection: 'lazy',
        start: ['1'],
      },
    }],
  },
  corrected: {
    statement: 'Dφ(x̄_{t−1}, w) = A_t does not depend on w, and x̄_{t−1} is known: A_tᵀ∇f(x̄_{t−1}), formed before w_t, is Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_{t−1}) for t ≥ 2',
    hypotheses: [affine],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: cases(rationalNumbers, { min: 2, max: 4 }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'prime-field', generator: cases(residues, { min: 200, max: 200 }), share: 0.02, check: (subject, data) => corrected(primeField, subject, data) }),
      arm({ arithmetic: 'float64', generator: cases(doubles, { min: 2, max: 10 }), simpler: simplerMetaCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'A_t varies': 0.25, 'projection active': 0.15, 'φ: preconditioner': 0.04, 'φ: elementwise-descent': 0.08 },
    committed: [],
  },
  proof: `
    φ(x̄_{t−1}, ·) is affine, so its Jacobian is the same matrix A_t at every w. x̄_{t−1} is known when w_t is chosen, and so are A_t and ∇f(x̄_{t−1}).`,
  saboteurs: [],
} satisfies Claim;
