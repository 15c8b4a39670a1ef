import fc from 'fast-check';
import { ratio, rational, type Rational } from '../arithmetic/rational.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import { linearCase } from './linear-case.js';
import { vector, type NumberSource } from './number.js';

/** A run of AO-FTRL in diagonal norms on a product of intervals. T = losses.length, m = intervals.length. */
export interface AdaptiveCase {
  readonly intervals: readonly SetSpec[];
  readonly alpha: readonly Num[];
  readonly losses: readonly (readonly Num[])[];
  readonly hints: readonly (readonly Num[])[];
  readonly norms:
    /** h_1 and the increments h_t − h_{t−1} ≥ 0, entry by entry. */
    | { readonly kind: 'given'; readonly increments: readonly (readonly Num[])[] }
    /** AdaGrad with β and G_i = `margin` · max_t|α_t g_{t,i}|, margin ≥ 1. */
    | { readonly kind: 'adagrad'; readonly beta: Num; readonly margin: Num };
  /** u, before it is projected onto W. */
  readonly comparator: readonly Num[];
}

export function adaptiveCase(numbers: NumberSource): fc.Arbitrary<AdaptiveCase> {
  return linearCase(numbers, { sets: 'whole' }).chain(({ alpha, losses, hints }) => {
    const [T, m] = [losses.length, losses[0]!.length];
    const growth = fc.oneof({ weight: 2, arbitrary: numbers.positive }, { weight: 1, arbitrary: fc.constant<Num>(0) });
    const later = fc.array(fc.array(growth, { minLength: m, maxLength: m }), { minLength: T - 1, maxLength: T - 1 });
    const given = fc.tuple(fc.array(numbers.positive, { minLength: m, maxLength: m }), later).map(([first, rest]): AdaptiveCase['norms'] => ({
      kind: 'given',
      increments: [first, ...rest],
    }));
    const adagrad = fc.record({ kind: fc.constant('adagrad' as const), beta: numbers.positive, margin: fc.constantFrom<Num>(1, 1, 2, 10) });
    return fc.record({
      intervals: fc.array(interval(numbers), { minLength: m, maxLength: m }),
      alpha: fc.constant(alpha),
      losses: fc.constant(losses),
      hints: fc.constant(hints),
      norms: numbers.name === 'float64' ? fc.oneof({ weight: 3, arbitrary: given }, { weight: 2, arbitrary: adagrad }) : given,
      comparator: vector(numbers, m),
      // What is shown of AdaGrad's own bound is shown without hints.
    }).map((data): AdaptiveCase => (data.norms.kind === 'adagrad' ? { ...data, hints: data.hints.map((hint) => hint.map(() => 0)) } : data));
  });
}

/** R, [a, b] or [a, ∞): with 0 inside and outside. */
function interval(numbers: NumberSource): fc.Arbitrary<SetSpec> {
  const bounded = fc.tuple(numbers.scalar, numbers.positive).map(([low, length]): SetSpec => ({ kind: 'box', lower: [low], upper: [add(low, length)] }));
  return fc.oneof(fc.constant<SetSpec>({ kind: 'all', dimension: 1 }), bounded, numbers.scalar.map((corner): SetSpec => ({ kind: 'orthant', corner: [corner] })));
}

function add(a: Num, b: Num): Num {
  return typeof a === 'number' && typeof b === 'number' ? a + b : rational.format(rational.add(rational.from(a), rational.from(b)));
}

/** Fewer rounds; no hints; all of Rᵐ. */
export function simplerAdaptiveCases(data: AdaptiveCase): AdaptiveCase[] {
  const T = data.losses.length;
  const shorter = [1, 2, 3, Math.floor(T / 2), T - 1].filter((k) => k >= 1 && k < T).map((k): AdaptiveCase => ({
    ...data,
    alpha: data.alpha.slice(0, k),
    losses: data.losses.slice(0, k),
    hints: data.hints.slice(0, k),
    norms: data.norms.kind === 'given' ? { ...data.norms, increments: data.norms.increments.slice(0, k) } : data.norms,
  }));
  return [...shorter, { ...data, hints: data.hints.map((hint) => hint.map(() => 0)) }, { ...data, intervals: data.intervals.map(() => ({ kind: 'all', dimension: 1 })) }];
}

/** AdaGrad on the line, without hints and with α_t = 1: losses of which all √(g_1² + … + g_t²) are rational. */
export interface RootCase {
  readonly beta: Num;
  readonly losses: readonly Num[];
}

/** s_t = s_{t−1}(r + 1/r)/2 for g_t = ±s_{t−1}(r − 1/r)/2. */
export const rootCase: fc.Arbitrary<RootCase> = fc.record({
  beta: fc.constantFrom<Num>('1', '2', '1/2', '3/2'),
  first: fc.integer({ min: 1, max: 5 }),
  steps: fc.array(fc.tuple(fc.constantFrom<[number, number]>([2, 1], [3, 1], [3, 2], [4, 1], [5, 2]), fc.constantFrom(1, -1)), { minLength: 1, maxLength: 3 }),
}).map(({ beta, first, steps }) => {
  let root: Rational = ratio(first);
  const half = ratio(1, 2);
  const losses = [String(first)];
  for (const [[p, q], sign] of steps) {
    const [r, inverse] = [ratio(p, q), ratio(q, p)];
    losses.push(root.mul(half).mul(r.sub(inverse)).mul(ratio(sign)).toFraction());
    root = root.mul(half).mul(r.add(inverse));
  }
  return { beta, losses };
});

/** The smallest right triangle; then fewer rounds. */
export function simplerRootCases(data: RootCase): RootCase[] {
  const triangle = ['3', '-4'];
  const shorter = Array.from({ length: data.losses.length - 1 }, (_, i) => ({ ...data, losses: data.losses.slice(0, i + 1) }));
  return data.losses.join() === triangle.join() ? [] : [{ beta: '1', losses: triangle }, { ...data, losses: triangle }, ...shorter];
}
