import { summands } from '../../../oracles/energy.js';
import { greedyRegretLedger, type GreedyRound } from '../../../oracles/greedy-regret.js';
import { optimalityConditions } from '../../../oracles/variational.js';
import { around, balls as K, middle, type Ball } from '../../arithmetic/ball.js';
import { float64 } from '../../arithmetic/float64.js';
import type { Vector } from '../../arithmetic/space.js';
import { feasibleSet, type SetSpec } from '../../problem/feasible-set.js';
import type { Guarantee } from './guarantee.js';
import { enclosedSet, type Seen } from './seen.js';
import { equal, equalVectors, most, side, ZERO, type Statement } from './statement.js';

/** Rates as the learner's plays: the loss of w_t is −g_t⊙g_{t+1}, known when g_{t+1} is. */
interface Rates {
  readonly beta: Ball;
  readonly set: SetSpec;
  /** w_1 … w_T: w_t is what step t was made with. */
  readonly w: readonly Vector<Ball>[];
  /** Rounds 1 … T − 1. */
  readonly rounds: readonly GreedyRound<Ball>[];
  /** g̃_T */
  readonly lastHint: Vector<Ball>;
}

const negated = (g: Vector<Ball>, h: Vector<Ball>): Vector<Ball> => K.scale(K.neg(K.one), K.hadamard(g, h));

function ratesSeen(seen: Seen, optimistic: boolean): Rates {
  const { gradients, settings, n } = seen;
  const w = seen.points('meta').slice(1);
  const hints = gradients.map((g) => (optimistic ? negated(g, g) : K.zeros(n)));
  return {
    beta: settings.number('metaRate'),
    set: { kind: 'orthant', corner: Array<number>(n).fill(0) },
    w,
    lastHint: hints.at(-1) ?? K.zeros(n),
    rounds: gradients.slice(1).map((next, i) => ({ play: w[i]!, loss: negated(gradients[i]!, next), hint: hints[i]! })),
  };
}

/** x_t = x_{t−1} − w_t⊙g_t, and w_{t+1} is the point of {w ≥ 0} nearest to v_t = w_t − β(g̃_{t+1} + ℓ_t − g̃_t). */
function moves(seen: Seen, { beta, set, w, rounds, lastHint }: Rates): Statement[] {
  const x = seen.points('query');
  const rate = K.vector(seen.n, () => seen.settings.number('rate'));
  return [
    ...(w[0] === undefined ? [] : equalVectors(1, 'w_1 is the given rate', w[0], rate)),
    ...seen.gradients.flatMap((g, i) => equalVectors(i + 1, `x_${i + 1} = x_${i} − w_${i + 1}⊙g_${i + 1}`, x[i + 1]!, K.minus(x[i]!, K.hadamard(w[i]!, g)))),
    ...rounds.flatMap(({ play, loss, hint }, i) => {
      const ahead = rounds[i + 1]?.hint ?? lastHint;
      const normal = K.plus(K.scale(K.div(K.one, beta), K.minus(w[i + 1]!, play)), K.plus(ahead, K.minus(loss, hint)));
      return optimalityConditions(K, set, w[i + 1]!, normal, () => K.zero, K.one).map(({ name, value }) =>
        most(
          i + 2,
          `w_${i + 2} = max{w_${i + 1} − β(g̃_${i + 2} + ℓ_${i + 1} − g̃_${i + 1}), 0}: ${name}, n = (w_${i + 2} − w_${i + 1})/β + g̃_${i + 2} + ℓ_${i + 1} − g̃_${i + 1}`,
          { lhs: ZERO, rhs: side(name, value) },
        )
      );
    }),
  ];
}

/** The u ≥ 0 against which the bound is tightest. */
function worst({ rounds, beta, set }: Rates): Vector<Ball> {
  const first = rounds[0]!;
  const total = rounds.reduce((sum, { loss }) => K.plus(sum, loss), K.zeros(first.play.length));
  const free = K.axpy(K.neg(beta), total, K.axpy(beta, first.hint, first.play));
  return around(feasibleSet(float64, set).project(middle(free)));
}

function ledgerOf(rates: Rates): ReturnType<typeof greedyRegretLedger<Ball>> {
  return greedyRegretLedger(K, enclosedSet(feasibleSet(float64, rates.set)), rates.rounds, rates.beta, worst(rates), 0);
}

/** f(x_t) − f(x_{t−1} − u⊙g_t) ≤ ⟨∇f(x_t), (u − w_t)⊙g_t⟩ = ⟨ℓ_t, w_t − u⟩, up to the rounding of g_{t+1}. */
function values(seen: Seen, rates: Rates): readonly (readonly [string, Ball])[] {
  const [x, u, f] = [seen.points('query'), worst(rates), seen.f!];
  return rates.rounds.flatMap((_, i) => {
    const g = seen.gradients[i]!;
    return [
      [`f(x_${i + 1})`, f.value(x[i + 1]!)] as const,
      [`−f(x_${i} − u⊙g_${i + 1})`, K.neg(f.value(K.minus(x[i]!, K.hadamard(u, g))))] as const,
      ['inexact gradients', K.neg(K.dot(seen.slip(i + 2), K.hadamard(K.minus(u, rates.w[i]!), g)))] as const,
    ];
  });
}

function elementwise(optimistic: boolean): Guarantee {
  const hint = optimistic ? 'g̃_t = −g_t⊙g_t' : 'g̃_t = 0';
  const opening = optimistic ? '‖w_1 + βg̃_1 − u‖²/(2β) − ½β‖g̃_1‖²' : '‖w_1 − u‖²/(2β)';
  return {
    ledger:
      `with ℓ_t = −g_t⊙g_{t+1}, ${hint}, v_t = w_t − β(g̃_{t+1} + ℓ_t − g̃_t), w_{t+1} = max{v_t, 0}: Σ⟨ℓ_t, w_t − u⟩ = ${opening} − ‖w_T − u‖²/(2β) + Σ[½β‖ℓ_t − g̃_t‖² − ‖w_t − w_{t+1} − β(ℓ_t − g̃_t)‖²/(2β) − p_t], p_t ≥ 0`,
    bound: `Σ[f(x_t) − f(x_{t−1} − u⊙g_t)] ≤ Σ⟨ℓ_t, w_t − u⟩ ≤ ${opening} + ½βΣ‖ℓ_t − g̃_t‖² for every u ≥ 0, ${hint}`,
    hypotheses: ['f convex', 'constant β > 0, w_1 ≥ 0'],
    needs: ['query', 'meta'],
    tamed: (data) => data,
    outside: () => null,
    steps(seen) {
      const rates = ratesSeen(seen, optimistic);
      if (rates.rounds.length === 0) return moves(seen, rates);
      const { total, projections } = ledgerOf(rates);
      return [
        ...moves(seen, rates),
        equal(seen.T, `Σ⟨ℓ_t, w_t − u⟩ = ${opening} − …`, total),
        // The last one is the oracle's own.
        ...projections.slice(0, -1).map((p, i) => most(i + 2, `p_${i + 1} ≥ 0`, { lhs: ZERO, rhs: p })),
      ];
    },
    promises(seen) {
      const rates = ratesSeen(seen, optimistic);
      if (rates.rounds.length === 0) return [];
      const { total, bound } = ledgerOf(rates);
      return [
        most(seen.T, `Σ⟨ℓ_t, w_t − u⟩ ≤ ${opening} + ½βΣ‖ℓ_t − g̃_t‖²`, { lhs: total.lhs, rhs: bound }),
        most(seen.T, 'Σ[f(x_t) − f(x_{t−1} − u⊙g_t)] ≤ Σ⟨ℓ_t, w_t − u⟩', { lhs: summands(K, values(seen, rates)), rhs: total.lhs }),
      ];
    },
  };
}

export const metaSgd: Guarantee = elementwise(false);
export const optimisticMetaSgd: Guarantee = elementwise(true);
