import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZeroDivisionError } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Arm, type Claim, type Failed, type Outcome, type Variant } from '../src/claim.js';
import { EXIT, exitStatus } from '../src/runner/exit-status.js';
import { runVariant, type Budget } from '../src/runner/run-variant.js';
import { mixSeed } from '../src/runner/seed.js';
import { simplify } from '../src/runner/simplify.js';
import { reference } from '../src/subject.js';
import { VERDICTS, type ArithmeticName, type ClaimResult, type Verdict } from '../src/verdict.js';

const BUDGET: Budget = { cases: 100, seed: 7, deadline: null };

const pass = (labels: readonly string[] = []): Outcome => passed({ trivial: false, labels });
const fail = (lhs: number): Failed => failed({ expected: 'n < 10', lhs: String(lhs), rhs: '10', evidence: { n: lhs } });

/** An arm on integers from 0 to 1000. */
function integers(check: (n: number) => Outcome, arithmetic: ArithmeticName = 'rational', share = 1): Arm {
  return arm({ arithmetic, generator: fc.integer({ min: 0, max: 1000 }), share, check: (_, n) => check(n) });
}

function claim(variant: Partial<Variant> & Pick<Variant, 'arms'>): Claim {
  const corrected: Variant = { statement: 'n < 10', hypotheses: ['n is an integer'], strength: 'inequality', expected: 'holds', coverage: {}, committed: [], ...variant };
  return { id: 'artificial', source: { section: '0', label: 'nowhere' }, sentences: ['0.1'], printed: corrected, corrected, proof: '', saboteurs: [] };
}

function run(variant: Partial<Variant> & Pick<Variant, 'arms'>, budget: Partial<Budget> = {}): ClaimResult {
  return runVariant(claim(variant), 'corrected', reference, { ...BUDGET, ...budget });
}

const below10 = integers((n) => (n < 10 ? pass() : fail(n)));
const always = integers(() => pass());

describe('a statement that holds', () => {
  test('holds on as many non-trivial cases as were asked for, and no evidence of failure is made up', () => {
    const result = run({ arms: [always, integers(() => pass(), 'float64')] });
    expect(result).toMatchObject({
      id: 'artificial',
      variant: 'corrected',
      verdict: 'holds',
      reason: null,
      rejected: 0,
      counterexample: null,
      replay: null,
      falsePass: null,
      tightest: null,
    });
    expect(result.arithmetic).toEqual(['rational', 'float64']);
    for (const { cases, nonTrivial } of result.counts) {
      expect(cases).toBe(nonTrivial);
      expect(nonTrivial).toBeGreaterThanOrEqual(100);
    }
    expect(result.cases).toBe(result.counts.reduce((sum, { cases }) => sum + cases, 0));
  });

  test('an exact arm owes a tenth, a share what it says, and trivial cases do not count', () => {
    const bare = { generator: fc.integer(), check: (): Outcome => pass() };
    const { counts } = run({ arms: [arm({ arithmetic: 'rational', ...bare }), arm({ arithmetic: 'float64', ...bare })] }, { cases: 1000 });
    expect(counts.map(({ nonTrivial }) => nonTrivial)).toEqual([120, 1000]);
    const half = run({ arms: [integers((n) => passed({ trivial: n % 2 === 0, labels: [] }))] });
    expect(half.verdict).toBe('holds');
    expect(half.counts[0]!.nonTrivial).toBeGreaterThanOrEqual(100);
    expect(half.counts[0]!.cases).toBeGreaterThan(1.5 * half.counts[0]!.nonTrivial);
  });

  test('the tightest case is the one with the largest ratio', () => {
    const { tightest } = run({ arms: [integers((n) => passed({ trivial: false, labels: [], ratio: n / 1000 }))] });
    expect(tightest!.ratio).toBeGreaterThan(0.9);
    expect(tightest!.ratio).toBeLessThanOrEqual(1);
    const [example] = fc.sample(fc.integer({ min: 0, max: 1000 }), { seed: tightest!.seed, numRuns: Number(tightest!.path) + 1 }).slice(-1);
    expect(example! / 1000).toBe(tightest!.ratio);
  });

  test('a ratio that is no number is not the tightest', () => {
    expect(run({ arms: [integers((n) => passed({ trivial: false, labels: [], ratio: n % 2 === 0 ? Number.NaN : 0.5 }))] }).tightest!.ratio).toBe(0.5);
    expect(run({ arms: [integers(() => passed({ trivial: false, labels: [], ratio: Number.NaN }))] }).tightest).toBe(null);
  });

  test('the probability of a false pass is the largest degree over the size of the field', () => {
    const degrees = integers((n) => passed({ trivial: false, labels: [], degree: n < 500 ? 8 : 16 }), 'prime-field');
    expect(run({ arms: [degrees] }).falsePass).toBe(16 / 2 ** 61);
    expect(run({ arms: [integers(() => pass(), 'prime-field')] }).falsePass).toBe(1);
  });

  test('the same seed gives the same cases, another seed others', () => {
    const drawn = (seed: number): number[] => {
      const cases: number[] = [];
      run({ arms: [integers((n) => (cases.push(n), pass()))] }, { seed });
      return cases;
    };
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });
});

describe('a statement that fails', () => {
  test('is violated, by the smallest case', () => {
    const result = run({ arms: [below10] });
    expect(result).toMatchObject({ verdict: 'violated', reason: null });
    expect(result.counterexample).toMatchObject({
      claim: 'artificial',
      variant: 'corrected',
      arithmetic: 'rational',
      origin: 'search',
      case: 10,
      lhs: '10',
      rhs: '10',
      exact: true,
      evidence: { n: 10 },
    });
  });

  test('is replayed from its seed and path', () => {
    const { seed, path } = run({ arms: [below10] }).counterexample!;
    const replayed = fc.check(fc.property(fc.integer({ min: 0, max: 1000 }), (n) => n < 10), { seed: seed!, path: path!, endOnFailure: true });
    expect(replayed.counterexample).toEqual([10]);
  });

  test('shrinking counts as no evidence, and no arm runs after it', () => {
    const { cases, counts } = run({ arms: [below10, always] });
    expect(cases).toBeLessThan(5);
    expect(counts).toHaveLength(1);
  });

  test('is refuted by the search where that is expected', () => {
    expect(run({ arms: [below10], expected: 'refuted' })).toMatchObject({ verdict: 'refuted', reason: null, counterexample: { origin: 'search', case: 10 } });
  });

  test('is shrunk by what the arm says is simpler, too', () => {
    const pairs = arm<{ a: number; b: number }>({
      arithmetic: 'rational',
      generator: fc.integer({ min: 50, max: 99 }).map((a) => ({ a, b: a })),
      check: (_, { a, b }) => (a === b && a >= 7 ? fail(a) : pass()),
      simpler: ({ a }) => [{ a, b: a }, { a: 7, b: 7 }],
    });
    expect(run({ arms: [pairs] }).counterexample!.case).toEqual({ a: 7, b: 7 });
  });

  test('is refuted by the committed case alone, and that is said', () => {
    const result = run({ arms: [always], expected: 'refuted', committed: [] });
    expect(result).toMatchObject({ verdict: 'inconclusive', counterexample: null });
    expect(result.reason).toMatch(/no counterexample in \d+ cases, where one was expected/);
    const rare = integers((n) => (n === -5 ? fail(n) : pass()));
    const committed = run({ arms: [rare], expected: 'refuted', committed: [{ arithmetic: 'rational', case: -5 }] });
    expect(committed).toMatchObject({ verdict: 'refuted', counterexample: { origin: 'committed', case: -5, seed: null, path: null, exact: true } });
    expect(committed.reason).toMatch(/by the committed case; this search of \d+ cases found none/);
  });

  test('the committed case is what is shown, whatever the search finds', () => {
    expect(run({ arms: [below10], expected: 'refuted', committed: [{ arithmetic: 'rational', case: 500 }] }).counterexample).toMatchObject({ origin: 'committed', case: 500 });
  });

  test('a committed case that refutes no more is an error', () => {
    const stale = run({ arms: [below10], expected: 'refuted', committed: [{ arithmetic: 'rational', case: 3 }] });
    expect(stale).toMatchObject({ verdict: 'errored', reason: 'a committed counterexample no longer refutes the statement: passed', counterexample: null });
    const second = [{ arithmetic: 'rational', case: 12 }, { arithmetic: 'rational', case: 3 }] as const;
    expect(run({ arms: [below10], expected: 'refuted', committed: second }).verdict).toBe('errored');
    expect(run({ arms: [below10], expected: 'refuted', committed: [{ arithmetic: 'decimal', case: 12 }] })).toMatchObject({
      verdict: 'errored',
      reason: expect.stringContaining('in decimal, in which the claim is not tested') as string,
    });
  });

  test('a failing committed case violates what should hold', () => {
    expect(run({ arms: [integers((n) => (n < 0 ? fail(n) : pass()))], committed: [{ arithmetic: 'rational', case: -1 }] })).toMatchObject({
      verdict: 'violated',
      counterexample: { origin: 'committed' },
    });
  });

  test('floating point alone refutes nothing', () => {
    const result = run({ arms: [integers((n) => (n < 10 ? pass() : fail(n)), 'float64')], expected: 'refuted' });
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'a counterexample was found in floating point only', counterexample: null });
  });

  test('a failure in floating point violates what should hold', () => {
    expect(run({ arms: [integers((n) => (n < 10 ? pass() : fail(n)), 'float64')] })).toMatchObject({ verdict: 'violated', counterexample: { exact: false } });
  });
});

describe('what is no evidence is not green', () => {
  test('trivial cases only', () => {
    const result = run({ arms: [integers(() => passed({ trivial: true, labels: ['x'] }))] });
    expect(result).toMatchObject({ verdict: 'vacuous', reason: 'no case was non-trivial', coverage: {} });
  });

  test('rejected cases only', () => {
    const result = run({ arms: [integers(() => rejected('never'))] });
    expect(result).toMatchObject({ verdict: 'vacuous', cases: 0 });
    expect(result.rejected).toBeGreaterThanOrEqual(12 * 100);
  });

  test('no arms at all', () => expect(run({ arms: [] }).verdict).toBe('vacuous'));

  test('too many rejected', () => {
    const result = run({ arms: [integers((n) => (n % 50 === 0 ? pass() : rejected('n is no multiple of 50')))] });
    expect(result.verdict).toBe('inconclusive');
    expect(result.reason).toMatch(/^expected 100 non-trivial cases in rational, got \d+ \(\d+ rejected\)$/);
  });

  test('one arithmetic that falls short, whatever the other has', () => {
    expect(run({ arms: [always, integers(() => rejected('never'), 'float64')] }).verdict).toBe('inconclusive');
  });

  test('too little of a label', () => {
    const labelled = integers((n) => pass(n < 100 ? ['small'] : []));
    expect(run({ arms: [labelled], coverage: { small: 0.01 } })).toMatchObject({ verdict: 'holds' });
    const result = run({ arms: [labelled], coverage: { small: 0.9 } });
    expect(result.verdict).toBe('inconclusive');
    expect(result.reason).toMatch(/^expected "small" in 90\.0 % of the non-trivial cases, got /);
    expect(run({ arms: [always], coverage: { absent: 0.001 } }).verdict).toBe('inconclusive');
    expect(run({ arms: [always], coverage: { absent: Number.NaN } }).verdict).toBe('inconclusive');
  });

  test('the time that ran out before it began', () => {
    const result = run({ arms: [always] }, { deadline: Date.now() - 1 });
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'the time budget ran out', cases: 0 });
    expect(run({ arms: [always] }, { deadline: Date.now() + 60_000 }).verdict).toBe('holds');
  });

  test('the time that ran out between two batches', () => {
    const result = run({ arms: [integers((n) => (burn(1), n >= 0 ? pass() : fail(n)))] }, { cases: 100_000, deadline: Date.now() + 50 });
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'the time budget ran out' });
    expect(result.cases).toBeLessThan(10_000);
  });

  test('a check that throws', () => {
    const result = run({
      arms: [integers((n) => {
        if (n > 10) throw new TypeError('no such function');
        return pass();
      })],
    });
    expect(result).toMatchObject({ verdict: 'errored', counterexample: null });
    expect(result.reason).toContain('no such function');
  });

  test('a check that throws where a refutation is expected', () => {
    const thrower = integers(() => {
      throw new RangeError('not today');
    });
    expect(run({ arms: [thrower], expected: 'refuted' }).verdict).toBe('errored');
  });

  test('a check that fails once and passes then', () => {
    let runs = 0;
    const result = run({ arms: [integers((n) => (runs++ === 20 ? fail(n) : pass()))] });
    expect(result).toMatchObject({ verdict: 'errored', reason: expect.stringContaining('not deterministic') as string });
  });
});

describe('a denominator that vanishes', () => {
  const divides = (arithmetic: ArithmeticName): Arm =>
    integers((n) => {
      if (n % 5 === 0) throw new ZeroDivisionError(String(n), 'the field');
      return pass();
    }, arithmetic);

  test('rejects the case in the prime field', () => {
    const result = run({ arms: [divides('prime-field')] });
    expect(result.verdict).toBe('holds');
    expect(result.rejected).toBeGreaterThan(0);
  });

  test('is an error elsewhere', () => expect(run({ arms: [divides('rational')] }).verdict).toBe('errored'));
});

describe('seeds', () => {
  test('differ between arms, batches and seeds, and are 31-bit integers', () => {
    const names = ['a/printed/0', 'a/printed/1', 'a/corrected/0', 'b/printed/0', 'batch 0', 'batch 1', 'batch 10'];
    const seeds = [0, 1, 2, 2 ** 31 - 1].flatMap((seed) => names.map((name) => mixSeed(seed, name)));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) {
      expect(Number.isInteger(seed)).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(0);
      expect(seed).toBeLessThan(2 ** 31);
    }
  });

  test('do not depend on the machine', () => expect(mixSeed(1, 'a')).toBe(mixSeed(1, 'a')));
  test('do not run together with their names', () => expect(mixSeed(1, '2:x')).not.toBe(mixSeed(12, 'x')));
});

describe('the exit status', () => {
  const of = (verdicts: readonly Verdict[], complete = true): number => exitStatus(verdicts.map((verdict) => ({ ...run({ arms: [] }), verdict })), complete);

  test.each(
    [
      ['holds', EXIT.ok],
      ['refuted', EXIT.ok],
      ['inapplicable', EXIT.ok],
      ['violated', EXIT.violated],
      ['crashed', EXIT.notRun],
      ['timed-out', EXIT.notRun],
      ['garbled', EXIT.notRun],
      ['errored', EXIT.notRun],
      ['inconclusive', EXIT.inconclusive],
      ['vacuous', EXIT.inconclusive],
      ['skipped', EXIT.inconclusive],
    ] as const,
  )('of %s is %i', (verdict, status) => expect(of(['holds', verdict])).toBe(status));

  test('is said of every verdict', () => expect(VERDICTS).toHaveLength(11));
  test('3 goes before 1, and 1 before 4', () => {
    expect(of(['inconclusive', 'violated', 'crashed', 'holds'])).toBe(3);
    expect(of(['inconclusive', 'violated', 'holds'])).toBe(1);
    expect(of(['violated', 'holds'], false)).toBe(1);
    expect(of(['crashed'], false)).toBe(3);
  });
  test('of a run that stopped, or of nothing, is 4', () => {
    expect(of(['holds'], false)).toBe(4);
    expect(of([])).toBe(4);
  });
});

describe('simplifying', () => {
  test('keeps failing, and ends with small numbers', () => {
    const candidate = arm<{ x: string; y: number; name: string }>({
      arithmetic: 'rational',
      generator: fc.constant({ x: '0', y: 0, name: '' }),
      check: (_, { x, y }) => (x !== '0' && y * y > 2 ? fail(y) : pass()),
    });
    const example = { x: '355/113', y: 123.456, name: 'kept' };
    const best = simplify(candidate, reference, { example, outcome: fail(1) });
    expect(best.example).toEqual({ x: '1', y: 2, name: 'kept' });
    expect(candidate.check(reference, best.example)).toEqual(best.outcome);
  });

  test('takes no case that cannot be run', () => {
    const candidate = integers((n) => {
      if (n < 7) throw new RangeError('no such case');
      return fail(n);
    });
    expect(simplify(candidate, reference, { example: 900, outcome: fail(900) }).example).toBeGreaterThanOrEqual(7);
  });

  test('gives up on a case that gets no simpler', () => {
    const only = integers((n) => (n === 641 ? fail(n) : pass()));
    expect(simplify(only, reference, { example: 641, outcome: fail(641) })).toEqual({ example: 641, outcome: fail(641) });
  });

  test('ends although what is simpler goes round in circles', () => {
    const circle = arm<number>({ arithmetic: 'rational', generator: fc.integer(), check: (_, n) => (n > 99 ? fail(n) : pass()), simpler: (n) => [n === 100 ? 101 : 100] });
    expect([100, 101]).toContain(simplify(circle, reference, { example: 500, outcome: fail(500) }).example);
  });
});

/** Takes `milliseconds` of processor time. */
function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
