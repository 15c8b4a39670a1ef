import fc from 'fast-check';
import { derivationError, weightedGap } from '../oracles/convergence.js';
import { squaredNorm } from '../oracles/ledger.js';
import { linearRegretTally } from '../oracles/online-to-batch.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { substantial } from '../src/convergence.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepare, prepareIdentity, simplerMetaCases, type MetaCase, type MetaRun } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues, type NumberSource } from '../src/generator/number.js';
import { batchDegree, batchEvidence, batchRoundings, convexitySigns, single } from '../src/online-to-batch.js';
import { equality, inequality, ratioOf } from '../src/outcome.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { SetSpec } from '../src/problem/feasible-set.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';

/** A run that queries ∇f at its iterates. With `rate` it is FTRL on f itself: φ = w, α_t = 1, and β_t = 1/L in place of the data's. */
interface NaiveCase {
  readonly run: MetaCase;
  readonly rate: boolean;
}

function cases(numbers: NumberSource): fc.Arbitrary<NaiveCase> {
  const any = metaCase(numbers, { rates: 'any' });
  const learning = metaCase(numbers, {
    rules: () => fc.constant({ kind: 'identity' as const }),
    hints: () => fc.constant({ kind: 'none' as const }),
    rates: 'constant',
    alpha: (_, T) => fc.constant(Array<number>(T).fill(1)),
  });
  // Half of the runs for the rate are on all of Rⁿ, and the others on a set with x* as its corner, so that x* ∈ W.
  const placed = fc.tuple(learning, fc.boolean()).map(([run, whole]): MetaCase => ({ ...run, set: whole ? { kind: 'all', dimension: run.start.length } : cornered(run) }));
  return fc.oneof({ weight: 3, arbitrary: any.map((run) => ({ run, rate: false })) }, { weight: 2, arbitrary: placed.map((run) => ({ run, rate: true })) });
}

function cornered({ function: { minimiser } }: MetaCase): SetSpec {
  return { kind: 'orthant', corner: minimiser };
}

function simpler({ run, rate }: NaiveCase): NaiveCase[] {
  return simplerMetaCases(run).map((shorter) => ({ run: shorter, rate }));
}

/** Jensen's inequality with all that it leaves out, as an equality; over any field. */
function identity<S>(K: Space<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, { ...run.config, query: 'iterate' }, run.hint);
  const { f } = run;
  const ledger = subject.jensenLedger(K, f, rounds, rounds.map(({ gradient }) => gradient), f.minimiser, batchRoundings(run.size));
  return equality(K, JENSEN, ledger, batchEvidence(K, f, rounds, f.minimiser)) ??
    passed({ trivial: false, labels: metaLabels(K, data, rounds), degree: batchDegree(rounds.length) });
}

const JENSEN = 'α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)]';

function check<S>(K: OrderedSpace<S>, subject: Subject, data: NaiveCase): Outcome {
  const run = prepare(K, subject, data.run);
  const { f } = run;
  if (data.rate && K.equal(f.smoothness, K.zero)) return rejected('f is constant: there is no 1/L');
  const config = data.rate ? { ...run.config, beta: subject.constantRate(K.div(K.one, f.smoothness), run.size.horizon) } : run.config;
  const rounds = subject.optimisticMetaLearning(K, { ...config, query: 'iterate' }, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const roundings = batchRoundings(run.size);
  const told = batchEvidence(K, f, rounds, f.minimiser);
  const [queries, gradients] = [rounds.map(({ x }) => x), rounds.map(({ gradient }) => gradient)];
  const ledger = subject.jensenLedger(K, f, rounds, gradients, f.minimiser, roundings);
  const last = rounds.at(-1)!;
  const divergences = rounds.flatMap(({ t, x }) => [
    single(K, roundings, `B_f(x*, x_${t})`, f.divergence(f.minimiser, x), () => f.divergenceMagnitude(f.minimiser, x)),
    single(K, roundings, `B_f(x_${t}, x̄_T)`, f.divergence(x, last.average), () => f.divergenceMagnitude(x, last.average)),
  ]);
  const lhs = weightedGap(K, f, rounds, roundings);
  const rhs = linearRegretTally(K, f, rounds, queries, gradients, f.minimiser, roundings);
  rhs.error += derivationError([ledger]);
  const failure = equality(K, JENSEN, ledger, told)
    ?? convexitySigns(K, divergences, told)
    ?? inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ Σα_t⟨∇f(x_t), x_t − x*⟩', { lhs, rhs }, told);
  const outcome = failure ?? (data.rate ? rateOutcome(K, subject, { ...run, config }, rounds, roundings) : null);
  if (outcome !== null) return outcome;
  const ratio = ratioOf(K, lhs, rhs);
  return passed({
    trivial: !substantial(K, lhs, rhs),
    labels: [...metaLabels(K, data.run, rounds), ...(data.rate ? ['rate'] : [])],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

/**
 * FTRL on f with β = 1/L and x* ∈ W: R ≤ ‖x*‖²/(2β) + ½βΣ‖∇f(x_t)‖², by its ledger, and ‖∇f(x_t)‖² ≤ L⟨∇f(x_t), x_t − x*⟩ (smoothness
 * both ways between x_t and x*, where ∇f vanishes), so that R ≤ ½L‖x*‖² + ½R: both R and T(f(x̄_T) − f(x*)) are at most L‖x*‖².
 */
function rateOutcome<S>(K: OrderedSpace<S>, subject: Subject, { f, config }: MetaRun<S, ConvexFunction<S>>, rounds: readonly Round<S>[], roundings: number): Outcome | null {
  const target = f.minimiser;
  const inside = config.set.project(target);
  if (Array.from(inside).some((entry, i) => !K.equal(entry, target[i]!))) return rejected('x* is not in W');
  const told = batchEvidence(K, f, rounds, target);
  const regret = subject.constrainedRegretLedger(K, config.set, rounds, target, roundings);
  const gradients = rounds.map(({ gradient }) => gradient);
  const R = linearRegretTally(K, f, rounds, rounds.map(({ x }) => x), gradients, target, roundings);
  const bound = K.mul(f.smoothness, squaredNorm(K, target));
  const limit = single(K, roundings, 'L‖x*‖²', bound, () => bound);
  // R ≤ ½L‖x*‖² + ½R + error: twice the error of what it is derived from.
  const rhs = { ...limit, error: limit.error + 2 * (derivationError([regret.total]) + R.error) };
  return equality(K, 'R(x*) = ‖x*‖²/(2β) − [F_{T+1}(x*) − F_{T+1}*] − F_1* + ΣD_t', regret.total, told)
    ?? regret.rounds.map(({ t, loss, allowance }) => inequality(K, `D_${t} ≤ ½β‖∇f(x_${t})‖²`, { lhs: loss, rhs: allowance }, told)).find((found) => found !== null)
    ?? rounds.map(({ t, x, gradient }, i) => {
      const square = squaredNorm(K, gradient);
      const product = K.mul(f.smoothness, R.terms[i]!.value);
      const size = f.gradientMagnitude(x);
      const lower = single(K, roundings, '‖∇f(x_t)‖²', square, () => squaredNorm(K, size));
      const upper = single(
        K,
        roundings,
        'L⟨∇f(x_t), x_t − x*⟩',
        product,
        () => K.mul(f.smoothness, K.dot(size, K.vector(x.length, (j) => K.add(K.abs(x[j]!), K.abs(target[j]!))))),
      );
      return inequality(K, `‖∇f(x_${t})‖² ≤ L⟨∇f(x_${t}), x_${t} − x*⟩`, { lhs: lower, rhs: upper }, told);
    }).find((found) => found !== null)
    ?? inequality(K, 'Σ⟨∇f(x_t), x_t − x*⟩ ≤ L‖x*‖²', { lhs: R, rhs }, told)
    ?? inequality(K, 'T(f(x̄_T) − f(x*)) ≤ L‖x*‖²', { lhs: weightedGap(K, f, rounds, roundings), rhs }, told);
}

const variant: Variant = {
  statement:
    'f(x̄_T) − f(x*) ≤ Σα_t⟨∇f(x_t), x_t − x*⟩/α_{1:T}; and where x_t is FTRL’s play on f with α_t = 1 and β_t = 1/L (it queries ∇f(x_t)), this is at most L‖x*‖²/T, so O(1/T)',
  hypotheses: ['f convex and differentiable', 'α_t > 0', 'for the rate: f L-smooth on all of Rⁿ, ∇f(x*) = 0, x* ∈ W'],
  strength: 'inequality',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: cases(rationalNumbers), simpler, check: (subject, data) => check(rational, subject, data) }),
    arm({
      arithmetic: 'prime-field',
      generator: metaCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }),
      share: 0.02,
      simpler: simplerMetaCases,
      check: (subject, data) => identity(primeField, subject, data),
    }),
    arm({ arithmetic: 'float64', generator: cases(doubles), simpler, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: { rate: 0.2, 'T ≥ 20': 0.2, 'projection active': 0.1, 'φ: state-affine': 0.03 },
  committed: [],
};

export default {
  id: 'naive-online-to-batch',
  source: { section: '3', label: 'Section 3, online-to-batch conversion' },
  order: 3,
  printed: variant,
  corrected: variant,
  proof: `
    α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)]: in ΣαB_f(x_t, x̄_T) the inner products with ∇f(x̄_T) cancel, since Σα_t(x_t − x̄_T) = 0; the rest is the definition of B_f. Both divergences are ≥ 0.
    Rate: with β = 1/L and u = x* ∈ W, R ≤ ½L‖x*‖² + (1/(2L))Σ‖∇f(x_t)‖² [regret-bound]. As ∇f(x*) = 0, smoothness between x_t and x*, taken both ways, gives ‖∇f(x_t)‖² ≤ L⟨∇f(x_t), x_t − x*⟩. So R ≤ ½L‖x*‖² + ½R, and T(f(x̄_T) − f(x*)) ≤ R ≤ L‖x*‖².`,
  saboteurs: [],
} satisfies Claim;
