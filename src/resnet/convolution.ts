/**
 * Convolutions and their gradients, on whatever backend: with the backend's own kernels where it has them, and composed of
 * other convolutions where it does not.
 */

import {
  concat,
  conv2d,
  engine,
  getBackend,
  getKernel,
  matMul,
  pad,
  reshape,
  reverse,
  slice,
  transpose,
  zeros,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

export interface Convolution {
  readonly stride: 1 | 2;
  /** Zeros on every side of the picture. */
  readonly padding: number;
}

const has = (kernel: string): boolean => getKernel(kernel, getBackend()) !== undefined;

/** Zeros around the pictures: `before` rows and columns, and `after`; fewer than none cuts away. */
export function surrounded(x: Tensor4D, [before, after]: readonly [number, number]): Tensor4D {
  const [n, h, w, c] = x.shape;
  const kept = after < 0 ? slice(x, [0, 0, 0, 0], [n, h + after, w + after, c]) : x;
  return before === 0 && after <= 0 ? kept : pad(kept, [[0, 0], [before, Math.max(after, 0)], [before, Math.max(after, 0)], [0, 0]]);
}

/** Whether a picture comes out as large as it went in: then the zeros around it are the backend's to imagine. */
const keepsSize = ([size]: readonly number[], { stride, padding }: Convolution): boolean => stride === 1 && 2 * padding === size! - 1;

/** x: [N, H, W, C], filter: [k, k, C, D]; [N, H′, W′, D] with H′ = ⌊(H + 2p − k)/s⌋ + 1. */
export function convolve(x: Tensor4D, filter: Tensor4D, { stride, padding }: Convolution): Tensor4D {
  if (keepsSize(filter.shape, { stride, padding })) return conv2d(x, filter, 1, 'same');
  return conv2d(surrounded(x, [padding, padding]), filter, stride, 'valid');
}

/** ∂/∂x ⟨dy, convolve(x, filter)⟩, of the shape of x. */
export function inputGradient(dy: Tensor4D, filter: Tensor4D, [, height]: readonly number[], { stride, padding }: Convolution): Tensor4D {
  const size = filter.shape[0];
  const turned: Tensor4D = transpose(turnedRound(filter), [0, 1, 3, 2]);
  if (keepsSize(filter.shape, { stride, padding })) return conv2d(dy, turned, 1, 'same');
  const spread = stride === 1 ? dy : dilated(dy);
  const before = size - 1 - padding;
  const after = height! + size - 1 - spread.shape[1] - before;
  return conv2d(surrounded(spread, [before, after]), turned, 1, 'valid');
}

/** The taps of a filter in reverse. As slices on wasm, which reverses number by number. */
function turnedRound(filter: Tensor4D): Tensor4D {
  const [k, , channels, filters] = filter.shape;
  if (k === 1) return filter;
  if (getBackend() !== 'wasm') return reverse(filter, [0, 1]);
  const taps: Tensor2D = reshape(filter, [k * k, channels * filters]);
  return reshape(concat(Array.from({ length: k * k }, (_, i) => slice(taps, [k * k - 1 - i, 0], [1, channels * filters]))), filter.shape);
}

/** A row and a column of zeros after each: [N, h, w, D] → [N, 2h, 2w, D]. */
export function dilated(y: Tensor4D): Tensor4D {
  const [n, h, w, d] = y.shape;
  const wide = reshape(concat([y, zeros(y.shape)], 3), [n, h, 2 * w * d]);
  return reshape(concat([wide, zeros(wide.shape)], 2), [n, 2 * h, 2 * w, d]);
}

/** ∂/∂filter ⟨dy, convolve(x, filter)⟩, of the filter's shape. */
export function filterGradient(x: Tensor4D, dy: Tensor4D, shape: readonly [number, number, number, number], { stride, padding }: Convolution): Tensor4D {
  const same = keepsSize(shape, { stride, padding });
  const native = has('Conv2DBackpropFilter');
  const around = native && same ? x : surrounded(x, [padding, padding]);
  if (native) {
    const gradient: Tensor = engine().runKernel(
      'Conv2DBackpropFilter',
      { x: around, dy },
      { strides: [stride, stride], pad: same ? 'same' : 'valid', dataFormat: 'NHWC', dimRoundingMode: undefined, filterShape: [...shape] } as never,
    );
    return gradient as Tensor4D;
  }
  const [size, , channels, filters] = shape;
  const [n, h, w] = dy.shape;
  if (size === 1 && stride === 1) return reshape(matMul(transpose(reshape(around, [n * h * w, channels])), reshape(dy, [n * h * w, filters])), [...shape]) as Tensor4D;
  // It is a convolution itself: of the channels, which are its pictures, with dy, as wide as a picture; where dy's places are a stride apart in x, dilated.
  const seen = slice(around, [0, 0, 0, 0], [n, size + stride * (h - 1), size + stride * (w - 1), channels]);
  const [byChannel, asFilter]: readonly [Tensor4D, Tensor4D] = [transpose(seen, [3, 1, 2, 0]), transpose(dy, [1, 2, 0, 3])];
  return transpose(conv2d(byChannel, asFilter, 1, 'valid', 'NHWC', stride), [1, 2, 0, 3]);
}
