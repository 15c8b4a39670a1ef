import { InputError } from '../base/errors.js';
import { COURTESIES, kindOf } from '../../reports/gate.js';
import { verbOf } from '../../reports/account.js';
import { readReport } from '../../reports/json.js';
import type { GateClaim } from '../gate/claim.js';
import { gateClaims, gateClaimsWith } from '../gate/claims/index.js';
import { rejudgeGate, rejudgeWorstCases } from '../gate/rejudge.js';
import { readRequirement } from '../gate/requirement.js';
import { DEFAULT_SESSIONS } from '../gate/search.js';
import { DEFAULT_CASES } from '../runner/claim-info.js';
import { loadClaims } from '../runner/load-claims.js';
import { rejudge } from '../runner/rejudge.js';
import { saboteurs } from '../saboteur/index.js';
import { TRACE_CLAIMS } from '../trace/format.js';
import { rejudgeTrace } from '../trace/rejudge.js';
import type { Report } from '../verdict.js';
import { wordsOf } from './arguments.js';
import { contradiction } from './consistency.js';
import { shareOf } from './shard.js';
import { TOOL } from './tool.js';
import { UsageError, namesOption } from './usage.js';

/**
 * Reads a report whose word is to be taken: one that its own results contradict, or that lacks some of what its command line asked for, is refused.
 * @throws {InputError} that, or a file that is no report.
 */
export async function readSoundReport(path: string): Promise<Report> {
  const report = readReport(path);
  const wrong = contradiction(report) ?? ofCommand(report) ?? (await ofPromise(report));
  if (wrong === null) return report;
  throw new InputError({
    expected: `a report that agrees with its own results in ${path}`,
    received: wrong,
    remedy: 'It was changed after it was written, or damaged: run its command again.',
  });
}

/** What the command line of a report says, too. */
function ofCommand(report: Report): string | null {
  const { command, seed, subject, shard, claims, complete } = report;
  const kind = kindOf(report);
  const option = optionsOf(command);
  const drawn = option('seed');
  if (kind !== 'trace' && drawn !== null && drawn !== String(seed)) return `its seed is ${seed}, and that of its command is ${drawn}`;
  const [named, like] = [option('like'), subject?.like ?? null];
  if (kind === 'gate' && subject !== null && named !== like) return `its optimizer was judged as ${like ?? 'no method in particular'}, and its command names ${named ?? 'none'}`;
  const part = option('shard');
  if (shard === undefined) return part === null ? null : `its command is of part ${part}, and it is of a whole run`;
  if (part !== `${shard.index}/${shard.count}`) return `it is part ${shard.index}/${shard.count}, and its command is of ${part === null ? 'the whole run' : `part ${part}`}`;
  const others = shard.claims.filter((id) => kind !== 'gate' || !COURTESIES.includes(id));
  const own = [...(kind === 'gate' ? COURTESIES : []), ...shareOf(shard, others)];
  const foreign = claims.find(({ id }) => !own.includes(id));
  if (foreign !== undefined) return `${foreign.id} belongs to another part than ${part}`;
  const lost = own.find((id) => !claims.some((one) => one.id === id));
  return complete && lost !== undefined ? `it is complete, and has no result of ${lost}, which belongs to part ${part}` : null;
}

/** The value of an option of a command line; null where it is not given. */
function optionsOf(command: string): (name: string) => string | null {
  const words = wordsOf(command);
  return (name) => (words.includes(`--${name}`) ? (words[words.indexOf(`--${name}`) + 1] ?? '') : null);
}

/** The claims of a gate that requires this of its worst case; or why nothing can be required so. */
function judgedBy(required: string | null): readonly GateClaim[] | string {
  try {
    return required === null ? gateClaims : gateClaimsWith(required.split(';').map(readRequirement));
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** What this version knows of the run that the command line is of: all of it must be there, and nothing else. Of another version's it cannot be said. */
async function ofPromise(report: Report): Promise<string | null> {
  const { tool, command, claims, complete, shard } = report;
  if (tool.name !== TOOL.name || tool.version !== TOOL.version) return null;
  const kind = kindOf(report);
  const option = optionsOf(command);
  const asked = option('claims') ?? undefined;
  const theory = kind === 'verify' || verbOf(report) === 'self-test' ? await loadClaims() : [];
  const known = ((): readonly string[] | string => {
    try {
      switch (kind) {
        case 'verify':
          return namesOption(asked, theory).map(({ id }) => id);
        case 'gate':
          return [COURTESIES[0], ...namesOption(asked, gateClaims, '').map(({ id }) => id), COURTESIES[1]];
        case 'trace':
          return TRACE_CLAIMS;
        case 'checks':
          return verbOf(report) === 'self-test' ? [...saboteurs.map(({ name }) => name), ...theory.map(({ id }) => id)] : ['finite', 'tensors', 'climbs'];
      }
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
  })();
  if (typeof known === 'string') return `its command cannot be run: ${known}`;
  if (shard !== undefined && JSON.stringify(shard.claims) !== JSON.stringify(known)) return 'the claims that it says its run has are not those of its command';
  const foreign = claims.find(({ id }) => !known.includes(id));
  if (foreign !== undefined) return `it has a result of ${foreign.id}, which its command does not ask for`;
  const lost = known.find((id) => id !== 'climbs' && !claims.some((one) => one.id === id));
  if (complete && shard === undefined && lost !== undefined) return `it is complete, and has no result of ${lost}`;
  const all = kind === 'gate' ? gateClaims : kind === 'verify' ? theory : [];
  const left = all.filter(({ id }) => !known.includes(id)).map(({ id }) => id);
  if (JSON.stringify(left) !== JSON.stringify(report.leftOut ?? [])) return 'the claims that it says were left out are not those that its command leaves out';
  const cases = Number(option('cases') ?? (kind === 'gate' ? DEFAULT_SESSIONS : DEFAULT_CASES));
  for (const result of kind === 'verify' ? claims : []) {
    const wrong = rejudge(theory.find(({ id }) => id === result.id)!, result, cases);
    if (wrong !== null) return `${result.id} (${result.variant}) ${wrong}`;
  }
  const judging = judgedBy(kind === 'gate' ? option('require-worst-case') : null);
  if (typeof judging === 'string') return `its command cannot be run: ${judging}`;
  for (const result of kind === 'gate' ? claims : []) {
    const claim = judging.find(({ id }) => id === result.id);
    const wrong = claim === undefined || report.subject === undefined || report.subject === null ? null : rejudgeGate(claim, result, report.subject, cases);
    if (wrong !== null) return `${result.id} ${wrong}`;
  }
  const table = kind === 'gate' ? await rejudgeWorstCases(report) : null;
  if (table !== null) return table;
  for (const result of kind === 'trace' ? claims : []) {
    const wrong = rejudgeTrace(result, report.subject?.like ?? null, claims.every(({ id, cases: all }) => id !== 'trace-step' || all === 0));
    if (wrong !== null) return `${result.id} ${wrong}`;
  }
  return null;
}
