import fc from 'fast-check';
import { isReal, type Space } from '../arithmetic/space.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Subject } from '../subject.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import { functionSpec, quadraticSpec } from './function.js';
import type { HintSpec } from './learner.js';
import { metaCase, simplerMetaCases, type MetaCase } from './meta-case.js';
import type { NumberSource } from './number.js';

/** Algorithm 2 or 4 with φ = w on all of Rⁿ at a constant β, from w_1 = 0: what Heavy Ball and Nesterov are compared with. */
export interface ReductionCase extends MetaCase {
  /** α: as given, 1, t, or FISTA's where there are roots. */
  readonly weighing: 'given' | 'constant' | 'linear' | 'nesterov';
  /** Eq. (3) taken literally weighs the gradients with α_tρ_t. */
  readonly literal: boolean;
  /** `evaluated`: α_t = t and β = 1/(2L) in place of the given ones, for which coefficients are printed as numbers. */
  readonly coefficient?: 'defined' | 'evaluated';
}

export interface ReductionOptions {
  readonly horizon: { readonly min: number; readonly max: number };
  readonly dimension?: number;
  readonly literal: boolean;
}

/** Long enough for every coefficient to matter. */
export const HORIZONS = { rational: { min: 4, max: 5 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 4, max: 40 } } as const;

const identityRule = (): fc.Arbitrary<RuleSpec> => fc.constant<RuleSpec>({ kind: 'identity' });
/** `hint` is replaced by the claims that compare several: here it only says that there are none to draw. */
const noHints = (): fc.Arbitrary<HintSpec> => fc.constant<HintSpec>({ kind: 'none' });

export function reductionCase(numbers: NumberSource, options: ReductionOptions): fc.Arbitrary<ReductionCase> {
  const kinds = fc.constantFrom<ReductionCase['weighing'][]>('given', 'linear', 'constant', ...(numbers.name === 'float64' ? ['nesterov' as const] : []));
  const runs = metaCase(numbers, {
    horizon: options.horizon,
    dimension: options.dimension ?? numbers.dimension,
    rules: identityRule,
    sets: 'whole',
    hints: noHints,
    rates: 'constant',
  });
  return fc.record({ run: runs, weighing: kinds, literal: options.literal ? fc.boolean() : fc.constant(false) }).chain(({ run, weighing, literal }) =>
    notAtStart(numbers, run.start.length).map((f): ReductionCase => ({ ...run, function: f, weighing, literal }))
  );
}

/** The same, with coefficients as they are defined, or as numbers. */
export function coefficientCase(numbers: NumberSource, options: ReductionOptions): fc.Arbitrary<ReductionCase> {
  const coefficients = fc.constantFrom<'defined' | 'evaluated'>('defined', 'evaluated');
  return reductionCase(numbers, options).chain((run) => coefficients.map((coefficient): ReductionCase => ({ ...run, coefficient })));
}

/** w_1 = 0 makes x̄_1 = 0: were it x*, nothing would move. */
function notAtStart(numbers: NumberSource, n: number): fc.Arbitrary<FunctionSpec> {
  const functions = numbers.name === 'prime-field' ? quadraticSpec(numbers, n) : functionSpec(numbers, n);
  return functions.map((f) => (f.minimiser.every((x) => Number(x) === 0) ? { ...f, minimiser: f.minimiser.map(() => 1) } : f));
}

/** α_1 … α_T as the case has them. */
export function reductionWeights<S>(K: Space<S>, subject: Subject, { weighing, alpha, coefficient }: ReductionCase): readonly S[] {
  if (coefficient === 'evaluated') return subject.weights(K, 'linear', alpha.length);
  if (weighing === 'given' || (weighing === 'nesterov' && !isReal(K))) return alpha.map((a) => K.from(a));
  return subject.weights(K, weighing, alpha.length);
}

export function simplerReductions<C extends ReductionCase>(data: C): C[] {
  return simplerMetaCases(data).map((simpler) => ({ ...data, ...simpler }));
}
