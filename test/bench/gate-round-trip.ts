/**
 * What one closed-loop step costs, from the gate's gradient to the next query, with its JSON on both sides:
 *
 *     node dist/test/bench/gate-round-trip.js [--command "python3 my.py" | MODULE] [dimension]
 *
 * The goal is at most 250 µs at dimension 8 with Python. Medians, because other programs run too.
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDoor, type DoorOptions } from '../../src/gate/door.js';

export const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const BLOCKS = 21;
const STEPS = 500;

export interface RoundTrips {
  readonly source: string;
  /** Milliseconds from the door's opening to the first answer. */
  readonly start: number;
  /** Takes steps. @returns the microseconds of each, on average. */
  readonly steps: (count: number) => Promise<number>;
  readonly end: () => Promise<void>;
}

/** A session that takes at most `horizon` steps. */
export async function openRoundTrips(options: DoorOptions, dimension: number, horizon: number): Promise<RoundTrips> {
  const door = openDoor(options);
  const begun = performance.now();
  await door.hello();
  const start = performance.now() - begun;
  let { query } = await door.init('a', { x0: Float64Array.from({ length: dimension }, Math.random), config: { learningRate: 1e-3 }, problem: { horizon, L: 4 } });
  let t = 0;
  return {
    source: door.source,
    start,
    async steps(count) {
      const before = performance.now();
      for (let i = 0; i < count; i++) ({ query } = await door.step('a', { t: ++t, gradient: query.map((q) => 1.1 * q), value: 1.25 }));
      return ((performance.now() - before) / count) * 1000;
    },
    end: () => door.bye(),
  };
}

async function measure(options: DoorOptions, dimension: number): Promise<string> {
  const { source, start, steps, end } = await openRoundTrips(options, dimension, BLOCKS * STEPS);
  const blocks: number[] = [];
  for (let i = 0; i < BLOCKS; i++) blocks.push(await steps(STEPS));
  await end();
  blocks.sort((a, b) => a - b);
  return `${source}: ${blocks[BLOCKS >> 1]!.toFixed(0)} µs a step (best block ${blocks[0]!.toFixed(0)}, worst ${blocks.at(-1)!.toFixed(0)}), start ${start.toFixed(0)} ms`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ options: { command: { type: 'string' } }, allowPositionals: true });
  const given = positionals.filter((word) => !/^\d+$/.test(word)).map((module): DoorOptions => ({ module }));
  if (values.command !== undefined) given.push({ command: values.command });
  const dimension = Number(positionals.find((word) => /^\d+$/.test(word)) ?? 8);
  for (const options of given.length > 0 ? given : [{ command: `python3 "${EXAMPLES}nesterov.py"` }, { module: `${EXAMPLES}nesterov.mjs` }]) {
    process.stdout.write(`${await measure(options, dimension)}\n`);
  }
}
