import { isOrdered, type OrderedSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../src/problem/convex-function.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import type { Play, Round } from '../src/trajectory.js';
import { TallyBuilder, dotMagnitude, type Tally } from './tally.js';

/** lhs = rhs, each as named summands with a rounding bound. */
export interface Ledger<S> {
  readonly lhs: Tally<S>;
  readonly rhs: Tally<S>;
}

/** ‖v‖² */
export function squaredNorm<S>(K: Space<S>, v: Vector<S>): S {
  return K.dot(v, v);
}

/** |x| + |y|; what a magnitude is made of. In unordered fields, where no rounding happens, it is never asked for. */
function sizes<S>(K: Space<S>, ...vectors: readonly Vector<S>[]): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return vectors.map((v) => absolute(K, v)).reduce((sum, v) => K.plus(sum, v));
}

/** What bounds the rounding of ∇f, if f says so. */
function gradientSize<S>(K: Space<S>, f: DifferentiableFunction<S> | ConvexFunction<S>, x: Vector<S>, computed: Vector<S>): Vector<S> {
  return 'gradientMagnitude' in f ? f.gradientMagnitude(x) : sizes(K, computed);
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
  K: Space<S>, f: DifferentiableFunction<S> | ConvexFunction<S>, rounds: readonly Round<S>[], u: Vector<S>, roundings: number,
): Ledger<S> {
  const last = rounds.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  const lhs = new TallyBuilder(K, roundings);
  lhs.add('α_{1:T} f(x̄_T)', K.mul(last.alphaSum, f.value(last.average)), () => K.mul(last.alphaSum, divergenceSize(f, last.average, f.minimiser, f.value(last.average))));
  lhs.add('−α_{1:T} f(u)', K.neg(K.mul(last.alphaSum, f.value(u))), () => K.mul(last.alphaSum, divergenceSize(f, u, f.minimiser, f.value(u))));
  const rhs = new TallyBuilder(K, roundings);
  for (const { t, alpha, alphaSumBefore, gradient, x, average, previousAverage } of rounds) {
    rhs.add(`α_${t}⟨G_${t}, x_${t} − u⟩`, K.mul(alpha, K.dot(gradient, K.minus(x, u))), () => {
      const size = gradientSize(K, f, average, gradient);
      return K.add(K.mul(alpha, K.dot(size, sizes(K, x, u))), K.mul(alphaSumBefore, K.dot(size, sizes(K, average, previousAverage))));
    });
    const toComparator = f.divergence(u, average);
    rhs.add(`−α_${t} B_f(u, x̄_${t})`, K.neg(K.mul(alpha, toComparator)), () => K.mul(alpha, divergenceSize(f, u, average, toComparator)));
    // α_{1:0} = 0, and x̄_0 may be anything: no term there.
    if (t === 1) continue;
    const backwards = f.divergence(previousAverage, average);
    rhs.add(`−α_{1:${t - 1}} B_f(x̄_${t - 1}, x̄_${t})`, K.neg(K.mul(alphaSumBefore, backwards)), () => K.mul(alphaSumBefore, divergenceSize(f, previousAverage, average, backwards)));
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
  const scaled = (factor: S, v: Vector<S>): S => K.mul(K.mul(half, factor), squaredNorm(K, v));
  const overEta = K.div(K.one, last.eta);
  const miss = K.axpy(last.eta, last.sum, w);
  rhs.add('‖w‖²/(2η_T)', scaled(overEta, w), () => scaled(overEta, w));
  rhs.add('−‖w + η_T S_T‖²/(2η_T)', K.neg(scaled(overEta, miss)), () => scaled(overEta, sizes(K, w, K.scale(last.eta, last.sum))));
  plays.forEach(({ t, eta, alpha, loss, hint, sum, sumBefore }, i) => {
    const next = plays[i + 1];
    // The recursion of S_t rounds relative to S_t itself: η_t‖ |S_{t−1}| + α_t|g_t| + α_t|g̃_t| ‖² bounds what that costs.
    const reach = (): S => K.mul(eta, squaredNorm(K, sizes(K, sumBefore, K.scale(alpha, loss), K.scale(alpha, hint))));
    if (next !== undefined) {
      const change = K.sub(next.eta, eta);
      rhs.add(`½(η_${t + 1} − η_${t})‖S_${t}‖²`, scaled(change, sum), () => K.add(scaled(eta, sum), scaled(next.eta, sum)));
    }
    const weight = K.mul(K.mul(alpha, alpha), eta);
    rhs.add(`½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, scaled(weight, K.minus(loss, hint)), reach);
    rhs.add(`−½α_${t}²η_${t}‖g̃_${t}‖²`, K.neg(scaled(weight, hint)), reach);
  });
  return { lhs: regretTally(K, plays, w, roundings), rhs };
}

/** R = Σ α_t⟨g_t, u_t − u⟩ */
export function regretTally<S>(K: Space<S>, plays: readonly Play<S>[], u: Vector<S>, roundings: number): Tally<S> {
  const tally = new TallyBuilder(K, roundings);
  for (const { t, alpha, loss, play } of plays) {
    tally.add(`α_${t}⟨g_${t}, w_${t} − w⟩`, K.mul(alpha, K.dot(loss, K.minus(play, u))), () => K.mul(alpha, dotMagnitude(K, loss, sizes(K, play, u))));
  }
  return tally;
}

/**
 * I3, for affine φ and any w: R^x(T) = Σα_t⟨G_t, x_t − x*⟩ = Σα_t⟨g_t, w_t − w⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩.
 * The second sum is what Definition 1 makes ≤ 0; φ(x̄_{t−1}, w) is formed from A_t and b_t.
 */
export function decompositionLedger<S>(K: Space<S>, f: DifferentiableFunction<S> | ConvexFunction<S>, rounds: readonly Round<S>[], w: Vector<S>, roundings: number): Ledger<S> {
  const lhs = new TallyBuilder(K, roundings);
  const rhs = new TallyBuilder(K, roundings);
  const target = f.minimiser;
  for (const { t, alpha, gradient, metaGradient, x, w: played, jacobian, offset } of rounds) {
    const output = K.plus(K.vector(jacobian.length, (i) => K.dot(jacobian[i]!, w)), offset);
    const size = (v: Vector<S>): Vector<S> => {
      const absoluteRows = jacobian.map((row) => sizes(K, row));
      return K.plus(K.apply(absoluteRows, sizes(K, v)), sizes(K, offset, target));
    };
    lhs.add(`α_${t}⟨G_${t}, x_${t} − x*⟩`, K.mul(alpha, K.dot(gradient, K.minus(x, target))), () => K.mul(alpha, K.dot(sizes(K, gradient), size(played))));
    rhs.add(`α_${t}⟨g_${t}, w_${t} − w⟩`, K.mul(alpha, K.dot(metaGradient, K.minus(played, w))), () => K.mul(alpha, K.dot(sizes(K, gradient), K.plus(size(played), size(w)))));
    rhs.add(`α_${t}⟨G_${t}, φ(x̄_${t - 1}, w) − x*⟩`, K.mul(alpha, K.dot(gradient, K.minus(output, target))), () => K.mul(alpha, K.dot(sizes(K, gradient), size(w))));
  }
  return { lhs, rhs };
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
  readonly rounds: readonly ConstrainedRound<S>[];
}

/** That ledger for these plays against u; `roundings` is what each summand passed through. @throws {RangeError} no plays. */
export function constrainedRegretLedger<S>(K: OrderedSpace<S>, set: FeasibleSet<S>, plays: readonly Play<S>[], u: Vector<S>, roundings: number): ConstrainedLedger<S> {
  const last = plays.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  const half = K.div(K.one, K.from(2));
  const potential = (sum: Vector<S>, eta: S, w: Vector<S>): S => K.add(K.dot(sum, w), K.mul(half, K.div(squaredNorm(K, w), eta)));
  const potentialSize = (sum: Vector<S>, eta: S, w: Vector<S>): S => K.add(dotMagnitude(K, sum, w), K.mul(half, K.div(squaredNorm(K, w), eta)));
  // A projection rounds relative to W's own numbers too; what that costs is in proportion to the slope at its result.
  const slip = (slope: Vector<S>): S => K.mul(set.extent ?? K.zero, Array.from(slope).reduce((total, entry) => K.add(total, K.abs(entry)), K.zero));
  // F_t* at the hint-free leader. A leader off by δ costs ‖δ‖²/(2η) only, but its value rounds relative to η‖S‖² + ‖w‖²/η.
  const leaders = [...plays.map(({ sumBefore, eta }) => ({ sum: sumBefore, eta })), { sum: last.sum, eta: last.eta }].map(({ sum, eta }) => {
    const w = set.project(K.scale(K.neg(eta), sum));
    return { value: potential(sum, eta, w), size: (): S => K.add(K.add(potentialSize(sum, eta, w), K.mul(eta, squaredNorm(K, sum))), slip(sizes(K, sum, K.scale(K.div(K.one, eta), w)))) };
  });
  const final = leaders.at(-1)!;
  const gap = new TallyBuilder(K, roundings);
  gap.add('F_{T+1}(u)', potential(last.sum, last.eta, u), () => potentialSize(last.sum, last.eta, u));
  gap.add('−F_{T+1}*', K.neg(final.value), final.size);
  const rhs = new TallyBuilder(K, roundings);
  const norm = K.mul(half, K.div(squaredNorm(K, u), last.eta));
  rhs.add('‖u‖²/(2η_T)', norm, () => norm);
  rhs.add('−[F_{T+1}(u) − F_{T+1}*]', K.neg(gap.value), () => K.add(potentialSize(last.sum, last.eta, u), final.size()));
  rhs.add('−F_1*', K.neg(leaders[0]!.value), leaders[0]!.size);
  const rounds = plays.map(({ t, alpha, eta, loss: g, hint, play, sumBefore }, i): ConstrainedRound<S> => {
    const [before, after] = [leaders[i]!, leaders[i + 1]!];
    const loss = new TallyBuilder(K, roundings);
    const product = K.mul(alpha, K.dot(g, play));
    // u_t minimises up to rounding of the projection, relative to η_t(|S_{t−1}| + α_t|g̃_t|).
    const pull = (): Vector<S> => sizes(K, sumBefore, K.scale(alpha, g), K.scale(alpha, hint));
    const reach = (): S => K.add(K.add(K.mul(alpha, dotMagnitude(K, g, play)), K.mul(eta, squaredNorm(K, pull()))), slip(sizes(K, pull(), K.scale(K.div(K.one, eta), play))));
    loss.add(`α_${t}⟨g_${t}, u_${t}⟩`, product, reach);
    loss.add(`F_${t}*`, before.value, before.size);
    loss.add(`−F_${t + 1}*`, K.neg(after.value), after.size);
    const allowance = new TallyBuilder(K, roundings);
    const square = K.mul(K.mul(half, K.mul(K.mul(alpha, alpha), eta)), squaredNorm(K, K.minus(g, hint)));
    allowance.add(`½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, square, reach);
    rhs.add(`D_${t}`, loss.value, () => K.add(reach(), K.add(before.size(), after.size())));
    return { t, loss, allowance };
  });
  return { total: { lhs: regretTally(K, plays, u, roundings), rhs }, gap, rounds };
}
