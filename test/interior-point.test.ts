import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certify } from '../oracles/performance-estimation/certify.js';
import { check } from '../oracles/performance-estimation/check.js';
import { gradientDescent, optimizedGradientMethod, optimizedWeights } from '../oracles/performance-estimation/closed-form.js';
import { solve, type Solution } from '../oracles/performance-estimation/interior-point.js';
import { eigenvectors, factorOf } from '../oracles/performance-estimation/linear-algebra.js';
import { allPairs, layoutOf, neighbours, programOf, type Layout, type Pair, type Program } from '../oracles/performance-estimation/program.js';
import {
  allNormals,
  freeOfHints,
  multiplierIndices,
  regretLayout,
  regretProgram,
  regretStatementOf,
  type RegretLayout,
  type RegretQuestion,
  type Sparse,
  type Towards,
} from '../oracles/performance-estimation/regret-program.js';
import { statementOf, type Question } from '../oracles/performance-estimation/statement.js';
import { rational } from '../src/arithmetic/rational.js';
import { SEED, holdsFor } from './support/exactly.js';
import { heavyBall, nesterov } from './support/step-matrices.js';

type Vector = readonly number[];

const inner = (u: Vector, v: Vector): number => u.reduce((sum, entry, e) => sum + entry * v[e]!, 0);
const combined = (...terms: readonly (readonly [number, Vector])[]): number[] => terms[0]![1].map((_, e) => terms.reduce((sum, [factor, vector]) => sum + factor * vector[e]!, 0));
const minus = (u: Vector, v: Vector): number[] => combined([1, u], [-1, v]);
const double = (text: string): number => rational.toNumber(rational.from(text));

/** Left sides of the constraints and the criterion, where the basis is these vectors and f are these. */
function values({ size, letters, constraints: c, criterion }: Program, basis: readonly Vector[], f: Vector): { constraints: number[]; criterion: number } {
  expect(basis.length).toBe(size);
  const letter = (index: number): number[] => combined(...basis.map((vector, i): [number, Vector] => [letters[index * size + i]!, vector]));
  const value = (index: number): number => (index < 0 ? 0 : f[index]!);
  return {
    constraints: Array.from({ length: c.count }, (_, k) => {
      const curve = minus(letter(c.head[k]!), letter(c.tail[k]!));
      return c.scale[k]! * inner(letter(c.a[k]!), minus(letter(c.plus[k]!), letter(c.minus[k]!))) + c.curvature[k]! * inner(curve, curve) + value(c.rise[k]!) - value(c.fall[k]!);
    }),
    criterion: criterion.weight * inner(letter(criterion.letter), letter(criterion.letter)) + value(criterion.value),
  };
}

const DIMENSION = 3;
const entries = (count: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: -8, max: 8 }), { minLength: count, maxLength: count });
const vector = entries(DIMENSION);

/** Sums of some ten products of numbers below a thousand. */
function near(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-10);
}

describe('the program of a worst case', () => {
  const settings = fc.record({
    steps: fc.integer({ min: 0, max: 4 }).chain((N) => fc.tuple(...Array.from({ length: N + 1 }, (_, i) => entries(i)))),
    strongConvexity: fc.constantFrom('0', '1/5'),
    condition: fc.constantFrom('distance' as const, 'value' as const),
    criterion: fc.constantFrom('value' as const, 'gradient' as const, 'distance' as const),
    start: vector,
    gradients: fc.array(vector, { minLength: 6, maxLength: 6 }),
    f: entries(6),
  }).filter(({ strongConvexity, condition, criterion }) => strongConvexity !== '0' || condition === 'distance' || criterion !== 'distance');

  test('says of every run, its gradients and values what the definitions say', () => {
    const seen = new Set<string>();
    holdsFor(
      400,
      fc.property(settings, ({ steps, strongConvexity, condition, criterion, start, gradients, f }) => {
        const rows = steps.map((row) => row.map((entry) => entry / 4));
        const layout = layoutOf(statementOf({ method: { queries: rows.slice(0, -1), output: rows.at(-1)! }, strongConvexity, condition, criterion }));
        const { distinct: { names, index }, interpolated, anchored, mu } = layout;
        seen.add(`${condition} ${criterion} ${strongConvexity} ${anchored} ${interpolated - names.length}`);
        const [out, first] = [index.get('out')!, index.get('start')!];
        const own = rows.slice(0, -1).map((_, i) => index.get(i)!);
        // x_i = x_0 − Σ H_ij g_j; a point may have several names.
        const places = names.map((name) =>
          combined(
            [1, start],
            ...(name === 'start' ? [] : rows[name === 'out' ? rows.length - 1 : name as number]!).map((entry, j): [number, Vector] => [-entry, gradients[own[j]!]!]),
          )
        );
        const zero = start.map(() => 0);
        const [x, g, value] = [
          (c: number): Vector => (c < 0 ? zero : places[c]!),
          (c: number): Vector => (c < 0 ? zero : gradients[c]!),
          (c: number): number => (c < 0 ? 0 : f[c]!),
        ];
        // The program's own unknowns: f̃ = f − ½μ‖x − x*‖².
        const curved = places.slice(0, interpolated).map((place, c) => combined([1, gradients[c]!], [-mu, place]));
        const flat = places.slice(0, interpolated).map((place, c) => f[c]! - 0.5 * mu * inner(place, place));
        const pairs = allPairs(layout);
        const found = values(programOf(layout, pairs), anchored ? [start, ...curved] : curved, flat);
        near(found.constraints[0]!, condition === 'distance' ? inner(start, start) : f[first]!);
        for (const [k, [i, j]] of pairs.entries()) {
          const [step, bend] = [minus(x(i), x(j)), minus(g(i), g(j))];
          near(found.constraints[k + 1]!, value(j) - value(i) + inner(g(j), step) + (inner(bend, bend) + mu * inner(step, step) - 2 * mu * inner(bend, step)) / (2 * (1 - mu)));
        }
        near(found.criterion, { value: f[out]!, gradient: inner(g(out), g(out)), distance: inner(x(out), x(out)) }[criterion]);
      }),
    );
    expect(seen.size).toBeGreaterThan(12);
  });

  const layoutWith = (question: Partial<Question>): Layout => layoutOf(statementOf({ method: gradientDescent(2, 1), condition: 'distance', criterion: 'value', ...question }));

  test('has gradients where values or gradients count', () => {
    const counts = (question: Partial<Question>): [number, number, boolean] => {
      const { interpolated, distinct: { names }, anchored } = layoutWith(question);
      return [interpolated, names.length, anchored];
    };
    // x_0 = start, x_1, out.
    expect(counts({})).toEqual([3, 3, true]);
    expect(counts({ criterion: 'gradient' })).toEqual([3, 3, true]);
    expect(counts({ criterion: 'distance' })).toEqual([2, 3, true]);
    expect(counts({ condition: 'value' })).toEqual([3, 3, false]);
    expect(counts({ condition: 'value', strongConvexity: '1/2', criterion: 'distance' })).toEqual([2, 3, true]);
    // No query at x_0: out, and start only where its value counts.
    const late = { queries: [], output: [] };
    expect(counts({ method: late, criterion: 'distance' })).toEqual([0, 1, true]);
    expect(counts({ method: late })).toEqual([1, 1, true]);
    // Queries that coincide with the output.
    expect(counts({ method: { queries: [[], [1]], output: [1, 0] }, criterion: 'distance' })).toEqual([2, 2, true]);
  });

  test('has the pairs of all points with x*, or of neighbours', () => {
    const [all, few] = [(question: Partial<Question>): Pair[] => allPairs(layoutWith(question)), neighbours(layoutWith({}))];
    expect(all({})).toEqual([[-1, 0], [-1, 1], [-1, 2], [0, -1], [0, 1], [0, 2], [1, -1], [1, 0], [1, 2], [2, -1], [2, 0], [2, 1]]);
    // Nothing may touch x_0 − x*.
    expect(all({ condition: 'value' })).toEqual([[0, -1], [0, 1], [0, 2], [1, -1], [1, 0], [1, 2], [2, -1], [2, 0], [2, 1]]);
    expect(few).toEqual([[-1, 0], [-1, 1], [-1, 2], [0, -1], [0, 1], [1, -1], [1, 0], [1, 2], [2, -1], [2, 1]]);
  });
});

describe('the program of a worst regret', () => {
  const settings = fc.record({
    T: fc.integer({ min: 1, max: 4 }),
    set: fc.constantFrom('space' as const, 'ball' as const),
    kind: fc.constantFrom('given' as const, 'rows' as const, 'none' as const),
    numbers: entries(10),
    rates: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 4, maxLength: 4 }),
    comparator: vector,
    losses: fc.array(vector, { minLength: 4, maxLength: 4 }),
    given: fc.array(vector, { minLength: 4, maxLength: 4 }),
    plays: fc.array(vector, { minLength: 4, maxLength: 4 }),
    f: entries(12),
  });
  const question = (
    { T, set, kind, numbers, rates }: { T: number; set: 'space' | 'ball'; kind: 'given' | 'rows' | 'none'; numbers: number[]; rates: number[] },
  ): RegretQuestion => ({
    set,
    rates: rates.slice(0, T).toSorted((a, b) => b - a).map((rate) => rate / 4),
    hints: kind === 'given' ? kind : Array.from({ length: T }, (_, t) => Array.from({ length: t }, (__, s) => (kind === 'none' ? 0 : numbers[t + s]! / 4))),
  });
  const evaluated = (basis: readonly Vector[]) => (sparse: Sparse): number[] =>
    combined([0, basis[0]!], ...[...sparse].map(([index, entry]): [number, Vector] => [rational.toNumber(entry), basis[index]!]));

  /** u, losses, hints and leaders by their definitions, and what stands for each play: y_t, 0 or a vector of its own. */
  function run(
    { T, set, comparator, losses, given, plays }: { T: number; set: string; comparator: Vector; losses: Vector[]; given: Vector[]; plays: Vector[] },
    { rates, hints }: RegretQuestion,
  ): { hints: Vector[]; leaders: Vector[]; plays: Vector[]; own: number[]; basis: Vector[] } {
    const zero = comparator.map(() => 0);
    const hinted = losses.slice(0, T).map((_, t) => (hints === 'given' ? given[t]! : combined([0, zero], ...hints[t]!.map((c, s): [number, Vector] => [Number(c), losses[s]!]))));
    const sums = hinted.map((hint, t) => combined([1, hint], ...losses.slice(0, t).map((loss): [number, Vector] => [1, loss])));
    const leaders = sums.map((sum, t) => combined([-Number(rates[t]!), sum]));
    // y_t is 0 whatever the losses where its row of hints is −1 everywhere.
    const always = (t: number): boolean => hints !== 'given' && hints[t]!.every((c) => c === -1);
    const own = leaders.flatMap((_, t) => (set === 'ball' && !always(t) ? [t + 1] : []));
    const played = leaders.map((leader, t) => (own.includes(t + 1) ? plays[t]! : leader));
    return {
      hints: hinted,
      leaders,
      plays: played,
      own,
      basis: [comparator, ...losses.slice(0, T), ...(hints === 'given' ? given.slice(0, T) : []), ...own.map((t) => plays[t - 1]!)],
    };
  }

  const point = (u: Vector, plays: readonly Vector[], { towards }: Towards): number[] => {
    const name = towards.replace('-', '');
    return combined([towards.startsWith('-') ? -1 : 1, name === 'u' ? u : plays[Number(name.slice(1)) - 1]!]);
  };

  test('says of every run what the definitions say', () => {
    let normalsSeen = 0;
    holdsFor(
      300,
      fc.property(settings, (drawn) => {
        const asked = question(drawn);
        const layout = regretLayout(regretStatementOf(asked));
        const { T, comparator: u, losses, f } = drawn;
        const { hints, leaders, plays, own, basis } = run(drawn, asked);
        expect(layout.projected).toEqual(own);
        const vectors = evaluated(basis);
        expect(layout.size).toBe(basis.length);
        for (const [t, leader] of leaders.entries()) {
          expect(vectors(layout.leaders[t]!)).toEqual(combined([1, leader]));
          expect(vectors(layout.hints[t]!)).toEqual(combined([1, hints[t]!]));
          expect(vectors(layout.plays[t]!)).toEqual(combined([1, plays[t]!]));
        }
        const normals = allNormals(layout);
        normalsSeen += normals.length;
        // Towards u, every play that is projected, and the points opposite to them; not towards itself.
        expect(normals.map(({ t, towards }) => `${t} ${towards}`).toSorted()).toEqual(
          own.flatMap((t) => ['u', ...own.map((s) => `w${s}`)].flatMap((name) => [`${t} ${name}`, `${t} -${name}`]).filter((name) => name !== `${t} w${t}`)).toSorted(),
        );
        const program = regretProgram(layout, normals);
        expect(program.values).toBe(2 * T);
        const found = values(program, basis, f);
        // e, then what is spent after rounds 1 … T − 1, then the regret after each.
        const [unit, spent, regret] = [f[0]!, (t: number): number => (t === 0 ? 0 : t === T ? f[0]! : f[t]!), (t: number): number => (t === 0 ? 0 : f[T - 1 + t]!)];
        const expected = [
          unit,
          inner(u, u) - unit,
          ...leaders.map((_, t) => inner(minus(losses[t]!, hints[t]!), minus(losses[t]!, hints[t]!)) + spent(t) - spent(t + 1)),
          ...leaders.map((_, t) => regret(t + 1) - regret(t) - inner(losses[t]!, minus(plays[t]!, u))),
          ...own.map((t) => inner(plays[t - 1]!, plays[t - 1]!) - unit),
          ...normals.map((normal) => inner(minus(leaders[normal.t - 1]!, plays[normal.t - 1]!), minus(point(u, plays, normal), plays[normal.t - 1]!))),
        ];
        expect(found.constraints.length).toBe(expected.length);
        for (const [k, value] of expected.entries()) near(found.constraints[k]!, value);
        near(found.criterion, regret(T));
        expect(multiplierIndices(layout)).toEqual({ comparator: 1, budget: 2, plays: 2 + 2 * T, normals: 2 + 2 * T + own.length });
      }),
    );
    expect(normalsSeen).toBeGreaterThan(1000);
  });

  test('without the hints has one condition a round, towards the next play, of weight 1/η_t', () => {
    holdsFor(
      200,
      fc.property(settings, (drawn) => {
        const asked = question({ ...drawn, set: 'ball', kind: 'given' });
        const { T, comparator: u, losses: misses, plays, f } = drawn;
        const { reduced, forced } = freeOfHints(regretLayout(regretStatementOf(asked)));
        const weight = (t: number): number => 1 / Number(asked.rates[t - 1]);
        expect(forced.map(({ t, towards, value }) => [t, towards, double(value)])).toEqual(
          asked.rates.map((_, t) => [t + 1, t + 1 < T ? `w${t + 2}` : 'u', 1 / Number(asked.rates[t])]),
        );
        const basis = [u, ...misses.slice(0, T), ...plays.slice(0, T)];
        const program = regretProgram(reduced, [], forced);
        expect(program.values).toBe(3 * T);
        const found = values(program, basis, f);
        // Losses are the misses, and hints are none: the leader of a round is −η_t(m_1 + … + m_{t−1}).
        const leader = (t: number): number[] => combined([0, u], ...misses.slice(0, t - 1).map((miss): [number, Vector] => [-Number(asked.rates[t - 1]), miss]));
        const regret = (t: number): number => (t === 0 ? 0 : f[T - 1 + t]!);
        for (const { t } of forced) {
          const [y, w] = [leader(t), plays[t - 1]!];
          near(found.constraints[2 + 3 * T + t - 1]!, regret(T + t) - regret(T + t - 1) + weight(t) * inner(minus(y, w), minus(t < T ? plays[t]! : u, w)));
          near(found.constraints[1 + t]!, inner(misses[t - 1]!, misses[t - 1]!) + (t === 1 ? 0 : f[t - 1]!) - (t === T ? f[0]! : f[t]!));
          near(found.constraints[1 + T + t]!, regret(t) - regret(t - 1) - inner(misses[t - 1]!, minus(w, u)));
        }
        near(found.criterion, regret(2 * T));
      }),
    );
  });

  test('writes every vector once', () => {
    const layout: RegretLayout = regretLayout(regretStatementOf({ set: 'ball', rates: [1, 1, 1], hints: [[], [0], [0, 0]] }));
    const { size, letters, letterCount } = regretProgram(layout, allNormals(layout));
    const rows = Array.from({ length: letterCount }, (_, u) => [...letters.subarray(u * size, (u + 1) * size)].join(' '));
    expect(letters.length).toBe(size * letterCount);
    expect(new Set(rows).size).toBe(letterCount);
    // 0, u, −u, a_1, a_2, a_3, w_2, w_3, −w_2, −w_3, y_2 − w_2, y_3 − w_3.
    expect(letterCount).toBe(12);
    expect(rows[0]).toBe(Array.from({ length: size }, () => 0).join(' '));
  });
});

/** Both problems' constraints, from the definitions: the dual's slack Σ λ_k A_k − C and its balance; the primal's left sides, from vectors with this Gram matrix. */
function residuals(program: Program, { duals, gram, values: f }: Solution): { balance: number; slack: number; primal: number; gram: number; criterion: number } {
  const { size: n, letters, constraints: c, criterion } = program;
  const lambda = duals.at(-1)!.multipliers;
  const letter = (index: number): Vector => [...letters.subarray(index * n, (index + 1) * n)];
  const S = new Float64Array(n * n);
  const add = (factor: number, u: Vector, v: Vector): void => {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) S[i * n + j] = S[i * n + j]! + 0.5 * factor * (u[i]! * v[j]! + u[j]! * v[i]!);
  };
  const balance = Array.from({ length: program.values }, (_, i) => Number(i === criterion.value));
  for (let k = 0; k < c.count; k++) {
    const curve = minus(letter(c.head[k]!), letter(c.tail[k]!));
    add(lambda[k]! * c.scale[k]!, letter(c.a[k]!), minus(letter(c.plus[k]!), letter(c.minus[k]!)));
    add(lambda[k]! * c.curvature[k]!, curve, curve);
    if (c.rise[k]! >= 0) balance[c.rise[k]!]! -= lambda[k]!;
    if (c.fall[k]! >= 0) balance[c.fall[k]!]! += lambda[k]!;
  }
  add(-criterion.weight, letter(criterion.letter), letter(criterion.letter));
  const least = (A: Float64Array): number => {
    const [D, V] = [A.slice(), new Float64Array(n * n)];
    eigenvectors(D, n, V);
    return Math.min(...Array.from({ length: n }, (_, i) => D[i * (n + 1)]!));
  };
  const found = values(program, factorOf(gram, n, 0), [...f]);
  return {
    balance: Math.max(0, ...balance.map(Math.abs)),
    slack: least(S),
    primal: Math.max(found.constraints[0]! - 1, ...found.constraints.slice(1)),
    gram: least(gram),
    criterion: found.criterion,
  };
}

const SOLVED: readonly (readonly [name: string, question: Question, truth: number])[] = [
  ['gradient descent, value', { method: gradientDescent(5, 1), condition: 'distance', criterion: 'value' }, 1 / 22],
  ['gradient descent, gradient', { method: gradientDescent(5, 1), condition: 'distance', criterion: 'gradient' }, 1 / 36],
  ['gradient descent, gradient from the value', { method: gradientDescent(5, 1), condition: 'value', criterion: 'gradient' }, 2 / 11],
  ['gradient descent, strongly convex, value', { method: gradientDescent(5, 1), strongConvexity: '1/10', condition: 'value', criterion: 'value' }, 0.9 ** 10],
  ['gradient descent, strongly convex, distance', { method: gradientDescent(5, 1), strongConvexity: '1/10', condition: 'distance', criterion: 'distance' }, 0.9 ** 10],
  ['Nesterov’s method', { method: nesterov(8), condition: 'distance', criterion: 'value' }, 2 / 110],
  [
    'the optimized gradient method',
    { method: optimizedGradientMethod(optimizedWeights(5)), condition: 'distance', criterion: 'value' },
    1 / (2 * double(rational.format(optimizedWeights(5)[5]!)) ** 2),
  ],
  ['a method that diverges', { method: gradientDescent(6, 2.5), condition: 'distance', criterion: 'value' }, 1.5 ** 12 / 2],
  ['a method that diverges fast', { method: gradientDescent(4, 12), condition: 'distance', criterion: 'value' }, 11 ** 8 / 2],
];

describe('the solver', () => {
  test.each(SOLVED)('%s: both problems are feasible, and their values are the truth', (_, question, truth) => {
    const layout = layoutOf(statementOf(question));
    const program = programOf(layout, neighbours(layout));
    const solution = solve(program);
    const { balance, slack, primal, gram, criterion } = residuals(program, solution);
    const last = solution.duals.at(-1)!;
    // Every iterate is kept as it was.
    expect(solution.duals.map(({ multipliers }) => multipliers[0])).toEqual(solution.duals.map(({ bound }) => bound));
    expect(Math.min(...last.multipliers)).toBeGreaterThan(0);
    // The equations of the dual hold but for rounding, and S is positive: what is certified next has little to mend.
    const size = Math.max(1, ...last.multipliers);
    expect(balance).toBeLessThan(1e-13 * size);
    expect(slack).toBeGreaterThan(-1e-13 * size);
    expect(gram).toBeGreaterThan(0);
    // It says itself how far the primal point is from feasible, and its value from the bound of its own step.
    expect(solution.gap).toBeLessThan(1e-8);
    expect(primal).toBeLessThanOrEqual(solution.gap * last.bound + 1e-14 * size);
    expect(Math.abs(criterion / truth - 1)).toBeLessThan(2 * solution.gap + 1e-12);
    // What is feasible in the dual is above the truth, by no more than the complementarity at which it stops.
    expect(last.bound / truth - 1).toBeGreaterThan(-1e-13);
    expect(last.bound / truth - 1).toBeLessThan(5e-10);
    expect(solution.left).toBeLessThan(1e-6);
    expect(solution.duals.length).toBe(solution.iterations);
    // Mehrotra's steps, from an infeasible start: 12 to 22 for methods that converge.
    expect(solution.iterations).toBeLessThanOrEqual(truth > 1 ? 40 : 25);
  });

  test('iterates improve: each bound is above the truth once the equations hold, and the last is the best but for rounding', () => {
    for (const [, question, truth] of SOLVED.slice(0, 3)) {
      const layout = layoutOf(statementOf(question));
      const bounds = solve(programOf(layout, neighbours(layout))).duals.map(({ bound }) => bound / truth - 1);
      expect(bounds.slice(-4).every((excess) => excess > -1e-12)).toBe(true);
      expect(bounds.at(-1)!).toBeLessThanOrEqual(Math.min(...bounds.slice(-4)) + 1e-12);
      expect(bounds.at(-1)!).toBeLessThan(bounds.at(-4)! / 100);
    }
  });

  test('regret: both problems are feasible, and their values are the truth', () => {
    // Without hints at β = 1: D·G; of two rounds at 1 and ½: √2 − ¼.
    for (
      const [question, truth] of [
        [{ set: 'space', rates: [1, 1, 1], hints: [[], [0], [0, 0]] }, 1],
        [{ set: 'space', rates: [1, 0.5], hints: [[], [0]] }, Math.SQRT2 - 0.25],
        [{ set: 'ball', rates: [1, 0.5], hints: [[], [0]] }, Math.SQRT2 - 0.25],
      ] satisfies [RegretQuestion, number][]
    ) {
      const layout = regretLayout(regretStatementOf(question));
      const program = regretProgram(layout, allNormals(layout));
      const solution = solve(program);
      const { balance, slack, primal, gram, criterion } = residuals(program, solution);
      expect(balance).toBeLessThan(1e-13);
      expect(slack).toBeGreaterThan(-1e-13);
      expect(gram).toBeGreaterThan(0);
      const { bound } = solution.duals.at(-1)!;
      expect(solution.gap).toBeLessThan(1e-8);
      expect(primal).toBeLessThanOrEqual(solution.gap * bound + 1e-14);
      expect(Math.abs(criterion / truth - 1)).toBeLessThan(2 * solution.gap + 1e-12);
      expect(bound / truth - 1).toBeGreaterThan(-1e-13);
      expect(bound / truth - 1).toBeLessThan(5e-10);
      expect(solution.iterations).toBeLessThanOrEqual(25);
    }
  });

  test('numbers that are none are no solution', () => {
    const layout = layoutOf(statementOf(SOLVED[0]![1]));
    const program = programOf(layout, neighbours(layout));
    const letters = program.letters.map((entry, i) => (i === program.size ? Infinity : entry));
    expect(() => solve({ ...program, letters })).toThrow(new Error('expected a step of the interior-point method, got none: are the steps of the method finite?'));
  });
});

describe('rounding multipliers to a proof', () => {
  const asked: readonly Question[] = [{ method: gradientDescent(4, 1), condition: 'distance', criterion: 'value' }, {
    method: gradientDescent(4, 1),
    condition: 'value',
    criterion: 'gradient',
  }];
  const layouts = asked.map((question) => layoutOf(statementOf(question)));

  test('puts what the balance of function values lacks on the large ones, and leaves out what is 0', () => {
    for (const layout of layouts) {
      const pairs = allPairs(layout);
      for (const { multipliers } of solve(programOf(layout, pairs)).duals.slice(-6)) {
        // A hundred times smaller than the largest are those that the proof of theory has not.
        const large = multipliers.map((value) => (value < 0.01 * Math.max(...multipliers) ? 0 : value));
        const certificate = certify(layout, pairs, large);
        expect(check(certificate)).toEqual({ valid: true });
        expect(certificate!.multipliers.map(({ value }) => value)).not.toContain('0');
        expect(certificate!.multipliers.length).toBeLessThanOrEqual(large.filter((value) => value > 0).length);
        expect(double(certificate!.bound)).toBe(multipliers[0]);
      }
    }
  });

  test('gives none where there is none', () => {
    for (const layout of layouts) {
      const pairs = allPairs(layout);
      const multipliers = [...solve(programOf(layout, pairs)).duals.at(-1)!.multipliers];
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        for (const k of [0, 1, pairs.length]) expect(certify(layout, pairs, multipliers.with(k, bad))).toBeNull();
      }
      // Negative multipliers, and no bound at all.
      expect(certify(layout, pairs, multipliers.map((value) => -value))).toBeNull();
      expect(certify(layout, pairs, multipliers.with(0, 0))).toBeNull();
      expect(certify(layout, pairs, multipliers.map(() => 0))).toBeNull();
    }
  });

  test('needs pairs that connect all points with x*', () => {
    const [layout] = layouts as [Layout];
    expect(() => certify(layout, [], [1])).toThrow(new Error('expected pairs that connect all 5 points with x*, reached 0'));
    expect(() => certify(layout, [[-1, 0], [0, 1], [3, 4], [4, 3]], [1, 1, 1, 1, 1])).toThrow(new Error('expected pairs that connect all 5 points with x*, reached 2'));
  });
});

test('heavy ball with all pairs agrees with neighbours and those that they need', () => {
  const layout = layoutOf(statementOf({ method: heavyBall(4, 1, 0.9), condition: 'distance', criterion: 'value' }));
  const [few, all] = [neighbours(layout), allPairs(layout)].map((pairs) => solve(programOf(layout, pairs)).duals.at(-1)!.bound) as [number, number];
  // More conditions, fewer functions.
  expect(all).toBeLessThanOrEqual(few * (1 + 1e-9));
  fc.assert(
    fc.property(fc.subarray(allPairs(layout).filter((pair) => !neighbours(layout).some((other) => String(other) === String(pair)))), (more) => {
      const between = solve(programOf(layout, [...neighbours(layout), ...more])).duals.at(-1)!.bound;
      expect(between).toBeGreaterThanOrEqual(all * (1 - 1e-8));
      expect(between).toBeLessThanOrEqual(few * (1 + 1e-8));
    }),
    { seed: SEED, numRuns: 12 },
  );
});
