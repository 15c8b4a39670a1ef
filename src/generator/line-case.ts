import fc from 'fast-check';
import type { BetaIndex } from '../algorithm/formulas.js';
import { rational as Q } from '../arithmetic/rational.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import { hardFunction, type RateCase } from './lambda-case.js';
import type { NumberSource } from './number.js';

interface Line extends Pick<RateCase, 'function' | 'horizon' | 'lossWeight'> {
  /** c */
  readonly scale?: Num;
  readonly lower?: Num;
  /** diam(W) */
  readonly diameter?: Num;
  readonly index?: BetaIndex;
}

/** φ = cw on X = cW, W an interval, so that λ = λ̃ = c² exactly: for numbers that a reader recomputes, φ = w and W = [0, 1] where nothing else is said. */
export function onInterval({ scale = '1', lower = '0', diameter = '1', index = 'equation-4', ...rest }: Line): RateCase {
  const upper = Q.format(Q.add(Q.from(lower), Q.from(diameter)));
  return {
    rule: scale === '1' ? { kind: 'identity' } : { kind: 'affine', matrix: [[scale]], offset: ['0'] },
    set: { kind: 'box', lower: [lower], upper: [upper] },
    start: rest.function.minimiser,
    factor: '1',
    index,
    ...rest,
  };
}

/** ½c(x − x*)² */
export const parabola = (weight: Num, minimiser: Num): FunctionSpec => ({ body: { kind: 'spectral', spectrum: [weight], reflectors: [] }, minimiser: [minimiser] });

/** Quadratics and Huber functions, W of all sizes at all distances from 0, with w* in it, often at an end: where a diameter that is not squared shows. */
export function lineCase(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }, lossWeights: readonly RateCase['lossWeight'][]): fc.Arbitrary<RateCase> {
  return fc.record({
    kind: fc.constantFrom('quadratic', 'huber'),
    weight: numbers.positive,
    width: numbers.positive,
    scale: numbers.positive,
    lower: fc.oneof(fc.constant<Num>('0'), numbers.scalar),
    diameter: fc.oneof(numbers.positive, fc.integer({ min: 3, max: 12 }).map(String)),
    place: fc.constantFrom('1', '0', '1/2', '2/3'),
    horizon: fc.integer(horizon),
    lossWeight: fc.constantFrom(...lossWeights),
    index: fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'),
  }).map(({ kind, weight, width, place, lossWeight, ...line }) => {
    const minimiser = Q.format(Q.mul(Q.from(line.scale), Q.add(Q.from(line.lower), Q.mul(Q.from(place), Q.from(line.diameter)))));
    const own = kind === 'quadratic' ? parabola(weight, minimiser) : hardFunction([minimiser], weight, width);
    return onInterval({ ...line, function: own, ...(lossWeight === undefined ? {} : { lossWeight }) });
  });
}

/** Fewer rounds, g_s weighed as Algorithms 2 and 4 do. */
export function simplerLineCases({ lossWeight, ...data }: RateCase): RateCase[] {
  const weighing = lossWeight === undefined ? {} : { lossWeight };
  const shorter = [1, 2, 3, data.horizon - 1].filter((T) => T >= 1 && T < data.horizon).map((horizon) => ({ ...data, ...weighing, horizon }));
  return lossWeight === undefined ? shorter : [...shorter, data];
}

/** α_t = 1, β = 1/L, φ = w from 0, for Eq. (3) as written. */
const asWritten = (own: FunctionSpec, horizon: number): RateCase => ({
  function: own,
  rule: { kind: 'identity' },
  set: { kind: 'all', dimension: own.minimiser.length },
  start: own.minimiser.map(() => '0'),
  horizon,
  factor: '1',
  index: 'equation-4',
  lossWeight: 'alpha-rho',
});

/** Eq. (3) as written on Huber’s function with slope L|x*|/(2H_T − 1), H_T = 1 + … + 1/T: it just does not get where f is round. */
export function literalHuber(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<RateCase> {
  return fc.record({ scalar: numbers.scalar, weight: numbers.positive, T: fc.integer(horizon) }).map(({ scalar, weight, T }) => {
    const minimiser = Number(scalar) === 0 ? '1' : scalar;
    let slow = Q.from(-1);
    for (let t = 1; t <= T; t++) slow = Q.add(slow, Q.div(Q.from(2), Q.from(t)));
    const x = Q.from(minimiser);
    return asWritten(hardFunction([minimiser], weight, Q.format(Q.div(Q.max(x, Q.neg(x)), slow))), T);
  });
}
/** Eq. (3) as written on ½x₁² + (x₂ − 1)²/20. */
export const literalQuadratic = (horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<RateCase> =>
  fc.integer(horizon).map((T) => asWritten({ body: { kind: 'spectral', spectrum: ['1', '1/10'], reflectors: [] }, minimiser: ['0', '1'] }, T));
