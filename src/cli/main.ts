#!/usr/bin/env node
import process from 'node:process';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { dirname, join } from 'node:path';
import { InputError, OutputError } from '../../reports/errors.js';
import { prepareOutput, writeWhole } from '../../reports/files.js';
import { renderHtml } from '../../reports/html.js';
import { readReport } from '../../reports/json.js';
import { renderSummary } from '../../reports/text.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { listClaims } from './claims.js';
import { replay } from './replay.js';
import { selfTest } from './self-test.js';
import { TOOL } from './tool.js';
import { USAGE, UsageError, closest, durationOption, integerOption, namesOption, shardOption } from './usage.js';
import { verify, type Terminal } from './verify.js';

const OUT = join('reports', 'out');
const COMMANDS = ['verify', 'claims', 'replay', 'report', 'self-test'] as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** @throws {UsageError} an option that this command does not have, or more words than it takes. */
function parse(args: readonly string[], options: readonly string[], positionals: number): { values: Values; words: readonly string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = { json: { type: 'boolean' } };
  for (const name of options) config[name] = { type: 'string' };
  try {
    const { values, positionals: words } = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true });
    if (words.length > positionals) throw new UsageError(`expected ${positionals === 0 ? 'no' : `at most ${positionals}`} argument here, got "${words[positionals]}"`);
    return { values: values as Values, words };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // util.parseArgs says well what is wrong; what to do is the usage text.
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; expected ${options.map((name) => `--${name}`).join(', ')} or --json`);
  }
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [command, ...rest] = args;
  if (rest.includes('--help')) {
    terminal.out(USAGE);
    return EXIT.ok;
  }
  switch (command) {
    case 'verify': {
      const { values } = parse(rest, ['claims', 'cases', 'seed', 'time', 'shard', 'out'], 0);
      const cases = integerOption('cases', text(values, 'cases'), 1, 10_000_000) ?? 2000;
      const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null;
      const time = durationOption(text(values, 'time')) ?? null;
      const shard = shardOption(text(values, 'shard'));
      const claims = namesOption(text(values, 'claims'), await loadClaims()).filter((_, i) => shard === undefined || i % shard.count === shard.index);
      const words = ['claims', 'cases', 'time', 'shard'].map((name) => (text(values, name) === undefined ? '' : ` --${name} ${text(values, name)}`)).join('');
      return verify({ claims, cases, seed, time, out: text(values, 'out') ?? OUT, json: values['json'] === true, words }, terminal, signal);
    }
    case 'claims': {
      const { values } = parse(rest, ['claims'], 0);
      return listClaims(namesOption(text(values, 'claims'), await loadClaims()), values['json'] === true, terminal);
    }
    case 'replay': {
      const { values, words } = parse(rest, [], 1);
      if (words[0] === undefined) throw new UsageError('expected a file: omg-oracle replay FILE, a counterexample or a report.json');
      return replay(words[0], await loadClaims(), values['json'] === true, terminal);
    }
    case 'report': {
      const { values, words } = parse(rest, ['out'], 1);
      const path = words[0] ?? join(OUT, 'report.json');
      const report = readReport(path);
      const out = text(values, 'out') ?? dirname(path);
      prepareOutput(out);
      const html = join(out, 'report.html');
      writeWhole(html, renderHtml(report));
      terminal.out(values['json'] === true ? `${JSON.stringify(report)}\n` : `${renderSummary(report, { colour: terminal.colour, files: [html] })}\n`);
      return report.exitStatus;
    }
    case 'self-test': {
      const { values } = parse(rest, ['cases', 'seed'], 0);
      const cases = integerOption('cases', text(values, 'cases'), 1, 1_000_000) ?? 40;
      const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? 1;
      return selfTest({ claims: await loadClaims(), cases, seed, json: values['json'] === true }, terminal, signal);
    }
    case '--version':
      terminal.out(`${TOOL.version}\n`);
      return EXIT.ok;
    case '--help':
    case '-h':
    case 'help':
      terminal.out(USAGE);
      return EXIT.ok;
    default: {
      const near = command === undefined ? null : closest(command, COMMANDS);
      const got = command === undefined ? 'none' : `"${command}"${near === null ? '' : `; did you mean "${near}"?`}`;
      throw new UsageError(`expected a command, one of ${COMMANDS.join(', ')}, got ${got}`);
    }
  }
}

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The second one means it: the first lets the report be written.
    if (interrupt.signal.aborted) process.exit(EXIT.inconclusive);
    interrupt.abort();
  });
}

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
