import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../src/arithmetic/decimal.js';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import { PRECISIONS } from '../src/arithmetic/running-error.js';
import type { RealSpace, Vector } from '../src/arithmetic/space.js';
import { gateCase } from '../src/gate/case.js';
import { ALLOWANCE, expected, formulations } from '../src/gate/expected.js';
import { fed, type FedNumbers } from '../src/gate/fed.js';
import { METHODS, METHOD_NAMES, type MethodName, type Quantity } from '../src/gate/methods.js';
import { play } from '../src/gate/play.js';
import type { Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { uniform } from '../src/generator/number.js';
import { reference } from '../src/subject.js';
import { SEED, holdsFor } from './support/exactly.js';

const exact = decimal(80);

/** What the gate's sessions feed the reference. */
async function sessions(method: MethodName, count: number, dtype: Dtype = 'float64'): Promise<FedNumbers[]> {
  const door = referenceDoor(method, reference, dtype);
  const played: FedNumbers[] = [];
  for (const data of fc.sample(gateCase(method, dtype, { horizon: { min: 1, max: 8 } }), { numRuns: count, seed: SEED })) played.push((await play(door, data, dtype)).fed);
  return played;
}

/** Every number of a trajectory that the gate compares. */
function* compared<S>(
  method: MethodName,
  trace: { readonly [quantity in Quantity]: readonly Vector<S>[] | null },
): Generator<{ quantity: Quantity; t: number; i: number; value: S }> {
  for (const quantity of METHODS[method].compared) {
    for (const [t, v] of (trace[quantity] ?? []).entries()) for (let i = 0; i < v.length; i++) yield { quantity, t, i, value: v[i]! };
  }
}

describe.each(METHOD_NAMES)('%s', (method) => {
  test('its formulations are equal, to 70 digits of 80', async () => {
    for (const numbers of await sessions(method, 20)) {
      const given = fed(exact, numbers);
      const truth = [...compared(method, METHODS[method].reference(exact, reference, given))];
      for (const formulation of formulations(METHODS[method], reference)) {
        const other = [...compared(method, formulation(exact, given))];
        expect(other.length).toBe(truth.length);
        const largest = Math.max(1, ...truth.map(({ value }) => Math.abs(exact.toNumber(value))));
        other.forEach(({ value }, k) => expect(Math.abs(exact.toNumber(exact.sub(value, truth[k]!.value)))).toBeLessThanOrEqual(1e-70 * largest));
      }
    }
  });

  test('its own rounding is within its bound, once', async () => {
    for (const numbers of await sessions(method, 40)) {
      const { trace, error } = expected(METHODS[method], reference, numbers, 'float64');
      const truth = [...compared(method, METHODS[method].reference(exact, reference, fed(exact, numbers)))];
      for (const [k, { quantity, t, i, value }] of [...compared(method, trace)].entries()) {
        const off = Math.abs(exact.toNumber(exact.sub(exact.from(value), truth[k]!.value)));
        expect(off).toBeLessThanOrEqual(error(quantity, t, i) * (1 + 2 ** -20));
      }
    }
  });
});

test('of a mistake no other way is known than its own', () => {
  for (const { subject } of gateSaboteurs.slice(0, 5)) for (const method of METHOD_NAMES) expect(formulations(METHODS[method], subject)).toHaveLength(1);
  expect(METHOD_NAMES.filter((method) => formulations(METHODS[method], reference).length === 2)).toEqual([
    'gradient-descent',
    'heavy-ball',
    'sgd-momentum',
    'nesterov',
    'adagrad',
    'meta-sgd',
    'optimistic-meta-sgd',
  ]);
});

/** AO-FTRL on all of R with losses and hints that are given. */
interface Round {
  readonly losses: readonly number[];
  readonly hints: readonly number[];
  readonly beta: number;
}

const told = ({ losses, hints, beta }: Round): FedNumbers => ({
  x0: [0],
  config: { alpha: 'linear', beta, set: { kind: 'all' } },
  first: [0],
  gradients: losses.map((g) => [g]),
  hints: hints.map((h) => [h]),
  targets: [],
});

/** Numbers of very different sizes, so that what is taken out again is larger than what stays. */
const sized = fc.tuple(uniform(-1, 1), fc.integer({ min: -6, max: 12 })).map(([x, k]) => x * 2 ** k);

describe('terms that are added and removed again, in any order', () => {
  const rounds = fc.integer({ min: 1, max: 12 }).chain((T) =>
    fc.record({
      losses: fc.array(sized, { minLength: T, maxLength: T }),
      hints: fc.array(sized, { minLength: T + 1, maxLength: T + 1 }),
      beta: uniform(0.05, 2),
      orders: fc.array(fc.shuffledSubarray(['loss', 'hint', 'last'] as const, { minLength: 3 }), { minLength: T, maxLength: T }),
      inPlays: fc.boolean(),
    })
  );
  type Session = Round & { readonly orders: readonly (readonly ('loss' | 'hint' | 'last')[])[]; readonly inPlays: boolean };

  /** Each round's terms go into one number one after the other: into the sum, or into the play. */
  function plays(round: (x: number) => number, { losses, hints, beta, orders, inPlays }: Session): number[] {
    const scaled = (weight: number, g: number): number => (inPlays ? round(round(-beta * weight) * g) : round(weight * g));
    let kept = scaled(1, hints[0]!);
    const shown = (): number => (inPlays ? kept : round(-beta * kept));
    return [
      shown(),
      ...orders.map((order, s) => {
        const t = s + 1;
        const terms = { loss: scaled(t, losses[s]!), hint: scaled(t + 1, hints[t]!), last: -scaled(t, hints[s]!) };
        for (const term of order) kept = round(kept + terms[term]);
        return shown();
      }),
    ];
  }

  /** −β(S_t + α_{t+1}g̃_{t+1}), in fractions. */
  function truth({ losses, hints, beta }: Round): Rational[] {
    let sum = rational.zero;
    return hints.map((hint, s) => {
      if (s > 0) sum = rational.add(sum, rational.mul(rational.from(s), rational.from(losses[s - 1]!)));
      return rational.mul(rational.from(-beta), rational.add(sum, rational.mul(rational.from(s + 1), rational.from(hint))));
    });
  }

  test.each([['float64', (x: number) => x], ['float32', Math.fround]] as const)('%s: the allowance covers it', (dtype, round) => {
    let beyond = 0;
    holdsFor(
      1000,
      fc.property(rounds, (drawn) => {
        const session: Session = { ...drawn, losses: drawn.losses.map(round), hints: drawn.hints.map(round), beta: round(drawn.beta) };
        const { error, allows } = expected(METHODS['ao-ftrl'], reference, told(session), dtype);
        const right = truth(session);
        for (const [t, x] of plays(round, session).entries()) {
          const off = Math.abs(rational.toNumber(rational.sub(rational.from(x), right[t]!)));
          expect(off).toBeLessThanOrEqual(ALLOWANCE * error('x', t, 0));
          expect(allows('x', t, 0, off)).toBe(true);
          // What summing up losses alone would allow, with a hint of the last round: too little.
          const alone = plainBound(session, t) * PRECISIONS[dtype].unit;
          if (off > ALLOWANCE * alone) beyond += 1;
        }
      }),
    );
    expect(beyond).toBeGreaterThan(20);
  });

  /** Σ of the sizes of all that the formula as it stands computes, in units: sources, products, partial sums, play. */
  function plainBound({ losses, hints, beta }: Round, t: number): number {
    let [sum, total] = [0, 0];
    for (let s = 1; s <= t; s++) {
      sum += s * losses[s - 1]!;
      total += 3 * Math.abs(s * losses[s - 1]!) + Math.abs(sum);
    }
    const hint = (t + 1) * hints[t]!;
    return beta * (total + 3 * Math.abs(hint) + 4 * Math.abs(sum + hint));
  }

  test('the reference in fractions is the sum', () => {
    const K = rational as unknown as RealSpace<Rational>;
    const session: Round = { losses: [3, -0.5, 7], hints: [100, -256, 0.125, 9], beta: 0.75 };
    for (const formulation of formulations(METHODS['ao-ftrl'], reference)) {
      formulation(K, fed(K, told(session))).x.forEach((v, t) => expect(rational.equal(v[0]!, truth(session)[t]!)).toBe(true));
    }
  });

  test('by hand: a hint of 8, a loss of 1, no hint after it', () => {
    const numbers: FedNumbers = { ...told({ losses: [1], hints: [8, 0], beta: 1 }), config: { alpha: 'constant', beta: 1, set: { kind: 'all' } } };
    const { trace, error, allows } = expected(METHODS['ao-ftrl'], reference, numbers, 'float64');
    const { unit } = PRECISIONS.float64;
    expect(trace.x.map((v) => v[0])).toEqual([-8, -1]);
    // 8 is a number from outside, times α, in the sum, times β, which is from outside too, in the play: 6 · 8.
    expect(error('x', 0, 0)).toBe(48 * unit);
    // Of the hint its place in the sum alone is left: 8. The loss, times α: 1 + 1. The sum with it and without the hint: 9 + 1. With no hint: 1. Times β: 1 + 1, in the play: 1.
    expect(error('x', 1, 0)).toBe(24 * unit);
    expect(allows('x', 1, 0, ALLOWANCE * 24 * unit)).toBe(true);
    expect(allows('x', 1, 0, ALLOWANCE * 24 * unit * (1 + Number.EPSILON))).toBe(false);
    expect(allows('x', 1, 0, NaN)).toBe(false);
    expect(allows('x', 7, 0, 0)).toBe(false);
  });

  test('by hand: x0 = 1,000 and a step of 1,000, seen from x0', () => {
    const numbers: FedNumbers = { x0: [1000], config: { learningRate: 1 }, first: [0], gradients: [[1000], [0.5]], hints: [], targets: [] };
    const { error } = expected(METHODS['gradient-descent'], reference, numbers, 'float64');
    // The gradients and their products with η, 2 · 1000.5; the distances from x0, 1000 and 1000.5; η, which is one number for both steps; x0, and the sum with it in the end.
    expect(error('x', 2, 0)).toBe((2 * 1000.5 + 1000 + 1000.5 + 1000.5 + 1000 + 0.5) * PRECISIONS.float64.unit);
  });
});

describe('turns that are summed up anew, from either end', () => {
  const drawn = fc.integer({ min: 1, max: 60 }).chain((T) =>
    fc.record({
      targets: fc.array(sized, { minLength: T, maxLength: T }),
      beta: uniform(0.05, 1.5),
      newest: fc.array(fc.boolean(), { minLength: T, maxLength: T }),
    })
  );

  /** Algorithm 3 with φ = w: w is Σβ(z_s − x_s), of terms that are kept. `newest`: whether each sum begins with the last of them. */
  function points(round: (x: number) => number, targets: readonly number[], beta: number, newest: readonly boolean[]): number[] {
    const turns: number[] = [];
    const path = [0];
    for (const [s, target] of targets.entries()) {
      turns.push(round(beta * round(target - path.at(-1)!)));
      path.push((newest[s]! ? turns.toReversed() : turns).reduce((sum, turn) => round(sum + turn), 0));
    }
    return path;
  }

  test.each([['float64', (x: number) => x], ['float32', Math.fround]] as const)('%s: the allowance covers it', (dtype, round) => {
    holdsFor(
      300,
      fc.property(drawn, ({ newest, ...given }) => {
        const [targets, beta] = [given.targets.map(round), round(given.beta)];
        const numbers: FedNumbers = {
          x0: [0],
          config: { beta, rule: { kind: 'identity' }, targets: 'given' },
          first: [0],
          gradients: targets.map(() => [0]),
          hints: [],
          targets: targets.map((z) => [z]),
        };
        const { error } = expected(METHODS['bootstrapped-meta-gradient'], reference, numbers, dtype);
        let right = rational.zero;
        points(round, targets, beta, newest).forEach((x, t) => {
          if (t > 0) right = rational.add(right, rational.mul(rational.from(beta), rational.sub(rational.from(targets[t - 1]!), right)));
          expect(Math.abs(rational.toNumber(rational.sub(rational.from(x), right)))).toBeLessThanOrEqual(ALLOWANCE * error('meta', t, 0));
        });
      }),
    );
  });
});
