import { tensor, tidy, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Batch } from './data.js';
import type { FolderPictures } from './folder.js';
import type { Network } from './network.js';
import { Pass } from './pass.js';

/** So many pictures at a time: as many as fit beside a large network. */
const AT_ONCE = 64;

export interface Score {
  /** The mean cross entropy. */
  readonly loss: number;
  /** How many pictures have their class's logit as the largest. */
  readonly right: number;
}

/** How a network does on pictures that it was not trained on, batch normalisation by what it remembers. Nothing of it changes. @param size height and width. */
export async function evaluate({ architecture, parameters, running }: Network, { pictures, labels }: Batch, size: number): Promise<Score> {
  const { classes } = architecture;
  const length = size * size * 3;
  let [loss, right] = [0, 0];
  for (let from = 0; from < labels.length; from += AT_ONCE) {
    const own = labels.subarray(from, from + AT_ONCE);
    const [logits, mean] = tidy(() => {
      const pass = new Pass(parameters, running, false);
      const x: Tensor4D = tensor(pictures.subarray(from * length, (from + own.length) * length), [own.length, size, size, 3]);
      const y: Tensor1D = tensor(own, [own.length], 'int32');
      const value = architecture.logits(pass, x);
      return [value.tensor, pass.crossEntropy(value, y, 0)] as const;
    });
    const [rows, [entropy]] = [(await logits.data()) as Float32Array, (await mean.data()) as Float32Array];
    logits.dispose();
    mean.dispose();
    loss += entropy! * own.length;
    for (const [n, label] of own.entries()) {
      const row = rows.subarray(n * classes, (n + 1) * classes);
      // NaN is larger than nothing.
      if (row.every((logit, k) => k === label || row[label]! > logit)) right += 1;
    }
  }
  return { loss: loss / labels.length, right };
}

/** How many of the first `count` pictures the network puts into their class, `batch` at a time; of fewer where it is told to stop. @throws {InputError} a picture that cannot be read. */
export async function countRight(
  network: Network,
  { size, judged }: FolderPictures,
  count: number,
  batch: number,
  signal: AbortSignal,
): Promise<{ readonly right: number; readonly of: number }> {
  let right = 0;
  for (let from = 0; from < count; from += batch) {
    const pictures = await judged(from, Math.min(from + batch, count));
    if (signal.aborted) return { right, of: from };
    right += (await evaluate(network, pictures, size)).right;
  }
  return { right, of: count };
}
