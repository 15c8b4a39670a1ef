/** The expected-failures file: which claims an optimizer is known to fail, why, and until when that is put up with. */

import { existsSync } from 'node:fs';
import { InputError } from '../base/errors.js';
import { plainReason, writeWhole } from '../base/files.js';
import { LARGEST, duplicateName, parseJson, readText } from '../../reports/input.js';
import type { ClaimResult, Report, Verdict } from '../verdict.js';

/** The verdicts that can be expected. What is inconclusive needs more cases, not an excuse. */
export const EXPECTABLE = ['violated', 'crashed', 'timed-out', 'garbled', 'errored'] as const satisfies readonly Verdict[];
type Expectable = (typeof EXPECTABLE)[number];

export interface ExpectedFailure {
  readonly claim: string;
  readonly verdict: Expectable;
  readonly reason: string;
  /** A link; empty where there is none yet. */
  readonly issue: string;
  /** The last day on which the failure is put up with: YYYY-MM-DD, in UTC. */
  readonly expires: string;
}

export interface Expectations {
  readonly version: 1;
  /** The method that the optimizer is judged as; null where none is named. */
  readonly like: string | null;
  readonly expected: readonly ExpectedFailure[];
}

/** How long an entry that `--fix` adds is good for, in days. */
const DAYS = 90;
const TODO = 'TODO: say why';

export const noExpectations = (like: string | null): Expectations => ({ version: 1, like, expected: [] });

type Fields = Readonly<Record<string, unknown>>;
type Refuse = (where: string, expected: string, received: unknown) => InputError;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A day that the calendar has: the 30th of February is read as a day of March, and written differently. */
function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

const isLink = (value: unknown): value is string => typeof value === 'string' && (value === '' || (/^https?:\/\//.test(value) && URL.canParse(value)));

function asFields(value: unknown, where: string, known: readonly string[], refuse: Refuse): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(where, `an object with ${known.join(', ')}`, value);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuse(where, `no other property than ${known.join(', ')}`, unknown);
  return value as Fields;
}

function entryOf(value: unknown, where: string, refuse: Refuse): ExpectedFailure {
  const { claim, verdict, reason, issue, expires } = asFields(value, where, ['claim', 'verdict', 'reason', 'issue', 'expires'], refuse);
  if (typeof claim !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(claim)) throw refuse(`${where}.claim`, 'the id of a claim', claim);
  if (!EXPECTABLE.includes(verdict as Expectable)) throw refuse(`${where}.verdict`, `one of ${EXPECTABLE.join(', ')}`, verdict);
  if (typeof reason !== 'string' || reason.trim() === '') throw refuse(`${where}.reason`, 'a sentence that says why it fails', reason);
  if (!isLink(issue)) throw refuse(`${where}.issue`, 'a link that starts with https:// (or "" while there is none)', issue);
  if (!isDay(expires)) throw refuse(`${where}.expires`, 'a day as YYYY-MM-DD', expires);
  return { claim, verdict: verdict as Expectable, reason, issue, expires };
}

/**
 * Checks what an expected-failures file says.
 * @param path names the file in messages. @throws {InputError} what is wrong, where, and what to do.
 */
export function parseExpectations(text: string, path: string): Expectations {
  const remedy = 'Correct the file, or remove it and let `omg-oracle gate … --expected FILE --fix` write another.';
  const refuse: Refuse = (where, expected, received) => new InputError({ expected: `${expected} at ${where} in ${path}`, received: `it is ${shown(received)}`, remedy });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const received = text.trim() === '' ? 'the file is empty' : plainReason(error);
    throw new InputError({ expected: `the known failures in ${path}`, received, remedy }, { cause: error });
  }
  const twice = duplicateName(text);
  if (twice !== null) throw new InputError({ expected: `the known failures in ${path}`, received: `${JSON.stringify(twice)} is there twice`, remedy });
  const { version, like, expected } = asFields(value, 'the top', ['version', 'like', 'expected'], refuse);
  if (version !== 1) throw refuse('version', 'the number 1', version);
  if (like !== null && (typeof like !== 'string' || like === '')) throw refuse('like', 'the name given to --like, or null', like);
  if (!Array.isArray(expected)) throw refuse('expected', 'a list of failures', expected);
  const entries = (expected as readonly unknown[]).map((entry, index) => entryOf(entry, `expected[${index}]`, refuse));
  entries.forEach(({ claim }, index) => {
    const first = entries.findIndex((entry) => entry.claim === claim);
    if (first < index) throw refuse(`expected[${index}].claim`, `no second entry for the claim of expected[${first}]`, claim);
  });
  return { version, like, expected: entries };
}

/**
 * Reads the file for a run that judges by `like`.
 * @param absent what a missing file is: a mistake, or (with `--fix`) one that is yet to be written.
 * @throws {InputError} a file that cannot be read, is malformed, or is for another method.
 */
export function readExpectations(path: string, like: string | null, absent: 'refused' | 'empty'): Expectations {
  const wanted = { expected: `the known failures in ${path}`, remedy: 'Give the file that belongs to this optimizer, or another name, and let --fix write it.' };
  if (absent === 'empty' && !existsSync(path)) return noExpectations(like);
  const file = parseExpectations(readText(path, wanted, LARGEST.expectations), path);
  if (file.like === like) return file;
  const told = (name: string | null): string => (name === null ? 'a run without --like' : `--like ${name}`);
  throw new InputError({ ...wanted, received: `it is for ${told(file.like)}, and this run is ${like === null ? told(like) : `one with ${told(like)}`}` });
}

/** Writes the file, whole. @throws {OutputError} */
export function writeExpectations(path: string, file: Expectations): void {
  writeWhole(path, `${JSON.stringify(file, null, 2)}\n`, '--expected FILE');
}

export interface Judgement {
  /** The results, with what was expected of each. */
  readonly results: readonly ClaimResult[];
  /** What is wrong with the file, a line each. Any of them fails the run. */
  readonly problems: readonly string[];
}

function problem({ claim, verdict, expires }: ExpectedFailure, result: ClaimResult | undefined, today: string): string | null {
  if (result === undefined) return `${claim} is expected to be ${verdict}, but no claim of that name was run: remove the entry, or correct its name`;
  if (result.verdict === 'holds') return `${claim} is expected to be ${verdict}, and it passes: remove the entry`;
  if (result.verdict !== verdict) return `${claim} is expected to be ${verdict}, but it is ${result.verdict}: correct the entry, or the optimizer`;
  if (today > expires) return `${claim} was expected to be ${verdict} until ${expires}: mend it, or renew the entry`;
  return null;
}

/**
 * Holds the results against the file. An entry is met where its claim has the verdict that it names and it has not expired.
 * @param today YYYY-MM-DD, in UTC.
 * @param elsewhere whether a claim that was not run would be in another run (`--claims`, `--shard`, or a run that was interrupted): nothing is said of its entry.
 */
export function judge(results: readonly ClaimResult[], file: Expectations, today: string, elsewhere: (claim: string) => boolean = () => false): Judgement {
  const ran = (claim: string): ClaimResult | undefined => results.find(({ id }) => id === claim);
  // In the order of the claims, which the parts of a run keep; what names nothing comes last.
  const place = ({ claim }: ExpectedFailure): number => (ran(claim) === undefined ? results.length : results.indexOf(ran(claim)!));
  const problems = file.expected.toSorted((a, b) => place(a) - place(b)).flatMap((entry) => {
    const result = ran(entry.claim);
    return result === undefined && elsewhere(entry.claim) ? [] : (problem(entry, result, today) ?? []);
  });
  const annotated = results.map((result): ClaimResult => {
    const entry = file.expected.find(({ claim }) => claim === result.id);
    if (entry === undefined) return result;
    const { verdict, reason, issue, expires } = entry;
    return { ...result, expectation: { verdict, reason, issue, expires, met: result.verdict === verdict && today <= expires } };
  });
  return { results: annotated, problems };
}

function later(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * What `--fix` writes: the entries of claims that still fail with their reason, link and date, new ones for the other failures, and none for
 * what passes or does not apply. An entry that has expired stays so: renewing it is a person's decision.
 * @throws {InputError} a report that is not complete: what was not judged would lose its entry, or never get one.
 */
export function rewritten(file: Expectations, report: Pick<Report, 'claims' | 'complete'>, today: string): Expectations {
  if (!report.complete) {
    throw new InputError({
      expected: 'a complete run to write the known failures from',
      received: `this one stopped after ${report.claims.length} claims`,
      remedy: 'Run `omg-oracle gate … --fix` again, without --claims, and let it end.',
    });
  }
  const expected = report.claims.flatMap(({ id, verdict }): ExpectedFailure[] => {
    const entry = file.expected.find(({ claim }) => claim === id);
    const failing = EXPECTABLE.find((name) => name === verdict);
    if (failing !== undefined) return [{ ...(entry ?? { claim: id, verdict: failing, reason: TODO, issue: '', expires: later(today, DAYS) }), verdict: failing }];
    // What could not be decided this time is still thought to fail.
    return entry !== undefined && (verdict === 'inconclusive' || verdict === 'vacuous') ? [entry] : [];
  });
  return { ...file, expected };
}
