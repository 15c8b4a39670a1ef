import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../oracles/performance-estimation/certificate.js';
import { check } from '../oracles/performance-estimation/check.js';
import { readReport } from '../reports/json.js';
import { openDoor, type DoorOptions } from '../src/gate/door.js';
import { METHODS, METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { gateClaimsWith } from '../src/gate/claims/index.js';
import { isNotFixedStep, nearestFraction, probe, type NotFixedStep, type StepRows } from '../src/gate/probe.js';
import { SubjectFailure, type Answer, type Config, type Door, type Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { readRequirement } from '../src/gate/requirement.js';
import { runGate, type GateRun } from '../src/gate/run-gate.js';
import { typicalConfigs } from '../src/gate/typical.js';
import { boundOf, subjectWorstCase, type SubjectWorstCase, type WorstCaseOptions } from '../src/gate/worst-case.js';
import { rational } from '../src/arithmetic/rational.js';
import { reference } from '../src/subject.js';
import type { ClaimResult, Json, Verdict } from '../src/verdict.js';
import { SEED } from './support/exactly.js';
import { torchPython } from './support/interpreters.js';
import { openCommandLines, type CommandLines, type Ended } from './support/omg.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const asked = (config: Config, horizon: number, more: Partial<WorstCaseOptions> = {}): WorstCaseOptions => ({
  config,
  horizon,
  dtype: 'float64',
  smoothness: 1,
  strongConvexity: 0,
  criterion: 'value',
  condition: 'distance',
  judged: 'iterate',
  ...more,
});

function steps(probed: StepRows | NotFixedStep): StepRows {
  if (isNotFixedStep(probed)) throw new Error(`expected fixed steps, got ${probed.reason}`);
  return probed;
}

function known(found: SubjectWorstCase | NotFixedStep): SubjectWorstCase {
  if (isNotFixedStep(found)) throw new Error(`expected fixed steps, got ${found.reason}`);
  return found;
}

const ofReference = async (method: MethodName, config: Config, horizon: number, more: Partial<WorstCaseOptions> = {}): Promise<SubjectWorstCase> =>
  known(await subjectWorstCase(referenceDoor(method, reference, more.dtype ?? 'float64'), asked(config, horizon, more)));

/** What the checker says of a certificate that went through a file. */
const isProved = ({ worst: { certificate, statement } }: SubjectWorstCase): boolean => check(JSON.parse(JSON.stringify(certificate)), statement).valid;

describe('steps read off unit gradients', () => {
  test('are those of the formula: gradient descent, Heavy Ball, Nesterov, dual averaging', async () => {
    const rows = async (method: MethodName, config: Config): Promise<StepRows> => steps(await probe(referenceDoor(method, reference, 'float64'), asked(config, 3)));
    expect(await rows('gradient-descent', { learningRate: 0.25 })).toEqual({
      from: 'x0',
      queries: [[], [0.25], [0.25, 0.25], [0.25, 0.25, 0.25]],
      iterates: [[], [0.25], [0.25, 0.25], [0.25, 0.25, 0.25]],
    });
    // x_2 = x_1 − ½g_2 + ½(x_1 − x_0), and so on.
    expect((await rows('heavy-ball', { learningRate: 0.5, momentum: 0.5 })).iterates).toEqual([[], [0.5], [0.75, 0.5], [0.875, 0.75, 0.5]]);
    const { queries, iterates } = await rows('nesterov', { learningRate: 1 });
    const m = (Math.sqrt(5) + 1) / 2;
    const third = (m - 1) / ((1 + Math.sqrt(1 + 4 * m * m)) / 2);
    expect(iterates[2]).toEqual([1, 1]);
    expect(queries[2]![1]).toBeCloseTo(1 + third, 14);
    expect(queries[2]![0]).toBeCloseTo(1, 14);
    expect(await rows('ftrl', { alpha: 'linear', beta: 0.125, set: { kind: 'all' } })).toMatchObject({
      from: 'origin',
      iterates: [[], [0.125], [0.125, 0.25], [0.125, 0.25, 0.375]],
    });
  });

  test.each<[MethodName, Config]>([
    ['adagrad', { learningRate: 1, epsilon: 0.5, epsilonInside: false }],
    ['meta-sgd', { rate: 0.25, metaRate: 0.125 }],
    ['ftrl', { alpha: 'constant', beta: 1, set: { kind: 'ball', radius: 1 } }],
  ])('%s has none, and it is said how that shows', async (method, config) => {
    const probed = await probe(referenceDoor(method, reference, 'float64'), asked(config, 4));
    expect(isNotFixedStep(probed) && probed.reason).toMatch(/steps that do not depend on what it is fed|no method that starts at x_0/);
  });

  test('numbers that are not finite are told as such, with the settings', async () => {
    const probed = await probe(changed(() => NaN), asked({ learningRate: 1 }, 2));
    expect(isNotFixedStep(probed) && probed.reason).toBe('its answer to step 1 is not finite, of unit gradients, told {"learningRate":1}');
  });

  /** x_{t+1} = x_t − step(g, x_0, t)·g. */
  const changed = (step: (g: Float64Array, x0: Float64Array, t: number) => number): Door => {
    let [x0, x] = [new Float64Array(0), new Float64Array(0)];
    const answer = (): Promise<Answer> => Promise.resolve({ query: x, x, average: null, meta: null });
    return {
      ...referenceDoor('gradient-descent', reference, 'float64'),
      init: (_, start) => {
        x0 = Float64Array.from(start.x0);
        x = x0;
        return answer();
      },
      step: (_, { gradient: g, t }) => {
        const h = step(g, x0, t);
        x = x.map((entry, i) => entry - h * g[i]!);
        return answer();
      },
    };
  };
  test.each<[string, (g: Float64Array, x0: Float64Array, t: number) => number]>([
    ['the dimension', (g) => 1 / g.length],
    ['the start', (_, x0) => (x0[0] === 0 ? 0.5 : 0.25)],
    ['the size of gradients: clipping', (g) => 1 / Math.max(1, Math.hypot(...g))],
    ['their signs', (g) => (g.some((entry) => entry < 0) ? 0.5 : 0.25)],
    ['which of its entries is not 0', (g) => (g[0] === 0 ? 0.5 : 0.25)],
  ])('a step that depends on %s is no fixed step', async (_, step) => {
    expect(isNotFixedStep(await probe(changed(step), asked({}, 3)))).toBe(true);
  });

  test('a step that depends on the values of f is no fixed step: what restarts where f rises', async () => {
    let [last, taken] = [Infinity, 0];
    const door = changed(() => 1 / taken);
    const restarting: Door = {
      ...door,
      init: (session, start) => {
        [last, taken] = [Infinity, 0];
        return door.init(session, start);
      },
      step: (session, input) => {
        taken = input.value !== undefined && input.value > last ? 1 : taken + 1;
        last = input.value ?? last;
        return door.step(session, input);
      },
    };
    const probed = await probe(restarting, asked({}, 3));
    expect(isNotFixedStep(probed) && probed.reason).toContain('and values of f');
  });

  test('a step that depends on its number alone is one', async () => {
    expect(steps(await probe(changed((_, __, t) => 1 / t), asked({}, 3))).iterates[3]).toEqual([1, 1 / 2, 1 / 3]);
  });

  test('fractions with small denominators are known again through rounding, and other numbers are not', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -4, max: 4 }), (p, q, ulps) => {
        const x = (p / q) * (1 + ulps * 2 ** -52);
        const found = nearestFraction(x, 16 * 2 ** -52 * Math.abs(p / q));
        const [num, den = '1'] = found!.split('/');
        expect(Number(num) * q).toBe(p * Number(den));
      }),
      { seed: SEED },
    );
    for (const x of [Math.PI, Math.SQRT2, (1 + Math.sqrt(5)) / 2, Math.E / 7]) expect(nearestFraction(x, 1e-15)).toBeNull();
    expect(nearestFraction(0.333, 1e-3)).toBe('1/3');
    expect(nearestFraction(-2, 1e-12)).toBe('-2');
  });
});

describe('worst cases of the references', () => {
  test.each([[1, 1], [2, 3], [10, 0.5], [20, 1]])('gradient descent, N = %i, step 1/L, L = %f: 1/(4N + 2) exactly, and its own run does as badly', async (N, L) => {
    const found = await ofReference('gradient-descent', { learningRate: 1 / L }, N, { smoothness: L });
    expect(found.worst.certificate!.bound).toBe(`1/${4 * N + 2}`);
    expect(isProved(found)).toBe(true);
    expect(found.fractions.found).toBe(found.fractions.of);
    expect(found.attained).toBeGreaterThan(0.9999);
    expect(found.attained).toBeLessThan(1.000001);
  });

  test.each<[string, Partial<WorstCaseOptions>, number]>([
    ['‖∇f(x_N)‖² ≤ L²R²/(N + 1)²', { criterion: 'gradient' }, 1 / 36],
    ['‖∇f(x_N)‖² ≤ 2L(f(x_0) − f*)/(2N + 1)', { criterion: 'gradient', condition: 'value' }, 2 / 11],
    ['‖x_N − x*‖² ≤ (1 − μ/L)^{2N}R²', { criterion: 'distance', strongConvexity: 0.75, smoothness: 3 }, 0.75 ** 10],
    ['f(x_N) − f* ≤ (1 − μ/L)^{2N}(f(x_0) − f*)', { condition: 'value', strongConvexity: 0.75, smoothness: 3 }, 0.75 ** 10],
  ])('gradient descent, N = 5: %s (Taylor, Hendrickx and Glineur 2017 and 2018)', async (_, more, truth) => {
    const found = await ofReference('gradient-descent', { learningRate: 1 / (more.smoothness ?? 1) }, 5, more);
    expect(boundOf(found.worst) / truth).toBeCloseTo(1, 7);
    expect(isProved(found)).toBe(true);
    expect(found.attained).toBeGreaterThan(0.9999);
  });

  test('the average of the iterates and the next query are judged as such', async () => {
    // The mean of one iterate is that iterate, and gradient descent asks where it is.
    for (const judged of ['average', 'query'] as const) expect((await ofReference('gradient-descent', { learningRate: 1 }, 1, { judged })).worst.certificate!.bound).toBe('1/6');
    const [last, mean] = await Promise.all((['iterate', 'average'] as const).map(async (judged) => ofReference('gradient-descent', { learningRate: 1 }, 6, { judged })));
    expect(boundOf(mean!.worst)).toBeGreaterThan(1.2 * boundOf(last!.worst));
    expect(mean!.attained).toBeGreaterThan(0.9999);
  });

  test.each(METHOD_NAMES.filter((name) => typicalConfigs(name, 2).length > 0))('%s with what is typical of it: proved, and attained by itself, in both dtypes', async (method) => {
    const config = typicalConfigs(method, 2)[0]!;
    const exact = await ofReference(method, config, 5, { smoothness: 2, judged: 'query' });
    expect(isProved(exact)).toBe(true);
    expect(exact.attained).toBeGreaterThan(0.9999);
    const single = await ofReference(method, config, 5, { smoothness: 2, judged: 'query', dtype: 'float32' });
    expect(boundOf(single.worst) / boundOf(exact.worst)).toBeCloseTo(1, 5);
    expect(single.attained).toBeGreaterThan(0.9999);
    // Four roundings a step of the largest coefficient.
    expect(single.within / exact.within).toBeCloseTo(2 ** 29, -3);
    expect(single.within).toBeLessThan(1e-4);
  });
});

describe('worst cases of shipped packages', () => {
  const MOMENTUM = { learningRate: 0.5, momentum: 0.5, dampening: 0 };
  const variants: readonly [string, MethodName, Config][] = [
    ['gradient descent', 'gradient-descent', { learningRate: 1 }],
    ['momentum', 'sgd-momentum', { ...MOMENTUM, nesterov: false }],
    ['Nesterov momentum', 'sgd-momentum', { ...MOMENTUM, nesterov: true }],
    ['momentum 0.9', 'sgd-momentum', { learningRate: 0.1, momentum: 0.9, dampening: 0, nesterov: false }],
    ['Nesterov momentum 0.9', 'sgd-momentum', { learningRate: 0.1, momentum: 0.9, dampening: 0, nesterov: true }],
  ];
  const shipped = async (options: DoorOptions, dtype: Dtype, method: MethodName, config: Config): Promise<void> => {
    const door = openDoor({ ...options, limits: { start: 60_000, request: 60_000 } });
    try {
      expect((await door.hello()).dtype).toBe(dtype);
      const found = known(await subjectWorstCase(door, asked(config, 10, { dtype })));
      expect(isProved(found)).toBe(true);
      expect(found.attained).toBeGreaterThan(0.9999);
      expect(boundOf(found.worst) / boundOf((await ofReference(method, config, 10)).worst)).toBeCloseTo(1, dtype === 'float32' ? 5 : 8);
    } finally {
      await door.end();
    }
  };

  test.each(variants)('TensorFlow.js, %s', async (_, method, config) => {
    await shipped({ module: file('examples/tfjs.mjs') }, 'float32', method, config);
  });

  const TORCH = torchPython();
  test.skipIf(TORCH === null).each(variants)('PyTorch, %s', async (_, method, config) => {
    await shipped({ command: `"${TORCH}" "${file('examples/pytorch_sgd.py')}"` }, 'float64', method, config);
  });
});

describe('what is required of a worst case', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['2LR²/(N+1)²', 'value', 'iterate', ['1/2', '2/9', '2/121']],
    ['f(x_N) − f* ≤ L R²/(4·N + 2)', 'value', 'iterate', ['1/6', '1/10', '1/42']],
    ['f(y_N) - f* <= 0.1*L*R^2', 'value', 'query', ['1/10', '1/10', '1/10']],
    ['‖∇f(x_N)‖² <= L^2*R^2/(N+1)^2', 'gradient', 'iterate', ['1/4', '1/9', '1/121']],
    ['|grad f(y_N)|^2 <= L^2R^2/N', 'gradient', 'query', ['1', '1/2', '1/10']],
    ['|x_N - x*|^2 <= R^2', 'distance', 'iterate', ['1', '1', '1']],
  ])('"%s" is read in exact numbers', (text, criterion, judged, values) => {
    const requirement = readRequirement(text);
    expect(requirement).toMatchObject({ text, criterion, judged });
    expect([1, 2, 10].map((N) => rational.format(requirement.bound(N)))).toEqual(values);
  });

  test('N is every number up to 12, or the one that is named', () => {
    expect(readRequirement('LR²/N').horizons).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(readRequirement('f(y_20) - f* <= LR²/(4N + 2)')).toMatchObject({ judged: 'query', horizons: [20] });
  });

  test.each<[string, RegExp]>([
    ['f(x_0) - f* <= LR²', /expected N from 1 to 200 .*, got 0/],
    ['f(x_201) - f* <= LR²', /expected N from 1 to 200 .*, got 201/],
    ['f(x_N) - f* <= LR²/(N-9)', /at N = 9, got Division by Zero/i],
    ['f(x_N) - f(x_2) <= LR²', /which names nothing that is computed/],
    ['f(x_10) - f* <= R²/N', /to grow as LR² does/],
    ['regret <= L*R^2', /got "regret", which names nothing that is computed/],
    ['L*R^2/M', /\(M is none of them\)/],
    ['L*R^2/sqrt(N)', /\(sqrt is none of them\)/],
    ['2*R^2/N', /to grow as LR² does/],
    ['|x_N - x*|^2 <= L*R^2', /to grow as R² does/],
    ['', /expected one bound such as/],
    ['1 <= 2 <= 3', /expected one bound such as/],
    ['L*R^2/(N-1)', /at N = 1, got Division by Zero/i],
    ['L*R^2/3^(1/2)', /expected .* to have a fraction as its value/],
    ['L*R^2*(', /expected numbers, L, R, N/],
  ])('"%s" is refused', (text, message) => {
    expect(() => readRequirement(text)).toThrow(message);
    expect(() => readRequirement(text)).toThrow(RangeError);
  });
});

describe('in the gate', () => {
  const judged = async (method: MethodName, door: Door, required: readonly string[] = []): Promise<GateRun> => {
    const claims = gateClaimsWith(required.map(readRequirement)).filter(({ id }) => id === 'worst-case');
    return runGate({ door, like: method, claims, cases: 200, seed: SEED, signal: new AbortController().signal, known: [], saboteurs: [], onResult: () => undefined });
  };
  const verdictOf = ({ results }: GateRun): [Verdict | undefined, ClaimResult | undefined] => {
    const result = results.find(({ id }) => id === 'worst-case');
    return [result?.verdict, result];
  };

  test.each(METHOD_NAMES)('%s: its worst cases are those of the method, in both dtypes, or there are none', async (method) => {
    for (const dtype of ['float64', 'float32'] as const) {
      const run = await judged(method, referenceDoor(method, reference, dtype));
      const known = typicalConfigs(method, 1).length > 0;
      expect(verdictOf(run)[0]).toBe(known ? 'holds' : 'inapplicable');
      expect(run.worstCases.map(({ gradients }) => gradients)).toEqual(known ? [1, 2, 5, 10] : []);
      for (const { bound, exact, attained, method: own } of run.worstCases) {
        expect(exact).not.toBeNull();
        expect(attained).toBeGreaterThan(0.9999);
        expect(bound / own).toBeCloseTo(1, dtype === 'float64' ? 7 : 4);
      }
    }
  });

  test('another method, and one without fixed steps, are found', async () => {
    const [verdict, result] = verdictOf(await judged('heavy-ball', referenceDoor('gradient-descent', reference, 'float64')));
    expect(verdict).toBe('violated');
    // x_2 = x_1 − ½g_2 and not x_1 − ½g_2 + ½(x_1 − x_0): one gradient is too few to tell.
    expect(result?.counterexample?.evidence['N']).toBe(2);
    const clipped = referenceDoor('gradient-descent', reference, 'float64');
    const [clipping, said] = verdictOf(
      await judged('gradient-descent', {
        ...clipped,
        step: async (session, input) => clipped.step(session, { ...input, gradient: input.gradient.map((g) => Math.max(-1, Math.min(1, g))) }),
      }),
    );
    expect(clipping).toBe('violated');
    expect(said?.counterexample?.expected).toBe('fixed steps, as gradient-descent has');
  });

  test('what is required is proved, or broken by a run, and nothing else is said to hold', async () => {
    const door = (): Door => referenceDoor('gradient-descent', reference, 'float64');
    expect(verdictOf(await judged('gradient-descent', door(), ['LR²/(4N + 2)', '|∇f(x_N)|^2 <= L²R²/(N + 1)²']))[0]).toBe('holds');
    const [verdict, result] = verdictOf(await judged('gradient-descent', door(), ['f(x_N) - f* <= 2*L*R^2/(N+1)^2']));
    expect(verdict).toBe('violated');
    // (N + 1)² > 8N + 4 first for N = 7: 64 > 60.
    expect(result?.counterexample).toMatchObject({ expected: 'f(x_N) - f* <= 2*L*R^2/(N+1)^2, N = 7', origin: 'search' });
    expect(Number(result?.counterexample?.lhs)).toBeCloseTo(1 / 30, 6);
    expect(Number(result?.counterexample?.rhs)).toBeCloseTo(1 / 32, 12);
  });

  const descent = referenceDoor('gradient-descent', reference, 'float64');
  /** Refuses sessions of which `refused` is true, as `kind` says. */
  const but = (refused: (horizon: number, rate: Json | undefined) => boolean, kind: 'unsupported' | 'skipped'): Door => ({
    ...descent,
    init: async (session, input) => {
      if (refused(input.problem.horizon, input.config['learningRate'])) throw new SubjectFailure(kind, `it does without (N = ${input.problem.horizon})`);
      return descent.init(session, input);
    },
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('a bound that is false at one N alone is found, whatever the seed: %i', async (seed) => {
    // 1/(4N + 2) is exact; it is undercut at N = 7 alone.
    const claims = gateClaimsWith([readRequirement('f(x_N) - f* <= L*R^2*(1/(4*N+2) + 0.001*((N-7)^2 - 0.5))')]).filter(({ id }) => id === 'worst-case');
    const run = await runGate({
      door: descent,
      like: 'gradient-descent',
      claims,
      cases: 200,
      seed,
      signal: new AbortController().signal,
      known: [],
      saboteurs: [],
      onResult: () => undefined,
    });
    expect(verdictOf(run)[0]).toBe('violated');
    expect(verdictOf(run)[1]?.counterexample?.evidence['N']).toBe(7);
  });

  test.each<[string, Door, string, Verdict, RegExp | null]>([
    [
      'every session is refused',
      but(() => true, 'unsupported'),
      'LR²',
      'inconclusive',
      /^12 of what is required are open: LR², N = 1: unsupported: it does without \(N = 1\); .*; …$/,
    ],
    [
      'one N of twelve is refused',
      but((N, rate) => N === 11 && rate === 1, 'unsupported'),
      'LR²',
      'inconclusive',
      /^1 of what is required is open: LR², N = 11: unsupported: it does without \(N = 11\)$/,
    ],
    ['it says that it does not meet it', but(() => true, 'skipped'), 'LR²', 'inconclusive', /^12 of what is required are open: LR², N = 1: skipped: it does without/],
    ['the only N that is named is refused', but((N) => N === 20, 'unsupported'), 'f(x_20) - f* <= LR²', 'inconclusive', /N = 20/],
    ['the only N that is named is proved', descent, 'f(x_20) - f* <= LR²/82', 'holds', null],
    ['the only N that is named breaks it', descent, 'f(x_20) - f* <= LR²/83', 'violated', null],
  ])('required, and %s: %#', async (_, door, text, verdict, reason) => {
    const [got, result] = verdictOf(await judged('gradient-descent', door, [text]));
    expect(got).toBe(verdict);
    if (reason !== null) expect(result?.reason).toMatch(reason);
  });

  test('what an earlier run was required to keep is not required of this one', async () => {
    const [, result] = verdictOf(await judged('gradient-descent', descent, ['LR²/(N+1)^2']));
    const kept = result!.counterexample!;
    const claims = gateClaimsWith([readRequirement('LR²/(N+1)')]).filter(({ id }) => id === 'worst-case');
    const run = await runGate({
      door: descent,
      like: 'gradient-descent',
      claims,
      cases: 200,
      seed: SEED,
      signal: new AbortController().signal,
      known: [{ ...kept, file: 'kept.json' }],
      saboteurs: [],
      onResult: () => undefined,
    });
    expect(verdictOf(run)[0]).toBe('holds');
    expect(run.warnings).toEqual([expect.stringContaining('kept.json was skipped: it cannot be run ("LR²/(N+1)^2" is not required of N = ')]);
  });
});

test('the members of a config are those of docs/PROTOCOL.md', () => {
  const page = readFileSync(file('docs/PROTOCOL.md'), 'utf8');
  for (const name of METHOD_NAMES) expect(page).toContain(`| \`${name}\` | ${METHODS[name].members.join(', ')} |`);
});

describe('on the command line', () => {
  let folder: string;
  let lines: CommandLines;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-worst-case-'));
    lines = openCommandLines({ cwd: folder, env: process.env });
  });
  afterAll(async () => {
    await lines.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const omg = (...args: string[]): Promise<Ended> => lines.run(args);

  test('a worst case comes with a certificate that is checked again, and refused once a digit is another', async () => {
    const found = await omg('worst-case', 'gradient-descent', '--horizon', '3', '--smoothness', '2', '--certificate', 'proof.json');
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toContain('f(x_3) − f* ≤ 1/14 L‖x_0 − x*‖²');
    expect(found.stdout).toContain('npx omg-oracle certificate check proof.json');
    const checked = await omg('certificate', 'check', 'proof.json');
    expect(checked).toMatchObject({ status: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^valid: f\(out\) − f\* ≤ 1\/14 L‖x_0 − x\*‖²[^]*y_2 = x_0 − \(1\/L\)∇f\(y_0\) − \(1\/L\)∇f\(y_1\)\n/);
    const path = join(folder, 'proof.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"bound":"1/14"', '"bound":"1/15"'));
    expect(await omg('certificate', 'check', 'proof.json')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^proof\.json: refused: expected .*, got /) as string });
    expect(JSON.parse((await omg('certificate', 'check', 'proof.json', '--json')).stdout)).toMatchObject({ valid: false });
  });

  test('--json has the certificate, the steps and the worst function', async () => {
    const { status, stdout } = await omg('worst-case', file('examples/nesterov.mjs'), '--like', 'nesterov', '--horizon', '2', '--criterion', 'gradient', '--json');
    expect(status).toBe(0);
    const found = JSON.parse(stdout) as {
      bound: { proved: boolean; value: number };
      certificate: Certificate;
      attained: number;
      steps: StepRows;
      worstFunction: { points: number[][] };
    };
    expect(found.bound.proved).toBe(true);
    expect(check(found.certificate).valid).toBe(true);
    expect(found.steps.iterates).toHaveLength(3);
    expect(found.attained).toBeGreaterThan(0.9999);
    expect(found.worstFunction.points.length).toBeGreaterThan(0);
  });

  test('the gate has worst cases in its report, and refuses requirements of nothing', async () => {
    const gate = (...more: string[]): ReturnType<typeof omg> => omg('gate', file('examples/nesterov.mjs'), '--seed', '1', '--claims', 'worst-case', ...more);
    const { status, stdout } = await gate('--like', 'nesterov', '--require-worst-case', '2LR²/(N+1)²; |∇f(x_N)|² <= L²R²');
    expect(stdout).toMatch(/f\(x_2\) − f\* {3}≤ 1\/10 = 0\.1, proved +100\.000 % +0\.1\n/);
    expect(status).toBe(0);
    const report = readReport(join(folder, 'reports', 'out', 'report.json'));
    expect(report.worstCases).toHaveLength(4);
    expect(readFileSync(join(folder, 'reports', 'out', 'report.html'), 'utf8')).toContain('<h2 id="worst-cases">');
    expect(readFileSync(join(folder, 'reports', 'out', 'summary.md'), 'utf8')).toContain('of this optimizer');
    const broken = await gate('--like', 'nesterov', '--require-worst-case', 'LR²/(N+1)³');
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(/--require-worst-case 'LR²\/\(N\+1\)³' --seed 1/);
    for (
      const [args, message] of [
        [['--like', 'nesterov', '--require-worst-case', 'LR'], /to grow as LR² does/],
        [['--like', 'adagrad', '--require-worst-case', 'LR²'], /expected --like with a method whose steps are fixed/],
        [['--require-worst-case', 'LR²'], /expected --like with a method whose steps are fixed .*, got none/],
      ] as const
    ) {
      const refused = await gate(...args);
      expect(refused.stderr).toMatch(message);
      expect(refused.status).toBe(2);
    }
    expect((await omg('gate', file('examples/nesterov.mjs'), '--like', 'nesterov', '--claims', 'identity', '--require-worst-case', 'LR²')).stderr).toMatch(
      /expected "worst-case" among the --claims/,
    );
  });

  test.each(['unsupported', 'invalid', 'exception'])('a program that answers "close" with %s keeps its worst case', async (kind) => {
    writeFileSync(
      join(folder, 'no-close.mjs'),
      `import { createInterface } from 'node:readline';
const sessions = new Map();
const at = (value, t) => (Array.isArray(value) ? value[t - 1] : value);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, op, session, config, x0, t, gradient } = JSON.parse(line);
  let answer = { ok: true };
  if (op === 'hello') answer = { ...answer, protocol: 1, echo: 'ECHO', implementation: { name: 'heavy' }, dtype: 'float64', capabilities: ['step'] };
  else if (op === 'init') { sessions.set(session, { config, x: x0, before: x0 }); answer = { ...answer, query: x0, x: x0 }; }
  else if (op === 'step') {
    const s = sessions.get(session);
    const x = s.x.map((v, i) => v - at(s.config.learningRate, t) * gradient[i] + at(s.config.momentum, t) * (v - s.before[i]));
    sessions.set(session, { ...s, x, before: s.x });
    answer = { ...answer, query: x, x };
  } else if (op !== 'bye') answer = { ok: false, error: { kind: '${kind}', message: 'unknown op ' + op } };
  // As it came: JavaScript writes −0 as 0.
  console.log(JSON.stringify({ id, ...answer }).replace('"ECHO"', () => /"echo":([^\\]]*\\])/.exec(line)[1]));
  if (op === 'bye') process.exit(0);
}
`,
    );
    const { status, stdout } = await omg(
      'gate',
      '--command',
      `"${process.execPath}" no-close.mjs`,
      '--like',
      'heavy-ball',
      '--seed',
      '1',
      '--claims',
      'worst-case',
      '--out',
      `close-${kind}`,
    );
    expect(stdout).toMatch(/^worst-case +✓ holds/m);
    expect(status).toBe(0);
  });

  test('what has no fixed steps is inconclusive, and says how it shows', async () => {
    const found = await omg('worst-case', 'adagrad', '--horizon', '2', '--config', '{"learningRate":1,"epsilon":0.5,"epsilonInside":false}');
    expect(found.status).toBe(4);
    expect(found.stdout).toMatch(/its steps are not fixed.*with gradients of size/);
  });

  test('an optimizer that does not start did not run', async () => {
    const found = await omg('worst-case', '--command', 'false', '--like', 'nesterov', '--horizon', '2');
    expect(found.status).toBe(3);
    expect(found.stderr).toMatch(/^omg-oracle: /);
  });

  test.each<[string[], RegExp]>([
    [['nestero', '--horizon', '2'], /did you mean "nesterov"/],
    [['nesterov'], /expected --horizon N/],
    [['adagrad', '--horizon', '2'], /expected a method whose steps are fixed, one of gradient-descent/],
    [['--horizon', '2'], /expected an optimizer: a method .*, got none of them/],
    [['--command', 'true', '--horizon', '2'], /expected --like NAME or --config JSON/],
    [['nesterov', '--horizon', '2', '--config', '[1]'], /expected --config to be a JSON object/],
    [['nesterov', '--horizon', '2', '--smoothness', '0'], /expected --smoothness to be a number from 1e-100 to 1e100, got "0"/],
    [['nesterov', '--horizon', '2', '--smoothness', '1e-320'], /expected --smoothness to be a number from 1e-100 to 1e100/],
    [['nesterov', '--horizon', '2', '--config', '{"learningRate":"x"}'], /--config: expected "learningRate" in the config to be a number/],
    [['nesterov', '--horizon', '2', '--strong-convexity', '1'], /from 0 to below L = 1/],
    [['nesterov', '--horizon', '2', '--criterion', 'distance', '--condition', 'value'], /expected --strong-convexity beside/],
    [['nesterov', '--horizon', '201'], /integer from 1 to 200/],
    [['nesterov', '--horizon', '0'], /integer from 1 to 200/],
    [['gradient-descent', '--horizon', '2', '--config', '{"learningRate":1,"momentum":0.9}'], /members that gradient-descent has, learningRate, got "momentum"$/m],
    [['gradient-descent', '--horizon', '2', '--config', '{"learningrate":1}'], /got "learningrate"; did you mean "learningRate"\?/],
    [['heavy-ball', '--horizon', '2', '--config', '{"learningRate":1}'], /every member that heavy-ball has, learningRate, momentum, got none called "momentum"/],
    [
      [file('examples/nesterov.mjs'), '--like', 'nesterov', '--horizon', '2', '--config', '{"learningRate":1,"restart":true}'],
      /members that nesterov has, learningRate, got "restart"/,
    ],
  ])('%j is refused with what was expected', async (args, message) => {
    const { status, stdout, stderr } = await omg('worst-case', ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test.each<[string[], RegExp]>([[['check'], /expected a file: omg-oracle certificate check FILE/], [['check', 'none.json'], /there is no such file/], [
    ['verify', 'x'],
    /expected a command, got "certificate"; did you mean "certificate check"\?/,
  ]])('certificate %j is refused', async (args, message) => {
    const { status, stderr } = await omg('certificate', ...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
