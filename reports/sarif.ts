/** A gate's report as SARIF 2.1.0, for code scanning: claims are rules, and what keeps the run from passing are results. */

import { createHash } from 'node:crypto';
import type { ClaimResult } from '../src/verdict.js';
import { encodeDoubles } from './doubles.js';
import { accountLines, judgedAs, knownFailures, note, outcome, toneOf, troubles, verdictText, who, type GateReport } from './gate.js';
import { clean, place } from './wording.js';

/** Where a result is shown: paths from the repository's root. */
export interface SarifPlaces {
  /** The optimizer's file, or what stands for it where the command names none. */
  readonly artifact: string;
  /** The expected-failures file, where there is one. */
  readonly expected?: string | null;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const EXPECTATIONS = 'expected-failures';
const RUN = 'run-complete';

/** A path as the relative reference of RFC 3986. */
const uriOf = (path: string): string => path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

const locations = (path: string): readonly object[] => [
  { physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' }, region: { startLine: 1 } } },
];

/** The same for the same failure of the same optimizer, whatever the seed, the day and the numbers: so that it is told once. */
const fingerprint = (...parts: readonly (string | null)[]): object => ({ 'omgOracle/v1': createHash('sha256').update(JSON.stringify(parts)).digest('hex') });

function rule(result: ClaimResult): object {
  const { id, statement, hypotheses, source, strength } = result;
  const provided = hypotheses.length === 0 ? '' : `\n\nProvided that:\n${hypotheses.map((text) => `- ${text}`).join('\n')}`;
  const help = clean(`${statement}${provided}\n\nWhere it is said: ${place(source)}.`);
  return {
    id, shortDescription: { text: clean(statement) }, fullDescription: { text: clean(statement) }, help: { text: help },
    defaultConfiguration: { level: 'error' }, properties: { tags: ['optimizer', strength] },
  };
}

function finding(report: GateReport, result: ClaimResult, ruleIndex: number, { artifact }: SarifPlaces): object {
  const { id, verdict, counterexample, replay, hint, expectation } = result;
  const known = expectation?.met === true;
  const told = [verdictText(result), note(result)].filter((part) => part !== '').join(': ');
  return {
    ruleId: id, ruleIndex, level: toneOf(result) === 'open' ? 'warning' : 'error',
    message: { text: clean([`${id} ${told}`, result.statement, ...accountLines(result)].join('\n')) },
    locations: locations(artifact),
    partialFingerprints: fingerprint(id, verdict, report.subject?.like ?? null, artifact),
    ...(known ? { suppressions: [{ kind: 'external', status: 'accepted', justification: clean(`${expectation.reason} ${expectation.issue}`.trim()) }] } : {}),
    properties: {
      verdict, replay, hint: hint ?? null,
      counterexample: counterexample === null ? null : encodeDoubles({ ...counterexample }),
    },
  };
}

interface Remark {
  readonly id: string;
  readonly statement: string;
  readonly text: string;
  readonly file: string;
}

/** What a run says beside its claims, each a result with a rule of its own. */
function ofTheRun(report: GateReport, { artifact, expected = null }: SarifPlaces): readonly Remark[] {
  return [
    ...(report.complete ? [] : [{ id: RUN, statement: 'The run ended, and judged every claim.', text: outcome(report).reason, file: artifact }]),
    ...(report.expectations ?? []).map((text) => ({ id: EXPECTATIONS, statement: 'The file of expected failures is up to date.', text, file: expected ?? artifact })),
  ];
}

/** The report as one SARIF log with one run. Expected failures are suppressed results. Ends with a line break. */
export function renderSarif(report: GateReport, places: SarifPlaces): string {
  const { tool, command, startedAt, finishedAt, exitStatus, complete, subject, seed, totals, claims } = report;
  const others = ofTheRun(report, places);
  const extra = [...new Map(others.map(({ id, statement }) => [id, statement])).entries()];
  const indexOf = (id: string): number => [...claims.map((claim) => claim.id), ...extra.map(([name]) => name)].indexOf(id);
  const results = [
    ...others.map(({ id, text, file }) => ({
      ruleId: id, ruleIndex: indexOf(id), level: 'error', message: { text: clean(text) }, locations: locations(file),
      partialFingerprints: fingerprint(id, text, subject?.like ?? null, file),
    })),
    ...[...troubles(report), ...knownFailures(report)].map((result) => finding(report, result, indexOf(result.id), places)),
  ];
  const rules = [...claims.map(rule), ...extra.map(([id, text]) => ({ id, shortDescription: { text }, help: { text }, defaultConfiguration: { level: 'error' } }))];
  const log = {
    $schema: SCHEMA, version: '2.1.0',
    runs: [{
      tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules } },
      // Code scanning replaces the results of a category by those of its next run: each optimizer has its own, up to the last slash.
      automationDetails: {
        id: clean(`omg-oracle/${subject?.name ?? places.artifact}/${subject?.like ?? 'any'}/`),
        description: { text: clean(`${who(subject)}, ${judgedAs(subject)}`) },
      },
      invocations: [{
        commandLine: clean(command), startTimeUtc: startedAt, endTimeUtc: finishedAt, exitCode: exitStatus, executionSuccessful: complete,
        exitCodeDescription: clean(`${outcome(report).word}: ${outcome(report).reason}`),
      }],
      columnKind: 'utf16CodeUnits',
      results,
      properties: { seed, complete, totals, subject },
    }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
