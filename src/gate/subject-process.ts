import { isUtf8 } from 'node:buffer';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SubjectFailure } from './protocol.js';

/** What an implementation is allowed. Times in milliseconds. */
export interface Limits {
  /** From the start to the first answer. */
  readonly start: number;
  /** From each further request to its answer, and from `bye` to the end of the process. */
  readonly request: number;
  /** Between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** The longest line, in bytes. */
  readonly line: number;
}

export const LIMITS: Limits = { start: 30_000, request: 10_000, grace: 500, line: 2 ** 24 };

/** A shell's command line, or a program and its arguments. */
export type Command = string | readonly [program: string, ...args: string[]];

/** How a process ended: its exit status, or the signal that killed it. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

const NEWLINE = 10;
const STDERR_TAIL = 4096;
const SHOWN = 200;
/** How long what was written before a process's end may take to arrive, where something else holds its pipes open. */
const DRAIN = 200;
/** A process that SIGKILL does not end in this time is in the kernel's hands. */
const KILLED = 2000;

/** The groups that run: they must not outlive this process. */
const groups = new Set<number>();
let watching = false;

function endGroupsOnExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const group of groups) signalGroup(group, 'SIGKILL');
  });
}

/** Windows has neither process groups nor signals: there, a process is ended with those that it started, as far as their parents still run. */
const HAS_GROUPS = process.platform !== 'win32';

function signalGroup(group: number, signal: NodeJS.Signals): void {
  if (!HAS_GROUPS && spawnSync('taskkill', ['/pid', String(group), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).status === 0) return;
  try {
    process.kill(HAS_GROUPS ? -group : group, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: a member runs as somebody else, and is out of reach.
  }
}

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

/** The line as it is shown in a failure: at most 200 characters, controls made visible. */
export function shown(line: string): string {
  const start = JSON.stringify(line.slice(0, SHOWN)).slice(1, -1).replaceAll(String.raw`\"`, '"');
  return line.length > SHOWN ? `${start}… (${line.length} characters)` : start;
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/** In words: "ended with exit status 3", "was killed by SIGSEGV". */
export function describeExit({ status, signal }: Exit, shell: boolean): string {
  if (signal !== null) return `was killed by ${signal}`;
  if (!shell) return `ended with exit status ${status}`;
  if (status === 127) return 'ended with exit status 127: the shell did not find the command';
  if (status === 126) return 'ended with exit status 126: the shell may not execute the command';
  const killer = status !== null && status > 128 ? signalName(status - 128) : undefined;
  return `ended with exit status ${status}${killer === undefined ? '' : `, as a shell reports ${killer}`}`;
}

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (failure: SubjectFailure) => void;
}

/**
 * A program that answers lines with lines, in a process group of its own. Whatever it does, a request ends in time, with a line or a
 * {@link SubjectFailure}; memory stays bounded; and {@link SubjectProcess.end} leaves nothing behind. A failure is final: each later request fails in the same way.
 */
export class SubjectProcess {
  readonly #limits: Limits;
  readonly #shell: boolean;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable> | null;
  readonly #finished: Promise<void>;
  #finish: () => void = () => undefined;
  #waiting: Waiting | null = null;
  #failure: SubjectFailure | null = null;
  #exit: Exit | null = null;
  #deadline: NodeJS.Timeout;
  #answered = false;
  #suspicion: NodeJS.Timeout | null = null;
  #outputEnded = false;
  /** How often something came. */
  #chunks = 0;
  #inputClosed = false;
  /** An unfinished line: the first `#held` bytes. */
  #partial = Buffer.alloc(0);
  #held = 0;
  #stderr = Buffer.alloc(0);
  #ending: Promise<void> | null = null;

  /** Starts the program; whether that worked is what the first request says. */
  constructor(command: Command, { limits, cwd, env }: { readonly limits: Limits; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }) {
    this.#limits = limits;
    this.#shell = typeof command === 'string';
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#deadline = setTimeout(() => this.#late(limits.start), limits.start);
    this.#child = this.#spawn(command, { ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) });
  }

  #spawn(command: Command, where: { cwd?: string; env?: NodeJS.ProcessEnv }): ChildProcessByStdio<Writable, Readable, Readable> | null {
    const [program, args] = typeof command === 'string' ? [command, []] : [command[0], command.slice(1)];
    try {
      const child = spawn(program, args, { ...where, shell: this.#shell, detached: HAS_GROUPS, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
      if (child.pid !== undefined) {
        endGroupsOnExit();
        groups.add(child.pid);
      }
      child.on('error', (error) => this.#unstarted(error));
      child.on('exit', (status, signal) => {
        // Where there are no groups, the number may soon be another's.
        if (!HAS_GROUPS && child.pid !== undefined) groups.delete(child.pid);
        this.#exited({ status, signal });
      });
      child.on('close', () => this.#drained());
      child.stdin.on('error', () => this.#closedInput());
      child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
      child.stdout.on('error', () => this.#closedOutput());
      child.stdout.on('close', () => this.#closedOutput());
      child.stderr.on('data', (chunk: Buffer) => this.#readError(chunk));
      child.stderr.on('error', () => undefined);
      return child;
    } catch (error) {
      this.#unstarted(error);
      return null;
    }
  }

  /** What it last wrote to standard error, at most 4 KiB. */
  get stderr(): string {
    return this.#stderr.toString('utf8');
  }

  /**
   * Sends one line and waits for one.
   *
   * @param line without its end
   * @throws {SubjectFailure} `crashed`, `timed-out` or `garbled`
   */
  async request(line: string): Promise<string> {
    if (this.#waiting !== null) throw new Error('expected one request at a time, got a second one before the answer to the first');
    return new Promise<string>((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#waiting = { resolve, reject };
      this.#deadline.refresh();
      if (this.#outputEnded) this.#closedOutput();
      else if (this.#inputClosed) this.#closedInput();
      else this.#child?.stdin.write(`${line}\n`);
    });
  }

  /**
   * Ends the input, and waits for the process to end of itself, and for its last output.
   *
   * @throws {SubjectFailure} `timed-out` when it does not end in time, `garbled` when it wrote what nobody asked for
   */
  async exited(): Promise<Exit> {
    this.#child?.stdin.end();
    const late = sleep(this.#limits.request, null, { ref: false });
    await Promise.race([this.#finished, late]);
    if (this.#failure?.failure === 'garbled') throw this.#failure;
    if (this.#exit === null) throw new SubjectFailure('timed-out', `the process did not end within ${seconds(this.#limits.request)}`);
    return this.#exit;
  }

  /** In words: "ended with exit status 3". */
  describe(exit: Exit): string {
    return describeExit(exit, this.#shell);
  }

  /** Ends the process and its group: SIGTERM, then SIGKILL for whoever is left. Takes about a grace at most, whatever they do. */
  async end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#deadline);
    this.#fail(new SubjectFailure('crashed', 'the gate ended the process'));
    const group = this.#child?.pid;
    if (this.#child === null || group === undefined) return;
    const gone = new Promise<void>((resolve) => {
      if (this.#exit === null) this.#child?.once('exit', () => resolve());
      else resolve();
    });
    const within = async (time: number): Promise<void> => {
      const patience = new AbortController();
      await Promise.race([gone, sleep(time, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
    };
    if (this.#exit === null) {
      signalGroup(group, 'SIGTERM');
      await within(this.#limits.grace);
    }
    // Even if the leader has gone: its number is the group's as long as the group has members.
    if (HAS_GROUPS || this.#exit === null) signalGroup(group, 'SIGKILL');
    await within(KILLED);
    groups.delete(group);
    if (this.#suspicion !== null) clearTimeout(this.#suspicion);
    // Somebody who left the group may hold the other ends open; that must not keep this process waiting.
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
    this.#child.unref();
  }

  /** One answer in one chunk is the common case, and costs one conversion. */
  #read(chunk: Buffer): void {
    this.#chunks += 1;
    if (this.#failure !== null) return;
    if (this.#waiting === null) {
      this.#stray(chunk);
      return;
    }
    const end = chunk.indexOf(NEWLINE);
    const length = this.#held + (end < 0 ? chunk.length : end);
    if (length > this.#limits.line) {
      this.#hold(chunk.subarray(0, SHOWN));
      const start = this.#partial.toString('utf8', 0, Math.min(this.#held, SHOWN));
      this.#fail(new SubjectFailure('garbled', `expected a line of at most ${this.#limits.line} bytes, got more`, { details: `the line begins: ${shown(start)}` }));
    } else if (end < 0) {
      this.#hold(chunk);
    } else {
      this.#answer(this.#held === 0 ? chunk.subarray(0, end) : this.#unfinished(chunk.subarray(0, end)));
      if (end + 1 < chunk.length) this.#stray(chunk.subarray(end + 1));
    }
  }

  /** Copied, because a program that writes single bytes would otherwise make one buffer of each. */
  #hold(bytes: Buffer): void {
    const length = this.#held + bytes.length;
    if (length > this.#partial.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * this.#partial.length, length, 4096));
      this.#partial.copy(grown, 0, 0, this.#held);
      this.#partial = grown;
    }
    bytes.copy(this.#partial, this.#held);
    this.#held = length;
  }

  #unfinished(rest: Buffer): Buffer {
    this.#hold(rest);
    const line = this.#partial.subarray(0, this.#held);
    this.#partial = Buffer.alloc(0);
    this.#held = 0;
    return line;
  }

  #answer(line: Buffer): void {
    if (!isUtf8(line)) {
      this.#fail(new SubjectFailure('garbled', 'expected a line in UTF-8, got other bytes', { details: `the line: ${shown(line.toString('latin1'))}` }));
      return;
    }
    if (!this.#answered) {
      this.#answered = true;
      clearTimeout(this.#deadline);
      this.#deadline = setTimeout(() => this.#late(this.#limits.request), this.#limits.request);
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(line.toString('utf8'));
  }

  #stray(bytes: Buffer): void {
    const [line] = bytes.toString('utf8', 0, 4 * SHOWN).split('\n');
    this.#fail(
      new SubjectFailure('garbled', 'expected one line for each request, got more; standard output belongs to the protocol, other output goes to standard error', {
        details: `the line: ${shown(line ?? '')}`,
      }),
    );
  }

  #readError(chunk: Buffer): void {
    this.#stderr = chunk.length >= STDERR_TAIL ? Buffer.from(chunk.subarray(-STDERR_TAIL)) : Buffer.from(Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_TAIL));
  }

  /** The timer runs out before pipes are read: an answer that lies there already is in time. */
  #late(limit: number): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    setImmediate(() => {
      if (this.#waiting === waiting)
        this.#fail(new SubjectFailure('timed-out', `expected an answer within ${seconds(limit)}, got ${this.#held === 0 ? 'none' : 'half a line'}`, this.#half()));
    });
  }

  #half(): { details?: string } {
    return this.#held === 0 ? {} : { details: `the unfinished line: ${shown(this.#partial.toString('utf8', 0, this.#held))}` };
  }

  #unstarted(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such program' : code === 'EACCES' || code === 'EPERM' ? 'this user may not execute it' : message;
    this.#fail(new SubjectFailure('crashed', `the process could not be started: ${why}`));
  }

  #exited(exit: Exit): void {
    this.#exit = exit;
    // A grandchild may hold the pipes; 'close' would then never come.
    this.#suspect(() => this.#drained());
  }

  #drained(): void {
    if (this.#exit !== null) this.#fail(new SubjectFailure('crashed', `the process ${this.describe(this.#exit)}`, this.#half()));
  }

  #closedOutput(): void {
    this.#outputEnded = true;
    if (this.#waiting !== null && this.#exit === null) this.#suspect(() => this.#fail(new SubjectFailure('crashed', 'the process closed its standard output', this.#half())));
  }

  #closedInput(): void {
    this.#inputClosed = true;
    if (this.#waiting !== null && this.#exit === null) this.#suspect(() => this.#fail(new SubjectFailure('crashed', 'the process closed its standard input')));
  }

  /** A closed pipe is most often the first sign of a process's end, and the end says more. */
  #suspect(conclude: () => void): void {
    if (this.#suspicion !== null) clearTimeout(this.#suspicion);
    this.#suspicion = setTimeout(() => {
      // As above: the timer runs out before pipes are read, and what lies there was written before the end.
      const before = this.#chunks;
      setImmediate(() => {
        if (this.#chunks === before) conclude();
        else this.#suspect(conclude);
      });
    }, DRAIN);
  }

  #fail(failure: SubjectFailure): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    // What nobody will read stays in the pipe, where it cannot fill this process's memory.
    this.#child?.stdout.pause();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(failure);
    this.#finish();
  }
}
