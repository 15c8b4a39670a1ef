import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcome } from '../reports/account.js';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor } from '../src/gate/door.js';
import { METHODS, type MethodName } from '../src/gate/methods.js';
import { SubjectFailure, overlaid, type Config, type Door } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { runGate, type GateRun, type KeptCounterexample } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { conclusion } from '../src/runner/exit-status.js';
import { reference } from '../src/subject.js';
import type { ClaimResult, Report } from '../src/verdict.js';
import { python } from './support/interpreters.js';
import './support/uncounted.js';

const PYTHON = python();
const RATE = 'learningRate was a list here; answer unsupported, or use entry t';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-gate-lists-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Gradient descent with one rate, and what is done first where a list is sent. */
function module(name: string, first: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `export default { name: '${name}', start(x0, { learningRate }) { let x = Array.from(x0); ${first}
      return { query: x, x, step({ gradient: g }) { x = x.map((v, i) => v - learningRate * g[i]); return { query: x, x }; } }; } };`,
  );
  return path;
}

async function judged(door: Door, like: MethodName | 'none', which = /./u, known: readonly KeptCounterexample[] = []): Promise<GateRun> {
  const claims = gateClaims.filter(({ id }) => which.test(id));
  return runGate({ door, like, claims, cases: 20, seed: 1, signal: new AbortController().signal, known, saboteurs: [], onResult: () => undefined });
}

const concluded = ({ subject, results: claims, complete }: GateRun): number => conclusion({ subject, expectations: [], claims, complete }).exitStatus;
const failing = ({ results }: GateRun): readonly ClaimResult[] => results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable');
/** What a pass would be said to leave out. */
function told(run: GateRun): string {
  const report = { ...run, claims: run.results, expectations: [], exitStatus: concluded(run), totals: {} } as unknown as Report;
  const { word, scope } = outcome(report);
  return `${word}${scope === null ? '' : ` ${scope}`}`;
}

/** The package's own method, but for what it does where `broken` says so of a config. */
function slipping(like: MethodName, broken: (config: Config) => boolean, slip: 'throws' | 'NaN'): Door {
  const around = (door: Door): Door =>
    overlaid(door, {
      async init(session, start) {
        const isBroken = broken(start.config);
        if (isBroken && slip === 'throws') throw new SubjectFailure('errored', 'exception: TypeError: no number');
        const answer = await door.init(session, start);
        return isBroken ? { ...answer, query: answer.query.map(() => NaN), x: answer.x.map(() => NaN), meta: answer.meta?.map(() => NaN) ?? null } : answer;
      },
      beside: (which) => around(door.beside(which)),
    });
  return around(referenceDoor(like, reference, 'float64'));
}

/** Each method with each of its rates that may be a list. */
const RATES = Object.entries(METHODS).flatMap(([like, { members }]) =>
  ['learningRate', 'beta'].filter((name) => members.includes(name)).map((name) => [like as MethodName, name] as const)
);

describe('an optimizer that takes one value where a list was sent', () => {
  test.each([
    ['computes NaN', '', 'NaN'],
    ['throws', "if (!(learningRate > 0)) throw new Error('expected a rate');", '"init": exception: Error: expected a rate'],
    ['calls it invalid', "if (!(learningRate > 0)) throw Object.assign(new Error('no rate'), { kind: 'invalid' });", '"init": invalid: no rate'],
    ['ends', 'if (!(learningRate > 0)) process.exit(9);', '"init": the process ended with exit status 9'],
    ['answers with another length', 'if (Array.isArray(learningRate)) x = learningRate;', /^"init": invalid: the module answered \d+ numbers as query/u],
  ])('that %s: is told so, once, and the run ends with 1', async (name, first, lhs) => {
    const run = await judged(openDoor({ module: module(name.replaceAll(' ', '-'), first) }), 'gradient-descent');
    expect(failing(run)).toMatchObject([{ id: 'identity-schedule', verdict: 'violated', reason: RATE }]);
    const [{ counterexample }] = failing(run) as [ClaimResult];
    expect(counterexample).toMatchObject({ evidence: { x0: expect.any(Array) as unknown, config: { learningRate: expect.any(Array) as unknown } } });
    expect(counterexample!.lhs).toMatch(lhs);
    expect(concluded(run)).toBe(1);
    // Where lists are sent beside single rates, they are named as what was left out.
    for (const id of ['manners-sessions', 'manners-run', 'manners-arrays', 'dtype-honesty'])
      expect(run.results.find((result) => result.id === id)?.unsupported, id).toMatchObject([{ what: 'learningRate: a list', message: expect.stringContaining(RATE) as unknown }]);
    // What is known runs first the next time, and comes to the same.
    const again = await judged(openDoor({ module: module(name.replaceAll(' ', '-'), first) }), 'gradient-descent', /^identity-schedule$/u, [{ ...counterexample!, file: 'kept' }]);
    expect(failing(again)).toMatchObject([{ verdict: 'violated', reason: RATE, counterexample: { origin: 'committed' } }]);
    expect(concluded(again)).toBe(1);
  });

  test.each(['', 'process.exit(9);'])('and is wrong as well is told both: %s', async (end) => {
    const path = module(`wrong${end.length}`, `if (Array.isArray(learningRate)) { ${end} throw new Error('no rate'); } learningRate = -learningRate;`);
    const run = await judged(openDoor({ module: path }), 'gradient-descent', /^(identity|identity-schedule|manners-sessions)$/u);
    expect(failing(run).map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([['identity', 'violated', null], ['identity-schedule', 'violated', RATE]]);
    expect(concluded(run)).toBe(1);
  });

  test.skipIf(PYTHON === null)('the starter for Python, with one rate (skipped where there is no Python)', async () => {
    for (const [source, path] of [['templates/python/optimizer.py', 'one.py'], ['python/omg_oracle_adapter.py', 'omg_oracle_adapter.py']] as const) {
      const text = readFileSync(fileURLToPath(new URL(`../../${source}`, import.meta.url)), 'utf8');
      writeFileSync(join(folder, path), text.replace(/self\.rates = .*/u, 'self.rates = rate').replace('self.rates[given.t - 1]', 'self.rates'));
    }
    const run = await judged(openDoor({ command: `"${PYTHON}" one.py`, cwd: folder }), 'nesterov');
    expect(failing(run)).toMatchObject([{ id: 'identity-schedule', verdict: 'violated', reason: RATE }]);
    expect(failing(run)[0]!.counterexample!.lhs).toMatch(/^"step": exception: TypeError: /u);
    expect(concluded(run)).toBe(1);
  });

  test.each(RATES.flatMap(([like, name]) => [[like, name, 'throws'], [like, name, 'NaN']] as const))('%s, %s: %s', async (like, name, slip) => {
    const run = await judged(slipping(like, (config) => Array.isArray(config[name]), slip), like, /^(identity-schedule|manners-sessions|dtype-honesty)$/u);
    expect(failing(run)).toMatchObject([{ id: 'identity-schedule', verdict: 'violated', reason: RATE.replace('learningRate', name) }]);
    expect(concluded(run)).toBe(1);
  });

  test('of several settings the one is named that it fails at', async () => {
    const lists = (names: readonly string[]) => (config: Config): boolean => names.every((name) => Array.isArray(config[name]));
    for (const [names, says] of [[['momentum'], /^momentum was a list here/u], [['learningRate'], /^learningRate was a list here/u]] as const) {
      const run = await judged(slipping('heavy-ball', lists(names), 'throws'), 'heavy-ball', /^(identity-schedule|manners-sessions)$/u);
      expect(failing(run)).toMatchObject([{ id: 'identity-schedule', reason: expect.stringMatching(says) as unknown }]);
    }
    // Where one list will do, it is named as well: without it the session passes.
    const both = await judged(slipping('heavy-ball', lists(['learningRate', 'momentum']), 'throws'), 'heavy-ball', /^identity-schedule$/u);
    expect(failing(both)[0]?.reason).toMatch(/ was a list here; answer unsupported, or use entry t$/u);
  });

  test('weights that are a list are sent in every claim, and judged by those that compare', async () => {
    const run = await judged(slipping('ftrl', ({ alpha }) => Array.isArray(alpha), 'throws'), 'ftrl');
    expect(failing(run).map(({ id }) => id)).toEqual(['identity', 'identity-schedule', 'identity-wide']);
    for (const { verdict, reason } of failing(run)) expect([verdict, reason]).toEqual(['violated', RATE.replace('learningRate', 'alpha')]);
    expect(concluded(run)).toBe(1);
  });
});

describe('a pass never follows in silence', () => {
  test.each(['throws', 'NaN'] as const)('where no claim that compares was asked for, lists are named as not judged: %s', async (slip) => {
    const door = (): Door => slipping('gradient-descent', ({ learningRate }) => Array.isArray(learningRate), slip);
    const [none, some] = [await judged(door(), 'none'), await judged(door(), 'gradient-descent', /^manners-sessions$/u)];
    expect([concluded(none), told(none)]).toEqual([0, 'passed on manners and symmetries; not judged: that it is any method, learningRate: a list']);
    expect([concluded(some), told(some)]).toEqual([0, 'passed on what it supports; not judged: learningRate: a list']);
  });

  test('who says unsupported passes, and that is told', async () => {
    const path = module('says-so', "if (Array.isArray(learningRate)) throw Object.assign(new Error('one rate'), { kind: 'unsupported' });");
    const run = await judged(openDoor({ module: path }), 'gradient-descent');
    expect([concluded(run), told(run)]).toEqual([0, 'passed on what it supports; not judged: learningRate: a list']);
    expect(run.results.find(({ id }) => id === 'identity-schedule')).toMatchObject({ verdict: 'inapplicable' });
  });
});

describe('what has another cause is not put on the list', () => {
  test.each(['throws', 'NaN'] as const)('%s in every session', async (slip) => {
    const run = await judged(slipping('gradient-descent', () => true, slip), 'gradient-descent', /^(identity-schedule|manners-sessions)$/u);
    for (const { reason, unsupported } of run.results) expect(`${reason} ${JSON.stringify(unsupported)}`).not.toContain('was a list here');
    const verdict = run.results.find(({ id }) => id === 'identity-schedule')?.verdict;
    expect(verdict).toBe(slip === 'throws' ? 'errored' : 'violated');
  });

  test('a process that ends now and then, lists or not', async () => {
    const path = module(
      'now-and-then',
      'globalThis.n = (globalThis.n ?? 0) + 1; if (globalThis.n === 12) process.exit(9); if (Array.isArray(learningRate)) learningRate = learningRate[0];',
    );
    const run = await judged(openDoor({ module: path }), 'gradient-descent', /^(manners-sessions|manners-run)$/u);
    for (const { reason, unsupported } of run.results) expect(`${reason} ${JSON.stringify(unsupported)}`).not.toContain('was a list here');
    expect(run.results.map(({ verdict }) => verdict)).toContain('crashed');
  });

  test('a schedule of which only the first entry is used is wrong, and that mistake is named', async () => {
    const path = module('first-entry', 'const rates = learningRate; learningRate = Array.isArray(rates) ? rates[0] : rates;');
    const { results } = await runGate({
      door: openDoor({ module: path }),
      like: 'gradient-descent',
      claims: gateClaims.filter(({ id }) => id === 'identity-schedule'),
      cases: 20,
      seed: 1,
      signal: new AbortController().signal,
      known: [],
      saboteurs: gateSaboteurs,
      onResult: () => undefined,
    });
    expect(results.find(({ id }) => id === 'identity-schedule')).toMatchObject({
      verdict: 'violated',
      hint: expect.stringContaining('a schedule is ignored') as unknown,
      reason: null,
    });
  });

  test('a process that a list ends is started anew more often than any other may, and every claim is judged', async () => {
    const path = join(folder, 'two-lists.mjs');
    writeFileSync(
      path,
      `const session = ({ x, p, rate, momentum }) => ({ query: x, x, save: () => ({ x, p, rate, momentum }), step({ gradient: g }) {
        const next = x.map((v, i) => v - rate * g[i] + momentum * (v - p[i])); [x, p] = [next, x]; return { query: x, x };
      } });
      export default { name: 'two-lists', restore: session, start(x0, { learningRate: rate, momentum }) {
        if (Array.isArray(rate) || Array.isArray(momentum)) process.exit(9);
        return session({ x: Array.from(x0), p: Array.from(x0), rate, momentum });
      } };`,
    );
    const run = await judged(openDoor({ module: path }), 'heavy-ball');
    expect(failing(run)).toMatchObject([{ id: 'identity-schedule', verdict: 'violated', reason: expect.stringMatching(/ here; answer unsupported, or use entry t$/u) as unknown }]);
    expect(run.subject?.restarts).toBeGreaterThan(10);
    expect(concluded(run)).toBe(1);
  });
});
