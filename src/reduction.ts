import { absolute } from './problem/convex-function.js';
import { isOrdered, type Space, type Vector } from './arithmetic/space.js';
import type { Failed } from './claim.js';
import { prepareIdentity } from './generator/meta-case.js';
import { reductionWeights, type ReductionCase } from './generator/reduction-case.js';
import { show, vectorEquality, type Evidence } from './outcome.js';
import type { DifferentiableFunction } from './problem/convex-function.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';
import type { HintRule } from './algorithm/hint.js';

/** ρ_t, and ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1} = α_tα_{1:t−2}/(α_{1:t}α_{t−1}) for t ≥ 2 (0 for t = 1), from the weights alone. */
export interface Averaging<S> {
  readonly sums: readonly S[];
  readonly rho: readonly S[];
  readonly rhoTilde: readonly S[];
}

export function averaging<S>(K: Space<S>, alpha: readonly S[]): Averaging<S> {
  let sum = K.zero;
  const sums = alpha.map((a) => (sum = K.add(sum, a)));
  return {
    sums,
    rho: alpha.map((a, i) => K.div(a, sums[i]!)),
    rhoTilde: alpha.map((a, i) => (i < 2 ? K.zero : K.div(K.mul(a, sums[i - 2]!), K.mul(sums[i]!, alpha[i - 1]!)))),
  };
}

/** A run of Algorithm 2 or 4 with φ = w, and what its recurrences are made of. */
export interface Reduction<S> {
  readonly f: DifferentiableFunction<S>;
  readonly rounds: readonly Round<S>[];
  readonly alpha: readonly S[];
  readonly beta: S;
  readonly averaging: Averaging<S>;
  /** x̄_1, x̄_2, … and their gradients */
  readonly points: readonly Vector<S>[];
  readonly gradients: readonly Vector<S>[];
  readonly evidence: Evidence;
}

export function reduce<S>(K: Space<S>, subject: Subject, data: ReductionCase, hint: (parameters: number) => HintRule<S>, fixed?: { readonly beta: S }): Reduction<S> {
  const { f, config } = prepareIdentity(K, subject, data);
  const alpha = reductionWeights(K, subject, data);
  const beta = fixed?.beta ?? config.beta[0]!;
  const settings = { ...config, alpha, beta: subject.constantRate(beta, alpha.length), lossWeight: data.literal ? 'alpha-rho' as const : 'alpha' as const };
  const rounds = subject.optimisticMetaLearning(K, settings, hint(f.dimension));
  return {
    f,
    rounds,
    alpha,
    beta,
    averaging: averaging(K, alpha),
    points: rounds.map((r) => r.average),
    gradients: rounds.map((r) => r.gradient),
    evidence: () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      'x̄_0': show(K, config.start),
      α: alpha.map((a) => K.format(a)),
      β: K.format(beta),
      'weights of g_s': data.literal ? 'α_sρ_s (Eq. 3)' : 'α_s',
      'x̄': rounds.map((r) => show(K, r.average)),
      '∇f(x̄)': rounds.map((r) => show(K, r.gradient)),
    }),
  };
}

/**
 * What x̄_t passes through and a recurrence in x̄ and ∇f(x̄) does not show: ρ_t(|x_t| + |x_{t−1}|), x_t = −η(S_{t−1} + α_tg̃_t). A rounding
 * of x̄_{t−1} is at most that of its summands, and enters x̄_t with the factor ρ_t/ρ_{t−1} ≤ 1 + ρ̃_t, which the recurrence has.
 */
export function hiddenSize<S>(K: Space<S>, { rounds, averaging: { rho } }: Reduction<S>, i: number): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return K.scale(rho[i]!, K.plus(absolute(K, rounds[i]!.x), absolute(K, rounds[i - 1]!.x)));
}

/** The roundings of one step: α_{1:t} sums t weights, three times over in ρ̃_t; S_t, x_t and x̄_t add two dozen; A_t = I adds n. */
export function stepRoundings<S>({ f, rounds }: Reduction<S>): number {
  return 4 * rounds.length + f.dimension + 32;
}

/** The subject's own ρ_t against the quotients. */
export function checkRates<S>(K: Space<S>, subject: Subject, { alpha, averaging: { rho }, evidence }: Reduction<S>): Failed | null {
  const vector = (values: readonly S[]): Vector<S> => K.vector(values.length, (i) => values[i]!);
  return vectorEquality(K, 'ρ_t = α_t/α_{1:t}', vector(subject.averagingRates(K, alpha)), vector(rho), 2 * alpha.length + 2, () => vector(rho), evidence);
}

/** What both reductions call a case: long, with weights that accelerate. */
export function reductionLabels(data: ReductionCase): string[] {
  return [
    `α: ${data.weighing}`,
    `f: ${data.function.body.kind}`,
    ...(data.alpha.length >= 20 ? ['T ≥ 20'] : []),
    ...(data.literal ? ['Eq. (3) literally'] : []),
    ...(data.function.body.kind === 'ridge' && data.function.body.terms.some((term) => term.shape.kind !== 'square') ? ['f not quadratic'] : []),
  ];
}

/** An identity that fewer rounds, or a gradient that vanishes at x̄_1, could hide. */
export function telling<S>(K: Space<S>, { points, gradients }: Reduction<S>): boolean {
  const zero = (v: Vector<S> | undefined): boolean => v === undefined || Array.from(v).every((entry) => K.equal(entry, K.zero));
  return points.length >= 4 && !zero(gradients[0]) && !zero(gradients[1]);
}
