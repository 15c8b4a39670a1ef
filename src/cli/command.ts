/** What every command of the command line is. */

/** Where a run talks to: standard output and error, and whether a person reads the latter. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** A line of standard output that the CI around it is to obey. */
  readonly command: (line: string) => void;
  readonly interactive: boolean;
  readonly colour: boolean;
}

/**
 * Runs a command with the words behind its name.
 * @returns the exit status. @throws {UsageError} @throws {InputError} @throws {OutputError}
 */
export type Command = (args: readonly string[], terminal: Terminal, signal: AbortSignal) => number | Promise<number>;

/** Milliseconds. A run of less than this shows no progress. */
export const QUIET = 2000;

/** Begins a line of progress on a terminal, in place of the one before. */
export const PROGRESS = '\r\u001b[K';
