import { rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Num } from '../../src/problem/shape.js';
import { commonDenominator, lowestTerms } from './integers.js';
import type { Program } from './program.js';
import type { Normal, RegretCertificate, RegretStatement } from './regret-certificate.js';

/** A statement whose numbers may still be doubles, each of which stands for itself. */
export interface RegretQuestion {
  readonly set: RegretStatement['set'];
  readonly rates: readonly Num[];
  readonly hints: 'given' | readonly (readonly Num[])[];
}

/**
 * The question with every number as the exact fraction that it denotes.
 * @throws {RangeError} no rounds, rates that are not above 0, rows of wrong lengths; rates that increase on Rᵐ where hints are given, which nothing bounds.
 */
export function regretStatementOf({ set, rates, hints }: RegretQuestion): RegretStatement {
  const T = rates.length;
  if (T === 0) throw new RangeError('expected at least one round, got no rates');
  const numbers = (row: readonly Num[]): string[] => row.map((data) => rational.format(rational.from(data)));
  for (const rate of rates) if (rational.compare(rational.from(rate), rational.zero) <= 0) throw new RangeError(`expected rates > 0, got ${rate}`);
  if (hints === 'given') {
    const rising = rates.findIndex((rate, i) => i > 0 && rational.compare(rational.from(rate), rational.from(rates[i - 1]!)) > 0);
    if (set === 'space' && rising > 0)
      throw new RangeError(`expected rates that do not increase, as hints may be anything and so may their sum, got ${rates[rising - 1]} and then ${rates[rising]}`);
    return { set, rates: numbers(rates), hints };
  }
  const lengths = hints.map((row) => row.length);
  if (lengths.length !== T || lengths.some((length, i) => length !== i)) throw new RangeError(`expected ${T} rows of hints with 0, 1, … entries, got ${lengths.join(', ')}`);
  return { set, rates: numbers(rates), hints: hints.map(numbers) };
}

/** Sparse vectors over the letters, as rationals. */
export type Sparse = ReadonlyMap<number, Rational>;

/** Everything over the letters u, a_1 … a_T, h_1 … h_T where they are given, and the plays that are projected from what is not 0. */
export interface RegretLayout {
  readonly statement: RegretStatement;
  readonly T: number;
  readonly size: number;
  readonly comparator: Sparse;
  readonly losses: readonly Sparse[];
  readonly hints: readonly Sparse[];
  /** y_t */
  readonly leaders: readonly Sparse[];
  readonly plays: readonly Sparse[];
  /** Rounds, from 1, whose plays have letters of their own. */
  readonly projected: readonly number[];
}

export function regretLayout(statement: RegretStatement): RegretLayout {
  const { set, rates, hints } = statement;
  const T = rates.length;
  const letter = (index: number): Sparse => new Map([[index, rational.one]]);
  const losses = rates.map((_, i) => letter(1 + i));
  const hinted = rates.map((_, i): Sparse => {
    if (hints === 'given') return letter(1 + T + i);
    return sparse(hints[i]!.map((text, s): [number, Rational] => [1 + s, rational.from(text)]));
  });
  const leaders = rates.map((text, i): Sparse => {
    const eta = rational.neg(rational.from(text));
    const sum = new Map(hinted[i]);
    for (let s = 1; s <= i; s++) sum.set(s, rational.add(sum.get(s) ?? rational.zero, rational.one));
    return sparse([...sum].map(([index, entry]) => [index, rational.mul(eta, entry)]));
  });
  const projected = set === 'space' ? [] : leaders.flatMap(({ size }, i) => (size > 0 ? [i + 1] : []));
  const first = 1 + T * (hints === 'given' ? 2 : 1);
  const plays = leaders.map((leader, i) => (projected.includes(i + 1) ? letter(first + projected.indexOf(i + 1)) : leader));
  return { statement, T, size: first + projected.length, comparator: letter(0), losses, hints: hinted, leaders, plays, projected };
}

function sparse(entries: readonly (readonly [number, Rational])[]): Sparse {
  return new Map(entries.filter(([, entry]) => !rational.equal(entry, rational.zero)));
}

/** The condition of round t towards a point: ⟨y_t − w_t, v − w_t⟩ ≤ 0. */
export type Towards = Omit<Normal, 'value'>;

/**
 * Hints that are given, on the ball, may be as long as they like, so that a proof has to do without their products with anything else. These are linear in
 * K_t = h_1 + … + h_t: condition t towards v has −η_t⟨K_t, v − w_t⟩, and R has ⟨K_t, w_t − w_{t+1}⟩, w_{T+1} = u. So each round has one condition, towards the
 * next play, with the weight 1/η_t, and what is left is a problem without hints, in which misses a_t − h_t are the letters of losses.
 */
export function freeOfHints(layout: RegretLayout): { readonly reduced: RegretLayout; readonly forced: readonly Normal[] } {
  const { statement, T } = layout;
  const { losses, hints, leaders, comparator } = regretLayout({ ...statement, hints: statement.rates.map((_, i) => Array.from({ length: i }, () => '0')) });
  const plays = losses.map((_, i): Sparse => new Map([[1 + T + i, rational.one]]));
  const reduced = { statement, T, size: 1 + 2 * T, comparator, losses, hints, leaders, plays, projected: plays.map((_, i) => i + 1) };
  const forced = statement.rates.map((rate, i): Normal => ({
    t: i + 1,
    towards: i + 1 < T ? `w${i + 2}` : 'u',
    value: rational.format(rational.div(rational.one, rational.from(rate))),
  }));
  return { reduced, forced };
}

/** All of them: towards every other play and the comparator, and the points opposite to them. */
export function allNormals({ projected }: RegretLayout): Towards[] {
  return projected.flatMap((t) => [
    ...['u', '-u', `-w${t}`].map((towards): Towards => ({ t, towards })),
    ...projected.filter((s) => s !== t).flatMap((s) => [`w${s}`, `-w${s}`].map((towards): Towards => ({ t, towards }))),
  ]);
}

/** A point by its name, and its sign. */
export function pointOf({ comparator, plays }: RegretLayout, towards: string): { point: Sparse; sign: 1 | -1 } {
  const name = towards.replace('-', '');
  return { point: name === 'u' ? comparator : plays[Number(name.slice(1)) - 1]!, sign: towards === name ? 1 : -1 };
}

/** Where the multipliers of the program are: constraint 0, the comparator, the budget's rounds, those of the regret, plays, normals. */
export function multiplierIndices({ T, projected }: RegretLayout): { comparator: number; budget: number; plays: number; normals: number } {
  return { comparator: 1, budget: 2, plays: 2 + 2 * T, normals: 2 + 2 * T + projected.length };
}

/**
 * The worst regret in the form that `solve` takes. The free f are: the unit e, the budget spent after each round but the last, the regret after each round.
 *   e ≤ 1;  ‖u‖² ≤ e;  ‖a_t − h_t‖² + spent_{t−1} ≤ spent_t, spent_T = e;  regret_t ≤ regret_{t−1} + ⟨a_t, w_t − u⟩;  ‖w_t‖² ≤ e;  ⟨y_t − w_t, v − w_t⟩ ≤ 0
 * and regret_T is largest. So λ_0 is the sum of the weights of what is at most e, those of all rounds of the budget are equal, and those of the regret are 1.
 * Conditions whose weights are `forced` go on with the regret: regret_{T+t} ≤ regret_{T+t−1} − value·⟨y_t − w_t, v − w_t⟩.
 */
export function regretProgram(layout: RegretLayout, normals: readonly Towards[], forced: readonly Normal[] = []): Program {
  const { T, size, comparator, losses, hints, leaders, plays, projected } = layout;
  const letters = new Letters(size);
  const rows: { a: number; plus: number; minus: number; scale: number; head: number; tail: number; curvature: number; rise: number; fall: number }[] = [];
  const form = { a: 0, plus: 0, minus: 0, scale: 0, head: 0, tail: 0, curvature: 0, rise: -1, fall: -1 };
  const square = (head: number, tail: number, rise: number, fall: number): void => void rows.push({ ...form, head, tail, curvature: 1, rise, fall });
  const product = (a: number, plus: number, minus: number, rise: number, fall: number): void => void rows.push({ ...form, a, plus, minus, scale: 1, rise, fall });
  const spent = (t: number): number => (t === 0 ? -1 : t === T ? 0 : t);
  const regret = (t: number): number => (t === 0 ? -1 : T - 1 + t);
  const u = letters.index(comparator);
  const [a, h, w] = [losses, hints, plays].map((vectors) => vectors.map((vector) => letters.index(vector))) as [number[], number[], number[]];

  rows.push({ ...form, rise: 0 });
  square(u, 0, -1, 0);
  for (let t = 1; t <= T; t++) square(a[t - 1]!, h[t - 1]!, spent(t - 1), spent(t));
  for (let t = 1; t <= T; t++) product(a[t - 1]!, u, w[t - 1]!, regret(t), regret(t - 1));
  for (const t of projected) square(w[t - 1]!, 0, -1, 0);
  const normal = ({ t, towards }: Towards): typeof form => {
    const { point, sign } = pointOf(layout, towards);
    const v = letters.index(new Map([...point].map(([index, entry]) => [index, sign < 0 ? rational.neg(entry) : entry])));
    return { ...form, a: letters.index(leaders[t - 1]!, plays[t - 1]), plus: v, minus: w[t - 1]!, scale: 1 };
  };
  for (const one of normals) rows.push(normal(one));
  for (const [i, one] of forced.entries()) rows.push({ ...normal(one), scale: rational.toNumber(rational.from(one.value)), rise: regret(T + i + 1), fall: regret(T + i) });
  const column = (key: keyof typeof form): Int32Array => Int32Array.from(rows, (row) => row[key]);
  return {
    size,
    letters: letters.matrix(),
    letterCount: letters.count,
    values: 2 * T + forced.length,
    constraints: {
      count: rows.length,
      a: column('a'),
      plus: column('plus'),
      minus: column('minus'),
      head: column('head'),
      tail: column('tail'),
      rise: column('rise'),
      fall: column('fall'),
      scale: Float64Array.from(rows, (row) => row.scale),
      curvature: Float64Array.from(rows, (row) => row.curvature),
    },
    criterion: { letter: 0, weight: 0, value: regret(T + forced.length) },
  };
}

/** Rows of the matrix of letters, each once; row 0 is zero. */
class Letters {
  readonly #size: number;
  readonly #rows: Float64Array[];
  readonly #known = new Map<string, number>([['', 0]]);

  constructor(size: number) {
    this.#size = size;
    this.#rows = [new Float64Array(size)];
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The row of v − w. */
  index(v: Sparse, w: Sparse = new Map()): number {
    const row = new Float64Array(this.#size);
    for (const [index, entry] of v) row[index] = rational.toNumber(entry);
    for (const [index, entry] of w) row[index] = row[index]! - rational.toNumber(entry);
    const name = Array.from(row.entries()).filter(([, entry]) => entry !== 0).join(' ');
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, this.#rows.length);
    return this.#rows.push(row) - 1;
  }

  matrix(): Float64Array {
    const all = new Float64Array(this.#rows.length * this.#size);
    for (const [i, row] of this.#rows.entries()) all.set(row, i * this.#size);
    return all;
  }
}

/** Multipliers as integers over one denominator. */
export interface RegretMultipliers {
  readonly denominator: bigint;
  readonly comparator: bigint;
  readonly budget: bigint;
  readonly plays: readonly bigint[];
  readonly normals: readonly (Towards & { readonly value: bigint })[];
}

/** What the multipliers leave: S of the certificate. */
export function regretRemainder(layout: RegretLayout, multipliers: RegretMultipliers): RegretCertificate['remainder'] {
  const { size, comparator, losses, hints, leaders, plays } = layout;
  const unit = commonDenominator([...leaders, ...hints].flatMap((vector) => [...vector.values()]));
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => 0n));
  const dense = (...terms: readonly (readonly [factor: bigint, vector: Sparse])[]): bigint[] => {
    const sum = Array.from({ length: size }, () => 0n);
    for (const [factor, vector] of terms) for (const [index, { s, n, d }] of vector) sum[index]! += factor * s * n * (unit / d);
    return sum;
  };
  const add = (u: readonly bigint[], v: readonly bigint[]): void => {
    for (const [i, left] of u.entries()) {
      if (left !== 0n) { for (const [j, right] of v.entries()) if (right !== 0n) rows[i]![j]! += left * right; }
    }
  };
  const { denominator, budget } = multipliers;
  add(dense([1n, comparator]), dense([multipliers.comparator, comparator]));
  for (const [i, loss] of losses.entries()) {
    const [miss, play] = [dense([1n, loss], [-1n, hints[i]!]), plays[i]!];
    add(miss, miss.map((entry) => budget * entry));
    add(dense([1n, loss]), dense([denominator, comparator], [-denominator, play]));
    add(dense([multipliers.plays[i]!, play]), dense([1n, play]));
    // All conditions of a round at once: ⟨y_t − w_t, Σ ν(v − w_t)⟩.
    const own = multipliers.normals.filter(({ t }) => t === i + 1);
    if (own.length === 0) continue;
    const towards = own.map(({ towards: name, value }): [bigint, Sparse] => {
      const { point, sign } = pointOf(layout, name);
      return [BigInt(sign) * value, point];
    });
    add(dense([1n, leaders[i]!], [-1n, play]), dense(...towards, [-own.reduce((sum, { value }) => sum + value, 0n), play]));
  }
  const lower = rows.map((row, i) => row.slice(0, i + 1).map((entry, j) => entry + rows[j]![i]!));
  return lowestTerms(lower, 2n * denominator * unit * unit);
}
