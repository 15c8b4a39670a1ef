import type { GateClaim } from '../claim.js';
import { dtypeHonesty } from './dtype.js';
import { equivariances, zeroGradient } from './equivariances.js';
import { guarantees } from './guarantee.js';
import { identity, identityLong, identityWide, identityWithSchedule } from './identity.js';
import { manners } from './manners.js';
import { notFinite } from './nonfinite.js';
import { worstCaseClaim } from './worst-case.js';
import type { Requirement } from '../requirement.js';

/** Everything that is asked of an optimizer: manners first, then mathematics. A new claim is one entry. */
export function gateClaimsWith(requirements: readonly Requirement[]): readonly GateClaim[] {
  return [
    ...manners,
    notFinite,
    identity,
    identityWithSchedule,
    identityWide,
    identityLong,
    ...guarantees,
    worstCaseClaim(requirements),
    dtypeHonesty,
    zeroGradient,
    ...equivariances,
  ];
}

/** The same where nothing is required of its worst case but that it is the method's. */
export const gateClaims: readonly GateClaim[] = gateClaimsWith([]);
