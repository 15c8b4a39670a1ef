/** The errata as a Markdown table, for a README or a step summary. */

import type { Counterexample, Report } from '../src/verdict.js';
import { tokens } from './math.js';
import { clean, errata, failure, place, shortValue, valueOf } from './wording.js';

/** Text that Markdown takes as text: no emphasis, no link, no tag, no formula, no end of the table's cell. */
function plain(text: string): string {
  return clean(text)
    .replace(/\s+/gu, ' ')
    .replace(/[\\`*_{}[\]<>|~#$&]/gu, (character) => (character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`));
}

function math(text: string): string {
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
  const head = ['Claim', 'As printed', 'Corrected', 'Counterexample'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
