import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readReport } from '../reports/json.js';
import { NONE } from '../reports/gate.js';
import { COMMANDS } from '../src/cli/commands.js';
import schema from '../src/cli/gate-config.schema.json' with { type: 'json' };
import { METHOD_NAMES } from '../src/gate/methods.js';
import type { ClaimResult, Report } from '../src/verdict.js';
import { MAIN, openCommandLines, ownProcess, type CommandLines, type Ended } from './support/omg.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

/** Gradient descent, with the sign given. Its first word is what it is called. */
const optimizer = (name: string, sign: '+' | '-', before = ''): string =>
  `${before}
  const at = (rate, t) => (Array.isArray(rate) ? rate[t - 1] : rate);
  export default { name: '${name}', start(x0, { learningRate }) {
    let x = Array.from(x0);
    return { query: x, x, step({ t, gradient: g }) { x = x.map((value, i) => value ${sign} at(learningRate, t) * g[i]); return { query: x, x }; } };
  } };`;

/** The same over JSON lines, which tells on standard error what it was called with. */
const PROGRAM = `
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
writeFileSync('called.json', JSON.stringify([process.cwd(), ...process.argv.slice(2)]));
const sessions = new Map();
const numbers = (v) => '[' + v.map((x) => (Number.isFinite(x) ? (Object.is(x, -0) ? '-0.0' : String(x)) : '"' + x + '"')).join(',') + ']';
const point = (x) => '"query":' + numbers(x) + ',"x":' + numbers(x);
for await (const line of createInterface({ input: process.stdin })) {
  const r = JSON.parse(line, (_, v) => ({ NaN, Infinity, '-Infinity': -Infinity })[v] ?? v);
  let said = '';
  if (r.op === 'hello') said = '"protocol":1,"echo":' + numbers(r.echo) + ',"implementation":{"name":"program"},"dtype":"float64","capabilities":["step"]';
  if (r.op === 'init') { sessions.set(r.session, { x: r.x0, rate: r.config.learningRate }); said = point(r.x0); }
  if (r.op === 'step') { const s = sessions.get(r.session); const rate = Array.isArray(s.rate) ? s.rate[r.t - 1] : s.rate; s.x = s.x.map((v, i) => v - rate * r.gradient[i]); said = point(s.x); }
  process.stdout.write('{"id":' + r.id + ',"ok":true' + (said === '' ? '' : ',' + said) + '}\\n');
  if (r.op === 'bye') process.exit(0);
}`;

const { GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, ...clear } = process.env;
const environment: NodeJS.ProcessEnv = { ...clear, NO_COLOR: '1' };

let folder: string;
let lines: CommandLines;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gate-config-'));
  mkdirSync(join(folder, 'sub', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'right.mjs'), optimizer('right', '-'));
  writeFileSync(join(folder, 'sub', 'wrong.mjs'), optimizer('wrong', '+'));
  writeFileSync(join(folder, 'sub', 'lib', 'program.mjs'), PROGRAM);
  writeFileSync(join(folder, 'known.json'), JSON.stringify({ version: 1, like: 'gradient-descent', expected: [] }));
  lines = openCommandLines({ cwd: folder, env: environment });
});
afterAll(async () => {
  await lines.end();
  rmSync(folder, { recursive: true, force: true });
});

let names = 0;
const fresh = (what: string): string => `${what}-${(names += 1)}`;

/** A config of its own, below the folder. */
function config(value: unknown, where = '.'): string {
  const file = join(where, `${fresh('config')}.json`);
  writeFileSync(join(folder, file), typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const run = (...args: readonly string[]): Promise<Ended> => lines.run(['gate', ...args]);
const reportIn = (...path: readonly string[]): Report => readReport(join(folder, ...path, 'report.json'));

const right = { name: 'right', module: 'right.mjs', like: 'gradient-descent' };
const FEW = { cases: 5, seed: 1 };

describe('several optimizers', () => {
  const out = 'several';
  let ended: Ended;
  beforeAll(async () => {
    const subjects = [
      right,
      { name: 'gone', command: ['there-is-no-such-program'], like: 'gradient-descent' },
      { name: 'wrong', module: 'sub/wrong.mjs', like: 'gradient-descent' },
      { name: 'manners', module: 'right.mjs', like: 'none', claims: ['manners-repeats', 'manners-run'] },
      { name: 'program', command: [process.execPath, 'sub/lib/program.mjs', 'two words', '$HOME; exit 3', '*'], like: 'gradient-descent', claims: ['identity'] },
    ];
    ended = await run('--config', config({ $schema: 'omg-oracle/config-schema.json', ...FEW, out, subjects }));
  });

  test('are judged one by one, a line each, and what cannot be started does not stop the others', () => {
    expect([ended.status, ended.stderr]).toEqual([3, '']);
    expect(ended.stdout.split('\n').slice(0, 5)).toEqual([
      expect.stringMatching(/^✓ right {2}PASSED: \d+ hold, 1 inapplicable\.$/u),
      expect.stringMatching(/^✗ gone {2}DID NOT RUN: 1 crashed, \d+ inconclusive\. manners-hello: .*could not be started/u),
      expect.stringMatching(/^✗ wrong {2}FAILED: \d+ violated\. identity: /u),
      expect.stringMatching(/^✓ manners {2}PASSED on manners; not judged: .*\. 4 hold\.$/u),
      expect.stringMatching(/^✓ program {2}PASSED on .*\. 3 hold\.$/u),
    ]);
  });

  test('stand side by side at the end, each claim with the verdict that the report has', () => {
    const table = ended.stdout.split('\n').filter((line) => /^(claim|manners|identity|guarantee)/u.test(line));
    expect(table[0]).toMatch(/^claim +right +gone +wrong +manners +program$/u);
    const starts = ['right', 'gone', 'wrong', 'manners', 'program'].map((name) => table[0]!.indexOf(` ${name}`) + 1);
    for (const line of table.slice(1)) {
      const [claim] = line.split(' ');
      ['right', 'gone', 'wrong', 'manners', 'program'].forEach((name, i) => {
        const cell = line.slice(starts[i], starts[i + 1]).trim();
        const found = reportIn(out, name).claims.find(({ id }) => id === claim);
        expect(cell.split(' ')[1] ?? '', `${name} ${claim}`).toBe(found?.verdict ?? '');
      });
    }
  });

  test('have a folder each, as a run of their own has, and one summary', () => {
    expect(readdirSync(join(folder, out)).toSorted()).toEqual(['gone', 'manners', 'program', 'right', 'summary.md', 'wrong']);
    expect(readdirSync(join(folder, out, 'gone')).toSorted()).toEqual(['badge.json', 'junit.xml', 'report.html', 'report.json', 'results.sarif', 'summary.md']);
    const summary = readFileSync(join(folder, out, 'summary.md'), 'utf8');
    expect(summary).toMatch(/^## ❌ 3 of 5 optimizers passed\n/u);
    expect(summary).toContain('| Claim | right | gone | wrong | manners | program |');
    // Those that passed are told in a line.
    expect([...summary.matchAll(/^## .*$/gmu)].map(([line]) => line)).toEqual([
      expect.anything(),
      expect.stringContaining('never introduced itself'),
      expect.stringContaining('wrong, judged as gradient-descent: failed'),
    ]);
  });

  test('get their arguments as they are: no shell reads them', () => {
    expect(JSON.parse(readFileSync(join(folder, 'called.json'), 'utf8'))).toEqual([expect.stringContaining('gate-config') as unknown, 'two words', '$HOME; exit 3', '*']);
  });

  test.runIf(POSIX)('say of themselves the command line that judges them alone, and it says the same (needs POSIX)', async () => {
    // A line for a shell has more quotes than words without one.
    const alike = ({ claims, worstCases, subject, totals, exitStatus }: Report): unknown => ({
      worstCases,
      totals,
      exitStatus,
      subject: { ...subject, source: null },
      claims: claims.map(({ seconds: _seconds, replay: _replay, ...claim }: ClaimResult) => claim),
    });
    for (const name of ['right', 'wrong', 'program']) {
      const before = reportIn(out, name);
      const { command } = before;
      // Counterexamples of before would run first.
      rmSync(join(folder, out, name), { recursive: true });
      const script = `omg-oracle() { "${process.execPath}" "${MAIN}" "$@"; }\n${command}`;
      const child = spawn('bash', ['-c', script], { cwd: folder, env: environment, stdio: 'ignore' });
      const [status] = (await once(child, 'close')) as [number];
      expect([status, name]).toEqual([before.exitStatus, name]);
      expect(alike(reportIn(out, name)), name).toEqual(alike(before));
    }
  });

  test('are told to a workflow: annotations for each, the summary once', async () => {
    const [step, out] = [join(folder, fresh('step')), fresh('workflow')];
    const { stdout, status } = await ownProcess(
      [
        'gate',
        '--config',
        config({ ...FEW, out, subjects: [{ ...right, claims: ['identity'] }, { name: 'wrong', module: 'sub/wrong.mjs', like: 'gradient-descent', claims: ['identity'] }] }),
      ],
      { cwd: folder, env: { ...environment, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: step } },
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=sub\/wrong\.mjs,title=identity%3A violated::/mu);
    expect(readFileSync(step, 'utf8')).toBe(readFileSync(join(folder, out, 'summary.md'), 'utf8'));
  });

  test('programs that no system starts are told of as what they are', async () => {
    const commands = { empty: [''], nul: ['a\u0000b'], folder: ['sub'], argument: [process.execPath, 'a\u0000b'] };
    const { status, stdout } = await run(
      '--config',
      config({ ...FEW, out: fresh('unstartable'), subjects: Object.entries(commands).map(([name, command]) => ({ name, command, like: 'nesterov' })) }),
    );
    expect(status).toBe(3);
    for (const name of Object.keys(commands)) expect(stdout).toMatch(new RegExp(`^✗ ${name}  DID NOT RUN: 1 crashed, .* could not be started`, 'mu'));
  });

  test('what is no program is said in words', async () => {
    const { stdout } = await run('--config', config({ ...FEW, out: fresh('no-program'), subjects: [{ name: 'gone', command: ['there-is-no-such-program'] }] }));
    expect(stdout).toContain('the process could not be started: there is no such program\n');
  });

  test('--json: all reports, and nothing else', async () => {
    const { stdout, status } = await run('--config', config({ ...FEW, out: fresh('json'), subjects: [{ ...right, claims: ['identity'] }] }), '--json');
    const { exitStatus, subjects } = JSON.parse(stdout) as { exitStatus: number; subjects: readonly { name: string; folder: string; report: Report }[] };
    expect([status, exitStatus, subjects.map(({ name, report }) => [name, report.seed, report.complete])]).toEqual([0, 0, [['right', 1, true]]]);
    expect(readReport(join(folder, subjects[0]!.folder, 'report.json'))).toEqual(subjects[0]!.report);
  });
});

describe('the file', () => {
  test('is found in the current folder where no optimizer is named, and an optimizer that is named is judged alone', async () => {
    const cwd = join(folder, fresh('here'));
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'right.mjs'), optimizer('right', '-'));
    const options = { cwd, env: environment };
    expect((await ownProcess(['gate', '--cases', '5'], options)).stderr).toMatch(/got neither, and there is no omg-oracle\.config\.json here\n/u);
    writeFileSync(join(cwd, 'omg-oracle.config.json'), JSON.stringify({ ...FEW, subjects: [{ ...right, claims: ['identity'] }] }));
    const [all, one] = [
      await ownProcess(['gate'], options),
      await ownProcess(['gate', 'right.mjs', '--like', 'gradient-descent', '--claims', 'identity', '--cases', '5', '--out', 'one'], options),
    ];
    expect([all.status, one.status]).toEqual([0, 0]);
    expect(all.stdout).toMatch(/^✓ right {2}PASSED/u);
    expect(one.stdout).toMatch(/^right \(javascript/u);
    expect(readdirSync(join(cwd, 'reports', 'out'))).toEqual(['right', 'summary.md']);
  });

  test('has paths from its own folder, and its programs run there', async () => {
    const subjects = [
      { name: 'up', module: '../right.mjs', like: 'gradient-descent', claims: ['identity'], expected: '../known.json' },
      { name: 'program', command: [process.execPath, 'lib/program.mjs'], like: 'gradient-descent', claims: ['identity'] },
      { name: 'whole', module: join(folder, 'right.mjs'), like: 'gradient-descent', claims: ['identity'] },
    ];
    const { status, stderr } = await run('--config', config({ ...FEW, out: '../from-below', subjects }, 'sub'));
    expect([status, stderr]).toEqual([0, '']);
    expect(basename((JSON.parse(readFileSync(join(folder, 'sub', 'called.json'), 'utf8')) as string[])[0]!)).toBe('sub');
    expect(reportIn('from-below', 'up').command).toBe(
      'omg-oracle gate right.mjs --like gradient-descent --claims identity --cases 5 --expected known.json --out from-below/up --seed 1',
    );
    if (POSIX) expect(reportIn('from-below', 'program').command).toContain(`--command 'cd sub && exec ${process.execPath} lib/program.mjs'`);
  });

  test('says less than the command line: --seed, --cases and --out go before it, one seed is drawn where none is given', async () => {
    const file = config({ cases: 7, out: 'never', subjects: [{ ...right, claims: ['identity'], cases: 6 }, { ...right, name: 'other', claims: ['identity'] }] });
    const out = fresh('given');
    expect((await run('--config', file, '--seed', '5', '--cases', '4', '--out', out)).stdout).toContain(
      `\nAgain: npx omg-oracle gate --config ${file} --cases 4 --out ${out} --seed 5\n`,
    );
    expect(existsSync(join(folder, 'never'))).toBe(false);
    for (const name of ['right', 'other']) expect(reportIn(out, name).command).toMatch(new RegExp(`--cases 4 --out ${out}/${name} --seed 5$`, 'u'));
    const drawn = await run('--config', file, '--out', out);
    const { seed, command } = reportIn(out, 'right');
    expect([reportIn(out, 'other').seed, command]).toEqual([seed, expect.stringContaining('--cases 6 ')]);
    expect(reportIn(out, 'other').command).toContain('--cases 7 ');
    expect(drawn.stdout).toContain(` --seed ${seed}\n`);
  });

  test('of several methods the optimizer is judged as each', async () => {
    const out = fresh('each');
    const { status } = await run(
      '--config',
      config({ ...FEW, out, subjects: [{ name: 'two', module: 'right.mjs', like: ['gradient-descent', 'nesterov'], claims: ['identity'] }] }),
    );
    expect(status).toBe(1);
    expect([reportIn(out, 'two-gradient-descent').exitStatus, reportIn(out, 'two-nesterov').exitStatus]).toEqual([0, 1]);
  });

  test('has known failures and bounds for each', async () => {
    const expected = `${fresh('known')}.json`;
    const entry = { claim: 'identity', verdict: 'violated', reason: 'the sign', issue: '', expires: '2999-01-01' };
    writeFileSync(join(folder, expected), JSON.stringify({ version: 1, like: 'gradient-descent', expected: [entry] }));
    const wrong = { name: 'wrong', module: 'sub/wrong.mjs', like: 'gradient-descent', claims: ['identity'], expected };
    const bounds = { ...right, claims: ['worst-case'], 'require-worst-case': ['f(x_N) - f* <= L*R^2/N', 'f(x_1) - f* <= L*R^2/1000'] };
    const [known, broken] = [
      await run('--config', config({ ...FEW, out: fresh('known'), subjects: [wrong] })),
      await run('--config', config({ ...FEW, out: fresh('bound'), subjects: [bounds] })),
    ];
    expect([known.status, broken.status]).toEqual([0, 1]);
    expect(known.stdout).toMatch(/^✓ wrong {2}PASSED on .*, 1 fails as expected\.$/mu);
    expect(known.stdout).toMatch(/^identity +– as expected$/mu);
  });

  test('fits its schema, whose methods and names are the program’s', () => {
    const { subject, method } = schema.$defs;
    expect(method.enum).toEqual([...METHOD_NAMES, NONE]);
    const options = COMMANDS.find(({ name }) => name === 'gate')!.options.map(({ name }) => name);
    expect(Object.keys(subject.properties).filter((name) => !['name', 'module'].includes(name) && !options.includes(name))).toEqual([]);
    expect(() => new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)).not.toThrow();
    const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { exports: Record<string, string> };
    expect(exports['./config-schema.json']).toBe('./dist/src/cli/gate-config.schema.json');
    expect(JSON.parse(readFileSync(new URL('../src/cli/gate-config.schema.json', import.meta.url), 'utf8'))).toEqual(schema);
  });
});

test('the example of docs/GATE.md is one', () => {
  const page = readFileSync(new URL('../../docs/GATE.md', import.meta.url), 'utf8');
  const [, example] = /## Several at once\n[^]*?```json\n([^]*?)```/u.exec(page)!;
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  expect([validate(JSON.parse(example!)), validate.errors]).toEqual([true, null]);
  const { $schema } = JSON.parse(example!) as { $schema: string };
  expect(existsSync(new URL(`../../${$schema.replace('./node_modules/omg-oracle/', '')}`, import.meta.url))).toBe(true);
});

describe('a mistake', () => {
  const MISTAKES: readonly (readonly [what: string, value: unknown, message: RegExp])[] = [
    ['an empty file', '', /the file is empty/u],
    ['no JSON', 'subjects: mine', /it is not JSON/u],
    ['a file that is cut off', '{ "subjects": [', /the file is cut off after 15 characters/u],
    ['a file in another encoding', Buffer.from([0xff, 0xfe, 0x7b, 0x00]).toString('latin1'), /is not JSON/u],
    ['a list', [], /the file must be object/u],
    ['null', 'null', /the file must be object/u],
    ['a text', '"omg"', /the file must be object/u],
    ['nesting without end', '['.repeat(100_000), /nested more than 100 levels deep/u],
    ['no subjects', {}, /the file has no "subjects"/u],
    ['subjects that are none', { subjects: [] }, /subjects must NOT have fewer than 1 items/u],
    ['too many', { subjects: Array.from({ length: 101 }, (_, i) => ({ ...right, name: `s${i}` })) }, /subjects must NOT have more than 100 items/u],
    ['a name that is no key', { subject: [right] }, /the file has no "subjects"|Did you mean "subjects"\?/u],
    ['a slip in a key', { subjects: [{ ...right, lik: 'nesterov' }] }, /subjects\[0\] has "lik", which means nothing there\. Did you mean "like"\?/u],
    ['a key of nowhere', { subjects: [right], bananas: 1 }, /the file has "bananas", which means nothing there\. It can have .*subjects/u],
    ['a key of the language', '{ "subjects": [{ "name": "a", "module": "right.mjs", "__proto__": {} }] }', /subjects\[0\] has "__proto__", which means nothing there/u],
    ['a slip in a method', { subjects: [right, { ...right, name: 'b', like: 'nestrov' }] }, /subjects\[1\]\.like is "nestrov"\. Did you mean "nesterov"\?/u],
    ['a slip in one of several', { subjects: [{ ...right, like: ['nesterov', 'adagrd'] }] }, /subjects\[0\]\.like\[1\] is "adagrd"\. Did you mean "adagrad"\?/u],
    ['a method twice', { subjects: [{ ...right, like: ['nesterov', 'nesterov'] }] }, /subjects\[0\]\.like must NOT have duplicate items/u],
    ['a command line in place of words', { subjects: [{ name: 'a', command: 'python3 mine.py' }] }, /subjects\[0\]\.command must be array, and is "python3 mine\.py"/u],
    ['a seed that is none', { seed: -1, subjects: [right] }, /seed must be >= 0, and is -1/u],
    ['half a session', { cases: 0.5, subjects: [right] }, /cases must be/u],
    ['no name', { subjects: [{ module: 'right.mjs' }] }, /subjects\[0\] has no "name"/u],
    ['a name twice', { subjects: [right, right] }, /two are called "right"\. Give each a name of its own/u],
    ['a name twice, but for capitals', { subjects: [right, { ...right, name: 'Right' }] }, /two are called "Right", but for capitals/u],
    ['a name that another becomes', { subjects: [{ ...right, name: 'a', like: ['nesterov'] }, { ...right, name: 'a-nesterov' }] }, /two are called "a-nesterov"/u],
    ...['../up', '..', '.', '/etc', 'a/b', String.raw`a\b`, '', ' ', '-x', 'summary.md', 'a\u0000', 'ä', 'a\n::error::', 'x'.repeat(41)].map((name) =>
      [`the name ${JSON.stringify(name)}`, { subjects: [{ ...right, name }] }, /subjects\[0\]\.name is .*it is the name of a folder, too/u] as const
    ),
    [
      'optimizers twice, of which the first would be ignored',
      `{"subjects":[${JSON.stringify(right)}],"subjects":[${JSON.stringify(right)}]}`,
      /"subjects" is there twice\. Leave one of them: of two the last would count/u,
    ],
    [
      'a method twice, once in other letters',
      String.raw`{"subjects":[${JSON.stringify(right)},{"name":"b","module":"right.mjs","like":["nesterov"],"l\u0069ke":"gradient-descent"}]}`,
      /"subjects\[1\]\.like" is there twice/u,
    ],
    ['neither module nor command', { subjects: [{ name: 'a' }] }, /"a": expected an optimizer: .* got neither/u],
    ['both', { subjects: [{ ...right, command: ['true'] }] }, /"right": expected an optimizer: .* got both/u],
    ['a module that there is not', { subjects: [right, { ...right, name: 'b', module: '../../nowhere.mjs' }] }, /"b": expected a module that exists, got "\.\.\/.*nowhere\.mjs"/u],
    ['a module that is a folder', { subjects: [{ ...right, module: 'sub' }] }, /"right": expected a module, got the folder "sub"/u],
    ['a slip in a claim', { subjects: [{ ...right, claims: ['identty'] }] }, /"right": expected --claims to name claims, got "identty"; did you mean "identity"\?/u],
    ['a time that is none', { subjects: [{ ...right, 'start-timeout': '10' }] }, /"right": expected --start-timeout to be a duration/u],
    ['a bound that is none', { subjects: [{ ...right, 'require-worst-case': ['quickly'] }] }, /"right": --require-worst-case: /u],
    [
      'known failures that there are not',
      { subjects: [{ ...right, expected: 'nowhere.json' }] },
      /"right": expected the known failures in nowhere\.json, but there is no such file/u,
    ],
    ['known failures of another method', { subjects: [{ ...right, like: 'nesterov', expected: 'known.json' }] }, /"right": .*it is for --like gradient-descent/u],
    ['counterexamples that there are not', { subjects: [{ ...right, counterexamples: 'nowhere' }] }, /"right": expected a folder of counterexamples at nowhere/u],
  ];

  test.concurrent.for(MISTAKES)('%s: three lines at most, and nothing is begun', async ([, value, message], { expect }) => {
    const out = fresh('never');
    const { status, stdout, stderr } = await run('--config', config(value), '--out', out);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^omg-oracle: /u);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
    expect(stderr.length).toBeLessThan(900);
    expect(existsSync(join(folder, out))).toBe(false);
  });

  test.concurrent.for<readonly [args: readonly string[], message: RegExp]>([
    [['--config', 'nowhere.json'], /there is no such file/u],
    [['--config', '.'], /it is a folder, not a file/u],
    [['--config', 'FILE', 'right.mjs'], /expected an optimizer or --config FILE, got both/u],
    [['--config', 'FILE', '--command', 'true'], /expected an optimizer or --config FILE, got both/u],
    [['--config', 'FILE', '--like', 'nesterov'], /expected no --like beside .*; --seed, --cases, --out, --json go before what it says/u],
    [['--config', 'FILE', '--fix'], /expected no --fix beside .*: known failures are written one by one/u],
    [['--config', 'FILE', '--shard', '1/2'], /expected no --shard beside/u],
    [['--config', 'FILE', '--seed', 'today'], /expected --seed to be an integer/u],
    [['--config', 'FILE', '--watch'], /expected a module beside --watch/u],
    [['--watch'], /expected a module beside --watch/u],
    [['--watch', '--command', 'true'], /expected a module beside --watch: of a program it is not known/u],
  ])('%s', async ([args, message], { expect }) => {
    const file = config({ ...FEW, out: 'never-either', subjects: [right] });
    const { status, stdout, stderr } = await run(...args.map((word) => (word === 'FILE' ? file : word)));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
    expect(existsSync(join(folder, 'never-either'))).toBe(false);
  });

  test('a file of 100 MB is not read', async () => {
    const file = config('{');
    truncateSync(join(folder, file), 100 * 2 ** 20);
    const { status, stderr } = await run('--config', file);
    expect([status, stderr]).toEqual([2, expect.stringContaining('it has 104857600 bytes, and such a file has at most 1048576')]);
  });

  test('a folder of reports that cannot be made ends it before the first is judged', async () => {
    const out = fresh('taken');
    writeFileSync(join(folder, out), '');
    const { status, stdout, stderr } = await run('--config', config({ ...FEW, subjects: [right] }), '--out', out);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`expected to write ${out}`);
  });
});

describe('what a run before has left', () => {
  const outcomesOf = (out: string): readonly (readonly [boolean, number])[] =>
    ['first', 'second', 'third'].map((name) => [reportIn(out, name).complete, reportIn(out, name).exitStatus]);
  const three = (second: object): unknown => ({
    ...FEW,
    subjects: ['first', 'second', 'third'].map((name) => ({ ...right, name, claims: ['identity'], ...(name === 'second' ? second : {}) })),
  });

  test('is not taken for what a run came to that was killed', async () => {
    const out = fresh('killed');
    expect((await run('--config', config(three({})), '--out', out)).status).toBe(0);
    expect(readFileSync(join(folder, out, 'summary.md'), 'utf8')).toContain('3 of 3 optimizers passed');
    writeFileSync(join(folder, 'slow.mjs'), 'await new Promise((end) => setTimeout(end, 20_000));\nexport default {};');
    const child = spawn(process.execPath, [MAIN, 'gate', '--config', config(three({ module: 'slow.mjs' })), '--out', out], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'close');
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    while (!stdout.includes('PASSED')) await sleep(20);
    await sleep(200);
    child.kill('SIGKILL');
    await ended;
    expect(outcomesOf(out)).toEqual([[true, 0], [false, 4], [false, 4]]);
    expect(readFileSync(join(folder, out, 'summary.md'), 'utf8')).toContain('1 of 3 optimizers passed');
  });

  test.each(['second', 'summary.md'])('stays as it is where %s cannot be written', async (name) => {
    const out = fresh('blocked');
    expect((await run('--config', config(three({})), '--out', out)).status).toBe(0);
    rmSync(join(folder, out, name), { recursive: true });
    if (name === 'second') writeFileSync(join(folder, out, name), '');
    else mkdirSync(join(folder, out, name));
    const before = readFileSync(join(folder, out, 'first', 'report.json'), 'utf8');
    const { status, stdout, stderr } = await run('--config', config(three({})), '--out', out);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`expected to write ${join(out, name).replaceAll('\\', '/')}`);
    expect(readFileSync(join(folder, out, 'first', 'report.json'), 'utf8')).toBe(before);
  });
});

test.runIf(POSIX)('an interrupt keeps what was judged, and the rest is skipped (needs POSIX)', async () => {
  const out = fresh('interrupted');
  const subjects = [{ ...right, claims: ['identity'] }, { ...right, name: 'long', cases: 100_000 }, { ...right, name: 'later' }];
  const child = spawn(process.execPath, [MAIN, 'gate', '--config', config({ ...FEW, out, subjects })], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = once(child, 'close');
  // All of them have one from the start, of which the first is whole when the second begins.
  while (!stdout.includes('PASSED')) await sleep(20);
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(4);
  expect(['right', 'long', 'later'].map((name) => [reportIn(out, name).complete, reportIn(out, name).exitStatus])).toEqual([[true, 0], [false, 4], [false, 4]]);
  expect(stdout).toMatch(/^✓ right {2}PASSED.*\n✗ long {2}NOT COMPLETE: .*\n✗ later {2}NOT COMPLETE: /u);
  expect(readFileSync(join(folder, out, 'summary.md'), 'utf8')).toContain('1 of 3 optimizers passed');
});
