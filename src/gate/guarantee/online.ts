import { constrainedRegretLedger, regretTally, squaredNorm, unconstrainedRegretLedger } from '../../../oracles/ledger.js';
import { summands } from '../../../oracles/energy.js';
import type { Tally } from '../../../oracles/tally.js';
import { optimalityConditions } from '../../../oracles/variational.js';
import { balls as K, type Ball } from '../../arithmetic/ball.js';
import { float64 } from '../../arithmetic/float64.js';
import type { Vector } from '../../arithmetic/space.js';
import { feasibleSet, type FeasibleSet, type SetSpec } from '../../problem/feasible-set.js';
import type { Play } from '../../trajectory.js';
import type { Guarantee } from './guarantee.js';
import { enclosedSet, type Seen } from './seen.js';
import { equal, most, side, ZERO, type Statement } from './statement.js';

/** α_1 … α_count, from what the config says: Nesterov's are α_t² = α_{1:t}. */
export function alphas({ settings }: Seen, count: number): Ball[] {
  const given = settings.weights();
  if (typeof given !== 'string') return given.slice(0, count);
  const out: Ball[] = [];
  for (let t = 1; t <= count; t++) {
    const last = out.at(-1) ?? K.zero;
    out.push(given === 'constant' ? K.one : given === 'linear' ? K.from(t) : K.add(K.from(0.5), K.sqrt(K.add(K.from(0.25), K.mul(last, last)))));
  }
  return out;
}

/** A learner on W as it went: rounds whose loss is known, and the play after the last. */
export interface Learning {
  readonly set: SetSpec;
  readonly plays: readonly Play<Ball>[];
  /** The play of round T + 1, of which no loss is known; null where nobody saw it. */
  readonly last: Omit<Play<Ball>, 'loss' | 'sum' | 'unprojected'> | null;
}

export interface LearningData {
  readonly set: SetSpec;
  readonly alpha: readonly Ball[];
  /** β, which does not vary. */
  readonly eta: Ball;
  /** w_1 … w_{T+1} */
  readonly played: readonly Vector<Ball>[];
  /** g_1 … g_T */
  readonly losses: readonly Vector<Ball>[];
  /** g̃_1 … g̃_{T+1} */
  readonly hints: readonly Vector<Ball>[];
}

export function learning({ set, alpha, eta, played, losses, hints }: LearningData): Learning {
  let sumBefore = K.zeros(played[0]?.length ?? 0);
  const plays = losses.map((loss, i): Play<Ball> => {
    const before = sumBefore;
    const sum = K.axpy(alpha[i]!, loss, before);
    sumBefore = sum;
    return { t: i + 1, alpha: alpha[i]!, eta, play: played[i]!, loss, hint: hints[i]!, sumBefore: before, sum, unprojected: played[i]! };
  });
  const T = losses.length;
  const play = played[T];
  return { set, plays, last: play === undefined ? null : { t: T + 1, alpha: alpha[T]!, eta, play, hint: hints[T]!, sumBefore } };
}

export function setOf({ set }: Learning): FeasibleSet<Ball> {
  return enclosedSet(feasibleSet(float64, set));
}

/** u = Π_W(−βS_T), against which the bound is tightest: if it holds there it holds for every u ∈ W. */
export function worst(run: Learning): Vector<Ball> {
  const last = run.plays.at(-1)!;
  // Any point of W will do: what it is off by does not matter.
  return Array.from(setOf(run).project(K.scale(K.neg(last.eta), last.sum)), ({ value }) => ({ value, error: 0 }));
}

/** w_t = Π_W(−η(S_{t−1} + α_t g̃_t)), as conditions that are linear in w_t: w_t ∈ W, and ⟨S_{t−1} + α_t g̃_t + w_t/η, w − w_t⟩ ≥ 0 for all w ∈ W. */
function optimality({ set, plays, last }: Learning): Statement[] {
  return [...plays, ...(last === null ? [] : [last])].flatMap(({ t, alpha, eta, play, hint, sumBefore }) => {
    const normal = K.plus(K.axpy(alpha, hint, sumBefore), K.scale(K.div(K.one, eta), play));
    return optimalityConditions(K, set, play, normal, () => K.zero, K.one).map(({ name, value }) =>
      most(
        t - 1,
        `w_${t} minimises ⟨S_${t - 1} + α_${t}g̃_${t}, w⟩ + ‖w‖²/(2η) on W: ${name}, n = S_${t - 1} + α_${t}g̃_${t} + w_${t}/η`,
        { lhs: ZERO, rhs: side(name, value) },
      )
    );
  });
}

/** The regret ledger of FTRL with hints at constant β: equality, then the signs of its terms. */
export function regretSteps(run: Learning): Statement[] {
  const { plays } = run;
  if (plays.length === 0) return optimality(run);
  const u = worst(run);
  const T = plays.length;
  const { total, gap, rounds } = constrainedRegretLedger(K, setOf(run), plays, u, 0);
  return [
    ...(run.set.kind === 'all' ?
      plays.map((_, i) =>
        equal(
          i,
          `round ${i + 1}: Σα_t⟨g_t, w_t − u⟩ = ‖u‖²/(2η) − ‖u + ηS_${i + 1}‖²/(2η) + ½ηΣα_t²(‖g_t − g̃_t‖² − ‖g̃_t‖²)`,
          unconstrainedRegretLedger(K, plays.slice(0, i + 1), u, 0),
        )
      ) :
      []),
    ...optimality(run),
    equal(T, 'Σα_t⟨g_t, w_t − u⟩ = ‖u‖²/(2η) − [F_{T+1}(u) − F_{T+1}*] − F_1* + ΣD_t', total),
    most(T, 'F_{T+1}* ≤ F_{T+1}(u)', { lhs: ZERO, rhs: gap }),
    ...rounds.map(({ t, loss, allowance }) => most(t - 1, `D_${t} ≤ ½α_${t}²η‖g_${t} − g̃_${t}‖²`, { lhs: loss, rhs: allowance })),
  ];
}

/** ‖u‖²/(2η) − min_W‖w‖²/(2η) + ½ηΣα_t²‖g_t − g̃_t‖² */
export function regretBound(run: Learning, u: Vector<Ball>): readonly (readonly [string, Ball])[] {
  const half = K.from(0.5);
  const { eta } = run.plays[0]!;
  const over = (v: Vector<Ball>): Ball => K.div(K.mul(half, squaredNorm(K, v)), eta);
  return [
    ['‖u‖²/(2η)', over(u)],
    ['−min_W‖w‖²/(2η)', K.neg(over(setOf(run).project(K.zeros(u.length))))],
    ...run.plays.map(({ t, alpha, loss, hint }) => [`½α_${t}²η‖g_${t} − g̃_${t}‖²`, K.mul(K.mul(half, eta), squaredNorm(K, K.scale(alpha, K.minus(loss, hint))))] as const),
  ];
}

export function regretPromise(run: Learning): Statement[] {
  if (run.plays.length === 0) return [];
  const u = worst(run);
  const regret: Tally<Ball> = regretTally(K, run.plays, u, 0);
  return [most(run.plays.length, 'Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2η) − min_W‖w‖²/(2η) + ½ηΣα_t²‖g_t − g̃_t‖²', { lhs: regret, rhs: summands(K, regretBound(run, u)) })];
}

function given(seen: Seen): Learning {
  const { T, n, settings, gradients } = seen;
  const hints = seen.hints.length === 0 ? Array.from({ length: T + 1 }, () => K.zeros(n)) : seen.hints;
  return learning({ set: settings.set(n), alpha: alphas(seen, T + 1), eta: settings.number('beta'), played: seen.points('x'), losses: gradients, hints });
}

export const regretLedger =
  'Σα_t⟨g_t, w_t − u⟩ = ‖u‖²/(2β) − [F_{T+1}(u) − F_{T+1}*] − F_1* + ΣD_t, F_{T+1}(u) ≥ F_{T+1}*, D_t ≤ ½α_t²β‖g_t − g̃_t‖², and each w_t minimises on W; with W = Rⁿ the equality Σα_t⟨g_t, w_t − u⟩ = ‖u‖²/(2β) − ‖u + βS_T‖²/(2β) + ½βΣα_t²(‖g_t − g̃_t‖² − ‖g̃_t‖²)';

export const online: Guarantee = {
  ledger: regretLedger,
  bound: 'Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2β) − min_W‖w‖²/(2β) + ½βΣα_t²‖g_t − g̃_t‖² for every u ∈ W',
  hypotheses: ['constant β > 0'],
  needs: ['x'],
  tamed: (data) => data,
  outside: () => null,
  steps: (seen) => regretSteps(given(seen)),
  promises: (seen) => regretPromise(given(seen)),
};
