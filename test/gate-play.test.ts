import { expect, test } from 'vitest';
import type { GateCase } from '../src/gate/case.js';
import { compare } from '../src/gate/compare.js';
import { METHODS } from '../src/gate/methods.js';
import { FAR, play } from '../src/gate/play.js';
import type { Answer, Door, Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { reference } from '../src/subject.js';

/** f = ½c(x − b)² for each entry. */
const squares = (weights: readonly number[], minimiser: readonly number[]): NonNullable<GateCase['function']> => ({
  body: { kind: 'ridge', terms: weights.map((weight, i) => ({ direction: weights.map((_, j) => Number(i === j)), offset: 0, weight, shape: { kind: 'square' } })) },
  minimiser,
});
const session = (changes: Partial<GateCase>): GateCase => ({
  config: { learningRate: 1 },
  x0: [1],
  horizon: 16,
  function: squares([1], [0]),
  losses: [],
  hints: [],
  targets: [],
  ...changes,
});

test.each(['float64', 'float32'] as const)('a session that diverges is followed while fourth powers of its gradients are numbers of %s', async (dtype) => {
  const data = session({
    config: { alpha: 'constant', beta: 1, rule: { kind: 'elementwise-descent' }, set: { kind: 'ball', radius: 1 }, hints: 'none' },
    function: squares([300], [0]),
  });
  const played = await play(referenceDoor('optimistic-meta-learning', reference, dtype), data, dtype);
  const largest = Math.max(...played.fed.gradients.flatMap((g) => Array.from(g, Math.abs)));
  expect(played.answers.length).toBeGreaterThan(2);
  expect(largest).toBeLessThanOrEqual(FAR[dtype]);
  const most = dtype === 'float64' ? Number.MAX_VALUE : 3.4e38;
  // 16 rounds of weights up to 16 in 4 dimensions.
  expect((16 * 16 * largest * largest) ** 2 * 4).toBeLessThan(most);
});

test.each(['float64', 'float32'] as const)('gradients whose squares would underflow in %s are given as 0, others as they are', async (dtype: Dtype) => {
  const tiny = dtype === 'float64' ? 2 ** -501 : 2 ** -61;
  const data = session({ x0: [0, 0], horizon: 2, function: squares([1, 1], [-tiny, -4 * tiny]) });
  const { fed } = await play(referenceDoor('gradient-descent', reference, dtype), data, dtype);
  expect(fed.gradients.map((g) => Array.from(g))).toEqual([[0, 4 * tiny], [0, 0]]);
});

test('AdaGrad that asks whether its sum is 0, as Optax’s does, is AdaGrad', async () => {
  const data = session({ config: { learningRate: 1, epsilon: 1, epsilonInside: true }, x0: [0, 0], horizon: 3, function: squares([1, 1], [-(2 ** -61), 1]) });
  const sums = new Float32Array(2);
  let x = new Float64Array(2);
  const door: Door = {
    ...referenceDoor('gradient-descent', reference, 'float32'),
    init: async () => Promise.resolve(answer(x)),
    step: async (_, { gradient }) => {
      x = x.map((entry, i) => {
        sums[i] = sums[i]! + Math.fround(gradient[i]! ** 2);
        return sums[i] > 0 ? Math.fround(entry - gradient[i]! / Math.sqrt(sums[i] + 1)) : entry;
      });
      return Promise.resolve(answer(x));
    },
  };
  expect(compare(METHODS.adagrad, reference, await play(door, data, 'float32'), 'float32')).toMatchObject({ answers: 4, difference: null });
});

const answer = (x: Float64Array): Answer => ({ query: x, x, average: null, meta: null });
