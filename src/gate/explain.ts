import fc from 'fast-check';
import type { Saboteur } from '../saboteur/saboteur.js';
import type { Subject } from '../subject.js';
import { mixSeed } from '../runner/seed.js';
import type { Guess } from '../verdict.js';
import type { CaseOptions, GateCase } from './case.js';
import { sessionsFor, type GateContext } from './claim.js';
import { compare } from './compare.js';
import { METHODS, METHOD_NAMES, type Method, type MethodName } from './methods.js';
import { play, type Played } from './play.js';
import { SubjectFailure, type Dtype } from './protocol.js';
import { Refusals } from './refusals.js';

/** How many further sessions a mistake must explain before it is named: enough for a setting that one in six of them has. */
const CONFIRMATIONS = 24;
/** Sessions of each method that a guess stands on. */
const GUESSES = 12;
/** A guess ends where so many methods have ended the optimizer's process. */
const LOST = 3;

/** True where the mistaken method goes just as the optimizer did. */
function explains(method: Method, subject: Subject, played: Played, dtype: Dtype): boolean {
  try {
    const { answers, difference } = compare(method, subject, played, dtype);
    return difference === null && answers >= Math.min(2, played.answers.length);
  } catch {
    // A part that the mistake breaks altogether, or a method that this config does not describe.
    return false;
  }
}

/** How an optimizer took sessions of one kind. */
interface Taken {
  readonly played: readonly Played[];
  readonly refused: number;
  /** Sessions in which it threw. */
  readonly failed: number;
}

/** At most so many sessions are drawn for each one that is wanted. */
const TRIES = 20;

/**
 * Sessions that the optimizer takes, and how they went; fewer than `wanted`, where it takes few.
 * @throws {SubjectFailure} where its process does not survive one.
 */
async function taken(context: GateContext, options: CaseOptions, wanted: number, seed: number): Promise<Taken> {
  const refusals = new Refusals();
  const watched: GateContext = { ...context, door: refusals.watch(context.door), refusals };
  const played: Played[] = [];
  let failed = 0;
  for (let i = 0; played.length < wanted && failed < wanted && i < TRIES * wanted && !refusals.takesNone; i++) {
    const [data] = fc.sample(sessionsFor(watched, options), { numRuns: 1, seed: mixSeed(seed, `${context.method}/${i}`) });
    try {
      played.push(await play(watched.door, data!, context.dtype));
    } catch (error) {
      if (!(error instanceof SubjectFailure) || !['unsupported', 'errored'].includes(error.failure)) throw error;
      if (error.failure === 'errored') failed += 1;
    }
  }
  return { played, refused: refusals.times, failed };
}

/** A known mistake, or another method, that goes as the optimizer does, on the failing session and on others that it takes; null where none is known. `schedule`: whether the others have rates that vary. */
export async function explain(context: GateContext, failing: GateCase, saboteurs: readonly Saboteur[], seed: number, schedule: boolean): Promise<string | null> {
  const { door, dtype, method, reference } = context;
  const first = await play(door, failing, dtype);
  const candidates = [
    ...METHOD_NAMES.filter((name) => name !== method).map((name) => ({ method: METHODS[name], subject: reference, told: name as string })),
    ...saboteurs.map((one) => ({ method: METHODS[method], subject: one.subject, told: `${one.name.replaceAll('-', ' ')} (${one.slip})` })),
  ].filter((candidate) => explains(candidate.method, candidate.subject, first, dtype));
  if (candidates.length === 0) return null;
  const { played } = await taken(context, { schedule }, CONFIRMATIONS, seed);
  if (played.length < CONFIRMATIONS) return null;
  const told = candidates.find((candidate) => played.every((one) => explains(candidate.method, candidate.subject, one, dtype)));
  return told === undefined ? null : `behaves like: ${told.told}`;
}

/** How an optimizer that nobody named goes beside one method. */
export interface MethodGuess extends Guess {
  readonly method: MethodName;
}

/** The method that agrees in most sessions, the plainer where several do; null where none agrees in any. */
export const nearest = (guesses: readonly MethodGuess[]): MethodGuess | null => most(guesses, ({ agreed }) => agreed);

/** Whether a method agrees with the optimizer in every session that it took, and it took as many as were wanted. */
export const agreesThroughout = (guess: MethodGuess | null): boolean => guess !== null && guess.agreed === guess.taken && guess.taken === GUESSES;

/** The method of which it takes most sessions; null where it takes none. */
export const mostTaken = (guesses: readonly MethodGuess[]): MethodGuess | null => most(guesses, ({ taken: sessions }) => sessions);

/** The first with the largest number, where there is one above 0. */
function most(guesses: readonly MethodGuess[], number: (guess: MethodGuess) => number): MethodGuess | null {
  return guesses.reduce<MethodGuess | null>((best, guess) => (number(guess) > (best === null ? 0 : number(best)) ? guess : best), null);
}

/** Each method beside an optimizer that nobody named, in sessions of that method. */
export async function guess(context: Omit<GateContext, 'method' | 'guessed'>, seed: number): Promise<readonly MethodGuess[]> {
  const guesses: MethodGuess[] = [];
  let lost = 0;
  for (const method of METHOD_NAMES) {
    try {
      const { played, refused, failed } = await taken({ ...context, method, guessed: true }, { horizon: { min: 3, max: 8 } }, GUESSES, seed);
      const agreed = played.filter((one) => explains(METHODS[method], context.reference, one, context.dtype)).length;
      guesses.push({ method, agreed, taken: played.length, refused, failed });
    } catch (error) {
      if (!(error instanceof SubjectFailure)) throw error;
      guesses.push({ method, agreed: 0, taken: 0, refused: 0, failed: 1 });
      lost += 1;
      // It says that it will not, or keeps ending: the claims will tell how.
      if (error.failure === 'skipped' || lost === LOST) break;
    }
  }
  return guesses;
}
