import type { Space, Vector } from '../arithmetic/space.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { MetaStep } from '../trajectory.js';
import type { UpdateRule } from '../update-rule/update-rule.js';

/** What Algorithm 1 is given. */
export interface MetaGradientConfig<S> {
  /** ∇f */
  readonly gradient: (x: Vector<S>) => Vector<S>;
  /** φ as a displacement: x_t = x_{t−1} + φ(x_{t−1}, w_t). */
  readonly rule: UpdateRule<S>;
  /** β_1 … β_T */
  readonly beta: readonly S[];
  /**
   * ρ_1 … ρ_T of h_t(w) = f(x_{t−1} + ρ_tφ(x_{t−1}, w)). Algorithm 1 does not define ρ_t; with anything but 1 its h_t looks
   * ahead from another point than the x_t that it then moves to.
   */
  readonly rho: readonly S[];
  /** x_0 */
  readonly start: Vector<S>;
  /** w_1 */
  readonly first: Vector<S>;
  /** Where w is projected after each step (Section 7.2: the orthant); all of Rᵐ if it is left out. */
  readonly set?: FeasibleSet<S>;
}

/** Algorithm 1, meta-learning in practice: w_{t+1} = w_t − β_t∇h_t(w_t), ∇h_t(w) = ρ_t Dφᵀ∇f(x_{t−1} + ρ_tφ). */
export function metaGradient<S>(K: Space<S>, config: MetaGradientConfig<S>): MetaStep<S>[] {
  const { rule } = config;
  return descend(K, config, (previous, w, t) => {
    const rho = config.rho[t - 1]!;
    const lookahead = K.axpy(rho, rule.apply(previous, w), previous);
    return K.scale(rho, K.applyTranspose(rule.jacobian(previous), config.gradient(lookahead), rule.parameters));
  });
}

/** What Algorithms 1 and 3 have in common. */
export type DescentConfig<S> = Pick<MetaGradientConfig<S>, 'rule' | 'beta' | 'start' | 'first' | 'set'>;

/** x_t = x_{t−1} + φ(x_{t−1}, w_t), w_{t+1} = Π(w_t − β_t · metaLossGradient): what Algorithms 1 and 3 share. */
export function descend<S>(
  K: Space<S>,
  config: DescentConfig<S>,
  metaLossGradient: (previous: Vector<S>, w: Vector<S>, t: number) => Vector<S>,
): MetaStep<S>[] {
  let previous = config.start;
  let w = config.first;
  return config.beta.map((beta, i) => {
    const x = K.plus(previous, config.rule.apply(previous, w));
    const stepped = K.axpy(K.neg(beta), metaLossGradient(previous, w, i + 1), w);
    const next = config.set === undefined ? stepped : config.set.project(stepped);
    const step = { t: i + 1, previous, x, w, next };
    [previous, w] = [x, next];
    return step;
  });
}
