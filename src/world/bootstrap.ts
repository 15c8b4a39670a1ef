import type fc from 'fast-check';
import { gamma } from '../../oracles/rounding.js';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { bootstrapStep, isFar, isPullback, playWithHints, prepareOptimistic, pullbackSize, roundEvidence, sizeOf, type OptimisticRun } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { vector } from '../formula/unit.js';
import { simplerOptimisticCases, type OptimisticCase } from '../generator/bootstrap-case.js';
import type { NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { Subject } from '../subject.js';
import type { MetaStep, Round } from '../trajectory.js';
import { metaNames, metaSizes } from './meta.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const OPTIMISTIC = signature({
  ...NAMES,
  z: made(vector('x', 'x')),
  // ỹ_2, ỹ_3, …
  ỹ: given(vector('f/x', 'x'), 1),
  // What Algorithm 3 makes of x̄_{t−1} and w_t.
  y: made(vector('x', 'x')),
  v: made(vector('w', 'w')),
}, { '∇f': FUNCTIONS['∇f'], '∇μ': FUNCTIONS['∇μ'] });

/**
 * What g̃_{t+1} is made of: Eq. (11); what makes w_{t+1} that of Algorithm 3; A_tᵀ∇f(z_t), that times ±α_t/α_{t+1}; or ∇f(z_t), with g̃_1 = 0; or
 * A_tᵀỹ_{t+1}, and z_t of that: where there is no such z_t the case says nothing, or, as printed, x̄_t stands for it.
 */
type Hints = 'equation-11' | 'algorithm-3' | 'target' | 'target, scaled' | 'target, opposed' | 'target, as printed' | 'prediction' | 'prediction, as printed';

const isPredicted = (hints: Hints): boolean => hints === 'prediction' || hints === 'prediction, as printed';

/** Algorithm 4 on W = Rᵐ from a given w_1, with hints that are made of targets z_t, beside Algorithm 3, round by round. */
export function optimistic(cases: (numbers: NumberSource) => fc.Arbitrary<OptimisticCase>, hints: Hints): World<OptimisticCase> {
  return {
    signature: OPTIMISTIC,
    says: [
      'f differentiable',
      'φ affine in w, α_t > 0, β_t > 0',
      'no update is projected',
      ...(isPredicted(hints)
        ? [
          `μ strictly convex and differentiable on Rⁿ, ${hints === 'prediction' ? 'with a gradient that is onto Rⁿ' : 'and x̄_t in place of a z_t that is not there'}`,
          'y_t, v_{t+1}: Algorithm 3 from x̄_{t−1}, w_t with displacement ρ_t(φ − x), rate η_{t+1}/ρ_t',
        ]
        : []),
      ...(hints === 'target, as printed' ? ['g̃_1 = 0, and ξ_1 = 0: A_0 = 0'] : ['w_1 = −η_1α_1g̃_1, with any g̃_1', 'η_t = β_{t−1} (Algorithm 4) or β_t (Eq. 4)']),
    ],
    cases,
    simpler: simplerOptimisticCases,
    play: (K, subject, data) => playOptimistic(K, subject, data, hints),
  };
}

function playOptimistic<S>(K: Space<S>, subject: Subject, data: OptimisticCase, hints: Hints): Played<S> | Rejected {
  const prepared = prepareOptimistic(K, subject, data);
  const { f, mirror, config: { rule, set, alpha, beta }, etas } = prepared;
  const run = hints === 'target, as printed' ? { ...prepared, firstHint: K.zeros(set.dimension) } : prepared;
  const targets: Vector<S>[] = [];
  const predictions: Vector<S>[] = [];
  let [isReached, strays] = [true, false];
  /** z_t, which brings about what is predicted; x̄_t, where there is none. */
  const aim = ({ t, alpha: now, average, gradient }: Round<S>, ahead: Vector<S>): Vector<S> => {
    predictions.push(ahead);
    const slope = K.minus(mirror.gradient(average), K.axpy(alpha[t]!, ahead, K.scale(now, gradient)));
    const z = mirror.inverse(slope);
    isReached &&= z !== null;
    strays ||= isFar(K, slope);
    return z ?? average;
  };
  const steps: MetaStep<S>[] = [];
  /** Round t of Algorithm 3 from where Algorithm 4 is. */
  const step = (
    { t, previousAverage, w }: Round<S>,
  ): MetaStep<S> => (steps[t] ??= bootstrapStep(K, subject, run, { t, previous: previousAverage, w }, etas[t]!, () => targets[t - 1]!));
  const rounds = playWithHints(K, subject, run, (round) => {
    const { t, average, w, jacobian, gradient, hint, sum } = round;
    const told = run.target(t, average, w);
    const z = isPredicted(hints) ? aim(round, told) : told;
    targets.push(z);
    const pulled = (v: Vector<S>): Vector<S> => K.applyTranspose(jacobian, v, w.length);
    switch (hints) {
      case 'equation-11':
        return K.axpy(round.alpha, hint, pulled(K.axpy(K.neg(round.alpha), gradient, K.minus(mirror.gradient(average), mirror.gradient(z)))));
      case 'algorithm-3':
        return K.minus(K.scale(K.neg(K.div(K.one, etas[t]!)), step(round).next), sum);
      case 'target':
        return K.scale(alpha[t]!, pulled(f.gradient(z)));
      case 'target, scaled':
        return K.scale(round.alpha, pulled(f.gradient(z)));
      case 'target, opposed':
        return K.scale(K.neg(round.alpha), pulled(f.gradient(z)));
      case 'target, as printed':
        return K.scale(alpha[t]!, f.gradient(z));
      case 'prediction':
      case 'prediction, as printed':
        return K.axpy(round.alpha, hint, K.scale(alpha[t]!, pulled(told)));
    }
  });
  if (rounds === null || strays) return rejected('the trajectory diverges');
  if (!isReached && hints === 'prediction') return rejected('∇μ does not reach the gradient that the target must have');
  const isSame = (a: Vector<S>, b: Vector<S>): boolean => Array.from(a).every((entry, i) => K.equal(entry, b[i]!));
  const names = metaNames(f, rounds, beta);
  const [first] = rounds;
  const zero = K.zeros(rule.parameters);
  return {
    values: {
      K,
      constants: { T: rounds.length, n: f.dimension, m: rule.parameters },
      size: { x: f.dimension, w: rule.parameters },
      names: {
        ...names,
        'x*': () => f.minimiser,
        // As the case has them, not as the learner says.
        η: (t) => etas[t - 1],
        A: (t) => (t === 0 ? first!.jacobian.map(() => zero) : names['A']!(t, 0)),
        z: (t) => (t === 0 ? f.minimiser : targets[t - 1]),
        ỹ: (t) => predictions[t - 2],
        y: (t) => (t < 1 || t >= rounds.length ? undefined : step(rounds[t - 1]!).x),
        v: (t) => (t < 2 ? undefined : step(rounds[t - 2]!).next),
      },
      functions: { '∇f': ([x]) => f.gradient(x as Vector<S>), '∇μ': ([x]) => mirror.gradient(x as Vector<S>) },
      sets: { W: set },
    },
    sizes: () => optimisticSizes(K as never, run as never, rounds as never, targets as never, predictions as never),
    // With μ = f nothing but slopes of f pulls.
    still: rounds.length < 2 || rounds.every(({ w }) => isSame(w, first!.w)) || (hints === 'target' && rounds.every(({ gradient }) => isSame(gradient, K.zeros(f.dimension)))),
    labels: [
      `μ: ${data.mirror.kind}`,
      `φ: ${data.run.rule.kind}`,
      `β index: ${data.run.index}`,
      `z: ${data.target.kind}`,
      data.run.beta.every((b) => b === data.run.beta[0]) ? 'β constant' : 'β varies',
      ...(rounds.length >= 3 ? ['T ≥ 3'] : []),
      ...(rounds.length >= 20 ? ['T ≥ 20'] : []),
      ...(isSame(run.firstHint, zero) ? [] : ['w_1 ≠ 0']),
      // What Corollary 2 asks of hints; these need not have it.
      ...(hints === 'prediction' && K.exact && rounds.length >= 2 && !isPullback(K, rounds.at(-2)!.jacobian, rounds.at(-1)!.hint) ? ['g̃_{t+1} is no A_tᵀy'] : []),
    ],
    evidence: () => ({
      ...roundEvidence(K, run, rounds, targets)(),
      ...(predictions.length === 0 ? {} : { ỹ: predictions.map((v) => show(K, v)), 'values of ∇μ': mirror.range }),
    }),
  };
}

/** As in every run of Algorithm 4; and y_t, which adds ρ_t(φ − x̄_{t−1}) to x̄_{t−1}, and v_{t+1}, whose ∇μ moves as y_t does. */
function optimisticSizes(
  K: OrderedSpace<number>,
  run: OptimisticRun<number>,
  rounds: readonly Round<number>[],
  targets: readonly Vector<number>[],
  predictions: readonly Vector<number>[],
): Sizes {
  const { f, mirror, config: { rule }, etas, roundings } = run;
  const known = metaSizes(K, run as never, rounds, null);
  const average = (t: number): Vector<number> => known.names['x̄']!(t) as Vector<number>;
  const position = (t: number): Vector<number> => K.plus(average(t), average(t - 1));
  const slope = (x: Vector<number>, size = sizeOf(K, x)): Vector<number> => mirror.gradientMagnitude(x, size);
  const place = (v: Vector<number>): string => Array.from(v).join();
  /** z_t that were found by their slopes. */
  const found = new Set(predictions.length === 0 ? [] : targets.map(place));
  const slopeOf = (x: Vector<number>): Vector<number> => (found.has(place(x)) ? K.plus(slope(x), mirror.inverseMagnitude(x)) : slope(x));
  // α_{t+1}g̃_{t+1} adds up all that was predicted.
  const hints = [K.scale(rounds[0]!.alpha, sizeOf(K, run.firstHint))];
  for (const [i, ahead] of predictions.entries()) hints.push(K.axpy(rounds[i + 1]!.alpha, pullbackSize(K, rounds[i]!.jacobian, sizeOf(K, ahead), rule.parameters), hints[i]!));
  return {
    ...known,
    gamma: Math.max(known.gamma, gamma(roundings)),
    names: {
      ...known.names,
      y: position,
      ...(predictions.length === 0 ? {} : { 'g̃': (t: number) => K.scale(1 / rounds[t - 1]!.alpha, hints[t - 1]!) }),
      v(next) {
        const { w, jacobian, average: x } = rounds[next - 2]!;
        const moved = pullbackSize(K, jacobian, K.plus(slope(x, position(next - 1)), slopeOf(targets[next - 2]!)), rule.parameters);
        return K.axpy(etas[next - 1]!, moved, sizeOf(K, w));
      },
    },
    functions: {
      '∇f': ([x]) => (f as ConvexFunction<number>).gradientMagnitude(x as Vector<number>),
      '∇μ': ([x]) => slopeOf(x as Vector<number>),
    },
  };
}
