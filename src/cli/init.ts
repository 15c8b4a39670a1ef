import { STARTER_LANGUAGES, writeStarter } from '../gate/starter.js';
import { EXIT } from '../runner/exit-status.js';
import { parse, quoted, text } from './arguments.js';
import type { Command } from './command.js';
import { choiceOption } from './usage.js';

/** Writes a starter adapter, and says what to do with it. */
export const command: Command = (args, terminal) => {
  const { values, words } = parse('init', args);
  const language = choiceOption('language', text(values, 'language') ?? 'javascript', STARTER_LANGUAGES);
  const { files, commands } = writeStarter(words[0] ?? '.', language, values['force'] === true);
  const into = words[0] === undefined || words[0] === '.' ? [] : [`cd ${quoted(words[0])}`];
  terminal.out(
    values['json'] === true
      ? `${JSON.stringify({ files, commands })}\n`
      : `${files.map((file) => `Written: ${file}\n`).join('')}Now:\n${[...into, ...commands].map((line) => `  ${line}\n`).join('')}`,
  );
  return EXIT.ok;
};
