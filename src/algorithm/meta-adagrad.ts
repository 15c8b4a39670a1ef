import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import type { MetaAdaGrad } from '../update-rule/meta-adagrad.js';
import type { ElementwiseConfig, ElementwiseStep } from './meta-sgd.js';

/** What Meta-AdaGrad is given: the element-wise optimizers’ settings, φ, and the least w. */
export interface MetaAdaGradConfig<S> extends ElementwiseConfig<S> {
  /** φ, and the diagonal of its Jacobian. */
  readonly rule: MetaAdaGrad<S>;
  /** The least w: φ is singular at 0. Ours, as Section 7.2's maximum with 0 is no help here. */
  readonly least: S;
}

/**
 * Section 1's co-evolution with φ = −∇f/√w, the sign that descends: x_{t+1} = x_t + φ(x_t, w_t), w_{t+1} = max{w_t − β Dφ(x_t, w_t)ᵀ∇f(x_{t+1}), least}.
 * Returns (x_0, w_1), (x_1, w_2), …. @throws {RangeError} a first w that is not > 0.
 */
export function metaAdaGradDescent<S>(K: OrderedSpace<S>, config: MetaAdaGradConfig<S>): ElementwiseStep<S>[] {
  const { gradient, rule, metaRate, least } = config;
  let [x, w] = [config.start, config.first];
  const path: { readonly x: Vector<S>; readonly w: Vector<S> }[] = [{ x, w }];
  for (let t = 0; t < config.steps; t++) {
    const next = K.plus(x, rule.apply(x, w));
    const moved = K.axpy(K.neg(metaRate), K.hadamard(rule.jacobianDiagonal(x, w), gradient(next)), w);
    w = K.vector(moved.length, (i) => K.max(moved[i]!, least));
    x = next;
    path.push({ x, w });
  }
  return path;
}
