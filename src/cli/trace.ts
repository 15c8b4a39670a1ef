import { prepareOutput } from '../../reports/files.js';
import type { GateReport } from '../../reports/gate.js';
import { writeGateOutputs } from '../../reports/gate-files.js';
import { renderSummary } from '../../reports/text.js';
import { exitStatus } from '../runner/exit-status.js';
import { TRACE_METHODS, checkConfig, type TraceConfig } from '../trace/format.js';
import { quoted } from './gate.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption } from './usage.js';
import { totals, type Terminal } from './verify.js';

export interface TraceCommand {
  readonly file: string;
  /** The text of --like; what the trace itself says otherwise. */
  readonly like: string | undefined;
  /** The text of --config: members that replace the trace's own. */
  readonly config: string | undefined;
  /** Where the report goes; null: nowhere. */
  readonly out: string | null;
  readonly json: boolean;
}

/**
 * Judges the recorded steps of a run, of whatever framework.
 * @returns the exit status. @throws {UsageError} @throws {InputError} what is no trace. @throws {OutputError}
 */
export async function checkTraceCommand({ file, like, config, out, json }: TraceCommand, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { checkTraceFile, headerOf } = await traces();
  const header = headerOf(file);
  const method = like === undefined ? header.method : choiceOption('like', like, TRACE_METHODS);
  const given = configOf(config);
  const effective = checkConfig(file, method, { ...header.config, ...given });
  if (out !== null) prepareOutput(out);
  const startedAt = new Date();
  const { results, steps, elements } = await checkTraceFile(file, header, method, effective, signal);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const complete = !signal.aborted;
  const { name, version, device } = header.producer;
  const words = [quoted(file), ...(like === undefined ? [] : ['--like', like]), ...(config === undefined ? [] : ['--config', quoted(config)]), ...(out === null ? [] : ['--out', quoted(out)])].join(' ');
  const report: GateReport = {
    schemaVersion: 1, tool: TOOL, command: `omg-oracle trace check ${words}`, seed: header.sample?.seed ?? 0, startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString(),
    subject: { name, version, language: device, dtype: 'float32', capabilities: [], door: 'trace', source: file, like: method, guess: null, restarts: 0 },
    claims: results, totals: totals(results), exitStatus: exitStatus(results, complete), complete,
  };
  const files = out === null ? [] : writeGateOutputs(out, report, null).filter((path) => path.endsWith('.html'));
  if (json) terminal.out(`${JSON.stringify(report)}\n`);
  else {
    const tensors = header.sample === null ? 'all elements' : `up to ${header.sample.count} elements each`;
    const rate = elements > 1e6 ? `, ${(elements / seconds / 1e6).toPrecision(3)} million a second` : '';
    terminal.out(`${steps.toLocaleString('en')} steps of ${header.parameters.length.toLocaleString('en')} tensors, ${tensors}: ${elements.toLocaleString('en')} elements${rate}\n${renderSummary(report, { colour: terminal.colour, files })}\n`);
  }
  return report.exitStatus;
}

/** @throws {UsageError} where the package that reads traces is not installed. */
async function traces(): Promise<typeof import('../trace/check-file.js')> {
  try {
    return await import('../trace/check-file.js');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND' || !/apache-arrow|flatbuffers/.test(String(error))) throw error;
    throw new UsageError('expected the package that reads traces to be installed, and it is not: npm install apache-arrow@21 flatbuffers@25', { cause: error });
  }
}

/** @throws {UsageError} */
function configOf(text: string | undefined): TraceConfig {
  if (text === undefined) return {};
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  } catch {
    // Told below, as everything else that is no object.
  }
  throw new UsageError(`expected --config to be a JSON object, such as '{"nesterov":true}', got ${text}`);
}
