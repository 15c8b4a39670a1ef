import fc from 'fast-check';
import type { OrderedSpace } from '../arithmetic/space.js';
import type { Num } from '../problem/shape.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import { metaCase, simplerMetaCases, type MetaCase } from './meta-case.js';
import type { NumberSource } from './number.js';

/** Algorithm 2 with what the printed Theorem 1 leaves open: w_1 ∈ W, whether g_s is weighed with α_s or, as in Eq. (3), α_sρ_s, and a λ for one x. */
export interface LiteralCase extends MetaCase {
  /** null: Π_W(0) */
  readonly first: readonly Num[] | null;
  readonly lossWeight: 'alpha' | 'alpha-rho';
  readonly lambda: Num;
}

/** True if ‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for every x and w is known: the hypothesis as printed, with one x. */
export function isBound<S>(K: OrderedSpace<S>, data: LiteralCase, rule: UpdateRule<S>, lambda: S): boolean {
  if (rule.jacobianBound !== null) return K.lessOrEqual(rule.jacobianBound, lambda);
  // f = ½c‖x‖² and Dφ(x, ·) = Mx with a skew M: Dφᵀ∇f = cxᵀMᵀx = 0 for every x, so that every λ > 0 will do.
  const { body, minimiser } = data.function;
  if (data.rule.kind !== 'bilinear' || body.kind !== 'spectral') return false;
  const zero = (data: Num): boolean => K.equal(K.from(data), K.zero);
  const skew = data.rule.matrices.every((M) => M.every((row, i) => row.every((entry, j) => K.equal(K.from(entry), K.neg(K.from(M[j]![i]!))))));
  return skew && minimiser.every(zero) && body.spectrum.every((value) => K.equal(K.from(value), K.from(body.spectrum[0]!)));
}

export function literalCase(numbers: NumberSource): fc.Arbitrary<LiteralCase> {
  const plain = { hints: () => fc.constant({ kind: 'none' as const }), rates: 'constant' as const, rules: () => fc.constant({ kind: 'identity' as const }) };
  const line = metaCase({ ...numbers, horizon: 3, dimension: 1 }, plain);
  const freeStart = fc.tuple(line, numbers.scalar).map(([data, first]): LiteralCase => ({ ...data, first: [first], lossWeight: 'alpha', lambda: '1' }));
  const literal = metaCase({ ...numbers, horizon: 5, dimension: 1 }, { ...plain, sets: 'whole' }).map((data): LiteralCase => ({
    ...data,
    first: null,
    lossWeight: 'alpha-rho',
    lambda: '1',
  }));
  const plane = fc.record({ data: line, start: fc.tuple(numbers.scalar, numbers.scalar), turn: numbers.positive, shear: numbers.scalar, lambda: numbers.positive });
  const cross = plane.map(({ data, start, turn, shear, lambda }): LiteralCase => rotating({ ...data, start }, { turn, shear, lambda }));
  return fc.oneof({ weight: 3, arbitrary: freeStart }, { weight: 1, arbitrary: literal }, { weight: 2, arbitrary: cross });
}

/** f = ½‖x‖² on R², φ(x, w) = kw(−x₂, x₁) + (sx₂, 0). */
export function rotating(data: MetaCase, { turn, shear, lambda }: { readonly turn: Num; readonly shear: Num; readonly lambda: Num }): LiteralCase {
  return {
    ...data,
    function: { body: { kind: 'spectral', spectrum: ['1', '1'], reflectors: [] }, minimiser: ['0', '0'] },
    rule: { kind: 'bilinear', matrices: [[['0', `-${turn}`], [turn, '0']]], offset: ['0', '0'], state: [['0', shear], ['0', '0']] },
    set: { kind: 'all', dimension: 1 },
    first: null,
    lossWeight: 'alpha',
    lambda,
  };
}

export const simplerLiteralCases = (data: LiteralCase): LiteralCase[] => simplerMetaCases(data).map((simpler) => ({ ...data, ...simpler }));
