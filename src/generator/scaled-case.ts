import fc from 'fast-check';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import { parameterCount } from '../update-rule/update-rule.js';
import { metaCase, onTheLine, type MetaCase } from './meta-case.js';
import type { NumberSource } from './number.js';

/** A run of φ with β = 1/(λL), whatever its own β is. */
export interface ScalingCase {
  readonly run: MetaCase;
  readonly lambda: Num;
}

/** φ = cw, c < 1, on the line: λ = c². */
export function scalingCase(numbers: NumberSource): fc.Arbitrary<ScalingCase> {
  const scale = fc.constantFrom([1, 2] as const, [1, 3] as const, [2, 3] as const, [1, 4] as const);
  return fc.tuple(numbers.positive, numbers.scalar, scale, fc.integer({ min: 2, max: 3 })).map(([weight, minimiser, [p, q], T]) => ({
    run: {
      ...onTheLine({ rule: { kind: 'affine', matrix: [[`${p}/${q}`]], offset: ['0'] }, alpha: Array<Num>(T).fill('1'), beta: Array<Num>(T + 1).fill('1') }),
      function: { body: { kind: 'spectral', spectrum: [weight], reflectors: [] }, minimiser: [minimiser] },
    },
    lambda: `${p ** 2}/${q ** 2}`,
  }));
}

/** A run of φ′(x, v) = φ(x, diag(d)v) on W′ = diag(d)⁻¹W. */
export interface ReparametrisedCase {
  readonly run: MetaCase;
  /** d > 0; one number for all coordinates where W is not a product of intervals. */
  readonly scale: readonly Num[];
}

/** Any d that W allows. */
export function reparametrisedCase(numbers: NumberSource): fc.Arbitrary<ReparametrisedCase> {
  const factor: fc.Arbitrary<Num> = numbers.name === 'float64' ? fc.oneof(numbers.positive, powerOfTwo) : numbers.positive;
  return metaCase(numbers).chain((run) => {
    const m = parameterCount(run.rule, run.start.length);
    const one = factor.map((c) => Array<Num>(m).fill(c));
    return (isProduct(run.set) ? fc.oneof(one, fc.array(factor, { minLength: m, maxLength: m })) : one).map((scale) => ({ run, scale }));
  });
}
const powerOfTwo = fc.integer({ min: -3, max: 3 }).map((k) => 2 ** k);

/** One factor: in float64 a power of two, which commutes with rounding, and all of Rᵐ. Hints that do not come from the run have units of their own. */
export function oneFactorCase(numbers: NumberSource): fc.Arbitrary<ReparametrisedCase> {
  const [factor, sets]: [fc.Arbitrary<Num>, 'whole' | 'all'] = numbers.name === 'float64' ? [powerOfTwo, 'whole'] : [numbers.positive, 'all'];
  return fc.tuple(metaCase(numbers, { sets }), factor).filter(([run]) => run.hint.kind !== 'given' && run.hint.kind !== 'noisy')
    .map(([run, c]) => ({ run, scale: Array<Num>(parameterCount(run.rule, run.start.length)).fill(c) }));
}

/** A product of intervals: the projection in every diagonal norm is the Euclidean one. */
export function isProduct(set: SetSpec): boolean {
  return set.kind === 'all' || set.kind === 'box' || set.kind === 'orthant';
}

/** diag(d)⁻¹W */
export function shrunk<S>(K: OrderedSpace<S>, set: SetSpec, d: Vector<S>): SetSpec {
  const num = (x: S): Num => (K.exact ? K.format(x) : K.toNumber(x));
  const over = (data: readonly Num[]): Num[] => data.map((entry, i) => num(K.div(K.from(entry), d[i]!)));
  const first = (entry: Num): Num => num(K.div(K.from(entry), d[0]!));
  switch (set.kind) {
    case 'all':
      return set;
    case 'box':
      return { kind: 'box', lower: over(set.lower), upper: over(set.upper) };
    case 'orthant':
      return { kind: 'orthant', corner: over(set.corner) };
    case 'simplex':
      return { kind: 'simplex', corner: over(set.corner), size: first(set.size) };
    case 'ball':
      return { kind: 'ball', centre: over(set.centre), radius: first(set.radius) };
  }
}
