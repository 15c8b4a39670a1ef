import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// A module of types alone compiles to `export {}`, and nothing imports it at run time. Coverage would call all of its lines
// uncovered; loading it shows that there is nothing to cover.
const dist = new URL('../', import.meta.url);
const typesOnly = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.js') && /^export \{\};\s*(\/\/#.*\s*)?$/.test(readFileSync(new URL(path, dist), 'utf8')));

test('modules of types alone hold no code', async () => {
  for (const path of typesOnly) {
    expect(Object.keys((await import(new URL(path, dist).href)) as object), path).toEqual([]);
  }
});
