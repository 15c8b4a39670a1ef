import { squaredNorm } from '../oracles/ledger.js';
import { TallyBuilder } from '../oracles/tally.js';
import { addPredictionTerms, addSmoothnessTerms, weightedGap } from '../oracles/convergence.js';
import { ledgerRoundings } from '../oracles/rounding.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { runEvidence, settle, substantial, theoremTwo, theoremTwoSlack } from '../src/convergence.js';
import { metaCase, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { withWorst } from '../src/generator/worst-function.js';
import { inequality, ratioOf } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/** As printed: any β_t > 0, ‖w*‖²/β_T, either index, and w_1 an input of Algorithm 4 (here Π_W(0)) that knows no hint. */
function printed<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const { f, config } = run;
  const rounds = subject.optimisticMetaLearning(K, { ...config, first: config.set.project(K.zeros(config.set.dimension)) }, run.hint);
  const found = subject.smallestComparator(K, config.set, subject.definitionOne(K, rounds, f.minimiser));
  if (found === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const roundings = ledgerRoundings(run.size);
  const beta = config.beta.at(-1)!;
  const rhs = new TallyBuilder(K, roundings);
  const norm = K.div(squaredNorm(K, found.w), beta);
  rhs.add('‖w*‖²/β_T', norm, () => norm);
  addPredictionTerms(K, rounds.map((r) => ({ ...r, eta: config.beta[r.t]! })), rhs);
  addSmoothnessTerms(K, f, rounds, rhs);
  return inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/β_T + Σ[½α_t²β_t‖g_t − g̃_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]', {
    lhs: weightedGap(K, f, rounds, roundings),
    rhs,
  }, () => ({ ...runEvidence(K, run, rounds, found.w)(), β: config.beta.map((b) => K.format(b)) }))
    ?? passed({ trivial: false, labels: [] });
}

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: MetaCase): Outcome {
  const run = prepare(K, subject, data);
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const settled = settle(K, subject, data, run, rounds);
  if ('kind' in settled) return settled;
  const bound = theoremTwo(K, run, settled);
  const { lhs, rhs } = bound;
  const failure = inequality(K, 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + Σ[½α_t²η_t‖g_t − g̃_t‖² − …]', { lhs, rhs }, settled.evidence);
  if (failure !== null) return failure;
  const ratio = ratioOf(K, lhs, rhs);
  return passed({
    trivial: !substantial(K, lhs, rhs),
    labels: [...metaLabels(K, data, rounds), ...(K.equal(squaredNorm(K, settled.comparator), K.zero) ? [] : ['w* ≠ 0'])],
    ...(ratio === undefined ? {} : { ratio, slack: theoremTwoSlack(K, run, settled, bound) }),
  });
}

export default {
  id: 'theorem-2',
  source: { section: '5', label: 'Theorem 2' },
  order: 1,
  printed: {
    statement: 'f(x̄_T) − f(x*) ≤ (1/α_{1:T})(‖w*‖²/β_T + Σ[½α_t²β_t‖A_tᵀG_t − g̃_t‖² − α_t/(2L)‖G_t − ∇f(x*)‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²])',
    hypotheses: ['φ preserves regret (Definition 1)', 'Algorithm 4 with any β_t > 0 and any w_1'],
    strength: 'inequality',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: metaCase({ ...rationalNumbers, horizon: 3, dimension: 1 }, { rates: 'any', sets: 'whole' }),
        simpler: simplerMetaCases,
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    // w_1 that ignores the first hint: f = (x − 1)²/2, φ = w, w_1 = 0, g̃_1 = g_1 = −1, β = 2: gap ½ > 0.
    committed: [{
      arithmetic: 'rational',
      case: {
        function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
        rule: { kind: 'identity' },
        set: { kind: 'all', dimension: 1 },
        hint: { kind: 'given', hints: [['-1']] },
        alpha: ['1'],
        beta: ['2', '2'],
        index: 'equation-4',
        projection: 'lazy',
        start: ['0'],
      },
    }],
  },
  corrected: {
    statement: 'α_{1:T}(f(x̄_T) − f(x*)) ≤ ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + Σ[½α_t²η_t‖A_tᵀG_t − g̃_t‖² − α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]',
    hypotheses: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'φ affine in w and preserves regret (Definition 1)',
      'η_t non-increasing, η_t = β_t (Eq. 4) or β_{t−1} (Algorithm 4)',
      'w_1 = Π_W(−η_1α_1g̃_1)',
    ],
    strength: 'inequality',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: withWorst(rationalNumbers, metaCase(rationalNumbers)),
        simpler: simplerMetaCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'float64', generator: withWorst(doubles, metaCase(doubles)), simpler: simplerMetaCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.1, 'w* ≠ 0': 0.3, 'β varies': 0.15, 'hint: current-jacobian': 0.05 },
    committed: [],
  },
  proof: `
    As [theorem-1], with hints: α_{1:T}(f(x̄_T) − f(x*)) ≤ R^x(T) − Σ[α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²] by [online-to-batch], R^x(T) ≤ R^w(T) by [lemma-1], and R^w(T) ≤ ‖w*‖²/(2η_T) − min_W‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t − g̃_t‖² by [regret-bound], whose hypotheses are those on η_t and w_1.
    As printed w_1 is an input, which knows nothing of g̃_1, and β_t may grow, and stands at t where Algorithm 4 forms w_t with β_{t−1}.`,
  saboteurs: [],
} satisfies Claim;
