import { theoremChecks } from './support/theorem-checks.js';

await theoremChecks(0, 2);
