/** What every rendering of a report says in the same words: verdicts, places, numbers, and which claims are errata. */

import type { ClaimResult, Counterexample, ErrorKind, Json, Report, Verdict } from '../src/verdict.js';

/** How a verdict is to be taken. `known` is a finding about the paper, not a failure of anything that runs. */
export type Tone = 'good' | 'known' | 'bad' | 'open' | 'quiet';

/** One mark, one tone and one sentence for each verdict, in the order in which they are listed. */
export const WORDS: Readonly<Record<Verdict, { readonly mark: string; readonly tone: Tone; readonly meaning: string }>> = {
  holds: { mark: '✓', tone: 'good', meaning: 'Every case passed, and the cases reached all that the claim must cover.' },
  refuted: { mark: '≠', tone: 'known', meaning: 'The statement as printed is false: a counterexample shows it.' },
  violated: { mark: '✗', tone: 'bad', meaning: 'A statement that should hold failed in a case.' },
  inconclusive: { mark: '?', tone: 'open', meaning: 'Nothing failed, but too few cases ran or they did not cover enough.' },
  vacuous: { mark: '∅', tone: 'open', meaning: 'No case met the hypotheses, so nothing was checked.' },
  inapplicable: { mark: '–', tone: 'quiet', meaning: 'The claim says nothing about this subject.' },
  skipped: { mark: '–', tone: 'quiet', meaning: 'Not run, by request or because the subject says that it does not meet the claim.' },
  crashed: { mark: '!', tone: 'bad', meaning: 'The subject ended, or could not be started.' },
  'timed-out': { mark: '!', tone: 'bad', meaning: 'The subject did not answer in time.' },
  garbled: { mark: '!', tone: 'bad', meaning: 'The subject answered with something that is no answer.' },
  errored: { mark: '!', tone: 'bad', meaning: 'An exception ended the check.' },
};

/** A character as JSON and most languages write it where they cannot have it as it is. */
const escaped = (text: string): string => Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** What is not seen, or moves what is: controls, formats (directions, joiners, marks of no width), separators of lines and paragraphs, halves of pairs. */
const UNSEEN = /[^\P{Cc}\t\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** What a CI may take for a command: GitHub "::" at the start of a line, here after any space; it "##[", and Azure "##vso[", TeamCity "##teamcity[" anywhere. */
const COMMANDS = /(?<=(?:^|\s):):|(?<=#)#(?=\w*\[)/gu;

/** Text from elsewhere, in which a terminal, a page and a CI find nothing to obey: what they would is shown as an escape. */
export function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSEEN, escaped).replace(COMMANDS, escaped);
}

/** {@link clean} text on one line. */
export const oneLine = (text: string): string => clean(text).replace(/\s+/gu, ' ').trim();

/** Both results of one claim, where the run has them. */
export interface Pair {
  readonly id: string;
  readonly printed: ClaimResult | undefined;
  readonly corrected: ClaimResult | undefined;
}

/** The results of a report by claim, in the report's order. */
export function pairs(report: Report): readonly Pair[] {
  const byId = new Map<string, Pair>();
  for (const result of report.claims) {
    const pair = byId.get(result.id) ?? { id: result.id, printed: undefined, corrected: undefined };
    byId.set(result.id, { ...pair, [result.variant]: result });
  }
  return [...byId.values()];
}

/** A claim that is false as printed, with the numbers that show it. */
export interface Erratum {
  readonly id: string;
  readonly printed: ClaimResult;
  readonly corrected: ClaimResult | undefined;
  readonly counterexample: Counterexample | null;
  /** Hypotheses that the corrected statement needs and the printed one does not name: often the whole correction. */
  readonly added: readonly string[];
}

/** The errata of a report: what a reader of the paper came for. */
export function errata(report: Report): readonly Erratum[] {
  return pairs(report).flatMap(({ id, printed, corrected }) =>
    printed?.verdict !== 'refuted'
      ? []
      : [
        {
          id,
          printed,
          corrected,
          counterexample: printed.counterexample,
          added: (corrected?.hypotheses ?? []).filter((hypothesis) => !printed.hypotheses.includes(hypothesis)),
        },
      ]
  );
}

/** What is wrong, in a word and in a sentence. In this order: what is plain to see comes first. */
export const ERRORS: Readonly<Record<ErrorKind, readonly [word: string, told: string]>> = {
  sign: ['a sign', 'A sign is wrong: what should descend climbs.'],
  typo: ['a misprint', 'A letter, a number or an exponent is wrong or missing.'],
  dimensions: ['dimensions that do not fit', 'The two sides have not the same dimensions, so that no numbers can make them right: L or a square is missing.'],
  slip: ['a slip', 'One slip, and what follows from it: ∇h_t(w_t), which is ρ_tg_t, is taken for g_t = A_tᵀG_t.'],
  gap: ['a gap', 'A hypothesis is missing, or an argument does not go through. These are the ones that matter.'],
  empirical: ['an observation', 'An observation that is told as if it were more. The problems and sweeps are ours: the paper’s are not public.'],
  prose: ['a sentence that is made precise here', 'A sentence of the text. What it says exactly is our reading: another one may hold.'],
};

/** Where the paper says it: "Section 4, Theorem 1". */
export function place({ section, label }: ClaimResult['source']): string {
  const where = /^[\d.]+$/u.test(section) ? `Section ${section}` : section;
  // A label that says the section itself ("Section 4, text") says it once.
  if (label === where || label.startsWith(`${where},`) || label.startsWith(`${where} `)) return label;
  return [where, label].filter((part) => part !== '').join(', ');
}

/** A command of the package as it can be typed wherever the package is installed. */
export const runnable = (command: string): string => `npx omg-oracle ${command.replace(/^(?:npx )?omg-oracle /u, '')}`;

/** The command that draws the same cases again. In a trace the cases are given. */
export function wholeRun({ command, seed, subject }: Report): string {
  const named = runnable(command);
  return /--seed\b/u.test(named) || subject?.door === 'trace' ? named : `${named} --seed ${seed}`;
}

const EXACT = /^([-−+]?)(\d+)(?:\/(\d+))?$/u;

function sign(lhs: string, rhs: string): number {
  const [a, b] = [EXACT.exec(lhs), EXACT.exec(rhs)];
  if (a !== null && b !== null) {
    const over = ([, minus, p = '']: RegExpExecArray, [, , , q = '1']: RegExpExecArray): bigint => BigInt(p) * BigInt(q) * (minus === '-' || minus === '−' ? -1n : 1n);
    // p/q against r/s is p·s against r·q: exact, where doubles would call near fractions equal.
    const difference = over(a, b) - over(b, a);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }
  const difference = toDouble(lhs) - toDouble(rhs);
  return Number.isNaN(difference) ? NaN : Math.sign(difference);
}

function toDouble(text: string): number {
  const [, minus, p, q = '1'] = EXACT.exec(text) ?? [];
  if (p === undefined) return Number(text.replace('−', '-'));
  // Both parts may be beyond a double where their quotient is not: the same number of digits is dropped from each.
  const drop = Math.max(0, p.length - 300, q.length - 300);
  const value = Number(p.slice(0, p.length - drop)) / Number(q.slice(0, Math.max(0, q.length - drop)));
  return minus === '-' || minus === '−' ? -value : value;
}

/** What is true of the two sides of a counterexample: "9/2 > 3", "1/2 ≠ 1/4". */
export interface Failure {
  readonly lhs: string;
  readonly relation: '>' | '<' | '≠' | '=' | '≰';
  readonly rhs: string;
  /** The same in decimals, where the fractions are too long to be compared by eye. */
  readonly nearly: string | null;
}

/** Both sides of what failed, and how they stand to each other. */
export function failure({ lhs, rhs, expected }: Counterexample): Failure {
  const order = sign(lhs, rhs);
  // What t runs over is no relation between the sides: Σ_{s≤t}, "…, t ≥ 2".
  const related = expected.replaceAll(/_\{[^{}]*\}|,(?: \d+ [≤<])? [a-z] [≤≥<>] [\dA-Za-z]+/gu, '');
  const isIdentity = /[=≡≈]/u.test(related) && !/[≤≥<>]/u.test(related);
  const relation = ((): Failure['relation'] => {
    if (order === 0) return '=';
    if (isIdentity) return '≠';
    if (Number.isNaN(order)) return '≰';
    return order > 0 ? '>' : '<';
  })();
  const long = [lhs, rhs].some((side) => side.includes('/') && side.length > 7);
  const values = [toDouble(lhs), toDouble(rhs)] as const;
  const [a, b] = [shortNumber(values[0]), shortNumber(values[1])];
  // Decimals that come out alike would deny the very difference that they are to show; and a formula has none.
  return { lhs: minus(lhs), relation, rhs: minus(rhs), nearly: long && a !== b && !values.some(Number.isNaN) ? `${a} ${relation} ${b}` : null };
}

/** A minus sign where a hyphen stands before a number. */
const minus = (text: string): string => text.replace(/(^|[\s(,;[{=·]|\de)-(?=[\d.∞(]|Infinity)/gu, '$1−');

/** A double in four digits: a reader compares with it, the report has it in full. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return minus(String(value).replace('Infinity', '∞'));
  const text = value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7) ? value.toExponential(2) : value.toPrecision(4);
  return minus(text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/u, '') : text.replace(/\.?0*e\+?/u, 'e'));
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const COUNT = new Intl.NumberFormat('en-US');
export const count = (value: number): string => COUNT.format(value);

/** Fractions of more digits than these are told in decimals: a reader compares and recomputes with them, the report has them exactly. */
const [MOST_DIGITS, SIGNIFICANT] = [12, 10];

/** Text in which every fraction of more than 12 digits is a decimal of 10. */
export function readable(text: string): string {
  return text.replace(/(?<![\p{L}\d./_])[-−]?\d+\/\d+(?![\d./])/gu, (fraction) => {
    if (fraction.replaceAll(/\D/gu, '').length <= MOST_DIGITS) return fraction;
    const value = toDouble(fraction);
    if (!Number.isFinite(value)) return fraction;
    const decimal = value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7) ? value.toExponential(SIGNIFICANT - 1) : value.toPrecision(SIGNIFICANT);
    return minus(decimal.replace(/\.?0+(?=e|$)/u, '').replace('e+', 'e'));
  });
}

/** A value of a case or of its evidence in one line: (1, −3/2), {x = 1, y = 2}. */
export function valueText(value: Json): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return minus(String(value));
  if (typeof value === 'string') return readable(minus(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return `(${(value as readonly Json[]).map(valueText).join(', ')})`;
  return `{${
    Object.entries(value)
      .map(([name, inner]) => `${name} = ${valueText(inner)}`)
      .join(', ')
  }}`;
}

/** The value that stands beside a name, which it need not say again: φ with "φ = w" is w. */
export function valueOf(name: string, value: Json): Json {
  const again = `${name} = `;
  return typeof value === 'string' && value.startsWith(again) ? value.slice(again.length) : value;
}

/** An array of objects with the same names, such as the rounds of a run; null for everything else. */
export function roundsOf(value: Json): readonly { readonly [name: string]: Json }[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const rows = value as readonly Json[];
  return rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)) ? (rows as readonly { readonly [name: string]: Json }[]) : null;
}

/** Like {@link valueText}, cut where a table would burst. */
export function shortValue(value: Json, limit = 64): string {
  const text = valueText(value);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** A text's columns on a terminal, where a macron over a letter takes none. */
const columns = (text: string): number => text.replaceAll(/\p{Mn}/gu, '').length;

/** Rows of one table as lines, each column as wide as its widest text. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => columns(row[at]!))));
  return rows.map((row) => row.map((text, at) => text + ' '.repeat(widths[at]! - columns(text))).join('  ').trimEnd());
}
