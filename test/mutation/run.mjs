import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { CLAIMS, PARTS, patterns } from './folders.mjs';

// npm run mutation [-- FOLDER | FILE …]: changes the sources, one small change at a time, and sees whether a test notices.
process.chdir(fileURLToPath(new URL('../../', import.meta.url)));

const asked = process.argv.slice(2);
const strange = asked.find((path) => PARTS.every((part) => patterns(part, [path]).length === 0));
if (strange !== undefined) throw new Error(`expected a path in one of ${[...new Set(PARTS.map(({ folder }) => folder))].join(', ')}, got "${strange}"`);

/** The cases with which a claim reaches what it demands of them, where a few are too few. */
const MANY = ['corollary-1', 'figure-2-never-worse', 'theorem-1', 'theorem-1-rate', 'theorem-3-aoftrl-to-bmg'];

/** A file of tests for each claim, so that a mutant of one is tried on the tests of no other. */
function writeClaimTests() {
  rmSync(CLAIMS, { recursive: true, force: true });
  mkdirSync(CLAIMS, { recursive: true });
  for (const file of readdirSync('properties')) {
    const id = file.replace(/\.ts$/, '');
    writeFileSync(
      `${CLAIMS}/${id}.test.mjs`,
      `import { claimChecks } from '../../support/claim-checks.ts';
import { statementChecks } from '../../support/theorem-checks.ts';
import claim from '../../../properties/${id}.ts';

claimChecks(claim);
statementChecks(claim, ${MANY.includes(id) ? 500 : 60});
`,
    );
  }
}

for (const part of PARTS) {
  const { name } = part;
  const mutate = patterns(part, asked);
  if (mutate.length === 0) continue;
  if (name === 'properties') writeClaimTests();
  process.env['MUTATION_PART'] = name;
  await new Stryker({
    mutate,
    testRunner: 'in-process',
    plugins: ['runner.mjs', 'words.mjs'].map((file) => fileURLToPath(new URL(file, import.meta.url))),
    ignorers: ['words'],
    // There is none of this name: Stryker would read it with the API of TypeScript 6.
    tsconfigFile: 'no-tsconfig.json',
    checkers: [],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    // A loop that does not end is ended by the count of its rounds; the machine may be busy.
    timeoutMS: 8_000,
    timeoutFactor: 2,
    incremental: true,
    incrementalFile: `reports/out/mutation/${name}.incremental.json`,
    reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
    htmlReporter: { fileName: `reports/out/mutation/${name}.html` },
    jsonReporter: { fileName: `reports/out/mutation/${name}.json` },
    clearTextReporter: { logTests: false, reportTests: false, reportMutants: true, allowColor: false },
    thresholds: { high: 95, low: 90, break: 85 },
    ignorePatterns: ['dist', 'coverage', 'reports/out', 'templates', 'examples', 'python', '.venv-*'],
    tempDirName: '.stryker-tmp',
    allowEmpty: false,
  }).runMutationTest();
}
