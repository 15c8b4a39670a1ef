import fc from 'fast-check';
import { TallyBuilder } from '../oracles/tally.js';
import { adagradStep, sumsOfSquares } from '../oracles/textbook.js';
import { float64 } from '../src/arithmetic/float64.js';
import type { Rational } from '../src/arithmetic/rational.js';
import { rationalRoots } from '../src/arithmetic/rational-roots.js';
import type { RealSpace, Vector } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { isZero, pathCase, preparePath, strays, type PathCase } from '../src/generator/path-case.js';
import { doubles, logUniform, rationalNumbers, uniform } from '../src/generator/number.js';
import { summands } from '../src/generator/meta-case.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { inequality, show, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { ConvexFunction } from '../src/problem/convex-function.js';
import type { Num } from '../src/problem/shape.js';
import { pathFollows } from '../src/recurrence.js';
import type { Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

/** Three squares in arithmetic progression, as roots: (p² − 2pq − q²)², (p² + q²)², (p² + 2pq − q²)² (Fibonacci 1225), in absolute value. */
interface Progression {
  readonly low: Num;
  readonly middle: Num;
  readonly high: Num;
}

function progression(p: number, q: number, scale: number): Progression {
  const [a, c] = [Math.abs(p * p - 2 * p * q - q * q), Math.abs(p * p + 2 * p * q - q * q)].toSorted((x, y) => x - y) as [number, number];
  return { low: `${scale * a}/4`, middle: `${scale * (p * p + q * q)}/4`, high: `${scale * c}/4` };
}

const squares: fc.Arbitrary<Progression> = fc.record({ p: fc.integer({ min: 1, max: 4 }), q: fc.integer({ min: 1, max: 4 }), scale: fc.integer({ min: 1, max: 8 }) })
  .filter(({ p, q }) => p !== q).map(({ p, q, scale }) => progression(p, q, scale));

// --- as printed -------------------------------------------------------------------------------------------------------------

interface PrintedCase {
  /** c of f = (c/2)(x − x*)². */
  readonly curvature: Num;
  readonly minimiser: Num;
  readonly x: Num;
  /** √w at the ends and in the middle. */
  readonly roots: Progression;
  /** "φ is affine in w", or the weaker "h is convex in w". */
  readonly part: 'affine' | 'convex';
}

/** Section 2 asks for φ that is affine in w, for then h is convex: the midpoint test, on squares, so that all roots are rational. */
function printed(subject: Subject, data: PrintedCase): Outcome {
  const K = rationalRoots;
  const f = subject.convexFunction(K, { body: { kind: 'spectral', spectrum: [data.curvature], reflectors: [] }, minimiser: [data.minimiser] });
  const phi = subject.metaAdaGrad(K, f.gradient);
  const x = parseVector(K, [data.x]);
  const square = (root: Num): Vector<Rational> => K.hadamard(parseVector(K, [root]), parseVector(K, [root]));
  const [a, m, b] = [square(data.roots.low), square(data.roots.middle), square(data.roots.high)];
  if (!K.equal(K.add(a[0]!, b[0]!), K.mul(K.from(2), m[0]!)) || K.lessOrEqual(a[0]!, K.zero)) return rejected('no progression of squares > 0');
  const outputs = [a, m, b].map((w) => phi.apply(x, w));
  const half = (u: Rational, v: Rational): Rational => K.div(K.add(u, v), K.from(2));
  const told = (extra: { readonly [name: string]: Json }) => ({
    f: f.formula(),
    x: show(K, x),
    '∇f(x)': show(K, f.gradient(x)),
    w: [a, m, b].map((w) => show(K, w)),
    'φ(x, w)': outputs.map((v) => show(K, v)),
    ...extra,
  });
  if (data.part === 'affine') {
    const mean = half(outputs[0]![0]!, outputs[2]![0]!);
    return K.equal(outputs[1]![0]!, mean)
      ? passed({ trivial: false, labels: [] })
      : failed({ expected: 'φ(x, ½(u + v)) = ½(φ(x, u) + φ(x, v))', lhs: show(K, outputs[1]!), rhs: K.format(mean), evidence: told({}) });
  }
  const h = outputs.map((v) => f.value(K.plus(x, v)));
  const mean = half(h[0]!, h[2]!);
  return K.lessOrEqual(h[1]!, mean)
    ? passed({ trivial: false, labels: [] })
    : failed({ expected: 'h(½(u + v)) ≤ ½(h(u) + h(v)), h(w) = f(x + φ(x, w))', lhs: K.format(h[1]!), rhs: K.format(mean), evidence: told({ h: h.map(K.format) }) });
}

const printedCases: fc.Arbitrary<PrintedCase> = fc.record({
  curvature: rationalNumbers.positive,
  minimiser: rationalNumbers.scalar,
  x: rationalNumbers.scalar,
  roots: squares,
  part: fc.constantFrom<PrintedCase['part'][]>('affine', 'convex'),
});

// --- corrected --------------------------------------------------------------------------------------------------------------

interface CorrectedCase extends PathCase {
  /** √w, one for each coordinate. */
  readonly roots: readonly Num[];
  /** Of f = (c/2)(x − x*)², n = 1. */
  readonly curvature: Num;
  /** √ of three weights in progression. */
  readonly progression: Progression;
  /** ε of AdaGrad, and where it stands. */
  readonly epsilon: Num;
  readonly epsilonInside: boolean;
  readonly steps: number;
}

function corrected<S>(K: RealSpace<S>, subject: Subject, data: CorrectedCase): Outcome {
  const { f, start, rate } = preparePath(K, subject, data);
  const convex = subject.convexFunction(K, data.function);
  const settings = { rate, epsilon: K.from(data.epsilon), epsilonInside: data.epsilonInside };
  const path = subject.adagrad(K, f.gradient, start, { ...settings, rates: Array.from({ length: data.steps }, () => rate) });
  if (strays(K, path)) return rejected('the path diverges');
  const gradients = path.map((x) => f.gradient(x));
  const squaredSums = sumsOfSquares(K, gradients);
  const roundings = ledgerRoundings({ horizon: data.steps, dimension: f.dimension, parameters: f.dimension, summands: summands(data.function.body) });
  const side = sideOf(K, data);
  const failure =
    pathFollows(K, 'AdaGrad: x_{t+1} = x_t − η∇f(x_t)/(√Σ∇f(x_s)² + ε)', path, (t) => adagradStep(K, path[t]!, gradients[t]!, squaredSums[t]!, settings), data.steps + 16)
      ?? jacobian(K, subject, convex, start, data, roundings)
      ?? curvature(K, subject, data, side);
  if (failure !== null) return failure;
  return passed({
    trivial: isZero(K, gradients[0]!),
    labels: [`h ${side}`, `f: ${data.function.body.kind}`, ...(data.epsilonInside ? ['ε inside'] : []), ...(data.steps >= 20 ? ['T ≥ 20'] : [])],
  });
}

/**
 * Dφ(x, w) = diag(½∇f(x)w^(−3/2)): w ↦ w^(−1/2) is convex, so its derivative lies between the difference quotients to both sides;
 * taken at √w·(1 ± 1/1024) they enclose it to within 0.3 %. It depends on w: at 4w it is an eighth.
 */
function jacobian<S>(K: RealSpace<S>, subject: Subject, f: ConvexFunction<S>, x: Vector<S>, data: CorrectedCase, roundings: number): Failed | null {
  const phi = subject.metaAdaGrad(K, f.gradient);
  const roots = parseVector(K, data.roots);
  const squared = (factor: S): Vector<S> => K.vector(roots.length, (i) => K.mul(K.mul(roots[i]!, factor), K.mul(roots[i]!, factor)));
  const near = (p: number): S => K.div(K.from(1024 + p), K.from(1024));
  const [below, here, above] = [squared(near(-1)), squared(K.one), squared(near(1))];
  const [outBelow, out, outAbove] = [phi.apply(x, below), phi.apply(x, here), phi.apply(x, above)];
  const [diagonal, far] = [phi.jacobianDiagonal(x, here), phi.jacobianDiagonal(x, squared(K.from(2)))];
  const g = f.gradient(x);
  const told: Evidence = () => ({ f: f.formula(), x: show(K, x), w: show(K, here), '∇f(x)': show(K, g), 'φ(x, w)': show(K, out), Dφ: show(K, diagonal) });
  for (let i = 0; i < roots.length; i++) {
    // φ/(−∇f) = w^(−1/2); where ∇f_i = 0 there is nothing to divide, and all must be 0.
    const size = K.abs(K.div(g[i]!, roots[i]!));
    const one = (name: string, value: S, magnitude: S): TallyBuilder<S> => new TallyBuilder(K, roundings).add(name, value, () => magnitude);
    const sign = K.lessOrEqual(K.zero, g[i]!) ? K.one : K.neg(K.one);
    // Times w − w', so that nothing is divided; sign · φ is concave in w.
    const steps = [K.sub(here[i]!, below[i]!), K.sub(above[i]!, here[i]!)] as const;
    const [backward, forward] = [K.mul(sign, K.sub(out[i]!, outBelow[i]!)), K.mul(sign, K.sub(outAbove[i]!, out[i]!))];
    const tangent = (step: S): S => K.mul(sign, K.mul(diagonal[i]!, step));
    const failure = inequality(
      K,
      'φ(x, w) − φ(x, w′) ≥ Dφ(x, w)(w − w′), w′ < w, where ∇f > 0',
      { lhs: one('Dφ(w − w′)', tangent(steps[0]), size), rhs: one('φ(w) − φ(w′)', backward, size) },
      told,
    )
      ?? inequality(K, 'φ(x, w′) − φ(x, w) ≤ Dφ(x, w)(w′ − w), w′ > w, where ∇f > 0', {
        lhs: one('φ(w′) − φ(w)', forward, size),
        rhs: one('Dφ(w′ − w)', tangent(steps[1]), size),
      }, told)
      ?? equal(K, 'φ(x, w)√w = −∇f(x)', K.mul(out[i]!, roots[i]!), K.neg(g[i]!), told)
      ?? equal(K, '2Dφ(x, w)w^(3/2) = ∇f(x)', K.mul(K.from(2), K.mul(diagonal[i]!, K.mul(here[i]!, roots[i]!))), g[i]!, told)
      ?? equal(K, 'Dφ(x, 4w) = Dφ(x, w)/8', K.mul(K.from(8), far[i]!), diagonal[i]!, told);
    if (failure !== null) return failure;
  }
  return null;
}

/** a = b up to sixteen roundings of either. */
function equal<S>(K: RealSpace<S>, expected: string, a: S, b: S, told: Evidence): Failed | null {
  const tally = (value: S): TallyBuilder<S> => new TallyBuilder(K, 16).add(expected, value, () => value);
  return inequality(K, expected, { lhs: tally(a), rhs: tally(b) }, told) ?? inequality(K, expected, { lhs: tally(b), rhs: tally(a) }, told);
}

/** On which side of w = 16c²/9 all three weights lie. */
function sideOf<S>(K: RealSpace<S>, { curvature: c, progression: { low, high } }: CorrectedCase): 'convex' | 'concave' | 'mixed' {
  const turn = K.div(K.mul(K.from(4), K.from(c)), K.from(3));
  if (K.lessOrEqual(K.from(high), turn)) return 'convex';
  return K.lessOrEqual(turn, K.from(low)) ? 'concave' : 'mixed';
}

/** f = (c/2)(x − x*)²: h″(w) = ¼c²e²w^(−3)(4c − 3√w), e = x − x*. The midpoint test on either side of w = 16c²/9, e = 1. */
function curvature<S>(K: RealSpace<S>, subject: Subject, data: CorrectedCase, side: 'convex' | 'concave' | 'mixed'): Failed | null {
  if (side === 'mixed') return null;
  const f = subject.convexFunction(K, { body: { kind: 'spectral', spectrum: [data.curvature], reflectors: [] }, minimiser: [0] });
  const phi = subject.metaAdaGrad(K, f.gradient);
  const x = K.vector(1, () => K.one);
  const { low, middle, high } = data.progression;
  const [u, v] = [K.mul(K.from(low), K.from(low)), K.mul(K.from(high), K.from(high))];
  // In floating point the middle is the mean, rounded; on exact squares it is a square.
  const m = K.exact ? K.mul(K.from(middle), K.from(middle)) : K.div(K.add(u, v), K.from(2));
  const h = (w: S): { value: S; size: S } => {
    const point = K.plus(x, phi.apply(x, K.vector(1, () => w)));
    // (c/2)(1 + c/√w)², with absolute values.
    const reach = K.add(K.one, K.div(f.smoothness, K.sqrt(w)));
    return { value: f.value(point), size: K.mul(f.smoothness, K.mul(reach, reach)) };
  };
  const [hu, hm, hv] = [h(u), h(m), h(v)];
  const half = K.div(K.one, K.from(2));
  const atMiddle = new TallyBuilder(K, 64).add('h(½(u + v))', hm.value, () => hm.size);
  const mean = new TallyBuilder(K, 64).add('½h(u)', K.mul(half, hu.value), () => hu.size).add('½h(v)', K.mul(half, hv.value), () => hv.size);
  const told: Evidence = () => ({ c: String(data.curvature), u: K.format(u), v: K.format(v) });
  return side === 'convex'
    ? inequality(K, 'h(½(u + v)) ≤ ½(h(u) + h(v)) for u, v ≤ 16c²/9', { lhs: atMiddle, rhs: mean }, told)
    : inequality(K, 'h(½(u + v)) ≥ ½(h(u) + h(v)) for u, v ≥ 16c²/9', { lhs: mean, rhs: atMiddle }, told);
}

const exactCases: fc.Arbitrary<CorrectedCase> = pathCase(rationalNumbers).chain((path) =>
  fc.record({
    roots: fc.array(rationalNumbers.positive, { minLength: path.start.length, maxLength: path.start.length }),
    curvature: rationalNumbers.positive,
    progression: squares,
    // One step, with ε outside: √g² is rational.
    epsilon: rationalNumbers.positive,
    epsilonInside: fc.constant(false),
    steps: fc.constant(1),
  }).map((rest) => ({ ...path, ...rest }))
);

const floatCases: fc.Arbitrary<CorrectedCase> = pathCase(doubles, { rate: logUniform(-2, 0.5) }).chain((path) =>
  fc.record({
    roots: fc.array(doubles.positive, { minLength: path.start.length, maxLength: path.start.length }),
    curvature: doubles.positive,
    progression: around,
    epsilon: logUniform(-8, -1),
    epsilonInside: fc.boolean(),
    steps: fc.integer({ min: 1, max: 40 }),
  }).map(({ progression: relative, ...rest }) => ({ ...path, ...rest, progression: relative(Number(rest.curvature)) }))
);

/** Roots on either side of 4c/3. */
const around: fc.Arbitrary<(c: number) => Progression> = fc.record({ above: fc.boolean(), a: uniform(0.02, 0.98), b: uniform(0.02, 0.98) }).map(({ above, a, b }) => (c) => {
  const turn = (4 * c) / 3;
  const [low, high] = [Math.min(a, b), Math.max(a, b)].map((s) => s * turn) as [number, number];
  return above ? { low: (turn * turn) / high, middle: 0, high: (turn * turn) / low } : { low, middle: 0, high };
});

export default {
  id: 'meta-adagrad',
  source: { section: '7.1', label: 'Figure 2' },
  order: 1,
  error: 'prose',
  printed: {
    statement: 'Meta-AdaGrad, φ = ∇f(x)/√w (−∇f(x)/√w, so that it descends), is an update rule of Section 2: φ is affine in w, and h(w) = f(x + φ(x, w)) convex',
    hypotheses: ['f convex and L-smooth', 'w > 0'],
    strength: 'hypothesis',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, check: printed })],
    coverage: {},
    // f = x²/2 at x = 1 and w = 4, 100, 196: h = 1/8, 81/200, 169/392. And w = 1, 25, 49: φ = −1, −1/5, −1/7.
    committed: [
      { arithmetic: 'rational', case: { curvature: '1', minimiser: '0', x: '1', roots: { low: '2', middle: '10', high: '14' }, part: 'convex' } },
      { arithmetic: 'rational', case: { curvature: '1', minimiser: '0', x: '1', roots: { low: '1', middle: '5', high: '7' }, part: 'affine' } },
    ],
  },
  corrected: {
    statement:
      'Meta-AdaGrad is outside the theory: for φ = −∇f(x)/√w, Dφ(x, w) = diag(½∇f(x)w^(−3/2)) depends on w, and for f = (c/2)(x − x*)² h is convex on w ≤ 16c²/9 and concave on w ≥ 16c²/9; AdaGrad itself is x_{t+1} = x_t − η∇f(x_t)/(√Σ_{s≤t}∇f(x_s)² + ε), element by element',
    hypotheses: ['f convex and L-smooth', 'w > 0'],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      // First where every root exists: a wrong root would end the exact arm with an error instead of a counterexample.
      arm({ arithmetic: 'float64', generator: floatCases, check: (subject, data) => corrected(float64, subject, data) }),
      arm({ arithmetic: 'rational', generator: exactCases, check: (subject, data) => corrected(rationalRoots, subject, data) }),
    ],
    coverage: { 'h convex': 0.2, 'h concave': 0.2, 'T ≥ 20': 0.2, 'ε inside': 0.2 },
    committed: [],
  },
  proof: `
    φ_i = −∂_i f(x)w_i^{−1/2} has the derivative ½∂_i f(x)w_i^{−3/2} in w_i, and 0 in the others: it depends on w, and is an eighth of itself at 4w.
    For f = (c/2)(x − x*)² and e = x − x*, h(w) = (c/2)e²(1 − c/√w)², and h″(w) = ¼c²e²w⁻³(4c − 3√w): ≥ 0 for √w ≤ 4c/3, ≤ 0 from there on.
    AdaGrad’s recurrence is its definition.`,
  saboteurs: [],
} satisfies Claim;
