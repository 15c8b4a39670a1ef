import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEPENDENCIES = ['@observablehq/plot', '@xmldom/xmldom', 'ajv', 'fast-check', 'mathjs'];

let project: string;
let packed: readonly string[];

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** An empty project with the package as npm would install it; what it depends on is taken from here, so that nothing has to be fetched. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'omg-oracle-package-'));
  const [tarball] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], ROOT)) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];
  packed = tarball!.files.map(({ path }) => path);
  const modules = join(project, 'node_modules');
  for (const scope of ['@observablehq', '@xmldom']) mkdirSync(join(modules, scope), { recursive: true });
  run('tar', ['-xzf', tarball!.filename], project);
  renameSync(join(project, 'package'), join(modules, 'omg-oracle'));
  for (const name of DEPENDENCIES) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const omg = (...args: string[]): string => run(process.execPath, [join(project, 'node_modules', 'omg-oracle', 'dist', 'src', 'cli', 'main.js'), ...args], project);

test('the package holds what users need, and nothing else', () => {
  const all = (folder: string): string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  const needed = [
    'README.md', 'LICENSE', 'CHANGELOG.md', 'action.yml', 'docs/CAMPAIGNS.md', 'docs/FIGURES.md', 'docs/GATE.md', 'docs/PROTOCOL.md', 'docs/TUTORIAL.md', 'docs/claims/README.md', 'docs/claims/theorem-1.md', 'docs/examples/campaign.slurm', 'docs/examples/campaign.yml', 'docs/examples/gate.yml', 'python/omg_oracle_adapter.py', 'dist/src/index.js', 'dist/src/index.d.ts',
    'dist/src/gate/host.js', 'dist/src/cli/main.js', 'dist/properties/theorem-1.js', 'reports/report.schema.json',
    ...all('templates').filter((path) => /\.\w+$/.test(path) && !/\/target\/|__pycache__|Cargo\.lock$/.test(path)), ...all('examples').filter((path) => /\.(mjs|py)$/.test(path)),
  ];
  expect(needed.filter((path) => !packed.includes(path))).toEqual([]);
  const known = /^(dist\/(src|oracles|properties|reports)|src|oracles|properties|reports|python|templates|examples|docs)\/|^(README|CHANGELOG)\.md$|^LICENSE$|^(package\.json|action\.yml)$/;
  expect(packed.filter((path) => !known.test(path) || /\.test\.|\/out\/|\/target\/|__pycache__|\.png$/.test(path))).toEqual([]);
});

test('installed, it writes a starter and judges it', () => {
  expect(omg('init')).toContain('npx omg-oracle gate optimizer.mjs --like nesterov');
  expect(omg('gate', 'optimizer.mjs', '--like', 'nesterov', '--cases', '10', '--seed', '1')).toContain('PASSED');
});

test('its types tell a right optimizer from a wrong one', () => {
  const optimizer = (name: string): string => `import { defineOptimizer, unsupported, type Session } from 'omg-oracle';
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
  run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '', 'right.ts', 'wrong.ts'], project);
});
