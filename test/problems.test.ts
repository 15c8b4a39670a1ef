import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dualSpace } from '../oracles/dual.js';
import { gamma, ledgerRoundings } from '../oracles/rounding.js';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import { isReal, type OrderedSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import { functionSpec, quadraticSpec } from '../src/generator/function.js';
import { summands } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { convexFunction, differentiableFunction } from '../src/problem/convex.js';
import { remembered } from '../src/problem/convex-function.js';
import type { EnvelopeSpec } from '../src/problem/envelope.js';
import type { BodySpec, FunctionSpec } from '../src/problem/function-spec.js';
import type { Num, ShapeSpec } from '../src/problem/shape.js';
import { holdsFor } from './support/exactly.js';
import { isRationalBody, naiveValue, spectralMatrix } from './support/naive-function.js';

const decimal60 = decimal(60);

/** A function, and two points to look at it from. */
interface Scene {
  readonly spec: FunctionSpec;
  readonly x: readonly Num[];
  readonly y: readonly Num[];
}

function scenes(source: typeof rationalNumbers, specs = functionSpec): fc.Arbitrary<Scene> {
  return fc.integer({ min: 1, max: source.name === 'rational' ? 3 : 4 })
    .chain((n) => fc.record({ spec: specs(source, n), x: vector(source, n), y: vector(source, n) }));
}

/** One case of each family and shape by name, so that none depends on chance. */
const SHAPES: readonly ShapeSpec[] = [
  { kind: 'square' },
  { kind: 'huber', width: '1/2' },
  { kind: 'half-square' },
  { kind: 'dead-zone', width: '1/3' },
  { kind: 'asymmetric', ratio: '3/2' },
  { kind: 'softplus' },
];
const ridges = SHAPES.map((shape): BodySpec => ({
  kind: 'ridge',
  terms: [{ direction: ['1', '-2'], offset: '1/2', weight: '3', shape }, { direction: ['1/2', '1'], offset: '-1', weight: '1/4', shape: { kind: 'square' } }, {
    direction: ['0', '3'],
    offset: '2',
    weight: '2/3',
    shape,
  }],
}));
const singular: BodySpec = { kind: 'spectral', spectrum: ['5/2', '0'], reflectors: [['1', '2'], ['-3', '1']] };
const illConditioned: BodySpec = { kind: 'spectral', spectrum: [1, 1e-12], reflectors: [[0.75, 1.3125]] };
const chain: BodySpec = { kind: 'chain', dimension: 2, smoothness: '8/3' };
const logSumExp: BodySpec = { kind: 'log-sum-exp', atoms: [['1', '0'], ['-1', '2'], ['1/2', '-1']], offsets: ['0', '1', '-1/2'] };
const composition: BodySpec = { kind: 'composition', inner: ridges[1]!, matrix: [['1', '2'], ['-1', '1/2']], shift: ['1', '-1'] };
const envelopes: readonly BodySpec[] = [
  { kind: 'envelope', points: [['0', '0'], ['2', '1'], ['1', '-3']], heights: ['0', '1/2', '3'], blur: '0', smoothness: '3/2' },
  // Collinear points, one of them in the middle and below the others' chord.
  { kind: 'envelope', points: [['1', '1'], ['-1', '-1'], ['0', '0'], ['3', '-2']], heights: ['2', '2', '1/2', '0'], blur: '1/64', smoothness: '1' },
  { kind: 'envelope', points: [['1/2', '-1']], heights: ['1'], blur: '0', smoothness: '5' },
];
const BODIES: readonly BodySpec[] = [
  ...envelopes,
  ...ridges,
  singular,
  illConditioned,
  chain,
  logSumExp,
  composition,
  { kind: 'sum', parts: [chain, ridges[3]!] },
  { kind: 'sum', parts: [logSumExp, composition, singular] },
  { kind: 'composition', inner: logSumExp, matrix: [['2', '0'], ['1', '-1']], shift: ['0', '1/2'] },
];
const POINTS: readonly (readonly Num[])[] = [['0', '0'], ['1', '-2'], ['-1/2', '3/4'], ['5', '1/3']];
const fixedScenes = BODIES.flatMap((body) => POINTS.map((x, i): Scene => ({ spec: { body, minimiser: ['1/2', '-1'] }, x, y: POINTS[(i + 1) % 4]! })));

/** Runs on every fixed scene that `K` can express, then on `runs` random ones. */
function onScenes<S>(K: OrderedSpace<S>, source: typeof rationalNumbers, runs: number, check: (scene: Scene) => void): void {
  fixedScenes.filter(({ spec: { body } }) => isReal(K) || isRationalBody(body)).forEach(check);
  holdsFor(runs, fc.property(scenes(source), check));
}

const squared = <S>(K: Space<S>, x: Vector<S>): S => K.dot(x, x);
const moved = <S>(K: Space<S>, x: Vector<S>, i: number, step: S): Vector<S> => K.vector(x.length, (j) => (j === i ? K.add(x[j]!, step) : x[j]!));

/** (g(x + he_i) − g(x − he_i))/2h of the untilted body, by its definition. */
function difference<S>(K: OrderedSpace<S>, body: BodySpec, x: Vector<S>, i: number, h: S): S {
  return K.div(K.sub(naiveValue(K, body, moved(K, x, i, h)), naiveValue(K, body, moved(K, x, i, K.neg(h)))), K.mul(K.from(2), h));
}

describe('gradients against differences', () => {
  test('of quadratics: equal in rationals, whatever the step', () => {
    const check = ({ spec, x }: Scene, h: Rational): void => {
      const f = convexFunction(rational, spec);
      const [point, minimiser] = [numbers(rational, x), numbers(rational, spec.minimiser)];
      const gradient = f.gradient(point);
      for (let i = 0; i < point.length; i++) {
        const truth = difference(rational, spec.body, point, i, h).sub(difference(rational, spec.body, minimiser, i, h));
        expect(rational.format(gradient[i]!)).toBe(rational.format(truth));
      }
    };
    for (const scene of fixedScenes) if ([ridges[0], singular, chain].includes(scene.spec.body)) check(scene, ratio(7, 3));
    holdsFor(100, fc.property(scenes(rationalNumbers, quadraticSpec), fc.integer({ min: 1, max: 9 }), (scene, h) => check(scene, ratio(h, 4))));
  });

  test('of everything rational: within Lh/2 at h = 10⁻³⁰, without rounding', () => {
    const h = ratio(1, 10n ** 30n);
    onScenes(rational, rationalNumbers, 150, ({ spec, x }) => {
      const f = convexFunction(rational, spec);
      const [point, minimiser] = [numbers(rational, x), numbers(rational, spec.minimiser)];
      const gradient = f.gradient(point);
      // f(x ± h) = f(x) ± hf'(x) + R, |R| ≤ Lh²/2: the quotient is off by Lh/2, here twice, for the tilt is a difference too.
      const bound = f.smoothness.mul(h);
      for (let i = 0; i < point.length; i++) {
        const truth = difference(rational, spec.body, point, i, h).sub(difference(rational, spec.body, minimiser, i, h));
        expect(gradient[i]!.sub(truth).abs().compare(bound)).toBeLessThanOrEqual(0);
      }
    });
  });

  test('of everything, in 60 digits: within Lh/2 and what rounding does to the difference', () => {
    const K = decimal60;
    const h = K.from(`1/${10n ** 20n}`);
    onScenes(K, doubles, 120, ({ spec, x }) => {
      const f = convexFunction(K, spec);
      const [point, minimiser] = [numbers(K, x), numbers(K, spec.minimiser)];
      const gradient = f.gradient(point);
      // Two values of size |g| + |⟨magnitude, x⟩|, each off by less than 10⁴ roundings of 10⁻⁶⁰, over 2h.
      const size = Math.abs(K.toNumber(naiveValue(K, spec.body, point))) + Math.abs(K.toNumber(naiveValue(K, spec.body, minimiser))) +
        K.toNumber(K.add(K.dot(f.gradientMagnitude(point), numbers(K, x.map(absolute))), K.one));
      const bound = K.toNumber(f.smoothness) * 1e-20 + 2e4 * 1e-60 * size * 1e20;
      for (let i = 0; i < point.length; i++) {
        const truth = K.sub(difference(K, spec.body, point, i, h), difference(K, spec.body, minimiser, i, h));
        expect(Math.abs(K.toNumber(K.sub(gradient[i]!, truth))), f.formula()).toBeLessThanOrEqual(bound);
      }
    });
  });

  test('over the prime field, which has no differences that are small: equal, for quadratics', () => {
    holdsFor(
      60,
      fc.property(fc.integer({ min: 1, max: 3 }).chain((n) => fc.record({ spec: quadraticSpec(residues, n), x: vector(residues, n), h: residues.positive })), ({ spec, x, h }) => {
        const K = primeField;
        const f = differentiableFunction(K, spec);
        const step = K.from(h);
        const point = numbers(K, x);
        f.gradient(point);
        for (let i = 0; i < point.length; i++) {
          const quotient = K.div(K.sub(f.value(moved(K, point, i, step)), f.value(moved(K, point, i, K.neg(step)))), K.mul(K.from(2), step));
          expect(f.gradient(point)[i]).toBe(quotient);
        }
      }),
    );
  });
});

function absolute(data: Num): Num {
  return typeof data === 'number' ? Math.abs(data) : data.replace('-', '');
}

describe('minima and divergences', () => {
  test('the gradient vanishes at the minimiser, exactly, and the value there is the minimum', () => {
    const check = <S>(K: OrderedSpace<S>, { spec, x }: Scene): void => {
      const f = convexFunction(K, spec);
      expect(Array.from(f.gradient(f.minimiser)).every((entry) => K.equal(entry, K.zero))).toBe(true);
      expect(Array.from(f.minimiser, K.format)).toEqual(Array.from(numbers(K, spec.minimiser), K.format));
      expect(K.equal(f.minimum, K.zero)).toBe(true);
      expect([f.dimension, f.minimiser.length]).toEqual([x.length, x.length]);
      if (!K.exact) return;
      expect(K.equal(f.value(f.minimiser), f.minimum)).toBe(true);
      expect(K.lessOrEqual(f.minimum, f.value(numbers(K, x)))).toBe(true);
    };
    onScenes(rational, rationalNumbers, 150, (scene) => check(rational, scene));
    onScenes(float64, doubles, 150, (scene) => check(float64, scene));
  });

  test('B_f(y, x) = g(y) − g(x) − ⟨∇g(x), y − x⟩ in rationals, with ∇g from dual numbers, and f(x) = B_f(x, x*)', () => {
    const [K, D] = [rational, dualSpace(rational)];
    onScenes(K, rationalNumbers, 200, ({ spec, x, y }) => {
      const f = convexFunction(K, spec);
      const [from, to, minimiser] = [numbers(K, x), numbers(K, y), numbers(K, spec.minimiser)];
      const slope = (at: Vector<Rational>, along: Vector<Rational>): Rational => {
        const line = D.vector(at.length, (i) => ({ value: at[i]!, derivative: along[i]! }));
        return naiveValue(D, spec.body, line).derivative;
      };
      const divergence = (b: Vector<Rational>, a: Vector<Rational>): Rational => naiveValue(K, spec.body, b).sub(naiveValue(K, spec.body, a)).sub(slope(a, K.minus(b, a)));
      expect(K.format(f.divergence(to, from))).toBe(K.format(divergence(to, from)));
      expect(K.format(f.value(from))).toBe(K.format(divergence(from, minimiser)));
      expect(K.format(K.dot(f.gradient(from), to))).toBe(K.format(slope(from, to).sub(slope(minimiser, to))));
    });
  });

  test('B_f(y, x) = g(y) − g(x) − ⟨∇g(x), y − x⟩ in 60 digits, with ∇g from differences', () => {
    const K = decimal60;
    const h = K.from(`1/${10n ** 20n}`);
    onScenes(K, doubles, 100, ({ spec, x, y }) => {
      const f = convexFunction(K, spec);
      const [from, to] = [numbers(K, x), numbers(K, y)];
      const step = K.minus(to, from);
      const slope = K.vector(from.length, (i) => difference(K, spec.body, from, i, h));
      const [before, after, linear] = [naiveValue(K, spec.body, from), naiveValue(K, spec.body, to), K.dot(slope, step)];
      const truth = K.sub(K.sub(after, before), linear);
      const length = Array.from(step).reduce((sum, entry) => sum + Math.abs(K.toNumber(entry)), 0);
      const size = [before, after, linear].reduce((sum, entry) => sum + Math.abs(K.toNumber(entry)), 1 + K.toNumber(f.divergenceMagnitude(to, from)));
      // The slope is off by Lh/2 and by the rounding of two values over h, as above.
      const bound = length * (K.toNumber(f.smoothness) * 1e-20 + 2e4 * 1e-40 * size) + 1e-55 * size;
      expect(Math.abs(K.toNumber(K.sub(f.divergence(to, from), truth))), f.formula()).toBeLessThanOrEqual(bound);
    });
  });

  test('no divergence is negative', () => {
    onScenes(rational, rationalNumbers, 150, ({ spec, x, y }) => {
      expect(rational.lessOrEqual(rational.zero, convexFunction(rational, spec).divergence(numbers(rational, y), numbers(rational, x)))).toBe(true);
    });
  });
});

describe('L', () => {
  /** ‖∇f(x) − ∇f(y)‖² ≤ L²‖x − y‖², ‖∇f(x) − ∇f(y)‖² ≤ 2L B_f(y, x) and B_f(y, x) ≤ ½L‖x − y‖², each up to `slack` relative to the right side. */
  const bounds = <S>(K: OrderedSpace<S>, { spec, x, y }: Scene, slack: S): void => {
    const f = convexFunction(K, spec);
    const [from, to] = [numbers(K, x), numbers(K, y)];
    const L = f.smoothness;
    const change = squared(K, K.minus(f.gradient(from), f.gradient(to)));
    const distance = squared(K, K.minus(from, to));
    const divergence = f.divergence(to, from);
    const atMost = (a: S, b: S): void => expect(K.lessOrEqual(a, K.add(K.mul(b, K.add(K.one, slack)), slack)), `${f.formula()}: ${K.format(a)} ≤ ${K.format(b)}`).toBe(true);
    atMost(change, K.mul(K.mul(L, L), distance));
    atMost(change, K.mul(K.mul(K.from(2), L), divergence));
    atMost(divergence, K.div(K.mul(L, distance), K.from(2)));
  };

  test('bounds pairs of gradients and divergences, exactly in rationals', () => {
    onScenes(rational, rationalNumbers, 250, (scene) => bounds(rational, scene, rational.zero));
  });

  test('bounds them in 60 digits, for softplus and log-sum-exp too', () => {
    // All data are below 10³: what 60 digits leave of sums of fewer than 100 products of four of them.
    onScenes(decimal60, doubles, 150, (scene) => bounds(decimal60, scene, decimal60.from(`1/${10n ** 40n}`)));
  });

  test('is the largest eigenvalue where the spectrum is given, and is attained', () => {
    const K = rational;
    for (const [spectrum, reflectors] of [[['5/2', '0'], [['1', '2'], ['-3', '1']]], [['1', '3', '2'], [['1', '1', '1']]], [['7'], []]] as const) {
      const f = convexFunction(K, { body: { kind: 'spectral', spectrum, reflectors }, minimiser: spectrum.map(() => '1') });
      const largest = spectrum.map((value) => K.from(value)).reduce(K.max);
      expect(K.format(f.smoothness)).toBe(K.format(largest));
      // Along the image of its own unit vector f is as curved as that.
      const Q = spectralMatrix(K, spectrum, reflectors);
      const gradient = (x: Vector<Rational>): Vector<Rational> => f.gradient(K.plus(x, f.minimiser));
      for (const value of spectrum) {
        // det(Q − value I) = 0, in dimensions 1 to 3, by cofactors.
        expect(determinant(Q.map((row, i) => row.map((entry, j) => (i === j ? entry.sub(K.from(value)) : entry)))).n).toBe(0n);
      }
      Q.forEach((_, j) => expect(Array.from(gradient(K.vector(Q.length, (i) => (i === j ? K.one : K.zero))), K.format)).toEqual(Q.map((row) => K.format(row[j]!))));
    }
  });

  test('is the largest weight of a diagonal quadratic, and half of the sums where rows overlap', () => {
    const terms = (weights: readonly Num[]): BodySpec => ({
      kind: 'ridge',
      terms: weights.map((weight, i) => ({ direction: weights.map((_, j) => (i === j ? 1 : 0)), offset: 0, weight, shape: { kind: 'square' } })),
    });
    expect(rational.format(convexFunction(rational, { body: terms(['1', '7/2', '3']), minimiser: ['0', '0', '0'] }).smoothness)).toBe('7/2');
    const smoothness = (body: BodySpec): number => convexFunction(float64, { body, minimiser: [0, 0] }).smoothness;
    // |(1, −2)||(1, −2)|ᵀ has rows (1, 2) and (2, 4): the largest sum is 6 ≥ 5 = ‖aaᵀ‖.
    const ridge = (shape: ShapeSpec): BodySpec => ({ kind: 'ridge', terms: [{ direction: [1, -2], offset: 0, weight: 1, shape }] });
    expect(SHAPES.map((shape) => smoothness(ridge(shape)))).toEqual([6, 6, 6, 6, 9, 1.5]);
    // ¼ max‖a_i − a_j‖² = ¼(2² + 2²); ‖M‖₁‖M‖_∞ = 3 · 3 for ((1, 2), (−1, ½)) is max(2, 5/2) · max(3, 3/2).
    expect(smoothness({ kind: 'log-sum-exp', atoms: [[1, 0], [-1, 2]], offsets: [0, 5] })).toBe(2);
    expect(smoothness({ kind: 'composition', inner: ridge({ kind: 'square' }), matrix: [[1, 2], [-1, 0.5]], shift: [0, 0] })).toBe(6 * 2.5 * 3);
    expect(smoothness({ kind: 'sum', parts: [ridge({ kind: 'square' }), terms([4, 1])] })).toBe(10);
  });

  test("of Nesterov's chain is the one given: its largest eigenvalue L cos²(π/(2n + 2)) is just below", () => {
    for (const n of [1, 2, 5, 30]) {
      const f = convexFunction(float64, { body: { kind: 'chain', dimension: n, smoothness: 4 }, minimiser: Array<number>(n).fill(0) });
      expect(f.smoothness).toBe(4);
      const eigenvector = float64.vector(n, (i) => Math.sin(((i + 1) * n * Math.PI) / (n + 1)));
      const image = f.gradient(eigenvector);
      const value = 4 * Math.cos(Math.PI / (2 * n + 2)) ** 2;
      for (let i = 0; i < n; i++) expect(Math.abs(image[i]! - value * eigenvector[i]!)).toBeLessThan(1e-13 * (n + 1));
      expect(value).toBeLessThanOrEqual(f.smoothness);
    }
  });

  test("Nesterov's chain with its own minimiser 1 − i/(n + 1) is Nesterov's function", () => {
    const n = 4;
    const f = convexFunction(rational, { body: { kind: 'chain', dimension: n, smoothness: '3' }, minimiser: ['4/5', '3/5', '2/5', '1/5'] });
    holdsFor(
      50,
      fc.property(vector(rationalNumbers, n), (data) => {
        const x = numbers(rational, data);
        // f(x) − f* with f* = (L/8)(−1 + 1/(n + 1)) (Nesterov, 2.1.2).
        const least = ratio(3, 8).mul(ratio(-4, 5));
        expect(rational.format(f.value(x))).toBe(rational.format(naiveValue(rational, { kind: 'chain', dimension: n, smoothness: '3' }, x).sub(least)));
      }),
    );
  });
});

function determinant(A: readonly (readonly Rational[])[]): Rational {
  if (A.length === 1) return A[0]![0]!;
  return A[0]!.reduce((sum, entry, j) => {
    const minor = determinant(A.slice(1).map((row) => row.filter((_, k) => k !== j)));
    return j % 2 === 0 ? sum.add(entry.mul(minor)) : sum.sub(entry.mul(minor));
  }, ratio(0));
}

describe('rounding', () => {
  test('magnitudes bound the error of float64 gradients, values and divergences, against 60 digits', () => {
    const K = decimal60;
    const lift = (v: Vector<number>): Vector<ReturnType<typeof K.from>> => K.vector(v.length, (i) => K.from(v[i]!));
    // The fractions of the fixed scenes as the nearest doubles, which then stand for themselves.
    const asDoubles = (scene: Scene): Scene => JSON.parse(JSON.stringify(scene).replaceAll(/"(-?\d+(?:\/\d+)?)"/g, (_, data: string) => String(float64.from(data)))) as Scene;
    const check = (scene: Scene): void => {
      const { spec, x, y } = asDoubles(scene);
      const [f, truth] = [convexFunction(float64, spec), convexFunction(K, spec)];
      const [from, to] = [numbers(float64, x), numbers(float64, y)];
      const bound = gamma(ledgerRoundings({ horizon: 0, dimension: f.dimension, parameters: 0, summands: summands(spec.body) }));
      const [gradient, exact, magnitude] = [f.gradient(from), truth.gradient(lift(from)), f.gradientMagnitude(from)];
      for (let i = 0; i < f.dimension; i++) {
        expect(Math.abs(K.toNumber(K.sub(K.from(gradient[i]!), exact[i]!))), `gradient of ${f.formula()}`).toBeLessThanOrEqual(bound * magnitude[i]!);
      }
      const divergence = K.sub(K.from(f.divergence(to, from)), truth.divergence(lift(to), lift(from)));
      expect(Math.abs(K.toNumber(divergence)), `divergence of ${f.formula()}`).toBeLessThanOrEqual(bound * f.divergenceMagnitude(to, from));
      const value = K.sub(K.from(f.value(from)), truth.value(lift(from)));
      expect(Math.abs(K.toNumber(value)), `value of ${f.formula()}`).toBeLessThanOrEqual(bound * f.divergenceMagnitude(from, f.minimiser));
    };
    // Directions that are 0 but for rounding: (0, −1) is the image of (1, 0).
    for (const reflector of [[0.1, 0.1], [0.3, 0.3], [1.1, 1.1]]) {
      check({ spec: { body: { kind: 'spectral', spectrum: [1, 0], reflectors: [reflector] }, minimiser: [0.1, 0.7] }, x: [1.3, -0.2], y: [0.7, 0.1] });
    }
    onScenes(float64, doubles, 400, check);
  });

  test('a condition number of 10¹² leaves the small eigenvalue readable, and far from the minimiser nothing overflows', () => {
    const f = convexFunction(float64, { body: { kind: 'spectral', spectrum: [1, 1e-12], reflectors: [] }, minimiser: [0, 0] });
    expect(Array.from(f.gradient(Float64Array.of(0, 1)))).toEqual([0, 1e-12]);
    expect(f.value(Float64Array.of(0, 1))).toBe(5e-13);
    const soft = convexFunction(float64, { body: { kind: 'ridge', terms: [{ direction: [1], offset: 0, weight: 1, shape: { kind: 'softplus' } }] }, minimiser: [0] });
    expect(soft.gradient(Float64Array.of(1000))[0]).toBe(0.5);
    expect(soft.gradient(Float64Array.of(-1000))[0]).toBe(-0.5);
    expect(soft.value(Float64Array.of(1000))).toBeCloseTo(500 - Math.LN2, 9);
    const peaks = convexFunction(float64, { body: { kind: 'log-sum-exp', atoms: [[1], [-1]], offsets: [0, 0] }, minimiser: [0] });
    expect(peaks.value(Float64Array.of(-1000))).toBeCloseTo(1000 - Math.LN2, 9);
  });
});

describe('remembered functions', () => {
  test('are the same functions, and compute nothing twice of what a ledger asks twice', () => {
    let asked = 0;
    const counted = <A extends readonly unknown[], T>(f: (...points: A) => T) => (...points: A): T => {
      asked += 1;
      return f(...points);
    };
    const f = convexFunction(rational, { body: ridges[1]!, minimiser: ['1', '2'] });
    const g = remembered({
      ...f,
      gradient: counted(f.gradient),
      divergence: counted(f.divergence),
      gradientMagnitude: counted(f.gradientMagnitude),
      divergenceMagnitude: counted(f.divergenceMagnitude),
    });
    const points = POINTS.map((point) => numbers(rational, point));
    for (const expected of [4 + 4 + 4 * 4 * 2, 0]) {
      asked = 0;
      for (const x of points) {
        expect([g.gradient(x), g.gradientMagnitude(x)]).toEqual([f.gradient(x), f.gradientMagnitude(x)]);
        // Of each x the last two y are known.
        for (const y of expected === 0 ? points.slice(2) : points)
          expect([g.divergence(y, x), g.divergenceMagnitude(y, x)]).toEqual([f.divergence(y, x), f.divergenceMagnitude(y, x)]);
      }
      expect(asked).toBe(expected);
    }
    // An equal vector is another one.
    g.gradient(Array.from(points[0]!));
    expect(asked).toBe(1);
  });
});

describe('envelopes', () => {
  /** ∇g by dual numbers. */
  const slopeOf = (body: BodySpec, at: Vector<Rational>): Vector<Rational> => {
    const D = dualSpace(rational);
    return rational.vector(at.length, (i) => naiveValue(D, body, D.vector(at.length, (j) => ({ value: at[j]!, derivative: j === i ? rational.one : rational.zero }))).derivative);
  };

  /** Points on a small grid: three on a line, four on a circle, some twice. */
  const small = fc.integer({ min: -3, max: 3 }).map(String);
  const bodies = fc.integer({ min: 1, max: 3 }).chain((n) =>
    fc.integer({ min: 1, max: 5 }).chain((count) =>
      fc.record({
        points: fc.array(fc.array(small, { minLength: n, maxLength: n }), { minLength: count, maxLength: count }),
        heights: fc.array(fc.integer({ min: 0, max: 4 }).map(String), { minLength: count, maxLength: count }),
        blur: fc.constantFrom('0', '0', '1/8'),
        x: fc.array(small, { minLength: n, maxLength: n }),
        y: fc.array(small, { minLength: n, maxLength: n }),
      })
    )
  );

  test('of points that depend on each other are the least value over all faces, in rationals, and rounded once in float64', () => {
    holdsFor(
      150,
      fc.property(bodies, ({ points, heights, blur, x, y }) => {
        const body: BodySpec = { kind: 'envelope', points, heights, blur, smoothness: '3/2' };
        const f = convexFunction(rational, { body, minimiser: y });
        const [from, to] = [numbers(rational, x), numbers(rational, y)];
        // g(x) − g(y) = B(x, y) + ⟨∇g(y), x − y⟩, and the tilt has taken ∇g(y) away.
        const slope = slopeOf(body, to);
        const value = naiveValue(rational, body, from).sub(naiveValue(rational, body, to)).sub(rational.dot(slope, rational.minus(from, to)));
        expect(rational.format(f.value(from))).toBe(rational.format(value));
        const double = convexFunction(float64, { body, minimiser: y });
        expect(double.value(numbers(float64, x))).toBe(rational.toNumber(value));
      }),
    );
  });
});

describe('functions that are none', () => {
  const refused = <S>(K: OrderedSpace<S>, body: BodySpec, message: string, minimiser: readonly Num[] = ['0']): void => {
    expect(() => convexFunction(K, { body, minimiser })).toThrow(new RangeError(message));
  };
  const ridge = (shape: ShapeSpec, weight: Num = '1'): BodySpec => ({ kind: 'ridge', terms: [{ direction: ['1'], offset: '0', weight, shape }] });

  test('are refused, with what was expected', () => {
    refused(rational, { kind: 'ridge', terms: [] }, 'expected at least one ridge term, got none');
    refused(rational, ridge({ kind: 'square' }, '-1/2'), 'expected weights ≥ 0, got -1/2');
    refused(rational, ridge({ kind: 'huber', width: '-1' }), 'expected a width ≥ 0, got -1');
    refused(rational, ridge({ kind: 'dead-zone', width: '-1/3' }), 'expected a width ≥ 0, got -1/3');
    refused(float64, ridge({ kind: 'asymmetric', ratio: -2 }), 'expected a ratio ≥ 0, got -2');
    refused(rational, ridge({ kind: 'softplus' }), 'expected a shape without exponentials in rational, got "softplus"');
    refused(rational, logSumExp, 'expected a function without exponentials in rational, got log-sum-exp', ['0', '0']);
    refused(rational, { kind: 'spectral', spectrum: ['1', '-1'], reflectors: [] }, 'expected weights ≥ 0, got -1', ['0', '0']);
    refused(rational, { kind: 'spectral', spectrum: ['1', '1'], reflectors: [['0', '0']] }, 'expected reflectors that are not 0', ['0', '0']);
    refused(rational, { kind: 'chain', dimension: 0, smoothness: '1' }, 'expected a dimension ≥ 1, got 0', []);
    refused(rational, { kind: 'chain', dimension: 1.5, smoothness: '1' }, 'expected a dimension ≥ 1, got 1.5');
    refused(rational, { kind: 'sum', parts: [] }, 'expected at least one summand, got none');
    refused(rational, { kind: 'sum', parts: [chain, ridge({ kind: 'square' })] }, 'expected summands on R^2, got one on R^1', ['0', '0']);
    refused(float64, { kind: 'log-sum-exp', atoms: [[1]], offsets: [] }, 'expected as many offsets as atoms, at least one, got 1 atoms and 0 offsets');
    refused(float64, { kind: 'log-sum-exp', atoms: [], offsets: [] }, 'expected as many offsets as atoms, at least one, got 0 atoms and 0 offsets');
    refused(rational, ridge({ kind: 'square' }), 'expected a minimiser of dimension 1, got 2', ['0', '0']);
    const [round] = envelopes as readonly EnvelopeSpec[];
    refused(rational, { ...round!, heights: ['0'] }, 'expected as many heights as points, at least one, got 3 points and 1 heights', ['0', '0']);
    refused(rational, { ...round!, points: [], heights: [] }, 'expected as many heights as points, at least one, got 0 points and 0 heights', ['0', '0']);
    refused(float64, { ...round!, points: [['0', '0'], ['1'], ['1', '1']] }, 'expected points of dimension 2, got one of dimension 1', ['0', '0']);
    refused(float64, { ...round!, blur: -1 }, 'expected blur ≥ 0, got -1', ['0', '0']);
    refused(rational, { ...round!, smoothness: '-1' }, 'expected L ≥ 0, got -1', ['0', '0']);
    expect(() => differentiableFunction(primeField, { body: round!, minimiser: ['0', '0'] })).toThrow(
      new RangeError('expected a function without nearest points in prime-field, got an envelope'),
    );
    refused(rational, { ...composition, shift: ['1'] }, 'expected vectors of one dimension, got 2 and 1', ['0', '0']);
    expect(() => differentiableFunction(primeField, { body: ridge({ kind: 'huber', width: '1' }), minimiser: ['0'] }))
      .toThrow(new RangeError('expected shape "square", the only one without an order, got "huber" in prime-field'));
  });
});
