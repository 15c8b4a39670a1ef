import { currentJacobianHint, previousGradientHint, scaledHint } from '../algorithm/hint.js';
import { fistaWeights } from '../algorithm/nesterov.js';
import { scheduleCertificate } from '../../oracles/schedule-form.js';
import { averagingRates, corollaryOneRates, weights } from '../algorithm/weights.js';
import { definitionOne, smallestComparator } from '../../oracles/comparator.js';
import { adagradMetric, adaptiveFtrl } from '../algorithm/adaptive-ftrl.js';
import { convexFunction, differentiableFunction } from '../problem/convex.js';
import { feasibleSet } from '../problem/feasible-set.js';
import { metaAdaGrad } from '../update-rule/meta-adagrad.js';
import { affine, updateRule, type UpdateRule } from '../update-rule/update-rule.js';
import type { Space } from '../arithmetic/space.js';
import { saboteur, type Saboteur } from './saboteur.js';

/** A rule with some of its parts replaced; φ itself stays what it was, so that the parts disagree. */
function altered<S>(rule: UpdateRule<S>, parts: Partial<UpdateRule<S>>): UpdateRule<S> {
  return { ...rule, ...parts };
}

const negated = <S>(K: Space<S>, v: ArrayLike<S>): ArrayLike<S> => K.scale(K.neg(K.one), v);

/** 1, 3/2, 2, …: what FISTA's weights are often taken for. */
const halves = <S>(K: Space<S>, count: number): S[] => Array.from({ length: count }, (_, i) => K.div(K.from(i + 2), K.from(2)));

/** Slips in hints, update rules, weights, problems and in the oracles themselves. */
export const otherSaboteurs: readonly Saboteur[] = [
  saboteur('hint-stale', 'hint', 'g̃_t = g_{t−2}', {
    previousGradientHint: (K, parameters) => {
      const inner = previousGradientHint(K, parameters);
      let kept = K.zeros(parameters);
      return (context) => {
        const old = kept;
        kept = inner(context);
        return old;
      };
    },
  }),
  saboteur('hint-jacobian-stale', 'hint', 'A_{t−1}ᵀG_{t−1} where A_tᵀG_{t−1} is asked for', {
    currentJacobianHint: (K, parameters) => previousGradientHint(K, parameters),
  }),
  saboteur('hint-jacobian-negated', 'hint', 'g̃_t = −A_tᵀG_{t−1}', {
    currentJacobianHint: (K, parameters) => {
      const inner = currentJacobianHint(K, parameters);
      return (context) => negated(K, inner(context));
    },
  }),
  saboteur('hint-ratio-unsquared', 'hint', '(α_{t−1}/α_t)∇f(x̄_{t−1})', {
    scaledHint: (K, parameters) => {
      const inner = scaledHint(K, parameters);
      return (context) => (context.last === null ? inner(context) : K.scale(K.div(context.alpha, context.last.alpha), inner(context)));
    },
  }),

  saboteur('jacobian-sign', 'update rule', 'Dφ with the wrong sign', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      return altered(rule, { jacobian: (x) => rule.jacobian(x).map((row) => negated(K, row)) });
    },
  }),
  saboteur('jacobian-transposed', 'update rule', 'Aᵀ for A where A is square', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      if (rule.parameters !== rule.dimension) return rule;
      return altered(rule, {
        jacobian: (x) => {
          const A = rule.jacobian(x);
          return A.map((_, i) => K.vector(A.length, (j) => A[j]![i]!));
        },
      });
    },
  }),
  saboteur('jacobian-frozen', 'update rule', 'A(x) does not follow x', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      let first: ReturnType<typeof rule.jacobian> | null = null;
      return altered(rule, { jacobian: (x) => (first ??= rule.jacobian(x)) });
    },
  }),
  saboteur('offset-dropped', 'update rule', 'b(x) = 0', {
    updateRule: (K, spec, dimension, gradient) => altered(updateRule(K, spec, dimension, gradient), { offset: () => K.zeros(dimension) }),
  }),
  saboteur('rule-not-affine', 'update rule', 'φ(x, w) with w² in its first entry', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      return altered(rule, { apply: (x, w) => rule.apply(x, K.vector(w.length, (i) => (i === 0 ? K.mul(w[i]!, w[i]!) : w[i]!))) });
    },
  }),
  saboteur('rule-ascends', 'update rule', 'x + w⊙∇f for x − w⊙∇f', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      if (spec.kind !== 'elementwise-descent' && spec.kind !== 'preconditioner') return rule;
      return affine(K, { ...rule, jacobian: (x) => rule.jacobian(x).map((row) => negated(K, row)) });
    },
  }),
  saboteur('jacobian-bound-too-small', 'update rule', '‖A‖² bounded by a quarter of what it is', {
    updateRule: (K, spec, dimension, gradient) => {
      const rule = updateRule(K, spec, dimension, gradient);
      return altered(rule, { jacobianBound: rule.jacobianBound === null ? null : K.div(rule.jacobianBound, K.from(4)) });
    },
  }),
  saboteur('meta-adagrad-jacobian-halved', 'update rule', '½ too much in Dφ = ½∇f w^(−3/2)', {
    metaAdaGrad: (K, gradient) => {
      const rule = metaAdaGrad(K, gradient);
      return { ...rule, jacobianDiagonal: (x, w) => K.scale(K.div(K.one, K.from(2)), rule.jacobianDiagonal(x, w)) };
    },
  }),

  saboteur('meta-adagrad-without-root', 'update rule', 'φ = −∇f/w for −∇f/√w', {
    metaAdaGrad: (K, gradient) => {
      const rule = metaAdaGrad(K, gradient);
      return { ...rule, apply: (x, w) => K.vector(w.length, (i) => K.neg(K.div(gradient(x)[i]!, w[i]!))) };
    },
  }),
  saboteur('norm-frozen', 'algorithm', '‖·‖_(1) in every round', {
    adaptiveFtrl: (K, config, losses) => adaptiveFtrl(K, { ...config, metric: () => config.metric([]) }, losses),
  }),
  saboteur('norm-weights-forgotten', 'algorithm', 'S_t = S_{t−1} + g_t where the norm changes', {
    adaptiveFtrl: (K, config, losses) => adaptiveFtrl(K, { ...config, alpha: config.alpha.map(() => K.one) }, losses).map((play, i) => ({ ...play, alpha: config.alpha[i]! })),
  }),
  saboteur('norm-ascent', 'algorithm', 'w = +(S_{t−1} + α_t g̃_t)/h_t', {
    adaptiveFtrl(K, config, losses) {
      const negatedMetric: typeof config.metric = (past) => negated(K, config.metric(past));
      return adaptiveFtrl(K, { ...config, metric: negatedMetric }, losses).map((play) => ({ ...play, metric: negated(K, play.metric) }));
    },
  }),
  saboteur('norm-bound-too-small', 'algorithm', 'G_i a quarter of what it is', {
    adagradMetric: (K, beta, bounds) => adagradMetric(K, beta, K.scale(K.div(K.one, K.from(4)), bounds)),
  }),

  saboteur('weights-shifted', 'weights', 'α_t = t + 1 for α_t = t', {
    weights: (K, kind, T) => (kind === 'linear' ? weights(K, kind, T + 1).slice(1) : weights(K, kind, T)),
  }),
  saboteur('weights-not-constant', 'weights', 'α_t = t for α_t = 1', { weights: (K, kind, T) => weights(K, kind === 'constant' ? 'linear' : kind, T) }),
  saboteur('fista-weights-shifted', 'weights', 's_{t+1} for s_t', { fistaWeights: (K, count) => fistaWeights(K, count + 1).slice(1) }),
  saboteur('fista-weights-simple', 'weights', 's_t = (t + 1)/2 for the root of s_t² = s_{1:t}', {
    weights: (K, kind, T) => (kind === 'nesterov' ? halves(K, T) : weights(K, kind, T)),
    fistaWeights: (K, count) => halves(K, count),
  }),
  saboteur('averaging-rates-shifted', 'weights', 'ρ_t = α_t/α_{1:t−1}', {
    averagingRates: (K, alpha) => averagingRates(K, alpha).map((rho, i) => (i === 0 ? rho : K.div(rho, K.sub(K.one, rho)))),
  }),
  saboteur('corollary-rates-shifted', 'weights', 'β_t = t/(2(t + 1)c) for (t − 1)/(2tc)', {
    corollaryOneRates: (K, c, T) => corollaryOneRates(K, c, T + 1).slice(1),
  }),

  saboteur('smoothness-too-small', 'problem', 'L a quarter of what it is', {
    convexFunction: (K, spec) => {
      const f = convexFunction(K, spec);
      return { ...f, smoothness: K.div(f.smoothness, K.from(4)) };
    },
  }),
  saboteur('not-convex', 'problem', 'f − L‖x − x*‖² for f', {
    convexFunction: (K, spec) => {
      const f = convexFunction(K, spec);
      const { minimiser, smoothness } = f;
      const twice = K.mul(K.from(2), smoothness);
      return {
        ...f,
        value: (x) => K.sub(f.value(x), K.mul(smoothness, K.squaredDistance(x, minimiser))),
        gradient: (x) => K.minus(f.gradient(x), K.scale(twice, K.minus(x, minimiser))),
        divergence: (y, x) => K.sub(f.divergence(y, x), K.mul(smoothness, K.squaredDistance(y, x))),
      };
    },
  }),
  saboteur('gradient-off', 'problem', '∇f 1/8 too long in its first entry', {
    convexFunction: (K, spec) => {
      const f = convexFunction(K, spec);
      return { ...f, gradient: (x) => stretched(K, f.gradient(x)) };
    },
    differentiableFunction: (K, spec) => {
      const f = differentiableFunction(K, spec);
      return { ...f, gradient: (x) => stretched(K, f.gradient(x)) };
    },
  }),
  saboteur('divergence-reversed', 'problem', 'B_f(x, y) for B_f(y, x)', {
    convexFunction: (K, spec) => {
      const f = convexFunction(K, spec);
      return { ...f, divergence: (y, x) => f.divergence(x, y), divergenceMagnitude: (y, x) => f.divergenceMagnitude(x, y) };
    },
  }),
  saboteur('minimiser-off', 'problem', 'x* next to where it is', {
    convexFunction: (K, spec) => {
      const f = convexFunction(K, spec);
      return { ...f, minimiser: K.vector(f.dimension, (i) => K.add(f.minimiser[i]!, K.one)) };
    },
  }),
  saboteur('projection-off', 'problem', 'Π_W a quarter of the way towards where it should go', {
    feasibleSet: (K, spec) => {
      const set = feasibleSet(K, spec);
      return { ...set, project: (v) => (set.whole ? v : K.axpy(K.div(K.one, K.from(4)), K.minus(set.project(v), v), v)) };
    },
  }),

  saboteur('set-halved', 'problem', '½W for W', {
    feasibleSet: (K, spec) => {
      const set = feasibleSet(K, spec);
      return { ...set, project: (v) => K.scale(K.div(K.one, K.from(2)), set.project(K.scale(K.from(2), v))) };
    },
  }),
  saboteur('projection-reflects', 'problem', 'what is outside of W is reflected into it: Π_W(2Π_W(v) − v)', {
    feasibleSet: (K, spec) => {
      const set = feasibleSet(K, spec);
      return { ...set, project: (v) => (set.whole ? v : set.project(K.minus(K.scale(K.from(2), set.project(v)), v))) };
    },
  }),

  saboteur('comparator-too-long', 'oracle', 'w* twice as far out as it need be', {
    smallestComparator: (K, set, halfspace) => {
      const found = smallestComparator(K, set, halfspace);
      return found === null ? null : { ...found, w: K.scale(K.from(2), found.w) };
    },
  }),
  saboteur('comparator-outside', 'oracle', 'the smallest w of the halfspace, in W or not', {
    smallestComparator: (K, set, halfspace) => smallestComparator(K, { ...set, whole: true, project: (v) => v }, halfspace),
  }),
  saboteur('comparator-zero', 'oracle', 'w* = Π_W(0) always', {
    smallestComparator: (K, set) => ({ w: set.project(K.zeros(set.dimension)), theta: K.zero }),
  }),
  saboteur('comparator-wrong-side', 'oracle', 'w* = Π_W(+θc)', {
    smallestComparator: (K, set, halfspace) => {
      const found = smallestComparator(K, set, halfspace);
      return found === null ? null : { ...found, w: set.project(K.scale(found.theta, halfspace.c)) };
    },
  }),
  saboteur('definition-one-offset', 'oracle', 's without b_t', {
    definitionOne: (K, rounds, minimiser) => definitionOne(K, rounds.map((round) => ({ ...round, offset: K.zeros(round.offset.length) })), minimiser),
  }),
  saboteur('definition-one-unweighted', 'oracle', 'c and s without α_t', {
    definitionOne: (K, rounds, minimiser) => definitionOne(K, rounds.map((round) => ({ ...round, alpha: K.one })), minimiser),
  }),
  saboteur('definition-one-doubled', 'oracle', '2c for c', {
    definitionOne: (K, rounds, minimiser) => {
      const { c, s } = definitionOne(K, rounds, minimiser);
      return { c: K.plus(c, c), s };
    },
  }),
  saboteur('elimination-twice', 'oracle', 'what elimination takes from a pivot taken twice', {
    scheduleCertificate(K, eta, tau) {
      const found = scheduleCertificate(K, eta, tau);
      return { ...found, d: found.d.map((pivot, i) => K.sub(K.add(pivot, pivot), found.p[i]!)) };
    },
  }),
  saboteur('comparator-none', 'oracle', 'no w* anywhere', { smallestComparator: () => null }),
  saboteur('multiplier-sign', 'oracle', '−θ for θ', {
    smallestComparator: (K, set, halfspace) => {
      const found = smallestComparator(K, set, halfspace);
      return found === null ? null : { ...found, theta: K.neg(found.theta) };
    },
  }),
];

/** The first entry an eighth too long. */
function stretched<S>(K: Space<S>, g: ArrayLike<S>): ArrayLike<S> {
  return K.vector(g.length, (i) => (i === 0 ? K.add(g[i]!, K.div(g[i]!, K.from(8))) : g[i]!));
}
