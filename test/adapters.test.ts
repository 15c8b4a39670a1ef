import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateCase } from '../src/gate/case.js';
import { compare } from '../src/gate/compare.js';
import { openDoor, type DoorOptions } from '../src/gate/door.js';
import { METHODS, METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { play } from '../src/gate/play.js';
import { SubjectFailure, type Answer, type Config, type Door, type Dtype, type Start, type StepInput } from '../src/gate/protocol.js';
import { starterFiles, STARTER_LANGUAGES, writeStarter } from '../src/gate/starter.js';
import { reference } from '../src/subject.js';
import { cargo, optaxPython, python, torchPython } from './support/interpreters.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** A machine under load must not look like a failure. */
const limits = { start: 60_000, request: 60_000 };
const [PYTHON, TORCH, OPTAX, CARGO] = [python(), torchPython(), optaxPython(), cargo()];

const pythonDoor = (path: string, words: readonly string[] = [], interpreter = PYTHON): DoorOptions => ({ command: `"${interpreter}" "${file(path)}" ${words.join(' ')}`, limits });
const moduleDoor = (path: string, env: NodeJS.ProcessEnv = {}): DoorOptions => ({ module: file(path), limits, env: { ...process.env, ...env } });

/** A door for as long as `use` takes; it must end well. */
async function through<T>(options: DoorOptions, use: (door: Door) => Promise<T>): Promise<T> {
  const door = openDoor(options);
  try {
    await door.hello();
    const result = await use(door);
    await door.bye();
    return result;
  } finally {
    await door.end();
  }
}

type Numbers = readonly number[];
const floats = (v: Numbers): Float64Array => Float64Array.from(v);

interface Told {
  readonly x0: Numbers;
  readonly config: Config;
  readonly first?: Numbers;
  readonly hint?: Numbers;
  readonly steps: readonly { readonly g: Numbers; readonly hint?: Numbers; readonly target?: Numbers }[];
}

function startOf({ x0, config, first, hint, steps }: Told): Start {
  const extra = { ...(first === undefined ? {} : { gradient: floats(first) }), ...(hint === undefined ? {} : { hint: floats(hint) }) };
  return { x0: floats(x0), config, problem: { horizon: steps.length }, ...extra };
}

function stepOf({ steps }: Told, t: number): StepInput {
  const { g, hint, target } = steps[t - 1]!;
  return { t, gradient: floats(g), ...(hint === undefined ? {} : { hint: floats(hint) }), ...(target === undefined ? {} : { target: floats(target) }) };
}

/** All answers of a session, from `init` on. */
async function drive(door: Door, told: Told, session = 'a'): Promise<Answer[]> {
  const answers = [await door.init(session, startOf(told))];
  for (let t = 1; t <= told.steps.length; t++) answers.push(await door.step(session, stepOf(told, t)));
  return answers;
}

/** Random sessions against the package's references, up to `enough` that differ. */
async function differences(door: Door, name: MethodName, dtype: Dtype, { schedule = false, enough = Infinity } = {}): Promise<{ judged: number; different: number }> {
  const count = { judged: 0, different: 0 };
  for (const data of fc.sample(gateCase(name, dtype, { schedule }), { numRuns: 40, seed: 1 })) {
    try {
      const { difference } = compare(METHODS[name], reference, await play(door, data, dtype), dtype);
      count.judged += 1;
      if (difference !== null) count.different += 1;
      if (count.different >= enough) break;
    } catch (error) {
      if (!(error instanceof SubjectFailure) || error.failure !== 'unsupported') throw error;
    }
  }
  return count;
}

/** Passes as what it is: sessions were judged, and none differs. */
async function passes(door: Door, name: MethodName, dtype: Dtype, schedule = false): Promise<void> {
  const { judged, different } = await differences(door, name, dtype, { schedule });
  expect(judged).toBeGreaterThan(10);
  expect(different).toBe(0);
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-adapters-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** By hand: what is told, and x (or what is named) from `init` on. */
const byHand: readonly (Told & { readonly name: MethodName; readonly x: readonly Numbers[]; readonly query?: readonly Numbers[]; readonly meta?: readonly Numbers[] })[] = [
  { name: 'gradient-descent', x0: [1, 2], config: { learningRate: [0.5, 1, 1] }, steps: [{ g: [1, 4] }, { g: [0.25, 0] }], x: [[1, 2], [0.5, 0], [0.25, 0]] },
  { name: 'heavy-ball', x0: [1], config: { learningRate: 0.5, momentum: 0.5 }, steps: [{ g: [1] }, { g: [0.5] }], x: [[1], [0.5], [0]] },
  {
    name: 'sgd-momentum',
    x0: [1],
    config: { learningRate: 0.5, momentum: 0.5, dampening: 0.5, nesterov: false },
    steps: [{ g: [1] }, { g: [0.5] }],
    x: [[1], [0.5], [0.125]],
  },
  {
    name: 'sgd-momentum',
    x0: [1],
    config: { learningRate: 0.5, momentum: 0.5, dampening: 0, nesterov: true },
    steps: [{ g: [1] }, { g: [0.25] }],
    x: [[1], [0.25], [-0.0625]],
  },
  // s = 1, 1.618034, 2.193527: y_3 = 0.25 − 0.25 · 0.618034/2.193527.
  { name: 'nesterov', x0: [1], config: { learningRate: 0.5 }, steps: [{ g: [1] }, { g: [0.5] }], x: [[1], [0.5], [0.25]], query: [[1], [0.5], [0.1795616]] },
  { name: 'adagrad', x0: [3], config: { learningRate: 1, epsilon: 1, epsilonInside: false }, steps: [{ g: [3] }, { g: [4] }], x: [[3], [2.25], [1.5833333]] },
  { name: 'adagrad', x0: [3], config: { learningRate: 1, epsilon: 7, epsilonInside: true }, steps: [{ g: [3] }], x: [[3], [2.25]] },
  {
    name: 'ftrl',
    x0: [0],
    config: { alpha: 'linear', beta: 0.5, set: { kind: 'box', lower: [-1], upper: [1] } },
    steps: [{ g: [1] }, { g: [1] }],
    x: [[0], [-0.5], [-1]],
  },
  {
    name: 'ao-ftrl',
    x0: [0],
    hint: [0.5],
    config: { alpha: 'constant', beta: 1, set: { kind: 'ball', radius: 1 } },
    steps: [{ g: [1], hint: [-0.5] }, { g: [2], hint: [0] }],
    x: [[-0.5], [-0.5], [-1]],
  },
  {
    name: 'convex-meta-learning',
    x0: [4],
    first: [4],
    config: { alpha: 'constant', beta: 0.5, rule: { kind: 'identity' }, set: { kind: 'all' } },
    steps: [{ g: [2] }, { g: [-1] }],
    x: [[0], [-1], [-0.5]],
    query: [[0], [-0.5], [-0.5]],
    meta: [[0], [-1], [-0.5]],
  },
  {
    name: 'convex-meta-learning',
    x0: [1],
    first: [2],
    config: { alpha: 'constant', beta: 0.5, rule: { kind: 'elementwise-descent' }, set: { kind: 'all' } },
    steps: [{ g: [2] }],
    x: [[1], [-3]],
    query: [[1], [-1]],
    meta: [[0], [2]],
  },
  {
    name: 'optimistic-meta-learning',
    x0: [4],
    first: [4],
    steps: [{ g: [2] }],
    x: [[0], [-2]],
    query: [[0], [-1]],
    meta: [[0], [-2]],
    config: { alpha: 'constant', beta: 0.5, rule: { kind: 'identity' }, set: { kind: 'all' }, hints: 'previous' },
  },
  {
    name: 'optimistic-meta-learning',
    x0: [1],
    first: [2],
    steps: [{ g: [4] }],
    x: [[1], [-11]],
    query: [[1], [-5]],
    meta: [[0], [3]],
    config: { alpha: 'constant', beta: 0.125, rule: { kind: 'elementwise-descent' }, set: { kind: 'all' }, hints: 'current-jacobian' },
  },
  {
    name: 'bootstrapped-meta-gradient',
    x0: [1],
    first: [2],
    config: { beta: 0.5, rule: { kind: 'elementwise-descent' }, targets: 'given' },
    steps: [{ g: [4], target: [0] }],
    x: [[1], [-3]],
    meta: [[0], [1]],
  },
  {
    name: 'bootstrapped-meta-gradient',
    x0: [5],
    first: [0],
    config: { beta: 0.5, rule: { kind: 'affine', matrix: [[2]], offset: [1] }, targets: 'given' },
    steps: [{ g: [4], target: [0] }],
    x: [[1], [-1]],
    meta: [[0], [-1]],
  },
  { name: 'meta-sgd', x0: [2], config: { rate: 0.5, metaRate: 0.25 }, steps: [{ g: [2] }, { g: [1] }], x: [[2], [1], [0]], meta: [[0.5], [0.5], [1]] },
  { name: 'optimistic-meta-sgd', x0: [2], config: { rate: 0.5, metaRate: 0.25 }, steps: [{ g: [2] }, { g: [1] }], x: [[2], [1], [0.75]], meta: [[0.5], [0.5], [0.25]] },
];

/** Six digits, so that one table does for both precisions; the gate judges the rest. */
function agree(answers: readonly (Float64Array | null)[], expected: readonly Numbers[]): void {
  expect(answers).toHaveLength(expected.length);
  for (const [t, values] of expected.entries()) for (const [i, value] of values.entries()) expect(answers[t]![i]).toBeCloseTo(value, 6);
}

async function checkByHand(door: Door, name: MethodName): Promise<void> {
  for (const told of byHand.filter((one) => one.name === name)) {
    const answers = await drive(door, told);
    agree(answers.map(({ x }) => x), told.x);
    if (name !== 'ftrl' && name !== 'ao-ftrl') agree(answers.map(({ query }) => query), told.query ?? told.x);
    if (told.meta !== undefined) agree(answers.map(({ meta }) => meta), told.meta);
    await resumes(door, told);
  }
}

/** A saved session goes on as if it had not been saved, and one that is started afresh repeats itself. */
async function resumes(door: Door, told: Told): Promise<void> {
  const whole = await drive(door, told);
  const half = Math.floor(told.steps.length / 2);
  await drive(door, { ...told, steps: told.steps.slice(0, half) });
  const state = await door.save('a');
  expect(await door.load('b', state)).toEqual(whole[half]);
  const rest = [];
  for (let t = half + 1; t <= told.steps.length; t++) rest.push(await door.step('b', stepOf(told, t)));
  expect(rest).toEqual(whole.slice(half + 1));
}

describe.each(['float64', 'float32'] as const)('the correct implementations in %s', (dtype) => {
  const script = (name: MethodName): DoorOptions => moduleDoor('test/fixtures/correct.mjs', { OMG_ORACLE_FIXTURE: name, OMG_ORACLE_FIXTURE_DTYPE: dtype });
  const piped = (name: MethodName): DoorOptions => pythonDoor('test/fixtures/correct.py', [name, dtype]);

  test.each(METHOD_NAMES)('JavaScript: %s by hand, and on from a saved state', (name) => through(script(name), (door) => checkByHand(door, name)));
  test.skipIf(PYTHON === null).each(METHOD_NAMES)('Python: %s by hand, and on from a saved state', (name) => through(piped(name), (door) => checkByHand(door, name)));
});

describe.skipIf(PYTHON === null)('omg_oracle_adapter.py', () => {
  /** A door to a few lines of Python after the import. */
  function lines(text: string): DoorOptions {
    const path = join(folder, `adapter-${Math.random().toString(36).slice(2)}.py`);
    writeFileSync(path, `from omg_oracle_adapter import *\n${text}\n`);
    return { command: `"${PYTHON}" "${path}"`, limits, env: { ...process.env, PYTHONPATH: file('python'), PYTHONUNBUFFERED: '' } };
  }
  const told: Told = { x0: [1, 2], config: { learningRate: 0.5 }, steps: [{ g: [1, 4] }, { g: [0.5, 0] }] };
  const descent = 'def step(state, given): return {**state, "x": [x - state["rate"] * g for x, g in zip(state["x"], given.gradient)]}';
  const init = 'def init(start): return {"x": start.x0, "rate": start.config["learningRate"]}';

  test('the example of its first lines runs', async () => {
    const example = /ten lines:\n\n((?: {4}.*\n|\n)+)/.exec(readFileSync(file('python/omg_oracle_adapter.py'), 'utf8'))![1]!;
    await through(lines(example.replaceAll(/^ {4}/gm, '')), async (door) => {
      agree((await drive(door, told)).map(({ x }) => x), [[1, 2], [0.5, 0], [0.25, 0]]);
    });
  });

  test('print, os.write and input() do not disturb the protocol', async () => {
    const noisy = `import os\nprint("at import")\n${init}\ndef step(state, given):\n  print("x" * 10000)\n  os.write(1, b"more")\n  return state`;
    await through(lines(`${noisy}\nserve(init, step, name="noisy")`), async (door) => {
      expect(await drive(door, told)).toHaveLength(3);
    });
  });

  test('run is what repeated steps are, and numbers that are not finite pass both ways', async () => {
    await through(lines(`${init}\n${descent}\nserve(init, step, name="descent", save=lambda s: s, load=lambda s: s)`), async (door) => {
      const gradients = [floats([1, Infinity]), floats([0.5, -0]), floats([-0, NaN])];
      await door.init('a', startOf(told));
      const stepped = [];
      for (const [i, gradient] of gradients.entries()) stepped.push((await door.step('a', { t: i + 1, gradient })).x);
      await door.init('b', startOf(told));
      expect((await door.run('b', gradients)).xs).toEqual(stepped);
      expect(stepped[2]).toEqual(floats([0.25, NaN]));
      expect((await door.load('c', await door.save('a'))).x).toEqual(stepped[2]);
    });
  });

  test('arrays with tolist(), integers and tuples are numbers; average and meta are passed on', async () => {
    const body = 'class A:\n  def __init__(self, v): self.v = v\n  def tolist(self): return self.v\n'
      + 'class O:\n  def __init__(self, start): self.x, self.query, self.average, self.meta = A([1, 2]), (1, True), [0.5, 3], A([7.0])\n  def step(self, given): pass\n';
    await through(lines(`${body}serve(O, name="o", capabilities=["average"])`), async (door) => {
      expect(await door.init('a', startOf(told))).toEqual({ x: floats([1, 2]), query: floats([1, 1]), average: floats([0.5, 3]), meta: floats([7]) });
    });
  });

  test.each(
    [
      ['raise Unsupported("no such thing")', 'unsupported', /no such thing/, /^$/],
      ['raise Invalid("makes no sense")', 'errored', /invalid: makes no sense/, /^$/],
      ['raise Skipped("known", issue="https://example.org/7")', 'skipped', /known/, /^$/],
      ['return 1 / 0', 'errored', /ZeroDivisionError: division by zero/, /Traceback[^]*1 \/ 0/],
      ['return {"rate": 1}', 'errored', /expected a state with x or query, got dict/, /Traceback/],
    ] as const,
  )('%s is answered as such, and the process goes on', async (body, failure, message, details) => {
    await through(lines(`def init(start):\n  ${body}\n${descent}\nserve(init, step, name="refusing")`), async (door) => {
      const outcome: unknown = await door.init('a', startOf(told)).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(SubjectFailure);
      const refused = outcome as SubjectFailure;
      expect(refused.failure).toBe(failure);
      expect(refused.message).toMatch(message);
      expect(refused.details).toMatch(details);
      expect(refused.issue).toBe(failure === 'skipped' ? 'https://example.org/7' : null);
    });
  });

  test('a class may run and save by itself', async () => {
    const body = 'class O:\n  def __init__(self, start): self.x = start.x0\n  def step(self, given): self.x = [9.0, 9.0]\n  def save(self): return {"x": self.x}\n'
      + '  @staticmethod\n  def load(state):\n    o = O.__new__(O)\n    o.x = state["x"]\n    return o\n  def run(self, gradients):\n    self.x = [5.0, 5.0]\n    return [self.x for g in gradients], [self.x for g in gradients]\n';
    await through(lines(`${body}serve(O, name="o")`), async (door) => {
      expect((await door.hello()).capabilities).toEqual(['step', 'run', 'state', 'changed']);
      await door.init('a', startOf(told));
      expect((await door.run('a', [floats([1, 1]), floats([1, 1])])).xs).toEqual([floats([5, 5]), floats([5, 5])]);
      expect((await door.load('b', await door.save('a'))).x).toEqual(floats([5, 5]));
    });
  });

  test('a gate that is gone ends it', () => {
    const { command } = lines(`${init}\n${descent}\nserve(init, step, name="descent")`) as { command: string };
    const { status, stderr } = spawnSync(command, { shell: true, input: '', encoding: 'utf8', env: { ...process.env, PYTHONPATH: file('python') } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('starters', () => {
  test.each(STARTER_LANGUAGES)('%s: files that exist are kept unless forced', (language) => {
    const dir = join(folder, `kept-${language}`);
    const { path } = starterFiles(language)[0]!;
    mkdirSync(dir);
    writeFileSync(join(dir, path), 'mine');
    expect(() => writeStarter(dir, language)).toThrow(/the file exists\. Give another folder, or --force to replace it/);
    expect(readFileSync(join(dir, path), 'utf8')).toBe('mine');
    expect(writeStarter(dir, language, true).files).toHaveLength(starterFiles(language).length);
    expect(readFileSync(join(dir, path), 'utf8')).toBe(starterFiles(language)[0]!.text);
  });

  test('a folder that cannot be written to is told', () => {
    const blocked = join(folder, 'a-file');
    writeFileSync(blocked, '');
    expect(() => writeStarter(join(blocked, 'inside'), 'python')).toThrow(/expected to write .*a part of that path is a file, not a folder.*omg-oracle init DIR/);
  });

  test('JavaScript passes as nesterov, schedules included', async () => {
    const dir = join(folder, 'javascript');
    writeStarter(dir, 'javascript');
    await through({ module: join(dir, 'optimizer.mjs'), limits }, async (door) => {
      await passes(door, 'nesterov', 'float64');
      await passes(door, 'nesterov', 'float64', true);
      await resumes(door, byHand.find(({ name }) => name === 'nesterov')!);
    });
  });

  test.skipIf(PYTHON === null)('Python passes as nesterov, schedules included', async () => {
    const dir = join(folder, 'python');
    writeStarter(dir, 'python');
    await through({ command: `"${PYTHON}" optimizer.py`, cwd: dir, limits }, async (door) => {
      await passes(door, 'nesterov', 'float64');
      await passes(door, 'nesterov', 'float64', true);
      await resumes(door, byHand.find(({ name }) => name === 'nesterov')!);
    });
  });

  test.skipIf(CARGO === null)('Rust compiles without a warning and passes as nesterov, schedules included', async () => {
    const dir = join(folder, 'rust');
    writeStarter(dir, 'rust');
    const build = spawnSync('cargo', ['build', '--release', '--offline', '--quiet'], { cwd: dir, encoding: 'utf8' });
    expect({ status: build.status, stderr: build.stderr }).toEqual({ status: 0, stderr: '' });
    await through({ command: join(dir, 'target/release/optimizer'), limits }, async (door) => {
      await passes(door, 'nesterov', 'float64');
      await passes(door, 'nesterov', 'float64', true);
      const answers = await drive(door, { ...byHand.find(({ name }) => name === 'nesterov')!, steps: [{ g: [Infinity] }, { g: [-0] }] });
      expect(answers.map(({ x }) => x[0])).toEqual([1, -Infinity, NaN]);
    });
  }, 180_000);
});

describe('examples', () => {
  test('nesterov.mjs passes', () => through(moduleDoor('examples/nesterov.mjs'), (door) => passes(door, 'nesterov', 'float64', true)));

  test.skipIf(PYTHON === null)('nesterov.py passes, and with one sign changed does not', async () => {
    await through(pythonDoor('examples/nesterov.py'), (door) => passes(door, 'nesterov', 'float64', true));
    const slip = readFileSync(file('examples/nesterov.py'), 'utf8').replace('new + momentum', 'new - momentum');
    const path = join(folder, 'slip.py');
    writeFileSync(path, slip);
    const { different } = await through(
      { command: `"${PYTHON}" "${path}"`, limits, env: { ...process.env, PYTHONPATH: file('python') } },
      (door) => differences(door, 'nesterov', 'float64'),
    );
    expect(different).toBeGreaterThan(20);
  });

  const frameworks = ['gradient-descent', 'sgd-momentum', 'adagrad', 'heavy-ball'] as const;

  test.each(frameworks)('TensorFlow.js passes as %s', (name) => through(moduleDoor('examples/tfjs.mjs'), (door) => passes(door, name, 'float32')));
  test.each(frameworks.slice(0, 3))(
    'TensorFlow.js passes as %s with rates that vary',
    (name) => through(moduleDoor('examples/tfjs.mjs'), (door) => passes(door, name, 'float32', true)),
  );

  describe.each([['PyTorch', TORCH, 'examples/pytorch_sgd.py'], ['Optax', OPTAX, 'examples/optax_optimizers.py']] as const)('%s', (_, interpreter, path) => {
    test.skipIf(interpreter === null).each(['float64', 'float32'] as const)(
      'passes as what it is, in %s',
      (dtype) =>
        through(pythonDoor(path, [dtype], interpreter), async (door) => {
          for (const name of frameworks) await passes(door, name, dtype);
          for (const name of frameworks.slice(0, 3)) await passes(door, name, dtype, true);
          const nesterov = await differences(door, 'nesterov', dtype);
          expect(nesterov.different).toBeGreaterThan(20);
        }),
    );
  });

  test.skipIf(TORCH === null)(
    'PyTorch’s epsilon is not inside, nor is there dampening without momentum',
    () =>
      through(pythonDoor('examples/pytorch_sgd.py', [], TORCH), async (door) => {
        const told = (config: Config): Start => startOf({ x0: [1], config, steps: [{ g: [1] }] });
        await expect(door.init('a', told({ learningRate: 1, epsilon: 1, epsilonInside: true }))).rejects.toThrow('outside of the root');
        await expect(door.init('a', told({ learningRate: 1, momentum: 0, dampening: 0.5, nesterov: false }))).rejects.toThrow('ignores dampening');
      }),
  );

  /** The optimizer, believing that it was configured otherwise: it then claims what it is not. */
  const told = (door: Door, change: (config: Config) => Config): Door => ({
    ...door,
    source: door.source,
    kind: door.kind,
    restarts: door.restarts,
    init: (session, start) => door.init(session, { ...start, config: change(start.config) }),
    step: (session, input) => door.step(session, input),
  });

  test.skipIf(TORCH === null)(
    'PyTorch fails as what it is not: 1/√(s + ε), dampening left out, no momentum',
    () =>
      through(pythonDoor('examples/pytorch_sgd.py', [], TORCH), async (door) => {
        const outside = told(door, (config) => ({ ...config, epsilonInside: false }));
        expect((await differences(outside, 'adagrad', 'float64')).different).toBeGreaterThan(5);
        const undampened = told(door, (config) => ({ ...config, dampening: 0, nesterov: false }));
        expect((await differences(undampened, 'sgd-momentum', 'float64')).different).toBeGreaterThan(5);
        const plain = told(door, ({ learningRate }) => ({ learningRate: learningRate! }));
        expect((await differences(plain, 'heavy-ball', 'float64')).different).toBeGreaterThan(5);
      }),
  );

  test.skipIf(OPTAX === null)(
    'Optax fails as what it is not: 1/(√s + ε), no momentum',
    () =>
      through(pythonDoor('examples/optax_optimizers.py', ['float64'], OPTAX), async (door) => {
        const inside = told(door, (config) => ({ ...config, epsilonInside: true }));
        expect((await differences(inside, 'adagrad', 'float64')).different).toBeGreaterThan(5);
        const plain = told(door, ({ learningRate }) => ({ learningRate: learningRate! }));
        expect((await differences(plain, 'sgd-momentum', 'float64')).different).toBeGreaterThan(5);
      }),
  );

  /** x_{t+1} = x_1 − lr(Σ_{s≤t} g_s + β(g_t − g_1)), as Optax's own step says: x −= lr[(1 + β)g_t − βg_{t−1}], g_0 = g_1. */
  test.skipIf(OPTAX === null)('Optax’s optimistic_gradient_descent is its own recurrence, and AO-FTRL whose hint is the last gradient', async () => {
    const [rate, beta] = [0.25, 0.5];
    const gradients = [[1, -2], [3, 0.5], [-1, 4], [2, 2]];
    const told: Told = { x0: [1, -1], config: { learningRate: rate, optimism: beta }, steps: gradients.map((g) => ({ g })) };
    const answers = await through(pythonDoor('examples/optax_optimizers.py', ['float64', 'optimistic'], OPTAX), (door) => drive(door, told));
    let x = told.x0;
    const own = [x, ...gradients.map((g, t) => (x = x.map((value, i) => value - rate * ((1 + beta) * g[i]! - beta * (gradients[t - 1] ?? g)[i]!))))];
    agree(answers.map((answer) => answer.x), own);
    // Seen from where AO-FTRL stands with the first hint βg_1.
    const hints = [gradients[0]!, ...gradients].map((g) => g.map((value) => beta * value));
    const optimistic: Told = {
      x0: [0, 0],
      hint: hints[0]!,
      config: { alpha: 'constant', beta: rate, set: { kind: 'all' } },
      steps: gradients.map((g, t) => ({ g, hint: hints[t + 1]! })),
    };
    const leader = await through(moduleDoor('test/fixtures/correct.mjs', { OMG_ORACLE_FIXTURE: 'ao-ftrl' }), (door) => drive(door, optimistic));
    agree(answers.map((answer) => answer.x), leader.map((answer) => Array.from(answer.x, (value, i) => value - leader[0]!.x[i]! + told.x0[i]!)));
  });
});

describe('mistakes of the wild', () => {
  const told = (momentum: number, steps = 3): Told => ({
    x0: [1],
    config: { learningRate: 0.125, momentum, dampening: 0, nesterov: false },
    steps: Array.from({ length: steps }, () => ({ g: [1] })),
  });

  test('TensorFlow.js: setMomentum(0) has no effect', () =>
    through(moduleDoor('test/fixtures/tfjs-set-momentum-zero.mjs'), async (door) => {
      // With momentum 0 it would be 1 − 3/8.
      const answers = await drive(door, told(0));
      expect(answers.at(-1)!.x[0]).toBeCloseTo(1 - (1 + 1.9 + 2.71) / 8, 6);
    }));

  test('TensorFlow.js: slots go by position, and so sessions disturb each other', () =>
    through(moduleDoor('test/fixtures/tfjs-shared-slots.mjs'), async (door) => {
      const alone = await drive(door, told(0.9));
      expect(alone.at(-1)!.x[0]).toBeCloseTo(1 - (1 + 1.9 + 2.71) / 8, 6);
      const zero: Told = { ...told(0.9, 1), steps: [{ g: [0] }] };
      const other = await drive(door, zero, 'b');
      // A gradient of zero at rest, and yet it moves.
      expect(other.at(-1)!.x[0]).toBeCloseTo(1 - 0.9 * 2.71 / 8, 6);
    }));
});
