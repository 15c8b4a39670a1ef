import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../oracles/performance-estimation/check.js';
import { checkRegret } from '../oracles/performance-estimation/check-regret.js';
import { worstCase } from '../oracles/performance-estimation/worst-case.js';
import { renderSpecialCases as asMarkdown } from '../reports/markdown.js';
import { specialCaseTables } from '../reports/special-cases.js';
import { renderSpecialCases as asText } from '../reports/text.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import { isNotFixedStep, probe } from '../src/gate/probe.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { worstScene } from '../src/generator/worst-function.js';
import { REGRET_CASES, SPECIAL_CASES, regretCase, specialCase, specialCases, stepsOf, type SpecialCase, type SpecialCaseId } from '../src/special-cases.js';
import { reference } from '../src/subject.js';
import type { SpecialCaseInfo } from '../src/verdict.js';
import { MAIN, openCommandLines, type CommandLines, type Ended } from './support/omg.js';
import { POSIX } from './support/posix.js';

const caseOf = (id: SpecialCaseId): SpecialCase => SPECIAL_CASES.find((one) => one.id === id)!;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-special-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the steps of the special cases', () => {
  test('are those of the formulas, by hand', () => {
    // x̄_2 = x̄_1 − ½g_1; x̄_3 = ⅓(w_2 + w_3), w_2 = −g_1, w_3 = −g_1 − g_2.
    expect(stepsOf(reference, caseOf('heavy-ball-constant-weights'), 3)).toEqual({ queries: [[], ['1/2']], output: ['2/3', '1/3'] });
    // x̄_2 = ⅔w_2, w_2 = −½g_1.
    expect(stepsOf(reference, caseOf('heavy-ball-linear-weights'), 2)).toEqual({ queries: [[]], output: ['1/3'] });
    // β = 1/(TL) counts T.
    expect(stepsOf(reference, caseOf('heavy-ball-admissible-rate'), 2)).toEqual({ queries: [[]], output: ['1/3'] });
    // w_2 = −½(g_1 + 2g_1), and with the scaled hint −½(g_1 + 2 · ¼g_1).
    expect(stepsOf(reference, caseOf('optimistic-half'), 2).output).toEqual(['1']);
    expect(stepsOf(reference, caseOf('scaled-half'), 2).output).toEqual(['1/2']);
    // Eq. (3) weighs g_2 with ρ_2 = ½: w_3 = −g_1 − ½g_2.
    expect(stepsOf(reference, caseOf('heavy-ball-equation-3'), 3).output).toEqual(['2/3', '1/6']);
    // β_1 = 0, β_2 = ¼ forms w_2 (Eq. 4) or w_3 (Algorithm 4).
    expect(stepsOf(reference, caseOf('printed-schedule-equation-4'), 2).output).toEqual(['1/2']);
    expect(stepsOf(reference, caseOf('printed-schedule-algorithm-4'), 2).output).toEqual(['0']);
    expect(stepsOf(reference, caseOf('nesterov'), 1)).toEqual({ queries: [], output: [] });
  });

  test('are what unit gradients show at the gate’s door', async () => {
    const config = { alpha: 'linear', beta: 0.25, rule: { kind: 'identity' }, set: { kind: 'all' }, hints: 'previous' };
    const rows = await probe(referenceDoor('optimistic-meta-learning', reference, 'float64'), { config, horizon: 6, dtype: 'float64', smoothness: 1 });
    if (isNotFixedStep(rows)) throw new Error(rows.reason);
    const { queries } = stepsOf(reference, caseOf('optimistic-quarter'), 7);
    for (const [t, row] of queries.entries()) for (const [j, step] of row.entries()) expect(rows.queries[t]![j]).toBeCloseTo(rational.toNumber(rational.from(step)), 12);
  });

  test('of Nesterov’s weights are his queries', () => {
    const [T, { queries, output }] = [8, stepsOf(reference, caseOf('nesterov'), 8)];
    const gradients = Array.from({ length: T }, (_, t) => Float64Array.from({ length: T }, (__, i) => Number(i === t)));
    let asked = 0;
    const s = reference.fistaWeights(float64, T);
    const trajectory = reference.nesterov(float64, () => gradients[asked++]!, new Float64Array(T), gradients.map(() => 1), s.slice(1).map((next, k) => (s[k]! - 1) / next));
    const rows = [...queries, output];
    for (const [t, row] of rows.entries()) for (const [j, step] of row.entries()) expect(-trajectory[t]!.query[j]!).toBeCloseTo(rational.toNumber(rational.from(step)), 9);
  });
});

describe('their worst cases', () => {
  test.each(SPECIAL_CASES.map((one) => [one.id, one] as const))('%s: proved, attained by the algorithm itself, and within what is promised, if it is', (id, one) => {
    for (const T of [1, 2, 3, 6]) {
      const { row, certificate } = specialCase(reference, one, T);
      expect(check(JSON.parse(JSON.stringify(certificate)))).toEqual({ valid: true });
      expect(certificate!.method).toEqual(stepsOf(reference, one, T));
      expect(row.exact).toBe(certificate!.bound);
      expect(row.attained).toBeGreaterThan(0.9999);
      expect(row.attained).toBeLessThan(1 + 1e-9);
      if (row.promised === null || (id === 'heavy-ball-printed-step' && T >= 3)) continue;
      expect(row.bound).toBeLessThanOrEqual(row.promised * (1 + 1e-7));
    }
  });

  test('have the closed forms that the numbers suggest, up to T = 8', () => {
    const harmonic = (T: number): number => Array.from({ length: T }, (_, i) => 1 / (i + 1)).reduce((sum, x) => sum + x);
    const forms: [SpecialCaseId, (T: number) => number][] = [
      ['heavy-ball-constant-weights', (T) => 1 / (2 * T)],
      ['heavy-ball-equation-3', (T) => 1 / (2 * (2 * harmonic(T) - 1))],
      ['printed-schedule-equation-4', (T) => 2 / (T * T + T + 2)],
    ];
    for (const [id, form] of forms) for (let T = 1; T <= 8; T++) expect(specialCase(reference, caseOf(id), T).row.bound / form(T), `${id}, T = ${T}`).toBeCloseTo(1, 7);
  });

  test('of Heavy Ball with α_t = t, β = 1/(2L): below L‖x*‖²/T up to T = 39, above from T = 40, and growing', () => {
    const one = caseOf('heavy-ball-linear-weights');
    const [before, after] = [39, 40].map((T) => specialCase(reference, one, T));
    expect(check(before!.certificate)).toEqual({ valid: true });
    expect(rational.compare(rational.from(before!.row.exact!), rational.from('1/39'))).toBeLessThan(0);
    // What the run itself reaches, on a function of the class whatever rounding did: 6 % above, where rounding is 10⁻⁹.
    expect(after!.row.attained * after!.row.bound * 40).toBeGreaterThan(1.06);
    expect(after!.row.bound).toBeGreaterThan(before!.row.bound);
  }, 240_000);

  test.each(REGRET_CASES.map((one) => [one.id, one] as const))('%s: proved, and within Eq. (5)', (id, one) => {
    for (const T of [1, 3]) {
      const { row, certificate } = regretCase(one, T);
      expect(checkRegret(JSON.parse(JSON.stringify(certificate)))).toEqual({ valid: true });
      expect(row.bound).toBeLessThanOrEqual(row.promised! * (1 + 1e-7));
      expect(row.attained).toBeGreaterThan(id === 'regret-ball-falling-previous' ? 0.97 : 0.9999);
    }
  });

  test('stop between two where they are told to', async () => {
    let proofs = 0;
    const table = await specialCases(reference, [1, 2], () => proofs >= 3, () => (proofs += 1));
    expect(table.map(({ id, rows }) => [id, rows.map(({ T }) => T)])).toEqual([['heavy-ball-constant-weights', [1, 2]], ['heavy-ball-linear-weights', [1]]]);
  });
});

describe('worst functions as cases', () => {
  /** Gap of the method's own run on the drawn function, over its promised bound. */
  function ratio<S>(
    K: typeof rational | typeof float64,
    id: SpecialCaseId,
    { horizon, function: spec }: { horizon: number; function: Parameters<typeof reference.convexFunction>[1] },
  ): number {
    const space = K as typeof rational;
    const f = reference.convexFunction(space, spec);
    const one = caseOf(id);
    const alpha = one.alpha(horizon);
    const beta = one.beta(horizon, alpha).map((b) => rational.toNumber(b));
    const number = (x: Rational): S => space.from(rational.format(x)) as unknown as S;
    const config = {
      gradient: f.gradient,
      rule: reference.updateRule(space, { kind: 'identity' }, f.dimension, f.gradient),
      set: reference.feasibleSet(space, { kind: 'all', dimension: f.dimension }),
      start: space.zeros(f.dimension),
      alpha: alpha.map(number) as unknown as Rational[],
      beta: beta.map((b) => space.div(space.from(b), f.smoothness)),
      index: 'equation-4' as const,
      projection: 'lazy' as const,
    };
    const rounds = one.hint === 'none'
      ? reference.convexMetaLearning(space, config)
      : reference.optimisticMetaLearning(space, config, (one.hint === 'previous' ? reference.previousGradientHint : reference.scaledHint)(space, f.dimension));
    const budget = space.toNumber(space.mul(f.smoothness, space.dot(f.minimiser, f.minimiser)));
    return space.toNumber(f.value(rounds.at(-1)!.average)) / budget;
  }

  test.each(['heavy-ball-constant-weights', 'optimistic-quarter', 'optimistic-half', 'scaled-half'] as const)(
    '%s does on them as badly as it can, whatever their size, in doubles and in fractions',
    (id) => {
      for (const [K, numbers, least] of [[float64, doubles, 0.9999], [rational, rationalNumbers, 0.98]] as const) {
        for (const scene of fc.sample(worstScene(numbers, id, { min: 1, max: 40 }), { numRuns: 12, seed: 5 })) {
          const worst = specialCase(reference, caseOf(id), scene.horizon).row.bound;
          const got = ratio(K as typeof rational, id, scene) / worst;
          expect(got, JSON.stringify(scene)).toBeGreaterThan(least);
          expect(got).toBeLessThan(1 + 1e-7);
        }
      }
    },
  );
});

describe('as tables', () => {
  const info: SpecialCaseInfo = {
    id: 'a',
    name: 'Algorithm 2, g̃_t',
    quantity: 'f(x̄_T) − f(x*)',
    unit: 'L‖x*‖²',
    bound: '1/(2T)',
    claim: 'theorem-1-rate',
    rows: [{ T: 1, bound: 0.5, exact: '1/2', promised: 0.5, attained: 1 }, { T: 2, bound: 1 / 3, exact: null, promised: null, attained: 0.9 }],
  };

  test('have a column for each horizon, and say what is not proved', () => {
    expect(specialCaseTables([info])).toEqual([{
      title: 'The worst f(x̄_T) − f(x*) in units of L‖x*‖², as proved, and its share of the bound',
      head: ['Method', 'Bound', 'T = 1', 'T = 2'],
      rows: [['Algorithm 2, g̃_t', '1/(2T) (theorem-1-rate)', '0.5 (100.0 %)', '≈ 0.333333']],
    }]);
    expect(specialCaseTables([info, { ...info, quantity: 'R(T)' }], [2, 7]).map(({ head, rows }) => [head.slice(2), rows[0]!.slice(2)])).toEqual([[['T = 2', 'T = 7'], [
      '≈ 0.333333',
      '–',
    ]], [['T = 2', 'T = 7'], ['≈ 0.333333', '–']]]);
  });

  test('are aligned where letters have macrons, and typeset in Markdown', () => {
    const lines = asText([info, { ...info, name: 'Algorithm 2, g_tt' }]).split('\n');
    expect(lines[2]!.indexOf('1/(2T)') - 1).toBe(lines[3]!.indexOf('1/(2T)'));
    expect(asMarkdown([info])).toContain('| Algorithm 2, g̃<sub>t</sub> | 1/(2T) (theorem-1-rate) | 0.5 (100.0 %) | ≈ 0.333333 |');
  });
});

describe('omg-oracle worst-case paper', () => {
  let lines: CommandLines;
  beforeAll(() => {
    lines = openCommandLines({ cwd: folder, env: process.env });
  });
  afterAll(() => lines.end());
  const omg = (...args: string[]): Promise<Ended> => lines.run(args);

  test('prints the table, and writes certificates for every T that check', async () => {
    const out = join(folder, 'paper');
    const { status, stdout, stderr } = await omg('worst-case', 'paper', '--horizon', '3', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/T = 1 +T = 2 +T = 3/);
    const files = readdirSync(join(out, 'certificates'));
    expect(files.length).toBe(3 * (SPECIAL_CASES.length + REGRET_CASES.length));
    for (const name of ['nesterov-3.json', 'regret-ball-falling-given-2.json', 'regret-space-constant-previous-3.json']) {
      const checked = await omg('certificate', 'check', join(out, 'certificates', name));
      expect([checked.status, checked.stdout]).toEqual([0, expect.stringMatching(name.startsWith('regret') ? /^valid: R\(\d\) = .* ≤ .* DG\n/ : /^valid: f\(out\) − f\* ≤ /)]);
    }
    const { complete, cases } = JSON.parse(readFileSync(join(out, 'special-cases.json'), 'utf8')) as { complete: boolean; cases: SpecialCaseInfo[] };
    expect([complete, cases.length, cases[0]!.rows.length]).toEqual([true, SPECIAL_CASES.length + REGRET_CASES.length, 3]);
    expect(readFileSync(join(out, 'special-cases.md'), 'utf8')).toContain('| Method | Bound | T = 1 | T = 2 | T = 3 |');
    expect(JSON.parse((await omg('worst-case', 'paper', '--horizon', '1', '--json')).stdout)).toMatchObject({ complete: true });
  });

  test.runIf(POSIX)('stopped in the middle keeps what it has, marked incomplete (needs POSIX)', async () => {
    const out = join(folder, 'stopped');
    const child = spawn(process.execPath, [MAIN, 'worst-case', 'paper', '--horizon', '60', '--out', out, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    setTimeout(() => child.kill('SIGINT'), 4000);
    const [status] = (await once(child, 'exit')) as [number | null];
    expect(status).toBe(4);
    expect(JSON.parse(printed)).toMatchObject({ complete: false });
    expect(JSON.parse(readFileSync(join(out, 'special-cases.json'), 'utf8'))).toMatchObject({ complete: false, cases: [{ id: 'heavy-ball-constant-weights' }] });
  });

  test.each([[['--horizon', '0'], '--horizon to be an integer from 1 to 100'], [['--like', 'nesterov'], 'expected an option of this command, got "--like"'], [
    ['more'],
    'expected no argument here, got "more"',
  ]])('%j is a usage mistake', async (args, message) => {
    const { status, stderr } = await omg('worst-case', 'paper', ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

test('the solver knows methods of no gradient', () => {
  // f(x_0) − f* ≤ ½L‖x_0 − x*‖².
  expect(rational.toNumber(rational.from(worstCase({ method: { queries: [], output: [] }, condition: 'distance', criterion: 'value' }).certificate!.bound))).toBeCloseTo(0.5, 9);
});
