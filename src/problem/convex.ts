import { isOrdered, type OrderedSpace, type Space } from '../arithmetic/space.js';
import { body, numbers, type Body } from './body.js';
import type { ConvexFunction, DifferentiableFunction } from './convex-function.js';
import { formulaOf } from './formula.js';
import type { FunctionSpec } from './function-spec.js';

/**
 * f(x) = B_g(x, x*) + f(x*): g tilted by −∇g(x*), and shifted to the minimum that the data say, or 0.
 * @throws {RangeError} a spec that is no convex function over this field.
 */
export function differentiableFunction<S>(K: Space<S>, spec: FunctionSpec): DifferentiableFunction<S> {
  return tilt(K, body(K, spec.body), spec).f;
}

/** The same over an ordered field, with L and the magnitudes that bound its rounding errors. */
export function convexFunction<S>(K: OrderedSpace<S>, spec: FunctionSpec): ConvexFunction<S> {
  const { f, g } = tilt(K, body(K, spec.body), spec);
  const bounds = g.bounds;
  if (bounds === null || !isOrdered(K)) throw new RangeError(`expected a function over an ordered field, got one in ${K.name}`);
  const magnitudeAtMinimiser = bounds.gradientMagnitude(f.minimiser);
  return {
    ...f,
    smoothness: bounds.smoothness,
    gradientMagnitude: (x) => K.plus(bounds.gradientMagnitude(x), magnitudeAtMinimiser),
    divergenceMagnitude: bounds.divergenceMagnitude,
  };
}

function tilt<S>(K: Space<S>, g: Body<S>, spec: FunctionSpec): { f: DifferentiableFunction<S>; g: Body<S> } {
  const minimiser = numbers(K, spec.minimiser);
  if (minimiser.length !== g.dimension) {
    throw new RangeError(`expected a minimiser of dimension ${g.dimension}, got ${minimiser.length}`);
  }
  const slope = g.gradient(minimiser);
  const minimum = K.from(spec.minimum ?? 0);
  const f: DifferentiableFunction<S> = {
    formula: () => formulaOf(spec),
    source: g.source,
    dimension: g.dimension,
    minimiser,
    minimum,
    value: spec.minimum === undefined ? (x) => g.divergence(x, minimiser) : (x) => K.add(g.divergence(x, minimiser), minimum),
    gradient: (x) => K.minus(g.gradient(x), slope),
    divergence: g.divergence,
  };
  return { f, g };
}
