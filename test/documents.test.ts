import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Claim } from '../src/claim.js';
import { commandOf } from '../src/cli/commands.js';
import { runVariant } from '../src/runner/run-variant.js';
import { saboteurs } from '../src/saboteur/index.js';
import { reference } from '../src/subject.js';
import { ROOT, blocksOf, expectPrinted, project, shell, writeBlock } from './support/documents.js';
import { followTutorial } from './support/follow.js';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-documents-'));
  environment = project(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every page that somebody wrote. */
const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

describe.runIf(POSIX)('docs/TUTORIAL.md (needs POSIX)', () => {
  test('what it writes and runs does what it says, from the first line to the last', () => followTutorial(folder, environment));
});

describe.runIf(POSIX)('what README.md leads to (needs POSIX)', () => {
  const block = (start: RegExp, page: string): string => blocksOf(page).find(({ text }) => start.test(text))!.text;

  test('an example of a counterexample that is replayed', () => {
    const { status, stdout } = shell(block(/^npx omg-oracle verify --claims theorem-2/, 'docs/VERIFY.md'), folder, environment);
    expect(status).toBe(0);
    expect(stdout).toContain('theorem-2');
  });

  test('the example of the library prints what it says', () => {
    writeFileSync(join(folder, 'library.mjs'), block(/^import \{ loadClaims/, 'docs/LIBRARY.md'));
    expect(shell('node library.mjs', folder, environment)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^holds\nviolated \S.*\n$/) as unknown });
  });

  test('the import of the schema', () => {
    writeFileSync(join(folder, 'schema.mjs'), `${block(/^import schema/, 'docs/REPORTS.md')}console.log(schema.type);`);
    expect(shell('node --no-warnings schema.mjs', folder, environment)).toMatchObject({ status: 0, stdout: 'object\n' });
  });
});

describe('what stands behind a prompt', () => {
  const sessions = PAGES
    .flatMap((name) => blocksOf(name).filter(({ text }) => /^\$ (?:npx )?omg-oracle /.test(text)).map(({ text, line }) => [`${name}:${line}`, text] as const));

  test.runIf(POSIX).each(sessions)('%s prints what follows it (needs POSIX)', (where, text) => {
    const [command, ...told] = text.split('\n');
    const { status, stdout } = shell(command!.slice('$ '.length), folder, environment);
    expect(status).toBe(0);
    expectPrinted(stdout, told.join('\n'), where);
  });

  test('there is one at least', () => expect(sessions.length).toBeGreaterThan(0));
});

test.runIf(POSIX)('the worst cases in docs/GATE.md are those that the gate tells (needs POSIX)', () => {
  const { text } = blocksOf('docs/GATE.md').find((block) => block.text.startsWith('The worst case over every convex'))!;
  const { status, stdout } = shell(
    'npx omg-oracle gate node_modules/omg-oracle/examples/nesterov.mjs --like nesterov --claims worst-case --cases 10 --seed 1',
    folder,
    environment,
  );
  expect(status).toBe(0);
  expectPrinted(stdout, `…\n${text}…\n`, 'docs/GATE.md');
});

describe.runIf(POSIX)('optimizers in the documents pass as what they are (needs POSIX)', () => {
  test.each([['docs/GATE.md', 'ts'], ['docs/PROTOCOL.md', 'js']])('%s', (path, language) => {
    const { text } = blocksOf(path).find((block) => block.language === language && block.text.includes('export default defineOptimizer'))!;
    // The types of this one are a single "!".
    writeFileSync(join(folder, 'descent.mjs'), text.replaceAll(']!', ']'));
    expect(shell('npx omg-oracle gate descent.mjs --like gradient-descent --seed 1 --cases 5 --claims identity,manners-repeats', folder, environment)).toMatchObject({ status: 0 });
  });
});

describe('CONTRIBUTING.md', () => {
  test('its claim compiles as it stands, and holds; its function for every arithmetic compiles', async () => {
    const [claim, sum] = blocksOf('CONTRIBUTING.md').filter(({ language }) => language === 'ts');
    const at = mkdtempSync(join(tmpdir(), 'omg-oracle-contributing-'));
    try {
      for (const name of ['src', 'oracles', 'package.json']) cpSync(join(ROOT, name), join(at, name), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules'), join(at, 'node_modules'), 'junction');
      const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as { readonly compilerOptions: object };
      writeBlock(at, 'tsconfig.json', JSON.stringify({ compilerOptions, include: ['properties'] }));
      writeBlock(at, 'properties/descent-lemma.ts', claim!.text);
      writeBlock(at, 'properties/sum.ts', `import type { Space, Vector } from '../src/arithmetic/space.js';\n${sum!.text}`);
      const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')], { cwd: at, encoding: 'utf8' });
      expect(status, stdout).toBe(0);
      const { default: descent } = (await import(pathToFileURL(join(at, 'dist', 'properties', 'descent-lemma.js')).href)) as { readonly default: Claim };
      const run = (subject: typeof reference): string => runVariant(descent, 'corrected', subject, { cases: 300, seed: 1, deadline: null }).verdict;
      expect(run(reference)).toBe('holds');
      for (const name of descent.saboteurs) expect([name, run(saboteurs.find((one) => one.name === name)!.subject)]).toEqual([name, 'violated']);
      expect(descent.corrected.mutants!(1).filter(({ fate }) => fate === 'survives')).toEqual([]);
    } finally {
      rmSync(at, { recursive: true, force: true });
    }
  });
});

describe('what a document says is compared with what is printed', () => {
  const told = 'one\n…\nthree in 2.5 s\n';
  test('line by line, but for times, days and what is left out', () => {
    expectPrinted('one\ntwo\n2026-01-02 \nthree in 0.31 ms\n', told, 'here');
    expectPrinted('2027-12-31\n', '2026-01-02\n', 'here');
  });
  test.each([['another line', 'one\ntwo\nfour in 2.5 s\n'], ['another order', 'three in 1 s\none\n'], ['one more before', 'zero\none\nthree in 1 s\n'], [
    'one more after',
    'one\nthree in 1 s\nfour\n',
  ], ['nothing', '']])('%s is told', (_, printed) => {
    expect(() => expectPrinted(printed, told, 'here')).toThrow(/here/);
  });
});

describe('examples', () => {
  test('each is run by a test', () => {
    const tests = readdirSync(join(ROOT, 'test')).filter((name) => name.endsWith('.test.ts')).map((name) => readFileSync(join(ROOT, 'test', name), 'utf8')).join('\n');
    expect(readdirSync(join(ROOT, 'examples')).filter((name) => /\.(mjs|py|sh)$/.test(name) && !tests.includes(name))).toEqual([]);
  });

  test('build-tfjs-node.sh, which compiles for minutes, says what it needs before it fetches anything', () => {
    const script = join(ROOT, 'examples', 'build-tfjs-node.sh');
    expect(shell(`bash '${script}'`, folder, environment)).toMatchObject({ status: 1, stderr: expect.stringMatching(/usage: .*build-tfjs-node\.sh PROJECT_DIR/) as unknown });
    expect(shell(`bash '${script}' '${folder}'`, folder, environment)).toMatchObject({ status: 1, stderr: expect.stringMatching(/@tensorflow\/tfjs-node/) as unknown });
  });
});

describe('every command line in the documents', () => {
  const lines = PAGES.flatMap((path) =>
    blocksOf(path).filter(({ language }) => language === 'sh').flatMap(({ text }) =>
      [...text.matchAll(/^(?:.*&& )?(?<npx>npx )?omg-oracle (?<rest>[^#\n]*)/gm)].map(({ groups }) => [path, groups!['rest']!.trim(), groups!['npx'] !== undefined] as const)
    )
  );

  test('can be typed as it stands, where the package is no global one', () => expect(lines.filter(([, , typed]) => !typed)).toEqual([]));

  test.each(lines)('%s: omg-oracle %s has a command and options that exist', (_, rest) => {
    const command = commandOf(rest.split(' '))!;
    expect(command).not.toBeNull();
    // What is quoted is for another program.
    const given = [...rest.replaceAll(/"[^"]*"|'[^']*'/g, '').matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
    expect(given.filter((name) => !command.options.some((option) => option.name === name))).toEqual([]);
  });
});
