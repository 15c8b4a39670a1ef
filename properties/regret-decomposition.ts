import fc from 'fast-check';
import { ledgerRoundings } from '../oracles/rounding.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { outputRegret, printedRegret } from '../src/comparison.js';
import { runEvidence } from '../src/convergence.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepare, prepareIdentity, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues, vector, type NumberSource } from '../src/generator/number.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { equality, inequality, show, type Evidence } from '../src/outcome.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';

/** A run, and the comparator: given, or w* of Definition 1. */
interface DecompositionCase {
  readonly run: MetaCase;
  readonly comparator: readonly Num[] | null;
}

/** Eq. (7) with R^w(T) = Σα_t⟨∇h_t(w_t), w_t − w*⟩. */
function printed(subject: Subject, { run: data, comparator }: DecompositionCase): Outcome {
  const K = rational;
  const run = prepare(K, subject, data);
  const { f, config } = run;
  if (K.equal(f.smoothness, K.zero)) return rejected('the minimiser of f is not unique');
  const rounds = subject.convexMetaLearning(K, config);
  const given = comparator === null ? null : K.vector(comparator.length, (i) => K.from(comparator[i]!));
  const w = given ?? subject.smallestComparator(K, config.set, subject.definitionOne(K, rounds, f.minimiser))?.w;
  if (w === undefined) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const { lhs, rhs: parts } = subject.decompositionLedger(K, f, rounds, w, 0);
  const rhs = printedRegret(K, rounds, metaDerivatives(K, subject, data).metaLossGradient, w);
  for (const { name, value } of parts.terms) if (name.includes('− x*')) rhs.add(name, value, () => K.zero);
  return inequality(K, 'R^x(T) ≤ Σα_t⟨∇h_t(w_t), w_t − w*⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩', { lhs, rhs }, runEvidence(K, run, rounds, w))
    ?? passed({ trivial: false, labels: [] });
}

/** I3 at the given w and, where there is one, at w* of Definition 1; and both forms of R^w. */
function corrected<S>(K: Space<S>, subject: Subject, { run: data, comparator }: DecompositionCase): Outcome {
  const { f, config, hint, size } = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, config, hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const given = K.vector(config.rule.parameters, (i) => K.from(comparator?.[i] ?? 0));
  const roundings = ledgerRoundings(size);
  const found = isOrdered(K) ? subject.smallestComparator(K, config.set, subject.definitionOne(K, rounds, f.minimiser)) : null;
  const candidates: Vector<S>[] = [isOrdered(K) ? config.set.project(given) : given, ...(found === null ? [] : [found.w])];
  for (const w of candidates) {
    const evidence: Evidence = () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      φ: config.rule.formula(),
      w: show(K, w),
      rounds: rounds.map((r) => ({ t: r.t, α: K.format(r.alpha), w: show(K, r.w), x: show(K, r.x), 'x̄': show(K, r.average), G: show(K, r.gradient), g: show(K, r.metaGradient) })),
    });
    const failure = equality(K, 'R^x(T) = Σα_t⟨g_t, w_t − w⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩', subject.decompositionLedger(K, f, rounds, w, roundings), evidence)
      // The magnitudes of the left side hold those of A_tᵀG_t, too.
      ?? equality(K, 'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w)⟩ = Σα_t⟨g_t, w_t − w⟩', {
        lhs: outputRegret(K, config.rule, rounds, w, roundings),
        rhs: subject.regretTally(K, rounds, w, roundings),
      }, evidence);
    if (failure !== null) return failure;
  }
  const telling = rounds.some(({ t, metaGradient }) => t >= 2 && Array.from(metaGradient).some((entry) => !K.equal(entry, K.zero)));
  return passed({
    trivial: !telling,
    labels: [...metaLabels(K, data, rounds), ...(found === null ? [] : ['w* of Definition 1'])],
    // As in Eq. (2): a round of Algorithm 4 with constant A adds at most 12 to the degrees; products of two of them, and w.
    degree: 48 * rounds.length + 4,
  });
}

/** Half of the comparators given, half of Definition 1. */
function printedCases(): fc.Arbitrary<DecompositionCase> {
  const numbers = { ...rationalNumbers, dimension: 1 };
  return fc.record({
    run: metaCase(numbers, { horizon: { min: 2, max: 3 }, functions: 'quadratic', sets: 'whole', rates: 'constant', hints: () => fc.constant({ kind: 'none' }) }),
    comparator: fc.option(vector(numbers, 1), { nil: null }),
  });
}

function correctedCases(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<DecompositionCase> {
  return fc.record({
    run: metaCase(numbers, { horizon, ...(numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {}) }),
    comparator: vector(numbers, numbers.dimension ** 2),
  });
}

const simplerCases = (data: DecompositionCase): DecompositionCase[] => simplerMetaCases(data.run).map((run) => ({ ...data, run }));

/** φ = w on R, f = (x − 1)²/2, α = 1, x̄_0 = 0. */
const plain = (beta: string): MetaCase => ({
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
  rule: { kind: 'identity' },
  set: { kind: 'all', dimension: 1 },
  hint: { kind: 'none' },
  alpha: ['1', '1'],
  beta: [beta, beta, beta],
  index: 'algorithm-4',
  projection: 'lazy',
  start: ['0'],
});

const affine = 'φ affine in w; w* ∈ W';

export default {
  id: 'regret-decomposition',
  source: { section: '4', label: 'Eq. (7)' },
  order: 4,
  printed: {
    statement: 'R^x(T) ≤ R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ with R^w(T) := Σα_t⟨∇h_t(w_t), w_t − w*⟩ ≥ Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩',
    hypotheses: [affine],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases(), simpler: simplerCases, check: (subject, data) => printed(subject, data) })],
    coverage: {},
    committed: [
      // β = 1, w* = 3: R^w = 7/2 < Σα_t⟨G_t, w_t − w*⟩ = 4, the capacity term is −3, and R^x = 1 > ½.
      committedCase<DecompositionCase>('rational', { run: plain('1'), comparator: ['3'] }),
      // β = ½, w* = 1 of Definition 1: R^x = 11/8 > R^w = 19/16, the capacity term is 0.
      committedCase<DecompositionCase>('rational', { run: plain('1/2'), comparator: null }),
    ],
  },
  corrected: {
    statement:
      'R^x(T) = Σα_t⟨G_t, x_t − x*⟩ = R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ with R^w(T) := Σα_t⟨g_t, w_t − w*⟩ = Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩, g_t = A_tᵀG_t',
    hypotheses: [affine],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCases(rationalNumbers, { min: 2, max: 4 }),
        simpler: simplerCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'prime-field', generator: correctedCases(residues, { min: 200, max: 200 }), share: 0.02, check: (subject, data) => corrected(primeField, subject, data) }),
      arm({ arithmetic: 'float64', generator: correctedCases(doubles, { min: 2, max: 30 }), simpler: simplerCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'w* of Definition 1': 0.3, 'projection active': 0.1, 'T ≥ 20': 0.05, 'φ: preconditioner': 0.03, 'φ: state-affine': 0.05 },
    committed: [],
  },
  proof: `
    x_t − x* = [φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)] + [φ(x̄_{t−1}, w*) − x*], and for affine φ the first bracket is A_t(w_t − w*): ⟨G_t, A_t(w_t − w*)⟩ = ⟨g_t, w_t − w*⟩. This is I3; it holds for every w in place of w*, whether it meets Definition 1 or not.
    As printed R^w has ∇h_t(w_t) = ρ_t g_t [meta-loss-gradient]: each summand is scaled by ρ_t, and summands have either sign.`,
  saboteurs: [],
} satisfies Claim;
