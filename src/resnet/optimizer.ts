/** The optimizers of the paper's Section 7.2, on tensors. */

import { add, dispose, fill, keep, maximum, mul, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { TraceConfig, TraceMethod } from '../trace/format.js';
import type { OptimizerName } from './names.js';

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

/** What a step of one tensor starts from: x and g; where rates are learnt, w, and from the second step on g⁻, the gradient before. */
export interface Held extends Point {
  readonly w: Tensor | null;
  readonly before: Tensor | null;
}

/** x′, and w′ where it is not w. They are new, and kept. */
export interface Moved {
  readonly x: Tensor;
  readonly w: Tensor | null;
}

/** The step of many tensors: in TensorFlow.js's operations, or in a kernel of its own. */
export type Update = (held: readonly Held[]) => readonly Moved[];

export type Formula = 'descent' | 'meta' | 'optimistic';

/** An update for a formula and its constant: η of descent, β of the others. */
export type UpdateOf = (formula: Formula, constant: number) => Update;

/** What the rate w is raised by: without optimism g⁻⊙g, with optimism g⊙(g + g⁻) − g⁻⊙g⁻. */
export type Raise = (g: Tensor, before: Tensor) => Tensor;
const RAISES: Readonly<Record<Exclude<Formula, 'descent'>, Raise>> = {
  meta: (g, before) => mul(before, g),
  optimistic: (g, before) => sub(mul(g, add(g, before)), square(before)),
};

const descended = (rate: Tensor | number, { x, g }: Point): Tensor => keep(tidy(() => sub(x, mul(rate, g))));

/** x′ = x − w′⊙g with w′ = max{w + β·raise, 0}; in the first step w′ = w. */
export const raised = (raise: Raise, beta: number): Update => (held) =>
  held.map(({ x, g, w, before }) => {
    const after = before === null ? null : keep(tidy(() => maximum(add(w!, mul(beta, raise(g, before))), 0)));
    return { x: descended(after ?? w!, { x, g }), w: after };
  });

/** In TensorFlow.js's operations, one after the other: on every backend. */
export const composed: UpdateOf = (
  formula,
  constant,
) => (formula === 'descent' ? (held) => held.map((point) => ({ x: descended(constant, point), w: null })) : raised(RAISES[formula], constant));

/** x′ = x − ηg. */
export function sgd(learningRate: number, updateOf: UpdateOf = composed): TensorOptimizer {
  const none = new Map<string, Tensor>();
  const update = updateOf('descent', learningRate);
  return {
    method: 'gradient-descent',
    config: { learningRate },
    rates: none,
    before: none,
    step(points) {
      const moved = update([...points.values()].map((point) => ({ ...point, w: null, before: null })));
      dispose([...points.values()].map(({ g }) => g));
      return new Map([...points.keys()].map((name, i) => [name, moved[i]!.x]));
    },
    dispose: () => undefined,
  };
}

/** Rates of its own for every number, `rate` at first, that `update` moves. */
export function metaLearned(
  method: TraceMethod,
  parameters: ReadonlyMap<string, Tensor>,
  { rate, metaRate }: { readonly rate: number; readonly metaRate: number },
  update: Update,
): TensorOptimizer {
  const rates = new Map([...parameters].map(([name, { shape }]) => [name, keep(fill(shape, rate))]));
  const before = new Map<string, Tensor>();
  return {
    method,
    config: { rate, metaRate },
    rates,
    before,
    step(points) {
      const moved = update([...points].map(([name, point]) => ({ ...point, w: rates.get(name)!, before: before.get(name) ?? null })));
      return new Map([...points].map(([name, { g }], i) => {
        const { x, w } = moved[i]!;
        if (w !== null) {
          rates.get(name)!.dispose();
          rates.set(name, w);
        }
        before.get(name)?.dispose();
        before.set(name, keep(g));
        return [name, x];
      }));
    },
    dispose: () => dispose([...rates.values(), ...before.values()]),
  };
}

export const metaSgd = (parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number, updateOf: UpdateOf = composed): TensorOptimizer =>
  metaLearned('meta-sgd', parameters, { rate, metaRate }, updateOf('meta', metaRate));
export const optimisticMetaSgd = (parameters: ReadonlyMap<string, Tensor>, rate: number, metaRate: number, updateOf: UpdateOf = composed): TensorOptimizer =>
  metaLearned('optimistic-meta-sgd', parameters, { rate, metaRate }, updateOf('optimistic', metaRate));

/** By the names of the command line. @param rates η of sgd and w_1 of the others; β */
export function optimizerOf(
  name: OptimizerName,
  parameters: ReadonlyMap<string, Tensor>,
  { rate, metaRate }: { readonly rate: number; readonly metaRate: number },
  updateOf: UpdateOf = composed,
): TensorOptimizer {
  const made = {
    sgd: () => sgd(rate, updateOf),
    meta: () => metaSgd(parameters, rate, metaRate, updateOf),
    optimistic: () => optimisticMetaSgd(parameters, rate, metaRate, updateOf),
  };
  return made[name]();
}
