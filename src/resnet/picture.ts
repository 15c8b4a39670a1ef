import sharp, { type Sharp } from 'sharp';
import { InputError } from '../base/errors.js';
import { LARGEST, readBytes } from '../../reports/input.js';
import { middle, randomCrop } from './crop.js';
import { randomOf } from './random.js';

/** A picture to read, and how. */
export interface PictureOrder {
  readonly file: string;
  /** What its crop and its side are drawn with; null: to be judged by, all of it but its edges, as it is. */
  readonly seed: number | null;
}

/** Of ImageNet's red, green and blue, as everybody takes them. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

const MEND = 'Remove it, or put a whole one in its place.';

/** What the short side is before the middle is cut out: 256 for 224. */
const AROUND = 256 / 224;

// Batches are read picture by picture, many at a time: nothing is gained by more threads for each.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Reads a picture and writes it to `into`, as [size, size, 3], normalised by ImageNet's means and deviations. Resized bilinearly, with antialiasing where it
 * becomes smaller (libvips's linear kernel; where it becomes larger, up to half a pixel of the crop beside where torchvision has it). Colour profiles, and how the camera was held, are left alone, as PyTorch's loaders do.
 * @throws {InputError} what is no whole JPEG or PNG.
 */
export async function readPicture({ file, seed }: PictureOrder, size: number, into: Float32Array): Promise<void> {
  const { pixels, mirrored } = await guarded(file, async () => {
    const source = sharp(readBytes(file, { expected: `${file} to be a whole JPEG`, remedy: MEND }, LARGEST.picture), { failOn: 'error', ignoreIcc: true });
    const { width, height, format } = await source.metadata();
    // Some of ImageNet's are PNG, whatever their names say.
    if (format !== 'jpeg' && format !== 'png') throw new Error(`it is ${format}`);
    const random = seed === null ? null : randomOf(seed, 0);
    const prepared = random === null ? judged(source, width, height, size) : resized(source.extract(randomCrop(random, width, height)), size, size);
    return { pixels: await prepared.toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer(), mirrored: random !== null && random.uniform() < 0.5 };
  });
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [from, to] = [3 * (row * size + (mirrored ? size - 1 - column : column)), 3 * (row * size + column)];
      for (let colour = 0; colour < 3; colour++) into[to + colour] = (pixels[from + colour]! / 255 - MEAN[colour]!) / DEVIATION[colour]!;
    }
  }
}

const resized = (source: Sharp, width: number, height: number): Sharp => source.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false });

/** The short side at size·256/224, then the middle. */
function judged(source: Sharp, width: number, height: number, size: number): Sharp {
  const short = Math.round(size * AROUND);
  const [w, h] = width <= height ? [short, Math.floor((short * height) / width)] : [Math.floor((short * width) / height), short];
  return resized(source, w, h).extract(middle(w, h, size, size));
}

async function guarded<T>(file: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)!;
    throw new InputError({ expected: `${file} to be a whole JPEG`, received: `it cannot be read: ${reason}`, remedy: MEND }, { cause: error });
  }
}
