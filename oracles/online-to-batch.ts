import type { OrderedSpace, Space, Vector } from '../src/arithmetic/space.js';
import { isOrdered } from '../src/arithmetic/space.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../src/problem/convex-function.js';
import type { Round } from '../src/trajectory.js';
import { squaredNorm, type Ledger } from './ledger.js';
import { TallyBuilder, type Tally } from './tally.js';

type Differentiable<S> = DifferentiableFunction<S> | ConvexFunction<S>;

/** |x| + |y| + …; asked for in ordered fields only, where rounding happens. */
function sizes<S>(K: Space<S>, ...vectors: readonly Vector<S>[]): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return vectors.map((v) => absolute(K, v)).reduce((sum, v) => K.plus(sum, v));
}

function gradientSize<S>(K: Space<S>, f: Differentiable<S>, x: Vector<S>): Vector<S> {
  return 'gradientMagnitude' in f ? f.gradientMagnitude(x) : sizes(K, f.gradient(x));
}

function divergenceSize<S>(f: Differentiable<S>, y: Vector<S>, x: Vector<S>): S {
  return 'divergenceMagnitude' in f ? f.divergenceMagnitude(y, x) : f.divergence(y, x);
}

function lastRound<S>(rounds: readonly Round<S>[]): Round<S> {
  const last = rounds.at(-1);
  if (last === undefined) throw new RangeError('expected at least one round, got none');
  return last;
}

/** α_{1:T}(f(x̄_T) − f(u)), as a difference of values. */
export function excessTally<S>(K: Space<S>, f: Differentiable<S>, rounds: readonly Round<S>[], u: Vector<S>, roundings: number): TallyBuilder<S> {
  const { alphaSum, average } = lastRound(rounds);
  return new TallyBuilder(K, roundings)
    .add('α_{1:T} f(x̄_T)', K.mul(alphaSum, f.value(average)), () => K.mul(alphaSum, divergenceSize(f, average, f.minimiser)))
    .add('−α_{1:T} f(u)', K.neg(K.mul(alphaSum, f.value(u))), () => K.mul(alphaSum, divergenceSize(f, u, f.minimiser)));
}

/** Σα_t⟨∇f(y_t), x_t − u⟩ with the gradients `gradients` at the points y_t = `queries`. */
export function linearRegretTally<S>(
  K: Space<S>,
  f: Differentiable<S>,
  rounds: readonly Round<S>[],
  queries: readonly Vector<S>[],
  gradients: readonly Vector<S>[],
  u: Vector<S>,
  roundings: number,
): TallyBuilder<S> {
  const tally = new TallyBuilder(K, roundings);
  rounds.forEach(({ t, alpha, x }, i) => {
    tally.add(`α_${t}⟨∇f_${t}, x_${t} − u⟩`, K.mul(alpha, K.dot(gradients[i]!, K.minus(x, u))), () => K.mul(alpha, K.dot(gradientSize(K, f, queries[i]!), sizes(K, x, u))));
  });
  return tally;
}

/**
 * Jensen's inequality with what it leaves out, for every differentiable f and every u, g_t = ∇f(x_t):
 * α_{1:T}(f(x̄_T) − f(u)) = Σα_t⟨g_t, x_t − u⟩ − Σα_t[B_f(u, x_t) + B_f(x_t, x̄_T)].
 * Proof: ⟨g_t, x_t − u⟩ = f(x_t) − f(u) + B_f(u, x_t), and Σα_t f(x_t) − α_{1:T} f(x̄_T) = Σα_t B_f(x_t, x̄_T) since Σα_t(x_t − x̄_T) = 0.
 */
export function jensenLedger<S>(K: Space<S>, f: Differentiable<S>, rounds: readonly Round<S>[], gradients: readonly Vector<S>[], u: Vector<S>, roundings: number): Ledger<S> {
  const { average } = lastRound(rounds);
  const rhs = linearRegretTally(K, f, rounds, rounds.map(({ x }) => x), gradients, u, roundings);
  for (const { t, alpha, x } of rounds) {
    const [toComparator, toAverage] = [f.divergence(u, x), f.divergence(x, average)];
    rhs.add(`−α_${t} B_f(u, x_${t})`, K.neg(K.mul(alpha, toComparator)), () => K.mul(alpha, divergenceSize(f, u, x)));
    // x̄_T is off by its own rounding e, which leaves ⟨∇f(x̄_T), Σα_t(x_t − x̄_T)⟩ over: relative to Σα_t⟨|∇f(x̄_T)|, |x_t| + |x̄_T|⟩.
    rhs.add(
      `−α_${t} B_f(x_${t}, x̄_T)`,
      K.neg(K.mul(alpha, toAverage)),
      () => K.mul(alpha, K.add(divergenceSize(f, x, average), K.dot(gradientSize(K, f, average), sizes(K, x, average)))),
    );
  }
  return { lhs: excessTally(K, f, rounds, u, roundings), rhs };
}

/**
 * How much the naive bound exceeds the anytime one, for every differentiable f and every u:
 * Σα_t⟨∇f(x_t) − ∇f(x̄_t), x_t − u⟩ = Σα_t[B_f(x_t, x̄_t) + B_f(u, x_t) − B_f(u, x̄_t)] (the three-point identity, round by round).
 */
export function boundDifferenceLedger<S>(K: Space<S>, f: Differentiable<S>, rounds: readonly Round<S>[], naive: readonly Vector<S>[], u: Vector<S>, roundings: number): Ledger<S> {
  const lhs = new TallyBuilder(K, roundings);
  const rhs = new TallyBuilder(K, roundings);
  rounds.forEach(({ t, alpha, x, average, gradient }, i) => {
    const spread = (): Vector<S> => K.plus(gradientSize(K, f, x), gradientSize(K, f, average));
    lhs.add(`α_${t}⟨∇f(x_${t}) − ∇f(x̄_${t}), x_${t} − u⟩`, K.mul(alpha, K.dot(K.minus(naive[i]!, gradient), K.minus(x, u))), () => K.mul(alpha, K.dot(spread(), sizes(K, x, u))));
    rhs.add(`α_${t} B_f(x_${t}, x̄_${t})`, K.mul(alpha, f.divergence(x, average)), () => K.mul(alpha, divergenceSize(f, x, average)));
    rhs.add(`α_${t} B_f(u, x_${t})`, K.mul(alpha, f.divergence(u, x)), () => K.mul(alpha, divergenceSize(f, u, x)));
    rhs.add(`−α_${t} B_f(u, x̄_${t})`, K.neg(K.mul(alpha, f.divergence(u, average))), () => K.mul(alpha, divergenceSize(f, u, average)));
  });
  return { lhs, rhs };
}

/** weight · B_f(y, x) against what L-smoothness on all of Rⁿ says of it (Nesterov, Theorem 2.1.5): at least weight/(2L)‖∇f(y) − ∇f(x)‖². */
export interface SmoothnessBound<S> {
  readonly name: string;
  readonly lower: Tally<S>;
  readonly upper: Tally<S>;
}

/** The two sums that Eq. (6) subtracts, term by term, against the Bregman terms of I1: rounds' gradients are ∇f(x̄_t). */
export function smoothnessBounds<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, rounds: readonly Round<S>[], u: Vector<S>, roundings: number): SmoothnessBound<S>[] {
  const twoL = K.mul(K.from(2), f.smoothness);
  // L = 0 only for a constant f, whose gradients are equal.
  const over = (weight: S, v: Vector<S>): S => (K.equal(twoL, K.zero) ? K.zero : K.div(K.mul(weight, squaredNorm(K, v)), twoL));
  const bound = (name: string, weight: S, y: Vector<S>, gradientY: Vector<S>, x: Vector<S>, gradientX: Vector<S>): SmoothnessBound<S> => ({
    name,
    lower: new TallyBuilder(K, roundings).add(name, over(weight, K.minus(gradientY, gradientX)), () => over(weight, K.plus(f.gradientMagnitude(y), f.gradientMagnitude(x)))),
    upper: new TallyBuilder(K, roundings).add(`${name}: Bregman term`, K.mul(weight, f.divergence(y, x)), () => K.mul(weight, f.divergenceMagnitude(y, x))),
  });
  const atComparator = f.gradient(u);
  return rounds.flatMap(({ t, alpha, alphaSumBefore, average, gradient, previousAverage }, i) => {
    const previous = rounds[i - 1];
    return [
      bound(`α_${t}/(2L)‖G_${t} − ∇f(u)‖²`, alpha, u, atComparator, average, gradient),
      ...(previous === undefined ? [] : [bound(`α_{1:${t - 1}}/(2L)‖G_${t - 1} − G_${t}‖²`, alphaSumBefore, previousAverage, previous.gradient, average, gradient)]),
    ];
  });
}
