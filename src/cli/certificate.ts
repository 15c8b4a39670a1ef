import { InputError } from '../base/errors.js';
import { LARGEST, readJsonText } from '../../reports/input.js';
import type { Certificate, Statement } from '../../oracles/performance-estimation/certificate.js';
import type { Verdict } from '../../oracles/performance-estimation/check.js';
import type { RegretCertificate } from '../../oracles/performance-estimation/regret-certificate.js';
import { rational, type Rational } from '../arithmetic/rational.js';
import { roundedUp } from '../../reports/rounded-up.js';
import { isNotFixedStep } from '../gate/probe.js';
import { SubjectFailure, type Config } from '../gate/protocol.js';
import { readRequirement, type Requirement } from '../gate/requirement.js';
import { boundText, outName, subjectStatement, wording } from '../gate/worst-case.js';
import { EXIT, worst } from '../runner/exit-status.js';
import { Interrupted, openProver, type Prover } from '../runner/prover.js';
import { parse, text, type Values } from './arguments.js';
import type { Command, Terminal } from './command.js';
import { UsageError } from './usage.js';
import { nameOf, withOptimizer, worstCaseQuestion, type WorstCaseQuestion } from './worst-case-question.js';

/** What certificates are held against, beside themselves. */
interface Tie {
  readonly question: WorstCaseQuestion;
  readonly requirement: Requirement | null;
}

/** The optimizer's own statement: what a certificate must be of. */
interface Tied extends Tie {
  readonly whom: string;
  readonly statement: Statement;
}

/** What came of one file. */
type Judged =
  | { readonly valid: true; readonly certificate: Certificate | RegretCertificate; readonly exceeds: string | null }
  | { readonly valid: false; readonly reason: string };

/**
 * Says whether certificates prove what they state, and what that is; with --of, whether that is about an optimizer.
 * @returns the worst exit status. @throws {InputError} a single file that cannot be read. @throws {UsageError}
 */
export const command: Command = async (args, terminal, signal) => {
  const { values, words: files } = parse('certificate check', args);
  if (files.length === 0) throw new UsageError('expected a file: omg-oracle certificate check FILE');
  const tie = tieOf(values);
  const prover = openProver(signal);
  try {
    const tied = tie === null ? null : await identified(tie, terminal, signal);
    if (typeof tied === 'number') return tied;
    const statuses: number[] = [];
    const told: unknown[] = [];
    for (const file of files) {
      try {
        const judged = await judge(file, tied, prover);
        statuses.push(judged.valid && judged.exceeds === null ? EXIT.ok : EXIT.violated);
        told.push({ ...(files.length > 1 ? { file } : {}), ...asJson(judged, tied) });
        if (values['json'] !== true) terminal.out(`${files.length > 1 || !judged.valid ? `${file}: ` : ''}${described(judged, tied)}`);
      } catch (error) {
        if (!(error instanceof InputError) || files.length === 1) throw error;
        statuses.push(EXIT.usage);
        told.push({ file, valid: false, reason: error.message });
        terminal.err(`omg-oracle: ${error.message}\n`);
      }
    }
    if (values['json'] === true) terminal.out(`${JSON.stringify(files.length > 1 ? told : told[0])}\n`);
    return worst(statuses);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    terminal.err('omg-oracle: interrupted: what was not told is not checked\n');
    return EXIT.inconclusive;
  } finally {
    await prover.end();
  }
};

/** @throws {UsageError} */
function tieOf(values: Values): Tie | null {
  const of = text(values, 'of');
  if (of === undefined && text(values, 'command') === undefined) {
    const idle = Object.keys(values).find((name) => name !== 'json');
    if (idle !== undefined)
      throw new UsageError(`expected --of OPTIMIZER or --command "python3 my.py" beside --${idle}: without one a certificate is of the method that it states`);
    return null;
  }
  const required = text(values, 'require');
  let requirement: Requirement | null = null;
  try {
    requirement = required === undefined ? null : readRequirement(required);
  } catch (error) {
    throw new UsageError(`--require: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const question = worstCaseQuestion(requirement === null ? values : { criterion: requirement.criterion, judged: requirement.judged, ...values }, of, '--of nesterov');
  if (requirement !== null) mustBeRequired(requirement, question);
  return { question, requirement };
}

/** What is required, and what is asked, are one quantity. @throws {UsageError} */
function mustBeRequired({ text: required, criterion, judged, bound, ...at }: Requirement, { options }: WorstCaseQuestion): void {
  if (options.criterion !== criterion || options.judged !== judged)
    throw new UsageError(`expected --criterion ${criterion} and --judged ${judged}, or neither, as --require "${required}" names them`);
  if (options.condition !== 'distance') throw new UsageError('expected --condition distance beside --require: its bounds are in R ≥ ‖x_0 − x*‖');
  const [only] = at.horizons;
  if (at.horizons.length === 1 && only !== options.horizon) throw new UsageError(`expected --horizon ${only}, as --require "${required}" names it, got ${options.horizon}`);
  try {
    bound(options.horizon);
  } catch (error) {
    throw new UsageError(`--require: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @returns the exit status where the optimizer says nothing that a certificate could be of. */
async function identified(tie: Tie, terminal: Terminal, signal: AbortSignal): Promise<Tied | number> {
  const { subject, config, options } = tie.question;
  try {
    return await withOptimizer(subject, signal, async (door) => {
      const { implementation, dtype } = await door.hello();
      const statement = await subjectStatement(door, { ...options, config, dtype });
      const whom = nameOf(subject, implementation);
      if (!isNotFixedStep(statement)) return { ...tie, whom, statement };
      terminal.err(`omg-oracle: ${whom}: its steps are not fixed, and no certificate is of it: ${statement.reason}\n`);
      return EXIT.inconclusive;
    });
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    if (signal.aborted) throw new Interrupted('interrupted');
    terminal.err(`omg-oracle: ${[error.message, error.details].filter((part) => part !== '').join('\n')}\n`);
    return EXIT.notRun;
  }
}

async function judge(file: string, tied: Tied | null, prover: Prover): Promise<Judged> {
  const what = { expected: `a certificate in ${file}`, remedy: 'Give a file that "omg-oracle worst-case … --certificate FILE" wrote.' };
  const { text: source, value: certificate } = readJsonText(file, what, LARGEST.certificate);
  const ofRegret = isOfRegret(certificate);
  if (!ofRegret && !formatOf(certificate).startsWith('omg-oracle worst case')) throw new InputError({ ...what, received: `its "format" is ${formatOf(certificate)}` });
  if (ofRegret && tied !== null) return { valid: false, reason: `expected a certificate of ${tied.whom}, got one of the regret of Eq. (4)` };
  const verdict: Verdict = ofRegret ? await prover.checkRegret(source) : await prover.check(source, tied?.statement);
  if (!verdict.valid) return verdict;
  if (!spelledOnce(source, certificate))
    return { valid: false, reason: 'expected JSON with each member once, and letters as they are, got a file that two readers may read differently' };
  const proved = certificate as Certificate | RegretCertificate;
  const most = tied?.requirement?.bound(tied.question.options.horizon);
  const exceeds = most !== undefined && !rational.lessOrEqual(rational.from(proved.bound), most) ? roundedDown(most) : null;
  return { valid: true, certificate: proved, exceeds };
}

const roundedDown = (most: Rational): string => String(rational.toNumber(most));

/** Whether the text is what its value is written as, blanks apart: of a member that comes twice one reader takes the first and another the last. */
function spelledOnce(source: string, value: unknown): boolean {
  return source.replace(/"(?:[^"\\]|\\.)*"|\s+/gu, (part) => (part.startsWith('"') ? part : '')) === JSON.stringify(value);
}

/** What it says that it is; whatever else it says is the checker's to believe. */
function formatOf(certificate: unknown): string {
  const format = typeof certificate === 'object' && certificate !== null ? (certificate as { format?: unknown }).format : undefined;
  return typeof format === 'string' ? format.slice(0, 100) : 'none';
}

const isOfRegret = (certificate: unknown): certificate is RegretCertificate => formatOf(certificate).startsWith('omg-oracle worst regret');

const ofRegretFormat = (certificate: Certificate | RegretCertificate): certificate is RegretCertificate => isOfRegret(certificate);

/** The statement that is proved, whole: beside the verdict, what a reader must know to believe no more than that. */
function asJson(judged: Judged, tied: Tied | null): object {
  if (!judged.valid) return judged;
  const { certificate, exceeds } = judged;
  const bound = { exact: certificate.bound, atMost: roundedUp(certificate.bound, 10) };
  if (ofRegretFormat(certificate)) {
    const { set, rates, hints } = certificate;
    return { valid: true, statement: { quantity: 'regret', rounds: rates.length, set, rates, hints, bound } };
  }
  const { method, strongConvexity, condition, criterion } = certificate;
  const of: { readonly subject: string; readonly config: Config; readonly judged: string } | null = tied === null
    ? null
    : { subject: tied.whom, config: tied.question.config, judged: tied.question.options.judged };
  return {
    valid: true,
    statement: { quantity: 'worst case', horizon: method.queries.length, method, strongConvexity, condition, criterion, bound },
    of,
    ...(tied?.requirement === undefined || tied.requirement === null ? {} : { required: { text: tied.requirement.text, kept: exceeds === null } }),
  };
}

function described(judged: Judged, tied: Tied | null): string {
  if (!judged.valid) return `refused: ${judged.reason}\n`;
  const { certificate, exceeds } = judged;
  if (ofRegretFormat(certificate)) return provedRegret(certificate);
  if (exceeds !== null) return `more than required: ${tied!.requirement!.text} is ${exceeds} at N = ${tied!.question.options.horizon}\n${proved(certificate, tied)}`;
  return proved(certificate, tied);
}

function provedRegret({ set, rates, hints, bound, comparator, budget, normals }: RegretCertificate): string {
  const decimal = (fraction: string): string => roundedUp(fraction, 10);
  const hinted = hints === 'given' ? 'any hints' : hints.every((row) => row.every((entry) => entry === '0')) ? 'no hints' : 'hints that are the combinations of losses in the file';
  const where = set === 'space' ? 'W = Rᵐ' : 'W the ball of radius D, and every closed convex W = −W in it';
  return [
    `valid: R(${rates.length}) = Σα_t⟨g_t, w_t − u⟩ ≤ ${boundText(bound, 'DG')}`,
    `  for all linear losses in every dimension with Σα_t²‖g_t − g̃_t‖² ≤ G², ‖u‖ ≤ D, ${where},`,
    `  of AO-FTRL (Eq. 4) with ${hinted} and rates ${
      rates.length <= SHOWN ? rates.join(', ') : `${rates[0]} to ${rates.at(-1)!.length <= READABLE ? rates.at(-1)! : decimal(rates.at(-1)!)}`
    } times D/G,`,
    `  by ${decimal(comparator)}‖u‖²/D² + ${decimal(budget)}Σα_t²‖g_t − g̃_t‖²/G² and ${normals.length} conditions of projections`,
    '',
  ].join('\n');
}

const READABLE = 24;
/** Of longer methods the file itself tells the steps. */
const SHOWN = 6;

/** What x_0 itself keeps, whatever the method does: in units of the bound. */
const AT_THE_START: { readonly [condition in Statement['condition']]: { readonly [criterion in Statement['criterion']]: (mu: Rational) => Rational } } = {
  distance: { value: () => rational.from('1/2'), gradient: () => rational.one, distance: () => rational.one },
  value: { value: () => rational.one, gradient: () => rational.from(2), distance: (mu) => rational.div(rational.from(2), mu) },
};

function proved(certificate: Certificate, tied: Tied | null): string {
  const { method, strongConvexity, bound, multipliers, condition, criterion } = certificate;
  const N = method.queries.length;
  const gradients = `${N} ${N === 1 ? 'gradient' : 'gradients'}`;
  const { left, right } = wording(certificate, tied === null ? 'out' : outName(tied.question.options));
  const shown = stepLines(method);
  const idle = rational.lessOrEqual(AT_THE_START[condition][criterion](rational.from(strongConvexity)), rational.from(bound));
  return [
    `valid: ${left} ≤ ${boundText(bound, right)}`,
    `  for every L-smooth ${strongConvexity === '0' ? '' : `${strongConvexity}·L-strongly `}convex f in every dimension, by ${multipliers.length} inequalities, of ${
      tied === null ? 'the method' : `${tied.whom}, ${JSON.stringify(tied.question.config)}${shown === null ? '' : ', whose steps are'}`
    }`,
    ...(shown ?? [`of ${gradients}, whose steps are in the file, and in --json`]).map((line) => `  ${line}`),
    ...(idle ? ['  no less than x_0 itself promises: it shows nothing of the method'] : []),
    ...(tied === null ? [`  ${shown === null ? '' : `of ${gradients}; `}whose method that is, --of OPTIMIZER proves`] : []),
    ...(tied?.requirement === undefined || tied.requirement === null ? [] : [`  required: ${tied.requirement.text}`]),
    '',
  ].join('\n');
}

/** Every step of the method, in as few lines as that takes; null where these are too many. */
function stepLines({ queries, output }: Statement['method']): string[] | null {
  const N = queries.length;
  const move = (step: string, gradient: string): string => {
    const [p, q] = step.replace('-', '').split('/');
    return step === '0' ? '' : ` ${step.startsWith('-') ? '+' : '−'} (${p}/${q === undefined ? 'L' : `(${q}L)`})${gradient}`;
  };
  const point = (row: readonly string[]): string => `x_0${row.map((step, j) => move(step, `∇f(y_${j})`)).join('')}`;
  const [first] = output;
  if (N > SHOWN && first !== undefined && [...queries, output].every((row) => row.every((step) => step === first)))
    return [`y_i = x_0${move(first, `(∇f(y_0) + … + ∇f(y_{i−1}))`)}, i < ${N}`, `out = x_0${move(first, `(∇f(y_0) + … + ∇f(y_${N - 1}))`)}`];
  if (N > SHOWN) return null;
  return [...queries.map((row, i) => `y_${i} = ${point(row)}`), `out = ${point(output)}`];
}
