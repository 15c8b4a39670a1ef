import fc from 'fast-check';
import { isInterior } from '../oracles/variational.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { metaCase, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, residues, vector, type NumberSource } from '../src/generator/number.js';
import { bounded, prepareUpdate, simplerUpdateCases, updateCase, type UpdateCase } from '../src/generator/update-case.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { show, vectorEquality } from '../src/outcome.js';
import { absolute } from '../src/problem/convex-function.js';
import type { Num } from '../src/problem/shape.js';
import type { Subject } from '../src/subject.js';
import type { Play } from '../src/trajectory.js';

/** A run of Eq. (3), with the w_1 that the paper leaves free. */
interface PrintedCase {
  readonly run: MetaCase;
  readonly first: readonly Num[];
}

/** Eq. (3) with its losses ∇h_s(w_s), and the step that it is said to make where w_{t+1} is in the interior of W. */
function printed(subject: Subject, { run: data, first }: PrintedCase): Outcome {
  const K = rational;
  const { f, config, hint } = prepare(K, subject, data);
  if (K.equal(f.smoothness, K.zero)) return rejected('the minimiser of f is not unique');
  if (config.beta.some((b) => !K.equal(b, config.beta[0]!))) return rejected('β_t varies');
  const w1 = config.set.project(K.vector(first.length, (i) => K.from(first[i]!)));
  const rounds = subject.optimisticMetaLearning(K, { ...config, first: w1, lossWeight: 'alpha-rho' }, hint);
  const { metaLossGradient } = metaDerivatives(K, subject, data);
  for (const [i, round] of rounds.entries()) {
    const next = rounds[i + 1];
    if (next === undefined || !isInterior(K, data.set, next.w)) continue;
    const beta = config.beta[0]!;
    const step = K.axpy(K.neg(K.mul(round.alpha, beta)), metaLossGradient(round), round.w);
    const failure = vectorEquality(K, `w_${next.t} = w_${round.t} − α_${round.t}β∇h_${round.t}(w_${round.t})`, next.w, step, 0, () => step, () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      φ: config.rule.formula(),
      W: config.set.name,
      β: K.format(beta),
      rounds: rounds.slice(0, i + 2).map((r) => ({ t: r.t, α: K.format(r.alpha), w: show(K, r.w), 'x̄': show(K, r.average), '∇h': show(K, metaLossGradient(r)) })),
    }));
    if (failure !== null) return failure;
  }
  return passed({ trivial: false, labels: [] });
}

/** w_{t+1} − c = (η_{t+1}/η_t)(w_t − c) − η_{t+1}α_t g_t where both are in the interior of W. */
function corrected<S>(K: Space<S>, subject: Subject, data: UpdateCase): Outcome {
  const { set, config, roundings, play } = prepareUpdate(K, subject, data);
  const centre = K.vector(data.centre.length, (i) => K.from(data.centre[i]!));
  const plays = play('lazy');
  if (!bounded(K, plays)) return rejected('the trajectory diverges');
  const constant = config.beta.every((b) => K.equal(b, config.beta[0]!));
  const rate = (t: number): S => config.beta[config.index === 'equation-4' ? t : t - 1]!;
  let moved = 0;
  let sizes: Vector<S> = K.zeros(centre.length);
  for (const [i, { t, alpha, loss, play: w }] of plays.entries()) {
    if (isOrdered(K) && !K.exact) sizes = K.axpy(alpha, absolute(K, loss), sizes);
    const next = plays[i + 1];
    if (next === undefined || !isInterior(K, set, w) || !isInterior(K, set, next.play)) continue;
    if (Array.from(loss).some((entry) => !K.equal(entry, K.zero))) moved += 1;
    const failure = oneStep(
      K,
      { t, w, next: next.play, alpha, loss, centre, eta: rate(t), nextEta: rate(t + 1), constant },
      roundings,
      sizes,
      () => evidence(K, config.set.name, centre, plays),
    );
    if (failure !== null) return failure;
  }
  const projected = plays.some((p) => Array.from(p.play).some((entry, i) => !K.equal(entry, p.unprojected[i]!)));
  return passed({
    trivial: moved === 0,
    labels: [
      data.linear === undefined ? 'Algorithm 4' : 'AO-FTRL',
      `W: ${set.kind}`,
      `β index: ${config.index}`,
      constant ? 'β constant' : 'β varies',
      ...(projected ? ['projected elsewhere'] : []),
      ...(moved >= 5 ? ['5 steps or more'] : []),
      ...(set.kind === 'all' ? [] : ['W ≠ Rᵐ']),
    ],
    // Against given losses η_{t+1}S_t has degree 3, times η_t; with losses of Algorithm 2 a round adds at most 12, on two sides.
    degree: data.linear === undefined ? 24 * plays.length + 2 : 5,
  });
}

interface Step<S> {
  readonly t: number;
  readonly w: Vector<S>;
  readonly next: Vector<S>;
  readonly alpha: S;
  readonly loss: Vector<S>;
  readonly centre: Vector<S>;
  readonly eta: S;
  readonly nextEta: S;
  readonly constant: boolean;
}

/** `sizes` is Σ_{s≤t} α_s|g_s|: w_t and w_{t+1} are c − ηS, and round relative to |c| + η Σα_s|g_s|. */
function oneStep<S>(
  K: Space<S>,
  { t, w, next, alpha, loss, centre, eta, nextEta, constant }: Step<S>,
  roundings: number,
  sizes: Vector<S>,
  told: () => ReturnType<typeof evidence>,
): Failed | null {
  const ratio = K.div(nextEta, eta);
  const pull = K.neg(K.mul(nextEta, alpha));
  const [expected, step] = constant
    ? [`w_${t + 1} = w_${t} − α_${t}β g_${t}`, K.axpy(pull, loss, w)]
    : [`w_${t + 1} = c + (η_${t + 1}/η_${t})(w_${t} − c) − η_${t + 1}α_${t} g_${t}`, K.axpy(pull, loss, K.axpy(ratio, K.minus(w, centre), centre))];
  const magnitude = (): Vector<S> => {
    if (!isOrdered(K)) throw new RangeError(`expected an ordered field, got ${K.name}`);
    return K.axpy(nextEta, sizes, K.scale(K.add(K.one, K.add(ratio, ratio)), absolute(K, centre)));
  };
  return vectorEquality(K, expected, next, step, roundings, magnitude, told);
}

function evidence<S>(K: Space<S>, set: string, centre: Vector<S>, plays: readonly Play<S>[]) {
  return { W: set, c: show(K, centre), plays: plays.map((p) => ({ t: p.t, α: K.format(p.alpha), η: K.format(p.eta), w: show(K, p.play), g: show(K, p.loss) })) };
}

function printedCases(): fc.Arbitrary<PrintedCase> {
  const numbers = { ...rationalNumbers, horizon: 3, dimension: 1 };
  const run = metaCase(numbers, {
    horizon: { min: 2, max: 3 },
    functions: 'quadratic',
    rates: 'constant',
    hints: () => fc.constant({ kind: 'none' }),
    rules: (source, n, m) => constantJacobianRule(source, n, m),
  });
  return fc.record({ run: run.map((data): MetaCase => ({ ...data, index: 'algorithm-4' })), first: fc.oneof(fc.constant<Num[]>(['0']), vector(numbers, 1)) });
}

/** Without hints; constant rates and varying ones; half of the sets bounded. */
function correctedCases(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<UpdateCase> {
  return fc.oneof(
    ...(['constant', 'any'] as const).map((rates) =>
      updateCase(numbers, { rates, hints: false, horizon, ...(numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {}) })
    ),
  );
}

const convexity = '‖·‖ Euclidean, W closed and convex, w_{t+1} in the interior of W';
const quadratic = (curvature: string, minimiser: string): MetaCase['function'] => ({ body: { kind: 'spectral', spectrum: [curvature], reflectors: [] }, minimiser: [minimiser] });
const committed = (run: Pick<MetaCase, 'function' | 'set'>, T: number, first: string): PrintedCase => ({
  run: {
    ...run,
    rule: { kind: 'identity' },
    hint: { kind: 'none' },
    alpha: Array<Num>(T).fill('1'),
    beta: Array<Num>(T + 1).fill('1'),
    index: 'algorithm-4',
    projection: 'lazy',
    start: ['0'],
  },
  first: [first],
});

export default {
  id: 'ftrl-interior-step',
  source: { section: '2', label: 'Section 2, below Eq. (3)' },
  order: 3,
  error: 'gap',
  printed: {
    statement: 'Where w_{t+1} of Eq. (3) is an interior solution, w_{t+1} = w_t − α_tβ∇h_t(w_t)',
    hypotheses: [convexity, 'w_1 ∈ W given'],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: printedCases(),
      check: (subject, data) => printed(subject, data),
      simpler: (data) => [...simplerMetaCases(data.run).map((run): PrintedCase => ({ ...data, run })), { ...data, first: ['0'] }],
    })],
    coverage: {},
    committed: [
      // w_2 was projected: W = [−1, 1], f = 8(x − 3/16)², φ = w: ∇h_1 = −3, w_2 = 1, ∇h_2 = 5/2, w_3 = ½ is interior, and 1 − 5/2 = −3/2.
      committedCase('rational', committed({ function: quadratic('16', '3/16'), set: { kind: 'box', lower: ['-1'], upper: ['1'] } }, 3, '0')),
      // w_1 is not the centre of the regulariser: W = R, f = (x − 1)²/2, w_1 = 1, ∇h_1 = 0, w_2 = 0.
      committedCase('rational', committed({ function: quadratic('1', '1'), set: { kind: 'all', dimension: 1 } }, 2, '1')),
    ],
  },
  corrected: {
    statement:
      'w_{t+1} = w_t − α_tβ g_t for β_t = β; w_{t+1} − c = (η_{t+1}/η_t)(w_t − c) − η_{t+1}α_t g_t in general, g_t the loss that is weighed with α_t (A_tᵀG_t in Algorithm 2, ∇h_t(w_t) in Eq. 3), η_t = β_{t−1} or β_t, c the centre of the regulariser (0 as printed)',
    hypotheses: [convexity, 'w_t in the interior of W, too', 'w_1 = Π_W(c)', 'no hints'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCases(rationalNumbers, { min: 2, max: 4 }),
        simpler: simplerUpdateCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'prime-field', generator: correctedCases(residues, { min: 200, max: 200 }), share: 0.02, check: (subject, data) => corrected(primeField, subject, data) }),
      arm({
        arithmetic: 'float64',
        generator: correctedCases(doubles, { min: 2, max: 30 }),
        simpler: simplerUpdateCases,
        check: (subject, data) => corrected(float64, subject, data),
      }),
    ],
    coverage: { 'Algorithm 4': 0.25, 'AO-FTRL': 0.25, 'β constant': 0.25, 'β varies': 0.25, 'W ≠ Rᵐ': 0.05, 'projected elsewhere': 0.03, '5 steps or more': 0.2 },
    committed: [],
  },
  proof: `
    A projection that ends in the interior of W moved nothing. With both w_t and w_{t+1} there, w_t − c = −η_t S_{t−1} and w_{t+1} − c = −η_{t+1}(S_{t−1} + α_t g_t); the first one, solved for S_{t−1} and put into the second, is the statement.
    Both are needed: where w_t was projected, S_{t−1} cannot be read off it; and w_1 ≠ Π_W(c) is no −η_1 S_0 + c. As printed only w_{t+1} is in the interior, and w_1 ∈ W is any.`,
  saboteurs: [],
} satisfies Claim;
