import { ZeroDivisionError } from '../arithmetic/space.js';
import { rejected, type Arm, type Outcome } from '../claim.js';
import type { Subject } from '../subject.js';
import type { Json } from '../verdict.js';

/** One case of one arm. A denominator that vanishes modulo p is the case's fault, not the statement's. */
export function runCase(candidate: Arm, subject: Subject, example: Json): Outcome {
  try {
    return candidate.check(subject, example);
  } catch (error) {
    if (candidate.arithmetic === 'prime-field' && error instanceof ZeroDivisionError) return rejected('a denominator vanishes modulo p');
    throw error;
  }
}

/** What a case that could not be run expected, in brackets. What merely stumbled over it says nothing to a reader. */
export function plainly(error: unknown): string {
  return error instanceof Error && error.message.startsWith('expected ') ? ` (${error.message.replaceAll(/\bundefined\b/gu, 'nothing')})` : '';
}
