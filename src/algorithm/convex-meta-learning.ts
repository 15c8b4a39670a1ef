import type { Space } from '../arithmetic/space.js';
import type { Round } from '../trajectory.js';
import { formulas as standard, type Formulas } from './formulas.js';
import { noHint } from './hint.js';
import { optimisticMetaLearning, type MetaLearningConfig } from './optimistic-meta-learning.js';

/** Algorithm 2, meta-learning in the convex setting: FTRL on the meta-gradients, with averaging. */
export function convexMetaLearning<S>(K: Space<S>, config: MetaLearningConfig<S>, steps: Formulas = standard): Round<S>[] {
  return optimisticMetaLearning(K, config, noHint(K, config.set.dimension), steps);
}
