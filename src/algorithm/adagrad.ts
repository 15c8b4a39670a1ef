import type { RealSpace, Vector } from '../arithmetic/space.js';

export interface AdaGradConfig<S> {
  readonly rate: S;
  readonly epsilon: S;
  /** √(s + ε) (TensorFlow.js, Optax) instead of √s + ε (PyTorch). */
  readonly epsilonInside: boolean;
}

/** AdaGrad (Duchi, Hazan, Singer 2011), diagonal: s += g²; x −= η g/(√s + ε). Returns x_0 … x_steps. */
export function adagrad<S>(K: RealSpace<S>, gradient: (x: Vector<S>) => Vector<S>, start: Vector<S>, config: AdaGradConfig<S>, steps: number): Vector<S>[] {
  const path = [start];
  let x = start;
  let squares = K.zeros(start.length);
  const scale = (s: S): S => (config.epsilonInside ? K.sqrt(K.add(s, config.epsilon)) : K.add(K.sqrt(s), config.epsilon));
  for (let t = 0; t < steps; t++) {
    const g = gradient(x);
    squares = K.plus(squares, K.hadamard(g, g));
    const [current, sums] = [x, squares];
    x = K.vector(x.length, (i) => K.sub(current[i]!, K.div(K.mul(config.rate, g[i]!), scale(sums[i]!))));
    path.push(x);
  }
  return path;
}
