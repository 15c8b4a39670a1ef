import type { RealSpace, Vector } from '../arithmetic/space.js';

/** The rates η_0, η_1, … of AdaGrad, and its ε. */
export interface AdaGradConfig<S> {
  /** η_1, η_2, …: one a step. */
  readonly rates: readonly S[];
  /** ε */
  readonly epsilon: S;
  /** √(s + ε) (TensorFlow.js, Optax) instead of √s + ε (PyTorch). */
  readonly epsilonInside: boolean;
}

/** AdaGrad (Duchi, Hazan, Singer 2011), diagonal: s += g²; x −= η_t g/(√s + ε). Returns x_0, x_1, …. */
export function adagrad<S>(K: RealSpace<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, config: AdaGradConfig<S>): Vector<S>[] {
  const path = [start];
  let x = start;
  let squares = K.zeros(start.length);
  const scale = (s: S): S => (config.epsilonInside ? K.sqrt(K.add(s, config.epsilon)) : K.add(K.sqrt(s), config.epsilon));
  for (const rate of config.rates) {
    const g = gradient(x);
    squares = K.plus(squares, K.hadamard(g, g));
    const [current, sums] = [x, squares];
    x = K.vector(x.length, (i) => K.sub(current[i]!, K.div(K.mul(rate, g[i]!), scale(sums[i]!))));
    path.push(x);
  }
  return path;
}
