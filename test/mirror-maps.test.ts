import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bregman } from '../oracles/bregman.js';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space } from '../src/arithmetic/space.js';
import { isPullback } from '../src/world/bmg-run.js';
import { runBootstrap, type BootstrapCase } from '../src/generator/bootstrap-case.js';
import { mirrorSpec } from '../src/generator/mirror.js';
import { doubles, rationalNumbers, uniform, vector, type NumberSource } from '../src/generator/number.js';
import { quadraticSpec } from '../src/generator/function.js';
import { numbers } from '../src/problem/body.js';
import { convexFunction, differentiableFunction } from '../src/problem/convex.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import { isQuadratic, mirrorMap, type MirrorMap, type MirrorSpec } from '../src/problem/mirror.js';
import { reference } from '../src/subject.js';
import { gamma } from '../oracles/rounding.js';

/** ½(x − 1)² */
const PARABOLA: FunctionSpec = { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] };
const LOG_SUM_EXP: FunctionSpec = { body: { kind: 'log-sum-exp', atoms: [['1'], ['-1']], offsets: ['0', '0'] }, minimiser: ['0'] };

function over<S>(K: OrderedSpace<S>, spec: MirrorSpec, f: FunctionSpec = PARABOLA): MirrorMap<S> {
  return mirrorMap(K, spec, convexFunction(K, f), f.body);
}

const scenes = (source: NumberSource): fc.Arbitrary<{ spec: MirrorSpec; f: FunctionSpec; x: readonly (number | string)[]; z: readonly (number | string)[] }> =>
  fc.integer({ min: 1, max: 3 }).chain((n) => fc.record({ spec: mirrorSpec(source, n), f: quadraticSpec(source, n), x: vector(source, n), z: vector(source, n) }));

describe('∇μ⁻¹', () => {
  test('undoes ∇μ exactly in the rationals, where μ = f is not singular', () => {
    fc.assert(fc.property(scenes(rationalNumbers), ({ spec, f, x }) => {
      const mu = over(rational, spec, f);
      const point = numbers(rational, x);
      const back = mu.inverse(mu.gradient(point));
      if (back === null) expect(spec.kind).toBe('loss');
      else expect(Array.from(back, rational.format)).toEqual(Array.from(point, rational.format));
    }));
  });

  test('gives a point with the gradient that was asked for, within its own bound in float64', () => {
    fc.assert(fc.property(scenes({ ...doubles, scalar: uniform(-4, 4) }), ({ spec, f, x }) => {
      const mu = over(float64, spec, f);
      const p = mu.gradient(numbers(float64, x));
      const z = mu.inverse(p);
      if (z === null) return;
      const [again, size] = [mu.gradient(z), mu.inverseMagnitude(z)];
      for (let i = 0; i < p.length; i++) expect(Math.abs(again[i]! - p[i]!)).toBeLessThanOrEqual(gamma(200) * (size[i]! + Math.abs(p[i]!)));
    }));
  });

  test('says that there is no such point where ∇μ does not reach', () => {
    expect(over(rational, { kind: 'saturating' }).inverse(numbers(rational, ['1']))).toBeNull();
    expect(over(rational, { kind: 'saturating' }).inverse(numbers(rational, ['-1/2']))).toEqual(numbers(rational, ['-1']));
    expect(over(float64, { kind: 'exponential' }).inverse([0])).toBeNull();
    expect(over(float64, { kind: 'exponential' }).inverse([NaN])).toBeNull();
    expect(over(float64, { kind: 'loss' }, LOG_SUM_EXP).inverse([0])).toBeNull();
    const flat: FunctionSpec = { body: { kind: 'ridge', terms: [{ direction: ['1', '1'], offset: '0', weight: '1', shape: { kind: 'square' } }] }, minimiser: ['0', '0'] };
    expect(over(rational, { kind: 'loss' }, flat).inverse(numbers(rational, ['1', '1']))).toBeNull();
    expect(mirrorMap(primeField, { kind: 'loss' }, differentiableFunction(primeField, flat), flat.body).inverse([1n, 1n])).toBeNull();
  });

  test('of cosh bears arguments whose squares overflow', () => {
    const mu = over(float64, { kind: 'hyperbolic' });
    for (const p of [1e300, -1e300, 1e-300, 0]) {
      const [z] = Array.from(mu.inverse([p])!);
      expect(z).toBeCloseTo(Math.asinh(p), 9);
    }
  });
});

describe('B^μ', () => {
  test('by its definition is the closed form, and is not negative', () => {
    fc.assert(fc.property(scenes(rationalNumbers), ({ spec, f, x, z }) => {
      const [y, at] = [numbers(rational, x), numbers(rational, z)];
      const closed = bregman(rational, spec, convexFunction(rational, f), y, at).value;
      expect(rational.format(over(rational, spec, f).divergence(y, at))).toBe(rational.format(closed));
      expect(rational.lessOrEqual(rational.zero, closed)).toBe(true);
    }));
  });

  test.each<MirrorSpec>([{ kind: 'exponential' }, { kind: 'hyperbolic' }, { kind: 'saturating' }, { kind: 'asymmetric', ratio: '3' }])(
    'in 40 digits is the closed form too: %j',
    (spec) => {
      const K = decimal(40);
      for (const [x, z] of [['1/3', '-2'], ['-2', '1/3'], ['3', '1/7'], ['5', '6']] as const) {
        const [y, at] = [numbers(K, [x]), numbers(K, [z])];
        expect(K.toNumber(K.sub(over(K, spec).divergence(y, at), bregman(K, spec, convexFunction(K, PARABOLA), y, at).value))).toBeCloseTo(0, 30);
      }
    },
  );
});

describe('what an arithmetic cannot express', () => {
  const loss = differentiableFunction(primeField, PARABOLA);
  const point = [1n];
  const build = <S>(K: Space<S>, spec: MirrorSpec): MirrorMap<S> => mirrorMap(K, spec, differentiableFunction(K, PARABOLA), PARABOLA.body);

  test('is refused by name', () => {
    expect(() => build(primeField, { kind: 'asymmetric', ratio: '2' })).toThrow('expected a μ that needs no order in prime-field');
    expect(() => build(rational, { kind: 'exponential' })).toThrow('expected a μ without exponentials in rational');
    expect(() => over(rational, { kind: 'asymmetric', ratio: '-1' })).toThrow('expected a ratio > 0, got -1');
    expect(() => over(rational, { kind: 'saturating' }).divergence(numbers(rational, ['1']), numbers(rational, ['0']))).toThrow('expected a μ that has values in rational');
    expect(() => build(primeField, { kind: 'loss' }).gradientMagnitude(point, point)).toThrow('expected no magnitude to be asked for');
    expect(() => bregman(primeField, { kind: 'euclidean' }, loss, point, point).magnitude(point)).toThrow('expected an ordered field, got prime-field');
    expect(() => bregman(primeField, { kind: 'loss' }, loss, point, point).magnitude(point)).toThrow('expected no magnitude to be asked for');
    expect(() => bregman(rational, { kind: 'exponential' }, differentiableFunction(rational, PARABOLA), numbers(rational, ['1']), numbers(rational, ['1']))).toThrow(
      'expected a field with exponentials',
    );
  });
});

describe('isQuadratic', () => {
  test('looks through sums and compositions', () => {
    const { body } = PARABOLA;
    expect(isQuadratic({ kind: 'sum', parts: [body, { kind: 'chain', dimension: 1, smoothness: '1' }] })).toBe(true);
    expect(isQuadratic({ kind: 'sum', parts: [body, LOG_SUM_EXP.body] })).toBe(false);
    expect(isQuadratic({ kind: 'composition', inner: body, matrix: [['2']], shift: ['0'] })).toBe(true);
  });
});

describe('isPullback', () => {
  test.each([
    [[['1', '2']], ['2', '4'], true],
    [[['1', '2']], ['2', '3'], false],
    [[['0', '0']], ['0', '0'], true],
    [[['0', '0']], ['0', '1'], false],
    [[['1', '0'], ['1', '1']], ['5', '-7'], true],
  ])('%j reaches %j: %s', (A, g, expected) => {
    expect(isPullback(rational, A.map((row) => numbers(rational, row)), numbers(rational, g))).toBe(expected);
  });
});

test('a target that is not given is asked for by number', () => {
  const short: BootstrapCase = {
    function: PARABOLA,
    rule: { kind: 'identity' },
    mirror: { kind: 'euclidean' },
    target: { kind: 'given', targets: [['0']] },
    beta: ['1', '1'],
    start: ['0'],
    first: ['0'],
  };
  expect(() => runBootstrap(rational, reference, short)).toThrow('expected a target for round 2, got 1 targets');
});
