import type fc from 'fast-check';
import type { Subject } from './subject.js';
import type { ArithmeticName, ErrorKind, Json, Strength, VariantName } from './verdict.js';

/** What one case says. */
export type Outcome = Rejected | Passed | Failed;

/** A hypothesis of the statement fails on this case: it is no evidence. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly reason: string;
}

/** The statement held on this case. */
export interface Passed {
  readonly kind: 'passed';
  /** The case could not have failed in an interesting way (0 ≤ 0, an empty sum, a trajectory that stands still). */
  readonly trivial: boolean;
  /** What the case covered: which φ, which set, active projections, long horizons. */
  readonly labels: readonly string[];
  /** lhs/rhs of an inequality: 1 is tight. Left out where it means nothing. */
  readonly ratio?: number;
  /** Where the bound goes: shares of the right side, the left side's among them. They sum to 1. Asked for now and then only. */
  readonly slack?: () => readonly { readonly term: string; readonly share: number }[];
  /** In the prime field: a bound on the degree of the identity in the case's random entries. */
  readonly degree?: number;
}

/** The statement failed on this case: both sides, and the numbers on the way. */
export interface Failed {
  readonly kind: 'failed';
  /** What should have held: "f(x̄_T) − f(x*) ≤ λL diam(W)/T". */
  readonly expected: string;
  readonly lhs: string;
  readonly rhs: string;
  /** The numbers on the way, so that the failure can be recomputed with a pencil. */
  readonly evidence: { readonly [name: string]: Json };
}

/** A statement put to the test in one arithmetic: where cases come from, and what each says. */
export interface Arm {
  readonly arithmetic: ArithmeticName;
  /** Cases as plain JSON: exact numbers are strings "p/q". */
  readonly generator: fc.Arbitrary<Json>;
  /** Builds everything from the case through the subject, and says what came of it. It must be deterministic. */
  readonly check: (subject: Subject, example: Json) => Outcome;
  /** Where its cases are of several parts: where those of each come from. */
  readonly parts?: readonly fc.Arbitrary<Json>[];
  /** How many non-trivial cases this arm owes, as a share of those asked for: 1 in float64, 0.1 in exact arithmetic by default. */
  readonly share?: number;
  /** Simpler cases than a failing one, most daring first. */
  readonly simpler?: (example: Json) => readonly Json[];
}

/** What became of a changed statement: it means nothing (`refused`), a case refutes it, what its proof gives up does not add up to it (`told apart`), or it `survives`. */
export interface MutantFate {
  readonly statement: string;
  readonly mutant: string;
  /** "½ → 1" */
  readonly change: string;
  readonly fate: 'refused' | 'refuted' | 'told apart' | 'survives';
  /** The message, or both sides where it fails. */
  readonly told: string;
}

/** A quantity that a run tells of, put wrong: shifted, doubled, forgotten, a round late. */
export interface Noticed {
  readonly name: string;
  readonly change: string;
  readonly noticed: boolean;
}

/** A statement with its hypotheses, and how it is put to the test. */
export interface Variant {
  /** The statement as it is tested, hypotheses apart. */
  readonly statement: string;
  readonly hypotheses: readonly string[];
  readonly strength: Strength;
  /** `refuted` where the printed statement is false: then the search must find that, or the run is inconclusive. */
  readonly expected: 'holds' | 'refuted';
  readonly arms: readonly Arm[];
  /** Names that its lines define. */
  readonly where?: readonly string[];
  /** Where the statement is a formula: each line that is checked, by itself, as the arms have it. `cases`: where only some of an arm's cases are its own, those. */
  readonly lines?: () => readonly { readonly line: string; readonly arms: readonly Arm[]; readonly cases?: readonly Arm['generator'][] }[];
  /** The statement with one thing changed at a time, and what becomes of each. */
  readonly mutants?: (seed: number) => readonly MutantFate[];
  /** Each quantity of the run that its lines mention, put wrong in each way, and whether they notice. */
  readonly noticed?: (seed: number) => readonly Noticed[];
  /** Changed statements that survive, each with the reason why that says nothing against the check. */
  readonly survivors?: { readonly [mutant: string]: string };
  /** Label → the share of the non-trivial cases that must carry it; less is inconclusive. */
  readonly coverage: { readonly [label: string]: number };
  /** Cases that refute the statement, by arithmetic: they run before the search does. */
  readonly committed: readonly { readonly arithmetic: ArithmeticName; readonly case: Json }[];
}

/** One statement of the paper, as printed and as corrected: one object twice where the paper is right. */
export interface Claim {
  /** Stable: reports, expectations and links name it. The file in properties/ has the same name. */
  readonly id: string;
  /** Where the paper says it: "4", "Theorem 1". */
  readonly source: { readonly section: string; readonly label: string };
  /** The sentences that say it, by their places in docs/sentences.txt: "5.16" is the 16th of Section 5. Claims are listed by the first. */
  readonly sentences: readonly string[];
  /** Where the printed statement is false: how. */
  readonly error?: ErrorKind;
  readonly printed: Variant;
  readonly corrected: Variant;
  /**
   * Why the corrected variant holds, in brief and in the notation of the statements, a step a line; where it is not plain from the counterexamples, the
   * last line says what is wrong as printed. "[regret-bound]" names a claim that is used.
   */
  readonly proof: string;
  /** Names of the saboteurs that the corrected variant must catch. */
  readonly saboteurs: readonly string[];
}

/** What results of a variant say of what is wrong with it. */
export const errorOf = ({ error }: Claim, variant: VariantName): { readonly error?: ErrorKind } => (variant === 'printed' && error !== undefined ? { error } : {});

/** An arm, typed by its cases. Cases are plain JSON, so that they can be written down and replayed. */
export function arm<C>(definition: {
  readonly arithmetic: ArithmeticName;
  readonly generator: fc.Arbitrary<C>;
  readonly check: (subject: Subject, example: C) => Outcome;
  readonly parts?: readonly fc.Arbitrary<C>[];
  readonly share?: number;
  readonly simpler?: (example: C) => readonly C[];
}): Arm {
  // The generator makes C and the check takes C; between them the runner handles it as JSON and changes nothing.
  return definition as unknown as Arm;
}

/** A hypothesis fails on the case, for this reason: it is no evidence. */
export function rejected(reason: string): Rejected {
  return { kind: 'rejected', reason };
}

/** The case passed; `trivial` where it could not have failed. */
export function passed(details: Omit<Passed, 'kind'>): Passed {
  return { kind: 'passed', ...details };
}

/** The case failed: what should have held, both sides as text, and the evidence. */
export function failed(details: Omit<Failed, 'kind'>): Failed {
  return { kind: 'failed', ...details };
}
