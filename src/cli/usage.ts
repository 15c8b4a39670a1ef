import { parseJson } from '../../reports/input.js';
import { closest } from '../base/closest.js';
import type { Json } from '../verdict.js';

/** A mistake in the command line: told in a sentence, and exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An integer option within bounds. @throws {UsageError} */
export function integerOption(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`expected --${name} to be an integer from ${min} to ${max}, got "${text}"`);
}

/** A number that `fits`. @param what says which do. @throws {UsageError} */
export function numberOption(name: string, text: string | undefined, fits: (x: number) => boolean, what: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && fits(value)) return value;
  throw new UsageError(`expected --${name} to be ${what}, got "${text}"`);
}

/** One of `known`. @param otherwise what to do where none fits. @throws {UsageError} another word. */
export function choiceOption<T extends string>(name: string, text: string, known: readonly T[], otherwise = ''): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  const near = closest(text, known);
  throw new UsageError(`expected --${name} to be one of ${known.join(', ')}, got "${text}"${near === null ? otherwise : `; did you mean "${near}"?`}`);
}

/** A JSON object. @param example one, for the message. @throws {UsageError} */
export function objectOption(name: string, text: string, example: string): Readonly<Record<string, Json>> {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, Json>>;
  } catch {
    // Told below, as everything else that is no object.
  }
  throw new UsageError(`expected --${name} to be a JSON object, such as '${example}', got ${text.length <= 200 ? text : `${text.slice(0, 200)}…`}`);
}

/** Milliseconds: what a timer of Node can wait, and no more. */
const LONGEST = 24 * 86_400_000;

/** "500ms", "60s", "2m" as milliseconds. @throws {UsageError} */
export function durationOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const factor = { ms: 1, s: 1000, m: 60_000 }[match?.[2] as 'ms' | 's' | 'm'];
  const value = Number(match?.[1]) * factor;
  if (match !== null && value > 0 && value <= LONGEST) return value;
  throw new UsageError(`expected --${name} to be a duration like 60s, 2m or 500ms${value > LONGEST ? ', of 24 days at most' : ''}, got "${text}"`);
}

/**
 * The members of `known` that a comma-separated list names, in the order of `known`.
 *
 * @param all a sentence that says where to find every name
 * @throws {UsageError} an unknown or empty name.
 */
export function namesOption<T extends { readonly id: string }>(text: string | undefined, known: readonly T[], all = '"omg-oracle claims" lists them all'): readonly T[] {
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (known.some(({ id }) => id === name)) continue;
    const near = closest(name, known.map(({ id }) => id));
    throw new UsageError(`expected --claims to name claims, got "${name}"; ${near === null ? '' : `did you mean "${near}"? `}${all}`);
  }
  return known.filter(({ id }) => names.includes(id));
}
