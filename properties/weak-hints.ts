import fc from 'fast-check';
import { derivationError } from '../oracles/convergence.js';
import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder, dotMagnitude } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { hintCase, type HintCase } from '../src/generator/hint-case.js';
import { prepareLinear, simplerLinearCases } from '../src/generator/linear-case.js';
import { approximate } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { equality, inequality, ratioOf, show, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Play } from '../src/trajectory.js';

/** U = [−1, 1]², g_t = (ξ_t, 1) with ξ_t = ±1, and the hint (0, 1): ⟨g_t, g̃_t⟩ = 1 = ½‖g_t‖² on every round. */
interface SignCase {
  /** C of R(T) ≤ ‖u‖²/(2β_1) + C(1 + ln T). */
  readonly constant: Num;
  /** β_t: this constant; null: 1/⌈√t⌉. */
  readonly beta: Num | null;
  /** ξ_1 … ξ_T */
  readonly signs: readonly Num[];
}

const HORIZON = 100;

const signCase: fc.Arbitrary<SignCase> = fc.record({
  constant: fc.constantFrom<Num>('1', '2', '4'),
  beta: fc.oneof(fc.constant<Num>('1'), fc.constantFrom<Num | null>('1/2', '1/4', null)),
  horizon: fc.integer({ min: 2, max: HORIZON }),
  pattern: fc.constantFrom('alternating', 'constant', 'random'),
  random: fc.array(fc.constantFrom(1, -1), { minLength: HORIZON, maxLength: HORIZON }),
}).map(({ constant, beta, horizon, pattern, random }) => ({
  constant,
  beta,
  signs: Array.from({ length: horizon }, (_, i) => String(pattern === 'random' ? random[i]! : pattern === 'constant' || i % 2 === 0 ? 1 : -1)),
}));

/** Fewer rounds, one or two at a time and by halves; the simplest signs; β = 1; C = 1. */
function simplerSigns(data: SignCase): SignCase[] {
  const T = data.signs.length;
  const lengths = [...new Set([...Array.from({ length: 40 }, (_, i) => i + 1), Math.floor(T / 2), T - 2, T - 1])].filter((k) => k >= 1 && k < T).toSorted((a, b) => a - b);
  const alternating = (k: number): Num[] => Array.from({ length: k }, (_, i) => (i % 2 === 0 ? '1' : '-1'));
  return [
    ...lengths.map((k): SignCase => ({ ...data, beta: '1', signs: alternating(k) })),
    ...lengths.map((k) => ({ ...data, signs: data.signs.slice(0, k) })),
  ];
}

/** An upper bound on ln T without roots or logarithms: T = 2ᵏ(1 + r), 0 ≤ r < 1: ln T ≤ k·7/10 + r, since ln 2 < 7/10 (e^0.7 > 1 + 0.7 + 0.7²/2 + 0.7³/6 > 2) and ln(1 + r) ≤ r. */
function logarithmBound(T: number): Rational {
  const k = Math.floor(Math.log2(T));
  const power = 2 ** k;
  return ratio(7 * k, 10).add(ratio(T - power, power));
}

/** E|ξ_1 + … + ξ_T| for fair signs: what every algorithm loses on average on these losses, whatever it does. */
function randomWalk(T: number): Rational {
  let [binomial, sum] = [1n, 0n];
  for (let k = 0; k <= T; k++) {
    sum += binomial * BigInt(Math.abs(T - 2 * k));
    binomial = (binomial * BigInt(T - k)) / BigInt(k + 1);
  }
  return ratio(sum, 2n ** BigInt(T));
}

/**
 * The guarantee with its constants, for AO-FTRL by Eq. (4), against the best fixed u. What a small β pays for ‖u‖ does not count: it
 * does not grow with T, so ‖u‖²/(2β_1) is allowed on top, and no short run refutes.
 */
function printed(subject: Subject, data: SignCase): Outcome {
  const K = rational;
  const T = data.signs.length;
  if (T < 1 || !data.signs.every((sign) => Math.abs(approximate(sign)) === 1)) return rejected('a sign is not ±1');
  if (!(approximate(data.constant) >= 1) || (data.beta !== null && !(approximate(data.beta) > 0))) return rejected('expected C ≥ 1 and β > 0');
  const set = subject.feasibleSet(K, { kind: 'box', lower: ['-1', '-1'], upper: ['1', '1'] });
  const beta = Array.from({ length: T + 1 }, (_, t) => (data.beta === null ? ratio(1, Math.ceil(Math.sqrt(Math.max(t, 1)))) : K.from(data.beta)));
  const losses = data.signs.map((sign) => [K.from(sign), K.one]);
  const hints = losses.map(() => [K.zero, K.one]);
  const plays = subject.aoFtrl(K, { set, alpha: losses.map(() => K.one), beta, index: 'equation-4', projection: 'lazy' }, { losses, hints });
  const weak = losses.every((g, i) => K.lessOrEqual(K.mul(ratio(1, 2), squaredNorm(K, g)), K.dot(g, hints[i]!)));
  if (!weak) return rejected('a hint is not weakly correlated');
  const sum = plays.at(-1)!.sum;
  // A linear loss on a box: the best u is −1 where the sum is positive, else 1.
  const u = K.vector(2, (i) => (K.lessOrEqual(sum[i]!, K.zero) ? K.one : ratio(-1)));
  const price = K.div(squaredNorm(K, u), K.mul(K.from(2), plays[0]!.eta));
  const rhs = new TallyBuilder(K, 0).add('‖u‖²/(2β_1)', price, () => K.zero).add('C(1 + ln T)', K.mul(K.from(data.constant), K.one.add(logarithmBound(T))), () => K.zero);
  const regret = plays.reduce((R, { loss, play }) => R.add(K.dot(loss, K.minus(play, u))), K.zero);
  const lhs = new TallyBuilder(K, 0).add('R(T)', regret, () => K.zero);
  return inequality(K, 'R(T) ≤ ‖u‖²/(2β_1) + C(1 + ln T)', { lhs, rhs }, signEvidence(data, plays, u)) ?? passed({ trivial: false, labels: [] });
}

function signEvidence(data: SignCase, plays: readonly Play<Rational>[], u: Vector<Rational>): Evidence {
  const T = plays.length;
  // What grows: the regret of the first T/4, T/2 and T rounds against their own best u.
  const regretOf = (horizon: number): string => {
    const part = plays.slice(0, horizon);
    const size = Array.from(part.at(-1)!.sum).reduce((s, entry) => s.add(entry.abs()), ratio(0));
    return part.reduce((R, { loss, play }) => R.add(rational.dot(loss, play)), size).toFraction();
  };
  return () => ({
    U: '[−1, 1]²',
    'g_t': '(ξ_t, 1)',
    'g̃_t': '(0, 1)',
    ε: '1/2',
    C: data.constant,
    T,
    β: data.beta ?? '1/⌈√t⌉',
    ξ: data.signs.map((sign) => (approximate(sign) > 0 ? '+' : '−')).join(''),
    u: show(rational, u),
    plays: plays.slice(0, 8).map(({ play }) => show(rational, play)),
    'R after T/4, T/2, T rounds': [Math.ceil(T / 4), Math.ceil(T / 2), T].map(regretOf),
    'ln T at most': logarithmBound(T).toFraction(),
    'mean over all ξ that no algorithm beats, E|ξ_1 + … + ξ_T|': rational.toNumber(randomWalk(T)).toPrecision(6),
  });
}

/** The largest ε for which every hint is weakly correlated; null where all losses are 0. */
function correlation<S>(K: OrderedSpace<S>, plays: readonly Play<S>[]): S | null {
  const ratios = plays.filter(({ loss }) => !K.equal(squaredNorm(K, loss), K.zero)).map(({ loss, hint }) => K.div(K.dot(loss, hint), squaredNorm(K, loss)));
  return ratios.length === 0 ? null : ratios.reduce((least, value) => K.min(least, value));
}

/** I2 as an equality, the sign of each term that the bound drops, then the bound, at the worst u and at a given one. */
function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: HintCase): Outcome {
  const { config, losses, roundings } = prepareLinear(K, subject, data.run);
  const plays = subject.aoFtrl(K, config, losses);
  const last = plays.at(-1)!;
  if (plays.some(({ eta }, i) => i > 0 && !K.lessOrEqual(eta, plays[i - 1]!.eta))) return rejected('η_t increases');
  const epsilon = correlation(K, plays);
  if (epsilon === null) return passed({ trivial: true, labels: [] });
  const half = K.div(K.one, K.from(2));
  const told = (u: Vector<S>): Evidence => () => ({
    u: show(K, u),
    ε: K.format(epsilon),
    η: plays.map(({ eta }) => K.format(eta)),
    α: plays.map(({ alpha }) => K.format(alpha)),
    losses: plays.map(({ loss }) => show(K, loss)),
    hints: plays.map(({ hint }) => show(K, hint)),
    plays: plays.map(({ play }) => show(K, play)),
  });
  const failure = termSigns(K, plays, epsilon, roundings, told(K.zeros(config.set.dimension)));
  if (failure !== null) return failure;
  let tightest: number | undefined;
  for (const u of [K.scale(K.neg(last.eta), last.sum), parseVector(K, data.comparator)]) {
    const ledger = subject.unconstrainedRegretLedger(K, plays, u, roundings);
    const norm = K.mul(half, K.div(squaredNorm(K, u), last.eta));
    const rhs = new TallyBuilder(K, roundings).add('‖u‖²/(2η_T)', norm, () => norm);
    for (const { t, alpha, eta, loss, hint } of plays) {
      const weight = K.mul(K.mul(alpha, alpha), eta);
      const square = K.mul(weight, squaredNorm(K, loss));
      rhs.add(`(½ − ε)α_${t}²η_${t}‖g_${t}‖²`, K.mul(K.sub(half, epsilon), square), () => K.add(K.mul(half, square), K.mul(weight, dotMagnitude(K, loss, hint))));
    }
    rhs.error += derivationError([ledger]);
    const lhs = subject.regretTally(K, plays, u, roundings);
    const wrong = equality(K, 'I2', ledger, told(u))
      ?? inequality(K, 'R(T) ≤ ‖u‖²/(2η_T) + (½ − ε)Ση_tα_t²‖g_t‖²', { lhs, rhs }, told(u))
      ?? (K.lessOrEqual(half, epsilon) ? inequality(K, 'ε ≥ ½: R(T) ≤ ‖u‖²/(2η_T)', { lhs, rhs: { terms: [], value: norm, error: rhs.error } }, told(u)) : null);
    if (wrong !== null) return wrong;
    tightest ??= ratioOf(K, lhs, rhs);
  }
  return passed({
    trivial: false,
    labels: [
      K.lessOrEqual(half, epsilon) ? 'ε ≥ ½' : 'ε < ½',
      ...(K.lessOrEqual(epsilon, K.zero) ? [] : ['ε > 0']),
      ...(plays.length >= 20 ? ['T ≥ 20'] : []),
      ...(data.run.beta.some((b) => b !== data.run.beta[0]) ? ['β varies'] : []),
      `β index: ${data.run.index}`,
    ],
    ...(tightest === undefined ? {} : { ratio: tightest }),
  });
}

/** What the bound drops from I2 beside ½(η_{t+1} − η_t)‖S_t‖² ≤ 0: ½‖g_t − g̃_t‖² − ½‖g̃_t‖² = ½‖g_t‖² − ⟨g_t, g̃_t⟩ ≤ (½ − ε)‖g_t‖². */
function termSigns<S>(K: OrderedSpace<S>, plays: readonly Play<S>[], epsilon: S, roundings: number, told: Evidence): Failed | null {
  const half = K.div(K.one, K.from(2));
  for (const { t, loss, hint } of plays) {
    const [g, h] = [squaredNorm(K, loss), squaredNorm(K, hint)];
    const size = (): S => K.add(g, K.add(h, dotMagnitude(K, loss, hint)));
    const lhs = new TallyBuilder(K, roundings).add('½‖g_t − g̃_t‖²', K.mul(half, squaredNorm(K, K.minus(loss, hint))), size).add('−½‖g̃_t‖²', K.neg(K.mul(half, h)), size);
    const rhs = new TallyBuilder(K, roundings).add('(½ − ε)‖g_t‖²', K.mul(K.sub(half, epsilon), g), size);
    const failure = inequality(K, `½‖g_${t} − g̃_${t}‖² − ½‖g̃_${t}‖² ≤ (½ − ε)‖g_${t}‖²`, { lhs, rhs }, told);
    if (failure !== null) return failure;
  }
  return null;
}

function simplerHints(data: HintCase): HintCase[] {
  return simplerLinearCases(data.run).map((run) => ({ ...data, run }));
}

const alternating = (T: number): string[] => Array.from({ length: T }, (_, i) => (i % 2 === 0 ? '1' : '-1'));

export default {
  id: 'weak-hints',
  source: { section: '3', label: 'Section 3, weakly correlated hints' },
  order: 2,
  printed: {
    statement: 'R(T) = O(log T): R(T) ≤ ‖u‖²/(2β_1) + C(1 + ln T) for AO-FTRL (Eq. 4) with a constant β or β_t = 1/⌈√t⌉, and C ∈ {1, 2, 4}',
    hypotheses: ['⟨g_t, g̃_t⟩ ≥ ε‖g_t‖² for an ε > 0 (here ½) and all t', 'linear losses on a closed convex U (here [−1, 1]²), α_t = 1'],
    strength: 'rate',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: signCase, simpler: simplerSigns, check: (subject, data) => printed(subject, data) })],
    coverage: {},
    // For each C the first T at which β = 1 fails on alternating signs, where R = ⌈T/2⌉; and a β_t that vanishes.
    committed: [
      { arithmetic: 'rational', case: { constant: '1', beta: '1', signs: alternating(9) } },
      { arithmetic: 'rational', case: { constant: '2', beta: '1', signs: alternating(17) } },
      { arithmetic: 'rational', case: { constant: '4', beta: '1', signs: alternating(39) } },
      { arithmetic: 'rational', case: { constant: '1', beta: null, signs: alternating(64) } },
    ],
  },
  corrected: {
    statement: 'R(T) ≤ ‖u‖²/(2η_T) + (½ − ε)Σα_t²η_t‖g_t‖² for every u ∈ Rᵐ, so R(T) ≤ ‖u‖²/(2η_T), which does not grow with T for constant η, where ε ≥ ½',
    hypotheses: [
      '⟨g_t, g̃_t⟩ ≥ ε‖g_t‖² for a real ε and all t',
      'U = Rᵐ (on a bounded U no more than Eq. 5 holds)',
      'η_t non-increasing, η_t = β_t (Eq. 4) or β_{t−1} (Algorithm 4)',
      'every u_t by Eq. (4), u_1 among them',
      'the norm comes from an inner product',
    ],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({ arithmetic: 'rational', generator: hintCase(rationalNumbers), simpler: simplerHints, check: (subject, data) => corrected(rational, subject, data) }),
      arm({ arithmetic: 'float64', generator: hintCase(doubles), simpler: simplerHints, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'ε ≥ ½': 0.1, 'ε < ½': 0.2, 'ε > 0': 0.25, 'T ≥ 20': 0.2, 'β varies': 0.2 },
    committed: [],
  },
  proof: `
    On Rᵐ the regret is known exactly (I2). Of its terms −‖u + η_T S_T‖²/(2η_T) ≤ 0, and ½(η_{t+1} − η_t)‖S_t‖² ≤ 0.
    The others are ½α_t²η_t(‖g_t − g̃_t‖² − ‖g̃_t‖²) = α_t²η_t(½‖g_t‖² − ⟨g_t, g̃_t⟩) ≤ (½ − ε)α_t²η_t‖g_t‖².
    As printed, on U = [−1, 1]² with g_t = (ξ_t, 1) and hints (0, 1): ⟨g_t, g̃_t⟩ = 1 = ½‖g_t‖², but the hints say nothing of the first coordinate. For fair signs ξ_t every algorithm has E R(T) ≥ E|ξ_1 + … + ξ_T|, which grows like √(2T/π): what it plays there has mean loss 0, the best u loses −|ξ_1 + … + ξ_T|, and the second coordinate’s part of the regret is ≥ 0. So no algorithm has R(T) = O(log T) under these hypotheses alone.`,
  saboteurs: [],
} satisfies Claim;
