import fc from 'fast-check';
import { atMostOne, rateCase, steadyRule, type RateCase } from './lambda-case.js';
import type { NumberSource } from './number.js';

type Choice<K extends string, V> = RateCase & { readonly [key in K]: V };

/** Where ‖A_t‖² ≤ λ̂ can be known, with functions that are worst for the method. */
export const knownCase = (worst: 'optimistic-half' | 'scaled-half' | 'nesterov') => (numbers: NumberSource): fc.Arbitrary<RateCase> =>
  rateCase(numbers, { factor: atMostOne(numbers), worst });

/** α_t = t, or FISTA’s weights, which have roots. */
export function scaledHintCase(numbers: NumberSource): fc.Arbitrary<Choice<'weights', 'linear' | 'nesterov'>> {
  const linear = knownCase('scaled-half')(numbers).map((data) => ({ ...data, weights: 'linear' as const }));
  return numbers.name === 'float64' ? fc.oneof(linear, knownCase('nesterov')(numbers).map((data) => ({ ...data, weights: 'nesterov' as const }))) : linear;
}

export const anyHintCase = (numbers: NumberSource): fc.Arbitrary<Choice<'hint', 'previous' | 'current-jacobian'>> =>
  fc.tuple(rateCase(numbers), fc.constantFrom('previous' as const, 'current-jacobian' as const)).map(([data, hint]) => ({ ...data, hint }));

/** Two rounds or more of the printed schedule. */
export const scheduleCase = (sets: 'bounded' | 'whole', max = Infinity) => (numbers: NumberSource): fc.Arbitrary<RateCase> =>
  rateCase(numbers, { horizon: { min: 2, max: Math.min(max, numbers.horizon) }, sets, rules: steadyRule, factor: atMostOne(numbers) });
