import { derivationError } from '../oracles/convergence.js';
import type { Ledger } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space, Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, positiveSequence, prepare, prepareIdentity, simplerMetaCases, type MetaCase, type MetaRun } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { averages, sequenceCase, simplerSequences, type SequenceCase } from '../src/generator/sequence-case.js';
import { batchDegree, batchEvidence, batchRoundings } from '../src/online-to-batch.js';
import { equality, inequality, show } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { DifferentiableFunction } from '../src/problem/convex-function.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';

/** "Tighter", for the same sequence: the bound with gradients at the averages is at most the one with gradients at the iterates. */
function printed<S>(K: OrderedSpace<S>, subject: Subject, data: SequenceCase): Outcome {
  positiveSequence('α', data.alpha, data.points.length);
  const f = subject.convexFunction(K, data.function);
  const alpha = data.alpha.map((a) => K.from(a));
  const points = data.points.map((x) => parseVector(K, x));
  const means = averages(K, alpha, points);
  const bound = (queries: readonly Vector<S>[]): TallyBuilder<S> =>
    points.reduce(
      (tally, x, i) => tally.add(`α_${i + 1}⟨∇f, x_${i + 1} − x*⟩`, K.mul(alpha[i]!, K.dot(f.gradient(queries[i]!), K.minus(x, f.minimiser))), () => K.zero),
      new TallyBuilder(K, 0),
    );
  return inequality(K, 'Σα_t⟨∇f(x̄_t), x_t − x*⟩ ≤ Σα_t⟨∇f(x_t), x_t − x*⟩', { lhs: bound(means), rhs: bound(points) }, () => ({
    f: f.formula(),
    'x*': show(K, f.minimiser),
    α: alpha.map(K.format),
    x: points.map((x) => show(K, x)),
    'x̄': means.map((x) => show(K, x)),
    '∇f(x)': points.map((x) => show(K, f.gradient(x))),
    '∇f(x̄)': means.map((x) => show(K, f.gradient(x))),
  })) ?? passed({ trivial: false, labels: [] });
}

interface Ledgers<S> {
  readonly rounds: readonly Round<S>[];
  /** A trajectory that float64 cannot follow: no evidence. */
  readonly lost: boolean;
  readonly difference: Ledger<S>;
  readonly failure: Failed | null;
}

/** The slack of each bound, and their difference, as equalities; over any field. */
function ledgers<S, F extends DifferentiableFunction<S>>(K: Space<S>, subject: Subject, { f, config, hint, size }: MetaRun<S, F>): Ledgers<S> {
  const rounds = subject.optimisticMetaLearning(K, config, hint);
  const roundings = batchRoundings(size);
  const u = f.minimiser;
  const naive = rounds.map(({ x }) => f.gradient(x));
  const told = batchEvidence(K, f, rounds, u);
  const difference = subject.boundDifferenceLedger(K, f, rounds, naive, u, roundings);
  const lost = diverged(K, rounds);
  const failure = lost ?
    null :
    equality(
      K,
      'anytime: α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x̄_t), x_t − x*⟩ − Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)]',
      subject.onlineToBatchLedger(K, f, rounds, u, roundings),
      told,
    )
      ?? equality(K, 'naive: α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)]', subject.jensenLedger(K, f, rounds, naive, u, roundings), told)
      ?? equality(K, 'naive − anytime = Σα_t[B_f(x_t, x̄_t) + B_f(x*, x_t) − B_f(x*, x̄_t)]', difference, told);
  return { rounds, lost, difference, failure };
}

function identity<S>(K: Space<S>, subject: Subject, data: MetaCase): Outcome {
  const { rounds, failure } = ledgers(K, subject, prepareIdentity(K, subject, data));
  return failure ?? passed({ trivial: false, labels: metaLabels(K, data, rounds), degree: batchDegree(rounds.length) });
}

/** The equalities; then, where each average is as near to x* as its iterate, that the anytime bound is the smaller one. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f } = run;
  const { rounds, lost, difference, failure } = ledgers(K, subject, run);
  if (lost) return rejected('the trajectory diverges');
  if (failure !== null) return failure;
  const u = f.minimiser;
  const nearer = rounds.every(({ x, average }) => K.lessOrEqual(f.divergence(u, average), f.divergence(u, x)));
  const zero = { terms: [], value: K.zero, error: derivationError([difference]) };
  const wrong = nearer ? inequality(K, '0 ≤ Σα_t⟨∇f(x_t) − ∇f(x̄_t), x_t − x*⟩', { lhs: zero, rhs: difference.lhs }, batchEvidence(K, f, rounds, u)) : null;
  if (wrong !== null) return wrong;
  const [size, noise] = [K.toNumber(difference.lhs.value), 10 * zero.error];
  return passed({
    // Where all iterates are equal, so are the averages, and the two bounds.
    trivial: !(Math.abs(size) > noise),
    labels: [
      ...metaLabels(K, data, rounds),
      ...(size > noise ? ['anytime is tighter'] : []),
      ...(size < -noise ? ['naive is tighter'] : []),
      ...(nearer ? ['every average as near as its iterate'] : []),
    ],
  });
}

export default {
  id: 'anytime-is-tighter',
  source: { section: '3', label: 'Section 3, “tighter bounds”' },
  order: 5,
  printed: {
    statement: 'Σα_t⟨∇f(x̄_t), x_t − x*⟩ ≤ Σα_t⟨∇f(x_t), x_t − x*⟩: querying the gradient at the average gives the tighter bound',
    hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'],
    strength: 'inequality',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: sequenceCase({ ...rationalNumbers, horizon: 3, dimension: 1 }),
        simpler: simplerSequences,
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    // Iterates that approach x*: f = x²/2, x = (2, 1): 2·2 + 1·1 = 5 < 2·2 + 3/2·1.
    committed: [{
      arithmetic: 'rational',
      case: { function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] }, alpha: ['1', '1'], points: [['2'], ['1']] },
    }],
  },
  corrected: {
    statement:
      'Neither bound is the tighter one for all sequences: Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t⟨∇f(x̄_t), x_t − x*⟩ = Σα_t[B_f(x_t, x̄_t) + B_f(x*, x_t) − B_f(x*, x̄_t)], which is ≥ 0 where B_f(x*, x̄_t) ≤ B_f(x*, x_t) for all t; '
      + 'what they leave out is Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)] (naive) and Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)] (anytime)',
    hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase(rationalNumbers, { rates: 'any', horizon: { min: 2, max: 4 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'prime-field',
        generator: metaCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }),
        share: 0.02,
        simpler: simplerMetaCases,
        check: (subject, data) => identity(primeField, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: metaCase(doubles, { rates: 'any', horizon: { min: 2, max: 25 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'anytime is tighter': 0.2, 'naive is tighter': 0.1, 'every average as near as its iterate': 0.03, 'T ≥ 20': 0.1, 'projection active': 0.1 },
    committed: [],
  },
  proof: `
    By the definition of B_f, ⟨∇f(x_t), x_t − x*⟩ = f(x_t) − f(x*) + B_f(x*, x_t).
    And ⟨∇f(x̄_t), x_t − x*⟩ = ⟨∇f(x̄_t), x_t − x̄_t⟩ + ⟨∇f(x̄_t), x̄_t − x*⟩ = [f(x_t) − f(x̄_t) − B_f(x_t, x̄_t)] + [f(x̄_t) − f(x*) + B_f(x*, x̄_t)].
    The difference, weighed and summed, is the statement; what each bound leaves out is in [naive-online-to-batch] and [anytime-online-to-batch].`,
  saboteurs: [],
} satisfies Claim;
