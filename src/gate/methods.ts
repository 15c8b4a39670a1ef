import { noHint, type HintRule } from '../algorithm/hint.js';
import type { ElementwiseConfig, ElementwiseStep } from '../algorithm/meta-sgd.js';
import type { WeightKind } from '../algorithm/weights.js';
import type { RealSpace, Vector } from '../arithmetic/space.js';
import type { Subject } from '../subject.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import type { Round } from '../trajectory.js';
import type { Fed, Trace } from './fed.js';

/** The names that `--like` takes (docs/PROTOCOL.md). */
export const METHOD_NAMES = [
  'gradient-descent',
  'heavy-ball',
  'sgd-momentum',
  'nesterov',
  'adagrad',
  'ftrl',
  'ao-ftrl',
  'convex-meta-learning',
  'optimistic-meta-learning',
  'bootstrapped-meta-gradient',
  'meta-sgd',
  'optimistic-meta-sgd',
] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

export type Quantity = keyof Trace<unknown>;

/** A method that somebody's optimizer may claim to be. */
export interface Method {
  /** The method as a formula: what is claimed. */
  readonly formula: string;
  readonly source: { readonly section: string; readonly label: string };
  readonly compared: readonly Quantity[];
  /** The members of its config. */
  readonly members: readonly string[];
  /** The trajectory that the method makes of what a session was fed: by the package's own algorithms, or by a saboteur's. */
  readonly reference: <S>(K: RealSpace<S>, subject: Subject, fed: Fed<S>) => Trace<S>;
  /** True where moving x0 moves every point as far and nothing else: then points may be kept as their distances from x0. */
  readonly translates: boolean;
}

/**
 * Hands out what was fed, in order, one for each point that is asked about, and zeros after the last. Points are told apart by identity: an
 * algorithm that asks about the same one again gets the same answer.
 */
function inOrder<S>(K: RealSpace<S>, known: readonly Vector<S>[], n: number): (x: Vector<S>) => Vector<S> {
  let at = -1;
  let last: Vector<S> | null = null;
  return (x) => {
    if (x !== last) at += 1;
    last = x;
    return known[at] ?? K.zeros(n);
  };
}

/** Query and iterate are one: a path of T + 1 points. */
const along = <S>(path: readonly Vector<S>[]): Trace<S> => ({ query: path, x: path, meta: null });

/** φ for the algorithms that ask for ∇f where they stand: at x0 it is `first`, at each point after that the gradient of the step before. */
function fedRule<S>(K: RealSpace<S>, subject: Subject, { first, gradients, settings, n }: Fed<S>): UpdateRule<S> {
  return subject.updateRule(K, settings.rule(), n, inOrder(K, [first, ...gradients], n));
}

function alphaOf<S>(K: RealSpace<S>, subject: Subject, { settings, T }: Fed<S>): readonly S[] {
  const given = settings.weights();
  return typeof given === 'string' ? subject.weights(K, given as WeightKind, T + 1) : given;
}

/** β_0 … β_{T+1}, of which Eq. (4) uses β_t in round t; the first is never used. */
function ratesFromZero<S>({ settings }: Fed<S>): readonly S[] {
  const beta = settings.sequence('beta');
  return [beta[0]!, ...beta];
}

function learned<S>(rounds: readonly Round<S>[]): Trace<S> {
  return { query: rounds.map(({ average }) => average), x: rounds.map(({ x }) => x), meta: rounds.map(({ w }) => w) };
}

function metaLearning<S>(K: RealSpace<S>, subject: Subject, fed: Fed<S>): Parameters<typeof subject.convexMetaLearning<S>>[1] {
  const rule = fedRule(K, subject, fed);
  return {
    rule,
    gradient: inOrder(K, fed.gradients, fed.n),
    start: fed.x0,
    set: subject.feasibleSet(K, fed.settings.set(rule.parameters)),
    alpha: alphaOf(K, subject, fed),
    beta: ratesFromZero(fed),
    index: 'equation-4',
    projection: 'lazy',
  };
}

/** w after step t has seen g_1 … g_t: it is updated when the next gradient comes, before x moves. */
function elementwise<S>(K: RealSpace<S>, fed: Fed<S>, run: (config: ElementwiseConfig<S>) => readonly ElementwiseStep<S>[]): Trace<S> {
  const rate = fed.settings.number('rate');
  const path = run({
    gradient: inOrder(K, fed.gradients, fed.n),
    start: fed.x0,
    first: K.vector(fed.n, () => rate),
    metaRate: fed.settings.number('metaRate'),
    steps: fed.T,
  });
  const points = path.map(({ x }) => x);
  return { query: points, x: points, meta: path.map((_, t) => path[Math.max(t - 1, 0)]!.w) };
}

/** In the first round no gradient is known that a query was answered with: no hint, whatever the kind. */
function hintRule<S>(K: RealSpace<S>, subject: Subject, kind: string, parameters: number): HintRule<S> {
  switch (kind) {
    case 'previous':
      return subject.previousGradientHint(K, parameters);
    case 'current-jacobian':
      return subject.currentJacobianHint(K, parameters);
    default:
      return noHint(K, parameters);
  }
}

function targetOf<S>({ targets }: Fed<S>, t: number): Vector<S> {
  const target = targets[t - 1];
  if (target === undefined) throw new RangeError(`expected a target for step ${t}, got ${targets.length - 1}`);
  return target;
}

/** True where a method needs nothing but gradients: its steps can be taken in one request, "run". */
export function runs(method: MethodName): boolean {
  return method !== 'ao-ftrl' && method !== 'bootstrapped-meta-gradient';
}

/** What each name stands for, and how its trajectory follows from what it was fed. */
export const METHODS: { readonly [name in MethodName]: Method } = {
  'gradient-descent': {
    formula: 'x_{t+1} = x_t − η_t g_t',
    source: { section: '3', label: 'gradient descent' },
    compared: ['query', 'x'],
    translates: true,
    members: ['learningRate'],
    reference(K, subject, fed) {
      const rates = fed.settings.sequence('learningRate').slice(0, fed.T);
      const gradient = inOrder(K, fed.gradients, fed.n);
      const constant = rates.every((rate) => K.equal(rate, rates[0]!));
      // Where the rate varies, this is Heavy Ball without momentum.
      return along(
        constant
          ? subject.gradientDescent(K, gradient, fed.x0, fed.settings.sequence('learningRate')[0]!, fed.T)
          : subject.heavyBall(K, gradient, fed.x0, rates, rates.map(() => K.zero)),
      );
    },
  },
  'heavy-ball': {
    formula: 'x_{t+1} = x_t − η_t g_t + m_t(x_t − x_{t−1})',
    source: { section: '4', label: 'Heavy Ball (Polyak 1964)' },
    compared: ['query', 'x'],
    translates: true,
    members: ['learningRate', 'momentum'],
    reference(K, subject, { settings, gradients, x0, n, T }) {
      const [rates, momenta] = [settings.sequence('learningRate').slice(0, T), settings.sequence('momentum').slice(0, T)];
      return along(subject.heavyBall(K, inOrder(K, gradients, n), x0, rates, momenta));
    },
  },
  'sgd-momentum': {
    formula: 'b_1 = g_1, b_t = m b_{t−1} + (1 − d)g_t; x_{t+1} = x_t − η_t b_t, with nesterov x_t − η_t(g_t + m b_t)',
    source: { section: '4', label: 'SGD with momentum' },
    compared: ['query', 'x'],
    translates: true,
    members: ['learningRate', 'momentum', 'dampening', 'nesterov'],
    reference(K, subject, { settings, gradients, x0, n, T }) {
      const config = {
        rates: settings.sequence('learningRate').slice(0, T),
        momentum: settings.number('momentum'),
        dampening: settings.number('dampening'),
        nesterov: settings.flag('nesterov'),
      };
      return along(subject.momentum(K, inOrder(K, gradients, n), x0, config));
    },
  },
  nesterov: {
    formula: 'x_t = y_t − η_t g_t, y_{t+1} = x_t + ((s_t − 1)/s_{t+1})(x_t − x_{t−1}), s_{t+1} = (1 + √(1 + 4s_t²))/2',
    source: { section: '5', label: 'Nesterov 1983' },
    compared: ['query', 'x'],
    translates: true,
    members: ['learningRate'],
    reference(K, subject, { settings, gradients, x0, n, T }) {
      const s = subject.fistaWeights(K, T + 1);
      const momenta = s.slice(1).map((next, t) => K.div(K.sub(s[t]!, K.one), next));
      const steps = subject.nesterov(K, inOrder(K, gradients, n), x0, settings.sequence('learningRate'), momenta);
      return { query: steps.map(({ query }) => query), x: [x0, ...steps.slice(0, T).map(({ x }) => x)], meta: null };
    },
  },
  adagrad: {
    formula: 's_t = s_{t−1} + g_t²; x_{t+1} = x_t − η_t g_t/(√s_t + ε), inside: /√(s_t + ε)',
    source: { section: '7.1', label: 'AdaGrad (Duchi, Hazan, Singer 2011)' },
    compared: ['query', 'x'],
    translates: true,
    members: ['learningRate', 'epsilon', 'epsilonInside'],
    reference(K, subject, { settings, gradients, x0, n, T }) {
      const config = { rates: settings.sequence('learningRate').slice(0, T), epsilon: settings.number('epsilon'), epsilonInside: settings.flag('epsilonInside') };
      return along(subject.adagrad(K, inOrder(K, gradients, n), x0, config));
    },
  },
  ftrl: {
    formula: 'x_{t+1} = Π_W(−β_{t+1} Σ_{s≤t} α_s g_s)',
    source: { section: '3', label: 'FTRL, Eq. (3) with α_s g_s' },
    compared: ['x'],
    translates: false,
    members: ['alpha', 'beta', 'set'],
    reference(K, subject, fed) {
      const set = subject.feasibleSet(K, fed.settings.set(fed.n));
      const plays = subject.ftrl(K, { set, alpha: alphaOf(K, subject, fed), beta: ratesFromZero(fed), index: 'equation-4', projection: 'lazy' }, fed.gradients);
      return along(plays.map(({ play }) => play));
    },
  },
  'ao-ftrl': {
    formula: 'x_{t+1} = Π_W(−β_{t+1}(α_{t+1} g̃_{t+1} + Σ_{s≤t} α_s g_s))',
    source: { section: '3', label: 'AO-FTRL, Eq. (4)' },
    compared: ['x'],
    translates: false,
    members: ['alpha', 'beta', 'set'],
    reference(K, subject, fed) {
      const set = subject.feasibleSet(K, fed.settings.set(fed.n));
      const config = { set, alpha: alphaOf(K, subject, fed), beta: ratesFromZero(fed), index: 'equation-4', projection: 'lazy' } as const;
      return along(subject.aoFtrl(K, config, { losses: fed.gradients, hints: fed.hints }).map(({ play }) => play));
    },
  },
  'convex-meta-learning': {
    formula: 'w_t = Π_W(−β_t Σ_{s<t} α_s A_sᵀg_s), x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t φ(x̄_{t−1}, w_t)',
    source: { section: '3', label: 'Algorithm 2' },
    compared: ['query', 'meta'],
    translates: false,
    members: ['alpha', 'beta', 'rule', 'set'],
    reference: (K, subject, fed) => learned(subject.convexMetaLearning(K, metaLearning(K, subject, fed))),
  },
  'optimistic-meta-learning': {
    formula: 'w_t = Π_W(−β_t(α_t g̃_t + Σ_{s<t} α_s A_sᵀg_s)), x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t φ(x̄_{t−1}, w_t)',
    source: { section: '5', label: 'Algorithm 4' },
    compared: ['query', 'meta'],
    translates: false,
    members: ['alpha', 'beta', 'rule', 'set', 'hints'],
    reference(K, subject, fed) {
      const config = metaLearning(K, subject, fed);
      return learned(subject.optimisticMetaLearning(K, config, hintRule(K, subject, fed.settings.word('hints'), config.rule.parameters)));
    },
  },
  'bootstrapped-meta-gradient': {
    formula: 'x_t = φ(x_{t−1}, w_t), w_{t+1} = w_t − β_t Dφᵀ(x_t − z_t), w_1 = 0',
    source: { section: '6', label: 'Algorithm 3, Eq. (10), μ = ½‖·‖²' },
    compared: ['query', 'meta'],
    translates: false,
    members: ['beta', 'rule', 'targets'],
    reference(K, subject, fed) {
      const position = fedRule(K, subject, fed);
      // The algorithm adds φ to where it stands; the protocol's rules say where to go.
      const rule = { ...position, apply: (x: typeof fed.x0, w: typeof fed.x0) => K.minus(position.apply(x, w), x) };
      const steps = subject.bootstrappedMetaGradient(K, {
        rule,
        beta: fed.settings.sequence('beta'),
        start: fed.x0,
        first: K.zeros(rule.parameters),
        mirror: (x) => x,
        target: ({ t }) => targetOf(fed, t),
      });
      const points = steps.map(({ x }) => x);
      return { query: points, x: points, meta: steps.map(({ w }) => w) };
    },
  },
  'meta-sgd': {
    formula: 'w_t = max{w_{t−1} + β g_{t−1}⊙g_t, 0}, x_{t+1} = x_t − w_t⊙g_t',
    source: { section: '7.2', label: 'standard meta-learned rates' },
    compared: ['query', 'meta'],
    translates: true,
    members: ['rate', 'metaRate'],
    reference: (K, subject, fed) => elementwise(K, fed, (config) => subject.metaSgd(K, config)),
  },
  'optimistic-meta-sgd': {
    formula: 'w_t = max{w_{t−1} + β[g_t⊙(g_t + g_{t−1}) − g_{t−1}⊙g_{t−1}], 0}, x_{t+1} = x_t − w_t⊙g_t',
    source: { section: '7.2', label: 'optimistic meta-learned rates' },
    compared: ['query', 'meta'],
    translates: true,
    members: ['rate', 'metaRate'],
    reference: (K, subject, fed) => elementwise(K, fed, (config) => subject.optimisticMetaSgd(K, config)),
  },
};
