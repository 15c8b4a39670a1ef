import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identity, identityWithSchedule } from '../src/gate/claims/identity.js';
import { gateClaims } from '../src/gate/claims/index.js';
import type { GateClaim, GateContext } from '../src/gate/claim.js';
import { METHODS, METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { DTYPES, type Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import type { Saboteur } from '../src/saboteur/index.js';
import { reference, type Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

/** Mistakes that no optimizer behind the protocol can make: in oracles, in problems, in parts that its methods do not have. */
const INVISIBLE = [
  // The regulariser is around 0, projections are lazy, μ is ½‖·‖², targets are given, and φ is a position, in everything that the protocol can say.
  'centre-forgotten',
  'greedy-hint-not-removed',
  'greedy-hint-left-out',
  'projection-lazy',
  'mirror-left-out',
  'target-not-unrolled',
  'target-without-gradient',
  'rho-forgotten',
  'rho-twice',
  'meta-gradient-ascends',
  'hint-ratio-unsquared',
  'offset-dropped',
  'jacobian-bound-too-small',
  'meta-adagrad-jacobian-halved',
  'meta-adagrad-ascends',
  'averaging-rates-shifted',
  'corollary-rates-shifted',
  'smoothness-too-small',
  'gradient-off',
  'divergence-reversed',
  'not-convex',
  'minimiser-off',
  'comparator-too-long',
  'comparator-zero',
  'comparator-wrong-side',
  'comparator-none',
  'elimination-twice',
  'comparator-outside',
  'definition-one-offset',
  'definition-one-unweighted',
  'definition-one-doubled',
  'multiplier-sign',
  'meta-adagrad-without-root',
  'norm-frozen',
  'norm-weights-forgotten',
  'norm-ascent',
  'norm-bound-too-small',
  'adaptive-norms-late',
  'adaptive-norms-shared',
  'adaptive-hint-kept',
];

const visible = gateSaboteurs.filter(({ name }) => !INVISIBLE.includes(name));

const CHUNK = 10;
const drawings = new Map<string, readonly Json[]>();

/** Sessions `from` on, of a seed. They do not depend on who is judged: all meet the same, and drawing them costs more than judging. */
function drawnSessions(claim: GateClaim, context: GateContext, seed: number, from: number): readonly Json[] {
  const key = `${claim.id} ${context.method} ${seed} ${from}`;
  const known = drawings.get(key) ?? fc.sample(claim.generator(context), { numRuns: CHUNK, seed: 1000 * seed + from });
  drawings.set(key, known);
  return known;
}
/** How many seeds are tried: more with OMG_ORACLE_SEEDS, in a longer run. */
const SEEDS = Number(process.env['OMG_ORACLE_SEEDS'] ?? 3);

async function contextOf(method: MethodName, subject: Subject, dtype: Dtype): Promise<GateContext> {
  const door = referenceDoor(method, subject, dtype);
  return { door, hello: await door.hello(), dtype, method, guessed: false, reference };
}

/** True where one of the default number of sessions shows that the saboteur is not the method. */
async function caught(method: MethodName, { subject, broken }: Saboteur, seed: number, cases: number): Promise<boolean> {
  let used = false;
  const watched = new Proxy(subject, {
    get(target, name: keyof Subject) {
      used ||= broken.includes(name);
      return target[name];
    },
  });
  const context = await contextOf(method, watched, 'float64');
  for (const claim of [identity, identityWithSchedule]) {
    if (claim.inapplicable(context) !== null) continue;
    // A few at a time: most mistakes show on the first ones.
    for (let drawn = 0; drawn < cases * claim.share; drawn += CHUNK) {
      for (const example of drawnSessions(claim, context, seed, drawn)) {
        const { kind } = await claim.check(context, example);
        if (kind === 'failed') return true;
      }
      if (!used && drawn >= 2 * CHUNK) return false;
    }
  }
  return false;
}

describe('every mistake is caught as one method at least, seed after seed', () => {
  test.each(visible)('$name', async (one) => {
    const by: MethodName[] = [];
    for (const method of METHOD_NAMES) if (await caught(method, one, 1, 200)) by.push(method);
    expect(by).not.toEqual([]);
    const missed: string[] = [];
    for (let seed = 2; seed <= SEEDS; seed++) for (const method of by) if (!(await caught(method, one, seed, 200))) missed.push(`${method}, seed ${seed}`);
    expect(missed).toEqual([]);
  });

  test('the others leave every trajectory as it is', async () => {
    const known = gateSaboteurs.filter(({ name }) => INVISIBLE.includes(name));
    const noticed: string[] = [];
    for (const one of known) for (const method of METHOD_NAMES) if (await caught(method, one, 1, 60)) noticed.push(`${one.name} as ${method}`);
    expect(noticed).toEqual([]);
    expect(visible.length).toBeGreaterThanOrEqual(50);
  });
});

describe('what is right passes', () => {
  const run = async (method: MethodName, dtype: Dtype, subject: Subject, seed: number, like: MethodName | null = method): ReturnType<typeof runGate> =>
    runGate({
      door: referenceDoor(method, subject, dtype),
      like,
      claims: gateClaims,
      cases: 50,
      seed,
      signal: new AbortController().signal,
      known: [],
      saboteurs: gateSaboteurs,
      onResult: () => undefined,
    });

  test.each(DTYPES.flatMap((dtype) => METHOD_NAMES.map((method) => ({ dtype, method }))))('$method in $dtype', async ({ dtype, method }) => {
    for (const seed of [1, 2, 3]) {
      const { results, complete } = await run(method, dtype, reference, seed);
      expect(results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict, reason }) => `${id} ${verdict} ${reason}`)).toEqual([]);
      expect(complete).toBe(true);
      expect(results.find(({ id }) => id === 'identity')).toMatchObject({ verdict: 'holds' });
    }
  });

  test.each(METHOD_NAMES)('%s is told by what it does, when nobody names it', async (method) => {
    const { subject, results } = await run(method, 'float64', reference, 1, null);
    // With α_t that it may choose, FTRL is AO-FTRL without hints; every reference agrees with itself.
    expect(subject?.guess).toMatch(new RegExp(`^${method} \\(agrees in 12 of 12`));
    expect(results.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
  });

  test('the smallest failing session of a flipped sign is one that a person can follow', async () => {
    const culprit = gateSaboteurs.find(({ name }) => name === 'lookahead-sign')!;
    const { results } = await run('nesterov', 'float64', culprit.subject, 1);
    const found = results.find(({ id }) => id === 'identity')!;
    expect(found).toMatchObject({ verdict: 'violated', hint: 'behaves like: lookahead sign (y_{t+1} = x_t − θ(x_t − x_{t−1}))' });
    const { x0, horizon } = found.counterexample!.case as { x0: number[]; horizon: number };
    expect(x0.length).toBeLessThanOrEqual(2);
    expect(horizon).toBeLessThanOrEqual(4);
    expect(METHODS.nesterov.compared).toContain('query');
  });
});
