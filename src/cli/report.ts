import { dirname, join } from 'node:path';
import { prepareOutput } from '../../reports/files.js';
import { writeRenderings } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { OUT, parse, text } from './arguments.js';
import type { Command } from './command.js';
import { merge } from './merge.js';
import { readSoundReport } from './read-report.js';

/** Renders a report.json, and sums it up; or joins several. @returns the exit status of the run that it is of. */
export const command: Command = async (args, terminal, signal) => {
  if (args[0] === 'merge') return merge(args.slice(1), terminal, signal);
  const { values, words } = parse(args, ['out'], 1, [], '; several are joined by "omg-oracle report merge"');
  const path = words[0] ?? join(OUT, 'report.json');
  const report = await readSoundReport(path);
  const out = text(values, 'out') ?? dirname(path);
  prepareOutput(out);
  const files = await writeRenderings(out, report);
  terminal.out(values['json'] === true ? `${JSON.stringify(report)}\n` : `${renderSummary(report, { colour: terminal.colour, files })}\n`);
  return report.exitStatus;
};
