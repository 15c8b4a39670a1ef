/** The report on a terminal: one line a claim, then the totals. */

import { VERDICTS, type ClaimResult, type Figure1Info, type Figure2Info, type Report, type SpecialCaseInfo, type Verdict } from '../src/verdict.js';
import { headline, outcome } from './account.js';
import { painter } from './colours.js';
import { figure1Tables } from './figure-1.js';
import { figure2Findings, figure2Table } from './figure-2.js';
import { isGateReport } from './gate.js';
import { renderGateSummary } from './gate-text.js';
import { specialCaseTables } from './special-cases.js';
import { aligned, clean, count, duration, errata, failure, pairs, runnable, wholeRun, WORDS, type Pair } from './wording.js';

export interface SummaryOptions {
  /** Whether whoever reads it sees colours. The marks say the same without. */
  readonly colour?: boolean;
  /** Where the files of this run are, to be named at the end. */
  readonly files?: readonly string[];
  /** Whether each claim has had its line already, or is to have none. */
  readonly told?: boolean;
}

/** What else is worth the rest of the line: why there is no verdict, or the numbers that refute. */
function remark(printed: ClaimResult | undefined, corrected: ClaimResult | undefined): string {
  const results = [printed, corrected].filter((result) => result !== undefined);
  const troubled = results.filter(({ verdict }) => ['bad', 'open'].includes(WORDS[verdict].tone));
  for (const { variant, reason } of troubled) if (reason !== null) return `${variant}: ${reason}`;
  const [counterexample] = [...troubled, ...results].flatMap((result) => result.counterexample ?? []);
  if (counterexample === undefined) return '';
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  return nearly ?? `${lhs} ${relation} ${rhs}`;
}

const word = (verdict: Verdict | undefined): string => (verdict === undefined ? '' : `${WORDS[verdict].mark} ${verdict}`);

/** Wide enough for every verdict, and for a million cases. */
const WIDTH = { verdict: Math.max(...VERDICTS.map((verdict) => word(verdict).length)), cases: count(1e6).length };

/** The lines of a table of claims, each of which can be told as soon as its claim has ended. @param ids all that may be told of. */
export function claimTable(ids: readonly string[], colour: boolean): { readonly head: string; readonly line: (pair: Pair) => string } {
  const paint = painter(colour);
  const first = Math.max(...['claim', ...ids.map(clean)].map((text) => text.length));
  // Padded before it is painted: colours have length but no width.
  const cell = (result: ClaimResult | undefined): string => paint(result === undefined ? 'quiet' : WORDS[result.verdict].tone, word(result?.verdict).padEnd(WIDTH.verdict));
  return {
    head: `${'claim'.padEnd(first)}  ${'as printed'.padEnd(WIDTH.verdict)}  ${'corrected'.padEnd(WIDTH.verdict)}  ${'cases'.padStart(WIDTH.cases)}`,
    line({ id, printed, corrected }) {
      const cases = count(Math.max(printed?.cases ?? 0, corrected?.cases ?? 0)).padStart(WIDTH.cases);
      const note = clean(remark(printed, corrected)).replaceAll('\n', ' ');
      return [clean(id).padEnd(first), cell(printed), cell(corrected), cases, note].join('  ').trimEnd();
    },
  };
}

/** What a run prints at its end: one line a claim (for `verify` with both verdicts) unless they have been told, the totals, and where the files are. */
export function renderSummary(report: Report, { colour = false, files = [], told = false }: SummaryOptions = {}): string {
  if (isGateReport(report)) return renderGateSummary(report, colour, files);
  const paint = painter(colour);
  const rows = pairs(report);
  const { head, line } = claimTable(rows.map(({ id }) => id), colour);
  const totals = VERDICTS.flatMap((verdict) => {
    const number = report.totals[verdict] ?? 0;
    return number === 0 ? [] : [paint(WORDS[verdict].tone, `${count(number)} ${verdict}`)];
  });
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const done = count(report.claims.length);
  const wrong = errata(report).length;
  const ended = outcome(report);
  return [
    ...(told ? [] : [head, ...rows.map(line), '']),
    ...(report.complete ? [] : [paint('bad', `NOT COMPLETE: the run stopped after ${done} results; the rest was not checked.`)]),
    `${count(rows.length)} ${rows.length === 1 ? 'claim' : 'claims'} in ${duration(Math.max(0, took))}: ${totals.join(', ') || 'no results'}.`,
    ...(ended.word === 'passed' ? [`${headline(ended, (text) => paint(ended.tone, text.toUpperCase()))}${ended.scope === null ? ' no claim was left out.' : ''}`] : []),
    ...(wrong === 0 ? [] : [`${count(wrong)} ${wrong === 1 ? 'statement is' : 'statements are'} false as printed.`]),
    ...report.claims.flatMap(({ verdict, replay }) => (verdict === 'violated' && replay !== null ? [`Violated: ${clean(runnable(replay))}`] : [])),
    `Again: ${clean(wholeRun(report))}`,
    ...files.map((file) => `Written: ${clean(file)}`),
    '',
  ].join('\n');
}

/** The worst cases of the paper's special cases, a table for each quantity. */
export function renderSpecialCases(cases: readonly SpecialCaseInfo[], horizons?: readonly number[]): string {
  return specialCaseTables(cases, horizons).map(tableText).join('\n');
}

function tableText({ title, head, rows }: { readonly title: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }): string {
  return `${title}:\n${aligned([head, ...rows]).map((line) => `  ${line}\n`).join('')}`;
}

/** Figure 2 in numbers. */
export function renderFigure2(info: Figure2Info): string {
  return `Figure 2: f(x) = xᵀQx from (${info.start.join(', ')}); the Qs and the sweeps are this package's, as the paper's are not public\n${tableText(figure2Table(info))}${
    figure2Findings(info).map((line) => `${line}\n`).join('')
  }`;
}

/** Figure 1 in numbers, and what is to be made of it. */
export function renderFigure1(info: Figure1Info): string {
  const { model, parameters, image, batch, steps, seeds, device, heldOut, claim: { id, verdict, reason } } = info;
  return [
    `Figure 1 at another scale: ${model} (${count(parameters)} parameters) on made-up pictures of ${image}×${image}, ${batch} a step, ${steps} steps, seeds ${
      seeds.join(', ')
    }; held out: ${heldOut} pictures; ${clean(device)}\n`,
    figure1Tables(info).map(tableText).join(''),
    `${WORDS[verdict].mark} ${id}: ${verdict}, ${reason}\n`,
  ].join('');
}
