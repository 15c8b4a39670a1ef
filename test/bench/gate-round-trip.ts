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

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const BLOCKS = 21;
const STEPS = 500;

async function measure(options: DoorOptions, dimension: number): Promise<string> {
  const door = openDoor(options);
  const begun = performance.now();
  await door.hello();
  const start = performance.now() - begun;
  const times: number[] = [];
  let { query } = await door.init('a', { x0: Float64Array.from({ length: dimension }, Math.random), config: { learningRate: 1e-3 }, problem: { horizon: BLOCKS * STEPS, L: 4 } });
  for (let t = 1; t <= BLOCKS * STEPS; t++) {
    if (t % STEPS === 1) times.push(performance.now());
    ({ query } = await door.step('a', { t, gradient: query.map((q) => 1.1 * q), value: 1.25 }));
  }
  times.push(performance.now());
  await door.bye();
  const blocks = times.slice(1).map((time, i) => ((time - times[i]!) / STEPS) * 1000).toSorted((a, b) => a - b);
  return `${door.source}: ${blocks[BLOCKS >> 1]!.toFixed(0)} µs a step (best block ${blocks[0]!.toFixed(0)}, worst ${blocks.at(-1)!.toFixed(0)}), start ${start.toFixed(0)} ms`;
}

const { values, positionals } = parseArgs({ options: { command: { type: 'string' } }, allowPositionals: true });
const given = positionals.filter((word) => !/^\d+$/.test(word)).map((module): DoorOptions => ({ module }));
if (values.command !== undefined) given.push({ command: values.command });
const dimension = Number(positionals.find((word) => /^\d+$/.test(word)) ?? 8);
for (const options of given.length > 0 ? given : [{ command: `python3 "${EXAMPLES}nesterov.py"` }, { module: `${EXAMPLES}nesterov.mjs` }]) {
  process.stdout.write(`${await measure(options, dimension)}\n`);
}
