import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderBadge } from '../reports/badge.js';
import { readCounterexample, readReport } from '../reports/json.js';
import { renderJUnit } from '../reports/junit.js';
import { renderErrata, renderStepSummary } from '../reports/markdown.js';
import { writeOutputs, writeRenderings } from '../reports/outputs.js';
import { renderSarif } from '../reports/sarif.js';
import { saboteurs } from '../src/saboteur/index.js';
import type { Report } from '../src/verdict.js';
import { POSIX } from './support/posix.js';
import { HAS, junitErrors, sarifErrors, type Sarif } from './support/report-schemas.js';
import { REFUTED, STOPPED, TROUBLED, VERIFIED, verifyReport, verifyResult } from './support/verify-report.js';

const EVIL = `]]></system-out><script>alert(1)</script> & "'\`\`\`\` | \u001b[2J\u0007\ufffe\ud800 %0A\n::error::mine\r\n\u202e`;
const HOSTILE = verifyReport([
  {
    ...REFUTED,
    statement: EVIL,
    hypotheses: [EVIL],
    source: { section: EVIL, label: EVIL },
    reason: EVIL,
    replay: EVIL,
    coverage: { [EVIL]: 1 },
    counterexample: { ...REFUTED.counterexample!, case: EVIL, expected: EVIL, lhs: EVIL, rhs: EVIL, evidence: { [EVIL]: EVIL } },
  },
  verifyResult('theorem-1-rate', { statement: EVIL, verdict: 'errored', reason: EVIL, slack: [{ term: EVIL, mean: 1, tightest: 1 }] }),
], { command: EVIL, exitStatus: 3 });
const SELF_TEST = verifyReport([
  verifyResult('sign-flipped', { statement: 'a sign is flipped' }),
  verifyResult('nothing-flipped', { verdict: 'violated', reason: 'no claim catches it' }),
], { title: 'Self-test', command: 'omg-oracle self-test --seed 1', exitStatus: 1 });

const ALL = Object.entries({ VERIFIED, TROUBLED, STOPPED, HOSTILE, SELF_TEST, EMPTY: verifyReport([], { exitStatus: 4 }) });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the files of a run', () => {
  test('are the same for every kind of report, and the report among them is read again', async () => {
    const paths = await writeOutputs(folder, TROUBLED);
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')).toSorted()).toEqual([
      'badge.json',
      'counterexamples',
      'counterexamples/lemma-1.corrected.json',
      'counterexamples/theorem-1-rate.printed.json',
      'junit.xml',
      'report.html',
      'report.json',
      'results.sarif',
      'summary.md',
    ]);
    expect(paths[0]).toBe(join(folder, 'report.html'));
    expect(paths).toHaveLength(8);
    expect(readReport(join(folder, 'report.json'))).toEqual(TROUBLED);
    expect(readCounterexample(join(folder, 'counterexamples', 'theorem-1-rate.printed.json'), 3)).toEqual(REFUTED.counterexample);
  });

  test('a result of SARIF leads to the file of its counterexample, which is there', async () => {
    const cwd = process.cwd();
    await writeOutputs(folder, TROUBLED);
    const [{ results }] = (JSON.parse(readFileSync(join(folder, 'results.sarif'), 'utf8')) as Sarif).runs;
    const uris = results.map(({ ruleId, locations: [{ physicalLocation }] }) => [ruleId, decodeURIComponent(physicalLocation.artifactLocation.uri)] as const);
    for (const [, uri] of uris) expect(existsSync(join(cwd, uri)), uri).toBe(true);
    expect(uris.find(([id]) => id === 'theorem-1-rate')?.[1]).toMatch(/counterexamples\/theorem-1-rate\.printed\.json$/u);
    expect(uris.find(([id]) => id === 'theorem-2')?.[1]).toMatch(/report\.json$/u);
  });

  test('what is made from a report leaves the report itself alone', async () => {
    await writeRenderings(folder, VERIFIED);
    expect(readdirSync(folder).toSorted()).toEqual(['badge.json', 'junit.xml', 'report.html', 'results.sarif', 'summary.md']);
  });
});

describe('JUnit of verify', () => {
  test.skipIf(!HAS.junit).each(ALL)('is valid by its schema (skipped where there is none): %s', async (_name, report) => {
    expect(await junitErrors(renderJUnit(report))).toEqual([]);
  });

  const outcomes = (report: Report): string[] =>
    [...renderJUnit(report).matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>\s*<([\w-]+))/gu)].map(([, name = '', kind = 'passed']) => `${name}: ${kind}`);

  test('has a test for each variant; a printed statement that is refuted is one that passed, with the counterexample in its output', () => {
    expect(outcomes(TROUBLED)).toEqual([
      'online-average (corrected): passed',
      'regret-bound (corrected): passed',
      'theorem-1-rate (as printed): system-out',
      'theorem-1-rate (corrected): passed',
      'lemma-1 (corrected): failure',
      'theorem-2 (corrected): failure',
      'nesterov (corrected): error',
    ]);
    const xml = renderJUnit(TROUBLED);
    expect(xml).toContain('<testsuites name="omg-oracle verify" tests="7" failures="2" errors="1" ');
    expect(xml).toMatch(
      /<system-out>refuted: found by the search\nf\(x̄_T\) − f\(x\*\) ≤ λL diam\(W\)\/T\n[^<]*diam\(W\) +3\n[^<]*but +9\/2 &gt; 3\n[^<]*replay +npx omg-oracle replay reports\/out\/counterexamples/u,
    );
  });

  test('a corrected statement that is refuted has failed, and so has a run that was cut off', () => {
    expect(outcomes(verifyReport([{ ...REFUTED, variant: 'corrected' }]))).toEqual(['theorem-1-rate (corrected): failure']);
    expect(outcomes(STOPPED)[0]).toBe('the run is complete: error');
    expect(renderJUnit(STOPPED)).toContain('the run stopped after 1 result, and the rest was not checked');
  });

  test('keeps no character that XML forbids, and nothing that ends its output', () => {
    const xml = renderJUnit(HOSTILE);
    expect(xml).not.toMatch(/[^\P{Cc}\n\t]|\p{Cs}|[\ufffe\uffff]|<script/u);
    expect(outcomes(HOSTILE)).toEqual(['theorem-1-rate (as printed): system-out', 'theorem-1-rate (corrected): error']);
  });
});

describe('SARIF of verify', () => {
  const places = { artifact: 'reports/out/report.json' };
  const log = (report: Report): Sarif['runs'][0] => (JSON.parse(renderSarif(report, places)) as Sarif).runs[0];

  test.skipIf(!HAS.sarif).each(ALL)('is valid by the schema of 2.1.0 (skipped where there is none): %s', (_name, report) => {
    expect(sarifErrors(renderSarif(report, places))).toEqual([]);
  });

  test('failures are errors, what is open is a warning, an erratum is a note', () => {
    const { results, tool } = log(TROUBLED);
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual(['nesterov error', 'lemma-1 error', 'theorem-2 warning', 'theorem-1-rate note']);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(log(VERIFIED).results.map(({ level }) => level)).toEqual(['note']);
    expect(results[3]?.message.text).toMatch(/^theorem-1-rate \(as printed\) refuted[^]*but +9\/2 > 3/u);
  });

  test('has one rule a claim, with both statements', () => {
    const { rules } = log(VERIFIED).tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(['online-average', 'regret-bound', 'theorem-1-rate']);
    expect(rules[2]?.help.text).toMatch(/^As printed: f\(x̄_T\)[^]*Corrected: f\(x̄_T\)[^]*- w\* is the smallest-norm[^]*Where it is said: Section 4, Theorem 1\.$/u);
  });

  test('of a part of a run does not take the place of another part’s', () => {
    const id = (report: Report): unknown => (log(report) as unknown as { automationDetails: { id: string } }).automationDetails.id;
    const shard = { index: 2, count: 3, command: 'omg-oracle verify', claims: ['online-average'], out: 'reports/out', expected: null };
    expect([id(VERIFIED), id({ ...VERIFIED, shard })]).toEqual(['omg-oracle/verify/', 'omg-oracle/verify/part 2 of 3/']);
  });

  test('knows the same erratum again by its claim and variant alone', () => {
    const prints = (report: Report): string[] => log(report).results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
    expect(prints({ ...VERIFIED, seed: 7, claims: VERIFIED.claims.map((claim) => ({ ...claim, seconds: 1 })) })).toEqual(prints(VERIFIED));
    expect(new Set(prints(TROUBLED)).size).toBe(4);
  });
});

describe('the step summary of verify', () => {
  test('has the errata first, then what went wrong, then every claim', () => {
    const text = renderStepSummary(TROUBLED);
    expect(text).toMatch(/^## ❌ Optimistic Meta-Gradients, claim by claim: failed\n/u);
    const at = [
      '### 1 statement is false as printed\n',
      renderErrata(TROUBLED),
      '### `nesterov (corrected)` crashed (2 more in report.html)',
      '| Claim | As printed | Corrected | Cases | Tightest ratio |',
    ].map((part) => text.indexOf(part));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at).not.toContain(-1);
    expect(text).toContain('| `theorem-1-rate` | ≠ refuted | ✓ holds | 2,250 | 0.9688 |\n');
    expect(text).toContain('omg-oracle verify --cases 2000 --seed 42\n```');
  });

  test('passes only where all is as it should be', () => {
    expect(renderStepSummary(VERIFIED)).toMatch(/^## ✅ [^\n]*: passed\n\n3 hold, 1 refuted, in 83 s\.\n/u);
    expect(renderStepSummary(STOPPED)).toMatch(/^## ❌ [^\n]*: not complete\n/u);
    expect(renderStepSummary(SELF_TEST)).toMatch(/^## ❌ Self-test: failed\n[^]*\| `nothing-flipped` \| ✗ violated \| 2,250 \| no claim catches it \|\n/u);
    expect(renderStepSummary(HOSTILE)).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

test('the badge of verify counts claims and errata, and is green for a run that passed alone', () => {
  const badge = (report: Report): unknown => JSON.parse(renderBadge(report));
  expect(badge(VERIFIED)).toEqual({ schemaVersion: 1, label: 'omg-oracle', message: 'verify, 3 claims hold, 1 erratum', color: 'brightgreen', isError: false });
  expect(badge(TROUBLED)).toMatchObject({ message: 'verify failed', color: 'red' });
  expect(badge(STOPPED)).toMatchObject({ message: 'not complete', color: 'lightgrey' });
  expect(badge(SELF_TEST)).toMatchObject({ message: 'self-test failed', color: 'red' });
});

describe.runIf(POSIX)('a self-test that is interrupted (needs POSIX)', () => {
  let out: string;
  let printed = '';
  let status: number | null;
  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'omg-oracle-interrupted-'));
    const child = spawn(process.execPath, [fileURLToPath(new URL('../src/cli/main.js', import.meta.url)), 'self-test', '--cases', '2', '--out', out], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    setTimeout(() => child.kill('SIGINT'), 1500);
    [status] = (await once(child, 'close')) as [number | null];
  });
  afterAll(() => rmSync(out, { recursive: true }));

  test('leaves every file, and says what was not run', () => {
    expect(status).toBe(4);
    expect(printed).toContain(`Written: ${join(out, 'report.html')}`);
    const report = readReport(join(out, 'report.json'));
    expect(report).toMatchObject({ complete: false, exitStatus: 4, command: 'omg-oracle self-test --cases 2 --seed 1' });
    const words = new Set(report.claims.map(({ verdict }) => verdict));
    expect([...words].filter((word) => word !== 'holds' && word !== 'skipped')).toEqual([]);
    expect(words).toContain('skipped');
    expect(report.claims.map(({ id }) => id)).toEqual(expect.arrayContaining([...saboteurs.map(({ name }) => name), 'theorem-1']));
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<h1 id="summary">Self-test: every saboteur is caught, and every claim catches one</h1>');
    expect(page).not.toContain('Errata');
  });

  test.skipIf(!HAS.junit)('leaves JUnit that is valid by its schema (skipped where there is none)', async () => {
    expect(await junitErrors(readFileSync(join(out, 'junit.xml'), 'utf8'))).toEqual([]);
  });
});
