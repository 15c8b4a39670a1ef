import { mathjs } from '../arithmetic/mathjs.js';
import { rational, type Rational } from '../arithmetic/rational.js';
import type { WorstCaseOptions } from './worst-case.js';

/** A worst case that an optimizer must not exceed, such as f(x_N) − f* ≤ 2LR²/(N + 1)². */
export interface Requirement {
  readonly text: string;
  readonly criterion: WorstCaseOptions['criterion'];
  readonly judged: 'iterate' | 'query';
  /** The right side after N gradients, for L = R = 1. */
  readonly bound: (horizon: number) => Rational;
}

/** What mathjs calls the parts of an expression. */
interface Part {
  readonly type: string;
  readonly name?: string;
  readonly op?: string;
}

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
 * @throws {RangeError} a left side that names nothing, a right side that is no such expression, or one of another dimension.
 */
export function readRequirement(text: string): Requirement {
  const sides = plain(text).split('<=').map((side) => side.trim());
  if (sides.length > 2 || sides.includes('')) throw new RangeError(`expected one bound such as "f(x_N) - f* <= 2*L*R^2/(N+1)^2", got "${text}"`);
  const named = sides.length === 2 ? criterionOf(sides[0]!) : { criterion: 'value', judged: 'iterate' } as const;
  if (named === null) throw new RangeError(`expected "f(x_N) - f*", "f(y_N) - f*", "|∇f(x_N)|^2" or "|x_N - x*|^2" on the left of "${text}", got "${sides[0]}", which names nothing that is computed`);
  const value = parsed(sides.at(-1)!, text);
  const at = (N: number, L: number, R: number): Rational => {
    try {
      return rational.from(value({ L, R, N }));
    } catch (error) {
      throw new RangeError(`expected "${text}" to have a fraction as its value at N = ${N}, got ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  const growth = GROWTH[named.criterion];
  for (const N of [1, 3]) {
    const [one, two, three] = [at(N, 1, 1), at(N, 2, 1), at(N, 1, 3)];
    const times = (k: number, power: number): Rational => rational.mul(rational.from(k ** power), one);
    if (!rational.equal(two, times(2, growth.L)) || !rational.equal(three, times(3, growth.R))) throw new RangeError(`expected the right side of "${text}" to grow as ${growth.text} does`);
  }
  return { text, ...named, bound: (N) => at(N, 1, 1) };
}

function criterionOf(left: string): Pick<Requirement, 'criterion' | 'judged'> | null {
  const word = left.replace(/\s/gu, '').replace(/^\|grad/u, '|∇');
  const judged = word.includes('y_N') ? 'query' : 'iterate';
  switch (word.replace('y_N', 'x_N')) {
    case 'f(x_N)-f*':
      return { criterion: 'value', judged };
    case '|∇f(x_N)|^2':
      return { criterion: 'gradient', judged };
    case '|x_N-x*|^2':
      return { criterion: 'distance', judged };
    default:
      return null;
  }
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
