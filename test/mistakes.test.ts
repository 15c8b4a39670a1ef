/** What people get wrong on the command line: each is answered in three lines at most, which say what was expected, what came, and what to do. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAS_PROC } from './support/marked-processes.js';
import { openCommandLines, type CommandLines } from './support/omg.js';
import { POSIX } from './support/posix.js';

let folder = '';
let lines: CommandLines;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-mistakes-'));
  const files = {
    'bad.json': 'nonsense',
    'empty.json': '{}',
    'five.mjs': 'export default 5;\n',
    'syntax.mjs': 'export const x = ;\n',
    'missing.mjs': "import 'nothing-there';\nexport default {};\n",
    'throws.mjs': "throw new Error('no licence');\n",
    'nothing.mjs': '',
    'prints.py': 'print(1)\n',
    'missing.py': 'import nothing_there\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  lines = openCommandLines({ cwd: folder, env: { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' } });
});
afterAll(async () => {
  await lines.end();
  rmSync(folder, { recursive: true, force: true });
});

const HELP = (command: string): string => `"omg-oracle ${command} --help" says more.`;
const LIKE = ['--like', 'nesterov'];

/** What was typed; what was expected; what came; what to do. */
type Mistake = readonly [args: readonly string[], expected: string, came: string, advice: string];

const MISTAKES: readonly Mistake[] = [
  [['veryfy'], 'expected a command', '"veryfy"', 'did you mean "verify"?'],
  [['certificate'], 'expected a command', '"certificate"', 'did you mean "certificate check"?'],
  [['help', 'veryfy'], 'expected a command', '"veryfy"', 'did you mean "verify"?'],
  [['verify', '--claim', 'theorem-1'], 'expected an option', '"--claim"', 'did you mean "--claims"?'],
  [['verify', '--claims', 'theorem1'], 'expected --claims to name claims', '"theorem1"', 'did you mean "theorem-1"?'],
  [['verify', '--cases', '0'], 'expected --cases to be an integer from 1', '"0"', HELP('verify')],
  [['verify', '--cases', 'many'], 'expected --cases to be an integer from 1', '"many"', HELP('verify')],
  [['verify', '--seed', '-1'], 'expected a value behind --seed', 'begins with "-"', '--seed=-1'],
  [['verify', '--seed', '1', '--seed', '2'], 'expected --seed once', 'twice', HELP('verify')],
  [['verify', '--out', ''], 'expected a value behind --out', 'an empty one', HELP('verify')],
  [['verify', '--time', '5'], 'expected --time to be a duration like 60s', '"5"', HELP('verify')],
  [['verify', '--shard', '3/2'], 'expected --shard to be i/n', '"3/2"', HELP('verify')],
  [['verify', 'everything'], 'expected no argument', '"everything"', HELP('verify')],
  [['gate'], 'expected an optimizer', 'got neither', HELP('gate')],
  [['gate', 'absent.mjs', ...LIKE], 'expected a module that exists', '"absent.mjs"', 'a program is given as --command'],
  [['gate', 'prints.py', ...LIKE], 'expected a module in JavaScript or TypeScript', '"prints.py"', "--command 'python3 prints.py'"],
  [['gate', 'five.mjs', '--like', 'nestorov'], 'expected --like to be one of', '"nestorov"', 'did you mean "nesterov"?'],
  [['gate', 'five.mjs', ...LIKE], 'expected an optimizer, an object with name and start', 'got 5', 'correct it'],
  [['gate', 'syntax.mjs', ...LIKE], 'expected a module that Node can read', 'Unexpected token', 'shows where'],
  [['gate', 'missing.mjs', ...LIKE], 'expected an optimizer that introduces itself', "Cannot find package 'nothing-there'", 'correct it'],
  [['gate', 'throws.mjs', ...LIKE], 'expected an optimizer that introduces itself', 'no licence', 'correct it'],
  [['gate', 'nothing.mjs', ...LIKE], 'expected "export default defineOptimizer({ … })"', 'got no export', 'correct it'],
  [['gate', '--command', 'false', ...LIKE], 'expected an optimizer that introduces itself', 'ended with exit status 1', 'run the same command in this folder'],
  [['gate', '--command', 'echo 1', ...LIKE], 'expected a JSON object', 'got 1', 'keep standard output for the protocol'],
  [['gate', 'five.mjs', ...LIKE, '--expected', 'absent.json'], 'expected the known failures in absent.json', 'no such file', 'let --fix write it'],
  [['gate', 'five.mjs', ...LIKE, '--expected', 'bad.json'], 'expected the known failures in bad.json', 'not JSON', 'Correct the file'],
  [['gate', 'five.mjs', '--fix'], 'expected --expected FILE beside --fix', '--fix', HELP('gate')],
  [['gate', 'five.mjs', ...LIKE, '--require-worst-case', 'f(x) < 3'], 'expected one bound such as', '"f(x) < 3"', HELP('gate')],
  [['gate', 'five.mjs', ...LIKE, '--claims', 'identiy'], 'expected --claims to name claims', '"identiy"', 'did you mean "identity"?'],
  [['worst-case'], 'expected an optimizer', 'got none of them', HELP('worst-case')],
  [['worst-case', 'nestorov'], 'expected a method or a module', '"nestorov"', 'did you mean "nesterov"?'],
  [['worst-case', 'nesterov', '--horizon', '0'], 'expected --horizon to be an integer from 1', '"0"', HELP('worst-case')],
  [['worst-case', 'nesterov', '--horizon', '3.5'], 'expected --horizon to be an integer from 1', '"3.5"', HELP('worst-case')],
  [['worst-case', 'nesterov', '--horizon', '3', '--config', '{"learningRate":"1"}'], 'to be a number, or a list of 1 or more', 'got "1"', HELP('worst-case')],
  [['certificate', 'check', 'absent.json'], 'expected a certificate in absent.json', 'no such file', '--certificate FILE'],
  [['certificate', 'check', 'bad.json'], 'expected a certificate in bad.json', 'not JSON', '--certificate FILE'],
  [['trace', 'check', 'absent.arrow'], 'expected a trace at absent.arrow', 'no such file', '"omg-oracle resnet --trace FILE"'],
  [['trace', 'check', 'bad.json'], 'expected bad.json to be a trace', 'no message', 'docs/TRACES.md'],
  [['report', 'bad.json'], 'expected a report in bad.json', 'not JSON', 'omg-oracle verify --out DIR'],
  [['report', 'empty.json'], 'expected a whole report in empty.json', "'schemaVersion'", 'omg-oracle verify --out DIR'],
  [['report', 'merge'], 'expected the reports of all parts', 'report merge', 'part-*/report.json'],
  [['replay', 'absent.json'], 'expected a counterexample in absent.json', 'no such file', 'counterexamples/'],
  [['replay', 'bad.json'], 'expected a counterexample in bad.json', 'not JSON', 'counterexamples/'],
  [['claims', 'theorem1'], 'expected a claim', '"theorem1"', 'did you mean "theorem-1"?'],
  [['figures', '3'], 'expected 1 or 2', '"3"', HELP('figures')],
  [['init', 'five.mjs'], `expected to write ${join('five.mjs', 'optimizer.mjs')}`, 'in the way', 'Choose another place'],
  [['init', 'try', '--language', 'fortran'], 'expected --language to be one of', '"fortran"', HELP('init')],
  [['resnet', '--steps', '0'], 'expected --steps to be an integer from 1', '"0"', HELP('resnet')],
  [['resnet', '--backend', 'cuda'], 'expected --backend to be one of', '"cuda"', HELP('resnet')],
  [['completion', 'tcsh'], 'expected a shell, one of bash', '"tcsh"', HELP('completion')],
  [['completion'], 'expected a shell, one of bash', 'got none', HELP('completion')],
];

/** The last that this system's shell says of a command line: each has its own words. */
function complaint(line: string): string {
  const said = spawnSync(line, { shell: true, encoding: 'utf8' }).stderr.trim().split('\n').at(-1)!;
  if (said === '') throw new Error(`expected a shell to complain of ${line}, got nothing`);
  return said;
}

/** With the statuses of a POSIX shell. */
const POSIX_MISTAKES: readonly Mistake[] = !POSIX ? [] : [
  [['gate', '--command', 'nothing-there', ...LIKE], 'expected an optimizer that introduces itself', complaint('nothing-there'), 'say what runs it'],
  [['gate', '--command', 'a "b', ...LIKE], 'expected an optimizer that introduces itself', complaint('a "b'), 'run the same command'],
];

/** In a folder that nobody can write to. */
const PROC_MISTAKES: readonly Mistake[] = [
  [['verify', '--out', '/proc/x'], 'expected to write /proc/x', 'cannot be created', 'Choose another place'],
];
const ALL = [...MISTAKES, ...POSIX_MISTAKES, ...PROC_MISTAKES];

describe('mistakes', () => {
  test('are forty and more, each another', () => {
    expect(new Set(ALL.map(([args]) => args.join(' '))).size).toBeGreaterThanOrEqual(40);
  });

  const named = (mistakes: readonly Mistake[]): (readonly [string, Mistake])[] => mistakes.map((one) => [one[0].join(' ') || '(nothing)', one]);
  async function told(_: string, [args, expected, came, advice]: Mistake): Promise<void> {
    const { status, stdout, stderr } = await lines.run(args);
    const text = `${stderr}${stdout}`;
    expect(text.split('\n').filter((line) => line.trim() !== '').length, text).toBeLessThanOrEqual(3);
    expect([2, 3], text).toContain(status);
    for (const part of [expected, came, advice]) expect(text).toContain(part);
  }
  test.concurrent.each(named(MISTAKES))('omg-oracle %s', told);
  test.runIf(POSIX).concurrent.each(named(POSIX_MISTAKES))('omg-oracle %s (needs POSIX)', told);
  test.runIf(HAS_PROC).concurrent.each(named(PROC_MISTAKES))('omg-oracle %s (needs /proc)', told);
});
