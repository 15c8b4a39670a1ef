import { squaredNorm } from '../oracles/ledger.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { absolute, type ConvexFunction } from './problem/convex-function.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import type { Failed } from './claim.js';
import type { Settled } from './convergence.js';
import type { MetaRun } from './generator/meta-case.js';
import { inequality, type Evidence } from './outcome.js';
import type { Subject } from './subject.js';
import type { Round } from './trajectory.js';

/** lhs ≤ rhs: one round's prediction term against what smoothness pays for it. */
export interface Payment<S> {
  readonly name: string;
  readonly lhs: TallyBuilder<S>;
  readonly rhs: TallyBuilder<S>;
}

/** Which sums of smoothness pay for a round: its own ‖G_t‖², the difference to the last gradient, or both. */
type Payer = 'own' | 'difference' | 'both';

/**
 * What a round's regret costs, α_t²η_t‖g_t − θg̃_t‖²/(2θ(2 − θ)), against α_t/(2L)‖G_t‖² (`own`), α_{1:t−1}/(2L)‖G_t − G_{t−1}‖² (`difference`; the first
 * round pays with its own term, since nothing precedes it), or their sum. Where every round is paid for, ‖w*‖²/(2η) is left. With θ = 1, the default,
 * the cost is Theorem 2's.
 */
export function payments<S>(
  K: OrderedSpace<S>,
  { f, size }: Pick<MetaRun<S, ConvexFunction<S>>, 'f' | 'size'>,
  rounds: readonly Round<S>[],
  payer: Payer,
  share: (K: OrderedSpace<S>, t: number) => S = () => K.one,
): Payment<S>[] {
  const roundings = ledgerRoundings(size);
  const half = K.div(K.one, K.from(2));
  const over = (weight: S, v: Vector<S>): S => K.div(K.mul(K.mul(half, weight), squaredNorm(K, v)), f.smoothness);
  return rounds.map(({ t, alpha, alphaSumBefore, eta, gradient, metaGradient, hint, average, jacobian }, i) => {
    const theta = share(K, t);
    const whole = K.equal(theta, K.one);
    const weight = K.div(K.mul(K.mul(half, K.mul(alpha, alpha)), eta), K.mul(theta, K.sub(K.from(2), theta)));
    const pulled = (sizes: Vector<S>): Vector<S> => K.applyTranspose(jacobian.map((row) => absolute(K, row)), sizes, metaGradient.length);
    const used = whole ? hint : K.scale(theta, hint);
    const cost = whole ? `½α_${t}²η_${t}‖g_${t} − g̃_${t}‖²` : `α_${t}²η_${t}‖g_${t} − θg̃_${t}‖²/(2θ(2 − θ)), θ = ${K.format(theta)}`;
    const lhs = new TallyBuilder(K, roundings).add(
      cost,
      K.mul(weight, squaredNorm(K, K.minus(metaGradient, used))),
      () => K.mul(weight, squaredNorm(K, K.plus(pulled(f.gradientMagnitude(average)), absolute(K, used)))),
    );
    const previous = rounds[i - 1];
    const rhs = new TallyBuilder(K, roundings);
    if (payer !== 'difference' || previous === undefined) rhs.add(`α_${t}/(2L)‖G_${t}‖²`, over(alpha, gradient), () => over(alpha, f.gradientMagnitude(average)));
    if (payer !== 'own' && previous !== undefined) {
      rhs.add(
        `α_{1:${t - 1}}/(2L)‖G_${t} − G_${t - 1}‖²`,
        over(alphaSumBefore, K.minus(gradient, previous.gradient)),
        () => over(alphaSumBefore, K.plus(f.gradientMagnitude(average), f.gradientMagnitude(previous.average))),
      );
    }
    return { name: `${cost} ≤ ${rhs.terms.map(({ name }) => name).join(' + ')}`, lhs, rhs };
  });
}

/**
 * The θ with which the last gradient as a hint is enough at β = 1/(2λ̂L), α_t = t, on any W: t[θ²/(t − 1) + (1 − θ)²/2] ≤ θ(2 − θ), and this one leaves most.
 * The proof is that of the claim corollary-1.
 */
export function hintShare<S>(K: OrderedSpace<S>, t: number): S {
  return t === 1 ? K.one : K.sub(K.one, K.div(K.from(2 * t), K.from(t * t + 3 * t - 2)));
}

/** D_t ≤ what round t is said to cost, for all t: null, or the first that costs more. */
export function costsMore<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  run: MetaRun<S, ConvexFunction<S>>,
  { rounds, comparator, roundings }: Settled<S>,
  paid: readonly Payment<S>[],
  evidence: Evidence,
): Failed | null {
  const ledger = subject.constrainedRegretLedger(K, run.config.set, rounds, comparator, roundings);
  return ledger.rounds.map(({ t, loss, allowance }, i) => {
    const { terms, value, error } = paid[i]!.lhs;
    const rhs = new TallyBuilder(K, roundings).add(terms[0]!.name, value, () => value);
    // The ledger's rounding, with this round's smaller multiple of the hint.
    rhs.error += error + allowance.error;
    return inequality(K, `D_${t} ≤ ${terms[0]!.name}`, { lhs: loss, rhs }, evidence);
  }).find((failure) => failure !== null) ?? null;
}

/** null if every payment holds, else the first that does not. */
export function firstUnpaid<S>(K: OrderedSpace<S>, paid: readonly Payment<S>[], evidence: Evidence): Failed | null {
  return paid.map((one) => inequality(K, one.name, one, evidence)).find((failure) => failure !== null) ?? null;
}
