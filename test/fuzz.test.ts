import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaign } from './fuzz/campaign.js';
import { KINDS } from './fuzz/kinds.js';
import { Chance, damaged, mutateJson } from './fuzz/mutate.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Those that run an optimizer each time take longest. */
const FILES = {
  kept: 3,
  expected: 6,
  configs: 6,
  'gate-reports': 15,
  reports: 15,
  merges: 10,
  replays: 12,
  counterexamples: 15,
  certificates: 20,
  traces: 15,
  checkpoints: 15,
} as const;

describe('changed files end with a status of the table and a sentence that names them, and are never greener than their results', () => {
  test.each(KINDS)('%s', async (kind) => {
    const { tried, statuses, findings } = await campaign(kind, FILES[kind], 7, join(folder, kind));
    expect(findings).toEqual([]);
    expect(tried).toBe(FILES[kind]);
    // Some are refused, or fail: a mutation that nobody notices tests nothing.
    expect([...statuses.keys()].some((status) => (kind === 'kept' ? status === 0 : status !== 0))).toBe(true);
  });
});

test.each([['traces', 1903, 'a float of no width that there is']] as const)('what a long run found stays mended: %s %i, %s', async (kind, from) => {
  expect((await campaign(kind, 1, 1, join(folder, `${kind}-${from}`), from)).findings).toEqual([]);
});

describe('the changes', () => {
  const BASE = { a: [1, 2, { b: 'c', d: null }], e: { f: true, g: -0.5 }, h: 'holds' };

  test('are the same for the same seed, and others for another', () => {
    const files = (seed: number): string[] => Array.from({ length: 50 }, (_, i) => mutateJson(new Chance(seed * 1000 + i), BASE).bytes.toString('latin1'));
    expect(files(1)).toEqual(files(1));
    expect(files(1).filter((file, i) => file === files(2)[i]).length).toBeLessThan(10);
  });

  test('change the file, and leave what they were given', () => {
    const before = JSON.stringify(BASE);
    const same = Array.from({ length: 300 }, (_, i) => mutateJson(new Chance(i), BASE).bytes.toString()).filter((text) => text === before);
    expect(JSON.stringify(BASE)).toBe(before);
    expect(same.length).toBeLessThan(30);
    const bytes = Buffer.from('0123456789'.repeat(20));
    const copy = Buffer.from(bytes);
    for (let i = 0; i < 200; i++) damaged(new Chance(i), bytes);
    expect(bytes.equals(copy)).toBe(true);
  });

  test('reach what a reader of JSON stumbles over', () => {
    const all = Array.from({ length: 3000 }, (_, i) => mutateJson(new Chance(i), BASE).bytes.toString());
    for (const sign of ['1e999', '"__proto__":', '::error::', '[[[[', '-0', 'NaN', '\u202e']) expect(all.some((text) => text.includes(sign)), sign).toBe(true);
    expect(all.some((text) => text.length > 200_000)).toBe(true);
    expect(all.some((text) => text === '')).toBe(true);
  });
});
