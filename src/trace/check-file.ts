import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InputError, type Complaint } from '../base/errors.js';
import { conclude, type TracePart, type TraceShare, type TraceVerdict } from './check.js';
import { sizeOf, type TraceConfig, type TraceHeader, type TraceMethod } from './format.js';
import { openTrace } from './read.js';

/** What a thread is given. */
export interface Assignment {
  readonly path: string;
  readonly method: TraceMethod;
  readonly config: TraceConfig;
  readonly share: TraceShare;
  /** Not 0 once the check is to stop. */
  readonly stopped: Int32Array;
}

/** What a thread says at its end. */
export type Told = { readonly part: TracePart } | { readonly complaint: Complaint };

/** Fewer elements a step than this are not worth a second thread. */
const WORTH_A_THREAD = 2 ** 16;

/** The header of the trace at `path`. @throws {InputError} */
export function headerOf(path: string): TraceHeader {
  const trace = openTrace(path);
  trace.close();
  return trace.header;
}

/**
 * Judges the trace at `path`, in threads that each take a share of its tensors. The memory that this takes does not grow with the run.
 * @throws {InputError} what cannot be read, or holds something else than its header says.
 */
export async function checkTraceFile(path: string, header: TraceHeader, method: TraceMethod, config: TraceConfig, signal: AbortSignal): Promise<TraceVerdict> {
  const started = performance.now();
  const sizes = header.parameters.map((parameter) => Math.min(sizeOf(parameter), header.sample?.count ?? Infinity));
  const worth = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / WORTH_A_THREAD);
  const of = Math.max(1, Math.min(availableParallelism(), worth, sizes.length));
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const stop = (): void => void Atomics.store(stopped, 0, 1);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const all = await Promise.all(Array.from({ length: of }, (_, part) => read({ path, method, config, share: { part, of }, stopped })));
    const parts = all.map((told) => {
      if ('complaint' in told) throw new InputError(told.complaint);
      return told.part;
    });
    return conclude(parts, header, method, config, (performance.now() - started) / 1000);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function read(assignment: Assignment): Promise<Told> {
  const worker = new Worker(new URL('reader-thread.js', import.meta.url), { workerData: assignment });
  // What goes wrong in the thread is thrown here.
  const [told] = (await once(worker, 'message')) as [Told];
  return told;
}
