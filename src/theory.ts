/** The theory as a library: claims and their runner, the reference implementations, and the four arithmetics. */
export { decimal, type Decimal } from './arithmetic/decimal.js';
export { float64 } from './arithmetic/float64.js';
export { MODULUS, primeField } from './arithmetic/prime-field.js';
export { rational, ratio, type Rational } from './arithmetic/rational.js';
export type { Matrix, OrderedSpace, RealSpace, Space, Vector } from './arithmetic/space.js';
export { arm, failed, passed, rejected, type Arm, type Claim, type Failed, type Outcome, type Passed, type Rejected, type Variant } from './claim.js';
export { loadClaims } from './runner/load-claims.js';
export { runVariant, type Budget } from './runner/run-variant.js';
export { saboteurs, type Saboteur } from './saboteur/index.js';
export { reference, type Subject } from './subject.js';
export type { Play, Round } from './trajectory.js';
export type { ClaimResult, Counterexample, Report, Verdict } from './verdict.js';
