import fc from 'fast-check';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { rejected } from '../claim.js';
import type { Subject } from '../subject.js';
import { vector } from '../formula/unit.js';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import { positiveSequence, summands } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { averages, simplerSequences, type ComparedCase, type SequenceCase } from '../generator/sequence-case.js';
import { show, type Evidence } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import { functionSizes, meta, raised } from './meta.js';
import type { Played, World } from './world.js';

const { α, L, x, 'x̄': average, 'x*': minimiser } = NAMES;
const { f, '∇f': gradient, B_f } = FUNCTIONS;
/** What is true of all of these cases. */
export const SEQUENCE = ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'α_t > 0', 'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)'];

/** What is said of a function and of points x_t that somebody gives, with their averages. */
export interface Points<S> {
  readonly K: OrderedSpace<S>;
  readonly f: Pick<ConvexFunction<S>, 'value' | 'gradient' | 'divergence' | 'minimiser' | 'smoothness'>;
  readonly alpha: readonly S[];
  readonly points: readonly Vector<S>[];
  /** f, and where it lives, for a reader. */
  readonly told: ReturnType<Evidence>;
}
export function playPoints<S>({ K, f: own, alpha, points, told }: Points<S>): Played<S> {
  const means = averages(K, alpha, points);
  const n = own.minimiser.length;
  return {
    values: {
      K,
      constants: { T: points.length, n, m: n },
      size: { x: n, w: n },
      sets: {},
      // x̄_0 has no weight, whatever it is.
      names: { α: (t) => alpha[t - 1], x: (t) => points[t - 1], 'x̄': (t) => (t === 0 ? points[0] : means[t - 1]), 'x*': () => own.minimiser, L: () => own.smoothness },
      functions: { f: ([at]) => own.value(at as Vector<S>), '∇f': ([at]) => own.gradient(at as Vector<S>), B_f: ([y, at]) => own.divergence(y as Vector<S>, at as Vector<S>) },
    },
    labels: [],
    still: false,
    evidence: () => ({
      ...told,
      'x*': show(K, own.minimiser),
      α: alpha.map(K.format),
      x: points.map((point) => show(K, point)),
      'x̄': means.map((point) => show(K, point)),
      '∇f(x)': points.map((point) => show(K, own.gradient(point))),
      '∇f(x̄)': means.map((point) => show(K, own.gradient(point))),
    }),
  };
}
export const POINTS = signature({ α, L, x, 'x̄': average, 'x*': minimiser }, { f, '∇f': gradient, B_f });

/** Given points. */
export function points(cases: (numbers: NumberSource) => fc.Arbitrary<SequenceCase>): World<SequenceCase> {
  return {
    signature: POINTS,
    says: SEQUENCE,
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: (data) => simplerSequences(data),
    play<S>(space: Space<S>, subject: Subject, { function: spec, alpha, points: xs }: SequenceCase) {
      const K = space as OrderedSpace<S>;
      positiveSequence('α', alpha, xs.length);
      const own = subject.convexFunction(K, spec);
      if (K.equal(own.smoothness, K.zero)) return rejected('f is constant');
      const played = playPoints({ K, f: own, alpha: alpha.map((a) => K.from(a)), points: xs.map((point) => parseVector(K, point)), told: { f: own.formula() } });
      const n = own.dimension;
      return {
        ...played,
        labels: [`f: ${spec.body.kind}`, ...(xs.length >= 20 ? ['T ≥ 20'] : [])],
        sizes: () => ({
          gamma: gamma(ledgerRoundings({ horizon: xs.length, dimension: n, parameters: n, summands: summands(spec.body) })),
          names: { 'x̄': () => xs.map((x) => x.map((entry) => Math.abs(Number(entry)))).reduce((most, x) => most.map((entry, i) => Math.max(entry, x[i]!))) },
          functions: functionSizes(own as unknown as ConvexFunction<number>),
          sets: {},
        }),
      };
    },
  };
}

/** The points x_t of a run of Algorithm 4, beside a u ∈ Rⁿ that is given, or x*. */
export function pointsOfRun(cases: (numbers: NumberSource) => fc.Arbitrary<ComparedCase>): World<ComparedCase> {
  const base = meta((numbers) => cases(numbers).map(({ run }) => run), { preserves: false });
  return {
    signature: { ...base.signature, names: new Map([...base.signature.names, ['u', given(vector('x', 'x'))]]) },
    says: SEQUENCE,
    cases: (numbers) => cases(numbers).chain((data) => raised(numbers, fc.constant(data.run)).map((run) => ({ ...data, run }))),
    simpler: (data) => base.simpler(data.run).map((run) => ({ ...data, run })),
    play<S>(K: Space<S>, subject: Subject, { run, comparator }: ComparedCase) {
      const played = base.play(K, subject, run);
      if ('kind' in played) return played;
      const { names, functions } = played.values;
      if (names['L'] !== undefined && K.equal(names['L'](0, 0) as S, K.zero)) return rejected('f is constant');
      const star = names['x*']!(0, 0) as Vector<S>;
      const u = comparator === null ? star : parseVector(K, comparator);
      const isZero = (v: Vector<S>): boolean => Array.from(v).every((entry) => K.equal(entry, K.zero));
      const last = names['x̄']!(played.values.constants['T']!, 0) as Vector<S>;
      return {
        ...played,
        values: { ...played.values, names: { ...names, u: () => u } },
        labels: [...played.labels, ...(comparator === null ? ['u = x*'] : []), ...(isZero(functions['∇f']!([u], 0) as Vector<S>) ? [] : ['∇f(u) ≠ 0'])],
        // f(x̄_T) < f(u) is as much evidence as a gap; x̄_T = u is none.
        ...(comparator === null ? {} : { signed: true, still: isZero(K.minus(last, u)) }),
      };
    },
  };
}
