import { addEvidence, noEvidence, type Evidence } from '../../oracles/float32-evidence.js';
import { emptyAccount } from '../../oracles/float32-steps.js';
import { encodeDouble } from '../base/doubles.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { ClaimResult, Json, Verdict } from '../verdict.js';
import { CLAIMS, malformed, scheduled, sizeOf, type ClaimKey, type RowHeading, type TraceColumn, type TraceConfig, type TraceHeader, type TraceMethod } from './format.js';
import { TRACED, type Formula, type Judged, type Other, type TracedMethod } from './methods.js';
import type { Piece, ReadRow, Trace } from './read.js';

/** What is not as it should be, and where. */
interface Finding {
  readonly step: number;
  /** "layer1.0.conv1.weight[12345], step 7". */
  readonly where: string;
  readonly expected: string;
  readonly lhs: string;
  readonly rhs: string;
  /** The element's numbers by column, and the constants: all that it takes to do the sum again. */
  readonly values?: { readonly [column: string]: Json };
}

/** What was found of one claim. */
interface Findings {
  cases: number;
  failures: number;
  first: Finding | null;
}

/** The two numbers that a step leaves in each element: x′, and what the method keeps. */
const FORMULAS = ['step', 'state'] as const;
type FormulaKey = (typeof FORMULAS)[number];
type OfFormulas<T> = Readonly<Record<FormulaKey, T>>;
const ofFormulas = <T>(make: (key: FormulaKey) => T): OfFormulas<T> => ({ step: make('step'), state: make('state') });

/** What one reader of a trace found in the tensors that it judges. It is plain data, and passes between threads. */
export interface TracePart {
  readonly first: number;
  readonly last: number;
  readonly steps: number;
  readonly findings: Readonly<Record<ClaimKey, Findings>>;
  readonly judged: OfFormulas<Judged>;
  /** Of its tensors those in which no element tells the formula from one of the others. */
  readonly untold: OfFormulas<readonly string[]>;
  /** For each other formula that matters: steps in which no element of its tensors tells the two apart. */
  readonly untoldSteps: OfFormulas<readonly (readonly number[])[]>;
  /** How many rows came with a loss; the first part counts them. */
  readonly losses: number;
  /** Steps in which none of its tensors had a gradient. */
  readonly still: readonly number[];
  /** Of its tensors: those without a gradient in any step, and those that the last step lacks. */
  readonly dead: readonly string[];
  readonly lacking: readonly string[];
  /** Why the trace ends where it does; null where its writer closed it. */
  readonly cut: string | null;
}

/** What is kept of a tensor from one step to the next. */
interface Kept {
  step: number;
  alive: boolean;
  /** Which elements of the tensor these are; null: all. */
  readonly index: Int32Array | null;
  readonly columns: ReadonlyMap<TraceColumn, Float32Array>;
}

/**
 * Of a hundred elements so many must tell the formula from each other one. One is enough to refute that the other made this run; a share is asked so that a
 * verdict over all elements does not hang on few.
 */
export const PERCENT = 1;

const shown = (value: number): string => String(encodeDouble(value));
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Buffer => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** The first element in which two differ, −1 where none does. Zeros are equal whatever their sign, and so are NaNs, of which another claim tells. */
function difference(a: Float32Array, b: Float32Array): number {
  if (bytes(a).equals(bytes(b))) return -1;
  return a.findIndex((value, i) => value !== b[i] && !(Number.isNaN(value) && Number.isNaN(b[i])));
}

function firstUnfinite(values: Float32Array): number {
  // An exponent of ones overflows into the sign, when one is added to it: no branch, before the place is looked for.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const [exponent, one] = [0x7f80_0000, 0x0080_0000];
  let any = 0;
  let i = 0;
  for (; i + 3 < bits.length; i += 4)
    any |= ((bits[i]! & exponent) + one) | ((bits[i + 1]! & exponent) + one) | ((bits[i + 2]! & exponent) + one) | ((bits[i + 3]! & exponent) + one);
  for (; i < bits.length; i++) any |= (bits[i]! & exponent) + one;
  return any >= 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Whether a sign is set: of a number below 0, or of −0. */
function anySigned(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let any = 0;
  let i = 0;
  for (; i + 3 < bits.length; i += 4) any |= bits[i]! | bits[i + 1]! | bits[i + 2]! | bits[i + 3]!;
  for (; i < bits.length; i++) any |= bits[i]!;
  return any < 0;
}

function isZero(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
  return true;
}

function addTo(total: Judged, { account, evidence }: Judged): void {
  total.account.elements += account.elements;
  total.account.literal += account.literal;
  total.account.outside += account.outside;
  addEvidence(total.evidence, evidence.looked, evidence.told);
}

const nothingYet = (): Judged => ({ account: emptyAccount(), evidence: noEvidence() });

/** What of one of its formulas a method is judged by: null where it keeps nothing. */
const formulaOf = (method: TraceMethod, key: FormulaKey, config: TraceConfig): Formula | null => TRACED[method][key]?.(config) ?? null;
const needed = (formula: Formula | null): readonly Other[] => formula?.others.filter((other) => other.needed) ?? [];

type Columns = Readonly<Record<TraceColumn, Float32Array>>;
type Place = Pick<Piece, 'from' | 'index'>;
type Seen = RowHeading & Piece;
type Unplaced = Omit<Finding, 'step'>;
const NOWHERE: Place = { from: 0, index: null };

/** Judges a trace row by row. It keeps one copy of what a step hands to the next, and nothing of the steps before. */
class TraceReader {
  private readonly header: TraceHeader;
  private readonly config: TraceConfig;
  private readonly method: TracedMethod;
  private readonly share: TraceShare;
  private readonly kept = new Map<number, Kept>();
  private readonly formulas: OfFormulas<Formula | null>;
  private readonly total = ofFormulas(nothingYet);
  /** What its elements told: by tensor, in this step, and the steps in which they told nothing. */
  private readonly toldBy = new Map<number, OfFormulas<Evidence>>();
  private toldNow = ofFormulas(noEvidence);
  private readonly untoldSteps: OfFormulas<number[][]>;
  private losses = 0;
  private readonly findings = Object.fromEntries(CLAIMS.map((key) => [key, { cases: 0, failures: 0, first: null }])) as unknown as Record<ClaimKey, Findings>;
  private readonly still: number[] = [];
  private alive = false;
  private first = 0;
  private last = 0;
  private steps = 0;

  constructor(header: TraceHeader, method: TraceMethod, config: TraceConfig, share: TraceShare) {
    this.header = header;
    this.config = config;
    this.method = TRACED[method];
    this.formulas = ofFormulas((key) => formulaOf(method, key, config));
    this.untoldSteps = ofFormulas((key) => needed(this.formulas[key]).map(() => []));
    this.share = share;
  }

  row(row: ReadRow): void {
    this.begin(row);
    if (row.parameter % this.share.of !== this.share.part) return;
    const { step, state } = ofFormulas(nothingYet);
    const before = this.kept.get(row.parameter);
    const kept = before?.columns.get('x_after')!.length === row.length && (before.index === null) !== row.sampled ? before : this.empty(row);
    let broken = before === undefined ? this.late(row) : this.gap(row, before, kept);
    let alive = false;
    for (const piece of row.pieces()) {
      const columns = piece.columns as Columns;
      const seen = { ...row, ...piece };
      this.method.check(seen, this.config, step, state);
      const fits = step.account.outside + state.account.outside === 0;
      this.judged('step', step, seen);
      this.judged('state', state, seen);
      if (columns.w_after !== undefined) this.nonNegative(seen, columns.w_after);
      this.finite(seen, columns, before !== undefined, fits);
      alive ||= !isZero(columns.g);
      if (before === kept) broken ??= this.broken(seen, kept, columns);
      if (before !== kept && piece.index !== null) kept.index!.set(piece.index, piece.from);
      for (const [after, copy] of kept.columns) copy.set(columns[after], piece.from);
    }
    if (before !== undefined) this.findings.continuity.cases += row.length;
    if (broken !== null) this.fail('continuity', broken);
    this.alive ||= alive;
    this.kept.set(row.parameter, kept);
    kept.step = row.step;
    kept.alive = alive || (before?.alive ?? false);
  }

  part(cut: string | null): TracePart {
    this.endStep();
    const { first, last, steps, findings, total, untoldSteps, losses, still, header: { parameters } } = this;
    findings.complete.cases = steps;
    const mine = parameters.flatMap(({ name }, i) => (i % this.share.of === this.share.part ? [{ name, kept: this.kept.get(i), told: this.toldBy.get(i) }] : []));
    return {
      first,
      last,
      steps,
      findings,
      judged: total,
      untoldSteps,
      losses,
      still,
      cut,
      untold: ofFormulas((key) => mine.filter(({ told }) => needed(this.formulas[key]).some(({ at }) => !(told !== undefined && told[key].told[at]! > 0))).map(({ name }) => name)),
      dead: mine.filter(({ kept }) => kept?.alive === false).map(({ name }) => name),
      lacking: mine.filter(({ kept }) => kept?.step !== last).map(({ name }) => name),
    };
  }

  private fail(key: ClaimKey, finding: Unplaced, count = 1): void {
    const found = this.findings[key];
    found.failures += count;
    found.first ??= { step: this.last, ...finding };
  }

  private where({ step, parameter }: RowHeading, { from, index }: Place = NOWHERE, element?: number): string {
    const at = element === undefined ? '' : `[${index === null ? from + element : index[element]!}]`;
    return `${this.header.parameters[parameter]!.name}${at}, step ${step}`;
  }

  /** What is of no tensor in particular is told once, by the first reader. */
  private begin(row: ReadRow): void {
    const { step, loss } = row;
    const leads = this.share.part === 0;
    if (step !== this.last) {
      this.endStep();
      const due = this.last + 1;
      if (this.steps === 0) this.first = step;
      else if (step !== due && leads) this.fail('continuity', { where: `step ${step}`, expected: `step ${due} after step ${this.last}`, lhs: String(step), rhs: String(due) });
      this.steps++;
      this.last = step;
    }
    if (loss === null || !leads) return;
    this.losses++;
    if (!Number.isFinite(loss)) this.fail('finite', { where: this.where(row), expected: 'the loss is finite', lhs: shown(loss), rhs: 'a finite number' });
  }

  private endStep(): void {
    if (this.steps === 0) return;
    if (!this.alive) this.still.push(this.last);
    this.alive = false;
    for (const key of FORMULAS) {
      for (const [i, { at }] of needed(this.formulas[key]).entries()) if (this.last > 1 && !(this.toldNow[key].told[at]! > 0)) this.untoldSteps[key][i]!.push(this.last);
    }
    this.toldNow = ofFormulas(noEvidence);
  }

  /** Adds what was found in a piece to the whole, and empties it. */
  private judged(key: FormulaKey, judged: Judged, row: Seen): void {
    const { account, evidence: { looked, told } } = judged;
    const ofTensor = this.toldBy.get(row.parameter) ?? ofFormulas(noEvidence);
    this.toldBy.set(row.parameter, ofTensor);
    addTo(this.total[key], judged);
    addEvidence(this.toldNow[key], looked, told);
    addEvidence(ofTensor[key], looked, told);
    this.findings[key].cases += account.elements;
    if (account.first !== null) {
      const { element, got, low, high } = account.first;
      const range = low === high ? shown(low) : `${shown(low)} to ${shown(high)}`;
      const values = Object.fromEntries(Object.entries(row.columns).map(([name, column]) => [name, encodeDouble(column[element]!)]));
      for (const [name, constant] of Object.entries(this.config)) if (typeof constant === 'number') values[name] = constant;
      this.fail(key, { where: this.where(row, row, element), expected: `${this.formulas[key]!.formula}: ${range}`, lhs: shown(got), rhs: range, values }, account.outside);
    }
    Object.assign(judged, nothingYet());
  }

  private nonNegative(row: Seen, w: Float32Array): void {
    this.findings.rates.cases += w.length;
    if (!anySigned(w)) return;
    for (let i = 0; i < w.length; i++) if (w[i]! < 0) this.fail('rates', { where: this.where(row, row, i), expected: 'w′ ≥ 0', lhs: shown(w[i]!), rhs: '0' });
  }

  private finite(row: Seen, columns: Columns, known: boolean, fits: boolean): void {
    // What a step hands on was looked at when it was left.
    const passed: readonly string[] = known ? this.method.handed.map(([before]) => before) : row.step === 1 ? this.method.later : [];
    // Where the formulas hold, a number that is not finite leaves an x′ that is not: 0·∞ is NaN, and so is ∞ − ∞.
    const sound = fits && firstUnfinite(columns.x_after) < 0;
    for (const [column, values] of Object.entries(columns)) {
      if (passed.includes(column)) continue;
      this.findings.finite.cases += values.length;
      if (sound) continue;
      const i = firstUnfinite(values);
      if (i >= 0) this.fail('finite', { where: this.where(row, row, i), expected: `${column} is finite`, lhs: shown(values[i]!), rhs: 'a finite number' });
    }
  }

  /** Room for what this row leaves. */
  private empty({ step, length, sampled }: ReadRow): Kept {
    return { step, alive: false, index: sampled ? new Int32Array(length) : null, columns: new Map(this.method.handed.map(([, after]) => [after, new Float32Array(length)])) };
  }

  /** A tensor that appears later than the first step. */
  private late(row: ReadRow): Unplaced | null {
    return row.step > this.first ? { where: this.where(row), expected: 'every tensor from the first step on', lhs: `first in step ${row.step}`, rhs: `step ${this.first}` } : null;
  }

  /** A tensor of which a step is missing, or that has other elements now. */
  private gap(row: ReadRow, before: Kept, kept: Kept): Unplaced | null {
    if (before.step !== row.step - 1)
      return { where: this.where(row), expected: 'every tensor once in every step', lhs: `before it: step ${before.step}`, rhs: `step ${row.step - 1}` };
    return before === kept ? null : this.otherElements(row);
  }

  private otherElements(row: RowHeading): Unplaced {
    return { where: this.where(row), expected: 'the same elements in every step', lhs: 'others', rhs: 'those of the first step' };
  }

  /** Compares what this step begins with to what the one before left. */
  private broken(row: Seen, kept: Kept, columns: Columns): Unplaced | null {
    const { from, index } = row;
    if (index !== null && !bytes(kept.index!.subarray(from, from + index.length)).equals(bytes(index))) return this.otherElements(row);
    for (const [before, after] of this.method.handed) {
      const left = kept.columns.get(after)!.subarray(from, from + columns[before].length);
      const i = difference(columns[before], left);
      if (i >= 0) return { where: this.where(row, row, i), expected: `${before} = ${after} of step ${row.step - 1}`, lhs: shown(columns[before][i]!), rhs: shown(left[i]!) };
    }
    return null;
  }
}

/** Which tensors a reader judges, where several share a trace: every `of`-th from `part` on. */
export interface TraceShare {
  readonly part: number;
  readonly of: number;
}

/**
 * Reads `trace` to where it ends, and judges every recorded element of its share of the tensors.
 * @param stop asked after each row. @throws {InputError} where the file holds something else than its header says.
 */
export function readPart(trace: Trace, method: TraceMethod, config: TraceConfig, share: TraceShare, stop: () => boolean): TracePart {
  const reader = new TraceReader(trace.header, method, config, share);
  const most = scheduled(config) ?? Infinity;
  for (const row of trace.rows()) {
    if (row.step > most) malformed(trace.path, `${most} steps, for which a list of its config has entries`, `it has a step ${row.step}`);
    reader.row(row);
    if (stop()) return reader.part('the check was stopped');
  }
  return reader.part(trace.cutOff());
}

/** What is known of a trace once every part of it is read. */
export interface TraceVerdict {
  readonly results: readonly ClaimResult[];
  /** Steps of which something was recorded. */
  readonly steps: number;
  /** Elements that were judged, of all steps together. */
  readonly elements: number;
}

/** What a statement says where something is left out of it, and what is then not judged. */
export const OMISSIONS = {
  sample: { words: ', with a sample of its elements', unseen: 'elements outside of the sample' },
  firstW: { words: ', but for the first w, which has no rate in the config', unseen: 'the first w, for which the config has no rate' },
} as const;

/** Puts the parts of a trace together. */
export function conclude(
  parts: readonly TracePart[],
  { steps: planned, sample, parameters }: TraceHeader,
  method: TraceMethod,
  config: TraceConfig,
  seconds: number,
): TraceVerdict {
  const { handed } = TRACED[method];
  const { first, last, steps } = parts[0]!;
  const findings = Object.fromEntries(CLAIMS.map((key) => [key, merged(parts.map((part) => part.findings[key]))])) as unknown as Record<ClaimKey, Findings>;
  findings.complete.cases = steps;
  findings.gradients = gradientFindings(parts, steps);
  const outside = sample !== null && parameters.some((parameter) => sizeOf(parameter) > sample.count);
  const seen = (claim: ClaimResult, unseen: readonly string[]): ClaimResult => (unseen.length === 0 ? claim : { ...claim, unseen });
  const element = sample === null ? 'element' : 'recorded element';
  const nothing = steps === 0 ? 'no step was recorded' : null;
  const single = findings.continuity.cases === 0 ? 'there is no step after the first' : null;
  const told = (reason: string | null, remark: string | null = null): Otherwise => (reason === null ? ['holds', remark] : ['inconclusive', reason]);
  const result = (key: ClaimKey, statement: string, otherwise: Otherwise, covered?: Covered): ClaimResult =>
    claimResult(`trace-${key}`, statement, findings[key], otherwise, covered, seconds);
  const judged = (key: FormulaKey, without: string | null): ClaimResult => {
    const formula = formulaOf(method, key, config);
    if (formula === null) return result(key, 'The method keeps nothing from step to step.', ['inapplicable', null]);
    const { lacking, found, places, covered } = evidence(formula, key, parts, parameters.length, steps);
    const first = key === 'state' && handed.some(([before]) => before === 'w') && config.rate === undefined;
    const unseen = [...(places === '' ? [] : [`trace-${key} in ${places}`]), ...(first ? [OMISSIONS.firstW.unseen] : [])];
    return seen(
      result(
        key,
        `In every ${element} of every step ${formula.formula}, up to float32 in some order of evaluation${first ? OMISSIONS.firstW.words : ''}.`,
        told(without ?? lacking, found),
        covered,
      ),
      unseen,
    );
  };
  return {
    steps,
    elements: findings.step.cases,
    results: [
      seen(
        result(
          'complete',
          `The run came to its end, and every step of it is in the trace${outside ? OMISSIONS.sample.words : ''}.`,
          told(nothing ?? missing(parts, first, last, planned ?? scheduled(config)), planned === null ? 'its header does not say how many there were to be' : null),
        ),
        outside ? [OMISSIONS.sample.unseen] : [],
      ),
      judged('step', nothing),
      judged('state', nothing ?? single),
      result('rates', 'No rate is negative.', findings.rates.cases === 0 ? ['inapplicable', null] : ['holds', null]),
      result(
        'continuity',
        `Every step begins with what the one before left: ${handed.map(([before, after]) => `${before} is the last ${after}`).join(', ')}.`,
        told(nothing ?? single),
      ),
      result('finite', `Every recorded number is finite${parts[0]!.losses > 0 ? ', the loss among them' : '; the loss is not recorded'}.`, told(nothing)),
      result('gradients', 'There is a gradient: in every step somewhere, and in every tensor at some time.', told(nothing)),
    ],
  };
}

/** How many elements are of which kind, and how many could have failed in an interesting way. */
interface Covered {
  readonly labels: ClaimResult['coverage'];
  readonly telling: number;
}

interface Found {
  /** Why there is too little of it; null where there is enough. */
  readonly lacking: string | null;
  /** How much there is, and where there is none. */
  readonly found: string;
  /** Where there is none, in words; empty where there is some everywhere. */
  readonly places: string;
  readonly covered: Covered;
}

/** What tells the formula from others: the numbers fit it whatever they are, where both formulas come to the same. */
function evidence({ formula, others }: Formula, key: FormulaKey, parts: readonly TracePart[], tensors: number, steps: number): Found {
  const total = nothingYet();
  for (const part of parts) addTo(total, part.judged[key]);
  const { account: { literal }, evidence: { looked, told } } = total;
  const name = formula.slice(0, formula.indexOf('=') + 2);
  const counts = others.map((other) => ({ ...other, formula: `${name}${other.formula}`, count: told[other.at] ?? 0 }));
  const few = counts.filter(({ needed: must, count }) => must && !(count > 0 && 100 * count >= PERCENT * looked));
  const by = (of: typeof counts, only = ''): string =>
    of.map((other, i) => `from ${other.formula} by ${only}${other.count.toLocaleString('en')}${i === 0 ? ` of ${looked.toLocaleString('en')} elements looked at` : ''}`).join(', ');
  const untold = parts.flatMap((part) => part.untold[key]);
  const silent = new Set(parts[0]!.untoldSteps[key].flatMap((_, i) => inAll(parts.map((part) => part.untoldSteps[key][i]!))));
  const places = [
    ...(untold.length === 0 ? [] : [`${untold.length} of ${tensors} tensors (${some(untold)})`]),
    ...(silent.size === 0 ? [] : [`${silent.size} of ${steps} steps (${some([...silent].toSorted((a, b) => a - b))})`]),
  ].join(' and ');
  return {
    places,
    lacking: few.length === 0 ? null : `told ${by(few, 'only ')}; ${PERCENT} in 100 must tell`,
    found: `told ${by(counts)}${places === '' ? '' : `; not told in ${places}`}`,
    covered: {
      labels: { ...Object.fromEntries(counts.map((other) => [`told from ${other.formula}`, other.count] as const)), 'as the formula is written, bit for bit': literal },
      telling: Math.min(...counts.filter((other) => other.needed).map(({ count }) => count)),
    },
  };
}

const some = (all: readonly (string | number)[]): string => `${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`;

/** Those that are in every list; each list names one once. */
function inAll(lists: readonly (readonly number[])[]): number[] {
  const times = new Map<number, number>();
  for (const list of lists) for (const one of list) times.set(one, (times.get(one) ?? 0) + 1);
  return [...times].flatMap(([one, count]) => (count === lists.length ? [one] : []));
}

type Otherwise = readonly [Verdict, string | null];

function merged(all: readonly Findings[]): Findings {
  const sum = (count: (found: Findings) => number): number => all.reduce((total, found) => total + count(found), 0);
  const [first = null] = all.flatMap((found) => found.first ?? []).toSorted((a, b) => a.step - b.step);
  return { cases: sum(({ cases }) => cases), failures: sum(({ failures }) => failures), first };
}

function gradientFindings(parts: readonly TracePart[], steps: number): Findings {
  const still = inAll(parts.map((part) => part.still));
  const finding = (step: number, where: string): Finding => ({ step, where, expected: 'a gradient that is not 0', lhs: '0', rhs: 'another number' });
  const found = [
    ...still.map((step) => finding(step, `step ${step}, in every tensor`)),
    ...parts.flatMap(({ dead, last }) => dead.map((name) => finding(last, `${name}, in every step`))),
  ];
  return { cases: steps, failures: found.length, first: found[0] ?? null };
}

/** Why a trace is not all of its run; null where it is. */
function missing(parts: readonly TracePart[], first: number, last: number, due: number | null): string | null {
  const [{ cut }] = parts as readonly [TracePart];
  if (cut !== null) return cut;
  if (due !== null && last < due) return `it ends after step ${last} of ${due}`;
  const lacking = parts.flatMap((part) => part.lacking);
  if (lacking.length > 0) return `step ${last} lacks ${lacking.length} tensors, ${lacking[0]!} among them`;
  return first > 1 ? `it begins with step ${first}` : null;
}

/** @param otherwise what it is where nothing failed. */
function claimResult(
  id: string,
  statement: string,
  { cases, failures, first }: Findings,
  otherwise: Otherwise,
  { labels, telling }: Covered = { labels: {}, telling: cases },
  seconds: number,
): ClaimResult {
  const [verdict, reason] = first === null
    ? otherwise
    : ['violated' as const, failures === 1 ? `at ${first.where}` : `${failures.toLocaleString('en')} times, first at ${first.where}`];
  return {
    id,
    variant: 'corrected',
    statement,
    hypotheses: [],
    source: { section: 'trace', label: 'docs/TRACES.md' },
    strength: 'identity',
    verdict,
    reason,
    arithmetic: cases === 0 ? [] : ['float64'],
    cases,
    rejected: 0,
    counts: cases === 0 ? [] : [{ arithmetic: 'float64', cases, nonTrivial: telling, rejected: 0 }],
    coverage: labels,
    tightest: null,
    falsePass: null,
    replay: null,
    seconds,
    counterexample: first === null ? null : {
      claim: id,
      variant: 'corrected',
      arithmetic: 'float64',
      generatorVersion: GENERATOR_VERSION,
      origin: 'search',
      seed: null,
      path: null,
      case: { at: first.where },
      expected: first.expected,
      lhs: first.lhs,
      rhs: first.rhs,
      evidence: { at: first.where, ...first.values },
      exact: true,
    },
  };
}
