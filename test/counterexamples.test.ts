import { describe, expect, test } from 'vitest';
import { loadClaims } from '../src/runner/load-claims.js';
import { runCase } from '../src/runner/run-case.js';
import { runVariant } from '../src/runner/run-variant.js';
import { reference } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

// Fractions and runs of this file's own: nothing here is shared with what the package judges by.

/** p/q in lowest terms, q > 0. */
class Q {
  readonly p: bigint;
  readonly q: bigint;
  constructor(p: bigint, q = 1n) {
    let [a, b] = [p, q];
    while (b !== 0n) [a, b] = [b, a % b];
    const d = a < 0n === q < 0n ? a : -a;
    [this.p, this.q] = [p / d, q / d];
  }
  add(o: Q): Q {
    return new Q(this.p * o.q + o.p * this.q, this.q * o.q);
  }
  sub(o: Q): Q {
    return new Q(this.p * o.q - o.p * this.q, this.q * o.q);
  }
  mul(o: Q): Q {
    return new Q(this.p * o.p, this.q * o.q);
  }
  div(o: Q): Q {
    return new Q(this.p * o.q, this.q * o.p);
  }
  atMost(o: Q): boolean {
    return this.p * o.q <= o.p * this.q;
  }
  text(): string {
    return this.q === 1n ? `${this.p}` : `${this.p}/${this.q}`;
  }
}

type Numeric = Q | number;
const fraction = (x: Numeric): Q => (typeof x === 'number' ? new Q(BigInt(x)) : x);
const over = (p: number, q: number): Q => new Q(BigInt(p), BigInt(q));
const [zero, one, half] = [over(0, 1), over(1, 1), over(1, 2)];
const neg = (x: Q): Q => zero.sub(x);
const plus = (...xs: Numeric[]): Q => xs.map(fraction).reduce((sum, x) => sum.add(x), zero);
const times = (...xs: Numeric[]): Q => xs.map(fraction).reduce((product, x) => product.mul(x), one);
const square = (x: Q): Q => x.mul(x);
const clip = (lower: Q, x: Q, upper: Q): Q => (x.atMost(lower) ? lower : upper.atMost(x) ? upper : x);
const constant = (T: number, x: Numeric = 1): Q[] => Array<Q>(T).fill(fraction(x));
const counting = (T: number): Q[] => Array.from({ length: T }, (_, i) => over(i + 1, 1));

/** A learner on the line: w_t = Π_W(−η_t(Σ_{s<t} v_s g_s + α_t g̃_t)), v = α or αρ, x_t = aw_t + b, x̄_t = Σα_sx_s/α_{1:t}. */
interface Learner {
  readonly slope: (x: Q) => Q;
  readonly alpha: readonly Q[];
  /** η_t, with which w_t is formed; `rates[0]` is η_1. */
  readonly rates: readonly Q[];
  readonly a?: Q;
  /** b of round t as a function of x̄_{t−1} */
  readonly b?: (previous: Q) => Q;
  readonly first?: Q;
  readonly set?: readonly [Q, Q];
  /** g̃_t from what came before */
  readonly hint?: (before: readonly Round[]) => Q;
  readonly weighWithRho?: boolean;
  /** Noise on g_t */
  readonly noise?: readonly Q[];
}

interface Round {
  readonly w: Q;
  readonly x: Q;
  readonly b: Q;
  readonly mean: Q;
  /** α_t/α_{1:t} */
  readonly rho: Q;
  /** ∇f(x̄_t) */
  readonly G: Q;
  /** What the learner is told: aG, and the noise. */
  readonly told: Q;
}

function learn({ slope, alpha, rates, a = one, b = () => zero, first, set, hint = () => zero, weighWithRho = false, noise }: Learner): Round[] {
  const rounds: Round[] = [];
  let [mean, mass, moment, S] = [zero, zero, zero, zero];
  for (const [i, weight] of alpha.entries()) {
    const free = neg(times(rates[i]!, plus(S, times(weight, hint(rounds)))));
    const w = i === 0 && first !== undefined ? first : set === undefined ? free : clip(set[0], free, set[1]);
    const offset = b(mean);
    const x = plus(times(a, w), offset);
    mass = mass.add(weight);
    moment = moment.add(weight.mul(x));
    mean = moment.div(mass);
    const [rho, G] = [weight.div(mass), slope(mean)];
    const told = times(a, plus(G, noise?.[i] ?? zero));
    S = S.add(times(weight, weighWithRho ? rho : one, told));
    rounds.push({ w, x, b: offset, mean, rho, G, told });
  }
  return rounds;
}

/** The hint ∇f(x̄_{t−1}), 0 before there is one. */
const previous = (before: readonly Round[]): Q => before.at(-1)?.G ?? zero;
/** L(x − x*), and its integral from x* on. */
const linear = (L: Numeric, minimiser: Numeric) => (x: Q): Q => times(L, x.sub(fraction(minimiser)));
const parabola = (L: Numeric, minimiser: Numeric, x: Q): Q => times(half, L, square(x.sub(fraction(minimiser))));

/** The w that is nearest to 0 with Σα_tG_t(aw + b_t − x*) ≤ 0. */
function comparator(rounds: readonly Round[], alpha: readonly Q[], minimiser: Numeric, a: Q = one): Q {
  const c = plus(...rounds.map(({ G }, i) => times(alpha[i]!, a, G)));
  const s = plus(...rounds.map(({ G, b }, i) => times(alpha[i]!, G, fraction(minimiser).sub(b))));
  return zero.atMost(s) ? zero : s.div(c);
}

/** Σ[−α_t/(2L)G_t² − α_{1:t−1}/(2L)(G_{t−1} − G_t)²] */
function smoothnessTerms(rounds: readonly Round[], alpha: readonly Q[], L: Numeric): Q {
  return neg(plus(...rounds.map(({ G }, i) => {
    const before = i === 0 ? zero : plus(...alpha.slice(0, i));
    return times(half, one.div(fraction(L)), plus(times(alpha[i]!, square(G)), times(before, square((rounds[i - 1]?.G ?? zero).sub(G)))));
  })));
}

/** x̄_t = x̄_{t−1} + ρ̃_t(x̄_{t−1} − x̄_{t−2}) − step·∇f(x̄_{t−1}) with ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}, for the last t. */
function heavyBallStep(rounds: readonly Round[], step: Q, momentum?: Q): Q {
  const [last, before] = [rounds.at(-1)!, rounds.at(-2)!];
  const rhoTilde = momentum ?? last.rho.mul(one.sub(before.rho)).div(before.rho);
  return plus(before.mean, times(rhoTilde, before.mean.sub(rounds.at(-3)?.mean ?? zero)), neg(times(step, before.G)));
}

/** Algorithm 4 with φ = w, the gradient before as hint and β = 1, and y_3 of Nesterov's method with the coefficients that fit up to t = 2. */
function nesterov(alpha: readonly Q[]): readonly [Q, Q] {
  const slope = linear(1, 1);
  const rounds = learn({ slope, alpha, rates: constant(3), hint: previous });
  const [first, second, third] = rounds as [Round, Round, Round];
  const rate = (t: number): Q => times(alpha[t - 1]!, alpha[t]!).div(plus(...alpha.slice(0, t)));
  const y1 = first.mean;
  const z1 = y1.sub(times(rate(1), slope(y1)));
  const y2 = z1;
  expect(y2.text()).toBe(second.mean.text());
  const z2 = y2.sub(times(rate(2), slope(y2)));
  return [third.mean, plus(z2, times(third.rho.mul(one.sub(second.rho)).div(second.rho), z2.sub(z1)))];
}

/** The mean of both sides over the four paths of ±1 noise: f = L(x − x*)²/2, φ = w + kx + o, β = 1, Definition 1 on true gradients. */
function noisy(L: number, minimiser: number, k: number, o: number, alpha: readonly Q[]): readonly [Q, Q] {
  const sides = [[1, 1], [1, -1], [-1, 1], [-1, -1]].map((signs) => {
    const rounds = learn({ slope: linear(L, minimiser), alpha, rates: constant(2), b: (x) => plus(times(k, x), o), noise: signs.map(fraction) });
    const penalty = plus(...rounds.map(({ told }, i) => times(half, square(alpha[i]!), square(told))));
    return [
      times(plus(...alpha), parabola(L, minimiser, rounds.at(-1)!.mean)),
      plus(times(half, square(comparator(rounds, alpha, minimiser))), penalty, smoothnessTerms(rounds, alpha, L)),
    ] as const;
  });
  const mean = (side: 0 | 1): Q => times(over(1, 4), plus(...sides.map((both) => both[side])));
  return [mean(0), mean(1)];
}

/** The last gap of Corollary 1's schedule as printed: φ = w, W = [0, d], α_t = t, β_t = (t − 1)/(2t). */
function corollary1(L: Q, minimiser: number, diameter: number, T: number, shift: 0 | 1): Q {
  const beta = (t: number): Q => (t < 1 ? zero : over(t - 1, 2 * t));
  const rounds = learn({
    slope: linear(L, minimiser),
    alpha: counting(T),
    rates: Array.from({ length: T }, (_, i) => beta(i + 1 - shift)),
    set: [zero, over(diameter, 1)],
    hint: previous,
  });
  const best = over(Math.min(minimiser, diameter), 1);
  return parabola(L, minimiser, rounds.at(-1)!.mean).sub(parabola(L, minimiser, best));
}

/** Two rounds of φ = w on (x − 1)²/2 with constant β. */
const twoRounds = (beta: Q, more: Partial<Learner> = {}): Round[] => learn({ slope: linear(1, 1), alpha: constant(2), rates: constant(2, beta), ...more });

/** R^x, and Σ∇h_t(w_t)(w_t − w*) + ΣG_t(w* − x*) with ∇h_t = ρ_tG_t, x* = 1. */
function decomposition(rounds: readonly Round[], w: Q): readonly [Q, Q] {
  return [
    plus(...rounds.map(({ G, x }) => times(G, x.sub(one)))),
    plus(...rounds.map(({ G, rho, w: own }) => plus(times(rho, G, own.sub(w)), times(G, w.sub(one))))),
  ];
}

/** Every entry: claim, which of its committed cases, and both sides, of which the first is not at most (or not equal to) the second. */
const TEXTBOOK: readonly (readonly [claim: string, index: number, story: string, relation: '≤' | '=' | '≥', sides: () => readonly [Q, Q]])[] = [
  ['regret-bound', 0, 'β = (1, 2), g = (1, −1), u = 0', '≤', () => {
    const [w1, w2] = [zero, times(-2, 1)];
    return [plus(times(1, w1), times(-1, w2)), times(half, plus(1, 2))];
  }],
  ['regret-bound', 1, 'T = 1, g = g̃ = 1, w_1 = 0, u = −1', '≤', () => [times(1, zero.sub(over(-1, 1))), times(half, square(over(-1, 1)))]],
  ['theorem-1', 0, 'f = x²/2, φ = w, w_1 = 1: w* = 0', '≤', () => {
    const alpha = constant(1);
    const rounds = learn({ slope: linear(1, 0), alpha, rates: alpha, first: one });
    return [parabola(1, 0, rounds[0]!.mean), plus(square(comparator(rounds, alpha, 0)), times(half, square(rounds[0]!.G)), smoothnessTerms(rounds, alpha, 1))];
  }],
  ['theorem-1', 1, 'f = |x|²/2 on R², φ = 2w(−x₂, x₁) + (x₂, 0), x̄_0 = (0, 1)', '≤', () => {
    // w_1 = 0, x̄_1 = G = (1, 0), A = (−2, 0): c = −2, s = −⟨G, (1, 0)⟩ = −1, w* = ½.
    const w = over(-1, 1).div(over(-2, 1));
    return [half, plus(square(w), times(half, 1, 1), neg(half))];
  }],
  ['theorem-1', 2, 'Eq. (3) as written on (x − 1)²/2, T = 17', '≤', () => {
    const alpha = constant(17);
    const rounds = learn({ slope: linear(1, 1), alpha, rates: alpha, weighWithRho: true });
    const losses = plus(...rounds.map(({ G }) => times(half, square(G))));
    return [times(17, parabola(1, 1, rounds.at(-1)!.mean)), plus(square(comparator(rounds, alpha, 1)), losses, smoothnessTerms(rounds, alpha, 1))];
  }],
  [
    'theorem-1-rate',
    0,
    'f = (x − 3)²/2, W = [0, 3], T = 1',
    '≤',
    () => [parabola(1, 3, learn({ slope: linear(1, 3), alpha: constant(1), rates: constant(1), set: [zero, over(3, 1)] })[0]!.mean), over(3, 1)],
  ],
  ['theorem-1-rate', 1, 'φ = w/4, f = (x − 1)²/2, W = [0, 4]', '≤', () => [parabola(1, 1, zero), times(square(over(1, 4)), 4)]],
  ['theorem-1-rate', 2, 'W = [10, 11], x* = 11, T = 3', '≤', () => {
    const rounds = learn({ slope: linear(1, 11), alpha: constant(3), rates: constant(3), set: [over(10, 1), over(11, 1)], first: over(10, 1) });
    return [parabola(1, 11, rounds.at(-1)!.mean), over(1, 3)];
  }],
  ['theorem-1-rate', 3, 'f = −x + x²/8 on [0, 1], T = 1', '≤', () => [zero.sub(plus(-1, over(1, 8))), over(1, 4)]],
  ['theorem-1-rate', 4, 'Eq. (3) as written, Huber with slope 1/5, T = 10', '≤', () => {
    const width = over(1, 5);
    const rounds = learn({ slope: (x) => clip(neg(width), x.sub(one), width), alpha: constant(10), rates: constant(10), set: [zero, one], weighWithRho: true });
    const off = one.sub(rounds.at(-1)!.mean);
    return [off.atMost(width) ? times(half, square(off)) : times(width, off).sub(times(half, square(width))), over(1, 10)];
  }],
  ['theorem-1-rate', 5, 'Eq. (3) as written, (x − 1)²/20 with L = 1, T = 41', '≤', () => {
    const rounds = learn({ slope: linear(over(1, 10), 1), alpha: constant(41), rates: constant(41), set: [zero, one], weighWithRho: true });
    return [parabola(over(1, 10), 1, rounds.at(-1)!.mean), over(1, 41)];
  }],
  ['theorem-2', 0, 'f = (x − 1)²/2, φ = w, w_1 = 0, g̃_1 = g_1 = −1, β = 2', '≤', () => {
    const alpha = constant(1);
    const rounds = learn({ slope: linear(1, 1), alpha, rates: constant(1, 2), first: zero });
    expect(rounds[0]!.told.text()).toBe('-1');
    return [parabola(1, 1, zero), plus(times(half, square(comparator(rounds, alpha, 1))), smoothnessTerms(rounds, alpha, 1))];
  }],
  ['corollary-1', 0, 'f = (x − 3)²/2, W = [0, 3], T = 2', '≤', () => [corollary1(one, 3, 3, 2, 1), times(4, 3).div(over(3, 1))]],
  ['corollary-1', 1, 'f = (x − 1)²/20, T = 4, Algorithm 4', '≤', () => [corollary1(over(1, 10), 1, 1, 4, 1), times(4, over(1, 10)).div(over(15, 1))]],
  ['corollary-1', 2, 'f = (x − 1)²/20, T = 4, Eq. (4)', '≤', () => [corollary1(over(1, 10), 1, 1, 4, 0), times(4, over(1, 10)).div(over(15, 1))]],
  ['corollary-1', 3, 'f = −x + x²/8 on [0, 1], T = 2', '≤', () => [corollary1(over(1, 4), 4, 1, 2, 1), times(4, over(1, 4)).div(over(3, 1))]],
  ['corollary-1-hypothesis', 0, 'φ = w⊙∇f, x = x′ = 1, x″ = 2', '≤', () => [square(times(1, 1).sub(times(2, 1))), zero]],
  ['regret-decomposition', 0, 'f = (x − 1)²/2, β = 1, T = 2, w* = 3', '≤', () => decomposition(twoRounds(one), over(3, 1))],
  ['regret-decomposition', 1, 'f = (x − 1)²/2, β = ½, w* of Definition 1', '≤', () => {
    const rounds = twoRounds(half);
    return decomposition(rounds, comparator(rounds, constant(2), 1));
  }],
  ['lemma-1', 0, 'f = (x − 1)²/2, β = ½, T = 2', '≤', () => {
    const rounds = twoRounds(half);
    const w = comparator(rounds, constant(2), 1);
    return [decomposition(rounds, w)[0], plus(...rounds.map(({ G, rho, w: own }) => times(rho, G, own.sub(w))))];
  }],
  ['heavy-ball', 0, 'the index of α, α = (1, 2)', '=', () => {
    const rounds = twoRounds(one, { alpha: counting(2) });
    return [rounds[1]!.mean, heavyBallStep(rounds, times(2, rounds[1]!.rho))];
  }],
  ['heavy-ball', 1, 'the lost ρ_{t−1}, T = 3', '=', () => {
    const rounds = learn({ slope: linear(1, 1), alpha: constant(3), rates: constant(3), weighWithRho: true });
    return [rounds[2]!.mean, heavyBallStep(rounds, rounds[2]!.rho)];
  }],
  ['heavy-ball', 2, 'the number for α_t = t, β = ½', '=', () => {
    const rounds = twoRounds(half, { alpha: counting(2) });
    return [rounds[1]!.mean, heavyBallStep(rounds, over(2, 12), zero)];
  }],
  ['nesterov', 0, 'α = (1, 2, 3)', '=', () => nesterov(counting(3))],
  ['nesterov', 1, 'α = (1, 2, 1)', '=', () => nesterov([one, over(2, 1), one])],
  ['stochastic-online-to-batch', 0, 'f = 3x²/2, φ = w − x + 1, noise ±1', '≤', () => noisy(3, 0, -1, 1, constant(2))],
  ['stochastic-online-to-batch', 1, 'f = 2(x − 2)², φ = w, α = (2, 1), noise ±1', '≤', () => noisy(4, 2, 0, 0, [over(2, 1), one])],
  ['corollary-3', 0, 'f = x²/2, φ = w + 1, z_1 = 2: the sign of ∇f(x̄_1)', '=', () => {
    const rounds = learn({ slope: linear(1, 0), alpha: constant(2), rates: constant(2), b: () => one, hint: (before) => (before.length === 0 ? zero : over(2, 1)) });
    return [rounds[1]!.w, neg(over(2, 1).sub(rounds[0]!.G))];
  }],
  ['theorem-3-bmg-to-aoftrl', 0, 'μ = x²/2, φ = w + 1, z_1 = 2', '=', () => [neg(one.sub(over(2, 1))), neg(over(2, 1).sub(one))]],
  ['theorem-3-bmg-to-aoftrl', 1, 'μ = x²/2, φ = 1 − 2w, z_1 = 2: the Jacobian', '=', () => [times(2, one.sub(over(2, 1))), neg(over(2, 1).sub(one))]],
  ['bmg-loss-target', 0, 'f = x²/2, φ = w + 1, z_1 = 2', '=', () => [neg(one.sub(over(2, 1))), neg(over(2, 1).sub(one))]],
  ['bmg-loss-target', 1, 'f = x²/2, φ = w, z_1 = 1', '=', () => [neg(zero.sub(one)), neg(one.sub(zero))]],
  ['ftrl-interior-step', 0, 'W = [−1, 1], ∇h = −3, 5/2: w_2 was projected', '=', () => {
    const rounds = learn({ slope: linear(16, over(3, 16)), alpha: constant(3), rates: constant(3), set: [over(-1, 1), one], weighWithRho: true });
    const gradients = rounds.map(({ rho, G }) => rho.mul(G).text());
    expect(gradients.slice(0, 2)).toEqual(['-3', '5/2']);
    return [rounds[2]!.w, rounds[1]!.w.sub(over(5, 2))];
  }],
  ['ftrl-interior-step', 1, 'w_1 = 1, ∇h_1 = 0', '=', () => {
    const rounds = twoRounds(one, { first: one });
    return [rounds[1]!.w, rounds[0]!.w.sub(rounds[0]!.G)];
  }],
  ['ftrl-update', 0, 'f = (x − 1)²/2, β = ½, T = 3', '=', () => {
    const rounds = learn({ slope: linear(1, 1), alpha: constant(3), rates: constant(3, half) });
    return [rounds[2]!.w, neg(times(half, plus(...rounds.slice(0, 2).map(({ rho, G }) => rho.mul(G)))))];
  }],
  ['meta-loss-gradient', 0, 'f = (x − 1)²/2, t = 2', '=', () => {
    const { rho, G } = twoRounds(one)[1]!;
    return [rho.mul(G), G];
  }],
  ['anytime-is-tighter', 0, 'f = x²/2, x = (2, 1)', '≤', () => [plus(times(2, 2), times(over(3, 2), 1)), plus(times(2, 2), times(1, 1))]],
  ['lambda-improves', 0, 'φ = w/2 with β = 4 runs as φ = w with β = 1', '≤', () => {
    const gap = (rounds: Round[]): Q => parabola(1, 1, rounds.at(-1)!.mean);
    return [gap(twoRounds(over(4, 1), { a: half })), times(over(1, 4), gap(twoRounds(one)))];
  }],
  ['online-to-batch', 0, 'f = y²/(2s) + s, x_1 = (5/4, 5/8), x* = (1, 0)', '≤', () => {
    const [s, y] = [over(5, 4), over(5, 8)];
    const m = y.div(s);
    const G = [one.sub(times(half, square(m))), m] as const;
    const gap = plus(square(y).div(times(2, s)), s, -1);
    const regret = plus(times(G[0], s.sub(one)), times(G[1], y));
    return [gap, regret.sub(times(half, plus(square(G[0].sub(one)), square(G[1]))))];
  }],
  ['smoothness-condition', 0, 'φ = 2w(−x₂, x₁) + (1, 0), x̄_0 = (0, 1), G = (1, 0)', '≤', () => [square(times(2, -1, 1)), square(one)]],
  ['adagrad-norms', 0, 'g = (3, −4), h = (3, 5), w_2 = −3/3', '≤', () => {
    const u = over(1, 5);
    return [plus(times(-4, over(-3, 3)), u), times(half, plus(times(5, square(u)), over(9, 3), over(16, 5)))];
  }],
  ['regret-preservation', 0, 'φ = 2 − w, W = [0, 1], x̄_1 = 2', '≤', () => [over(2, 1).sub(one), zero]],
  ['acceleration-needs-optimism', 0, 'φ = x − 2∇f, slope ½, from 0 to x* = 1 in one step', '≤', () => [over(1, 4), square(one.sub(times(2, half)))]],
  ['corollary-2', 0, 'φ = 11w, K = 4, T = 2', '≤', () => {
    const c = over(11, 1);
    const rounds = learn({ slope: linear(1, 1), a: c, alpha: counting(2), rates: constant(2, one.div(times(4, square(c)))), hint: (before) => times(c, previous(before)) });
    return [parabola(1, 1, rounds[1]!.mean), times(4, c, square(one.div(c))).div(over(3, 1))];
  }],
  ['meta-sgd', 0, 'f = x²/2, x_0 = 1, w = ½: ascent', '≤', () => [parabola(1, 0, over(3, 2)), parabola(1, 0, one)]],
  ['optimistic-meta-sgd', 0, 'x = 1, 2, w = 1, β = 1/10: the last term without β', '=', () => {
    const beta = over(1, 10);
    const printed = one.sub(times(beta, 2, 3)).sub(one);
    return [one.sub(times(beta, times(2, 3).sub(one))), printed.atMost(zero) ? zero : printed];
  }],
  ['optimistic-meta-sgd', 1, 'f = x²/2, x_0 = 1, w = 1: ascent', '≤', () => [parabola(1, 0, over(2, 1)), parabola(1, 0, one)]],
];

const claims = await loadClaims();

describe('counterexamples of the textbook, computed here', () => {
  test.each(TEXTBOOK.map((entry) => [`${entry[0]}: ${entry[2]}`, entry] as const))('%s', (_, [id, index, , relation, compute]) => {
    const [lhs, rhs] = compute();
    const fits = { '≤': lhs.atMost(rhs), '=': lhs.text() === rhs.text(), '≥': rhs.atMost(lhs) }[relation];
    expect(fits, `${lhs.text()} ${relation} ${rhs.text()}`).toBe(false);
    const { arms, committed } = claims.find((claim) => claim.id === id)!.printed;
    const { arithmetic, case: example } = committed[index]!;
    expect(arithmetic).toBe('rational');
    const outcome = runCase(arms.find((arm) => arm.arithmetic === 'rational')!, reference, example);
    expect(outcome).toMatchObject({ kind: 'failed' });
    if (outcome.kind === 'failed') expect([outcome.lhs, outcome.rhs].map(bare)).toEqual([lhs.text(), rhs.text()]);
  });
});

/** "1 (its minimum over W)" as "1". */
function bare(side: string): string {
  return side.replace(/ \(.*\)$/, '');
}

describe('each false statement is refuted in exact arithmetic by the search itself', () => {
  const refuted = claims.filter(({ printed }) => printed.expected === 'refuted');
  test.each(refuted.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
    const { verdict, reason, counterexample } = runVariant(claim, 'printed', reference, { cases: 300, seed: 2, deadline: null });
    expect(verdict, reason ?? '').toBe('refuted');
    expect(counterexample).toMatchObject({ exact: true, claim: claim.id, variant: 'printed' });
    const arm = claim.printed.arms.find(({ arithmetic }) => arithmetic === counterexample!.arithmetic)!;
    // A case goes through a file and back before somebody else looks at it.
    const again = runCase(arm, reference, JSON.parse(JSON.stringify(counterexample!.case)) as Json);
    expect(again).toMatchObject({ kind: 'failed', lhs: counterexample!.lhs, rhs: counterexample!.rhs });
  });

  test('and every other printed statement is the corrected one', () => {
    expect(claims.filter(({ printed }) => printed.expected === 'holds').map(({ printed, corrected }) => printed.statement === corrected.statement)).not.toContain(false);
  });
});
