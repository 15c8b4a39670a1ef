import { describe, expect, test } from 'vitest';
import { descent, elementwiseDescent, emptyAccount, metaRates, momentumBuffer, momentumDescent, optimisticRates, type Account } from '../oracles/float32-steps.js';
import { rational as K } from '../src/arithmetic/rational.js';
import { generator } from './support/traced-run.js';

const f = Math.fround;
const only = (value: number): Float32Array => Float32Array.of(value);
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The float32 that lies `by` places further from 0. */
function further(value: number, by: number): number {
  float[0] = value;
  bits[0] = bits[0]! + by;
  return float[0];
}

/** ab + c, rounded once: the nearest of float32 to the exact number. */
function fused(a: number, b: number, c: number): number {
  const exact = K.add(K.mul(K.from(a), K.from(b)), K.from(c));
  const guess = f(a * b + c);
  const distance = (value: number): ReturnType<typeof K.abs> => K.abs(K.sub(exact, K.from(value)));
  // Rounding twice, to float64 and then to float32, is off by one place at most.
  return [guess, further(guess, 1), further(guess, -1)].filter((value) => Number.isFinite(value)).reduce((
    best,
    value,
  ) => (K.compare(distance(value), distance(best)) < 0 ? value : best));
}

/** A number as kernels may see it that have no subnormal numbers. */
const flush = (value: number): number => (Math.abs(value) < 2 ** -126 ? 0 : value);

interface Arithmetic {
  readonly name: string;
  readonly mul: (a: number, b: number) => number;
  readonly add: (a: number, b: number) => number;
  /** ab + c */
  readonly fma: (a: number, b: number, c: number) => number;
}

const PLAIN: Arithmetic = { name: 'each operation rounded', mul: (a, b) => f(a * b), add: (a, b) => f(a + b), fma: (a, b, c) => f(f(a * b) + c) };
const ARITHMETICS: readonly Arithmetic[] = [
  PLAIN,
  { ...PLAIN, name: 'fused', fma: fused },
  {
    name: 'flushed',
    mul: (a, b) => flush(f(flush(a) * flush(b))),
    add: (a, b) => flush(f(flush(a) + flush(b))),
    fma: (a, b, c) => flush(f(flush(f(flush(a) * flush(b))) + flush(c))),
  },
  { ...PLAIN, name: 'fused and flushed', fma: (a, b, c) => flush(fused(flush(a), flush(b), flush(c))) },
];

interface Given {
  readonly x: number;
  readonly g: number;
  readonly before: number;
  readonly kept: number;
  /** η or β, m, λ: as they are configured. */
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
}

interface Formula {
  readonly name: string;
  readonly judge: (account: Account, given: Given, got: number) => void;
  /** The formula in one order of evaluation after another. `c` holds a constant as the program does: rounded to float32, or not. */
  readonly orders: readonly ((given: Given, arithmetic: Arithmetic, c: (constant: number) => number) => number)[];
  /** The sum of the sizes of its terms. */
  readonly size: (given: Given) => number;
}

const max0 = (value: number): number => Math.max(value, 0);
const { abs } = Math;
/** d = 0.25 throughout. */
const DAMPENING = 0.25;
const constants = ({ rate, momentum, decay }: Given, nesterov = true, dampening = DAMPENING): Parameters<typeof momentumBuffer>[2] => ({
  rate,
  momentum,
  dampening,
  nesterov,
  decay,
});

const FORMULAS: readonly Formula[] = [
  {
    name: 'x − w⊙g',
    judge: (account, { x, g, kept }, got) => elementwiseDescent(account, { x: only(x), g: only(g), w: only(kept), after: only(got) }),
    orders: [({ x, g, kept }, { fma }) => fma(-kept, g, x)],
    size: ({ x, g, kept }) => abs(x) + abs(kept * g),
  },
  {
    name: 'x − ηg',
    judge: (account, { x, g, rate }, got) => descent(account, { x: only(x), g: only(g), after: only(got) }, rate, 0),
    orders: [({ x, g, rate }, { fma }) => fma(-f(rate), g, x), ({ x, g, rate }) => f(x - rate * g)],
    size: ({ x, g, rate }) => abs(x) + abs(rate * g),
  },
  {
    name: 'x − η(g + λx)',
    judge: (account, { x, g, rate, decay }, got) => descent(account, { x: only(x), g: only(g), after: only(got) }, rate, decay),
    orders: [
      ({ x, g, rate, decay }, { fma }) => fma(-f(rate), fma(f(decay), x, g), x),
      ({ x, g, rate, decay }) => f(x - rate * (g + decay * x)),
      ({ x, g, rate, decay }, { mul, add }) => add(x, -add(mul(f(rate), g), mul(f(rate), mul(f(decay), x)))),
    ],
    size: ({ x, g, rate, decay }) => abs(x) + abs(rate * g) + abs(rate * decay * x),
  },
  {
    name: 'mb + (1 − d)(g + λx)',
    judge: (account, given, got) => momentumBuffer(account, { x: only(given.x), g: only(given.g), b: only(given.kept), after: only(got) }, constants(given), false),
    orders: [
      ({ x, g, kept, momentum, decay }, { fma, mul }, c) => fma(1 - DAMPENING, fma(c(decay), x, g), mul(f(momentum), kept)),
      ({ x, g, kept, momentum, decay }, { fma, mul }) => fma(f(momentum), kept, mul(1 - DAMPENING, fma(f(decay), x, g))),
      ({ x, g, kept, momentum, decay }) => f(momentum * kept + (1 - DAMPENING) * (g + decay * x)),
    ],
    size: ({ x, g, kept, momentum, decay }) => abs(momentum * kept) + abs(g) + abs(decay * x),
  },
  {
    name: 'x − η(g + λx + mb′)',
    judge: (account, given, got) => momentumDescent(account, { x: only(given.x), g: only(given.g), b: only(given.kept), after: only(got) }, constants(given)),
    orders: [
      ({ x, g, kept, rate, momentum, decay }, { fma }) => fma(-f(rate), fma(f(momentum), kept, fma(f(decay), x, g)), x),
      ({ x, g, kept, rate, momentum, decay }) => f(x - rate * (g + decay * x + momentum * kept)),
      ({ x, g, kept, rate, momentum, decay }, { fma, mul, add }) => add(x, -add(mul(f(rate), fma(f(decay), x, g)), mul(f(rate), mul(f(momentum), kept)))),
    ],
    size: ({ x, g, kept, rate, momentum, decay }) => abs(x) + abs(rate) * (abs(g) + abs(decay * x) + abs(momentum * kept)),
  },
  {
    name: 'max{w + βg⁻⊙g, 0}',
    judge: (account, { g, before, kept, rate }, got) => metaRates(account, { g: only(g), before: only(before), w: only(abs(kept)), after: only(got) }, rate),
    orders: [
      ({ g, before, kept, rate }, { fma, mul }) => max0(fma(f(rate), mul(before, g), abs(kept))),
      ({ g, before, kept, rate }, { fma, mul }) => max0(fma(mul(f(rate), before), g, abs(kept))),
      ({ g, before, kept, rate }, { fma, mul }) => max0(fma(mul(f(rate), g), before, abs(kept))),
      ({ g, before, kept, rate }) => max0(f(abs(kept) + rate * before * g)),
    ],
    size: ({ g, before, kept, rate }) => abs(kept) + abs(rate * g * before),
  },
  {
    name: 'max{w + β[g⊙(g + g⁻) − g⁻⊙g⁻], 0}',
    judge: (account, { g, before, kept, rate }, got) => optimisticRates(account, { g: only(g), before: only(before), w: only(abs(kept)), after: only(got) }, rate),
    orders: [
      ({ g, before, kept, rate }, { fma, mul, add }) => max0(fma(f(rate), fma(g, add(g, before), -mul(before, before)), abs(kept))),
      ({ g, before, kept, rate }, { fma, mul, add }) => max0(fma(f(rate), fma(-before, before, mul(g, add(g, before))), abs(kept))),
      ({ g, before, kept, rate }, { fma, mul }) => max0(fma(f(rate), fma(g, g, fma(g, before, -mul(before, before))), abs(kept))),
      ({ g, before, kept, rate }, { fma, mul, add }) => max0(fma(-f(rate), mul(before, before), fma(mul(f(rate), g), add(g, before), abs(kept)))),
      ({ g, before, kept, rate }, { fma, mul }) => max0(fma(mul(f(rate), g), g, fma(mul(f(rate), g), before, fma(-mul(f(rate), before), before, abs(kept))))),
      ({ g, before, kept, rate }) => max0(f(abs(kept) + rate * (g * (g + before) - before * before))),
    ],
    size: ({ g, before, kept, rate }) => abs(kept) + abs(rate) * (g * g + abs(g * before) + before * before),
  },
];

/** Numbers of every size that training sees, and of some that it should not see; sometimes such that terms cancel. */
function givens(count: number): Given[] {
  const random = generator(7);
  const of = (low: number, high: number): number => f((random() < 0.5 ? -1 : 1) * (1 + random()) * 2 ** Math.floor(low + (high - low) * random()));
  return Array.from({ length: count }, (_, i) => {
    const tiny = i % 10 === 0;
    const [x, g] = tiny ? [of(-149, -120), of(-149, -100)] : [of(-20, 4), of(-30, 4)];
    const before = i % 7 === 0 ? f(g * (1 + 2 ** -20)) : i % 11 === 0 ? f(-g / 1.618) : tiny ? of(-149, -100) : of(-30, 4);
    const rate = i % 3 === 0 ? 2 ** -4 : i % 3 === 1 ? 0.1 : abs(of(-20, 0));
    return {
      x: i % 13 === 0 ? f(rate * g) : x,
      g,
      before,
      kept: i % 5 === 0 ? f(rate * g * before) : of(tiny ? -149 : -20, 2),
      rate,
      momentum: 0.9,
      decay: i % 2 === 0 ? 1e-4 : 0.01,
    };
  });
}

describe.each(FORMULAS)('$name', ({ judge, orders, size }) => {
  test.each(ARITHMETICS)('every order of evaluation is inside: $name', (arithmetic) => {
    const account = emptyAccount();
    for (const given of givens(700)) for (const order of orders) for (const c of [f, (constant: number) => constant]) judge(account, given, order(given, arithmetic, c));
    expect(account).toMatchObject({ outside: 0, first: null, elements: 1400 * orders.length });
  });

  test('what is off by eight units in the last place of its terms is outside, on either side', () => {
    for (const given of givens(700)) {
      const total = size(given);
      // Among the smallest numbers an interval is as wide as what flushing changes.
      if (total < 2 ** -90 || total < abs(given.rate) * 2 ** -80) continue;
      const right = orders[0]!(given, PLAIN, f);
      for (const sign of [-1, 1]) {
        const wrong = f(right + sign * 8 * 2 ** -23 * total);
        // Clipped at 0 both are the same.
        if (wrong < 0 && right === 0) continue;
        const account = emptyAccount();
        judge(account, given, wrong);
        expect(account.outside, `${JSON.stringify(given)}: ${wrong} for ${right}`).toBe(1);
        expect(account.first!.low <= right && right <= account.first!.high).toBe(true);
      }
    }
  });

  test.each([NaN, Infinity, -Infinity])('%s is outside', (wrong) => {
    const account = emptyAccount();
    for (const given of givens(20)) judge(account, given, wrong);
    expect(account).toMatchObject({ outside: 20, elements: 20, literal: 0 });
  });
});

describe('by hand', () => {
  test('0.1 in float32 times 3, from 1: the two ways to round, and no third', () => {
    // fl(0.1) = 13421773·2⁻²⁷; times 3 it is 0.300000004470348…, whose nearest in float32 is 10066330·2⁻²⁵.
    const [w, rounded, once] = [f(0.1), f(1 - 10_066_330 * 2 ** -25), fused(-f(0.1), 3, 1)];
    for (const [got, outside] of [[rounded, 0], [once, 0], [further(Math.max(rounded, once), 1), 1], [further(Math.min(rounded, once), -1), 1]] as const) {
      const account = emptyAccount();
      elementwiseDescent(account, { x: only(1), g: only(3), w: only(w), after: only(got) });
      expect(account.outside).toBe(outside);
    }
  });

  test('with constants that float32 has, and no rounding on the way, one number is inside', () => {
    const account = emptyAccount();
    optimisticRates(account, { g: only(2), before: only(1), w: only(1), after: only(1 + 0.5 * 5) }, 0.5);
    expect(account).toMatchObject({ outside: 0, literal: 1 });
    // The bracket at the wrong place, β outside of it: 1 + 0.5·6 − 1 = 3.
    optimisticRates(account, { g: only(2), before: only(1), w: only(1), after: only(3) }, 0.5);
    expect(account).toMatchObject({ outside: 1, elements: 2 });
    expect(account.first).toMatchObject({ element: 0, got: 3 });
    expect(account.first!.high).toBeLessThan(3.5 + 1e-5);
  });

  test('a rate is clipped at 0, and 0 is what it is clipped to', () => {
    const account = emptyAccount();
    metaRates(account, { g: Float32Array.of(1, 1), before: Float32Array.of(-1, -1), w: Float32Array.of(0.25, 0.25), after: Float32Array.of(0, -0.25) }, 0.5);
    expect(account).toMatchObject({ outside: 1, literal: 1, first: { element: 1, got: -0.25, low: 0, high: 0 } });
  });

  test('in the first step the buffer is the gradient, whatever stood in it', () => {
    const account = emptyAccount();
    momentumBuffer(account, { x: only(1), g: only(3), b: only(NaN), after: only(3) }, { rate: 1, momentum: 0.9, dampening: 0.5, nesterov: false, decay: 0 }, true);
    expect(account).toMatchObject({ outside: 0, literal: 1 });
    momentumBuffer(account, { x: only(1), g: only(3), b: only(0), after: only(1.5) }, { rate: 1, momentum: 0.9, dampening: 0.5, nesterov: false, decay: 0 }, true);
    expect(account.outside).toBe(1);
  });
});

describe('intervals are as wide as the roundings on the way, where the terms cancel and nothing hides it', () => {
  const [u, own, flushed] = [2 ** -24, 2 ** -49, 2 ** -126];
  const grown = (k: number): number => k * u * (1 + k * u) + own;
  /** The interval: its ends are told of a NaN. */
  const ends = (judge: (account: Account) => void): number[] => {
    const account = emptyAccount();
    judge(account);
    return [account.first!.low, account.first!.high];
  };
  const around = (value: number, error: number): number[] => [f(value - error), f(value + error)];
  const nan = only(NaN);

  test('x − η(g + λx)', () => {
    const at = (x: number, g: number, rate: number, decay: number): number[] => ends((account) => descent(account, { x: only(x), g: only(g), after: nan }, rate, decay));
    expect(at(1, 2, 0.5, 0)).toEqual(around(0, grown(1) + own + flushed * 4.5));
    expect(at(-1, -2, 0.5, 0)).toEqual(around(0, grown(1) + own + flushed * 4.5));
    // 0.1 is rounded, and decay rounds twice, or three times.
    expect(at(1, 10, 0.1, 0)).toEqual(around(0, grown(2) + own));
    expect(at(1, -10, -0.1, 0)).toEqual(around(0, grown(2) + own));
    expect(at(1, 1.75, 0.5, 0.25)).toEqual(around(0, grown(3) + own));
    expect(at(-1, -9, 0.1, -1)).toEqual(around(-1 + 0.1 * (9 - 1), grown(4) + own));
    expect(at(1, 9, 0.1, 0.1)).toEqual(around(1 - 0.1 * 9.1, grown(5) * 0.91 + own));
    expect(at(0, 0, 0.5, 0.25)).toEqual(around(0, flushed * 4.75));
    expect(at(0, 0, -0.5, -0.25)).toEqual(around(0, flushed * 4.75));
  });

  test('mb + (1 − d)(g + λx)', () => {
    const at = (x: number, g: number, b: number, momentum: number, dampening: number, decay: number, first = false): number[] =>
      ends((account) => momentumBuffer(account, { x: only(x), g: only(g), b: only(b), after: nan }, { rate: 1, momentum, dampening, nesterov: false, decay }, first));
    expect(at(1, 2, -4, 0.5, 0, 0)).toEqual(around(0, 2 * own + 2 * grown(1)));
    expect(at(1, 4, -4, 0.5, 0.5, 0)).toEqual(around(0, 2 * grown(3) + 2 * grown(1)));
    expect(at(1, -2, 20, 0.1, 0, 0)).toEqual(around(0, 2 * own + 2 * grown(2)));
    expect(at(4, 1, -4, 0.5, 0, 0.25)).toEqual(around(0, 2 * grown(2) + 2 * grown(1)));
    expect(at(10, 1, -4, 0.5, 0, 0.1)).toEqual(around(0, 2 * grown(3) + 2 * grown(1)));
    expect(at(4, 1, -4, 0.5, 2, -1)).toEqual(around(1, 5 * grown(5) + 2 * grown(1)));
    expect(at(4, -1, 9, 0.5, 0.5, 0.25, true)).toEqual(around(0, 2 * grown(2)));
    expect(at(0, 0, 0, 0.5, 0.5, 0.25)).toEqual(around(0, flushed * (4.5 + 1.25)));
    expect(at(0, 0, 0, -0.5, 1.5, -0.25)).toEqual(around(0, flushed * (4.5 + 1.25)));
    expect(at(0, 0, 0, 0.5, 0.5, 0.25, true)).toEqual(around(0, flushed * (4 + 2.5)));
  });

  test('x − η(g + λx + mb′), and x − ηb′', () => {
    const at = (x: number, g: number, b: number, rate: number, momentum: number, decay: number, nesterov = true): number[] =>
      ends((account) => momentumDescent(account, { x: only(x), g: only(g), b: only(b), after: nan }, { rate, momentum, dampening: 0, nesterov, decay }));
    expect(at(1, 1, 2, 0.5, 0.5, 0)).toEqual(around(0, 0.5 * grown(2) + 0.5 * grown(3) + own));
    expect(at(1, 5, 10, 0.1, 0.5, 0)).toEqual(around(0, 0.5 * grown(3) + 0.5 * grown(4) + own));
    expect(at(-1, 1, 10, -0.5, -0.3, 0)).toEqual(around(-1 + 0.5 * (1 - 3), 0.5 * grown(2) + 1.5 * grown(4) + own));
    expect(at(4, 5, 4, 0.5, 0.5, 0.25)).toEqual(around(0, 3 * grown(4) + grown(3) + 4 * own));
    expect(at(10, 17, 4, 0.5, 0.5, 0.1)).toEqual(around(0, 9 * grown(5) + grown(3) + 10 * own));
    expect(at(-4, -5, -4, 0.5, 0.5, 0.25)).toEqual(around(0, 3 * grown(4) + grown(3) + 4 * own));
    expect(at(1, 9, 2, 0.5, 0.5, 0.25, false)).toEqual(around(0, grown(1) + own));
    expect(at(0, 0, 0, 0.5, 0.5, 0.25)).toEqual(around(0, flushed * 6));
    expect(at(0, 0, 0, -0.5, -0.5, -0.25)).toEqual(around(0, flushed * 6));
  });

  test('x − w⊙g', () => {
    const at = (x: number, g: number, w: number): number[] => ends((account) => elementwiseDescent(account, { x: only(x), g: only(g), w: only(w), after: nan }));
    expect(at(1, 2, 0.5)).toEqual(around(0, grown(1) + own));
    expect(at(-1, -2, 0.5)).toEqual(around(0, grown(1) + own));
    expect(at(0, 0, 0)).toEqual(around(0, flushed * 3));
    expect(at(0, 0, -2)).toEqual(around(0, flushed * 5));
    expect(at(0, -3, 0)).toEqual(around(0, flushed * 6));
  });

  test('rates, which end at 0', () => {
    const at = (judge: typeof metaRates, g: number, before: number, w: number, beta: number): number[] =>
      ends((account) => judge(account, { g: only(g), before: only(before), w: only(w), after: nan }, beta));
    const above = (error: number): number[] => [0, f(error)];
    expect(at(metaRates, 2, -1, 1, 0.5)).toEqual(above(grown(2) + own));
    expect(at(metaRates, -2, 5, 1, 0.1)).toEqual(above(grown(3) + own));
    expect(at(metaRates, 2, 1, -1, 0.5)).toEqual(above(grown(2) + own));
    expect(at(metaRates, 0, 0, 0, -0.5)).toEqual(above(flushed * 4));
    expect(at(metaRates, -4, 0, 0, 0.5)).toEqual(above(flushed * 6));
    expect(at(metaRates, 0, -4, 0, 0.5)).toEqual(above(flushed * 6));
    const sums = 2 * u * (1 + u) + own;
    expect(at(optimisticRates, 1, -1, 0.5, 0.5)).toEqual(above(1.5 * grown(4) + 2 * sums));
    expect(at(optimisticRates, -1, 1, 0.5, 0.5)).toEqual(above(1.5 * grown(4) + 2 * sums));
    expect(at(optimisticRates, 3, 2, -1.1, 0.1)).toEqual(above(f(-1.1) + 1.1 + 1.9 * grown(5) + 3 * sums));
    expect(at(optimisticRates, 0, 0, 0, -0.5)).toEqual(above(flushed * 7));
    // β·4·3·(|g| + |g⁻|) beside what is squared, which these are too small for.
    expect(at(optimisticRates, -(2 ** -70), 2 ** -70, 0, 2 ** 70)).toEqual(above(2 ** 70 * 3 * 2 ** -140 * (grown(4) + sums) - 2 ** -70 + flushed * (5 + 2 ** 70 * 4 + 6)));
  });

  test('the first that is outside is the one that is told', () => {
    const account = emptyAccount();
    elementwiseDescent(account, { x: Float32Array.of(1, 1, 1), g: Float32Array.of(1, 1, 1), w: Float32Array.of(1, 1, 1), after: Float32Array.of(0, 1, 2) });
    expect(account).toMatchObject({ elements: 3, outside: 2, literal: 1, first: { element: 1, got: 1 } });
  });
});

describe('what is counted as literal', () => {
  const [x, g, b, rate, momentum, decay] = [f(0.3), f(0.7), f(-1.1), 0.1, 0.9, 0.01];
  const settings = { rate, momentum, dampening: 0.25, nesterov: true, decay };
  const counted = (judge: (account: Account) => void): Pick<Account, 'literal' | 'outside'> => {
    const account = emptyAccount();
    judge(account);
    return { literal: account.literal, outside: account.outside };
  };
  const two = (value: number): Float32Array => Float32Array.of(value, value);

  test('each operation rounded, in the order written', () => {
    const direction = f(g + f(f(decay) * x));
    const literally = { literal: 2, outside: 0 };
    expect(counted((account) => descent(account, { x: two(x), g: two(g), after: two(f(x - f(f(rate) * direction))) }, rate, decay))).toEqual(literally);
    expect(counted((account) => descent(account, { x: two(x), g: two(g), after: two(f(x - f(f(rate) * g))) }, rate, 0))).toEqual(literally);
    expect(counted((account) => momentumBuffer(account, { x: two(x), g: two(g), b: two(b), after: two(f(f(f(momentum) * b) + f(0.75 * direction))) }, settings, false))).toEqual(
      literally,
    );
    expect(counted((account) => momentumDescent(account, { x: two(x), g: two(g), b: two(b), after: two(f(x - f(f(rate) * f(direction + f(f(momentum) * b))))) }, settings)))
      .toEqual(literally);
    expect(counted((account) => metaRates(account, { g: two(g), before: two(b), w: two(x), after: two(f(x + f(f(rate) * f(b * g)))) }, rate))).toEqual(literally);
    expect(
      counted((account) => optimisticRates(account, { g: two(g), before: two(b), w: two(x), after: two(Math.max(f(x + f(f(rate) * f(f(g * f(g + b)) - f(b * b)))), 0)) }, rate)),
    ).toEqual(literally);
  });
});
