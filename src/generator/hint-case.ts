import fc from 'fast-check';
import type { Num } from '../problem/shape.js';
import { linearCase, type LinearCase } from './linear-case.js';
import { rational } from '../arithmetic/rational.js';
import { vector, type NumberSource } from './number.js';

/** A run of AO-FTRL on Rᵐ with hints, and a point u to compare it with. */
export interface HintCase {
  readonly run: LinearCase;
  /** u */
  readonly comparator: readonly Num[];
}

/** Any hints; hints κ_t g_t plus something orthogonal to g_t; and among both, hints that point the wrong way. */
export function hintCase(numbers: NumberSource): fc.Arbitrary<HintCase> {
  return linearCase(numbers, { sets: 'whole', rates: 'non-increasing' }).chain((run) => {
    const [T, m] = [run.losses.length, run.losses[0]!.length];
    const correlated = fc.record({
      along: fc.array(numbers.positive, { minLength: T, maxLength: T }),
      across: vector(numbers, T),
    }).map(({ along, across }): LinearCase => ({ ...run, hints: run.losses.map((g, t) => skewed(g, along[t]!, across[t]!)) }));
    return fc.record({ run: fc.oneof(fc.constant(run), correlated), comparator: vector(numbers, m) });
  });
}

/** κg + σJg, Jg = (−g_2, g_1, 0, …) ⊥ g. */
function skewed(g: readonly Num[], along: Num, across: Num): Num[] {
  return g.map((entry, i) => {
    const other = i === 0 && g.length > 1 ? times(g[1]!, -1) : i === 1 ? g[0]! : 0;
    return plus(times(entry, along), times(other, across));
  });
}

function times(a: Num, b: Num): Num {
  return typeof a === 'number' && typeof b === 'number' ? a * b : rational.format(rational.mul(rational.from(a), rational.from(b)));
}

function plus(a: Num, b: Num): Num {
  return typeof a === 'number' && typeof b === 'number' ? a + b : rational.format(rational.add(rational.from(a), rational.from(b)));
}
