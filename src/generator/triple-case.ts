import fc from 'fast-check';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import { functionSpec } from './function.js';
import { steadyRule } from './lambda-case.js';
import { ruleSpec } from './learner.js';
import { parabola } from './line-case.js';
import { vector, type NumberSource } from './number.js';

/** f, φ and three points: Corollary 1's hypothesis compares Dφ at x′ with Dφ at x″. */
export interface TripleCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly x: readonly Num[];
  /** x′ */
  readonly second: readonly Num[];
  /** x″ */
  readonly third: readonly Num[];
  /** λ̃; null: ‖Dφ(x)‖² */
  readonly lambda: Num | null;
}

function triples(numbers: NumberSource, dimension: number, rules: (n: number, m: number) => fc.Arbitrary<RuleSpec>): fc.Arbitrary<TripleCase> {
  return fc.record({ n: fc.integer({ min: 1, max: dimension }), m: fc.integer({ min: 1, max: dimension }) }).chain(({ n, m }) =>
    fc.record({ function: functionSpec(numbers, n), rule: rules(n, m), x: vector(numbers, n), second: vector(numbers, n), third: vector(numbers, n), lambda: fc.constant(null) })
  );
}

/** The paper's own rule w ⊙ ∇f(x), at x = x′. */
export const diagonalTriple = (numbers: NumberSource): fc.Arbitrary<TripleCase> =>
  fc.tuple(triples(numbers, 1, () => fc.constant({ kind: 'elementwise-gradient' })), numbers.positive).map(([data, lambda]) => ({ ...data, x: data.second, lambda }));
export const tripleCase = (numbers: NumberSource): fc.Arbitrary<TripleCase> =>
  triples(numbers, numbers.dimension, (n, m) => fc.oneof({ weight: 1, arbitrary: steadyRule(numbers, n, m) }, { weight: 1, arbitrary: ruleSpec(numbers, n, m) }));

/** x or x″ at 0; against the printed hypothesis, on the line: a parabola, x = x′ = 1 or 2. */
export function simplerTriples(data: TripleCase): TripleCase[] {
  const zero = data.x.map((): Num => 0);
  if (data.lambda === null) return [{ ...data, x: zero }, { ...data, third: zero }];
  if (data.x.length !== 1) return [];
  return [{ ...data, function: parabola('1', '0') }, ...['1', '2'].map((point) => ({ ...data, x: [point], second: [point] }))];
}

/** Whether Dφ(·)ᵀ∇f(y) is the same at all x, by what the rule is made of. */
export function isSteady({ rule }: TripleCase): boolean {
  if (rule.kind !== 'state-affine') return rule.kind === 'identity' || rule.kind === 'affine';
  const isZero = (entry: Num): boolean => Number(entry) === 0;
  return rule.direction.every(isZero) || rule.gain.every((row) => row.every(isZero));
}
