import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { prepareOutput, writeWhole } from '../../reports/files.js';
import { renderHtml } from '../../reports/html.js';
import { writeCounterexample, writeReport } from '../../reports/json.js';
import { renderSummary } from '../../reports/text.js';
import type { Claim } from '../claim.js';
import { exitStatus } from '../runner/exit-status.js';
import { runClaims } from '../runner/run-claims.js';
import { specialCases } from '../special-cases.js';
import { reference } from '../subject.js';
import type { ClaimResult, Report, Verdict } from '../verdict.js';
import { TOOL } from './tool.js';

export interface VerifyOptions {
  readonly claims: readonly Claim[];
  readonly cases: number;
  /** null: one is drawn, and printed. */
  readonly seed: number | null;
  /** Milliseconds that the run may take; null: no limit. */
  readonly time: number | null;
  readonly out: string;
  readonly json: boolean;
  /** Whether the worst cases of the paper's special cases are reported, too. */
  readonly specialCases: boolean;
  /** Words that go into the command line of the replay, after `omg-oracle verify`. */
  readonly words: string;
}

/** Where a run talks to: standard output and error, and whether a person reads the latter. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly interactive: boolean;
  readonly colour: boolean;
}

/** After how many rounds the worst cases of special cases are reported. */
const HORIZONS = [1, 2, 5, 10] as const;

/** A run of less than this shows no progress. */
const QUIET = 2000;

/**
 * Runs the claims and writes report.json as they end, so that a run that is cut off leaves what it had.
 * @returns the exit status. @throws {OutputError} where the report cannot be written; nothing has run by then.
 */
export async function verify(options: VerifyOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { claims, cases, out } = options;
  prepareOutput(out);
  const seed = options.seed ?? randomInt(2 ** 31);
  if (!options.json) terminal.out(`seed ${seed}${options.seed === null ? ' (drawn; --seed gives it again)' : ''}, ${claims.length} claims, ${cases} float64 cases each\n`);
  const startedAt = new Date();
  const done: ClaimResult[] = [];
  const report = (results: readonly ClaimResult[], complete: boolean): Report => ({
    schemaVersion: 1, tool: TOOL, command: `omg-oracle verify${options.words} --seed ${seed}`, seed,
    startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString(),
    claims: results, totals: totals(results), exitStatus: exitStatus(results, complete), complete,
  });
  const withReplay = (result: ClaimResult): ClaimResult => {
    if (result.counterexample === null) return result;
    return { ...result, replay: `omg-oracle replay ${writeCounterexample(out, result.counterexample)}` };
  };
  const results = await runClaims(claims, {
    cases, seed, signal, deadline: options.time === null ? null : startedAt.getTime() + options.time,
    onResult(result, count, total) {
      done.push(withReplay(result));
      writeReport(out, report(done, false));
      if (terminal.interactive && Date.now() - startedAt.getTime() > QUIET) terminal.err(`\r\u001b[K${count}/${total} ${result.id} (${result.variant}) ${result.verdict}`);
    },
  });
  if (terminal.interactive) terminal.err('\r\u001b[K');
  const told = results.map((result) => done.find(({ id, variant }) => id === result.id && variant === result.variant) ?? result);
  const complete = !signal.aborted && !told.some(({ reason }) => reason === 'the time budget ran out');
  const stop = (): boolean => signal.aborted || (options.time !== null && Date.now() - startedAt.getTime() > options.time);
  const worst = options.specialCases ? await specialCases(reference, HORIZONS, stop) : [];
  const final: Report = { ...report(told, complete), ...(worst.length === 0 ? {} : { specialCases: worst }) };
  const html = join(out, 'report.html');
  writeWhole(html, renderHtml(final));
  const path = writeReport(out, final);
  terminal.out(options.json ? `${JSON.stringify(final)}\n` : `${renderSummary(final, { colour: terminal.colour, files: [path, html] })}\n`);
  return final.exitStatus;
}

export function totals(results: readonly ClaimResult[]): Report['totals'] {
  const counts: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
