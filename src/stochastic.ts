import { addPredictionTerms, addSmoothnessTerms, derivationError, weightedGap } from '../oracles/convergence.js';
import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, dotMagnitude } from '../oracles/tally.js';
import type { Halfspace } from '../oracles/comparator.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import { rejected, type Failed, type Rejected } from './claim.js';
import { diverged, prepare, type MetaRun } from './generator/meta-case.js';
import type { StochasticCase } from './generator/stochastic-case.js';
import { equality, inequality, show, type Evidence } from './outcome.js';
import { numbers as parseVector } from './problem/body.js';
import type { ConvexFunction } from './problem/convex-function.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';

/** One of the 2^T ways in which the noise may fall out. */
export interface Path<S> {
  /** ξ_1 … ξ_T */
  readonly signs: readonly number[];
  /** With gradient = ĝ_t and metaGradient = A_tᵀĝ_t: what the learner saw. */
  readonly seen: readonly Round<S>[];
  /** The same with gradient = G_t = ∇f(x̄_t). */
  readonly actual: readonly Round<S>[];
}

/** Runs Algorithm 4 on one path. */
function walk<S>(K: OrderedSpace<S>, subject: Subject, { f, config, hint }: MetaRun<S, ConvexFunction<S>>, noise: readonly Vector<S>[], signs: readonly number[]): Path<S> {
  let t = 0;
  const gradient = (x: Vector<S>): Vector<S> => {
    const i = t++;
    return K.axpy(K.from(signs[i]!), noise[i]!, f.gradient(x));
  };
  const seen = subject.optimisticMetaLearning(K, { ...config, gradient }, hint);
  return { signs, seen, actual: seen.map((round) => ({ ...round, gradient: f.gradient(round.average) })) };
}

/** Both sides of the bound on one path, for a comparator w: α_{1:T}(f(x̄_T) − f(x*)), and the right side without its expectation. */
export interface Sides<S> {
  readonly lhs: TallyBuilder<S>;
  readonly rhs: TallyBuilder<S>;
}

/**
 * ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + Σ[½α_t²η_t‖A_tᵀĝ_t − g̃_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]: what the learner
 * saw in the regret, the true gradients in what smoothness gives.
 */
export function sidesOf<S>(K: OrderedSpace<S>, { f, config, size }: MetaRun<S, ConvexFunction<S>>, { seen, actual }: Path<S>, w: Vector<S>): Sides<S> {
  const roundings = ledgerRoundings(size);
  const half = K.div(K.one, K.from(2));
  const rhs = new TallyBuilder(K, roundings);
  const norm = K.mul(half, K.div(squaredNorm(K, w), seen.at(-1)!.eta));
  const least = K.mul(half, K.div(squaredNorm(K, config.set.project(K.zeros(config.set.dimension))), seen[0]!.eta));
  rhs.add('‖w*‖²/(2η_T)', norm, () => norm).add('−min_W‖w‖²/(2η_1)', K.neg(least), () => least);
  addPredictionTerms(K, seen, rhs);
  addSmoothnessTerms(K, f, actual, rhs);
  const gap = weightedGap(K, f, actual, roundings);
  const lhs = new TallyBuilder(K, roundings).add('α_{1:T}(f(x̄_T) − f(x*))', gap.value, () => K.zero);
  lhs.error += gap.error;
  return { lhs, rhs };
}

/** E of one side over all paths: a tally with a term a path. `error`: what the derivation of the inequality adds. */
export function mean<S>(K: OrderedSpace<S>, all: readonly Path<S>[], sides: readonly TallyBuilder<S>[], error: number): TallyBuilder<S> {
  const share = K.div(K.one, K.from(all.length));
  const tally = new TallyBuilder(K, all.length + 4);
  sides.forEach((side, i) => {
    tally.add(`path ${pathName(all[i]!)}`, K.mul(share, side.value), () => K.zero);
    tally.error += side.error / all.length;
  });
  tally.error += error;
  return tally;
}

function pathName({ signs }: Path<unknown>): string {
  return signs.map((sign) => (sign > 0 ? '+' : '−')).join('');
}

/** What is needed to recompute each path by hand. */
export function pathEvidence<S>(
  K: OrderedSpace<S>,
  f: ConvexFunction<S>,
  all: readonly Path<S>[],
  comparators: readonly Vector<S>[],
  halfspaces: readonly Halfspace<S>[],
): Evidence {
  return () => ({
    f: f.formula(),
    'x*': show(K, f.minimiser),
    L: K.format(f.smoothness),
    'x̄_0': show(K, all[0]!.seen[0]!.previousAverage),
    'both sides': 'are multiplied by α_{1:T}',
    paths: all.map((path, i) => ({
      ξ: pathName(path),
      'w*': show(K, comparators[i]!),
      c: show(K, halfspaces[i]!.c),
      s: K.format(halfspaces[i]!.s),
    })),
    ...Object.fromEntries(all.map((path) => [
      `rounds of ξ = ${pathName(path)}`,
      path.seen.map((r, t) => ({
        t: r.t,
        w: show(K, r.w),
        x: show(K, r.x),
        'x̄': show(K, r.average),
        G: show(K, path.actual[t]!.gradient),
        ĝ: show(K, r.gradient),
        'A_tᵀĝ_t': show(K, r.metaGradient),
        η: K.format(r.eta),
        α: K.format(r.alpha),
      })),
    ])),
  });
}

export interface SettledPaths<S> {
  readonly run: MetaRun<S, ConvexFunction<S>>;
  readonly all: readonly Path<S>[];
  readonly comparators: readonly Vector<S>[];
  readonly halfspaces: readonly Halfspace<S>[];
}

/** All paths with w* of Definition 1, stated with `which` gradients; rejected where one path has no such w*, or is lost in float64. */
export function settlePaths<S>(K: OrderedSpace<S>, subject: Subject, data: StochasticCase, which: 'seen' | 'actual'): SettledPaths<S> | Rejected {
  const T = data.run.alpha.length;
  if (data.noise.length !== T) throw new RangeError(`expected noise for ${T} rounds, got ${data.noise.length}`);
  const run = prepare(K, subject, data.run);
  const noise = data.noise.map((v) => parseVector(K, v));
  const settled: { run: typeof run; all: Path<S>[]; comparators: Vector<S>[]; halfspaces: Halfspace<S>[] } = { run, all: [], comparators: [], halfspaces: [] };
  for (let path = 0; path < 2 ** T; path++) {
    const signs = Array.from({ length: T }, (_, t) => ((path >> t) % 2 === 0 ? 1 : -1));
    const next = walk(K, subject, run, noise, signs);
    if (diverged(K, next.seen)) return rejected('the trajectory diverges');
    const halfspace = subject.definitionOne(K, next[which], run.f.minimiser);
    const found = subject.smallestComparator(K, run.config.set, halfspace);
    if (found === null) return rejected(NO_COMPARATOR);
    settled.all.push(next);
    settled.halfspaces.push(halfspace);
    settled.comparators.push(found.w);
  }
  return settled;
}

const NO_COMPARATOR = 'φ does not preserve regret on some path (Definition 1 has no solution)';

/** The same paths with w* of Definition 1 on what the learner saw. */
export function withSeenDefinition<S>(K: OrderedSpace<S>, subject: Subject, settled: SettledPaths<S>): SettledPaths<S> | Rejected {
  const halfspaces = settled.all.map(({ seen }) => subject.definitionOne(K, seen, settled.run.f.minimiser));
  const found = halfspaces.map((halfspace) => subject.smallestComparator(K, settled.run.config.set, halfspace));
  const comparators = found.filter((comparator) => comparator !== null).map(({ w }) => w);
  return comparators.length < found.length ? rejected(NO_COMPARATOR) : { ...settled, halfspaces, comparators };
}

/**
 * What the bound in expectation rests on, path by path: I1 with the true gradients, I3 and the regret's ledger with those seen, the
 * comparator's sign; and over all paths E Σα_t⟨ĝ_t − G_t, x_t − x*⟩ = 0, since x_t is fixed before ξ_t falls. Returns the failure, or
 * the rounding error that an inequality derived from all of this may have.
 */
export function pathLedgers<S>(K: OrderedSpace<S>, subject: Subject, { run, all, comparators, halfspaces }: SettledPaths<S>): Failed | number {
  const { f, config, size } = run;
  const roundings = ledgerRoundings(size);
  const told = pathEvidence(K, f, all, comparators, halfspaces);
  const martingale = new TallyBuilder(K, roundings + all.length);
  let error = 0;
  for (const [i, path] of all.entries()) {
    const w = comparators[i]!;
    const conversion = subject.onlineToBatchLedger(K, f, path.actual, f.minimiser, roundings);
    const decomposition = subject.decompositionLedger(K, f, path.seen, w, roundings);
    const regret = subject.constrainedRegretLedger(K, config.set, path.seen, w, roundings);
    const { c, s } = halfspaces[i]!;
    // ⟨c, w*⟩ − s is I3's second sum, and rounds like it.
    const excess = { terms: [], value: K.sub(K.dot(c, w), s), error: derivationError([decomposition]) };
    const failure = equality(K, 'I1 with ∇f(x̄_t)', conversion, told)
      ?? inequality(K, 'Σα_t⟨ĝ_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0 (Definition 1)', { lhs: excess, rhs: new TallyBuilder(K, 0) }, told)
      ?? equality(K, 'I3 with ĝ_t', decomposition, told)
      ?? equality(K, 'R(w*) = ‖w*‖²/(2η_T) − [F_{T+1}(w*) − F_{T+1}*] − F_1* + ΣD_t', regret.total, told)
      ?? regret.rounds.map(({ t, loss, allowance }) => inequality(K, `D_${t} ≤ ½α_${t}²η_${t}‖A_${t}ᵀĝ_${t} − g̃_${t}‖²`, { lhs: loss, rhs: allowance }, told)).find((found) =>
        found !== null
      )
      ?? null;
    if (failure !== null) return failure;
    error += derivationError([conversion, decomposition, regret.total]);
    path.seen.forEach(({ t, alpha, gradient, x, average }, j) => {
      const distance = K.minus(x, f.minimiser);
      const surprise = K.minus(gradient, path.actual[j]!.gradient);
      martingale.add(
        `α_${t}⟨ĝ_${t} − G_${t}, x_${t} − x*⟩ on ${pathName(path)}`,
        K.mul(alpha, K.dot(surprise, distance)),
        () => K.mul(alpha, K.add(K.mul(K.from(2), dotMagnitude(K, f.gradientMagnitude(average), distance)), dotMagnitude(K, surprise, distance))),
      );
    });
  }
  const zero = new TallyBuilder(K, 0);
  return equality(K, 'E Σα_t⟨ĝ_t − ∇f(x̄_t), x_t − x*⟩ = 0', { lhs: martingale, rhs: zero }, told) ?? (error + martingale.error) / all.length;
}
