import type fc from 'fast-check';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import { isOrdered, type Space, type Vector } from '../arithmetic/space.js';
import type { FunctionType } from '../formula/meaning.js';
import { vector } from '../formula/unit.js';
import { simplerLosses, type LossCase } from '../generator/loss-case.js';
import { positiveSequence, summands } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { ConvexFunction, DifferentiableFunction } from '../problem/convex-function.js';
import type { Subject } from '../subject.js';
import { isZero } from './linear.js';
import { functionSizes } from './meta.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import type { Played, World } from './world.js';

const ofRound = (one: FunctionType): FunctionType => ({ ...one, subscripts: 1 });
const LOSSES = signature({ α: NAMES.α, u: given(vector('x', 'x'), 1), v: given(vector('x', 'x')) }, {
  f: ofRound(FUNCTIONS.f),
  '∇f': ofRound(FUNCTIONS['∇f']),
  B: ofRound(FUNCTIONS.B_f),
});

/** A loss of its own in each round, a play u_t, and a v to compare the plays with. */
export function losses(cases: (numbers: NumberSource) => fc.Arbitrary<LossCase>): World<LossCase> {
  return {
    signature: LOSSES,
    regrets: true,
    says: ['f_1, …, f_T convex and differentiable, B_t(y, x) = f_t(y) − f_t(x) − ⟨∇f_t(x), y − x⟩', 'α_t > 0', 'u_1, …, u_T any plays, v any comparator'],
    cases,
    simpler: simplerLosses,
    play<S>(K: Space<S>, subject: Subject, data: LossCase): Played<S> {
      const T = data.losses.length;
      positiveSequence('α', data.alpha, T);
      const all: readonly DifferentiableFunction<S>[] = data.losses.map((spec) => (isOrdered(K) ? subject.convexFunction(K, spec) : subject.differentiableFunction(K, spec)));
      const [alpha, plays, v] = [data.alpha.map((a) => K.from(a)), data.plays.map((u) => parseVector(K, u)), parseVector(K, data.comparator)];
      const n = v.length;
      const at = (t: number): DifferentiableFunction<S> => {
        const f = all[t - 1];
        if (f === undefined) throw new RangeError(`expected a round from 1 to ${T}, got ${t}`);
        return f;
      };
      const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
      return {
        values: {
          K,
          constants: { T, n, m: n },
          size: { x: n, w: n },
          names: { α: (t) => alpha[t - 1], u: (t) => plays[t - 1], v: () => v },
          functions: {
            f: ([x], t) => at(t).value(x as Vector<S>),
            '∇f': ([x], t) => at(t).gradient(x as Vector<S>),
            B: (args, t) => at(t).divergence(...two(args)),
          },
          sets: {},
        },
        sizes() {
          const own = all.map((f) => functionSizes(f as unknown as ConvexFunction<number>));
          const terms = Math.max(...data.losses.map(({ body }) => summands(body)));
          const of = (name: string) => (args: readonly unknown[], t: number): number => own[t - 1]![name]!(args as never, t) as number;
          return {
            gamma: gamma(ledgerRoundings({ horizon: T, dimension: n, parameters: n, summands: terms })),
            names: {},
            functions: { f: of('f'), '∇f': of('∇f'), B: of('B_f') },
            sets: {},
          };
        },
        still: all.every((f, i) => isZero(K, f.gradient(plays[i]!)) && isZero(K, f.gradient(v))),
        labels: [...new Set(data.losses.map(({ body }) => `f: ${body.kind}`)), ...(T >= 2 ? ['T ≥ 2'] : [])],
        evidence: () => ({
          v: show(K, v),
          rounds: all.map((f, i) => ({ t: i + 1, α: K.format(alpha[i]!), f: f.formula(), u: show(K, plays[i]!), '∇f(u)': show(K, f.gradient(plays[i]!)) })),
        }),
      };
    },
  };
}
