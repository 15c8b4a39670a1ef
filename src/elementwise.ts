import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder } from '../oracles/tally.js';
import { combined, combinedSize, type Combination } from '../oracles/textbook.js';
import type { GreedyRound } from '../oracles/greedy-regret.js';
import type { ElementwiseStep } from './algorithm/meta-sgd.js';
import type { OrderedSpace, Vector } from './arithmetic/space.js';
import { failed, passed, rejected, type Failed, type Outcome } from './claim.js';
import { prepareElementwise, type ElementwiseCase, type ElementwiseRun } from './generator/elementwise-case.js';
import { isQuadratic } from './problem/mirror.js';
import { summands } from './generator/meta-case.js';
import { strays } from './generator/path-case.js';
import { equality, inequality, ratioOf, show, vectorEquality, type Evidence } from './outcome.js';
import { follows } from './recurrence.js';
import type { Subject } from './subject.js';

/** One step of a run: x_t = x_{t−1} − w_t⊙g, g = ∇f(x_{t−1}), g' = ∇f(x_t), and w_{t+1}. */
export interface ElementwiseRound<S> {
  readonly t: number;
  readonly previous: Vector<S>;
  readonly x: Vector<S>;
  readonly w: Vector<S>;
  readonly next: Vector<S>;
  readonly gradient: Vector<S>;
  readonly nextGradient: Vector<S>;
}

/** What makes one of the two optimizers: its run, the step of w before the maximum, its hints g̃_t, and what else it is compared with. */
export interface ElementwiseMethod {
  readonly run: <S>(K: OrderedSpace<S>, subject: Subject, config: ElementwiseRun<S>['config']) => readonly ElementwiseStep<S>[];
  readonly raised: <S>(K: OrderedSpace<S>, round: ElementwiseRound<S>, beta: S) => Combination<S>;
  /** The formula of `raised`, in words. */
  readonly formula: string;
  readonly hint: <S>(K: OrderedSpace<S>, gradient: Vector<S>) => Vector<S>;
  /** w_{t+1} by another algorithm, from the state of this step alone. */
  readonly other: <S>(K: OrderedSpace<S>, subject: Subject, run: ElementwiseRun<S>, round: ElementwiseRound<S>) => Vector<S>;
  readonly otherName: string;
}

function roundsOf<S>(f: ElementwiseRun<S>['f'], path: readonly ElementwiseStep<S>[]): ElementwiseRound<S>[] {
  return path.slice(1).map(({ x, w: next }, i) => {
    const { x: previous, w } = path[i]!;
    return { t: i + 1, previous, x, w, next, gradient: f.gradient(previous), nextGradient: f.gradient(x) };
  });
}

/** ∇h_t(w_t) for h_t(w) = f(x_{t−1} − w⊙∇f(x_{t−1})), by the chain rule. */
export function metaLossGradient<S>(K: OrderedSpace<S>, { gradient, nextGradient }: ElementwiseRound<S>): Vector<S> {
  return K.vector(gradient.length, (i) => K.neg(K.mul(gradient[i]!, nextGradient[i]!)));
}

/** Everything that the corrected statements say of a run. */
export function checkElementwise<S>(K: OrderedSpace<S>, subject: Subject, data: ElementwiseCase, method: ElementwiseMethod): Outcome {
  const run = prepareElementwise(K, subject, data);
  if (run === null) return rejected('f is constant');
  const { f, config } = run;
  const path = method.run(K, subject, config);
  if (strays(K, path.flatMap(({ x, w }) => [x, w]))) return rejected('the path diverges');
  if (path.length !== config.steps + 1) return failed({ expected: 'one pair (x, w) a step', lhs: String(path.length), rhs: String(config.steps + 1), evidence: {} });
  const rounds = roundsOf(f, path);
  const told: Evidence = () => ({
    f: f.formula(),
    'x*': show(K, f.minimiser),
    L: K.format(f.smoothness),
    β: K.format(config.metaRate),
    x: path.map(({ x }) => show(K, x)),
    w: path.map(({ w }) => show(K, w)),
    '∇f(x)': path.map(({ x }) => show(K, f.gradient(x))),
  });
  const roundings = ledgerRoundings({ horizon: rounds.length, dimension: f.dimension, parameters: f.dimension, summands: summands(data.function.body) });
  const starts = vectorEquality(
    K,
    'x_0 and w_1 are given',
    K.vector(2 * f.dimension, (i) => [...Array.from(path[0]!.x), ...Array.from(path[0]!.w)][i]!),
    K.vector(2 * f.dimension, (i) => [...Array.from(config.start), ...Array.from(config.first)][i]!),
    0,
    () => K.zeros(2 * f.dimension),
    told,
  );
  if (starts !== null) return starts;
  for (const round of rounds) {
    const failure = checkStep(K, subject, data, run, round, method, roundings, told);
    if (failure !== null) return failure;
  }
  return regret(K, subject, data, run, rounds, method, roundings, told);
}

function checkStep<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: ElementwiseCase,
  run: ElementwiseRun<S>,
  round: ElementwiseRound<S>,
  method: ElementwiseMethod,
  roundings: number,
  told: Evidence,
): Failed | null {
  const { t, previous, x, w, next, gradient } = round;
  const moved = K.vector(w.length, (i) => K.mul(w[i]!, gradient[i]!));
  const raised = method.raised(K, round, run.config.metaRate);
  const clipped = (v: Vector<S>): Vector<S> => K.vector(v.length, (i) => K.max(v[i]!, K.zero));
  const size = (): Vector<S> => combinedSize(K, raised);
  return follows(K, `x_${t} = x_${t - 1} − w_${t}⊙∇f(x_${t - 1})`, x, [[K.one, previous], [K.neg(K.one), moved]], 8, told)
    ?? derivative(K, run, round, isQuadratic(data.function.body), roundings, told)
    // The maximum does not enlarge errors.
    ?? vectorEquality(K, `w_${t + 1} = ${method.formula}`, next, clipped(combined(K, raised)), 12, size, told)
    ?? vectorEquality(K, `w_${t + 1} = ${method.otherName}`, next, method.other(K, subject, run, round), 16, size, told);
}

/**
 * ∂h_t/∂w_i at w_t, one i a step, from values of f alone: h_t is convex, so δ∂h lies between h(w) − h(w − δe_i) and h(w + δe_i) − h(w);
 * for quadratics it is half of h(w + δe_i) − h(w − δe_i).
 */
function derivative<S>(K: OrderedSpace<S>, { f }: ElementwiseRun<S>, round: ElementwiseRound<S>, quadratic: boolean, roundings: number, told: Evidence): Failed | null {
  const { t, previous, w, gradient } = round;
  const i = t % f.dimension;
  const delta = K.div(K.one, K.mul(K.from(1024), f.smoothness));
  const h = (sign: -1 | 0 | 1): { value: S; size: () => S } => {
    const shifted = K.vector(w.length, (j) => (j === i ? K.add(w[j]!, K.mul(K.from(sign), delta)) : w[j]!));
    const point = K.minus(previous, K.hadamard(shifted, gradient));
    // The point itself is off by two roundings of |x| + |w⊙g|, which ∇f turns into as much of |∇f|.
    const reach = K.plus(K.vector(w.length, (j) => K.abs(previous[j]!)), K.vector(w.length, (j) => K.abs(K.mul(shifted[j]!, gradient[j]!))));
    return { value: f.value(point), size: () => K.add(f.divergenceMagnitude(point, f.minimiser), K.dot(reach, f.gradientMagnitude(reach))) };
  };
  const [below, here, above] = [h(-1), h(0), h(1)];
  const difference = (name: string, a: typeof here, b: typeof here): TallyBuilder<S> =>
    new TallyBuilder(K, roundings).add(`h(w${name})`, a.value, a.size).add('−h', K.neg(b.value), b.size);
  const slope = K.mul(delta, metaLossGradient(K, round)[i]!);
  const own = new TallyBuilder(K, roundings).add('δ∂h', slope, () => K.mul(delta, K.mul(f.gradientMagnitude(previous)[i]!, f.gradientMagnitude(round.x)[i]!)));
  return inequality(K, `h(w_${t}) − h(w_${t} − δe) ≤ δ∂h, ∂h = −∇f(x_${t - 1})⊙∇f(x_${t})`, { lhs: difference('', here, below), rhs: own }, told)
    ?? inequality(K, `δ∂h ≤ h(w_${t} + δe) − h(w_${t}), ∂h = −∇f(x_${t - 1})⊙∇f(x_${t})`, { lhs: own, rhs: difference(' + δe', above, here) }, told)
    ?? (quadratic
      ? equality(K, `h(w_${t} + δe) − h(w_${t} − δe) = 2δ∂h`, {
        lhs: difference(' + δe', above, below),
        rhs: new TallyBuilder(K, roundings).add('δ∂h', slope, () => own.value).add('δ∂h', slope, () => own.value),
      }, told)
      : null);
}

/** Greedy projection: the ledger, its signs, the bound against the worst u, and Σ(h_t(w_t) − h_t(u)) below the linear regret. */
function regret<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  data: ElementwiseCase,
  run: ElementwiseRun<S>,
  rounds: readonly ElementwiseRound<S>[],
  method: ElementwiseMethod,
  roundings: number,
  told: Evidence,
): Outcome {
  const { f, config } = run;
  const beta = config.metaRate;
  const set = subject.feasibleSet(K, { kind: 'orthant', corner: config.first.length === 0 ? [] : Array.from(config.first, () => 0) });
  const greedy = rounds.map((round): GreedyRound<S> => ({ play: round.w, loss: metaLossGradient(K, round), hint: method.hint(K, round.gradient) }));
  const total = greedy.reduce((sum, { loss }) => K.plus(sum, loss), K.zeros(f.dimension));
  // The u ≥ 0 against which the bound is tightest.
  const u = set.project(K.axpy(K.neg(beta), total, K.axpy(beta, greedy[0]!.hint, config.first)));
  const ledger = subject.greedyRegretLedger(K, set, greedy, beta, u, roundings);
  const zero = new TallyBuilder(K, roundings);
  const values = new TallyBuilder(K, roundings);
  for (const { t, previous, x, gradient } of rounds) {
    const other = K.minus(previous, K.hadamard(u, gradient));
    const size = (v: Vector<S>) => (): S =>
      K.add(f.divergenceMagnitude(v, f.minimiser), K.dot(f.gradientMagnitude(v), K.plus(f.gradientMagnitude(previous), K.vector(v.length, (i) => K.abs(v[i]!)))));
    values.add(`h_${t}(w_${t})`, f.value(x), size(x)).add(`−h_${t}(u)`, K.neg(f.value(other)), size(other));
  }
  const failure = equality(K, 'Σ⟨∇h_t(w_t), w_t − u⟩ = ‖w_1 + βg̃_1 − u‖²/(2β) − …', ledger.total, told)
    ?? ledger.projections.map((p, i) => inequality(K, `p_${i + 1} = ⟨v_${i + 1} − w_${i + 2}, w_${i + 2} − u⟩/β ≥ 0`, { lhs: zero, rhs: p }, told)).find((one) => one !== null)
    ?? inequality(K, 'Σ(h_t(w_t) − h_t(u)) ≤ Σ⟨∇h_t(w_t), w_t − u⟩', { lhs: values, rhs: ledger.total.lhs }, told)
    ?? inequality(K, 'Σ⟨∇h_t(w_t), w_t − u⟩ ≤ ‖w_1 + βg̃_1 − u‖²/(2β) − ½β‖g̃_1‖² + ½βΣ‖∇h_t(w_t) − g̃_t‖²', { lhs: ledger.total.lhs, rhs: ledger.bound }, told);
  if (failure !== null && failure !== undefined) return failure;
  const ratio = ratioOf(K, ledger.total.lhs, ledger.bound);
  const clipped = rounds.some(({ next }) => Array.from(next).some((entry) => K.equal(entry, K.zero)));
  const raised = rounds.some(({ w, next }) => Array.from(next).some((entry, i) => !K.lessOrEqual(entry, w[i]!)));
  return passed({
    trivial: total.length === 0 || Array.from(total).every((entry) => K.equal(entry, K.zero)),
    labels: [
      `f: ${data.function.body.kind}`,
      ...(clipped ? ['a rate at 0'] : []),
      ...(raised ? ['a rate grows'] : []),
      ...(rounds.length >= 10 ? ['T ≥ 10'] : []),
      ...(f.dimension > 1 ? ['n ≥ 2'] : []),
      ...(isQuadratic(data.function.body) ? ['quadratic'] : []),
    ],
    ...(ratio === undefined ? {} : { ratio }),
  });
}

/** Section 7.2 as printed, x_{t+1} = x_t + w_t⊙∇f(x_t): one step with learning rates 0 ≤ w ≤ 1/L should not raise f. */
export function ascent<S>(K: OrderedSpace<S>, subject: Subject, data: ElementwiseCase): Outcome {
  const run = prepareElementwise(K, subject, data);
  if (run === null) return rejected('f is constant');
  const { f, config: { start, first } } = run;
  if (Array.from(first).some((w) => !K.lessOrEqual(K.mul(w, f.smoothness), K.one))) return rejected('w > 1/L');
  const gradient = f.gradient(start);
  const x = K.plus(start, K.hadamard(first, gradient));
  const [before, after] = [f.value(start), f.value(x)];
  return K.lessOrEqual(after, before) ? passed({ trivial: false, labels: [] }) : failed({
    expected: 'f(x_1) ≤ f(x_0) for x_1 = x_0 + w⊙∇f(x_0), 0 ≤ w ≤ 1/L',
    lhs: K.format(after),
    rhs: K.format(before),
    evidence: { f: f.formula(), 'x*': show(K, f.minimiser), L: K.format(f.smoothness), x_0: show(K, start), w: show(K, first), '∇f(x_0)': show(K, gradient), x_1: show(K, x) },
  });
}
