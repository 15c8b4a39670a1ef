import { describe, expect, test } from 'vitest';
import { gradientDescent } from '../oracles/performance-estimation/closed-form.js';
import { sdpa } from '../oracles/performance-estimation/sdpa.js';

describe('the semidefinite program for other solvers', () => {
  test('of one step of gradient descent, by hand', () => {
    // x, g, h are x_0 − x*, ∇f(x_0), ∇f(x_1); x_1 = x_0 − g; the values f(x_0), f(x_1) come after seven slacks: 8 and 9.
    expect(sdpa({ method: gradientDescent(1, 1), condition: 'distance', criterion: 'value' }).split('\n')).toEqual([
      '* The worst f(out) - f* of a method with N = 1 gradients g_j = grad f(y_j): the maximum below',
      '* over 1-smooth convex functions f in every dimension with |x_0 - x*|^2 <= 1',
      '* y_0 = x_0',
      '* out = x_0 - (1) g_0',
      '* blocks: 3 = Gram matrix; 9 = 7 slacks and 2 values of f on a diagonal',
      '7 = constraints',
      '2 = blocks',
      '3 -9',
      '1 0 0 0 0 0 0',
      '0 2 9 9 1', // f(x_1)
      '1 1 1 1 1',
      '1 2 1 1 1', // x² ≤ 1
      '2 1 1 2 -0.5',
      '2 1 2 2 0.5',
      '2 2 2 2 1',
      '2 2 8 8 1', // f(x_0) − gx + ½g² ≤ 0
      '3 1 1 3 -0.5',
      '3 1 2 3 0.5',
      '3 1 3 3 0.5',
      '3 2 3 3 1',
      '3 2 9 9 1', // f(x_1) − h(x − g) + ½h² ≤ 0
      '4 1 2 2 0.5',
      '4 2 4 4 1',
      '4 2 8 8 -1', // ½g² ≤ f(x_0)
      '5 1 2 2 0.5',
      '5 1 3 3 0.5',
      '5 2 5 5 1',
      '5 2 9 9 1',
      '5 2 8 8 -1', // f(x_1) + hg + ½(g − h)² ≤ f(x_0)
      '6 1 3 3 0.5',
      '6 2 6 6 1',
      '6 2 9 9 -1', // ½h² ≤ f(x_1)
      '7 1 2 2 -0.5',
      '7 1 2 3 -0.5',
      '7 1 3 3 0.5',
      '7 2 7 7 1',
      '7 2 8 8 1',
      '7 2 9 9 -1', // f(x_0) − g² + ½(h − g)² ≤ f(x_1)
      '',
    ]);
  });

  test('says which class, condition and criterion it is about', () => {
    const text = sdpa({ method: gradientDescent(2, '3/2'), strongConvexity: '1/10', condition: 'value', criterion: 'gradient' }, 'neighbours');
    for (const words of ['|grad f(out)|^2', '1/10-strongly convex', 'f(x_0) - f* <= 1', 'out = x_0 - (3/2) g_0 - (3/2) g_1', 'f - mu/2 |x - x*|^2']) expect(text).toContain(words);
  });

  test('has all pairs of points and x*, or neighbours', () => {
    const question = { method: gradientDescent(2, '3/2'), strongConvexity: '1/10', condition: 'value', criterion: 'gradient' } as const;
    const [all, few] = [sdpa(question).split('\n'), sdpa(question, 'neighbours').split('\n')];
    expect(all).toContain('13 = constraints');
    expect(few).toContain('11 = constraints');
    // ½μ‖x_0 − x*‖² + f̃(x_0) ≤ 1, which is the first of the values.
    expect(all.filter((line) => line.startsWith('1 '))).toEqual(['1 0 0 0 0 0 0 0 0 0 0 0 0', '1 1 1 1 0.05', '1 2 1 1 1', '1 2 14 14 1']);
    // A gradient is judged, and no value.
    expect(all.filter((line) => line.startsWith('0 2'))).toEqual([]);
  });

  test('of no step at all: ½ is the largest f(x_0) − f* for ‖x_0 − x*‖ ≤ 1', () => {
    expect(sdpa({ method: { queries: [], output: [] }, condition: 'distance', criterion: 'value' }).split('\n').slice(4)).toEqual([
      '3 = constraints',
      '2 = blocks',
      '2 -4',
      '1 0 0',
      '0 2 4 4 1', // f(x_0), after three slacks
      '1 1 1 1 1',
      '1 2 1 1 1', // x² ≤ 1
      '2 1 1 2 -0.5',
      '2 1 2 2 0.5',
      '2 2 2 2 1',
      '2 2 4 4 1', // f(x_0) − gx + ½g² ≤ 0
      '3 1 2 2 0.5',
      '3 2 3 3 1',
      '3 2 4 4 -1', // ½g² ≤ f(x_0)
      '',
    ]);
  });
});
