import { isOrdered, isReal, type Matrix, type Space, type Vector } from '../arithmetic/space.js';
import { FormulaError, parse, parseTerm, partsOf, type Index, type Node, type Range, type Relation, type Statement, type Vocabulary } from './syntax.js';
import { ONE, power, sameRoom, sameUnit, showType, times, type Identified, type Room, type Type, type Unit } from './unit.js';

/** What a name stands for. `given`: it is part of the case, and not made by what is on trial. */
export interface NameType {
  readonly type: Type;
  /** How many subscripts it has. An entry of a vector has one more. */
  readonly subscripts: number;
  readonly given: boolean;
}
export interface FunctionType {
  readonly args: readonly Type[];
  readonly result: Type;
  readonly subscripts: number;
  readonly given: boolean;
}
/** What formulas may mention, and what a variable runs over where nothing else is said: t over 1 ≤ t ≤ T. */
export interface Signature {
  readonly names: ReadonlyMap<string, NameType>;
  readonly functions: ReadonlyMap<string, FunctionType>;
  readonly sets: ReadonlyMap<string, Room>;
  readonly variables: ReadonlyMap<string, readonly [from: Index, to: Index]>;
  /** What ends ranges: T, the dimensions n and m. */
  readonly constants: readonly string[];
}

export type Value<S> = S | Vector<S> | Matrix<S>;
/** A run's quantities, in one arithmetic. */
export interface Values<S> {
  readonly K: Space<S>;
  readonly constants: { readonly [name: string]: number };
  readonly size: { readonly [room in Room]: number };
  readonly names: { readonly [name: string]: (i: number, j: number) => Value<S> | undefined };
  readonly functions: { readonly [name: string]: (args: readonly Value<S>[], i: number) => Value<S> };
  readonly sets: { readonly [name: string]: { readonly project: (v: Vector<S>) => Vector<S>; readonly interior?: (v: Vector<S>) => boolean } };
  /** Where there are many: all the runs that E is the mean of, each with its weight. */
  readonly paths?: readonly { readonly weight: S; readonly values: Values<S> }[];
}
/** Values with what variables stand for now. */
export class Environment<S> {
  readonly values: Values<S>;
  readonly K: Space<S>;
  /** By `slot`. */
  readonly at: Int32Array;
  readonly paths: readonly { readonly weight: S; readonly of: Environment<S> }[];
  /** x_{1:t} by name and t. */
  readonly sums = new Map<string, Value<S>[]>();
  /** What w stands for in argmin_{w∈W}. */
  readonly bound = new Map<string, Vector<S>>();
  /** What was computed before: by its text, and by the index that it depends on. */
  readonly known = new Map<number, (Value<S> | undefined)[]>();

  constructor(values: Values<S>, at = new Int32Array(SLOTS)) {
    this.values = values;
    this.K = values.K;
    this.at = at;
    for (const [name, value] of Object.entries(values.constants)) at[slot(name)] = value;
    this.paths = (values.paths ?? []).map(({ weight, values: own }) => ({ weight, of: new Environment(own, at) }));
  }
}
/** Variables are one letter each. */
const SLOTS = 128;
export const slot = (variable: string): number => variable.charCodeAt(0) % SLOTS;

type NumberOf = <S>(e: Environment<S>) => S;
type VectorOf = <S>(e: Environment<S>) => Vector<S>;
type MatrixOf = <S>(e: Environment<S>) => Matrix<S>;
type Compiled =
  | { readonly type: Extract<Type, { shape: 'number' }>; readonly of: NumberOf }
  | { readonly type: Extract<Type, { shape: 'vector' }>; readonly of: VectorOf }
  | { readonly type: Extract<Type, { shape: 'matrix' }>; readonly of: MatrixOf };

/** One relation of a statement, for all values of what is free in it. */
export interface Relationship {
  /** The whole statement that it is part of. */
  readonly text: string;
  readonly relation: Relation;
  readonly where: readonly { readonly variable: string; readonly from: (e: Environment<never>) => number; readonly to: (e: Environment<never>) => number }[];
  /** Whether it is meant for what is free as it is now: w_t ∈ int W. */
  readonly applies: <S>(e: Environment<S>) => boolean;
  readonly sides: readonly [Node, Node];
  readonly type: Type;
  /** Both sides, where they are numbers; else as vectors, a matrix by its rows. */
  readonly left: VectorOf;
  readonly right: VectorOf;
  readonly numbers: readonly [NumberOf, NumberOf] | null;
  /** The summands of both sides, with their signs. */
  readonly summands: readonly [readonly Summand[], readonly Summand[]];
  /** Names and functions that it mentions. */
  readonly mentions: ReadonlySet<string>;
  /** Whether they are all given. */
  readonly given: boolean;
}
/** A formula without a relation. */
export interface Term {
  readonly node: Node;
  readonly type: Type;
  readonly of: <S>(e: Environment<S>) => Value<S>;
  readonly given: boolean;
  readonly mentions: ReadonlySet<string>;
}
export interface Summand {
  readonly text: string;
  readonly of: NumberOf;
}

/**
 * Parses a statement, checks its shapes and units, and makes it ready to be evaluated in any arithmetic: one meaning for each relation of a chain.
 * @throws {FormulaError} what does not parse, mentions what is not known, or compares what cannot be compared.
 */
export function mean(text: string, signature: Signature, identified: Identified = {}): Relationship[] {
  return new Compiler(text, signature, identified).relationships(parse(text, vocabulary(signature)));
}
/** A formula without a relation: what it is, and its value where t is what it is in the environment. @throws {FormulaError} */
export function meanTerm(
  text: string,
  signature: Signature,
  identified: Identified = {},
): Term {
  return new Compiler(text, signature, identified).term(parseTerm(text, vocabulary(signature)));
}
const VOCABULARIES = new WeakMap<Signature, Vocabulary>();
export function vocabulary(signature: Signature): Vocabulary {
  let known = VOCABULARIES.get(signature);
  if (known === undefined) {
    const { names, variables, constants, functions, sets } = signature;
    VOCABULARIES.set(signature, known = { names: [...names.keys(), ...variables.keys(), ...constants], functions: [...functions.keys()], sets: [...sets.keys()] });
  }
  return known;
}

/** What is computed once for each t, and not once for each line that mentions it. */
const WORTH_KEEPING: ReadonlySet<Node['op']> = new Set(['number', 'call', '⟨⟩', '‖ ‖²', '‖ ‖', '/', 'min in', 'argmin in', 'Σ']);
/** A number for each text that is kept. */
const TEXTS = new Map<string, number>();

/** What a formula with a root mentions beside names: not every arithmetic has it. */
export const ROOT = '√';

const inner = (node: Node): Node => (node.op === '( )' || node.op === '[ ]' ? inner(node.a) : node);

function isIn<S>({ K, values: { sets } }: Environment<S>, v: Vector<S>, name: string, interior: boolean): boolean {
  const set = sets[name]!;
  return interior ? set.interior!(v) : Array.from(set.project(v)).every((entry, i) => K.equal(entry, v[i]!));
}

class Compiler {
  readonly #text: string;
  readonly #signature: Signature;
  readonly #identified: Identified;
  /** Index variables that a Σ or a max binds here. */
  readonly #indices: string[] = [];
  /** What min and argmin bind here. */
  readonly #bound = new Map<string, Room>();
  readonly #free = new Set<string>();
  /** Which of both the node that is being read depends on. */
  #depends = new Set<string>();
  readonly #mentions = new Set<string>();

  constructor(text: string, signature: Signature, identified: Identified) {
    this.#text = text.normalize('NFD');
    this.#signature = signature;
    this.#identified = identified;
  }

  term(node: Node): Term {
    const { type, of } = this.#node(node);
    return { node, type, of, given: this.#isGiven(), mentions: this.#mentions };
  }

  relationships({ sides, relations, where, inside, text }: Statement): Relationship[] {
    const compiled = sides.map((side) => this.#node(side));
    const points = inside.map(({ node, interior, set }) => ({ interior, set, of: this.#vector(node).of }));
    for (const { variable } of where)
      if (!this.#free.has(variable))
        throw new FormulaError(
          'name',
          this.#text,
          this.#text.lastIndexOf(variable),
          `a range for what is free in the formula, got one for "${variable}"`,
        );
    const ranges = [...this.#free].toSorted().map((variable) => {
      const range = where.find((one) => one.variable === variable) ?? { variable, from: null, to: null };
      return { variable, ...this.#range(range, sides[0]!) };
    });
    return relations.map((relation, k): Relationship => {
      const [a, b] = [compiled[k]!, compiled[k + 1]!];
      const [left, right] = [sides[k]!, sides[k + 1]!];
      this.#alike(a.type, b.type, right);
      if (a.type.shape !== 'number' && relation !== '=') this.#fail('shape', left, `numbers around "${relation}", got ${showType(a.type)}`);
      return {
        text,
        relation,
        where: ranges,
        applies: (e) => points.every(({ interior, set, of }) => isIn(e, of(e), set, interior)),
        sides: [left, right],
        type: a.type,
        left: entries(a),
        right: entries(b),
        given: this.#isGiven(),
        mentions: this.#mentions,
        numbers: a.type.shape === 'number' ? [a.of as NumberOf, b.of as NumberOf] : null,
        summands: a.type.shape === 'number' ? [this.#summands(left), this.#summands(right)] : [[], []],
      };
    });
  }

  #isGiven(): boolean {
    const { names, functions } = this.#signature;
    return [...this.#mentions].every((name) => name === ROOT || (names.get(name) ?? functions.get(name)!).given);
  }
  #fail(kind: FormulaError['kind'], { at }: Node, expected: string): never {
    throw new FormulaError(kind, this.#text, at, expected);
  }
  #alike(a: Type, b: Type, node: Node): void {
    if (a.shape !== b.shape) this.#fail('shape', node, `${showType(a)}, as before it, got ${showType(b)}`);
    if (a.shape === 'vector' && b.shape === 'vector' && !sameRoom(a.room, b.room, this.#identified)) this.#fail('shape', node, `${showType(a)}, as before it, got ${showType(b)}`);
    if (!sameUnit(a.unit, b.unit, this.#identified)) this.#fail('unit', node, `${showType(a)}, as before it, got ${showType(b)}`);
  }
  #summands(side: Node): Summand[] {
    const node = inner(side);
    const parts = node.op === '+' ? node.parts : [{ sign: 1 as const, node }];
    return parts.map(({ sign, node: part }) => {
      const of = this.#number(part).of;
      return { text: `${sign === 1 ? '' : '−'}${this.#text.slice(part.at, part.end).trim().normalize('NFC')}`, of: sign === 1 ? of : (e) => e.K.neg(of(e)) };
    });
  }

  /** The number that an index stands for. */
  #index({ variable, plus }: Index): <S>(e: Environment<S>) => number {
    if (variable === null) return () => plus;
    const { constants, variables } = this.#signature;
    if (!constants.includes(variable) && !this.#indices.includes(variable)) {
      if (!variables.has(variable))
        throw new FormulaError(
          'name',
          this.#text,
          this.#text.indexOf(variable),
          `an index that is known here, got "${variable}" (known: ${[...variables.keys(), ...constants].join(', ')})`,
        );
      this.#free.add(variable);
    }
    if (!constants.includes(variable)) this.#depends.add(variable);
    const k = slot(variable);
    return (e) => e.at[k]! + plus;
  }
  #range({ variable, from, to }: Range, node: Node): Pick<Relationship['where'][number], 'from' | 'to'> {
    const own = this.#signature.variables.get(variable) ?? this.#fail('name', node, `an index that is known here, got "${variable}"`);
    return { from: this.#index(from ?? own[0]), to: this.#index(to ?? own[1]) };
  }

  #number(node: Node): { readonly type: Extract<Type, { shape: 'number' }>; readonly of: NumberOf } {
    const compiled = this.#node(node);
    return compiled.type.shape === 'number' ? (compiled as never) : this.#fail('shape', node, `a number, got ${showType(compiled.type)}`);
  }
  #vector(node: Node): { readonly type: Extract<Type, { shape: 'vector' }>; readonly of: VectorOf } {
    const compiled = this.#node(node);
    return compiled.type.shape === 'vector' ? (compiled as never) : this.#fail('shape', node, `a vector, got ${showType(compiled.type)}`);
  }

  #node(node: Node): Compiled {
    const around = this.#depends;
    this.#depends = new Set();
    const compiled = this.#read(node);
    const own = this.#depends;
    this.#depends = new Set([...around, ...own]);
    const isKept = WORTH_KEEPING.has(node.op) && own.size <= 1 && ![...own].some((name) => this.#bound.has(name));
    return isKept ? kept(compiled, this.#text.slice(node.at, node.end).trim(), own) : compiled;
  }

  #read(node: Node): Compiled {
    switch (node.op) {
      case 'number': {
        const { numerator: p, denominator: q } = node;
        return aNumber(p === 0 ? null : ONE, q === 1 ? (e) => e.K.from(p) : (e) => e.K.div(e.K.from(p), e.K.from(q)));
      }
      case '( )':
      case '[ ]':
        return this.#node(node.a);
      case 'name':
        return this.#name(node);
      case 'call':
        return this.#call(node);
      case '+':
        return this.#sum(node);
      case '·':
      case '⊙':
        return this.#product(node);
      case '/':
        return this.#quotient(node);
      case '^': {
        const a = this.#node(node.a);
        const { power: k } = node;
        if (a.type.shape === 'number') {
          const { of } = a as { of: NumberOf };
          return aNumber(power(a.type.unit, k), (e) => raised(e.K, of(e), k));
        }
        const { type, of } = this.#vector(node.a);
        return aVector(power(type.unit, k), type.room, (e) => {
          const v = of(e);
          return e.K.vector(v.length, (i) => raised(e.K, v[i]!, k));
        });
      }
      case '√':
        this.#mentions.add(ROOT);
        return this.#entrywise(node.a, (u) => power(u, 1 / 2), (K, a) => (isReal(K) ? K.sqrt(a) : outside('√', K)));
      case '| |':
        return this.#entrywise(node.a, (u) => u, (K, a) => (isOrdered(K) ? K.abs(a) : outside('|·|', K)));
      case 'max':
      case 'min': {
        // max{v, 0} is entry by entry.
        const b = this.#number(node.b);
        const { op } = node;
        return this.#entrywise(node.a, (u, type) => {
          this.#alike({ shape: 'number', unit: type.unit }, b.type, node.b);
          return u;
        }, (K, a, e) => (isOrdered(K) ? K[op](a, b.of(e)) : outside(op, K)));
      }
      case 'ᵀ': {
        const a = this.#node(node.a);
        if (a.type.shape !== 'matrix') return this.#fail('shape', node.a, `a matrix before "ᵀ", got ${showType(a.type)}`);
        const { of, type } = a as { of: MatrixOf; type: Extract<Type, { shape: 'matrix' }> };
        return { type: { ...type, rows: type.columns, columns: type.rows }, of: (e) => transposed(e.K, of(e), e.values.size[type.columns]) };
      }
      case '⟨⟩': {
        const [a, b] = [this.#vector(node.a), this.#vector(node.b)];
        if (!sameRoom(a.type.room, b.type.room, this.#identified)) this.#fail('shape', node.b, `a vector like ${a.type.room}, as before the comma, got ${showType(b.type)}`);
        return aNumber(times(a.type.unit, b.type.unit), (e) => e.K.dot(a.of(e), b.of(e)));
      }
      case '‖ ‖': {
        this.#mentions.add(ROOT);
        const { type, of } = this.#vector(node.a);
        return aNumber(type.unit, (e) => {
          const v = of(e);
          return isReal(e.K) ? e.K.sqrt(e.K.dot(v, v)) : outside('‖·‖', e.K);
        });
      }
      case '‖ ‖²':
        return this.#square(node);
      case 'Σ':
      case 'max over':
      case 'min over':
        return this.#over(node);
      case 'min in':
      case 'argmin in':
        return this.#optimum(node);
      case 'E': {
        const { type, of } = this.#number(node.body);
        return aNumber(type.unit, (e) => e.paths.reduce((sum, path) => e.K.add(sum, e.K.mul(path.weight, of(path.of))), e.K.zero));
      }
    }
  }

  #entrywise(of: Node, unit: (u: Unit, type: Type) => Unit, f: <S>(K: Space<S>, a: S, e: Environment<S>) => S): Compiled {
    const a = this.#node(of);
    if (a.type.shape === 'number') {
      const number = a.of as NumberOf;
      return aNumber(unit(a.type.unit, a.type), (e) => f(e.K, number(e), e));
    }
    const { type, of: vector } = this.#vector(of);
    return aVector(unit(type.unit, type), type.room, (e) => {
      const v = vector(e);
      return e.K.vector(v.length, (i) => f(e.K, v[i]!, e));
    });
  }

  #sum({ parts }: Extract<Node, { op: '+' }>): Compiled {
    const all = parts.map(({ sign, node }) => ({ sign, node, compiled: this.#node(node) }));
    const first = all.find(({ compiled }) => compiled.type.unit !== null) ?? all[0]!;
    for (const { compiled, node } of all) this.#alike(first.compiled.type, compiled.type, node);
    const { type } = first.compiled;
    if (type.shape === 'matrix') return this.#fail('shape', first.node, `numbers or vectors to add, got ${showType(type)}`);
    if (type.shape === 'number') {
      const [head, ...rest] = all.map(({ sign, compiled }) => ({ sign, of: compiled.of as NumberOf }));
      return aNumber(type.unit, (e) => {
        let sum = head!.sign === 1 ? head!.of(e) : e.K.neg(head!.of(e));
        for (const { sign, of } of rest) sum = sign === 1 ? e.K.add(sum, of(e)) : e.K.sub(sum, of(e));
        return sum;
      });
    }
    const [head, ...rest] = all.map(({ sign, compiled }) => ({ sign, of: compiled.of as VectorOf }));
    return aVector(type.unit, type.room, (e) => {
      let sum = head!.sign === 1 ? head!.of(e) : e.K.scale(e.K.neg(e.K.one), head!.of(e));
      for (const { sign, of } of rest) sum = sign === 1 ? e.K.plus(sum, of(e)) : e.K.minus(sum, of(e));
      return sum;
    });
  }

  #product(node: Extract<Node, { op: '·' | '⊙' }>): Compiled {
    const [a, b] = [this.#node(node.a), this.#node(node.b)];
    const own = times(a.type.unit, b.type.unit);
    if (node.op === '⊙' || (a.type.shape === 'vector' && b.type.shape === 'vector')) {
      if (node.op !== '⊙') return this.#fail('shape', node, '⟨·, ·⟩ or ⊙ between two vectors');
      const [x, y] = [this.#vector(node.a), this.#vector(node.b)];
      if (!sameRoom(x.type.room, y.type.room, this.#identified)) this.#fail('shape', node.b, `a vector like ${x.type.room}, got ${showType(y.type)}`);
      return aVector(own, x.type.room, (e) => e.K.hadamard(x.of(e), y.of(e)));
    }
    if (a.type.shape === 'matrix') {
      const { rows, columns } = a.type;
      const v = this.#vector(node.b);
      if (!sameRoom(columns, v.type.room, this.#identified)) this.#fail('shape', node.b, `a vector like ${columns}, got ${showType(v.type)}`);
      return this.#applied(node.a, own, rows, v.of);
    }
    const { of } = this.#number(node.a);
    if (b.type.shape === 'number') {
      const other = b.of as NumberOf;
      return aNumber(own, (e) => e.K.mul(of(e), other(e)));
    }
    if (b.type.shape === 'vector') {
      const other = b.of as VectorOf;
      return aVector(own, b.type.room, (e) => e.K.scale(of(e), other(e)));
    }
    const other = b.of as MatrixOf;
    return { type: { ...b.type, unit: own }, of: (e) => other(e).map((row) => e.K.scale(of(e), row)) };
  }
  /** A v, or Aᵀ v without writing Aᵀ down, or aA v without aA. */
  #applied(node: Node, own: Unit, rows: Room, v: VectorOf): Extract<Compiled, { of: VectorOf }> {
    if (node.op === '·') {
      const [a, Av] = [this.#number(node.a).of, this.#applied(node.b, own, rows, v).of];
      return aVector(own, rows, (e) => e.K.scale(a(e), Av(e)));
    }
    if (node.op === 'ᵀ') {
      const A = this.#node(node.a).of as MatrixOf;
      return aVector(own, rows, (e) => e.K.applyTranspose(A(e), v(e), e.values.size[rows]));
    }
    const A = this.#node(node).of as MatrixOf;
    return aVector(own, rows, (e) => e.K.apply(A(e), v(e)));
  }

  #quotient(node: Extract<Node, { op: '/' }>): Compiled {
    const [a, b] = [this.#node(node.a), this.#node(node.b)];
    const own = times(a.type.unit, b.type.unit, -1);
    if (a.type.shape === 'vector' && b.type.shape === 'vector') {
      const [x, y] = [a.of as VectorOf, b.of as VectorOf];
      return aVector(own, a.type.room, (e) => {
        const [p, q] = [x(e), y(e)];
        return e.K.vector(p.length, (i) => e.K.div(p[i]!, q[i]!));
      });
    }
    const { of: below } = this.#number(node.b);
    if (a.type.shape === 'number') {
      const above = a.of as NumberOf;
      return aNumber(own, (e) => e.K.div(above(e), below(e)));
    }
    const above = this.#vector(node.a);
    return aVector(own, above.type.room, (e) => e.K.scale(e.K.div(e.K.one, below(e)), above.of(e)));
  }

  #square({ a, metric, dual }: Extract<Node, { op: '‖ ‖²' }>): Compiled {
    const { type, of } = this.#vector(a);
    const own = power(type.unit, 2);
    if (metric === null) {
      return aNumber(own, (e) => {
        const v = of(e);
        return e.K.dot(v, v);
      });
    }
    const h = this.#signature.names.get('h');
    if (h?.type.shape !== 'vector') return this.#fail('name', a, 'h_t to be known here, which makes ‖·‖_(t)');
    this.#mentions.add('h');
    const t = this.#index(metric);
    return aNumber(times(own, h.type.unit, dual ? -1 : 1), (e) => {
      const v = of(e);
      const weights = e.values.names['h']!(t(e), 0) as Vector<never>;
      return e.K.dot(e.K.vector(v.length, (i) => (dual ? e.K.div(v[i]!, weights[i]!) : e.K.mul(v[i]!, weights[i]!))), v);
    });
  }

  #over(node: Extract<Node, { op: 'Σ' | 'max over' | 'min over' }>): Compiled {
    const over = node.over ?? { variable: 't', from: null, to: null };
    // The ends do not see what runs between them: Σ_{s<t}.
    const { from, to } = this.#range(over, node);
    this.#indices.push(over.variable);
    const around = this.#depends;
    this.#depends = new Set();
    const body = this.#node(node.body);
    this.#depends.delete(over.variable);
    this.#depends = new Set([...this.#depends, ...around]);
    this.#indices.pop();
    const k = slot(over.variable);
    const each = <S>(e: Environment<S>, visit: () => void): void => {
      const was = e.at[k]!;
      const [first, last] = [from(e as never), to(e as never)];
      for (let i = first; i <= last; i++) {
        e.at[k] = i;
        visit();
      }
      e.at[k] = was;
    };
    if (node.op !== 'Σ') {
      const { type, of } = this.#asNumber(body, node.body);
      const choose = node.op === 'max over' ? 'max' : 'min';
      return aNumber(type.unit, <S>(e: Environment<S>) => {
        const { K } = e;
        if (!isOrdered(K)) return outside(choose, K);
        let best: S | null = null;
        each(e, () => {
          const value = of(e);
          best = best === null ? value : K[choose](best, value);
        });
        return best ?? outside(`${choose} over nothing`, K);
      });
    }
    if (body.type.shape === 'number') {
      const of = body.of as NumberOf;
      return aNumber(body.type.unit, (e) => {
        let sum = e.K.zero;
        each(e, () => {
          sum = e.K.add(sum, of(e));
        });
        return sum;
      });
    }
    if (body.type.shape === 'matrix') return this.#fail('shape', node.body, `numbers or vectors to add, got ${showType(body.type)}`);
    const of = body.of as VectorOf;
    const { room, unit: own } = body.type;
    return aVector(own, room, (e) => {
      let sum = e.K.zeros(e.values.size[room]);
      each(e, () => {
        sum = e.K.plus(sum, of(e));
      });
      return sum;
    });
  }
  #asNumber(compiled: Compiled, node: Node): { readonly type: Extract<Type, { shape: 'number' }>; readonly of: NumberOf } {
    return compiled.type.shape === 'number' ? (compiled as never) : this.#fail('shape', node, `a number, got ${showType(compiled.type)}`);
  }

  #call(node: Extract<Node, { op: 'call' }>): Compiled {
    const { args, result, subscripts } = this.#signature.functions.get(node.name)!;
    if (args.length !== node.args.length || subscripts !== node.sub.length)
      this.#fail('shape', node, `${node.name} with ${args.length} argument${args.length === 1 ? '' : 's'} and ${subscripts} subscript${subscripts === 1 ? '' : 's'}`);
    this.#mentions.add(node.name);
    const all = node.args.map((arg, k) => {
      const compiled = this.#node(arg);
      const wanted = args[k]!;
      const fits = compiled.type.shape === wanted.shape &&
        (compiled.type.shape !== 'vector' || wanted.shape !== 'vector' || sameRoom(compiled.type.room, wanted.room, this.#identified));
      if (!fits) this.#fail('shape', arg, `${showType(wanted)} in ${node.name}(…), got ${showType(compiled.type)}`);
      if (!sameUnit(compiled.type.unit, wanted.unit, this.#identified)) this.#fail('unit', arg, `${showType(wanted)} in ${node.name}(…), got ${showType(compiled.type)}`);
      return compiled.of as NumberOf;
    });
    const i = node.sub[0] === undefined ? (): number => 0 : this.#index(node.sub[0].index);
    const { name } = node;
    return { type: result, of: <S>(e: Environment<S>) => e.values.functions[name]!(all.map((of) => of(e)), i(e)) } as Compiled;
  }

  #name(node: Extract<Node, { op: 'name' }>): Compiled {
    const { name, sub } = node;
    const { names, variables, constants } = this.#signature;
    const room = this.#bound.get(name);
    if (room !== undefined && sub.length === 0) {
      this.#depends.add(name);
      return aVector(room === 'w' ? [0, 0, 1, 0] : [1, 0, 0, 0], room, <S>(e: Environment<S>) => e.bound.get(name) as Vector<S>);
    }
    const known = names.get(name);
    if (known === undefined) {
      if (!variables.has(name) && !constants.includes(name)) return this.#fail('name', node, 'a name');
      const of = this.#index({ variable: name, plus: 0 });
      return aNumber(ONE, (e) => e.K.from(of(e)));
    }
    this.#mentions.add(name);
    const { type, subscripts } = known;
    const isEntry = type.shape === 'vector' && sub.length === subscripts + 1;
    if (sub.length !== subscripts && !isEntry)
      this.#fail('shape', node, `${name} with ${subscripts === 0 ? 'no subscript' : subscripts === 1 ? 'one subscript' : `${subscripts} subscripts`}, got ${sub.length}`);
    const first = sub[0];
    const i = subscripts === 0 ? (): number => 0 : this.#index(first!.index);
    if (first !== undefined && first.to !== null) return this.#partialSum(node, type, i, this.#index(first.to));
    const of = <S>(e: Environment<S>): Value<S> => {
      const value = e.values.names[name]!(i(e), 0);
      if (value === undefined) throw new RangeError(`expected ${name} to have an entry ${i(e)} in "${this.#text}": say for which t it is meant, as in ", t ≥ 2"`);
      return value;
    };
    if (!isEntry) return { type, of } as unknown as Compiled;
    const entry = this.#index(sub.at(-1)!.index);
    return aNumber(type.unit, <S>(e: Environment<S>) => {
      const value = (of(e) as Vector<S>)[entry(e) - 1];
      if (value === undefined) throw new RangeError(`expected ${name} to have an entry ${entry(e)} in "${this.#text}"`);
      return value;
    });
  }
  /** α_{1:t}, which is 0 for t = 0. */
  #partialSum(node: Extract<Node, { op: 'name' }>, type: Type, from: (e: Environment<never>) => number, to: (e: Environment<never>) => number): Compiled {
    const { name } = node;
    if (type.shape === 'matrix') return this.#fail('shape', node, 'numbers or vectors to add');
    const isNumber = type.shape === 'number';
    const of = <S>(e: Environment<S>): Value<S> => {
      const { K } = e;
      const [first, last] = [from(e as never), to(e as never)];
      if (first !== 1) throw new RangeError(`expected a sum that begins with 1, got ${name}_{${first}:${last}}`);
      let sums = e.sums.get(name);
      if (sums === undefined) e.sums.set(name, sums = [isNumber ? K.zero : K.zeros(e.values.size[type.room])]);
      for (let k = sums.length; k <= last; k++) {
        const next = e.values.names[name]!(k, 0);
        sums.push(isNumber ? K.add(sums[k - 1] as S, next as S) : K.plus(sums[k - 1] as Vector<S>, next as Vector<S>));
      }
      return sums[Math.max(last, 0)]!;
    };
    return { type, of } as unknown as Compiled;
  }

  #optimum(node: Extract<Node, { op: 'min in' | 'argmin in' }>): Compiled {
    const { variable, set } = node;
    const room = this.#signature.sets.get(set)!;
    this.#bound.set(variable, room);
    const body = this.#number(node.body);
    const { linear, square } = this.#parts(inner(node.body), variable);
    this.#bound.delete(variable);
    this.#depends.delete(variable);
    if (square.length === 0) return this.#fail('shape', node.body, `‖${variable}‖² in what has its minimum in ${set}: without, there may be none`);
    const least = <S>(e: Environment<S>): Vector<S> => {
      const { K, values } = e;
      let s = K.zeros(values.size[room]);
      for (const of of linear) s = K.plus(s, of(e));
      let c = square[0]!(e);
      for (const of of square.slice(1)) c = K.plus(c, of(e));
      // ⟨s, w⟩ + ½Σc_iw_i² is least on W at Π_W(−s/c): with one c, or where W is a product of intervals.
      return values.sets[set]!.project(K.vector(s.length, (i) => K.neg(K.div(s[i]!, c[i]!))));
    };
    if (node.op === 'argmin in') return aVector(room === 'w' ? [0, 0, 1, 0] : [1, 0, 0, 0], room, least);
    return aNumber(body.type.unit, (e) => {
      e.bound.set(variable, least(e));
      return body.of(e);
    });
  }
  /** ⟨s, w⟩ + ½Σc_iw_i² + …: what s and c are the sums of. @throws {FormulaError} another function of w. */
  #parts(node: Node, w: string): Square {
    if (!mentions(node, w)) return { linear: [], square: [] };
    const isW = (one: Node): boolean => one.op === 'name' && one.name === w && one.sub.length === 0;
    switch (node.op) {
      case '+': {
        const all = node.parts.map(({ sign, node: part }) => scaled(this.#parts(inner(part), w), sign === 1 ? null : (e) => e.K.neg(e.K.one)));
        return { linear: all.flatMap(({ linear }) => linear), square: all.flatMap(({ square }) => square) };
      }
      case '·':
        if (mentions(node.a, w)) break;
        return scaled(this.#parts(inner(node.b), w), this.#number(node.a).of);
      case '/': {
        if (mentions(node.b, w)) break;
        const { of } = this.#number(node.b);
        return scaled(this.#parts(inner(node.a), w), (e) => e.K.div(e.K.one, of(e)));
      }
      case '⟨⟩':
        if (!isW(node.b) || mentions(node.a, w)) break;
        return { linear: [this.#vector(node.a).of], square: [] };
      case '‖ ‖²': {
        const room = this.#bound.get(w)!;
        // ‖w − c‖² = ‖w‖² − 2⟨c, w⟩ + …
        const around = node.a.op === '+' ? node.a.parts : [];
        const [own, centre] = around;
        if (node.metric === null && around.length === 2 && own!.sign === 1 && isW(own!.node) && centre!.sign === -1 && !mentions(centre!.node, w)) {
          const { of } = this.#vector(centre!.node);
          return { linear: [(e) => e.K.scale(e.K.from(-2), of(e))], square: [(e) => e.K.vector(e.values.size[room], () => e.K.from(2))] };
        }
        if (!isW(node.a) || node.dual) break;
        if (node.metric === null) return { linear: [], square: [(e) => e.K.vector(e.values.size[room], () => e.K.from(2))] };
        const t = this.#index(node.metric);
        return { linear: [], square: [<S>(e: Environment<S>) => e.K.scale(e.K.from(2), e.values.names['h']!(t(e), 0) as Vector<S>)] };
      }
      default:
        break;
    }
    return this.#fail('shape', node, `⟨s, ${w}⟩ and ‖${w}‖², added and scaled: the minimum of another function is not known here`);
  }
}

interface Square {
  readonly linear: readonly VectorOf[];
  readonly square: readonly VectorOf[];
}
function scaled({ linear, square }: Square, factor: NumberOf | null): Square {
  if (factor === null) return { linear, square };
  const each = (of: VectorOf): VectorOf => (e) => e.K.scale(factor(e), of(e));
  return { linear: linear.map(each), square: square.map(each) };
}

function mentions(node: Node, name: string): boolean {
  // w_t is another w.
  if (node.op === 'name') return node.name === name && node.sub.length === 0;
  return partsOf(node).some((part) => mentions(part, name));
}

/** The same, looked up where the environment knows it. */
function kept(compiled: Compiled, text: string, depends: ReadonlySet<string>): Compiled {
  const [variable] = depends;
  const key = `${text} ${variable ?? ''}`;
  let id = TEXTS.get(key);
  if (id === undefined) TEXTS.set(key, id = TEXTS.size);
  const own = id;
  const k = variable === undefined ? null : slot(variable);
  const of = compiled.of as <S>(e: Environment<S>) => Value<S>;
  return {
    ...compiled,
    of: <S>(e: Environment<S>): Value<S> => {
      let values = e.known.get(own);
      if (values === undefined) e.known.set(own, values = []);
      return (values[k === null ? 0 : e.at[k]!] ??= of(e));
    },
  } as Compiled;
}

const aNumber = (own: Unit, of: NumberOf): Compiled => ({ type: { shape: 'number', unit: own }, of });
const aVector = (own: Unit, room: Room, of: VectorOf): Extract<Compiled, { of: VectorOf }> => ({ type: { shape: 'vector', unit: own, room }, of });

/** A number as a vector of one, a matrix as its rows one after another. */
function entries({ type, of }: Compiled): VectorOf {
  if (type.shape === 'vector') return of as VectorOf;
  if (type.shape === 'number') return <S>(e: Environment<S>) => [(of as NumberOf)(e)];
  return <S>(e: Environment<S>) => (of as MatrixOf)(e).flatMap((row) => Array.from(row));
}

function raised<S>(K: Space<S>, a: S, k: number): S {
  let product = a;
  for (let i = 1; i < k; i++) product = K.mul(product, a);
  return product;
}

function transposed<S>(K: Space<S>, A: Matrix<S>, columns: number): Matrix<S> {
  return Array.from({ length: columns }, (_, j) => K.vector(A.length, (i) => A[i]![j]!));
}

function outside(what: string, { name }: { readonly name: string }): never {
  throw new RangeError(`expected an arithmetic that has ${what}, got ${name}`);
}
