import type fc from 'fast-check';
import { isOrdered, isReal, type Space, type Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { noHint } from '../algorithm/hint.js';
import { diverged, prepareIdentity } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { reductionWeights, simplerReductions, type ReductionCase } from '../generator/reduction-case.js';
import { show } from '../outcome.js';
import type { Subject } from '../subject.js';
import { affine, type UpdateRule } from '../update-rule/update-rule.js';
import { metaNames, metaSizes } from './meta.js';
import { FUNCTIONS, NAMES, RATE, given, made, signature } from './names.js';
import type { Played, World } from './world.js';

const REDUCTION = signature({
  ...NAMES,
  β: given(number(RATE)),
  ρ: made(number('1')),
  // The path of the method that x̄ is compared with: its points, and where Nesterov's steps from there lead, z_0 = y_1.
  y: made(vector('x', 'x')),
  z: made(vector('x', 'x')),
  // FISTA's weights.
  s: made(number('1')),
}, { '∇f': FUNCTIONS['∇f'] });

/** Which hints Algorithm 4 gets, and which method its averages are compared with. `moving-rule`: no hints, Nesterov's method. */
type Method = 'heavy-ball' | 'previous-gradient' | 'nesterov' | 'moving-rule';

/** Algorithm 2 or 4 with φ = w on all of Rⁿ at a constant β, from w_1 = 0, beside the method that it is to be, which begins at y_1 = x̄_1. */
export function reduction<C extends ReductionCase>(cases: (numbers: NumberSource) => fc.Arbitrary<C>, method: Method): World<C> {
  return {
    signature: REDUCTION,
    says: [
      method === 'moving-rule' ? 'φ_1 = w, φ_t(x, w) = w − βα_{t−1}²/α_t∇f(x) for t ≥ 2; W = Rⁿ, w_1 = 0, constant β' : 'φ = w, W = Rⁿ, w_1 = 0, constant β',
      'f differentiable',
    ],
    cases,
    simpler: (data) => simplerReductions(data),
    play: (K, subject, data) => playReduction(K, subject, data, method),
  };
}

function playReduction<S>(K: Space<S>, subject: Subject, data: ReductionCase, method: Method): Played<S> | Rejected {
  const prepared = prepareIdentity(K, subject, data);
  const { f, config } = prepared;
  const L = isOrdered(K) && 'smoothness' in f ? (f.smoothness as S) : null;
  const admissible = data.coefficient === 'evaluated';
  if (admissible && (L === null || K.equal(L, K.zero))) return rejected('f is constant');
  const alpha = reductionWeights(K, subject, data);
  const beta = admissible ? K.div(K.one, K.mul(K.from(2), L!)) : config.beta[0]!;
  const settings = { ...config, alpha, beta: subject.constantRate(beta, alpha.length), lossWeight: data.literal ? 'alpha-rho' as const : 'alpha' as const };
  const hint = { 'heavy-ball': noHint, 'previous-gradient': subject.previousGradientHint, nesterov: subject.scaledHint, 'moving-rule': noHint }[method](K, f.dimension);
  const rules = method === 'moving-rule' ? movingRule(K, config.rule, f.gradient, alpha, beta) : undefined;
  const rounds = subject.optimisticMetaLearning(K, { ...settings, ...(rules === undefined ? {} : { rules }) }, hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const points = rounds.map(({ average }) => average);
  const path = pathOf(K, subject, f.gradient, points[0]!, { alpha, beta, literal: data.literal, method });
  const [rho, fista] = [subject.averagingRates(K, alpha), isReal(K) && data.weighing === 'nesterov' ? subject.fistaWeights(K, alpha.length) : []];
  const isZero = (v: Vector<S>): boolean => Array.from(v).every((entry) => K.equal(entry, K.zero));
  return {
    values: {
      K,
      constants: { T: rounds.length, n: f.dimension, m: f.dimension },
      size: { x: f.dimension, w: f.dimension },
      names: {
        ...metaNames(f, rounds, settings.beta),
        β: () => beta,
        'x*': () => f.minimiser,
        ...(L === null ? {} : { L: () => L }),
        ρ: (t) => rho[t - 1],
        s: (t) => fista[t - 1],
        y: (t) => path[t - 1]?.y,
        z: (t) => (t === 0 ? path[0]?.y : path[t - 1]?.z),
      },
      functions: { '∇f': ([x]) => f.gradient(x as Vector<S>) },
      sets: { W: config.set },
    },
    sizes: () => {
      const { names, ...sizes } = metaSizes(K as never, prepared as never, rounds as never, null);
      // ρ_t and s_t, and α_t where it is s_t, are made of positive numbers; y_t is made of what x̄_t is.
      return { ...sizes, names: { ...names, ρ: () => 0, s: () => 0, y: names['x̄']!, ...(data.weighing === 'nesterov' ? { α: () => 0 } : {}) } };
    },
    // Fewer rounds, or a gradient that vanishes, could hide a wrong coefficient.
    still: rounds.length < 4 || rounds.slice(0, 2).some(({ gradient }) => isZero(gradient)),
    labels: [
      `α: ${data.weighing}`,
      `f: ${data.function.body.kind}`,
      ...(rounds.length >= 20 ? ['T ≥ 20'] : []),
      ...(data.literal ? ['Eq. (3) literally'] : []),
      ...(data.function.body.kind === 'ridge' && data.function.body.terms.some(({ shape }) => shape.kind !== 'square') ? ['f not quadratic'] : []),
    ],
    evidence: () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      'x̄_0': show(K, config.start),
      α: alpha.map((a) => K.format(a)),
      β: K.format(beta),
      'weights of g_s': data.literal ? 'α_sρ_s (Eq. 3)' : 'α_s',
      'x̄': points.map((x) => show(K, x)),
      '∇f(x̄)': rounds.map(({ gradient }) => show(K, gradient)),
    }),
  };
}

/** φ_t(x, w) = w − β(α_{t−1}²/α_t)∇f(x): what the hint of Nesterov's method would add to w_t. */
function movingRule<S>(K: Space<S>, plain: UpdateRule<S>, gradient: (x: Vector<S>) => Vector<S>, alpha: readonly S[], beta: S): (t: number) => UpdateRule<S> {
  return (t) => {
    if (t === 1) return plain;
    const step = K.neg(K.mul(beta, K.div(K.mul(alpha[t - 2]!, alpha[t - 2]!), alpha[t - 1]!)));
    return affine(K, { ...plain, formula: () => 'w − βα_{t−1}²/α_t∇f(x)', offset: (x) => K.scale(step, gradient(x)) });
  };
}

/** y_1 = x̄_1, y_2, …, and Nesterov's z_t = y_t − η_t∇f(y_t), with the coefficients that the weights of averages make. */
function pathOf<S>(
  K: Space<S>,
  subject: Subject,
  gradient: (x: Vector<S>) => Vector<S>,
  start: Vector<S>,
  { alpha, beta, literal, method }: { readonly alpha: readonly S[]; readonly beta: S; readonly literal: boolean; readonly method: Method },
): readonly { readonly y: Vector<S>; readonly z?: Vector<S> }[] {
  if (method === 'previous-gradient') return [];
  let sum = K.zero;
  const sums = alpha.map((a) => (sum = K.add(sum, a)));
  // ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1} without the difference, which cancels.
  const momenta = alpha.slice(1).map((a, i) => (i === 0 ? K.zero : K.div(K.mul(a, sums[i - 1]!), K.mul(sums[i + 1]!, alpha[i]!))));
  if (method === 'nesterov' || method === 'moving-rule') {
    const rates = alpha.map((a, i) => K.div(K.mul(beta, K.mul(a, a)), sums[i]!));
    return subject.nesterov(K, gradient, start, rates, momenta).map(({ query, x }) => ({ y: query, z: x }));
  }
  const rho = alpha.map((a, i) => K.div(a, sums[i]!));
  const rates = alpha.slice(1).map((_, i) => K.mul(K.mul(rho[i + 1]!, K.mul(alpha[i]!, beta)), literal ? rho[i]! : K.one));
  return subject.heavyBall(K, gradient, start, rates, momenta).map((y) => ({ y }));
}
