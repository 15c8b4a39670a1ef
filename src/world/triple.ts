import type fc from 'fast-check';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import type { OrderedSpace, Space, Vector } from '../arithmetic/space.js';
import { matrix, number, vector } from '../formula/unit.js';
import { summands } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { isSteady, simplerTriples, type TripleCase } from '../generator/triple-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector, operatorNormSquaredBound } from '../problem/body.js';
import type { Subject } from '../subject.js';
import { functionSizes } from './meta.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import type { Played, World } from './world.js';

const [point, parameters] = [given(vector('x', 'x')), given(vector('w', 'w'))];
const { '∇f': gradient, Dφ } = FUNCTIONS;

/** Three points, and where φ = (A + τ(x)B)w + b(x), τ(x) = ⟨d, x⟩ cut off at ±1, B and d. */
export function triple(cases: (numbers: NumberSource) => fc.Arbitrary<TripleCase>): World<TripleCase> {
  return {
    signature: signature(
      {
        L: NAMES.L,
        'λ̃': given(number('x²/w²')),
        x: point,
        'x′': point,
        'x″': point,
        w: parameters,
        'w′': parameters,
        d: given(vector('1/x', 'x')),
        B: given(matrix('x/w', 'x', 'w')),
      },
      { '∇f': gradient, Dφ, b: { args: [point.type], result: point.type, subscripts: 0, given: true } },
      {},
    ),
    says: ['f convex and L-smooth, not constant', 'φ affine in w, so that Dφ is the same for all w'],
    cases,
    simpler: simplerTriples,
    play<S>(space: Space<S>, subject: Subject, data: TripleCase): Played<S> {
      const K = space as OrderedSpace<S>;
      const f = subject.convexFunction(K, data.function);
      const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
      const [x, second, third] = [data.x, data.second, data.third].map((entries) => parseVector(K, entries)) as [Vector<S>, Vector<S>, Vector<S>];
      const norm = operatorNormSquaredBound(K, rule.jacobian(x));
      const lambda = data.lambda !== null ? K.from(data.lambda) : rule.jacobianBound === null ? norm : K.min(norm, rule.jacobianBound);
      const gain = data.rule.kind === 'state-affine' ? { B: data.rule.gain.map((row) => parseVector(K, row)), d: parseVector(K, data.rule.direction) } : null;
      const zero = K.zeros(rule.parameters);
      const change = K.minus(K.applyTranspose(rule.jacobian(second), f.gradient(second), zero.length), K.applyTranspose(rule.jacobian(third), f.gradient(second), zero.length));
      const isZero = (v: Vector<S>): boolean => Array.from(v).every((entry) => K.equal(entry, K.zero));
      const steady = isSteady(data);
      const drifts = !isZero(K.minus(rule.offset(x), rule.offset(second)));
      const told = (v: Vector<S>): string => rule.jacobian(v).map((row) => show(K, row)).join('; ');
      return {
        values: {
          K,
          constants: { T: 1, n: f.dimension, m: rule.parameters },
          size: { x: f.dimension, w: rule.parameters },
          names: {
            L: () => f.smoothness,
            'λ̃': () => lambda,
            x: () => x,
            'x′': () => second,
            'x″': () => third,
            w: () => zero,
            'w′': () => zero,
            ...(gain === null ? {} : { d: () => gain.d, B: () => gain.B }),
          },
          functions: { '∇f': ([at]) => f.gradient(at as Vector<S>), Dφ: ([at]) => rule.jacobian(at as Vector<S>), b: ([at]) => rule.offset(at as Vector<S>) },
          sets: {},
        },
        sizes: () => ({
          gamma: gamma(ledgerRoundings({ horizon: 1, dimension: f.dimension, parameters: rule.parameters, summands: summands(data.function.body) })),
          names: {},
          functions: { '∇f': functionSizes(f as never)['∇f']! },
          sets: {},
        }),
        labels: [`φ: ${data.rule.kind}`, steady ? 'satisfied' : 'never satisfied', ...(steady && drifts ? ['b depends on x'] : [])],
        // Evidence that no λ̃ will do is a difference at x = x′.
        still: steady ? isZero(K.minus(f.gradient(x), f.gradient(second))) : isZero(change),
        evidence: () => ({
          f: f.formula(),
          φ: rule.formula(),
          x: show(K, x),
          'x′': show(K, second),
          'x″': show(K, third),
          '∇f(x)': show(K, f.gradient(x)),
          '∇f(x′)': show(K, f.gradient(second)),
          'Dφ(x′)': told(second),
          'Dφ(x″)': told(third),
        }),
      };
    },
  };
}
