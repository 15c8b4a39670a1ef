import { parentPort } from 'node:worker_threads';
import { saboteurs } from '../saboteur/index.js';
import { bait, hunt, type Bait, type Catch } from './hunt.js';
import { loadClaims } from './load-claims.js';
import { mixSeed } from './seed.js';

/** All claims against one saboteur. Every job of a worker has the same cases and seed. */
export interface HuntJob {
  readonly saboteur: string;
  readonly cases: number;
  readonly seed: number;
}

/** So many times the cases. */
const PATIENCE = 10;

let baits: readonly Bait[] | null = null;

async function run({ saboteur: name, cases, seed }: HuntJob): Promise<void> {
  baits ??= (await loadClaims()).map((claim) => bait(claim, cases, seed));
  const culprit = saboteurs.find((one) => one.name === name)!;
  // What is promised whatever the seed may be rare: it is looked for in many cases before it is missed.
  const catches: Catch[] = baits.map((one) => {
    const first = hunt(one, culprit);
    return first.verdict === 'missed' && one.claim.saboteurs.includes(name) ? hunt(bait(one.claim, PATIENCE * cases, mixSeed(seed, 'once more')), culprit) : first;
  });
  parentPort?.postMessage(catches);
}

parentPort?.on('message', (job: HuntJob) => void run(job));
