import { emptyAccount, type Account } from '../../oracles/float32-steps.js';
import { encodeDouble } from '../../reports/doubles.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { ClaimResult, Json, Verdict } from '../verdict.js';
import type { RowHeading, TraceColumn, TraceConfig, TraceHeader, TraceMethod } from './format.js';
import { TRACED, type TracedMethod } from './methods.js';
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

const CLAIMS = ['complete', 'step', 'state', 'rates', 'continuity', 'finite', 'gradients'] as const;
type ClaimKey = (typeof CLAIMS)[number];
/** The claims of every report of a recorded run. */
export const TRACE_CLAIMS: readonly string[] = CLAIMS.map((key) => `trace-${key}`);

/** What one reader of a trace found in the tensors that it judges. It is plain data, and passes between threads. */
export interface TracePart {
  readonly first: number;
  readonly last: number;
  readonly steps: number;
  readonly findings: Readonly<Record<ClaimKey, Findings>>;
  readonly accounts: { readonly step: Account; readonly state: Account };
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

/** Share of the elements that must have moved: what is lost in rounding says nothing of the formula. */
const MOVED = 0.01;

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
  for (; i + 3 < bits.length; i += 4) any |= ((bits[i]! & exponent) + one) | ((bits[i + 1]! & exponent) + one) | ((bits[i + 2]! & exponent) + one) | ((bits[i + 3]! & exponent) + one);
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

function addTo(total: Account, { elements, moved, literal, outside }: Account): void {
  total.elements += elements;
  total.moved += moved;
  total.literal += literal;
  total.outside += outside;
}

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
  private readonly accounts = { step: emptyAccount(), state: emptyAccount() };
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
    this.share = share;
  }

  row(row: ReadRow): void {
    this.begin(row);
    if (row.parameter % this.share.of !== this.share.part) return;
    const [step, state] = [emptyAccount(), emptyAccount()];
    const before = this.kept.get(row.parameter);
    const kept = before?.columns.get('x_after')!.length === row.length && (before.index === null) !== row.sampled ? before : this.empty(row);
    let broken = before === undefined ? this.late(row) : this.gap(row, before, kept);
    let alive = false;
    for (const piece of row.pieces()) {
      const columns = piece.columns as Columns;
      const seen = { ...row, ...piece };
      this.method.check(seen, this.config, step, state);
      const fits = step.outside + state.outside === 0;
      this.judged('step', step, seen, this.method.step(this.config));
      this.judged('state', state, seen, this.method.state ?? '');
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
    const { first, last, steps, findings, accounts, still, header: { parameters } } = this;
    findings.complete.cases = steps;
    const mine = parameters.flatMap(({ name }, i) => (i % this.share.of === this.share.part ? [{ name, kept: this.kept.get(i) }] : []));
    return {
      first, last, steps, findings, accounts, still, cut,
      dead: mine.filter(({ kept }) => kept?.alive === false).map(({ name }) => name), lacking: mine.filter(({ kept }) => kept?.step !== last).map(({ name }) => name),
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
  private begin(row: RowHeading): void {
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
    if (leads && !Number.isNaN(loss) && !Number.isFinite(loss)) this.fail('finite', { where: this.where(row), expected: 'the loss is finite', lhs: shown(loss), rhs: 'a finite number' });
  }

  private endStep(): void {
    if (this.steps > 0 && !this.alive) this.still.push(this.last);
    this.alive = false;
  }

  /** Adds a piece's account to the whole, and empties it. */
  private judged(key: 'step' | 'state', account: Account, row: Seen, formula: string): void {
    addTo(this.accounts[key], account);
    this.findings[key].cases += account.elements;
    if (account.first !== null) {
      const { element, got, low, high } = account.first;
      const range = low === high ? shown(low) : `${shown(low)} to ${shown(high)}`;
      const values = Object.fromEntries(Object.entries(row.columns).map(([name, column]) => [name, encodeDouble(column[element]!)]));
      for (const [name, constant] of Object.entries(this.config)) if (typeof constant === 'number') values[name] = constant;
      this.fail(key, { where: this.where(row, row, element), expected: `${formula}: ${range}`, lhs: shown(got), rhs: range, values }, account.outside);
    }
    Object.assign(account, emptyAccount());
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
    if (before.step !== row.step - 1) return { where: this.where(row), expected: 'every tensor once in every step', lhs: `before it: step ${before.step}`, rhs: `step ${row.step - 1}` };
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
  for (const row of trace.rows()) {
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

/** Puts the parts of a trace together. */
export function conclude(parts: readonly TracePart[], { steps: due }: TraceHeader, method: TraceMethod, config: TraceConfig, seconds: number): TraceVerdict {
  const { step, state, handed } = TRACED[method];
  const { first, last, steps } = parts[0]!;
  const findings = Object.fromEntries(CLAIMS.map((key) => [key, merged(parts.map((part) => part.findings[key]))])) as unknown as Record<ClaimKey, Findings>;
  const accounts = { step: emptyAccount(), state: emptyAccount() };
  for (const part of parts) for (const key of ['step', 'state'] as const) addTo(accounts[key], part.accounts[key]);
  findings.complete.cases = steps;
  findings.gradients = gradientFindings(parts, steps);
  const words = 'up to float32 in some order of evaluation';
  const nothing = steps === 0 ? 'no step was recorded' : null;
  const single = findings.continuity.cases === 0 ? 'there is no step after the first' : null;
  const still = ({ elements, moved }: Account): string | null => (moved >= MOVED * elements && moved > 0 ? null : `only ${moved} of ${elements} moved, and what stands still is no evidence`);
  const coverage = ({ moved, literal }: Account): ClaimResult['coverage'] => ({ moved, 'as the formula is written, bit for bit': literal });
  const told = (reason: string | null): Otherwise => (reason === null ? ['holds', null] : ['inconclusive', reason]);
  const result = (key: ClaimKey, statement: string, otherwise: Otherwise, covered: ClaimResult['coverage'] = {}): ClaimResult => claimResult(`trace-${key}`, statement, findings[key], otherwise, covered, seconds);
  return {
    steps, elements: accounts.step.elements,
    results: [
      result('complete', 'The run came to its end, and all of it is in the trace.', told(nothing ?? missing(parts, first, last, due))),
      result('step', `In every element of every step ${step(config)}, ${words}.`, told(nothing ?? still(accounts.step)), coverage(accounts.step)),
      state === null ? result('state', 'The method keeps nothing from step to step.', ['inapplicable', null])
        : result('state', `In every element of every step ${state}, ${words}.`, told(nothing ?? single ?? still(accounts.state)), coverage(accounts.state)),
      result('rates', 'No rate is negative.', findings.rates.cases === 0 ? ['inapplicable', null] : ['holds', null]),
      result('continuity', `Every step begins with what the one before left: ${handed.map(([before, after]) => `${before} is the last ${after}`).join(', ')}.`, told(nothing ?? single)),
      result('finite', 'Every number is finite, the loss among them.', told(nothing)),
      result('gradients', 'There is a gradient: in every step somewhere, and in every tensor at some time.', told(nothing)),
    ],
  };
}

type Otherwise = readonly [Verdict, string | null];

function merged(all: readonly Findings[]): Findings {
  const sum = (count: (found: Findings) => number): number => all.reduce((total, found) => total + count(found), 0);
  const [first = null] = all.flatMap((found) => found.first ?? []).toSorted((a, b) => a.step - b.step);
  return { cases: sum(({ cases }) => cases), failures: sum(({ failures }) => failures), first };
}

function gradientFindings(parts: readonly TracePart[], steps: number): Findings {
  const still = parts[0]!.still.filter((step) => parts.every((part) => part.still.includes(step)));
  const finding = (step: number, where: string): Finding => ({ step, where, expected: 'a gradient that is not 0', lhs: '0', rhs: 'another number' });
  const found = [...still.map((step) => finding(step, `step ${step}, in every tensor`)), ...parts.flatMap(({ dead, last }) => dead.map((name) => finding(last, `${name}, in every step`)))];
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
function claimResult(id: string, statement: string, { cases, failures, first }: Findings, otherwise: Otherwise, coverage: ClaimResult['coverage'], seconds: number): ClaimResult {
  const [verdict, reason] = first === null ? otherwise : ['violated' as const, failures === 1 ? `at ${first.where}` : `${failures.toLocaleString('en')} times, first at ${first.where}`];
  return {
    id, variant: 'corrected', statement, hypotheses: [], source: { section: 'trace', label: 'docs/TRACES.md' }, strength: 'identity', verdict, reason, arithmetic: cases === 0 ? [] : ['float64'], cases, rejected: 0,
    counts: cases === 0 ? [] : [{ arithmetic: 'float64', cases, nonTrivial: coverage['moved'] ?? cases, rejected: 0 }], coverage, tightest: null, falsePass: null, replay: null, seconds,
    counterexample: first === null ? null : {
      claim: id, variant: 'corrected', arithmetic: 'float64', generatorVersion: GENERATOR_VERSION, origin: 'search', seed: null, path: null, case: { at: first.where }, expected: first.expected, lhs: first.lhs, rhs: first.rhs,
      evidence: { at: first.where, ...first.values }, exact: true,
    },
  };
}
