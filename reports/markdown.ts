/** Markdown: the errata as a table for a README, and a gate's report as the summary of a workflow's step. */

import type { Counterexample, Report, SpecialCaseInfo } from '../src/verdict.js';
import { accountLines, judgedAs, note, outcome, tally, troubles, verdictText, who, worstCaseCells, worstCaseTitle, WORST_CASE_COLUMNS, type GateReport } from './gate.js';
import { tokens } from './math.js';
import { specialCaseTables } from './special-cases.js';
import { clean, count, duration, errata, failure, place, shortValue, valueOf, wholeRun, WORDS } from './wording.js';

/** Text that Markdown takes as text: no emphasis, no link, no tag, no formula, no end of the table's cell. */
export function plain(text: string): string {
  return clean(text)
    .replace(/\s+/gu, ' ')
    .replace(/[\\`*_{}[\]<>|~#$&]/gu, (character) => (character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`));
}

/** The same, with what is under and over the line set so. */
export function math(text: string): string {
  return tokens(text)
    .map(({ kind, text: piece }) => {
      if (kind === 'text' || kind === 'letter') return plain(piece);
      return `<${kind}>${math(piece.replaceAll('-', '−'))}</${kind}>`;
    })
    .join('');
}

function proof(counterexample: Counterexample): string {
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  const values = Object.entries(counterexample.evidence).map(([name, value]) => `${math(name)} = ${plain(shortValue(valueOf(name, value)))}`);
  const about = nearly === null ? '' : ` (${plain(nearly)})`;
  return [`**${plain(`${lhs} ${relation} ${rhs}`)}**${about}`, ...(values.length === 0 ? [] : [values.join(', ')])].join('<br>');
}

/** A table, the first row its head; ends with a line break. */
export const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

/**
 * The errata table: what is printed, what holds instead, and the counterexample in numbers. One line a claim whose
 * printed variant is refuted, in the report's order; ends with a line break. Links are from the package's root.
 */
export function renderErrata(report: Report): string {
  const rows = errata(report).map(({ id, printed, corrected, counterexample, added }) => {
    const given = added.length === 0 ? '' : `<br>provided that: ${added.map(math).join('; ')}`;
    const right = corrected === undefined ? '' : `${math(corrected.statement)}${given}`;
    const where = `[\`${clean(id)}\`](docs/claims/${clean(id)}.md)<br>${plain(place(printed.source))}`;
    return [where, math(printed.statement), right, counterexample === null ? '' : proof(counterexample)];
  });
  return table([['Claim', 'As printed', 'Corrected', 'Counterexample'], ...rows]);
}

/** The worst cases of the paper's special cases, a table for each quantity, ends with a line break. */
export function renderSpecialCases(cases: readonly SpecialCaseInfo[], horizons?: readonly number[]): string {
  return specialCaseTables(cases, horizons).map(({ title, head, rows }) => `${math(title)}:\n\n${table([head, ...rows].map((row) => row.map(math)))}`).join('\n');
}

/** Text as it is, in a block whose fence is longer than any run of backticks in it. */
function block(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${clean(text)}\n${fence}\n`;
}

/** How much of a failure a summary shows: GitHub takes a megabyte for a step, and a reader less. */
const LINES = 60;

function firstFailure(report: GateReport): string {
  const [worst, ...others] = troubles(report);
  if (worst === undefined) return '';
  const lines = [worst.statement, '', ...accountLines(worst)];
  const shown = lines.length <= LINES ? lines : [...lines.slice(0, LINES), '…'];
  const rest = others.length === 0 ? '' : ` (${count(others.length)} more in report.html)`;
  return `\n### \`${clean(worst.id)}\` ${plain(verdictText(worst))}${rest}\n\n${block(shown.join('\n'))}`;
}

/** The summary of a workflow's step: how it came out, every claim in a table, the first failure in full, and the command that runs it again. */
export function renderStepSummary(report: GateReport): string {
  const { subject, expectations = [] } = report;
  const { word, tone, reason } = outcome(report);
  const mark = { good: '✅', known: '✅', bad: '❌', open: '⚠️', quiet: '⚠️' }[tone];
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const about = subject === null ? '' : `${plain([subject.language, subject.dtype, subject.door].filter((part) => part !== '').join(', '))}. `;
  const rows = report.claims.map((result) => [
    `\`${clean(result.id)}\``, plain(`${WORDS[result.verdict].mark} ${verdictText(result)}`), result.cases === 0 ? '' : count(result.cases), plain(note(result)),
  ]);
  const outdated = expectations.length === 0 ? '' : `\nThe expected failures are out of date:\n\n${expectations.map((text) => `- ${plain(text)}\n`).join('')}`;
  const open = ['bad', 'open'].includes(tone);
  const all = rows.length === 0 ? '' : table([['Claim', 'Verdict', 'Cases', 'Note'], ...rows]);
  const claims = open || all === '' ? `\n${all}` : `\n<details><summary>Every claim</summary>\n\n${all}\n</details>\n`;
  const title = worstCaseTitle(report);
  const worst = title === null ? '' : `\n${plain(title)}:\n\n${table([WORST_CASE_COLUMNS, ...(report.worstCases ?? []).map((row) => worstCaseCells(row).map(plain))])}`;
  return [
    `## ${mark} ${plain(who(subject))}, ${plain(judgedAs(subject))}: ${word}\n\n`,
    `${about}${plain(reason)}${reason === tally(report) ? '' : ` (${plain(tally(report))})`}, in ${duration(Math.max(0, took))}.\n`,
    outdated,
    firstFailure(report),
    claims,
    worst,
    `\nAgain, with the same cases:\n\n${block(wholeRun(report))}`,
  ].join('');
}
