/**
 * Files that nobody means, in every place where a command takes one: each run is to end at once, with a status of the table and a sentence that
 * names the file, and to hold little memory.
 *
 *     npm run build && node dist/test/fuzz/special-files.js [--seed S] [--pairs N]
 *
 * tries all of them, or N that the seed picks, and ends with status 1 where one does otherwise.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Report } from '../../src/verdict.js';
import { MAIN } from '../support/omg.js';
import { RIGHT, record } from '../support/traced-run.js';

/** Milliseconds until a run counts as one that hangs, and kilobytes that it may hold at most. */
const PATIENCE = 10_000;
/** The same where others use the processors, too. */
const BUSY = 6;
const MEMORY = 300 * 1024;

const deep = (open: string, inner: string, close: string): string => open.repeat(20_000) + inner + close.repeat(20_000);
const many = (one: string): string => Array.from({ length: 200_000 }, () => one).join(',');
const RIGHT_MULTIPLIERS = '{"i":0,"j":"out","value":"1/2"},{"i":"*","j":0,"value":"1/2"},{"i":"*","j":"out","value":"1/2"}';
const certificate = (bound: string, multipliers: string): string =>
  `{"format":"omg-oracle worst case, version 1","method":{"queries":[[]],"output":["1"]},"strongConvexity":"0","condition":"distance","criterion":"value","bound":"${bound}","multipliers":[${multipliers}],"remainder":{"denominator":"12","rows":[["2"],["-3","6"],["-3","3","6"]]}}`;

/** A right report and a right counterexample, but for what stands in place of a case, or of hypotheses. */
interface Right {
  readonly reportWith: (text: string) => string;
  readonly counterexampleWith: (text: string) => string;
  readonly hypothesesWith: (text: string) => string;
}

/** What a run wrote: a report is held against its own results, and no other would get past that. */
function rightOf(path: string): Right {
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const [first] = report.claims.filter(({ counterexample }) => counterexample !== null);
  const { counterexample } = first!;
  const mark = { x: 'MARK' };
  const marked = { ...report, claims: report.claims.map((result) => (result === first ? { ...result, counterexample: { ...counterexample!, case: mark } } : result)) };
  const put = (value: unknown, text: string): string => JSON.stringify(value).replace('"MARK"', () => text);
  return {
    reportWith: (text) => put(marked, text),
    counterexampleWith: (text) => put({ ...counterexample, case: mark }, text),
    hypothesesWith: (text) => put({ ...report, claims: report.claims.map((result) => ({ ...result, hypotheses: 'MARK' })) }, `[${text}]`),
  };
}

/** What is in the special files that have something in them. */
const contents = ({ reportWith, counterexampleWith, hypothesesWith }: Right): Readonly<Record<string, string | Uint8Array>> => ({
  empty: '',
  'one-byte': '{',
  blanks: ' \n\n ',
  nothing: 'null',
  'a-number': '7',
  'a-list': '[]',
  'an-object': '{}',
  zeros: Buffer.alloc(2 ** 16),
  'no-utf8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  bom: '\ufeff{"schemaVersion":1}',
  utf16: Buffer.from('\ufeff{"schemaVersion":1}', 'utf16le'),
  'deep-lists': deep('[', '', ']'),
  'deep-objects': deep('{"a":', '1', '}'),
  'deep-never-closed': '['.repeat(20_000),
  'deep-in-a-report': reportWith(deep('[', '', ']')),
  'deep-in-a-counterexample': counterexampleWith(deep('[', '', ']')),
  'many-in-a-list': `[${many('0')}]`,
  'many-members': `{${Array.from({ length: 200_000 }, (_, i) => `"a${i}":${i}`).join(',')}}`,
  'many-in-a-report': reportWith(`[${many('"1"')}]`),
  'many-in-a-counterexample': counterexampleWith(`[${many('"1"')}]`),
  'many-hypotheses': hypothesesWith(many('"a"')),
  'many-multipliers': certificate('1', many('{"i":0,"j":"out","value":"1/2"}')),
  'long-integer': certificate('7'.repeat(1_000_000), RIGHT_MULTIPLIERS),
  'long-fraction': certificate('1/6', RIGHT_MULTIPLIERS.replace('1/2', `1/${'3'.repeat(1_000_000)}`)),
  'huge-exponent': certificate('1e999999999', RIGHT_MULTIPLIERS),
  'huge-number': '{"schemaVersion":1e999}',
  'long-number': `{"schemaVersion":${'1'.repeat(1_000_000)}}`,
  'long-line': JSON.stringify('x'.repeat(20_000_000)),
  'empty-objects': `[${Array.from({ length: 10_000_000 }, () => '{}').join(',')}]`,
  'twice-a-member': '{"schemaVersion":1,"schemaVersion":2}',
  prototype: '{"__proto__":{"schemaVersion":1},"constructor":{"prototype":{}},"toString":1}',
  'half-a-pair': '{"schemaVersion":"\\ud800"}',
  'cut-off': '{"schemaVersion": 1, "claims": [',
  gzip: gzipSync('{"schemaVersion":1}'),
  commands: '::error::mine\n##[error]mine\n\u202e\u001b[2J',
});

export interface SpecialFile {
  readonly name: string;
  readonly path: string;
}

/** Makes them below `folder`. Those that this system cannot have are left out. */
export function specialFiles(folder: string): { readonly files: readonly SpecialFile[]; readonly close: () => void } {
  const files: SpecialFile[] = [];
  const add = (name: string, path = join(folder, name)): string => (files.push({ name, path }), path);
  const right = join(folder, 'right');
  spawnSync(process.execPath, [MAIN, 'verify', '--claims', 'theorem-1-rate', '--cases', '20', '--seed', '1', '--out', right]);
  for (const [name, content] of Object.entries(contents(rightOf(join(right, 'report.json'))))) writeFileSync(add(name), content);
  for (const device of ['zero', 'null', 'full', 'urandom', 'tty', 'stdin']) if (existsSync(`/dev/${device}`)) add(`dev-${device}`, `/dev/${device}`);
  for (const entry of ['mem', 'environ', 'maps', 'fd']) if (existsSync(`/proc/self/${entry}`)) add(`proc-${entry}`, `/proc/self/${entry}`);
  mkdirSync(add('folder'));
  if (spawnSync('mkfifo', [join(folder, 'pipe')]).status === 0) add('pipe');
  const server = createServer().listen(add('socket'));
  symlinkSync('loop', add('loop'));
  symlinkSync('nowhere', add('dangling'));
  add('below-a-file', join(folder, 'empty', 'file'));
  add('long-name', join(folder, 'x'.repeat(300)));
  add('missing');
  writeFileSync(add('named-::error::\n##[error]\u202e'), '?');
  const sparse = openSync(add('sparse'), 'w');
  ftruncateSync(sparse, 300 * 2 ** 20);
  closeSync(sparse);
  record(add('trace-cut-off'), 'meta-sgd', RIGHT['meta-sgd'], { steps: 3 });
  truncateSync(files.at(-1)!.path, 900);
  record(add('trace-of-many'), 'meta-sgd', RIGHT['meta-sgd'], {
    steps: 1,
    sizes: [1],
    header: { parameters: Array.from({ length: 200_000 }, (_, i) => ({ name: `p${i}`, shape: [1] })) },
  });
  return { files, close: () => void server.close() };
}

/** A command that is given the file; some want it below another name, in a folder of its own. */
export interface Place {
  readonly name: string;
  readonly args: (file: string, own: string) => readonly string[];
  /** What it is called there: a link to the file. */
  readonly as?: string;
  /** The statuses that are right; without, 2 alone. A certificate may also be refused as none, an optimizer not run, and something right by chance. */
  readonly statuses?: readonly number[];
  /** Of which files the place may take every status of the table, as they are what is meant. */
  readonly fits?: RegExp;
  /** Reads the file, and then writes to it. */
  readonly writes?: true;
  /** Has most of a minute's work once the file is right. */
  readonly long?: true;
}

const GATE = ['gate', '--command', 'false', '--like', 'nesterov', '--claims', 'zero-gradient', '--cases', '1'] as const;
const LONG_NAME = /^long-name$/u;

/** Where files are read. */
export const READ: readonly Place[] = [
  { name: 'report', args: (file, own) => ['report', file, '--out', join(own, 'out')], statuses: [2], fits: /^many-(hypotheses|in-a-report)$/u },
  { name: 'report merge', args: (file, own) => ['report', 'merge', file, '--out', join(own, 'out')] },
  { name: 'replay', args: (file) => ['replay', file], fits: /^many-in-a-counterexample$/u },
  { name: 'certificate check', args: (file) => ['certificate', 'check', file], statuses: [1, 2] },
  { name: 'trace check', args: (file) => ['trace', 'check', file], fits: /^trace-/u },
  { name: 'gate --expected', args: (file, own) => [...GATE, '--expected', file, '--out', join(own, 'out')] },
  {
    name: 'gate --expected --fix',
    args: (file, own) => ['gate', '--command', 'false', '--like', 'nesterov', '--cases', '1', '--expected', file, '--fix', '--out', join(own, 'out')],
    fits: /^(missing|dangling)$/u,
    writes: true,
  },
  { name: 'gate --config', args: (file, own) => ['gate', '--config', file, '--cases', '1', '--out', join(own, 'out')] },
  { name: 'gate --counterexamples', args: (file, own) => [...GATE, '--counterexamples', file, '--out', join(own, 'out')], fits: /^(folder|proc-fd)$/u },
  { name: 'gate --counterexamples, in it', as: 'kept/a.json', args: (_, own) => [...GATE, '--counterexamples', join(own, 'kept'), '--out', join(own, 'out')], statuses: [2, 3] },
  {
    name: 'gate',
    as: 'a.mjs',
    args: (file, own) => ['gate', file, '--like', 'nesterov', '--claims', 'zero-gradient', '--cases', '1', '--out', join(own, 'out')],
    statuses: [2, 3],
  },
  { name: 'worst-case', as: 'a.mjs', args: (file) => ['worst-case', file, '--horizon', '1', '--config', '{"learningRate":1}'], statuses: [2, 3] },
  { name: 'resnet --resume', args: (file) => ['resnet', '--resume', file, '--steps', '1', '--backend', 'cpu'] },
  { name: 'resnet --data', args: (file) => ['resnet', '--data', file, '--steps', '1', '--backend', 'cpu', '--image', '8'] },
  { name: 'figures, beside a report', as: 'out/report.json', args: (_, own) => ['figures', '2', '--out', join(own, 'out')], statuses: [0, 2] },
];

/** Where files and folders are written. */
export const WRITTEN: readonly Place[] = [
  { name: 'report --out', args: (file, own) => ['report', join(own, 'report.json'), '--out', file], fits: /^(folder|missing)$/u },
  { name: 'report, in its folder', as: 'out/report.html', args: (_, own) => ['report', join(own, 'report.json'), '--out', join(own, 'out')], statuses: [2, 4] },
  { name: 'verify --out', args: (file) => ['verify', '--claims', 'theorem-1-rate', '--cases', '1', '--out', file], fits: /^(folder|missing)$/u },
  { name: 'gate --out', args: (file) => [...GATE, '--out', file], fits: /^(folder|missing)$/u },
  { name: 'self-test --out', args: (file) => ['self-test', '--cases', '1', '--out', file], fits: /^(folder|missing)$/u, long: true },
  { name: 'figures --out', args: (file) => ['figures', '2', '--out', file], fits: /^(folder|missing)$/u },
  { name: 'worst-case --certificate', as: 'certificate.json', args: (file) => ['worst-case', 'gradient-descent', '--horizon', '1', '--certificate', file], statuses: [0, 2] },
  { name: 'worst-case paper --out', args: (file) => ['worst-case', 'paper', '--horizon', '1', '--out', file], fits: /^(folder|missing)$/u },
  { name: 'resnet --save', as: 'saved', args: (file) => ['resnet', '--steps', '1', '--image', '8', '--batch', '2', '--backend', 'wasm', '--save', file], statuses: [0, 2] },
  { name: 'resnet --trace', as: 'traced', args: (file) => ['resnet', '--steps', '1', '--image', '8', '--batch', '2', '--backend', 'wasm', '--trace', file], statuses: [0, 2] },
  { name: 'init', args: (file) => ['init', file], fits: /^(folder|missing)$/u },
];
/** Of those, only these are worth a try as what is written to: the others are files like any. */
const IN_THE_WAY = /^(dev-(zero|null|full|tty|stdin)|proc-|folder|pipe|socket|loop|dangling|below-a-file|long-name|missing|empty$|named)/u;

export interface Pair {
  readonly place: Place;
  readonly file: SpecialFile;
}

/** Every file in every place. */
export function pairs(files: readonly SpecialFile[]): readonly Pair[] {
  return [
    ...READ.flatMap((place) => files.map((file) => ({ place, file }))),
    ...WRITTEN.flatMap((place) => files.filter(({ name }) => IN_THE_WAY.test(name)).map((file) => ({ place, file }))),
  ]
    // The system itself refuses to have such a name linked; and a list of ten million objects is a program, which is given the time that every optimizer has to start.
    .filter(({ place, file }) => place.as === undefined || !(LONG_NAME.test(file.name) || (place.as === 'a.mjs' && file.name === 'empty-objects')));
}

/** As many as are wanted, each once. */
export function picked(all: readonly Pair[], seed: number, wanted: number): readonly Pair[] {
  const random = xoroshiro128plus(seed);
  const left = [...all];
  return Array.from({ length: Math.min(wanted, all.length) }, () => left.splice(uniformInt(random, 0, left.length - 1), 1)[0]!);
}

const writes = (place: Place): boolean => place.writes === true || WRITTEN.includes(place);

/** As it was, where a command was right to write to it. */
function restore({ name, path }: SpecialFile, folder: string): void {
  if (name === 'empty' || name.startsWith('named')) writeFileSync(path, '');
  for (const gone of [join(folder, 'nowhere'), ...(name === 'missing' ? [path] : []), ...(name === 'folder' ? readdirSync(path).map((inner) => join(path, inner)) : [])])
    rmSync(gone, { recursive: true, force: true });
}

/** Loaded before the command: how much it held at most is known to itself alone. What the system calls its largest size is at least that of whoever started it, before it became this program. */
const RECORDER =
  'process.on("exit", () => { const { readFileSync, writeFileSync } = require("node:fs"); writeFileSync(process.env.OMG_SPECIAL_USAGE, /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]); })';

let tries = 0;

/** Runs it. @returns what is wrong with how it ended; empty where nothing is. */
export async function faults({ place, file }: Pair, folder: string): Promise<readonly string[]> {
  const own = join(folder, `try-${(tries += 1)}`);
  mkdirSync(own);
  for (const inner of ['kept', 'out']) mkdirSync(join(own, inner));
  copyFileSync(join(folder, 'right', 'report.json'), join(own, 'report.json'));
  const given = place.as === undefined ? file.path : join(own, place.as);
  if (place.as !== undefined) symlinkSync(file.path, given);
  const [usage, recorder] = [join(own, 'usage'), join(own, 'recorder.cjs')];
  writeFileSync(recorder, RECORDER);
  const { CI: _, GITHUB_ACTIONS: __, GITHUB_STEP_SUMMARY: ___, ...env } = process.env;
  const child = spawn(process.execPath, ['--require', recorder, MAIN, ...place.args(given, own)], {
    cwd: own,
    env: { ...env, OMG_SPECIAL_USAGE: usage },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (told += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, PATIENCE * (place.long === true ? BUSY : 1) * (loadavg()[0]! > 2 * availableParallelism() ? BUSY : 1));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const held = existsSync(usage) ? Number(readFileSync(usage, 'utf8')) : NaN;
  const statuses = place.fits?.test(file.name) === true ? [0, 1, 2, 3, 4] : (place.statuses ?? [2]);
  const shown = given.replaceAll('\n', ' ');
  // A file's name may hold what is shown as an escape; its folder's does not.
  const named = [own, folder, file.path].some((part) => told.includes(part)) || file.path.startsWith('/') && told.includes(file.path);
  const wrong = [
    ...(late ? [`it did not end`] : status === null ? [`it was killed by ${signal}`] : statuses.includes(status) ? [] : [`it ended with ${status}, not ${statuses.join(' or ')}`]),
    ...(late || held <= MEMORY ? [] : [`it held ${Math.round(held / 1024)} MB`]),
    ...(status === 2 && !named ? ['it does not name the file'] : []),
    ...(/^\s+at .*\(?(file|node):|^node:|Node\.js v\d|\b(Type|Range|Syntax|Reference)Error\b.*(undefined|token|stack)|Cannot read prop|Unexpected token|ENOENT|EISDIR|ELOOP/mu.test(
        told,
      ) && !(status === 3 && place.as === 'a.mjs')
      ? ['it shows the insides of JavaScript']
      : []),
    ...(/(^|\s)::error|##\[|[^\P{Cc}\n\t]|\u202e/mu.test(told) ? ['it says a command'] : []),
  ];
  rmSync(own, { recursive: true, force: true });
  if (writes(place)) restore(file, folder);
  return wrong.length === 0 ? [] : [`${place.name} of ${file.name} (${shown}): ${wrong.join(', ')}\n    ${told.slice(0, 1000).trim().replaceAll('\n', '\n    ')}`];
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, pairs: { type: 'string' }, only: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-special-'));
  const { files, close } = specialFiles(folder);
  const all = pairs(files).filter(({ place, file }) => values.only === undefined || new RegExp(values.only, 'u').test(`${place.name} of ${file.name}`));
  // What is read comes first: whoever writes may change what a link leads to.
  const queue = picked(all, Number(values.seed), Number(values.pairs ?? all.length)).toSorted((a, b) => Number(writes(a.place)) - Number(writes(b.place)));
  const total = queue.length;
  let wrong = 0;
  try {
    await Promise.all(Array.from({ length: 2 }, async () => {
      for (let pair = queue.shift(); pair !== undefined; pair = queue.shift()) {
        for (const fault of await faults(pair, folder)) {
          wrong += 1;
          process.stdout.write(`${fault}\n`);
        }
      }
    }));
  } finally {
    close();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${files.length} special files in ${READ.length + WRITTEN.length} places: ${total} runs, ${wrong} wrong\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
