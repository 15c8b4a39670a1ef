/** The gate's outcome for a badge, in the format of an endpoint of shields.io. */

import { knownFailures, outcome, type GateReport } from './gate.js';
import { clean, count } from './wording.js';

/** The endpoint's JSON. Green stands for a run that ended and passed, and for nothing else. */
export function renderBadge(report: GateReport): string {
  const { word } = outcome(report);
  const method = report.subject?.like ?? 'optimizer';
  const known = knownFailures(report).length;
  const held = report.claims.filter(({ verdict }) => verdict === 'holds').length;
  const [message, color] = ((): readonly [string, string] => {
    switch (word) {
      case 'passed':
        if (known > 0) return [`${method}, ${count(known)} known ${known === 1 ? 'failure' : 'failures'}`, 'yellowgreen'];
        return [`${method}, ${count(held)} ${held === 1 ? 'claim holds' : 'claims hold'}`, 'brightgreen'];
      case 'failed':
      case 'did not run':
        return [`${method} ${word}`, 'red'];
      case 'inconclusive':
        return [`${method} ${word}`, 'yellow'];
      case 'not complete':
        return [word, 'lightgrey'];
    }
  })();
  return `${JSON.stringify({ schemaVersion: 1, label: 'omg-oracle', message: clean(message), color, isError: color === 'red' }, null, 2)}\n`;
}
