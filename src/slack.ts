import { addSmoothnessTerms } from '../oracles/convergence.js';
import { TallyBuilder, type Tally } from '../oracles/tally.js';
import type { OrderedSpace } from './arithmetic/space.js';
import type { Passed } from './claim.js';
import type { Settled } from './convergence.js';
import type { MetaRun } from './generator/meta-case.js';
import type { ConvexFunction } from './problem/convex-function.js';

/** A part of a bound: what an inequality on the way gave up, or the left side. */
export type Part<S> = readonly [term: string, value: S];

const LEFT_SIDE = 'left side';
/** D_t = α_t⟨g_t, u_t⟩ + F_t* − F_{t+1}* is what round t costs in the regret's ledger. */
const CHEAP_ROUNDS = 'rounds cost less than their bounds: Σ(bound_t − D_t)';
const NOT_THE_LEADER = 'the comparator is not the last leader: F_{T+1}(w) − F_{T+1}*';
export const LESS_CURVED = 'f curves less than L allows it to pay: ΣB_f − Σ(α_t/(2L)‖G_t‖² + …)';

/** The parts as shares of the bound, which is positive; undefined where it has no ratio to be approached. */
export function slackOf<S>(K: OrderedSpace<S>, bound: Tally<S>, parts: () => readonly Part<S>[]): NonNullable<Passed['slack']> {
  return () => parts().map(([term, value]) => ({ term, share: K.toNumber(K.div(value, bound.value)) }));
}

const sum = <S>(K: OrderedSpace<S>, values: readonly S[]): S => values.reduce((total, value) => K.add(total, value), K.zero);

/**
 * Where ‖w*‖²/(2η_T) goes. By I1, I3 and the regret's ledger
 * ‖w*‖²/(2η_T) − F_1* − α_{1:T}(f(x̄_T) − f(x*)) = [F_{T+1}(w*) − F_{T+1}*] − Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ − ΣD_t + Σ Bregman terms; and D_t ≤ cost_t, and
 * the Bregman terms are at least what smoothness says of them.
 * @param costs bound_t: what each round's D_t is said to be at most.
 * @param paid true where the bound is ‖w*‖²/(2η_T) alone, since smoothness pays for all costs; false where it holds costs, smoothness and F_1* itself.
 */
export function convergenceParts<S>(
  K: OrderedSpace<S>,
  { f }: Pick<MetaRun<S, ConvexFunction<S>>, 'f'>,
  settled: Settled<S>,
  gap: Tally<S>,
  costs: readonly S[],
  paid: boolean,
): readonly Part<S>[] {
  const { rounds, comparator, halfspace, ledgers: { conversion, regret } } = settled;
  const smoothness = new TallyBuilder(K, 0);
  addSmoothnessTerms(K, f, rounds, smoothness);
  const gained = K.neg(smoothness.value);
  const cost = sum(K, costs);
  const divergences = K.neg(sum(K, conversion.rhs.terms.filter(({ name }) => name.includes('B_f')).map(({ value }) => value)));
  const own: readonly Part<S>[] = [
    [LEFT_SIDE, gap.value],
    [NOT_THE_LEADER, regret.gap.value],
    ['Definition 1 has room: −Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩', K.sub(halfspace.s, K.dot(halfspace.c, comparator))],
    [CHEAP_ROUNDS, K.sub(cost, sum(K, regret.rounds.map(({ loss }) => loss.value)))],
    [LESS_CURVED, K.sub(divergences, gained)],
  ];
  if (!paid) return own;
  const start = K.neg(sum(K, regret.total.rhs.terms.filter(({ name }) => name === '−F_1*').map(({ value }) => value)));
  return [...own, ['smoothness pays more than the rounds’ bounds: Σ(α_t/(2L)‖G_t‖² + …) − Σbound_t', K.sub(gained, cost)], ['w_1 is not 0: min_W‖w‖²/(2η_1)', start]];
}
