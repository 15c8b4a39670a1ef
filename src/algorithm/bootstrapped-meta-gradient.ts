import type { Space, Vector } from '../arithmetic/space.js';
import type { MetaStep } from '../trajectory.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import { descend, type DescentConfig } from './meta-gradient.js';

/** What Algorithm 3 is given: that, μ, and the oracle for its targets. */
export interface BootstrapConfig<S> extends DescentConfig<S> {
  /** ∇μ of the distance generating function */
  readonly mirror: (x: Vector<S>) => Vector<S>;
  /** The target oracle: z_t, asked after x_t is known. */
  readonly target: (context: { readonly t: number; readonly x: Vector<S>; readonly w: Vector<S> }) => Vector<S>;
}

/** Algorithm 3, Eq. (10): w_{t+1} = w_t − β_t Dφ(x_{t−1}, w_t)ᵀ(∇μ(x_t) − ∇μ(z_t)). */
export function bootstrappedMetaGradient<S>(K: Space<S>, config: BootstrapConfig<S>): MetaStep<S>[] {
  const { rule, mirror } = config;
  return descend(K, config, (previous, w, t) => {
    const x = K.plus(previous, rule.apply(previous, w));
    const z = config.target({ t, x, w });
    return K.applyTranspose(rule.jacobian(previous), K.minus(mirror(x), mirror(z)), rule.parameters);
  });
}

/**
 * The target of Section 6: z = x + φ(x, w) − ∇f(x + φ(x, w)), one more step of the learner and then a gradient step;
 * `unroll` > 1 takes that many steps of the learner before it.
 */
export function bootstrappedTarget<S>(
  K: Space<S>,
  rule: UpdateRule<S>,
  gradient: (x: Vector<S>) => Vector<S>,
  x: Vector<S>,
  w: Vector<S>,
  unroll = 1,
): Vector<S> {
  let ahead = x;
  for (let step = 0; step < unroll; step++) ahead = K.plus(ahead, rule.apply(ahead, w));
  return K.minus(ahead, gradient(ahead));
}
