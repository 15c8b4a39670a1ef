import { ratio, rational } from '../../src/arithmetic/rational.js';
import { checkRegret } from './check-regret.js';
import { commonDenominator } from './integers.js';
import { solve, type Solution } from './interior-point.js';
import { factorOf } from './linear-algebra.js';
import type { RegretCertificate, RegretStatement } from './regret-certificate.js';
import {
  allNormals,
  freeOfHints,
  multiplierIndices,
  pointOf,
  regretLayout,
  regretProgram,
  regretRemainder,
  regretStatementOf,
  type RegretLayout,
  type RegretMultipliers,
  type RegretQuestion,
  type Sparse,
  type Towards,
} from './regret-program.js';

/** The worst regret of a learner, between what a play against it reaches and what a certificate proves. */
export interface WorstRegret {
  readonly statement: RegretStatement;
  /** null where rounding spoilt all. */
  readonly certificate: RegretCertificate | null;
  /** The bound as the solver has it: a double that may be on either side of the truth. */
  readonly estimate: number;
  readonly worst: WorstPlay;
  /** The regret of AO-FTRL itself on that play, in doubles. On the ball the bound is over more sets than the ball, so that this may be less. */
  readonly attained: number;
}

/** Weighed losses and hints with Σ‖a_t − h_t‖² = 1. */
export interface WorstPlay {
  readonly losses: readonly (readonly number[])[];
  readonly hints: readonly (readonly number[])[];
}

/**
 * How much regret AO-FTRL (Eq. 4) may have over all linear losses and hints in every dimension, ‖u‖ ≤ 1 and Σα_t²‖g_t − g̃_t‖² ≤ 1, proved.
 * @throws {RangeError} as `regretStatementOf` does.
 */
export function worstRegret(question: RegretQuestion): WorstRegret {
  const layout = regretLayout(regretStatementOf(question));
  const { statement } = layout;
  // Where projections do not help, the worst play of all is one that needs none, and the solver's is between that and others that need more sets than the ball.
  const unprojected = statement.set === 'ball' ? [followed(regretLayout({ ...statement, set: 'space' }), []).worst] : [];
  const { certificate, solution, worst } = statement.set === 'ball' && statement.hints === 'given' ? whateverTheHints(layout) : followed(layout, unprojected);
  const best = [worst, ...unprojected].reduce((play, other) => (regretOf(statement, other) > regretOf(statement, play) ? other : play));
  return { statement, certificate, estimate: solution.duals.at(-1)!.bound, worst: best, attained: regretOf(statement, best) };
}

interface Found {
  readonly certificate: RegretCertificate | null;
  readonly solution: Solution;
  readonly worst: WorstPlay;
}

/** Nothing more is looked for once a play attains all but this share of the bound. */
const RESOLUTION = 1e-6;
/** Violations below this share of the bound are of the size of the solver's own. */
const NOTICEABLE = 1e-8;

/** The bound is valid for each set of conditions. It starts with those towards u and the next play, and grows until a play attains the bound, or none that was left out is violated. */
function followed(layout: RegretLayout, plays: readonly WorstPlay[]): Found {
  const every = allNormals(layout);
  let normals = every.filter(({ t, towards }) => towards === 'u' || towards === `w${t + 1}` || towards === `-w${t}`);
  for (;;) {
    const solution = solve(regretProgram(layout, normals));
    const estimate = solution.duals.at(-1)!.bound;
    const rows = rowsOf(layout, solution);
    const worst = spentInFull({ losses: layout.losses.map(rows), hints: layout.hints.map(rows) });
    const attained = Math.max(...[worst, ...plays].map((play) => regretOf(layout.statement, play)));
    const broken = attained >= (1 - RESOLUTION) * estimate ? [] : violated(layout, every, normals, rows, NOTICEABLE * estimate);
    if (broken.length === 0) {
      const first = multiplierIndices(layout).normals;
      const weighed = (lambda: Float64Array): Normals => normals.map((one, k) => ({ ...one, value: rounded(lambda[first + k]!) })).filter(({ value }) => value > 0n);
      return { certificate: proof(layout, solution, weighed), solution, worst };
    }
    normals = [...normals, ...broken.slice(0, 2 * layout.T)];
  }
}

/** Conditions that are not among `normals`, and that the solver's vectors violate by more than `least`; the worst first. */
function violated(layout: RegretLayout, every: readonly Towards[], normals: readonly Towards[], rows: (vector: Sparse) => number[], least: number): Towards[] {
  const name = ({ t, towards }: Towards): string => `${t} ${towards}`;
  const present = new Set(normals.map(name));
  const [leaders, leads] = [layout.leaders.map(rows), layout.plays.map(rows)];
  return every.flatMap((one) => {
    if (present.has(name(one))) return [];
    const { point, sign } = pointOf(layout, one.towards);
    const [v, y, w] = [rows(point), leaders[one.t - 1]!, leads[one.t - 1]!];
    const by = w.reduce((sum, entry, e) => sum + (y[e]! - entry) * (sign * v[e]! - entry), 0);
    return by > least ? [{ one, by }] : [];
  }).toSorted((p, q) => q.by - p.by).map(({ one }) => one);
}

/** Hints that put each w_t where the solver has it, y_t = w_t, and losses that miss them by what it says. */
function whateverTheHints(layout: RegretLayout): Found {
  const { reduced, forced } = freeOfHints(layout);
  const solution = solve(regretProgram(reduced, [], forced));
  const rows = rowsOf(reduced, solution);
  const [misses, leads] = [reduced.losses.map(rows), reduced.plays.map(rows)];
  const rates = layout.statement.rates.map(numberOf);
  const hints: number[][] = [];
  let losses = misses[0]!.map(() => 0);
  for (const [t, miss] of misses.entries()) {
    const hint = losses.map((entry, e) => -entry - leads[t]![e]! / rates[t]!);
    hints.push(hint);
    losses = losses.map((entry, e) => entry + hint[e]! + miss[e]!);
  }
  const play = { hints, losses: misses.map((miss, t) => miss.map((entry, e) => entry + hints[t]![e]!)) };
  const integers = forced.map(({ value, ...towards }) => ({ ...towards, value: rational.from(value) }));
  // 1/η_t is no multiple of 2^−60.
  const scale = commonDenominator(integers.map(({ value }) => value));
  return {
    certificate: proof(layout, solution, () => integers.map(({ value: { s, n, d }, ...towards }) => ({ ...towards, value: (s * n * (scale / d)) << BigInt(BITS) })), scale),
    solution,
    worst: spentInFull(play),
  };
}

const numberOf = (text: string): number => rational.toNumber(rational.from(text));

type Normals = RegretMultipliers['normals'];

/** From the last iterate whose rounding is still a proof. Everything is over `scale`·2⁶⁰. */
function proof(layout: RegretLayout, { duals }: Solution, normals: (lambda: Float64Array) => Normals, scale = 1n): RegretCertificate | null {
  for (const { multipliers } of duals.toReversed()) {
    const certificate = multipliers.every(Number.isFinite) ? certify(layout, multipliers, normals(multipliers), scale) : null;
    if (certificate !== null) return certificate;
  }
  return null;
}

/** Multipliers become multiples of 2^−60. */
const BITS = 60;

const rounded = (value: number): bigint => BigInt(Math.round(value * 2 ** BITS));

function certify(layout: RegretLayout, lambda: Float64Array, normals: Normals, scale: bigint): RegretCertificate | null {
  const { T, projected, statement } = layout;
  const at = multiplierIndices(layout);
  const multipliers: RegretMultipliers = {
    denominator: scale << BigInt(BITS),
    normals,
    comparator: scale * rounded(lambda[at.comparator]!),
    // Those of all rounds are equal but for rounding; more of it leaves more.
    budget: scale * rounded(Math.max(...lambda.subarray(at.budget, at.budget + T))),
    plays: Array.from({ length: T }, (_, i) => (projected.includes(i + 1) ? scale * rounded(lambda[at.plays + projected.indexOf(i + 1)]!) : 0n)),
  };
  const { comparator, budget, plays, denominator } = multipliers;
  const fraction = (value: bigint): string => rational.format(ratio(value, denominator));
  const certificate: RegretCertificate = {
    format: 'omg-oracle worst regret, version 1',
    ...statement,
    bound: fraction(plays.reduce((sum, value) => sum + value, comparator + budget)),
    comparator: fraction(comparator),
    budget: fraction(budget),
    plays: plays.map(fraction),
    normals: normals.map(({ t, towards, value }) => ({ t, towards, value: fraction(value) })),
    remainder: regretRemainder(layout, multipliers),
  };
  return checkRegret(certificate).valid ? certificate : null;
}

/** Vectors by name, in as many dimensions as the Gram matrix has rank. */
function rowsOf({ size }: RegretLayout, { gram, gap }: Solution): (vector: Sparse) => number[] {
  const rows = factorOf(gram, size, gap);
  return (vector) => rows[0]!.map((_, e) => [...vector].reduce((sum, [index, entry]) => sum + rational.toNumber(entry) * rows[index]![e]!, 0));
}

/** The play, as large as it may be. */
function spentInFull({ losses, hints }: WorstPlay): WorstPlay {
  const spent = Math.sqrt(losses.reduce((sum, loss, t) => sum + squared(loss.map((entry, e) => entry - hints[t]![e]!)), 0));
  const scaled = (vectors: WorstPlay['losses']): number[][] => vectors.map((v) => v.map((entry) => entry / spent));
  return { losses: scaled(losses), hints: scaled(hints) };
}

/** max over ‖u‖ ≤ 1 of Σ⟨a_t, w_t − u⟩, by the definition of w_t. */
export function regretOf({ set, rates }: Pick<RegretStatement, 'set' | 'rates'>, { losses, hints }: WorstPlay): number {
  let sum = losses[0]!.map(() => 0);
  let regret = 0;
  for (const [t, loss] of losses.entries()) {
    const rate = numberOf(rates[t]!);
    const leader = sum.map((entry, e) => -rate * (entry + hints[t]![e]!));
    const length = Math.sqrt(squared(leader));
    const shrink = set === 'ball' && length > 1 ? 1 / length : 1;
    regret += loss.reduce((total, entry, e) => total + entry * leader[e]! * shrink, 0);
    sum = sum.map((entry, e) => entry + loss[e]!);
  }
  return regret + Math.sqrt(squared(sum));
}

const squared = (v: readonly number[]): number => v.reduce((sum, entry) => sum + entry * entry, 0);
