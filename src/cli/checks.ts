import type { ClaimResult, Report, Verdict } from '../verdict.js';
import { conclusion } from '../runner/exit-status.js';
import { TOOL } from './tool.js';

/** What a command checks that is no claim of the paper, and no optimizer's. */
export interface Check {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly cases: number;
}

/** Where it is said what is checked. */
type Source = ClaimResult['source'];

const resultOf = ({ cases, ...check }: Check, source: Source): ClaimResult => ({
  ...check,
  variant: 'corrected',
  hypotheses: [],
  source,
  strength: 'identity',
  arithmetic: [],
  cases,
  rejected: 0,
  counts: [],
  coverage: {},
  tightest: null,
  falsePass: null,
  counterexample: null,
  replay: null,
  seconds: 0,
});

/** The report of a run of checks. */
export function checksReport(
  run: Pick<Report, 'command' | 'seed' | 'complete'> & { readonly title: string; readonly startedAt: Date },
  checks: readonly Check[],
  source: Source,
): Report {
  const { title, command, seed, startedAt, complete } = run;
  const claims = checks.map((check) => resultOf(check, source));
  return {
    schemaVersion: 1,
    tool: TOOL,
    title,
    command,
    seed,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    claims,
    ...conclusion({ title, claims, complete }),
    complete,
  };
}
