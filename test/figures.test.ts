import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { descentTotal, momentumTotal } from '../oracles/quadratic-totals.js';
import { chartFile, chartHtml, type Chart } from '../reports/line-chart.js';
import { figure1Chart, figure1Tables } from '../reports/figure-1.js';
import { figure2Chart, figure2Findings, figure2Table } from '../reports/figure-2.js';
import { renderHtml } from '../reports/html.js';
import { readReport, writeReport } from '../reports/json.js';
import { renderFigure1 } from '../reports/text.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import { rationalRoots } from '../src/arithmetic/rational-roots.js';
import { figure1, interval, judge } from '../src/figures/figure-1.js';
import { figure2 } from '../src/figures/figure-2.js';
import { readyBackend } from '../src/resnet/backend.js';
import { waves } from '../src/resnet/data.js';
import { evaluate } from '../src/resnet/evaluate.js';
import { createNetwork, disposeNetwork, smallResNet } from '../src/resnet/network.js';
import { randomOf } from '../src/resnet/random.js';
import { runTrial, type Measured, type Trial, type TrialScale } from '../src/resnet/trial.js';
import { bait, hunt } from '../src/runner/hunt.js';
import { loadClaim } from '../src/runner/load-claims.js';
import { runCase } from '../src/runner/run-case.js';
import { saboteurs } from '../src/saboteur/index.js';
import { reference } from '../src/subject.js';
import type { Figure1Info, Interval, Json, Report } from '../src/verdict.js';
import { POSIX } from './support/posix.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const omg = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-figures-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Meta-AdaGrad, run', () => {
  test('by hand: x −= ∇f/√w, w −= ½β∇f(x)∇f(x⁺)/w^(3/2), and no w below the least', () => {
    const K = rationalRoots;
    const gradient = (x: ArrayLike<ReturnType<typeof K.from>>): ArrayLike<ReturnType<typeof K.from>> => x;
    const run = (metaRate: string, steps = 1): string[] =>
      reference.metaAdaGradDescent(K, {
        gradient,
        rule: reference.metaAdaGrad(K, gradient),
        start: [K.one],
        first: [K.from(4)],
        metaRate: K.from(metaRate),
        least: K.from('1/4'),
        steps,
      }).map(({ x, w }) => `${K.format(x[0]!)} ${K.format(w[0]!)}`);
    // φ = −1/2, x_1 = ½, Dφ = 1/16, ∇f(x_1) = ½: w_2 = 4 − β/32.
    expect(run('32')).toEqual(['1 4', '1/2 3']);
    expect(run('200')).toEqual(['1 4', '1/2 1/4']);
    // At w = ¼ the step is twice the gradient: x_2 = −½, Dφ = ½ · ½ · 8 = 2, and w_3 = ¼ + 2 · ½β.
    expect(run('200', 2)[2]).toBe('-1/2 801/4');
    expect(run('0', 3)).toEqual(['1 4', '1/2 4', '1/4 4', '1/8 4']);
  });
});

describe('cumulative losses in closed form', () => {
  test('of gradient descent: by hand', () => {
    // p_t = 2^−t: ¼ + 1/16 + 1/64.
    expect(rational.format(descentTotal(rational, rational.from(2), rational.from('1/4'), 3))).toBe('21/64');
  });

  test.each([['7/8', '1/2', '2'], ['7/8', '1/2', '1/5'], ['1/2', '0', '1'], ['3/2', '3/4', '1/10'], ['9/8', '1/4', '2'], ['9/5', '9/10', '2']])(
    'of momentum, η = %s, m = %s, λ = %s: what a run of the package’s sums up to',
    (rate, m, lambda) => {
      const [eta, momentum, value] = [rate, m, lambda].map((text) => rational.toNumber(rational.from(text))) as [number, number, number];
      const path = reference.momentum(float64, (x) => float64.scale(value, x), Float64Array.of(1), {
        rates: Array<number>(4000).fill(eta),
        momentum,
        dampening: 0,
        nesterov: false,
      });
      const sum = path.slice(1).reduce((total, x) => total + x[0]! ** 2, 0);
      const closed = rational.toNumber(momentumTotal(rational, rational.from(lambda), rational.from(rate), rational.from(m)));
      expect(sum / closed).toBeCloseTo(1, 10);
      expect(momentumTotal(float64, value, eta, momentum) / closed).toBeCloseTo(1, 12);
    },
  );

  test.each([['1', '1'], ['1/2', '-1/4'], ['4', '1/2'], ['0', '1/2']])('of momentum with ηλ = %s, m = %s there is none', (rate, m) => {
    expect(() => momentumTotal(rational, rational.one, rational.from(rate), rational.from(m))).toThrow(/expected 0 ≤ m < 1/);
  });
});

/** Fractions again, and nothing of the package: whole numbers, reduced by Euclid. */
class Fraction {
  readonly p: bigint;
  readonly q: bigint;
  constructor(p: bigint, q = 1n) {
    let [a, b] = [p < 0n ? -p : p, q];
    while (b !== 0n) [a, b] = [b, a % b];
    [this.p, this.q] = [p / a, q / a];
  }
  plus(o: Fraction): Fraction {
    return new Fraction(this.p * o.q + o.p * this.q, this.q * o.q);
  }
  times(o: Fraction): Fraction {
    return new Fraction(this.p * o.p, this.q * o.q);
  }
  exceeds(o: Fraction): boolean {
    return this.p * o.q > o.p * this.q;
  }
}

describe('figure-2-never-worse', async () => {
  const claim = await loadClaim('figure-2-never-worse');
  const [arm] = claim.printed.arms;
  const outcomeOf = (data: Json) => runCase(arm!, reference, data);

  test('against momentum, as printed: recomputed in whole numbers, over all 100 iterations', () => {
    const outcome = outcomeOf(claim.printed.committed[0]!.case);
    if (outcome.kind !== 'failed') throw new Error(`expected a failure, got ${outcome.kind}`);
    // Q = ((106, −108), (−108, 169))/250; η = 7/8, m = ½, all of it times 1000 a step.
    const value = (x: bigint, y: bigint): bigint => 106n * x * x - 216n * x * y + 169n * y * y;
    let [x, y, x0, y0] = [4n, 4n, 4n, 4n];
    // x_t = X_t/1000^t; one step back is 1000 times less.
    let total = 0n;
    for (let t = 1; t <= 100; t++) {
      const [nextX, nextY] = [1500n * x - 7n * (106n * x - 108n * y) - 500n * x0, 1500n * y - 7n * (169n * y - 108n * x) - 500n * y0];
      [x0, y0, x, y] = [1000n * x, 1000n * y, nextX, nextY];
      total = total * 1_000_000n + value(x, y);
    }
    const momentum = new Fraction(total, 250n * 1000n ** 200n);
    const closed = new Fraction(...(outcome.rhs.split('/').map(BigInt) as [bigint, bigint]));
    expect(closed.exceeds(momentum)).toBe(true);
    // What is left after 100 iterations is next to nothing.
    expect(momentum.plus(new Fraction(1n, 10n ** 6n)).exceeds(closed)).toBe(true);

    const fraction = (p: number, q = 1): Fraction => new Fraction(BigInt(p), BigInt(q));
    const minus = new Fraction(-1n);
    const [a, b, d] = [fraction(53, 125), fraction(-54, 125), fraction(169, 250)];
    const gradient = (
      [u, v]: readonly [Fraction, Fraction],
    ): [Fraction, Fraction] => [fraction(2).times(a.times(u).plus(b.times(v))), fraction(2).times(b.times(u).plus(d.times(v)))];
    const sums: Fraction[] = [];
    for (let k = 1; k <= 7; k++) {
      for (const meta of [fraction(0), fraction(1, 16), fraction(1, 4), fraction(1), fraction(4), fraction(16), fraction(64)]) {
        // β in units of 1/(L max|∇f(x_0)|²), L = 2, max|∇f(x_0)| = 244/125.
        const beta = meta.times(fraction(125 * 125, 2 * 244 * 244));
        let [at, w, sum] = [[fraction(4), fraction(4)] as [Fraction, Fraction], [fraction(k, 8), fraction(k, 8)] as [Fraction, Fraction], fraction(0)];
        let g = gradient(at);
        for (let t = 0; t < 3; t++) {
          const next = [0, 1].map((i) => at[i]!.plus(minus.times(w[i]!.times(g[i]!)))) as [Fraction, Fraction];
          const ahead = gradient(next);
          w = [0, 1].map((i) => {
            const raised = w[i]!.plus(beta.times(g[i]!.times(ahead[i]!)));
            return raised.p < 0n ? fraction(0) : raised;
          }) as [Fraction, Fraction];
          [at, g] = [next, ahead];
          sum = sum.plus(fraction(1, 2).times(at[0].times(g[0]).plus(at[1].times(g[1]))));
        }
        expect(sum.exceeds(closed), `w_1 = ${k}/8`).toBe(true);
        sums.push(sum);
      }
    }
    const least = sums.reduce((found, one) => (found.exceeds(one) ? one : found));
    expect(`${least.p}/${least.q}`).toBe(outcome.lhs);
  });

  test('against momentum: nor does any other of 40,000 settings of (w_1, β) reach it within 100 iterations', () => {
    const total = (w1: number, beta: number, enough: number): number => {
      let [x, y, w, v, sum] = [4, 4, w1, w1, 0];
      const gradient = (): [number, number] => [2 * (0.424 * x - 0.432 * y), 2 * (0.676 * y - 0.432 * x)];
      let [g, h] = gradient();
      for (let t = 0; t < 100 && sum <= enough; t++) {
        [x, y] = [x - w * g, y - v * h];
        const [p, q] = gradient();
        [w, v, g, h] = [Math.max(0, w + beta * g * p), Math.max(0, v + beta * h * q), p, q];
        sum += (x * p + y * q) / 2;
      }
      return sum;
    };
    const momentum = 439512 / 98875;
    let reached = 0;
    for (let i = 0; i < 200; i++) for (let j = 0; j < 200; j++) if (!(total(0.01 * i, j === 0 ? 0 : 10 ** (j / 20 - 6), momentum) > momentum)) reached += 1;
    expect(reached).toBe(0);
    // A looser bound is reached.
    expect(total(0.875, 0, 8)).toBeLessThan(8);
  });

  test('against AdaGrad, as printed: by hand', () => {
    const outcome = outcomeOf(claim.printed.committed[1]!.case);
    expect(outcome).toMatchObject({ kind: 'failed', lhs: '1296/1001', rhs: '0' });
    // f(x_0 − s∇f(x_0)) = (4 − 8s)² + (4 − 0.8s)²/10 = 17.6 − 64.64s + 64.064s².
    expect((4n * 64064n * 17600n - 64640n ** 2n) * 1001n).toBe(1296n * 4n * 64064n * 1000n);
  });

  test.each([
    [{ part: 'momentum', smallest: '1/5', reflector: null }, 'rejected'],
    [{ part: 'momentum', smallest: '2', reflector: [1, 2] }, 'rejected'],
    [{ part: 'adagrad', smallest: '0', reflector: null }, 'rejected'],
    [{ part: 'adagrad', smallest: '1/5', reflector: [1, 2] }, 'rejected'],
  ])('%j is %s as printed: no counterexample', (data, kind) => {
    expect(outcomeOf(data as unknown as Json).kind).toBe(kind);
  });

  test('catches what it promises to catch', () => {
    const drawn = bait(claim, 40, 1);
    for (const name of claim.saboteurs) expect(hunt(drawn, saboteurs.find((one) => one.name === name)!).verdict, name).toBe('caught');
  });

  test('catches a learner that is another with β = 0, and a gradient descent that is too good', () => {
    const drawn = bait(claim, 40, 1);
    const culprit = (overrides: Partial<typeof reference>) => ({
      name: 'test',
      part: 'algorithm' as const,
      slip: '',
      subject: { ...reference, ...overrides },
      broken: Object.keys(overrides) as (keyof typeof reference)[],
    });
    const shorter = culprit({ metaSgd: (K, config) => reference.metaSgd(K, { ...config, first: K.scale(K.div(K.from(9), K.from(10)), config.first) }) });
    const late = culprit({ metaAdaGradDescent: (K, config) => [{ x: config.start, w: config.first }, ...reference.metaAdaGradDescent(K, config).slice(0, -1)] });
    for (const one of [shorter, late]) expect(hunt(drawn, one).verdict).toBe('caught');
  });
});

const [FIRST, SECOND] = [figure2(reference, 1), figure2(reference, 2)];

describe('Figure 2', () => {
  const info = FIRST;

  test('is the same for the same seed, and another for another', () => {
    expect(figure2(reference, 1)).toEqual(info);
    expect(SECOND.problems[0]!.Q).not.toEqual(info.problems[0]!.Q);
  });

  test('has five ill-conditioned Qs, and each method’s losses are what plain loops make of its best hyper-parameters', () => {
    expect(info.problems).toHaveLength(5);
    for (const { condition, Q, curves } of info.problems) {
      const [[a, b], [c, d]] = Q as [[number, number], [number, number]];
      expect(b).toBe(c);
      const [trace, spread] = [a + d, Math.hypot(a - d, 2 * b)];
      expect((trace + spread) / 2).toBeCloseTo(1, 4);
      expect(condition).toBeGreaterThanOrEqual(10);
      expect((1 / condition) / ((trace - spread) / 2)).toBeCloseTo(1, 1);
      expect(curves.map(({ method }) => method)).toEqual(['momentum', 'AdaGrad', 'Meta-Momentum', 'Meta-AdaGrad']);
      for (const { method, best, losses, cumulative, sensitivity } of curves) {
        const plain = lossesOf(method, [a, b, d], best);
        expect(losses).toHaveLength(101);
        for (const [t, loss] of losses.entries()) if (loss > 1e-3) expect(plain[t]! / loss, `${method}, t = ${t}`).toBeCloseTo(1, 2);
        expect(plain.slice(1).reduce((sum, loss) => sum + loss) / cumulative).toBeCloseTo(1, 3);
        expect(Math.min(...sensitivity.map((one) => one.cumulative ?? Infinity))).toBe(cumulative);
      }
    }
  });

  test('its learners are never worse than gradient descent at its best rate', () => {
    for (const { Q, curves } of info.problems) {
      const [[a, b], [, d]] = Q as [[number, number], [number, number]];
      const descents = curves[0]!.sensitivity.map(({ rate }) => lossesOf('momentum', [a, b, d], { η: rate, m: 0 }).slice(1).reduce((sum, loss) => sum + loss));
      for (const { cumulative } of curves.slice(2)) expect(cumulative).toBeLessThanOrEqual(Math.min(...descents) * (1 + 1e-4));
    }
  });

  test('is told in sentences and a table', () => {
    expect(figure2Findings(info)).toEqual([
      'Meta-Momentum is better than momentum on 3, and worse on 0, of 5 problems.',
      'Meta-AdaGrad is better than AdaGrad on 0, and worse on 5, of 5 problems.',
    ]);
    const { head, rows } = figure2Table(info);
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => head.length));
    // NaN is never better.
    const broken = {
      ...info,
      problems: info.problems.map((problem) => ({ ...problem, curves: problem.curves.map((curve) => (curve.method === 'Meta-Momentum' ? { ...curve, cumulative: NaN } : curve)) })),
    };
    expect(figure2Findings(broken)[0]).toBe('Meta-Momentum is better than momentum on 0, and worse on 5, of 5 problems.');
  });

  test('is part of a report, in its file and on its page', async () => {
    const report: Report = {
      schemaVersion: 1,
      tool: { name: 'omg-oracle', version: '0.1.0' },
      command: 'omg-oracle verify',
      seed: 1,
      startedAt: '2026-03-01T10:00:00.000Z',
      finishedAt: '2026-03-01T10:01:00.000Z',
      figure2: info,
      claims: [],
      totals: {},
      exitStatus: 0,
      complete: true,
    };
    expect(readReport(writeReport(folder, report)).figure2).toEqual(info);
    const page = await renderHtml(report);
    // A legend, and a panel for each of two measures of each problem.
    expectPage(page, 1 + 2 * info.problems.length);
  });
});

/** A page with so many charts: nothing from elsewhere, no id twice, and every label there. */
function expectPage(page: string, charts: number): void {
  expect(page.match(/<svg/gu)).toHaveLength(charts);
  expect(page).not.toMatch(/https?:|NaN|undefined/u);
  const ids = [...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, labels] of page.matchAll(/aria-labelledby="([^"]*)"/gu)) for (const label of labels!.split(' ')) expect(ids).toContain(label);
}

/** Each method again, in plain loops. */
function lossesOf(method: string, [a, b, d]: readonly [number, number, number], best: { readonly [symbol: string]: number }): number[] {
  let x = [4, 4];
  const gradient = (): number[] => [2 * (a * x[0]! + b * x[1]!), 2 * (b * x[0]! + d * x[1]!)];
  const value = (): number => a * x[0]! ** 2 + 2 * b * x[0]! * x[1]! + d * x[1]! ** 2;
  const losses = [value()];
  let [buffer, w] = [[0, 0], [best['w_1'] ?? 0, best['w_1'] ?? 0]];
  for (let t = 0; t < 100; t++) {
    const g = gradient();
    switch (method) {
      case 'momentum':
        buffer = buffer.map((old, i) => best['m']! * old + g[i]!);
        x = x.map((old, i) => old - best['η']! * buffer[i]!);
        break;
      case 'AdaGrad':
        buffer = buffer.map((old, i) => old + g[i]! ** 2);
        x = x.map((old, i) => old - (best['η']! * g[i]!) / (Math.sqrt(buffer[i]!) + 1e-8));
        break;
      case 'Meta-Momentum': {
        x = x.map((old, i) => old - w[i]! * g[i]!);
        const next = gradient();
        w = w.map((old, i) => Math.max(0, old + best['β']! * g[i]! * next[i]!));
        break;
      }
      default: {
        x = x.map((old, i) => old - g[i]! / Math.sqrt(w[i]!));
        const next = gradient();
        w = w.map((old, i) => Math.max(1e-6, old - (best['β']! * g[i]! * next[i]!) / (2 * old ** 1.5)));
      }
    }
    losses.push(value());
  }
  return losses;
}

const SCALE: TrialScale = { model: 'resnet8', classes: 4, image: 8, batch: 4, steps: 2, every: 1, heldOut: 70 };

describe('Figure 1', () => {
  /** Runs that are made up: `end` is the loss and accuracy at the last step. */
  const made = (end: (trial: Trial) => readonly [loss: number, accuracy: number]) => async ({ ...trial }: Trial): Promise<readonly Measured[]> => {
    const [loss, accuracy] = end(trial);
    return [{ step: 0, loss: 2, accuracy: 0.25 }, { step: 1, loss, accuracy }, ...(Number.isFinite(loss) ? [{ step: 2, loss, accuracy }] : [])];
  };
  const about = { seed: 5, device: 'made up', parameters: 7 };
  const figureOf = async (end: (trial: Trial) => readonly [number, number]): Promise<Figure1Info> => {
    const figure = await figure1(about, SCALE, made(end), () => false);
    if (figure === null || 'diverged' in figure) throw new Error('expected a figure');
    return figure;
  };

  test('intervals are Student’s, by hand', () => {
    const { mean, low, high } = interval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(high - mean).toBeCloseTo(4.30265 / Math.sqrt(3), 5);
    expect(mean - low).toBeCloseTo(high - mean, 12);
    expect(interval([0.5, 0.5, 0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(() => interval([1, 2])).toThrow('expected 3 numbers, got 2');
    expect(interval([1, 2, NaN]).mean).toBeNaN();
  });

  test('each optimizer has its best setting, by accuracy and then by loss; the others start at SGD’s; what diverges is never best', async () => {
    const asked: Trial[] = [];
    const info = await figureOf((trial) => {
      asked.push(trial);
      if (trial.optimizer === 'sgd') return trial.rate === 1 ? [NaN, 1] : [0.5, trial.rate];
      return [trial.metaRate === 1 ? 0.25 : 0.5, 0.5];
    });
    expect(info.seeds).toEqual([5, 6, 7]);
    expect(info.curves.map(({ best }) => best)).toEqual([{ rate: 0.3, metaRate: 0 }, { rate: 0.3, metaRate: 1 }, { rate: 0.3, metaRate: 1 }]);
    expect(info.curves[0]!.sweep[2]).toEqual({ rate: 1, metaRate: 0, accuracy: null, loss: null });
    expect(asked.length).toBe(27);
    expect(new Set(asked.filter(({ optimizer }) => optimizer !== 'sgd').map(({ rate }) => rate))).toEqual(new Set([0.3]));
    expect(info.curves[1]!.points.map(({ step, loss }) => [step, loss.mean])).toEqual([[0, 2], [1, 0.25], [2, 0.25]]);
    // Held-out loss, mean over steps 0, 1, 2: (2 + ¼ + ¼)/3 less (2 + ½ + ½)/3.
    expect(info.differences.find(({ one, other }) => one === 'meta' && other === 'sgd')!.loss.mean).toBeCloseTo(-1 / 6, 12);
    expect(info.differences.find(({ one, other }) => one === 'optimistic' && other === 'meta')!.loss).toEqual({ mean: 0, low: 0, high: 0 });
    expect(info.claim).toMatchObject({ id: 'figure-1-acceleration', verdict: 'inconclusive' });
  });

  test('there is none where it was stopped, or where every run diverges', async () => {
    expect(await figure1(about, SCALE, made(() => [1, 1]), () => true)).toBeNull();
    for (const name of ['sgd', 'meta', 'optimistic'] as const) {
      // One seed that diverges is enough.
      expect(await figure1(about, SCALE, made(({ optimizer, seed }) => [optimizer === name && seed === 6 ? NaN : 1, 1]), () => false)).toEqual({ diverged: name });
    }
  });

  const around = (mean: number, half: number): Interval => ({ mean, low: mean - half, high: mean + half });
  const same = around(0, 1);
  test.each([
    [around(-2, 1), around(-3, 1), 'holds', 'sooner under optimistic meta-learning than under standard meta-learning and SGD'],
    [around(-2, 3), around(-3, 1), 'inconclusive', 'apart from standard meta-learning:'],
    [around(2, 1), around(-3, 1), 'refuted', 'later under optimistic meta-learning than under standard meta-learning'],
    [around(-2, 1), around(3, 1), 'refuted', 'than under SGD'],
    [around(NaN, NaN), around(-3, 1), 'inconclusive', 'standard meta-learning'],
    [same, same, 'inconclusive', 'standard meta-learning and SGD'],
  ])('its claim, by the intervals %j and %j: %s', (meta, plain, verdict, reason) => {
    const judged = judge([{ one: 'optimistic', other: 'meta', loss: meta, accuracy: same }, { one: 'optimistic', other: 'sgd', loss: plain, accuracy: same }, {
      one: 'meta',
      other: 'sgd',
      loss: around(-9, 1),
      accuracy: same,
    }]);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reason).toContain(reason);
  });

  test('is told in tables and drawn, with its verdict', async () => {
    const info = await figureOf(({ optimizer, seed }) => [optimizer === 'optimistic' ? 0.1 : 0.5 + 0.001 * seed, 0.5]);
    const text = renderFigure1(info);
    expect(text).toContain('✓ figure-1-acceleration: holds');
    expect(text).toMatch(/SGD +η = 0\.1 +0\.5 \[0\.5, 0\.5\]/u);
    expect(figure1Tables({ ...info, curves: info.curves.map((curve) => ({ ...curve, points: [] })) })[0]!.rows[0]!.slice(2)).toEqual(['–', '–']);
    const { errors } = await validateXML({ xml: [{ fileName: 'figure-1.svg', contents: chartFile(figure1Chart(info)) }], extension: 'schema', schema: [ANY] });
    expect(errors).toEqual([]);
  });

  test('is part of a report beside Figure 2, in its file and on its page', async () => {
    const info = await figureOf(({ optimizer }) => [optimizer === 'optimistic' ? 0.25 : 0.5, 0.5]);
    const report: Report = {
      schemaVersion: 1,
      tool: { name: 'omg-oracle', version: '0.1.0' },
      command: 'omg-oracle verify',
      seed: 1,
      startedAt: '2026-03-01T10:00:00.000Z',
      finishedAt: '2026-03-01T10:01:00.000Z',
      figure1: info,
      figure2: figure2(reference, 1),
      claims: [],
      totals: {},
      exitStatus: 0,
      complete: true,
    };
    expect(readReport(writeReport(folder, report)).figure1).toEqual(info);
    expectPage(await renderHtml(report), 1 + 2 + 1 + 10);
  });

  test('a trial measures what a trained network does on pictures that it has not seen, and leaves nothing behind', async () => {
    const ready = await readyBackend('wasm');
    if ('reason' in ready) throw new Error(ready.reason);
    const running = new AbortController().signal;
    const trial = { optimizer: 'optimistic', rate: 0.1, metaRate: 1, seed: 3 } as const;
    await runTrial(trial, SCALE, ready, running);
    const before = memory().numTensors;
    const measured = await runTrial(trial, SCALE, ready, running);
    expect(memory().numTensors).toBe(before);
    expect(measured.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(await runTrial(trial, { ...SCALE, every: 2 }, ready, running)).toEqual([measured[0], measured[2]]);
    expect(await runTrial({ ...trial, optimizer: 'sgd', rate: 3e38 }, SCALE, ready, running)).toEqual([measured[0], { step: 1, loss: NaN, accuracy: 0 }]);
    expect(await runTrial(trial, SCALE, ready, AbortSignal.abort())).toEqual([measured[0]]);
  });

  test('a score is the mean over all pictures, whatever fits at a time', async () => {
    await readyBackend('cpu');
    const network = createNetwork(smallResNet(4, 1, [4, 6, 8]), randomOf(1, 1).normal);
    const batch = await waves(1, 8, 4).batch(0, 70);
    const part = (from: number, to: number) => evaluate(network, { pictures: batch.pictures.subarray(from * 192, to * 192), labels: batch.labels.subarray(from, to) }, 8);
    const before = memory().numTensors;
    const [whole, first, rest] = [await part(0, 70), await part(0, 30), await part(30, 70)];
    expect(memory().numTensors).toBe(before);
    expect(whole.loss).toBeCloseTo((30 * first.loss + 40 * rest.loss) / 70, 5);
    expect(whole.right).toBe(first.right + rest.right);
    disposeNetwork(network);
  });
});

/** A schema that takes any element: xmllint then says whether the file is well formed. */
const ANY = {
  fileName: 'any.xsd',
  contents:
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/svg"><xs:element name="svg"><xs:complexType mixed="true"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>`,
};

describe('charts', () => {
  const axis = { label: 'x', scale: 'linear', min: 0, max: 10 } as const;
  const chart: Chart = {
    id: 'a',
    title: 'A & B <"',
    description: '</desc><script>',
    columns: 1,
    size: { width: 216, height: 150 },
    panels: [{
      title: 'p',
      x: axis,
      y: { label: 'y', scale: 'log', min: 0.01, max: 100 },
      series: [{ name: '<n>', points: [[0, 1], [5, 1000], [6, 1e9], [7, null], [8, 0], [9, 10], [10, NaN]], band: [[0, 0.5, 2], [9, -1, 1e9]] }],
    }],
  };

  test('are well-formed files, whatever the words in them', async () => {
    for (const one of [chart, figure2Chart(SECOND)]) {
      const { errors } = await validateXML({ xml: [{ fileName: 'chart.svg', contents: chartFile(one) }], extension: 'schema', schema: [ANY] });
      expect(errors).toEqual([]);
    }
    expect(chartFile(chart)).toMatch(/A &amp; B &lt;("|&quot;)/u);
    expect(chartFile(chart)).not.toContain('<script>');
  });

  test('have a title and a description for whoever does not see them, and no style or namespace of their own on a page', () => {
    const source = chartHtml(chart).source;
    expect(source).toContain('role="img" aria-labelledby="a-1-title a-1-text"');
    expect(source).toContain('<desc id="a-1-text">');
    expect(source).not.toMatch(/<style|xmlns|aria-label=/u);
    expect(chartFile(chart)).toContain('@media (prefers-color-scheme: dark)');
  });

  test('lines stop at the edge, and where there is no number', () => {
    const [, line] = [...chartHtml(chart).source.matchAll(/<g class="line s0"[^>]*><path d="([^"]*)"/gu)].map(([, d]) => d);
    // From y = 1 to the upper edge, where 1000 is beyond; 10⁹, null, 0 and NaN draw nothing, 10 alone a point.
    expect(line).toBe('M44,74L123,34M186.2,54Z');
    expect(chartHtml(chart).source).not.toMatch(/NaN|Infinity/u);
  });

  test('have few round ticks', () => {
    const [, panel = ''] = chartHtml(chart).source.split('class="panels"');
    expect([...panel.matchAll(/<text[^>]*>([^<]*)</gu)].map(([, text]) => text)).toEqual(['10⁻²', '10⁻¹', '10⁰', '10¹', '10²', 'y', '0', '2', '4', '6', '8', '10', 'x', 'p']);
  });
});

describe('omg-oracle figures', () => {
  test('2 draws Figure 2, and writes its numbers', () => {
    const out = join(folder, 'two');
    const { status, stdout, stderr } = omg('figures', '2', '--seed', '2', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^seed 2\n[^]*Condition number +momentum +AdaGrad[^]*Meta-Momentum is better than momentum on \d, and worse on [1-5], of 5 problems/u);
    expect(readdirSync(out).toSorted()).toEqual(['figure-2.json', 'figure-2.svg']);
    const { seed, problems, command } = JSON.parse(readFileSync(join(out, 'figure-2.json'), 'utf8')) as { seed: number; problems: unknown[]; command: string };
    expect([seed, problems.length, command]).toEqual([2, 5, 'omg-oracle figures 2 --seed 2']);
    const json = JSON.parse(omg('figures', '2', '--seed', '2', '--out', out, '--json').stdout) as {
      readonly 'figure-2': { readonly problems: unknown };
      readonly exitStatus: number;
    };
    expect(json['figure-2'].problems).toEqual(problems);
    expect(json.exitStatus).toBe(0);
  });

  test.runIf(POSIX)('1, stopped, says that it is not complete, and writes nothing of it (needs POSIX)', async () => {
    const out = join(folder, 'stopped');
    const child = spawn(process.execPath, [MAIN, 'figures', '1', '--steps', '5000', '--backend', 'wasm', '--out', out], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (printed === '') setTimeout(() => child.kill('SIGINT'), 1500);
      printed += text;
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    expect(status).toBe(4);
    expect(printed).toContain('Figure 1 is NOT COMPLETE');
    expect(readdirSync(out)).toEqual([]);
  });

  test.each([
    [['3'], 'expected 1 or 2, the figure of the paper, or nothing for both, got "3"'],
    [['2', '--steps', '5'], 'expected --steps with Figure 1 alone'],
    [['1', '--steps', '0'], '--steps to be an integer from 1'],
    [['1', '--model', 'resnet9'], 'did you mean "resnet8"'],
  ])('%j is a usage mistake', (args, message) => {
    const { status, stderr } = omg('figures', ...args, '--out', join(folder, 'never'));
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
