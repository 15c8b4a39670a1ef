import type { ClaimResult, Report, Verdict } from '../verdict.js';

/** The exit statuses of every subcommand. Where several apply: 2 before 3 before 1 before 4. */
export const EXIT = { ok: 0, violated: 1, usage: 2, notRun: 3, inconclusive: 4 } as const;

const VIOLATED: readonly Verdict[] = ['violated'];
const NOT_RUN: readonly Verdict[] = ['crashed', 'timed-out', 'garbled', 'errored'];
const INCONCLUSIVE: readonly Verdict[] = ['inconclusive', 'vacuous', 'skipped'];

/** @param complete false where the run stopped early: that is never green. */
export function exitStatus(results: readonly ClaimResult[], complete: boolean): number {
  const has = (verdicts: readonly Verdict[]): boolean => results.some(({ verdict }) => verdicts.includes(verdict));
  if (has(NOT_RUN)) return EXIT.notRun;
  if (has(VIOLATED)) return EXIT.violated;
  return has(INCONCLUSIVE) || !complete || results.length === 0 ? EXIT.inconclusive : EXIT.ok;
}

/** How many results there are of each verdict. */
export function totals(results: readonly ClaimResult[]): Report['totals'] {
  const counts: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
