import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the system tells of other processes' environments. */
export const HAS_PROC = existsSync('/proc/self/environ');

/** The processes that were started with `HOSTILE_MARK=mark`, their children included. */
export function marked(mark: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOSTILE_MARK=${mark}`);
    } catch {
      // It ended meanwhile, or is somebody else's.
      return false;
    }
  });
}

/** What is left of them. A killed process takes a moment to go. */
export async function left(mark: string): Promise<number[]> {
  if (!HAS_PROC) return [];
  const patience = Date.now() + 10_000;
  while (marked(mark).length > 0 && Date.now() < patience) await sleep(20);
  return marked(mark);
}
