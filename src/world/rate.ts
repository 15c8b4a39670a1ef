import type fc from 'fast-check';
import type { HintRule } from '../algorithm/hint.js';
import type { WeightKind } from '../algorithm/weights.js';
import type { Matrix, OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { rejected } from '../claim.js';
import type { NameType, Signature, Values } from '../formula/meaning.js';
import { number } from '../formula/unit.js';
import { prepareRate, simplerRateCases, withHint, type RateCase, type RateRun } from '../generator/lambda-case.js';
import type { HintSpec } from '../generator/learner.js';
import { simplerLineCases } from '../generator/line-case.js';
import { isBound, simplerLiteralCases, type LiteralCase } from '../generator/literal-case.js';
import { prepare, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import type { Evidence } from '../outcome.js';
import { numbers as parseVector, operatorNormSquaredBound } from '../problem/body.js';
import type { Subject } from '../subject.js';
import type { ScaledCase } from '../generator/predicted-case.js';
import { META, meta, playRun, raised } from './meta.js';
import { RATE, given } from './names.js';
import type { Played, Sizes, World } from './world.js';

export const BOUND = given(number('x²/w²'));
export const withNames = (names: { readonly [name: string]: NameType }): Signature => ({ ...META, names: new Map([...META.names, ...Object.entries(names)]) });
/** A β that does not change has no index. λ̂, λ̃ and λ̃² are λ, in the letter of the claim. */
const CONSTANT = { β: given(number(RATE)), λ: BOUND, 'λ̂': BOUND, 'λ̃': BOUND, 'λ̃²': BOUND };

export const CONVEX = ['f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0', 'φ affine in w and preserves regret (Definition 1)', 'w_1 = Π_W(0)'];

/** Algorithm 2 with a constant β, beside the least λ with ‖Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t)‖² ≤ λ‖∇f(x̄_t)‖² for all t. */
export function lagging(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>): World<MetaCase> {
  const base = meta(cases, { algorithm: 2 });
  return {
    ...base,
    signature: withNames(CONSTANT),
    says: [...CONVEX, '‖Dφ(x̄_{t−1}, ·)ᵀ∇f(x̄_t)‖² ≤ λ‖∇f(x̄_t)‖² for t ≤ T: the Jacobian one step behind the gradient', 'w_{t+1} by Algorithm 2 with constant β'],
    play<S>(space: Space<S>, subject: Subject, data: MetaCase) {
      const K = space as OrderedSpace<S>;
      const played = base.play(K, subject, data);
      if ('kind' in played) return played;
      const { values: { names, functions, constants, size } } = played;
      let λ = K.zero;
      for (let t = 1; t <= constants['T']!; t++) {
        const G = functions['∇f']!([names['x̄']!(t, 0)!], 0) as Vector<S>;
        const g = K.applyTranspose(functions['Dφ']!([names['x̄']!(t - 1, 0)!, names['w']!(t, 0)!], 0) as Matrix<S>, G, size.w);
        if (!K.equal(K.dot(G, G), K.zero)) λ = K.max(λ, K.div(K.dot(g, g), K.dot(G, G)));
      }
      const own = named(played, { β: () => names['β']!(1, 0), λ: () => λ });
      const sizes = (): Sizes => ({ ...played.sizes!(), names: { ...played.sizes!().names, λ: () => λ as number } });
      return { ...own, sizes };
    },
  };
}

/** Algorithm 2, or Eq. (3) as written, from any w_1 ∈ W: what the printed Theorem 1 speaks of. */
export function literal(cases: (numbers: NumberSource) => fc.Arbitrary<LiteralCase>): World<LiteralCase> {
  return {
    signature: withNames(CONSTANT),
    says: [
      ...CONVEX.slice(0, 2),
      '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² for all x and w',
      'any w_1 ∈ W, w_{t+1} by Algorithm 2, which weighs g_s with α_s, or by Eq. (3), which weighs it with α_sρ_s',
    ],
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: simplerLiteralCases,
    play<S>(space: Space<S>, subject: Subject, data: LiteralCase) {
      const K = space as OrderedSpace<S>;
      const run = prepare(K, subject, data);
      const { set, rule } = run.config;
      const λ = K.from(data.lambda);
      if (K.lessOrEqual(λ, K.zero) || !isBound(K, data, rule, λ)) return rejected('λ is not known to satisfy the printed condition');
      const first = data.first === null ? set.project(K.zeros(set.dimension)) : parseVector(K, data.first);
      const inside = set.project(first);
      if (Array.from(first).some((entry, i) => !K.equal(entry, inside[i]!))) return rejected('w_1 is not in W');
      const rounds = subject.optimisticMetaLearning(K, { ...run.config, first, lossWeight: data.lossWeight }, run.hint);
      const played = playRun(K, subject, data, run, rounds, { preserves: true });
      if ('kind' in played) return played;
      const told: Evidence = () => ({ 'weights of g_s': WEIGHING[data.lossWeight], ...played.evidence() });
      return { ...named(played, { β: () => run.config.beta[1], λ: () => λ }), evidence: told };
    },
  };
}

/** Algorithm 4, beside the λ that bounds ‖Dφ(x, ·)‖² for every x: 0 where the rule knows of none. */
export function bounded(cases: (numbers: NumberSource) => fc.Arbitrary<MetaCase>): World<MetaCase> {
  const base = meta(cases, { preserves: false });
  return {
    ...base,
    signature: withNames({ λ: BOUND }),
    play<S>(space: Space<S>, subject: Subject, data: MetaCase) {
      const K = space as OrderedSpace<S>;
      const played = base.play(K, subject, data);
      if ('kind' in played) return played;
      const λ = prepare(K, subject, data).config.rule.jacobianBound ?? K.zero;
      return named(played, { λ: () => λ });
    },
  };
}

/** α, hints and β = 1/(divisor · λL) as a rate names them. */
export interface RateSettings<C> {
  readonly weights: WeightKind;
  readonly hint: HintSpec | (<S>(K: OrderedSpace<S>, data: C, parameters: number) => HintRule<S>);
  readonly divisor: 1 | 2 | 4;
  /** Whether ‖Dφ(x̄_{t−1}, ·)‖² ≤ λ must be known on the run. */
  readonly operator?: true;
}

/** A run of Algorithm 4 whose β is 1/(divisor · λL): λ is what the data make it, and bounds the run or does not. Weights are numbers. */
export function rate<C extends RateCase>(cases: (numbers: NumberSource) => fc.Arbitrary<C>, settings: RateSettings<C> | ((data: C) => RateSettings<C>)): World<C> {
  return {
    signature: withNames(CONSTANT),
    says: CONVEX,
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: (data) => simplerRateCases(data),
    play<S>(space: Space<S>, subject: Subject, data: C) {
      const K = space as OrderedSpace<S>;
      const own = typeof settings === 'function' ? settings(data) : settings;
      const run = prepared(K, subject, data, own);
      if (run === null) return rejected('nothing moves');
      const rounds = subject.optimisticMetaLearning(K, { ...run.config, ...(data.lossWeight === undefined ? {} : { lossWeight: data.lossWeight }) }, run.hint);
      if (own.operator === true && !rounds.every(({ jacobian }) => K.lessOrEqual(operatorNormSquaredBound(K, jacobian), run.lambda))) {
        return rejected('‖A_t‖² is not known to be ≤ λ̂ on the run');
      }
      const played = playRun(K, subject, run.meta, run, rounds, { preserves: true });
      return 'kind' in played ? played : rated(K, played, run, data);
    },
  };
}

/** The same on an interval W, which has a diameter. */
export function onIntervals(cases: (numbers: NumberSource) => fc.Arbitrary<RateCase>, settings: RateSettings<RateCase>): World<RateCase> {
  const base = rate(cases, settings);
  return {
    ...base,
    signature: withNames({ ...CONSTANT, 'diam(W)': given(number('w')) }),
    simpler: simplerLineCases,
    play(K, subject, data) {
      const played = base.play(K, subject, data);
      if ('kind' in played || data.set.kind !== 'box') return played;
      const { lower: [a], upper: [b] } = data.set;
      const diameter = K.sub(K.from(b!), K.from(a!));
      return {
        ...named(played, { 'diam(W)': () => diameter }),
        evidence: () => ({ 'diam(W)': K.format(diameter), 'weights of g_s': WEIGHING[data.lossWeight ?? 'alpha'], ...played.evidence() }),
      };
    },
  };
}

/** φ = cw, c = λ̃, with the K that is to be the same for all c. */
export function onMultiples(cases: (numbers: NumberSource) => fc.Arbitrary<ScaledCase>, settings: RateSettings<RateCase>): World<ScaledCase> {
  const base = rate(cases, settings);
  return {
    ...base,
    signature: withNames({ ...CONSTANT, 'λ̃': given(number('x/w')), K: given(number('1')) }),
    simpler: (data) => (data.horizon > 2 ? [{ ...data, horizon: 2 }] : []),
    play(K, subject, data) {
      const played = base.play(K, subject, data);
      if ('kind' in played) return played;
      const [c, constant] = [K.from(data.scale), K.from(data.constant)];
      return { ...named(played, { 'λ̃': () => c, K: () => constant }), evidence: () => ({ K: K.format(constant), 'c = λ̃': K.format(c), ...played.evidence() }) };
    },
  };
}

/** null where nothing moves. */
function prepared<S, C extends RateCase>(K: OrderedSpace<S>, subject: Subject, data: C, { weights, hint, divisor }: RateSettings<C>): RateRun<S> | null {
  const isSpec = typeof hint !== 'function';
  const run = prepareRate(K, subject, data, { weights, hint: isSpec ? hint : { kind: 'none' }, divisor });
  return run === null || isSpec ? run : withHint(run, hint(K, data, run.config.rule.parameters));
}

/** With β and λ. */
function rated<S>(K: OrderedSpace<S>, played: Played<S>, { beta, lambda }: RateRun<S>, { lossWeight, horizon }: RateCase): Played<S> {
  const bound = (): S => lambda;
  const weighing = lossWeight === undefined ? {} : { 'weights of g_s': WEIGHING[lossWeight] };
  return {
    ...named(played, { β: () => beta, λ: bound, 'λ̂': bound, 'λ̃': bound, 'λ̃²': bound }),
    evidence: () => ({ T: horizon, β: K.format(beta), λ: K.format(lambda), ...weighing, ...played.evidence() }),
  };
}
const WEIGHING = { alpha: 'α_s', 'alpha-rho': 'α_sρ_s (Eq. 3)' } as const;

/** With other names beside those of a run. */
export function named<S>(played: Played<S>, names: Values<S>['names']): Played<S> {
  return { ...played, values: { ...played.values, names: { ...played.values.names, ...names } } };
}
