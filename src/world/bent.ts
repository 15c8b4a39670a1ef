import fc from 'fast-check';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import type { Matrix, OrderedSpace, Vector } from '../arithmetic/space.js';
import { matrix, number, vector } from '../formula/unit.js';
import { times } from '../generator/lambda-case.js';
import { functionSpec } from '../generator/function.js';
import { ruleSpec } from '../generator/learner.js';
import { summands } from '../generator/meta-case.js';
import { matrix as rows, vector as entries, type NumberSource } from '../generator/number.js';
import { isZero } from '../generator/path-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute } from '../problem/convex-function.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import { parameterCount, type RuleSpec } from '../update-rule/update-rule.js';
import { raised } from './meta.js';
import { FUNCTIONS, given, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

/** A round's meta-loss on the segment from v to w. */
export interface BentCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  /** N */
  readonly square: readonly (readonly Num[])[];
  /** x̄ */
  readonly state: readonly Num[];
  readonly rho: Num;
  readonly w: readonly Num[];
  readonly v: readonly Num[];
  readonly theta: Num;
  readonly point: readonly Num[];
}

const SHARES: { readonly [name in NumberSource['name']]: readonly Num[] } = { float64: [0.5, 0.25, 0.1, 0.9, 0.7], rational: ['1/2', '1/3', '1/5', '3/4'], 'prime-field': [] };

/** Any f, and a φ of which a half are affine. */
export function bentCase(numbers: NumberSource): fc.Arbitrary<BentCase> {
  return fc.record({ n: fc.integer({ min: 1, max: numbers.dimension }), m: fc.integer({ min: 1, max: numbers.dimension }) }).chain(({ n, m }) =>
    ruleSpec(numbers, n, m).chain((rule) => {
      const parameters = parameterCount(rule, n);
      return fc.record({
        function: functionSpec(numbers, n),
        rule: fc.constant(rule),
        square: fc.oneof(fc.constant(Array.from({ length: n }, () => Array<Num>(parameters).fill(0))), rows(numbers, n, parameters)),
        state: entries(numbers, n),
        rho: fc.constantFrom(1, ...SHARES[numbers.name]),
        w: entries(numbers, parameters),
        v: entries(numbers, parameters),
        theta: fc.constantFrom(...SHARES[numbers.name]),
        // Far away, so that one of both functions is not convex.
        point: entries(numbers, n).map((all) => all.map((entry) => times(entry, 16, 1))),
      });
    })
  );
}

/** f = ½cx², and φ(x̄, w) = ±(k + q(w − r)²) with k ≥ 0, x̄ on the same side of 0: h is convex on R, and φ is not affine where q > 0. */
export function parabolaCase(numbers: NumberSource): fc.Arbitrary<BentCase> {
  const small = fc.integer({ min: 0, max: 3 });
  const scalar = numbers.scalar.map((entry) => [entry]);
  return fc.record({
    sign: fc.constantFrom(1, -1),
    k: small,
    q: small,
    r: fc.integer({ min: -3, max: 3 }),
    x: small,
    c: numbers.positive,
    rho: fc.constantFrom(1, '1/2', '1/3'),
    w: scalar,
    v: scalar,
  })
    .map(({ sign, k, q, r, x, c, rho, w, v }): BentCase => ({
      function: { body: { kind: 'spectral', spectrum: [c], reflectors: [] }, minimiser: [0] },
      rule: { kind: 'affine', matrix: [[-2 * sign * q * r]], offset: [sign * (k + q * r * r)] },
      square: [[sign * q]],
      state: [sign * x],
      rho,
      w,
      v,
      theta: '1/2',
      point: [0],
    }));
}

const BENT = signature(
  {
    ρ: given(number('1')),
    θ: given(number('1')),
    'x̄': given(vector('x', 'x')),
    w: given(vector('w', 'w')),
    v: given(vector('w', 'w')),
    N: given(matrix('x/w²', 'x', 'w')),
    p: given(vector('x', 'x')),
  },
  { f: FUNCTIONS.f, '∇f': FUNCTIONS['∇f'], B_f: FUNCTIONS.B_f, φ: FUNCTIONS.φ },
  {},
);

/** The loss of a round, h(w) = f((1 − ρ)x̄ + ρφ(x̄, w)), for a φ that need not be affine in w. */
export function bent(cases: (numbers: NumberSource) => fc.Arbitrary<BentCase>): World<BentCase> {
  return {
    signature: BENT,
    says: ['f convex and L-smooth on all of Rⁿ', 'φ(x̄, w) = A(x̄)w + b(x̄) + Nw², squares entry by entry: N = 0 where φ is affine', '0 < ρ ≤ 1, 0 < θ < 1; x̄, w, v and p any points'],
    regrets: true,
    cases: (numbers) => raised(numbers, cases(numbers)),
    simpler: (
      data,
    ) => [
      ...(data.rho === 1 ? [] : [{ ...data, rho: 1 }]),
      ...(data.square.flat().every((entry) => entry === 0) ? [] : [{ ...data, square: data.square.map((row) => row.map(() => 0)) }]),
    ],
    play: (K, subject, data) => playBent(K as never, subject, data),
  };
}

function playBent<S>(K: OrderedSpace<S>, subject: Subject, data: BentCase): Played<S> {
  const f = subject.convexFunction(K, data.function);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  const N = data.square.map((row) => parseVector(K, row));
  const [state, point] = [parseVector(K, data.state), parseVector(K, data.point)];
  const [w, v] = [parseVector(K, data.w), parseVector(K, data.v)];
  const [rho, theta] = [K.from(data.rho), K.from(data.theta)];
  const phi = (x: Vector<S>, u: Vector<S>): Vector<S> => K.plus(rule.apply(x, u), K.apply(N, K.hadamard(u, u)));
  const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
  return {
    values: {
      K,
      constants: { T: 1, n: f.dimension, m: rule.parameters },
      size: { x: f.dimension, w: rule.parameters },
      names: { ρ: () => rho, θ: () => theta, 'x̄': () => state, w: () => w, v: () => v, N: () => N, p: () => point },
      functions: { f: ([x]) => f.value(x as Vector<S>), '∇f': ([x]) => f.gradient(x as Vector<S>), B_f: (args) => f.divergence(...two(args)), φ: (args) => phi(...two(args)) },
      sets: {},
    },
    // Points round relative to (1 − ρ)|x̄| + ρφ with all summands positive; a point that is off by δ costs ⟨|∇f|, δ⟩.
    sizes() {
      const most = K.plus(absolute(K, w), absolute(K, v));
      const sum = (A: Matrix<S>, u: Vector<S>): Vector<S> => K.apply(A.map((row) => absolute(K, row)), u);
      const output = K.plus(K.plus(sum(rule.jacobian(state), most), absolute(K, rule.offset(state))), sum(N, K.hadamard(most, most)));
      const reach = K.axpy(K.sub(K.one, rho), absolute(K, state), K.scale(rho, output));
      const slope = f.gradientMagnitude(reach);
      const size = K.add(f.divergenceMagnitude(reach, reach), K.add(f.divergenceMagnitude(reach, f.minimiser), K.add(K.dot(slope, reach), K.abs(f.minimum))));
      return {
        gamma: gamma(ledgerRoundings({ horizon: 1, dimension: f.dimension, parameters: rule.parameters, summands: summands(data.function.body) })),
        names: {},
        functions: { f: () => size, '∇f': () => slope, B_f: () => size, φ: () => output },
        sets: {},
      } as unknown as Sizes;
    },
    still: isZero(K, K.minus(phi(state, w), phi(state, v))),
    labels: [`φ: ${data.rule.kind}`, `f: ${data.function.body.kind}`, N.every((row) => isZero(K, row)) ? 'φ affine' : 'φ not affine'],
    evidence: () => ({
      f: f.formula(),
      φ: `${rule.formula()} + Nw²`,
      N: N.map((row) => show(K, row)),
      ρ: K.format(rho),
      θ: K.format(theta),
      'x̄': show(K, state),
      w: show(K, w),
      v: show(K, v),
      p: show(K, point),
    }),
  };
}
