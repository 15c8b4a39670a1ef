/**
 * Theorem 2 as somebody would test it by hand: fast-check, plain Float64Array code, a tolerance that was picked. Nothing of the package is used but the types of
 * its cases, so that both sides can be asked about the same one. The same ranges, algorithm, comparator, ledgers and bound; no derived rounding errors, named terms,
 * labels, coverage, evidence or second arithmetic.
 */
import fc from 'fast-check';
import type { HintSpec } from '../../src/generator/learner.js';
import type { MetaCase } from '../../src/generator/meta-case.js';
import type { SetSpec } from '../../src/problem/feasible-set.js';
import type { BodySpec, FunctionSpec } from '../../src/problem/function-spec.js';
import type { Num, ShapeSpec } from '../../src/problem/shape.js';
import type { RuleSpec } from '../../src/update-rule/update-rule.js';

// Cases

const uniform = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: Math.ceil(min * 1e6), max: Math.floor(max * 1e6) }).map((k) => k / 1e6);
const power = (min: number, max: number): fc.Arbitrary<number> => uniform(min, max).map((e) => 10 ** e);
const scalar = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 4, arbitrary: uniform(-4, 4) },
  { weight: 1, arbitrary: fc.tuple(uniform(-1, 1), fc.integer({ min: -3, max: 3 })).map(([x, e]) => x * 10 ** e) },
);
const positive = power(-1.5, 1);
const many = <T>(one: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> => fc.array(one, { minLength: length, maxLength: length });
const vector = (length: number): fc.Arbitrary<number[]> => many(scalar, length);
const matrix = (rows: number, columns: number): fc.Arbitrary<number[][]> => many(vector(columns), rows);

const square: ShapeSpec = { kind: 'square' };
const shape: fc.Arbitrary<ShapeSpec> = fc.oneof(
  positive.map((width): ShapeSpec => ({ kind: 'huber', width })),
  fc.constant<ShapeSpec>({ kind: 'half-square' }),
  positive.map((width): ShapeSpec => ({ kind: 'dead-zone', width })),
  positive.map((ratio): ShapeSpec => ({ kind: 'asymmetric', ratio })),
  fc.constant(square),
);

const ridge = (n: number, shape: fc.Arbitrary<ShapeSpec>): fc.Arbitrary<BodySpec> =>
  fc.array(fc.record({ direction: vector(n), offset: scalar, weight: positive, shape }), { minLength: 1, maxLength: n + 1 }).map((terms) => ({ kind: 'ridge', terms }));

function simple(n: number): fc.Arbitrary<BodySpec> {
  const unit = (i: number): number[] => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
  const spectrum = fc.tuple(positive, many(fc.oneof({ weight: 5, arbitrary: positive }, { weight: 1, arbitrary: fc.constant(0) }), n - 1)).map(([first, rest]) => [first, ...rest]);
  const reflector = vector(n).map((v) => (v.every((x) => x === 0) ? v.map(() => 1) : v));
  return fc.oneof(
    {
      weight: 2,
      arbitrary: many(positive, n).map((weights): BodySpec => ({ kind: 'ridge', terms: weights.map((weight, i) => ({ direction: unit(i), offset: 0, weight, shape: square })) })),
    },
    { weight: 2, arbitrary: ridge(n, fc.constant(square)) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('spectral' as const), spectrum, reflectors: fc.array(reflector, { maxLength: 2 }) }) },
    { weight: 3, arbitrary: ridge(n, shape) },
    { weight: 1, arbitrary: positive.map((smoothness): BodySpec => ({ kind: 'chain', dimension: n, smoothness })) },
    { weight: 2, arbitrary: ridge(n, fc.constant<ShapeSpec>({ kind: 'softplus' })) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 2, max: n + 2 }).chain((count) => fc.record({ kind: fc.constant('log-sum-exp' as const), atoms: matrix(count, n), offsets: vector(count) })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('spectral' as const),
        spectrum: many(power(-12, 0), n).map(([, ...rest]) => [1, ...rest]),
        reflectors: fc.array(many(uniform(-1, 1), n).map(([first, ...rest]) => [1 + Math.abs(first!), ...rest]), { minLength: 1, maxLength: 2 }),
      }),
    },
  );
}

const functions = (n: number): fc.Arbitrary<FunctionSpec> =>
  fc.record({
    body: fc.oneof(
      { weight: 10, arbitrary: simple(n) },
      { weight: 1, arbitrary: many(simple(n), 2).map((parts): BodySpec => ({ kind: 'sum', parts })) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('composition' as const), inner: ridge(2, shape), matrix: matrix(2, n), shift: vector(2) }) },
    ),
    minimiser: vector(n),
  });

const rules = (n: number, m: number): fc.Arbitrary<RuleSpec> =>
  fc.oneof(
    fc.constant<RuleSpec>({ kind: 'identity' }),
    fc.record({ kind: fc.constant('affine' as const), matrix: matrix(n, m), offset: vector(n) }),
    fc.record({ kind: fc.constant('state-affine' as const), matrix: matrix(n, m), gain: matrix(n, m), direction: vector(n), offset: vector(n), state: matrix(n, n) }),
    fc.constant<RuleSpec>({ kind: 'elementwise-descent' }),
    fc.constant<RuleSpec>({ kind: 'elementwise-gradient' }),
    fc.constant<RuleSpec>({ kind: n <= 2 ? 'preconditioner' : 'elementwise-descent' }),
  );

function sets(m: number): fc.Arbitrary<SetSpec> {
  const corner = fc.oneof(vector(m), fc.constant(Array<number>(m).fill(0)));
  return fc.oneof(
    fc.constant<SetSpec>({ kind: 'all', dimension: m }),
    fc.oneof(
      fc.tuple(vector(m), many(positive, m)).map(([lower, sides]): SetSpec => ({ kind: 'box', lower, upper: lower.map((low, i) => low + sides[i]!) })),
      corner.map((at): SetSpec => ({ kind: 'orthant', corner: at })),
      positive.map((size): SetSpec => ({ kind: 'simplex', corner: Array<number>(m).fill(0), size })),
      fc.tuple(corner, positive).map(([centre, radius]): SetSpec => ({ kind: 'ball', centre, radius })),
    ),
  );
}

const hints = (m: number, T: number): fc.Arbitrary<HintSpec> =>
  fc.oneof(
    fc.constantFrom<HintSpec>({ kind: 'none' }),
    fc.constantFrom<HintSpec>({ kind: 'previous' }),
    fc.constantFrom<HintSpec>({ kind: 'current-jacobian' }),
    fc.constantFrom<HintSpec>({ kind: 'scaled' }),
    matrix(T, m).map((given): HintSpec => ({ kind: 'given', hints: given })),
    matrix(T, m).map((noise): HintSpec => ({ kind: 'noisy', noise })),
    positive.map((factor): HintSpec => ({ kind: 'adversarial', factor })),
  );

export const bareCases = (largest: { readonly horizon: number; readonly dimension: number }): fc.Arbitrary<MetaCase> =>
  fc.tuple(fc.integer({ min: 1, max: largest.horizon }), fc.integer({ min: 1, max: largest.dimension }), fc.integer({ min: 1, max: largest.dimension })).chain(([T, n, m]) =>
    rules(n, m).chain((rule) => {
      const parameters = rule.kind === 'preconditioner' ? n * n : rule.kind === 'affine' || rule.kind === 'state-affine' ? m : n;
      const rate = power(-3, 0.5);
      return fc.record({
        function: functions(n),
        rule: fc.constant(rule),
        set: sets(parameters),
        hint: hints(parameters, T),
        alpha: many(power(-3, 3), T),
        beta: fc.oneof(rate.map((beta) => Array<number>(T + 1).fill(beta)), many(rate, T + 1).map((beta) => beta.toSorted((a, b) => b - a))),
        index: fc.constantFrom<MetaCase['index']>('equation-4', 'algorithm-4'),
        projection: fc.constant<MetaCase['projection']>('lazy'),
        start: vector(n),
      }).map((drawn) => ({ ...drawn, beta: drawn.beta.map((b) => b / Math.max(...drawn.alpha, 1)) }));
    })
  );

// Vectors

type Vec = Float64Array<ArrayBuffer>;
const vec = (data: readonly Num[]): Vec => Float64Array.from(data as readonly number[]);

function dot(x: Vec, y: Vec): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** a x + y */
function axpy(a: number, x: Vec, y: Vec): Vec {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = a * x[i]! + y[i]!;
  return out;
}

/** ‖x − y‖² */
function squaredDistance(x: Vec, y: Vec): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2;
  return sum;
}

/** ⟨g, x − y⟩ */
function along(g: Vec, x: Vec, y: Vec): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += g[i]! * (x[i]! - y[i]!);
  return sum;
}

function sizeOf(x: Vec): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]!);
  return sum;
}

function times(A: readonly Vec[], w: Vec, plus: Vec): Vec {
  const out = new Float64Array(A.length);
  for (let i = 0; i < A.length; i++) out[i] = dot(A[i]!, w) + plus[i]!;
  return out;
}

function transposed(A: readonly Vec[], y: Vec, columns: number): Vec {
  const out = new Float64Array(columns);
  for (let i = 0; i < A.length; i++) {
    const row = A[i]!;
    for (let j = 0; j < columns; j++) out[j]! += row[j]! * y[i]!;
  }
  return out;
}

// Functions

interface Smooth {
  readonly L: number;
  readonly gradient: (x: Vec) => Vec;
  /** B_f(y, x) */
  readonly divergence: (y: Vec, x: Vec) => number;
}

const slopeOf = (shape: ShapeSpec, z: number): number => {
  switch (shape.kind) {
    case 'square':
      return z;
    case 'huber':
      return Math.max(0 - +shape.width, Math.min(+shape.width, z));
    case 'half-square':
      return Math.max(z, 0);
    case 'asymmetric':
      return z >= 0 ? z : +shape.ratio * z;
    case 'dead-zone':
      return Math.sign(z) * Math.max(Math.abs(z) - +shape.width, 0);
    case 'softplus':
      return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
  }
};

const valueOf = (shape: ShapeSpec, z: number): number => {
  switch (shape.kind) {
    case 'square':
      return (z * z) / 2;
    case 'huber':
      return Math.abs(z) <= +shape.width ? (z * z) / 2 : +shape.width * (Math.abs(z) - +shape.width / 2);
    case 'half-square':
      return z >= 0 ? (z * z) / 2 : 0;
    case 'asymmetric':
      return (z >= 0 ? z * z : +shape.ratio * z * z) / 2;
    case 'dead-zone':
      return Math.max(Math.abs(z) - +shape.width, 0) ** 2 / 2;
    case 'softplus':
      return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }
};

const curvatureOf = (shape: ShapeSpec): number => (shape.kind === 'softplus' ? 1 / 4 : shape.kind === 'asymmetric' ? Math.max(1, +shape.ratio) : 1);

interface Term {
  readonly a: Vec;
  readonly b: number;
  readonly c: number;
  readonly shape: ShapeSpec;
}

function ridgeSum(terms: readonly Term[], n: number, L: number): Smooth {
  return {
    L,
    gradient(x) {
      const g = new Float64Array(n);
      for (const { a, b, c, shape } of terms) {
        const slope = c * slopeOf(shape, dot(a, x) - b);
        for (let i = 0; i < n; i++) g[i]! += slope * a[i]!;
      }
      return g;
    },
    divergence(y, x) {
      let sum = 0;
      for (const { a, b, c, shape } of terms) {
        const [u, z] = [dot(a, y) - b, dot(a, x) - b];
        sum += c * (shape.kind === 'square' ? (u - z) ** 2 / 2 : valueOf(shape, u) - valueOf(shape, z) - slopeOf(shape, z) * (u - z));
      }
      return sum;
    },
  };
}

/** ‖Σ c κ |a||a|ᵀ‖_∞ */
function rowSums(terms: readonly Term[], n: number): number {
  const rows = new Float64Array(n);
  for (const { a, c, shape } of terms) for (let i = 0; i < n; i++) rows[i]! += c * curvatureOf(shape) * sizeOf(a) * Math.abs(a[i]!);
  return Math.max(...rows);
}

function logSumExp(atoms: readonly Vec[], offsets: Vec, n: number): Smooth {
  const exponents = (x: Vec): number[] => atoms.map((a, k) => dot(a, x) + offsets[k]!);
  const logarithm = (e: readonly number[]): number => {
    const top = Math.max(...e);
    return top + Math.log(e.reduce((sum, one) => sum + Math.exp(one - top), 0));
  };
  const softmax = (e: readonly number[]): number[] => {
    const top = Math.max(...e);
    const powers = e.map((one) => Math.exp(one - top));
    const total = powers.reduce((sum, one) => sum + one, 0);
    return powers.map((one) => one / total);
  };
  return {
    L: Math.max(...atoms.flatMap((a) => atoms.map((b) => squaredDistance(a, b)))) / 4,
    gradient: (x) => transposed(atoms, Float64Array.from(softmax(exponents(x))), n),
    divergence(y, x) {
      const e = exponents(x);
      const p = softmax(e);
      const d = atoms.map((a) => along(a, y, x));
      const total = logarithm(e);
      return logarithm(e.map((one, k) => one - total + d[k]!)) - p.reduce((sum, one, k) => sum + one * d[k]!, 0);
    },
  };
}

function smooth(spec: BodySpec): Smooth {
  switch (spec.kind) {
    case 'ridge': {
      const n = spec.terms[0]!.direction.length;
      const terms = spec.terms.map(({ direction, offset, weight, shape }) => ({ a: vec(direction), b: +offset, c: +weight, shape }));
      return ridgeSum(terms, n, rowSums(terms, n));
    }
    case 'spectral': {
      const n = spec.spectrum.length;
      const terms = spec.spectrum.map((c, j) => {
        let a: Vec = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
        for (const v of spec.reflectors.map(vec)) a = axpy((-2 * dot(v, a)) / dot(v, v), v, a);
        return { a, b: 0, c: +c, shape: square };
      });
      return ridgeSum(terms, n, Math.max(...terms.map(({ c }) => c)) * (1 + 2 ** -48 * n * (spec.reflectors.length + 1)));
    }
    case 'chain': {
      const n = spec.dimension;
      const direction = (j: number): Vec => Float64Array.from({ length: n }, (_, i) => (j === 0 && i === 0) || i === j - 1 ? 1 : i === j && j < n ? -1 : 0);
      return ridgeSum(Array.from({ length: n + 1 }, (_, j) => ({ a: direction(j), b: 0, c: +spec.smoothness / 4, shape: square })), n, +spec.smoothness);
    }
    case 'log-sum-exp':
      return logSumExp(spec.atoms.map(vec), vec(spec.offsets), spec.atoms[0]!.length);
    case 'sum': {
      const parts = spec.parts.map(smooth);
      return {
        L: parts.reduce((sum, { L }) => sum + L, 0),
        gradient: (x) => parts.map((part) => part.gradient(x)).reduce((g, one) => axpy(1, one, g)),
        divergence: (y, x) => parts.reduce((sum, part) => sum + part.divergence(y, x), 0),
      };
    }
    case 'composition': {
      const [inner, M, s] = [smooth(spec.inner), spec.matrix.map(vec), vec(spec.shift)];
      const n = M[0]!.length;
      const columns = Array.from({ length: n }, (_, j) => M.reduce((sum, row) => sum + Math.abs(row[j]!), 0));
      return {
        L: inner.L * Math.max(...M.map(sizeOf)) * Math.max(...columns),
        gradient: (x) => transposed(M, inner.gradient(times(M, x, s)), n),
        divergence: (y, x) => inner.divergence(times(M, y, s), times(M, x, s)),
      };
    }
    case 'envelope':
      throw new RangeError('expected a function that the generators draw, got an envelope');
  }
}

// Sets and rules

function projection(set: SetSpec): (v: Vec) => Vec {
  switch (set.kind) {
    case 'all':
      return (v) => v;
    case 'box': {
      const [lower, upper] = [vec(set.lower), vec(set.upper)];
      return (v) => v.map((x, i) => Math.max(lower[i]!, Math.min(upper[i]!, x)));
    }
    case 'orthant': {
      const corner = vec(set.corner);
      return (v) => v.map((x, i) => Math.max(corner[i]!, x));
    }
    case 'simplex': {
      const [corner, size] = [vec(set.corner), +set.size];
      return (v) => {
        const relative = axpy(-1, corner, v);
        const sorted = relative.toSorted().toReversed();
        let [sum, threshold] = [0, sorted[0]! - size];
        for (let k = 0; k < sorted.length; k++) {
          sum += sorted[k]!;
          const candidate = (sum - size) / (k + 1);
          if (candidate <= sorted[k]!) threshold = candidate;
        }
        return relative.map((x, i) => corner[i]! + Math.max(x - threshold, 0));
      };
    }
    case 'ball': {
      const [centre, radius] = [vec(set.centre), +set.radius];
      return (v) => {
        const norm = Math.sqrt(squaredDistance(v, centre));
        return norm <= radius ? v : v.map((x, i) => centre[i]! + (radius / norm) * (x - centre[i]!));
      };
    }
  }
}

interface Linear {
  /** A_t, as rows */
  readonly A: readonly Vec[];
  /** b_t */
  readonly b: Vec;
}

/** A(x) and b(x), from x and ∇f(x). */
function linearisation(spec: RuleSpec, n: number): { readonly m: number; readonly at: (x: Vec, g: Vec) => Linear } {
  const zero = new Float64Array(n);
  const diagonal = (entry: (i: number) => number): Vec[] =>
    Array.from({ length: n }, (_, i) => {
      const row = new Float64Array(n);
      row[i] = entry(i);
      return row;
    });
  switch (spec.kind) {
    case 'identity': {
      const at = { A: diagonal(() => 1), b: zero };
      return { m: n, at: () => at };
    }
    case 'affine': {
      const at = { A: spec.matrix.map(vec), b: vec(spec.offset) };
      return { m: at.A[0]!.length, at: () => at };
    }
    case 'state-affine': {
      const [A, B, C, d, b] = [spec.matrix.map(vec), spec.gain.map(vec), spec.state.map(vec), vec(spec.direction), vec(spec.offset)];
      return {
        m: A[0]!.length,
        at(x) {
          const tau = Math.max(-1, Math.min(1, dot(d, x)));
          return { A: A.map((row, i) => axpy(tau, B[i]!, row)), b: times(C, x, b) };
        },
      };
    }
    case 'elementwise-descent':
      return { m: n, at: (x, g) => ({ A: diagonal((i) => -g[i]!), b: x }) };
    case 'elementwise-gradient':
      return { m: n, at: (_, g) => ({ A: diagonal((i) => g[i]!), b: zero }) };
    case 'preconditioner':
      return {
        m: n * n,
        at: (x, g) => ({
          A: Array.from({ length: n }, (_, i) => {
            const row = new Float64Array(n * n);
            for (let j = 0; j < n; j++) row[i * n + j] = -g[j]!;
            return row;
          }),
          b: x,
        }),
      };
    case 'bilinear':
    case 'table':
    case 'reparametrised':
      throw new RangeError(`expected a rule that the generators draw, got "${spec.kind}"`);
  }
}

// The claim

interface Round {
  readonly eta: number;
  readonly w: Vec;
  readonly x: Vec;
  readonly average: Vec;
  readonly before: Vec;
  readonly linear: Linear;
  readonly G: Vec;
  readonly g: Vec;
  readonly hint: Vec;
  /** S_{t−1} and α_{1:t−1} */
  readonly sum: Vec;
  readonly weight: number;
}

/** Algorithm 4. */
function run(data: MetaCase, f: Smooth, tilt: Vec, project: (v: Vec) => Vec): { readonly rounds: Round[]; readonly S: Vec; readonly total: number } {
  const gradient = (x: Vec): Vec => axpy(-1, tilt, f.gradient(x));
  const { m, at } = linearisation(data.rule, data.start.length);
  const zero = new Float64Array(m);
  const given = data.hint.kind === 'given' ? data.hint.hints.map(vec) : data.hint.kind === 'noisy' ? data.hint.noise.map(vec) : [];
  const rounds: Round[] = [];
  let before = vec(data.start);
  let G = gradient(before);
  let [S, total] = [zero, 0];
  data.alpha.forEach((a, i) => {
    const alpha = +a;
    const last = rounds[i - 1];
    const linear = at(before, G);
    let hint = zero;
    switch (data.hint.kind) {
      case 'none':
        break;
      case 'previous':
        hint = last?.g ?? zero;
        break;
      case 'current-jacobian':
        hint = last === undefined ? zero : transposed(linear.A, last.G, m);
        break;
      case 'scaled':
        hint = last === undefined ? zero : transposed(linear.A, last.G, m).map((entry) => (+data.alpha[i - 1]! / alpha) ** 2 * entry);
        break;
      case 'given':
        hint = given[i]!;
        break;
      case 'noisy':
        hint = axpy(i + 1, given[i]!, last?.g ?? zero);
        break;
      case 'adversarial':
        hint = axpy(0 - +data.hint.factor, last?.g ?? zero, zero);
        break;
    }
    const eta = +data.beta[data.index === 'equation-4' ? i + 1 : i]!;
    const w = project(axpy(-eta, axpy(alpha, hint, S), zero));
    const x = times(linear.A, w, linear.b);
    const average = new Float64Array(x.length);
    for (let k = 0; k < x.length; k++) average[k] = (total / (total + alpha)) * before[k]! + (alpha / (total + alpha)) * x[k]!;
    G = gradient(average);
    const g = transposed(linear.A, G, m);
    rounds.push({ eta, w, x, average, before, linear, G, g, hint, sum: S, weight: total });
    S = axpy(alpha, g, S);
    total += alpha;
    before = average;
  });
  return { rounds, S, total };
}

/** argmin ‖w‖ over W and ⟨c, w⟩ ≤ s; null where there is none, or only far out. */
function comparator(set: SetSpec, project: (v: Vec) => Vec, c: Vec, s: number): Vec | null {
  const zero = new Float64Array(c.length);
  const at = (theta: number): Vec => project(axpy(-theta, c, zero));
  const start = at(0);
  if (dot(c, start) <= s) return start;
  if (set.kind === 'all') return dot(c, c) < 2 ** -900 ? null : axpy(s / dot(c, c), c, zero);
  if (sizeOf(c) ** 2 < 2 ** -900) return null;
  let [low, high] = [0, 1 / sizeOf(c)];
  for (let i = 0; !(dot(c, at(high)) <= s); i++) {
    if (i === 26) return null;
    [low, high] = [high, 2 * high];
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return at(high);
    if (dot(c, at(middle)) <= s) high = middle;
    else low = middle;
  }
}

/** What the loop compares; null where a hypothesis fails on the case. */
export interface BareResult {
  /** α_{1:T}(f(x̄_T) − f(x*)) and the bound of Theorem 2. */
  readonly gap: number;
  readonly bound: number;
  /** Σα_t⟨g_t, w_t − w*⟩, and what the ledger says it is. */
  readonly regret: number;
  readonly ledger: number;
  /** Whether the ledgers balance and the bound holds. */
  readonly holds: boolean;
}

const TOLERANCE = 1e-8;

/** Runs the case; `ledgers` false: the inequality alone. */
export function bareTheoremTwo(data: MetaCase, ledgers = true): BareResult | null {
  const f = smooth(data.function.body);
  const target = vec(data.function.minimiser);
  const project = projection(data.set);
  const { rounds, S, total } = run(data, f, f.gradient(target), project);
  for (const { average, x, w } of rounds) for (const v of [average, x, w]) for (let i = 0; i < v.length; i++) if (!(Math.abs(v[i]!) <= 1e7)) return null;
  const alpha = data.alpha as readonly number[];
  let s = 0;
  rounds.forEach(({ G, linear }, i) => void (s += alpha[i]! * along(G, target, linear.b)));
  const star = comparator(data.set, project, S, s);
  if (star === null) return null;
  const [first, last] = [rounds[0]!, rounds.at(-1)!];
  // What the sums below are made of, roughly; and a tolerance relative to it.
  const widest = rounds.reduce((most, { average, x }) => Math.max(most, sizeOf(average), sizeOf(x)), sizeOf(target));
  const scale = (1 + total) * (1 + f.L) * (1 + widest) ** 2;
  const atMost = (a: number, b: number, size: number): boolean => a - b <= TOLERANCE * (size + scale);
  const close = (a: number, b: number, size: number): boolean => Math.abs(a - b) <= TOLERANCE * (size + scale);

  const gap = total * f.divergence(last.average, target);
  const nearest = project(new Float64Array(star.length));
  let bound = dot(star, star) / (2 * last.eta) - dot(nearest, nearest) / (2 * first.eta);
  let size = Math.abs(bound);
  // Σ½α_t²η_t‖g_t − g̃_t‖², less what smoothness gives
  rounds.forEach(({ g, hint, eta, G, weight }, i) => {
    const prediction = (alpha[i]! ** 2 * eta * squaredDistance(g, hint)) / 2;
    const paid = f.L === 0 ? 0 : (alpha[i]! * dot(G, G) + (i === 0 ? 0 : weight * squaredDistance(rounds[i - 1]!.G, G))) / (2 * f.L);
    bound += prediction - paid;
    size += prediction + paid;
  });
  let holds = atMost(gap, bound, size);
  let [regret, ledger] = [0, 0];
  if (ledgers) {
    let [batch, online, other, size] = [0, 0, 0, 0];
    rounds.forEach(({ G, x, average, before, weight, w, g, linear }, i) => {
      // I1: α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨G_t, x_t − x*⟩ − Σ[α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)], each round's terms no less than smoothness makes them
      const bregman = alpha[i]! * f.divergence(target, average) + (i === 0 ? 0 : weight * f.divergence(before, average));
      const paid = f.L === 0 ? 0 : (alpha[i]! * dot(G, G) + (i === 0 ? 0 : weight * squaredDistance(rounds[i - 1]!.G, G))) / (2 * f.L);
      holds &&= atMost(paid, bregman, paid + bregman);
      const own = alpha[i]! * along(G, x, target);
      online += own;
      batch += own - bregman;
      // I3: Σα_t⟨G_t, x_t − x*⟩ = Σα_t⟨g_t, w_t − w*⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩; and Definition 1: the second sum is at most 0
      regret += alpha[i]! * along(g, w, star);
      other += alpha[i]! * along(G, times(linear.A, star, linear.b), target);
      size += Math.abs(own) + bregman + alpha[i]! * (sizeOf(g) * (sizeOf(w) + sizeOf(star)) + sizeOf(G) * (sizeOf(linear.b) + sizeOf(target)));
    });
    holds &&= close(batch, gap, size) && close(online, regret + other, size) && atMost(other, 0, size);
    // R(w*) = ‖w*‖²/(2η_T) − [F_{T+1}(w*) − F_{T+1}*] − F_1* + ΣD_t, D_t = α_t⟨g_t, w_t⟩ + F_t* − F_{t+1}*
    const potential = (sum: Vec, eta: number, w: Vec): number => dot(sum, w) + dot(w, w) / (2 * eta);
    const zero = new Float64Array(star.length);
    const least = (sum: Vec, eta: number): number => potential(sum, eta, project(axpy(-eta, sum, zero)));
    let current = least(first.sum, first.eta);
    ledger = -current;
    rounds.forEach(({ eta, g, w, hint, sum }, i) => {
      const next = i + 1 < rounds.length ? least(rounds[i + 1]!.sum, rounds[i + 1]!.eta) : least(S, last.eta);
      ledger += alpha[i]! * dot(g, w) + current - next;
      size += Math.abs(current) + Math.abs(next) + eta * (sizeOf(sum) + alpha[i]! * (sizeOf(g) + sizeOf(hint))) ** 2;
      current = next;
    });
    ledger += dot(star, star) / (2 * last.eta) - (potential(S, last.eta, star) - current);
    holds &&= close(regret, ledger, size + dot(star, star) / last.eta);
  }
  return { gap, bound, regret, ledger, holds };
}

/** The loop. @returns how many cases were no evidence. @throws {Error} as fast-check does, where the theorem seems to fail. */
export function bareLoop(largest: { readonly horizon: number; readonly dimension: number }, runs: number, seed: number, ledgers = true): number {
  let rejected = 0;
  fc.assert(
    fc.property(bareCases(largest), (data) => {
      const result = bareTheoremTwo(data, ledgers);
      if (result === null) rejected += 1;
      return result === null || result.holds;
    }),
    { seed, numRuns: runs },
  );
  return rejected;
}
