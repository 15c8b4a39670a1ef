import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReport } from '../reports/json.js';
import { run } from '../src/cli/run.js';
import { gateClaims } from '../src/gate/claims/index.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { reference } from '../src/subject.js';
import { GENERATOR_VERSION } from '../src/generator/version.js';
import type { GateCase } from '../src/gate/case.js';
import type { Counterexample, Json } from '../src/verdict.js';

let folder: string;
const at = (...path: readonly string[]): string => join(folder, ...path);

async function omg(...args: readonly string[]): Promise<{ readonly status: number; readonly told: string }> {
  let told = '';
  const status = await run(
    args,
    { out: (text) => (told += text), err: (text) => (told += text), command: () => {}, interactive: false, colour: false },
    new AbortController().signal,
  );
  return { status, told };
}

const GOOD = `export default { name: 'mine', start(x0, { learningRate }) {
  let x = x0; const rate = (t) => Array.isArray(learningRate) ? learningRate[t - 1] : learningRate;
  return { query: x, x, step({ t, gradient }) { x = x.map((v, i) => v - rate(t) * gradient[i]); return { query: x, x }; } };
} };`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-kept-'));
  writeFileSync(at('good.mjs'), GOOD);
  // It forgets "query": every session is refused by the door, as small as it may be shrunk.
  writeFileSync(at('mute.mjs'), "export default { name: 'mine', start(x0) { return { x: x0, step() { return { x: x0 }; } }; } };");
  writeFileSync(at('climbs.mjs'), GOOD.replace('v - rate', 'v + rate'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const keptIn = (out: string): readonly Counterexample[] =>
  readdirSync(at(out, 'counterexamples')).map((name) => JSON.parse(readFileSync(at(out, 'counterexamples', name), 'utf8')) as Counterexample);

const CLAIMS = 'manners-repeats,manners-sessions,identity,identity-schedule,guarantee-ledger,dtype-honesty,zero-gradient,equivariance-rotation,equivariance-blocks';

describe('what a run keeps', () => {
  test.each(['mute.mjs', 'climbs.mjs'])('of %s can be run: the package itself passes it, and so does the optimizer once it is repaired', async (module) => {
    const judge = (path: string): ReturnType<typeof omg> =>
      omg('gate', at(path), '--like', 'gradient-descent', '--claims', CLAIMS, '--seed', '1', '--cases', '20', '--out', at(`of-${module}`));
    expect([1, 3]).toContain((await judge(module)).status);
    const kept = keptIn(`of-${module}`);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    for (const { claim: id, case: example } of kept) {
      const door = referenceDoor('gradient-descent', reference, 'float64');
      const context = { door, hello: await door.hello(), dtype: 'float64', method: 'gradient-descent', guessed: false, reference } as const;
      expect(await gateClaims.find((claim) => claim.id === id)!.check(context, example), id).toMatchObject({ kind: 'passed' });
    }
    const repaired = await judge('good.mjs');
    expect(repaired).toMatchObject({ status: 0, told: expect.not.stringContaining('was skipped') as string });
    expect(readReport(at(`of-${module}`, 'report.json')).warnings).toBeUndefined();
  });
});

describe('a file in the folder that cannot be run is skipped, named, and ends nothing:', () => {
  const SESSION: GateCase = {
    function: { body: { kind: 'ridge', terms: [{ direction: [1], offset: 0, weight: 1, shape: { kind: 'square' } }] }, minimiser: [0] },
    losses: [],
    x0: [1],
    horizon: 2,
    hints: [],
    targets: [],
    config: { learningRate: 0.5 },
  };
  const kept = (changes: Partial<Counterexample> = {}, session: Readonly<Record<string, Json>> = {}): Counterexample => ({
    claim: 'identity',
    variant: 'corrected',
    arithmetic: 'float64',
    generatorVersion: GENERATOR_VERSION,
    origin: 'search',
    seed: 1,
    path: null,
    case: { ...SESSION, ...session } as unknown as Json,
    expected: 'x',
    lhs: '1',
    rhs: '2',
    evidence: { method: 'gradient-descent' },
    exact: false,
    ...changes,
  });
  const judged = async (
    name: string,
    content: unknown,
    ...more: readonly string[]
  ): Promise<{ readonly status: number; readonly told: string; readonly file: string; readonly warnings: readonly string[] }> => {
    const dir = at(`kept-${name}`);
    mkdirSync(dir, { recursive: true });
    const file = join(dir, `${name}.json`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    const ended = await omg(
      'gate',
      at('good.mjs'),
      '--like',
      'gradient-descent',
      '--claims',
      'identity',
      '--seed',
      '1',
      '--cases',
      '20',
      '--counterexamples',
      dir,
      '--out',
      at(`out-${name}`),
      ...more,
    );
    return { ...ended, file, warnings: readReport(at(`out-${name}`, 'report.json')).warnings ?? [] };
  };

  test.each<[name: string, content: unknown, reason: string]>([
    ['empty', '', 'the file is empty'],
    ['garbled', 'β = 2', 'it is not JSON'],
    [
      'version',
      kept({ generatorVersion: GENERATOR_VERSION - 1 }),
      `expected a counterexample of generator version ${GENERATOR_VERSION}, but its version is ${GENERATOR_VERSION - 1}`,
    ],
    ['dimensionless', kept({}, { x0: [] }), 'it cannot be run'],
    ['timeless', kept({}, { horizon: 0 }), 'it cannot be run (it is larger than any that is drawn'],
    ['endless', kept({}, { horizon: 1e9 }), 'it cannot be run (it is larger than any that is drawn: 1024 steps'],
    ['halved', kept({}, { horizon: 1.5 }), 'it cannot be run (it is larger than any that is drawn'],
    ['boundless', kept({}, { x0: Array<number>(100_000).fill(1) }), 'it cannot be run (it is larger than any that is drawn'],
    ['functionless', kept({}, { function: { body: { kind: 'ridge', terms: [] }, minimiser: [] } }), 'it cannot be run'],
    ['shapeless', kept({ case: [1, 2] }), 'it cannot be run (it is no case of identity)'],
    ['null', kept({ case: null }), 'it cannot be run (it is no case of identity)'],
    ['overflowing', kept({}, { config: { learningRate: 1e300 } }), 'it cannot be run'],
    ['theory', kept({ claim: 'theorem-1' }), '"theorem-1" is no claim of the gate'],
  ])('%s', async (name, content, reason) => {
    const { status, told, file, warnings } = await judged(name, content);
    expect(told).toContain(`⚠ ${file} was skipped: `);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(reason);
    expect(warnings[0]).not.toMatch(/undefined|Cannot read|not iterable|Unexpected token/u);
    expect(status).toBe(0);
    for (const page of ['report.html', 'summary.md']) expect(readFileSync(at(`out-${name}`, page), 'utf8'), page).toContain('was skipped');
    // The explicit request is refused, as ever.
    expect(await omg('replay', file)).toMatchObject({ status: 2, told: expect.stringContaining(file) as string });
  });

  test('one that can be is run, without a word where it passes', async () => {
    expect(await judged('playable', kept())).toMatchObject({ status: 0, warnings: [] });
  });

  test('files of other methods, and of other claims where nobody named the folder, are nobody’s fault', async () => {
    expect((await judged('nesterov', kept({ evidence: { method: 'nesterov' } }))).warnings).toEqual([]);
    mkdirSync(at('shared', 'counterexamples'), { recursive: true });
    writeFileSync(at('shared', 'counterexamples', 'theorem-1.printed.json'), JSON.stringify(kept({ claim: 'theorem-1', variant: 'printed' })));
    expect((await omg('gate', at('good.mjs'), '--like', 'gradient-descent', '--claims', 'identity', '--seed', '1', '--cases', '20', '--out', at('shared'))).told).not.toContain(
      'was skipped',
    );
  });

  test('of the parts of a run it is told once', async () => {
    const { file } = await judged('parts', '{');
    for (const i of ['1', '2'])
      await omg(
        'gate',
        at('good.mjs'),
        '--like',
        'gradient-descent',
        '--claims',
        'identity,zero-gradient',
        '--seed',
        '1',
        '--cases',
        '20',
        '--counterexamples',
        at('kept-parts'),
        '--shard',
        `${i}/2`,
        '--out',
        at(`part-${i}`),
      );
    const { told } = await omg('report', 'merge', at('part-1', 'report.json'), at('part-2', 'report.json'), '--out', at('whole'));
    expect(told.split(`${file} was skipped`)).toHaveLength(2);
  });
});
