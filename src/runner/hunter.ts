import { parentPort } from 'node:worker_threads';
import { saboteurs } from '../saboteur/index.js';
import { hunt, type Catch } from './hunt.js';
import { loadClaims } from './load-claims.js';

/** All claims against one saboteur. */
export interface HuntJob {
  readonly saboteur: string;
  readonly cases: number;
  readonly seed: number;
}

async function run({ saboteur: name, cases, seed }: HuntJob): Promise<void> {
  const culprit = saboteurs.find((one) => one.name === name)!;
  const catches: Catch[] = (await loadClaims()).map((claim) => hunt(claim, culprit, cases, seed));
  parentPort?.postMessage(catches);
}

parentPort?.on('message', (job: HuntJob) => void run(job));
