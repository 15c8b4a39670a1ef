import { dualSpace, type Dual } from '../../oracles/dual.js';
import { gamma, ledgerRoundings } from '../../oracles/rounding.js';
import { withRoots } from '../arithmetic/rational-roots.js';
import type { RealSpace, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector, type Type } from '../formula/unit.js';
import { summands } from '../generator/meta-case.js';
import { isZero, preparePath, strays } from '../generator/path-case.js';
import { rootCase, type RootCase } from '../generator/root-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import { absolute } from '../problem/convex-function.js';
import type { Subject } from '../subject.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, World } from './world.js';

const [WEIGHT, WEIGHTS] = [number('f²/x⁴'), vector('f²/x⁴', 'x')];
/** [x]/[w] */
const slope = (shape: 'vector' | 'matrix'): Type => ({ ...(shape === 'vector' ? { shape, room: 'x' } : { shape, rows: 'x', columns: 'x' }), unit: [5, -2, 0, 0] });
const ROOTS = signature({
  // AdaGrad's points.
  x: made(vector('x', 'x')),
  η: given(number('x'), 0),
  ε: given(number('f/x'), 0),
  'ε′': given(number('f²/x²'), 0),
  'x*': NAMES['x*'],
  p: given(vector('x', 'x')),
  c: given(number('f/x²')),
  e: given(number('x')),
  // x and w after a step of Meta-AdaGrad from p and r², with β and the least w.
  y: made(vector('x', 'x'), 0),
  z: made(WEIGHTS, 0),
  β: given(number('f³/x⁴x⁴')),
  l: given(WEIGHT),
  // √w at p, at two weights on the line, and at their mean.
  r: given(vector('f/x²', 'x')),
  u: given(number('f/x²')),
  q: given(number('f/x²')),
  v: given(number('f/x²')),
}, {
  '∇f': FUNCTIONS['∇f'],
  φ: { args: [vector('x', 'x'), WEIGHTS], result: vector('x', 'x'), subscripts: 0, given: false },
  'φ′': { args: [vector('x', 'x'), WEIGHTS], result: slope('vector'), subscripts: 0, given: false },
  Dφ: { args: [vector('x', 'x'), WEIGHTS], result: slope('matrix'), subscripts: 0, given: false },
  φ_c: { args: [WEIGHT], result: number('x'), subscripts: 0, given: false },
  h: { args: [WEIGHT], result: number('f'), subscripts: 0, given: false },
}, {});

/** Meta-AdaGrad's φ, and AdaGrad. */
export const roots: World<RootCase> = {
  signature: ROOTS,
  says: [
    'f convex and L-smooth',
    'w > 0, w = r²',
    'φ(x, w) = −∇f(x)/√w, entry by entry; φ′ its derivative, as the rule has it; Dφ is taken of the values of φ(x, ·) around w',
    'y, z: x and w after a step of Meta-AdaGrad from p and r², with β, no entry of w below l',
    'φ_c(w), h(w) = f_c(e + φ_c(w)): φ and f at x = e for f_c = (c/2)x², n = 1; u², v², q² = ½(u² + v²): weights on the line',
    'x_1, x_2, …: AdaGrad; ε′ is its ε where that stands below the root',
  ],
  cases: rootCase,
  simpler: (data) => [
    ...[1, 2, data.steps - 1].filter((steps) => steps >= 1 && steps < data.steps).map((steps) => ({ ...data, steps })),
    ...(data.roots.every((root) => root === '1') ? [] : [{ ...data, roots: data.roots.map(() => '1') }]),
  ],
  // Squares of rationals have roots.
  play: (K, subject, data) => playRoots(withRoots(K), subject, data),
};

function playRoots<S>(K: RealSpace<S>, subject: Subject, data: RootCase): Played<S> | Rejected {
  const { f, start, rate } = preparePath(K, subject, data);
  const epsilon = K.from(data.epsilon);
  const path = subject.adagrad(K, f.gradient, start, { rates: Array.from({ length: data.steps }, () => rate), epsilon, epsilonInside: data.epsilonInside });
  if (strays(K, path)) return rejected('the path diverges');
  const least = K.from('1/10000');
  const [root, β] = [parseVector(K, data.roots), rate];
  const config = { gradient: f.gradient, rule: subject.metaAdaGrad(K, f.gradient), start, first: K.hadamard(root, root), metaRate: β, least, steps: 1 };
  const [, step] = subject.metaAdaGradDescent(K, config);
  const D = dualSpace(K) as RealSpace<Dual<S>>;
  const one = subject.convexFunction(K, { body: { kind: 'spectral', spectrum: [data.curvature], reflectors: [] }, minimiser: [0] });
  const [rule, alone] = [subject.metaAdaGrad(K, f.gradient), subject.metaAdaGrad(K, one.gradient)];
  const two = (args: readonly unknown[]): [Vector<S>, Vector<S>] => args as [Vector<S>, Vector<S>];
  const [u, v] = data.ends.map((end) => K.from(end)) as [S, S];
  const middle = K.sqrt(K.div(K.add(K.mul(u, u), K.mul(v, v)), K.from(2)));
  const at = (w: S): Vector<S> => alone.apply(K.vector(1, () => K.one), K.vector(1, () => w));
  const lift = (x: Vector<S>, j: number | null): Vector<Dual<S>> => D.vector(x.length, (i) => ({ value: x[i]!, derivative: i === j ? K.one : K.zero }));
  const n = f.dimension;
  return {
    values: {
      K,
      constants: { T: data.steps, n, m: n },
      size: { x: n, w: n },
      names: {
        x: (t) => (t === 1 ? start : path[t - 1]),
        η: () => rate,
        ε: () => epsilon,
        'ε′': () => epsilon,
        'x*': () => f.minimiser,
        r: () => root,
        y: () => step!.x,
        z: () => step!.w,
        β: () => β,
        l: () => least,
        u: () => u,
        v: () => v,
        q: () => middle,
        p: () => start,
        c: () => K.from(data.curvature),
        e: () => K.one,
      },
      functions: {
        '∇f': ([x]) => f.gradient(x as Vector<S>),
        φ: (args) => rule.apply(...two(args)),
        'φ′': (args) => rule.jacobianDiagonal(...two(args)),
        Dφ(args) {
          const [x, w] = two(args);
          const own = subject.metaAdaGrad(D, () => lift(f.gradient(x), null));
          const columns = Array.from(w, (_, j) => own.apply(lift(x, null), lift(w, j)));
          return Array.from(x, (_, i) => K.vector(w.length, (j) => columns[j]![i]!.derivative));
        },
        φ_c: ([w]) => at(w as S)[0]!,
        h: ([w]) => one.value(K.plus(K.vector(1, () => K.one), at(w as S))),
      },
      sets: {},
    },
    sizes: () => {
      const c = Number(data.curvature);
      return {
        gamma: gamma(ledgerRoundings({ horizon: data.steps, dimension: n, parameters: n, summands: summands(data.function.body) })),
        names: { x: (t) => absolute(K as never, (path as unknown as Vector<number>[])[Math.max(t - 2, 0)]!) },
        functions: {
          φ: () => new Float64Array(n),
          'φ′': () => new Float64Array(n),
          φ_c: () => 0,
          // (c/2)(1 + c/√w)², with absolute values.
          h: ([w]) => c * (1 + c / Math.sqrt(w as number)) ** 2,
        },
        sets: {},
      };
    },
    still: isZero(K, f.gradient(start)),
    labels: [
      data.above ? 'h concave' : 'h convex',
      `f: ${data.function.body.kind}`,
      ...(data.epsilonInside ? ['ε inside'] : []),
      ...(data.steps >= 20 ? ['T ≥ 20'] : []),
    ],
    evidence: () => ({
      f: f.formula(),
      c: K.format(K.from(data.curvature)),
      u: K.format(u),
      v: K.format(v),
      q: K.format(middle),
      r: show(K, root),
      'φ_c(u²), φ_c(q²), φ_c(v²)': [u, middle, v].map((end) => show(K, at(K.mul(end, end)))),
      x: path.map((x) => show(K, x)),
      '∇f(x)': path.map((x) => show(K, f.gradient(x))),
    }),
  };
}
