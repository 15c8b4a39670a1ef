import type { ClaimResult, Report, Verdict } from '../verdict.js';
import { writeOutputs } from '../../reports/outputs.js';
import { totals } from '../runner/exit-status.js';
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
  ...check, variant: 'corrected', hypotheses: [], source, strength: 'identity', arithmetic: [], cases, rejected: 0, counts: [], coverage: {}, tightest: null, falsePass: null, counterexample: null, replay: null, seconds: 0,
});

/** Writes every file of a report of checks. @returns the path of its page. @throws {OutputError} */
export async function writeChecks(
  out: string, run: Pick<Report, 'title' | 'command' | 'seed' | 'exitStatus' | 'complete'> & { readonly startedAt: Date }, checks: readonly Check[], source: Source,
): Promise<string> {
  const claims = checks.map((check) => resultOf(check, source));
  const [page] = await writeOutputs(out, { schemaVersion: 1, tool: TOOL, ...run, startedAt: run.startedAt.toISOString(), finishedAt: new Date().toISOString(), claims, totals: totals(claims) });
  return page!;
}
