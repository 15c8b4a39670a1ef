import { TallyBuilder } from '../oracles/tally.js';
import { squaredNorm } from '../oracles/ledger.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, passed, type Claim, type Outcome } from '../src/claim.js';
import { linearCase, prepareLinear, simplerLinearCases, type LinearCase } from '../src/generator/linear-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { equality, inequality, ratioOf, show, type Evidence } from '../src/outcome.js';
import { CHEAP_ROUNDS, LEFT_SIDE, NOT_THE_LEADER, slackOf } from '../src/slack.js';
import type { Subject } from '../src/subject.js';
import type { Play } from '../src/trajectory.js';

/** Eq. (5) against u = Π_W(−η_T S_T), which maximises R(u) − ‖u‖²/(2η_T): if the bound holds there it holds for every u. */
function worstComparator<S>(K: OrderedSpace<S>, project: (v: ArrayLike<S>) => ArrayLike<S>, last: Play<S>): ArrayLike<S> {
  return project(K.scale(K.neg(last.eta), last.sum));
}

function evidence<S>(K: OrderedSpace<S>, { config }: Pick<ReturnType<typeof prepareLinear<S>>, 'config'>, plays: readonly Play<S>[], u: ArrayLike<S>): Evidence {
  return () => ({
    W: config.set.name,
    u: show(K, u),
    plays: plays.map((p) => show(K, p.play)),
    losses: plays.map((p) => show(K, p.loss)),
    hints: plays.map((p) => show(K, p.hint)),
    α: plays.map((p) => K.format(p.alpha)),
    η: plays.map((p) => K.format(p.eta)),
    β: config.beta.map((b) => K.format(b)),
  });
}

/**
 * As printed: ‖u‖²/(2β_T) + ½Σα_t²β_t‖g_t − g̃_t‖², for any β and either index, and u_1 = argmin ‖u‖ whatever the first hint is.
 */
function printed<S>(K: OrderedSpace<S>, subject: Subject, data: LinearCase): Outcome {
  const { config, losses, roundings } = prepareLinear(K, subject, data);
  const plays = subject.aoFtrl(K, { ...config, first: config.set.project(K.zeros(config.set.dimension)) }, losses);
  const u = worstComparator(K, config.set.project, plays.at(-1)!);
  const rhs = new TallyBuilder(K, roundings);
  const half = K.div(K.one, K.from(2));
  const norm = K.mul(half, K.div(squaredNorm(K, u), config.beta.at(-1)!));
  rhs.add('‖u‖²/(2β_T)', norm, () => norm);
  for (const { t, alpha, loss, hint } of plays) {
    const square = K.mul(K.mul(half, K.mul(K.mul(alpha, alpha), config.beta[t]!)), squaredNorm(K, K.minus(loss, hint)));
    rhs.add(`½α_${t}²β_${t}‖g_${t} − g̃_${t}‖²`, square, () => square);
  }
  const lhs = subject.regretTally(K, plays, u, roundings);
  return inequality(K, 'R(T) ≤ ‖u‖²/(2β_T) + ½Σα_t²β_t‖g_t − g̃_t‖²', { lhs, rhs }, evidence(K, { config }, plays, u))
    ?? passed({ trivial: false, labels: [] });
}

/** The ledger as an equality, then the sign of each of its terms, then the bound itself. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: LinearCase): Outcome {
  const { config, losses, roundings } = prepareLinear(K, subject, data);
  const plays = subject.aoFtrl(K, config, losses);
  const last = plays.at(-1)!;
  const u = worstComparator(K, config.set.project, last);
  const told = evidence(K, { config }, plays, u);
  const ledger = subject.constrainedRegretLedger(K, config.set, plays, u, roundings);
  const zero = new TallyBuilder(K, roundings);
  const half = K.div(K.one, K.from(2));
  const rhs = new TallyBuilder(K, roundings);
  const norm = K.mul(half, K.div(squaredNorm(K, u), last.eta));
  const smallest = config.set.project(K.zeros(config.set.dimension));
  const first = K.mul(half, K.div(squaredNorm(K, smallest), plays[0]!.eta));
  rhs.add('‖u‖²/(2η_T)', norm, () => norm).add('−min‖w‖²/(2η_1)', K.neg(first), () => first);
  for (const { allowance } of ledger.rounds) rhs.add(allowance.terms[0]!.name, allowance.value, () => K.from(0));
  rhs.error += ledger.rounds.reduce((sum, { allowance }) => sum + allowance.error, 0);
  const lhs = subject.regretTally(K, plays, u, roundings);
  const failure = equality(K, 'R(u) = ‖u‖²/(2η_T) − [F_{T+1}(u) − F_{T+1}*] − F_1* + ΣD_t', ledger.total, told)
    ?? inequality(K, 'F_{T+1}* ≤ F_{T+1}(u)', { lhs: zero, rhs: ledger.gap }, told)
    ?? ledger.rounds.map(({ t, loss, allowance }) => inequality(K, `D_${t} ≤ ½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, { lhs: loss, rhs: allowance }, told)).find((f) => f !== null)
    ?? (data.set.kind === 'all' ? equality(K, 'I2', subject.unconstrainedRegretLedger(K, plays, u, roundings), told) : null)
    ?? inequality(K, 'R(T) ≤ ‖u‖²/(2η_T) − min‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t − g̃_t‖²', { lhs, rhs }, told);
  if (failure !== null) return failure;
  const projected = plays.some((p) => Array.from(p.play).some((entry, i) => !K.equal(entry, p.unprojected[i]!)));
  const hinted = plays.some((p) => Array.from(p.hint).some((entry) => !K.equal(entry, K.zero)));
  const ratio = ratioOf(K, lhs, rhs);
  return passed({
    trivial: plays.every((p) => Array.from(p.loss).every((entry) => K.equal(entry, K.zero))),
    labels: [
      `W: ${data.set.kind}`,
      `β index: ${data.index}`,
      ...(projected ? ['projection active'] : []),
      ...(hinted ? ['hints'] : []),
      ...(plays.length >= 20 ? ['T ≥ 20'] : []),
      ...(data.beta.some((b) => b !== data.beta[0]) ? ['β varies'] : []),
    ],
    ...(ratio === undefined ? {} : {
      ratio,
      slack: slackOf(K, rhs, () => [
        [LEFT_SIDE, lhs.value],
        [NOT_THE_LEADER, ledger.gap.value],
        [CHEAP_ROUNDS, ledger.rounds.reduce((total, { loss, allowance }) => K.add(total, K.sub(allowance.value, loss.value)), K.zero)],
      ]),
    }),
  });
}

/** What the printed statement allows: β that grow, either index, a first hint: one dimension is enough to refute each. */
const printedCases = linearCase({ ...rationalNumbers, horizon: 2, dimension: 1 }, { rates: 'any' });

export default {
  id: 'regret-bound',
  source: { section: '3', label: 'Eq. (5)' },
  order: 1,
  printed: {
    statement: 'R(T) = Σα_t⟨g_t, u_t − u⟩ ≤ ‖u‖²/(2β_T) + ½Σα_t²β_t‖g_t − g̃_t‖²_* for every u ∈ U, every β_t > 0',
    hypotheses: ['β_t > 0', 'u_1 minimises ‖·‖²', 'u_t by Eq. (4)'],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, simpler: simplerLinearCases, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    // A learning rate that grows; and a first hint that u_1 ignores.
    committed: [
      {
        arithmetic: 'rational',
        case: {
          set: { kind: 'all', dimension: 1 },
          alpha: ['1', '1'],
          beta: ['1', '1', '2'],
          index: 'equation-4',
          projection: 'lazy',
          losses: [['1'], ['-1']],
          hints: [['0'], ['0']],
        },
      },
      {
        arithmetic: 'rational',
        case: { set: { kind: 'all', dimension: 1 }, alpha: ['1'], beta: ['1', '1'], index: 'equation-4', projection: 'lazy', losses: [['1']], hints: [['1']] },
      },
    ],
  },
  corrected: {
    statement: 'R(T) ≤ ‖u‖²/(2η_T) − min_W‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t − g̃_t‖², η_t the rate that formed u_t (β_t in Eq. 4, β_{t−1} in Algorithms 2 and 4)',
    hypotheses: ['η_t non-increasing', 'every u_t by Eq. (4), u_1 among them', 'the norm comes from an inner product'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: linearCase(rationalNumbers), simpler: simplerLinearCases, check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: linearCase(doubles), simpler: simplerLinearCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'projection active': 0.15, hints: 0.3, 'T ≥ 20': 0.2, 'β varies': 0.2 },
    committed: [],
  },
  proof: `
    With F_t(w) = ⟨S_{t−1}, w⟩ + ‖w‖²/(2η_t), F_t* its minimum on W and η_{T+1} := η_T, telescoping gives R(u) = ‖u‖²/(2η_T) − [F_{T+1}(u) − F_{T+1}*] − F_1* + ΣD_t, D_t = α_t⟨g_t, u_t⟩ + F_t* − F_{t+1}*. The bracket is ≥ 0, and F_1* = min_W‖w‖²/(2η_1).
    Let û minimise F_{t+1} on W. Since η_{t+1} ≤ η_t, F_{t+1}* ≥ F_t(û) + α_t⟨g_t, û⟩; and F_t* ≤ F_t(u_t).
    u_t minimises F_t + α_t⟨g̃_t, ·⟩, which is 1/η_t-strongly convex (here the norm must come from an inner product): F_t(u_t) − F_t(û) ≤ α_t⟨g̃_t, û − u_t⟩ − ‖û − u_t‖²/(2η_t).
    Together D_t ≤ α_t⟨g_t − g̃_t, u_t − û⟩ − ‖û − u_t‖²/(2η_t) ≤ ½α_t²η_t‖g_t − g̃_t‖².
    As printed β_t may grow, which breaks the second line; and u_1 minimises ‖·‖², which breaks the third where g̃_1 ≠ 0.`,
  saboteurs: [],
} satisfies Claim;
