/** Pictures from disk, in ImageNet's layout: a folder for each class, with its pictures in it. */

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
// The thread that asks loads it first: its library must outlive the thread that reads.
import 'sharp';
import { InputError } from '../base/errors.js';
import { isFolder } from '../base/files.js';
import { whyUnread } from '../../reports/input.js';
import type { Batch, Pictures } from './data.js';
import { LIMITS } from './names.js';
import type { BatchOrder, BatchRead } from './picture-thread.js';
import { randomOf } from './random.js';

/** What a folder holds. Classes are numbered in the order of their names, by code unit. */
export interface Listing {
  readonly classes: readonly string[];
  readonly files: readonly string[];
  /** The class of each file. */
  readonly labels: Int32Array;
  /** SHA-256 of the names of all files, with their classes' folders: of the same pictures, wherever they lie, it is the same. */
  readonly digest: string;
}

const PICTURE = /\.jpe?g$/i;

const badFolder = (path: string, expected: string, received: string, options?: ErrorOptions): never => {
  throw new InputError({ expected: `${path} to be ${expected}`, received, remedy: 'docs/RESNET.md says how pictures lie: DIR/train/CLASS/*.JPEG, or DIR/CLASS/*.JPEG.' }, options);
};

/**
 * Lists `root`/`part` where there is such a folder; where there is none, and `part` is "train", `root` itself.
 * @throws {InputError} where there are no two folders with pictures, or one without.
 */
export function listPictures(root: string, part: 'train' | 'val'): Listing {
  const path = part === 'val' || isFolder(join(root, part)) ? join(root, part) : root;
  const classes = entries(path).filter((name) => !name.startsWith('.') && isFolder(join(path, name))).toSorted(byCodeUnit);
  const [least, most] = LIMITS.classes;
  if (classes.length < least || classes.length > most) badFolder(path, `a folder with ${least} to ${most} folders, one for each class`, `it has ${classes.length}`);
  const digest = createHash('sha256');
  const files: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of classes.entries()) {
    const pictures = entries(join(path, name)).filter((file) => PICTURE.test(file) && !file.startsWith('.')).toSorted(byCodeUnit);
    if (pictures.length === 0) badFolder(join(path, name), 'a class with pictures, as *.JPEG, *.jpeg or *.jpg', 'it has none');
    for (const picture of pictures) {
      files.push(join(path, name, picture));
      labels.push(label);
      digest.update(`${name}/${picture}\n`);
    }
  }
  return { classes, files, labels: Int32Array.from(labels), digest: digest.digest('hex') };
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    return badFolder(path, 'a folder with pictures', whyUnread(error).replace('no such file', 'no such folder'), { cause: error });
  }
}

/** Reads batches of pictures in a thread of its own. */
export interface FolderPictures extends Pictures {
  /**
   * The `index`-th batch, from 1, of a run over the pictures again and again, each time in an order of its own: the same for the same index, whatever was
   * asked for before. Every picture is cropped and mirrored by chance. @throws {InputError} a picture that cannot be read.
   */
  readonly batch: (index: number, count: number) => Promise<Batch>;
  /** Pictures `from` to below `to` in the order of the first epoch, uncropped but for their edges: to be judged by. @throws {InputError} */
  readonly judged: (from: number, to: number) => Promise<Batch>;
  /** Ends the thread. What was asked for and did not come yet fails, as does what is asked for from then on. */
  readonly close: () => Promise<void>;
}

/** @param size height and width of what a batch holds. */
export function folderPictures({ classes, files, labels }: Listing, seed: number, size: number): FolderPictures {
  const worker = new Worker(new URL('picture-thread.js', import.meta.url));
  const waiting = new Map<number, { readonly resolve: (pictures: Float32Array) => void; readonly reject: (error: unknown) => void }>();
  worker.on('message', (read: BatchRead) => {
    const { resolve, reject } = waiting.get(read.id)!;
    waiting.delete(read.id);
    if ('pictures' in read) resolve(read.pictures);
    else reject('complaint' in read ? new InputError(read.complaint) : read.error);
  });
  // Whatever ends the thread: nobody waits for it in vain, now or later.
  let ended: Error | null = null;
  const end = (reason: Error): void => {
    ended ??= reason;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the thread that reads pictures has ended')));
  let asked = 0;
  const read = async (chosen: readonly number[], seeds: readonly (number | null)[]): Promise<Batch> => {
    const id = asked++;
    const pictures = await new Promise<Float32Array>((resolve, reject) => {
      if (ended !== null) throw ended;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, size, pictures: chosen.map((picture, n) => ({ file: files[picture]!, seed: seeds[n]! })) } satisfies BatchOrder);
    });
    return { pictures, labels: Int32Array.from(chosen, (picture) => labels[picture]!) };
  };
  const order = ordered(files.length, seed);
  return {
    size,
    classes: classes.length,
    async batch(index, count) {
      const { below } = randomOf(seed, 1_000_000 + index);
      const first = (index - 1) * count;
      return read(Array.from({ length: count }, (_, n) => order(first + n)), Array.from({ length: count }, () => below(2 ** 31)));
    },
    judged: async (from, to) => read(Array.from({ length: to - from }, (_, n) => order(from + n)), Array.from({ length: to - from }, () => null)),
    async close() {
      await worker.terminate();
    },
  };
}

/** The picture at each place of a run through all `count` of them, epoch after epoch. */
function ordered(count: number, seed: number): (place: number) => number {
  // A batch lies in two epochs at most while it is not larger than one, and the next is asked for before its end.
  let known = -1;
  let order = new Int32Array(0);
  return (place) => {
    const epoch = Math.floor(place / count);
    if (epoch !== known) {
      known = epoch;
      order = shuffled(count, randomOf(seed, 3_000_000 + epoch).below);
    }
    return order[place % count]!;
  };
}

/** All orders alike: R. A. Fisher, F. Yates. */
function shuffled(count: number, below: (count: number) => number): Int32Array<ArrayBuffer> {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
