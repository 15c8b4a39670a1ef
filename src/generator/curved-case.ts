import fc from 'fast-check';
import type { Num } from '../problem/shape.js';
import { parameterCount } from '../update-rule/update-rule.js';
import { ruleSpec } from './learner.js';
import { metaCase, simplerMetaCases, type MetaCase } from './meta-case.js';
import { matrix, vector, type NumberSource } from './number.js';

/** A run with φ(x, w) = φ_1(x, w) + Nw² + Mw³ (powers entry by entry), φ_1 affine in w, and a v to compare it with. */
export interface CurvedCase {
  readonly run: MetaCase;
  /** N */
  readonly square: readonly (readonly Num[])[];
  /** M */
  readonly cube: readonly (readonly Num[])[];
  /** Projected on W. */
  readonly comparator: readonly Num[];
}

export function curvedCase(numbers: NumberSource): fc.Arbitrary<CurvedCase> {
  const horizon = { min: 1, max: numbers.name === 'rational' ? 3 : 8 };
  return metaCase(numbers, { horizon, dimension: 2, rules: ruleSpec, hints: () => fc.constant({ kind: 'none' }) }).chain((run) => {
    const [n, m] = [run.start.length, parameterCount(run.rule, run.start.length)];
    const flat = fc.constant(Array.from({ length: n }, () => Array<Num>(m).fill(0)));
    const any = matrix(numbers, n, m);
    return fc.record({ run: fc.constant(run), square: any, cube: fc.oneof(flat, any), comparator: vector(numbers, m) });
  });
}

/** Fewer rounds; a square, and nothing of third degree. */
export function simplerCurves(data: CurvedCase): CurvedCase[] {
  const flat = data.cube.map((row) => row.map((): Num => 0));
  const m = data.comparator.length;
  const runs = simplerMetaCases(data.run).filter(({ rule, set }) => parameterCount(rule, data.run.start.length) === m && (set.kind !== 'all' || set.dimension === m));
  return [...runs.map((run): CurvedCase => ({ ...data, run })), { ...data, cube: flat }];
}
