import fc from 'fast-check';
import type { SetSpec } from '../problem/feasible-set.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { SpecialCaseId } from '../special-cases.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import type { HintSpec } from './learner.js';
import { approximate, metaCase, type MetaCase } from './meta-case.js';
import { logUniform, type NumberSource } from './number.js';
import { worstScene } from './worst-function.js';

export interface RateCaseOptions {
  readonly horizon: { readonly min: number; readonly max: number };
  readonly sets: 'all' | 'whole';
  readonly hint: HintSpec;
  /** The method whose worst functions are among the cases. */
  readonly worst: SpecialCaseId;
  /** β = κ/L */
  readonly kappa: string;
}

/** Runs with φ = w whose β a theorem fixes, κ in place of its β_t: functions of every kind, Huber functions, and those that are worst for the method. */
export function identityRateCase(numbers: NumberSource, { horizon, sets, hint, worst: id, kappa }: RateCaseOptions): fc.Arbitrary<MetaCase> {
  const run = metaCase(numbers, { horizon, sets, rules: () => fc.constant<RuleSpec>({ kind: 'identity' }), hints: () => fc.constant(hint), rates: 'constant' });
  const worstRun = worstScene(numbers, id, horizon).map((scene): MetaCase => {
    const [n, T] = [scene.function.minimiser.length, scene.horizon];
    return {
      function: scene.function,
      rule: { kind: 'identity' },
      set: { kind: 'all', dimension: n },
      hint,
      alpha: Array<Num>(T).fill(1),
      beta: Array<Num>(T + 1).fill(1),
      index: 'equation-4',
      projection: 'lazy',
      start: Array<Num>(n).fill(0),
    };
  });
  const others = fc.record({ run, worst: fc.boolean(), weight: numbers.positive, shrink: shrinking(numbers) })
    .map(({ run: data, worst, weight, shrink }) => ({ ...data, ...(worst ? { function: worstCase(data.function.minimiser, weight, shrink) } : {}) }))
    .map((data) => ({ ...data, set: around(data.set, data.function.minimiser) }));
  return fc.oneof({ weight: 49, arbitrary: others }, { weight: 1, arbitrary: worstRun }).map((data) => ({ ...data, beta: data.beta.map(() => kappa) }));
}

/** Weights for which α_t² − α_{t−1}² ≤ α_t, α_0 = 0: t/2, Nesterov's, rounded down, or some that grow less fast. All are exact in doubles, and so are their squares. */
export type Easing = 'linear' | 'nesterov';
/** The same with such weights. */
export function eased(cases: fc.Arbitrary<MetaCase>, kind: Easing): fc.Arbitrary<MetaCase> {
  const grid = (a: number): number => Math.floor(a * 1024) / 1024;
  const text = (a: number, { alpha }: MetaCase): Num => (alpha.every((b) => typeof b === 'number') ? a : `${a * 1024}/1024`);
  if (kind === 'linear') return cases.map((data) => ({ ...data, alpha: data.alpha.map((_, i) => text((i + 1) / 2, data)) }));
  return cases.chain((data) => {
    const T = data.alpha.length;
    return fc.oneof(fc.constant(Array<number>(T).fill(4)), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: T, maxLength: T })).map((quarters) => {
      let a = 0;
      return { ...data, alpha: quarters.map((k) => text(a = a === 0 ? 1 : grid(a + (k / 4) * (grid((1 + Math.sqrt(1 + 4 * a * a)) / 2) - a)), data)) };
    });
  });
}

/** W with x* in it, often at its edge: φ = w then preserves regret. Simplices stay as they are. */
function around(set: SetSpec, minimiser: readonly Num[]): SetSpec {
  const lesser = (a: Num, i: number): Num => (approximate(a) < approximate(minimiser[i]!) ? a : minimiser[i]!);
  const greater = (a: Num, i: number): Num => (approximate(a) > approximate(minimiser[i]!) ? a : minimiser[i]!);
  switch (set.kind) {
    case 'box':
      return { ...set, lower: set.lower.map(lesser), upper: set.upper.map(greater) };
    case 'orthant':
      return { ...set, corner: set.corner.map(lesser) };
    case 'ball': {
      const distance = Math.hypot(...set.centre.map((c, i) => approximate(c) - approximate(minimiser[i]!)));
      return { ...set, radius: Math.max(approximate(set.radius), 1.001 * distance) };
    }
    default:
      return set;
  }
}

/** By how much the Huber function's round part is narrower than |x*₁|: a run of T rounds that just arrives is the worst. */
function shrinking(numbers: NumberSource): fc.Arbitrary<(x: Num) => Num> {
  if (numbers.name === 'float64') return logUniform(-3.5, 0).map((factor) => (x) => Math.abs(Number(x)) * factor);
  return fc.integer({ min: 1, max: 8 }).map((k) => (x) => {
    const [p, q] = String(x).replace('-', '').split('/');
    return `${p}/${BigInt(q ?? '1') * BigInt(k)}`;
  });
}

/** c · Huber(x₁ − x*₁) */
function worstCase(minimiser: readonly Num[], weight: Num, shrink: (x: Num) => Num): FunctionSpec {
  const target = minimiser.map((x, i) => (i === 0 && Number(x) === 0 ? 1 : x));
  const direction = target.map((_, i) => (i === 0 ? 1 : 0));
  return { body: { kind: 'ridge', terms: [{ direction, offset: target[0]!, weight, shape: { kind: 'huber', width: shrink(target[0]!) } }] }, minimiser: target };
}
