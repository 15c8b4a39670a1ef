import fc from 'fast-check';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, onTheLine, type MetaCase } from '../src/generator/meta-case.js';
import { vector, type NumberSource } from '../src/generator/number.js';
import { updateCase, type UpdateCase } from '../src/generator/update-case.js';
import { theorem } from '../src/world/theorem.js';
import { equationThree, updates, type FirstCase } from '../src/world/updates.js';

function printedCases(source: NumberSource): fc.Arbitrary<FirstCase> {
  const numbers = { ...source, horizon: 3, dimension: 1 };
  const run = metaCase(numbers, {
    horizon: { min: 2, max: 3 },
    functions: 'quadratic',
    rates: 'constant',
    hints: () => fc.constant({ kind: 'none' }),
    rules: constantJacobianRule,
  });
  return fc.record({ run: run.map((data): MetaCase => ({ ...data, index: 'algorithm-4' })), first: fc.oneof(fc.constant(['0']), vector(numbers, 1)) });
}

/** Without hints; constant rates and varying ones. */
function cases(numbers: NumberSource): fc.Arbitrary<UpdateCase> {
  const horizon = { rational: { min: 2, max: 4 }, 'prime-field': { min: 200, max: 200 }, float64: { min: 2, max: 30 } }[numbers.name];
  const rules = numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {};
  return fc.oneof(...(['constant', 'any'] as const).map((rates) => updateCase(numbers, { rates, hints: false, horizon, ...rules })));
}

const REFUTING: readonly FirstCase[] = [
  // w_2 was projected: W = [−1, 1], f = 8(x − 3/16)², φ = w: ∇h_1 = −3, w_2 = 1, ∇h_2 = 5/2, w_3 = ½ is interior, and 1 − 5/2 = −3/2.
  {
    run: {
      ...onTheLine({ minimiser: '3/16', alpha: ['1', '1', '1'], beta: ['1', '1', '1', '1'], index: 'algorithm-4', set: { kind: 'box', lower: ['-1'], upper: ['1'] } }),
      function: { body: { kind: 'spectral', spectrum: ['16'], reflectors: [] }, minimiser: ['3/16'] },
    },
    first: ['0'],
  },
  // w_1 is not the centre of the regulariser: W = R, f = (x − 1)²/2, w_1 = 1, ∇h_1 = 0, w_2 = 0.
  { run: onTheLine({ alpha: ['1', '1'], beta: ['1', '1', '1'], index: 'algorithm-4' }), first: ['1'] },
];

export default theorem({
  id: 'ftrl-interior-step',
  place: ['Section 2, below Eq. (3)', '2.21'],
  error: 'gap',
  printed: {
    world: equationThree(printedCases),
    given: ['β_t = β_{t−1}'],
    statement: ['w_{t+1} = w_t − α_tβ_t∇h_t(w_t), w_{t+1} ∈ int W, t < T'],
    arithmetics: ['rational'],
    refutedBy: REFUTING,
  },
  corrected: {
    world: updates(cases, { beside: 'interior' }),
    statement: ['w_{t+1} − c = (η_{t+1}/η_t)(w_t − c) − η_{t+1}α_tg_t, w_t ∈ int W, w_{t+1} ∈ int W, t < T'],
    arithmetics: ['rational', ['prime-field', 0.02], 'float64'],
    coverage: { 'Algorithm 4': 0.25, 'AO-FTRL': 0.25, 'β constant': 0.25, 'β varies': 0.25, 'W ≠ Rᵐ': 0.05, 'projected elsewhere': 0.03, '5 steps or more': 0.2 },
  },
  saboteurs: `
    beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent centre-forgotten memory-lost loss-unweighted loss-weight-squared loss-sign equation-3-taken-literally
    projection-greedy`,
  proof: `
    A projection that ends in the interior of W moved nothing. With both w_t and w_{t+1} there, w_t − c = −η_t S_{t−1} and w_{t+1} − c = −η_{t+1}(S_{t−1} + α_t g_t); the first one, solved for S_{t−1} and put into the second, is the statement. For β_t = β it says w_{t+1} = w_t − α_tβg_t.
    Both are needed: where w_t was projected, S_{t−1} cannot be read off it; and w_1 ≠ Π_W(c) is no −η_1 S_0 + c. As printed only w_{t+1} is in the interior, and w_1 ∈ W is any.`,
});
