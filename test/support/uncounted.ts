/**
 * What a test file starts writes no coverage where it imports this. V8 has every process write what it ran, megabytes each, and hundreds of
 * processes run the same: those of the files without this import are enough.
 */

import process from 'node:process';

delete process.env['NODE_V8_COVERAGE'];
