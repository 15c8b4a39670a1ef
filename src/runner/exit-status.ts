import { COURTESIES, isUnnamed, kindOf } from '../../reports/gate.js';
import type { ClaimResult, Report, Verdict } from '../verdict.js';

/** The exit statuses of every subcommand. Where several apply: 2 before 3 before 1 before 4. */
export const EXIT = { ok: 0, violated: 1, usage: 2, notRun: 3, inconclusive: 4 } as const;

/** Of several runs, the one to end with. */
export const worst = (statuses: readonly number[]): number => [EXIT.usage, EXIT.notRun, EXIT.violated, EXIT.inconclusive].find((status) => statuses.includes(status)) ?? EXIT.ok;

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
function totals(results: readonly ClaimResult[]): Report['totals'] {
  const counts: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** What a run says of itself before it is known what that comes to. */
export type Ended = Pick<Report, 'claims' | 'complete' | 'title' | 'subject' | 'expectations' | 'shard'>;

/**
 * What the results of a run come to. Whoever writes a report, joins several or reads one has it from here: what a file says of it is not believed.
 *
 * Of the gate, a failure whose expectation is met counts like a claim that holds; a claim that says nothing of the optimizer, or that it says itself
 * that it does not meet, counts neither way. An optimizer of which nothing was judged has not passed: that it says who it is, and ends when it is told
 * to, is no ground to. Of a part of a run, the others may have judged something. Where no method was named, none of its mathematics was judged.
 */
export function conclusion(run: Ended): Pick<Report, 'totals' | 'exitStatus'> {
  return { totals: totals(run.claims), exitStatus: statusOf(run) };
}

function statusOf(run: Ended): number {
  const { claims, complete, expectations = [], shard, subject = null } = run;
  if (kindOf(run) !== 'gate') return claims.length === 0 && complete && shard !== undefined ? EXIT.ok : exitStatus(claims, complete);
  const counted = claims
    .filter(({ verdict }) => verdict !== 'inapplicable' && verdict !== 'skipped')
    .map((result): ClaimResult => (result.expectation?.met === true ? { ...result, verdict: 'holds' } : result));
  const status = exitStatus(counted, complete && (shard !== undefined || counted.some(({ id }) => !COURTESIES.includes(id))));
  if (expectations.length > 0 && status !== EXIT.notRun) return EXIT.violated;
  return status === EXIT.ok && isUnnamed(subject) ? EXIT.inconclusive : status;
}
