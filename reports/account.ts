/** What every rendering of a report says in the same words: how the run came out, and what shows each failure. */

import { VERDICTS, type ClaimResult, type Counterexample, type Report, type Unsupported, type Verdict } from '../src/verdict.js';
import { COURTESIES, isGateReport, isUnnamed, judgedAs, NONE, who, type GateReport } from './gate.js';
import { clean, count, failure, oneLine, runnable, shortNumber, valueOf, valueText, WORDS, type Tone } from './wording.js';

/** What a report is of: "my-nesterov 1.2.0, judged as nesterov". */
export function nameOf(report: Report): string {
  return isGateReport(report) ? `${who(report.subject)}, ${judgedAs(report.subject)}` : (report.title ?? 'Optimistic Meta-Gradients, claim by claim');
}

/** The subcommand that made a report. */
export const verbOf = ({ command }: Report): string => /^(?:npx )?omg-oracle ([a-z-]+)/u.exec(command)?.[1] ?? 'verify';

/** A result by its name: of a claim that has two, which of them. */
export const resultName = (report: Report, { id, variant }: ClaimResult): string => (hasVariants(report) ? `${id} (${variant === 'printed' ? 'as printed' : 'corrected'})` : id);

/** Whether statements are judged as they are printed, too. */
export const hasVariants = (report: Report): boolean => !isGateReport(report) && report.title === undefined;

export const met = ({ expectation }: ClaimResult): boolean => expectation?.met === true;

/** How a result is to be taken. A failure that is known, and not for too long, is no failure of this run. */
export function toneOf(result: ClaimResult): Tone {
  if (met(result)) return 'known';
  // That a printed statement is false is a finding about the paper.
  return result.verdict === 'refuted' && result.variant !== 'printed' ? 'bad' : WORDS[result.verdict].tone;
}

export const verdictText = (result: ClaimResult): string => (met(result) ? `${result.verdict}, as expected` : result.verdict);

/** Worst first: what says least of the optimizer, then what is wrong with it, then what is undecided. */
const RANK: readonly Verdict[] = ['crashed', 'timed-out', 'garbled', 'errored', 'violated', 'refuted', 'inconclusive', 'vacuous'];

const rank = ({ verdict }: ClaimResult): number => RANK.indexOf(verdict);

/** What keeps the run from passing, the worst first: failures that are not expected, then what is undecided. */
export function troubles(report: Pick<Report, 'claims'>): readonly ClaimResult[] {
  return report.claims.filter((result) => ['bad', 'open'].includes(toneOf(result))).toSorted((a, b) => rank(a) - rank(b));
}

/** A failure, and those that look just like it: one mistake breaks many claims. */
export interface Group {
  readonly first: ClaimResult;
  readonly alike: readonly ClaimResult[];
}

/** {@link troubles}, each kind once: with the same reason, or explained by the same known mistake. */
export function troublesByKind(report: Report): readonly Group[] {
  const kinds = new Map<string, ClaimResult[]>();
  for (const result of troubles(report)) {
    const { id, verdict, reason, hint } = result;
    const kind = JSON.stringify(hint === undefined ? [verdict, reason ?? id] : [verdict, hint]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
  }
  return [...kinds.values()].flatMap(([first, ...alike]) => (first === undefined ? [] : [{ first, alike }]));
}

/** The failures that the expected-failures file tells of. */
export const knownFailures = (report: Report): readonly ClaimResult[] => report.claims.filter(met);

export interface Outcome {
  readonly word: 'passed' | 'failed' | 'did not run' | 'inconclusive' | 'not judged' | 'not complete';
  readonly tone: Tone;
  /** Of a pass that leaves something out, what it is one on, and what was not judged: "on what it supports; not judged: set: box". */
  readonly scope: string | null;
  /** Why, in a line without its end: "1 violated, 2 crashed". */
  readonly reason: string;
}

function counted(results: readonly ClaimResult[], order: readonly Verdict[]): string {
  return order.flatMap((verdict) => {
    const number = results.filter((result) => result.verdict === verdict).length;
    return number === 0 ? [] : [`${count(number)} ${verdict === 'holds' && number > 1 ? 'hold' : verdict}`];
  }).join(', ');
}

/** Every result by its verdict, the expected failures apart: "11 hold, 1 violated, 2 fail as expected". */
export function tally(report: Report): string {
  const known = knownFailures(report).length;
  const rest = counted(report.claims.filter((result) => !met(result)), VERDICTS);
  return [rest, known === 0 ? '' : `${count(known)} ${known === 1 ? 'fails' : 'fail'} as expected`].filter((part) => part !== '').join(', ') || 'no results';
}

/** How the run came out. It has passed only where nothing says otherwise: the exit status, the results, and that it ended. */
export function outcome(report: Report): Outcome {
  const wrong = troubles(report);
  const outdated = report.expectations?.length ?? 0;
  const said = [counted(wrong, RANK), outdated === 0 ? '' : `${count(outdated)} ${outdated === 1 ? 'line' : 'lines'} of the expected failures out of date`];
  const reason = said.filter((part) => part !== '').join('; ');
  if (!report.complete) {
    const done = report.claims.length;
    const stopped = `the run stopped after ${count(done)} ${isGateReport(report) ? 'claim' : 'result'}${done === 1 ? '' : 's'}, and the rest was not checked`;
    return { word: 'not complete', tone: 'bad', scope: null, reason: reason === '' ? stopped : `${stopped}; ${reason}` };
  }
  if (report.subject === null && report.exitStatus === 3) return { word: 'did not run', tone: 'bad', scope: null, reason };
  const isBad = [1, 3].includes(report.exitStatus) || outdated > 0 || wrong.some((result) => toneOf(result) === 'bad');
  if (isBad) return { word: 'failed', tone: 'bad', scope: null, reason };
  if (isGateReport(report) && isUnnamed(report.subject) && wrong.length === 0) return { word: 'not judged', tone: 'open', scope: null, reason: unnamedReason(report) };
  if (
    isGateReport(report) && report.shard !== undefined && !report.claims.some(({ id, verdict }) => !COURTESIES.includes(id) && verdict !== 'inapplicable' && verdict !== 'skipped')
  ) {
    return { word: 'not judged', tone: 'open', scope: null, reason: 'no claim of this part applies, and the other parts may judge something' };
  }
  if (report.shard !== undefined && report.claims.length === 0)
    return { word: 'not judged', tone: 'open', scope: null, reason: 'no claim falls to this part, and the other parts may judge something' };
  if (report.exitStatus !== 0 || wrong.length > 0) return { word: 'inconclusive', tone: 'open', scope: null, reason: reason || 'no claim was decided' };
  return { word: 'passed', tone: 'good', scope: scopeOf(report), reason: tally(report) };
}

/** What comes before a reason: "passed on what it supports; not judged: set: box." or "failed:". @param shown how the word is to be shown. */
export const headline = ({ word, scope }: Outcome, shown: (word: string) => string = (text) => text): string => (scope === null ? `${shown(word)}:` : `${shown(word)} ${scope}.`);

function unnamedReason({ subject, claims }: GateReport): string {
  // One that goes as it does now and then is no advice.
  const near = subject?.guesses?.some(({ agreed, taken }) => agreed === taken && taken > 0) === true ? subject.guess : null;
  return `no method was named, so nothing was judged but manners${hasSymmetries(claims) ? ' and symmetries' : ''}: run again with --like ${
    near ?? 'and its name'
  }, or with --like ${NONE}, which asks for no more`;
}

/** What a run left out, in words, the same in every rendering; empty where it left nothing out. */
export function notJudged(report: Report): readonly string[] {
  const { subject = null, claims, leftOut = [], shard } = report;
  const isNone = subject?.like === NONE;
  return [
    ...(isNone && !hasSymmetries(claims) ? ['symmetries'] : []),
    ...(isNone ? ['that it is any method'] : []),
    ...refusedKinds(claims).map(({ what, message }) => what ?? `sessions that it refuses: "${message}"`),
    ...claims.filter(({ verdict }) => verdict === 'skipped').map(({ id }) => `${id} (it says that it does not meet it)`),
    ...claims.flatMap(({ verdict, unseen = [] }) => (verdict === 'holds' ? unseen : [])),
    ...(leftOut.length <= NAMED ? leftOut : [...leftOut.slice(0, NAMED - 1), `${count(leftOut.length - NAMED + 1)} other claims`]),
    ...(shard === undefined || shard.count === 1 ? [] : [`the claims of ${shard.count === 2 ? 'the other part' : `${count(shard.count - 1)} other parts`}`]),
  ].map(oneLine);
}

/** How many claims that were left out are named. */
const NAMED = 4;

const hasSymmetries = (claims: readonly ClaimResult[]): boolean => claims.some(({ id, verdict }) => id.startsWith('equivariance-') && verdict === 'holds');

/**
 * What the optimizer does not support, whichever claims asked for it, the most frequent first: each kind once, with the most sessions that one claim saw refused. A setting that
 * another claim judged is not what it refuses: then what it said is told.
 */
export function refusedKinds(claims: readonly ClaimResult[]): readonly Unsupported[] {
  const kinds = new Map<string, Unsupported>();
  const judged = new Set(claims.filter(({ verdict }) => verdict === 'holds').flatMap(({ coverage }) => Object.keys(coverage)));
  for (const said of claims.flatMap(({ unsupported = [] }) => unsupported)) {
    const one = said.what !== null && judged.has(said.what) ? { ...said, what: null } : said;
    const key = one.what ?? `"${one.message}"`;
    kinds.set(key, { ...one, times: Math.max(one.times, kinds.get(key)?.times ?? 0) });
  }
  return [...kinds.values()].toSorted((a, b) => b.times - a.times);
}

function scopeOf(report: Report): string | null {
  const left = notJudged(report);
  if (left.length === 0) return null;
  const { subject = null, claims } = report;
  const on = subject?.like === NONE
    ? (hasSymmetries(claims) ? 'manners and symmetries' : 'manners')
    : left.length === refusedKinds(claims).length
    ? 'what it supports'
    : 'what was judged';
  return `on ${on}; not judged: ${left.join(', ')}`;
}

/** The hint without the words that introduce it everywhere. */
export const hintText = (hint: string): string => hint.replace(/^behaves like:?\s*/iu, '');

/** What a file of expected failures says of a result: "a buffer is float32 (https://…, until 2026-12-31)". */
export function expectationText({ expectation }: ClaimResult): string | null {
  if (expectation === undefined) return null;
  const { verdict, reason, issue, expires, met: isSo } = expectation;
  const about = `${reason} (${[issue, `until ${expires}`].filter((part) => part !== '').join(', ')})`;
  return isSo ? about : `${verdict} was expected: ${about}`;
}

/** True where there is a bound that was broken; else two things are not the same. */
const bound = ({ expected }: Counterexample): 'at most' | 'at least' | null => (/[≤<]/u.test(expected) ? 'at most' : /[≥>]/u.test(expected) ? 'at least' : null);

export const BROKEN: readonly Verdict[] = ['crashed', 'timed-out', 'garbled', 'errored'];

/** One line that goes beside a verdict: why it is so, or what it shows. */
export function note(result: ClaimResult): string {
  const { verdict, reason, hint, counterexample } = result;
  const expected = met(result) ? expectationText(result) : null;
  if (expected !== null) return oneLine(expected);
  if (hint !== undefined) return oneLine(`behaves like: ${hintText(hint)}`);
  if (verdict === 'holds' && result.unsupported !== undefined)
    return oneLine(`not on ${result.unsupported.map(({ what, times, message }) => `${what ?? `"${message}"`} (${count(times)})`).join(', ')}`);
  if (reason !== null) return oneLine(reason.split(/[\r\n]/u)[0] ?? '');
  if (counterexample === null || verdict === 'holds') return '';
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  return oneLine(bound(counterexample) === null ? `${lhs} ≠ ${rhs}` : (nearly ?? `${lhs} ${relation} ${rhs}`));
}

/** A name and what stands beside it. The value may have several lines. */
export type Row = readonly [name: string, value: string];

/** How much of a value is shown; the report and the file of the counterexample have it in full. */
const LONGEST = 600;
const LONGEST_CASE = 200;
const cut = (text: string, longest = LONGEST): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

/** What the optimizer gave and what it should have given, with the distance where there is one. Of what broke down there is only the reason. */
export function sides({ verdict, counterexample }: ClaimResult): readonly Row[] {
  if (counterexample === null || BROKEN.includes(verdict)) return [];
  const { lhs, rhs, nearly } = failure(counterexample);
  const limit = bound(counterexample);
  const distance = Math.abs(Number(counterexample.lhs) - Number(counterexample.rhs));
  const rows: Row[] = [['it gave', clean(lhs)], [limit ?? 'it should give', clean(rhs)]];
  if (nearly !== null) rows.push(['that is', nearly]);
  else if (limit === null && Number.isFinite(distance) && distance > 0) rows.push(['off by', shortNumber(distance)]);
  return rows;
}

/** The problem on which it failed, and what was required there. */
export function problemRows({ verdict, reason, counterexample }: ClaimResult): readonly Row[] {
  if (counterexample === null) return [];
  const values = Object.entries(counterexample.evidence).map(([name, value]): Row => [oneLine(name), clean(valueText(valueOf(name, value)))]);
  const shown = (rows: readonly Row[]): readonly Row[] => rows.map(([name, value]) => [name, cut(value)]);
  if (!BROKEN.includes(verdict)) return [...shown(values), ['required', clean(counterexample.expected)]];
  // What it said when it broke down is in the reason already. What is short may be in it by chance.
  const said = clean(reason ?? '');
  return shown(values.filter(([, value]) => value.length < 20 || !said.includes(value.trim())));
}

/** Both sides of what is false of the theory: nobody gave them. */
function inequality({ counterexample }: ClaimResult): readonly Row[] {
  if (counterexample === null) return [];
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  return [['but', clean(`${lhs} ${relation} ${rhs}`)], ...(nearly === null ? [] : [['that is', nearly] as const])];
}

/** All that shows a failure, from the smallest problem to the command that runs it again, as lines of a table. @param theory whether it is one of a statement, and not of an optimizer. */
export function account(result: ClaimResult, theory = false): readonly Row[] {
  const { verdict, hint, reason, counterexample, replay } = result;
  const broken = counterexample !== null && BROKEN.includes(verdict);
  const expected = expectationText(result);
  const row = (name: string, value: string | null): readonly Row[] => (value === null ? [] : [[name, clean(value)]]);
  return [
    ...row('behaves like', hint === undefined ? null : hintText(hint)),
    ...row('why', reason),
    ...problemRows(result),
    // Nothing else tells of the problem where the optimizer did not get to the end of it.
    ...row('case', broken ? cut(clean(valueText(counterexample.case)), LONGEST_CASE) : null),
    ...(theory ? inequality(result) : sides(result)),
    ...row('known failure', expected),
    ...row('replay', replay === null ? null : runnable(replay)),
  ];
}

/**
 * {@link account} as plain text: names in a column, values beside them. Further lines of a value start with a bar: GitHub takes a line of
 * standard output that starts with two colons for a command, and what an optimizer says is none.
 */
export function accountLines(result: ClaimResult, indent = '', theory = false): readonly string[] {
  const rows = account(result, theory);
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.flatMap(([name, value]) =>
    value.split('\n').map((line, index) => (index === 0 ? `${indent}${name.padEnd(width)}  ${line}` : `${indent}${''.padEnd(width)} │${line}`).trimEnd())
  );
}
