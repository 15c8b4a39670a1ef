import { NONE } from '../../reports/gate.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { Saboteur } from '../saboteur/saboteur.js';
import { reference } from '../subject.js';
import type { ClaimResult, Counterexample, Json, SubjectInfo, Unsupported, Verdict, WorstCaseInfo } from '../verdict.js';
import { advice } from './advice.js';
import type { GateCase } from './case.js';
import type { GateClaim, GateContext } from './claim.js';
import { agreesThroughout, explain, guess, mostTaken, nearest, type MethodGuess } from './explain.js';
import { listsBehind, withoutLists } from './lists.js';
import type { MethodName } from './methods.js';
import { SubjectFailure, type Door, type Hello } from './protocol.js';
import { owed, search, sessionsOwed, type Found, type Search } from './search.js';
import { worstCases } from './worst-cases.js';

export interface GateOptions {
  readonly door: Door;
  /** null: nothing is named. "none": manners and symmetries alone. Either way it is guessed what the optimizer is nearest to. */
  readonly like: MethodName | typeof NONE | null;
  readonly claims: readonly GateClaim[];
  /** Non-trivial sessions that a claim of share 1 owes. */
  readonly cases: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Cases that failed before, by claim: they run first. */
  readonly known: readonly KeptCounterexample[];
  /** Mistakes that a failure is compared with. */
  readonly saboteurs: readonly Saboteur[];
  readonly onResult: (result: ClaimResult, done: number, total: number) => void;
}

/** A counterexample, and the file that it was kept in. */
export type KeptCounterexample = Counterexample & { readonly file: string };

export interface GateRun {
  /** null where the optimizer never introduced itself. */
  readonly subject: SubjectInfo | null;
  readonly results: readonly ClaimResult[];
  /** Empty where there is none to tell. */
  readonly worstCases: readonly WorstCaseInfo[];
  /** False where the run was stopped early. */
  readonly complete: boolean;
  /** Cases that were kept and could not be run, a line each, its file first. */
  readonly warnings: readonly string[];
}

/** After this many starts over the gate stops: the rest would tell nothing new. */
const MAX_RESTARTS = 10;
/** What a statement is told of where no method is known. */
const PLAINEST: MethodName = 'gradient-descent';

/** Of a slip that only size shows no known mistake tells: those show in small sessions. */
const EXPLAINED = ['identity', 'identity-schedule'];

const STOPPED = 'the run was stopped before it';
const PROTOCOL_SOURCE = { section: 'docs/PROTOCOL.md', label: 'manners' } as const;
const HELLO = { id: 'manners-hello', statement: 'it starts, introduces itself, and gives numbers back bit for bit' } as const;
const BYE = { id: 'manners-bye', statement: 'it ends with exit status 0 when it is told to' } as const;

/** Every claim on one optimizer, manners first. Each is in the results, whatever the optimizer does; its process has ended when this returns or throws. */
export async function runGate(options: GateOptions): Promise<GateRun> {
  const { door, signal } = options;
  // Whatever it is waiting for: a stopped run does not wait with it, and starts nothing more.
  let stopping: Promise<void> | null = null;
  const stop = (): void => {
    stopping = door.stop();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await judgeAll(options);
  } finally {
    signal.removeEventListener('abort', stop);
    await (stopping ?? door.end());
  }
}

async function judgeAll(options: GateOptions): Promise<GateRun> {
  const { door, claims, signal, like, onResult } = options;
  const named = like === NONE ? null : like;
  const results: ClaimResult[] = [];
  const total = claims.length + 2;
  const settle = (result: ClaimResult): void => {
    results.push(result);
    onResult(result, results.length, total);
  };
  const started = performance.now();
  const hello = await introduced(door);
  if (hello instanceof SubjectFailure) {
    const open: readonly [Verdict, string] = signal.aborted ? ['skipped', STOPPED] : ['inconclusive', 'it never introduced itself'];
    settle(
      signal.aborted
        ? plain(HELLO, ...open, started)
        : plain(HELLO, introductionVerdict(hello), [told(hello), advice(hello, door.kind)].filter((part) => part !== null).join('\nwhat to do: '), started),
    );
    for (const claim of [...claims.map((one) => ({ id: one.id, statement: one.statement(named ?? PLAINEST) })), BYE]) settle(plain(claim, ...open, performance.now()));
    return { subject: null, results, worstCases: [], complete: !signal.aborted, warnings: [] };
  }
  settle(plain(HELLO, 'holds', null, started));
  const guesses = named === null ? await guess({ door, hello, dtype: hello.dtype, reference }, options.seed) : [];
  const near = nearest(guesses);
  // Manners are owed in whatever sessions it takes.
  const method = named ?? near?.method ?? mostTaken(guesses)?.method ?? PLAINEST;
  const context: GateContext = { door, hello, dtype: hello.dtype, method, guessed: named === null, reference };
  const warnings: string[] = [];
  let stopped = false;
  // Of these the reason is known.
  let excused = 0;
  // Anew for each claim: none depends on what was asked before it.
  const listless = (): GateContext => ({ ...context, door: withoutLists(door, (times) => (excused += times)) });
  for (const claim of claims) {
    stopped ||= door.restarts - excused >= MAX_RESTARTS;
    if (signal.aborted) settle(unfinished(claim, context, 'skipped', STOPPED));
    else if (stopped) settle(unfinished(claim, context, 'inconclusive', `it had to be started over ${door.restarts} times: the gate stopped`));
    else settle(await runClaim(claim, claim.judgesLists === true ? context : listless(), options, near, warnings));
  }
  const known = claims.some(({ id }) => id === 'worst-case') && !stopped && !signal.aborted && (named !== null || agreesThroughout(near));
  const worst = known ? await attempted(() => worstCases(context)) : null;
  const bye = await farewell(door);
  settle(signal.aborted ? plain(BYE, 'skipped', STOPPED, performance.now()) : bye);
  const { implementation, dtype, capabilities } = hello;
  return {
    subject: {
      ...implementation,
      dtype,
      capabilities,
      door: door.kind,
      source: door.source,
      like,
      restarts: door.restarts,
      guess: near === null ? null : `${near.method} (agrees in ${near.agreed} of ${near.taken} sessions)`,
      ...(named === null ? { guesses } : {}),
    },
    results,
    worstCases: worst ?? [],
    complete: !signal.aborted,
    warnings,
  };
}

/** The optimizer's introduction; a start that fails is tried once more. */
async function introduced(door: Door): Promise<Hello | SubjectFailure> {
  const first = await greeted(door);
  if (!(first instanceof SubjectFailure) || first.failure === 'wrong-protocol') return first;
  return greeted(door);
}

async function greeted(door: Door): Promise<Hello | SubjectFailure> {
  try {
    return await door.hello();
  } catch (error) {
    if (error instanceof SubjectFailure) return error;
    throw error;
  }
}

/** null where the optimizer fails at it: the claims will say how. */
async function attempted<T>(task: () => Promise<T>): Promise<T | null> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof SubjectFailure) return null;
    throw error;
  }
}

async function farewell(door: Door): Promise<ClaimResult> {
  const started = performance.now();
  try {
    await door.bye();
    return plain(BYE, 'holds', null, started);
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    return plain(BYE, failureVerdict(error), told(error), started);
  }
}

async function runClaim(claim: GateClaim, context: GateContext, options: GateOptions, near: MethodGuess | null, warnings: string[]): Promise<ClaimResult> {
  const started = performance.now();
  // A guess that does not always agree is no ground for what holds for that method alone.
  const unsure = context.guessed && !agreesThroughout(near) && /^(equivariance|zero|dtype)/.test(claim.id);
  const reason = claim.inapplicable(context) ?? (unsure ? 'no method was named, and no reference agrees with it throughout' : null);
  if (reason !== null) return unfinished(claim, context, 'inapplicable', reason);
  const wanted = sessionsOwed(claim, options.cases);
  // A case of another method means nothing to this one.
  const known = options.known.filter((one) => one.claim === claim.id && one.evidence['method'] === context.method).map(({ file, case: example }) => ({ file, example }));
  const searched = await search(claim, context, known, { cases: wanted, seed: options.seed, stop: () => options.signal.aborted });
  for (const { file, reason: why } of searched.strange) warnings.push(`${file} was skipped: it cannot be run (${why})`);
  // What an optimizer does while the gate is being stopped says nothing.
  if (options.signal.aborted) return unfinished(claim, context, 'skipped', 'the run was stopped in the middle of it');
  const { found, refusals } = searched;
  const unsupported = refusals.told();
  const hint = found?.kind === 'violated' && EXPLAINED.includes(claim.id)
    ? await attempted(() => explain(context, found.example as unknown as GateCase, options.saboteurs, options.seed, claim.id === 'identity-schedule')) :
    null;
  const lists = claim.judgesLists === true && hint === null && found !== null && found.kind !== 'skipped' && found.again === null
    ? await listsBehind(claim, context, found.example as unknown as GateCase, found.outcome)
    : null;
  const { verdict, reason: why } = judge(claim, context, searched, wanted, lists);
  return {
    ...unfinished(claim, context, verdict, why),
    arithmetic: ['float64'],
    cases: searched.cases,
    rejected: searched.rejected,
    ...(unsupported.length === 0 ? {} : { unsupported }),
    counts: [{ arithmetic: 'float64', cases: searched.cases, nonTrivial: searched.nonTrivial, rejected: searched.rejected }],
    coverage: Object.fromEntries([...searched.coverage].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    counterexample: found === null || found.kind === 'skipped' ? null : counterexample(claim, context.method, found, lists),
    seconds: (performance.now() - started) / 1000,
    ...(hint === null ? {} : { hint }),
  };
}

function judge(
  claim: GateClaim,
  context: GateContext,
  { found, nonTrivial, rejected, refusals, coverage, cases, open }: Search,
  wanted: number,
  lists: string | null,
): { verdict: Verdict; reason: string | null } {
  // What somebody asked for is no pass before it is known, whatever the optimizer says of itself.
  if (open.length > 0 && (found === null || found.kind === 'skipped')) return { verdict: 'inconclusive', reason: openReason(open) };
  if (found !== null) {
    const { outcome, again } = found;
    const said = outcome instanceof SubjectFailure ? told(outcome) : null;
    // Of a list it is told what to do; what was said is beside it, in the counterexample.
    const reason = [lists ?? said, again].filter((part) => part !== null).join('; ') || null;
    // It runs, and answers to what is no list: to this it gives another answer than the method.
    return { verdict: outcome instanceof SubjectFailure && lists === null ? failureVerdict(outcome) : 'violated', reason };
  }
  const refused = refusedText(refusals.told());
  if (cases === 0 && refused !== null) return { verdict: 'inapplicable', reason: `it does not support this: ${refused}` };
  if (nonTrivial === 0 && refused !== null && claim.idle !== undefined) return { verdict: 'inapplicable', reason: `${claim.idle}; it does not support ${refused}` };
  if (nonTrivial === 0) return { verdict: 'vacuous', reason: 'no session was non-trivial' };
  const beside = refused === null ? '' : `; it does not support ${refused}`;
  if (nonTrivial < wanted) return { verdict: 'inconclusive', reason: `expected ${wanted} non-trivial sessions, got ${nonTrivial} (${rejected} rejected)${beside}` };
  for (const { label, share, sessions } of owed(claim, context, wanted, refusals)) {
    // Of fewer, the share is less than one session.
    const least = Math.ceil(1 / share);
    if (wanted < least)
      return {
        verdict: 'inconclusive',
        reason: `expected to be asked for ${least} sessions at least, as "${label}" must be among them, not for ${wanted}: give --cases ${Math.ceil(least / claim.share)} or more`,
      };
    const got = coverage.get(label) ?? 0;
    if (got < sessions) return { verdict: 'inconclusive', reason: `expected "${label}" in ${sessions} of the non-trivial sessions, got ${got}${beside}` };
  }
  return { verdict: 'holds', reason: refused === null ? null : `it does not support ${refused}` };
}

/** 'set: box (31 sessions: "no boxes"), set: ball (1 session: "no balls")'; null where it takes everything. */
function refusedText(unsupported: readonly Unsupported[]): string | null {
  if (unsupported.length === 0) return null;
  return unsupported.map(({ what, times, message }) => {
    const sessions = `${times} ${times === 1 ? 'session' : 'sessions'}`;
    return what === null ? `${sessions}: "${message}"` : `${what} (${sessions}: "${message}")`;
  }).join(', ');
}

function openReason(open: readonly string[]): string {
  const shown = open.slice(0, 3).join('; ');
  return `${open.length} of what is required ${open.length === 1 ? 'is' : 'are'} open: ${shown}${open.length > 3 ? '; …' : ''}`;
}

function failureVerdict({ failure }: SubjectFailure): Verdict {
  switch (failure) {
    case 'unsupported':
      return 'inapplicable';
    case 'wrong-protocol':
      return 'errored';
    default:
      return failure;
  }
}

/** Who refuses to say who it is did not run. */
function introductionVerdict(failure: SubjectFailure): Verdict {
  const verdict = failureVerdict(failure);
  return verdict === 'inapplicable' || verdict === 'skipped' ? 'errored' : verdict;
}

function told({ message, details, issue }: SubjectFailure): string {
  return [message, issue, details === '' ? null : details.trim()].filter((part) => part !== null).join('\n');
}

/** What was sent, where nothing else tells. */
function asked(example: Json): { readonly [name: string]: Json } {
  const { x0, config } = example as unknown as GateCase;
  return { x0, config };
}

function counterexample(claim: GateClaim, method: MethodName, { example, outcome, seed, path }: Found, lists: string | null): Counterexample {
  const base = {
    claim: claim.id,
    variant: 'corrected',
    arithmetic: 'float64',
    generatorVersion: GENERATOR_VERSION,
    origin: seed === null ? 'committed' : 'search',
    seed,
    path,
    case: example,
    exact: false,
  } as const;
  if (outcome instanceof SubjectFailure) {
    const evidence = { method, ...(lists === null ? {} : asked(example)), ...(outcome.details === '' ? {} : { details: outcome.details }) };
    return { ...base, expected: 'an answer', lhs: outcome.message, rhs: 'an answer', evidence };
  }
  const { expected, lhs, rhs, evidence } = outcome;
  return { ...base, expected, lhs, rhs, evidence: { method, ...evidence } };
}

function unfinished(claim: GateClaim, { method }: GateContext, verdict: Verdict, reason: string | null): ClaimResult {
  return {
    id: claim.id,
    variant: 'corrected',
    statement: claim.statement(method),
    hypotheses: claim.hypotheses,
    source: claim.source(method),
    strength: claim.strength,
    verdict,
    reason,
    arithmetic: [],
    cases: 0,
    rejected: 0,
    counts: [],
    coverage: {},
    tightest: null,
    falsePass: null,
    counterexample: null,
    replay: null,
    seconds: 0,
  };
}

/** The result of a claim that has no generated cases. */
function plain({ id, statement }: { readonly id: string; readonly statement: string }, verdict: Verdict, reason: string | null, started: number): ClaimResult {
  const ran = verdict === 'skipped' || verdict === 'inconclusive' ? 0 : 1;
  return {
    id,
    variant: 'corrected',
    statement,
    hypotheses: [],
    source: PROTOCOL_SOURCE,
    strength: 'hypothesis',
    verdict,
    reason,
    arithmetic: ran === 0 ? [] : ['float64'],
    cases: ran,
    rejected: 0,
    counts: [],
    coverage: {},
    tightest: null,
    falsePass: null,
    counterexample: null,
    replay: null,
    seconds: (performance.now() - started) / 1000,
  };
}
