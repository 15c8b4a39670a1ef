import type { BetaIndex } from '../algorithm/formulas.js';
import type { OrderedSpace, Vector } from '../arithmetic/space.js';
import { show, type Evidence } from '../outcome.js';
import type { ConvexFunction } from '../problem/convex-function.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { Round } from '../trajectory.js';
import type { UpdateRule } from '../update-rule/update-rule.js';
import type { Json } from '../verdict.js';

/** η_t, the rate that forms w_t, in β, as a reader is told. */
export const RATE_OF: Readonly<Record<BetaIndex, string>> = { 'equation-4': 'β_t (Eq. 4)', 'algorithm-4': 'β_{t−1} (Algorithm 4)' };

/** What a run is told from: f, φ and W. */
export type RunOf<S> = { readonly f: ConvexFunction<S>; readonly config: { readonly rule: UpdateRule<S>; readonly set: FeasibleSet<S> } };

/** The numbers of a run, for a reader with a pencil. */
export function runEvidence<S>(K: OrderedSpace<S>, { f, config }: RunOf<S>, rounds: readonly Round<S>[], comparator: Vector<S> | null): Evidence {
  return () => ({
    φ: config.rule.formula(),
    W: config.set.name,
    f: f.formula(),
    'x*': show(K, f.minimiser),
    ...('smoothness' in f ? { L: K.format(f.smoothness) } : {}),
    'w*': comparator === null ? 'none' : show(K, comparator),
    'x̄_0': show(K, rounds[0]!.previousAverage),
    rounds: roundsEvidence(K, rounds),
  });
}

/** Each round's numbers: the rows of a table. */
export function roundsEvidence<S>(K: OrderedSpace<S>, rounds: readonly Round<S>[]): readonly { readonly [name: string]: Json }[] {
  return rounds.map((r) => ({
    t: r.t,
    α: K.format(r.alpha),
    η: K.format(r.eta),
    w: show(K, r.w),
    x: show(K, r.x),
    'x̄': show(K, r.average),
    G: show(K, r.gradient),
    g: show(K, r.metaGradient),
    'g̃': show(K, r.hint),
  }));
}
