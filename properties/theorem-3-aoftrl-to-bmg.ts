import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { Space, Vector } from '../src/arithmetic/space.js';
import {
  averageSize,
  bootstrapStep,
  isFar,
  isPullback,
  lossSize,
  mirrorSizeAtAverage,
  playWithHints,
  prepareOptimistic,
  pullbackSize,
  roundEvidence,
  sizeOf,
  updateSize,
  type OptimisticRun,
} from '../src/bootstrap.js';
import { arm, committedCase, failed, passed, rejected, type Claim, type Failed, type Outcome, type Rejected } from '../src/claim.js';
import { optimisticCase, simplerOptimisticCases, type OptimisticCase } from '../src/generator/bootstrap-case.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { show, vectorEquality, type Evidence } from '../src/outcome.js';
import { numbers as parseVector } from '../src/problem/body.js';
import type { Subject } from '../src/subject.js';
import type { MetaStep, Round } from '../src/trajectory.js';

/** ỹ_{t+1}: the t-th of the vectors that the case gives. */
type Predictions<S> = (t: number) => Vector<S>;

function predictions<S>(K: Space<S>, data: OptimisticCase): Predictions<S> {
  const { target } = data;
  if (target.kind !== 'given') throw new RangeError(`expected predictions that are given, got ${target.kind}`);
  return (t) => parseVector(K, target.targets[t - 1]!);
}

/** Algorithm 4 under α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_tg̃_t; null where it diverges. */
function play<S>(K: Space<S>, subject: Subject, run: OptimisticRun<S>, ahead: Predictions<S>): Round<S>[] | null {
  return playWithHints(K, subject, run, ({ t, alpha, hint, jacobian, w }) => {
    const pulled = K.applyTranspose(jacobian, ahead(t), w.length);
    return K.axpy(alpha, hint, K.scale(run.config.alpha[t]!, pulled));
  });
}

/** A step of Algorithm 3 towards z_t = ∇μ⁻¹(p_t), p_t = ∇μ(x_t) − (α_{t+1}ỹ_{t+1} + α_t∇f(x_t)), with both; z_t is null, and no step made, where ∇μ does not reach p_t. */
interface Aimed<S> {
  readonly wanted: Vector<S>;
  readonly target: Vector<S> | null;
  readonly step: MetaStep<S>;
}

function aim<S>(
  K: Space<S>,
  subject: Subject,
  run: OptimisticRun<S>,
  ahead: Predictions<S>,
  from: { readonly t: number; readonly previous: Vector<S>; readonly w: Vector<S> },
  rate: S,
): Aimed<S> {
  const [alpha, next] = [run.config.alpha[from.t - 1]!, run.config.alpha[from.t]!];
  let [wanted, target]: [Vector<S>, Vector<S> | null] = [from.previous, null];
  const step = bootstrapStep(K, subject, run, from, rate, (x) => {
    wanted = K.minus(run.mirror.gradient(x), K.axpy(next, ahead(from.t), K.scale(alpha, run.f.gradient(x))));
    target = run.mirror.inverse(wanted);
    return target ?? x;
  });
  return { wanted, target, step };
}

/** w_t − β_t(α_{t+1}g̃_{t+1} + α_t(A_tᵀG_t − g̃_t)), with the hints that Algorithm 4 was given. */
function displayed<S>(K: Space<S>, now: Round<S>, next: Round<S>, gradient: Vector<S>, rate: S, w: Vector<S>): Vector<S> {
  const signal = K.minus(K.applyTranspose(now.jacobian, gradient, w.length), now.hint);
  return K.axpy(K.neg(rate), K.axpy(next.alpha, next.hint, K.scale(now.alpha, signal)), w);
}

const UPDATE = 'w_{t+1} of Algorithm 3 = w_t − β_t(α_{t+1}g̃_{t+1} + α_t(A_tᵀ∇f(x̄_t) − g̃_t))';
const COMMUTE = 'w_{t+1} of Algorithm 3 = w_{t+1} of Algorithm 4';

function unreachable<S>(K: Space<S>, run: OptimisticRun<S>, t: number, wanted: Vector<S>, told: Evidence): Failed {
  return failed({
    expected: `z_${t} with ∇μ(z_${t}) = ∇μ(x̄_${t}) − (α_${t + 1}ỹ_${t + 1} + α_${t}∇f(x̄_${t}))`,
    lhs: `∇μ takes its values in ${run.mirror.range}`,
    rhs: show(K, wanted),
    evidence: told(),
  });
}

/** As printed: μ strictly convex, any β_t. Algorithm 3 runs by itself, on averages; both displays and the sequences are compared. */
function printed<S>(K: Space<S>, subject: Subject, data: OptimisticCase): Outcome {
  const run = prepareOptimistic(K, subject, data);
  const ahead = predictions(K, data);
  const rounds = play(K, subject, run, ahead);
  if (rounds === null) return rejected('the trajectory diverges');
  let own = { previous: run.config.start, w: parseVector(K, data.first) };
  for (const [i, now] of rounds.slice(0, -1).entries()) {
    const { t } = now;
    const next = rounds[i + 1]!;
    const { wanted, target, step } = aim(K, subject, run, ahead, { t, ...own }, run.etas[i + 1]!);
    const told: Evidence = () => ({
      ...roundEvidence(K, run, rounds.slice(0, i + 2), [])(),
      ỹ: rounds.slice(0, i + 1).map((r) => show(K, ahead(r.t))),
      [`∇μ(x̄_${t})`]: show(K, run.mirror.gradient(step.x)),
    });
    if (target === null) return unreachable(K, run, t, wanted, told);
    // Only exact arithmetic gets here with a tolerance of 0; in float64 the one case is decided by the sign of what ∇μ must reach.
    const size = (): Vector<S> => K.zeros(step.w.length);
    const failure = vectorEquality(K, UPDATE, step.next, displayed(K, now, next, run.f.gradient(step.x), run.etas[i + 1]!, own.w), 0, size, told)
      ?? vectorEquality(K, COMMUTE, step.next, next.w, 0, size, told);
    if (failure !== null) return failure;
    own = { previous: step.x, w: step.next };
  }
  return passed({ trivial: false, labels: [] });
}

/** Round by round: z_t exists and is right, Algorithm 3 takes the displayed step, and that is Algorithm 4's. */
function rounds<S>(K: Space<S>, subject: Subject, run: OptimisticRun<S>, ahead: Predictions<S>, all: readonly Round<S>[], first: Vector<S>): Failed | Rejected | null {
  const told: Evidence = () => ({ ...roundEvidence(K, run, all, [])(), ỹ: all.slice(1).map((_, i) => show(K, ahead(i + 1))) });
  // In exact arithmetic Algorithm 3 runs by itself; in float64 each of its steps starts where Algorithm 4 is, so that errors stay local.
  let own = { previous: run.config.start, w: first };
  for (const [i, now] of all.slice(0, -1).entries()) {
    const { t, average, gradient } = now;
    const next = all[i + 1]!;
    const from = K.exact ? { t, ...own } : { t, previous: now.previousAverage, w: now.w };
    const { wanted, target: z, step } = aim(K, subject, run, ahead, from, run.etas[i + 1]!);
    if (isFar(K, wanted)) return rejected('the trajectory diverges');
    if (z === null) return rejected('∇μ does not reach the gradient that the target must have');
    const reached = (): Vector<S> => K.plus(run.mirror.inverseMagnitude(z), sizeOf(K, wanted));
    const slope = (): Vector<S> => K.plus(mirrorSizeAtAverage(K, run, now), K.scale(now.alpha, lossSize(K, run, averageSize(K, now))));
    const size = (): Vector<S> => updateSize(K, now, next, [reached(), slope(), K.scale(next.alpha, sizeOf(K, ahead(t)))]);
    const failure = vectorEquality(K, `∇μ(z_${t}) = ∇μ(x̄_${t}) − (α_${t + 1}ỹ_${t + 1} + α_${t}∇f(x̄_${t}))`, run.mirror.gradient(z), wanted, run.roundings, reached, told)
      ?? vectorEquality(K, `x_${t} of Algorithm 3 with ρ_${t}(φ − x) = x̄_${t}`, step.x, average, run.roundings, () => averageSize(K, now), told)
      ?? vectorEquality(K, `${UPDATE}, t = ${t}`, step.next, displayed(K, now, next, gradient, run.etas[i + 1]!, from.w), run.roundings, size, told)
      ?? vectorEquality(K, `${COMMUTE}, t = ${t}`, step.next, next.w, run.roundings, size, told);
    if (failure !== null) return failure;
    own = { previous: step.x, w: step.next };
  }
  return null;
}

/** α_{t+1}g̃_{t+1} = Σ_{s≤t} α_{s+1}A_sᵀỹ_{s+1} + α_1g̃_1: the hints accumulate. */
function accumulation<S>(K: Space<S>, run: OptimisticRun<S>, ahead: Predictions<S>, all: readonly Round<S>[]): Failed | null {
  const { alpha } = run.config;
  let sum = K.scale(alpha[0]!, run.firstHint);
  let size = K.exact ? null : sizeOf(K, sum);
  for (const { t, jacobian, w } of all.slice(0, -1)) {
    const term = K.scale(alpha[t]!, ahead(t));
    sum = K.plus(sum, K.applyTranspose(jacobian, term, w.length));
    if (size !== null) size = K.plus(size, pullbackSize(K, jacobian, sizeOf(K, term), w.length));
    const bound = size;
    // Each round divides by α_{t+1} and multiplies by it again, and adds: 4 roundings on both sides.
    const failure = vectorEquality(
      K,
      `α_${t + 1}g̃_${t + 1} = Σ_{s≤${t}} α_{s+1}A_sᵀỹ_{s+1} + α_1g̃_1`,
      K.scale(alpha[t]!, all[t]!.hint),
      sum,
      run.roundings + 8 * t,
      () => bound!,
      roundEvidence(K, run, all, []),
    );
    if (failure !== null) return failure;
  }
  return null;
}

function corrected<S>(K: Space<S>, subject: Subject, data: OptimisticCase): Outcome {
  if (data.run.beta.some((b) => b !== data.run.beta[0])) return rejected('β varies');
  const run = prepareOptimistic(K, subject, data);
  const ahead = predictions(K, data);
  const all = play(K, subject, run, ahead);
  if (all === null) return rejected('the trajectory diverges');
  const failure = rounds(K, subject, run, ahead, all, parseVector(K, data.first)) ?? accumulation(K, run, ahead, all);
  if (failure !== null) return failure;
  const [last, before] = [all.at(-1)!, all.at(-2)];
  return passed({
    trivial: before === undefined || all.every(({ w }, i) => i === 0 || Array.from(w).every((entry, j) => K.equal(entry, all[i - 1]!.w[j]!))),
    labels: [
      `μ: ${data.mirror.kind}`,
      `φ: ${data.run.rule.kind}`,
      `β index: ${data.run.index}`,
      ...(all.length >= 3 ? ['T ≥ 3'] : []),
      ...(all.length >= 20 ? ['T ≥ 20'] : []),
      ...(Array.from(run.firstHint).every((entry) => K.equal(entry, K.zero)) ? [] : ['w_1 ≠ 0']),
      // What Corollary 2 asks of hints; these need not have it.
      ...(K.exact && before !== undefined && !isPullback(K, before.jacobian, last.hint) ? ['g̃_{t+1} is no A_tᵀy'] : []),
    ],
    // w moves by β Aᵀ(αỹ + αH(x̄ − x*)), H of degree 3 and x̄_t = A w + b averaged over α_{1:t}: numerators grow by at most 9 a round. z_t adds M⁻¹ = adj M/det M, of degree
    // 4 in all for n = 2 and M of degree 2, and ∇μ(z_t) takes it away again: 8 more. Clearing α_{1:t} and α_{t+1} on both sides doubles that.
    degree: 40 * all.length,
  });
}

/** f = x²/2, φ = w, T rounds of α. */
function committed(
  mirror: OptimisticCase['mirror'],
  alpha: readonly (string | number)[],
  beta: readonly (string | number)[],
  first: string | number,
  ahead: readonly (string | number)[],
): OptimisticCase {
  return {
    run: {
      function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
      rule: { kind: 'identity' },
      set: { kind: 'all', dimension: 1 },
      hint: { kind: 'none' },
      alpha,
      beta,
      index: 'algorithm-4',
      projection: 'lazy',
      start: ['0'],
    },
    mirror,
    target: { kind: 'given', targets: ahead.map((y) => [y]) },
    first: [first],
  };
}

const statement =
  'z_t = ∇μ⁻¹(∇μ(x̄_t) − (α_{t+1}ỹ_{t+1} + α_t∇f(x̄_t))) exist, and with them the updates of Eq. (10) are w_{t+1} = w_t − β_t(α_{t+1}g̃_{t+1} + α_t(Dφ(x̄_{t−1}, w_t)ᵀ∇f(x̄_t) − g̃_t)), those of Algorithm 4 under α_{t+1}g̃_{t+1} = α_{t+1}Dφ(x̄_{t−1}, w_t)ᵀỹ_{t+1} + α_tg̃_t';
const shared = ['φ affine in w', 'α_t > 0, β_t > 0', 'no update is projected', 'Algorithm 3 moves on x̄_t: displacement ρ_t(φ − x), rate β_t/ρ_t', 'w_1 = −β_0α_1g̃_1, with any g̃_1'];

export default {
  id: 'theorem-3-aoftrl-to-bmg',
  source: { section: '6', label: 'Theorem 3, AO-FTRL → BMG' },
  order: 5,
  error: 'gap',
  printed: {
    statement,
    hypotheses: ['μ strictly convex and differentiable on Rⁿ', ...shared],
    strength: 'identity',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        simpler: simplerOptimisticCases,
        check: (subject, data) => printed(rational, subject, data),
        generator: optimisticCase({ ...rationalNumbers, dimension: 1 }, {
          horizon: { min: 2, max: 3 },
          functions: 'quadratic',
          rules: constantJacobianRule,
          rates: 'constant',
          index: 'algorithm-4',
          mirror: 'saturating',
          target: 'given',
        }),
      }),
      arm({
        arithmetic: 'float64',
        simpler: simplerOptimisticCases,
        check: (subject, data) => printed(float64, subject, data),
        generator: optimisticCase({ ...doubles, dimension: 1 }, {
          horizon: { min: 2, max: 2 },
          functions: 'quadratic',
          rates: 'constant',
          index: 'algorithm-4',
          mirror: 'saturating',
          target: 'given',
        }),
      }),
    ],
    coverage: {},
    // ∇μ not onto, strictly convex all the same: x/(1 + |x|) must reach −1; exp must reach e² − 10. And β that varies: Algorithm 4 has (β_2/β_1)w_2, Algorithm 3 has w_2.
    committed: [
      committedCase('rational', committed({ kind: 'saturating' }, ['1', '1'], ['1', '1', '1'], '0', ['1', '0'])),
      committedCase('rational', committed({ kind: 'euclidean' }, ['1', '1', '1'], ['1', '1', '2', '2'], '0', ['1', '0', '0'])),
      committedCase('float64', committed({ kind: 'exponential' }, [5, 5], [1, 1, 1], 2, [0, 0])),
    ],
  },
  corrected: {
    statement:
      `For constant β and ∇μ onto Rⁿ: ${statement}. These hints accumulate, α_{t+1}g̃_{t+1} = Σ_{s≤t} α_{s+1}Dφ(x̄_{s−1}, w_s)ᵀỹ_{s+1} + α_1g̃_1, so that they are not those of Corollary 2`,
    hypotheses: ['μ strictly convex and differentiable on Rⁿ', ...shared, 'β_t = β for all t', '∇μ reaches every p in Rⁿ'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        simpler: simplerOptimisticCases,
        check: (subject, data) => corrected(rational, subject, data),
        generator: optimisticCase(rationalNumbers, { horizon: { min: 3, max: 4 }, rates: 'constant', mirror: 'onto', target: 'given' }),
      }),
      arm({
        arithmetic: 'prime-field',
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
        generator: optimisticCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule, rates: 'constant', mirror: 'onto', target: 'given' }),
      }),
      arm({
        arithmetic: 'float64',
        simpler: simplerOptimisticCases,
        check: (subject, data) => corrected(float64, subject, data),
        generator: optimisticCase(doubles, { horizon: { min: 2, max: 24 }, rates: 'constant', mirror: 'onto', target: 'given' }),
      }),
    ],
    coverage: {
      'T ≥ 3': 0.7,
      'T ≥ 20': 0.1,
      'w_1 ≠ 0': 0.5,
      'μ: euclidean': 0.1,
      'μ: quadratic': 0.1,
      'μ: loss': 0.02,
      'μ: asymmetric': 0.1,
      'μ: hyperbolic': 0.05,
      'φ: state-affine': 0.05,
      'g̃_{t+1} is no A_tᵀy': 0.005,
    },
    committed: [],
  },
  proof: `
    ∇μ is one-to-one, for μ is strictly convex, and reaches all of Rⁿ by hypothesis: z_t exists, and ∇μ(x̄_t) − ∇μ(z_t) = α_{t+1}ỹ_{t+1} + α_t∇f(x̄_t). Eq. (10), on x̄_t as in [theorem-3-bmg-to-aoftrl], steps by −β(α_{t+1}A_tᵀỹ_{t+1} + α_t g_t) = −β(α_{t+1}g̃_{t+1} − α_t g̃_t + α_t g_t), which for constant β is Algorithm 4’s step [corollary-3].
    α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_t g̃_t, unrolled, is the sum. The hints of [corollary-2] are A_tᵀỹ_{t+1} alone.
    As printed: a strictly convex μ whose gradient is not onto leaves some z_t undefined; and where β varies Algorithm 4 has (β_t/β_{t−1})w_t in place of w_t.`,
  saboteurs: [],
} satisfies Claim;
