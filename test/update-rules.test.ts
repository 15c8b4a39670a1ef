import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational } from '../src/arithmetic/rational.js';
import type { Space, Vector } from '../src/arithmetic/space.js';
import { quadraticSpec } from '../src/generator/function.js';
import { ruleSpec } from '../src/generator/learner.js';
import { doubles, matrix, rationalNumbers, residues, vector, type NumberSource } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { differentiableFunction } from '../src/problem/convex.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import { metaAdaGrad } from '../src/update-rule/meta-adagrad.js';
import { parameterCount, updateRule, type RuleSpec, type UpdateRule } from '../src/update-rule/update-rule.js';
import { gammaOf, holdsFor, unitRoundoff } from './support/exactly.js';

interface Scene {
  readonly rule: RuleSpec;
  readonly f: FunctionSpec;
  readonly x: readonly Num[];
  readonly y: readonly Num[];
  readonly w: readonly Num[];
  readonly v: readonly Num[];
}

/** Every kind of rule, those of the generators and those that only claims build by hand. */
function anyRule(source: NumberSource, n: number, m: number): fc.Arbitrary<RuleSpec> {
  const more = fc.oneof(
    fc.record({
      kind: fc.constant('bilinear' as const),
      matrices: fc.array(matrix(source, n, n), { minLength: m, maxLength: m }),
      offset: vector(source, n),
      state: matrix(source, n, n),
    }),
    fc.record({ kind: fc.constant('table' as const), points: fc.constant([Array<Num>(n).fill(0)]), values: matrix(source, 1, n) }),
    fc.tuple(ruleSpec(source, n, m), vector(source, n * n + m)).map(([rule, scale]): RuleSpec => ({
      kind: 'reparametrised',
      rule,
      scale: scale.slice(0, parameterCount(rule, n)),
    })),
  );
  return fc.oneof({ weight: 3, arbitrary: ruleSpec(source, n, m) }, { weight: 1, arbitrary: more });
}

function scenes(source: NumberSource): fc.Arbitrary<Scene> {
  const sizes = fc.record({ n: fc.integer({ min: 1, max: 3 }), m: fc.integer({ min: 1, max: 3 }) });
  return sizes.chain(({ n, m }) =>
    anyRule(source, n, m).chain((rule) => {
      const parameters = parameterCount(rule, n);
      return fc.record({
        rule: fc.constant(rule),
        f: quadraticSpec(source, n),
        x: vector(source, n),
        y: vector(source, n),
        w: vector(source, parameters),
        v: vector(source, parameters),
      });
    })
  );
}

function build<S>(K: Space<S>, { rule, f }: Scene): { phi: UpdateRule<S>; gradient: (x: Vector<S>) => Vector<S> } {
  const { gradient, dimension } = differentiableFunction(K, f);
  return { phi: updateRule(K, rule, dimension, gradient), gradient };
}

/** φ(x, w), entry by entry, by the formula beside its name. */
function formula<S>(K: Space<S>, spec: RuleSpec, gradient: Vector<S>, x: Vector<S>, w: Vector<S>, cut: (tau: S) => S): S[] {
  const number = (data: Num): S => K.from(data);
  const times = (rows: readonly (readonly Num[])[], v: Vector<S>): S[] => rows.map((row) => row.reduce((sum, entry, j) => K.add(sum, K.mul(number(entry), v[j]!)), K.zero));
  const add = (...vectors: readonly S[][]): S[] => vectors[0]!.map((_, i) => vectors.reduce((sum, v) => K.add(sum, v[i]!), K.zero));
  const entries = Array.from(x);
  switch (spec.kind) {
    case 'identity':
      return Array.from(w);
    case 'affine':
      return add(times(spec.matrix, w), spec.offset.map(number));
    case 'state-affine': {
      const tau = cut(spec.direction.reduce((sum, entry, j) => K.add(sum, K.mul(number(entry), x[j]!)), K.zero));
      return add(times(spec.matrix, w), times(spec.gain, w).map((entry) => K.mul(tau, entry)), spec.offset.map(number), times(spec.state, x));
    }
    case 'elementwise-descent':
      return entries.map((entry, i) => K.sub(entry, K.mul(w[i]!, gradient[i]!)));
    case 'elementwise-gradient':
      return entries.map((_, i) => K.mul(w[i]!, gradient[i]!));
    case 'preconditioner':
      return entries.map((entry, i) => entries.reduce((rest, _, j) => K.sub(rest, K.mul(w[i * x.length + j]!, gradient[j]!)), entry));
    case 'bilinear':
      return add(...spec.matrices.map((M, j) => times(M, x).map((entry) => K.mul(w[j]!, entry))), times(spec.state, x), spec.offset.map(number));
    case 'table': {
      const hit = spec.points.findIndex((point) => point.every((entry, i) => K.equal(number(entry), x[i]!)));
      return entries.map((_, i) => K.add(w[i]!, hit < 0 ? K.zero : number(spec.values[hit]![i]!)));
    }
    case 'reparametrised':
      return formula(K, spec.rule, gradient, x, K.vector(w.length, (j) => K.mul(w[j]!, number(spec.scale[j]!))), cut);
  }
}

const text = <S>(K: Space<S>, v: Vector<S>): string[] => Array.from(v, K.format);

describe('update rules', () => {
  const kinds = new Set<string>();

  const exactLaws = <S>(K: Space<S>, scene: Scene, cut: (tau: S) => S): void => {
    kinds.add(scene.rule.kind);
    const { phi, gradient } = build(K, scene);
    const [x, w, v] = [numbers(K, scene.x), numbers(K, scene.w), numbers(K, scene.v)];
    const output = phi.apply(x, w);
    expect(text(K, output), phi.formula()).toEqual(text(K, formula(K, scene.rule, gradient(x), x, w, cut)));
    const change = K.minus(phi.apply(x, K.plus(w, v)), output);
    expect(text(K, change)).toEqual(text(K, K.apply(phi.jacobian(x), v)));
    expect(text(K, phi.offset(x))).toEqual(text(K, phi.apply(x, K.zeros(w.length))));
    expect([phi.dimension, phi.parameters]).toEqual([scene.x.length, parameterCount(scene.rule, scene.x.length)]);
    expect(phi.jacobian(x).map((row) => row.length)).toEqual(scene.x.map(() => phi.parameters));
    // Column j is the difference along the j-th unit vector: A is the derivative, not its transpose.
    const unit = K.vector(w.length, (j) => (j === w.length - 1 ? K.one : K.zero));
    expect(text(K, phi.jacobian(x).map((row) => row[w.length - 1]!))).toEqual(text(K, K.minus(phi.apply(x, unit), phi.offset(x))));
  };

  test('are their formulas, and affine in w: φ(x, w + v) − φ(x, w) = A(x)v, exactly in rationals', () => {
    holdsFor(500, fc.property(scenes(rationalNumbers), (scene) => exactLaws(rational, scene, (tau) => rational.max(ratio(-1), rational.min(ratio(1), tau)))));
    expect([...kinds].toSorted()).toEqual([
      'affine',
      'bilinear',
      'elementwise-descent',
      'elementwise-gradient',
      'identity',
      'preconditioner',
      'reparametrised',
      'state-affine',
      'table',
    ]);
  });

  test('and in the prime field, where nothing is cut off', () => {
    holdsFor(
      100,
      fc.property(scenes(residues), (scene) => {
        exactLaws(primeField, scene, (tau) => tau);
        expect(build(primeField, scene).phi.jacobianBound).toSatisfy((bound) => bound === null || bound === 1n);
      }),
    );
  });

  test('in float64 to within the roundings of a sum', () => {
    holdsFor(
      300,
      fc.property(scenes(doubles), (scene) => {
        const K = float64;
        const { phi, gradient } = build(K, scene);
        const [x, w] = [numbers(K, scene.x), numbers(K, scene.w)];
        const [output, truth] = [phi.apply(x, w), formula(K, scene.rule, gradient(x), x, w, (tau) => Math.max(-1, Math.min(1, tau)))];
        // The formula on absolute values, with −w where it subtracts: what each entry's roundings are relative to.
        const absolute = (v: Vector<number>): number[] => Array.from(v, Math.abs);
        const rule = JSON.parse(JSON.stringify(scene.rule), (_, data: unknown) => (typeof data === 'number' ? Math.abs(data) : data)) as RuleSpec;
        const kind = rule.kind === 'reparametrised' ? rule.rule.kind : rule.kind;
        const sign = kind === 'elementwise-descent' || kind === 'preconditioner' ? -1 : 1;
        const size = formula(K, rule, absolute(gradient(x)), absolute(x), absolute(w).map((entry) => sign * entry), (tau) => tau);
        // Dot products in n ≤ 3 and in m ≤ 9, and a few factors and summands: 20 roundings at most on either side.
        truth.forEach((entry, i) => expect(Math.abs(entry - output[i]!), phi.formula()).toBeLessThanOrEqual(2 * gammaOf(unitRoundoff('float64', 0), 20).valueOf() * size[i]!));
      }),
    );
  });

  test('have Jacobians that no vector stretches beyond the bound that is known before the run', () => {
    const K = rational;
    let bounded = 0;
    holdsFor(
      400,
      fc.property(scenes(rationalNumbers), (scene) => {
        const { phi } = build(K, scene);
        if (phi.jacobianBound === null) {
          expect(['elementwise-descent', 'elementwise-gradient', 'preconditioner', 'bilinear', 'reparametrised']).toContain(scene.rule.kind);
          return;
        }
        bounded += 1;
        for (const at of [scene.x, scene.y, scene.x.map(() => '1000')]) {
          const image = K.apply(phi.jacobian(numbers(K, at)), numbers(K, scene.v));
          expect(K.lessOrEqual(K.dot(image, image), K.mul(phi.jacobianBound, K.dot(numbers(K, scene.v), numbers(K, scene.v))))).toBe(true);
          const pull = K.applyTranspose(phi.jacobian(numbers(K, at)), numbers(K, scene.y), phi.parameters);
          expect(K.lessOrEqual(K.dot(pull, pull), K.mul(phi.jacobianBound, K.dot(numbers(K, scene.y), numbers(K, scene.y))))).toBe(true);
        }
      }),
    );
    expect(bounded).toBeGreaterThan(100);
  });

  test('by hand', () => {
    const gradient = (x: Vector<ReturnType<typeof rational.from>>): typeof x => rational.scale(ratio(2), x);
    const at = (rule: RuleSpec, n: number, x: readonly Num[], w: readonly Num[]): string[] =>
      text(rational, updateRule(rational, rule, n, gradient).apply(numbers(rational, x), numbers(rational, w)));
    expect(at({ kind: 'elementwise-descent' }, 2, ['3', '-1'], ['1/2', '1/4'])).toEqual(['0', '-1/2']);
    expect(at({ kind: 'elementwise-gradient' }, 2, ['3', '-1'], ['1/2', '1/4'])).toEqual(['3', '-1/2']);
    expect(at({ kind: 'preconditioner' }, 2, ['3', '-1'], ['1', '2', '0', '1'])).toEqual(['1', '1']);
    expect(at({ kind: 'affine', matrix: [['1', '2', '0']], offset: ['5'] }, 1, ['9'], ['1', '1/2', '7'])).toEqual(['7']);
    const state: RuleSpec = { kind: 'state-affine', matrix: [['1']], gain: [['2']], direction: ['1/4'], offset: ['1'], state: [['1/3']] };
    // τ = ½ at x = 2; τ = 1, cut off, at x = 12.
    expect([at(state, 1, ['2'], ['3']), at(state, 1, ['12'], ['3'])]).toEqual([['23/3'], ['14']]);
    expect(rational.format(updateRule(rational, state, 1, gradient).jacobianBound!)).toBe('10');
    expect(rational.format(updateRule(rational, { kind: 'affine', matrix: [['1', '2'], ['-1', '1/2']], offset: ['0', '0'] }, 2, gradient).jacobianBound!)).toBe('15/2');
  });

  test('look numbers up by value: −0 is 0', () => {
    const phi = updateRule(float64, { kind: 'table', points: [[0]], values: [[5]] }, 1, (x) => x);
    expect([-0, 0, 1e-300].map((x) => phi.apply([x], [1])[0])).toEqual([6, 6, 1]);
  });

  test('whose data do not fit are refused', () => {
    const refused = (spec: RuleSpec, n: number, message: string): void => expect(() => updateRule(rational, spec, n, (x) => x)).toThrow(new RangeError(message));
    refused({ kind: 'affine', matrix: [['1']], offset: ['1', '2'] }, 1, 'expected a matrix of 1 rows and an offset of dimension 1, got 1 and 2');
    refused({ kind: 'affine', matrix: [['1']], offset: ['1'] }, 2, 'expected a matrix of 2 rows and an offset of dimension 2, got 1 and 1');
    const state = { kind: 'state-affine' as const, matrix: [['1', '2']], gain: [['2', '0']], direction: ['1'], offset: ['1'], state: [['1']] };
    refused({ ...state, gain: [['2']] }, 1, 'expected a gain of 1 × 2 numbers, got rows of 1');
    refused({ ...state, direction: ['1', '1'] }, 1, 'expected a direction of 1 × 1 numbers, got rows of 2');
    refused({ ...state, state: [] }, 1, 'expected a state of 1 × 1 numbers, got rows of ');
    refused({ kind: 'bilinear', matrices: [[['1']], [['1', '2']]], offset: ['0'], state: [['1']] }, 1, 'expected a matrix 2 of 1 × 1 numbers, got rows of 2');
    refused({ kind: 'table', points: [['1'], ['2/2']], values: [['1'], ['2']] }, 1, 'expected as many distinct points as values, got 1 and 2');
    refused({ kind: 'reparametrised', rule: { kind: 'identity' }, scale: ['1'] }, 2, 'expected 2 factors, got 1');
  });
});

describe('Meta-AdaGrad', () => {
  const K = decimal(60);
  const gradient = (x: Vector<ReturnType<typeof K.from>>): typeof x => K.scale(K.from(3), x);
  const rule = metaAdaGrad(K, gradient);

  test('is marked as outside the theory, and is no update rule', () => {
    expect(rule.outsideTheory).toBe(true);
    expect(Object.keys(rule).toSorted()).toEqual(['apply', 'jacobianDiagonal', 'outsideTheory']);
  });

  test('is −∇f(x)/√w', () => {
    expect(Array.from(metaAdaGrad(float64, (x) => x).apply([6, -8], [4, 16]))).toEqual([-3, 2]);
    expect(Array.from(metaAdaGrad(float64, (x) => x).jacobianDiagonal([6, -8], [4, 16]))).toEqual([6 / 16, -8 / 128]);
  });

  test('has the Jacobian of its differences, which depends on w: it is not affine', () => {
    const h = K.from(`1/${10n ** 15n}`);
    const entry = fc.integer({ min: -50, max: 50 }).map((k) => `${k}/7`);
    const weight = fc.integer({ min: 1, max: 60 }).map((k) => `${k}/8`);
    holdsFor(
      100,
      fc.property(entry, weight, (x, w) => {
        const [at, point] = [[K.from(w)], [K.from(x)]];
        const difference = K.div(K.sub(rule.apply(point, [K.add(at[0]!, h)])[0]!, rule.apply(point, [K.sub(at[0]!, h)])[0]!), K.mul(K.from(2), h));
        // Central differences err by h²/6 · |φ'''| = h²/6 · 15/8 |g| w^(−7/2), w within h of where it is taken; the rest is rounding over h.
        const [size, least] = [3 * Math.abs(K.toNumber(point[0]!)), K.toNumber(at[0]!) - 1e-14];
        const bound = (1e-30 / 6) * (15 / 8) * size * least ** -3.5 + 1e-44 * (1 + size * least ** -0.5);
        expect(Math.abs(K.toNumber(K.sub(rule.jacobianDiagonal(point, at)[0]!, difference)))).toBeLessThanOrEqual(bound);
      }),
    );
    const [one, four] = [rule.jacobianDiagonal([K.one], [K.one])[0]!, rule.jacobianDiagonal([K.one], [K.from(4)])[0]!];
    expect(K.format(K.div(one, four))).toBe('8');
  });

  test('is singular at w = 0, and refuses what is not positive', () => {
    for (const w of [0, -1, NaN, -0]) {
      expect(() => metaAdaGrad(float64, (x) => x).apply([1], [w])).toThrow(new RangeError(`expected w > 0, got ${Object.is(w, -0) ? '-0' : w}`));
      expect(() => metaAdaGrad(float64, (x) => x).jacobianDiagonal([1], [w])).toThrow(RangeError);
    }
  });
});
