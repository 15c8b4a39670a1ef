import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../reports/html.js';
import { pathOf } from '../reports/paths.js';
import { identity } from '../src/gate/claims/identity.js';
import { gateClaims } from '../src/gate/claims/index.js';
import type { GateContext } from '../src/gate/claim.js';
import type { MethodName } from '../src/gate/methods.js';
import type { Answer, Door } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { reference } from '../src/subject.js';
import type { ClaimResult, Counterexample } from '../src/verdict.js';
import { gateReport, VIOLATED } from './support/gate-report.js';

type Evidence = Counterexample['evidence'];

/** What the gate finds of a method with a slip, claim by claim. */
async function judged(method: MethodName, slip: string): Promise<ReadonlyMap<string, ClaimResult>> {
  const { subject } = gateSaboteurs.find(({ name }) => name === slip)!;
  const { results } = await runGate({
    door: referenceDoor(method, subject, 'float64'),
    like: method,
    claims: gateClaims.filter(({ id }) => id.startsWith('identity')),
    cases: 100,
    seed: 1,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: () => undefined,
  });
  return new Map(results.map((result) => [result.id, result]));
}

const evidenceOf = (results: ReadonlyMap<string, ClaimResult>, id: string): Evidence => {
  expect(results.get(id)).toMatchObject({ id, verdict: 'violated' });
  return results.get(id)!.counterexample!.evidence;
};

/** Nesterov's method from its formula alone: its queries, given the gradients at them. */
function nesterov(x0: readonly number[], rate: number, gradients: readonly (readonly number[])[]): number[][] {
  let [x, s] = [[...x0], 1];
  const queries = [[...x0]];
  for (const g of gradients) {
    const next = queries.at(-1)!.map((entry, i) => entry - rate * g[i]!);
    const after = (1 + Math.sqrt(1 + 4 * s * s)) / 2;
    queries.push(next.map((entry, i) => entry + ((s - 1) / after) * (entry - x[i]!)));
    [x, s] = [next, after];
  }
  return queries;
}

describe('where an optimizer is not its method', () => {
  test('the evidence has its path and the method’s own, which are one until they part', async () => {
    const evidence = evidenceOf(await judged('nesterov', 'lookahead-sign'), 'identity');
    const [gave, method] = [evidence['queries'], evidence['the method’s queries']] as unknown as [number[][], number[][]];
    const wanted = nesterov(evidence['x0'] as number[], (evidence['config'] as { learningRate: number }).learningRate, evidence['gradients'] as number[][]);
    expect(method).toHaveLength(gave.length);
    for (const [t, vector] of wanted.entries()) for (const [i, entry] of vector.entries()) expect(method[t]![i]).toBeCloseTo(entry, 10);
    const distances = gave.map((vector, t) => Math.max(...vector.map((entry, i) => Math.abs(entry - method[t]![i]!))));
    expect(distances.at(-1)).toBeGreaterThan(evidence['allowed'] as number);
    expect(Math.max(...distances.slice(0, -1))).toBeLessThan(1e-9);
  });

  test('in many dimensions, and after many steps, it is the entry that parts, over the last steps', async () => {
    const results = await judged('nesterov', 'lookahead-sign');
    for (const id of ['identity-wide', 'identity-long']) {
      const path = pathOf(results.get(id)!.counterexample)!;
      expect(path.steps.length).toBeGreaterThan(1);
      expect(path.steps.at(-1)!.t).toBe(evidenceOf(results, id)['steps']);
      const { gave, method } = path.steps.at(-1)!.entry;
      const { lhs, rhs } = results.get(id)!.counterexample!;
      expect([gave, method]).toEqual([Number(lhs), Number(rhs)]);
    }
  });

  test('what parts though the queries do not has a path of its own', async () => {
    const door = referenceDoor('convex-meta-learning', reference, 'float64');
    const off = (answer: Answer): Answer => ({ ...answer, meta: answer.meta?.map((entry) => entry + 1) ?? null });
    const wrong: Door = { ...door, init: async (...given) => off(await door.init(...given)), step: async (...given) => off(await door.step(...given)) };
    const context: GateContext = { door: wrong, hello: await door.hello(), dtype: 'float64', method: 'convex-meta-learning', guessed: false, reference };
    const [example] = fc.sample(identity.generator(context), { numRuns: 1, seed: 1 });
    const outcome = await identity.check(context, example!);
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    const { evidence } = outcome;
    expect(evidence['first difference']).toMatch(/^the answer to init, meta/u);
    expect(evidence['meta']).toHaveLength(1);
    expect(evidence['the method’s meta']).toEqual([(evidence['meta'] as number[][])[0]!.map((entry) => entry - 1)]);
    expect(evidence['the method’s queries']).toBeUndefined();
  });
});

const result = (evidence: Evidence): ClaimResult => ({ ...VIOLATED, counterexample: { ...VIOLATED.counterexample!, evidence } });
const pageOf = (evidence: Evidence): Promise<string> => renderHtml(gateReport([result(evidence)], { exitStatus: 1 }));

describe('a path', () => {
  test('is read step by step, with the entry that parts most', () => {
    const path = pathOf(result({ steps: 2, queries: [[1, 1], [0, 2], [3, 9]], 'the method’s queries': [[1, 1], [0, 2], [3.5, 4]], gradients: [[1, 2], [3, 4]] }).counterexample)!;
    expect(path).toMatchObject({ name: 'queries', entry: 1, shown: ['queries', 'the method’s queries', 'gradients'] });
    expect(path.steps.map(({ t, gradient, entry }) => [t, gradient, entry.gave, entry.method])).toEqual([[0, null, 1, 1], [1, [1, 2], 2, 2], [2, [3, 4], 9, 4]]);
  });

  test('is none where there is nothing beside it, or something else', () => {
    for (
      const evidence of [
        {},
        { queries: [[1]] },
        { 'the method’s queries': [[1]] },
        { queries: [[1]], 'the method’s queries': [[1], [2]] },
        { queries: [], 'the method’s queries': [] },
        { queries: 'many', 'the method’s queries': 'many' },
      ] as Evidence[]
    ) expect(pathOf(result(evidence).counterexample), JSON.stringify(evidence)).toBeNull();
    expect(pathOf(null)).toBeNull();
  });

  test('is a table and a plot on the page, and said in no row beside', async () => {
    const page = await pageOf({ f: '½x²', steps: 2, queries: [[1], [0.5], [-0.25]], 'the method’s queries': [[1], [0.5], [0.25]], gradients: [[1], [0.5]] });
    expect(page).toContain('<title id="path-identity-1-title">identity, queries by step</title>');
    const table = page.slice(page.indexOf('<caption id="path-of-identity">'), page.indexOf('</table>', page.indexOf('<caption id="path-of-identity">')));
    expect(table.match(/<tr role="row" class="bad">/gu)).toHaveLength(1);
    expect(table).toMatch(/✗ <\/span>to step 2<\/th><td [^>]*>−0\.25<\/td><td [^>]*>0\.25<\/td><td [^>]*>0\.5<\/td><td [^>]*>0\.5<\/td>/u);
    expect(page).toContain('<span class="math"><i>f</i></span>');
    expect(page).not.toMatch(/<th scope="row"><span class="math">(queries|gradients)/u);
  });

  test('that is long is shown from its end, with every step behind', async () => {
    const queries = Array.from({ length: 31 }, (_, t) => [t]);
    const page = await pageOf({ steps: 30, queries, 'the method’s queries': queries.map(([t]) => [t === 30 ? 0 : t!]) });
    const parts = page.split('<table role="table" class="path">').slice(1).map((part) => part.slice(0, part.indexOf('</table>')).match(/<tr /gu)!.length - 1);
    expect(parts).toEqual([12, 31]);
    expect(page).toContain('Queries, step by step: the last 12 of 31');
  });

  test('that leaves the numbers is told, and drawn as far as it goes', async () => {
    const page = await pageOf({ steps: 2, queries: [[1], [2], ['NaN']], 'the method’s queries': [[1], [2], [1e300]] });
    expect(page).toMatch(/>NaN<\/td><td [^>]*>1e\+?300<\/td><td [^>]*>∞<\/td>/u);
    expect(page).toContain('path-identity-1-title');
    // One number alone, and numbers so far apart that no axis holds them, have no plot.
    for (const last of [['Infinity'], ['-1.7e308']] as const) {
      const alone = await pageOf(
        last[0] === 'Infinity' ? { steps: 0, queries: [last], 'the method’s queries': [[1]] } : { steps: 1, queries: [[1], [-1.7e308]], 'the method’s queries': [[1], [1.7e308]] },
      );
      expect(alone).not.toContain('path-identity-1-title');
      expect(alone).toContain('path-of-identity');
    }
  });

  test('of several entries that are too many for a row is that of the one that parts', async () => {
    const wide = (last: number): number[][] => [[0, 0, 0, 0, 0], [0, 1, last, 3, 4]];
    const page = await pageOf({ steps: 1, queries: wide(2), 'the method’s queries': wide(7) });
    expect(page).toContain('<th role="columnheader" scope="col">It gave, entry 2</th>');
    expect(page).toMatch(/data-label="It gave, entry 2">2<\/td><td role="cell" data-label="The method has, entry 2">7<\/td>/u);
    expect(page).toContain('queries, entry 2');
  });
});
