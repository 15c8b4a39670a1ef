import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { absolute } from '../src/problem/convex-function.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import { squaredNorm, type Ledger } from './ledger.js';
import { TallyBuilder, type Tally } from './tally.js';

/** One round of greedy optimistic gradient descent at unit weights. */
export interface GreedyRound<S> {
  /** w_t */
  readonly play: Vector<S>;
  /** ℓ_t */
  readonly loss: Vector<S>;
  /** g̃_t */
  readonly hint: Vector<S>;
}

/**
 * The ledger of w_{t+1} = Π_W(w_t − β(g̃_{t+1} + ℓ_t − g̃_t)) at a constant β from any w_1 ∈ W. With v_t what was projected, g̃_{T+1} := 0
 * and p_t = ⟨v_t − w_{t+1}, w_{t+1} − u⟩/β, which a projection makes ≥ 0:
 * Σ⟨ℓ_t, w_t − u⟩ = ‖w_1 + βg̃_1 − u‖²/(2β) − ½β‖g̃_1‖² − ‖w_{T+1} − u‖²/(2β) + Σ[½β‖ℓ_t − g̃_t‖² − ‖w_t − w_{t+1} − β(ℓ_t − g̃_t)‖²/(2β) − p_t].
 * (Two telescoping sums and the cosine rule. A first hint that w_1 ignores moves the centre from w_1 to w_1 + βg̃_1.)
 */
export interface GreedyLedger<S> {
  readonly total: Ledger<S>;
  /** p_1, p_2, … ≥ 0 */
  readonly projections: readonly Tally<S>[];
  /** ‖w_1 + βg̃_1 − u‖²/(2β) − ½β‖g̃_1‖² + ½βΣ‖ℓ_t − g̃_t‖² */
  readonly bound: Tally<S>;
}

/** That ledger for these rounds against u; `roundings` is what each summand passed through. @throws {RangeError} no rounds. */
export function greedyRegretLedger<S>(K: OrderedSpace<S>, set: FeasibleSet<S>, rounds: readonly GreedyRound<S>[], beta: S, u: Vector<S>, roundings: number): GreedyLedger<S> {
  const first = rounds[0];
  if (first === undefined) throw new RangeError('expected at least one round, got none');
  const half = K.div(K.one, K.from(2));
  const overBeta = (v: Vector<S>): S => K.div(K.mul(half, squaredNorm(K, v)), beta);
  const timesBeta = (v: Vector<S>): S => K.mul(K.mul(half, beta), squaredNorm(K, v));
  const sizes = (...vectors: readonly Vector<S>[]): Vector<S> => vectors.map((v) => absolute(K, v)).reduce((sum, v) => K.plus(sum, v));
  const none = K.zeros(first.play.length);
  const lhs = new TallyBuilder(K, roundings);
  const rhs = new TallyBuilder(K, roundings);
  const bound = new TallyBuilder(K, roundings);
  const centre = K.minus(K.axpy(beta, first.hint, first.play), u);
  const opening = (tally: TallyBuilder<S>): void => {
    tally.add('‖w_1 + βg̃_1 − u‖²/(2β)', overBeta(centre), () => overBeta(sizes(first.play, K.scale(beta, first.hint), u)));
    tally.add('−½β‖g̃_1‖²', K.neg(timesBeta(first.hint)), () => timesBeta(first.hint));
  };
  opening(rhs);
  opening(bound);
  const projections: Tally<S>[] = [];
  let next = first.play;
  rounds.forEach(({ play, loss, hint }, i) => {
    const t = i + 1;
    const following = rounds[i + 1]?.hint ?? none;
    const direction = K.plus(K.minus(loss, hint), following);
    const unprojected = K.axpy(K.neg(beta), direction, play);
    next = rounds[i + 1]?.play ?? set.project(unprojected);
    const reach = sizes(play, next, u, K.scale(beta, sizes(loss, hint, following)));
    const size = (): S => overBeta(reach);
    lhs.add(`⟨ℓ_${t}, w_${t} − u⟩`, K.dot(loss, K.minus(play, u)), size);
    rhs.add(`½β‖ℓ_${t} − g̃_${t}‖²`, timesBeta(K.minus(loss, hint)), size);
    bound.add(`½β‖ℓ_${t} − g̃_${t}‖²`, timesBeta(K.minus(loss, hint)), size);
    const rest = K.axpy(K.neg(beta), K.minus(loss, hint), K.minus(play, next));
    rhs.add(`−‖w_${t} − w_${t + 1} − β(ℓ_${t} − g̃_${t})‖²/(2β)`, K.neg(overBeta(rest)), size);
    const pull = K.div(K.dot(K.minus(unprojected, next), K.minus(next, u)), beta);
    projections.push(new TallyBuilder(K, roundings).add(`p_${t}`, pull, size));
    rhs.add(`−p_${t}`, K.neg(pull), size);
  });
  rhs.add('−‖w_{T+1} − u‖²/(2β)', K.neg(overBeta(K.minus(next, u))), () => overBeta(sizes(next, u)));
  return { total: { lhs, rhs }, projections, bound };
}
