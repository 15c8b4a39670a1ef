/** Tries changed files of one kind, and tells of each that ends otherwise than it should. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chance } from './mutate.js';
import { fuzzed, type KindName } from './kinds.js';
import { Lines } from './lines.js';

export interface Campaign {
  readonly tried: number;
  /** How many ended with each status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What should not have been: the number of the file, and what came of it. */
  readonly findings: readonly string[];
}

/** Milliseconds that a command line may take. */
const LIMIT = 60_000;
/** Characters that a refusal may have: it quotes, and does not repeat. */
const MOST = 4000;
/** What only somebody who reads the program's source would understand. */
const INTERNALS =
  /Cannot (?:read|convert|destructure|set|mix)|is not (?:iterable|a function|defined|an object)|Unexpected (?:token|end|non)|\bundefined\b|\[object |Invalid (?:array|string|typed|time|count|array buffer)|Maximum call stack|out of range|\bENOENT\b|node:internal|^\s+at .*:\d+/mu;
/** What a terminal or a CI would obey, or show otherwise than it is. */
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]|^\s*::|##\[/mu;

/** @param from the number of the first file: a finding is tried again by its number. */
export async function campaign(kind: KindName, count: number, seed: number, dir: string, from = 0): Promise<Campaign> {
  mkdirSync(dir, { recursive: true });
  const lines = new Lines(dir);
  const statuses = new Map<number, number>();
  const findings: string[] = [];
  try {
    const { extension, trial } = await fuzzed(kind, dir, async (...args) => {
      const answer = await lines.run(args, LIMIT * 5);
      if (typeof answer === 'string' || 'thrown' in answer) throw new Error(`${args.join(' ')}: ${typeof answer === 'string' ? answer : answer.thrown}`);
      return answer.status ?? -1;
    });
    for (let i = from; i < from + count; i++) {
      // Each file is made from its own number: one alone can be made again.
      const { bytes, args, wrong } = trial(new Chance(seed * 1_000_003 + i));
      const name = `changed.${extension}`;
      const path = join(dir, name);
      writeFileSync(path, bytes);
      const line = args(path);
      const answer = await lines.run(line, LIMIT);
      const found = (what: string): void => {
        writeFileSync(join(dir, `finding-${kind}-${i}.${extension}`), bytes);
        findings.push(`${kind} ${i} (seed ${seed}): ${what.slice(0, 600)}`);
      };
      if (typeof answer === 'string') found(answer);
      else if ('thrown' in answer) found(`threw ${answer.thrown}`);
      else {
        const { stdout, stderr } = answer;
        const status = answer.status ?? -1;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const told = stdout + stderr;
        if (![0, 1, 2, 3, 4].includes(status)) found(`status ${status}`);
        else if (status === 2 && !stderr.includes(name)) found(`does not name the file: ${stderr}`);
        else if (stderr.length > MOST) found(`says too much: ${stderr.length} characters`);
        else if (INTERNALS.test(told)) found(`speaks of the program: ${INTERNALS.exec(told)![0]} in ${told.slice(Math.max(0, INTERNALS.exec(told)!.index - 200))}`);
        else if (OBEYED.test(told)) found(`lets through ${JSON.stringify(OBEYED.exec(told)![0])} in ${JSON.stringify(told.slice(Math.max(0, OBEYED.exec(told)!.index - 100)))}`);
        else {
          const why = wrong?.(status) ?? null;
          if (why !== null) found(`status ${status}, but ${why}: ${told}`);
        }
      }
    }
    return { tried: count, statuses, findings };
  } finally {
    lines.end();
  }
}
