import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceleratedLedger, descentLedger, heavyBallLedger } from '../oracles/energy.js';
import { stepRegretLedger, targetLedger, targetLoss } from '../oracles/step-regret.js';
import type { Ledger } from '../oracles/ledger.js';
import { balls, type Ball } from '../src/arithmetic/ball.js';
import { rational, type Rational } from '../src/arithmetic/rational.js';
import type { Vector } from '../src/arithmetic/space.js';
import type { Outcome } from '../src/claim.js';
import type { GateCase } from '../src/gate/case.js';
import type { GateClaim, GateContext } from '../src/gate/claim.js';
import { guaranteeBound, guaranteeLedger } from '../src/gate/claims/guarantee.js';
import { GUARANTEES } from '../src/gate/guarantee/index.js';
import { seen } from '../src/gate/guarantee/seen.js';
import type { Statement } from '../src/gate/guarantee/statement.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { play } from '../src/gate/play.js';
import { DTYPES, type Answer, type Door, type Dtype } from '../src/gate/protocol.js';
import { referenceDoor } from '../src/gate/reference-door.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { functionSpec } from '../src/generator/function.js';
import { rationalNumbers, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { convexFunction } from '../src/problem/convex.js';
import type { FunctionSpec } from '../src/problem/function-spec.js';
import type { Num } from '../src/problem/shape.js';
import { reference, type Subject } from '../src/subject.js';

async function contextOf(method: MethodName, dtype: Dtype, subject: Subject = reference, through: (door: Door) => Door = (door) => door): Promise<GateContext> {
  const door = through(referenceDoor(method, subject, dtype));
  return { door, hello: await door.hello(), dtype, method, guessed: false, reference };
}

async function outcomes(claim: GateClaim, context: GateContext, numRuns: number, seed: number): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for (const example of fc.sample(claim.generator(context), { numRuns, seed })) all.push(await claim.check(context, example));
  return all;
}

const failures = (all: readonly Outcome[]): Outcome[] => all.filter(({ kind }) => kind === 'failed');

describe('balls hold what exact arithmetic comes to', () => {
  const K = rational;
  const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((x) => (Math.abs(x) < 1e-6 ? 0 : x));
  /** A ball, and a number in it. */
  const inside = fc.record({ value: number, error: fc.oneof(fc.constant(0), fc.double({ noNaN: true, min: 1e-12, max: 1e-3 })), where: fc.constantFrom(-1, -0.5, 0, 0.25, 1) })
    .map(({ value, error, where }) => ({ ball: { value, error }, exact: K.add(K.from(value), K.mul(K.from(error), K.from(where))) }));
  const holds = ({ value, error }: Ball, exact: Rational): boolean => error === Infinity || K.lessOrEqual(K.abs(K.sub(K.from(value), exact)), K.from(error));

  test('sums, products, quotients, maxima, and what is made of them', () => {
    fc.assert(
      fc.property(inside, inside, inside, (a, b, c) => {
        for (const name of ['add', 'sub', 'mul', 'max', 'min'] as const) expect(holds(balls[name](a.ball, b.ball), K[name](a.exact, b.exact)), name).toBe(true);
        if (K.compare(b.exact, K.zero) !== 0) expect(holds(balls.div(a.ball, b.ball), K.div(a.exact, b.exact)), 'div').toBe(true);
        const square = balls.mul(balls.sub(balls.mul(a.ball, b.ball), c.ball), balls.add(a.ball, c.ball));
        expect(holds(square, K.mul(K.sub(K.mul(a.exact, b.exact), c.exact), K.add(a.exact, c.exact))), '(ab − c)(a + c)').toBe(true);
        expect(holds(balls.abs(balls.neg(a.ball)), K.abs(a.exact))).toBe(true);
        const root = balls.sqrt(balls.mul(a.ball, a.ball));
        expect(holds(root, K.abs(a.exact)), '√a²').toBe(true);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('exponentials and logarithms, from both ends', () => {
    for (const value of [0.5, 1, 3]) {
      const ball = { value, error: 0.125 };
      for (const [name, f] of [['exp', Math.exp], ['log', Math.log], ['log1p', Math.log1p]] as const) {
        for (const at of [-0.125, 0, 0.1, 0.125]) expect(Math.abs(balls[name](ball).value - f(value + at)), `${name} ${value}`).toBeLessThanOrEqual(balls[name](ball).error);
      }
    }
  });

  test('a divisor that may be 0 says nothing, a zero is exact, and NaN stays', () => {
    expect(balls.div(balls.one, { value: 1, error: 2 }).error).toBe(Infinity);
    expect(balls.add(balls.zero, balls.one)).toEqual({ value: 1, error: 0 });
    expect(balls.from('1/3').error).toBeGreaterThan(0);
    expect(balls.sqrt({ value: -1, error: 0.5 }).value).toBeNaN();
    expect(balls.sqrt({ value: -1, error: 5 })).toEqual({ value: 0, error: 2 * (1 + 2 ** -50) });
    expect(balls.add({ value: NaN, error: 0 }, balls.one).error).toBeNaN();
    expect([balls.compare(balls.zero, balls.one), balls.equal(balls.one, balls.one), balls.lessOrEqual(balls.one, balls.zero), balls.toNumber(balls.one), balls.format(balls.one)])
      .toEqual([-1, true, false, 1, '1']);
  });
});

describe('the ledgers are equalities in exact arithmetic, and only for the step that they are about', () => {
  const K = rational;
  const sums = ({ lhs, rhs }: Ledger<Rational>): readonly string[] => [K.format(lhs.value), K.format(rhs.value)];
  interface Scene {
    readonly f: FunctionSpec;
    readonly points: readonly (readonly Num[])[];
    readonly off: readonly Num[];
    readonly rate: Num;
    readonly t: number;
  }
  const scene: fc.Arbitrary<Scene> = fc.integer({ min: 1, max: 3 }).chain((n) =>
    fc.record({
      f: functionSpec(rationalNumbers, n),
      points: fc.array(vector(rationalNumbers, n), { minLength: 4, maxLength: 4 }),
      off: vector(rationalNumbers, n),
      rate: rationalNumbers.positive,
      t: fc.nat(5),
    })
  );

  /** The ledger of an exact step with an inexact gradient, and of one that goes too far. */
  function both(
    data: Scene,
    ledger: (
      parts: { f: ReturnType<typeof convexFunction<Rational>>; x: Vector<Rational>[]; gradient: Vector<Rational>; slip: Vector<Rational>; rate: Rational; miss: Vector<Rational> },
    ) => Ledger<Rational>,
  ): void {
    const f = convexFunction(K, data.f);
    const x = data.points.map((point) => numbers(K, point));
    const off = numbers(K, data.off);
    const [gradient, rate] = [K.minus(f.gradient(x[0]!), off), K.from(data.rate)];
    const parts = { f, x, gradient, slip: off, rate };
    const [left, right] = sums(ledger({ ...parts, miss: K.zeros(off.length) }));
    expect(left).toBe(right);
    const far = sums(ledger({ ...parts, miss: K.vector(off.length, () => K.from('1/7')) }));
    // Too far by 1/7 may end just as far from u, on its other side.
    if (far[0] !== far[1]) missed += 1;
  }
  let missed = 0;

  const HALF = K.from('1/2');
  test.each([
    ['gradient descent', (data: Scene) =>
      both(data, ({ f, x, gradient, slip, rate, miss }) =>
        descentLedger(K, f, {
          t: data.t,
          rate,
          x: x[0]!,
          next: K.plus(K.axpy(K.neg(rate), gradient, x[0]!), miss),
          gradient,
          slip,
        }))],
    ['Heavy Ball', (data: Scene) =>
      both(data, ({ f, x, gradient, slip, rate, miss }) =>
        heavyBallLedger(K, f, {
          t: data.t,
          rate,
          momentum: HALF,
          previous: x[1]!,
          x: x[0]!,
          next: K.plus(K.axpy(HALF, K.minus(x[0]!, x[1]!), K.axpy(K.neg(rate), gradient, x[0]!)), miss),
          gradient,
          slip,
        }))],
    // 4/3 and 2/3: s² − s = s_t².
    ['Nesterov', (data: Scene) =>
      both(data, ({ f, x, gradient, slip, rate, miss }) =>
        acceleratedLedger(K, f, {
          t: data.t,
          rate,
          x: x[1]!,
          query: x[0]!,
          next: K.plus(K.axpy(K.neg(rate), gradient, x[0]!), miss),
          weightBefore: K.from('2/3'),
          weight: K.from('4/3'),
          gradient,
          slip,
        }))],
    ['a step in a metric', (data: Scene) =>
      both(data, ({ x, gradient, rate, miss }) => {
        const metric = K.vector(gradient.length, (i) => K.from(i + 2));
        const next = K.plus(K.vector(gradient.length, (i) => K.sub(x[0]![i]!, K.div(K.mul(K.mul(rate, HALF), gradient[i]!), metric[i]!))), miss);
        return stepRegretLedger(K, { t: data.t, rate, weight: HALF, metric, x: x[0]!, next, gradient }, x[1]!);
      })],
    ['a step to a target', (data: Scene) =>
      both(data, ({ x, gradient, rate, miss }) => {
        const jacobian = gradient.length === 1 ? [gradient] : [gradient, ...Array.from({ length: gradient.length - 1 }, () => x[3]!)];
        const [w, offset, target] = [x[0]!, x[1]!, x[2]!];
        const at = K.plus(K.vector(jacobian.length, (i) => K.dot(jacobian[i]!, w)), offset);
        const loss = targetLoss(K, { jacobian, x: at, target, w });
        return targetLedger(K, { t: 1, rate, jacobian, offset, x: at, target, w, next: K.plus(K.axpy(K.neg(rate), loss, w), miss) }, x[3]!);
      })],
  ])('%s', (_, check) => {
    missed = 0;
    fc.assert(fc.property(scene, check), { numRuns: 200, seed: 4 });
    expect(missed).toBeGreaterThan(190);
  });
});

describe('in numbers that a person can follow', () => {
  const parabola = (minimiser: number): FunctionSpec => ({
    body: { kind: 'ridge', terms: [{ direction: [1], offset: minimiser, weight: 1, shape: { kind: 'square' } }] },
    minimiser: [minimiser],
  });
  const session = (config: GateCase['config'], horizon: number, more: Partial<GateCase> = {}): GateCase => ({
    function: parabola(0),
    losses: [],
    x0: [1],
    config,
    horizon,
    hints: [],
    targets: [],
    ...more,
  });
  const all = { kind: 'all' } as const;

  async function statements(method: MethodName, data: GateCase): Promise<Statement[]> {
    const context = await contextOf(method, 'float64');
    const session = seen(context, data, await play(context.door, data, 'float64'), GUARANTEES[method].needs);
    if ('quantity' in session) throw new Error(`no ${session.quantity}`);
    expect(GUARANTEES[method].outside(session)).toBeNull();
    return [...GUARANTEES[method].steps(session), ...GUARANTEES[method].promises(session)];
  }

  test.each<[MethodName, string, number, number, GateCase]>([
    // x_1 = ½: E_1 = ½f(½) + ½(½)² = 3/16 of E_0 = ½.
    ['gradient-descent', 'E_1 = E_0 − ηB_f', 3 / 16, 3 / 16, session({ learningRate: 0.5 }, 1)],
    ['gradient-descent', 'E_1 ≤ E_0', 3 / 16, 1 / 2, session({ learningRate: 0.5 }, 1)],
    ['gradient-descent', 'f(x_1) − f*', 1 / 8, 1 / 4, session({ learningRate: 0.5 }, 1)],
    // x_1 = ¾, x_2 = ¾ − 3/16 − ⅛ = 7/16: z_1 = ½, z_2 = 1/8 = ½ − ½·¾.
    ['heavy-ball', 'z_2 − z_1', -3 / 8, -3 / 8, session({ learningRate: 0.25, momentum: 0.5 }, 2)],
    // V_1 = ½(½)² + ½·½, and η/(1 − m)·f(x_0) = ¼.
    ['heavy-ball', 'V_1 +', 5 / 8, 5 / 8, session({ learningRate: 0.25, momentum: 0.5 }, 1)],
    // f(1) = ½; ½·(1 + 2).
    ['heavy-ball', 'f((x_0 +', 1 / 2, 3 / 2, session({ learningRate: 0.25, momentum: 0.5 }, 1)],
    ['sgd-momentum', 'z_1 − z_0', -1 / 2, -1 / 2, session({ learningRate: 0.25, momentum: 0.5, dampening: 0, nesterov: true }, 1)],
    // z_1 = ½, x_1 = ¾, g_1 = ¾: with half of it thrown away z moves by −½·½·¾.
    ['sgd-momentum', 'z_2 − z_1', -3 / 16, -3 / 16, session({ learningRate: 0.25, momentum: 0.5, dampening: 0.5, nesterov: false }, 2)],
    ['sgd-momentum', 'Σ⟨g_t, z_t − x*⟩', 1, 5 / 4, session({ learningRate: 0.25, momentum: 0.5, dampening: 0.5, nesterov: false }, 1)],
    // x_1 = ½: 2·½·1·⅛ + (½)².
    ['nesterov', 'E_1 = E_0', 3 / 8, 3 / 8, session({ learningRate: 0.5 }, 1)],
    ['nesterov', 'f(x_1) − f*', 1 / 8, 1, session({ learningRate: 0.5 }, 1)],
    // H = √1 + 1 = 2, x_1 = ½: (2 − ½)/2 + ½·½.
    ['adagrad', '⟨g_0, x_0 − u⟩', 1, 1, session({ learningRate: 1, epsilon: 1, epsilonInside: false }, 1)],
    // H_1 = 2: 1·2/2 + 1.
    ['adagrad', 'Σ⟨g_t, x_t − x*⟩', 1, 2, session({ learningRate: 1, epsilon: 1, epsilonInside: false }, 1)],
    // w = 0, −1 against u = −2: 2 + 1, and 4/2 + ½ + ½.
    ['ftrl', 'Σα_t⟨g_t, w_t − u⟩ ≤', 3, 3, session({ alpha: 'constant', beta: 1, set: all }, 2, { function: null, x0: [0], losses: [[1], [1]] })],
    // On [−1, 1] u = −1: 1 + 0, and ½ + ½ + ½.
    [
      'ftrl',
      'Σα_t⟨g_t, w_t − u⟩ ≤',
      1,
      3 / 2,
      session({ alpha: 'constant', beta: 1, set: { kind: 'box', lower: [-1], upper: [1] } }, 2, { function: null, x0: [0], losses: [[1], [1]] }),
    ],
    // With g̃ = g the plays are −1, −2: 1 + 0 against u = −2; I2: 2 − 0 − ½ − ½.
    ['ao-ftrl', 'round 2:', 1, 1, session({ alpha: 'constant', beta: 1, set: all }, 2, { function: null, x0: [0], losses: [[1], [1]], hints: [[1], [1], [0]] })],
    ['ao-ftrl', 'Σα_t⟨g_t, w_t − u⟩ ≤', 1, 2, session({ alpha: 'constant', beta: 1, set: all }, 2, { function: null, x0: [0], losses: [[1], [1]], hints: [[1], [1], [0]] })],
    // f = ½(x − 1)², x̄_1 = w_1 = 0: ½ ≤ ⟨−1, 0 − 1⟩.
    [
      'convex-meta-learning',
      'α_{1:T}(f(x̄_T) − f*) ≤ Σ',
      1 / 2,
      1,
      session({ alpha: 'constant', beta: 0.5, rule: { kind: 'identity' }, set: all }, 1, { function: parabola(1), x0: [0] }),
    ],
    // w* = 1: 1 + ½·½ − ½.
    [
      'convex-meta-learning',
      'α_{1:T}(f(x̄_T) − f*) ≤ ‖w*‖',
      1 / 2,
      3 / 4,
      session({ alpha: 'constant', beta: 0.5, rule: { kind: 'identity' }, set: all }, 1, { function: parabola(1), x0: [0] }),
    ],
    // w_2 = ½ + ½, x̄_2 = ½(0 + 1): the hint is the gradient before.
    [
      'optimistic-meta-learning',
      'α_{1:2}x̄_2',
      1,
      1,
      session({ alpha: 'constant', beta: 0.5, rule: { kind: 'identity' }, set: all, hints: 'previous' }, 2, { function: parabola(1), x0: [0] }),
    ],
    // w_2 = ½ = u: ½(½)² + (½)² + ¼ − ½(½)².
    ['bootstrapped-meta-gradient', '½‖x_1 − z_1‖²', 1 / 2, 1 / 2, session({ beta: 0.5, rule: { kind: 'identity' }, targets: 'given' }, 1, { targets: [[1]] })],
    ['bootstrapped-meta-gradient', 'Σ½‖x_t − z_t‖²', 1 / 2, 5 / 8, session({ beta: 0.5, rule: { kind: 'identity' }, targets: 'given' }, 1, { targets: [[1]] })],
    // ℓ_1 = −½, u = ¾: −½(½ − ¾), and (¼)² + ½·½·¼.
    ['meta-sgd', 'Σ⟨ℓ_t, w_t − u⟩ ≤', 1 / 8, 1 / 8, session({ rate: 0.5, metaRate: 0.5 }, 2)],
    // g̃_1 = −1, centre 0: u = max{0 + ¼, 0}: −½(½ − ¼), and 1/16 − ¼ + ½·½·¼.
    ['optimistic-meta-sgd', 'Σ⟨ℓ_t, w_t − u⟩ ≤', -1 / 8, -1 / 8, session({ rate: 0.5, metaRate: 0.5 }, 2)],
  ])('%s: %s', async (method, start, lhs, rhs, data) => {
    const found = (await statements(method, data)).find(({ expected }) => expected.startsWith(start));
    expect(found?.ledger.lhs.value.value).toBeCloseTo(lhs, 12);
    expect(found?.ledger.rhs.value.value).toBeCloseTo(rhs, 12);
  });
});

describe.each(METHOD_NAMES)('%s', (method) => {
  test.each(DTYPES)('a correct implementation keeps what it promises, in %s', async (dtype) => {
    const context = await contextOf(method, dtype);
    for (const claim of [guaranteeLedger, guaranteeBound]) {
      const all = await outcomes(claim, context, 60, 11);
      expect(failures(all)).toEqual([]);
      expect(all.filter((one) => one.kind === 'passed' && !one.trivial).length, `${claim.id}: non-trivial`).toBeGreaterThan(45);
    }
  });

  test('an answer that is off by 10⁻⁹ of its size breaks the ledger', async () => {
    const nudged = (door: Door): Door => {
      const off = (v: Float64Array): Float64Array => v.map((x) => x * (1 + 1e-9));
      const after = async (answer: Promise<Answer>): Promise<Answer> => {
        const { query, x, average, meta } = await answer;
        return { query: off(query), x: off(x), average, meta: meta === null ? null : off(meta) };
      };
      return { ...door, step: async (session, input) => after(door.step(session, input)) };
    };
    expect(failures(await outcomes(guaranteeLedger, await contextOf(method, 'float64', reference, nudged), 40, 5)).length).toBeGreaterThan(20);
  });

  test('NaN never passes', async () => {
    const lost = (door: Door): Door => ({
      ...door,
      step: async (session, input) => {
        const answer = await door.step(session, input);
        return input.t < 2 ? answer : { ...answer, query: answer.query.map(() => NaN), x: answer.x.map(() => NaN), meta: answer.meta?.map(() => NaN) ?? null };
      },
    });
    const context = await contextOf(method, 'float64', reference, lost);
    const long = (all: readonly GateCase[]): GateCase[] => all.filter(({ horizon }) => horizon >= 2);
    for (const example of long(fc.sample(guaranteeLedger.generator(context), { numRuns: 20, seed: 8 }) as unknown as GateCase[])) {
      const outcome = await guaranteeLedger.check(context, example as unknown as Parameters<typeof guaranteeLedger.check>[1]);
      expect(outcome.kind === 'passed', JSON.stringify(outcome)).toBe(false);
    }
  });
});

test('an answer without what the guarantee is about breaks it, and says what is missing', async () => {
  const bare = (door: Door): Door => ({ ...door, step: async (session, input) => ({ ...(await door.step(session, input)), meta: null }) });
  const [outcome] = await outcomes(guaranteeLedger, await contextOf('meta-sgd', 'float64', reference, bare), 1, 1);
  expect(outcome).toMatchObject({ kind: 'failed', expected: '"meta" in every answer' });
});

test('nothing is said of an optimizer that was not named', async () => {
  const context = { ...(await contextOf('nesterov', 'float64')), guessed: true };
  expect([guaranteeLedger, guaranteeBound].map((claim) => claim.inapplicable(context))).toEqual(
    Array(2).fill('no method was named; if it is meant to be nesterov, run again with --like nesterov'),
  );
});

/** Mistakes, and whether they break the ledger alone or the promise too. */
const MISTAKES: { readonly [method in MethodName]: { readonly ledger: readonly string[]; readonly bound: readonly string[] } } = {
  'gradient-descent': { ledger: ['gradient-lags', 'rate-squared', 'ascends'], bound: ['gradient-lags', 'rate-squared', 'ascends'] },
  'heavy-ball': { ledger: ['gradient-lags', 'momentum-sign', 'momentum-multiplies-gradient', 'momentum-lost'], bound: ['momentum-multiplies-gradient'] },
  'sgd-momentum': {
    ledger: [
      'nesterov-flag-ignored',
      'dampening-ignored',
      'nesterov-momentum-sign',
      'momentum-multiplies-gradient',
      'first-step-dampened',
      'momentum-lost',
      'momentum-signed-in-the-buffer',
    ],
    bound: ['nesterov-flag-ignored', 'momentum-multiplies-gradient'],
  },
  nesterov: { ledger: ['lookahead-left-out', 'lookahead-sign', 'fista-weights-shifted', 'ascends', 'query-is-the-iterate'], bound: ['ascends'] },
  adagrad: { ledger: ['epsilon-misplaced', 'squares-not-summed', 'epsilon-lost', 'accumulator-starts-at-a-tenth'], bound: ['squares-not-summed'] },
  ftrl: {
    ledger: ['beta-squared', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-sign', 'projection-left-out', 'weights-shifted', 'projection-off'],
    bound: ['beta-squared', 'ascent', 'memory-lost', 'loss-sign'],
  },
  'ao-ftrl': {
    ledger: [
      'beta-squared',
      'ascent',
      'memory-lost',
      'loss-unweighted',
      'hint-left-out',
      'hint-sign',
      'hint-unweighted',
      'hint-not-removed',
      'projection-greedy',
      'first-hint-ignored',
      'projection-off',
    ],
    bound: ['beta-squared', 'ascent', 'memory-lost', 'hint-left-out', 'hint-sign'],
  },
  'convex-meta-learning': {
    ledger: [
      'averaging-left-out',
      'averaging-constant',
      'meta-gradient-sign',
      'ascent',
      'loss-unweighted',
      'projection-left-out',
      'equation-3-taken-literally',
      'jacobian-sign',
      'rule-ascends',
    ],
    bound: ['averaging-constant', 'meta-gradient-sign', 'ascent'],
  },
  'optimistic-meta-learning': {
    ledger: [
      'averaging-left-out',
      'averaging-constant',
      'meta-gradient-sign',
      'ascent',
      'hint-sign',
      'hint-not-removed',
      'equation-3-taken-literally',
      'hint-stale',
      'hint-jacobian-negated',
      'jacobian-sign',
    ],
    bound: ['averaging-constant', 'meta-gradient-sign', 'hint-sign'],
  },
  'bootstrapped-meta-gradient': {
    ledger: ['target-sign', 'target-late', 'jacobian-sign', 'jacobian-frozen', 'rule-not-affine', 'rule-ascends'],
    bound: ['target-sign', 'jacobian-sign'],
  },
  'meta-sgd': { ledger: ['meta-step-ascends', 'maximum-left-out'], bound: ['meta-step-ascends'] },
  'optimistic-meta-sgd': { ledger: ['bracket-misplaced', 'optimism-left-out', 'maximum-left-out'], bound: ['bracket-misplaced'] },
};

test.each(['convex-meta-learning', 'optimistic-meta-learning'] as const)('a session of %s that runs away is judged while its ledger is doubles', async (method) => {
  // L = 3.24·10⁶, and a rule that learns from gradients of the size of 10⁸¹: the squares of their products are none.
  const runaway = {
    function: {
      body: {
        kind: 'composition',
        inner: { kind: 'ridge', terms: [{ direction: [3, 0], offset: 0, weight: 1, shape: { kind: 'dead-zone', width: 0 } }] },
        matrix: [[-600, 0, 0, 0], [0, 0, 0, 0]],
        shift: [0, 0],
      },
      minimiser: [1, 0, 0, 0],
    },
    losses: [],
    x0: [0, 0, 0, 0],
    horizon: 13,
    hints: [],
    targets: [],
    config: { alpha: 'constant', beta: 1, hints: 'zero', rule: { kind: 'elementwise-descent' }, set: { kind: 'box', lower: [-1, 1, -1, 1], upper: [-1, 1, -1, 1] } },
  };
  const outcome = await guaranteeLedger.check(await contextOf(method, 'float64'), runaway);
  expect(outcome.kind).toBe('passed');
});

describe.each(METHOD_NAMES)('mistakes in %s', (method) => {
  test.each(DTYPES)('break what is promised, in %s', async (dtype) => {
    const escaped: string[] = [];
    for (const [claim, names] of [[guaranteeLedger, MISTAKES[method].ledger], [guaranteeBound, MISTAKES[method].bound]] as const) {
      for (const name of names) {
        const { subject } = gateSaboteurs.find((one) => one.name === name)!;
        const context = await contextOf(method, dtype, subject);
        let caught = false;
        for (const example of fc.sample(claim.generator(context), { numRuns: 60, seed: 3 })) {
          caught = (await claim.check(context, example)).kind === 'failed';
          if (caught) break;
        }
        if (!caught) escaped.push(`${claim.id}: ${name}`);
      }
    }
    expect(escaped).toEqual([]);
  });
});
