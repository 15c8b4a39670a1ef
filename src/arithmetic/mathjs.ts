import { createRequire } from 'node:module';

// mathjs as ES modules is some 1,500 files, over a second to load in each process and worker; its own bundle loads in a twentieth of that.
export const mathjs = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as typeof import('mathjs');
