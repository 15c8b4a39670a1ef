import { readFileSync } from 'node:fs';
import { InputError } from '../../reports/errors.js';
import { plainReason, whyUnread, writeWhole } from '../../reports/files.js';
import type { Certificate } from '../../oracles/performance-estimation/certificate.js';
import { check } from '../../oracles/performance-estimation/check.js';
import { checkRegret } from '../../oracles/performance-estimation/check-regret.js';
import type { RegretCertificate } from '../../oracles/performance-estimation/regret-certificate.js';
import { rational } from '../arithmetic/rational.js';
import { openDoor } from '../gate/door.js';
import type { MethodName } from '../gate/methods.js';
import { isNotFixedStep } from '../gate/probe.js';
import { SubjectFailure, type Config, type Door } from '../gate/protocol.js';
import { referenceDoor } from '../gate/reference-door.js';
import { boundOf, outName, subjectWorstCase, wording, type SubjectWorstCase, type WorstCaseOptions } from '../gate/worst-case.js';
import { EXIT } from '../runner/exit-status.js';
import { reference } from '../subject.js';
import { quoted } from './gate.js';
import type { Terminal } from './verify.js';

export interface WorstCaseCommand {
  readonly subject: { readonly method: MethodName } | { readonly module: string } | { readonly command: string };
  readonly config: Config;
  readonly options: Omit<WorstCaseOptions, 'config' | 'dtype'>;
  /** Where the certificate goes. */
  readonly certificate: string | null;
  readonly json: boolean;
}

/**
 * Proves how badly an optimizer may do, and says so.
 * @returns the exit status. @throws {OutputError} a certificate that cannot be written.
 */
export async function worstCaseCommand({ subject, config, options, certificate: path, json }: WorstCaseCommand, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const door = 'method' in subject ? referenceDoor(subject.method, reference, 'float64') : openDoor(subject);
  const stop = (): void => void door.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { implementation, dtype } = await door.hello();
    const found = await subjectWorstCase(door, { ...options, config, dtype });
    const whom = 'method' in subject ? `${subject.method}, the package's own` : `${implementation.name} ${implementation.version}`;
    if (isNotFixedStep(found)) {
      terminal.out(json ? `${JSON.stringify({ subject: whom, config, fixedStep: false, reason: found.reason })}\n` : `${whom}: its steps are not fixed, and only such have a worst case that can be computed: ${found.reason}\n`);
      return EXIT.inconclusive;
    }
    const { certificate } = found.worst;
    // What is written is what is checked.
    const proved = certificate !== null && check(JSON.parse(JSON.stringify(certificate)), found.worst.statement).valid;
    if (path !== null && certificate !== null) writeWhole(path, `${JSON.stringify(certificate)}\n`);
    terminal.out(json ? `${JSON.stringify(asJson(whom, config, options, found))}\n` : described(whom, config, options, found, path));
    return proved ? EXIT.ok : EXIT.inconclusive;
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    terminal.err(`omg-oracle: ${[error.message, error.details].filter((part) => part !== '').join('\n')}\n`);
    return EXIT.notRun;
  } finally {
    signal.removeEventListener('abort', stop);
    await ended(door);
  }
}

async function ended(door: Door): Promise<void> {
  try {
    await door.bye();
  } catch (error) {
    // The gate judges how an optimizer ends; here its worst case is known by now.
    if (!(error instanceof SubjectFailure)) throw error;
  }
  await door.end();
}

/** Fractions with longer terms tell a reader nothing. */
const READABLE = 24;
const decimal = (x: number): string => x.toPrecision(10).replace(/\.?0+(?=e|$)/, '');

function boundText(bound: string | null, value: number, unit: string): string {
  return bound !== null && bound.length <= READABLE && bound.includes('/') ? `${bound} ${unit} (${decimal(value)})` : `${decimal(value)} ${unit}`;
}

function classText({ smoothness, strongConvexity }: WorstCaseCommand['options']): string {
  return `every ${smoothness}-smooth ${strongConvexity === 0 ? '' : `${strongConvexity}-strongly `}convex f in every dimension`;
}

function described(whom: string, config: Config, options: WorstCaseCommand['options'], found: SubjectWorstCase, path: string | null): string {
  const { worst: { certificate, statement, worst }, fractions, within, attained } = found;
  const { left, right } = wording(statement, outName(options));
  const check = path === null ? 'checked exactly; --certificate FILE keeps it' : `checked exactly, and written: omg-oracle certificate check ${quoted(path)}`;
  return [
    `${whom}, ${JSON.stringify(config)}: ${options.horizon} ${options.horizon === 1 ? 'gradient' : 'gradients'}, ${classText(options)}`,
    `  ${left} ${certificate === null ? '≈' : '≤'} ${boundText(certificate?.bound ?? null, boundOf(found.worst), right)}`,
    certificate === null ? '  not proved: its numbers are too far apart for a certificate from doubles; this is what the solver has' : `  proved by ${certificate.multipliers.length} inequalities of f, ${check}`,
    `  attained by the optimizer itself: ${(100 * attained).toFixed(6)} % of it, on a function of ${worst.start.length} ${worst.start.length === 1 ? 'variable' : 'variables'}`,
    `  its steps, read off unit gradients to ±${within.toPrecision(1)}/L: ${fractions.found} of ${fractions.of} coefficients are fractions up to rounding${fractions.found < fractions.of ? ', the others stand for themselves' : ''}`, '',
  ].join('\n');
}

function asJson(whom: string, config: Config, options: WorstCaseCommand['options'], { steps, fractions, within, worst, attained }: SubjectWorstCase): unknown {
  const { certificate, estimate, worst: f } = worst;
  return {
    subject: whom, config, ...options, fixedStep: true, steps, fractions, within, ...wording(worst.statement, outName(options)),
    bound: { value: boundOf(worst), exact: certificate?.bound ?? null, proved: certificate !== null, estimate }, attained, worstFunction: f, certificate,
  };
}

/** Says whether a certificate proves what it states, and what that is. @throws {InputError} a file that cannot be read. */
export function checkCertificate(path: string, json: boolean, terminal: Terminal): number {
  const certificate = read(path);
  const ofRegret = isOfRegret(certificate);
  const verdict = ofRegret ? checkRegret(certificate) : check(certificate);
  if (json) terminal.out(`${JSON.stringify(verdict)}\n`);
  else if (!verdict.valid) terminal.out(`refused: ${verdict.reason}\n`);
  else terminal.out(ofRegret ? provedRegret(certificate) : proved(certificate as Certificate));
  return verdict.valid ? EXIT.ok : EXIT.violated;
}

function read(path: string): unknown {
  const remedy = 'Give a file that "omg-oracle worst-case … --certificate FILE" wrote.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError({ expected: `a certificate in ${path}`, received: whyUnread(error), remedy }, { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new InputError({ expected: `a certificate in ${path}`, received: `it is not JSON (${plainReason(error)})`, remedy }, { cause: error });
  }
}

/** By its format; whatever else it says is the checker's to believe. */
function isOfRegret(certificate: unknown): certificate is RegretCertificate {
  return typeof certificate === 'object' && certificate !== null && String((certificate as { format?: unknown }).format).startsWith('omg-oracle worst regret');
}

function provedRegret({ set, rates, hints, bound, comparator, budget, normals }: RegretCertificate): string {
  const number = (text: string): number => rational.toNumber(rational.from(text));
  const hinted = hints === 'given' ? 'any hints' : hints.every((row) => row.every((entry) => entry === '0')) ? 'no hints' : 'hints that are the combinations of losses in the file';
  const where = set === 'space' ? 'W = Rᵐ' : 'W the ball of radius D, and every closed convex W = −W in it';
  return [
    `valid: R(${rates.length}) = Σα_t⟨g_t, w_t − u⟩ ≤ ${boundText(bound, number(bound), 'DG')}`,
    `  for all linear losses in every dimension with Σα_t²‖g_t − g̃_t‖² ≤ G², ‖u‖ ≤ D, ${where},`,
    `  of AO-FTRL (Eq. 4) with ${hinted} and rates ${rates.length <= SHOWN ? rates.join(', ') : `${rates[0]} to ${rates.at(-1)!.length <= READABLE ? rates.at(-1)! : decimal(number(rates.at(-1)!))}`} times D/G,`,
    `  by ${decimal(number(comparator))}‖u‖²/D² + ${decimal(number(budget))}Σα_t²‖g_t − g̃_t‖²/G² and ${normals.length} conditions of projections`, '',
  ].join('\n');
}

/** Of longer methods the file itself tells the steps. */
const SHOWN = 6;

function proved(certificate: Certificate): string {
  const { method: { queries, output }, strongConvexity, bound, multipliers } = certificate;
  const { left, right } = wording(certificate, 'out');
  const move = (step: string, j: number): string => {
    const [p, q] = step.replace('-', '').split('/');
    return step === '0' ? '' : ` ${step.startsWith('-') ? '+' : '−'} (${p}/${q === undefined ? 'L' : `(${q}L)`})∇f(y_${j})`;
  };
  const point = (row: readonly string[]): string => `x_0${row.map(move).join('')}`;
  const rows = [...queries.map((row, i) => `  y_${i} = ${point(row)}`), `  out = ${point(output)}`];
  return [
    `valid: ${left} ≤ ${boundText(bound, rational.toNumber(rational.from(bound)), right)}`,
    `  for every L-smooth ${strongConvexity === '0' ? '' : `${strongConvexity}·L-strongly `}convex f in every dimension, by ${multipliers.length} inequalities, of the method`,
    ...(queries.length <= SHOWN ? rows : [`  of ${queries.length} gradients whose steps are in the file`]), '',
  ].join('\n');
}
