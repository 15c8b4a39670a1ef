import fc from 'fast-check';
import type { Comparator, Halfspace } from '../oracles/comparator.js';
import { smallestByFaces, smallestProduct } from '../oracles/faces.js';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { extent, optimalityConditions, sumOfSizes } from '../oracles/variational.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { checkComparator, runEvidence } from '../src/convergence.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase, type MetaRun } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { equality, inequality, show, type Evidence } from '../src/outcome.js';
import { absolute, type ConvexFunction } from '../src/problem/convex-function.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';

/** min over W of Σα_t⟨φ(x̄_{t−1}, w), G_t⟩ < 0, where Definition 1 has a solution. */
function printed(subject: Subject, data: MetaCase): Outcome {
  const K = rational;
  const { f, config } = prepare(K, subject, data);
  const rounds = subject.convexMetaLearning(K, config);
  if (rounds.every(({ gradient }) => K.equal(squaredNorm(K, gradient), K.zero))) return rejected('all gradients are 0: nothing to correlate with');
  const halfspace = subject.definitionOne(K, rounds, f.minimiser);
  const w = smallestByFaces(K, data.set, halfspace);
  if (w === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const least = smallestProduct(K, data.set, halfspace.c);
  if (least === null) return passed({ trivial: false, labels: [] });
  const offsets = rounds.reduce((sum, { alpha, gradient, offset }) => K.add(sum, K.mul(alpha, K.dot(gradient, offset))), K.zero);
  const correlation = K.add(least, offsets);
  if (K.compare(correlation, K.zero) < 0) return passed({ trivial: false, labels: [] });
  return failed({
    expected: 'Σα_t⟨φ(x̄_{t−1}, w), G_t⟩ < 0 for some w ∈ W',
    lhs: `${K.format(correlation)} (its minimum over W)`,
    rhs: '0',
    evidence: { ...runEvidence(K, { f, config }, rounds, w)(), 'Σα_t⟨x*, G_t⟩': K.format(K.add(halfspace.s, offsets)) },
  });
}

/** Σα_t⟨φ(x̄_{t−1}, w) − x*, G_t⟩ = ⟨c, w⟩ − s at some points w, φ evaluated. */
function isHalfspace<S>(
  K: OrderedSpace<S>,
  { f, config }: MetaRun<S, ConvexFunction<S>>,
  rounds: readonly Round<S>[],
  { c, s }: Halfspace<S>,
  roundings: number,
  evidence: Evidence,
): Failed | null {
  const probes: Vector<S>[] = [rounds[0]!.w, rounds.at(-1)!.w, K.vector(c.length, (i) => K.from(i + 1))];
  for (const w of probes) {
    const lhs = new TallyBuilder(K, roundings);
    // c and s are sums of the same products as the left side.
    const reach = new TallyBuilder(K, roundings);
    for (const { t, alpha, gradient, jacobian, offset, previousAverage } of rounds) {
      const size = (): S =>
        K.mul(alpha, K.dot(absolute(K, gradient), K.plus(K.apply(jacobian.map((row) => absolute(K, row)), absolute(K, w)), K.plus(absolute(K, offset), absolute(K, f.minimiser)))));
      lhs.add(`α_${t}⟨φ(x̄_${t - 1}, w) − x*, G_${t}⟩`, K.mul(alpha, K.dot(gradient, K.minus(config.rule.apply(previousAverage, w), f.minimiser))), size);
      reach.add('', K.zero, size);
    }
    const rhs = new TallyBuilder(K, roundings).add('⟨c, w⟩', K.dot(c, w), () => K.zero).add('−s', K.neg(s), () => K.zero);
    rhs.error += reach.error;
    const failure = equality(K, 'Σα_t⟨φ(x̄_{t−1}, w) − x*, G_t⟩ = ⟨c, w⟩ − s', { lhs, rhs }, () => ({ ...evidence(), w: show(K, w), c: show(K, c), s: K.format(s) }));
    if (failure !== null) return failure;
  }
  return null;
}

/** w* minimises ½‖w‖² + θ⟨c, w⟩ over W; with θ ≥ 0, ⟨c, w*⟩ ≤ s and θ(s − ⟨c, w*⟩) = 0 that makes it the smallest point of both. */
function isSmallest<S>(K: OrderedSpace<S>, data: MetaCase, { c }: Halfspace<S>, { w, theta }: Comparator<S>, roundings: number, evidence: Evidence): Failed | null {
  const pull = K.scale(theta, c);
  const reach = (): S => K.add(K.add(sumOfSizes(K, w), sumOfSizes(K, pull)), extent(K, data.set));
  const zero = new TallyBuilder(K, roundings);
  for (const { name, value, size } of optimalityConditions(K, data.set, w, K.plus(w, pull), reach, K.one)) {
    const failure = inequality(
      K,
      `w*: ${name}, n = w* + θc`,
      { lhs: zero, rhs: new TallyBuilder(K, roundings).add(name, value, size) },
      () => ({ ...evidence(), c: show(K, c), θ: K.format(theta) }),
    );
    if (failure !== null) return failure;
  }
  return null;
}

/** The second method, in exact arithmetic: the smallest point of W ∩ {⟨c, w⟩ ≤ s} by its faces; null where both find none. */
function sameByFaces<S>(K: OrderedSpace<S>, data: MetaCase, halfspace: Halfspace<S>, found: Comparator<S> | null, evidence: Evidence): Failed | null {
  const smallest = smallestByFaces(K, data.set, halfspace);
  const same = smallest === null || found === null ? smallest === null && found === null : Array.from(found.w).every((entry, i) => K.equal(entry, smallest[i]!));
  if (same) return null;
  const say = (w: Vector<S> | null): string => (w === null ? 'none' : show(K, w));
  return failed({
    expected: 'w* is the smallest point of W ∩ {⟨c, w⟩ ≤ s}, by its faces',
    lhs: say(found?.w ?? null),
    rhs: say(smallest),
    evidence: { ...evidence(), W: data.set.kind, c: show(K, halfspace.c), s: K.format(halfspace.s) },
  });
}

/** For φ = w the comparator x* gives equality: if it is in W, w* exists and is no longer than x*. In exact arithmetic. */
function identityRule<S>(K: OrderedSpace<S>, data: MetaCase, { f, config }: MetaRun<S, ConvexFunction<S>>, found: Comparator<S> | null, evidence: Evidence): Failed | null {
  if (data.rule.kind !== 'identity') return null;
  const inside = Array.from(config.set.project(f.minimiser)).every((entry, i) => K.equal(entry, f.minimiser[i]!));
  if (!inside || (found !== null && K.lessOrEqual(squaredNorm(K, found.w), squaredNorm(K, f.minimiser)))) return null;
  return failed({
    expected: '‖w*‖² ≤ ‖x*‖² for φ = w, x* ∈ W',
    lhs: found === null ? 'no w*' : K.format(squaredNorm(K, found.w)),
    rhs: K.format(squaredNorm(K, f.minimiser)),
    evidence: evidence(),
  });
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const roundings = ledgerRoundings(run.size);
  const halfspace = subject.definitionOne(K, rounds, run.f.minimiser);
  const found = subject.smallestComparator(K, run.config.set, halfspace);
  const evidence = runEvidence(K, run, rounds, found?.w ?? null);
  const failure = isHalfspace(K, run, rounds, halfspace, roundings, evidence)
    ?? (K.exact ? sameByFaces(K, data, halfspace, found, evidence) ?? identityRule(K, data, run, found, evidence) : null)
    ?? (found === null ? null : checkComparator(K, run, halfspace, found, rounds, roundings, evidence) ?? isSmallest(K, data, halfspace, found, roundings, evidence));
  if (failure !== null) return failure;
  // Without a w* floating point decides nothing: the halfspace may reach W beyond what it can compute.
  if (found === null && !K.exact) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  return passed({
    trivial: K.equal(squaredNorm(K, halfspace.c), K.zero),
    labels: [...metaLabels(K, data, rounds), found === null ? 'no w*' : K.equal(found.theta, K.zero) ? 'w* = Π_W(0)' : 'θ > 0'],
  });
}

/** Bounded W: on Rᵐ some w correlates negatively unless c = 0. */
const printedCases: fc.Arbitrary<MetaCase> = metaCase({ ...rationalNumbers, dimension: 1 }, {
  horizon: { min: 1, max: 2 },
  functions: 'quadratic',
  rates: 'constant',
  rules: constantJacobianRule,
  hints: () => fc.constant({ kind: 'none' }),
}).filter((data) => data.set.kind === 'box' || data.set.kind === 'orthant');

/** f = (x − 1)²/2 */
const target: MetaCase['function'] = { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] };

export default {
  id: 'regret-preservation',
  source: { section: '4', label: 'Definition 1' },
  order: 5,
  error: 'prose',
  printed: {
    statement: 'For φ to retain regret it must admit a parameterisation that correlates negatively with the gradient: Σα_t⟨φ(x̄_{t−1}, w), G_t⟩ < 0 for some w ∈ W',
    hypotheses: ['φ affine in w', 'φ preserves regret: Σα_t⟨φ(x̄_{t−1}, w), G_t⟩ ≤ Σα_t⟨x*, G_t⟩ for some w ∈ W', 'not all G_t are 0'],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: printedCases,
      share: 1,
      simpler: simplerMetaCases,
      check: (subject, data) => printed(subject, data),
    })],
    coverage: {},
    committed: [
      // φ = 2 − w, W = [0, 1], T = 1: x_1 = 2, G_1 = 1, φ(w)G_1 ≥ 1 on W, and w* = 1 gives 1 ≤ x*G_1.
      committedCase<MetaCase>('rational', {
        function: target,
        rule: { kind: 'affine', matrix: [['-1']], offset: ['2'] },
        set: { kind: 'box', lower: ['0'], upper: ['1'] },
        hint: { kind: 'none' },
        alpha: ['1'],
        beta: ['1', '1'],
        index: 'algorithm-4',
        projection: 'lazy',
        start: ['0'],
      }),
      // φ = w, W = [0, 2], α = (1, 3), β = 2: G = (−1, ½), so that c = s = ½: w* = 0, and c w ≥ 0 on W.
      committedCase<MetaCase>('rational', {
        function: target,
        rule: { kind: 'identity' },
        set: { kind: 'box', lower: ['0'], upper: ['2'] },
        hint: { kind: 'none' },
        alpha: ['1', '3'],
        beta: ['2', '2', '2'],
        index: 'algorithm-4',
        projection: 'lazy',
        start: ['0'],
      }),
    ],
  },
  corrected: {
    statement:
      'φ preserves regret iff W meets the halfspace ⟨c, w⟩ ≤ s, c = Σα_tA_tᵀG_t, s = Σα_t⟨G_t, x* − b_t⟩; then w* is unique. If W is a polyhedron, or ⟨c, w⟩ < s for some w ∈ W, w* = Π_W(−θc) with θ = 0 if Π_W(0) is in the halfspace, else θ > 0 and ⟨c, w*⟩ = s, and s c/‖c‖² on Rᵐ for s < 0; for φ = w it exists whenever x* ∈ W, and ‖w*‖ ≤ ‖x*‖',
    hypotheses: ['φ affine in w', 'W closed and convex'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase(rationalNumbers, { horizon: { min: 1, max: 4 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'float64',
        generator: metaCase(doubles, { horizon: { min: 1, max: 24 } }),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'θ > 0': 0.2, 'w* = Π_W(0)': 0.1, 'no w*': 0.005, 'W: simplex': 0.01, 'W: box': 0.01, 'W: orthant': 0.03, 'φ: identity': 0.05 },
    committed: [],
  },
  proof: `
    φ(x̄_{t−1}, w) = A_t w + b_t, so Eq. (8) is ⟨c, w⟩ ≤ s. W and the halfspace are closed and convex: where they meet, they do so in a set with exactly one point of smallest norm.
    If w* = Π_W(−θc), which minimises ½‖w‖² + θ⟨c, w⟩ on W, with θ ≥ 0, ⟨c, w*⟩ ≤ s and θ(s − ⟨c, w*⟩) = 0, it is that point: for v in both sets ½‖w*‖² + θs ≤ ½‖v‖² + θ⟨c, v⟩ ≤ ½‖v‖² + θs, and for θ = 0 likewise.
    There is such a θ: ⟨c, Π_W(−θc)⟩ is continuous in θ, does not increase, and falls to the infimum of ⟨c, ·⟩ on W. It reaches s where ⟨c, w⟩ < s for some w ∈ W, or W is a polyhedron. (Where a curved W only touches the halfspace no θ need exist, though w* does.) On Rᵐ it is sc/‖c‖² for s < 0, if c ≠ 0.
    For φ = w, s = ⟨c, x*⟩: w = x* gives equality.
    As printed: Eq. (8) only asks for a sum that is not above Σα_t⟨x*, G_t⟩, and that may be positive.`,
  saboteurs: [],
} satisfies Claim;
