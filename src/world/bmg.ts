import type fc from 'fast-check';
import { gamma } from '../../oracles/rounding.js';
import { isOrdered, isReal, type Matrix, type OrderedSpace, type Space, type Vector } from '../arithmetic/space.js';
import { isQuadraticMirror, pullbackSize, sizeOf, wandered } from './bmg-run.js';
import { rejected, type Rejected } from '../claim.js';
import { vector } from '../formula/unit.js';
import { runBootstrap, simplerBootstrapCases, type BootstrapCase, type BootstrapRun, type UnrollingCase } from '../generator/bootstrap-case.js';
import type { NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import { isQuadratic } from '../problem/mirror.js';
import type { Subject } from '../subject.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, Sizes, World } from './world.js';

const BMG = signature({
  ...NAMES,
  z: made(vector('x', 'x')),
  // Directions in which w_t may go: multiples of the unit vectors.
  e: given(vector('w', 'w'), 1),
  p: made(vector('x', 'x')),
  y: made(vector('x', 'x')),
  ẑ: made(vector('x', 'x')),
}, FUNCTIONS);

/** Algorithm 3: positions x_0, x_1, …, parameters w_1, w_2, …, targets z_1, z_2, …. */
export function bmg(cases: (numbers: NumberSource) => fc.Arbitrary<BootstrapCase>): World<BootstrapCase> {
  return {
    signature: BMG,
    says: ['μ convex and differentiable on Rⁿ', 'φ affine in w, A_t = Dφ(x_{t−1}, w_t)', 'β_t > 0', 'Algorithm 3; z_t is held fixed', 'e_i: any multiple of a unit vector'],
    cases,
    simpler: simplerBootstrapCases,
    play: (K, subject, data) => playBmg(K, subject, data, runBootstrap(K, subject, data)),
  };
}

/** The same, beside what k more steps of the learner make of x_t with the same w_t: p_t after k − 1 of them, y_t after all, and the target ẑ_t from there. A_t and b_t are those of p_t. */
export function unrolled(cases: (numbers: NumberSource) => fc.Arbitrary<UnrollingCase>): World<UnrollingCase> {
  return {
    signature: BMG,
    says: [
      'f differentiable',
      'φ affine in w',
      'p_t, y_t: k − 1 and k = 1, 2 or 3 steps of Algorithm 3 from x_t with β = 0, which leave w_t alone; ẑ_t: the target that unrolls k steps',
    ],
    cases,
    simpler: ({ run, unroll }) => [...(unroll > 1 ? [{ run, unroll: 1 }] : []), ...simplerBootstrapCases(run).map((shorter) => ({ run: shorter, unroll }))],
    play: playUnrolled,
  };
}

function playUnrolled<S>(K: Space<S>, subject: Subject, { run: data, unroll }: UnrollingCase): Played<S> | Rejected {
  const run = runBootstrap(K, subject, data);
  const played = playBmg(K, subject, data, run);
  if ('kind' in played) return played;
  const { f: { gradient }, config, steps, targets } = run;
  const ahead = steps.map(({ x, w }) => {
    const frozen = subject.bootstrappedMetaGradient(K, { ...config, beta: Array.from({ length: unroll }, () => K.zero), start: x, first: w, target: ({ x: at }) => at });
    return { p: frozen.at(-1)!.previous, y: frozen.at(-1)!.x, target: subject.bootstrappedTarget(K, config.rule, gradient, x, w, unroll) };
  });
  const built = momentum(K, run);
  return {
    ...played,
    values: {
      ...played.values,
      names: {
        ...played.values.names,
        p: (t) => ahead[t - 1]?.p,
        y: (t) => ahead[t - 1]?.y,
        ẑ: (t) => ahead[t - 1]?.target,
        A: (t) => (ahead[t - 1] === undefined ? undefined : config.rule.jacobian(ahead[t - 1]!.p)),
        b: (t) => (ahead[t - 1] === undefined ? undefined : config.rule.offset(ahead[t - 1]!.p)),
      },
    },
    still: steps.every(({ x }, i) => Array.from(x).every((entry, k) => K.equal(entry, targets[i]![k]!))),
    labels: [...played.labels, `unrolled: ${unroll}`, ...(built === null ? [] : [`along −∇h, against the plain meta-gradient: ${built}`])],
    evidence: () => ({ ...played.evidence(), k: unroll }),
  };
}

/** Whether the last step goes further along −∇h, ∇h = Dφᵀ∇f(x_t), than the step −β∇h of the plain meta-gradient: ⟨w_{t+1} − w_t, −∇h⟩ > β‖∇h‖². */
function momentum<S>(K: Space<S>, { f, config: { rule, beta }, steps }: BootstrapRun<S>): 'further' | 'not further' | 'backwards' | null {
  if (!isOrdered(K)) return null;
  const { previous, x, w, next } = steps.at(-1)!;
  const plain = K.applyTranspose(rule.jacobian(previous), f.gradient(x), w.length);
  const [along, own] = [K.dot(K.minus(w, next), plain), K.mul(beta.at(-1)!, K.dot(plain, plain))];
  if (K.compare(own, K.zero) <= 0) return null;
  if (K.compare(along, own) > 0) return 'further';
  return K.compare(along, K.zero) < 0 ? 'backwards' : 'not further';
}

function playBmg<S>(K: Space<S>, subject: Subject, data: BootstrapCase, run: BootstrapRun<S>): Played<S> | Rejected {
  const { f, mirror, config: { rule, beta }, steps, targets } = run;
  if (wandered(K, steps, targets)) return rejected('the trajectory diverges');
  const matrices = steps.map(({ previous }) => rule.jacobian(previous));
  const offsets = steps.map(({ previous }) => rule.offset(previous));
  const directions = Array.from({ length: rule.parameters }, (_, i) => {
    const length = stepLength(K, matrices, i);
    return K.vector(rule.parameters, (k) => (k === i ? length : K.zero));
  });
  const divergence = (spec: BootstrapCase['mirror']) => ([x, z]: readonly unknown[]): S => subject.bregman(K, spec, f, x as Vector<S>, z as Vector<S>).value;
  return {
    values: {
      K,
      constants: { T: steps.length, n: f.dimension, m: rule.parameters },
      size: { x: f.dimension, w: rule.parameters },
      names: {
        'x*': () => f.minimiser,
        β: (t) => beta[t - 1],
        x: (t) => (t === 0 ? run.config.start : steps[t - 1]?.x),
        w: (t) => (t === steps.length + 1 ? steps.at(-1)!.next : steps[t - 1]?.w),
        z: (t) => targets[t - 1],
        A: (t) => matrices[t - 1],
        b: (t) => offsets[t - 1],
        e: (i) => directions[i - 1],
      },
      functions: {
        f: ([x]) => f.value(x as Vector<S>),
        '∇f': ([x]) => f.gradient(x as Vector<S>),
        B_f: divergence({ kind: 'loss' }),
        φ: ([x, w]) => rule.apply(x as Vector<S>, w as Vector<S>),
        μ: ([x]) => mirror.value!(x as Vector<S>),
        '∇μ': ([x]) => mirror.gradient(x as Vector<S>),
        B_μ: divergence(data.mirror),
      },
      sets: {},
    },
    sizes: () => bmgSizes(K as never, subject, data, run as never, matrices as never, directions as never),
    still: !steps.some(({ w, next }) => Array.from(w).some((entry, j) => !K.equal(entry, next[j]!))),
    labels: [
      `f: ${data.function.body.kind}`,
      `μ: ${data.mirror.kind}`,
      `φ: ${data.rule.kind}`,
      `z: ${data.target.kind}`,
      ...(steps.length >= 2 ? ['T ≥ 2'] : []),
      ...(steps.length >= 8 ? ['T ≥ 8'] : []),
      ...(isQuadratic(data.function.body) ? [] : ['f no quadratic']),
      ...(isReal(K) || !isQuadraticMirror(data.mirror, data.function) ? [] : ['∇d_t as a difference quotient']),
    ],
    evidence: () => ({
      f: f.formula(),
      'x*': show(K, f.minimiser),
      μ: mirror.name,
      φ: rule.formula(),
      'x_0': show(K, run.config.start),
      rounds: steps.map(({ t, x, w, next }, i) => ({
        t,
        β: K.format(beta[i]!),
        w: show(K, w),
        Dφ: matrices[i]!.map((row) => show(K, row)),
        x: show(K, x),
        z: show(K, targets[i]!),
        '∇μ(x)': show(K, mirror.gradient(x)),
        '∇μ(z)': show(K, mirror.gradient(targets[i]!)),
        'w_{t+1}': show(K, next),
      })),
    }),
  };
}

/** 1 in exact arithmetic. In float64 a power of 2 so small that x_t + Dφ e_i stays near x_t, where exponentials are of its size. */
function stepLength<S>(K: Space<S>, matrices: readonly Matrix<S>[], i: number): S {
  if (K.exact || !isOrdered(K)) return K.one;
  const longest = matrices.flat().reduce((max, row) => Math.max(max, Math.abs(K.toNumber(row[i]!))), 1);
  return K.from(2 ** -Math.ceil(Math.log2(longest)));
}

/** Sums by their summands; ∇μ and B_μ at a point that was such a sum move as it does. */
function bmgSizes(
  K: OrderedSpace<number>,
  subject: Subject,
  data: BootstrapCase,
  { f, mirror, config: { rule, beta }, steps, targets, roundings }: BootstrapRun<number>,
  matrices: readonly Matrix<number>[],
  directions: readonly Vector<number>[],
): Sizes {
  type Point = Vector<number>;
  const loss = f as ConvexFunction<number>;
  const output = (x: Point, w: Point): Point => K.plus(K.apply(rule.jacobian(x).map((row) => sizeOf(K, row)), sizeOf(K, w)), sizeOf(K, rule.offset(x)));
  const slope = (x: Point, size = sizeOf(K, x)): Point => mirror.gradientMagnitude(x, size);
  const positions = steps.map(({ previous, w }) => K.plus(sizeOf(K, previous), output(previous, w)));
  const ahead = steps.map(({ previous, w }) => K.plus(sizeOf(K, previous), output(previous, sizeOf(K, w, ...directions))));
  const isSame = (a: Point, b: Point): boolean => Array.from(a).every((entry, i) => entry === b[i]);
  /** Of a point that stands before z_t or x_t in a divergence: it lies ahead of x_t. */
  const reach = (x: Point, from: Point): Point => ahead.reduce((size, one, i) => (isSame(from, targets[i]!) || isSame(from, steps[i]!.x) ? K.plus(size, one) : size), sizeOf(K, x));
  const divergence = (spec: BootstrapCase['mirror'], x: Point, z: Point, size: Point): number => subject.bregman(K, spec, f, x, z).magnitude(size);
  const apart = (spec: BootstrapCase['mirror']) => ([x, z]: readonly unknown[]): number => divergence(spec, x as Point, z as Point, reach(x as Point, z as Point));
  return {
    gamma: gamma(roundings),
    names: {
      x: (t) => (t === 0 ? sizeOf(K, steps[0]!.previous) : positions[t - 1]!),
      w(t) {
        if (t === 1) return sizeOf(K, steps[0]!.w);
        const { w, x } = steps[t - 2]!;
        return K.axpy(beta[t - 2]!, pullbackSize(K, matrices[t - 2]!, K.plus(slope(x, positions[t - 2]), slope(targets[t - 2]!)), w.length), sizeOf(K, w));
      },
    },
    functions: {
      φ: ([x, w]) => output(x as Point, w as Point),
      '∇f': ([x]) => loss.gradientMagnitude(x as Point),
      B_f: apart({ kind: 'loss' }),
      // Values of f are taken relative to its minimiser.
      μ: ([x]) => divergence(data.mirror, x as Point, f.minimiser, sizeOf(K, x as Point)),
      '∇μ': ([x]) => slope(x as Point),
      B_μ: apart(data.mirror),
    },
    sets: {},
  };
}
