import { describe, expect, test } from 'vitest';
import { descentTells, elementwiseDescentTells, momentumBufferTells, momentumDescentTells, noEvidence, ratesTell, type Evidence } from '../oracles/float32-evidence.js';
import { descent, elementwiseDescent, emptyAccount, metaRates, momentumBuffer, momentumDescent, optimisticRates, type Account } from '../oracles/float32-steps.js';
import { generator } from './support/traced-run.js';

const f = Math.fround;
const only = (value: number): Float32Array => Float32Array.of(value);
const max0 = (value: number): number => Math.max(value, 0);
const found = (tell: (evidence: Evidence) => void): Evidence => {
  const evidence = noEvidence();
  tell(evidence);
  return evidence;
};

describe('by hand', () => {
  const rates = (optimistic: boolean, w: number, g: number, before: number, beta = 0.5): readonly number[] =>
    found((evidence) => ratesTell(evidence, { g: only(g), before: only(before), w: only(w) }, beta, optimistic)).told;

  test('rates: what moves, and what optimism changes', () => {
    // g(g + g⁻) − g⁻² = 5 and g⁻g = 2.
    expect([rates(true, 1, 2, 1), rates(false, 1, 2, 1)]).toEqual([[1, 1], [1, 1]]);
    // Clipped by value both gradients are the same, and g² − g⁻² = 0: both rules raise w by as much.
    expect([rates(true, 1, 2, 2), rates(false, 1, 2, -2)]).toEqual([[1, 0], [1, 0]]);
    // Without a gradient before, standard rates stand still, and optimistic ones do not; g⁻ = φg, where the bracket is 0: the other way round.
    expect([rates(true, 1, 2, 0), rates(false, 1, 2, 0)]).toEqual([[1, 1], [0, 1]]);
    expect(rates(true, 1, 1, (1 + Math.sqrt(5)) / 2)).toEqual([0, 1]);
    expect([rates(true, 1, 0, 0), rates(true, 1, 2, 1, 0), rates(false, 1, 2, 1, 0)]).toEqual([[0, 0], [0, 0], [0, 0]]);
  });

  test('rates: the maximum hides both rules, or one', () => {
    // Both fall below 0: w + β(g² + gg⁻ − g⁻²) = ¼ − ½·1, and ¼ + βgg⁻ = ¼ − ½.
    expect(rates(true, 0.25, 1, -1)).toEqual([1, 0]);
    expect(rates(true, 0, 1, -1)).toEqual([0, 0]);
    // g = −2, g⁻ = 1: the bracket is 1, and g⁻g = −2.
    expect([rates(true, 0, -2, 1), rates(false, 0, -2, 1)]).toEqual([[1, 1], [0, 1]]);
  });

  test('rates: what rounding may do is no evidence', () => {
    // A unit in the last place of 0.1 is 2⁻²⁷. β·bracket = 2⁻²⁷ may be lost, twice that on the way; 2⁻²⁴ is seen.
    const w = f(0.1);
    for (const [power, seen] of [[-32, 0], [-27, 0], [-26, 0], [-24, 1], [-20, 1]] as const) expect(rates(true, w, 1, 1, 2 ** power), String(power)).toEqual([seen, 0]);
    expect(rates(true, w, NaN, 1)).toEqual([0, 0]);
    expect(rates(true, Infinity, 1, 1)).toEqual([0, 0]);
  });

  test('x − η(g + λx): the step, and the decay in it', () => {
    const told = (x: number, g: number, rate: number, decay: number): readonly number[] =>
      found((evidence) => descentTells(evidence, { x: only(x), g: only(g) }, rate, decay)).told;
    expect([told(1, 1, 0.5, 0), told(1, 1, 0.5, 0.25), told(1, 0, 0.5, 0), told(0, 1, 0.5, 0.25)]).toEqual([[1, 0], [1, 1], [0, 0], [1, 0]]);
    // λx = 2⁻³⁰ vanishes beside x, and ηg = 2⁻³⁰ does.
    expect([told(1, 1, 0.5, 2 ** -29), told(1, 1, 2 ** -30, 0)]).toEqual([[1, 0], [0, 0]]);
  });

  test('x − w′⊙g: the step, and that its rates are the new ones', () => {
    const told = (x: number, g: number, w: number, after: number): readonly number[] =>
      found((evidence) => elementwiseDescentTells(evidence, { x: only(x), g: only(g), w: only(w), after: only(after) })).told;
    expect([told(1, 1, 0.5, 0.25), told(1, 1, 0.5, 0.5), told(1, 1, 0.5, 0), told(1, 0, 0.5, 0.25), told(1, 1, 0.5, f(0.5 + 2 ** -24))]).toEqual([[1, 1], [1, 0], [0, 1], [0, 0], [
      1,
      0,
    ]]);
  });

  test('momentum: every term of the buffer, and every form of the step', () => {
    const constants = { rate: 0.5, momentum: 0.5, dampening: 0.25, nesterov: false, decay: 0.125 };
    const buffer = (b: number, more = {}): readonly number[] =>
      found((evidence) => momentumBufferTells(evidence, { x: only(1), g: only(1), b: only(b) }, { ...constants, ...more })).told;
    expect([buffer(1), buffer(0), buffer(1, { momentum: 0 }), buffer(1, { dampening: 0 }), buffer(1, { decay: 0 })]).toEqual([[1, 1, 1, 1], [1, 0, 1, 1], [1, 0, 1, 1], [
      1,
      1,
      0,
      1,
    ], [1, 1, 1, 0]]);
    // ½·b + ¾·9⁄8 = b.
    expect(buffer(1.6875)).toEqual([0, 1, 1, 1]);
    const step = (b: number, after: number, more = {}, first = false): readonly number[] =>
      found((evidence) => momentumDescentTells(evidence, { x: only(1), g: only(1), b: only(b), after: only(after) }, { ...constants, ...more }, first)).told;
    // x − ηb′, b′ = 2; x − η(9⁄8 + 1); x − η·9⁄8; x − ηb.
    expect([step(1, 2), step(1, 2, {}, true), step(2, 2), step(1, 1.125), step(1, 2.25)]).toEqual([[1, 1, 1, 1, 1], [1, 1, 1, 0, 1], [1, 1, 1, 0, 1], [1, 1, 0, 1, 1], [
      1,
      0,
      1,
      1,
      1,
    ]]);
    expect([step(1, 2, { nesterov: true }), step(1, 2, { nesterov: true, momentum: 0 }), step(1, 2, { rate: 0 })]).toEqual([[1, 1, 1, 1, 1], [1, 1, 0, 0, 1], [0, 0, 0, 0, 0]]);
  });

  test('of many elements one in 29, of few all', () => {
    const of = (length: number): Evidence => found((evidence) => descentTells(evidence, { x: new Float32Array(length).fill(1), g: new Float32Array(length).fill(1) }, 0.5, 0));
    expect([of(4096), of(4097), of(65_536)]).toEqual([{ looked: 4096, told: [4096, 0] }, { looked: 142, told: [142, 0] }, { looked: 2260, told: [2260, 0] }]);
  });
});

interface Given {
  readonly x: number;
  readonly g: number;
  readonly before: number;
  readonly kept: number;
  readonly next: number;
  readonly rate: number;
}

const CONSTANTS = { momentum: 0.9, dampening: 0.25, decay: 0.01 };
/** a·b + c in each operation rounded, or once. */
const orders: readonly ((a: number, b: number, c: number) => number)[] = [(a, b, c) => f(f(a * b) + c), (a, b, c) => f(a * b + c)];
const slopeOf = ({ x, g }: Given): number => f(g + f(f(CONSTANTS.decay) * x));

/** A formula, and others in orders of evaluation: whoever takes one of them is outside of the formula's interval wherever an element is said to tell. */
const LAWS: readonly {
  readonly name: string;
  readonly tell: (given: Given) => Evidence;
  readonly judge: (account: Account, given: Given, got: number) => void;
  readonly others: readonly ((given: Given, muladd: (typeof orders)[number]) => number)[];
}[] = [
  ...[true, false].map((optimistic) => ({
    name: optimistic ? 'optimistic rates' : 'standard rates',
    tell: ({ g, before, kept, rate }: Given) => found((evidence) => ratesTell(evidence, { g: only(g), before: only(before), w: only(Math.abs(kept)) }, rate, optimistic)),
    judge: (account: Account, { g, before, kept, rate }: Given, got: number) =>
      (optimistic ? optimisticRates : metaRates)(account, { g: only(g), before: only(before), w: only(Math.abs(kept)), after: only(got) }, rate),
    others: [
      ({ kept }: Given) => Math.abs(kept),
      ({ g, before, kept, rate }: Given, muladd: (typeof orders)[number]) =>
        max0(muladd(f(rate), optimistic ? f(before * g) : f(f(g * f(g + before)) - f(before * before)), Math.abs(kept))),
    ],
  })),
  {
    name: 'the step by rates',
    tell: ({ x, g, kept, next }) => found((evidence) => elementwiseDescentTells(evidence, { x: only(x), g: only(g), w: only(kept), after: only(next) })),
    judge: (account, { x, g, next }, got) => elementwiseDescent(account, { x: only(x), g: only(g), w: only(next), after: only(got) }),
    others: [({ x }) => x, ({ x, g, kept }, muladd) => muladd(-kept, g, x)],
  },
  {
    name: 'descent',
    tell: ({ x, g, rate }) => found((evidence) => descentTells(evidence, { x: only(x), g: only(g) }, rate, CONSTANTS.decay)),
    judge: (account, { x, g, rate }, got) => descent(account, { x: only(x), g: only(g), after: only(got) }, rate, CONSTANTS.decay),
    others: [({ x }) => x, ({ x, g, rate }, muladd) => muladd(-f(rate), g, x)],
  },
  {
    name: 'the buffer',
    tell: ({ x, g, kept, rate }) => found((evidence) => momentumBufferTells(evidence, { x: only(x), g: only(g), b: only(kept) }, { rate, nesterov: false, ...CONSTANTS })),
    judge: (account, { x, g, kept, rate }, got) =>
      momentumBuffer(account, { x: only(x), g: only(g), b: only(kept), after: only(got) }, { rate, nesterov: false, ...CONSTANTS }, false),
    others: [
      ({ kept }) => kept,
      (given) => f(0.75 * slopeOf(given)),
      (given, muladd) => muladd(f(CONSTANTS.momentum), given.kept, slopeOf(given)),
      ({ g, kept }, muladd) => muladd(f(CONSTANTS.momentum), kept, f(0.75 * g)),
    ],
  },
  ...[true, false].map((nesterov) => ({
    name: nesterov ? 'Nesterov’s step' : 'the step by the buffer',
    tell: ({ x, g, kept, next, rate }: Given) =>
      found((evidence) => momentumDescentTells(evidence, { x: only(x), g: only(g), b: only(kept), after: only(next) }, { rate, nesterov, ...CONSTANTS }, false)),
    judge: (account: Account, { x, g, next, rate }: Given, got: number) =>
      momentumDescent(account, { x: only(x), g: only(g), b: only(next), after: only(got) }, { rate, nesterov, ...CONSTANTS }),
    others: [
      ({ x }: Given) => x,
      (given: Given, muladd: (typeof orders)[number]) => muladd(-f(given.rate), nesterov ? given.next : f(slopeOf(given) + f(f(CONSTANTS.momentum) * given.next)), given.x),
      (given: Given, muladd: (typeof orders)[number]) => muladd(-f(given.rate), slopeOf(given), given.x),
      (given: Given, muladd: (typeof orders)[number]) => muladd(-f(given.rate), nesterov ? f(slopeOf(given) + f(f(CONSTANTS.momentum) * given.kept)) : given.kept, given.x),
      ...(nesterov ? [({ x, g, next, rate }: Given, muladd: (typeof orders)[number]) => muladd(-f(rate), f(g + f(f(CONSTANTS.momentum) * next)), x)] : []),
    ],
  })),
];

/** Numbers whose steps are from far below the last place of what they are added to, up to larger than that. */
function givens(count: number): Given[] {
  const random = generator(11);
  const of = (low: number, high: number): number => f((random() < 0.5 ? -1 : 1) * (1 + random()) * 2 ** Math.floor(low + (high - low) * random()));
  return Array.from({ length: count }, (_, i) => {
    const [x, g] = [of(-6, 2), of(-20, 2)];
    // Where (1 − m)b = (1 − d)(g + λx), the buffer stands still.
    const kept = i % 5 === 0 ? f(7.5 * (g + CONSTANTS.decay * x)) : i % 7 === 0 ? of(-50, -30) : i % 11 === 0 ? of(28, 30) : of(-8, 0);
    return {
      x,
      g,
      before: i % 4 === 0 ? f(g * (1 + 2 ** -18)) : of(-16, 2),
      kept,
      next: i % 3 === 0 ? f(kept * (1 + 2 ** -20)) : of(-8, 0),
      rate: i % 2 === 0 ? 2 ** -3 : Math.abs(of(-24, -1)),
    };
  });
}

describe('where an element tells, whoever took the other formula is outside', () => {
  test.each(LAWS)('$name', ({ tell, judge, others }) => {
    const [told, silent, outside] = [others.map(() => 0), others.map(() => 0), others.map(() => 0)];
    for (const given of givens(4000)) {
      const evidence = tell(given);
      for (const [i, other] of others.entries()) {
        const account = emptyAccount();
        for (const muladd of orders) judge(account, given, other(given, muladd));
        if (evidence.told[i] === 0) silent[i]!++;
        else {
          told[i]!++;
          expect(account.outside, `${i}: ${JSON.stringify(given)}`).toBe(2);
        }
        if (account.outside === 2) outside[i]!++;
      }
    }
    for (const i of others.keys()) {
      expect(Math.min(told[i]!, silent[i]!), `other ${i}`).toBeGreaterThan(40);
      // It is no sharper than it must be: most of what is outside tells.
      expect(told[i]! / outside[i]!).toBeGreaterThan(0.8);
    }
  });
});
