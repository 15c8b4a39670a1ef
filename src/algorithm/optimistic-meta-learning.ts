import type { Space, Vector } from '../arithmetic/space.js';
import type { Round } from '../trajectory.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import { onlineLearner, type LearnerConfig } from './ao-ftrl.js';
import { formulas as standard, type Formulas } from './formulas.js';
import type { HintRule } from './hint.js';

/** What Algorithms 2 and 4 are given: ∇f, φ and x̄_0, beside W, α_t and β_t. */
export interface MetaLearningConfig<S> extends LearnerConfig<S> {
  /** ∇f */
  readonly gradient: (x: Vector<S>) => Vector<S>;
  /** φ */
  readonly rule: UpdateRule<S>;
  /** φ_t, where φ depends on the round; of as many parameters as φ. */
  readonly rules?: (t: number) => UpdateRule<S>;
  /** x̄_0, which has no weight in x̄_t: it matters only through φ(x̄_0, ·). */
  readonly start: Vector<S>;
  /** Eq. (3) taken literally weighs g_s with α_sρ_s, since ∇h_s(w_s) = ρ_s g_s; Algorithms 2 and 4 with α_s. */
  readonly lossWeight?: 'alpha' | 'alpha-rho';
  /** Where ∇f is queried: at the average x̄_t (Cutkosky 2019, and all algorithms of the paper), or at the iterate x_t (naive online-to-batch). */
  readonly query?: 'average' | 'iterate';
}

/**
 * Algorithm 4, convex optimistic meta-learning; without hints it is Algorithm 2. T = the number of weights α.
 * The last w_{T+1} would need α_{T+1} and g̃_{T+1}, which are not given: it is not formed.
 */
export function optimisticMetaLearning<S>(K: Space<S>, config: MetaLearningConfig<S>, hint: HintRule<S>, steps: Formulas = standard): Round<S>[] {
  const learner = onlineLearner(K, config, steps);
  const rounds: Round<S>[] = [];
  let previousAverage = config.start;
  let alphaSumBefore = K.zero;
  for (const [i, alpha] of config.alpha.entries()) {
    const rule = config.rules?.(i + 1) ?? config.rule;
    const jacobian = rule.jacobian(previousAverage);
    const w = learner.predict(hint({ t: i + 1, alpha, previousAverage, jacobian, last: rounds.at(-1) ?? null }));
    const x = rule.apply(previousAverage, w);
    const average = steps.average(K, previousAverage, x, alphaSumBefore, alpha);
    const gradient = config.gradient(config.query === 'iterate' ? x : average);
    const metaGradient = steps.metaGradient(K, jacobian, gradient, rule.parameters);
    const alphaSum = K.add(alphaSumBefore, alpha);
    const weight = config.lossWeight === 'alpha-rho' ? K.div(K.mul(alpha, alpha), alphaSum) : alpha;
    const { t, eta, hint: hinted, sumBefore, sum, unprojected } = learner.reveal(metaGradient, weight);
    rounds.push({
      t,
      alpha,
      eta,
      play: w,
      loss: metaGradient,
      hint: hinted,
      sumBefore,
      sum,
      unprojected,
      alphaSumBefore,
      alphaSum,
      w,
      previousAverage,
      average,
      x,
      jacobian,
      offset: rule.offset(previousAverage),
      gradient,
      metaGradient,
    });
    previousAverage = average;
    alphaSumBefore = alphaSum;
  }
  return rounds;
}
