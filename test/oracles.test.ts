import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitionOne, optimalityResiduals, smallestComparator, type Comparator, type Halfspace } from '../oracles/comparator.js';
import { constrainedRegretLedger, onlineToBatchLedger, regretTally, unconstrainedRegretLedger, type Ledger } from '../oracles/ledger.js';
import { UNDERFLOW, UNIT_ROUNDOFF, gamma, ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, agree, atMost, dotDifferenceMagnitude, dotMagnitude, once, squaredDistanceMagnitude, sumOfSizes, type Tally } from '../oracles/tally.js';
import { convexMetaLearning } from '../src/algorithm/convex-meta-learning.js';
import { optimisticMetaLearning } from '../src/algorithm/optimistic-meta-learning.js';
import { decimal, type Decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import type { Matrix, Space, Vector } from '../src/arithmetic/space.js';
import { setSpec } from '../src/generator/learner.js';
import { diverged, metaCase, prepare, type MetaCase } from '../src/generator/meta-case.js';
import { doubles, rationalNumbers, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { convexFunction } from '../src/problem/convex.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import { reference } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import { updateRule } from '../src/update-rule/update-rule.js';
import { SEED, holdsFor } from './support/exactly.js';
import { column, q, show } from './support/rationals.js';

const K = rational;
const whole = (dimension: number): SetSpec => ({ kind: 'all', dimension });

type Polyhedron = Exclude<SetSpec, { kind: 'ball' }>;

/** {w : ⟨row, w⟩ ≤ bound} or = bound. */
interface Constraint {
  readonly row: Rational[];
  readonly bound: Rational;
  readonly equality: boolean;
}

function constraints(spec: Polyhedron, m: number): Constraint[] {
  const unit = (i: number, sign: number): Rational[] => Array.from({ length: m }, (_, j) => ratio(i === j ? sign : 0));
  const above = (corner: readonly Num[]): Constraint[] => corner.map((entry, i) => ({ row: unit(i, -1), bound: q(entry).neg(), equality: false }));
  switch (spec.kind) {
    case 'all':
      return [];
    case 'orthant':
      return above(spec.corner);
    case 'box':
      return [...above(spec.lower), ...spec.upper.map((entry, i) => ({ row: unit(i, 1), bound: q(entry), equality: false }))];
    case 'simplex':
      return [...above(spec.corner), {
        row: Array<Rational>(m).fill(ratio(1)),
        bound: spec.corner.reduce((sum: Rational, entry) => sum.add(q(entry)), q(spec.size)),
        equality: true,
      }];
  }
}

/** A solution of Ax = b by elimination, free variables 0; null if there is none. */
function solve(A: readonly (readonly Rational[])[], b: readonly Rational[]): Rational[] | null {
  const rows = A.map((row, i) => [...row, b[i]!]);
  const width = A[0]?.length ?? 0;
  const pivots: number[] = [];
  for (let column = 0, top = 0; column < width && top < rows.length; column++) {
    const found = rows.findIndex((row, i) => i >= top && row[column]!.n !== 0n);
    if (found < 0) continue;
    [rows[top], rows[found]] = [rows[found]!, rows[top]!];
    const pivot = rows[top]!;
    rows.forEach((row, i) => {
      if (i !== top && row[column]!.n !== 0n) rows[i] = row.map((entry, j) => entry.sub(row[column]!.div(pivot[column]!).mul(pivot[j]!)));
    });
    pivots.push(column);
    top += 1;
  }
  if (rows.slice(pivots.length).some((row) => row[width]!.n !== 0n)) return null;
  const x = Array<Rational>(width).fill(ratio(0));
  pivots.forEach((column, i) => (x[column] = rows[i]![width]!.div(rows[i]![column]!)));
  return x;
}

const inner = (x: readonly Rational[], y: readonly Rational[]): Rational => x.reduce((sum, entry, i) => sum.add(entry.mul(y[i]!)), ratio(0));

/**
 * The point of smallest norm by enumeration: on each choice of constraints that hold with equality, the point Σ y_i row_i of the
 * span of their normals (none is smaller on that plane); of those that satisfy all the others, the smallest.
 */
function enumerated(spec: Polyhedron, { c, s }: Halfspace<Rational>): Rational[] | null {
  const m = c.length;
  const all: Constraint[] = [...constraints(spec, m), { row: Array.from(c), bound: s, equality: false }];
  let best: Rational[] | null = null;
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const active = all.filter(({ equality }, i) => equality || Math.floor(mask / 2 ** i) % 2 === 1);
    if (active.length > m + 1) continue;
    const y = solve(active.map(({ row }) => active.map((other) => inner(row, other.row))), active.map(({ bound }) => bound));
    if (y === null) continue;
    const w = Array.from({ length: m }, (_, j) => active.reduce((sum, { row }, i) => sum.add(row[j]!.mul(y[i]!)), ratio(0)));
    const feasible = all.every(({ row, bound, equality }) => (equality ? inner(row, w).equals(bound) : K.lessOrEqual(inner(row, w), bound)));
    if (feasible && (best === null || inner(w, w).compare(inner(best, best)) < 0)) best = w;
  }
  return best;
}

/** Sets and halfspaces, among them those that only touch W, and those that miss it. */
const scenes = fc.integer({ min: 1, max: 3 }).chain((m) =>
  fc.record({
    spec: setSpec(rationalNumbers, m) as fc.Arbitrary<Polyhedron>,
    c: vector(rationalNumbers, m),
    s: rationalNumbers.scalar,
    touching: fc.boolean(),
  })
);

/** The least ⟨c, w⟩ on a bounded W, by its vertices. */
function least(spec: Polyhedron, c: readonly Rational[]): Rational | null {
  if (spec.kind === 'box') return c.reduce((sum, entry, i) => sum.add(entry.mul(q(K.lessOrEqual(ratio(0), entry) ? spec.lower[i]! : spec.upper[i]!))), ratio(0));
  if (spec.kind === 'simplex') return inner(c, spec.corner.map(q)).add(q(spec.size).mul(c.reduce(K.min)));
  return null;
}

describe('the smallest comparator', () => {
  test('is the one that enumeration of all faces finds, on every polyhedron, and none where that finds none', () => {
    const seen = new Map<string, number>();
    holdsFor(
      500,
      fc.property(scenes, ({ spec, c: data, s: level, touching }) => {
        const c = numbers(K, data);
        const lowest = least(spec, Array.from(c));
        const halfspace = { c, s: touching && lowest !== null ? lowest : q(level) };
        const found = smallestComparator(K, feasibleSet(K, spec), halfspace);
        const truth = enumerated(spec, halfspace);
        expect(found === null ? null : show(found.w)).toEqual(truth === null ? null : show(truth));
        const kind = `${spec.kind} ${found === null ? 'infeasible' : K.equal(found.theta, K.zero) ? 'free' : 'bound'}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }),
    );
    for (const kind of ['all', 'box', 'orthant', 'simplex']) for (const how of ['free', 'bound']) expect(seen.get(`${kind} ${how}`), `${kind} ${how}`).toBeGreaterThan(5);
    for (const kind of ['box', 'simplex']) expect(seen.get(`${kind} infeasible`), kind).toBeGreaterThan(5);
  });

  test('satisfies its optimality conditions, and no other point of W does', () => {
    let others = 0;
    holdsFor(
      300,
      fc.property(
        scenes.chain((scene) => fc.tuple(fc.constant(scene), vector(rationalNumbers, scene.c.length), vector(rationalNumbers, scene.c.length))),
        ([{ spec, c: data, s: level }, v, u]) => {
          const set = feasibleSet(K, spec);
          const halfspace = { c: numbers(K, data), s: q(level) };
          const found = smallestComparator(K, set, halfspace);
          if (found === null) return;
          const probes = [set.project(numbers(K, v)), set.project(numbers(K, u)), set.project(K.zeros(v.length)), found.w];
          const residuals = (comparator: Comparator<Rational>): boolean =>
            optimalityResiduals(K, halfspace, comparator, probes).every((residual) => K.lessOrEqual(residual, K.zero));
          expect(residuals(found)).toBe(true);
          expect(show(found.w)).toEqual(show(set.project(K.scale(found.theta.neg(), halfspace.c))));
          // Any other point of W, with whatever multiplier, fails: the residuals have teeth.
          if (show(probes[0]!).join() === show(found.w).join()) return;
          others += 1;
          for (const theta of [found.theta, K.zero, q('1/2'), q('-1')]) expect(residuals({ w: probes[0]!, theta })).toBe(false);
        },
      ),
    );
    expect(others).toBeGreaterThan(100);
  });

  test('on Rᵐ: 0, or s·c/‖c‖²', () => {
    const at = (s: Num, ...c: Num[]): unknown => {
      const found = smallestComparator(K, feasibleSet(K, whole(c.length)), { c: column(...c), s: q(s) });
      return found && [show(found.w), K.format(found.theta)];
    };
    expect(at('0', '1', '2')).toEqual([['0', '0'], '0']);
    expect(at('3', '1', '2')).toEqual([['0', '0'], '0']);
    expect(at('-10', '1', '2')).toEqual([['-2', '-4'], '2']);
    expect(at('-1', '0', '0')).toBeNull();
    expect(at('0', '0', '0')).toEqual([['0', '0'], '0']);
  });

  test('by hand: a box away from 0, a halfspace beyond it, and one that touches', () => {
    const box = feasibleSet(K, { kind: 'box', lower: ['1', '1'], upper: ['2', '3'] });
    const at = (s: Num, ...c: Num[]): unknown => {
      const found = smallestComparator(K, box, { c: column(...c), s: q(s) });
      return found && show(found.w);
    };
    expect(at('5', '1', '1')).toEqual(['1', '1']);
    expect(at('-3', '-1', '-1')).toEqual(['3/2', '3/2']);
    expect(at('-9/2', '-1', '-1')).toEqual(['2', '5/2']);
    expect(at('-5', '-1', '-1')).toEqual(['2', '3']);
    expect(at('-51/10', '-1', '-1')).toBeNull();
    expect(at('0', '0', '0')).toEqual(['1', '1']);
    expect(at('-1', '0', '0')).toBeNull();
  });

  test('on a ball is the nearest point of the disc in which the plane cuts it, in 50 digits', () => {
    const D = decimal(50);
    let [bound, missed] = [0, 0];
    const ball = fc.integer({ min: 1, max: 3 }).chain((m) => fc.record({ centre: vector(doubles, m), radius: doubles.positive, c: vector(doubles, m), s: doubles.scalar }));
    holdsFor(
      200,
      fc.property(ball, ({ centre: middle, radius: size, c: data, s: level }) => {
        const [centre, radius, c, s] = [numbers(D, middle), D.from(size), numbers(D, data), D.from(level)];
        const set = feasibleSet(D, { kind: 'ball', centre: middle, radius: size });
        const found = smallestComparator(D, set, { c, s });
        const norm = D.sqrt(D.dot(c, c));
        const start = set.project(D.zeros(c.length));
        if (D.lessOrEqual(D.dot(c, start), s)) {
          expect(Array.from(found!.w, D.format)).toEqual(Array.from(start, D.format));
          return;
        }
        // How far the plane is from the centre; the ball is missed if that is more than the radius.
        const distance = D.equal(norm, D.zero) ? D.from(1e9) : D.div(D.sub(D.dot(c, centre), s), norm);
        const room = D.toNumber(D.sub(radius, distance));
        if (room < 0) {
          expect(found).toBeNull();
          missed += 1;
          return;
        }
        // So near to touching it only that the multiplier is out of the search's reach.
        if (found === null) {
          expect(room).toBeLessThan(1e-6);
          return;
        }
        bound += 1;
        const hub = D.axpy(D.div(distance, norm), D.scale(D.neg(D.one), c), centre);
        const foot = D.scale(D.div(s, D.dot(c, c)), c);
        const reach = D.sqrt(D.sub(D.mul(radius, radius), D.mul(distance, distance)));
        const way = D.minus(foot, hub);
        const length = D.sqrt(D.dot(way, way));
        const truth = D.lessOrEqual(length, reach) ? foot : D.axpy(D.div(reach, length), way, hub);
        // The root of the excess is found to 50 digits; w depends on it like a square root at worst.
        for (let i = 0; i < c.length; i++) expect(Math.abs(D.toNumber(D.sub(found.w[i]!, truth[i]!)))).toBeLessThan(1e-20);
      }),
    );
    expect(bound).toBeGreaterThan(15);
    expect(missed).toBeGreaterThan(10);
  });

  test('in float64 ends at the feasible end: in W, in the halfspace, and hardly longer than in rationals', () => {
    holdsFor(
      300,
      fc.property(scenes, ({ spec, c: data, s: level }) => {
        // Fractions with denominators 3 are rounded: both arithmetics get the doubles.
        const asDoubles = (value: Num): number => float64.from(value);
        const set: Polyhedron = JSON.parse(JSON.stringify(spec), (_, value: unknown) => (typeof value === 'string' && /\d/.test(value) ? asDoubles(value) : value)) as Polyhedron;
        const [c, s] = [data.map(asDoubles), asDoubles(level)];
        const found = smallestComparator(float64, feasibleSet(float64, set), { c, s });
        const truth = smallestComparator(K, feasibleSet(K, set), { c: c.map(q), s: q(s) });
        // In floating point a halfspace that only touches W, or misses it by a rounding, may go either way.
        if (found === null || truth === null) {
          const lowest = least(set, c.map(q));
          const close = lowest === null ? found === null && truth === null : Math.abs(K.toNumber(lowest) - s) < 1e-7 || (found === null && truth === null);
          expect(close).toBe(true);
          return;
        }
        const slack = s - float64.dot(c, found.w);
        expect(slack).toBeGreaterThanOrEqual(-gamma(8) * (Math.abs(s) + dotMagnitude(float64, c, found.w)));
        const [length, least2] = [Math.sqrt(float64.dot(found.w, found.w)), Math.sqrt(K.toNumber(K.dot(truth.w, truth.w)))];
        expect(length).toBeLessThanOrEqual(least2 + 1e-7 * (1 + least2));
      }),
    );
  });

  test('is found exactly on polyhedra only', () => {
    // θ/(1 + θ) = ¼ at θ = ⅓, which neither a halving nor a secant meets.
    const curved = { name: 'curved', dimension: 1, whole: false, project: (v: Vector<Rational>): Vector<Rational> => [v[0]!.div(ratio(1).add(v[0]!.abs()))] };
    expect(() => smallestComparator(K, curved, { c: column('1'), s: q('-1/4') })).toThrow(/^expected a polyhedron/);
  });

  test('Definition 1 is summed from Jacobians and gradients', () => {
    const round = (alpha: Num, jacobian: Rational[][], gradient: Rational[], offset: Rational[]): Round<Rational> =>
      ({ alpha: q(alpha), jacobian, gradient, offset, w: column('0', '0') }) as unknown as Round<Rational>;
    const { c, s } = definitionOne(K, [
      round('1', [column('1', '2'), column('0', '1')], column('1', '-1'), column('1', '0')),
      round('1/2', [column('2', '0'), column('1', '1')], column('4', '2'), column('0', '3')),
    ], column('3', '1'));
    // (1, 2 − 1) + ½(8 + 2, 2); and (2 − 1) + ½(4·3 − 2·2).
    expect([show(c), K.format(s)]).toEqual([['6', '2'], '5']);
    expect(show(definitionOne(K, [], column('1')).c)).toEqual([]);
  });
});

/** (x − 1)²/2, φ = w, α = (1, 2), η = ½: w = 0, ½; x̄ = 0, ⅓; G = −1, −⅔; S = −1, −7/3. */
function example(set: SetSpec = whole(1)): { f: ReturnType<typeof convexFunction<Rational>>; rounds: Round<Rational>[]; set: ReturnType<typeof feasibleSet<Rational>> } {
  const f = convexFunction(K, { body: { kind: 'spectral', spectrum: ['1'], reflectors: [] }, minimiser: ['1'] });
  const rounds = convexMetaLearning(K, {
    gradient: f.gradient,
    rule: updateRule(K, { kind: 'identity' }, 1, f.gradient),
    start: column('9'),
    set: feasibleSet(K, set),
    alpha: column('1', '2'),
    beta: column('1/2', '1/2', '1/2'),
    index: 'equation-4',
    projection: 'lazy',
  });
  return { f, rounds, set: feasibleSet(K, set) };
}

const values = (tally: Tally<Rational>): string[] => tally.terms.map(({ value }) => K.format(value));

const named = (tally: Tally<Rational>): [string, string][] => tally.terms.map(({ name, value }) => [name, K.format(value)]);

describe('ledgers on two rounds, by hand', () => {
  const { f, rounds } = example();

  test('I1 at x* and elsewhere', () => {
    const { lhs, rhs } = onlineToBatchLedger(K, f, rounds, column('1'), 10);
    expect([values(lhs), K.format(lhs.value)]).toEqual([['2/3', '0'], '2/3']);
    expect([named(rhs), K.format(rhs.value)]).toEqual([[
      ['α_1⟨G_1, x_1 − u⟩', '1'],
      ['−α_1 B_f(u, x̄_1)', '-1/2'],
      ['α_2⟨G_2, x_2 − u⟩', '2/3'],
      ['−α_2 B_f(u, x̄_2)', '-4/9'],
      ['−α_{1:1} B_f(x̄_1, x̄_2)', '-1/18'],
    ], '2/3']);
    expect([lhs.error, rhs.error]).toEqual([0, 0]);
    const elsewhere = onlineToBatchLedger(K, f, rounds, column('0'), 10);
    // 3·(2/9 − 1/2); 0 − 0 − 2·⅓ − 2·1/18 − 1/18.
    expect([K.format(elsewhere.lhs.value), values(elsewhere.rhs)]).toEqual(['-5/6', ['0', '0', '-2/3', '-1/9', '-1/18']]);
  });

  test('I2 with w = 1', () => {
    const { lhs, rhs } = unconstrainedRegretLedger(K, rounds, column('1'), 10);
    expect([values(lhs), K.format(lhs.value)]).toEqual([['1', '2/3'], '5/3']);
    expect([values(rhs), K.format(rhs.value)]).toEqual([['1', '-1/36', '0', '1/4', '0', '4/9', '0'], '5/3']);
    expect(K.format(regretTally(K, rounds, column('1'), 10).value)).toBe('5/3');
  });

  test('on W = [0, 1], with the leaders’ minima', () => {
    const { rounds: plays, set } = example({ kind: 'box', lower: ['0'], upper: ['1'] });
    const { total, gap, rounds: parts } = constrainedRegretLedger(K, set, plays, column('1'), 10);
    expect([values(total.lhs), values(total.rhs)]).toEqual([['1', '2/3'], ['1', '0', '0', '1/4', '5/12']]);
    expect(values(gap)).toEqual(['-4/3', '4/3']);
    expect(parts.map(({ t, loss, allowance }) => [t, K.format(loss.value), K.format(allowance.value)])).toEqual([[1, '1/4', '1/4'], [2, '5/12', '4/9']]);
    expect(parts.map(({ loss }) => values(loss))).toEqual([['0', '0', '1/4'], ['-2/3', '-1/4', '4/3']]);
  });

  test('need a round', () => {
    for (
      const empty of [
        () => onlineToBatchLedger(K, f, [], column('1'), 1),
        () => unconstrainedRegretLedger(K, [], column('1'), 1),
        () => constrainedRegretLedger(K, feasibleSet(K, whole(1)), [], column('1'), 1),
      ]
    ) {
      expect(empty).toThrow(new RangeError('expected at least one round, got none'));
    }
  });

  test('are equalities, of which every summand counts', () => {
    holdsFor(
      120,
      fc.property(metaCase(rationalNumbers, { sets: 'whole' }).chain((data) => fc.tuple(fc.constant(data), fc.infiniteStream(rationalNumbers.scalar))), ([data, stream]) => {
        const run = prepare(K, reference, data);
        const played = optimisticMetaLearning(K, run.config, run.hint);
        const [u, w] = [run.f.minimiser, played[0]!.w].map((like) => K.vector(like.length, () => q(stream.next().value as Num)));
        const ledgers = [
          onlineToBatchLedger(K, run.f, played, u!, 1),
          unconstrainedRegretLedger(K, played, w!, 1),
          constrainedRegretLedger(K, run.config.set, played, w!, 1).total,
        ];
        for (const { lhs, rhs } of ledgers) {
          expect(K.format(lhs.value)).toBe(K.format(rhs.value));
          for (const side of [lhs, rhs]) expect(K.format(side.terms.reduce((sum, { value }) => sum.add(value), K.zero))).toBe(K.format(side.value));
        }
      }),
    );
  });
});

describe('tallies', () => {
  const tally = <S>(space: Space<S>, value: S, magnitude: S, roundings = 1): TallyBuilder<S> => new TallyBuilder(space, roundings).add('x', value, () => magnitude);

  test('compare exactly in exact arithmetic', () => {
    const [third, more] = [tally(K, q('1/3'), q('1')), tally(K, q(`${10n ** 40n + 1n}/${3n * 10n ** 40n}`), q('1'))];
    expect([agree(K, third, third), agree(K, third, more), atMost(K, third, more), atMost(K, more, third)]).toEqual([true, false, true, false]);
    expect(agree(primeField, tally(primeField, 3n, 0n), tally(primeField, 4n, 0n))).toBe(false);
    expect(() => atMost(primeField, tally(primeField, 3n, 0n), tally(primeField, 4n, 0n))).toThrow(new RangeError('expected an ordered field, got prime-field'));
    expect(() => dotMagnitude(primeField, [1n], [1n])).toThrow(new RangeError('expected an ordered field, got prime-field'));
  });

  test('never ask for magnitudes in exact arithmetic', () => {
    const never = (): never => {
      throw new Error('asked');
    };
    expect(new TallyBuilder(K, 5).add('x', q('1'), never).error).toBe(0);
    expect(new TallyBuilder(primeField, 5).add('x', 1n, never).value).toBe(1n);
  });

  test('compare up to both sides’ errors in float64, and no further', () => {
    const u = UNIT_ROUNDOFF;
    const [one, above, far] = [tally(float64, 1, 1), tally(float64, 1 + 4 * u, 1), tally(float64, 1 + 6 * u, 1)];
    // γ_1(1 + 1) on each side: 4u in all, to within u².
    expect([agree(float64, one, above), agree(float64, one, far), agree(float64, far, one)]).toEqual([true, false, false]);
    expect([atMost(float64, above, one), atMost(float64, far, one), atMost(float64, one, far)]).toEqual([true, false, true]);
    expect(tally(float64, 3, -5, 7).error).toBe(gamma(7) * 8 + UNDERFLOW);
    const sum = new TallyBuilder(float64, 2).add('a', 1, () => 1).add('b', -1, () => 4);
    expect([sum.value, sum.error]).toEqual([0, 2 * gamma(2) + UNDERFLOW + (5 * gamma(2) + UNDERFLOW)]);
    expect(sum.terms).toEqual([{ name: 'a', value: 1 }, { name: 'b', value: -1 }]);
  });

  test('make names when somebody reads them, and a magnitude once', () => {
    let [named, computed] = [0, 0];
    const size = once(() => {
      computed += 1;
      return 3;
    });
    const name = (): string => `the ${['first', 'second'][named++]!}`;
    const sum = new TallyBuilder(float64, 1).add(name, 1, size).add(name, 2, size);
    expect([named, computed, sum.error]).toEqual([0, 1, 4 * gamma(1) + UNDERFLOW + (5 * gamma(1) + UNDERFLOW)]);
    expect(sum.terms).toEqual([{ name: 'the first', value: 1 }, { name: 'the second', value: 2 }]);
  });

  test('have magnitudes that are the sums of their summands’ sizes', () => {
    const [x, y, z] = [[1, -2], [-3, 4], [5, -6]];
    expect(dotMagnitude(float64, x, y)).toBe(3 + 8);
    expect(dotDifferenceMagnitude(float64, x, y, z)).toBe(8 + 20);
    expect(squaredDistanceMagnitude(float64, x, y)).toBe(16 + 36);
    expect(sumOfSizes(float64, z)).toBe(11);
  });

  test('NaN and overflow agree with nothing, and are at most nothing', () => {
    const fine = tally(float64, 1, 1);
    for (
      const bad of [
        tally(float64, NaN, 1),
        tally(float64, 1, NaN),
        tally(float64, Infinity, Infinity),
        tally(float64, -Infinity, 1),
        tally(float64, 1, Infinity),
        tally(float64, 2, 1e308 * 10),
      ]
    ) {
      for (const [a, b] of [[bad, fine], [fine, bad], [bad, bad]] as const) {
        expect(agree(float64, a, b)).toBe(false);
        expect(atMost(float64, a, b)).toBe(false);
      }
    }
  });

  test('|⟨x, y⟩| ≤ ⟨|x|, |y|⟩', () => {
    expect(dotMagnitude(float64, [1, -2, 3], [-4, -5, 6])).toBe(32);
  });
});

describe('rounding bounds', () => {
  test('γ_k = ku/(1 − ku), and no count that says nothing', () => {
    expect([gamma(0), gamma(1)]).toEqual([0, 2 ** -53 / (1 - 2 ** -53)]);
    expect(gamma(2 ** 51)).toBe(0.25 / 0.75);
    for (const bad of [-1, 2 ** 52, Infinity, NaN]) expect(() => gamma(bad)).toThrow(new RangeError(`expected a count of roundings from 0 to 2^52, got ${bad}`));
  });

  test('count what they say', () => {
    // Gradient: 2(2 + 3 + 8) = 26, twice; n + m = 6; three terms a round and α_{1:t}: 40; and 32.
    expect(ledgerRoundings({ horizon: 10, dimension: 2, parameters: 4, summands: 3 })).toBe(52 + 6 + 40 + 32);
  });

  test('hold for dot products in any order', () => {
    const D = decimal(60);
    holdsFor(
      200,
      fc.property(fc.integer({ min: 1, max: 30 }).chain((n) => fc.tuple(vector(doubles, n), vector(doubles, n))), ([x, y]) => {
        const lift = (v: readonly Num[]): Vector<Decimal> => numbers(D, v);
        const error = Math.abs(D.toNumber(D.sub(D.from(float64.dot(x as number[], y as number[])), D.dot(lift(x), lift(y)))));
        expect(error).toBeLessThanOrEqual(gamma(x.length) * dotMagnitude(float64, x as number[], y as number[]));
      }),
    );
  });
});

describe('float64 ledgers against 60 digits', () => {
  const D = decimal(60);
  const number = (x: number): Decimal => D.from(x);
  const lift = (v: Vector<number>): Vector<Decimal> => D.vector(v.length, (i) => number(v[i]!));
  const liftMatrix = (A: Matrix<number>): Matrix<Decimal> => A.map(lift);

  /** The same round with its doubles as they stand. */
  const liftRound = (r: Round<number>): Round<Decimal> => ({
    t: r.t,
    alpha: number(r.alpha),
    eta: number(r.eta),
    alphaSumBefore: number(r.alphaSumBefore),
    alphaSum: number(r.alphaSum),
    play: lift(r.play),
    loss: lift(r.loss),
    hint: lift(r.hint),
    sumBefore: lift(r.sumBefore),
    sum: lift(r.sum),
    unprojected: lift(r.unprojected),
    w: lift(r.w),
    previousAverage: lift(r.previousAverage),
    average: lift(r.average),
    x: lift(r.x),
    jacobian: liftMatrix(r.jacobian),
    offset: lift(r.offset),
    gradient: lift(r.gradient),
    metaGradient: lift(r.metaGradient),
  });

  /** The weights summed without rounding. */
  const withSums = (rounds: readonly Round<Decimal>[]): Round<Decimal>[] => {
    let alphaSum = D.zero;
    return rounds.map((r) => {
      const alphaSumBefore = alphaSum;
      alphaSum = D.add(alphaSum, r.alpha);
      return { ...r, alphaSumBefore, alphaSum };
    });
  };

  const difference = (tally: Tally<number>, truth: Tally<Decimal>): number => Math.abs(D.toNumber(D.sub(number(tally.value), truth.value)));

  const within = (name: string, tally: Tally<number>, truth: Tally<Decimal>): void => {
    expect(tally.terms.map((term) => term.name)).toEqual(truth.terms.map((term) => term.name));
    expect(difference(tally, truth), name).toBeLessThanOrEqual(tally.error);
    tally.terms.forEach((term, i) => {
      expect(Math.abs(D.toNumber(D.sub(number(term.value), truth.terms[i]!.value))), `${name}: ${term.name}`).toBeLessThanOrEqual(tally.error);
    });
  };

  /** The two sides' error together: what `agree` allows between sides of which the exact values are equal. */
  const settled = (name: string, { lhs, rhs }: Ledger<number>, truth: Ledger<Decimal>): void => {
    const scale = [...truth.lhs.terms, ...truth.rhs.terms].reduce((sum, { value }) => sum + Math.abs(D.toNumber(value)), 1);
    expect(Math.abs(D.toNumber(D.sub(truth.lhs.value, truth.rhs.value))), `${name} holds in 60 digits`).toBeLessThanOrEqual(1e-40 * scale);
    expect(difference(lhs, truth.lhs) + difference(rhs, truth.rhs), name).toBeLessThanOrEqual(lhs.error + rhs.error);
  };

  test('each tally is within its own error of the same tally of the same doubles, term by term; and each identity within both', () => {
    let seen = 0;
    const check = (data: MetaCase, points: readonly Num[]): void => {
      const stream = points.values();
      const run = prepare(float64, reference, data);
      const rounds = optimisticMetaLearning(float64, run.config, run.hint);
      if (diverged(float64, rounds)) return;
      seen += 1;
      const f = convexFunction(D, data.function);
      const set = feasibleSet(D, data.set);
      const k = ledgerRoundings(run.size);
      const draw = (like: Vector<number>): Vector<number> => float64.vector(like.length, () => stream.next().value as number);
      const [u, w] = [draw(run.f.minimiser), run.config.set.project(draw(rounds[0]!.w))];
      const doublesAsTheyStand = withSums(rounds.map(liftRound));

      const conversion = onlineToBatchLedger(float64, run.f, rounds, run.f.minimiser, k);
      const elsewhere = onlineToBatchLedger(float64, run.f, rounds, u, k);
      const constrained = constrainedRegretLedger(float64, run.config.set, rounds, w, k);
      const unconstrained = unconstrainedRegretLedger(float64, rounds, w, k);
      const compare = (name: string, ledger: Ledger<number>, truth: Ledger<Decimal>): void => {
        within(`${name}, left`, ledger.lhs, truth.lhs);
        within(`${name}, right`, ledger.rhs, truth.rhs);
      };
      compare('I1', conversion, onlineToBatchLedger(D, f, doublesAsTheyStand, f.minimiser, k));
      compare('I1 at u', elsewhere, onlineToBatchLedger(D, f, doublesAsTheyStand, lift(u), k));
      compare('I2', unconstrained, unconstrainedRegretLedger(D, doublesAsTheyStand, lift(w), k));
      const exact = constrainedRegretLedger(D, set, doublesAsTheyStand, lift(w), k);
      compare('I2 on W', constrained.total, exact.total);
      within('gap', constrained.gap, exact.gap);
      constrained.rounds.forEach(({ loss, allowance }, i) => {
        within('D_t', loss, exact.rounds[i]!.loss);
        within('allowance', allowance, exact.rounds[i]!.allowance);
      });

      // Now what the doubles stand for: one step of the algorithm in 60 digits from the doubles that it starts from.
      // I1: the averages as they are, gradients anew, and the x_t that make those averages.
      const averaged = doublesAsTheyStand.map((r): Round<Decimal> => {
        const x = D.axpy(D.div(r.alphaSumBefore, r.alpha), D.minus(r.average, r.previousAverage), r.average);
        return { ...r, x, gradient: f.gradient(r.average) };
      });
      settled('I1', conversion, onlineToBatchLedger(D, f, averaged, f.minimiser, k));
      settled('I1 at u', elsewhere, onlineToBatchLedger(D, f, averaged, lift(u), k));
      // I2: the sums as they are, the losses that make them, and plays anew.
      const played = doublesAsTheyStand.map((r): Round<Decimal> => {
        const loss = D.scale(D.div(D.one, r.alpha), D.minus(r.sum, r.sumBefore));
        const play = set.project(D.scale(D.neg(r.eta), D.axpy(r.alpha, r.hint, r.sumBefore)));
        return { ...r, loss, metaGradient: loss, play, w: play };
      });
      settled('I2 on W', constrained.total, constrainedRegretLedger(D, set, played, lift(w), k).total);
      if (data.set.kind === 'all') settled('I2', unconstrained, unconstrainedRegretLedger(D, played, lift(w), k));
    };
    // Not as a property: in 60 digits shrinking would take minutes.
    const cases = metaCase(doubles, { horizon: { min: 1, max: 9 }, dimension: 3 }).chain((data) => fc.tuple(fc.constant(data), vector(doubles, 2 * 9)));
    for (const [data, points] of fc.sample(cases, { seed: SEED, numRuns: 260 })) check(data, points);
    expect(seen).toBeGreaterThan(200);
  });
});
