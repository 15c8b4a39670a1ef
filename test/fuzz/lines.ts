/** Command lines in a process of their own, which is ended where one takes too long. */

import { fork, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Answer, Asked } from '../support/command-lines.js';
import { COUNTED } from '../support/uncounted.js';

export class Lines {
  readonly #cwd: string;
  #child: ChildProcess | null = null;
  #asked = 0;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** @returns what came of it; "hangs" after `limit` milliseconds, "ended" where its process did. */
  async run(args: readonly string[], limit: number): Promise<Answer | 'hangs' | 'ended'> {
    const child = (this.#child ??= fork(fileURLToPath(new URL('../support/command-lines.js', import.meta.url)), {
      cwd: this.#cwd,
      env: { ...process.env, ...COUNTED },
      execArgv: ['--max-old-space-size=1024'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    }));
    const id = (this.#asked += 1);
    const answer = await new Promise<Answer | 'hangs' | 'ended'>((resolve) => {
      const timer = setTimeout(() => resolve('hangs'), limit);
      const end = (found: Answer | 'ended'): void => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        resolve(found);
      };
      const onMessage = (message: Answer): void => {
        if (message.id === id) end(message);
      };
      const onExit = (): void => end('ended');
      child.on('message', onMessage).on('exit', onExit);
      child.send({ id, args } satisfies Asked);
    });
    if (typeof answer === 'string') this.end();
    return answer;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}
