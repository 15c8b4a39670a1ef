/** The outcome of a run for a badge, in the format of an endpoint of shields.io. */

import type { Report } from '../src/verdict.js';
import { knownFailures, notJudged, outcome, verbOf } from './account.js';
import { isGateReport, NONE } from './gate.js';
import { clean, count } from './wording.js';

const counted = (number: number, one: string, many: string): string => `${count(number)} ${number === 1 ? one : many}`;

/** How much of what was not judged has room on a badge. */
const SHOWN = 3;

/** The endpoint's JSON. Green stands for a run that ended and passed, and for nothing else; bright green for one that left nothing out. */
export function renderBadge(report: Report): string {
  const { word } = outcome(report);
  const like = report.subject?.like ?? null;
  const what = !isGateReport(report) ? verbOf(report) : like === null || like === NONE ? 'optimizer' : like;
  const left = notJudged(report);
  const beside = left.length === 0 ? '' : `; not judged: ${left.slice(0, SHOWN).join(', ')}${left.length > SHOWN ? ', …' : ''}`;
  const known = knownFailures(report).length;
  const held = report.claims.filter(({ verdict }) => verdict === 'holds').length;
  const refuted = report.claims.filter(({ verdict }) => verdict === 'refuted').length;
  const [message, color] = ((): readonly [string, string] => {
    switch (word) {
      case 'passed':
        if (known > 0) return [`${what}, ${counted(known, 'known failure', 'known failures')}${beside}`, 'yellowgreen'];
        return [
          `${what}, ${counted(held, 'claim holds', 'claims hold')}${refuted === 0 ? '' : `, ${counted(refuted, 'erratum', 'errata')}`}${beside}`,
          beside === '' ? 'brightgreen' : 'yellowgreen',
        ];
      case 'failed':
      case 'did not run':
        return [`${what} ${word}`, 'red'];
      case 'inconclusive':
        return [`${what} ${word}`, 'yellow'];
      case 'not judged':
        return [`${what} ${word}`, 'lightgrey'];
      case 'not complete':
        return [word, 'lightgrey'];
    }
  })();
  return `${JSON.stringify({ schemaVersion: 1, label: 'omg-oracle', message: clean(message), color, isError: color === 'red' }, null, 2)}\n`;
}
