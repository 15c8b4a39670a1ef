/**
 * The checker of certificates: everything that has to be believed. It shares no code with what makes certificates, works in integers alone, and
 * computes the identity  criterion = τ·condition + Σ multiplier·(f_j − f_i + quadratic form) − S  from the step matrix.
 */
import type { Certificate, Point, Statement, StepMatrix } from './certificate.js';

export type Verdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/** Whether `certificate` (parsed JSON) is a proof, and of `about` where that is given. */
export function check(certificate: unknown, about?: Statement): Verdict {
  try {
    const read = wellFormed(certificate);
    if (about !== undefined) mustBeAbout(read, about);
    mustProve(read);
    return { valid: true };
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.message };
    throw error;
  }
}

class Refusal extends Error {}

function refuse(expected: string, got: unknown): never {
  throw new Refusal(`expected ${expected}, got ${shown(got)}`);
}

/** Enough of it to be found again. */
function shown(got: unknown): string {
  if (typeof got === 'string' && got.length > SHOWN) return `${JSON.stringify(got.slice(0, SHOWN))} … of ${got.length} characters`;
  if (typeof got === 'object' && got !== null && Object.values(got).some((entry) => typeof entry === 'object' && entry !== null))
    return Array.isArray(got)
      ? `an array of ${got.length}`
      : 'an object';
  const text = JSON.stringify(got) ?? String(got);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}

const SHOWN = 200;
/** Longer numbers, and longer methods, are no proof that anybody waits for. */
const LONGEST = { digits: 100_000, rounds: 1000 } as const;

interface Fraction {
  readonly p: bigint;
  readonly q: bigint;
}

/** A point as integer vectors over x_0 − x* and the gradients of the points that differ: times the common denominator of all steps. */
interface Letters {
  readonly place: readonly bigint[];
  readonly gradient: readonly bigint[]; /** Which point, −1 for x*. */
  readonly own: number;
}

/** Integers over one denominator. */
interface Scaled {
  readonly denominator: bigint;
  readonly of: (text: string) => bigint;
}

function mustProve(read: Certificate): void {
  const { points, size, h } = pointsOf(read.method);
  const weight = common([read.bound, ...read.multipliers.map(({ value }) => value)]);
  const { p: m, q: w } = fraction(read.strongConvexity);
  if (m < 0n || m >= w) refuse('0 ≤ μ/L < 1', read.strongConvexity);
  const find = (name: Point): Letters => points.get(name) ?? refuse('a point of the method', name);
  const [out, start] = [find('out'), find('start')];
  const form = new Form(size);
  const balance = Array.from({ length: size }, () => 0n);
  const addValue = ({ own }: Letters, amount: bigint): void => {
    if (own >= 0) balance[own]! += amount;
  };

  const tau = weight.of(read.bound);
  if (tau < 0n) refuse('a bound ≥ 0', read.bound);
  // Everything is multiplied by 2(1 − μ)·w·(denominators of the weights and, squared, of the steps).
  const unit = 2n * (w - m);
  if (read.condition === 'distance') form.add(unit * tau, start.place, start.place);
  else addValue(start, tau);
  if (read.criterion === 'value') addValue(out, -weight.denominator);
  else if (read.criterion === 'gradient') form.add(-unit * weight.denominator, out.gradient, out.gradient);
  else form.add(-unit * weight.denominator, out.place, out.place);
  const seen = new Set<string>();
  for (const { i, j, value } of read.multipliers) {
    const [a, b, amount] = [find(i), find(j), weight.of(value)];
    if (amount < 0n) refuse(`a multiplier ≥ 0 of (${i}, ${j})`, value);
    const pair = `${a.own} ${b.own}`;
    if (a.own === b.own || seen.has(pair)) refuse('pairs of different points, each once', [i, j]);
    seen.add(pair);
    addValue(b, amount);
    addValue(a, -amount);
    const [x, g] = [minus(a.place, b.place), minus(a.gradient, b.gradient)];
    form.add(unit * amount, b.gradient, x);
    form.add(w * amount, g, g);
    if (m !== 0n) {
      form.add(m * amount, x, x);
      form.add(-2n * m * amount, g, x);
    }
  }
  for (const [own, left] of balance.entries()) {
    if (left !== 0n) refuse(`function values to cancel at ${name(points, own)}`, `${left}/${weight.denominator}`);
  }
  const twice = form.symmetric();
  mustBeStated(twice, 2n * unit * weight.denominator * h * h, read.remainder);
  mustBeSemidefinite(twice);
}

/** Σ coefficient·⟨u, v⟩ as a matrix, of which the symmetric part counts. */
class Form {
  readonly #rows: bigint[][];

  constructor(size: number) {
    this.#rows = Array.from({ length: size }, () => Array.from({ length: size }, () => 0n));
  }

  add(coefficient: bigint, u: readonly bigint[], v: readonly bigint[]): void {
    if (coefficient === 0n) return;
    for (const [a, left] of u.entries()) {
      if (left === 0n) continue;
      const [row, factor] = [this.#rows[a]!, coefficient * left];
      for (const [b, right] of v.entries()) if (right !== 0n) row[b]! += factor * right;
    }
  }

  /** The matrix plus its transpose, lower triangle. */
  symmetric(): bigint[][] {
    return this.#rows.map((row, a) => row.slice(0, a + 1).map((entry, b) => entry + this.#rows[b]![a]!));
  }
}

const minus = (u: readonly bigint[], v: readonly bigint[]): bigint[] => u.map((entry, a) => entry - v[a]!);

/** The points of the method, those with equal rows as one. `size` counts x_0 − x* and the gradients; `h` is the denominator of the steps. */
function pointsOf(method: StepMatrix): { points: Map<Point, Letters>; size: number; h: bigint } {
  const named: [Point, readonly string[]][] = [...method.queries.entries(), ['out', method.output], ['start', []]];
  const step = common(named.flatMap(([, row]) => row));
  const places: bigint[][] = [];
  const own = new Map<Point, number>();
  for (const [point, row] of named) {
    // Gradients at points that have come already: each has its place in the basis, after x_0 − x*.
    const place = Array.from({ length: named.length + 1 }, () => 0n);
    place[0] = step.denominator;
    for (const [j, entry] of row.entries()) place[own.get(j)!]! -= step.of(entry);
    const known = places.findIndex((other) => other.every((entry, a) => entry === place[a]));
    own.set(point, known < 0 ? places.push(place) : known + 1);
  }
  const size = places.length + 1;
  const unit = (index: number): bigint[] => Array.from({ length: size }, (_, a) => (a === index ? step.denominator : 0n));
  const points = new Map([...own].map(([point, index]): [Point, Letters] => [point, { place: places[index - 1]!.slice(0, size), gradient: unit(index), own: index }]));
  return { points: points.set('*', { place: unit(-1), gradient: unit(-1), own: -1 }), size, h: step.denominator };
}

function name(points: ReadonlyMap<Point, Letters>, own: number): string {
  return `point ${[...points].find(([, letters]) => letters.own === own)?.[0]}`;
}

/** `matrix`/`scale` is what the certificate says it is. */
function mustBeStated(matrix: readonly (readonly bigint[])[], scale: bigint, stated: Certificate['remainder']): void {
  const denominator = integer(stated.denominator);
  if (denominator <= 0n) refuse('a positive denominator of the remainder', stated.denominator);
  const rows = stated.rows.map((row) => row.map(integer));
  const lengths = rows.map(({ length }) => length);
  if (rows.length !== matrix.length || lengths.some((length, a) => length !== a + 1)) refuse(`a remainder of ${matrix.length} rows with 1, 2, … entries`, lengths);
  if (rows.flat().reduce(gcd, denominator) !== 1n) refuse('a remainder without common factors', stated.denominator);
  for (const [a, row] of rows.entries()) {
    for (const [b, entry] of row.entries()) {
      if (entry * scale !== matrix[a]![b]! * denominator) refuse(`the remainder that the multipliers leave at row ${a}, column ${b}`, stated.rows[a]![b]);
    }
  }
}

/** Fraction-free elimination (Bareiss 1968): every number stays a minor of the matrix, and pivots > 0 prove that it is semidefinite. */
function mustBeSemidefinite(matrix: readonly (readonly bigint[])[]): void {
  const shared = matrix.flat().reduce(gcd, 0n);
  if (shared === 0n) return;
  const rows = matrix.map((row) => row.map((entry) => entry / shared));
  let last = 1n;
  for (const [k, { length }] of rows.entries()) {
    const pivot = rows[k]![length - 1]!;
    if (pivot < 0n) refuse('a positive semidefinite remainder', `a negative pivot in row ${k}`);
    const column = rows.slice(k + 1).map((row) => row[k]!);
    if (pivot === 0n) {
      if (column.some((entry) => entry !== 0n)) refuse('a positive semidefinite remainder', `a zero on the diagonal of row ${k} that is not alone`);
      continue;
    }
    for (const [i, left] of column.entries()) {
      const row = rows[k + 1 + i]!;
      for (let j = 0; j <= i; j++) row[k + 1 + j] = (pivot * row[k + 1 + j]! - left * column[j]!) / last;
    }
    last = pivot;
  }
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function common(texts: readonly string[]): Scaled {
  const denominator = texts.map((text) => fraction(text).q).reduce((l, q) => (l % q === 0n ? l : (l / gcd(l, q)) * q), 1n);
  return {
    denominator,
    of(text) {
      const { p, q } = fraction(text);
      return p * (denominator / q);
    },
  };
}

/** One number has one spelling: lowest terms, no signs or zeros that change nothing. */
function fraction(text: string): Fraction {
  if (text.length > LONGEST.digits) refuse(`a number of at most ${LONGEST.digits} characters`, text);
  const match = /^(-?[1-9]\d*|0)(?:\/([1-9]\d*))?$/.exec(text);
  if (match === null) refuse('a number "p" or "p/q"', text);
  const [p, q] = [BigInt(match[1]!), BigInt(match[2] ?? '1')];
  if (match[2] !== undefined && (q === 1n || gcd(p, q) !== 1n)) refuse('a number in lowest terms', text);
  return { p, q };
}

function integer(text: string): bigint {
  const { p, q } = fraction(text);
  return q === 1n ? p : refuse('an integer', text);
}

function mustBeAbout(read: Certificate, { method, strongConvexity, condition, criterion }: Statement): void {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const [own, other] = [read.method.queries.length, method.queries.length];
  if (own !== other) refuse(`a certificate of a method of ${other} gradients`, own);
  const rows = [...read.method.queries, read.method.output];
  for (const [i, row] of [...method.queries, method.output].entries()) {
    const at = row.findIndex((entry, j) => entry !== rows[i]![j]);
    if (at >= 0) refuse(`${row[at]} of gradient ${at} on the way to ${i < other ? `y_${i}` : 'the output'}, as the method has`, rows[i]![at]);
  }
  const [stated, wanted] = [[read.strongConvexity, read.condition, read.criterion], [strongConvexity, condition, criterion]];
  if (!same(stated, wanted)) refuse(`a certificate of ${JSON.stringify(wanted)}`, stated);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object with exactly these keys. */
function record<K extends string>(value: unknown, what: string, keys: readonly K[]): Record<K, unknown> {
  if (!isRecord(value)) refuse(`${what} as an object`, value);
  const got = Object.keys(value).toSorted();
  if (got.join() !== keys.toSorted().join()) refuse(`${what} with the keys ${keys.join(', ')}`, got);
  return value;
}

function list<T>(value: unknown, what: string, entry: (value: unknown) => T): T[] {
  return Array.isArray(value) ? value.map(entry) : refuse(`${what} as an array`, value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : refuse('a number as a string', value);
}

function one<T extends string>(value: unknown, names: readonly T[]): T {
  return names.find((name) => name === value) ?? refuse(`one of ${names.join(', ')}`, value);
}

function point(value: unknown): Point {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : one<'out' | 'start' | '*'>(value, ['out', 'start', '*']);
}

const numbers = (value: unknown): string[] => list(value, 'numbers', text);

/** What was parsed, key by key, with every number a string in its one spelling. */
function wellFormed(value: unknown): Certificate {
  const all = record(value, 'a certificate', ['format', 'method', 'strongConvexity', 'condition', 'criterion', 'bound', 'multipliers', 'remainder']);
  const { queries, output } = record(all.method, 'the method', ['queries', 'output']);
  const method = { queries: list(queries, 'queries', numbers), output: numbers(output) };
  if (method.queries.length > LONGEST.rounds) refuse(`at most ${LONGEST.rounds} queries`, method.queries.length);
  const lengths = [...method.queries, method.output].map((row) => row.length);
  if (lengths.some((length, i) => length !== i)) refuse('rows of 0, 1, … steps, the output last', lengths);
  const { denominator, rows } = record(all.remainder, 'the remainder', ['denominator', 'rows']);
  return {
    format: one(all.format, ['omg-oracle worst case, version 1']),
    method,
    strongConvexity: text(all.strongConvexity),
    condition: one(all.condition, ['distance', 'value']),
    criterion: one(all.criterion, ['value', 'gradient', 'distance']),
    bound: text(all.bound),
    multipliers: list(all.multipliers, 'multipliers', (entry) => {
      const { i, j, value: weight } = record(entry, 'a multiplier', ['i', 'j', 'value']);
      return { i: point(i), j: point(j), value: text(weight) };
    }),
    remainder: { denominator: text(denominator), rows: list(rows, 'rows of the remainder', numbers) },
  };
}
