import type { OrderedSpace } from '../src/arithmetic/space.js';

/** Σ p_k w^k */
export type Polynomial<S> = readonly S[];

export function evaluate<S>(K: OrderedSpace<S>, p: Polynomial<S>, w: S): S {
  return p.reduceRight((sum, coefficient) => K.add(K.mul(sum, w), coefficient), K.zero);
}

export function multiply<S>(K: OrderedSpace<S>, p: Polynomial<S>, q: Polynomial<S>): Polynomial<S> {
  const product = Array<S>(Math.max(0, p.length + q.length - 1)).fill(K.zero);
  p.forEach((a, i) =>
    q.forEach((b, j) => {
      product[i + j] = K.add(product[i + j]!, K.mul(a, b));
    })
  );
  return product;
}

export function derivative<S>(K: OrderedSpace<S>, p: Polynomial<S>): Polynomial<S> {
  return p.slice(1).map((coefficient, k) => K.mul(K.from(k + 1), coefficient));
}

/**
 * The coefficients of p on [lower, lower + width] in Bernstein's basis: p lies between the smallest and the largest of them there,
 * so that coefficients ≥ 0 prove p ≥ 0 (Bernstein 1912; the converse needs a finer subdivision).
 */
export function bernsteinCoefficients<S>(K: OrderedSpace<S>, p: Polynomial<S>, lower: S, width: S): S[] {
  const degree = Math.max(0, p.length - 1);
  // p(lower + width u) = Σ q_i u^i, by Horner.
  const q = p.reduceRight<Polynomial<S>>((sum, coefficient) => {
    const shifted = multiply(K, sum, [lower, width]);
    return [K.add(shifted[0] ?? K.zero, coefficient), ...shifted.slice(1)];
  }, []);
  // C(k, i)/C(degree, i), which is 0 from i = k + 1 on.
  const share = (k: number, i: number): S =>
    Array.from({ length: i }, (_, j) => K.div(K.from(k - j), K.from(degree - j))).reduce((product, factor) => K.mul(product, factor), K.one);
  return Array.from({ length: degree + 1 }, (_, k) => q.reduce((sum, coefficient, i) => K.add(sum, K.mul(coefficient, share(k, i))), K.zero));
}
