import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReport } from '../reports/json.js';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor } from '../src/gate/door.js';
import { parseExpectations, type Expectations, type ExpectedFailure } from '../src/gate/expectations.js';
import type { MethodName } from '../src/gate/methods.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import type { ClaimResult, Counterexample, Report } from '../src/verdict.js';
import { cargo, python } from './support/interpreters.js';
import { left } from './support/marked-processes.js';
import { MAIN, openCommandLines, ownProcess, type CommandLines, type Ended } from './support/omg.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const fixture = (name: string): string => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
/** The command line is tried here, not the sessions. */
const FEW = ['--cases', '5', '--seed', '1'];
const IDS = ['manners-hello', ...gateClaims.map(({ id }) => id), 'manners-bye'];
const PYTHON = python();
const CARGO = cargo();

const optimizer = (sign: '+' | '-', before = ''): string =>
  `${before}
  const at = (rate, t) => (Array.isArray(rate) ? rate[t - 1] : rate);
  export default { name: 'plain', version: '1', start(x0, { learningRate }) {
    let x = Array.from(x0);
    return { query: x, x, step({ t, gradient: g }) { x = x.map((value, i) => value ${sign} at(learningRate, t) * g[i]); return { query: x, x }; } };
  } };`;

let folder: string;
let lines: CommandLines;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gate-cli-'));
  writeFileSync(join(folder, 'right.mjs'), optimizer('-'));
  writeFileSync(join(folder, 'wrong.mjs'), optimizer('+'));
  // One step behind its schedule, and wrong in nothing else.
  writeFileSync(join(folder, 'late.mjs'), optimizer('-').replace('rate[t - 1]', 'rate[Math.max(0, t - 2)]'));
  writeFileSync(join(folder, 'crash.mjs'), optimizer('-', 'process.exit(3);'));
  lines = openCommandLines({ cwd: folder, env: environment() });
});
afterAll(async () => {
  await lines.end();
  rmSync(folder, { recursive: true, force: true });
});

let names = 0;
const fresh = (what: string): string => `${what}-${(names += 1)}`;

/** What a workflow's step would set is not there unless a test sets it. */
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1', ...more };
};

/** A process of its own, where the process is what is tried, or its variables. */
const apart = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => ownProcess(args, { cwd: folder, env: environment(env) });

const reportIn = (out: string): Report => readReport(join(folder, out, 'report.json'));
const verdictOf = (report: Report, id: string): string | undefined => report.claims.find((claim) => claim.id === id)?.verdict;

/** The report without what differs between two runs that are alike. */
function timeless({ startedAt: _startedAt, finishedAt: _finishedAt, command: _command, claims, ...rest }: Report): unknown {
  return { ...rest, claims: claims.map(({ seconds: _seconds, replay: _replay, ...claim }: ClaimResult) => claim) };
}

describe('the exit status', () => {
  test.concurrent('0: what is right passes, and every file is written', async ({ expect }) => {
    const out = fresh('right');
    const { status, stdout, stderr } = await apart(['gate', 'right.mjs', '--like', 'gradient-descent', ...FEW, '--out', out]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^plain 1 \(javascript, float64\), judged as gradient-descent\n[^]*\nPASSED: /);
    expect(readdirSync(join(folder, out)).toSorted()).toEqual(['badge.json', 'junit.xml', 'report.html', 'report.json', 'results.sarif', 'summary.md']);
    const report = reportIn(out);
    expect(report).toMatchObject({ complete: true, exitStatus: 0, seed: 1, subject: { name: 'plain', door: 'module', like: 'gradient-descent', guess: null, restarts: 0 } });
    expect(report.claims.map(({ id }) => id)).toEqual(IDS);
    expect(report.command).toBe(`omg-oracle gate right.mjs --like gradient-descent --cases 5 --out ${out} --seed 1`);
  });

  test.concurrent('1: what is wrong fails, with a counterexample that its command finds again', async ({ expect }) => {
    const out = fresh('wrong');
    const { status, stdout, stderr } = await apart(['gate', 'wrong.mjs', '--like', 'gradient-descent', '--claims', 'manners-repeats,identity', ...FEW, '--out', out]);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/\n✗ violated: identity\n/);
    const { counterexample, replay } = reportIn(out).claims.find(({ id }) => id === 'identity')!;
    expect(counterexample).toMatchObject({ claim: 'identity', origin: 'search', seed: expect.any(Number) as unknown, evidence: { dimension: 1, steps: 1 } });
    expect(JSON.parse(readFileSync(join(folder, out, 'counterexamples', 'identity.json'), 'utf8'))).toEqual(counterexample);
    expect(replay).toBe(`omg-oracle gate wrong.mjs --like gradient-descent --claims identity --seed 1 --out ${out}`);
    const again = await apart([...replay!.split(' ').slice(1), '--json']);
    expect(again.status).toBe(1);
    expect((JSON.parse(again.stdout) as Report).claims.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['manners-hello holds', 'identity violated', 'manners-bye holds']);
  });

  test.concurrent('3: what does not run', async ({ expect }) => {
    const out = fresh('crash');
    const { status, stdout } = await apart(['gate', 'crash.mjs', '--like', 'gradient-descent', ...FEW, '--out', out]);
    expect(status).toBe(3);
    expect(stdout).toContain('the process ended with exit status 3');
    expect(reportIn(out)).toMatchObject({ complete: true, subject: null, exitStatus: 3 });
  });

  test.concurrent('4: nothing that was asked for says anything of it', async ({ expect }) => {
    const { status, stdout } = await apart(['gate', 'right.mjs', '--like', 'gradient-descent', '--claims', 'manners-state', ...FEW, '--out', fresh('nothing')]);
    expect(status).toBe(4);
    expect(stdout).toContain('INCONCLUSIVE: no claim was decided');
  });

  test.concurrent.for<readonly [name: string, args: readonly string[], file: string | null, ...messages: RegExp[]]>([
    ['a module and a command', ['right.mjs', '--command', 'true'], null, /got both/],
    ['--fix with --claims', ['right.mjs', '--claims', 'identity', '--expected', 'e.json', '--fix'], null, /expected --fix without --claims/],
    ['a time that is none', ['right.mjs', '--request-timeout', '10'], null, /expected --request-timeout to be a duration/],
    ['no sessions', ['right.mjs', '--cases', '0'], null, /expected --cases to be an integer from 1/],
    ['expected failures that are no JSON', ['right.mjs', '--expected', 'FILE'], '{"version": 1', /it is not JSON/],
    ['expected failures that are no JSON, to be mended', ['right.mjs', '--expected', 'FILE', '--fix'], 'mine', /it is not JSON/],
    ['expected failures of another method', ['right.mjs', '--like', 'nesterov', '--expected', 'FILE'], '{"version":1,"like":"adagrad","expected":[]}', /it is for --like adagrad/],
  ])('2, before anything is started: %s', async ([, args, text, ...messages], { expect }) => {
    const [file, out] = [fresh('expected.json'), fresh('never')];
    if (text !== null) writeFileSync(join(folder, file), text);
    const { status, stdout, stderr } = await lines.run(['gate', ...args.map((word) => (word === 'FILE' ? file : word)), '--out', out]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^omg-oracle: [^]*\n$/);
    expect(stderr).not.toMatch(/\n {4}at /);
    for (const message of messages) expect(stderr).toMatch(message);
    expect(existsSync(join(folder, out))).toBe(false);
    if (text !== null) expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });
});

describe('expected failures', () => {
  const args = ['--like', 'gradient-descent', ...FEW];
  let file: Expectations;
  beforeAll(async () => {
    const { status } = await lines.run(['gate', 'late.mjs', ...args, '--expected', 'fixed.json', '--fix', '--out', fresh('fix')]);
    expect(status).toBe(0);
    file = parseExpectations(readFileSync(join(folder, 'fixed.json'), 'utf8'), 'fixed.json');
  });

  /** A run that expects this. */
  async function expecting(expected: readonly ExpectedFailure[], subject = 'late.mjs', ...more: string[]): Promise<Ended & { readonly report: Report }> {
    const [path, out] = [fresh('expected.json'), fresh('expecting')];
    writeFileSync(join(folder, path), JSON.stringify({ ...file, expected }));
    const ended = await lines.run(['gate', subject, ...args, '--expected', path, '--out', out, ...more]);
    return { ...ended, report: reportIn(out) };
  }
  const entry = (): ExpectedFailure => file.expected[0]!;

  test('--fix has written what fails, and with that the same run passes', async () => {
    expect(file.like).toBe('gradient-descent');
    expect(file.expected).toEqual([{
      claim: 'identity-schedule',
      verdict: 'violated',
      reason: 'TODO: say why',
      issue: '',
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown,
    }]);
    const { status, stdout, report } = await expecting(file.expected);
    expect([status, report.exitStatus, report.expectations]).toEqual([0, 0, []]);
    expect(stdout).toMatch(/\nPASSED: .*, 1 fails as expected\./);
    expect(report.claims.find(({ id }) => id === 'identity-schedule')).toMatchObject({ verdict: 'violated', expectation: { met: true } });
  });

  test.concurrent.for<readonly [string, change: () => readonly ExpectedFailure[], subject: string, message: RegExp | null]>([
    ['an entry is left out', () => [], 'late.mjs', null],
    ['an entry passes', () => [entry()], 'right.mjs', /^identity-schedule is expected to be violated, and it passes: remove the entry$/],
    ['an entry names no claim', () => [entry(), { ...entry(), claim: 'identty' }], 'late.mjs', /^identty is expected to be violated, but no claim of that name was run/],
    ['an entry has expired', () => [{ ...entry(), expires: '2020-02-29' }], 'late.mjs', /^identity-schedule was expected to be violated until 2020-02-29/],
    ['an entry has another verdict', () => [{ ...entry(), verdict: 'garbled' }], 'late.mjs', /^identity-schedule is expected to be garbled, but it is violated/],
  ])('status 1 where %s', async ([, change, subject, message], { expect }) => {
    const { status, stdout, report } = await expecting(change(), subject);
    expect([status, report.exitStatus]).toEqual([1, 1]);
    expect(stdout).toContain('\nFAILED: ');
    expect(report.expectations).toEqual(message === null ? [] : [expect.stringMatching(message)]);
    if (message !== null) expect(stdout).toContain(report.expectations![0]);
  });

  test.concurrent('of no method are for a run with --like none, which may pass, and for one without --like, which may not', async ({ expect }) => {
    const path = fresh('expected.json');
    writeFileSync(join(folder, path), JSON.stringify({ version: 1, like: null, expected: [] }));
    const run = (...like: string[]): Promise<Ended> =>
      lines.run(['gate', 'right.mjs', ...like, ...FEW, '--claims', 'manners-repeats', '--expected', path, '--out', fresh('nobody')]);
    const [none, without, named] = [await run('--like', 'none'), await run(), await run('--like', 'gradient-descent')];
    expect([none.status, without.status, named.status]).toEqual([0, 4, 2]);
    expect(none.stdout).toMatch(/\nPASSED on manners; not judged: symmetries, that it is any method, /);
    expect(without.stdout).toMatch(/\nNOT JUDGED: no method was named.* run again with --like gradient-descent \(agrees in 12 of 12 sessions\), or with --like none/);
    expect(named.stderr).toContain('it is for a run without --like');
  });

  test.concurrent('with --claims nothing is said of the others', async ({ expect }) => {
    const { status, report } = await expecting(file.expected, 'late.mjs', '--claims', 'identity');
    expect([status, report.expectations]).toEqual([0, []]);
  });

  test.concurrent('what is wrong in many ways passes with all of them, too', async ({ expect }) => {
    const out = fresh('many');
    expect((await lines.run(['gate', 'wrong.mjs', ...args, '--expected', 'many.json', '--fix', '--out', out])).status).toBe(0);
    const failing = reportIn(out).claims.filter(({ verdict }) => verdict === 'violated').map(({ id }) => id);
    expect(failing).toEqual(expect.arrayContaining(['identity', 'identity-schedule']));
    expect(parseExpectations(readFileSync(join(folder, 'many.json'), 'utf8'), 'many.json').expected.map(({ claim }) => claim)).toEqual(failing);
  });

  test.concurrent('what does not run is 3, whatever is expected', async ({ expect }) => {
    expect((await expecting(file.expected, 'crash.mjs')).status).toBe(3);
  });

  test.concurrent('--fix forgets what passes by now', async ({ expect }) => {
    copyFileSync(join(folder, 'fixed.json'), join(folder, 'mended.json'));
    expect((await lines.run(['gate', 'right.mjs', ...args, '--expected', 'mended.json', '--fix', '--out', fresh('mended')])).status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'mended.json'), 'utf8'))).toEqual({ ...file, expected: [] });
  });
});

describe('counterexamples that are known', () => {
  const args = ['gate', 'wrong.mjs', '--like', 'gradient-descent', '--claims', 'identity', '--cases', '5'];
  const found = (out: string): Counterexample => reportIn(out).claims.find(({ id }) => id === 'identity')!.counterexample!;
  let first: string;
  beforeAll(async () => {
    first = fresh('known');
    expect((await lines.run([...args, '--seed', '1', '--out', first])).status).toBe(1);
  });

  test('run first, from the folder of the run before, whatever the seed', async () => {
    const before = found(first);
    expect(before).toMatchObject({ origin: 'search', seed: expect.any(Number) as unknown });
    expect((await lines.run([...args, '--seed', '77', '--out', first])).status).toBe(1);
    expect(found(first)).toEqual({ ...before, origin: 'committed', seed: null, path: null });
    expect(reportIn(first).claims.find(({ id }) => id === 'identity')?.cases).toBe(0);
  });

  test.concurrent('or from one that is given; what is right passes them', async ({ expect }) => {
    const out = fresh('given');
    const dir = join(folder, first, 'counterexamples');
    expect((await lines.run([...args, '--seed', '77', '--counterexamples', dir, '--out', out])).status).toBe(1);
    expect(found(out).origin).toBe('committed');
    expect((await lines.run(['gate', 'right.mjs', ...args.slice(2), '--seed', '77', '--counterexamples', dir, '--out', out])).status).toBe(0);
  });

  test.concurrent('mean nothing as another method', async ({ expect }) => {
    const out = fresh('other');
    const other = args.map((word) => (word === 'gradient-descent' ? 'heavy-ball' : word));
    expect((await lines.run([...other, '--seed', '1', '--counterexamples', join(folder, first, 'counterexamples'), '--out', out])).status).toBe(1);
    expect(found(out).origin).toBe('search');
  });
});

describe('what is printed', () => {
  const args = ['gate', 'late.mjs', '--like', 'gradient-descent', ...FEW];

  test.concurrent('--json: the report and nothing else, and with one seed the same again', async ({ expect }) => {
    const [one, other] = [fresh('json'), fresh('json')];
    const first = await apart([...args, '--json', '--out', one], { GITHUB_ACTIONS: 'true' });
    expect([first.status, first.stderr]).toEqual([1, '']);
    const report = JSON.parse(first.stdout) as Report;
    expect(timeless(report)).toEqual(timeless(JSON.parse(readFileSync(join(folder, one, 'report.json'), 'utf8')) as Report));
    expect((await lines.run([...args, '--json', '--out', other])).status).toBe(1);
    expect(timeless(reportIn(other))).toEqual(timeless(reportIn(one)));
  });

  test.concurrent('in a workflow: at most ten annotations beside the file, and a summary after those of other steps', async ({ expect }) => {
    const summary = join(folder, fresh('summary.md'));
    writeFileSync(summary, '# before\n');
    // The starts of sessions cannot be had: every claim fails in its own way.
    writeFileSync(join(folder, 'throws.mjs'), 'export default { name: "throws", capabilities: ["state"], restore() {}, start() { throw new Error("no"); } };');
    const { status, stdout } = await apart(['gate', 'throws.mjs', '--like', 'gradient-descent', ...FEW, '--out', fresh('workflow')], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(status).toBe(3);
    const annotations = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations).toHaveLength(10);
    for (const line of annotations) expect(line).toMatch(/^::error file=throws\.mjs,title=[^:]+::/);
    expect(annotations.at(-1)).toMatch(/::and \d+ more: see the step summary or report\.html$/);
    expect(readFileSync(summary, 'utf8')).toMatch(/^# before\n## ❌ throws, judged as gradient-descent: failed\n/);
  });

  test.concurrent('without --like: the nearest method, and what needs none is judged', async ({ expect }) => {
    const out = fresh('guess');
    const { status, stdout } = await lines.run(['gate', '--command', `"${process.execPath}" "${fixture('hostile.mjs')}" exit-3 never`, ...FEW, '--out', out]);
    expect(status).toBe(4);
    const report = reportIn(out);
    expect(report.subject).toMatchObject({ door: 'command', like: null, guess: 'gradient-descent (agrees in 12 of 12 sessions)' });
    expect(verdictOf(report, 'identity')).toBe('inapplicable');
    expect(stdout).toContain('run again with --like gradient-descent');
    expect(report.claims.map(({ id }) => id)).toEqual(IDS);
  });

  test.concurrent('without --seed one is drawn, and told', async ({ expect }) => {
    const out = fresh('drawn');
    const { stdout } = await lines.run(['gate', 'right.mjs', '--like', 'gradient-descent', '--claims', 'manners-repeats', '--cases', '5', '--out', out]);
    expect(stdout).toContain(`--seed ${reportIn(out).seed}\n`);
  });
});

describe.runIf(POSIX)('an interrupt (needs POSIX)', () => {
  test.concurrent.for([['hangs', 'hang-ignoring-sigterm', 'step', 'SIGINT'], ['is only slow', 'exit-3', 'never', 'SIGTERM']] as const)(
    'in the middle of an optimizer that %s: what ended is in the report, the rest is skipped, and no expectation is written',
    async ([, mischief, operation, signal], { expect }) => {
      const [mark, out, expected] = [`interrupt-${process.pid}-${mischief}`, fresh('stopped'), fresh('expected.json')];
      const command = `"${process.execPath}" "${fixture('hostile.mjs')}" ${mischief} ${operation}`;
      const child = spawn(process.execPath, [
        MAIN,
        'gate',
        '--command',
        command,
        '--like',
        'gradient-descent',
        '--cases',
        '3000',
        '--seed',
        '1',
        '--out',
        out,
        '--expected',
        expected,
        '--fix',
      ], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: environment({ HOSTILE_MARK: mark, HOSTILE_AFTER: '9000' }),
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const ended = once(child, 'exit') as Promise<[number | null]>;
      // Two claims are through: the introduction, and the first that has sessions.
      const done = (): number => (existsSync(join(folder, out, 'report.json')) ? reportIn(out).claims.length : 0);
      while (done() < 2) {
        expect(child.exitCode, 'it ended before it could be interrupted').toBe(null);
        await sleep(20);
      }
      child.kill(signal);
      const since = performance.now();
      expect((await ended)[0]).toBe(4);
      expect(performance.now() - since).toBeLessThan(8000);
      const report = reportIn(out);
      expect(report).toMatchObject({ complete: false, exitStatus: 4 });
      expect(report.claims.map(({ id }) => id)).toEqual(IDS);
      expect(report.claims[1]).toMatchObject({ id: 'manners-repeats', verdict: 'holds' });
      expect(report.claims.at(-1)).toMatchObject({ verdict: 'skipped', reason: 'the run was stopped before it' });
      expect(existsSync(join(folder, out, 'report.html'))).toBe(true);
      expect(stderr).toBe(`omg-oracle: ${expected} was left as it is: it is written from a complete run only\n`);
      expect(existsSync(join(folder, expected))).toBe(false);
      expect(await left(mark)).toEqual([]);
    },
  );
});

describe.runIf(POSIX)('init writes what the gate passes (needs POSIX)', () => {
  /** Does what `init` says is to be done. */
  async function followed(language: string): Promise<readonly string[]> {
    const dir = fresh(language);
    const { status, stdout } = await lines.run(['init', dir, '--language', language, '--json']);
    expect(status).toBe(0);
    const { files, commands } = JSON.parse(stdout) as { files: string[]; commands: string[] };
    for (const path of files) expect(existsSync(join(folder, path))).toBe(true);
    // The package is not installed there, and nothing is to be fetched.
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${MAIN}' "$@" --cases 5 --seed 1\n`, { mode: 0o755 });
    for (const command of commands) {
      const ran = spawnSync('sh', ['-c', command], {
        cwd: join(folder, dir),
        encoding: 'utf8',
        env: environment({ PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, CARGO_NET_OFFLINE: 'true' }),
      });
      expect([command, ran.status, ran.status === 0 ? '' : ran.stdout + ran.stderr]).toEqual([command, 0, '']);
    }
    const report = readReport(join(folder, dir, 'reports', 'out', 'report.json'));
    expect(report).toMatchObject({ exitStatus: 0, subject: { like: 'nesterov', restarts: 0 } });
    return report.claims.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id);
  }

  test('JavaScript', async () => expect(await followed('javascript')).toEqual([]));
  test.skipIf(PYTHON === null)('Python (skipped where there is none)', async () => expect(await followed('python')).toEqual([]));
  test.skipIf(CARGO === null)('Rust (skipped where there is no cargo)', async () => expect(await followed('rust')).toEqual(['manners-state', 'manners-arrays']));
});

describe('mistakes of the wild, found by the gate', () => {
  const MANNERS = gateClaims.filter(({ id }) => id.startsWith('manners') || id === 'identity');
  const SCHEDULE = gateClaims.filter(({ id }) => id === 'identity-schedule');
  /** What does not hold, and the hint of identity. */
  async function judged(
    module: string,
    like: MethodName,
    claims = [...MANNERS, ...SCHEDULE],
    variables: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly failing: readonly string[]; readonly hint: string | null }> {
    const door = openDoor({ module, limits: { start: 40_000, request: 40_000 }, env: { ...process.env, ...variables } });
    const { results } = await runGate({
      door,
      like,
      claims,
      cases: 50,
      seed: 1,
      signal: new AbortController().signal,
      known: [],
      saboteurs: gateSaboteurs,
      onResult: () => undefined,
    });
    const failing = results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable');
    expect(failing.every(({ verdict, counterexample }) => verdict === 'violated' && counterexample !== null)).toBe(true);
    return { failing: failing.map(({ id }) => id), hint: failing.find(({ hint }) => hint !== undefined)?.hint ?? null };
  }

  /** Most are found by identity, without a known name. */
  const OTHERWISE: { readonly [name: string]: { readonly failing?: readonly string[]; readonly hint?: RegExp } } = {
    'paddle-nesterov-sign': { hint: /nesterov momentum sign/ },
    'aidotnet-velocity': { hint: /momentum multiplies gradient/ },
    'bitsandbytes-nesterov-ignored': { hint: /nesterov flag ignored/ },
    'keras-momentum': { failing: ['identity-schedule'] },
    'dampened-first-step': { hint: /first step dampened/ },
    'lookahead-from-old-buffer': { hint: /nesterov flag ignored/ },
    'adagrad-other-epsilon': { hint: /epsilon misplaced/ },
    'adagrad-initial-accumulator': { hint: /accumulator starts at a tenth/ },
    'x-for-query': { hint: /query is the iterate/ },
    'nesterov-sign': { hint: /lookahead sign/ },
    'nesterov-simple-weights': { hint: /fista weights simple/ },
    'shared-buffer': { failing: ['manners-sessions'] },
    'forgetful-checkpoint': { failing: ['manners-state'] },
    'late-rate': { failing: ['identity-schedule'] },
    'global-step-count': { failing: ['manners-repeats', 'manners-sessions', 'manners-run', 'manners-nonfinite', 'identity'] },
    noisy: { failing: ['manners-repeats', 'manners-sessions', 'manners-run', 'manners-nonfinite', 'identity'] },
    // NaN is answered a step late, and everywhere.
    'stale-gradient': { failing: ['manners-nonfinite', 'identity'] },
    'gradient-clipped': { failing: ['manners-nonfinite', 'identity'] },
  };

  test('each of them', async () => {
    const { wild } = await import(new URL('../../test/fixtures/wild.mjs', import.meta.url).href) as { wild: readonly { name: string; like: MethodName }[] };
    expect(wild.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(OTHERWISE)));
    const left = [...wild];
    const worker = async (): Promise<void> => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) {
        const { name, like } = one;
        const { failing = ['identity'], hint } = OTHERWISE[name] ?? {};
        const told = await judged(fixture('wild.mjs'), like, [...MANNERS, ...(failing.includes('identity-schedule') ? SCHEDULE : [])], { OMG_ORACLE_FIXTURE: name });
        expect({ name, ...told }).toEqual({ name, failing, hint: hint === undefined ? null : expect.stringMatching(hint) as unknown });
      }
    };
    await Promise.all([worker(), worker(), worker()]);
  });

  test.concurrent('TensorFlow.js: a momentum that cannot be set is another trajectory', async ({ expect }) => {
    const { failing } = await judged(fixture('tfjs-set-momentum-zero.mjs'), 'sgd-momentum');
    expect(failing).toEqual(['identity', 'identity-schedule']);
  });

  test.concurrent('TensorFlow.js: momenta that go by position are found by sessions that take turns', async ({ expect }) => {
    const { failing } = await judged(fixture('tfjs-shared-slots.mjs'), 'sgd-momentum');
    expect(failing).toEqual(expect.arrayContaining(['manners-repeats', 'manners-sessions', 'manners-run']));
  });
});
