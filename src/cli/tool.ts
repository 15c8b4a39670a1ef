import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('../../../package.json') as { name: string; version: string };

/** This package, as reports name it. */
export const TOOL = { name, version };
