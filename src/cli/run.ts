import { InputError, OutputError } from '../base/errors.js';
import { clean } from '../../reports/wording.js';
import { EXIT } from '../runner/exit-status.js';
import type { Command, Terminal } from './command.js';
import { COMMANDS, closestCommand, commandOf, help, overview } from './commands.js';
import { TOOL } from './tool.js';
import { UsageError } from './usage.js';

/** Each loads what it needs, and no more: some need a tensor library, others should answer at once. */
const LOADED: { readonly [name: string]: () => Promise<{ readonly command: Command }> } = {
  verify: () => import('./verify.js'),
  gate: () => import('./gate-command.js'),
  'worst-case': () => import('./worst-case.js'),
  'worst-case paper': () => import('./paper.js'),
  'certificate check': () => import('./certificate.js'),
  init: () => import('./init.js'),
  resnet: () => import('./resnet.js'),
  'trace check': () => import('./trace.js'),
  figures: () => import('./figures.js'),
  claims: () => import('./claims.js'),
  replay: () => import('./replay.js'),
  report: () => import('./report.js'),
  'report merge': () => import('./merge.js'),
  completion: () => import('./completion.js'),
  'self-test': () => import('./self-test.js'),
};

const HELP = ['help', '--help', '-h'];

async function dispatch(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const asks = args.length === 0 || args.some((word) => HELP.slice(1).includes(word)) || args[0] === 'help';
  const words = args.filter((word) => !HELP.includes(word));
  const found = commandOf(words);
  if (asks && (found !== null || words.length === 0)) {
    terminal.out(found === null ? overview() : help(found));
    return EXIT.ok;
  }
  if (args[0] === '--version' || args[0] === '-v') {
    terminal.out(`${TOOL.version}\n`);
    return EXIT.ok;
  }
  if (found === null) {
    const near = closestCommand(words);
    throw new UsageError(`expected a command, got "${words[0]}"; ${near === null ? `there are ${COMMANDS.map(({ name }) => name).join(', ')}` : `did you mean "${near}"?`}`);
  }
  const { command } = await LOADED[found.name]!();
  return command(args.slice(found.name.split(' ').length), terminal, signal);
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
    tame.err(
      `omg-oracle: ${error.message}\n${error instanceof UsageError ? `"omg-oracle ${commandOf(args)?.name ?? ''}${commandOf(args) === null ? '' : ' '}--help" says more.\n` : ''}`,
    );
    return EXIT.usage;
  }
}
