import type { GateCase } from '../case.js';
import type { Quantity } from '../methods.js';
import type { Seen } from './seen.js';
import type { Statement } from './statement.js';

/** What a method promises, and how it shows in one session. */
export interface Guarantee {
  /** The exact sum that the promise is made of, and its signs. */
  readonly ledger: string;
  /** The promise. */
  readonly bound: string;
  readonly hypotheses: readonly string[];
  /** What an answer must hold to be judged. */
  readonly needs: readonly Quantity[];
  /** The session with rates for which the hypotheses hold; L is the smoothness of its f, 1 where there is none. */
  readonly tamed: (data: GateCase, L: number) => GateCase;
  /** Which hypothesis fails; null where they hold. */
  readonly outside: (seen: Seen) => string | null;
  readonly steps: (seen: Seen) => readonly Statement[];
  readonly promises: (seen: Seen) => readonly Statement[];
}
