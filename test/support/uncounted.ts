/**
 * What a test file starts writes no coverage where it imports this. V8 has every process write what it ran, megabytes each, and hundreds of
 * processes run the same: those of the files without this import are enough.
 */

import process from 'node:process';

/** Where coverage goes; undefined where nobody counts. For the one process of a file that is worth counting. */
export const COVERAGE = process.env['NODE_V8_COVERAGE'];

delete process.env['NODE_V8_COVERAGE'];
