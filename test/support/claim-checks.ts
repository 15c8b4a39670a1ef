import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderClaimPage } from '../../reports/claim-page.js';
import type { Arm, Claim, Failed, Outcome } from '../../src/claim.js';
import { claimInfo } from '../../src/runner/claim-info.js';
import { bait, type Bait } from '../../src/runner/hunt.js';
import { loadClaims } from '../../src/runner/load-claims.js';
import { runCase } from '../../src/runner/run-case.js';
import { saboteurs } from '../../src/saboteur/index.js';
import { reference, type Subject } from '../../src/subject.js';
import type { Json } from '../../src/verdict.js';

const CASES = 24;
const SEED = 2;
/** With which every saboteur is tried to the last, to see all that it shows. */
const FEW = 6;

/** The first case that fails as it should, or cannot be run, on a subject although it passes on the reference. */
function firstFailure({ arms }: Bait, subject: Subject): Failed | 'threw' | null {
  for (const { arm, examples } of arms) {
    for (const example of examples) {
      const outcome = attempt(() => runCase(arm, subject, example));
      if ((outcome === 'threw' || outcome.kind === 'failed') && runCase(arm, reference, example).kind !== 'failed') return outcome;
    }
  }
  return null;
}

const subjectOf = (name: string): Subject => saboteurs.find((one) => one.name === name)!.subject;

function attempt(run: () => Outcome): Outcome | 'threw' {
  try {
    return run();
  } catch {
    return 'threw';
  }
}

/** A failure says what should have held, and shows the numbers that it was found with. */
function expectTold(outcome: Failed): void {
  expect(outcome.expected).not.toBe('');
  expect([outcome.lhs, outcome.rhs]).not.toContain('');
  const { 'left side': _left, 'right side': _right, ...numbers } = outcome.evidence;
  expect(Object.keys(numbers)).not.toEqual([]);
  expect(outcome.evidence, 'nothing in it is left out where it is written down').toStrictEqual(JSON.parse(JSON.stringify(outcome.evidence)));
}

/** Those of every third claim, from `first` on: files run side by side, tests of one file do not. */
export async function everyThird(first: 0 | 1 | 2): Promise<void> {
  for (const [i, claim] of (await loadClaims()).entries()) if (i % 3 === first) claimChecks(claim);
}

/** The quick tests of one claim: what it passes, what it refutes, and what it catches. */
export function claimChecks(claim: Claim): void {
  describe(`the claim ${claim.id}`, () => {
    const drawn = bait(claim, CASES, SEED);

    test.each(drawn.arms.map(({ arm, examples }) => [arm.arithmetic, arm, examples] as const))('holds in %s', (_, arm, examples) => {
      const outcomes = examples.map((example): readonly [Outcome, Json] => [runCase(arm, reference, example), example]);
      expect(outcomes.filter(([{ kind }]) => kind === 'failed')).toEqual([]);
    });

    test('its counterexamples refute what is printed', () => {
      const { arms, committed, expected } = claim.printed;
      expect(committed.length > 0).toBe(expected === 'refuted');
      expect(claim.corrected.committed).toEqual([]);
      for (const { arithmetic, case: example } of committed) {
        const outcome = runCase(arms.find((arm) => arm.arithmetic === arithmetic)!, reference, example);
        expect(outcome.kind).toBe('failed');
        expectTold(outcome as Failed);
      }
    });

    test('its page shows its statements and the numbers that refute them as they are: "npm run docs" writes it', () => {
      expect(renderClaimPage(claimInfo(claim))).toBe(readFileSync(`docs/claims/${claim.id}.md`, 'utf8'));
    });

    test('says where it stands, what it supposes, and what its cases must reach', () => {
      expect([claim.source.section, claim.source.label]).not.toContain('');
      expect(Object.keys(claim.source)).toEqual(['section', 'label']);
      for (const { hypotheses } of [claim.printed, claim.corrected]) expect(hypotheses).not.toEqual([]);
      expect(Object.values(claim.corrected.coverage)).not.toEqual([]);
      for (const share of Object.values(claim.corrected.coverage)) expect(share > 0 && share <= 1).toBe(true);
    });

    test('its simpler cases are cases', () => {
      for (const { arm, examples } of drawn.arms) {
        if (arm.simpler === undefined) continue;
        const simpler = examples.flatMap((example) => arm.simpler!(example));
        expect(simpler.length).toBeGreaterThan(0);
        for (const example of simpler.slice(0, CASES)) expect(['rejected', 'passed']).toContain(runCase(arm, reference, example).kind);
      }
    });

    const sampled = new Map<Arm['generator'], readonly Json[]>();
    /** Drawn once for all lines that speak of them. */
    const sample = (generator: Arm['generator']): readonly Json[] => {
      const known = sampled.get(generator) ?? fc.sample(generator, { numRuns: CASES, seed: SEED });
      sampled.set(generator, known);
      return known;
    };
    // What broke the last lines first: one slip breaks many.
    const breaking = [...claim.saboteurs];
    test.each(claim.corrected.lines!())('its line $line can fail', ({ arms, cases }) => {
      const alone = { claim, arms: drawn.arms.map(({ examples }, k) => ({ arm: arms[k]!, examples: cases === undefined ? examples : sample(cases[k]!) })) };
      // On a few cases first: most slips that break a line break it at once.
      const few = { claim, arms: alone.arms.map(({ arm, examples }) => ({ arm, examples: examples.slice(0, FEW) })) };
      const found = breaking.findIndex((name) => firstFailure(few, subjectOf(name)) !== null);
      const k = found >= 0 ? found : breaking.findIndex((name) => firstFailure(alone, subjectOf(name)) !== null);
      expect(k).toBeGreaterThanOrEqual(0);
      breaking.unshift(...breaking.splice(k, 1));
    });

    test('no other statement than its own passes, but those that say why', () => {
      const { mutants, survivors } = claim.corrected;
      const fates = mutants!(SEED);
      expect(fates.length).toBeGreaterThan(5);
      expect(fates.filter(({ fate }) => fate === 'survives').map(({ mutant }) => mutant).toSorted()).toEqual(Object.keys(survivors!).toSorted());
    });

    test.each(claim.saboteurs)('catches %s', (name) => {
      const outcome = firstFailure(drawn, subjectOf(name));
      expect(outcome).not.toBeNull();
      if (outcome !== 'threw') expectTold(outcome!);
    });
  });
}
