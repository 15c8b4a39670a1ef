import { claimInfo } from '../../src/runner/claim-info.js';
import { loadClaims } from '../../src/runner/load-claims.js';
import type { ClaimResult, Report } from '../../src/verdict.js';
import { COMPLETE, verifyReport, verifyResult } from './verify-report.js';

/** A report of every claim of the paper, as long as `verify` makes it, with all that it may have; what is false as printed has its committed numbers. */
export async function wholeReport(): Promise<Report> {
  const model = COMPLETE.claims.find(({ ratios }) => ratios !== undefined)!;
  const claims = (await loadClaims()).map(claimInfo).flatMap(({ id, source, error, printed, corrected, counterexamples: [counterexample] }): ClaimResult[] => {
    const about = ({ statement, hypotheses, strength, coverage }: typeof printed): Partial<ClaimResult> => ({
      statement,
      hypotheses,
      source,
      strength,
      coverage: Object.fromEntries(Object.keys(coverage).map((label) => [label, 100])),
    });
    const ratios = (corrected ?? printed).strength === 'identity' ? {} : { ratios: model.ratios!, slack: model.slack!, suprema: model.suprema! };
    return [
      verifyResult(id, {
        ...about(printed),
        variant: 'printed',
        ...(error === null ? {} : { error }),
        ...(corrected === null
          ? {}
          : { verdict: 'refuted', counterexample: counterexample!, replay: `omg-oracle replay reports/out/counterexamples/${id}.printed.json`, tightest: null }),
      }),
      verifyResult(id, { ...about(corrected ?? printed), ...ratios }),
    ];
  });
  const { specialCases, figure1, figure2 } = COMPLETE;
  return verifyReport(claims, { specialCases: specialCases!, figure1: figure1!, figure2: { ...figure2!, problems: Array.from({ length: 5 }, () => figure2!.problems[0]!) } });
}

/** What the schema of reports leaves no room for other text in. */
const BOUND = new Set(['arithmetic', 'claim', 'door', 'dtype', 'error', 'exact', 'finishedAt', 'id', 'optimizer', 'origin', 'startedAt', 'strength', 'variant', 'verdict']);
/** What names its own members. */
const NAMED = new Set(['coverage', 'evidence', 'suprema']);

/** A report in which whatever is text ends with another. */
export function hostileReport(report: Report, text: string): Report {
  const evil = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return BOUND.has(key) ? value : `${value}${text}`;
    if (Array.isArray(value)) return value.map((one) => evil(one, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [NAMED.has(key) ? `${name}${text}` : name, evil(one, name)]));
  };
  return evil(report, '') as Report;
}
