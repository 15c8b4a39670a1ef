import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReport, writeReport } from '../reports/json.js';
import { conclusion } from '../src/runner/exit-status.js';
import type { GateClaim } from '../src/gate/claim.js';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor } from '../src/gate/door.js';
import { runGate, type GateRun, type KeptCounterexample } from '../src/gate/run-gate.js';
import type { Limits } from '../src/gate/subject-process.js';
import type { Report, Verdict } from '../src/verdict.js';
import { HAS_PROC, left, marked } from './support/marked-processes.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

const concluded = ({ subject, results: claims, complete }: GateRun): Pick<Report, 'totals' | 'exitStatus'> => conclusion({ subject, expectations: [], claims, complete });

// The compiled tests lie two folders below the package.
const HOSTILE = fileURLToPath(new URL('../../test/fixtures/hostile.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
/** Every claim, once each, in this order. */
const IDS = ['manners-hello', ...gateClaims.map(({ id }) => id), 'manners-bye'];
/** Enough for who turns at the end, and is right until then: those that turn in the middle, and those that never do, go through all. */
const MANNERS = gateClaims.filter(({ id }) => id.startsWith('manners-'));
/** Few sessions a claim: what is tried is the way through all of them. */
const CASES = 2;

/** How each mischief shows, wherever it is done. */
const EVERYWHERE: { readonly [verdict in Verdict]?: readonly string[] } = {
  crashed: ['exit-0', 'exit-3', 'throw', 'abort', 'sigkill', 'sigsegv', 'half-a-line-then-exit', 'grandchild-holds-the-pipe', 'answer-then-exit-3', 'close-stdout'],
  'timed-out': ['hang', 'spin', 'hang-ignoring-sigterm', 'stop', 'half-a-line-then-hang', 'trickle'],
  garbled: [
    'endless-line',
    'endless-json',
    'flood-of-garbage',
    'flood-of-answers',
    'flood-of-nothing',
    'garbage',
    'empty',
    'half-a-line',
    'list',
    'null',
    'number',
    'bom',
    'nul',
    'latin1',
    'deep',
    'deep-and-closed',
    'deep-id',
    'wrong-id',
    'string-id',
    'no-id',
    'ok-missing',
    'ok-string',
    'banner',
    'answer-twice',
    'skipped-without-reason',
    'refused-without-error',
    'refused-for-no-known-reason',
  ],
  errored: ['exception', 'invalid'],
};
/** Only an introduction can go wrong like this. */
const INTRODUCTIONS: { readonly [verdict in Verdict]?: readonly string[] } = {
  garbled: ['echo-without-the-sign', 'echo-flushed', 'echo-unsigned', 'echo-of-null', 'dtype-unknown', 'protocol-missing'],
  errored: ['protocol-2', 'protocol-2-refused', 'unsupported', 'skipped'],
};
/** Only an answer with numbers can go wrong like this. */
const ANSWERS: { readonly [verdict in Verdict]?: readonly string[] } = {
  garbled: [
    'query-too-long',
    'query-empty',
    'query-of-null',
    'query-null',
    'query-missing',
    'query-overflows',
    'query-of-strings',
    'query-of-booleans',
    'query-nested',
    'query-object',
    'query-deep',
    'bare-nan',
    'x-too-short',
    'average-too-long',
    'meta-grows',
    'prototype',
    'not-finite',
  ],
};
const HARMLESS = ['crlf', 'unknown-members', 'slowly', 'flood-on-stderr', 'answer-then-grandchild'];

type Place = 'start' | 'middle' | 'end';
interface Subject {
  readonly mischief: string;
  readonly place: Place;
  readonly verdict: Verdict;
}

function subjects(table: { readonly [verdict in Verdict]?: readonly string[] }, ...places: Place[]): Subject[] {
  return Object.entries(table).flatMap(([verdict, names]) => names.flatMap((mischief) => places.map((place) => ({ mischief, place, verdict: verdict as Verdict }))));
}

const ALL: readonly Subject[] = [
  ...subjects(EVERYWHERE, 'start', 'middle'),
  ...subjects({ ...EVERYWHERE, garbled: ['flood-of-garbage', 'garbage', 'latin1', 'wrong-id', 'ok-missing', 'answer-twice', 'refused-without-error'] }, 'end'),
  ...subjects(INTRODUCTIONS, 'start'),
  ...subjects(ANSWERS, 'middle'),
  { mischief: 'close-stdin', place: 'start', verdict: 'crashed' },
  { mischief: 'close-stdin', place: 'middle', verdict: 'crashed' },
  { mischief: 'close-stdin', place: 'end', verdict: 'timed-out' },
];

/** The answer that was asked for is right, and what follows it is not: the next question finds out. */
const LATE: readonly string[] = ['answer-then-exit-3', 'flood-of-answers', 'answer-twice', 'close-stdin'];

/** When a subject turns. In the middle: the claims before it are through, and it comes again in every process. */
const TURNS: { readonly [place in Place]: { readonly operation: string; readonly after: number } } = {
  start: { operation: 'hello', after: 0 },
  middle: { operation: 'step', after: 400 },
  end: { operation: 'bye', after: 0 },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let marks = 0;
const nextMark = (): string => `gate-${process.pid}-${(marks += 1)}`;

const commandOf = (mischief: string, operation: string): string => `exec "${process.execPath}" "${HOSTILE}" ${mischief} ${operation}`;
const environment = (mark: string, after: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
  HOSTILE_MARK: mark,
  HOSTILE_AFTER: String(after),
});

/** Who does not answer is waited for, and only there does a short time not hurt who is merely slow on a busy machine. */
function limitsOf({ verdict, place }: Pick<Subject, 'verdict' | 'place'>): Partial<Limits> {
  if (verdict !== 'timed-out') return { start: 40_000, request: 40_000 };
  return place === 'start' ? { start: 600 } : { start: 40_000, request: place === 'end' ? 1500 : 500, grace: 200 };
}

interface Judged {
  readonly run: GateRun;
  readonly status: number;
  readonly mark: string;
}

/** A whole run, and its report as it was written and read again. */
async function judged(
  mischief: string,
  operation: string,
  after: number,
  limits: Partial<Limits>,
  more: NodeJS.ProcessEnv = {},
  claims: readonly GateClaim[] = gateClaims,
): Promise<Judged> {
  const ids = ['manners-hello', ...claims.map(({ id }) => id), 'manners-bye'];
  const mark = nextMark();
  const door = openDoor({ command: commandOf(mischief, operation), limits, env: environment(mark, after, more) });
  const seen: string[] = [];
  const run = await runGate({
    door,
    like: 'gradient-descent',
    claims,
    cases: CASES,
    seed: 1,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: ({ id }) => seen.push(id),
  });
  expect(seen).toEqual(ids);
  const { totals, exitStatus: status } = concluded(run);
  const time = new Date().toISOString();
  const out = mkdtempSync(join(folder, 'report-'));
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'omg-oracle', version: '0' },
    command: 'omg-oracle gate',
    seed: 1,
    startedAt: time,
    finishedAt: time,
    subject: run.subject,
    expectations: [],
    claims: run.results,
    totals,
    exitStatus: status,
    complete: run.complete,
  };
  const written = readReport(writeReport(out, report));
  expect(written.claims.map(({ id }) => id)).toEqual(ids);
  expect(written.complete).toBe(true);
  return { run, status, mark };
}

const verdictsOf = ({ results }: GateRun): string[] => results.map(({ verdict }) => verdict);

describe.runIf(POSIX)('a whole run on an optimizer that misbehaves (needs POSIX)', () => {
  test('there are more than a hundred, and no mischief is left out', () => {
    expect(ALL.length).toBeGreaterThan(100);
    const { stderr } = spawnSync(process.execPath, [HOSTILE, 'none', 'never'], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    const known = /expected one of (.*), got none/.exec(stderr)![1]!.split(', ');
    const tried = new Set([...ALL.map(({ mischief }) => mischief), ...HARMLESS, 'grandchild-in-a-session-of-its-own']);
    expect(known.filter((name) => !tried.has(name))).toEqual([]);
  });

  test.concurrent.for(ALL)('$mischief, $place', async (subject, { expect }) => {
    const { mischief, place, verdict } = subject;
    const { operation, after } = TURNS[place];
    const since = performance.now();
    const { run, status, mark } = await judged(mischief, operation, after, limitsOf(subject), {}, place === 'end' ? MANNERS : gateClaims);
    expect(performance.now() - since).toBeLessThan(60_000);
    expect(await left(mark)).toEqual([]);
    expect(status).toBe(3);
    const [hello, ...others] = verdictsOf(run);
    if (place === 'start' && LATE.includes(mischief)) {
      expect([hello, others[0], others.at(-1)]).toEqual(['holds', verdict, verdict]);
      expect(['holds', verdict, 'inapplicable', 'inconclusive']).toEqual(expect.arrayContaining(others));
      return;
    }
    if (place === 'start') {
      expect(run.subject).toBe(null);
      expect([hello, ...new Set(others)]).toEqual([verdict, 'inconclusive']);
      return;
    }
    expect(run.subject).toMatchObject({ name: 'hostile', like: 'gradient-descent' });
    expect(hello).toBe('holds');
    if (place === 'middle') expect(others).toEqual(expect.arrayContaining(['holds', verdict]));
    else expect([...new Set(others.slice(0, -1)), others.at(-1)]).toEqual(['holds', 'inapplicable', verdict]);
  });
});

describe.runIf(POSIX)('(needs POSIX) a whole run on an optimizer that', () => {
  const PATIENT: Partial<Limits> = { start: 40_000, request: 40_000 };
  const applicable = (run: GateRun): GateRun['results'] => run.results.slice(1, -1).filter(({ reason }) => reason?.startsWith('it does not say that it can') !== true);

  test.concurrent.for(HARMLESS)('is odd, but right, passes: %s', async (mischief, { expect }) => {
    const { run, status, mark } = await judged(mischief, 'step', 400, PATIENT, { HOSTILE_ONCE: join(folder, `once-${mischief}`) });
    expect([status, run.subject?.restarts, new Set(verdictsOf(run))]).toEqual([0, 0, new Set(['holds', 'inapplicable'])]);
    expect(await left(mark)).toEqual([]);
  });

  test.concurrent.for([['exit-3', 'crashed'], ['garbage', 'garbled'], ['hang', 'timed-out'], ['grandchild-holds-the-pipe', 'crashed']] as const)(
    'breaks once, by %s: it is said that it passed the second time',
    async ([mischief, verdict], { expect }) => {
      const limits = mischief === 'hang' ? { start: 40_000, request: 3000 } : PATIENT;
      const { run, status, mark } = await judged(mischief, 'step', 400, limits, { HOSTILE_ONCE: join(folder, `single-${mischief}`) });
      expect([status, run.subject?.restarts]).toEqual([3, 1]);
      const broken = run.results.filter((result) => !['holds', 'inapplicable'].includes(result.verdict));
      expect(broken).toMatchObject([{ verdict, reason: expect.stringContaining('; in a new process the same case passed: the optimizer remembers what went before') as unknown }]);
      expect(await left(mark)).toEqual([]);
    },
  );

  test.concurrent.for([['exit-3', 'crashed'], ['deep', 'garbled']] as const)(
    'takes no step, by %s, is given up after some restarts, and is still told to end',
    async ([mischief, verdict], { expect }) => {
      const { run, status, mark } = await judged(mischief, 'step', 0, PATIENT);
      expect(status).toBe(3);
      expect(run.subject?.restarts).toBeLessThanOrEqual(13);
      const verdicts = applicable(run).map((result) => result.verdict);
      const tried = verdicts.filter((name) => name === verdict).length;
      expect(tried).toBeGreaterThanOrEqual(5);
      expect(verdicts.slice(tried)).toEqual(verdicts.slice(tried).fill('inconclusive'));
      expect(applicable(run).at(-1)?.reason).toMatch(/^it had to be started over 1\d times: the gate stopped$/);
      // What broke has been ended; who is told to end is a process of its own, and does.
      expect(run.results.at(-1)).toMatchObject({ id: 'manners-bye', verdict: 'holds' });
      expect(await left(mark)).toEqual([]);
    },
  );

  test.concurrent.for([['unsupported', 'inapplicable', 4], ['skipped', 'skipped', 4], ['exception', 'errored', 3]] as const)(
    'refuses every session, as %s',
    async ([mischief, verdict, expected], { expect }) => {
      const { run, status, mark } = await judged(mischief, 'init', 0, PATIENT);
      expect([status, run.subject?.restarts, new Set(applicable(run).map((result) => result.verdict))]).toEqual([expected, 0, new Set([verdict])]);
      expect(await left(mark)).toEqual([]);
    },
  );

  test.skipIf(!HAS_PROC)('leaves somebody outside of its group does not keep the gate waiting', async () => {
    const { status, mark } = await judged('grandchild-in-a-session-of-its-own', 'step', 400, PATIENT, { HOSTILE_ONCE: join(folder, 'stray') });
    expect(status).toBe(3);
    const strays = marked(mark);
    expect(strays.length).toBeGreaterThan(0);
    for (const pid of strays) process.kill(pid, 'SIGKILL');
    expect(await left(mark)).toEqual([]);
  });
});

describe.runIf(POSIX)('a run that is stopped (needs POSIX)', () => {
  /** A run on an optimizer that hangs; it is stopped after so many results. */
  async function stopped(operation: string, results: number, like: 'gradient-descent' | null = 'gradient-descent'): Promise<{ run: GateRun; took: number; mark: string }> {
    const mark = nextMark();
    const stop = new AbortController();
    let since = performance.now();
    const abort = (): void => {
      since = performance.now();
      stop.abort();
    };
    if (results === 0) abort();
    const door = openDoor({ command: commandOf('hang-ignoring-sigterm', operation), limits: { start: 100_000, request: 100_000, grace: 200 }, env: environment(mark, 0) });
    const running = runGate({
      door,
      like,
      claims: gateClaims,
      cases: CASES,
      seed: 1,
      signal: stop.signal,
      known: [],
      saboteurs: [],
      // The optimizer is in the middle of what comes after this result.
      onResult: (_, done) => void (done === results && setTimeout(abort, 300)),
    });
    if (results < 0) setTimeout(abort, 1000);
    const run = await running;
    expect(HAS_PROC ? marked(mark) : []).toEqual([]);
    return { run, took: performance.now() - since, mark };
  }

  test.concurrent.for(
    [
      ['before it starts', 'never', 0, 'gradient-descent'],
      ['while it waits for the introduction', 'hello', -1, 'gradient-descent'],
      ['while it waits for the first session', 'init', 1, 'gradient-descent'],
      ['while it guesses the method', 'step', 1, null],
      ['while it waits for a step', 'step', 1, 'gradient-descent'],
    ] as const,
  )('%s: ends at once, says so, and leaves no process', async ([, operation, results, like], { expect }) => {
    const { run, took } = await stopped(operation, results, like);
    expect(took).toBeLessThan(10_000);
    expect(run.complete).toBe(false);
    expect(run.results.map(({ id }) => id)).toEqual(IDS);
    expect(run.results.map(({ verdict }) => verdict)).toEqual(IDS.map((_, i) => (i < results ? 'holds' : 'skipped')));
    expect(run.subject?.restarts ?? 0).toBe(0);
    expect(concluded(run).exitStatus).toBe(4);
  });

  test('a case that was kept and is none ends nothing, and is told of', async () => {
    const mark = nextMark();
    const door = openDoor({ command: commandOf('exit-3', 'never'), env: environment(mark, 0) });
    const known: KeptCounterexample = {
      file: 'kept.json',
      claim: 'manners-repeats',
      variant: 'corrected',
      arithmetic: 'float64',
      generatorVersion: 1,
      origin: 'search',
      seed: 1,
      path: null,
      case: 'none',
      expected: '',
      lhs: '',
      rhs: '',
      evidence: { method: 'gradient-descent' },
      exact: false,
    };
    const claims = gateClaims.filter(({ id }) => id === 'manners-repeats');
    const run = await runGate({
      door,
      like: 'gradient-descent',
      claims,
      cases: CASES,
      seed: 1,
      signal: new AbortController().signal,
      known: [known],
      saboteurs: [],
      onResult: () => undefined,
    });
    expect(run.warnings).toEqual(['kept.json was skipped: it cannot be run (it is no case of manners-repeats)']);
    expect(concluded(run).exitStatus).toBe(0);
    expect(HAS_PROC ? marked(mark) : []).toEqual([]);
  });
});

describe.runIf(POSIX)('the command on an optimizer that misbehaves (needs POSIX)', () => {
  test.concurrent.for(
    [
      ['exit-3', 'never', [], 0],
      ['exit-3', 'hello', [], 3],
      ['hang', 'hello', ['--start-timeout', '700ms'], 3],
      ['endless-line', 'step', [], 3],
      ['stop', 'step', ['--request-timeout', '300ms'], 3],
      ['sigsegv', 'bye', [], 3],
      ['unsupported', 'init', [], 4],
    ] as const,
  )('%s at %s', async ([mischief, operation, options, expected], { expect }) => {
    const mark = nextMark();
    const out = mkdtempSync(join(folder, 'command-'));
    const args = [MAIN, 'gate', '--command', commandOf(mischief, operation), '--like', 'gradient-descent', '--cases', String(CASES), '--seed', '1', '--out', out, ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment(mark, operation === 'step' ? 400 : 0) });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const [status] = (await once(child, 'exit')) as [number | null];
    expect([status, complaints]).toEqual([expected, '']);
    expect(await left(mark)).toEqual([]);
    const report = readReport(join(out, 'report.json'));
    expect(report).toMatchObject({ complete: true, exitStatus: expected });
    expect(report.claims.map(({ id }) => id)).toEqual(IDS);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['badge.json', 'junit.xml', 'report.html', 'results.sarif', 'summary.md']));
  });
});
