/** Several optimizers side by side: what a run of several says at its end. */

import type { ClaimResult } from '../src/verdict.js';
import { headline, note, outcome, troubles } from './account.js';
import { painter } from './colours.js';
import type { GateReport } from './gate.js';
import { plain, renderStepSummary, table } from './markdown.js';
import { aligned, count, oneLine, WORDS, type Tone } from './wording.js';

/** An optimizer by the name that the run gives it, and what came of it. */
export interface SubjectReport {
  readonly name: string;
  /** Where its files are. */
  readonly folder: string;
  readonly report: GateReport;
}

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', known: '✓', bad: '✗', open: '?', quiet: '–' };

/** How one came out, in a line, with the first thing that is wrong: "✗ mine  FAILED: 1 violated. identity: NaN ≠ 1". */
export function subjectLine({ name, report }: SubjectReport, colour: boolean): string {
  const paint = painter(colour);
  const ended = outcome(report);
  const [first] = ended.word === 'passed' ? [] : troubles(report);
  const why = first === undefined || note(first) === '' ? '' : ` ${first.id}: ${note(first)}`;
  return `${paint(ended.tone, `${MARKS[ended.tone]} ${name}`)}  ${headline(ended, (word) => paint(ended.tone, word.toUpperCase()))} ${oneLine(ended.reason)}.${why}`;
}

const cell = (result: ClaimResult | undefined): string =>
  result === undefined ? '' : result.expectation?.met === true ? '– as expected' : `${WORDS[result.verdict].mark} ${result.verdict}`;

/** Every claim that one of them was asked, in the order of the first that was. */
const claimsOf = (subjects: readonly SubjectReport[]): readonly string[] => [...new Set(subjects.flatMap(({ report }) => report.claims.map(({ id }) => id)))];

const resultOf = ({ report }: SubjectReport, claim: string): ClaimResult | undefined => report.claims.find(({ id }) => id === claim);

/** Columns of a terminal. */
const WIDTH = 110;

/** A table of claims and subjects, or several one below the other where there are more subjects than a terminal has columns for. */
export function renderSubjects(subjects: readonly SubjectReport[], colour: boolean): string {
  const paint = painter(colour);
  const columnOf = (one: SubjectReport): readonly string[] => [one.name, ...claimsOf(subjects).map((id) => cell(resultOf(one, id)))];
  const names = ['claim', ...claimsOf(subjects).map(oneLine)];
  const widest = (column: readonly string[]): number => Math.max(...column.map((text) => text.length));
  const blocks: SubjectReport[][] = [];
  let left = 0;
  for (const one of subjects) {
    const width = 2 + widest(columnOf(one));
    if (width > left) {
      blocks.push([]);
      left = WIDTH - widest(names);
    }
    blocks.at(-1)!.push(one);
    left -= width;
  }
  return blocks.map((taken) => {
    const columns = taken.map(columnOf);
    const rows = names.map((name, i) => [name, ...columns.map((column) => column[i]!)]).filter(([, ...cells]) => cells.some((text) => text !== ''));
    return aligned(rows).map((line) => `${/ [✗!] /u.test(line) ? paint('bad', line) : line}\n`).join('');
  }).join('\n');
}

/** So many of those that did not pass are shown in full: GitHub takes a megabyte for a step, and a reader less. */
const MOST = 10;

/** The same in Markdown, with the summary of each that did not pass. */
export function renderSubjectsSummary(subjects: readonly SubjectReport[]): string {
  const passed = subjects.filter(({ report }) => outcome(report).word === 'passed');
  const others = subjects.filter(({ report }) => outcome(report).word !== 'passed');
  const head = `## ${others.length === 0 ? '✅' : '❌'} ${count(passed.length)} of ${count(subjects.length)} optimizers passed\n\n`;
  const outcomes = table([
    ['Optimizer', 'Outcome'],
    ...subjects.map(({ name, report }) => [plain(name), plain(`${headline(outcome(report))} ${outcome(report).reason}`)]),
  ]);
  const claims = table([
    ['Claim', ...subjects.map(({ name }) => plain(name))],
    ...claimsOf(subjects).map((id) => [`\`${id}\``, ...subjects.map((one) => plain(cell(resultOf(one, id))))]),
  ]);
  const left = others.length - MOST;
  const more = left > 0 ? `\n${count(left)} more: each folder has its summary.md.\n` : '';
  return `${head}${outcomes}\n${claims}\n${others.slice(0, MOST).map(({ report }) => renderStepSummary(report)).join('\n')}${more}`;
}
