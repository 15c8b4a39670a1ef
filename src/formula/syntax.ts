/** t − 1, T, 3: a variable, a constant, or both. */
export interface Index {
  readonly variable: string | null;
  readonly plus: number;
}
/** A subscript: t − 1, or 1:t − 1, the sum from the one to the other. */
export interface Subscript {
  readonly index: Index;
  readonly to: Index | null;
}
/** from ≤ variable ≤ to. Where an end is null it is the variable's own. */
export interface Range {
  readonly variable: string;
  readonly from: Index | null;
  readonly to: Index | null;
}
export type Relation = '≤' | '=' | '≥' | '<' | '>' | '≠';

/** A formula as a tree. `at` and `end` are offsets in the text, for messages and for showing a part of it. */
export type Node =
  & { readonly at: number; readonly end: number }
  & (
    | { readonly op: 'number'; readonly numerator: number; readonly denominator: number }
    | { readonly op: 'name'; readonly name: string; readonly sub: readonly Subscript[] }
    | { readonly op: 'call'; readonly name: string; readonly sub: readonly Subscript[]; readonly args: readonly Node[] }
    | { readonly op: '+'; readonly parts: readonly { readonly sign: 1 | -1; readonly node: Node }[] }
    // `shown`: the point of a product was written.
    | { readonly op: '·' | '⊙'; readonly a: Node; readonly b: Node; readonly shown: boolean }
    | { readonly op: '/'; readonly a: Node; readonly b: Node }
    | { readonly op: '^'; readonly a: Node; readonly power: number }
    | { readonly op: 'ᵀ' | '√' | '| |' | '( )' | '[ ]' | '‖ ‖'; readonly a: Node }
    | { readonly op: '⟨⟩' | 'max' | 'min'; readonly a: Node; readonly b: Node }
    // ‖a‖² in the norm of round `metric`, or in its dual one.
    | { readonly op: '‖ ‖²'; readonly a: Node; readonly metric: Index | null; readonly dual: boolean }
    | { readonly op: 'Σ' | 'max over' | 'min over'; readonly over: Range | null; readonly said: string; readonly body: Node }
    // The least value over w ∈ W of what is a square in w, or the w that has it.
    | { readonly op: 'min in' | 'argmin in'; readonly variable: string; readonly set: string; readonly body: Node }
    | { readonly op: 'E'; readonly body: Node }
  );

type Bare<N> = N extends Node ? Omit<N, 'at' | 'end'> : never;

/** w_t ∈ W, or w_t ∈ int W */
export interface Inside {
  readonly node: Node;
  readonly interior: boolean;
  readonly set: string;
}

/** first r₁ second r₂ …, for all values of what is free in it within `where` for which all points of `inside` are in their sets. */
export interface Statement {
  readonly text: string;
  readonly sides: readonly Node[];
  readonly relations: readonly Relation[];
  readonly where: readonly Range[];
  readonly inside: readonly Inside[];
}

/** The formulas that a formula is made of, in their order. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'number':
    case 'name':
      return [];
    case 'call':
      return node.args;
    case '+':
      return node.parts.map((part) => part.node);
    case '·':
    case '⊙':
    case '/':
    case '⟨⟩':
    case 'max':
    case 'min':
      return [node.a, node.b];
    case 'Σ':
    case 'max over':
    case 'min over':
    case 'min in':
    case 'argmin in':
    case 'E':
      return [node.body];
    default:
      return [node.a];
  }
}

/** What a statement may mention. Functions take (…) or stand before {…}; sets stand behind ∈. */
export interface Vocabulary {
  readonly names: Iterable<string>;
  readonly functions: Iterable<string>;
  readonly sets: Iterable<string>;
}

/** A text that is no formula, or one that means nothing. `kind`: whether it is the text, a name, its shape, or its unit that is wrong. */
export class FormulaError extends SyntaxError {
  readonly kind: 'syntax' | 'name' | 'shape' | 'unit';
  /** @param at an offset in `text`, which a caret shows. */
  constructor(kind: FormulaError['kind'], text: string, at: number, expected: string) {
    super(`expected ${expected}\n  ${text.normalize('NFC')}\n  ${' '.repeat(text.slice(0, at).replaceAll(/\p{M}/gu, '').length)}^`);
    this.name = 'FormulaError';
    this.kind = kind;
  }
}

const FRACTIONS: Readonly<Record<string, readonly [number, number]>> = { '½': [1, 2], '¼': [1, 4], '¾': [3, 4], '⅓': [1, 3], '⅔': [2, 3], '⅛': [1, 8] };
const POWERS: Readonly<Record<string, number>> = { '²': 2, '³': 3, '⁴': 4 };
/** What stands above a factor. */
const ABOVE = ['ᵀ', ...Object.keys(POWERS)] as const;
const LETTER = /[\p{L}∇]/u;
/** What is easily typed in its place. */
const LATIN: Readonly<Record<string, string>> = { a: 'α', b: 'β', e: 'ε', l: 'λ', m: 'μ', n: 'η', p: 'ρ', r: 'ρ', u: 'μ' };
const GREEK: Readonly<Record<string, string>> = { ...LATIN, alpha: 'α', beta: 'β', eps: 'ε', epsilon: 'ε', eta: 'η', lambda: 'λ', mu: 'μ', phi: 'φ', rho: 'ρ', theta: 'θ' };
/** What stands behind a letter and belongs to it: x̄, w*, y′. */
const TAIL = /^[\p{M}*′″]*/u;
/** As they stand in a text whose marks are characters of their own: "≠" is "=" with a stroke, and so comes first. */
const RELATIONS = ['≤', '≥', '=\u0338', '=', '<', '>'] as const;

/** @throws {FormulaError} what is no formula over this vocabulary. */
export function parse(source: string, vocabulary: Vocabulary): Statement {
  return new Parser(source, vocabulary).statement();
}

/** The same of a formula without a relation. @throws {FormulaError} */
export function parseTerm(source: string, vocabulary: Vocabulary): Node {
  return new Parser(source, vocabulary).term();
}

/** As it is declared, as it stands in the text, and what it is. */
type Word = { readonly name: string; readonly letters: string; readonly kind: 'name' | 'function' | 'set' };
/** Those of a vocabulary, the longest first: many texts have one. */
const WORDS = new WeakMap<Vocabulary, readonly Word[]>();
function wordsOf(vocabulary: Vocabulary): readonly Word[] {
  let words = WORDS.get(vocabulary);
  if (words === undefined) {
    const all = (['name', 'function', 'set'] as const).flatMap((kind) => Array.from(vocabulary[`${kind}s`], (name) => ({ name, letters: name.normalize('NFD'), kind })));
    WORDS.set(vocabulary, words = all.toSorted((a, b) => b.letters.length - a.letters.length));
  }
  return words;
}

class Parser {
  readonly #source: string;
  readonly #text: string;
  readonly #known: readonly Word[];
  #at = 0;
  /** How many ‖ or | are open: there the next one closes. */
  #norms = 0;
  #bars = 0;

  constructor(source: string, vocabulary: Vocabulary) {
    this.#source = source;
    // A letter and its mark are two characters, whoever typed them.
    this.#text = source.normalize('NFD');
    this.#known = wordsOf(vocabulary);
  }

  statement(): Statement {
    const sides = [this.#sum()];
    const relations: Relation[] = [];
    for (let r = this.#eat(...RELATIONS); r !== null; r = this.#eat(...RELATIONS)) {
      relations.push(r.normalize('NFC') as Relation);
      sides.push(this.#sum());
    }
    if (relations.length === 0) this.#fail('"=", "≤" or another relation, or an operator');
    const where: Range[] = [];
    const inside: Inside[] = [];
    while (this.#eat(',') !== null) {
      if (/^[^,]*∈/u.test(this.#text.slice(this.#at))) inside.push(this.#in());
      else where.push(this.#range());
    }
    this.#space();
    if (this.#at < this.#text.length) this.#fail('an operator, or ", t ≥ 2", or the end');
    return { text: this.#source, sides, relations, where, inside };
  }

  term(): Node {
    const node = this.#sum();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('an operator, or the end');
    return node;
  }

  #fail(expected: string, at = this.#at, kind: FormulaError['kind'] = 'syntax'): never {
    throw new FormulaError(kind, this.#text, at, expected);
  }
  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
  #peek<S extends string>(...symbols: readonly S[]): S | null {
    this.#space();
    return symbols.find((symbol) => this.#text.startsWith(symbol, this.#at)) ?? null;
  }
  #eat<S extends string>(...symbols: readonly S[]): S | null {
    const found = this.#peek(...symbols);
    if (found !== null) this.#at += found.length;
    return found;
  }
  #need(symbol: string): void {
    if (this.#eat(symbol) === null) this.#fail(`"${symbol}"`);
  }
  /** What stands here, by a pattern that begins with ^; null where it does not match. */
  #match(pattern: RegExp): string | null {
    this.#space();
    const found = pattern.exec(this.#text.slice(this.#at))?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #sum(): Node {
    this.#space();
    const at = this.#at;
    const parts: { readonly sign: 1 | -1; readonly node: Node }[] = [{ sign: this.#eat('−') === null ? 1 : -1, node: this.#product() }];
    for (let sign = this.#eat('+', '−'); sign !== null; sign = this.#eat('+', '−')) parts.push({ sign: sign === '+' ? 1 : -1, node: this.#product() });
    return parts.length === 1 && parts[0]!.sign === 1 ? parts[0]!.node : this.#node(at, { op: '+', parts });
  }

  #product(): Node {
    this.#space();
    const at = this.#at;
    let a = this.#power();
    for (;;) {
      const op = this.#eat('·', '⊙', '/');
      if (op === null && !this.#begins()) return a;
      const b = this.#power();
      // 1/2L is read in two ways; neither is taken.
      if (op === '/' && b.op === 'number' && b.denominator === 1 && this.#text[this.#at] !== ' ' && this.#begins())
        this.#fail(`brackets around what is below "/", as in 1/(2L)`, b.at);
      a = this.#node(at, op === '/' ? { op, a, b } : { op: op ?? '·', a, b, shown: op !== null });
    }
  }

  /** Whether a factor begins here. */
  #begins(): boolean {
    this.#space();
    const c = this.#text[this.#at];
    if (c === undefined) return false;
    return LETTER.test(c) || /\d/.test(c) || c in FRACTIONS || '([⟨Σ√'.includes(c) || (c === '‖' && this.#norms === 0) || (c === '|' && this.#bars === 0);
  }

  #power(): Node {
    this.#space();
    const at = this.#at;
    let a = this.#atom();
    for (;;) {
      const op = this.#eat(...ABOVE);
      if (op === null) return a;
      a = this.#node(at, op === 'ᵀ' ? { op: 'ᵀ', a } : { op: '^', a, power: POWERS[op]! });
    }
  }

  #atom(): Node {
    this.#space();
    const at = this.#at;
    const c = this.#text[at] ?? '';
    if (c in FRACTIONS) {
      this.#at += 1;
      const [numerator, denominator] = FRACTIONS[c]!;
      return this.#node(at, { op: 'number', numerator, denominator });
    }
    const digits = this.#match(/^\d+/);
    if (digits !== null) return this.#node(at, { op: 'number', numerator: Number(digits), denominator: 1 });
    switch (c) {
      case '(':
      case '[':
        return this.#bracket(at, c);
      case '√': {
        this.#at += 1;
        return this.#node(at, { op: '√', a: this.#power() });
      }
      case '|': {
        this.#at += 1;
        this.#bars += 1;
        const a = this.#sum();
        this.#bars -= 1;
        this.#need('|');
        return this.#node(at, { op: '| |', a });
      }
      case '⟨': {
        const [a, b] = this.#inside('⟨', '⟩', 2);
        return this.#node(at, { op: '⟨⟩', a: a!, b: b! });
      }
      case '‖':
        return this.#norm(at);
      case 'Σ': {
        this.#at += 1;
        return this.#over(at, 'Σ');
      }
    }
    if (!LETTER.test(c)) return this.#fail('a number, a name or a bracket');
    return this.#named(at);
  }

  #bracket(at: number, open: '(' | '['): Node {
    const [a] = this.#inside(open, open === '(' ? ')' : ']', 1);
    return this.#node(at, { op: open === '(' ? '( )' : '[ ]', a: a! });
  }

  /** `count` formulas with commas between them; any number where it is null. */
  #inside(open: string, close: string, count: number | null): Node[] {
    this.#need(open);
    const [norms, bars] = [this.#norms, this.#bars];
    [this.#norms, this.#bars] = [0, 0];
    const all = [this.#sum()];
    while (count === null ? this.#eat(',') !== null : all.length < count) {
      if (count !== null) this.#need(',');
      all.push(this.#sum());
    }
    [this.#norms, this.#bars] = [norms, bars];
    this.#need(close);
    return all;
  }

  #norm(at: number): Node {
    this.#at += 1;
    this.#norms += 1;
    const a = this.#sum();
    this.#norms -= 1;
    this.#need('‖');
    if (this.#text[this.#at] !== '²') return this.#node(at, { op: '‖ ‖', a });
    this.#at += 1;
    if (!this.#text.startsWith('_(', this.#at)) return this.#node(at, { op: '‖ ‖²', a, metric: null, dual: false });
    this.#at += 2;
    const metric = this.#index();
    this.#need(')');
    const dual = this.#text.startsWith(',*', this.#at);
    if (dual) this.#at += 2;
    return this.#node(at, { op: '‖ ‖²', a, metric, dual });
  }

  /** Σ, max or min with what it runs over; its body is a product. */
  #over(at: number, op: 'Σ' | 'max over' | 'min over'): Node {
    let over: Range | null = null;
    const start = this.#at + 1;
    if (this.#text[this.#at] === '_') {
      this.#at += 1;
      const braces = this.#text[this.#at] === '{';
      if (braces) this.#at += 1;
      over = braces ? this.#range() : { variable: this.#variable(), from: null, to: null };
      if (braces) this.#need('}');
    }
    const said = over === null ? '' : this.#text.slice(start, this.#at).replaceAll(/[{}]/g, '');
    return this.#node(at, { op, over, said, body: this.#product() });
  }

  #named(at: number): Node {
    const optimum = this.#match(/^(?:argmin|max|min)(?=[_{])/);
    if (optimum !== null && this.#text[this.#at] === '{') {
      const [a, b] = this.#inside('{', '}', 2);
      if (optimum === 'argmin') this.#fail('"argmin_{w∈W}"', at);
      return this.#node(at, { op: optimum as 'max' | 'min', a: a!, b: b! });
    }
    if (optimum !== null) return this.#optimum(at, optimum as 'argmin' | 'max' | 'min');
    if (this.#text.startsWith('E[', this.#at)) {
      this.#at += 1;
      const [body] = this.#inside('[', ']', 1);
      return this.#node(at, { op: 'E', body: body! });
    }
    const { name, kind } = this.#name(['name', 'function']);
    const sub = this.#subscripts();
    if (kind === 'name') return this.#node(at, { op: 'name', name, sub });
    return this.#node(at, { op: 'call', name, sub, args: this.#inside('(', ')', null) });
  }

  /** Behind "argmin", "max" or "min" stands what it runs over: {w∈W}, or t. */
  #optimum(at: number, op: 'argmin' | 'max' | 'min'): Node {
    const element = /^_\{(\p{L}\p{M}*) ?∈ ?/u.exec(this.#text.slice(this.#at));
    if (element === null) {
      if (op === 'argmin') this.#fail('"_{w∈W}" behind "argmin"');
      return this.#over(at, op === 'max' ? 'max over' : 'min over');
    }
    if (op === 'max') this.#fail('"min" or "argmin" over a set', at);
    this.#at += element[0].length;
    const { name: set } = this.#name(['set']);
    this.#need('}');
    return this.#node(at, {
      op: op === 'min' ? 'min in' : 'argmin in',
      variable: element[1]!.normalize('NFC'),
      set,
      body: this.#peek('{') === null ? this.#product() : this.#inside('{', '}', 1)[0]!,
    });
  }
  /** The longest known name that stands here. @throws {FormulaError} there is none: the nearest is said. */
  #name(kinds: readonly ('name' | 'function' | 'set')[]): { readonly name: string; readonly kind: 'name' | 'function' | 'set' } {
    this.#space();
    const rest = this.#text.slice(this.#at);
    const known = this.#known.filter(({ kind }) => kinds.includes(kind));
    const found = known.find(({ letters }) => rest.startsWith(letters) && TAIL.exec(rest.slice(letters.length))![0] === '');
    if (found !== undefined) {
      this.#at += found.letters.length;
      return found;
    }
    const [word = ''] = /^[a-z]+/u.exec(rest) ?? [];
    const own = word in GREEK ? word : `${rest.slice(0, 1)}${TAIL.exec(rest.slice(1))![0]}`;
    const bare = (text: string): string => text.replaceAll(/[\p{M}*′″]/gu, '');
    const nearest = known.find(({ letters }) => letters === GREEK[own]) ?? known.find(({ letters }) => bare(letters) === bare(own) || bare(letters) === GREEK[own]);
    return this.#fail(`a name that is known here, got "${own.normalize('NFC')}"${nearest === undefined ? '' : ` (did you mean "${nearest.name}"?)`}`, this.#at, 'name');
  }

  #subscripts(): readonly Subscript[] {
    if (this.#text[this.#at] !== '_') return [];
    this.#at += 1;
    if (this.#text[this.#at] !== '{')
      return [{ index: /\d/.test(this.#text[this.#at] ?? '') ? { variable: null, plus: Number(this.#text[this.#at++]) } : { variable: this.#variable(), plus: 0 }, to: null }];
    this.#at += 1;
    const all: Subscript[] = [];
    do {
      const index = this.#index();
      all.push({ index, to: this.#eat(':') === null ? null : this.#index() });
    } while (this.#eat(',') !== null);
    this.#need('}');
    return all;
  }

  #variable(): string {
    return this.#match(/^[a-zT](?!\p{M})/u) ?? this.#fail('an index: t, T, a number');
  }

  #index(): Index {
    const digits = this.#match(/^\d+/);
    if (digits !== null) return { variable: null, plus: Number(digits) };
    const variable = this.#variable();
    const sign = this.#eat('−', '+');
    if (sign === null) return { variable, plus: 0 };
    const by = Number(this.#match(/^\d+/) ?? this.#fail('a number'));
    return { variable, plus: sign === '−' ? -by : by };
  }

  /** t ≥ 2; s < t; 2 ≤ t < T; t. */
  #range(): Range {
    const first = this.#index();
    const one = this.#eat('<', '≤', '≥', '>');
    const lone = (index: Index): string => (index.variable !== null && index.plus === 0 ? index.variable : this.#fail('an index variable'));
    if (one === null) return { variable: lone(first), from: null, to: null };
    const shift = (index: Index, by: number): Index => ({ ...index, plus: index.plus + by });
    const second = this.#index();
    const two = one === '<' || one === '≤' ? this.#eat('<', '≤') : null;
    if (two !== null) return { variable: lone(second), from: shift(first, one === '<' ? 1 : 0), to: shift(this.#index(), two === '<' ? -1 : 0) };
    const variable = lone(first);
    if (one === '≥' || one === '>') return { variable, from: shift(second, one === '>' ? 1 : 0), to: null };
    return { variable, from: null, to: shift(second, one === '<' ? -1 : 0) };
  }

  #in(): Inside {
    const node = this.#sum();
    this.#need('∈');
    const interior = this.#eat('int') !== null;
    return { node, interior, set: this.#name(['set']).name };
  }

  #node(at: number, node: Bare<Node>): Node {
    return { ...node, at, end: this.#text.slice(0, this.#at).trimEnd().length };
  }
}
