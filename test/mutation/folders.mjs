import { readdirSync } from 'node:fs';

/** Where run.mjs writes a file of tests for each claim. */
export const CLAIMS = 'test/mutation/claims';

/** Numbers by the million go through these: counting every mutant that they pass takes tests that use them ten times as long, so that they are on their own, with tests of their own. */
const SOLVER = ['interior-point', 'linear-algebra'].map((name) => `oracles/performance-estimation/${name}.ts`);

/** What is mutated at once, and the tests that look at it: those that are quick, and need no compiled package. */
export const PARTS = [
  { name: 'src-algorithm', folder: 'src/algorithm', tests: () => unit('algorithms') },
  {
    name: 'oracles',
    folder: 'oracles',
    without: SOLVER,
    tests: () => unit('oracles', 'formulas', 'ledgers', 'mirror-maps', 'float32-steps', 'performance-estimation', 'interior-point', 'worst-regret', 'sdpa', 'rates'),
  },
  { name: 'oracles-solver', folder: 'oracles', files: SOLVER, tests: () => unit('linear-algebra', 'interior-point') },
  { name: 'properties', folder: 'properties', tests: () => readdirSync(CLAIMS).map((name) => `${CLAIMS}/${name}`) },
];

const unit = (...names) => names.map((name) => `test/${name}.test.ts`);

/** What of a part is in these files and folders, as Stryker's patterns; all of it where none are named. */
export function patterns({ folder, files, without = [] }, asked) {
  const within = (path, of) => path === of || path.startsWith(`${of}/`);
  const wanted = asked.length === 0 ? [folder] : asked.filter((path) => within(path, folder));
  if (files !== undefined) return files.filter((file) => wanted.some((path) => within(file, path)));
  const own = wanted.filter((path) => !without.includes(path)).map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`));
  return own.length === 0 ? [] : [...own, ...without.map((file) => `!${file}`)];
}
