import { isOrdered, type Matrix, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { numbers, operatorNormSquaredBound } from '../problem/body.js';
import type { Num } from '../problem/shape.js';
import { ruleFormula } from './formula.js';

/** φ(x, w) = A(x)w + b(x), affine in w (Section 2). */
export interface UpdateRule<S> {
  /** φ(x, w) as a formula in x and w, complete enough to compute with. */
  readonly formula: () => string;
  /** n: dimension of x and of φ(x, w). */
  readonly dimension: number;
  /** m: dimension of w. */
  readonly parameters: number;
  /** Dφ(x, ·) = A(x), n × m; it does not depend on w. */
  readonly jacobian: (x: Vector<S>) => Matrix<S>;
  /** φ(x, 0) = b(x) */
  readonly offset: (x: Vector<S>) => Vector<S>;
  /** φ(x, w) */
  readonly apply: (x: Vector<S>, w: Vector<S>) => Vector<S>;
  /** A bound on ‖A(x)‖² for all x, where there is one: then λ and λ̃ are known before the run. */
  readonly jacobianBound: S | null;
}

/** Which φ, as plain data. */
export type RuleSpec =
  /** φ = w */
  | { readonly kind: 'identity' }
  /** φ = Aw + b */
  | { readonly kind: 'affine'; readonly matrix: readonly (readonly Num[])[]; readonly offset: readonly Num[] }
  /** φ = (A + τ(x)B)w + b + Cx, τ(x) = ⟨d, x⟩ cut off at ±1 where the field has an order: the Jacobian is bounded. */
  | {
    readonly kind: 'state-affine';
    readonly matrix: readonly (readonly Num[])[];
    readonly gain: readonly (readonly Num[])[];
    readonly direction: readonly Num[];
    readonly offset: readonly Num[];
    readonly state: readonly (readonly Num[])[];
  }
  /** φ = x − w ⊙ ∇f(x) */
  | { readonly kind: 'elementwise-descent' }
  /** φ = w ⊙ ∇f(x), as a position */
  | { readonly kind: 'elementwise-gradient' }
  /** φ = x − M(w)∇f(x), M(w) the n × n matrix with the entries of w, row by row */
  | { readonly kind: 'preconditioner' }
  /** φ = (Σ_j w_j M_j)x + Cx + b: the Jacobian is linear in x. */
  | { readonly kind: 'bilinear'; readonly matrices: readonly (readonly (readonly Num[])[])[]; readonly offset: readonly Num[]; readonly state: readonly (readonly Num[])[] }
  /** φ = w + b(x), b(points_k) = values_k and 0 elsewhere: nothing in the theory asks b to be continuous. */
  | { readonly kind: 'table'; readonly points: readonly (readonly Num[])[]; readonly values: readonly (readonly Num[])[] }
  /** φ(x, diag(d) v), d = scale: another rule in other coordinates. */
  | { readonly kind: 'reparametrised'; readonly rule: RuleSpec; readonly scale: readonly Num[] };

/** φ on Rⁿ, n = `dimension`, from its data; `gradient` is the ∇f of the rules that are made of it. @throws {RangeError} data whose dimensions do not fit. */
export function updateRule<S>(K: Space<S>, spec: RuleSpec, dimension: number, gradient: (x: Vector<S>) => Vector<S>): UpdateRule<S> {
  return affine(K, { ...ruleOf(K, spec, dimension, gradient), formula: () => ruleFormula(spec, isOrdered(K)) });
}

/** A and b alone: the product and the formula are the same for all. */
type AffineParts<S> = Omit<UpdateRule<S>, 'apply' | 'formula'>;

function ruleOf<S>(K: Space<S>, spec: RuleSpec, dimension: number, gradient: (x: Vector<S>) => Vector<S>): AffineParts<S> {
  switch (spec.kind) {
    case 'identity': {
      const [jacobian, offset] = [identity(K, dimension), K.zeros(dimension)];
      return { dimension, parameters: dimension, jacobian: () => jacobian, offset: () => offset, jacobianBound: K.one };
    }
    case 'affine':
      return constantAffine(K, dimension, spec.matrix.map((row) => numbers(K, row)), numbers(K, spec.offset));
    case 'state-affine':
      return stateAffine(K, dimension, spec);
    case 'elementwise-descent':
      return {
        dimension,
        parameters: dimension,
        jacobianBound: null,
        jacobian: (x) => diagonal(K, K.scale(K.neg(K.one), gradient(x))),
        offset: (x) => x,
      };
    case 'elementwise-gradient':
      return {
        dimension,
        parameters: dimension,
        jacobianBound: null,
        jacobian: (x) => diagonal(K, gradient(x)),
        offset: () => K.zeros(dimension),
      };
    case 'preconditioner':
      return {
        dimension,
        parameters: dimension * dimension,
        jacobianBound: null,
        jacobian(x) {
          const g = gradient(x);
          return Array.from({ length: dimension }, (_, i) => K.vector(dimension * dimension, (k) => (Math.floor(k / dimension) === i ? K.neg(g[k % dimension]!) : K.zero)));
        },
        offset: (x) => x,
      };
    case 'bilinear':
      return bilinear(K, dimension, spec);
    case 'table':
      return table(K, dimension, spec);
    case 'reparametrised':
      return reparametrised(K, ruleOf(K, spec.rule, dimension, gradient), numbers(K, spec.scale));
  }
}

function sized<S>(K: Space<S>, name: string, data: readonly (readonly Num[])[], rows: number, columns: number): Matrix<S> {
  if (data.length !== rows || data.some((row) => row.length !== columns)) {
    throw new RangeError(`expected a ${name} of ${rows} × ${columns} numbers, got rows of ${data.map((row) => row.length).join(', ')}`);
  }
  return data.map((row) => numbers(K, row));
}

/** m, without building the rule. */
export function parameterCount(spec: RuleSpec, dimension: number): number {
  switch (spec.kind) {
    case 'preconditioner':
      return dimension * dimension;
    case 'affine':
    case 'state-affine':
      return spec.matrix[0]?.length ?? 0;
    case 'bilinear':
      return spec.matrices.length;
    case 'reparametrised':
      return parameterCount(spec.rule, dimension);
    default:
      return dimension;
  }
}

/** φ from A and b: the product A(x)w is written here alone. */
export function affine<S>(K: Space<S>, rule: Omit<UpdateRule<S>, 'apply'>): UpdateRule<S> {
  const [jacobian, offset] = [lastOf(rule.jacobian), lastOf(rule.offset)];
  return { ...rule, jacobian, offset, apply: (x, w) => K.image(jacobian(x), w, offset(x)) };
}

/** The same function; a run asks it for the same x several times in a row, and vectors are never written to. */
function lastOf<S, T>(compute: (x: Vector<S>) => T): (x: Vector<S>) => T {
  let last: { readonly x: Vector<S>; readonly value: T } | null = null;
  return (x) => {
    if (last?.x !== x) last = { x, value: compute(x) };
    return last.value;
  };
}

function constantAffine<S>(K: Space<S>, dimension: number, A: Matrix<S>, b: Vector<S>): AffineParts<S> {
  if (A.length !== dimension || b.length !== dimension) {
    throw new RangeError(`expected a matrix of ${dimension} rows and an offset of dimension ${dimension}, got ${A.length} and ${b.length}`);
  }
  return {
    dimension,
    parameters: A[0]?.length ?? 0,
    jacobian: () => A,
    offset: () => b,
    jacobianBound: isOrdered(K) ? operatorNormSquaredBound(K, A) : null,
  };
}

function stateAffine<S>(K: Space<S>, dimension: number, spec: Extract<RuleSpec, { kind: 'state-affine' }>): AffineParts<S> {
  const parameters = spec.matrix[0]?.length ?? 0;
  const [A, B] = [sized(K, 'matrix', spec.matrix, dimension, parameters), sized(K, 'gain', spec.gain, dimension, parameters)];
  const C = sized(K, 'state', spec.state, dimension, dimension);
  const d = sized(K, 'direction', [spec.direction], 1, dimension)[0]!;
  const b = sized(K, 'offset', [spec.offset], 1, dimension)[0]!;
  const slope = isOrdered(K) ? (x: Vector<S>): S => clamp(K, K.dot(d, x)) : (x: Vector<S>): S => K.dot(d, x);
  let jacobianBound: S | null = null;
  if (isOrdered(K)) {
    // ‖A + τB‖² ≤ 2‖A‖² + 2‖B‖² for |τ| ≤ 1.
    jacobianBound = K.mul(K.from(2), K.add(operatorNormSquaredBound(K, A), operatorNormSquaredBound(K, B)));
  }
  return {
    dimension,
    parameters,
    jacobianBound,
    jacobian(x) {
      const tau = slope(x);
      return A.map((row, i) => K.axpy(tau, B[i]!, row));
    },
    offset: (x) => K.image(C, x, b),
  };
}

function bilinear<S>(K: Space<S>, dimension: number, spec: Extract<RuleSpec, { kind: 'bilinear' }>): AffineParts<S> {
  const factors = spec.matrices.map((M, j) => sized(K, `matrix ${j + 1}`, M, dimension, dimension));
  const C = sized(K, 'state', spec.state, dimension, dimension);
  const b = sized(K, 'offset', [spec.offset], 1, dimension)[0]!;
  return {
    dimension,
    parameters: factors.length,
    jacobianBound: null,
    jacobian(x) {
      const columns = factors.map((M) => K.apply(M, x));
      return Array.from({ length: dimension }, (_, i) => K.vector(columns.length, (j) => columns[j]![i]!));
    },
    offset: (x) => K.image(C, x, b),
  };
}

function table<S>(K: Space<S>, dimension: number, spec: Extract<RuleSpec, { kind: 'table' }>): AffineParts<S> {
  // −0 + 0 = 0: what is equal has one key.
  const key = (x: Vector<S>): string => Array.from(x, (entry) => K.format(K.add(entry, K.zero))).join();
  const values = new Map(spec.points.map((point, k) => [key(numbers(K, point)), numbers(K, spec.values[k] ?? [])]));
  if (values.size !== spec.values.length) throw new RangeError(`expected as many distinct points as values, got ${values.size} and ${spec.values.length}`);
  const [zero, jacobian] = [K.zeros(dimension), identity(K, dimension)];
  return {
    dimension,
    parameters: dimension,
    jacobianBound: K.one,
    jacobian: () => jacobian,
    offset: (x) => values.get(key(x)) ?? zero,
  };
}

function reparametrised<S>(K: Space<S>, rule: AffineParts<S>, scale: Vector<S>): AffineParts<S> {
  if (scale.length !== rule.parameters) throw new RangeError(`expected ${rule.parameters} factors, got ${scale.length}`);
  let jacobianBound: S | null = null;
  if (isOrdered(K) && rule.jacobianBound !== null) {
    let largest = K.zero;
    for (let i = 0; i < scale.length; i++) largest = K.max(largest, K.mul(scale[i]!, scale[i]!));
    jacobianBound = K.mul(largest, rule.jacobianBound);
  }
  return {
    dimension: rule.dimension,
    parameters: rule.parameters,
    jacobianBound,
    jacobian: (x) => rule.jacobian(x).map((row) => K.hadamard(row, scale)),
    offset: rule.offset,
  };
}

function clamp<S>(K: OrderedSpace<S>, value: S): S {
  return K.max(K.neg(K.one), K.min(K.one, value));
}

function identity<S>(K: Space<S>, n: number): Matrix<S> {
  return diagonal(K, K.vector(n, () => K.one));
}

function diagonal<S>(K: Space<S>, entries: Vector<S>): Matrix<S> {
  const rows: Vector<S>[] = [];
  for (let i = 0; i < entries.length; i++) rows.push(K.vector(entries.length, (j) => (i === j ? entries[i]! : K.zero)));
  return rows;
}
