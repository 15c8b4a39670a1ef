/** A gate's failures as workflow commands, which GitHub shows beside the files of a change. */

import { accountLines, outcome, toneOf, troubles, verdictText } from './account.js';
import type { GateReport } from './gate.js';
import { clean, count } from './wording.js';

/** GitHub shows ten of a kind for a step, and drops the rest without a word. */
const MOST = 10;

// Nothing else has a meaning in a workflow command, and `clean` has left no carriage return.
const escapeMessage = (text: string): string => clean(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

function annotations(report: GateReport): readonly Annotation[] {
  const { word, reason } = outcome(report);
  const expectations = report.expectations ?? [];
  return [
    ...(report.complete ? [] : [{ level: 'error', title: `omg-oracle: ${word}`, message: reason } as const]),
    ...(word === 'not judged' ? [{ level: 'warning', title: `omg-oracle: ${word}`, message: reason } as const] : []),
    ...troubles(report).map((result): Annotation => ({
      level: toneOf(result) === 'bad' ? 'error' : 'warning',
      title: `${result.id}: ${verdictText(result)}`,
      message: [result.statement, ...accountLines(result)].join('\n'),
    })),
    ...expectations.map((message) => ({ level: 'error', title: 'omg-oracle: expected failures', message }) as const),
  ].toSorted((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'));
}

/**
 * At most ten lines for standard output, the worst first; where there are more, the tenth says how many.
 * @param file the file beside which they are to be shown: a path from the repository's root.
 */
export function renderAnnotations(report: GateReport, file: string | null): readonly string[] {
  const all = annotations(report);
  const shown = all.length <= MOST ? all : all.slice(0, MOST - 1);
  const left = all.length - shown.length;
  const level = all.at(shown.length)?.level ?? 'error';
  const more: readonly Annotation[] = left === 0 ? [] : [{ level, title: 'omg-oracle', message: `and ${count(left)} more: see the step summary or report.html` }];
  const place = file === null ? '' : `file=${escapeProperty(file)},`;
  return [...shown, ...more].map(({ level, title, message }) => `::${level} ${place}title=${escapeProperty(title)}::${escapeMessage(message)}`);
}
