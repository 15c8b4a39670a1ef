/** Statements in the paper's notation: that they are read as a mathematician reads them, and refused where they mean nothing. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { degrees, type Degree } from '../src/arithmetic/degree.js';
import { float64 } from '../src/arithmetic/float64.js';
import { rational } from '../src/arithmetic/rational.js';
import type { Space } from '../src/arithmetic/space.js';
import { Environment, mean, vocabulary, type Signature, type Values } from '../src/formula/meaning.js';
import { mutants } from '../src/formula/mutants.js';
import { FormulaError, parse } from '../src/formula/syntax.js';
import { number, showUnit, unit, vector } from '../src/formula/unit.js';
import { metaCase } from '../src/generator/meta-case.js';
import { doubles } from '../src/generator/number.js';
import { loadClaim } from '../src/runner/load-claims.js';
import { reference } from '../src/subject.js';
import { compile, decide, type Theorem } from '../src/world/judge.js';
import { either, one, witness } from '../src/world/either.js';
import { isRounded, lift } from '../src/world/lift.js';
import { meta } from '../src/world/meta.js';
import { mutantFates } from '../src/world/mutants.js';
import { FUNCTIONS, NAMES, given, made, signature } from '../src/world/names.js';
import { variant } from '../src/world/theorem.js';
import type { World } from '../src/world/world.js';

const KNOWN: Signature = signature({
  ...NAMES,
  z: made(vector('x', 'x')),
  'λ̃': given(number('x²/w²')),
  'diam(W)': given(number('w')),
  h: made(vector('αf/w²', 'w')),
}, FUNCTIONS);

/** Two rounds on the plane, with numbers that are easily told apart: α = (2, 3), w_1 = (1, 2), w_2 = (3, 5), g_t = w_t, x* = (7, 11), L = 13, η_t = t. */
function plane<S>(K: Space<S>): Values<S> {
  const v = (...entries: number[]) => K.vector(entries.length, (i) => K.from(entries[i]!));
  const w = [v(0, 0), v(1, 2), v(3, 5)];
  return {
    K,
    constants: { T: 2, n: 2, m: 2 },
    size: { x: 2, w: 2 },
    names: {
      α: (t) => K.from([0, 2, 3][t]!),
      w: (t) => w[t],
      g: (t) => w[t],
      'x*': () => v(7, 11),
      L: () => K.from(13),
      η: (t) => K.from(t),
      A: () => [v(1, 2), v(3, 4)],
      h: (t) => v(t, 2 * t),
      G: (t) => w[t],
    },
    functions: { f: ([x]) => K.dot(x as never, x as never) },
    sets: { W: { project: (u) => u } },
  };
}
/** The left side of "… = 0 or something", as it is evaluated. */
function value(text: string, t = 1): string {
  const [one] = mean(`${text} = ${text}`, KNOWN, { any: true, w: 'x' });
  const e = new Environment(plane(rational));
  e.at['t'.charCodeAt(0)] = t;
  return Array.from(one!.left(e), rational.format).join(' ');
}

describe('a formula is worth', () => {
  test.each([
    ['½L', '13/2'],
    ['α_1/(2L)', '1/13'],
    // A product binds as tightly as "/", from the left.
    ['α_1/(2L)⟨w_1, w_1⟩', '5/13'],
    ['−L² + 1', '-168'],
    ['α_{1:T}', '5'],
    ['α_{1:t−1}', '0', 1],
    ['α_{1:t}w_t', '15 25', 2],
    ['Σα_t', '5'],
    ['Σα_tw_t', '11 19'],
    ['Σ[α_t − 1] + L', '16'],
    ['Σα_t + L', '18'],
    ['Σ_{s<t}α_s', '2', 2],
    ['Σ_{t≥2}α_t', '3'],
    ['Σ_{1≤t<T}α_t', '2'],
    ['Σ_iw_{2,i}', '8'],
    ['‖w_1 − w_2‖²', '13'],
    ['‖w_1‖²‖w_2‖²', '170'],
    ['‖w_2 − ‖w_1‖²w_1‖²', '29'],
    ['‖w_1‖²_(2)', '18'],
    ['‖w_1‖²_(2),*', '3/2'],
    ['A_1w_1', '5 11'],
    ['A_1ᵀw_1', '7 10'],
    ['⟨A_1ᵀw_1, w_2⟩', '71'],
    ['w_1⊙w_2', '3 10'],
    ['w_2/w_1', '3 5/2'],
    ['|α_1 − α_2|', '1'],
    ['max{α_1 − α_2, 0}', '0'],
    ['max{w_1 − w_2, 0}', '0 0'],
    ['max_t α_t', '3'],
    ['min_{t≥1} α_t', '2'],
    ['f(w_1)', '5'],
    ['T² − t', '2', 2],
    ['L − α_1 + α_2 − 1', '13'],
    // ⟨g, w⟩ + ½‖w‖²/η is least at −ηg, where it is −½η‖g‖².
    ['argmin_{w∈W} {⟨g_2, w⟩ + ‖w‖²/(2η_2)}', '-6 -10'],
    ['min_{w∈W} {⟨g_2, w⟩ + ‖w‖²/(2η_2)}', '-34'],
    ['argmin_{w∈W} {½‖w‖²_(1) − ⟨g_1, w⟩}', '1 1'],
    ['argmin_{w∈W} {⟨g_1, w⟩ + ‖w − w_2‖²/(2η_1)}', '2 3'],
    ['L − min_{w∈W} ‖w‖² + 1', '14'],
  ])('%s = %s', (text, wanted, t = 1) => expect(value(text, t)).toBe(wanted));

  test('the same with its marks as one character or as two', () => {
    const [nfc, nfd] = ['x*', 'x*'].map((text) => value(`‖${text}‖²`));
    expect([nfc, nfd]).toEqual(['170', '170']);
    expect(mean('x̄_t = x̄_t'.normalize('NFD'), KNOWN)).toHaveLength(1);
    expect(mean('x̄_t = x̄_t'.normalize('NFC'), KNOWN)).toHaveLength(1);
  });

  test('a chain is a relation for each of its signs, for all that is free in it', () => {
    const [first, second] = mean('0 ≤ α_t ≤ α_{1:t}, t ≥ 2', KNOWN);
    expect([first!.relation, second!.relation]).toEqual(['≤', '≤']);
    expect(first!.where.map(({ variable, from, to }) => [variable, from(new Environment(plane(rational)) as never), to(new Environment(plane(rational)) as never)])).toEqual([[
      't',
      2,
      2,
    ]]);
  });
});

test('a norm that changes is mentioned where it is used', () => {
  expect([...mean('½‖w_t‖²_(t) = 0', KNOWN)[0]!.mentions]).toEqual(['w', 'h']);
});

test('what is said of points in the interior of a set is said of no others', () => {
  const [one] = mean('w_t = w_1, w_t ∈ int W', KNOWN);
  const known = plane(rational);
  const e = new Environment({ ...known, sets: { W: { project: (u) => u, interior: (u) => rational.compare(u[0]!, rational.from(2)) > 0 } } });
  const applies = [1, 2].map((t) => {
    e.at['t'.charCodeAt(0)] = t;
    return one!.applies(e);
  });
  expect(applies).toEqual([false, true]);
  expect(mean('w_t = w_1', KNOWN)[0]!.applies(e)).toBe(true);
});

test('what is said of points of a set is said where projecting moves nothing', () => {
  const [one] = mean('w_t = w_1, w_t ∈ W', KNOWN);
  const known = plane(rational);
  const within = (moves: boolean): boolean =>
    one!.applies(new Environment({ ...known, sets: { W: { project: (u) => (moves ? rational.plus(u, u) : u) } } }, Int32Array.from({ length: 128 }, () => 1)));
  expect([within(false), within(true)]).toEqual([true, false]);
});

describe('a text is refused, with what was expected, and where', () => {
  test.each(
    [
      ['x̃_t = 0', 'name', 'a name that is known here, got "x̃" (did you mean "x*"?)', 0],
      ['w_t − y_t = 0', 'name', 'got "y"', 6],
      ['a_t ≤ 1', 'name', '(did you mean "α"?)', 0],
      ['eta_t ≤ 1', 'name', 'got "eta" (did you mean "η"?)', 0],
      ['w_t = lambda·w_t', 'name', 'got "lambda" (did you mean "λ"?)', 6],
      ['α_t ≤', 'syntax', 'a number, a name or a bracket', 5],
      ['α_t', 'syntax', '"=", "≤" or another relation', 3],
      ['(α_t ≤ 1', 'syntax', '")"', 5],
      ['α_t/2L ≤ 1', 'syntax', 'brackets around what is below "/"', 4],
      ['α_t ≤ 1, s ≥ 2', 'name', 'a range for what is free in the formula, got one for "s"', 9],
      ['α_k ≤ 1', 'name', 'an index that is known here, got "k"', 2],
      ['α ≤ 1', 'shape', 'α with one subscript, got 0', 0],
      ['L_t ≤ 1', 'shape', 'L with no subscript, got 1', 0],
      ['w_tw_t ≤ 1', 'shape', '⟨·, ·⟩ or ⊙ between two vectors', 0],
      ['w_t ≤ w_t', 'shape', 'numbers around "≤"', 0],
      ['A_tG_t = 0', 'shape', 'a vector like w, got a vector like x', 3],
      ['f(w_t) = 0', 'shape', 'a vector like x of [x] in f(…), got a vector like w', 2],
      ['f(x_t, x_t) = 0', 'shape', 'f with 1 argument and 0 subscripts', 0],
      ['w_t = w_1, w_t ∈ V', 'name', 'a name that is known here, got "V"', 17],
      ['argmin_{w∈W} ‖w − w‖² = 0', 'shape', 'the minimum of another function is not known here', 13],
      ['argmin_{w∈V} ‖w‖² = 0', 'name', 'a name that is known here, got "V"', 10],
      ['argmin_{w∈W} ⟨g_t, w⟩ = w_t', 'shape', '‖w‖² in what has its minimum in W', 13],
      ['min_{w∈W} ⟨g_t, w⟩² ≤ 0', 'shape', 'the minimum of another function is not known here', 10],
      ['‖∇f(x*)‖² + L = 0', 'unit', 'a number of [f]²/[x]², as before it, got a number of [f]/[x]²', 12],
    ] as const,
  )('%s', (text, kind, message, at) => {
    let error: unknown;
    try {
      mean(text, KNOWN);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormulaError);
    const { kind: told, message: said } = error as FormulaError;
    expect(said).toContain(message);
    const caret = said.split('\n').at(-1)!;
    expect([told, caret.length - 3]).toEqual([kind, at]);
  });
});

describe('units', () => {
  // The five places where the paper's own dimensions do not fit.
  test.each([
    ['f(x̄_T) − f(x*) ≤ λL diam(W)/T', 'expected a number of [f], as before it, got a number of [f]/[w]'],
    ['w_2 = argmin_{w∈W} {α_2g̃_2 + ⟨S_1, w⟩ + ‖w‖²/(2β_1)}', 'expected a vector like w of [f][α]/[w], as before it, got a number of [f][α]'],
    ['f(x̄_T) − f(x*) ≤ 4λ̃L diam(W)/(T² − 1)', 'got a number of [f]/[w]'],
    ['β_t = (t − 1)/(2tλ̃)', 'expected a number of [w]²/([f][α]), as before it, got a number of [w]²/[x]²'],
    ['w_{t+1} = (β_t/β_{t−1})w_t − β_t(∇μ(z_t) − ∇μ(x̄_t)), t < T', 'expected a vector like w'],
  ])('refuse %s', (text, message) => expect(() => mean(text, KNOWN, { α: '1' })).toThrow(message));

  test.each([
    ['f(x̄_T) − f(x*) ≤ λL diam(W)diam(W)/(2T)'],
    ['β_t = (t − 1)/(2tλ̃L)'],
    ['w_{t+1} = (β_t/β_{t−1})w_t − β_tA_tᵀ(∇μ(z_t) − ∇μ(x̄_t)), t < T'],
  ])('take %s', (text) => expect(mean(text, KNOWN, { α: '1' })).toHaveLength(1));

  test('are written as they are read', () => {
    fc.assert(fc.property(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), ([x, f, w]) => {
      const text = [['x', x], ['f', f], ['w', w]].map(([base, k]) => (k === 0 ? '' : `${base}${['', '', '²', '³'][k as number]}`)).join('');
      expect(showUnit(unit(text === '' ? '1' : text)).replaceAll(/[[\]]/g, '')).toBe(text === '' ? '1' : text);
    }));
    expect(() => unit('kg')).toThrow('expected a unit such as');
  });
});

describe('the degree of a rational function is', () => {
  const { add, mul, div, sub, zero, one, from } = degrees();
  const [x, y, z] = ['a', 'b', 'c'].map((text) => from(text)) as [Degree, Degree, Degree];
  test.each([
    ['a constant', 0, from(7)],
    ['a variable', 1, x],
    ['ab + c', 2, add(mul(x, y), z)],
    ['(a + b)³', 3, [0, 1].reduce((p) => mul(p, add(x, y)), add(x, y))],
    // a/b − c/b = (a − c)/b, and a/b − c = (a − bc)/b.
    ['a/b − c/b', 1, sub(div(x, y), div(z, y))],
    ['a/b − c', 2, sub(div(x, y), z)],
    // (a/b)/(c/b) = a/c
    ['(a/b)/(c/b)', 1, div(div(x, y), div(z, y))],
    ['1/a + 1/b', 1, add(div(one, x), div(one, y))],
  ])('%s: %i on top', (_, wanted, found) => expect(found.above).toBe(wanted));

  test('is no less than that of the numbers that it stands for', () => {
    // Σ_{s≤t} a_s/(a_1 ⋯ a_s), as averages nest: cleared by all that was divided by, its degree is T at most.
    const T = 40;
    let [value, below] = [zero, one];
    for (let t = 0; t < T; t++) {
      const a = from(`a${t}`);
      below = mul(below, a);
      value = add(div(value, a), div(one, a));
    }
    expect(value.above).toBeLessThanOrEqual(T);
    expect(below.above).toBe(T);
  });
});

/** A world of one number that the case gives, a, and two that the run makes of it: b = 3a, and c = b + 2⁻²⁰ in float64 alone. */
const numbers: World<{ readonly a: number }> = {
  signature: signature({ a: given(number('1')), b: made(number('1'), 0), c: made(number('1'), 0) }, {}, {}),
  says: [],
  cases: () => fc.record({ a: fc.integer() }),
  simpler: () => [],
  play: <S>(K: Space<S>, _: unknown, { a }: { readonly a: number }) => {
    const b = K.mul(K.from(3), K.from(a));
    return {
      values: {
        K,
        constants: { T: 1, n: 1, m: 1 },
        size: { x: 1, w: 1 },
        names: { a: () => K.from(a), b: () => b, c: () => (K.exact ? b : K.add(b, K.from(2 ** -20))) },
        functions: {},
        sets: {},
      },
      labels: [],
      still: false,
      evidence: () => ({ a }),
    };
  },
};
const judged = <S>(K: Space<S>, a: number, theorem: Omit<Theorem<{ readonly a: number }>, 'world'>) => decide(K, reference, { a }, compile({ world: numbers, ...theorem }));

describe('a theorem is', () => {
  test('held where its lines hold, and failed by the first that does not, with both sides', () => {
    expect(judged(rational, 2, { statement: ['b = 3a'] })).toMatchObject({ kind: 'passed' });
    expect(judged(rational, 2, { steps: ['b = 3a', 'b ≤ 5'], statement: ['b = 3a'] })).toMatchObject({ kind: 'failed', expected: 'b ≤ 5', lhs: '6', rhs: '5' });
  });

  test('no evidence where a hypothesis on the case fails, and refused where a hypothesis is on what the run makes', () => {
    expect(judged(rational, 2, { given: ['a ≥ 3'], statement: ['b = 0'] })).toEqual({ kind: 'rejected', reason: 'a ≥ 3' });
    expect(() => judged(rational, 2, { given: ['b ≥ 3'], statement: ['b = 0'] })).toThrow('expected a hypothesis on what is given');
    expect(judged(rational, 2, { where: ['d = b + a'], statement: ['d = 4a'] })).toMatchObject({ kind: 'passed' });
    expect(() => judged(rational, 2, { where: ['d = b + a'], given: ['d ≥ 0'], statement: ['b = 0'] })).toThrow('expected a hypothesis on what is given');
  });

  test('excused by rounding in float64, and by nothing more', () => {
    expect(judged(float64, 0.1, { statement: ['b = a + a + a'] })).toMatchObject({ kind: 'passed' });
    expect(judged(float64, 0.1, { statement: ['c = a + a + a'] })).toMatchObject({ kind: 'failed' });
    expect(judged(float64, 0.1, { statement: ['c ≤ b'] })).toMatchObject({ kind: 'failed' });
    expect(judged(float64, 0.1, { statement: ['b ≤ c'] })).toMatchObject({ kind: 'passed' });
  });

  test('judged where its arithmetic has the roots that it takes', () => {
    const theorem = { steps: ['√(b²) = 2b'], statement: ['b = 3a'] };
    expect(judged(rational, 2, theorem)).toMatchObject({ kind: 'passed' });
    expect(judged(float64, 2, theorem)).toMatchObject({ kind: 'failed', expected: '√(b²) = 2b' });
    expect(judged(rational, 2, { statement: ['b = 3a', '√(b²) ≤ b'] })).not.toHaveProperty('ratio');
    const defined = { where: ['d = √(b²)'], steps: ['d = 2b'], statement: ['b = 3a'] };
    expect([rational, float64].map((K) => judged(K as Space<unknown>, 2, defined).kind)).toEqual(['passed', 'failed']);
  });

  test.each([NaN, Infinity])('not held by %d', (a) => {
    const odd = {
      ...numbers,
      play: ((K, _, data) => {
        const played = numbers.play(K, reference, data);
        return 'kind' in played ? played : { ...played, values: { ...played.values, names: { ...played.values.names, b: () => a as never } } };
      }) as typeof numbers.play,
    };
    for (const line of ['b = b', 'b ≤ 3a', '3a ≤ b', 'b ≥ 3a']) {
      expect([line, decide(float64, reference, { a: 1 }, compile({ world: odd, statement: [line] })).kind]).toEqual([line, 'failed']);
    }
  });

  test('trivial where a side of its bound is not positive, unless its world has regrets', () => {
    const trivial = (regrets: boolean) => decide(rational, reference, { a: -2 }, compile({ world: { ...numbers, regrets }, statement: ['b ≤ a + 5'] }));
    expect([trivial(false), trivial(true)]).toMatchObject([{ kind: 'passed', trivial: true }, { kind: 'passed', trivial: false, ratio: -2 }]);
  });

  test('told by how sharp it is: the parts of its proof share out what it gives up, and a statement that says less does not fit them', () => {
    const parts = { because: ['b ≤ 4a', '4a ≤ 6a'] };
    const sharp = judged(rational, 2, { ...parts, statement: ['b ≤ 6a'] });
    expect(sharp).toMatchObject({ kind: 'passed', ratio: 0.5, trivial: false });
    expect(sharp.kind === 'passed' && sharp.slack!()).toEqual([{ term: 'left side', share: 0.5 }, { term: 'b ≤ 4a', share: 1 / 6 }, { term: '4a ≤ 6a', share: 1 / 3 }]);
    expect(judged(rational, 2, { ...parts, statement: ['b ≤ 7a'] })).toMatchObject({ kind: 'failed', lhs: '8', rhs: '6' });
  });
});

test('what is excused without balls, balls would excuse: γ times the value is in the radius of what the run has rounded', () => {
  const world = meta((source) => metaCase({ ...source, horizon: 8 }));
  const texts = [
    'α_{1:T}(f(x̄_T) − f(x*))',
    'Σα_t⟨G_t, x_t − x*⟩',
    '½α_t²η_t‖g_t‖²',
    'α_tB_f(x*, x̄_t)/L',
    '(x_t + x̄_t)⊙G_t',
    'α_tA_tᵀG_t',
    'L‖x*‖²',
    'g̃_t − g_t',
    'w_t − x*',
    'd_t',
  ];
  const where = ['d_t = ⟨S_t, w_t⟩/η_t'];
  const { signature: own, bodies, define } = compile({ world, identified: { w: 'x' }, where, statement: ['0 = 0'] });
  const relations = texts.flatMap((text) => mean(`${text} = ${text}`, own, { any: true, w: 'x' }));
  let checked = 0;
  for (const data of fc.sample(world.cases(doubles), { numRuns: 40, seed: 3 })) {
    const played = world.play(float64, reference, data);
    if ('kind' in played) continue;
    const sizes = played.sizes!();
    expect(texts.filter((_, k) => isRounded(relations[k]!.sides[0], sizes, bodies))).toEqual([...texts.slice(0, 6), 'd_t']);
    const e = new Environment(define(lift(played.values, sizes)));
    for (let t = 1; t <= data.alpha.length; t++) {
      e.at['t'.charCodeAt(0)] = t;
      for (const one of relations.filter(({ sides }) => isRounded(sides[0], sizes, bodies))) {
        for (const { value, error } of Array.from(one.left(e))) {
          checked += 1;
          expect(error).toBeGreaterThanOrEqual(sizes.gamma * Math.abs(value) * (1 - 2 ** -40));
        }
      }
    }
  }
  expect(checked).toBeGreaterThan(500);
});

describe('a theorem in parts', () => {
  const part = { world: { ...numbers, cases: () => fc.record({ a: fc.integer({ min: 1, max: 9 }) }) } };
  const small = { ...part, when: 'for a < 5', only: ({ a }: { readonly a: number }) => a < 5, statement: ['b = 3a'] };
  const { statement, arms } = variant({ parts: [small, { ...part, when: 'for a < 3', only: ({ a }) => a < 3, statement: ['b ≤ 6'] }], arithmetics: ['rational'] });
  const outcome = (a: number) => arms[0]!.check(reference, { a });

  test('says of which cases each speaks', () => expect(statement).toBe('for a < 5: b = 3a; and for a < 3: b ≤ 6'));

  test('asks each case of the parts that speak of it, and is no evidence where none does', () => {
    expect([1, 4, 7].map((a) => outcome(a).kind)).toEqual(['passed', 'passed', 'rejected']);
    const wrong = variant({ parts: [small, { ...part, statement: ['b ≤ 6'] }], arithmetics: ['rational'] }).arms[0]!;
    expect([2, 3].map((a) => wrong.check(reference, { a }))).toMatchObject([{ kind: 'passed', ratio: 1 }, { kind: 'failed', expected: 'b ≤ 6' }]);
  });
});

describe('theorems on cases of their own', () => {
  const some = { ...numbers, cases: () => fc.record({ a: fc.integer({ min: 1, max: 9 }) }) };
  const both = either(
    one(3, { world: some, when: 'for every a', statement: ['b = 3a'] }),
    one(1, { world: witness(numbers, { a: 2 }), when: 'for a = 2', statement: ['b = 6'], refutedBy: [{ a: 1 }] }),
    one(({ name }) => (name === 'rational' ? 0 : 1), { world: some, when: 'in float64', statement: ['b = 2a'] }),
  );
  const [arm] = variant({ ...both, arithmetics: ['rational'] }).arms;

  test('are drawn as often as they weigh, and each is asked of its own', () => {
    const drawn = fc.sample(arm!.generator, { numRuns: 400, seed: 1 }) as { readonly part: number; readonly data: unknown }[];
    expect(drawn.filter(({ part }) => part === 0).length).toBeGreaterThan(250);
    expect(new Set(drawn.map(({ part }) => part))).toEqual(new Set([0, 1]));
    expect(drawn.filter(({ part }) => part === 1).every(({ data }) => (data as { readonly a: number }).a === 2)).toBe(true);
    expect(drawn.map((example) => arm!.check(reference, example as never).kind)).not.toContain('failed');
  });

  test('say in a label which of them a case is of, and refute by their own cases', () => {
    expect(arm!.check(reference, { part: 1, data: { a: 2 } })).toMatchObject({ kind: 'passed', labels: ['for a = 2'] });
    expect(both.refutedBy.map((example) => arm!.check(reference, example as never).kind)).toEqual(['failed']);
  });

  test('have changed statements, each against its own cases: a witness once', () => {
    const fates = mutantFates(both.parts.slice(0, 2), 20, 1);
    expect(fates.filter(({ statement }) => statement === 'b = 6').every(({ fate }) => fate !== 'survives')).toBe(true);
  });
});

test('a failure shows of a sequence what is defined', () => {
  expect(judged(rational, 2, { where: ['d_t = a/t'], statement: ['d_1 = b'] })).toMatchObject({ kind: 'failed', evidence: { d: ['2'] } });
});

describe('changed statements', () => {
  const changes = (text: string): string[] => mutants(parse(text, vocabulary(KNOWN))).map(({ text: mutant }) => mutant);

  test('have each coefficient, power, sign, summand, index and relation changed, one at a time', () => {
    expect(new Set(changes('½α_t² − L ≤ 0'))).toEqual(
      new Set([
        '−½α_t² − L ≤ 0',
        '0 − L ≤ 0',
        '1α_t² − L ≤ 0',
        '¼α_t² − L ≤ 0',
        '½α_t − L ≤ 0',
        '½α_{t − 1}² − L ≤ 0',
        '½α_t² + L ≤ 0',
        '½α_t²  ≤ 0',
        '½α_t² − L ≤ 1',
        '½α_t² − L = 0',
        '½α_t² − L ≥ 0',
        '½α_t² − L < 0',
      ]),
    );
    expect(changes('Σ_{s<t}α_s = α_{1:t−1}')).toEqual(
      expect.arrayContaining(['Σ_{s≤t}α_s = α_{1:t−1}', 'Σ_{s<t}α_{s − 1} = α_{1:t−1}', 'Σ_{s<t}α_s = α_{1:t}', 'Σ_{s<t}α_s ≠ α_{1:t−1}']),
    );
    expect(changes('Σα_t = L')).toEqual(expect.arrayContaining(['Σ_{t≥2}α_t = L', 'Σ_{t<T}α_t = L']));
    expect(changes('‖w_T‖² = L')).toEqual(expect.arrayContaining(['‖w_T‖ = L', '‖w_{1}‖² = L']));
  });

  test('are refused, refuted, or told apart by the proof; what passes is named', () => {
    const tested = { world: { ...numbers, cases: () => fc.record({ a: fc.integer({ min: 1, max: 9 }) }) } };
    const fates = (theorem: { readonly because?: readonly string[]; readonly statement: readonly string[] }) =>
      Object.fromEntries(mutantFates([{ ...tested, ...theorem }], 10, 1).map(({ mutant, fate }) => [mutant, fate]));
    expect(fates({ because: ['b ≤ 4a', '4a ≤ 6a'], statement: ['b ≤ 6a'] })).toEqual({
      'b ≤ 7a': 'told apart',
      'b ≤ 5a': 'told apart',
      'b ≤ 12a': 'told apart',
      'b = 6a': 'refuted',
      'b ≥ 6a': 'refuted',
      'b < 6a': 'survives',
    });
    expect(fates({ statement: ['b = 3a'] })).toEqual({ 'b = 4a': 'refuted', 'b = 2a': 'refuted', 'b = 6a': 'refuted', 'b ≠ 3a': 'refuted' });
  });
});

test('a claim whose formula means nothing is told by its file, with the place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-claim-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const syntax = new URL('../src/formula/syntax.js', import.meta.url).href;
    writeFileSync(join(folder, 'odd.js'), `import { parse } from ${JSON.stringify(syntax)};\nexport default parse('a ≤ ', { names: ['a'], functions: [], sets: [] });\n`);
    await expect(loadClaim('odd', pathToFileURL(`${folder}/`))).rejects.toThrow(
      'expected properties/odd.ts to hold formulas that can be read, but one cannot: expected a number, a name or a bracket. It is here:\n  a ≤ \n      ^',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
