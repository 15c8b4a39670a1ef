import { theoremChecks } from './support/theorem-checks.js';

await theoremChecks(1, 2);
