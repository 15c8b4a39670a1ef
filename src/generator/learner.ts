import fc from 'fast-check';
import type { SetSpec } from '../problem/feasible-set.js';
import type { Num } from '../problem/shape.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import { bySizes, matrix, vector, type NumberSource } from './number.js';

/** φ of every family of the theory. `m` is the parameters' dimension where the family leaves it free. */
export const ruleSpec = bySizes((numbers, n: number, m: number): fc.Arbitrary<RuleSpec> =>
  fc.oneof(
    fc.constant<RuleSpec>({ kind: 'identity' }),
    fc.record({ kind: fc.constant('affine' as const), matrix: matrix(numbers, n, m), offset: vector(numbers, n) }),
    fc.record({
      kind: fc.constant('state-affine' as const),
      matrix: matrix(numbers, n, m),
      gain: matrix(numbers, n, m),
      direction: vector(numbers, n),
      offset: vector(numbers, n),
      state: matrix(numbers, n, n),
    }),
    fc.constant<RuleSpec>({ kind: 'elementwise-descent' }),
    fc.constant<RuleSpec>({ kind: 'elementwise-gradient' }),
    // n² parameters: beyond two dimensions that is a large case for little that is new.
    fc.constant<RuleSpec>(n <= 2 ? { kind: 'preconditioner' } : { kind: 'elementwise-descent' }),
  )
);

/** φ whose Jacobian does not depend on x: degrees then grow linearly with the horizon, and Corollary 1's hypothesis is not void. */
export function constantJacobianRule(numbers: NumberSource, n: number, m: number): fc.Arbitrary<RuleSpec> {
  return fc.oneof(
    fc.constant<RuleSpec>({ kind: 'identity' }),
    fc.record({ kind: fc.constant('affine' as const), matrix: matrix(numbers, n, m), offset: vector(numbers, n) }),
  );
}

/** W ⊂ Rᵐ of every family that the numbers can project on, with 0 inside and outside. */
export const setSpec = bySizes((numbers, m: number): fc.Arbitrary<SetSpec> => {
  const all = fc.constant<SetSpec>({ kind: 'all', dimension: m });
  if (numbers.name === 'prime-field') return all;
  const box = fc.tuple(vector(numbers, m), fc.array(numbers.positive, { minLength: m, maxLength: m })).map(([corner, sides]): SetSpec => ({
    kind: 'box',
    lower: corner,
    upper: corner.map((low, i) => sum(low, sides[i]!)),
  }));
  const orthant = fc.record({ kind: fc.constant('orthant' as const), corner: fc.oneof(vector(numbers, m), fc.constant(Array<Num>(m).fill(0))) });
  const simplex = fc.record({ kind: fc.constant('simplex' as const), corner: fc.constant(Array<Num>(m).fill(0)), size: numbers.positive });
  const ball = fc.record({ kind: fc.constant('ball' as const), centre: fc.oneof(vector(numbers, m), fc.constant(Array<Num>(m).fill(0))), radius: numbers.positive });
  const bounded = numbers.name === 'float64' ? fc.oneof(box, orthant, simplex, ball) : fc.oneof(box, orthant, simplex);
  return fc.oneof(all, bounded);
});

/** low + side for doubles and for fractions "p/q" alike. */
function sum(low: Num, side: Num): Num {
  if (typeof low === 'number' && typeof side === 'number') return low + side;
  const [[p, q], [r, s]] = [low, side].map((x) => String(x).split('/')) as [[string, string?], [string, string?]];
  return `${BigInt(p) * BigInt(s ?? 1) + BigInt(r) * BigInt(q ?? 1)}/${BigInt(q ?? 1) * BigInt(s ?? 1)}`;
}

export type HintSpec =
  | { readonly kind: 'none' }
  /** g̃_t = A_{t−1}ᵀG_{t−1} */
  | { readonly kind: 'previous' }
  /** g̃_t = A_tᵀG_{t−1} */
  | { readonly kind: 'current-jacobian' }
  /** g̃_t = (α_{t−1}/α_t)²A_tᵀG_{t−1} */
  | { readonly kind: 'scaled' }
  /** Given beforehand: arbitrary vectors. */
  | { readonly kind: 'given'; readonly hints: readonly (readonly Num[])[] }
  /** g̃_t = g_{t−1} + t·noise_t: noise that grows. */
  | { readonly kind: 'noisy'; readonly noise: readonly (readonly Num[])[] }
  /** g̃_t = −κ g_{t−1}: the hint that predicts the opposite. */
  | { readonly kind: 'adversarial'; readonly factor: Num };

export const hintSpec = bySizes((numbers, m: number, T: number): fc.Arbitrary<HintSpec> =>
  fc.oneof(
    fc.constant<HintSpec>({ kind: 'none' }),
    fc.constant<HintSpec>({ kind: 'previous' }),
    fc.constant<HintSpec>({ kind: 'current-jacobian' }),
    fc.constant<HintSpec>({ kind: 'scaled' }),
    fc.record({ kind: fc.constant('given' as const), hints: matrix(numbers, T, m) }),
    fc.record({ kind: fc.constant('noisy' as const), noise: matrix(numbers, T, m) }),
    fc.record({ kind: fc.constant('adversarial' as const), factor: numbers.positive }),
  )
);
