import type { Json } from '../verdict.js';

/** What is said between the gate and an optimizer under test (docs/PROTOCOL.md), and the version of it. */
export const PROTOCOL = 1;

export const DTYPES = ['float64', 'float32'] as const;
/** In which precision an optimizer computes, and is judged. */
export type Dtype = (typeof DTYPES)[number];

export const CAPABILITIES = ['step', 'run', 'hint', 'average', 'state', 'changed'] as const;
/**
 * What an optimizer can do: `step`; `run`, all gradients at once; `hint`, it takes hints; `average`, it reports x̄_t; `state`, it can be saved and go on; `changed`, whoever
 * speaks the protocol for it tells which of the arrays that it was given it has changed.
 */
export type Capability = (typeof CAPABILITIES)[number];

/** Who answers: the reply to `hello`. */
export interface Hello {
  readonly implementation: { readonly name: string; readonly version: string; readonly language: string };
  readonly dtype: Dtype;
  readonly capabilities: readonly Capability[];
}

/** The values of one session's `config`: plain data, as docs/PROTOCOL.md names them for each method. */
export type Config = { readonly [name: string]: Json };

/** What an optimizer is told of the problem; nothing that it could cheat with. */
export interface ProblemFacts {
  /** An upper bound on the smoothness of f, where there is an f. */
  readonly L?: number;
  /** T: how many gradients will come. */
  readonly horizon: number;
}

/** `init`: x0 of dimension n; what the convex methods need before the first step. */
export interface Start {
  readonly x0: Float64Array;
  readonly config: Config;
  readonly problem: ProblemFacts;
  /** ∇f(x0), where the update rule needs it before the first query. */
  readonly gradient?: Float64Array;
  /** g̃_1 */
  readonly hint?: Float64Array;
}

/** `step` t: the gradient at the last query (or the linear loss g_t), the value there, the hint for the round to come, the target z_t. */
export interface StepInput {
  readonly t: number;
  readonly gradient: Float64Array;
  readonly value?: number;
  readonly hint?: Float64Array;
  readonly target?: Float64Array;
}

/** What `init`, `step` and `load` answer. */
export interface Answer {
  /** Where the next gradient is wanted. */
  readonly query: Float64Array;
  /** The iterate that the method would return now. */
  readonly x: Float64Array;
  /** x̄_t, where the method keeps it. */
  readonly average: Float64Array | null;
  /** w: the meta-parameters, where it has them. */
  readonly meta: Float64Array | null;
}

/** A session's state, as its implementation wrote it: reading and writing the JSON here would lose the integers of other languages. */
export interface SavedState {
  readonly json: string;
  /** n of the session that was saved. */
  readonly dimension: number;
}

/** An optimizer under test, behind either door. Every call may throw a {@link SubjectFailure}. Calls are made one after the other. */
export interface Door {
  /** How a reader knows it: the command, or the module's path. */
  readonly source: string;
  readonly kind: 'module' | 'command';
  /** How many times a new process was started because the one before it had failed. */
  readonly restarts: number;
  /** Starts the process, if it does not run, and asks who it is; bit-exact echo included. */
  readonly hello: () => Promise<Hello>;
  readonly init: (session: string, start: Start) => Promise<Answer>;
  readonly step: (session: string, input: StepInput) => Promise<Answer>;
  /** Open loop. */
  readonly run: (session: string, gradients: readonly Float64Array[]) => Promise<{ readonly queries: readonly Float64Array[]; readonly xs: readonly Float64Array[] }>;
  readonly save: (session: string) => Promise<SavedState>;
  readonly load: (session: string, state: SavedState) => Promise<Answer>;
  /** A session is over. Nobody has to care: a refusal is no failure. */
  readonly close: (session: string) => Promise<void>;
  /** What the implementation has changed, though it was only given it, as its answers since the last call of this told. */
  readonly changed: () => readonly string[];
  /** The same implementation in a process of its own, which knows nothing of what this one was asked. For each number always the same one; it ends with this one. */
  readonly beside: (which: number) => Door;
  /** Ends the process group, whatever state it is in. The next call starts a new one. */
  readonly end: () => Promise<void>;
  /** Ends it for good: each later call that needs a process fails as `skipped`. */
  readonly stop: () => Promise<void>;
  /** Says `bye` and waits for exit status 0; to a new process, where the last one was lost. @throws {SubjectFailure} another status, or none in time. */
  readonly bye: () => Promise<void>;
}

/** The same door, but for what is done otherwise. */
export function overlaid(door: Door, own: Partial<Door>): Door {
  return new Proxy(door, {
    get(target, name) {
      const theirs: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof theirs === 'function' && !Reflect.has(own, name) ? (theirs.bind(target) as unknown) : theirs;
    },
  });
}

/**
 * How a call failed. `crashed`, `timed-out`, `garbled` and `wrong-protocol` end the process; `errored` (the implementation answered
 * `invalid` or `exception`), `unsupported` and `skipped` are answers.
 */
export type FailureKind = 'crashed' | 'timed-out' | 'garbled' | 'errored' | 'unsupported' | 'skipped' | 'wrong-protocol';

export interface FailureDetails {
  /** The tail of standard error (4 KiB), a traceback, the garbled line: what helps to see why. */
  readonly details?: string;
  /** `skipped`: the link that goes with the reason. */
  readonly issue?: string;
}

export class SubjectFailure extends Error {
  override readonly name = 'SubjectFailure';
  readonly failure: FailureKind;
  readonly details: string;
  readonly issue: string | null;

  /** @param message one line: what was expected, what came. */
  constructor(failure: FailureKind, message: string, { details = '', issue }: FailureDetails = {}) {
    super(message);
    this.failure = failure;
    this.details = details;
    this.issue = issue ?? null;
  }
}
