import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareFile, prepareOutput, writeWhole } from '../base/files.js';
import { renderSubjects, renderSubjectsSummary, subjectLine, type SubjectReport } from '../../reports/subjects.js';
import { runnable } from '../../reports/wording.js';
import { worst } from '../runner/exit-status.js';
import { parse, repeated, text, type Values } from './arguments.js';
import type { Command, Terminal } from './command.js';
import { configured, told } from './gate-config.js';
import { CONFIG, announce, annotate, gateOptions, judgeSubject, prepare, summarize, tell } from './gate.js';
import { watching } from './gate-watch.js';
import { UsageError, integerOption } from './usage.js';

/** What goes before the file: the rest is said of each optimizer in it. */
const BESIDE_CONFIG = ['config', 'seed', 'cases', 'out', 'json'];

/** Judges the optimizers of a file, one after the other: side by side they would wait for each other, and what one may take would depend on the others. */
async function gateConfigured(path: string, values: Values, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const other = Object.keys(values).find((name) => !BESIDE_CONFIG.includes(name));
  if (other !== undefined)
    throw new UsageError(
      other === 'fix'
        ? `expected no --fix beside ${path}: known failures are written one by one, by the command of each optimizer, which is in its report, and --expected FILE --fix`
        : `expected no --${other} beside ${path}, which says that of each optimizer; ${BESIDE_CONFIG.slice(1).map((name) => `--${name}`).join(', ')} go before what it says`,
    );
  integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1);
  integerOption('cases', text(values, 'cases'), 1, 1_000_000);
  const { subjects, out, seed } = configured(path, values, randomInt(2 ** 31));
  const prepared = subjects.map(({ name, options }) => ({ name, ...told(path, name, () => prepare(options)) }));
  const file = join(out, 'summary.md');
  prepareFile(file, '--out DIR');
  for (const { options } of prepared) prepareOutput(options.out);
  // Whatever ends this run, nothing of a run before is there to be taken for its own.
  const judged: SubjectReport[] = prepared.map((one) => ({ name: one.name, folder: one.options.out, report: announce(one, Number(seed)) }));
  const summarized = (): string => {
    const summary = renderSubjectsSummary(judged);
    writeWhole(file, summary);
    return summary;
  };
  summarized();
  const json = values['json'] === true;
  for (const [i, one] of prepared.entries()) {
    const { report } = await judgeSubject(one, terminal, signal);
    const subject = { ...judged[i]!, report };
    judged[i] = subject;
    summarized();
    if (json) continue;
    terminal.out(`${subjectLine(subject, terminal.colour)}\n`);
    annotate(report, one.options.expected, terminal);
  }
  const exitStatus = worst(judged.map(({ report }) => report.exitStatus));
  summarize(summarized(), terminal);
  const again = runnable(['gate', repeated(values), `--seed ${seed}`].filter((part) => part !== '').join(' '));
  terminal.out(
    json
      ? `${JSON.stringify({ exitStatus, subjects: judged })}\n`
      : `\n${renderSubjects(judged, terminal.colour)}\nAgain: ${again}\n${
        [file, ...judged.map(({ folder }) => join(folder, 'report.html'))].map((path) => `Written: ${path}\n`).join('')
      }\n`,
  );
  return exitStatus;
}

/** Judges a module anew after each change, with one seed: so that what comes out differently does so because of the change. */
async function gateWatched(values: Values, words: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [module] = words;
  if (module === undefined) throw new UsageError('expected a module beside --watch: of a program it is not known which files it is made of');
  if (values['fix'] === true) throw new UsageError('expected --watch without --fix: known failures are not to be written anew at each change');
  const all = { ...values, seed: text(values, 'seed') ?? String(randomInt(2 ** 31)) };
  const expected = text(values, 'expected');
  const run = async (): Promise<number> => {
    const options = gateOptions(all, words);
    return tell(await judgeSubject(prepare(options), terminal, signal), options, terminal);
  };
  return watching(module, expected === undefined ? [] : [expected], run, terminal, signal);
}

export const command: Command = async (args, terminal, signal) => {
  const { values, words } = parse('gate', args);
  const named = words.length > 0 || values['command'] !== undefined;
  const config = text(values, 'config');
  if (config !== undefined && named) throw new UsageError(`expected an optimizer or --config FILE, got both`);
  if (!named && values['watch'] !== true && (config !== undefined || existsSync(CONFIG))) return gateConfigured(config ?? CONFIG, values, terminal, signal);
  if (values['watch'] === true) return gateWatched(values, words, terminal, signal);
  const options = gateOptions(values, words);
  return tell(await judgeSubject(prepare(options), terminal, signal), options, terminal);
};
