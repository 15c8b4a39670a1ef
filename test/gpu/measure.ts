/**
 * What a graphics processor makes of the ResNet optimizers: is it right, and how fast. Prints one JSON object.
 *
 *     node dist/test/gpu/measure.js [--model resnet50] [--image 224] [--batch 32] [--steps 12] [--recorded 2] [--scratch DIR] [--python python3]
 *
 * It takes any adapter, an emulated one too, and says which: test/gpu/run.sh is for machines with a card.
 */
import { rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { dispose, engine, keep, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { descent, elementwiseDescent, emptyAccount, metaRates, optimisticRates, type Account } from '../../oracles/float32-steps.js';
import { readyBackend } from '../../src/resnet/backend.js';
import { waves } from '../../src/resnet/data.js';
import { architectureOf, bottleneckResNet, countOf, createNetwork, disposeNetwork, smallResNet, type Architecture } from '../../src/resnet/network.js';
import { OPTIMIZERS, type OptimizerName } from '../../src/resnet/names.js';
import { optimizerOf, type Held, type Moved } from '../../src/resnet/optimizer.js';
import { randomOf } from '../../src/resnet/random.js';
import { train, type StepTold } from '../../src/resnet/train.js';
import { checkTraceFile, headerOf } from '../../src/trace/check-file.js';
import { createTrace } from '../../src/trace/write.js';
import { distancesFromCpu } from '../support/gradients.js';
import { median, openTorchPeer } from '../support/torch-peer.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet50' }, image: { type: 'string', default: '224' }, batch: { type: 'string', default: '32' }, steps: { type: 'string', default: '12' },
    recorded: { type: 'string', default: '2' }, scratch: { type: 'string', default: tmpdir() }, python: { type: 'string' },
  },
});
const [image, batch, steps, recordedSteps] = [values.image, values.batch, values.steps, values.recorded].map(Number) as [number, number, number, number];
const architecture = values.model === 'resnet20' ? architectureOf('resnet20', 10) : architectureOf('resnet50', 1000);
const [RATE, META] = [0.01, 1e-4] as const;
const { signal } = new AbortController();
const note = (what: string): void => void process.stderr.write(`${what}\n`);

const found = await readyBackend('webgpu');
if ('reason' in found) throw new Error(found.reason);
const ready = found;
const read = async (held: Tensor): Promise<Float32Array> => (await held.data()) as Float32Array;

/** Relative L2 distance of every gradient of small networks from the cpu's; the largest. */
async function gradients(): Promise<{ readonly largest: number; readonly compared: number }> {
  const all = { largest: 0, compared: 0 };
  const cpu = await readyBackend('cpu');
  if ('reason' in cpu) throw new Error(cpu.reason);
  const networks: readonly (readonly [Architecture, number])[] = [[smallResNet(5, 2, [4, 6, 8]), 8], [bottleneckResNet(5, [2, 1], 4), 17], [bottleneckResNet(4, [1, 1, 1], 4), 24]];
  for (const [one, size] of networks) {
    for (const { distance } of await distancesFromCpu(one, size)) {
      all.largest = Math.max(all.largest, distance);
      all.compared++;
    }
  }
  return all;
}

/** The fused steps on numbers of four scales: how many are outside of what float32 can give, and how many are the formula as written, bit for bit. */
async function numbers(): Promise<readonly { readonly scale: number; readonly elements: number; readonly outside: number; readonly literal: number }[]> {
  const rows = [];
  for (const scale of [1e-20, 1e-3, 1, 1e18]) {
    const { normal } = randomOf(3, 1);
    const draw = (): Float32Array => Float32Array.from({ length: 2 ** 18 }, () => scale * normal());
    const [x, g, h, w] = [draw(), draw(), draw(), draw().map(Math.abs)];
    const [X, G, H, W] = [x, g, h, w].map((one) => keep(tensor(one))) as [Tensor, Tensor, Tensor, Tensor];
    const total: Account = emptyAccount();
    const [down] = ready.updateOf('descent', RATE)([{ x: X, g: G, w: null, before: null }]);
    descent(total, { x, g, after: await read(down!.x) }, RATE, 0);
    for (const [formula, judge] of [['meta', metaRates], ['optimistic', optimisticRates]] as const) {
      const [moved] = ready.updateOf(formula, META)([{ x: X, g: G, w: W, before: H }]);
      const after = await read(moved!.w!);
      judge(total, { g, before: h, w, after }, META);
      elementwiseDescent(total, { x, g, w: after, after: await read(moved!.x) });
      dispose([moved!.x, moved!.w!]);
    }
    dispose([down!.x, X, G, H, W]);
    rows.push({ scale, elements: total.elements, outside: total.outside, literal: total.literal / total.elements });
  }
  return rows;
}

/** Trains with an optimizer: a recorded part, that is judged, and one that is timed. */
async function training(name: OptimizerName): Promise<Record<string, unknown>> {
  const network = createNetwork(architecture, randomOf(1, 1).normal);
  const optimizer = optimizerOf(name, network.parameters, { rate: RATE, metaRate: META }, ready.updateOf);
  const path = join(values.scratch, `${name}.arrow`);
  const trace = createTrace(path, {
    version: 1, method: optimizer.method, config: optimizer.config, parameters: architecture.parameters.map(({ name: parameter, shape }) => ({ name: parameter, shape })), steps: recordedSteps, sample: null,
    producer: { name: 'omg-oracle', version: '0', device: ready.device },
  });
  const pictures = waves(1, image, architecture.classes);
  const told: StepTold[] = [];
  const settings = { network, optimizer, pictures, batch, smoothing: 0, decay: 0, recorded: null, failure: ready.failure, signal };
  await train({ ...settings, done: 0, steps: recordedSteps, trace, onStep: () => undefined });
  trace.finish();
  trace.close();
  const header = headerOf(path);
  const { results, elements } = await checkTraceFile(path, header, header.method, header.config, signal);
  const size = statSync(path).size;
  rmSync(path);
  await train({ ...settings, done: recordedSteps, steps, trace: null, onStep: (step) => told.push(step) });
  optimizer.dispose();
  disposeNetwork(network);
  return {
    trace: { steps: recordedSteps, elements, bytes: size, verdicts: Object.fromEntries(results.map(({ id, verdict }) => [id, verdict])) },
    millisecondsAStep: median(told.map(({ time }) => time)), losses: told.map(({ loss }) => loss), leakedTensors: told.at(-1)!.tensors - told[0]!.tensors,
  };
}

/** The update alone, of every parameter of the network: how much of what a plain copy moves in a second it moves. */
async function bandwidth(): Promise<Record<string, unknown>> {
  const { device } = engine().backend as WebGPUBackend;
  const network = createNetwork(architecture, randomOf(1, 1).normal);
  const copies = (factor: number): readonly Tensor[] => architecture.parameters.map(({ shape }) => keep(tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(factor), shape as [number])));
  const [g, w, before] = [copies(1e-3), copies(1e-2), copies(2e-3)];
  const held = [...network.parameters.values()].map((x, i): Held => ({ x, g: g[i]!, w: w[i]!, before: before[i]! }));
  const update = ready.updateOf('optimistic', META);
  const free = (moved: readonly Moved[]): void => dispose(moved.flatMap(({ x, w: rates }) => [x, ...(rates === null ? [] : [rates])]));
  const timed = async (work: () => void, times: number): Promise<number> => {
    await device.queue.onSubmittedWorkDone();
    const started = performance.now();
    for (let i = 0; i < times; i++) work();
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - started) / times;
  };
  const parameters = architecture.parameters.reduce((sum, parameter) => sum + countOf(parameter), 0);
  // Read: x, g, g⁻, w. Written: x′, w′.
  const bytes = 6 * 4 * parameters;
  free(update(held));
  const milliseconds = await timed(() => free(update(held)), 20);
  const [from, to] = [0, 1].map(() => device.createBuffer({ size: 12 * parameters, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST })) as [GPUBuffer, GPUBuffer];
  const copy = (): void => {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, 12 * parameters);
    device.queue.submit([encoder.finish()]);
  };
  copy();
  const copied = await timed(copy, 20);
  for (const buffer of [from, to]) buffer.destroy();
  dispose([...g, ...w, ...before]);
  disposeNetwork(network);
  const rate = (ms: number): number => bytes / ms / 1e6;
  return { parameters, bytes, milliseconds, gigabytesASecond: rate(milliseconds), copyMilliseconds: copied, copyGigabytesASecond: rate(copied), shareOfCopy: copied / milliseconds };
}

/** The same network, batch and update in PyTorch, on the same card where it sees one. */
async function peer(ours: number): Promise<Record<string, unknown> | null> {
  if (values.python === undefined) return null;
  for (const device of ['cuda', 'cpu'] as const) {
    try {
      const torch = await openTorchPeer(values.python, { architecture, image, batch, device });
      const times: number[] = [];
      for (let i = 0; i < steps; i++) times.push(await torch.step());
      torch.end();
      return { version: torch.version, device: torch.device, millisecondsAStep: median(times), ratio: ours / median(times) };
    } catch (error) {
      note(`PyTorch on ${device}: ${String(error)}`);
    }
  }
  return null;
}

note(ready.device);
const result: Record<string, unknown> = { date: new Date().toISOString().slice(0, 10), device: ready.device, node: process.versions.node, model: values.model, image, batch, steps };
result['gradients'] = await gradients();
note(JSON.stringify(result['gradients']));
result['numbers'] = await numbers();
note(JSON.stringify(result['numbers']));
result['update'] = await bandwidth();
note(JSON.stringify(result['update']));
for (const name of OPTIMIZERS) {
  result[name] = await training(name);
  note(`${name}: ${JSON.stringify(result[name])}`);
}
result['pytorch'] = await peer((result['optimistic'] as { readonly millisecondsAStep: number }).millisecondsAStep);
result['failure'] = ready.failure();
process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
process.exit(0);
