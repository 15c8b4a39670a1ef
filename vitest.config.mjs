import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** What takes longest begins first: begun last, it would go on alone. vitest goes by the size of the files, and these are short. */
const LONG = [
  'package',
  'gate-hostile',
  'gate-cli',
  'gate-formulations',
  'gate-saboteurs',
  'self-test',
  'gate-door',
  'resnet',
  'theorem-checks-1',
  'theorem-checks-2',
  'adapters',
  'special-cases',
  'oracles',
  'cli',
];

class LongestFirst extends BaseSequencer {
  /** @override @param {import('vitest/node').TestSpecification[]} files */
  sort(files) {
    const last = ({ moduleId }) => (LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.js`)) + LONG.length + 1) % (LONG.length + 1);
    return Promise.resolve(files.toSorted((a, b) => last(a) - last(b)));
  }
}

// The tests are the compiled ones, and Node itself loads everything under dist: V8 then counts the lines of
// files that exist on disk with their source maps, and c8 maps them back to the lines of the .ts files exactly.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    exclude: [],
    server: { deps: { external: [/\/dist\//] } },
    // Threads write their coverage when they end. Forks are killed before they do.
    pool: 'threads',
    // Half of them wait for an optimizer's process, or for what it does not do in time: three at a time keep two cores busy.
    maxWorkers: Math.max(3, availableParallelism()),
    maxConcurrency: 8,
    sequence: { sequencer: LongestFirst },
    // For what hangs alone: how fast a machine is, is no claim.
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
