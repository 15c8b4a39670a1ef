import { parentPort } from 'node:worker_threads';
import { saboteurs } from '../saboteur/index.js';
import { bait, hunt, type Bait, type Catch } from './hunt.js';
import { loadClaims } from './load-claims.js';

/** All claims against one saboteur. Every job of a worker has the same cases and seed. */
export interface HuntJob {
  readonly saboteur: string;
  readonly cases: number;
  readonly seed: number;
}

let baits: readonly Bait[] | null = null;

async function run({ saboteur: name, cases, seed }: HuntJob): Promise<void> {
  baits ??= (await loadClaims()).map((claim) => bait(claim, cases, seed));
  const culprit = saboteurs.find((one) => one.name === name)!;
  const catches: Catch[] = baits.map((one) => hunt(one, culprit));
  parentPort?.postMessage(catches);
}

parentPort?.on('message', (job: HuntJob) => void run(job));
