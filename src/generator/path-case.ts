import fc from 'fast-check';
import { isOrdered, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import type { DifferentiableFunction } from '../problem/convex-function.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { functionSpec, quadraticSpec } from './function.js';
import { logUniform, uniform, vector, type NumberSource } from './number.js';

/** A run of a method that knows f, a start and a step size, as data. */
export interface PathCase {
  readonly function: FunctionSpec;
  readonly start: readonly Num[];
  /** η; over an ordered field in units of 1/L, so that most paths stay near. */
  readonly rate: Num;
}

export interface PathCaseOptions {
  readonly dimension?: number;
  readonly functions?: 'all' | 'quadratic';
  /** The range of η in units of 1/L, in float64. */
  readonly rate?: fc.Arbitrary<Num>;
}

export function pathCase(numbers: NumberSource, options: PathCaseOptions = {}): fc.Arbitrary<PathCase> {
  const functions = options.functions === 'quadratic' || numbers.name === 'prime-field' ? quadraticSpec : functionSpec;
  return fc.integer({ min: 1, max: options.dimension ?? numbers.dimension }).chain((n) =>
    fc.record({
      function: functions(numbers, n),
      start: vector(numbers, n),
      rate: options.rate ?? moderateRate(numbers),
    })
  );
}

/** In units of 1/L: from next to nothing to steps that overshoot. */
export function moderateRate(numbers: NumberSource): fc.Arbitrary<Num> {
  return numbers.name === 'float64' ? logUniform(-2, 0.25) : numbers.positive;
}

/** In [0, 1) where there is an order. */
export function momentumFactor(numbers: NumberSource): fc.Arbitrary<Num> {
  switch (numbers.name) {
    case 'float64':
      return fc.oneof(fc.constant(0), uniform(0, 0.99));
    case 'rational':
      return fc.constantFrom('0', '1/2', '1/3', '3/4', '9/10');
    case 'prime-field':
      return numbers.scalar;
  }
}

export interface PreparedPath<S> {
  readonly f: DifferentiableFunction<S>;
  readonly start: Vector<S>;
  readonly rate: S;
}

export function preparePath<S>(K: Space<S>, subject: Subject, data: PathCase): PreparedPath<S> {
  const f = isOrdered(K) ? subject.convexFunction(K, data.function) : subject.differentiableFunction(K, data.function);
  return { f, start: parseVector(K, data.start), rate: isOrdered(K) ? relativeRate(K, subject, data) : K.from(data.rate) };
}

function relativeRate<S>(K: OrderedSpace<S>, subject: Subject, data: PathCase): S {
  const L = subject.convexFunction(K, data.function).smoothness;
  return K.equal(L, K.zero) ? K.from(data.rate) : K.div(K.from(data.rate), L);
}

/** The set {w}: meta-parameters that nothing can move. */
export function pointSet<S>(w: Vector<S>): FeasibleSet<S> {
  return { name: 'one point', dimension: w.length, whole: false, project: () => w };
}

const FAR = 1e7;

/** True for a float64 path that left every ball of interest, or is no number any more: such a case is no evidence. */
export function strays<S>(K: Space<S>, path: readonly Vector<S>[]): boolean {
  if (K.exact || !isOrdered(K)) return false;
  return path.some((x) => !Array.from(x).every((entry) => Math.abs(K.toNumber(entry)) <= FAR));
}

export function isZero<S>(K: Space<S>, v: Vector<S>): boolean {
  return Array.from(v).every((entry) => K.equal(entry, K.zero));
}
