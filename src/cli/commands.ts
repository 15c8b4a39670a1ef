/** Every command with its words and options. What is parsed, the help, docs/CLI.md and the completions are made of this table. */

import { closest } from '../base/closest.js';
import { METHOD_NAMES } from '../gate/methods.js';
import { BACKENDS, FIGURE_MODELS, MODELS, OPTIMIZERS } from '../resnet/names.js';

export interface OptionInfo {
  /** Without its dashes. */
  readonly name: string;
  /** What stands for its value, "N"; null of an option that has none. */
  readonly value: string | null;
  readonly text: string;
  /** What holds where it is not given; null where that goes without saying. */
  readonly otherwise: string | null;
  /** Every value that there is, where they are few. */
  readonly choices: readonly string[] | null;
}

export interface CommandInfo {
  readonly name: string;
  /** The words behind its name, as they are shown: "MODULE". */
  readonly words: string;
  /** How many of them it takes. */
  readonly most: number;
  /** What it does, in a line. */
  readonly text: string;
  readonly options: readonly OptionInfo[];
  /** Command lines that work, and what each does. */
  readonly examples: readonly (readonly [line: string, text: string])[];
  /** The page that says more. */
  readonly page: string;
  /** What to do where there are more words than it takes. */
  readonly instead: string;
}

const option = (name: string, value: string | null, text: string, otherwise: string | null = null, choices: readonly string[] | null = null): OptionInfo => ({
  name,
  value,
  text,
  otherwise,
  choices,
});

const OUT = option('out', 'DIR', 'where the report goes', 'reports/out');
const NO_OUT = option('out', 'DIR', 'where a report goes', 'none is written');
const SHARD = option('shard', 'i/n', 'the i-th of n parts of the claims; "report merge" joins their reports', 'all of them');
const seed = (otherwise: string): OptionInfo => option('seed', 'S', '0 to 2147483647; the same version, seed and options draw the same', otherwise);
const cases = (text: string, otherwise: string): OptionInfo => option('cases', 'N', text, otherwise);
const PROGRAM = option('command', '"…"', 'the optimizer as a program, run by the shell in the current folder');
const QUESTION: readonly OptionInfo[] = [
  PROGRAM,
  option('like', 'NAME', 'the method whose usual settings it is told', null, METHOD_NAMES),
  option('config', 'JSON', 'the settings that it is told', 'those of --like'),
  option('horizon', 'N', 'after how many gradients it is judged, 1 to 200'),
  option('smoothness', 'L', 'how fast gradients change at most', '1'),
  option('strong-convexity', 'MU', 'how strongly convex every f is, from 0 to below L', '0'),
  option('criterion', 'WHAT', 'f(x_N) − f*, ‖∇f(x_N)‖², or ‖x_N − x*‖²', 'value', ['value', 'gradient', 'distance']),
  option('condition', 'WHAT', 'what is bounded at the start: ‖x_0 − x*‖ or f(x_0) − f*', 'distance', ['distance', 'value']),
  option('judged', 'POINT', 'at which point', 'iterate', ['iterate', 'query', 'average']),
];
const QUOTES = '; a program and its arguments go in quotes: --command "python3 my.py"';

const command = (
  name: string,
  words: string,
  most: number,
  text: string,
  page: string,
  options: readonly OptionInfo[],
  examples: CommandInfo['examples'],
  instead = '',
): CommandInfo => ({
  name,
  words,
  most,
  text,
  page,
  examples,
  instead,
  options: [...options, option('json', null, 'prints the machine-readable result alone on standard output')],
});

export const COMMANDS: readonly CommandInfo[] = [
  command('verify', '', 0, 'checks every claim of the paper, as printed and as corrected', 'docs/VERIFY.md', [
    option('claims', 'a,b', 'only these', 'all'),
    cases('floating-point cases asked of each variant, 1 to 10,000,000; exact numbers are asked for a tenth', '2000'),
    seed('drawn, and printed'),
    option('time', '60s', 'a budget: 500ms, 60s, 2m; what has not ended by then is inconclusive', 'none'),
    option('quiet', null, 'no line for each claim: how it ended alone'),
    SHARD,
    OUT,
  ], [['omg-oracle verify --claims theorem-1-rate --seed 1', 'one claim, and the counterexample that refutes it as printed']]),
  command('gate', '[MODULE | --command "…"]', 1, 'judges an optimizer: is it the method that it claims to be?', 'docs/GATE.md', [
    PROGRAM,
    option('config', 'FILE', 'several optimizers, and what is asked of each', 'omg-oracle.config.json, where no optimizer is named'),
    option('like', 'NAME', 'the method that it claims to be; none asks for manners and symmetries alone', 'the nearest is told, and that is no pass', [...METHOD_NAMES, 'none']),
    option('claims', 'a,b', 'only these', 'all'),
    cases('sessions asked of its identity, 1 to 1,000,000; other claims are asked for a share', '200'),
    seed('drawn, and printed'),
    option('expected', 'FILE', 'failures that are known'),
    option('fix', null, 'writes that file anew from this run'),
    option('require-worst-case', '"…"', 'a bound that its worst case must keep; several have semicolons between them'),
    option('counterexamples', 'DIR', 'cases that run first', 'counterexamples/ below --out'),
    option('watch', null, 'judges a module again after each change of it or of what it imports'),
    option('start-timeout', '30s', 'how long its first answer may take', '30s'),
    option('request-timeout', '10s', 'how long each other answer may take', '10s'),
    SHARD,
    OUT,
  ], [
    ['omg-oracle gate optimizer.mjs --like nesterov', 'a module in JavaScript or TypeScript'],
    [
      'omg-oracle gate --command "python3 optimizer.py" --like nesterov --require-worst-case "f(x_N) - f* <= 2*L*R^2/(N+1)^2"',
      'a program in any language, and a bound that it must keep',
    ],
  ], QUOTES),
  command('worst-case', 'NAME | MODULE | --command "…"', 1, 'proves how badly a method with fixed steps may do', 'docs/WORST-CASES.md', [
    ...QUESTION,
    option('certificate', 'FILE', 'keeps the proof'),
  ], [['omg-oracle worst-case nesterov --horizon 10', 'Nesterov’s method after ten gradients'], [
    'omg-oracle worst-case optimizer.mjs --like heavy-ball --horizon 5',
    'an optimizer of yours',
  ]], QUOTES),
  command('worst-case paper', '', 0, 'the same for every special case of the paper, and the regret of Eq. (5)', 'docs/WORST-CASES.md', [
    option('horizon', 'N', 'up to how many rounds, 1 to 100', '40'),
    NO_OUT,
  ], [['omg-oracle worst-case paper --horizon 10', 'ten rounds of each']]),
  command('certificate check', 'FILE…', Infinity, 'checks such proofs, exactly', 'docs/WORST-CASES.md', [
    option('of', 'NAME|MODULE', 'whose certificate it must be: then the options of worst-case say what is asked'),
    ...QUESTION,
    option('require', '"…"', 'the bound that it must be within: "f(x_N) - f* <= L*R^2/N"'),
  ], [['omg-oracle certificate check proof.json --of nesterov --horizon 10', 'whether it is a proof, and of Nesterov’s method']]),
  command('resnet', '', 0, 'trains a ResNet with rates that are learnt, and records every step', 'docs/RESNET.md', [
    option('optimizer', 'NAME', 'the update', 'optimistic', OPTIMIZERS),
    option('model', 'NAME', 'the network', 'resnet20', MODELS),
    option('steps', 'N', 'how many', '50'),
    option('batch', 'N', 'pictures a step', '8'),
    option('image', 'N', 'their height and width', '32; 64 for resnet50'),
    option('classes', 'N', 'how many', '10'),
    option('rate', 'W', 'η, or w in the first step', '0.1'),
    option('meta-rate', 'BETA', 'β', '0.01'),
    option('weight-decay', 'LAMBDA', 'the loss gains ½λΣ‖x‖²', '0'),
    option('label-smoothing', 'S', 'the share of each label that is spread over all classes', '0'),
    option('data', 'DIR', 'pictures in DIR/train/CLASS', 'made-up ones'),
    option('evaluate', 'N', 'how many of DIR/val are classified after the last step', 'none'),
    option('backend', 'NAME', 'what computes', 'auto', ['auto', ...BACKENDS]),
    option('trace', 'FILE', 'records every step'),
    option('sample', 'N', 'elements recorded of each tensor', 'all'),
    option('save', 'FILE', 'a checkpoint at the end'),
    option('resume', 'FILE', 'goes on from one'),
    option('as-printed', null, 'takes the updates as the paper prints them'),
    seed('drawn, and printed'),
    NO_OUT,
  ], [['omg-oracle resnet --steps 20 --trace run.arrow', 'twenty steps on made-up pictures, recorded']]),
  command('trace check', 'FILE', 1, 'judges every recorded step of a run, element by element', 'docs/TRACES.md', [
    option('like', 'NAME', 'the method that it must be', 'what the trace says of itself', ['gradient-descent', 'sgd-momentum', 'meta-sgd', 'optimistic-meta-sgd']),
    option('config', 'JSON', 'settings in place of those that it says of itself'),
    NO_OUT,
  ], [['omg-oracle trace check run.arrow', 'a run that "resnet" or PyTorch recorded']]),
  command('figures', '[1|2]', 1, 'computes and draws the paper’s figures; 1 trains for minutes', 'docs/FIGURES.md', [
    option('model', 'NAME', 'the network of figure 1', 'resnet8', FIGURE_MODELS),
    option('steps', 'N', 'how many of figure 1', 'what docs/FIGURES.md says'),
    option('backend', 'NAME', 'what computes figure 1', 'auto', ['auto', ...BACKENDS]),
    seed('1'),
    OUT,
  ], [['omg-oracle figures 2', 'quadratics, in a second']]),
  command('init', '[DIR]', 1, 'writes a starter that passes the gate', 'docs/GATE.md', [
    option('language', 'NAME', 'in which it is written', 'javascript', ['javascript', 'python', 'rust']),
    option('force', null, 'replaces files that are there'),
  ], [['omg-oracle init --language python', 'optimizer.py and its adapter, here']]),
  command('claims', '[ID]', 1, 'what is checked and what is known; of one claim everything', 'docs/claims', [option('claims', 'a,b', 'only these', 'all')], [[
    'omg-oracle claims theorem-1-rate',
    'statement, proof, counterexamples, tests',
  ]]),
  command('replay', 'FILE', 1, 'runs a counterexample again, or each of a report.json', 'docs/VERIFY.md', [], [[
    'omg-oracle replay reports/out/report.json',
    'all that the last run found',
  ]]),
  command(
    'report',
    '[FILE]',
    1,
    'renders a report.json as HTML, JUnit, SARIF and Markdown, and sums it up',
    'docs/REPORTS.md',
    [option('out', 'DIR', 'where they go', 'the folder of FILE')],
    [['omg-oracle report', 'reports/out/report.json']],
    '; several are joined by "omg-oracle report merge"',
  ),
  command('report merge', 'FILE…', Infinity, 'joins the report.json of every part of a run', 'docs/CAMPAIGNS.md', [OUT], [[
    'omg-oracle report merge part-*/report.json --out whole',
    'what the whole run would have written',
  ]]),
  command('completion', 'bash|zsh|fish', 1, 'prints what a shell completes', 'docs/CLI.md', [], [[
    'omg-oracle completion bash',
    'where omg-oracle is installed globally, ~/.bashrc has: source <(omg-oracle completion bash)',
  ]]),
  command('self-test', '', 0, 'every saboteur must be caught, and every claim must catch one', 'CONTRIBUTING.md', [
    cases('cases asked of each saboteur and claim, 1 to 1,000,000', '40'),
    seed('1'),
    NO_OUT,
  ], [['omg-oracle self-test', 'three minutes']]),
];

/** The command that `words` begin with. The longest name counts: "report merge" is not "report". */
export function commandOf(words: readonly string[]): CommandInfo | null {
  const named = (count: number): CommandInfo | undefined => COMMANDS.find(({ name }) => words.length >= count && name === words.slice(0, count).join(' '));
  return named(2) ?? named(1) ?? null;
}

/** The name that was perhaps meant. */
export function closestCommand(words: readonly string[]): string | null {
  const first = words[0] ?? '';
  return COMMANDS.find(({ name }) => name.startsWith(`${first} `))?.name ?? closest(words.slice(0, 2).join(' '), COMMANDS.map(({ name }) => name)) ??
    closest(first, COMMANDS.map(({ name }) => name));
}

const STATUSES = 'Exit status: 0 as expected, 1 something is violated, 2 usage, 3 something did not run, 4 inconclusive, interrupted or not judged.';

/** Columns of a terminal. */
const WIDTH = 110;

/** The words of a text on lines that are no longer than that, where no word is. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) => wrapped(right, WIDTH - width - 4).map((line, i) => `  ${(i === 0 ? left : '').padEnd(width)}  ${line}\n`)).join('');
};

const shown = ({ name, value }: OptionInfo): string => (value === null ? `--${name}` : `--${name} ${value}`);

/** What it takes, and what holds without it: "the network: resnet20 or resnet50 (resnet20)". */
export function optionText({ text, choices, otherwise }: OptionInfo): string {
  return `${text}${choices === null ? '' : `: ${choices.join(', ')}`}${otherwise === null ? '' : ` (${otherwise})`}`;
}

/** What is printed where somebody asks what there is. */
export function overview(): string {
  return `omg-oracle — checks the theory of optimistic meta-gradients, claim by claim, and optimizers against it

${columns(COMMANDS.map(({ name, text }) => [`omg-oracle ${name}`, text]))}
"omg-oracle COMMAND --help" says what a command takes, with an example; -v tells the version; --debug shows where an unexpected error came from.
${STATUSES}
`;
}

/** What is printed where somebody asks about one command. */
export function help({ name, words, text, options, examples, page }: CommandInfo): string {
  return `omg-oracle ${name} ${words}${words === '' ? '' : ' '}[options]
${text}

${columns(options.map((one) => [shown(one), optionText(one)]))}
${examples.map(([line, what]) => `  ${line}\n      ${what}\n`).join('')}
${page} says more. ${STATUSES}
`;
}
