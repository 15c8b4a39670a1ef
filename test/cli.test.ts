import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReport } from '../reports/json.js';
import { parse, quoted, wordsOf } from '../src/cli/arguments.js';
import { COMMANDS, commandOf } from '../src/cli/commands.js';
import { METHOD_NAMES } from '../src/gate/methods.js';
import { STARTER_LANGUAGES } from '../src/gate/starter.js';
import { JUDGED } from '../src/gate/worst-case.js';
import { GENERATOR_VERSION } from '../src/generator/version.js';
import { loadClaims } from '../src/runner/load-claims.js';
import { TRACE_METHODS } from '../src/trace/format.js';
import type { ClaimResult, Counterexample, Report } from '../src/verdict.js';
import { MAIN, openCommandLines, ownProcess, type CommandLines, type Ended } from './support/omg.js';
import { POSIX } from './support/posix.js';
import { COUNTED } from './support/uncounted.js';

/** Two claims that take no time, one with a square root of nothing and one refuted in several ways. */
const QUICK = ['--claims', 'regret-bound,theorem-1-rate', '--cases', '400', '--seed', '1'];

let folder: string;
let lines: CommandLines;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-cli-'));
  lines = openCommandLines({ cwd: folder, env: process.env });
});
afterAll(async () => {
  await lines.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A process of its own, where the process is what is tried. */
const apart = (...args: string[]): Promise<Ended> => ownProcess(args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
const omg = (...args: string[]): Promise<Ended> => lines.run(args);

/** Exit status 2, nothing on standard output, and one message that says what was expected: no stack. */
async function expectRefusal(running: Promise<Ended>, ...words: RegExp[]): Promise<void> {
  const { status, stdout, stderr } = await running;
  expect(stderr).toMatch(/^omg-oracle: /);
  expect(stderr).not.toMatch(/\n {4}at /);
  for (const word of words) expect(stderr).toMatch(word);
  expect(stdout).toBe('');
  expect(status).toBe(2);
}

/** The report without what differs between two runs that are alike. */
function timeless(report: Report): unknown {
  const { startedAt: _startedAt, finishedAt: _finishedAt, claims, ...rest } = report;
  return { ...rest, claims: claims.map(withoutTime) };
}

function withoutTime({ seconds: _seconds, replay: _replay, ...rest }: ClaimResult): unknown {
  return rest;
}

function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}

test.each([[['claims'], 0], [['verify', ...QUICK, '--time', '1ms', '--out', 'unread'], 4]] as const)(
  'whoever reads no further is told nothing more, and the status stays: %s',
  async ([...args], expected) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, complaints]).toEqual([expected, '']);
  },
);

describe('help and lists', () => {
  test.each([['--help'], ['-h'], ['help'], []])('%s tells of every command and exit status, a line each', async (...words) => {
    const { status, stdout, stderr } = await omg(...words);
    expect([status, stderr]).toEqual([0, '']);
    for (const { name, text } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  omg-oracle ${name} +${text.replaceAll(/[?()|[\]]/g, '\\$&')}$`, 'm'));
    expect(stdout).toContain('Exit status: 0 as expected');
    expect(stdout.split('\n').length).toBeLessThan(25);
  });

  test.each(COMMANDS)('$name --help tells what it takes, with an example that it would take', async ({ name, options, examples, page }) => {
    const said = await omg(...name.split(' '), '--help');
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(await omg('help', ...name.split(' '))).toEqual(said);
    expect(await omg(...name.split(' '), '--out', 'x', '-h')).toEqual(said);
    for (const option of options) expect(said.stdout).toMatch(new RegExp(`^  --${option.name} `, 'm'));
    expect(existsSync(new URL(`../../${page}`, import.meta.url)), page).toBe(true);
    expect(examples.length).toBeGreaterThan(0);
    for (const [line] of examples) {
      const [, ...words] = wordsOf(line.replaceAll('"', "'"));
      expect(said.stdout).toContain(line);
      expect(commandOf(words)?.name).toBe(name);
      expect(() => parse(name, words.slice(name.split(' ').length))).not.toThrow();
    }
  });

  test('what an option may be is what its command takes', () => {
    const choices = (command: string, name: string): readonly string[] | null => COMMANDS.find((one) => one.name === command)!.options.find((one) => one.name === name)!.choices;
    expect([choices('gate', 'like'), choices('worst-case', 'like'), choices('certificate check', 'like')]).toEqual([[...METHOD_NAMES, 'none'], METHOD_NAMES, METHOD_NAMES]);
    expect([choices('worst-case', 'judged'), choices('trace check', 'like'), choices('init', 'language')]).toEqual([JUDGED, TRACE_METHODS, STARTER_LANGUAGES]);
  });

  test.each(['--version', '-v'])('%s is the version of the package', async (word) => {
    const { version } = parsed<{ version: string }>(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await apart(word)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('claims lists every claim with its statement', async () => {
    const { status, stdout } = await omg('claims');
    expect(status).toBe(0);
    for (const { id, printed } of await loadClaims()) {
      expect(stdout).toContain(`${id}  (Section `);
      expect(stdout).toContain(printed.statement);
    }
  });

  test('claims --json is one JSON value with every claim in the same order', async () => {
    const { status, stdout } = await omg('claims', '--json');
    expect(status).toBe(0);
    const rows = parsed<{ id: string; printed: { expected: string }; corrected: { expected: string } }[]>(stdout);
    expect(rows.map(({ id }) => id)).toEqual((await loadClaims()).map(({ id }) => id));
    expect(rows.every(({ corrected }) => corrected.expected === 'holds')).toBe(true);
  });

  test('claims --claims names some', async () => {
    expect(parsed<{ id: string }[]>((await omg('claims', '--claims', 'theorem-2,theorem-1', '--json')).stdout).map(({ id }) => id)).toEqual(['theorem-1', 'theorem-2']);
  });

  test('claims ID tells all of one claim, and --json the same as data', async () => {
    const { status, stdout } = await omg('claims', 'lemma-1');
    expect(status).toBe(0);
    for (
      const part of [
        'lemma-1\n',
        'Section 4, Lemma 1. An inequality. False as printed: a slip.',
        'PROOF IN BRIEF',
        '• 11/8 > 19/16',
        'projection active',
        'npx omg-oracle verify --claims lemma-1\n',
      ]
    ) expect(stdout).toContain(part);
    expect(parsed<{ id: string; counterexamples: { lhs: string }[] }>((await omg('claims', 'lemma-1', '--json')).stdout)).toMatchObject({
      id: 'lemma-1',
      counterexamples: [{ lhs: '11/8' }],
    });
  });
});

describe('what cannot be understood ends with status 2 and says what was expected', () => {
  test('a name that is like none', () => expectRefusal(apart('quux'), /expected a command, got "quux"; there are verify, gate, worst-case, worst-case paper, certificate check/));
  test('half of a name', () => expectRefusal(omg('certificate', 'proof.json'), /expected a command, got "certificate"; did you mean "certificate check"\?/));
  test('an option that is given twice', () =>
    expectRefusal(omg('verify', '--seed', '1', '--seed', '2'), /expected --seed once, got it twice/, /"omg-oracle verify --help" says more/));
  test('an unknown command, with the near one', () => expectRefusal(omg('verfy'), /expected a command/, /did you mean "verify"/));
  test('an unknown command that is near to none', async () => {
    const ended = omg('frobnicate');
    await expectRefusal(ended, /expected a command/, /got "frobnicate"/);
    expect((await ended).stderr).not.toContain('did you mean');
  });
  test('an unknown claim, with the near one', () => expectRefusal(omg('verify', '--claims', 'theorem-4', '--out', 'never'), /got "theorem-4"; did you mean "theorem-[12]"/));
  test('a page of no claim, with the near one', () => expectRefusal(omg('claims', 'lemma-2'), /expected a claim, got "lemma-2"; did you mean "lemma-1"\?/));
  test('an empty claim', () => expectRefusal(omg('verify', '--claims', 'theorem-1,', '--out', 'never'), /expected --claims to name claims, got ""/));
  test('an unknown option', () => expectRefusal(omg('verify', '--sedd', '1'), /--sedd/, /--seed/));
  test('an option without its value', () => expectRefusal(omg('verify', '--seed'), /--seed/));
  test('a word too many', () => expectRefusal(omg('verify', 'theorem-1'), /expected no argument here, got "theorem-1"/));
  test('two files', () => expectRefusal(omg('replay', 'a.json', 'b.json'), /expected at most 1 argument here, got "b.json"/));
  test('replay of nothing', () => expectRefusal(omg('replay'), /expected a file: omg-oracle replay FILE/));

  test.each<[args: string[], ...messages: RegExp[]]>([
    [[], /either a module .* or --command "python3 my.py", got neither/],
    [['optimizer.mjs'], /expected a module that exists, got "optimizer.mjs"/],
    [['.'], /expected a module, got the folder "."; name the file/],
    [['optimizer.py/x.mjs'], /expected a module that exists, got "optimizer.py\/x.mjs"/],
    [['optimizer.py'], /expected a module in JavaScript or TypeScript .*; a program is given as --command 'python3 optimizer.py'/],
    [['optimizer'], /expected a module in JavaScript or TypeScript .*; a program is given as --command .\/optimizer/],
    [['python3', 'optimizer.py'], /expected at most 1 argument here, got "optimizer.py"; a program and its arguments go in quotes/],
    [['--command', 'true', '--lik', 'nesterov'], /got "--lik"; did you mean "--like"\?/],
    [['--command', 'true', '--like', 'Nesterov'], /expected --like to be one of gradient-descent, .*; did you mean "nesterov"\?/],
    [['--command', 'true', '--like', 'adam'], /expected --like to be one of .*, got "adam"; --like none asks/],
    [['--command', 'true', '--claims', 'equivariance'], /got "equivariance"; the gate's are manners-repeats, .*equivariance-blocks/],
    [['--command', 'true', '--counterexamples', 'nowhere'], /expected a folder of counterexamples at nowhere, but there is none. Make it/],
    [['--command', 'true', '--expected', 'nowhere.json'], /nowhere.json, but there is no such file/],
    [['--command', 'true', '--fix'], /expected --expected FILE beside --fix/],
  ])('gate %j', async (args, ...messages) => {
    for (const name of ['optimizer.py', 'optimizer']) writeFileSync(join(folder, name), '');
    await expectRefusal(omg('gate', ...args), ...messages);
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });

  test.each([
    ['--cases', '0', /expected --cases to be an integer from 1 /],
    ['--cases', '-3', /--cases/],
    ['--cases', '1.5', /expected --cases to be an integer/],
    ['--cases', '1e99', /expected --cases to be an integer/],
    ['--seed', 'x', /expected --seed to be an integer from 0 to 2147483647, got "x"/],
    ['--seed', '2147483648', /expected --seed to be an integer from 0 to 2147483647/],
    ['--time', 'nonsense', /expected --time to be a duration like 60s, 2m or 500ms, got "nonsense"/],
    ['--time', '0s', /expected --time to be a duration/],
    ['--time', '9999999s', /expected --time to be a duration like 60s, 2m or 500ms, of 24 days at most, got "9999999s"/],
    ['--time', '60', /expected --time to be a duration/],
    ['--shard', '3/2', /expected --shard to be i\/n with 1 ≤ i ≤ n, like 1\/2, got "3\/2"/],
    ['--shard', '0/2', /expected --shard/],
    ['--shard', '1', /expected --shard/],
  ])('%s %s', async (option, value, message) => {
    await expectRefusal(omg('verify', option, value, '--out', 'never'), message);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  test('bad input leaves the report of before as it was', async () => {
    const out = mkdtempSync(join(folder, 'before-'));
    writeFileSync(join(out, 'report.json'), 'bytes\u0000of before');
    await expectRefusal(omg('verify', '--cases', '0', '--out', out));
    await expectRefusal(omg('verify', '--claims', 'no-such-claim', '--out', out));
    expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe('bytes\u0000of before');
    expect(readdirSync(out)).toEqual(['report.json']);
  });

  test('a folder that cannot be written to, before anything runs', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    await expectRefusal(omg('verify', ...QUICK, '--json', '--out', join('a-file', 'below')), /expected to write a-file\/below/, /--out DIR/);
  });
});

describe('files that are not what they should be', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const counterexample = (changes: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({
      claim: 'regret-bound',
      variant: 'printed',
      arithmetic: 'rational',
      generatorVersion: GENERATOR_VERSION,
      origin: 'committed',
      seed: null,
      path: null,
      case: {
        set: { kind: 'all', dimension: 1 },
        alpha: ['1', '1'],
        beta: ['1', '1', '2'],
        index: 'equation-4',
        projection: 'lazy',
        losses: [['1'], ['-1']],
        hints: [['0'], ['0']],
      },
      expected: 'R(T) ≤ ‖u‖²/(2β_T) + ½Σα_t²β_t‖g_t − g̃_t‖²',
      lhs: '2',
      rhs: '3/2',
      evidence: {},
      exact: true,
      ...changes,
    });

  test('the report of before, missing', () => expectRefusal(omg('report', 'nowhere.json'), /expected a report in nowhere\.json, but there is no such file/));
  test('a report that is cut off', () => expectRefusal(omg('report', file('cut.json', '{"schemaVersion": 1, "tool": {')), /expected a report/, /cut off/));
  test('a report of another version', () => expectRefusal(omg('report', file('old.json', '{"schemaVersion": 99}')), /expected a report of schema version 1/, /its version is 99/));
  test('a report without its end', () => expectRefusal(omg('report', file('endless.json', '{"schemaVersion": 1}')), /cut off/));

  test('a counterexample, missing', () => expectRefusal(omg('replay', 'nowhere.json'), /expected a counterexample in nowhere\.json, but there is no such file/));
  test('a counterexample, garbled', () => expectRefusal(omg('replay', file('garbled.json', 'β = 2')), /expected a counterexample/, /it is not JSON/));
  test('a counterexample, empty', () => expectRefusal(omg('replay', file('empty.json', '')), /the file is empty/));
  test('a counterexample of another generator', async () => {
    await expectRefusal(
      omg('replay', file('generator.json', counterexample({ generatorVersion: GENERATOR_VERSION + 1 }))),
      /expected a counterexample of generator version/,
      /its version is/,
    );
  });
  test('a counterexample of no claim', () =>
    expectRefusal(
      omg('replay', file('claimless.json', counterexample({ claim: 'theorem-9' }))),
      /expected a counterexample of a known claim in .*claimless\.json, but it is one of "theorem-9"/,
    ));
  test('a counterexample in another arithmetic', async () => {
    await expectRefusal(
      omg('replay', file('arithmetic.json', counterexample({ arithmetic: 'prime-field' }))),
      /expected a case in rational/,
      /in .*arithmetic\.json, but it is in prime-field/,
    );
  });

  test('a good one is replayed, in words and as JSON', async () => {
    const path = file('good.json', counterexample({}));
    const told = await omg('replay', path);
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).toContain('refuted, as known');
    expect(told.stdout).toContain('left side 2, right side 3/2');
    expect(told.stdout).toMatch(/\nOne counterexample of .*good\.json, as known\.\n$/u);
    const json = await omg('replay', path, '--json');
    expect(json.status).toBe(0);
    expect(parsed<{ outcome: { lhs: string }; asExpected: boolean }[]>(json.stdout)).toMatchObject([{ outcome: { kind: 'failed', lhs: '2', rhs: '3/2' }, asExpected: true }]);
  });

  test('one that is no counterexample is told of, with status 1', async () => {
    const harmless = { set: { kind: 'all', dimension: 1 }, alpha: ['1'], beta: ['1', '1'], index: 'equation-4', projection: 'lazy', losses: [['1']], hints: [['0']] };
    const told = await apart('replay', file('harmless.json', counterexample({ case: harmless })));
    expect(told.status).toBe(1);
    expect(told.stdout).toContain('not reproduced: the statement holds on this case');
  });

  test('a case that is none is refused, not a crash', () =>
    expectRefusal(omg('replay', file('caseless.json', counterexample({ case: { alpha: 'x' } }))), /expected a case of regret-bound in .*caseless\.json, but it cannot be run/));
});

describe('verify', () => {
  let out: string;
  let run: Ended;
  beforeAll(async () => {
    out = join(folder, 'quick');
    run = await omg('verify', ...QUICK, '--out', out);
  });

  test('ends with 0, a whole report and its page', () => {
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const report = readReport(join(out, 'report.json'));
    expect(report).toMatchObject({ complete: true, exitStatus: 0, seed: 1, totals: { refuted: 2, holds: 2 } });
    expect(report.claims.map(({ id, variant, verdict }) => `${id} ${variant} ${verdict}`)).toEqual([
      'regret-bound printed refuted',
      'regret-bound corrected holds',
      'theorem-1-rate printed refuted',
      'theorem-1-rate corrected holds',
    ]);
    expect(report.command).toBe(`omg-oracle verify --claims regret-bound,theorem-1-rate --cases 400 --out ${quoted(out)} --seed 1`);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[^]*theorem-1-rate[^]*<\/html>\s*$/i);
  });

  test('writes each counterexample with a command that replays it', async () => {
    const found = readReport(join(out, 'report.json')).claims.filter(({ counterexample }) => counterexample !== null);
    expect(found).toHaveLength(2);
    for (const { id, replay, counterexample } of found) {
      const [tool, ...args] = wordsOf(replay!);
      expect([tool, args[0]]).toEqual(['omg-oracle', 'replay']);
      expect(parsed<Counterexample>(readFileSync(args[1]!, 'utf8'))).toMatchObject({ claim: id, lhs: counterexample!.lhs, rhs: counterexample!.rhs });
      const { status, stdout } = await omg(...args);
      expect(status).toBe(0);
      expect(stdout).toContain(`left side ${counterexample!.lhs}, right side ${counterexample!.rhs}`);
    }
    expect((await omg('replay', join(out, 'report.json'))).status).toBe(0);
  });

  test('report renders the page again and ends as the run did', async () => {
    const other = join(folder, 'rendered');
    const { status, stdout } = await omg('report', join(out, 'report.json'), '--out', other);
    expect(status).toBe(0);
    expect(stdout).toContain('report.html');
    expect(readFileSync(join(other, 'report.html'), 'utf8')).toBe(readFileSync(join(out, 'report.html'), 'utf8'));
    const violated = { ...readReport(join(out, 'report.json')), exitStatus: 4, complete: false };
    writeFileSync(join(other, 'report.json'), JSON.stringify(violated));
    expect((await omg('report', join(other, 'report.json'))).status).toBe(4);
  });

  test('--json prints the report and nothing else; a seed gives the same report again', async () => {
    const again = await apart('verify', ...QUICK, '--json', '--out', join(folder, 'again'));
    expect(again).toMatchObject({ status: 0, stderr: '' });
    const first = readFileSync(join(out, 'report.json'), 'utf8');
    const outOf = (dir: string): string => JSON.stringify(`--out ${quoted(dir)}`).slice(1, -1);
    expect(timeless(parsed<Report>(again.stdout))).toEqual(timeless(parsed<Report>(first.replace(outOf(out), outOf(join(folder, 'again'))))));
  });

  test('has a line for each claim as it ends, none with --quiet, and the whole command at the end', async () => {
    const to = join(folder, 'lines');
    const { stdout } = await omg('verify', ...QUICK, '--out', to);
    const at = (text: string): number => stdout.indexOf(text);
    expect(stdout).toMatch(/^claim +as printed +corrected +cases$/mu);
    for (const id of ['regret-bound', 'theorem-1-rate']) expect(stdout.match(new RegExp(`^${id} +≠ refuted +✓ holds +[\\d,]+  .+ > .+$`, 'gmu')), id).toHaveLength(1);
    expect(at('theorem-1-rate ')).toBeLessThan(at('2 claims in '));
    expect(stdout).toContain(`Again: npx omg-oracle verify --claims regret-bound,theorem-1-rate --cases 400 --out ${quoted(to)} --seed 1\n`);
    const quiet = (await omg('verify', ...QUICK, '--quiet', '--out', to)).stdout;
    expect(quiet).not.toMatch(/^(claim|regret-bound|theorem-1-rate) /mu);
    expect(quiet).toMatch(/^2 claims in .*: 2 holds, 2 refuted\.$/mu);
  });

  test('without --seed one is drawn, printed and in the report', async () => {
    const drawn = join(folder, 'drawn');
    const { stdout } = await omg('verify', '--claims', 'regret-bound', '--cases', '10', '--out', drawn);
    expect(stdout).toContain(`seed ${readReport(join(drawn, 'report.json')).seed} (drawn`);
  });

  test('shards are parts of the whole, which together are all of it', async () => {
    const shard = async (i: number): Promise<ClaimResult[]> => {
      const args = ['--claims', 'online-average,regret-bound,theorem-1-rate', '--cases', '40', '--seed', '3', '--json', '--out', join(folder, `shard-${i}`)];
      return [...parsed<Report>((await omg('verify', ...args, ...(i === 0 ? [] : ['--shard', `${i}/2`]))).stdout).claims];
    };
    const [whole, first, second] = [await shard(0), await shard(1), await shard(2)];
    const named = ({ id, variant }: ClaimResult): string => `${id} ${variant}`;
    expect(first.map(named).filter((name) => second.map(named).includes(name))).toEqual([]);
    const sorted = (results: ClaimResult[]): unknown[] => results.toSorted((a, b) => named(a).localeCompare(named(b), 'en')).map(withoutTime);
    expect(sorted([...first, ...second])).toEqual(sorted(whole));
  });

  test('a budget that is too short is never green', async () => {
    const { status, stdout } = await omg('verify', ...QUICK, '--time', '1ms', '--json', '--out', join(folder, 'hasty'));
    expect(status).toBe(4);
    const report = parsed<Report>(stdout);
    expect(report).toMatchObject({ complete: false, exitStatus: 4 });
    expect(report.claims.filter(({ variant }) => variant === 'corrected').map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['inconclusive', 'the time budget ran out'],
      ['inconclusive', 'the time budget ran out'],
    ]);
  });

  test.runIf(POSIX)('an interrupt leaves a report of what ended, and names what was skipped (needs POSIX)', async () => {
    const stopped = join(folder, 'stopped');
    const child = spawn(process.execPath, [MAIN, 'verify', '--cases', '3000', '--seed', '1', '--out', stopped], { stdio: 'ignore', env: { ...process.env, ...COUNTED } });
    await firstReport(child, join(stopped, 'report.json'));
    child.kill('SIGINT');
    const [status] = (await once(child, 'exit')) as [number | null];
    expect(status).toBe(4);
    const report = readReport(join(stopped, 'report.json'));
    expect(report).toMatchObject({ complete: false, exitStatus: 4 });
    expect(report.claims).toHaveLength(2 * (await loadClaims()).length);
    const skipped = report.claims.filter(({ verdict }) => verdict === 'skipped');
    expect(skipped.length).toBeGreaterThan(0);
    expect(skipped.length).toBeLessThan(report.claims.length);
    expect(skipped.every(({ reason }) => reason === 'the run was stopped before it')).toBe(true);
    expect(existsSync(join(stopped, 'report.html'))).toBe(true);
  });
});

/** Waits until some claim has ended, for as long as the command runs. */
async function firstReport(child: ChildProcess, path: string): Promise<void> {
  // One without claims is there from the start.
  while (!existsSync(path) || readReport(path).claims.length === 0) {
    expect(child.exitCode, 'the command ended before it could be interrupted').toBe(null);
    await sleep(20);
  }
}
