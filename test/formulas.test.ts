import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bregman } from '../oracles/bregman.js';
import { smallestComparator } from '../oracles/comparator.js';
import { dualSpace, type Dual } from '../oracles/dual.js';
import { largestSquaredNorm } from '../oracles/extent.js';
import { smallestByFaces } from '../oracles/faces.js';
import { descentTotal, momentumTotal } from '../oracles/quadratic-totals.js';
import { extent, isInterior, optimalityConditions, sumOfSizes } from '../oracles/variational.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import { isOrdered, isReal, type RealSpace, type Vector } from '../src/arithmetic/space.js';
import { setSpec } from '../src/generator/learner.js';
import { rationalNumbers, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { MirrorSpec } from '../src/problem/mirror.js';
import type { Num } from '../src/problem/shape.js';
import { holdsFor } from './support/exactly.js';
import { quartic } from './support/quartic.js';
import { column, q, show, vectors } from './support/rationals.js';

const K = rational;

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
    for (const [eta, m] of [['1/2', '-1/10'], ['0', '1/2'], ['3', '1/2'], ['4', '1/2']] as const)
      expect(() => momentumTotal(K, q('1'), q(eta), q(m)), `${eta} ${m}`).toThrow(RangeError);
    expect(() => momentumTotal(float64, 1, 0, 0.5)).toThrow(RangeError);
    expect(momentumTotal(float64, 1, 2.9, 0.5)).toBeGreaterThan(0);
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
  const scenes = fc.integer({ min: 1, max: 3 }).chain((m) =>
    fc.record({ spec: setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), c: vector(rationalNumbers, m), s: rationalNumbers.scalar })
  );

  test('hold the smallest comparator that the projections lead to', () => {
    let [missed, bound] = [0, 0];
    holdsFor(
      300,
      fc.property(scenes, ({ spec, c: data, s }) => {
        const halfspace = { c: numbers(K, data), s: q(s) };
        const [found, truth] = [smallestByFaces(K, spec, halfspace), smallestComparator(K, feasibleSet(K, spec), halfspace)];
        expect(found && show(found)).toEqual(truth && show(truth.w));
        if (truth === null) missed += 1;
        else if (!K.equal(truth.theta, K.zero)) bound += 1;
      }),
    );
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
});

describe('variational inequalities', () => {
  const at = (spec: SetSpec, w: Num[], normal: Num[]): [string, string, string][] =>
    optimalityConditions(K, spec, column(...w), column(...normal), () => q('5'), q('7')).map(({ name, value, size }) => [name, K.format(value), K.format(size())]);

  test('by hand, with the sizes that rounding is relative to', () => {
    // reach 5; sizes of membership: extent + ‖w‖₁ + 5, of inequalities: 7·5·(extent + ‖w‖₁) or 7·5.
    expect(at(whole, ['1', '-2'], ['3', '-4'])).toEqual([['⟨n, e_i⟩ ≥ 0', '3', '35'], ['⟨n, e_i⟩ ≥ 0', '-4', '35'], ['⟨n, −e_i⟩ ≥ 0', '-3', '35'], ['⟨n, −e_i⟩ ≥ 0', '4', '35']]);
    expect(at(box, ['1', '0'], ['2', '-1'])).toEqual([
      ['w ≥ lower', '4', '13'],
      ['w ≥ lower', '1', '13'],
      ['w ≤ upper', '0', '13'],
      ['w ≤ upper', '2', '13'],
      ['n_i(lower_i − w_i) ≥ 0', '-8', '280'],
      ['n_i(lower_i − w_i) ≥ 0', '1', '280'],
      ['n_i(upper_i − w_i) ≥ 0', '0', '280'],
      ['n_i(upper_i − w_i) ≥ 0', '-2', '280'],
    ]);
    expect(at(orthant, ['2', '-2'], ['1', '3'])).toEqual([
      ['w ≥ corner', '1', '12'],
      ['w ≥ corner', '0', '12'],
      ['n_i(corner_i − w_i) ≥ 0', '-1', '245'],
      ['n_i(corner_i − w_i) ≥ 0', '0', '245'],
      ['⟨n, e_i⟩ ≥ 0', '1', '35'],
      ['⟨n, e_i⟩ ≥ 0', '3', '35'],
    ]);
    // Off by ½ from the plane; vertices (3, −4) and (1, −2).
    expect(at(simplex, ['2', '-5/2'], ['1', '2'])).toEqual([
      ['w ≥ corner', '1', '33/2'],
      ['w ≥ corner', '3/2', '33/2'],
      ['Σ(w − corner) = size', '-1/2', '33/2'],
      ['⟨n, v − w⟩ ≥ 0 at vertex 0', '-2', '175'],
      ['⟨n, v − w⟩ ≥ 0 at vertex 1', '0', '175'],
    ]);
    const round = optimalityConditions(float64, ball, [3, 3], [3, -4], () => 5, 7).map(({ name, value, size }) => [name, value, size()]);
    // 4 − 1; (9 + 6 + 5)²; ⟨n, (0, 1)⟩ − 2·5; 35(9 + 6).
    expect(round).toEqual([['‖w − centre‖² ≤ r²', 3, 400], ['⟨n, centre − w⟩ ≥ r‖n‖', -14, 525]]);
    expect(() => optimalityConditions(K, ball, column('3', '3'), column('1', '1'), () => q('1'), q('1'))).toThrow(new RangeError('expected roots for a ball, got rational'));
  });

  test('hold at projections, and at no other point', () => {
    let others = 0;
    holdsFor(
      200,
      fc.property(fc.integer({ min: 1, max: 3 }).chain((m) => fc.tuple(setSpec(rationalNumbers, m).filter(({ kind }) => kind !== 'ball'), vectors(m, 2))), ([spec, [v, u]]) => {
        const set = feasibleSet(K, spec);
        const hold = (w: Vector<Rational>): boolean => optimalityConditions(K, spec, w, K.minus(w, v!), () => K.one, K.one).every(({ value }) => K.lessOrEqual(K.zero, value));
        const nearest = set.project(v!);
        expect(hold(nearest)).toBe(true);
        for (const other of [u!, set.project(u!), v!]) {
          if (show(other).join() === show(nearest).join()) continue;
          others += 1;
          expect(hold(other)).toBe(false);
        }
      }),
    );
    expect(others).toBeGreaterThan(200);
  });

  test('sizes, and what is inside', () => {
    expect(K.format(sumOfSizes(K, column('3', '-4')))).toBe('7');
    expect([whole, box, orthant, simplex].map((spec) => K.format(extent(K, spec)))).toEqual(['0', '7', '3', '7']);
    expect(extent(float64, ball)).toBe(9);
    const inside = (spec: SetSpec, ...w: Num[]): boolean => isInterior(K, spec, column(...w));
    expect([inside(whole, '9', '9'), inside(box, '0', '0'), inside(box, '-3', '0'), inside(box, '0', '2'), inside(box, '0', '-1'), inside(box, '5', '0')]).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([inside(orthant, '2', '0'), inside(orthant, '1', '0'), inside(orthant, '2', '-3'), inside(simplex, '2', '-3')]).toEqual([true, false, false, false]);
    // A margin of 2⁻³⁰(r + ‖w‖₁)(r + extent) = 2⁻³⁰·(2 + 9)·(2 + 9).
    expect([[3, 4], [3, 5.9], [3, 6], [3, 7]].map((w) => isInterior(float64, ball, w))).toEqual([true, true, false, false]);
    const edge = Math.sqrt(4 - 121 / 2 ** 30);
    expect([isInterior(float64, ball, [3, 4 + edge - 2e-9]), isInterior(float64, ball, [3, 4 + edge + 2e-9])]).toEqual([true, false]);
    expect(isInterior(primeField, { kind: 'all', dimension: 1 }, [1n])).toBe(true);
    expect(() => isInterior(primeField, { kind: 'orthant', corner: [0] }, [1n])).toThrow(new RangeError('expected an ordered field, got prime-field'));
  });
});

describe('dual numbers', () => {
  const pair = ({ value, derivative }: Dual<Rational>): string[] => [K.format(value), K.format(derivative)];
  const [D, dual] = [dualSpace(K), (value: Num, derivative: Num): Dual<Rational> => ({ value: q(value), derivative: q(derivative) })];

  test('follow the rules of differentiation', () => {
    const [x, y] = [dual('2', '1'), dual('3', '5')];
    expect([D.add(x, y), D.sub(x, y), D.mul(x, y), D.div(x, y), D.neg(x), D.from('4'), D.zero, D.one].map(pair)).toEqual([
      ['5', '6'],
      ['-1', '-4'],
      ['6', '13'],
      ['2/3', '-7/9'],
      ['-2', '-1'],
      ['4', '0'],
      ['0', '0'],
      ['1', '0'],
    ]);
    expect([D.format(x), D.name, D.exact, dualSpace(float64).exact]).toEqual(['2 + 1ε', 'rational', true, false]);
  });

  test('are compared by their values', () => {
    const [x, same, more] = [dual('2', '1'), dual('2', '7'), dual('-3', '4')];
    expect([D.equal(x, same), D.equal(x, more), D.compare(more, x), D.compare(x, same), D.lessOrEqual(x, same), D.lessOrEqual(x, more)]).toEqual([true, false, -1, 0, true, false]);
    expect([D.max(x, same), D.max(more, x), D.min(same, x), D.min(x, more), D.abs(more), D.abs(x), D.abs(dual('0', '3'))].map(pair)).toEqual([
      ['2', '1'],
      ['2', '1'],
      ['2', '7'],
      ['-3', '4'],
      ['3', '-4'],
      ['2', '1'],
      ['0', '3'],
    ]);
    expect(D.toNumber(more)).toBe(-3);
    expect([isOrdered(D), isReal(D), isOrdered(dualSpace(primeField))]).toEqual([true, false, false]);
  });

  test('have the roots and exponentials of what they are over', () => {
    const R = dualSpace(float64) as RealSpace<Dual<number>>;
    expect([isReal(R), R.real]).toEqual([true, true]);
    expect([R.sqrt({ value: 4, derivative: 3 }), R.exp({ value: 0, derivative: 3 }), R.log1p({ value: 1, derivative: 3 }), R.log({ value: 2, derivative: 3 })]).toEqual([
      { value: 2, derivative: 0.75 },
      { value: 1, derivative: 3 },
      { value: Math.log1p(1), derivative: 1.5 },
      { value: Math.log(2), derivative: 1.5 },
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
    const plain = { formula: () => 'plain', dimension: 2, value: f.value, gradient: f.gradient, divergence: f.divergence, minimiser: f.minimiser };
    expect(() => bregman(float64, { kind: 'loss' }, plain as typeof f, [0, 0], [0, 0]).magnitude([0, 0])).toThrow(
      new RangeError('expected no magnitude to be asked for in float64'),
    );
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

test('a halfspace whose normal is partly underflow is out of reach in float64, and in no exact arithmetic', () => {
  const at = (c: number): number | null => smallestComparator(float64, feasibleSet(float64, { kind: 'all', dimension: 1 }), { c: [c], s: -1 })?.w[0] ?? null;
  expect([at(2 ** -450), at(2 ** -451)]).toEqual([-(2 ** 450), null]);
  const exact = smallestComparator(K, feasibleSet(K, { kind: 'all', dimension: 1 }), { c: [q(`1/${2n ** 451n}`)], s: q('-1') });
  expect(show(exact!.w)).toEqual([`-${2n ** 451n}`]);
});
