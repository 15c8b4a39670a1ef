import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { Script } from 'node:vm';
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus, determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { rolldown } from 'rolldown';
import { expect } from 'vitest';
import { PARTS } from './folders.mjs';

/** Where bundles lie, so that they are made once and not by each process. */
const BUNDLES = '.bundles';

/** How long each test takes, which the first run writes down: the others try the quick ones first. */
const TIMES = path.join(BUNDLES, 'times.json');

// A property that fails is not shrunk: nobody reads the case.
createRequire(import.meta.url)('fast-check').configureGlobal({ endOnFailure: true });

/** What Stryker's instrumented sources talk to. */
const stryker = (globalThis.__stryker__ ??= {});

/** A test file and all that it imports of ours, as one script: evaluated afresh for each mutant in some ten milliseconds. */
async function bundle(file) {
  const target = path.join(BUNDLES, file.replaceAll('/', '_'));
  if (!existsSync(target)) {
    const build = await rolldown({
      input: path.resolve(file),
      external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
      transform: { define: { 'import.meta.url': 'MODULE_URL' } },
      platform: 'node',
      logLevel: 'silent',
    });
    const { output: [chunk] } = await build.generate({ format: 'cjs' });
    await build.close();
    mkdirSync(BUNDLES, { recursive: true });
    writeFileSync(`${target}.${process.pid}`, JSON.stringify({ code: chunk.code, modules: chunk.moduleIds }));
    renameSync(`${target}.${process.pid}`, target);
  }
  const { code, modules } = JSON.parse(readFileSync(target, 'utf8'));
  return { file, modules: new Set(modules), script: new Script(`(function (require, exports, module, MODULE_URL) {${code}\n})`, { filename: path.resolve(file) }) };
}

/** The tests that a bundle declares. */
function declared({ file, script }) {
  const tests = [];
  const groups = [];
  const body = (args) => args.find((arg) => typeof arg === 'function');
  const names = new Map();
  const test = (name, ...args) => {
    const full = [...groups, name].join(' ');
    // Names that come twice are numbered.
    const count = (names.get(full) ?? 0) + 1;
    names.set(full, count);
    tests.push({ id: `${file}#${full}${count === 1 ? '' : ` (${count})`}`, run: body(args) });
  };
  const describe = (name, ...args) => {
    groups.push(name);
    body(args)();
    groups.pop();
  };
  const each = (declare) => (cases) => (name, ...args) =>
    cases.forEach((given) => {
      const values = Array.isArray(given) ? given : [given];
      const shown = values.slice(0, name.match(/%[sdifjoO]/g)?.length ?? 0);
      declare(format(name, ...shown).replace(/\$(\w+)/g, (_, key) => String(given[key])), () => body(args)(...values));
    });
  test.each = each(test);
  describe.each = each(describe);
  const own = createRequire(path.resolve(file));
  const module = { exports: {} };
  script.runInThisContext()((id) => (id === 'vitest' ? { describe, test, it: test, expect } : own(id)), module.exports, module, pathToFileURL(path.resolve(file)).href);
  return tests;
}

async function run({ id, run: body }, file) {
  const start = performance.now();
  const result = { id, name: id.slice(file.length + 1), fileName: path.resolve(file) };
  try {
    await body();
    return { ...result, timeSpentMs: performance.now() - start, status: TestStatus.Success };
  } catch (error) {
    return { ...result, timeSpentMs: performance.now() - start, status: TestStatus.Failed, failureMessage: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Runs tests that are written for vitest in this one process. Stryker's own runner starts a worker thread for each mutant, which costs more than most mutants'
 * tests do. There are no hooks, no mocks and no timeouts here: a test that needs them is refused by what it calls.
 */
class InProcess {
  bundles = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async bundleOf(file) {
    if (!this.bundles.has(file)) this.bundles.set(file, await bundle(file));
    return this.bundles.get(file);
  }

  /** Those that import one of the sources. */
  async related(sources) {
    const bundles = [];
    for (const file of PARTS.find(({ name }) => name === process.env['MUTATION_PART']).tests()) bundles.push(await this.bundleOf(file));
    return bundles.filter(({ modules }) => sources.some((source) => modules.has(path.resolve(source))));
  }

  async dryRun({ files = [] }) {
    stryker.activeMutant = undefined;
    stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests = [];
    for (const one of await this.related(files)) {
      for (const test of declared(one)) {
        stryker.currentTestId = test.id;
        tests.push(await run(test, one.file));
        stryker.currentTestId = undefined;
      }
    }
    writeFileSync(TIMES, JSON.stringify(Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]))));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, mutantActivation, sandboxFileName, hitLimit, disableBail }) {
    const wanted = testFilter && new Set(testFilter);
    const bundles = wanted === undefined
      ? await this.related([sandboxFileName])
      : await Promise.all([...new Set(testFilter.map((id) => id.slice(0, id.indexOf('#'))))].map((file) => this.bundleOf(file)));
    this.times ??= JSON.parse(readFileSync(TIMES, 'utf8'));
    const time = ({ id }) => this.times[id] ?? Infinity;
    stryker.hitLimit = hitLimit;
    stryker.hitCount = 0;
    try {
      stryker.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
      let tests;
      try {
        tests = bundles.flatMap((one) => declared(one).filter(({ id }) => wanted?.has(id) ?? true).map((test) => ({ ...test, file: one.file })));
      } catch (error) {
        // What cannot even be loaded is noticed.
        return { status: MutantRunStatus.Killed, killedBy: testFilter?.slice(0, 1) ?? [], failureMessage: String(error), nrOfTests: 0 };
      }
      stryker.activeMutant = activeMutant.id;
      const results = [];
      for (const test of tests.toSorted((a, b) => time(a) - time(b))) {
        const result = await run(test, test.file);
        results.push(result);
        if (result.status === TestStatus.Failed && !disableBail) break;
      }
      return toMutantRunResult(determineHitLimitReached(stryker.hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests: results });
    } finally {
      stryker.activeMutant = undefined;
    }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess)];
