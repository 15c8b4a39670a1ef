import { existsSync } from 'node:fs';
import { prepareFile, writeWhole } from '../../reports/files.js';
import { check } from '../../oracles/performance-estimation/check.js';
import { openDoor } from '../gate/door.js';
import { METHOD_NAMES, type MethodName } from '../gate/methods.js';
import { isNotFixedStep } from '../gate/probe.js';
import { SubjectFailure, type Config, type Door } from '../gate/protocol.js';
import { referenceDoor } from '../gate/reference-door.js';
import { judgedPoint, typicalConfigs } from '../gate/typical.js';
import { JUDGED, boundOf, outName, subjectWorstCase, wording, type SubjectWorstCase, type WorstCaseOptions } from '../gate/worst-case.js';
import { EXIT } from '../runner/exit-status.js';
import { reference } from '../subject.js';
import { closest } from '../closest.js';
import { checkModule, parse, quoted, text } from './arguments.js';
import { boundText } from './certificate.js';
import type { Command, Terminal } from './command.js';
import { command as runPaper } from './paper.js';
import { UsageError, choiceOption, integerOption, numberOption, objectOption } from './usage.js';

interface WorstCaseRun {
  readonly subject: { readonly method: MethodName } | { readonly module: string } | { readonly command: string };
  readonly config: Config;
  readonly options: Omit<WorstCaseOptions, 'config' | 'dtype'>;
  /** Where the certificate goes. */
  readonly certificate: string | null;
  readonly json: boolean;
}

const CERTIFICATE = '--certificate FILE';

/**
 * Proves how badly an optimizer may do, and says so.
 * @returns the exit status. @throws {OutputError} a certificate that cannot be written.
 */
async function worstCaseCommand({ subject, config, options, certificate: path, json }: WorstCaseRun, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const door = 'method' in subject ? referenceDoor(subject.method, reference, 'float64') : openDoor(subject);
  if (path !== null) prepareFile(path, CERTIFICATE);
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
    if (path !== null && certificate !== null) writeWhole(path, `${JSON.stringify(certificate)}\n`, CERTIFICATE);
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

function classText({ smoothness, strongConvexity }: WorstCaseRun['options']): string {
  return `every ${smoothness}-smooth ${strongConvexity === 0 ? '' : `${strongConvexity}-strongly `}convex f in every dimension`;
}

function described(whom: string, config: Config, options: WorstCaseRun['options'], found: SubjectWorstCase, path: string | null): string {
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

function asJson(whom: string, config: Config, options: WorstCaseRun['options'], { steps, fractions, within, worst, attained }: SubjectWorstCase): unknown {
  const { certificate, estimate, worst: f } = worst;
  return {
    subject: whom, config, ...options, fixedStep: true, steps, fractions, within, ...wording(worst.statement, outName(options)),
    bound: { value: boundOf(worst), exact: certificate?.bound ?? null, proved: certificate !== null, estimate }, attained, worstFunction: f, certificate,
  };
}

/** The config that a session starts with. @throws {UsageError} */
function configOption(given: string | undefined, method: MethodName | undefined, L: number): Config {
  if (given === undefined) {
    if (method === undefined) throw new UsageError('expected --like NAME or --config JSON, such as --config \'{"learningRate":0.5}\': what the optimizer is told when it starts');
    const [config] = typicalConfigs(method, L);
    if (config === undefined) throw new UsageError(`expected a method whose steps are fixed, one of ${METHOD_NAMES.filter((name) => typicalConfigs(name, 1).length > 0).join(', ')}, got "${method}"; --config JSON tries another config`);
    return config;
  }
  return objectOption('config', given, '{"learningRate":0.5}');
}

export const command: Command = (args, terminal, signal) => {
  if (args.includes('paper')) return runPaper(args, terminal, signal);
  const { values, words } = parse(args, ['command', 'like', 'config', 'horizon', 'smoothness', 'strong-convexity', 'criterion', 'condition', 'judged', 'certificate'], 1, [], '; a program and its arguments go in quotes: --command "python3 my.py"');
  const [word, program, like] = [words[0], text(values, 'command'), text(values, 'like')];
  if ((program === undefined) === (word === undefined)) {
    throw new UsageError(`expected an optimizer: a method (omg-oracle worst-case nesterov), a module (my-optimizer.mjs) or --command "python3 my.py", got ${program === undefined ? 'none of them' : 'two of them'}`);
  }
  const method = METHOD_NAMES.find((name) => name === word);
  if (word !== undefined && method === undefined) {
    const near = closest(word, METHOD_NAMES);
    if (near !== null && !existsSync(word)) throw new UsageError(`expected a method or a module, got "${word}"; did you mean "${near}"?`);
    checkModule(word);
  }
  const named = like === undefined ? method : choiceOption('like', like, METHOD_NAMES);
  const horizon = integerOption('horizon', text(values, 'horizon'), 1, 200);
  if (horizon === undefined) throw new UsageError('expected --horizon N: after how many gradients the optimizer is judged');
  const L = numberOption('smoothness', text(values, 'smoothness'), (x) => x > 0, 'a number > 0') ?? 1;
  const mu = numberOption('strong-convexity', text(values, 'strong-convexity'), (x) => x >= 0 && x < L, `a number from 0 to below L = ${L}`) ?? 0;
  const criterion = choiceOption('criterion', text(values, 'criterion') ?? 'value', ['value', 'gradient', 'distance']);
  const condition = choiceOption('condition', text(values, 'condition') ?? 'distance', ['distance', 'value']);
  if (criterion === 'distance' && condition === 'value' && mu === 0) throw new UsageError('expected --strong-convexity beside --criterion distance --condition value: convex functions may be flat, and then no f(x_0) − f* bounds a distance');
  return worstCaseCommand({
    subject: method !== undefined ? { method } : program === undefined ? { module: word! } : { command: program }, config: configOption(text(values, 'config'), named, L),
    options: { horizon, smoothness: L, strongConvexity: mu, criterion, condition, judged: choiceOption('judged', text(values, 'judged') ?? (named === undefined ? 'iterate' : judgedPoint(named)), JUDGED) },
    certificate: text(values, 'certificate') ?? null, json: values['json'] === true,
  }, terminal, signal);
};
