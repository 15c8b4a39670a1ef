import { isOrdered, isReal, type OrderedSpace, type RealSpace, type Space } from '../arithmetic/space.js';

/** A number of a case: a double, or an exact fraction "p/q". */
export type Num = number | string;

/** Which convex σ: R → R a ridge function ⟨a, x⟩ − b ↦ σ uses. All have a slope that is Lipschitz with constant `curvature`. */
export type ShapeSpec =
  | { readonly kind: 'square' }
  | { readonly kind: 'huber'; readonly width: Num }
  | { readonly kind: 'half-square' }
  | { readonly kind: 'dead-zone'; readonly width: Num }
  | { readonly kind: 'asymmetric'; readonly ratio: Num }
  | { readonly kind: 'softplus' };

/** σ with σ' and D_σ(u, z) = σ(u) − σ(z) − σ'(z)(u − z). */
export interface Shape<S> {
  readonly slope: (z: S) => S;
  readonly divergence: (u: S, z: S) => S;
  /** Lipschitz constant of σ'. */
  readonly curvature: S;
  /** 1 where σ is computed by exp and log, whose error does not vanish with z; else 0. */
  readonly absoluteError: S;
}

/** @throws {RangeError} a shape that this arithmetic cannot express, or one that is not convex. */
export function shape<S>(K: Space<S>, spec: ShapeSpec): Shape<S> {
  if (spec.kind === 'square') return square(K);
  if (!isOrdered(K)) throw new RangeError(`expected shape "square", the only one without an order, got "${spec.kind}" in ${K.name}`);
  switch (spec.kind) {
    case 'huber':
      return huber(K, nonNegative(K, 'width', spec.width));
    case 'half-square':
      return asymmetric(K, K.zero);
    case 'asymmetric':
      return asymmetric(K, nonNegative(K, 'ratio', spec.ratio));
    case 'dead-zone':
      return deadZone(K, nonNegative(K, 'width', spec.width));
    case 'softplus':
      if (!isReal(K)) throw new RangeError(`expected a shape without exponentials in ${K.name}, got "softplus"`);
      return softplus(K);
  }
}

function nonNegative<S>(K: OrderedSpace<S>, name: string, data: Num): S {
  const value = K.from(data);
  if (!K.lessOrEqual(K.zero, value)) throw new RangeError(`expected a ${name} ≥ 0, got ${data}`);
  return value;
}

/** σ(z) = z²/2 */
function square<S>(K: Space<S>): Shape<S> {
  const half = K.div(K.one, K.from(2));
  return {
    slope: (z) => z,
    divergence: (u, z) => K.mul(half, K.mul(K.sub(u, z), K.sub(u, z))),
    curvature: K.one,
    absoluteError: K.zero,
  };
}

/** D_σ from a value and a slope, for piecewise quadratics. */
function piecewise<S>(K: OrderedSpace<S>, value: (z: S) => S, slope: (z: S) => S, curvature: S): Shape<S> {
  return {
    slope,
    divergence: (u, z) => K.sub(K.sub(value(u), value(z)), K.mul(slope(z), K.sub(u, z))),
    curvature,
    absoluteError: K.zero,
  };
}

/** σ(z) = z²/2 for |z| ≤ δ, δ|z| − δ²/2 beyond (Huber 1964). */
function huber<S>(K: OrderedSpace<S>, width: S): Shape<S> {
  const half = K.div(K.one, K.from(2));
  const inside = (z: S): boolean => K.lessOrEqual(K.abs(z), width);
  return piecewise(
    K,
    (z) => (inside(z) ? K.mul(half, K.mul(z, z)) : K.sub(K.mul(width, K.abs(z)), K.mul(half, K.mul(width, width)))),
    (z) => K.max(K.neg(width), K.min(width, z)),
    K.one,
  );
}

/** σ(z) = z²/2 for z ≥ 0, κ z²/2 below; κ = 0 is the one-sided square. */
function asymmetric<S>(K: OrderedSpace<S>, ratio: S): Shape<S> {
  const half = K.div(K.one, K.from(2));
  const factor = (z: S): S => (K.lessOrEqual(K.zero, z) ? K.one : ratio);
  return piecewise(K, (z) => K.mul(half, K.mul(factor(z), K.mul(z, z))), (z) => K.mul(factor(z), z), K.max(K.one, ratio));
}

/** σ(z) = max(|z| − δ, 0)²/2: flat in the middle. */
function deadZone<S>(K: OrderedSpace<S>, width: S): Shape<S> {
  const half = K.div(K.one, K.from(2));
  const excess = (z: S): S => K.max(K.sub(K.abs(z), width), K.zero);
  return piecewise(
    K,
    (z) => K.mul(half, K.mul(excess(z), excess(z))),
    (z) => (K.lessOrEqual(K.zero, z) ? excess(z) : K.neg(excess(z))),
    K.one,
  );
}

/** σ(z) = log(1 + eᶻ); σ'' ≤ ¼. */
function softplus<S>(K: RealSpace<S>): Shape<S> {
  const value = (z: S): S => K.add(K.max(z, K.zero), K.log1p(K.exp(K.neg(K.abs(z)))));
  const slope = (z: S): S => {
    // 1/(1 + e⁻ᶻ), with the exponential of a negative number only, so that nothing overflows.
    const e = K.exp(K.neg(K.abs(z)));
    const numerator = K.lessOrEqual(K.zero, z) ? K.one : e;
    return K.div(numerator, K.add(K.one, e));
  };
  return { ...piecewise(K, value, slope, K.div(K.one, K.from(4))), absoluteError: K.one };
}
