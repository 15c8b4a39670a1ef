import type { Claim } from '../../src/claim.js';

/**
 * What each claim catches, whatever the seed: more than it promises (`saboteurs`), since a check that is taken out of a claim
 * shows in nothing but the mistakes that it would have found.
 */
export const TEETH: { readonly [claim: string]: readonly string[] } = {
  'meta-loss-convexity': ['rule-not-affine', 'divergence-reversed'],
  'smoothness-condition': ['meta-gradient-halved', 'jacobian-bound-too-small', 'smoothness-too-small', 'gradient-off', 'minimiser-off'],
  'acceleration-needs-optimism': [
    'averaging-left-out',
    'averaging-weights-swapped',
    'averaging-constant',
    'start-has-weight',
    'meta-gradient-sign',
    'meta-gradient-halved',
    'beta-squared',
    'regulariser-doubled',
    'ascent',
    'memory-lost',
    'loss-unweighted',
    'loss-weight-squared',
    'loss-sign',
    'hint-left-out',
    'hint-sign',
    'hint-unweighted',
    'hint-twice',
    'projection-left-out',
    'hint-not-removed',
    'equation-3-taken-literally',
    'gradient-lags',
    'hint-jacobian-negated',
    'jacobian-sign',
    'rule-not-affine',
    'rule-ascends',
    'gradient-off',
    'divergence-reversed',
    'minimiser-off',
    'projection-off',
    'comparator-too-long',
    'comparator-zero',
    'comparator-wrong-side',
    'ledger-forgets-a-round',
    'multiplier-sign',
    'weights-not-constant',
  ],
  'figure-2-never-worse': [
    'meta-step-ascends',
    'meta-step-stale',
    'meta-adagrad-ascends',
    'maximum-left-out',
    'meta-adagrad-jacobian-halved',
    'gradient-off',
    'meta-adagrad-without-root',
  ],
};

/** What a claim catches: one that is a formula says so itself. */
export const teethOf = ({ id, saboteurs }: Pick<Claim, 'id' | 'saboteurs'>): readonly string[] => TEETH[id] ?? saboteurs;
