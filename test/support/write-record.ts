import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { loadClaims } from '../../src/runner/load-claims.js';
import { checksOf } from './claim-checks.js';
import { recorded } from './record.js';

// node dist/test/support/write-record.js: what every claim says now. Read the difference before it is committed.
// With `checks`: the checks that saboteurs show, which takes minutes, and for corollary-1 many.
const claims = await loadClaims();
if (process.argv[2] === 'checks') {
  writeFileSync('test/fixtures/checks.json', `${JSON.stringify(Object.fromEntries(claims.map((claim) => [claim.id, checksOf(claim)])), null, 2)}\n`);
} else {
  writeFileSync(
    'test/fixtures/record.json',
    `{\n${
      claims.map((claim) =>
        `${JSON.stringify(claim.id)}: {\n${Object.entries(recorded(claim)).map(([arm, saying]) => `  ${JSON.stringify(arm)}: ${JSON.stringify(saying)}`).join(',\n')}\n}`
      ).join(',\n')
    }\n}\n`,
  );
}
