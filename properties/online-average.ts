import { absolute } from '../src/problem/convex-function.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { arm, passed, rejected, type Claim, type Outcome, type Variant } from '../src/claim.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { diverged, metaCase, metaLabels, prepareIdentity, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { show, vectorEquality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/** Eq. (2) on every round of Algorithm 4: the recursion gives the weighted mean, summed directly here. */
function check<S>(K: Space<S>, subject: Subject, data: MetaCase): Outcome {
  const { config, hint } = prepareIdentity(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, config, hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const zero = K.zeros(config.start.length);
  let [sum, size]: [Vector<S>, Vector<S>] = [zero, zero];
  let alphaSum = K.zero;
  for (const { t, alpha, x, average } of rounds) {
    sum = K.axpy(alpha, x, sum);
    alphaSum = K.add(alphaSum, alpha);
    if (isOrdered(K)) size = K.axpy(alpha, absolute(K, x), size);
    const [mean, meanSize] = [K.scale(K.div(K.one, alphaSum), sum), K.scale(K.div(K.one, alphaSum), size)];
    // The weight of x_s in x̄_t is a product of t − s quotients, each off by 2 roundings, and of sums off by t: γ_{4t + 8}.
    const failure = vectorEquality(K, `x̄_${t} = x_{1:${t}}/α_{1:${t}}`, average, mean, 4 * t + 8, () => meanSize, () => ({
      'x̄_0': show(K, config.start),
      α: rounds.map((r) => K.format(r.alpha)),
      x: rounds.map((r) => show(K, r.x)),
    }));
    if (failure !== null) return failure;
  }
  const moved = rounds.some(({ x }) => Array.from(x).some((entry) => !K.equal(entry, K.zero)));
  // x̄_t is a quotient of polynomials; each round of Algorithm 4 with constant A adds at most 12 to their degrees.
  return passed({ trivial: !moved, labels: metaLabels(K, data, rounds), degree: 24 * rounds.length });
}

const statement = 'x̄_t = x_{1:t}/α_{1:t} = (1 − ρ_t)x̄_{t−1} + ρ_t x_t, ρ_t = α_t/α_{1:t}, t ≥ 1 (so x̄_0 has no weight)';

const variant: Variant = {
  statement,
  hypotheses: ['α_t > 0'],
  strength: 'identity',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: metaCase(rationalNumbers), simpler: simplerMetaCases, check: (subject, data) => check(rational, subject, data) }),
    arm({
      arithmetic: 'prime-field',
      generator: metaCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule }),
      share: 0.02,
      check: (subject, data) => check(primeField, subject, data),
    }),
    arm({ arithmetic: 'float64', generator: metaCase(doubles), simpler: simplerMetaCases, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: { 'T ≥ 20': 0.2, 'projection active': 0.1, 'hint: previous': 0.05 },
  committed: [],
};

export default {
  id: 'online-average',
  source: { section: '2', label: 'Eq. (2)' },
  order: 1,
  printed: variant,
  corrected: variant,
  proof: `
    1 − ρ_t = α_{1:t−1}/α_{1:t}, so the recursion says α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_t x_t. Summed up: α_{1:t}x̄_t = Σ_{s≤t} α_s x_s.
    ρ_1 = 1: x̄_1 = x_1, and x̄_0 drops out. It matters through φ(x̄_0, ·) only.`,
  saboteurs: [],
} satisfies Claim;
