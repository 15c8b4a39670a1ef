import { isOrdered, isReal, type Matrix, type OrderedSpace, type RealSpace, type Space, type Vector } from '../arithmetic/space.js';
import { numbers } from './body.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from './convex-function.js';
import type { BodySpec } from './function-spec.js';
import type { Num } from './shape.js';

/** Which distance generating function μ (Section 6). All are differentiable and convex on all of Rⁿ. */
export type MirrorSpec =
  /** ½‖x‖² */
  | { readonly kind: 'euclidean' }
  /** ½xᵀMx, M = shift · I + BᵀB with B = factor: positive definite for shift > 0. */
  | { readonly kind: 'quadratic'; readonly factor: readonly (readonly Num[])[]; readonly shift: Num }
  /** μ = f */
  | { readonly kind: 'loss' }
  /** Σ ½x_i² where x_i ≥ 0, Σ ½κx_i² where x_i < 0, κ = ratio > 0: strictly convex, with a gradient that is onto and no linear map. */
  | { readonly kind: 'asymmetric'; readonly ratio: Num }
  /** Σ (|x_i| − log(1 + |x_i|)): strictly convex; its gradient x/(1 + |x|) is rational and reaches (−1, 1) only. */
  | { readonly kind: 'saturating' }
  /** Σ exp(x_i), whose gradient reaches the positive numbers only. */
  | { readonly kind: 'exponential' }
  /** Σ cosh(x_i), whose gradient is onto. */
  | { readonly kind: 'hyperbolic' };

/** μ with what bootstrapped meta-gradients need of it. */
export interface MirrorMap<S> {
  /** Which μ it is, readable in a report. */
  readonly name: string;
  /** μ(x); null where this arithmetic cannot express it (logarithms in the rationals). */
  readonly value: ((x: Vector<S>) => S) | null;
  /** ∇μ */
  readonly gradient: (x: Vector<S>) => Vector<S>;
  /** Which p are gradients of μ, for a reader. */
  readonly range: string;
  /** ∇μ⁻¹(p); null where p is no gradient of μ, or where no formula is known for it. */
  readonly inverse: (p: Vector<S>) => Vector<S> | null;
  /** B_z^μ(x) = μ(x) − μ(z) − ⟨∇μ(z), x − z⟩, by this definition. @throws {RangeError} where μ has no value in this arithmetic. */
  readonly divergence: (x: Vector<S>, z: Vector<S>) => S;
  /** Bounds |∇μ(x)|, and how far ∇μ(x) moves, per unit of relative change, where x moves relative to `size` ≥ |x|. */
  readonly gradientMagnitude: (x: Vector<S>, size: Vector<S>) => Vector<S>;
  /** What |∇μ(∇μ⁻¹(p)) − p| is relative to, at z = ∇μ⁻¹(p). */
  readonly inverseMagnitude: (z: Vector<S>) => Vector<S>;
}

/** What a family says of μ; the rest follows. */
type Family<S> = Pick<MirrorMap<S>, 'name' | 'value' | 'gradient' | 'inverse' | 'gradientMagnitude'> & Partial<Pick<MirrorMap<S>, 'inverseMagnitude' | 'range'>>;

/**
 * μ from its data; `f` is what μ = f means, `body` its data, from which is seen whether ∇f has a known inverse.
 * @throws {RangeError} a μ that this arithmetic cannot express.
 */
export function mirrorMap<S>(K: Space<S>, spec: MirrorSpec, f: DifferentiableFunction<S> | ConvexFunction<S>, body: BodySpec): MirrorMap<S> {
  const family = familyOf(K, spec, f, body);
  return {
    range: 'Rⁿ',
    inverseMagnitude: (z) => family.gradientMagnitude(z, absolute(ordered(K), z)),
    divergence(x, z) {
      if (family.value === null) throw new RangeError(`expected a μ that has values in ${K.name}, got ${family.name}`);
      return K.sub(K.sub(family.value(x), family.value(z)), K.dot(family.gradient(z), K.minus(x, z)));
    },
    ...family,
  };
}

function familyOf<S>(K: Space<S>, spec: MirrorSpec, f: DifferentiableFunction<S> | ConvexFunction<S>, body: BodySpec): Family<S> {
  switch (spec.kind) {
    case 'euclidean':
      return { name: '½‖x‖²', value: (x) => K.div(K.dot(x, x), K.from(2)), gradient: (x) => x, inverse: (p) => p, gradientMagnitude: (_, size) => size };
    case 'quadratic':
      return quadratic(K, spec.factor.map((row) => numbers(K, row)), K.from(spec.shift));
    case 'loss':
      return loss(K, f, body);
    case 'asymmetric':
      return asymmetric(ordered(K), K.from(spec.ratio));
    case 'saturating':
      return saturating(ordered(K));
    case 'exponential':
      return exponential(real(K));
    case 'hyperbolic':
      return hyperbolic(real(K));
  }
}

function ordered<S>(K: Space<S>): OrderedSpace<S> {
  if (!isOrdered(K)) throw new RangeError(`expected a μ that needs no order in ${K.name}`);
  return K;
}

function real<S>(K: Space<S>): RealSpace<S> {
  if (!isReal(K)) throw new RangeError(`expected a μ without exponentials in ${K.name}`);
  return K;
}

function quadratic<S>(K: Space<S>, factor: Matrix<S>, shift: S): Family<S> {
  const n = factor.length;
  const columns = Array.from({ length: n }, (_, j) => K.vector(n, (i) => factor[i]![j]!));
  const M = columns.map((left, i) => K.vector(n, (j) => K.add(K.dot(left, columns[j]!), i === j ? shift : K.zero)));
  const solve = positiveDefiniteSolver(K, M);
  return {
    name: '½xᵀMx',
    value: (x) => K.div(K.dot(x, K.apply(M, x)), K.from(2)),
    gradient: (x) => K.apply(M, x),
    inverse: (p) => solve?.(p) ?? null,
    gradientMagnitude: (_, size) => pivotMagnitude(K, M, size),
  };
}

/**
 * Σ_j ½(m_ii + m_jj)|z_j| ≥ Σ_j √(m_ii m_jj)|z_j|, which bounds |M||z| and, by Cauchy–Schwarz, |L|D|Lᵀ||z| for M = LDLᵀ positive
 * definite: what the residual of a solution is relative to (Higham, chapter 10).
 */
function pivotMagnitude<S>(K: Space<S>, M: Matrix<S>, size: Vector<S>): Vector<S> {
  const half = K.div(K.one, K.from(2));
  return K.vector(size.length, (i) => K.dot(K.vector(size.length, (j) => K.mul(half, K.add(M[i]![i]!, M[j]![j]!))), size));
}

/** μ = f. ∇f has an inverse that we know where f is a quadratic with a Hessian H that is not singular: x* + H⁻¹p. */
function loss<S>(K: Space<S>, f: DifferentiableFunction<S> | ConvexFunction<S>, body: BodySpec): Family<S> {
  const n = f.dimension;
  const bounded = 'gradientMagnitude' in f ? f : null;
  const magnitude = (x: Vector<S>): Vector<S> => {
    if (bounded === null) throw new RangeError(`expected no magnitude to be asked for in ${K.name}`);
    return bounded.gradientMagnitude(x);
  };
  const shifted = (j: number): Vector<S> => K.vector(n, (i) => (i === j ? K.add(f.minimiser[i]!, K.one) : f.minimiser[i]!));
  // ∇f(x*) = 0, so that H e_j = ∇f(x* + e_j).
  const hessian = isQuadratic(body) ? transposed(K, Array.from({ length: n }, (_, j) => f.gradient(shifted(j)))) : null;
  const solve = hessian === null ? null : positiveDefiniteSolver(K, hessian);
  return {
    name: 'f',
    range: solve === null ? 'not known' : 'Rⁿ',
    value: f.value,
    gradient: f.gradient,
    gradientMagnitude: (_, size) => magnitude(size),
    inverse(p) {
      const step = solve?.(p);
      return step === undefined ? null : K.plus(f.minimiser, step);
    },
    // The rounding of H, of the solution, and of ∇f itself. LDLᵀ reads one triangle of H: an entry is off by what its mirror image is.
    inverseMagnitude(z) {
      const step = K.plus(absolute(ordered(K), z), absolute(ordered(K), f.minimiser));
      const columns = Array.from({ length: n }, (_, j) => magnitude(shifted(j)));
      const entries = K.vector(n, (i) => K.dot(K.vector(n, (j) => K.add(columns[j]![i]!, columns[i]![j]!)), step));
      return K.plus(entries, K.plus(pivotMagnitude(K, hessian!, step), magnitude(step)));
    },
  };
}

/** True for data of a quadratic; false may also be one. */
export function isQuadratic(body: BodySpec): boolean {
  switch (body.kind) {
    case 'ridge':
      return body.terms.every((term) => term.shape.kind === 'square');
    case 'spectral':
    case 'chain':
      return true;
    case 'log-sum-exp':
    case 'envelope':
      return false;
    case 'sum':
      return body.parts.every(isQuadratic);
    case 'composition':
      return isQuadratic(body.inner);
  }
}

function transposed<S>(K: Space<S>, columns: Matrix<S>): Matrix<S> {
  return columns.map((_, i) => K.vector(columns.length, (j) => columns[j]![i]!));
}

/** p ↦ M⁻¹p by M = LDLᵀ; null where a pivot is not > 0 (over a field without an order: where it is 0). */
function positiveDefiniteSolver<S>(K: Space<S>, M: Matrix<S>): ((p: Vector<S>) => Vector<S>) | null {
  const n = M.length;
  const L: S[][] = M.map(() => []);
  const pivots: S[] = [];
  const reduced = (i: number, j: number): S => pivots.slice(0, j).reduce((rest, d, k) => K.sub(rest, K.mul(K.mul(L[i]![k]!, d), L[j]![k]!)), M[i]![j]!);
  for (let j = 0; j < n; j++) {
    const pivot = reduced(j, j);
    if (isOrdered(K) ? !(K.compare(pivot, K.zero) > 0) : K.equal(pivot, K.zero)) return null;
    for (let i = j + 1; i < n; i++) L[i]![j] = K.div(reduced(i, j), pivot);
    pivots.push(pivot);
  }
  return (p) => {
    const y: S[] = [];
    for (let i = 0; i < n; i++) y.push(y.reduce((rest, entry, k) => K.sub(rest, K.mul(L[i]![k]!, entry)), p[i]!));
    const z: S[] = y.map((entry, i) => K.div(entry, pivots[i]!));
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) z[i] = K.sub(z[i]!, K.mul(L[k]![i]!, z[k]!));
    }
    return K.vector(n, (i) => z[i]!);
  };
}

/** Σ of a function of one variable, with its derivative and the inverse of that. */
function separable<S>(
  K: Space<S>,
  name: string,
  value: ((a: S) => S) | null,
  slope: (a: S) => S,
  inverse: (p: S) => S | null,
  magnitude: (a: S, size: S) => S,
): Family<S> {
  return {
    name,
    value: value === null ? null : (x) => Array.from(x, value).reduce((sum, term) => K.add(sum, term), K.zero),
    gradient: (x) => K.vector(x.length, (i) => slope(x[i]!)),
    inverse(p) {
      const z = Array.from(p, inverse);
      return z.includes(null) ? null : K.vector(z.length, (i) => z[i]!);
    },
    gradientMagnitude: (x, size) => K.vector(x.length, (i) => magnitude(x[i]!, size[i]!)),
  };
}

function asymmetric<S>(K: OrderedSpace<S>, ratio: S): Family<S> {
  if (K.lessOrEqual(ratio, K.zero)) throw new RangeError(`expected a ratio > 0, got ${K.format(ratio)}`);
  const factor = (a: S): S => (K.lessOrEqual(K.zero, a) ? K.one : ratio);
  return separable(
    K,
    `½x² for x ≥ 0, ½·${K.format(ratio)}x² below`,
    (a) => K.div(K.mul(factor(a), K.mul(a, a)), K.from(2)),
    (a) => K.mul(factor(a), a),
    (p) => K.div(p, factor(p)),
    (_, size) => K.mul(K.max(K.one, ratio), size),
  );
}

function saturating<S>(K: OrderedSpace<S>): Family<S> {
  const family = separable(
    K,
    '|x| − log(1 + |x|)',
    isReal(K) ? (a) => K.sub(K.abs(a), K.log1p(K.abs(a))) : null,
    (a) => K.div(a, K.add(K.one, K.abs(a))),
    (p) => (K.compare(K.abs(p), K.one) < 0 ? K.div(p, K.sub(K.one, K.abs(p))) : null),
    (_, size) => size,
  );
  return { ...family, range: '(−1, 1)ⁿ' };
}

function exponential<S>(K: RealSpace<S>): Family<S> {
  const inverse = (p: S): S | null => (K.compare(p, K.zero) > 0 ? K.log(p) : null);
  return { ...separable(K, 'exp(x)', K.exp, K.exp, inverse, (a, size) => K.mul(K.exp(a), K.add(K.one, size))), range: '(0, ∞)ⁿ' };
}

function hyperbolic<S>(K: RealSpace<S>): Family<S> {
  const half = K.div(K.one, K.from(2));
  const cosh = (a: S): S => K.mul(half, K.add(K.exp(a), K.exp(K.neg(a))));
  return separable(
    K,
    'cosh(x)',
    cosh,
    (a) => K.mul(half, K.sub(K.exp(a), K.exp(K.neg(a)))),
    (p) => {
      const z = arsinh(K, K.abs(p));
      return K.lessOrEqual(K.zero, p) ? z : K.neg(z);
    },
    (a, size) => K.mul(cosh(a), K.add(K.one, size)),
  );
}

/** log(p + √(1 + p²)) for p ≥ 0: by log1p where p is small, without squaring p where it is large. */
function arsinh<S>(K: RealSpace<S>, p: S): S {
  const root = (a: S): S => K.sqrt(K.add(K.one, K.mul(a, a)));
  if (K.lessOrEqual(p, K.one)) return K.log1p(K.add(p, K.div(K.mul(p, p), K.add(K.one, root(p)))));
  return K.add(K.log(p), K.log1p(root(K.div(K.one, p))));
}
