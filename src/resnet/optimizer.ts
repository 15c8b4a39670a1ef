/** The optimizers of the paper's Section 7.2, on tensors. */

import { add, dispose, fill, keep, maximum, mul, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { TraceConfig, TraceMethod } from '../trace/format.js';

/** x, and g at x. */
export interface Point {
  readonly x: Tensor;
  readonly g: Tensor;
}

export interface TensorOptimizer {
  readonly method: TraceMethod;
  readonly config: TraceConfig;
  /** w of each parameter, where there are such; the optimizer's own. A run that goes on from a checkpoint puts others in their place. */
  readonly rates: Map<string, Tensor>;
  /** The gradient of the step before; likewise. */
  readonly before: Map<string, Tensor>;
  /** The next x of every parameter. The gradients become the optimizer's. */
  step(points: ReadonlyMap<string, Point>): Map<string, Tensor>;
  dispose(): void;
}

/** x′ = x − ηg. */
export function sgd(learningRate: number): TensorOptimizer {
  const none = new Map<string, Tensor>();
  return {
    method: 'gradient-descent', config: { learningRate }, rates: none, before: none,
    step(points) {
      const next = new Map([...points].map(([name, { x, g }]) => [name, keep(tidy(() => sub(x, mul(learningRate, g))))]));
      for (const { g } of points.values()) g.dispose();
      return next;
    },
    dispose: () => undefined,
  };
}

/** What the rate w is raised by: without optimism g⁻⊙g, with optimism g⊙(g + g⁻) − g⁻⊙g⁻. */
export type Raise = (g: Tensor, before: Tensor) => Tensor;
const plain: Raise = (g, before) => mul(before, g);
const optimistic: Raise = (g, before) => sub(mul(g, add(g, before)), square(before));

/** x′ = x − w′⊙g with w′ = max{w + β·raise, 0}; in the first step w′ = w = `rate`. */
export function metaLearned(method: TraceMethod, parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number, raise: Raise): TensorOptimizer {
  const rates = new Map([...parameters].map(([name, { shape }]) => [name, keep(fill(shape, rate))]));
  const before = new Map<string, Tensor>();
  return {
    method, config: { rate, metaRate }, rates, before,
    step(points) {
      const next = new Map<string, Tensor>();
      for (const [name, { x, g }] of points) {
        const [w, last] = [rates.get(name)!, before.get(name)];
        if (last !== undefined) {
          rates.set(name, keep(tidy(() => maximum(add(w, mul(metaRate, raise(g, last))), 0))));
          dispose([w, last]);
        }
        next.set(name, keep(tidy(() => sub(x, mul(rates.get(name)!, g)))));
        before.set(name, keep(g));
      }
      return next;
    },
    dispose: () => dispose([...rates.values(), ...before.values()]),
  };
}

export const metaSgd = (parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number): TensorOptimizer => metaLearned('meta-sgd', parameters, rate, metaRate, plain);
export const optimisticMetaSgd = (parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number): TensorOptimizer => metaLearned('optimistic-meta-sgd', parameters, rate, metaRate, optimistic);
