import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcome } from '../reports/account.js';
import { renderBadge } from '../reports/badge.js';
import { renderSummary } from '../reports/text.js';
import { conclude, readPart, type TraceVerdict } from '../src/trace/check.js';
import { TRACE_METHODS, type TraceConfig, type TraceMethod, type TraceRow } from '../src/trace/format.js';
import { openTrace } from '../src/trace/read.js';
import { rejudgeTrace } from '../src/trace/rejudge.js';
import type { ClaimResult, Report } from '../src/verdict.js';
import { SUBJECT, gateReport } from './support/gate-report.js';
import { BETA, CONFIGS, RIGHT, f, moved, record, type RunOptions, type Step } from './support/traced-run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-trace-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

function checked(method: TraceMethod, step: Step = RIGHT[method], options: RunOptions = {}, parts = 1): TraceVerdict {
  const path = join(folder, `${(files += 1)}.arrow`);
  record(path, method, step, options);
  const read = (part: number): [ReturnType<typeof readPart>, ReturnType<typeof openTrace>['header']] => {
    const trace = openTrace(path);
    try {
      return [readPart(trace, method, trace.header.config, { part, of: parts }, () => false), trace.header];
    } finally {
      trace.close();
    }
  };
  const all = Array.from({ length: parts }, (_, part) => read(part));
  const [, header] = all[0]!;
  return conclude(all.map(([part]) => part), header, method, header.config, 0);
}

const verdictOf = ({ results }: TraceVerdict, id: string): string => results.find((result) => result.id === id)!.verdict;
const reasonOf = ({ results }: TraceVerdict, id: string): string => results.find((result) => result.id === id)!.reason ?? '';
function trouble({ results }: TraceVerdict): Record<string, string> {
  return Object.fromEntries(results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict }) => [id, verdict]));
}
const unseen = ({ results }: TraceVerdict): readonly string[] => results.flatMap((result) => result.unseen ?? []);
/** The worst of what is judged by formulas: no run passes in which one of them does not hold. */
const word = (verdict: TraceVerdict): string =>
  ['violated', 'inconclusive'].find((one) => [verdictOf(verdict, 'trace-step'), verdictOf(verdict, 'trace-state')].includes(one)) ?? 'holds';

type Given = Parameters<Step>[0];
const rates = (raise: (given: Given) => number): Step => (given) => moved(given.x, given.g, given.t === 1 ? given.kept : Math.max(f(given.kept + f(raise(given))), 0));
const bracket = ({ g, before }: Given): number => f(f(g * f(g + before)) - f(before * before));

/** Writers that record another rule than the method's. */
const WRONG_RATES: readonly (readonly [name: string, method: TraceMethod, step: Step])[] = [
  ['standard rates as optimistic ones', 'optimistic-meta-sgd', RIGHT['meta-sgd']],
  ['optimistic rates as standard ones', 'meta-sgd', RIGHT['optimistic-meta-sgd']],
  ['twice β', 'optimistic-meta-sgd', rates((given) => 2 * BETA * bracket(given))],
  ['twice β, standard', 'meta-sgd', rates(({ g, before }) => 2 * BETA * f(before * g))],
  ['the other sign', 'optimistic-meta-sgd', rates((given) => -BETA * bracket(given))],
  ['the other sign, standard', 'meta-sgd', rates(({ g, before }) => -BETA * f(before * g))],
  ['g² alone', 'optimistic-meta-sgd', rates(({ g }) => BETA * f(g * g))],
  ['g² alone, standard', 'meta-sgd', rates(({ g }) => BETA * f(g * g))],
  ['the hint not removed', 'optimistic-meta-sgd', rates(({ g, before }) => BETA * f(g * f(g + before)))],
  ['rates that never move', 'optimistic-meta-sgd', rates(() => 0)],
  ['noise as large as g²', 'optimistic-meta-sgd', rates(({ g }) => BETA * g * g * Math.sin(1e9 * g))],
];
const SCALES = Array.from({ length: 24 }, (_, i) => 2 ** -i);

describe('another rule for the rates never passes, however small the gradients', () => {
  test.each(WRONG_RATES)('%s', (_, method, step) => {
    const words = SCALES.map((scale) => word(checked(method, step, { scale })));
    expect(words[0]).toBe('violated');
    expect(words.at(-1)).toBe('inconclusive');
    expect(words).not.toContain('holds');
  });

  test.each(['meta-sgd', 'optimistic-meta-sgd'] as const)('%s itself: holds, and where nothing can be told it is inconclusive', (method) => {
    const words = SCALES.map((scale) => word(checked(method, undefined, { scale })));
    expect(words).not.toContain('violated');
    // Once nothing is told, smaller gradients tell no more.
    expect(words.toSorted((a, b) => ['holds', 'inconclusive'].indexOf(a) - ['holds', 'inconclusive'].indexOf(b))).toEqual(words);
    expect([words[0], words[4], words.at(-1)]).toEqual(['holds', 'holds', 'inconclusive']);
  });

  test('gradients clipped by value, where g and g⁻ are ±C: optimism is not told from none', () => {
    const clipped = (step: Step): TraceVerdict => {
      // Every gradient is ±1: g² = g⁻².
      const one: Step = (given) => step({ ...given, g: Math.sign(given.g), before: Math.sign(given.before) });
      return checked('optimistic-meta-sgd', one, {
        row(row) {
          for (const column of [row.columns.g!, row.columns.g_before!]) for (const [i, value] of column.entries()) column[i] = Math.sign(value);
          return row;
        },
      });
    };
    for (const step of [RIGHT['optimistic-meta-sgd'], RIGHT['meta-sgd']]) {
      const verdict = clipped(step);
      expect(trouble(verdict)).toEqual({ 'trace-state': 'inconclusive' });
      expect(reasonOf(verdict, 'trace-state')).toMatch(/^told from w′ = max\{w \+ βg⁻⊙g, 0\} by only 0 of 910 elements looked at; 1 in 100 must tell$/);
    }
  });
});

const RATE = 0.1;
const slope = ({ x, g }: Given, decay: number): number => f(g + f(f(decay) * x));
interface Momentum {
  readonly rate: number;
  readonly decay?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly momentum?: number;
}
const buffer = (
  { momentum = 0.9, dampening = 0, decay = 0 }: Momentum,
  given: Given,
): number => (given.t === 1 ? slope(given, decay) : f(f(f(momentum) * given.kept) + f(f(1 - dampening) * slope(given, decay))));
const right = (constants: Momentum): Step => (given) => {
  const b = buffer(constants, given);
  const direction = constants.nesterov === true ? f(slope(given, constants.decay ?? 0) + f(f(constants.momentum ?? 0.9) * b)) : b;
  return { x: f(given.x - f(f(constants.rate) * direction)), kept: b };
};
const headerOf = ({ rate, decay = 0, dampening = 0, nesterov = false, momentum = 0.9 }: Momentum): { readonly config: TraceConfig } => ({
  config: { learningRate: rate, momentum, dampening, nesterov, weightDecay: decay },
});

/** As what they are recorded, and what they are. */
const WRONG_MOMENTUM: readonly (readonly [name: string, as: Omit<Momentum, 'rate'>, step: (rate: number) => Step])[] = [
  ['Nesterov’s step as the plain one', {}, (rate) => right({ rate, nesterov: true })],
  ['the plain step as Nesterov’s', { nesterov: true }, (rate) => right({ rate })],
  ['no momentum in the step', {}, (rate) => (given) => ({ x: f(given.x - f(f(rate) * given.g)), kept: buffer({ rate }, given) })],
  ['no momentum in Nesterov’s step', { nesterov: true }, (rate) => (given) => ({ x: f(given.x - f(f(rate) * given.g)), kept: buffer({ rate }, given) })],
  ['twice the rate', {}, (rate) => (given) => ({ x: f(given.x - 2 * f(f(rate) * buffer({ rate }, given))), kept: buffer({ rate }, given) })],
  ['x that never moves', {}, (rate) => (given) => ({ x: given.x, kept: buffer({ rate }, given) })],
];

describe('another step never passes, however small the rate', () => {
  test.each(WRONG_MOMENTUM)('%s', (_, as, step) => {
    const words = [1, 1e-2, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10].map((factor) =>
      word(checked('sgd-momentum', step(RATE * factor), { header: headerOf({ rate: RATE * factor, ...as }) }))
    );
    expect([words[0], words.at(-1)]).toEqual(['violated', 'inconclusive']);
    expect(words).not.toContain('holds');
  });

  test.each([['plain', {}], ['Nesterov', { nesterov: true }], ['with dampening', { dampening: 0.3 }], ['with all', { dampening: 0.3, nesterov: true, decay: 0.01 }]] as const)(
    'right: %s',
    (_, as) => {
      const of = (rate: number): string => word(checked('sgd-momentum', right({ rate, ...as }), { header: headerOf({ rate, ...as }) }));
      expect([of(RATE), of(RATE * 1e-3), of(RATE * 1e-10)]).toEqual(['holds', 'holds', 'inconclusive']);
    },
  );

  test.each(
    [
      ['the momentum', {}, (given: Given) => slope(given, 0)],
      ['the dampening', { dampening: 0.5 }, (given: Given) => buffer({ rate: RATE }, given)],
      ['weight decay', { decay: 0.01 }, (given: Given) => buffer({ rate: RATE }, given)],
    ] as const,
  )('%s left out of the buffer: violated; where it is too small to be seen, inconclusive', (_, as, b) => {
    const step: Step = (given) => ({ x: f(given.x - f(f(RATE) * b(given))), kept: b(given) });
    expect(trouble(checked('sgd-momentum', step, { header: headerOf({ rate: RATE, ...as }) }))).toMatchObject({ 'trace-state': 'violated' });
    const tiny = { ...as, ...('decay' in as ? { decay: 1e-12 } : 'dampening' in as ? { dampening: 1e-12 } : { momentum: 1e-12 }) };
    expect(trouble(checked('sgd-momentum', step, { header: headerOf({ rate: RATE, ...tiny }) }))).toMatchObject({ 'trace-state': 'inconclusive' });
  });

  test('gradient descent: decay that vanishes is not told, and says so', () => {
    const verdict = checked('gradient-descent', ({ x, g, kept }) => ({ x: f(x - f(f(0.1) * g)), kept }), { header: { config: { learningRate: 0.1, weightDecay: 1e-12 } } });
    expect(trouble(verdict)).toEqual({ 'trace-step': 'inconclusive' });
    expect(reasonOf(verdict, 'trace-step')).toBe('told from x′ = x − ηg by only 0 of 975 elements looked at; 1 in 100 must tell');
  });
});

describe('what cannot be told', () => {
  test('β = 0: standard and optimistic rates, and none, are one method', () => {
    for (const method of ['meta-sgd', 'optimistic-meta-sgd'] as const) {
      const verdict = checked(method, rates(() => 0), { header: { config: { metaRate: 0, rate: 0.1 } } });
      expect(trouble(verdict)).toEqual({ 'trace-state': 'inconclusive' });
      expect(reasonOf(verdict, 'trace-state')).toMatch(/^told from w′ = w by only 0 of 910 elements looked at, from w′ = max\{.*\} by only 0; 1 in 100 must tell$/);
    }
  });

  test('m = 0: the formula is without it', () => {
    const verdict = checked('sgd-momentum', right({ rate: RATE, momentum: 0 }), { header: headerOf({ rate: RATE, momentum: 0 }) });
    expect(trouble(verdict)).toEqual({});
    expect(verdict.results.find(({ id }) => id === 'trace-state')!.statement).toBe('In every element of every step b′ = g, up to float32 in some order of evaluation.');
  });

  test('no gradient at all, and none that moves anything', () => {
    const still = checked('gradient-descent', ({ x, kept }) => ({ x, kept }), { scale: 0, header: { config: { learningRate: 0.1 } } });
    expect(trouble(still)).toEqual({ 'trace-step': 'inconclusive', 'trace-gradients': 'violated' });
    const stopped = checked('gradient-descent', ({ x, kept }) => ({ x, kept }), { header: { config: { learningRate: 0 } } });
    expect(trouble(stopped)).toEqual({ 'trace-step': 'inconclusive' });
  });

  test('rates that are at 0, and stay there', () => {
    const verdict = checked('optimistic-meta-sgd', ({ x }) => ({ x, kept: 0 }), {
      header: { config: { metaRate: 0.15, rate: 0 } },
      row(row) {
        // g = 1, −1, 1, …: either rule lowers the rates.
        const g = row.step % 2 === 0 ? -1 : 1;
        row.columns.w!.fill(0);
        row.columns.g!.fill(g);
        row.columns.g_before!.fill(-g);
        return row;
      },
    });
    expect(trouble(verdict)).toEqual({ 'trace-step': 'inconclusive', 'trace-state': 'inconclusive' });
  });

  test('too few elements that move: a hundredth must', () => {
    const frozen = (alive: number): TraceVerdict =>
      checked('gradient-descent', RIGHT['gradient-descent'], {
        sizes: [300],
        steps: 10,
        header: { config: { learningRate: 0.1 } },
        row(row) {
          for (const [i] of row.columns.x!.entries()) {
            row.columns.x![i] = 1 - (i < alive ? (row.step - 1) / 16 : 0);
            row.columns.g![i] = i < alive ? 0.625 : 0;
            row.columns.x_after![i] = 1 - (i < alive ? row.step / 16 : 0);
          }
          return row;
        },
      });
    expect([2, 3, 4].map((alive) => trouble(frozen(alive)))).toEqual([{ 'trace-step': 'inconclusive' }, {}, {}]);
    expect(reasonOf(frozen(2), 'trace-step')).toBe('told from x′ = x by only 20 of 3,000 elements looked at; 1 in 100 must tell');
    expect(reasonOf(frozen(3), 'trace-step')).toBe('told from x′ = x by 30 of 3,000 elements looked at');
  });

  test('one element of each tensor is enough, if it moves; one step is not', () => {
    const sample = { index: Int32Array.of(0), header: { sample: { seed: 1, count: 1 } } };
    expect(trouble(checked('optimistic-meta-sgd', undefined, sample))).toEqual({});
    expect(checked('optimistic-meta-sgd', undefined, sample).results.find(({ id }) => id === 'trace-step')!.statement).toMatch(/^In every recorded element of every step /);
    for (const method of ['sgd-momentum', 'meta-sgd', 'optimistic-meta-sgd'] as const)
      expect(trouble(checked(method, undefined, { steps: 1 }))).toMatchObject({ 'trace-state': 'inconclusive' });
  });
});

describe('a verdict that holds says what it rests on', () => {
  test('counts, and the same from several readers', () => {
    const of = (parts: number): readonly (string | null)[] => checked('optimistic-meta-sgd', undefined, { sizes: [40, 25, 30] }, parts).results.map(({ reason }) => reason);
    expect(of(1)).toEqual([
      null,
      expect.stringMatching(/^told from x′ = x by 1,\d{3} of 1,425 elements looked at, from x′ = x − w⊙g by 1,\d{3}$/),
      expect.stringMatching(/^told from w′ = w by 1,\d{3} of 1,330 elements looked at, from w′ = max\{w \+ βg⁻⊙g, 0\} by 1,\d{3}$/),
      null,
      null,
      null,
      null,
    ]);
    expect(of(2)).toEqual(of(1));
    expect(of(3)).toEqual(of(1));
  });

  test('tensors and steps in which nothing tells are named', () => {
    const quiet = (row: TraceRow, when: boolean): TraceRow => {
      if (!when) return row;
      for (const name of ['g', 'g_before'] as const) row.columns[name]!.fill(1e-6);
      row.columns.w!.fill(f(0.1));
      row.columns.w_after!.fill(f(0.1));
      for (const [i, x] of row.columns.x!.entries()) row.columns.x_after![i] = f(x - f(f(0.1) * f(1e-6)));
      return row;
    };
    const bias = checked('optimistic-meta-sgd', undefined, { sizes: [40, 25, 30], row: (row) => quiet(row, row.parameter === 1) }, 2);
    expect(reasonOf(bias, 'trace-state')).toMatch(/; not told in 1 of 3 tensors \(layer1\.weight\)$/);
    expect(unseen(bias)).toEqual(['trace-state in 1 of 3 tensors (layer1.weight)']);
    const late = checked('optimistic-meta-sgd', undefined, { sizes: [40, 25], row: (row) => quiet(row, row.step > 10) }, 2);
    expect(reasonOf(late, 'trace-state')).toMatch(/; not told in 5 of 15 steps \(11, 12, 13, …\)$/);
    expect([verdictOf(late, 'trace-state'), unseen(late)]).toEqual(['holds', ['trace-state in 5 of 15 steps (11, 12, 13, …)']]);
    // One tensor still tells in those steps.
    const half = checked('optimistic-meta-sgd', undefined, { sizes: [40, 25], row: (row) => quiet(row, row.step > 10 && row.parameter === 0) }, 2);
    expect(reasonOf(half, 'trace-state')).not.toContain('not told');
  });
});

describe('a pass names what the record says nothing of', () => {
  test('elements outside of a sample, and a first w that nothing is said of', () => {
    expect(unseen(checked('meta-sgd', undefined, { index: Int32Array.of(0, 3), header: { sample: { seed: 1, count: 2 } } }))).toEqual(['elements outside of the sample']);
    expect(unseen(checked('meta-sgd', undefined, { header: { sample: { seed: 1, count: 40 } } }))).toEqual([]);
    expect(unseen(checked('meta-sgd', undefined, { header: { config: { metaRate: BETA } } }))).toEqual(['the first w, for which the config has no rate']);
    expect(TRACE_METHODS.map((method) => unseen(checked(method)))).toEqual([[], [], [], []]);
  });

  test('and a report that lost one of them is none of a pass', () => {
    const { results } = checked('meta-sgd', undefined, { index: Int32Array.of(0, 3), header: { config: { metaRate: BETA }, sample: { seed: 1, count: 2 } } });
    expect(results.map((result) => rejudgeTrace(result, 'meta-sgd', false))).toEqual(results.map(() => null));
    const lost = results.filter((result) => result.unseen !== undefined).map((result) => rejudgeTrace({ ...result, unseen: [] }, 'meta-sgd', false));
    expect(lost).toEqual([
      'holds, and its statement and its list do not agree on elements outside of the sample',
      'holds, and its statement and its list do not agree on the first w, for which the config has no rate',
    ]);
  });

  test('in the line that says so, in the badge, and in every file; not where it fails', () => {
    const of = (claims: readonly ClaimResult[], exitStatus: number): Report => gateReport(claims, { exitStatus, subject: { ...SUBJECT, door: 'trace', like: 'meta-sgd' } });
    const { results } = checked('meta-sgd', undefined, { index: Int32Array.of(0, 3), header: { sample: { seed: 1, count: 2 } } });
    const passed = of(results, 0);
    expect(outcome(passed)).toMatchObject({ word: 'passed', scope: 'on what was judged; not judged: elements outside of the sample' });
    expect(renderSummary(passed)).toContain('PASSED on what was judged; not judged: elements outside of the sample. 7 hold.');
    expect(renderBadge(passed)).toContain('not judged: elements outside of the sample');
    const wrong = checked('optimistic-meta-sgd', RIGHT['meta-sgd'], { index: Int32Array.of(0, 3), header: { sample: { seed: 1, count: 2 } } });
    expect(outcome(of(wrong.results, 1))).toMatchObject({ word: 'failed', scope: null });
  });
});

describe('what the header says is what is recorded', () => {
  test('w_1 is the rate', () => {
    const of = (rate: number, method: TraceMethod = 'optimistic-meta-sgd'): TraceVerdict => checked(method, undefined, { header: { config: { metaRate: BETA, rate } } });
    expect(trouble(of(0.1))).toEqual({});
    const wrong = of(0.2);
    expect(trouble(wrong)).toEqual({ 'trace-state': 'violated' });
    expect(reasonOf(wrong, 'trace-state')).toBe('65 times, first at layer0.weight[0], step 1');
    expect(wrong.results.find(({ id }) => id === 'trace-state')!.counterexample).toMatchObject({ lhs: '0.10000000149011612', rhs: '0.20000000298023224' });
    // One unit in the last place off.
    expect(trouble(of(0.1 + 2 ** -27, 'meta-sgd'))).toEqual({ 'trace-state': 'violated' });
    const unsaid = checked('meta-sgd', undefined, { header: { config: { metaRate: BETA } } });
    expect(trouble(unsaid)).toEqual({});
    expect(unsaid.results.find(({ id }) => id === 'trace-state')!.statement).toContain('in the first step w′ = w, up to');
  });

  test('a list has an entry for each step', () => {
    const list = (length: number): TraceConfig => ({ learningRate: Array.from({ length }, (_, t) => 0.1 / (t + 1)) });
    const step: Step = ({ t, x, g, kept }) => ({ x: f(x - f(f(0.1 / t) * g)), kept });
    expect(trouble(checked('gradient-descent', step, { header: { config: list(15) } }))).toEqual({});
    expect(trouble(checked('gradient-descent', step, { header: { config: list(15), steps: null } }))).toEqual({});
    expect(() => checked('gradient-descent', step, { header: { config: list(14) } })).toThrow(/one entry for each of its 15 steps in a list of its config, but there are 14/);
    expect(() => checked('gradient-descent', step, { header: { config: list(16) } })).toThrow(/but there are 16/);
    expect(() => checked('gradient-descent', step, { header: { config: list(14), steps: null } })).toThrow(
      /with 14 steps, for which a list of its config has entries, but it has a step 15/,
    );
    const cut = checked('gradient-descent', step, { header: { config: list(16), steps: null } });
    expect([trouble(cut), reasonOf(cut, 'trace-complete')]).toEqual([{ 'trace-complete': 'inconclusive' }, 'it ends after step 15 of 16']);
  });

  test('more steps than there were to be', () => {
    expect(() => checked('meta-sgd', undefined, { header: { steps: 14 } })).toThrow(/with 14 steps, as in its header, but it has a step 15/);
    expect(reasonOf(checked('meta-sgd', undefined, { header: { steps: null } }), 'trace-complete')).toBe('its header does not say how many there were to be');
  });

  test('a loss that is NaN is a loss', () => {
    const verdict = checked('meta-sgd', undefined, { row: (row) => ({ ...row, loss: row.step === 3 ? NaN : row.loss }) });
    expect(trouble(verdict)).toEqual({ 'trace-finite': 'violated' });
    expect(reasonOf(verdict, 'trace-finite')).toBe('2 times, first at layer0.weight, step 3');
  });

  test('a number that is not finite is no evidence, and is told', () => {
    for (const value of [NaN, Infinity]) {
      const verdict = checked('optimistic-meta-sgd', undefined, {
        row(row) {
          for (const column of Object.values(row.columns)) column.fill(value);
          return row;
        },
      });
      expect(trouble(verdict)).toMatchObject({ 'trace-finite': 'violated', 'trace-step': 'violated', 'trace-state': 'violated' });
    }
  });

  test.each(Object.keys(CONFIGS) as TraceMethod[])('members that %s has not are refused', (method) => {
    const config = { ...CONFIGS[method], [method === 'gradient-descent' ? 'momentum' : 'weightDeacy']: 0.5 } as TraceConfig;
    expect(() => checked(method, undefined, { header: { config } })).toThrow(
      method === 'sgd-momentum' ? /got "weightDeacy"; did you mean "weightDecay"\?/ : new RegExp(`a config of ${method}, whose members are .*, but got "`),
    );
  });
});

describe('of a report on a trace', () => {
  test.each(TRACE_METHODS)('every result of a right run is one that its claim could have: %s', (method) => {
    for (const result of checked(method).results) expect(rejudgeTrace(result, method, false)).toBeNull();
  });

  test('what too few elements tell, or what is said not to apply, is refused', () => {
    const state = checked('meta-sgd').results.find(({ id }) => id === 'trace-state')!;
    const few = { ...state, counts: state.counts.map((count) => ({ ...count, nonTrivial: 0 })) };
    expect(rejudgeTrace(few, 'meta-sgd', false)).toContain('of which 1 in 100 must');
    expect(rejudgeTrace({ ...state, reason: null }, 'meta-sgd', false)).toContain('does not say how many of its elements tell');
    const silent: ClaimResult = { ...state, verdict: 'inapplicable', reason: null, cases: 0, counts: [] };
    expect(rejudgeTrace(silent, 'meta-sgd', false)).toContain('is said not to apply');
    expect(rejudgeTrace(silent, 'gradient-descent', false)).toBeNull();
  });
});
