/** Markdown: a report as the summary of a workflow's step, the errata as a table in it. */

import type { ClaimResult, Counterexample, Report, SpecialCaseInfo } from '../src/verdict.js';
import { accountLines, hasVariants, headline, nameOf, note, outcome, resultName, tally, troubles, verdictText } from './account.js';
import { GUESS_COLUMNS, guessRows, worstCaseCells, worstCaseTitle, WORST_CASE_COLUMNS } from './gate.js';
import { tokens } from './math.js';
import { specialCaseTables } from './special-cases.js';
import { clean, count, duration, errata, failure, pairs, place, shortNumber, shortValue, valueOf, wholeRun, WORDS } from './wording.js';

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
export const table = ([head = [], ...rows]: readonly (readonly string[])[]): string => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

/**
 * The errata table: what is printed, what holds instead, and the counterexample in numbers. One line a claim whose
 * printed variant is refuted, in the report's order; ends with a line break.
 */
export function renderErrata(report: Report): string {
  const rows = errata(report).map(({ id, printed, corrected, counterexample, added }) => {
    const given = added.length === 0 ? '' : `<br>provided that: ${added.map(math).join('; ')}`;
    const right = corrected === undefined ? '' : `${math(corrected.statement)}${given}`;
    const where = `\`${clean(id)}\`<br>${plain(place(printed.source))}`;
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

function firstFailure(report: Report): string {
  const [worst, ...others] = troubles(report);
  if (worst === undefined) return '';
  const lines = [worst.statement, '', ...accountLines(worst, '', hasVariants(report))];
  const shown = lines.length <= LINES ? lines : [...lines.slice(0, LINES), '…'];
  const rest = others.length === 0 ? '' : ` (${count(others.length)} more in report.html)`;
  return `\n### \`${clean(resultName(report, worst))}\` ${plain(verdictText(worst))}${rest}\n\n${block(shown.join('\n'))}`;
}

const verdictCell = (result: ClaimResult | undefined): string => (result === undefined ? '' : plain(`${WORDS[result.verdict].mark} ${verdictText(result)}`));
const casesCell = (...results: readonly (ClaimResult | undefined)[]): string => {
  const most = Math.max(0, ...results.map((result) => result?.cases ?? 0));
  return most === 0 ? '' : count(most);
};

const ratioCell = ({ tightest = null }: Partial<ClaimResult> = {}): string => (tightest === null ? '' : plain(shortNumber(tightest.ratio)));

/** Every claim: as printed and as corrected side by side, where it has both. */
function everyClaim(report: Report): string {
  if (report.claims.length === 0) return '';
  if (!hasVariants(report))
    return table([
      ['Claim', 'Verdict', 'Cases', 'Note'],
      ...report.claims.map((result) => [`\`${clean(result.id)}\``, verdictCell(result), casesCell(result), plain(note(result))]),
    ]);
  return table([
    ['Claim', 'As printed', 'Corrected', 'Cases', 'Tightest ratio'],
    ...pairs(report).map(({ id, printed, corrected }) => [
      `\`${clean(id)}\``,
      verdictCell(printed),
      verdictCell(corrected),
      casesCell(printed, corrected),
      ratioCell(corrected),
    ]),
  ]);
}

/** The summary of a workflow's step: how it came out, the errata, the first failure in full, every claim in a table, and the command that runs it again. */
export function renderStepSummary(report: Report): string {
  const { subject = null, expectations = [], warnings = [], specialCases = [] } = report;
  const ended = outcome(report);
  const { tone, reason } = ended;
  const mark = { good: '✅', known: '✅', bad: '❌', open: '⚠️', quiet: '⚠️' }[tone];
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const about = subject === null ? '' : `${plain([subject.language, subject.dtype, subject.door].filter((part) => part !== '').join(', '))}. `;
  const outdated = expectations.length === 0 ? '' : `\nThe expected failures are out of date:\n\n${expectations.map((text) => `- ${plain(text)}\n`).join('')}`;
  const skipped = warnings.length === 0 ? '' : `\nCounterexamples that were skipped:\n\n${warnings.map((text) => `- ${plain(text)}\n`).join('')}`;
  const wrong = errata(report).length;
  const printed = wrong === 0 ? '' : `\n### ${count(wrong)} ${wrong === 1 ? 'statement is' : 'statements are'} false as printed\n\n${renderErrata(report)}`;
  const open = ['bad', 'open'].includes(tone);
  const all = everyClaim(report);
  const claims = open || all === '' ? `\n${all}` : `\n<details><summary>Every claim</summary>\n\n${all}\n</details>\n`;
  const title = worstCaseTitle(report);
  const worst = title === null ? '' : `\n${plain(title)}:\n\n${table([WORST_CASE_COLUMNS, ...(report.worstCases ?? []).map((row) => worstCaseCells(row).map(plain))])}`;
  const guesses = guessRows(report);
  const near = guesses.length === 0 ? '' : `\n${table([GUESS_COLUMNS, ...guesses.map((row) => row.map(plain))])}`;
  const special = specialCases.length === 0 ? '' : `\n<details><summary>Worst cases</summary>\n\n${renderSpecialCases(specialCases)}\n</details>\n`;
  return [
    `## ${mark} ${plain(nameOf(report))}: ${plain(headline(ended).replace(/[:.]$/u, ''))}\n\n`,
    `${about}${plain(reason)}${reason === tally(report) ? '' : ` (${plain(tally(report))})`}, in ${duration(Math.max(0, took))}.\n`,
    outdated,
    skipped,
    near,
    printed,
    firstFailure(report),
    claims,
    special,
    worst,
    `\nAgain, with the same cases:\n\n${block(wholeRun(report))}`,
  ].join('');
}
