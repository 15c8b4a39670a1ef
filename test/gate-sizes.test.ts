import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor } from '../src/gate/door.js';
import type { MethodName } from '../src/gate/methods.js';
import { runGate, type GateRun } from '../src/gate/run-gate.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const CORRECT = fileURLToPath(new URL('../../test/fixtures/correct.mjs', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-sizes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judged(source: string, like: MethodName, claims: readonly string[], { cases = 2, seed = 1 } = {}): Promise<GateRun> {
  const module = join(folder, `${like}-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(module, source);
  const chosen = gateClaims.filter(({ id }) => claims.includes(id));
  return runGate({
    door: openDoor({ module, limits: { start: 60_000, request: 60_000 } }), like, claims: chosen, cases, seed, signal: new AbortController().signal, known: [], saboteurs: [], onResult: () => undefined,
  });
}

/** 200,000 entries: more than an engine takes as arguments. */
const LONG = 'new Float64Array(200_000)';

describe('an answer far longer than the method has it', () => {
  test('a "meta" that FTRL does not have is not judged, and its plays are', async () => {
    const ftrl = `
      import { correct } from ${JSON.stringify(pathToFileURL(CORRECT).href)};
      const right = correct('ftrl');
      const meta = ${LONG};
      export default { name: 'long-meta', start(...told) {
        const session = right.start(...told);
        return { ...session, meta, step: (given) => ({ ...session.step(given), meta }) };
      } };`;
    const { results, complete } = await judged(ftrl, 'ftrl', ['identity'], { cases: 5 });
    expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([['manners-hello', 'holds'], ['identity', 'holds'], ['manners-bye', 'holds']]);
    expect(complete).toBe(true);
    // Whether a projection was active is asked of x, not of what it has no place for.
    expect(results[1]!.coverage['projection active']).toBeGreaterThan(0);
  });

  test('a "meta" that gradient descent does not have hides nothing', async () => {
    const ascent = `const meta = new Float64Array(2000);
      export default { name: 'long-meta', start(x0, { learningRate: rate }) {
        let x = x0;
        return { query: x, x, meta, step({ gradient }) { x = x.map((entry, i) => entry + rate * gradient[i]); return { query: x, x, meta }; } };
      } };`;
    const { results } = await judged(ascent, 'gradient-descent', ['identity']);
    expect(results[1]).toMatchObject({ verdict: 'violated', counterexample: { case: { horizon: 1 } } });
  });

  test('a "meta" of another length than the method has is told by its length, and not by its entries', async () => {
    const { results } = await judged(`const meta = new Float64Array(2000); export default { name: 'long-meta', start: (x0) => ({ query: x0, x: x0, meta, step: () => ({ query: x0, x: x0, meta }) }) };`, 'meta-sgd', ['identity']);
    const found = results[1]!;
    expect(found).toMatchObject({ verdict: 'violated', counterexample: { lhs: '2000', rhs: '1' } });
    expect(JSON.stringify(found).length).toBeLessThan(20_000);
  });
});
