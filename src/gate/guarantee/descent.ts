import { acceleratedLedger, descentLedger, headedFor, heavyBallLedger, summands, type EnergyLedger } from '../../../oracles/energy.js';
import { squaredNorm, type Ledger } from '../../../oracles/ledger.js';
import { stepRegretLedger } from '../../../oracles/step-regret.js';
import type { Tally } from '../../../oracles/tally.js';
import { balls as K, spread, type Ball } from '../../arithmetic/ball.js';
import { norm } from '../../arithmetic/magnitude.js';
import type { Vector } from '../../arithmetic/space.js';
import type { ConvexFunction } from '../../problem/convex-function.js';
import type { GateCase } from '../case.js';
import type { Guarantee } from './guarantee.js';
import type { Seen } from './seen.js';
import { equal, equalVectors, most, side, type Statement } from './statement.js';

const HALF = K.from(0.5);
const ONE = K.one;
/** Of the largest rate: rounded to float32 it is still below it. */
const SAFE = 1 - 2 ** -10;

const convex = 'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0';

function functionSeen({ f }: Seen): ConvexFunction<Ball> {
  if (f === null) throw new RangeError('expected a session with an f, got one with given losses');
  return f;
}

/** The session with η below `largest`: many of them right below, where bounds are put to the test. */
function slower(data: GateCase, largest: number): GateCase {
  return { ...data, config: { ...data.config, learningRate: Math.min(data.config['learningRate'] as number, SAFE * largest) } };
}

const number = ({ played }: Seen, name: string): number => played.fed.config[name] as number;
const rateOf = (seen: Seen): Ball => seen.settings.number('learningRate');

/** ‖x_0 − x*‖² */
function distance(seen: Seen): Ball {
  return squaredNorm(K, K.minus(seen.start, functionSeen(seen).minimiser));
}

/** True where 0 < ηL·scale ≤ 1. L is rounded up or by a few ulps; generated rates stay farther away than that. */
function slow(seen: Seen, scale = 1): boolean {
  const rate = number(seen, 'learningRate') * scale;
  return rate > 0 && rate * functionSeen(seen).smoothness.value <= 1;
}

function over(numerator: Ball, ...denominators: readonly Ball[]): Ball {
  return denominators.reduce((quotient, denominator) => K.div(quotient, denominator), numerator);
}

/** Σ of the steps' slacks: 0, up to what inexact gradients may do. */
function slackOf(ledgers: readonly EnergyLedger<Ball>[]): Ball {
  return ledgers.reduce((sum, { slack }) => K.add(sum, slack.value), K.zero);
}

const bound = (t: number, expected: string, lhs: Tally<Ball>, rhs: Tally<Ball>): Statement => most(t, expected, { lhs, rhs });
const gap = (seen: Seen, name: string, x: Vector<Ball>): Tally<Ball> => side(name, functionSeen(seen).value(x));

// --- gradient descent -------------------------------------------------------------------------------------------------------

function descentSteps(seen: Seen): EnergyLedger<Ball>[] {
  const x = seen.points('x');
  return seen.gradients.map((gradient, t) => descentLedger(K, functionSeen(seen), { t, rate: rateOf(seen), x: x[t]!, next: x[t + 1]!, gradient, slip: seen.slip(t + 1) }));
}

/**
 * Gradient descent is non-expansive for ηL ≤ 2, so gradients that are off by ζ_t put x_T at most D = ηΣ‖ζ_t‖ away from where exact ones lead, and
 * f(x_T) at most ‖∇f(x_T)‖D above.
 */
function drift(seen: Seen, x: Vector<Ball>): Ball {
  const off = seen.gradients.reduce((sum, _, t) => sum + spread(seen.slip(t + 1)), 0);
  const slope = functionSeen(seen).gradient(x);
  const steepest = norm(Array.from(slope, ({ value, error }) => Math.abs(value) + error));
  return { value: 0, error: steepest * number(seen, 'learningRate') * off * (1 + 2 ** -40) };
}

export const gradientDescent: Guarantee = {
  ledger: 'E_t = tη(f(x_t) − f*) + ½‖x_t − x*‖²: E_{t+1} = E_t − ηB_f(x*, x_t) − [(t + ½)η²‖g_t‖² − (t + 1)ηB_f(x_{t+1}, x_t)], E_{t+1} ≤ E_t',
  bound: 'f(x_T) − f* ≤ L‖x_0 − x*‖²/(4TηL + 2)',
  hypotheses: [convex, '0 < ηL ≤ 1'],
  needs: ['x'],
  tamed: (data, L) => slower(data, 1 / L),
  outside: (seen) => (slow(seen) ? null : 'not 0 < ηL ≤ 1'),
  steps: (seen) =>
    descentSteps(seen).flatMap((ledger, t) => [
      equal(t + 1, `E_${t + 1} = E_${t} − ηB_f(x*, x_${t}) − …`, ledger),
      // The energies alone: the first two terms of either side.
      most(t + 1, `E_${t + 1} ≤ E_${t}`, {
        lhs: ledger.lhs,
        rhs: summands(K, [...ledger.rhs.terms.slice(0, 2), ...ledger.slack.terms].map(({ name, value }) => [name, value] as const)),
      }),
    ]),
  promises(seen) {
    const { T } = seen;
    if (T === 0) return [];
    const x = seen.points('x')[T]!;
    const L = functionSeen(seen).smoothness;
    const rhs = over(K.mul(L, distance(seen)), K.add(K.mul(K.from(4 * T), K.mul(rateOf(seen), L)), K.from(2)));
    return [
      bound(
        T,
        `f(x_${T}) − f* ≤ L‖x_0 − x*‖²/(4·${T}ηL + 2)`,
        gap(seen, `f(x_${T}) − f*`, x),
        summands(K, [['L‖x_0 − x*‖²/(4TηL + 2)', rhs], ['inexact gradients', drift(seen, x)]]),
      ),
    ];
  },
};

// --- momentum ---------------------------------------------------------------------------------------------------------------

interface MomentumRun {
  readonly rate: Ball;
  readonly momentum: Ball;
  /** 1 − d: what gradients after the first are weighed with. */
  readonly fresh: Ball;
  readonly lookahead: boolean;
  readonly x: readonly Vector<Ball>[];
}

function momentumRun(seen: Seen): MomentumRun {
  const has = (name: string): boolean => seen.data.config[name] !== undefined;
  return {
    rate: rateOf(seen),
    momentum: seen.settings.number('momentum'),
    fresh: has('dampening') ? K.sub(ONE, seen.settings.number('dampening')) : ONE,
    lookahead: seen.settings.flag('nesterov'),
    x: seen.points('x'),
  };
}

const isPlain = (seen: Seen): boolean => (seen.data.config['dampening'] ?? 0) === 0 && !seen.settings.flag('nesterov');

/** z_t = x_t + m/(1 − m)(x_t − x_{t−1}), with Nesterov's look ahead x_t + m/(1 − m)(x_t − x_{t−1} + ηg_{t−1}). */
function headings(seen: Seen, { rate, momentum, lookahead, x }: MomentumRun): Vector<Ball>[] {
  const ahead = over(K.mul(momentum, rate), K.sub(ONE, momentum));
  return x.map((point, t) => {
    if (t === 0) return point;
    const plain = headedFor(K, momentum, point, x[t - 1]!);
    return lookahead ? K.axpy(ahead, seen.gradients[t - 1]!, plain) : plain;
  });
}

function ballSteps(seen: Seen): EnergyLedger<Ball>[] {
  const { rate, momentum, x } = momentumRun(seen);
  return seen.gradients.map((gradient, t) =>
    heavyBallLedger(K, functionSeen(seen), {
      t,
      rate,
      momentum,
      previous: x[Math.max(t - 1, 0)]!,
      x: x[t]!,
      next: x[t + 1]!,
      gradient,
      slip: seen.slip(t + 1),
    })
  );
}

/** z makes plain gradient steps: their regret, whatever the variant. */
function headingRegret(seen: Seen, run: MomentumRun, z: readonly Vector<Ball>[]): Ledger<Ball>[] {
  const rate = over(run.rate, K.sub(ONE, run.momentum));
  const u = functionSeen(seen).minimiser;
  return seen.gradients.map((gradient, t) =>
    stepRegretLedger(K, {
      t,
      rate,
      weight: t === 0 ? ONE : run.fresh,
      metric: K.vector(seen.n, () => ONE),
      x: z[t]!,
      next: z[t + 1]!,
      gradient,
    }, u)
  );
}

const momentumGuarantee: Guarantee = {
  ledger:
    'z_t = x_t + m/(1 − m)(x_t − x_{t−1}) moves by −η/(1 − m)g_t, and V_t = ½‖z_t − x*‖² + ηm/(1 − m)²(f(x_{t−1}) − f*) falls by η/(1 − m)(f(x_t) − f*) + ηm/(1 − m)²B_f(x_{t−1}, x_t) + [η/(1 − m)B_f(x*, x_t) − ½η²/(1 − m)²‖g_t‖²]',
  bound: 'f((x_0 + … + x_{T−1})/T) − f* ≤ ‖x_0 − x*‖²/(2T)·(Lm/(1 − m) + (1 − m)/η)',
  hypotheses: [convex, '0 < η ≤ (1 − m)/L'],
  needs: ['x'],
  tamed: (data, L) => slower(data, (1 - (data.config['momentum'] as number)) / L),
  outside(seen) {
    const m = number(seen, 'momentum');
    if (!(m >= 0 && m < 1)) return 'm is not in [0, 1)';
    return slow(seen, 1 / (1 - m)) ? null : 'not 0 < η ≤ (1 − m)/L';
  },
  steps(seen) {
    const run = momentumRun(seen);
    const z = headings(seen, run);
    const long = over(run.rate, K.sub(ONE, run.momentum));
    const moves = seen.gradients.flatMap((g, t) =>
      equalVectors(
        t + 1,
        `z_${t + 1} − z_${t} = −${t > 0 && !isPlain(seen) ? 'η(1 − d)' : 'η'}/(1 − m)g_${t}`,
        K.minus(z[t + 1]!, z[t]!),
        K.scale(K.neg(K.mul(long, t === 0 ? ONE : run.fresh)), g),
      )
    );
    if (!isPlain(seen))
      return [
        ...moves,
        ...headingRegret(seen, run, z).map((ledger, t) => equal(t + 1, `⟨g_${t}, z_${t} − x*⟩ = (1 − m)/(2η)(‖z_${t} − x*‖² − ‖z_${t + 1} − x*‖²) + …`, ledger)),
      ];
    return [...moves, ...ballSteps(seen).map((ledger, t) => equal(t + 1, `V_${t + 1} + η/(1 − m)(f(x_${t}) − f*) = V_${t} − …`, ledger))];
  },
  promises(seen) {
    const { T } = seen;
    if (T === 0) return [];
    const run = momentumRun(seen);
    return isPlain(seen) ? [averageBound(seen, run)] : [headingBound(seen, run)];
  },
};

function averageBound(seen: Seen, { rate, momentum, x }: MomentumRun): Statement {
  const { T } = seen;
  const average = K.scale(over(ONE, K.from(T)), x.slice(0, T).reduce((sum, point) => K.plus(sum, point)));
  const less = K.sub(ONE, momentum);
  const factor = K.add(over(K.mul(functionSeen(seen).smoothness, momentum), less), over(less, rate));
  return bound(
    T,
    'f((x_0 + … + x_{T−1})/T) − f* ≤ ‖x_0 − x*‖²/(2T)·(Lm/(1 − m) + (1 − m)/η)',
    gap(seen, 'f((x_0 + … + x_{T−1})/T) − f*', average),
    summands(K, [
      ['‖x_0 − x*‖²/(2T)·(Lm/(1 − m) + (1 − m)/η)', over(K.mul(distance(seen), factor), K.from(2 * T))],
      ['inexact gradients', over(K.mul(slackOf(ballSteps(seen)), less), rate, K.from(T))],
    ]),
  );
}

/** For the variants that have no rate here: the regret of z against x*. */
function headingBound(seen: Seen, run: MomentumRun): Statement {
  const ledgers = headingRegret(seen, run, headings(seen, run));
  const less = K.sub(ONE, run.momentum);
  return bound(
    seen.T,
    'Σ⟨g_t, z_t − x*⟩ ≤ (1 − m)/(2η)‖x_0 − x*‖² + η/(2(1 − m))Σ‖g_t‖²',
    summands(K, ledgers.flatMap(({ lhs }) => lhs.terms.map(({ name, value }) => [name, value] as const))),
    summands(K, [
      ['(1 − m)/(2η)‖x_0 − x*‖²', over(K.mul(K.mul(HALF, less), distance(seen)), run.rate)],
      ...seen.gradients.map((g, t) => [`η/(2(1 − m))‖g_${t}‖²`, over(K.mul(K.mul(HALF, run.rate), squaredNorm(K, t === 0 ? g : K.scale(run.fresh, g))), less)] as const),
    ]),
  );
}

export const heavyBall: Guarantee = momentumGuarantee;

export const sgdMomentum: Guarantee = {
  ...momentumGuarantee,
  ledger: `${momentumGuarantee.ledger}; with dampening z moves by −η(1 − d)/(1 − m)g_t from the second step on, with nesterov z_t = x_t + m/(1 − m)(x_t − x_{t−1} + ηg_{t−1})`,
  bound: `${momentumGuarantee.bound}; with dampening or nesterov Σ⟨g_t, z_t − x*⟩ ≤ (1 − m)/(2η)‖x_0 − x*‖² + η/(2(1 − m))Σ‖g_t‖²`,
};

// --- Nesterov ---------------------------------------------------------------------------------------------------------------

/** s_0 = 0, s_1 = 1, s_{t+1} = (1 + √(1 + 4s_t²))/2 */
function fista(count: number): Ball[] {
  const s = [K.zero];
  for (let t = 0; t < count; t++) s.push(K.mul(HALF, K.add(ONE, K.sqrt(K.add(ONE, K.mul(K.from(4), K.mul(s[t]!, s[t]!)))))));
  return s;
}

function acceleratedSteps(seen: Seen): EnergyLedger<Ball>[] {
  const [x, y, s] = [seen.points('x'), seen.points('query'), fista(seen.T)];
  return seen.gradients.map((gradient, t) =>
    acceleratedLedger(K, functionSeen(seen), {
      t,
      rate: rateOf(seen),
      x: x[t]!,
      next: x[t + 1]!,
      query: y[t]!,
      weightBefore: s[t]!,
      weight: s[t + 1]!,
      gradient,
      slip: seen.slip(t + 1),
    })
  );
}

export const nesterov: Guarantee = {
  ledger:
    's_{t+1}y_{t+1} − (s_{t+1} − 1)x_t = s_t x_t − (s_t − 1)x_{t−1}, and E_t = 2ηs_t²(f(x_t) − f*) + ‖s_t x_t − (s_t − 1)x_{t−1} − x*‖² falls by s²η[η‖g‖² − 2B_f(x_{t+1}, y_{t+1})] + 2sη[(s − 1)B_f(x_t, y_{t+1}) + B_f(x*, y_{t+1})], s = s_{t+1}',
  bound: 'f(x_T) − f* ≤ ‖x_0 − x*‖²/(2ηs_T²) ≤ 2‖x_0 − x*‖²/(η(T + 1)²)',
  hypotheses: [convex, '0 < ηL ≤ 1'],
  needs: ['query', 'x'],
  tamed: gradientDescent.tamed,
  outside: gradientDescent.outside,
  steps(seen) {
    const [x, y, s] = [seen.points('x'), seen.points('query'), fista(seen.T + 1)];
    const pulled = (weight: Ball, point: Vector<Ball>, last: Vector<Ball>): Vector<Ball> => K.minus(K.scale(weight, point), K.scale(K.sub(weight, ONE), last));
    return acceleratedSteps(seen).flatMap((ledger, t) => [
      equal(t + 1, `E_${t + 1} = E_${t} − …`, ledger),
      ...equalVectors(
        t + 1,
        `s_${t + 2}y_${t + 2} − (s_${t + 2} − 1)x_${t + 1} = s_${t + 1}x_${t + 1} − (s_${t + 1} − 1)x_${t}`,
        pulled(s[t + 2]!, y[t + 1]!, x[t + 1]!),
        pulled(s[t + 1]!, x[t + 1]!, x[t]!),
      ),
    ]);
  },
  promises(seen) {
    const { T } = seen;
    if (T === 0) return [];
    const s = fista(T)[T]!;
    const scale = K.mul(K.mul(K.from(2), rateOf(seen)), K.mul(s, s));
    return [bound(
      T,
      `f(x_${T}) − f* ≤ ‖x_0 − x*‖²/(2ηs_${T}²)`,
      gap(seen, `f(x_${T}) − f*`, seen.points('x')[T]!),
      summands(K, [
        ['‖x_0 − x*‖²/(2ηs_T²)', over(distance(seen), scale)],
        ['inexact gradients', over(slackOf(acceleratedSteps(seen)), scale)],
      ]),
    )];
  },
};
