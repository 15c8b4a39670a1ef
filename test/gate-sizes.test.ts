import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateCase } from '../src/gate/case.js';
import { identity, identityLong, identityWide, identityWithSchedule } from '../src/gate/claims/identity.js';
import { gateClaims } from '../src/gate/claims/index.js';
import type { GateClaim } from '../src/gate/claim.js';
import { openDoor } from '../src/gate/door.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { DTYPES, type Answer, type Config, type Door, type Dtype } from '../src/gate/protocol.js';
import { runGate, type GateRun } from '../src/gate/run-gate.js';
import { largeSizes } from '../src/gate/sizes.js';
import type { ClaimResult } from '../src/verdict.js';
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
    door: openDoor({ module, limits: { start: 60_000, request: 60_000 } }),
    like,
    claims: chosen,
    cases,
    seed,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: () => undefined,
  });
}

/** More entries than an engine takes as arguments. */
const LONG = 'new Float64Array(150_000)';

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
    const { results, complete } = await judged(ftrl, 'ftrl', ['identity'], { cases: 20 });
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
    const { results } = await judged(
      `const meta = new Float64Array(2000); export default { name: 'long-meta', start: (x0) => ({ query: x0, x: x0, meta, step: () => ({ query: x0, x: x0, meta }) }) };`,
      'meta-sgd',
      ['identity'],
    );
    const found = results[1]!;
    expect(found).toMatchObject({ verdict: 'violated', counterexample: { lhs: '2000', rhs: '1' } });
    expect(JSON.stringify(found).length).toBeLessThan(20_000);
  });
});

type Numbers = number[];
/** What the correct fixture remembers: what it answers with, and what is its method's own. */
interface Memory {
  x: Numbers;
  query?: Numbers;
  average?: Numbers;
  meta?: Numbers;
  [name: string]: unknown;
}
interface Running extends Pick<Memory, 'x' | 'query' | 'average' | 'meta'> {
  readonly step: (given: { t: number; gradient: Float64Array; hint?: Float64Array; target?: Float64Array }) => unknown;
  readonly memory: Memory;
}
interface Optimizer {
  readonly start: (x0: Float64Array, config: Config, problem: unknown, extra: { gradient?: Float64Array; hint?: Float64Array }) => Running;
}

/** What goes wrong, and when: it may change what is remembered after a step, given what was before it. */
interface Slip {
  readonly told: string;
  readonly like: MethodName;
  readonly claim: GateClaim;
  /** What the smallest session that shows it has. */
  readonly smallest: { readonly n?: number | ((n: number) => boolean); readonly T?: number };
  readonly after?: (memory: Memory, before: Memory, at: { readonly t: number; readonly n: number; readonly config: Config }) => void;
  /** What it makes of its settings. */
  readonly config?: (config: Config) => Config;
  /** Before the first of these steps of a "run" only. */
  readonly inRun?: (memory: Memory, t: number) => void;
}

const point = ({ x, query, average, meta }: Memory): Answer => {
  const floats = (v: Numbers | undefined): Float64Array | null => (v === undefined ? null : Float64Array.from(v));
  return { query: Float64Array.from(query ?? x), x: Float64Array.from(x), average: floats(average), meta: floats(meta) };
};

/** The correct fixture in this process, with a slip. */
function doorTo({ start }: Optimizer, dtype: Dtype, slip: Partial<Slip> = {}): Door {
  const sessions = new Map<string, { readonly running: Running; readonly config: Config; t: number }>();
  const remembered = (session: string): Memory => sessions.get(session)!.running.memory;
  const step: Door['step'] = (session, input) => {
    const { running, config } = sessions.get(session)!;
    const memory = remembered(session);
    const before = { ...memory };
    running.step({ ...input });
    slip.after?.(memory, before, { t: input.t, n: memory.x.length, config });
    sessions.get(session)!.t = input.t;
    return Promise.resolve(point(memory));
  };
  return {
    source: 'here',
    kind: 'module',
    restarts: 0,
    hello: () => Promise.resolve({ implementation: { name: 'here', version: '0', language: '' }, dtype, capabilities: ['step', 'run', 'hint', 'average'] }),
    init(session, { x0, config, gradient, hint }) {
      const running = start(x0, slip.config?.(config) ?? config, {}, { ...(gradient === undefined ? {} : { gradient }), ...(hint === undefined ? {} : { hint }) });
      sessions.set(session, { running, config, t: 0 });
      return Promise.resolve(point(remembered(session)));
    },
    step,
    async run(session, gradients) {
      const answers: Answer[] = [];
      for (const [i, gradient] of gradients.entries()) {
        slip.inRun?.(remembered(session), i + 1);
        answers.push(await step(session, { t: sessions.get(session)!.t + 1, gradient }));
      }
      return { queries: answers.map(({ query }) => query), xs: answers.map(({ x }) => x) };
    },
    save: () => Promise.reject(new Error('it has no state')),
    load: () => Promise.reject(new Error('it has no state')),
    changed: () => [],
    beside: () => doorTo({ start }, dtype),
    close: (session) => Promise.resolve(void sessions.delete(session)),
    end: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    bye: () => Promise.resolve(),
  };
}

/** Entries that stay as they were. */
const stale = (name: string, which: (i: number, n: number) => boolean) => (memory: Memory, before: Memory): void => {
  const old = before[name] as Numbers;
  memory[name] = (memory[name] as Numbers).map((entry, i, all) => (which(i, all.length) ? old[i]! : entry));
};
/** What is remembered under this name is 0 after a step. */
const zeroed = (name: string, when: (t: number) => boolean) => (memory: Memory, _: Memory, { t }: { readonly t: number }): void => {
  if (when(t)) memory[name] = (memory[name] as Numbers).map(() => 0);
};

/** Another index into a list of rates. */
const lookedUp = (names: readonly string[], index: (i: number) => number) => (config: Config): Config => ({
  ...config,
  ...Object.fromEntries(names.flatMap((name) => {
    const list = config[name];
    return Array.isArray(list) ? [[name, list.map((_, i) => list[index(i)] as number)]] : [];
  })),
});

const SLIPS: readonly Slip[] = [
  { told: 'the seventh entry is never moved', like: 'gradient-descent', claim: identityWide, smallest: { n: 7, T: 1 }, after: stale('x', (i) => i === 6) },
  {
    told: 'pairs of entries, and the last one of an odd number left over',
    like: 'adagrad',
    claim: identityWide,
    smallest: { n: 5, T: 1 },
    after: stale('x', (i, n) => n > 4 && n % 2 === 1 && i === n - 1),
  },
  {
    told: 'eight entries at a time, without the rest',
    like: 'sgd-momentum',
    claim: identityWide,
    smallest: { n: 9, T: 1 },
    after: stale('x', (i, n) => n > 8 && i >= n - (n % 8)),
  },
  {
    told: '32 entries at a time, without the rest',
    like: 'nesterov',
    claim: identityWide,
    smallest: { n: 33, T: 1 },
    after: stale('query', (i, n) => n > 32 && i >= n - (n % 32)),
  },
  { told: 'rates for 16 entries', like: 'meta-sgd', claim: identityWide, smallest: { n: 17 }, after: stale('meta', (i) => i >= 16) },
  { told: 'a buffer of 64 entries', like: 'ftrl', claim: identityWide, smallest: { n: 65, T: 1 }, after: stale('x', (i) => i >= 64) },
  { told: 'parameters of 64 entries', like: 'convex-meta-learning', claim: identityWide, smallest: { n: 65 }, after: stale('query', (i) => i >= 64) },
  {
    told: 'an index of eight bits: entry 256 is that of entry 0',
    like: 'heavy-ball',
    claim: identityWide,
    smallest: { n: 257, T: 1 },
    after: (memory) => void (memory.x = memory.x.map((entry, i) => (i === 256 ? memory.x[0]! : entry))),
  },
  { told: 'the velocity is lost in step 34', like: 'heavy-ball', claim: identityLong, smallest: { T: 35 }, after: zeroed('velocity', (t) => t === 34) },
  { told: 'the buffer is lost every 100 steps', like: 'sgd-momentum', claim: identityLong, smallest: { T: 101 }, after: zeroed('buffer', (t) => t % 100 === 0) },
  {
    told: 'the weights begin anew every 50 steps',
    like: 'nesterov',
    claim: identityLong,
    smallest: { T: 51 },
    after: (memory, _, { t }) => {
      if (t % 50 === 0) memory['s'] = 1;
    },
  },
  {
    told: 'a counter of eight bits with a sign',
    like: 'ftrl',
    claim: identityLong,
    smallest: { T: 128 },
    after: (memory, _, { t, config }) => {
      if (config['alpha'] === 'linear') memory['weights'] = { ...(memory['weights'] as object), weight: Int8Array.of(t + 1)[0] };
    },
  },
  { told: 'squares are counted from 0 again in step 1000', like: 'adagrad', claim: identityLong, smallest: { T: 1001 }, after: zeroed('squares', (t) => t === 1000) },
  {
    told: 'a ring of 64 gradients, of which one too early is read',
    like: 'optimistic-meta-sgd',
    claim: identityLong,
    smallest: { T: 65 },
    after: zeroed('last', (t) => t % 64 === 0),
  },
  {
    told: 'a list of rates that ends at its twelfth',
    like: 'gradient-descent',
    claim: identityWithSchedule,
    smallest: { T: 13 },
    config: lookedUp(['learningRate'], (i) => Math.min(i, 11)),
  },
  { told: 'a ring of 16 rates', like: 'heavy-ball', claim: identityWithSchedule, smallest: { T: 17 }, config: lookedUp(['learningRate', 'momentum'], (i) => i % 16) },
  {
    told: 'a list of rates of which 100 are kept',
    like: 'gradient-descent',
    claim: identityWithSchedule,
    smallest: { T: 101 },
    config: lookedUp(['learningRate'], (i) => Math.min(i, 99)),
  },
  {
    told: 'the last block of 16 is taken for a rest',
    like: 'gradient-descent',
    claim: identityWide,
    smallest: { n: (n) => n % 16 === 0, T: 1 },
    after: stale('x', (i, n) => n % 16 === 0 && i >= n - 16),
  },
  {
    told: 'an entry that is left where there are fewer than 17',
    like: 'gradient-descent',
    claim: identityWide,
    smallest: { n: 12, T: 1 },
    after: stale('x', (i, n) => n < 17 && i === 11),
  },
  {
    told: 'an entry that only a width between blocks has',
    like: 'gradient-descent',
    claim: identityWide,
    smallest: { n: 67, T: 1 },
    after: stale('x', (i, n) => n > 66 && n < 128 && i === 66),
  },
  {
    told: 'a list of momenta where the rate is one',
    like: 'heavy-ball',
    claim: identityWithSchedule,
    smallest: {},
    config: (config) => ({
      ...config,
      momentum: Array.isArray(config['momentum']) && !Array.isArray(config['learningRate']) ? (config['momentum'][0] as number) : config['momentum']!,
    }),
  },
  {
    told: 'momentum up to 0.95',
    like: 'heavy-ball',
    claim: identity,
    smallest: { T: 2 },
    config: (config) => ({ ...config, momentum: typeof config['momentum'] === 'number' ? Math.min(config['momentum'], 0.95) : config['momentum']! }),
  },
  {
    told: '"run" in blocks of 512 steps, each from rest',
    like: 'nesterov',
    claim: identityLong,
    smallest: { T: 513 },
    inRun: (memory, t) => {
      if (t === 513) memory['s'] = 1;
    },
  },
];

/** How many seeds are tried: more with OMG_ORACLE_SEEDS, in a longer run. */
const SEEDS = Number(process.env['OMG_ORACLE_SEEDS'] ?? 2);
const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);

async function correct(name: MethodName, dtype: Dtype): Promise<Optimizer> {
  const fixture = (await import(pathToFileURL(CORRECT).href)) as { correct: (name: MethodName, dtype: Dtype) => Optimizer };
  return fixture.correct(name, dtype);
}

async function verdicts(door: Door, like: MethodName, claims: readonly GateClaim[], seed: number, cases = 200): Promise<readonly ClaimResult[]> {
  const { results } = await runGate({ door, like, claims, cases, seed, signal: new AbortController().signal, known: [], saboteurs: [], onResult: () => undefined });
  return results.slice(1, -1);
}

describe('what only size shows', () => {
  test('every width from 5 to 257 is drawn, and every length of a list', () => {
    const drawn = (way: 'wide' | 'both' | 'listed', size: 'n' | 'T'): number[] =>
      [...new Set(fc.sample(largeSizes(way, false), { numRuns: 20_000, seed: 1 }).map((one) => one[size]))].toSorted((a, b) => a - b);
    const all = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(drawn('wide', 'n')).toEqual(all(5, 257));
    expect(drawn('both', 'n')).toEqual(all(9, 65));
    expect(drawn('listed', 'T')).toEqual(all(17, 128));
  });

  test.each(SLIPS)('$like: $told', { timeout: 900_000 * SEEDS }, async ({ like, claim, smallest, ...slip }) => {
    const optimizer = await correct(like, 'float64');
    for (const seed of seeds) {
      const [found] = await verdicts(doorTo(optimizer, 'float64', slip), like, [claim], seed);
      expect([seed, found!.verdict]).toEqual([seed, 'violated']);
      const { x0, horizon } = found!.counterexample!.case as unknown as GateCase;
      if (typeof smallest.n === 'function') expect([seed, x0.length, smallest.n(x0.length)]).toEqual([seed, x0.length, true]);
      else if (smallest.n !== undefined) expect([seed, x0.length]).toEqual([seed, smallest.n]);
      else expect(x0.length).toBeLessThanOrEqual(2);
      if (smallest.T !== undefined) expect([seed, horizon]).toEqual([seed, smallest.T]);
      else expect(horizon).toBeLessThanOrEqual(8);
      // What a person reads is short, whatever the size.
      expect(JSON.stringify(found!.counterexample!.evidence).length).toBeLessThan(6000);
    }
    // It is one of those that small sessions do not show.
    for (const one of await verdicts(doorTo(optimizer, 'float64', slip), like, claim === identity ? [] : [identity], 1, 40)) expect(one.verdict).not.toBe('violated');
  });

  test.each(DTYPES.flatMap((dtype) => METHOD_NAMES.map((like) => ({ dtype, like }))))('$like in $dtype is right in all sizes, and they say something to their end', {
    timeout: 900_000 * SEEDS,
  }, async ({ dtype, like }) => {
    const optimizer = await correct(like, dtype);
    for (const seed of seeds) {
      const results = await verdicts(doorTo(optimizer, dtype), like, [identityWide, identityLong, identityWithSchedule], seed, 100);
      const listed = like.endsWith('meta-sgd') ? ['inapplicable', 'the method has one rate'] : ['holds', null];
      expect(results.map(({ id, verdict, reason }) => [seed, id, verdict, reason])).toEqual([[seed, 'identity-wide', 'holds', null], [seed, 'identity-long', 'holds', null], [
        seed,
        'identity-schedule',
        ...listed,
      ]]);
      expect(results[0]!.coverage['n ≥ 17']).toBeGreaterThan(0);
      expect(results[1]!.coverage['T ≥ 64']).toBeGreaterThan(0);
    }
  });
});
