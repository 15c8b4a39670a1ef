import type { RealSpace, Vector } from '../arithmetic/space.js';

/**
 * φ(x, w) = −∇f(x)/√w, element-wise (Section 7.1, Figure 2, with the sign that descends). Not affine in w and singular at
 * w = 0: outside the theory, which is why it is no `UpdateRule`.
 */
export interface MetaAdaGrad<S> {
  /** Its φ is not affine in w: no theorem of the paper speaks of it. */
  readonly outsideTheory: true;
  /** φ(x, w) */
  readonly apply: (x: Vector<S>, w: Vector<S>) => Vector<S>;
  /** The diagonal of Dφ(x, w) = ½∇f(x) w^(−3/2), which depends on w. */
  readonly jacobianDiagonal: (x: Vector<S>, w: Vector<S>) => Vector<S>;
}

/** Meta-AdaGrad’s φ for this ∇f. @throws {RangeError} w that is not > 0, on use. */
export function metaAdaGrad<S>(K: RealSpace<S>, gradient: (x: Vector<S>) => Vector<S>): MetaAdaGrad<S> {
  const root = (w: S): S => {
    if (K.compare(w, K.zero) > 0) return K.sqrt(w);
    throw new RangeError(`expected w > 0, got ${K.format(w)}`);
  };
  const half = K.div(K.one, K.from(2));
  return {
    outsideTheory: true,
    apply(x, w) {
      const g = gradient(x);
      return K.vector(w.length, (i) => K.neg(K.div(g[i]!, root(w[i]!))));
    },
    jacobianDiagonal(x, w) {
      const g = gradient(x);
      return K.vector(w.length, (i) => K.mul(half, K.div(g[i]!, K.mul(w[i]!, root(w[i]!)))));
    },
  };
}
