import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HintRule } from '../src/algorithm/hint.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Arm, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { hardFunction, type RateCase } from '../src/generator/lambda-case.js';
import type { MetaCase } from '../src/generator/meta-case.js';
import type { Num } from '../src/problem/shape.js';
import { Heights, climb } from '../src/runner/climb.js';
import { loadClaim } from '../src/runner/load-claims.js';
import { runVariant } from '../src/runner/run-variant.js';
import { Recorder, replayed, type Tape } from '../src/runner/tape.js';
import { reference } from '../src/subject.js';
import type { ClaimResult, Json } from '../src/verdict.js';

describe('a tape', () => {
  // Chains, arrays and biased numbers: all that draws in more than one way.
  const cases: fc.Arbitrary<{ x: number[]; odd: boolean }> = fc.integer({ min: 1, max: 5 }).chain((n) =>
    fc.record({ x: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: n, maxLength: n }), odd: fc.boolean() })
  );

  /** The cases of a run and their tapes. */
  function recorded(seed: number, runs: number): { readonly values: unknown[]; readonly tapes: Tape[] } {
    const recorder = new Recorder();
    const [values, tapes]: [unknown[], Tape[]] = [[], []];
    fc.check(
      fc.property(cases, (value) => {
        values.push(value);
        tapes.push(recorder.tape);
      }),
      { seed, numRuns: runs, randomType: recorder.stream },
    );
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
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 12 }), fc.nat(300), (tape, run) => {
        const { value, tape: own } = replayed(property, tape, run, 5);
        const [made] = value as [{ x: number[]; odd: boolean }];
        expect(made.x.length).toBeGreaterThanOrEqual(1);
        expect(made.x.length).toBeLessThanOrEqual(5);
        expect(made.x.every((entry) => Number.isInteger(entry) && Math.abs(entry) <= 1000)).toBe(true);
        expect(replayed(property, own, run, 6).value).toEqual([made]);
        seen.add(JSON.stringify(made));
      }),
      { seed: 1, numRuns: 300 },
    );
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
  return { id: 'artificial', source: { section: '1', label: 'none' }, sentences: ['0.1'], printed: variant, corrected: variant, proof: 'none', saboteurs: [] };
}

const run = (claim: Claim, cases: number, seed: number): ClaimResult => runVariant(claim, 'corrected', reference, { cases, seed, deadline: null });

describe('the search', () => {
  test('comes a hundred times closer to a bound than its own samples do', () => {
    for (const seed of [1, 2, 3]) {
      let drawn = -Infinity;
      let seen = 0;
      const result = run(
        needle((_x, _y, ratio) => {
          seen += 1;
          if (seen <= 1000) drawn = Math.max(drawn, ratio);
          return passed({ trivial: false, labels: [], ratio });
        }),
        1000,
        seed,
      );
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
    const spot = needle((
      x,
      y,
      ratio,
    ) => (1 - ratio < 5e-5 ? failed({ expected: 'lhs ≤ rhs', lhs: '2', rhs: '1', evidence: { x, y } }) : passed({ trivial: false, labels: [], ratio })));
    const result = run(spot, 2000, 5);
    expect(result).toMatchObject({ verdict: 'violated', counterexample: { origin: 'search' } });
    expect(result.counterexample!.path).toMatch(/^\d+\+\d+$/);
  });

  test('takes what rejects, is trivial or throws for what it is', () => {
    const worse = (outcome: () => Outcome): ClaimResult => {
      let seen = 0;
      return run(
        needle((_x, _y, ratio) => {
          seen += 1;
          return seen <= 100 ? passed({ trivial: false, labels: [], ratio: Math.min(ratio, 0.5) }) : outcome();
        }),
        80,
        6,
      );
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
  test.each(['theorem-1-rate', 'regret-bound', 'theorem-1', 'theorem-2', 'heavy-ball-rate', 'online-to-batch', 'naive-online-to-batch', 'weak-hints'])(
    '%s to 0.999 or closer',
    async (id) => {
      const { verdict, tightest } = run(await loadClaim(id), 200, 1);
      expect(verdict).toBe('holds');
      expect(tightest!.ratio).toBeGreaterThanOrEqual(0.999);
      // Beyond the bound only by what rounding explains.
      expect(tightest!.ratio).toBeLessThan(1 + 1e-9);
    },
  );

  /** How far the method moves along a constant slope of 1, L = 1: it is played, not computed. */
  function moved<S>(K: OrderedSpace<S>, T: number, beta: S, weights: 'linear' | 'nesterov', hint: HintRule<S>): S {
    const config = {
      gradient: () => [K.one],
      rule: reference.updateRule(K, { kind: 'identity' }, 1, () => [K.one]),
      set: reference.feasibleSet(K, { kind: 'all', dimension: 1 }),
      start: [K.zero],
      alpha: reference.weights(K, weights, T),
      beta: reference.constantRate(beta, T),
      index: 'equation-4',
      projection: 'lazy',
    } as const;
    return K.neg(reference.optimisticMetaLearning(K, config, hint).at(-1)!.average[0]!);
  }

  const huber = (width: Num): RateCase['function'] => hardFunction([1], 1, width);
  const ones = (length: number): Num[] => Array<Num>(length).fill(1);
  const rateCase = (T: number, width: Num): RateCase => ({
    function: huber(width),
    rule: { kind: 'identity' },
    set: { kind: 'all', dimension: 1 },
    start: [0],
    horizon: T,
    factor: 1,
    index: 'equation-4',
  });
  /** Weights that the theorem fixes are left out. β = κ/L. */
  const metaCase = (width: Num, hint: 'previous' | 'scaled', kappa: Num, alpha: readonly Num[]): MetaCase => ({
    function: huber(width),
    rule: { kind: 'identity' },
    set: { kind: 'all', dimension: 1 },
    hint: { kind: hint },
    alpha,
    beta: [...alpha, 1].map(() => kappa),
    index: 'equation-4',
    projection: 'lazy',
    start: [0],
  });

  /** α_t² − α_t ≤ α_{t−1}² */
  function grown(T: number): number[] {
    const alpha = [1];
    while (alpha.length < T) alpha.push(Math.floor((1 + Math.sqrt(1 + 4 * alpha.at(-1)! ** 2)) * 2 ** 15) / 2 ** 16);
    return alpha;
  }

  interface Form {
    readonly claim: string;
    readonly name: string;
    /** β = 1/(divisor L) */
    readonly divisor: number;
    readonly weights: 'linear' | 'nesterov';
    readonly hint: 'previous' | 'scaled';
    readonly data: (T: number, width: Num) => unknown;
  }

  const forms: readonly Form[] = [
    { claim: 'corollary-1', name: '4λ̂L', divisor: 4, weights: 'linear', hint: 'previous', data: (T, width) => ({ part: 1, data: { ...rateCase(T, width), factor: '1/2' } }) },
    { claim: 'corollary-1', name: '2λ̂L', divisor: 2, weights: 'linear', hint: 'previous', data: (T, width) => ({ part: 1, data: rateCase(T, width) }) },
    {
      claim: 'corollary-1',
      name: '2λ̂L, scaled hint',
      divisor: 2,
      weights: 'linear',
      hint: 'scaled',
      data: (T, width) => ({ part: 2, data: { weights: 'linear', ...rateCase(T, width) } }),
    },
    { claim: 'corollary-2', name: '4λ̃²L', divisor: 4, weights: 'linear', hint: 'previous', data: (T, width) => ({ extrapolation: 0, ...rateCase(T, width) }) },
    {
      claim: 'nesterov-rate',
      name: '2L',
      divisor: 2,
      weights: 'linear',
      hint: 'previous',
      data: (T, width) => ({ part: 0, data: metaCase(width, 'previous', '1/2', ones(T)) }),
    },
    {
      claim: 'nesterov-rate',
      name: '2L, scaled hint',
      divisor: 2,
      weights: 'linear',
      hint: 'scaled',
      data: (T, width) => ({ part: 1, data: metaCase(width, 'scaled', 1, ones(T).map((_, i) => `${i + 1}/2`)) }),
    },
    {
      claim: 'nesterov-rate',
      name: 'L, α_t² = α_{1:t}',
      divisor: 1,
      weights: 'nesterov',
      hint: 'scaled',
      // Rounded down to where their squares are exact.
      data: (T, width) => ({ part: 1, data: metaCase(width, 'scaled', 1, grown(T)) }),
    },
  ];

  // Its weights have roots: everything else is exact.
  const approached = (form: Form, T: number): Promise<number> => (form.weights === 'nesterov' ? ratioOn(float64, form, T) : ratioOn(rational, form, T));

  async function ratioOn<S>(K: OrderedSpace<S>, form: Form, T: number): Promise<number> {
    const hint = (form.hint === 'previous' ? reference.previousGradientHint : reference.scaledHint)(K, 1);
    // While x̄_T is on the straight part of a Huber function of slope δ the gap is δ(1 − δ·moved) − ½δ², which is largest for δ = 1/(1 + 2 moved).
    const width = K.div(K.one, K.add(K.one, K.mul(K.from(2), moved(K, T, K.div(K.one, K.from(form.divisor)), form.weights, hint))));
    const { corrected } = await loadClaim(form.claim);
    const outcome = corrected.arms.find(({ arithmetic }) => arithmetic === K.name)!.check(reference, form.data(T, K.exact ? K.format(width) : K.toNumber(width)) as Json);
    if (outcome.kind !== 'passed') throw new Error(`expected a case that passes, got ${JSON.stringify(outcome)}`);
    return outcome.ratio!;
  }

  // So no smaller constant is right for all T: the ratio tends to 1. In doubles the rounding of longer runs hides it.
  test.each(forms.map((form) => [form.claim, form.name, form.weights === 'nesterov' ? 100 : 400, form] as const))(
    '%s, %s: to 0.96 at T = 40, and by 1.6/T at T = %d',
    async (_claim, _name, T, form) => {
      const [short, long] = [await approached(form, 40), await approached(form, T)];
      expect(short).toBeGreaterThanOrEqual(0.96);
      expect(long).toBeGreaterThanOrEqual(1 - 1.6 / T);
      expect(long).toBeLessThan(1);
    },
  );
});

describe('where a bound goes', () => {
  test.each(['regret-bound', 'online-to-batch', 'heavy-ball-rate', 'theorem-1', 'theorem-1-rate', 'theorem-2', 'nesterov-rate', 'corollary-1', 'corollary-2'])(
    '%s: no part is negative, and they add up to all of it',
    async (id) => {
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
    },
  );

  test('is reported as means, and at the tightest case', async () => {
    const { slack, tightest } = run(await loadClaim('theorem-1-rate'), 60, 2);
    expect(slack![0]!.term).toBe('left side');
    expect(slack![0]!.tightest).toBe(tightest!.ratio);
    expect(slack!.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(1, 9);
    expect(slack!.reduce((sum, part) => sum + part.tightest, 0)).toBeCloseTo(1, 9);
  });
});
