import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  abs,
  add,
  dispose,
  div,
  floor,
  keep,
  log,
  maximum,
  memory,
  mul,
  pow,
  round,
  square,
  sub,
  tensor,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readReport } from '../reports/json.js';
import { readyBackend } from '../src/resnet/backend.js';
import { asPrinted } from '../src/resnet/as-printed.js';
import { bottleneckResNet, countOf, createNetwork, disposeNetwork, lossAndGradients, smallResNet, type Architecture, type Network } from '../src/resnet/network.js';
import { composed, metaLearned, metaSgd, optimisticMetaSgd, raised, sgd, type Moved, type Raise, type Update } from '../src/resnet/optimizer.js';
import { randomOf } from '../src/resnet/random.js';
import type { StepTold } from '../src/resnet/train.js';
import { torchPython } from './support/interpreters.js';
import { POSIX } from './support/posix.js';
import { TINY, recordedTraining, trouble, type OptimizerOf, type Options, type Recorded } from './support/recorded-training.js';

// The compiled tests lie two folders below the package.
const fixture = (name: string): string => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-resnet-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NETWORKS: readonly { readonly kind: 'small' | 'bottleneck'; readonly architecture: Architecture; readonly size: number }[] = [
  { kind: 'small', architecture: smallResNet(5, 2, [4, 6, 8]), size: 8 },
  { kind: 'small', architecture: smallResNet(3, 1, [3, 5, 7]), size: 9 },
  { kind: 'bottleneck', architecture: bottleneckResNet(5, [2, 1], 4), size: 17 },
  { kind: 'bottleneck', architecture: bottleneckResNet(4, [1, 1, 1], 4), size: 24 },
];
const SMOOTHING = 0.1;

interface Given {
  readonly network: Network;
  readonly pictures: Tensor4D;
  readonly labels: Tensor1D;
}

/** A network whose batch normalisations are not at 1 and 0, and a batch. */
function given({ architecture, size }: (typeof NETWORKS)[number], seed = 1): Given {
  const { normal, below } = randomOf(seed, 7);
  const network = createNetwork(architecture, normal);
  for (const [name, value] of network.parameters) {
    if (value.rank !== 1) continue;
    network.parameters.set(name, keep(tidy(() => add(value, tensor(Float32Array.from({ length: value.size }, () => 0.3 * normal()))))));
    value.dispose();
  }
  return {
    network,
    pictures: keep(tensor(Float32Array.from({ length: 3 * size * size * 3 }, normal), [3, size, size, 3])),
    labels: keep(tensor(Int32Array.from({ length: 3 }, () => below(architecture.classes)), [3], 'int32')),
  };
}

const numbers = (held: Tensor): readonly number[] => [...held.dataSync()];

test('ResNet-50 has 25,557,032 parameters, ResNet-20 269,722', () => {
  const total = (architecture: Architecture): number => architecture.parameters.reduce((sum, parameter) => sum + countOf(parameter), 0);
  expect([bottleneckResNet(1000).name, total(bottleneckResNet(1000)), smallResNet(10).name, total(smallResNet(10))]).toEqual(['resnet50', 25_557_032, 'resnet20', 269_722]);
});

describe.each(['cpu', 'wasm', 'tensorflow'] as const)('on %s (tensorflow: skipped where it is not installed)', (backend) => {
  beforeEach(async ({ skip }) => {
    const ready = await readyBackend(backend);
    if (backend === 'tensorflow' && 'reason' in ready) skip(ready.reason);
    expect(ready).toMatchObject({ name: backend });
  });

  test('gradients are those of PyTorch in float64 (skipped where there is none)', ({ skip }) => {
    const python = torchPython();
    if (python === null) return skip('no Python with torch');
    const networks = NETWORKS.map((one) => {
      const { network, pictures, labels } = given(one);
      const dump = (held: Tensor): unknown => ({ shape: held.shape, data: numbers(held) });
      const { loss, gradients } = lossAndGradients(network, pictures, labels, SMOOTHING);
      const all = (tensors: ReadonlyMap<string, Tensor>): unknown => Object.fromEntries([...tensors].map(([name, held]) => [name, dump(held)]));
      return {
        kind: one.kind,
        pictures: dump(pictures),
        labels: numbers(labels),
        smoothing: SMOOTHING,
        loss: numbers(loss)[0],
        parameters: all(network.parameters),
        gradients: all(gradients),
        running: Object.fromEntries([...network.running].map(([name, { mean, variance }]) => [name, [dump(mean), dump(variance)]])),
      };
    });
    const file = join(folder, `networks-${backend}.json`);
    writeFileSync(file, JSON.stringify(networks));
    const { stdout, stderr } = spawnSync(python, [fixture('resnet_gradients.py'), file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const judged = JSON.parse(stdout) as readonly {
      readonly loss: number;
      readonly running: number;
      readonly count: number;
      readonly gradients: Readonly<Record<string, number>>;
    }[];
    expect(judged.length).toBe(NETWORKS.length);
    for (const { loss, running, gradients, count } of judged) {
      expect(Object.keys(gradients).length).toBe(count);
      // What float32 loses in so small a network, where nothing is clipped on one side only.
      expect(loss).toBeLessThan(2e-6);
      expect(running).toBeLessThan(2e-6);
      for (const [name, off] of Object.entries(gradients)) expect(off, name).toBeLessThan(1e-4);
    }
  });

  test.each(NETWORKS)('along its gradient the loss rises as fast as the gradient says: $architecture.name', (one) => {
    const { network, pictures, labels } = given(one);
    const { gradients } = lossAndGradients(network, pictures, labels, SMOOTHING);
    const length = Math.hypot(...[...gradients.values()].flatMap(numbers));
    const at = (h: number): number => {
      const moved = new Map([...network.parameters].map(([name, value]) => [name, tidy(() => add(value, mul(gradients.get(name)!, h / length)))]));
      return numbers(lossAndGradients({ ...network, parameters: moved }, pictures, labels, SMOOTHING).loss)[0]!;
    };
    const h = 2e-3;
    expect((at(h) - at(-h)) / (2 * h * length)).toBeCloseTo(1, 1);
  });

  test.each(NETWORKS.slice(2, 3))('weight decay adds λx to the gradients of filters and dense weights, and of nothing else: $architecture.name', (one) => {
    const [plain, decayed] = [given(one), given(one)];
    const lambda = 0.3;
    const [g, more] = [
      lossAndGradients(plain.network, plain.pictures, plain.labels, SMOOTHING),
      lossAndGradients(decayed.network, decayed.pictures, decayed.labels, SMOOTHING, lambda),
    ];
    expect(numbers(more.loss)).toEqual(numbers(g.loss));
    let count = 0;
    for (const [name, x] of plain.network.parameters) {
      const [before, after, at] = [g.gradients.get(name)!, more.gradients.get(name)!, x].map(numbers) as [readonly number[], readonly number[], readonly number[]];
      const decays = !/bn\d|downsample\.1|bias$/.test(name);
      expect(after, name).toEqual(before.map((value, i) => (decays ? Math.fround(value + Math.fround(Math.fround(lambda) * at[i]!)) : value)));
      if (decays) count++;
    }
    expect(count).toBe(plain.network.architecture.parameters.filter(({ shape }) => shape.length > 1).length);
    const before = memory().numTensors;
    const { loss, gradients } = lossAndGradients(decayed.network, decayed.pictures, decayed.labels, SMOOTHING, lambda);
    expect(memory().numTensors - before).toBe(1 + gradients.size);
    dispose([loss, ...gradients.values()]);
  });

  test('a pass leaves nothing behind but what it returns', () => {
    const { network, pictures, labels } = given(NETWORKS[2]!);
    dispose([...lossAndGradients(network, pictures, labels).gradients.values()]);
    const before = memory().numTensors;
    const { loss, gradients } = lossAndGradients(network, pictures, labels);
    expect(memory().numTensors - before).toBe(1 + gradients.size);
    expect([...gradients.keys()].toSorted()).toEqual([...network.parameters.keys()].toSorted());
    for (const [name, gradient] of gradients) expect(gradient.shape).toEqual(network.parameters.get(name)!.shape);
    dispose([loss, ...gradients.values()]);
    disposeNetwork(network);
  });
});

/** On wasm. */
async function recorded(optimizerOf: OptimizerOf, options: Options = {}): Promise<Recorded> {
  const ready = await readyBackend('wasm');
  if ('reason' in ready) throw new Error(ready.reason);
  return recordedTraining(folder, ready, optimizerOf, options);
}

const RATE = 0.1;
const META = 0.05;

describe('training', () => {
  test.each(
    [
      ['sgd', () => sgd(RATE)],
      ['meta', (parameters: ReadonlyMap<string, Tensor>) => metaSgd(parameters, RATE, META)],
      ['optimistic', (parameters: ReadonlyMap<string, Tensor>) => optimisticMetaSgd(parameters, RATE, META)],
    ] as const,
  )('%s: every element of every step is what its formula makes of it, and no tensor is left behind', async (_, optimizerOf) => {
    const { verdict, steps } = await recorded(optimizerOf);
    expect(trouble(verdict)).toEqual({});
    expect(verdict).toMatchObject({ steps: 12, elements: 12 * TINY.parameters.reduce((sum, parameter) => sum + countOf(parameter), 0) });
    expect(new Set(steps.slice(1).map(({ tensors }) => tensors)).size).toBe(1);
  });

  test.each([['sgd', () => sgd(RATE)], ['optimistic', (parameters: ReadonlyMap<string, Tensor>) => optimisticMetaSgd(parameters, RATE, META)]] as const)(
    '%s with weight decay: what is recorded is the gradient that decays, and the formula is the same',
    async (_, optimizerOf) => {
      const { verdict, steps } = await recorded(optimizerOf, { steps: 5, decay: 0.1 });
      expect(trouble(verdict)).toEqual({});
      expect(steps.map(({ loss }) => loss)).not.toEqual((await recorded(optimizerOf, { steps: 5 })).steps.map(({ loss }) => loss));
    },
  );

  test('equal seeds give equal traces, other seeds others', async () => {
    const run = async (seed: number): Promise<Buffer> => readFileSync((await recorded((parameters) => optimisticMetaSgd(parameters, RATE, META), { steps: 4, seed })).path);
    const [once, again, other] = [await run(5), await run(5), await run(6)];
    expect([once.equals(again), once.equals(other)]).toEqual([true, false]);
  });

  test('a sample is as good', async () => {
    const { verdict } = await recorded((parameters) => optimisticMetaSgd(parameters, RATE, META), { sample: 10 });
    expect(trouble(verdict)).toEqual({});
    expect(verdict.elements).toBe(12 * TINY.parameters.reduce((sum, parameter) => sum + Math.min(10, countOf(parameter)), 0));
  });

  test('the pictures can be learnt', async () => {
    const { steps } = await recorded(() => sgd(0.2), { steps: 80, batch: 16 });
    const mean = (part: readonly StepTold[]): number => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(steps.slice(-15))).toBeLessThan(0.8 * mean(steps.slice(0, 5)));
  });

  const wrong = (update: Update): OptimizerOf => (parameters) => metaLearned('optimistic-meta-sgd', parameters, { rate: RATE, metaRate: META }, update);
  const right = composed('optimistic', META);
  const raise: Raise = (g, before) => sub(mul(g, add(g, before)), square(before));
  /** Rounded to float16's eleven digits, as a sum in float16 is. */
  const half = (x: Tensor): Tensor =>
    tidy(() => {
      const unit = pow(2, sub(floor(div(log(maximum(abs(x), 2 ** -14)), Math.LN2)), 10));
      return mul(round(div(x, unit)), unit);
    });
  test.each<readonly [string, Update, string]>([
    ['β outside of the bracket, as printed', raised((g, before) => sub(mul(g, add(g, before)), mul(1 / META, square(before))), META), 'trace-state'],
    ['the hint of the wrong step', raised((g, before) => sub(mul(before, add(g, before)), square(before)), META), 'trace-state'],
    ['the hint not removed', raised((g, before) => mul(g, add(g, before)), META), 'trace-state'],
    ['the sign', raised((g, before) => sub(square(before), mul(g, add(g, before))), META), 'trace-state'],
    ['no hint', raised((g, before) => mul(g, before), META), 'trace-state'],
    ['rates summed in float16', (held) =>
      right(held).map(({ x, w }) => {
        if (w === null) return { x, w };
        const rounded = keep(half(w));
        w.dispose();
        return { x, w: rounded };
      }), 'trace-state'],
    ['the rates of two tensors swapped', (held) => {
      const alike = held.map(({ x }, i) => [i, held.findIndex((other, k) => k > i && other.x.shape.join() === x.shape.join())] as const).find(([, other]) => other > 0)!;
      const moved = [...right(held)];
      const [a, b] = [moved[alike[0]]!, moved[alike[1]]!];
      moved[alike[0]] = { x: a.x, w: b.w };
      moved[alike[1]] = { x: b.x, w: a.w };
      return moved;
    }, 'trace-state'],
    ['a step that goes up', (held) =>
      right(held).map(({ x, w }, i) => {
        const up = keep(tidy(() => sub(mul(2, held[i]!.x), x)));
        x.dispose();
        return { x: up, w };
      }), 'trace-step'],
  ])('a step that is wrong is found: %s', async (_, update, claim) => {
    const { verdict } = await recorded(wrong(update), { steps: 8 });
    expect(trouble(verdict)).toMatchObject({ [claim]: 'violated' });
  });

  test('a maximum with 0 that is missing is found, as soon as it matters', async () => {
    const bold = 5;
    const unbounded: Update = (held) =>
      held.map(({ x, g, w, before }): Moved => {
        const after = before === null ? null : keep(tidy(() => add(w!, mul(bold, raise(g, before)))));
        return { x: keep(tidy(() => sub(x, mul(after ?? w!, g)))), w: after };
      });
    const by = (update: Update): OptimizerOf => (parameters) => metaLearned('optimistic-meta-sgd', parameters, { rate: RATE, metaRate: bold }, update);
    expect(trouble((await recorded(by(composed('optimistic', bold)), { steps: 4 })).verdict)).toEqual({});
    expect(trouble((await recorded(by(unbounded), { steps: 4 })).verdict)).toMatchObject({ 'trace-state': 'violated', 'trace-rates': 'violated' });
  });
});

describe('as printed', () => {
  test.each(
    [
      // g = (2, −1), then (1, 3); w = ½ and β = ¼. Without optimism w′ = ½ − ¼·(2, −3); with it ½ − ¼·(1·3, 3·2) − (4, 1).
      ['meta-sgd', [0, 1.25]],
      ['optimistic-meta-sgd', [0, 0]],
    ] as const,
  )('%s by hand: x climbs, and the rates are what the paper prints', async (method, rates) => {
    await readyBackend('cpu');
    const x = tensor([1, 1]);
    const optimizer = asPrinted(method, new Map([['x', x]]), 0.5, 0.25);
    const first = optimizer.step(new Map([['x', { x, g: tensor([2, -1]) }]])).get('x')!;
    expect([numbers(first), numbers(optimizer.rates.get('x')!), numbers(optimizer.before.get('x')!)]).toEqual([[2, 0.5], [0.5, 0.5], [2, -1]]);
    const second = optimizer.step(new Map([['x', { x: first, g: tensor([1, 3]) }]])).get('x')!;
    expect([numbers(second), numbers(optimizer.rates.get('x')!), numbers(optimizer.before.get('x')!)]).toEqual([[2 + rates[0], 0.5 + 3 * rates[1]], rates, [1, 3]]);
    optimizer.dispose();
  });

  test('β = 0 does not stop the optimistic rates: the last product is outside of its bracket', async () => {
    await readyBackend('cpu');
    const x = tensor([1, 1]);
    const optimizer = asPrinted('optimistic-meta-sgd', new Map([['x', x]]), 5, 0);
    for (const g of [tensor([2, -1]), tensor([1, 3])]) optimizer.step(new Map([['x', { x, g }]]));
    expect(numbers(optimizer.rates.get('x')!)).toEqual([1, 4]);
    optimizer.dispose();
  });

  test.each(['meta-sgd', 'optimistic-meta-sgd'] as const)('%s: the loss rises, and the trace is refused', async (method) => {
    const { verdict, steps } = await recorded((parameters) => asPrinted(method, parameters, RATE, META), { steps: 10 });
    expect(trouble(verdict)).toMatchObject({ 'trace-step': 'violated', 'trace-state': 'violated' });
    const late = (of: readonly StepTold[]): number => of.slice(5).reduce((sum, { loss }) => sum + loss, 0) / 5;
    const { steps: right } = await recorded((parameters) => (method === 'meta-sgd' ? metaSgd : optimisticMetaSgd)(parameters, RATE, META), { steps: 10 });
    // The first step is taken after the first loss: it is that of both.
    expect(right[0]!.loss).toBe(steps[0]!.loss);
    expect(late(steps)).toBeGreaterThan(Math.max(steps[0]!.loss, late(right)));
    expect(new Set(steps.slice(1).map(({ tensors }) => tensors)).size).toBe(1);
  });
});

describe('on the command line', () => {
  function run(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  }

  test('twelve steps of the default run are evidence enough', () => {
    const trace = join(folder, 'twelve.arrow');
    expect(run('resnet', '--backend', 'wasm', '--steps', '12', '--seed', '1', '--trace', trace)).toMatchObject({ status: 0 });
    const { status, stdout } = run('trace', 'check', trace);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/\nPASSED: /)]);
    expect(stdout).toMatch(/trace-step +✓ holds +3,236,664 cases +told from x′ = x by \d{3},\d{3} of \d{3},\d{3} elements looked at, from x′ = x − w⊙g by \d{3},\d{3}\n/);
    expect(stdout).toMatch(
      /trace-state +✓ holds +3,236,664 cases +told from w′ = w by \d{3},\d{3} of \d{3},\d{3} elements looked at, from w′ = max\{w \+ βg⁻⊙g, 0\} by \d{3},\d{3}\n/,
    );
    expect(run('trace', 'check', trace, '--like', 'meta-sgd')).toMatchObject({ status: 1 });
    rmSync(trace);
  });

  test('trains, records, and the record passes', () => {
    const [trace, out] = [join(folder, 'cli.arrow'), join(folder, 'out')];
    const { status, stdout, stderr } = run(
      'resnet',
      '--backend',
      'wasm',
      '--steps',
      '3',
      '--batch',
      '2',
      '--image',
      '16',
      '--seed',
      '1',
      '--trace',
      trace,
      '--sample',
      '64',
      '--out',
      out,
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^TensorFlow\.js 4\.\d+\.\d+, wasm: resnet20, 269,722 parameters, optimistic-meta-sgd, pictures of 16×16, 2 a step, seed 1\nloss \d/);
    expect(JSON.parse(readFileSync(join(out, 'resnet.json'), 'utf8'))).toMatchObject({ complete: true, leakedTensors: 0, steps: [{ t: 1 }, { t: 2 }, { t: 3 }] });
    expect(readReport(join(out, 'report.json'))).toMatchObject({
      complete: true,
      exitStatus: 0,
      claims: [{ id: 'finite', verdict: 'holds', cases: 3 }, { id: 'tensors', verdict: 'holds' }],
    });
    for (const file of ['report.html', 'junit.xml', 'results.sarif', 'summary.md', 'badge.json']) expect(existsSync(join(out, file)), file).toBe(true);
    expect(run('trace', 'check', trace)).toMatchObject({ status: 0, stderr: '' });
  });

  test('two steps do not show whether tensors are left behind, and it is not said', () => {
    const out = join(folder, 'two');
    expect(run('resnet', '--backend', 'wasm', '--steps', '2', '--batch', '2', '--image', '8', '--seed', '1', '--out', out)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toMatchObject({
      exitStatus: 0,
      claims: [{ id: 'finite', verdict: 'holds' }, { id: 'tensors', verdict: 'inapplicable', reason: 'it shows from the third step on' }],
    });
    expect(run('report', join(out, 'report.json'))).toMatchObject({ status: 0 });
  });

  test('as printed: says that the loss rises, and its trace is refused', () => {
    const trace = join(folder, 'printed.arrow');
    const { status, stdout, stderr } = run(
      'resnet',
      '--backend',
      'wasm',
      '--as-printed',
      '--steps',
      '3',
      '--batch',
      '2',
      '--image',
      '8',
      '--seed',
      '1',
      '--trace',
      trace,
      '--sample',
      '64',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/, optimistic-meta-sgd as printed, /);
    expect(stdout).toMatch(
      /\nAs printed, x climbs: the loss rises from \d+\.\d+ to \d+\.\d+ in 3 steps\.\nWith signs and brackets put right: npx omg-oracle resnet --backend wasm --steps 3 --batch 2 --image 8 --trace \S+ --sample 64 --seed 1\nAgain: .* --as-printed /,
    );
    const judged = run('trace', 'check', trace);
    expect([judged.status, judged.stdout]).toEqual([1, expect.stringMatching(/trace-step +✗ violated[^]*trace-state +✗ violated/)]);
    // Nothing climbs where the rates are 0.
    const still = run(
      'resnet',
      '--backend',
      'wasm',
      '--as-printed',
      '--optimizer',
      'meta',
      '--rate',
      '0',
      '--meta-rate',
      '0',
      '--steps',
      '2',
      '--batch',
      '2',
      '--image',
      '8',
      '--seed',
      '2',
    );
    expect([still.status, still.stdout]).toEqual([1, expect.stringMatching(/✗ as printed, the loss was to rise; it went from \d/)]);
  });

  test.runIf(POSIX)('interrupted: what was recorded is judged, and told to be incomplete (needs POSIX)', async () => {
    const trace = join(folder, 'interrupted.arrow');
    const child = spawn(process.execPath, [
      MAIN,
      'resnet',
      '--backend',
      'wasm',
      '--steps',
      '5000',
      '--batch',
      '2',
      '--image',
      '8',
      '--seed',
      '1',
      '--trace',
      trace,
      '--sample',
      '16',
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    while ((statSync(trace, { throwIfNoEntry: false })?.size ?? 0) < 200_000) await setTimeout(50);
    child.kill('SIGINT');
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, said]).toEqual([4, expect.stringMatching(/NOT COMPLETE: stopped after \d+ of 5000 steps\./)]);
    const { status: judged, stdout } = run('trace', 'check', trace);
    expect([judged, stdout]).toEqual([4, expect.stringMatching(/trace-complete +\? inconclusive +\d+ cases +it was never closed/)]);
    expect(stdout).toMatch(/trace-step +✓ holds/);
    expect(stdout).toMatch(/trace-state +✓ holds/);
  });

  test('says what was not meant, and what there is not', () => {
    for (
      const [args, status, message] of [
        [['--optimizer', 'adam'], 2, /expected --optimizer to be one of sgd, meta, optimistic/],
        [['--batch', '1'], 2, /expected --batch to be an integer from 2/],
        [['--optimizer', 'sgd', '--meta-rate', '1'], 2, /expected --meta-rate with --optimizer meta or optimistic/],
        [['--optimizer', 'sgd', '--as-printed'], 2, /expected --as-printed with --optimizer meta or optimistic/],
        [['--as-printed', '--steps', '1'], 2, /expected --steps to be an integer from 2/],
        [['--weight-decay=-1'], 2, /expected --weight-decay to be a number that is not negative/],
        [['--rate=-1'], 2, /expected --rate to be a number that is not negative/],
        [['--steps', '1', '--backend', 'wasm', '--trace', join(folder, 'none', 'x.arrow')], 2, /expected to write .*x\.arrow/],
      ] as const
    ) expect(run('resnet', ...args)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) as unknown });
  });
});
