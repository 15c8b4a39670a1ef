import { bregman } from '../oracles/bregman.js';
import { definitionOne, smallestComparator } from '../oracles/comparator.js';
import { scheduleCertificate } from '../oracles/schedule-form.js';
import { adagrad } from './algorithm/adagrad.js';
import { adagradMetric, adaptiveFtrl } from './algorithm/adaptive-ftrl.js';
import { aoFtrl, ftrl } from './algorithm/ao-ftrl.js';
import { bootstrappedMetaGradient, bootstrappedTarget } from './algorithm/bootstrapped-meta-gradient.js';
import { convexMetaLearning } from './algorithm/convex-meta-learning.js';
import { gradientDescent } from './algorithm/gradient-descent.js';
import { heavyBall } from './algorithm/heavy-ball.js';
import { currentJacobianHint, previousGradientHint, scaledHint } from './algorithm/hint.js';
import { metaAdaGradDescent } from './algorithm/meta-adagrad.js';
import { metaGradient } from './algorithm/meta-gradient.js';
import { metaSgd, optimisticMetaSgd } from './algorithm/meta-sgd.js';
import { momentum } from './algorithm/momentum.js';
import { fistaWeights, nesterov } from './algorithm/nesterov.js';
import { optimisticMetaLearning } from './algorithm/optimistic-meta-learning.js';
import { averagingRates, constantRate, corollaryOneRates, weights } from './algorithm/weights.js';
import { convexFunction, differentiableFunction } from './problem/convex.js';
import { feasibleSet } from './problem/feasible-set.js';
import { mirrorMap } from './problem/mirror.js';
import { metaAdaGrad } from './update-rule/meta-adagrad.js';
import { updateRule } from './update-rule/update-rule.js';

/**
 * Everything that a claim uses and that might be wrong: what is judged (algorithms, update rules, weights) and what judges
 * (oracles). Claims take a subject and call nothing else, so that a saboteur can stand in for any part.
 */
export const reference = {
  adagrad,
  adagradMetric,
  adaptiveFtrl,
  aoFtrl,
  ftrl,
  bootstrappedMetaGradient,
  bootstrappedTarget,
  convexMetaLearning,
  gradientDescent,
  heavyBall,
  currentJacobianHint,
  previousGradientHint,
  scaledHint,
  metaAdaGradDescent,
  metaGradient,
  metaSgd,
  optimisticMetaSgd,
  momentum,
  nesterov,
  optimisticMetaLearning,
  weights,
  averagingRates,
  constantRate,
  corollaryOneRates,
  fistaWeights,
  updateRule,
  metaAdaGrad,
  convexFunction,
  differentiableFunction,
  feasibleSet,
  mirrorMap,
  bregman,
  definitionOne,
  smallestComparator,
  scheduleCertificate,
} as const;

/** What claims are run against: `reference`, or a copy of it with some members replaced. */
export type Subject = { readonly [name in keyof typeof reference]: (typeof reference)[name] };
