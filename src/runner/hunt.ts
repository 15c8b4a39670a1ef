import fc from 'fast-check';
import type { Arm, Claim, Outcome } from '../claim.js';
import type { Saboteur } from '../saboteur/index.js';
import { reference, type Subject } from '../subject.js';
import type { ArithmeticName, Json } from '../verdict.js';
import { runCase } from './run-case.js';
import { mixSeed } from './seed.js';

/** What one claim made of one saboteur. */
export interface Catch {
  readonly saboteur: string;
  readonly claim: string;
  /** `caught`: a case failed; `threw`: the broken part could not even be run; `missed`: it was used, and nothing showed; `unused`. */
  readonly verdict: 'caught' | 'threw' | 'missed' | 'unused';
  /** What the failing case says should have held. */
  readonly expected: string | null;
}

/** An arm that has not touched the broken parts after this many cases never will. */
const PROBE = 8;

/** The share of the cases that arms of each arithmetic get: a long run in the prime field shows at once what it shows. */
const SHARES: Readonly<Record<ArithmeticName, number>> = { float64: 1, rational: 0.5, decimal: 0.25, 'prime-field': 0.05 };

/** A claim with the cases that every saboteur is tried on: drawn once, since drawing costs more than most checks. */
export interface Bait {
  readonly claim: Claim;
  readonly arms: readonly { readonly arm: Arm; readonly examples: readonly Json[] }[];
}

export function bait(claim: Claim, cases: number, seed: number): Bait {
  return {
    claim,
    arms: claim.corrected.arms.map((arm) => ({
      arm,
      // Two of each part first: some parts are drawn seldom.
      examples: [...(arm.parts ?? []).map((part) => [part, 2] as const), [arm.generator, Math.max(2, Math.ceil(cases * SHARES[arm.arithmetic]))] as const].flatMap((
        [generator, numRuns],
        k,
      ) => fc.sample(generator, { numRuns, seed: mixSeed(seed, `${claim.id}/${arm.arithmetic}${k === (arm.parts ?? []).length ? '' : `/${k}`}`) })),
    })),
  };
}

/** Runs a claim's corrected variant on a saboteur, arm by arm, until a case fails that the reference passes. */
export function hunt({ claim, arms }: Bait, culprit: Saboteur): Catch {
  const used = { touched: false };
  const subject = watched(culprit, used);
  const told = (verdict: Catch['verdict'], expected: string | null): Catch => ({ saboteur: culprit.name, claim: claim.id, verdict, expected });
  for (const { arm, examples } of arms) {
    for (const [i, example] of examples.entries()) {
      const outcome = attempt(arm, subject, example);
      if (outcome === 'threw' || outcome.kind === 'failed') {
        // Only what the reference passes is the saboteur's doing.
        const innocent = attempt(arm, reference, example);
        if (innocent !== 'threw' && innocent.kind !== 'failed') return outcome === 'threw' ? told('threw', null) : told('caught', outcome.expected);
      }
      if (i + 1 >= PROBE + 2 * (arm.parts ?? []).length && !used.touched) break;
    }
  }
  return told(used.touched ? 'missed' : 'unused', null);
}

function attempt(arm: Arm, subject: Subject, example: Json): Outcome | 'threw' {
  try {
    return runCase(arm, subject, example);
  } catch {
    return 'threw';
  }
}

/** The saboteur's subject, which notes when a part that differs from the reference is taken. */
function watched({ subject, broken }: Saboteur, used: { touched: boolean }): Subject {
  return new Proxy(subject, {
    get(target, name: keyof Subject) {
      if (broken.includes(name)) used.touched = true;
      return target[name];
    },
  });
}
