/** Update rules as a reader writes them down, from their data alone: "2w − 1", "Aw + b, A = ((1, 0), (1, 2)), b = (0, 1)". */

import { isZero, sumText, vectorText } from '../problem/formula.js';
import type { Num } from '../problem/shape.js';
import type { RuleSpec } from './update-rule.js';

type Matrix = readonly (readonly Num[])[];

const isScalar = (matrix: Matrix): boolean => matrix.length === 1 && matrix[0]!.length === 1;
const isNothing = (matrix: Matrix): boolean => matrix.every((row) => row.every(isZero));
const matrixText = (
  matrix: Matrix,
): string => (isScalar(matrix) ? vectorText(matrix[0]!) : `(${matrix.map((row) => `(${row.map((entry) => vectorText([entry])).join(', ')})`).join(', ')})`);

/** Named constants, those that are all 0 left out with what they stand in: Σ of `terms`, and what the names are. */
function withConstants(terms: readonly (readonly [text: string, name: string, value: Matrix])[], more: readonly string[] = []): string {
  const shown = terms.filter(([, , value]) => !isNothing(value));
  const names = [...shown.map(([, name, value]) => `${name} = ${matrixText(value)}`), ...more];
  return [shown.length === 0 ? '0' : shown.map(([text]) => text).join(' + '), ...names].join(', ');
}

/** φ(x, w), complete: with it, and ∇f where it is named, φ can be computed by hand. `cutOff`: whether τ of a state-affine rule is cut off at ±1. */
export function ruleFormula(rule: RuleSpec, cutOff: boolean): string {
  switch (rule.kind) {
    case 'identity':
      return 'w';
    case 'affine': {
      const { matrix, offset } = rule;
      if (isScalar(matrix)) return sumText([[matrix[0]![0]!, 'w'], [offset[0]!, '']]);
      return withConstants([['Aw', 'A', matrix], ['b', 'b', [offset]]]);
    }
    case 'state-affine': {
      const { matrix, gain, direction, offset, state } = rule;
      if (isNothing(gain) && isScalar(matrix)) return sumText([[matrix[0]![0]!, 'w'], [state[0]![0]!, 'x'], [offset[0]!, '']]);
      if (isNothing(gain)) return withConstants([['Aw', 'A', matrix], ['Cx', 'C', state], ['b', 'b', [offset]]]);
      const slope = direction.length === 1 ? sumText([[direction[0]!, 'x']]) : `⟨${vectorText(direction)}, x⟩`;
      const tau = `τ = ${cutOff ? `${slope}, cut off at ±1` : slope}`;
      return withConstants([['Aw', 'A', matrix], ['τBw', 'B', gain], ['Cx', 'C', state], ['b', 'b', [offset]]], [tau]);
    }
    case 'elementwise-descent':
      return 'x − w⊙∇f(x)';
    case 'elementwise-gradient':
      return 'w⊙∇f(x)';
    case 'preconditioner':
      return 'x − M(w)∇f(x), M(w) = w row by row';
    case 'bilinear': {
      const { matrices, offset, state } = rule;
      const products = matrices.map((matrix, j) =>
        (matrices.length === 1 ? ['wMx', 'M', matrix] : [`w_${j + 1}M_${j + 1}x`, `M_${j + 1}`, matrix]) as readonly [string, string, Matrix]
      );
      return withConstants([...products, ['Cx', 'C', state], ['b', 'b', [offset]]]);
    }
    case 'table': {
      const values = rule.points.map((point, k) => `${vectorText(rule.values[k] ?? [])} at ${vectorText(point)}`);
      return `w + b(x), b = ${[...values, '0 elsewhere'].join(', ')}`;
    }
    case 'reparametrised':
      return `${ruleFormula(rule.rule, cutOff)}, w = diag${vectorText(rule.scale)}v`;
  }
}
