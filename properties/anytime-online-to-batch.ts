import { derivationError, weightedGap } from '../oracles/convergence.js';
import { linearRegretTally } from '../oracles/online-to-batch.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { substantial } from '../src/convergence.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepare, prepareIdentity, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { batchDegree, batchEvidence, batchRoundings, convexitySigns, single } from '../src/online-to-batch.js';
import { equality, inequality, ratioOf } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

const LEDGER = 'α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨G_t, x_t − x*⟩ − Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)]';

/** The bound with all that it leaves out, as an equality; over any field. */
function identity<S>(K: Space<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const { f } = run;
  return equality(K, LEDGER, subject.onlineToBatchLedger(K, f, rounds, f.minimiser, batchRoundings(run.size)), batchEvidence(K, f, rounds, f.minimiser))
    ?? passed({ trivial: false, labels: metaLabels(K, data, rounds), degree: batchDegree(rounds.length) });
}

function check<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f } = run;
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const roundings = batchRoundings(run.size);
  const told = batchEvidence(K, f, rounds, f.minimiser);
  const ledger = subject.onlineToBatchLedger(K, f, rounds, f.minimiser, roundings);
  const divergences = rounds.flatMap(({ t, average, previousAverage }) => [
    single(K, roundings, `B_f(x*, x̄_${t})`, f.divergence(f.minimiser, average), () => f.divergenceMagnitude(f.minimiser, average)),
    // x̄_0 may be anything and has no weight.
    ...(t === 1 ? [] : [single(K, roundings, `B_f(x̄_${t - 1}, x̄_${t})`, f.divergence(previousAverage, average), () => f.divergenceMagnitude(previousAverage, average))]),
  ]);
  const lhs = weightedGap(K, f, rounds, roundings);
  const rhs = linearRegretTally(K, f, rounds, rounds.map(({ average }) => average), rounds.map(({ gradient }) => gradient), f.minimiser, roundings);
  rhs.error += derivationError([ledger]);
  const failure = equality(K, LEDGER, ledger, told)
    ?? convexitySigns(K, divergences, told)
    ?? inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩', { lhs, rhs }, told);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, rhs);
  return passed({ trivial: !substantial(K, lhs, rhs), labels: metaLabels(K, data, rounds), ...(ratio === undefined ? {} : { ratio }) });
}

const variant: Variant = {
  statement: 'f(x̄_T) − f(x*) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩/α_{1:T}',
  hypotheses: ['f convex and differentiable', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'],
  strength: 'inequality',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: metaCase(rationalNumbers, { rates: 'any' }), simpler: simplerMetaCases, check: (subject, data) => check(rational, subject, data) }),
    arm({
      arithmetic: 'prime-field',
      generator: metaCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }),
      share: 0.02,
      simpler: simplerMetaCases,
      check: (subject, data) => identity(primeField, subject, data),
    }),
    arm({ arithmetic: 'float64', generator: metaCase(doubles, { rates: 'any' }), simpler: simplerMetaCases, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: { 'T ≥ 20': 0.2, 'projection active': 0.1, 'φ: state-affine': 0.03, 'hint: given': 0.05 },
  committed: [],
};

export default {
  id: 'anytime-online-to-batch',
  source: { section: '3', label: 'Section 3, gradients at the average' },
  order: 4,
  printed: variant,
  corrected: variant,
  proof: `
    I1 with u = x*: α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x̄_t), x_t − x*⟩ − Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)]. Both divergences are ≥ 0, for f is convex.`,
  saboteurs: [],
} satisfies Claim;
