import fc from 'fast-check';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { sizeOf, stepEvidence, wandered } from '../src/bootstrap.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome, type Variant } from '../src/claim.js';
import { bootstrapCase, runBootstrap, simplerBootstrapCases, type BootstrapCase, type BootstrapOptions, type BootstrapRun } from '../src/generator/bootstrap-case.js';
import { doubles, rationalNumbers, residues, type NumberSource } from '../src/generator/number.js';
import { vectorEquality } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';

/** A run whose targets unroll the learner by 1 to 3 steps; the displayed formula is that of one. */
interface UnrollingCase {
  readonly run: BootstrapCase;
  readonly unroll: number;
}

/** ½‖·‖²: with it the step of BMG along the plain meta-gradient needs no scale to be compared with it. */
function unrollingCase(numbers: NumberSource, options: BootstrapOptions = {}): fc.Arbitrary<UnrollingCase> {
  return fc.record({ run: bootstrapCase(numbers, { ...options, mirror: 'euclidean', target: 'bootstrapped' }), unroll: fc.integer({ min: 1, max: 3 }) });
}

/** x + φ(x, w), entry by entry from A and b, with the size of what was summed up. */
function advance<S>(K: Space<S>, run: BootstrapRun<S>, x: Vector<S>, w: Vector<S>, size: Vector<S> | null): { x: Vector<S>; size: Vector<S> | null } {
  const [A, b] = [run.config.rule.jacobian(x), run.config.rule.offset(x)];
  const next = K.vector(x.length, (i) => {
    let sum = K.add(x[i]!, b[i]!);
    for (let j = 0; j < w.length; j++) sum = K.add(sum, K.mul(A[i]![j]!, w[j]!));
    return sum;
  });
  if (size === null) return { x: next, size };
  return { x: next, size: K.plus(K.plus(size, sizeOf(K, b)), K.apply(A.map((row) => sizeOf(K, row)), sizeOf(K, w))) };
}

/** The target that unrolls `unroll` steps, computed here, and again by Algorithm 3 with β = 0, which leaves w alone. */
function unrolled<S>(K: Space<S>, subject: Subject, run: BootstrapRun<S>, index: number, unroll: number): Failed | null {
  const { t, x, w } = run.steps[index]!;
  const { rule } = run.config;
  const { gradient } = run.f;
  const told = stepEvidence(K, run, index);
  const target = subject.bootstrappedTarget(K, rule, gradient, x, w, unroll);
  // In float64 two orders of summation differ, and the next Jacobian may magnify that: each step starts where Algorithm 3 is.
  const frozen = subject.bootstrappedMetaGradient(K, { ...run.config, beta: Array.from({ length: unroll }, () => K.zero), start: x, first: w, target: ({ x: at }) => at });
  for (const [s, step] of frozen.entries()) {
    const ahead = advance(K, run, step.previous, step.w, K.exact ? null : sizeOf(K, step.previous));
    const failure = vectorEquality(K, `x_${t} unrolled by ${s + 1} steps with w_${t} = Algorithm 3 with β = 0`, step.x, ahead.x, run.roundings, () => ahead.size!, told)
      ?? vectorEquality(K, `w_${t} while unrolling`, step.next, w, 0, () => sizeOf(K, w), told);
    if (failure !== null) return failure;
  }
  // Each unrolled point is, entry by entry, what Algorithm 3 made of it: what is left to round is ∇f there, and one subtraction.
  const stepped = (at: Vector<S>): Vector<S> => K.minus(at, gradient(at));
  const size = (at: Vector<S>): Vector<S> => K.plus(sizeOf(K, at), 'gradientMagnitude' in run.f ? run.f.gradientMagnitude(at) : sizeOf(K, gradient(at)));
  const [one, last] = [frozen[0]!.x, frozen.at(-1)!.x];
  return vectorEquality(K, `z_${t} = x' − ∇f(x'), x' = x_${t} unrolled by ${unroll} steps with w_${t}`, target, stepped(last), run.roundings, () => size(last), told)
    ?? vectorEquality(
      K,
      `z_${t} = x_${t} + φ(x_${t}, w_${t}) − ∇f(x_${t} + φ(x_${t}, w_${t})) is the target of one step`,
      run.targets[index]!,
      stepped(one),
      run.roundings,
      () => size(one),
      told,
    );
}

/** Whether BMG's step goes further along −∇h, ∇h = Dφᵀ∇f(x_t), than the step −β∇h of the plain meta-gradient: ⟨w_{t+1} − w_t, −∇h⟩ > β‖∇h‖². */
function momentum<S>(K: Space<S>, run: BootstrapRun<S>, index: number): 'further' | 'not further' | 'backwards' | null {
  if (!isOrdered(K)) return null;
  const { previous, x, w, next } = run.steps[index]!;
  const plain = K.applyTranspose(run.config.rule.jacobian(previous), run.f.gradient(x), w.length);
  const [along, own] = [K.dot(K.minus(w, next), plain), K.mul(run.config.beta[index]!, K.dot(plain, plain))];
  if (K.compare(own, K.zero) <= 0) return null;
  if (K.compare(along, own) > 0) return 'further';
  return K.compare(along, K.zero) < 0 ? 'backwards' : 'not further';
}

function check<S>(K: Space<S>, subject: Subject, { run: data, unroll }: UnrollingCase): Outcome {
  const run = runBootstrap(K, subject, data);
  if (wandered(K, run.steps, run.targets)) return rejected('the trajectory diverges');
  for (const index of run.steps.keys()) {
    const failure = unrolled(K, subject, run, index, unroll);
    if (failure !== null) return failure;
  }
  const last = run.steps.length - 1;
  const built = momentum(K, run, last);
  return passed({
    trivial: run.steps.every(({ x }, index) => Array.from(x).every((entry, i) => K.equal(entry, run.targets[index]![i]!))),
    labels: [
      `φ: ${data.rule.kind}`,
      `unrolled: ${unroll}`,
      ...(run.steps.length >= 2 ? ['T ≥ 2'] : []),
      ...(built === null ? [] : [`along −∇h, against the plain meta-gradient: ${built}`]),
    ],
    // A round adds the degrees of β, A and one Hessian, and of A again for the step ahead: at most 8 to that of w; z lies 8 above.
    degree: 8 * run.steps.length + 16,
  });
}

function simpler({ run, unroll }: UnrollingCase): UnrollingCase[] {
  return [...(unroll > 1 ? [{ run, unroll: 1 }] : []), ...simplerBootstrapCases(run).map((shorter) => ({ run: shorter, unroll }))];
}

const variant: Variant = {
  statement:
    'z_t = x_t + φ(x_t, w_t) − ∇f(x_t + φ(x_t, w_t)): x_t unrolled by one more step of the learner with w_t, then a gradient step; more steps alike. (A definition; whether it "builds up momentum" is counted, not asserted.)',
  hypotheses: ['f differentiable', 'φ affine in w'],
  strength: 'identity',
  expected: 'holds',
  arms: [
    arm({ arithmetic: 'rational', generator: unrollingCase(rationalNumbers), simpler, check: (subject, data) => check(rational, subject, data) }),
    arm({
      arithmetic: 'prime-field',
      share: 0.02,
      check: (subject, data) => check(primeField, subject, data),
      generator: unrollingCase(residues, { horizon: { min: 200, max: 200 }, rules: 'constant-jacobian' }),
    }),
    arm({ arithmetic: 'float64', generator: unrollingCase(doubles), simpler, check: (subject, data) => check(float64, subject, data) }),
  ],
  coverage: {
    'T ≥ 2': 0.4,
    'unrolled: 1': 0.2,
    'unrolled: 3': 0.2,
    'along −∇h, against the plain meta-gradient: further': 0.1,
    'along −∇h, against the plain meta-gradient: backwards': 0.1,
  },
  committed: [],
};

export default {
  id: 'bootstrapped-target',
  source: { section: '6', label: 'Section 6, text: the bootstrapped target' },
  order: 0,
  printed: variant,
  corrected: variant,
  proof: `
    A definition. Unrolled means x′ = x_t + φ(x_t, w_t), again and again with the same w_t, and z_t = x′ − ∇f(x′); for one step that is the displayed formula. Algorithm 3 with β = 0 leaves w alone and takes the same steps, which is the second way by which it is computed.
    How often the step that it makes goes further along −∇h than the plain meta-gradient’s, and how often backwards, is counted: both happen.`,
  saboteurs: [],
} satisfies Claim;
