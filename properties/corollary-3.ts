import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { Space, Vector } from '../src/arithmetic/space.js';
import { lossSize, playWithHints, prepareOptimistic, roundEvidence, updateSize, type OptimisticRun } from '../src/bootstrap.js';
import { arm, committedCase, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { RATE_OF } from '../src/convergence.js';
import { optimisticCase, simplerOptimisticCases, type OptimisticCase } from '../src/generator/bootstrap-case.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { vectorEquality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';

/** Algorithm 4 under the hints g̃_{t+1} that `hint` makes of round t and ∇f(z_t), with the targets that it met; null where it diverges. */
function play<S>(
  K: Space<S>,
  subject: Subject,
  run: OptimisticRun<S>,
  hint: (round: Round<S>, atTarget: Vector<S>) => Vector<S>,
): { rounds: Round<S>[]; targets: Vector<S>[] } | null {
  const targets: Vector<S>[] = [];
  const rounds = playWithHints(K, subject, run, (round) => {
    const z = run.target(round.t, round.average, round.w);
    targets.push(z);
    return K.scale(run.config.alpha[round.t]!, hint(round, run.f.gradient(z)));
  });
  return rounds === null ? null : { rounds, targets };
}

/** As printed: g̃_{t+1} = ∇f(z_t) in Rᵐ = Rⁿ, β_{t+1}/β_t and β_t whichever rate forms w_{t+1}, and ∇f(x̄_t) subtracted; g̃_1 = 0 and ξ_1 = 0. */
function printed<S>(K: Space<S>, subject: Subject, data: OptimisticCase): Outcome {
  const run = prepareOptimistic(K, subject, data);
  const zero = K.zeros(run.config.set.dimension);
  const { rounds, targets } = play(K, subject, { ...run, firstHint: zero }, (_, atTarget) => atTarget)!;
  const { alpha, beta } = run.config;
  for (const [i, { t, w, jacobian, gradient }] of rounds.slice(0, -1).entries()) {
    const pull = (A: Round<S>['jacobian'], v: Vector<S>): Vector<S> => K.applyTranspose(A, v, w.length);
    const bracket = K.minus(K.scale(alpha[i + 1]!, run.f.gradient(targets[i]!)), K.scale(alpha[i]!, gradient));
    const correction = i === 0 ? zero : K.scale(K.mul(beta[t]!, alpha[i]!), pull(rounds[i - 1]!.jacobian, run.f.gradient(targets[i - 1]!)));
    const formula = K.plus(K.axpy(K.neg(beta[t]!), pull(jacobian, bracket), K.scale(K.div(beta[t + 1]!, beta[t]!), w)), correction);
    const failure = vectorEquality(
      K,
      `w_${t + 1} = (β_${t + 1}/β_${t})w_${t} − β_${t}Dφᵀ(α_${t + 1}∇f(z_${t}) − α_${t}∇f(x̄_${t})) + ξ_${t}`,
      rounds[i + 1]!.w,
      formula,
      0,
      () => zero,
      roundEvidence(K, run, rounds.slice(0, i + 2), targets),
    );
    if (failure !== null) return { ...failure, evidence: { ...failure.evidence, η_t: RATE_OF[data.run.index] } };
  }
  return passed({ trivial: false, labels: [] });
}

/** w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}A_tᵀ(α_{t+1}∇f(z_t) + α_tG_t) + ξ_t, ξ_t = η_{t+1}α_tg̃_t, from one round of Algorithm 4 to the next. */
function corrected<S>(K: Space<S>, subject: Subject, data: OptimisticCase): Outcome {
  const run = prepareOptimistic(K, subject, data);
  const { alpha } = run.config;
  const played = play(K, subject, run, ({ jacobian, w }, atTarget) => K.applyTranspose(jacobian, atTarget, w.length));
  if (played === null) return rejected('the trajectory diverges');
  const { rounds, targets } = played;
  const told = roundEvidence(K, run, rounds, targets);
  for (const [i, now] of rounds.slice(0, -1).entries()) {
    const { t, w, jacobian } = now;
    const next = rounds[i + 1]!;
    const [eta, after] = [run.etas[i]!, run.etas[i + 1]!];
    const atTarget = run.f.gradient(targets[i]!);
    const signal = K.plus(K.scale(alpha[i + 1]!, atTarget), K.scale(alpha[i]!, run.f.gradient(now.average)));
    const before = rounds[i - 1];
    // ξ_t removes the hint of the round before: A_{t−1}ᵀ∇f(z_{t−1}), and g̃_1 at t = 1.
    const removed = before === undefined ? run.firstHint : K.applyTranspose(before.jacobian, run.f.gradient(targets[i - 1]!), w.length);
    const formula = K.axpy(K.mul(after, alpha[i]!), removed, K.axpy(K.neg(after), K.applyTranspose(jacobian, signal, w.length), K.scale(K.div(after, eta), w)));
    const sizes = (): Vector<S> => updateSize(K, now, next, [K.scale(alpha[i + 1]!, lossSize(K, run, targets[i]!)), K.scale(alpha[i]!, lossSize(K, run, now.average))]);
    const failure = vectorEquality(
      K,
      `w_${t + 1} = (η_${t + 1}/η_${t})w_${t} − η_${t + 1}A_${t}ᵀ(α_${t + 1}∇f(z_${t}) + α_${t}G_${t}) + ξ_${t}`,
      next.w,
      formula,
      run.roundings,
      sizes,
      told,
    );
    if (failure !== null) return failure;
  }
  return passed({
    trivial: rounds.length < 2 || rounds.every(({ gradient }) => Array.from(gradient).every((entry) => K.equal(entry, K.zero))),
    labels: [
      `φ: ${data.run.rule.kind}`,
      `β index: ${data.run.index}`,
      `z: ${data.target.kind}`,
      ...(rounds.length >= 3 ? ['T ≥ 3'] : []),
      ...(rounds.length >= 20 ? ['T ≥ 20'] : []),
      ...(data.run.beta.some((b) => b !== data.run.beta[0]) ? ['β varies'] : []),
      ...(Array.from(run.firstHint).every((entry) => K.equal(entry, K.zero)) ? [] : ['w_1 ≠ 0']),
    ],
    // w_{t+1} is η_{t+1} times a sum over A, α, a Hessian (3 in its data) and x̄_t or z_t: x̄_t = A w + b averaged. Numerators grow by at most 9 a round, and
    // by 3 more where a target takes a gradient step; clearing α_{1:t}, α_{t+1} and η_t on both sides at most doubles that.
    degree: 32 * rounds.length,
  });
}

const spectral = (minimiser: string): OptimisticCase['run']['function'] => ({ body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: [minimiser] });

/** α = 1, w_1 = 0, β as in Algorithm 4. */
function committed(f: string, rule: OptimisticCase['run']['rule'], beta: readonly string[], start: string, targets: readonly string[]): OptimisticCase {
  return {
    run: {
      function: spectral(f),
      rule,
      set: { kind: 'all', dimension: 1 },
      hint: { kind: 'none' },
      alpha: beta.slice(1).map(() => '1'),
      beta,
      index: 'algorithm-4',
      projection: 'lazy',
      start: [start],
    },
    mirror: { kind: 'loss' },
    target: { kind: 'given', targets: targets.map((z) => [z]) },
    first: ['0'],
  };
}

const shift: OptimisticCase['run']['rule'] = { kind: 'affine', matrix: [['1']], offset: ['1'] };

export default {
  id: 'corollary-3',
  source: { section: '6', label: 'Corollary 3' },
  order: 3,
  printed: {
    statement:
      'With g̃_{t+1} = ∇f(z_t) Algorithm 4 reduces to w_{t+1} = (β_{t+1}/β_t)w_t − β_tDφ(x̄_{t−1}, w_t)ᵀ(α_{t+1}∇f(z_t) − α_t∇f(x̄_t)) + ξ_t, ξ_t = β_tα_tDφ(x̄_{t−2}, w_{t−1})ᵀ∇f(z_{t−1})',
    hypotheses: ['φ affine in w', 'α_t > 0, β_t > 0', 'no update is projected', 'g̃_1 = 0 and ξ_1 = 0'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      simpler: simplerOptimisticCases,
      check: (subject, data) => printed(rational, subject, data),
      generator: optimisticCase({ ...rationalNumbers, dimension: 1 }, {
        horizon: { min: 2, max: 3 },
        functions: 'quadratic',
        rules: constantJacobianRule,
        rates: 'constant',
        mirror: 'loss',
        target: 'given',
      }),
    })],
    coverage: {},
    // Three ways, one at a time, in f = (x − x*)²/2. The sign of α_t∇f(x̄_t): φ = w + 1, z_1 = 2. The hint ∇f(z_t) where Dφᵀ∇f(z_t) is meant: φ = 2w from
    // x̄_1 = x*, z_1 = 1. The index of β: φ = w + 2x from x̄_0 = ½, w_2 = −1, so that x̄_1 = x̄_2 = x* and only hints act.
    committed: [
      committedCase('rational', committed('0', shift, ['1', '1', '1'], '0', ['2', '0'])),
      committedCase('rational', committed('0', { kind: 'affine', matrix: [['2']], offset: ['0'] }, ['1', '1', '1'], '0', ['1', '0'])),
      committedCase(
        'rational',
        committed('1', { kind: 'state-affine', matrix: [['1']], gain: [['0']], direction: ['0'], offset: ['0'], state: [['2']] }, ['1', '1', '2', '2'], '1/2', ['2', '2', '1']),
      ),
    ],
  },
  corrected: {
    statement:
      'With g̃_{t+1} = A_tᵀ∇f(z_t) Algorithm 4 reduces to w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}A_tᵀ(α_{t+1}∇f(z_t) + α_t∇f(x̄_t)) + ξ_t, ξ_t = η_{t+1}α_tA_{t−1}ᵀ∇f(z_{t−1}), ξ_1 = η_2α_1g̃_1; A_t = Dφ(x̄_{t−1}, ·), η_t = β_{t−1} (Algorithm 4) or β_t (Eq. 4)',
    hypotheses: ['φ affine in w', 'α_t > 0, β_t > 0', 'no update is projected', 'w_1 = −η_1α_1g̃_1, with any g̃_1'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        simpler: simplerOptimisticCases,
        check: (subject, data) => corrected(rational, subject, data),
        generator: optimisticCase(rationalNumbers, { horizon: { min: 2, max: 4 }, rates: 'any', mirror: 'loss' }),
      }),
      arm({
        arithmetic: 'prime-field',
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
        generator: optimisticCase(residues, { horizon: { min: 200, max: 200 }, rules: constantJacobianRule, rates: 'any', mirror: 'loss' }),
      }),
      arm({
        arithmetic: 'float64',
        simpler: simplerOptimisticCases,
        check: (subject, data) => corrected(float64, subject, data),
        generator: optimisticCase(doubles, { horizon: { min: 2, max: 30 }, rates: 'any', mirror: 'loss' }),
      }),
    ],
    coverage: { 'T ≥ 3': 0.6, 'T ≥ 20': 0.1, 'β varies': 0.3, 'w_1 ≠ 0': 0.5, 'β index: algorithm-4': 0.3, 'β index: equation-4': 0.3, 'φ: state-affine': 0.05 },
    committed: [],
  },
  proof: `
    w_t = −η_t(S_{t−1} + α_t g̃_t) and w_{t+1} = −η_{t+1}(S_{t−1} + α_t g_t + α_{t+1}g̃_{t+1}). The first, solved for S_{t−1}, and put into the second: w_{t+1} = (η_{t+1}/η_t)w_t − η_{t+1}(α_{t+1}g̃_{t+1} + α_t g_t − α_t g̃_t). With g̃_{t+1} = A_tᵀ∇f(z_t) and g_t = A_tᵀ∇f(x̄_t) this is the statement.
    As printed α_t∇f(x̄_t) has the wrong sign, the hint is in Rⁿ where w is in Rᵐ, and the rates are β_{t+1}/β_t and β_t, which belong to no index of β.`,
  saboteurs: [],
} satisfies Claim;
