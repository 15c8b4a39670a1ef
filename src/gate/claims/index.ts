import type { GateClaim } from '../claim.js';
import { dtypeHonesty } from './dtype.js';
import { equivariances, zeroGradient } from './equivariances.js';
import { guarantees } from './guarantee.js';
import { identity, identityWithSchedule } from './identity.js';
import { manners } from './manners.js';

/** Everything that is asked of an optimizer: manners first, then mathematics. A new claim is one entry. */
export const gateClaims: readonly GateClaim[] = [...manners, identity, identityWithSchedule, ...guarantees, dtypeHonesty, zeroGradient, ...equivariances];
