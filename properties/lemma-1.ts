import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { outputRegret, printedRegret } from '../src/comparison.js';
import { checkComparator, runEvidence } from '../src/convergence.js';
import { diverged, metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { equality, inequality, ratioOf } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

const infeasible = 'φ does not preserve regret (Definition 1 has no solution)';

/** R^x(T) ≤ R^w(T) first, then the equality, with R^w(T) = Σα_t⟨∇h_t(w_t), w_t − w*⟩ of Section 4. */
function printed(subject: Subject, data: MetaCase): Outcome {
  const K = rational;
  const run = prepare(K, subject, data);
  const { f, config } = run;
  if (K.equal(f.smoothness, K.zero)) return rejected('the minimiser of f is not unique');
  const rounds = subject.convexMetaLearning(K, config);
  const found = subject.smallestComparator(K, config.set, subject.definitionOne(K, rounds, f.minimiser));
  if (found === null) return rejected(infeasible);
  const evidence = runEvidence(K, run, rounds, found.w);
  const { lhs } = subject.decompositionLedger(K, f, rounds, found.w, 0);
  const rhs = printedRegret(K, rounds, metaDerivatives(K, subject, data).metaLossGradient, found.w);
  return inequality(K, 'R^x(T) ≤ R^w(T) = Σα_t⟨∇h_t(w_t), w_t − w*⟩', { lhs, rhs }, evidence)
    ?? equality(K, 'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = R^w(T) = Σα_t⟨∇h_t(w_t), w_t − w*⟩', { lhs: outputRegret(K, config.rule, rounds, found.w, 0), rhs }, evidence)
    ?? passed({ trivial: false, labels: [] });
}

/** w* verified; R^x(T) = R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ as an equality; the sign of that sum; then the lemma. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f, config } = run;
  const rounds = subject.optimisticMetaLearning(K, config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const halfspace = subject.definitionOne(K, rounds, f.minimiser);
  const found = subject.smallestComparator(K, config.set, halfspace);
  if (found === null) return rejected(infeasible);
  const roundings = ledgerRoundings(run.size);
  const evidence = runEvidence(K, run, rounds, found.w);
  const ledger = subject.decompositionLedger(K, f, rounds, found.w, roundings);
  const regret = subject.regretTally(K, rounds, found.w, roundings);
  const outputs = outputRegret(K, config.rule, rounds, found.w, roundings);
  // The lemma follows from I3, checked with its error, and the sign of the last sum.
  const rhs = new TallyBuilder(K, roundings).add('R^w(T)', regret.value, () => K.zero);
  rhs.error += regret.error + ledger.lhs.error + ledger.rhs.error;
  const failure = checkComparator(K, run, halfspace, found, rounds, roundings, evidence)
    ?? equality(K, 'R^x(T) = R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩', ledger, evidence)
    ?? equality(K, 'Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = Σα_t⟨g_t, w_t − w*⟩', { lhs: outputs, rhs: regret }, evidence)
    ?? inequality(K, 'R^x(T) ≤ R^w(T) = Σα_t⟨g_t, w_t − w*⟩', { lhs: ledger.lhs, rhs }, evidence);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, ledger.lhs, rhs);
  const binding = !K.equal(found.theta, K.zero);
  return passed({
    trivial: rounds.length < 2 || rounds.every(({ metaGradient }) => K.equal(squaredNorm(K, metaGradient), K.zero)),
    labels: [...metaLabels(K, data, rounds), binding ? 'R^x = R^w' : 'w* = Π_W(0)'],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

const hypothesis = 'φ affine in w and preserves regret: w* of Definition 1';

export default {
  id: 'lemma-1',
  source: { section: '4', label: 'Lemma 1' },
  order: 6,
  printed: {
    statement: 'R^x(T) = Σα_t⟨G_t, x_t − x*⟩ ≤ Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = R^w(T), R^w(T) := Σα_t⟨∇h_t(w_t), w_t − w*⟩',
    hypotheses: [hypothesis],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: metaCase({ ...rationalNumbers, dimension: 1 }, {
        horizon: { min: 2, max: 3 },
        functions: 'quadratic',
        sets: 'whole',
        rates: 'constant',
        hints: () => fc.constant({ kind: 'none' }),
      }),
      simpler: simplerMetaCases,
      check: (subject, data) => printed(subject, data),
    })],
    coverage: {},
    // f = (x − 1)²/2, φ = w, α = 1, β = ½: w = (0, ½), G = (−1, −¾), w* = 1: R^x = 1 + 3/8, and R^w = 1 + 3/16 since ∇h_2 = −3/8.
    committed: [committedCase<MetaCase>('rational', {
      function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
      rule: { kind: 'identity' },
      set: { kind: 'all', dimension: 1 },
      hint: { kind: 'none' },
      alpha: ['1', '1'],
      beta: ['1/2', '1/2', '1/2'],
      index: 'algorithm-4',
      projection: 'lazy',
      start: ['0'],
    })],
  },
  corrected: {
    statement: 'R^x(T) ≤ Σα_t⟨G_t, φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w*)⟩ = R^w(T), R^w(T) := Σα_t⟨g_t, w_t − w*⟩ with g_t = A_tᵀG_t; R^x(T) = R^w(T) unless w* = Π_W(0)',
    hypotheses: [hypothesis],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase(rationalNumbers, { horizon: { min: 2, max: 4 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: metaCase(doubles, { horizon: { min: 2, max: 24 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'R^x = R^w': 0.2, 'w* = Π_W(0)': 0.1, 'projection active': 0.1, 'φ: state-affine': 0.05, 'hint: previous': 0.05 },
    committed: [],
  },
  proof: `
    R^x(T) = R^w(T) + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ [regret-decomposition], and Definition 1 makes the last sum, which is ⟨c, w*⟩ − s, ≤ 0. It is 0 where the halfspace holds w* back from Π_W(0) [regret-preservation].
    As printed R^w has ∇h_t(w_t) = ρ_t g_t for g_t.`,
  saboteurs: [],
} satisfies Claim;
