import type { HintRule } from '../algorithm/hint.js';
import type { MetaLearningConfig } from '../algorithm/optimistic-meta-learning.js';
import { isOrdered, type Matrix, type Space, type Vector } from '../arithmetic/space.js';
import { diverged, prepareIdentity, type MetaRun } from '../generator/meta-case.js';
import { stepRoundings, targetOf, type OptimisticCase } from '../generator/bootstrap-case.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute, type ConvexFunction, type DifferentiableFunction } from '../problem/convex-function.js';
import { isQuadratic, type MirrorMap, type MirrorSpec } from '../problem/mirror.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Subject } from '../subject.js';
import type { MetaStep, Round } from '../trajectory.js';
import { affine, type UpdateRule } from '../update-rule/update-rule.js';

/** |x| over an ordered field, where alone a magnitude is asked for. */
export function sizeOf<S>(K: Space<S>, ...vectors: readonly Vector<S>[]): Vector<S> {
  if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
  return vectors.map((v) => absolute(K, v)).reduce((sum, v) => K.plus(sum, v));
}

/** |A|ᵀv */
export function pullbackSize<S>(K: Space<S>, A: Matrix<S>, v: Vector<S>, columns: number): Vector<S> {
  return K.applyTranspose(A.map((row) => sizeOf(K, row)), v, columns);
}

/** How far a run of Algorithm 3 may go before float64 says more about rounding than about the claim. */
const FAR = 1e7;

/** True for a float64 run that left every ball of interest, or is no number any more: such a case is no evidence. */
export function wandered<S>(K: Space<S>, steps: readonly MetaStep<S>[], targets: readonly Vector<S>[]): boolean {
  return steps.some(({ x, w, next }) => isFar(K, x) || isFar(K, w) || isFar(K, next)) || targets.some((z) => isFar(K, z));
}

/** True for a float64 vector beyond every ball of interest, or with an entry that is no number. */
export function isFar<S>(K: Space<S>, v: Vector<S>): boolean {
  if (K.exact || !isOrdered(K)) return false;
  return !Array.from(v).every((entry) => Math.abs(K.toNumber(entry)) <= FAR);
}

/** True where d_t is a quadratic in w for μ: there a central difference quotient is the derivative, whatever its step. */
export function isQuadraticMirror(spec: MirrorSpec, f: FunctionSpec): boolean {
  return spec.kind === 'euclidean' || spec.kind === 'quadratic' || (spec.kind === 'loss' && isQuadratic(f.body));
}

/** A run of Algorithm 4 on Rᵐ, prepared but for its hints. */
export interface OptimisticRun<S> {
  readonly f: DifferentiableFunction<S> | ConvexFunction<S>;
  readonly mirror: MirrorMap<S>;
  readonly config: MetaLearningConfig<S>;
  /** η_1 … η_T: the rates that form w_1 … w_T. */
  readonly etas: readonly S[];
  /** ρ_1 … ρ_T */
  readonly rhos: readonly S[];
  /** g̃_1 = −w_1/(η_1α_1), which makes w_1 the given one. */
  readonly firstHint: Vector<S>;
  /** z_t, given t, x̄_t and w_t. */
  readonly target: (t: number, x: Vector<S>, w: Vector<S>) => Vector<S>;
  readonly size: MetaRun<S, unknown>['size'];
  readonly roundings: number;
}

export function prepareOptimistic<S>(K: Space<S>, subject: Subject, data: OptimisticCase): OptimisticRun<S> {
  const { f, config, size } = prepareIdentity(K, subject, data.run);
  const etas = config.alpha.map((_, i) => config.beta[data.run.index === 'equation-4' ? i + 1 : i]!);
  let alphaSum = K.zero;
  const rhos = config.alpha.map((alpha) => {
    alphaSum = K.add(alphaSum, alpha);
    return K.div(alpha, alphaSum);
  });
  const scale = K.neg(K.div(K.one, K.mul(etas[0]!, config.alpha[0]!)));
  return {
    f,
    config,
    etas,
    rhos,
    mirror: subject.mirrorMap(K, data.mirror, f, data.run.function.body),
    firstHint: K.scale(scale, parseVector(K, data.first)),
    target: (t, x, w) => targetOf(K, subject, data.target, displacement(K, config.rule, rhos[t - 1]!), f.gradient)(t, x, w),
    size,
    roundings: stepRoundings(size.dimension, size.parameters, size.summands),
  };
}

/**
 * φ as Algorithm 3 adds it where x_t is to be Algorithm 4's average: x̄_t = x̄_{t−1} + ρ_t(φ(x̄_{t−1}, w_t) − x̄_{t−1}). Its Jacobian is ρ_tDφ.
 */
export function displacement<S>(K: Space<S>, rule: UpdateRule<S>, rho: S): UpdateRule<S> {
  return affine(K, {
    ...rule,
    formula: () => `ρ(φ − x), φ(x, w) = ${rule.formula()}`,
    jacobianBound: null,
    jacobian: (x) => rule.jacobian(x).map((row) => K.scale(rho, row)),
    offset: (x) => K.scale(rho, K.minus(rule.offset(x), x)),
  });
}

/**
 * Round t of Algorithm 3 run on the averages: from x̄_{t−1} and w_t, with the displacement of that round. Its rate is `rate`/ρ_t, since the
 * displacement's Jacobian is ρ_tDφ.
 */
export function bootstrapStep<S>(
  K: Space<S>,
  subject: Subject,
  run: Pick<OptimisticRun<S>, 'config' | 'mirror' | 'rhos'>,
  from: { readonly t: number; readonly previous: Vector<S>; readonly w: Vector<S> },
  rate: S,
  target: (x: Vector<S>) => Vector<S>,
): MetaStep<S> {
  const rho = run.rhos[from.t - 1]!;
  const [step] = subject.bootstrappedMetaGradient(K, {
    rule: displacement(K, run.config.rule, rho),
    mirror: run.mirror.gradient,
    beta: [K.div(rate, rho)],
    start: from.previous,
    first: from.w,
    target: ({ x }) => target(x),
  });
  return { ...step!, t: from.t };
}

/** Runs Algorithm 4 with g̃_1 as `run` has it and α_{t+1}g̃_{t+1} as `next` says of round t; null where the run diverges. */
export function playWithHints<S>(K: Space<S>, subject: Subject, run: OptimisticRun<S>, next: (round: Round<S>) => Vector<S>): Round<S>[] | null {
  const hint: HintRule<S> = ({ last, alpha }) => (last === null ? run.firstHint : K.scale(K.div(K.one, alpha), next(last)));
  const rounds = subject.optimisticMetaLearning(K, run.config, hint);
  return diverged(K, rounds) ? null : rounds;
}

/** True if g = Aᵀy for some y, by elimination: in exact arithmetic only. */
export function isPullback<S>(K: Space<S>, A: Matrix<S>, g: Vector<S>): boolean {
  const basis: { row: Vector<S>; pivot: number }[] = [];
  const reduce = (v: Vector<S>): Vector<S> => basis.reduce((rest, { row, pivot }) => K.axpy(K.neg(rest[pivot]!), row, rest), v);
  for (const row of A) {
    const rest = reduce(row);
    const pivot = Array.from(rest).findIndex((entry) => !K.equal(entry, K.zero));
    if (pivot >= 0) basis.push({ row: K.scale(K.div(K.one, rest[pivot]!), rest), pivot });
  }
  return Array.from(reduce(g)).every((entry) => K.equal(entry, K.zero));
}

/** The numbers of rounds t and t + 1 of Algorithm 4. */
export function roundEvidence<S>(K: Space<S>, run: OptimisticRun<S>, rounds: readonly Round<S>[], targets: readonly Vector<S>[]): Evidence {
  return () => ({
    f: run.f.formula(),
    'x*': show(K, run.f.minimiser),
    μ: run.mirror.name,
    φ: run.config.rule.formula(),
    'x̄_0': show(K, run.config.start),
    β: run.config.beta.map((b) => K.format(b)),
    rounds: rounds.map((r, i) => ({
      t: r.t,
      α: K.format(r.alpha),
      η: K.format(r.eta),
      w: show(K, r.w),
      Dφ: r.jacobian.map((row) => show(K, row)),
      'x̄': show(K, r.average),
      G: show(K, r.gradient),
      'g̃': show(K, r.hint),
      ...(targets[i] === undefined ? {} : { z: show(K, targets[i]), '∇μ(x̄)': show(K, run.mirror.gradient(r.average)), '∇μ(z)': show(K, run.mirror.gradient(targets[i])) }),
    })),
  });
}
