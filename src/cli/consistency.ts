/** What a report says of itself, held against its own results: nothing that it can be computed from is believed. */

import { judge } from '../figures/figure-1.js';
import { conclusion } from '../runner/exit-status.js';
import { VERDICTS, type ArithmeticCount, type ClaimResult, type Report, type Verdict } from '../verdict.js';
import { wordsOf } from './arguments.js';
import { COURTESIES, kindOf, NONE, type Kind } from '../../reports/gate.js';
import { resultName, verbOf } from '../../reports/account.js';

/** The subcommands that write a report of each kind. */
const VERBS: Readonly<Record<Kind, readonly string[]>> = { verify: ['verify'], gate: ['gate'], trace: ['trace'], checks: ['self-test', 'resnet'] };
/** The verdicts that each kind of report can have. */
const POSSIBLE: Readonly<Record<Kind, readonly Verdict[]>> = {
  verify: ['holds', 'refuted', 'violated', 'inconclusive', 'vacuous', 'skipped', 'crashed', 'timed-out', 'errored'],
  gate: VERDICTS.filter((verdict) => verdict !== 'refuted'),
  trace: ['holds', 'violated', 'inconclusive', 'inapplicable', 'skipped'],
  checks: ['holds', 'violated', 'inapplicable', 'skipped'],
};
/** Failures: a case may show them, and they may be expected. */
const FAILURES: readonly Verdict[] = ['violated', 'crashed', 'timed-out', 'garbled', 'errored'];
const OPEN: readonly Verdict[] = ['inconclusive', 'vacuous', 'skipped', 'inapplicable'];

const sum = (counts: readonly ArithmeticCount[], key: 'cases' | 'nonTrivial' | 'rejected'): number => counts.reduce((total, count) => total + count[key], 0);

/** The first thing that a report says against its own results; null where there is none. */
export function contradiction(report: Report): string | null {
  const kind = kindOf(report);
  for (const found of [ofItself(report, kind), ofSubject(report, kind), ofClaims(report, kind), ofExpectations(report)]) if (found !== null) return found;
  for (const result of report.claims) {
    const found = ofResult(result, kind);
    if (found !== null) return `${resultName(report, result)} ${found}`;
  }
  return ofConclusion(report);
}

function ofItself(report: Report, kind: Kind): string | null {
  const { title, subject, startedAt, finishedAt, figure1 } = report;
  if (title !== undefined && subject !== undefined) return 'it is of an optimizer, and has the title of another kind of report';
  const verb = verbOf(report);
  if (!VERBS[kind].includes(verb)) return `"omg-oracle ${verb}" does not write a report of this kind`;
  const [from, to] = [Date.parse(startedAt), Date.parse(finishedAt)];
  if (!(from <= to)) return `it ended at ${finishedAt}, and began at ${startedAt}`;
  if (figure1 === undefined) return null;
  const { verdict } = judge(figure1.differences);
  return verdict === figure1.claim.verdict ? null : `it says that Figure 1's claim ${said(figure1.claim.verdict)}, and by its intervals it ${said(verdict)}`;
}

const said = (verdict: Verdict): string => (verdict === 'holds' ? 'holds' : `is ${verdict}`);

function ofSubject({ subject, claims, complete, expectations }: Report, kind: Kind): string | null {
  if (subject === undefined) return expectations === undefined ? null : 'it has expected failures, and is of no optimizer';
  if (kind === 'gate' && expectations === undefined) return 'it does not say whether the expected failures are out of date';
  if (subject === null)
    return complete && claims.some(({ verdict }) => !FAILURES.includes(verdict) && !['inconclusive', 'skipped'].includes(verdict))
      ? 'its optimizer never introduced itself, and was judged'
      : null;
  if (complete && kind === 'gate' && claims.some(({ id, verdict }) => id === COURTESIES[0] && verdict !== 'holds'))
    return `its optimizer introduced itself, and ${COURTESIES[0]} does not hold`;
  const { like, guess, guesses } = subject;
  return like !== null && like !== NONE && (guess !== null || guesses !== undefined) ? 'its method was named, and guessed' : null;
}

/** Both variants of each claim of the paper; of the gate, what every run begins and ends with. */
function ofClaims({ claims, complete, shard }: Report, kind: Kind): string | null {
  const printed = claims.find(({ variant }) => variant === 'printed');
  if (kind !== 'verify' && printed !== undefined) return `${printed.id} is there as printed, in a report of no paper`;
  // Of the checks of this package's own, leaked tensors alone need some steps to be seen.
  const impossible = claims.find(({ id, verdict }) => !POSSIBLE[kind].includes(verdict) || (kind === 'checks' && verdict === 'inapplicable' && id !== 'tensors'));
  if (impossible !== undefined) return `${impossible.id} is ${impossible.verdict}, which this kind of report cannot say`;
  if (!complete) return null;
  if (claims.length === 0 && shard === undefined) return 'it has no results, and says that it is complete';
  if (kind === 'gate' && COURTESIES.some((id) => !claims.some((one) => one.id === id)))
    return `it is complete, and has no result of ${COURTESIES.find((id) => !claims.some((one) => one.id === id))}`;
  if (kind !== 'verify') return null;
  const single = claims.find(({ id, variant }) => !claims.some((other) => other.id === id && other.variant !== variant));
  if (single !== undefined) return `it is complete, and has no result of ${single.id} ${single.variant === 'printed' ? 'as corrected' : 'as printed'}`;
  const stopped = claims.find(({ verdict, reason }) => verdict === 'skipped' || reason === 'the time budget ran out');
  return stopped === undefined ? null : `it is complete, and ${stopped.id} was not run to its end`;
}

/** Whether an expectation is met follows from the verdict and the day; and of one that is not, the report says so. */
function ofExpectations({ command, claims, expectations = [], startedAt }: Report): string | null {
  const told = expectations.length > 0 || claims.some(({ expectation }) => expectation !== undefined);
  if (told && !wordsOf(command).includes('--expected')) return 'it has expected failures, and its command names no file of them';
  for (const { id, verdict, expectation } of claims) {
    if (expectation === undefined) continue;
    if (!FAILURES.includes(expectation.verdict)) return `${id} is expected to be ${expectation.verdict}, which cannot be expected`;
    const met = verdict === expectation.verdict && startedAt.slice(0, 10) <= expectation.expires;
    if (met !== expectation.met)
      return `the expectation of ${id} (${expectation.verdict} until ${expectation.expires}) is said to be ${expectation.met ? '' : 'not '}met where it is ${verdict}`;
    if (met === expectations.some((line) => line.startsWith(`${id} `)))
      return `its lines on the expected failures ${met ? 'have' : 'lack'} ${id}, whose expectation is ${met ? '' : 'not '}met`;
  }
  return null;
}

/** Numbers that do not add up, and evidence against the verdict. */
function ofResult(result: ClaimResult, kind: Kind): string | null {
  const { id, verdict, reason, cases, rejected, counts, coverage, counterexample, replay, hint, arithmetic } = result;
  const twice = counts.find((count, i) => counts.findIndex((other) => other.arithmetic === count.arithmetic) < i);
  if (twice !== undefined) return `counts its ${twice.arithmetic} cases twice`;
  const odd = counts.find(({ nonTrivial, cases: all }) => nonTrivial > all);
  if (odd !== undefined) return `has more non-trivial cases in ${odd.arithmetic} than cases`;
  // Checks, and the two courtesies of the gate, are no cases of any arithmetic.
  const counted = counts.length > 0 || (kind !== 'checks' && !(kind === 'gate' && COURTESIES.includes(id) && cases <= 1));
  if (counted && (sum(counts, 'cases') !== cases || sum(counts, 'rejected') !== rejected))
    return `has ${cases} cases and ${rejected} rejected, where its counts have ${sum(counts, 'cases')} and ${sum(counts, 'rejected')}`;
  const unlisted = counts.find((count) => count.cases + count.rejected > 0 && !arithmetic.includes(count.arithmetic));
  if (unlisted !== undefined) return `has cases in ${unlisted.arithmetic}, which it does not list`;
  const most = kind === 'trace' ? cases : sum(counts, 'nonTrivial');
  const label = Object.keys(coverage).find((name) => coverage[name]! > most);
  if (label !== undefined) return `has more cases with the label "${label}" than cases`;
  if (counterexample !== null && !FAILURES.includes(verdict) && verdict !== 'refuted') return `${said(verdict)}, and has a counterexample`;
  if (replay !== null && counterexample === null) return 'has a command that replays a counterexample, and none';
  if (hint !== undefined && counterexample === null) return `${said(verdict)}, and behaves like a mistake`;
  if (kind !== 'checks' && verdict === 'violated' && counterexample === null && reason === null) return 'is violated, and nothing shows it';
  if (kind !== 'trace' && OPEN.includes(verdict) && reason === null) return `is ${verdict}, and does not say why`;
  if (verdict === 'inapplicable' && cases > 0) return `does not apply, and has ${cases} cases`;
  if (verdict === 'vacuous' && sum(counts, 'nonTrivial') > 0) return 'is vacuous, and has cases that are not trivial';
  if (verdict === 'holds') {
    if (cases === 0) return 'holds, and has no cases';
    if (counted && sum(counts, 'nonTrivial') === 0) return 'holds, and none of its cases could have failed';
    const idle = kind === 'verify' ? counts.find(({ nonTrivial }) => nonTrivial === 0) : undefined;
    if (idle !== undefined) return `holds, and none of its cases in ${idle.arithmetic} could have failed`;
    // Of the gate it is what the optimizer does not support.
    if (kind === 'gate' && (reason !== null) !== (result.unsupported !== undefined))
      return `holds, and says ${reason === null ? 'not in words' : 'in words only'} what the optimizer does not support`;
    // Of a trace it is how many elements tell the formula from others, and where none does.
    const silent = kind === 'trace' ? /; not told in (?<where>.+)$/u.exec(reason ?? '')?.groups?.['where'] : undefined;
    if (silent !== undefined && !(result.unseen ?? []).includes(`${result.id} in ${silent}`)) return 'holds, and what it was not judged on is not in its list';
    if (kind === 'verify' && reason !== null) return `holds, and has a reason why it does not (${reason})`;
  }
  return kind === 'verify' ? ofBound(result) : null;
}

/** How a bound was approached. */
function ofBound({ verdict, counts, tightest, ratios = [], suprema = {}, falsePass }: ClaimResult): string | null {
  const inField = counts.some(({ arithmetic, nonTrivial }) => arithmetic === 'prime-field' && nonTrivial > 0);
  if ((falsePass !== null) !== inField && verdict === 'holds') return `holds, and ${inField ? 'does not say' : 'says'} how likely a false pass is`;
  if (ratios.reduce((a, b) => a + b, 0) > sum(counts, 'nonTrivial')) return 'has more ratios than non-trivial cases';
  const beyond = Object.keys(suprema).find((name) => tightest === null || suprema[name]! > tightest.ratio);
  if (beyond !== undefined) return `has a case with the label "${beyond}" that is tighter than its tightest`;
  if (tightest === null) return null;
  if (!counts.some(({ arithmetic, cases }) => arithmetic === tightest.arithmetic && cases > 0)) return `has its tightest case in ${tightest.arithmetic}, in which it has none`;
  const isExact = tightest.arithmetic === 'rational' || tightest.arithmetic === 'prime-field';
  return verdict === 'holds' && isExact && !(tightest.ratio <= 1) ? `holds, and its tightest case is ${tightest.ratio} of the bound, in exact numbers` : null;
}

function ofConclusion(report: Report): string | null {
  const { totals, exitStatus } = conclusion(report);
  const wrong = VERDICTS.find((verdict) => (totals[verdict] ?? 0) !== (report.totals[verdict] ?? 0));
  if (wrong !== undefined) return `its totals say ${report.totals[wrong] ?? 0} ${wrong} where its claims have ${totals[wrong] ?? 0}`;
  return exitStatus === report.exitStatus ? null : `it says that its run ended with ${report.exitStatus}, and its results come to ${exitStatus}`;
}
