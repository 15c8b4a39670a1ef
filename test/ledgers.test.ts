import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceleratedLedger, descentLedger, headedFor, heavyBallLedger, summands, type EnergyLedger } from '../oracles/energy.js';
import { greedyRegretLedger, type GreedyRound } from '../oracles/greedy-regret.js';
import { constrainedRegretLedger, unconstrainedRegretLedger, type Ledger } from '../oracles/ledger.js';
import { UNDERFLOW, gamma } from '../oracles/rounding.js';
import { certifyingShare, scheduleCertificate } from '../oracles/schedule-form.js';
import { dualNorm, metricNorm, stepRegretLedger, targetLedger, targetLoss } from '../oracles/step-regret.js';
import { agree, atMost, type Tally } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { setSpec } from '../src/generator/learner.js';
import { rationalNumbers } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import type { Play } from '../src/trajectory.js';
import { LAST_HORIZON } from '../src/world/schedule.js';
import { holdsFor } from './support/exactly.js';
import { quartic } from './support/quartic.js';
import { column, positive, q, scalar, show, vectors } from './support/rationals.js';

const K = rational;
const values = (tally: Tally<Rational>): string[] => tally.terms.map(({ value }) => K.format(value));
const equal = ({ lhs, rhs }: Ledger<Rational>): void => expect(K.format(lhs.value)).toBe(K.format(rhs.value));

/** The magnitudes of a tally in float64, all together: what its error is γ_k times of, less the values themselves. */
const magnitude = (tally: Tally<number>, roundings: number): number =>
  (tally.error - tally.terms.length * UNDERFLOW) / gamma(roundings) - tally.terms.reduce((sum, { value }) => sum + Math.abs(value), 0);

describe('greedy projection', () => {
  const line: SetSpec = { kind: 'box', lower: ['-1'], upper: ['1'] };
  const play = (set: SetSpec, first: Vector<Rational>, losses: readonly Vector<Rational>[], hints: readonly Vector<Rational>[], beta: Rational): GreedyRound<Rational>[] => {
    const W = feasibleSet(K, set);
    let w = first;
    return losses.map((loss, i) => {
      const round = { play: w, loss, hint: hints[i]! };
      const next = hints[i + 1] ?? K.zeros(loss.length);
      w = W.project(K.axpy(beta.neg(), K.plus(K.minus(loss, hints[i]!), next), w));
      return round;
    });
  };

  test('the ledger of two rounds, by hand', () => {
    // β = 1: v_1 = 1 − (3 − 1 − 2) = 1, w_2 = 1; v_2 = 1 − (4 + 2) = −5, w_3 = −1.
    const rounds = play(line, column('1'), [column('3'), column('4')], [column('1'), column('-2')], q('1'));
    const { total, projections, bound } = greedyRegretLedger(K, feasibleSet(K, line), rounds, q('1'), column('-1/2'), 1);
    expect(values(total.lhs)).toEqual(['9/2', '6']);
    expect(total.lhs.terms.map(({ name }) => name)).toEqual(['⟨ℓ_1, w_1 − u⟩', '⟨ℓ_2, w_2 − u⟩']);
    // (1 + 1 + ½)²/2 and −½; ½·2², −(0 − 2)²/2, p_1 = 0; ½·6², −(2 − 6)²/2, p_2 = (−5 + 1)(−1 + ½); −(−1 + ½)²/2.
    expect(values(total.rhs)).toEqual(['25/8', '-1/2', '2', '-2', '0', '18', '-8', '-2', '-1/8']);
    expect(projections.map((one) => K.format(one.value))).toEqual(['0', '2']);
    expect(values(bound)).toEqual(['25/8', '-1/2', '2', '18']);
    equal(total);
    expect(() => greedyRegretLedger(K, feasibleSet(K, line), [], q('1'), column('0'), 1)).toThrow(new RangeError('expected at least one round, got none'));
  });

  test('is an equality for every W, β and u, and projections only help', () => {
    holdsFor(
      100,
      fc.property(
        fc.integer({ min: 1, max: 2 }).chain((m) => fc.tuple(setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), vectors(m, 8), positive)),
        ([spec, data, beta]) => {
          const set = feasibleSet(K, spec);
          const u = set.project(data[7]!);
          const { total, projections } = greedyRegretLedger(K, set, play(spec, set.project(data[6]!), data.slice(0, 3), data.slice(3, 6), beta), beta, u, 1);
          equal(total);
          for (const one of projections) expect(K.lessOrEqual(K.zero, one.value)).toBe(true);
        },
      ),
    );
  });

  test('rounds relative to the sizes of what is added', () => {
    // β = 2, one round: play 3, hint −1, loss 5, u = −2: w_2 = 3 − 2·6 = −9.
    const { total, projections, bound } = greedyRegretLedger(float64, feasibleSet(float64, { kind: 'all', dimension: 1 }), [{ play: [3], loss: [5], hint: [-1] }], 2, [-2], 1);
    // (|3| + |2·1| + |2|)²/4 = 49/4, ½·2·1 = 1; then four of (3 + 9 + 2 + 2(5 + 1 + 0))²/4 = 169, and (9 + 2)²/4.
    expect(magnitude(total.lhs, 1)).toBeCloseTo(169, 6);
    expect(magnitude(total.rhs, 1)).toBeCloseTo(49 / 4 + 1 + 3 * 169 + 121 / 4, 6);
    expect(magnitude(bound, 1)).toBeCloseTo(49 / 4 + 1 + 169, 6);
    expect(projections.map((one) => magnitude(one, 1))).toEqual([169]);
  });
});

describe('energies', () => {
  const f = quartic(K, q('2'), column('1', '-1'));
  const energy = ({ lhs, rhs, slack }: EnergyLedger<Rational>): string[][] => [lhs, rhs, slack].map(values);
  const at = fc.tuple(vectors(2, 3), positive, scalar.filter((m) => !K.equal(m, K.one)), fc.integer({ min: 0, max: 4 }));

  test('of gradient descent: an equality whatever the gradient was, and by hand', () => {
    holdsFor(
      80,
      fc.property(at, ([[x, gradient], rate, , t]) => {
        const next = K.axpy(rate.neg(), gradient!, x!);
        equal(descentLedger(K, f, { t, rate, x: x!, next, gradient: gradient!, slip: K.minus(f.gradient(x!), gradient!) }));
      }),
    );
    // f = x²/2 + x⁴ at x = 1, ∇f = 5, g = 4, η = ½, x' = −1; f(±1) = 3/2, B_f(0, 1) = −3/2 + 5, B_f(−1, 1) = 10.
    const one = quartic(K, q('1'), column('0'));
    const ledger = descentLedger(K, one, { t: 2, rate: q('1/2'), x: column('1'), next: column('-1'), gradient: column('4'), slip: column('1') });
    // 3·½·3/2, ½; 2·½·3/2, ½, −½·7/2, −5/2·¼·16, 3·½·10, ½ − 3·¼·4.
    expect(energy(ledger)).toEqual([['9/4', '1/2'], ['3/2', '1/2', '-7/4', '-10', '15', '-5/2'], ['-5/2']]);
  });

  test('of Heavy Ball', () => {
    holdsFor(
      80,
      fc.property(at, ([[x, previous, gradient], rate, momentum, t]) => {
        const next = K.axpy(momentum, K.minus(x!, previous!), K.axpy(rate.neg(), gradient!, x!));
        equal(heavyBallLedger(K, f, { t, rate, momentum, previous: previous!, x: x!, next, gradient: gradient!, slip: K.minus(f.gradient(x!), gradient!) }));
      }),
    );
    expect(show(headedFor(K, q('1/3'), column('4'), column('2')))).toEqual(['5']);
    // m = ½, η = ½: z = 1 + (1 − 2) = 0, x' = 1 − ½·4 − ½ = −3/2, z' = −4; η/(1 − m) = 1, ηm/(1 − m)² = 1; f(2) = 18, B_f(2, 1) = 18 − 3/2 − 5.
    const one = quartic(K, q('1'), column('0'));
    const ledger = heavyBallLedger(K, one, {
      t: 1,
      rate: q('1/2'),
      momentum: q('1/2'),
      previous: column('2'),
      x: column('1'),
      next: column('-3/2'),
      gradient: column('4'),
      slip: column('1'),
    });
    expect(energy(ledger)).toEqual([['8', '3/2', '3/2'], ['0', '18', '-7/2', '-23/2', '8', '0'], ['0', '-4']]);
  });

  test('of Nesterov’s method', () => {
    holdsFor(
      80,
      fc.property(at, fc.boolean(), ([[x, query, gradient], rate, , t], first) => {
        // s² − s = s_t²
        const [before, after] = first ? [q('0'), q('1')] : [q('2/3'), q('4/3')];
        const next = K.axpy(rate.neg(), gradient!, query!);
        equal(
          acceleratedLedger(K, f, { t, rate, x: x!, query: query!, next, weightBefore: before, weight: after, gradient: gradient!, slip: K.minus(f.gradient(query!), gradient!) }),
        );
      }),
    );
    // s = 4/3, η = ½, x = 2, y = 1: v = 4/3 − 2/3, x' = 1 − 2 = −1, v' = −4/3 − 2/3; B_f(−1, 1) = 10, B_f(2, 1) = 23/2, B_f(0, 1) = 7/2.
    const one = quartic(K, q('1'), column('0'));
    const ledger = acceleratedLedger(K, one, {
      t: 1,
      rate: q('1/2'),
      x: column('2'),
      query: column('1'),
      next: column('-1'),
      weightBefore: q('2/3'),
      weight: q('4/3'),
      gradient: column('4'),
      slip: column('1'),
    });
    expect(energy(ledger)).toEqual([['8/3', '4'], ['8', '4/9', '-64/9', '160/9', '-46/9', '-14/3', '-8/3'], ['-8/3']]);
  });

  test('have no rounding bounds of their own', () => {
    expect(summands(float64, [['a', 2], ['b', 3]])).toMatchObject({ value: 5, terms: [{ name: 'a', value: 2 }, { name: 'b', value: 3 }] });
    expect(summands(float64, [['a', 2]]).error).toBe(UNDERFLOW);
  });
});

describe('one step in the norm of a diagonal', () => {
  test('by hand', () => {
    expect(K.format(metricNorm(K, column('2', '3'), column('1', '-2')))).toBe('14');
    expect(K.format(dualNorm(K, column('2', '3'), column('2', '-3')))).toBe('5');
    // x' = 3 − ½·2·4/2 = 1; 2·4(3 − 1), 2·2²/(2·½), −2·0, ½·½·4·16/2.
    const step = { t: 1, rate: q('1/2'), weight: q('2'), metric: column('2'), x: column('3'), next: column('1'), gradient: column('4') };
    const ledger = stepRegretLedger(K, step, column('1'));
    expect([values(ledger.lhs), values(ledger.rhs)]).toEqual([['16'], ['8', '0', '8']]);
    const elsewhere = stepRegretLedger(K, step, column('-1'));
    expect([values(elsewhere.lhs), values(elsewhere.rhs)]).toEqual([['32'], ['32', '-8', '8']]);
  });

  test('towards a target, by hand', () => {
    // A = (1, 2; 0, 1), w = (1, 1), b = (0, 1): x = (3, 2), z = (1, 1): ℓ = Aᵀ(2, 1) = (2, 5), w' = w − ½ℓ; u = 0.
    const step = {
      t: 1,
      rate: q('1/2'),
      jacobian: [column('1', '2'), column('0', '1')],
      offset: column('0', '1'),
      x: column('3', '2'),
      target: column('1', '1'),
      w: column('1', '1'),
      next: column('0', '-3/2'),
    };
    expect(show(targetLoss(K, step))).toEqual(['2', '5']);
    const ledger = targetLedger(K, step, column('0', '0'));
    // ½(4 + 1); ½(1 + 0), 1 + 1, −9/4, ½·½·29, −½(9 + 1).
    expect([values(ledger.lhs), values(ledger.rhs)]).toEqual([['5/2'], ['1/2', '2', '-9/4', '29/4', '-5']]);
  });

  test('are equalities for every u', () => {
    holdsFor(
      80,
      fc.property(vectors(2, 6), fc.array(positive, { minLength: 3, maxLength: 3 }), ([x, gradient, u, w, row, offset], [rate, weight, h]) => {
        const metric = [h!, weight!];
        const next = K.minus(x!, K.vector(2, (i) => rate!.mul(weight!).mul(gradient![i]!).div(metric[i]!)));
        equal(stepRegretLedger(K, { t: 1, rate: rate!, weight: weight!, metric, x: x!, next, gradient: gradient! }, u!));
        const jacobian = [row!, offset!];
        const at = K.plus(K.apply(jacobian, w!), offset!);
        const loss = targetLoss(K, { jacobian, x: at, target: x!, w: w! });
        equal(targetLedger(K, { t: 1, rate: rate!, jacobian, offset: offset!, x: at, target: x!, w: w!, next: K.axpy(rate!.neg(), loss, w!) }, u!));
      }),
    );
  });
});

describe('the ledgers of regret with hints and rates that fall, by hand', () => {
  /** α = (1, 2), η = (½, ¼), g = (3, −1), g̃ = (1, 2): S = 3, 1, and w = −½(0 + 1), −¼(3 + 4). */
  function plays<S>(F: OrderedSpace<S>): Play<S>[] {
    const v = (data: Num): Vector<S> => numbers(F, [data]);
    return [
      { t: 1, alpha: F.from(1), eta: F.from(0.5), play: v(-0.5), loss: v(3), hint: v(1), sumBefore: v(0), sum: v(3), unprojected: v(-0.5) },
      { t: 2, alpha: F.from(2), eta: F.from(0.25), play: v(-1.75), loss: v(-1), hint: v(2), sumBefore: v(3), sum: v(1), unprojected: v(-1.75) },
    ];
  }
  const named = (tally: Tally<Rational>): [string, string][] => tally.terms.map(({ name, value }) => [name, K.format(value)]);

  test('on Rᵐ', () => {
    const { lhs, rhs } = unconstrainedRegretLedger(K, plays(K), column('1'), 1);
    expect(named(lhs)).toEqual([['α_1⟨g_1, w_1 − w⟩', '-9/2'], ['α_2⟨g_2, w_2 − w⟩', '11/2']]);
    expect(named(rhs)).toEqual([
      ['‖w‖²/(2η_T)', '2'],
      ['−‖w + η_T S_T‖²/(2η_T)', '-25/8'],
      ['½(η_2 − η_1)‖S_1‖²', '-9/8'],
      ['½α_1²η_1‖g_1 − g̃_1‖²', '1'],
      ['−½α_1²η_1‖g̃_1‖²', '-1/4'],
      ['½α_2²η_2‖g_2 − g̃_2‖²', '9/2'],
      ['−½α_2²η_2‖g̃_2‖²', '-2'],
    ]);
    equal({ lhs, rhs });
    const inexact = unconstrainedRegretLedger(float64, plays(float64), [1], 1);
    expect(magnitude(inexact.lhs, 1)).toBeCloseTo(3 * 1.5 + 2 * 2.75, 6);
    // 2, (1 + ¼)²·2, ½(½ + ¼)·9, then twice ½(0 + 3 + 1)² and ¼(3 + 2 + 4)².
    expect(magnitude(inexact.rhs, 1)).toBeCloseTo(2 + 3.125 + 3.375 + 2 * 8 + 2 * 20.25, 6);
  });

  test('on a set', () => {
    const ball: SetSpec = { kind: 'ball', centre: [0], radius: 2 };
    // Leaders 0, −¾, −¼ with F* = 0, −9/8, −1/8; F_3(1) = 1 + 2.
    const { total, gap, rounds: own } = constrainedRegretLedger(K, feasibleSet(K, { kind: 'box', lower: [-2], upper: [2] }), plays(K), column('1'), 1);
    expect(named(gap)).toEqual([['F_{T+1}(u)', '3'], ['−F_{T+1}*', '1/8']]);
    expect(named(total.rhs)).toEqual([['‖u‖²/(2η_T)', '2'], ['−[F_{T+1}(u) − F_{T+1}*]', '-25/8'], ['−F_1*', '0'], ['D_1', '-3/8'], ['D_2', '5/2']]);
    equal(total);
    expect(own.map(({ t, loss, allowance }) => [t, named(loss), named(allowance)])).toEqual([
      [1, [['α_1⟨g_1, u_1⟩', '-3/2'], ['F_1*', '0'], ['−F_2*', '9/8']], [['½α_1²η_1‖g_1 − g̃_1‖²', '1']]],
      [2, [['α_2⟨g_2, u_2⟩', '7/2'], ['F_2*', '-9/8'], ['−F_3*', '1/8']], [['½α_2²η_2‖g_2 − g̃_2‖²', '9/2']]],
    ]);
    // Sizes: F_2* 9/4 + 9/8 + ¼·3², F_3* ¼ + 1/8 + ¼; reach 3/2 + 8 and 7/2 + 81/4. A projection on the ball adds its own numbers, times the slopes at F_2*: 3 + 3, F_3*: 1 + 1, u_1: 4 + 1, u_2: 9 + 7.
    for (const [spec, reached] of [[{ kind: 'box', lower: [-2], upper: [2] }, 0], [ball, feasibleSet(float64, ball).extent!]] satisfies [SetSpec, number][]) {
      const inexact = constrainedRegretLedger(float64, feasibleSet(float64, spec), plays(float64), [1], 1);
      expect(magnitude(inexact.gap, 1)).toBeCloseTo(3 + 0.625 + 2 * reached, 6);
      expect(magnitude(inexact.total.rhs, 1)).toBeCloseTo(2 + 3.625 + (9.5 + 5.625) + (23.75 + 5.625 + 0.625) + (2 + 11 + 24) * reached, 6);
      expect(inexact.rounds.map(({ loss, allowance }) => [magnitude(loss, 1), magnitude(allowance, 1)].map((size) => Math.round(size * 1000) / 1000))).toEqual([
        [15.125 + 11 * reached, 9.5 + 5 * reached],
        [30 + 24 * reached, 23.75 + 16 * reached],
      ]);
    }
    expect(feasibleSet(float64, ball).extent).toBeGreaterThan(0);
  });
});

describe('the printed schedule of Corollary 1', () => {
  const rates = { 'equation-4': (t: number) => ratio(t - 1, 2 * t), 'algorithm-4': (t: number) => (t < 2 ? K.zero : ratio(t - 2, 2 * (t - 1))) } as const;
  const indices = ['equation-4', 'algorithm-4'] as const;
  const etaOf = (T: number, index: typeof indices[number]): Rational[] => Array.from({ length: T }, (_, i) => rates[index](i + 1));

  /** M from w_t = −η_t(S_{t−1} + tg_{t−1}), round by round. */
  function scheduleSum<S>(space: OrderedSpace<S>, gradients: readonly S[], eta: readonly S[]): S {
    const { from, add, sub, mul, div, neg } = space;
    let [sum, last, total] = [space.zero, space.zero, space.zero];
    for (const [i, g] of gradients.entries()) {
      const t = i + 1;
      const w = neg(mul(eta[i]!, add(sum, mul(from(t), last))));
      const change = sub(g, last);
      total = add(total, mul(from(t), mul(g, w)));
      total = sub(total, add(div(mul(from(t), mul(g, g)), from(2)), div(mul(from(t * (t - 1)), mul(change, change)), from(4))));
      [sum, last] = [add(sum, mul(from(t), g)), g];
    }
    return total;
  }

  test('M by hand: two rounds', () => {
    // g = (1, 2). β_t forms w_t: η = 0, ¼, w_2 = −¼(1 + 2·1): 2·2·(−¾) − ½ − 4 − ½. β_t forms w_{t+1}: η_2 = 0.
    expect(indices.map((index) => K.format(scheduleSum(K, column('1', '2'), etaOf(2, index))))).toEqual(['-8', '-5']);
    // A third gradient −1: η_3 = ⅓, w = −⅓(1 + 4 + 3·2): −3w − 3/2 − 3/2·9; and η = ¼.
    expect(indices.map((index) => K.format(scheduleSum(K, column('1', '2', '-1'), etaOf(3, index))))).toEqual(['-12', '-47/4']);
  });

  /** −[M − (1 − τ)¼T(T + 1)g_T² + S_T²/(4κτ)] is positive definite: by elimination on the full matrix, which is read off the values. */
  function certified(T: number, index: typeof indices[number], tau: number): boolean {
    const unit = (...at: number[]): number[] => Array.from({ length: T }, (_, i) => at.filter((j) => j === i).length);
    const form = (S: readonly number[]): number => {
      const gradients = S.map((value, i) => (value - (S[i - 1] ?? 0)) / (i + 1));
      const [g, s] = [gradients[T - 1]!, S[T - 1]!];
      return (1 - tau) * T * (T + 1) / 4 * g * g - scheduleSum(float64, gradients, etaOf(T, index).map(K.toNumber)) - s * s * (T - 1) / (8 * T * tau);
    };
    const rows = Array.from({ length: T }, (_, i) => Array.from({ length: T }, (_, j) => form(unit(i, j)) - form(unit(i)) - form(unit(j))));
    for (let p = 0; p < T; p++) {
      if (!(rows[p]![p]! > 1e-12)) return false;
      for (let i = p + 1; i < T; i++) {
        const factor = rows[i]![p]! / rows[p]![p]!;
        rows[i] = rows[i]!.map((entry, j) => entry - factor * rows[p]![j]!);
      }
    }
    return true;
  }

  test('is certified with the middle one of the τ with which elimination finds it definite', () => {
    for (const index of indices) {
      for (const T of [2, 3, 4, 5, 7, 12]) {
        const good = Array.from({ length: 50 }, (_, k) => k + 1).filter((k) => certified(T, index, k / 50));
        const [k, grid] = certifyingShare(etaOf(T, index).map(K.toNumber));
        expect([k, grid], `${index}, T = ${T}`).toEqual([good[Math.floor(good.length / 2)], 50]);
        expect(scheduleCertificate(K, etaOf(T, index), ratio(k, grid)).d.every((pivot) => K.compare(pivot, K.zero) > 0)).toBe(true);
      }
    }
  });

  test('is certified on every horizon that is named, exactly', () => {
    for (const index of indices) {
      for (let T = 2; T <= LAST_HORIZON[index]; T++) {
        const eta = etaOf(T, index);
        const tau = ratio(...certifyingShare(eta.map(K.toNumber)));
        expect(scheduleCertificate(K, eta, tau).d.every((pivot) => K.compare(pivot, K.zero) > 0), `${index}, T = ${T}`).toBe(true);
      }
    }
  });
});

describe('what tallies compare', () => {
  const tally = <S>(value: S, error: number): Tally<S> => ({ terms: [], value, error });

  test('is exact where arithmetic is, however near', () => {
    const [zero, least] = [tally(q('0'), 0), tally(q(`1/${10n ** 400n}`), 0)];
    expect([agree(K, zero, least), atMost(K, least, zero), atMost(K, zero, least)]).toEqual([false, false, true]);
  });

  test('goes up to the very error', () => {
    const [a, b] = [tally(1, 0.25), tally(1.5, 0.25)];
    expect([agree(float64, a, b), agree(float64, b, a), atMost(float64, b, a), atMost(float64, tally(1.75, 0.25), a)]).toEqual([true, true, true, false]);
  });
});
