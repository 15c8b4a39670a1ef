import fc from 'fast-check';
import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { absolute } from '../src/problem/convex-function.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome, type Variant } from '../src/claim.js';
import { settle, substantial, theoremTwo, type Settled } from '../src/convergence.js';
import { metaLabels, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { prepareIdentityRate, identityRateCase } from '../src/generator/identity-rate-case.js';
import { inequality, ratioOf } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/**
 * Why each round pays for its hint. On any W, β = 1/(4L): ½t²β‖D‖² ≤ t(t − 1)/(4L)‖D‖², D = G_t − G_{t−1}, and at t = 1 β‖G_1‖² ≤ ‖G_1‖²/L.
 * On Rⁿ the regret also has −½t²β‖G_{t−1}‖², and at β = 1/(2L), with H = G_{t−1}, what remains is
 * (t/(4L))(‖D + 2H‖² + (t − 2)‖H‖²) ≥ 0. In units of 1/(4L):
 */
function certificate<S>(K: OrderedSpace<S>, whole: boolean, settled: Settled<S>): Failed | null {
  const { rounds, evidence, roundings } = settled;
  for (const [i, { t, gradient }] of rounds.entries()) {
    const before = rounds[i - 1]?.gradient ?? K.zeros(gradient.length);
    const change = K.minus(gradient, before);
    const size = (): S => squaredNorm(K, K.plus(absolute(K, gradient), absolute(K, before)));
    const term = (tally: TallyBuilder<S>, name: string, factor: number, v: Vector<S>): TallyBuilder<S> =>
      tally.add(name, K.mul(K.from(factor), squaredNorm(K, v)), () => K.mul(K.from(Math.abs(factor)), size()));
    const [lhs, rhs] = [new TallyBuilder(K, roundings), new TallyBuilder(K, roundings)];
    if (whole) term(term(lhs, 't²‖D‖²', t * t, change), '−t²‖H‖²', -t * t, before);
    else term(lhs, '½t²‖D‖²', (t * t) / 2, change);
    term(term(rhs, '2t‖G_t‖²', 2 * t, gradient), 't(t − 1)‖D‖²', t * (t - 1), t === 1 ? before : change);
    const failure = inequality(K, `round ${t}: 4L(½t²β(‖G_t − g̃_t‖²${whole ? ' − ‖g̃_t‖²' : ''})) ≤ 2t‖G_t‖² + t(t − 1)‖G_t − G_{t−1}‖²`, { lhs, rhs }, evidence);
    if (failure !== null) return failure;
  }
  return null;
}

function check<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const whole = data.set.kind === 'all';
  const constant = whole ? 2 : 4;
  const run = prepareIdentityRate(K, subject, data, 'linear', K.div(K.one, K.from(constant)));
  if (run === null) return rejected('f is constant');
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const settled = settle(K, subject, data, run, rounds);
  if ('kind' in settled) return settled;
  const { f, config } = run;
  const T = rounds.length;
  const { lhs, rhs } = theoremTwo(K, run, settled);
  // Σα_t = T(T + 1)/2, so α_{1:T} · cL‖w‖²/(T(T + 1)) = ½cL‖w‖².
  const bound = (w: Vector<S>): TallyBuilder<S> => {
    const tally = new TallyBuilder(K, settled.roundings);
    const value = K.div(K.mul(K.mul(K.from(constant), f.smoothness), squaredNorm(K, w)), K.from(2));
    tally.add(`½·${constant}L‖·‖²`, value, () => value).error += rhs.error + settled.error;
    return tally;
  };
  const rate = `f(x̄_T) − f(x*) ≤ ${constant}L‖w*‖²/(T(T + 1))`;
  const final = bound(settled.comparator);
  const inside = Array.from(config.set.project(f.minimiser)).every((entry, i) => K.equal(entry, f.minimiser[i]!));
  const failure = inequality(K, 'Theorem 2, with 2η_T in the first term', { lhs, rhs }, settled.evidence)
    ?? certificate(K, whole, settled)
    ?? inequality(K, rate, { lhs, rhs: final }, settled.evidence)
    ?? (inside ? inequality(K, rate.replace('w*', 'x*'), { lhs, rhs: bound(f.minimiser) }, settled.evidence) : null);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, final);
  return passed({
    trivial: T < 2 || !substantial(K, lhs, final),
    labels: [...metaLabels(K, data, rounds), ...(T >= 40 ? ['T ≥ 40'] : []), ...(inside ? ['x* ∈ W'] : []), ...(ratio !== undefined && ratio > 0.5 ? ['bound at least half used'] : [])],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

const cases = (numbers: NumberSource, min: number, max: number) => identityRateCase(numbers, { horizon: { min, max }, sets: 'all', hint: { kind: 'previous' } });
/** Long horizons are dear, and most runs have converged by then. */
const floats = fc.oneof({ weight: 3, arbitrary: cases(doubles, 1, 16) }, { weight: 1, arbitrary: cases(doubles, 20, 60) });

const variant: Variant = {
  statement: 'For φ = w, g̃_t = ∇f(x̄_{t−1}) and α_t = t: f(x̄_T) − f(x*) ≤ 4L‖w*‖²/(T(T + 1)) at β = 1/(4L), and ≤ 2L‖w*‖²/(T(T + 1)) at β = 1/(2L) where W = Rⁿ; with ‖x*‖ for ‖w*‖ where x* ∈ W: Nesterov’s O(1/T²)',
  hypotheses: ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ = w preserves regret (Definition 1; it does if x* ∈ W)', 'constant β, w_1 = Π_W(0), g̃_1 = 0'],
  strength: 'rate',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: cases(rationalNumbers, 1, 4), simpler: simplerMetaCases, check: (subject, data) => check(rational, subject, data) }),
    arm({ arithmetic: 'float64', generator: floats, simpler: simplerMetaCases, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: { 'T ≥ 20': 0.12, 'T ≥ 40': 0.05, 'W: all': 0.2, 'projection active': 0.1, 'x* ∈ W': 0.3, 'bound at least half used': 0.01 },
  committed: [],
};

export default {
  id: 'nesterov-rate',
  source: { section: '5', label: 'Section 5, text' },
  order: 6,
  printed: variant,
  corrected: variant,
  saboteurs: [],
} satisfies Claim;
