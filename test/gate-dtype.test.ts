import { expect, test } from 'vitest';
import { dtypeHonesty } from '../src/gate/claims/dtype.js';
import { SubjectFailure, type Answer, type Door } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { reference, type Subject } from '../src/subject.js';
import type { Verdict } from '../src/verdict.js';

const wrong = gateSaboteurs.find(({ name }) => name === 'lookahead-sign')!.subject;

async function verdict(subject: Subject, change: (door: Door) => Door, seed: number): Promise<Verdict | undefined> {
  const door = change(referenceDoor('nesterov', subject, 'float64'));
  const { results } = await runGate({
    door,
    like: 'nesterov',
    claims: [dtypeHonesty],
    cases: 60,
    seed,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: () => undefined,
  });
  return results.find(({ id }) => id === 'dtype-honesty')?.verdict;
}

/** What it declares is float64; what it answers is not. */
function inFloat32(door: Door): Door {
  const narrow = async (answer: Promise<Answer>): Promise<Answer> => {
    const { query, x, average, meta } = await answer;
    return { query: query.map(Math.fround), x: x.map(Math.fround), average, meta };
  };
  return { ...door, init: async (session, start) => narrow(door.init(session, start)), step: async (session, input) => narrow(door.step(session, input)) };
}

test.each([1, 2, 3])('what is computed in float64 is honest, whether it is the method or not: seed %i', async (seed) => {
  expect(await verdict(reference, (door) => door, seed)).toBe('holds');
  expect(await verdict(wrong, (door) => door, seed)).toBe('holds');
});

test.each([1, 2, 3])('float32 behind a float64 is found, whether it is the method or not: seed %i', async (seed) => {
  expect(await verdict(reference, inFloat32, seed)).toBe('violated');
  expect(await verdict(wrong, inFloat32, seed)).toBe('violated');
});

test.each([1, 2, 3])('what is not supported in half of its sessions is judged by the other half: seed %i', async (seed) => {
  const half = (door: Door): Door => ({
    ...door,
    init: async (session, start) => {
      if (start.x0[0]! < 0) throw new SubjectFailure('unsupported', 'starts to the right of 0 only');
      return door.init(session, start);
    },
  });
  expect(await verdict(reference, half, seed)).toBe('holds');
  expect(await verdict(reference, (door) => inFloat32(half(door)), seed)).toBe('violated');
  expect(await verdict(reference, (door) => ({ ...door, init: () => Promise.reject(new SubjectFailure('unsupported', 'never')) }), seed)).toBe('inapplicable');
});

test('a point of the border is 3 or next to it, and either is float64', async () => {
  // The reference's projection of these losses ends at −2.9999999999999996, another correct one at −3, which float32 has.
  const door = referenceDoor('ao-ftrl', reference, 'float64');
  const onBorder: Door = {
    ...door,
    step: async (session, input) => {
      const answer = await door.step(session, input);
      const rounded = (v: Float64Array): Float64Array => v.map((entry) => (Math.abs(entry + 3) < 1e-14 ? -3 : entry));
      return { ...answer, query: rounded(answer.query), x: rounded(answer.x) };
    },
  };
  const still = { function: null, losses: [[0]], x0: [0], horizon: 0, hints: [[0], [0]], targets: [], config: { alpha: 'constant', beta: 1, set: { kind: 'all' } } } as const;
  const border = {
    function: null,
    losses: [[0], [0], [2], [4], [0]],
    x0: [0],
    horizon: 5,
    hints: Array.from({ length: 6 }, () => [0]),
    targets: [],
    config: { alpha: 'linear', beta: 1.890236, set: { kind: 'ball', radius: 3 } },
  } as const;
  const context = { door: onBorder, hello: await door.hello(), dtype: 'float64', method: 'ao-ftrl', guessed: false, reference } as const;
  expect(await dtypeHonesty.check(context, [still, still, still, border])).toMatchObject({ kind: 'passed' });
});
