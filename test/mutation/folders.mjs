const unit = (...names) => names.map((name) => `test/${name}.test.ts`);

/** What is mutated, and the tests that look at it: those that are quick, and run without a compiled package. The claims' are written by run.mjs. */
export const TESTS = {
  'src/algorithm': unit('algorithms'),
  oracles: [...unit('oracles', 'ledgers', 'mirror-maps', 'float32-steps', 'performance-estimation', 'worst-regret', 'rates')],
  properties: ['test/mutation/claims/*.test.mjs'],
};
