import { dispose, setBackend, tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createNetwork, disposeNetwork, lossAndGradients, type Architecture } from '../../src/resnet/network.js';
import { randomOf } from '../../src/resnet/random.js';

/** What float32 makes of two orders of the same sums, at most, in networks as small as these: relative, in the 2-norm. A wrong kernel is off by far more. */
export const GRADIENTS_APART = 1e-4;

/** The gradients of a network on three pictures, with all that is drawn the same on every backend. */
async function gradientsOn(backend: 'cpu' | 'webgpu', architecture: Architecture, size: number): Promise<readonly Float32Array[]> {
  await setBackend(backend);
  const { normal, below } = randomOf(1, 7);
  const network = createNetwork(architecture, normal);
  const pictures: Tensor4D = tensor(Float32Array.from({ length: 3 * size * size * 3 }, normal), [3, size, size, 3]);
  const labels: Tensor1D = tensor(Array.from({ length: 3 }, () => below(architecture.classes)), [3], 'int32');
  const { loss, gradients } = lossAndGradients(network, pictures, labels, 0.1);
  const values = await Promise.all([...gradients.values()].map(async (one) => (await one.data()) as Float32Array));
  dispose([loss, pictures, labels, ...gradients.values()]);
  disposeNetwork(network);
  return values;
}

/** How far each of WebGPU's gradients is from the cpu's, relative, in the 2-norm. Both must be ready; WebGPU is the backend afterwards. */
export async function distancesFromCpu(architecture: Architecture, size: number): Promise<readonly { readonly parameter: string; readonly distance: number }[]> {
  const reference = await gradientsOn('cpu', architecture, size);
  const ours = await gradientsOn('webgpu', architecture, size);
  return reference.map((expected, i) => ({
    parameter: architecture.parameters[i]!.name,
    distance: Math.hypot(...expected.map((value, k) => value - ours[i]![k]!)) / Math.hypot(...expected),
  }));
}
