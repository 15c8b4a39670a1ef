/** The least that an optimizer in another process can be: a JSON line in, a JSON line out. */
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify({ query: JSON.parse(line).gradient.map((g) => -0.5 * g) })}\n`);
});
