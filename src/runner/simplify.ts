import type { Arm, Failed } from '../claim.js';
import type { Subject } from '../subject.js';
import type { Json } from '../verdict.js';
import { at, leaves, replaced, rounder } from './rounder.js';
import { runCase } from './run-case.js';

export interface FailingCase {
  readonly example: Json;
  readonly outcome: Failed;
}

/** How many candidates are tried at most: a slow check must not hold up the report. */
const TRIES = 3000;

/**
 * Makes a failing case readable: the arm's own simplifications, then every number replaced by 0, 1, −1 or a rounder one, as
 * long as the case still fails. What generators shrink one entry at a time this shrinks across the whole case.
 */
export function simplify(candidate: Arm, subject: Subject, failing: FailingCase): FailingCase {
  let best = failing;
  let tries = 0;
  const attempt = (example: Json): boolean => {
    // Out of patience; or a simplification that changes nothing, which would be taken again and again.
    if (tries >= TRIES || JSON.stringify(example) === JSON.stringify(best.example)) return false;
    tries += 1;
    try {
      const outcome = runCase(candidate, subject, example);
      if (outcome.kind !== 'failed') return false;
      best = { example, outcome };
      return true;
    } catch {
      // A candidate that is no valid case (a set turned empty, a reflector turned 0) is not simpler, it is none.
      return false;
    }
  };
  for (;;) {
    let improved = (candidate.simpler?.(best.example) ?? []).some(attempt);
    for (const path of leaves(best.example)) {
      for (const value of rounder(at(best.example, path))) {
        if (tries >= TRIES) return best;
        if (attempt(replaced(best.example, path, value))) {
          improved = true;
          break;
        }
      }
    }
    if (!improved) return best;
  }
}
