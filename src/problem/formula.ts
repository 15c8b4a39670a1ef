/** Functions as a reader writes them down, from their data alone: "½(x − 1)²", "½max(x₁ − 2x₂, 0)²". */

import { rational } from '../arithmetic/rational.js';
import type { BodySpec, FunctionSpec, RidgeSpec } from './function-spec.js';
import type { Num, ShapeSpec } from './shape.js';

/** Entries of more than so many variables are told as a list. */
const NAMED = 6;
/** A product of more characters than this is left to be computed. */
const SHORT = 12;
const DIGITS = '₀₁₂₃₄₅₆₇₈₉';

export const isZero = (x: Num): boolean => rational.from(x).n === 0n;
const isOne = (x: Num): boolean => rational.equal(rational.from(x), rational.one);
const isNegative = (x: Num): boolean => rational.from(x).s < 0n;
/** A number without its sign: 3/2, 0.1, 1e-9. */
const size = (x: Num): Num => (typeof x === 'number' ? Math.abs(x) : x.replace(/^-/u, ''));
const opposite = (x: Num): Num => (typeof x === 'number' ? -x : x.startsWith('-') ? x.slice(1) : `-${x}`);
const signed = (x: Num): string => (isNegative(x) ? `−${size(x)}` : String(size(x)));

/** "(1, −2)", a number where there is one entry. */
export const vectorText = (v: readonly Num[]): string => (v.length === 1 ? signed(v[0]!) : `(${v.map(signed).join(', ')})`);

const subscript = (i: number): string => String(i).replaceAll(/\d/gu, (digit) => DIGITS[Number(digit)]!);
/** The i-th entry of x, or of what x stands for; x itself where it is a number. */
const entry = (x: string, n: number, i: number): string => (n === 1 ? x : `${x}${subscript(i + 1)}`);

/** Terms with their signs: "2x₁ − x₂ + 3". */
export function sumText(terms: readonly (readonly [factor: Num, of: string])[]): string {
  const shown = terms.filter(([factor]) => !isZero(factor)).map(([factor, of], i) => {
    const amount = of === '' ? String(size(factor)) : isOne(size(factor)) ? of : `${size(factor)}${/^[\p{L}(]/u.test(of) && !/[/e]/u.test(String(factor)) ? '' : '·'}${of}`;
    return i === 0 ? `${isNegative(factor) ? '−' : ''}${amount}` : `${isNegative(factor) ? '−' : '+'} ${amount}`;
  });
  return shown.length === 0 ? '0' : shown.join(' ');
}

/** ⟨a, x⟩ − b */
function linear(a: readonly Num[], b: Num, x: string): string {
  if (a.length <= NAMED) return sumText([...a.map((factor, i) => [factor, entry(x, a.length, i)] as const), [opposite(b), '']]);
  return sumText([[1, `⟨${vectorText(a)}, ${x}⟩`], [opposite(b), '']]);
}

const bracketed = (u: string): string => (/^[\p{L}̄*′₀-₉]+$/u.test(u) || /^⟨[^⟩]*⟩$|^\([^()]*\)$/u.test(u) ? u : `(${u})`);

/** σ(u), with what it stands for where it has a name. */
function shapeText(shape: ShapeSpec, u: string): { readonly text: string; readonly where: string | null } {
  switch (shape.kind) {
    case 'square':
      return { text: `½${bracketed(u)}²`, where: null };
    case 'half-square':
      return { text: `½max(${u}, 0)²`, where: null };
    case 'dead-zone':
      return { text: `½max(|${u}| − ${shape.width}, 0)²`, where: null };
    case 'huber':
      return { text: `h(${u}; ${shape.width})`, where: 'h(u; δ) = ½u² for |u| ≤ δ, δ|u| − ½δ² beyond' };
    case 'asymmetric':
      return { text: `q(${u}; ${shape.ratio})`, where: 'q(u; κ) = ½u² for u ≥ 0, ½κu² below' };
    case 'softplus':
      return { text: `log(1 + exp(${u}))`, where: null };
  }
}

interface Written {
  /** Summands, each with its weight. */
  readonly terms: readonly (readonly [weight: Num, text: string])[];
  readonly where: readonly string[];
}

function ridgeText(terms: readonly RidgeSpec[], x: string): Written {
  // Of 0 every shape is 0, but for the softplus.
  const nothing = ({ direction, offset, shape }: RidgeSpec): boolean => shape.kind !== 'softplus' && isZero(offset) && direction.every(isZero);
  const shown = terms.filter((term) => !isZero(term.weight) && !nothing(term)).map(({ direction, offset, weight, shape }) => ({
    weight,
    ...shapeText(shape, linear(direction, offset, x)),
  }));
  return { terms: shown.map(({ weight, text }) => [weight, text] as const), where: shown.flatMap(({ where }) => where ?? []) };
}

const squares = (rows: readonly (readonly Num[])[], weight: (i: number) => Num, x: string): Written =>
  ridgeText(rows.map((direction, i) => ({ direction, offset: 0, weight: weight(i), shape: { kind: 'square' } })), x);

const unit = (n: number, i: number): Num[] => Array.from({ length: n }, (_, j) => (j === i ? 1 : 0));

/** g(x) for the body g. */
function bodyText(body: BodySpec, x: string): Written {
  switch (body.kind) {
    case 'ridge':
      return ridgeText(body.terms, x);
    case 'spectral': {
      const { spectrum, reflectors } = body;
      const n = spectrum.length;
      // A reflection of a line is a sign, and squares do not see it.
      if (reflectors.length === 0 || n === 1) return squares(spectrum.map((_, i) => unit(n, i)), (i) => spectrum[i]!, x);
      return {
        terms: [[1, `½${bracketed(x)}ᵀQ${bracketed(x)}`]],
        where: [`Q = H·diag(${spectrum.map(signed).join(', ')})·Hᵀ, H = ${reflectors.map((v) => `R${vectorText(v)}`).join('·')}, R(v) = I − 2vvᵀ/‖v‖²`],
      };
    }
    case 'chain': {
      const { dimension: n, smoothness } = body;
      const rows = [unit(n, 0), ...Array.from({ length: n - 1 }, (_, i) => unit(n, i).map((one, j) => (j === i + 1 ? -1 : one))), unit(n, n - 1)];
      return squares(rows, () => rational.format(rational.div(rational.from(smoothness), rational.from(4))), x);
    }
    case 'log-sum-exp':
      return { terms: [[1, `log(${body.atoms.map((a, i) => `exp(${linear(a, opposite(body.offsets[i]!), x)})`).join(' + ')})`]], where: [] };
    case 'envelope':
      return {
        terms: [[body.smoothness, `min_λ [½‖${x} − Σλ_i p_i‖² + Σλ_i v_i${isZero(body.blur) ? '' : ` + ½·${body.blur}·Σ_{i>1} λ_i²`}]`]],
        where: [`λ_i ≥ 0, Σλ_i = 1, p = ${body.points.map(vectorText).join(', ')}, v = ${body.heights.map(signed).join(', ')}`],
      };
    case 'sum': {
      const parts = body.parts.map((part) => bodyText(part, x));
      return { terms: parts.flatMap(({ terms }) => terms), where: parts.flatMap(({ where }) => where) };
    }
    case 'composition': {
      const inner = bodyText(body.inner, 'y');
      return { terms: inner.terms, where: [...inner.where, `y = Mx + s, M = (${body.matrix.map(vectorText).join(', ')}), s = ${vectorText(body.shift)}`] };
    }
  }
}

/** Whether B_g(x, x*) is g(x − x*): g is a sum of squares of linear functions. */
function isQuadratic(body: BodySpec): boolean {
  switch (body.kind) {
    case 'ridge':
      return body.terms.every(({ shape }) => shape.kind === 'square');
    case 'spectral':
    case 'chain':
      return true;
    case 'sum':
      return body.parts.every(isQuadratic);
    default:
      return false;
  }
}

/** The same without the constants that a tilt takes away. */
function centred(body: BodySpec): BodySpec {
  if (body.kind === 'sum') return { ...body, parts: body.parts.map(centred) };
  return body.kind === 'ridge' ? { ...body, terms: body.terms.map((term) => ({ ...term, offset: 0 })) } : body;
}

/** Whether no term has a slope at x*, so that nothing is tilted: each is at the bottom that all of these shapes have at 0. */
function isStill(body: BodySpec, minimiser: readonly Num[]): boolean {
  if (body.kind === 'sum') return body.parts.every((part) => isStill(part, minimiser));
  if (body.kind !== 'ridge') return false;
  const x = minimiser.map((one) => rational.from(one));
  return body.terms.every(({ direction, offset, shape }) => {
    if (shape.kind === 'softplus') return false;
    const image = direction.reduce<ReturnType<typeof rational.from>>((total, a, i) => rational.add(total, rational.mul(rational.from(a), x[i]!)), rational.zero);
    return rational.equal(image, rational.from(offset));
  });
}

/**
 * f as a formula in x, complete: with it and x* f can be computed by hand. Quadratics are written in y = x − x* where x* is not 0; what has to be tilted to have its minimum at x* says so.
 */
export function formulaOf({ body, minimiser, minimum = 0 }: FunctionSpec): string {
  const atOrigin = minimiser.every(isZero);
  const written = (of: BodySpec, x: string, more: readonly string[] = [], constant = minimum): string => {
    const { terms, where } = bodyText(of, x);
    const notes = [...new Set([...where, ...more])];
    return `${sumText([...terms, [constant, '']])}${notes.length === 0 ? '' : `, ${notes.join('; ')}`}`;
  };
  if (isQuadratic(body)) {
    if (atOrigin) return written(centred(body), 'x');
    // One variable: its difference is short enough to stand where it is used.
    if (minimiser.length === 1 && body.kind === 'ridge') {
      const terms = body.terms.map((term) => ({ ...term, offset: times(term.direction[0]!, minimiser[0]!) }));
      if (terms.every(({ offset }) => offset.length <= SHORT)) return written({ ...body, terms }, 'x');
    }
    if (minimiser.length === 1) return written(centred(body), `(${linear([1], minimiser[0]!, 'x')})`);
    return written(centred(body), 'y', [`y = x − ${vectorText(minimiser)}`]);
  }
  if (isStill(body, minimiser)) return written(body, 'x');
  return `${sumText([[1, 'g(x) − g(x*) − ⟨∇g(x*), x − x*⟩'], [minimum, '']])}, g(x) = ${written(body, 'x', [], 0)}`;
}

const times = (a: Num, b: Num): string => rational.format(rational.mul(rational.from(a), rational.from(b)));
