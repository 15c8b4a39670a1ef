/** Whole files or none: every output of this package is written beside its name and then renamed. */

import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutputError } from './errors.js';

const WINDOWS = process.platform === 'win32';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: WINDOWS ? 'this user may not write there, or something else has it open' : 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of that path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENOTEMPTY: 'it is a folder, not a file',
  ENOENT: 'that path cannot be created',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'that name is too long',
  EMFILE: 'too many files are open (ulimit -n says how many may be)',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'there is not enough memory',
  EIO: 'the device failed',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'it would be larger than a file may be',
  EBUSY: 'something else uses it',
  ETXTBSY: 'something else uses it',
  EINVAL: 'the system does not allow it there',
  ENXIO: 'nothing is at the other end of it',
  EPIPE: 'whoever read it has gone',
  EAGAIN: 'the system has too much to do (ulimit -u says how many processes there may be)',
};

/** What the operating system said, in plain words where they are known. */
export function plainReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Of the others the words between "ECODE: " and ", open 'PATH'" are the system's.
  return (code === undefined ? undefined : REASONS[code]) ?? (syscall === undefined ? error.message : error.message.replace(/^[A-Z0-9]+: ([^,]*).*$/su, '$1'));
}

/** Whether there is a folder of that name. What cannot be looked at is none. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Makes a folder, and those above it. Node's own `recursive` never ends where the system takes back what it allows, as below /proc. */
export function makeFolder(dir: string): void {
  if (isFolder(dir)) return;
  try {
    mkdirSync(dir);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (isFolder(dir)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(dir) === dir) throw error;
    makeFolder(dirname(dir));
    mkdirSync(dir);
  }
}

/** A file may be put in the place of a file alone: renamed over a device or a pipe, it would take that from whoever uses it. */
function checkPlace(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === false) throw new Error(stats.isDirectory() ? 'it is a folder, not a file' : 'it is a pipe, a socket or a device, not a file');
}

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

/** Windows puts no file in the place of one that somebody has open, as a reader, or what looks for viruses, has for a moment: there it is tried for a second. */
function rename(from: string, to: string): void {
  for (let more = WINDOWS ? 20 : 0;; more -= 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (more === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** Removes what was begun, if it was: where nothing can be written there may be nothing to remove. */
function discard(unfinished: string): void {
  try {
    rmSync(unfinished, { force: true });
  } catch {
    // The failure that led here is the one to tell.
  }
}

// The process id keeps two runs with the same output folder from writing into each other's unfinished file.
const unfinishedOf = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);

/**
 * Writes `content` to `path`, creating its folder. The name appears with all of its content or not at all: a process that
 * is killed half-way leaves the file of before. Throws an {@link OutputError}.
 * @param option the one that says where it goes.
 */
export function writeWhole(path: string, content: string | Uint8Array, option = '--out DIR'): void {
  const unfinished = unfinishedOf(path);
  try {
    makeFolder(dirname(path));
    checkPlace(path);
    writeFileSync(unfinished, content);
    rename(unfinished, path);
  } catch (error) {
    discard(unfinished);
    throw cannotWrite(path, error, option);
  }
}

/** Creates `dir` and proves that files can be written to it, so that a long run does not learn at its end that they cannot. @param option the one that says where they go. */
export function prepareOutput(dir: string, option = '--out DIR'): void {
  prove(dir, join(dir, 'probe'), option);
}

/** The same for one file, of which nothing is written yet. */
export function prepareFile(path: string, option: string): void {
  prove(path, path, option);
}

function prove(named: string, path: string, option: string): void {
  const probe = unfinishedOf(path);
  try {
    makeFolder(dirname(path));
    checkPlace(path);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw cannotWrite(named, error, option);
  }
}
