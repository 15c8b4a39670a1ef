#!/usr/bin/env node
import process from 'node:process';
import { EXIT } from '../runner/exit-status.js';
import type { Terminal } from './command.js';
import { run } from './run.js';

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The second one means it: the first lets the report be written.
    if (interrupt.signal.aborted) process.exit(EXIT.inconclusive);
    interrupt.abort();
  });
}

// Who reads no further (`| head`) is told nothing more. The run goes on: its files and its exit status are what they would be.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const terminal: Terminal = {
  out: (line) => process.stdout.write(line),
  err: (line) => process.stderr.write(line),
  interactive: process.stderr.isTTY,
  colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
};

process.exitCode = await run(process.argv.slice(2), terminal, interrupt.signal);
