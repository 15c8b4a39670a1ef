import { join } from 'node:path';
import { prepareOutput, writeWhole } from '../base/files.js';
import { renderSpecialCases as asMarkdown } from '../../reports/markdown.js';
import { renderSpecialCases as asText } from '../../reports/text.js';
import { openProver } from '../runner/prover.js';
import { EXIT } from '../runner/exit-status.js';
import { specialCases } from '../special-cases.js';
import { reference } from '../subject.js';
import { parse, text } from './arguments.js';
import type { Command, Terminal } from './command.js';
import { integerOption } from './usage.js';

interface PaperOptions {
  /** The largest T. */
  readonly horizon: number;
  /** Where certificates and tables for every T go; null: only the shown ones are computed, and nothing is written. */
  readonly out: string | null;
  readonly json: boolean;
}

/** The horizons that a table shows. */
const SHOWN = [1, 2, 5, 10, 20, 40] as const;

/**
 * The worst cases of the paper's special cases, proved.
 * @returns the exit status: 0 where all is proved. @throws {OutputError} a folder that cannot be written to.
 */
async function paper({ horizon, out, json }: PaperOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const shown = [...SHOWN.filter((T) => T < horizon), horizon];
  const folder = out === null ? null : join(out, 'certificates');
  if (folder !== null) prepareOutput(folder);
  const horizons = folder === null ? shown : Array.from({ length: horizon }, (_, i) => i + 1);
  const prover = openProver(signal);
  const table = await specialCases(reference, horizons, () => signal.aborted, ({ id, T, certificate }) => {
    if (terminal.interactive) terminal.err(`\r\u001b[K${id}, T = ${T}`);
    if (folder !== null && certificate !== null) writeWhole(join(folder, `${id}-${T}.json`), `${JSON.stringify(certificate)}\n`);
  }, prover).finally(() => void prover.end());
  if (terminal.interactive) terminal.err('\r\u001b[K');
  const whole = { complete: !signal.aborted, cases: table };
  if (out !== null) {
    writeWhole(join(out, 'special-cases.json'), `${JSON.stringify(whole)}\n`);
    writeWhole(join(out, 'special-cases.md'), asMarkdown(table, shown));
  }
  terminal.out(
    json
      ? `${JSON.stringify(whole)}\n`
      : `${asText(table, shown)}${out === null ? '' : `Written: ${join(out, 'special-cases.json')}, ${join(out, 'special-cases.md')} and certificates for T = 1 … ${horizon}\n`}`,
  );
  return whole.complete && table.every(({ rows }) => rows.every(({ exact }) => exact !== null)) ? EXIT.ok : EXIT.inconclusive;
}

/** The paper's special cases, every one. */
export const command: Command = (args, terminal, signal) => {
  const { values } = parse('worst-case paper', args);
  return paper({ horizon: integerOption('horizon', text(values, 'horizon'), 1, 100) ?? 40, out: text(values, 'out') ?? null, json: values['json'] === true }, terminal, signal);
};
