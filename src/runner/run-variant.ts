import fc from 'fast-check';
import type { Arm, Claim, Failed, Outcome, Variant } from '../claim.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { Subject } from '../subject.js';
import { runCase } from './run-case.js';
import { simplify } from './simplify.js';
import type { ArithmeticCount, ClaimResult, Counterexample, Json, Tightest, VariantName, Verdict } from '../verdict.js';

/** How much is asked of each claim. */
export interface Budget {
  /** Non-trivial float64 cases; each exact arithmetic is asked for a tenth of it, where its arm says nothing else. */
  readonly cases: number;
  /** From 0 to 2³¹ − 1. The same seed draws the same cases. */
  readonly seed: number;
  /** Milliseconds since the epoch after which no new batch starts; null: none. */
  readonly deadline: number | null;
}

/** Cases run in batches, so that a run can stop between them, and stops once enough non-trivial ones were seen. */
const BATCH = 250;
/** For each non-trivial case asked for, at most this many are tried: beyond, the generator is too rarely to the point. */
const PATIENCE = 12;

/** Mutable counts of one arithmetic. */
interface Count {
  arithmetic: Arm['arithmetic'];
  cases: number;
  nonTrivial: number;
  rejected: number;
}

interface Tallies {
  readonly counts: Count[];
  readonly coverage: Map<string, number>;
  tightest: Tightest | null;
  falsePass: number | null;
  counterexample: Counterexample | null;
  interrupted: boolean;
  crash: string | null;
}

/** p of the prime field, for the probability of a false pass. */
const FIELD_SIZE = 2 ** 61;

/** Runs one variant of a claim: committed cases first, then the search, arm by arm. Throws nothing: what goes wrong is a verdict. */
export function runVariant(claim: Claim, name: VariantName, subject: Subject, budget: Budget): ClaimResult {
  const variant = claim[name];
  const started = performance.now();
  const tallies: Tallies = { counts: [], coverage: new Map(), tightest: null, falsePass: null, counterexample: null, interrupted: false, crash: null };
  const committed = replayCommitted(claim, name, subject);
  for (const [i, candidate] of variant.arms.entries()) {
    if (tallies.counterexample !== null || tallies.crash !== null) break;
    runArm(claim, name, candidate, subject, { ...budget, seed: mixSeed(budget.seed, `${claim.id}/${name}/${i}`) }, tallies);
  }
  const { verdict, reason } = judge(variant, tallies, committed, budget);
  const counterexample = tallies.counterexample ?? committed.counterexample;
  const nonZero = tallies.counts.filter((count) => count.cases + count.rejected > 0);
  return {
    id: claim.id,
    variant: name,
    statement: variant.statement,
    hypotheses: variant.hypotheses,
    source: claim.source,
    strength: variant.strength,
    verdict,
    reason,
    arithmetic: nonZero.map((count) => count.arithmetic),
    cases: sum(tallies.counts, (count) => count.cases),
    rejected: sum(tallies.counts, (count) => count.rejected),
    counts: tallies.counts.map((count): ArithmeticCount => ({ ...count })),
    coverage: Object.fromEntries([...tallies.coverage].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tightest: tallies.tightest,
    falsePass: tallies.falsePass,
    counterexample: verdict === 'refuted' || verdict === 'violated' ? counterexample : null,
    replay: null,
    seconds: (performance.now() - started) / 1000,
  };
}

/** How many non-trivial cases an arm owes. */
export function owed(candidate: Arm, budget: Pick<Budget, 'cases'>): number {
  return Math.ceil(budget.cases * (candidate.share ?? (candidate.arithmetic === 'float64' ? 1 : 0.1)));
}

function replayCommitted(claim: Claim, name: VariantName, subject: Subject): { counterexample: Counterexample | null; stale: string | null } {
  let counterexample: Counterexample | null = null;
  for (const value of claim[name].committed) {
    const candidate = claim[name].arms.find((one) => one.arithmetic === value.arithmetic);
    if (candidate === undefined) return { counterexample, stale: `a committed case is in ${value.arithmetic}, in which the claim is not tested` };
    const outcome = runCase(candidate, subject, value.case);
    if (outcome.kind !== 'failed') return { counterexample, stale: `a committed counterexample no longer refutes the statement: ${outcome.kind}` };
    counterexample ??= describe(claim, name, candidate, outcome, value.case, 'committed', null, null);
  }
  return { counterexample, stale: null };
}

function runArm(claim: Claim, name: VariantName, candidate: Arm, subject: Subject, budget: Budget, tallies: Tallies): void {
  const wanted = owed(candidate, budget);
  const count: Count = { arithmetic: candidate.arithmetic, cases: 0, nonTrivial: 0, rejected: 0 };
  tallies.counts.push(count);
  for (let batch = 0; count.nonTrivial < wanted && count.cases + count.rejected < PATIENCE * wanted; batch++) {
    if (budget.deadline !== null && Date.now() >= budget.deadline) {
      tallies.interrupted = true;
      return;
    }
    const seed = mixSeed(budget.seed, `batch ${batch}`);
    const runs = Math.min(BATCH, Math.max(10, Math.ceil((wanted - count.nonTrivial) * 1.2)));
    if (!runBatch(claim, name, candidate, subject, seed, runs, count, tallies)) return;
  }
}

/** @returns false once a counterexample or an exception was found. */
function runBatch(claim: Claim, name: VariantName, candidate: Arm, subject: Subject, seed: number, runs: number, count: Count, tallies: Tallies): boolean {
  let searching = true;
  let index = -1;
  const property = fc.property(candidate.generator, (example) => {
    index += 1;
    const outcome = runCase(candidate, subject, example);
    // Once a case failed fast-check shrinks it: those runs are no evidence.
    if (searching) record(outcome, candidate, example, seed, index, count, tallies);
    if (outcome.kind === 'failed') {
      searching = false;
      throw new Refutation();
    }
  });
  const result = fc.check(property, { seed, numRuns: runs });
  if (!result.failed) return true;
  const example = result.counterexample?.[0];
  if (example === undefined || !(result.errorInstance instanceof Refutation)) {
    tallies.crash = result.errorInstance instanceof Error ? (result.errorInstance.stack ?? result.errorInstance.message) : String(result.errorInstance);
    return false;
  }
  const outcome = runCase(candidate, subject, example);
  if (outcome.kind !== 'failed') {
    tallies.crash = 'a case failed once and passed when it was run again: the check is not deterministic';
    return false;
  }
  const smallest = simplify(candidate, subject, { example, outcome });
  tallies.counterexample = describe(claim, name, candidate, smallest.outcome, smallest.example, 'search', seed, result.counterexamplePath);
  return false;
}

/** Thrown to tell fast-check that the statement failed, and nothing else. */
class Refutation extends Error {}

function record(outcome: Outcome, candidate: Arm, example: Json, seed: number, index: number, count: Count, tallies: Tallies): void {
  if (outcome.kind === 'rejected') {
    count.rejected += 1;
    return;
  }
  count.cases += 1;
  if (outcome.kind === 'failed' || outcome.trivial) return;
  count.nonTrivial += 1;
  for (const label of outcome.labels) tallies.coverage.set(label, (tallies.coverage.get(label) ?? 0) + 1);
  const { ratio, degree } = outcome;
  if (ratio !== undefined && ratio > (tallies.tightest?.ratio ?? -Infinity)) tallies.tightest = { ratio, seed, path: String(index), arithmetic: candidate.arithmetic, origin: 'drawn', case: example };
  if (candidate.arithmetic === 'prime-field') tallies.falsePass = Math.max(tallies.falsePass ?? 0, (degree ?? FIELD_SIZE) / FIELD_SIZE);
}

function describe(
  claim: Claim, variant: VariantName, candidate: Arm, outcome: Failed, example: Json,
  origin: Counterexample['origin'], seed: number | null, path: string | null,
): Counterexample {
  const { expected, lhs, rhs, evidence } = outcome;
  const exact = candidate.arithmetic === 'rational' || candidate.arithmetic === 'prime-field';
  return { claim: claim.id, variant, arithmetic: candidate.arithmetic, generatorVersion: GENERATOR_VERSION, origin, seed, path, case: example, expected, lhs, rhs, evidence, exact };
}

function judge(variant: Variant, tallies: Tallies, committed: { counterexample: Counterexample | null; stale: string | null }, budget: Budget): { verdict: Verdict; reason: string | null } {
  if (tallies.crash !== null) return { verdict: 'errored', reason: tallies.crash };
  if (committed.stale !== null) return { verdict: 'errored', reason: committed.stale };
  if (variant.expected === 'refuted') {
    if (tallies.counterexample !== null && (tallies.counterexample.exact || committed.counterexample?.exact === true)) return { verdict: 'refuted', reason: null };
    if (tallies.counterexample !== null) return { verdict: 'inconclusive', reason: 'a counterexample was found in floating point only' };
    if (committed.counterexample !== null) return { verdict: 'refuted', reason: `by the committed case; this search of ${sum(tallies.counts, (c) => c.cases)} cases found none` };
    return { verdict: 'inconclusive', reason: `no counterexample in ${sum(tallies.counts, (c) => c.cases)} cases, where one was expected` };
  }
  if (tallies.counterexample !== null || committed.counterexample !== null) return { verdict: 'violated', reason: null };
  if (tallies.interrupted) return { verdict: 'inconclusive', reason: 'the time budget ran out' };
  const all = sum(tallies.counts, (count) => count.nonTrivial);
  if (all === 0) return { verdict: 'vacuous', reason: 'no case was non-trivial' };
  for (const count of tallies.counts) {
    const wanted = owed(variant.arms.find((one) => one.arithmetic === count.arithmetic)!, budget);
    if (count.nonTrivial < wanted) {
      return { verdict: 'inconclusive', reason: `expected ${wanted} non-trivial cases in ${count.arithmetic}, got ${count.nonTrivial} (${count.rejected} rejected)` };
    }
  }
  for (const [label, share] of Object.entries(variant.coverage)) {
    const got = (tallies.coverage.get(label) ?? 0) / all;
    if (!(got >= share)) return { verdict: 'inconclusive', reason: `expected "${label}" in ${percent(share)} of the non-trivial cases, got ${percent(got)}` };
  }
  return { verdict: 'holds', reason: null };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sum<T>(items: readonly T[], f: (item: T) => number): number {
  return items.reduce((total, item) => total + f(item), 0);
}

/** FNV-1a over the seed and a name: each arm and batch has a stream of its own, whatever else runs. A 31-bit integer. */
export function mixSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}:${name}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash & 0x7fffffff;
}
