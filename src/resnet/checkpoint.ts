/** Runs that are put aside, and go on from where they were. */

import { dispose, keep, tensor, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { writeWhole } from '../base/files.js';
import { parseJson } from '../../reports/input.js';
import { LIMITS, MODELS, OPTIMIZERS, SAVE, type RunSettings } from './names.js';
import type { Architecture, Network } from './network.js';
import type { TensorOptimizer } from './optimizer.js';
import { encodeSafetensors, readSafetensors, unfit, type StoredTensor } from './safetensors.js';

/** The key of the file's metadata under which the run is described, as JSON. */
const KEY = 'omg-oracle-checkpoint';
const VERSION = 1;

export interface Checkpoint {
  readonly path: string;
  readonly settings: RunSettings;
  /** Steps that were taken. */
  readonly step: number;
  /** The digest of the pictures' names; null where they are made up. */
  readonly data: string | null;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** All that a run has, by the names under which it is kept: how to read it, and how to put another in its place. */
interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly held: () => Tensor | undefined;
  readonly put: (value: Tensor) => void;
}

/** @param keeps whether the optimizer keeps rates and gradients. */
function slots({ architecture, parameters, running }: Network, { rates, before }: TensorOptimizer, keeps: boolean): Slot[] {
  const inMap = (prefix: string, map: Map<string, Tensor>): Slot[] =>
    architecture.parameters.map(({ name, shape }) => ({ name: `${prefix}${name}`, shape, held: () => map.get(name), put: (value) => void map.set(name, value) }));
  const remembered = [...running].flatMap(([name, one]): Slot[] => [
    { name: `${name}.running_mean`, shape: one.mean.shape, held: () => one.mean, put: (value) => void (one.mean = value as Tensor1D) },
    { name: `${name}.running_var`, shape: one.variance.shape, held: () => one.variance, put: (value) => void (one.variance = value as Tensor1D) },
  ]);
  return [...inMap('', parameters), ...remembered, ...(keeps ? [...inMap('optimizer.w.', rates), ...inMap('optimizer.g_before.', before)] : [])];
}

/** Writes a run after `step` steps, one at least. @throws {OutputError} */
export async function saveCheckpoint({ path, settings, step, data }: Omit<Checkpoint, 'tensors'>, network: Network, optimizer: TensorOptimizer): Promise<void> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, held } of slots(network, optimizer, settings.optimizer !== 'sgd')) tensors.set(name, { shape, data: (await held()!.data()) as Float32Array });
  writeWhole(path, encodeSafetensors({ metadata: new Map([[KEY, JSON.stringify({ version: VERSION, step, data, settings })]]), tensors }), SAVE);
}

/** What stands where something else should, in few words. */
function came(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'it is missing' : `got ${text.length > 80 ? `${text.slice(0, 79)}…` : text}`;
}

const isWithin = (value: unknown, [from, to]: readonly [number, number]): boolean => Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
const isNumber = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;

/** What each setting may be. */
const SETTINGS: { readonly [name in keyof RunSettings]: (value: unknown) => boolean } = {
  model: (value) => MODELS.some((name) => name === value),
  optimizer: (value) => OPTIMIZERS.some((name) => name === value),
  asPrinted: (value) => typeof value === 'boolean',
  image: (value) => isWithin(value, LIMITS.image),
  batch: (value) => isWithin(value, LIMITS.batch),
  classes: (value) => isWithin(value, LIMITS.classes),
  rate: isNumber,
  metaRate: isNumber,
  weightDecay: isNumber,
  smoothing: (value) => isNumber(value) && (value as number) < 1,
  seed: (value) => isWithin(value, [0, 2 ** 31 - 1]),
};

/** @throws {InputError} a file that is no checkpoint, or of another version. */
export function readCheckpoint(path: string): Checkpoint {
  const { metadata, tensors } = readSafetensors(path);
  const described = metadata.get(KEY);
  if (described === undefined) unfit(path, `"${KEY}" in its metadata`, 'it is missing');
  const { version, step, data, settings } = parsed(path, described);
  if (version !== VERSION) unfit(path, `version ${VERSION}`, came(version));
  if (!isWithin(step, [1, 2 ** 31 - 1])) unfit(path, 'the number of its steps as "step"', came(step));
  if (data !== null && !(typeof data === 'string' && /^[0-9a-f]{64}$/.test(data))) unfit(path, 'the digest of its pictures as "data", or null', came(data));
  for (const [name, fits] of Object.entries(SETTINGS)) {
    const value = (settings as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (!fits(value)) unfit(path, `"${name}" among its settings, as this version has it`, came(value));
  }
  return { path, settings: settings as RunSettings, step: step as number, data, tensors };
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return (parseJson(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return unfit(path, `JSON as "${KEY}"`, `got ${text.slice(0, 200)}`, { cause: error });
  }
}

/** Puts a run where it was: the network's parameters, what it remembers, and what the optimizer keeps. @throws {InputError} tensors that are missing, too many, or of another shape. */
export function restore({ path, settings, tensors }: Checkpoint, network: Network, optimizer: TensorOptimizer): void {
  const wanted = slots(network, optimizer, settings.optimizer !== 'sgd');
  const { name: model } = network.architecture satisfies Architecture;
  for (const { name, shape } of wanted) {
    const found = tensors.get(name);
    if (found?.shape.join() !== shape.join())
      unfit(path, `"${name}" of shape [${shape.join(', ')}], as ${model} has it`, found === undefined ? 'it is missing' : `its shape is [${found.shape.join(', ')}]`);
  }
  const strange = [...tensors.keys()].find((name) => !wanted.some((slot) => slot.name === name));
  if (strange !== undefined) unfit(path, `the tensors of ${model} and its optimizer alone`, `it has "${strange}", too`);
  for (const { name, shape, held, put } of wanted) {
    dispose(held() ?? []);
    put(keep(tensor(tensors.get(name)!.data, [...shape])));
  }
}
