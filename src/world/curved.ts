import fc from 'fast-check';
import { isOrdered, type Matrix, type Space, type Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { matrix, vector } from '../formula/unit.js';
import { simplerCurves, type CurvedCase } from '../generator/curved-case.js';
import { diverged, metaLabels } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { runEvidence } from './told.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';
import { isZero } from './linear.js';
import { metaNames, prepared, raised } from './meta.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import type { Played, World } from './world.js';

const CURVED = signature({
  ...NAMES,
  N: given(matrix('x/w²', 'x', 'w')),
  M: given(matrix('x/w³', 'x', 'w')),
  // A point of W.
  v: given(vector('w', 'w')),
}, FUNCTIONS);

/** Algorithm 2 with a φ that is not affine in w: g_t = Dφ(x̄_{t−1}, w_t)ᵀG_t. */
export function curved(cases: (numbers: NumberSource) => fc.Arbitrary<CurvedCase>): World<CurvedCase> {
  return {
    signature: CURVED,
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      'φ(x, w) = A(x)w + b(x) + Nw² + Mw³, powers entry by entry',
      'Algorithm 2, g_t = Dφ(x̄_{t−1}, w_t)ᵀG_t: η_t = β_t (Eq. 4) or β_{t−1}; v ∈ W',
    ],
    cases: (numbers) => cases(numbers).chain((data) => raised(numbers, fc.constant(data.run)).map((run) => ({ ...data, run }))),
    simpler: simplerCurves,
    play: playCurved,
  };
}

function playCurved<S>(K: Space<S>, subject: Subject, { run: data, square, cube, comparator }: CurvedCase): Played<S> | Rejected {
  const own = prepared(K, subject, data);
  const { f, config: { rule, set, alpha, beta, index, projection, start } } = own;
  const [N, M] = [square.map((row) => parseVector(K, row)), cube.map((row) => parseVector(K, row))];
  const v = set.project(parseVector(K, comparator));
  const powers = (w: Vector<S>): [Vector<S>, Vector<S>] => [K.hadamard(w, w), K.hadamard(w, K.hadamard(w, w))];
  const apply = (x: Vector<S>, w: Vector<S>): Vector<S> => {
    const [second, third] = powers(w);
    return K.plus(rule.apply(x, w), K.plus(K.apply(N, second), K.apply(M, third)));
  };
  const jacobian = (x: Vector<S>, w: Vector<S>): Matrix<S> => {
    const [second] = powers(w);
    return rule.jacobian(x).map((row, i) => K.plus(row, K.plus(K.scale(K.from(2), K.hadamard(N[i]!, w)), K.scale(K.from(3), K.hadamard(M[i]!, second)))));
  };
  const rounds: Round<S>[] = [];
  const losses: Vector<S>[] = [];
  let [previousAverage, alphaSumBefore] = [start, K.zero];
  const play = (count: number): ReturnType<typeof subject.ftrl<S>>[number] =>
    subject.ftrl(K, { set, alpha: alpha.slice(0, count), beta: beta.slice(0, count + 1), index, projection }, [...losses, K.zeros(set.dimension)].slice(0, count)).at(-1)!;
  for (const [i, weight] of alpha.entries()) {
    const { play: w } = play(i + 1);
    const [x, A] = [apply(previousAverage, w), jacobian(previousAverage, w)];
    const alphaSum = K.add(alphaSumBefore, weight);
    const average = K.axpy(K.div(alphaSumBefore, alphaSum), previousAverage, K.scale(K.div(weight, alphaSum), x));
    const gradient = f.gradient(average);
    const metaGradient = K.applyTranspose(A, gradient, set.dimension);
    losses.push(metaGradient);
    rounds.push({
      ...play(i + 1),
      alphaSumBefore,
      alphaSum,
      w,
      previousAverage,
      average,
      x,
      jacobian: A,
      offset: apply(previousAverage, K.zeros(set.dimension)),
      gradient,
      metaGradient,
    });
    [previousAverage, alphaSumBefore] = [average, alphaSum];
  }
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
  const flat = cube.every((row) => row.every((entry) => Number(entry) === 0));
  return {
    values: {
      K,
      constants: { T: rounds.length, n: f.dimension, m: set.dimension },
      size: { x: f.dimension, w: set.dimension },
      names: { ...metaNames(f, rounds, beta), 'x*': () => f.minimiser, N: () => N, M: () => M, v: () => v },
      functions: {
        f: ([x]) => f.value(x as Vector<S>),
        '∇f': ([x]) => f.gradient(x as Vector<S>),
        B_f: (args) => f.divergence(...two(args)),
        φ: (args) => apply(...two(args)),
        Dφ: (args) => jacobian(...two(args)),
      },
      sets: { W: set },
    },
    still: rounds.every(({ gradient, w }) => isZero(K, gradient) || isZero(K, K.minus(w, v))),
    labels: [...metaLabels(K, data, rounds), flat ? 'φ: quadratic' : 'φ: cubic'],
    signed: true,
    evidence: () => ({
      ...(isOrdered(K) ? runEvidence(K, own as never, rounds, v)() : {}),
      N: N.map((row) => Array.from(row, K.format)),
      M: M.map((row) => Array.from(row, K.format)),
    }),
  };
}
