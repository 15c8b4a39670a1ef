/**
 * What a graphics processor makes of the ResNet optimizers: is it right, and how fast. Writes one JSON object to FILE, anew after each section: a run that is cut short leaves what it had.
 *
 *     node dist/test/gpu/measure.js FILE [--model resnet50] [--image 224] [--batch 32] [--steps 12] [--recorded 2] [--scratch DIR] [--python python3] [--emulated]
 *
 * Exit status: 0 all sections ran, and what they judge is right; 1 something is wrong; 2 usage; 77 there is no graphics processor, or only an emulated one, which is for --emulated.
 */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
import type { Verdict } from '../../src/verdict.js';
import { GRADIENTS_APART, distancesFromCpu } from '../support/gradients.js';
import { median, openTorchPeer } from '../support/torch-peer.js';

const NO_CARD = 77;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'resnet50' },
    image: { type: 'string', default: '224' },
    batch: { type: 'string', default: '32' },
    steps: { type: 'string', default: '12' },
    recorded: { type: 'string', default: '2' },
    scratch: { type: 'string', default: tmpdir() },
    python: { type: 'string' },
    emulated: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) {
  process.stderr.write('usage: measure.js FILE [options]\n');
  process.exit(2);
}
const [image, batch, steps, recordedSteps] = [values.image, values.batch, values.steps, values.recorded].map(Number) as [number, number, number, number];
const architecture = values.model === 'resnet20' ? architectureOf('resnet20', 10) : architectureOf('resnet50', 1000);
const [RATE, META] = [0.01, 1e-4] as const;
const { signal } = new AbortController();
const note = (what: string): void => void process.stderr.write(`${what}\n`);

const found = await readyBackend('webgpu');
if ('reason' in found || (found.emulated && !values.emulated)) {
  note(`no graphics processor: ${'reason' in found ? found.reason : `${found.device}; --emulated takes it`}`);
  process.exit(NO_CARD);
}
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

interface Training {
  readonly trace: { readonly steps: number; readonly elements: number; readonly bytes: number; readonly verdicts: Readonly<Record<string, Verdict>> };
  readonly millisecondsAStep: number;
  readonly losses: readonly number[];
  readonly leakedTensors: number;
}

/** Trains with an optimizer: a recorded part, that is judged, and one that is timed. */
async function training(name: OptimizerName): Promise<Training> {
  const network = createNetwork(architecture, randomOf(1, 1).normal);
  const optimizer = optimizerOf(name, network.parameters, { rate: RATE, metaRate: META }, ready.updateOf);
  const path = join(values.scratch, `${name}.arrow`);
  const trace = createTrace(path, {
    version: 1,
    method: optimizer.method,
    config: optimizer.config,
    parameters: architecture.parameters.map(({ name: parameter, shape }) => ({ name: parameter, shape })),
    steps: recordedSteps,
    sample: null,
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
    millisecondsAStep: median(told.map(({ time }) => time)),
    losses: told.map(({ loss }) => loss),
    leakedTensors: told.at(-1)!.tensors - told[0]!.tensors,
  };
}

/** The update alone, of every parameter of the network: how much of what a plain copy moves in a second it moves. */
async function bandwidth(): Promise<Record<string, unknown>> {
  const { device } = engine().backend as WebGPUBackend;
  const network = createNetwork(architecture, randomOf(1, 1).normal);
  const copies = (factor: number): readonly Tensor[] =>
    architecture.parameters.map(({ shape }) => keep(tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(factor), shape as [number])));
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
  return {
    parameters,
    bytes,
    milliseconds,
    gigabytesASecond: rate(milliseconds),
    copyMilliseconds: copied,
    copyGigabytesASecond: rate(copied),
    shareOfCopy: copied / milliseconds,
  };
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

/** What a section found, and what of it is wrong. */
interface Section {
  readonly figures: unknown;
  readonly wrong: readonly string[];
}

async function gradientSection(): Promise<Section> {
  const figures = await gradients();
  return { figures, wrong: figures.largest <= GRADIENTS_APART ? [] : [`a gradient is off by ${figures.largest} of its length`] };
}

async function numberSection(): Promise<Section> {
  const figures = await numbers();
  return { figures, wrong: figures.filter(({ outside }) => outside > 0).map(({ scale, outside }) => `${outside} elements of scale ${scale} are outside of what float32 can give`) };
}

async function trainingSection(name: OptimizerName): Promise<Section> {
  const figures = await training(name);
  const wrong = Object.entries(figures.trace.verdicts).filter(([, verdict]) => verdict === 'violated' || verdict === 'errored').map(([id, verdict]) => `${id}: ${verdict}`);
  return { figures, wrong: [...wrong, ...(figures.leakedTensors === 0 ? [] : [`${figures.leakedTensors} tensors leak`])] };
}

note(ready.device);
const result: Record<string, unknown> = {
  complete: false,
  wrong: [],
  date: new Date().toISOString().slice(0, 10),
  device: ready.device,
  emulated: ready.emulated,
  node: process.versions.node,
  model: values.model,
  image,
  batch,
  steps,
};
const wrong: string[] = [];
const write = (): void => {
  // Whole at every moment.
  writeFileSync(`${file}.part`, `${JSON.stringify({ ...result, wrong, failure: ready.failure() }, null, 1)}\n`);
  renameSync(`${file}.part`, file);
};
const sections: readonly (readonly [name: string, run: () => Promise<Section>])[] = [
  ['gradients', gradientSection],
  ['numbers', numberSection],
  ['update', async () => ({ figures: await bandwidth(), wrong: [] })],
  ...OPTIMIZERS.map((name) => [name, async () => trainingSection(name)] as const),
  ['pytorch', async () => ({ figures: await peer((result['optimistic'] as { readonly millisecondsAStep?: number }).millisecondsAStep ?? NaN), wrong: [] })],
];
write();
for (const [name, run] of sections) {
  const said = await run().catch((error: unknown): Section => ({ figures: null, wrong: [error instanceof Error ? error.message : String(error)] }));
  result[name] = said.figures;
  wrong.push(...said.wrong.map((line) => `${name}: ${line}`));
  note(`${name}: ${JSON.stringify(said.figures)}`);
  write();
}
const failure = ready.failure();
if (failure !== null) wrong.push(`the device: ${failure}`);
result['complete'] = true;
write();
for (const line of wrong) note(`wrong: ${line}`);
process.exit(wrong.length === 0 ? 0 : 1);
