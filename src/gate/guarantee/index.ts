import type { MethodName } from '../methods.js';
import { adagrad } from './adaptive.js';
import { gradientDescent, heavyBall, nesterov, sgdMomentum } from './descent.js';
import { metaSgd, optimisticMetaSgd } from './elementwise.js';
import type { Guarantee } from './guarantee.js';
import { bootstrapped, metaLearning } from './learned.js';
import { online } from './online.js';

/** What each method promises. */
export const GUARANTEES: { readonly [name in MethodName]: Guarantee } = {
  'gradient-descent': gradientDescent,
  'heavy-ball': heavyBall,
  'sgd-momentum': sgdMomentum,
  nesterov,
  adagrad,
  ftrl: online,
  'ao-ftrl': online,
  'convex-meta-learning': metaLearning,
  'optimistic-meta-learning': metaLearning,
  'bootstrapped-meta-gradient': bootstrapped,
  'meta-sgd': metaSgd,
  'optimistic-meta-sgd': optimisticMetaSgd,
};
