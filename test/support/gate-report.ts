import type { ClaimResult, Counterexample, Report, SubjectInfo, Verdict } from '../../src/verdict.js';

export const SUBJECT: SubjectInfo = {
  name: 'my-nesterov',
  version: '1.2.0',
  language: 'python',
  dtype: 'float64',
  capabilities: ['step', 'run', 'state'],
  door: 'command',
  source: 'python3 examples/nesterov.py',
  like: 'nesterov',
  guess: null,
  restarts: 0,
};

export const DIFFERENCE: Counterexample = {
  claim: 'identity',
  variant: 'corrected',
  arithmetic: 'float64',
  generatorVersion: 1,
  origin: 'search',
  seed: 7,
  path: '3:1',
  case: { function: { kind: 'square', center: [0] }, x0: [1], horizon: 3, config: { learningRate: 0.5 } },
  expected: 'query_{t+1} = y_{t+1} of nesterov',
  lhs: '-0.25',
  rhs: '0.25',
  evidence: {
    problem: 'f(x) = ½x², n = 1, T = 3',
    x0: [1],
    config: { learningRate: 0.5 },
    'first difference': 'query after step 2, entry 1',
    'y_1, y_2': [[1], [0.5]],
    tolerance: 3.1e-16,
  },
  exact: false,
};

/** A result of the gate: one that holds, but for `changes`. */
export function gateResult(id: string, changes: Partial<ClaimResult> = {}): ClaimResult {
  return {
    id,
    variant: 'corrected',
    statement: `what ${id} says`,
    hypotheses: [],
    source: { section: 'docs/PROTOCOL.md', label: 'manners' },
    strength: 'identity',
    verdict: 'holds',
    reason: null,
    arithmetic: ['float64'],
    cases: 64,
    rejected: 0,
    counts: [{ arithmetic: 'float64', cases: 64, nonTrivial: 60, rejected: 0 }],
    coverage: { 'T ≥ 20': 12, 'n = 1': 9 },
    tightest: null,
    falsePass: null,
    counterexample: null,
    replay: null,
    seconds: 0.25,
    ...changes,
  };
}

export const VIOLATED: ClaimResult = gateResult('identity', {
  statement: 'query_{t+1} = y_{t+1} and x_t of nesterov, for all t ≤ T',
  source: { section: 'docs/PROTOCOL.md', label: 'nesterov' },
  verdict: 'violated',
  counterexample: DIFFERENCE,
  hint: 'sign of the extrapolation flipped',
  replay: 'omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --claims identity --seed 7',
});

export const CRASHED: ClaimResult = gateResult('manners-interleaving', {
  statement: 'interleaved sessions do not disturb one another',
  verdict: 'crashed',
  cases: 3,
  reason: 'the process was killed by SIGSEGV in answer to step 4\nstandard error: Segmentation fault (core dumped)',
});

/** The failure of {@link VIOLATED}, expected to be so. */
export const EXPECTED: ClaimResult = gateResult('dtype-honesty', {
  statement: 'what is said to be float64 is not computed in float32',
  verdict: 'violated',
  counterexample: { ...DIFFERENCE, claim: 'dtype-honesty', expected: 'x_1 = x0 − lr·g in float64', lhs: '0.10000000149011612', rhs: '0.1', evidence: {} },
  expectation: { verdict: 'violated', reason: 'a buffer is float32 until the next release', issue: 'https://example.org/issues/12', expires: '2026-12-31', met: true },
});

const UNDECIDED: ClaimResult = gateResult('guarantee', { strength: 'rate', verdict: 'inconclusive', reason: 'coverage: 2 of 5 cases with T ≥ 20' });
const OTHERS: readonly ClaimResult[] = [
  gateResult('manners-echo'),
  gateResult('equivariance-rotation', { verdict: 'inapplicable', reason: 'adagrad is not rotation equivariant', cases: 0, counts: [], coverage: {} }),
  gateResult('manners-state', { verdict: 'skipped', reason: 'the subject cannot save its state (https://example.org/issues/3)', cases: 0, counts: [], coverage: {} }),
];

export function gateReport(claims: readonly ClaimResult[], changes: Partial<Report> = {}): Report {
  const totals: { [verdict in Verdict]?: number } = {};
  for (const { verdict } of claims) totals[verdict] = (totals[verdict] ?? 0) + 1;
  return {
    schemaVersion: 1,
    tool: { name: 'omg-oracle', version: '0.2.0' },
    command: 'omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov --seed 7',
    seed: 7,
    startedAt: '2026-03-01T10:00:00.000Z',
    finishedAt: '2026-03-01T10:00:04.200Z',
    subject: SUBJECT,
    expectations: [],
    claims,
    totals,
    exitStatus: 0,
    complete: true,
    ...changes,
  };
}

/** All that holds, does not apply, or is expected to fail. */
export const PASSING = gateReport([...OTHERS, EXPECTED]);

/** A result of every kind. */
export const FAILING = gateReport([...OTHERS, VIOLATED, EXPECTED, UNDECIDED, CRASHED], {
  exitStatus: 3,
  subject: { ...SUBJECT, restarts: 2 },
  expectations: ['manners-echo is expected to be violated, and it passes: remove the entry'],
});

/** The run that was stopped. */
export const CUT = gateReport(OTHERS, { exitStatus: 4, complete: false });
