import { eigenvectors } from './linear-algebra.js';
import { programOf, letterOf, type Layout, type Program } from './program.js';
import type { Solution } from './interior-point.js';

/**
 * f(x) = min over weights α on the simplex of ½(1 − μ)(‖x − Σα_i p_i‖² + blur·Σ_{i>0} α_i²) + Σα_i v_i, plus ½μ‖x‖²: a Moreau envelope of a polyhedral function
 * (of one in more dimensions, restricted to these, where blur > 0). So it is 1-smooth, μ-strongly convex, and minimal with f = 0 at 0, whatever the numbers,
 * as long as p_0 = 0, v_0 = 0 and v_i ≥ 0: what they came from by rounding can spoil how bad the function is, but not that it is in the class.
 */
export interface WorstFunction {
  readonly strongConvexity: number;
  readonly points: readonly (readonly number[])[];
  readonly heights: readonly number[];
  readonly blur: number;
  /** x_0, where the method does as badly as it can. The minimiser is 0. */
  readonly start: readonly number[];
}

/** Blur that keeps the systems of the active sets regular, relative to the squared size of the points. */
const BLUR = 2 ** -44;

/** The function that interpolates the solver's worst points, values and gradients. Its dimension is the rank of the Gram matrix. */
export function worstFunction(layout: Layout, solution: Solution): WorstFunction {
  const { values } = solution;
  const program = programOf(layout, []);
  const { vectors, dimension } = coordinates(layout, program, solution);
  const letter = letterOf(layout);
  const smooth = 1 - layout.mu;
  const at = (index: number): readonly number[] => vectors[index]!;
  const points = [Array.from({ length: dimension }, () => 0)];
  const heights = [0];
  for (let c = 0; c < layout.interpolated; c++) {
    const [x, g] = [at(letter.place(c)), at(letter.gradient(c))];
    points.push(x.map((entry, e) => entry - g[e]! / smooth));
    heights.push(Math.max(0, values[c]! - squared(g) / (2 * smooth)));
  }
  // The minimiser may be far from all others, and is not blurred.
  const [first = points[0]!, ...others] = points.slice(1);
  const extent = Math.max(0, ...others.map((point) => squared(point.map((entry, e) => entry - first[e]!))));
  return { strongConvexity: layout.mu, points, heights, blur: BLUR * (extent > 0 ? extent : squared(first)), start: at(letter.place(layout.distinct.index.get('start')!)) };
}

/** Every letter in as many coordinates as the Gram matrix has eigenvalues that are more than the solver's error. */
function coordinates(layout: Layout, { size: n, letters, letterCount }: Program, { gram, values, gap }: Solution): { vectors: number[][]; dimension: number } {
  const [A, V] = [gram.slice(), new Float64Array(n * n)];
  eigenvectors(A, n, V);
  const order = Array.from({ length: n }, (_, e) => e).toSorted((a, b) => A[b * n + b]! - A[a * n + a]!);
  const kept = order.filter((e) => A[e * n + e]! > gap * A[order[0]! * (n + 1)]!);
  const vectors = Array.from({ length: letterCount }, (_, u) => kept.map((e) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += letters[u * n + i]! * V[e * n + i]!;
    return sum * Math.sqrt(A[e * (n + 1)]!);
  }));
  if (layout.anchored) return { vectors, dimension: kept.length };
  // x_0 − x* is not in the Gram matrix: x* lies far off in a new direction, in which all gradients lean a little.
  const letter = letterOf(layout);
  const lean = 1e-5 * Math.sqrt(A[order[0]! * (n + 1)]!);
  const needed = Array.from({ length: layout.interpolated }, (_, c) => values[c]! + squared(vectors[letter.gradient(c)]!) / 2 - inner(vectors[letter.gradient(c)]!, vectors[letter.place(c)]!));
  const far = 2 * Math.max(1, ...needed) / lean;
  for (const [u, vector] of vectors.entries()) {
    let moved = 0;
    for (let i = 0; i < n; i++) moved += letters[u * n + i]! * lean;
    vector.push(u > 0 && u < letter.gradient(0) ? far + moved : moved);
  }
  return { vectors, dimension: kept.length + 1 };
}

const inner = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, entry, e) => sum + entry * v[e]!, 0);
const squared = (u: readonly number[]): number => inner(u, u);

/** f(x) and ∇f(x). */
export function evaluate({ strongConvexity: mu, points, heights, blur }: WorstFunction, x: readonly number[]): { value: number; gradient: number[] } {
  const smooth = 1 - mu;
  const weights = nearest(points, heights.map((height) => height / smooth), blur, x);
  const to = x.map((_, e) => weights.reduce((sum, [i, weight]) => sum + weight * points[i]![e]!, 0));
  const away = x.map((entry, e) => entry - to[e]!);
  const spread = weights.reduce((sum, [i, weight]) => sum + (i > 0 ? weight * weight : 0), 0);
  const value = 0.5 * smooth * (squared(away) + blur * spread) + weights.reduce((sum, [i, weight]) => sum + weight * heights[i]!, 0) + 0.5 * mu * squared(x);
  return { value, gradient: away.map((entry, e) => smooth * entry + mu * x[e]!) };
}

type Weights = (readonly [index: number, weight: number])[];

/**
 * The weights on the simplex that minimise ½‖x − Σα_i p_i‖² + ½blur·Σ_{i>0} α_i² + Σα_i v_i: an active-set method after Wolfe (1976). Every change of the active set
 * lowers the objective, so it ends.
 */
function nearest(points: readonly (readonly number[])[], heights: readonly number[], blur: number, x: readonly number[]): Weights {
  const blurOf = (i: number): number => (i > 0 ? blur : 0);
  const alone = (i: number): number => 0.5 * squared(points[i]!.map((entry, e) => entry - x[e]!)) + 0.5 * blurOf(i) + heights[i]!;
  let weights: Weights = [[points.reduce((best, _, i) => (alone(i) < alone(best) ? i : best), 0), 1]];
  let objective = Infinity;
  for (;;) {
    const away = x.map((entry, e) => weights.reduce((sum, [i, weight]) => sum + weight * points[i]![e]!, -entry));
    const slope = (i: number): number => inner(points[i]!.map((entry, e) => entry - x[e]!), away) + blurOf(i) * (weights.find(([index]) => index === i)?.[1] ?? 0) + heights[i]!;
    const reached = 0.5 * squared(away) + weights.reduce((sum, [i, weight]) => sum + 0.5 * blurOf(i) * weight * weight + weight * heights[i]!, 0);
    const entering = points.reduce((best, _, i) => (slope(i) < slope(best) ? i : best), 0);
    if (!(reached < objective) || weights.some(([i]) => i === entering)) return weights;
    objective = reached;
    weights = settled(points, heights, blurOf, x, [...weights, [entering, 0]]);
  }
}

/** The minimiser over the simplex on an active set, which shrinks by those that block the way to the minimiser over the plane. */
function settled(points: readonly (readonly number[])[], heights: readonly number[], blurOf: (i: number) => number, x: readonly number[], weights: Weights): Weights {
  for (let now = weights; ;) {
    const active = now.map(([i]) => i);
    const n = active.length;
    const to = active.map((i) => points[i]!.map((entry, e) => entry - x[e]!));
    const system = active.map((i, a) => [...to.map((other, b) => inner(to[a]!, other) + (a === b ? blurOf(i) : 0)), 1, -heights[i]!]);
    const goal = eliminate([...system, [...active.map(() => 1), 0, 1]]).slice(0, n);
    const blocking = now.map(([, weight], a) => (goal[a]! < 0 ? weight / (weight - goal[a]!) : 1));
    const step = Math.min(...blocking);
    if (step >= 1) return now.map(([i], a) => [i, goal[a]!]);
    const first = blocking.indexOf(step);
    now = now.flatMap(([i, weight], a): Weights => (a === first ? [] : [[i, Math.max(0, weight + step * (goal[a]! - weight))]]));
  }
}

/** Gaussian elimination with the largest pivots; the last column is the right side. */
function eliminate(rows: number[][]): number[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[best]![k]!)) best = i;
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const pivot = rows[k]!;
    for (let i = k + 1; i < n; i++) {
      const row = rows[i]!;
      const factor = row[k]! / pivot[k]!;
      if (factor !== 0) for (let j = k; j <= n; j++) row[j] = row[j]! - factor * pivot[j]!;
    }
  }
  const solution = Array.from({ length: n }, () => 0);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k]!;
    let sum = row[n]!;
    for (let j = k + 1; j < n; j++) sum -= row[j]! * solution[j]!;
    solution[k] = sum / row[k]!;
  }
  return solution;
}
