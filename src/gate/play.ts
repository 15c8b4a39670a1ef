import { float64 } from '../arithmetic/float64.js';
import { convexFunction } from '../problem/convex.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import { representable, type GateCase } from './case.js';
import type { FedNumbers, Trace } from './fed.js';
import type { Answer, Door, Dtype, Start, StepInput } from './protocol.js';

/** One session as it went: what the optimizer was fed, and what it answered from `init` on. */
export interface Played {
  readonly fed: FedNumbers;
  readonly answers: readonly Answer[];
}

/**
 * Beyond this a number of the type says more about overflow than about a method: the norm of a sum of products of two gradients, which projections onto
 * balls need where rates are learned, has their fourth powers in it.
 */
export const FAR: { readonly [dtype in Dtype]: number } = { float64: 1e70, float32: 1e7 };
/** What is nearer to 0 than this is given as 0: its square would underflow. */
const NEAR: { readonly [dtype in Dtype]: number } = { float64: 2 ** -500, float32: 2 ** -60 };

/** f of a session, evaluated in double precision; null where losses are given. */
export function functionOf({ function: spec }: GateCase): ConvexFunction<number> | null {
  return spec === null ? null : convexFunction(float64, spec);
}

export interface SessionOptions {
  /** The session's name; "a" if it is left out. */
  readonly name?: string;
  /** Gradients to be given in place of those at the queries. */
  readonly recorded?: readonly ArrayLike<number>[];
}

/** A session that can be taken on step by step, so that several can be interleaved. Closed loop: each gradient is that at the query before it. */
export class Session {
  readonly name: string;
  private readonly door: Door;
  private readonly data: GateCase;
  private readonly dtype: Dtype;
  private readonly recorded: readonly ArrayLike<number>[] | null;
  private readonly f: ConvexFunction<number> | null;
  private readonly first: Float64Array;
  private readonly inputs: StepInput[] = [];
  private readonly answers: Answer[] = [];

  constructor(door: Door, data: GateCase, dtype: Dtype, { name = 'a', recorded }: SessionOptions = {}) {
    this.door = door;
    this.data = representable(data, dtype);
    this.dtype = dtype;
    this.name = name;
    this.recorded = recorded ?? null;
    this.f = functionOf(this.data);
    this.first = this.gradientAt(Float64Array.from(this.data.x0));
  }

  /** What has happened so far. */
  get played(): Played {
    const { x0, config, hints, targets } = this.data;
    return { fed: { x0, config, first: this.first, gradients: this.inputs.map(({ gradient }) => gradient), hints, targets }, answers: [...this.answers] };
  }

  /** Asks for the next answer: `init`'s first, then one a step. False at the end, and where numbers are not finite or too far out to go on with. */
  async advance(): Promise<boolean> {
    const t = this.answers.length;
    if (t > this.data.horizon) return false;
    if (t === 0) {
      this.answers.push(await this.door.init(this.name, this.start()));
      return true;
    }
    const input = this.input(t);
    if (!this.near(this.answers[t - 1]!.query) || !this.near(input.gradient)) return false;
    this.answers.push(await this.door.step(this.name, input));
    this.inputs.push(input);
    return true;
  }

  /** What was sent in steps `from` to `to`: to be sent again. */
  sent(from: number, to = this.inputs.length): readonly StepInput[] {
    return this.inputs.slice(from - 1, to);
  }

  /** The message of `init`. */
  start(): Start {
    const { x0, config, horizon, hints } = this.data;
    const problem = this.f === null ? { horizon } : { horizon, L: this.f.smoothness };
    return { x0: Float64Array.from(x0), config, problem, gradient: this.first, ...(hints[0] === undefined ? {} : { hint: Float64Array.from(hints[0]) }) };
  }

  private input(t: number): StepInput {
    const { query } = this.answers[t - 1]!;
    const [hint, target] = [this.data.hints[t], this.data.targets[t - 1]];
    const given = this.recorded?.[t - 1] ?? this.data.losses[t - 1];
    const value = this.f === null || given !== undefined ? {} : this.valueAt(query);
    return {
      t,
      gradient: given === undefined ? this.gradientAt(query) : Float64Array.from(given),
      ...value,
      ...(hint === undefined ? {} : { hint: Float64Array.from(hint) }),
      ...(target === undefined ? {} : { target: Float64Array.from(target) }),
    };
  }

  private gradientAt(x: Float64Array): Float64Array {
    if (this.f === null) return new Float64Array(x.length);
    const held = (entry: number): number => (Math.abs(entry) < NEAR[this.dtype] ? 0 : this.dtype === 'float32' ? Math.fround(entry) : entry);
    return Float64Array.from(this.f.gradient(x), held);
  }

  private valueAt(x: Float64Array): { value?: number } {
    const value = this.f!.value(x);
    return Number.isFinite(value) ? { value } : {};
  }

  private near(v: Float64Array): boolean {
    return v.every((entry) => Math.abs(entry) <= FAR[this.dtype]);
  }
}

/** A whole session. One that is taken in one request answers with queries and iterates alone. */
export async function play(door: Door, data: GateCase, dtype: Dtype, options: SessionOptions = {}): Promise<Played> {
  const session = new Session(door, data, dtype, options);
  if (data.run === true) {
    await session.advance();
    const { fed, answers } = session.played;
    const gradients = data.losses.slice(0, data.horizon).map((g) => Float64Array.from(g));
    const { queries, xs } = await door.run(session.name, gradients);
    return { fed: { ...fed, gradients }, answers: [...answers, ...queries.map((query, t): Answer => ({ query, x: xs[t]!, average: null, meta: null }))] };
  }
  while (await session.advance()) { /* until it ends */ }
  return session.played;
}

/** Whether a step was ever answered with numbers that are finite: what never is says nothing of how an optimizer behaves. */
export const isTelling = ({ answers }: Played): boolean => answers.slice(1).some(({ query, x }) => query.every(Number.isFinite) && x.every(Number.isFinite));

/** What was answered, by quantity; `meta` is null unless every answer has it. */
export function traceOf(answers: readonly Answer[]): Trace<number> {
  const metas = answers.flatMap(({ meta }) => (meta === null ? [] : [meta]));
  return { query: answers.map(({ query }) => query), x: answers.map(({ x }) => x), meta: metas.length === answers.length ? metas : null };
}
