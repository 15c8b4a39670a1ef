import { expect, test } from 'vitest';
import { loadClaims } from '../src/runner/load-claims.js';
import { everyThird } from './support/claim-checks.js';
import { TEETH } from './support/teeth.js';

await everyThird(0);

test('every claim that is no formula has its row, and what it promises to catch is in it', async () => {
  const claims = await loadClaims();
  expect(Object.keys(TEETH).toSorted()).toEqual(claims.filter(({ corrected }) => corrected.lines === undefined).map(({ id }) => id).toSorted());
  expect(claims.flatMap(({ id, saboteurs }) => saboteurs.filter((name) => TEETH[id]?.includes(name) === false).map((name) => `${id}: ${name}`))).toEqual([]);
});
