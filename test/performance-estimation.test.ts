import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attainer, worstHuber } from '../oracles/performance-estimation/attain.js';
import type { Certificate, Statement } from '../oracles/performance-estimation/certificate.js';
import { check } from '../oracles/performance-estimation/check.js';
import {
  fistaProof,
  gradientDescent,
  gradientDescentProof,
  knownProof,
  optimizedGradientMethod,
  optimizedGradientProof,
  optimizedWeights,
  roundedWeights,
} from '../oracles/performance-estimation/closed-form.js';
import { statementOf, type Question } from '../oracles/performance-estimation/statement.js';
import { worstCase, type WorstCase } from '../oracles/performance-estimation/worst-case.js';
import { evaluate } from '../oracles/performance-estimation/worst-function.js';
import { rational } from '../src/arithmetic/rational.js';
import type { Num } from '../src/problem/shape.js';
import { SEED } from './support/exactly.js';
import { misprints } from './support/misprints.js';
import { once } from './support/once.js';
import { heavyBall, nesterov } from './support/step-matrices.js';

type Method = Question['method'];

const double = (text: string): number => rational.toNumber(rational.from(text));

/** The certified bound; and the certificate is one. */
function certified({ certificate, statement }: WorstCase): number {
  expect(certificate).not.toBeNull();
  expect(check(certificate, statement)).toEqual({ valid: true });
  return double(certificate!.bound);
}

/** The certified bound is the truth from above, and the function comes near it from below. */
function exactlyThe(truth: number, question: Question): void {
  const found = worstCase(question, { theory: false });
  const bound = certified(found);
  expect(bound / truth - 1).toBeGreaterThan(-1e-13);
  expect(bound / truth - 1).toBeLessThan(1e-8);
  expect(found.attained / truth).toBeGreaterThan(0.9999);
  // A minimum that is known to 2⁻⁵³ has its place known to 2⁻²⁶: so the function's gradients, where several points nearly support it.
  expect(found.attained).toBeLessThan(bound * (1 + 2 ** -26));
}

describe('known worst cases', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('gradient descent, %i steps: LR²/(4N + 2), L²R²/(N + 1)² and 2Lδ/(2N + 1)', (N) => {
    const method = gradientDescent(N, 1);
    exactlyThe(1 / (4 * N + 2), { method, condition: 'distance', criterion: 'value' });
    exactlyThe(1 / (N + 1) ** 2, { method, condition: 'distance', criterion: 'gradient' });
    exactlyThe(2 / (2 * N + 1), { method, condition: 'value', criterion: 'gradient' });
  });

  test('gradient descent with short and long steps: max{1/(4Nh + 2), (1 − h)^2N/2}', () => {
    for (const [N, h] of [[4, 0.5], [3, 1.5], [5, 1.75], [6, 1.9]] as const) {
      exactlyThe(Math.max(1 / (4 * N * h + 2), (1 - h) ** (2 * N) / 2), { method: gradientDescent(N, h), condition: 'distance', criterion: 'value' });
    }
  });

  test('strongly convex gradient descent: ‖x_N − x*‖² and f(x_N) − f* shrink by max{(1 − μh)², (1 − h)²}', () => {
    for (const [h, mu] of [[1, 0.1], [1.5, 0.1], [1.9, 0.25], [1.25, 0.5]] as const) {
      const [method, rate] = [gradientDescent(4, h), Math.max((1 - mu * h) ** 2, (1 - h) ** 2)];
      exactlyThe(rate ** 4, { method, strongConvexity: mu, condition: 'distance', criterion: 'distance' });
      exactlyThe(rate ** 4, { method, strongConvexity: mu, condition: 'value', criterion: 'value' });
    }
  });

  test.each([1, 2, 5, 10, 20])('the optimized gradient method, %i steps: LR²/(2θ_N²)', (N) => {
    const weights = optimizedWeights(N);
    exactlyThe(1 / (2 * double(rational.format(weights[N]!)) ** 2), { method: optimizedGradientMethod(weights), condition: 'distance', criterion: 'value' });
  });

  test('where flat functions gain nothing, the worst case is the start', () => {
    exactlyThe(1, { method: heavyBall(5, 1, 0.5), condition: 'value', criterion: 'value' });
    exactlyThe(1, { method: gradientDescent(5, 1), condition: 'distance', criterion: 'distance' });
  });

  test('no step at all: f(x_0) − f* ≤ LR²/2', () => {
    exactlyThe(0.5, { method: { queries: [], output: [] }, condition: 'distance', criterion: 'value' });
    // 2δ/μ
    exactlyThe(20, { method: { queries: [], output: [] }, strongConvexity: '1/10', condition: 'value', criterion: 'distance' });
  });

  test.each([1, 2, 5, 10])("Nesterov's method with momentum (t − 1)/(t + 2), %i steps: 2LR²/(N² + 5N + 6)", (N) => {
    exactlyThe(2 / (N * N + 5 * N + 6), { method: nesterov(N), condition: 'distance', criterion: 'value' });
  });

  test.each(
    [
      // PEPit 0.5.1 with Clarabel 0.11.1: name, method, criterion, result.
      ['Heavy Ball ½', heavyBall(5, 1, 0.5), 'value', 0.06081884477052907],
      ['Heavy Ball ½', heavyBall(10, 1, 0.5), 'value', 0.02428937161066649],
      ['Heavy Ball ½', heavyBall(10, 1, 0.5), 'gradient', 0.01342591912473955],
      ['Heavy Ball 0.9', heavyBall(5, 1, 0.9), 'gradient', 0.7692067122826665],
      ['Heavy Ball 0.9', heavyBall(10, 1, 0.9), 'value', 0.6906462313131874],
      ['Heavy Ball 0.9', heavyBall(10, 1, 0.9), 'gradient', 1.2042965072591838],
      ['Nesterov', nesterov(10), 'gradient', 0.004094089795732189],
    ] as const,
  )('%s: what PEPit finds', (_, method, criterion, found) => {
    // It is right to six digits where the truth is known.
    const ours = worstCase({ method, condition: 'distance', criterion });
    expect(Math.abs(certified(ours) / found - 1)).toBeLessThan(1e-6);
    expect(ours.attained / certified(ours)).toBeGreaterThan(0.9999);
  });

  test('the average and the last query are judged as the last iterate is', () => {
    const N = 6;
    const { queries } = gradientDescent(N, 1);
    const average = Array.from({ length: N }, (_, j) => (N - 1 - j) / N);
    const found = worstCase({ method: { queries, output: average }, condition: 'distance', criterion: 'value' });
    const last = certified(worstCase({ method: { queries, output: [...queries[N - 1]!, 0] }, condition: 'distance', criterion: 'value' }));
    // The last query is x_{N−1}.
    expect(last).toBeCloseTo(1 / (4 * (N - 1) + 2), 9);
    expect(certified(found)).toBeGreaterThan(last);
    expect(found.attained / certified(found)).toBeGreaterThan(0.9999);
    expect(certified(worstCase({ method: nesterov(5, 'query'), condition: 'distance', criterion: 'value' }))).toBeGreaterThan(
      certified(worstCase({ method: nesterov(5), condition: 'distance', criterion: 'value' })),
    );
  });

  test('queries that coincide are one point', () => {
    // The second gradient is the first again: two steps of ½.
    const twice: Method = { queries: [[], [0], ['1/2', '1/2']], output: ['1/2', '1/2', 1] };
    exactlyThe(1 / 10, { method: twice, condition: 'distance', criterion: 'value' });
  });

  test('all pairs at once give what the needed ones give', () => {
    for (
      const question of [
        { method: heavyBall(7, 1, 0.9), condition: 'distance', criterion: 'value' },
        { method: nesterov(7), condition: 'distance', criterion: 'gradient' },
        { method: heavyBall(6, 1, 0.5), strongConvexity: '1/20', condition: 'value', criterion: 'gradient' },
        { method: nesterov(6), condition: 'value', criterion: 'gradient' },
      ] satisfies Question[]
    ) {
      const [needed, all] = [certified(worstCase(question)), certified(worstCase(question, { pairs: 'all' }))];
      expect(Math.abs(needed / all - 1)).toBeLessThan(1e-7);
    }
  });

  test('the solver sees all pairs, those of neighbours, or few more', () => {
    const seen = (question: Question, pairs: 'all' | 'needed'): { pairs: number; iterations: number } => worstCase(question, { pairs, theory: false });
    const value = { condition: 'distance', criterion: 'value' } as const;
    // N + 1 points and x*: pairs of neighbours both ways, and of each with x*.
    const [every, fewest] = [(N: number): number => (N + 1) * (N + 2), (N: number): number => 2 * N + 2 * (N + 1)];
    for (const [N, method] of [[5, gradientDescent(5, 1)], [6, gradientDescent(6, 1.5)], [8, optimizedGradientMethod(optimizedWeights(8))]] as const) {
      // One solution is enough: that function attains its bound, or a Huber function does.
      const { pairs, iterations } = seen({ method, ...value }, 'needed');
      expect(pairs).toBe(fewest(N));
      expect(iterations).toBeLessThanOrEqual(25);
      expect(seen({ method, ...value }, 'all').pairs).toBe(every(N));
    }
    for (
      const [N, question] of [[7, { method: heavyBall(7, 1, 0.9), ...value }], [7, { method: nesterov(7), ...value, criterion: 'gradient' }], [6, {
        method: heavyBall(6, 1, 0.5),
        strongConvexity: '1/20',
        condition: 'value',
        criterion: 'gradient',
      }]] satisfies [number, Question][]
    ) {
      const [few, all] = [seen(question, 'needed'), seen(question, 'all')];
      expect(few.pairs).toBeGreaterThan(fewest(N));
      // The worst of what a solution violates, no more than there are points.
      expect(few.pairs).toBeLessThanOrEqual(fewest(N) + 2 * (N + 1));
      expect(all.pairs).toBe(every(N));
      // Several solutions, of up to 25 steps each.
      expect(few.iterations).toBeGreaterThan(all.iterations);
      expect(few.iterations).toBeLessThanOrEqual(75);
    }
  });

  test('where doubles are too few there is no certificate, rather than a wrong one', () => {
    // The worst case of one step 10⁸/L is ½·10¹⁶.
    const { certificate, attained } = worstCase({ method: gradientDescent(1, 1e8), condition: 'distance', criterion: 'value' });
    expect(certificate === null || double(certificate.bound) >= 0.5 * (1e8 - 1) ** 2).toBe(true);
    expect(attained).toBeLessThanOrEqual(0.5e16);
    expect(() => worstCase({ method: gradientDescent(1, 1e200), condition: 'distance', criterion: 'value' })).toThrow('expected a step of the interior-point method');
  });

  test('a diverging method has a worst case, too', () => {
    exactlyThe(1.5 ** 12 / 2, { method: gradientDescent(6, 2.5), condition: 'distance', criterion: 'value' });
    exactlyThe(2 * 1.5 ** 12, { method: gradientDescent(6, 2.5), condition: 'value', criterion: 'gradient' });
  });
});

describe('closed forms need no solver and no inflation', () => {
  test.each([1, 2, 3, 8, 20])('gradient descent, %i steps of 1, 1/2 and 2/3', (N) => {
    for (const h of [1, '1/2', '2/3']) {
      const certificate = gradientDescentProof(N, h);
      expect(check(certificate)).toEqual({ valid: true });
      expect(certificate.bound).toBe(rational.format(rational.div(rational.one, rational.add(rational.mul(rational.from(4 * N), rational.from(h)), rational.from(2)))));
    }
  });

  test.each([1, 2, 3, 8, 16])('FISTA, %i steps: at most 2LR²/(N + 1)²', (N) => {
    const certificate = fistaProof(roundedWeights(N));
    expect(check(certificate)).toEqual({ valid: true });
    expect(rational.lessOrEqual(rational.from(certificate.bound), rational.from(`2/${(N + 1) ** 2}`))).toBe(true);
  });

  test.each([1, 2, 3, 8, 16])('the optimized gradient method, %i steps', (N) => {
    const certificate = optimizedGradientProof(optimizedWeights(N));
    expect(check(certificate)).toEqual({ valid: true });
    // θ_N ≥ (N + 1)/√2 (Kim and Fessler 2016)
    expect(double(certificate.bound)).toBeLessThanOrEqual(1 / (N + 1) ** 2);
  });

  test('are taken where they apply, and nowhere else', () => {
    const found = (question: Question): string => worstCase(question).certificate!.bound;
    const asked = { method: gradientDescent(3, '3/4'), condition: 'distance', criterion: 'value' } as const;
    expect(found(asked)).toBe('1/11');
    for (
      const other of [{ ...asked, strongConvexity: '1/9' }, { ...asked, criterion: 'gradient' }, { ...asked, condition: 'value' }, {
        ...asked,
        method: gradientDescent(3, '5/4'),
      }] satisfies Question[]
    ) {
      expect(found(other)).not.toBe('1/11');
      expect(check(worstCase(other).certificate, statementOf(other))).toEqual({ valid: true });
    }
    // Two of three steps are ¾.
    expect(check(worstCase({ ...asked, method: { queries: [[], ['3/4'], ['3/4', '3/4']], output: ['3/4', '3/4', '1/2'] } }).certificate)).toEqual({ valid: true });
  });

  test('are known for gradient descent of up to 50 steps of one size, and for nothing else', () => {
    const known = (question: Partial<Question>): string | undefined =>
      knownProof(statementOf({ method: gradientDescent(3, '3/4'), condition: 'distance', criterion: 'value', ...question }))?.bound;
    expect(known({})).toBe('1/11');
    expect(known({ method: gradientDescent(50, 1) })).toBe('1/202');
    expect(known({ criterion: 'distance', strongConvexity: '1/2' })).toBe('15625/262144');
    const row = ['3/4', '3/4'];
    const others: Partial<Question>[] = [
      { method: gradientDescent(51, 1) },
      { criterion: 'gradient' },
      { criterion: 'gradient', condition: 'value' },
      { criterion: 'distance', condition: 'value', strongConvexity: '1/9' },
      { method: gradientDescent(3, 0) },
      { method: gradientDescent(3, '-1/2') },
      { method: { queries: [], output: [] } },
      { method: { queries: [[], ['3/4'], row], output: [...row, '1/2'] } },
      { method: { queries: [[], ['1/2'], row], output: [...row, '3/4'] } },
    ];
    for (const question of others) expect(known(question), JSON.stringify(question)).toBeUndefined();
  });

  /** The exact worst cases of N steps h: Taylor, Hendrickx and Glineur 2017, Conjecture 3, and 2018, Theorems 2 and 3. */
  const worst = {
    distance: {
      value: (N: number, h: number, mu: number) =>
        Math.max(mu === 0 ? 1 / (4 * N * h + 2) : h * mu >= 1 ? 0 : mu / 2 / (mu - 1 + (1 - h * mu) ** (-2 * N)), (1 - h) ** (2 * N) / 2),
      distance: (N: number, h: number, mu: number) => Math.max((1 - h * mu) ** 2, (1 - h) ** 2) ** N,
    },
    value: { value: (N: number, h: number, mu: number) => Math.max((1 - h * mu) ** 2, (1 - h) ** 2) ** N },
  } as const;
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 7 }),
    fc.constantFrom<[number, string]>([0.25, '1/4'], [1, '1'], [1.25, '5/4'], [1.5, '3/2'], [1.75, '7/4'], [2, '2'], [2.5, '5/2']),
    fc.constantFrom<[number, string]>([0, '0'], [1e-6, '1/1000000'], [0.1, '1/10'], [0.5, '1/2'], [0.99, '99/100']),
  );

  test('gradient descent: what the checker takes is the worst case, and nothing else is taken; all of it for steps up to 1/L and from 2/(L + μ) on', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom(['distance', 'value'] as const, ['distance', 'distance'] as const, ['value', 'value'] as const),
        ([N, [h, step], [mu, strongConvexity]], [condition, criterion]) => {
          const statement = statementOf({ method: gradientDescent(N, step), strongConvexity, condition, criterion });
          const certificate = knownProof(statement);
          const valid = certificate !== null && check(certificate, statement).valid;
          const truth = (worst[condition] as typeof worst.distance)[criterion](N, h, mu);
          // Here functions are worst that no formula of these is about: what grows, from values, is quadratic or not.
          const settled = !(condition === 'value' && h * (1 + mu) > 2 && h > 2);
          if (settled && (h <= 1 || h * (1 + mu) >= 2)) expect(valid).toBe(true);
          if (!valid) return;
          taken++;
          expect(double(certificate.bound) / truth).toBeCloseTo(1, 9);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  const GRID = ['1/1000000', '1/10', '1/2', '9/10', '99/100'].flatMap((mu) => [5, 10, 20, 40].map((N) => [mu, N] as const));
  test.each(GRID)('μ/L = %s, N = %i: proved to 2⁻⁴⁰ of itself, however small it is', (strongConvexity, N) => {
    const statement = statementOf({ method: gradientDescent(N, 1), strongConvexity, condition: 'distance', criterion: 'value' });
    const { certificate, attained } = worstCase({ ...statement });
    expect(check(certificate, statement)).toEqual({ valid: true });
    const [mu, bound] = [rational.from(strongConvexity), rational.from(certificate!.bound)];
    const shrunk = rational.sub(rational.one, mu);
    let growth = rational.one;
    for (let i = 0; i < 2 * N; i++) growth = rational.div(growth, shrunk);
    const truth = rational.div(mu, rational.mul(rational.from(2), rational.sub(growth, shrunk)));
    expect(rational.lessOrEqual(truth, bound)).toBe(true);
    expect(rational.lessOrEqual(bound, rational.mul(truth, rational.from(1 + 2 ** -39)))).toBe(true);
    expect(attained / rational.toNumber(bound)).toBeCloseTo(1, 6);
  });

  test('weights are rounded down, and are as many as are asked for', () => {
    const weights = roundedWeights(5);
    expect([0, 1, 2].map((count) => roundedWeights(count).length)).toEqual([0, 1, 2]);
    // The golden ratio, to multiples of 2⁻⁴⁰.
    const grain = 2 ** -40;
    const golden = (1 + Math.sqrt(5)) / 2;
    const second = double(rational.format(weights[1]!));
    expect(second).toBeLessThanOrEqual(golden);
    expect(second).toBeGreaterThan(golden - 2 * grain);
    expect(Number.isInteger(second / grain)).toBe(true);
  });

  test('other steps and weights are refused', () => {
    expect(() => gradientDescentProof(3, '3/2')).toThrow('expected a step size 0 < h ≤ 1');
    expect(() => gradientDescentProof(3, 0)).toThrow('expected a step size 0 < h ≤ 1');
    expect(() => gradientDescentProof(0, 1)).toThrow('expected at least one step');
    const q = (data: Num) => rational.from(data);
    expect(() => fistaProof([q(1), q(2)])).toThrow('t_2 = 2');
    expect(() => fistaProof([])).toThrow('at least one weight');
    expect(() => optimizedGradientProof([q(1)])).toThrow('N ≥ 1');
    expect(() => optimizedGradientProof([q(1), q(3)])).toThrow('θ_N = 3');
    expect(() => optimizedGradientProof([q(1), q(3), q(1)])).toThrow('t_2 = 3');
    expect(() => optimizedGradientProof([q(1), q('1/2')])).toThrow('θ_N = 1/2');
    expect(() => fistaProof([q(1), q('1/2')])).toThrow('t_2 = 1/2');
    expect(() => fistaProof([q('1/2')])).toThrow('t_1 = 1/2');
    // Equality is allowed: 2² − 2 = 2·1².
    expect(check(optimizedGradientProof([q(1), q(2)]))).toEqual({ valid: true });
  });
});

describe('the checker refuses', () => {
  const question = { method: gradientDescent(2, '2/3'), condition: 'distance', criterion: 'value' } as const;
  const small = once(() => gradientDescentProof(2, '2/3'));
  const reasonOf = (certificate: unknown, about?: Statement): string => {
    const verdict = check(certificate, about);
    return verdict.valid ? '' : verdict.reason;
  };

  test('any digit that is changed', () => {
    const solved = [
      worstCase(question),
      worstCase({ method: heavyBall(2, 1, 0.5), strongConvexity: '1/4', condition: 'value', criterion: 'gradient' }),
      worstCase({ method: gradientDescent(2, 1), strongConvexity: '1/4', condition: 'distance', criterion: 'distance' }),
    ].map(({ certificate }) => certificate!);
    for (const certificate of [small(), ...solved, fistaProof(roundedWeights(2))]) {
      expect(check(certificate)).toEqual({ valid: true });
      const wrong = misprints(certificate);
      expect(wrong.length).toBeGreaterThan(300);
      expect(wrong.filter((one) => check(one).valid)).toEqual([]);
    }
  });

  test('a certificate of another method, class, condition or criterion', () => {
    expect(check(small(), statementOf(question))).toEqual({ valid: true });
    expect(reasonOf(small(), statementOf({ ...question, method: gradientDescent(2, '1/2') }))).toContain(
      'expected 1/2 of gradient 0 on the way to y_1, as the method has, got "2/3"',
    );
    expect(reasonOf(small(), statementOf({ ...question, method: gradientDescent(3, '2/3') }))).toContain('expected a certificate of a method of 3 gradients, got 2');
    expect(reasonOf(small(), statementOf({ ...question, strongConvexity: '1/8' }))).toContain('1/8');
    expect(reasonOf(small(), statementOf({ ...question, criterion: 'gradient' }))).toContain('gradient');
    expect(reasonOf({ ...small(), method: gradientDescentProof(2, '1/2').method })).toContain('remainder');
    expect(reasonOf({ ...small(), criterion: 'gradient' })).toContain('function values to cancel');
    expect(reasonOf({ ...small(), condition: 'value' })).toContain('function values to cancel');
    expect(reasonOf({ ...small(), strongConvexity: '1/8' })).toContain('remainder');
  });

  test('a remainder that is not semidefinite', () => {
    // Function values cancel whatever the bound is; a smaller one is refused for S alone, and a larger one is true.
    expect(reasonOf(shiftBound(small(), '1/10'))).toContain('semidefinite');
    expect(reasonOf(shiftBound(small(), '0'))).toContain('semidefinite');
    expect(reasonOf(shiftBound(small(), '1'))).toBe('');
  });

  test('what is malformed, and says what was expected', () => {
    const [multiplier] = small().multipliers;
    const cases: [unknown, string][] = [
      [null, 'a certificate as an object'],
      [{ ...small(), note: '' }, 'with the keys'],
      [{ ...small(), format: 'omg-oracle worst case, version 2' }, 'version 1'],
      [{ ...small(), method: { queries: [[], []], output: ['1', '1'] } }, 'rows of 0, 1'],
      [{ ...small(), method: { queries: [[], ['x']], output: ['1', '1'] } }, 'a number "p" or "p/q"'],
      [{ ...small(), method: { queries: [[], ['2/4']], output: ['1', '1'] } }, 'lowest terms'],
      [{ ...small(), method: { queries: [[], [1]], output: ['1', '1'] } }, 'a number as a string'],
      [{ ...small(), method: { queries: {}, output: ['1', '1'] } }, 'queries as an array'],
      [{ ...small(), strongConvexity: '1' }, '0 ≤ μ/L < 1'],
      [{ ...small(), bound: '-1' }, 'a bound ≥ 0'],
      [{ ...small(), criterion: 'best' }, 'one of value'],
      [{ ...small(), multipliers: [{ ...multiplier, value: '-1' }] }, 'a multiplier ≥ 0'],
      [{ ...small(), multipliers: [multiplier, multiplier] }, 'each once'],
      [{ ...small(), multipliers: [{ ...multiplier, i: 7 }] }, 'a point of the method'],
      [{ ...small(), multipliers: [{ ...multiplier, i: 'end' }] }, 'one of out, start, *'],
      [{ ...small(), remainder: { ...small().remainder, denominator: '0' } }, 'a positive denominator'],
      [{ ...small(), remainder: { ...small().remainder, denominator: '1/2' } }, 'an integer'],
      [{ ...small(), remainder: { ...small().remainder, rows: [['1']] } }, 'a remainder of 4 rows'],
      [{ ...small(), remainder: { denominator: '2', rows: [['2'], ['2', '2'], ['2', '2', '2'], ['2', '2', '2', '2']] } }, 'without common factors'],
    ];
    for (const [certificate, expected] of cases) expect(reasonOf(certificate)).toContain(expected);
  });

  test('what has another type or spelling', () => {
    const [multiplier] = small().multipliers;
    const cases: [unknown, string][] = [
      [3, 'as an object'],
      ['{}', 'as an object'],
      [[small()], 'as an object'],
      [{ ...small(), strongConvexity: '-1/2' }, '0 ≤ μ/L < 1'],
      [{ ...small(), bound: 1 }, 'a number as a string'],
      ...['01', ' 1', '1 ', '+1', '1/2/3', '-0', 'x1', '1x', '1/02', ''].map((text): [unknown, string] => [{ ...small(), bound: text }, 'a number "p" or "p/q"']),
      ...['1/1', '-2/4'].map((text): [unknown, string] => [{ ...small(), bound: text }, 'a number in lowest terms']),
      ...[1.5, null, '0', -1.5].map((i): [unknown, string] => [{ ...small(), multipliers: [{ ...multiplier, i }] }, 'one of out, start, *']),
      [{ ...small(), multipliers: [{ i: 1, j: 1, value: '1' }] }, 'pairs of different points, each once, got [1,1]'],
      // start is the first query by another name.
      [{ ...small(), multipliers: [{ i: 0, j: 'start', value: '1' }] }, 'pairs of different points, each once, got [0,"start"]'],
      [{ ...small(), multipliers: [multiplier] }, 'function values to cancel at point '],
    ];
    for (const [certificate, reason] of cases) expect(reasonOf(certificate), JSON.stringify(certificate)).toContain(reason);
  });

  test('a remainder that is not written down in full', () => {
    const { denominator, rows } = small().remainder;
    for (const other of [rows.slice(0, -1), [...rows, []], rows.map((row, a) => (a === 1 ? row.slice(1) : row)), rows.map((row, a) => (a === 3 ? [...row, '0'] : row)), []]) {
      expect(reasonOf({ ...small(), remainder: { denominator, rows: other } })).toContain('a remainder of 4 rows with 1, 2, … entries');
    }
  });

  test('nothing that is true: a multiplier of 0, a remainder of 0', () => {
    expect(reasonOf({ ...small(), multipliers: [...small().multipliers, { i: 'out', j: '*', value: '0' }] })).toBe('');
    // ‖x_0 − x*‖² ≤ ‖x_0 − x*‖²: of its own gradient the letter is there, too.
    const start: Certificate = {
      format: 'omg-oracle worst case, version 1',
      method: { queries: [], output: [] },
      strongConvexity: '0',
      condition: 'distance',
      criterion: 'distance',
      bound: '1',
      multipliers: [],
      remainder: { denominator: '1', rows: [['0'], ['0', '0']] },
    };
    expect(reasonOf(start)).toBe('');
    expect(reasonOf({ ...start, bound: '2', remainder: { denominator: '1', rows: [['1'], ['0', '0']] } })).toBe('');
    expect(reasonOf({ ...start, bound: '1/2', remainder: { denominator: '2', rows: [['-1'], ['0', '0']] } })).toContain('a negative pivot in row 0');
  });

  test('only what it can say why', () => {
    const broken = { ...small() };
    Object.defineProperty(broken, 'method', {
      enumerable: true,
      get: () => {
        throw new Error('of another kind');
      },
    });
    expect(() => check(broken)).toThrow('of another kind');
  });
});

/** The certificate with another bound, and the remainder that goes with it. */
function shiftBound(certificate: Certificate, bound: string): Certificate {
  const { denominator, rows } = certificate.remainder;
  const matrix = rows.map((row) => row.map((entry) => rational.from(`${entry}/${denominator}`)));
  matrix[0]![0] = rational.add(matrix[0]![0]!, rational.sub(rational.from(bound), rational.from(certificate.bound)));
  const common = matrix.flat().reduce((l, { d }) => l * d, 1n);
  const integers = matrix.map((row) => row.map(({ s, n, d }) => s * n * (common / d)));
  const shared = integers.flat().reduce((a, b) => gcd(a, b), common);
  return { ...certificate, bound, remainder: { denominator: String(common / shared), rows: integers.map((row) => row.map((entry) => String(entry / shared))) } };
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b);
}

describe('the worst function', () => {
  const solved = once(() => worstCase({ method: heavyBall(6, 1, 0.9), strongConvexity: '1/100', condition: 'distance', criterion: 'value' }));
  const grid = (): number[][] => Array.from({ length: 60 }, (_, k) => solved().worst.start.map((entry, e) => 1.5 * Math.cos(1 + k * (e + 1.7)) + 0.1 * entry));
  const square = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);
  const minus = (u: readonly number[], v: readonly number[]): number[] => u.map((entry, e) => entry - v[e]!);
  const inner = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, entry, e) => sum + entry * v[e]!, 0);

  test('attains the bound when the method runs on it', () => {
    const found = solved();
    const { worst } = found;
    expect(attainer(found.statement)(worst)).toBe(found.attained);
    expect(found.attained / certified(found)).toBeGreaterThan(0.9999);
    expect(worst.start.length).toBeGreaterThan(1);
  });

  test('is blurred by 2⁻⁴⁴ of the size of its points but the minimiser, which may be far off', () => {
    const { worst: { points: [, first, ...others], blur } } = solved();
    expect(blur).toBe(2 ** -44 * Math.max(...others.map((point) => square(minus(point, first!)))));
    // Of one point beside the minimiser, by that of its distance.
    const { worst: { points: [, only, ...none], blur: least } } = worstCase({ method: { queries: [], output: [] }, condition: 'distance', criterion: 'value' });
    expect(none).toEqual([]);
    expect(square(only!)).toBeGreaterThan(0);
    expect(least).toBe(2 ** -44 * square(only!));
  });

  test('has its minimiser as far off as what the hull with it gains asks for', () => {
    for (const [N, h] of [[3, 1], [3, 6]] as const) {
      const { worst, attained } = worstCase({ method: gradientDescent(N, h), condition: 'value', criterion: 'gradient' });
      let x = worst.start;
      const gains = Array.from({ length: N + 1 }, () => {
        const { value, gradient } = evaluate(worst, x);
        const gain = value + square(gradient) / 2 - inner(gradient, minus(x, worst.start));
        x = minus(x, gradient.map((entry) => h * entry));
        return gain;
      });
      // The solver's points are those of a run to its own error, which a method that diverges magnifies.
      expect(Math.sqrt(square(worst.start)) / (2 ** 17 * Math.max(1, ...gains))).toBeCloseTo(1, 4);
      // Below it by the solver's gap, some 1e-8, and the gradient's tilt.
      expect(attained / Math.max(2 / (2 * N * h + 1), 2 * (1 - h) ** (2 * N))).toBeGreaterThan(1 - 2 ** -24);
    }
  });

  test('has its minimiser far off, where nothing bounds its distance', () => {
    const { worst, attained } = worstCase({ method: heavyBall(4, 1, 0.9), condition: 'value', criterion: 'gradient' });
    const zero = evaluate(worst, worst.start.map(() => 0));
    expect([zero.value, square(zero.gradient)]).toEqual([0, 0]);
    expect(Math.sqrt(square(worst.start))).toBeGreaterThan(2 ** 16);
    expect(evaluate(worst, worst.start).value).toBeCloseTo(1, 7);
    expect(attained / certified(worstCase({ method: heavyBall(4, 1, 0.9), condition: 'value', criterion: 'gradient' }))).toBeGreaterThan(1 - 1e-7);
  });

  test('is L-smooth and μ-strongly convex, with minimum 0 at 0', () => {
    const { worst } = solved();
    const zero = evaluate(worst, worst.start.map(() => 0));
    expect(zero.value).toBe(0);
    expect(square(zero.gradient)).toBe(0);
    const seen = grid().map((x) => ({ x, ...evaluate(worst, x) }));
    for (const a of seen) {
      expect(a.value).toBeGreaterThan(0);
      for (const b of seen) {
        const [g, x] = [minus(a.gradient, b.gradient), minus(a.x, b.x)];
        const curved = (square(g) + 0.01 * square(x) - 0.02 * inner(g, x)) / (2 * 0.99);
        // Some hundred roundings of numbers below 10.
        expect(a.value - b.value - inner(b.gradient, x) - curved).toBeGreaterThan(-1e-12);
      }
    }
  });

  test('has the gradient that differences of its values show', () => {
    const { worst } = solved();
    for (const x of grid().slice(0, 20)) {
      const { gradient } = evaluate(worst, x);
      for (const e of x.keys()) {
        const moved = (by: number): number => evaluate(worst, x.map((entry, k) => (k === e ? entry + by : entry))).value;
        // ∇f is 1-Lipschitz: a difference over 2·2⁻²⁰ is off by at most 2⁻²⁰, and 2·2⁻⁵³·10/2⁻¹⁹.
        expect(Math.abs((moved(2 ** -20) - moved(-(2 ** -20))) / 2 ** -19 - gradient[e]!)).toBeLessThan(2 ** -20 + 2 ** -29);
      }
    }
  });
});

describe('the Huber function on which a method does worst', () => {
  const reachedBy = (N: number, h: number, strongConvexity: number): ReturnType<typeof attainer> =>
    attainer(statementOf({ method: gradientDescent(N, h), strongConvexity, condition: 'distance', criterion: 'value' }));

  test.each([[1, 1, 0], [4, 1, 0], [3, 0.5, 0], [20, 1, 0], [1, 0.01, 0], [6, 1.9, 0], [1, 1, 0.1], [4, 1, 0.1], [8, 0.5, 0.01], [3, 1.5, 0.25], [2, 1.9, 0.3]])(
    'is the worst of all for gradient descent: N = %d, h = %d, μ = %d',
    (N, h, mu) => {
      // Taylor, Hendrickx and Glineur 2017: ½max{μ/((μ − 1) + (1 − μh)^−2N), (1 − h)^2N}, and 1/(2Nh + 1) in place of the first for μ = 0.
      const truth = Math.max(mu === 0 ? 1 / (2 * N * h + 1) : mu / (mu - 1 + (1 - mu * h) ** (-2 * N)), (1 - h) ** (2 * N)) / 2;
      const reached = reachedBy(N, h, mu);
      const worst = worstHuber(mu, reached);
      // The width is known to 2⁻²⁶, and the maximum is flat.
      expect(Math.abs(reached(worst) / truth - 1)).toBeLessThan(2 ** -48);
      for (const x of [0.01, 0.3, 1, 4]) {
        const [right, left] = [evaluate(worst, [x]), evaluate(worst, [-x])];
        expect([left.value, left.gradient[0]]).toEqual([right.value, -right.gradient[0]!]);
        expect(right.value).toBeGreaterThanOrEqual((mu / 2) * x * x);
      }
    },
  );

  test('has the width at which it is left after the last step: 1/(2Nh + 1)', () => {
    for (const [N, h] of [[1, 1], [4, 1], [3, 0.5]] as const) {
      const worst = worstHuber(0, reachedBy(N, h, 0));
      // Linear from the width on.
      expect(evaluate(worst, [3]).gradient[0]).toBeCloseTo(1 / (2 * N * h + 1), 7);
      expect(worst.start).toEqual([1]);
    }
  });
});

describe('methods at random', () => {
  const entry = fc.oneof(fc.double({ min: -0.5, max: 2, noNaN: true }), fc.constantFrom<Num>('0', '1', '1/3', '3/2', '-1/2'));
  const row = (length: number): fc.Arbitrary<Num[]> => fc.array(entry, { minLength: length, maxLength: length });
  const method = fc.integer({ min: 0, max: 5 }).chain((N) => fc.record({ queries: fc.tuple(...Array.from({ length: N }, (_, i) => row(i))), output: row(N) }));
  const question: fc.Arbitrary<Question> = fc.record({
    method,
    strongConvexity: fc.constantFrom<Num>(0, 0, '1/1000', '1/10', '9/10'),
    condition: fc.constantFrom('distance', 'value'),
    criterion: fc.constantFrom('value', 'gradient', 'distance'),
  }).filter(({ strongConvexity, condition, criterion }) => strongConvexity !== 0 || condition === 'distance' || criterion !== 'distance');

  test('have a certificate that a function all but attains; less than the function attains is refused', () => {
    let lowered = 0;
    fc.assert(
      fc.property(question, (asked) => {
        const found = worstCase(asked);
        const bound = certified(found);
        // Up to 0 where the output is x* whatever f is, as far as rounding goes.
        expect(found.attained).toBeGreaterThan(0.9999 * bound);
        expect(found.attained).toBeLessThan(bound * (1 + 2 ** -26));
        if (asked.condition !== 'distance') return;
        lowered++;
        expect(check(shiftBound(found.certificate!, rational.format(rational.from(found.attained * 0.999)))).valid).toBe(false);
      }),
      { seed: SEED, numRuns: 100 },
    );
    expect(lowered).toBeGreaterThan(20);
  });
});

describe('questions that are none', () => {
  const method = gradientDescent(2, 1);
  test.each(
    [
      [{ method: { queries: [[1], [1]], output: [1, 1] }, condition: 'distance', criterion: 'value' }, 'query 0 with 0 steps, got 1'],
      [{ method: { queries: [[], [1, 1]], output: [1, 1] }, condition: 'distance', criterion: 'value' }, 'query 1 with 1 steps, got 2'],
      [{ method: { queries: [[], [1]], output: [1] }, condition: 'distance', criterion: 'value' }, '2 steps to the output'],
      [{ method, strongConvexity: 1, condition: 'distance', criterion: 'value' }, '0 ≤ μ/L < 1, got 1'],
      [{ method, condition: 'value', criterion: 'distance' }, 'μ > 0'],
      [{ method: { queries: [[]], output: [Number.NaN] }, condition: 'distance', criterion: 'value' }, 'a finite number, got NaN'],
    ] satisfies [Question, string][],
  )('%j', (question, expected) => {
    expect(() => worstCase(question)).toThrow(expected);
  });
});
