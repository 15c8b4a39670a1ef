import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

// The compiled tests lie two folders below the package.
const root = new URL('../../', import.meta.url);

/** One import or re-export: what it names, and whether nothing but types comes through it. */
interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

/** The imports of a module's source: static, re-exported, and dynamic. */
function imports(source: string): Import[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const [, keyword, clause, from] of code.matchAll(/^\s*(import|export)\b([^'";]*?)\bfrom\s*['"]([^'"]+)['"]/gm)) {
    const names = /\{([^}]*)\}/.exec(clause!)?.[1]?.split(',').map((name) => name.trim()).filter((name) => name !== '') ?? [];
    const onlyNamed = /^\s*\{[^}]*\}\s*$/.test(clause!);
    found.push({
      from: from!,
      typesOnly: /^\s*type\b/.test(clause!) || (keyword === 'import' && onlyNamed && names.length > 0 && names.every((name) => name.startsWith('type '))),
    });
  }
  for (const [, from] of code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)) found.push({ from: from!, typesOnly: false });
  for (const [, from] of code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)) found.push({ from: from!, typesOnly: false });
  return found;
}

/** The package's modules, as paths from its root. */
function modules(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')).map((path) => join(folder, path).replaceAll('\\', '/'));
}

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Every import of the modules in `folder` that stays inside the package: who, whom, and whether it brings types only. */
function edges(folder: string): (Import & { readonly module: string })[] {
  return modules(folder).flatMap((module) =>
    imports(read(module)).filter(({ from }) => from.startsWith('.')).map(({ from, typesOnly }) => ({
      module,
      from: normalize(join(dirname(module), from)).replaceAll('\\', '/').replace(/\.js$/, '.ts'),
      typesOnly,
    }))
  );
}

const told = (found: readonly { readonly module: string; readonly from: string }[]): string[] => found.map(({ module, from }) => `${module} → ${from}`);

describe('the reader of imports', () => {
  test('sees every form, and which bring types only', () => {
    const source = `import a from './a.js';
import type { B } from './b.js';
import { type C, type D } from './c.js';
import { type E, f } from './f.js';
import {
  g,
  type H,
} from './g.js';
import * as i from './i.js';
import './j.js';
export { k } from './k.js';
export * from './l.js';
export type { M } from './m.js';
const n = await import('./n.js');
// import { o } from './o.js';
/* import { p } from './p.js'; */
import json from './q.json' with { type: 'json' };
import r, { type S } from './r.js';
`;
    const found = imports(source);
    expect(found.filter((one) => !one.typesOnly).map((one) => one.from).toSorted()).toEqual([
      './a.js',
      './f.js',
      './g.js',
      './i.js',
      './j.js',
      './k.js',
      './l.js',
      './n.js',
      './q.json',
      './r.js',
    ]);
    expect(found.filter((one) => one.typesOnly).map((one) => one.from).toSorted()).toEqual(['./b.js', './c.js', './m.js']);
  });

  test('finds the package', () => {
    expect(modules('src')).toContain('src/arithmetic/space.ts');
    expect(told(edges('oracles'))).toContain('oracles/ledger.ts → oracles/tally.ts');
    expect(edges('properties').length).toBeGreaterThan(20);
    for (const { module, from } of ['src', 'oracles', 'properties', 'reports'].flatMap(edges)) expect(() => read(from), `${module} → ${from}`).not.toThrow();
  });
});

describe('dependencies point one way', () => {
  // Lowest first. `src` stands for the modules directly in it that have no line of their own: what several claims share.
  const LAYERS = [
    'src/base',
    'src/arithmetic',
    'src/formula',
    'src/verdict',
    'src/claim',
    'src/trajectory',
    'reports',
    'src/problem',
    'src/update-rule',
    'src/algorithm',
    'oracles',
    'src/subject',
    'src/special-cases',
    'src/generator',
    'src',
    'src/world',
    'properties',
    'src/saboteur',
    'src/runner',
    'src/theory',
    'src/figures',
    'src/trace',
    'src/resnet',
    'src/gate',
    'src/cli',
  ];
  const layerOf = (module: string): string => {
    const own = /^(src\/[^/.]+|[^/]+)/.exec(module)![0];
    return LAYERS.includes(own) || !/^src\/[^/]+\.ts$/.test(module) ? own : 'src';
  };

  test('every folder has its layer, and knows none above it but for types', () => {
    const parts = ['src', 'oracles', 'properties', 'reports'].flatMap(modules).map(layerOf);
    expect([...new Set(parts)].toSorted()).toEqual(LAYERS.toSorted());
    const upwards = ['src', 'oracles', 'properties', 'reports'].flatMap(edges).filter(({ module, from, typesOnly }) =>
      !typesOnly && LAYERS.indexOf(layerOf(from)) > LAYERS.indexOf(layerOf(module))
    );
    expect(told(upwards)).toEqual([]);
  });

  test('oracles share nothing with what they judge: no algorithm, no runner, no claim', () => {
    const forbidden = /^(src\/(algorithm|runner|cli|saboteur|generator|subject)\b|properties\/|reports\/|test\/)/;
    expect(told(edges('oracles').filter(({ from }) => forbidden.test(from)))).toEqual([]);
  });

  test.each([['check', './certificate.js'], ['check-regret', './regret-certificate.js']])(
    '%s, which checks certificates, is short and imports nothing but the types of their format',
    (name, format) => {
      const checker = read(`oracles/performance-estimation/${name}.ts`);
      expect(imports(checker)).toEqual([{ from: format, typesOnly: true }]);
      expect(imports(read(`oracles/performance-estimation/${format.replace('.js', '.ts')}`))).toEqual([]);
      // Short enough to be read by whoever is to believe it.
      expect(checker.split('\n').length).toBeLessThanOrEqual(300);
    },
  );

  test('arithmetic knows nothing above it', () => {
    expect(told(edges('src/arithmetic').filter(({ from, typesOnly }) => !from.startsWith('src/arithmetic/') && !(from === 'src/verdict.ts' && typesOnly)))).toEqual([]);
  });

  test('problems, update rules and algorithms know neither generators nor what judges them', () => {
    const forbidden = /^(src\/(generator|runner|cli|saboteur|claim|subject|outcome)\b|oracles\/|properties\/|reports\/|test\/)/;
    const found = ['src/problem', 'src/update-rule', 'src/algorithm'].flatMap(edges).filter(({ from }) => forbidden.test(from));
    expect(told(found)).toEqual([]);
  });

  test('reports know verdicts and what everything rests on, and nothing else', () => {
    expect(told(edges('reports').filter(({ from }) => !from.startsWith('reports/') && !from.startsWith('src/base/') && from !== 'src/verdict.ts'))).toEqual([]);
    expect(told(edges('src/base').filter(({ from }) => !from.startsWith('src/base/') && from !== 'src/verdict.ts'))).toEqual([]);
  });

  test('what draws plots is loaded only where there is something to draw', () => {
    const drawing = ['bounds', 'figures-html', 'line-chart', 'path-plot', 'plots'].map((name) => `reports/${name}.ts`);
    const found = ['src', 'reports'].flatMap(edges).filter(({ module, from, typesOnly }) => drawing.includes(from) && !drawing.includes(module) && !typesOnly);
    expect(new Set(found.map(({ module }) => module))).toEqual(new Set(['reports/html.ts', 'src/cli/figures.ts']));
    expect(read('reports/html.ts')).not.toMatch(/^import (?!type )[^;]*from '\.\/(bounds|figures-html|line-chart|path-plot|plots)/m);
    expect(
      modules('reports').filter((path) => imports(read(path)).some(({ from }) => from === '@observablehq/plot' || from === '@xmldom/xmldom')).filter((path) =>
        !drawing.includes(path)
      ),
    ).toEqual([]);
  });

  test('claims get what they judge injected: no algorithm is imported but for its types, and no claim by another', () => {
    // The modules that several claims share count as theirs; subject.ts is where the algorithms come in.
    const shared = edges('src').filter(({ module }) => /^src\/[^/]+\.ts$/.test(module) && module !== 'src/subject.ts' && module !== 'src/theory.ts');
    expect(told([...edges('properties'), ...shared].filter(({ from, typesOnly }) => from.startsWith('src/algorithm/') && !typesOnly))).toEqual([]);
    expect(told(edges('properties').filter(({ from }) => /^(src\/(runner|cli|saboteur)\/|properties\/|reports\/|test\/)/.test(from)))).toEqual([]);
  });

  test('nothing but the runner and what starts it reads claims', () => {
    const allowed = /^src\/(cli|runner|subject|saboteur)\b/;
    expect(told(edges('src').filter(({ module, from }) => from.startsWith('properties/') && !allowed.test(module)))).toEqual([]);
  });

  test('nothing below the gate knows it, and it knows nothing of the command line', () => {
    const above = /^src\/(gate|cli)\//;
    expect(told(['src', 'oracles', 'properties', 'reports'].flatMap(edges).filter(({ module, from }) => from.startsWith('src/gate/') && !above.test(module)))).toEqual([]);
    expect(told(edges('src/gate').filter(({ from }) => /^(src\/cli|properties|test)\//.test(from)))).toEqual([]);
  });

  test('the protocol and the doors know no method: what an optimizer is told does not depend on what is expected of it', () => {
    const doors = ['protocol', 'json-lines', 'subject-process', 'door', 'host', 'watch', 'define-optimizer'].map((name) => `src/gate/${name}.ts`);
    const found = edges('src/gate').filter(({ module, from }) => doors.includes(module) && !doors.includes(from) && from !== 'src/verdict.ts');
    expect(told(found)).toEqual([]);
  });

  test('traces know neither optimizers nor the command line, and what trains knows nothing of how it is judged: of the rest only how files are read and written', () => {
    expect(told(edges('src/trace').filter(({ from }) => /^(src\/(algorithm|cli|gate|problem|resnet|runner|saboteur)\b|properties\/|test\/)/.test(from)))).toEqual([]);
    expect(
      told(
        edges('src/resnet').filter(({ from, typesOnly }) =>
          !from.startsWith('src/resnet/') && !(typesOnly && /^src\/trace\/(format|write)\.ts$/.test(from)) && !/^(src\/base\/(errors|files)|reports\/input)\.ts$/.test(from)
        ),
      ),
    ).toEqual([]);
  });

  test('what computes with tensors, or reads traces, is loaded only where it is asked for: those packages may be missing', () => {
    const needing = /^src\/(resnet\/(?!names)|trace\/(?!format|rejudge))/;
    const inside = /^src\/(resnet|trace)\//;
    const found = ['src', 'oracles', 'properties', 'reports'].flatMap(edges).filter(({ module, from, typesOnly }) => needing.test(from) && !inside.test(module) && !typesOnly);
    expect(found.map(({ module }) => module).filter((module) => !['src/cli/resnet.ts', 'src/cli/trace.ts', 'src/cli/figures.ts'].includes(module))).toEqual([]);
    for (const module of ['src/cli/resnet.ts', 'src/cli/trace.ts', 'src/cli/figures.ts'])
      expect(read(module)).not.toMatch(/^import (?!type )[^;]*from '\.\.\/(resnet\/(?!names)|trace\/(?!format))/m);
  });

  test('nothing imports tests', () => {
    expect(told(['src', 'oracles', 'properties', 'reports'].flatMap(edges).filter(({ from }) => from.startsWith('test/')))).toEqual([]);
  });
});

test('no file speaks of the machine that it was written on', () => {
  const outside = new RegExp([['', 'work', ''], ['..', 'shared']].map((parts) => parts.join('/').replaceAll('.', String.raw`\.`)).join('|'));
  expect(outside.test(['see ', 'work', 'x'].join('/'))).toBe(true);
  const files = [
    ...['src', 'oracles', 'properties', 'reports', 'test'].flatMap(modules),
    'package.json',
    'tsconfig.json',
    'vitest.config.mjs',
    'CHANGELOG.md',
    'README.md',
    'CONTRIBUTING.md',
    'docs/CAMPAIGNS.md',
    'docs/FIGURES.md',
    'docs/GATE.md',
    'docs/PROTOCOL.md',
    'docs/RESNET.md',
    'docs/TRACES.md',
    'docs/TUTORIAL.md',
    'docs/VERDICTS.md',
    'docs/WORST-CASES.md',
    'action.yml',
  ];
  expect(files.filter((path) => outside.test(read(path)))).toEqual([]);
});
