/**
 * WebGPU in Node: Dawn, as the npm package `webgpu` brings it, under TensorFlow.js's own backend. In a browser that backend finds
 * the device by itself; here it is given one.
 */

import { env, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Limits that large tensors need. Without asking, a device has those that every device has. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

export interface WebGPU {
  readonly backend: WebGPUBackend;
  /** "NVIDIA H200 (vulkan)". */
  readonly device: string;
  /** Whether a processor stands in for it. */
  readonly emulated: boolean;
  /** What went wrong on the device since it was opened. It says so nowhere else: work that it refuses comes back as zeros. */
  readonly failure: () => string | null;
}

/**
 * Opens a graphics processor, and makes it TensorFlow.js's backend `webgpu`.
 *
 * @param software whether one that is emulated will do
 * @throws {Error} where there is none, or the packages are not installed.
 */
export async function openWebGPU(software: boolean): Promise<WebGPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // What TensorFlow.js looks for. Node has a navigator from 21 on, which has no graphics processor.
  if (Reflect.get(globalThis, 'navigator') === undefined) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(Reflect.get(globalThis, 'navigator') as object, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no graphics processor that Vulkan, Metal or Direct3D knows');
  const { info } = adapter;
  // Some say of themselves that they are emulated; Mesa's does by its name only.
  const emulated = info.isFallbackAdapter || /llvmpipe|swiftshader/i.test(`${info.device} ${info.description}`);
  const device = `${[info.description, info.device, info.vendor].find((part) => part !== '') ?? 'unnamed'}${emulated ? ', emulated' : ''}`;
  if (emulated && !software) throw new Error(`${device}: slower than the processor itself; --backend webgpu takes it`);
  const requested = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  const failures: string[] = [];
  requested.addEventListener('uncapturederror', ({ error }) => failures.push(error.message));
  void noteLoss(requested, failures);
  const { WebGPUBackend: Backend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Else small operations run elsewhere, in other arithmetic.
  env().set('WEBGPU_CPU_FORWARD', false);
  // The one that looks for a device by itself.
  removeBackend('webgpu');
  const backend = new Backend(requested, info);
  registerBackend('webgpu', () => backend);
  return { backend, device, emulated, failure: () => failures[0] ?? null };
}

async function noteLoss(device: GPUDevice, failures: string[]): Promise<void> {
  const { message } = await device.lost;
  failures.push(`the device was lost: ${message}`);
}
