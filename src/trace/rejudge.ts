import type { ClaimResult } from '../verdict.js';
import { OMISSIONS, PERCENT } from './check.js';
import { TRACE_METHODS, type TraceMethod } from './format.js';
import { TRACED } from './methods.js';

const TOLD: readonly string[] = ['trace-step', 'trace-state'];

/** Whether a claim says something of a trace by `method`. */
function applies(id: string, method: TraceMethod): boolean {
  switch (id) {
    case 'trace-state':
      return TRACED[method].state !== null;
    case 'trace-rates':
      return TRACED[method].handed.some(([before]) => before === 'w');
    default:
      return true;
  }
}

/** Whether a result of `trace check` is one that the claim could have. @param isEmpty whether no element was judged. @returns what is wrong; null where nothing is. */
export function rejudgeTrace({ id, statement, verdict, reason, counts, unseen = [] }: ClaimResult, like: string | null, isEmpty: boolean): string | null {
  const method = TRACE_METHODS.find((name) => name === like);
  if (verdict === 'inapplicable' && method !== undefined && !isEmpty && applies(id, method)) return `is said not to apply, and does to ${method}`;
  if (verdict !== 'holds') return null;
  const silent = Object.values(OMISSIONS).find((omission) => statement.includes(omission.words) !== unseen.includes(omission.unseen));
  if (silent !== undefined) return `holds, and its statement and its list do not agree on ${silent.unseen}`;
  if (!TOLD.includes(id)) return null;
  const looked = / of (?<looked>[\d,]+) elements looked at/u.exec(reason ?? '')?.groups?.['looked'];
  if (looked === undefined) return 'holds, and does not say how many of its elements tell the formula from others';
  const told = counts.reduce((sum, { nonTrivial }) => sum + nonTrivial, 0);
  return 100 * told >= PERCENT * Number(looked.replaceAll(',', '')) ? null : `holds, and ${told} of ${looked} elements tell, of which ${PERCENT} in 100 must`;
}
