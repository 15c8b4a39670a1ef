import { definitionOne, smallestComparator } from '../../../oracles/comparator.js';
import { summands } from '../../../oracles/energy.js';
import { onlineToBatchLedger, squaredNorm } from '../../../oracles/ledger.js';
import { targetLedger, targetLoss, type TargetStep } from '../../../oracles/step-regret.js';
import { around, balls as K, middle, type Ball } from '../../arithmetic/ball.js';
import { float64 } from '../../arithmetic/float64.js';
import type { Matrix, Vector } from '../../arithmetic/space.js';
import type { ConvexFunction } from '../../problem/convex-function.js';
import { feasibleSet } from '../../problem/feasible-set.js';
import type { Round } from '../../trajectory.js';
import { updateRule } from '../../update-rule/update-rule.js';
import type { Guarantee } from './guarantee.js';
import { alphas, learning, regretBound, regretLedger, regretPromise, regretSteps, type Learning } from './online.js';
import type { Seen } from './seen.js';
import { equal, equalVectors, most, type Statement } from './statement.js';

/** φ(x, ·) = A · + b where the gradient is known. */
function ruleAt({ settings, n }: Seen, x: Vector<Ball>, gradient: Vector<Ball>): { readonly A: Matrix<Ball>; readonly b: Vector<Ball> } {
  const rule = updateRule(K, settings.rule(), n, () => gradient);
  return { A: rule.jacobian(x), b: rule.offset(x) };
}

const image = (A: Matrix<Ball>, w: Vector<Ball>, b: Vector<Ball>): Vector<Ball> => K.plus(K.vector(A.length, (i) => K.dot(A[i]!, w)), b);

const pulled = (A: Matrix<Ball>, g: Vector<Ball>, m: number): Vector<Ball> => K.applyTranspose(A, g, m);

/** The rounds of Algorithms 2 and 4 as they were seen, x̄_t and w_t; ∇f(x̄_t) and A_tᵀ∇f(x̄_t) as they were fed. */
interface Lesson {
  readonly f: ConvexFunction<Ball>;
  readonly rounds: readonly Round<Ball>[];
  readonly run: Learning;
}

function lesson(seen: Seen): Lesson {
  const { f, T, settings, start, first, gradients } = seen;
  if (f === null) throw new RangeError('expected a session with an f, got one with given losses');
  const [averages, played, alpha, eta] = [[start, ...seen.points('query')], seen.points('meta'), alphas(seen, T + 1), settings.number('beta')];
  const m = played[0]?.length ?? 0;
  const known = [first, ...gradients];
  const rules = Array.from({ length: T + 1 }, (_, i) => ruleAt(seen, averages[i]!, known[i]!));
  const losses = gradients.map((g, i) => pulled(rules[i]!.A, g, m));
  const hints = rules.map(({ A }, i) => {
    // Before the first query no gradient is known that was asked for.
    if (i === 0) return K.zeros(m);
    switch (seen.data.config['hints']) {
      case 'previous':
        return losses[i - 1]!;
      case 'current-jacobian':
        return pulled(A, gradients[i - 1]!, m);
      default:
        return K.zeros(m);
    }
  });
  const run = learning({ set: settings.set(m), alpha, eta, played, losses, hints });
  let before = K.zero;
  const rounds = run.plays.map((play, i): Round<Ball> => {
    const { A, b } = rules[i]!;
    const alphaSumBefore = before;
    before = K.add(before, play.alpha);
    const gradient = K.plus(gradients[i]!, seen.slip(i + 1));
    return {
      ...play,
      alphaSumBefore,
      alphaSum: before,
      w: play.play,
      previousAverage: averages[i]!,
      average: averages[i + 1]!,
      x: image(A, play.play, b),
      jacobian: A,
      offset: b,
      gradient,
      metaGradient: play.loss,
    };
  });
  return { f, rounds, run };
}

/** α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_tφ(x̄_{t−1}, w_t) */
function averaging(rounds: readonly Round<Ball>[]): Statement[] {
  return rounds.flatMap(({ t, alpha, alphaSumBefore, alphaSum, x, average, previousAverage }) =>
    equalVectors(
      t - 1,
      `α_{1:${t}}x̄_${t} = α_{1:${t - 1}}x̄_${t - 1} + α_${t}φ(x̄_${t - 1}, w_${t})`,
      K.scale(alphaSum, average),
      t === 1 ? K.scale(alpha, x) : K.axpy(alpha, x, K.scale(alphaSumBefore, previousAverage)),
    )
  );
}

/** α_{1:T}(f(x̄_T) − f*) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩ */
function onlineToBatch({ f, rounds }: Lesson): Statement {
  const ledger = onlineToBatchLedger(K, f, rounds, f.minimiser, 0);
  const products = rounds.map(({ t, alpha, gradient, x }) => [`α_${t}⟨∇f(x̄_${t}), x_${t} − x*⟩`, K.mul(alpha, K.dot(gradient, K.minus(x, f.minimiser)))] as const);
  return most(rounds.length - 1, 'α_{1:T}(f(x̄_T) − f*) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩', { lhs: ledger.lhs, rhs: summands(K, products) });
}

/**
 * Theorem 2 at constant β, against the shortest w* ∈ W with Σα_t⟨∇f(x̄_t), φ(x̄_{t−1}, w*) − x*⟩ ≤ 0, if there is one:
 * α_{1:T}(f(x̄_T) − f*) ≤ ‖w*‖²/(2β) + Σ[½α_t²β‖g_t − g̃_t‖² − α_t/(2L)‖∇f(x̄_t)‖² − α_{1:t−1}/(2L)‖∇f(x̄_{t−1}) − ∇f(x̄_t)‖²].
 */
function theoremTwo({ f, rounds, run }: Lesson): Statement[] {
  const { c, s } = definitionOne(K, rounds, f.minimiser);
  const found = smallestComparator(float64, feasibleSet(float64, run.set), { c: middle(c), s: s.value });
  if (found === null) return [];
  const w = around(found.w);
  // What rounding makes w* miss: the bound holds for every w, with this sum in it.
  const excess = K.max(K.zero, K.sub(K.dot(c, w), s));
  const twice = K.mul(K.from(2), f.smoothness);
  if (!(f.smoothness.value > f.smoothness.error)) return [];
  const pays = rounds.flatMap(({ t, alpha, alphaSumBefore, gradient }, i) => [
    [`−α_${t}/(2L)‖∇f(x̄_${t})‖²`, K.neg(K.div(K.mul(alpha, squaredNorm(K, gradient)), twice))] as const,
    ...(i === 0
      ? []
      : [[`−α_{1:${t - 1}}/(2L)‖∇f(x̄_${t - 1}) − ∇f(x̄_${t})‖²`, K.neg(K.div(K.mul(alphaSumBefore, squaredNorm(K, K.minus(rounds[i - 1]!.gradient, gradient))), twice))] as const]),
  ]);
  const { lhs } = onlineToBatchLedger(K, f, rounds, f.minimiser, 0);
  return [most(rounds.length - 1, 'α_{1:T}(f(x̄_T) − f*) ≤ ‖w*‖²/(2β) + Σ[½α_t²β‖g_t − g̃_t‖² − α_t/(2L)‖∇f(x̄_t)‖² − …]', {
    lhs,
    rhs: summands(K, [...regretBound(run, w), ['Definition 1', excess] as const, ...pays]),
  })];
}

export const metaLearning: Guarantee = {
  ledger:
    `α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_tφ(x̄_{t−1}, w_t); α_{1:T}(f(x̄_T) − f*) = Σα_t⟨∇f(x̄_t), x_t − x*⟩ − Σ[α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)]; and with g_t = A_tᵀ∇f(x̄_t): ${regretLedger}`,
  bound:
    'α_{1:T}(f(x̄_T) − f*) ≤ Σα_t⟨∇f(x̄_t), x_t − x*⟩; Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2β) − min_W‖w‖²/(2β) + ½βΣα_t²‖g_t − g̃_t‖² for every u ∈ W; and Theorem 2 where Definition 1 holds',
  hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ affine in w', 'constant β > 0, w_1 = Π_W(0)'],
  needs: ['query', 'meta'],
  tamed: (data) => data,
  outside: () => null,
  steps(seen) {
    const { f, rounds, run } = lesson(seen);
    return [
      ...averaging(rounds),
      ...(rounds.length === 0 ? [] : [equal(rounds.length - 1, 'α_{1:T}(f(x̄_T) − f*) = Σα_t⟨∇f(x̄_t), x_t − x*⟩ − …', onlineToBatchLedger(K, f, rounds, f.minimiser, 0))]),
      ...regretSteps(run),
    ];
  },
  promises(seen) {
    const all = lesson(seen);
    return all.rounds.length === 0 ? [] : [onlineToBatch(all), ...regretPromise(all.run), ...theoremTwo(all)];
  },
};

// --- Algorithm 3 ------------------------------------------------------------------------------------------------------------

function targetSteps(seen: Seen): TargetStep<Ball>[] {
  const { T, settings, start, first, gradients, targets } = seen;
  const [positions, w] = [[start, ...seen.points('query')], seen.points('meta')];
  const known = [first, ...gradients];
  return Array.from({ length: T }, (_, i) => {
    const { A, b } = ruleAt(seen, positions[i]!, known[i]!);
    return { t: i + 1, rate: settings.number('beta'), jacobian: A, offset: b, x: positions[i + 1]!, target: targets[i]!, w: w[i]!, next: w[i + 1]! };
  });
}

/** u = −βΣℓ_t: where the linear losses are smallest for its length. */
function farthest(steps: readonly TargetStep<Ball>[]): Vector<Ball> {
  const sum = steps.map((step) => targetLoss(K, step)).reduce((total, loss) => K.plus(total, loss));
  return around(middle(K.scale(K.neg(steps[0]!.rate), sum)));
}

export const bootstrapped: Guarantee = {
  ledger: '½‖x_t − z_t‖² = ½‖φ(x_{t−1}, u) − z_t‖² + (‖w_t − u‖² − ‖w_{t+1} − u‖²)/(2β) + ½β‖ℓ_t‖² − ½‖A_t(w_t − u)‖², ℓ_t = A_tᵀ(x_t − z_t), for every u',
  bound: 'Σ½‖x_t − z_t‖² ≤ Σ½‖φ(x_{t−1}, u) − z_t‖² + ‖u‖²/(2β) + ½βΣ‖ℓ_t‖² for every u',
  hypotheses: ['μ = ½‖·‖², φ affine in w, w_1 = 0', 'constant β > 0'],
  needs: ['query', 'meta'],
  tamed: (data) => data,
  outside: () => null,
  steps(seen) {
    const steps = targetSteps(seen);
    if (steps.length === 0) return [];
    const u = farthest(steps);
    return [
      ...equalVectors(0, 'w_1 = 0', steps[0]!.w, K.zeros(u.length)),
      ...steps.flatMap((step) => [
        equal(step.t, `½‖x_${step.t} − z_${step.t}‖² = ½‖φ(x_${step.t - 1}, u) − z_${step.t}‖² + …`, targetLedger(K, step, u)),
        equal(step.t, `½‖x_${step.t} − z_${step.t}‖² = ½‖φ(x_${step.t - 1}, 0) − z_${step.t}‖² + …`, targetLedger(K, step, K.zeros(u.length))),
      ]),
    ];
  },
  promises(seen) {
    const steps = targetSteps(seen);
    if (steps.length === 0) return [];
    const u = farthest(steps);
    const half = (v: Vector<Ball>): Ball => K.mul(K.from(0.5), squaredNorm(K, v));
    return [most(steps.length, 'Σ½‖x_t − z_t‖² ≤ Σ½‖φ(x_{t−1}, u) − z_t‖² + ‖u‖²/(2β) + ½βΣ‖ℓ_t‖²', {
      lhs: summands(K, steps.map(({ t, x, target }) => [`½‖x_${t} − z_${t}‖²`, half(K.minus(x, target))])),
      rhs: summands(K, [
        ...steps.flatMap((step) => [
          [`½‖φ(x_${step.t - 1}, u) − z_${step.t}‖²`, half(K.minus(image(step.jacobian, u, step.offset), step.target))] as const,
          [`½β‖ℓ_${step.t}‖²`, K.mul(step.rate, half(targetLoss(K, step)))] as const,
        ]),
        ['‖u‖²/(2β)', K.div(half(u), steps[0]!.rate)],
      ]),
    })];
  },
};
