import fc from 'fast-check';
import { float64 } from '../arithmetic/float64.js';
import type { Vector } from '../arithmetic/space.js';
import { logUniform, uniform } from '../generator/number.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { Subject } from '../subject.js';
import type { Figure2Info } from '../verdict.js';

/** Figure 2 of the paper (Section 7.1). What the text says is the paper's; its appendix with Q's distribution and the sweeps is not public, so that those are ours. */
const START = [4, 4] as const;
const ITERATIONS = 100;
const PROBLEMS = 5;
/** 10⁻⁴ to 10, four a decade: η, and β of the meta-learners. */
const RATES = Array.from({ length: 21 }, (_, k) => Number((10 ** (k / 4 - 4)).toPrecision(4)));
const DECAYS = [0, 0.5, 0.9, 0.99] as const;
/** Beside the rates: with it the meta-learners can leave w as it is. */
const META_RATES = [0, ...RATES] as const;
/** The least w of Meta-AdaGrad, which is singular at 0: its rates are 1,000 at most. */
const LEAST = 1e-6;
/** AdaGrad's ε. */
const EPSILON = 1e-8;

/** Eigenvalues 1 and 1/κ, κ from 10 to 1,000, log-uniform; the first eigenvector at an angle that is uniform. */
const QUADRATICS = fc.noBias(fc.record({ condition: logUniform(1, 3), angle: uniform(0, Math.PI) }));

type Curve = Figure2Info['problems'][number]['curves'][number];
type Settings = Readonly<Record<string, number>>;

/** One method: what is swept over for each learning rate of the axis, and the run. */
interface Method {
  readonly name: string;
  /** The sweep, apart from the learning rate. */
  readonly others: readonly Settings[];
  readonly rates: readonly number[];
  /** What the learning rate of the axis is called. */
  readonly rate: string;
  readonly run: (f: ConvexFunction<number>, rate: number, other: Settings) => readonly Vector<number>[];
}

const K = float64;
const start = (): Vector<number> => K.vector(2, (i) => START[i]!);
const always = (rate: number): readonly number[] => Array.from({ length: ITERATIONS }, () => rate);
const both = (w: number): Vector<number> => K.vector(2, () => w);

function methods(subject: Subject): readonly Method[] {
  return [
    {
      name: 'momentum',
      rates: RATES,
      rate: 'η',
      others: DECAYS.map((m) => ({ m })),
      run: ({ gradient }, rate, { m = 0 }) => subject.momentum(K, gradient, start(), { rates: always(rate), momentum: m, dampening: 0, nesterov: false }),
    },
    {
      name: 'AdaGrad',
      rates: RATES,
      rate: 'η',
      others: [{}],
      run: ({ gradient }, rate) => subject.adagrad(K, gradient, start(), { rates: always(rate), epsilon: EPSILON, epsilonInside: false }),
    },
    {
      name: 'Meta-Momentum',
      rates: META_RATES,
      rate: 'β',
      others: RATES.map((w) => ({ 'w_1': w })),
      run: ({ gradient }, metaRate, { w_1: w = 0 }) => subject.metaSgd(K, { gradient, start: start(), first: both(w), metaRate, steps: ITERATIONS }).map(({ x }) => x),
    },
    {
      name: 'Meta-AdaGrad',
      rates: META_RATES,
      rate: 'β',
      others: RATES.map((rate) => ({ 'w_1': rate ** -2 })),
      run: ({ gradient }, metaRate, { w_1: w = 1 }) =>
        subject.metaAdaGradDescent(K, { gradient, rule: subject.metaAdaGrad(K, gradient), start: start(), first: both(w), metaRate, least: LEAST, steps: ITERATIONS }).map((
          { x },
        ) => x),
    },
  ];
}

/** Six digits: what a figure shows, and more. */
const short = (x: number): number => Number(x.toPrecision(6));

function curveOf(method: Method, f: ConvexFunction<number>): Curve {
  let best: { readonly settings: Settings; readonly cumulative: number; readonly losses: readonly number[] } | null = null;
  const sensitivity = method.rates.map((rate) => {
    let least = Infinity;
    for (const other of method.others) {
      const losses = Array.from(method.run(f, rate, other), f.value);
      const cumulative = losses.slice(1).reduce((sum, loss) => sum + loss, 0);
      // NaN and infinity are no sum.
      if (!(cumulative < least)) continue;
      least = cumulative;
      if (best === null || cumulative < best.cumulative) best = { settings: { [method.rate]: rate, ...other }, cumulative, losses };
    }
    return { rate, cumulative: least < Infinity ? short(least) : null };
  });
  if (best === null) throw new RangeError(`expected a run of ${method.name} that does not diverge, and there is none`);
  const { settings, cumulative, losses } = best as { settings: Settings; cumulative: number; losses: readonly number[] };
  return {
    method: method.name,
    best: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, short(value)])),
    cumulative: short(cumulative),
    losses: losses.map(short),
    sensitivity,
  };
}

/** All of Figure 2, from its seed. */
export function figure2(subject: Subject, seed: number): Figure2Info {
  const all = methods(subject);
  return {
    seed,
    start: START,
    iterations: ITERATIONS,
    problems: fc.sample(QUADRATICS, { numRuns: PROBLEMS, seed }).map(({ condition, angle }) => {
      // The reflection along (sin α/2, −cos α/2) takes (1, 0) to (cos α, sin α).
      const f = subject.convexFunction(K, {
        body: { kind: 'spectral', spectrum: [2, 2 / condition], reflectors: [[Math.sin(angle / 2), -Math.cos(angle / 2)]] },
        minimiser: [0, 0],
      });
      const [first, second] = [f.gradient(K.vector(2, (i) => 1 - i)), f.gradient(K.vector(2, (i) => i))].map((column) => Array.from(column, (entry) => entry / 2));
      return {
        condition: short(condition),
        Q: [[first![0]!, second![0]!], [first![1]!, second![1]!]].map((row) => row.map(short)),
        curves: all.map((method) => curveOf(method, f)),
      };
    }),
  };
}
