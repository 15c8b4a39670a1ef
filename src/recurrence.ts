import { combined, combinedSize, type Combination } from '../oracles/textbook.js';
import type { Space, Vector } from './arithmetic/space.js';
import type { Failed } from './claim.js';
import { show, vectorEquality, type Evidence } from './outcome.js';

/**
 * null if `actual` is what the recurrence says, up to γ_roundings of its summands and of `more`; else the failure. `more` bounds
 * what the computation passed through that the recurrence does not show.
 */
export function follows<S>(
  K: Space<S>,
  expected: string,
  actual: Vector<S>,
  combination: Combination<S>,
  roundings: number,
  evidence: Evidence,
  more?: () => Vector<S>,
): Failed | null {
  const size = (): Vector<S> => (more === undefined ? combinedSize(K, combination) : K.plus(combinedSize(K, combination), more()));
  return vectorEquality(K, expected, actual, combined(K, combination), roundings, size, evidence);
}

/** A whole path x_0, x_1, …: `step(t)` is what x_{t+1} should be. */
export function pathFollows<S>(
  K: Space<S>,
  name: string,
  path: readonly Vector<S>[],
  step: (t: number) => Combination<S>,
  roundings: number,
  evidence: Evidence = () => ({}),
): Failed | null {
  for (let t = 0; t + 1 < path.length; t++) {
    const told: Evidence = () => ({ ...evidence(), path: path.slice(0, t + 2).map((x) => show(K, x)) });
    const failure = follows(K, `${name}, step ${t + 1}`, path[t + 1]!, step(t), roundings, told);
    if (failure !== null) return failure;
  }
  return null;
}
