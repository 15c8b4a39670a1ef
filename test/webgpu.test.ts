import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dispose, engine, keep, setBackend, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { descent, elementwiseDescent, emptyAccount, metaRates, optimisticRates, type Account } from '../oracles/float32-steps.js';
import { DeviceFailure, readyBackend, type Ready } from '../src/resnet/backend.js';
import { waves } from '../src/resnet/data.js';
import { OPTIMIZERS } from '../src/resnet/names.js';
import { bottleneckResNet, createNetwork } from '../src/resnet/network.js';
import { metaLearned, optimizerOf, sgd, type TensorOptimizer } from '../src/resnet/optimizer.js';
import { randomOf } from '../src/resnet/random.js';
import { train } from '../src/resnet/train.js';
import { GRADIENTS_APART, distancesFromCpu } from './support/gradients.js';
import { TINY, recordedTraining, trouble } from './support/recorded-training.js';

let folder: string;
let found: Ready | { readonly reason: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-webgpu-'));
  found = await readyBackend('webgpu');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where there is none, a test says why, and is skipped. */
async function webgpu({ skip }: TestContext): Promise<Ready> {
  if ('reason' in found) return skip(found.reason);
  await setBackend('webgpu');
  return found;
}

const read = async (held: Tensor): Promise<Float32Array> => (await held.data()) as Float32Array;
const [RATE, META] = [0.1, 0.05] as const;

describe('on webgpu (skipped where there is no adapter)', () => {
  test.for(OPTIMIZERS)('%s: every element of every step is what the formula makes of it, and no tensor is left behind', async (name, context) => {
    const ready = await webgpu(context);
    const { verdict, steps } = await recordedTraining(folder, ready, (parameters) => optimizerOf(name, parameters, { rate: RATE, metaRate: META }, ready.updateOf), { steps: 5 });
    expect(trouble(verdict)).toEqual({});
    expect(new Set(steps.slice(1).map(({ tensors }) => tensors)).size).toBe(1);
  });

  test('another step than the one that is told is found', async (context) => {
    const ready = await webgpu(context);
    const { verdict } = await recordedTraining(
      folder,
      ready,
      (parameters) => metaLearned('optimistic-meta-sgd', parameters, { rate: RATE, metaRate: META }, ready.updateOf('meta', META)),
      { steps: 3 },
    );
    expect(trouble(verdict)).toMatchObject({ 'trace-state': 'violated' });
  });

  // More than one row of work groups, and numbers whose products overflow, underflow, and are subnormal.
  test.for([1e-20, 1e-3, 1, 1e18])('the fused steps round as float32 does, at the scale of %s', async (scale, context) => {
    const ready = await webgpu(context);
    const { normal } = randomOf(3, 1);
    const size = 100_003;
    const numbers = (): Float32Array => Float32Array.from({ length: size }, () => scale * normal());
    const [x, g, h, w] = [numbers(), numbers(), numbers(), numbers().map(Math.abs)];
    const tensors = [x, g, w, h].map((values) => keep(tensor(values)));
    const [X, G, W, H] = tensors as [Tensor, Tensor, Tensor, Tensor];
    const accounts: Account[] = [];
    const account = (): Account => {
      accounts.push(emptyAccount());
      return accounts.at(-1)!;
    };
    const [down] = ready.updateOf('descent', RATE)([{ x: X, g: G, w: null, before: null }]);
    const [first] = ready.updateOf('meta', META)([{ x: X, g: G, w: W, before: null }]);
    descent(account(), { x, g, after: await read(down!.x) }, RATE, 0);
    elementwiseDescent(account(), { x, g, w, after: await read(first!.x) });
    expect([down!.w, first!.w]).toEqual([null, null]);
    for (const [formula, judge] of [['meta', metaRates], ['optimistic', optimisticRates]] as const) {
      const [moved] = ready.updateOf(formula, META)([{ x: X, g: G, w: W, before: H }]);
      const after = await read(moved!.w!);
      judge(account(), { g, before: h, w, after }, META);
      elementwiseDescent(account(), { x, g, w: after, after: await read(moved!.x) });
      dispose([moved!.x, moved!.w!]);
    }
    expect(accounts.map(({ elements, outside }) => [elements, outside])).toEqual(accounts.map(() => [size, 0]));
    dispose([down!.x, first!.x, ...tensors]);
  });

  test('gradients are those of the cpu', async (context) => {
    await webgpu(context);
    expect(await readyBackend('cpu')).toMatchObject({ name: 'cpu' });
    const distances = await distancesFromCpu(bottleneckResNet(4, [1, 1], 4), 17);
    expect(distances.length).toBeGreaterThan(20);
    for (const { parameter, distance } of distances) expect(distance, parameter).toBeLessThan(GRADIENTS_APART);
  });

  test.for([
    // For every use at once, which no buffer is.
    { name: 'work is refused in the first step', at: 1, harm: (device: GPUDevice) => void device.createBuffer({ size: 3, usage: 0xffff }) },
    { name: 'the device is lost before the last step', at: 3, harm: (device: GPUDevice) => device.destroy() },
    { name: 'the device is lost after the last step', at: 4, harm: (device: GPUDevice) => device.destroy() },
  ])('$name: the run ends, and says so; it would go on with zeros otherwise', async ({ at, harm }, context) => {
    await webgpu(context);
    // What went wrong with a device is kept: one for each run.
    const ready = await readyBackend('webgpu');
    if ('reason' in ready) throw new Error(ready.reason);
    const { device } = engine().backend as WebGPUBackend;
    const network = createNetwork(TINY, randomOf(1, 1).normal);
    const optimizer = sgd(RATE, ready.updateOf);
    let t = 0;
    const refusing: TensorOptimizer = {
      ...optimizer,
      step(points) {
        if ((t += 1) === at) harm(device);
        const moved = optimizer.step(points);
        if (t === 3 && at === 4) harm(device);
        return moved;
      },
    };
    const told: number[] = [];
    await expect(train({
      network,
      optimizer: refusing,
      pictures: waves(1, 8, TINY.classes),
      batch: 4,
      done: 0,
      steps: 3,
      smoothing: 0,
      decay: 0,
      trace: null,
      recorded: null,
      failure: ready.failure,
      signal: new AbortController().signal,
      onStep: (step) => told.push(step.t),
    })).rejects.toThrow(DeviceFailure);
    expect(told.length).toBeLessThan(4);
  });
});
