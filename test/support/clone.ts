import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { ROOT } from './documents.js';

/** Whether this is a repository that git reads; a line on standard output where it is not, so that a skip is seen. */
export const IS_REPOSITORY = isRepository();

function isRepository(): boolean {
  const found = existsSync(join(ROOT, '.git')) && spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT }).status === 0;
  if (!found) process.stdout.write('skipped: no repository that git reads\n');
  return found;
}

/** What somebody has at a shell, with the Node that runs the tests: neither a workflow, a git hook nor an npm script that runs them is to be seen. */
export function atShell(): NodeJS.ProcessEnv {
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GITHUB|GIT|npm_(command|lifecycle|package))_?/.test(name)));
  return { ...rest, NO_COLOR: '1', PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that must succeed. @throws {Error} it does not. */
export function run(program: string, args: readonly string[], cwd: string): Said {
  // Windows starts npm and npx, which are scripts there, by a shell alone.
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: atShell(),
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32' && /^np[mx]$/.test(program),
  });
  if (status !== 0) throw new Error(`expected "${program} ${args.join(' ')}" to succeed, got ${error?.message ?? `status ${status}`}\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

/** A clone of the repository with what is not yet committed. */
export function clone(folder: string): void {
  const paths = (args: readonly string[]): readonly string[] => run('git', args, ROOT).stdout.split('\0').filter((path) => path !== '');
  run('git', ['clone', '--quiet', ROOT, folder], ROOT);
  for (const path of [...paths(['diff', '-z', '--name-only', '--no-renames', 'HEAD']), ...paths(['ls-files', '-z', '--others', '--exclude-standard'])]) {
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(folder, path));
    else rmSync(join(folder, path));
  }
}
