import { reference } from '../subject.js';
import type { ClaimResult, SubjectInfo } from '../verdict.js';
import type { GateClaim, GateContext } from './claim.js';
import { METHOD_NAMES } from './methods.js';
import type { Capability } from './protocol.js';
import { referenceDoor } from './reference-door.js';
import { sessionsOwed } from './search.js';

/**
 * Whether a result of the gate is one that the claim could have: so many sessions and so much coverage as it owes, and no method that it does not apply to.
 * @param cases as asked for of `identity`. @returns what is wrong; null where nothing is.
 */
export function rejudgeGate(claim: GateClaim, { verdict, reason, counts, coverage, unsupported }: ClaimResult, subject: SubjectInfo, cases: number): string | null {
  const wanted = sessionsOwed(claim, cases);
  const nonTrivial = counts.reduce((total, count) => total + count.nonTrivial, 0);
  if (verdict === 'holds' && nonTrivial < wanted) return `holds, and has ${nonTrivial} non-trivial sessions, of ${wanted} that it owes`;
  // Of a guess it is not told here what was asked for.
  const method = METHOD_NAMES.find((name) => name === subject.like);
  if (method === undefined) return null;
  const { dtype, name, version, language } = subject;
  const capabilities = subject.capabilities as readonly Capability[];
  const context: GateContext = { door: referenceDoor(method, reference, dtype), hello: { implementation: { name, version, language }, dtype, capabilities }, dtype, method, guessed: false, reference };
  const silent = claim.inapplicable(context);
  if (verdict === 'inapplicable' && unsupported === undefined && reason !== silent) return `is said not to apply (${reason}), and ${silent === null ? 'does' : `does not as ${silent}`}`;
  if (verdict === 'holds' && silent !== null) return `holds, and does not apply: ${silent}`;
  // What is refused need not be covered; which labels that takes with it, the report does not say.
  if (verdict !== 'holds' || unsupported !== undefined) return null;
  for (const [label, share] of Object.entries(claim.coverage(context))) {
    const least = Math.ceil(1 / share);
    if (wanted < least) return `holds, and was asked for ${wanted} sessions, where "${label}" needs ${least}`;
    const [got, due] = [coverage[label] ?? 0, Math.ceil(share * wanted)];
    if (got < due) return `holds, and has "${label}" in ${got} of its non-trivial sessions, of ${due} that it owes`;
  }
  return null;
}
