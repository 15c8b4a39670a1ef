import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { Tape } from './tape.js';

/** A case that came close to a bound. */
export interface Hold {
  /** lhs/rhs */
  readonly ratio: number;
  /** What it was drawn from. */
  readonly tape: Tape;
  /** Its batch, and its place there, on which the generator's bias depends; of a perturbed case, those of the one it was made from. */
  readonly seed: number;
  readonly run: number;
}

/** What a case says of the bound: null if it is no evidence. `stop` ends the climb. */
export type Attempt = (tape: Tape, from: Hold) => { readonly ratio: number; readonly labels: readonly string[]; readonly tape: Tape } | null | 'stop';

/** How many cases are kept for each goal: from the best alone the way may lead nowhere. */
const KEPT = 3;
/** Closer to a bound than this there is nothing to be found but rounding. */
const SUMMIT = 1 - 1e-9;
/** Draws are changed by up to 2^REACH: generators draw integers from ranges of up to ten million, so that this is all of a range. */
const REACH = 23;

/** The tightest cases: of all, and of those with each label that is a goal of its own. */
export class Heights {
  readonly #kept = new Map<string, Hold[]>();
  readonly #goals: readonly string[];

  constructor(goals: readonly string[]) {
    this.#goals = goals;
  }

  note(labels: readonly string[], hold: Hold): void {
    this.#keep('', hold);
    for (const goal of this.#goals) if (labels.includes(goal)) this.#keep(goal, hold);
  }

  #keep(goal: string, hold: Hold): void {
    const kept = this.#kept.get(goal) ?? [];
    if (kept.length === KEPT && !(hold.ratio > kept.at(-1)!.ratio)) return;
    this.#kept.set(goal, [...kept, hold].toSorted((a, b) => b.ratio - a.ratio).slice(0, KEPT));
  }

  /** The cases to go on from, goal by goal, where there is a way up left. */
  open(): readonly (readonly Hold[])[] {
    return [...this.#kept.values()].filter(([best]) => best!.ratio < SUMMIT);
  }

  /** The largest ratio of the cases with each goal. */
  best(): { readonly [label: string]: number } {
    return Object.fromEntries([...this.#kept].filter(([goal]) => goal !== '').map(([goal, [best]]) => [goal, best!.ratio]));
  }
}

/**
 * Hill climbing over what generators draw, as Hypothesis's `target` does it: of a case that came close to the bound some draws are changed, a little or a lot; where
 * that comes closer, the same is done again twice as far. Ends when `budget` cases were tried, or when every goal is reached.
 */
export function climb(heights: Heights, seed: number, budget: number, attempt: Attempt): void {
  const random = xorshift128plus(seed);
  const below = (n: number): number => (random.next() >>> 0) % n;
  for (let tried = 0; tried < budget;) {
    const open = heights.open();
    if (open.length === 0) return;
    // Mostly the bound itself, if it is open: it comes first.
    const kept = open[below(4) > 0 ? 0 : below(open.length)]!;
    let from = kept[below(kept.length)]!;
    let move: Move | null = someMove(from.tape, below);
    while (move !== null && tried < budget) {
      tried += 1;
      const got = attempt(move.tape, from);
      if (got === 'stop') return;
      if (got === null) break;
      const hold: Hold = { ...from, ratio: got.ratio, tape: got.tape };
      heights.note(got.labels, hold);
      if (!(got.ratio > from.ratio) || got.ratio >= SUMMIT) break;
      from = hold;
      move = move.again(got.tape);
    }
  }
}

interface Move {
  readonly tape: Tape;
  /** The same, further; null where that means nothing. */
  readonly again: (tape: Tape) => Move | null;
}

function someMove(tape: Tape, below: (n: number) => number): Move {
  if (tape.length === 0) return { tape, again: () => null };
  const place = below(tape.length);
  const only = (changed: Tape): Move => ({ tape: changed, again: () => null });
  switch (below(8)) {
    // One draw anew; one like another; all from one on.
    case 0:
      return only(tape.with(place, below(2 ** 32) | 0));
    case 1:
      return only(tape.with(place, tape[below(tape.length)]!));
    case 2:
      return only(tape.slice(0, place));
    // Some draws at once.
    case 3: {
      const places = [place, below(tape.length), below(tape.length)];
      return nudge(tape, places.map((at) => [at, step(below)]));
    }
    default:
      return nudge(tape, [[place, step(below)]]);
  }
}

/** ±2^k: equally often of each size. */
function step(below: (n: number) => number): number {
  return (below(2) === 0 ? 1 : -1) * 2 ** below(REACH + 1);
}

function nudge(tape: Tape, steps: readonly (readonly [place: number, by: number])[]): Move {
  const changed = [...tape];
  for (const [place, by] of steps) changed[place] = (changed[place]! + by) | 0;
  return {
    tape: changed,
    again: (next) => (steps.every(([place]) => place < next.length) ? nudge(next, steps.map(([place, by]) => [place, 2 * by])) : null),
  };
}
