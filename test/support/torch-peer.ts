/** PyTorch in a process of its own, that takes the same steps of the same network: what a benchmark compares with. */

import { fileURLToPath } from 'node:url';
import type { Architecture } from '../../src/resnet/network.js';
import { openLinePeer } from './line-peer.js';

export interface TorchPeer {
  readonly version: string;
  readonly threads: number;
  /** "cpu", or the card's name. */
  readonly device: string;
  /** Takes a step. @returns the milliseconds that it took. */
  readonly step: () => Promise<number>;
  readonly end: () => void;
}

export interface TorchWork {
  readonly architecture: Architecture;
  readonly image: number;
  readonly batch: number;
  readonly device: 'cpu' | 'cuda';
}

/** @param python that has torch @throws {Error} where PyTorch ends. */
export async function openTorchPeer(python: string, { architecture, image, batch, device }: TorchWork): Promise<TorchPeer> {
  const { ask, end } = openLinePeer(python, [fileURLToPath(new URL('../../../test/fixtures/resnet_step.py', import.meta.url))]);
  const shapes = Object.fromEntries(architecture.parameters.map(({ name, shape }) => [name, shape.length === 4 ? [shape[3], shape[2], shape[0], shape[1]] : shape.toReversed()]));
  const kind = architecture.parameters.some(({ name }) => name.includes('conv3')) ? 'bottleneck' : 'small';
  const about = JSON.parse(await ask(JSON.stringify({ kind, shapes, image, batch, classes: architecture.classes, device }))) as Pick<TorchPeer, 'version' | 'threads' | 'device'>;
  return { ...about, step: async () => Number(await ask('')), end };
}

/** The middle one, without the first two, that warm up. */
export function median(times: readonly number[]): number {
  const warm = times.slice(Math.min(2, times.length - 1)).toSorted((a, b) => a - b);
  return warm[warm.length >> 1]!;
}
