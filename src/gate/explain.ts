import fc from 'fast-check';
import type { Saboteur } from '../saboteur/saboteur.js';
import type { Subject } from '../subject.js';
import { gateCase, type GateCase } from './case.js';
import type { GateContext } from './claim.js';
import { compare } from './compare.js';
import { METHODS, METHOD_NAMES, type Method, type MethodName } from './methods.js';
import { play, type Played } from './play.js';
import type { Dtype } from './protocol.js';

/** How many further sessions a mistake must explain before it is named: enough for a setting that one in six of them has. */
const CONFIRMATIONS = 24;
/** Sessions of each method that a guess stands on. */
const GUESSES = 12;

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

/** A known mistake, or another method, that goes as the optimizer does, on the failing session and on others; null where none is known. `schedule`: whether the others have rates that vary. */
export async function explain(context: GateContext, failing: GateCase, saboteurs: readonly Saboteur[], seed: number, schedule: boolean): Promise<string | null> {
  const { door, dtype, method, reference } = context;
  const first = await play(door, failing, dtype);
  const candidates = [
    ...METHOD_NAMES.filter((name) => name !== method).map((name) => ({ method: METHODS[name], subject: reference, told: name as string })),
    ...saboteurs.map((one) => ({ method: METHODS[method], subject: one.subject, told: `${one.name.replaceAll('-', ' ')} (${one.slip})` })),
  ].filter((candidate) => explains(candidate.method, candidate.subject, first, dtype));
  if (candidates.length === 0) return null;
  const others = fc.sample(gateCase(method, dtype, { schedule }), { numRuns: CONFIRMATIONS, seed });
  const sessions: Played[] = [];
  for (const data of others) sessions.push(await play(door, data, dtype));
  const left = candidates.filter((candidate) => sessions.every((played) => explains(candidate.method, candidate.subject, played, dtype)));
  const told = left[0];
  return told === undefined ? null : `behaves like: ${told.told}`;
}

/** How often each reference agrees with an optimizer that was configured as that method. */
export interface Guess {
  readonly method: MethodName;
  readonly agreed: number;
  readonly sessions: number;
}

/** The reference that an optimizer is nearest to: the one that agrees with it in most sessions. null where none agrees in any. */
export async function guess(context: Omit<GateContext, 'method' | 'guessed'>, seed: number): Promise<Guess | null> {
  let best: Guess | null = null;
  for (const name of METHOD_NAMES) {
    const found = await agreement(context, name, seed);
    // The plainer method comes first in the list, and wins a tie.
    if (found.agreed > 0 && found.agreed / found.sessions > (best === null ? 0 : best.agreed / best.sessions)) best = found;
  }
  return best;
}

async function agreement({ door, dtype, reference }: Omit<GateContext, 'method' | 'guessed'>, method: MethodName, seed: number): Promise<Guess> {
  const sessions = fc.sample(gateCase(method, dtype, { horizon: { min: 3, max: 8 } }), { numRuns: GUESSES, seed });
  let agreed = 0;
  for (const data of sessions) {
    try {
      if (explains(METHODS[method], reference, await play(door, data, dtype), dtype)) agreed += 1;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'SubjectFailure')) throw error;
    }
  }
  return { method, agreed, sessions: sessions.length };
}
