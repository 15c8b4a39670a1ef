import { InputError, OutputError } from '../../reports/errors.js';
import { clean } from '../../reports/wording.js';
import { EXIT } from '../runner/exit-status.js';
import { closest } from '../closest.js';
import type { Command, Terminal } from './command.js';
import { TOOL } from './tool.js';
import { USAGE, UsageError } from './usage.js';

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

async function dispatch(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
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

const ESCAPE = '\u001b';
/** What is this program's own: colours on standard output, the line of progress on standard error. */
const COLOUR = new RegExp(String.raw`(${ESCAPE}\[[\d;]*m)`, 'u');
const PROGRESS = new RegExp(String.raw`(\r${ESCAPE}\[K)`, 'u');

/** Whatever is said, by whichever command: what comes from elsewhere is shown, and not obeyed. JSON means the same with escapes in its strings. */
function careful({ out, err, ...rest }: Terminal): Terminal {
  const shown = (text: string, own: RegExp | null): string => (own === null ? clean(text) : text.split(own).map((piece, i) => (i % 2 === 0 ? clean(piece) : piece)).join(''));
  return { ...rest, out: (text) => out(shown(text, rest.colour ? COLOUR : null)), err: (text) => err(shown(text, rest.interactive ? PROGRESS : null)) };
}

/** Runs a command line, without the program's own name, and tells whoever wrote it what is wrong with it. @returns the exit status. */
export async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const tame = careful(terminal);
  try {
    return await dispatch(args, tame, signal);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError || error instanceof OutputError)) throw error;
    tame.err(`omg-oracle: ${error.message}\n${error instanceof UsageError ? '"omg-oracle help" says more.\n' : ''}`);
    return EXIT.usage;
  }
}
