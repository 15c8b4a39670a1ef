import type fc from 'fast-check';
import type { Space, Vector } from '../arithmetic/space.js';
import type { Rejected } from '../claim.js';
import type { NumberSource } from '../generator/number.js';
import type { Evidence } from '../outcome.js';
import type { Subject } from '../subject.js';
import type { Signature, Value, Values } from '../formula/meaning.js';

/** What rounding is relative to, where that is more than the number itself: a sum by the sizes of its summands. γ_k bounds it. */
export interface Sizes {
  readonly gamma: number;
  readonly names: { readonly [name: string]: (i: number) => number | Vector<number> };
  readonly functions: { readonly [name: string]: (args: readonly Value<number>[], i: number) => number | Vector<number> };
  /** Of a projection on the set. */
  readonly sets: { readonly [name: string]: (v: Vector<number>) => Vector<number> };
  /** Of each path by itself, where there are many. */
  readonly paths?: readonly Sizes[];
}

/** A run of one case. */
export interface Played<S> {
  readonly values: Values<S>;
  /** Of a run in float64. */
  readonly sizes?: () => Sizes;
  /** What the case covers. */
  readonly labels: readonly string[];
  /** Nothing moved, so that an identity could not have failed. */
  readonly still: boolean;
  /** The bound's sides may have either sign: how near they are says nothing of how sharp it is. */
  readonly signed?: boolean;
  readonly evidence: Evidence;
}

/** Where a claim's cases come from, and what a run of one binds to the names of its formulas. */
export interface World<C> {
  readonly signature: Signature;
  /** What all its cases have in common, as a reader is told: "f convex and L-smooth on all of Rⁿ". */
  readonly says: readonly string[];
  /** Its bounds are on regrets: a case where one is negative says as much as any other. */
  readonly regrets?: boolean;
  readonly cases: (numbers: NumberSource) => fc.Arbitrary<C>;
  /** Simpler cases than a failing one, most daring first. */
  readonly simpler: (data: C) => readonly C[];
  readonly play: <S>(K: Space<S>, subject: Subject, data: C) => Played<S> | Rejected;
}
