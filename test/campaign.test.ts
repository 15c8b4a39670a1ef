import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readReport, writeReport } from '../reports/json.js';
import { joined, type Part } from '../reports/merge.js';
import { quoted } from '../src/cli/arguments.js';
import type { Command } from '../src/cli/command.js';
import { command as gate } from '../src/cli/gate-command.js';
import { command as merge } from '../src/cli/merge.js';
import { command as report } from '../src/cli/report.js';
import { shareOf } from '../src/cli/shard.js';
import { command as verify } from '../src/cli/verify.js';
import { conclusion } from '../src/runner/exit-status.js';
import type { ClaimResult, Figure1Info, Figure2Info, Report, SpecialCaseInfo, SubjectInfo } from '../src/verdict.js';
import { SUBJECT, gateResult } from './support/gate-report.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

const root = new URL('../../', import.meta.url);
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
/** Three claims that take no time, two of them with counterexamples. */
const CLAIMS = ['--claims', 'regret-bound,weak-hints,meta-adagrad'];
const RUN = [...CLAIMS, '--cases', '20', '--seed', '1'];

let folder: string;
/** {@link RUN} in four parts, joined, and as a whole. */
let ran: Awaited<ReturnType<typeof both>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-campaign-'));
  ran = await both('verify', verify, RUN);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: readonly string[]): string => join(folder, ...parts);

interface Ended {
  readonly status: number;
  readonly told: string;
}

async function run(command: Command, args: readonly string[], signal = new AbortController().signal): Promise<Ended> {
  let told = '';
  const status = await command(
    args,
    { out: (text) => (told += text), err: (text) => (told += text), command: (line) => (told += `${line}\n`), interactive: false, colour: false },
    signal,
  );
  return { status, told };
}

/** Without the times, which differ between any two runs. */
function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !['startedAt', 'finishedAt', 'seconds', 'startTimeUtc', 'endTimeUtc'].includes(key)).map(([key, inner]) => [key, timeless(inner)]),
  );
}

const json = (...path: readonly string[]): unknown => timeless(JSON.parse(readFileSync(at(...path), 'utf8')));
const files = (...path: readonly string[]): string[] => readdirSync(at(...path), { recursive: true, encoding: 'utf8' }).toSorted();

/** Runs four parts, joins them into `name`/out, then moves that away and runs the same as a whole into the same place. */
async function both(name: string, command: Command, args: readonly string[]): Promise<{ readonly parts: readonly Ended[]; readonly merged: Ended; readonly whole: Ended }> {
  const parts: Ended[] = [];
  for (const i of [1, 2, 3, 4]) parts.push(await run(command, [...args, '--shard', `${i}/4`, '--out', at(name, `part-${i}`)]));
  const out = at(name, 'out');
  const merged = await run(merge, [...[3, 1, 4, 2].map((i) => at(name, `part-${i}`, 'report.json')), '--out', out]);
  renameSync(out, at(name, 'merged'));
  return { parts, merged, whole: await run(command, [...args, '--out', out]) };
}

/** What is printed, without how long it took and where it lies. */
const lines = ({ told }: Ended): string[] => told.split('\n').filter((line) => !/^(seed |Written: )/.test(line)).map((line) => line.replace(/ in [\d.]+ s\b/, ''));

test('each claim belongs to one part, and the parts are as large as each other but for one', () => {
  for (const count of [1, 2, 3, 7, 12]) {
    const all = Array.from({ length: 10 }, (_, i) => i);
    const parts = Array.from({ length: count }, (_, i) => shareOf({ index: i + 1, count }, all));
    expect(parts.flat().toSorted((a, b) => a - b)).toEqual(all);
    expect(Math.max(...parts.map(({ length }) => length)) - Math.min(...parts.map(({ length }) => length))).toBeLessThanOrEqual(1);
  }
  expect(shareOf(null, [1, 2])).toEqual([1, 2]);
});

describe('verify', () => {
  test('four parts that are joined say what the whole run says', () => {
    expect(json('verify', 'merged', 'report.json')).toEqual(json('verify', 'out', 'report.json'));
    const whole = readReport(at('verify', 'merged', 'report.json'));
    expect(whole.command).toBe(`omg-oracle verify --claims regret-bound,weak-hints,meta-adagrad --cases 20 --out ${quoted(at('verify', 'out'))} --seed 1`);
    expect(whole.claims.filter(({ replay }) => replay === `omg-oracle replay ${quoted(at('verify', 'out', 'counterexamples', 'weak-hints.printed.json'))}`)).toHaveLength(1);
    expect(ran.merged.status).toBe(ran.whole.status);
    // A run tells of claims as they end.
    expect(lines(ran.merged).toSorted()).toEqual(lines(ran.whole).toSorted());
  });

  test('and leave the same files', () => {
    expect(files('verify', 'merged')).toEqual(files('verify', 'out'));
    const names = files('verify', 'out', 'counterexamples');
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(json('verify', 'merged', 'counterexamples', name)).toEqual(json('verify', 'out', 'counterexamples', name));
    expect(readFileSync(at('verify', 'merged', 'report.html'), 'utf8')).toContain('weak-hints');
  });

  test('a part says which it is; one that no claim is left for has nothing to do, and ends well', () => {
    expect(readReport(at('verify', 'part-2', 'report.json'))).toMatchObject({
      command: `omg-oracle verify --claims regret-bound,weak-hints,meta-adagrad --cases 20 --shard 2/4 --out ${quoted(at('verify', 'part-2'))} --seed 1`,
      shard: { index: 2, count: 4, claims: ['regret-bound', 'weak-hints', 'meta-adagrad'] },
    });
    expect(ran.parts[3]).toMatchObject({ status: 0, told: expect.stringContaining('nothing to do: part 4 of 4 has none of the claims, of which there are 3\n') as string });
    // It is no pass: nothing was judged.
    expect(ran.parts[3]!.told).not.toContain('PASSED');
    expect(readFileSync(at('verify', 'part-4', 'report.html'), 'utf8')).toContain('<strong>Not judged.</strong>');
    expect(JSON.parse(readFileSync(at('verify', 'part-4', 'badge.json'), 'utf8'))).toMatchObject({ color: 'lightgrey' });
    expect(readReport(at('verify', 'part-4', 'report.json'))).toMatchObject({ claims: [], complete: true, exitStatus: 0 });
  });

  test('a part that was stopped is told of, and not joined; run again, it is', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const part = [...RUN, '--shard', '2/4', '--out', at('verify', 'again')];
    expect((await run(verify, part, stopped.signal)).status).toBe(4);
    const paths = [1, 3, 4].map((i) => at('verify', `part-${i}`, 'report.json'));
    const again = at('verify', 'again', 'report.json');
    const words = [...paths, again, '--out', at('verify', 'mended')];
    await expect(run(merge, words)).rejects.toThrow(
      `but ${again} (part 2 of 4) is not complete: its run was stopped before its end. Run again: omg-oracle verify ${RUN.slice(0, 4).join(' ')} --shard 2/4 --out ${
        quoted(at('verify', 'again'))
      } --seed 1`,
    );
    expect(existsSync(at('verify', 'mended'))).toBe(false);
    await run(verify, part);
    expect((await run(merge, words)).status).toBe(ran.whole.status);
  });

  test('the whole report takes the place of no part', async () => {
    const paths = [1, 2, 3, 4].map((i) => at('verify', `part-${i}`, 'report.json'));
    const before = readFileSync(paths[2]!, 'utf8');
    await expect(run(merge, [...paths, '--out', at('verify', 'part-3')])).rejects.toThrow(`it would take the place of ${paths[2]}`);
    expect(readFileSync(paths[2]!, 'utf8')).toBe(before);
  });
});

describe('the gate', () => {
  const expected = (): string => at('expected.json');
  let judged: Awaited<ReturnType<typeof both>>;
  beforeAll(async () => {
    // Gradient descent with the wrong sign; where rates vary its process ends.
    writeFileSync(
      at('wrong.mjs'),
      `export default { name: 'plain', version: '1', start(x0, { learningRate }) {
      let x = Array.from(x0);
      const rate = () => (x.length > 64 ? process.exit(3) : learningRate);
      return { query: x, x, step({ gradient: g }) { x = x.map((value, i) => value + rate() * g[i]); return { query: x, x }; } };
    } };`,
    );
    const entry = (claim: string, verdict: string, expires = '2099-12-31'): unknown => ({ claim, verdict, reason: 'as it is', issue: '', expires });
    // In no order, and in every way out of date; the last but one is met.
    writeFileSync(
      expected(),
      JSON.stringify({
        version: 1,
        like: 'gradient-descent',
        expected: [
          entry('no-such-claim', 'violated'),
          entry('manners-bye', 'crashed'),
          entry('zero-gradient', 'violated'),
          entry('guarantee-bound', 'violated', '2020-01-01'),
          entry('identity', 'violated'),
          entry('manners-hello', 'crashed'),
        ],
      }),
    );
    judged = await both('gate', gate, [at('wrong.mjs'), '--like', 'gradient-descent', '--expected', expected(), '--cases', '5', '--seed', '1']);
  });

  test('four parts that are joined say what the whole run says', () => {
    const whole = readReport(at('gate', 'out', 'report.json'));
    // Otherwise there would be little to join.
    expect(whole).toMatchObject({ exitStatus: 3, subject: { name: 'plain' } });
    expect(Math.min(whole.totals.crashed ?? 0, whole.subject!.restarts)).toBeGreaterThan(0);
    expect(whole.claims.filter(({ verdict }) => verdict === 'violated').length).toBeGreaterThan(1);
    expect(whole.worstCases).not.toEqual([]);
    expect(whole.expectations?.map((line) => line.split(' ', 1)[0])).toEqual(['manners-hello', 'guarantee-bound', 'zero-gradient', 'manners-bye', 'no-such-claim']);
    expect(json('gate', 'merged', 'report.json')).toEqual(json('gate', 'out', 'report.json'));
    expect([judged.merged.status, judged.whole.status]).toEqual([3, 3]);
    expect(lines(judged.merged)).toEqual(lines(judged.whole));
  });

  test('and leave the same files', () => {
    expect(files('gate', 'merged')).toEqual(files('gate', 'out'));
    for (const name of ['results.sarif', 'badge.json', ...files('gate', 'out', 'counterexamples').map((one) => join('counterexamples', one))])
      expect(json('gate', 'merged', name), name).toEqual(json('gate', 'out', name));
  });

  test('a part says nothing of what is expected of claims of another', () => {
    const about = [1, 2, 3, 4].map((i) => readReport(at('gate', `part-${i}`, 'report.json')).expectations?.map((line) => line.split(' ', 1)[0]));
    const of = (...claims: readonly string[]): readonly string[] => ['manners-hello', ...claims, 'manners-bye', 'no-such-claim'];
    expect(about).toEqual([of(), of(), of('zero-gradient'), of('guarantee-bound')]);
  });

  test('--fix needs the whole', async () => {
    await expect(async () => run(gate, [at('wrong.mjs'), '--expected', expected(), '--fix', '--shard', '1/2'])).rejects.toThrow('expected --fix without --shard');
  });

  test('a part in which nothing applies ends well, a whole does not', () => {
    const nothing = [gateResult('manners-hello'), gateResult('identity', { verdict: 'inapplicable' }), gateResult('manners-bye')];
    const { shard: part } = readReport(at('gate', 'part-2', 'report.json'));
    const statusOf = (run: object): number => conclusion({ subject: SUBJECT, expectations: [], claims: nothing, complete: true, ...run }).exitStatus;
    expect([statusOf({ shard: part }), statusOf({})]).toEqual([0, 4]);
    expect(statusOf({ shard: part, complete: false })).toBe(4);
  });
});

describe('what is joined', () => {
  /** Three claims in two parts. */
  const IDS = ['manners-hello', 'a', 'b', 'c', 'manners-bye'];
  const shard = (
    index: number,
    changes: Partial<Report> = {},
    claims: readonly ClaimResult[] = [gateResult(index === 1 ? 'a' : 'b'), ...(index === 1 ? [gateResult('c')] : [])],
  ): Part => {
    const results = [gateResult('manners-hello'), ...claims, gateResult('manners-bye')];
    return {
      path: `${index}.json`,
      report: {
        schemaVersion: 1,
        tool: { name: 'omg-oracle', version: '1.0.0' },
        command: `omg-oracle gate x.mjs --shard ${index}/2 --seed 7`,
        seed: 7,
        subject: SUBJECT,
        expectations: [],
        worstCases: [],
        shard: { index, count: 2, claims: IDS, command: 'omg-oracle gate x.mjs', out: `out-${index}`, expected: null },
        startedAt: `2026-01-0${index}T00:00:00.000Z`,
        finishedAt: `2026-01-0${index}T01:00:00.000Z`,
        claims: results,
        totals: { holds: results.length },
        exitStatus: 0,
        complete: true,
        ...changes,
      },
    };
  };
  const shardOf = (index: number, changes: Partial<Report['shard']>): Part => shard(index, { shard: { ...shard(index).report.shard!, ...changes } });
  const { subject: _subject, expectations: _expectations, worstCases: _worstCases, ...plain } = shard(2).report;

  test('is in the order of the whole run, whatever the order of the parts', () => {
    const { whole, parts } = joined([shard(2), shard(1)]);
    expect(whole.claims.map(({ id }) => id)).toEqual(IDS);
    expect(parts.map(({ path }) => path)).toEqual(['1.json', '2.json']);
    expect(whole).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-02T01:00:00.000Z', complete: true });
    expect(whole).not.toHaveProperty('shard');
  });

  test('has what one part has for all', () => {
    const [specialCases, figure1, figure2] = [[] as readonly SpecialCaseInfo[], {} as Figure1Info, {} as Figure2Info];
    const { whole } = joined([shard(1, { specialCases, figure2 }), shard(2, { figure1 })]);
    expect([whole.specialCases, whole.figure1, whole.figure2]).toEqual([specialCases, figure1, figure2]);
    expect(Object.keys(joined([shard(1), shard(2)]).whole)).not.toContain('figure2');
  });

  test('has what every part has from the one where it came out worst, and all starts of all parts', () => {
    const started = (restarts: number): SubjectInfo => ({ ...SUBJECT, restarts });
    const crashed = gateResult('manners-bye', { verdict: 'crashed' });
    const bad = shard(2, { subject: started(3), claims: [gateResult('manners-hello'), gateResult('b'), crashed], expectations: ['manners-bye is crashed', 'z is unknown'] });
    const { whole } = joined([shard(1, { subject: started(2), expectations: ['manners-bye is well', 'c is old', 'z is unknown'] }), bad]);
    expect(whole.claims.at(-1)).toBe(crashed);
    expect(whole.subject).toEqual(started(5));
    expect(whole.expectations).toEqual(['c is old', 'manners-bye is crashed', 'z is unknown']);
    // Who did not introduce itself in one part did in another.
    expect(joined([shard(1, { subject: null }), shard(2)]).whole.subject).toEqual(SUBJECT);
    expect(joined([shard(1, { subject: null }), shard(2, { subject: null })]).whole.subject).toBeNull();
  });

  test.each<[what: string, parts: readonly Part[], message: string]>([
    [
      'a whole run',
      [shard(1), { path: 'whole.json', report: (({ shard: _shard, ...rest }) => rest)(shard(2).report) }],
      'but whole.json is of a whole run: omg-oracle gate x.mjs --shard 2/2 --seed 7. Parts are made by --shard i/n',
    ],
    ['another kind', [shard(1), { path: '2.json', report: plain }], 'but 1.json is of the gate and 2.json is of verify. Give the report.json of each part of one run.'],
    [
      'another version',
      [shard(1), shard(2, { tool: { name: 'omg-oracle', version: '1.0.1' } })],
      'but 1.json was written by omg-oracle 1.0.0 and 2.json was written by omg-oracle 1.0.1. Run all parts again, with one version',
    ],
    ['another number of parts', [shard(1), shardOf(2, { count: 3 })], 'but 1.json is one of 2 parts and 2.json is one of 3 parts.'],
    ['one part twice', [shard(1), { ...shard(1), path: 'copy.json' }], 'but 1.json and copy.json are both part 1 of 2. Give each part once.'],
    ['too few', [shardOf(2, { count: 4 }), shardOf(1, { count: 4 })], 'but of 4 parts 2 are missing: there is no part 3, 4 beside 1.json, 2.json.'],
    ['one too few', [shard(2)], 'but of 2 parts one is missing: there is no part 1 beside 2.json.'],
    [
      'two that were stopped',
      [shard(1, { complete: false }), shard(2, { complete: false })],
      'but 1.json (part 1 of 2), 2.json (part 2 of 2) are not complete: their runs were stopped before their end. Run again: omg-oracle gate x.mjs --shard 1/2 --seed 7; omg-oracle',
    ],
    ['another seed', [shard(1), shard(2, { seed: 8 })], 'but 1.json has the seed 7 and 2.json has the seed 8. Give every part the same --seed.'],
    [
      'other options',
      [shard(1), shardOf(2, { command: 'omg-oracle gate x.mjs --cases 9' })],
      'but 1.json is of "omg-oracle gate x.mjs" and 2.json is of "omg-oracle gate x.mjs --cases 9". Give every part the same options',
    ],
    [
      'another optimizer',
      [shard(1), shard(2, { subject: { ...SUBJECT, version: '2' } })],
      'but 1.json is of an optimizer with the version "1.2.0" and 2.json is of an optimizer with the version "2". Judge one optimizer in every part.',
    ],
    [
      'another precision',
      [shard(1), shard(2, { subject: { ...SUBJECT, dtype: 'float32' } })],
      'but 1.json is of an optimizer with the dtype "float64" and 2.json is of an optimizer with the dtype "float32".',
    ],
    [
      'an older list of claims',
      [shard(1), shardOf(2, { claims: IDS.filter((id) => id !== 'c') })],
      'but 1.json knows the claim "c" and 2.json does not. Run all parts again, with one version of omg-oracle.',
    ],
    ['a newer list of claims', [shard(1), shardOf(2, { claims: [...IDS, 'd'] })], 'but 2.json has the claim "d" and 1.json does not know it.'],
    [
      'the list in another order',
      [shard(1), shardOf(2, { claims: IDS.toReversed() })],
      'but 1.json has the claims in an order of its own and 2.json has the claims in an order of its own.',
    ],
    ['a claim that none lists', [shard(1), shard(2, {}, [gateResult('b'), gateResult('d')])], 'but 2.json has the claim "d" and 1.json does not know it.'],
    [
      'a claim of two parts',
      [shard(1), shard(2, {}, [gateResult('b'), gateResult('c')])],
      'but 1.json and 2.json have results of "c": a claim belongs to one part. Run all parts again',
    ],
    ['a claim of no part', [shard(1, {}, [gateResult('a')]), shard(2)], 'but none has a result of "c": 1.json lists it among the claims of the run. Run all parts again'],
  ])('is not %s', (_what, parts, message) => {
    expect(() => joined(parts)).toThrow(`expected the reports of all parts of one run, ${message}`);
  });

  test('is not a report of another schema, one that is cut off, or nothing', async () => {
    writeFileSync(at('old.json'), '{"schemaVersion": 99}');
    writeFileSync(at('cut.json'), '{"schemaVersion": 1, "tool": {');
    await expect(async () => run(merge, [at('old.json')])).rejects.toThrow(`expected a report of schema version 1 in ${at('old.json')}, but its version is 99`);
    await expect(async () => run(merge, [at('cut.json')])).rejects.toThrow(`expected a report in ${at('cut.json')}, but the file is cut off`);
    await expect(async () => run(merge, [])).rejects.toThrow('expected the reports of all parts of a run: omg-oracle report merge part-*/report.json --out DIR');
    await expect(async () => run(report, ['a.json', 'b.json'])).rejects.toThrow('several are joined by "omg-oracle report merge"');
  });

  test('is a part that can be: no report says that it is part 3 of 2', () => {
    const path = writeReport(at('beyond'), shard(1).report);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"index": 1', '"index": 3'));
    expect(() => readReport(path)).toThrow('it says that it is part 3 of 2');
  });
});

/** A folder of programs that stand for those of the same name; `npx` is the command line itself, with few claims and cases in place of all. */
function programs(name: string, others: Readonly<Record<string, string>>): string {
  const bin = at(name, 'bin');
  mkdirSync(bin, { recursive: true });
  const npx = `[ "$1" = omg-oracle ] || exit 9\nshift\nif [ "$1" = verify ]; then set -- "$@" ${CLAIMS.join(' ')}; fi\nexec '${process.execPath}' '${MAIN}' "$@"`;
  for (const [program, text] of Object.entries({ npx, ...others })) {
    writeFileSync(join(bin, program), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(bin, program), 0o755);
  }
  return bin;
}

/** What the whole run says of each claim; where its report lies, and in which order its options came, is another matter. */
const said = (path: string): unknown => (timeless(readReport(path)) as Report).claims.map(({ replay: _replay, ...claim }) => claim);

describe.runIf(POSIX)('campaign.slurm (needs POSIX)', () => {
  const script = fileURLToPath(new URL('docs/examples/campaign.slurm', root));

  test('submits a part a task and the join behind them, and these give the whole report', () => {
    // A queue that runs each job at once, and writes down what it was asked for.
    const sbatch = `echo "$*" >> '${at('slurm', 'asked')}'
parsable= array=
while [[ "$1" = --* ]]; do case "$1" in --parsable) parsable=1;; --array=1-*) array="\${1#--array=1-}";; esac; shift; done
if [ -z "$array" ]; then bash "$@" >&2; else for ((i = 1; i <= array; i++)); do SLURM_ARRAY_TASK_ID="$i" bash "$@" >&2 || true; done; fi
if [ -n "$parsable" ]; then echo '17;cluster'; fi`;
    const bin = programs('slurm', { sbatch });
    const { status, stdout, stderr } = spawnSync('bash', [script, 'submit'], {
      cwd: at('slurm'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, PARTS: '2', CASES: '20', SEED: '1' },
    });
    expect({ status, stdout }, stderr).toMatchObject({ status: readReport(at('slurm', 'campaign', 'report.json')).exitStatus, stdout: '' });
    expect(readFileSync(at('slurm', 'asked'), 'utf8')).toBe(`--parsable --array=1-2 ${script} part\n--dependency=afterany:17 ${script} join\n`);
    expect(readReport(at('slurm', 'campaign', 'part-2', 'report.json')).shard).toMatchObject({ index: 2, count: 2 });
    expect(said(at('slurm', 'campaign', 'report.json'))).toEqual(said(at('verify', 'out', 'report.json')));
  });

  test('says what it takes', () => {
    const { status, stderr } = spawnSync('bash', [script], { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 2, stderr: `expected submit, part or join: bash ${script} submit\n` });
  });
});

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
interface Workflow {
  readonly on: { readonly workflow_dispatch: { readonly inputs: Readonly<Record<string, { readonly default: string }>> } };
  readonly jobs: Readonly<
    Record<
      'part' | 'whole',
      {
        readonly needs?: string;
        readonly if?: string;
        readonly strategy?: { readonly 'fail-fast': boolean; readonly matrix: { readonly part: readonly number[] } };
        readonly steps: readonly Step[];
      }
    >
  >;
}

describe('campaign.yml', () => {
  const workflow = parse(readFileSync(new URL('docs/examples/campaign.yml', root), 'utf8')) as Workflow;
  const { part, whole } = workflow.jobs;

  test('lets no part end the others, and joins whatever they found', () => {
    expect(part.strategy).toMatchObject({ 'fail-fast': false });
    const numbers = part.strategy!.matrix.part;
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect([whole.needs, whole.if]).toEqual(['part', '${{ always() }}']);
    for (const step of [...part.steps, ...whole.steps]) {
      if (step.uses?.startsWith('actions/upload-artifact@') === true) expect(step).toMatchObject({ if: '${{ always() }}', with: { overwrite: true } });
      // What is put into the text of a script would be run as a part of it; and only this shell ends a pipe with the status of its first part.
      if (step.run !== undefined && step.run !== 'npm ci') expect([step.run.includes('${{'), step.shell]).toEqual([false, 'bash']);
    }
  });

  test.runIf(POSIX)('its steps give the whole report, and a summary (needs POSIX)', () => {
    const bin = programs('workflow', { npm: '[ "$*" = ci ]' });
    const summary = at('workflow', 'summary.md');
    const parts = [1, 2];
    const artifacts = at('workflow', 'artifacts');
    /** Runs a job's steps as a runner does, in a folder of its own. @returns the status of the first script that fails. */
    const job = (name: string, steps: readonly Step[], context: Readonly<Record<string, string>>): number => {
      const cwd = at('workflow', name);
      mkdirSync(cwd, { recursive: true });
      const filled = (text: string): string =>
        text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/gu, (_, path: string) => {
          expect(Object.keys(context)).toContain(path);
          return context[path]!;
        });
      let failed = 0;
      for (const step of steps) {
        if (step.run !== undefined && failed === 0) {
          const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value)]));
          const { status } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run], {
            cwd,
            encoding: 'utf8',
            env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env['PATH']}`, GITHUB_STEP_SUMMARY: summary },
          });
          failed = status ?? 9;
        }
        if (step.uses?.startsWith('actions/upload-artifact@') === true) cpSync(join(cwd, step.with!['path']!), join(artifacts, filled(step.with!['name']!)), { recursive: true });
        if (step.uses?.startsWith('actions/download-artifact@') === true) {
          const pattern = new RegExp(`^${step.with!['pattern']!.replace('*', '.*')}$`, 'u');
          for (const artifact of readdirSync(artifacts).filter((one) => pattern.test(one)))
            cpSync(join(artifacts, artifact), join(cwd, step.with!['path']!, artifact), { recursive: true });
        }
      }
      return failed;
    };
    const inputs = { 'inputs.cases': '20', 'inputs.seed': workflow.on.workflow_dispatch.inputs['seed']!.default };
    for (const i of parts) job(`part-${i}`, part.steps, { ...inputs, 'matrix.part': String(i), 'strategy.job-total': String(parts.length) });
    const status = job('whole', whole.steps, {});
    const joint = join(artifacts, 'campaign', 'report.json');
    expect(status).toBe(readReport(joint).exitStatus);
    expect(said(joint)).toEqual(said(at('verify', 'out', 'report.json')));
    expect(readFileSync(summary, 'utf8')).toMatch(/^```text\n[^]*\n3 claims in [^]*\n```\n$/u);
  });
});
