import { rational } from '../../src/arithmetic/rational.js';
import { attainer, worstHuber } from './attain.js';
import type { Certificate, Statement } from './certificate.js';
import { certify } from './certify.js';
import { check } from './check.js';
import { knownProof } from './closed-form.js';
import { solve, type Solution } from './interior-point.js';
import { allPairs, layoutOf, neighbours, programOf, type Layout, type Pair } from './program.js';
import { statementOf, type Question } from './statement.js';
import { worstFunction, type WorstFunction } from './worst-function.js';

/** The worst case of a method, between what a function attains and what a certificate proves. */
export interface WorstCase {
  readonly statement: Statement;
  /** A proof of an upper bound, from theory where that has one without inflation; null where rounding spoilt all. */
  readonly certificate: Certificate | null;
  /** The bound as the solver has it for the same pairs, or theory: a double that may be on either side of the truth. */
  readonly estimate: number;
  /** A function of the class on which the method does as badly as `attained`, in doubles. */
  readonly worst: WorstFunction;
  readonly attained: number;
  /** How many interpolation conditions the solver saw. */
  readonly pairs: number;
  /** Steps of the interior-point method, over all sets of pairs. */
  readonly iterations: number;
}

export interface WorstCaseOptions {
  /** `all` pairs at once, or those that are `needed`: neighbours and x*, then whatever the solution violates. Default: needed. */
  readonly pairs?: 'all' | 'needed';
  /** Whether proofs from theory are taken where there are any. Default: true. */
  readonly theory?: boolean;
}

/** Nothing more is looked for once a function attains all but this share of the bound. */
const RESOLUTION = 1e-6;
/** Violations below this share of the bound are of the size of the solver's own. */
const NOTICEABLE = 1e-8;

interface Found {
  readonly pairs: readonly Pair[];
  readonly solution: Solution;
  readonly estimate: number;
}

/**
 * Solves and certifies. The bound is valid for each set of pairs. The set grows until a function attains the bound, or no condition that was left out is violated.
 * @throws {RangeError} as `statementOf` does.
 */
export function worstCase(question: Question, { pairs: which = 'needed', theory = true }: WorstCaseOptions = {}): WorstCase {
  const statement = statementOf(question);
  const layout = layoutOf(statement);
  const every = allPairs(layout);
  const reached = attainer(statement);
  const settled = theory ? theoryOf(statement) : null;
  if (settled !== null) {
    const worst = worstHuber(layout.mu, reached);
    const [estimate, attained] = [rational.toNumber(rational.from(settled.bound)), reached(worst)];
    if (attained >= (1 - RESOLUTION) * estimate) return { statement, certificate: settled, estimate, worst, attained, pairs: settled.multipliers.length, iterations: 0 };
  }
  const candidates: WorstFunction[] = [];
  const found: Found[] = [];
  let iterations = 0;
  let pairs = which === 'all' ? every : neighbours(layout);
  for (;;) {
    const solution = solve(programOf(layout, pairs));
    const estimate = solution.duals.at(-1)!.bound;
    found.push({ pairs, solution, estimate });
    iterations += solution.iterations;
    candidates.push(worstFunction(layout, solution));
    const enough = (): boolean => Math.max(...candidates.map(reached)) >= (1 - RESOLUTION) * estimate;
    // Where the needed pairs leave several worst cases, the solver's is between them and need not be a function's; a simple one often is.
    if (!enough() && found.length === 1) candidates.push(worstHuber(layout.mu, reached));
    const broken = enough() ? [] : violated(layout, every, pairs, solution, NOTICEABLE * estimate);
    if (broken.length === 0) break;
    pairs = [...pairs, ...broken.slice(0, layout.interpolated)];
  }
  const worst = candidates.reduce((f, other) => (reached(other) > reached(f) ? other : f));
  const ordered = found.toSorted((a, b) => a.estimate - b.estimate);
  const proved = settled === null ? proof(layout, ordered) : null;
  const chosen = proved ?? ordered[0]!;
  return { statement, certificate: settled ?? proved?.certificate ?? null, estimate: chosen.estimate, worst, attained: reached(worst), pairs: chosen.pairs.length, iterations };
}

/** A proof that theory has, where the checker takes it. */
function theoryOf(statement: Statement): Certificate | null {
  const known = knownProof(statement);
  return known !== null && check(known, statement).valid ? known : null;
}

/** Conditions that are not among `pairs`, and that the primal solution violates by more than `least`; the worst first. */
function violated(layout: Layout, every: readonly Pair[], pairs: readonly Pair[], { gram, values }: Solution, least: number): Pair[] {
  const { size: n, letters, constraints: { a, plus, minus, head, tail, curvature } } = programOf(layout, every);
  const present = new Set(pairs.map(String));
  const letter = (index: number): Float64Array => letters.subarray(index * n, (index + 1) * n);
  const difference = (p: number, q: number): Float64Array => letter(p).map((entry, e) => entry - letter(q)[e]!);
  const inner = (u: Float64Array, v: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (u[i] !== 0) { for (let j = 0; j < n; j++) sum += u[i]! * gram[i * n + j]! * v[j]!; }
    }
    return sum;
  };
  const value = (index: number): number => (index < 0 ? 0 : values[index]!);
  return every.flatMap((pair, at) => {
    if (present.has(String(pair))) return [];
    const k = at + 1;
    const [x, g] = [difference(plus[k]!, minus[k]!), difference(head[k]!, tail[k]!)];
    const by = value(pair[1]) - value(pair[0]) + inner(letter(a[k]!), x) + curvature[k]! * inner(g, g);
    return by > least ? [{ pair, by }] : [];
  }).toSorted((p, q) => q.by - p.by).map(({ pair }) => pair);
}

/** The first set of pairs with an iterate whose rounding is still a proof: the last such. */
function proof(layout: Layout, found: readonly Found[]): (Found & { readonly certificate: Certificate }) | null {
  for (const one of found) {
    for (const { multipliers } of one.solution.duals.toReversed()) {
      const certificate = certify(layout, one.pairs, multipliers);
      if (certificate !== null) return { ...one, certificate };
    }
  }
  return null;
}
