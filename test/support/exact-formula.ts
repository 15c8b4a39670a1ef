/** Formulas as pages print them ("1/10·½(x − 1)²", "h(x − 1; 1/5)", "−2w + 1"), evaluated exactly with their derivatives: by mathjs's fractions, without the package. */

import { fraction, type Fraction } from 'mathjs';

/** v + Σ d_i ε_i, ε_iε_j = 0. */
export interface Dual {
  readonly v: Fraction;
  readonly d: ReadonlyMap<string, Fraction>;
}

export const Q = (value: string | number): Fraction => fraction(typeof value === 'string' ? value.replaceAll('−', '-').replace(/^\((.*)\)$/u, '$1') : value);
export const [ZERO, ONE, HALF] = [Q(0), Q(1), Q('1/2')];

const combine = (a: Dual, b: Dual, byA: Fraction, byB: Fraction, v: Fraction): Dual => ({
  v,
  d: new Map([...new Set([...a.d.keys(), ...b.d.keys()])].map((name) => [name, byA.mul(a.d.get(name) ?? ZERO).add(byB.mul(b.d.get(name) ?? ZERO))])),
});
const add = (a: Dual, b: Dual): Dual => combine(a, b, ONE, ONE, a.v.add(b.v));
const sub = (a: Dual, b: Dual): Dual => combine(a, b, ONE, ONE.neg(), a.v.sub(b.v));
const mul = (a: Dual, b: Dual): Dual => combine(a, b, b.v, a.v, a.v.mul(b.v));
const div = (a: Dual, b: Dual): Dual => combine(a, b, ONE.div(b.v), a.v.neg().div(b.v.mul(b.v)), a.v.div(b.v));
const constant = (v: Fraction): Dual => ({ v, d: new Map() });

/** h(u; δ) = ½u² for |u| ≤ δ, δ|u| − ½δ² beyond. */
function huber(u: Dual, delta: Fraction): Dual {
  const size = u.v.abs();
  if (size.compare(delta) <= 0) return mul(constant(HALF), mul(u, u));
  const side = u.v.compare(0) < 0 ? ONE.neg() : ONE;
  return combine(u, u, delta.mul(side), ZERO, delta.mul(size).sub(HALF.mul(delta.mul(delta))));
}

/** The value of a formula in these variables; its definitions after a comma have been read off it. @throws {SyntaxError} what is no formula. */
export function evaluate(formula: string, variables: ReadonlyMap<string, Dual>): Dual {
  const tokens = [...formula.matchAll(/\s*(\d+(?:\/\d+|\.\d+)?|½|²|[\p{L}][₀-₉]*|\S)/gu)].map(([, token]) => token!);
  let at = 0;
  const take = (token: string): boolean => tokens[at] === token && (at += 1) > 0;
  const need = (token: string): void => {
    if (!take(token)) throw new SyntaxError(`expected "${token}" in "${formula}", got "${tokens.slice(at).join(' ')}"`);
  };
  function sum(): Dual {
    let total = take('−') ? sub(constant(ZERO), product()) : product();
    for (;;) {
      if (take('+')) total = add(total, product());
      else if (take('−')) total = sub(total, product());
      else return total;
    }
  }
  function product(): Dual {
    let total = power();
    for (;;) {
      const token = tokens[at];
      if (take('·')) total = mul(total, power());
      else if (take('/')) total = div(total, power());
      else if (token !== undefined && /^(?:[\d½(\p{L}])/u.test(token)) total = mul(total, power());
      else return total;
    }
  }
  function power(): Dual {
    const base = atom();
    return take('²') ? mul(base, base) : base;
  }
  function atom(): Dual {
    const token = tokens[at]!;
    at += 1;
    if (token === '½') return constant(HALF);
    if (/^\d/u.test(token)) return constant(Q(token));
    if (token === '(') {
      const inner = sum();
      need(')');
      return inner;
    }
    if (token === 'h' && take('(')) {
      const u = sum();
      need(';');
      const delta = sum().v;
      need(')');
      return huber(u, delta);
    }
    const value = variables.get(token);
    if (value === undefined) throw new SyntaxError(`expected a formula in ${[...variables.keys()].join(', ')}, got "${token}" in "${formula}"`);
    return value;
  }
  const value = sum();
  if (at < tokens.length) throw new SyntaxError(`expected "${formula}" to end before "${tokens.slice(at).join(' ')}"`);
  return value;
}

export const variable = (name: string, v: Fraction): readonly [string, Dual] => [name, { v, d: new Map([[name, ONE]]) }];
export const held = (name: string, v: Fraction): readonly [string, Dual] => [name, constant(v)];

export type Vector = readonly Fraction[];
/** "(1, −2)", or one number. */
export const vector = (text: string): Vector => text.replace(/^\((.*)\)$/u, '$1').split(', ').map(Q);
export const dot = (a: Vector, b: Vector): Fraction => a.reduce((total, entry, i) => total.add(entry.mul(b[i]!)), ZERO);

/** f as printed, of one variable x or of x₁, x₂, …. */
export function functionOf(text: string): { readonly value: (x: Vector) => Fraction; readonly gradient: (x: Vector) => Vector } {
  const [formula = '', ...definitions] = text.split(/, (?=[\p{L}](?:\(| =))/u);
  for (const one of definitions) {
    if (one !== 'h(u; δ) = ½u² for |u| ≤ δ, δ|u| − ½δ² beyond' && !one.startsWith('y = x')) throw new SyntaxError(`expected a definition that is known here, got "${one}"`);
  }
  const names = (x: Vector): string[] => x.map((_, i) => (x.length === 1 ? 'x' : `x${'₁₂₃₄₅₆'[i]!}`));
  const at = (x: Vector): Dual => evaluate(formula, new Map(names(x).map((name, i) => variable(name, x[i]!))));
  return { value: (x) => at(x).v, gradient: (x) => names(x).map((name) => at(x).d.get(name) ?? ZERO) };
}

/** A(x) and b(x) of φ(x, w) = A(x)w + b(x), from the formula; `gradient` is ∇f. */
export function ruleOf(text: string, gradient: (x: Vector) => Vector): { readonly jacobian: (x: Vector) => readonly Vector[]; readonly offset: (x: Vector) => Vector } {
  const zeros = (x: Vector): Vector => x.map(() => ZERO);
  const diagonal = (v: Vector): readonly Vector[] => v.map((entry, i) => v.map((_, j) => (i === j ? entry : ZERO)));
  if (text === 'x − w⊙∇f(x)') return { jacobian: (x) => diagonal(gradient(x).map((entry) => entry.neg())), offset: (x) => x };
  if (text === 'w⊙∇f(x)') return { jacobian: (x) => diagonal(gradient(x)), offset: zeros };
  const bilinear = /^wMx \+ Cx, M = \((.*)\), C = \((.*)\)$/u.exec(text);
  if (bilinear !== null) {
    const [M, C] = bilinear.slice(1).map((rows) => rows.split(/(?<=\)), (?=\()/u).map(vector)) as [Vector[], Vector[]];
    return { jacobian: (x) => M.map((row) => [dot(row, x)]), offset: (x) => C.map((row) => dot(row, x)) };
  }
  const at = (x: Vector): Dual => evaluate(text, new Map([variable('w', ZERO), held('x', x[0]!)]));
  return { jacobian: (x) => [[at(x).d.get('w') ?? ZERO]], offset: (x) => [at(x).v] };
}
