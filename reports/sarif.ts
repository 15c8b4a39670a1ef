/** A report as SARIF 2.1.0, for code scanning: claims are rules, and results are what keeps the run from passing, and errata. */

import { createHash } from 'node:crypto';
import type { ClaimResult, Report } from '../src/verdict.js';
import { accountLines, hasVariants, headline, knownFailures, nameOf, note, notJudged, outcome, resultName, toneOf, troubles, verbOf, verdictText } from './account.js';
import { encodeDoubles } from '../src/base/doubles.js';
import { isGateReport } from './gate.js';
import { clean, errata, place } from './wording.js';

/** Where a result is shown: paths from the repository's root. */
export interface SarifPlaces {
  /** The optimizer's file, or what stands for it where there is none. */
  readonly artifact: string;
  /** The file of a result's counterexample, where results have no other place than that: of a statement. */
  readonly counterexample?: (result: ClaimResult) => string;
  /** The expected-failures file, where there is one. */
  readonly expected?: string | null;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const EXPECTATIONS = 'expected-failures';
const RUN = 'run-complete';
const NAMED = 'method-named';

/** A path as the relative reference of RFC 3986. */
const uriOf = (path: string): string => path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

const locations = (path: string): readonly object[] => [
  { physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' }, region: { startLine: 1 } } },
];

/** The same for the same failure of the same optimizer, whatever the seed, the day and the numbers: so that it is told once. */
const fingerprint = (...parts: readonly (string | null)[]): object => ({ 'omgOracle/v1': createHash('sha256').update(JSON.stringify(parts)).digest('hex') });

function rule(report: Report, id: string): object {
  const results = report.claims.filter((result) => result.id === id);
  const [first] = results as [ClaimResult];
  const provided = ({ hypotheses }: ClaimResult): string => (hypotheses.length === 0 ? '' : `\n\nProvided that:\n${hypotheses.map((text) => `- ${text}`).join('\n')}`);
  const said = results.map((result) => `${hasVariants(report) ? `${result.variant === 'printed' ? 'As printed' : 'Corrected'}: ` : ''}${result.statement}${provided(result)}`);
  const help = clean(`${said.join('\n\n')}\n\nWhere it is said: ${place(first.source)}.`);
  const statement = clean(first.statement);
  return {
    id,
    shortDescription: { text: statement },
    fullDescription: { text: statement },
    help: { text: help },
    defaultConfiguration: { level: 'error' },
    properties: { tags: [isGateReport(report) ? 'optimizer' : 'theory', first.strength] },
  };
}

/** What is found wrong with the paper is no mistake of anybody who runs this. */
const levelOf = (
  result: ClaimResult,
): 'error' | 'warning' | 'note' => (result.verdict === 'refuted' && toneOf(result) === 'known' ? 'note' : toneOf(result) === 'open' ? 'warning' : 'error');

function finding(report: Report, result: ClaimResult, ruleIndex: number, { artifact, counterexample: fileOf }: SarifPlaces): object {
  const { id, variant, verdict, counterexample, replay, hint, expectation } = result;
  const known = expectation?.met === true;
  const told = [verdictText(result), note(result)].filter((part) => part !== '').join(': ');
  const file = counterexample === null ? artifact : (fileOf?.(result) ?? artifact);
  return {
    ruleId: id,
    ruleIndex,
    level: levelOf(result),
    message: { text: clean([`${resultName(report, result)} ${told}`, result.statement, ...accountLines(result, '', hasVariants(report))].join('\n')) },
    locations: locations(file),
    partialFingerprints: hasVariants(report) ? fingerprint(id, variant, verdict) : fingerprint(id, verdict, report.subject?.like ?? null, artifact),
    ...(known ? { suppressions: [{ kind: 'external', status: 'accepted', justification: clean(`${expectation.reason} ${expectation.issue}`.trim()) }] } : {}),
    properties: {
      verdict,
      replay,
      hint: hint ?? null,
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
function ofTheRun(report: Report, { artifact, expected = null }: SarifPlaces): readonly Remark[] {
  return [
    ...(report.complete ? [] : [{ id: RUN, statement: 'The run ended, and judged every claim.', text: outcome(report).reason, file: artifact }]),
    ...(outcome(report).word === 'not judged' && report.exitStatus !== 0
      ? [{ id: NAMED, statement: 'A method is named that the optimizer is judged as.', text: outcome(report).reason, file: artifact }]
      : []),
    ...(report.expectations ?? []).map((text) => ({ id: EXPECTATIONS, statement: 'The file of expected failures is up to date.', text, file: expected ?? artifact })),
  ];
}

/** The report as one SARIF log with one run. Expected failures are suppressed results, errata are notes. Ends with a line break. */
export function renderSarif(report: Report, places: SarifPlaces): string {
  const { tool, command, startedAt, finishedAt, exitStatus, complete, subject = null, seed, totals } = report;
  const others = ofTheRun(report, places);
  const extra = [...new Map(others.map(({ id, statement }) => [id, statement])).entries()];
  const ids = [...new Set(report.claims.map(({ id }) => id))];
  const indexOf = (id: string): number => [...ids, ...extra.map(([name]) => name)].indexOf(id);
  const results = [
    ...others.map(({ id, text, file }) => ({
      ruleId: id,
      ruleIndex: indexOf(id),
      level: 'error',
      message: { text: clean(text) },
      locations: locations(file),
      partialFingerprints: fingerprint(id, text, subject?.like ?? null, file),
    })),
    ...[...troubles(report), ...knownFailures(report), ...errata(report).map(({ printed }) => printed)].map((result) => finding(report, result, indexOf(result.id), places)),
  ];
  const rules = [
    ...ids.map((id) => rule(report, id)),
    ...extra.map(([id, text]) => ({ id, shortDescription: { text }, help: { text }, defaultConfiguration: { level: 'error' } })),
  ];
  const part = report.shard === undefined ? '' : `part ${report.shard.index} of ${report.shard.count}/`;
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules } },
      // Code scanning replaces the results of a category by those of its next run: each optimizer, and each part of a run, has its own, up to the last slash.
      automationDetails: {
        id: clean(isGateReport(report) ? `omg-oracle/${subject?.name ?? places.artifact}/${subject?.like ?? 'any'}/${part}` : `omg-oracle/${verbOf(report)}/${part}`),
        description: { text: clean(nameOf(report)) },
      },
      invocations: [{
        commandLine: clean(command),
        startTimeUtc: startedAt,
        endTimeUtc: finishedAt,
        exitCode: exitStatus,
        executionSuccessful: complete,
        exitCodeDescription: clean(`${headline(outcome(report))} ${outcome(report).reason}`),
      }],
      columnKind: 'utf16CodeUnits',
      results,
      properties: { seed, complete, totals, subject, notJudged: notJudged(report).map(clean) },
    }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
