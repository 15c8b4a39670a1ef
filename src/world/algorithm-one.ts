import type fc from 'fast-check';
import { isOrdered, type Space, type Vector } from '../arithmetic/space.js';
import { isFar } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import type { BootstrapCase } from '../generator/bootstrap-case.js';
import { positiveSequence } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { isZero } from './linear.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, World } from './world.js';

/** A run of Algorithm 1. α makes ρ_t = α_t/α_{1:t}; without it ρ_t = 1. */
export interface AlgorithmOneCase extends Pick<BootstrapCase, 'function' | 'rule' | 'beta' | 'start' | 'first'> {
  readonly alpha: readonly Num[] | null;
}

const ALGORITHM_ONE = signature({
  ...NAMES,
  ρ: made(number('1')),
  // The unit vectors: directions in which w_t may go.
  e: given(vector('w', 'w'), 1),
}, FUNCTIONS);

/** Algorithm 1: positions x_0, x_1, …, and parameters w_1, w_2, …. */
export function algorithmOne(cases: (numbers: NumberSource) => fc.Arbitrary<AlgorithmOneCase>): World<AlgorithmOneCase> {
  return {
    signature: ALGORITHM_ONE,
    says: ['f convex and differentiable', 'φ affine in w, A_t = Dφ(x_{t−1}, w_t)', 'Algorithm 1 with ρ_t = 1, or with ρ_t = α_t/α_{1:t} (Section 2)', 'e_i: the unit vectors'],
    cases,
    simpler: (data) => [
      { ...data, alpha: null },
      ...data.beta.slice(1).map((_, i): AlgorithmOneCase => ({ ...data, beta: data.beta.slice(0, i + 1), alpha: data.alpha?.slice(0, i + 1) ?? null })),
    ],
    play<S>(K: Space<S>, subject: Subject, data: AlgorithmOneCase): Played<S> | Rejected {
      const T = data.beta.length;
      if (data.alpha !== null) positiveSequence('α', data.alpha, T);
      const f = isOrdered(K) ? subject.convexFunction(K, data.function) : subject.differentiableFunction(K, data.function);
      const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
      const rho = data.alpha === null ? data.beta.map(() => K.one) : subject.averagingRates(K, data.alpha.map((a) => K.from(a)));
      const beta = data.beta.map((b) => K.from(b));
      const [start, first] = [parseVector(K, data.start), parseVector(K, data.first)];
      const steps = subject.metaGradient(K, { gradient: f.gradient, rule, beta, rho, start, first });
      if (steps.some(({ x, next }) => isFar(K, x) || isFar(K, next))) return rejected('the trajectory diverges');
      const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
      const m = rule.parameters;
      return {
        values: {
          K,
          constants: { T, n: f.dimension, m },
          size: { x: f.dimension, w: m },
          names: {
            'x*': () => f.minimiser,
            β: (t) => beta[t - 1],
            ρ: (t) => rho[t - 1],
            x: (t) => (t === 0 ? start : steps[t - 1]?.x),
            w: (t) => (t === T + 1 ? steps.at(-1)!.next : steps[t - 1]?.w),
            A: (t) => (steps[t - 1] === undefined ? undefined : rule.jacobian(steps[t - 1]!.previous)),
            e: (i) => K.vector(m, (k) => (k === i - 1 ? K.one : K.zero)),
          },
          functions: {
            f: ([x]) => f.value(x as Vector<S>),
            '∇f': ([x]) => f.gradient(x as Vector<S>),
            B_f: (args) => f.divergence(...two(args)),
            φ: (args) => rule.apply(...two(args)),
          },
          sets: {},
        },
        still: steps.every(({ w, next }) => isZero(K, K.minus(next, w))),
        labels: [`φ: ${data.rule.kind}`, `f: ${data.function.body.kind}`, data.alpha === null ? 'ρ_t = 1' : 'ρ_t of averages', ...(T >= 2 ? ['T ≥ 2'] : [])],
        evidence: () => ({
          f: f.formula(),
          'x*': show(K, f.minimiser),
          φ: rule.formula(),
          'x_0': show(K, start),
          rounds: steps.map(({ t, x, w, next }, i) => ({
            t,
            β: K.format(beta[i]!),
            ρ: K.format(rho[i]!),
            w: show(K, w),
            x: show(K, x),
            '∇f(x)': show(K, f.gradient(x)),
            'w_{t+1}': show(K, next),
          })),
        }),
      };
    },
  };
}
