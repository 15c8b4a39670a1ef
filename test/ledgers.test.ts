import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bregman } from '../oracles/bregman.js';
import { smallestComparator } from '../oracles/comparator.js';
import { derivationError } from '../oracles/convergence.js';
import { dualSpace, type Dual } from '../oracles/dual.js';
import { acceleratedLedger, descentLedger, headedFor, heavyBallLedger, summands, type EnergyLedger } from '../oracles/energy.js';
import { largestSquaredNorm } from '../oracles/extent.js';
import { smallestByFaces, smallestProduct } from '../oracles/faces.js';
import { greedyRegretLedger, type GreedyRound } from '../oracles/greedy-regret.js';
import { constrainedRegretLedger, unconstrainedRegretLedger, type Ledger } from '../oracles/ledger.js';
import { boundDifferenceLedger, excessTally, jensenLedger, linearRegretTally, smoothnessBounds } from '../oracles/online-to-batch.js';
import { bernsteinCoefficients, derivative, evaluate, multiply } from '../oracles/polynomial.js';
import { descentTotal, momentumTotal } from '../oracles/quadratic-totals.js';
import { UNDERFLOW, gamma } from '../oracles/rounding.js';
import { formValue, scheduleCertificate, scheduleForm, scheduleSum } from '../oracles/schedule-form.js';
import { dualNorm, metricNorm, stepRegretLedger, targetLedger, targetLoss } from '../oracles/step-regret.js';
import { agree, atMost, type Tally } from '../oracles/tally.js';
import { adagradStep, combined, combinedSize, gradientDescentStep, heavyBallStep, momentumStep, nesterovStep, sumsOfSquares } from '../oracles/textbook.js';
import { extent, isInterior, optimalityConditions, sumOfSizes } from '../oracles/variational.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import { isOrdered, isReal, type OrderedSpace, type RealSpace, type Vector } from '../src/arithmetic/space.js';
import { setSpec } from '../src/generator/learner.js';
import { rationalNumbers, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { MirrorSpec } from '../src/problem/mirror.js';
import type { Num } from '../src/problem/shape.js';
import { reference } from '../src/subject.js';
import type { Play, Round } from '../src/trajectory.js';
import { holdsFor } from './support/exactly.js';

const K = rational;
const q = (data: Num): Rational => K.from(data);
const column = (...data: Num[]): Rational[] => data.map(q);
const show = (v: Vector<Rational>): string[] => Array.from(v, K.format);
const values = (tally: Tally<Rational>): string[] => tally.terms.map(({ value }) => K.format(value));
const scalar = rationalNumbers.scalar.map(q);
const vectors = (n: number, count: number): fc.Arbitrary<Vector<Rational>[]> => fc.array(vector(rationalNumbers, n).map((data) => numbers(K, data)), { minLength: count, maxLength: count });
const positive = rationalNumbers.positive.map(q);

const equal = ({ lhs, rhs }: Ledger<Rational>): void => expect(K.format(lhs.value)).toBe(K.format(rhs.value));

/** The magnitudes of a tally in float64, all together: what its error is γ_k times of, less the values themselves. */
const magnitude = (tally: Tally<number>, roundings: number): number =>
  (tally.error - tally.terms.length * UNDERFLOW) / gamma(roundings) - tally.terms.reduce((sum, { value }) => sum + Math.abs(value), 0);

/** Σ[½c(x_i − m_i)² + (x_i − m_i)⁴], of which no Bregman divergence is symmetric; `size` is what its magnitudes are. */
function quartic<S>(K: OrderedSpace<S>, c: S, minimiser: Vector<S>, size: (at: Vector<S>) => S = () => K.zero): ConvexFunction<S> {
  const half = K.div(K.one, K.from(2));
  const value = (x: Vector<S>): S => Array.from(K.minus(x, minimiser)).reduce((sum, d) => {
    const square = K.mul(d, d);
    return K.add(sum, K.add(K.mul(half, K.mul(c, square)), K.mul(square, square)));
  }, K.zero);
  const gradient = (x: Vector<S>): Vector<S> => {
    const d = K.minus(x, minimiser);
    return K.vector(d.length, (i) => K.add(K.mul(c, d[i]!), K.mul(K.from(4), K.mul(d[i]!, K.mul(d[i]!, d[i]!)))));
  };
  return {
    name: 'quartic', dimension: minimiser.length, minimiser, smoothness: c, value, gradient,
    divergence: (y, x) => K.sub(K.sub(value(y), value(x)), K.dot(gradient(x), K.minus(y, x))),
    gradientMagnitude: (x) => K.vector(x.length, () => size(x)),
    divergenceMagnitude: (y, x) => K.add(size(y), K.mul(K.from(10), size(x))),
  } as ConvexFunction<S>;
}

describe('polynomials', () => {
  const p = (...data: Num[]): Rational[] => column(...data);

  test('by hand', () => {
    expect(K.format(evaluate(K, p('1', '-2', '3'), q('2')))).toBe('9');
    expect(K.format(evaluate(K, [], q('2')))).toBe('0');
    expect(show(multiply(K, p('1', '2'), p('3', '0', '1')))).toEqual(['3', '6', '1', '2']);
    expect([multiply(K, [], p('1')), multiply(K, [], [])]).toEqual([[], []]);
    expect(show(derivative(K, p('5', '1', '2', '4')))).toEqual(['1', '4', '12']);
    expect(derivative(K, [])).toEqual([]);
  });

  test('in Bernstein’s basis: ends, and what is between them', () => {
    // (1 + 2u)² = 1 + 4u + 4u²; (1 + u)³; u² in degree 4, with ½ · C(k, 2)/6.
    expect(show(bernsteinCoefficients(K, p('0', '0', '1'), q('1'), q('2')))).toEqual(['1', '3', '9']);
    expect(show(bernsteinCoefficients(K, p('1', '3', '3', '1'), q('0'), q('1')))).toEqual(['1', '2', '4', '8']);
    expect(show(bernsteinCoefficients(K, p('0', '0', '1', '0', '0'), q('0'), q('1')))).toEqual(['0', '0', '1/6', '1/2', '1']);
    expect(show(bernsteinCoefficients(K, [], q('0'), q('1')))).toEqual(['0']);
    holdsFor(100, fc.property(fc.array(scalar, { minLength: 1, maxLength: 6 }), scalar, positive, (coefficients, lower, width) => {
      const bernstein = bernsteinCoefficients(K, coefficients, lower, width);
      expect(K.format(bernstein[0]!)).toBe(K.format(evaluate(K, coefficients, lower)));
      expect(K.format(bernstein.at(-1)!)).toBe(K.format(evaluate(K, coefficients, lower.add(width))));
      // Σ b_k C(n, k)u^k(1 − u)^{n−k} at u = ⅓.
      const n = coefficients.length - 1;
      let binomial = 1;
      const sum = bernstein.reduce((total, b, k) => {
        if (k > 0) binomial = binomial * (n - k + 1) / k;
        return total.add(b.mul(ratio(binomial * 2 ** (n - k), 3 ** n)));
      }, K.zero);
      expect(K.format(sum)).toBe(K.format(evaluate(K, coefficients, lower.add(width.div(ratio(3))))));
    }));
  });
});

describe('cumulative losses on quadratics', () => {
  test('gradient descent, by hand', () => {
    expect(K.format(descentTotal(K, q('1'), q('1/2'), 2))).toBe('5/16');
    expect(K.format(descentTotal(K, q('3'), q('1/2'), 1))).toBe('1/4');
    expect(K.format(descentTotal(K, q('1'), q('1/2'), 0))).toBe('0');
  });

  test('momentum: a geometric series without, and the sum of a long run with it', () => {
    expect(K.format(momentumTotal(K, q('1'), q('1/2'), q('0')))).toBe('1/3');
    for (const [lambda, rate, momentum] of [[1, 1, 0.5], [2, 0.25, 0.75], [3, 0.5, 0.25], [1, 0.5, 0]] as const) {
      const a = 1 + momentum - rate * lambda;
      let [before, now, sum] = [1, 1, 0];
      for (let t = 0; t < 400; t++) {
        [before, now] = [now, a * now - momentum * before];
        sum += now * now;
      }
      expect(momentumTotal(float64, lambda, rate, momentum)).toBeCloseTo(sum, 12);
    }
  });

  test('sums that are infinite are refused', () => {
    expect(() => momentumTotal(K, q('1'), q('1/2'), q('1'))).toThrow(new RangeError('expected 0 ≤ m < 1 and |1 + m − ηλ| < 1 + m, got m = 1, ηλ = 1/2'));
    for (const [eta, m] of [['1/2', '-1/10'], ['0', '1/2'], ['3', '1/2'], ['4', '1/2']] as const) expect(() => momentumTotal(K, q('1'), q(eta), q(m)), `${eta} ${m}`).toThrow(RangeError);
    expect(() => momentumTotal(float64, 1, 0, 0.5)).toThrow(RangeError);
    expect(momentumTotal(float64, 1, 2.9, 0.5)).toBeGreaterThan(0);
  });
});

describe('textbook recurrences', () => {
  const gradient = (x: Vector<Rational>): Vector<Rational> => K.vector(x.length, (i) => q('3').mul(x[i]!.sub(q('1'))));

  test('sums and their sizes', () => {
    const combination = [[q('2'), column('1', '-3')], [q('-1/2'), column('4', '2')]] as const;
    expect([show(combined(K, combination)), show(combinedSize(K, combination))]).toEqual([['0', '-7'], ['4', '7']]);
    expect([combined(K, []), combinedSize(K, [])].map((v) => v.length)).toEqual([0, 0]);
    expect(() => combinedSize(primeField, [[1n, [1n]]])).toThrow(new RangeError('expected an ordered field, got prime-field'));
  });

  test('are those of the algorithms, step by step', () => {
    holdsFor(60, fc.property(vectors(2, 1), fc.array(fc.tuple(positive, scalar), { minLength: 3, maxLength: 3 }), scalar, ([start], steps, dampening) => {
      const [rates, momenta] = [steps.map(([rate]) => rate), steps.map(([, momentum]) => momentum)];
      const descent = reference.gradientDescent(K, gradient, start!, rates[0]!, 2);
      expect(show(combined(K, gradientDescentStep(K, descent[1]!, gradient(descent[1]!), rates[0]!)))).toEqual(show(descent[2]!));
      const heavy = reference.heavyBall(K, gradient, start!, rates, momenta);
      expect(show(combined(K, heavyBallStep(K, heavy[2]!, heavy[1]!, gradient(heavy[2]!), rates[2]!, momenta[2]!)))).toEqual(show(heavy[3]!));
      const ahead = reference.nesterov(K, gradient, start!, rates, momenta.slice(1)).map(({ query }) => query);
      const query = (t: number): { point: Vector<Rational>; gradient: Vector<Rational>; rate: Rational } => ({ point: ahead[t]!, gradient: gradient(ahead[t]!), rate: rates[t]! });
      expect(show(combined(K, nesterovStep(K, query(0), null, momenta[1]!)))).toEqual(show(ahead[1]!));
      expect(show(combined(K, nesterovStep(K, query(1), query(0), momenta[2]!)))).toEqual(show(ahead[2]!));
      for (const nesterov of [true, false]) {
        const settings = { rate: rates[0]!, momentum: momenta[0]!, dampening, nesterov };
        const path = reference.momentum(K, gradient, start!, { ...settings, rates: [settings.rate, settings.rate, settings.rate] });
        expect(show(combined(K, momentumStep(K, path[0]!, gradient(path[0]!), null, settings)))).toEqual(show(path[1]!));
        for (const t of [1, 2]) {
          const before = { x: path[t - 1]!, gradient: gradient(path[t - 1]!) };
          // The buffer starts as g_0 whatever the dampening, so that from the second step on the recurrence holds as it stands only without Nesterov’s look-ahead or dampening.
          if (t === 1 && nesterov) continue;
          expect(show(combined(K, momentumStep(K, path[t]!, gradient(path[t]!), before, settings)))).toEqual(show(path[t + 1]!));
        }
      }
    }));
  });

  test('AdaGrad, with ε beside the root or under it', () => {
    const sums = sumsOfSquares(float64, [[3, 0], [4, 2]]);
    expect(sums.map((v) => Array.from(v))).toEqual([[9, 0], [25, 4]]);
    const step = (epsilon: number, epsilonInside: boolean): number[] => Array.from(combined(float64, adagradStep(float64, [1, 1], [4, 2], [25, 4], { rate: 0.5, epsilon, epsilonInside })));
    expect(step(0, false)).toEqual([1 - 0.5 * (4 / 5), 0.5]);
    expect(step(3, false)).toEqual([1 - 0.5 * (4 / 8), 1 - 0.5 * (2 / 5)]);
    expect(step(11, true)).toEqual([1 - 0.5 * (4 / 6), 1 - 0.5 * (2 / Math.sqrt(15))]);
  });
});

const box: SetSpec = { kind: 'box', lower: ['-3', '-1'], upper: ['1', '2'] };
const simplex: SetSpec = { kind: 'simplex', corner: ['1', '-4'], size: '2' };
const orthant: SetSpec = { kind: 'orthant', corner: ['1', '-2'] };
const ball: SetSpec = { kind: 'ball', centre: [3, 4], radius: 2 };
const whole: SetSpec = { kind: 'all', dimension: 2 };

describe('the largest norm on a set', () => {
  test('by hand, vertex by vertex', () => {
    const at = (spec: SetSpec): string | null => {
      const found = largestSquaredNorm(K, spec);
      return found && K.format(found);
    };
    expect([at(box), at(simplex), at({ kind: 'simplex', corner: ['-1', '0'], size: '5' }), at(whole), at(orthant)]).toEqual(['13', '25', '26', null, null]);
    // The corner itself is no vertex: (−3, −5) is; and with three coordinates one of them is raised, not all others.
    expect([at({ kind: 'simplex', corner: ['-5', '-5'], size: '2' }), at({ kind: 'simplex', corner: ['0', '0', '0'], size: '2' })]).toEqual(['34', '4']);
    expect(largestSquaredNorm(float64, ball)).toBe(49);
    expect(() => largestSquaredNorm(K, ball)).toThrow(new RangeError('expected a set without roots in rational, got "ball"'));
  });
});

describe('the faces of a polyhedron', () => {
  const scenes = fc.integer({ min: 1, max: 3 }).chain((m) => fc.record({ spec: setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), c: vector(rationalNumbers, m), s: rationalNumbers.scalar }));

  test('hold the smallest comparator that the projections lead to', () => {
    let [missed, bound] = [0, 0];
    holdsFor(300, fc.property(scenes, ({ spec, c: data, s }) => {
      const halfspace = { c: numbers(K, data), s: q(s) };
      const [found, truth] = [smallestByFaces(K, spec, halfspace), smallestComparator(K, feasibleSet(K, spec), halfspace)];
      expect(found && show(found)).toEqual(truth && show(truth.w));
      if (truth === null) missed += 1;
      else if (!K.equal(truth.theta, K.zero)) bound += 1;
    }));
    expect(Math.min(missed, bound)).toBeGreaterThan(20);
  });

  test('by hand: where the halfspace only touches, where it misses, and where it says nothing', () => {
    const at = (spec: SetSpec, s: Num, ...c: Num[]): string[] | null => {
      const found = smallestByFaces(K, spec, { c: column(...c), s: q(s) });
      return found && show(found);
    };
    expect(at(box, '-4', '1', '1')).toEqual(['-3', '-1']);
    expect(at(box, '-401/100', '1', '1')).toBeNull();
    expect(at(orthant, '1', '1', '0')).toEqual(['1', '0']);
    expect(at(simplex, '0', '0', '0')).toEqual(['1', '-2']);
    expect(at(simplex, '-7', '-1', '1')).toEqual(['3', '-4']);
    expect(at(simplex, '-1', '0', '0')).toBeNull();
    expect(at(whole, '-5', '1', '2')).toEqual(['-1', '-2']);
    expect(() => at(ball, '0', '1', '1')).toThrow(new RangeError('expected a polyhedron, got a ball'));
  });

  test('the least product, by hand', () => {
    const at = (spec: SetSpec, ...c: Num[]): string | null => {
      const found = smallestProduct(K, spec, column(...c));
      return found && K.format(found);
    };
    expect([at(box, '2', '-1'), at(box, '-1', '3'), at(box, '0', '1')]).toEqual(['-8', '-4', '-1']);
    expect([at(orthant, '2', '1'), at(orthant, '2', '-1'), at(orthant, '0', '3'), at(orthant, '0', '0')]).toEqual(['0', null, '-6', '0']);
    // 3·1 − 5·(−4) and 2 more of the smaller.
    expect([at(simplex, '3', '-5'), at(simplex, '-5', '3')]).toEqual(['13', '-27']);
    expect([at(whole, '0', '0'), at(whole, '0', '1')]).toEqual(['0', null]);
  });
});

describe('variational inequalities', () => {
  const at = (spec: SetSpec, w: Num[], normal: Num[]): [string, string, string][] => optimalityConditions(K, spec, column(...w), column(...normal), () => q('5'), q('7')).map(({ name, value, size }) => [name, K.format(value), K.format(size())]);

  test('by hand, with the sizes that rounding is relative to', () => {
    // reach 5; sizes of membership: extent + ‖w‖₁ + 5, of inequalities: 7·5·(extent + ‖w‖₁) or 7·5.
    expect(at(whole, ['1', '-2'], ['3', '-4'])).toEqual([['⟨n, e_i⟩ ≥ 0', '3', '35'], ['⟨n, e_i⟩ ≥ 0', '-4', '35'], ['⟨n, −e_i⟩ ≥ 0', '-3', '35'], ['⟨n, −e_i⟩ ≥ 0', '4', '35']]);
    expect(at(box, ['1', '0'], ['2', '-1'])).toEqual([
      ['w ≥ lower', '4', '13'], ['w ≥ lower', '1', '13'], ['w ≤ upper', '0', '13'], ['w ≤ upper', '2', '13'],
      ['n_i(lower_i − w_i) ≥ 0', '-8', '280'], ['n_i(lower_i − w_i) ≥ 0', '1', '280'], ['n_i(upper_i − w_i) ≥ 0', '0', '280'], ['n_i(upper_i − w_i) ≥ 0', '-2', '280'],
    ]);
    expect(at(orthant, ['2', '-2'], ['1', '3'])).toEqual([['w ≥ corner', '1', '12'], ['w ≥ corner', '0', '12'], ['n_i(corner_i − w_i) ≥ 0', '-1', '245'], ['n_i(corner_i − w_i) ≥ 0', '0', '245'], ['⟨n, e_i⟩ ≥ 0', '1', '35'], ['⟨n, e_i⟩ ≥ 0', '3', '35']]);
    // Off by ½ from the plane; vertices (3, −4) and (1, −2).
    expect(at(simplex, ['2', '-5/2'], ['1', '2'])).toEqual([
      ['w ≥ corner', '1', '33/2'], ['w ≥ corner', '3/2', '33/2'], ['Σ(w − corner) = size', '-1/2', '33/2'],
      ['⟨n, v − w⟩ ≥ 0 at vertex 0', '-2', '175'], ['⟨n, v − w⟩ ≥ 0 at vertex 1', '0', '175'],
    ]);
    const round = optimalityConditions(float64, ball, [3, 3], [3, -4], () => 5, 7).map(({ name, value, size }) => [name, value, size()]);
    // 4 − 1; (9 + 6 + 5)²; ⟨n, (0, 1)⟩ − 2·5; 35(9 + 6).
    expect(round).toEqual([['‖w − centre‖² ≤ r²', 3, 400], ['⟨n, centre − w⟩ ≥ r‖n‖', -14, 525]]);
    expect(() => optimalityConditions(K, ball, column('3', '3'), column('1', '1'), () => q('1'), q('1'))).toThrow(new RangeError('expected roots for a ball, got rational'));
  });

  test('hold at projections, and at no other point', () => {
    let others = 0;
    holdsFor(200, fc.property(fc.integer({ min: 1, max: 3 }).chain((m) => fc.tuple(setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), vectors(m, 2))), ([spec, [v, u]]) => {
      const set = feasibleSet(K, spec);
      const hold = (w: Vector<Rational>): boolean => optimalityConditions(K, spec, w, K.minus(w, v!), () => K.one, K.one).every(({ value }) => K.lessOrEqual(K.zero, value));
      const nearest = set.project(v!);
      expect(hold(nearest)).toBe(true);
      for (const other of [u!, set.project(u!), v!]) {
        if (show(other).join() === show(nearest).join()) continue;
        others += 1;
        expect(hold(other)).toBe(false);
      }
    }));
    expect(others).toBeGreaterThan(200);
  });

  test('sizes, and what is inside', () => {
    expect(K.format(sumOfSizes(K, column('3', '-4')))).toBe('7');
    expect([whole, box, orthant, simplex].map((spec) => K.format(extent(K, spec)))).toEqual(['0', '7', '3', '7']);
    expect(extent(float64, ball)).toBe(9);
    const inside = (spec: SetSpec, ...w: Num[]): boolean => isInterior(K, spec, column(...w));
    expect([inside(whole, '9', '9'), inside(box, '0', '0'), inside(box, '-3', '0'), inside(box, '0', '2'), inside(box, '0', '-1'), inside(box, '5', '0')]).toEqual([true, true, false, false, false, false]);
    expect([inside(orthant, '2', '0'), inside(orthant, '1', '0'), inside(orthant, '2', '-3'), inside(simplex, '2', '-3')]).toEqual([true, false, false, false]);
    // A margin of 2⁻³⁰(r + ‖w‖₁)(r + extent) = 2⁻³⁰·(2 + 9)·(2 + 9).
    expect([[3, 4], [3, 5.9], [3, 6], [3, 7]].map((w) => isInterior(float64, ball, w))).toEqual([true, true, false, false]);
    const edge = Math.sqrt(4 - 121 / 2 ** 30);
    expect([isInterior(float64, ball, [3, 4 + edge - 2e-9]), isInterior(float64, ball, [3, 4 + edge + 2e-9])]).toEqual([true, false]);
    expect(isInterior(primeField, { kind: 'all', dimension: 1 }, [1n])).toBe(true);
    expect(() => isInterior(primeField, { kind: 'orthant', corner: [0] }, [1n])).toThrow(new RangeError('expected an ordered field, got prime-field'));
  });
});

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
    holdsFor(100, fc.property(fc.integer({ min: 1, max: 2 }).chain((m) => fc.tuple(setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), vectors(m, 8), positive)), ([spec, data, beta]) => {
      const set = feasibleSet(K, spec);
      const u = set.project(data[7]!);
      const { total, projections } = greedyRegretLedger(K, set, play(spec, set.project(data[6]!), data.slice(0, 3), data.slice(3, 6), beta), beta, u, 1);
      equal(total);
      for (const one of projections) expect(K.lessOrEqual(K.zero, one.value)).toBe(true);
    }));
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
    holdsFor(80, fc.property(at, ([[x, gradient], rate, , t]) => {
      const next = K.axpy(rate.neg(), gradient!, x!);
      equal(descentLedger(K, f, { t, rate, x: x!, next, gradient: gradient!, slip: K.minus(f.gradient(x!), gradient!) }));
    }));
    // f = x²/2 + x⁴ at x = 1, ∇f = 5, g = 4, η = ½, x' = −1; f(±1) = 3/2, B_f(0, 1) = −3/2 + 5, B_f(−1, 1) = 10.
    const one = quartic(K, q('1'), column('0'));
    const ledger = descentLedger(K, one, { t: 2, rate: q('1/2'), x: column('1'), next: column('-1'), gradient: column('4'), slip: column('1') });
    // 3·½·3/2, ½; 2·½·3/2, ½, −½·7/2, −5/2·¼·16, 3·½·10, ½ − 3·¼·4.
    expect(energy(ledger)).toEqual([['9/4', '1/2'], ['3/2', '1/2', '-7/4', '-10', '15', '-5/2'], ['-5/2']]);
  });

  test('of Heavy Ball', () => {
    holdsFor(80, fc.property(at, ([[x, previous, gradient], rate, momentum, t]) => {
      const next = K.axpy(momentum, K.minus(x!, previous!), K.axpy(rate.neg(), gradient!, x!));
      equal(heavyBallLedger(K, f, { t, rate, momentum, previous: previous!, x: x!, next, gradient: gradient!, slip: K.minus(f.gradient(x!), gradient!) }));
    }));
    expect(show(headedFor(K, q('1/3'), column('4'), column('2')))).toEqual(['5']);
    // m = ½, η = ½: z = 1 + (1 − 2) = 0, x' = 1 − ½·4 − ½ = −3/2, z' = −4; η/(1 − m) = 1, ηm/(1 − m)² = 1; f(2) = 18, B_f(2, 1) = 18 − 3/2 − 5.
    const one = quartic(K, q('1'), column('0'));
    const ledger = heavyBallLedger(K, one, { t: 1, rate: q('1/2'), momentum: q('1/2'), previous: column('2'), x: column('1'), next: column('-3/2'), gradient: column('4'), slip: column('1') });
    expect(energy(ledger)).toEqual([['8', '3/2', '3/2'], ['0', '18', '-7/2', '-23/2', '8', '0'], ['0', '-4']]);
  });

  test('of Nesterov’s method', () => {
    holdsFor(80, fc.property(at, fc.boolean(), ([[x, query, gradient], rate, , t], first) => {
      // s² − s = s_t²
      const [before, after] = first ? [q('0'), q('1')] : [q('2/3'), q('4/3')];
      const next = K.axpy(rate.neg(), gradient!, query!);
      equal(acceleratedLedger(K, f, { t, rate, x: x!, query: query!, next, weightBefore: before, weight: after, gradient: gradient!, slip: K.minus(f.gradient(query!), gradient!) }));
    }));
    // s = 4/3, η = ½, x = 2, y = 1: v = 4/3 − 2/3, x' = 1 − 2 = −1, v' = −4/3 − 2/3; B_f(−1, 1) = 10, B_f(2, 1) = 23/2, B_f(0, 1) = 7/2.
    const one = quartic(K, q('1'), column('0'));
    const ledger = acceleratedLedger(K, one, { t: 1, rate: q('1/2'), x: column('2'), query: column('1'), next: column('-1'), weightBefore: q('2/3'), weight: q('4/3'), gradient: column('4'), slip: column('1') });
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
    const step = { t: 1, rate: q('1/2'), jacobian: [column('1', '2'), column('0', '1')], offset: column('0', '1'), x: column('3', '2'), target: column('1', '1'), w: column('1', '1'), next: column('0', '-3/2') };
    expect(show(targetLoss(K, step))).toEqual(['2', '5']);
    const ledger = targetLedger(K, step, column('0', '0'));
    // ½(4 + 1); ½(1 + 0), 1 + 1, −9/4, ½·½·29, −½(9 + 1).
    expect([values(ledger.lhs), values(ledger.rhs)]).toEqual([['5/2'], ['1/2', '2', '-9/4', '29/4', '-5']]);
  });

  test('are equalities for every u', () => {
    holdsFor(80, fc.property(vectors(2, 6), fc.array(positive, { minLength: 3, maxLength: 3 }), ([x, gradient, u, w, row, offset], [rate, weight, h]) => {
      const metric = [h!, weight!];
      const next = K.minus(x!, K.vector(2, (i) => rate!.mul(weight!).mul(gradient![i]!).div(metric[i]!)));
      equal(stepRegretLedger(K, { t: 1, rate: rate!, weight: weight!, metric, x: x!, next, gradient: gradient! }, u!));
      const jacobian = [row!, offset!];
      const at = K.plus(K.apply(jacobian, w!), offset!);
      const loss = targetLoss(K, { jacobian, x: at, target: x!, w: w! });
      equal(targetLedger(K, { t: 1, rate: rate!, jacobian, offset: offset!, x: at, target: x!, w: w!, next: K.axpy(rate!.neg(), loss, w!) }, u!));
    }));
  });
});

/** Rounds with what the conversions look at: iterates x_t, their averages, and gradients at the averages. */
function averaged<S>(K: OrderedSpace<S>, f: Pick<ConvexFunction<S>, 'gradient'>, alpha: readonly S[], xs: readonly Vector<S>[], start: Vector<S>): Round<S>[] {
  let [alphaSum, average] = [K.zero, start];
  return alpha.map((weight, i) => {
    const [alphaSumBefore, previousAverage] = [alphaSum, average];
    alphaSum = K.add(alphaSum, weight);
    average = K.axpy(K.div(alphaSumBefore, alphaSum), previousAverage, K.scale(K.div(weight, alphaSum), xs[i]!));
    return { t: i + 1, alpha: weight, alphaSumBefore, alphaSum, x: xs[i]!, previousAverage, average, gradient: f.gradient(average) } as unknown as Round<S>;
  });
}

describe('from online to batch', () => {
  const f = quartic(K, q('1'), column('0'));
  // α = (1, 2), x = (3, 0): x̄ = 3, 1; f(1) = 3/2, ∇f(3) = 3 + 108, ∇f(1) = 5, ∇f(0) = 0.
  const rounds = averaged(K, f, column('1', '2'), [column('3'), column('0')], column('7'));
  const naive = [f.gradient(column('3')), f.gradient(column('0'))];

  test('Jensen’s ledger, by hand', () => {
    const { lhs, rhs } = jensenLedger(K, f, rounds, naive, column('-1'), 1);
    expect([values(lhs), K.format(lhs.value)]).toEqual([['9/2', '-9/2'], '0']);
    // 111·4; B_f(−1, 3) = 3/2 − 171/2 + 111·4, B_f(3, 1) = 171/2 − 3/2 − 10; 2·0·1, B_f(−1, 0) = 3/2, B_f(0, 1) = 7/2.
    expect(values(rhs)).toEqual(['444', '0', '-360', '-74', '-3', '-7']);
    expect(K.format(rhs.value)).toBe('0');
    expect(() => excessTally(K, f, [], column('0'), 1)).toThrow(new RangeError('expected at least one round, got none'));
    expect(() => jensenLedger(K, f, [], [], column('0'), 1)).toThrow(new RangeError('expected at least one round, got none'));
  });

  test('what the naive bound exceeds the anytime one by, by hand', () => {
    const { lhs, rhs } = boundDifferenceLedger(K, f, rounds, naive, column('-1'), 1);
    // Round 1 queries the same point; round 2: 2(0 − 5)(0 + 1) = 2[7/2 + 3/2 − B_f(−1, 1)], B_f(−1, 1) = 10.
    expect([values(lhs), values(rhs)]).toEqual([['0', '-10'], ['0', '360', '-360', '7', '3', '-20']]);
  });

  test('are equalities for every u', () => {
    const g = quartic(K, q('2'), column('1', '0'));
    holdsFor(60, fc.property(vectors(2, 5), fc.array(positive, { minLength: 3, maxLength: 3 }), ([u, start, ...xs], alpha) => {
      const played = averaged(K, g, alpha, xs, start!);
      const gradients = xs.map(g.gradient);
      equal(jensenLedger(K, g, played, gradients, u!, 1));
      equal(boundDifferenceLedger(K, g, played, gradients, u!, 1));
    }));
  });

  test('what smoothness says of the Bregman terms', () => {
    const bounds = smoothnessBounds(K, f, rounds, column('-1'), 1);
    // L = 1: α_t/2‖G_t − ∇f(−1)‖² with ∇f(−1) = −5; 1/2‖111 − 5‖² against B_f(x̄_1, x̄_2) = 74.
    expect(bounds.map(({ name, lower, upper }) => [name, K.format(lower.value), K.format(upper.value)])).toEqual([
      ['α_1/(2L)‖G_1 − ∇f(u)‖²', '6728', '360'], ['α_2/(2L)‖G_2 − ∇f(u)‖²', '100', '20'], ['α_{1:1}/(2L)‖G_1 − G_2‖²', '5618', '74'],
    ]);
    const flat = { ...f, smoothness: K.zero };
    expect(smoothnessBounds(K, flat, rounds, column('-1'), 1).map(({ lower }) => K.format(lower.value))).toEqual(['0', '0', '0']);
  });

  test('round relative to the sizes of what is added', () => {
    // All magnitudes of f are |x| + 1, those of divergences (y, x) |y| + 1 + 10(|x| + 1).
    const g = quartic(float64, 1, [0], (x) => Math.abs(x[0]!) + 1);
    const played = averaged(float64, g, [1, 2], [[3], [0]], [7]);
    const gradients = [g.gradient([3]), g.gradient([0])];
    const u = [-1];
    const { lhs, rhs } = jensenLedger(float64, g, played, gradients, u, 1);
    // 3(1 + 1 + 10) + 3(1 + 1 + 10).
    expect(magnitude(lhs, 1)).toBeCloseTo(72, 6);
    // Regret 4·(3 + 1) and 2·1·(0 + 1); B(−1, 3): 2 + 40, 2·B(−1, 0): 2(2 + 10); B(3, 1): 4 + 20 + 2(3 + 1), 2·B(0, 1): 2(1 + 20 + 2(0 + 1)).
    expect(magnitude(rhs, 1)).toBeCloseTo(16 + 2 + 42 + 24 + 32 + 46, 6);
    expect(magnitude(linearRegretTally(float64, g, played, [[3], [0]], gradients, u, 1), 1)).toBeCloseTo(18, 6);
    const difference = boundDifferenceLedger(float64, g, played, gradients, u, 1);
    // (4 + 4)(3 + 1) + 2(1 + 2)(0 + 1); B(3, 3) = 44, B(−1, 3) = 42 twice; 2[B(0, 1) = 21, B(−1, 0) = 12, B(−1, 1) = 22].
    expect(magnitude(difference.lhs, 1)).toBeCloseTo(32 + 6, 6);
    expect(magnitude(difference.rhs, 1)).toBeCloseTo(44 + 42 + 42 + 42 + 24 + 44, 6);
    const bounds = smoothnessBounds(float64, g, played, u, 1);
    // ½(2 + 4)², ½·2·(2 + 2)², ½(4 + 2)²; B(−1, 3), 2B(−1, 1), B(3, 1).
    expect(bounds.map(({ lower }) => Math.round(magnitude(lower, 1)))).toEqual([18, 16, 18]);
    expect(bounds.map(({ upper }) => Math.round(magnitude(upper, 1)))).toEqual([42, 44, 24]);
    // Without magnitudes of its own, a function lends its values.
    const { value, gradient, divergence, minimiser } = g;
    const plain = { name: 'plain', dimension: 1, value, gradient, divergence, minimiser } as unknown as ConvexFunction<number>;
    // α⟨|∇f|, |x| + |u|⟩ = 111·4.
    expect(magnitude(linearRegretTally(float64, plain, played.slice(0, 1), [[3]], gradients, u, 1), 1)).toBeCloseTo(444, 6);
    // 3(B(1, 0) = 3/2) + 3(B(−1, 0) = 3/2).
    expect(magnitude(excessTally(float64, plain, played, u, 1), 1)).toBeCloseTo(9, 6);
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
      ['‖w‖²/(2η_T)', '2'], ['−‖w + η_T S_T‖²/(2η_T)', '-25/8'],
      ['½(η_2 − η_1)‖S_1‖²', '-9/8'], ['½α_1²η_1‖g_1 − g̃_1‖²', '1'], ['−½α_1²η_1‖g̃_1‖²', '-1/4'],
      ['½α_2²η_2‖g_2 − g̃_2‖²', '9/2'], ['−½α_2²η_2‖g̃_2‖²', '-2'],
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
        [15.125 + 11 * reached, 9.5 + 5 * reached], [30 + 24 * reached, 23.75 + 16 * reached],
      ]);
    }
    expect(feasibleSet(float64, ball).extent).toBeGreaterThan(0);
  });
});

describe('the printed schedule of Corollary 1', () => {
  const indices = ['equation-4', 'algorithm-4'] as const;

  test('M by hand: two rounds', () => {
    // g = (1, 2). β_t forms w_t: η = 0, ¼, w_2 = −¼(1 + 2·1): 2·2·(−¾) − ½ − 4 − ½. β_t forms w_{t+1}: η_2 = 0.
    expect(indices.map((index) => K.format(scheduleSum(K, column('1', '2'), index)))).toEqual(['-8', '-5']);
    // A third gradient −1: η_3 = ⅓, w = −⅓(1 + 4 + 3·2): −3w − 3/2 − 3/2·9; and η = ¼.
    expect(indices.map((index) => K.format(scheduleSum(K, column('1', '2', '-1'), index)))).toEqual(['-12', '-47/4']);
  });

  test('as a form in the partial sums is four times M', () => {
    holdsFor(80, fc.property(fc.array(scalar, { minLength: 2, maxLength: 7 }), fc.constantFrom(...indices), (gradients, index) => {
      let sum = K.zero;
      const sums = gradients.map((g, i) => (sum = sum.add(ratio(i + 1).mul(g))));
      expect(K.format(formValue(K, scheduleForm(K, gradients.length, index), sums))).toBe(K.format(scheduleSum(K, gradients, index).mul(ratio(4))));
    }));
  });

  /** −[M − (1 − τ)¼T(T + 1)g_T² + S_T²/(4κτ)] is positive definite: by elimination on the full matrix, which is read off the values. */
  function certified(T: number, index: typeof indices[number], tau: number): boolean {
    const unit = (...at: number[]): number[] => Array.from({ length: T }, (_, i) => at.filter((j) => j === i).length);
    const form = (S: readonly number[]): number => {
      const gradients = S.map((value, i) => (value - (S[i - 1] ?? 0)) / (i + 1));
      const [g, s] = [gradients[T - 1]!, S[T - 1]!];
      return (1 - tau) * T * (T + 1) / 4 * g * g - scheduleSum(float64, gradients, index) - s * s * (T - 1) / (8 * T * tau);
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
        const middle = good[Math.floor(good.length / 2)];
        expect(scheduleCertificate(K, T, index), `${index}, T = ${T}`).toBe(`${middle}/50`);
      }
    }
  });
});

describe('dual numbers', () => {
  const pair = ({ value, derivative }: Dual<Rational>): string[] => [K.format(value), K.format(derivative)];
  const [D, dual] = [dualSpace(K), (value: Num, derivative: Num): Dual<Rational> => ({ value: q(value), derivative: q(derivative) })];

  test('follow the rules of differentiation', () => {
    const [x, y] = [dual('2', '1'), dual('3', '5')];
    expect([D.add(x, y), D.sub(x, y), D.mul(x, y), D.div(x, y), D.neg(x), D.from('4'), D.zero, D.one].map(pair)).toEqual([['5', '6'], ['-1', '-4'], ['6', '13'], ['2/3', '-7/9'], ['-2', '-1'], ['4', '0'], ['0', '0'], ['1', '0']]);
    expect([D.format(x), D.name, D.exact, dualSpace(float64).exact]).toEqual(['2 + 1ε', 'rational', true, false]);
  });

  test('are compared by their values', () => {
    const [x, same, more] = [dual('2', '1'), dual('2', '7'), dual('-3', '4')];
    expect([D.equal(x, same), D.equal(x, more), D.compare(more, x), D.compare(x, same), D.lessOrEqual(x, same), D.lessOrEqual(x, more)]).toEqual([true, false, -1, 0, true, false]);
    expect([D.max(x, same), D.max(more, x), D.min(same, x), D.min(x, more), D.abs(more), D.abs(x), D.abs(dual('0', '3'))].map(pair)).toEqual([['2', '1'], ['2', '1'], ['2', '7'], ['-3', '4'], ['3', '-4'], ['2', '1'], ['0', '3']]);
    expect(D.toNumber(more)).toBe(-3);
    expect([isOrdered(D), isReal(D), isOrdered(dualSpace(primeField))]).toEqual([true, false, false]);
  });

  test('have the roots and exponentials of what they are over', () => {
    const R = dualSpace(float64) as RealSpace<Dual<number>>;
    expect([isReal(R), R.real]).toEqual([true, true]);
    expect([R.sqrt({ value: 4, derivative: 3 }), R.exp({ value: 0, derivative: 3 }), R.log1p({ value: 1, derivative: 3 }), R.log({ value: 2, derivative: 3 })]).toEqual([
      { value: 2, derivative: 0.75 }, { value: 1, derivative: 3 }, { value: Math.log1p(1), derivative: 1.5 }, { value: Math.log(2), derivative: 1.5 },
    ]);
  });
});

describe('the closed forms of Bregman divergences', () => {
  const f = quartic(float64, 1, [0, 0], (x) => x[0]!);
  const at = (spec: MirrorSpec, x: Vector<number>, z: Vector<number>): number => bregman(float64, spec, f, x, z).magnitude([1, 2]);

  test('round relative to the distances at most, by hand', () => {
    // |size| + |z| = (2, 3).
    expect(at({ kind: 'euclidean' }, [0, 0], [-1, 1])).toBe(13);
    expect(at({ kind: 'quadratic', shift: '3', factor: [['1', '-2']] }, [0, 0], [-1, 1])).toBe(39 + 64);
    expect([at({ kind: 'asymmetric', ratio: '3' }, [0, 0], [-1, 1]), at({ kind: 'asymmetric', ratio: '1/2' }, [0, 0], [-1, 1])]).toEqual([39, 13]);
    expect(at({ kind: 'saturating' }, [0, 0], [-1, 1])).toBe(20);
    expect(at({ kind: 'exponential' }, [1, 0], [0, 0])).toBe((Math.E + 1) * 4 + 2 * 9);
    expect(at({ kind: 'hyperbolic' }, [0, 0], [0, 0])).toBe(2 * 4 + 2 * 9);
    // The loss's own: size + 10 z.
    expect(at({ kind: 'loss' }, [0, 0], [-1, 1])).toBe(1 - 10);
    const plain = { name: 'plain', dimension: 2, value: f.value, gradient: f.gradient, divergence: f.divergence, minimiser: f.minimiser };
    expect(() => bregman(float64, { kind: 'loss' }, plain as typeof f, [0, 0], [0, 0]).magnitude([0, 0])).toThrow(new RangeError('expected no magnitude to be asked for in float64'));
  });

  test('neither overflow nor cancel', () => {
    const value = (spec: MirrorSpec, x: number, z: number): number => bregman(float64, spec, f, [x], [z]).value;
    expect(value({ kind: 'exponential' }, 700, -100)).toBe(Math.exp(700));
    expect(value({ kind: 'asymmetric', ratio: '3' }, 1e8 + 1, 1e8)).toBe(0.5);
    expect(value({ kind: 'asymmetric', ratio: '3' }, -1e8 - 1, -1e8)).toBe(1.5);
  });

  test('exist where there is an order, or an exponential', () => {
    const none = quartic(K, K.one, column('0'));
    expect(() => bregman(K, { kind: 'exponential' }, none, column('1'), column('0'))).toThrow(new RangeError('expected a field with exponentials, got rational'));
    expect(() => bregman(primeField, { kind: 'asymmetric', ratio: '3' }, none as never, [1n], [0n])).toThrow(new RangeError('expected an ordered field, got prime-field'));
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

  test('adds up over what it was derived from', () => {
    expect(derivationError([{ lhs: { error: 1 }, rhs: { error: 2 } }, { lhs: { error: 4 }, rhs: { error: 8 } }])).toBe(15);
    expect(derivationError([])).toBe(0);
  });
});

test('a halfspace whose normal is partly underflow is out of reach in float64, and in no exact arithmetic', () => {
  const at = (c: number): number | null => smallestComparator(float64, feasibleSet(float64, { kind: 'all', dimension: 1 }), { c: [c], s: -1 })?.w[0] ?? null;
  expect([at(2 ** -450), at(2 ** -451)]).toEqual([-(2 ** 450), null]);
  const exact = smallestComparator(K, feasibleSet(K, { kind: 'all', dimension: 1 }), { c: [q(`1/${2n ** 451n}`)], s: q('-1') });
  expect(show(exact!.w)).toEqual([`-${2n ** 451n}`]);
});
