import { gamma, ledgerRoundings } from '../../../oracles/rounding.js';
import { around, balls, middle, spread, type Ball } from '../../arithmetic/ball.js';
import { largestOf, norm } from '../../arithmetic/magnitude.js';
import { PRECISIONS } from '../../arithmetic/running-error.js';
import type { Vector } from '../../arithmetic/space.js';
import { summands } from '../../generator/meta-case.js';
import type { ConvexFunction } from '../../problem/convex-function.js';
import type { FeasibleSet } from '../../problem/feasible-set.js';
import type { GateCase } from '../case.js';
import type { GateContext } from '../claim.js';
import { ALLOWANCE, expected } from '../expected.js';
import { fed, type Settings } from '../fed.js';
import { METHODS, type Quantity } from '../methods.js';
import { FAR, functionOf, traceOf, type Played } from '../play.js';

/** Where the errors are more than this share of the trajectory's size, the session says nothing any more. */
const LOOSE = 2 ** -7;
/** Points and gradients up to here have fourth powers that are doubles: ledgers hold ‖φ‖², and φ may be a product of two gradients. */
const WIDEST = 1e70;
/** Where all is 0, errors are what underflows may lose, this many at most. */
const UNDERFLOWS = 2 ** 20;

/**
 * A session as a guarantee sees it. Points are what was answered, each in a ball that holds the point that exact arithmetic would have come
 * to from the same gradients; gradients are those that were fed, exactly.
 */
export interface Seen {
  readonly data: GateCase;
  readonly played: Played;
  readonly n: number;
  /** How many steps can be judged. */
  readonly T: number;
  /** f with balls for its values; null where losses are given. */
  readonly f: ConvexFunction<Ball> | null;
  /** T + 1 of them, from `init` on. */
  readonly points: (quantity: Quantity) => readonly Vector<Ball>[];
  readonly start: Vector<Ball>;
  /** ∇f(x0) */
  readonly first: Vector<Ball>;
  /** g_1 … g_T */
  readonly gradients: readonly Vector<Ball>[];
  readonly hints: readonly Vector<Ball>[];
  readonly targets: readonly Vector<Ball>[];
  readonly settings: Settings<Ball>;
  /** ∇f − g_t where g_t was asked for, g_t as the optimizer got it: 0, up to the rounding of g_t and the error of the point. */
  readonly slip: (t: number) => Vector<Ball>;
}

/** Why a session cannot be judged: an answer that lacks what the guarantee is about. */
export interface Missing {
  readonly quantity: Quantity;
  readonly t: number;
}

/** @param needed what the guarantee is about. */
export function seen(context: GateContext, data: GateCase, played: Played, needed: readonly Quantity[]): Seen | Missing {
  const answered = traceOf(played.answers);
  const spans = radii(context, played);
  const missing = needed.find((quantity) => (answered[quantity] ?? []).some((v, t) => t < spans.length && v.length !== spans[t]![quantity]?.length) || answered[quantity] === null);
  if (missing !== undefined) return { quantity: missing, t: played.answers.findIndex((answer, t) => answer[missing]?.length !== spans[t]?.[missing]?.length) };
  const f = functionOf(data);
  const roundings = ledgerRoundings({
    horizon: data.horizon,
    dimension: data.x0.length,
    parameters: data.x0.length ** 2,
    summands: data.function === null ? 0 : summands(data.function.body),
  });
  const T = Math.max(spans.length - 1, 0);
  const told = fed(balls, played.fed);
  const points = (quantity: Quantity): readonly Vector<Ball>[] => (answered[quantity] ?? []).slice(0, spans.length).map((v, t) => around(v, (i) => spans[t]![quantity]![i]!));
  const queries = points('query');
  return {
    data,
    played,
    n: told.n,
    T,
    f: f === null ? null : enclosed(f, roundings),
    points,
    start: told.x0,
    first: told.first,
    gradients: told.gradients.slice(0, T),
    hints: told.hints,
    targets: told.targets.slice(0, T),
    settings: told.settings,
    slip: (t) => (f === null ? balls.zeros(told.n) : slipOf(context, f, queries[t - 1]!, middle(told.gradients[t - 1]!), roundings)),
  };
}

type Radii = { readonly [quantity in Quantity]: readonly number[] | null };

/** How far off each entry may be, answer by answer, as long as that means something: (ALLOWANCE + 1) times the largest bound of a formulation, one of them the reference's own. */
function radii({ dtype, method, reference }: GateContext, played: Played): Radii[] {
  const { trace, error } = expected(METHODS[method], reference, played.fed, dtype);
  const out: Radii[] = [];
  const { x0, first, gradients } = played.fed;
  let scale = largestOf(Array.from(x0, Math.abs));
  let widest = Math.max(scale, largestOf(Array.from(first, Math.abs)));
  for (let t = 0; t < played.answers.length; t++) {
    const at = (quantity: Quantity): readonly number[] | null => {
      const entries = trace[quantity]?.[t];
      return entries === undefined ? null : Array.from(entries, (_, i) => (ALLOWANCE + 1) * error(quantity, t, i));
    };
    const values = METHODS[method].compared.flatMap((quantity) => Array.from(trace[quantity]?.[t] ?? [], Math.abs));
    const all = { query: at('query'), x: at('x'), meta: at('meta') };
    scale = Math.max(scale, largestOf(values));
    widest = Math.max(widest, scale, largestOf(Array.from(gradients[t - 1] ?? [], Math.abs)));
    const worst = largestOf(METHODS[method].compared.flatMap((quantity) => all[quantity] ?? []));
    if (!(scale <= FAR[dtype] && widest <= WIDEST && worst <= LOOSE * scale + UNDERFLOWS * PRECISIONS[dtype].tiny)) break;
    out.push(all);
  }
  return out;
}

/** |∇f(y) − g| ≤ rounding of ∇f, of g to the dtype, and L times how far the exact point may be. */
function slipOf({ dtype }: GateContext, f: ConvexFunction<number>, query: Vector<Ball>, g: Float64Array, roundings: number): Vector<Ball> {
  const size = f.gradientMagnitude(middle(query));
  const { unit, tiny } = PRECISIONS[dtype];
  const moved = f.smoothness * (1 + gamma(roundings)) * spread(query);
  return around(new Float64Array(g.length), (i) => gamma(roundings) * size[i]! + (dtype === 'float32' ? unit * Math.abs(g[i]!) + tiny : 0) + moved);
}

/** f on balls: its rounding, and how far it changes within them, for f is convex and L-smooth. */
function enclosed(f: ConvexFunction<number>, roundings: number): ConvexFunction<Ball> {
  const k = gamma(roundings);
  const L = f.smoothness * (1 + k);
  const minimiser = around(f.minimiser);
  return {
    formula: f.formula,
    source: f.source,
    dimension: f.dimension,
    minimiser,
    minimum: balls.zero,
    smoothness: { value: f.smoothness, error: k * f.smoothness },
    value(p) {
      const at = middle(p);
      const [value, slope, size] = [f.value(at), f.gradient(at), f.gradientMagnitude(at)];
      const change = Array.from(p).reduce((sum, { error }, i) => sum + (Math.abs(slope[i]!) + k * size[i]!) * error, 0);
      return { value, error: change + (L * spread(p) ** 2) / 2 + k * (f.divergenceMagnitude(at, f.minimiser) + Math.abs(value)) };
    },
    // Its gradients are ∇f(y) − ∇f(x) and −∇²f(x)(y − x).
    divergence(y, x) {
      const [to, from] = [middle(y), middle(x)];
      const value = f.divergence(to, from);
      const reach = spread(y) + spread(x);
      const distance = norm(to.map((entry, i) => entry - from[i]!));
      return { value, error: L * reach * (distance + reach) + k * (f.divergenceMagnitude(to, from) + Math.abs(value)) };
    },
    gradient(p) {
      const [at, off] = [middle(p), spread(p)];
      const size = f.gradientMagnitude(at);
      return around(f.gradient(at), (i) => k * size[i]! + L * off);
    },
    // Balls carry their own errors.
    gradientMagnitude: (p) => balls.zeros(p.length),
    divergenceMagnitude: () => balls.zero,
  };
}

/** Π_W on balls: it does not enlarge distances, but may turn them. */
export function enclosedSet(set: FeasibleSet<number>): FeasibleSet<Ball> {
  const k = gamma(2 * set.dimension + 8);
  return {
    name: set.name,
    dimension: set.dimension,
    whole: set.whole,
    project(v) {
      if (set.whole) return v;
      const to = set.project(middle(v));
      return around(to, (i) => spread(v) + k * (Math.abs(to[i]!) + (set.extent ?? 0)));
    },
  };
}
