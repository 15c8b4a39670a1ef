import { everyThird } from './support/claim-checks.js';

await everyThird(0);
