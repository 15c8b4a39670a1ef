import { derivationError } from '../oracles/convergence.js';
import { TallyBuilder, dotMagnitude, type Tally } from '../oracles/tally.js';
import type { AdaptivePlay, MetricRule } from '../src/algorithm/adaptive-ftrl.js';
import { exactRoot } from '../src/arithmetic/exact-root.js';
import { float64 } from '../src/arithmetic/float64.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import { isReal, type OrderedSpace, type Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { adaptiveCase, rootCase, simplerAdaptiveCases, simplerRootCases, type AdaptiveCase, type RootCase } from '../src/generator/adaptive-case.js';
import { approximate, positiveSequence } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { equality, inequality, ratioOf, show, vectorEquality, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import type { Subject } from '../src/subject.js';
import type { Play } from '../src/trajectory.js';

/**
 * Eq. (5) in AdaGrad's norms, ‖w‖²_(t) = s_t w²/β, s_t = √(g_1² + … + g_t²): the play w_t can use s_{t−1} at most, since g_t is not
 * known yet; the bound has s_t. w_1 = 0 minimises every norm.
 */
function printed(subject: Subject, data: RootCase): Outcome {
  const K = rational;
  positiveSequence('β', [data.beta], 1);
  const losses = data.losses.map((g) => K.from(g));
  const roots: Rational[] = [];
  let squares = K.zero;
  for (const g of losses) {
    squares = squares.add(g.mul(g));
    const root = exactRoot(squares);
    if (root === null || K.equal(root, K.zero)) return rejected('a root is not rational, or 0');
    roots.push(root);
  }
  const beta = K.from(data.beta);
  const lagging: MetricRule<Rational> = (past) => [(roots[past.length - 1] ?? K.one).div(beta)];
  const plays = subject.adaptiveFtrl(K, { intervals: [subject.feasibleSet(K, { kind: 'all', dimension: 1 })], alpha: losses.map(() => K.one), metric: lagging }, {
    losses: losses.map((g) => [g]),
  });
  const [sum, last, half] = [plays.at(-1)!.sum[0]!, roots.at(-1)!, ratio(1, 2)];
  // The u that maximises R(u) − ½‖u‖²_(T).
  const u = sum.mul(beta).div(last).neg();
  const lhs = new TallyBuilder(K, 0);
  const rhs = new TallyBuilder(K, 0).add('½‖u‖²_{(T)}', half.mul(u).mul(u).mul(last).div(beta), () => K.zero);
  plays.forEach(({ t, play }, i) => {
    const g = losses[i]!;
    lhs.add(`g_${t}(w_${t} − u)`, g.mul(play[0]!.sub(u)), () => K.zero);
    rhs.add(`½‖g_${t}‖²_{(${t}),*}`, half.mul(g).mul(g).mul(beta).div(roots[i]!), () => K.zero);
  });
  return inequality(K, 'R(T) ≤ ½‖u‖²_{(T)} + ½Σ‖g_t‖²_{(t),*}', { lhs, rhs }, () => ({
    W: 'R',
    'α_t': '1',
    β: K.format(beta),
    g: losses.map(K.format),
    s: roots.map(K.format),
    'w_t = −β(g_1 + … + g_{t−1})/s_{t−1}': plays.map(({ play }) => show(K, play)),
    u: K.format(u),
  })) ?? passed({ trivial: false, labels: [] });
}

interface Prepared<S> {
  readonly intervals: readonly FeasibleSet<S>[];
  readonly plays: readonly AdaptivePlay<S>[];
  readonly metric: MetricRule<S>;
  readonly roundings: number;
}

function play<S>(K: OrderedSpace<S>, subject: Subject, data: AdaptiveCase): Prepared<S> {
  const { norms } = data;
  const [T, m] = [data.losses.length, data.intervals.length];
  positiveSequence('α', data.alpha, T);
  const intervals = data.intervals.map((spec) => subject.feasibleSet(K, spec));
  const alpha = data.alpha.map((a) => K.from(a));
  const losses = data.losses.map((g) => parseVector(K, g));
  const metric = norms.kind === 'given' ? given(K, norms.increments, T) : adagrad(K, subject, norms, alpha, losses, m);
  const plays = subject.adaptiveFtrl(K, { intervals, alpha, metric }, { losses, hints: data.hints.map((g) => parseVector(K, g)) });
  // S_t and the sums of the ledger over T, and in AdaGrad's roots once more; sums over m; a few factors and a root.
  return { intervals, plays, metric, roundings: 3 * T + 2 * m + 32 };
}

/** h_1, …, h_T, which do not decrease. */
function given<S>(K: OrderedSpace<S>, increments: readonly (readonly (number | string)[])[], T: number): MetricRule<S> {
  positiveSequence('h_1', increments[0] ?? [], increments[0]?.length ?? 1);
  if (increments.length !== T) throw new RangeError(`expected ${T} norms, got ${increments.length}`);
  const [first, ...rest] = increments.map((row) => parseVector(K, row));
  const all = [first!];
  for (const row of rest) {
    if (!Array.from(row).every((entry) => K.lessOrEqual(K.zero, entry))) throw new RangeError('expected norms that do not decrease');
    all.push(K.plus(all.at(-1)!, row));
  }
  return (past) => all[past.length]!;
}

function adagrad<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  norms: { readonly beta: number | string; readonly margin: number | string },
  alpha: readonly S[],
  losses: readonly Vector<S>[],
  m: number,
): MetricRule<S> {
  if (!isReal(K)) throw new RangeError(`expected norms without roots in ${K.name}, got AdaGrad's`);
  positiveSequence('β', [norms.beta], 1);
  if (!(approximate(norms.margin) >= 1)) throw new RangeError(`expected a margin ≥ 1, got ${norms.margin}`);
  const bounds = K.vector(m, (i) => {
    const largest = losses.reduce((max, g, t) => K.max(max, K.abs(K.mul(alpha[t]!, g[i]!))), K.zero);
    // A coordinate without losses: any bound > 0 is one.
    return K.equal(largest, K.zero) ? K.one : K.mul(K.from(norms.margin), largest);
  });
  return subject.adagradMetric(K, K.from(norms.beta), bounds);
}

/** Coordinate i alone: FTRL on an interval with η_t = 1/h_{t,i}, of which the ledger is known. */
function coordinate<S>(K: OrderedSpace<S>, plays: readonly AdaptivePlay<S>[], i: number): Play<S>[] {
  const entry = (v: Vector<S>): Vector<S> => K.vector(1, () => v[i]!);
  return plays.map((p) => ({
    t: p.t,
    alpha: p.alpha,
    eta: K.div(K.one, p.metric[i]!),
    play: entry(p.play),
    loss: entry(p.loss),
    hint: entry(p.hint),
    sumBefore: entry(p.sumBefore),
    sum: entry(p.sum),
    unprojected: entry(p.unprojected),
  }));
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: AdaptiveCase): Outcome {
  const prepared = play(K, subject, data);
  const { intervals, plays, metric } = prepared;
  const last = plays.at(-1)!;
  const ignored = plays.map((p, i) =>
    vectorEquality(
      K,
      `the norm of round ${p.t} is the one that was asked for`,
      p.metric,
      metric(plays.slice(0, i)),
      0,
      () => p.metric,
      () => ({ α: plays.map(({ alpha }) => K.format(alpha)) }),
    )
  )
    .find((failure) => failure !== null);
  if (ignored !== undefined) return ignored;
  const inside = (v: Vector<S>): Vector<S> => K.vector(v.length, (i) => intervals[i]!.project(K.vector(1, () => v[i]!))[0]!);
  const worst = inside(K.vector(intervals.length, (i) => K.neg(K.div(last.sum[i]!, last.metric[i]!))));
  let ratio: number | undefined;
  for (const u of [worst, inside(parseVector(K, data.comparator))]) {
    const { failure, lhs, rhs } = bound(K, subject, data, prepared, u);
    if (failure !== null) return failure;
    ratio ??= ratioOf(K, lhs, rhs);
  }
  const projected = plays.some((p) => Array.from(p.play).some((entry, i) => !K.equal(entry, p.unprojected[i]!)));
  const hinted = plays.some((p) => Array.from(p.hint).some((entry) => !K.equal(entry, K.zero)));
  return passed({
    trivial: plays.every((p) => Array.from(p.loss).every((entry) => K.equal(entry, K.zero))),
    labels: [
      `norms: ${data.norms.kind}`,
      ...(projected ? ['projection active'] : []),
      ...(hinted ? ['hints'] : []),
      ...(plays.length >= 20 ? ['T ≥ 20'] : []),
      ...(Array.from(last.metric).some((h, i) => !K.equal(h, plays[0]!.metric[i]!)) ? ['the norm grows'] : []),
      ...(Array.from(last.metric).some((h) => !K.equal(h, last.metric[0]!)) ? ['the norm is no multiple of ‖·‖'] : []),
    ],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

/** The ledger of each coordinate as an equality, the sign of each of its terms, then the bound, and for AdaGrad its closed form. */
function bound<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: AdaptiveCase,
  { intervals, plays, roundings }: Prepared<S>,
  u: Vector<S>,
): { failure: Failed | null; lhs: Tally<S>; rhs: Tally<S> } {
  const told: Evidence = () => ({
    W: intervals.map(({ name }) => name),
    u: show(K, u),
    α: plays.map(({ alpha }) => K.format(alpha)),
    h: plays.map(({ metric }) => show(K, metric)),
    losses: plays.map(({ loss }) => show(K, loss)),
    hints: plays.map(({ hint }) => show(K, hint)),
    plays: plays.map((p) => show(K, p.play)),
  });
  const zero = new TallyBuilder(K, 0);
  const half = K.div(K.one, K.from(2));
  const [first, last] = [plays[0]!, plays.at(-1)!];
  const lhs = new TallyBuilder(K, roundings);
  const rhs = new TallyBuilder(K, roundings);
  for (const { t, alpha, loss, play: w } of plays) {
    lhs.add(`α_${t}⟨g_${t}, w_${t} − u⟩`, K.mul(alpha, K.dot(loss, K.minus(w, u))), () => K.mul(alpha, K.add(dotMagnitude(K, loss, w), dotMagnitude(K, loss, u))));
  }
  const norm = K.mul(half, K.dot(last.metric, K.hadamard(u, u)));
  const smallest = K.vector(intervals.length, (i) => intervals[i]!.project(K.zeros(1))[0]!);
  const least = K.mul(half, K.dot(first.metric, K.hadamard(smallest, smallest)));
  rhs.add('½‖u‖²_{(T)}', norm, () => norm).add('−½min_W‖w‖²_{(1)}', K.neg(least), () => least);
  for (const { t, alpha, loss, hint, metric } of plays) {
    const miss = K.minus(loss, hint);
    const dual = K.vector(miss.length, (i) => K.div(K.mul(miss[i]!, miss[i]!), metric[i]!));
    const value = K.mul(K.mul(half, K.mul(alpha, alpha)), K.dot(dual, K.vector(miss.length, () => K.one)));
    rhs.add(`½α_${t}²‖g_${t} − g̃_${t}‖²_{(${t}),*}`, value, () => value);
  }
  const found: (Failed | null | undefined)[] = intervals.map((interval, i) => {
    const ledger = subject.constrainedRegretLedger(K, interval, coordinate(K, plays, i), K.vector(1, () => u[i]!), roundings);
    rhs.error += derivationError([ledger.total]) + ledger.gap.error + ledger.rounds.reduce((sum, { loss, allowance }) => sum + loss.error + allowance.error, 0);
    return equality(K, `coordinate ${i + 1}: R(u) = ½h_T u² − [F_{T+1}(u) − F_{T+1}*] − F_1* + ΣD_t`, ledger.total, told)
      ?? inequality(K, `coordinate ${i + 1}: F_{T+1}* ≤ F_{T+1}(u)`, { lhs: zero, rhs: ledger.gap }, told)
      ?? ledger.rounds.map(({ t, loss, allowance }) => inequality(K, `coordinate ${i + 1}: D_${t} ≤ ½α_${t}²(g_${t} − g̃_${t})²/h_${t}`, { lhs: loss, rhs: allowance }, told)).find((
        f,
      ) => f !== null);
  });
  const failure = found.find((f) => f !== null && f !== undefined)
    ?? inequality(K, 'R(T) ≤ ½‖u‖²_{(T)} − ½min_W‖w‖²_{(1)} + ½Σα_t²‖g_t − g̃_t‖²_{(t),*}', { lhs, rhs }, told)
    ?? (data.norms.kind === 'adagrad' ? closedForm(K, K.from(data.norms.beta), plays, norm, lhs, rhs.error, roundings, told) : null);
  return { failure, lhs, rhs };
}

/**
 * AdaGrad without hints: G_i ≥ |α_t g_{t,i}| makes h_{t,i} ≥ s_{t,i}/β, s_t = √Σ_{s≤t}(α_s g_s)², and √A − √(A − a) = a/(√A + √(A − a)) ≥ a/(2√A)
 * sums up to Σ(α_t g_{t,i})²/s_{t,i} ≤ 2s_{T,i}: so R ≤ ½‖u‖²_(T) + βΣ_i s_{T,i}.
 */
function closedForm<S>(K: OrderedSpace<S>, beta: S, plays: readonly AdaptivePlay<S>[], norm: S, lhs: Tally<S>, error: number, roundings: number, told: Evidence): Failed | null {
  if (!isReal(K)) throw new RangeError(`expected norms without roots in ${K.name}, got AdaGrad's`);
  const rhs = new TallyBuilder(K, roundings).add('½‖u‖²_{(T)}', norm, () => norm);
  for (let i = 0; i < plays[0]!.loss.length; i++) {
    const squares = plays.reduce((sum, { alpha, loss }) => K.add(sum, K.mul(K.mul(alpha, loss[i]!), K.mul(alpha, loss[i]!))), K.zero);
    const root = K.mul(beta, K.sqrt(squares));
    rhs.add(`βs_{T,${i + 1}}`, root, () => root);
  }
  rhs.error += error;
  return inequality(K, 'AdaGrad: R(T) ≤ ½‖u‖²_{(T)} + βΣ_i s_{T,i}', { lhs, rhs }, told);
}

export default {
  id: 'adagrad-norms',
  source: { section: '2', label: 'Section 2, AdaGrad by altering the norms' },
  order: 9,
  printed: {
    statement:
      'R(T) ≤ ½‖u‖²_{(T)} + ½Σα_t²‖g_t‖²_{(t),*}: Eq. (3) and its bound (5) with AdaGrad’s norms ‖w‖²_{(t)} = ⟨w, diag(s_t)w⟩/β, s_t = √Σ_{s≤t}(α_s g_s)², in place of ‖w‖²/β_t',
    hypotheses: ['w_t is formed from g_1, …, g_{t−1}, so in the norm of s_{t−1}; w_1 = 0', 'W = R, α_t = 1, no hints'],
    strength: 'inequality',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: rootCase, simpler: simplerRootCases, check: (subject, data) => printed(subject, data) })],
    coverage: {},
    // g = (3, −4), s = (3, 5), w = (0, −1): 21/5 > 16/5 at u = 1/5, and 4 > 31/10 at u = 0.
    committed: [{ arithmetic: 'rational', case: { beta: '1', losses: ['3', '-4'] } }],
  },
  corrected: {
    statement:
      'R(T) ≤ ½‖u‖²_{(T)} − ½min_W‖w‖²_{(1)} + ½Σα_t²‖g_t − g̃_t‖²_{(t),*}, ‖w‖²_{(t)} = Σ h_{t,i}w_i²; for AdaGrad with h_{t,i} = √(G_i² + Σ_{s<t}(α_s g_{s,i})²)/β, without hints: R(T) ≤ ½‖u‖²_{(T)} + βΣ_i √Σ_{s≤T}(α_s g_{s,i})²',
    hypotheses: [
      'w_t = argmin_W ⟨S_{t−1} + α_t g̃_t, w⟩ + ½‖w‖²_{(t)} for all t ≥ 1',
      'h_t > 0 is known when w_t is formed, and does not decrease in t',
      'W a product of intervals',
      'for AdaGrad: G_i ≥ α_t|g_{t,i}| for all t, G_i > 0 known beforehand',
    ],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: adaptiveCase(rationalNumbers), simpler: simplerAdaptiveCases, check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: adaptiveCase(doubles), simpler: simplerAdaptiveCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'norms: given': 0.3, 'norms: adagrad': 0.2, 'projection active': 0.3, hints: 0.2, 'T ≥ 20': 0.2, 'the norm grows': 0.5, 'the norm is no multiple of ‖·‖': 0.3 },
    committed: [],
  },
  proof: `
    The norms are diagonal and W is a product of intervals: each coordinate by itself is FTRL on an interval with η_t = 1/h_{t,i}, which does not increase. [regret-bound] holds for each, and the sum over i is the statement.
    AdaGrad: write a_t = α_t|g_{t,i}| and Q_t = Σ_{s≤t} a_s². Since G_i ≥ a_t, h_{t,i} ≥ √Q_t/β. And a_t²/√Q_t ≤ 2(√Q_t − √Q_{t−1}), for a_t² = (√Q_t − √Q_{t−1})(√Q_t + √Q_{t−1}). So ½Σ_t a_t²/h_{t,i} ≤ ½β · 2√Q_T.
    As printed the bound has the norm of s_t in round t, but w_t can be formed with s_{t−1} only: what holds its step back is then weaker than the bound says.`,
  saboteurs: [],
} satisfies Claim;
