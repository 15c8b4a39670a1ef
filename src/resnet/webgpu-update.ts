/** The whole step of an optimizer in one kernel for each tensor: every number is read once, and written once. */

import { engine, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Formula, Held, Moved, Update } from './optimizer.js';

const GROUP = 256;

/** What w is raised to; h is g⁻. */
const RATES: Readonly<Record<Exclude<Formula, 'descent'>, string>> = {
  meta: 'max(w[i] + constant * (h[i] * g[i]), 0.0)',
  optimistic: 'max(w[i] + constant * (g[i] * (g[i] + h[i]) - h[i] * h[i]), 0.0)',
};

interface Kernel {
  readonly pipeline: GPUComputePipeline;
  readonly outputs: number;
}

/** The i-th binding is the i-th of these names. */
function kernel(device: GPUDevice, [inputs, outputs]: readonly [readonly string[], readonly string[]], constant: number | null, body: string): Kernel {
  const variable = (name: string, k: number): string => `@group(0) @binding(${k}) var<storage, ${k < inputs.length ? 'read' : 'read_write'}> ${name}: array<f32>;`;
  const code = `
${constant === null ? '' : 'override constant: f32;'}
${[...inputs, ...outputs].map(variable).join('\n')}
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) at: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = at.x + at.y * groups.x * ${GROUP}u;
  if (i < arrayLength(&x_after)) {
    ${body}
  }
}`;
  const compute = { module: device.createShaderModule({ code }), entryPoint: 'main', ...(constant === null ? {} : { constants: { constant } }) };
  return { pipeline: device.createComputePipeline({ layout: 'auto', compute }), outputs: outputs.length };
}

/** The steps of `formula` on the device itself. @param constant η of descent, β of the others. */
export function fusedUpdate(backend: WebGPUBackend, formula: Formula, constant: number): Update {
  const { device } = backend;
  const first = formula === 'descent'
    ? kernel(device, [['x', 'g'], ['x_after']], constant, 'x_after[i] = x[i] - constant * g[i];')
    : kernel(device, [['x', 'g', 'w'], ['x_after']], null, 'x_after[i] = x[i] - w[i] * g[i];');
  const later = formula === 'descent' ? first : kernel(
    device,
    [['x', 'g', 'w', 'h'], ['x_after', 'w_after']],
    constant,
    `
    let rate = ${RATES[formula]};
    w_after[i] = rate;
    x_after[i] = x[i] - rate * g[i];`,
  );
  const widest = device.limits.maxComputeWorkgroupsPerDimension;

  return (held) => {
    const work = held.map(({ x, g, w, before }: Held) => {
      const { pipeline, outputs } = before === null ? first : later;
      const inputs = [x, g, ...(w === null ? [] : [w]), ...(before === null ? [] : [before])];
      return { pipeline, size: x.size, inputs, outputs: Array.from({ length: outputs }, () => backend.makeTensorInfo(x.shape, 'float32')) };
    });
    for (const { inputs, outputs } of work) for (const { dataId } of [...inputs, ...outputs]) backend.uploadToGPU(dataId);
    // What computes the gradients comes first: it waits in an encoder of TensorFlow.js's own.
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, size, inputs, outputs } of work) {
      const entries = [...inputs, ...outputs].map(({ dataId }, binding) => ({
        binding,
        resource: { buffer: backend.tensorMap.get(dataId).resource as unknown as GPUBuffer, size: 4 * size },
      }));
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      const groups = Math.ceil(size / GROUP);
      pass.dispatchWorkgroups(Math.min(groups, widest), Math.ceil(groups / widest));
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    return work.map(({ outputs }): Moved => {
      const [x, w] = outputs.map((info): Tensor => keep(engine().makeTensorFromTensorInfo(info)));
      return { x: x!, w: w ?? null };
    });
  };
}
