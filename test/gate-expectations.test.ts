import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError } from '../src/base/errors.js';
import {
  EXPECTABLE,
  judge,
  noExpectations,
  parseExpectations,
  readExpectations,
  rewritten,
  writeExpectations,
  type Expectations,
  type ExpectedFailure,
} from '../src/gate/expectations.js';
import { conclusion } from '../src/runner/exit-status.js';
import { VERDICTS, type ClaimResult } from '../src/verdict.js';
import { CRASHED, gateReport, gateResult, SUBJECT, VIOLATED } from './support/gate-report.js';

const TODAY = '2026-06-15';
const ENTRY: ExpectedFailure = { claim: 'identity', verdict: 'violated', reason: 'y is read too early', issue: 'https://example.org/issues/1', expires: '2026-06-15' };
const FILE: Expectations = { version: 1, like: 'nesterov', expected: [ENTRY] };
const ECHO = gateResult('manners-echo');
const statusOf = (claims: readonly ClaimResult[], expectations: readonly string[], complete = true): number =>
  conclusion({ subject: SUBJECT, claims, expectations, complete }).exitStatus;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-expectations-'));
  path = join(folder, 'expected.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('the expected-failures file', () => {
  test('comes back as it was written', () => {
    writeExpectations(path, FILE);
    expect(readExpectations(path, 'nesterov', 'refused')).toEqual(FILE);
    expect(readFileSync(path, 'utf8')).toMatch(/^\{\n {2}"version": 1,\n.*\}\n$/su);
  });

  const entry = (changes: object): string => JSON.stringify({ ...FILE, expected: [{ ...ENTRY, ...changes }] });
  test.each<[string, string, RegExp]>([
    ['an empty file', ' ', /the file is empty/u],
    ['what is no JSON', '{"version": 1', /it is not JSON/u],
    ['a list', '[]', /an object with version, like, expected at the top .*it is \[\]/u],
    ['null', 'null', /it is null/u],
    ['an unknown property', JSON.stringify({ ...FILE, extra: 1 }), /no other property than version, like, expected at the top .*it is "extra"/u],
    ['another version', JSON.stringify({ ...FILE, version: 2 }), /the number 1 at version .*it is 2/u],
    ['no version', '{"like":null,"expected":[]}', /at version .*it is missing/u],
    ['a method that is a number', JSON.stringify({ ...FILE, like: 4 }), /at like .*it is 4/u],
    ['a method without a name', JSON.stringify({ ...FILE, like: '' }), /at like .*it is ""/u],
    ['a method left out', '{"version":1,"expected":[]}', /at like .*it is missing/u],
    ['entries that are no list', JSON.stringify({ ...FILE, expected: {} }), /a list of failures at expected .*it is \{\}/u],
    ['an entry that is a word', JSON.stringify({ ...FILE, expected: ['identity'] }), /at expected\[0\] .*it is "identity"/u],
    ['an unknown property of an entry', entry({ why: 'so' }), /at expected\[0\] .*it is "why"/u],
    ['a claim that is a path', entry({ claim: '../x' }), /at expected\[0\]\.claim .*"\.\.\/x"/u],
    ['a verdict that is none', entry({ verdict: 'failed' }), /one of violated, crashed, timed-out, garbled, errored at expected\[0\]\.verdict .*"failed"/u],
    ['an entry that is expected to hold', entry({ verdict: 'holds' }), /at expected\[0\]\.verdict/u],
    ['an entry that is expected to stay open', entry({ verdict: 'inconclusive' }), /at expected\[0\]\.verdict/u],
    ['no reason', entry({ reason: ' ' }), /at expected\[0\]\.reason/u],
    ['an issue that is no link', entry({ issue: '#12' }), /at expected\[0\]\.issue .*"#12"/u],
    ['a script as a link', entry({ issue: 'javascript:alert(1)' }), /at expected\[0\]\.issue/u],
    ['a day that is none', entry({ expires: '2026-02-30' }), /at expected\[0\]\.expires .*"2026-02-30"/u],
    ['a date in words', entry({ expires: 'never' }), /a day as YYYY-MM-DD .*"never"/u],
    ['a month that is none', entry({ expires: '2026-13-01' }), /at expected\[0\]\.expires/u],
    [
      'two entries for a claim',
      JSON.stringify({ ...FILE, expected: [ENTRY, { ...ENTRY, claim: 'guarantee' }, ENTRY] }),
      /no second entry for the claim of expected\[0\] at expected\[2\]\.claim/u,
    ],
    ['a list twice, of which the first would be ignored', `{"version":1,"like":null,"expected":[${JSON.stringify(ENTRY)}],"expected":[]}`, /"expected" is there twice/u],
    ['a date twice', entry({}).replace('"expires"', '"expires":"2099-01-01","expires"'), /"expected\[0\]\.expires" is there twice/u],
    ['something very long', entry({ claim: '/'.repeat(500) }), /\/…\./u],
  ])('%s is refused, with what, where and what to do', (_name, text, message) => {
    const told = refusal(() => parseExpectations(text, 'gate/expected.json'));
    expect(told).toMatch(message);
    expect(told).toContain('gate/expected.json');
    expect(told).toContain('--fix');
    expect(told.length).toBeLessThan(400);
  });

  test('has an entry for every way in which a claim fails, and for nothing else', () => {
    for (const verdict of VERDICTS) {
      const read = (): Expectations => parseExpectations(entry({ verdict, issue: '' }), path);
      if (EXPECTABLE.some((name) => name === verdict)) expect(read().expected[0]?.verdict).toBe(verdict);
      else expect(refusal(read)).toContain(`"${verdict}"`);
    }
  });

  test('that is missing is a mistake, but where it is to be written', () => {
    expect(refusal(() => readExpectations(path, null, 'refused'))).toMatch(/there is no such file/u);
    expect(readExpectations(path, 'ftrl', 'empty')).toEqual(noExpectations('ftrl'));
    expect(refusal(() => readExpectations(folder, null, 'empty'))).toMatch(/it is a folder, not a file/u);
  });

  test('of another method is refused', () => {
    writeExpectations(path, FILE);
    expect(refusal(() => readExpectations(path, 'adagrad', 'refused'))).toMatch(/it is for --like nesterov, and this run is one with --like adagrad/u);
    expect(refusal(() => readExpectations(path, null, 'empty'))).toMatch(/and this run is a run without --like/u);
    writeFileSync(path, JSON.stringify(noExpectations(null)));
    expect(refusal(() => readExpectations(path, 'adagrad', 'refused'))).toMatch(/it is for a run without --like/u);
  });
});

describe('a judgement', () => {
  test('says of each result what was expected of it, and nothing of the others', () => {
    const { results, problems } = judge([ECHO, VIOLATED], FILE, TODAY);
    const { claim: _, ...said } = ENTRY;
    expect(problems).toEqual([]);
    expect(results).toEqual([ECHO, { ...VIOLATED, expectation: { ...said, met: true } }]);
  });

  test.each<[string, Parameters<typeof judge>, RegExp]>([
    ['a claim that passes', [[gateResult('identity')], FILE, TODAY], /^identity is expected to be violated, and it passes: remove the entry$/u],
    ['a claim that was not run', [[ECHO], FILE, TODAY], /^identity is expected to be violated, but no claim of that name was run/u],
    ['another verdict', [[{ ...VIOLATED, verdict: 'crashed' }], FILE, TODAY], /but it is crashed/u],
    ['a claim that does not apply', [[{ ...VIOLATED, verdict: 'inapplicable' }], FILE, TODAY], /but it is inapplicable/u],
    ['the day after', [[VIOLATED], FILE, '2026-06-16'], /was expected to be violated until 2026-06-15/u],
  ])('complains of %s', (_name, given, message) => {
    const { results, problems } = judge(...given);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(results.some(({ expectation }) => expectation?.met === true)).toBe(false);
    expect(statusOf(results, problems)).toBe(results[0]?.verdict === 'crashed' ? 3 : 1);
  });

  test('of a part of the claims says nothing of the entries of the rest', () => {
    expect(judge([ECHO], FILE, TODAY, () => true).problems).toEqual([]);
    expect(judge([gateResult('identity')], FILE, TODAY, () => true).problems).toHaveLength(1);
  });
});

describe('the exit status', () => {
  const status = (verdicts: readonly Parameters<typeof gateResult>[1][], file = noExpectations(null), complete = true): number => {
    const { results, problems } = judge(verdicts.map((changes, i) => gateResult(`claim-${i}`, changes)), file, TODAY);
    return statusOf(results, problems, complete);
  };
  const expecting = (...verdicts: ExpectedFailure['verdict'][]): Expectations => ({
    version: 1,
    like: null,
    expected: verdicts.map((verdict, i) => ({ ...ENTRY, claim: `claim-${i}`, verdict })),
  });

  test('is 0 where every claim holds, does not apply, is skipped by the subject, or fails as expected', () => {
    expect(status([{}, { verdict: 'inapplicable' }, { verdict: 'skipped' }])).toBe(0);
    expect(status([{ verdict: 'violated' }, { verdict: 'crashed' }, {}], expecting('violated', 'crashed'))).toBe(0);
  });

  test('is that of the worst of what is not expected: 3 before 1 before 4', () => {
    expect(status([{ verdict: 'inconclusive' }, { verdict: 'violated' }, { verdict: 'timed-out' }])).toBe(3);
    expect(status([{ verdict: 'inconclusive' }, { verdict: 'violated' }])).toBe(1);
    expect(status([{ verdict: 'violated' }, { verdict: 'inconclusive' }], expecting('violated'))).toBe(4);
    expect(status([{ verdict: 'violated' }, { verdict: 'garbled' }], expecting('violated'))).toBe(3);
  });

  test('is 1 where the file is wrong, even if nothing else is, and even if something is open', () => {
    expect(status([{}], expecting('violated'))).toBe(1);
    expect(status([{}, { verdict: 'inconclusive' }], expecting('violated'))).toBe(1);
    expect(status([{}, { verdict: 'errored' }], expecting('violated'))).toBe(3);
  });

  test('is never 0 for a run that was cut off, or in which nothing was judged', () => {
    expect(status([{}], undefined, false)).toBe(4);
    expect(status([])).toBe(4);
    expect(status([{ verdict: 'inapplicable' }, { verdict: 'skipped' }])).toBe(4);
  });
});

describe('--fix', () => {
  const stale: ExpectedFailure = { ...ENTRY, claim: 'manners-echo' };

  test('keeps what was said of what still fails, adds the rest, and drops what passes', () => {
    const old: Expectations = { ...FILE, expected: [stale, { ...ENTRY, expires: '2020-01-01' }, { ...ENTRY, claim: 'gone' }] };
    const fixed = rewritten(old, gateReport([ECHO, VIOLATED, CRASHED]), '2026-12-15');
    expect(fixed).toEqual({
      version: 1,
      like: 'nesterov',
      expected: [
        { ...ENTRY, expires: '2020-01-01' },
        { claim: 'manners-interleaving', verdict: 'crashed', reason: 'TODO: say why', issue: '', expires: '2027-03-15' },
      ],
    });
    expect(parseExpectations(JSON.stringify(fixed), path)).toEqual(fixed);
  });

  test('leaves a file with which the same run passes, but for what has expired', () => {
    const report = gateReport([ECHO, VIOLATED, CRASHED]);
    const { results, problems } = judge(report.claims, rewritten(noExpectations('nesterov'), report, TODAY), TODAY);
    expect(problems).toEqual([]);
    expect(statusOf(results, problems)).toBe(0);
  });

  test('corrects a verdict, and keeps what could not be decided this time', () => {
    expect(rewritten(FILE, gateReport([{ ...VIOLATED, verdict: 'errored' }]), TODAY).expected).toEqual([{ ...ENTRY, verdict: 'errored' }]);
    expect(rewritten(FILE, gateReport([{ ...VIOLATED, verdict: 'inconclusive' }]), TODAY).expected).toEqual([ENTRY]);
    expect(rewritten(FILE, gateReport([{ ...VIOLATED, verdict: 'inapplicable' }]), TODAY).expected).toEqual([]);
    expect(rewritten(noExpectations(null), gateReport([{ ...VIOLATED, verdict: 'inconclusive' }]), TODAY).expected).toEqual([]);
  });

  test('refuses a run that was cut off', () => {
    expect(refusal(() => rewritten(FILE, gateReport([ECHO], { complete: false }), TODAY))).toMatch(/this one stopped after 1 claims?\. Run `omg-oracle gate/u);
  });
});
