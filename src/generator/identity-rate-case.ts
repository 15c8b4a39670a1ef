import fc from 'fast-check';
import type { WeightKind } from '../algorithm/weights.js';
import type { OrderedSpace } from '../arithmetic/space.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { SpecialCaseId } from '../special-cases.js';
import type { Subject } from '../subject.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import type { HintSpec } from './learner.js';
import { approximate, metaCase, prepare, type MetaCase, type MetaRun } from './meta-case.js';
import { logUniform, type NumberSource } from './number.js';
import { worstScene } from './worst-function.js';

export interface RateCaseOptions {
  readonly horizon: { readonly min: number; readonly max: number };
  readonly sets: 'all' | 'whole';
  readonly hint: HintSpec;
  /** The method whose worst functions are among the cases. */
  readonly worst: SpecialCaseId;
}

/** Runs with φ = w whose weights and β a theorem fixes: functions of every kind, Huber functions, and those that are worst for the method. */
export function identityRateCase(numbers: NumberSource, { horizon, sets, hint, worst: id }: RateCaseOptions): fc.Arbitrary<MetaCase> {
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
  return fc.oneof({ weight: 49, arbitrary: others }, { weight: 1, arbitrary: worstRun });
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

/** The run with α as named and β = κ/L. null where f is constant: then L = 0. */
export function prepareIdentityRate<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase, kind: WeightKind, kappa: S): MetaRun<S, ConvexFunction<S>> | null {
  const run = prepare(K, subject, data);
  const L = run.f.smoothness;
  if (K.equal(L, K.zero)) return null;
  const T = data.alpha.length;
  return { ...run, config: { ...run.config, alpha: subject.weights(K, kind, T), beta: subject.constantRate(K.div(kappa, L), T) } };
}
