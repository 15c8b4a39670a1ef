import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor, type DoorOptions } from '../src/gate/door.js';
import type { MethodName } from '../src/gate/methods.js';
import { runGate } from '../src/gate/run-gate.js';
import type { ClaimResult } from '../src/verdict.js';
import { python } from './support/interpreters.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const fixture = (name: string): string => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
const MODULE = fixture('ill-mannered.mjs');
const { illMannered, wellMannered } = await import(new URL('../../test/fixtures/ill-mannered.mjs', import.meta.url).href) as {
  illMannered: readonly { name: string; like: MethodName; claim: string }[];
  wellMannered: readonly { name: string; like: MethodName }[];
};
/** How many seeds are tried: more with OMG_ORACLE_SEEDS, in a longer run. */
const SEEDS = Array.from({ length: Number(process.env['OMG_ORACLE_SEEDS'] ?? 1) }, (_, i) => i + 1);
const PYTHON = python();
const PATIENT = { start: 60_000, request: 60_000 };

/** What did not hold. */
async function failing(door: DoorOptions, like: MethodName, claims: RegExp, seed: number): Promise<readonly ClaimResult[]> {
  const { results } = await runGate({
    door: openDoor({ ...door, limits: PATIENT }),
    like,
    claims: gateClaims.filter(({ id }) => claims.test(id)),
    cases: 200,
    seed,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: () => undefined,
  });
  return results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable');
}

const moduleOf = (name: string): DoorOptions => ({ module: MODULE, env: { ...process.env, OMG_ORACLE_FIXTURE: name } });

describe.each(SEEDS)('seed %i', (seed) => {
  test.each(illMannered)('$name is found by $claim', async ({ name, like, claim }) => {
    expect(await failing(moduleOf(name), like, new RegExp(`^${claim}$`), seed)).toMatchObject([{ id: claim, verdict: 'violated' }]);
  });

  test.each(wellMannered)('$name is right', async ({ name, like }) => {
    expect(await failing(moduleOf(name), like, /^(manners|identity|dtype)/, seed)).toEqual([]);
  });

  test.skipIf(PYTHON === null).each([
    ['constant-rate', 'manners-run'],
    ['from-scratch', 'manners-run'],
    ['forgets-where-it-is', 'manners-run'],
    ['run-anew-after-load', 'manners-run'],
    ['long-run-at-rest', 'manners-run'],
    ['saves-as-of-the-last-step', 'manners-state'],
    ['changes-gradients', 'manners-arrays'],
    ['saves-what-is-live', 'manners-arrays'],
    ['loads-what-is-not-its-own', 'manners-arrays'],
  ])('a compiled run, %s, is found by %s (skipped where there is no Python)', async (mistake, claim) => {
    expect(await failing({ command: `"${PYTHON}" "${fixture('compiled-run.py')}" ${mistake}` }, 'sgd-momentum', new RegExp(`^${claim}$`), seed)).toMatchObject([{
      id: claim,
      verdict: 'violated',
    }]);
  });

  test.skipIf(PYTHON === null)('a compiled run that is right passes (skipped where there is no Python)', async () => {
    expect(await failing({ command: `"${PYTHON}" "${fixture('compiled-run.py')}"` }, 'sgd-momentum', /^(manners|identity)/, seed)).toEqual([]);
  });
});

describe('what is said', () => {
  test('which array was changed, and in which answer it was seen', async () => {
    const [found] = await failing(moduleOf('gradient-overwritten'), 'sgd-momentum', /^manners-arrays$/, 1);
    expect(found?.counterexample).toMatchObject({ lhs: 'changed: gradient of step 1', evidence: { 'seen in the answer to': 'step 1' } });
    const [late] = await failing(moduleOf('loaded-state-is-live'), 'gradient-descent', /^manners-arrays$/, 1);
    expect(late?.counterexample).toMatchObject({
      lhs: 'changed: the state given to load',
      evidence: { 'seen in the answer to': expect.stringMatching(/^step \d, after "load"$/) as unknown },
    });
  });

  test('a setting that was rounded is named, with both its values', async () => {
    const [found] = await failing(moduleOf('momentum-in-float32'), 'sgd-momentum', /^dtype-honesty$/, 1);
    const { momentum } = found!.counterexample!.evidence['config'] as { momentum: number };
    expect(found?.counterexample).toMatchObject({ expected: 'the trajectory of momentum in float64', lhs: `that of ${Math.fround(momentum)}`, rhs: `that of ${momentum}` });
  });

  test('a failure that does not come again in a new process is one, and that is said', async () => {
    const results = await failing(moduleOf('options-of-the-first'), 'gradient-descent', /^(manners-sessions|identity)$/, 1);
    expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([['manners-sessions', 'violated'], ['identity', 'violated']]);
    expect(results[1]?.reason).toBe('in a new process the same case passed: the optimizer remembers what went before in its process, or is not deterministic');
  });

  test('what a method does with NaN is in the evidence, as text', async () => {
    const [found] = await failing(moduleOf('nan-to-num'), 'sgd-momentum', /^manners-nonfinite$/, 1);
    const { expected, lhs, rhs, evidence } = found!.counterexample!;
    expect(expected).toMatch(/with (NaN|-?Infinity) in entry \d of the gradient of step \d$/);
    expect([Number.isFinite(Number(lhs)), rhs]).toEqual([true, 'NaN or ±∞, as the method has it']);
    expect(JSON.stringify(evidence['gradients'])).toMatch(/"(NaN|-?Infinity)"/);
  });
});
