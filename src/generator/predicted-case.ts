import fc from 'fast-check';
import type { HintRule } from '../algorithm/hint.js';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import type { Num } from '../problem/shape.js';
import { rateCase, steadyRule, type RateCase } from './lambda-case.js';
import { onInterval, parabola } from './line-case.js';
import type { NumberSource } from './number.js';

/** ỹ_t = G_{t−1} + θ(G_{t−1} − G_{t−2}), pulled back by A_{t−1}. */
export interface PredictedCase extends RateCase {
  /** θ */
  readonly extrapolation: Num;
}

/** g̃_t = A_{t−1}ᵀỹ_t, g̃_1 = 0: known when w_t is formed. */
export function extrapolatedHint<S>(K: OrderedSpace<S>, { extrapolation }: PredictedCase, parameters: number): HintRule<S> {
  const theta = K.from(extrapolation);
  let before: Vector<S> | null = null;
  return ({ last }) => {
    if (last === null) return K.zeros(parameters);
    const prediction = before === null ? last.gradient : K.axpy(theta, K.minus(last.gradient, before), last.gradient);
    before = last.gradient;
    return K.applyTranspose(last.jacobian, prediction, parameters);
  };
}

export function predictedCase(numbers: NumberSource): fc.Arbitrary<PredictedCase> {
  const isFloat = numbers.name === 'float64';
  const theta = isFloat ? fc.constantFrom<Num>(0, 0.25, -0.25, 0.5, -0.5, 0.125) : fc.constantFrom<Num>('0', '1/4', '-1/4', '1/2', '-1/2', '1/8');
  const factor = isFloat ? fc.constantFrom<Num>(1, 0.6, 0.4, 0.25, 0.15) : fc.constantFrom<Num>('1', '1/2', '1/3', '1/4');
  return fc.tuple(rateCase(numbers, { rules: steadyRule, factor }), theta).map(([data, extrapolation]) => ({ ...data, extrapolation }));
}

/** φ = cw on R, f = ½a(x − x*)², with the K of "O(λ̃/T²)". */
export interface ScaledCase extends RateCase {
  /** c */
  readonly scale: Num;
  readonly constant: Num;
}
export const scaled = (weight: Num, minimiser: Num, horizon: number, { scale, constant }: Pick<ScaledCase, 'scale' | 'constant'>): ScaledCase => ({
  ...onInterval({ function: parabola(weight, minimiser), scale, horizon }),
  set: { kind: 'all', dimension: 1 },
  start: ['0'],
  scale,
  constant,
});
export const scaledCase = (numbers: NumberSource): fc.Arbitrary<ScaledCase> =>
  fc.record({
    weight: numbers.positive,
    minimiser: numbers.scalar,
    horizon: fc.integer({ min: 2, max: 4 }),
    scale: fc.integer({ min: 1, max: 200 }).map(String),
    constant: fc.constantFrom('4', '10', '100'),
  }).map(({ weight, minimiser, horizon, ...rest }) => scaled(weight, minimiser, horizon, rest));
