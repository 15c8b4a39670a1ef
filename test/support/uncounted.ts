/**
 * What a test file starts writes no coverage where it imports this. V8 has every process write what it ran, megabytes each, and hundreds of
 * processes run the same: those of the files without this import are enough.
 */

import process from 'node:process';

const folder = process.env['NODE_V8_COVERAGE'];
/** For the environment of a process that is to count after all: the one of a file that shows what the others would. */
export const COUNTED: NodeJS.ProcessEnv = folder === undefined ? {} : { NODE_V8_COVERAGE: folder };

delete process.env['NODE_V8_COVERAGE'];
