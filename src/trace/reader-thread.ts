/** A thread that reads a trace and judges its share of the tensors. */

import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../base/errors.js';
import { readPart } from './check.js';
import { openTrace } from './read.js';
import type { Assignment, Told } from './check-file.js';

const { path, method, config, share, stopped } = workerData as Assignment;

function told(): Told {
  const trace = openTrace(path);
  try {
    return { part: readPart(trace, method, config, share, () => Atomics.load(stopped, 0) !== 0) };
  } finally {
    trace.close();
  }
}

try {
  parentPort!.postMessage(told());
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  parentPort!.postMessage({ complaint: error.complaint } satisfies Told);
}
