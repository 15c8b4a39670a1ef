/** Which of TensorFlow.js's backends there are on this machine, and why not the others. */

import util from 'node:util';
import { enableProdMode, getBackend, matMul, setBackend, tensor2d, version_core as version } from '@tensorflow/tfjs-core';
import { BACKENDS, type BackendName } from './names.js';

export interface Ready {
  readonly name: BackendName;
  /** What computes, in words: "TensorFlow.js 4.22.0, wasm". */
  readonly device: string;
  /** Those that were passed over, and why. */
  readonly passedOver: readonly string[];
}

const LOADERS: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  async tensorflow() {
    // Gone from Node 23 on, and still called.
    const shimmed = util as { isNullOrUndefined?: (value: unknown) => boolean };
    shimmed.isNullOrUndefined ??= (value) => value === null || value === undefined;
    return any(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']);
  },
  wasm: async () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: async () => import('@tensorflow/tfjs-backend-cpu'),
};

/** The first of some packages that loads. Their names are no literals: nobody needs them installed to compile this. */
async function any(names: readonly string[]): Promise<unknown> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return await import(name);
    } catch (error) {
      const absent = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && String(error).includes(`'${name}'`);
      reasons.push(absent ? `${name} is not installed` : `${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/**
 * Makes a backend ready: the one that is asked for, or with 'auto' the fastest that there is.
 * @returns the backend, or why there is none.
 */
export async function readyBackend(wanted: BackendName | 'auto'): Promise<Ready | { readonly reason: string }> {
  const passedOver: string[] = [];
  // Without advice on what else could be installed.
  enableProdMode();
  for (const name of wanted === 'auto' ? BACKENDS : [wanted]) {
    try {
      await LOADERS[name]();
      if (!(await setBackend(name))) throw new Error('it did not start');
      const [product] = (await matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]])).data()) as Float32Array;
      if (product !== 11 || getBackend() !== name) throw new Error(`1·3 + 2·4 came out as ${product}`);
      return { name, device: `TensorFlow.js ${version}, ${name}`, passedOver };
    } catch (error) {
      passedOver.push(`${name}: ${firstLine(error)}`);
    }
  }
  return { reason: passedOver.join('; ') };
}
