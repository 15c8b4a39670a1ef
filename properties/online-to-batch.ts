import fc from 'fast-check';
import { derivationError } from '../oracles/convergence.js';
import { excessTally, linearRegretTally } from '../oracles/online-to-batch.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational, ratio, type Rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { substantial } from '../src/convergence.js';
import { diverged, metaLabels, positiveSequence, prepare } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { averages, comparatorOf, comparedCase, simplerComparedCases, simplerSequences, type ComparedCase } from '../src/generator/sequence-case.js';
import { batchEvidence, batchRoundings, negative, total } from '../src/online-to-batch.js';
import { equality, inequality, ratioOf, show } from '../src/outcome.js';
import type { Num } from '../src/problem/shape.js';
import { LEFT_SIDE, LESS_CURVED, slackOf } from '../src/slack.js';
import type { Subject } from '../src/subject.js';

/**
 * f(s, y) = y²/(2s) + εs on X = {1 ≤ s ≤ 4/3, y² ≤ s²(s − 1)}, which is convex (s√(s − 1) is concave up to 4/3). ∇²f = (1/s)(−m, 1)(−m, 1)ᵀ,
 * m = y/s, has norm (m² + 1)/s ≤ 1 exactly on X, so that ∇f is 1-Lipschitz there, while f has no extension to R² for which it is.
 * x* = (1, 0), unique for ε > 0, with ∇f(x*) = (ε, 0).
 */
interface WedgeCase {
  readonly epsilon: Num;
  readonly alpha: readonly Num[];
  /** x_t = (s, y) */
  readonly points: readonly (readonly Num[])[];
}

/** Points (s, ms) with m ≠ 0 and s between m² + 1 and 4/3. */
const wedgePoint: fc.Arbitrary<Num[]> = fc.record({
  m: fc.constantFrom<[number, number]>([1, 2], [1, 3], [2, 5], [1, 4], [-1, 2], [-1, 3], [3, 7]),
  along: fc.integer({ min: 0, max: 3 }),
}).map(({ m: [p, q], along }) => {
  const m = ratio(p, q);
  const lowest = m.mul(m).add(ratio(1));
  const s = lowest.add(ratio(4, 3).sub(lowest).mul(ratio(along, 4)));
  return [s.toFraction(), s.mul(m).toFraction()];
});

const wedgeCase: fc.Arbitrary<WedgeCase> = fc.integer({ min: 1, max: 2 }).chain((T) =>
  fc.record({
    epsilon: rationalNumbers.positive,
    alpha: fc.array(rationalNumbers.weight, { minLength: T, maxLength: T }),
    points: fc.array(wedgePoint, { minLength: T, maxLength: T }),
  })
);

/** One round; then the point of X with the smallest numbers, and the simplest ε and α. */
function simplerWedges(data: WedgeCase): WedgeCase[] {
  return [{ epsilon: '1', alpha: ['1'], points: [['5/4', '5/8']] }, ...simplerSequences(data)];
}

function insideWedge(s: Rational, y: Rational): boolean {
  const one = ratio(1);
  return one.compare(s) <= 0 && s.compare(ratio(4, 3)) <= 0 && y.mul(y).compare(s.mul(s).mul(s.sub(one))) <= 0;
}

/** Eq. (6) as printed, L-smoothness on X alone. With T = 1 its free index t can only be 1; with T = 2 it is read as T. */
function printed(data: WedgeCase): Outcome {
  const K = rational;
  positiveSequence('α', data.alpha, data.points.length);
  positiveSequence('ε', [data.epsilon], 1);
  const [epsilon, half] = [K.from(data.epsilon), ratio(1, 2)];
  const points = data.points.map(([s, y]) => [K.from(s!), K.from(y!)] as const);
  if (!points.every(([s, y]) => insideWedge(s, y))) return rejected('a point is not in X');
  const alpha = data.alpha.map((a) => K.from(a));
  const means = averages(K, alpha, points);
  const f = (x: Vector<Rational>): Rational => x[1]!.mul(x[1]!).div(x[0]!).mul(half).add(epsilon.mul(x[0]!));
  const gradient = (x: Vector<Rational>): Vector<Rational> => {
    const m = x[1]!.div(x[0]!);
    return [epsilon.sub(half.mul(m).mul(m)), m];
  };
  const star = [K.one, K.zero];
  const gradients = means.map(gradient);
  const [last, T] = [means.at(-1)!, points.length];
  const alphaSum = alpha.reduce((sum, a) => sum.add(a));
  const square = (v: Vector<Rational>): Rational => half.mul(K.dot(v, v));
  const rhs = new TallyBuilder(K, 0);
  points.forEach((x, i) => rhs.add(`α_${i + 1}⟨G_${i + 1}, x_${i + 1} − x*⟩`, alpha[i]!.mul(K.dot(gradients[i]!, K.minus(x, star))), () => K.zero));
  rhs.add(`−α_${T}/2‖G_${T} − ∇f(x*)‖²`, alpha[T - 1]!.mul(square(K.minus(gradients[T - 1]!, gradient(star)))).neg(), () => K.zero);
  if (T > 1) rhs.add(`−α_{1:${T - 1}}/2‖G_${T - 1} − G_${T}‖²`, alphaSum.sub(alpha[T - 1]!).mul(square(K.minus(gradients[T - 2]!, gradients[T - 1]!))).neg(), () => K.zero);
  const lhs = new TallyBuilder(K, 0).add('α_{1:T}(f(x̄_T) − f(x*))', alphaSum.mul(f(last).sub(f(star))), () => K.zero);
  return inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ R^x(T) − α_T/(2L)‖G_T − ∇f(x*)‖² − α_{1:T−1}/(2L)‖G_{T−1} − G_T‖²', { lhs, rhs }, () => ({
    f: `y²/(2s) + ${K.equal(epsilon, K.one) ? '' : K.format(epsilon)}s`,
    X: '{(s, y): 1 ≤ s ≤ 4/3, y² ≤ s²(s − 1)}',
    L: '1',
    'x*': '(1, 0)',
    '∇f(x*)': show(K, gradient(star)),
    α: alpha.map(K.format),
    x: points.map((x) => show(K, x)),
    'x̄': means.map((x) => show(K, x)),
    '∇f(s, y)': `(${K.format(epsilon)} − (y/s)²/2, y/s)`,
    G: gradients.map((g) => show(K, g)),
    'f(x̄_T) − f(x*)': K.format(f(last).sub(f(star))),
  })) ?? passed({ trivial: false, labels: [] });
}

/** I1 as an equality, each Bregman term at least what smoothness says, then the bound. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: ComparedCase): Outcome {
  const run = prepare(K, subject, data.run);
  const { f } = run;
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const roundings = batchRoundings(run.size);
  const u = comparatorOf(K, data, f.minimiser);
  const told = batchEvidence(K, f, rounds, u);
  const ledger = subject.onlineToBatchLedger(K, f, rounds, u, roundings);
  const bounds = subject.smoothnessBounds(K, f, rounds, u, roundings);
  const lhs = excessTally(K, f, rounds, u, roundings);
  const regret = linearRegretTally(K, f, rounds, rounds.map(({ average }) => average), rounds.map(({ gradient }) => gradient), u, roundings);
  const rhs = total(K, [regret, ...bounds.map(({ lower }) => negative(K, lower))], derivationError([ledger]) + bounds.reduce((sum, { upper }) => sum + upper.error, 0));
  const failure = equality(K, 'α_{1:T}(f(x̄_T) − f(u)) = Σα_t⟨G_t, x_t − u⟩ − Σ[α_t B_f(u, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)]', ledger, told)
    ?? bounds.map(({ name, lower, upper }) => inequality(K, `${name} ≤ its Bregman term`, { lhs: lower, rhs: upper }, told)).find((found) => found !== null)
    ?? inequality(K, 'α_{1:T}(f(x̄_T) − f(u)) ≤ Σ[α_t⟨G_t, x_t − u⟩ − α_t/(2L)‖G_t − ∇f(u)‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]', { lhs, rhs }, told);
  if (failure !== null) return failure;
  const atMinimiser = data.comparator === null;
  // f(x̄_T) < f(u) is as much evidence as a gap; x̄_T = u is none.
  const moved = Array.from(K.minus(rounds.at(-1)!.average, u)).some((entry) => !K.equal(entry, K.zero));
  const tight = ratioOf(K, lhs, rhs);
  return passed({
    trivial: atMinimiser ? !substantial(K, lhs, rhs) : !moved || K.equal(f.smoothness, K.zero),
    labels: [...metaLabels(K, data.run, rounds), ...(atMinimiser ? ['u = x*'] : []), ...(Array.from(f.gradient(u)).some((entry) => !K.equal(entry, K.zero)) ? ['∇f(u) ≠ 0'] : [])],
    ...(tight === undefined || !atMinimiser ? {} : {
      ratio: tight,
      slack: slackOf(K, rhs, () => [[LEFT_SIDE, lhs.value], [LESS_CURVED, bounds.reduce((sum, { lower, upper }) => K.add(sum, K.sub(upper.value, lower.value)), K.zero)]]),
    }),
  });
}

export default {
  id: 'online-to-batch',
  source: { section: '3', label: 'Eq. (6)' },
  order: 6,
  printed: {
    statement:
      'f(x̄_T) − f(x*) ≤ (1/α_{1:T})(R^x(T) − α_t/(2L)‖∇f(x̄_t) − ∇f(x*)‖² − α_{1:t−1}/(2L)‖∇f(x̄_{t−1}) − ∇f(x̄_t)‖²), with the free index t read as T (T = 1 leaves no other)',
    hypotheses: [
      'f convex on a closed convex X, x* its unique minimiser there',
      '‖∇f(x) − ∇f(y)‖ ≤ L‖x − y‖ for x, y ∈ X',
      'α_t > 0',
      'x_1, …, x_T ∈ X any sequence, x̄_t its average (Eq. 2)',
    ],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: wedgeCase, simpler: simplerWedges, check: (_, data) => printed(data) })],
    coverage: {},
    // f = y²/(2s) + s at x = (5/4, 5/8), T = 1: 52/128 > 51/128.
    committed: [{ arithmetic: 'rational', case: { epsilon: '1', alpha: ['1'], points: [['5/4', '5/8']] } }],
  },
  corrected: {
    statement:
      'f(x̄_T) − f(u) ≤ (1/α_{1:T}) Σ_{t=1}^T [α_t⟨∇f(x̄_t), x_t − u⟩ − α_t/(2L)‖∇f(x̄_t) − ∇f(u)‖² − α_{1:t−1}/(2L)‖∇f(x̄_{t−1}) − ∇f(x̄_t)‖²] for every u, x* among them, whether ∇f(x*) = 0 or not',
    hypotheses: ['f convex and L-smooth on all of Rⁿ', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: comparedCase(rationalNumbers, { rates: 'any', horizon: { min: 1, max: 4 } }),
        simpler: simplerComparedCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: comparedCase(doubles, { rates: 'any', horizon: { min: 1, max: 30 } }),
        simpler: simplerComparedCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'u = x*': 0.2, '∇f(u) ≠ 0': 0.2, 'T ≥ 20': 0.1, 'projection active': 0.1, 'φ: state-affine': 0.03 },
    committed: [],
  },
  proof: `
    I1 says α_{1:T}(f(x̄_T) − f(u)) = Σα_t⟨G_t, x_t − u⟩ − Σ[α_t B_f(u, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)].
    For f convex and L-smooth on all of Rⁿ, B_f(y, x) ≥ ‖∇f(y) − ∇f(x)‖²/(2L): with d = ∇f(y) − ∇f(x), 0 ≤ B_f(y − d/L, x) ≤ B_f(y, x) − ‖d‖²/(2L).
    y − d/L may lie outside of X. With L-smoothness on X alone the second step fails, and so does Eq. (6): the counterexample’s f has no convex extension that is 1-smooth on R².`,
  saboteurs: [],
} satisfies Claim;
