import { expect, test } from 'vitest';
import { dtypeHonesty } from '../src/gate/claims/dtype.js';
import type { Answer, Door } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { reference, type Subject } from '../src/subject.js';
import type { Verdict } from '../src/verdict.js';

const wrong = gateSaboteurs.find(({ name }) => name === 'lookahead-sign')!.subject;

async function verdict(subject: Subject, change: (door: Door) => Door, seed: number): Promise<Verdict | undefined> {
  const door = change(referenceDoor('nesterov', subject, 'float64'));
  const { results } = await runGate({ door, like: 'nesterov', claims: [dtypeHonesty], cases: 60, seed, signal: new AbortController().signal, known: [], saboteurs: [], onResult: () => undefined });
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
