import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { account, note, outcome } from '../reports/account.js';
import { renderAnnotations } from '../reports/annotations.js';
import { renderBadge } from '../reports/badge.js';
import { isGateReport, type GateReport } from '../reports/gate.js';
import { renderHtml } from '../reports/html.js';
import { readReport, writeReport } from '../reports/json.js';
import { renderJUnit } from '../reports/junit.js';
import { renderStepSummary } from '../reports/markdown.js';
import { subjectFile, writeOutputs } from '../reports/outputs.js';
import { renderSarif } from '../reports/sarif.js';
import { renderSummary } from '../reports/text.js';
import { VERDICTS, type ClaimResult, type Counterexample, type Report } from '../src/verdict.js';
import { CRASHED, CUT, DIFFERENCE, EXPECTED, FAILING, gateReport, gateResult, PASSING, SUBJECT, VIOLATED } from './support/gate-report.js';
import { withoutOwn } from './support/page.js';
import { HAS, junitErrors, sarifErrors, type Sarif } from './support/report-schemas.js';

/** The report of a run in which the optimizer never said who it is. */
const NOBODY = gateReport([gateResult('manners-hello', { verdict: 'timed-out', reason: 'no answer to hello in 30 s', cases: 0, counts: [] })], { exitStatus: 3, subject: null });
const EMPTY = gateReport([], { exitStatus: 4 });

/** What breaks out of XML, Markdown, HTML, a terminal and a workflow command. */
const EVIL = `]]></failure><script>alert(1)</script> & "'\`\`\`\` | \u001b[2J\u0007\ufffe\ud800 %0A\n::error::mine\r\n\u202e`;
const evilResult = gateResult('identity', {
  statement: EVIL,
  hypotheses: [EVIL],
  source: { section: EVIL, label: EVIL },
  verdict: 'violated',
  reason: EVIL,
  hint: EVIL,
  replay: EVIL,
  counterexample: { ...DIFFERENCE, case: EVIL, expected: EVIL, lhs: EVIL, rhs: EVIL, evidence: { [EVIL]: EVIL } },
  expectation: { verdict: 'crashed', reason: EVIL, issue: EVIL, expires: '2026-01-01', met: false },
});
const HOSTILE = gateReport([evilResult, {
  ...evilResult,
  id: 'known',
  counterexample: { ...evilResult.counterexample!, claim: 'known' },
  expectation: { ...evilResult.expectation!, verdict: 'violated', met: true },
}], {
  exitStatus: 1,
  command: EVIL,
  expectations: [EVIL],
  subject: { ...SUBJECT, name: EVIL, version: EVIL, language: EVIL, source: EVIL, like: EVIL, guess: EVIL, capabilities: [EVIL] },
});

const ALL: readonly (readonly [string, GateReport])[] = Object.entries({ PASSING, FAILING, CUT, NOBODY, EMPTY, HOSTILE }).map(([name, report]) => {
  if (!isGateReport(report)) throw new Error(`${name} is no report of the gate`);
  return [name, report];
});
const asGate = (report: Report): GateReport => {
  if (isGateReport(report)) return report;
  throw new Error('no report of the gate');
};
const some = (claims: readonly ClaimResult[], changes: Partial<Report> = {}): GateReport => asGate(gateReport(claims, changes));
const [passing, failing, cut] = [asGate(PASSING), asGate(FAILING), asGate(CUT)];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gate-reports-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('report.json', () => {
  test.each(ALL)('of the gate comes back as it was written: %s', (_name, report) => {
    // JSON.stringify writes half of a surrogate pair as an escape, so that this holds for any text.
    expect(readReport(writeReport(folder, report))).toEqual(report);
  });

  const refused = (changes: object): string => {
    try {
      writeReport(folder, { ...FAILING, ...changes });
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };
  test.each<[string, object, string]>([
    ['a subject without a name', { subject: { ...SUBJECT, name: undefined } }, "required property 'name'"],
    ['a subject with more than it may say', { subject: { ...SUBJECT, colour: 'red' } }, '("colour")'],
    ['a type of numbers that is none', { subject: { ...SUBJECT, dtype: 'float16' } }, '/subject/dtype'],
    ['half a restart', { subject: { ...SUBJECT, restarts: 0.5 } }, '/subject/restarts'],
    ['a door that is none', { subject: { ...SUBJECT, door: 'window' } }, '/subject/door'],
    ['an expectation in words', { expectations: 'none' }, '/expectations'],
    ['an empty hint', { claims: [{ ...VIOLATED, hint: '' }] }, '/claims/0/hint'],
    ['an expectation that never ends', { claims: [{ ...EXPECTED, expectation: { ...EXPECTED.expectation, expires: 'never' } }] }, '/claims/0/expectation/expires'],
    ['an expectation without its outcome', { claims: [{ ...EXPECTED, expectation: { ...EXPECTED.expectation, met: undefined } }] }, "required property 'met'"],
  ])('refuses %s', (_name, changes, message) => {
    expect(refused(changes)).toContain(message);
  });
});

describe('the outcome', () => {
  test('is passed only for a run that ended, with nothing wrong and nothing open', () => {
    expect(outcome(passing)).toMatchObject({ word: 'passed', tone: 'good' });
    for (const verdict of VERDICTS) {
      const { word } = outcome(some([gateResult('a'), gateResult('b', { verdict })]));
      expect(word === 'passed', verdict).toBe(['holds', 'inapplicable', 'skipped'].includes(verdict));
    }
    for (const exitStatus of [1, 2, 3, 4]) expect(outcome({ ...passing, exitStatus }).word).not.toBe('passed');
    expect(outcome({ ...passing, expectations: ['x'] }).word).toBe('failed');
    expect(outcome({ ...passing, complete: false }).word).toBe('not complete');
  });

  test('says why, the worst first', () => {
    expect(outcome(failing).reason).toBe('1 crashed, 1 violated, 1 inconclusive; 1 line of the expected failures out of date');
    expect(outcome(cut).reason).toBe('the run stopped after 3 claims, and the rest was not checked');
    expect(outcome(some([VIOLATED], { complete: false })).reason).toMatch(/after 1 claim, .*; 1 violated$/u);
    expect(outcome(asGate(NOBODY)).word).toBe('did not run');
    expect(outcome(asGate(EMPTY))).toMatchObject({ word: 'inconclusive', reason: 'no claim was decided' });
  });
});

describe('the account of a failure', () => {
  const rows = (changes: Partial<Counterexample>, result: Partial<ClaimResult> = {}): Record<string, string> =>
    Object.fromEntries(account({ ...VIOLATED, ...result, counterexample: { ...DIFFERENCE, ...changes } }));

  test('has both values of what should be the same, and how far they are apart', () => {
    expect(rows({})).toMatchObject({ 'it gave': '−0.25', 'it should give': '0.25', 'off by': '0.5', required: 'query_{t+1} = y_{t+1} of nesterov' });
    expect(rows({ expected: 'as the method has it', lhs: '(1, 2)', rhs: '(1, 3)' })).toMatchObject({ 'it gave': '(1, 2)', 'it should give': '(1, 3)' });
    expect(rows({ lhs: 'NaN' })).not.toHaveProperty('off by');
  });

  test('has the bound where there is one, and decimals beside long fractions', () => {
    expect(rows({ expected: 'f(x_T) ≤ b', lhs: '9/2', rhs: '3' })).toMatchObject({ 'it gave': '9/2', 'at most': '3' });
    expect(rows({ expected: 'f(x_T) ≥ b', lhs: '1', rhs: '3' })).toMatchObject({ 'it gave': '1', 'at least': '3' });
    expect(rows({ expected: 'f(x_T) ≤ b', lhs: '1545049/45000000', rhs: '2/75' })).toMatchObject({ 'that is': '0.03433 > 0.02667' });
  });

  test('of a breakdown is its reason and the case, and nothing twice', () => {
    const reason = 'no answer to step 3 in 10 s\nTraceback: out of memory';
    const told = rows({ lhs: 'no answer', rhs: 'an answer', expected: 'an answer', evidence: { details: 'Traceback: out of memory', t: 3 }, case: { x0: [1] } }, {
      verdict: 'timed-out',
      reason,
    });
    expect(Object.keys(told)).toEqual(['behaves like', 'why', 't', 'case', 'replay']);
    expect(told['case']).toBe('{x0 = (1)}');
    // However long it is.
    const stack = `Error: no\n${'    at step\n'.repeat(90)}`;
    expect(rows({ evidence: { details: stack } }, { verdict: 'errored', reason: `"step": exception: Error: no\n${stack}` })).not.toHaveProperty('details');
  });

  test('cuts what is very long, and says a known mistake without its introduction', () => {
    expect(rows({ evidence: { queries: Array<number>(900).fill(0.5) } })['queries']).toMatch(/^\(0\.5, .*…$/u);
    expect(rows({ evidence: { queries: Array<number>(900).fill(0.5) } })['queries']).toHaveLength(600);
    expect(rows({}, { hint: 'behaves like: heavy ball' })['behaves like']).toBe('heavy ball');
  });

  test('has a line for every result', () => {
    expect(FAILING.claims.map(note)).toEqual([
      '',
      'adagrad is not rotation equivariant',
      'the subject cannot save its state (https://example.org/issues/3)',
      'behaves like: sign of the extrapolation flipped',
      'a buffer is float32 until the next release (https://example.org/issues/12, until 2026-12-31)',
      'coverage: 2 of 5 cases with T ≥ 20',
      'the process was killed by SIGSEGV in answer to step 4',
    ]);
    const { hint: _, ...unexplained } = VIOLATED;
    expect(note(unexplained)).toBe('−0.25 ≠ 0.25');
    expect(note({ ...unexplained, counterexample: { ...DIFFERENCE, expected: 'a ≤ b', lhs: '3', rhs: '2' } })).toBe('3 > 2');
  });
});

describe('the summary on a terminal', () => {
  test('says who was judged, one line a claim, and a block for each failure', () => {
    expect(renderSummary(some([gateResult('manners-echo'), VIOLATED, EXPECTED], { exitStatus: 1 }), { files: ['out/report.html'] })).toBe(
      [
        'my-nesterov 1.2.0 (python, float64), judged as nesterov',
        '  command: python3 examples/nesterov.py',
        '',
        'manners-echo   ✓ holds                  64 cases',
        'identity       ✗ violated               64 cases  behaves like: sign of the extrapolation flipped',
        'dtype-honesty  ✗ violated, as expected  64 cases  a buffer is float32 until the next release (https://example.org/issues/12, until 2026-12-31)',
        '',
        '✗ violated: identity',
        '  query_{t+1} = y_{t+1} and x_t of nesterov, for all t ≤ T',
        '    behaves like      sign of the extrapolation flipped',
        '    problem           f(x) = ½x², n = 1, T = 3',
        '    x0                (1)',
        '    config            {learningRate = 0.5}',
        '    first difference  query after step 2, entry 1',
        '    y_1, y_2          ((1), (0.5))',
        '    tolerance         3.1e−16',
        '    required          query_{t+1} = y_{t+1} of nesterov',
        '    it gave           −0.25',
        '    it should give    0.25',
        '    off by            0.5',
        '    replay            npx omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --claims identity --seed 7',
        '',
        'FAILED: 1 violated.',
        '3 claims in 4.20 s: 1 holds, 1 violated, 1 fails as expected.',
        'Again: npx omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --seed 7',
        'Written: out/report.html',
        '',
      ].join('\n'),
    );
  });

  test('shows the worst first, what standard error said, and what is wrong with the expected failures', () => {
    const text = renderSummary(failing);
    expect(text.match(/^(!|✗|\?) \S+: \S+$/gmu)).toEqual(['! crashed: manners-interleaving', '✗ violated: identity', '? inconclusive: guarantee']);
    expect(text).toContain('    why  the process was killed by SIGSEGV in answer to step 4\n        │standard error: Segmentation fault (core dumped)\n');
    expect(text).toContain('✗ the expected failures are out of date\n  manners-echo is expected to be violated, and it passes: remove the entry\n');
    expect(text).toContain('its process had to be started anew 2 times');
    expect(renderSummary({ ...failing, subject: { ...SUBJECT, restarts: 1, name: '' } })).toMatch(/^An optimizer without a name .*[^]*started anew once\n/u);
  });

  test('shows what fails in the same way once: for the same reason, or explained by the same mistake', () => {
    const { hint: _, ...unexplained } = VIOLATED;
    const alike = [VIOLATED, { ...VIOLATED, id: 'identity-schedule' }, { ...CRASHED, id: 'manners-run' }, CRASHED, { ...unexplained, id: 'zero-gradient' }, {
      ...unexplained,
      id: 'equivariance-blocks',
    }];
    const text = renderSummary(some(alike, { exitStatus: 3 }));
    expect(text.match(/^(?:!|✗) \S+: \S+$|^ {2}In the same way: .*$/gmu)).toEqual([
      '! crashed: manners-run',
      '  In the same way: manners-interleaving',
      '✗ violated: identity',
      '  In the same way: identity-schedule',
      '✗ violated: zero-gradient',
      '✗ violated: equivariance-blocks',
    ]);
  });

  test('of a run that passed has no block; of one that was cut off it says so', () => {
    expect(renderSummary(passing)).toMatch(
      /\n\nPASSED on what was judged; not judged: manners-state \(it says that it does not meet it\)\. 1 holds, 1 inapplicable, 1 skipped, 1 fails as expected\.\n/u,
    );
    expect(renderSummary(cut)).toContain('\nNOT COMPLETE: the run stopped after 3 claims');
    expect(renderSummary(NOBODY)).toMatch(/^! expected an optimizer that introduces itself, got .*\n  .*\nDID NOT RUN: .* was judged[^]*$/u);
    expect(renderSummary(EMPTY)).toContain('0 claims in 4.20 s: no results.');
    expect(renderSummary(some([gateResult('a')], { subject: { ...SUBJECT, like: null, guess: 'heavy-ball' } }))).toContain(
      'judged as no method in particular, nearest to heavy-ball',
    );
    expect(renderSummary(some([gateResult('a')], { subject: { ...SUBJECT, like: null } }))).toContain('judged as no method in particular\n');
  });

  test('is the same in colour, and obeys no escape', () => {
    const plain = renderSummary(failing);
    const trimmed = (text: string): string => stripVTControlCharacters(text).replace(/ +$/gmu, '');
    expect(renderSummary(failing, { colour: true })).not.toBe(plain);
    expect(trimmed(renderSummary(failing, { colour: true }))).toBe(trimmed(plain));
    expect(renderSummary(HOSTILE)).not.toMatch(/[^\P{Cc}\n]|\u202e|^\s*::/mu);
  });
});

/** The elements of a JUnit document, as `name message` lines. */
const outcomes = (xml: string): string[] => [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+) )/gu)].map(([, name = '', kind = 'passed']) => `${name}: ${kind}`);

describe('JUnit', () => {
  test.skipIf(!HAS.junit).each(ALL)('is valid by its schema (skipped where there is none): %s', async (_name, report) => {
    expect(await junitErrors(renderJUnit(report))).toEqual([]);
  });

  test.skipIf(!HAS.junit)('the schema is one that refuses (skipped where there is none)', async () => {
    const broken = renderJUnit(failing).replace('<failure', '<fail').replace('</failure', '</fail');
    expect(await junitErrors(broken)).not.toEqual([]);
  });

  test('has one test a claim, of the kind of its verdict', () => {
    expect(outcomes(renderJUnit(failing))).toEqual([
      'the expected failures are up to date: failure',
      'manners-echo: passed',
      'equivariance-rotation: skipped',
      'manners-state: skipped',
      'identity: failure',
      'dtype-honesty: skipped',
      'guarantee: failure',
      'manners-interleaving: error',
    ]);
    expect(renderJUnit(failing)).toContain(' tests="8" failures="3" errors="1" skipped="3" ');
    const of = (verdict: ClaimResult['verdict']): string => outcomes(renderJUnit(some([gateResult('a', { verdict })]))).at(-1) ?? '';
    expect(VERDICTS.map((verdict) => `${verdict} ${of(verdict)}`)).toEqual([
      'holds a: passed',
      'refuted a: failure',
      'violated a: failure',
      'inconclusive a: failure',
      'vacuous a: failure',
      'inapplicable a: skipped',
      'skipped a: skipped',
      'crashed a: error',
      'timed-out a: error',
      'garbled a: error',
      'errored a: error',
    ]);
  });

  test('shows what should have come, and why a failure is put up with', () => {
    const xml = renderJUnit(failing);
    expect(xml).toContain('it should give    0.25');
    expect(xml).toContain('<skipped type="violated" message="violated, as expected: a buffer is float32 until the next release');
    expect(xml).toContain('<property name="dtype" value="float64"/>');
  });

  test('has an error where the run was cut off, or was of nothing', () => {
    expect(outcomes(renderJUnit(cut))[0]).toBe('the run is complete: error');
    expect(renderJUnit(cut)).toContain('message="the run stopped after 3 claims, and the rest was not checked"');
    expect(outcomes(renderJUnit(asGate(EMPTY)))).toEqual(['the run is complete: error']);
  });

  test('keeps every line of a message, and no character that XML forbids', () => {
    const xml = renderJUnit(asGate(HOSTILE));
    expect(xml).toContain('&#10;:\\u003aerror::mine&#10;\\u202e');
    expect(xml).not.toMatch(/[^\P{Cc}\n]|\p{Cs}|[\ufffe\uffff]|<script/u);
    expect(outcomes(xml)).toHaveLength(3);
  });
});

describe('SARIF', () => {
  const places = { artifact: 'examples/nesterov.py', expected: 'gate/expected failures.json' };
  const log = (report: GateReport): Sarif['runs'][0] => (JSON.parse(renderSarif(report, places)) as Sarif).runs[0];

  test.skipIf(!HAS.sarif).each(ALL)('is valid by the schema of 2.1.0 (skipped where there is none): %s', (_name, report) => {
    expect(sarifErrors(renderSarif(report, places))).toEqual([]);
  });

  test.skipIf(!HAS.sarif)('the schema is one that refuses (skipped where there is none)', () => {
    expect(sarifErrors(renderSarif(failing, places).replaceAll('"level": "warning"', '"level": "worrying"'))).not.toEqual([]);
  });

  test('has a rule for each claim, with what it says and where that is said', () => {
    const { rules } = log(passing).tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(PASSING.claims.map(({ id }) => id));
    expect(rules[0]?.help.text).toBe('what manners-echo says\n\nWhere it is said: docs/PROTOCOL.md, manners.');
    const [rule] = log(some([gateResult('a', { hypotheses: ['T ≥ 1'] })])).tool.driver.rules;
    expect(rule?.help.text).toContain('Provided that:\n- T ≥ 1\n');
  });

  test('has a result for what went wrong alone: errors, warnings, and what is suppressed', () => {
    const { results, tool } = log(failing);
    expect(results.map(({ ruleId, level, suppressions = [] }) => [ruleId, level, ...suppressions.map(({ justification }) => justification)])).toEqual([
      ['expected-failures', 'error'],
      ['manners-interleaving', 'error'],
      ['identity', 'error'],
      ['guarantee', 'warning'],
      ['dtype-honesty', 'error', 'a buffer is float32 until the next release https://example.org/issues/12'],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(results[2]?.message.text).toContain('it should give    0.25');
    expect(results.map(({ locations: [{ physicalLocation }] }) => physicalLocation.artifactLocation.uri)).toEqual([
      'gate/expected%20failures.json',
      ...Array<string>(4).fill('examples/nesterov.py'),
    ]);
  });

  test('says how the run ended', () => {
    expect(log(failing).invocations[0]).toMatchObject({ exitCode: 3, executionSuccessful: true, commandLine: FAILING.command });
    expect(log(cut).invocations[0]).toMatchObject({ exitCode: 4, executionSuccessful: false });
    expect(log(cut).results.map(({ ruleId }) => ruleId)).toEqual(['run-complete']);
  });

  test('knows the same failure again on another day, with other numbers, and no other', () => {
    const prints = (report: GateReport): string[] => log(report).results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
    const other = { ...VIOLATED, seconds: 9, counterexample: { ...DIFFERENCE, lhs: '1', seed: 8 } };
    expect(prints(some([other], { seed: 8, exitStatus: 1, startedAt: '2027-01-01T00:00:00Z' }))).toEqual(prints(some([VIOLATED], { exitStatus: 1 })));
    expect(new Set(prints(failing)).size).toBe(log(failing).results.length);
    expect(prints(some([VIOLATED], { subject: { ...SUBJECT, like: 'heavy-ball' } }))).not.toEqual(prints(some([VIOLATED])));
  });
});

describe('annotations', () => {
  test('have the worst first, beside the file, in one line each', () => {
    const lines = renderAnnotations(failing, 'src/a,b:c.py');
    expect(lines.map((line) => /^::(\w+) file=src\/a%2Cb%3Ac\.py,title=(.*?)::/u.exec(line)?.slice(1))).toEqual([
      ['error', 'manners-interleaving%3A crashed'],
      ['error', 'identity%3A violated'],
      ['error', 'omg-oracle%3A expected failures'],
      ['warning', 'guarantee%3A inconclusive'],
    ]);
    expect(lines[1]).toContain('%0Ait should give    0.25%0A');
    expect(renderAnnotations(passing, null)).toEqual([]);
    expect(renderAnnotations(cut, null)).toEqual(['::error title=omg-oracle%3A not complete::the run stopped after 3 claims, and the rest was not checked']);
  });

  test('are ten at most, and the tenth says how many more', () => {
    const violated = (number: number): GateReport => some(Array.from({ length: number }, (_, i) => ({ ...VIOLATED, id: `claim-${i}` })), { exitStatus: 1 });
    expect(renderAnnotations(violated(10), null)).toHaveLength(10);
    expect(renderAnnotations(violated(10), null)[9]).toContain('claim-9');
    const lines = renderAnnotations(violated(23), null);
    expect(lines).toHaveLength(10);
    expect(lines[9]).toBe('::error title=omg-oracle::and 14 more: see the step summary or report.html');
    const open = some(Array.from({ length: 12 }, (_, i) => gateResult(`claim-${i}`, { verdict: 'inconclusive', reason: 'too few' })), { exitStatus: 4 });
    expect(renderAnnotations(open, null)[9]).toMatch(/^::warning title=omg-oracle::and 3 more/u);
  });

  test('cannot be made by an optimizer', () => {
    const lines = renderAnnotations(asGate(HOSTILE), EVIL);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line).toContain('%250A%0A:\\u003aerror::mine%0A\\u202e');
    }
  });
});

describe('the step summary', () => {
  test('has the outcome, the first failure with its replay, and every claim', () => {
    const text = renderStepSummary(failing);
    expect(text).toMatch(/^## ❌ my-nesterov 1\.2\.0, judged as nesterov: failed\n/u);
    expect(text).toContain('- manners-echo is expected to be violated, and it passes: remove the entry\n');
    expect(text).toContain('### `manners-interleaving` crashed (2 more in report.html)\n\n```text\ninterleaved sessions do not disturb one another\n');
    expect(text).toContain('| `identity` | ✗ violated | 64 | behaves like: sign of the extrapolation flipped |\n');
    expect(text).toContain('Again, with the same cases:\n\n```text\nnpx omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --seed 7\n```\n');
    expect(renderStepSummary(some([VIOLATED], { exitStatus: 1 }))).toContain(
      'replay            npx omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --claims identity --seed 7\n```\n',
    );
  });

  test('is short where all is well, and never says so of a run that was cut off', () => {
    expect(renderStepSummary(passing)).toMatch(
      /^## ✅ .*: passed on what was judged; not judged: manners-state \(it says that it does not meet it\)\n[^]*<details><summary>Every claim<\/summary>\n\n\| Claim/u,
    );
    expect(renderStepSummary(passing)).not.toContain('###');
    expect(renderStepSummary(cut)).toMatch(/^## ❌ .*: not complete\n/u);
    expect(renderStepSummary(some([gateResult('a', { verdict: 'vacuous' })], { exitStatus: 4 }))).toMatch(/^## ⚠️ .*: inconclusive\n/u);
    expect(renderStepSummary(asGate(NOBODY))).toMatch(/^## ❌ an optimizer that never introduced itself, judged as nothing yet: did not run\n/u);
    expect(renderStepSummary(asGate(EMPTY))).not.toContain('|');
  });

  test('is not broken out of, and not longer than a reader reads', () => {
    const text = renderStepSummary(asGate(HOSTILE));
    expect(text.split('\n')[0]).toMatch(/^## ❌ .*: failed$/u);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    // Four backticks in the text: the block is fenced with five.
    expect(text.match(/^`{5}(text)?$/gmu)).toHaveLength(4);
    expect(text.split(/^`{5}(?:text)?$/gmu).filter((_, index) => index % 2 === 0).join('')).not.toMatch(/<script/u);
    const long = { ...VIOLATED, reason: Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n') };
    expect(renderStepSummary(some([long], { exitStatus: 1 })).split('\n').length).toBeLessThan(90);
  });
});

describe('the badge', () => {
  const badge = (report: GateReport): { readonly [key: string]: unknown } => JSON.parse(renderBadge(report)) as { [key: string]: unknown };

  test('is an endpoint of shields', () => {
    expect(badge(some([gateResult('a'), gateResult('b')]))).toEqual({
      schemaVersion: 1,
      label: 'omg-oracle',
      message: 'nesterov, 2 claims hold',
      color: 'brightgreen',
      isError: false,
    });
    expect(badge(passing)).toMatchObject({ message: 'nesterov, 1 known failure; not judged: manners-state (it says that it does not meet it)', color: 'yellowgreen' });
    expect(badge(failing)).toMatchObject({ message: 'nesterov failed', color: 'red', isError: true });
    expect(badge(asGate(NOBODY))).toMatchObject({ message: 'optimizer did not run', color: 'red' });
    expect(badge(some([gateResult('a')], { subject: { ...SUBJECT, like: null } }))).toMatchObject({ message: 'optimizer not judged', color: 'lightgrey' });
  });

  test('is never green for a run that was cut off, is undecided, or is said to have failed', () => {
    const bad = [
      cut,
      asGate(EMPTY),
      asGate(HOSTILE),
      some([gateResult('a')], { complete: false }),
      { ...passing, expectations: ['x'] },
      ...[1, 3, 4].map((exitStatus) => ({ ...passing, exitStatus })),
      ...VERDICTS.filter((verdict) => !['holds', 'inapplicable', 'skipped'].includes(verdict)).map((verdict) => some([gateResult('a'), gateResult('b', { verdict })])),
    ];
    for (const report of bad) expect(badge(report)['color']).not.toMatch(/green/u);
  });
});

describe('the HTML page', () => {
  const pageOf = async (report: Report): Promise<string> => withoutOwn(await renderHtml(report));

  test.each(ALL)('is whole, loads nothing, and has a target for each link: %s', async (_name, report) => {
    const page = await pageOf(report);
    const ids = [...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="([^"]*)"/gu)) expect(ids.map((id) => `#${id}`)).toContain(target);
    expect(page).not.toMatch(/<script|<link|<img|\ssrc=|@import|url\(/u);
    expect(page).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    for (const tag of ['section', 'table', 'dl', 'details', 'div', 'span', 'td', 'th', 'pre', 'p']) {
      expect(page.match(new RegExp(`<${tag}[ >]`, 'gu'))?.length, tag).toBe(page.match(new RegExp(`</${tag}>`, 'gu'))?.length);
    }
  });

  test('says whose optimizer it is about and what it was judged as, and has no printed column', async () => {
    const page = await pageOf(failing);
    expect(page).toContain('<title>my-nesterov 1.2.0, judged as nesterov: failed</title>');
    expect(page).toContain('<h1 id="summary">my-nesterov 1.2.0, judged as nesterov</h1>');
    expect(page).toContain('<code>python3 examples/nesterov.py</code>');
    expect(page).toContain('<dt>Restarts</dt><dd>2');
    expect(page).not.toMatch(/as printed|corrected|errata/iu);
    expect(await pageOf(passing)).not.toContain('What went wrong');
    expect(await pageOf(CUT)).toContain('<title>NOT COMPLETE: ');
    expect(
      await pageOf(
        some([gateResult('a', { tightest: { ratio: 0.5, seed: 1, path: '0', arithmetic: 'float64', origin: 'drawn', case: 1 }, hypotheses: ['T ≥ 1'] })], {
          subject: { ...SUBJECT, like: null, guess: 'heavy-ball', capabilities: [] },
        }),
      ),
    ).toContain(
      'no method in particular, nearest to <b>heavy-ball</b>',
    );
  });

  test('shows what fails in the same way once, and leads from there to the others', async () => {
    const page = await pageOf(some([VIOLATED, { ...VIOLATED, id: 'zero-gradient' }, { ...VIOLATED, id: 'guarantee' }], { exitStatus: 1, command: 'omg-oracle gate mine.js' }));
    expect(page.match(/<details class="detail failure/gu)).toHaveLength(1);
    expect(page).toContain('<p>In the same way: <a href="#claim-zero-gradient">zero-gradient</a>, <a href="#claim-guarantee">guarantee</a>.</p>');
    expect(page).toContain(
      '<dt>Run it again</dt><dd><span class="copy"><code>npx omg-oracle gate mine.js --seed 7</code></span> <span class="soft">seed 7: the same cases</span></dd>',
    );
  });

  test('shows both values, the problem, the hint, and what was expected', async () => {
    const page = await pageOf(failing);
    expect(page).toContain('<strong>Behaves like:</strong> <span class="math">sign of the extrapolation flipped</span>');
    expect(page).toContain('<dt>it gave</dt><dd class="math">−0.25</dd>');
    expect(page).toContain('<dt>it should give</dt><dd class="math">0.25</dd>');
    expect(page).toContain('<td class="math">3.1e−16</td>');
    expect(page).toContain('<small>Known failure:</small> a buffer is float32 until the next release');
    expect(page).toContain('<pre>the process was killed by SIGSEGV in answer to step 4\nstandard error: Segmentation fault (core dumped)</pre>');
    expect(page.indexOf('manners-interleaving')).toBeLessThan(page.indexOf('Behaves like'));
  });
});

describe('the files of a run', () => {
  test('are all there, and the report among them is read again', async () => {
    const paths = await writeOutputs(folder, failing, 'package.json');
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')).toSorted()).toEqual(
      [
        'badge.json',
        'counterexamples',
        'counterexamples/dtype-honesty.json',
        'counterexamples/identity.json',
        'junit.xml',
        'report.html',
        'report.json',
        'results.sarif',
        'summary.md',
      ],
    );
    expect(paths).toHaveLength(8);
    expect(paths[0]).toBe(join(folder, 'report.html'));
    expect(readReport(join(folder, 'report.json'))).toEqual(FAILING);
    expect(readFileSync(join(folder, 'results.sarif'), 'utf8')).toContain('"uri": "package.json"');
  });

  test('have a place for each result of SARIF, whatever the optimizer is', async () => {
    await writeOutputs(folder, asGate(NOBODY));
    expect(readFileSync(join(folder, 'results.sarif'), 'utf8')).toMatch(/"uri": "[^"]*report\.json"/u);
  });

  test('the file to be mended is the module, or the first file that the command names', async () => {
    const command = (source: string): string | null => subjectFile({ ...SUBJECT, source }, folder);
    const file = writeReport(join(folder, 'my code'), CUT);
    expect(file).toBe(join(folder, 'my code', 'report.json'));
    expect(command('python3 "my code/report.json" --fast')).toBe('my code/report.json');
    expect(command("python3 'my code/report.json'")).toBe('my code/report.json');
    expect(command(`python3 ${folder}/none.py ""`)).toBeNull();
    expect(command('python3 ../../etc/passwd /etc/passwd my')).toBeNull();
    expect(subjectFile({ ...SUBJECT, door: 'module', source: 'my code/report.json' }, folder)).toBe('my code/report.json');
    expect(subjectFile(null)).toBeNull();
  });
});

test('a crash is told by its reason where there is no case', () => {
  expect(account(CRASHED)).toEqual([['why', CRASHED.reason]]);
});
