import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoted, wordsOf } from '../src/cli/arguments.js';
import { run } from '../src/cli/run.js';
import type { ArithmeticCount, ClaimResult, Report, Verdict } from '../src/verdict.js';

type Changeable<T> = T extends readonly (infer U)[] ? Changeable<U>[] : T extends object ? { -readonly [K in keyof T]: Changeable<T[K]> } : T;
/** A report that is to be changed. Cases and evidence are left as they are. */
type Draft = Changeable<Omit<Report, 'claims'>> & { claims: (Changeable<Omit<ClaimResult, 'counterexample' | 'tightest'>> & Pick<ClaimResult, 'counterexample' | 'tightest'>)[] };
type Result = Draft['claims'][number];

let folder: string;
let number = 0;
const at = (...path: readonly string[]): string => join(folder, ...path);

interface Ended {
  readonly status: number;
  readonly told: string;
}

async function omg(...args: readonly string[]): Promise<Ended> {
  let told = '';
  const status = await run(
    args,
    { out: (text) => (told += text), err: (text) => (told += text), command: () => {}, interactive: false, colour: false },
    new AbortController().signal,
  );
  return { status, told };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-consistency-'));
  writeFileSync(
    at('plain.mjs'),
    `export default { name: 'plain', version: '1', start(x0, { learningRate }) {
    let x = Array.from(x0);
    const rate = (t) => (Array.isArray(learningRate) ? learningRate[t - 1] : learningRate);
    return { query: x, x, step({ t, gradient: g }) { x = x.map((value, i) => value - rate(t) * g[i]); return { query: x, x }; } };
  } };`,
  );
  writeFileSync(
    at('expected.json'),
    JSON.stringify({ version: 1, like: 'gradient-descent', expected: [{ claim: 'identity', verdict: 'violated', reason: 'as it is', issue: '', expires: '2099-12-31' }] }),
  );
  writeFileSync(at('wrong.mjs'), readFileSync(at('plain.mjs'), 'utf8').replace('value - rate', 'value + rate'));
  const verify = ['verify', '--claims', 'regret-bound,theorem-1', '--cases', '30', '--seed', '1'];
  const gate = ['gate', at('plain.mjs'), '--like', 'gradient-descent', '--claims', 'manners-repeats,identity,zero-gradient', '--cases', '20', '--seed', '1'];
  await omg(...verify, '--out', at('verify'));
  for (const i of ['1', '2']) await omg(...verify, '--shard', `${i}/2`, '--out', at(`part-${i}`));
  await omg(...gate, '--out', at('gate'));
  await omg('gate', at('plain.mjs'), '--like', 'gradient-descent', '--claims', 'worst-case', '--cases', '20', '--seed', '1', '--out', at('table'));
  await omg(
    'gate',
    at('wrong.mjs'),
    '--like',
    'gradient-descent',
    '--claims',
    'identity,zero-gradient',
    '--expected',
    at('expected.json'),
    '--cases',
    '20',
    '--seed',
    '1',
    '--out',
    at('known'),
  );
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What `report` makes of a report that was changed. @param mended whether totals and status are made to fit, as whoever forges one would. */
async function changed(name: string, change: (report: Draft) => void, mended: boolean): Promise<Ended & { readonly path: string }> {
  const report = JSON.parse(readFileSync(at(name, 'report.json'), 'utf8')) as Draft;
  change(report);
  if (mended) {
    const totals: { [verdict in Verdict]?: number } = {};
    for (const { verdict } of report.claims) totals[verdict] = (totals[verdict] ?? 0) + 1;
    Object.assign(report, { totals, exitStatus: 0 });
  }
  const path = at(`${number++}.json`);
  writeFileSync(path, JSON.stringify(report));
  return { ...(await omg('report', path, '--out', at('rendered'))), path };
}

const find = (report: Draft, id: string, variant = 'corrected'): Result => report.claims.find((one) => one.id === id && one.variant === variant)!;
/** What a result without cases has. */
const BARE = { cases: 0, rejected: 0, counts: [], coverage: {}, tightest: null, ratios: undefined, suprema: undefined };
const inFloats = (report: Draft): Changeable<ArithmeticCount> => find(report, 'regret-bound').counts.find(({ arithmetic }) => arithmetic === 'float64')!;
const without = (id: string, variant = 'corrected') => (report: Draft): void => {
  report.claims = report.claims.filter((one) => one.id !== id || one.variant !== variant);
};

test.each([['verify', 0], ['gate', 0], ['known', 0], ['table', 0], ['part-1', 0]])(
  'a report that nobody changed is rendered, and its status is that of its run: %s',
  async (name, status) => {
    expect((await changed(name, () => {}, false)).status).toBe(status);
  },
);

describe('a report whose word its results do not bear out is refused:', () => {
  test.each<[what: string, name: string, change: (report: Draft) => void, message: string]>([
    ['no results', 'verify', (report) => void (report.claims = []), 'it has no results'],
    ['one variant lost', 'verify', without('regret-bound'), 'has no result of regret-bound as corrected'],
    ['one claim lost', 'verify', (report) => [without('regret-bound'), without('regret-bound', 'printed')].forEach((drop) => drop(report)), 'has no result of regret-bound'],
    ['another claim than was asked for', 'verify', (report) => void (report.command = report.command.replace('regret-bound', 'lemma-1')), 'which its command does not ask for'],
    ['holds of no cases', 'verify', (report) => Object.assign(find(report, 'regret-bound'), BARE), 'holds, and has no cases'],
    [
      'holds of fewer sessions than it owes',
      'gate',
      (report) => Object.assign(find(report, 'identity'), { cases: 1, rejected: 0, counts: [{ arithmetic: 'float64', cases: 1, nonTrivial: 1, rejected: 0 }], coverage: {} }),
      'holds, and has 1 non-trivial sessions, of 20 that it owes',
    ],
    [
      'holds of what it did not cover',
      'gate',
      (report) => void (find(report, 'identity').coverage = {}),
      'holds, and has "T ≥ 4" in 0 of its non-trivial sessions, of 4 that it owes',
    ],
    [
      'a claim that is said not to apply',
      'gate',
      (report) => Object.assign(find(report, 'identity'), BARE, { arithmetic: [], verdict: 'inapplicable', reason: 'the method has none' }),
      'is said not to apply (the method has none), and does',
    ],
    ['holds of trivial cases', 'verify', (report) => {
      const result = find(report, 'regret-bound');
      Object.assign(result, { coverage: {}, ratios: undefined });
      for (const count of result.counts) count.nonTrivial = 0;
    }, 'holds, and none of its cases could have failed'],
    ['holds of fewer cases than it owes', 'verify', (report) => {
      inFloats(report).nonTrivial = 29;
      Object.assign(find(report, 'regret-bound'), { coverage: {}, ratios: undefined });
    }, 'by its own counts is inconclusive (expected 30 non-trivial cases in float64'],
    ['an arithmetic lost', 'verify', (report) => {
      const { cases, rejected } = inFloats(report);
      Object.assign(find(report, 'regret-bound'), { cases, rejected, counts: [inFloats(report)], coverage: {}, ratios: undefined });
    }, 'holds, and has no cases in rational'],
    ['a label that was not covered', 'verify', (report) => {
      const { coverage } = find(report, 'regret-bound');
      for (const label of Object.keys(coverage)) coverage[label] = 0;
    }, 'by its own counts is inconclusive (expected "'],
    ['counts that do not add up', 'verify', (report) => void (find(report, 'regret-bound').cases += 1000), 'where its counts have'],
    ['more non-trivial cases than cases', 'verify', (report) => void (inFloats(report).nonTrivial = 1e6), 'more non-trivial cases in float64 than cases'],
    [
      'holds beside a counterexample',
      'verify',
      (report) => Object.assign(find(report, 'theorem-1'), { counterexample: { ...find(report, 'theorem-1', 'printed').counterexample!, variant: 'corrected' } }),
      'holds, and has a counterexample',
    ],
    ['holds beyond its bound', 'verify', (report) => void Object.assign(find(report, 'regret-bound').tightest!, { ratio: 1.5 }), 'which it is not, run again'],
    [
      'holds, and infinitely beyond its bound',
      'verify',
      (report) => void Object.assign(find(report, 'regret-bound').tightest!, { ratio: 'Infinity' }),
      'which it is not, run again',
    ],
    [
      'a violation that is called refuted',
      'verify',
      (report) =>
        Object.assign(find(report, 'regret-bound', 'printed'), {
          verdict: 'refuted',
          counterexample: { ...find(report, 'theorem-1', 'printed').counterexample, claim: 'regret-bound' },
        }),
      'regret-bound',
    ],
    [
      'a refutation that refutes nothing',
      'verify',
      (report) => void Object.assign(find(report, 'theorem-1', 'printed').counterexample!, { case: {} }),
      'on which it does not fail, run again',
    ],
    ['another statement', 'verify', (report) => void (find(report, 'theorem-1').statement = 'all is well'), 'another statement than the claim'],
    [
      'a verdict that is none of its kind',
      'verify',
      (report) => Object.assign(find(report, 'regret-bound'), { verdict: 'inapplicable', reason: 'so' }),
      'which this kind of report cannot say',
    ],
    [
      'a run that was stopped, called complete',
      'verify',
      (report) => Object.assign(find(report, 'regret-bound'), { ...BARE, verdict: 'skipped', reason: 'the run was stopped before it' }),
      'was not run to its end',
    ],
    ['another seed than its command’s', 'verify', (report) => void (report.seed = 2), 'its seed is 2'],
    ['the subject lost', 'gate', (report) => {
      delete report.subject;
      delete report.expectations;
      delete report.worstCases;
    }, 'does not write a report of this kind'],
    ['a title', 'verify', (report) => void (report.title = 'Self-test'), 'does not write a report of this kind'],
    ['a claim of the gate lost', 'gate', without('identity'), 'it is complete, and has no result of identity'],
    ['a courtesy lost', 'gate', without('manners-bye'), 'has no result of manners-bye'],
    ['a failure that does not apply', 'gate', (report) => Object.assign(find(report, 'identity'), { verdict: 'inapplicable', reason: 'so' }), 'does not apply, and has'],
    ['a method that nobody named', 'gate', (report) => void (report.subject!.like = 'nesterov'), 'its command names gradient-descent'],
    ['an optimizer that was not there', 'gate', (report) => void (report.subject = null), 'never introduced itself, and was judged'],
    ['a failure that is said to be expected, and is not', 'known', (report) => void (find(report, 'identity').expectation!.expires = '2020-01-01'), 'is said to be met'],
    [
      'an expectation of what cannot be expected',
      'known',
      (report) =>
        Object.assign(find(report, 'identity'), {
          verdict: 'inconclusive',
          reason: 'so',
          counterexample: null,
          replay: null,
          hint: undefined,
          expectation: { ...find(report, 'identity').expectation!, verdict: 'inconclusive' },
        }),
      'which cannot be expected',
    ],
    ['failures that its command does not expect', 'known', (report) => void (report.command = report.command.replace(/ --expected \S+/u, '')), 'its command names no file of them'],
    ['a statement of the gate that is another', 'gate', (report) => void (find(report, 'identity').statement += ', and converges in one step'), 'are not those of the claim'],
    [
      'a requirement that nobody asked for',
      'table',
      (report) => void (find(report, 'worst-case').statement += '; f(x_N) - f* <= L*R^2/N, N = 1, …, 12'),
      'are not those of the claim',
    ],
    [
      'a command that requires what is no bound',
      'table',
      (report) => void (report.command += " --require-worst-case 'f < 1'"),
      'its command cannot be run: expected one bound such as',
    ],
    ['hypotheses of the gate that are gone', 'gate', (report) => void (find(report, 'identity').hypotheses = []), 'are not those of the claim'],
    ['a worst case that its own run exceeds', 'table', (report) => void (report.worstCases![0]!.attained = 50), 'the optimizer itself went beyond it'],
    ['a worst case that is not the fraction', 'table', (report) => void (report.worstCases![0]!.exact = '1/1000000'), 'and 1/1000000 as a fraction'],
    [
      'a worst case that is not the method’s, where the claim holds',
      'table',
      (report) => void Object.assign(report.worstCases![0]!, { bound: 1e-6, exact: '1/1000000' }),
      'and worst-case holds',
    ],
    [
      'a worst case that the method does not have',
      'table',
      (report) => void Object.assign(report.worstCases![0]!, { bound: 1e-6, exact: '1/1000000', method: 1e-6 }),
      'says 0.000001 of gradient-descent',
    ],
    ['a worst case of another question', 'table', (report) => void (report.worstCases![0]!.gradients = 7), 'is of another question'],
    [
      'a result of another part',
      'part-1',
      (report) => void (report.claims = (['printed', 'corrected'] as const).map((variant) => ({ ...find(report, report.claims[0]!.id), id: 'weak-hints', variant }))),
      'belongs to another part than 1/2',
    ],
    ['a part that lost its results', 'part-1', (report) => void (report.claims = []), 'which belongs to part 1/2'],
    ['a part that calls itself the whole', 'part-1', (report) => void delete report.shard, 'its command is of part 1/2'],
    [
      'a whole that calls itself a part',
      'verify',
      (report) => void (report.shard = { index: 1, count: 1, claims: ['regret-bound', 'theorem-1'], command: 'x', out: 'y', expected: null }),
      'its command is of the whole run',
    ],
    ['fewer claims in the run than its command says', 'part-1', (report) => report.shard!.claims.splice(1), 'are not those of its command'],
  ])('%s', async (_what, name, change, message) => {
    const { status, told, path } = await changed(name, change, true);
    expect(told).toContain(message);
    expect(told).toContain(path);
    expect(status).toBe(2);
  });

  test.each([0, 1, 3, 4])('an exit status of %i that is not what its results come to', async (status) => {
    const ended = await changed('verify', (report) => void (report.exitStatus = status), false);
    expect(ended.status).toBe(status === 0 ? 0 : 2);
    if (status !== 0) expect(ended.told).toContain(`it says that its run ended with ${status}, and its results come to 0`);
  });

  test('by merge, too: a part whose failure was called a pass', async () => {
    mkdirSync(at('forged'), { recursive: true });
    cpSync(at('part-1', 'report.json'), at('forged', 'report.json'));
    const report = JSON.parse(readFileSync(at('forged', 'report.json'), 'utf8')) as Draft;
    report.claims[0]!.cases += 1;
    writeFileSync(at('forged', 'report.json'), JSON.stringify(report));
    const { status, told } = await omg('report', 'merge', at('forged', 'report.json'), at('part-2', 'report.json'), '--out', at('merged'));
    expect(told).toContain(`in ${at('forged', 'report.json')}, but`);
    expect(status).toBe(2);
    expect((await omg('report', 'merge', at('part-1', 'report.json'), at('part-2', 'report.json'), '--out', at('merged'))).status).toBe(0);
  });
});

test('what a report of another version had to contain is not known, and its results are still held against it', async () => {
  const version = (report: Draft): void => void (report.tool = { ...report.tool, version: '0.0.0' });
  expect(
    (await changed('verify', (report) => {
      version(report);
      find(report, 'regret-bound').cases = 0;
    }, true)).status,
  ).toBe(2);
  expect((await changed('verify', version, true)).status).toBe(0);
});

test('the words of a command line are those that were quoted', () => {
  for (const words of [['a', 'b c'], ["it's", '--like'], ["python3 'my file.py' --like x"], ['"', "''", '$(x) `y`']]) expect(wordsOf(words.map(quoted).join(' '))).toEqual(words);
});
