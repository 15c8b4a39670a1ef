import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

// The compiled tests lie three folders below the package.
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');

/** A fenced block of a document. The words behind its language say what is to be done with it: a file's name, or "exit=1". */
export interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a document. */
export function blocksOf(path: string): readonly Block[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm)].map((match) => {
    const [language = '', ...words] = match[1]!.trim().split(/\s+/);
    return { language, words, text: match[2]!, line: text.slice(0, match.index).split('\n').length };
  });
}

/** Makes a folder a project that has the package installed, with `npx omg-oracle` as it is here; `npm` has nothing to fetch. */
export function project(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'omg-oracle'), 'junction');
  const scripts = { node: `exec '${process.execPath}' "$@"`, npx: `shift; exec '${process.execPath}' '${MAIN}' "$@"`, npm: ':' };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  // Neither a workflow nor a git hook that runs the tests is to be seen.
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GITHUB|GIT)_/.test(name)));
  return { ...rest, NO_COLOR: '1', PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a block's commands one after another; the first that fails ends it. Never the tests themselves, which would run this again, without end. */
export function shell(commands: string, cwd: string, env: NodeJS.ProcessEnv): Ran {
  expect(commands).not.toMatch(/\bnpm (?:run )?(?:cit|test)\b/);
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', commands], { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Text without what differs from run to run: how long it took, the day, trailing blanks. */
const settled = (text: string): string[] =>
  text.replaceAll(/\b\d+(\.\d+)? (ms|s|min)\b/g, 'TIME').replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, 'DAY').trimEnd().split('\n').map((line) => line.trimEnd());

/** What was printed is what the document says; a line "…" stands for any lines. */
export function expectPrinted(printed: string, told: string, where: string): void {
  const lines = settled(printed);
  let from = 0;
  const parts = settled(told).join('\n').split(/^…$/m).map((part) => part.replace(/^\n|\n$/g, ''));
  for (const [i, part] of parts.entries()) {
    if (part === '') continue;
    const wanted = part.split('\n');
    const at = lines.findIndex((_, k) => k >= from && wanted.every((line, j) => lines[k + j] === line));
    expect(at, `${where}\nexpected, from line ${from + 1} on:\n${part}\n\nprinted:\n${lines.join('\n')}`).not.toBe(-1);
    // Nothing is left out where no "…" stands.
    if (i === 0) expect(at, `${where}: the first line`).toBe(0);
    from = at + wanted.length;
  }
  if (parts.at(-1) !== '') expect(lines.slice(from), `${where}: after the last line`).toEqual([]);
}

export function writeBlock(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
