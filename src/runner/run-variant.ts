import fc from 'fast-check';
import { errorOf, type Arm, type Claim, type Failed, type Outcome } from '../claim.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { Subject } from '../subject.js';
import type { ArithmeticCount, ClaimResult, Counterexample, Json, VariantName } from '../verdict.js';
import { Heights, climb } from './climb.js';
import { judge, owed, sum, type Committed } from './judge.js';
import { runCase } from './run-case.js';
import { mixSeed } from './seed.js';
import { simplify } from './simplify.js';
import { Tallies, type Count } from './tallies.js';
import { Recorder, replayed } from './tape.js';

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

/** For each non-trivial case asked for, so many are made from tight ones where a bound is approached. */
const PERTURBED = 0.5;
/** Between so many of them the clock is looked at. */
const GLANCE = 50;

/** Runs one variant of a claim: committed cases first, then the search, arm by arm. Throws nothing: what goes wrong is a verdict. */
export function runVariant(claim: Claim, name: VariantName, subject: Subject, budget: Budget): ClaimResult {
  const variant = claim[name];
  const started = performance.now();
  const tallies = new Tallies();
  const committed = replayCommitted(claim, name, subject);
  for (const [i, candidate] of variant.arms.entries()) {
    if (tallies.counterexample !== null || tallies.crash !== null) break;
    runArm(claim, name, candidate, subject, { ...budget, seed: mixSeed(budget.seed, `${claim.id}/${name}/${i}`) }, tallies);
  }
  const { verdict, reason } = judge(variant, tallies, committed, budget.cases);
  // A statement that is known to be false has one counterexample, the same wherever it is shown, whatever else the search finds.
  const counterexample = committed.counterexample ?? tallies.counterexample;
  const nonZero = tallies.counts.filter((count) => count.cases + count.rejected > 0);
  return {
    id: claim.id,
    variant: name,
    statement: variant.statement,
    hypotheses: variant.hypotheses,
    source: claim.source,
    ...errorOf(claim, name),
    strength: variant.strength,
    verdict,
    reason,
    arithmetic: nonZero.map((count) => count.arithmetic),
    cases: sum(tallies.counts, (count) => count.cases),
    rejected: sum(tallies.counts, (count) => count.rejected),
    counts: tallies.counts.map((count): ArithmeticCount => ({ ...count })),
    coverage: Object.fromEntries([...tallies.coverage].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tightest: tallies.tightest,
    ...tallies.approached(),
    falsePass: tallies.falsePass,
    counterexample: verdict === 'refuted' || verdict === 'violated' ? counterexample : null,
    replay: null,
    seconds: (performance.now() - started) / 1000,
  };
}

function replayCommitted(claim: Claim, name: VariantName, subject: Subject): Committed {
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
  const wanted = owed(candidate, budget.cases);
  const count: Count = { arithmetic: candidate.arithmetic, cases: 0, nonTrivial: 0, rejected: 0 };
  tallies.counts.push(count);
  const search = new Search(claim, name, candidate, subject, count, tallies);
  const late = (): boolean => {
    tallies.interrupted ||= budget.deadline !== null && Date.now() >= budget.deadline;
    return tallies.interrupted;
  };
  for (let batch = 0; count.nonTrivial < wanted && count.cases + count.rejected < PATIENCE * wanted; batch++) {
    if (late()) return;
    const seed = mixSeed(budget.seed, `batch ${batch}`);
    const runs = Math.min(BATCH, Math.max(10, Math.ceil((wanted - count.nonTrivial) * 1.2)));
    if (!search.batch(seed, runs)) return;
  }
  if (claim[name].expected === 'holds') search.climb(mixSeed(budget.seed, 'climb'), Math.ceil(wanted * PERTURBED), late);
}

/** The search of one arm for a case that fails, or comes close to it. */
class Search {
  readonly #claim: Claim;
  readonly #name: VariantName;
  readonly #arm: Arm;
  readonly #subject: Subject;
  readonly #count: Count;
  readonly #tallies: Tallies;
  readonly #heights: Heights;

  constructor(claim: Claim, name: VariantName, candidate: Arm, subject: Subject, count: Count, tallies: Tallies) {
    this.#claim = claim;
    this.#name = name;
    this.#arm = candidate;
    this.#subject = subject;
    this.#count = count;
    this.#tallies = tallies;
    this.#heights = new Heights(Object.keys(claim[name].coverage));
  }

  /** Draws cases. @returns false once a counterexample or an exception was found. */
  batch(seed: number, runs: number): boolean {
    const recorder = new Recorder();
    let searching = true;
    let index = -1;
    const property = fc.property(this.#arm.generator, (example) => {
      index += 1;
      const outcome = runCase(this.#arm, this.#subject, example);
      // Once a case failed fast-check shrinks it: those runs are no evidence.
      if (searching) {
        this.#tallies.record(outcome, this.#arm, example, { seed, path: String(index), kind: 'drawn' }, this.#count);
        if (outcome.kind === 'passed' && !outcome.trivial && outcome.ratio !== undefined)
          this.#heights.note(outcome.labels, { ratio: outcome.ratio, tape: recorder.tape, run: index, seed });
      }
      if (outcome.kind === 'failed') {
        searching = false;
        throw new Refutation();
      }
    });
    const result = fc.check(property, { seed, numRuns: runs, randomType: recorder.stream });
    if (!result.failed) return true;
    const example = result.counterexample?.[0];
    if (example === undefined || !(result.errorInstance instanceof Refutation)) {
      this.#tallies.crash = result.errorInstance instanceof Error ? (result.errorInstance.stack ?? result.errorInstance.message) : String(result.errorInstance);
      return false;
    }
    this.#refute(example, seed, result.counterexamplePath);
    return false;
  }

  /** Makes cases from the tightest that were drawn. */
  climb(seed: number, budget: number, late: () => boolean): void {
    const property = fc.property(this.#arm.generator, () => {});
    let tried = 0;
    climb(this.#heights, seed, budget, (tape, from) => {
      if (tried % GLANCE === 0 && late()) return 'stop';
      tried += 1;
      const made = replayed(property, tape, from.run, mixSeed(seed, String(tried)));
      const [example] = made.value as [Json];
      let outcome: Outcome;
      try {
        outcome = runCase(this.#arm, this.#subject, example);
      } catch (error) {
        this.#tallies.crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return 'stop';
      }
      this.#tallies.perturbed += 1;
      const path = `${from.run}+${tried}`;
      if (outcome.kind === 'failed') {
        this.#refute(example, from.seed, path);
        return 'stop';
      }
      if (outcome.kind === 'rejected' || outcome.trivial || outcome.ratio === undefined) return null;
      this.#tallies.approach(outcome, outcome.ratio, this.#arm, example, { seed: from.seed, path, kind: 'perturbed' });
      return { ratio: outcome.ratio, labels: outcome.labels, tape: made.tape };
    });
    this.#tallies.reach(this.#heights.best());
  }

  #refute(example: Json, seed: number, path: string | null): void {
    const outcome = runCase(this.#arm, this.#subject, example);
    if (outcome.kind !== 'failed') {
      this.#tallies.crash = 'a case failed once and passed when it was run again: the check is not deterministic';
      return;
    }
    const smallest = simplify(this.#arm, this.#subject, { example, outcome });
    this.#tallies.counterexample = describe(this.#claim, this.#name, this.#arm, smallest.outcome, smallest.example, 'search', seed, path);
  }
}

/** Thrown to tell fast-check that the statement failed, and nothing else. */
class Refutation extends Error {}

function describe(
  claim: Claim,
  variant: VariantName,
  candidate: Arm,
  outcome: Failed,
  example: Json,
  origin: Counterexample['origin'],
  seed: number | null,
  path: string | null,
): Counterexample {
  const { expected, lhs, rhs, evidence } = outcome;
  const exact = candidate.arithmetic === 'rational' || candidate.arithmetic === 'prime-field';
  return {
    claim: claim.id,
    variant,
    arithmetic: candidate.arithmetic,
    generatorVersion: GENERATOR_VERSION,
    origin,
    seed,
    path,
    case: example,
    expected,
    lhs,
    rhs,
    evidence,
    exact,
  };
}
