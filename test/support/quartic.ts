import type { OrderedSpace, Vector } from '../../src/arithmetic/space.js';
import type { ConvexFunction } from '../../src/problem/convex-function.js';

/** Σ[½c(x_i − m_i)² + (x_i − m_i)⁴], of which no Bregman divergence is symmetric; `size` is what its magnitudes are. */
export function quartic<S>(K: OrderedSpace<S>, c: S, minimiser: Vector<S>, size: (at: Vector<S>) => S = () => K.zero): ConvexFunction<S> {
  const half = K.div(K.one, K.from(2));
  const value = (x: Vector<S>): S =>
    Array.from(K.minus(x, minimiser)).reduce((sum, d) => {
      const square = K.mul(d, d);
      return K.add(sum, K.add(K.mul(half, K.mul(c, square)), K.mul(square, square)));
    }, K.zero);
  const gradient = (x: Vector<S>): Vector<S> => {
    const d = K.minus(x, minimiser);
    return K.vector(d.length, (i) => K.add(K.mul(c, d[i]!), K.mul(K.from(4), K.mul(d[i]!, K.mul(d[i]!, d[i]!)))));
  };
  return {
    formula: () => 'quartic',
    dimension: minimiser.length,
    minimiser,
    smoothness: c,
    value,
    gradient,
    divergence: (y, x) => K.sub(K.sub(value(y), value(x)), K.dot(gradient(x), K.minus(y, x))),
    gradientMagnitude: (x) => K.vector(x.length, () => size(x)),
    divergenceMagnitude: (y, x) => K.add(size(y), K.mul(K.from(10), size(x))),
  } as ConvexFunction<S>;
}
