/** The worst cases of the paper's special cases, as cells: one row a method, one column a horizon. */

import { roundedUp } from './rounded-up.js';
import type { SpecialCaseInfo } from '../src/verdict.js';

type Row = SpecialCaseInfo['rows'][number];

/** Six digits, without the zeros that say nothing. */
const DIGITS = 6;

/** The proved worst case, and its share of what is promised. */
function cell(row: Row | undefined): string {
  if (row === undefined) return '–';
  const value = row.exact === null ? `≈ ${String(Number(row.bound.toPrecision(DIGITS)))}` : roundedUp(row.exact, DIGITS);
  return row.promised === null ? value : `${value} (${(100 * row.bound / row.promised).toFixed(1)} %)`;
}

export interface SpecialCaseTable {
  /** What the numbers are. */
  readonly title: string;
  readonly head: readonly string[];
  /** As many cells as `head`. */
  readonly rows: readonly (readonly string[])[];
}

/** A table for each quantity. @param horizons which columns; left out: all that there are. */
export function specialCaseTables(cases: readonly SpecialCaseInfo[], horizons?: readonly number[]): SpecialCaseTable[] {
  const titleOf = ({ quantity, unit }: SpecialCaseInfo): string => `The worst ${quantity} in units of ${unit}, as proved, and its share of the bound`;
  return [...new Set(cases.map(titleOf))].map((title) => {
    const own = cases.filter((one) => titleOf(one) === title);
    const Ts = horizons ?? [...new Set(own.flatMap(({ rows }) => rows.map(({ T }) => T)))].toSorted((a, b) => a - b);
    return {
      title,
      head: ['Method', 'Bound', ...Ts.map((T) => `T = ${T}`)],
      rows: own.map(({ name, bound, claim, rows }) => [name, `${bound} (${claim})`, ...Ts.map((T) => cell(rows.find((row) => row.T === T)))]),
    };
  });
}
