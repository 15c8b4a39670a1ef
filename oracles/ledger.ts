import type { OrderedSpace, Space, Vector } from '../src/arithmetic/space.js';
import type { ConvexFunction, DifferentiableFunction } from '../src/problem/convex-function.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import type { Play, Round } from '../src/trajectory.js';
import { TallyBuilder, dotDifferenceMagnitude, dotMagnitude, once, requireOrder, squaredDistanceMagnitude, sumOfSizes, type Tally } from './tally.js';

/** lhs = rhs, each as named summands with a rounding bound. */
export interface Ledger<S> {
  readonly lhs: Tally<S>;
  readonly rhs: Tally<S>;
}

/** ‖v‖² */
export function squaredNorm<S>(K: Space<S>, v: Vector<S>): S {
  return K.dot(v, v);
}

/** What bounds the rounding of ∇f, if f says so. */
function gradientSize<S>(f: DifferentiableFunction<S> | ConvexFunction<S>, x: Vector<S>, computed: Vector<S>): Vector<S> {
  return 'gradientMagnitude' in f ? f.gradientMagnitude(x) : computed;
}

function divergenceSize<S>(f: DifferentiableFunction<S> | ConvexFunction<S>, y: Vector<S>, x: Vector<S>, computed: S): S {
  return 'divergenceMagnitude' in f ? f.divergenceMagnitude(y, x) : computed;
}

/**
 * I1, for every differentiable f, every u and every sequence of points:
 * α_{1:T}(f(x̄_T) − f(u)) = Σ α_t⟨G_t, x_t − u⟩ − Σ[α_t B_f(u, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)].
 * With u = x* the left side is α_{1:T} B_f(x̄_T, x*), for ∇f(x*) = 0; with another u it is a difference of values.
 */
export function onlineToBatchLedger<S>(
  K: Space<S>,
  f: DifferentiableFunction<S> | ConvexFunction<S>,
  rounds: readonly Round<S>[],
  u: Vector<S>,
  roundings: number,
): Ledger<S> {
  const last = rounds.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  const lhs = new TallyBuilder(K, roundings);
  lhs.add('α_{1:T} f(x̄_T)', K.mul(last.alphaSum, f.value(last.average)), () => K.mul(last.alphaSum, divergenceSize(f, last.average, f.minimiser, f.value(last.average))));
  lhs.add('−α_{1:T} f(u)', K.neg(K.mul(last.alphaSum, f.value(u))), () => K.mul(last.alphaSum, divergenceSize(f, u, f.minimiser, f.value(u))));
  const rhs = new TallyBuilder(K, roundings);
  for (const { t, alpha, alphaSumBefore, gradient, x, average, previousAverage } of rounds) {
    rhs.add(() => `α_${t}⟨G_${t}, x_${t} − u⟩`, K.mul(alpha, K.dotDifference(gradient, x, u)), () => {
      const size = gradientSize(f, average, gradient);
      return K.add(K.mul(alpha, dotDifferenceMagnitude(K, size, x, u)), K.mul(alphaSumBefore, dotDifferenceMagnitude(K, size, average, previousAverage)));
    });
    const toComparator = f.divergence(u, average);
    rhs.add(() => `−α_${t} B_f(u, x̄_${t})`, K.neg(K.mul(alpha, toComparator)), () => K.mul(alpha, divergenceSize(f, u, average, toComparator)));
    // α_{1:0} = 0, and x̄_0 may be anything: no term there.
    if (t === 1) continue;
    const backwards = f.divergence(previousAverage, average);
    rhs.add(
      () => `−α_{1:${t - 1}} B_f(x̄_${t - 1}, x̄_${t})`,
      K.neg(K.mul(alphaSumBefore, backwards)),
      () => K.mul(alphaSumBefore, divergenceSize(f, previousAverage, average, backwards)),
    );
  }
  return { lhs, rhs };
}

/**
 * I2, for W = Rᵐ, any η_t > 0, any hints, any w (and centre 0):
 * Σα_t⟨g_t, w_t − w⟩ = ‖w‖²/(2η_T) − ‖w + η_T S_T‖²/(2η_T) + Σ_{t<T} ½(η_{t+1} − η_t)‖S_t‖² + Σ ½α_t²η_t(‖g_t − g̃_t‖² − ‖g̃_t‖²).
 */
export function unconstrainedRegretLedger<S>(K: Space<S>, plays: readonly Play<S>[], w: Vector<S>, roundings: number): Ledger<S> {
  const last = plays.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  const half = K.div(K.one, K.from(2));
  const rhs = new TallyBuilder(K, roundings);
  const scaled = (factor: S, square: S): S => K.mul(K.mul(half, factor), square);
  const overEta = K.div(K.one, last.eta);
  const size = scaled(overEta, squaredNorm(K, w));
  rhs.add('‖w‖²/(2η_T)', size, () => size);
  rhs.add(
    '−‖w + η_T S_T‖²/(2η_T)',
    K.neg(scaled(overEta, squaredNorm(K, K.axpy(last.eta, last.sum, w)))),
    () => scaled(overEta, squaredDistanceMagnitude(K, w, K.scale(last.eta, last.sum))),
  );
  plays.forEach((play, i) => {
    const { t, eta, alpha, loss, hint, sum } = play;
    const next = plays[i + 1];
    // The recursion of S_t rounds relative to S_t itself: η_t‖ |S_{t−1}| + α_t|g_t| + α_t|g̃_t| ‖² bounds what that costs.
    const reach = once(() => K.mul(eta, pull(K, play).square));
    if (next !== undefined) {
      const square = squaredNorm(K, sum);
      rhs.add(() => `½(η_${t + 1} − η_${t})‖S_${t}‖²`, scaled(K.sub(next.eta, eta), square), () => K.add(scaled(eta, square), scaled(next.eta, square)));
    }
    const weight = K.mul(K.mul(alpha, alpha), eta);
    rhs.add(() => `½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, scaled(weight, K.squaredDistance(loss, hint)), reach);
    rhs.add(() => `−½α_${t}²η_${t}‖g̃_${t}‖²`, K.neg(scaled(weight, squaredNorm(K, hint))), reach);
  });
  return { lhs: regretTally(K, plays, w, roundings), rhs };
}

/** ‖|S_{t−1}| + α_t|g_t| + α_t|g̃_t|‖², and the sum of its entries: what u_t and u_{t+1} are projections of, with every summand's size. */
function pull<S>(K: Space<S>, { alpha, loss, hint, sumBefore }: Play<S>): { readonly square: S; readonly sum: S } {
  const { abs } = requireOrder(K);
  let [square, sum] = [K.zero, K.zero];
  for (let i = 0; i < hint.length; i++) {
    const size = K.add(abs(sumBefore[i]!), K.mul(alpha, K.add(abs(loss[i]!), abs(hint[i]!))));
    square = K.add(square, K.mul(size, size));
    sum = K.add(sum, size);
  }
  return { square, sum };
}

/** R = Σ α_t⟨g_t, u_t − u⟩ */
export function regretTally<S>(K: Space<S>, plays: readonly Play<S>[], u: Vector<S>, roundings: number): Tally<S> {
  const tally = new TallyBuilder(K, roundings);
  for (const { t, alpha, loss, play } of plays) {
    tally.add(() => `α_${t}⟨g_${t}, w_${t} − w⟩`, K.mul(alpha, K.dotDifference(loss, play, u)), () => K.mul(alpha, dotDifferenceMagnitude(K, loss, play, u)));
  }
  return tally;
}

/** One round of the ledger of FTRL on a general W. */
export interface ConstrainedRound<S> {
  readonly t: number;
  /** D_t = α_t⟨g_t, u_t⟩ + F_t* − F_{t+1}*, which the bound says is at most … */
  readonly loss: Tally<S>;
  /** … ½α_t²η_t‖g_t − g̃_t‖². */
  readonly allowance: Tally<S>;
}

/**
 * The ledger on a general W. With F_t(w) = ⟨S_{t−1}, w⟩ + ‖w‖²/(2η_t), F_t* its minimum over W, η_{T+1} := η_T:
 * R(u) = ‖u‖²/(2η_T) − [F_{T+1}(u) − F_{T+1}*] − F_1* + Σ D_t, by telescoping. For η non-increasing D_t ≤ ½α_t²η_t‖g_t − g̃_t‖².
 */
export interface ConstrainedLedger<S> {
  readonly total: Ledger<S>;
  /** F_{T+1}(u) − F_{T+1}* ≥ 0 */
  readonly gap: Tally<S>;
  /** Made when they are read: the total needs their values alone. */
  readonly rounds: readonly ConstrainedRound<S>[];
}

/** That ledger for these plays against u; `roundings` is what each summand passed through. @throws {RangeError} no plays. */
export function constrainedRegretLedger<S>(K: OrderedSpace<S>, set: FeasibleSet<S>, plays: readonly Play<S>[], u: Vector<S>, roundings: number): ConstrainedLedger<S> {
  const last = plays.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  const half = K.div(K.one, K.from(2));
  const potential = (sum: Vector<S>, eta: S, w: Vector<S>): S => K.add(K.dot(sum, w), K.mul(half, K.div(squaredNorm(K, w), eta)));
  const potentialSize = (sum: Vector<S>, eta: S, w: Vector<S>): S => K.add(dotMagnitude(K, sum, w), K.mul(half, K.div(squaredNorm(K, w), eta)));
  // A projection rounds relative to W's own numbers too; what that costs is in proportion to the slope at its result, here Σ|slope_i|.
  const slip = (slope: () => S): S => (set.extent === undefined ? K.zero : K.mul(set.extent, slope()));
  // F_t* at the hint-free leader. A leader off by δ costs ‖δ‖²/(2η) only, but its value rounds relative to η‖S‖² + ‖w‖²/η.
  const leader = (sum: Vector<S>, eta: S): { readonly value: S; readonly size: () => S } => {
    const w = set.project(K.scale(K.neg(eta), sum));
    return {
      value: potential(sum, eta, w),
      size: once(() => K.add(K.add(potentialSize(sum, eta, w), K.mul(eta, squaredNorm(K, sum))), slip(() => K.add(sumOfSizes(K, sum), K.div(sumOfSizes(K, w), eta))))),
    };
  };
  const leaders = [...plays.map(({ sumBefore, eta }) => leader(sumBefore, eta)), leader(last.sum, last.eta)];
  const final = leaders.at(-1)!;
  const reached = once(() => potentialSize(last.sum, last.eta, u));
  const gap = new TallyBuilder(K, roundings);
  gap.add('F_{T+1}(u)', potential(last.sum, last.eta, u), reached);
  gap.add('−F_{T+1}*', K.neg(final.value), final.size);
  const rhs = new TallyBuilder(K, roundings);
  const norm = K.mul(half, K.div(squaredNorm(K, u), last.eta));
  rhs.add('‖u‖²/(2η_T)', norm, () => norm);
  rhs.add('−[F_{T+1}(u) − F_{T+1}*]', K.neg(gap.value), () => K.add(reached(), final.size()));
  rhs.add('−F_1*', K.neg(leaders[0]!.value), leaders[0]!.size);
  const rounds = plays.map((one, i): () => ConstrainedRound<S> => {
    const { t, alpha, eta, loss: g, hint, play } = one;
    const [before, after] = [leaders[i]!, leaders[i + 1]!];
    // u_t minimises up to rounding of the projection, relative to η_t(|S_{t−1}| + α_t|g_t| + α_t|g̃_t|).
    const reach = once(() => {
      const { square, sum } = pull(K, one);
      return K.add(K.add(K.mul(alpha, dotMagnitude(K, g, play)), K.mul(eta, square)), slip(() => K.add(sum, K.div(sumOfSizes(K, play), eta))));
    });
    const product = K.mul(alpha, K.dot(g, play));
    rhs.add(() => `D_${t}`, K.sub(K.add(product, before.value), after.value), () => K.add(reach(), K.add(before.size(), after.size())));
    return () => ({
      t,
      loss: new TallyBuilder(K, roundings).add(`α_${t}⟨g_${t}, u_${t}⟩`, product, reach).add(`F_${t}*`, before.value, before.size).add(
        `−F_${t + 1}*`,
        K.neg(after.value),
        after.size,
      ),
      allowance: new TallyBuilder(K, roundings).add(`½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, K.mul(K.mul(half, K.mul(K.mul(alpha, alpha), eta)), K.squaredDistance(g, hint)), reach),
    });
  });
  return new RoundByRound({ lhs: regretTally(K, plays, u, roundings), rhs }, gap, once(() => rounds.map((round) => round())));
}

/** A class, since a getter in an object literal makes a shape of its own for each object. */
class RoundByRound<S> implements ConstrainedLedger<S> {
  readonly total: Ledger<S>;
  readonly gap: Tally<S>;
  readonly #rounds: () => readonly ConstrainedRound<S>[];

  constructor(total: Ledger<S>, gap: Tally<S>, rounds: () => readonly ConstrainedRound<S>[]) {
    this.total = total;
    this.gap = gap;
    this.#rounds = rounds;
  }

  get rounds(): readonly ConstrainedRound<S>[] {
    return this.#rounds();
  }
}
