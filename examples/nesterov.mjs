/**
 * Nesterov's accelerated gradient on Float64Arrays.
 *
 *     npx omg-oracle gate examples/nesterov.mjs --like nesterov
 */

import { defineOptimizer } from 'omg-oracle/gate';

/** A session that stands at `state`. */
function session({ rates, ...state }) {
  let { s, x, query } = state;
  return {
    query,
    x,
    step({ t, gradient }) {
      const next = query.map((y, i) => y - rates[t - 1] * gradient[i]);
      const sNext = (1 + Math.sqrt(1 + 4 * s * s)) / 2;
      const momentum = (s - 1) / sNext;
      query = next.map((value, i) => value + momentum * (value - x[i]));
      [x, s] = [next, sNext];
      return { query, x };
    },
    save: () => ({ rates, s, x, query }),
  };
}

export default defineOptimizer({
  name: 'nesterov.mjs',
  version: '1.0.0',
  start(x0, { learningRate }, { horizon }) {
    // One rate, or one for each step.
    const rates = Array.isArray(learningRate) ? learningRate : Array.from({ length: horizon + 1 }, () => learningRate);
    return session({ rates, s: 1, x: x0, query: x0 });
  },
  restore: session,
});
