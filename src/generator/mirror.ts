import fc from 'fast-check';
import type { MirrorSpec } from '../problem/mirror.js';
import { matrix, uniform, type NumberSource } from './number.js';

/**
 * μ of every family that the numbers can express. `onto`: those alone whose gradient reaches every p (μ = f does where f is a
 * quadratic that is not singular).
 */
export function mirrorSpec(numbers: NumberSource, n: number, onto = false): fc.Arbitrary<MirrorSpec> {
  // In float64 entries of moderate size: M is a square of them, and the steps of the learner are multiples of M.
  const entries: NumberSource = numbers.name === 'float64' ? { ...numbers, scalar: uniform(-2, 2) } : numbers;
  const everywhere: fc.Arbitrary<MirrorSpec>[] = [
    fc.constant<MirrorSpec>({ kind: 'euclidean' }),
    fc.record({ kind: fc.constant('quadratic' as const), factor: matrix(entries, n, n), shift: numbers.positive }),
    fc.constant<MirrorSpec>({ kind: 'loss' }),
  ];
  if (numbers.name === 'prime-field') return fc.oneof(...everywhere.slice(0, 2));
  const asymmetric = fc.record({ kind: fc.constant('asymmetric' as const), ratio: numbers.positive });
  if (numbers.name === 'rational') return fc.oneof(...everywhere, asymmetric);
  const hyperbolic = fc.constant<MirrorSpec>({ kind: 'hyperbolic' });
  if (onto) return fc.oneof(...everywhere, asymmetric, hyperbolic);
  return fc.oneof(...everywhere, asymmetric, hyperbolic, fc.constant<MirrorSpec>({ kind: 'exponential' }), fc.constant<MirrorSpec>({ kind: 'saturating' }));
}
