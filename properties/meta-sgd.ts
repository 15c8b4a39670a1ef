import fc from 'fast-check';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, failed, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { ascent, checkElementwise, type ElementwiseMethod } from '../src/elementwise.js';
import { elementwiseCase, fewerSteps, prepareElementwise, type ElementwiseCase } from '../src/generator/elementwise-case.js';
import { doubles, rationalNumbers } from '../src/generator/number.js';
import { show } from '../src/outcome.js';
import type { Subject } from '../src/subject.js';
import type { Json } from '../src/verdict.js';

interface PrintedCase extends ElementwiseCase {
  /** The step of x as printed; or, with the step that descends, the step of w as printed. */
  readonly part: 'x' | 'w';
}

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  return data.part === 'x' ? ascent(K, subject, data) : printedGradient(K, subject, data);
}

/** ∇h(w) = ∇f(x)⊙∇f(x') for h(w) = f(x − w⊙∇f(x)), f quadratic, n = 1: against the central difference, which is exact. */
function printedGradient<S>(K: OrderedSpace<S>, subject: Subject, data: PrintedCase): Outcome {
  const run = prepareElementwise(K, subject, data);
  if (run === null) return rejected('f is constant');
  const { f, config: { start, first } } = run;
  const gradient = f.gradient(start);
  const at = (w: ArrayLike<S>): ArrayLike<S> => K.minus(start, K.hadamard(w, gradient));
  const one = K.vector(1, () => K.one);
  const quotient = K.div(K.sub(f.value(at(K.plus(first, one))), f.value(at(K.minus(first, one)))), K.from(2));
  const claimed = K.mul(gradient[0]!, f.gradient(at(first))[0]!);
  return K.equal(quotient, claimed) ? passed({ trivial: false, labels: [] }) : failed({
    expected: 'h′(w) = ∇f(x)·∇f(x′), h(w) = f(x − w∇f(x)), where w_{t+1} = max{w_t − β∇f(x_t)⊙∇f(x_{t+1}), 0} is a step along −h′',
    lhs: `(h(w + 1) − h(w − 1))/2 = ${K.format(quotient)}`,
    rhs: K.format(claimed),
    evidence: {
      f: f.formula(),
      'x*': show(K, f.minimiser),
      x: show(K, start),
      w: show(K, first),
      '∇f(x)': show(K, gradient),
      "x'": show(K, at(first)),
      "∇f(x')": show(K, f.gradient(at(first))),
    },
  });
}

const method: ElementwiseMethod = {
  run: (K, subject, config) => subject.metaSgd(K, config),
  raised: (K, { w, gradient, nextGradient }, beta) => [[K.one, w], [beta, K.hadamard(gradient, nextGradient)]],
  formula: 'max{w + β∇f(x_t)⊙∇f(x_{t+1}), 0}',
  hint: (K, gradient) => K.zeros(gradient.length),
  // φ = w⊙∇f is given −∇f; the loss keeps its gradient.
  other(K, subject, { f, config }, { previous, w }) {
    const rule = subject.updateRule(K, { kind: 'elementwise-gradient' }, f.dimension, (x) => K.scale(K.neg(K.one), f.gradient(x)));
    const set = subject.feasibleSet(K, { kind: 'orthant', corner: Array.from(w, () => 0) });
    return subject.metaGradient(K, { gradient: f.gradient, rule, set, beta: [config.metaRate], rho: [K.one], start: previous, first: w })[0]!.next;
  },
  otherName: 'Algorithm 1 with φ = −w⊙∇f(x), ρ_t = 1, projected on w ≥ 0',
};

const printedCases: fc.Arbitrary<PrintedCase> = fc.tuple(
  fc.constantFrom<PrintedCase['part'][]>('x', 'w'),
  elementwiseCase(rationalNumbers, { steps: { min: 1, max: 1 }, dimension: 1, functions: 'quadratic' }),
)
  .map(([part, data]) => ({ ...data, part }));

/** f = x²/2 from x = 1 with w = ½. */
const committedRun: { readonly [key: string]: Json } = {
  function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['0'] },
  start: ['1'],
  first: ['1/2'],
  metaRate: '1',
  steps: 1,
};

export default {
  id: 'meta-sgd',
  source: { section: '7.2', label: 'Section 7.2, standard meta-learning' },
  order: 1,
  error: 'sign',
  printed: {
    statement:
      'x_{t+1} = x_t + w_t⊙∇f(x_t) with w_{t+1} = max{w_t − β∇f(x_t)⊙∇f(x_{t+1}), 0} learns learning rates w ≥ 0: the step of x does not raise f for w ≤ 1/L; and where the step of x descends, x_{t+1} = x_t − w_t⊙∇f(x_t), that of w is along −∇h_t(w_t), ∇h_t(w_t) = ∇f(x_t)⊙∇f(x_{t+1})',
    hypotheses: ['f convex and L-smooth'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({ arithmetic: 'rational', generator: printedCases, check: (subject, data) => printed(rational, subject, data) })],
    coverage: {},
    committed: [
      { arithmetic: 'rational', case: { ...committedRun, part: 'x' } },
      { arithmetic: 'rational', case: { ...committedRun, part: 'w' } },
    ],
  },
  corrected: {
    statement:
      'For φ = −w⊙∇f, x_{t+1} = x_t − w_t⊙∇f(x_t): ∇h_t(w_t) = −∇f(x_t)⊙∇f(x_{t+1}), Algorithm 1 on w ≥ 0 is w_{t+1} = max{w_t + β∇f(x_t)⊙∇f(x_{t+1}), 0}, and Σ(h_t(w_t) − h_t(u)) ≤ Σ⟨∇h_t(w_t), w_t − u⟩ ≤ ‖w_1 − u‖²/(2β) + ½βΣ‖∇h_t(w_t)‖² for all u ≥ 0',
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
    coverage: { 'a rate at 0': 0.04, 'a rate grows': 0.3, 'T ≥ 10': 0.12, 'n ≥ 2': 0.3, quadratic: 0.15 },
    committed: [],
  },
  proof: `
    h_t(w) = f(x_t − w⊙∇f(x_t)), so ∇h_t(w_t) = −∇f(x_t)⊙∇f(x_{t+1}) by the chain rule. Algorithm 1, projected on w ≥ 0, is then the stated step.
    h_t is convex, since φ is affine: h_t(w_t) − h_t(u) ≤ ⟨∇h_t(w_t), w_t − u⟩. Projections on w ≥ 0 do not increase the distance to u ≥ 0: ‖w_{t+1} − u‖² ≤ ‖w_t − u‖² − 2β⟨∇h_t(w_t), w_t − u⟩ + β²‖∇h_t(w_t)‖². Summed up this is the bound.
    As printed x goes uphill. Where the sign of that step is put right, w must change its sign, too.`,
  saboteurs: [],
} satisfies Claim;
