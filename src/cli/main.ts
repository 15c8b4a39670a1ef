#!/usr/bin/env node
import process from 'node:process';
import { EXIT } from '../runner/exit-status.js';
import { PROGRESS, type Terminal } from './command.js';
import { DEBUG, ending } from './ending.js';

const debug = process.argv.includes(DEBUG);

// Whatever is thrown, wherever and whenever: the subjects' processes end with this one.
const end = (error: unknown): never => {
  try {
    process.stderr.write(ending(error, debug));
  } catch {
    // Nobody can be told.
  }
  process.exit(EXIT.notRun);
};
process.on('uncaughtException', end);
process.on('unhandledRejection', end);

// Node's own status where nothing is left that could still happen, and the run has not come to its end.
process.on('exit', (status) => {
  if (status === 13) end(new Error('something that it waited for never came'));
});

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The second one means it: the first lets the report be written.
    if (interrupt.signal.aborted) process.exit(EXIT.inconclusive);
    interrupt.abort();
  });
}

// Who reads no further (`| head`), or has hung up, is told nothing more. The run goes on: its files and its exit status are what they would be.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && !interrupt.signal.aborted) end(error);
});
// Who cannot be told anything else can still be told the exit status.
process.stderr.on('error', () => undefined);

/** A line of progress is written over by the next: one that is wider than the terminal would stay. */
const fitting = (text: string): string => {
  const { columns } = process.stderr;
  return columns > 0 && text.startsWith(PROGRESS) ? text.slice(0, PROGRESS.length + columns - 1) : text;
};

const terminal: Terminal = {
  out: (line) => process.stdout.write(line),
  err: (line) => process.stderr.write(fitting(line)),
  command: (line) => process.stdout.write(`${line}\n`),
  interactive: process.stderr.isTTY,
  // Where it is empty it says nothing (https://no-color.org).
  colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
};

// Only now, so that what happens meanwhile is heard, and what cannot be loaded is told.
const { run } = await import('./run.js');
process.exitCode = await run(process.argv.slice(2).filter((word) => word !== DEBUG), terminal, interrupt.signal);
