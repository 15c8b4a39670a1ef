import type fc from 'fast-check';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { bootstrapStep } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { runEvidence } from './told.js';
import { vector } from '../formula/unit.js';
import { diverged, metaLabels, prepare, type MetaCase, type MetaRun } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { absolute, type ConvexFunction } from '../problem/convex-function.js';
import type { Subject } from '../subject.js';
import type { MetaStep, Round } from '../trajectory.js';
import { metaNames, metaSizes, raised } from './meta.js';
import { FUNCTIONS, NAMES, made, signature } from './names.js';
import { simplerRated } from './rated.js';
import type { Played, Sizes, World } from './world.js';

const MOVED = signature({
  ...NAMES,
  z: made(vector('x', 'x')),
  // Algorithm 4's average, with the last gradient as hint.
  y: made(vector('x', 'x')),
}, FUNCTIONS);

/** Algorithm 3 for φ = w, moved on the averages, with targets that ask for the next gradient twice and, with ξ, take back the one that the last target asked for. */
export function moved(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>, xi: 'with ξ' | 'without ξ'): World<MetaCase> {
  return {
    signature: MOVED,
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'Algorithm 3 with φ = w, μ = ½‖·‖², w_1 = 0, displacement ρ_t(φ − x) and rate 1/(2Lρ_t), ρ_t = 2/(t + 1): it moves x̄_t; G_0 = 0',
    ],
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: simplerRated,
    play: (K, subject, data) => playMoved(K, subject, data, xi),
  };
}

function playMoved<S>(K: Space<S>, subject: Subject, data: MetaCase, xi: 'with ξ' | 'without ξ'): Played<S> | Rejected {
  if (!isOrdered(K)) throw new RangeError(`expected an order, got ${K.name}`);
  const prepared = prepare(K, subject, data);
  const { f } = prepared;
  if (K.equal(f.smoothness, K.zero)) return rejected('f is constant');
  const [T, zero] = [data.alpha.length, K.zeros(f.dimension)];
  const beta = K.div(K.from(data.beta[0]!), f.smoothness);
  const alpha = subject.weights(K, 'linear', T + 1);
  const config = { ...prepared.config, alpha: alpha.slice(0, T), beta: subject.constantRate(beta, T) };
  const run = { config, rhos: subject.averagingRates(K, alpha), mirror: subject.mirrorMap(K, { kind: 'euclidean' }, f, data.function.body) };
  const [steps, targets, gradients]: [MetaStep<S>[], Vector<S>[], Vector<S>[]] = [[], [], [zero]];
  for (let t = 1; t <= T; t++) {
    const last = steps.at(-1);
    steps.push(bootstrapStep(K, subject, run, { t, previous: last?.x ?? config.start, w: last?.next ?? zero }, beta, (x) => {
      const gradient = f.gradient(x);
      const ahead = K.axpy(K.neg(K.add(alpha[t]!, alpha[t - 1]!)), gradient, x);
      const z = xi === 'with ξ' ? K.axpy(alpha[t - 1]!, gradients.at(-1)!, ahead) : ahead;
      targets.push(z);
      gradients.push(gradient);
      return z;
    }));
  }
  // What Algorithm 4 makes of it.
  const rounds = subject.optimisticMetaLearning(K, config, subject.previousGradientHint(K, f.dimension));
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const names = metaNames(f, rounds, config.beta);
  return {
    values: {
      K,
      constants: { T, n: f.dimension, m: f.dimension },
      size: { x: f.dimension, w: f.dimension },
      names: {
        ...names,
        'x*': () => f.minimiser,
        L: () => f.smoothness,
        y: names['x̄']!,
        'x̄': (t) => (t === 0 ? config.start : steps[t - 1]?.x),
        w: (t) => (t === T + 1 ? steps.at(-1)!.next : steps[t - 1]?.w),
        z: (t) => targets[t - 1],
        G: (t) => gradients[t],
      },
      functions: {
        f: ([x]) => f.value(x as Vector<S>),
        '∇f': ([x]) => f.gradient(x as Vector<S>),
        B_f: ([y, x]) => f.divergence(y as Vector<S>, x as Vector<S>),
        '∇μ': ([x]) => run.mirror.gradient(x as Vector<S>),
      },
      sets: { W: config.set },
    },
    sizes: () => movedSizes(K as never, { ...prepared, config } as never, rounds as never, steps as never),
    still: T < 2,
    labels: metaLabels(K, data, rounds),
    evidence: runEvidence(K, { f, config }, rounds, null),
  };
}

/** x̄_t − z_t cancels: w_{t+1} rounds relative to both, and x̄_t as w_t does. */
function movedSizes(K: OrderedSpace<number>, run: MetaRun<number, ConvexFunction<number>>, rounds: readonly Round<number>[], steps: readonly MetaStep<number>[]): Sizes {
  const { f, config: { alpha, beta } } = run;
  const { names, ...sizes } = metaSizes(K, run, rounds, null);
  const zero = K.zeros(f.dimension);
  const slopes = [zero, ...steps.map(({ x }) => f.gradientMagnitude(x))];
  const [averages, targets, plays] = [[absolute(K, run.config.start)], [zero], [zero, zero]];
  for (const [i, a] of alpha.entries()) {
    const t = i + 1;
    averages.push(K.scale(1 / (t + 1), K.axpy(t - 1, averages[i]!, K.scale(2, plays[t]!))));
    targets.push(K.axpy(2 * a + 1, slopes[t]!, K.axpy(a, slopes[i]!, averages[t]!)));
    plays.push(K.axpy(beta[t]!, K.plus(averages[t]!, targets[t]!), plays[t]!));
  }
  return { ...sizes, names: { ...names, y: names['x̄']!, 'x̄': (t) => averages[t]!, z: (t) => targets[t]!, w: (t) => plays[t]!, G: (t) => slopes[t]! } };
}
