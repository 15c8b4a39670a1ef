import { describe, expect, test } from 'vitest';
import type { BodySpec, RidgeSpec } from '../src/problem/function-spec.js';
import { formulaOf } from '../src/problem/formula.js';

const ridge = (...terms: readonly Partial<RidgeSpec>[]): BodySpec => ({
  kind: 'ridge',
  terms: terms.map((term) => ({ direction: [1], offset: 0, weight: 1, shape: { kind: 'square' }, ...term })),
});

describe('f as a formula', () => {
  test.each<[string, BodySpec, readonly (number | string)[]]>([
    ['½x²', ridge({}), [0]],
    ['½x²', ridge({ offset: 7 }), [0]],
    ['½(x − 1)²', ridge({}), [1]],
    ['3·½(2x + 3)²', ridge({ direction: [2], weight: 3 }), ['-3/2']],
    ['½max(x − 1, 0)²', ridge({ offset: 1, shape: { kind: 'half-square' } }), [1]],
    ['g(x) − g(x*) − ⟨∇g(x*), x − x*⟩, g(x) = ½max(x − 1, 0)²', ridge({ offset: 1, shape: { kind: 'half-square' } }), [2]],
    ['½max(|x + 1/2| − 1/4, 0)²', ridge({ offset: '-1/2', shape: { kind: 'dead-zone', width: '1/4' } }), ['-1/2']],
    ['h(x; 1/3), h(u; δ) = ½u² for |u| ≤ δ, δ|u| − ½δ² beyond', ridge({ shape: { kind: 'huber', width: '1/3' } }), [0]],
    ['q(x₁ − 2x₂; 0.25), q(u; κ) = ½u² for u ≥ 0, ½κu² below', ridge({ direction: [1, -2], shape: { kind: 'asymmetric', ratio: 0.25 } }), [0, 0]],
    ['g(x) − g(x*) − ⟨∇g(x*), x − x*⟩, g(x) = log(1 + exp(x))', ridge({ shape: { kind: 'softplus' } }), [0]],
    ['3·½(x + 1/2)²', { kind: 'spectral', spectrum: [3], reflectors: [[1]] }, ['-1/2']],
    ['1e-9·½(0.1(x + 0.000002))²', ridge({ direction: [0.1], offset: -2e-7, weight: 1e-9, shape: { kind: 'square' } }), [-2e-6]],
    ['½y₁² + 1/10·½y₂², y = x − (0, 1)', { kind: 'spectral', spectrum: [1, '1/10'], reflectors: [] }, [0, 1]],
    ['½xᵀQx, Q = H·diag(1, 2)·Hᵀ, H = R(1, 1), R(v) = I − 2vvᵀ/‖v‖²', { kind: 'spectral', spectrum: [1, 2], reflectors: [[1, 1]] }, [0, 0]],
    ['½x₁² + ½(x₁ − x₂)² + ½x₂²', { kind: 'chain', dimension: 2, smoothness: 4 }, [0, 0]],
    ['g(x) − g(x*) − ⟨∇g(x*), x − x*⟩, g(x) = log(exp(x₁ + 1) + exp(−x₂))', { kind: 'log-sum-exp', atoms: [[1, 0], [0, -1]], offsets: [1, 0] }, [0, 0]],
    ['½x² + 2·½max(x, 0)²', { kind: 'sum', parts: [ridge({}), ridge({ weight: 2, shape: { kind: 'half-square' } })] }, [0]],
  ])('%s', (text, body, minimiser) => {
    expect(formulaOf({ body, minimiser })).toBe(text);
  });
});
