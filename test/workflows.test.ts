import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { POSIX } from './support/posix.js';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly node?: readonly string[]; readonly include?: readonly Readonly<Record<string, string>>[] } };
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

// The compiled tests lie two folders below the package.
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}`)) as Workflow;
const { engines, version } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string }; readonly version: string };

/** Every place that names an action, with what stands behind it; ours has no address of its own yet. */
const uses = (text: string): readonly string[] => [...text.matchAll(/^\s*-?\s*uses:\s*(.+)$/gm)].map(([, said]) => said!.trim());

test.each(readdirSync(new URL('.github/workflows/', root)))('%s may only read unless a job says more', (name) => {
  expect(workflow(name).permissions).toEqual({ contents: 'read' });
});

test.each([
  ...readdirSync(new URL('.github/workflows/', root)).map((name) => `.github/workflows/${name}`),
  ...readdirSync(new URL('docs/examples/', root)).filter((name) => name.endsWith('.yml')).map((name) => `docs/examples/${name}`),
  'docs/TUTORIAL.md',
  'docs/GATE.md',
  'action.yml',
])('%s takes actions by commit, and says which version that is', (path) => {
  const named = uses(read(path));
  expect(named.length).toBeGreaterThan(0);
  for (const said of named) expect(said).toMatch(/^OWNER\/omg-oracle@[0-9a-f]{40}( #.*)?$|^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+(\.\d+)+(;.*)?$/);
});

test('every Node that the package is for is tested: the oldest of each line that has one, or its newest', () => {
  const lines = [...engines.node.matchAll(/(\d+)(?:\.\d+)*/g)].map(([, major]) => major);
  const tested = workflow('ci.yml').jobs['test']!.strategy!.matrix.node!;
  expect(tested.map((text) => text.split('.')[0])).toEqual(lines);
  expect(tested[0]).toBe(/^\^(\d+\.\d+)/.exec(engines.node)?.[1]);
});

describe('macOS and Windows', () => {
  const { jobs: { test: job } } = workflow('platforms.yml');
  /** What README.md says to type first. */
  const [first, all] = /^```sh\n([^]*?)^```$/mu.exec(read('README.md'))![1]!.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const systems: Readonly<Record<string, string | undefined>> = Object.fromEntries(job!.strategy!.matrix.include!.map(({ system, test: command }) => [system!, command] as const));

  test('run what README.md says, each to its end', () => {
    expect([first, all]).toEqual(['npm ci && npx omg-oracle verify', 'npm cit']);
    expect(job!.strategy).toMatchObject({ 'fail-fast': false });
    expect(job!.steps.flatMap(({ run }) => run ?? [])).toEqual([first, '${{ matrix.test }}']);
    expect(Object.keys(systems)).toEqual(['macos-latest', 'windows-latest']);
    expect(systems['macos-latest']).toBe(all);
  });

  test('without coverage on Windows, where some tests are skipped, and with all the rest of it', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    expect(scripts['test']).toBe('npm run lint && npm run coverage');
    expect(scripts['coverage']).toMatch(/^npm run build .*&& c8 vitest run /u);
    expect(systems['windows-latest']).toBe('npm run lint && npm run build && npx vitest run');
    expect(read('.github/workflows/platforms.yml').replaceAll('\n# ', ' ')).toMatch(
      /^# [^\n]*tests that need them say "\(needs POSIX\)" and are skipped there\.[^\n]*coverage is not counted there/u,
    );
  });

  test('have the lines of every file end as they do elsewhere: files are compared byte for byte', () => {
    expect(read('.gitattributes')).toMatch(/^\* text=auto eol=lf$/mu);
  });
});

describe('a release', () => {
  const { on, jobs: { release } } = workflow('release.yml');
  const { steps, permissions } = release!;
  const scripts = steps.map(({ run = '' }) => run);
  const indexOf = (text: string): number => scripts.findIndex((script) => script.includes(text));

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-release-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('begins with a tag, and may write no more than it has to', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(permissions).toEqual({ contents: 'write', 'id-token': 'write' });
  });

  test('is checked before it is packed, and packed once: what is published is what is attached', () => {
    const order = ['CHANGELOG.md', 'npm cit', 'npm pack', 'npm publish', 'gh release create'].map(indexOf);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    const [pack, publish, attach] = order.slice(2).map((i) => scripts[i]!);
    expect(pack).toMatch(/npm pack [^\n]*--pack-destination release\n[^]*node \.ci\/sbom\.mjs > release\/sbom\.cdx\.json\n/);
    expect(publish).toMatch(/^npm publish release\/\*\.tgz .*--provenance --access public$/);
    expect(attach).toMatch(/ release\/\* /);
  });

  test('puts no expression into the text of a script', () => {
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  /** The step that looks at the tag, as a runner runs it. */
  function checkTag(tag: string, changelog: string): { readonly status: number | null; readonly stderr: string } {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.20.3' }));
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
    const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', scripts[indexOf('CHANGELOG.md')]!], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TAG: tag },
    });
    return { status, stderr };
  }
  const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [1.20.3] - 2026-01-31\n\n### Added\n\n- A.\n\n## [1.20.2] - 2026-01-01\n\n- B.\n';

  test.runIf(POSIX)('takes the tag of the version, and its part of the changelog (needs POSIX)', () => {
    expect(checkTag('v1.20.3', CHANGELOG)).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'release-notes.md'), 'utf8')).toBe('\n### Added\n\n- A.\n\n');
  });

  test.runIf(POSIX).each([
    ['v1.20.2', CHANGELOG, 'expected the tag v1.20.3, which is the version in package.json, got v1.20.2'],
    ['1.20.3', CHANGELOG, 'got 1.20.3'],
    ['v1.20.3', CHANGELOG.replace('2026-01-31', 'Unreleased'), 'expected a heading "## [1.20.3] - YYYY-MM-DD"'],
    ['v1.20.3', CHANGELOG.replace('[1.20.3]', '[1x20.3]'), 'expected a heading'],
  ])('refuses %s where that is not so (needs POSIX)', (tag, changelog, message) => {
    const { status, stderr } = checkTag(tag, changelog);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test('of this version has a heading to be dated', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
  });
});
