import { reference } from '../subject.js';
import { rational } from '../arithmetic/rational.js';
import type { ClaimResult, Report, SubjectInfo } from '../verdict.js';
import type { GateClaim, GateContext } from './claim.js';
import { METHOD_NAMES } from './methods.js';
import type { Capability } from './protocol.js';
import { referenceDoor } from './reference-door.js';
import { sessionsOwed } from './search.js';
import { SAME } from './worst-case.js';
import { worstCases } from './worst-cases.js';

/**
 * Whether a result of the gate is one that the claim could have: so many sessions and so much coverage as it owes, and no method that it does not apply to.
 * @param cases as asked for of `identity`. @returns what is wrong; null where nothing is.
 */
export function rejudgeGate(
  claim: GateClaim,
  { statement, hypotheses, verdict, reason, counts, coverage, unsupported }: ClaimResult,
  subject: SubjectInfo,
  cases: number,
): string | null {
  const wanted = sessionsOwed(claim, cases);
  const nonTrivial = counts.reduce((total, count) => total + count.nonTrivial, 0);
  if (verdict === 'holds' && nonTrivial < wanted) return `holds, and has ${nonTrivial} non-trivial sessions, of ${wanted} that it owes`;
  // Of a guess it is not told here what was asked for.
  const method = METHOD_NAMES.find((name) => name === subject.like);
  if (method === undefined) return null;
  if (statement !== claim.statement(method) || hypotheses.join() !== claim.hypotheses.join()) return 'has a statement, or hypotheses, that are not those of the claim';
  const { dtype, name, version, language } = subject;
  const capabilities = subject.capabilities as readonly Capability[];
  const context: GateContext = {
    door: referenceDoor(method, reference, dtype),
    hello: { implementation: { name, version, language }, dtype, capabilities },
    dtype,
    method,
    guessed: false,
    reference,
  };
  const silent = claim.inapplicable(context);
  if (verdict === 'inapplicable' && unsupported === undefined && reason !== silent)
    return `is said not to apply (${reason}), and ${silent === null ? 'does' : `does not as ${silent}`}`;
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

/** Off by rounding, to a double. */
const CLOSE = 1e-9;

/** Whether a gate's table of worst cases is one: of the method as this package has it, and nothing in it speaks against what it says is proved. @returns what is wrong; null where nothing is. */
export async function rejudgeWorstCases({ subject, claims, worstCases: rows = [] }: Report): Promise<string | null> {
  const method = METHOD_NAMES.find((name) => name === subject?.like);
  if (rows.length === 0 || method === undefined || subject === null || subject === undefined) return null;
  const { dtype, name, version, language } = subject;
  const own = await worstCases({
    door: referenceDoor(method, reference, dtype),
    hello: { implementation: { name, version, language }, dtype, capabilities: [] },
    dtype,
    method,
    guessed: false,
    reference,
  });
  const holds = claims.some(({ id, verdict }) => id === 'worst-case' && verdict === 'holds');
  const close = (a: number, b: number, within: number): boolean => Math.abs(a - b) <= within * Math.abs(b);
  for (const { gradients, config, criterion, unit, bound, exact, attained, method: truth } of rows) {
    const about = `its table of worst cases, after ${gradients} gradients,`;
    const right = own.find((row) => row.gradients === gradients && row.criterion === criterion && row.unit === unit && JSON.stringify(row.config) === JSON.stringify(config));
    if (right === undefined) return `${about} is of another question than the gate asks`;
    if (!close(truth, right.method, CLOSE)) return `${about} says ${truth} of ${method}, which is ${right.method}`;
    if (exact === null) continue;
    if (!close(rational.toNumber(rational.from(exact)), bound, CLOSE)) return `${about} has ${bound}, and ${exact} as a fraction`;
    if (!(attained <= 1 + SAME[dtype])) return `${about} says that ${bound} is proved, and that the optimizer itself went beyond it`;
    if (holds && !close(bound, truth, SAME[dtype])) return `${about} has ${bound}, and worst-case holds, by which it is ${truth}`;
  }
  return null;
}
