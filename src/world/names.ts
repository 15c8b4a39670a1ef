import type { FunctionType, NameType, Signature, Value } from '../formula/meaning.js';
import { matrix, number, vector, type Room, type Type } from '../formula/unit.js';

/** Part of the case. */
export const given = (type: Type, subscripts = 0): NameType => ({ type, subscripts, given: true });
/** What the run makes. */
export const made = (type: Type, subscripts = 1): NameType => ({ type, subscripts, given: false });
const of = (args: readonly Type[], result: Type): FunctionType => ({ args, result, subscripts: 0, given: true });

/** [η]: α⟨g, w⟩ and ‖w‖²/η have one unit. */
export const RATE = 'w²/αf';
export const NAMES = {
  α: given(number('α'), 1),
  β: given(number(RATE), 1),
  η: given(number(RATE), 1),
  L: given(number('f/x²')),
  λ: given(number('x²/w²')),
  'x*': given(vector('x', 'x')),
  w: made(vector('w', 'w')),
  x: made(vector('x', 'x')),
  'x̄': made(vector('x', 'x')),
  G: made(vector('f/x', 'x')),
  A: made(matrix('x/w', 'x', 'w')),
  b: made(vector('x', 'x')),
  g: made(vector('f/w', 'w')),
  'g̃': made(vector('f/w', 'w')),
  S: made(vector('αf/w', 'w')),
} as const satisfies { readonly [name: string]: NameType };
export const FUNCTIONS = {
  f: of([vector('x', 'x')], number('f')),
  '∇f': of([vector('x', 'x')], vector('f/x', 'x')),
  B_f: of([vector('x', 'x'), vector('x', 'x')], number('f')),
  φ: of([vector('x', 'x'), vector('w', 'w')], vector('x', 'x')),
  Dφ: of([vector('x', 'x'), vector('w', 'w')], matrix('x/w', 'x', 'w')),
  Π_W: of([vector('w', 'w')], vector('w', 'w')),
  μ: of([vector('x', 'x')], number('αf')),
  '∇μ': of([vector('x', 'x')], vector('αf/x', 'x')),
  B_μ: of([vector('x', 'x'), vector('x', 'x')], number('αf')),
} as const satisfies { readonly [name: string]: FunctionType };

/** t runs over 1 ≤ t ≤ T, and so does s; i over the entries of w, j over those of x. */
export function signature(
  names: { readonly [name: string]: NameType },
  functions: { readonly [name: string]: FunctionType },
  sets: { readonly [name: string]: Room } = { W: 'w' },
  /** Where ranges end beside T. */
  ends: readonly string[] = [],
): Signature {
  const [one, last] = [{ variable: null, plus: 1 }, (variable: string) => ({ variable, plus: 0 })];
  return {
    names: new Map(Object.entries(names)),
    functions: new Map(Object.entries(functions)),
    sets: new Map(Object.entries(sets)),
    variables: new Map([['t', [one, last('T')]], ['s', [one, last('T')]], ['i', [one, last('m')]], ['j', [one, last('n')]]]),
    constants: ['T', 'm', 'n', ...ends],
  };
}

/** Entry t of rounds that count from 1; `before` is entry 0, `after` entry T + 1. */
export function byRound<R, X extends Value<unknown>>(rounds: readonly R[], entry: (round: R) => X, before?: X, after?: X): (t: number) => X | undefined {
  return (t) => (t === 0 ? before : t === rounds.length + 1 ? after : rounds[t - 1] === undefined ? undefined : entry(rounds[t - 1]!));
}
