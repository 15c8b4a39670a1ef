/** Which of TensorFlow.js's backends there are on this machine, and why not the others. */

import util from 'node:util';
import { enableProdMode, getBackend, matMul, setBackend, tensor2d, version_core as version } from '@tensorflow/tfjs-core';
import type { BackendName } from './names.js';
import { composed, type UpdateOf } from './optimizer.js';

export interface Ready {
  readonly name: BackendName;
  /** What computes, in words: "TensorFlow.js 4.22.0, wasm". */
  readonly device: string;
  /** Whether that is a graphics processor which the processor only stands in for. */
  readonly emulated: boolean;
  /** Those that were passed over, and why. */
  readonly passedOver: readonly string[];
  /** How optimizers step on it. */
  readonly updateOf: UpdateOf;
  /** What went wrong on the device, where it tells nobody who does not ask; null: nothing. */
  readonly failure: () => string | null;
}

/** A backend's own ways, where it has such. */
type Loaded = Partial<Pick<Ready, 'updateOf' | 'failure' | 'emulated'>> & { readonly device?: string };

interface Candidate {
  readonly name: BackendName;
  /** @param named whether the backend was asked for by name: a device that is emulated is for those who want it. */
  readonly load: (named: boolean) => Promise<Loaded>;
}

/** Fastest first. */
const CANDIDATES: readonly Candidate[] = [
  { name: 'tensorflow', load: async () => addon('@tensorflow/tfjs-node-gpu') },
  {
    name: 'webgpu',
    async load(named) {
      const [{ openWebGPU }, { fusedUpdate }] = await Promise.all([import('./webgpu.js'), import('./webgpu-update.js')]);
      const { backend, device, emulated, failure } = await openWebGPU(named);
      return { device, emulated, failure, updateOf: (formula, constant) => fusedUpdate(backend, formula, constant) };
    },
  },
  { name: 'tensorflow', load: async () => addon('@tensorflow/tfjs-node') },
  { name: 'wasm', load: async () => import('@tensorflow/tfjs-backend-wasm').then(() => ({})) },
  { name: 'cpu', load: async () => import('@tensorflow/tfjs-backend-cpu').then(() => ({})) },
];

/** TensorFlow's own library, below Node. The name is no literal: nobody needs it installed to compile this. */
async function addon(name: string): Promise<Loaded> {
  // Gone from Node 23 on, and still called.
  const shimmed = util as { isNullOrUndefined?: (value: unknown) => boolean };
  shimmed.isNullOrUndefined ??= (value) => value === null || value === undefined;
  await import(name);
  return {};
}

/** Why a backend is not there, in a line. */
function whyNot(error: unknown): string {
  const absent = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' ? /Cannot find package '([^']+)'/.exec(String(error))?.[1] : undefined;
  return absent === undefined ? firstLine(error) : `${absent} is not installed`;
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
  for (const { name, load } of CANDIDATES.filter((one) => wanted === 'auto' || one.name === wanted)) {
    try {
      const { device, emulated = false, updateOf = composed, failure = () => null } = await load(wanted !== 'auto');
      if (!(await setBackend(name))) throw new Error('it did not start');
      const [product] = (await matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]])).data()) as Float32Array;
      if (product !== 11 || getBackend() !== name) throw new Error(failure() ?? `1·3 + 2·4 came out as ${product}`);
      return { name, device: `TensorFlow.js ${version}, ${name}${device === undefined ? '' : ` on ${device}`}`, emulated, passedOver, updateOf, failure };
    } catch (error) {
      passedOver.push(`${name}: ${whyNot(error)}`);
    }
  }
  return { reason: passedOver.join('; ') };
}

/** A device that lost its work: what it returns from then on means nothing. */
export class DeviceFailure extends Error {
  override readonly name = 'DeviceFailure';
}
