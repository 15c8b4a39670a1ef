/** A process that runs the command lines that it is sent: what `openCommandLines` starts. */

import process from 'node:process';
import { run } from '../../src/cli/run.js';
// This process itself counts: it began with the variable.
import './uncounted.js';

export interface Asked {
  readonly id: number;
  readonly args: readonly string[];
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Answer = { readonly id: number } & (Ended | { readonly thrown: string });

process.on('message', ({ id, args }: Asked) => {
  let [stdout, stderr] = ['', ''];
  const terminal = {
    out: (text: string) => void (stdout += text),
    err: (text: string) => void (stderr += text),
    command: (line: string) => void (stdout += `${line}\n`),
    interactive: false,
    colour: false,
  };
  run(args, terminal, new AbortController().signal).then(
    (status) => process.send!({ id, status, stdout, stderr } satisfies Answer),
    (error: unknown) => process.send!({ id, thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer),
  );
});
