import { setImmediate } from 'node:timers/promises';
import { memory, tensor, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { TraceRow } from '../trace/format.js';
import type { TraceWriter } from '../trace/write.js';
import { DeviceFailure } from './backend.js';
import type { Batch, Pictures } from './data.js';
import { countOf, lossAndGradients, type Network } from './network.js';
import type { TensorOptimizer } from './optimizer.js';
import { randomOf } from './random.js';

export interface Training {
  readonly network: Network;
  readonly optimizer: TensorOptimizer;
  readonly pictures: Pictures;
  readonly batch: number;
  /** Steps that were taken before: the first that is taken here has the number after them. */
  readonly done: number;
  readonly steps: number;
  readonly smoothing: number;
  /** λ: see {@link lossAndGradients}. */
  readonly decay: number;
  /** Where steps are recorded; null: nowhere. */
  readonly trace: TraceWriter | null;
  /** Which elements of each tensor are recorded; null: all. */
  readonly recorded: ReadonlyMap<string, Int32Array> | null;
  /** What went wrong on the device since the run began; null: nothing that it tells. */
  readonly failure: () => string | null;
  readonly onStep: (step: StepTold) => void;
  readonly signal: AbortSignal;
}

export interface StepTold {
  readonly t: number;
  readonly loss: number;
  /** Milliseconds that the step took: gradients, update, and reading the loss. Recording is not counted. */
  readonly time: number;
  /** How many tensors there were after it. */
  readonly tensors: number;
}

/** At most `count` elements of each parameter, drawn with `seed`, ascending. */
export function sampled({ architecture: { parameters } }: Network, seed: number, count: number): Map<string, Int32Array> {
  return new Map(parameters.map((parameter, i) => {
    const { below } = randomOf(seed, 2000 + i);
    const size = countOf(parameter);
    if (size <= count) return [parameter.name, Int32Array.from({ length: size }, (_, j) => j)];
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(below(size));
    return [parameter.name, Int32Array.from(chosen).toSorted()];
  }));
}

/**
 * Takes the steps, one after the other; stops where the loss is not finite, or it is told to.
 * @returns how many were taken. @throws {DeviceFailure} where the device refused work, or was lost: of that step nothing is recorded.
 */
export async function train(training: Training): Promise<number> {
  const { network: { parameters }, failure } = training;
  try {
    const taken = await steps(training);
    // The last update may still be on its way, and what becomes of it with it.
    await [...parameters.values()].reduce((least, one) => (one.size < least.size ? one : least)).data();
    await heard(failure);
    return taken;
  } catch (error) {
    await heard(failure);
    throw error;
  }
}

/** Devices tell of their failures between two turns of Node's loop. @throws {DeviceFailure} */
async function heard(failure: Training['failure']): Promise<void> {
  await setImmediate();
  const lost = failure();
  if (lost !== null) throw new DeviceFailure(lost);
}

async function steps(training: Training): Promise<number> {
  const { network, optimizer, pictures, batch, done, steps: wanted, smoothing, decay, trace, recorded, failure, onStep, signal } = training;
  const { parameters } = network;
  let coming = begun(pictures, done + 1, batch);
  for (let t = done + 1; t <= done + wanted; t++) {
    // Between two steps there is time to hear of an interrupt: backends that compute in this thread leave none of themselves.
    await heard(failure);
    if (signal.aborted) return t - 1 - done;
    const { pictures: data, labels } = await coming;
    // While this step computes, the next one's pictures are read; no more than these.
    if (t < done + wanted) coming = begun(pictures, t + 1, batch);
    const started = performance.now();
    const x: Tensor4D = tensor(data, [batch, pictures.size, pictures.size, 3]);
    const y: Tensor1D = tensor(labels, [batch], 'int32');
    const { loss, gradients } = lossAndGradients(network, x, y, smoothing, decay);
    const [value] = (await loss.data()) as Float32Array;
    for (const used of [x, y, loss]) used.dispose();
    const recording = trace === null ? 0 : performance.now();
    const before = trace === null ? null : await snapshot({ x: parameters, g: gradients, g_before: optimizer.before, w: optimizer.rates });
    const until = performance.now();
    const next = optimizer.step(new Map([...parameters].map(([name, old]) => [name, { x: old, g: gradients.get(name)! }])));
    for (const [name, moved] of next) {
      parameters.get(name)!.dispose();
      parameters.set(name, moved);
    }
    const time = performance.now() - started - (trace === null ? 0 : until - recording);
    if (trace !== null && before !== null) {
      const after = await snapshot({ x_after: parameters, w_after: optimizer.rates });
      await heard(failure);
      for (const [index, { name }] of network.architecture.parameters.entries()) trace.write(row({ t, index, name, loss: value!, recorded }, { ...before, ...after }));
    }
    onStep({ t, loss: value!, time, tensors: memory().numTensors });
    if (!Number.isFinite(value)) return t - done;
  }
  return wanted;
}

/** The t-th batch, on its way. */
function begun(pictures: Pictures, t: number, count: number): Promise<Batch> {
  const batch = (async () => pictures.batch(t, count))();
  // What goes wrong is told when the batch is due. Until then, and where the run ends before, nobody listens.
  batch.catch(() => undefined);
  return batch;
}

type Snapshot = Readonly<Record<string, ReadonlyMap<string, Float32Array>>>;

async function snapshot(columns: Readonly<Record<string, ReadonlyMap<string, Tensor>>>): Promise<Snapshot> {
  const read: Record<string, Map<string, Float32Array>> = {};
  for (const [column, tensors] of Object.entries(columns)) {
    const values = new Map<string, Float32Array>();
    for (const [name, held] of tensors) values.set(name, (await held.data()) as Float32Array);
    read[column] = values;
  }
  return read;
}

interface RowOf {
  readonly t: number;
  readonly index: number;
  readonly name: string;
  readonly loss: number;
  readonly recorded: Training['recorded'];
}

/** Before the first step there is no gradient of a step before: 0 stands there. */
function row({ t, index, name, loss, recorded }: RowOf, columns: Snapshot): TraceRow {
  const chosen = recorded?.get(name) ?? null;
  const size = columns['x']!.get(name)!.length;
  const taken = (column: string): readonly [string, Float32Array][] => {
    const values = columns[column]!.get(name) ?? (column === 'g_before' ? new Float32Array(size) : undefined);
    if (values === undefined) return [];
    return [[column, chosen === null ? values : Float32Array.from(chosen, (i) => values[i]!)]];
  };
  return { step: t, parameter: index, loss, index: chosen, columns: Object.fromEntries(Object.keys(columns).flatMap(taken)) };
}
