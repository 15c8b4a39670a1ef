/** `gate --watch`: judges a module again each time that it, or what it is made of, has changed. */

import { readFileSync, readdirSync, statSync, watch, type FSWatcher, type Stats } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { InputError, OutputError } from '../base/errors.js';
import { isFolder, plainReason } from '../base/files.js';
import { EXIT } from '../runner/exit-status.js';
import type { Terminal } from './command.js';
import { UsageError } from './usage.js';

const SOURCE = /\.(?:[cm]?[jt]s|wasm|node)$/u;
/** What names a file relative to the one that it is in. */
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/gu;
/** More than this nobody imports one by one. */
const MOST_FILES = 1000;
const LARGEST_SOURCE = 2 ** 20;
/** Milliseconds without a further event: an editor that saves a file may remove it, write another and rename that. */
const QUIET = 100;

/** What came of a task; null where the file system did not allow it. Whatever was there a moment ago may be gone, be a folder now, or be nobody's to read. */
function allowed<T>(task: () => T): T | null {
  try {
    return task();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
}

/** Of a file; null for what is none. */
function fileStats(path: string): Stats | null {
  const stats = allowed(() => statSync(path));
  return stats?.isFile() === true ? stats : null;
}

/** The file that an import means. TypeScript says "./a.js" where it has a.ts. */
function meant(path: string): string | null {
  const isFile = (one: string): boolean => fileStats(one) !== null;
  return [path, path.replace(/js$/u, 'ts'), ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map((end) => path + end)].find(isFile) ?? null;
}

/** The module and what it imports by relative paths, as far as that is said in words; packages are not looked into. */
function importsOf(module: string): readonly string[] {
  const found = new Set([resolve(module)]);
  for (const file of found) {
    if (!SOURCE.test(file) || !((fileStats(file)?.size ?? Infinity) <= LARGEST_SOURCE)) continue;
    for (const [, , path] of (allowed(() => readFileSync(file, 'utf8')) ?? '').matchAll(IMPORT)) {
      // What is not there may come: its folder is looked at, too.
      const one = meant(resolve(dirname(file), path!)) ?? resolve(dirname(file), path!);
      if (!one.split(sep).includes('node_modules') && found.size < MOST_FILES) found.add(one);
    }
  }
  return [...found];
}

/** What is looked at: the files that are named, and each source that lies beside one that is imported, for not every import is said in words. */
interface Watched {
  readonly folders: readonly string[];
  /** Each file, and what tells that it is another now. */
  readonly files: ReadonlyMap<string, string>;
}

/** @param others files beside the module that a run reads. */
function look(module: string, others: readonly string[]): Watched {
  const foldersOf = (files: readonly string[]): readonly string[] => [...new Set(files.map((file) => standing(dirname(file))))];
  const imported = importsOf(module);
  const beside = [...new Set(imported.map(dirname))].flatMap((folder) =>
    (allowed(() => readdirSync(folder)) ?? []).filter((name) => SOURCE.test(name) && !name.startsWith('.')).map((name) => join(folder, name))
  );
  const named = [...imported, ...others.map((path) => resolve(path))];
  const files = new Map<string, string>();
  for (const file of new Set([...named, ...beside])) {
    const stats = fileStats(file);
    if (stats !== null) files.set(file, `${stats.mtimeMs} ${stats.size} ${stats.ino}`);
  }
  return { folders: foldersOf(named), files };
}

/** A folder, or the nearest above it that there is: in that it comes again. */
function standing(folder: string): string {
  return isFolder(folder) || dirname(folder) === folder ? folder : standing(dirname(folder));
}

/** What has changed since; nothing while the module is gone, as it is between two steps of an editor. */
function changes(module: string, before: Watched, now: Watched): readonly string[] {
  if (!now.files.has(resolve(module))) return [];
  return [...new Set([...before.files.keys(), ...now.files.keys()])].filter((file) => before.files.get(file) !== now.files.get(file)).map((file) => relative('.', file));
}

/** Waits for a change. @returns the files; null where the run was stopped. @throws {InputError} where nothing can be watched. */
async function changed(module: string, others: readonly string[], before: Watched, signal: AbortSignal): Promise<readonly string[] | null> {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  try {
    return await new Promise((end, reject) => {
      stop = () => end(null);
      const fail = (error: unknown): void =>
        reject(new InputError({ expected: `to watch ${before.folders.join(', ')}`, received: plainReason(error), remedy: 'Run the gate without --watch.' }, { cause: error }));
      let watched = '';
      // Folders, and not files: a file that an editor puts in the place of another is not the one that was watched. Nor is a folder that was removed and made anew.
      const arm = (folders: readonly string[]): void => {
        const now = folders.map((folder) => {
          const stats = allowed(() => statSync(folder));
          // A folder that is made anew may be given the number of the one before.
          return `${folder} ${stats?.ino} ${stats?.ctimeMs}`;
        }).join('\n');
        if (now === watched) return;
        watched = now;
        for (const one of watchers.splice(0)) one.close();
        for (const folder of folders) {
          const one = watch(folder, stir);
          // A folder may go.
          one.on('error', stir);
          watchers.push(one);
        }
      };
      const settle = (): void => {
        try {
          arm(look(module, others).folders);
          const files = changes(module, before, look(module, others));
          if (files.length > 0) end(files);
        } catch (error) {
          watched = '';
          // It has gone just now, and is looked for above.
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') stir();
          else fail(error);
        }
      };
      const stir = (): void => {
        clearTimeout(timer);
        timer = setTimeout(settle, QUIET);
      };
      signal.addEventListener('abort', stop);
      try {
        arm(before.folders);
      } catch (error) {
        watched = '';
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fail(error);
      }
      // What has changed during the run has changed.
      stir();
      if (signal.aborted) stop();
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    for (const one of watchers) one.close();
  }
}

/**
 * Runs, and again after each change, until it is stopped.
 * @param others files beside the module that a run reads.
 * @param run reads everything anew. @returns the exit status of an interrupt: whatever was judged last, nobody knows that it is what lies there now.
 */
export async function watching(module: string, others: readonly string[], run: () => Promise<number>, terminal: Terminal, signal: AbortSignal): Promise<number> {
  for (let first = true;; first = false) {
    const before = look(module, others);
    try {
      await run();
    } catch (error) {
      // What was wrong from the start is told as ever; what is being written may be right in a moment.
      if (first || !(error instanceof UsageError || error instanceof InputError || error instanceof OutputError)) throw error;
      terminal.err(`omg-oracle: ${error.message}\n`);
    }
    if (!signal.aborted)
      terminal.err(
        `Watching ${before.files.size} ${before.files.size === 1 ? 'file' : 'files'} in ${
          before.folders.map((folder) => relative('.', folder) || '.').join(', ')
        }; Ctrl-C ends it.\n`,
      );
    const files = await changed(module, others, before, signal);
    if (files === null) return EXIT.inconclusive;
    terminal.err(`\n${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''} changed: again.\n`);
  }
}
