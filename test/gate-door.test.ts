import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDoor, type DoorOptions } from '../src/gate/door.js';
import { SubjectFailure, type Answer, type Door, type FailureKind } from '../src/gate/protocol.js';
import { SubjectProcess, LIMITS, shown, type Limits } from '../src/gate/subject-process.js';
import { HAS_PROC, left, marked } from './support/marked-processes.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const HOSTILE = fileURLToPath(new URL('../../test/fixtures/hostile.mjs', import.meta.url));
const DOOR = new URL('../src/gate/door.js', import.meta.url).href;
/** Where no time-out is meant, none must come on a busy machine. */
const PATIENT: Partial<Limits> = { start: 40_000, request: 40_000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-door-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let marks = 0;
function hostile(mischief: string, operation: string, limits: Partial<Limits> = PATIENT, env: NodeJS.ProcessEnv = {}): { door: Door; mark: string } {
  marks += 1;
  const mark = `${process.pid}-${marks}`;
  const options: DoorOptions = { command: `exec "${process.execPath}" "${HOSTILE}" ${mischief} ${operation}`, limits, env: { ...process.env, ...env, HOSTILE_MARK: mark } };
  return { door: openDoor(options), mark };
}

const start = { x0: Float64Array.of(1, -2), config: { learningRate: 0.5 }, problem: { L: 2, horizon: 4 } };
const gradient = Float64Array.of(0.25, -0.5);

/** A whole session, and who answered last. */
async function converse(door: Door): Promise<Answer> {
  await door.hello();
  let answer = await door.init('a', start);
  for (let t = 1; t <= 4; t++) answer = await door.step('a', { t, gradient, value: 1 });
  await door.close('a');
  await door.bye();
  return answer;
}

async function failureOf(call: Promise<unknown>): Promise<SubjectFailure> {
  const outcome: unknown = await call.then((value) => new Error(`expected a failure, got ${JSON.stringify(value)}`), (error: unknown) => error);
  if (outcome instanceof SubjectFailure) return outcome;
  throw outcome;
}

type Expected = readonly [failure: FailureKind, message: RegExp, details?: RegExp];
const EVERYWHERE = ['hello', 'step', 'bye'] as const;

const anywhere: Record<string, Expected> = {
  'exit-0': ['crashed', /the process ended with exit status 0$/],
  'exit-3': ['crashed', /the process ended with exit status 3$/],
  throw: ['crashed', /exit status 1$/, /standard error ends with:[^]*this is on standard error/],
  abort: ['crashed', /was killed by SIGABRT$/],
  sigkill: ['crashed', /was killed by SIGKILL$/],
  sigsegv: ['crashed', /was killed by SIGSEGV$/],
  'half-a-line-then-exit': ['crashed', /exit status 0$/, /the unfinished line: \{"id":/],
  'grandchild-holds-the-pipe': ['crashed', /exit status 3$/],
  'close-stdout': ['crashed', /closed its standard output$/],
  'endless-line': ['garbled', /expected a line of at most 16777216 bytes, got more$/, /the line begins: xxx/],
  'endless-json': ['garbled', /expected a line of at most 16777216 bytes, got more$/, /the line begins: \{"id":/],
  'flood-of-garbage': ['garbled', /./],
  'flood-of-nothing': ['garbled', /./],
  garbage: ['garbled', /expected a JSON object, got a line that is no JSON$/, /the line: Loading model \.\.\./],
  empty: ['garbled', /no JSON, which is empty$/],
  'half-a-line': ['garbled', /no JSON/, /the line: \{"id":/],
  list: ['garbled', /expected a JSON object, got a list$/],
  null: ['garbled', /expected a JSON object, got null$/],
  number: ['garbled', /expected a JSON object, got 17$/],
  bom: ['garbled', /begins with a byte order mark$/],
  nul: ['garbled', /no JSON/],
  latin1: ['garbled', /expected a line in UTF-8/],
  deep: ['garbled', /no JSON/, /… \(1000000 characters\)/],
  'deep-and-closed': ['garbled', /expected a JSON object, got (a list|a line that is no JSON)$/],
  'deep-id': ['garbled', /./],
  'wrong-id': ['garbled', /expected \d+ in "id", got 4711$/],
  'string-id': ['garbled', /expected (\d+) in "id", got the string "\1"$/],
  'no-id': ['garbled', /in "id", got nothing$/],
  'ok-missing': ['garbled', /expected true or false in "ok", got nothing$/],
  'ok-string': ['garbled', /expected true or false in "ok", got the string "true"$/],
  banner: ['garbled', /no JSON|standard output belongs to the protocol/, /Welcome!/],
  'answer-twice': ['garbled', /expected one line for each request, got more; standard output belongs to the protocol/, /the line: \{"id"/],
  'flood-of-answers': ['garbled', /expected one line for each request, got more/],
  'skipped-without-reason': ['garbled', /expected an object in "skipped", got true$/],
  'refused-without-error': ['garbled', /expected an object in "error", got nothing$/],
  'refused-for-no-known-reason': ['garbled', /expected "unsupported" or "invalid" or "exception" in "error.kind", got the string "tired"$/],
  exception: ['errored', /^"\w+": exception: division by zero$/, /^line 7, in step$/],
  invalid: ['errored', /^"\w+": invalid: no such session$/],
  unsupported: ['unsupported', /^no lists of rates$/],
  skipped: ['skipped', /^known$/],
};

const hangs = ['hang', 'spin', 'hang-ignoring-sigterm', 'stop', 'half-a-line-then-hang', 'trickle'] as const;

const inAnswers: Record<string, Expected> = {
  'query-too-long': ['garbled', /expected 2 numbers in "query", got 3$/, /the line: \{"id":/],
  'query-empty': ['garbled', /expected 2 numbers in "query", got 0$/],
  'query-of-null': ['garbled', /expected doubles in "query", got null$/],
  'query-null': ['garbled', /expected a list of 2 doubles in "query", got null$/],
  'query-missing': ['garbled', /in "query", got nothing$/],
  'query-overflows': ['garbled', /in "query", got a number that overflows$/],
  'query-of-strings': ['garbled', /expected doubles in "query", got the string "1"$/],
  'query-of-booleans': ['garbled', /expected doubles in "query", got true$/],
  'query-nested': ['garbled', /expected 2 numbers in "query", got 1$/],
  'query-object': ['garbled', /in "query", got an object$/],
  'query-deep': ['garbled', /./],
  'bare-nan': ['garbled', /not-finite numbers are written as the strings "NaN", "Infinity", "-Infinity"$/],
  'x-too-short': ['garbled', /expected 2 numbers in "x", got 1$/],
  'average-too-long': ['garbled', /expected 2 numbers in "average", got 3$/],
  prototype: ['garbled', /in "query", got nothing$/],
};

const inHello: Record<string, Expected> = {
  'echo-without-the-sign': ['garbled', /expected 18 numbers in "echo", got 2$/],
  'echo-flushed': ['garbled', /expected the echo bit for bit, got 0\.0 for 5e-324 \(entry 2\)$/],
  'echo-unsigned': ['garbled', /expected the echo bit for bit, got 0\.0 for -0\.0 \(entry 1\)$/],
  'echo-of-null': ['garbled', /expected doubles in "echo", got null$/],
  'dtype-unknown': ['garbled', /expected "float64" or "float32" in "dtype", got the string "bfloat16"$/],
  'protocol-2': ['wrong-protocol', /the gate speaks protocol 1, the implementation 2$/],
  'protocol-2-refused': ['wrong-protocol', /the gate speaks protocol 1, the implementation 2$/],
  'protocol-missing': ['garbled', /expected 1 in "protocol", got nothing$/],
};

interface Case {
  readonly mischief: string;
  readonly operation: string;
  readonly expected: Expected;
  readonly limits: Partial<Limits>;
}

const cases: Case[] = [
  ...Object.entries(anywhere).flatMap(([mischief, expected]) => EVERYWHERE.map((operation) => ({ mischief, operation, expected, limits: PATIENT }))),
  ...hangs.flatMap((mischief) =>
    EVERYWHERE.map((operation): Case => ({
      mischief,
      operation,
      limits: operation === 'hello' ? { start: 700 } : { start: 40_000, request: 1000 },
      expected: ['timed-out', /expected an answer within (0\.7|1) s, got (none|half a line)$/],
    }))
  ),
  ...Object.entries(inAnswers).flatMap(([mischief, expected]) => ['init', 'step'].map((operation) => ({ mischief, operation, expected, limits: PATIENT }))),
  ...Object.entries(inHello).map(([mischief, expected]) => ({ mischief, operation: 'hello', expected, limits: PATIENT })),
  { mischief: 'meta-grows', operation: 'step', expected: ['garbled', /expected (\d+) numbers in "meta", got \d+$/], limits: PATIENT },
  ...(['hello', 'step'] as const).flatMap((operation): Case[] => [
    { mischief: 'answer-then-exit-3', operation, expected: ['crashed', /the process ended with exit status 3$/], limits: PATIENT },
    { mischief: 'close-stdin', operation, expected: ['crashed', /the process closed its standard input$/], limits: PATIENT },
  ]),
  { mischief: 'answer-then-exit-3', operation: 'bye', expected: ['crashed', /^"bye": expected exit status 0, the process ended with exit status 3$/], limits: PATIENT },
  { mischief: 'close-stdin', operation: 'bye', expected: ['timed-out', /^"bye": the process did not end within 3 s$/], limits: { start: 40_000, request: 3000 } },
];

describe.runIf(POSIX)('an implementation that misbehaves (needs POSIX)', () => {
  let highest = 0;
  const memory = (): number => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = memory();
  const sampler = setInterval(() => {
    highest = Math.max(highest, memory());
  }, 5);
  afterAll(() => {
    clearInterval(sampler);
    // Several lines of 16 MiB at a time, and no gigabyte.
    expect(highest - before).toBeLessThan(300 * 2 ** 20);
  });

  test('there are a hundred of them', () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.concurrent.for(cases)('$mischief at $operation', async ({ mischief, operation, expected: [kind, message, details], limits }, { expect }) => {
    const { door, mark } = hostile(mischief, operation, limits);
    const since = performance.now();
    const failure = await failureOf(converse(door));
    expect(performance.now() - since).toBeLessThan(60_000);
    expect([failure.failure, failure.message]).toEqual([kind, expect.stringMatching(message)]);
    expect(failure.details).toMatch(details ?? /^/);
    expect(failure.details.length).toBeLessThan(8192);
    // What ends the process has ended it. A refusal has not.
    if (['crashed', 'timed-out', 'garbled', 'wrong-protocol'].includes(kind)) expect(await left(mark)).toEqual([]);
    await door.end();
    expect(await left(mark)).toEqual([]);
  });

  test('a refusal carries its link', async () => {
    const { door } = hostile('skipped', 'init');
    expect((await failureOf(converse(door))).issue).toBe('https://example.org/1');
    await door.end();
  });

  test.skipIf(!HAS_PROC)('who has left the group is out of reach, and does not keep the gate waiting', async () => {
    const { door, mark } = hostile('grandchild-in-a-session-of-its-own', 'step');
    expect((await failureOf(converse(door))).message).toMatch(/exit status 3$/);
    const strays = marked(mark);
    expect(strays.length).toBeGreaterThan(0);
    for (const pid of strays) process.kill(pid, 'SIGKILL');
    expect(await left(mark)).toEqual([]);
  });
});

describe.runIf(POSIX)('an implementation that behaves (needs POSIX)', () => {
  test.concurrent.for(
    ['none', 'crlf', 'unknown-members', 'slowly', 'flood-on-stderr', 'answer-then-grandchild'].flatMap((mischief) => EVERYWHERE.map((operation) => ({ mischief, operation }))),
  )(
    'odd, but right: $mischief at $operation',
    async ({ mischief, operation }, { expect }) => {
      const { door, mark } = mischief === 'none' ? hostile('exit-3', 'never') : hostile(mischief, operation, PATIENT, { HOSTILE_ONCE: join(folder, `${mischief}-${operation}`) });
      const { query, x, average, meta } = await converse(door);
      expect({ query: [...query], x: [...x], average, meta }).toEqual({ query: [0.5, -1], x: [0.5, -1], average: null, meta: null });
      expect(await left(mark)).toEqual([]);
      expect(door.restarts).toBe(0);
    },
  );

  test('numbers that are not finite are numbers', async () => {
    const { door } = hostile('not-finite', 'init');
    expect([...(await door.init('a', start)).query]).toEqual([Number.NaN, -Infinity]);
    await door.end();
  });
});

describe.runIf(POSIX)('after a failure (needs POSIX)', () => {
  test.concurrent.for(['exit-3', 'sigkill', 'garbage', 'hang', 'flood-of-garbage', 'answer-twice'])(
    '%s: the session is lost, and the next starts a new process',
    async (mischief, { expect }) => {
      const { door, mark } = hostile(mischief, 'step', { start: 40_000, request: mischief === 'hang' ? 3000 : 40_000 }, { HOSTILE_ONCE: join(folder, `once-${mischief}`) });
      const first = await failureOf(converse(door));
      const second = await failureOf(door.step('a', { t: 2, gradient }));
      expect([second.failure, second.message]).toEqual([first.failure, `the session "a" was lost with its process: ${first.message}`]);
      expect(door.restarts).toBe(0);
      expect([...(await door.init('a', start)).x]).toEqual([1, -2]);
      expect(door.restarts).toBe(1);
      expect([...(await converse(door)).x]).toEqual([0.5, -1]);
      // The end was meant: the next start is none after a failure.
      expect([...(await converse(door)).x]).toEqual([0.5, -1]);
      expect(door.restarts).toBe(1);
      expect(await left(mark)).toEqual([]);
    },
  );

  test('a refusal ends nothing', async () => {
    const { door } = hostile('unsupported', 'init', PATIENT, { HOSTILE_ONCE: join(folder, 'refused-once') });
    expect((await failureOf(door.init('a', start))).failure).toBe('unsupported');
    expect([...(await door.init('a', start)).x]).toEqual([1, -2]);
    expect(door.restarts).toBe(0);
    await door.end();
  });
});

describe.runIf(POSIX)('a process (needs POSIX)', () => {
  test.each([
    ['/nonexistent/optimizer --fast', /ended with exit status 127: the shell did not find the command$/],
    ['/', /ended with exit status 126: the shell may not execute the command$/],
    ['kill -9 $$', /was killed by SIGKILL$/],
    ['(kill -11 $BASHPID; sh -c "kill -11 \\$\\$"); exit $?', /ended with exit status 139, as a shell reports SIGSEGV$/],
  ])('the command %s', async (command, message) => {
    const door = openDoor({ command, limits: PATIENT });
    const failure = await failureOf(door.hello());
    expect([failure.failure, failure.message]).toEqual(['crashed', expect.stringMatching(message)]);
  });

  test.each(
    [[['/nonexistent/optimizer'], /could not be started: there is no such program$/], [['sh', '-c', 'exit 7'], /ended with exit status 7$/], [
      ['a\0b'],
      /could not be started: .*null bytes/,
    ]] as const,
  )('the program %j', async (command, message) => {
    const subject = new SubjectProcess([...command] as [string, ...string[]], { limits: { ...LIMITS, ...PATIENT } });
    expect((await failureOf(subject.request('{}'))).message).toMatch(message);
    // A failure is final.
    expect((await failureOf(subject.request('{}'))).message).toMatch(message);
    await subject.end();
  });

  test('one request at a time', async () => {
    const subject = new SubjectProcess(['cat'], { limits: LIMITS });
    const first = subject.request('one');
    await expect(subject.request('two')).rejects.toThrow('expected one request at a time');
    expect(await first).toBe('one');
    expect(await subject.request('üñî → "')).toBe('üñî → "');
    await subject.end();
    expect((await failureOf(subject.request('three'))).message).toBe('the gate ended the process');
  });

  test('a time-out is for the answer, not for the silence before the question', async () => {
    const subject = new SubjectProcess(['cat'], { limits: { ...LIMITS, start: 40_000, request: 1000 } });
    await subject.request('one');
    await sleep(1500);
    expect(await subject.request('two')).toBe('two');
    await subject.end();
  });

  test('ends with this one, however that ends', async () => {
    for (const end of ['process.exit(5)', 'throw new Error("oops")', 'process.exitCode = 5; setTimeout(() => process.exit(), 1)']) {
      const mark = `exit-${end.length}-${process.pid}`;
      const script = `import { openDoor } from ${JSON.stringify(DOOR)};
        const door = openDoor({ command: 'trap "" TERM; "${process.execPath}" "${HOSTILE}" hang init; true' });
        await door.hello(); door.init('a', { x0: Float64Array.of(1), config: {}, problem: { horizon: 1 } }).catch(() => undefined); ${end}`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: { ...process.env, HOSTILE_MARK: mark } });
      expect([status, stderr]).toEqual([end.startsWith('throw') ? 1 : 5, end.startsWith('throw') ? expect.stringContaining('oops') : '']);
      expect(await left(mark)).toEqual([]);
    }
  });

  test('a gate that waits for nothing more ends', () => {
    const script = `import { openDoor } from ${JSON.stringify(DOOR)};
      const door = openDoor({ command: '"${process.execPath}" "${HOSTILE}" hang step' });
      await door.init('a', { x0: Float64Array.of(1), config: {}, problem: { horizon: 1 } }); await door.end(); await door.end(); await door.bye();`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 50_000 });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test("a session that was never begun is the gate's mistake", async () => {
  const { door } = hostile('exit-3', 'never');
  await expect(door.step('a', { t: 1, gradient })).rejects.toThrow('expected a live session, got "a"');
});

test('a line is shown in one, and cut', () => {
  expect(shown('a\tb\u{1b}[0m "c"')).toBe(String.raw`a\tb\u001b[0m "c"`);
  expect(shown('x'.repeat(201))).toBe(`${'x'.repeat(200)}… (201 characters)`);
});

test.runIf(POSIX)('an answer that is older than the end of its process is read first, however long this process looked away (needs POSIX)', async () => {
  const subject = new SubjectProcess(['sh', '-c', 'read a; echo one; read b; sleep 0.3; echo two'], { limits: { ...LIMITS, ...PATIENT } });
  const block = (milliseconds: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  expect(await subject.request('1')).toBe('one');
  const answer = subject.request('2');
  // Another process's last words and end come together. While the words are looked at the answer comes, and the end behind it: both ends are then found at
  // once, the answer not yet, and with the other's end some time passes before it is.
  const other = spawn('echo', ['last'], { stdio: ['ignore', 'pipe', 'ignore'] });
  other.stdout.once('data', () => block(800));
  other.once('exit', () => block(500));
  block(150);
  expect(await answer).toBe('two');
  expect(await subject.exited()).toEqual({ status: 0, signal: null });
  await subject.end();
});
