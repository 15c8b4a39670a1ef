/**
 * Speaks the command door's protocol for a module: `node host.js MODULE`. The module gets a process of its own this way: it can hang or
 * crash without taking the gate's report along.
 */
import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { InvalidError, checkOptimizer, described, members, type Numbers, type Optimizer, type Played, type Session, type StartArguments } from './define-optimizer.js';
import { SAID, cut, decodeMembers, decodeNumbers, decodeObject, decodeString, encodeJson, encodeNumbers, type Members } from './json-lines.js';
import { PROTOCOL, type Config, type ProblemFacts } from './protocol.js';
import { Watch } from './watch.js';

/** A session that runs, and the step that comes next. */
interface Live {
  readonly dimension: number;
  readonly session: Session;
  readonly watch: Watch;
  next: number;
}

const TYPESCRIPT = /\.[cm]?ts$/;

/** The loader of the project that has the module. */
function findTsx(path: string): string | null {
  try {
    return createRequire(path).resolve('tsx');
  } catch {
    return null;
  }
}

/** tsx where the project has it, because it reads more than types that can be stripped; else Node itself, if it can. */
async function prepareTypeScript(path: string): Promise<void> {
  const tsx = findTsx(path);
  // As "node --import tsx" does, wherever this process was started.
  if (tsx !== null) await import(pathToFileURL(tsx).href);
  // Since Node 22.10; undefined before.
  else if (!Reflect.has(process.features, 'typescript') || Reflect.get(process.features, 'typescript') === false) {
    throw new InvalidError(
      `expected JavaScript: Node ${process.versions.node} does not read TypeScript. Use Node 22.18 or later, install tsx beside the module (npm install --save-dev tsx), or compile it first`,
    );
  }
}

/** @throws {InvalidError} where a person can be told what to do; else what Node throws. */
async function imported(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith("Cannot find package 'omg-oracle'")) {
      throw new InvalidError(
        'expected omg-oracle among the packages of the module: install the file that npm pack makes in a clone of it, or export the plain object without defineOptimizer',
        { cause: error },
      );
    }
    // Node tells the place only where nobody catches the error.
    if (error instanceof SyntaxError) throw new InvalidError(`expected a module that Node can read: ${message}; "node ${path}" shows where`, { cause: error });
    throw error;
  }
}

async function loadOptimizer(path: string): Promise<Optimizer> {
  if (TYPESCRIPT.test(path)) await prepareTypeScript(path);
  const module = members(await imported(path), 'a module');
  const found = module['default'];
  if (found === undefined) {
    const names = Object.keys(module).join(', ');
    throw new InvalidError(`expected "export default defineOptimizer({ … })" in ${path}, got ${names === '' ? 'no export' : `only the exports ${names}`}`);
  }
  // What was compiled to CommonJS has its exports one level deeper.
  return checkOptimizer(typeof found === 'object' && found !== null && Reflect.get(found, '__esModule') === true ? Reflect.get(found, 'default') : found);
}

/** A list of doubles that a module answered. */
function numbers(value: unknown, name: string, dimension?: number): string {
  const list = value instanceof Float64Array || value instanceof Float32Array || Array.isArray(value) ? (value as Numbers) : null;
  if (list === null) throw new InvalidError(`the module answered ${name} = ${described(value)}, expected a Float64Array or an array of numbers`);
  if (dimension !== undefined && list.length !== dimension) throw new InvalidError(`the module answered ${list.length} numbers as ${name}, expected ${dimension}`);
  const odd = list.findIndex((x) => typeof x !== 'number');
  if (odd >= 0) throw new InvalidError(`the module answered ${name}[${odd}] = ${described(list[odd])}, expected a number`);
  return encodeNumbers(list instanceof Float32Array ? Float64Array.from(list) : list);
}

function played(answer: Played, dimension: number): string {
  const { query, x, average, meta } = members(answer, 'the module to answer { query, x }');
  const extra = `${average === undefined || average === null ? '' : `,"average":${numbers(average, 'average', dimension)}`}${
    meta === undefined || meta === null ? '' : `,"meta":${numbers(meta, 'meta')}`
  }`;
  return `"query":${numbers(query, 'query', dimension)},"x":${numbers(x, 'x', dimension)}${extra}`;
}

/** A vector that the module is given. */
const optional = (
  watch: Watch,
  value: unknown,
  name: string,
  of: string,
): Float64Array | undefined => (value === undefined ? undefined : watch.given(`${name} of ${of}`, decodeNumbers(value, name)));

/** The point that is answered, and what the module has changed that is not its own. */
function told(point: string, watch: Watch): string {
  const changed = watch.changed();
  return changed.length === 0 ? point : `${point},"changed":${JSON.stringify(changed.join(', '))}`;
}

/** The protocol's operations over one optimizer. Each returns the members of its answer, as JSON. */
class Host {
  readonly #optimizer: Optimizer;
  readonly #language: string;
  readonly #live = new Map<string, Live>();

  constructor(optimizer: Optimizer, language: string) {
    this.#optimizer = optimizer;
    this.#language = language;
  }

  async answer(request: Members): Promise<string> {
    const op = decodeString(request['op'], 'op');
    switch (op) {
      case 'hello':
        return this.#hello(request);
      case 'init':
        return this.#init(request);
      case 'step':
        return this.#step(request);
      case 'run':
        return this.#run(request);
      case 'save':
        return this.#save(request);
      case 'load':
        return this.#load(request);
      case 'close':
        this.#live.delete(decodeString(request['session'], 'session'));
        return '';
      case 'bye':
        return '';
      default:
        throw new InvalidError(`expected an operation of protocol ${PROTOCOL}, got "${op}"`);
    }
  }

  #hello(request: Members): string {
    const { name, version = '', dtype = 'float64', capabilities = ['step'], restore } = this.#optimizer;
    const all = [...new Set([...capabilities.filter((one) => one !== 'state'), 'run', ...(restore === undefined ? [] : ['state']), 'changed'])];
    const implementation = { name, version, language: this.#language };
    return `"protocol":${PROTOCOL},"echo":${encodeNumbers(decodeNumbers(request['echo'], 'echo'))},${encodeJson({ implementation, dtype, capabilities: all }).slice(1, -1)}`;
  }

  async #init(request: Members): Promise<string> {
    const watch = new Watch();
    const x0 = watch.given('x0', decodeNumbers(request['x0'], 'x0'));
    const extra: StartArguments = { gradient: optional(watch, request['gradient'], 'gradient', 'init'), hint: optional(watch, request['hint'], 'hint', 'init') };
    // The gate encoded both from values of these types.
    const config = watch.given('config', decodeMembers(request['config'], 'config') as Config);
    const problem = decodeMembers(request['problem'], 'problem') as unknown as ProblemFacts;
    return this.#begin(request, await this.#optimizer.start(x0, config, problem, extra), { dimension: x0.length, next: 1, watch });
  }

  #begin(request: Members, session: unknown, at: Omit<Live, 'session'>): string {
    const { step } = members(session, 'start to return a session, an object with query, x and step');
    if (typeof step !== 'function')
      throw new InvalidError(`expected the session's step to be a function ({ t, gradient, value, hint, target }) => { query, x }, got ${described(step)}`);
    const live: Live = { session: session as Session, ...at };
    const answer = told(played(live.session, at.dimension), at.watch);
    this.#live.set(decodeString(request['session'], 'session'), live);
    return answer;
  }

  #session(request: Members): Live {
    const name = decodeString(request['session'], 'session');
    const live = this.#live.get(name);
    if (live === undefined) throw new InvalidError(`expected a live session, got "${name}"`);
    return live;
  }

  async #step(request: Members): Promise<string> {
    const live = this.#session(request);
    const value = request['value'] === undefined ? undefined : decodeNumbers([request['value']], 'value')[0];
    const { dimension, watch } = live;
    const step = `step ${Number(request['t'])}`;
    const answer = await live.session.step({
      t: Number(request['t']),
      gradient: watch.given(`gradient of ${step}`, decodeNumbers(request['gradient'], 'gradient', dimension)),
      value,
      hint: optional(watch, request['hint'], 'hint', step),
      target: optional(watch, request['target'], 'target', step),
    });
    live.next = Number(request['t']) + 1;
    return told(played(answer, dimension), watch);
  }

  async #run(request: Members): Promise<string> {
    const live = this.#session(request);
    const { gradients } = request;
    if (!Array.isArray(gradients)) throw new InvalidError(`expected a list in "gradients", got ${described(gradients)}`);
    const queries: string[] = [];
    const xs: string[] = [];
    for (const [i, gradient] of gradients.entries()) {
      const answer = await live.session.step({
        t: live.next,
        gradient: live.watch.given(`gradient of step ${live.next}`, decodeNumbers(gradient, `gradients[${i}]`, live.dimension)),
      });
      live.next += 1;
      // At once: the module may write to what it returned.
      const { query, x } = members(answer, 'the module to answer { query, x }');
      queries.push(numbers(query, 'query', live.dimension));
      xs.push(numbers(x, 'x', live.dimension));
    }
    return told(`"queries":[${queries.join(',')}],"xs":[${xs.join(',')}]`, live.watch);
  }

  #save(request: Members): string {
    const { session, dimension, next, watch } = this.#session(request);
    if (session.save === undefined) throw new InvalidError('expected the session to have save(), because the optimizer has restore(state)');
    // What JSON would lose comes back: typed arrays, not-finite numbers, maps.
    const state = session.save();
    const clone = serialize(state);
    const answer = told(`"state":${JSON.stringify({ dimension, next, v8: clone.toString('base64') })}`, watch);
    watch.saved(`what save returned after ${next === 1 ? 'init' : `step ${next - 1}`}`, state, clone);
    return answer;
  }

  async #load(request: Members): Promise<string> {
    const { restore } = this.#optimizer;
    if (restore === undefined) throw new InvalidError('expected the optimizer to have restore(state)');
    const { dimension, next, v8 } = decodeMembers(request['state'], 'state');
    const clone = Buffer.from(decodeString(v8, 'state.v8'), 'base64');
    const state: unknown = deserialize(clone);
    const watch = new Watch();
    watch.saved('the state given to load', state, clone);
    return this.#begin(request, await restore.call(this.#optimizer, state), { dimension: Number(dimension), next: Number(next), watch });
  }
}

/** What was thrown, as the protocol says it: `unsupported` and `invalid` say so themselves. */
function refusal(error: unknown): string {
  if (!(error instanceof Error)) return `"error":${JSON.stringify({ kind: 'exception', message: `the module threw ${described(error)}` })}`;
  // What would be cut on the other side, too; longer than a line may be, it would be no answer at all.
  const [message, stack] = [cut(error.message, SAID.message), cut(error.stack ?? '', SAID.details)];
  const kind: unknown = Reflect.get(error, 'kind');
  if (kind === 'unsupported' || kind === 'invalid') return `"error":${JSON.stringify({ kind, message })}`;
  return `"error":${JSON.stringify({ kind: 'exception', message: `${error.name}: ${message}`, traceback: stack })}`;
}

/** Answers one line. The module is loaded by the first, so that an answer can say what is wrong with it. */
async function reply(request: Members, host: () => Promise<Host>): Promise<string> {
  const id = Number(request['id']);
  try {
    const result = await (await host()).answer(request);
    return `{"id":${id},"ok":true${result === '' ? '' : ','}${result}}\n`;
  } catch (error) {
    return `{"id":${id},"ok":false,${refusal(error)}}\n`;
  }
}

async function* lines(): AsyncGenerator<string> {
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

async function serve(path: string): Promise<void> {
  // Standard output belongs to the protocol; what the module prints goes to standard error.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  let host: Host | null = null;
  const load = async (): Promise<Host> => (host ??= new Host(await loadOptimizer(path), TYPESCRIPT.test(path) ? 'typescript' : 'javascript'));
  for await (const line of lines()) {
    const request = decodeObject(line);
    const answer = await reply(request, load);
    await new Promise<void>((resolve) => {
      write(answer, () => resolve());
    });
    if (request['op'] === 'bye') break;
  }
}

const [module] = process.argv.slice(2);
if (module === undefined) throw new Error('expected a module: node host.js MODULE');
await serve(module);
// The module may hold timers or sockets open; what it was started for is over.
process.exit(0);
