/** The parts of one run (`--shard i/n`), joined as if it had run whole. */

import type { ClaimResult, Report, ShardInfo, SubjectInfo } from '../src/verdict.js';
import { troubles } from './account.js';
import { InputError } from '../src/base/errors.js';
import { COURTESIES, isGateReport } from './gate.js';

/** A report, and the file that it was read from. */
export interface Part<R extends Report = Report> {
  readonly path: string;
  readonly report: R;
}

type ShardReport = Report & { readonly shard: ShardInfo };

/** The whole run's report, but for what its command says itself: the command line, totals, and the exit status. Replays are those of the parts. */
export interface Joined {
  readonly whole: Omit<Report, 'command' | 'totals' | 'exitStatus'>;
  /** The parts, from the first to the last. */
  readonly parts: readonly Part<ShardReport>[];
}

/**
 * Joins the reports of all parts of one run, in the order of the whole run.
 * @throws {InputError} where they are not just that: of another run, of a run that was stopped, one too many or too few.
 */
export function joined(given: readonly Part[]): Joined {
  const parts = ofOneRun(given);
  const reports = parts.map(({ report }) => report);
  const { schemaVersion, tool, seed, shard, leftOut } = reports[0]!;
  const results = shard.claims.map((id) => resultsOf(id, parts));
  const lines = results.flatMap(({ id, from }) => (from.report.expectations ?? []).filter((line) => about(line) === id));
  // What names no claim at all every part says.
  const idle = (reports[0]!.expectations ?? []).filter((line) => !shard.claims.includes(about(line)));
  const gate = isGateReport(reports[0]!)
    ? { subject: subjectOf(reports), expectations: [...lines, ...idle], ...warningsOf(reports), worstCases: reports.flatMap(({ worstCases = [] }) => worstCases) }
    : {};
  return {
    parts,
    whole: {
      schemaVersion,
      tool,
      seed,
      ...(leftOut === undefined ? {} : { leftOut }),
      ...gate,
      ...carried(reports),
      startedAt: reports.map(({ startedAt }) => startedAt).reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a)),
      finishedAt: reports.map(({ finishedAt }) => finishedAt).reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a)),
      claims: results.flatMap(({ claims }) => claims),
      complete: true,
    },
  };
}

/** The claim that a line on the expected failures is about: its first word. */
const about = (line: string): string => line.split(' ', 1)[0]!;

/** What one part has for all: the first, or the one into whose folder a figure was trained. */
function carried(reports: readonly Report[]): Pick<Report, 'specialCases' | 'figure1' | 'figure2'> {
  return Object.assign(
    {},
    ...reports.map(({ specialCases, figure1, figure2 }) => ({
      ...(specialCases === undefined ? {} : { specialCases }),
      ...(figure1 === undefined ? {} : { figure1 }),
      ...(figure2 === undefined ? {} : { figure2 }),
    })),
  ) as Pick<Report, 'specialCases' | 'figure1' | 'figure2'>;
}

/** Those of all parts, each once: every part reads the same folder. */
function warningsOf(reports: readonly Report[]): Pick<Report, 'warnings'> {
  const warnings = [...new Set(reports.flatMap(({ warnings: own = [] }) => own))];
  return warnings.length === 0 ? {} : { warnings };
}

/** Whoever was judged, started over as often as in all parts together. */
function subjectOf(reports: readonly Report[]): SubjectInfo | null {
  const subjects = reports.flatMap(({ subject }) => subject ?? []);
  return subjects[0] === undefined ? null : { ...subjects[0], restarts: subjects.reduce((sum, { restarts }) => sum + restarts, 0) };
}

interface Results {
  readonly id: string;
  readonly from: Part<ShardReport>;
  readonly claims: readonly ClaimResult[];
}

/** The results of one claim, from the part that it belongs to; what every part has, from the one where it came out worst. */
function resultsOf(id: string, parts: readonly Part<ShardReport>[]): Results {
  const found = parts.map((from) => ({ id, from, claims: from.report.claims.filter((claim) => claim.id === id) })).filter(({ claims }) => claims.length > 0);
  const [first, second] = found;
  if (first === undefined) throw refusal(`none has a result of "${id}"`, `${parts[0]!.path} lists it among the claims of the run`, AGAIN);
  if (!COURTESIES.includes(id)) {
    if (second !== undefined) throw refusal(`${both(first.from, second.from)} have results of "${id}"`, 'a claim belongs to one part', AGAIN);
    return first;
  }
  const [worst] = troubles({ claims: found.flatMap(({ claims }) => claims) });
  return found.find(({ claims }) => worst !== undefined && claims.includes(worst)) ?? first;
}

const ONE = 'Give the report.json of each part of one run.';
const AGAIN = 'Run all parts again, with one version of omg-oracle.';

function refusal(received: string, because: string | null, remedy: string): InputError {
  return new InputError({ expected: 'the reports of all parts of one run', received: because === null ? received : `${received}: ${because}`, remedy });
}

const both = (a: Part, b: Part): string => `${a.path} and ${b.path}`;
const named = ({ path, report: { shard } }: Part<ShardReport>): string => `${path} (part ${shard.index} of ${shard.count})`;

/** The parts in their order, each there once. */
function ofOneRun(given: readonly Part[]): readonly Part<ShardReport>[] {
  const isPart = (part: Part): part is Part<ShardReport> => part.report.shard !== undefined;
  const whole = given.find((part) => !isPart(part));
  if (whole !== undefined) throw refusal(`${whole.path} is of a whole run`, whole.report.command, 'Parts are made by --shard i/n; a whole run has nothing to be joined with.');
  const parts = given.filter(isPart).toSorted((a, b) => a.report.shard.index - b.report.shard.index);
  alike(parts, ({ report }) => (isGateReport(report) ? 'the gate' : 'verify'), (kind) => `is of ${kind}`, ONE);
  alike(parts, ({ report: { tool } }) => `${tool.name} ${tool.version}`, (tool) => `was written by ${tool}`, AGAIN);
  alike(parts, ({ report: { shard } }) => shard.count, (count) => `is one of ${count} parts`, ONE);
  parts.forEach((part, i) => {
    const before = parts[i - 1];
    const { index, count } = part.report.shard;
    if (before?.report.shard.index === index) throw refusal(`${both(before, part)} are both part ${index} of ${count}`, null, 'Give each part once.');
  });
  const stopped = parts.filter(({ report }) => !report.complete);
  if (stopped.length > 0) {
    const one = stopped.length === 1;
    throw refusal(
      `${stopped.map(named).join(', ')} ${one ? 'is' : 'are'} not complete`,
      one ? 'its run was stopped before its end' : 'their runs were stopped before their end',
      `Run again: ${stopped.map(({ report }) => report.command).join('; ')}`,
    );
  }
  const { count } = parts[0]!.report.shard;
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !parts.some(({ report }) => report.shard.index === index));
  if (missing.length > 0)
    throw refusal(
      `of ${count} parts ${missing.length === 1 ? 'one is' : `${missing.length} are`} missing`,
      `there is no part ${missing.join(', ')} beside ${parts.map(({ path }) => path).join(', ')}`,
      ONE,
    );
  alike(parts, ({ report: { seed } }) => seed, (seed) => `has the seed ${seed}`, 'Give every part the same --seed.');
  alike(parts, ({ report: { shard } }) => shard.command, (command) => `is of "${command}"`, 'Give every part the same options, but for --shard and --out.');
  const judged = parts.filter(({ report }) => (report.subject ?? null) !== null);
  for (const key of ['name', 'version', 'language', 'dtype', 'capabilities', 'door', 'source', 'like', 'guess'] as const) {
    alike(judged, ({ report }) => report.subject![key], (value) => `is of an optimizer with the ${key} ${JSON.stringify(value)}`, 'Judge one optimizer in every part.');
  }
  for (const part of parts) {
    const [{ report: { shard: { claims } } }, own] = [parts[0]!, part.report.shard.claims];
    const other = claims.find((id) => !own.includes(id));
    if (other !== undefined) throw refusal(`${parts[0]!.path} knows the claim "${other}" and ${part.path} does not`, null, AGAIN);
    const added = own.find((id) => !claims.includes(id)) ?? part.report.claims.find(({ id }) => !claims.includes(id))?.id;
    if (added !== undefined) throw refusal(`${part.path} has the claim "${added}" and ${parts[0]!.path} does not know it`, null, AGAIN);
  }
  alike(parts, ({ report: { shard } }) => shard.claims, () => 'has the claims in an order of its own', AGAIN);
  return parts;
}

/** @throws {InputError} names the first part and the first that differs from it. */
function alike<T>(parts: readonly Part<ShardReport>[], of: (part: Part<ShardReport>) => T, told: (value: T) => string, remedy: string): void {
  const [first] = parts;
  const other = first === undefined ? undefined : parts.find((part) => JSON.stringify(of(part)) !== JSON.stringify(of(first)));
  if (first !== undefined && other !== undefined) throw refusal(`${first.path} ${told(of(first))} and ${other.path} ${told(of(other))}`, null, remedy);
}
