import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { errorOf, type Claim } from '../claim.js';
import { VARIANTS, type ClaimResult, type VariantName } from '../verdict.js';
import type { Job, JobResult } from './worker.js';

export interface RunOptions {
  readonly cases: number;
  readonly seed: number;
  /** Milliseconds since the epoch; claims that have not ended by then are inconclusive. null: no limit. */
  readonly deadline: number | null;
  /** Stops the run: what has not ended is told as skipped. */
  readonly signal: AbortSignal;
  /** Called as each variant ends, with all results so far in the order of the claims. */
  readonly onResult: (result: ClaimResult, done: number, total: number) => void;
}

/** How long a variant may go on after the deadline before its worker is ended: one batch of cases is not interrupted. */
const GRACE = 20_000;
/** More workers than this share little work: a claim is the unit. */
const MAX_WORKERS = 8;

/**
 * Runs both variants of each claim, on as many workers as there are cores. Every variant is in the result, whatever happens
 * to its worker. Results do not depend on the number of workers.
 */
export async function runClaims(claims: readonly Claim[], options: RunOptions): Promise<ClaimResult[]> {
  const queue = claims.flatMap((claim) => jobsOf(claim, options));
  const total = claims.length * VARIANTS.length;
  const results = new Map<string, ClaimResult>();
  const settle = (claim: Claim, result: ClaimResult): void => {
    // One object for both variants is one statement: it ran once.
    const variants: readonly VariantName[] = claim.printed === claim.corrected ? VARIANTS : [result.variant];
    for (const variant of variants) {
      const { counterexample } = result;
      const told = { ...result, variant, counterexample: counterexample === null ? null : { ...counterexample, variant } };
      results.set(`${claim.id}/${variant}`, told);
      options.onResult(told, results.size, total);
    }
  };
  const count = Math.max(1, Math.min(availableParallelism(), MAX_WORKERS, queue.length));
  const claimOf = (job: Job): Claim => claims.find((claim) => claim.id === job.id)!;
  await Promise.all(Array.from({ length: count }, () =>
    drain(queue, options, (job, ended) => {
      const claim = claimOf(job);
      settle(claim, ended.kind === 'result' ? ended.result : unfinished(claim, job.variant, ended.kind, ended.reason));
    })));
  return claims.flatMap((claim) => VARIANTS.map((variant) => results.get(`${claim.id}/${variant}`) ?? unfinished(claim, variant, 'skipped', 'the run was stopped before it')));
}

function jobsOf(claim: Claim, { cases, seed, deadline }: RunOptions): Job[] {
  const variants: readonly VariantName[] = claim.printed === claim.corrected ? ['corrected'] : VARIANTS;
  return variants.map((variant) => ({ id: claim.id, variant, budget: { cases, seed, deadline } }));
}

/** Takes jobs off the queue on one worker thread after another: a worker that dies is told of and replaced. */
async function drain(queue: Job[], options: RunOptions, onEnd: (job: Job, ended: Exclude<JobEnd, { kind: 'stopped' }>) => void): Promise<void> {
  let worker: Worker | null = null;
  try {
    for (;;) {
      const job = options.signal.aborted ? undefined : queue.shift();
      if (job === undefined) return;
      worker ??= new Worker(new URL('worker.js', import.meta.url));
      const ended = await runJob(worker, job, options);
      if (ended.kind === 'stopped') return;
      if (ended.kind !== 'result') {
        await worker.terminate();
        worker = null;
      }
      onEnd(job, ended);
    }
  } finally {
    await worker?.terminate();
  }
}

type JobEnd =
  | { readonly kind: 'result'; readonly result: ClaimResult }
  | { readonly kind: 'crashed' | 'timed-out'; readonly reason: string }
  | { readonly kind: 'stopped' };

function runJob(worker: Worker, job: Job, { signal, deadline }: RunOptions): Promise<JobEnd> {
  return new Promise((resolve) => {
    const end = (result: JobEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // One by one: `removeAllListeners` would take Node's own with them, and no further message would come.
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(result);
    };
    const onAbort = (): void => end({ kind: 'stopped' });
    const onMessage = ({ result }: JobResult): void => end({ kind: 'result', result });
    const onError = (error: unknown): void => end({ kind: 'crashed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    const onExit = (code: number): void => end({ kind: 'crashed', reason: `its worker ended with exit code ${code}` });
    const timer = deadline === null ? undefined : setTimeout(() => {
      end({ kind: 'timed-out', reason: `it did not stop within ${GRACE / 1000} s of the time budget's end` });
    }, Math.max(0, deadline - Date.now()) + GRACE);
    signal.addEventListener('abort', onAbort);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}

/** What the report says of a variant that has no result. */
function unfinished(claim: Claim, variant: VariantName, verdict: 'skipped' | 'crashed' | 'timed-out', reason: string): ClaimResult {
  const { statement, hypotheses, strength } = claim[variant];
  return {
    id: claim.id,
    variant,
    statement,
    hypotheses,
    source: claim.source,
    ...errorOf(claim, variant),
    strength,
    verdict,
    reason,
    arithmetic: [],
    cases: 0,
    rejected: 0,
    counts: [],
    coverage: {},
    tightest: null,
    falsePass: null,
    counterexample: null,
    replay: null,
    seconds: 0,
  };
}
