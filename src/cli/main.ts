#!/usr/bin/env node
import process from 'node:process';
import { InputError, OutputError } from '../../reports/errors.js';
import { EXIT } from '../runner/exit-status.js';
import type { Command, Terminal } from './command.js';
import { TOOL } from './tool.js';
import { USAGE, UsageError, closest } from './usage.js';

/** Each loads what it needs, and no more: some need a tensor library, others should answer at once. */
const COMMANDS: { readonly [name: string]: () => Promise<{ readonly command: Command }> } = {
  verify: () => import('./verify.js'),
  gate: () => import('./gate.js'),
  'worst-case': () => import('./worst-case.js'),
  certificate: () => import('./certificate.js'),
  init: () => import('./init.js'),
  resnet: () => import('./resnet.js'),
  trace: () => import('./trace.js'),
  figures: () => import('./figures.js'),
  claims: () => import('./claims.js'),
  replay: () => import('./replay.js'),
  report: () => import('./report.js'),
  'self-test': () => import('./self-test.js'),
};

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args;
  if (rest.includes('--help') || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(USAGE);
    return EXIT.ok;
  }
  if (name === '--version') {
    terminal.out(`${TOOL.version}\n`);
    return EXIT.ok;
  }
  const load = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (load === undefined) {
    const names = Object.keys(COMMANDS);
    const near = name === undefined ? null : closest(name, names);
    const got = name === undefined ? 'none' : `"${name}"${near === null ? '' : `; did you mean "${near}"?`}`;
    throw new UsageError(`expected a command, one of ${names.join(', ')}, got ${got}`);
  }
  const { command } = await load();
  return command(rest, terminal, signal);
}

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

try {
  process.exitCode = await run(process.argv.slice(2), terminal, interrupt.signal);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InputError || error instanceof OutputError)) throw error;
  terminal.err(`omg-oracle: ${error.message}\n${error instanceof UsageError ? '"omg-oracle help" says more.\n' : ''}`);
  process.exitCode = EXIT.usage;
}
