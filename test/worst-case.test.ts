import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../oracles/performance-estimation/certificate.js';
import { check } from '../oracles/performance-estimation/check.js';
import { openDoor, type DoorOptions } from '../src/gate/door.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { isNotFixedStep, nearestFraction, probe, type NotFixedStep, type StepRows } from '../src/gate/probe.js';
import type { Answer, Config, Door, Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { typicalConfig } from '../src/gate/typical.js';
import { boundOf, subjectWorstCase, type SubjectWorstCase, type WorstCaseOptions } from '../src/gate/worst-case.js';
import { reference } from '../src/subject.js';
import { SEED } from './support/exactly.js';
import { torchPython } from './support/interpreters.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

const asked = (config: Config, horizon: number, more: Partial<WorstCaseOptions> = {}): WorstCaseOptions => ({
  config, horizon, dtype: 'float64', smoothness: 1, strongConvexity: 0, criterion: 'value', condition: 'distance', judged: 'iterate', ...more,
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
      from: 'x0', queries: [[], [0.25], [0.25, 0.25], [0.25, 0.25, 0.25]], iterates: [[], [0.25], [0.25, 0.25], [0.25, 0.25, 0.25]],
    });
    // x_2 = x_1 − ½g_2 + ½(x_1 − x_0), and so on.
    expect((await rows('heavy-ball', { learningRate: 0.5, momentum: 0.5 })).iterates).toEqual([[], [0.5], [0.75, 0.5], [0.875, 0.75, 0.5]]);
    const { queries, iterates } = await rows('nesterov', { learningRate: 1 });
    const m = (Math.sqrt(5) + 1) / 2;
    const third = (m - 1) / ((1 + Math.sqrt(1 + 4 * m * m)) / 2);
    expect(iterates[2]).toEqual([1, 1]);
    expect(queries[2]![1]).toBeCloseTo(1 + third, 14);
    expect(queries[2]![0]).toBeCloseTo(1, 14);
    expect(await rows('ftrl', { alpha: 'linear', beta: 0.125, set: { kind: 'all' } })).toMatchObject({ from: 'origin', iterates: [[], [0.125], [0.125, 0.25], [0.125, 0.25, 0.375]] });
  });

  test.each<[MethodName, Config]>([
    ['adagrad', { learningRate: 1, epsilon: 0.5, epsilonInside: false }], ['meta-sgd', { rate: 0.25, metaRate: 0.125 }],
    ['ftrl', { alpha: 'constant', beta: 1, set: { kind: 'ball', radius: 1 } }],
  ])('%s has none, and it is said how that shows', async (method, config) => {
    const probed = await probe(referenceDoor(method, reference, 'float64'), asked(config, 4));
    expect(isNotFixedStep(probed) && probed.reason).toMatch(/steps that do not depend on what it is fed|no method that starts at x_0/);
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
    ['the dimension', (g) => 1 / g.length], ['the start', (_, x0) => (x0[0] === 0 ? 0.5 : 0.25)], ['the size of gradients: clipping', (g) => 1 / Math.max(1, Math.hypot(...g))],
    ['their signs', (g) => (g.some((entry) => entry < 0) ? 0.5 : 0.25)], ['which of its entries is not 0', (g) => (g[0] === 0 ? 0.5 : 0.25)],
  ])('a step that depends on %s is no fixed step', async (_, step) => {
    expect(isNotFixedStep(await probe(changed(step), asked({}, 3)))).toBe(true);
  });

  test('a step that depends on its number alone is one', async () => {
    expect(steps(await probe(changed((_, __, t) => 1 / t), asked({}, 3))).iterates[3]).toEqual([1, 1 / 2, 1 / 3]);
  });

  test('fractions with small denominators are known again through rounding, and other numbers are not', () => {
    fc.assert(fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -4, max: 4 }), (p, q, ulps) => {
      const x = (p / q) * (1 + ulps * 2 ** -52);
      const found = nearestFraction(x, 16 * 2 ** -52 * Math.abs(p / q));
      const [num, den = '1'] = found!.split('/');
      expect(Number(num) * q).toBe(p * Number(den));
    }), { seed: SEED });
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

  test.each(METHOD_NAMES.filter((name) => typicalConfig(name, 2) !== null))('%s with what is typical of it: proved, and attained by itself, in both dtypes', async (method) => {
    const config = typicalConfig(method, 2)!;
    const exact = await ofReference(method, config, 5, { smoothness: 2, judged: 'query' });
    expect(isProved(exact)).toBe(true);
    expect(exact.attained).toBeGreaterThan(0.9999);
    const single = await ofReference(method, config, 5, { smoothness: 2, judged: 'query', dtype: 'float32' });
    expect(boundOf(single.worst) / boundOf(exact.worst)).toBeCloseTo(1, 5);
    expect(single.attained).toBeGreaterThan(0.9999);
    expect(single.moved).toBeLessThan(1e-5);
  });
});

describe('worst cases of shipped packages', () => {
  const MOMENTUM = { learningRate: 0.5, momentum: 0.5, dampening: 0 };
  const variants: readonly [string, MethodName, Config][] = [
    ['gradient descent', 'gradient-descent', { learningRate: 1 }], ['momentum', 'sgd-momentum', { ...MOMENTUM, nesterov: false }], ['Nesterov momentum', 'sgd-momentum', { ...MOMENTUM, nesterov: true }],
    ['momentum 0.9', 'sgd-momentum', { learningRate: 0.1, momentum: 0.9, dampening: 0, nesterov: false }], ['Nesterov momentum 0.9', 'sgd-momentum', { learningRate: 0.1, momentum: 0.9, dampening: 0, nesterov: true }],
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

describe('on the command line', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-worst-case-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const omg = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });

  test('a worst case comes with a certificate that is checked again, and refused once a digit is another', () => {
    const found = omg('worst-case', 'gradient-descent', '--horizon', '3', '--smoothness', '2', '--certificate', 'proof.json');
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toContain('f(x_3) − f* ≤ 1/14 L‖x_0 − x*‖²');
    expect(found.stdout).toContain('omg-oracle certificate check proof.json');
    const checked = omg('certificate', 'check', 'proof.json');
    expect(checked).toMatchObject({ status: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^valid: f\(out\) − f\* ≤ 1\/14 L‖x_0 − x\*‖²[^]*y_2 = x_0 − \(1\/L\)∇f\(y_0\) − \(1\/L\)∇f\(y_1\)\n/);
    const path = join(folder, 'proof.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"bound":"1/14"', '"bound":"1/15"'));
    expect(omg('certificate', 'check', 'proof.json')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^refused: expected .*, got /) as string });
    expect(JSON.parse(omg('certificate', 'check', 'proof.json', '--json').stdout)).toMatchObject({ valid: false });
  });

  test('--json has the certificate, the steps and the worst function', () => {
    const { status, stdout } = omg('worst-case', file('examples/nesterov.mjs'), '--like', 'nesterov', '--horizon', '2', '--criterion', 'gradient', '--json');
    expect(status).toBe(0);
    const found = JSON.parse(stdout) as { bound: { proved: boolean; value: number }; certificate: Certificate; attained: number; steps: StepRows; worstFunction: { points: number[][] } };
    expect(found.bound.proved).toBe(true);
    expect(check(found.certificate).valid).toBe(true);
    expect(found.steps.iterates).toHaveLength(3);
    expect(found.attained).toBeGreaterThan(0.9999);
    expect(found.worstFunction.points.length).toBeGreaterThan(0);
  });

  test('what has no fixed steps is inconclusive, and says how it shows', () => {
    const found = omg('worst-case', 'adagrad', '--horizon', '2', '--config', '{"learningRate":1,"epsilon":0.5,"epsilonInside":false}');
    expect(found.status).toBe(4);
    expect(found.stdout).toMatch(/its steps are not fixed.*with gradients of size/);
  });

  test('an optimizer that does not start did not run', () => {
    const found = omg('worst-case', '--command', 'false', '--like', 'nesterov', '--horizon', '2');
    expect(found.status).toBe(3);
    expect(found.stderr).toMatch(/^omg-oracle: /);
  });

  test.each<[string[], RegExp]>([
    [['nestero', '--horizon', '2'], /did you mean "nesterov"/], [['nesterov'], /expected --horizon N/], [['adagrad', '--horizon', '2'], /expected a method whose steps are fixed, one of gradient-descent/],
    [['--horizon', '2'], /expected an optimizer: a method .*, got none of them/], [['--command', 'true', '--horizon', '2'], /expected --like NAME or --config JSON/],
    [['nesterov', '--horizon', '2', '--config', '[1]'], /expected --config to be a JSON object/], [['nesterov', '--horizon', '2', '--smoothness', '0'], /expected --smoothness to be a number > 0, got "0"/],
    [['nesterov', '--horizon', '2', '--strong-convexity', '1'], /from 0 to below L = 1/], [['nesterov', '--horizon', '2', '--criterion', 'distance', '--condition', 'value'], /expected --strong-convexity beside/],
    [['nesterov', '--horizon', '201'], /integer from 1 to 200/],
  ])('%j is refused with what was expected', (args, message) => {
    const { status, stdout, stderr } = omg('worst-case', ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test.each<[string[], RegExp]>([[['check'], /expected a file: omg-oracle certificate check FILE/], [['check', 'none.json'], /there is no such file/], [['verify', 'x'], /expected a file/]])('certificate %j is refused', (args, message) => {
    const { status, stderr } = omg('certificate', ...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
