import type fc from 'fast-check';
import { dualSpace, type Dual } from '../../oracles/dual.js';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import type { ElementwiseStep } from '../algorithm/meta-sgd.js';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { fewerSteps, prepareElementwise, type ElementwiseCase, type ElementwiseRun } from '../generator/elementwise-case.js';
import { summands } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { isZero, strays } from '../generator/path-case.js';
import { show } from '../outcome.js';
import { absolute } from '../problem/convex-function.js';
import { isQuadratic } from '../problem/mirror.js';
import type { Subject } from '../subject.js';
import { functionSizes, raised } from './meta.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const RATES = vector('x²/f', 'x');
const ELEMENTWISE = signature(
  {
    x: made(vector('x', 'x')),
    // A rate for each entry of x.
    w: made(RATES),
    // What an algorithm of the paper makes of w_t: Algorithm 1 with φ = −w⊙∇f(x), or AO-FTRL with greedy projection.
    v: made(RATES),
    β: given(number('x⁴/f³')),
    L: NAMES.L,
    'x*': NAMES['x*'],
  },
  { f: FUNCTIONS.f, '∇f': FUNCTIONS['∇f'], '∇h': { args: [RATES], result: vector('f²/x²', 'x'), subscripts: 1, given: true } },
  {},
);

/** The two optimizers of Section 7.2, with the sign that descends; or one step of x as it is printed, which goes uphill. */
type Method = 'meta-sgd' | 'optimistic-meta-sgd' | 'as printed';
const BESIDE = {
  'meta-sgd': 'v_{t+1}: Algorithm 1 with φ = −w⊙∇f(x) and ρ_t = 1 from x_t and w_t, projected on w ≥ 0',
  'optimistic-meta-sgd': 'v_{t+1}: AO-FTRL from w_t with greedy projection on w ≥ 0, loss −∇f(x_t)⊙∇f(x_{t+1}), hints g̃_t = −∇f(x_t)⊙∇f(x_t)',
  'as printed': 'x_2 = x_1 + w_1⊙∇f(x_1); v_2: AO-FTRL from w_1 with greedy projection on w ≥ 0, loss ∇f(x_1)⊙∇f(x_2), hints g̃_t = ∇f(x_t)⊙∇f(x_t)',
} as const;

/** Rates that are learned, an entry each. */
export function elementwise(cases: (numbers: NumberSource) => fc.Arbitrary<ElementwiseCase>, method: Method): World<ElementwiseCase> {
  return {
    signature: ELEMENTWISE,
    says: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'constant β > 0, any w_1 ≥ 0', '∇h_t is taken of the values of h_t(w) = f(x_t − w⊙∇f(x_t))', BESIDE[method]],
    regrets: true,
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: fewerSteps,
    play: (K, subject, data) => playElementwise(K as never, subject, data, method),
  };
}

/** (x_1, w_1), (x_2, w_2), …: the first as the case has it, whatever the optimizer says. */
function pathOf<S>(K: OrderedSpace<S>, subject: Subject, { config }: ElementwiseRun<S>, method: Method): readonly ElementwiseStep<S>[] {
  const { start, first, gradient } = config;
  if (method === 'as printed') return [{ x: start, w: first }, { x: K.plus(start, K.hadamard(first, gradient(start))), w: first }];
  const path = method === 'meta-sgd' ? subject.metaSgd(K, config) : subject.optimisticMetaSgd(K, config);
  return [{ x: start, w: first }, ...path.slice(1)];
}

/** v_{t+1} */
function stepOf<S>(K: OrderedSpace<S>, subject: Subject, { f, config: { metaRate } }: ElementwiseRun<S>, { x, w }: ElementwiseStep<S>, next: Vector<S>, method: Method): Vector<S> {
  const set = subject.feasibleSet(K, { kind: 'orthant', corner: Array.from(w, () => 0) });
  if (method === 'meta-sgd') {
    // φ = w⊙∇f is given −∇f; the loss keeps its gradient.
    const rule = subject.updateRule(K, { kind: 'elementwise-gradient' }, f.dimension, (at) => K.scale(K.neg(K.one), f.gradient(at)));
    return subject.metaGradient(K, { gradient: f.gradient, rule, set, beta: [metaRate], rho: [K.one], start: x, first: w })[0]!.next;
  }
  const sign = method === 'as printed' ? K.one : K.neg(K.one);
  const [before, after] = [f.gradient(x), f.gradient(next)];
  const signed = (a: Vector<S>, b: Vector<S>): Vector<S> => K.scale(sign, K.hadamard(a, b));
  const config = { set, alpha: [K.one, K.one], beta: subject.constantRate(metaRate, 2), index: 'equation-4', projection: 'greedy', first: w } as const;
  return subject.aoFtrl(K, config, { losses: [signed(before, after), K.zeros(w.length)], hints: [signed(before, before), signed(after, after)] })[1]!.play;
}

function playElementwise<S>(K: OrderedSpace<S>, subject: Subject, data: ElementwiseCase, method: Method): Played<S> | Rejected {
  const run = prepareElementwise(K, subject, data);
  if (run === null) return rejected('f is constant');
  const { f, config } = run;
  const path = pathOf(K, subject, run, method);
  if (strays(K, path.flatMap(({ x, w }) => [x, w]))) return rejected('the path diverges');
  const T = path.length - 1;
  const steps: Vector<S>[] = [];
  const step = (t: number): Vector<S> => (steps[t] ??= stepOf(K, subject, run, path[t - 2]!, path[t - 1]!.x, method));
  const gradients = path.map(({ x }) => f.gradient(x));
  const entries = path.slice(1).map(({ w }, i) => ({ before: Array.from(path[i]!.w), after: Array.from(w) }));
  return {
    values: {
      K,
      constants: { T, n: f.dimension, m: f.dimension },
      size: { x: f.dimension, w: f.dimension },
      names: {
        x: (t) => path[t - 1]?.x,
        w: (t) => path[t - 1]?.w,
        v: (t) => (t < 2 || t > T + 1 ? undefined : step(t)),
        β: () => config.metaRate,
        L: () => f.smoothness,
        'x*': () => f.minimiser,
      },
      functions: {
        f: ([x]) => f.value(x as Vector<S>),
        '∇f': ([x]) => f.gradient(x as Vector<S>),
        '∇h': slopes(K, subject, data, path, gradients),
      },
      sets: {},
    },
    sizes: () => elementwiseSizes(K as never, data, run as never, path as never, gradients as never),
    still: gradients.slice(1).every((next, i) => isZero(K, K.hadamard(gradients[i]!, next))),
    labels: [
      `f: ${data.function.body.kind}`,
      ...(entries.some(({ after }) => after.some((entry) => K.equal(entry, K.zero))) ? ['a rate at 0'] : []),
      ...(entries.some(({ before, after }) => after.some((entry, i) => !K.lessOrEqual(entry, before[i]!))) ? ['a rate grows'] : []),
      ...(T >= 10 ? ['T ≥ 10'] : []),
      ...(f.dimension > 1 ? ['n ≥ 2'] : []),
      ...(isQuadratic(data.function.body) ? ['quadratic'] : []),
    ],
    evidence: () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      L: K.format(f.smoothness),
      β: K.format(config.metaRate),
      rounds: path.map(({ x, w }, i) => ({
        t: i + 1,
        x: show(K, x),
        // As printed there is one step, and it is that of x.
        w: method === 'as printed' && i > 0 ? '' : show(K, w),
        v: i === 0 ? '' : show(K, step(i + 1)),
        '∇f(x)': show(K, gradients[i]!),
      })),
    }),
  };
}

/** ∇h_t, from values of f over dual numbers: of its gradient only ∇f(x_t) is used, which φ is made of. */
function slopes<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: ElementwiseCase,
  path: readonly ElementwiseStep<S>[],
  gradients: readonly Vector<S>[],
): Played<S>['values']['functions'][string] {
  const D = dualSpace(K);
  const f = subject.convexFunction(D, data.function);
  const lift = (v: Vector<S>, j: number | null): Vector<Dual<S>> => D.vector(v.length, (i) => ({ value: v[i]!, derivative: i === j ? K.one : K.zero }));
  return ([at], t) => {
    const [x, g] = [path[t - 1]?.x, gradients[t - 1]];
    if (x === undefined || g === undefined) throw new RangeError(`expected a round, got ${t}`);
    const w = at as Vector<S>;
    return K.vector(w.length, (j) => f.value(D.minus(lift(x, null), D.hadamard(lift(w, j), lift(g, null)))).derivative);
  };
}

function elementwiseSizes(
  K: OrderedSpace<number>,
  data: ElementwiseCase,
  { f, config: { metaRate } }: ElementwiseRun<number>,
  path: readonly ElementwiseStep<number>[],
  gradients: readonly Vector<number>[],
): Sizes {
  const abs = (v: Vector<number>): Vector<number> => absolute(K, v);
  const n = f.dimension;
  const moved = (t: number, w: Vector<number>): Vector<number> => K.plus(abs(path[t - 1]!.x), abs(K.hadamard(w, gradients[t - 1]!)));
  const rates = (t: number): Vector<number> => {
    if (t === 1) return abs(path[0]!.w);
    const [before, after] = [abs(gradients[t - 2]!), abs(gradients[t - 1]!)];
    const both = K.plus(before, after);
    return K.axpy(metaRate, K.hadamard(both, both), abs(path[t - 2]!.w));
  };
  const { f: ofValue, ...functions } = functionSizes(f);
  return {
    gamma: gamma(ledgerRoundings({ horizon: path.length, dimension: n, parameters: n, summands: summands(data.function.body) })),
    names: { x: (t) => (t === 1 ? abs(path[0]!.x) : moved(t - 1, path[t - 2]!.w)), w: rates, v: rates },
    functions: {
      ...functions,
      // A point that was computed is off by as much as it is large.
      f: (args, i) => (ofValue!(args, i) as number) + K.dot(f.gradientMagnitude(args[0] as Vector<number>), abs(args[0] as Vector<number>)),
      '∇h': ([w], t) => K.hadamard(abs(gradients[t - 1]!), f.gradientMagnitude(moved(t, w as Vector<number>))),
    },
    sets: {},
  };
}
