import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isReal, type Space } from '../src/arithmetic/space.js';
import { isQuadraticMirror, metaLossDescent, sizeOf, stepEvidence, wandered } from '../src/bootstrap.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome, type Variant } from '../src/claim.js';
import { bootstrapCase, runBootstrap, simplerBootstrapCases, type BootstrapCase, type BootstrapRun } from '../src/generator/bootstrap-case.js';
import { doubles, rationalNumbers, residues } from '../src/generator/number.js';
import { equality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/** μ(x) − μ(z) − ⟨∇μ(z), x − z⟩ against the closed form, at x_t and z_t: the definition of the divergence itself. */
function definition<S>(K: Space<S>, subject: Subject, data: BootstrapCase, run: BootstrapRun<S>, index: number): Failed | null {
  const [x, z] = [run.steps[index]!.x, run.targets[index]!];
  if (run.mirror.value === null) return null;
  const closed = subject.bregman(K, data.mirror, run.f, x, z);
  // With μ = f values are taken relative to the minimiser: its size counts as part of x's.
  const magnitude = (): S => closed.magnitude(sizeOf(K, x, run.f.minimiser, z));
  const lhs = new TallyBuilder(K, run.roundings).add('', run.mirror.divergence(x, z), magnitude);
  const rhs = new TallyBuilder(K, run.roundings).add('', closed.value, magnitude);
  return equality(K, 'μ(x_t) − μ(z_t) − ⟨∇μ(z_t), x_t − z_t⟩ = B_{z_t}^μ(x_t) in closed form', { lhs, rhs }, stepEvidence(K, run, index));
}

function check<S>(K: Space<S>, subject: Subject, data: BootstrapCase): Outcome {
  const run = runBootstrap(K, subject, data);
  if (wandered(K, run.steps, run.targets)) return rejected('the trajectory diverges');
  const quadratic = isQuadraticMirror(data.mirror, data.function);
  for (const index of run.steps.keys()) {
    const failure = definition(K, subject, data, run, index) ?? metaLossDescent(K, subject, data.mirror, quadratic, run, index);
    if (failure !== null) return failure;
  }
  const moved = run.steps.some(({ w, next }) => Array.from(w).some((entry, j) => !K.equal(entry, next[j]!)));
  return passed({
    trivial: !moved,
    labels: [
      `μ: ${data.mirror.kind}`,
      `φ: ${data.rule.kind}`,
      `z: ${data.target.kind}`,
      ...(run.steps.length >= 2 ? ['T ≥ 2'] : []),
      ...(run.steps.length >= 8 ? ['T ≥ 8'] : []),
      ...(isReal(K) || !quadratic ? [] : ['∇d_t as a difference quotient']),
    ],
    // A round adds to the degree of w the degrees of β, A and, at most, of one M and one Hessian (3 each, as a target may take a gradient step): 8. d_t is of
    // degree 2 in x_t and z_t, which lie 8 above w: 2(8T + 8) + 4, below 32 T.
    degree: 32 * run.steps.length,
  });
}

const variant: Variant = {
  statement:
    'x_t = x_{t−1} + φ(x_{t−1}, w_t), w_{t+1} = w_t − β_t∇d_t(w_t) = w_t − β_tDφ(x_{t−1}, w_t)ᵀ(∇μ(x_t) − ∇μ(z_t)), d_t(w) = B_{z_t}^μ(x_{t−1} + φ(x_{t−1}, w)), z_t held fixed',
  hypotheses: ['μ convex and differentiable on Rⁿ', 'φ affine in w', 'β_t > 0'],
  strength: 'identity',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: bootstrapCase(rationalNumbers), simpler: simplerBootstrapCases, check: (subject, data) => check(rational, subject, data) }),
    arm({
      arithmetic: 'prime-field',
      share: 0.02,
      check: (subject, data) => check(primeField, subject, data),
      generator: bootstrapCase(residues, { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' }),
    }),
    arm({ arithmetic: 'float64', generator: bootstrapCase(doubles), simpler: simplerBootstrapCases, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: { 'T ≥ 2': 0.5, 'T ≥ 8': 0.15, 'μ: quadratic': 0.05, 'μ: loss': 0.05, 'μ: exponential': 0.03, 'μ: asymmetric': 0.05, '∇d_t as a difference quotient': 0.05 },
  committed: [],
};

export default {
  id: 'bmg-update',
  source: { section: '6', label: 'Eq. (10)' },
  order: 1,
  printed: variant,
  corrected: variant,
  proof: `
    With z_t fixed, the gradient of B_{z_t}^μ(x) = μ(x) − μ(z_t) − ⟨∇μ(z_t), x − z_t⟩ in x is ∇μ(x) − ∇μ(z_t). x_{t−1} + φ(x_{t−1}, w) has the Jacobian Dφ(x_{t−1}, w) in w: the chain rule gives ∇d_t(w_t).`,
  saboteurs: [],
} satisfies Claim;
