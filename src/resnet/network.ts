/** ResNets: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016. */

import { add, dispose, keep, mul, ones, tensor, tidy, zeros, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { FigureModelName } from './names.js';
import { Pass, type Running, type Value } from './pass.js';

export interface ParameterShape {
  readonly name: string;
  /** Filters are [k, k, in, out], dense weights [in, out]. */
  readonly shape: readonly number[];
  /** He's initialisation: normal, of variance 2 over the numbers that one number of the output depends on; 1; 0. */
  readonly initial: 'he' | 'one' | 'zero';
}

export interface Architecture {
  readonly name: string;
  readonly classes: number;
  readonly parameters: readonly ParameterShape[];
  readonly logits: (pass: Pass, pictures: Tensor4D) => Value<Tensor2D>;
}

/** The parameters and what batch normalisation remembers. Tensors belong to whoever made the network. */
export interface Network {
  readonly architecture: Architecture;
  readonly parameters: Map<string, Tensor>;
  readonly running: Map<string, Running>;
}

class Plan {
  readonly parameters: ParameterShape[] = [];

  convolution(name: string, size: number, from: number, to: number): void {
    this.parameters.push({ name: `${name}.weight`, shape: [size, size, from, to], initial: 'he' });
  }

  batchNorm(name: string, channels: number): void {
    this.parameters.push({ name: `${name}.weight`, shape: [channels], initial: 'one' }, { name: `${name}.bias`, shape: [channels], initial: 'zero' });
  }

  dense(name: string, from: number, to: number): void {
    this.parameters.push({ name: `${name}.weight`, shape: [from, to], initial: 'he' }, { name: `${name}.bias`, shape: [to], initial: 'zero' });
  }
}

/** The first block of every stage but the first sees every second place. */
const strideOf = (block: number, stage: number): 1 | 2 => (block === 0 && stage > 0 ? 2 : 1);

/** For pictures of 32×32: three stages of 16, 32 and 64 channels, `depth` blocks each, shortcuts without parameters. `depth` 3 is ResNet-20. */
export function smallResNet(classes: number, depth = 3, widths: readonly number[] = [16, 32, 64]): Architecture {
  const plan = new Plan();
  const blocks = widths.flatMap((width, stage) =>
    Array.from({ length: depth }, (_, block) => ({
      name: `layer${stage + 1}.${block}`,
      from: block > 0 || stage === 0 ? width : widths[stage - 1]!,
      width,
      stride: strideOf(block, stage),
    }))
  );
  plan.convolution('conv1', 3, 3, widths[0]!);
  plan.batchNorm('bn1', widths[0]!);
  for (const { name, from, width } of blocks) {
    plan.convolution(`${name}.conv1`, 3, from, width);
    plan.batchNorm(`${name}.bn1`, width);
    plan.convolution(`${name}.conv2`, 3, width, width);
    plan.batchNorm(`${name}.bn2`, width);
  }
  plan.dense('fc', widths.at(-1)!, classes);
  return {
    name: `resnet${6 * depth + 2}`,
    classes,
    parameters: plan.parameters,
    logits(pass, pictures) {
      let x = pass.relu(pass.batchNorm(pass.convolution(pass.input(pictures), 'conv1', { stride: 1, padding: 1 }, false), 'bn1'));
      for (const { name, from, width, stride } of blocks) {
        const inner = pass.relu(pass.batchNorm(pass.convolution(x, `${name}.conv1`, { stride, padding: 1 }), `${name}.bn1`));
        const outer = pass.batchNorm(pass.convolution(inner, `${name}.conv2`, { stride: 1, padding: 1 }), `${name}.bn2`);
        x = pass.relu(pass.add(outer, from === width && stride === 1 ? x : pass.shortcut(x, width)));
      }
      return pass.dense(pass.globalMean(x), 'fc');
    },
  };
}

/** For pictures of 224×224, or any: four stages of bottlenecks, with the stride in their 3×3 convolutions (v1.5). `depths` 3, 4, 6, 3 is ResNet-50. */
export function bottleneckResNet(classes: number, depths: readonly number[] = [3, 4, 6, 3], first = 64): Architecture {
  const plan = new Plan();
  const blocks = depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, block) => ({
      name: `layer${stage + 1}.${block}`,
      width: first * 2 ** stage,
      from: block > 0 ? 4 * first * 2 ** stage : stage === 0 ? first : 2 * first * 2 ** stage,
      projected: block === 0,
      stride: strideOf(block, stage),
    }))
  );
  plan.convolution('conv1', 7, 3, first);
  plan.batchNorm('bn1', first);
  for (const { name, from, width, projected } of blocks) {
    plan.convolution(`${name}.conv1`, 1, from, width);
    plan.batchNorm(`${name}.bn1`, width);
    plan.convolution(`${name}.conv2`, 3, width, width);
    plan.batchNorm(`${name}.bn2`, width);
    plan.convolution(`${name}.conv3`, 1, width, 4 * width);
    plan.batchNorm(`${name}.bn3`, 4 * width);
    if (!projected) continue;
    plan.convolution(`${name}.downsample.0`, 1, from, 4 * width);
    plan.batchNorm(`${name}.downsample.1`, 4 * width);
  }
  plan.dense('fc', 4 * first * 2 ** (depths.length - 1), classes);
  return {
    name: `resnet${3 * depths.reduce((sum, depth) => sum + depth, 0) + 2}`,
    classes,
    parameters: plan.parameters,
    logits(pass, pictures) {
      const start = pass.relu(pass.batchNorm(pass.convolution(pass.input(pictures), 'conv1', { stride: 2, padding: 3 }, false), 'bn1'));
      let x = pass.maxPool(start, 3, 1);
      for (const { name, projected, stride } of blocks) {
        const narrow = pass.relu(pass.batchNorm(pass.convolution(x, `${name}.conv1`, { stride: 1, padding: 0 }), `${name}.bn1`));
        const seen = pass.relu(pass.batchNorm(pass.convolution(narrow, `${name}.conv2`, { stride, padding: 1 }), `${name}.bn2`));
        const wide = pass.batchNorm(pass.convolution(seen, `${name}.conv3`, { stride: 1, padding: 0 }), `${name}.bn3`);
        x = pass.relu(pass.add(wide, projected ? pass.batchNorm(pass.convolution(x, `${name}.downsample.0`, { stride, padding: 0 }), `${name}.downsample.1`) : x));
      }
      return pass.dense(pass.globalMean(x), 'fc');
    },
  };
}

export const countOf = ({ shape }: ParameterShape): number => shape.reduce((product, length) => product * length, 1);

/** By the names of the command line. `resnet8` has 8, 16 and 32 channels. */
export function architectureOf(model: FigureModelName, classes: number): Architecture {
  return { resnet8: () => smallResNet(classes, 1, [8, 16, 32]), resnet20: () => smallResNet(classes), resnet50: () => bottleneckResNet(classes) }[model]();
}

/** A network with its first parameters. @param normal draws standard normal numbers. */
export function createNetwork(architecture: Architecture, normal: () => number): Network {
  const parameters = new Map<string, Tensor>();
  const running = new Map<string, Running>();
  for (const shape of architecture.parameters) {
    parameters.set(shape.name, initial(shape, normal));
    const name = /^(.*)\.bias$/.exec(shape.name)?.[1];
    if (name === undefined || parameters.get(`${name}.weight`)!.rank !== 1) continue;
    const [channels] = shape.shape as readonly [number];
    running.set(name, { mean: keep(zeros([channels])), variance: keep(ones([channels])) });
  }
  return { architecture, parameters, running };
}

function initial(shape: ParameterShape, normal: () => number): Tensor {
  if (shape.initial !== 'he') return keep(shape.initial === 'one' ? ones([...shape.shape]) : zeros([...shape.shape]));
  const count = countOf(shape);
  const deviation = Math.sqrt(2 / (count / shape.shape.at(-1)!));
  return keep(tensor(Float32Array.from({ length: count }, () => deviation * normal()), [...shape.shape]));
}

export function disposeNetwork({ parameters, running }: Network): void {
  dispose([...parameters.values()]);
  for (const { mean, variance } of running.values()) dispose([mean, variance]);
}

/**
 * The loss of a batch, and the derivative of loss + ½λΣ‖x‖² with respect to each parameter, where the sum is over filters and dense weights: biases, and
 * the parameters of batch normalisation, do not decay. The tensors are the caller's. @param decay λ; no part of the loss that is returned.
 */
export function lossAndGradients(
  { architecture, parameters, running }: Network,
  pictures: Tensor4D,
  labels: Tensor1D,
  smoothing = 0,
  decay = 0,
): { readonly loss: Tensor; readonly gradients: Map<string, Tensor> } {
  const pass = new Pass(parameters, running, true);
  const loss = pass.crossEntropy(architecture.logits(pass, pictures), labels, smoothing);
  pass.backward();
  const { gradients } = pass;
  if (decay === 0) return { loss, gradients };
  for (const [name, g] of gradients) {
    const x = parameters.get(name)!;
    if (x.rank === 1) continue;
    gradients.set(name, tidy(() => add(g, mul(decay, x))));
    g.dispose();
  }
  return { loss, gradients };
}
