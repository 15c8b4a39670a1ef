/**
 * Interrupts at random moments: each run is to end within two seconds, with the status of one that was interrupted (or the one that it had come to by
 * then), to leave no process behind, and, where a report is promised, a whole one that says of itself that it is not complete.
 *
 *     npm run build && node dist/test/fuzz/interrupts.js [--seed S] [--times 30] [--only verify]
 *
 * ends with status 1 where one does otherwise. It needs /proc.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { readReport } from '../../reports/json.js';
import { openTrace } from '../../src/trace/read.js';
import { left } from '../support/marked-processes.js';
import { MAIN } from '../support/omg.js';
import { RIGHT, record } from '../support/traced-run.js';

const CORRECT = fileURLToPath(new URL('../../../test/fixtures/correct.mjs', import.meta.url));

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Interrupted {
  readonly name: string;
  readonly args: (own: string) => readonly string[];
  /** Milliseconds, from when it hears signals: its first and its last phases lie within, on a machine that has nothing else to do. */
  readonly span: number;
  /** What it ends with where it is not interrupted. */
  readonly otherwise: readonly number[];
  /** What is wrong with what it left behind, where it says that it was interrupted. */
  readonly left: (own: string) => string | null;
}

function report(own: string): string | null {
  const path = join(own, 'out', 'report.json');
  if (!existsSync(path)) return 'it left no report';
  try {
    return readReport(path).complete ? 'its report says that it is complete' : null;
  } catch (error) {
    return String(error);
  }
}

function trace(own: string): string | null {
  const path = join(own, 'run.arrow');
  // Interrupted before it had a network, it has recorded nothing.
  if (!existsSync(path)) return null;
  try {
    const read = openTrace(path);
    try {
      for (const row of read.rows()) for (const piece of row.pieces()) if (piece.columns.x === undefined) return 'its trace has a row without x';
      return read.cutOff() === null ? 'its trace says that it is complete' : null;
    } finally {
      read.close();
    }
  } catch (error) {
    return String(error);
  }
}

/** @param folder where the trace lies that is checked. */
export const interrupted = (folder: string): readonly Interrupted[] => [
  { name: 'verify', args: (own) => ['verify', '--cases', '1500', '--seed', '1', '--out', join(own, 'out')], span: 20_000, otherwise: [0], left: report },
  { name: 'gate', args: (own) => ['gate', CORRECT, '--like', 'nesterov', '--seed', '1', '--out', join(own, 'out')], span: 4_000, otherwise: [0], left: report },
  {
    name: 'worst-case',
    args: (own) => ['worst-case', 'nesterov', '--horizon', '40', '--certificate', join(own, 'certificate.json')],
    span: 6_000,
    otherwise: [0],
    left: () => null,
  },
  {
    name: 'resnet',
    args: (
      own,
    ) => [
      'resnet',
      '--steps',
      '400',
      '--backend',
      'wasm',
      '--image',
      '32',
      '--batch',
      '8',
      '--seed',
      '1',
      '--trace',
      join(own, 'run.arrow'),
      '--sample',
      '64',
      '--out',
      join(own, 'out'),
    ],
    span: 10_000,
    otherwise: [0],
    left: (own) => trace(own),
  },
  {
    name: 'trace check',
    args: (own) => ['trace', 'check', join(folder, 'long.arrow'), '--out', join(own, 'out')],
    span: 2_500,
    otherwise: [0, 1, 4],
    left: (own) => (existsSync(join(own, 'out', 'report.json')) ? report(own) : null),
  },
];

/** Makes what they need. */
export function prepare(folder: string): void {
  const fixture = RIGHT['meta-sgd'];
  record(join(folder, 'long.arrow'), 'meta-sgd', fixture, { steps: 60, sizes: [100_000, 100_000, 50_000] });
}

/** Whether it hears all three: Node starts up before it can. */
function hears(pid: number): boolean {
  try {
    const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!}`);
    // Signals 1, 2 and 15.
    return (caught & 0x4003n) === 0x4003n;
  } catch {
    return false;
  }
}

/** For how many milliseconds each of its threads has waited for a processor, while others had it. */
function waits(pid: number): ReadonlyMap<number, number> {
  try {
    return new Map(readdirSync(`/proc/${pid}/task`).map((thread) => [Number(thread), Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[1]) / 1e6]));
  } catch {
    return new Map();
  }
}

/** How long its first thread, and the one of the others that had to most, waited since: a machine with nothing else to do would not have taken that. */
function waitedSince(before: ReadonlyMap<number, number>, pid: number): number {
  const since = [...waits(pid)].map(([thread, time]) => [thread === pid, time - (before.get(thread) ?? 0)] as const);
  const most = (first: boolean): number => since.filter(([isFirst]) => isFirst === first).reduce((longest, [, time]) => Math.max(longest, time), 0);
  return most(true) + most(false);
}

let tries = 0;

/** Interrupts it once. @param patience milliseconds that it may take to end. @returns what is wrong; null where nothing is. */
export async function fault(one: Interrupted, signal: NodeJS.Signals, moment: number, folder: string, patience = 2000): Promise<string | null> {
  const own = join(folder, `try-${(tries += 1)}`);
  mkdirSync(own);
  const mark = `interrupt-${process.pid}-${tries}`;
  const child = spawn(process.execPath, [MAIN, ...one.args(own)], {
    cwd: own,
    env: { ...process.env, HOSTILE_MARK: mark, OMG_ORACLE_FIXTURE: 'nesterov', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (told = `${told}${text}`.slice(-2000)));
  let [ended, at] = [null as readonly [number | null, string | null] | null, 0];
  child.on('exit', (status, by) => [ended, at] = [[status, by], performance.now()]);
  const done = (): boolean => ended !== null;
  while (!done() && !hears(child.pid!)) await sleep(1);
  await sleep(moment);
  const late = done();
  const [sent, before] = [performance.now(), waits(child.pid!)];
  let behind = 0;
  if (!late) child.kill(signal);
  while (!done() && performance.now() - sent < 30_000) {
    // Threads that have gone have waited all the same.
    behind = Math.max(behind, waitedSince(before, child.pid!));
    await sleep(5);
  }
  if (!done()) child.kill('SIGKILL');
  const remaining = await left(mark);
  const [status, by] = ended ?? [null, 'SIGKILL'];
  const wrong = [
    ...(ended === null ? ['it had not ended after 30 s'] : at - sent - behind > patience ? [`it took ${Math.round(at - sent)} ms, ${Math.round(behind)} of them for others`] : []),
    ...(status === 4 || (status !== null && one.otherwise.includes(status)) ? [] : [`it ended with ${status ?? by}`]),
    ...(remaining.length === 0 ? [] : [`${remaining.length} processes are left`]),
    ...(status === 4 && !late ? [one.left(own) ?? []].flat() : []),
  ];
  rmSync(own, { recursive: true, force: true });
  return wrong.length === 0 ? null : `${one.name}, ${signal} after ${moment} ms: ${wrong.join(', ')}\n    ${told.trim().replaceAll('\n', '\n    ')}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, times: { type: 'string', default: '30' }, only: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-interrupts-'));
  const random = xoroshiro128plus(Number(values.seed));
  let [runs, wrong] = [0, 0];
  try {
    prepare(folder);
    for (const one of interrupted(folder).filter(({ name }) => values.only === undefined || name === values.only)) {
      for (let i = 0; i < Number(values.times); i++) {
        const moment = uniformInt(random, 0, one.span);
        for (const signal of SIGNALS) {
          const found = await fault(one, signal, moment, folder);
          runs += 1;
          if (found === null) continue;
          wrong += 1;
          process.stdout.write(`${found}\n`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${runs} interrupts, ${wrong} wrong\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
