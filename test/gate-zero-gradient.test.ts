import { describe, expect, test } from 'vitest';
import { zeroGradient } from '../src/gate/claims/equivariances.js';
import type { MethodName } from '../src/gate/methods.js';
import type { Answer, Door } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { search, type Search } from '../src/gate/search.js';
import { reference } from '../src/subject.js';

const answer = (query: Float64Array, x: Float64Array): Answer => ({ query, x, average: null, meta: null });

/** An optimizer in this process: its first query is x0, and `step` says how one session goes on. */
function doorOf(start: (x0: Float64Array) => (t: number, g: Float64Array) => Answer): Door {
  const sessions = new Map<string, (t: number, g: Float64Array) => Answer>();
  return {
    ...referenceDoor('gradient-descent', reference, 'float64'),
    init: async (session, { x0 }) => {
      sessions.set(session, start(x0));
      return Promise.resolve(answer(x0, x0));
    },
    step: async (session, { t, gradient }) => Promise.resolve(sessions.get(session)!(t, gradient)),
  };
}

async function judged(method: MethodName, door: Door, seed: number): Promise<Search> {
  const context = { door, hello: await door.hello(), dtype: 'float64' as const, method, guessed: false, reference };
  return search(zeroGradient, context, [], { cases: 40, seed, stop: () => false });
}

describe('without gradients', () => {
  /** Nesterov's lookahead as (1 + θ)x − θx⁻, which rounds at rest; `more` is what each step does to x besides. */
  const lookahead = (more: (x: number) => number): Door =>
    doorOf((x0) => {
      let [query, x, s] = [x0, x0, 1];
      return (_, g) => {
        const next = (1 + Math.sqrt(1 + 4 * s * s)) / 2;
        const theta = (s - 1) / next;
        const point = query.map((q, i) => more(q - 1e-3 * g[i]!));
        query = point.map((p, i) => (1 + theta) * p - theta * x[i]!);
        [x, s] = [point, next];
        return answer(query, x);
      };
    });

  test('a sum in another order, which moves by an ulp, stands still', async () => {
    let moved = 0;
    const plain = lookahead((x) => x);
    const door: Door = {
      ...plain,
      step: async (session, input) => {
        const given = await plain.step(session, input);
        moved += Number(Array.from(given.query).some((q, i) => q !== given.x[i]!));
        return given;
      },
    };
    for (const seed of [1, 2, 3]) expect(await judged('nesterov', door, seed)).toMatchObject({ found: null });
    expect(moved).toBeGreaterThan(0);
  });

  test.each([['a weight decay of 10⁻⁹', (x: number) => x * (1 - 1e-9)], ['a gradient that is never quite 0', (x: number) => x - 1e-12], [
    'noise of a few hundred ulps',
    (x: number) => x * (1 + 2 ** -44),
  ]])('%s moves', async (_, more) => {
    for (const seed of [1, 2, 3]) {
      const { found } = await judged('nesterov', lookahead(more), seed);
      expect(found).toMatchObject({ kind: 'violated', outcome: { kind: 'failed' } });
    }
  });
});
