import type { OrderedSpace, Space, Vector } from '../src/arithmetic/space.js';
import type { FeasibleSet } from '../src/problem/feasible-set.js';
import type { Round } from '../src/trajectory.js';

/** {w : ⟨c, w⟩ ≤ s} */
export interface Halfspace<S> {
  readonly c: Vector<S>;
  readonly s: S;
}

/**
 * Definition 1 on a realised trajectory. φ being affine, Σ α_t⟨φ(x̄_{t−1}, w), G_t⟩ ≤ Σ α_t⟨x*, G_t⟩ is ⟨c, w⟩ ≤ s with
 * c = Σ α_t A_tᵀG_t and s = Σ α_t⟨G_t, x* − b_t⟩. c is summed here from A_t and G_t, not taken from the learner's S_T.
 */
export function definitionOne<S>(K: Space<S>, rounds: readonly Round<S>[], minimiser: Vector<S>): Halfspace<S> {
  const c = K.vector(rounds[0]?.w.length ?? 0, (j) => {
    let sum = K.zero;
    for (const { alpha, jacobian, gradient } of rounds) {
      let entry = K.zero;
      for (let i = 0; i < gradient.length; i++) entry = K.add(entry, K.mul(jacobian[i]![j]!, gradient[i]!));
      sum = K.add(K.mul(alpha, entry), sum);
    }
    return sum;
  });
  let s = K.zero;
  for (const { alpha, gradient, offset } of rounds) s = K.add(s, K.mul(alpha, K.dotDifference(gradient, minimiser, offset)));
  return { c, s };
}

/** w* of Definition 1, and the multiplier that proves it the smallest. */
export interface Comparator<S> {
  /** w* */
  readonly w: Vector<S>;
  /** The multiplier of the halfspace: w* = Π_W(−θc). */
  readonly theta: S;
}

/**
 * How far the search goes: up to θ‖c‖ of 2^REACH, beyond which Π_W(−θc) is all rounding in float64 (u·2^REACH = 10⁻⁸), and up
 * to 2^EXACT_REACH in rationals. A halfspace that W reaches only beyond counts as out of reach.
 */
const REACH = 26;
const EXACT_REACH = 100;
/** Below this ‖c‖² is partly underflow, and no w* can be computed from it: such a halfspace counts as out of reach in float64. */
const LEAST_NORM = 2 ** -900;
/** Halvings after which an interval of floating-point numbers cannot shrink any more. */
const BISECTIONS = 200;

/**
 * w*: the point of smallest norm in W ∩ {⟨c, w⟩ ≤ s}; null where there is none. On Rᵐ in closed form; elsewhere w* = Π_W(−θc)
 * with θ = 0 where that is feasible, else ⟨c, w*⟩ = s: ⟨c, Π_W(−θc)⟩ does not increase in θ, and where it is constant so is the
 * projection, which is firmly non-expansive, so that every such θ gives the same point. For polyhedra that is piecewise linear
 * in θ, so in rationals the secant on the right piece ends the bisection with the exact θ; in floating point it ends after
 * the interval stops shrinking, at its feasible end.
 */
export function smallestComparator<S>(K: OrderedSpace<S>, set: FeasibleSet<S>, { c, s }: Halfspace<S>): Comparator<S> | null {
  const origin = K.zeros(c.length);
  if (set.whole) {
    if (K.lessOrEqual(K.zero, s)) return { w: origin, theta: K.zero };
    const norm = K.dot(c, c);
    if (vanishes(K, norm)) return null;
    const factor = K.div(s, norm);
    return { w: K.scale(factor, c), theta: K.neg(factor) };
  }
  const at = (theta: S): Vector<S> => set.project(K.scale(K.neg(theta), c));
  const excess = (theta: S): S => K.sub(K.dot(c, at(theta)), s);
  if (K.lessOrEqual(excess(K.zero), K.zero)) return { w: at(K.zero), theta: K.zero };
  const norm = Array.from(c).reduce((sum, entry) => K.add(sum, K.abs(entry)), K.zero);
  if (vanishes(K, K.mul(norm, norm))) return null;
  const two = K.from(2);
  let low = K.zero;
  // Start with −θc of length about 1: c may be of any size.
  let high = K.div(K.one, norm);
  for (let i = 0; !K.lessOrEqual(excess(high), K.zero); i++) {
    if (i === (K.exact ? EXACT_REACH : REACH)) return null;
    [low, high] = [high, K.mul(two, high)];
  }
  for (let i = 0; i < BISECTIONS; i++) {
    if (K.exact) {
      const exact = exactRoot(K, excess, low, high);
      if (exact !== null) return { w: at(exact), theta: exact };
    }
    const middle = K.div(K.add(low, high), two);
    if (K.equal(middle, low) || K.equal(middle, high)) break;
    if (K.lessOrEqual(excess(middle), K.zero)) high = middle;
    else low = middle;
  }
  if (K.exact) throw new RangeError('expected a polyhedron, on which the multiplier is found exactly, got a set that is none');
  return { w: at(high), theta: high };
}

function vanishes<S>(K: OrderedSpace<S>, squaredNorm: S): boolean {
  return K.equal(squaredNorm, K.zero) || (!K.exact && !(K.toNumber(squaredNorm) >= LEAST_NORM));
}

/** The zero of a function that is linear on [low, high], or on its left or right half; null if it is not. */
function exactRoot<S>(K: OrderedSpace<S>, excess: (theta: S) => S, low: S, high: S): S | null {
  const middle = K.div(K.add(low, high), K.from(2));
  for (const [a, b] of [[low, high], [low, middle], [middle, high]] as const) {
    const [ea, eb] = [excess(a), excess(b)];
    const slope = K.sub(ea, eb);
    if (K.equal(slope, K.zero)) continue;
    const root = K.add(a, K.div(K.mul(ea, K.sub(b, a)), slope));
    if (K.lessOrEqual(low, root) && K.lessOrEqual(root, high) && K.equal(excess(root), K.zero)) return root;
  }
  return null;
}

/**
 * The second method: the optimality conditions of min ½‖w‖² over W ∩ {⟨c, w⟩ ≤ s}, as residuals that are all ≤ 0 at w*.
 * θ ≥ 0; ⟨c, w⟩ ≤ s; θ(s − ⟨c, w⟩) = 0; and ⟨w + θc, v − w⟩ ≥ 0 for each of the points `probes` of W.
 */
export function optimalityResiduals<S>(K: OrderedSpace<S>, { c, s }: Halfspace<S>, { w, theta }: Comparator<S>, probes: readonly Vector<S>[]): S[] {
  const slack = K.sub(s, K.dot(c, w));
  const normal = K.axpy(theta, c, w);
  return [
    K.neg(theta),
    K.neg(slack),
    K.abs(K.mul(theta, slack)),
    ...probes.map((v) => K.dot(normal, K.minus(w, v))),
  ];
}
