import { EXIT } from '../runner/exit-status.js';
import { parse } from './arguments.js';
import type { Command } from './command.js';
import { COMMANDS, type CommandInfo, type OptionInfo } from './commands.js';
import { UsageError } from './usage.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A word in single quotes, as the three shells read it. */
const word = (text: string): string => `'${text.replaceAll("'", '’')}'`;

/** First words of commands, and behind each what its second word may be. */
const FIRST = [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]!))];
const second = (first: string): readonly string[] => COMMANDS.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));

/** Behind an option that has few values come those; behind any other, and where no option is begun, files. */
function bash(): string {
  const flags = ({ options }: CommandInfo): string => options.map(({ name }) => `--${name}`).join(' ');
  const branch = ({ name }: CommandInfo): string => (name.includes(' ') ? word(name) : `${word(name)}|'${name} '*`);
  // The longest name first: "report merge" is not "report".
  const commands = COMMANDS.toSorted((a, b) => b.name.length - a.name.length);
  const values = ({ options }: CommandInfo): string =>
    options.flatMap(({ name, choices }) => (choices === null ? [] : [`      --${name}) words=${word(choices.join(' '))} ;;\n`])).join('');
  return `_omg_oracle() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${word([...FIRST, 'help'].join(' '))} -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${FIRST.filter((first) => second(first).length > 0).map((first) => `      ${first}) words=${word(second(first).join(' '))} ;;\n`).join('')}    esac
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${
    commands.map((info) =>
      `    ${branch(info)}) case "$before" in
${values(info)}      *) [ "\${current#-}" = "$current" ] || words=${word(flags(info))} ;;
    esac ;;
`
    ).join('')
  }  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _omg_oracle omg-oracle
`;
}

function fish(): string {
  const line = (condition: string, rest: string): string => `complete -c omg-oracle -n ${word(condition)} ${rest}\n`;
  const option = (first: string) => ({ name, value, text, choices }: OptionInfo): string =>
    line(`__fish_seen_subcommand_from ${first}`, `-l ${name}${value === null ? '' : choices === null ? ' -r' : ` -x -a ${word(choices.join(' '))}`} -d ${word(text)}`);
  return FIRST.map((first) => {
    const [{ text }] = COMMANDS.filter(({ name }) => name.split(' ')[0] === first) as [CommandInfo];
    const options = new Map(COMMANDS.filter(({ name }) => name.split(' ')[0] === first).flatMap((info) => info.options.map((one) => [one.name, one] as const)));
    const verbs = second(first);
    return line('__fish_use_subcommand', `-a ${word(first)} -d ${word(text)}`)
      + (verbs.length === 0 ? '' : line(`__fish_seen_subcommand_from ${first}`, `-a ${word(verbs.join(' '))}`))
      + [...options.values()].map(option(first)).join('');
  }).join('');
}

/** What a shell completes: commands, options, and values where they are few. */
export const command: Command = (args, terminal) => {
  const { words: [shell] } = parse('completion', args);
  const known = SHELLS.find((one) => one === shell);
  if (known === undefined) throw new UsageError(`expected a shell, one of ${SHELLS.join(', ')}, got ${shell === undefined ? 'none' : `"${shell}"`}`);
  const scripts = { bash, zsh: () => `autoload -U +X bashcompinit && bashcompinit\n${bash()}`, fish };
  terminal.out(scripts[known]());
  return EXIT.ok;
};
