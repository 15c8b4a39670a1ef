import fc from 'fast-check';
import { failed, passed, rejected, type Outcome } from '../../claim.js';
import type { Json } from '../../verdict.js';
import type { CaseOptions, GateCase } from '../case.js';
import { gateClaim, sessionsFor, type GateClaim, type GateContext } from '../claim.js';
import { ALLOWANCE, expected as expectedOf } from '../expected.js';
import { METHODS, type MethodName, type Quantity } from '../methods.js';
import { play, traceOf, type Played } from '../play.js';
import { sessionEvidence } from './identity.js';

type Matrix = readonly (readonly number[])[];

/** How a quantity of the second session follows from that of the first: v ↦ Mv + c. */
interface Image {
  readonly matrix: Matrix;
  readonly shift: readonly number[];
}

/** A second session that must go as the first one did, seen through `image`. */
interface Transformed {
  readonly data: GateCase;
  readonly image: (quantity: Quantity, length: number) => Image;
}

interface Symmetry {
  readonly id: string;
  readonly statement: string;
  readonly methods: readonly MethodName[];
  /** The numbers that choose the transformation. */
  readonly choice: fc.Arbitrary<number>;
  /** Makes a session that has nothing to transform into one that has: another set, another rule. */
  readonly steer?: (data: GateCase) => GateCase;
  readonly dimension?: number;
  /** null where the session has nothing to transform. */
  readonly transform: (method: MethodName, data: GateCase, choice: number) => Transformed | null;
}

const PLAIN: readonly MethodName[] = ['gradient-descent', 'heavy-ball', 'sgd-momentum', 'nesterov'];
const ELEMENTWISE: readonly MethodName[] = ['meta-sgd', 'optimistic-meta-sgd'];
const ONLINE: readonly MethodName[] = ['ftrl', 'ao-ftrl'];
const CONVEX: readonly MethodName[] = ['convex-meta-learning', 'optimistic-meta-learning'];
const isConvex = (method: MethodName): boolean => CONVEX.includes(method);

const diagonal = (n: number, value: number): Matrix => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? value : 0)));
const zeros = (n: number): number[] => Array<number>(n).fill(0);
const linear = (matrix: Matrix): Image => ({ matrix, shift: zeros(matrix.length) });
const times = (M: Matrix, v: ArrayLike<number>): number[] => M.map((row) => row.reduce((sum, entry, j) => sum + entry * v[j]!, 0));

/** The same session with all of its vectors of Rⁿ turned by M. */
function turned(data: GateCase, M: Matrix, config: GateCase['config'] = data.config): GateCase {
  const all = (vectors: readonly (readonly number[])[]): number[][] => vectors.map((v) => times(M, v));
  return { ...data, config, x0: times(M, data.x0), losses: all(data.losses), hints: all(data.hints), targets: all(data.targets) };
}

/** Orthogonal, with entries that binary numbers hold: every turn of small numbers is exact. */
function rotation(n: number): Matrix {
  switch (n) {
    case 1:
      return [[-1]];
    case 2:
      return [[0, -1], [1, 0]];
    case 3:
      return [[0, 0, -1], [1, 0, 0], [0, 1, 0]];
    default:
      return [[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5], [0.5, 0.5, -0.5, -0.5], [0.5, -0.5, -0.5, 0.5]];
  }
}

const kindOf = (data: GateCase, name: 'set' | 'rule'): string | null => (data.config[name] as { kind: string } | undefined)?.kind ?? null;
const number = (data: GateCase, name: string): number => data.config[name] as number;

function scaledSet(data: GateCase, c: number): { set?: Json } {
  const set = data.config['set'] as { kind: string; radius?: number; lower?: number[]; upper?: number[] } | undefined;
  switch (set?.kind) {
    case 'ball':
      return { set: { kind: 'ball', radius: set.radius! * c } };
    case 'box':
      return { set: { kind: 'box', lower: set.lower!.map((x) => x * c), upper: set.upper!.map((x) => x * c) } };
    default:
      return {};
  }
}

function scaledF(method: MethodName, data: GateCase, c: number): Transformed | null {
  const losses = data.losses.map((g) => g.map((x) => x * c));
  const through = (config: GateCase['config'], meta = 1): Transformed => ({
    data: { ...data, losses, hints: data.hints.map((h) => h.map((x) => x * c)), config: { ...data.config, ...config } },
    image: (quantity, n) => linear(diagonal(n, quantity === 'meta' ? meta : 1)),
  });
  if (PLAIN.includes(method)) return through({ learningRate: number(data, 'learningRate') / c });
  if (method === 'adagrad') return through({ epsilon: number(data, 'epsilon') * (data.config['epsilonInside'] === true ? c * c : c) });
  if (ELEMENTWISE.includes(method)) return through({ rate: number(data, 'rate') / c, metaRate: number(data, 'metaRate') / c ** 3 }, 1 / c);
  // With φ = x − w⊙∇f(x) the parameters scale too, and W with them: the identity and affine rules are enough.
  return kindOf(data, 'rule') === 'elementwise-descent' ? null : through({ beta: number(data, 'beta') / c });
}

function scaledX(method: MethodName, data: GateCase, c: number): Transformed | null {
  const by = (factor: number) => (v: readonly number[]): number[] => v.map((x) => x * factor);
  const through = (config: GateCase['config'], meta = c): Transformed => ({
    data: {
      ...data,
      x0: by(c)(data.x0),
      losses: data.losses.map(by(1 / c)),
      hints: data.hints.map(by(1 / c)),
      targets: data.targets.map(by(c)),
      config: { ...data.config, ...config },
    },
    image: (quantity, n) => linear(diagonal(n, quantity === 'meta' ? meta : c)),
  });
  if (PLAIN.includes(method)) return through({ learningRate: number(data, 'learningRate') * c * c });
  if (method === 'adagrad') {
    return through({ learningRate: number(data, 'learningRate') * c, epsilon: number(data, 'epsilon') / (data.config['epsilonInside'] === true ? c * c : c) });
  }
  if (ELEMENTWISE.includes(method)) return through({ rate: number(data, 'rate') * c * c, metaRate: number(data, 'metaRate') * c ** 4 }, c * c);
  if (ONLINE.includes(method)) return through({ beta: number(data, 'beta') * c * c, ...scaledSet(data, c) });
  if (kindOf(data, 'rule') !== 'identity') return null;
  return isConvex(method) ? through({ beta: number(data, 'beta') * c * c, ...scaledSet(data, c) }) : through({});
}

function permuted(data: GateCase, choice: number): Transformed | null {
  const n = data.x0.length;
  if (n < 2) return null;
  // A cyclic shift by 1 … n − 1.
  const order = Array.from({ length: n }, (_, i) => (i + 1 + (choice % (n - 1))) % n);
  const P = order.map((j) => Array.from({ length: n }, (_, k) => (k === j ? 1 : 0)));
  const moved = <T>(values: readonly T[]): T[] => order.map((j) => values[j]!);
  const set = data.config['set'] as { kind: string; lower?: number[]; upper?: number[] } | undefined;
  const rule = data.config['rule'] as { kind: string; matrix?: number[][]; offset?: number[] } | undefined;
  const affine = rule?.kind === 'affine';
  const config = {
    ...data.config,
    // An affine rule's parameters stay where they are, and so does W.
    ...(set?.kind === 'box' && !affine ? { set: { kind: 'box', lower: moved(set.lower!), upper: moved(set.upper!) } } : {}),
    ...(affine ? { rule: { kind: 'affine', matrix: moved(rule.matrix!), offset: moved(rule.offset!) } } : {}),
  };
  return { data: turned(data, P, config), image: (quantity, length) => linear(quantity === 'meta' && affine ? diagonal(length, 1) : P) };
}

/** φ = w, and W all of Rⁿ where it was a box or had another dimension. */
function withIdentity(data: GateCase): GateCase {
  const { set, rule } = data.config;
  const plain = kindOf(data, 'set') === 'box' || kindOf(data, 'rule') === 'affine';
  return {
    ...data,
    config: { ...data.config, ...(rule === undefined ? {} : { rule: { kind: 'identity' } }), ...(set !== undefined && plain ? { set: { kind: 'all' } } : {}) },
  };
}

/** No ball, and no affine rule: what falls into blocks. */
function separable(data: GateCase): GateCase {
  const affine = kindOf(data, 'rule') === 'affine';
  const changed = {
    ...(affine ? { rule: { kind: 'identity' } } : {}),
    ...(kindOf(data, 'set') === 'ball' || (affine && data.config['set'] !== undefined) ? { set: { kind: 'all' } } : {}),
  };
  return { ...data, config: { ...data.config, ...changed } };
}

const everything = Object.keys(METHODS) as MethodName[];

const SYMMETRIES: readonly Symmetry[] = [
  {
    id: 'translation',
    statement: 'moving x0 and f moves every iterate as far',
    methods: [...PLAIN, 'adagrad', ...ELEMENTWISE],
    choice: fc.integer({ min: -8, max: 8 }).filter((k) => k !== 0),
    transform(_, data, choice) {
      const shift = data.x0.map((_, i) => choice / (i + 1 === 3 ? 4 : i + 1));
      return { data: { ...data, x0: data.x0.map((x, i) => x + shift[i]!) }, image: (quantity, n) => ({ matrix: diagonal(n, 1), shift: quantity === 'meta' ? zeros(n) : shift }) };
    },
  },
  {
    id: 'rotation',
    statement: 'turning x0 and f by an orthogonal matrix turns every iterate',
    methods: [...PLAIN, ...ONLINE, ...CONVEX, 'bootstrapped-meta-gradient'],
    choice: fc.constant(0),
    steer: withIdentity,
    transform(_, data) {
      const Q = rotation(data.x0.length);
      const rule = kindOf(data, 'rule');
      if (kindOf(data, 'set') === 'box' || (rule !== null && rule !== 'identity')) return null;
      return { data: turned(data, Q), image: () => linear(Q) };
    },
  },
  {
    id: 'permutation',
    statement: 'renaming the coordinates renames those of every iterate',
    methods: everything,
    choice: fc.nat(3),
    dimension: 2,
    transform: (_, data, choice) => permuted(data, choice),
  },
  {
    id: 'scaling-f',
    statement: 'c·f with rates that make up for it: the same iterates',
    methods: [...PLAIN, 'adagrad', ...ONLINE, ...CONVEX, ...ELEMENTWISE],
    choice: fc.constantFrom(-3, -1, 2, 4),
    steer: (data) => (kindOf(data, 'rule') === 'elementwise-descent' ? withIdentity(data) : data),
    transform: (method, data, choice) => scaledF(method, data, 2 ** choice),
  },
  {
    id: 'scaling-x',
    statement: 'f(x/c) from c·x0 with rates that make up for it: iterates c times as large',
    methods: everything,
    choice: fc.constantFrom(-2, -1, 1, 3),
    steer: (data) => (kindOf(data, 'rule') === null ? data : withIdentity(data)),
    transform: (method, data, choice) => scaledX(method, data, 2 ** choice),
  },
];

/** Sessions whose gradients are given, in numbers of few bits: transformed ones are exact in either dtype. */
function givenGradients(context: GateContext, options: CaseOptions = {}): fc.Arbitrary<GateCase> {
  const few = fc.integer({ min: -64, max: 64 }).map((k) => k / 16);
  const vectors = (count: number, n: number): fc.Arbitrary<number[][]> => fc.array(fc.array(few, { minLength: n, maxLength: n }), { minLength: count, maxLength: count });
  return sessionsFor(context, { horizon: { min: 1, max: 8 }, ...options }).chain((data) => {
    const [n, T] = [data.x0.length, data.horizon];
    return fc.record({ x0: vectors(1, n), losses: vectors(T, n), hints: vectors(data.hints.length, n), targets: vectors(data.targets.length, n) })
      .map((given): GateCase => ({ ...data, ...given, x0: ONLINE.includes(context.method) ? zeros(n) : given.x0[0]!, function: null }));
  });
}

/** Running error bounds of the entries of a session. */
function errors({ dtype, method, reference }: GateContext, { fed }: Played): (quantity: Quantity, t: number, entry: number) => number {
  return expectedOf(METHODS[method], reference, fed, dtype).error;
}

/** The second session, entry by entry, against the image of the first. */
function agrees(context: GateContext, data: GateCase, one: Played, other: Played, { image }: Transformed, statement: string): Outcome {
  const [first, second] = [traceOf(one.answers), traceOf(other.answers)];
  const [firstError, secondError] = [errors(context, one), errors(context, other)];
  for (let t = 0; t < Math.min(one.answers.length, other.answers.length); t++) {
    for (const quantity of METHODS[context.method].compared) {
      const [v, w] = [first[quantity]?.[t], second[quantity]?.[t]];
      if (v === undefined || w === undefined) return rejected(`it answers without ${quantity}`);
      const { matrix, shift } = image(quantity, v.length);
      const expected = times(matrix, v).map((x, i) => x + shift[i]!);
      for (const [i, value] of expected.entries()) {
        const off = Math.abs(w[i]! - value);
        if (off === 0) continue;
        const allowed = ALLOWANCE *
          (matrix[i]!.reduce((sum, entry, j) => (entry === 0 ? sum : sum + Math.abs(entry) * firstError(quantity, t, j)), 0) + secondError(quantity, t, i));
        if (off <= allowed) continue;
        return failed({
          expected: `${statement}: ${quantity}[${i}] after ${t === 0 ? 'init' : `step ${t}`}`,
          lhs: String(w[i]),
          rhs: Number.isFinite(value) ? String(value) : 'a finite number',
          evidence: { ...sessionEvidence(data, one, t), 'the other session': sessionEvidence(data, other, t), 'expected there': expected, 'got there': Array.from(w), allowed },
        });
      }
    }
  }
  const moves = one.fed.gradients.some((g) => Array.from(g).some((x) => x !== 0));
  return passed({ trivial: !moves || one.answers.length < 2, labels: [] });
}

const source = (): { section: string; label: string } => ({ section: 'docs/PROTOCOL.md', label: 'equivariance' });
const unnamed = 'no method was named, and none of the references agrees with it';

interface SymmetricCase {
  readonly session: GateCase;
  readonly choice: number;
}

function claimOf({ id, statement, methods, choice, dimension = 1, steer = (data) => data, transform }: Symmetry): GateClaim {
  return gateClaim<SymmetricCase>({
    id: `equivariance-${id}`,
    statement: () => statement,
    hypotheses: [],
    strength: 'identity',
    source,
    share: 0.2,
    coverage: () => ({}),
    inapplicable: ({ method, guessed }) => (methods.includes(method) ? null : guessed ? unnamed : `it does not hold for ${method}`),
    generator: (context) => fc.record({ session: givenGradients(context, { dimension }).map(steer), choice }),
    simpler: ({ session, choice: c }) => shorter(session).map((one) => ({ session: one, choice: c })),
    async check(context, { session, choice: c }) {
      const other = transform(context.method, session, c);
      if (other === null) return rejected('nothing to transform');
      const one = await play(context.door, session, context.dtype);
      return agrees(context, session, one, await play(context.door, other.data, context.dtype), other, statement);
    },
  });
}

/** The session's first rounds. */
function shorter(data: GateCase): GateCase[] {
  return [1, 2, 3].filter((T) => T < data.horizon).map((horizon) => ({
    ...data,
    horizon,
    losses: data.losses.slice(0, horizon),
    hints: data.hints.slice(0, horizon + 1),
    targets: data.targets.slice(0, horizon),
  }));
}

/** Two blocks of coordinates, run apart, are the two blocks of the run on all of them. */
const blocks: GateClaim = gateClaim<GateCase>({
  id: 'equivariance-blocks',
  statement: () => 'two blocks of coordinates, each run alone, go as they do side by side',
  hypotheses: [],
  strength: 'identity',
  source,
  share: 0.2,
  coverage: () => ({}),
  inapplicable: () => null,
  generator: (context) => givenGradients(context, { dimension: 2 }).map(separable),
  simpler: shorter,
  async check(context, data) {
    const n = data.x0.length;
    const rule = kindOf(data, 'rule');
    if (n < 2 || kindOf(data, 'set') === 'ball' || rule === 'affine') return rejected('nothing to split');
    const whole = await play(context.door, data, context.dtype);
    for (const [from, to] of [[0, 1], [1, n]] as const) {
      const M = Array.from({ length: to - from }, (_, i) => Array.from({ length: n }, (_, j) => (j === from + i ? 1 : 0)));
      const set = data.config['set'] as { kind: string; lower?: number[]; upper?: number[] } | undefined;
      const config = set?.kind === 'box' ? { ...data.config, set: { kind: 'box', lower: set.lower!.slice(from, to), upper: set.upper!.slice(from, to) } } : data.config;
      const part = turned(data, M, config);
      const outcome = agrees(context, data, whole, await play(context.door, part, context.dtype), { data: part, image: () => linear(M) }, blocks.statement(context.method));
      if (outcome.kind !== 'passed') return outcome;
    }
    return passed({ trivial: whole.answers.length < 2, labels: [] });
  },
});

/** What every named method commutes with, and only that. */
export const equivariances: readonly GateClaim[] = [...SYMMETRIES.map(claimOf), blocks];

/** Where every gradient is 0 nothing moves, but for what rounding does to a method that adds points up otherwise: (1 + θ)x − θx is not always x. */
export const zeroGradient: GateClaim = gateClaim<GateCase>({
  id: 'zero-gradient',
  statement: () => 'where every gradient is 0, nothing moves',
  hypotheses: ['up to rounding'],
  strength: 'identity',
  source,
  share: 0.1,
  coverage: () => ({}),
  inapplicable: ({ method }) => (method === 'bootstrapped-meta-gradient' ? 'its targets move it' : null),
  generator: (context) =>
    sessionsFor(context, { horizon: { min: 1, max: 6 } }).map((data): GateCase => ({
      ...data,
      function: null,
      losses: Array.from({ length: data.horizon }, () => zeros(data.x0.length)),
      hints: data.hints.map((hint) => hint.map(() => 0)),
    })),
  simpler: shorter,
  async check(context, data) {
    const { door, dtype, method } = context;
    const played = await play(door, data, dtype);
    const { x, meta } = traceOf(played.answers);
    // Averages of equal points are rounded, and φ stands on them: of the convex methods it is w that stays.
    const [name, still] = isConvex(method) ? ['meta', meta ?? []] as const : ['x', x] as const;
    const error = errors(context, played);
    for (const [t, v] of still.entries()) {
      const allowed = (i: number): number => ALLOWANCE * (error(name, 0, i) + error(name, t, i));
      const entry = Array.from(v).findIndex((value, i) => {
        const off = Math.abs(value - still[0]![i]!);
        return off !== 0 && !(off <= allowed(i));
      });
      if (entry >= 0) {
        return failed({
          expected: `${name === 'meta' ? 'w' : 'x'}[${entry}] after step ${t} where it was after init`,
          lhs: String(v[entry]),
          rhs: String(still[0]![entry]),
          evidence: { ...sessionEvidence(data, played, t), allowed: allowed(entry) },
        });
      }
    }
    return passed({ trivial: false, labels: [] });
  },
});
