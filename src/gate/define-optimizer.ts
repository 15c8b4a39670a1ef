import { CAPABILITIES, DTYPES, type Capability, type Config, type Dtype, type ProblemFacts } from './protocol.js';

/** Doubles as a module may give them. */
export type Numbers = Float64Array | Float32Array | readonly number[];

/** What a session answers; docs/PROTOCOL.md says what each means for each method. */
export interface Played {
  /** Where the next gradient is wanted: n numbers, as x0 has. */
  readonly query: Numbers;
  /** The iterate that the method would return now: n numbers. */
  readonly x: Numbers;
  /** x̄_t, where the method keeps it. */
  readonly average?: Numbers | undefined;
  /** w: the meta-parameters, where it has them. */
  readonly meta?: Numbers | undefined;
}

/** What comes with step t; the lists are the session's to keep. */
export interface StepArguments {
  /** 1, 2, … */
  readonly t: number;
  /** At the last `query`, or the linear loss g_t. */
  readonly gradient: Float64Array;
  /** f at the last `query`, where there is an f. */
  readonly value?: number | undefined;
  /** For the round to come. */
  readonly hint?: Float64Array | undefined;
  /** z_t */
  readonly target?: Float64Array | undefined;
}

/** One run of an optimizer: its first answer, and how it goes on. Nothing may be shared between sessions. */
export interface Session extends Played {
  /** May be asynchronous, for frameworks that are. */
  readonly step: (input: StepArguments) => Played | Promise<Played>;
  /** Everything that {@link Optimizer.restore} needs: data that can be cloned, typed arrays and maps included. */
  readonly save?: (() => unknown) | undefined;
}

/** What `start` gets beside x0, where the method needs it before the first step. */
export interface StartArguments {
  /** ∇f(x0) */
  readonly gradient?: Float64Array | undefined;
  /** g̃_1 */
  readonly hint?: Float64Array | undefined;
}

/** What a module exports for the gate. It is asked for many sessions, one after another and side by side. */
export interface Optimizer {
  readonly name: string;
  readonly version?: string | undefined;
  /** In which it computes. Default: float64 */
  readonly dtype?: Dtype | undefined;
  /** Default: `step`. `run` and, with `restore`, `state` are added. */
  readonly capabilities?: readonly Capability[] | undefined;
  /** Starts a session. @throws what {@link unsupported} makes, for a `config` that it does not know. */
  readonly start: (x0: Float64Array, config: Config, problem: ProblemFacts, extra: StartArguments) => Session | Promise<Session>;
  /** Continues from what a session's `save` returned. */
  readonly restore?: ((state: unknown) => Session | Promise<Session>) | undefined;
}

/** Makes a claim inapplicable where it is thrown; anything else that is thrown is a failure of the implementation. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
  readonly kind = 'unsupported';
}

/** What `start` throws for a configuration that the optimizer does not have: the claim is then inapplicable. */
export function unsupported(message: string): Unsupported {
  return new Unsupported(message);
}

/** A module's optimizer is not what it should be: what was expected, and what came. */
export class InvalidError extends TypeError {
  override readonly name = 'InvalidError';
  readonly kind = 'invalid';
}

/**
 * An optimizer for `omg-oracle gate MODULE`: the module's default export.
 *
 * ```js
 * export default defineOptimizer({
 *   name: 'my-descent',
 *   start: (x0, { learningRate }) => {
 *     let x = x0;
 *     return { query: x, x, step: ({ gradient }) => ({ query: (x = x.map((xi, i) => xi - learningRate * gradient[i])), x }) };
 *   },
 * });
 * ```
 *
 * @returns its argument
 * @throws {InvalidError} what was expected, and what came
 */
export function defineOptimizer(optimizer: Optimizer): Optimizer {
  return checkOptimizer(optimizer);
}

/** Values come from JavaScript, where types are hopes. @throws {InvalidError} */
export function checkOptimizer(value: unknown): Optimizer {
  const { name, version, dtype, capabilities, start, restore } = members(value, 'an optimizer, an object with name and start');
  expect(typeof name === 'string' && name !== '', 'a string', 'name', name);
  expect(version === undefined || typeof version === 'string', 'a string', 'version', version);
  expect(dtype === undefined || DTYPES.some((known) => known === dtype), DTYPES.map((known) => `"${known}"`).join(' or '), 'dtype', dtype);
  expect(
    capabilities === undefined || (Array.isArray(capabilities) && capabilities.every((one) => CAPABILITIES.some((known) => known === one))),
    `a list of ${CAPABILITIES.join(', ')}`,
    'capabilities',
    capabilities,
  );
  expect(typeof start === 'function', 'a function (x0, config, problem, { gradient, hint }) => session', 'start', start);
  expect(restore === undefined || typeof restore === 'function', 'a function (state) => session', 'restore', restore);
  return value as Optimizer;
}

/** @throws {InvalidError} `value` is no object. */
export function members(value: unknown, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new InvalidError(`expected ${expected}, got ${described(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

function expect(holds: boolean, expected: string, name: string, value: unknown): void {
  if (!holds) throw new InvalidError(`expected ${expected} as ${name}, got ${described(value)}`);
}

/** A value as a short text, for messages. */
export function described(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? `a list of ${value.length}` : `an object of type ${value.constructor?.name ?? 'null'}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
