import fc from 'fast-check';
import { largestSquaredNorm } from '../../oracles/extent.js';
import { certifyingShare } from '../../oracles/schedule-form.js';
import type { BetaIndex } from '../algorithm/formulas.js';
import type { OrderedSpace, Space } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { RATE_OF, runEvidence } from './told.js';
import { number } from '../formula/unit.js';
import { prepareRate, simplerRateCases, type RateCase } from '../generator/lambda-case.js';
import { simplerLineCases } from '../generator/line-case.js';
import type { NumberSource } from '../generator/number.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';
import { playRun, raised } from './meta.js';
import { given, made, signature } from './names.js';
import { BOUND, CONVEX, named, withNames } from './rate.js';
import type { Played, World } from './world.js';

/** The last horizons on which the printed schedule has the rate 4λ̃L‖w*‖²/(T² − 1) on Rᵐ. */
export const LAST_HORIZON: { readonly [index in BetaIndex]: number } = { 'algorithm-4': 29, 'equation-4': 146 };

/** η_1, …, η_T for λ̃L = 1, from β_1, …, β_T. */
const formed = <S>(beta: readonly S[], index: BetaIndex): readonly S[] => beta.slice(index === 'equation-4' ? 1 : 0, index === 'equation-4' ? beta.length : -1);
/** β_0, …, β_T for λ̃L = 1, as printed. */
const printed = (T: number): readonly (readonly [numerator: number, denominator: number])[] => Array.from({ length: T + 1 }, (_, t) => [Math.max(t - 1, 0), Math.max(2 * t, 1)]);
const shares = new Map<string, readonly [number, number]>();
/** τ of the certificate, as p/q. */
function share(T: number, index: BetaIndex): readonly [number, number] {
  const key = `${T} ${index}`;
  const known = shares.get(key) ?? certifyingShare(formed(printed(T).map(([p, q]) => p / q), index));
  shares.set(key, known);
  return known;
}

export interface ScheduleSettings {
  /** Whether the L that dimensions demand stands in β_t. */
  readonly inserted: boolean;
  /** Where W must be bounded, or Rᵐ. */
  readonly on?: 'bounded' | 'whole';
}

/**
 * Corollary 1’s schedule and hint, as printed. β_1 = 0 only says that w = Π_W(0): the same play comes from any rate at t = 1, and with the index of
 * Algorithm 4 at t = 2 from the hint −½g_1. η_t and g̃_t are those, with the first rate that is not 0.
 */
export function schedule(cases: (numbers: NumberSource) => fc.Arbitrary<RateCase>, { inserted, on }: ScheduleSettings): World<RateCase> {
  return {
    signature: withNames({ 'λ̃': BOUND, 'sup_W‖w‖²': given(number('w²')), 'diam(W)': given(number('w')), τ: given(number('1')) }),
    says: [...CONVEX, `α_t = t, g̃_1 = 0, g̃_{t+1} = g_t, β_t = (t − 1)/(2tλ̃${inserted ? 'L' : ''}) forms w_t (Eq. 4) or w_{t+1} (Algorithm 4)`],
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: (data) => (inserted ? simplerRateCases(data) : simplerLineCases(data)),
    play<S>(space: Space<S>, subject: Subject, data: RateCase): Played<S> | Rejected {
      const K = space as OrderedSpace<S>;
      const { horizon: T, index, set } = data;
      const run = prepareRate(K, subject, data, { weights: 'linear', hint: { kind: 'previous' }, divisor: 4 });
      if (run === null || T < 2) return rejected('nothing moves, or T² − 1 = 0');
      const largest = on === 'bounded' ? largestSquaredNorm(K, set) : null;
      if (on === 'bounded' && largest === null) return rejected('W is unbounded');
      if (on === 'whole' && set.kind !== 'all') return rejected('W is not Rᵐ');
      const beta = subject.corollaryOneRates(K, inserted ? K.mul(run.lambda, run.f.smoothness) : run.lambda, T);
      const config = { ...run.config, beta };
      const rounds = subject.optimisticMetaLearning(K, config, run.hint);
      const played = playRun(K, subject, run.meta, { ...run, config }, effective(K, rounds, index, beta[2]!), { preserves: true });
      if ('kind' in played) return played;
      const { names } = played.values;
      const interval = set.kind === 'box' ? K.sub(K.from(set.upper[0]!), K.from(set.lower[0]!)) : null;
      return {
        ...named(played, {
          'λ̃': () => run.lambda,
          ...(largest === null ? {} : { 'sup_W‖w‖²': () => largest }),
          ...(interval === null ? {} : { 'diam(W)': () => interval }),
          ...(on === 'whole' && T <= LAST_HORIZON[index] ? { τ: () => K.div(K.from(share(T, index)[0]), K.from(share(T, index)[1])) } : {}),
        }),
        evidence: () => ({ T, 'λ̃': K.format(run.lambda), η_t: RATE_OF[index], ...runEvidence(K, run, rounds, names['w*']!(0, 0) as ArrayLike<S>)() }),
      };
    },
  };
}

function effective<S>(K: Space<S>, rounds: readonly Round<S>[], index: BetaIndex, rate: S): Round<S>[] {
  return rounds.map((round) => {
    if (round.t === 1) return { ...round, eta: rate };
    if (round.t > 2 || index === 'equation-4') return round;
    return { ...round, eta: rate, hint: K.scale(K.div(K.from(-1), K.from(2)), rounds[0]!.metaGradient) };
  });
}

/** Numbers g_1, …, g_T, at which a quadratic form is what it is said to be. */
export interface FormCase {
  readonly index: BetaIndex;
  readonly gradients: readonly Num[];
}

/** The certificate for all runs of up to so many rounds, λ̃L = 1: M as a form in S_t = Σ_{r≤t} rg_r, and its LDLᵀ. What has an index beyond 1, …, T is 0. */
export function certificates(index: BetaIndex): World<FormCase> {
  const [own, factor] = [given(number('1'), 1), made(number('1'))];
  const last = LAST_HORIZON[index];
  return {
    signature: signature({ g: own, S: own, η: own, τ: given(number('1')), p: factor, q: factor, r: factor, d: factor, a: factor, b: factor }, {}, {}),
    says: ['S_t = g_1 + 2g_2 + … + tg_t, λ̃L = 1'],
    cases: (numbers) =>
      fc.nat().chain((k) => {
        // The longest, and short ones; a test goes through all that are between.
        const T = k % 8 === 0 ? last : 2 + (k % 12);
        return fc.array(numbers.scalar, { minLength: T, maxLength: T }).map((gradients) => ({ index, gradients }));
      }),
    simpler: ({ gradients }) => (gradients.length > 2 ? [{ index, gradients: gradients.slice(0, 2) }] : []),
    play<S>(space: Space<S>, subject: Subject, { gradients }: FormCase): Played<S> | Rejected {
      const K = space as OrderedSpace<S>;
      const T = gradients.length;
      if (T < 2 || T > last) return rejected('T < 2, or T is too large');
      const g = gradients.map((entry) => K.from(entry));
      const eta = formed(printed(T).map(([p, q]) => K.div(K.from(p), K.from(q))), index);
      const tau = K.div(K.from(share(T, index)[0]), K.from(share(T, index)[1]));
      const { p, q, r, d, a, b } = subject.scheduleCertificate(K, formed(subject.corollaryOneRates(K, K.one, T), index), tau);
      let sum = K.zero;
      const sums = g.map((entry, i) => (sum = K.add(sum, K.mul(K.from(i + 1), entry))));
      const entries = Object.entries({ g, S: sums, η: eta, p, q, r, d, a, b }).map(([name, values]) => [name, (t: number) => values[t - 1] ?? K.zero] as const);
      return {
        values: { K, constants: { T, n: 1, m: 1 }, size: { x: 1, w: 1 }, names: { ...Object.fromEntries(entries), τ: () => tau }, functions: {}, sets: {} },
        labels: [],
        still: false,
        evidence: () => ({ τ: K.format(tau), g: g.map(K.format), d: d.map(K.format) }),
      };
    },
  };
}
