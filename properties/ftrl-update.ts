import fc from 'fast-check';
import { TallyBuilder } from '../oracles/tally.js';
import { extent, optimalityConditions, sumOfSizes } from '../oracles/variational.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { rational } from '../src/arithmetic/rational.js';
import { isOrdered, type Space, type Vector } from '../src/arithmetic/space.js';
import { arm, passed, rejected, type Claim, type Failed, type Outcome } from '../src/claim.js';
import { metaCase, prepare, simplerMetaCases, type MetaCase } from '../src/generator/meta-case.js';
import { constantJacobianRule } from '../src/generator/learner.js';
import { doubles, rationalNumbers, residues, type NumberSource } from '../src/generator/number.js';
import { bounded, prepareUpdate, simplerUpdateCases, updateCase, type UpdateCase, type UpdateRun } from '../src/generator/update-case.js';
import { metaDerivatives } from '../src/meta-loss.js';
import { inequality, show, vectorEquality, type Evidence } from '../src/outcome.js';
import { absolute } from '../src/problem/convex-function.js';
import type { Subject } from '../src/subject.js';
import type { Play } from '../src/trajectory.js';

/** Algorithm 2's w_{t+1} against the minimiser that Eq. (3) defines, its losses ∇h_s(w_s) got by differentiating h_s. */
function printed(subject: Subject, data: MetaCase): Outcome {
  const K = rational;
  const { f, config } = prepare(K, subject, data);
  if (K.equal(f.smoothness, K.zero)) return rejected('the minimiser of f is not unique');
  if (config.beta.some((b) => !K.equal(b, config.beta[0]!))) return rejected('β_t varies');
  const rounds = subject.convexMetaLearning(K, config);
  const { metaLossGradient } = metaDerivatives(K, subject, data);
  let sum = K.zeros(config.set.dimension);
  for (const [i, round] of rounds.entries()) {
    const beta = config.beta[0]!;
    const literal = config.set.project(K.scale(K.neg(beta), sum));
    const failure = i === 0 ?
      null :
      vectorEquality(K, `w_${round.t} of Algorithm 2 = argmin_W Σ_{s<${round.t}} α_s⟨∇h_s(w_s), w⟩ + ‖w‖²/(2β)`, round.w, literal, 0, () => sum, () => ({
        f: f.formula(),
        'x*': show(K, f.minimiser),
        φ: config.rule.formula(),
        W: config.set.name,
        β: K.format(beta),
        rounds: rounds.slice(0, i).map((r) => ({
          t: r.t,
          α: K.format(r.alpha),
          w: show(K, r.w),
          'x̄': show(K, r.average),
          g: show(K, r.metaGradient),
          '∇h': show(K, metaLossGradient(r)),
        })),
      }));
    if (failure !== null) return failure;
    sum = K.axpy(round.alpha, metaLossGradient(round), sum);
  }
  return passed({ trivial: false, labels: [] });
}

/** What w_t minimises, summed anew from the losses: v_t = S_{t−1} + α_t g̃_t. */
interface Objective<S> {
  readonly v: Vector<S>;
  /** The same with every summand's absolute value (in inexact arithmetic; elsewhere it is not asked for). */
  readonly size: Vector<S>;
  /** That, and the hints of all rounds before: what greedy steps add and take away again. */
  readonly steps: Vector<S>;
}

function sizeOf<S>(K: Space<S>, v: Vector<S>): Vector<S> {
  return isOrdered(K) && !K.exact ? absolute(K, v) : v;
}

function objectives<S>(K: Space<S>, plays: readonly Play<S>[]): Objective<S>[] {
  const zero = K.zeros(plays[0]!.play.length);
  let [sum, sumSize, hintSize] = [zero, zero, zero];
  return plays.map(({ alpha, hint, loss }) => {
    const weighted = K.scale(alpha, sizeOf(K, hint));
    hintSize = K.plus(hintSize, weighted);
    const objective = { v: K.axpy(alpha, hint, sum), size: K.plus(sumSize, weighted), steps: K.plus(sumSize, hintSize) };
    sum = K.axpy(alpha, loss, sum);
    sumSize = K.axpy(alpha, sizeOf(K, loss), sumSize);
    return objective;
  });
}

/** w = argmin_W ⟨v, ·⟩ + ‖· − c‖²/(2η): on Rᵐ the gradient is 0, elsewhere the variational inequality holds. */
function minimises<S>(
  K: Space<S>,
  run: UpdateRun<S>,
  what: string,
  w: Vector<S>,
  eta: S,
  { v, size }: Pick<Objective<S>, 'v' | 'size'>,
  centre: Vector<S>,
  evidence: Evidence,
): Failed | null {
  const step = K.minus(w, centre);
  if (!isOrdered(K) || run.set.kind === 'all') {
    const reach = (): Vector<S> => K.axpy(eta, size, sizeOf(K, centre));
    return vectorEquality(K, `${what} = c − η(S + αg̃)`, step, K.scale(K.neg(eta), v), run.roundings, reach, evidence);
  }
  const normal = K.axpy(K.div(K.one, eta), step, v);
  // A projection rounds relative to what it projects, c − ηv, and to W; the normal is that off by as much, divided by η.
  const reach = (): S => K.add(K.add(sumOfSizes(K, centre), K.mul(eta, sumOfSizes(K, size))), K.add(sumOfSizes(K, w), extent(K, run.set)));
  const zero = new TallyBuilder(K, run.roundings);
  for (const { name, value, size: magnitude } of optimalityConditions(K, run.set, w, normal, reach, K.div(K.one, eta))) {
    const failure = inequality(K, `${what}: ${name}, n = S + αg̃ + (w − c)/η`, { lhs: zero, rhs: new TallyBuilder(K, run.roundings).add(name, value, magnitude) }, evidence);
    if (failure !== null) return failure;
  }
  return null;
}

/** Each lazy w_t by its optimality conditions; each greedy one as the projection of its step. */
function corrected<S>(K: Space<S>, subject: Subject, data: UpdateCase): Outcome {
  const run = prepareUpdate(K, subject, data);
  const centre = K.vector(data.centre.length, (i) => K.from(data.centre[i]!));
  const lazy = run.play('lazy');
  if (!bounded(K, lazy)) return rejected('the trajectory diverges');
  const evidence: Evidence = () => ({
    W: run.config.set.name,
    c: show(K, centre),
    plays: lazy.map((p) => ({ t: p.t, α: K.format(p.alpha), η: K.format(p.eta), w: show(K, p.play), g: show(K, p.loss), 'g̃': show(K, p.hint) })),
  });
  const rate = (t: number): S => run.config.beta[run.config.index === 'equation-4' ? t : t - 1]!;
  const goals = objectives(K, lazy);
  for (const [i, { t, play }] of lazy.entries()) {
    const failure = minimises(K, run, `w_${t}`, play, rate(t), goals[i]!, centre, evidence);
    if (failure !== null) return failure;
  }
  const constant = run.config.beta.every((b) => K.equal(b, run.config.beta[0]!));
  const failure = constant ? greedyApart(K, run, lazy, centre, evidence) : null;
  if (failure !== null) return failure;
  const projected = lazy.some((p) => Array.from(p.play).some((entry, i) => !K.equal(entry, p.unprojected[i]!)));
  return passed({
    trivial: lazy.length < 2 || lazy.every((p) => Array.from(p.loss).every((entry) => K.equal(entry, K.zero))),
    labels: [
      data.linear === undefined ? 'Algorithm 4' : 'AO-FTRL',
      `W: ${run.set.kind}`,
      `β index: ${run.config.index}`,
      ...(projected ? ['projection active'] : []),
      ...(constant ? ['lazy and greedy'] : ['β varies']),
      ...(lazy.length >= 20 ? ['T ≥ 20'] : []),
      ...(Array.from(centre).some((c) => !K.equal(c, K.zero)) ? ['centre ≠ 0'] : []),
      ...(lazy.some((p) => Array.from(p.hint).some((entry) => !K.equal(entry, K.zero))) ? ['hints'] : []),
    ],
    // On Rᵐ against given losses: η_t(S_{t−1} + α_t g̃_t) has degree 3 in the entries; with losses of Algorithm 4 a round adds at most 12, on two sides.
    degree: data.linear === undefined ? 24 * lazy.length : 3,
  });
}

/**
 * Greedy projection, w_t = Π_W(w_{t−1} − β(α_t g̃_t + α_{t−1}g_{t−1} − α_{t−1}g̃_{t−1})): verified as such; and lazy and greedy plays
 * against given losses agree until after the first round in which the greedy one was projected.
 */
function greedyApart<S>(K: Space<S>, run: UpdateRun<S>, lazy: readonly Play<S>[], centre: Vector<S>, evidence: Evidence): Failed | null {
  const greedy = run.play('greedy');
  if (!bounded(K, greedy)) return null;
  const goals = objectives(K, greedy);
  const beta = run.config.beta[0]!;
  const together = (v: Vector<S>, w: Vector<S>): boolean => Array.from(v).every((entry, i) => K.equal(entry, w[i]!));
  // Losses that depend on the plays part for good once the plays do by an ulp: compared are the rounds with the same past.
  let same = true;
  for (const [i, { t, alpha, hint, play, unprojected }] of greedy.entries()) {
    const before = greedy[i - 1];
    const step = before === undefined
      ? { base: centre, goal: goals[0]! }
      : { base: before.play, goal: stepGoal(K, before, alpha, hint) };
    const failure = minimises(K, run, `greedy w_${t}`, play, beta, step.goal, step.base, evidence)
      ?? (same
        ? vectorEquality(
          K,
          `greedy w_${t} = lazy w_${t}, no greedy projection before`,
          play,
          lazy[i]!.play,
          4 * run.roundings,
          () => agreement(K, run, goals[i]!, centre, beta),
          evidence,
        )
        : null);
    if (failure !== null) return failure;
    same = same && together(play, unprojected) && together(greedy[i]!.loss, lazy[i]!.loss);
  }
  return null;
}

/** α_t g̃_t + α_{t−1}g_{t−1} − α_{t−1}g̃_{t−1} */
function stepGoal<S>(K: Space<S>, before: Play<S>, alpha: S, hint: Vector<S>): Pick<Objective<S>, 'v' | 'size'> {
  const parts = [K.scale(alpha, hint), K.scale(before.alpha, before.loss), K.scale(K.neg(before.alpha), before.hint)];
  const total = (vectors: readonly Vector<S>[]): Vector<S> => vectors.reduce((sum, v) => K.plus(sum, v));
  return { v: total(parts), size: total(parts.map((v) => sizeOf(K, v))) };
}

/** Both plays are projections of c − βv: each entry is off relative to all of |c| + β|v| and W. */
function agreement<S>(K: Space<S>, run: UpdateRun<S>, { steps }: Objective<S>, centre: Vector<S>, beta: S): Vector<S> {
  if (!isOrdered(K)) return centre;
  const reach = K.add(K.add(sumOfSizes(K, centre), K.mul(beta, sumOfSizes(K, steps))), extent(K, run.set));
  return K.vector(centre.length, () => reach);
}

/** Rates that are constant, where greedy steps are compared, and rates of any order. */
function cases(numbers: NumberSource, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<UpdateCase> {
  return fc.oneof(
    ...(['constant', 'any'] as const).map((rates) =>
      updateCase(numbers, { rates, hints: true, horizon, ...(numbers.name === 'prime-field' ? { rules: constantJacobianRule } : {}) })
    ),
  );
}

const convexity = 'φ affine in w, W closed and convex, ‖·‖ Euclidean';

export default {
  id: 'ftrl-update',
  source: { section: '2', label: 'Eq. (3), Algorithm 2' },
  order: 2,
  error: 'slip',
  printed: {
    statement: 'Algorithm 2 with β_t = β chooses w_t by Eq. (3): w_{t+1} = argmin_W Σ_{s≤t} α_s⟨∇h_s(w_s), w⟩ + ‖w‖²/(2β), t ≥ 1',
    hypotheses: [convexity],
    strength: 'identity',
    expected: 'refuted',
    arms: [arm({
      arithmetic: 'rational',
      generator: metaCase({ ...rationalNumbers, horizon: 4, dimension: 1 }, {
        horizon: { min: 3, max: 4 },
        functions: 'quadratic',
        rates: 'constant',
        hints: () => fc.constant({ kind: 'none' }),
      })
        .map((data): MetaCase => ({ ...data, index: 'algorithm-4' })),
      simpler: simplerMetaCases,
      check: (subject, data) => printed(subject, data),
    })],
    coverage: {},
    // f = (x − 1)²/2, φ = w, α = 1, β = ½: g_1 = −1, g_2 = −¾, ∇h_2(w_2) = −⅜: w_3 is ⅞ in Algorithm 2 and 11/16 in Eq. (3).
    committed: [{
      arithmetic: 'rational',
      case: {
        function: { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] },
        rule: { kind: 'identity' },
        set: { kind: 'all', dimension: 1 },
        hint: { kind: 'none' },
        alpha: ['1', '1', '1'],
        beta: ['1/2', '1/2', '1/2', '1/2'],
        index: 'algorithm-4',
        projection: 'lazy',
        start: ['0'],
      },
    }],
  },
  corrected: {
    statement:
      'w_t = argmin_W ⟨Σ_{s<t} α_s g_s + α_t g̃_t, w⟩ + ‖w − c‖²/(2η_t), g_s = A_sᵀG_s = ∇h_s(w_s)/ρ_s, in Algorithms 2 and 4 and in AO-FTRL, for all t ≥ 1, with η_t = β_{t−1} (Algorithms 2, 4) or β_t (Eq. 4), centre c = 0 as printed; the greedy step Π_W(w_t − βα_t g_t) is the same until after the first round in which it was projected',
    hypotheses: [convexity, 'w_1 by the same formula (Π_W(c) without hints)', 'for the greedy step: β_t = β'],
    strength: 'identity',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: cases(rationalNumbers, { min: 2, max: 4 }),
        simpler: simplerUpdateCases,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({
        arithmetic: 'prime-field',
        generator: cases(residues, { min: 200, max: 200 }),
        share: 0.02,
        check: (subject, data) => corrected(primeField, subject, data),
      }),
      arm({ arithmetic: 'float64', generator: cases(doubles, { min: 2, max: 26 }), simpler: simplerUpdateCases, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: { 'projection active': 0.2, 'Algorithm 4': 0.25, 'AO-FTRL': 0.25, 'lazy and greedy': 0.2, 'β varies': 0.2, 'T ≥ 20': 0.1, 'centre ≠ 0': 0.3, hints: 0.3 },
    committed: [],
  },
  proof: `
    With v = S_{t−1} + α_t g̃_t, ⟨v, w⟩ + ‖w − c‖²/(2η) is ‖w − (c − ηv)‖²/(2η) plus a constant: its only minimiser on W is Π_W(c − ηv), which is the w with ⟨v + (w − c)/η, u − w⟩ ≥ 0 for all u ∈ W; on Rᵐ, w = c − ηv.
    By the chain rule ∇h_s(w_s) = ρ_s g_s [meta-loss-gradient]. Eq. (3) weighs it with α_s, Algorithm 2 weighs g_s: the two part where ρ_s ≠ 1 comes in, which is w_3, by g_2.
    Greedy steps: while none was projected, w_t is the sum of them, c − β(S_{t−1} + α_t g̃_t), and that is the lazy w_t, not projected either. The first one that is projected projects the same point. From there on the greedy step starts from the projection, and the lazy one does not.`,
  saboteurs: [],
} satisfies Claim;
