import { float64 } from '../../src/arithmetic/float64.js';
import { evaluateEnvelope } from '../../src/problem/envelope.js';
import { factorOf } from './linear-algebra.js';
import { programOf, letterOf, type Layout, type Program } from './program.js';
import type { Solution } from './interior-point.js';

/**
 * f(x) = min over weights α on the simplex of ½(1 − μ)(‖x − Σα_i p_i‖² + blur·Σ_{i>0} α_i²) + Σα_i v_i, plus ½μ‖x‖². It is 1-smooth, μ-strongly convex, and minimal with f = 0
 * at 0, whatever the numbers, as long as p_0 = 0, v_0 = 0 and v_i ≥ 0: what they came from by rounding can spoil how bad the function is, but not that it is in the class.
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
  const rows = factorOf(gram, n, gap);
  const dimension = rows[0]!.length;
  const vectors = Array.from({ length: letterCount }, (_, u) => rows[0]!.map((_first, e) => rows.reduce((sum, row, i) => sum + letters[u * n + i]! * row[e]!, 0)));
  if (layout.anchored) return { vectors, dimension };
  // x_0 − x* is not in the Gram matrix: x* lies far off in a new direction. At x_c with gradient g_c the hull with it gains v_c − ⟨g_c, p_c⟩ = f_c + ½‖g_c‖² − ⟨g_c, x_c⟩ for
  // each part of the way that it is approached, against ½far² times its square: it lowers f by no more than 2⁻³⁵, and tilts the gradient by no more than 2⁻¹⁷.
  const letter = letterOf(layout);
  const [at, first] = [(u: number): readonly number[] => vectors[u]!, letter.gradient(0)];
  const gains = Array.from({ length: layout.interpolated }, (_, c) => values[c]! + squared(at(letter.gradient(c))) / 2 - inner(at(letter.gradient(c)), at(letter.place(c))));
  const far = 2 ** 17 * Math.max(1, ...gains);
  for (const [u, vector] of vectors.entries()) vector.push(u > 0 && u < first ? far : 0);
  return { vectors, dimension: dimension + 1 };
}

const inner = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, entry, e) => sum + entry * v[e]!, 0);
const squared = (u: readonly number[]): number => inner(u, u);

/** f(x) and ∇f(x), in doubles. */
export function evaluate(f: WorstFunction, x: readonly number[]): { value: number; gradient: number[] } {
  const { strongConvexity: mu, points, heights, blur } = f;
  const width = widthOf(f);
  if (width !== null) return evaluateHuber(mu, width, x[0]!);
  const smooth = 1 - mu;
  const { value, gradient } = evaluateEnvelope(float64, { points, heights: heights.map((height) => height / smooth), blur }, x);
  return { value: smooth * value + 0.5 * mu * squared(x), gradient: Array.from(gradient, (entry, e) => smooth * entry + mu * x[e]!) };
}

/** ½μx² + (1 − μ)·Huber(x), with slope at most (1 − μ)·width, from x_0 = 1: the Moreau envelope of width·|x| on [−FAR, FAR]. */
export function huber(strongConvexity: number, width: number): WorstFunction {
  const height = FAR * width * (1 - strongConvexity);
  return { strongConvexity, points: [[0], [FAR], [-FAR]], heights: [0, height, height], blur: 0, start: [1] };
}

/** Farther than a convergent method goes. */
const FAR = 16;

function widthOf({ strongConvexity, points, heights, blur }: WorstFunction): number | null {
  const [rise, other] = [heights[1]!, heights[2]!];
  const shaped = blur === 0 && points.length === 3 && points[0]!.length === 1 && points[0]![0] === 0 && points[1]![0] === FAR && points[2]![0] === -FAR && heights[0] === 0 &&
    rise === other;
  return shaped ? rise / (FAR * (1 - strongConvexity)) : null;
}

/** Huber's function to a few roundings of what it is, however small: from the nearest point of the envelope only what is left below that of x would be known. */
function evaluateHuber(mu: number, width: number, x: number): { value: number; gradient: number[] } {
  const r = Math.abs(x);
  const p = Math.min(FAR, Math.max(0, r - width));
  const slope = p === 0 ? r : p < FAR ? width : r - FAR;
  const pull = (1 - mu) * slope + mu * r;
  return { value: (1 - mu) * (0.5 * slope * slope + width * p) + 0.5 * mu * x * x, gradient: [x < 0 ? -pull : pull] };
}
