import fc from 'fast-check';
import type { Failed, Outcome } from '../claim.js';
import { at, leaves, replaced, rounder } from '../runner/rounder.js';
import { plainly } from '../runner/run-case.js';
import { mixSeed } from '../runner/seed.js';
import type { Json } from '../verdict.js';
import type { GateClaim, GateContext } from './claim.js';
import { SubjectFailure, type FailureKind } from './protocol.js';
import { referenceDoor } from './reference-door.js';
import { Refusals } from './refusals.js';
import { MOST } from './sizes.js';

/** What ends a claim's search before its cases are through. */
export interface Found {
  readonly kind: 'violated' | FailureKind;
  readonly example: Json;
  /** The failing outcome, or how the optimizer failed to answer. */
  readonly outcome: Failed | SubjectFailure;
  readonly seed: number | null;
  readonly path: string | null;
  /** What the same case said in a new process; null where it said the same. */
  readonly again: string | null;
}

export interface Search {
  readonly found: Found | null;
  readonly cases: number;
  readonly nonTrivial: number;
  readonly rejected: number;
  /** Which sessions the implementation does not support. */
  readonly refusals: Refusals;
  readonly coverage: ReadonlyMap<string, number>;
  /** Why cases that were required are open: refused, skipped, or neither proved nor broken. */
  readonly open: readonly string[];
  /** Of the cases that were kept: which could not be run, and why. */
  readonly strange: readonly { readonly file: string; readonly reason: string }[];
}

/** A case that failed before, and the file that it was kept in. */
export interface Kept {
  readonly file: string;
  readonly example: Json;
}

export interface SearchBudget {
  /** Non-trivial cases. */
  readonly cases: number;
  readonly seed: number;
  readonly stop: () => boolean;
}

/** For each non-trivial case asked for, at most this many are tried, not counting those that are refused. */
export const PATIENCE = 6;
/** For each non-trivial case asked for, at most this many may be refused; and however few are asked for, as many as it takes to find out what is not: Algorithm 4 has 216 kinds, with a list of rates and without, 6 of each. */
const REFUSALS = { each: 50, least: 3000 };
/** Sessions spent on making a failing case readable. */
const SHRINKS = 500;
/** A session with as many numbers counts twice. */
const LARGE = 1000;

/** Cases that failed before run first, then generated ones; what fails is shrunk. */
export async function search(claim: GateClaim, given: GateContext, kept: readonly Kept[], budget: SearchBudget): Promise<Search> {
  const refusals = new Refusals();
  const context: GateContext = { ...given, door: refusals.watch(given.door), refusals };
  const counts = { cases: 0, nonTrivial: 0, rejected: 0 };
  let refused = 0;
  const coverage = new Map<string, number>();
  const strange: { readonly file: string; readonly reason: string }[] = [];
  const open: string[] = [];
  const done = (found: Found | null): Search => ({ found, ...counts, refusals, coverage, strange, open });
  const note = (outcome: Outcome): void => {
    if (outcome.kind === 'rejected') counts.rejected += 1;
    else counts.cases += 1;
    if (outcome.kind !== 'passed' || outcome.trivial) return;
    counts.nonTrivial += 1;
    for (const label of outcome.labels) coverage.set(label, (coverage.get(label) ?? 0) + 1);
  };
  for (const { file, example } of kept) {
    const reason = await unplayable(claim, given, example);
    if (reason !== null) {
      strange.push({ file, reason });
      continue;
    }
    // What it takes of those says nothing of what is drawn.
    const tried = await attempt(claim, given, example);
    const kind = failureOf(tried);
    if (kind !== null) return done(await confirmed(claim, given, { kind, example, outcome: tried as Failed | SubjectFailure, seed: null, path: null }));
  }
  for (const { told, example } of claim.required?.(context) ?? []) {
    if (budget.stop()) return done(null);
    const tried = await attempt(claim, context, example);
    const kind = failureOf(tried);
    if (kind !== null && kind !== 'skipped')
      return done(await confirmed(claim, context, { kind, example, outcome: tried as Failed | SubjectFailure, seed: budget.seed, path: null }));
    if (tried instanceof SubjectFailure) open.push(`${told}: ${tried.failure}: ${tried.message}`);
    else if (tried.kind === 'rejected') open.push(`${told}: ${tried.reason}`);
    // What was asked for is no share of what is owed beside it.
    else counts.cases += 1;
  }
  const missing = (): number =>
    Math.max(budget.cases - counts.nonTrivial, ...owed(claim, context, budget.cases, refusals).map(({ label, sessions }) => sessions - (coverage.get(label) ?? 0)));
  for (let batch = 0; missing() > 0 && counts.cases + counts.rejected < PATIENCE * budget.cases && refused < Math.max(REFUSALS.each * budget.cases, REFUSALS.least); batch++) {
    const seed = mixSeed(budget.seed, `${claim.id}/batch ${batch}`);
    const numRuns = Math.max(5, Math.ceil(missing() * 1.1));
    const state: { first: Found | null; smallest: Found | null; shrinks: number; interrupted: boolean } = { first: null, smallest: null, shrinks: 0, interrupted: false };
    const property = fc.asyncProperty(claim.generator(context), async (example) => {
      if (state.first !== null && (ENDS.includes(state.first.kind) || state.shrinks++ > SHRINKS)) return;
      state.interrupted ||= budget.stop();
      if (state.interrupted || refusals.takesNone) return;
      const tried = await attempt(claim, context, example);
      const kind = failureOf(tried);
      if (kind === null) {
        if (state.first === null) {
          if (tried instanceof SubjectFailure) refused += 1;
          else note(tried);
        }
        return;
      }
      if (state.first !== null && kind !== state.first.kind) return;
      state.smallest = { kind, example, outcome: tried as Failed | SubjectFailure, seed, path: null, again: null };
      state.first ??= state.smallest;
      throw new Stop();
    });
    const result = await fc.check(property, { seed, numRuns });
    if (result.failed && !(result.errorInstance instanceof Stop)) throw result.errorInstance;
    if (state.smallest !== null) return done(await smallest(claim, context, { ...state.smallest, path: result.counterexamplePath }, state.first!));
    if (state.interrupted) return done(null);
    if (refusals.takesNone) break;
  }
  return done(null);
}

/** A claim owes at least this many sessions, whatever its share. */
const FEWEST = 10;

/** So many are asked of a claim of share 1, where nothing else is said. */
export const DEFAULT_SESSIONS = 200;

/** How many non-trivial sessions a claim owes. @param cases as asked for of a claim of share 1. */
export const sessionsOwed = ({ share }: Pick<GateClaim, 'share'>, cases: number): number => Math.max(FEWEST, Math.ceil(cases * share));

/** A kind of session that a claim must not leave out. */
export interface Owed {
  readonly label: string;
  readonly share: number;
  /** How many of the non-trivial sessions must be of it. */
  readonly sessions: number;
}

/** What a claim must cover with so many sessions. What the implementation refuses is left out, knowingly; the rest stays. */
export function owed(claim: GateClaim, context: GateContext, sessions: number, refusals: Refusals): readonly Owed[] {
  return Object.entries(claim.coverage(context))
    .filter(([label]) => !(claim.within?.[label] ?? [label]).every((one) => refusals.refuses(one)))
    .map(([label, share]) => ({ label, share, sessions: Math.ceil(share * sessions) }));
}

/** Thrown to tell fast-check that a case failed, and nothing else. */
class Stop extends Error {}

/** Failures after which there is nothing to try again on: the process is gone, or the implementation said that it will not. */
const ENDS: readonly Found['kind'][] = ['crashed', 'timed-out', 'garbled', 'wrong-protocol', 'skipped'];

async function attempt(claim: GateClaim, context: GateContext, example: Json): Promise<Outcome | SubjectFailure> {
  const tried = await outcomeOf(claim, context, example);
  context.refusals?.settle(tried);
  return tried;
}

async function outcomeOf(claim: GateClaim, context: GateContext, example: Json): Promise<Outcome | SubjectFailure> {
  try {
    return await claim.check(context, example);
  } catch (error) {
    if (error instanceof SubjectFailure) return error;
    throw error;
  }
}

/** Why a case says nothing of any optimizer: it is none, or the package's own implementation does not pass it. null where it does. */
async function unplayable(claim: GateClaim, context: GateContext, example: Json): Promise<string | null> {
  const { method, reference, dtype } = context;
  if (isEndless(example)) return `it is larger than any that is drawn: ${MOST} steps, ${LARGEST} entries`;
  try {
    const outcome = await claim.check({ ...context, door: referenceDoor(method, reference, dtype) }, example);
    if (outcome.kind === 'passed') return null;
    return outcome.kind === 'rejected' ? outcome.reason : `${method} itself fails on it`;
  } catch (error) {
    return `it is no case of ${claim.id}${plainly(error)}`;
  }
}

/** Entries of the longest list that a case has: a matrix has its rows. */
const LARGEST = 2048;

/** Whether a case, which may come from a file that somebody wrote, has more steps than any that is drawn, or no number of them, or a list that is longer. */
function isEndless(example: Json): boolean {
  if (typeof example !== 'object' || example === null) return false;
  const steps = (example as { readonly [name: string]: Json })['horizon'];
  const odd = steps !== undefined && !(typeof steps === 'number' && Number.isInteger(steps) && steps >= 1 && steps <= MOST);
  const parts: readonly Json[] = Object.values(example);
  return odd || parts.length > LARGEST || parts.some(isEndless);
}

/** How a case failed; null where it did not, or is not supported. */
function failureOf(tried: Outcome | SubjectFailure): Found['kind'] | null {
  if (tried instanceof SubjectFailure) return tried.failure === 'unsupported' ? null : tried.failure;
  return tried.kind === 'failed' ? 'violated' : null;
}

/** A fatal failure is tried once more, on a process of its own; anything else is made as small as it gets. `first`: as it was found. */
async function smallest(claim: GateClaim, context: GateContext, found: Omit<Found, 'again'>, first: Found): Promise<Found> {
  if (found.kind === 'skipped') return { ...found, again: null };
  if (ENDS.includes(found.kind)) return confirmed(claim, context, found);
  let best = found;
  let tries = 0;
  const better = async (example: Json): Promise<boolean> => {
    if (tries >= SHRINKS || JSON.stringify(example) === JSON.stringify(best.example)) return false;
    tries += 1 + leaves(example).length / LARGE;
    try {
      const tried = await attempt(claim, context, example);
      // A candidate that is no valid case is not simpler, it is none.
      if (failureOf(tried) !== best.kind || (await unplayable(claim, context, example)) !== null) return false;
      best = { ...best, example, outcome: tried as Failed | SubjectFailure };
      return true;
    } catch {
      return false;
    }
  };
  const simplified = async (): Promise<boolean> => {
    for (const candidate of claim.simpler(best.example)) if (await better(candidate)) return true;
    let improved = false;
    for (const path of leaves(best.example)) {
      for (const value of rounder(at(best.example, path))) {
        if (sensible(path, at(best.example, path), value) && await better(replaced(best.example, path, value))) {
          improved = true;
          break;
        }
      }
    }
    return improved;
  };
  while (await simplified()) { /* until nothing helps, or patience ends */ }
  const small = await confirmed(claim, context, best);
  if (small.again === null) return small;
  // What a process remembered from other sessions may have led astray: the case as it was found may need none of it.
  const original = await confirmed(claim, context, { ...first, path: null });
  return original.again === null ? original : small;
}

/** Settings keep their sign, and only those stay allowed to be 0 that mean something at 0: a rate of 0 or −1 is simpler to read and harder to believe. */
function sensible(path: readonly (string | number)[], before: Json, after: Json): boolean {
  if (!path.includes('config') || typeof before !== 'number' || typeof after !== 'number') return true;
  return after === 0 ? path.some((key) => ['momentum', 'dampening', 'matrix', 'offset'].includes(String(key))) : Math.sign(after) === Math.sign(before);
}

/** Runs the case once more in a new process, and says so where that tells another story. */
async function confirmed(claim: GateClaim, context: GateContext, found: Omit<Found, 'again'>): Promise<Found> {
  await context.door.end();
  const second = await attempt(claim, context, found.example);
  const kind = failureOf(second);
  if (kind === found.kind) return { ...found, outcome: second as Failed | SubjectFailure, again: null };
  return {
    ...found,
    again: kind === null
      ? 'in a new process the same case passed: the optimizer remembers what went before in its process, or is not deterministic'
      : `in a new process the same case ended ${kind}`,
  };
}
