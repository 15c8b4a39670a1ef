import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adagrad } from '../src/algorithm/adagrad.js';
import { heavyBall } from '../src/algorithm/heavy-ball.js';
import { momentum } from '../src/algorithm/momentum.js';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { PRECISIONS, runningError, type Recorded } from '../src/arithmetic/running-error.js';
import type { RealSpace, Vector } from '../src/arithmetic/space.js';
import { uniform } from '../src/generator/number.js';
import { feasibleSet } from '../src/problem/feasible-set.js';
import { holdsFor } from './support/exactly.js';

const exact = decimal(80);

/** What a computation over any space comes to: in float64, to 80 digits, and with its running error bound. */
function three(compute: <S>(K: RealSpace<S>) => Vector<S>): { computed: number[]; truth: number[]; bounds: number[]; recorded: number[] } {
  const { K, error } = runningError(PRECISIONS.float64);
  const recorded = Array.from(compute<Recorded>(K));
  return {
    computed: Array.from(compute(float64)),
    recorded: recorded.map(({ value }) => value),
    bounds: recorded.map(error),
    truth: Array.from(compute(exact), exact.toNumber),
  };
}

/** Every entry is as near to the truth as its bound says (and as the truth itself is rounded), and computed as float64 computes it. */
function covers(compute: <S>(K: RealSpace<S>) => Vector<S>): void {
  const { computed, truth, bounds, recorded } = three(compute);
  expect(recorded).toEqual(computed);
  truth.forEach((value, i) => expect(Math.abs(computed[i]! - value)).toBeLessThanOrEqual(bounds[i]! + Number.EPSILON * Math.abs(value)));
}

const number = uniform(-3, 3);
const positive = uniform(0.01, 3);
const sequence = (source: fc.Arbitrary<number>): fc.Arbitrary<number[]> => fc.array(source, { minLength: 1, maxLength: 20 });
const given = <S>(K: RealSpace<S>, values: readonly number[]): () => Vector<S> => {
  let t = 0;
  return () => K.vector(1, () => K.from(values[t++]!));
};
const last = <S>(path: readonly Vector<S>[]): Vector<S> => path.at(-1)!;

describe('the bound covers the rounding', () => {
  test('of Heavy Ball, with momenta up to 1', () => {
    holdsFor(
      200,
      fc.property(sequence(number), positive, uniform(0, 1), number, (g, rate, m, x0) =>
        covers((K) =>
          last(heavyBall(
            K,
            given(K, g),
            K.vector(1, () => K.from(x0)),
            g.map(() => K.from(rate)),
            g.map(() => K.from(m)),
          ))
        )),
    );
  });

  test('of momentum with dampening, with and without the look ahead', () => {
    holdsFor(
      200,
      fc.property(sequence(number), positive, uniform(0, 1), uniform(0, 0.9), fc.boolean(), (g, rate, m, d, nesterov) =>
        covers((K) =>
          last(momentum(
            K,
            given(K, g),
            K.vector(1, () => K.one),
            { rates: g.map(() => K.from(rate)), momentum: K.from(m), dampening: K.from(d), nesterov },
          ))
        )),
    );
  });

  test('of AdaGrad, through roots and quotients', () => {
    holdsFor(
      200,
      fc.property(sequence(number), positive, fc.boolean(), (g, epsilon, epsilonInside) =>
        covers((K) =>
          last(adagrad(
            K,
            given(K, g),
            K.vector(1, () => K.one),
            { rates: g.map(() => K.from(0.7)), epsilon: K.from(epsilon), epsilonInside },
          ))
        )),
    );
  });

  test('of projections, at and off the boundary', () => {
    holdsFor(
      200,
      fc.property(fc.array(number, { minLength: 2, maxLength: 2 }), positive, (v, radius) =>
        covers((K) =>
          feasibleSet(K, { kind: 'ball', centre: [0, 0], radius })
            .project(K.vector(2, (i) => K.mul(K.from(v[i]!), K.from(0.1))))
        )),
    );
    holdsFor(
      200,
      fc.property(
        number,
        (v) => covers((K) => feasibleSet(K, { kind: 'box', lower: [0], upper: [0.5] }).project(K.vector(1, () => K.sub(K.mul(K.from(v), K.from(0.1)), K.from(0.05))))),
      ),
    );
  });

  test('of exponentials and logarithms', () => {
    holdsFor(
      200,
      fc.property(number, positive, (a, b) => covers((K) => K.vector(1, () => K.add(K.exp(K.mul(K.from(a), K.from(0.3))), K.sub(K.log(K.from(b)), K.log1p(K.from(b))))))),
    );
  });
});

describe('the bound follows the computation', () => {
  const { unit } = PRECISIONS.float64;
  const of = (compute: (K: RealSpace<Recorded>) => Recorded): number => {
    const { K, error } = runningError(PRECISIONS.float64);
    return error(compute(K)) / unit;
  };

  test('a sum of two given numbers: half an ulp of each, and of the sum', () => {
    expect(of((K) => K.add(K.from(3), K.from(5)))).toBe(3 + 5 + 8);
    expect(of((K) => K.mul(K.from(3), K.from(5)))).toBeCloseTo(15 + 15 + 15, 6);
  });

  test('what cancels between two uses of one number cancels', () => {
    expect(of((K) => {
      const x = K.from(1e6);
      return K.sub(K.add(x, K.one), x);
    })).toBe(1_000_001 + 1);
  });

  test('a contraction damps old errors: 200 halvings and a new number each leave a few ulps', () => {
    expect(of((K) => {
      let x = K.from(1);
      const half = K.from(0.5);
      for (let t = 0; t < 200; t++) x = K.add(K.mul(half, x), half);
      return x;
    })).toBeLessThan(12);
  });

  test('a maximum that could go either way passes on the larger error, one that could not only its own', () => {
    expect(of((K) => K.max(K.sub(K.add(K.from(1), K.from(2)), K.from(3)), K.zero))).toBe(1 + 2 + 3 + 3);
    expect(of((K) => K.max(K.from(-1), K.zero))).toBe(0);
    expect(of((K) => K.min(K.from(7), K.from(9)))).toBe(7);
  });

  test('float32 is coarser by 2²⁹', () => {
    const { K, error } = runningError(PRECISIONS.float32);
    expect(error(K.add(K.from(3), K.from(5)))).toBe(16 * 2 ** -24);
  });

  test('of a sum of 5,000 numbers: each of them, and each partial sum', () => {
    expect(of((K) => {
      let sum = K.zero;
      for (let k = 0; k < 5000; k++) sum = K.add(sum, K.from(1));
      return sum;
    })).toBe(5000 + (5000 * 5001) / 2);
  });
});

describe('whether an error explains a distance', () => {
  test('is what the bound says, asked before and after it, from any number of one record', () => {
    holdsFor(
      100,
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('add', 'sub', 'mul', 'max'), fc.nat(), fc.nat()), { minLength: 1, maxLength: 60 }),
        fc.array(number, { minLength: 1, maxLength: 4 }),
        (steps, values) => {
          const make = (): { numbers: Recorded[]; error: (a: Recorded) => number; explains: (a: Recorded, distance: number) => boolean } => {
            const { K, error, explains } = runningError(PRECISIONS.float64);
            const numbers = values.map(K.from);
            for (const [operation, a, b] of steps) numbers.push(K[operation as 'add'](numbers[a % numbers.length]!, numbers[b % numbers.length]!));
            return { numbers, error, explains };
          };
          const [one, other] = [make(), make()];
          one.numbers.forEach((a, k) => {
            const bound = one.error(a);
            for (const share of [0, 0.1, 0.5, 1, 1 + 2 ** -40, 2]) {
              const distance = bound * share;
              expect(other.explains(other.numbers[k]!, distance)).toBe(distance <= bound);
              expect(one.explains(a, distance)).toBe(distance <= bound);
            }
            expect(other.explains(other.numbers[k]!, NaN)).toBe(false);
            expect(other.error(other.numbers[k]!)).toBe(bound);
          });
        },
      ),
    );
  });
});
