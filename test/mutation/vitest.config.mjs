import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { TESTS } from './folders.mjs';

// Mutants are made of the sources, and so the sources are tested here, not what tsc makes of them: vite takes './x.js' for './x.ts'.
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    include: TESTS[env['MUTATION_FOLDER']],
    exclude: [],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
