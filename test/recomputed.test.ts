/** Every counterexample of docs/claims, recomputed from its printed page alone, by code that knows nothing of the package. */

import type { Fraction } from 'mathjs';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dot, evaluate, functionOf, HALF, ONE, Q, ruleOf, variable, vector, ZERO, type Vector } from './support/exact-formula.js';
import { printedCounterexamples, type Printed } from './support/printed-page.js';

type Row = ReadonlyMap<string, string>;

const value = ({ values }: Pick<Printed, 'values'>, name: string): string => {
  const found = values.get(name);
  if (found === undefined) throw new RangeError(`expected the page to have "${name}", got ${[...values.keys()].join(', ')}`);
  return found;
};
const number = (page: Printed, name: string): Fraction => Q(value(page, name));
const list = (page: Printed, name: string): Vector => vector(value(page, name));
const square = (x: Fraction): Fraction => x.mul(x);
const sum = (terms: readonly Fraction[]): Fraction => terms.reduce((total, term) => total.add(term), ZERO);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Exactly where it is printed exactly; a decimal to half a unit of its last digit. */
function agrees(printed: string, exact: Fraction): boolean {
  if (!printed.includes('.')) return Q(printed).equals(exact);
  const [, digits = '', exponent = '0'] = /\.(\d+)(?:e(.+))?$/u.exec(printed)!;
  const unit = Q(10).pow(Q(exponent).sub(Q(digits.length)));
  return exact.sub(Q(printed)).abs().compare(unit.mul(Q('501/1000'))) <= 0;
}
const expectCell = (row: Row, name: string, v: Vector | Fraction): void => {
  const text = row.get(name)!;
  const entries = Array.isArray(v) ? v as Vector : [v as Fraction];
  const shown = text.replace(/^\((.*)\)$/u, '$1').split(', ');
  expect(
    shown.length === entries.length && entries.every((entry, i) => agrees(shown[i]!, entry)),
    `t = ${row.get('t')}: ${name} = ${text}, not ${entries.map((entry) => entry.toFraction()).join(', ')}`,
  )
    .toBe(true);
};

interface Round {
  readonly alpha: Fraction;
  readonly before: Fraction;
  readonly rho: Fraction;
  readonly eta: Fraction;
  readonly w: Vector;
  readonly x: Vector;
  readonly average: Vector;
  readonly A: readonly Vector[];
  readonly b: Vector;
  readonly G: Vector;
  readonly g: Vector;
  readonly hint: Vector;
}

interface Setting {
  readonly rule?: string;
  readonly table?: string;
  readonly eta?: (t: number) => Fraction;
  readonly alpha?: (t: number) => Fraction;
  readonly T?: number;
  /** g̃_t; 0 where it is left out. */
  readonly hint?: (t: number, rounds: readonly Round[]) => Vector;
  /** w_1, where it is no w of Eq. (4). */
  readonly first?: Vector;
  readonly weighedWithRho?: boolean;
  /** b_t, where φ = w + b_t in round t. */
  readonly offsets?: Vector;
}

/** W = R, or a product of intervals. */
function projection(text: string): (v: Vector) => Vector {
  if (text === 'R') return (v) => v;
  const [lower, upper] = /^\[(.+), (.+)\]$/u.exec(text)!.slice(1).map(Q) as [Fraction, Fraction];
  return (v) => v.map((entry) => (entry.compare(lower) < 0 ? lower : entry.compare(upper) > 0 ? upper : entry));
}

/** Algorithm 4, which without hints is Algorithm 2: w_t = Π_W(−η_t(Σ_{s<t} α_sg_s + α_tg̃_t)). Each printed cell of its table is compared. */
function play(page: Printed, setting: Setting = {}): Round[] {
  const rows = page.tables.get(setting.table ?? '') ?? [];
  const f = functionOf(value(page, 'f'));
  const rule = ruleOf(setting.rule ?? (setting.offsets === undefined ? page.values.get('φ') ?? 'w' : 'w'), f.gradient);
  const project = projection(page.values.get('W') ?? 'R');
  const T = setting.T ?? rows.length;
  // Of a long run the table has some rounds, each once.
  const roundOf = (row: Row | undefined, i: number): number => Number(row?.get('t') ?? i + 1);
  expect(rows.every((row, i) => roundOf(row, i) > (i === 0 ? 0 : roundOf(rows[i - 1], i - 1)) && roundOf(row, i) <= T), 'the rounds of its table').toBe(true);
  if (T === rows.length) expect(rows.every((row, i) => roundOf(row, i) === i + 1)).toBe(true);
  const rounds: Round[] = [];
  let average = page.values.has('x̄_0') ? list(page, 'x̄_0') : [ZERO];
  let [alphas, losses] = [ZERO, null as Vector | null];
  for (const t of range(T).map((i) => i + 1)) {
    const row = rows.find((one, i) => roundOf(one, i) === t);
    const alpha = setting.alpha?.(t) ?? Q(row!.get('α')!);
    const eta = setting.eta?.(t) ?? Q(row!.get('η')!);
    const before = alphas;
    alphas = before.add(alpha);
    const rho = alpha.div(alphas);
    const A = rule.jacobian(average);
    const b = setting.offsets === undefined ? rule.offset(average) : [setting.offsets[t - 1]!];
    const m = A[0]!.length;
    losses ??= range(m).map(() => ZERO);
    const hint = setting.hint?.(t, rounds) ?? range(m).map(() => ZERO);
    const w: Vector = t === 1 && setting.first !== undefined ? setting.first : project(losses.map((entry, i) => entry.add(alpha.mul(hint[i]!)).mul(eta).neg()));
    const x = A.map((line, i) => dot(line, w).add(b[i]!));
    average = average.map((entry, i) => entry.add(rho.mul(x[i]!.sub(entry))));
    const G = f.gradient(average);
    const g = range(m).map((i) => sum(A.map((line, k) => line[i]!.mul(G[k]!))));
    losses = losses.map((entry, i) => entry.add(alpha.mul(setting.weighedWithRho === true ? rho.mul(g[i]!) : g[i]!)));
    const round: Round = { alpha, before, rho, eta, w, x, average, A, b, G, g, hint };
    rounds.push(round);
    const cells: readonly (readonly [string, Vector | Fraction])[] = [['α', alpha], ['η', eta], ['w', w], ['x', x], ['x̄', average], ['G', G], ['g', g], ['g̃', hint], [
      '∇h',
      g.map((entry) => rho.mul(entry)),
    ]];
    if (row !== undefined) { for (const [name, entry] of cells) if (row.has(name)) expectCell(row, name, entry); }
    if (row?.has('Dφ') === true) expectCell(row, 'Dφ', A.flat());
  }
  return rounds;
}

/** f(x̄_T) − f(x*). */
function gap(page: Printed, rounds: readonly Round[]): Fraction {
  const f = functionOf(value(page, 'f'));
  const minimiser = list(page, 'x*');
  // x* is a minimiser of f on R, or of the convex f on X = φ(W) by the sign of its slope at that end.
  const slope = f.gradient(minimiser);
  expect(slope.every((entry) => entry.equals(ZERO)), 'x* is no minimiser').toBe(true);
  return f.value(rounds.at(-1)!.average).sub(f.value(minimiser));
}

/** The smallest w in W with Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩ ≤ 0, of one parameter: cw ≤ s. */
function comparator(page: Printed, rounds: readonly Pick<Round, 'alpha' | 'G' | 'g' | 'b'>[]): Fraction {
  const minimiser = list(page, 'x*');
  const c = sum(rounds.map(({ alpha, g }) => alpha.mul(g[0]!)));
  const s = sum(rounds.map(({ alpha, G, b }) => alpha.mul(dot(G, minimiser.map((entry, i) => entry.sub(b[i]!))))));
  const project = projection(page.values.get('W') ?? 'R');
  const [smallest] = project([ZERO]);
  if (c.mul(smallest!).compare(s) <= 0) return smallest!;
  const w = s.div(c);
  expect(project([w])[0]!.equals(w), 'Definition 1 has no solution in W').toBe(true);
  return w;
}

function expectComparator(page: Printed, rounds: readonly Round[]): Fraction {
  const w = comparator(page, rounds);
  expect(agrees(value(page, 'w*'), w), `w* = ${value(page, 'w*')}, not ${w.toFraction()}`).toBe(true);
  return w;
}

/** Σ[−α_t/(2L)‖G_t‖² − α_{1:t−1}/(2L)‖G_{t−1} − G_t‖²]. */
function smoothness(rounds: readonly { readonly alpha: Fraction; readonly before: Fraction; readonly G: Vector }[], L: Fraction): Fraction {
  return sum(rounds.map(({ alpha, before, G }, i) => {
    const moved = i === 0 ? ZERO : sum(G.map((entry, k) => square(entry.sub(rounds[i - 1]!.G[k]!))));
    return alpha.mul(dot(G, G)).add(before.mul(moved)).div(L.mul(2)).neg();
  }));
}

const weightedGap = (page: Printed, rounds: readonly Round[]): Fraction => gap(page, rounds).mul(sum(rounds.map(({ alpha }) => alpha)));
const step = (page: Printed): number => Number(/step (\d+)$|^t = (\d+)|\(here t = (\d+)\)$/u.exec(page.says)?.slice(1).find((found) => found !== undefined));

/** Both sides, in the order in which the heading has them: what is less was to be more, or what differs was to be equal. */
const RECOMPUTED: Readonly<Record<string, (page: Printed) => readonly [Fraction, Fraction]>> = {
  'acceleration-needs-optimism'(page) {
    const rounds = play(page);
    const distance = number(page, 'x*').sub(number(page, 'x̄_0'));
    return [number(page, 'L').mul(square(distance)).div(Q(2).mul(number(page, 'T'))), gap(page, rounds)];
  },
  'adagrad-norms'(page) {
    const rows = page.tables.get('')!;
    const [g1, g2] = rows.map((row) => Q(row.get('g')!)) as [Fraction, Fraction];
    const norms = [g1.abs(), Q(Math.sqrt(Number(square(g1).add(square(g2)))))] as const;
    const plays = [ZERO, g1.neg().div(norms[0])];
    expect(rows.every((row, t) => Q(row.get('s')!).equals(norms[t]!) && Q(row.get('w')!).equals(plays[t]!))).toBe(true);
    const u = number(page, 'u');
    const regret = sum([g1, g2].map((g, i) => g.mul(plays[i]!.sub(u))));
    return [regret, HALF.mul(square(u).mul(norms[1])).add(sum([g1, g2].map((g, i) => HALF.mul(square(g)).div(norms[i]!))))];
  },
  'anytime-is-tighter'(page) {
    const f = functionOf(value(page, 'f'));
    const [alpha, x] = [list(page, 'α'), list(page, 'x')];
    const averages = x.map((_, t) => dot(alpha.slice(0, t + 1), x.slice(0, t + 1)).div(sum(alpha.slice(0, t + 1))));
    expect(list(page, 'x̄').every((one, t) => one.equals(averages[t]!))).toBe(true);
    const regret = (points: Vector): Fraction => sum(x.map((one, t) => alpha[t]!.mul(f.gradient([points[t]!])[0]!).mul(one.sub(number(page, 'x*')))));
    return [regret(averages), regret(x)];
  },
  'averaging-required'(page) {
    const f = functionOf(value(page, 'f'));
    const rows = page.tables.get('steps')!;
    const [L, start] = [number(page, 'L'), number(page, 'x_0')];
    const descend = (x: Fraction): Fraction => x.sub(f.gradient([x])[0]!.div(L));
    // y_t = x_{t−1} + (t − 2)/(t + 1)(x_{t−1} − x_{t−2}), beside gradient descent.
    let [before, now, plain] = [start, start, start];
    for (const [i, row] of rows.entries()) {
      const y = now.add(Q(i - 1).div(Q(i + 2)).mul(now.sub(before)));
      [before, now, plain] = [now, descend(y), descend(plain)];
      for (const [name, entry] of [['y', y], ['x', now], ['z', plain]] as const) expectCell(row, name, entry);
    }
    const atWorst = L.mul(square(start.sub(number(page, 'x*')))).div(Q(4 * rows.length + 2));
    const above = (x: Fraction): Fraction => f.value([x]).sub(f.value(list(page, 'x*')));
    expect(above(plain).equals(atWorst), 'gradient descent is not at its worst').toBe(true);
    return [atWorst, above(now)];
  },
  'bmg-loss-target'(page) {
    const f = functionOf(value(page, 'f'));
    const [row] = page.tables.get('')!;
    const [w, z, beta] = ['w', 'z', 'β'].map((name) => Q(row!.get(name)!)) as [Fraction, Fraction, Fraction];
    const x0 = number(page, 'x_0');
    const rule = ruleOf(value(page, 'φ'), f.gradient);
    const [A, b] = [rule.jacobian([x0])[0]![0]!, rule.offset([x0])[0]!];
    const at = (v: Fraction): Fraction => x0.add(A.mul(v)).add(b);
    // d(w) = B_f(z, x_0 + φ(x_0, w)), a quadratic: its difference quotient is its derivative.
    const d = (v: Fraction): Fraction => f.value([z]).sub(f.value([at(v)])).sub(f.gradient([at(v)])[0]!.mul(z.sub(at(v))));
    const slope = HALF.mul(d(w.add(1)).sub(d(w.sub(1))));
    const [x, next] = [at(w), w.sub(beta.mul(slope))];
    for (const [name, entry] of [['Dφ', A], ['x', x], ['∇μ(x)', f.gradient([x])[0]!], ['∇μ(z)', f.gradient([z])[0]!], ['w_{t+1}', next]] as const) expectCell(row!, name, entry);
    return [next, w.sub(beta.mul(A).mul(f.gradient([z])[0]!.sub(f.gradient([x])[0]!)))];
  },
  'corollary-1-hypothesis'(page) {
    const f = functionOf(value(page, 'f'));
    const rule = ruleOf(value(page, 'φ'), f.gradient);
    const [x, a, b] = ['x', 'x′', 'x″'].map((name) => list(page, name)) as [Vector, Vector, Vector];
    const pulled = (at: Vector, of: Vector): Fraction => rule.jacobian(at)[0]![0]!.mul(f.gradient(of)[0]!);
    return [square(pulled(a, x).sub(pulled(b, a))), number(page, 'λ̃').mul(square(f.gradient(a)[0]!.sub(f.gradient(x)[0]!)))];
  },
  'corollary-1'(page) {
    const [L, lambda, T] = ['L', 'λ̃', 'T'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction];
    // β_t = (t − 1)/(2tλ̃); β_0 = 0.
    const beta = (t: number): Fraction => (t < 1 ? ZERO : Q(t - 1).div(Q(2 * t).mul(lambda)));
    const shift = value(page, 'η_t').startsWith('β_{t−1}') ? 1 : 0;
    const rounds = play(page, { T: Number(T), alpha: (t) => Q(t), eta: (t) => beta(t - shift), hint: (t, before) => before[t - 2]?.g ?? [ZERO] });
    return [gap(page, rounds), Q(4).mul(lambda).mul(L).mul(number(page, 'diam(W)')).div(square(T).sub(1))];
  },
  'corollary-2'(page) {
    const [L, T, K, c, beta] = ['L', 'T', 'K', 'c = λ̃', 'β'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction, Fraction, Fraction];
    const rounds = play(page, { alpha: (t) => Q(t), eta: () => beta, hint: (t, before) => before[t - 2]?.g ?? [ZERO] });
    return [gap(page, rounds), K.mul(c).mul(L).mul(square(expectComparator(page, rounds))).div(square(T).sub(1))];
  },
  'corollary-3'(page) {
    const beta = list(page, 'β');
    const rows = page.tables.get('')!;
    const f = functionOf(value(page, 'f'));
    const targets = rows.map((row) => (row.get('z') === '' ? ZERO : Q(row.get('z')!)));
    const rounds = play(page, { eta: (t) => beta[t - 1]!, hint: (t) => (t === 1 ? [ZERO] : f.gradient([targets[t - 2]!])) });
    const t = rounds.length - 1;
    const [now, next] = [rounds[t - 1]!, rounds[t]!];
    const pull = (i: number): Fraction => rounds[i]!.A[0]![0]!.mul(f.gradient([targets[i]!])[0]!);
    const xi = t === 1 ? ZERO : beta[t]!.mul(now.alpha).mul(pull(t - 2));
    const bracket = next.alpha.mul(f.gradient([targets[t - 1]!])[0]!).sub(now.alpha.mul(now.G[0]!));
    return [next.w[0]!, beta[t + 1]!.div(beta[t]!).mul(now.w[0]!).sub(beta[t]!.mul(now.A[0]![0]!).mul(bracket)).add(xi)];
  },
  'ftrl-interior-step'(page) {
    const [beta] = list(page, 'β') as [Fraction];
    const rows = page.tables.get('')!;
    const rounds = play(page, { eta: () => beta, weighedWithRho: true, first: [Q(rows[0]!.get('w')!)] });
    const [now, next] = rounds.slice(-2) as [Round, Round];
    return [next.w[0]!, now.w[0]!.sub(now.alpha.mul(beta).mul(now.rho).mul(now.g[0]!))];
  },
  'ftrl-update'(page) {
    const [beta] = list(page, 'β') as [Fraction];
    const rounds = play(page, { eta: () => beta }).slice(0, Number(/here t = (\d+)/u.exec(page.says)![1]) - 1);
    return [sum(rounds.map(({ alpha, g }) => alpha.mul(g[0]!))).mul(beta).neg(), sum(rounds.map(({ alpha, rho, g }) => alpha.mul(rho).mul(g[0]!))).mul(beta).neg()];
  },
  'gradient-special-case'(page) {
    if (page.values.has('C')) {
      const [start, minimiser, L, C] = ['x̄_0', 'x*', 'L', 'C'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction, Fraction];
      const T = Number(number(page, 'T'));
      const H = sum(range(T).map((t) => ONE.div(t + 1)));
      const distance = start.sub(minimiser).abs();
      const width = distance.div(H.mul(2).add(1));
      expect(agrees(/; ([\d./]+)\),/u.exec(value(page, 'f'))![1]!, width) && agrees(value(page, 'H'), H)).toBe(true);
      const path = [start];
      for (const t of range(T)) {
        const u = path[t]!.sub(minimiser);
        path.push(path[t]!.sub((u.abs().compare(width) <= 0 ? u : u.compare(0) > 0 ? width : width.neg()).div(t + 1)));
      }
      const shown = value(page, 'x̄').replaceAll(/[()]|…, /gu, '').split(', ');
      expect(shown.every((one, i) => agrees(one, path.slice(-shown.length)[i]!))).toBe(true);
      const gapOf = L.mul(width).mul(path[T]!.sub(minimiser).abs().sub(width.div(2)));
      return [square(gapOf).mul(T), square(C.mul(L).mul(square(distance)))];
    }
    const f = functionOf(value(page, 'f'));
    if (page.values.has('z')) {
      const [[z0, z1], eta] = [list(page, 'z') as [Fraction, Fraction], number(page, 'η')];
      expect(z1.equals(z0.add(eta.mul(f.gradient([z0])[0]!)))).toBe(true);
      return [z1, z0.sub(eta.mul(f.gradient([z0])[0]!))];
    }
    // φ = ∇f(x̄_{t−1}), α_t = 1: neither x̄ nor x moves against the gradient at x̄_1.
    const [[x1, x2], [start, first, second]] = [list(page, 'x') as [Fraction, Fraction], list(page, 'x̄') as [Fraction, Fraction, Fraction]];
    const slope = f.gradient([first])[0]!;
    expect(x1.equals(f.gradient([start])[0]!) && first.equals(x1) && x2.equals(slope) && second.equals(HALF.mul(x1.add(x2)))).toBe(true);
    const moves = [second.sub(first), x2.sub(x1)].map((move) => move.mul(slope)) as [Fraction, Fraction];
    return [moves[0].compare(moves[1]) < 0 ? moves[0] : moves[1], ZERO];
  },
  'heavy-ball'(page) {
    const [alpha, beta, t] = [list(page, 'α'), number(page, 'β'), step(page)];
    const rounds = play(page, { T: alpha.length, alpha: (i) => alpha[i - 1]!, eta: () => beta, weighedWithRho: value(page, 'weights of g_s') !== 'α_s' });
    const x = [number(page, 'x̄_0'), ...rounds.map(({ average }) => average[0]!)];
    expect(list(page, 'x̄').every((one, i) => one.equals(x[i + 1]!))).toBe(true);
    const [now, last] = [rounds[t - 1]!, rounds[t - 2]!];
    const f = functionOf(value(page, 'f'));
    const L = f.gradient([ONE])[0]!.sub(f.gradient([ZERO])[0]!);
    const [momentum, rate] = page.says.includes('ρ̃')
      ? [now.rho.mul(ONE.sub(last.rho)).div(last.rho), now.alpha.mul(now.rho).mul(beta)]
      : [Q(t - 2).div(Q(t + 1)), Q(t).div(Q(4 * (t + 1)).mul(L))];
    return [x[t]!, x[t - 1]!.add(momentum.mul(x[t - 1]!.sub(t === 1 ? x[0]! : x[t - 2]!))).sub(rate.mul(last.G[0]!))];
  },
  'heavy-ball-cycle'(page) {
    const [L, T, minimiser] = ['L', 'T', 'x*'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction];
    const rounds = play({ ...page, tables: new Map() }, { T: Number(T), alpha: (t) => Q(t), eta: () => HALF.div(L) });
    const rows = page.tables.get('')!;
    for (const row of rows) {
      const { average, G } = rounds[Number(row.get('t')) - 1]!;
      expectCell(row, 'x̄ ≈', average);
      expectCell(row, 'G ≈', G);
    }
    return [gap(page, rounds), L.mul(square(minimiser)).div(T)];
  },
  'jacobian-availability'(page) {
    const rule = ruleOf(value(page, 'φ'), functionOf(value(page, 'f')).gradient);
    // A_t from x̄_{t−1} alone, and by the difference of φ(x̄_{t−1}, w) in w at w_t: they are the same, for φ is affine.
    const rounds = play(page, { hint: (t, before) => [t === 1 ? ZERO : rule.jacobian(before[t - 2]!.average)[0]![0]!.mul(before[t - 2]!.G[0]!)] });
    const wanted = rounds.slice(1).map(({ w: [w] }, i) => {
      const { average, G } = rounds[i]!;
      const phi = (v: Fraction): Fraction => rule.jacobian(average)[0]![0]!.mul(v).add(rule.offset(average)[0]!);
      return phi(w!.add(1)).sub(phi(w!)).mul(G[0]!);
    });
    expect(wanted.some((entry) => !entry.equals(ZERO))).toBe(true);
    return [sum(wanted.map((entry, i) => square(rounds[i + 1]!.hint[0]!.sub(entry)))), ZERO];
  },
  'lambda-improves'(page) {
    const [L, lambda] = ['L', 'λ'].map((name) => number(page, name)) as [Fraction, Fraction];
    const [plain, learnt] = [['φ = w', 'w', ONE], ['with φ', value(page, 'φ'), lambda]].map(([table, rule, scale]) =>
      gap(page, play(page, { table: table as string, rule: rule as string, eta: () => ONE.div(L.mul(scale as Fraction)) }))
    ) as [Fraction, Fraction];
    return [learnt, lambda.mul(plain)];
  },
  'large-sets'(page) {
    const rounds = play(page);
    expect(() => comparator(page, rounds), 'a w in W preserves regret').toThrow('no solution in W');
    const [u, minimiser] = [list(page, 'u'), list(page, 'x*')];
    const at = (of: (round: Round) => Vector): Fraction => sum(rounds.map((round) => round.alpha.mul(dot(of(round), round.G))));
    return [at(({ A, b }) => A.map((line, i) => dot(line, u).add(b[i]!))), at(() => minimiser)];
  },
  'lemma-1': (page) => {
    const rounds = play(page);
    const w = expectComparator(page, rounds);
    return [outputRegret(page, rounds), sum(rounds.map((r) => r.alpha.mul(r.rho).mul(r.g[0]!).mul(r.w[0]!.sub(w))))];
  },
  'meta-adagrad'(page) {
    const [c, u, q, v] = ['c', 'u', 'q', 'v'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction, Fraction];
    expect(square(q).equals(HALF.mul(square(u).add(square(v))))).toBe(true);
    // φ_c(w) = −c/√w, at x = 1.
    const phi = [u, q, v].map((root) => c.neg().div(root));
    expect(list(page, 'φ_c(u²), φ_c(q²), φ_c(v²)').every((one, i) => one.equals(phi[i]!))).toBe(true);
    const [low, middle, high] = page.says.startsWith('φ_c') ? phi : phi.map((one) => HALF.mul(c).mul(square(ONE.add(one))));
    return [middle!, HALF.mul(low!.add(high!))];
  },
  'meta-loss-gradient'(page) {
    const f = functionOf(value(page, 'f'));
    const [t, rounds] = [step(page), play(page)];
    const { rho, w: [w], g } = rounds[t - 1]!;
    // φ = w.
    const h = (v: Fraction): Fraction => f.value([ONE.sub(rho).mul(rounds[t - 2]!.average[0]!).add(rho.mul(v))]);
    return [HALF.mul(h(w!.add(1)).sub(h(w!.sub(1)))), g[0]!];
  },
  'meta-sgd': (page) => {
    if (page.says.startsWith('f(')) return ascent(page);
    const { f, x, w, next } = elementStep(page, ONE.neg());
    const at = (v: Fraction): Fraction => x.sub(v.mul(f.gradient([x])[0]!));
    const h = (v: Fraction): Fraction => f.value([at(v)]);
    return [HALF.mul(h(w.add(1)).sub(h(w.sub(1)))), f.gradient([x])[0]!.mul(f.gradient([next])[0]!)];
  },
  nesterov(page) {
    const [alpha, beta, t] = [list(page, 'α'), number(page, 'β'), step(page)];
    const rounds = play(page, { T: alpha.length, alpha: (i) => alpha[i - 1]!, eta: () => beta, hint: (i, before) => before[i - 2]?.G ?? [ZERO] });
    const f = functionOf(value(page, 'f'));
    const x = rounds.map(({ average }) => average[0]!);
    expect(list(page, 'x̄').every((one, i) => one.equals(x[i]!))).toBe(true);
    const z = (i: number): Fraction => {
      const { alpha: a, before } = rounds[i - 1]!;
      return x[i - 1]!.sub(beta.mul(a).mul(rounds[i]!.alpha).div(before.add(a)).mul(f.gradient([x[i - 1]!])[0]!));
    };
    const [now, last] = [rounds[t - 1]!, rounds[t - 2]!];
    return [x[t - 1]!, z(t - 1).add(now.rho.mul(ONE.sub(last.rho)).div(last.rho).mul(z(t - 1).sub(z(t - 2))))];
  },
  'online-to-batch'(page) {
    const [point] = [vector(value(page, 'x').replace(/^\(|\)$/gu, ''))];
    const at = ([s, y]: Vector) => evaluate(value(page, 'f'), new Map([variable('s', s!), variable('y', y!)]));
    const gradient = (v: Vector): Vector => ['s', 'y'].map((name) => at(v).d.get(name) ?? ZERO);
    const star = list(page, 'x*');
    const G = gradient(point);
    expect(value(page, '∇f(x̄)')).toBe(`((${G.map((entry) => entry.toFraction()).join(', ')}))`);
    const [s, y] = point as [Fraction, Fraction];
    expect(s.compare(1) >= 0 && s.compare(Q('4/3')) <= 0 && square(y).compare(square(s).mul(s.sub(1))) <= 0, 'x lies outside of X').toBe(true);
    const away = G.map((entry, i) => entry.sub(gradient(star)[i]!));
    return [at(point).v.sub(at(star).v), dot(G, point.map((entry, i) => entry.sub(star[i]!))).sub(dot(away, away).div(number(page, 'L').mul(2)))];
  },
  'optimistic-meta-sgd'(page) {
    if (page.says.startsWith('f(')) return ascent(page);
    const { f, x, w, next } = elementStep(page, ONE);
    const [beta, g, after] = [number(page, 'β'), f.gradient([x])[0]!, f.gradient([next])[0]!];
    const positive = (v: Fraction): Fraction => (v.compare(0) < 0 ? ZERO : v);
    const raised = after.mul(after.add(g));
    return [positive(w.sub(beta.mul(raised.sub(square(g))))), positive(w.sub(beta.mul(raised)).sub(square(g)))];
  },
  'optimistic-update'(page) {
    const [beta] = list(page, 'β') as [Fraction];
    const hints = page.tables.get('')!.map((row) => vector(row.get('g̃')!));
    const rounds = play(page, { eta: () => beta, hint: (t) => hints[t - 1]! });
    const next = step(page) + 1;
    return [rounds[next - 1]!.w[0]!, sum(rounds.slice(0, next - 1).map(({ alpha, rho, g }) => alpha.mul(rho).mul(g[0]!))).mul(beta).neg()];
  },
  'outside-convexity'(page) {
    const f = functionOf(value(page, 'f'));
    expect(value(page, 'φ')).toBe('w + w³/(1 + w²)');
    const phi = (w: Fraction): Fraction => w.add(w.pow(Q(3)).div(ONE.add(square(w))));
    const slope = (w: Fraction): Fraction => ONE.add(square(w).mul(square(w).add(3)).div(square(ONE.add(square(w)))));
    const [beta, u, v, w] = [number(page, 'β'), number(page, 'u'), number(page, 'v'), list(page, 'w')];
    const h = (at: Fraction): Fraction => f.value([phi(at)]);
    const gradient = (at: Fraction): Fraction => slope(at).mul(f.gradient([phi(at)])[0]!);
    expect(w.every((one, i) => i === 0 || one.equals(w[i - 1]!.sub(beta.mul(gradient(w[i - 1]!)))))).toBe(true);
    expect(list(page, 'x').every((one, i) => one.equals(phi(w[i]!)))).toBe(true);
    for (const [name, entry] of [['φ(u)', phi(u)], ['φ(v)', phi(v)], ['∇h(v)', gradient(v)]] as const) expect(number(page, name).equals(entry), name).toBe(true);
    // β is small enough for x_t to converge.
    expect(beta.mul(f.gradient([ONE])[0]!.sub(f.gradient([ZERO])[0]!)).mul(289).compare(64) <= 0).toBe(true);
    return [h(v).add(gradient(v).mul(u.sub(v))), h(u)];
  },
  'regret-bound'(page) {
    const rows = page.tables.get('')!;
    const column = (name: string): Vector => rows.map((row) => Q(row.get(name)!));
    const [g, hints, alpha, eta] = [column('g'), column('g̃'), column('α'), column('η')];
    const [beta, u] = [list(page, 'β'), number(page, 'u')];
    // w_1 minimises ‖·‖, whatever the first hint is.
    const plays = g.map((_, t) => (t === 0 ? ZERO : dot(alpha.slice(0, t), g.slice(0, t)).add(alpha[t]!.mul(hints[t]!)).mul(eta[t]!).neg()));
    expect(rows.every((row, t) => Q(row.get('w')!).equals(plays[t]!))).toBe(true);
    const terms = g.map((one, t) => HALF.mul(square(alpha[t]!)).mul(beta[t + 1]!).mul(square(one.sub(hints[t]!))));
    return [sum(g.map((one, t) => alpha[t]!.mul(one).mul(plays[t]!.sub(u)))), square(u).div(beta.at(-1)!.mul(2)).add(sum(terms))];
  },
  'regret-decomposition'(page) {
    const rounds = play(page);
    const [w, minimiser] = [number(page, 'u'), number(page, 'x*')];
    const rest = sum(rounds.map((r) => r.alpha.mul(r.G[0]!).mul(r.A[0]![0]!.mul(w).add(r.b[0]!).sub(minimiser))));
    return [outputRegret(page, rounds), sum(rounds.map((r) => r.alpha.mul(r.rho).mul(r.g[0]!).mul(r.w[0]!.sub(w)))).add(rest)];
  },
  'regret-preservation'(page) {
    const rounds = play(page);
    expectComparator(page, rounds);
    const ends = /^\[(.+), (.+)\]$/u.exec(value(page, 'W'))!.slice(1).map(Q);
    const totals = ends.map((w) => sum(rounds.map((r) => r.alpha.mul(r.G[0]!).mul(r.A[0]![0]!.mul(w).add(r.b[0]!)))));
    return [totals.reduce((least, one) => (one.compare(least) < 0 ? one : least)), ZERO];
  },
  'smoothness-condition'(page) {
    const lambda = number(page, 'λ');
    if (value(page, 'φ') === 'w⊙∇f(x)') {
      const gradient = functionOf(value(page, 'f')).gradient(list(page, 'x'))[0]!;
      return [square(gradient.mul(gradient)), lambda.mul(square(gradient))];
    }
    const [{ g, G } = { g: [], G: [] }] = play(page);
    return [dot(g, g), lambda.mul(dot(G, G))];
  },
  'stochastic-online-to-batch'(page) {
    const [L, sigma] = ['L', 'σ'].map((name) => number(page, name)) as [Fraction, Fraction];
    const f = functionOf(value(page, 'f'));
    const rule = ruleOf(value(page, 'φ'), f.gradient);
    const sides = page.tables.get('paths')!.map((path) => {
      const name = path.get('ξ')!;
      let [average, alphas, losses] = [number(page, 'x̄_0'), ZERO, ZERO];
      const rounds = page.tables.get(`rounds of ξ = ${name}`)!.map((row, i) => {
        const [alpha, eta, before] = [Q(row.get('α')!), Q(row.get('η')!), alphas];
        alphas = alphas.add(alpha);
        const [A, b] = [rule.jacobian([average])[0]![0]!, rule.offset([average])];
        const w = eta.mul(losses).neg();
        const x = A.mul(w).add(b[0]!);
        average = average.add(alpha.div(alphas).mul(x.sub(average)));
        const G = f.gradient([average]);
        const seen = name[i] === '+' ? G[0]!.add(sigma) : G[0]!.sub(sigma);
        losses = losses.add(alpha.mul(A).mul(seen));
        for (const [column, entry] of [['w', w], ['x', x], ['x̄', average], ['G', G[0]!], ['ĝ', seen], ['A_tᵀĝ_t', A.mul(seen)]] as const) expectCell(row, column, entry);
        return { alpha, before, eta, G, b, g: [A.mul(G[0]!)], pulled: A.mul(seen) };
      });
      const w = comparator({ ...page, values: new Map([...page.values].filter(([key]) => key !== 'W')) }, rounds);
      expectCell(path, 'w*', w);
      const gapOf = alphas.mul(f.value([average]).sub(f.value(list(page, 'x*'))));
      const bound = square(w).div(rounds.at(-1)!.eta.mul(2)).add(sum(rounds.map(({ alpha, eta, pulled }) => HALF.mul(square(alpha)).mul(eta).mul(square(pulled))))).add(
        smoothness(rounds, L),
      );
      return [gapOf, bound] as const;
    });
    const mean = (side: 0 | 1): Fraction => sum(sides.map((both) => both[side])).div(Q(sides.length));
    return [mean(0), mean(1)];
  },
  'same-up-to-scalars'(page) {
    const f = functionOf(value(page, 'f'));
    const rows = page.tables.get('')!;
    const [first, last] = rows as unknown as [Row, Row];
    const target = vector(first.get('z')!);
    // The hint is A_tᵀ∇f(z_t), weighed as g_t is.
    const rounds = play(page, { hint: (t, before) => (t === 1 ? [ZERO] : [before[0]!.alpha.div(Q(last.get('α')!)).mul(before[0]!.A[0]![0]!).mul(f.gradient(target)[0]!)]) });
    const [now, next] = rounds as [Round, Round];
    const step = now.A[0]![0]!.mul(now.G[0]!.sub(f.gradient(target)[0]!)).mul(next.eta).neg();
    expect(number(page, 'v_t (t ≥ 2)').equals(now.w[0]!.add(step)) && number(page, 'ξ').equals(next.eta.mul(now.alpha).mul(now.hint[0]!))).toBe(true);
    return [next.w[0]!.sub(next.eta.div(now.eta).mul(now.w[0]!)).sub(number(page, 'ξ')), now.alpha.mul(step)];
  },
  'theorem-1'(page) {
    const rho = value(page, 'weights of g_s') !== 'α_s';
    const [L, lambda] = ['L', 'λ'].map((name) => number(page, name)) as [Fraction, Fraction];
    const first = page.tables.get('')![0]!.get('w')!;
    const rounds = play(page, { weighedWithRho: rho, first: vector(first) });
    const beta = list(page, 'β').at(-1)!;
    expect(list(page, 'β').every((one) => one.equals(beta)) && rounds.every(({ eta }) => eta.equals(beta))).toBe(true);
    const smoothed = sum(rounds.map(({ alpha, G }) => HALF.mul(lambda).mul(beta).mul(square(alpha)).mul(dot(G, G))));
    const total = sum(rounds.map(({ alpha }) => alpha));
    return [gap(page, rounds), square(expectComparator(page, rounds)).div(beta).add(smoothed).add(smoothness(rounds, L)).div(total)];
  },
  'theorem-1-rate'(page) {
    const [L, T, lambda, diameter] = ['L', 'T', 'λ', 'diam(W)'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction, Fraction];
    const [lower, upper] = /^\[(.+), (.+)\]$/u.exec(value(page, 'W'))!.slice(1).map(Q) as [Fraction, Fraction];
    expect(upper.sub(lower).equals(diameter)).toBe(true);
    const rounds = play(page, { alpha: () => ONE, eta: () => ONE.div(lambda.mul(L)), weighedWithRho: value(page, 'weights of g_s') !== 'α_s' });
    expect(rounds.every(({ A }) => square(A[0]![0]!).equals(lambda))).toBe(true);
    return [gap(page, rounds), lambda.mul(L).mul(diameter).div(T)];
  },
  'theorem-2'(page) {
    const beta = list(page, 'β');
    const hints = page.tables.get('')!.map((row) => Q(row.get('g̃')!));
    // w_1 = 0, whatever the first hint is.
    const rounds = play(page, { first: [ZERO], hint: (t) => [hints[t - 1]!] });
    const prediction = sum(rounds.map(({ alpha, g, hint }, i) => HALF.mul(square(alpha)).mul(beta[i + 1]!).mul(square(g[0]!.sub(hint[0]!)))));
    const total = sum(rounds.map(({ alpha }) => alpha));
    const weighted = square(expectComparator(page, rounds)).div(beta.at(-1)!).add(prediction).add(smoothness(rounds, number(page, 'L')));
    return [weightedGap(page, rounds).div(total), weighted.div(total)];
  },
  'theorem-3-bmg-to-aoftrl'(page) {
    const beta = list(page, 'β');
    const rows = page.tables.get('')!;
    const z = (t: number): Fraction => Q(rows[t - 1]!.get('z')!);
    // Eq. (11) with ∇μ(x) = x.
    const rounds = play(page, {
      eta: (t) => beta[t - 1]!,
      hint(t, before) {
        const last = before[t - 2];
        if (last === undefined) return [ZERO];
        const pulled = last.A[0]![0]!.mul(last.average[0]!.sub(z(t - 1)).sub(last.alpha.mul(last.G[0]!)));
        return [pulled.add(last.alpha.mul(last.hint[0]!)).div(Q(rows[t - 1]!.get('α')!))];
      },
    });
    const [now, next] = rounds as [Round, Round];
    return [next.w[0]!, beta[1]!.div(beta[0]!).mul(now.w[0]!).sub(beta[1]!.mul(z(1).sub(now.average[0]!)))];
  },
  'two-meta-losses'(page) {
    const f = functionOf(value(page, 'f'));
    const rule = ruleOf(value(page, 'φ'), f.gradient);
    let x = number(page, 'x_0');
    let sides: readonly [Fraction, Fraction] = [ZERO, ZERO];
    for (const row of page.tables.get('')!) {
      const [beta, rho, w] = ['β', 'ρ', 'w'].map((name) => Q(row.get(name)!)) as [Fraction, Fraction, Fraction];
      const A = rule.jacobian([x])[0]![0]!;
      const move = A.mul(w).add(rule.offset([x])[0]!);
      const next = w.sub(beta.mul(rho).mul(A).mul(f.gradient([x.add(rho.mul(move))])[0]!));
      x = x.add(move);
      const slope = f.gradient([x])[0]!;
      for (const [name, entry] of [['x', x], ['∇f(x)', slope], ['w_{t+1}', next]] as const) expectCell(row, name, entry);
      sides = [next, w.sub(beta.mul(A).mul(slope))];
    }
    return sides;
  },
};

/** Σα_t⟨G_t, x_t − x*⟩ of one variable. */
function outputRegret(page: Printed, rounds: readonly Round[]): Fraction {
  return sum(rounds.map((r) => r.alpha.mul(r.G[0]!).mul(r.x[0]!.sub(number(page, 'x*')))));
}

/** f(x_0 + w∇f(x_0)) and f(x_0). */
function ascent(page: Printed): readonly [Fraction, Fraction] {
  const { f, x, next } = elementStep(page, ONE);
  return [f.value([next]), f.value([x])];
}

/** x_2 = x_1 ± w_1∇f(x_1), as the table has it. */
function elementStep(page: Printed, sign: Fraction): { readonly f: ReturnType<typeof functionOf>; readonly x: Fraction; readonly w: Fraction; readonly next: Fraction } {
  const f = functionOf(value(page, 'f'));
  const [row, after] = page.tables.get('')! as [Row, Row];
  const [x, w] = ['x', 'w'].map((name) => Q(row.get(name)!)) as [Fraction, Fraction];
  const next = x.add(sign.mul(w).mul(f.gradient([x])[0]!));
  expectCell(row, '∇f(x)', f.gradient([x]));
  expectCell(after, 'x', next);
  expectCell(after, '∇f(x)', f.gradient([next]));
  return { f, x, w, next };
}

/** What has no two numbers to compare, or needs roots: each checks the page on its own. */
const OTHERWISE: Readonly<Record<string, (page: Printed) => boolean>> = {
  'ftrl-minimiser'(page) {
    const [s, eta] = [list(page, 's'), number(page, 'η')];
    const [p, q] = [list(page, 'p'), list(page, 'q')];
    const largest = (v: Vector): Fraction => v.map((entry) => entry.abs()).reduce((most, entry) => (entry.compare(most) > 0 ? entry : most));
    const least = HALF.mul(eta).mul(square(sum(s.map((entry) => entry.abs())))).neg();
    expect([p, q].every((w) => dot(s, w).add(square(largest(w)).div(eta.mul(2))).equals(least)), 'a point is no minimiser').toBe(true);
    expect(page.sides).toBe(`(${p.map(text).join(', ')}) ≠ (${q.map(text).join(', ')})`);
    return p.some((entry, i) => !entry.equals(q[i]!));
  },
  'figure-2-never-worse': (page) => figureTwo(page),
  'meta-loss-convexity'(page) {
    const f = functionOf(value(page, 'f'));
    const [N, rho, theta, w, v] = ['N', 'ρ', 'θ', 'w', 'v'].map((name) => number(page, name)) as [Fraction, Fraction, Fraction, Fraction, Fraction];
    const phi = (at: Fraction): Fraction => N.mul(square(at));
    const h = (at: Fraction): Fraction => f.value([ONE.sub(rho).mul(number(page, 'x̄')).add(rho.mul(phi(at)))]);
    const between = (of: (at: Fraction) => Fraction): Fraction => theta.mul(of(w)).add(ONE.sub(theta).mul(of(v)));
    const m = between((at) => at);
    const d = between(phi).sub(phi(m));
    // h is convex where it is looked at, and φ is not affine there.
    expect([value(page, 'φ'), h(m).compare(between(h)) <= 0, number(page, 'm').equals(m), number(page, 'd').equals(d), page.sides]).toEqual([
      '0 + Nw²',
      true,
      true,
      true,
      `${text(square(d))} ≠ 0`,
    ]);
    return !d.equals(ZERO);
  },
  'theorem-3-aoftrl-to-bmg': (page) => theoremThree(page),
  'weak-hints': (page) => weakHints(page),
};

const text = (x: Fraction): string => x.toFraction().replace('-', '−');

/** Sums of losses in doubles: the sweeps are as printed, and so is where each sum ends. */
function figureTwo(page: Printed): boolean {
  const Q2 = value(page, 'Q').match(/\(([^()]+)\)/gu)!.map((row) => vector(row).map(Number)) as [number[], number[]];
  const f = (x: readonly number[]): number => x.reduce((total, a, i) => total + a * (Q2[i]![0]! * x[0]! + Q2[i]![1]! * x[1]!), 0);
  const gradient = (x: readonly number[]): number[] => Q2.map((row) => 2 * (row[0]! * x[0]! + row[1]! * x[1]!));
  const start = list(page, 'x_0').map(Number);
  const g0 = gradient(start);
  const [left, right] = page.sides.replace(/ \(.*\)$/u, '').split(' > ').map((side) => Number(Q(side.includes('.') ? side : side)));
  if (page.values.has('AdaGrad')) {
    // η = 4: x_1 = x_0 − 4·sign(∇f), the minimiser 0, so that all later losses are 0. A single rate s leads to x_0 − s∇f(x_0).
    const x1 = start.map((x, i) => x - 4 * Math.sign(g0[i]!));
    const g = g0.reduce((total, entry) => total + entry * entry, 0);
    const least = f(start) - g ** 2 / (4 * f(g0));
    expect([right, f(x1)]).toEqual([0, 0]);
    expect(left).toBeCloseTo(least, 12);
    return left! > right!;
  }
  const L = Number(number(page, 'L'));
  const [rates, decays, metaRates] = [list(page, 'η and w_1, in 1/L'), list(page, 'm'), list(page, 'β, in 1/(L max|∇f(x_0)|²)')].map((values) => values.map(Number)) as [
    number[],
    number[],
    number[],
  ];
  const momentum = Math.min(...rates.flatMap((rate) =>
    decays.map((m) => {
      let [x, v, total] = [start, [0, 0], 0];
      for (let t = 0; t < 3000; t++) {
        const g = gradient(x);
        v = v.map((entry, i) => m * entry + g[i]!);
        x = x.map((entry, i) => entry - rate / L * v[i]!);
        total += f(x);
      }
      return total;
    })
  ));
  const steps = Number(/^Σ_\{t≤(\d+)\}/u.exec(value(page, 'y'))![1]);
  const largest = Math.max(...g0.map(Math.abs)) ** 2;
  const meta = Math.min(...rates.flatMap((rate) =>
    metaRates.map((beta) => {
      let [x, w, total] = [start, [rate / L, rate / L], 0];
      for (let t = 0; t < steps; t++) {
        const g = gradient(x);
        x = x.map((entry, i) => entry - w[i]! * g[i]!);
        const next = gradient(x);
        w = w.map((entry, i) => Math.max(0, entry + beta / (L * largest) * g[i]! * next[i]!));
        total += f(x);
      }
      return total;
    })
  ));
  expect(left).toBeCloseTo(meta, 8);
  expect(right).toBeCloseTo(momentum, 8);
  return meta > momentum;
}

/** z_1 would need a slope that ∇μ does not take; or Algorithm 3's own step is another than Algorithm 4's. */
function theoremThree(page: Printed): boolean {
  const rows = page.tables.get('')!;
  const beta = list(page, 'β').map(Number);
  const ahead = list(page, 'ỹ').map(Number);
  const f = functionOf(value(page, 'f'));
  const at = (row: number, name: string): number => Number(Q(rows[row]!.get(name)!));
  // Algorithm 4 under α_{t+1}g̃_{t+1} = α_{t+1}A_tᵀỹ_{t+1} + α_tg̃_t, φ = w, in doubles: w_1 is the table's.
  let [average, alphas, losses] = [0, 0, 0];
  for (const [i] of rows.entries()) {
    const alpha = at(i, 'α');
    const hint = i === 0 ? at(0, 'g̃') : ahead[i - 1]! + at(i - 1, 'α') * at(i - 1, 'g̃') / alpha;
    const w = -beta[i]! * (losses + alpha * hint);
    alphas += alpha;
    average += alpha / alphas * (w - average);
    const G = Number(f.gradient([Q(average)])[0]!);
    losses += alpha * G;
    expect([at(i, 'g̃'), at(i, 'w'), at(i, 'x̄'), at(i, 'G')].map((x, k) => Math.abs(x - [hint, w, average, G][k]!) < 1e-12)).toEqual([true, true, true, true]);
  }
  const slopes: Readonly<Record<string, { readonly at: (x: number) => number; readonly reaches: (p: number) => boolean }>> = {
    '|x| − log(1 + |x|)': { at: (x) => x / (1 + Math.abs(x)), reaches: (p) => Math.abs(p) < 1 },
    'exp(x)': { at: Math.exp, reaches: (p) => p > 0 },
    '½‖x‖²': { at: (x) => x, reaches: () => true },
  };
  const mu = slopes[value(page, 'μ')]!;
  if (value(page, 'μ') !== '½‖x‖²') {
    const needed = mu.at(at(0, 'x̄')) - (at(1, 'α') * ahead[0]! + at(0, 'α') * at(0, 'G'));
    expect(Number(page.sides.split(' ≠ ')[1]!.replace('−', '-'))).toBeCloseTo(needed, 12);
    return !mu.reaches(needed);
  }
  const t = rows.length - 1;
  const [alpha, next] = [at(t - 1, 'α'), at(t, 'α')];
  const own = at(t - 1, 'w') - beta[t]! * (next * at(t, 'g̃') + alpha * (at(t - 1, 'G') - at(t - 1, 'g̃')));
  expect(page.sides).toBe(`${String(own).replace('-', '−')} ≠ ${String(at(t, 'w')).replace('-', '−')}`);
  return own !== at(t, 'w');
}

/** AO-FTRL on [−1, 1]² against the losses (ξ_t, 1) with the hints (0, 1). */
function weakHints(page: Printed): boolean {
  const T = Number(number(page, 'T'));
  const signs = Array.from(value(page, 'ξ'), (sign) => (sign === '+' ? ONE : ONE.neg()));
  expect(signs.length).toBe(T);
  const beta = (t: number): Fraction => (value(page, 'β').includes('√') ? ONE.div(Q(Math.ceil(Math.sqrt(t)))) : number(page, 'β'));
  const clip = (x: Fraction): Fraction => (x.compare(1) > 0 ? ONE : x.compare(-1) < 0 ? ONE.neg() : x);
  const u = list(page, 'u');
  expect([value(page, 'g'), value(page, 'g̃')]).toEqual(['(ξ_t, 1)', '(0, 1)']);
  let [first, second, regret] = [ZERO, ZERO, ZERO];
  const [plays, regrets]: [Vector[], Fraction[]] = [[], []];
  for (const [i, sign] of signs.entries()) {
    const eta = beta(i + 1);
    const play = [clip(eta.mul(first).neg()), clip(eta.mul(second.add(1)).neg())];
    regret = regret.add(sign.mul(play[0]!.sub(u[0]!))).add(play[1]!.sub(u[1]!));
    [first, second] = [first.add(sign), second.add(1)];
    plays.push(play);
    regrets.push(regret);
  }
  const printed = value(page, 'w').match(/\([^()]+\)/gu)!.map((one) => vector(one));
  expect(printed.length > 0 && printed.every((one, i) => one.every((entry, k) => entry.equals(plays[i]![k]!))), 'w').toBe(true);
  const after = [T / 4, T / 2, T].map((t) => regrets[Math.ceil(t) - 1]!);
  expect(list(page, 'R after T/4, T/2, T rounds').every((one, i) => one.equals(after[i]!)), `R is ${after.map(text).join(', ')}`).toBe(true);
  // E|ξ_1 + … + ξ_T|, by Pascal's triangle.
  let row = [1];
  for (let t = 0; t < T; t++) row = [1, ...row.slice(1).map((entry, i) => entry + row[i]!), 1];
  const mean = row.reduce((total, times, k) => total + times * Math.abs(T - 2 * k), 0) / 2 ** T;
  expect(Number(number(page, 'mean over all ξ that no algorithm beats, E|ξ_1 + … + ξ_T|'))).toBeCloseTo(mean, 4);
  expectTerms(page, 'right side', dot(u, u).div(Q(2).mul(beta(1))).add(number(page, 'C').mul(ONE.add(number(page, 'ln T')))));
  const logarithm = number(page, 'ln T');
  expect(Number(logarithm)).toBeGreaterThanOrEqual(Math.log(T));
  const bound = dot(u, u).div(Q(2).mul(beta(1))).add(number(page, 'C').mul(ONE.add(logarithm)));
  expect(page.sides).toBe(`${text(regret)} > ${text(bound)}`);
  return regret.compare(bound) > 0;
}

/** The terms of a side come to it. */
function expectTerms(page: Printed, name: string, side: Fraction): void {
  const terms = [...page.values.get(name)?.matchAll(/ = ([−\d./e]+)(?=[,}])/gu) ?? []].map(([, term]) => term!);
  if (terms.length === 0) return;
  const total = sum(terms.map((term) => {
    const [mantissa, exponent = '0'] = term.split('e');
    return Q(mantissa!).mul(Q(10).pow(Q(exponent)));
  }));
  // A decimal has ten digits.
  const allowed = terms.some((term) => term.includes('.')) ? Q('1/10').pow(Q(8)).mul(ONE.add(side.abs())) : ZERO;
  expect(total.sub(side).abs().compare(allowed) <= 0, `${name}: its terms come to ${total.toFraction()}, and it is ${side.toFraction()}`).toBe(true);
}

/** @throws where a number on the page is not what its others say, or they refute nothing. */
function expectRecomputed(id: string, page: Printed): void {
  // A heading that is no relation between two numbers is checked as a whole.
  const [, left, relation, right] = /^(?:\(.*\)\/2 = )?([−\d./e]+)(?: \(its minimum over W\))? ([>≠=≰]) ([−\d./e]+)(?: \(.*\))?$/u.exec(page.sides) ?? [];
  const recompute = RECOMPUTED[id];
  if (left === undefined || recompute === undefined) {
    expect(OTHERWISE[id]!(page), `${page.sides}: ${page.says}`).toBe(true);
    return;
  }
  const [lhs, rhs] = recompute(page);
  const shown = `${page.sides}: ${lhs.toFraction()} and ${rhs.toFraction()}`;
  expectTerms(page, 'left side', lhs);
  expectTerms(page, 'right side', rhs);
  expect(agrees(left, lhs) && agrees(right!, rhs), shown).toBe(true);
  const order = lhs.compare(rhs);
  const refutes = { '>': order > 0, '≠': order !== 0, '=': order === 0, '≰': order > 0 || (order === 0 && page.says.includes(' < 0')) }[relation!];
  expect(refutes, shown).toBe(true);
}

const pages = readdirSync(fileURLToPath(new URL('../../docs/claims/', import.meta.url))).filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''));

describe('counterexamples of docs/claims, from their text alone', () => {
  it('are there, for every claim that is false as printed', () => {
    expect(pages.length).toBe(42);
    for (const id of pages) expect(RECOMPUTED[id] ?? OTHERWISE[id], `${id} is not recomputed`).toBeDefined();
  });

  for (const id of pages) {
    it(`of ${id}`, () => {
      const all = printedCounterexamples(id);
      expect(all.length).toBeGreaterThan(0);
      for (const page of all) expectRecomputed(id, page);
    });
  }

  it('are seen to be wrong where a number is: of a side, of a table, of f, of a setting', () => {
    const changed = (id: string, change: (page: Printed) => Printed): void => {
      const [page] = printedCounterexamples(id);
      expectRecomputed(id, page!);
      expect(() => expectRecomputed(id, change(page!)), id).toThrow(/expected|is no|in W/u);
    };
    const cell = (t: number, name: string, entry: string) => (page: Printed): Printed => ({
      ...page,
      tables: new Map([...page.tables].map(([title, rows]) => [title, rows.map((row, i) => (i === t - 1 ? new Map([...row, [name, entry]]) : row))])),
    });
    const setting = (name: string, entry: string) => (page: Printed): Printed => ({ ...page, values: new Map([...page.values, [name, entry]]) });
    changed('theorem-1-rate', (page) => ({ ...page, sides: '1/2 > 1/4' }));
    changed('theorem-1-rate', cell(2, 'x̄', '11'));
    changed('theorem-1-rate', setting('f', '½(x − 12)²'));
    changed('theorem-1-rate', setting('W', '[10, 12]'));
    changed('theorem-1-rate', cell(2, 't', '3'));
    changed('lemma-1', setting('left side', '{a = 1, b = 5/8}'));
    changed('weak-hints', setting('R after T/4, T/2, T rounds', '(2, 3, 6)'));
    changed('corollary-2', cell(2, 'g̃', '11'));
    changed('corollary-2', setting('w*', '1/12'));
    changed('lemma-1', cell(2, 'η', '1'));
    changed('theorem-2', setting('β', '(2, 1)'));
    changed('nesterov', setting('α', '(1, 2, 2)'));
    changed('heavy-ball-cycle', cell(7, 'x̄ ≈', '5.750000001'));
    changed('weak-hints', setting('ξ', '++−+−+−+−'));
    changed('stochastic-online-to-batch', setting('φ', 'w − x + 2'));
  });
});
