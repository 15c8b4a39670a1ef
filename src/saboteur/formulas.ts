import { formulas } from '../algorithm/formulas.js';
import { saboteur, withFormulas, type Saboteur } from './saboteur.js';

/** Slips in the one-line formulas of FTRL, AO-FTRL and Algorithms 2 and 4. */
export const formulaSaboteurs: readonly Saboteur[] = [
  saboteur('averaging-left-out', 'algorithm', 'x̄_t = x_t', withFormulas({ average: (_K, _previous, x) => x })),
  saboteur(
    'averaging-weights-swapped',
    'algorithm',
    'x̄_t = ρ_t x̄_{t−1} + (1 − ρ_t)x_t',
    withFormulas({
      average(K, previous, x, alphaSumBefore, alpha) {
        const sum = K.add(alphaSumBefore, alpha);
        return K.axpy(K.div(alpha, sum), previous, K.scale(K.div(alphaSumBefore, sum), x));
      },
    }),
  ),
  saboteur(
    'averaging-constant',
    'algorithm',
    'ρ_t = ½ for every t',
    withFormulas({
      average: (K, previous, x) => K.scale(K.div(K.one, K.from(2)), K.plus(previous, x)),
    }),
  ),
  saboteur(
    'start-has-weight',
    'algorithm',
    'x̄_0 counts as one more iterate: α_{1:0} = 1',
    withFormulas({
      average: (K, previous, x, alphaSumBefore, alpha) => formulas.average(K, previous, x, K.add(alphaSumBefore, K.one), alpha),
    }),
  ),
  saboteur(
    'meta-gradient-sign',
    'algorithm',
    'g_t = −A_tᵀG_t',
    withFormulas({
      metaGradient: (K, jacobian, gradient, parameters) => K.scale(K.neg(K.one), formulas.metaGradient(K, jacobian, gradient, parameters)),
    }),
  ),
  saboteur(
    'meta-gradient-halved',
    'algorithm',
    'g_t = ½A_tᵀG_t',
    withFormulas({
      metaGradient: (K, jacobian, gradient, parameters) => K.scale(K.div(K.one, K.from(2)), formulas.metaGradient(K, jacobian, gradient, parameters)),
    }),
  ),
  saboteur(
    'beta-index-swapped',
    'algorithm',
    'w_t formed with β_{t−1} where β_t is asked for, and the other way round',
    withFormulas({
      learningRate: (beta, t, index) => formulas.learningRate(beta, t, index === 'equation-4' ? 'algorithm-4' : 'equation-4'),
    }),
  ),
  saboteur('beta-frozen', 'algorithm', 'β_1 for every t', withFormulas({ learningRate: (beta, _t, index) => formulas.learningRate(beta, 1, index) })),
  saboteur(
    'beta-squared',
    'algorithm',
    'β² for β',
    withFormulas({
      leader: (K, eta, v, centre) => formulas.leader(K, K.mul(eta, eta), v, centre),
      greedyStep: (K, eta, w, nextHint, loss, hint) => formulas.greedyStep(K, K.mul(eta, eta), w, nextHint, loss, hint),
    }),
  ),
  saboteur(
    'regulariser-doubled',
    'algorithm',
    '‖w‖²/β for ‖w‖²/(2β)',
    withFormulas({
      leader: (K, eta, v, centre) => formulas.leader(K, K.div(eta, K.from(2)), v, centre),
    }),
  ),
  saboteur('ascent', 'algorithm', 'w = +ηv', withFormulas({ leader: (K, eta, v, centre) => formulas.leader(K, K.neg(eta), v, centre) })),
  saboteur(
    'centre-forgotten',
    'algorithm',
    'the regulariser around 0 where it should be around w_1',
    withFormulas({
      leader: (K, eta, v) => K.scale(K.neg(eta), v),
    }),
  ),
  saboteur('memory-lost', 'algorithm', 'S_t = α_t g_t', withFormulas({ accumulate: (K, _sum, alpha, g) => K.scale(alpha, g) })),
  saboteur('loss-unweighted', 'algorithm', 'S_t = S_{t−1} + g_t', withFormulas({ accumulate: (K, sum, _alpha, g) => K.plus(sum, g) })),
  saboteur('loss-weight-squared', 'algorithm', 'S_t = S_{t−1} + α_t²g_t', withFormulas({ accumulate: (K, sum, alpha, g) => K.axpy(K.mul(alpha, alpha), g, sum) })),
  saboteur('loss-sign', 'algorithm', 'S_t = S_{t−1} − α_t g_t', withFormulas({ accumulate: (K, sum, alpha, g) => K.axpy(K.neg(alpha), g, sum) })),
  saboteur('hint-left-out', 'algorithm', 'v_t = S_{t−1}', withFormulas({ optimisticSum: (_K, sum) => sum })),
  saboteur('hint-sign', 'algorithm', 'v_t = S_{t−1} − α_t g̃_t', withFormulas({ optimisticSum: (K, sum, alpha, hint) => K.axpy(K.neg(alpha), hint, sum) })),
  saboteur('hint-unweighted', 'algorithm', 'v_t = S_{t−1} + g̃_t', withFormulas({ optimisticSum: (K, sum, _alpha, hint) => K.plus(sum, hint) })),
  saboteur('hint-twice', 'algorithm', 'v_t = S_{t−1} + 2α_t g̃_t', withFormulas({ optimisticSum: (K, sum, alpha, hint) => K.axpy(K.add(alpha, alpha), hint, sum) })),
  saboteur('projection-left-out', 'algorithm', 'w_t is not projected onto W', withFormulas({ project: (_set, v) => v })),
  saboteur(
    'greedy-hint-not-removed',
    'algorithm',
    'the greedy step without −α_t g̃_t',
    withFormulas({
      greedyStep: (K, eta, w, nextHint, loss) => K.axpy(K.neg(eta), K.plus(nextHint, loss), w),
    }),
  ),
  saboteur(
    'greedy-hint-left-out',
    'algorithm',
    'the greedy step without the next hint',
    withFormulas({
      greedyStep: (K, eta, w, _nextHint, loss, hint) => K.axpy(K.neg(eta), K.minus(loss, hint), w),
    }),
  ),
];
