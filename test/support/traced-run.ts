/** Small runs in float32, recorded as traces: right ones, and wrong ones. */

import { createTrace } from '../../src/trace/write.js';
import type { TraceConfig, TraceHeader, TraceMethod, TraceRow } from '../../src/trace/format.js';

export const f = Math.fround;

/** A step of one element, in float32. `b` stands for whatever the method keeps: a rate, or a buffer. */
export type Step = (
  given: { readonly t: number; readonly x: number; readonly g: number; readonly before: number; readonly kept: number },
) => { readonly x: number; readonly kept: number };

const BETA = f(0.15);
const RATE = f(0.1);
export const CONFIGS: { readonly [method in TraceMethod]: TraceConfig } = {
  'gradient-descent': { learningRate: 0.1, weightDecay: 0.01 },
  'sgd-momentum': { learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 },
  'meta-sgd': { metaRate: BETA, rate: RATE },
  'optimistic-meta-sgd': { metaRate: BETA, rate: RATE },
};

const decayed = (x: number, g: number): number => f(g + f(f(0.01) * x));

export const RIGHT: { readonly [method in TraceMethod]: Step } = {
  'gradient-descent': ({ x, g, kept }) => ({ x: f(x - f(f(0.1) * decayed(x, g))), kept }),
  'sgd-momentum': ({ t, x, g, kept }) => {
    const b = t === 1 ? decayed(x, g) : f(f(f(0.9) * kept) + f(f(0.9) * decayed(x, g)));
    return { x: f(x - f(f(0.1) * b)), kept: b };
  },
  'meta-sgd': ({ t, x, g, before, kept }) => moved(x, g, t === 1 ? kept : Math.max(f(kept + f(BETA * f(before * g))), 0)),
  'optimistic-meta-sgd': ({ t, x, g, before, kept }) => moved(x, g, t === 1 ? kept : Math.max(f(kept + f(BETA * f(f(g * f(g + before)) - f(before * before)))), 0)),
};

export const moved = (x: number, g: number, w: number): { readonly x: number; readonly kept: number } => ({ x: f(x - f(w * g)), kept: w });
export { BETA };

/** To the nearest number of float16. */
export function half(value: number): number {
  if (value === 0) return 0;
  const ulp = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  return Math.round(value / ulp) * ulp;
}

export interface RunOptions {
  readonly steps?: number;
  readonly sizes?: readonly number[];
  /** Of each tensor: which elements are recorded. */
  readonly index?: Int32Array | null;
  /** What is written of a row, if not the row; null: nothing. The run goes on as if nothing had been changed. */
  readonly row?: (row: TraceRow) => TraceRow | null;
  readonly header?: Partial<TraceHeader>;
  /** What gradients are multiplied by. */
  readonly scale?: number;
  readonly finish?: boolean;
}

/** Trains on a quadratic whose curvature differs from element to element, with noise, so that gradients change their signs; writes every step. */
export function record(
  path: string,
  method: TraceMethod,
  step: Step,
  { steps = 15, sizes = [40, 25], index = null, row: change = (row) => row, header = {}, scale = 1, finish = true }: RunOptions = {},
): void {
  const random = generator(1);
  const parameters = sizes.map((size, i) => ({ name: `layer${i}.weight`, shape: [size] }));
  const writer = createTrace(path, {
    version: 1,
    method,
    config: CONFIGS[method],
    parameters,
    steps,
    sample: null,
    producer: { name: 'test', version: '1', device: 'cpu' },
    ...header,
  });
  const elementwise = method === 'meta-sgd' || method === 'optimistic-meta-sgd';
  const tensors = sizes.map((size) => ({
    x: Float32Array.from({ length: size }, () => 4 * random() - 2),
    g: new Float32Array(size),
    kept: new Float32Array(size).fill(elementwise ? RATE : 0),
  }));
  for (let t = 1; t <= steps; t++) {
    for (const [parameter, tensor] of tensors.entries()) {
      const { x, g: before, kept } = tensor;
      const g = x.map((value, i) => scale * (0.2 * value * (1 + (i % 5)) + 2 * random() - 1));
      const after = x.map((value, i) => step({ t, x: value, g: g[i]!, before: before[i]!, kept: kept[i]! }).x);
      const left = x.map((value, i) => step({ t, x: value, g: g[i]!, before: before[i]!, kept: kept[i]! }).kept);
      const taken = (values: Float32Array): Float32Array => (index === null ? values.slice() : Float32Array.from(index, (i) => values[i]!));
      const columns = elementwise ? { g_before: taken(before), w: taken(kept), w_after: taken(left) } : { b: taken(kept), b_after: taken(left) };
      const row = change({
        step: t,
        parameter,
        loss: x.reduce((sum, value) => sum + value * value, 0),
        index,
        columns: { x: taken(x), g: taken(g), x_after: taken(after), ...columns },
      });
      if (row !== null) writer.write(row);
      tensors[parameter] = { x: after, g, kept: left };
    }
  }
  if (finish) writer.finish();
  else writer.close();
}

/** Mulberry32: numbers in [0, 1) that are the same everywhere. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
