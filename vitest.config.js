import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// The tests are the compiled ones, and Node itself loads everything under dist: V8 then counts the lines of
// files that exist on disk with their source maps, and c8 maps them back to the lines of the .ts files exactly.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    exclude: [],
    server: { deps: { external: [/\/dist\//] } },
    // Threads write their coverage when they end. Forks are killed before they do.
    pool: 'threads',
    // Half of them wait for an optimizer's process: two at a time keep two cores busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
