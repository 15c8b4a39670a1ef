import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readReport } from '../reports/json.js';
import { MAIN } from './support/omg.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

const MODULE = `import { step } from '../lib/step.mjs';
const at = (rate, t) => (Array.isArray(rate) ? rate[t - 1] : rate);
export default { name: 'mine', start(x0, { learningRate }) {
  let x = Array.from(x0);
  return { query: x, x, step({ t, gradient }) { x = step(x, at(learningRate, t), gradient); return { query: x, x }; } };
} };`;
const step = (sign: '+' | '-'): string => `export const step = (x, rate, g) => x.map((value, i) => value ${sign} rate * g[i]);`;

let folder: string;
let child: ChildProcessByStdio<null, Readable, Readable>;
let [stdout, stderr] = ['', ''];

/** The module lies in "mine", and imports what lies in "lib". */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gate-watch-'));
  for (const name of ['mine', 'lib', 'node_modules']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'mine', 'optimizer.mjs'), MODULE);
  writeFileSync(join(folder, 'lib', 'step.mjs'), step('-'));
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function watch(...args: readonly string[]): void {
  [stdout, stderr] = ['', ''];
  const words = ['gate', 'mine/optimizer.mjs', '--like', 'gradient-descent', '--claims', 'identity', '--cases', '5', '--watch', ...args];
  child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
}

/** How the runs came out that have ended. */
const outcomes = (): readonly string[] => [...stdout.matchAll(/^(PASSED|FAILED|DID NOT RUN)/gmu)].map(([word]) => word);
const waits = (): number => stderr.split('Ctrl-C ends it.').length - 1;

/** Until it waits for the n-th time. */
async function waiting(n: number): Promise<void> {
  while (waits() < n) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${stdout}${stderr}`);
    await sleep(20);
  }
}

/** Until a run has begun. */
async function begun(): Promise<void> {
  while (!existsSync(join(folder, 'reports', 'out', 'report.json'))) await sleep(20);
}

/** Long enough for what is noticed to be noticed: with nothing to wait for, a time has to do. */
async function nothingComes(n: number): Promise<void> {
  await sleep(1000);
  expect([waits(), stderr.split('changed: again').length - 1]).toEqual([n, n - 1]);
}

const stopped = async (): Promise<number | null> => {
  const ended = once(child, 'close');
  child.kill('SIGINT');
  return ((await ended) as [number | null])[0];
};

/** As an editor saves: another file is put in the place of the one that was there. */
function replaced(path: string, text: string): void {
  const beside = join(folder, 'mine', '.saved');
  writeFileSync(beside, text);
  renameSync(beside, join(folder, path));
}

describe.runIf(POSIX)('--watch (needs POSIX: Ctrl-C ends it)', () => {
  test('judges again what is written in place, replaced, and removed and made anew, in what the module imports as well', async () => {
    watch('--out', 'report');
    await waiting(1);
    writeFileSync(join(folder, 'lib', 'step.mjs'), step('+'));
    await waiting(2);
    replaced('lib/step.mjs', step('-'));
    await waiting(3);
    unlinkSync(join(folder, 'mine', 'optimizer.mjs'));
    await nothingComes(3);
    writeFileSync(join(folder, 'mine', 'optimizer.mjs'), MODULE.replace('x = step(x', 'x = step(step(x, 0, gradient)'));
    await waiting(4);
    expect(outcomes()).toEqual(['PASSED', 'FAILED', 'PASSED', 'PASSED']);
    expect(stderr).toMatch(/^Watching 2 files in mine, lib; Ctrl-C ends it\.\n\nlib\/step\.mjs changed: again\.\n/u);
    expect(stderr).toMatch(/\nmine\/optimizer\.mjs changed: again\.\n/u);
    expect(await stopped()).toBe(4);
    expect(readReport(join(folder, 'report', 'report.json')).complete).toBe(true);
  });

  test('goes on where what is looked at goes, comes again, or is a folder or nobody’s to read for a while', async () => {
    watch();
    await waiting(1);
    unlinkSync(join(folder, 'lib', 'step.mjs'));
    mkdirSync(join(folder, 'lib', 'step.mjs'));
    await waiting(2);
    rmSync(join(folder, 'lib'), { recursive: true });
    mkdirSync(join(folder, 'lib'));
    // Long enough for the folder of before to be known as gone.
    await sleep(500);
    writeFileSync(join(folder, 'lib', 'step.mjs'), step('+'));
    await waiting(3);
    renameSync(join(folder, 'mine'), join(folder, 'away'));
    await sleep(500);
    mkdirSync(join(folder, 'mine'));
    await sleep(500);
    mkdirSync(join(folder, 'mine', 'optimizer.mjs'));
    await nothingComes(3);
    rmSync(join(folder, 'mine'), { recursive: true });
    writeFileSync(join(folder, 'lib', 'step.mjs'), step('-'));
    await nothingComes(3);
    renameSync(join(folder, 'away'), join(folder, 'mine'));
    await waiting(4);
    expect(outcomes()).toEqual(['PASSED', 'DID NOT RUN', 'FAILED', 'PASSED']);
    expect(stderr).not.toContain('expected the run to come to its end');
    expect(await stopped()).toBe(4);
  });

  test('judges with one seed, whichever is drawn', async () => {
    watch();
    await waiting(1);
    const { seed } = readReport(join(folder, 'reports', 'out', 'report.json'));
    writeFileSync(join(folder, 'lib', 'step.mjs'), step('-').replace('value -', 'value  -'));
    await waiting(2);
    expect(readReport(join(folder, 'reports', 'out', 'report.json')).seed).toBe(seed);
    expect(stdout.split(` --seed ${seed}\n`).length).toBe(3);
    expect(await stopped()).toBe(4);
  });

  test('goes on after a module that cannot be read, and a file of known failures that is no JSON for a while', async () => {
    const known = JSON.stringify({ version: 1, like: 'gradient-descent', expected: [] });
    writeFileSync(join(folder, 'known.json'), known);
    watch('--expected', 'known.json');
    await waiting(1);
    replaced('mine/optimizer.mjs', MODULE.slice(0, 300));
    await waiting(2);
    replaced('known.json', '{');
    await waiting(3);
    expect(stderr).toMatch(/\nomg-oracle: expected the known failures in known\.json, but it is not JSON/u);
    replaced('known.json', known);
    await waiting(4);
    replaced('mine/optimizer.mjs', MODULE);
    await waiting(5);
    expect(outcomes()).toEqual(['PASSED', 'DID NOT RUN', 'DID NOT RUN', 'PASSED']);
    expect(await stopped()).toBe(4);
  });

  test('what is no source, a hidden file, a package and what a run itself writes bring no further run', async () => {
    // The reports lie beside the module.
    watch('--out', 'mine');
    await waiting(1);
    await nothingComes(1);
    writeFileSync(join(folder, 'mine', 'notes.txt'), 'x');
    writeFileSync(join(folder, 'mine', '.optimizer.mjs.swp'), 'x');
    writeFileSync(join(folder, 'mine', '.hidden.mjs'), 'x');
    writeFileSync(join(folder, 'mine', 'optimizer.mjs~'), 'x');
    writeFileSync(join(folder, 'node_modules', 'a.mjs'), 'x');
    await nothingComes(1);
    // A neighbour may be imported in a way that is not said in words.
    writeFileSync(join(folder, 'mine', 'neighbour.mjs'), 'export {};');
    await waiting(2);
    utimesSync(join(folder, 'mine', 'neighbour.mjs'), 1, 1);
    await waiting(3);
    expect(await stopped()).toBe(4);
  });

  test('what changes during a run is judged after it', async () => {
    writeFileSync(join(folder, 'mine', 'optimizer.mjs'), `await new Promise((end) => setTimeout(end, 1500));\n${MODULE}`);
    watch();
    await begun();
    writeFileSync(join(folder, 'lib', 'step.mjs'), step('+'));
    await waiting(2);
    expect(outcomes()).toEqual([expect.stringMatching(/PASSED|FAILED/u), 'FAILED']);
    expect(await stopped()).toBe(4);
  });

  test('an interrupt during a run ends it, and leaves a report that says so', async () => {
    writeFileSync(join(folder, 'mine', 'optimizer.mjs'), `await new Promise((end) => setTimeout(end, 20_000));\n${MODULE}`);
    watch();
    await begun();
    expect(await stopped()).toBe(4);
    expect(readReport(join(folder, 'reports', 'out', 'report.json'))).toMatchObject({ complete: false, exitStatus: 4 });
  });

  test('of --json a line a run, and nothing else on standard output', async () => {
    watch('--json');
    await waiting(1);
    replaced('lib/step.mjs', step('+'));
    await waiting(2);
    expect(stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { exitStatus: number }).exitStatus)).toEqual([0, 1]);
    expect(await stopped()).toBe(4);
  });

  test('--fix is refused beside it, and a mistake from the start ends it', async () => {
    watch('--expected', 'e.json', '--fix');
    expect(((await once(child, 'close')) as [number])[0]).toBe(2);
    expect(stderr).toMatch(/^omg-oracle: expected --watch without --fix|^omg-oracle: expected --fix without --claims/u);
    watch('--expected', 'nowhere.json');
    expect(((await once(child, 'close')) as [number])[0]).toBe(2);
    expect(stderr).toContain('there is no such file');
  });
});
