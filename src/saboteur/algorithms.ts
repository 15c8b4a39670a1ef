import { adagrad } from '../algorithm/adagrad.js';
import { aoFtrl } from '../algorithm/ao-ftrl.js';
import { bootstrappedMetaGradient, bootstrappedTarget } from '../algorithm/bootstrapped-meta-gradient.js';
import { gradientDescent } from '../algorithm/gradient-descent.js';
import { heavyBall } from '../algorithm/heavy-ball.js';
import type { HintRule } from '../algorithm/hint.js';
import { metaAdaGradDescent } from '../algorithm/meta-adagrad.js';
import { metaGradient } from '../algorithm/meta-gradient.js';
import { metaSgd, optimisticMetaSgd, type ElementwiseConfig } from '../algorithm/meta-sgd.js';
import { momentum } from '../algorithm/momentum.js';
import { nesterov } from '../algorithm/nesterov.js';
import { optimisticMetaLearning, type MetaLearningConfig } from '../algorithm/optimistic-meta-learning.js';
import { convexMetaLearning } from '../algorithm/convex-meta-learning.js';
import type { Space, Vector } from '../arithmetic/space.js';
import { saboteur, type Saboteur } from './saboteur.js';

/** Hints that are added and never taken out again: g̃_t becomes Σ_{s≤t} α_s g̃_s/α_t. */
function accumulating<S>(K: Space<S>, hint: HintRule<S>): HintRule<S> {
  let total: Vector<S> | null = null;
  return (context) => {
    const fresh = K.scale(context.alpha, hint(context));
    total = total === null ? fresh : K.plus(total, fresh);
    return K.scale(K.div(K.one, context.alpha), total);
  };
}

/** φ(x_{t−1}, w_t) for φ(x̄_{t−1}, w_t). */
function atIterate<S>(config: MetaLearningConfig<S>): MetaLearningConfig<S> {
  let last = config.start;
  return { ...config, rule: { ...config.rule, apply: (_, w) => (last = config.rule.apply(last, w)) } };
}

/** The step of x against −∇f; that of w, a product of two gradients, stays what it was. */
function uphill<S>(K: Space<S>, config: ElementwiseConfig<S>): ElementwiseConfig<S> {
  return { ...config, gradient: (x) => K.scale(K.neg(K.one), config.gradient(x)) };
}

/** x + (1, …, 1) */
function shifted<S>(K: Space<S>, x: Vector<S>): Vector<S> {
  return K.vector(x.length, (i) => K.add(x[i]!, K.one));
}

/** The answer of the time before: an evaluation that lags by one. */
function lagging<A, B>(oracle: (question: A) => B): (question: A) => B {
  let last: { readonly answer: B } | null = null;
  return (question) => {
    const answer = oracle(question);
    const told = last === null ? answer : last.answer;
    last = { answer };
    return told;
  };
}

/** Slips in whole algorithms. */
export const algorithmSaboteurs: readonly Saboteur[] = [
  saboteur('rule-at-iterate', 'algorithm', 'x_t = φ(x_{t−1}, w_t)', {
    convexMetaLearning: (K, config) => convexMetaLearning(K, atIterate(config)),
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, atIterate(config), hint),
  }),
  saboteur('hint-not-removed', 'algorithm', 'hints accumulate: v_t = S_{t−1} + Σ_{s≤t} α_s g̃_s', {
    optimisticMetaLearning: (K, config, hint) => {
      const rounds = optimisticMetaLearning(K, config, accumulating(K, hint));
      // The slip is the learner's: it reports the hint that it was given.
      let before = K.zeros(config.set.dimension);
      return rounds.map((round) => {
        const total = K.scale(round.alpha, round.hint);
        const given = K.scale(K.div(K.one, round.alpha), K.minus(total, before));
        before = total;
        return { ...round, hint: given };
      });
    },
    aoFtrl: (K, config, { losses, hints }) => {
      let total = K.zeros(config.set.dimension);
      const accumulated = hints?.map((hint, i) => {
        total = K.axpy(config.alpha[i]!, hint, total);
        return K.scale(K.div(K.one, config.alpha[i]!), total);
      });
      const plays = aoFtrl(K, config, accumulated === undefined ? { losses } : { losses, hints: accumulated });
      return plays.map((play, i) => ({ ...play, hint: hints?.[i] ?? play.hint }));
    },
  }),
  saboteur('equation-3-taken-literally', 'algorithm', 'g_s weighed with α_sρ_s', {
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, { ...config, lossWeight: 'alpha-rho' }, hint),
    convexMetaLearning: (K, config) => convexMetaLearning(K, { ...config, lossWeight: 'alpha-rho' }),
  }),
  saboteur('projection-greedy', 'algorithm', 'greedy projection where lazy is asked for', {
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, { ...config, projection: 'greedy' }, hint),
    aoFtrl: (K, config, losses) => aoFtrl(K, { ...config, projection: 'greedy' }, losses),
  }),
  saboteur('projection-lazy', 'algorithm', 'lazy projection where greedy is asked for', {
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, { ...config, projection: 'lazy' }, hint),
    aoFtrl: (K, config, losses) => aoFtrl(K, { ...config, projection: 'lazy' }, losses),
  }),
  saboteur('first-hint-ignored', 'algorithm', 'w_1 = Π_W(0) whatever g̃_1 is', {
    optimisticMetaLearning: (K, config, hint) =>
      optimisticMetaLearning(K, { ...config, first: config.first ?? config.set.project(config.centre ?? K.zeros(config.set.dimension)) }, hint),
    aoFtrl: (K, config, losses) => aoFtrl(K, { ...config, first: config.first ?? config.set.project(config.centre ?? K.zeros(config.set.dimension)) }, losses),
  }),
  saboteur('gradient-lags', 'algorithm', '∇f(x̄_{t−1}) where ∇f(x̄_t) is asked for', {
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, { ...config, gradient: lagging(config.gradient) }, hint),
    convexMetaLearning: (K, config) => convexMetaLearning(K, { ...config, gradient: lagging(config.gradient) }),
    gradientDescent: (K, gradient, start, rate, steps) => gradientDescent(K, lagging(gradient), start, rate, steps),
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, lagging(gradient), start, rates, momenta),
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, lagging(gradient), start, rates, momenta),
  }),
  saboteur('target-sign', 'algorithm', 'w + β Dφᵀ(∇μ(x) − ∇μ(z))', {
    bootstrappedMetaGradient: (K, config) => bootstrappedMetaGradient(K, { ...config, beta: config.beta.map(K.neg) }),
  }),
  saboteur('mirror-left-out', 'algorithm', 'x − z for ∇μ(x) − ∇μ(z)', {
    bootstrappedMetaGradient: (K, config) => bootstrappedMetaGradient(K, { ...config, mirror: (x) => x }),
  }),
  saboteur('target-late', 'algorithm', 'z_t = z_{t−1}: the target of the step before', {
    bootstrappedMetaGradient: (K, config) => bootstrappedMetaGradient(K, { ...config, target: lagging(config.target) }),
  }),
  saboteur('displacement-as-position', 'algorithm', 'x_t = φ(x_{t−1}, w_t) in Algorithm 3, as in Algorithms 2 and 4', {
    bootstrappedMetaGradient: (K, config) => bootstrappedMetaGradient(K, { ...config, rule: { ...config.rule, apply: (x, w) => K.minus(config.rule.apply(x, w), x) } }),
  }),
  saboteur('target-not-unrolled', 'algorithm', 'z = x − ∇f(x)', {
    bootstrappedTarget: (K, rule, gradient, x, w) => bootstrappedTarget(K, rule, gradient, x, w, 0),
  }),
  saboteur('target-without-gradient', 'algorithm', 'z = x + φ(x, w)', {
    bootstrappedTarget: (K, rule, _gradient, x, w, unroll) => bootstrappedTarget(K, rule, (at) => K.zeros(at.length), x, w, unroll),
  }),
  saboteur('rho-forgotten', 'algorithm', '∇h_t without ρ_t', {
    metaGradient: (K, config) => metaGradient(K, { ...config, rho: config.rho.map(() => K.one) }),
  }),
  saboteur('rho-twice', 'algorithm', '∇h_t with ρ_t²', {
    metaGradient: (K, config) => metaGradient(K, { ...config, beta: config.beta.map((beta, i) => K.mul(beta, config.rho[i]!)) }),
  }),
  saboteur('meta-gradient-ascends', 'algorithm', 'w_{t+1} = w_t + β_t∇h_t(w_t) in Algorithm 1', {
    metaGradient: (K, config) => metaGradient(K, { ...config, beta: config.beta.map(K.neg) }),
  }),
  saboteur('momentum-sign', 'algorithm', 'x⁺ = x − η∇f − m(x − x⁻)', {
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, gradient, start, rates, momenta.map(K.neg)),
  }),
  saboteur('momentum-index', 'algorithm', 'm_{t+1} for m_t', {
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, gradient, start, rates, [...momenta.slice(1), ...momenta.slice(-1)]),
  }),
  saboteur('lookahead-left-out', 'algorithm', 'Nesterov without extrapolation: y_{t+1} = x_t', {
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, start, rates, momenta.map(() => K.zero)),
  }),
  saboteur('lookahead-sign', 'algorithm', 'y_{t+1} = x_t − θ(x_t − x_{t−1})', {
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, start, rates, momenta.map(K.neg)),
  }),
  saboteur('start-elsewhere', 'algorithm', 'x_0 with 1 more in each coordinate', {
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, gradient, shifted(K, start), rates, momenta),
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, shifted(K, start), rates, momenta),
    gradientDescent: (K, gradient, start, rate, steps) => gradientDescent(K, gradient, shifted(K, start), rate, steps),
  }),
  saboteur('nesterov-flag-ignored', 'algorithm', 'momentum with nesterov: true behaves as without', {
    momentum: (K, gradient, start, config) => momentum(K, gradient, start, { ...config, nesterov: false }),
  }),
  saboteur('dampening-ignored', 'algorithm', 'b = m b + g whatever the dampening', {
    momentum: (K, gradient, start, config) => momentum(K, gradient, start, { ...config, dampening: K.zero }),
  }),
  saboteur('first-step-dampened', 'algorithm', 'b_1 = (1 − d)g_1', {
    momentum: (K, gradient, start, config) => {
      let factor = K.sub(K.one, config.dampening);
      const dampened = (x: Parameters<typeof gradient>[0]) => {
        const g = K.scale(factor, gradient(x));
        factor = K.one;
        return g;
      };
      return momentum(K, dampened, start, config);
    },
  }),
  saboteur('epsilon-misplaced', 'algorithm', '√(s + ε) where √s + ε is asked for', {
    adagrad: (K, gradient, start, config) => adagrad(K, gradient, start, { ...config, epsilonInside: !config.epsilonInside }),
  }),
  saboteur('rate-squared', 'algorithm', 'η² for η', {
    gradientDescent: (K, gradient, start, rate, steps) => gradientDescent(K, gradient, start, K.mul(rate, rate), steps),
  }),
  saboteur('meta-step-ascends', 'algorithm', 'w − β∇f(x_t)⊙∇f(x_{t+1}) with a step that descends', {
    metaSgd: (K, config) => metaSgd(K, { ...config, metaRate: K.neg(config.metaRate) }),
  }),
  saboteur('rates-ascend', 'algorithm', 'x_t + w_t⊙∇f(x_t), as Section 7.2 prints it', {
    metaSgd: (K, config) => metaSgd(K, uphill(K, config)),
    optimisticMetaSgd: (K, config) => optimisticMetaSgd(K, uphill(K, config)),
  }),
  saboteur('meta-adagrad-ascends', 'algorithm', 'w + β Dφ(x, w)ᵀ∇f(x⁺) for φ = −∇f/√w', {
    metaAdaGradDescent: (K, config) => metaAdaGradDescent(K, { ...config, metaRate: K.neg(config.metaRate) }),
  }),
  saboteur('meta-step-stale', 'algorithm', 'w moved along ∇f(x_0) for ∇f(x_t)', {
    metaSgd: (K, config) => {
      const first = config.gradient(config.start);
      const path = [{ x: config.start, w: config.first }];
      for (let t = 0; t < config.steps; t++) {
        const { x, w } = path.at(-1)!;
        const next = K.minus(x, K.hadamard(w, config.gradient(x)));
        const raised = K.axpy(config.metaRate, K.hadamard(first, config.gradient(next)), w);
        path.push({ x: next, w: K.vector(w.length, (i) => K.max(raised[i]!, K.zero)) });
      }
      return path;
    },
    metaAdaGradDescent: (K, config) => metaAdaGradDescent(K, { ...config, rule: { ...config.rule, jacobianDiagonal: (_, w) => config.rule.jacobianDiagonal(config.start, w) } }),
  }),
  saboteur('bracket-misplaced', 'algorithm', 'the last term not multiplied by β, as printed', {
    optimisticMetaSgd: (K, config) => {
      const path = [{ x: config.start, w: config.first }];
      for (let t = 0; t < config.steps; t++) {
        const { x, w } = path.at(-1)!;
        const g = config.gradient(x);
        const next = K.minus(x, K.hadamard(w, g));
        const ahead = config.gradient(next);
        const raised = K.minus(K.axpy(config.metaRate, K.hadamard(ahead, K.plus(ahead, g)), w), K.hadamard(g, g));
        path.push({ x: next, w: K.vector(w.length, (i) => K.max(raised[i]!, K.zero)) });
      }
      return path;
    },
  }),
  saboteur('optimism-left-out', 'algorithm', 'the optimistic update without its hint', {
    optimisticMetaSgd: (K, config) => metaSgd(K, config),
  }),
  saboteur('maximum-left-out', 'algorithm', 'negative rates: max{·, 0} is missing', {
    metaSgd: (K, config) => {
      const path = [{ x: config.start, w: config.first }];
      for (let t = 0; t < config.steps; t++) {
        const { x, w } = path.at(-1)!;
        const g = config.gradient(x);
        const next = K.minus(x, K.hadamard(w, g));
        path.push({ x: next, w: K.axpy(config.metaRate, K.hadamard(config.gradient(next), g), w) });
      }
      return path;
    },
    optimisticMetaSgd: (K, config) => {
      const lifted = { ...config, first: config.first };
      return optimisticMetaSgd({ ...K, max: (a, b) => (K.equal(b, K.zero) ? a : K.max(a, b)) }, lifted);
    },
  }),
];
