import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_REPOSITORY, atShell, clone, run, type Said } from './support/clone.js';
import { ROOT } from './support/documents.js';
import { followReadme, followTutorial } from './support/follow.js';
import { brokenLinks, clicks, pagesOf } from './support/links.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

const { dependencies, version, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const name = `omg-oracle-${version}.tgz`;
/** Bytes of the package itself, unpacked. */
const LARGEST = 3_300_000;

/** Whether npm's registry answers: without it nothing can be installed, and what is here is taken. */
function registryAnswers(): boolean {
  try {
    run('npm', ['view', `typescript@${devDependencies['typescript']}`, 'version', '--fetch-retries=0', '--fetch-timeout=20000'], tmpdir());
    return true;
  } catch {
    process.stdout.write("skipped: no answer from npm's registry, so that nothing is installed from it\n");
    return false;
  }
}

describe.skipIf(!IS_REPOSITORY)('the package, from a clone to a project that uses it (skipped outside of a repository)', () => {
  let folder: string;
  let cloned: string;
  let project: string;
  let home: string;
  let online: boolean;
  let first: string;
  let installed: Said;

  /** A person's first minutes, and a project with the package as npm installs it. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-package-'));
    cloned = join(folder, 'omg-oracle');
    project = join(folder, 'project');
    home = join(project, 'node_modules', 'omg-oracle');
    mkdirSync(project);
    // Where there is none npm looks for one above, and installs there.
    writeFileSync(join(project, 'package.json'), '{}');
    online = registryAnswers();

    const began = performance.now();
    clone(cloned);
    if (online) installed = run('npm', ['ci'], cloned);
    else {
      symlinkSync(join(ROOT, 'node_modules'), join(cloned, 'node_modules'), 'junction');
      run('npm', ['run', 'build'], cloned);
    }
    const ready = performance.now();
    first = run('npx', ['omg-oracle', 'worst-case', 'nesterov', '--horizon', '10'], cloned).stdout;
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    process.stdout.write(
      `from a clone to the first result: ${seconds(performance.now() - began)}, of which ${seconds(ready - began)} until ${online ? 'npm ci' : 'the build'} ended\n`,
    );

    run('npm', ['pack'], cloned);
    copyFileSync(join(cloned, name), join(project, name));
    if (online) return;
    mkdirSync(dirname(home));
    run('tar', ['-xzf', name], project);
    renameSync(join(project, 'package'), home);
    for (const needed of Object.keys(dependencies)) {
      const at = join(dirname(home), needed);
      mkdirSync(dirname(at), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', needed), at, 'junction');
    }
    // Links the commands, as an installation does.
    run('npm', ['rebuild', '--ignore-scripts', '--offline'], project);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const omg = (args: string): Said => run('npx', ['--offline', '--no-install', 'omg-oracle', ...args.split(' ')], project);

  test('npm ci says no warning (skipped where there is no registry)', ({ skip }) => {
    skip(!online, 'no registry');
    expect(installed.stderr).not.toMatch(/warn/i);
  });

  test('the first result is there', () => expect(first).toMatch(/f\(x_10\) − f\* ≤ 0\.01233511203 L/));

  test('npm install says nothing that is to be looked after (skipped where there is no registry)', ({ skip }) => {
    skip(!online, 'no registry');
    const { stdout, stderr } = run('npm', ['install', '--save-dev', `./${name}`, '--loglevel=warn'], project);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/added \d+ packages/);
    expect(existsSync(home)).toBe(true);
  });

  describe('holds', () => {
    const files = (): readonly string[] =>
      readdirSync(home, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')).filter((path) => statSync(join(home, path)).isFile());

    test('what users need, and nothing else', () => {
      const packed = files();
      const all = (folder: string): string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
      const needed = [
        'LICENSE',
        'action.yml',
        ...pagesOf(ROOT).filter((path) => !path.endsWith('.api.md')),
        'docs/report.png',
        'docs/examples/campaign.slurm',
        'docs/examples/campaign.yml',
        'docs/examples/gate.yml',
        'python/omg_oracle_adapter.py',
        'dist/src/theory.js',
        'dist/src/theory.d.ts',
        'dist/src/gate/index.js',
        'dist/src/gate/index.d.ts',
        'dist/src/gate/host.js',
        'dist/src/cli/main.js',
        'dist/properties/theorem-1.js',
        'dist/reports/report.schema.json',
        'dist/src/cli/gate-config.schema.json',
        'dist/oracles/performance-estimation/check.js',
        ...all('templates').filter((path) => /\.\w+$/.test(path) && !/\/target\/|__pycache__|Cargo\.lock$/.test(path)),
        ...all('examples').filter((path) => /\.(mjs|py)$/.test(path)),
      ];
      expect(needed.filter((path) => !packed.includes(path))).toEqual([]);
      const known = /^(dist\/(src|oracles|properties|reports)|python|templates|examples|docs)\/|^(README|CHANGELOG|CONTRIBUTING)\.md$|^LICENSE$|^(package\.json|action\.yml)$/;
      expect(packed.filter((path) => !known.test(path) || /\.test\.|\.map$|(?<!\.d)\.ts$|\/out\/|\/target\/|__pycache__/.test(path))).toEqual([]);
    });

    test('no file that names a map: a map would lead to sources that are not there', () => {
      expect(files().filter((path) => /\.(js|mjs|ts)$/.test(path) && /[#@] source(Mapping)?URL=/.test(readFileSync(join(home, path), 'utf8')))).toEqual([]);
    });

    test('little, and the readable program', () => {
      expect(files().reduce((sum, path) => sum + statSync(join(home, path)).size, 0)).toBeLessThan(LARGEST);
      // Comments are what makes it readable: with each claim comes what it says.
      expect(readFileSync(join(home, 'dist/oracles/performance-estimation/check.js'), 'utf8')).toMatch(/^\/\*\*|^\/\/ /m);
    });

    test('no link that leads out of it or nowhere, and no page that is more than two links from README.md', () => {
      const pages = files().filter((path) => path.endsWith('.md'));
      expect(pages.toSorted()).toEqual(pagesOf(home).toSorted());
      expect(pages.flatMap((page) => brokenLinks(home, page))).toEqual([]);
      const reached = clicks(home);
      expect(pages.filter((page) => (reached.get(page) ?? Infinity) > 2)).toEqual([]);
    });
  });

  describe.runIf(POSIX)('does what the documents say (needs POSIX: their commands are for its shell)', () => {
    test('README.md, in a clone', () => followReadme(cloned, atShell(), ['--claims lemma-1,theorem-2 --cases 200 --seed 1', 0]));

    test('README.md, with the package installed', () => {
      const at = join(project, 'readme');
      mkdirSync(at);
      // So few cases are not all that every claim takes.
      followReadme(at, atShell(), ['--cases 20 --seed 1', 4]);
    });

    test('docs/TUTORIAL.md, from the file that npm made', () => {
      const at = join(folder, 'tutorial');
      mkdirSync(at);
      const environment: NodeJS.ProcessEnv = { ...atShell(), npm_config_loglevel: 'silent' };
      if (online) copyFileSync(join(project, name), join(at, name));
      else {
        symlinkSync(dirname(home), join(at, 'node_modules'), 'junction');
        mkdirSync(join(at, '.bin'));
        writeFileSync(join(at, '.bin', 'npm'), '#!/bin/sh\n', { mode: 0o755 });
        environment['PATH'] = `${join(at, '.bin')}:${environment['PATH']}`;
      }
      followTutorial(at, environment);
    });
  });

  test('documents install the file that npm makes, and never a name from a registry', () => {
    const lines = pagesOf(ROOT).flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/npm (?:i|install|add) [^\n`]*omg-oracle[^\n` ]*/g)].map(([line]) => line));
    expect(lines).toContain(`npm install --save-dev ./${name}`);
    expect(lines.filter((line) => !line.endsWith(`./${name}`))).toEqual([]);
  });

  test('installed, it verifies claims and writes the report, without a warning', () => {
    const { stdout, stderr } = omg('verify --claims theorem-2,online-average --cases 20 --seed 1');
    expect(stdout).toMatch(/^theorem-2 .*≠ refuted.* ✓ holds/m);
    expect(stderr).not.toMatch(/warn/i);
    expect(existsSync(join(project, 'reports', 'out', 'report.html'))).toBe(true);
  });

  test('installed, it is a library: claims run, and the schema of reports can be imported', () => {
    writeFileSync(
      join(project, 'use.mjs'),
      `import * as gate from 'omg-oracle';
import { loadClaims, rational, reference, runVariant } from 'omg-oracle/theory';
import schema from 'omg-oracle/report-schema.json' with { type: 'json' };
const claims = await loadClaims();
const { verdict } = runVariant(claims.find(({ id }) => id === 'online-average'), 'corrected', reference, { cases: 5, seed: 1, deadline: null });
console.log(JSON.stringify([claims.length > 30, verdict, rational.format(rational.from('2/4')), schema.type, Object.keys(gate)]));
`,
    );
    expect(JSON.parse(run(process.execPath, ['use.mjs'], project).stdout)).toEqual([true, 'holds', '1/2', 'object', ['Unsupported', 'defineOptimizer', 'unsupported']]);
  });

  test('installed, it writes a starter and judges it, without a warning', () => {
    expect(omg('init').stdout).toContain('npx omg-oracle gate optimizer.mjs --like nesterov');
    const { stdout, stderr } = omg('gate optimizer.mjs --like nesterov --cases 10 --seed 1');
    expect(stdout).toContain('PASSED');
    expect(stderr).not.toMatch(/warn/i);
  });

  test('its types tell a right optimizer from a wrong one, and lack none that they need', () => {
    const optimizer = (name: string): string =>
      `import { defineOptimizer, unsupported, type Session } from 'omg-oracle/gate';
export default defineOptimizer({
  ${name},
  start(x0, { learningRate }): Session {
    if (typeof learningRate !== 'number') throw unsupported('one rate for all steps');
    let x = x0;
    return { query: x, x, step: ({ gradient }) => ({ query: (x = x.map((value, i) => value - learningRate * gradient[i]!)), x }) };
  },
});
`;
    writeFileSync(join(project, 'right.mts'), optimizer("name: 'descent'"));
    // The compiler complains where the line after this comment is right.
    writeFileSync(join(project, 'wrong.mts'), optimizer('// @ts-expect-error\n  name: 3'));
    writeFileSync(
      join(project, 'library.mts'),
      `import { defineOptimizer } from 'omg-oracle';
import { float64, loadClaims, reference, runVariant, type Claim, type ClaimResult } from 'omg-oracle/theory';
import * as optimizer from 'omg-oracle/gate';
const claims: readonly Claim[] = await loadClaims();
export const results: ClaimResult[] = claims.map((claim) => runVariant(claim, 'printed', reference, { cases: 1, seed: 1, deadline: null }));
export const x: number = float64.from('1/2');
export const same: typeof defineOptimizer = optimizer.defineOptimizer;
// @ts-expect-error: a claim is no variant.
runVariant(claims[0]!, claims[0]!, reference, { cases: 1, seed: 1, deadline: null });
`,
    );
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', ''];
    run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, 'right.mts', 'wrong.mts', 'library.mts'], project);
  });
});
