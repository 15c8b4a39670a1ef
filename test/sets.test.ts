import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, type Decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { setSpec } from '../src/generator/learner.js';
import { doubles, rationalNumbers, vector, type NumberSource } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import { exactVector, exactly, gammaOf, holdsFor, unitRoundoff } from './support/exactly.js';

interface Scene {
  readonly spec: SetSpec;
  readonly v: readonly Num[];
  readonly u: readonly Num[];
}

function scenes(source: NumberSource): fc.Arbitrary<Scene> {
  return fc.integer({ min: 1, max: 4 }).chain((m) => fc.record({ spec: setSpec(source, m), v: vector(source, m), u: vector(source, m) }));
}

/** Each set by name, with 0 inside and outside, degenerate ones among them. */
const SPECS: readonly SetSpec[] = [
  { kind: 'all', dimension: 2 },
  { kind: 'box', lower: ['-1', '-1/2'], upper: ['1', '3'] },
  { kind: 'box', lower: ['2', '-1'], upper: ['3', '-1'] },
  { kind: 'orthant', corner: ['0', '0'] },
  { kind: 'orthant', corner: ['1/2', '-3'] },
  { kind: 'simplex', corner: ['0', '0'], size: '1' },
  { kind: 'simplex', corner: ['-2', '1'], size: '7/2' },
  { kind: 'simplex', corner: ['1', '2'], size: '0' },
];
const BALLS: readonly SetSpec[] = [{ kind: 'ball', centre: ['0', '0'], radius: '2' }, { kind: 'ball', centre: ['5', '-1'], radius: '3/2' }, {
  kind: 'ball',
  centre: ['1', '0'],
  radius: '0',
}];
const POINTS: readonly (readonly Num[])[] = [['0', '0'], ['3', '-4'], ['1/2', '1/2'], ['-7', '1/3'], ['10', '9']];
const fixed = [...SPECS, ...BALLS].flatMap((spec) => POINTS.map((v, i): Scene => ({ spec, v, u: POINTS[(i + 1) % 5]! })));

function onScenes(source: NumberSource, runs: number, check: (scene: Scene) => void): void {
  fixed.filter(({ spec }) => source.name !== 'rational' || spec.kind !== 'ball').forEach(check);
  holdsFor(runs, fc.property(scenes(source), check));
}

const zero = ratio(0);
const total = (values: readonly Rational[]): Rational => values.reduce((sum, value) => sum.add(value), zero);
const exactNumbers = (data: readonly Num[]): Rational[] => data.map((entry) => rational.from(entry));
const le = rational.lessOrEqual;

/**
 * How far w is from the conditions that make it Π_W(v): membership, and v − w in the normal cone of W at w. Each is a fraction
 * that is 0 (or less) at the projection. `near` says which constraints count as active: those that hold up to it.
 */
function residuals(spec: Exclude<SetSpec, { kind: 'ball' }>, v: readonly Rational[], w: readonly Rational[], near: Rational): Rational[] {
  const pull = v.map((entry, i) => entry.sub(w[i]!));
  const active = (distance: Rational): boolean => le(distance.abs(), near);
  switch (spec.kind) {
    case 'all':
      return pull.map((entry) => entry.abs());
    case 'box': {
      const [lower, upper] = [exactNumbers(spec.lower), exactNumbers(spec.upper)];
      return w.flatMap((entry, i) => [
        lower[i]!.sub(entry),
        entry.sub(upper[i]!),
        active(entry.sub(upper[i]!)) ? zero : pull[i]!,
        active(entry.sub(lower[i]!)) ? zero : pull[i]!.neg(),
      ]);
    }
    case 'orthant': {
      const corner = exactNumbers(spec.corner);
      return w.flatMap((entry, i) => [corner[i]!.sub(entry), pull[i]!, active(entry.sub(corner[i]!)) ? zero : pull[i]!.neg()]);
    }
    case 'simplex': {
      const corner = exactNumbers(spec.corner);
      const size = rational.from(spec.size);
      const excess = w.map((entry, i) => entry.sub(corner[i]!));
      // The multiplier of the sum is the pull on any entry that is free; on the others the pull is at most that.
      const free = pull.filter((_, i) => !active(excess[i]!));
      const multiplier = free[0] ?? pull.reduce(rational.max);
      return [
        ...excess.map((entry) => entry.neg()),
        total(excess).sub(size).abs(),
        ...free.map((entry) => entry.sub(multiplier).abs()),
        ...pull.map((entry) => entry.sub(multiplier)),
      ];
    }
  }
}

const isBall = (spec: SetSpec): spec is Extract<SetSpec, { kind: 'ball' }> => spec.kind === 'ball';

function dataOf(spec: Exclude<SetSpec, { kind: 'ball' }>): readonly Num[] {
  switch (spec.kind) {
    case 'all':
      return [];
    case 'box':
      return [...spec.lower, ...spec.upper];
    case 'orthant':
      return spec.corner;
    case 'simplex':
      return [...spec.corner, spec.size];
  }
}

describe('projections', () => {
  test('satisfy their KKT conditions, exactly in rationals', () => {
    onScenes(rationalNumbers, 400, ({ spec, v }) => {
      if (isBall(spec)) throw new Error('expected no ball in rationals');
      const w = feasibleSet(rational, spec).project(numbers(rational, v));
      for (const residual of residuals(spec, exactNumbers(v), Array.from(w), zero)) expect(rational.format(rational.max(residual, zero))).toBe('0');
    });
  });

  test('satisfy them in float64 up to the roundings of a sum', () => {
    onScenes(doubles, 400, ({ spec, v }) => {
      if (isBall(spec)) return;
      const entries = numbers(float64, v);
      const w = feasibleSet(float64, spec).project(entries);
      const scale = total([...Array.from(entries), ...dataOf(spec)].map((data) => rational.from(data).abs()));
      // Relative to the corner, summed, divided, subtracted, and back: fewer than 2m + 6 roundings of numbers below the sum of all of them.
      const bound = gammaOf(unitRoundoff('float64', 0), 2 * w.length + 8).mul(scale);
      for (const residual of residuals(spec, exactVector(float64, entries), exactVector(float64, w), bound)) {
        expect(le(residual, bound.mul(ratio(4))), `${JSON.stringify(spec)}: ${residual.valueOf()}`).toBe(true);
      }
    });
  });

  test('on the ball lie on it, on the ray from the centre to the point', () => {
    const check = <S>(K: OrderedSpace<S>, digits: number, source: NumberSource): void =>
      onScenes(source, 300, ({ spec, v }) => {
        if (!isBall(spec)) return;
        const point = numbers(K, v);
        const w = feasibleSet(K, spec).project(point);
        const [centre, radius] = [exactVector(K, numbers(K, spec.centre)), exactly(K, K.from(spec.radius))];
        const out = exactVector(K, point).map((entry, i) => entry.sub(centre[i]!));
        const at = exactVector(K, w).map((entry, i) => entry.sub(centre[i]!));
        const square = (x: readonly Rational[]): Rational => total(x.map((entry) => entry.mul(entry)));
        if (le(square(out), radius.mul(radius))) {
          // Just inside, the rounded norm may say outside, and the point moves by a rounding.
          for (const [i, entry] of out.entries())
            expect(le(entry.sub(at[i]!).abs(), gammaOf(unitRoundoff(K.name, digits), 2 * w.length + 8).mul(total([...centre, ...out].map((e) => e.abs()))))).toBe(true);
          return;
        }
        const scale = total([...centre, ...out].map((entry) => entry.abs())).add(radius);
        const bound = gammaOf(unitRoundoff(K.name, digits), 2 * w.length + 12).mul(scale);
        expect(le(square(at).sub(radius.mul(radius)).abs(), bound.mul(scale).mul(ratio(2)))).toBe(true);
        for (const [i, entry] of at.entries()) {
          // Parallel: at_i out_j = at_j out_i, and in the same direction.
          for (const [j, other] of at.entries()) expect(le(entry.mul(out[j]!).sub(other.mul(out[i]!)).abs(), bound.mul(scale).mul(ratio(2)))).toBe(true);
          expect(le(entry.mul(out[i]!), bound.mul(scale).neg())).toBe(false);
        }
      });
    check(float64, 0, doubles);
    check(decimal(50), 50, doubles);
  });

  test('leave what is in the set where it is', () => {
    const check = <S>(K: OrderedSpace<S>, { spec, v }: Scene): void => {
      const set = feasibleSet(K, spec);
      const once = set.project(numbers(K, v));
      const twice = set.project(once);
      if (K.exact) expect(Array.from(twice, K.format)).toEqual(Array.from(once, K.format));
      else for (let i = 0; i < once.length; i++) expect(Math.abs(K.toNumber(K.sub(once[i]!, twice[i]!)))).toBeLessThanOrEqual(2 ** -48 * 50);
    };
    onScenes(rationalNumbers, 300, (scene) => check(rational, scene));
    onScenes(doubles, 300, (scene) => check(float64, scene));
  });

  test('are firmly non-expansive: ‖Πv − Πu‖² ≤ ⟨Πv − Πu, v − u⟩ ≤ ‖v − u‖², exactly', () => {
    const K = rational;
    onScenes(rationalNumbers, 400, ({ spec, v, u }) => {
      const { project } = feasibleSet(K, spec);
      const [from, to] = [numbers(K, v), numbers(K, u)];
      const [before, after] = [K.minus(from, to), K.minus(project(from), project(to))];
      expect(le(K.dot(after, after), K.dot(after, before))).toBe(true);
      expect(le(K.dot(after, before), K.dot(before, before))).toBe(true);
    });
  });

  test('on the ball are non-expansive up to rounding', () => {
    const K = decimal(50);
    const slack = K.from(`1/${10n ** 46n}`);
    onScenes(doubles, 200, ({ spec, v, u }) => {
      if (!isBall(spec)) return;
      const { project } = feasibleSet(K, spec);
      const [from, to] = [numbers(K, v), numbers(K, u)];
      const [before, after] = [K.minus(from, to), K.minus(project(from), project(to))];
      const size = (x: Vector<Decimal>): Decimal => K.dot(x, x);
      expect(K.lessOrEqual(size(after), K.add(size(before), slack))).toBe(true);
    });
  });

  test('are nearest: no vertex, and no other projected point, is on the far side of the supporting plane', () => {
    const K = rational;
    onScenes(rationalNumbers, 300, ({ spec, v, u }) => {
      const { project } = feasibleSet(K, spec);
      const point = numbers(K, v);
      const w = project(point);
      for (const other of [numbers(K, u), K.zeros(w.length), K.scale(K.from(-5), point), K.plus(point, numbers(K, u))]) {
        expect(le(K.dot(K.minus(point, w), K.minus(project(other), w)), zero)).toBe(true);
      }
    });
  });

  test('by hand', () => {
    const at = (spec: SetSpec, ...v: Num[]): string[] => Array.from(feasibleSet(rational, spec).project(numbers(rational, v)), rational.format);
    expect(at({ kind: 'simplex', corner: ['0', '0', '0'], size: '1' }, '1', '1/2', '-1')).toEqual(['3/4', '1/4', '0']);
    expect(at({ kind: 'simplex', corner: ['0', '0'], size: '1' }, '0', '0')).toEqual(['1/2', '1/2']);
    expect(at({ kind: 'simplex', corner: ['1', '1'], size: '1' }, '9', '0')).toEqual(['2', '1']);
    expect(at({ kind: 'box', lower: ['10'], upper: ['11'] }, '0')).toEqual(['10']);
    expect(at({ kind: 'orthant', corner: ['-1', '2'] }, '-3', '5/2')).toEqual(['-1', '5/2']);
    expect(Array.from(feasibleSet(float64, { kind: 'ball', centre: [1, 0], radius: 5 }).project(Float64Array.of(7, 8)))).toEqual([4, 4]);
    expect(Array.from(feasibleSet(float64, { kind: 'ball', centre: [0, 0], radius: 5 }).project(Float64Array.of(3, -4)))).toEqual([3, -4]);
  });
});

describe('sets', () => {
  test('say their dimension, whether they are everything, and what they are', () => {
    const about = (spec: SetSpec): unknown[] => {
      const { name, dimension, whole } = feasibleSet(float64, spec);
      return [name, dimension, whole];
    };
    expect(about({ kind: 'all', dimension: 3 })).toEqual(['R^3', 3, true]);
    expect(about({ kind: 'box', lower: [0, -1], upper: [1, 2] })).toEqual(['[0, 1]×[-1, 2]', 2, false]);
    expect(about({ kind: 'orthant', corner: [0, 1] })).toEqual(['{w ≥ (0, 1)}', 2, false]);
    expect(about({ kind: 'simplex', corner: [0, 0], size: 2 })).toEqual(['{w ≥ (0, 0), Σ(w − corner) = 2}', 2, false]);
    expect(about({ kind: 'ball', centre: [1], radius: 2 })).toEqual(['ball of radius 2 around (1)', 1, false]);
  });

  test('the whole space gives back the very point, in the prime field too', () => {
    const point = [3n, 5n];
    expect(feasibleSet(primeField, { kind: 'all', dimension: 2 }).project(point)).toBe(point);
  });

  test('that are empty, or that an arithmetic cannot project on, are refused', () => {
    const refused = <S>(K: OrderedSpace<S>, spec: SetSpec, message: string): void => expect(() => feasibleSet(K, spec)).toThrow(new RangeError(message));
    refused(rational, { kind: 'box', lower: ['0', '1'], upper: ['1', '1/2'] }, 'expected lower ≤ upper, got 1 > 1/2');
    refused(rational, { kind: 'box', lower: ['0', '1'], upper: ['1'] }, 'expected vectors of one dimension, got 2 and 1');
    refused(rational, { kind: 'simplex', corner: ['0'], size: '-1/3' }, 'expected a simplex of size ≥ 0, got -1/3');
    refused(rational, { kind: 'simplex', corner: [], size: '1' }, 'expected a simplex of dimension ≥ 1, got 0');
    refused(float64, { kind: 'ball', centre: [0], radius: -0.5 }, 'expected a radius ≥ 0, got -0.5');
    refused(rational, { kind: 'ball', centre: ['0'], radius: '1' }, 'expected a set that is projected on without roots in rational, got "ball"');
    expect(() => feasibleSet(primeField, { kind: 'orthant', corner: ['0'] })).toThrow(
      new RangeError('expected the whole space, the only set without an order, got "orthant" in prime-field'),
    );
  });
});
