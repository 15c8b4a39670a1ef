/** What the benchmarks compare must be the same computation on both sides: here they are asked about the same cases. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetaCase } from '../src/generator/meta-case.js';
import { reference } from '../src/subject.js';
import { bareCases, bareLoop, bareTheoremTwo } from './bench/bare-theorem-2.js';
import { LARGEST, arm, generator, ourResult, sizedCase, stages } from './bench/theorem-2.js';
import { byTurns, exponent, quantile, ratioOf } from './bench/turns.js';
import { hypothesisPython } from './support/interpreters.js';
import { openLinePeer } from './support/line-peer.js';

const SIDES = ['gap', 'bound', 'regret', 'ledger'] as const;

describe('the bare loop of theorem-2', () => {
  test.each([['our cases', generator], ['its own', bareCases(LARGEST)]] as const)(
    'says what the claim says, within the claim’s own error, on %s',
    (_, cases: fc.Arbitrary<MetaCase>) => {
      let compared = 0;
      for (const data of fc.sample(cases, { numRuns: 300, seed: 3 })) {
        const [ours, theirs] = [ourResult(data), bareTheoremTwo(data)];
        expect(theirs === null).toBe(ours === null);
        if (ours === null || theirs === null) continue;
        compared += 1;
        expect(theirs.holds).toBe(true);
        for (const side of SIDES) {
          const { value, error } = ours[side];
          // Both are within it of what the run's numbers really give.
          expect(Math.abs(value - theirs[side]), `${side} of ${JSON.stringify(data)}`).toBeLessThanOrEqual(2 * error);
        }
      }
      expect(compared).toBeGreaterThan(60);
    },
  );

  test('draws from the same ranges: the same share of every kind, and of cases that are no evidence', () => {
    const kindsOf = ({ function: f, rule, set, hint, index }: MetaCase): string[] => [f.body.kind, rule.kind, set.kind, hint.kind, index];
    const count = 3000;
    const [ours, theirs] = [generator, bareCases(LARGEST)].map((cases) => {
      const shares = new Map<string, number>();
      for (const data of fc.sample(cases, { numRuns: count, seed: 4 }))
        for (const kind of [...kindsOf(data), `T ${Math.ceil(data.alpha.length / 25)}`, `n ${data.start.length}`]) shares.set(kind, (shares.get(kind) ?? 0) + 1);
      return shares;
    }) as [Map<string, number>, Map<string, number>];
    expect([...theirs.keys()].toSorted()).toEqual([...ours.keys()].toSorted());
    // Five standard deviations of a difference of two counts.
    for (const [kind, seen] of ours) expect(Math.abs(seen - theirs.get(kind)!), kind).toBeLessThanOrEqual(5 * Math.sqrt(seen + theirs.get(kind)!));
  });

  test('ends without a failure, with or without the ledgers', () => {
    expect(bareLoop(LARGEST, 300, 1)).toBe(bareLoop(LARGEST, 300, 1, false));
  });

  test('fails where rates grow, of which the theorem says nothing: the claim rejects these cases', () => {
    let failed = 0;
    for (const drawn of fc.sample(generator, { numRuns: 400, seed: 6 })) {
      const data = { ...drawn, beta: drawn.beta.toReversed() };
      const [{ kind }, result] = [arm.check(reference, data as never), bareTheoremTwo(data)];
      if (result?.holds !== false) continue;
      failed += 1;
      expect(kind, JSON.stringify(data)).toBe('rejected');
    }
    expect(failed).toBeGreaterThan(10);
  });
});

test('Hypothesis’s side says what the claim says (skipped where there is no Python with NumPy and Hypothesis)', async (context) => {
  const python = hypothesisPython();
  if (python === null) return context.skip();
  const session = openLinePeer(python, [fileURLToPath(new URL('../../test/bench/hypothesis_theorem_2.py', import.meta.url))], { OPENBLAS_NUM_THREADS: '1' });
  try {
    let compared = 0;
    for (const data of [sizedCase(4, 30), sizedCase(1, 1), ...fc.sample(bareCases({ horizon: 6, dimension: 3 }), { numRuns: 60, seed: 5 })]) {
      const [ours, theirs] = [ourResult(data), JSON.parse(await session.ask(JSON.stringify({ case: data }))) as { [side in (typeof SIDES)[number]]: number } | null];
      expect(theirs === null, JSON.stringify(data)).toBe(ours === null);
      if (ours === null || theirs === null) continue;
      compared += 1;
      // NumPy sums in another order, so that its runs differ by rounding too: hence not the ledger's error alone.
      for (const side of SIDES) expect(Math.abs(ours[side].value - theirs[side]), `${side} of ${JSON.stringify(data)}`).toBeLessThanOrEqual(1e4 * ours[side].error);
    }
    expect(compared).toBeGreaterThan(20);
    const { cases, rejected } = JSON.parse(await session.ask(JSON.stringify({ examples: 30, seed: 1 }))) as { cases: number; rejected: number };
    expect([cases, rejected < 30]).toEqual([30, true]);
  } finally {
    session.end();
  }
});

describe('what is measured', () => {
  test('cases of a given size are evidence, and all stages are timed', () => {
    for (const [n, T] of [[2, 100], [8, 10], [32, 100]] as const) {
      const data = sizedCase(n, T);
      expect([data.start.length, data.alpha.length, arm.check.length]).toEqual([n, T, 2]);
      expect(ourResult(data)).not.toBeNull();
    }
    expect(Object.keys(stages(1))).toEqual(['generation', 'run', 'verdict']);
  });

  test('ratios are those of rounds, by turns, without the first', async () => {
    let order = '';
    const [ours, theirs] = [[100, 1, 2, 4], [100, 10, 10, 10]];
    const ratio = await byTurns(3, () => ((order += 'a'), ours.shift()!), () => ((order += 'b'), theirs.shift()!));
    expect(order).toBe('abbaabba');
    expect(ratio).toEqual({ median: 5, low: 2.5, high: 10, ours: 2, theirs: 10 });
    expect(ratioOf([{ ours: 2, theirs: 1 }]).median).toBe(0.5);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(exponent([1, 10, 100], [5, 50, 500])).toBeCloseTo(1, 12);
  });

  test('every file of the benchmarks is used by one', () => {
    const folder = new URL('../../test/bench/', import.meta.url);
    const files = readdirSync(folder);
    const sources = files.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    for (const name of files.filter((one) => one !== 'main.ts')) expect(sources, name).toContain(name.replace(/\.ts$/, '.js'));
  });
});
