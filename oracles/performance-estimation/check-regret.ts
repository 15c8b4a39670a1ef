/**
 * The checker of certificates of regret: everything that has to be believed, in one file, as check.ts is for the others. It shares no code with what makes certificates, works in integers alone, and
 * computes the identity  R = comparator·‖u‖² + budget·Σ‖a_t − h_t‖² + Σ play·‖w_t‖² + Σ normal·⟨y_t − w_t, v − w_t⟩ − S  from rates and hints.
 */
import type { RegretCertificate, RegretStatement } from './regret-certificate.js';

export type Verdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/** Whether `certificate` (parsed JSON) is a proof, and of `about` where that is given. */
export function checkRegret(certificate: unknown, about?: RegretStatement): Verdict {
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

type Vector = readonly bigint[];

/** Every vector over the letters, as integers times one denominator. */
interface Vectors {
  readonly unit: bigint;
  readonly comparator: Vector;
  readonly losses: readonly Vector[];
  /** a_t − h_t */
  readonly misses: readonly Vector[];
  readonly plays: readonly Vector[];
  /** y_t − w_t; null where w_t = y_t or w_t = 0 is no letter. */
  readonly normals: readonly (Vector | null)[];
}

function mustProve(read: RegretCertificate): void {
  const { unit, comparator, losses, misses, plays, normals } = vectorsOf(read);
  const weight = common([read.bound, read.comparator, read.budget, ...read.plays, ...read.normals.map(({ value }) => value)]);
  const nonnegative = (text: string, what: string): bigint => (weight.of(text) < 0n ? refuse(`${what} ≥ 0`, text) : weight.of(text));
  const form = new Form(comparator.length);

  const [far, miss] = [nonnegative(read.comparator, 'a weight of the comparator'), nonnegative(read.budget, 'a weight of the budget')];
  form.add(far, comparator, comparator);
  for (const vector of misses) form.add(miss, vector, vector);
  let bound = far + miss;
  for (const [i, text] of read.plays.entries()) {
    const amount = nonnegative(text, `a weight of play ${i + 1}`);
    if (amount !== 0n && normals[i] === null) refuse(`no weight of play ${i + 1}, which is no letter`, text);
    form.add(amount, plays[i]!, plays[i]!);
    bound += amount;
  }
  if (bound !== weight.of(read.bound)) refuse('a bound that is the sum of the weights of comparator, budget and plays', read.bound);
  const seen = new Set<string>();
  for (const { t, towards, value } of read.normals) {
    const normal = normals[t - 1] ?? refuse('a round with a play of its own', t);
    const name = /^-?(?:u|w([1-9]\d*))$/.exec(towards) ?? refuse('a point u, w1, w2, … or minus one', towards);
    const point = name[1] === undefined ? comparator : plays[Number(name[1]) - 1] ?? refuse('a play', towards);
    if (seen.has(`${t} ${towards}`)) refuse('normals each once', [t, towards]);
    seen.add(`${t} ${towards}`);
    form.add(nonnegative(value, `a weight of round ${t} towards ${towards}`), normal, minus(towards.startsWith('-') ? point.map((entry) => -entry) : point, plays[t - 1]!));
  }
  for (const [i, loss] of losses.entries()) form.add(-weight.denominator, loss, minus(plays[i]!, comparator));
  const twice = form.symmetric();
  mustBeStated(twice, 2n * weight.denominator * unit * unit, read.remainder);
  mustBeSemidefinite(twice);
}

/** u, a_1 … a_T, then h_1 … h_T where they are given, then the plays that are projected from what is not 0. */
function vectorsOf({ set, rates, hints }: RegretStatement): Vectors {
  const T = rates.length;
  const rows = hints === 'given' ? [] : hints;
  // y_t = −η_t(…) has a product of a rate and a hint's entry.
  const [rate, hint] = [common(rates), common(rows.flat())];
  for (const text of rates) if (rate.of(text) <= 0n) refuse('rates > 0', text);
  const unit = rate.denominator * hint.denominator;
  const own = rates.map((_, i) => set === 'ball' && (hints === 'given' || someSum(rows[i]!, hint)));
  const firstPlay = 1 + T * (hints === 'given' ? 2 : 1);
  const size = firstPlay + own.filter(Boolean).length;
  const zero = (): bigint[] => Array.from({ length: size }, () => 0n);
  const letter = (index: number): Vector => zero().fill(unit, index, index + 1);
  const losses = rates.map((_, i) => letter(1 + i));
  const hinted = rates.map((_, i) => {
    const vector = zero();
    if (hints === 'given') return letter(1 + T + i);
    for (const [s, text] of rows[i]!.entries()) vector[1 + s] = hint.of(text) * rate.denominator;
    return vector;
  });
  const leaders = rates.map((text, i) => {
    const sum = hinted[i]!.map((entry, e) => entry + (e > 0 && e <= i ? unit : 0n));
    return sum.map((entry) => (-rate.of(text) * entry) / rate.denominator);
  });
  const plays = leaders.map((leader, i) => (set === 'space' ? leader : own[i] === true ? letter(firstPlay + own.slice(0, i).filter(Boolean).length) : zero()));
  return {
    unit,
    comparator: letter(0),
    losses,
    plays,
    misses: losses.map((loss, i) => minus(loss, hinted[i]!)),
    normals: leaders.map((leader, i) => (own[i] === true ? minus(leader, plays[i]!) : null)),
  };
}

/** Whether a_1 + … + a_{t−1} + h_t has a coefficient that is not 0. */
const someSum = (row: readonly string[], { denominator, of }: Scaled): boolean => row.some((text) => of(text) !== -denominator);

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

/** `matrix`/`scale` is what the certificate says it is. */
function mustBeStated(matrix: readonly (readonly bigint[])[], scale: bigint, stated: RegretCertificate['remainder']): void {
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

/** Integers over one denominator. */
interface Scaled {
  readonly denominator: bigint;
  readonly of: (text: string) => bigint;
}

interface Fraction {
  readonly p: bigint;
  readonly q: bigint;
}

function mustBeAbout({ set, rates, hints }: RegretCertificate, about: RegretStatement): void {
  const [stated, wanted] = [[set, rates, hints], [about.set, about.rates, about.hints]].map((told) => JSON.stringify(told));
  if (stated !== wanted) refuse(`a certificate of ${wanted}`, stated);
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

const numbers = (value: unknown): string[] => list(value, 'numbers', text);

/** What was parsed, key by key, with every number a string in its one spelling. */
function wellFormed(value: unknown): RegretCertificate {
  const all = record(value, 'a certificate', ['format', 'set', 'rates', 'hints', 'bound', 'comparator', 'budget', 'plays', 'normals', 'remainder']);
  const rates = numbers(all.rates);
  const T = rates.length;
  if (T > LONGEST.rounds) refuse(`at most ${LONGEST.rounds} rounds`, T);
  const hints = all.hints === 'given' ? 'given' as const : list(all.hints, 'hints that are "given", or rows', numbers);
  const lengths = hints === 'given' ? [] : hints.map((row) => row.length);
  if (hints !== 'given' && (lengths.length !== T || lengths.some((length, i) => length !== i))) refuse(`${T} rows of hints with 0, 1, … entries`, lengths);
  const plays = numbers(all.plays);
  if (T === 0 || plays.length !== T) refuse(`a weight of each of ${T} plays`, plays.length);
  const { denominator, rows } = record(all.remainder, 'the remainder', ['denominator', 'rows']);
  return {
    format: one(all.format, ['omg-oracle worst regret, version 1']),
    set: one(all.set, ['space', 'ball']),
    rates,
    hints,
    plays,
    bound: text(all.bound),
    comparator: text(all.comparator),
    budget: text(all.budget),
    normals: list(all.normals, 'normals', (entry) => {
      const { t, towards, value: weight } = record(entry, 'a normal', ['t', 'towards', 'value']);
      return { t: typeof t === 'number' && Number.isSafeInteger(t) ? t : refuse('a round', t), towards: text(towards), value: text(weight) };
    }),
    remainder: { denominator: text(denominator), rows: list(rows, 'rows of the remainder', numbers) },
  };
}
