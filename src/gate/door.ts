import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  SAID,
  came,
  cut,
  decodeLists,
  decodeMembers,
  decodeNumbers,
  decodeObject,
  decodeOneOf,
  decodeString,
  encodeJson,
  encodeNumber,
  encodeNumbers,
  memberText,
  type Members,
} from './json-lines.js';
import { CAPABILITIES, DTYPES, PROTOCOL, SubjectFailure, type Answer, type Door, type FailureKind, type Hello, type SavedState, type Start, type StepInput } from './protocol.js';
import { LIMITS, SubjectProcess, shown, type Command, type Limits } from './subject-process.js';

/** Which implementation: a shell's command line, a program with its arguments, or the path of a module; and what it is allowed. */
export type DoorOptions = ({ readonly command: Command } | { readonly module: string }) & {
  readonly limits?: Partial<Limits>;
  /** The folder that the process starts in. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
};

/** Hard to print and hard to read: what a careless encoder would change comes back changed. */
const ECHO = [
  0.1,
  -0,
  5e-324,
  Number.MAX_VALUE,
  Number.NaN,
  -Infinity,
  Infinity,
  0,
  1,
  -1.5,
  1 / 3,
  0.1 + 0.2,
  2 ** -1022,
  1 + Number.EPSILON,
  1e21,
  1e23,
  2 ** 53,
  123456789012345680000,
];

const FATAL: ReadonlySet<FailureKind> = new Set(['crashed', 'timed-out', 'garbled', 'wrong-protocol']);

/** What the answers of one session must look like. */
interface Shape {
  readonly dimension: number;
  /** The length of w, once it was seen. */
  meta: number | null;
}

/**
 * A door to an implementation that runs in a process of its own. The process starts with the first call, and again with the first
 * `hello`, `init` or `load` after a failure that ended it.
 */
export function openDoor(options: DoorOptions): Door {
  return new ProcessDoor(options);
}

const HOST = fileURLToPath(new URL('host.js', import.meta.url));

/** Node's type stripping, where this Node has it but waits to be asked. */
function nodeOptions(module: string): readonly string[] {
  const flag = '--experimental-strip-types';
  const strips = Reflect.has(process.features, 'typescript') && Reflect.get(process.features, 'typescript') !== false;
  return /\.[cm]?ts$/.test(module) && !strips && process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
}

/** The program that speaks the protocol for a module. */
const hostOf = (module: string): Command => [process.execPath, ...nodeOptions(module), HOST, module];

/** A word of a command line, as a reader is shown it. */
const spoken = (word: string): string => (/^[^\s"'\\]+$/u.test(word) ? word : JSON.stringify(word));

class ProcessDoor implements Door {
  readonly source: string;
  readonly kind: 'module' | 'command';
  readonly #command: Command;
  readonly #limits: Limits;
  readonly #where: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv };
  #process: SubjectProcess | null = null;
  #id = 0;
  readonly #sessions = new Map<string, Shape>();
  /** What ended the process before this one, if it was a failure. */
  #lost: SubjectFailure | null = null;
  #restarts = 0;
  #stopped = false;
  #changed: string[] = [];
  readonly #options: DoorOptions;
  readonly #beside = new Map<number, ProcessDoor>();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.kind = 'command' in options ? 'command' : 'module';
    this.source = 'module' in options ? options.module : typeof options.command === 'string' ? options.command : options.command.map(spoken).join(' ');
    this.#command = 'module' in options ? hostOf(resolve(options.cwd ?? '.', options.module)) : options.command;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#where = { ...(options.cwd === undefined ? {} : { cwd: options.cwd }), ...(options.env === undefined ? {} : { env: options.env }) };
  }

  get restarts(): number {
    return [...this.#beside.values()].reduce((sum, { restarts }) => sum + restarts, this.#restarts);
  }

  async hello(): Promise<Hello> {
    this.#process ??= this.#start();
    return this.#hello();
  }

  async init(session: string, { x0, config, problem, gradient, hint }: Start): Promise<Answer> {
    await this.#ready();
    const facts = `{${problem.L === undefined ? '' : `"L":${encodeNumber(problem.L)},`}"horizon":${problem.horizon}}`;
    const members = `"session":${JSON.stringify(session)},"x0":${encodeNumbers(x0)},"config":${encodeJson(config)},"problem":${facts}${vector('gradient', gradient)}${
      vector('hint', hint)
    }`;
    const shape: Shape = { dimension: x0.length, meta: null };
    return this.#call('init', members, (answer) => {
      this.#sessions.set(session, shape);
      return decodeAnswer(answer, shape);
    });
  }

  async step(session: string, { t, gradient, value, hint, target }: StepInput): Promise<Answer> {
    const shape = this.#shape(session);
    const loss = value === undefined ? '' : `,"value":${encodeNumber(value)}`;
    const members = `"session":${JSON.stringify(session)},"t":${t}${vector('gradient', gradient)}${loss}${vector('hint', hint)}${vector('target', target)}`;
    return this.#call('step', members, (answer) => decodeAnswer(answer, shape));
  }

  async run(session: string, gradients: readonly Float64Array[]): Promise<{ readonly queries: readonly Float64Array[]; readonly xs: readonly Float64Array[] }> {
    const { dimension } = this.#shape(session);
    return this.#call('run', `"session":${JSON.stringify(session)},"gradients":[${gradients.map(encodeNumbers).join(',')}]`, (answer) => ({
      queries: decodeLists(answer['queries'], 'queries', gradients.length, dimension),
      xs: decodeLists(answer['xs'], 'xs', gradients.length, dimension),
    }));
  }

  async save(session: string): Promise<SavedState> {
    const { dimension } = this.#shape(session);
    return this.#call('save', `"session":${JSON.stringify(session)}`, (_, line) => {
      const json = memberText(line, 'state');
      if (json === null) throw new SubjectFailure('garbled', 'expected any JSON in "state", got nothing');
      return { json, dimension };
    });
  }

  async load(session: string, { json, dimension }: SavedState): Promise<Answer> {
    await this.#ready();
    const shape: Shape = { dimension, meta: null };
    return this.#call('load', `"session":${JSON.stringify(session)},"state":${json}`, (answer) => {
      this.#sessions.set(session, shape);
      return decodeAnswer(answer, shape);
    });
  }

  async close(session: string): Promise<void> {
    this.#shape(session);
    this.#sessions.delete(session);
    try {
      await this.#call('close', `"session":${JSON.stringify(session)}`, () => null);
    } catch (error) {
      if (!(error instanceof SubjectFailure) || FATAL.has(error.failure)) throw error;
    }
  }

  changed(): readonly string[] {
    const told = this.#changed;
    this.#changed = [];
    return told;
  }

  beside(which: number): Door {
    if (this.#stopped) throw stopped();
    const door = this.#beside.get(which) ?? new ProcessDoor(this.#options);
    this.#beside.set(which, door);
    return door;
  }

  async end(): Promise<void> {
    const ended = this.#process;
    this.#process = null;
    this.#sessions.clear();
    this.#changed = [];
    await Promise.all([ended?.end(), ...[...this.#beside.values()].map(async (door) => door.end())]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...[...this.#beside.values()].map(async (door) => door.stop()), this.end()]);
  }

  async bye(): Promise<void> {
    // Who failed has still to show how it ends when it is asked to.
    if (this.#lost !== null) await this.#ready();
    const subject = this.#process;
    if (subject === null) return;
    await this.#call('bye', '', () => null);
    try {
      const exit = await subject.exited();
      if (exit.status !== 0) throw new SubjectFailure('crashed', `expected exit status 0, the process ${subject.describe(exit)}`);
    } catch (error) {
      throw await this.#failed('bye', error, null);
    }
    await this.end();
  }

  #start(): SubjectProcess {
    if (this.#stopped) throw stopped();
    if (this.#lost !== null) this.#restarts += 1;
    this.#lost = null;
    this.#sessions.clear();
    return new SubjectProcess(this.#command, { ...this.#where, limits: this.#limits });
  }

  /** A process that has said hello. */
  async #ready(): Promise<void> {
    if (this.#process === null) await this.hello();
  }

  async #hello(): Promise<Hello> {
    return this.#call('hello', `"protocol":${PROTOCOL},"echo":${encodeNumbers(ECHO)}`, decodeHello, checkProtocol);
  }

  /** @throws {SubjectFailure} the session ended with the process that had it. */
  #shape(session: string): Shape {
    const shape = this.#sessions.get(session);
    if (shape !== undefined) return shape;
    if (this.#stopped) throw stopped();
    if (this.#lost !== null)
      throw new SubjectFailure(this.#lost.failure, `the session "${session}" was lost with its process: ${this.#lost.message}`, { details: this.#lost.details });
    throw new Error(`expected a live session, got "${session}"`);
  }

  /** One request and its answer. A failure that ends the process has ended it when this throws. */
  async #call<T>(op: string, members: string, decode: (answer: Members, line: string) => T, before?: (answer: Members) => void): Promise<T> {
    const subject = (this.#process ??= this.#start());
    this.#id += 1;
    let line: string | null = null;
    try {
      line = await subject.request(`{"id":${this.#id},"op":"${op}"${members === '' ? '' : ','}${members}}`);
      const answer = decodeObject(line);
      if (answer['id'] !== this.#id) throw new SubjectFailure('garbled', `expected ${this.#id} in "id", got ${came(answer['id'])}`);
      before?.(answer);
      if (answer['changed'] !== undefined && this.#changed.length < CHANGES) this.#changed.push(cut(decodeString(answer['changed'], 'changed'), SAID.message));
      if (answer['ok'] !== true || answer['skipped'] !== undefined) throw refusal(answer);
      return decode(answer, line);
    } catch (error) {
      throw await this.#failed(op, error, line);
    }
  }

  /** The failure as it is reported: what was asked, what went wrong, and what helps to see why. */
  async #failed(op: string, error: unknown, line: string | null): Promise<unknown> {
    if (!(error instanceof SubjectFailure)) return error;
    const subject = this.#process;
    const fatal = FATAL.has(error.failure);
    if (fatal) await this.end();
    const details = [
      error.details,
      fatal && line !== null ? `the line: ${shown(line)}` : '',
      fatal && subject !== null && subject.stderr !== '' ? `standard error ends with:\n${subject.stderr}` : '',
    ];
    const message = fatal || error.failure === 'errored' ? `"${op}": ${error.message}` : error.message;
    const failure = new SubjectFailure(error.failure, message, {
      details: details.filter((part) => part !== '').join('\n'),
      ...(error.issue === null ? {} : { issue: error.issue }),
    });
    if (fatal) this.#lost = failure;
    return failure;
  }
}

/** Who says it in every answer has said enough. */
const CHANGES = 64;

const stopped = (): SubjectFailure => new SubjectFailure('skipped', 'the run was stopped');

const vector = (name: string, numbers: Float64Array | undefined): string => (numbers === undefined ? '' : `,"${name}":${encodeNumbers(numbers)}`);

function decodeAnswer(answer: Members, shape: Shape): Answer {
  const { average, meta } = answer;
  const w = meta === undefined ? null : decodeNumbers(meta, 'meta', shape.meta ?? undefined);
  if (w !== null) shape.meta = w.length;
  return {
    query: decodeNumbers(answer['query'], 'query', shape.dimension),
    x: decodeNumbers(answer['x'], 'x', shape.dimension),
    average: average === undefined ? null : decodeNumbers(average, 'average', shape.dimension),
    meta: w,
  };
}

/** @throws {SubjectFailure} `wrong-protocol`, which names both numbers. */
function checkProtocol({ protocol }: Members): void {
  if (protocol !== undefined && protocol !== PROTOCOL) {
    throw new SubjectFailure('wrong-protocol', `the gate speaks protocol ${PROTOCOL}, the implementation ${came(protocol)}`);
  }
}

function decodeHello(answer: Members): Hello {
  decodeOneOf(answer['protocol'], 'protocol', [PROTOCOL]);
  const echo = decodeNumbers(answer['echo'], 'echo', ECHO.length);
  const altered = ECHO.findIndex((x, i) => !Object.is(x, echo[i]));
  if (altered >= 0)
    throw new SubjectFailure('garbled', `expected the echo bit for bit, got ${encodeNumber(echo[altered]!)} for ${encodeNumber(ECHO[altered]!)} (entry ${altered})`);
  const implementation = decodeMembers(answer['implementation'], 'implementation');
  const { capabilities } = answer;
  if (!Array.isArray(capabilities)) throw new SubjectFailure('garbled', `expected a list in "capabilities", got ${came(capabilities)}`);
  return {
    implementation: {
      name: cut(decodeString(implementation['name'], 'implementation.name'), SAID.name),
      version: cut(decodeString(implementation['version'], 'implementation.version', ''), SAID.name),
      language: cut(decodeString(implementation['language'], 'implementation.language', ''), SAID.name),
    },
    dtype: decodeOneOf(answer['dtype'], 'dtype', DTYPES),
    // Capabilities of versions to come are ignored, as unknown fields are.
    capabilities: CAPABILITIES.filter((capability) => capabilities.includes(capability)),
  };
}

const REFUSALS = ['unsupported', 'invalid', 'exception'] as const;

/** The failure that an answer without a result stands for. */
function refusal(answer: Members): SubjectFailure {
  if (answer['ok'] === true) {
    const skipped = decodeMembers(answer['skipped'], 'skipped');
    const issue = skipped['issue'] === undefined || skipped['issue'] === null ? {} : { issue: cut(decodeString(skipped['issue'], 'skipped.issue'), SAID.message) };
    return new SubjectFailure('skipped', cut(decodeString(skipped['reason'], 'skipped.reason'), SAID.message), issue);
  }
  decodeOneOf(answer['ok'], 'ok', [true, false]);
  const error = decodeMembers(answer['error'], 'error');
  const kind = decodeOneOf(error['kind'], 'error.kind', REFUSALS);
  const message = cut(decodeString(error['message'], 'error.message'), SAID.message);
  const traceback = cut(decodeString(error['traceback'] ?? undefined, 'error.traceback', ''), SAID.details);
  return new SubjectFailure(kind === 'unsupported' ? 'unsupported' : 'errored', kind === 'unsupported' ? message : `${kind}: ${message}`, { details: traceback });
}
