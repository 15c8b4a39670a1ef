import fc from 'fast-check';
import type { BetaIndex } from '../algorithm/formulas.js';
import type { OrderedSpace } from '../arithmetic/space.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import { hardFunction } from './lambda-case.js';
import type { NumberSource } from './number.js';

/**
 * What a printed rate leaves open, on the line: φ = cw on X = cW, W an interval, so that λ = λ̃ = c² exactly; the minimiser of f
 * over R may lie outside X, and then x* is an end of X and ∇f(x*) ≠ 0. `smoothness` is L where it is more than the least constant.
 */
export interface LineCase {
  readonly function: FunctionSpec;
  readonly scale: Num;
  readonly lower: Num;
  /** diam(W) */
  readonly diameter: Num;
  readonly horizon: number;
  readonly lossWeight: 'alpha' | 'alpha-rho';
  readonly index: BetaIndex;
  readonly smoothness: Num | null;
}

export interface Line<S> {
  readonly f: ConvexFunction<S>;
  readonly rule: UpdateRule<S>;
  readonly set: FeasibleSet<S>;
  /** x* = argmin over X */
  readonly minimiser: S;
  readonly L: S;
  /** λ = c² */
  readonly lambda: S;
  readonly diameter: S;
}

/** null where the data make no case: an empty W, c = 0, an L that is too small. */
export function prepareLine<S>(K: OrderedSpace<S>, subject: Subject, data: LineCase): Line<S> | null {
  const f = subject.convexFunction(K, data.function);
  const [lower, diameter, scale] = [K.from(data.lower), K.from(data.diameter), K.from(data.scale)];
  const L = data.smoothness === null ? f.smoothness : K.from(data.smoothness);
  const positive = (x: S): boolean => !K.lessOrEqual(x, K.zero);
  if (!positive(diameter) || !positive(scale) || !positive(L) || !K.lessOrEqual(f.smoothness, L)) return null;
  const upper = K.add(lower, diameter);
  return {
    f,
    L,
    diameter,
    rule: subject.updateRule(K, { kind: 'affine', matrix: [[data.scale]], offset: ['0'] }, 1, f.gradient),
    set: subject.feasibleSet(K, { kind: 'box', lower: [K.format(lower)], upper: [K.format(upper)] }),
    minimiser: K.max(K.mul(scale, lower), K.min(K.mul(scale, upper), f.minimiser[0]!)),
    lambda: K.mul(scale, scale),
  };
}

/** f(x̄) − f(x*) on X. */
export function lineGap<S>(K: OrderedSpace<S>, { f, minimiser }: Line<S>, average: ArrayLike<S>): S {
  return K.sub(f.value(average), f.value([minimiser]));
}

/** Quadratics and Huber functions, W of all sizes at all distances from 0. */
export function lineCase(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }, lossWeights: readonly LineCase['lossWeight'][]): fc.Arbitrary<LineCase> {
  // Wide intervals, and minimisers at their far ends: where a diameter that is not squared shows.
  const far = fc.oneof(numbers.scalar, fc.integer({ min: 3, max: 12 }).map(String));
  const quadratic = fc.record({ weight: numbers.positive, minimiser: far }).map(({ weight, minimiser }): FunctionSpec => ({
    body: { kind: 'spectral', spectrum: [weight], reflectors: [] },
    minimiser: [minimiser],
  }));
  const huber = fc.record({ weight: numbers.positive, minimiser: far, width: numbers.positive }).map(({ weight, minimiser, width }) => hardFunction([minimiser], weight, width));
  return fc.record({
    function: fc.oneof(quadratic, huber),
    scale: numbers.positive,
    lower: fc.oneof(fc.constant<Num>('0'), numbers.scalar),
    diameter: fc.oneof(numbers.positive, fc.integer({ min: 3, max: 12 }).map(String)),
    horizon: fc.integer(horizon),
    lossWeight: fc.constantFrom(...lossWeights),
    index: fc.constantFrom<BetaIndex>('equation-4', 'algorithm-4'),
    smoothness: fc.constant(null),
  });
}

/** Fewer rounds, φ = w, W from 0 on. */
export function simplerLineCases(data: LineCase): LineCase[] {
  const shorter = [1, 2, 3, data.horizon - 1].filter((T) => T >= 1 && T < data.horizon).map((horizon) => ({ ...data, horizon }));
  return [...shorter, { ...data, lossWeight: 'alpha' }, { ...data, scale: '1' }, { ...data, lower: '0' }];
}
