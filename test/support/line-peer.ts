/** A program that answers each line with a line: what benchmarks compare with. */

import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

export interface LinePeer {
  readonly ask: (line: string) => Promise<string>;
  readonly end: () => void;
}

/** @throws {Error} on `ask`, where the program has ended. */
export function openLinePeer(command: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): LinePeer {
  const peer = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      peer.stdin.write(`${line}\n`);
      const answer: IteratorResult<string, unknown> = await lines.next();
      if (answer.done === true) throw new Error(`expected a line from ${command} ${words.join(' ')}, which ended`);
      return answer.value;
    },
    end: () => void peer.stdin.end(),
  };
}
