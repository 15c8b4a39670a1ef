/** What every rendering of a gate's report says in the same words: who was judged, and how badly it does at worst. */

import { doubleUp, roundedUp } from './rounded-up.js';
import type { Report, SubjectInfo, WorstCaseInfo } from '../src/verdict.js';
import { count, oneLine } from './wording.js';

/** A report of `gate`: it says who was judged, or that this never became known. */
export type GateReport = Report & { readonly subject: SubjectInfo | null };

/** The claims that every run of the gate begins and ends with, whichever others it has. */
export const COURTESIES: readonly [hello: string, bye: string] = ['manners-hello', 'manners-bye'];

/** What a report is of: the paper's claims, an optimizer, a recorded run, or checks of this package's own. */
export type Kind = 'verify' | 'gate' | 'trace' | 'checks';

export function kindOf({ title, subject }: Pick<Report, 'title' | 'subject'>): Kind {
  if (subject !== undefined) return subject?.door === 'trace' ? 'trace' : 'gate';
  return title === undefined ? 'verify' : 'checks';
}

/** Of the gate, or of a recorded run: it tells of somebody's optimizer. */
export const isGateReport = (report: Report): report is GateReport => report.subject !== undefined;

/** "my-nesterov 1.2.0". */
export const who = (subject: SubjectInfo | null): string => (subject === null ? 'an optimizer that never introduced itself' : `${subject.name} ${subject.version}`.trim());

/** "judged as nesterov". */
export function judgedAs(subject: SubjectInfo | null): string {
  if (subject === null) return 'judged as nothing yet';
  if (subject.like !== null && subject.like !== NONE) return `judged as ${subject.like}`;
  return subject.guess === null ? 'judged as no method in particular' : `judged as no method in particular, nearest to ${subject.guess}`;
}

/** What `--like` takes, and a report says, where manners and symmetries alone were asked for. */
export const NONE = 'none';

/** Nothing was named that it could be judged as, and nobody said that it need not. */
export const isUnnamed = (subject: SubjectInfo | null): boolean => subject !== null && subject.like === null;

export const GUESS_COLUMNS = ['method', 'goes as it does', 'does not support', 'fails'] as const;

/** What it was tried as where no method was named, cell by cell, the nearest first; what it takes no session of comes last. */
export function guessRows({ subject }: Report): readonly (readonly [string, string, string, string])[] {
  const sessions = (number: number): string => (number === 0 ? '' : `${count(number)} ${number === 1 ? 'session' : 'sessions'}`);
  return (subject?.guesses ?? []).toSorted((a, b) => (a.agreed === b.agreed ? b.taken - a.taken : b.agreed - a.agreed))
    .map(({ method, agreed, taken, refused, failed }) =>
      [method, taken === 0 ? 'takes no session' : `in ${count(agreed)} of ${count(taken)} sessions`, sessions(refused), sessions(failed)] as const
    );
}

/** What the worst cases are about, in a line; null where there are none. */
export function worstCaseTitle({ worstCases = [] }: Report): string | null {
  const [first] = worstCases;
  return first === undefined ? null : `The worst case over every convex L-smooth f, in units of ${first.unit}, with ${oneLine(JSON.stringify(first.config))} for L = 1`;
}

const LONGEST_FRACTION = 12;
const DIGITS = 7;
/** A bound of which less is seen is not called the worst case. */
const SHOWN = 0.999;

/** A worst case, cell by cell: what is bounded, the bound and how sure it is, what its own run reached of it, and the method's. */
export function worstCaseCells({ criterion, bound, exact, attained, method }: WorstCaseInfo): readonly [string, string, string, string] {
  const nearest = (x: number): string => String(Number(x.toPrecision(DIGITS)));
  const fraction = exact?.includes('/') === true && exact.length <= LONGEST_FRACTION ? `${exact} = ` : '';
  const shown = attained >= SHOWN ? '' : ', loose';
  return [
    criterion,
    exact === null ? `≈ ${nearest(bound)}, not proved` : `≤ ${fraction}${roundedUp(exact, DIGITS)}, proved${shown}`,
    Number.isFinite(attained) ? `${(100 * attained).toFixed(3)} %` : 'nothing',
    doubleUp(method, DIGITS),
  ];
}

export const WORST_CASE_COLUMNS = ['worst case', 'of this optimizer', 'attained by its own run', 'of the method'] as const;
