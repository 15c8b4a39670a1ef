import { writeFileSync } from 'node:fs';
import { loadClaims } from '../../src/runner/load-claims.js';
import { checksOf } from './claim-checks.js';
import { recorded } from './record.js';

// node dist/test/support/write-record.js: what every claim says now. Read the difference before it is committed.
const claims = await loadClaims();
writeFileSync('test/fixtures/record.json', `{\n${claims.map((claim) => `${JSON.stringify(claim.id)}: {\n${Object.entries(recorded(claim)).map(([arm, saying]) => `  ${JSON.stringify(arm)}: ${JSON.stringify(saying)}`).join(',\n')}\n}`).join(',\n')}\n}\n`);
writeFileSync('test/fixtures/checks.json', `${JSON.stringify(Object.fromEntries(claims.map((claim) => [claim.id, checksOf(claim)])), null, 2)}\n`);
