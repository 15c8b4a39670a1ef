import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineOptimizer, unsupported, type Optimizer } from '../src/gate/define-optimizer.js';
import { openDoor } from '../src/gate/door.js';
import { SubjectFailure, type Answer, type Door } from '../src/gate/protocol.js';
import { python } from './support/interpreters.js';
import { POSIX } from './support/posix.js';

const PACKAGE = new URL('../src/gate/index.js', import.meta.url).href;
const HOST = fileURLToPath(new URL('../src/gate/host.js', import.meta.url));
const STRIPS = Reflect.has(process.features, 'typescript') && Reflect.get(process.features, 'typescript') !== false;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-host-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** Writes a module and opens a door to it. */
function moduleDoor(source: string, { name = `module-${files += 1}.mjs`, request = 40_000 } = {}): Door {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import { defineOptimizer, unsupported } from ${JSON.stringify(PACKAGE)};\n${source}`);
  return openDoor({ module: path, limits: { start: 40_000, request } });
}

const start = { x0: Float64Array.of(1, -2), config: { learningRate: 0.5 }, problem: { L: 2, horizon: 4 } };
const gradient = Float64Array.of(0.25, -0.5);
const plain = ({ query, x, average, meta }: Answer): unknown => ({
  query: [...query],
  x: [...x],
  ...(average === null ? {} : { average: [...average] }),
  ...(meta === null ? {} : { meta: [...meta] }),
});

async function failureOf(call: Promise<unknown>): Promise<SubjectFailure> {
  const outcome: unknown = await call.then((value) => new Error(`expected a failure, got ${JSON.stringify(value)}`), (error: unknown) => error);
  if (outcome instanceof SubjectFailure) return outcome;
  throw outcome;
}

const DESCENT = `
function session(x, lr) {
  return { query: x, x, step: ({ gradient }) => ({ query: (x = x.map((xi, i) => xi - lr * gradient[i])), x }), save: () => new Map([['x', x], ['lr', lr], ['odd', [NaN, -0]]]) };
}
export default defineOptimizer({
  name: 'descent', version: '1.2.3', dtype: 'float64',
  start: (x0, { learningRate }) => session(x0, learningRate),
  restore: (state) => { if (!Object.is(state.get('odd')[1], -0)) throw new Error('a zero lost its sign'); return session(state.get('x'), state.get('lr')); },
});`;

describe('a module', () => {
  test('is who it is, steps, runs, saves and loads', async () => {
    const door = moduleDoor(DESCENT);
    expect(door.kind).toBe('module');
    expect(await door.hello()).toEqual({
      implementation: { name: 'descent', version: '1.2.3', language: 'javascript' },
      dtype: 'float64',
      capabilities: ['step', 'run', 'state', 'changed'],
    });
    expect(plain(await door.init('a', start))).toEqual({ query: [1, -2], x: [1, -2] });
    expect(plain(await door.step('a', { t: 1, gradient, value: 1 }))).toEqual({ query: [0.875, -1.75], x: [0.875, -1.75] });
    const state = await door.save('a');
    const { queries, xs } = await door.run('a', [gradient, gradient]);
    expect([queries, xs].map((lists) => lists.map((list) => [...list]))).toEqual([[[0.75, -1.5], [0.625, -1.25]], [[0.75, -1.5], [0.625, -1.25]]]);
    expect(plain(await door.load('b', state))).toEqual({ query: [0.875, -1.75], x: [0.875, -1.75] });
    expect(plain(await door.step('b', { t: 2, gradient }))).toEqual({ query: [0.75, -1.5], x: [0.75, -1.5] });
    await door.close('a');
    await door.bye();
    expect(door.restarts).toBe(0);
  });

  test('gets what the gate sends, and answers whatever holds numbers', async () => {
    const door = moduleDoor(`export default { name: 'told', dtype: 'float32', capabilities: ['step', 'hint', 'average', 'state'],
      async start(x0, config, problem, { gradient, hint }) {
        console.log('standard output is', 'not for this'); process.stdout.write('nor this');
        if (!(x0 instanceof Float64Array && gradient instanceof Float64Array)) throw new Error('expected typed arrays');
        const all = [x0, gradient, hint ?? []].flatMap((v) => [...v]);
        return { query: all.slice(0, 1), x: Float32Array.of(config.learningRate), average: [problem.horizon], meta: [problem.L, ...all],
          step: async ({ t, gradient, value, hint, target }) => ({ query: [t], x: [value ?? 'none'], average: null, meta: [...gradient, ...(hint ?? []), ...(target ?? [])] }) };
      } };`);
    expect((await door.hello()).capabilities).toEqual(['step', 'run', 'hint', 'average', 'changed']);
    const sent = { x0: Float64Array.of(-0), config: { learningRate: 0.25 }, problem: { L: 8, horizon: 3 }, gradient: Float64Array.of(5e-324), hint: Float64Array.of(Number.NaN) };
    expect(plain(await door.init('a', sent))).toEqual({ query: [-0], x: [0.25], average: [3], meta: [8, -0, 5e-324, Number.NaN] });
    expect(plain(await door.init('b', sent))).toEqual({ query: [-0], x: [0.25], average: [3], meta: [8, -0, 5e-324, Number.NaN] });
    const told = { t: 7, gradient: Float64Array.of(1), value: -Infinity, hint: Float64Array.of(2), target: Float64Array.of(3) };
    const { query, x, average, meta } = await door.step('a', { ...told, gradient: Float64Array.of(1), hint: Float64Array.of(2, 2), target: Float64Array.of(3) });
    expect({ query: [...query], x: [...x], average, meta: [...meta!] }).toEqual({ query: [7], x: [-Infinity], average: null, meta: [1, 2, 2, 3] });
    expect((await failureOf(door.step('b', { t: 1, gradient: Float64Array.of(1) }))).message).toBe('"step": invalid: the module answered x[0] = "none", expected a number');
    await door.end();
  });

  test('may share nothing with another session but its code', async () => {
    const door = moduleDoor(DESCENT);
    await door.init('a', start);
    await door.init('b', { ...start, x0: Float64Array.of(8, 8) });
    await door.step('b', { t: 1, gradient });
    expect(plain(await door.step('a', { t: 1, gradient }))).toEqual({ query: [0.875, -1.75], x: [0.875, -1.75] });
    await door.end();
  });

  test("may keep its process alive: the end is the gate's", async () => {
    const door = moduleDoor(`setInterval(() => undefined, 1000);${DESCENT}`);
    await door.hello();
    await door.bye();
    expect(door.restarts).toBe(0);
  });
});

describe('a module that is not what it should be', () => {
  const answering = (session: string): string => `export default defineOptimizer({ name: 'odd', start: () => (${session}) });`;
  test.concurrent.for<readonly [source: string, message: RegExp]>([
    ['export const optimizer = 1;', /^"hello": invalid: expected "export default defineOptimizer\(\{ … \}\)" in .*\.mjs, got only the exports optimizer$/],
    ['', /got no export$/],
    ['export default 17;', /expected an optimizer, an object with name and start, got 17$/],
    ['export default { name: "a", start: 17 };', /expected a function \(x0, config, problem, \{ gradient, hint \}\) => session as start, got 17$/],
    ['export default { start() {} };', /expected a string as name, got undefined$/],
    ['export default defineOptimizer({ name: "a", dtype: "float16", start() {} });', /expected "float64" or "float32" as dtype, got "float16"$/],
    ['export default { name: "a", capabilities: ["fly"], start() {} };', /expected a list of step, run, hint, average, state, changed as capabilities, got a list of 1$/],
    ['export default { name: "a", version: 1, start() {} };', /expected a string as version, got 1$/],
    ['export default { name: "a", restore: {}, start() {} };', /expected a function \(state\) => session as restore, got an object of type Object$/],
    ['export default {', /^"hello": invalid: expected a module that Node can read: .*; "node .*" shows where$/],
    ['import "omg-oracle";', /^"hello": invalid: expected omg-oracle among the packages of the module: install the file that npm pack makes/],
    ['throw new Error("no licence");', /^"hello": exception: Error: no licence$/],
    ['import "./nowhere.mjs";', /^"hello": exception: Error: Cannot find module/],
    [answering('undefined'), /^"init": invalid: expected start to return a session, an object with query, x and step, got undefined$/],
    [answering('{ query: [1, 2], x: [1, 2] }'), /expected the session's step to be a function .*, got undefined$/],
    [answering('{ x: [1, 2], step() {} }'), /the module answered query = undefined, expected a Float64Array or an array of numbers$/],
    [answering('{ query: "12", x: [1, 2], step() {} }'), /the module answered query = "12", expected/],
    [answering('{ query: new Set([1, 2]), x: [1, 2], step() {} }'), /the module answered query = an object of type Set, expected/],
    [answering('{ query: [1, 2, 3], x: [1, 2], step() {} }'), /the module answered 3 numbers as query, expected 2$/],
    [answering('{ query: [1, () => 2], x: [1, 2], step() {} }'), /the module answered query\[1\] = a function, expected a number$/],
    [answering('{ query: [1, ,], x: [1, 2], step() {} }'), /the module answered query\[1\] = undefined, expected a number$/],
    [answering('{ query: [1, 2], x: [1, 2], meta: 3, step() {} }'), /the module answered meta = 3, expected/],
    [answering('{ query: [1, 2], x: [1, 2], step() {} }'), /^"step": invalid: expected the module to answer \{ query, x \}, got undefined$/],
    [answering('{ query: [1, 2], x: [1, 2], step() { throw 17; } }'), /^"step": exception: the module threw 17$/],
    [answering('{ query: [1, 2], x: [1, 2], step: async () => { throw new RangeError("too far"); } }'), /^"step": exception: RangeError: too far$/],
    [
      'export default { name: "a", restore() {}, start: (x0) => ({ query: x0, x: x0, step: () => ({ query: x0, x: x0 }) }) };',
      /^"save": invalid: expected the session to have save\(\), because the optimizer has restore\(state\)$/,
    ],
    [
      'export default { name: "a", restore() {}, start: (x0) => ({ query: x0, x: x0, step: () => ({ query: x0, x: x0 }), save: () => () => 1 }) };',
      /^"save": exception: .* could not be cloned\.$/,
    ],
    [
      'export default { name: "a", start: (x0) => ({ query: x0, x: x0, step: () => ({ query: x0, x: x0 }), save: () => 1 }) };',
      /^"load": invalid: expected the optimizer to have restore\(state\)$/,
    ],
    [
      'export default { name: "a", restore() {}, start: (x0) => ({ query: x0, x: x0, step: () => ({ query: x0, x: x0 }), save: () => 1 }) };',
      /^"load": invalid: expected start to return a session/,
    ],
  ])('%s', async ([source, message], { expect }) => {
    const door = moduleDoor(source);
    const failure = await failureOf((async () => {
      await door.hello();
      await door.init('a', start);
      await door.step('a', { t: 1, gradient });
      await door.load('b', await door.save('a'));
    })());
    expect([failure.failure, failure.message]).toEqual(['errored', expect.stringMatching(message)]);
    // What was thrown in the module's own code says where.
    expect(failure.details).toMatch(/exception: (?!the module threw)/.test(failure.message) ? /^ {4}at |SyntaxError/m : /^$/);
    await door.end();
  });

  test('refuses a configuration', async () => {
    const door = moduleDoor('export default defineOptimizer({ name: "a", start() { throw unsupported("no momentum"); } });');
    expect(await failureOf(door.init('a', start))).toMatchObject({ failure: 'unsupported', message: 'no momentum' });
    await door.end();
  });

  test.each([
    ['for (;;);', 'timed-out', /within 2 s/],
    ['process.exit(4);', 'crashed', /exit status 4/],
    // Windows has no signals that end a process: each is a number there.
    ['process.abort();', 'crashed', POSIX ? /SIGABRT/ : /exit status \d+/],
    ['setTimeout(() => { throw new Error("later"); }); await new Promise(() => setTimeout(() => undefined, 1e6));', 'crashed', /exit status 1/],
    ['process.kill(process.pid, "SIGKILL"); for (;;);', 'crashed', POSIX ? /SIGKILL/ : /exit status \d+/],
    ['require("node:fs").writeSync(1, "past console.log\\n"); await new Promise(() => setTimeout(() => undefined, 1e6));', 'garbled', /no JSON/],
  ])('whose step does %s', async (step, kind, message) => {
    const door = moduleDoor(
      `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
      export default { name: 'a', start: (x0) => ({ query: x0, x: x0, async step() { ${step} } }) };`,
      { request: kind === 'timed-out' ? 2000 : 40_000 },
    );
    await door.hello();
    await door.init('a', start);
    const failure = await failureOf(door.step('a', { t: 1, gradient }));
    expect([failure.failure, failure.message]).toEqual([kind, expect.stringMatching(message)]);
    expect(plain(await door.init('a', start))).toEqual({ query: [1, -2], x: [1, -2] });
    expect(door.restarts).toBe(1);
    await door.end();
  });
});

describe('TypeScript', () => {
  // No type in it that would have to be stripped: what reads it here is a stand-in for tsx.
  const source = `/* typed */${DESCENT}`;

  test('is read by tsx, where the project has it', async () => {
    const tsx = join(folder, 'with-tsx', 'node_modules', 'tsx');
    mkdirSync(tsx, { recursive: true });
    writeFileSync(join(tsx, 'package.json'), '{"name":"tsx","exports":"./loader.mjs"}');
    writeFileSync(
      join(tsx, 'loader.mjs'),
      `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent("export const load = (url, context, next) => next(url, url.endsWith('.ts') ? { ...context, format: 'module' } : context);"));`,
    );
    const door = moduleDoor(source, { name: 'with-tsx/optimizer.ts' });
    expect((await door.hello()).implementation).toEqual({ name: 'descent', version: '1.2.3', language: 'typescript' });
    await door.bye();
  });

  test('else by Node, or not at all, and then the failure says what to do', async () => {
    const door = moduleDoor(source, { name: 'without-tsx/optimizer.ts' });
    if (STRIPS || process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')) expect((await door.hello()).implementation.language).toBe('typescript');
    else expect((await failureOf(door.hello())).message).toMatch(
        /^"hello": invalid: expected JavaScript: Node .* does not read TypeScript\. Use Node 22\.18 or later, install tsx beside the module .*, or compile it first$/,
      );
    await door.end();
  });

  test('compiled to CommonJS is a level deeper', async () => {
    const path = join(folder, 'compiled.cjs');
    writeFileSync(path, 'exports.__esModule = true; exports.default = { name: "deep", start() {} };');
    const door = openDoor({ module: path });
    expect((await door.hello()).implementation).toEqual({ name: 'deep', version: '', language: 'javascript' });
    await door.bye();
  });
});

test('defineOptimizer is the identity on optimizers', () => {
  const optimizer: Optimizer = { name: 'a', start: (x0) => ({ query: x0, x: x0, step: () => ({ query: x0, x: x0 }) }) };
  expect(defineOptimizer(optimizer)).toBe(optimizer);
  expect(() => defineOptimizer({ ...optimizer, name: '' })).toThrow('expected a string as name, got ""');
  expect(unsupported('no')).toMatchObject({ kind: 'unsupported', message: 'no' });
});

/** What the host answers to lines, without the gate's own care. */
function raw(...lines: readonly string[]): unknown[] {
  const path = join(folder, 'raw.mjs');
  writeFileSync(path, DESCENT.replace('defineOptimizer(', '('));
  return execFileSync(process.execPath, [HOST, path], { input: lines.map((line) => `${line}\n`).join(''), encoding: 'utf8' }).trim().split('\n').map((line): unknown =>
    JSON.parse(line)
  );
}

describe('the host', () => {
  test('refuses what the gate would not send, and goes on', () => {
    const init = '{"id":0,"op":"init","session":"a","x0":[1],"config":{"learningRate":1},"problem":{"horizon":1}}';
    const refused = (id: number, message: string): unknown => ({
      id,
      ok: false,
      error: expect.objectContaining({ message: expect.stringContaining(message) as unknown }) as unknown,
    });
    expect(
      raw(
        init,
        '{"id":1,"op":"dance"}',
        '{"id":2,"op":"step","session":"b","t":1,"gradient":[1]}',
        '{"id":3,"op":"step","session":"a","t":1,"gradient":[1,2]}',
        '{"id":4,"op":"run","session":"a","gradients":7}',
      ),
    ).toEqual([
      { id: 0, ok: true, query: [1], x: [1] },
      refused(1, 'expected an operation of protocol 1, got "dance"'),
      refused(2, 'expected a live session, got "b"'),
      refused(3, 'expected 1 number in "gradient", got 2'),
      refused(4, 'expected a list in "gradients", got 7'),
    ]);
  });

  test('needs a module', () => {
    const { status, stderr } = spawnSync(process.execPath, [HOST], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('expected a module: node host.js MODULE')]);
  });
});

const PYTHON = python();
test.skipIf(PYTHON === null)('a Python process keeps the integers that JavaScript would lose (skipped where there is no python3)', async () => {
  const path = join(folder, 'big.py');
  writeFileSync(
    path,
    `import json, sys
for line in sys.stdin:
    m = json.loads(line); a = {'id': m['id'], 'ok': True}
    if m['op'] == 'hello':
        a.update(protocol=m['protocol'], echo=m['echo'], implementation={'name': 'big', 'version': '1', 'language': 'python'}, dtype='float64', capabilities=['state'])
    elif m['op'] == 'save':
        a['state'] = {'seed': 2**70 + 1, 'one': 1.0}
    elif m['op'] in ('init', 'load'):
        a['query'] = a['x'] = m.get('x0', [float(m.get('state') == {'seed': 2**70 + 1, 'one': 1.0} and isinstance(m['state']['one'], float))])
    print(json.dumps(a), flush=True)
`,
  );
  const door = openDoor({ command: `${PYTHON} "${path}"`, limits: { start: 40_000, request: 40_000 } });
  await door.init('a', { ...start, x0: Float64Array.of(4) });
  expect(plain(await door.load('b', await door.save('a')))).toEqual({ query: [1], x: [1] });
  await door.bye();
});
