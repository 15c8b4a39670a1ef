import fc from 'fast-check';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { vector } from '../formula/unit.js';
import { diverged, metaLabels, positiveSequence, prepare } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { lineCase, lineCases, simplerStochasticCases, smallerLines, type LineCase, type StochasticCase } from '../generator/stochastic-case.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';
import { META, learner, metaNames, metaSizes, raised } from './meta.js';
import { made } from './names.js';
import type { Played, World } from './world.js';

/** Whose w* it is: of each path, by the gradients there or by those seen, or one for all paths, by their mean. */
type Whose = 'actual' | 'seen' | 'fixed';

const WHOSE: Readonly<Record<Whose, string>> = {
  actual: 'w* by Definition 1 as printed, with ∇f(x̄_t), on each path by itself: it depends on all of the noise',
  seen: 'w* by Definition 1 with ĝ_t in place of ∇f(x̄_t), on each path by itself: it depends on all of the noise',
  fixed: 'w* by Definition 1 in expectation: the smallest w ∈ W with E[Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩] ≤ 0',
};

/** Algorithm 4 on gradients with noise: E is over all paths. */
export function noisy(cases: (numbers: NumberSource) => fc.Arbitrary<StochasticCase>, whose: Whose): World<StochasticCase> {
  return {
    signature: { ...META, names: new Map([...META.names, ['ĝ', made(vector('f/x', 'x'))]]) },
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0; φ affine in w',
      'ĝ_t = G_t + noise of mean 0 whatever came before, G_t = ∇f(x̄_t): of two values in each round, E over all 2^T paths, exactly',
      'Algorithm 4 on g_t = A_tᵀĝ_t, every w_t by Eq. (4), w_1 among them; g̃_t depends on the past alone',
      WHOSE[whose],
    ],
    cases: (numbers) => cases(numbers).chain(({ run, ...noise }) => raised(numbers, fc.constant(run)).map((own) => ({ ...noise, run: own }))),
    simpler: simplerStochasticCases,
    play: (K, subject, data) => playNoisy(K as never, subject, data, whose),
  };
}

/** Two rounds on the line, all that one dimension and no hints leave, with fair signs. */
export const noisyLine: World<LineCase> = {
  ...noisy(() => lineCases().map(lineCase), 'actual'),
  cases: () => lineCases(),
  simpler: smallerLines,
  play(K, subject, data) {
    positiveSequence('L, β, a, σ', [data.L, data.beta, data.a, data.sigma], 4);
    // Where Definition 1 with ĝ_t has no solution the corrected statement is empty: such a case refutes nothing.
    const seen = playNoisy(K as never, subject, lineCase(data), 'seen');
    const played = 'kind' in seen ? seen : playNoisy(K as never, subject, lineCase(data), 'actual');
    return ('kind' in played ? played : { ...played, evidence: () => ({ σ: data.sigma, ...played.evidence() }) }) as never;
  },
};

/** One of the 2^T ways in which the noise may fall out. */
interface Path<S> {
  readonly name: string;
  readonly weight: S;
  /** With G_t = ∇f(x̄_t). */
  readonly actual: readonly Round<S>[];
  /** With ĝ_t. */
  readonly seen: readonly Round<S>[];
}

function playNoisy<S>(K: OrderedSpace<S>, subject: Subject, data: StochasticCase, whose: Whose): Played<S> | Rejected {
  const T = data.run.alpha.length;
  if (data.noise.length !== T) throw new RangeError(`expected noise for ${T} rounds, got ${data.noise.length}`);
  if (data.noise.every((v) => v.every((entry) => K.equal(K.from(entry), K.zero)))) return rejected('there is no noise');
  const run = prepare(K, subject, data.run);
  const { f, config } = run;
  if (K.equal(f.smoothness, K.zero)) return rejected('f is constant');
  const noise = data.noise.map((v) => parseVector(K, v));
  const odds = K.from(data.odds);
  const share = K.div(K.one, K.add(K.one, odds));
  const paths: Path<S>[] = [];
  for (let path = 0; path < 2 ** T; path++) {
    const up = Array.from({ length: T }, (_, t) => (path >> t) % 2 === 0);
    // ξ_t = 1 or −odds, of mean 0; with `dependent` its size is what the noise before it came to.
    const xi = up.map((is) => (is ? K.one : K.neg(odds)));
    let t = 0;
    const gradient = (x: Vector<S>): Vector<S> => {
      const i = t++;
      return K.axpy(data.dependent && i > 0 ? K.mul(xi[i]!, xi[i - 1]!) : xi[i]!, noise[i]!, f.gradient(x));
    };
    const seen = subject.optimisticMetaLearning(K, { ...config, gradient }, run.hint);
    if (diverged(K, seen)) return rejected('the trajectory diverges');
    const weight = up.reduce((product, is) => K.mul(product, is ? K.mul(odds, share) : share), K.one);
    paths.push({ name: up.map((is) => (is ? '+' : '−')).join(''), weight, seen, actual: seen.map((round) => ({ ...round, gradient: f.gradient(round.average) })) });
  }
  const own = paths.map((path) => subject.definitionOne(K, path[whose === 'seen' ? 'seen' : 'actual'], f.minimiser));
  const mean = own.reduce(({ c, s }, one, i) => ({ c: K.axpy(paths[i]!.weight, one.c, c), s: K.add(s, K.mul(paths[i]!.weight, one.s)) }), {
    c: K.zeros(config.set.dimension),
    s: K.zero,
  });
  const halfspaces = whose === 'fixed' ? paths.map(() => mean) : own;
  const all = whose === 'fixed' ? [subject.smallestComparator(K, config.set, mean)] : own.map((halfspace) => subject.smallestComparator(K, config.set, halfspace));
  const comparators = paths.map((_, i) => all[i] ?? all[0]!);
  if (all.includes(null)) return rejected('φ does not preserve regret (Definition 1 has no solution)');
  const first = metaNames(f, paths[0]!.actual, config.beta);
  const values = {
    K,
    constants: { T, n: f.dimension, m: config.set.dimension },
    size: { x: f.dimension, w: config.set.dimension },
    functions: learner(run),
    sets: { W: config.set },
  };
  const known = { L: () => f.smoothness, 'x*': () => f.minimiser };
  return {
    values: {
      ...values,
      names: { ...known, α: first['α']!, η: first['η']! },
      paths: paths.map(({ weight, actual, seen }, i) => ({
        weight,
        values: { ...values, names: { ...metaNames(f, actual, config.beta), ...known, 'ĝ': (t: number) => seen[t - 1]?.gradient, 'w*': () => comparators[i]!.w } },
      })),
    },
    sizes: () => {
      const all = paths.map(({ actual }, i) => metaSizes(K as never, run as never, actual as never, comparators[i] as never));
      return { ...all[0]!, paths: all };
    },
    still: false,
    labels: [
      ...metaLabels(K, data.run, paths[0]!.seen),
      `${paths.length} paths`,
      ...(K.equal(odds, K.one) ? [] : ['odds ≠ 1']),
      ...(data.dependent ? ['noise that depends on the past'] : []),
      ...(comparators.some(({ w }) => Array.from(w).some((entry, i) => !K.equal(entry, comparators[0]!.w[i]!))) ? ['w* is random'] : []),
      ...(data.run.set.kind === 'all' ? [] : ['W ≠ Rᵐ']),
    ],
    evidence: told(K, run, paths, (i) => ({ 'w*': show(K, comparators[i]!.w), c: show(K, halfspaces[i]!.c), s: K.format(halfspaces[i]!.s) })),
  };
}

/** What is needed to recompute each path by hand. */
function told<S>(
  K: OrderedSpace<S>,
  { f, config }: ReturnType<typeof prepare<S>>,
  paths: readonly Path<S>[],
  comparator: (i: number) => { readonly [name: string]: string },
): Evidence {
  return () => ({
    φ: config.rule.formula(),
    f: f.formula(),
    'x*': show(K, f.minimiser),
    L: K.format(f.smoothness),
    'x̄_0': show(K, config.start),
    paths: paths.map(({ name, weight }, i) => ({ ξ: name, weight: K.format(weight), ...comparator(i) })),
    ...Object.fromEntries(paths.map(({ name, seen, actual }) => [
      `rounds of ξ = ${name}`,
      seen.map((r, t) => ({
        t: r.t,
        w: show(K, r.w),
        x: show(K, r.x),
        'x̄': show(K, r.average),
        G: show(K, actual[t]!.gradient),
        ĝ: show(K, r.gradient),
        'A_tᵀĝ_t': show(K, r.metaGradient),
        η: K.format(r.eta),
        α: K.format(r.alpha),
      })),
    ])),
  });
}
