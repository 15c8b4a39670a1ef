import { readdirSync } from 'node:fs';

/** Where run.mjs writes a file of tests for each claim. */
export const CLAIMS = 'test/mutation/claims';

/** What is mutated, and the tests that look at it: those that are quick, and need no compiled package. */
const UNIT = {
  'src/algorithm': ['algorithms'],
  oracles: ['oracles', 'ledgers', 'mirror-maps', 'float32-steps', 'performance-estimation', 'linear-algebra', 'interior-point', 'worst-regret', 'sdpa', 'rates'],
};

export const FOLDERS = [...Object.keys(UNIT), 'properties'];

export function testsOf(folder) {
  if (folder === 'properties') return readdirSync(CLAIMS).map((name) => `${CLAIMS}/${name}`);
  return UNIT[folder].map((name) => `test/${name}.test.ts`);
}
