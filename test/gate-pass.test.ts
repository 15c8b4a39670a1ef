import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headline, notJudged, outcome, refusedKinds } from '../reports/account.js';
import { renderBadge } from '../reports/badge.js';
import { renderAnnotations } from '../reports/annotations.js';
import { guessRows, isGateReport, type GateReport } from '../reports/gate.js';
import { renderHtml } from '../reports/html.js';
import { renderJUnit } from '../reports/junit.js';
import { renderStepSummary } from '../reports/markdown.js';
import { renderSarif } from '../reports/sarif.js';
import { renderSummary } from '../reports/text.js';
import { gateCase } from '../src/gate/case.js';
import type { GateContext } from '../src/gate/claim.js';
import { gateClaims } from '../src/gate/claims/index.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { SubjectFailure, type Config, type Dtype, type Door, type Start } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { Refusals, settingsOf } from '../src/gate/refusals.js';
import { runGate, type GateRun } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { PATIENCE, owed } from '../src/gate/search.js';
import { conclusion } from '../src/runner/exit-status.js';
import { reference } from '../src/subject.js';
import type { ClaimResult, Report, Unsupported } from '../src/verdict.js';
import { gateReport, gateResult, SUBJECT } from './support/gate-report.js';
import { HAS, junitErrors, sarifErrors } from './support/report-schemas.js';

/** Why a session is refused; null where it is taken. */
type Refuses = (start: Start) => string | null;

/** A door whose optimizer does not support some sessions. */
function refusing(door: Door, why: Refuses): Door {
  const init = (session: string, start: Start): ReturnType<Door['init']> => {
    const message = why(start);
    return message === null ? door.init(session, start) : Promise.reject(new SubjectFailure('unsupported', message));
  };
  return { ...door, init, beside: (which) => refusing(door.beside(which), why) };
}

const kindOf = (config: Config, name: string): string => (config[name] as { readonly kind: string }).kind;

interface Asked {
  readonly like?: MethodName | 'none' | null;
  readonly claims?: readonly string[];
  readonly cases?: number;
  readonly seed?: number;
  readonly dtype?: Dtype;
}

/** A run on the package's own method, which refuses some sessions. */
function gated(method: MethodName, why: Refuses, { like = method, claims, cases = 50, seed = 1, dtype = 'float64' }: Asked = {}): Promise<GateRun> {
  return runOn(refusing(referenceDoor(method, reference, dtype), why), { like, cases, seed, ...(claims === undefined ? {} : { claims }) });
}

const runOn = (door: Door, { like = null, claims, cases = 50, seed = 1 }: Asked): Promise<GateRun> =>
  runGate({
    door,
    like,
    claims: claims === undefined ? gateClaims : gateClaims.filter(({ id }) => claims.includes(id)),
    cases,
    seed,
    signal: new AbortController().signal,
    known: [],
    saboteurs: gateSaboteurs,
    onResult: () => undefined,
  });

function reported({ subject, results, complete }: GateRun): GateReport {
  const draft = { ...gateReport(results, { subject, complete, expectations: [] }) };
  const report: Report = { ...draft, ...conclusion(draft) };
  if (!isGateReport(report)) throw new Error('no report of the gate');
  return report;
}

const verdicts = ({ results }: GateRun): Record<string, string> => Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));
const resultOf = ({ results }: GateRun, id: string): ClaimResult => results.find((one) => one.id === id)!;
const open = ({ results }: GateRun): string[] =>
  results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);
const kinds = (unsupported: readonly Unsupported[] = []): (string | null)[] => unsupported.map(({ what }) => what).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));

describe('what is refused', () => {
  const start = (config: Config, n = 2, horizon = 3): Start => ({ x0: new Float64Array(n), config, problem: { horizon } });
  const door: Door = refusing({
    ...referenceDoor('gradient-descent', reference, 'float64'),
    init: () => Promise.resolve({ query: new Float64Array(2), x: new Float64Array(2), average: null, meta: null }),
  }, ({ config }) => (typeof config['no'] === 'string' ? config['no'] : null));

  /** Which sessions were refused, with what; null: taken. */
  async function told(...sessions: readonly (readonly [config: Config, message: string | null])[]): Promise<Unsupported[]> {
    const refusals = new Refusals();
    const watched = refusals.watch(door);
    for (const [i, [config, message]] of sessions.entries()) await watched.init(`s${i}`, start(message === null ? config : { ...config, no: message })).catch(() => null);
    return refusals.told().map((one) => ({ ...one, what: one.what?.replace(/^no: .*/, 'the refusal itself') ?? null }));
  }

  test('is told by the setting that all such sessions have and none that was taken has, with its count', async () => {
    const refusals = new Refusals();
    const watched = refusals.watch(refusing(door, ({ config }) => (kindOf(config, 'set') === 'all' ? null : `no ${kindOf(config, 'set')}`)));
    for (const [i, kind] of ['all', 'ball', 'box', 'ball', 'all', 'ball'].entries()) await watched.init(`s${i}`, start({ beta: 1, set: { kind } })).catch(() => null);
    expect(refusals.told()).toEqual([{ what: 'set: ball', times: 3, message: 'no ball' }, { what: 'set: box', times: 1, message: 'no box' }]);
    expect([refusals.times, refusals.refuses('set: ball'), refusals.refuses('set: all'), refusals.refuses('set: never drawn')]).toEqual([4, true, false, false]);
  });

  test('by as few settings as explain it, one of many that are refused for the same reason', async () => {
    const refusals = new Refusals();
    const watched = refusals.watch(refusing(door, ({ config }) => (config['dampening'] !== 0 || config['nesterov'] === true ? 'plain momentum only' : null)));
    const settings = [[0, false], [0.5, false], [0, true], [0.1, false], [0.3, false]] as const;
    for (const [i, [dampening, nesterov]] of settings.entries()) await watched.init(`s${i}`, start({ momentum: 0.9, dampening, nesterov })).catch(() => null);
    expect(refusals.told()).toEqual([{ what: 'dampening: not 0', times: 3, message: 'plain momentum only' }, { what: 'nesterov: true', times: 1, message: 'plain momentum only' }]);
  });

  test('where no setting tells them apart it is told by what was said, numbers apart', async () => {
    const refusals = new Refusals();
    const watched = refusals.watch(refusing(door, ({ config }) => (Number(config['rate']) > 1 ? `a rate of ${JSON.stringify(config['rate'])}` : null)));
    for (const [i, rate] of [0.5, 2, 3.25, 0.25, 1e9].entries()) await watched.init(`s${i}`, start({ rate })).catch(() => null);
    expect(refusals.told()).toEqual([{ what: null, times: 3, message: 'a rate of 2' }]);
  });

  test('in a later step it is refused, too; what crashed was neither taken nor refused', async () => {
    const refusals = new Refusals();
    const broken = { ...door, step: () => Promise.reject(new SubjectFailure('unsupported', 'not now')), run: () => Promise.reject(new SubjectFailure('crashed', 'gone')) };
    const watched = refusals.watch(broken);
    await watched.init('a', start({ beta: 1 }));
    expect([refusals.times, refusals.refuses('beta: not 0')]).toEqual([0, false]);
    await watched.step('a', { t: 1, gradient: new Float64Array(2) }).catch(() => null);
    // None was taken: any setting would explain it, and its size does.
    expect(refusals.told()).toEqual([{ what: 'n ≥ 2', times: 1, message: 'not now' }]);
    await watched.init('b', start({ beta: 0 }));
    await watched.run('b', []).catch(() => null);
    expect([refusals.times, refusals.refuses('beta: 0')]).toEqual([1, false]);
    await watched.init('c', start({ beta: 1 }));
    expect(kinds(refusals.told())).toEqual([null]);
  });

  test('sizes are settings: who takes one dimension only is told by it', async () => {
    const refusals = new Refusals();
    const watched = refusals.watch(refusing(door, ({ x0 }) => (x0.length > 1 ? 'one dimension' : null)));
    for (const [i, n] of [1, 2, 4, 1].entries()) await watched.init(`s${i}`, start({ beta: 1 }, n)).catch(() => null);
    expect(refusals.told()).toEqual([{ what: 'n ≥ 2', times: 2, message: 'one dimension' }]);
  });

  test('where none was taken it is a list or a size that all of them have, and no setting that any of them has', async () => {
    const all = async (configs: readonly Config[], n: number): Promise<(string | null)[]> => {
      const refusals = new Refusals();
      const watched = refusals.watch(refusing(door, () => 'no'));
      for (const [i, config] of configs.entries()) await watched.init(`s${i}`, start(config, n)).catch(() => null);
      return kinds(refusals.told());
    };
    expect(await all([{ learningRate: 1 }, { learningRate: 2 }], 1)).toEqual(['n: 1']);
    expect(await all([{ learningRate: [1, 2] }, { learningRate: [3, 4] }], 2)).toEqual(['learningRate: a list']);
    expect(await all([{ alpha: 'linear', set: { kind: 'box' } }, { alpha: 'constant', set: { kind: 'all' } }], 9)).toEqual(['n > 4']);
  });

  test('what another claim judged is not named as refused', () => {
    const told = (what: string): (string | null)[] =>
      kinds(refusedKinds([
        gateResult('identity', { coverage: { 'learningRate: not 0': 10 } }),
        gateResult('identity-wide', { coverage: {}, unsupported: [{ what, times: 3, message: 'no more than 3 dimensions' }] }),
      ]));
    expect(told('learningRate: not 0')).toEqual([null]);
    expect(told('n > 4')).toEqual(['n > 4']);
  });

  test('nothing where everything is taken', async () => {
    expect(await told([{ beta: 1 }, null])).toEqual([]);
  });

  test('settings are named as coverage names them', () => {
    expect(settingsOf({ a: 0, b: 0.5, c: [1, 2], d: 'linear', e: true, f: { kind: 'box', lower: [] } })).toEqual([
      'a: 0',
      'b: not 0',
      'c: a list',
      'd: linear',
      'e: true',
      'f: box',
    ]);
  });
});

describe('a right optimizer of a part of a method passes, and says of which', () => {
  const scalar = (value: Config[string] | undefined): boolean => typeof value === 'number';
  test.each<[what: string, MethodName, Refuses, (string | null)[]]>([
    ['plain momentum', 'sgd-momentum', ({ config }) => (config['dampening'] !== 0 || config['nesterov'] === true ? 'plain momentum only' : null), [
      'dampening: not 0',
      'nesterov: true',
    ]],
    [
      'all of Rⁿ and plain weights, one rate: one session of twelve',
      'ftrl',
      ({ config }) => (kindOf(config, 'set') !== 'all' ? 'sets' : config['alpha'] !== 'constant' ? 'weights' : scalar(config['beta']) ? null : 'schedules'),
      ['alpha: a list', 'alpha: linear', 'alpha: nesterov', 'beta: a list', 'set: ball', 'set: box'],
    ],
    [
      'one kind of everything: one session of a hundred',
      'optimistic-meta-learning',
      (
        { config },
      ) => (kindOf(config, 'set') === 'all' && kindOf(config, 'rule') === 'identity' && config['alpha'] === 'linear' && config['hints'] === 'previous' ? null : 'something'),
      [],
    ],
    ['one dimension', 'gradient-descent', ({ x0 }) => (x0.length === 1 ? null : 'one dimension only'), ['n ≥ 2']],
    ['balls alone, where NaN may become anything', 'ftrl', ({ config }) => (kindOf(config, 'set') === 'ball' ? null : 'balls only'), ['set: all', 'set: box']],
    ['no schedules', 'nesterov', ({ config }) => (scalar(config['learningRate']) ? null : 'one rate'), ['learningRate: a list']],
  ])('%s', async (_what, method, why, expected) => {
    const run = await gated(method, why);
    expect(open(run)).toEqual([]);
    const report = reported(run);
    expect(report.exitStatus).toBe(0);
    const left = kinds(refusedKinds(report.claims));
    expect(left).toEqual(expect.arrayContaining(expected));
    expect(left.length).toBeGreaterThan(0);
    expect(headline(outcome(report))).toMatch(/^passed on what it supports; not judged: /);
    for (const one of refusedKinds(report.claims)) expect(headline(outcome(report))).toContain(one.what ?? one.message);
    expect(verdicts(run)['manners-sessions']).toBe('holds');
    expect(verdicts(run)['identity']).toBe('holds');
  });

  test('a wrong one of a part still fails: a list of rates that is read one step late is not hidden by what is refused', async () => {
    const culprit = gateSaboteurs.find(({ name }) => name === 'momentum-multiplies-gradient')!;
    const run = await runOn(refusing(referenceDoor('sgd-momentum', culprit.subject, 'float64'), ({ config }) => (config['nesterov'] === true ? 'no nesterov' : null)), {
      like: 'sgd-momentum',
      claims: ['identity'],
    });
    expect(resultOf(run, 'identity')).toMatchObject({ verdict: 'violated', hint: expect.stringContaining('momentum multiplies gradient') as unknown });
  });

  test('a mistake is named although sessions are refused while it is sought', async () => {
    const culprit = gateSaboteurs.find(({ name }) => name === 'momentum-multiplies-gradient')!;
    const run = await runOn(refusing(referenceDoor('sgd-momentum', culprit.subject, 'float64'), ({ config }) => (config['dampening'] === 0 ? null : 'no dampening')), {
      like: 'sgd-momentum',
      claims: ['identity-schedule'],
    });
    expect(resultOf(run, 'identity-schedule')).toMatchObject({ verdict: 'violated', hint: expect.stringContaining('momentum multiplies gradient') as unknown });
  });

  test('who refuses everything is judged on nothing, and has not passed', async () => {
    const run = await gated('nesterov', () => 'nothing at all', { claims: ['identity', 'manners-repeats'] });
    expect(verdicts(run)).toMatchObject({ identity: 'inapplicable', 'manners-repeats': 'inapplicable' });
    expect(resultOf(run, 'identity').reason).toContain('"nothing at all"');
    expect(reported(run)).toMatchObject({ exitStatus: 4 });
  });

  test('what is drawn of one claim does not depend on the claims before it', async () => {
    const why: Refuses = ({ config }) => (kindOf(config, 'set') === 'ball' ? 'balls' : null);
    const timeless = ({ results }: GateRun): unknown => results.filter(({ id }) => id === 'identity').map(({ seconds: _seconds, ...rest }) => rest);
    expect(timeless(await gated('ftrl', why, { claims: ['identity'] }))).toEqual(
      timeless(await gated('ftrl', why, { claims: ['manners-repeats', 'manners-sessions', 'identity'] })),
    );
  });
});

describe('what must be covered', () => {
  const none: Refuses = () => null;
  test.each(METHOD_NAMES)('%s: by a right optimizer it is, with as few sessions as there may be, and with a probability of less than 10⁻⁶ that it is not', async (method) => {
    const context = { method } as GateContext;
    const { coverage, share } = gateClaims.find(({ id }) => id === 'identity')!;
    const least = Math.max(10, ...Object.values(coverage(context)).map((part) => Math.ceil(1 / part)));
    const { coverage: counted, counts: [all] } = resultOf(await gated(method, none, { claims: ['identity'], cases: 400 }), 'identity');
    const drawn = fc.sample(gateCase(method, 'float64'), { numRuns: 4000, seed: 1 }).flatMap(({ config }) => settingsOf(config));
    for (const cases of [least, 50, 200]) {
      for (const { label, sessions } of owed(gateClaims.find(({ id }) => id === 'identity')!, context, Math.max(least, cases * share), new Refusals())) {
        // Too rare by three standard deviations of what was seen.
        const isSetting = drawn.includes(label);
        const [times, of] = isSetting ? [drawn.filter((one) => one === label).length, 4000] : [counted[label]!, all!.nonTrivial];
        const p = times / of - 3 * Math.sqrt((times / of) * (1 - times / of) / of);
        expect(missed(PATIENCE * Math.max(least, cases), p, sessions), `${label}, ${cases}`).toBeLessThan(1e-6);
      }
    }
    expect(open(await gated(method, none, { claims: ['identity'], cases: least, seed: 3 }))).toEqual([]);
  });

  /** P(fewer than `wanted` of n), each with probability p. */
  function missed(n: number, p: number, wanted: number): number {
    let term = (1 - p) ** n;
    let sum = 0;
    for (let k = 0; k < wanted; k++) {
      sum += term;
      term *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
    return sum;
  }

  test.each<[MethodName, number]>([['sgd-momentum', 50], ['ftrl', 20], ['optimistic-meta-sgd', 20]])(
    '%s with fewer than %i sessions is inconclusive, whatever is drawn, and says what to ask for',
    async (method, least) => {
      const few = resultOf(await gated(method, none, { claims: ['identity'], cases: least - 1 }), 'identity');
      expect(few).toMatchObject({ verdict: 'inconclusive' });
      expect(few.reason).toContain(`--cases ${least} or more`);
      expect(resultOf(await gated(method, none, { claims: ['identity'], cases: least }), 'identity').verdict).toBe('holds');
    },
  );

  test('no claim is asked for fewer than 10', async () => {
    const run = await gated('gradient-descent', none, { cases: 1 });
    expect(open(run)).toEqual([]);
    for (const { id, counts: [count] } of run.results.filter(({ counts }) => counts.length > 0 && counts[0]!.cases > 0)) expect(count!.nonTrivial, id).toBeGreaterThanOrEqual(10);
  });

  test('stays in force for what is supported: who refuses balls must still be seen on boxes, and projecting', async () => {
    const balls = resultOf(await gated('ftrl', ({ config }) => (kindOf(config, 'set') === 'ball' ? 'balls' : null), { claims: ['identity'] }), 'identity');
    expect(balls).toMatchObject({ verdict: 'holds', unsupported: [{ what: 'set: ball', message: 'balls' }] });
    expect(balls.coverage['set: box']).toBeGreaterThanOrEqual(5);
    expect(balls.coverage['projection active']).toBeGreaterThanOrEqual(5);
    // It takes three boxes, and no more.
    let boxes = 0;
    const evasive = resultOf(
      await gated('ftrl', ({ config }) => (kindOf(config, 'set') === 'box' && ++boxes > 3 ? 'no more of these' : null), { claims: ['identity'] }),
      'identity',
    );
    expect(evasive).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('expected "set: box" in 5 of the non-trivial sessions, got 3') as unknown,
      unsupported: [{ what: null, message: 'no more of these' }],
    });
  });

  test('and a setting is not refused where something else in its sessions is', async () => {
    // One session in fifty has no momentum, and most of those have what is refused.
    const plain: Refuses = ({ config }) => (config['dampening'] !== 0 || config['nesterov'] === true ? 'plain momentum only' : null);
    const few = resultOf(await gated('sgd-momentum', plain, { claims: ['identity'], cases: 20 }), 'identity');
    expect(few).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('"momentum: 0" must be among them') as unknown });
    const enough = resultOf(await gated('sgd-momentum', plain, { claims: ['identity'], cases: 50 }), 'identity');
    expect([enough.verdict, enough.coverage['momentum: 0']! > 0]).toEqual(['holds', true]);
  });

  test('what never projects passes on what it takes, and every kind that it refuses is told where the verdict is', async () => {
    const run = await gated(
      'ftrl',
      ({ config }) => (kindOf(config, 'set') === 'box' ? 'boxes' : kindOf(config, 'set') === 'ball' ? 'balls' : config['alpha'] === 'nesterov' ? 'nesterov weights' : null),
      { claims: ['identity'] },
    );
    const { verdict, reason, unsupported } = resultOf(run, 'identity');
    expect([verdict, kinds(unsupported)]).toEqual(['holds', ['alpha: nesterov', 'set: ball', 'set: box']]);
    for (const { what, times, message } of unsupported!) expect(reason).toContain(`${what} (${times} session${times === 1 ? '' : 's'}: "${message}")`);
    expect(renderSummary(reported(run))).toMatch(/\nPASSED on what it supports; not judged: (?=.*set: ball)(?=.*set: box).*alpha: nesterov/);
  });

  test('a projection is not asked of who has no set to project onto, and both sets are told', async () => {
    const { verdict, unsupported } = resultOf(
      await gated('ftrl', ({ config }) => (kindOf(config, 'set') === 'all' ? null : `a ${kindOf(config, 'set')}`), { claims: ['identity'] }),
      'identity',
    );
    expect([verdict, kinds(unsupported)]).toEqual(['holds', ['set: ball', 'set: box']]);
  });
});

/** A door of an optimizer that is told here how it goes from a point, whatever it is configured with. */
function goes(name: string, step: (x: Float64Array, gradient: Float64Array, config: Config) => Float64Array, init: (config: Config) => void = () => undefined): Door {
  const sessions = new Map<string, { x: Float64Array; config: Config }>();
  const answer = (x: Float64Array) => ({ query: x, x, average: null, meta: null });
  return {
    ...referenceDoor('gradient-descent', reference, 'float64'),
    source: name,
    hello: () => Promise.resolve({ implementation: { name, version: '1', language: '' }, dtype: 'float64', capabilities: ['step'] }),
    init(session, { x0, config }) {
      init(config);
      sessions.set(session, { x: x0, config });
      return Promise.resolve(answer(x0));
    },
    step(session, { gradient }) {
      const { x, config } = sessions.get(session)!;
      const next = step(x, gradient, config);
      sessions.set(session, { x: next, config });
      return Promise.resolve(answer(next));
    },
    beside: () => goes(name, step, init),
  };
}

describe('an optimizer that nobody named', () => {
  const plain = goes('plain', (x, g, { learningRate }) => x.map((value, i) => value - Number(Array.isArray(learningRate) ? learningRate[0] : (learningRate ?? 1)) * g[i]!));
  const NAMELESS =
    /no method was named, so nothing was judged but manners and symmetries: run again with --like gradient-descent \(agrees in 12 of 12 sessions\), or with --like none/;

  test('has not passed, and is told what to do; manners and symmetries hold', async () => {
    const report = reported(await runOn(plain, { like: null }));
    expect(report.exitStatus).toBe(4);
    expect(outcome(report)).toMatchObject({ word: 'not judged', tone: 'open', reason: expect.stringMatching(NAMELESS) as unknown });
    expect(JSON.parse(renderBadge(report))).toMatchObject({ message: 'optimizer not judged', color: 'lightgrey' });
    expect(renderSummary(report)).toMatch(/\nNOT JUDGED: no method was named/);
    expect(renderStepSummary(report)).toMatch(/^## ⚠️ .*: not judged\n/u);
    expect(renderJUnit(report)).toMatch(/<testcase name="a method is named"[^>]*>\s*<failure type="not-judged" message="no method was named/);
    expect(renderSarif(report, { artifact: 'a.mjs' })).toContain('"ruleId": "method-named"');
    expect(renderAnnotations(report, null)[0]).toMatch(/^::warning title=omg-oracle%3A not judged::no method was named/);
    expect(await renderHtml(report)).toContain('<strong>Not judged.</strong> no method was named');
    expect(report.subject).toMatchObject({ like: null, guess: 'gradient-descent (agrees in 12 of 12 sessions)' });
  });

  test.skipIf(!HAS.junit)('is told of in JUnit that is valid by its schema (skipped where there is none)', async () => {
    expect(await junitErrors(renderJUnit(reported(await runOn(plain, { like: null }))))).toEqual([]);
  });

  test.skipIf(!HAS.sarif)('is told of in SARIF that is valid by its schema (skipped where there is none)', async () => {
    expect(sarifErrors(renderSarif(reported(await runOn(plain, { like: null })), { artifact: 'a.mjs' }))).toEqual([]);
  });

  test('has not passed where it is wrong, and nothing but its name would tell', async () => {
    const wrong = gateSaboteurs.find(({ name }) => name === 'lookahead-sign')!;
    const report = reported(await runOn(referenceDoor('nesterov', wrong.subject, 'float64'), { like: null }));
    expect([report.exitStatus, outcome(report).word]).toEqual([4, 'not judged']);
    expect(outcome(report).reason).toBe('no method was named, so nothing was judged but manners: run again with --like and its name, or with --like none, which asks for no more');
    expect(report.claims.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    expect(JSON.parse(renderBadge(report))).toMatchObject({ color: 'lightgrey' });
  });

  test('passes where --like none asks for no more, and says on what', async () => {
    const report = reported(await runOn(plain, { like: 'none' }));
    expect(report.exitStatus).toBe(0);
    expect(headline(outcome(report), (word) => word.toUpperCase())).toBe('PASSED on manners and symmetries; not judged: that it is any method.');
    expect(JSON.parse(renderBadge(report))).toMatchObject({
      message: expect.stringMatching(/^optimizer, \d+ claims hold; not judged: that it is any method$/) as unknown,
      color: 'yellowgreen',
    });
    for (const rendered of [renderSummary(report), renderStepSummary(report), renderJUnit(report), renderSarif(report, { artifact: 'a.mjs' }), await renderHtml(report)])
      expect(rendered).toContain('not judged: that it is any method');
  });

  test('has a table of all methods: how often each goes as it does, of how many that it took', async () => {
    const { subject } = await runOn(plain, { like: null, claims: ['manners-repeats'] });
    expect(subject!.guesses!.map(({ method }) => method)).toEqual(METHOD_NAMES);
    expect(subject!.guesses![0]).toEqual({ method: 'gradient-descent', agreed: 12, taken: 12, refused: 0, failed: 0 });
    const momentum = await gated('sgd-momentum', ({ config }) => (config['dampening'] === 0 && config['nesterov'] === false ? null : 'plain momentum only'), {
      like: null,
      claims: ['manners-repeats'],
    });
    const row = momentum.subject!.guesses!.find(({ method }) => method === 'sgd-momentum')!;
    expect(row).toMatchObject({ agreed: 12, taken: 12, failed: 0 });
    expect(row.refused).toBeGreaterThan(0);
    const report = reported(momentum);
    expect(guessRows(report)[0]!.slice(0, 2)).toEqual(['sgd-momentum', 'in 12 of 12 sessions']);
    expect(renderSummary(report)).toMatch(/\n {2}sgd-momentum +in 12 of 12 sessions +\d+ sessions\n/);
    expect(await renderHtml(report)).toContain('What it is nearest to');
    expect(renderStepSummary(report)).toContain('| sgd-momentum | in 12 of 12 sessions |');
  });

  test('that goes as no method owes manners, and no symmetry: none was claimed', async () => {
    // It moves along the first axis only: no method does, and no equivariance holds.
    const odd = goes('odd', (x, g) => x.map((value, i) => (i === 0 ? value - 0.125 * Math.sign(g[0]!) - 0.5 : value)));
    const run = await runOn(odd, { like: 'none' });
    expect(open(run)).toEqual([]);
    expect(run.subject!.guess).toBeNull();
    for (const id of Object.keys(verdicts(run)).filter((name) => /^(equivariance|zero)/.test(name))) expect(verdicts(run)[id], id).toBe('inapplicable');
    expect(headline(outcome(reported(run)))).toBe('passed on manners; not judged: symmetries, that it is any method.');
    expect(verdicts(run)['manners-repeats']).toBe('holds');
  });

  test.each(['none', null] as const)('whose answers are never finite says nothing, and passes nothing: --like %s', async (like) => {
    const report = reported(await runOn(goes('nan', (x) => x.map(() => NaN)), { like }));
    expect(report.exitStatus).toBe(4);
    expect(report.claims.filter(({ verdict }) => verdict === 'holds').map(({ id }) => id)).toEqual(['manners-hello', 'manners-bye']);
    expect(report.claims.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    expect(JSON.parse(renderBadge(report))).not.toMatchObject({ color: expect.stringContaining('green') as unknown });
  });

  test('that throws at the settings of most methods is played with those that it takes', async () => {
    const picky = goes('picky', (x, g, { rate }) => x.map((value, i) => value - 0.25 * Number(rate) * g[i]!), ({ rate }) => {
      if (typeof rate !== 'number') throw new SubjectFailure('errored', 'exception: TypeError: rate is not a number');
    });
    const run = await runOn(picky, { like: 'none' });
    expect(open(run)).toEqual([]);
    expect(run.subject!.guesses!.filter(({ taken }) => taken > 0).map(({ method }) => method)).toEqual(['meta-sgd', 'optimistic-meta-sgd']);
    expect(run.subject!.guesses![0]).toMatchObject({ method: 'gradient-descent', agreed: 0, taken: 0, failed: 12 });
    expect(verdicts(run)['manners-sessions']).toBe('holds');
  });
});

describe('a pass names what it leaves out, in every rendering', () => {
  const boxes: Unsupported = { what: 'set: box', times: 31, message: 'no boxes' };
  const some: Unsupported = { what: null, times: 2, message: 'too <wide> for "me"' };
  const report = (claims: readonly ClaimResult[], changes: Partial<Report> = {}): GateReport => {
    const draft = gateReport(claims, { expectations: [], ...changes });
    const made = { ...draft, ...conclusion(draft) };
    if (!isGateReport(made)) throw new Error('no report of the gate');
    return made;
  };

  const LEAVING: readonly (readonly [what: string, GateReport, string])[] = [
    [
      'settings that are refused',
      report([
        gateResult('identity', { unsupported: [boxes], reason: 'x' }),
        gateResult('b', { unsupported: [{ ...boxes, times: 40 }, { ...boxes, what: 'set: ball', times: 50 }], reason: 'x' }),
      ]),
      'passed on what it supports; not judged: set: ball, set: box.',
    ],
    [
      'sessions that nothing tells apart',
      report([gateResult('identity', { unsupported: [some], reason: 'x' })]),
      'passed on what it supports; not judged: sessions that it refuses: "too <wide> for "me"".',
    ],
    [
      'claims that it skips',
      report([gateResult('a'), gateResult('manners-state', { verdict: 'skipped', reason: 'not yet' })]),
      'passed on what was judged; not judged: manners-state (it says that it does not meet it).',
    ],
    ['claims that were left out', report([gateResult('a')], { leftOut: ['b', 'c'] }), 'passed on what was judged; not judged: b, c.'],
    ['many of them', report([gateResult('a')], { leftOut: ['b', 'c', 'd', 'e', 'f', 'g'] }), 'passed on what was judged; not judged: b, c, d, 3 other claims.'],
    [
      'the other parts of the run',
      report([gateResult('a')], { shard: { index: 1, count: 3, claims: ['a', 'b'], command: 'x', out: 'y', expected: null } }),
      'passed on what was judged; not judged: the claims of 2 other parts.',
    ],
    ['a method', report([gateResult('a')], { subject: { ...SUBJECT, like: 'none' } }), 'passed on manners; not judged: symmetries, that it is any method.'],
  ];

  test.skipIf(!HAS.junit).each(LEAVING)('%s: its JUnit is valid by its schema (skipped where there is none)', async (_what, made) => {
    expect(await junitErrors(renderJUnit(made))).toEqual([]);
  });

  test.each(LEAVING)('%s', async (_what, made, expected) => {
    expect(made.exitStatus).toBe(0);
    expect(headline(outcome(made))).toBe(expected);
    const words = expected.replace(/^passed |\.$/g, '');
    expect(renderSummary(made)).toContain(`\nPASSED ${words}. `);
    expect(renderSarif(made, { artifact: 'a' })).toContain(JSON.stringify(words).slice(1, -1));
    const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    expect(renderJUnit(made)).toContain(`<skipped type="not-judged" message="passed ${escaped}"/>`);
    expect(JSON.parse(renderBadge(made))).toMatchObject({ message: expect.stringContaining('; not judged: ') as unknown, color: 'yellowgreen' });
    // Each escapes in its own way.
    if (!/[<"]/.test(words)) { for (const rendered of [renderStepSummary(made), await renderHtml(made)]) expect(rendered).toContain(words); }
  });

  test('and says nothing where it leaves nothing out', () => {
    const whole = report([gateResult('a'), gateResult('b', { verdict: 'inapplicable', reason: 'it does not hold for adagrad' })]);
    expect([notJudged(whole), headline(outcome(whole))]).toEqual([[], 'passed:']);
    expect(JSON.parse(renderBadge(whole))).toMatchObject({ color: 'brightgreen' });
    expect(renderJUnit(whole)).not.toContain('not-judged');
  });

  test('of verify, too', async () => {
    const { subject: _subject, expectations: _expectations, worstCases: _worst, ...rest } = gateReport([gateResult('theorem-1')], {
      leftOut: ['lemma-1', 'theorem-2'],
      command: 'omg-oracle verify --claims theorem-1',
    });
    expect(renderSummary(rest)).toContain('\nPASSED on what was judged; not judged: lemma-1, theorem-2.\n');
    expect(JSON.parse(renderBadge(rest))).toMatchObject({ message: 'verify, 1 claim holds; not judged: lemma-1, theorem-2' });
    expect(await renderHtml(rest)).toContain('Not judged: lemma-1, theorem-2.');
    expect(renderStepSummary(rest)).toContain('passed on what was judged; not judged: lemma-1, theorem-2');
  });

  test('the words are the same everywhere, whatever is left out', () => {
    const word = fc.constantFrom('set: box', 'n ≥ 2', 'nesterov: true', 'beta: a list');
    const gap = fc.record({ what: word, times: fc.integer({ min: 1, max: 99 }), message: fc.constant('no') });
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 4 }),
        fc.array(fc.constantFrom('b', 'c', 'd'), { maxLength: 3 }),
        fc.constantFrom<'nesterov' | 'none' | null>('nesterov', 'none', null),
        (unsupported, leftOut, like) => {
          const made = report([gateResult('a', unsupported.length === 0 ? {} : { unsupported, reason: 'x' })], { leftOut, subject: { ...SUBJECT, like } });
          const ended = outcome(made);
          expect(made.exitStatus === 0).toBe(ended.word === 'passed');
          expect(ended.word === 'passed').toBe(like !== null);
          expect(ended.scope === null).toBe(ended.word !== 'passed' || notJudged(made).length === 0);
          for (const what of unsupported.map((one) => one.what)) expect(notJudged(made)).toContain(what);
          const { color } = JSON.parse(renderBadge(made)) as { readonly color: string };
          expect(color).toBe(like === null ? 'lightgrey' : ended.scope === null ? 'brightgreen' : 'yellowgreen');
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('what fails in the same way is said once in the table of claims', () => {
  const errored = (id: string): ClaimResult => gateResult(id, { verdict: 'errored', reason: 'TypeError: no\n    at start', cases: 0, counts: [] });
  const text = renderSummary(
    gateReport([errored('identity'), errored('zero-gradient'), gateResult('c', { verdict: 'errored', reason: 'RangeError: other', cases: 0, counts: [] })], { exitStatus: 3 }),
  );
  expect(text).toMatch(/\nidentity +! errored +TypeError: no\nzero-gradient +! errored +as identity\nc +! errored +RangeError: other\n/);
});
