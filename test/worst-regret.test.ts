import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regretTally } from '../oracles/ledger.js';
import { commonDenominator, lowestTerms } from '../oracles/performance-estimation/integers.js';
import { checkRegret } from '../oracles/performance-estimation/check-regret.js';
import type { RegretCertificate } from '../oracles/performance-estimation/regret-certificate.js';
import { solve } from '../oracles/performance-estimation/interior-point.js';
import { allNormals, regretLayout, regretProgram, regretStatementOf, type RegretQuestion } from '../oracles/performance-estimation/regret-program.js';
import { regretOf, worstRegret, type WorstPlay, type WorstRegret } from '../oracles/performance-estimation/worst-regret.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import { reference } from '../src/subject.js';
import { SEED, holdsFor } from './support/exactly.js';
import { misprints } from './support/misprints.js';
import { once } from './support/once.js';

const rows = (T: number, last: number): number[][] => Array.from({ length: T }, (_, i) => Array.from({ length: i }, (__, s) => (s === i - 1 ? last : 0)));
const HINTS = { none: (T: number) => rows(T, 0), previous: (T: number) => rows(T, 1), opposite: (T: number) => rows(T, -1), given: () => 'given' as const };
const ones = (T: number): number[] => Array.from({ length: T }, () => 1);
const falling = (T: number): number[] => Array.from({ length: T }, (_, t) => 1 / Math.sqrt(t + 1));

const bound = ({ certificate }: WorstRegret): number => rational.toNumber(rational.from(certificate!.bound));
/** sup of Eq. (5) over ‖u‖ ≤ 1 and Σα_t²‖g_t − g̃_t‖² ≤ 1. */
const equationFive = (rates: readonly number[]): number => 1 / (2 * rates.at(-1)!) + Math.max(...rates) / 2;

/** The certificate is one, of this question, and a play attains it. */
function exactly(question: RegretQuestion): number {
  const found = worstRegret(question);
  const proved = bound(found);
  expect(checkRegret(JSON.parse(JSON.stringify(found.certificate)), regretStatementOf(question))).toEqual({ valid: true });
  expect(Math.abs(found.estimate / proved - 1)).toBeLessThan(1e-8);
  expect(found.attained / proved).toBeGreaterThan(1 - 1e-6);
  expect(found.attained / proved).toBeLessThan(1 + 1e-9);
  return proved;
}

describe('the worst regret', () => {
  test('is that of Eq. (5) where β is constant, with every kind of hint, on Rᵐ and on the ball: with β = D/G it is DG', () => {
    for (const set of ['space', 'ball'] as const)
      for (const hints of ['none', 'previous', 'given'] as const) for (const T of [1, 2, 5, 8]) expect(exactly({ set, rates: ones(T), hints: HINTS[hints](T) })).toBeCloseTo(1, 7);
  });

  test('for other constant β it is that of Eq. (5) from 1/β² rounds on, and less before', () => {
    const rates = (T: number): number[] => ones(T).map(() => 0.5);
    expect(exactly({ set: 'space', rates: rates(4), hints: HINTS.none(4) })).toBeCloseTo(1.25, 7);
    expect(exactly({ set: 'ball', rates: rates(6), hints: HINTS.none(6) })).toBeCloseTo(1.25, 7);
    expect(exactly({ set: 'space', rates: rates(3), hints: HINTS.none(3) })).toBeLessThan(1.249);
    // One round is ⟨a, −u⟩ ≤ 1 whatever β is.
    expect(exactly({ set: 'space', rates: [7], hints: HINTS.none(1) })).toBeCloseTo(1, 7);
    // A hint h = xm, ‖m‖ = 1, misses the loss h + m: |x + 1| − βx(x + 1) is largest at x = (1 − β)/(2β).
    for (const set of ['space', 'ball'] as const) expect(exactly({ set, rates: ['1/7'], hints: 'given' })).toBeCloseTo(16 / 7, 7);
  });

  test('of two rounds without hints, by hand: ‖a + b‖ − β⟨a, b⟩, ‖a‖² + ‖b‖² = 1, is largest at a = b for β ≤ 1/√2', () => {
    expect(exactly({ set: 'space', rates: [1, 0.5], hints: HINTS.none(2) })).toBeCloseTo(Math.SQRT2 - 0.25, 7);
    expect(exactly({ set: 'ball', rates: [1, 0.5], hints: HINTS.none(2) })).toBeCloseTo(Math.SQRT2 - 0.25, 7);
  });

  test('with hints that are given, on the ball, where rates rise, which nothing bounds on Rᵐ', () => {
    for (const rates of [[1, 2], [1, 2, 4], [0.5, 0.5, 1], ['1/3', 1, '1/2']]) exactly({ set: 'ball', rates, hints: 'given' });
  });

  test('is what all conditions at once give, with as few of them as it needs', () => {
    const [two, opposite] = [(T: number): number[][] => rows(T, 2), HINTS.opposite];
    for (
      const [question, starts] of [
        [{ set: 'ball', rates: falling(6), hints: HINTS.none(6) }, true],
        [{ set: 'ball', rates: ones(5).map(() => 3), hints: two(5) }, false],
        [{ set: 'ball', rates: ones(6).map(() => 3), hints: opposite(6) }, false],
        [{ set: 'ball', rates: ones(5).map(() => 3), hints: HINTS.previous(5) }, false],
        [{ set: 'ball', rates: falling(5).toReversed(), hints: two(5) }, false],
      ] satisfies [RegretQuestion, boolean][]
    ) {
      const layout = regretLayout(regretStatementOf(question));
      const every = allNormals(layout);
      const { estimate, certificate } = worstRegret(question);
      expect(Math.abs(estimate / solve(regretProgram(layout, every)).duals.at(-1)!.bound - 1)).toBeLessThan(1e-6);
      const used = certificate!.normals;
      expect(used.map(({ value }) => value)).not.toContain('0');
      // It starts with three a round, and two of the last.
      const first = 3 * layout.projected.length - 1;
      if (starts) expect(used.length).toBeLessThanOrEqual(first);
      else expect(used.length).toBeGreaterThan(first);
      expect(used.length).toBeLessThanOrEqual(0.7 * every.length);
    }
  });

  test('has a certificate where rates and hints have denominators of their own', () => {
    for (const set of ['space', 'ball'] as const) {
      const { certificate } = worstRegret({ set, rates: ['1/2', '1/3'], hints: [[], ['2/5']] });
      expect(checkRegret(certificate)).toEqual({ valid: true });
    }
  });

  test('is less than Eq. (5) says where rates fall', () => {
    for (const hints of ['none', 'previous', 'given'] as const) {
      for (const T of [2, 5, 10]) {
        const worst = exactly({ set: 'space', rates: falling(T), hints: HINTS[hints](T) });
        expect(worst).toBeLessThan(0.9 * equationFive(falling(T)));
        expect(worst).toBeGreaterThan(1);
      }
    }
  });

  test('is that of no other play: none of many does worse', () => {
    const cases = fc.record({
      set: fc.constantFrom('space' as const, 'ball' as const),
      hints: fc.constantFrom('none' as const, 'previous' as const, 'opposite' as const, 'given' as const),
      rates: fc.constantFrom(ones, falling, (T: number) => falling(T).toReversed()),
      T: fc.integer({ min: 1, max: 4 }),
      dimension: fc.integer({ min: 1, max: 3 }),
      numbers: fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 24, maxLength: 24 }),
    });
    const known = new Map<string, number>();
    let close = 0;
    holdsFor(
      2000,
      fc.property(cases, ({ set, hints: kind, rates, T, dimension, numbers }) => {
        const question: RegretQuestion = { set, rates: kind === 'given' ? rates(T).toSorted((a, b) => b - a) : rates(T), hints: HINTS[kind](T) };
        const name = JSON.stringify(question);
        if (!known.has(name)) known.set(name, bound(worstRegret(question)));
        const vector = (k: number): number[] => numbers.slice(k * dimension, (k + 1) * dimension);
        const losses = question.rates.map((_, t) => vector(t));
        const hints = question.hints === 'given'
          ? losses.map((_, t) => vector(T + t))
          : losses.map((loss, t) => loss.map((_, e) => (question.hints as number[][])[t]!.reduce((sum, c, s) => sum + c * losses[s]![e]!, 0)));
        const spent = Math.sqrt(losses.flat().reduce((sum, entry, i) => sum + (entry - hints.flat()[i]!) ** 2, 0));
        if (spent === 0) return;
        const play: WorstPlay = { losses: losses.map((v) => v.map((entry) => entry / spent)), hints: hints.map((v) => v.map((entry) => entry / spent)) };
        const regret = regretOf(regretStatementOf(question), play);
        close += Number(regret > 0.9 * known.get(name)!);
        expect(regret).toBeLessThanOrEqual(known.get(name)! * (1 + 1e-12));
      }),
    );
    expect(close).toBeGreaterThan(20);
  });

  test('is what the package’s AO-FTRL suffers on the worst play', () => {
    for (const set of ['space', 'ball'] as const) {
      for (const hints of ['none', 'previous', 'given'] as const) {
        const T = 5;
        const { worst, attained } = worstRegret({ set, rates: falling(T), hints: HINTS[hints](T) });
        const m = worst.losses[0]!.length;
        const vectors = (v: WorstPlay['losses']): Float64Array[] => v.map((entries) => Float64Array.from(entries));
        const feasible = reference.feasibleSet(float64, set === 'space' ? { kind: 'all', dimension: m } : { kind: 'ball', centre: Array.from({ length: m }, () => 0), radius: 1 });
        const plays = reference.aoFtrl(float64, { set: feasible, alpha: ones(T), beta: [1, ...falling(T)], index: 'equation-4', projection: 'lazy' }, {
          losses: vectors(worst.losses),
          hints: vectors(worst.hints),
        });
        const last = plays.at(-1)!.sum;
        const length = Math.sqrt(float64.dot(last, last));
        const u = float64.scale(-1 / length, last);
        expect(regretTally(float64, plays, u, 0).value).toBeCloseTo(attained, 9);
      }
    }
  });

  test('on the ball with hints of its own is between what holds for every W = −W in it and what it does itself', () => {
    const found = worstRegret({ set: 'ball', rates: falling(5), hints: HINTS.previous(5) });
    expect(checkRegret(found.certificate)).toEqual({ valid: true });
    expect(found.attained / bound(found)).toBeGreaterThan(0.98);
    expect(found.attained / bound(found)).toBeLessThan(1);
  });

  test('is not asked of rates that are none, or of hints that nobody could know', () => {
    expect(() => worstRegret({ set: 'space', rates: [], hints: [] })).toThrow(new RangeError('expected at least one round, got no rates'));
    expect(() => worstRegret({ set: 'space', rates: [1, 0], hints: HINTS.none(2) })).toThrow(new RangeError('expected rates > 0, got 0'));
    expect(() => worstRegret({ set: 'space', rates: [1, 2], hints: 'given' })).toThrow(
      /^expected rates that do not increase, as hints may be anything and so may their sum, got 1 and then 2$/,
    );
    expect(() => worstRegret({ set: 'space', rates: [1, 1], hints: [[], [1, 1]] })).toThrow(new RangeError('expected 2 rows of hints with 0, 1, … entries, got 0, 2'));
    expect(() => worstRegret({ set: 'space', rates: [1, 1], hints: [[]] })).toThrow(new RangeError('expected 2 rows of hints with 0, 1, … entries, got 0'));
  });
});

describe('the checker of regret refuses', () => {
  const certificateOf = (question: RegretQuestion): RegretCertificate => worstRegret(question).certificate!;
  const small = once(() => certificateOf({ set: 'ball', rates: [1, '1/2'], hints: [[], [1]] }));
  const reasonOf = (certificate: unknown): string => {
    const verdict = checkRegret(certificate);
    return verdict.valid ? '' : verdict.reason;
  };

  test('any digit that is changed', () => {
    for (
      const certificate of [small(), certificateOf({ set: 'space', rates: [1, '1/2'], hints: HINTS.none(2) }), certificateOf({ set: 'ball', rates: [1, '1/2'], hints: 'given' })]
    ) {
      expect(checkRegret(certificate)).toEqual({ valid: true });
      const wrong = misprints(certificate);
      const about = { set: certificate.set, rates: certificate.rates, hints: certificate.hints };
      expect(wrong.length).toBeGreaterThan(300);
      expect(wrong.filter((one) => checkRegret(one, about).valid)).toEqual([]);
      // w_1 = 0 whatever η_1 is, where there is no first hint: for any other η_1 it is a proof, too.
      expect(wrong.filter((one) => checkRegret(one).valid).every((one) => JSON.stringify((one as RegretCertificate).rates) !== JSON.stringify(certificate.rates))).toBe(true);
    }
  });

  test('a certificate of another learner', () => {
    const about = regretStatementOf({ set: 'ball', rates: [1, '1/2'], hints: [[], [1]] });
    expect(checkRegret(small(), about)).toEqual({ valid: true });
    for (const other of [{ ...about, set: 'space' as const }, { ...about, rates: ['1', '1/3'] }, { ...about, hints: [[], ['0']] }, { ...about, hints: 'given' as const }])
      expect(checkRegret(small(), other).valid).toBe(false);
    expect(reasonOf({ ...small(), rates: ['1', '1/3'] })).toContain('remainder');
    expect(reasonOf({ ...small(), hints: [[], ['0']] })).toContain('remainder');
    expect(reasonOf({ ...small(), set: 'space' })).not.toBe('');
  });

  test('what is malformed, or no proof, and says what was expected', () => {
    const cases: [unknown, string][] = [
      [null, 'a certificate as an object'],
      [{ ...small(), note: '' }, 'with the keys'],
      [{ ...small(), format: 'omg-oracle worst regret, version 2' }, 'omg-oracle worst regret, version 1'],
      [{ ...small(), rates: ['1', '-1/2'] }, 'rates > 0'],
      [{ ...small(), rates: ['1', '2/4'] }, 'lowest terms'],
      [{ ...small(), hints: [[], []] }, '2 rows of hints'],
      [{ ...small(), plays: ['0'] }, 'a weight of each of 2 plays'],
      [{ ...small(), comparator: '-1' }, 'a weight of the comparator ≥ 0'],
      [{ ...small(), bound: '3' }, 'the sum of the weights'],
      [{ ...small(), plays: ['1', small().plays[1]!] }, 'play 1, which is no letter'],
      [{ ...small(), normals: [{ t: 1, towards: 'u', value: '1' }] }, 'a round with a play of its own'],
      [{ ...small(), normals: [{ t: 2, towards: 'w3', value: '1' }] }, 'a play'],
      [{ ...small(), normals: [{ t: 2, towards: 'v', value: '1' }] }, 'a point u, w1'],
      [{ ...small(), normals: [...small().normals, ...small().normals.slice(0, 1)] }, 'normals each once'],
      [{ ...small(), normals: small().normals.map((normal) => ({ ...normal, value: `-${normal.value}` })) }, '≥ 0'],
    ];
    for (const [certificate, reason] of cases) expect(reasonOf(certificate), reason).toContain(reason);
  });

  test('a remainder that is not semidefinite, though all else is right', () => {
    // R ≤ 0 is what weights of 0 would prove: the remainder is −R.
    const empty: RegretCertificate = {
      format: 'omg-oracle worst regret, version 1',
      set: 'space',
      rates: ['1'],
      hints: [[]],
      bound: '0',
      comparator: '0',
      budget: '0',
      plays: ['0'],
      normals: [],
      remainder: { denominator: '2', rows: [['0'], ['1', '0']] },
    };
    expect(reasonOf(empty)).toContain('positive semidefinite remainder');
    // Of one round −⟨a, u⟩ ≤ ¼‖u‖² + ¼‖a‖²: the diagonal is positive, the determinant is not.
    expect(reasonOf({ ...empty, bound: '1/2', comparator: '1/4', budget: '1/4', remainder: { denominator: '4', rows: [['1'], ['2', '1']] } })).toContain(
      'a negative pivot in row 1',
    );
    const half = { ...empty, bound: '1', comparator: '1/2', budget: '1/2', remainder: { denominator: '2', rows: [['1'], ['1', '1']] } };
    expect(reasonOf(half)).toBe('');
  });

  // −⟨a, u⟩ − ⟨b, u⟩ − ⟨a, b⟩ for a and b without hints at rates 1: comparator c and budget b leave c on the diagonal, then b, and ½ everywhere else.
  const two = (comparator: string, budget: string, bound: string, denominator: string, ...rows: string[][]): RegretCertificate => ({
    format: 'omg-oracle worst regret, version 1',
    set: 'space',
    rates: ['1', '1'],
    hints: [[], ['0']],
    bound,
    comparator,
    budget,
    plays: ['0', '0'],
    normals: [],
    remainder: { denominator, rows },
  });

  test('what only elimination shows', () => {
    expect(reasonOf(two('1/2', '1/2', '1', '2', ['1'], ['1', '1'], ['1', '1', '1']))).toBe('');
    expect(reasonOf(two('1', '1', '2', '2', ['2'], ['1', '2'], ['1', '1', '2']))).toBe('');
    // 6 · 3 > 4², but (18 − 16)² < (24 − 16)².
    expect(reasonOf(two('3/4', '3/8', '9/8', '8', ['6'], ['4', '3'], ['4', '4', '3']))).toContain('a negative pivot in row 2');
    // 1 · 1 = 1² leaves 0 on the diagonal, and beside it 1 − 1 = 0 again: that is none; with c = 1, b = ¼ it is ½ − ¼.
    expect(reasonOf(two('1', '1/4', '5/4', '4', ['4'], ['2', '1'], ['2', '2', '1']))).toContain('a zero on the diagonal of row 1 that is not alone');
  });

  test('a remainder that is not written down in full, once and in lowest terms', () => {
    const right = [['1'], ['1', '1'], ['1', '1', '1']];
    for (const rows of [right.slice(0, 2), [...right, []], [['1'], ['1'], ['1', '1', '1']], [['1'], ['1', '1'], ['1', '1', '1', '0']], []])
      expect(reasonOf(two('1/2', '1/2', '1', '2', ...rows)), JSON.stringify(rows)).toContain('a remainder of 3 rows');
    expect(reasonOf(two('1/2', '1/2', '1', '4', ...right.map((row) => row.map(() => '2'))))).toContain('without common factors');
    expect(reasonOf(two('1/2', '1/2', '1', '-2', ...right.map((row) => row.map(() => '-1'))))).toContain('a positive denominator');
    expect(reasonOf(two('1/2', '1/2', '1', '0', ...right.map((row) => row.map(() => '0'))))).toContain('a positive denominator');
    expect(reasonOf(two('1/2', '1/2', '1', '2', ['1'], ['1', '1'], ['1', '1', '3/2']))).toContain('an integer');
  });

  test('what has another type or spelling', () => {
    const cases: [unknown, string][] = [
      [3, 'as an object'],
      ['{}', 'as an object'],
      [[small()], 'as an object'],
      [{ ...small(), bound: 1 }, 'a number as a string'],
      [{ ...small(), hints: [] }, '2 rows of hints'],
      [{ ...small(), rates: ['0', '1/2'] }, 'rates > 0'],
      [{ ...small(), rates: [], hints: [], plays: [] }, 'a weight of each of 0 plays'],
      ...['01', ' 1', '1 ', '+1', '1/2/3', '-0', '1/1', '1/02', ''].map((text): [unknown, string] => [{ ...small(), comparator: text }, 'a number']),
      ...['xu', 'u ', 'w1x', 'w01', '--u', 'w'].map((towards): [unknown, string] => [{ ...small(), normals: [{ t: 2, towards, value: '1' }] }, 'a point u, w1']),
      ...['2', 2.5, 0, 3, null].map((t): [unknown, string] => [{ ...small(), normals: [{ t, towards: 'u', value: '1' }] }, 'a round']),
    ];
    for (const [certificate, reason] of cases) expect(reasonOf(certificate), JSON.stringify(certificate)).toContain(reason);
    expect(reasonOf({ ...small(), normals: [...small().normals, ...small().normals.slice(0, 1)] })).toMatch(/normals each once, got \[2,"[uw-]/);
  });

  test('only what it can say why', () => {
    const broken = { ...small() };
    Object.defineProperty(broken, 'rates', {
      enumerable: true,
      get: () => {
        throw new Error('of another kind');
      },
    });
    expect(() => checkRegret(broken)).toThrow('of another kind');
  });
});

test('certificates share the least denominator, and no factor', () => {
  const of = (...numbers: string[]): bigint => commonDenominator(numbers.map((text) => rational.from(text)));
  expect([of('1/4', '-1/6'), of('1/6', '1/3'), of('5'), of()]).toEqual([12n, 6n, 1n, 1n]);
  expect(lowestTerms([[2n], [4n, -6n]], 8n)).toEqual({ denominator: '4', rows: [['1'], ['2', '-3']] });
  expect(lowestTerms([[-3n]], 6n)).toEqual({ denominator: '2', rows: [['-1']] });
  expect(lowestTerms([[-3n]], 7n)).toEqual({ denominator: '7', rows: [['-3']] });
});

test('questions at random have certificates that plays attain', () => {
  const cases = fc.record({
    T: fc.integer({ min: 1, max: 4 }),
    numbers: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 10, maxLength: 10 }),
    hints: fc.constantFrom('none' as const, 'previous' as const, 'opposite' as const, 'given' as const),
  });
  fc.assert(
    fc.property(cases, ({ T, numbers, hints }) => {
      // Rates that increase are allowed where hints are not arbitrary.
      const parts = hints === 'given' ? numbers.slice(0, T).toSorted((a, b) => b - a) : numbers.slice(0, T);
      exactly({ set: 'space', rates: parts.map((p) => `${p}/${numbers[T]!}`), hints: HINTS[hints](T) });
    }),
    { numRuns: 60, seed: SEED },
  );
});
