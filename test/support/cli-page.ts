import { table } from '../../reports/markdown.js';
import { COMMANDS, optionText, type CommandInfo } from '../../src/cli/commands.js';

/** What Markdown would take for its own. */
const plain = (text: string): string => text.replaceAll('|', String.raw`\|`);

const anchor = (name: string): string => `omg-oracle-${name.replaceAll(' ', '-')}`;

/** From docs/. */
const link = (page: string): string => (page.startsWith('docs/') ? page.slice('docs/'.length) : `../${page}`);

function section({ name, words, text, options, examples, page }: CommandInfo): string {
  const rows = options.map((
    option,
  ) => [`\`--${option.name}${option.value === null ? '' : ` ${plain(option.value)}`}\``, plain(optionText({ ...option, otherwise: null })), plain(option.otherwise ?? '')]);
  return `## omg-oracle ${name}

\`omg-oracle ${name}${words === '' ? '' : ` ${words}`} [options]\` ${text}${text.endsWith('?') ? '' : '.'} More: [${page}](${link(page)}).

\`\`\`sh
${examples.map(([line, what]) => `# ${what}\nnpx ${line}`).join('\n')}
\`\`\`

${table([['Option', 'Meaning', 'Without it'], ...rows])}`;
}

/** docs/CLI.md: the table of commands, as a page. */
export const cliPage = (): string =>
  `# The command line

Generated from the program's own table by \`npm run docs\`; \`omg-oracle COMMAND --help\` says the same.

${table([['Command', 'What it does'], ...COMMANDS.map(({ name, text }) => [`[\`omg-oracle ${name}\`](#${anchor(name)})`, text])])}
\`-h\` and \`help\` list them, \`-v\` tells the version, and \`--debug\` shows where an unexpected error came from.
Exit status: 0 as expected, 1 something is violated, 2 usage, 3 something did not run, 4 inconclusive, interrupted or not judged: [VERDICTS.md](VERDICTS.md#exit-statuses).
Ctrl-C leaves a report that is marked incomplete, and nothing is overwritten by a run that ends with 2. Progress is shown on a terminal only. \`NO_COLOR\` is respected.

${COMMANDS.map(section).join('\n')}`;
