import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Answer, Asked, Ended } from './command-lines.js';
import { COUNTED } from './uncounted.js';

export type { Ended } from './command-lines.js';

/** The command, as `npx omg-oracle` starts it. */
export const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Runs the command in a process of its own. */
export async function ownProcess(args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

export interface CommandLines {
  /** Runs a command line; several may run at once. @throws {Error} what the command throws: it would be a stack on standard error. */
  readonly run: (args: readonly string[]) => Promise<Ended>;
  readonly end: () => Promise<void>;
}

/**
 * A process that runs command lines: starting one for each takes longer than most of them do, and to count the lines of each longer still. What the
 * process around a command line does with signals, pipes and its exit status is tried on `omg`.
 */
export function openCommandLines({ cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): CommandLines {
  const child = fork(fileURLToPath(new URL('command-lines.js', import.meta.url)), { cwd, env: { ...env, ...COUNTED }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const waiting = new Map<number, { readonly resolve: (ended: Ended) => void; readonly reject: (error: Error) => void }>();
  child.on('message', (answer: Answer) => {
    const { resolve, reject } = waiting.get(answer.id)!;
    waiting.delete(answer.id);
    if ('thrown' in answer) reject(new Error(answer.thrown));
    else resolve({ status: answer.status, stdout: answer.stdout, stderr: answer.stderr });
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the process of the command lines ended with ${code}`));
  });
  let asked = 0;
  return {
    run: (args) =>
      new Promise((resolve, reject) => {
        const id = (asked += 1);
        waiting.set(id, { resolve, reject });
        child.send({ id, args } satisfies Asked);
      }),
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
