import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import type { Round } from '../src/trajectory.js';
import { squaredNorm } from './ledger.js';
import { TallyBuilder, squaredDistanceMagnitude, type Tally } from './tally.js';

/** α_{1:T}(f(x̄_T) − f(x*)), from B_f(x̄_T, x*): ∇f(x*) = 0, so that nothing cancels. */
export function weightedGap<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[], roundings: number): Tally<S> {
  const last = lastRound(rounds);
  const gap = f.divergence(last.average, f.minimiser);
  return new TallyBuilder(K, roundings).add('α_{1:T}(f(x̄_T) − f(x*))', K.mul(last.alphaSum, gap), () => K.mul(last.alphaSum, f.divergenceMagnitude(last.average, f.minimiser)));
}

function smoothnessTerm<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, weight: S, square: S): S {
  // L = 0 only for a constant f, whose gradients are 0.
  return K.equal(f.smoothness, K.zero) ? K.zero : K.div(K.mul(weight, square), K.mul(K.from(2), f.smoothness));
}

/** What smoothness gives in one round: α_t/(2L)‖G_t‖², and after another round α_{1:t−1}/(2L)‖G_{t−1} − G_t‖² too. */
export function smoothnessOf<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, round: Round<S>, previous: Round<S> | undefined): S {
  const own = smoothnessTerm(K, f, round.alpha, squaredNorm(K, round.gradient));
  return previous === undefined ? own : K.add(own, smoothnessTerm(K, f, round.alphaSumBefore, K.squaredDistance(previous.gradient, round.gradient)));
}

/** The two sums that smoothness gives: Σ[−α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²], ∇f(x*) = 0. */
export function addSmoothnessTerms<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[], tally: TallyBuilder<S>): void {
  rounds.forEach((round, i) => addSmoothnessOf(K, f, round, rounds[i - 1], tally));
}

/** The same of one round. */
export function addSmoothnessOf<S>(
  K: OrderedSpace<S>,
  f: ConvexFunction<S>,
  { t, alpha, alphaSumBefore, gradient, average, previousAverage }: Round<S>,
  previous: Round<S> | undefined,
  tally: TallyBuilder<S>,
): void {
  tally.add(
    () => `−α_${t}/(2L)‖G_${t}‖²`,
    K.neg(smoothnessTerm(K, f, alpha, squaredNorm(K, gradient))),
    () => smoothnessTerm(K, f, alpha, squaredNorm(K, f.gradientMagnitude(average))),
  );
  if (previous === undefined) return;
  tally.add(
    () => `−α_{1:${t - 1}}/(2L)‖G_${t - 1} − G_${t}‖²`,
    K.neg(smoothnessTerm(K, f, alphaSumBefore, K.squaredDistance(previous.gradient, gradient))),
    () => smoothnessTerm(K, f, alphaSumBefore, squaredDistanceMagnitude(K, f.gradientMagnitude(average), f.gradientMagnitude(previousAverage))),
  );
}

/** Σ½α_t²η_t‖g_t − g̃_t‖²: what the hints leave of the regret. */
export function addPredictionTerms<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[], tally: TallyBuilder<S>): void {
  const half = K.div(K.one, K.from(2));
  for (const { t, alpha, eta, metaGradient, hint } of rounds) {
    const weight = K.mul(half, K.mul(K.mul(alpha, alpha), eta));
    tally.add(() => `½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, K.mul(weight, K.squaredDistance(metaGradient, hint)), () => K.mul(weight, squaredDistanceMagnitude(K, metaGradient, hint)));
  }
}

/**
 * What an inequality that was derived from the identities I1–I3 may be off by: all three are checked as equalities with these
 * bounds, and the inequality adds them up. `sources` are the two sides of each ledger.
 */
export function derivationError(sources: readonly { readonly lhs: { readonly error: number }; readonly rhs: { readonly error: number } }[]): number {
  return sources.reduce((sum, { lhs, rhs }) => sum + lhs.error + rhs.error, 0);
}

/**
 * The right side of Theorem 2', in the form that holds: ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + Σ[½α_t²η_t‖g_t − g̃_t‖² −
 * α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]. Theorem 1' is the same without hints.
 */
export function theoremTwoBound<S>(
  K: OrderedSpace<S>,
  f: ConvexFunction<S>,
  set: FeasibleSet<S>,
  rounds: readonly Round<S>[],
  comparator: Vector<S>,
  roundings: number,
): TallyBuilder<S> {
  const [first, last] = [rounds[0]!, lastRound(rounds)];
  const half = K.div(K.one, K.from(2));
  const tally = new TallyBuilder(K, roundings);
  const norm = K.mul(half, K.div(squaredNorm(K, comparator), last.eta));
  const start = K.mul(half, K.div(squaredNorm(K, set.project(K.zeros(set.dimension))), first.eta));
  tally.add('‖w*‖²/(2η_T)', norm, () => norm).add('−min_W‖w‖²/(2η_1)', K.neg(start), () => start);
  addPredictionTerms(K, rounds, tally);
  addSmoothnessTerms(K, f, rounds, tally);
  return tally;
}

function lastRound<S>(rounds: readonly Round<S>[]): Round<S> {
  const last = rounds.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  return last;
}
