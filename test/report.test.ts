import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeDouble, encodeDouble, encodeDoubles } from '../src/base/doubles.js';
import { InputError, OutputError } from '../src/base/errors.js';
import { prepareOutput, writeWhole } from '../src/base/files.js';
import { renderHtml } from '../reports/html.js';
import { readCounterexample, readReport, writeCounterexample, writeReport } from '../reports/json.js';
import { renderErrata } from '../reports/markdown.js';
import { tokens } from '../reports/math.js';
import schema from '../reports/report.schema.json' with { type: 'json' };
import { SCRIPT } from '../reports/script.js';
import { STYLE } from '../reports/style.js';
import { renderSummary } from '../reports/text.js';
import { duration, failure, place, shortNumber, shortValue, valueText, wholeRun, WORDS } from '../reports/wording.js';
import { ARITHMETICS, ERROR_KINDS, STRENGTHS, VARIANTS, VERDICTS, type ClaimResult, type Counterexample, type Report, type Verdict } from '../src/verdict.js';
import { withoutOwn } from './support/page.js';

const COUNTEREXAMPLE: Counterexample = {
  claim: 'theorem-1-rate',
  variant: 'printed',
  arithmetic: 'rational',
  generatorVersion: 3,
  origin: 'search',
  seed: 42,
  path: '17:3:0',
  case: { horizon: 1, center: ['3'], set: { kind: 'box', lower: ['0'], upper: ['3'] } },
  expected: 'f(x̄_T) − f(x*) ≤ λL diam(W)/T',
  lhs: '9/2',
  rhs: '3',
  evidence: { 'x̄_1': ['0'], 'w*': ['3'], 'diam(W)': '3' },
  exact: true,
};

const PRINTED: ClaimResult = {
  id: 'theorem-1-rate',
  variant: 'printed',
  statement: 'f(x̄_T) − f(x*) ≤ λL diam(W)/T',
  hypotheses: ['f is convex'],
  source: { section: '4', label: 'Theorem 1' },
  strength: 'rate',
  verdict: 'refuted',
  reason: 'found by the search',
  arithmetic: ['float64', 'rational'],
  cases: 2250,
  rejected: 31,
  counts: [
    { arithmetic: 'float64', cases: 2048, nonTrivial: 2001, rejected: 30 },
    { arithmetic: 'rational', cases: 202, nonTrivial: 200, rejected: 1 },
  ],
  coverage: { 'φ = w': 800, 'active projection': 0 },
  tightest: { ratio: 1.5, seed: 42, path: '17', arithmetic: 'float64', origin: 'drawn', case: { x: [1] } },
  falsePass: null,
  counterexample: COUNTEREXAMPLE,
  replay: 'omg-oracle replay theorem-1-rate.printed.json',
  seconds: 1.25,
};

const CORRECTED: ClaimResult = {
  ...PRINTED,
  variant: 'corrected',
  statement: 'f(x̄_T) − f(x*) ≤ λL‖w*‖²/(2T)',
  hypotheses: ['f is convex', 'w* is the smallest-norm w of Definition 1'],
  verdict: 'holds',
  reason: null,
  counterexample: null,
  replay: null,
};

const IDENTITY: ClaimResult = {
  ...CORRECTED,
  id: 'online-average',
  statement: 'x̄_t = x_{1:t}/α_{1:t}',
  source: { section: '2', label: 'Eq. (2)' },
  strength: 'identity',
  hypotheses: [],
  coverage: {},
  tightest: null,
  falsePass: 2.5e-17,
  counts: [{ arithmetic: 'prime-field', cases: 64, nonTrivial: 64, rejected: 0 }],
};

function reportOf(claims: readonly ClaimResult[], changes: Partial<Report> = {}): Report {
  const totals: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of claims) totals[verdict] = (totals[verdict] ?? 0) + 1;
  return {
    schemaVersion: 1,
    tool: { name: 'omg-oracle', version: '0.1.0' },
    command: 'omg-oracle verify --cases 2000',
    seed: 42,
    startedAt: '2026-03-01T10:00:00.000Z',
    finishedAt: '2026-03-01T10:01:23.400Z',
    claims,
    totals,
    exitStatus: 0,
    complete: true,
    ...changes,
  };
}

const REPORT = reportOf([IDENTITY, PRINTED, CORRECTED]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

/** Writes `value` as a file of its own and says how `read` refuses it. */
function refusal(value: unknown, read: (path: string) => unknown = readReport): string {
  const path = join(folder, 'given.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  const error = errorOf(() => read(path));
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toContain(path);
  return error.message;
}

describe('the schema', () => {
  test('names exactly the words of the types', () => {
    const { $defs, properties } = schema;
    expect($defs.verdict.enum).toEqual(VERDICTS);
    expect(Object.keys(properties.totals.properties)).toEqual(VERDICTS);
    expect($defs.variant.enum).toEqual(VARIANTS);
    expect($defs.arithmetic.enum).toEqual(ARITHMETICS);
    expect($defs.claim.properties.error.enum).toEqual(ERROR_KINDS);
    expect($defs.claim.properties.strength.enum).toEqual(STRENGTHS);
  });

  test('requires every property that is not of the gate alone or of whole runs, and allows no other', () => {
    const { $defs } = schema;
    const optional = [
      'title',
      'error',
      'shard',
      'subject',
      'expectations',
      'warnings',
      'worstCases',
      'specialCases',
      'figure1',
      'figure2',
      'hint',
      'leftOut',
      'guesses',
      'unsupported',
      'unseen',
      'expectation',
      'perturbed',
      'ratios',
      'slack',
      'suprema',
    ];
    for (
      const object of [
        schema,
        $defs.claim,
        $defs.counterexample,
        $defs.shard,
        $defs.subject,
        $defs.guess,
        $defs.unsupported,
        $defs.expectation,
        $defs.worstCase,
        $defs.specialCase,
        $defs.specialCaseRow,
        $defs.figure1,
        $defs.figure1Curve,
        $defs.figure1Setting,
        $defs.figure1Point,
        $defs.figure1Difference,
        $defs.interval,
        $defs.figure2,
        $defs.figure2Problem,
        $defs.figure2Curve,
        $defs.figure2Sum,
      ]
    ) {
      expect(new Set(object.required)).toEqual(new Set(Object.keys(object.properties).filter((name) => !optional.includes(name))));
      expect(object.additionalProperties).toBe(false);
    }
  });

  const withClaim = (changes: object): object => ({ ...REPORT, claims: [IDENTITY, PRINTED, { ...CORRECTED, ...changes }] });
  const withProof = (changes: object): object => ({
    ...REPORT,
    claims: [IDENTITY, { ...PRINTED, counterexample: { ...COUNTEREXAMPLE, ...changes } }, CORRECTED],
  });
  const { seed: _, ...seedless } = REPORT;
  const { case: __, ...caseless } = COUNTEREXAMPLE;

  test.each<[string, unknown, string]>([
    ['a missing property', seedless, "required property 'seed'"],
    ['an unknown property', { ...REPORT, extra: 1 }, '("extra")'],
    ['an unknown property of the tool', { ...REPORT, tool: { name: 'a', version: 'b', url: 'c' } }, '/tool'],
    ['a seed that is no integer', { ...REPORT, seed: 1.5 }, '/seed it must be integer, not 1.5'],
    ['a time that is none', { ...REPORT, startedAt: 'yesterday' }, '/startedAt'],
    ['an exit status that is none', { ...REPORT, exitStatus: 5 }, '(0, 1, 2, 3, 4), not 5'],
    ['a total that is none', { ...REPORT, totals: { ...REPORT.totals, fine: 3 } }, '("fine")'],
    ['a negative total', { ...REPORT, totals: { holds: -1 } }, '/totals/holds'],
    ['complete as a word', { ...REPORT, complete: 'yes' }, '/complete it must be boolean, not "yes"'],
    ['an unknown verdict', withClaim({ verdict: 'true' }), '/claims/2/verdict'],
    ['an unknown variant', withClaim({ variant: 'improved' }), '/claims/2/variant'],
    ['an unknown strength', withClaim({ strength: 'strong' }), '/claims/2/strength'],
    ['an unknown arithmetic', withClaim({ arithmetic: ['float16'] }), '/claims/2/arithmetic/0'],
    ['an id that is a path', withClaim({ id: '../../etc/passwd' }), '/claims/2/id'],
    ['an id that is too long to quote', withClaim({ id: '/'.repeat(500) }), '…'],
    ['a fraction of a case', withClaim({ cases: 0.5 }), '/claims/2/cases'],
    ['a coverage that is no count', withClaim({ coverage: { 'φ = w': 'many' } }), '/claims/2/coverage'],
    ['a probability above 1', withClaim({ falsePass: 2 }), '/claims/2/falsePass'],
    ['a ratio that is a word', withClaim({ tightest: { ...PRINTED.tightest, ratio: 'tight' } }), '/claims/2/tightest/ratio'],
    ['negative seconds', withClaim({ seconds: -1 }), '/claims/2/seconds'],
    ['a corrected variant refuted', withClaim({ verdict: 'refuted', counterexample: { ...COUNTEREXAMPLE, variant: 'corrected' } }), '"printed"'],
    ['refuted without a counterexample', { ...REPORT, claims: [IDENTITY, { ...PRINTED, counterexample: null }, CORRECTED] }, '/claims/1/counterexample'],
    ['a counterexample from nowhere', withProof({ origin: 'memory' }), '/claims/1/counterexample/origin'],
    ['a counterexample without a case', { ...REPORT, claims: [{ ...PRINTED, counterexample: caseless }] }, "required property 'case'"],
    ['evidence that is a list', withProof({ evidence: [] }), '/claims/1/counterexample/evidence'],
    ['two results of one claim', reportOf([PRINTED, PRINTED]), 'two results of one claim (theorem-1-rate, printed)'],
    ['the counterexample of another claim', withProof({ claim: 'theorem-2' }), 'one of theorem-2, printed'],
    ['totals that do not count', { ...REPORT, totals: { holds: 3 } }, 'totals say 3 holds where its claims have 2'],
  ])('refuses %s', (_name, broken, message) => {
    expect(refusal(broken)).toContain(message);
  });
});

describe('report.json', () => {
  test('comes back as it was written', () => {
    const path = writeReport(join(folder, 'a', 'b'), REPORT);
    expect(path).toBe(join(folder, 'a', 'b', 'report.json'));
    expect(readReport(path)).toEqual(REPORT);
  });

  test('has complete as its last property, so that a cut-off copy has none', () => {
    const { complete, ...rest } = REPORT;
    const text = readFileSync(writeReport(folder, { complete, ...rest }), 'utf8');
    expect(text).toMatch(/,\n {2}"complete": true\n\}\n$/u);
  });

  test('is readable after every claim of a run that was killed, and says that it is incomplete', () => {
    const done: ClaimResult[] = [];
    for (const claim of REPORT.claims) {
      done.push(claim);
      const path = writeReport(folder, reportOf(done, { complete: false, exitStatus: 4 }));
      expect(readReport(path)).toMatchObject({ complete: false, claims: done });
    }
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test.each([Infinity, -Infinity])('keeps a tightest ratio of %s', (ratio) => {
    const claim: ClaimResult = { ...CORRECTED, tightest: { ...CORRECTED.tightest!, ratio } };
    const [read] = readReport(writeReport(folder, reportOf([claim]))).claims;
    expect(read?.tightest?.ratio).toBe(ratio);
  });

  test('writes the numbers of a case that JSON does not have', () => {
    const proof: Counterexample = { ...COUNTEREXAMPLE, case: { x: [-0, 0, 0.1] }, evidence: { g: [NaN, -Infinity] } };
    const read = readReport(writeReport(folder, reportOf([{ ...PRINTED, counterexample: proof }]))).claims[0]?.counterexample;
    expect(read?.case).toEqual({ x: ['-0', 0, 0.1] });
    expect(read?.evidence).toEqual({ g: ['NaN', '-Infinity'] });
  });

  test('is not touched by a report that is wrong, which is a bug and said to be one', () => {
    const path = writeReport(folder, REPORT);
    const broken = { ...REPORT, totals: { holds: 7 } };
    const garbled = reportOf([{ ...CORRECTED, tightest: { ...CORRECTED.tightest!, ratio: NaN } }]);
    expect(errorOf(() => writeReport(folder, broken)).message).toMatch(/^a bug .*totals say 7 holds/u);
    expect(errorOf(() => writeReport(folder, garbled)).message).toMatch(/^a bug .*ratio/u);
    expect(readReport(path)).toEqual(REPORT);
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test.each<[string, (dir: string) => string, RegExp]>([
    ['a folder that is a file', (dir) => join(dir, 'file'), /a file of that name is in the way/u],
    ['a folder below a file', (dir) => join(dir, 'file', 'deeper'), /a part of that path is a file, not a folder/u],
    ['a report that is a folder', (dir) => join(dir, 'taken'), /it is a folder, not a file/u],
  ])('cannot go to %s, says so and leaves nothing behind', (_name, place_, message) => {
    writeFileSync(join(folder, 'file'), 'mine');
    mkdirSync(join(folder, 'taken', 'report.json'), { recursive: true });
    const error = errorOf(() => writeReport(place_(folder), REPORT));
    expect(error).toBeInstanceOf(OutputError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('--out DIR');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
    expect(readdirSync(join(folder, 'taken'))).toEqual(['report.json']);
  });

  test('that was cut off is refused, wherever the cut is', () => {
    const text = readFileSync(writeReport(folder, REPORT), 'utf8');
    for (const end of [1, 40, Math.floor(text.length / 2), text.length - 3]) {
      expect(refusal(text.slice(0, end))).toMatch(new RegExp(`the file is cut off after ${end} characters.*omg-oracle verify`, 'u'));
    }
    const { complete: _, ...without } = REPORT;
    expect(refusal(without)).toMatch(/no property "complete": the run that wrote it was cut off/u);
  });

  test.each<[string, unknown, RegExp]>([
    ['an empty file', ' \n', /the file is empty/u],
    ['what is no JSON', 'verdict: holds', /it is not JSON/u],
    ['garbled JSON', '{"schemaVersion": 1,, }', /it is not JSON/u],
    ['a list', [1, 2], /it is \[1,2\]/u],
    ['null', 'null', /it is null/u],
    ['another version', { ...REPORT, schemaVersion: 2 }, /schema version 1 .*its version is 2/u],
    ['a version that is a word', { schemaVersion: '1' }, /schema version 1 .*its version is "1"/u],
    ['an object of another kind', { name: 'omg-oracle' }, /at the top it/u],
  ])('%s is refused', (_name, content, message) => {
    expect(refusal(content)).toMatch(message);
  });

  test('that is missing or a folder is refused', () => {
    expect(errorOf(() => readReport(join(folder, 'none.json'))).message).toMatch(/there is no such file. Run `omg-oracle verify/u);
    expect(errorOf(() => readReport(folder)).message).toMatch(/but it is a folder, not a file/u);
  });
});

describe('the file of a counterexample', () => {
  test('comes back as it was written, under its claim and variant', () => {
    const path = writeCounterexample(folder, COUNTEREXAMPLE);
    expect(path).toBe(join(folder, 'counterexamples', 'theorem-1-rate.printed.json'));
    expect(readCounterexample(path, 3)).toEqual(COUNTEREXAMPLE);
  });

  test('of another generator version is refused, and both are named', () => {
    const path = writeCounterexample(folder, COUNTEREXAMPLE);
    const error = errorOf(() => readCounterexample(path, 4));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(/generator version 4 .*its version is 3/u);
  });

  test('is refused when it is something else', () => {
    const read = (path: string): Counterexample => readCounterexample(path, 3);
    expect(refusal(REPORT, read)).toMatch(/expected a counterexample/u);
    expect(refusal({ ...COUNTEREXAMPLE, lhs: 4.5 }, read)).toMatch(/\/lhs it must be string, not 4.5/u);
    expect(refusal('{"claim": "theor', read)).toMatch(/cut off after 16 characters/u);
  });

  test('cannot be written outside its folder', () => {
    const error = errorOf(() => writeCounterexample(folder, { ...COUNTEREXAMPLE, claim: '../escape' }));
    expect(error.message).toMatch(/^a bug .*\/claim/u);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('files', () => {
  test('replace the ones of before as a whole', () => {
    const path = join(folder, 'new', 'page.html');
    writeWhole(path, 'one');
    writeWhole(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'new'))).toEqual(['page.html']);
  });

  test('can be tried for before a run, without a trace', () => {
    prepareOutput(join(folder, 'out'));
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(errorOf(() => prepareOutput(join(folder, 'file')))).toBeInstanceOf(OutputError);
    expect(errorOf(() => prepareOutput(join(folder, 'bad\0name'))).message).toMatch(/null bytes/u);
  });
});

describe('doubles', () => {
  test.each([0, -0, 1, -1.5, 0.1, 1 / 3, 5e-324, -1.7976931348623157e308, NaN, Infinity, -Infinity])('%s comes back from JSON', (value) => {
    const text = JSON.stringify(encodeDouble(value));
    expect(decodeDouble(JSON.parse(text) as string | number)).toBe(value);
  });

  test.each([null, true, '1/2', 'nan', '', [1], { x: 1 }])('%j is no double', (value) => {
    expect(errorOf(() => decodeDouble(value))).toBeInstanceOf(InputError);
  });

  test('are encoded wherever they stand, and nothing else is changed', () => {
    expect(encodeDoubles({ a: [-0, ['1/2', null]], b: { c: NaN, d: true } })).toEqual({ a: ['-0', ['1/2', null]], b: { c: 'NaN', d: true } });
  });
});

const VOID = new Set(['meta', 'br', 'hr', 'img', 'link', 'input']);
/** Every tag of a page in order, after a check that each is closed where it must be: strict where browsers forgive. */
function parse(page: string): { readonly tags: readonly string[]; readonly text: string } {
  const stack: string[] = [];
  const tags: string[] = [];
  let text = '';
  const body = withoutOwn(page).replace(/^<!doctype html>/u, '');
  for (const [, close, name, attributes = '', whole, chars] of body.matchAll(/<(\/?)([a-z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*(\/?)>|([^<]+|<)/gu)) {
    if (name === undefined) {
      if (chars === '<' || chars?.includes('>') === true) throw new Error(`a bare < or > after: ${text.slice(-80)}`);
      text += chars ?? '';
    } else if (close === '/') {
      const opened = stack.pop();
      if (opened !== name) throw new Error(`<${opened}> is closed by </${name}>`);
    } else {
      tags.push(`${name}${attributes}`);
      if (!VOID.has(name) && whole === '') stack.push(name);
    }
  }
  if (stack.length > 0) throw new Error(`never closed: ${stack.join(', ')}`);
  return { tags, text };
}

describe('the HTML page', () => {
  test('is well formed, and its first table is the errata', async () => {
    const page = await renderHtml(REPORT);
    const { tags, text } = parse(page);
    const first = page.slice(page.indexOf('<table'), page.indexOf('</table>'));
    expect(first).toContain('What is printed, with both sides of a counterexample, and what holds instead</span></caption>');
    expect(first).toContain('theorem-1-rate');
    expect(first).toContain('Section 4, Theorem 1');
    expect(first).not.toContain('online-average');
    expect(first).toMatch(/9\/2<span class="relation">&gt;<\/span>3/u);
    expect(first).toContain('provided that');
    expect(first).toContain('<i>w</i>* is the smallest-norm <i>w</i> of Definition\u00a01');
    expect(first).not.toContain('is convex');
    expect(text).toContain('2.5 × 10');
    expect(tags.filter((tag) => tag.startsWith('table')).length).toBeGreaterThanOrEqual(2);
    expect(tags.filter((tag) => tag.startsWith('caption')).length).toBe(tags.filter((tag) => tag.startsWith('table')).length);
    for (const tag of tags.filter((tag) => /^th\b/u.test(tag))) expect(tag).toContain('scope=');
  });

  test('has a target for each of its links, and no id twice', async () => {
    const page = await renderHtml(REPORT);
    const ids = [...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="([^"]*)"/gu)) expect(ids.map((id) => `#${id}`)).toContain(target);
    for (const [, label] of page.matchAll(/aria-labelledby="([^"]*)"/gu)) expect(ids).toContain(label);
  });

  test('loads nothing from anywhere', async () => {
    const page = await renderHtml(REPORT);
    expect(page).not.toMatch(/<link|<img|\ssrc=|@import|url\(|https?:/u);
    expect(withoutOwn(page)).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/iu);
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/u.exec(page)!;
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toBe(`default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`);
    // Nothing that it is to hold back comes before it.
    expect(page.slice(0, page.indexOf('<meta http-equiv'))).toBe('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n');
  });

  test('takes everything in the report as text', async () => {
    const evil = `"><script>alert(1)</script><!--'&lt;\u0007\u202e`;
    const hostile: ClaimResult = {
      ...PRINTED,
      id: evil,
      statement: evil,
      hypotheses: [evil],
      source: { section: evil, label: evil },
      reason: evil,
      coverage: { [evil]: 1 },
      tightest: { ratio: 1, seed: 1, path: evil, arithmetic: 'rational', origin: 'perturbed', case: evil },
      counterexample: {
        ...COUNTEREXAMPLE,
        case: evil,
        path: evil,
        expected: evil,
        lhs: evil,
        rhs: evil,
        evidence: { [evil]: [evil], rounds: [{ [evil]: evil }, { t: evil }], [`the method’s ${evil}`]: [evil] },
      },
      replay: evil,
      ratios: [1],
      suprema: { [evil]: 0.5 },
      slack: [{ term: evil, mean: 0.5, tightest: 0.5 }],
    };
    const report = reportOf([hostile, { ...hostile, variant: 'corrected', verdict: 'errored' }], {
      command: evil,
      startedAt: evil,
      tool: { name: evil, version: evil },
      leftOut: [evil],
      specialCases: [{ id: evil, name: evil, quantity: evil, unit: evil, bound: evil, claim: evil, rows: [] }],
    });
    const page = await renderHtml(report);
    const { tags } = parse(page);
    expect(tags.some((tag) => tag.startsWith('script'))).toBe(false);
    expect(tags.length).toBeGreaterThan(100);
    expect(page).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(page).toContain('&quot;&gt;&lt;');
    expect(page).toContain('&amp;');
  });

  test('says at the top whether the run was complete, and what failed', async () => {
    const head = async (report: Report): Promise<string> => parse(await renderHtml(report)).text.split('What ran')[0] ?? '';
    expect(await head(REPORT)).toContain('Complete.');
    const partial = await head(reportOf([IDENTITY], { complete: false, exitStatus: 4 }));
    expect(partial).toContain('NOT COMPLETE. The run stopped after 1 result.');
    expect(partial).not.toContain('Complete.');
    const failing = await head(
      reportOf([
        { ...CORRECTED, verdict: 'violated' },
        { ...IDENTITY, verdict: 'crashed', reason: 'signal 11' },
        { ...IDENTITY, id: 'lemma-1', verdict: 'vacuous', reason: 'no case' },
      ]),
    );
    expect(failing).toContain('2 failures. theorem-1-rate corrected (violated), online-average corrected (crashed)');
    expect(failing).toContain('1 result left open. lemma-1 corrected (vacuous)');
    expect(failing).not.toContain('Complete.');
  });

  test('names the command and the seed that run it again', async () => {
    expect(await renderHtml(REPORT)).toContain('<dt>Run it again</dt>\n<dd><span class="copy"><code>npx omg-oracle verify --cases 2000 --seed 42</code></span>');
  });

  test('says so where there are no errata, or no results at all', async () => {
    for (const claims of [[], [IDENTITY], [CORRECTED]]) {
      const { text } = parse(await renderHtml(reportOf(claims)));
      expect(text).toContain('No printed statement is refuted in this run.');
    }
  });

  test('shows an erratum whose correction was not run, and a case too large for a line', async () => {
    const proof = { ...COUNTEREXAMPLE, seed: null, origin: 'committed' as const, exact: false, evidence: {}, case: { x: Array<string>(40).fill('1/2') } };
    const { text } = parse(await renderHtml(reportOf([{ ...PRINTED, counterexample: proof }])));
    expect(text).toContain('Not part of this run.');
    expect(text).toContain('Decided in floating point');
    expect(text).toContain('a value that ships with the package');
    expect(text).toMatch(/&quot;x&quot;: \[\n {4}&quot;1\/2&quot;,\n/u);
  });

  test('sets mathematics: letters in italics, what is under the line and over it, and the two limits of a sum', async () => {
    const page = await renderHtml(reportOf([{ ...IDENTITY, statement: 'Σ_{t=1}^T x_{t-1} ≤ 2^{n-1}' }]));
    expect(page).toContain(
      'Σ<span class="limits"><sub><i>t</i>=1</sub><sup><i>T</i></sup></span> <i>x</i><sub><i>t</i>−1</sub>\u00a0≤ 2<sup><i>n</i>−1</sup>',
    );
  });

  test('says the name of a value once, also where the value says it itself', async () => {
    const proof = { ...COUNTEREXAMPLE, evidence: { φ: 'φ = w', f: 'f(x) = x²' } };
    const report = reportOf([{ ...PRINTED, counterexample: proof }]);
    const text = parse(await renderHtml(report)).text.replaceAll('\u00a0', ' ');
    expect(text).toContain('φ = w');
    expect(text).toContain('f = f(x) = x²');
    for (const rendered of [text, renderErrata(report)]) expect(rendered).not.toContain('φ = φ');
  });

  test('lists the arithmetics that were used, and each count of each', async () => {
    const { text } = parse(await renderHtml(REPORT));
    expect(text).toContain('2,048 / 2,001 / 30');
    expect(text).toContain('64 / 64 / 0');
    const table = (await renderHtml(REPORT)).split('<table class="claims">')[1]?.split('</thead>')[0];
    expect(table).toContain('prime-field');
    expect(table).not.toContain('decimal');
  });
});

describe('the summary on a terminal', () => {
  test('has one line a claim with both verdicts, the totals and the files', () => {
    expect(renderSummary(REPORT, { files: ['out/report.json'] })).toBe(
      [
        'claim           as printed      corrected           cases',
        'online-average                  ✓ holds             2,250',
        'theorem-1-rate  ≠ refuted       ✓ holds             2,250  9/2 > 3',
        '',
        '2 claims in 83 s: 2 holds, 1 refuted.',
        'PASSED: no claim was left out.',
        '1 statement is false as printed.',
        'Again: npx omg-oracle verify --cases 2000 --seed 42',
        'Written: out/report.json',
        '',
      ].join('\n'),
    );
  });

  test('is the same in colour, and without colour has no escape', () => {
    const plain = renderSummary(REPORT);
    const colour = renderSummary(REPORT, { colour: true });
    expect(colour).not.toBe(plain);
    expect(stripVTControlCharacters(colour).replace(/ +$/gmu, '')).toBe(plain.replace(/ +$/gmu, ''));
    expect(stripVTControlCharacters(plain)).toBe(plain);
  });

  test('gives the reason of a failure before the numbers of an erratum, and obeys no escape in it', () => {
    const failing: ClaimResult = { ...CORRECTED, verdict: 'crashed', reason: 'signal\u001b[2J 11\r\nat once' };
    const text = renderSummary(reportOf([PRINTED, failing], { complete: false }));
    expect(text).toContain('! crashed           2,250  corrected: signal\\u001b[2J 11 at once');
    expect(text).toContain('NOT COMPLETE: the run stopped after 2 results');
  });

  test('shows the numbers of a violation, and stands an empty report', () => {
    const proof: Counterexample = { ...COUNTEREXAMPLE, variant: 'corrected', lhs: '1545049/45000000', rhs: '2/75' };
    const said = renderSummary(reportOf([{ ...CORRECTED, verdict: 'violated', counterexample: proof, replay: 'omg-oracle replay a.json' }]));
    expect(said).toContain('✗ violated          2,250  0.03433 > 0.02667');
    expect(said).toContain('\nViolated: npx omg-oracle replay a.json\n');
    expect(renderSummary(reportOf([]))).toContain('0 claims in 83 s: no results.');
  });
});

describe('the errata in Markdown', () => {
  test('are a table with one line for each', () => {
    expect(renderErrata(REPORT)).toBe(
      [
        '| Claim | As printed | Corrected | Counterexample |',
        '| --- | --- | --- | --- |',
        '| `theorem-1-rate`<br>Section 4, Theorem 1 | f(x̄<sub>T</sub>) − f(x\\*) ≤ λL diam(W)/T | f(x̄<sub>T</sub>) − f(x\\*) ≤ λL‖w\\*‖²/(2T)' +
        '<br>provided that: w\\* is the smallest-norm w of Definition 1 | **9/2 \\> 3**<br>x̄<sub>1</sub> = (0), w\\* = (3), diam(W) = 3 |',
        '',
      ].join('\n'),
    );
  });

  test('cannot be broken out of by what is in a statement', () => {
    const statement = 'a | b\n| <b>c</b> & `d` [e](f) $g$ \\';
    const [, , row = '', ...rest] = renderErrata(reportOf([{ ...PRINTED, statement }])).split('\n');
    expect(rest).toEqual(['']);
    expect(row).toContain('a \\| b \\| &lt;b\\>c&lt;/b\\> &amp; \\`d\\` \\[e\\](f) \\$g\\$ \\\\');
    expect(row.replaceAll(/\\./gu, '').split('|').length).toBe(6);
  });

  test('put long fractions in decimals beside them, and stand without evidence', () => {
    const proof: Counterexample = { ...COUNTEREXAMPLE, lhs: '1545049/45000000', rhs: '2/75', evidence: {} };
    expect(renderErrata(reportOf([{ ...PRINTED, counterexample: proof }]))).toContain('|  | **1545049/45000000 \\> 2/75** (0.03433 \\> 0.02667) |');
  });
});

describe('words and numbers', () => {
  const said = (lhs: string, rhs: string, expected = 'gap ≤ bound'): string => {
    const { lhs: left, relation, rhs: right, nearly } = failure({ ...COUNTEREXAMPLE, lhs, rhs, expected });
    return `${left} ${relation} ${right}${nearly === null ? '' : ` | ${nearly}`}`;
  };

  test('a failure says how its sides stand to each other', () => {
    expect(said('9/2', '3')).toBe('9/2 > 3');
    expect(said('-1/2', '1/3')).toBe('−1/2 < 1/3');
    expect(said('1/2', '2/4')).toBe('1/2 = 2/4');
    expect(said('1/3', '2/3', 'a = b')).toBe('1/3 ≠ 2/3');
    expect(said('2', '1', 'w_t = Σ_{s≤t}α_sw_s, w_t ∈ int W, 2 ≤ t < T (here t = 2)')).toBe('2 ≠ 1');
    expect(said('2', '1', 'α_t ≤ α_{t−1}, t ≥ 2')).toBe('2 > 1');
    expect(said('0.5', '1e-9')).toBe('0.5 > 1e−9');
    expect(said('NaN', '1')).toBe('NaN ≰ 1');
    expect(said('NaN', '1', 'a = b')).toBe('NaN ≠ 1');
    expect(said('Infinity', '1')).toBe('Infinity > 1');
    expect(said('(1, 2)', '(1, 3)', 'a = b')).toBe('(1, 2) ≠ (1, 3)');
    expect(said('(h(w + 1) − h(w − 1))/2 = 3', '1', 'a = b')).toBe('(h(w + 1) − h(w − 1))/2 = 3 ≠ 1');
  });

  test('fractions are compared exactly, and in decimals only where these differ', () => {
    const big = 10n ** 40n;
    expect(said(`${big + 1n}/${big}`, '1')).toBe(`${big + 1n}/${big} > 1`);
    const huge = 10n ** 400n;
    expect(said(`${3n * huge}/${huge + 1n}`, '-2')).toMatch(/ \| 3 > −2$/u);
    expect(said(`1/${huge}`, '-2')).toMatch(/ \| 0 > −2$/u);
  });

  test.each<[number, string]>([
    [0, '0'],
    [1, '1'],
    [0.5, '0.5'],
    [100, '100'],
    [-1 / 3, '−0.3333'],
    [1234.5, '1235'],
    [123456, '1.235e5'],
    [1e-9, '1e−9'],
    [2.345e-17, '2.35e−17'],
    [1e10, '1e10'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [NaN, 'NaN'],
  ])('%s is short as %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  test('values are written as in a formula', () => {
    expect(valueText(['-3/2', -1e-7, null, true, false])).toBe('(−3/2, −1e−7, none, yes, no)');
    expect(valueText({ a: [['1'], ['2']], b: 'box' })).toBe('{a = ((1), (2)), b = box}');
    expect(shortValue('x'.repeat(65))).toBe(`${'x'.repeat(63)}…`);
  });

  test('a place, a time and a command read well', () => {
    expect(place({ section: '4.1', label: 'Theorem 1' })).toBe('Section 4.1, Theorem 1');
    expect(place({ section: 'Appendix', label: '' })).toBe('Appendix');
    expect([1.234, 59.6, 119, 200].map(duration)).toEqual(['1.23 s', '60 s', '119 s', '3 min 20 s']);
    expect(wholeRun(reportOf([], { command: 'verify' }))).toBe('npx omg-oracle verify --seed 42');
    expect(wholeRun(reportOf([], { command: 'npx omg-oracle verify --seed 7' }))).toBe('npx omg-oracle verify --seed 7');
  });

  test('there are words for every verdict', () => {
    expect(Object.keys(WORDS)).toEqual(VERDICTS);
  });

  test('mathematics is told from prose', () => {
    const marked = (text: string): string =>
      tokens(text)
        .map(({ kind, text: piece }) => (kind === 'text' ? piece : kind === 'letter' ? `‹${piece}›` : `${kind}[${piece}]`))
        .join('')
        .replaceAll('\u00a0', ' ');
    expect(marked('f(x̄_T) ≤ λL diam(W)')).toBe('‹f›(‹x̄›sub[T]) ≤ ‹λ›‹L› diam(‹W›)');
    expect(marked('a sum Σ_{t=1}^T α_tg_t of Aw')).toBe('a sum Σsub[t=1]sup[T] ‹α›sub[t]‹g›sub[t] of ‹A›‹w›');
    expect(marked("x_max ∈ ℝⁿ, the paper's Aᵀ, e.g. w^*")).toBe("‹x›sub[max] ∈ ℝⁿ, the paper's ‹A›ᵀ, e.g. ‹w›sup[*]");
    expect(marked('_ and ^ alone, x_10')).toBe('_ and ^ alone, ‹x›sub[10]');
    expect(marked('β_tDφ(x̄_{t−1}, w)ᵀg_t')).toBe('‹β›sub[t]‹D›‹φ›(‹x̄›sub[t−1], ‹w›)ᵀ‹g›sub[t]');
    expect(marked('x̄_T λ̃ w_{t+1} β_0 α_{1:T} S_{t−1}')).toBe('‹x̄›sub[T] ‹λ̃› ‹w›sub[t+1] ‹β›sub[0] ‹α›sub[1:T] ‹S›sub[t−1]');
    expect(marked('½‖u‖²_(T) + ‖g_t − g̃_t‖²_(t),*, w_1')).toBe('½‖‹u›‖²sub[(T)] + ‖‹g›sub[t] − ‹g̃›sub[t]‖²sub[(t),*], ‹w›sub[1]');
    expect(marked('x_t−1 − x_t+1, s_t − 1, α_t−1α')).toBe('‹x›sub[t−1] − ‹x›sub[t+1], ‹s›sub[t] − 1, ‹α›sub[t]−1‹α›');
  });
});
