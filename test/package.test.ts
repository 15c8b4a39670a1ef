import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
/** Bytes of the package itself, unpacked. */
const LARGEST = 3_000_000;

let project: string;
let name: string;
let packed: readonly string[];
let size: number;

function run(program: string, args: readonly string[], cwd: string): string {
  // The Node that runs the tests, whatever else is on the path.
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH }, shell: process.platform === 'win32' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** An empty project with the package as npm would install it; what it depends on is taken from here, so that nothing has to be fetched. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'omg-oracle-package-'));
  const [tarball] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], ROOT)) as readonly {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
  }[];
  name = tarball!.filename;
  packed = tarball!.files.map(({ path }) => path);
  size = tarball!.unpackedSize;
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  run('tar', ['-xzf', tarball!.filename], project);
  renameSync(join(project, 'package'), join(modules, 'omg-oracle'));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  // Links the commands, as an installation does.
  run('npm', ['rebuild', '--ignore-scripts', '--offline'], project);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const omg = (...args: string[]): string => run('npx', ['--offline', '--no-install', 'omg-oracle', ...args], project);

test('the package holds what users need, and nothing else', () => {
  const all = (folder: string): string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  const needed = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'action.yml',
    'docs/CAMPAIGNS.md',
    'docs/FIGURES.md',
    'docs/GATE.md',
    'docs/PROTOCOL.md',
    'docs/TUTORIAL.md',
    'docs/VERDICTS.md',
    'docs/claims/README.md',
    'docs/claims/theorem-1.md',
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
  const known = /^(dist\/(src|oracles|properties|reports)|python|templates|examples|docs)\/|^(README|CHANGELOG)\.md$|^LICENSE$|^(package\.json|action\.yml)$/;
  expect(packed.filter((path) => !known.test(path) || /\.test\.|\.map$|(?<!\.d)\.ts$|\/out\/|\/target\/|__pycache__|\.png$/.test(path))).toEqual([]);
});

test('documents install the file that npm makes, and never a name from a registry', () => {
  const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`)];
  const installed = documents.flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/npm (?:i|install|add) [^\n`]*omg-oracle[^\n` ]*/g)].map(([line]) => line));
  expect(installed).toContain(`npm install --save-dev ./${name}`);
  expect(installed.filter((line) => !line.endsWith(`./${name}`))).toEqual([]);
});

test('the package is small, and has the readable program rather than a map to another', () => {
  expect(size).toBeLessThan(LARGEST);
  // Comments are what makes it readable: with each claim comes what it says.
  expect(readFileSync(join(project, 'node_modules/omg-oracle/dist/oracles/performance-estimation/check.js'), 'utf8')).toMatch(/^\/\*\*|^\/\/ /m);
});

test('installed, it verifies a claim and writes the report', () => {
  expect(omg('verify', '--claims', 'theorem-2,online-average', '--cases', '20', '--seed', '1')).toMatch(/holds/);
  expect(existsSync(join(project, 'reports', 'out', 'report.html'))).toBe(true);
});

test('installed, it is a library: claims run, and the schema of reports can be imported', () => {
  writeFileSync(
    join(project, 'use.mjs'),
    `import { loadClaims, rational, reference, runVariant } from 'omg-oracle/theory';
import schema from 'omg-oracle/report-schema.json' with { type: 'json' };
const claims = await loadClaims();
const { verdict } = runVariant(claims.find(({ id }) => id === 'online-average'), 'corrected', reference, { cases: 5, seed: 1, deadline: null });
console.log(JSON.stringify([claims.length > 30, verdict, rational.format(rational.from('2/4')), schema.type]));
`,
  );
  expect(JSON.parse(run(process.execPath, ['use.mjs'], project))).toEqual([true, 'holds', '1/2', 'object']);
});

test('installed, it writes a starter and judges it', () => {
  expect(omg('init')).toContain('npx omg-oracle gate optimizer.mjs --like nesterov');
  expect(omg('gate', 'optimizer.mjs', '--like', 'nesterov', '--cases', '10', '--seed', '1')).toContain('PASSED');
});

test('its types tell a right optimizer from a wrong one', () => {
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
  writeFileSync(join(project, 'right.ts'), optimizer("name: 'descent'"));
  // The compiler complains where the line after this comment is right.
  writeFileSync(join(project, 'wrong.ts'), optimizer('// @ts-expect-error\n  name: 3'));
  writeFileSync(
    join(project, 'library.ts'),
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
  run(process.execPath, [
    join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    '',
    'right.ts',
    'wrong.ts',
    'library.ts',
  ], project);
});
