import { randomInt } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { renderAnnotations } from '../../reports/annotations.js';
import { InputError } from '../../reports/errors.js';
import { isFolder, plainReason, prepareFile, prepareOutput } from '../../reports/files.js';
import { COURTESIES, NONE, type GateReport } from '../../reports/gate.js';
import { readCounterexample, writeReport } from '../../reports/json.js';
import { renderStepSummary } from '../../reports/markdown.js';
import { subjectFile, writeOutputs } from '../../reports/outputs.js';
import { renderSummary } from '../../reports/text.js';
import { gateClaimsWith } from '../gate/claims/index.js';
import { openDoor } from '../gate/door.js';
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
import { OUT, checkModule, parse, quoted, repeated, text } from './arguments.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { commandLine, shardOption, shareOf, type Shard } from './shard.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, durationOption, integerOption, namesOption } from './usage.js';

interface GateOptions {
  readonly subject: { readonly module: string } | { readonly command: string };
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

/**
 * Judges an optimizer and writes its report as the claims end.
 * @returns the exit status. @throws {InputError} a malformed expected-failures file or counterexample. @throws {OutputError}
 */
async function gate(options: GateOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { like, out, expected, fix, shard, line } = options;
  // Everything that a person may have got wrong comes before anything is started.
  const all = gateClaimsWith(requirements(options));
  const wanted = namesOption(options.claims, all, `the gate's are ${all.map(({ id }) => id).join(', ')}`);
  if (options.required !== undefined && !wanted.some(({ id }) => id === 'worst-case')) throw new UsageError('expected "worst-case" among the --claims beside --require-worst-case');
  const claims = shareOf(shard, wanted);
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
  const { known, skipped } = keptCases(options.counterexamples ?? join(out, 'counterexamples'), options.counterexamples === null ? null : all.map(({ id }) => id));
  prepareOutput(out);
  if (fix && expected !== null) prepareFile(expected, '--expected FILE');
  const seed = options.seed ?? randomInt(2 ** 31);
  const startedAt = new Date();
  const today = startedAt.toISOString().slice(0, 10);
  const [hello, bye] = COURTESIES;
  const ids = [hello, ...wanted.map(({ id }) => id), bye];
  const leftOut = all.filter((claim) => !wanted.includes(claim)).map(({ id }) => id);
  const part: { readonly shard?: ShardInfo } = shard === null ? {} : { shard: { ...shard, claims: ids, command: line, out, expected } };
  const report = (
    subject: SubjectInfo | null,
    results: readonly ClaimResult[],
    worst: readonly WorstCaseInfo[],
    complete: boolean,
    unplayable: readonly string[] = [],
    agreed: Expectations = expectations,
  ): GateReport => {
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
  const withReplay = (result: ClaimResult): ClaimResult => (result.counterexample === null ? result : { ...result, replay: replayOf(options, result.id, seed) });
  const done: ClaimResult[] = [];
  // From now on a report of this run lies there, and not one of a run before.
  writeReport(out, report(null, [], [], false));
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
  const mended = fix && expected !== null && run.complete ? rewritten(expectations, found, today) : null;
  if (mended !== null && expected !== null) writeExpectations(expected, mended);
  // What was mended is judged as it is now.
  const final = mended === null ? found : report(run.subject, results, run.worstCases, run.complete, run.warnings, mended);
  const files = [
    ...(mended === null ? [] : [expected!]),
    ...(await writeOutputs(out, final, expected)).filter((path) => path.endsWith('.html') || path.includes('counterexamples')),
  ];
  terminal.out(options.json ? `${JSON.stringify(final)}\n` : `${renderSummary(final, { colour: terminal.colour, files })}\n`);
  if (!options.json && process.env['GITHUB_ACTIONS'] === 'true') { for (const line of renderAnnotations(final, subjectFile(final.subject) ?? expected)) terminal.command(line); }
  if (fix && expected !== null && !run.complete) terminal.err(`omg-oracle: ${expected} was left as it is: it is written from a complete run only\n`);
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') {
    try {
      appendFileSync(summary, renderStepSummary(final));
    } catch (error) {
      // The verdict is told elsewhere; summary.md has the same.
      terminal.err(`omg-oracle: the step summary could not be written to ${summary}: ${plainReason(error)}\n`);
    }
  }
  return final.exitStatus;
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

function replayOf({ subject, like, required, out }: GateOptions, claim: string, seed: number): string {
  const whom = 'module' in subject ? quoted(subject.module) : `--command ${quoted(subject.command)}`;
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

export const command: Command = (args, terminal, signal) => {
  const { values, words } = parse('gate', args);
  const program = text(values, 'command');
  if ((program === undefined) === (words[0] === undefined)) {
    throw new UsageError(
      `expected an optimizer: either a module (omg-oracle gate my-optimizer.mjs) or --command "python3 my.py", got ${program === undefined ? 'neither' : 'both'}`,
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
  return gate(
    {
      subject: program === undefined ? { module: words[0]! } : { command: program },
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
      line: ['omg-oracle gate', ...words.map(quoted), repeated(values, ['shard', 'out'])].filter((part) => part !== '').join(' '),
      outWords: text(values, 'out') === undefined ? '' : ` --out ${quoted(text(values, 'out')!)}`,
    },
    terminal,
    signal,
  );
};
