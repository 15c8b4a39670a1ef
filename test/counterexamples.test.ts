import { describe, expect, test } from 'vitest';
import { claimInfo, DEFAULT_CASES } from '../src/runner/claim-info.js';
import { loadClaims } from '../src/runner/load-claims.js';
import { runCase } from '../src/runner/run-case.js';
import { runVariant } from '../src/runner/run-variant.js';
import { reference } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

const claims = await loadClaims();
const refuted = claims.filter(({ printed }) => printed.expected === 'refuted');

describe('each false statement is refuted in exact arithmetic by the search itself', () => {
  test.each(refuted.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
    const alone = { ...claim, printed: { ...claim.printed, committed: [] } };
    const { verdict, reason, counterexample } = runVariant(alone, 'printed', reference, { cases: DEFAULT_CASES, seed: 2, deadline: null });
    expect(verdict, reason ?? '').toBe('refuted');
    expect(counterexample).toMatchObject({ exact: true, claim: claim.id, variant: 'printed', origin: 'search' });
    const arm = claim.printed.arms.find(({ arithmetic }) => arithmetic === counterexample!.arithmetic)!;
    // A case goes through a file and back before somebody else looks at it.
    const again = runCase(arm, reference, JSON.parse(JSON.stringify(counterexample!.case)) as Json);
    expect(again).toMatchObject({ kind: 'failed', lhs: counterexample!.lhs, rhs: counterexample!.rhs });
  });

  test('and every other printed statement is the corrected one', () => {
    expect(claims.filter(({ printed }) => printed.expected === 'holds').map(({ printed, corrected }) => printed.statement === corrected.statement)).not.toContain(false);
  });
});

test.each(refuted.map((claim) => [claim.id, claim] as const))('a run of %s tells the counterexample of its page, whatever its search finds', (_, claim) => {
  const { counterexample } = runVariant(claim, 'printed', reference, { cases: 20, seed: 1, deadline: null });
  expect(counterexample).toEqual(claimInfo(claim).counterexamples[0]);
});
