import { dirname, join } from 'node:path';
import { prepareOutput } from '../base/files.js';
import { writeRenderings } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { OUT, parse, text } from './arguments.js';
import type { Command } from './command.js';
import { readSoundReport } from './read-report.js';

/** Renders a report.json, and sums it up. @returns the exit status of the run that it is of. */
export const command: Command = async (args, terminal) => {
  const { values, words } = parse('report', args);
  const path = words[0] ?? join(OUT, 'report.json');
  const report = await readSoundReport(path);
  const out = text(values, 'out') ?? dirname(path);
  prepareOutput(out);
  const files = await writeRenderings(out, report);
  terminal.out(values['json'] === true ? `${JSON.stringify(report)}\n` : `${renderSummary(report, { colour: terminal.colour, files })}\n`);
  return report.exitStatus;
};
