import { isOrdered, isReal, type Matrix, type OrderedSpace, type RealSpace, type Space, type Vector } from '../arithmetic/space.js';
import { absolute } from './convex-function.js';
import { envelope } from './envelope.js';
import type { BodySpec, RidgeSpec } from './function-spec.js';
import { shape, type Num, type Shape } from './shape.js';

/** A smooth convex g that knows no minimiser yet. */
export interface Body<S> {
  readonly source: string;
  readonly dimension: number;
  readonly gradient: (x: Vector<S>) => Vector<S>;
  readonly divergence: (y: Vector<S>, x: Vector<S>) => S;
  /** What needs an order; null over a field that has none. */
  readonly bounds: BodyBounds<S> | null;
}

interface BodyBounds<S> {
  readonly smoothness: S;
  readonly gradientMagnitude: (x: Vector<S>) => Vector<S>;
  readonly divergenceMagnitude: (y: Vector<S>, x: Vector<S>) => S;
}

/** @throws {RangeError} data that make no convex function, or one that this arithmetic cannot express. */
export function body<S>(K: Space<S>, spec: BodySpec): Body<S> {
  switch (spec.kind) {
    case 'ridge':
      return ridge(K, spec.terms);
    case 'spectral':
      return spectral(K, spec.spectrum, spec.reflectors);
    case 'log-sum-exp':
      return logSumExp(K, spec.atoms, spec.offsets);
    case 'chain':
      return chain(K, spec.dimension, spec.smoothness);
    case 'envelope':
      return envelope(K, spec);
    case 'sum':
      return sum(K, spec.parts.map((part) => body(K, part)));
    case 'composition':
      return composition(K, body(K, spec.inner), spec.matrix.map((row) => numbers(K, row)), numbers(K, spec.shift));
  }
}

export function numbers<S>(K: Space<S>, data: readonly Num[]): Vector<S> {
  return K.vector(data.length, (i) => K.from(data[i]!));
}

/** c σ(⟨a, x⟩ − b) */
interface Term<S> {
  readonly a: Vector<S>;
  readonly b: S;
  readonly c: S;
  readonly sigma: Shape<S>;
  /** What the rounding errors of a are relative to, where that is not |a|: a was computed. */
  readonly reach?: Vector<S>;
}

function ridge<S>(K: Space<S>, specs: readonly RidgeSpec[]): Body<S> {
  const terms = specs.map((spec) => ({
    a: numbers(K, spec.direction),
    b: K.from(spec.offset),
    c: K.from(spec.weight),
    sigma: shape(K, spec.shape),
  }));
  return ridgeSum(K, terms, null, 'ridge functions: least squares, Huber 1964, logistic regression');
}

/**
 * Σ c_k σ_k(⟨a_k, x⟩ − b_k). Where L is not given it is bounded by the largest row sum of Σ c_k curvature_k |a_k||a_k|ᵀ:
 * rational where the data are, and equal to the norm for diagonal quadratics.
 */
function ridgeSum<S>(K: Space<S>, terms: readonly Term<S>[], smoothness: S | null, source: string): Body<S> {
  const n = terms[0]?.a.length;
  if (n === undefined) throw new RangeError('expected at least one ridge term, got none');
  const directions = terms.map(({ a }) => a);
  return {
    source,
    dimension: n,
    gradient: (x) =>
      K.applyTranspose(
        directions,
        K.vector(terms.length, (k) => {
          const { a, b, c, sigma } = terms[k]!;
          return K.mul(c, sigma.slope(K.sub(K.dot(a, x), b)));
        }),
        n,
      ),
    divergence(y, x) {
      let total = K.zero;
      for (const { a, b, c, sigma } of terms) {
        total = K.add(total, K.mul(c, sigma.divergence(K.sub(K.dot(a, y), b), K.sub(K.dot(a, x), b))));
      }
      return total;
    },
    bounds: isOrdered(K) ? ridgeBounds(K, terms, n, smoothness) : null,
  };
}

function ridgeBounds<S>(K: OrderedSpace<S>, terms: readonly Term<S>[], n: number, smoothness: S | null): BodyBounds<S> {
  for (const { c } of terms) if (!K.lessOrEqual(K.zero, c)) throw new RangeError(`expected weights ≥ 0, got ${K.format(c)}`);
  const parts = terms.map(({ a, b, c, sigma, reach }) => ({ a: reach ?? absolute(K, a), b: K.abs(b), c, sigma }));
  const lipschitz = (sigma: Shape<S>): S => K.max(K.one, sigma.curvature);
  const directions = parts.map(({ a }) => a);
  return {
    smoothness: smoothness ?? rowSumNorm(K, parts, n),
    // |σ'(z)| ≤ curvature |z| for the piecewise quadratics; σ' ≤ 1 and 1-Lipschitz otherwise.
    gradientMagnitude(x) {
      const size = absolute(K, x);
      return K.applyTranspose(
        directions,
        K.vector(parts.length, (k) => {
          const { a, b, c, sigma } = parts[k]!;
          return K.mul(c, K.mul(lipschitz(sigma), K.add(K.add(K.dot(a, size), b), sigma.absoluteError)));
        }),
        n,
      );
    },
    divergenceMagnitude(y, x) {
      const size = K.vector(n, (j) => K.add(K.abs(y[j]!), K.abs(x[j]!)));
      let total = K.zero;
      // |D_σ(u, z)| ≤ curvature (|u| + |z|)², and a change δ of its arguments changes it by at most curvature (|u| + |z|) δ.
      for (const { a, b, c, sigma } of parts) {
        const z = K.add(K.dot(a, size), K.add(K.add(b, b), sigma.absoluteError));
        total = K.add(total, K.mul(c, K.mul(lipschitz(sigma), K.mul(z, z))));
      }
      return total;
    },
  };
}

/** ‖Σ c κ |a||a|ᵀ‖_∞ ≥ ‖Σ c κ a aᵀ‖₂. */
function rowSumNorm<S>(K: OrderedSpace<S>, parts: readonly Term<S>[], n: number): S {
  const ones = K.vector(n, () => K.one);
  let rows = K.zeros(n);
  for (const { a, c, sigma } of parts) rows = K.axpy(K.mul(K.mul(c, sigma.curvature), K.dot(a, ones)), a, rows);
  let largest = K.zero;
  for (let i = 0; i < n; i++) largest = K.max(largest, rows[i]!);
  return largest;
}

function spectral<S>(K: Space<S>, spectrum: readonly Num[], reflectors: readonly (readonly Num[])[]): Body<S> {
  const n = spectrum.length;
  const sigma = shape(K, { kind: 'square' });
  const vs = reflectors.map((data) => numbers(K, data));
  const terms = spectrum.map((value, j) => ({
    a: reflect(K, vs, unit(K, n, j)),
    b: K.zero,
    c: K.from(value),
    sigma,
    ...(isOrdered(K) ? { reach: reflectedSize(K, vs, unit(K, n, j)) } : {}),
  }));
  let smoothness: S | null = null;
  if (isOrdered(K)) {
    // In floating point the directions are orthonormal up to a few ulps a reflection; the bound on L is raised by as much.
    const ulps = K.exact ? K.zero : K.from(2 ** -48 * n * (reflectors.length + 1));
    const largest = terms.reduce((max, { c }) => K.max(max, c), K.zero);
    smoothness = K.mul(largest, K.add(K.one, ulps));
  }
  return ridgeSum(K, terms, smoothness, 'quadratic with a known spectrum');
}

function unit<S>(K: Space<S>, n: number, j: number): Vector<S> {
  return K.vector(n, (i) => (i === j ? K.one : K.zero));
}

/** x under the reflections x ↦ x − 2 v⟨v, x⟩/⟨v, v⟩ (Householder 1958): an isometry, exactly so in rationals. */
function reflect<S>(K: Space<S>, reflectors: readonly Vector<S>[], x: Vector<S>): Vector<S> {
  return reflectors.reduce((image, v) => {
    const norm = K.dot(v, v);
    if (K.equal(norm, K.zero)) throw new RangeError('expected reflectors that are not 0');
    return K.axpy(K.neg(K.div(K.mul(K.from(2), K.dot(v, image)), norm)), v, image);
  }, x);
}

/** The same with every product replaced by its absolute value: entries of an image that cancel are off by as much as those that do not. */
function reflectedSize<S>(K: OrderedSpace<S>, reflectors: readonly Vector<S>[], x: Vector<S>): Vector<S> {
  return reflectors.map((v) => absolute(K, v)).reduce((image, v) => {
    return K.axpy(K.div(K.mul(K.from(2), K.dot(v, image)), K.dot(v, v)), v, image);
  }, x);
}

/** As a ridge sum: ¼L · [x₁, x_i − x_{i+1}, x_n] squared, halved; the linear part is the tilt's. ‖Q‖ < L by Gershgorin. */
function chain<S>(K: Space<S>, n: number, smoothness: Num): Body<S> {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`expected a dimension ≥ 1, got ${n}`);
  const L = K.from(smoothness);
  const c = K.div(L, K.from(4));
  const sigma = shape(K, { kind: 'square' });
  const directions = [unit(K, n, 0), ...Array.from({ length: n - 1 }, (_, i) => K.minus(unit(K, n, i), unit(K, n, i + 1))), unit(K, n, n - 1)];
  const terms = directions.map((a) => ({ a, b: K.zero, c, sigma }));
  return ridgeSum(K, terms, L, 'Nesterov, Introductory Lectures on Convex Optimization, 2.1.2');
}

function sum<S>(K: Space<S>, parts: readonly Body<S>[]): Body<S> {
  const first = parts[0];
  if (first === undefined) throw new RangeError('expected at least one summand, got none');
  for (const part of parts) {
    if (part.dimension !== first.dimension) throw new RangeError(`expected summands on R^${first.dimension}, got one on R^${part.dimension}`);
  }
  const add = (f: (part: Body<S>) => S): S => parts.reduce((total, part) => K.add(total, f(part)), K.zero);
  const addVectors = (f: (part: Body<S>) => Vector<S>): Vector<S> => parts.reduce((total, part) => K.plus(total, f(part)), K.zeros(first.dimension));
  const bounds = parts.map((part) => part.bounds).filter((b) => b !== null);
  return {
    source: 'sum of convex functions',
    dimension: first.dimension,
    gradient: (x) => addVectors((part) => part.gradient(x)),
    divergence: (y, x) => add((part) => part.divergence(y, x)),
    bounds: bounds.length < parts.length ? null : {
      smoothness: add((part) => part.bounds!.smoothness),
      gradientMagnitude: (x) => addVectors((part) => part.bounds!.gradientMagnitude(x)),
      divergenceMagnitude: (y, x) => add((part) => part.bounds!.divergenceMagnitude(y, x)),
    },
  };
}

/** g(Mx + s); L_g ‖M‖², with ‖M‖² ≤ ‖M‖₁‖M‖_∞. */
function composition<S>(K: Space<S>, inner: Body<S>, M: Matrix<S>, s: Vector<S>): Body<S> {
  const n = M[0]?.length ?? 0;
  const image = (x: Vector<S>): Vector<S> => K.image(M, x, s);
  let bounds: BodyBounds<S> | null = null;
  if (isOrdered(K) && inner.bounds !== null) {
    const innerBounds = inner.bounds;
    const size = M.map((row) => absolute(K, row));
    const sizeS = absolute(K, s);
    const reach = (x: Vector<S>): Vector<S> => K.image(size, absolute(K, x), sizeS);
    bounds = {
      smoothness: K.mul(innerBounds.smoothness, operatorNormSquaredBound(K, M)),
      gradientMagnitude: (x) => K.applyTranspose(size, innerBounds.gradientMagnitude(reach(x)), n),
      divergenceMagnitude: (y, x) => innerBounds.divergenceMagnitude(reach(y), reach(x)),
    };
  }
  return {
    source: 'affine composition of a convex function',
    dimension: n,
    gradient: (x) => K.applyTranspose(M, inner.gradient(image(x)), n),
    divergence: (y, x) => inner.divergence(image(y), image(x)),
    bounds,
  };
}

/** ‖M‖₁‖M‖_∞ ≥ ‖M‖₂², without roots. */
export function operatorNormSquaredBound<S>(K: OrderedSpace<S>, M: Matrix<S>): S {
  const columns = M[0]?.length ?? 0;
  const size = M.map((row) => absolute(K, row));
  const rowSums = K.apply(size, K.vector(columns, () => K.one));
  const columnSums = K.applyTranspose(size, K.vector(M.length, () => K.one), columns);
  return K.mul(largest(K, rowSums), largest(K, columnSums));
}

/** log Σ exp(⟨a_i, x⟩ + b_i): ∇ = Σ p_i a_i, and the Hessian is the covariance of a_i under p, ≤ ¼ max‖a_i − a_j‖². */
function logSumExp<S>(K: Space<S>, atomData: readonly (readonly Num[])[], offsetData: readonly Num[]): Body<S> {
  if (!isReal(K)) throw new RangeError(`expected a function without exponentials in ${K.name}, got log-sum-exp`);
  const atoms = atomData.map((atom) => numbers(K, atom));
  const offsets = offsetData.map((offset) => K.from(offset));
  const first = atoms[0];
  if (first === undefined || atoms.length !== offsets.length) {
    throw new RangeError(`expected as many offsets as atoms, at least one, got ${atoms.length} atoms and ${offsets.length} offsets`);
  }
  const n = first.length;
  const count = atoms.length;
  const exponents = (x: Vector<S>): Vector<S> => K.vector(count, (i) => K.add(K.dot(atoms[i]!, x), offsets[i]!));
  const weights = (all: Vector<S>): Vector<S> => {
    const top = largest(K, all);
    const powers = K.vector(count, (i) => K.exp(K.sub(all[i]!, top)));
    const total = sumOf(K, powers);
    return K.vector(count, (i) => K.div(powers[i]!, total));
  };
  return {
    source: 'log-sum-exp (softmax)',
    dimension: n,
    gradient: (x) => K.applyTranspose(atoms, weights(exponents(x)), n),
    // log Σ e^{ℓ_i + d_i} − Σ p_i d_i, ℓ_i = log p_i, d_i = ⟨a_i, y − x⟩: ℓ_i where p_i itself would underflow, though p_i e^{d_i} does not.
    divergence(y, x) {
      const all = exponents(x);
      const total = logOfSum(K, all);
      const d = K.vector(count, (i) => K.dotDifference(atoms[i]!, y, x));
      return K.sub(logOfSum(K, K.vector(count, (i) => K.add(K.sub(all[i]!, total), d[i]!))), K.dot(weights(all), d));
    },
    bounds: logSumExpBounds(K, atoms, offsets),
  };
}

/** log Σ e^{e_i}, shifted so that nothing overflows. */
function logOfSum<S>(K: RealSpace<S>, exponents: Vector<S>): S {
  const top = largest(K, exponents);
  let sum = K.zero;
  for (let i = 0; i < exponents.length; i++) sum = K.add(sum, K.exp(K.sub(exponents[i]!, top)));
  return K.add(top, K.log(sum));
}

function largest<S>(K: OrderedSpace<S>, v: Vector<S>): S {
  let max: S = v[0]!;
  for (let i = 1; i < v.length; i++) max = K.max(max, v[i]!);
  return max;
}

function sumOf<S>(K: Space<S>, v: Vector<S>): S {
  let sum = K.zero;
  for (let i = 0; i < v.length; i++) sum = K.add(sum, v[i]!);
  return sum;
}

function logSumExpBounds<S>(K: RealSpace<S>, atoms: readonly Vector<S>[], offsets: readonly S[]): BodyBounds<S> {
  let widest = K.zero;
  for (const a of atoms) {
    for (const b of atoms) widest = K.max(widest, K.squaredDistance(a, b));
  }
  const sizes = atoms.map((a) => absolute(K, a));
  const whole = sizes.reduce((sum, a) => K.plus(sum, a));
  const offsetSizes = offsets.map((offset) => K.abs(offset));
  const reach = (x: Vector<S>): S => {
    const size = absolute(K, x);
    return sizes.reduce((max, a, i) => K.max(max, K.add(K.dot(a, size), offsetSizes[i]!)), K.zero);
  };
  const count = K.from(atoms.length);
  return {
    smoothness: K.div(widest, K.from(4)),
    // p_i has a relative error of at most 2·reach + k roundings, and Σ p_i|a_i| ≤ Σ|a_i|.
    gradientMagnitude: (x) => K.scale(K.add(count, K.mul(K.from(2), reach(x))), whole),
    divergenceMagnitude(y, x) {
      const spread = K.add(K.add(reach(y), reach(x)), count);
      return K.mul(K.from(4), K.mul(spread, spread));
    },
  };
}
