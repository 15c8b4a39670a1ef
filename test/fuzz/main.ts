/** node dist/test/fuzz/main.js [--kind reports,traces] [--count 2000] [--seed 1] [--from 0]: changed files of every kind, each to a command. Status 1 where one ends otherwise than it should. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { campaign } from './campaign.js';
import { KINDS } from './kinds.js';

const { values } = parseArgs({
  options: { kind: { type: 'string' }, count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' }, from: { type: 'string', default: '0' } },
});
const wanted = KINDS.filter((kind) => values.kind === undefined || values.kind.split(',').includes(kind));
if (wanted.length === 0) throw new Error(`expected --kind to name some of ${KINDS.join(', ')}, got "${values.kind}"`);
const dir = mkdtempSync(join(tmpdir(), 'omg-oracle-fuzz-'));
for (const kind of wanted) {
  const began = Date.now();
  const { tried, statuses, findings } = await campaign(kind, Number(values.count), Number(values.seed), join(dir, kind), Number(values.from));
  const told = [...statuses].toSorted(([a], [b]) => a - b).map(([status, number]) => `${number} × ${status}`).join(', ');
  process.stdout.write(
    `${kind}: ${tried} files, seed ${values.seed}, in ${Math.round((Date.now() - began) / 1000)} s: ${told}; ${findings.length} findings\n${
      findings.map((one) => `  ${one.replaceAll('\n', '\n    ')}\n`).join('')
    }`,
  );
  if (findings.length > 0) process.exitCode = 1;
}
process.stdout.write(`The files lie in ${dir}\n`);
