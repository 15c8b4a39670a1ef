import fc from 'fast-check';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/**
 * The numbers that a generator drew for one case, in order: 32-bit integers. The same numbers make the same case, and others make another one of the
 * same generator, whatever they are.
 */
export type Tape = readonly number[];

/** fast-check's own stream of random numbers, with a note of what the latest run drew. */
export class Recorder {
  #latest: number[] = [];

  get tape(): Tape {
    return this.#latest;
  }

  /** For fast-check's `randomType`: it jumps before each run and takes a clone for it. What that one is cloned for in turn is shrinking. */
  readonly stream = (seed: number): JumpableRandomGenerator => {
    const source = xorshift128plus(seed);
    return {
      next: () => source.next(),
      jump: () => source.jump(),
      getState: () => source.getState(),
      clone: () => {
        this.#latest = [];
        return noting(source.clone(), this.#latest);
      },
    };
  };
}

function noting(source: JumpableRandomGenerator, notes: number[]): JumpableRandomGenerator {
  return {
    next: () => {
      const draw = source.next();
      notes.push(draw);
      return draw;
    },
    jump: () => source.jump(),
    getState: () => source.getState(),
    clone: () => source.clone(),
  };
}

/** Draws from the tape, then from a stream of its own. */
function playing(tape: Tape, beyond: JumpableRandomGenerator, start: number): JumpableRandomGenerator {
  let position = start;
  return {
    next: () => (position < tape.length ? tape[position++]! : beyond.next()),
    jump: () => beyond.jump(),
    getState: () => beyond.getState(),
    clone: () => playing(tape, beyond.clone(), position),
  };
}

/** What the `run`-th run of a property would be had it drawn these numbers (and those of `seed` where it wants more), and what it did draw. */
export function replayed<T>(property: fc.IRawProperty<T>, tape: Tape, run: number, seed: number): { readonly value: T; readonly tape: Tape } {
  const notes: number[] = [];
  const source = playing(tape, xorshift128plus(seed), 0);
  // fc.Random draws from a clone of what it is given.
  const { value } = property.generate(new fc.Random({ ...source, clone: () => noting(source, notes) }), run);
  return { value, tape: notes };
}
