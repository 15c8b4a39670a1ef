import type { Json } from '../verdict.js';
import { SubjectFailure } from './protocol.js';
import { shown } from './subject-process.js';

/** A JSON object as it was read: nothing is known of its members. */
export type Members = Readonly<Record<string, unknown>>;

/** Doubles that JSON has no literal for. */
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([['NaN', Number.NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]]);

/**
 * A double as JSON: the shortest decimal that reads back as the same double, always with a point or an exponent, for languages where `1`
 * and `1.0` differ in type; not-finite ones as strings.
 */
export function encodeNumber(x: number): string {
  if (Number.isInteger(x)) {
    if (Object.is(x, -0)) return '-0.0';
    const digits = String(x);
    return digits.includes('e') ? digits : `${digits}.0`;
  }
  return Number.isFinite(x) ? String(x) : `"${x}"`;
}

/** A list of doubles as JSON. */
export function encodeNumbers(numbers: Float64Array | readonly number[]): string {
  for (let i = 0; i < numbers.length; i++) {
    // ±0, whole and not-finite numbers are written in their own way.
    const x = numbers[i]!;
    if (Math.trunc(x) === x || !(Math.abs(x) <= Number.MAX_VALUE)) return `[${Array.from(numbers, encodeNumber).join(',')}]`;
  }
  return `[${numbers.join(',')}]`;
}

/** Plain data as JSON, its numbers as doubles. */
export function encodeJson(value: Json): string {
  if (typeof value === 'number') return encodeNumber(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(encodeJson).join(',')}]`;
  return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${encodeJson(member)}`).join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const garbled = (message: string): SubjectFailure => new SubjectFailure('garbled', message);

/** What came instead of what was expected, in a few words. */
export function came(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `the string "${shown(value)}"` : JSON.stringify(value);
}

/** Why a line is no JSON, where the reason is a common one. */
function hint(line: string): string {
  if (line.trim() === '') return ', which is empty';
  if (line.startsWith('\u{FEFF}')) return ', which begins with a byte order mark';
  if (/[:,[]\s*-?(NaN|Infinity|nan|inf)\b/.test(line)) return ': not-finite numbers are written as the strings "NaN", "Infinity", "-Infinity"';
  return '';
}

/**
 * Reads a line.
 *
 * @throws {SubjectFailure} `garbled`: no JSON object
 */
export function decodeObject(line: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SubjectFailure('garbled', `expected a JSON object, got a line that is no JSON${hint(line)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled(`expected a JSON object, got ${came(value)}`);
  return value as Members;
}

/** @throws {SubjectFailure} `garbled` */
function decodeNumber(value: unknown, name: string): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw garbled(`expected doubles in "${name}", got a number that overflows`);
  }
  const special = NOT_FINITE.get(value);
  if (special === undefined) throw garbled(`expected doubles in "${name}", got ${came(value)}`);
  return special;
}

/**
 * Reads a list of doubles.
 *
 * @param length how many are expected; without it, any number
 * @throws {SubjectFailure} `garbled`: no list, of another length, or of other things than doubles
 */
export function decodeNumbers(value: unknown, name: string, length?: number): Float64Array {
  if (!Array.isArray(value)) throw garbled(`expected a list of ${length ?? 'any number of'} doubles in "${name}", got ${came(value)}`);
  if (length !== undefined && value.length !== length) throw garbled(`expected ${count(length, 'number')} in "${name}", got ${value.length}`);
  const list: readonly unknown[] = value;
  const numbers = new Float64Array(list.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = decodeNumber(list[i], name);
  return numbers;
}

/**
 * Reads a list of `length` lists of doubles, `dimension` each.
 *
 * @throws {SubjectFailure} `garbled`
 */
export function decodeLists(value: unknown, name: string, length: number, dimension: number): Float64Array[] {
  if (!Array.isArray(value)) throw garbled(`expected a list of ${length} lists in "${name}", got ${came(value)}`);
  if (value.length !== length) throw garbled(`expected ${count(length, 'list')} in "${name}", got ${value.length}`);
  return value.map((list: unknown, t) => decodeNumbers(list, `${name}[${t}]`, dimension));
}

/**
 * Reads a string, `otherwise` where there is none.
 *
 * @throws {SubjectFailure} `garbled`: something else than a string, or nothing where nothing stands for it
 */
export function decodeString(value: unknown, name: string, otherwise?: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined && otherwise !== undefined) return otherwise;
  throw garbled(`expected a string in "${name}", got ${came(value)}`);
}

/** How much of what an implementation says of itself is kept, in UTF-16 units: names, sentences, tracebacks. */
export const SAID = { name: 200, message: 2000, details: 4096 } as const;

/** The beginning of a text that is longer than that, with a mark. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Not in the middle of a pair.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Reads an object.
 *
 * @throws {SubjectFailure} `garbled`
 */
export function decodeMembers(value: unknown, name: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled(`expected an object in "${name}", got ${came(value)}`);
  return value as Members;
}

/**
 * Checks a member's value against the only one, or the few, that it can have.
 *
 * @throws {SubjectFailure} `garbled`
 */
export function decodeOneOf<T extends string | number | boolean>(value: unknown, name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw garbled(`expected ${choices.map((choice) => JSON.stringify(choice)).join(' or ')} in "${name}", got ${came(value)}`);
  return found;
}

const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;

/**
 * A member's text as it stands in the line of an object, because other languages have numbers that would not survive being read and
 * written: integers over 2⁵³, `1` apart from `1.0`.
 *
 * @param line a JSON object that was read before: it is well-formed
 * @returns null where there is no such member
 */
export function memberText(line: string, name: string): string | null {
  // Strings, brackets, and what separates members; everything else is inside of numbers and words.
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let found: string | null = null;
  let depth = 0;
  let key = '';
  let start = 0;
  for (let token = tokens.exec(line); token !== null; token = tokens.exec(line)) {
    const [text] = token;
    const separates = depth === 1 && (text === ',' || text === '}');
    // JSON.parse keeps the last of several members of one name; so does this.
    if (separates && key === name && start > 0) found = line.slice(start, token.index).trim();
    if (depth === 1 && text === ':') start = tokens.lastIndex;
    else if (separates) start = 0;
    else if (depth === 1 && start === 0 && text.startsWith('"')) key = JSON.parse(text) as string;
    if (text === '{' || text === '[') depth += 1;
    else if (text === '}' || text === ']') depth -= 1;
  }
  return found;
}
