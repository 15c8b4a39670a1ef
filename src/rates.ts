import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, atMost } from '../oracles/tally.js';
import { absolute } from './problem/convex-function.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import { passed, type Failed, type Outcome } from './claim.js';
import { substantial, theoremTwo, type Settled } from './convergence.js';
import { metaLabels } from './generator/meta-case.js';
import type { RateRun } from './generator/lambda-case.js';
import { inequality, ratioOf, type Evidence } from './outcome.js';
import type { Round } from './trajectory.js';

/** lhs ≤ rhs: one round's prediction term against what smoothness pays for it. */
export interface Payment<S> {
  readonly name: string;
  readonly lhs: TallyBuilder<S>;
  readonly rhs: TallyBuilder<S>;
}

/** Which of the two sums of smoothness pays for ½α_t²η_t‖g_t − g̃_t‖². */
type Payer = 'own' | 'difference';

/**
 * ½α_t²η_t‖g_t − g̃_t‖² ≤ α_t/(2L)‖G_t‖² (`own`), or ≤ α_{1:t−1}/(2L)‖G_t − G_{t−1}‖² (`difference`; the first round pays with
 * its own term, since nothing precedes it). Where every round is paid for, Theorem 2' leaves ‖w*‖²/(2η).
 */
export function payments<S>(K: OrderedSpace<S>, run: RateRun<S>, rounds: readonly Round<S>[], payer: Payer): Payment<S>[] {
  const { f } = run;
  const roundings = ledgerRoundings(run.size);
  const half = K.div(K.one, K.from(2));
  const over = (weight: S, v: Vector<S>): S => K.div(K.mul(K.mul(half, weight), squaredNorm(K, v)), f.smoothness);
  return rounds.map(({ t, alpha, alphaSumBefore, eta, gradient, metaGradient, hint, average, jacobian }, i) => {
    const weight = K.mul(K.mul(half, K.mul(alpha, alpha)), eta);
    const pulled = (size: Vector<S>): Vector<S> => K.applyTranspose(jacobian.map((row) => absolute(K, row)), size, metaGradient.length);
    const lhs = new TallyBuilder(K, roundings).add(`½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²`, K.mul(weight, squaredNorm(K, K.minus(metaGradient, hint))),
      () => K.mul(weight, squaredNorm(K, K.plus(pulled(f.gradientMagnitude(average)), absolute(K, hint)))));
    const previous = rounds[i - 1];
    const rhs = new TallyBuilder(K, roundings);
    if (payer === 'own' || previous === undefined) {
      rhs.add(`α_${t}/(2L)‖G_${t}‖²`, over(alpha, gradient), () => over(alpha, f.gradientMagnitude(average)));
    } else {
      rhs.add(`α_{1:${t - 1}}/(2L)‖G_${t} − G_${t - 1}‖²`, over(alphaSumBefore, K.minus(gradient, previous.gradient)),
        () => over(alphaSumBefore, K.plus(f.gradientMagnitude(average), f.gradientMagnitude(previous.average))));
    }
    return { name: `${lhs.terms[0]!.name} ≤ ${rhs.terms[0]!.name}`, lhs, rhs };
  });
}

export function allPaid<S>(K: OrderedSpace<S>, paid: readonly Payment<S>[]): boolean {
  return paid.every(({ lhs, rhs }) => atMost(K, lhs, rhs));
}

/** null if every payment holds, else the first that does not. */
export function firstUnpaid<S>(K: OrderedSpace<S>, paid: readonly Payment<S>[], evidence: Evidence): Failed | null {
  return paid.map((one) => inequality(K, one.name, one, evidence)).find((failure) => failure !== null) ?? null;
}

/** The numbers of a run that a rate names. */
export function rateEvidence<S>(K: OrderedSpace<S>, run: RateRun<S>, evidence: Evidence): Evidence {
  return () => ({ φ: run.config.rule.name, W: run.config.set.name, β: K.format(run.beta), 'λ (or λ̂, λ̃)': K.format(run.lambda), ...evidence() });
}

/**
 * α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β), which is the rate: first Theorem 2's inequality, of which it is the consequence once
 * all rounds are paid for, then the rate itself.
 */
export function concludeRate<S>(K: OrderedSpace<S>, run: RateRun<S>, settled: Settled<S>, paid: readonly Payment<S>[], expected: string, labels: readonly string[]): Outcome {
  const told = rateEvidence(K, run, settled.evidence);
  const { lhs, rhs } = theoremTwo(K, run, settled);
  const rate = new TallyBuilder(K, settled.roundings);
  const norm = K.div(squaredNorm(K, settled.comparator), K.mul(K.from(2), run.beta));
  rate.add('‖w*‖²/(2β)', norm, () => norm);
  // The rate is the sum of inequalities that were all checked with their own errors.
  rate.error += rhs.error + paid.reduce((sum, one) => sum + one.lhs.error + one.rhs.error, 0);
  const failure = inequality(K, 'Theorem 2', { lhs, rhs }, told) ?? inequality(K, expected, { lhs, rhs: rate }, told);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, rate);
  return passed({
    trivial: !substantial(K, lhs, rate),
    labels: [...metaLabels(K, run.meta, settled.rounds), ...labels, ...(ratio !== undefined && ratio > 0.9 ? ['ratio > 0.9'] : [])],
    ...(ratio === undefined ? {} : { ratio }),
  });
}
