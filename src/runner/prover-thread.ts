import { parentPort } from 'node:worker_threads';
import { check } from '../../oracles/performance-estimation/check.js';
import { checkRegret } from '../../oracles/performance-estimation/check-regret.js';
import { worstCase } from '../../oracles/performance-estimation/worst-case.js';
import { worstRegret } from '../../oracles/performance-estimation/worst-regret.js';
import type { Done, Proofs, Task } from './prover.js';

const PROOFS: Proofs = { worstCase, worstRegret, check: (text, about) => check(JSON.parse(text), about), checkRegret: (text) => checkRegret(JSON.parse(text)) };

parentPort?.on('message', ({ name, given }: Task) => {
  const work = PROOFS[name] as (...given: readonly unknown[]) => unknown;
  let done: Done;
  try {
    done = { answer: work(...given) };
  } catch (error) {
    done = { wrong: error instanceof Error ? error.message : String(error), range: error instanceof RangeError };
  }
  parentPort?.postMessage(done);
});
