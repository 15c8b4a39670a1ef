import fc from 'fast-check';
import { absolute, type ConvexFunction } from '../problem/convex-function.js';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { functionSpec, quadraticSpec } from './function.js';
import { positiveSequence } from './meta-case.js';
import { logUniform, uniform, vector, type NumberSource } from './number.js';

/** A run of one of Section 7.2's optimizers, as data. */
export interface ElementwiseCase {
  readonly function: FunctionSpec;
  readonly start: readonly Num[];
  /** w_1 ≥ 0, in units of 1/L. */
  readonly first: readonly Num[];
  /** β > 0; in float64 in units that move w by about 1/L a step. */
  readonly metaRate: Num;
  readonly steps: number;
}

export interface ElementwiseOptions {
  readonly steps: { readonly min: number; readonly max: number };
  readonly dimension?: number;
  readonly functions?: 'all' | 'quadratic';
}

export function elementwiseCase(numbers: NumberSource, { steps, dimension, functions }: ElementwiseOptions): fc.Arbitrary<ElementwiseCase> {
  const spec = functions === 'quadratic' ? quadraticSpec : functionSpec;
  return fc.integer({ min: 1, max: dimension ?? numbers.dimension }).chain((n) =>
    fc.record({
      function: spec(numbers, n),
      start: vector(numbers, n),
      first: fc.array(learningRate(numbers), { minLength: n, maxLength: n }),
      metaRate: numbers.name === 'float64' ? logUniform(-2, 0.5) : fc.constantFrom<Num[]>('1/2', '1/3', '1/8', '1', '2'),
      steps: fc.integer(steps),
    })
  );
}

function learningRate(numbers: NumberSource): fc.Arbitrary<Num> {
  return numbers.name === 'float64'
    ? fc.oneof({ weight: 5, arbitrary: uniform(0, 1.9) }, { weight: 1, arbitrary: fc.constant(0) })
    : fc.constantFrom<Num[]>('1', '1/2', '1/4', '3/2', '7/4', '0');
}

export interface ElementwiseRun<S> {
  readonly f: ConvexFunction<S>;
  readonly config: { readonly gradient: (x: Vector<S>) => Vector<S>; readonly start: Vector<S>; readonly first: Vector<S>; readonly metaRate: S; readonly steps: number };
}

/** null where f is constant: then L = 0. */
export function prepareElementwise<S>(K: OrderedSpace<S>, subject: Subject, data: ElementwiseCase): ElementwiseRun<S> | null {
  positiveSequence('β', [data.metaRate], 1);
  if (!(data.steps >= 1)) throw new RangeError(`expected at least one step, got ${data.steps}`);
  const f = subject.convexFunction(K, data.function);
  if (K.equal(f.smoothness, K.zero)) return null;
  const start = parseVector(K, data.start);
  const first = K.scale(K.div(K.one, f.smoothness), parseVector(K, data.first));
  return { f, config: { gradient: f.gradient, start, first, metaRate: K.exact ? K.from(data.metaRate) : scaledRate(K, f, start, data.metaRate), steps: data.steps } };
}

/** Gradients below this are as good as none: without it β would grow until products of gradients underflow. */
const FAINT = 2 ** -20;

/** β/(L max|∇f(x_0)|²): w is in 1/L, and β multiplies two gradients. */
function scaledRate<S>(K: OrderedSpace<S>, f: ConvexFunction<S>, start: Vector<S>, rate: Num): S {
  const largest = Array.from(absolute(K, f.gradient(start))).reduce((max, entry) => K.max(max, entry), K.from(FAINT));
  return K.div(K.from(rate), K.mul(f.smoothness, K.mul(largest, largest)));
}

export function fewerSteps<C extends { readonly steps: number }>(data: C): C[] {
  return [1, 2, data.steps - 1].filter((steps) => steps >= 1 && steps < data.steps).map((steps) => ({ ...data, steps }));
}
