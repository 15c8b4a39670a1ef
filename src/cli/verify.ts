import { randomInt } from 'node:crypto';
import { prepareOutput } from '../base/files.js';
import { writeCounterexample, writeReport } from '../../reports/json.js';
import { writeOutputs } from '../../reports/outputs.js';
import { claimTable, renderSummary } from '../../reports/text.js';
import { duration, type Pair } from '../../reports/wording.js';
import type { Claim } from '../claim.js';
import { figure2 } from '../figures/figure-2.js';
import { DEFAULT_CASES } from '../runner/claim-info.js';
import { conclusion } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { runClaims } from '../runner/run-claims.js';
import { specialCases } from '../special-cases.js';
import { reference } from '../subject.js';
import type { ClaimResult, Report, ShardInfo, VariantName } from '../verdict.js';
import { OUT, parse, quoted, text } from './arguments.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { commandLine, shardOption, shareOf, type Shard } from './shard.js';
import { TOOL } from './tool.js';
import { durationOption, integerOption, namesOption } from './usage.js';

interface VerifyOptions {
  /** Those of the whole run. */
  readonly all: readonly Claim[];
  /** Ids of the others. */
  readonly leftOut: readonly string[];
  /** The part of them that is run; null: all. */
  readonly shard: Shard | null;
  readonly cases: number;
  /** null: one is drawn, and printed. */
  readonly seed: number | null;
  /** Milliseconds that the run may take; null: no limit. */
  readonly time: number | null;
  readonly out: string;
  /** " --out DIR" where it was given. */
  readonly outWords: string;
  readonly json: boolean;
  /** Whether no claim has a line of its own. */
  readonly quiet: boolean;
  /** Whether the worst cases of the paper's special cases, and its Figure 2, are reported, too. */
  readonly whole: boolean;
  /** The whole run's command line, without its seed. */
  readonly line: string;
}

const pairOf = (id: string, results: readonly ClaimResult[]): Pair => {
  const of = (wanted: VariantName): ClaimResult | undefined => results.find((one) => one.id === id && one.variant === wanted);
  return { id, printed: of('printed'), corrected: of('corrected') };
};

/** After how many rounds the worst cases of special cases are reported. */
const HORIZONS = [1, 2, 5, 10] as const;

/**
 * Runs the claims and writes report.json as they end, so that a run that is cut off leaves what it had.
 * @returns the exit status. @throws {OutputError} where the report cannot be written; nothing has run by then.
 */
async function verify(options: VerifyOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { all, leftOut, shard, cases, line, out } = options;
  const claims = shareOf(shard, all);
  prepareOutput(out);
  const seed = options.seed ?? randomInt(2 ** 31);
  if (!options.json)
    terminal.out(
      `seed ${seed}${options.seed === null ? ' (drawn; --seed gives it again)' : ''}, ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}, ${cases} float64 ${
        cases === 1 ? 'case' : 'cases'
      } each\n`,
    );
  if (!options.json && claims.length === 0)
    terminal.out(`nothing to do: part ${shard?.index} of ${shard?.count} has none of the claims, of which there ${all.length === 1 ? 'is 1' : `are ${all.length}`}\n`);
  const startedAt = new Date();
  const done: ClaimResult[] = [];
  const table = claimTable(claims.map(({ id }) => id), terminal.colour);
  const streams = !options.json && !options.quiet && claims.length > 0;
  if (streams) terminal.out(`${table.head}\n`);
  const part: { readonly shard?: ShardInfo } = shard === null ? {} : { shard: { ...shard, claims: all.map(({ id }) => id), command: line, out, expected: null } };
  const report = (results: readonly ClaimResult[], complete: boolean): Report => ({
    schemaVersion: 1,
    tool: TOOL,
    command: commandLine(line, shard, options.outWords, seed),
    seed,
    ...part,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    claims: results,
    ...conclusion({ ...part, claims: results, complete }),
    complete,
  });
  const withReplay = (result: ClaimResult): ClaimResult => {
    if (result.counterexample === null) return result;
    return { ...result, replay: `omg-oracle replay ${writeCounterexample(out, result.counterexample)}` };
  };
  // From now on a report of this run lies there, and not one of a run before.
  writeReport(out, report([], false));
  const results = await runClaims(claims, {
    cases,
    seed,
    signal,
    deadline: options.time === null ? null : startedAt.getTime() + options.time,
    onResult(result, count, total) {
      const now = withReplay(result);
      done.push(now);
      writeReport(out, report(done, false));
      const other = done.find(({ id, variant }) => id === now.id && variant !== now.variant);
      if (streams && other !== undefined) {
        if (terminal.interactive) terminal.err('\r\u001b[K');
        terminal.out(`${table.line(pairOf(now.id, [now, other]))}\n`);
      }
      const elapsed = (Date.now() - startedAt.getTime()) / 1000;
      // By the share that has ended; before a tenth has, that says nothing.
      const left = 10 * count < total ? '' : `, about ${duration(Math.ceil(elapsed * (total - count) / count))} left`;
      if (terminal.interactive && elapsed > QUIET / 1000) terminal.err(`\r\u001b[K${count} of ${total}${left}`);
    },
  });
  if (terminal.interactive) terminal.err('\r\u001b[K');
  const told = results.map((result) => done.find(({ id, variant }) => id === result.id && variant === result.variant) ?? result);
  if (streams) {
    const ended = (id: string): boolean => done.filter((one) => one.id === id).length === 2;
    for (const { id } of claims) if (!ended(id)) terminal.out(`${table.line(pairOf(id, told))}\n`);
    terminal.out('\n');
  }
  const complete = !signal.aborted && !told.some(({ reason }) => reason === 'the time budget ran out');
  const stop = (): boolean => signal.aborted || (options.time !== null && Date.now() - startedAt.getTime() > options.time);
  const worst = options.whole ? await specialCases(reference, HORIZONS, stop) : [];
  const final: Report = {
    ...report(told, complete),
    ...(worst.length === 0 ? {} : { specialCases: worst }),
    ...(options.whole && !stop() ? { figure2: figure2(reference, seed) } : {}),
  };
  const files = (await writeOutputs(out, final)).filter((file) => /report\.(html|json)$/.test(file));
  terminal.out(options.json ? `${JSON.stringify(final)}\n` : `${renderSummary(final, { colour: terminal.colour, files, told: true })}\n`);
  return final.exitStatus;
}

export const command: Command = async (args, terminal, signal) => {
  const { values } = parse('verify', args);
  const cases = integerOption('cases', text(values, 'cases'), 1, 10_000_000) ?? DEFAULT_CASES;
  const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null;
  const time = durationOption('time', text(values, 'time')) ?? null;
  const shard = shardOption(text(values, 'shard'));
  const known = await loadClaims();
  const all = namesOption(text(values, 'claims'), known);
  const leftOut = known.filter((claim) => !all.includes(claim)).map(({ id }) => id);
  const words = ['claims', 'cases', 'time'].map((name) => (text(values, name) === undefined ? '' : ` --${name} ${quoted(text(values, name)!)}`)).join('');
  // The worst cases and the figure belong to a whole run, or to its first part.
  const whole = text(values, 'claims') === undefined && (shard === null || shard.index === 1);
  return verify(
    {
      all,
      leftOut,
      shard,
      cases,
      seed,
      time,
      out: text(values, 'out') ?? OUT,
      outWords: text(values, 'out') === undefined ? '' : ` --out ${quoted(text(values, 'out')!)}`,
      json: values['json'] === true,
      quiet: values['quiet'] === true,
      whole,
      line: `omg-oracle verify${words}`,
    },
    terminal,
    signal,
  );
};
