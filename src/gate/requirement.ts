import { mathjs } from '../arithmetic/mathjs.js';
import { rational, type Rational } from '../arithmetic/rational.js';
import type { WorstCaseOptions } from './worst-case.js';

/** A worst case that an optimizer must not exceed, such as f(x_N) − f* ≤ 2LR²/(N + 1)². */
export interface Requirement {
  readonly text: string;
  readonly criterion: WorstCaseOptions['criterion'];
  readonly judged: 'iterate' | 'query';
  /** After how many gradients: 1, …, 12 for "x_N", that number alone for "x_20". */
  readonly horizons: readonly number[];
  /** The right side after N gradients, for L = R = 1. */
  readonly bound: (horizon: number) => Rational;
}

/** What mathjs calls the parts of an expression. */
interface Part {
  readonly type: string;
  readonly name?: string;
  readonly op?: string;
}

/** Beyond this many gradients nothing new shows of a bound for every N. */
const EVERY = Array.from({ length: 12 }, (_, i) => i + 1);
/** As many as a worst case is computed of. */
const LONGEST = 200;

const SYMBOLS = ['L', 'R', 'N'];
const OPERATORS = ['+', '-', '*', '/', '^'];
/** How each criterion grows with L and R: a bound that does not is of something else. */
const GROWTH = { value: { L: 1, R: 2, text: 'LR²' }, gradient: { L: 2, R: 2, text: 'L²R²' }, distance: { L: 0, R: 2, text: 'R²' } } as const;

/** Signs as mathjs has them. */
function plain(text: string): string {
  return text.replace(/[−–]/gu, '-').replace(/[·×]/gu, '*').replace(/‖/gu, '|').replace(/²/gu, '^2').replace(/³/gu, '^3').replace(/≤/gu, '<=');
}

/**
 * Reads "f(x_N) - f* <= 2*L*R^2/(N+1)^2". The left side names the criterion: f at x_N or at the query y_N, |∇f(x_N)|^2, or |x_N - x*|^2; f(x_N) − f* where there is none.
 * A number in place of its N, as in f(x_20) - f*, is the only one that is meant.
 * @throws {RangeError} a left side that names nothing, a right side that is no such expression, or one of another dimension.
 */
export function readRequirement(text: string): Requirement {
  const sides = plain(text).split('<=').map((side) => side.trim());
  if (sides.length > 2 || sides.includes('') || /[<>=≥]/u.test(sides.at(-1)!)) throw new RangeError(`expected one bound such as "f(x_N) - f* <= 2*L*R^2/(N+1)^2", got "${text}"`);
  const named = criterionOf(sides.length === 2 ? sides[0]! : 'f(x_N)-f*');
  if (named === null)
    throw new RangeError(
      `expected "f(x_N) - f*", "f(y_N) - f*", "|∇f(x_N)|^2" or "|x_N - x*|^2" on the left of "${text}", got "${sides[0]}", which names nothing that is computed`,
    );
  if (!named.horizons.every((N) => N >= 1 && N <= LONGEST)) throw new RangeError(`expected N from 1 to ${LONGEST} in "${text}", got ${named.horizons[0]}`);
  const value = parsed(sides.at(-1)!, text);
  const at = (N: number, L: number, R: number): Rational => {
    try {
      return rational.from(value({ L, R, N }));
    } catch (error) {
      throw new RangeError(`expected "${text}" to have a fraction as its value at N = ${N}, got ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  const growth = GROWTH[named.criterion];
  for (const N of named.horizons) {
    const [one, two, three] = [at(N, 1, 1), at(N, 2, 1), at(N, 1, 3)];
    const times = (k: number, power: number): Rational => rational.mul(rational.from(k ** power), one);
    if (!rational.equal(two, times(2, growth.L)) || !rational.equal(three, times(3, growth.R)))
      throw new RangeError(`expected the right side of "${text}" to grow as ${growth.text} does`);
  }
  return { text: text.trim(), ...named, bound: (N) => at(N, 1, 1) };
}

const CRITERIA: { readonly [left: string]: WorstCaseOptions['criterion'] } = { 'f(x_N)-f*': 'value', '|∇f(x_N)|^2': 'gradient', '|x_N-x*|^2': 'distance' };

function criterionOf(left: string): Pick<Requirement, 'criterion' | 'judged' | 'horizons'> | null {
  const word = left.replace(/\s/gu, '').replace(/^\|grad/u, '|∇');
  const [, point, N] = /([xy])_(N|\d+)/u.exec(word) ?? [];
  const criterion = N === undefined ? undefined : CRITERIA[word.replace(/[xy]_(N|\d+)/u, 'x_N')];
  return criterion === undefined ? null : { criterion, judged: point === 'y' ? 'query' : 'iterate', horizons: N === 'N' ? EVERY : [Number(N)] };
}

/** The value of an expression as "p/q", in mathjs with exact fractions in place of doubles. */
function parsed(side: string, text: string): (at: Readonly<Record<string, number>>) => string {
  const exact = mathjs.create(mathjs.all!, { number: 'Fraction' });
  try {
    // "LR" is two numbers and not one of that name.
    const node = exact.parse(side.replace(/LR/gu, 'L R'));
    node.traverse(mustBeKnown);
    const code = node.compile();
    return (at) => {
      const value = code.evaluate(Object.fromEntries(Object.entries(at).map(([name, x]) => [name, exact.fraction(x)]))) as { toFraction: () => string };
      return value.toFraction();
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new RangeError(`expected numbers, L, R, N and + - * / ^ on the right of "${text}", got "${side}" (${said})`, { cause: error });
  }
}

function mustBeKnown({ type, name, op }: Part): void {
  const known = type === 'ConstantNode' || type === 'ParenthesisNode' || (type === 'SymbolNode' && SYMBOLS.includes(name!)) || (type === 'OperatorNode' && OPERATORS.includes(op!));
  if (!known) throw new RangeError(`${name ?? op ?? type} is none of them`);
}
