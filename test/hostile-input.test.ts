import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError, OutputError } from '../src/base/errors.js';
import { makeFolder, prepareFile, prepareOutput, writeWhole } from '../src/base/files.js';
import { JsonError, openInput, parseJson, readBytes, readJson, readText } from '../reports/input.js';
import { readReport, writeReport } from '../reports/json.js';
import { clean } from '../reports/wording.js';
import { ending } from '../src/cli/ending.js';
import { run } from '../src/cli/run.js';
import { openDoor } from '../src/gate/door.js';
import { SAID, cut } from '../src/gate/json-lines.js';
import { SubjectFailure } from '../src/gate/protocol.js';
import { SIGNALS, fault, interrupted, prepare } from './fuzz/interrupts.js';
import { READ, WRITTEN, faults, pairs, picked, specialFiles } from './fuzz/special-files.js';
import { HAS_PROC } from './support/marked-processes.js';
import { MAIN } from './support/omg.js';
import { POSIX } from './support/posix.js';
import { REFUTED, verifyReport } from './support/verify-report.js';
import './support/uncounted.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-input-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WANTED = { expected: 'a thing in THERE', remedy: 'Give another.' };

let made = 0;
function file(content: string | Uint8Array): string {
  const path = join(folder, `file-${(made += 1)}`);
  writeFileSync(path, content);
  return path;
}

function message(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof InputError || error instanceof OutputError || error instanceof JsonError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('a file that was handed in', () => {
  test.runIf(POSIX && has('mkfifo'))('is not waited for where it is a pipe (needs POSIX)', () => {
    const path = join(folder, 'pipe');
    spawnSync('mkfifo', [path]);
    expect(message(() => readBytes(path, WANTED, 100))).toBe('expected a thing in THERE, but it is a pipe, not a file. Give another.');
  });

  test.runIf(POSIX)('is no device, whatever could be read from it (needs POSIX)', () => {
    for (const device of ['/dev/zero', '/dev/null', '/dev/urandom']) expect(message(() => readBytes(device, WANTED, 100))).toContain('but it is a device, not a file');
  });

  test('is no folder', () => expect(message(() => readBytes(folder, WANTED, 100))).toContain('but it is a folder, not a file'));

  test.runIf(POSIX)('is what a link leads to, and none where it leads in a circle (needs POSIX)', () => {
    const [link, loop] = [join(folder, 'link'), join(folder, 'loop')];
    symlinkSync(file('7'), link);
    symlinkSync('loop', loop);
    expect(readText(link, WANTED, 1)).toBe('7');
    expect(message(() => readBytes(loop, WANTED, 100))).toContain('its links lead in a circle');
  });

  test.runIf(POSIX)('has a size that fits, of which nothing is read before (skipped on Windows: there a file of 4 TiB takes 4 TiB)', () => {
    expect(readBytes(file('0123456789'), WANTED, 10).toString()).toBe('0123456789');
    expect(message(() => readBytes(file('0123456789x'), WANTED, 10))).toContain('it has 11 bytes, and such a file has at most 10');
    const path = join(folder, 'sparse');
    const sparse = openSync(path, 'w');
    ftruncateSync(sparse, 2 ** 42);
    closeSync(sparse);
    const before = performance.now();
    expect(message(() => readBytes(path, WANTED, 2 ** 30))).toContain(`it has ${2 ** 42} bytes`);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test.runIf(HAS_PROC)('ends where its size says: what the kernel makes up has none', () => {
    expect(readBytes('/proc/self/maps', WANTED, 100)).toHaveLength(0);
    expect(message(() => readJson('/proc/self/maps', WANTED, 100))).toContain('the file is empty');
  });

  test('is in UTF-8, with or without a mark', () => {
    expect(readJson(file('\ufeff{"a":1}'), WANTED, 100)).toEqual({ a: 1 });
    for (const bytes of [Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\ufeff{}', 'utf16le'), Buffer.from([0xed, 0xa0, 0x80])])
      expect(message(() => readText(file(bytes), WANTED, 100))).toContain('it is not text in UTF-8');
  });

  test('is opened, and told of by its own name', () => {
    const { file: opened, size } = openInput(file('1234'), WANTED);
    closeSync(opened);
    expect(size).toBe(4);
    expect(message(() => openInput(join(folder, 'none'), WANTED))).toContain('there is no such file');
    // Windows tells of neither more than that there is no such file.
    if (!POSIX) return;
    expect(message(() => openInput(join(file(''), 'below'), WANTED))).toContain('a part of that path is a file');
    expect(message(() => openInput(join(folder, 'x'.repeat(300)), WANTED))).toContain('that name is too long');
  });
});

describe('JSON that somebody else wrote', () => {
  test('may be nested as deep as anything here is, and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(100))).toBeInstanceOf(Array);
    for (const text of [nested(101), nested(20_000), '['.repeat(20_000), '{"a":'.repeat(20_000), `{"x":"]]]]","y":${nested(101)}}`])
      expect(message(() => parseJson(text))).toBe('it is nested more than 100 levels deep');
  });

  test('is not deep where brackets are in its strings, nor where they close again', () => {
    const brackets = JSON.stringify({ a: '['.repeat(500), b: `\\"${'{'.repeat(500)}`, 'c\\': '\\[' });
    expect(parseJson(brackets)).toEqual(JSON.parse(brackets));
    expect(parseJson(`[${'[],'.repeat(500)}[]]`)).toHaveLength(501);
  });

  test('has no more values than memory is for', () => {
    expect(parseJson(`[${'0,'.repeat(200_000)}0]`)).toHaveLength(200_001);
    expect(message(() => parseJson(`[${'{},'.repeat(2_000_000)}0]`))).toBe('it has more than 2000000 values');
  });

  test('says where it ends to be JSON, in no words of the language', () => {
    expect(message(() => parseJson('{"a": 1,\n  "b": 2,, }'))).toMatch(/^it is not JSON(?: \(line 2, column 1\d\))?$/);
    for (const text of ['', 'undefined', '{', '[1,]', '{"a":}', '"', 'nul', '1e', '01', '\u0000']) {
      const said = message(() => parseJson(text));
      expect(said).toMatch(/^it is not JSON(?: \(line \d+, column \d+\))?$/);
    }
  });

  test('makes no prototypes', () => {
    const value = parseJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('what is written', () => {
  test.runIf(HAS_PROC)('ends where no folder can be made', () => {
    for (const dir of ['/proc/none/deeper/still', '/proc/1/none', '/dev/null/x', join(folder, 'x'.repeat(300), 'y')]) {
      expect(message(() => prepareOutput(dir))).toContain(`expected to write ${dir}, but `);
      expect(message(() => prepareOutput(dir))).not.toMatch(/E[A-Z]{4,}/);
    }
  });

  test('makes each folder above', () => {
    makeFolder(join(folder, 'a', 'b', 'c'));
    expect(statSync(join(folder, 'a', 'b', 'c')).isDirectory()).toBe(true);
    expect(() => makeFolder(join(file('x'), 'y', 'z'))).toThrow(/ENOTDIR|EEXIST/);
  });

  test.runIf(POSIX)('takes the place of no device, pipe or folder (needs POSIX)', () => {
    expect(message(() => writeWhole('/dev/null', 'x'))).toContain('expected to write /dev/null, but it is a pipe, a socket or a device, not a file');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    mkdirSync(join(folder, 'taken'));
    expect(message(() => prepareFile(join(folder, 'taken'), '--save FILE'))).toContain('it is a folder, not a file. Choose another place with --save FILE');
  });

  test('is tried before, and nothing is left of that', () => {
    const place = join(folder, 'place');
    prepareFile(join(place, 'one.json'), '--certificate FILE');
    prepareOutput(place);
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('what comes from elsewhere', () => {
  test.each([
    ['a command of GitHub', '::error file=x::mine', ':\\u003aerror file=x::mine'],
    ['a command, indented by any space', '\u00a0\t ::error::mine', '\u00a0\t :\\u003aerror::mine'],
    ['a command on a later line', 'why\n::warning::mine', 'why\n:\\u003awarning::mine'],
    ['a command after a carriage return', 'why\r::warning::mine', 'why\\u000d::warning::mine'],
    ['a command within a line', 'so ::error::mine', 'so :\\u003aerror::mine'],
    ['an older command', 'so ##[error]mine', 'so #\\u0023[error]mine'],
    ['a command of Azure', '##vso[task.complete result=Succeeded;]', '#\\u0023vso[task.complete result=Succeeded;]'],
    ['a command of TeamCity', "##teamcity[buildStatus text='ok']", "#\\u0023teamcity[buildStatus text='ok']"],
    ['a section of GitLab', '\u001b[0Ksection_start:1:a\r\u001b[0Kmine', '\\u001b[0Ksection_start:1:a\\u000d\\u001b[0Kmine'],
    ['directions', 'a\u202eb\u2066c\u061cd\u200fe', 'a\\u202eb\\u2066c\\u061cd\\u200fe'],
    ['separators', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
    ['marks of no width', 'a\u200bb\ufeffc\u00add\u{e0041}', 'a\\u200bb\\ufeffc\\u00add\\udb40\\udc41'],
    ['controls', '\u0000\u0007\u007f\u009b2J', '\\u0000\\u0007\\u007f\\u009b2J'],
    ['half a pair', 'a\ud800b', 'a\\ud800b'],
  ])('is shown where it is %s', (_, text, shown) => expect(clean(text)).toBe(shown));

  test.each(['std::vec::Vec', 'x̄_T ≤ λL‖w*‖²/(2T)', 'a\n\tb', '# Title\n## Part [1]', 'e\u0301 日本語 🎉', 'C:\\u0041'])(
    'is left as it is: %j',
    (text) => expect(clean(text)).toBe(text),
  );

  test.runIf(POSIX)('is shown by every command, and JSON means the same (skipped on Windows: it has no files of such names)', async () => {
    const said = { out: '', err: '' };
    const terminal = {
      out: (text: string) => void (said.out += text),
      err: (text: string) => void (said.err += text),
      command: () => undefined,
      interactive: false,
      colour: false,
    };
    const name = '::error::\u001b[2J\u202e\n##[error]mine';
    expect(await run(['report', join(folder, name)], terminal, new AbortController().signal)).toBe(2);
    expect(said.err).toContain('::error::\\u001b[2J\\u202e\n#\\u0023[error]mine, but there is no such file');
    expect(await run(['init', join(folder, `so ${name}`), '--json'], terminal, new AbortController().signal)).toBe(0);
    expect(said.out).not.toMatch(/\u202e| ::error|##\[/);
    expect((JSON.parse(said.out) as { files: readonly string[] }).files[0]).toContain(`so ${name}`);
  });
});

describe('what an optimizer says of itself', () => {
  test('is cut, and not in the middle of a character', () => {
    expect(cut('abcde', 5)).toBe('abcde');
    expect(cut('abcdef', 5)).toBe('abcd…');
    expect(cut('abc🎉🎉', 5)).toBe('abc…');
  });

  test.runIf(POSIX)('is cut where it enters, by either door (needs POSIX)', async () => {
    const module = join(folder, 'long.mjs');
    writeFileSync(module, `export default { name: 'n'.repeat(1e5), version: 'v'.repeat(1e5), start() { throw new Error('m'.repeat(3e7)); } };`);
    const door = openDoor({ module });
    try {
      const { implementation: { name, version } } = await door.hello();
      expect([name, version]).toEqual([`${'n'.repeat(SAID.name - 1)}…`, `${'v'.repeat(SAID.name - 1)}…`]);
      const failure = await door.init('a', { x0: new Float64Array(1), config: {}, problem: { horizon: 1 } }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SubjectFailure);
      const { message: said, details } = failure as SubjectFailure;
      expect(said.length).toBeLessThan(SAID.message + 100);
      expect(details.length).toBeLessThanOrEqual(SAID.details);
    } finally {
      await door.end();
    }
    const answers = `import json,sys
for line in sys.stdin:
    r = json.loads(line)
    a = {"id": r["id"], "ok": True, "protocol": 1, "echo": r.get("echo"), "dtype": "float64", "capabilities": ["step"], "implementation": {"name": "é" * 1000}} if r["op"] == "hello" else {"id": r["id"], "ok": False, "error": {"kind": "invalid", "message": "m" * 100000, "traceback": "t" * 100000}}
    print(json.dumps(a), flush=True)`;
    const program = openDoor({ command: `python3 -c '${answers}'` });
    try {
      expect((await program.hello()).implementation.name).toHaveLength(SAID.name);
      const failure = (await program.init('a', { x0: new Float64Array(1), config: {}, problem: { horizon: 1 } }).catch((error: unknown) => error)) as SubjectFailure;
      expect(failure.details).toHaveLength(SAID.details);
    } finally {
      await program.end();
    }
  });
});

describe('an unexpected error', () => {
  test('is one sentence, without a stack, and with one for who asks', () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'x')");
    expect(ending(error, false)).toBe(
      'omg-oracle: expected the run to come to its end, but a mistake in omg-oracle itself. The same command with --debug shows where it happened.\n',
    );
    expect(ending(error, true)).toContain('hostile-input.test');
    expect(ending(Object.assign(new Error("EMFILE: too many open files, open '/x'"), { code: 'EMFILE', syscall: 'open', path: '/x' }), false)).toContain(
      'too many files are open (ulimit -n says how many may be), at /x.',
    );
    expect(ending(Object.assign(new Error('EPROTO: protocol error, read'), { code: 'EPROTO', syscall: 'read' }), false)).toContain('but protocol error.');
    expect(ending('::error::mine', false)).not.toContain('mine');
  });

  const shell = (line: string, ...args: string[]): SpawnSyncReturns<string> => spawnSync('bash', ['-c', line, process.execPath, MAIN, ...args], { encoding: 'utf8' });

  test.runIf(HAS_PROC)('on a full disk under standard output is status 3', () => {
    const { status, stderr } = shell('exec "$0" "$@" > /dev/full', 'claims');
    expect([status, stderr]).toEqual([
      3,
      'omg-oracle: expected the run to come to its end, but the disk is full, on writing to standard output. The same command with --debug shows where it happened.\n',
    ]);
    expect(shell('exec "$0" "$@" --debug > /dev/full', 'claims').stderr).toMatch(/the disk is full[^]*\n {4}at /);
  });

  test.runIf(HAS_PROC)('under standard error changes no status', () => expect(shell('exec "$0" "$@" 2> /dev/full', 'report', join(folder, 'none')).status).toBe(2));

  test.runIf(HAS_PROC)('for want of file descriptors is status 3', () => {
    const { status, stderr } = shell('ulimit -n 24; exec "$0" "$@"', 'verify', '--out', join(folder, 'few'));
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^omg-oracle: .*too many files are open.*--debug shows where it happened\.\n$/)]);
  });

  test('is looked for by an option that every command has', () => {
    const { status, stdout } = spawnSync(process.execPath, [MAIN, 'claims', 'theorem-1-rate', '--debug', '--json'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { id: string }).id).toBe('theorem-1-rate');
  });
});

describe.runIf(POSIX)('special files (needs POSIX)', () => {
  let special: ReturnType<typeof specialFiles>;
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(join(folder, 'special-'));
    special = specialFiles(place);
  });
  afterAll(() => special.close());

  test('there are more than 35, and places for them', () => {
    expect(special.files.length).toBeGreaterThan(35);
    expect(READ.length + WRITTEN.length).toBeGreaterThan(20);
    const all = pairs(special.files);
    expect(new Set(picked(all, 1, 50)).size).toBe(50);
    expect(picked(all, 7, 20)).toEqual(picked(all, 7, 20));
  });

  /** What has hung, or filled the memory, before it was refused; and some by chance. */
  const SOME = ['pipe', 'dev-zero', 'folder', 'socket', 'loop', 'sparse', 'deep-in-a-report', 'deep-objects', 'proc-mem', 'no-utf8', 'named-::error::\n##[error]\u202e'];
  test.concurrent.for(['report', 'certificate check', 'trace check', 'gate', 'resnet --resume'])('%s: none hangs, each is refused by its name', async (name, { expect }) => {
    const chosen = pairs(special.files).filter(({ place: one, file: { name: what } }) => one.name === name && SOME.includes(what));
    expect(chosen.length).toBeGreaterThan(5);
    for (const pair of chosen) expect(await faults(pair, place)).toEqual([]);
  });

  test('a few of all', async () => {
    for (const pair of picked(pairs(special.files), 2, 16).toSorted((a, b) => Number(WRITTEN.includes(a.place)) - Number(WRITTEN.includes(b.place))))
      expect(await faults(pair, place)).toEqual([]);
  });
});

describe.runIf(HAS_PROC)('interrupts', () => {
  beforeAll(() => prepare(folder));

  test.concurrent.for(['verify', 'gate', 'resnet', 'trace check'])('of %s end it in time, with 4, and leave what was promised', async (name, { expect }) => {
    const one = interrupted(folder).find((each) => each.name === name)!;
    // Beside other tests nothing is as fast as it is alone: the script in test/fuzz holds each to two seconds.
    for (const [i, signal] of SIGNALS.entries()) expect(await fault(one, signal, 200 + 600 * i, folder, 20_000)).toBeNull();
  });

  test('twice end it at once', async () => {
    const child = spawn(process.execPath, [MAIN, 'verify', '--cases', '100000', '--out', join(folder, 'twice')], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([4, null]);
  });

  test('leave no report of a run before in the place of their own', async () => {
    const out = join(folder, 'stale');
    writeReport(out, verifyReport([REFUTED]));
    const child = spawn(process.execPath, [MAIN, 'verify', '--cases', '100000', '--out', out], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    while (readFileSync(join(out, 'report.json'), 'utf8').includes('"complete": true')) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readReport(join(out, 'report.json'))).toMatchObject({ complete: false, exitStatus: 4 });
  });
});
