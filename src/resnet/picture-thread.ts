/** The thread that reads pictures while a step computes: it gets batches to read, and answers each with its numbers. */

import { availableParallelism } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { InputError, type Complaint } from '../base/errors.js';
import { readPicture, type PictureOrder } from './picture.js';

export interface BatchOrder {
  readonly id: number;
  readonly size: number;
  readonly pictures: readonly PictureOrder[];
}

/** A batch, [N, size, size, 3]; or what is wrong with one of its pictures, or with this program. */
export type BatchRead = { readonly id: number } & ({ readonly pictures: Float32Array } | { readonly complaint: Complaint } | { readonly error: unknown });

/** Each has a file open and its pixels in memory. */
const AT_ONCE = Math.max(4, availableParallelism());

const port = parentPort!;
port.on('message', (order: BatchOrder) => void read(order));

async function read({ id, size, pictures }: BatchOrder): Promise<void> {
  const each = size * size * 3;
  const batch = new Float32Array(pictures.length * each);
  const left = pictures.entries();
  try {
    // Whichever reader is free takes the next; what each writes, and where, does not depend on who is first.
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const [n, picture] of left) await readPicture(picture, size, batch.subarray(n * each, (n + 1) * each));
    }));
    port.postMessage({ id, pictures: batch } satisfies BatchRead, [batch.buffer]);
  } catch (error) {
    port.postMessage((error instanceof InputError ? { id, complaint: error.complaint } : { id, error }) satisfies BatchRead);
  }
}
