/** Whole files or none: every output of this package is written beside its name and then renamed. */

import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutputError } from './errors.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of that path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENOTEMPTY: 'it is a folder, not a file',
  ENOENT: 'that path cannot be created',
};

/** What the operating system said, in plain words where they are known. */
export function plainReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return (code === undefined ? undefined : REASONS[code]) ?? error.message;
}

/** Why a file that was handed in was not read. */
export function whyUnread(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${plainReason(error)}`;
}

/** Whether there is a folder of that name. What cannot be looked at is none. */
export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function cannotWrite(path: string, error: unknown, option: string): OutputError {
  return new OutputError(
    {
      expected: `to write ${path}`,
      received: plainReason(error),
      remedy: `Choose another place with ${option}, or make room at this one.`,
    },
    { cause: error },
  );
}

/** Removes what was begun, if it was: where nothing can be written there may be nothing to remove. */
function discard(unfinished: string): void {
  try {
    rmSync(unfinished, { force: true });
  } catch {
    // The failure that led here is the one to tell.
  }
}

/**
 * Writes `content` to `path`, creating its folder. The name appears with all of its content or not at all: a process that
 * is killed half-way leaves the file of before. Throws an {@link OutputError}.
 * @param option the one that says where it goes.
 */
export function writeWhole(path: string, content: string | Uint8Array, option = '--out DIR'): void {
  // The process id keeps two runs with the same output folder from writing into each other's unfinished file.
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  } catch (error) {
    discard(unfinished);
    throw cannotWrite(path, error, option);
  }
}

/** Creates `dir` and proves that files can be written to it, so that a long run does not learn at its end that they cannot. @param option the one that says where they go. */
export function prepareOutput(dir: string, option = '--out DIR'): void {
  const probe = join(dir, `.probe.${process.pid}.tmp`);
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw cannotWrite(dir, error, option);
  }
}
