/** The last words of a run that an error ended. */

import { plainReason } from '../base/files.js';
import { clean } from '../../reports/wording.js';

/** The option, of every command, that shows where an error came from. */
export const DEBUG = '--debug';

/** Errors of the language itself: what they say is about this program's insides, and nobody else's business. */
const INTERNAL: readonly string[] = ['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError', 'EvalError', 'URIError', 'AssertionError'];

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  if (error instanceof RangeError && /call stack/u.test(error.message)) return 'its stack is full: something is nested deeper than is expected anywhere';
  if (error instanceof RangeError && /allocation|Invalid (string|array|typed array) length/iu.test(error.message)) return 'it needs more memory than there is';
  if (INTERNAL.includes(error.name)) return 'a mistake in omg-oracle itself';
  return plainReason(error).split('\n', 1)[0]!;
}

/** One sentence, and with --debug the stack. */
export function ending(error: unknown, debug: boolean): string {
  const system = error instanceof Error ? (error as NodeJS.ErrnoException) : undefined;
  const where = system?.syscall === 'write' && system.path === undefined ? ', on writing to standard output' : system?.path === undefined ? '' : `, at ${system.path}`;
  const more = debug ? `\n${error instanceof Error ? error.stack : String(error)}` : ` The same command with ${DEBUG} shows where it happened.`;
  return clean(`omg-oracle: expected the run to come to its end, but ${reasonOf(error)}${where}.${more}\n`);
}
