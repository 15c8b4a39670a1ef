import fc from 'fast-check';
import type { Outcome } from '../claim.js';
import type { Subject } from '../subject.js';
import type { Json, Strength } from '../verdict.js';
import { gateCase, type CaseOptions, type GateCase } from './case.js';
import type { MethodName } from './methods.js';
import type { Door, Dtype, Hello } from './protocol.js';
import type { Refusals } from './refusals.js';
import type { Large } from './sizes.js';

/** What a claim of the gate judges. */
export interface GateContext {
  readonly door: Door;
  readonly hello: Hello;
  readonly dtype: Dtype;
  /** The method that the optimizer claims to be. */
  readonly method: MethodName;
  /** True where nobody named the method: it is the nearest reference, or the plainest. */
  readonly guessed: boolean;
  /** The package's own algorithms. */
  readonly reference: Subject;
  /** What was refused so far, where that is kept. */
  readonly refusals?: Refusals;
}

/** Sessions for the method, those before others that the optimizer may take. */
export function sessionsFor({ method, dtype, refusals }: GateContext, options: CaseOptions = {}): fc.Arbitrary<GateCase> {
  const sessions = gateCase(method, dtype, options);
  return refusals === undefined ? sessions : refusals.offered(sessions);
}

/** The same, of which one in ten is large: enough that {@link LARGE} is met, and few, as they cost more. */
export function sessionsOfAllSizes(context: GateContext, options: CaseOptions, way: Large): fc.Arbitrary<GateCase> {
  const large = sessionsFor(context, { ...options, large: { way, atOnce: false } });
  return fc.oneof({ weight: 9, arbitrary: sessionsFor(context, options) }, { weight: 1, arbitrary: large });
}

/** What {@link sessionsOfAllSizes} must cover. */
export const LARGE: { readonly [label: string]: number } = { 'T > 16': 0.1 };

/** A statement about somebody's optimizer. Cases are plain JSON. */
export interface GateClaim {
  readonly id: string;
  readonly statement: (method: MethodName) => string;
  readonly hypotheses: readonly string[];
  readonly strength: Strength;
  readonly source: (method: MethodName) => { readonly section: string; readonly label: string };
  /** Why the claim says nothing of this optimizer; null where it does. */
  readonly inapplicable: (context: GateContext) => string | null;
  /** How many non-trivial cases it owes, as a share of those asked for. */
  readonly share: number;
  readonly generator: (context: GateContext) => fc.Arbitrary<Json>;
  /** Cases that somebody asked for: each is tried before any is drawn, and the claim does not hold while one of them is open. */
  readonly required?: (context: GateContext) => readonly { readonly told: string; readonly example: Json }[];
  /** @throws {SubjectFailure} where the optimizer does not answer as it should. */
  readonly check: (context: GateContext, example: Json) => Promise<Outcome>;
  readonly simpler: (example: Json) => readonly Json[];
  /** Label → the share of the non-trivial cases that must carry it. */
  readonly coverage: (context: GateContext) => { readonly [label: string]: number };
  /** A label that only sessions with one of these settings can carry: where all of them are refused, so is the label. */
  readonly within?: { readonly [label: string]: readonly string[] };
  /** True where what an optimizer does with a list of rates is this claim's to judge: elsewhere a session that fails at one counts as refused. */
  readonly judgesLists?: true;
  /** Why, perhaps, no session says anything, where the optimizer supports only some: then the claim does not apply. Left out: that is vacuous. */
  readonly idle?: string;
}

/** A claim, typed by its cases. */
export function gateClaim<C>(
  definition: Omit<GateClaim, 'generator' | 'required' | 'check' | 'simpler'> & {
    readonly generator: (context: GateContext) => fc.Arbitrary<C>;
    readonly required?: (context: GateContext) => readonly { readonly told: string; readonly example: C }[];
    readonly check: (context: GateContext, example: C) => Promise<Outcome>;
    readonly simpler: (example: C) => readonly C[];
  },
): GateClaim {
  // The generator makes C and the check takes C; between them the runner handles it as JSON and changes nothing.
  return definition as unknown as GateClaim;
}
