import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimisticMetaLearning } from '../src/algorithm/optimistic-meta-learning.js';
import { aoFtrl } from '../src/algorithm/ao-ftrl.js';
import { float64 } from '../src/arithmetic/float64.js';
import { MODULUS, primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space } from '../src/arithmetic/space.js';
import { arm, failed } from '../src/claim.js';
import { functionSpec, quadraticSpec } from '../src/generator/function.js';
import { constantJacobianRule, hintSpec, ruleSpec, setSpec } from '../src/generator/learner.js';
import { linearCase, prepareLinear, simplerLinearCases } from '../src/generator/linear-case.js';
import { approximate, metaCase, metaLabels, positiveSequence, prepare, prepareIdentity, simplerMetaCases, summands, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, logUniform, matrix, positives, rationalNumbers, residues, uniform, vector, type NumberSource } from '../src/generator/number.js';
import { differentiableFunction } from '../src/problem/convex.js';
import type { BodySpec } from '../src/problem/function-spec.js';
import { feasibleSet } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import { simplify } from '../src/runner/simplify.js';
import { reference } from '../src/subject.js';
import { parameterCount, updateRule } from '../src/update-rule/update-rule.js';
import type { ArithmeticName } from '../src/verdict.js';
import { SEED, holdsFor } from './support/exactly.js';

const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed: SEED, numRuns: count });

/** What fast-check alone makes of a case that fails whatever it is. */
function shrunk<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  let last: T | undefined;
  fc.check(
    fc.property(arbitrary, (value) => {
      last = value;
      return false;
    }),
    { seed, numRuns: 1 },
  );
  return last!;
}

/** What is left of a case that fails as long as it can be built: fast-check shrinks it, then the runner makes it readable. */
function simplest<C>(name: ArithmeticName, generator: fc.Arbitrary<C>, simpler: (data: C) => readonly C[], build: (data: C) => void, seed: number): C {
  const candidate = arm({
    arithmetic: name,
    generator,
    simpler,
    check(_, data) {
      build(data);
      return failed({ expected: '', lhs: '', rhs: '', evidence: {} });
    },
  });
  const outcome = failed({ expected: '', lhs: '', rhs: '', evidence: {} });
  return simplify(candidate, reference, { example: shrunk(candidate.generator, seed), outcome }).example as unknown as C;
}

const SOURCES: readonly (readonly [NumberSource, Space<unknown>])[] = [
  [doubles, float64 as Space<unknown>],
  [rationalNumbers, rational as Space<unknown>],
  [residues, primeField as Space<unknown>],
];

describe.each(SOURCES)('numbers of $name', (source, K) => {
  test('are numbers of their arithmetic; positives and weights are > 0', () => {
    for (const data of sample(source.scalar, 500)) expect(() => K.from(data)).not.toThrow();
    for (const data of [...sample(source.positive, 500), ...sample(source.weight, 500)]) {
      expect(approximate(data)).toBeGreaterThan(0);
      if (isOrdered(K)) expect(K.lessOrEqual(K.from(data), K.zero)).toBe(false);
    }
  });

  test('make vectors and matrices of the size that was asked for', () => {
    expect(sample(vector(source, 3), 5).map((v) => v.length)).toEqual([3, 3, 3, 3, 3]);
    expect(sample(positives(source, 2), 2).map((v) => v.length)).toEqual([2, 2]);
    expect(sample(matrix(source, 2, 3), 2).map((rows) => rows.map((row) => row.length))).toEqual([[3, 3], [3, 3]]);
  });

  test('are plain JSON, and come out the same for a seed', () => {
    const drawn = sample(metaCase(source), 3);
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
    expect(sample(metaCase(source), 3)).toEqual(drawn);
  });

  test('make functions, rules and sets that can be built', () => {
    for (const n of [1, 2, 3]) {
      for (const spec of sample(source.name === 'prime-field' ? quadraticSpec(source, n) : functionSpec(source, n), 150)) {
        const f = differentiableFunction(K, spec);
        expect(f.gradient(f.minimiser)).toHaveLength(n);
        expect(summands(spec.body)).toBeGreaterThan(0);
      }
      for (const spec of [...sample(ruleSpec(source, n, 2), 100), ...sample(constantJacobianRule(source, n, 2), 20)]) {
        const rule = updateRule(K, spec, n, (x) => x);
        expect(rule.apply(K.zeros(n), K.zeros(parameterCount(spec, n)))).toHaveLength(n);
      }
      for (const spec of sample(setSpec(source, n), 100)) {
        const set = feasibleSet(K, spec);
        expect([set.dimension, set.project(K.zeros(n)).length]).toEqual([n, n]);
      }
    }
  });
});

describe('numbers', () => {
  test('float64 weights span six decades, evenly', () => {
    const decades = new Map<number, number>();
    const weights = sample(doubles.weight, 6000).map(approximate);
    for (const weight of weights) {
      const decade = Math.floor(Math.log10(weight));
      decades.set(decade, (decades.get(decade) ?? 0) + 1);
    }
    // A share of a sixth each; fast-check draws some of its integers near the ends and near 0, so less is allowed, but not half of that.
    for (const decade of [-3, -2, -1, 0, 1, 2]) expect((decades.get(decade) ?? 0) / weights.length, `10^${decade}`).toBeGreaterThan(1 / 12);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(1e-3);
    expect(Math.max(...weights)).toBeLessThanOrEqual(1e3);
  });

  test('doubles are of moderate size, seldom 0, of both signs, and some are small', () => {
    const drawn = sample(doubles.scalar, 4000).map(approximate);
    const share = (is: (x: number) => boolean): number => drawn.filter(is).length / drawn.length;
    expect(share((x) => Math.abs(x) > 4000)).toBe(0);
    expect(share((x) => x === 0)).toBeLessThan(0.1);
    expect(share((x) => x > 0)).toBeGreaterThan(0.35);
    expect(share((x) => x < 0)).toBeGreaterThan(0.35);
    expect(share((x) => x !== 0 && Math.abs(x) < 1e-2)).toBeGreaterThan(0.02);
    expect(sample(uniform(-1, 2), 500).every((x) => x >= -1 && x <= 2)).toBe(true);
    expect(sample(logUniform(-2, 1), 500).every((x) => x >= 0.01 && x <= 10)).toBe(true);
  });

  test('rational ones are small fractions', () => {
    for (const data of [...sample(rationalNumbers.scalar, 300), ...sample(rationalNumbers.weight, 300)]) {
      expect(data).toMatch(/^-?[0-6](\/[2-4])?$/);
    }
    expect(new Set(sample(rationalNumbers.scalar, 600)).size).toBeGreaterThan(30);
  });

  test('residues are uniform, and none is next to 0 more often than chance has it', () => {
    const [buckets, count] = [32, 8000];
    const drawn = sample(residues.scalar, count).map(BigInt);
    const counts = Array<number>(buckets).fill(0);
    for (const r of drawn) {
      expect(r > 0n && r < MODULUS).toBe(true);
      counts[Number((r * BigInt(buckets)) / MODULUS)]! += 1;
    }
    // χ² of 31 degrees of freedom: above 61.1 once in a thousand samples; the seed is fixed.
    const expected = count / buckets;
    expect(counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0)).toBeLessThan(61.1);
    const lowBits = Array<number>(buckets).fill(0);
    for (const r of drawn) lowBits[Number(r % BigInt(buckets))]! += 1;
    expect(lowBits.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0)).toBeLessThan(61.1);
    // 10⁶ of 2⁶¹: a draw that is so small has a probability of 4·10⁻¹³.
    expect(drawn.filter((r) => r < 1_000_000n || r > MODULUS - 1_000_000n)).toEqual([]);
    expect(new Set(drawn.map(String)).size).toBe(count);
  });

  test('approximate reads fractions and doubles', () => {
    expect([approximate('-3/4'), approximate('5'), approximate(0.1)]).toEqual([-0.75, 5, 0.1]);
  });
});

describe('runs of Algorithm 4', () => {
  const build = (source: NumberSource, K: Space<unknown>, data: MetaCase): string[] => {
    const run = isOrdered(K) && source.name !== 'prime-field' ? prepare(K, reference, data) : prepareIdentity(K, reference, data);
    expect(run.config.beta).toHaveLength(data.alpha.length + 1);
    expect([run.size.horizon, run.size.dimension, run.size.parameters]).toEqual([data.alpha.length, data.start.length, run.config.rule.parameters]);
    expect(run.config.set.dimension).toBe(run.config.rule.parameters);
    const rounds = optimisticMetaLearning(K, run.config, run.hint);
    expect(rounds).toHaveLength(data.alpha.length);
    return metaLabels(K, data, rounds);
  };

  test.each(SOURCES)('are valid and cover every kind of everything: $name', (source, K) => {
    const labels = new Map<string, number>();
    const cases = sample(metaCase(source, source.name === 'prime-field' ? { horizon: { min: 1, max: 4 }, rules: constantJacobianRule } : {}), 600);
    for (const data of cases) for (const label of build(source, K, data)) labels.set(label, (labels.get(label) ?? 0) + 1);
    const reached = (prefix: string): string[] => [...labels.keys()].filter((label) => label.startsWith(prefix)).map((label) => label.slice(prefix.length)).toSorted();
    const [sets, functions, rules] = {
      float64: [['all', 'ball', 'box', 'orthant', 'simplex'], ['chain', 'composition', 'log-sum-exp', 'ridge', 'spectral', 'sum'], [
        'affine',
        'elementwise-descent',
        'elementwise-gradient',
        'identity',
        'preconditioner',
        'state-affine',
      ]],
      rational: [['all', 'box', 'orthant', 'simplex'], ['chain', 'composition', 'ridge', 'spectral', 'sum'], [
        'affine',
        'elementwise-descent',
        'elementwise-gradient',
        'identity',
        'preconditioner',
        'state-affine',
      ]],
      'prime-field': [['all'], ['ridge'], ['affine', 'identity']],
    }[source.name];
    expect(reached('W: ')).toEqual(sets);
    expect(reached('f: ')).toEqual(functions);
    expect(reached('φ: ')).toEqual(rules);
    expect(reached('hint: ')).toEqual(['adversarial', 'current-jacobian', 'given', 'noisy', 'none', 'previous', 'scaled']);
    expect(reached('β index: ')).toEqual(['algorithm-4', 'equation-4']);
    expect(labels.get('β varies')! / cases.length).toBeGreaterThan(0.2);
    expect(labels.get('T ≥ 2')! / cases.length).toBeGreaterThan(0.5);
    if (source.name !== 'prime-field') expect(labels.get('projection active')! / cases.length).toBeGreaterThan(0.2);
    if (source.name === 'float64') expect(labels.get('T ≥ 20')! / cases.length).toBeGreaterThan(0.3);
  });

  test('have rates that do as they were asked', () => {
    const rates = (kind: 'constant' | 'non-increasing' | 'any'): number[][] =>
      sample(metaCase(rationalNumbers, { rates: kind, horizon: { min: 3, max: 4 } }), 100).map(({ beta }) => beta.map(approximate));
    const falls = (beta: readonly number[]): boolean => beta.every((b, t) => t === 0 || b <= beta[t - 1]!);
    expect(rates('constant').every((beta) => new Set(beta).size === 1)).toBe(true);
    expect(rates('non-increasing').every(falls)).toBe(true);
    expect(rates('any').filter((beta) => !falls(beta)).length).toBeGreaterThan(50);
    // In float64 β is divided by the largest weight.
    for (const { alpha, beta } of sample(metaCase(doubles), 200))
      expect(Math.max(...alpha.map(approximate)) * Math.max(...beta.map(approximate))).toBeLessThanOrEqual(
        10 ** 0.5 * Math.max(1, Math.max(...alpha.map(approximate))) * (1 + 1e-12),
      );
  });

  test('take options: horizon, dimension, functions, sets, weights, rules, hints', () => {
    const drawn = sample(
      metaCase(rationalNumbers, {
        horizon: { min: 3, max: 3 },
        dimension: 1,
        functions: 'quadratic',
        sets: 'whole',
        rules: constantJacobianRule,
        alpha: (_, T) => fc.constant(Array<Num>(T).fill('2')),
        hints: (numbers, m, T) => hintSpec(numbers, m, T).filter(({ kind }) => kind === 'given'),
      }),
      60,
    );
    for (const data of drawn) {
      expect([data.alpha, data.start.length, data.set.kind, data.function.body.kind, data.hint.kind, data.projection]).toEqual([
        ['2', '2', '2'],
        1,
        'all',
        'ridge',
        'given',
        'lazy',
      ]);
      expect(['identity', 'affine']).toContain(data.rule.kind);
    }
  });

  test('shrink to one dimension, one round, the simplest of each family, and numbers that are 0 or 1', () => {
    for (const [source, K] of SOURCES) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { start, alpha } = shrunk(metaCase(source), seed);
        expect([start.length, alpha.length], `${source.name} ${seed}`).toEqual([1, 1]);
        const data = simplest(source.name, metaCase(source), simplerMetaCases, (candidate) => build(source, K, candidate), seed);
        expect([data.start.length, data.alpha.length, data.rule.kind, data.set.kind, data.hint.kind], `${source.name} ${seed}`).toEqual([1, 1, 'identity', 'all', 'none']);
        expect(JSON.stringify(data).length).toBeLessThan(450);
        expect(JSON.stringify(data)).not.toMatch(/[2-9]\d|\d\/\d/);
      }
    }
  });

  test('have simpler cases that are valid, with fewer rounds or less to read', () => {
    for (const data of sample(metaCase(rationalNumbers), 150)) {
      for (const simpler of simplerMetaCases(data)) {
        build(rationalNumbers, rational as Space<unknown>, simpler);
        expect(JSON.stringify(simpler)).not.toBe(JSON.stringify(data));
        expect(simpler.alpha.length < data.alpha.length || JSON.stringify(simpler).length < JSON.stringify(data).length).toBe(true);
        expect(simpler.alpha).toEqual(data.alpha.slice(0, simpler.alpha.length));
      }
    }
  });

  test('whose weights or rates are none are refused', () => {
    const [data] = sample(metaCase(rationalNumbers, { horizon: { min: 2, max: 2 } }), 1);
    expect(() => prepare(rational, reference, { ...data!, alpha: ['1', '0'] })).toThrow(new RangeError('expected α_t > 0, got 0'));
    expect(() => prepare(rational, reference, { ...data!, beta: ['1', '-1/2', '1'] })).toThrow(new RangeError('expected β_t > 0, got -1/2'));
    expect(() => prepare(rational, reference, { ...data!, beta: ['1', '1'] })).toThrow(new RangeError('expected 3 values of β, got 2'));
    expect(() => positiveSequence('α', [NaN], 1)).toThrow(new RangeError('expected α_t > 0, got NaN'));
  });

  test('count the summands of a gradient', () => {
    const ridge = (count: number): BodySpec => ({
      kind: 'ridge',
      terms: Array.from({ length: count }, () => ({ direction: [1], offset: 0, weight: 1, shape: { kind: 'square' as const } })),
    });
    expect(summands(ridge(3))).toBe(3);
    expect(summands({ kind: 'spectral', spectrum: [1, 2], reflectors: [[1, 1]] })).toBe(4);
    expect(summands({ kind: 'chain', dimension: 4, smoothness: 1 })).toBe(5);
    expect(summands({ kind: 'log-sum-exp', atoms: [[1], [2]], offsets: [0, 0] })).toBe(4);
    expect(summands({ kind: 'sum', parts: [ridge(2), ridge(3)] })).toBe(5);
    expect(summands({ kind: 'composition', inner: ridge(2), matrix: [[1, 2, 3], [4, 5, 6]], shift: [0, 0] })).toBe(7);
  });
});

describe('runs of FTRL on linear losses', () => {
  test.each(SOURCES)('are valid: $name', (source, K) => {
    for (const data of sample(linearCase(source, source.name === 'prime-field' ? { horizon: { min: 1, max: 10 } } : {}), 300)) {
      const { config, losses } = prepareLinear(K, reference, data);
      expect(aoFtrl(K, config, losses)).toHaveLength(data.losses.length);
    }
  });

  test('have losses of one sign, alternating and arbitrary; hints that are absent, late, exact and arbitrary', () => {
    const cases = sample(linearCase(rationalNumbers, { horizon: { min: 3, max: 5 } }), 400);
    const share = (is: (data: (typeof cases)[number]) => boolean): number => cases.filter(is).length / cases.length;
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    const negative = (row: readonly Num[]): string[] => row.map((entry) => String(-approximate(entry)));
    expect(share(({ losses }) => losses.every((g) => same(g, losses[0])))).toBeGreaterThan(0.08);
    expect(share(({ losses }) => losses.slice(1).every((g, i) => same(negative(g), losses[i]!.map((entry) => String(approximate(entry))))))).toBeGreaterThan(0.08);
    expect(share(({ hints }) => hints.flat().every((entry) => entry === 0))).toBeGreaterThan(0.15);
    expect(share(({ hints, losses }) => same(hints, losses))).toBeGreaterThan(0.15);
    expect(share(({ hints, losses }) => same(hints.slice(1), losses.slice(0, -1)))).toBeGreaterThan(0.15);
    expect(
      sample(linearCase(rationalNumbers, { hints: false, sets: 'whole', dimension: 1 }), 50).every(({ hints, set }) =>
        hints.flat().every((entry) => entry === 0) && same(set, { kind: 'all', dimension: 1 })
      ),
    ).toBe(true);
  });

  test('shrink to one loss in one dimension', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { losses, alpha, beta, set, hints } = simplest('rational', linearCase(rationalNumbers), simplerLinearCases, (data) => {
        const run = prepareLinear(rational, reference, data);
        aoFtrl(rational, run.config, run.losses);
      }, seed);
      expect({ losses, alpha, beta, set, hints }).toEqual({ losses: [['0']], alpha: ['1'], beta: ['1', '1'], set: { kind: 'all', dimension: 1 }, hints: [[0]] });
    }
  });

  test('have simpler cases that are valid', () => {
    holdsFor(
      150,
      fc.property(linearCase(rationalNumbers), (data) => {
        for (const simpler of simplerLinearCases(data)) {
          const { config, losses } = prepareLinear(rational, reference, simpler);
          expect(aoFtrl(rational, config, losses)).toHaveLength(simpler.losses.length);
          expect(simpler.losses.length < data.losses.length || simpler.set.kind === 'all' || simpler.hints.flat().every((entry) => entry === 0)).toBe(true);
        }
      }),
    );
  });
});
