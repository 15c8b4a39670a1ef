import type fc from 'fast-check';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { roundsEvidence, runEvidence } from './told.js';
import { number, vector } from '../formula/unit.js';
import { isProduct, shrunk, type ReparametrisedCase, type ScalingCase } from '../generator/scaled-case.js';
import { diverged, metaLabels, prepare, simplerMetaCases, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { Subject } from '../subject.js';
import { metaNames, metaSizes } from './meta.js';
import { FUNCTIONS, NAMES, given, made, signature } from './names.js';
import type { Played, World } from './world.js';

const { f, '∇f': gradient } = FUNCTIONS;
const [point, loss, parameter] = [made(vector('x', 'x')), made(vector('f/w', 'w')), made(vector('w', 'w'))];
const SCALED = signature({
  ...NAMES,
  // φ′(x, v) = φ(x, d⊙v)
  d: given(vector('1', 'w')),
  v: parameter,
  'S′': made(vector('αf/w', 'w')),
  'g′': loss,
  'g̃′': loss,
  // w* of φ, v* of φ′, by Definition 1.
  'w*': made(vector('w', 'w'), 0),
  'v*': made(vector('w', 'w'), 0),
  // d = c(1, …, 1), and the run of φ with c²β.
  c: given(number('1')),
  u: parameter,
  y: point,
}, { φ: FUNCTIONS.φ, Dφ: FUNCTIONS.Dφ, Π_W: FUNCTIONS.Π_W });

/** A run of φ′(x, v) = φ(x, d⊙v) on W′ = W/d; `beside`: and of φ with c²β, for one factor c, with the w* of both. */
export function scaled(cases: (numbers: NumberSource) => fc.Arbitrary<ReparametrisedCase>, beside = false): World<ReparametrisedCase> {
  return {
    signature: SCALED,
    says: [
      'φ affine in w, d > 0, hints transform as gradients do: g̃′ = d⊙g̃',
      'W closed and convex, a product of intervals where d is no multiple of (1, …, 1)',
      'v_t, g′_t, S′_t and v* of φ′(x, v) = φ(x, d⊙v) on W′ = {w/d: w ∈ W}, w* of φ on W',
      ...(beside ? ['d = c(1, …, 1); u_t and y_t the w_t and x̄_t of φ on W with c²β'] : []),
    ],
    cases,
    simpler: (data) => simplerMetaCases(data.run).map((run) => ({ ...data, run })),
    play: (K, subject, data) => playScaled(K as never, subject, data, beside),
  };
}

function playScaled<S>(K: OrderedSpace<S>, subject: Subject, { run: data, scale }: ReparametrisedCase, beside: boolean): Played<S> | Rejected {
  const d = parseVector(K, scale);
  const uniform = scale.every((entry) => entry === scale[0]);
  if (!uniform && !isProduct(data.set)) return rejected('W is no product of intervals, and d no multiple of (1, …, 1)');
  const plain = prepare(K, subject, data);
  const { rule, set } = plain.config;
  const other = prepare(K, subject, { ...data, rule: { kind: 'reparametrised', rule: data.rule, scale }, set: shrunk(K, data.set, d) });
  const rounds = subject.optimisticMetaLearning(K, other.config, other.hint);
  if (diverged(K, rounds)) return rejected('the trajectory diverges');
  // What φ makes of the same points.
  const own = rounds.map((round) => {
    const jacobian = rule.jacobian(round.previousAverage);
    const w = K.hadamard(d, round.w);
    return { ...round, jacobian, w, play: w, metaGradient: K.applyTranspose(jacobian, round.gradient, d.length), offset: rule.offset(round.previousAverage) };
  });
  const names: { [name: string]: (t: number) => S | Vector<S> | undefined } = {};
  if (beside) {
    const square = K.mul(d[0]!, d[0]!);
    const same = subject.optimisticMetaLearning(K, { ...plain.config, beta: plain.config.beta.map((beta) => K.mul(square, beta)) }, plain.hint);
    const [v, w] = ([[rounds, other.config.set], [own, set]] as const).map(([path, room]) =>
      subject.smallestComparator(K, room, subject.definitionOne(K, path, plain.f.minimiser))
    );
    if (v === null || w === null) return rejected('φ does not preserve regret (Definition 1 has no solution)');
    Object.assign(names, { c: () => d[0]!, 'v*': () => v!.w, 'w*': () => w!.w, u: (t: number) => same[t - 1]?.w, y: (t: number) => same[t - 1]?.average });
  }
  const { w: _, S, g, 'g̃': hint, b: _offset, A, ...rest } = metaNames(plain.f, rounds, other.config.beta);
  return {
    values: {
      K,
      constants: { T: rounds.length, n: plain.f.dimension, m: d.length },
      size: { x: plain.f.dimension, w: d.length },
      names: { ...rest, A, d: () => d, v: (t) => rounds[t - 1]?.w, 'S′': S, 'g′': g, 'g̃′': hint, ...names } as Played<S>['values']['names'],
      functions: {
        φ: ([x, w]) => rule.apply(x as Vector<S>, w as Vector<S>),
        Dφ: ([x]) => rule.jacobian(x as Vector<S>),
        Π_W: ([w]) => set.project(w as Vector<S>),
      },
      sets: { W: set },
    },
    sizes: () => {
      const sizes = metaSizes(K as never, plain as never, own as never, null);
      const { w, S: sum, g: slope, ...known } = sizes.names as { readonly [name: string]: (t: number) => Vector<number> };
      const factor = d as Vector<number>;
      const each = (v: Vector<number>, of: (entry: number, i: number) => number): Vector<number> => Float64Array.from(v, of);
      return {
        ...sizes,
        names: {
          ...known,
          v: (t) => each(w!(t), (entry, i) => entry / factor[i]!),
          'S′': (t) => each(sum!(t), (entry, i) => entry * factor[i]!),
          'g′': (t) => each(slope!(t), (entry, i) => entry * factor[i]!),
        },
      };
    },
    still: rounds.every(({ w }) => Array.from(w).every((entry) => K.equal(entry, K.zero))) || d.length === 0,
    labels: [...metaLabels(K, data, rounds), uniform ? 'one factor' : 'a factor for each coordinate'],
    evidence: () => ({ d: show(K, d), 'φ′': other.config.rule.formula(), 'W′': other.config.set.name, ...runEvidence(K, plain, rounds, null)() }),
  };
}

/** Algorithm 2 with φ and β = 1/(λL), beside φ = w with β = 1/L, on W = Rⁿ. */
export function besideClassical(cases: (numbers: NumberSource) => fc.Arbitrary<ScalingCase>): World<ScalingCase> {
  return {
    signature: signature(
      { L: NAMES.L, λ: NAMES.λ, 'x*': NAMES['x*'], G: NAMES.G, 'x̄': point, 'x̄′': point, 'G′': NAMES.G, 'g′': loss },
      { f, '∇f': gradient },
    ),
    says: [
      'f convex and L-smooth on all of Rⁿ, ∇f(x*) = 0',
      '‖Dφ(x, w)ᵀ∇f(x)‖² ≤ λ‖∇f(x)‖² on the run, λ < 1; W closed and convex',
      'α_t = 1; x̄′_t by Algorithm 2 with φ and β = 1/(λL), x̄_t with φ = w, W = Rⁿ and β = 1/L; w_1 = 0',
    ],
    cases,
    simpler: ({ run, lambda }) =>
      simplerMetaCases(run).filter(({ rule, set, alpha }) => rule === run.rule && set === run.set && alpha.length > 1).map((simpler) => ({ run: simpler, lambda })),
    play: (K, subject, data) => playBeside(K as never, subject, data),
  };
}

function playBeside<S>(K: OrderedSpace<S>, subject: Subject, { run: data, lambda }: ScalingCase): Played<S> | Rejected {
  const classical: MetaCase = { ...data, rule: { kind: 'identity' }, set: { kind: 'all', dimension: data.start.length } };
  const runs = [prepare(K, subject, classical), prepare(K, subject, data)] as const;
  const [λ, L] = [K.from(lambda), runs[0].f.smoothness];
  if (K.lessOrEqual(L, K.zero)) return rejected('f is constant');
  const T = data.alpha.length;
  const play = (run: typeof runs[0], scale: S) => subject.optimisticMetaLearning(K, { ...run.config, beta: subject.constantRate(K.div(K.one, K.mul(scale, L)), T) }, run.hint);
  const [plain, learnt] = [play(runs[0], K.one), play(runs[1], λ)];
  const { f: own, config } = runs[1];
  return {
    values: {
      K,
      constants: { T, n: own.dimension, m: config.rule.parameters },
      size: { x: own.dimension, w: config.rule.parameters },
      names: {
        L: () => L,
        λ: () => λ,
        'x*': () => own.minimiser,
        G: (t) => plain[t - 1]?.gradient,
        'x̄': (t) => plain[t - 1]?.average,
        'x̄′': (t) => learnt[t - 1]?.average,
        'G′': (t) => learnt[t - 1]?.gradient,
        'g′': (t) => learnt[t - 1]?.metaGradient,
      },
      functions: { f: ([x]) => own.value(x as Vector<S>), '∇f': ([x]) => own.gradient(x as Vector<S>) },
      sets: {},
    },
    still: false,
    labels: [],
    evidence: () => ({
      φ: config.rule.formula(),
      W: config.set.name,
      λ: K.format(λ),
      f: own.formula(),
      'x*': show(K, own.minimiser),
      L: K.format(L),
      'x̄_0': show(K, config.start),
      'φ = w': roundsEvidence(K, plain),
      'with φ': roundsEvidence(K, learnt),
    }),
  };
}
