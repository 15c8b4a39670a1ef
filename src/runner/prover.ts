import { Worker } from 'node:worker_threads';
import type { Verdict } from '../../oracles/performance-estimation/check.js';
import type { Statement } from '../../oracles/performance-estimation/certificate.js';
import type { RegretQuestion } from '../../oracles/performance-estimation/regret-program.js';
import type { Question } from '../../oracles/performance-estimation/statement.js';
import type { WorstCase } from '../../oracles/performance-estimation/worst-case.js';
import type { WorstRegret } from '../../oracles/performance-estimation/worst-regret.js';

/** What may take long, with what it is asked and what it answers. */
export interface Proofs {
  readonly worstCase: (question: Question) => WorstCase;
  readonly worstRegret: (question: RegretQuestion) => WorstRegret;
  /** Of a certificate as a file has it. */
  readonly check: (text: string, about?: Statement) => Verdict;
  readonly checkRegret: (text: string) => Verdict;
}

/** The same, on a thread of its own: signals are heard, and what was begun is dropped at once. */
export type Prover = { readonly [name in keyof Proofs]: (...given: Parameters<Proofs[name]>) => Promise<ReturnType<Proofs[name]>> } & { readonly end: () => Promise<void> };

/** A task, and its answer: messages between the threads. */
export interface Task {
  readonly name: keyof Proofs;
  readonly given: readonly unknown[];
}
export type Done = { readonly answer: unknown } | { readonly wrong: string; readonly range: boolean };

/** A proof that was not waited for. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** One task at a time. Its promises are rejected with {@link Interrupted} once `signal` is aborted. */
export function openProver(signal: AbortSignal): Prover {
  let thread: Worker | null = null;
  const ask = async (name: keyof Proofs, given: readonly unknown[]): Promise<unknown> => {
    if (signal.aborted) throw new Interrupted('interrupted');
    thread ??= new Worker(new URL('prover-thread.js', import.meta.url));
    const own = thread;
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        own.off('message', answered);
        own.off('error', failed);
        signal.removeEventListener('abort', interrupted);
      };
      const answered = (done: Done): void => {
        ended();
        if ('answer' in done) resolve(done.answer);
        else reject(new (done.range ? RangeError : Error)(done.wrong));
      };
      const failed = (error: unknown): void => {
        ended();
        thread = null;
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const interrupted = (): void => {
        ended();
        thread = null;
        void own.terminate();
        reject(new Interrupted('interrupted'));
      };
      own.on('message', answered);
      own.on('error', failed);
      signal.addEventListener('abort', interrupted, { once: true });
      own.postMessage({ name, given } satisfies Task);
    });
  };
  const task = <N extends keyof Proofs>(name: N) => async (...given: Parameters<Proofs[N]>): Promise<ReturnType<Proofs[N]>> => ask(name, given) as Promise<ReturnType<Proofs[N]>>;
  return {
    worstCase: task('worstCase'),
    worstRegret: task('worstRegret'),
    check: task('check'),
    checkRegret: task('checkRegret'),
    end: async () => {
      await thread?.terminate();
      thread = null;
    },
  };
}
