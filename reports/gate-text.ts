/** A gate's report on a terminal: one line a claim, then the smallest problem that shows each failure. */

import type { ClaimResult } from '../src/verdict.js';
import { accountLines, BROKEN, headline, met, note, outcome, tally, toneOf, troublesByKind, verdictText, type Group } from './account.js';
import { painter } from './colours.js';
import { GUESS_COLUMNS, guessRows, judgedAs, who, worstCaseCells, worstCaseTitle, WORST_CASE_COLUMNS, type GateReport } from './gate.js';
import { aligned, clean, count, duration, oneLine, wholeRun, WORDS } from './wording.js';

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

const cases = (result: ClaimResult): string => (result.cases === 0 ? '' : `${count(result.cases)} ${result.cases === 1 ? 'case ' : 'cases'}`);

function heading({ subject }: GateReport): readonly string[] {
  if (subject === null) return ['The optimizer never introduced itself.'];
  const { name, language, dtype, door, source, restarts } = subject;
  const about = [language, dtype].filter((part) => part !== '').join(', ');
  const again = restarts === 0 ? [] : [`  its process had to be started anew ${restarts === 1 ? 'once' : `${count(restarts)} times`}`];
  return [oneLine(`${name === '' ? 'An optimizer without a name' : who(subject)} (${about}), ${judgedAs(subject)}`), `  ${door}: ${oneLine(source)}`, ...again];
}

function worstCaseLines(report: GateReport): readonly string[] {
  const title = worstCaseTitle(report);
  if (title === null) return [];
  const rows = [WORST_CASE_COLUMNS, ...(report.worstCases ?? []).map(worstCaseCells)];
  return ['', `${title}:`, ...aligned(rows.map((row) => row.map(clean))).map((line) => `  ${line}`)];
}

function guessLines(report: GateReport): readonly string[] {
  const rows = guessRows(report);
  // What it takes nothing of, and does not fail at, says nothing.
  const telling = rows.filter(([, taken, , failed]) => /\d/u.test(taken) || failed !== '');
  if (rows.length === 0) return [];
  return [
    '',
    ...aligned([GUESS_COLUMNS, ...telling]).map((line) => `  ${clean(line)}`),
    ...(telling.length < rows.length ? [`  It takes no session of ${telling.length === 0 ? 'any method' : count(rows.length - telling.length) + ' other methods'}.`] : []),
  ];
}

const TO_DO = 'what to do: ';

/**
 * What there is to say of an optimizer that never introduced itself: nothing was judged, and all of it for one reason. null where it did, or where that
 * was expected. The rest of what it said is in the report.
 */
function neverIntroduced(report: GateReport, files: readonly string[], paint: ReturnType<typeof painter>): readonly string[] | null {
  const cause = report.claims.find((result) => BROKEN.includes(result.verdict));
  if (report.subject !== null || cause === undefined || met(cause) || (report.expectations ?? []).length > 0) return null;
  const [why = '', ...said] = clean(cause.reason ?? cause.verdict).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  // A program's last words tell most; those of a module are the reason itself.
  const last = said.some((line) => line.startsWith('standard error')) ? said.findLast((line) => !line.startsWith(TO_DO)) : undefined;
  const advice = said.find((line) => line.startsWith(TO_DO))?.slice(TO_DO.length) ?? 'correct it, and run the same command again';
  const others = report.claims.length - 1;
  return [
    paint(
      'bad',
      oneLine(`${WORDS[cause.verdict].mark} expected an optimizer that introduces itself, got ${why}${last === undefined ? '' : `: ${last}`}`),
    ),
    `  ${oneLine(advice)}`,
    `${paint('bad', 'DID NOT RUN')}: ${others === 0 ? 'nothing' : `none of the other ${count(others)} ${others === 1 ? 'claim' : 'claims'}`} was judged${
      files.length === 0 ? '' : `; written: ${files.map(clean).join(', ')}`
    }.`,
    '',
  ];
}

/** The table of claims, a block for each kind of failure that keeps the run from passing, and how it came out: what `gate` prints. */
export function renderGateSummary(report: GateReport, colour: boolean, files: readonly string[]): string {
  const paint = painter(colour);
  const alone = neverIntroduced(report, files, paint);
  if (alone !== null) return alone.join('\n');
  const word = (result: ClaimResult): string => `${WORDS[result.verdict].mark} ${verdictText(result)}`;
  const [names, words, numbers] = [
    widest(report.claims.map(({ id }) => clean(id))),
    widest(report.claims.map(word)),
    widest(report.claims.map(cases)),
  ];
  const groups = troublesByKind(report);
  // What is said of one is not said of each that fails in the same way.
  const said = (result: ClaimResult): string => {
    const first = groups.find(({ alike }) => alike.includes(result))?.first;
    return first !== undefined && note(first) === note(result) ? `as ${clean(first.id)}` : note(result);
  };
  // Padded before it is painted: colours have length but no width.
  const line = (result: ClaimResult): string =>
    [clean(result.id).padEnd(names), paint(toneOf(result), word(result).padEnd(words)), cases(result).padStart(numbers), said(result)].join('  ').trimEnd();

  const block = ({ first: result, alike }: Group): readonly string[] => [
    '',
    paint(toneOf(result), `${word(result)}: ${clean(result.id)}`),
    `  ${oneLine(result.statement)}`,
    ...accountLines(result, '    '),
    ...(alike.length === 0 ? [] : [`  In the same way: ${alike.map(({ id }) => clean(id)).join(', ')}`]),
  ];
  const outdated = (report.expectations ?? []).map((text) => `  ${oneLine(text)}`);
  const { warnings = [] } = report;
  const ended = outcome(report);
  const { word: how, tone, reason } = ended;
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  return [
    ...heading(report),
    ...guessLines(report),
    '',
    ...report.claims.map(line),
    ...worstCaseLines(report),
    ...groups.flatMap(block),
    ...(outdated.length === 0 ? [] : ['', paint('bad', '✗ the expected failures are out of date'), ...outdated]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((text) => `⚠ ${oneLine(text)}`)]),
    '',
    `${headline(ended, (text) => paint(tone, text.toUpperCase()))} ${reason}.`,
    `${count(report.claims.length)} ${report.claims.length === 1 ? 'claim' : 'claims'} in ${duration(Math.max(0, took))}${how === 'passed' ? '' : `: ${tally(report)}`}.`,
    `Again: ${oneLine(wholeRun(report))}`,
    ...files.map((file) => `Written: ${clean(file)}`),
    '',
  ].join('\n');
}
