import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keep, tensor } from '@tensorflow/tfjs-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../src/base/errors.js';
import { optional } from '../src/cli/optional.js';
import { readyBackend } from '../src/resnet/backend.js';
import { randomCrop } from '../src/resnet/crop.js';
import { waves, type Batch, type Pictures } from '../src/resnet/data.js';
import { folderPictures, listPictures, type FolderPictures } from '../src/resnet/folder.js';
import { createNetwork, smallResNet } from '../src/resnet/network.js';
import { sgd } from '../src/resnet/optimizer.js';
import { readPicture } from '../src/resnet/picture.js';
import { randomOf, type Random } from '../src/resnet/random.js';
import { countRight } from '../src/resnet/evaluate.js';
import { train } from '../src/resnet/train.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-data-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const even = (width: number, height: number, grey: number): Sharp => sharp({ create: { width, height, channels: 3, background: { r: grey, g: grey, b: grey } } });

/** Red says in which column of the picture a place is, green in which row: 0 at the first, 255 at the last. Blue tells pictures apart. */
function map(width: number, height: number, blue = 128): Sharp {
  const raw = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) raw.set([Math.round((255 * column) / (width - 1)), Math.round((255 * row) / (height - 1)), blue], 3 * (row * width + column));
  return sharp(raw, { raw: { width, height, channels: 3 } });
}
const SHARPEST = { quality: 100, chromaSubsampling: '4:4:4' } as const;

/** A folder in ImageNet's layout: cats, dogs and eels, of every kind that is met. */
async function set(name: string): Promise<string> {
  const root = join(folder, name);
  for (const kind of ['cat', 'dog', 'eel']) for (const part of ['train', 'val']) mkdirSync(join(root, part, kind), { recursive: true });
  const write = async (path: string, picture: Sharp): Promise<unknown> => picture.toFile(join(root, path));
  await Promise.all([
    write('train/cat/n1.JPEG', map(64, 48, 10).jpeg(SHARPEST)),
    write('train/cat/n2.jpg', map(64, 48, 40).jpeg({ progressive: true })),
    write('train/dog/n1.jpeg', map(33, 71, 80).greyscale().jpeg()),
    write('train/dog/n2.JPG', map(5, 3, 120).jpeg()),
    write('train/dog/n3.JPEG', map(40, 40, 160).toColourspace('cmyk').jpeg()),
    write('train/eel/n1.JPEG', map(90, 30, 200).png()),
    write('train/eel/n2.JPEG', map(31, 33, 240).withMetadata({ orientation: 6 }).jpeg()),
    ...['cat', 'dog', 'eel'].map(async (kind, n) => write(`val/${kind}/a.jpg`, even(40, 30, 40 * n).jpeg())),
  ]);
  for (const file of ['train/README.txt', 'train/cat/Thumbs.db', 'train/dog/list.csv', 'train/eel/._n1.JPEG']) writeFileSync(join(root, file), 'no picture');
  mkdirSync(join(root, 'train', '.cache'));
  return root;
}

let root: string;
beforeAll(async () => {
  root = await set('set');
});

const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
/** The number from 0 to 255 that was normalised. */
const stored = (value: number, colour: number): number => 255 * (value * DEVIATION[colour]! + MEAN[colour]!);

async function read(file: string, size: number, seed: number | null = null): Promise<Float32Array> {
  const into = new Float32Array(size * size * 3);
  await readPicture({ file, seed }, size, into);
  return into;
}

describe('what a folder holds', () => {
  test('classes in the order of their names, pictures by their endings, nothing hidden', () => {
    const { classes, files, labels, digest } = listPictures(root, 'train');
    expect(classes).toEqual(['cat', 'dog', 'eel']);
    expect(files.map((file) => file.slice(join(root, 'train').length + 1).replaceAll('\\', '/'))).toEqual([
      'cat/n1.JPEG',
      'cat/n2.jpg',
      'dog/n1.jpeg',
      'dog/n2.JPG',
      'dog/n3.JPEG',
      'eel/n1.JPEG',
      'eel/n2.JPEG',
    ]);
    expect([...labels]).toEqual([0, 0, 1, 1, 1, 2, 2]);
    // The folder of the classes itself will do, and so will a copy elsewhere; other names are other pictures.
    expect(listPictures(join(root, 'train'), 'train')).toMatchObject({ classes, digest });
    const copy = join(folder, 'copy');
    cpSync(join(root, 'train'), copy, { recursive: true });
    expect(listPictures(copy, 'train').digest).toBe(digest);
    renameSync(join(copy, 'cat', 'n2.jpg'), join(copy, 'cat', 'n3.jpg'));
    expect(listPictures(copy, 'train').digest).not.toBe(digest);
  });

  test('says what is missing', () => {
    const bad = join(folder, 'bad');
    mkdirSync(join(bad, 'a'), { recursive: true });
    expect(() => listPictures(join(folder, 'none'), 'train')).toThrow(/expected .*none to be a folder with pictures, but there is no such folder\. docs\/RESNET\.md/);
    expect(() => listPictures(join(root, 'train', 'README.txt'), 'train')).toThrow(
      /README\.txt to be a folder with pictures, but it cannot be read: a part of that path is a file/,
    );
    expect(() => listPictures(bad, 'train')).toThrow(/bad to be a folder with 2 to 1000 folders, one for each class, but it has 1\./);
    mkdirSync(join(bad, 'b'));
    writeFileSync(join(bad, 'b', 'x.jpg'), '');
    expect(() => listPictures(bad, 'train')).toThrow(/bad.a to be a class with pictures, as \*\.JPEG, \*\.jpeg or \*\.jpg, but it has none/);
    expect(() => listPictures(bad, 'val')).toThrow(/bad.val to be a folder with pictures, but there is no such folder/);
  });

  test('the package that reads pictures may be missing', async () => {
    const missing = Object.assign(new Error("Cannot find package 'sharp' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(optional(async () => Promise.reject(missing))).rejects.toThrow(
      'expected the packages that read pictures to be installed, and they are not: npm install sharp@0.35',
    );
    const half = new Error('Could not load the "sharp" module using the linux-x64 runtime\nPossible solutions:');
    await expect(optional(async () => Promise.reject(half))).rejects.toThrow('expected sharp to be whole. Could not load the "sharp" module using the linux-x64 runtime\nPossible');
  });
});

describe('a crop', () => {
  /** Draws what it is told, one after the other. */
  function told(...numbers: number[]): Random {
    const uniform = (): number => numbers.shift()!;
    return { uniform, below: (count) => Math.floor(count * uniform()), normal: uniform };
  }

  test('by hand: area and ratio first, then its place', () => {
    // Area 100·50·(0.08 + 0.92/2) = 2700, ratio (3/4)·(16/9)^½ = 1: 52×52, which is higher than the picture; then area 400, ratio 3/4: 17×23, at ¼ of the 28 and ¾ of the 84 places.
    expect(randomCrop(told(0.5, 0.5, 0, 0, 0.25, 0.75), 100, 50)).toEqual({ width: 17, height: 23, top: 7, left: 63 });
    expect(randomCrop(told(1, 0.5, 0.99, 0.99), 100, 100)).toEqual({ width: 100, height: 100, top: 0, left: 0 });
  });

  test('what is too long for every crop gives its middle', () => {
    const { uniform, below, normal } = randomOf(1, 1);
    let drawn = 0;
    const counted: Random = { uniform: () => (drawn++, uniform()), below, normal };
    expect(randomCrop(counted, 1000, 10)).toEqual({ left: 493, top: 0, width: 13, height: 10 });
    expect(randomCrop(counted, 10, 1000)).toEqual({ left: 0, top: 493, width: 10, height: 13 });
    expect(drawn).toBe(40);
  });

  test.each([[1, 1], [2, 3], [33, 71], [500, 375]])('of %i×%i: inside, and of the area and ratio that are promised', (width, height) => {
    const random = randomOf(2, width);
    for (let i = 0; i < 300; i++) {
      const { left, top, width: w, height: h } = randomCrop(random, width, height);
      expect(w >= 1 && h >= 1 && left >= 0 && top >= 0 && left + w <= width && top + h <= height && [left, top, w, h].every(Number.isInteger), `${left} ${top} ${w} ${h}`).toBe(
        true,
      );
      // Half a pixel of each side is rounded away.
      expect((w + 0.5) * (h + 0.5) >= 0.08 * width * height && (w + 0.5) / (h - 0.5) >= 3 / 4 && (w - 0.5) / (h + 0.5) <= 4 / 3, `${w}×${h}`).toBe(true);
    }
  });
});

describe('a picture', () => {
  /** Where the columns or rows of what was read come from, from 0 to 1: the ends of the line through the middles of all but the outermost. */
  function seen(values: Float32Array, size: number, colour: 0 | 1): { readonly first: number; readonly last: number } {
    const at = (i: number): number =>
      Array.from({ length: size }, (_, other) => {
        const [row, column] = colour === 0 ? [other, i] : [i, other];
        return stored(values[3 * (row * size + column) + colour]!, colour) / 255 / size;
      }).reduce((sum, value) => sum + value, 0);
    const [low, high] = [3, size - 4];
    const slope = (at(high) - at(low)) / (high - low);
    return { first: at(low) - slope * (low + 0.5), last: at(high) + slope * (size - 0.5 - high) };
  }

  test('is cropped to what was drawn, and mirrored half of the time', async () => {
    const [width, height, size] = [160, 120, 24];
    const file = join(folder, 'map.jpg');
    await map(width, height).jpeg(SHARPEST).toFile(file);
    let mirrored = 0;
    const reach = { left: 1, right: 0, top: 1, bottom: 0 };
    for (let seed = 0; seed < 60; seed++) {
      const values = await read(file, size, seed);
      const [columns, rows] = [seen(values, size, 0), seen(values, size, 1)];
      if (columns.first > columns.last) mirrored++;
      // The first pixel's middle has the colour 0, the last one's the colour 255.
      const [left, right] = [columns.first, columns.last].toSorted((a, b) => a - b).map((share) => share * (width - 1) + 0.5) as [number, number];
      const [top, bottom] = [rows.first, rows.last].map((share) => share * (height - 1) + 0.5) as [number, number];
      const crop = randomCrop(randomOf(seed, 0), width, height);
      const found = [left, top, right - left, bottom - top];
      for (const [i, wanted] of [crop.left, crop.top, crop.width, crop.height].entries())
        expect(Math.abs(found[i]! - wanted), `seed ${seed}: ${String(found)} for ${JSON.stringify(crop)}`).toBeLessThan(1.5);
      Object.assign(reach, {
        left: Math.min(reach.left, left / width),
        right: Math.max(reach.right, right / width),
        top: Math.min(reach.top, top / height),
        bottom: Math.max(reach.bottom, bottom / height),
      });
    }
    expect(mirrored).toBeGreaterThan(15);
    expect(mirrored).toBeLessThan(45);
    expect(reach.left < 0.05 && reach.top < 0.05 && reach.right > 0.95 && reach.bottom > 0.95).toBe(true);
  });

  test('to be judged by is its middle, not mirrored, its short side 256 for 224', async () => {
    for (const [width, height] of [[320, 160], [160, 320], [200, 200]] as const) {
      const file = join(folder, 'judged.jpg');
      await map(width, height).jpeg(SHARPEST).toFile(file);
      const values = await read(file, 56);
      // The middle 56 of the 64 that the short side becomes.
      for (const [colour, side] of [[0, width], [1, height]] as const) {
        const share = (56 / 64) * (Math.min(width, height) / side);
        const { first, last } = seen(values, 56, colour);
        expect(Math.abs(first - (1 - share) / 2) < 0.01 && Math.abs(last - (1 + share) / 2) < 0.01, `${width}×${height}: ${first} to ${last}, not ${share}`).toBe(true);
      }
    }
  });

  test.each([[0, [-2.117904, -2.035714, -1.804444]], [128, [0.074064, 0.205182, 0.426493]], [255, [2.248908, 2.428571, 2.64]]] as const)(
    'is normalised: %i',
    async (grey, [red, green, blue]) => {
      const file = join(folder, `${grey}.jpg`);
      await even(20, 20, grey).jpeg(SHARPEST).toFile(file);
      for (const seed of [null, 1]) {
        const values = await read(file, 8, seed);
        for (let i = 0; i < values.length; i += 3) for (const [colour, wanted] of [red, green, blue].entries()) expect(values[i + colour]).toBeCloseTo(wanted, 5);
      }
    },
  );

  test('of every kind comes out in three colours', async () => {
    const colours = async (name: string): Promise<number[]> => {
      const values = await read(join(root, 'train', name), 28);
      return [0, 1, 2].map((colour) => values.filter((_, i) => i % 3 === colour).reduce((sum, value) => sum + stored(value, colour), 0) / 28 ** 2);
    };
    const near = (found: readonly number[], wanted: readonly number[], by: number): void => {
      for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value), `${String(found)} for ${String(wanted)}`).toBeLessThan(by);
    };
    near(await colours('cat/n1.JPEG'), [127.5, 127.5, 10], 2);
    near(await colours('cat/n2.jpg'), [127.5, 127.5, 40], 4);
    // All colours of a grey picture are the same.
    const [red, green, blue] = (await colours('dog/n1.jpeg')) as [number, number, number];
    expect(Math.max(Math.abs(red - green), Math.abs(green - blue))).toBeLessThan(1e-3);
    near(await colours('dog/n2.JPG'), [127.5, 127.5, 120], 6);
    near(await colours('dog/n3.JPEG'), [127.5, 127.5, 160], 40);
    // Enlarged: the rows may lie half a pixel beside where they should.
    near(await colours('eel/n1.JPEG'), [127.5, 127.5, 200], 0.5 * (255 / 29) + 1);
    near(await colours('eel/n2.JPEG'), [127.5, 127.5, 240], 6);
  });

  test('that is broken is named', async () => {
    const whole = readFileSync(join(root, 'train/cat/n1.JPEG'));
    for (
      const [name, content, reason] of [
        ['cut.jpg', whole.subarray(0, whole.length / 2), /cut\.jpg to be a whole JPEG, but it cannot be read: .*premature end/],
        ['text.jpg', 'no picture', /text\.jpg.*unsupported image format/],
        ['empty.jpg', '', /empty\.jpg/],
        ['drawing.jpg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /drawing\.jpg.*it is svg/],
      ] as const
    ) {
      const file = join(folder, name);
      writeFileSync(file, content);
      for (const seed of [null, 1]) await expect(read(file, 8, seed)).rejects.toThrow(reason);
      await expect(read(file, 8)).rejects.toBeInstanceOf(InputError);
    }
  });
});

describe('batches', () => {
  async function opened<T>(path: string, body: (pictures: FolderPictures) => Promise<T>, seed = 1): Promise<T> {
    const pictures = folderPictures(listPictures(path, 'train'), seed, 16);
    try {
      return await body(pictures);
    } finally {
      await pictures.close();
    }
  }

  test('are the same for the same seed and step, in whatever order they are asked for', async () => {
    const straight = await opened(root, async ({ batch }) => {
      const all: Batch[] = [];
      for (let t = 1; t <= 6; t++) all.push(await batch(t, 4));
      return all;
    });
    const mixed = await opened(root, async ({ batch }) => Promise.all([6, 2, 1, 5, 3, 4].map(async (t) => ({ t, found: await batch(t, 4) }))));
    for (const { t, found } of mixed) expect(found).toEqual(straight[t - 1]);
    const other = await opened(root, async ({ batch }) => batch(1, 4), 2);
    expect(other.pictures).not.toEqual(straight[0]!.pictures);
    expect(straight[0]!.pictures.length).toBe(4 * 16 * 16 * 3);
  });

  test('show every picture once in each epoch, each time in another order and cropped anew', async () => {
    // Each picture is even, and of a grey of its own.
    const greys = join(folder, 'greys');
    for (const [label, kind] of ['a', 'b'].entries()) {
      mkdirSync(join(greys, kind), { recursive: true });
      for (let n = 0; n < 7; n++) await even(16, 16, 10 * (2 * n + label)).jpeg(SHARPEST).toFile(join(greys, kind, `${n}.jpg`));
    }
    const [size, count, epochs] = [16 * 16 * 3, 4, 2];
    const order = await opened(greys, async ({ batch }) => {
      const found: number[] = [];
      for (let t = 1; t <= (14 * epochs) / count; t++) {
        const { pictures, labels } = await batch(t, count);
        for (let n = 0; n < count; n++) {
          const which = Math.abs(Math.round(stored(pictures[n * size]!, 0) / 10));
          expect(labels[n]).toBe(which % 2);
          found.push(which);
        }
      }
      return found;
    });
    const each = Array.from({ length: epochs }, (_, epoch) => order.slice(14 * epoch, 14 * (epoch + 1)));
    for (const epoch of each) expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i));
    expect(new Set(each.map(String)).size).toBe(epochs);
    // One picture twice: what differs are the crops.
    const twice = join(folder, 'twice');
    for (const kind of ['a', 'b']) {
      mkdirSync(join(twice, kind), { recursive: true });
      await map(64, 48).jpeg(SHARPEST).toFile(join(twice, kind, 'x.jpg'));
    }
    const crops = await opened(twice, async ({ batch }) => Promise.all([1, 2, 3].map(async (t) => (await batch(t, 2)).pictures)));
    const sums = crops.flatMap((pictures) => [pictures.subarray(0, size), pictures.subarray(size)]).map((picture) => picture.reduce((sum, value) => sum + value, 0));
    expect(new Set(sums).size).toBe(6);
  });

  test('fail once the thread has ended, and keep nobody waiting', async () => {
    const pictures = folderPictures(listPictures(root, 'train'), 1, 16);
    const waiting = pictures.batch(1, 400).then(() => 'it came', String);
    await pictures.close();
    expect(await waiting).toContain('the thread that reads pictures has ended');
    await expect(pictures.batch(2, 4)).rejects.toThrow('the thread that reads pictures has ended');
  });

  test('with a broken picture name it, and the next is none the worse', async () => {
    const path = await set('broken');
    const whole = readFileSync(join(path, 'train/cat/n1.JPEG'));
    writeFileSync(join(path, 'train/cat/n1.JPEG'), whole.subarray(0, 600));
    await opened(path, async ({ batch, judged }) => {
      await expect(batch(1, 7)).rejects.toThrow(/cat.n1\.JPEG to be a whole JPEG/);
      const order = listPictures(path, 'train').labels.length;
      const each = await Promise.allSettled(Array.from({ length: order }, async (_, n) => judged(n, n + 1)));
      expect(each.filter(({ status }) => status === 'rejected').length).toBe(1);
    });
  });
});

describe('training', () => {
  const TINY = smallResNet(3, 1, [4, 6, 8]);

  /** Pictures that say when they are asked for, and come when they may. */
  function watched(fails: number | null): { readonly pictures: Pictures; readonly asked: number[] } {
    const [{ batch }, asked] = [waves(1, 8, 3), [] as number[]];
    return {
      asked,
      pictures: {
        size: 8,
        classes: 3,
        async batch(index, count) {
          asked.push(index);
          await setImmediate();
          if (index === fails) throw new InputError({ expected: 'a', received: `broken ${index}`, remedy: 'c' });
          return batch(index, count);
        },
      },
    };
  }

  async function steps(pictures: Pictures, asked: readonly number[], stopAfter = 5): Promise<readonly (readonly [number, number])[]> {
    await readyBackend('wasm');
    const controller = new AbortController();
    const told: [number, number][] = [];
    await train({
      network: createNetwork(TINY, randomOf(1, 1).normal),
      optimizer: sgd(0.1),
      pictures,
      batch: 2,
      done: 10,
      steps: 5,
      smoothing: 0,
      decay: 0,
      trace: null,
      recorded: null,
      failure: () => null,
      signal: controller.signal,
      onStep({ t }) {
        told.push([t, asked.length]);
        if (told.length === stopAfter) controller.abort();
      },
    });
    return told;
  }

  test('asks for one batch ahead, and no more', async () => {
    const { pictures, asked } = watched(null);
    expect(await steps(pictures, asked)).toEqual([[11, 2], [12, 3], [13, 4], [14, 5], [15, 5]]);
    expect(asked).toEqual([11, 12, 13, 14, 15]);
  });

  test('tells of a broken batch when it is due, and of none that is not', async () => {
    const due = watched(13);
    await expect(steps(due.pictures, due.asked)).rejects.toThrow('broken 13');
    const never = watched(13);
    expect(await steps(never.pictures, never.asked, 2)).toEqual([[11, 2], [12, 3]]);
    await setImmediate();
  });

  test('counts what the network puts into the right class', async () => {
    await readyBackend('cpu');
    const network = createNetwork(TINY, randomOf(1, 1).normal);
    // Whatever it sees, it says 2.
    network.parameters.set('fc.bias', keep(tensor([0, 0, 1e6])));
    const labels = [2, 0, 2, 2, 1, 2, 0];
    const asked: number[][] = [];
    const pictures: FolderPictures = {
      size: 8,
      classes: 3,
      batch: async () => Promise.reject(new Error('not for training')),
      close: async () => undefined,
      async judged(from, to) {
        asked.push([from, to]);
        return { pictures: new Float32Array((to - from) * 8 * 8 * 3), labels: Int32Array.from(labels.slice(from, to)) };
      },
    };
    expect(await countRight(network, pictures, 7, 3, new AbortController().signal)).toEqual({ right: 4, of: 7 });
    expect(asked).toEqual([[0, 3], [3, 6], [6, 7]]);
    expect(await countRight(network, pictures, 7, 3, AbortSignal.abort())).toEqual({ right: 0, of: 0 });
  });
});

test('on the command line', () => {
  const run = (...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [MAIN, 'resnet', '--backend', 'wasm', '--image', '16', '--batch', '3', '--seed', '1', ...args], { encoding: 'utf8' });
  const { status, stdout, stderr } = run('--data', root, '--steps', '2', '--evaluate', '9');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/7 pictures in 3 classes, each of 16×16, 3 a step, seed 1\n/);
  expect(stdout).toMatch(/\n[0-3] of 3 pictures that were held out are put into their class: top-1 accuracy \d+\.\d %\n/);
  writeFileSync(join(folder, 'broken/train/cat/n1.JPEG'), 'no picture');
  expect(run('--data', join(folder, 'broken'), '--steps', '3')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^omg-oracle: expected .*n1\.JPEG to be a whole JPEG, but it cannot be read: .*\n$/) as unknown,
  });
  expect(run('--data', root, '--classes', '3')).toMatchObject({ status: 2, stderr: expect.stringMatching(/expected no --classes with --data/) as unknown });
  expect(run('--evaluate', '3')).toMatchObject({ status: 2, stderr: expect.stringMatching(/expected --evaluate with --data DIR/) as unknown });
  renameSync(join(root, 'val', 'eel'), join(root, 'val', 'emu'));
  expect(run('--data', root, '--evaluate', '3')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/expected the same classes in .*val as in its "train", but one has "eel" where the other has "emu"/) as unknown,
  });
});
