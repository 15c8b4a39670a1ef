import fc from 'fast-check';
import { hardFunction, times, type RateCase } from './lambda-case.js';
import type { NumberSource } from './number.js';
import type { Num } from '../problem/shape.js';

/**
 * The function on which φ = w crawls for T rounds from x̄_0 = 0: Huber in the first coordinate, its slope L‖x*‖/T. φ is cw on Rⁿ, or x − w⊙∇f(x) on W = {(T/L, …, T/L)}, whose
 * first step ends at x*.
 */
export function slowCase(numbers: NumberSource, rule: 'multiple' | 'descent', horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<RateCase> {
  return fc.record({ n: fc.integer({ min: 1, max: 3 }), x: numbers.positive, isNegative: fc.boolean(), L: numbers.positive, T: fc.integer(horizon), c: numbers.positive })
    .map(({ n, x, isNegative, L, T, c }) => {
      const all = (entry: Num): readonly Num[] => Array.from({ length: n }, () => entry);
      const [p, q = '1'] = String(L).split('/');
      const step = typeof L === 'number' ? T / L : `${BigInt(q) * BigInt(T)}/${p}`;
      return {
        function: hardFunction([times(x, isNegative ? -1 : 1, 1), ...all('0').slice(1)], L, times(x, 1, T)),
        rule: rule === 'multiple' ? { kind: 'reparametrised', rule: { kind: 'identity' }, scale: all(c) } : { kind: 'elementwise-descent' },
        set: rule === 'multiple' ? { kind: 'all', dimension: n } : { kind: 'box', lower: all(step), upper: all(step) },
        start: all('0'),
        horizon: T,
        factor: '1',
        index: 'equation-4',
      };
    });
}
