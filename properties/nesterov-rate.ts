import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { settle, substantial, theoremTwo } from '../src/convergence.js';
import { metaLabels, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { prepareIdentityRate, identityRateCase } from '../src/generator/identity-rate-case.js';
import { inequality, ratioOf } from '../src/outcome.js';
import { costsMore, firstUnpaid, hintShare, payments } from '../src/rates.js';
import type { SpecialCaseId } from '../src/special-cases.js';
import { convergenceParts, slackOf } from '../src/slack.js';
import type { Subject } from '../src/subject.js';

/** Nesterov's rates with the gradient at x̄_{t−1} as a hint, and those of his own method, which is Algorithm 4 with the hint (α_{t−1}/α_t)²∇f(x̄_{t−1}). */
type RateCase = MetaCase & { readonly weights: 'linear' | 'nesterov' };

function check<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase): Outcome {
  const { weights, hint } = data;
  // β = 1/(cL): 2, or 1 for α_t² = α_{1:t}.
  const constant = weights === 'linear' ? 2 : 1;
  const run = prepareIdentityRate(K, subject, data, weights, K.div(K.one, K.from(constant)));
  if (run === null) return rejected('f is constant');
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const settled = settle(K, subject, data, run, rounds);
  if ('kind' in settled) return settled;
  const { f, config } = run;
  const T = rounds.length;
  const scaled = hint.kind === 'scaled';
  const paid = payments(K, run, rounds, 'both', scaled ? undefined : hintShare);
  const { lhs, rhs } = theoremTwo(K, run, settled);
  // ‖w‖²/(2β)
  const bound = (w: Vector<S>): TallyBuilder<S> => {
    const tally = new TallyBuilder(K, settled.roundings);
    const value = K.div(K.mul(K.mul(K.from(constant), f.smoothness), squaredNorm(K, w)), K.from(2));
    tally.add(`½·${constant}L‖·‖²`, value, () => value).error += rhs.error + settled.error + paid.reduce((sum, one) => sum + one.lhs.error + one.rhs.error, 0);
    return tally;
  };
  const rate = `α_{1:T}(f(x̄_T) − f(x*)) ≤ ½·${constant}L‖w*‖²`;
  const final = bound(settled.comparator);
  const inside = Array.from(config.set.project(f.minimiser)).every((entry, i) => K.equal(entry, f.minimiser[i]!));
  const failure = inequality(K, 'Theorem 2, with 2η_T in the first term', { lhs, rhs }, settled.evidence)
    ?? firstUnpaid(K, paid, settled.evidence)
    ?? (scaled ? null : costsMore(K, subject, run, settled, paid, settled.evidence))
    ?? inequality(K, rate, { lhs, rhs: final }, settled.evidence)
    ?? (inside ? inequality(K, rate.replace('w*', 'x*'), { lhs, rhs: bound(f.minimiser) }, settled.evidence) : null);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, final);
  const half = ratio !== undefined && ratio > 0.5;
  return passed({
    trivial: T < 2 || !substantial(K, lhs, final),
    labels: [
      ...metaLabels(K, data, rounds),
      ...(T >= 40 ? ['T ≥ 40'] : []),
      ...(inside ? ['x* ∈ W'] : []),
      ...(half ? ['bound at least half used'] : []),
      ...(scaled ? [`scaled hint, ${weights} weights`] : []),
    ],
    ...(ratio === undefined ? {} : { ratio, slack: slackOf(K, final, () => convergenceParts(K, run, settled, lhs, paid.map((one) => one.lhs.value), true)) }),
  });
}

function cases(numbers: NumberSource, min: number, max: number): fc.Arbitrary<RateCase> {
  const run = (kind: 'previous' | 'scaled', weights: RateCase['weights'], worst: SpecialCaseId): fc.Arbitrary<RateCase> =>
    identityRateCase(numbers, { horizon: { min, max }, sets: 'all', hint: { kind }, worst }).map((data) => ({ ...data, weights }));
  const linear = [{ weight: 2, arbitrary: run('previous', 'linear', 'optimistic-half') }, { weight: 1, arbitrary: run('scaled', 'linear', 'scaled-half') }];
  // Nesterov's weights have roots.
  return numbers.name === 'float64' ? fc.oneof(...linear, { weight: 1, arbitrary: run('scaled', 'nesterov', 'nesterov') }) : fc.oneof(...linear);
}

/** The hint and the weights are the method's. */
const simpler = (data: RateCase): RateCase[] => simplerMetaCases(data).filter(({ hint }) => hint.kind === data.hint.kind).map((one) => ({ ...one, weights: data.weights }));

/** Long horizons are dear, and most runs have converged by then. */
const floats = fc.oneof({ weight: 3, arbitrary: cases(doubles, 1, 16) }, { weight: 1, arbitrary: cases(doubles, 20, 60) });

const variant: Variant = {
  statement:
    'For φ = w, α_t = t, β = 1/(2L) and g̃_t = ∇f(x̄_{t−1}) or ((t − 1)/t)²∇f(x̄_{t−1}), f(x̄_T) − f(x*) ≤ 2L‖w*‖²/(T(T + 1)) on every W; for α_t² = α_{1:t}, β = 1/L and g̃_t = (α_{t−1}/α_t)²∇f(x̄_{t−1}), which on Rⁿ is Nesterov’s own method, f(x̄_T) − f(x*) ≤ L‖w*‖²/(2α_{1:T}); with ‖x*‖ for ‖w*‖ where x* ∈ W: his O(1/T²)',
  hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ = w preserves regret (Definition 1; it does if x* ∈ W)', 'constant β, w_1 = Π_W(0), g̃_1 = 0'],
  strength: 'rate',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: cases(rationalNumbers, 1, 4), simpler, check: (subject, data) => check(rational, subject, data) }),
    arm({ arithmetic: 'float64', generator: floats, simpler, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: {
    'T ≥ 20': 0.12,
    'T ≥ 40': 0.05,
    'W: all': 0.2,
    'projection active': 0.1,
    'x* ∈ W': 0.3,
    'bound at least half used': 0.01,
    'scaled hint, linear weights': 0.1,
    'f: envelope': 0.005,
  },
  committed: [],
};

export default {
  id: 'nesterov-rate',
  source: { section: '5', label: 'Section 5, text' },
  sentences: ['5.19', '5.1', '5.5', '5.20'],
  printed: variant,
  corrected: variant,
  proof: `
    [theorem-2] on φ = w with constant β: α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2β), if what each round costs, ½α_t²β‖g_t − g̃_t‖², is paid for by α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_t − G_{t−1}‖².
    That it is, is [corollary-1] with A_t = I, λ̂ = 1: for g̃_t = G_{t−1} with the smaller cost that is proved there, for g̃_t = (α_{t−1}/α_t)²G_{t−1} with this one.
    α_{1:T} = T(T + 1)/2 for α_t = t. Where x* ∈ W, w = x* makes Definition 1 an equality: ‖w*‖ ≤ ‖x*‖. On Rⁿ, α_t² = α_{1:t} and β = 1/L make it Nesterov’s method itself [nesterov].
    No constant is smaller for all T: the Huber functions of [corollary-1], with the slope at which each of these methods just stays on the straight part, come as near to each bound.`,
  saboteurs: [],
} satisfies Claim;
