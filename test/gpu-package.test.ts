import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const linux = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(linux)('the program for a machine with a graphics card', () => {
  let folder: string;
  let unpacked: string;
  let first: { readonly status: number | null; readonly stderr: string };
  const out = (name: string): string => join(folder, name);
  /** As on the machine itself: nothing of this checkout is in reach. */
  const run = (name: string, ...options: string[]): [string, string[], { cwd: string; env: NodeJS.ProcessEnv; encoding: 'utf8' }] => {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    return ['bash', [join(unpacked, 'test', 'gpu', 'run.sh'), out(name), ...options], { cwd: folder, env, encoding: 'utf8' }];
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gpu-'));
    unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    for (const [program, ...args] of [['bash', join(ROOT, 'test', 'gpu', 'pack.sh'), out('package.tar.gz')], ['tar', '-C', unpacked, '-xzf', out('package.tar.gz')]] as const) {
      const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
    first = spawnSync(...run('first'));
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('starts, and says that there is no card: an emulated one is none (skipped where there is one)', ({ skip }) => {
    skip(first.status === 0 || first.status === 1, 'there is a card');
    expect(first.stderr).toMatch(/^no graphics processor: .+$/m);
    expect(first.status).toBe(77);
    expect(readdirSync(out('first'))).toEqual(['measured.log']);
  });

  test('leaves what it had when it is cut short (skipped where not even an emulated card is)', async ({ skip }) => {
    skip(!/, emulated; --emulated takes it/.test(first.stderr), 'no emulated card');
    const [program, args, options] = run('second', '--emulated', '--model', 'resnet20', '--image', '32', '--batch', '2', '--steps', '1', '--recorded', '1');
    // A group of its own, all of which is ended at once.
    const child = spawn(program, args, { ...options, detached: true });
    const ended = once(child, 'exit');
    child.stdin.end();
    const file = join(out('second'), 'measured.json');
    const figures = (): Record<string, unknown> => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {});
    while (figures()['gradients'] === undefined && child.exitCode === null) await after(100);
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
    expect(figures()).toMatchObject({ complete: false, wrong: [], emulated: true, gradients: { compared: 120 } });
  });

  test('says how it is called', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(unpacked, 'dist', 'test', 'gpu', 'measure.js')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, 'usage: measure.js FILE [options]\n']);
  });
});
