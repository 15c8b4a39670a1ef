import fc from 'fast-check';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { ascent, checkElementwise, metaLossGradient, type ElementwiseMethod } from '../src/elementwise.js';
import { elementwiseCase, fewerSteps, prepareElementwise, type ElementwiseCase } from '../src/generator/elementwise-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { show } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

interface PrintedCase extends ElementwiseCase {
  /** The sign of the step of x, or where the bracket of the step of w closes. */
  readonly part: 'sign' | 'bracket';
}

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  return data.part === 'sign' ? ascent(K, subject, data) : bracket(K, subject, data);
}

/** AO-FTRL, greedy on w ≥ 0, from w_t: losses g⊙g', hints g⊙g and then g'⊙g', all times `sign`. */
function aoFtrlStep<S>(K: OrderedSpace<S>, subject: Subject, w: Vector<S>, beta: S, loss: Vector<S>, hints: readonly [Vector<S>, Vector<S>]): Vector<S> {
  const set = subject.feasibleSet(K, { kind: 'orthant', corner: Array.from(w, () => 0) });
  const plays = subject.aoFtrl(K, { set, alpha: [K.one, K.one], beta: subject.constantRate(beta, 2), index: 'equation-4', projection: 'greedy', first: w }, {
    losses: [loss, K.zeros(w.length)],
    hints,
  });
  return plays[1]!.play;
}

/** The printed step of w, with its x-step, against AO-FTRL's with the printed hint. */
function bracket<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  const run = prepareElementwise(K, subject, data);
  if (run === null) return rejected('f is constant');
  const { f, config: { start, first, metaRate } } = run;
  const g = f.gradient(start);
  const x = K.plus(start, K.hadamard(first, g));
  const next = f.gradient(x);
  const signal = K.scale(metaRate, K.hadamard(next, K.plus(next, g)));
  const claimed = K.vector(g.length, (i) => K.max(K.zero, K.sub(K.sub(first[i]!, signal[i]!), K.mul(g[i]!, g[i]!))));
  const derived = aoFtrlStep(K, subject, first, metaRate, K.hadamard(g, next), [K.hadamard(g, g), K.hadamard(next, next)]);
  return Array.from(derived).every((entry, i) => K.equal(entry, claimed[i]!)) ? passed({ trivial: false, labels: [] }) : failed({
    expected: 'AO-FTRL with hints ∇f(x_{t+1})⊙∇f(x_{t+1}) gives max{w_t − β∇f(x_{t+1})⊙(∇f(x_{t+1}) + ∇f(x_t)) − ∇f(x_t)⊙∇f(x_t), 0}',
    lhs: show(K, derived),
    rhs: show(K, claimed),
    evidence: {
      f: f.formula(),
      'x*': show(K, f.minimiser),
      x_t: show(K, start),
      w_t: show(K, first),
      β: K.format(metaRate),
      '∇f(x_t)': show(K, g),
      'x_{t+1}': show(K, x),
      '∇f(x_{t+1})': show(K, next),
    },
  });
}

const square = <S>(K: OrderedSpace<S>, g: Vector<S>): Vector<S> => K.vector(g.length, (i) => K.neg(K.mul(g[i]!, g[i]!)));

const method: ElementwiseMethod = {
  run: (K, subject, config) => subject.optimisticMetaSgd(K, config),
  raised: (K, { w, gradient, nextGradient }, beta) => [
    [K.one, w],
    [beta, K.hadamard(nextGradient, nextGradient)],
    [beta, K.hadamard(nextGradient, gradient)],
    [K.neg(beta), K.hadamard(gradient, gradient)],
  ],
  formula: 'max{w + β[∇f(x_{t+1})⊙(∇f(x_{t+1}) + ∇f(x_t)) − ∇f(x_t)⊙∇f(x_t)], 0}',
  hint: (K, gradient) => square(K, gradient),
  other: (K, subject, { config }, round) =>
    aoFtrlStep(K, subject, round.w, config.metaRate, metaLossGradient(K, round), [square(K, round.gradient), square(K, round.nextGradient)]),
  otherName: 'AO-FTRL, greedy on w ≥ 0, with hints −∇f(x_{t+1})⊙∇f(x_{t+1})',
};

const printedCases: fc.Arbitrary<PrintedCase> = fc.tuple(
  fc.constantFrom<PrintedCase['part'][]>('sign', 'bracket'),
  elementwiseCase(rationalNumbers, { steps: { min: 1, max: 1 }, dimension: 1, functions: 'quadratic' }),
)
  .map(([part, data]) => ({ ...data, part }));

/** f = x²/2 from x = 1 with w = 1: x' = 2; AO-FTRL goes to 1 − 5β, the printed step to max{−6β, 0}. */
const committedRun: { readonly [key: string]: Json } = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  start: ['1'],
  first: ['1'],
  metaRate: '1/10',
  steps: 1,
};

export default {
  id: 'optimistic-meta-sgd',
  source: { section: '7.2', label: 'Section 7.2, optimistic meta-learning' },
  order: 2,
  error: 'sign',
  printed: {
    statement:
      'With the gradient prediction ∇f(x_{t+1}) the meta-update is w_{t+1} = max{w_t − β∇f(x_{t+1})⊙(∇f(x_{t+1}) + ∇f(x_t)) − ∇f(x_t)⊙∇f(x_t), 0}, that of AO-FTRL with hints ∇f(x_{t+1})⊙∇f(x_{t+1}); the step x_{t+1} = x_t + w_t⊙∇f(x_t) does not raise f for 0 ≤ w_t ≤ 1/L',
    hypotheses: ['f convex and L-smooth'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    committed: [
      { arithmetic: 'rational', case: { ...committedRun, part: 'bracket' } },
      { arithmetic: 'rational', case: { ...committedRun, part: 'sign' } },
    ],
  },
  corrected: {
    statement:
      'For φ = −w⊙∇f, x_{t+1} = x_t − w_t⊙∇f(x_t), and hints g̃_{t+1} = −∇f(x_{t+1})⊙∇f(x_{t+1}): w_{t+1} = max{w_t + β[∇f(x_{t+1})⊙(∇f(x_{t+1}) + ∇f(x_t)) − ∇f(x_t)⊙∇f(x_t)], 0} is AO-FTRL with greedy projection, and Σ(h_t(w_t) − h_t(u)) ≤ ‖w_1 + βg̃_1 − u‖²/(2β) − ½β‖g̃_1‖² + ½βΣ‖∇h_t(w_t) − g̃_t‖² for all u ≥ 0, g̃_1 = −∇f(x_1)⊙∇f(x_1) being what the first step takes back',
    hypotheses: ['f convex and L-smooth', 'constant β, any w_1 ≥ 0'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: elementwiseCase(rationalNumbers, { steps: { min: 1, max: 3 } }),
        simpler: fewerSteps,
        check: (subject, data) => checkElementwise(rational, subject, data, method),
      }),
      arm({
        arithmetic: 'float64',
        generator: elementwiseCase(doubles, { steps: { min: 1, max: 14 } }),
        simpler: fewerSteps,
        check: (subject, data) => checkElementwise(float64, subject, data, method),
      }),
    ],
    coverage: { 'a rate at 0': 0.1, 'a rate grows': 0.2, 'T ≥ 10': 0.12, 'n ≥ 2': 0.3, quadratic: 0.15 },
    committed: [],
  },
  proof: `
    AO-FTRL with greedy projection at unit weights is w_{t+1} = Π(w_t − β(g̃_{t+1} + ℓ_t − g̃_t)), ℓ_t = ∇h_t(w_t) = −∇f(x_t)⊙∇f(x_{t+1}) [meta-sgd]. Put in the hints.
    A projection on w ≥ 0 has β⟨ℓ_t − g̃_t, w_{t+1} − u⟩ ≤ ⟨w_t − w_{t+1}, w_{t+1} − u⟩ − β⟨g̃_{t+1}, w_{t+1} − u⟩. Add β⟨ℓ_t − g̃_t, w_t − w_{t+1}⟩ ≤ ½β²‖ℓ_t − g̃_t‖² + ½‖w_t − w_{t+1}‖² and β⟨g̃_t, w_t − u⟩; with ⟨w_t − w_{t+1}, w_{t+1} − u⟩ = ½‖w_t − u‖² − ½‖w_{t+1} − u‖² − ½‖w_t − w_{t+1}‖² everything telescopes (g̃_{T+1} := 0): β Σ⟨ℓ_t, w_t − u⟩ ≤ ½‖w_1 − u‖² + β⟨g̃_1, w_1 − u⟩ + ½β²Σ‖ℓ_t − g̃_t‖², which is the bound, the square completed. h_t is convex, which gives its left side.
    As printed the last term is not multiplied by β, and x goes uphill.`,
  saboteurs: [],
} satisfies Claim;
