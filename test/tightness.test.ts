import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import { arm, failed, passed, rejected, type Arm, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { hardFunction } from '../src/generator/lambda-case.js';
import { Heights, climb } from '../src/runner/climb.js';
import { loadClaim } from '../src/runner/load-claims.js';
import { runVariant } from '../src/runner/run-variant.js';
import { Recorder, replayed, type Tape } from '../src/runner/tape.js';
import { reference } from '../src/subject.js';
import type { ClaimResult } from '../src/verdict.js';

describe('a tape', () => {
  // Chains, arrays and biased numbers: all that draws in more than one way.
  const cases: fc.Arbitrary<{ x: number[]; odd: boolean }> = fc.integer({ min: 1, max: 5 }).chain((n) => fc.record({ x: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: n, maxLength: n }), odd: fc.boolean() }));

  /** The cases of a run and their tapes. */
  function recorded(seed: number, runs: number): { readonly values: unknown[]; readonly tapes: Tape[] } {
    const recorder = new Recorder();
    const [values, tapes]: [unknown[], Tape[]] = [[], []];
    fc.check(fc.property(cases, (value) => {
      values.push(value);
      tapes.push(recorder.tape);
    }), { seed, numRuns: runs, randomType: recorder.stream });
    return { values, tapes };
  }

  test('leaves the cases of a seed what they are without', () => {
    expect(recorded(7, 200).values).toEqual(fc.sample(cases, { seed: 7, numRuns: 200 }));
  });

  test('makes its case again, and is drawn in whole', () => {
    const { values, tapes } = recorded(11, 200);
    const property = fc.property(cases, () => {});
    for (const [run, tape] of tapes.entries()) {
      const again = replayed(property, tape, run, 0);
      expect(again.value).toEqual([values[run]]);
      expect(again.tape).toEqual(tape);
    }
  });

  test('that is changed in any way makes a case of the same generator, and its own tape makes that one again', () => {
    const property = fc.property(cases, () => {});
    const seen = new Set<string>();
    fc.assert(fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 12 }), fc.nat(300), (tape, run) => {
      const { value, tape: own } = replayed(property, tape, run, 5);
      const [made] = value as [{ x: number[]; odd: boolean }];
      expect(made.x.length).toBeGreaterThanOrEqual(1);
      expect(made.x.length).toBeLessThanOrEqual(5);
      expect(made.x.every((entry) => Number.isInteger(entry) && Math.abs(entry) <= 1000)).toBe(true);
      expect(replayed(property, own, run, 6).value).toEqual([made]);
      seen.add(JSON.stringify(made));
    }), { seed: 1, numRuns: 300 });
    expect(seen.size).toBeGreaterThan(150);
  });
});

describe('the climb', () => {
  test('ends after its budget, or when all goals are reached, or when it is told to', () => {
    let tried = 0;
    const counted = (ratio: number): ReturnType<Parameters<typeof climb>[3]> => {
      tried += 1;
      return { ratio, labels: [], tape: [1, 2] };
    };
    const heights = new Heights([]);
    climb(heights, 1, 100, () => counted(0.5));
    expect(tried).toBe(0); // nothing to start from
    heights.note([], { ratio: 0.1, tape: [1, 2], seed: 1, run: 0 });
    climb(heights, 1, 100, () => counted(0.05));
    expect(tried).toBe(100);
    climb(heights, 1, 100, () => 'stop');
    climb(heights, 1, 100, () => counted(1));
    expect(tried).toBe(101);
  });

  test('keeps the largest ratio with each label that is a goal', () => {
    const heights = new Heights(['a', 'b', 'never']);
    for (const [ratio, labels] of [[0.5, ['a']], [0.9, []], [0.7, ['a', 'b', 'c']], [0.6, ['b']]] as const) heights.note(labels, { ratio, tape: [], seed: 1, run: 0 });
    expect(heights.best()).toEqual({ a: 0.7, b: 0.7 });
  });
});

/** A claim about a point of the square whose bound is attained at one point alone, where sampling seldom comes near. */
function needle(check: (x: number, y: number, ratio: number) => Outcome): Claim {
  const points = arm({
    arithmetic: 'float64',
    generator: fc.record({ x: fc.integer({ min: 0, max: 10 ** 6 }), y: fc.integer({ min: 0, max: 10 ** 6 }) }),
    check: (_, { x, y }) => check(x, y, 1 - Math.hypot(x / 1e6 - 0.3141, y / 1e6 - 0.2718)),
  });
  return claimOf([points]);
}

function claimOf(arms: readonly Arm[]): Claim {
  const variant: Variant = { statement: 'an artificial claim', hypotheses: [], strength: 'inequality', expected: 'holds', arms, coverage: {}, committed: [] };
  return { id: 'artificial', source: { section: '1', label: 'none' }, order: 0, printed: variant, corrected: variant, saboteurs: [] };
}

const run = (claim: Claim, cases: number, seed: number): ClaimResult => runVariant(claim, 'corrected', reference, { cases, seed, deadline: null });

describe('the search', () => {
  test('comes a hundred times closer to a bound than its own samples do', () => {
    for (const seed of [1, 2, 3]) {
      let drawn = -Infinity;
      let seen = 0;
      const result = run(needle((_x, _y, ratio) => {
        seen += 1;
        if (seen <= 1000) drawn = Math.max(drawn, ratio);
        return passed({ trivial: false, labels: [], ratio });
      }), 1000, seed);
      expect(result.tightest).toMatchObject({ origin: 'perturbed', arithmetic: 'float64' });
      expect(1 - result.tightest!.ratio).toBeLessThan((1 - drawn) / 100);
      expect(result.tightest!.path).toMatch(/^\d+\+\d+$/);
    }
  });

  test('counts perturbed cases apart, and reports the case itself', () => {
    const result = run(needle((_x, _y, ratio) => passed({ trivial: false, labels: [], ratio })), 400, 4);
    expect(result.perturbed).toBe(200);
    expect(result.ratios!.reduce((sum, n) => sum + n, 0)).toBe(result.cases);
    const { x, y } = result.tightest!.case as { x: number; y: number };
    expect(1 - Math.hypot(x / 1e6 - 0.3141, y / 1e6 - 0.2718)).toBe(result.tightest!.ratio);
  });

  test('finds a violation that lies in a spot of a hundred-millionth of all cases', () => {
    const spot = needle((x, y, ratio) => (1 - ratio < 5e-5 ? failed({ expected: 'lhs ≤ rhs', lhs: '2', rhs: '1', evidence: { x, y } }) : passed({ trivial: false, labels: [], ratio })));
    const result = run(spot, 2000, 5);
    expect(result).toMatchObject({ verdict: 'violated', counterexample: { origin: 'search' } });
    expect(result.counterexample!.path).toMatch(/^\d+\+\d+$/);
  });

  test('takes what rejects, is trivial or throws for what it is', () => {
    const worse = (outcome: () => Outcome): ClaimResult => {
      let seen = 0;
      return run(needle((_x, _y, ratio) => {
        seen += 1;
        return seen <= 100 ? passed({ trivial: false, labels: [], ratio: Math.min(ratio, 0.5) }) : outcome();
      }), 80, 6);
    };
    expect(worse(() => rejected('no'))).toMatchObject({ verdict: 'holds', tightest: { origin: 'drawn' } });
    expect(worse(() => passed({ trivial: true, labels: [], ratio: 1 }))).toMatchObject({ verdict: 'holds', tightest: { origin: 'drawn' } });
    const crashed = worse(() => {
      throw new Error('not again');
    });
    expect(crashed.verdict).toBe('errored');
    expect(crashed.reason).toContain('not again');
  });
});

describe('the corrected bounds are approached', () => {
  test.each(['theorem-1-rate', 'regret-bound', 'theorem-1', 'theorem-2', 'heavy-ball-rate', 'online-to-batch', 'naive-online-to-batch', 'weak-hints'])('%s to 0.999 or closer', async (id) => {
    const { verdict, tightest } = run(await loadClaim(id), 200, 1);
    expect(verdict).toBe('holds');
    expect(tightest!.ratio).toBeGreaterThanOrEqual(0.999);
    // Beyond the bound only by what rounding explains.
    expect(tightest!.ratio).toBeLessThan(1 + 1e-9);
  });

  /** The exact ratio of a claim's rational check on one case. */
  async function ratioOn(id: string, data: Record<string, unknown>): Promise<number> {
    const claim = await loadClaim(id);
    const outcome = claim.corrected.arms.find(({ arithmetic }) => arithmetic === 'rational')!.check(reference, data as never);
    if (outcome.kind !== 'passed') throw new Error(`expected a case that passes, got ${JSON.stringify(outcome)}`);
    return outcome.ratio!;
  }

  /** How far β = 1/(cL) moves x̄_T along a constant slope of 1 with α_t = t and the last gradient as a hint, in units of 1/L. */
  function moved(T: number, c: number): Rational {
    let sum = 0n;
    for (let t = 2n; t <= BigInt(T); t++) sum += t * t * (t + 1n);
    // w_t = −β(1 + … + (t − 1) + t) for t ≥ 2, 0 for t = 1: Σ t · t(t + 1)/2 over ½T(T + 1).
    return rational.div(rational.from(`${sum}`), rational.from(`${BigInt(c) * BigInt(T) * BigInt(T + 1)}`));
  }

  test.each([
    ['any W', 4, 40, 0.96],
    ['any W', 4, 400, 0.996],
    ['any W, twice as fast', 2, 40, 0.96],
    ['any W, twice as fast', 2, 400, 0.996],
  ])('corollary-1, %s: β = 1/(%dλ̂L) at T = %d to %d, exactly: no smaller constant is right for all T', async (kind, divisor, T, least) => {
    // Huber's function of slope δ: x̄_T still on its straight part, and the gap δ(1 − δ·moved) − ½δ² is largest for δ = 1/(1 + 2 moved).
    const slope = rational.div(rational.one, rational.add(rational.one, rational.mul(rational.from(2), moved(T, divisor))));
    const ratio = await ratioOn('corollary-1', {
      kind, function: hardFunction(['1'], '1', rational.format(slope)), rule: { kind: 'identity' }, set: { kind: 'all', dimension: 1 }, start: ['0'], horizon: T, factor: '1', index: 'equation-4',
    });
    expect(ratio).toBeGreaterThanOrEqual(least);
    expect(ratio).toBeLessThan(1);
  });
});

describe('where a bound goes', () => {
  test.each(['regret-bound', 'online-to-batch', 'heavy-ball-rate', 'theorem-1', 'theorem-1-rate', 'theorem-2', 'nesterov-rate', 'corollary-1', 'corollary-2'])('%s: no part is negative, and they add up to all of it', async (id) => {
    const { corrected } = await loadClaim(id);
    for (const one of corrected.arms) {
      let seen = 0;
      for (const example of fc.sample(one.generator, { seed: 3, numRuns: one.arithmetic === 'rational' ? 25 : 80 })) {
        const outcome = one.check(reference, example);
        if (outcome.kind !== 'passed' || outcome.trivial || outcome.slack === undefined || outcome.ratio! < 0) continue;
        seen += 1;
        const parts = outcome.slack();
        expect(parts[0]).toEqual({ term: 'left side', share: outcome.ratio });
        const total = parts.reduce((sum, { share }) => sum + share, 0);
        expect(Math.abs(total - 1)).toBeLessThan(one.arithmetic === 'rational' ? 1e-14 : 1e-7);
        for (const { share } of parts) expect(share).toBeGreaterThanOrEqual(one.arithmetic === 'rational' ? 0 : -1e-7);
      }
      expect(seen).toBeGreaterThan(3);
    }
  });

  test('is reported as means, and at the tightest case', async () => {
    const { slack, tightest } = run(await loadClaim('theorem-1-rate'), 60, 2);
    expect(slack![0]!.term).toBe('left side');
    expect(slack![0]!.tightest).toBe(tightest!.ratio);
    expect(slack!.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(1, 9);
    expect(slack!.reduce((sum, part) => sum + part.tightest, 0)).toBeCloseTo(1, 9);
  });
});
