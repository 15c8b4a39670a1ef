/** Doubles in JSON, without loss: JSON has no −0, no NaN and no infinities, and `JSON.stringify([NaN, -0])` is `[null,0]`. */

import type { Json } from '../verdict.js';
import { InputError } from './errors.js';

/** A finite double as itself (JSON writes the shortest form that reads back the same); the four others as their names. */
export function encodeDouble(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** The inverse of {@link encodeDouble}. Anything that it cannot have written is refused with an {@link InputError}. */
export function decodeDouble(value: Json): number {
  if (typeof value === 'number') return value;
  switch (value) {
    case '-0':
      return -0;
    case 'NaN':
      return NaN;
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    default:
      throw new InputError({
        expected: 'a double: a JSON number, or one of the strings "-0", "NaN", "Infinity", "-Infinity"',
        received: `it is ${JSON.stringify(value)}`,
        remedy: 'Write exact rationals only where the case is one of exact arithmetic.',
      });
  }
}

/** {@link encodeDouble} for every number inside a value, so that no caller can lose a −0 or a NaN by forgetting it. */
export function encodeDoubles(value: Json): Json {
  if (typeof value === 'number') return encodeDouble(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(encodeDoubles);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encodeDoubles(inner)]));
}
