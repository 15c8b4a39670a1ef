import type { OrderedSpace, Vector } from '../arithmetic/space.js';

/** x_t and the rates w_t that move it on: x_{t+1} = x_t − w_t⊙∇f(x_t). */
export interface ElementwiseStep<S> {
  /** x_t */
  readonly x: Vector<S>;
  /** w_{t+1}, made with x_t: an entry of x each. */
  readonly w: Vector<S>;
}

/** What the element-wise optimizers of Section 7.2 are given. */
export interface ElementwiseConfig<S> {
  /** ∇f */
  readonly gradient: (x: Vector<S>) => Vector<S>;
  /** x_0 */
  readonly start: Vector<S>;
  /** w_1 ≥ 0 */
  readonly first: Vector<S>;
  /** β */
  readonly metaRate: S;
  /** How many steps of x. */
  readonly steps: number;
}

/** Section 7.2 with the sign of descent: w_{t+1} = max{w_t + β∇f(x_t)⊙∇f(x_{t+1}), 0}. Returns (x_0, w_1), (x_1, w_2), …. */
export function metaSgd<S>(K: OrderedSpace<S>, config: ElementwiseConfig<S>): ElementwiseStep<S>[] {
  return elementwise(K, config, (g, next) => K.hadamard(next, g));
}

/** With optimism: w_{t+1} = max{w_t + β[∇f(x_{t+1})⊙(∇f(x_{t+1}) + ∇f(x_t)) − ∇f(x_t)⊙∇f(x_t)], 0}: all of it times β. */
export function optimisticMetaSgd<S>(K: OrderedSpace<S>, config: ElementwiseConfig<S>): ElementwiseStep<S>[] {
  return elementwise(K, config, (g, next) => K.minus(K.hadamard(next, K.plus(next, g)), K.hadamard(g, g)));
}

function elementwise<S>(K: OrderedSpace<S>, config: ElementwiseConfig<S>, signal: (g: Vector<S>, next: Vector<S>) => Vector<S>): ElementwiseStep<S>[] {
  let [x, w] = [config.start, config.first];
  let g = config.gradient(x);
  const path = [{ x, w }];
  for (let t = 0; t < config.steps; t++) {
    x = K.minus(x, K.hadamard(w, g));
    const next = config.gradient(x);
    const raised = K.axpy(config.metaRate, signal(g, next), w);
    w = K.vector(raised.length, (i) => K.max(raised[i]!, K.zero));
    g = next;
    path.push({ x, w });
  }
  return path;
}
