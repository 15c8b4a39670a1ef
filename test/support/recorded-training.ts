/** A tiny network trains, every step is recorded, and the record is judged. */

import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ready } from '../../src/resnet/backend.js';
import { waves } from '../../src/resnet/data.js';
import { createNetwork, disposeNetwork, smallResNet } from '../../src/resnet/network.js';
import type { TensorOptimizer } from '../../src/resnet/optimizer.js';
import { randomOf } from '../../src/resnet/random.js';
import { sampled, train, type StepTold } from '../../src/resnet/train.js';
import { conclude, readPart, type TraceVerdict } from '../../src/trace/check.js';
import { openTrace } from '../../src/trace/read.js';
import { createTrace } from '../../src/trace/write.js';

export const TINY = smallResNet(4, 1, [4, 6, 8]);

export interface Recorded {
  readonly verdict: TraceVerdict;
  readonly steps: readonly StepTold[];
  readonly path: string;
}

export interface Options {
  readonly steps?: number;
  readonly sample?: number | null;
  readonly seed?: number;
  readonly batch?: number;
  /** λ of weight decay. */
  readonly decay?: number;
}

export type OptimizerOf = (parameters: ReadonlyMap<string, Tensor>) => TensorOptimizer;

let traces = 0;

export async function recordedTraining(
  folder: string,
  { device, failure }: Ready,
  optimizerOf: OptimizerOf,
  { steps = 12, sample = null, seed = 1, batch = 4, decay = 0 }: Options,
): Promise<Recorded> {
  const network = createNetwork(TINY, randomOf(seed, 1).normal);
  const optimizer = optimizerOf(network.parameters);
  const path = join(folder, `${(traces += 1)}.arrow`);
  const trace = createTrace(path, {
    version: 1,
    method: optimizer.method,
    config: optimizer.config,
    parameters: TINY.parameters,
    steps,
    sample: sample === null ? null : { seed, count: sample },
    producer: { name: 'test', version: '1', device },
  });
  const told: StepTold[] = [];
  try {
    await train({
      network,
      optimizer,
      pictures: waves(seed, 8, TINY.classes),
      batch,
      done: 0,
      steps,
      smoothing: 0,
      decay,
      trace,
      recorded: sample === null ? null : sampled(network, seed, sample),
      failure,
      onStep: (step) => told.push(step),
      signal: new AbortController().signal,
    });
    trace.finish();
  } finally {
    trace.close();
    optimizer.dispose();
    disposeNetwork(network);
  }
  const read = openTrace(path);
  try {
    const { method, config } = read.header;
    return { verdict: conclude([readPart(read, method, config, { part: 0, of: 1 }, () => false)], read.header, method, config, 0), steps: told, path };
  } finally {
    read.close();
  }
}

/** What does not hold. */
export function trouble({ results }: TraceVerdict): Record<string, string> {
  return Object.fromEntries(results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict }) => [id, verdict]));
}
