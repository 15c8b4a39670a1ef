/**
 * What each claim catches, whatever the seed: more than it promises (`saboteurs`), since a check that is taken out of a claim
 * shows in nothing but the mistakes that it would have found.
 */
export const TEETH: { readonly [claim: string]: readonly string[] } = {
  'online-average': ['averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight'],
  'ftrl-update': [
    'beta-index-swapped', 'beta-frozen', 'beta-squared', 'regulariser-doubled', 'ascent', 'centre-forgotten', 'memory-lost', 'loss-unweighted',
    'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice', 'projection-left-out', 'greedy-hint-not-removed',
    'greedy-hint-left-out', 'hint-not-removed', 'equation-3-taken-literally', 'projection-greedy', 'projection-lazy', 'first-hint-ignored', 'hint-stale',
    'projection-off',
  ],
  'ftrl-interior-step': [
    'beta-index-swapped', 'beta-frozen', 'beta-squared', 'regulariser-doubled', 'ascent', 'centre-forgotten', 'memory-lost', 'loss-unweighted',
    'loss-weight-squared', 'loss-sign', 'equation-3-taken-literally', 'projection-greedy',
  ],
  'meta-loss-convexity': ['rule-not-affine', 'divergence-reversed'],
  'smoothness-condition': ['meta-gradient-halved', 'jacobian-bound-too-small', 'smoothness-too-small', 'gradient-off', 'minimiser-off'],
  'stochastic-online-to-batch': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign',
    'meta-gradient-halved', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out',
    'hint-sign', 'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed', 'equation-3-taken-literally', 'projection-greedy', 'first-hint-ignored',
    'gradient-lags', 'hint-stale', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'smoothness-too-small', 'gradient-off',
    'divergence-reversed', 'projection-off', 'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'ledger-forgets-a-round', 'ledger-regret-index',
    'ledger-decomposition-sign',
  ],
  'adagrad-norms': ['projection-off', 'ledger-regret-index'],
  'regret-bound': [
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed', 'projection-greedy', 'first-hint-ignored', 'projection-off', 'ledger-regret-index',
    'rounding-bound-lost',
  ],
  'weak-hints': [
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'hint-not-removed', 'projection-greedy', 'first-hint-ignored', 'regret-unweighted', 'ledger-regret-index', 'rounding-bound-lost',
  ],
  'naive-online-to-batch': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-sign', 'projection-left-out', 'equation-3-taken-literally', 'gradient-lags', 'jacobian-sign',
    'rule-not-affine', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'projection-off',
  ],
  'anytime-online-to-batch': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'gradient-lags', 'gradient-off',
    'divergence-reversed', 'minimiser-off', 'ledger-forgets-a-round',
  ],
  'anytime-is-tighter': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'gradient-lags', 'gradient-off',
    'divergence-reversed', 'ledger-forgets-a-round',
  ],
  'online-to-batch': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'gradient-lags', 'smoothness-too-small',
    'gradient-off', 'divergence-reversed', 'ledger-forgets-a-round',
  ],
  'gradient-special-case': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'projection-left-out', 'gradient-lags',
    'nesterov-flag-ignored', 'dampening-ignored', 'rate-squared', 'rule-not-affine', 'rule-ascends',
  ],
  'heavy-ball': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'equation-3-taken-literally',
    'projection-greedy', 'gradient-lags', 'momentum-sign', 'momentum-index', 'jacobian-sign', 'rule-not-affine', 'weights-shifted', 'averaging-rates-shifted',
  ],
  'heavy-ball-rate': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-sign', 'equation-3-taken-literally', 'gradient-lags', 'jacobian-sign', 'rule-not-affine',
    'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'comparator-too-long', 'comparator-zero', 'comparator-wrong-side',
    'ledger-forgets-a-round',
  ],
  'meta-loss-gradient': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'gradient-lags', 'rho-forgotten', 'rho-twice', 'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine',
    'averaging-rates-shifted', 'gradient-off',
  ],
  'regret-decomposition': [
    'meta-gradient-sign', 'meta-gradient-halved', 'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine',
    'regret-unweighted', 'ledger-decomposition-sign', 'rounding-bound-lost',
  ],
  'regret-preservation': [
    'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'projection-off', 'comparator-too-long',
    'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted',
  ],
  'lemma-1': [
    'meta-gradient-sign', 'meta-gradient-halved', 'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine',
    'comparator-too-long', 'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted', 'regret-unweighted',
    'ledger-decomposition-sign', 'rounding-bound-lost',
  ],
  'theorem-1': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'equation-3-taken-literally', 'gradient-lags',
    'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off',
    'comparator-too-long', 'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted', 'ledger-forgets-a-round',
    'ledger-decomposition-sign',
  ],
  'theorem-1-rate': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'projection-left-out',
    'equation-3-taken-literally', 'projection-greedy', 'gradient-lags', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine',
    'jacobian-bound-too-small', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'projection-off', 'comparator-too-long',
    'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'ledger-forgets-a-round',
  ],
  'lambda-improves': [
    'meta-gradient-sign', 'meta-gradient-halved', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted',
    'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed',
    'equation-3-taken-literally', 'projection-greedy', 'first-hint-ignored', 'rule-not-affine', 'rule-ascends',
  ],
  'theorem-2': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'hint-not-removed', 'equation-3-taken-literally', 'projection-greedy', 'first-hint-ignored', 'gradient-lags', 'jacobian-sign',
    'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off',
    'comparator-too-long', 'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted', 'ledger-forgets-a-round',
    'ledger-regret-index', 'ledger-decomposition-sign',
  ],
  'jacobian-availability': [
    'hint-not-removed', 'gradient-lags', 'hint-jacobian-stale', 'hint-jacobian-negated', 'jacobian-sign', 'jacobian-transposed',
    'jacobian-frozen', 'rule-not-affine',
  ],
  'nesterov': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved', 'beta-squared',
    'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice',
    'hint-not-removed', 'equation-3-taken-literally', 'gradient-lags', 'lookahead-left-out', 'lookahead-sign', 'hint-stale', 'hint-ratio-unsquared', 'jacobian-sign',
    'rule-not-affine', 'weights-shifted', 'fista-weights-shifted',
  ],
  'nesterov-rate': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed', 'equation-3-taken-literally', 'gradient-lags', 'hint-stale', 'hint-ratio-unsquared',
    'jacobian-sign', 'rule-not-affine', 'weights-shifted', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'projection-off',
    'comparator-too-long', 'comparator-zero', 'comparator-wrong-side', 'definition-one-unweighted', 'ledger-forgets-a-round',
  ],
  'corollary-1-hypothesis': ['jacobian-frozen'],
  'corollary-1': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-index-swapped', 'beta-frozen', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign',
    'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice', 'hint-not-removed', 'equation-3-taken-literally', 'projection-greedy', 'gradient-lags', 'hint-stale',
    'hint-jacobian-stale', 'hint-jacobian-negated', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'weights-shifted',
    'corollary-rates-shifted', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'projection-off', 'comparator-too-long',
    'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted', 'ledger-forgets-a-round', 'ledger-regret-index',
  ],
  'acceleration-needs-optimism': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign',
    'meta-gradient-halved', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out',
    'hint-sign', 'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed', 'equation-3-taken-literally', 'gradient-lags', 'hint-jacobian-negated',
    'jacobian-sign', 'rule-not-affine', 'rule-ascends', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'projection-off', 'comparator-too-long',
    'comparator-zero', 'comparator-wrong-side', 'ledger-forgets-a-round',
  ],
  'bootstrapped-target': [
    'target-not-unrolled', 'target-without-gradient', 'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped',
    'rule-not-affine',
  ],
  'bmg-update': ['target-sign', 'mirror-left-out', 'target-late', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'gradient-off'],
  'bmg-loss-target': [
    'target-sign', 'mirror-left-out', 'target-late', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'gradient-off',
    'divergence-reversed',
  ],
  'corollary-3': [
    'meta-gradient-sign', 'meta-gradient-halved', 'beta-index-swapped', 'beta-frozen', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost',
    'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice', 'hint-not-removed',
    'equation-3-taken-literally', 'projection-greedy', 'first-hint-ignored', 'gradient-lags',
  ],
  'theorem-3-bmg-to-aoftrl': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-index-swapped', 'beta-frozen', 'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign',
    'hint-left-out', 'hint-sign', 'hint-unweighted', 'hint-twice', 'hint-not-removed', 'equation-3-taken-literally', 'projection-greedy', 'first-hint-ignored',
    'target-sign', 'mirror-left-out', 'jacobian-sign', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine',
  ],
  'theorem-3-aoftrl-to-bmg': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'hint-not-removed', 'equation-3-taken-literally', 'first-hint-ignored', 'gradient-lags', 'target-sign', 'mirror-left-out',
    'jacobian-sign', 'jacobian-transposed', 'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'minimiser-off',
  ],
  'corollary-2': [
    'averaging-left-out', 'averaging-weights-swapped', 'averaging-constant', 'start-has-weight', 'meta-gradient-sign', 'meta-gradient-halved',
    'beta-squared', 'regulariser-doubled', 'ascent', 'memory-lost', 'loss-unweighted', 'loss-weight-squared', 'loss-sign', 'hint-left-out', 'hint-sign',
    'hint-unweighted', 'hint-twice', 'projection-left-out', 'hint-not-removed', 'equation-3-taken-literally', 'gradient-lags', 'jacobian-sign', 'jacobian-transposed',
    'jacobian-frozen', 'offset-dropped', 'rule-not-affine', 'smoothness-too-small', 'gradient-off', 'divergence-reversed', 'minimiser-off', 'comparator-too-long',
    'comparator-zero', 'comparator-wrong-side', 'definition-one-offset', 'definition-one-unweighted', 'ledger-forgets-a-round',
  ],
  'meta-adagrad': ['epsilon-misplaced', 'meta-adagrad-jacobian-halved'],
  'figure-2-never-worse': ['meta-step-ascends', 'meta-adagrad-ascends', 'maximum-left-out', 'meta-adagrad-jacobian-halved', 'gradient-off'],
  'meta-sgd': ['meta-step-ascends', 'maximum-left-out', 'jacobian-sign', 'rule-not-affine', 'gradient-off', 'projection-off'],
  'optimistic-meta-sgd': [
    'beta-squared', 'projection-left-out', 'greedy-hint-not-removed', 'greedy-hint-left-out', 'hint-not-removed', 'projection-lazy',
    'bracket-misplaced', 'optimism-left-out', 'maximum-left-out', 'gradient-off', 'projection-off',
  ],
};
