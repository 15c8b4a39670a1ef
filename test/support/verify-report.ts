import type { ClaimResult, Counterexample, Figure1Info, Figure2Info, Interval, Report, SpecialCaseInfo, Verdict } from '../../src/verdict.js';

const REFUTATION: Counterexample = {
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

/** A result of `verify`: one that holds, but for `changes`. */
export function verifyResult(id: string, changes: Partial<ClaimResult> = {}): ClaimResult {
  return {
    id,
    variant: 'corrected',
    statement: `what ${id} says of f(x̄_T)`,
    hypotheses: ['f is convex'],
    source: { section: '4', label: 'Theorem 1' },
    strength: 'rate',
    verdict: 'holds',
    reason: null,
    arithmetic: ['float64', 'rational'],
    cases: 2250,
    rejected: 31,
    counts: [{ arithmetic: 'float64', cases: 2048, nonTrivial: 2001, rejected: 30 }, { arithmetic: 'rational', cases: 202, nonTrivial: 200, rejected: 1 }],
    coverage: { 'φ = w': 800, 'active projection': 21 },
    tightest: { ratio: 0.96875, seed: 42, path: '17', arithmetic: 'float64', origin: 'drawn', case: { x: [1] } },
    falsePass: null,
    counterexample: null,
    replay: null,
    seconds: 1.25,
    ...changes,
  };
}

/** In twenty bins: many cases far from the bound, fewer near to it. */
const RATIOS = [400, 310, 220, 190, 160, 140, 120, 100, 90, 70, 55, 44, 33, 25, 18, 12, 9, 3, 1, 1];

export const REFUTED: ClaimResult = verifyResult('theorem-1-rate', {
  variant: 'printed',
  statement: 'f(x̄_T) − f(x*) ≤ λL diam(W)/T',
  verdict: 'refuted',
  reason: 'found by the search',
  counterexample: REFUTATION,
  replay: 'omg-oracle replay reports/out/counterexamples/theorem-1-rate.printed.json',
});

const RATE: ClaimResult = verifyResult('theorem-1-rate', {
  statement: 'f(x̄_T) − f(x*) ≤ λL‖w*‖²/(2T)',
  hypotheses: ['f is convex', 'w* is the smallest-norm w of Definition 1'],
  ratios: RATIOS,
  perturbed: 55,
  suprema: { 'φ = w': 0.96875, 'active projection': 0.25 },
  slack: [
    { term: 'f(x̄_T) − f(x*)', mean: 0.31, tightest: 0.96875 },
    { term: 'Σα_t B_f(x*, x̄_t)', mean: 0.4, tightest: 0 },
    { term: '‖w_{T+1} − w*‖²/(2η_T)', mean: 0.25, tightest: 0.03125 },
    { term: 'Bregman divergences of x̄_{t−1} from x̄_t', mean: 0.04, tightest: 0 },
  ],
});

/** Nobody comes near this bound; one case was made from another. */
const LOOSE: ClaimResult = verifyResult('regret-bound', {
  source: { section: '3', label: 'Eq. (5)' },
  strength: 'inequality',
  tightest: { ratio: 0.31, seed: 42, path: '17+250', arithmetic: 'float64', origin: 'perturbed', case: { x: [1] } },
  ratios: RATIOS.map((number, i) => (i < 6 ? number : 0)),
  slack: [{ term: 'left side', mean: 0.1, tightest: 0.31 }, { term: '½Σα_t²η_t‖g_t‖²', mean: 0.9, tightest: 0.69 }],
});

const IDENTITY: ClaimResult = verifyResult('online-average', {
  statement: 'x̄_t = x_{1:t}/α_{1:t}',
  source: { section: '2', label: 'Eq. (2)' },
  strength: 'identity',
  hypotheses: [],
  coverage: {},
  tightest: null,
  falsePass: 2.5e-17,
  counts: [{ arithmetic: 'prime-field', cases: 64, nonTrivial: 64, rejected: 0 }],
  arithmetic: ['prime-field'],
  cases: 64,
});

const VIOLATED: ClaimResult = verifyResult('lemma-1', {
  verdict: 'violated',
  counterexample: { ...REFUTATION, claim: 'lemma-1', variant: 'corrected' },
  replay: 'omg-oracle replay lemma-1.corrected.json',
});
const OPEN: ClaimResult = verifyResult('theorem-2', { verdict: 'inconclusive', reason: 'coverage: 2 of 5 cases with T ≥ 20', tightest: null });
const CRASHED: ClaimResult = verifyResult('nesterov', { verdict: 'crashed', reason: 'the worker ended', cases: 0, counts: [], coverage: {}, tightest: null });

export function verifyReport(claims: readonly ClaimResult[], changes: Partial<Report> = {}): Report {
  const totals: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of claims) totals[verdict] = (totals[verdict] ?? 0) + 1;
  return {
    schemaVersion: 1,
    tool: { name: 'omg-oracle', version: '0.1.0' },
    command: 'omg-oracle verify --cases 2000 --seed 42',
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

/** Every claim as it should be. */
export const VERIFIED = verifyReport([IDENTITY, LOOSE, REFUTED, RATE]);

/** A result of every kind. */
export const TROUBLED = verifyReport([IDENTITY, LOOSE, REFUTED, RATE, VIOLATED, OPEN, CRASHED], { exitStatus: 1 });

/** The run that was stopped. */
export const STOPPED = verifyReport([IDENTITY], { exitStatus: 4, complete: false });

const SPECIAL: SpecialCaseInfo = {
  id: 'nesterov',
  name: 'Nesterov’s method',
  quantity: 'f(x̄_T) − f(x*)',
  unit: 'L‖x_0 − x*‖²',
  bound: '2/(T(T + 1))',
  claim: 'nesterov-rate',
  rows: [{ T: 1, bound: 0.25, exact: '1/4', promised: 0.5, attained: 1 }, { T: 10, bound: 0.0123456, exact: null, promised: null, attained: 1 }],
};

const at = (x: number): Interval => ({ mean: x, low: x - 0.05, high: x + 0.05 });
const OPTIMIZERS = ['sgd', 'meta', 'optimistic'] as const;
const FIGURE_1: Figure1Info = {
  seed: 1,
  seeds: [1, 2, 3],
  device: 'made up',
  model: 'resnet8',
  parameters: 77_000,
  classes: 10,
  image: 16,
  batch: 16,
  steps: 100,
  every: 50,
  heldOut: 256,
  curves: OPTIMIZERS.map((optimizer, i) => ({
    optimizer,
    best: { rate: 0.1, metaRate: 0.01 },
    sweep: [{ rate: 0.1, metaRate: 0.01, accuracy: 0.5, loss: 1 }],
    points: [0, 50, 100].map((step) => ({ step, accuracy: at(0.2 + 0.002 * step * (i + 1)), loss: at(2.3 - 0.005 * step * (i + 1)) })),
  })),
  differences: [{ one: 'optimistic', other: 'meta', loss: at(-0.2), accuracy: at(0.1) }],
  claim: { id: 'figure-1-acceleration', verdict: 'holds', reason: 'both intervals are below 0' },
};
const FIGURE_2: Figure2Info = {
  seed: 1,
  start: [4, 4],
  iterations: 20,
  problems: [10, 100].map((condition) => ({
    condition,
    Q: [[1, 0], [0, condition]],
    curves: ['momentum', 'AdaGrad', 'Meta-Momentum', 'Meta-AdaGrad'].map((method, i) => ({
      method,
      best: { η: 0.1 },
      cumulative: 10 + i,
      losses: Array.from({ length: 21 }, (_, t) => 16 * Math.exp(-t / (i + 1))),
      sensitivity: [0.001, 0.1, 10].map((rate) => ({ rate, cumulative: rate > 1 ? null : 10 / rate })),
    })),
  })),
};

/** A run with all that a report may have. */
export const COMPLETE = verifyReport(TROUBLED.claims, { exitStatus: 1, specialCases: [SPECIAL], figure1: FIGURE_1, figure2: FIGURE_2 });
