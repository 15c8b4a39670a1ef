import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { IS_REPOSITORY } from './support/clone.js';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}
interface Locked {
  readonly version: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly license?: string;
}

// The compiled tests lie two folders below the package.
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const { dependencies = {}, devDependencies = {}, peerDependencies = {}, allowScripts = {} } = JSON.parse(read('package.json')) as Manifest;
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
/** What npm installs with the package, and what that needs, by the place in node_modules. */
const shipped = Object.entries(packages).filter(([path, { dev = false }]) => path !== '' && !dev);

/** Licences that ask for no more than their notice. */
const ALLOWED: readonly string[] = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];

test('every dependency has its reason in CONTRIBUTING.md, in the order of the alphabet', () => {
  const [, table] = /\n## Dependencies\n([^]*?)(?=\n## )/.exec(read('CONTRIBUTING.md'))!;
  const rows = [...table!.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, kind, reason]) => ({ name: name!, kind: kind!, reason: reason! }));
  const kindsOf = (name: string): string =>
    [[dependencies, 'needed'], [peerDependencies, 'optional'], [devDependencies, 'to develop']].filter(([group]) => Object.hasOwn(group as object, name)).map(([, kind]) =>
      kind as string
    ).join(', ');
  const names = [...new Set([dependencies, peerDependencies, devDependencies].flatMap((group) => Object.keys(group)))].toSorted((a, b) => (a < b ? -1 : 1));
  expect(rows.map(({ name, kind }) => `${name}: ${kind}`)).toEqual(names.map((name) => `${name}: ${kindsOf(name)}`));
  for (const { name, reason } of rows) expect(reason.length, name).toBeGreaterThan(10);
});

test("every version is pinned but for those of optional packages, which are the user's", () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the lock has whatever is needed on any system: npm ci takes none that lacks one', () => {
  const reached = (from: string, name: string): boolean => {
    const inside = from === '' ? '' : `${from}/`;
    if (Object.hasOwn(packages, `${inside}node_modules/${name}`)) return true;
    return from !== '' && reached(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
  };
  const missing = Object.entries(packages).flatMap(([path, { dependencies: needed = {}, optionalDependencies: wanted = {} }]) =>
    Object.keys({ ...needed, ...wanted }).filter((name) => !reached(path, name)).map((name) => `${path}: ${name}`)
  );
  expect(missing).toEqual([]);
});

test('no dependency runs a script when it is installed', () => {
  const scripts = Object.entries(packages).filter(([, { hasInstallScript = false }]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1)!);
  expect(scripts.toSorted()).toEqual(Object.keys(allowScripts).toSorted());
  expect(new Set(Object.values(allowScripts))).toEqual(new Set([false]));
});

test('what the package brings has a licence that asks for no more than its notice', () => {
  expect(shipped.map(([path]) => path)).toEqual(expect.arrayContaining(Object.keys(dependencies).map((name) => `node_modules/${name}`)));
  expect(shipped.filter(([, { license = 'none' }]) => !ALLOWED.includes(license)).map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test('the licence in the lock is the one that came with the package', () => {
  for (const [path, { license }] of shipped) {
    const folder = new URL(`${path}/`, root);
    if (!existsSync(folder)) continue;
    const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { readonly license?: string; readonly licenses?: readonly { readonly type: string }[] };
    expect(manifest.license ?? manifest.licenses?.[0]?.type, path).toBe(license);
    expect(readdirSync(folder).some((name) => /^(licen[cs]e|copying|notice|readme)/i.test(name)), path).toBe(true);
  }
});

test.skipIf(!IS_REPOSITORY)('nothing that others wrote lies in the repository but the licence (skipped outside of one)', () => {
  const { status, stdout, stderr } = spawnSync('git', ['grep', '--untracked', '-I', '-i', '-l', '-E', String.raw`copy\W?right|all rights reserved|permission is hereby`], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split('\n').toSorted()).toEqual(['LICENSE', 'test/dependencies.test.ts']);
});

test('the list of materials of a release has the package and all that it brings', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('.ci/sbom.mjs', root))], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(status, stderr).toBe(0);
  const { bomFormat, metadata, components } = JSON.parse(stdout) as {
    readonly bomFormat: string;
    readonly metadata: { readonly component: { readonly name: string; readonly purl: string } };
    readonly components: readonly { readonly name: string; readonly version: string; readonly licenses?: readonly unknown[] }[];
  };
  expect([bomFormat, metadata.component.name, metadata.component.purl]).toEqual(['CycloneDX', 'omg-oracle', expect.stringMatching(/^pkg:npm\/omg-oracle@\d/)]);
  const listed = components.map(({ name, version }) => `${name}@${version}`);
  for (const [name, version] of Object.entries(dependencies)) expect(listed).toContain(`${name}@${version}`);
  expect(listed.toSorted()).toEqual([...new Set(shipped.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`))].toSorted());
  for (const { name, licenses = [] } of components) expect(licenses.length, name).toBeGreaterThan(0);
});
