import { addSmoothnessOf, derivationError, smoothnessOf, theoremTwoBound, weightedGap } from '../oracles/convergence.js';
import { squaredNorm, type ConstrainedLedger, type Ledger } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, imageMagnitude, once, sumOfSizes } from '../oracles/tally.js';
import type { Comparator, Halfspace } from '../oracles/comparator.js';
import type { BetaIndex } from './algorithm/formulas.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import { rejected, type Failed, type Rejected } from './claim.js';
import { diverged, type MetaCase, type MetaRun } from './generator/meta-case.js';
import { equality, inequality, show, type Evidence } from './outcome.js';
import type { ConvexFunction } from './problem/convex-function.js';
import type { FeasibleSet } from './problem/feasible-set.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';
import type { Json } from './verdict.js';
import type { UpdateRule } from './update-rule/update-rule.js';

/** A run with its comparator, of which all ledgers have been checked: what each theorem on convergence starts from. */
export interface Settled<S> {
  readonly rounds: readonly Round<S>[];
  readonly comparator: Vector<S>;
  readonly halfspace: Halfspace<S>;
  readonly roundings: number;
  /** What rounding may have done to an inequality that follows from the ledgers. */
  readonly error: number;
  readonly evidence: Evidence;
  readonly ledgers: { readonly conversion: Ledger<S>; readonly regret: ConstrainedLedger<S> };
}

/** η_t, the rate that forms w_t, in β, as a reader is told. */
export const RATE_OF: Readonly<Record<BetaIndex, string>> = { 'equation-4': 'β_t (Eq. 4)', 'algorithm-4': 'β_{t−1} (Algorithm 4)' };

/** What a run is told from: f, φ and W. */
export type RunOf<S> = { readonly f: ConvexFunction<S>; readonly config: { readonly rule: UpdateRule<S>; readonly set: FeasibleSet<S> } };

/** The numbers of a run, for a reader with a pencil. */
export function runEvidence<S>(K: OrderedSpace<S>, { f, config }: RunOf<S>, rounds: readonly Round<S>[], comparator: Vector<S> | null): Evidence {
  return () => ({
    φ: config.rule.formula(),
    W: config.set.name,
    f: f.formula(),
    'x*': show(K, f.minimiser),
    ...('smoothness' in f ? { L: K.format(f.smoothness) } : {}),
    'w*': comparator === null ? 'none' : show(K, comparator),
    'x̄_0': show(K, rounds[0]!.previousAverage),
    rounds: roundsEvidence(K, rounds),
  });
}

/** Each round's numbers: the rows of a table. */
export function roundsEvidence<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[]): readonly { readonly [name: string]: Json }[] {
  return rounds.map((r) => ({
    t: r.t,
    α: K.format(r.alpha),
    η: K.format(r.eta),
    w: show(K, r.w),
    x: show(K, r.x),
    'x̄': show(K, r.average),
    G: show(K, r.gradient),
    g: show(K, r.metaGradient),
    'g̃': show(K, r.hint),
  }));
}

/** w* of Definition 1, verified: in W, in the halfspace, and Π_W(−θc) with θ ≥ 0 and complementary, which makes it the smallest. */
export function checkComparator<S>(
  K: OrderedSpace<S>,
  run: MetaRun<S, ConvexFunction<S>>,
  { c, s }: Halfspace<S>,
  found: Comparator<S>,
  rounds: readonly Round<S>[],
  roundings: number,
  evidence: Evidence,
): Failed | null {
  const { w, theta } = found;
  const sum = (name: string, value: S, magnitude: () => S): TallyBuilder<S> => new TallyBuilder(K, roundings).add(name, value, magnitude);
  // c and s are sums over all rounds: they round relative to Σα_t|A_t|ᵀ|G_t| and Σα_t|G_t|(|x*| + |b_t|).
  const reach = once((): S =>
    rounds.reduce(
      (total, r) => K.add(total, K.mul(r.alpha, imageMagnitude(K, run.f.gradientMagnitude(r.average), r.jacobian, w, r.offset, run.f.minimiser))),
      // Where θ was found by bisection, w* is off by the rounding of θc, and of the projection, which is relative to W's own numbers.
      K.add(K.mul(theta, K.dot(c, c)), K.mul(run.config.set.extent ?? K.zero, sumOfSizes(K, c))),
    )
  );
  const excess = (r: Round<S>): S => K.mul(r.alpha, K.dotDifference(r.gradient, K.image(r.jacobian, w, r.offset), run.f.minimiser));
  const own = rounds.reduce((total, r) => K.add(total, excess(r)), K.zero);
  const zero = sum('0', K.zero, () => K.zero);
  const projected = run.config.set.project(K.scale(K.neg(theta), c));
  const slack = K.sub(s, K.dot(c, w));
  return inequality(K, 'Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0 (Definition 1)', { lhs: sum('Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩', own, reach), rhs: zero }, evidence)
    ?? equality(K, 'w* = Π_W(−θc)', { lhs: sum('‖w* − Π_W(−θc)‖²', K.squaredDistance(projected, w), () => squaredNorm(K, w)), rhs: zero }, evidence)
    ?? inequality(K, 'θ ≥ 0', { lhs: zero, rhs: sum('θ', theta, () => K.zero) }, evidence)
    // Complementarity: θ > 0 only on the boundary of the halfspace.
    ?? (K.equal(theta, K.zero) ? null : equality(K, 'θ(s − ⟨c, w*⟩) = 0', { lhs: sum('s − ⟨c, w*⟩', slack, reach), rhs: zero }, evidence));
}

/**
 * Runs what every theorem on convergence rests on: w* exists (or the case is rejected) and is verified; I1, I3 and the regret's
 * ledger hold as equalities; each Bregman term has the bound that smoothness gives it; the comparator's term has its sign.
 */
export function settle<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase, run: MetaRun<S, ConvexFunction<S>>, rounds: readonly Round<S>[]): Settled<S> | Rejected | Failed {
  const { f, config } = run;
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const roundings = ledgerRoundings(run.size);
  const halfspace = subject.definitionOne(K, rounds, f.minimiser);
  const found = subject.smallestComparator(K, config.set, halfspace);
  if (found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const { w } = found;
  const evidence = runEvidence(K, run, rounds, w);
  const conversion = subject.onlineToBatchLedger(K, f, rounds, f.minimiser, roundings);
  const decomposition = subject.decompositionLedger(K, f, rounds, w, roundings);
  const regret = subject.constrainedRegretLedger(K, config.set, rounds, w, roundings);
  const unconstrained = data.set.kind === 'all' ? subject.unconstrainedRegretLedger(K, rounds, w, roundings) : null;
  const failure = checkComparator(K, run, halfspace, found, rounds, roundings, evidence)
    ?? equality(K, 'I1', conversion, evidence)
    ?? equality(K, 'I3', decomposition, evidence)
    ?? equality(K, 'R(w*) = ‖w*‖²/(2η_T) − [F_{T+1}(w*) − F_{T+1}*] − F_1* + ΣD_t', regret.total, evidence)
    ?? (unconstrained === null ? null : equality(K, 'I2', unconstrained, evidence))
    ?? smoothnessSigns(K, f, rounds, roundings, evidence);
  if (failure !== null) return failure;
  const error = derivationError([conversion, decomposition, regret.total, ...(unconstrained === null ? [] : [unconstrained])]);
  return { rounds, comparator: w, halfspace, roundings, error, evidence, ledgers: { conversion, regret } };
}

/** Σ[α_t B_f(x*, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)] is at least what L-smoothness says, round by round. */
function smoothnessSigns<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[], roundings: number, evidence: Evidence): Failed | null {
  for (const [i, round] of rounds.entries()) {
    const { t, alpha, alphaSumBefore, average, previousAverage } = round;
    const [toMinimiser, back] = [K.mul(alpha, f.divergence(f.minimiser, average)), t > 1 ? K.mul(alphaSumBefore, f.divergence(previousAverage, average)) : K.zero];
    // What holds as it was computed needs no bound on its rounding.
    if (K.lessOrEqual(smoothnessOf(K, f, round, rounds[i - 1]), K.add(toMinimiser, back))) continue;
    const [terms, rhs] = [new TallyBuilder(K, roundings), new TallyBuilder(K, roundings)];
    addSmoothnessOf(K, f, round, rounds[i - 1], terms);
    const lhs = { terms: terms.terms.map(({ name, value }) => ({ name: name.slice(1), value: K.neg(value) })), value: K.neg(terms.value), error: terms.error };
    rhs.add(`α_${t} B_f(x*, x̄_${t})`, toMinimiser, () => K.mul(alpha, f.divergenceMagnitude(f.minimiser, average)));
    if (t > 1) rhs.add(`α_{1:${t - 1}} B_f(x̄_${t - 1}, x̄_${t})`, back, () => K.mul(alphaSumBefore, f.divergenceMagnitude(previousAverage, average)));
    const failure = inequality(K, `α_${t}/(2L)‖G_${t}‖² + α_{1:${t - 1}}/(2L)‖G_${t - 1} − G_${t}‖² ≤ Bregman terms of round ${t}`, { lhs, rhs }, evidence);
    if (failure !== null) return failure;
  }
  return null;
}

/** The bound of Theorem 2' with both sides' tallies, the ledgers' errors added to the right side. */
export function theoremTwo<S>(K: OrderedSpace<S>, run: MetaRun<S, ConvexFunction<S>>, settled: Settled<S>): { lhs: ReturnType<typeof weightedGap<S>>; rhs: TallyBuilder<S> } {
  const { rounds, comparator, roundings, error } = settled;
  const rhs = theoremTwoBound(K, run.f, run.config.set, rounds, comparator, roundings);
  rhs.error += error;
  return { lhs: weightedGap(K, run.f, rounds, roundings), rhs };
}
