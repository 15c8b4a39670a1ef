import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.js';
import { METHOD_NAMES } from '../src/gate/methods.js';
import { openCommandLines } from './support/omg.js';
import { POSIX } from './support/posix.js';

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const lines = openCommandLines({ cwd: process.cwd(), env: process.env });
const script = async (shell: string): Promise<string> => (await lines.run(['completion', shell])).stdout;

describe.runIf(POSIX && has('bash'))('bash completes (needs POSIX; skipped where there is none)', () => {
  let source = '';
  beforeAll(async () => {
    source = await script('bash');
  });

  /** What is offered for the last of these words. */
  function offered(...words: readonly string[]): string[] {
    const { stdout, stderr } = spawnSync('bash', [
      '-c',
      `${source}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _omg_oracle; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      'omg-oracle',
      ...words,
    ], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '').toSorted();
  }

  test('commands, and the second words of those that have two', () => {
    expect(offered('')).toEqual([...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]!)), 'help'].toSorted());
    expect([offered('ver'), offered('certificate', ''), offered('report', 'm'), offered('worst-case', 'p')]).toEqual([['verify'], ['check'], ['merge'], ['paper']]);
  });

  test.each(COMMANDS)('the options of $name', ({ name, options }) => {
    expect(offered(...name.split(' '), '--')).toEqual(options.map((option) => `--${option.name}`).toSorted());
  });

  test('values where they are few, and files elsewhere', () => {
    expect(offered('gate', 'optimizer.mjs', '--like', '')).toEqual([...METHOD_NAMES, 'none'].toSorted());
    expect(offered('worst-case', 'nesterov', '--criterion', 'g')).toEqual(['gradient']);
    expect([offered('gate', ''), offered('gate', 'optimizer.mjs', '--out', '')]).toEqual([[], []]);
  });
});

test.each(['zsh', 'fish'])('%s reads its script, and finds every command in it (read only where there is one)', async (shell) => {
  const text = await script(shell);
  for (const { name } of COMMANDS) expect(text).toContain(name.split(' ')[0]);
  if (POSIX && has(shell)) expect(spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('another shell is told which there are', async () => {
  expect(await lines.run(['completion', 'tcsh'])).toMatchObject({ status: 2, stderr: expect.stringContaining('one of bash, zsh, fish, got "tcsh"') as string });
  expect(await lines.run(['completion'])).toMatchObject({ status: 2, stderr: expect.stringContaining('expected a shell, one of bash, zsh, fish') as string });
});
