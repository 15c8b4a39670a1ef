import { balls, type Ball } from '../arithmetic/ball.js';
import { degrees } from '../arithmetic/degree.js';
import { float64 } from '../arithmetic/float64.js';
import { PRECISIONS, runningError } from '../arithmetic/running-error.js';
import { isOrdered, isReal, type Space, type Vector } from '../arithmetic/space.js';
import { failed, passed, rejected, type Failed, type Outcome, type Rejected } from '../claim.js';
import { show, type Evidence } from '../outcome.js';
import { reference, type Subject } from '../subject.js';
import { Environment, ROOT, mean, meanTerm, slot, type Relationship, type Signature, type Value, type Values } from '../formula/meaning.js';
import { FormulaError, type Node } from '../formula/syntax.js';
import type { Json } from '../verdict.js';
import type { Identified } from '../formula/unit.js';
import { UNIT, isRounded, lift } from './lift.js';
import type { Played, Sizes, World } from './world.js';

/** What a claim's author writes: each text is a formula, for all that is free in it. */
export interface Theorem<C> {
  readonly world: World<C>;
  readonly identified?: Identified;
  /** Names that the formulas below use: "ρ_t = α_t/α_{1:t}", "h_t(w) = f(φ(x̄_{t−1}, w))". */
  readonly where?: readonly string[];
  /** Hypotheses on the case: where one fails the case is no evidence. They mention what is given alone. */
  readonly given?: readonly string[];
  /** Hypotheses on what the run makes of it. Each weakens the statement: a subject that breaks one goes free. */
  readonly onRun?: readonly string[];
  /** Lines of the proof, each of them checked. */
  readonly steps?: readonly string[];
  /** Those inequalities whose gaps add up to the gap of the statement: that they do is checked, so that no weaker statement passes. */
  readonly because?: readonly string[];
  /** All of them must hold; the last inequality between numbers is the bound whose sharpness is told. */
  readonly statement: readonly string[];
  /** What a case covers beside what its world says: a label, and when it has it. */
  readonly labels?: { readonly [label: string]: string };
  /** Of which cases it speaks: of all, where it is left out. */
  readonly only?: (data: C) => boolean;
  /** Which these are, for a reader: "α_t = t". */
  readonly when?: string;
}

/** A definition, ready to be evaluated. */
interface Definition {
  readonly name: string;
  readonly argument: string | null;
  readonly node: Node;
  readonly of: <S>(e: Environment<S>) => Value<S>;
}
export interface Compiled<C> {
  readonly theorem: Theorem<C>;
  /** The world's, and what is defined. */
  readonly signature: Signature;
  readonly given: readonly Relationship[];
  readonly onRun: readonly Relationship[];
  readonly steps: readonly Relationship[];
  readonly because: readonly Relationship[];
  readonly statement: readonly Relationship[];
  readonly labels: readonly (readonly [label: string, when: readonly Relationship[]])[];
  /** Those definitions that the statement and its hypotheses rest on. */
  readonly terms: readonly string[];
  readonly define: <S>(values: Values<S>) => Values<S>;
  /** What names stand for that are defined. */
  readonly bodies: ReadonlyMap<string, Node>;
  /** By the shape of a case. */
  readonly degrees: Map<string, number>;
}

/**
 * Once, when a claim is loaded.
 * @throws {FormulaError} a formula that means nothing, or whose two sides have not the same unit.
 * @throws {SyntaxError} a hypothesis of `given` on what the run computes.
 */
export function compile<C>(theorem: Theorem<C>): Compiled<C> {
  const { identified = {}, world } = theorem;
  let { signature } = world;
  const definitions: Definition[] = [];
  /** What a definition is made of, in the end. */
  const made = new Map<string, ReadonlySet<string>>();
  const expanded = (mentions: ReadonlySet<string>): ReadonlySet<string> => new Set([...mentions].flatMap((name) => [name, ...(made.get(name) ?? [])]));
  for (const text of theorem.where ?? []) {
    const { definition, mentions, extended } = readOnce(signature, identified, text, 'definition', () => meanDefinition(text, signature, identified));
    definitions.push(definition);
    made.set(definition.name, expanded(mentions));
    signature = extended;
  }
  const all = (texts: readonly string[] = []): readonly Relationship[] =>
    texts.flatMap((text) =>
      readOnce(signature, identified, text, 'statement', () => mean(text, signature, identified)).map((one) => ({ ...one, mentions: expanded(one.mentions) }))
    );
  const given = all(theorem.given);
  const computed = given.find((one) => !one.given);
  if (computed !== undefined) throw new SyntaxError(`expected a hypothesis on what is given, got one on what the run computes: ${computed.text}`);
  const [onRun, statement] = [all(theorem.onRun), all(theorem.statement)];
  const said = [...given, ...onRun, ...statement];
  const names = [...made.keys()];
  return {
    theorem,
    signature,
    given,
    onRun,
    steps: all(theorem.steps),
    because: all(theorem.because),
    statement,
    labels: Object.entries(theorem.labels ?? {}).map(([label, text]) => [label, all([text])] as const),
    terms: (theorem.where ?? []).filter((_, i) => said.some(({ mentions }) => mentions.has(names[i]!))),
    define: (values) => defined(values, definitions),
    bodies: new Map(definitions.flatMap(({ name, argument, node }) => (argument === null ? [[name, node]] : []))),
    degrees: new Map(),
  };
}
/** What was read before over the same names: claims share lines, and each line, and each change of one, is read with all definitions. */
const READ = new WeakMap<Signature, Map<string, unknown>>();
function readOnce<T>(signature: Signature, identified: Identified, text: string, kind: 'definition' | 'statement', read: () => T): T {
  let own = READ.get(signature);
  if (own === undefined) READ.set(signature, own = new Map<string, unknown>());
  const key = `${kind} ${JSON.stringify(identified)} ${text}`;
  if (!own.has(key)) own.set(key, read());
  return own.get(key) as T;
}

/** A definition, what it mentions, and the names with it among them. */
function meanDefinition(
  text: string,
  signature: Signature,
  identified: Identified,
): { readonly definition: Definition; readonly mentions: ReadonlySet<string>; readonly extended: Signature } {
  const [, name, index, argument, body] = DEFINITION.exec(text.normalize('NFD')) ?? [];
  if (name === undefined) throw new FormulaError('syntax', text, 0, '"name_t = formula" or "name_t(w) = formula"');
  const own = argument === undefined ? signature : withName(signature, argument, { type: signature.names.get(argument)!.type, subscripts: 0, given: true });
  const { node, of, type, given, mentions } = meanTerm(body!, own, identified);
  const subscripts = index === undefined ? 0 : 1;
  const definition: Definition = { name: name.normalize('NFC'), argument: argument ?? null, node, of };
  return {
    definition,
    mentions: new Set([...mentions].filter((one) => one !== argument)),
    extended: argument === undefined
      ? withName(signature, definition.name, { type, subscripts, given })
      : { ...signature, functions: new Map([...signature.functions, [definition.name, { args: [own.names.get(argument)!.type], result: type, subscripts, given }]]) },
  };
}
const DEFINITION = /^([^\s_(=]+)(?:_(t))?(?:\((\p{L})\))? = (.*)$/u;

function withName(signature: Signature, name: string, type: Signature['names'] extends ReadonlyMap<string, infer T> ? T : never): Signature {
  return { ...signature, names: new Map([...signature.names, [name, type]]) };
}

/** The run's quantities, and those that are defined by them, each evaluated once. */
function defined<S>(values: Values<S>, definitions: readonly Definition[]): Values<S> {
  if (definitions.length === 0) return values;
  const names: { [name: string]: Values<S>['names'][string] } = { ...values.names };
  const functions: { [name: string]: Values<S>['functions'][string] } = { ...values.functions };
  const { paths, ...single } = values;
  const own: Values<S> = {
    ...single,
    names,
    functions,
    ...(paths === undefined ? {} : { paths: paths.map(({ weight, values: path }) => ({ weight, values: defined(path, definitions) })) }),
  };
  const e = new Environment(own);
  const t = slot('t');
  for (const { name, argument, of } of definitions) {
    const at = (i: number, where: Environment<S>): Value<S> => {
      const was = where.at[t]!;
      where.at[t] = i;
      const value = of(where);
      where.at[t] = was;
      return value;
    };
    if (argument === null) {
      const known: Value<S>[] = [];
      names[name] = (i) => (known[i] ??= at(i, e));
    } else {
      // One environment for all its calls: no definition calls itself.
      let now: Value<S> | undefined;
      let inside: Environment<S> | null = null;
      functions[name] = ([value], i) => {
        inside ??= new Environment({ ...own, names: { ...names, [argument]: () => now } });
        inside.known.clear();
        now = value;
        return at(i, inside);
      };
    }
  }
  return own;
}

/** Visits all values of what is free for which it is meant, until `visit` returns something. */
function forAll<S, R>(e: Environment<S>, { where, applies }: Pick<Relationship, 'where' | 'applies'>, visit: () => R | null): R | null {
  const from = (depth: number): R | null => {
    const range = where[depth];
    if (range === undefined) return applies(e) ? visit() : null;
    const k = slot(range.variable);
    for (let i = range.from(e as never), last = range.to(e as never); i <= last; i++) {
      e.at[k] = i;
      const result = from(depth + 1);
      if (result !== null) return result;
    }
    return null;
  };
  return from(0);
}

/** Whether a relation holds of two numbers, exactly. NaN is related to nothing. */
function related<S>(K: Space<S>, { relation }: Relationship, a: S, b: S): boolean {
  if (relation === '=') return K.equal(a, b);
  if (relation === '≠') return !K.equal(a, b);
  if (!isOrdered(K)) throw new RangeError(`expected an order, got ${K.name}`);
  switch (relation) {
    case '≤':
      return K.lessOrEqual(a, b);
    case '≥':
      return K.lessOrEqual(b, a);
    case '<':
      return K.compare(a, b) < 0;
    case '>':
      return K.compare(a, b) > 0;
  }
}
function holds<S>(K: Space<S>, one: Relationship, e: Environment<S>): boolean {
  const [a, b] = [one.left(e), one.right(e)];
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!related(K, one, a[i]!, b[i]!)) return false;
  return true;
}

/** Without an order there are no inequalities, and none of what takes one to be found: L, w*. Without roots there are none of what has one. */
function canBe<S>(K: Space<S>, { relation, mentions }: Relationship, { values: { names, functions } }: Environment<S>): boolean {
  if (mentions.has(ROOT) && !isReal(K)) return false;
  return isOrdered(K) || ((relation === '=' || relation === '≠') && [...mentions].every((name) => name in names || name in functions));
}

/** One case of one theorem. `play`: where its world was played already. */
export function decide<S, C>(
  K: Space<S>,
  subject: Subject,
  data: C,
  compiled: Compiled<C>,
  play: (world: World<C>) => Played<S> | Rejected = (world) => world.play(K, subject, data),
): Outcome {
  const { theorem, given, onRun, steps, because, statement, define } = compiled;
  const played = play(theorem.world);
  if ('kind' in played) return played;
  const e = new Environment(define(played.values));
  const has = (one: Relationship): boolean => canBe(K, one, e);
  // A hypothesis is on numbers as they are: float64 or not, nothing is allowed for.
  for (const one of [...given, ...onRun]) {
    if (has(one) && forAll(e, one, () => (holds(K, one, e) ? null : true)) !== null) return rejected(one.text);
  }
  const judged = [...steps, ...because, ...statement].filter(has);
  const nearly = K.exact ? null : new Nearly(subject, data, compiled, played as never, e as never);
  const failure = nearly === null ? exactly(K, e, judged, compiled.signature, played.evidence) ?? addUp(K, e, compiled, played.evidence) : nearly.failure(judged);
  if (failure !== null) return failure;
  return passed({
    labels: [...played.labels, ...labelsOf(K, compiled, e)],
    trivial: played.still,
    ...(played.signed === true ? {} : sharpness(K, e, compiled, nearly)),
    ...(K.name === 'prime-field' ? { degree: degreeOf(data, compiled, judged) } : {}),
  });
}

function labelsOf<S, C>(K: Space<S>, { labels }: Compiled<C>, e: Environment<S>): string[] {
  if (!isOrdered(K)) return [];
  return labels.flatMap(([label, when]) => (when.every((one) => forAll(e, one, () => (holds(K, one, e) ? null : true)) === null) ? [label] : []));
}

/** The largest degree of what is judged, found by a run over degrees: once for all cases of a shape. */
function degreeOf<C>(data: C, compiled: Compiled<C>, judged: readonly Relationship[]): number {
  const shape = JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' && /^\d+$/.test(value) ? '#' : value));
  let degree = compiled.degrees.get(shape);
  if (degree !== undefined) return degree;
  const K = degrees();
  const played = compiled.theorem.world.play(K, reference, data);
  if ('kind' in played) throw new RangeError(`expected a run over degrees, got none: ${played.reason}`);
  const e = new Environment(compiled.define(played.values));
  degree = 0;
  for (const one of judged) {
    forAll(e, one, () => {
      const [a, b] = [one.left(e), one.right(e)];
      for (let i = 0; i < a.length; i++) degree = Math.max(degree!, K.sub(a[i]!, b[i]!).above);
      return null;
    });
  }
  compiled.degrees.set(shape, degree);
  return degree;
}

function exactly<S>(K: Space<S>, e: Environment<S>, judged: readonly Relationship[], signature: Signature, evidence: Evidence): Failed | null {
  for (const one of judged) {
    const failure = forAll(e, one, () => (holds(K, one, e) ? null : report(K, one, e, signature, evidence)));
    if (failure !== null) return failure;
  }
  return null;
}

/** The statement whose sharpness is told: the last inequality between numbers with nothing free in it; where there is none, the last that says what it follows from. */
const boundOf = <C>({ statement, because }: Compiled<C>): Relationship | undefined => {
  const bounds = statement.filter(({ relation, numbers }) => relation === '≤' && numbers !== null);
  return bounds.findLast(({ where }) => where.length === 0) ?? (because.length === 0 ? undefined : bounds.at(-1));
};

/** right − left, summed over what is free. */
function gapOf<S>(K: Space<S>, one: Relationship, e: Environment<S>): S {
  let gap = K.zero;
  forAll(e, one, () => {
    gap = K.add(gap, K.sub(one.right(e)[0]!, one.left(e)[0]!));
    return null;
  });
  return gap;
}

/** The gaps of what the statement follows from are its own gap: a statement that says less has a larger one. */
function addUp<S, C>(K: Space<S>, e: Environment<S>, compiled: Compiled<C>, evidence: Evidence): Failed | null {
  const { because } = compiled;
  const bound = boundOf(compiled);
  if (because.length === 0 || bound === undefined || !isOrdered(K) || !canBe(K, bound, e)) return null;
  const parts = because.map((one) => ({ text: one.text, gap: gapOf(K, one, e) }));
  const [own, sum] = [gapOf(K, bound, e), parts.reduce((total, { gap }) => K.add(total, gap), K.zero)];
  if (K.equal(own, sum)) return null;
  return failed({
    expected: `what the proof gives up is all that the statement does: ${bound.text}`,
    lhs: K.format(own),
    rhs: K.format(sum),
    evidence: { ...evidence(), 'given up by': Object.fromEntries(parts.map(({ text, gap }) => [text, K.format(gap)])) },
  });
}

/** Both sides with their summands, and the numbers on the way: the world's own, and what the line mentions beside them. */
function report<S>(K: Space<S>, one: Relationship, e: Environment<S>, signature: Signature, evidence: Evidence): Failed {
  const told: { [name: string]: Json } = { ...evidence() };
  const columns = Object.values(told).flatMap((value) => (Array.isArray(value) ? (value as Json[]) : [])).filter((row) => typeof row === 'object' && row !== null);
  const shown = new Set([told, ...columns].flatMap(Object.keys));
  // Of many runs the world tells.
  for (const name of e.paths.length > 0 ? [] : one.mentions) if (!shown.has(name)) Object.assign(told, mentioned(K, name, e, signature));
  for (const [k, side] of (['left side', 'right side'] as const).entries()) {
    if (one.summands[k]!.length > 1) told[side] = Object.fromEntries(one.summands[k]!.map(({ text, of }) => [text, K.format(of(e))]));
  }
  const at = one.where.map(({ variable }) => `${variable} = ${e.at[slot(variable)]}`).join(', ');
  return failed({ expected: `${one.text}${at === '' ? '' : ` (here ${at})`}`, lhs: show(K, one.left(e)), rhs: show(K, one.right(e)), evidence: told });
}

/** A number, a vector, or a sequence of them up to T, by its name. A matrix says little beside what it came from. */
function mentioned<S>(K: Space<S>, name: string, e: Environment<S>, { names }: Signature): { readonly [name: string]: Json } {
  const known = names.get(name);
  if (known === undefined || known.type.shape === 'matrix') return {};
  const of = e.values.names[name]!;
  const said = (value: Value<S>): string => (known.type.shape === 'number' ? K.format(value as S) : show(K, value as Vector<S>));
  if (known.subscripts === 0) return { [name]: said(of(0, 0)!) };
  // What is defined for t ≥ 2 alone has no first entries, and says so.
  const entries = Array.from({ length: e.values.constants['T']! + 1 }, (_, t): { readonly t: number; readonly value: string }[] => {
    try {
      const value = of(t, 0);
      return value === undefined ? [] : [{ t, value: said(value) }];
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  }).flat();
  const first = entries[0]?.t ?? 0;
  return { [first < 2 ? name : `${name}_t (t ≥ ${first})`]: entries.map(({ value }) => value) };
}

/** A run in float64: what holds as computed holds; else up to what evaluating the formulas rounds; else up to what the whole run rounds, which is run again for it. */
class Nearly<C> {
  readonly #subject: Subject;
  readonly #data: C;
  readonly #compiled: Compiled<C>;
  readonly #played: Played<number>;
  readonly #e: Environment<number>;
  readonly #sizes: Sizes;
  #lifted: Environment<Ball> | null = null;
  #again: { readonly e: Environment<never>; readonly K: Space<never>; readonly explains: (a: never, distance: number) => boolean; readonly value: (a: never) => number } | null =
    null;

  constructor(subject: Subject, data: C, compiled: Compiled<C>, played: Played<number>, e: Environment<number>) {
    this.#subject = subject;
    this.#data = data;
    this.#compiled = compiled;
    this.#played = played;
    this.#e = e;
    this.#sizes = played.sizes?.() ?? { gamma: UNIT, names: {}, functions: {}, sets: {} };
  }

  failure(judged: readonly Relationship[]): Failed | null {
    for (const one of judged) {
      const failure = forAll(this.#e, one, () => (this.#holds(one) ? null : report(float64, one, this.#e, this.#compiled.signature, this.#played.evidence)));
      if (failure !== null) return failure;
    }
    return null;
  }

  #holds(one: Relationship): boolean {
    const [a, b] = [one.left(this.#e), one.right(this.#e)];
    if (a.length !== b.length) return false;
    let isPlain = true;
    for (let i = 0; i < a.length; i++) {
      const [left, right] = [a[i]!, b[i]!];
      if (!Number.isFinite(left) || !Number.isFinite(right)) return false;
      // The last rounding of each side.
      isPlain &&= related(float64, one, left, right) || excused(off(one, left, right), UNIT * (Math.abs(left) + Math.abs(right)));
    }
    if (isPlain) return true;
    const [gamma, other] = one.sides.map((side) => (isRounded(side, this.#sizes, this.#compiled.bodies) ? this.#sizes.gamma : UNIT)) as [number, number];
    if (Array.from(a).every((left, i) => excused(off(one, left, b[i]!), gamma * Math.abs(left) + other * Math.abs(b[i]!)))) return !this.#isAudited(a) || this.#holdsAgain(one);
    const lifted = this.#balls();
    lifted.at.set(this.#e.at);
    const [p, q] = [one.left(lifted), one.right(lifted)];
    for (let i = 0; i < p.length; i++) if (!excused(off(one, p[i]!.value, q[i]!.value), balls.sub(p[i]!, q[i]!).error)) return this.#holdsAgain(one);
    return !this.#isAudited(a) || this.#holdsAgain(one);
  }

  /** One in 1,024 of what the formulas' own rounding excuses must be excused by the run's as well. */
  #isAudited(a: Vector<number>): boolean {
    NUMBER[0] = a[0] ?? 0;
    return Math.imul(WORDS[0]! ^ WORDS[1]!, 0x9E3779B1) >>> 22 === 0;
  }

  #balls(): Environment<Ball> {
    return (this.#lifted ??= new Environment(this.#compiled.define(lift(this.#played.values, this.#sizes))));
  }

  /** What rounding may have done to both sides of a bound. */
  noise({ numbers }: Relationship): number {
    const e = this.#balls();
    e.at.set(this.#e.at);
    return numbers![0](e).error + numbers![1](e).error;
  }

  #holdsAgain(one: Relationship): boolean {
    if (this.#again === null) {
      const { K, explains } = runningError(PRECISIONS.float64);
      const again = this.#compiled.theorem.world.play(K, this.#subject, this.#data);
      if ('kind' in again) return false;
      this.#again = { K: K as never, e: new Environment(this.#compiled.define(again.values)) as never, explains, value: K.toNumber };
    }
    const { K, e, explains, value } = this.#again;
    e.at.set(this.#e.at);
    const [a, b] = [one.left(e), one.right(e)];
    // First order: half of the distance, for what is of second.
    return Array.from(a).every((left, i) => {
      const distance = off(one, value(left), value(b[i]!));
      return distance <= UNDERFLOWN || (distance < Infinity && explains(K.sub(left, b[i]!), distance / 2));
    });
  }
}
/** A number, and its bits. */
const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);
/** What underflows is no difference. */
const UNDERFLOWN = 2 ** -1000;

/** What is infinite, or no number, excuses nothing. */
const excused = (distance: number, error: number): boolean => distance <= error && error < Infinity;

/** How far a relation is from holding. NaN is infinitely far. */
function off({ relation }: Relationship, a: number, b: number): number {
  const difference = a - b;
  const distance = relation === '=' ? Math.abs(difference) : relation === '≤' || relation === '<' ? difference : -difference;
  return Number.isNaN(distance) ? Infinity : distance;
}

/** lhs/rhs of the bound, whether it says anything, and where the rest of it goes: what each inequality on the way gives up. */
function sharpness<S, C>(
  K: Space<S>,
  e: Environment<S>,
  compiled: Compiled<C>,
  nearly: Nearly<C> | null,
): Partial<Pick<Extract<Outcome, { kind: 'passed' }>, 'ratio' | 'slack' | 'trivial'>> {
  const bound = boundOf(compiled);
  if (bound === undefined || !isOrdered(K) || !canBe(K, bound, e)) return {};
  // Where it is for all t, of that t for which it is sharpest.
  let [left, right, ratio] = [K.zero, K.zero, -Infinity];
  const at = Int32Array.from(e.at);
  forAll(e, bound, () => {
    const [a, b] = [bound.numbers![0](e), bound.numbers![1](e)];
    const own = K.lessOrEqual(b, K.zero) ? -Infinity : K.toNumber(K.div(a, b));
    if (own >= ratio) {
      [left, right, ratio] = [a, b, own];
      at.set(e.at);
    }
    return null;
  });
  e.at.set(at);
  const noise = nearly?.noise(bound) ?? 0;
  const isClear = (v: S, times: number): boolean => (K.exact ? !K.lessOrEqual(v, K.zero) : K.toNumber(v) > times * noise);
  const trivial = compiled.theorem.world.regrets === true ? {} : { trivial: !(isClear(left, 10) && isClear(right, 10)) };
  if (!isClear(right, 1e6)) return trivial;
  const share = (value: S): number => K.toNumber(K.div(value, right));
  const gap = (one: Relationship): S => (bound.where.length === 0 ? gapOf(K, one, e) : K.sub(one.right(e)[0]!, one.left(e)[0]!));
  return {
    ...trivial,
    ratio,
    ...(compiled.because.length === 0
      ? {}
      : { slack: () => [{ term: 'left side', share: share(left) }, ...compiled.because.map((one) => ({ term: one.text, share: share(gap(one)) }))] }),
  };
}
