import { parentPort } from 'node:worker_threads';
import { reference } from '../subject.js';
import type { ClaimResult, VariantName } from '../verdict.js';
import { loadClaim } from './load-claims.js';
import { runVariant, type Budget } from './run-variant.js';

/** One variant of one claim, to be run on a worker. */
export interface Job {
  readonly id: string;
  readonly variant: VariantName;
  readonly budget: Budget;
}

export interface JobResult {
  readonly job: Job;
  readonly result: ClaimResult;
}

async function run(job: Job): Promise<void> {
  const claim = await loadClaim(job.id);
  const message: JobResult = { job, result: runVariant(claim, job.variant, reference, job.budget) };
  parentPort?.postMessage(message);
}

parentPort?.on('message', (job: Job) => void run(job));
