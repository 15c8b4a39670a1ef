import type { Arm, Variant } from '../claim.js';
import type { Counterexample, Verdict } from '../verdict.js';
import type { Count, Tallies } from './tallies.js';

/** What the committed cases said: `stale` is what is wrong with them. */
export interface Committed {
  readonly counterexample: Counterexample | null;
  readonly stale: string | null;
}

/** How many non-trivial cases an arm owes. @param cases as asked for in float64. */
export function owed(candidate: Arm, cases: number): number {
  return Math.ceil(cases * (candidate.share ?? (candidate.arithmetic === 'float64' ? 1 : 0.1)));
}

/** What the drawn cases said. */
export type Drawn = Pick<Tallies, 'crash' | 'interrupted' | 'counterexample'> & { readonly counts: readonly Readonly<Count>[]; readonly coverage: ReadonlyMap<string, number> };

/** The verdict, and why. @param cases as asked for in float64. */
export function judge(variant: Variant, tallies: Drawn, committed: Committed, cases: number): { verdict: Verdict; reason: string | null } {
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
    const wanted = owed(variant.arms.find((one) => one.arithmetic === count.arithmetic)!, cases);
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

/** Σ f(item) */
export function sum<T>(items: readonly T[], f: (item: T) => number): number {
  return items.reduce((total, item) => total + f(item), 0);
}
