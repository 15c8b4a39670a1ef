/** Files that were handed in: read with suspicion, and never further than they may go. */

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { InputError } from '../src/base/errors.js';
import { plainReason } from '../src/base/files.js';

/** What a message says of a file that cannot be used. */
export interface Wanted {
  /** With the file's name: "a report in DIR/report.json". */
  readonly expected: string;
  readonly remedy: string;
}

const MEBI = 2 ** 20;

/** How many bytes a file of each kind may have: several times what this package writes, and what fits into memory beside what is made of it. */
export const LARGEST = { report: 32 * MEBI, counterexample: 32 * MEBI, certificate: 32 * MEBI, expectations: MEBI, config: MEBI, module: 32 * MEBI, picture: 64 * MEBI } as const;

/** What JSON is made of here ends far below. Deeper, whoever walks through it runs out of stack; with more values, out of memory. */
const DEEPEST = 100;
const MOST_VALUES = 2_000_000;

/** Why a file that was handed in was not read. */
export function whyUnread(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'ENXIO') return 'it is a socket or a device, not a file';
  return `it cannot be read: ${code === 'EACCES' || code === 'EPERM' ? 'this user may not read it' : plainReason(error)}`;
}

function strange(stats: Stats): string | null {
  if (stats.isFile()) return null;
  return `it is a ${stats.isDirectory() ? 'folder' : stats.isFIFO() ? 'pipe' : stats.isSocket() ? 'socket' : 'device'}, not a file`;
}

/** An open file. */
export interface Input {
  readonly file: number;
  readonly size: number;
}

/**
 * Opens a file to be read. What has no length of its own, as pipes and devices, might never begin or never end: it is refused, and not waited for.
 * @throws {InputError}
 */
export function openInput(path: string, { expected, remedy }: Wanted): Input {
  const refuse = (received: string, cause?: unknown): InputError => new InputError({ expected, received, remedy }, { cause });
  let file: number;
  try {
    // Whoever opens a pipe otherwise waits for its writer. Windows has none of this.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    throw refuse(whyUnread(error), error);
  }
  // Of what is open, and not of its name: that may be another's by now.
  const stats = fstatSync(file);
  const reason = strange(stats);
  if (reason === null) return { file, size: stats.size };
  closeSync(file);
  throw refuse(reason);
}

/** The bytes of an open file from `start` on, `length` of them or fewer where it ends before. */
export function readAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const read = readSync(file, bytes, got, length - got, start + got);
    if (read === 0) break;
    got += read;
  }
  return bytes.subarray(0, got);
}

/** All of a file. @param limit in bytes. @throws {InputError} what is no file, is larger, or cannot be read. */
export function readBytes(path: string, wanted: Wanted, limit: number): Buffer {
  const { file, size } = openInput(path, wanted);
  try {
    if (size > limit) throw tooLarge(wanted, size, limit);
    return readAt(file, 0, size);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ ...wanted, received: whyUnread(error) }, { cause: error });
  } finally {
    closeSync(file);
  }
}

/** A refusal of a file that is larger than any of its kind. */
export function tooLarge(wanted: Wanted, size: number, limit: number): InputError {
  return new InputError({ ...wanted, received: `it has ${size} bytes, and such a file has at most ${limit}` });
}

/** All of a file, as text. @throws {InputError} as {@link readBytes}, and what is not in UTF-8. */
export function readText(path: string, wanted: Wanted, limit: number): string {
  const bytes = readBytes(path, wanted, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError({ ...wanted, received: 'it is not text in UTF-8' }, { cause: error });
  }
}

/** Text that is no JSON, or more of it than anybody means. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Parses what somebody else wrote. @throws {JsonError} in words: "it is not JSON (line 1, column 5)". */
export function parseJson(text: string): unknown {
  checkExtent(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = Number(/at position (\d+)/u.exec(String(error))?.[1] ?? NaN);
    const before = text.slice(0, Number.isNaN(position) ? 0 : position).split('\n');
    throw new JsonError(`it is not JSON${Number.isNaN(position) ? '' : ` (line ${before.length}, column ${before.at(-1)!.length + 1})`}`, { cause: error });
  }
}

const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];

function checkExtent(text: string): void {
  let [depth, values, quoted] = [0, 1, false];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === COMMA) values += 1;
    // "[" and "{", "]" and "}" differ in one bit.
    else if ((code | 32) === 123) [depth, values] = [depth + 1, values + 1];
    else if ((code | 32) === 125) depth -= 1;
    if (depth > DEEPEST) throw new JsonError(`it is nested more than ${DEEPEST} levels deep`);
    if (values > MOST_VALUES) throw new JsonError(`it has more than ${MOST_VALUES} values`);
  }
}

/** The first name that an object has twice, where it lies: "subjects[0].like". Of text that is JSON. What it means is the last of them, and not what its author sees. */
export function duplicateName(text: string): string | null {
  // What each open object or list is at: the names so far, and the one that was read last; or an index.
  const open: ({ readonly names: Set<string>; name: string } | { index: number })[] = [];
  let isName = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gsu)) {
    const last = open.at(-1);
    if (token === '{') open.push({ names: new Set(), name: '' });
    else if (token === '[') open.push({ index: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && last !== undefined && 'index' in last) last.index += 1;
    else if (token.startsWith('"') && isName && last !== undefined && 'names' in last) {
      last.name = JSON.parse(token) as string;
      if (last.names.has(last.name)) return open.map((one) => ('index' in one ? `[${one.index}]` : `.${one.name}`)).join('').replace(/^\./u, '');
      last.names.add(last.name);
    }
    isName = token === '{' || (token === ',' && last !== undefined && 'names' in last);
  }
  return null;
}

/** All of a file that somebody wrote by hand, as JSON in which nothing is said twice. @throws {InputError} */
export function readWritten(path: string, wanted: Wanted, limit: number): unknown {
  const { text, value } = readJsonText(path, wanted, limit);
  const twice = duplicateName(text);
  if (twice === null) return value;
  throw new InputError({ ...wanted, received: `${JSON.stringify(twice)} is there twice`, remedy: 'Leave one of them: of two the last would count, and the other be ignored.' });
}

/** All of a file, as JSON. @throws {InputError} */
export const readJson = (path: string, wanted: Wanted, limit: number): unknown => readJsonText(path, wanted, limit).value;

/** The same, with the text that it was. @throws {InputError} */
export function readJsonText(path: string, wanted: Wanted, limit: number): { readonly text: string; readonly value: unknown } {
  const text = readText(path, wanted, limit);
  const refuse = (received: string, cause: unknown): InputError => new InputError({ ...wanted, received }, { cause });
  try {
    return { text, value: parseJson(text) };
  } catch (error) {
    const end = text.trimEnd();
    if (end === '') throw refuse('the file is empty', error);
    const isCutOff = end.startsWith('{') && !end.endsWith('}');
    throw refuse(isCutOff && error instanceof Error && error.cause !== undefined ? `the file is cut off after ${text.length} characters` : plainReason(error), error);
  }
}
