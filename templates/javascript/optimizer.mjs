/**
 * Nesterov's accelerated gradient, as `omg-oracle gate` wants it. Put your optimizer in its place.
 *
 *     npx omg-oracle gate optimizer.mjs --like nesterov
 *
 * `--like` names the method that the optimizer claims to be; without it the gate guesses, and does not pass. What the
 * parameters of each method are called, and what is compared, is in the package's docs/PROTOCOL.md.
 */

/** What your optimizer does not have is no failure: throw this. */
const unsupported = (message) => Object.assign(new Error(message), { kind: 'unsupported' });

/** One session, which stands at `state`. Nothing may be shared between two of them: the gate runs several at a time. */
function session({ rates, ...state }) {
  let { s, x, query } = state;
  return {
    // Where the first gradient is wanted, and the iterate that the method would return now. For most methods they are the same.
    query,
    x,
    /** t is 1, 2, 3, …, gradient the gradient at the last query, a Float64Array. */
    step({ t, gradient }) {
      const next = query.map((y, i) => y - rates[t - 1] * gradient[i]);
      const sNext = (1 + Math.sqrt(1 + 4 * s * s)) / 2;
      const momentum = (s - 1) / sNext;
      query = next.map((value, i) => value + momentum * (value - x[i]));
      [x, s] = [next, sNext];
      return { query, x };
    },
    // Optional: what a checkpoint would hold. `restore` below makes a session of it.
    save: () => ({ rates, s, x, query }),
  };
}

/** @type {import('omg-oracle/gate').Optimizer} */
const optimizer = {
  name: 'my-nesterov',
  version: '1.0.0',
  // The precision that it computes in: float64 or float32.
  dtype: 'float64',
  /** x0 is a Float64Array, config the method's parameters, problem.horizon the number of steps to come. */
  start(x0, config, problem) {
    const { learningRate } = config;
    if (learningRate === undefined) throw unsupported('a learningRate is needed');
    // One number, or a list with one for each step.
    const rates = Array.isArray(learningRate) ? learningRate : Array.from({ length: problem.horizon + 1 }, () => learningRate);
    return session({ rates, s: 1, x: x0, query: x0 });
  },
  restore: session,
};

export default optimizer;
