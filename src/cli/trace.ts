import { prepareOutput } from '../base/files.js';
import type { GateReport } from '../../reports/gate.js';
import { writeOutputs } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { unknownMember } from '../base/closest.js';
import { conclusion } from '../runner/exit-status.js';
import { TRACE_COLUMNS, TRACE_METHODS, checkConfig, configMembers } from '../trace/format.js';
import type { SubjectInfo } from '../verdict.js';
import { parse, quoted, repeated, text } from './arguments.js';
import type { Command } from './command.js';
import { optional } from './optional.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, objectOption } from './usage.js';

/**
 * Judges the recorded steps of a run, of whatever framework.
 * @returns the exit status. @throws {UsageError} @throws {InputError} what is no trace. @throws {OutputError}
 */
export const command: Command = async (args, terminal, signal) => {
  const { values, words: [file] } = parse('trace check', args);
  if (file === undefined) throw new UsageError('expected a file: omg-oracle trace check FILE');
  const [like, config, out] = [text(values, 'like'), text(values, 'config'), text(values, 'out') ?? null];
  const { checkTraceFile, headerOf } = await optional(() => import('../trace/check-file.js'));
  const header = headerOf(file);
  const method = like === undefined ? header.method : choiceOption('like', like, TRACE_METHODS);
  const given = config === undefined ? {} : objectOption('config', config, '{"nesterov":true}');
  const members = configMembers(method);
  const unknown = unknownMember(given, members);
  if (unknown !== null) throw new UsageError(`expected --config to have members of ${method} (${members.join(', ')}), ${unknown}`);
  const lacking = TRACE_COLUMNS[method].find((name) => !(TRACE_COLUMNS[header.method] as readonly string[]).includes(name));
  if (lacking !== undefined)
    throw new UsageError(`expected --like to name a method whose numbers are in the trace: one of ${header.method} has no column "${lacking}" of ${method}`);
  // Another method knows only some of what this one was configured with.
  const known = Object.entries(header.config).filter(([name]) => members.includes(name));
  const effective = checkConfig(file, method, { ...Object.fromEntries(known), ...given }, header.steps);
  if (out !== null) prepareOutput(out);
  const startedAt = new Date();
  const { results, steps, elements } = await checkTraceFile(file, header, method, effective, signal);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const complete = !signal.aborted;
  const { name, version, device } = header.producer;
  const words = [quoted(file), repeated(values)].filter((part) => part !== '').join(' ');
  const subject: SubjectInfo = { name, version, language: device, dtype: 'float32', capabilities: [], door: 'trace', source: file, like: method, guess: null, restarts: 0 };
  const report: GateReport = {
    schemaVersion: 1,
    tool: TOOL,
    command: `omg-oracle trace check ${words}`,
    seed: header.sample?.seed ?? 0,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    subject,
    claims: results,
    ...conclusion({ subject, claims: results, complete }),
    complete,
  };
  const files = out === null ? [] : (await writeOutputs(out, report)).filter((path) => path.endsWith('.html'));
  if (values['json'] === true) terminal.out(`${JSON.stringify(report)}\n`);
  else {
    const tensors = header.sample === null ? 'all elements' : `up to ${header.sample.count} elements each`;
    const rate = elements > 1e6 ? `, ${(elements / seconds / 1e6).toPrecision(3)} million a second` : '';
    terminal.out(
      `${steps.toLocaleString('en')} steps of ${header.parameters.length.toLocaleString('en')} tensors, ${tensors}: ${elements.toLocaleString('en')} elements${rate}\n${
        renderSummary(report, { colour: terminal.colour, files })
      }\n`,
    );
  }
  return report.exitStatus;
};
