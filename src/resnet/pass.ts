import {
  add,
  addN,
  batchNorm,
  div,
  engine,
  fill,
  getBackend,
  keep,
  logSoftmax,
  matMul,
  maxPool,
  mean,
  mul,
  neg,
  oneHot,
  pad,
  relu,
  reshape,
  sign,
  slice,
  softmax,
  sqrt,
  square,
  step,
  stridedSlice,
  sub,
  sum,
  tidy,
  tile,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { convolve, dilated, filterGradient, inputGradient, surrounded, type Convolution } from './convolution.js';

/** A value on the way through a network, and the derivative of the loss with respect to it once that is known. */
export interface Value<T extends Tensor = Tensor4D> {
  tensor: T;
  gradient: T | null;
}

/** What batch normalisation remembers of the batches that it saw; it is no parameter. */
export interface Running {
  mean: Tensor1D;
  variance: Tensor1D;
}

/** ε of batch normalisation, and how much of a new batch enters what it remembers: those of the frameworks. */
const EPSILON = 1e-5;
const REMEMBERED = 0.1;

/**
 * One way through a network and back. Every operation notes how its derivative is taken; `backward` takes them in reverse, and frees each
 * value as soon as nothing needs it. All tensors of a pass are its own but the input, the parameters and what batch normalisation remembers.
 */
export class Pass {
  /** By the parameter's name. */
  readonly gradients = new Map<string, Tensor>();
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly running: Map<string, Running>;
  private readonly training: boolean;
  private readonly tape: (() => void)[] = [];

  constructor(parameters: ReadonlyMap<string, Tensor>, running: Map<string, Running>, training: boolean) {
    this.parameters = parameters;
    this.running = running;
    this.training = training;
  }

  input(tensor: Tensor4D): Value {
    return { tensor, gradient: null };
  }

  convolution(x: Value, name: string, how: Convolution, wanted = true): Value {
    const filter = this.parameter(`${name}.weight`) as Tensor4D;
    return this.operation(tidy(() => convolve(x.tensor, filter, how)), [x], (dy) => {
      this.collect(`${name}.weight`, tidy(() => filterGradient(x.tensor, dy, filter.shape, how)));
      return [wanted ? tidy(() => inputGradient(dy, filter, x.tensor.shape, how)) : null];
    });
  }

  /** Normalised over pictures and places, then scaled and moved. In training by the batch's own mean and variance, which are remembered. */
  batchNorm(x: Value, name: string): Value {
    const [scale, offset] = [this.parameter(`${name}.weight`) as Tensor1D, this.parameter(`${name}.bias`) as Tensor1D];
    const running = this.running.get(name)!;
    if (!this.training) return this.operation(tidy(() => batchNorm(x.tensor, running.mean, running.variance, offset, scale, EPSILON)), [x], () => [null]);
    const count = x.tensor.size / scale.size;
    const { y, middle, inverse } = tidy((): { readonly y: Tensor4D; readonly middle: Tensor1D; readonly inverse: Tensor1D } => {
      const rows: Tensor2D = reshape(x.tensor, [count, scale.size]);
      const average = overRows(rows, count);
      const variance = overRows(square(sub(rows, average)), count);
      this.remember(running, average, variance, count);
      return { y: batchNorm(x.tensor, average, variance, offset, scale, EPSILON), middle: average, inverse: div(1, sqrt(add(variance, EPSILON))) };
    });
    return this.operation(y, [x], (dy) => {
      const [dx, dScale, dOffset] = tidy(() => {
        const rows: Tensor2D = reshape(dy, [count, scale.size]);
        const from: Tensor2D = sub(reshape(x.tensor, [count, scale.size]), middle);
        const byOffset = overRows(rows, 1);
        const byScale = mul(inverse, overRows(mul(rows, from), 1)) as Tensor1D;
        // dx = γ/σ·(dy − Σdy/M − (x − μ)/σ·Σ(dy⊙x̂)/M)
        const factor = mul(scale, inverse) as Tensor1D;
        const pulled = add(mul(from, mul(inverse, div(byScale, count))), div(byOffset, count));
        return [reshape(mul(factor, sub(rows, pulled)), dy.shape), byScale, byOffset] as const;
      });
      middle.dispose();
      inverse.dispose();
      this.collect(`${name}.weight`, dScale);
      this.collect(`${name}.bias`, dOffset);
      return [dx];
    });
  }

  relu(x: Value): Value {
    const y = relu(x.tensor);
    // y ≥ 0, of which the sign is the step: one operation in TensorFlow, where the step is five.
    return this.operation(y, [x], (dy) => [tidy(() => mul(dy, getBackend() === 'tensorflow' ? sign(y) : step(y)))]);
  }

  add(a: Value, b: Value): Value {
    // Each of them owns its gradient.
    return this.operation(add(a.tensor, b.tensor), [a, b], (dy) => [dy.clone(), dy.clone()]);
  }

  /** The largest of each `size`×`size` places, every second one; x ≥ 0, so that zeros around it change nothing. */
  maxPool(x: Value, size: number, padding: number): Value {
    const around = tidy(() => surrounded(x.tensor, [padding, padding]));
    const y = maxPool(around, size, 2, 'valid');
    return this.operation(y, [x], (dy) => {
      const dx = tidy(() => {
        const whole = engine().runKernel(
          'MaxPoolGrad',
          { dy, input: around, output: y },
          { filterSize: [size, size], strides: [2, 2], pad: 'valid', dimRoundingMode: undefined } as never,
        ) as Tensor4D;
        const [n, h, w, c] = x.tensor.shape;
        return slice(whole, [0, padding, padding, 0], [n, h, w, c]);
      });
      around.dispose();
      return [dx];
    });
  }

  /** Every second place, and zeros in the place of channels that are not there: the shortcut without parameters. */
  shortcut(x: Value, channels: number): Value {
    const [n, h, w, c] = x.tensor.shape;
    const y = tidy(() => pad(stridedSlice(x.tensor, [0, 0, 0, 0], [n, h, w, c], [1, 2, 2, 1]) as Tensor4D, [[0, 0], [0, 0], [0, 0], [0, channels - c]]));
    return this.operation(y, [x], (dy) => [tidy(() => slice(dilated(slice(dy, [0, 0, 0, 0], [dy.shape[0], dy.shape[1], dy.shape[2], c])), [0, 0, 0, 0], [n, h, w, c]))]);
  }

  /** The mean over all places: [N, H, W, C] → [N, C]. */
  globalMean(x: Value): Value<Tensor2D> {
    const [n, h, w, c] = x.tensor.shape;
    return this.operation(
      tidy(() => mean(reshape(x.tensor, [n, h * w, c]), 1)),
      [x],
      (dy) => [tidy(() => reshape(tile(reshape(div(dy, h * w), [n, 1, c]), [1, h * w, 1]), [n, h, w, c]))],
    );
  }

  dense(x: Value<Tensor2D>, name: string): Value<Tensor2D> {
    const [weight, bias] = [this.parameter(`${name}.weight`) as Tensor2D, this.parameter(`${name}.bias`) as Tensor1D];
    return this.operation(tidy(() => add(matMul(x.tensor, weight), bias)), [x], (dy) => {
      this.collect(`${name}.weight`, tidy(() => matMul(transpose(x.tensor), dy)));
      this.collect(`${name}.bias`, tidy(() => sum(dy, 0)));
      return [tidy(() => matMul(dy, transpose(weight)))];
    });
  }

  /** The mean cross entropy of softmax(logits) and the labels, each of them smoothed: (1 − s) for the class, and s spread over all. */
  crossEntropy(logits: Value<Tensor2D>, labels: Tensor1D, smoothing: number): Tensor {
    const [n, classes] = logits.tensor.shape;
    const target = tidy(() => add(mul(oneHot(labels, classes), 1 - smoothing), smoothing / classes));
    const loss = tidy(() => neg(div(sum(mul(target, logSoftmax(logits.tensor))), n)));
    this.tape.push(() => {
      logits.gradient = tidy(() => div(sub(softmax(logits.tensor), target), n));
      target.dispose();
    });
    return loss;
  }

  /** Fills `gradients`. The pass is used up. */
  backward(): void {
    while (this.tape.length > 0) this.tape.pop()!();
  }

  private parameter(name: string): Tensor {
    const found = this.parameters.get(name);
    if (found === undefined) throw new RangeError(`expected a parameter "${name}", and there is none`);
    return found;
  }

  private collect(name: string, gradient: Tensor): void {
    this.gradients.set(name, gradient);
  }

  private remember(running: Running, average: Tensor1D, variance: Tensor1D, count: number): void {
    const blended = (old: Tensor1D, fresh: Tensor1D, factor: number): Tensor1D => add(mul(old, 1 - REMEMBERED), mul(fresh, REMEMBERED * factor)) as Tensor1D;
    const [before, spread] = [running.mean, running.variance];
    // They outlive the pass: the engine's scopes leave variables, and what is kept, alone.
    running.mean = keep(blended(before, average, 1));
    running.variance = keep(blended(spread, variance, count / (count - 1)));
    before.dispose();
    spread.dispose();
  }

  private operation<Out extends Tensor, In extends Tensor>(tensor: Out, inputs: readonly Value<In>[], derivative: (dy: Out) => readonly (In | null)[]): Value<Out> {
    const y: Value<Out> = { tensor, gradient: null };
    this.tape.push(() => {
      const dy = y.gradient!;
      for (const [i, dx] of derivative(dy).entries()) if (dx !== null) accumulate(inputs[i]!, dx);
      dy.dispose();
      tensor.dispose();
    });
    return y;
  }
}

function accumulate<T extends Tensor>(value: Value<T>, gradient: T): void {
  const before = value.gradient;
  value.gradient = before === null ? gradient : (addN([before, gradient]));
  if (before === null) return;
  before.dispose();
  gradient.dispose();
}

/** The sum of the rows, over `count`. A product with ones: what every backend is fast at. */
function overRows(rows: Tensor2D, count: number): Tensor1D {
  const ones: Tensor2D = fill([1, rows.shape[0]], 1 / count);
  return reshape(matMul(ones, rows), [rows.shape[1]]) as Tensor1D;
}
