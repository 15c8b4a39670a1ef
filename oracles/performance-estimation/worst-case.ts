import type { Certificate, Statement } from './certificate.js';
import { certify } from './certify.js';
import { solve, type Solution } from './interior-point.js';
import { allPairs, layoutOf, neighbours, programOf, type Layout, type Pair } from './program.js';
import { statementOf, type Question } from './statement.js';

/** The worst case of a method, as far as it was found; what is proved is the certificate alone. */
export interface WorstCase {
  readonly statement: Statement;
  /** The bound as the solver has it, a double that may be on either side of the truth; NaN or far off where `left` is not small. */
  readonly estimate: number;
  /** A proof of a bound a little above, or null where rounding spoilt all that came near. */
  readonly certificate: Certificate | null;
  readonly layout: Layout;
  readonly pairs: readonly Pair[];
  readonly solution: Solution;
  /** The largest violation of an interpolation condition by the primal solution, relative to the bound: how far the pairs that were left out may matter. */
  readonly violation: number;
}

export interface WorstCaseOptions {
  /** `all` pairs at once, or those that are `needed`: neighbours and x*, then whatever the solution violates. Default: needed. */
  readonly pairs?: 'all' | 'needed';
}

/** Violations below this share of the bound are of the size of the solver's own. */
const RESOLUTION = 1e-8;

/**
 * Solves and certifies. Each set of pairs gives a valid bound; the set grows until no condition that was left out is violated, so the bound is that of all pairs.
 * @throws {RangeError} as `statementOf` does.
 */
export function worstCase(question: Question, { pairs: which = 'needed' }: WorstCaseOptions = {}): WorstCase {
  const statement = statementOf(question);
  const layout = layoutOf(statement);
  const every = allPairs(layout);
  let pairs = which === 'all' ? every : neighbours(layout);
  for (;;) {
    const solution = solve(programOf(layout, pairs));
    const estimate = solution.duals.at(-1)!.bound;
    const broken = violated(layout, every, pairs, solution, RESOLUTION * estimate);
    if (broken.length === 0 || pairs.length === every.length) return { statement, estimate, certificate: tightest(layout, pairs, solution), layout, pairs, solution, violation: (broken[0]?.by ?? 0) / estimate };
    pairs = [...pairs, ...broken.slice(0, layout.interpolated).map(({ pair }) => pair)];
  }
}

/** Conditions that are not among `pairs`, and that the primal solution violates by more than `least`; the worst first. */
function violated(layout: Layout, every: readonly Pair[], pairs: readonly Pair[], { gram, values }: Solution, least: number): { pair: Pair; by: number }[] {
  const { size: n, letters, constraints: { a, plus, minus, head, tail, curvature } } = programOf(layout, every);
  const present = new Set(pairs.map(String));
  const letter = (index: number): Float64Array => letters.subarray(index * n, (index + 1) * n);
  const difference = (p: number, q: number): Float64Array => letter(p).map((entry, e) => entry - letter(q)[e]!);
  const product = (u: Float64Array, v: Float64Array): number => u.reduce((sum, left, i) => (left === 0 ? sum : sum + left * v.reduce((inner, right, j) => inner + gram[i * n + j]! * right, 0)), 0);
  const value = (index: number): number => (index < 0 ? 0 : values[index]!);
  return every.flatMap((pair, at) => {
    const k = at + 1;
    if (present.has(String(pair))) return [];
    const [x, g] = [difference(plus[k]!, minus[k]!), difference(head[k]!, tail[k]!)];
    const by = value(pair[1]) - value(pair[0]) + product(letter(a[k]!), x) + curvature[k]! * product(g, g);
    return by > least ? [{ pair, by }] : [];
  }).toSorted((p, q) => q.by - p.by);
}

/** The last iterate whose rounding is still a proof. */
function tightest(layout: Layout, pairs: readonly Pair[], { duals }: Solution): Certificate | null {
  for (const { multipliers } of duals.toReversed()) {
    const certificate = certify(layout, pairs, multipliers);
    if (certificate !== null) return certificate;
  }
  return null;
}
