import { resolve } from 'node:path';
import { InputError } from '../base/errors.js';
import { prepareOutput } from '../base/files.js';
import { isGateReport } from '../../reports/gate.js';
import { writeCounterexample } from '../../reports/json.js';
import { joined } from '../../reports/merge.js';
import { writeOutputs } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { conclusion } from '../runner/exit-status.js';
import type { ClaimResult, Report } from '../verdict.js';
import { OUT, parse, quoted, text } from './arguments.js';
import type { Command } from './command.js';
import { readSoundReport } from './read-report.js';
import { commandLine } from './shard.js';
import { UsageError } from './usage.js';

/**
 * Joins the reports of all parts of a run, and writes what the run itself would have written.
 * @returns the exit status of the whole run. @throws {UsageError} @throws {InputError} what does not belong together. @throws {OutputError}
 */
export const command: Command = async (args, terminal) => {
  const { values, words: paths } = parse('report merge', args);
  if (paths.length === 0) throw new UsageError('expected the reports of all parts of a run: omg-oracle report merge part-*/report.json --out DIR');
  const { whole, parts } = joined(await Promise.all(paths.map(async (path) => ({ path, report: await readSoundReport(path) }))));
  const out = text(values, 'out') ?? OUT;
  const inTheWay = paths.find((path) => resolve(path) === resolve(out, 'report.json'));
  if (inTheWay !== undefined) {
    throw new InputError({
      expected: 'another folder for the whole report than those of its parts',
      received: `it would take the place of ${inTheWay}`,
      remedy: 'Choose one with --out DIR.',
    });
  }
  prepareOutput(out);
  const { shard } = parts[0]!.report;
  const isGate = isGateReport(parts[0]!.report);
  const replayed = (result: ClaimResult): ClaimResult => {
    const { counterexample, replay } = result;
    if (counterexample === null || replay === null) return result;
    if (!isGate) return { ...result, replay: `omg-oracle replay ${writeCounterexample(out, counterexample)}` };
    const end = ` --out ${quoted(parts.find(({ report }) => report.claims.includes(result))!.report.shard.out)}`;
    return replay.endsWith(end) ? { ...result, replay: `${replay.slice(0, -end.length)} --out ${quoted(out)}` } : result;
  };
  const claims = whole.claims.map(replayed);
  const { schemaVersion, tool, seed, specialCases, figure2, ...rest } = whole;
  const command = commandLine(shard.command, null, text(values, 'out') !== undefined ? ` --out ${quoted(out)}` : '', seed);
  // In the order of a report that was written by the run itself: people compare the files.
  const final: Report = {
    schemaVersion,
    tool,
    command,
    seed,
    ...rest,
    claims,
    ...conclusion({ ...whole, claims }),
    ...(specialCases === undefined ? {} : { specialCases }),
    ...(figure2 === undefined ? {} : { figure2 }),
  };
  const files = (await writeOutputs(out, final, shard.expected)).filter((path) => (isGate ? /\.html$|counterexamples/ : /report\.(html|json)$/).test(path));
  terminal.out(values['json'] === true ? `${JSON.stringify(final)}\n` : `${renderSummary(final, { colour: terminal.colour, files })}\n`);
  return final.exitStatus;
};
