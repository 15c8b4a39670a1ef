import type fc from 'fast-check';
import { descentTotal, momentumTotal } from '../../oracles/quadratic-totals.js';
import { gamma } from '../../oracles/rounding.js';
import { withRoots } from '../arithmetic/rational-roots.js';
import type { RealSpace, Space, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number } from '../formula/unit.js';
import type { NumberSource } from '../generator/number.js';
import { eigenCoordinates, isIllConditioned, quadraticOf, SMOOTHNESS, type QuadraticCase, type SweepCase } from '../generator/sweep-case.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { made, signature } from './names.js';
import type { Played, World } from './world.js';

/** y_i: Σ_{t≤T} f(x_t) of each run of what is meta-learned, i ≤ m; z_j: of each run of the baseline, j ≤ n. */
const SWEEP = signature({ y: made(number('f')), z: made(number('f')) }, {}, {});
const QUADRATIC = 'f = xᵀQx on R², the condition number of Q is 10 or more; w_1 the same for all elements';

/** Meta-Momentum, φ = −w⊙∇f(x), or Meta-AdaGrad, φ = −∇f(x)/√w. */
export type Learner = 'Meta-Momentum' | 'Meta-AdaGrad';
/** The least w of Meta-AdaGrad: below the w_1 of every rate. */
const LEAST = '1/10000';

interface Run<S> {
  readonly f: ConvexFunction<S>;
  readonly start: Vector<S>;
  readonly first: S;
  readonly metaRate: S;
  readonly steps: number;
}
/** f(x_1), f(x_1) + f(x_2), … */
function totals<S>(K: RealSpace<S>, subject: Subject, learner: Learner, { f, first, ...run }: Run<S>): readonly S[] {
  const config = { ...run, first: K.vector(2, () => first) };
  const path = learner === 'Meta-Momentum'
    ? subject.metaSgd(K, { ...config, gradient: f.gradient })
    : subject.metaAdaGradDescent(K, { ...config, gradient: f.gradient, rule: subject.metaAdaGrad(K, f.gradient), least: K.from(LEAST) });
  return sums(K, f, path.map(({ x }) => x));
}
function sums<S>(K: Space<S>, f: ConvexFunction<S>, path: readonly Vector<S>[]): readonly S[] {
  let sum = K.zero;
  return path.slice(1).map((x) => (sum = K.add(sum, f.value(x))));
}

/** Σ_i ½μ_i⟨u_i, x_0⟩² · sum(μ_i), μ_i the eigenvalues of the Hessian: a cumulative loss, without a run. */
function alongEach<S>(K: RealSpace<S>, data: QuadraticCase, start: Vector<S>, sum: (eigenvalue: S) => S): S {
  const along = eigenCoordinates(K, data, start);
  return [K.from(SMOOTHNESS), K.from(data.smallest)].reduce(
    (total, value, i) => K.add(total, K.mul(K.div(K.mul(value, K.mul(along[i]!, along[i]!)), K.from(2)), sum(value))),
    K.zero,
  );
}

const largestOf = <S>(K: RealSpace<S>, v: Vector<S>): S => Array.from(v).reduce((most, entry) => K.max(most, K.abs(entry)), K.zero);
/** Q's first row and second. */
function matrixOf<S>(K: RealSpace<S>, f: ConvexFunction<S>): string {
  const column = (i: number): Vector<S> => K.scale(K.div(K.one, K.from(2)), f.gradient(K.vector(2, (j) => (i === j ? K.one : K.zero))));
  const [a, b] = [column(0), column(1)];
  return `((${K.format(a[0]!)}, ${K.format(b[0]!)}), (${K.format(a[1]!)}, ${K.format(b[1]!)}))`;
}
function told<S>(K: RealSpace<S>, f: ConvexFunction<S>, start: Vector<S>): { readonly [name: string]: string } {
  return { Q: matrixOf(K, f), 'f(x)': 'xᵀQx', x_0: show(K, start), '∇f(x_0)': show(K, f.gradient(start)), L: K.format(K.from(SMOOTHNESS)) };
}
function swept<S>(K: Space<S>, y: readonly S[], z: readonly S[], rest: Pick<Played<S>, 'sizes' | 'labels' | 'still' | 'evidence'>): Played<S> {
  const at = (all: readonly S[]) => (i: number): S | undefined => all[i - 1];
  return { values: { K, constants: { T: 1, m: y.length, n: z.length }, size: { x: 2, w: 2 }, names: { y: at(y), z: at(z) }, functions: {}, sets: {} }, ...rest };
}

/** Sweeps over (w_1, β) that hold β = 0, first, for every rate of gradient descent. Without an order nothing is the best. */
export function sweep(cases: (numbers: NumberSource) => fc.Arbitrary<SweepCase>, learner: Learner): World<SweepCase> {
  const first = learner === 'Meta-Momentum' ? 'η' : '1/η²';
  return {
    signature: SWEEP,
    says: [
      QUADRATIC,
      `y_i: ${learner}, the first n with β = 0 and w_1 = ${first} for each η of the baseline’s, the others with the same w_1 and β > 0`,
      'z_j: gradient descent’s, Σ_i λ_i⟨u_i, x_0⟩² Σ_{t≤T}(1 − 2ηλ_i)^{2t}, Qu_i = λ_iu_i',
    ],
    cases,
    simpler: (data) => [{ ...data, steps: 1 }, { ...data, reflector: null }, { ...data, rates: data.rates.slice(0, 1), metaRates: data.metaRates.slice(0, 1) }],
    play: (K, subject, data) => playSweep(withRoots(K), subject, data, learner),
  };
}

function playSweep<S>(K: RealSpace<S>, subject: Subject, data: SweepCase, learner: Learner): Played<S> | Rejected {
  if (!isIllConditioned(K, data)) return rejected('Q is not ill-conditioned');
  const f = subject.convexFunction(K, quadraticOf(data));
  const start = parseVector(K, data.start);
  const largest = largestOf(K, f.gradient(start));
  const L = K.from(SMOOTHNESS);
  const rates = data.rates.map((rate) => K.div(K.from(rate), L));
  const unit = K.equal(largest, K.zero) ? K.one : K.div(K.one, K.mul(L, K.mul(largest, largest)));
  const z = rates.map((rate) => alongEach(K, data, start, (value) => descentTotal(K, value, rate, data.steps)));
  const firsts = rates.map((rate) => (learner === 'Meta-Momentum' ? rate : K.div(K.one, K.mul(rate, rate))));
  const total = (first: S, metaRate: S): S => totals(K, subject, learner, { f, start, first, metaRate, steps: data.steps }).at(-1)!;
  const still = firsts.map((first) => total(first, K.zero));
  // Exactly, roots of what is learnt are not rational: one step has none of them.
  const isLearnt = !K.exact || learner === 'Meta-Momentum' || data.steps === 1;
  const learnt = !isLearnt ? [] : firsts.flatMap((first) => {
    // β moves w_1, which both learners measure in their own units, by up to w_1 and more.
    const scale = learner === 'Meta-Momentum' ? unit : K.mul(unit, K.mul(K.mul(first, first), K.mul(first, L)));
    return data.metaRates.map((metaRate) => total(first, K.mul(K.from(metaRate), scale)));
  });
  // What diverges is not the best.
  const y = [...still, ...learnt.filter((one) => K.exact || Number.isFinite(K.toNumber(one)))];
  const improves = learnt.some((one) => z.every((other) => K.compare(one, K.mul(other, K.from(K.exact ? '99/100' : 0.99))) < 0));
  // |1 − ηλ| < 1: an error in x_s moves no later x_t by more, and f(x_t) by at most L‖x_0‖ times it. Coordinates along reflected axes are sums of up to 4 of their size.
  const size = K.mul(K.from(16 * SMOOTHNESS * data.steps), K.dot(start, start)) as number;
  return swept(K, y, z, {
    // A step passes through 64 roundings from x to the next x: the gradient's, and those of the rate.
    sizes: () => ({ gamma: gamma(64 * data.steps), names: { y: () => size, z: () => size }, functions: {}, sets: {} }),
    still: K.equal(largest, K.zero),
    labels: [...(improves ? [`${learner} improves`] : []), ...(data.steps >= 10 ? ['T ≥ 10'] : []), ...(data.reflector === null ? [] : ['Q not diagonal'])],
    evidence: () => ({ ...told(K, f, start), T: data.steps, η: rates.map(K.format), β: data.metaRates.map(String) }),
  });
}

/** The sweep: η and w_1 in units of 1/L, m, and β in units of 1/(L max|∇f(x_0)|²). The figure's own is not public. */
const RATES: readonly Num[] = ['7/4', '3/2', '5/4', '1', '3/4', '1/2', '1/4'];
const DECAYS: readonly Num[] = ['0', '1/4', '1/2', '3/4'];
const META_RATES: readonly Num[] = ['1', '4', '1/4', '16', '1/16', '64', '0'];
/** The figure's. */
const ITERATIONS = 100;
/** So many iterations of the meta-learner are run: the lengths of its fractions grow threefold in each. */
const PREFIX = 4;

/** Figure 2's sweeps from (4, 4), against momentum or AdaGrad: y_i is at most, z_j exactly what they sum to. */
export function figureTwo(cases: (numbers: NumberSource) => fc.Arbitrary<QuadraticCase>, baseline: 'momentum' | 'AdaGrad'): World<QuadraticCase> {
  return {
    signature: SWEEP,
    says: [
      QUADRATIC,
      ...(baseline === 'momentum'
        ? [
          'y_i: Meta-Momentum’s, φ = −w⊙∇f, with η and w_1 in {1/4, 1/2, …, 7/4}/L, β in {0, 1/16, 1/4, …, 64}/(L max|∇f(x_0)|²); z_j: gradient descent’s with momentum m in {0, 1/4, 1/2, 3/4}',
        ]
        : ['y_i: Meta-AdaGrad’s, φ = −∇f/√w, all w_1 and β; z_j: AdaGrad’s, η = 4. That η is the entry of x_0 is a coincidence, which keeps roots out']),
      'x_0 = (4, 4), T = 100; signs put right, so that φ descends; the sweeps are ours (the paper’s are not public)',
    ],
    cases,
    simpler: () => [],
    play(space, subject, data) {
      const K = withRoots(space);
      if (!isIllConditioned(K, data)) return rejected('Q is not ill-conditioned');
      return baseline === 'momentum' ? playMomentum(K, subject, data) : playAdaGrad(K, subject, data);
    },
  };
}

/**
 * The baseline's sum is taken over all iterations, the meta-learner's over the first few: losses are not negative, so that where the latter is
 * larger already, so is its sum after 100 iterations, or any number from there on.
 */
function playMomentum<S>(K: RealSpace<S>, subject: Subject, data: QuadraticCase): Played<S> | Rejected {
  const f = subject.convexFunction(K, quadraticOf(data));
  const start = K.vector(2, () => K.from(4));
  const perLength = K.div(K.one, K.from(SMOOTHNESS));
  const largest = largestOf(K, f.gradient(start));
  const perGradient = K.div(perLength, K.mul(largest, largest));
  const z = RATES.flatMap((rate) => DECAYS.map((decay) => alongEach(K, data, start, (value) => momentumTotal(K, value, K.mul(K.from(rate), perLength), K.from(decay)))));
  const best = z.reduce((least, one) => K.min(least, one));
  const runs = RATES.flatMap((rate) =>
    META_RATES.map((metaRate) =>
      totals(K, subject, 'Meta-Momentum', { f, start, first: K.mul(K.from(rate), perLength), metaRate: K.mul(K.from(metaRate), perGradient), steps: PREFIX })
    )
  );
  const exceeds = runs.map((run) => run.findIndex((sum) => K.compare(sum, best) > 0));
  if (exceeds.includes(-1)) return rejected(`the first ${PREFIX} iterations do not decide`);
  const enough = Math.max(...exceeds);
  const y = runs.map((run) => run[enough]!);
  /** The rate, and the other parameter, of the least. */
  const least = (all: readonly S[], others: readonly Num[]): readonly [Num, Num] => {
    const i = all.reduce((best, one, k) => (K.compare(one, all[best]!) < 0 ? k : best), 0);
    return [RATES[Math.floor(i / others.length)]!, others[i % others.length]!];
  };
  const [[first, beta], [eta, m]] = [least(y, META_RATES), least(z, DECAYS)];
  return swept(K, y, z, {
    labels: [],
    still: false,
    evidence: () => ({
      ...told(K, f, start),
      'η and w_1, in 1/L': RATES.map(String),
      m: DECAYS.map(String),
      'β, in 1/(L max|∇f(x_0)|²)': META_RATES.map(String),
      'Meta-Momentum': 'x_{t+1} = x_t − w_{t+1}⊙∇f(x_t), w_{t+1} = max{w_t + β∇f(x_{t−1})⊙∇f(x_t), 0}',
      momentum: 'x_{t+1} = x_t − ηv_{t+1}, v_{t+1} = mv_t + ∇f(x_t)',
      y: `Σ_{t≤${enough + 1}} f(x_t) of Meta-Momentum, least for w_1 = (${first})/L, β = (${beta})/(L max|∇f(x_0)|²)`,
      z: `Σ_{t≥1} f(x_t), over all t, of momentum, least for η = (${eta})/L, m = ${m}`,
    }),
  });
}

/** AdaGrad's first step is η in every coordinate: from (4, 4), where both entries of ∇f are positive, η = 4 leads to the minimiser, and AdaGrad stays. No single rate does. */
function playAdaGrad<S>(K: RealSpace<S>, subject: Subject, data: QuadraticCase): Played<S> | Rejected {
  const f = subject.convexFunction(K, quadraticOf(data));
  const start = K.vector(2, () => K.from(4));
  const gradient = f.gradient(start);
  if (Array.from(gradient).some((entry) => K.equal(entry, K.zero))) return rejected('a gradient entry is 0');
  const run = (steps: number): readonly Vector<S>[] =>
    subject.adagrad(K, f.gradient, start, { rates: Array.from({ length: steps }, () => K.from(4)), epsilon: K.zero, epsilonInside: false });
  const [, x] = run(1);
  // Later steps have irrational roots elsewhere.
  if (!K.equal(f.value(x!), K.zero)) return rejected('AdaGrad is not at the minimiser after its first step');
  // The least f(x_0 − s∇f(x_0)) over all s = 1/√w_1 is less than any sum that begins with it.
  const squared = K.dot(gradient, gradient);
  const least = K.sub(f.value(start), K.div(K.mul(squared, squared), K.mul(K.from(2), K.dot(gradient, f.gradient(gradient)))));
  const evidence: Evidence = () => ({
    ...told(K, f, start),
    AdaGrad: 'x_{t+1} = x_t − η∇f(x_t)/√(∇f(x_0)² + … + ∇f(x_t)²), entry by entry',
    'AdaGrad’s x_1 for η = 4': show(K, x!),
    y: `Meta-AdaGrad’s least f(x_1), min over s of f(x_0 − s∇f(x_0)), which is f(x_0) − ‖∇f(x_0)‖⁴/(4∇f(x_0)ᵀQ∇f(x_0)) = ${K.format(least)}`,
    z: `Σ_{t≤${ITERATIONS}} f(x_t) of AdaGrad`,
  });
  return swept(K, [least], [sums(K, f, run(ITERATIONS)).at(-1)!], { labels: [], still: false, evidence });
}
