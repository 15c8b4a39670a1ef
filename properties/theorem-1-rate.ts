import fc from 'fast-check';
import { TallyBuilder } from '../oracles/tally.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace } from '../src/arithmetic/space.js';
import { arm, committedCase, passed, rejected, type Claim, type Outcome } from '../src/claim.js';
import { runEvidence, settle } from '../src/convergence.js';
import { lineCase, lineGap, prepareLine, simplerLineCases, type LineCase } from '../src/generator/line-case.js';
import { doubles, rationalNumbers, type NumberSource } from '../src/generator/number.js';
import { hardFunction, prepareRate, rateCase, simplerRateCases, type RateCase } from '../src/generator/lambda-case.js';
import { equality, inequality } from '../src/outcome.js';
import type { Num } from '../src/problem/shape.js';
import { allPaid, concludeRate, payments } from '../src/rates.js';
import { squaredNorm } from '../oracles/ledger.js';
import type { Subject } from '../src/subject.js';

const one = <S>(K: OrderedSpace<S>, name: string, value: S): TallyBuilder<S> => new TallyBuilder(K, 0).add(name, value, () => value);

function printed<S>(K: OrderedSpace<S>, subject: Subject, data: LineCase): Outcome {
  const line = prepareLine(K, subject, data);
  if (line === null) return rejected('no interval, no rule or no L');
  const { f, rule, set, L, lambda, diameter } = line;
  const T = data.horizon;
  const beta = subject.constantRate(K.div(K.one, K.mul(lambda, L)), T);
  const config = {
    gradient: f.gradient,
    rule,
    set,
    start: [line.minimiser],
    alpha: subject.weights(K, 'constant', T),
    beta,
    index: data.index,
    projection: 'lazy' as const,
    lossWeight: data.lossWeight,
  };
  const rounds = subject.optimisticMetaLearning(K, config, () => [K.zero]);
  const rhs = K.div(K.mul(K.mul(lambda, L), diameter), K.from(T));
  const told = runEvidence(K, { f, config }, rounds, [K.div(line.minimiser, K.from(data.scale))]);
  const times = data.scale === '1' ? '' : data.scale;
  return inequality(K, 'f(x̄_T) − f(x*) ≤ λL diam(W)/T', { lhs: one(K, 'gap', lineGap(K, line, rounds.at(-1)!.average)), rhs: one(K, 'λL diam(W)/T', rhs) }, () => ({
    T,
    λ: K.format(lambda),
    'diam(W)': K.format(diameter),
    X: `${times}W`,
    'weights of g_s': data.lossWeight === 'alpha' ? 'α_s' : 'α_sρ_s (Eq. 3)',
    ...told(),
    'x*': K.format(line.minimiser),
    L: K.format(L),
    'w with φ(w) = x*': K.format(K.div(line.minimiser, K.from(data.scale))),
  })) ?? passed({ trivial: K.lessOrEqual(rhs, K.zero), labels: [] });
}

type CorrectedCase =
  | ({ readonly kind: 'algorithm-2' } & RateCase)
  /** Eq. (3) as written on c·Huber with slope cδ, δ = |x*|/(2H_T − 1). */
  | { readonly kind: 'literal-huber'; readonly minimiser: Num; readonly weight: Num; readonly horizon: number }
  /** Eq. (3) as written on ½x₁² + (x₂ − 1)²/20. */
  | { readonly kind: 'literal-quadratic'; readonly horizon: number };

function corrected<S>(K: OrderedSpace<S>, subject: Subject, data: CorrectedCase): Outcome {
  switch (data.kind) {
    case 'algorithm-2':
      return algorithmTwo(K, subject, data);
    case 'literal-huber':
      return literalHuber(K, subject, data);
    case 'literal-quadratic':
      return literalQuadratic(K, subject, data.horizon);
  }
}

function algorithmTwo<S>(K: OrderedSpace<S>, subject: Subject, data: RateCase): Outcome {
  const run = prepareRate(K, subject, data, { weights: 'constant', hint: { kind: 'none' }, divisor: 1 });
  if (run === null) return rejected('nothing moves');
  const rounds = subject.optimisticMetaLearning(K, run.config, run.hint);
  const paid = payments(K, run, rounds, 'own');
  if (!allPaid(K, paid)) return rejected('‖g_t‖² > λ‖G_t‖² on the run that β = 1/(λL) makes');
  const settled = settle(K, subject, run.meta, run, rounds);
  if ('kind' in settled) return settled;
  return concludeRate(K, run, settled, paid, 'T(f(x̄_T) − f(x*)) ≤ ½λL‖w*‖²', ['Algorithm 2']);
}

/** A run of Eq. (3) as written: φ = w, α = 1, β = 1/L, losses weighed with α_sρ_s. Definition 1 keeps its own α_s. */
function literal<S>(
  K: OrderedSpace<S>,
  subject: Subject,
  function_: RateCase['function'],
  T: number,
): { gap: S; squaredComparator: S; told: () => ReturnType<ReturnType<typeof runEvidence>>; L: S; squaredMinimiser: S } | null {
  const n = function_.minimiser.length;
  const data: RateCase = {
    function: function_,
    rule: { kind: 'identity' },
    set: { kind: 'all', dimension: n },
    start: Array<Num>(n).fill('0'),
    horizon: T,
    factor: '1',
    index: 'equation-4',
  };
  const run = prepareRate(K, subject, data, { weights: 'constant', hint: { kind: 'none' }, divisor: 1 });
  if (run === null) return null;
  const rounds = subject.optimisticMetaLearning(K, { ...run.config, lossWeight: 'alpha-rho' }, run.hint);
  const found = subject.smallestComparator(K, run.config.set, subject.definitionOne(K, rounds, run.f.minimiser));
  if (found === null) return null;
  const gap = run.f.divergence(rounds.at(-1)!.average, run.f.minimiser);
  return { gap, squaredComparator: squaredNorm(K, found.w), told: runEvidence(K, run, rounds, found.w), L: run.f.smoothness, squaredMinimiser: squaredNorm(K, run.f.minimiser) };
}

/** gap > (L/T)‖w*‖²·share exactly where it is expected. */
function breaks<S>(K: OrderedSpace<S>, run: NonNullable<ReturnType<typeof literal<S>>>, T: number, share: number, expected: boolean): ReturnType<typeof inequality> {
  const bound = K.div(K.mul(run.L, run.squaredComparator), K.from(share * T));
  const name = share === 2 ? 'λL‖w*‖²/(2T)' : 'λL‖w*‖²/T';
  const [gap, rate] = [one(K, 'f(x̄_T) − f(x*)', run.gap), one(K, name, bound)];
  if (!expected) return inequality(K, `f(x̄_T) − f(x*) ≤ ${name}, Eq. (3) as written, T = ${T}`, { lhs: gap, rhs: rate }, run.told);
  const strict = K.lessOrEqual(run.gap, bound) ? one(K, 'none', K.sub(bound, K.one)) : gap;
  return inequality(K, `f(x̄_T) − f(x*) > ${name}, Eq. (3) as written, T = ${T}`, { lhs: rate, rhs: strict }, run.told);
}

/** gap = L‖x*‖²/(2(2H_T − 1)): more than ½L‖w*‖²/T from T = 3 on, more than L‖w*‖²/T from T = 10 on. */
function literalHuber<S>(K: OrderedSpace<S>, subject: Subject, data: Extract<CorrectedCase, { kind: 'literal-huber' }>): Outcome {
  const T = data.horizon;
  // 2H_T − 1 = p/q with q = T!.
  let [p, q] = [1n, 1n];
  for (let t = 2n; t <= BigInt(T); t++) [p, q] = [p * t + 2n * q, q * t];
  const slowness = K.from(`${p}/${q}`);
  const size = String(data.minimiser).replace('-', '');
  const [a, b] = size.split('/').map(BigInt) as [bigint, bigint?];
  const run = literal(K, subject, hardFunction([data.minimiser], data.weight, `${a * q}/${(b ?? 1n) * p}`), T);
  if (run === null) return rejected('nothing moves');
  const expected = K.div(K.mul(run.L, run.squaredMinimiser), K.mul(K.from(2), slowness));
  const failure = equality(K, 'f(x̄_T) − f(x*) = L‖x*‖²/(2(2H_T − 1)), Eq. (3) as written', { lhs: one(K, 'gap', run.gap), rhs: one(K, 'L‖x*‖²/(2(2H_T − 1))', expected) }, run.told)
    ?? equality(K, '‖w*‖² = ‖x*‖²', { lhs: one(K, '‖w*‖²', run.squaredComparator), rhs: one(K, '‖x*‖²', run.squaredMinimiser) }, run.told)
    ?? breaks(K, run, T, 2, T >= 3)
    ?? breaks(K, run, T, 1, T >= 10);
  return failure ?? passed({ trivial: T < 3, labels: ['Eq. (3) as written: Huber'] });
}

function literalQuadratic<S>(K: OrderedSpace<S>, subject: Subject, T: number): Outcome {
  const run = literal(K, subject, { body: { kind: 'spectral', spectrum: ['1', '1/10'], reflectors: [] }, minimiser: ['0', '1'] }, T);
  if (run === null) return rejected('nothing moves');
  return breaks(K, run, T, 2, T >= 17) ?? breaks(K, run, T, 1, T >= 41) ?? passed({ trivial: false, labels: ['Eq. (3) as written: quadratic'] });
}

function correctedCase(numbers: NumberSource): fc.Arbitrary<CorrectedCase> {
  const algorithm = rateCase(numbers, { worst: 'heavy-ball-constant-weights' }).map((data): CorrectedCase => ({ kind: 'algorithm-2', ...data }));
  if (numbers.name === 'float64') return algorithm;
  const huber = fc.record({
    kind: fc.constant('literal-huber' as const),
    minimiser: numbers.scalar.map((x) => (Number(x) === 0 ? '1' : x)),
    weight: numbers.positive,
    horizon: fc.integer({ min: 3, max: 24 }),
  });
  const quadratic = fc.record({ kind: fc.constant('literal-quadratic' as const), horizon: fc.integer({ min: 1, max: 44 }) });
  return fc.oneof({ weight: 18, arbitrary: algorithm }, { weight: 3, arbitrary: huber }, { weight: 1, arbitrary: quadratic });
}

function simplerCorrected(data: CorrectedCase): CorrectedCase[] {
  return data.kind === 'algorithm-2' ? simplerRateCases(data) : [];
}

const quadratic = (weight: Num, minimiser: Num): RateCase['function'] => ({ body: { kind: 'spectral', spectrum: [weight], reflectors: [] }, minimiser: [minimiser] });
const plain = { scale: '1', lower: '0', diameter: '1', lossWeight: 'alpha', index: 'equation-4', smoothness: null } as const;
const committed = (data: LineCase): ReturnType<typeof committedCase> => committedCase('rational', data);

export default {
  id: 'theorem-1-rate',
  source: { section: '4', label: 'Theorem 1, rate' },
  sentences: ['4.41', '0.2', '1.28', '1.35', '2.13'],
  error: 'dimensions',
  printed: {
    statement: 'α_t = 1 and β = 1/(λL) give f(x̄_T) − f(x*) ≤ λL diam(W)/T',
    hypotheses: [
      'f convex and L-smooth on X, x* a minimiser over X',
      'φ affine in w and preserves regret (Definition 1)',
      '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x and w',
      'w_1 = Π_W(0), w_{t+1} by Algorithm 2 or by Eq. (3)',
    ],
    strength: 'rate',
    expected: 'refuted',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: lineCase(rationalNumbers, { min: 1, max: 4 }, ['alpha', 'alpha-rho']),
        simpler: simplerLineCases,
        check: (subject, data) => printed(rational, subject, data),
      }),
    ],
    coverage: {},
    committed: [
      // 0 ∉ W, where diam(W)² would not do either: W = [10, 11], x* = 11, T = 3: 1/2 > 1/3.
      committed({ ...plain, function: quadratic('1', '11'), lower: '10', horizon: 3 }),
      // φ = w/4 is φ = w in other coordinates: f = (x − 1)²/2, W = [0, 4]: 1/2 > 1/4.
      committed({ ...plain, function: quadratic('1', '1'), scale: '1/4', diameter: '4', horizon: 1 }),
      // diam(W) is no square: f = (x − 3)²/2, W = X = [0, 3]: 9/2 > 3.
      committed({ ...plain, function: quadratic('1', '3'), diameter: '3', horizon: 1 }),
      // Eq. (3) as written: Huber with slope 1/5 around 1: 6479/63000 > 1/10 at T = 10, with W = [0, 1].
      committed({ ...plain, function: hardFunction(['1'], '1', '1/5'), horizon: 10, lossWeight: 'alpha-rho' }),
      // Eq. (3) as written: (x − 1)²/20 with L = 1, as a part of ½x₁² + (x₂ − 1)²/20, T = 41.
      committed({ ...plain, function: quadratic('1/10', '1'), horizon: 41, lossWeight: 'alpha-rho', smoothness: '1' }),
    ],
  },
  corrected: {
    statement: 'α_t = 1 and β = 1/(λL) give f(x̄_T) − f(x*) ≤ λL‖w*‖²/(2T) for Algorithm 2, which weighs g_s with α_s. '
      + 'Eq. (3) as written weighs it with α_sρ_s and breaks this rate from T = 3 on, and twice this rate (the printed constant) from T = 10 on: for φ = w and a Huber function with slope L|x*|/(2H_T − 1), '
      + 'H_T = 1 + … + 1/T, the gap is L‖x*‖²/(2(2H_T − 1)) = Θ(1/log T). For f = x₁²/2 + (x₂ − 1)²/20 it does so from T = 17 and T = 41 on',
    hypotheses: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'φ affine in w and preserves regret (Definition 1)',
      '‖Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t)‖² ≤ λ‖∇f(x̄_t)‖² for t ≤ T on the run that β = 1/(λL) makes',
      'w_1 = Π_W(0)',
    ],
    strength: 'rate',
    expected: 'holds',
    arms: [
      arm({
        arithmetic: 'rational',
        generator: correctedCase({ ...rationalNumbers, horizon: 4 }),
        simpler: simplerCorrected,
        check: (subject, data) => corrected(rational, subject, data),
      }),
      arm({ arithmetic: 'float64', generator: correctedCase(doubles), simpler: simplerCorrected, check: (subject, data) => corrected(float64, subject, data) }),
    ],
    coverage: {
      'T ≥ 20': 0.15,
      'projection active': 0.03,
      'φ: state-affine': 0.03,
      'φ: elementwise-descent': 0.03,
      'ratio > 0.9': 0.02,
      'Eq. (3) as written: Huber': 0.005,
      'Eq. (3) as written: quadratic': 0.002,
    },
    committed: [],
  },
  proof: `
    [theorem-1] with α_t = 1, β = 1/(λL): ½λβ‖G_t‖² = ‖G_t‖²/(2L), so that the sum is ≤ 0. ‖w*‖²/(2β) = ½λL‖w*‖² is left, and α_{1:T} = T. For φ = w it is attained, as acceleration-needs-optimism shows.
    As printed, diam(W) has not even the right units: φ = cw with β = 1/(λL) has the same iterates for every c, with λ = c² and a W that shrinks like 1/c, so that λ diam(W) is as small as one likes. Its square would not do either, unless 0 ∈ W. And where ∇f(x*) ≠ 0, ½λβ‖G_t‖² is not cancelled by ‖G_t − ∇f(x*)‖²/(2L).
    Eq. (3) as written, φ = w, f Huber with slope σ = L|x*|/(2H_T − 1): while ∇f = −σ, w_t = (σ/L)(1 + 1/2 + … + 1/(t − 1)), for its losses are weighed with ρ_s = 1/s. So x̄_T = (σ/L)(H_T − 1), and the gap is σ(x* − x̄_T) − σ²/(2L) = (σ²/L)(H_T − ½) = Lx*²/(2(2H_T − 1)). That is more than Lx*²/(2T) where 2H_T − 1 < T, from T = 3 on, and more than twice as much where 2(2H_T − 1) < T, from T = 10 on.`,
  saboteurs: [],
} satisfies Claim;
