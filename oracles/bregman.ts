import { isOrdered, isReal, type OrderedSpace, type RealSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../src/problem/convex-function.js';
import type { MirrorSpec } from '../src/problem/mirror.js';

/** B_z^μ(x), and what its rounding error is relative to (where x itself moves relative to `size` ≥ |x|). */
export interface Divergence<S> {
  readonly value: S;
  readonly magnitude: (size: Vector<S>) => S;
}

/**
 * B_z^μ(x) in closed form, as a function of x − z that vanishes with its square: no gradient of μ is formed, and no values of μ
 * are subtracted. That makes B_x^μ(x + v) = o(‖v‖) plain, and with it what the derivative of B_z^μ at x is.
 */
export function bregman<S>(K: Space<S>, spec: MirrorSpec, f: DifferentiableFunction<S> | ConvexFunction<S>, x: Vector<S>, z: Vector<S>): Divergence<S> {
  const d = K.minus(x, z);
  const half = K.div(K.one, K.from(2));
  const reach = (size: Vector<S>): Vector<S> => K.plus(size, absolute(asOrdered(K), z));
  const square = (v: Vector<S>): S => K.dot(v, v);
  switch (spec.kind) {
    case 'euclidean':
      return { value: K.mul(half, square(d)), magnitude: (size) => square(reach(size)) };
    case 'quadratic': {
      // ½ shift ‖d‖² + ½‖Bd‖²: M is never formed.
      const shift = K.from(spec.shift);
      const rows = spec.factor.map((row) => K.vector(row.length, (j) => K.from(row[j]!)));
      return {
        value: K.mul(half, K.add(K.mul(shift, square(d)), square(K.apply(rows, d)))),
        magnitude: (size) => K.add(K.mul(shift, square(reach(size))), square(K.apply(rows.map((row) => absolute(asOrdered(K), row)), reach(size)))),
      };
    }
    case 'loss':
      return {
        value: f.divergence(x, z),
        magnitude(size) {
          if (!('divergenceMagnitude' in f)) throw new RangeError(`expected no magnitude to be asked for in ${K.name}`);
          return f.divergenceMagnitude(size, z);
        },
      };
    case 'asymmetric': {
      const ordered = asOrdered(K);
      const ratio = K.from(spec.ratio);
      return {
        value: sum(K, x.length, (i) => asymmetric(ordered, ratio, x[i]!, z[i]!)),
        magnitude: (size) => K.mul(ordered.max(K.one, ratio), square(reach(size))),
      };
    }
    case 'saturating': {
      const real = asReal(K);
      const value = (a: S): S => K.sub(real.abs(a), real.log1p(real.abs(a)));
      const slope = (a: S): S => K.div(a, K.add(K.one, real.abs(a)));
      return {
        value: sum(K, x.length, (i) => K.sub(K.sub(value(x[i]!), value(z[i]!)), K.mul(slope(z[i]!), d[i]!))),
        magnitude: (size) => sum(K, x.length, (i) => K.mul(K.from(4), reach(size)[i]!)),
      };
    }
    case 'exponential': {
      const real = asReal(K);
      return {
        value: sum(K, x.length, (i) => exponential(real, x[i]!, z[i]!)),
        magnitude: (size) => sum(K, x.length, (i) => K.mul(K.add(real.exp(x[i]!), real.exp(z[i]!)), squareOfReach(K, reach(size)[i]!))),
      };
    }
    case 'hyperbolic': {
      // cosh x = ½(exp x + exp(−x)), and divergences are linear in μ.
      const real = asReal(K);
      const both = (term: (sign: (a: S) => S) => S): S => K.mul(half, K.add(term((a) => a), term(K.neg)));
      return {
        value: sum(K, x.length, (i) => both((sign) => exponential(real, sign(x[i]!), sign(z[i]!)))),
        magnitude: (size) => sum(K, x.length, (i) => K.mul(both((sign) => K.add(real.exp(sign(x[i]!)), real.exp(sign(z[i]!)))), squareOfReach(K, reach(size)[i]!))),
      };
    }
  }
}

/** (1 + r)²: exponentials round by themselves, by their arguments, and times the distance. */
function squareOfReach<S>(K: Space<S>, r: S): S {
  const more = K.add(K.one, r);
  return K.mul(more, more);
}

/** exp z (exp d − 1 − d), d = x − z; for large d as exp x − exp z (1 + d), since exp d may overflow where exp x does not. */
function exponential<S>(K: RealSpace<S>, x: S, z: S): S {
  const d = K.sub(x, z);
  if (K.lessOrEqual(d, K.one)) return K.mul(K.exp(z), K.sub(K.sub(K.exp(d), K.one), d));
  return K.sub(K.exp(x), K.mul(K.exp(z), K.add(K.one, d)));
}

/** D(x, z) of ½a² for a ≥ 0, ½κa² below: ½κ_x x² + ½κ_z z² − κ_z zx, κ the factor on the side of each; ½κ(x − z)² on one side. */
function asymmetric<S>(K: OrderedSpace<S>, ratio: S, x: S, z: S): S {
  const half = K.div(K.one, K.from(2));
  const factor = (a: S): S => (K.lessOrEqual(K.zero, a) ? K.one : ratio);
  const [left, right] = [factor(x), factor(z)];
  if (K.equal(left, right)) return K.mul(K.mul(half, left), K.mul(K.sub(x, z), K.sub(x, z)));
  return K.sub(K.mul(half, K.add(K.mul(left, K.mul(x, x)), K.mul(right, K.mul(z, z)))), K.mul(right, K.mul(z, x)));
}

function sum<S>(K: Space<S>, n: number, term: (i: number) => S): S {
  let total = K.zero;
  for (let i = 0; i < n; i++) total = K.add(total, term(i));
  return total;
}

function asOrdered<S>(K: Space<S>): OrderedSpace<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return K;
}

function asReal<S>(K: Space<S>): RealSpace<S> {
  if (!isReal(K)) throw new RangeError(`expected a field with exponentials, got ${K.name}`);
  return K;
}
