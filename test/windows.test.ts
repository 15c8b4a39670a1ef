/** What is done in another way on Windows, as far as it can be tried elsewhere: in a process that says that it runs there. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { POSIX } from './support/posix.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-windows-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script that says what came of it; `NAME` in it is a module of the package. */
function onWindows(script: string, modules: Readonly<Record<string, string>>): unknown {
  const imports = Object.entries(modules).map(([names, path]) => `const { ${names} } = await import(${JSON.stringify(new URL(`../${path}`, import.meta.url).href)});`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'data:text/javascript,Object.defineProperty(process, "platform", { value: "win32" })', '--input-type=module', '-e', `${imports.join('\n')}\n${script}`],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` } },
  );
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

test.runIf(POSIX)('an optimizer is ended with those that it started, once, and not after its end: the number may be another’s by then (needs POSIX)', () => {
  writeFileSync(join(folder, 'taskkill'), '#!/bin/sh\necho "$@" >> told\nkill -9 "$2"\n');
  chmodSync(join(folder, 'taskkill'), 0o755);
  writeFileSync(join(folder, 'told'), '');
  const pid = onWindows(
    `const limits = { ...LIMITS, grace: 5000 };
    const hangs = new SubjectProcess([process.execPath, '-e', 'process.stdin.resume(); console.log(process.pid); setInterval(() => {}, 1000)'], { limits });
    const pid = await hangs.request('who');
    await hangs.end();
    const ends = new SubjectProcess([process.execPath, '-e', ''], { limits });
    await ends.exited();
    await ends.end();
    console.log(pid);`,
    { 'LIMITS, SubjectProcess': 'src/gate/subject-process.js' },
  );
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe(`/pid ${String(pid)} /t /f\n`);
});

test('starters say how they are run there', () => {
  expect(onWindows(`console.log(JSON.stringify(['python', 'rust'].map((language) => writeStarter(language, language).commands)));`, { writeStarter: 'src/gate/starter.js' }))
    .toEqual([
      ['npx omg-oracle gate --command "python optimizer.py" --like nesterov'],
      ['cargo build --release', String.raw`npx omg-oracle gate --command target\release\optimizer --like nesterov`],
    ]);
});

test('words of a command have the quotes that cmd.exe knows; a path that stands in a report is read again', () => {
  const words = ['python', String.raw`C:\Program Files\node.exe`, 'a"b', '%PATH%', '--x=1', ''];
  const [command, path, read] = onWindows(
    `const path = ${JSON.stringify(String.raw`C:\Users\me\it's mine.mjs`)};
    console.log(JSON.stringify([${JSON.stringify(words)}.map(shellWord).join(' '), quoted(path), wordsOf('gate ' + quoted(path))]));`,
    { 'quoted, shellWord, wordsOf': 'src/cli/arguments.js' },
  ) as readonly [string, string, readonly string[]];
  expect(command).toBe(String.raw`python "C:\Program Files\node.exe" "a""b" "%PATH%" --x=1 ""`);
  expect([path, read]).toEqual([String.raw`'C:\Users\me\it'\''s mine.mjs'`, ['gate', String.raw`C:\Users\me\it's mine.mjs`]]);
});

test.each([[3, 'null'], [
  1000,
  '"expected to write report.json, but this user may not write there, or something else has it open. Choose another place with --out DIR, or make room at this one."',
]])('a file is replaced that somebody has open, but not for long: %i times', (times, received) => {
  writeFileSync(join(folder, 'report.json'), 'old');
  const told = onWindows(
    `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { renameSync } = fs;
    let left = ${times};
    fs.renameSync = (...paths) => {
      if (left-- > 0) throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM', syscall: 'rename' });
      renameSync(...paths);
    };
    syncBuiltinESMExports();
    try { writeWhole('report.json', 'new'); console.log(null); } catch (error) { console.log(JSON.stringify(error.message)); }`,
    { writeWhole: 'src/base/files.js' },
  );
  expect(JSON.stringify(told)).toBe(received);
  expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe(told === null ? 'new' : 'old');
});
