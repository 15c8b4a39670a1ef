import { randomInt } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { renderAnnotations } from '../../reports/annotations.js';
import { InputError } from '../base/errors.js';
import { isFolder, plainReason, prepareFile, prepareOutput } from '../base/files.js';
import { COURTESIES, NONE, type GateReport } from '../../reports/gate.js';
import { readCounterexample, writeReport } from '../../reports/json.js';
import { renderStepSummary } from '../../reports/markdown.js';
import { subjectFile, writeOutputs } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { gateClaimsWith } from '../gate/claims/index.js';
import type { GateClaim } from '../gate/claim.js';
import { openDoor, type DoorOptions } from '../gate/door.js';
import { judge, noExpectations, readExpectations, rewritten, writeExpectations, type Expectations } from '../gate/expectations.js';
import { METHOD_NAMES, type MethodName } from '../gate/methods.js';
import { readRequirement, type Requirement } from '../gate/requirement.js';
import { runGate, type GateRun, type KeptCounterexample } from '../gate/run-gate.js';
import { gateSaboteurs } from '../gate/saboteurs.js';
import { DEFAULT_SESSIONS } from '../gate/search.js';
import { typicalConfigs } from '../gate/typical.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import { conclusion } from '../runner/exit-status.js';
import type { ClaimResult, ShardInfo, SubjectInfo, WorstCaseInfo } from '../verdict.js';
import { OUT, checkModule, quoted, repeated, text, type Values } from './arguments.js';
import { QUIET, type Terminal } from './command.js';
import { commandLine, shardOption, shareOf, type Shard } from './shard.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, durationOption, integerOption, namesOption } from './usage.js';

/** The file that is read where a command line names no optimizer. */
export const CONFIG = 'omg-oracle.config.json';

/** One optimizer, and what is asked of it. */
export interface GateOptions {
  readonly subject: DoorOptions;
  /** The words of a command line that name it. */
  readonly whom: string;
  /** null: nothing is named; then the run is no pass. */
  readonly like: MethodName | typeof NONE | null;
  /** The text of --claims. */
  readonly claims: string | undefined;
  readonly cases: number;
  /** The part of the claims that is run; null: all. */
  readonly shard: Shard | null;
  readonly seed: number | null;
  /** The expected-failures file. */
  readonly expected: string | null;
  /** Whether that file is rewritten from what came out. */
  readonly fix: boolean;
  /** A folder of counterexample files that run first. */
  readonly counterexamples: string | null;
  /** Milliseconds that a start and a request may take. */
  readonly limits: { readonly start?: number; readonly request?: number };
  /** The text of --require-worst-case: bounds, with semicolons between them. */
  readonly required: string | undefined;
  readonly out: string;
  readonly json: boolean;
  /** The whole run's command line, without its seed and --out. */
  readonly line: string;
  /** --out as it was given, for the command line. */
  readonly outWords: string;
}

/** What a run needs, and nothing of which a person can have got wrong any more. */
export interface Prepared {
  readonly options: GateOptions;
  /** Every claim that there is, and those that are wanted. */
  readonly all: readonly GateClaim[];
  readonly wanted: readonly GateClaim[];
  readonly expectations: Expectations;
  readonly known: readonly KeptCounterexample[];
  readonly skipped: readonly string[];
}

/** Everything that a person may have got wrong comes before anything is started. @throws {UsageError} @throws {InputError} a malformed expected-failures file or counterexample. */
export function prepare(options: GateOptions): Prepared {
  const { like, out, expected, fix } = options;
  const all = gateClaimsWith(requirements(options));
  const wanted = namesOption(options.claims, all, `the gate's are ${all.map(({ id }) => id).join(', ')}`);
  if (options.required !== undefined && !wanted.some(({ id }) => id === 'worst-case')) throw new UsageError('expected "worst-case" among the --claims beside --require-worst-case');
  const method = like === NONE ? null : like;
  const expectations = expected === null ? noExpectations(method) : readExpectations(expected, method, fix ? 'empty' : 'refused');
  if (options.counterexamples !== null && !isFolder(options.counterexamples)) {
    const remedy = 'Make it, or leave the option out: then those of earlier runs run first, which lie below --out.';
    throw new InputError({
      expected: `a folder of counterexamples at ${options.counterexamples}`,
      received: existsSync(options.counterexamples) ? 'it is no folder' : 'there is none',
      remedy,
    });
  }
  const kept = keptCases(options.counterexamples ?? join(out, 'counterexamples'), options.counterexamples === null ? null : all.map(({ id }) => id));
  return { options, all, wanted, expectations, ...kept };
}

/** What came of a run, and the files for people. */
export interface Judged {
  readonly report: GateReport;
  readonly files: readonly string[];
}

/** Makes the report of a run from what has come of it so far. */
type Reporter = (
  subject: SubjectInfo | null,
  results: readonly ClaimResult[],
  worst: readonly WorstCaseInfo[],
  complete: boolean,
  unplayable?: readonly string[],
  agreed?: Expectations,
) => GateReport;

function reporter({ options, all, wanted, expectations, skipped }: Prepared, seed: number, startedAt: Date): Reporter {
  const { out, expected, shard, line } = options;
  const today = startedAt.toISOString().slice(0, 10);
  const [hello, bye] = COURTESIES;
  const ids = [hello, ...wanted.map(({ id }) => id), bye];
  const leftOut = all.filter((claim) => !wanted.includes(claim)).map(({ id }) => id);
  const part: { readonly shard?: ShardInfo } = shard === null ? {} : { shard: { ...shard, claims: ids, command: line, out, expected } };
  return (subject, results, worst, complete, unplayable = [], agreed = expectations) => {
    const judged = judge(results, agreed, today, (claim) => options.claims !== undefined || !complete || (shard !== null && ids.includes(claim)));
    const { results: claims, problems } = judged;
    const warnings = [...skipped, ...unplayable];
    return {
      schemaVersion: 1,
      tool: TOOL,
      command: commandLine(line, shard, options.outWords, seed),
      seed,
      ...part,
      ...(leftOut.length === 0 ? {} : { leftOut }),
      subject,
      expectations: problems,
      ...(warnings.length === 0 ? {} : { warnings }),
      worstCases: worst,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      claims,
      ...conclusion({ ...part, subject, expectations: problems, claims, complete }),
      complete,
    };
  };
}

/** Writes the report of a run that has not begun: from now on one of this run lies there, and not one of a run before. @throws {OutputError} */
export function announce(prepared: Prepared, seed: number): GateReport {
  const report = reporter(prepared, seed, new Date())(null, [], [], false);
  writeReport(prepared.options.out, report);
  return report;
}

/** Judges an optimizer and writes its report as the claims end. @throws {OutputError} */
export async function judgeSubject(prepared: Prepared, terminal: Terminal, signal: AbortSignal): Promise<Judged> {
  const { options, wanted, expectations, known } = prepared;
  const { like, out, expected, fix, shard } = options;
  const claims = shareOf(shard, wanted);
  prepareOutput(out);
  if (fix && expected !== null) prepareFile(expected, '--expected FILE');
  const seed = options.seed ?? randomInt(2 ** 31);
  const startedAt = new Date();
  const report = reporter(prepared, seed, startedAt);
  const withReplay = (result: ClaimResult): ClaimResult => (result.counterexample === null ? result : { ...result, replay: replayOf(options, result.id, seed) });
  const done: ClaimResult[] = [];
  announce(prepared, seed);
  const run: GateRun = await runGate({
    door: openDoor({ ...options.subject, limits: options.limits }),
    like,
    claims,
    cases: options.cases,
    seed,
    signal,
    known,
    saboteurs: gateSaboteurs,
    onResult(result, count, total) {
      done.push(withReplay(result));
      writeReport(out, report(null, done, [], false));
      if (terminal.interactive && Date.now() - startedAt.getTime() > QUIET) terminal.err(`\r\u001b[K${count}/${total} ${result.id} ${result.verdict}`);
    },
  });
  if (terminal.interactive) terminal.err('\r\u001b[K');
  const results = run.results.map(withReplay);
  const found = report(run.subject, results, run.worstCases, run.complete, run.warnings);
  const mended = fix && expected !== null && run.complete ? rewritten(expectations, found, startedAt.toISOString().slice(0, 10)) : null;
  if (mended !== null && expected !== null) writeExpectations(expected, mended);
  // What was mended is judged as it is now.
  const final = mended === null ? found : report(run.subject, results, run.worstCases, run.complete, run.warnings, mended);
  const files = [
    ...(mended === null ? [] : [expected!]),
    ...(await writeOutputs(out, final, expected)).filter((path) => path.endsWith('.html') || path.includes('counterexamples')),
  ];
  if (fix && expected !== null && !run.complete) terminal.err(`omg-oracle: ${expected} was left as it is: it is written from a complete run only\n`);
  return { report: final, files };
}

/** Tells what came of it, on the terminal and to the CI around it. @returns the exit status. */
export function tell({ report, files }: Judged, { json, expected }: GateOptions, terminal: Terminal): number {
  terminal.out(json ? `${JSON.stringify(report)}\n` : `${renderSummary(report, { colour: terminal.colour, files })}\n`);
  if (!json) annotate(report, expected, terminal);
  summarize(renderStepSummary(report), terminal);
  return report.exitStatus;
}

/** Shows failures beside the files of a change, in a workflow. */
export function annotate(report: GateReport, expected: string | null, terminal: Terminal): void {
  if (process.env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of renderAnnotations(report, subjectFile(report.subject) ?? expected)) terminal.command(line);
}

/** Adds to the summary of a workflow's step, where there is one. */
export function summarize(markdown: string, terminal: Terminal): void {
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary === undefined || summary === '') return;
  try {
    appendFileSync(summary, markdown);
  } catch (error) {
    // The verdict is told elsewhere; summary.md has the same.
    terminal.err(`omg-oracle: the step summary could not be written to ${summary}: ${plainReason(error)}\n`);
  }
}

/** @throws {UsageError} bounds that cannot be read, or of a method that has no worst case to compute. */
function requirements({ required, like }: GateOptions): readonly Requirement[] {
  if (required === undefined) return [];
  if (like === null || like === NONE || typicalConfigs(like, 1).length === 0) {
    const known = METHOD_NAMES.filter((name) => typicalConfigs(name, 1).length > 0).join(', ');
    throw new UsageError(
      `expected --like with a method whose steps are fixed beside --require-worst-case (${known}), got ${like ?? 'none'}: nothing else has a worst case that is computed`,
    );
  }
  try {
    return required.split(';').map(readRequirement);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--require-worst-case: ${error.message}`);
    throw error;
  }
}

function replayOf({ whom, like, required, out }: GateOptions, claim: string, seed: number): string {
  return `omg-oracle gate ${whom}${like === null ? '' : ` --like ${like}`} --claims ${claim}${
    required === undefined || claim !== 'worst-case' ? '' : ` --require-worst-case ${quoted(required)}`
  } --seed ${seed} --out ${quoted(out)}`;
}

/**
 * The counterexamples of a folder, and of the files that hold none a line each: what was kept ends no run.
 * @param claims those that a file must be of, where somebody named the folder; null where it may be another command's, too.
 */
function keptCases(dir: string, claims: readonly string[] | null): { readonly known: readonly KeptCounterexample[]; readonly skipped: readonly string[] } {
  const [known, skipped]: [KeptCounterexample[], string[]] = [[], []];
  if (!existsSync(dir)) return { known, skipped };
  for (const name of readdirSync(dir).filter((one) => one.endsWith('.json')).toSorted((a, b) => (a < b ? -1 : 1))) {
    const file = join(dir, name);
    try {
      const counterexample = readCounterexample(file, GENERATOR_VERSION);
      if (claims?.includes(counterexample.claim) === false) skipped.push(`${file} was skipped: "${counterexample.claim}" is no claim of the gate`);
      else known.push({ ...counterexample, file });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped.push(`${file} was skipped: expected ${error.complaint.expected.replace(` in ${file}`, '')}, but ${error.complaint.received}`);
    }
  }
  return { known, skipped };
}

/**
 * What a command line asks for.
 * @param program the program behind --command, where it is given word by word. @throws {UsageError}
 */
export function gateOptions(values: Values, words: readonly string[], program?: DoorOptions): GateOptions {
  const line = text(values, 'command');
  if ((line === undefined) === (words[0] === undefined)) {
    throw new UsageError(
      `expected an optimizer: either a module (omg-oracle gate my-optimizer.mjs) or --command "python3 my.py", got ${
        line === undefined ? `neither, and there is no ${CONFIG} here` : 'both'
      }`,
    );
  }
  if (words[0] !== undefined) checkModule(words[0]);
  const like = text(values, 'like');
  const fix = values['fix'] === true;
  const expected = text(values, 'expected') ?? null;
  if (fix && expected === null) throw new UsageError('expected --expected FILE beside --fix: the file that is to be rewritten');
  if (fix && text(values, 'claims') !== undefined) throw new UsageError('expected --fix without --claims: the file is rewritten from a complete run only');
  const shard = shardOption(text(values, 'shard'));
  if (fix && shard !== null) throw new UsageError('expected --fix without --shard: the file is rewritten from a complete run only');
  const [start, request] = [durationOption('start-timeout', text(values, 'start-timeout')), durationOption('request-timeout', text(values, 'request-timeout'))];
  return {
    subject: line === undefined ? { module: words[0]! } : (program ?? { command: line }),
    whom: line === undefined ? quoted(words[0]!) : `--command ${quoted(line)}`,
    like: like === undefined ? null : choiceOption('like', like, [...METHOD_NAMES, NONE] as const, '; --like none asks for manners and symmetries alone'),
    claims: text(values, 'claims'),
    cases: integerOption('cases', text(values, 'cases'), 1, 1_000_000) ?? DEFAULT_SESSIONS,
    seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null,
    expected,
    fix,
    counterexamples: text(values, 'counterexamples') ?? null,
    limits: { ...(start === undefined ? {} : { start }), ...(request === undefined ? {} : { request }) },
    required: text(values, 'require-worst-case'),
    out: text(values, 'out') ?? OUT,
    json: values['json'] === true,
    shard,
    line: ['omg-oracle gate', ...words.map(quoted), repeated(values, ['shard', 'out', 'watch'])].filter((part) => part !== '').join(' '),
    outWords: text(values, 'out') === undefined ? '' : ` --out ${quoted(text(values, 'out')!)}`,
  };
}
