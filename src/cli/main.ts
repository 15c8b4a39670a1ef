#!/usr/bin/env node
import process from 'node:process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, OutputError } from '../../reports/errors.js';
import { prepareOutput, writeWhole } from '../../reports/files.js';
import { renderHtml } from '../../reports/html.js';
import { readReport } from '../../reports/json.js';
import { renderSummary } from '../../reports/text.js';
import { METHOD_NAMES, type MethodName } from '../gate/methods.js';
import type { Config } from '../gate/protocol.js';
import { STARTER_LANGUAGES, writeStarter } from '../gate/starter.js';
import { judgedPoint, typicalConfigs } from '../gate/typical.js';
import { JUDGED } from '../gate/worst-case.js';
import { BACKENDS, MODELS, OPTIMIZERS, type OptimizerName } from '../resnet/names.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { parse, text } from './arguments.js';
import { listClaims } from './claims.js';
import { gate, quoted } from './gate.js';
import { paper } from './paper.js';
import { replay } from './replay.js';
import { resnet } from './resnet.js';
import { selfTest } from './self-test.js';
import { TOOL } from './tool.js';
import { checkTraceCommand } from './trace.js';
import { USAGE, UsageError, choiceOption, closest, durationOption, integerOption, namesOption, numberOption, objectOption, shardOption } from './usage.js';
import { verify, type Terminal } from './verify.js';
import { checkCertificate, worstCaseCommand } from './worst-case.js';

const OUT = join('reports', 'out');
const COMMANDS = ['verify', 'gate', 'worst-case', 'certificate', 'init', 'resnet', 'trace', 'claims', 'replay', 'report', 'self-test'] as const;

/** @throws {UsageError} what cannot be a module; one that does not load is the gate's to report. */
function checkModule(path: string): void {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) throw new UsageError(`expected a module that exists, got "${path}"; a program is given as --command "python3 my.py"`);
  if (kind.isDirectory()) throw new UsageError(`expected a module, got the folder "${path}"; name the file in it whose default export is the optimizer`);
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new UsageError(`expected a module in JavaScript or TypeScript (.js, .mjs, .cjs, .ts, .mts, .cts), got "${path}"; a program is given as --command ${quoted(path.endsWith('.py') ? `python3 ${path}` : path.includes('/') ? path : `./${path}`)}`);
  }
}

async function runGateCommand(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { values, words } = parse(args, ['command', 'like', 'claims', 'cases', 'seed', 'expected', 'counterexamples', 'require-worst-case', 'start-timeout', 'request-timeout', 'out'], 1, ['fix'], '; a program and its arguments go in quotes: --command "python3 my.py"');
  const command = text(values, 'command');
  if ((command === undefined) === (words[0] === undefined)) {
    throw new UsageError(`expected an optimizer: either a module (omg-oracle gate my-optimizer.mjs) or --command "python3 my.py", got ${command === undefined ? 'neither' : 'both'}`);
  }
  if (words[0] !== undefined) checkModule(words[0]);
  const like = text(values, 'like');
  const fix = values['fix'] === true;
  const expected = text(values, 'expected') ?? null;
  if (fix && expected === null) throw new UsageError('expected --expected FILE beside --fix: the file that is to be rewritten');
  if (fix && text(values, 'claims') !== undefined) throw new UsageError('expected --fix without --claims: the file is rewritten from a complete run only');
  const [start, request] = [durationOption('start-timeout', text(values, 'start-timeout')), durationOption('request-timeout', text(values, 'request-timeout'))];
  const said = Object.entries(values).flatMap(([name, value]) => (name === 'seed' || name === 'json' ? [] : value === true ? [`--${name}`] : [`--${name} ${quoted(String(value))}`]));
  return gate({
    subject: command === undefined ? { module: words[0]! } : { command }, like: like === undefined ? null : choiceOption('like', like, METHOD_NAMES, '; without --like, only what needs no reference is checked'),
    claims: text(values, 'claims'), cases: integerOption('cases', text(values, 'cases'), 1, 1_000_000) ?? 200,
    seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null, expected, fix, counterexamples: text(values, 'counterexamples') ?? null,
    limits: { ...(start === undefined ? {} : { start }), ...(request === undefined ? {} : { request }) },
    required: text(values, 'require-worst-case'), out: text(values, 'out') ?? OUT, json: values['json'] === true, words: [...words.map(quoted), ...said].join(' '),
  }, terminal, signal);
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

async function runWorstCase(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  if (args.includes('paper')) return runPaper(args, terminal, signal);
  const { values, words } = parse(args, ['command', 'like', 'config', 'horizon', 'smoothness', 'strong-convexity', 'criterion', 'condition', 'judged', 'certificate'], 1, [], '; a program and its arguments go in quotes: --command "python3 my.py"');
  const [word, command, like] = [words[0], text(values, 'command'), text(values, 'like')];
  if ((command === undefined) === (word === undefined)) {
    throw new UsageError(`expected an optimizer: a method (omg-oracle worst-case nesterov), a module (my-optimizer.mjs) or --command "python3 my.py", got ${command === undefined ? 'none of them' : 'two of them'}`);
  }
  const method = METHOD_NAMES.find((name) => name === word);
  if (word !== undefined && method === undefined) {
    const near = closest(word, METHOD_NAMES);
    if (near !== null && statSync(word, { throwIfNoEntry: false }) === undefined) throw new UsageError(`expected a method or a module, got "${word}"; did you mean "${near}"?`);
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
    subject: method !== undefined ? { method } : command === undefined ? { module: word! } : { command }, config: configOption(text(values, 'config'), named, L),
    options: { horizon, smoothness: L, strongConvexity: mu, criterion, condition, judged: choiceOption('judged', text(values, 'judged') ?? (named === undefined ? 'iterate' : judgedPoint(named)), JUDGED) },
    certificate: text(values, 'certificate') ?? null, json: values['json'] === true,
  }, terminal, signal);
}

/** The paper's special cases, every one. */
async function runPaper(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { values } = parse(args, ['horizon', 'out'], 1);
  return paper({ horizon: integerOption('horizon', text(values, 'horizon'), 1, 100) ?? 40, out: text(values, 'out') ?? null, json: values['json'] === true }, terminal, signal);
}

/** Rates with which the made-up pictures are learnt. */
const RATES: { readonly [name in OptimizerName]: { readonly rate: number; readonly metaRate: number } } = { sgd: { rate: 0.1, metaRate: 0 }, meta: { rate: 0.1, metaRate: 0.01 }, optimistic: { rate: 0.1, metaRate: 0.01 } };

async function runResNet(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { values } = parse(args, ['backend', 'model', 'optimizer', 'steps', 'image', 'batch', 'classes', 'rate', 'meta-rate', 'label-smoothing', 'seed', 'trace', 'sample', 'out'], 0);
  const model = choiceOption('model', text(values, 'model') ?? 'resnet20', MODELS);
  const optimizer = choiceOption('optimizer', text(values, 'optimizer') ?? 'optimistic', OPTIMIZERS);
  if (optimizer === 'sgd' && text(values, 'meta-rate') !== undefined) throw new UsageError('expected --meta-rate with --optimizer meta or optimistic: sgd learns no rates');
  const notNegative = (name: string): number | undefined => numberOption(name, text(values, name), (x) => x >= 0, 'a number that is not negative');
  const said = Object.entries(values).flatMap(([name, value]) => (name === 'seed' || name === 'json' ? [] : [`--${name} ${quoted(String(value))}`]));
  return resnet({
    backend: choiceOption('backend', text(values, 'backend') ?? 'auto', ['auto', ...BACKENDS]), model, optimizer,
    steps: integerOption('steps', text(values, 'steps'), 1, 1_000_000) ?? 50, image: integerOption('image', text(values, 'image'), 8, 512) ?? (model === 'resnet20' ? 32 : 64),
    batch: integerOption('batch', text(values, 'batch'), 2, 4096) ?? 8, classes: integerOption('classes', text(values, 'classes'), 2, 1000) ?? 10,
    rate: notNegative('rate') ?? RATES[optimizer].rate, metaRate: notNegative('meta-rate') ?? RATES[optimizer].metaRate,
    smoothing: numberOption('label-smoothing', text(values, 'label-smoothing'), (x) => x >= 0 && x < 1, 'a number from 0 to below 1') ?? 0, seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null,
    trace: text(values, 'trace') ?? null, sample: integerOption('sample', text(values, 'sample'), 1, 2 ** 31 - 1) ?? null, out: text(values, 'out') ?? null, json: values['json'] === true, words: said.join(' '),
  }, terminal, signal);
}

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [command, ...rest] = args;
  if (rest.includes('--help')) {
    terminal.out(USAGE);
    return EXIT.ok;
  }
  switch (command) {
    case 'verify': {
      const { values } = parse(rest, ['claims', 'cases', 'seed', 'time', 'shard', 'out'], 0);
      const cases = integerOption('cases', text(values, 'cases'), 1, 10_000_000) ?? 2000;
      const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null;
      const time = durationOption('time', text(values, 'time')) ?? null;
      const shard = shardOption(text(values, 'shard'));
      const claims = namesOption(text(values, 'claims'), await loadClaims()).filter((_, i) => shard === undefined || i % shard.count === shard.index);
      const words = ['claims', 'cases', 'time', 'shard'].map((name) => (text(values, name) === undefined ? '' : ` --${name} ${text(values, name)}`)).join('');
      // The worst cases belong to a whole run, or to its first part.
      const whole = text(values, 'claims') === undefined && (shard === undefined || shard.index === 0);
      return verify({ claims, cases, seed, time, out: text(values, 'out') ?? OUT, json: values['json'] === true, specialCases: whole, words }, terminal, signal);
    }
    case 'gate':
      return runGateCommand(rest, terminal, signal);
    case 'worst-case':
      return runWorstCase(rest, terminal, signal);
    case 'certificate': {
      const { values, words } = parse(rest, [], 2);
      if (words[0] !== 'check' || words[1] === undefined) throw new UsageError('expected a file: omg-oracle certificate check FILE');
      return checkCertificate(words[1], values['json'] === true, terminal);
    }
    case 'init': {
      const { values, words } = parse(rest, ['language'], 1, ['force']);
      const language = choiceOption('language', text(values, 'language') ?? 'javascript', STARTER_LANGUAGES);
      const { files, commands } = writeStarter(words[0] ?? '.', language, values['force'] === true);
      const into = words[0] === undefined || words[0] === '.' ? [] : [`cd ${quoted(words[0])}`];
      terminal.out(values['json'] === true ? `${JSON.stringify({ files, commands })}\n` : `${files.map((file) => `Written: ${file}\n`).join('')}Now:\n${[...into, ...commands].map((line) => `  ${line}\n`).join('')}`);
      return EXIT.ok;
    }
    case 'resnet':
      return runResNet(rest, terminal, signal);
    case 'trace': {
      const { values, words } = parse(rest, ['like', 'config', 'out'], 2);
      if (words[0] !== 'check' || words[1] === undefined) throw new UsageError('expected a file: omg-oracle trace check FILE');
      return checkTraceCommand({ file: words[1], like: text(values, 'like'), config: text(values, 'config'), out: text(values, 'out') ?? null, json: values['json'] === true }, terminal, signal);
    }
    case 'claims': {
      const { values } = parse(rest, ['claims'], 0);
      return listClaims(namesOption(text(values, 'claims'), await loadClaims()), values['json'] === true, terminal);
    }
    case 'replay': {
      const { values, words } = parse(rest, [], 1);
      if (words[0] === undefined) throw new UsageError('expected a file: omg-oracle replay FILE, a counterexample or a report.json');
      return replay(words[0], await loadClaims(), values['json'] === true, terminal);
    }
    case 'report': {
      const { values, words } = parse(rest, ['out'], 1);
      const path = words[0] ?? join(OUT, 'report.json');
      const report = readReport(path);
      const out = text(values, 'out') ?? dirname(path);
      prepareOutput(out);
      const html = join(out, 'report.html');
      writeWhole(html, renderHtml(report));
      terminal.out(values['json'] === true ? `${JSON.stringify(report)}\n` : `${renderSummary(report, { colour: terminal.colour, files: [html] })}\n`);
      return report.exitStatus;
    }
    case 'self-test': {
      const { values } = parse(rest, ['cases', 'seed'], 0);
      const cases = integerOption('cases', text(values, 'cases'), 1, 1_000_000) ?? 40;
      const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? 1;
      return selfTest({ claims: await loadClaims(), cases, seed, json: values['json'] === true }, terminal, signal);
    }
    case '--version':
      terminal.out(`${TOOL.version}\n`);
      return EXIT.ok;
    case '--help':
    case '-h':
    case 'help':
      terminal.out(USAGE);
      return EXIT.ok;
    default: {
      const near = command === undefined ? null : closest(command, COMMANDS);
      const got = command === undefined ? 'none' : `"${command}"${near === null ? '' : `; did you mean "${near}"?`}`;
      throw new UsageError(`expected a command, one of ${COMMANDS.join(', ')}, got ${got}`);
    }
  }
}

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The second one means it: the first lets the report be written.
    if (interrupt.signal.aborted) process.exit(EXIT.inconclusive);
    interrupt.abort();
  });
}

// Who reads no further (`| head`) is told nothing more. The run goes on: its files and its exit status are what they would be.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const terminal: Terminal = {
  out: (line) => process.stdout.write(line),
  err: (line) => process.stderr.write(line),
  interactive: process.stderr.isTTY,
  colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
};

try {
  process.exitCode = await run(process.argv.slice(2), terminal, interrupt.signal);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InputError || error instanceof OutputError)) throw error;
  terminal.err(`omg-oracle: ${error.message}\n${error instanceof UsageError ? '"omg-oracle help" says more.\n' : ''}`);
  process.exitCode = EXIT.usage;
}
