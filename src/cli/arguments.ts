/** The words of a command line. */

import { closeSync, existsSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isFolder } from '../base/files.js';
import { LARGEST, openInput, tooLarge } from '../../reports/input.js';
import { closest } from '../base/closest.js';
import { COMMANDS } from './commands.js';
import { UsageError } from './usage.js';

/** Where reports go if nothing else is said. */
export const OUT = join('reports', 'out');

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/**
 * The words behind the name of a command, by the table of commands.
 * @throws {UsageError} too many words, an option that it does not have, one without its value, or one that is given twice.
 */
export function parse(name: string, args: readonly string[]): { values: Values; words: readonly string[] } {
  const { options, most, instead } = COMMANDS.find((one) => one.name === name)!;
  const config: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(options.map((one) => [one.name, { type: one.value === null ? 'boolean' : 'string' }]));
  try {
    const { values, positionals: words, tokens } = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true, tokens: true });
    if (words.length > most) throw new UsageError(`expected ${most === 0 ? 'no' : `at most ${most}`} argument here, got "${words[most]}"${instead}`);
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = given.find((one, i) => given.indexOf(one) < i);
    if (twice !== undefined) throw new UsageError(`expected --${twice} once, got it twice`);
    // A variable of a shell that is not set, most often: taken at its word, "--out ''" would be the current folder.
    const empty = given.find((one) => values[one] === '');
    if (empty !== undefined) throw new UsageError(`expected a value behind --${empty}, got an empty one`);
    return { values: values as Values, words };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    const valueless = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(said)?.[1];
    if (valueless !== undefined) throw new UsageError(`expected a value behind ${valueless}; one that begins with "-" is given as ${valueless}=-1`);
    const known = options.map((one) => `--${one.name}`);
    const unknown = /^Unknown option '([^']+)'/.exec(said)?.[1];
    if (unknown === undefined) throw new UsageError(said.replace(/\. To specify a positional[^]*$/, ''));
    const near = closest(unknown, known);
    throw new UsageError(`expected an option of this command, got "${unknown}"; ${near === null ? `there are ${known.join(', ')}` : `did you mean "${near}"?`}`);
  }
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A word as a shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word as the shell reads it that runs `--command`: cmd.exe on Windows, which knows double quotes alone. */
export function shellWord(word: string): string {
  if (process.platform !== 'win32') return quoted(word);
  return /^[\w+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`;
}

/** The words of a line that {@link quoted} wrote. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^\s'])+/gu)].map(([word]) => word.replaceAll(/'([^']*)'|\\'/gu, (_, inner: string | undefined) => inner ?? "'"));
}

/** The options as they were given, for the command line that a report repeats; the seed, which may be drawn, --json and `others` apart. */
export function repeated(values: Values, others: readonly string[] = []): string {
  return Object.entries(values).flatMap((
    [name, value],
  ) => (['seed', 'json', ...others].includes(name) ? [] : value === true ? [`--${name}`] : [`--${name} ${quoted(String(value))}`])).join(' ');
}

/** @throws {UsageError} @throws {InputError} what cannot be a module; one that does not load is the gate's to report. */
export function checkModule(path: string): void {
  if (!existsSync(path)) throw new UsageError(`expected a module that exists, got "${path}"; a program is given as --command "python3 my.py"`);
  if (isFolder(path)) throw new UsageError(`expected a module, got the folder "${path}"; name the file in it whose default export is the optimizer`);
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new UsageError(
      `expected a module in JavaScript or TypeScript (.js, .mjs, .cjs, .ts, .mts, .cts), got "${path}"; a program is given as --command ${
        quoted(path.endsWith('.py') ? `python3 ${path}` : basename(path) === path ? `.${sep}${path}` : path)
      }`,
    );
  }
  const wanted = { expected: `a module in ${path}`, remedy: 'Give the file whose default export is the optimizer.' };
  const { file, size } = openInput(path, wanted);
  closeSync(file);
  if (size > LARGEST.module) throw tooLarge(wanted, size, LARGEST.module);
}
