import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import type { Space, Vector } from '../src/arithmetic/space.js';
import { isQuadraticMirror, metaLossDescent, pullbackSize, sizeOf, stepEvidence, wandered } from '../src/bootstrap.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { bootstrapCase, runBootstrap, simplerBootstrapCases, type BootstrapCase, type BootstrapRun } from '../src/generator/bootstrap-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { show, vectorEquality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/** w_{t+1} against w_t − β_tDφᵀ(difference), the difference being of ∇f at x_t and at z_t, in the order that the variant says. */
function formula<S>(K: Space<S>, run: BootstrapRun<S>, index: number, expected: string, difference: (atX: Vector<S>, atZ: Vector<S>) => Vector<S>): Failed | null {
  const { t, previous, x, w, next } = run.steps[index]!;
  const { gradient } = run.f;
  const { rule, beta } = run.config;
  const z = run.targets[index]!;
  const A = rule.jacobian(previous);
  const pulled = K.applyTranspose(A, difference(gradient(x), gradient(z)), w.length);
  const size = (): Vector<S> => {
    const slopes = K.plus(run.mirror.gradientMagnitude(x, sizeOf(K, x)), run.mirror.gradientMagnitude(z, sizeOf(K, z)));
    return K.plus(sizeOf(K, w, next), K.scale(beta[index]!, pullbackSize(K, A, slopes, w.length)));
  };
  return vectorEquality(
    K,
    expected.replaceAll('{t}', String(t)).replaceAll('{t+1}', String(t + 1)),
    next,
    K.axpy(K.neg(beta[index]!), pulled, w),
    run.roundings,
    size,
    stepEvidence(K, run, index),
  );
}

/** As printed, against the descent on d_t, whose gradient is a difference quotient: exact, since f is a quadratic. */
function printed<S>(K: Space<S>, subject: Subject, data: BootstrapCase): Outcome {
  const run = runBootstrap(K, subject, data);
  for (const index of run.steps.keys()) {
    const failure = formula(K, run, index, 'w_{t+1} = w_{t} − β_{t}Dφᵀ(∇f(z_{t}) − ∇f(x_{t}))', (atX, atZ) => K.minus(atZ, atX));
    if (failure !== null)
      return { ...failure, evidence: { ...failure.evidence, '∇d_t(w_t) by the difference quotient [d_t(w_t + e_j) − d_t(w_t − e_j)]/2': quotients(K, subject, data, run, index) } };
  }
  return passed({ trivial: false, labels: [] });
}

/** [d_t(w + e_j) − d_t(w − e_j)]/2 for each j. */
function quotients<S>(K: Space<S>, subject: Subject, data: BootstrapCase, run: BootstrapRun<S>, index: number): string {
  const { previous, x, w } = run.steps[index]!;
  const A = run.config.rule.jacobian(previous);
  const at = (j: number, sign: S): S => subject.bregman(K, data.mirror, run.f, K.axpy(sign, K.vector(A.length, (i) => A[i]![j]!), x), run.targets[index]!).value;
  return show(K, K.vector(w.length, (j) => K.div(K.sub(at(j, K.one), at(j, K.neg(K.one))), K.from(2))));
}

function corrected<S>(K: Space<S>, subject: Subject, data: BootstrapCase): Outcome {
  const run = runBootstrap(K, subject, data);
  if (wandered(K, run.steps, run.targets)) return rejected('the trajectory diverges');
  const quadratic = isQuadraticMirror(data.mirror, data.function);
  for (const index of run.steps.keys()) {
    const failure = formula(K, run, index, 'w_{t+1} = w_{t} − β_{t}Dφᵀ(∇f(x_{t}) − ∇f(z_{t}))', (atX, atZ) => K.minus(atX, atZ))
      ?? metaLossDescent(K, subject, data.mirror, quadratic, run, index);
    if (failure !== null) return failure;
  }
  return passed({
    trivial: !run.steps.some(({ w, next }) => Array.from(w).some((entry, j) => !K.equal(entry, next[j]!))),
    labels: [
      `f: ${data.function.body.kind}`,
      `φ: ${data.rule.kind}`,
      `z: ${data.target.kind}`,
      ...(run.steps.length >= 2 ? ['T ≥ 2'] : []),
      ...(run.steps.length >= 8 ? ['T ≥ 8'] : []),
      ...(quadratic ? [] : ['f no quadratic']),
    ],
    // As for Eq. (10) with ∇μ = ∇f: the degree of w grows by β, A and two Hessians, 8 a round, and d_t is of degree 2 in x_t and z_t.
    degree: 32 * run.steps.length,
  });
}

const plain = { function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] }, mirror: { kind: 'loss' } } as const;

export default {
  id: 'bmg-loss-target',
  source: { section: '6', label: 'Section 6, text: "let μ = f"' },
  order: 2,
  error: 'sign',
  printed: {
    statement: 'With μ = f the update of Eq. (10), w_{t+1} = w_t − β_t∇d_t(w_t), reads w_{t+1} = w_t − β_tDφ(x_{t−1}, w_t)ᵀ(∇f(z_t) − ∇f(x_t))',
    hypotheses: ['f convex and differentiable on Rⁿ', 'φ affine in w', 'β_t > 0'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      simpler: simplerBootstrapCases,
      check: (subject, data) => printed(rational, subject, data),
      generator: bootstrapCase(rationalNumbers, { mirror: 'loss', functions: 'quadratic', dimension: 1, horizon: { min: 1, max: 2 }, target: 'given' }),
    })],
    coverage: {},
    // f = x²/2, φ = w + 1, w_1 = 0: x_1 = 1, and the printed step moves it away from z_1 = 2. Then φ = w from 0 to z_1 = 1, with ∇f(x_1) = 0.
    committed: [
      {
        arithmetic: 'rational',
        case: { ...plain, rule: { kind: 'affine', matrix: [['1']], offset: ['1'] }, target: { kind: 'given', targets: [['2']] }, beta: ['1'], start: ['0'], first: ['0'] },
      },
      { arithmetic: 'rational', case: { ...plain, rule: { kind: 'identity' }, target: { kind: 'given', targets: [['1']] }, beta: ['1'], start: ['0'], first: ['0'] } },
    ],
  },
  corrected: {
    statement: 'With μ = f the update of Eq. (10), w_{t+1} = w_t − β_t∇d_t(w_t), reads w_{t+1} = w_t − β_tDφ(x_{t−1}, w_t)ᵀ(∇f(x_t) − ∇f(z_t))',
    hypotheses: ['f convex and differentiable on Rⁿ', 'φ affine in w', 'β_t > 0'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: bootstrapCase(rationalNumbers, { mirror: 'loss' }),
        simpler: simplerBootstrapCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'prime-field',
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
        generator: bootstrapCase(residues, { mirror: 'loss', horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' }),
      }),
      arm({
        arithmetic: 'float64',
        generator: bootstrapCase(doubles, { mirror: 'loss' }),
        simpler: simplerBootstrapCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'T ≥ 2': 0.5, 'T ≥ 8': 0.15, 'f no quadratic': 0.2, 'z: bootstrapped': 0.15, 'z: given': 0.15 },
    committed: [],
  },
  proof: `
    [bmg-update] with μ = f. The printed difference has the other sign: it climbs d_t, away from the target.`,
  saboteurs: [],
} satisfies Claim;
