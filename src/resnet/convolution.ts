/**
 * Convolutions and their gradients, on whatever backend: with the backend's own kernels where it has them, and composed of
 * transpositions, slices and matrix products where it does not.
 */

import { concat, conv2d, engine, getBackend, getKernel, matMul, pad, reshape, reverse, slice, stack, stridedSlice, transpose, zeros, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';

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

/** x: [N, H, W, C], filter: [k, k, C, D]; [N, H′, W′, D] with H′ = ⌊(H + 2p − k)/s⌋ + 1. */
export function convolve(x: Tensor4D, filter: Tensor4D, { stride, padding }: Convolution): Tensor4D {
  return conv2d(surrounded(x, [padding, padding]), filter, stride, 'valid');
}

/** ∂/∂x ⟨dy, convolve(x, filter)⟩, of the shape of x. */
export function inputGradient(dy: Tensor4D, filter: Tensor4D, [, height]: readonly number[], { stride, padding }: Convolution): Tensor4D {
  const size = filter.shape[0];
  const spread = stride === 1 ? dy : dilated(dy);
  const before = size - 1 - padding;
  const after = height! + size - 1 - spread.shape[1] - before;
  const turned: Tensor4D = transpose(size === 1 ? filter : reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return conv2d(surrounded(spread, [before, after]), turned, 1, 'valid');
}

/** A row and a column of zeros after each: [N, h, w, D] → [N, 2h, 2w, D]. */
export function dilated(y: Tensor4D): Tensor4D {
  const [n, h, w, d] = y.shape;
  const wide = reshape(concat([y, zeros(y.shape)], 3), [n, h, 2 * w * d]);
  return reshape(concat([wide, zeros(wide.shape)], 2), [n, 2 * h, 2 * w, d]);
}

/** ∂/∂filter ⟨dy, convolve(x, filter)⟩, of the filter's shape. */
export function filterGradient(x: Tensor4D, dy: Tensor4D, shape: readonly [number, number, number, number], { stride, padding }: Convolution): Tensor4D {
  const around = surrounded(x, [padding, padding]);
  if (has('Conv2DBackpropFilter')) {
    const gradient: Tensor = engine().runKernel('Conv2DBackpropFilter', { x: around, dy }, { strides: [stride, stride], pad: 'valid', dataFormat: 'NHWC', dimRoundingMode: undefined, filterShape: [...shape] } as never);
    return gradient as Tensor4D;
  }
  const [size, , channels, filters] = shape;
  const [n, h, w] = dy.shape;
  const columns: Tensor2D = reshape(dy, [n * h * w, filters]);
  const byChannel: Tensor4D = transpose(around, [3, 0, 1, 2]);
  const taps: Tensor2D[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const seen = stride === 1
        ? slice(byChannel, [0, 0, a, b], [channels, n, h, w])
        : stridedSlice(byChannel, [0, 0, a, b], [channels, n, a + stride * (h - 1) + 1, b + stride * (w - 1) + 1], [1, 1, stride, stride]);
      taps.push(matMul(reshape(seen, [channels, n * h * w]), columns));
    }
  }
  return reshape(stack(taps), [...shape]) as Tensor4D;
}
