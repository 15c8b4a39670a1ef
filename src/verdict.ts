// What a run says of one claim, and of all of them. The shape is the canonical report's (reports/report.schema.json).

export const VERDICTS = [
  'holds',
  'refuted',
  'violated',
  'inconclusive',
  'vacuous',
  'inapplicable',
  'skipped',
  'crashed',
  'timed-out',
  'garbled',
  'errored',
] as const;
/** How a claim ended; docs/VERDICTS.md says what each promises. */
export type Verdict = (typeof VERDICTS)[number];

export const VARIANTS = ['printed', 'corrected'] as const;
/** The paper's statement letter by letter, or the one that holds. */
export type VariantName = (typeof VARIANTS)[number];

export const STRENGTHS = ['identity', 'inequality', 'rate', 'hypothesis'] as const;
/** What is claimed: an equality, an inequality, a rate of convergence, or that a hypothesis can be met. */
export type Strength = (typeof STRENGTHS)[number];

export const ERROR_KINDS = ['sign', 'typo', 'dimensions', 'slip', 'gap', 'empirical', 'prose'] as const;
/**
 * What is wrong with a printed statement. `slip`: one quantity taken for another, with all that follows; `sign`; `typo`: a letter or a number; `dimensions`: its sides
 * have not the same; `gap`: a hypothesis is missing, or an argument does not go through; `empirical`: an observation, and no theorem; `prose`: a sentence that is made precise here.
 */
export type ErrorKind = (typeof ERROR_KINDS)[number];

export const ARITHMETICS = ['float64', 'rational', 'decimal', 'prime-field'] as const;
/** The four arithmetics: doubles, fractions, decimals of chosen precision, and the integers modulo 2⁶¹ − 1. */
export type ArithmeticName = (typeof ARITHMETICS)[number];

/** Plain data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A failing case, as values: it can be replayed by this package and recomputed by hand. */
export interface Counterexample {
  /** The id of the claim that failed. */
  readonly claim: string;
  readonly variant: VariantName;
  readonly arithmetic: ArithmeticName;
  /** Version of the case format and of the generators. A file of another version is refused. */
  readonly generatorVersion: number;
  /** `search`: found and shrunk in this run. `committed`: a value that ships with the package and ran first. */
  readonly origin: 'search' | 'committed';
  /** The seed of the batch that it was found in; null for a committed value. */
  readonly seed: number | null;
  /** Its place in the batch, and then the choices of shrinking: "17:0:2"; as a tightest case’s where it was perturbed; null for a committed value. */
  readonly path: string | null;
  /** The case itself. Exact numbers are strings "p/q"; doubles are JSON numbers, and "-0", "NaN", "Infinity", "-Infinity". */
  readonly case: Json;
  /** What failed, in words and symbols: "f(x̄_T) − f(x*) ≤ λL diam(W)/T". */
  readonly expected: string;
  /** Both sides of what failed, as numbers: lhs should have been ≤ (or =) rhs. */
  readonly lhs: string;
  readonly rhs: string;
  /** The numbers on the way: iterates, gradients, w*, named so that they can be recomputed with a pencil. */
  readonly evidence: { readonly [name: string]: Json };
  /** True if the case was decided in exact arithmetic. */
  readonly exact: boolean;
}

/** Per-arithmetic counts, in `cases` order: what ran, what was rejected by a hypothesis, what passed trivially. */
export interface ArithmeticCount {
  readonly arithmetic: ArithmeticName;
  /** Cases whose hypotheses held. */
  readonly cases: number;
  /** Those that could have failed in an interesting way. */
  readonly nonTrivial: number;
  /** Cases in which a hypothesis failed: no evidence. */
  readonly rejected: number;
}

/** The case that came closest to a bound. */
export interface Tightest {
  /** lhs/rhs: 1 is tight. */
  readonly ratio: number;
  /** The seed of its batch. */
  readonly seed: number;
  /** Its place in the batch: "17". For a perturbed case, the place of the drawn one that it was made from, and its number among the perturbed: "17+250". */
  readonly path: string;
  readonly arithmetic: ArithmeticName;
  /** `drawn` by the generator, or `perturbed`: made from a tight case that was. */
  readonly origin: 'drawn' | 'perturbed';
  /** As a counterexample's. */
  readonly case: Json;
}

/** One part of a bound, as a share of it. The parts are the left side and what inequalities on the way gave up. */
export interface Slack {
  /** Which part, in symbols. */
  readonly term: string;
  /** Mean over the non-trivial cases. */
  readonly mean: number;
  /** At the tightest case. */
  readonly tightest: number;
}

/** A kind of session that an optimizer does not support, and so was not judged on. */
export interface Unsupported {
  /** The setting or size that all such sessions have and none that it took has: "set: box"; null where none tells them apart. */
  readonly what: string | null;
  /** How many such sessions it refused. */
  readonly times: number;
  /** What it said to one of them. */
  readonly message: string;
}

/** What a run says of one variant of one claim: an entry of `claims` in report.json. */
export interface ClaimResult {
  /** The claim: it names the file in properties/. */
  readonly id: string;
  readonly variant: VariantName;
  /** What was tested. */
  readonly statement: string;
  /** What the statement supposes of φ, f, W and the rates. */
  readonly hypotheses: readonly string[];
  /** Where the paper says it. */
  readonly source: { readonly section: string; readonly label: string };
  /** What is wrong with a printed statement that is known to be false. */
  readonly error?: ErrorKind;
  readonly strength: Strength;
  readonly verdict: Verdict;
  /** One line that says why, where the verdict needs it (inconclusive, errored, refuted by search or only by a committed value). */
  readonly reason: string | null;
  /** Those in which cases ran. */
  readonly arithmetic: readonly ArithmeticName[];
  /** Cases whose hypotheses held, over all arithmetics. */
  readonly cases: number;
  /** Cases in which a hypothesis failed, over all arithmetics: no evidence. */
  readonly rejected: number;
  /** The same by arithmetic. */
  readonly counts: readonly ArithmeticCount[];
  /** The share of the non-trivial cases that carries each label. */
  readonly coverage: { readonly [label: string]: number };
  /** The largest lhs/rhs that a non-trivial case reached, the supremum found: 1 is tight. */
  readonly tightest: Tightest | null;
  /** How many non-trivial cases had lhs/rhs in [i/20, (i + 1)/20), i < 20; 1 is in the last, and below 0 in the first. Drawn cases only, not perturbed ones. */
  readonly ratios?: readonly number[];
  /** How many cases were made from tight ones; they count nowhere else. */
  readonly perturbed?: number;
  /** The largest lhs/rhs of the cases with each label that must be covered. */
  readonly suprema?: { readonly [label: string]: number };
  /** Where the bound goes: shares of the right side, which sum to 1 with the left side's. */
  readonly slack?: readonly Slack[];
  /** Bound on the probability that a false identity passed every prime-field case (Schwartz–Zippel). */
  readonly falsePass: number | null;
  /** The simplest case that failed; null where none did. */
  readonly counterexample: Counterexample | null;
  /** One command that replays the counterexample. */
  readonly replay: string | null;
  /** How long it took. */
  readonly seconds: number;
  /** In a report of the gate: what the optimizer does not support of what the claim asked for. */
  readonly unsupported?: readonly Unsupported[];
  /** In a report of a trace: of what the statement speaks of, what the record says nothing of. */
  readonly unseen?: readonly string[];
  /** A known mistake that shows the same: "behaves like: hint not removed". */
  readonly hint?: string;
  /** What the expected-failures file says of this claim, and whether it is so. */
  readonly expectation?: { readonly verdict: Verdict; readonly reason: string; readonly issue: string; readonly expires: string; readonly met: boolean };
}

/** How an optimizer that nobody named goes beside one method, in sessions of that method. */
export interface Guess {
  readonly method: string;
  /** In how many of those that it took both went the same way. */
  readonly agreed: number;
  readonly taken: number;
  /** How many it does not support, and in how many it threw. */
  readonly refused: number;
  readonly failed: number;
}

/** The optimizer that the gate judged, as it introduced itself; or whose recorded steps were judged. */
export interface SubjectInfo {
  readonly name: string;
  readonly version: string;
  readonly language: string;
  readonly dtype: 'float64' | 'float32';
  /** What of the protocol it speaks: step, run, hint, average, state. */
  readonly capabilities: readonly string[];
  /** How it was reached. */
  readonly door: 'module' | 'command' | 'trace';
  /** The command, or the path of the module or the trace. */
  readonly source: string;
  /** The method that it was judged as; "none" where manners and symmetries alone were asked for; null where nothing was named: then no mathematics is judged, and the run is no pass. */
  readonly like: string | null;
  /** Where none was named: the reference that it is nearest to. */
  readonly guess: string | null;
  /** Where none was named: every reference that it was tried as. */
  readonly guesses?: readonly Guess[];
  /** How often its process had to be started anew. */
  readonly restarts: number;
}

/** How badly the judged optimizer does at worst over every convex 1-smooth f, in every dimension, beside its method. */
export interface WorstCaseInfo {
  /** N */
  readonly gradients: number;
  /** The hyper-parameters, as the optimizer was given them. */
  readonly config: Json;
  /** What is bounded: "f(x_10) − f*". */
  readonly criterion: string;
  /** What the bounds are multiples of: "L‖x_0 − x*‖²". */
  readonly unit: string;
  /** As proved, as a double; as the solver has it, where `exact` is null. */
  readonly bound: number;
  /** The proved bound as a fraction. */
  readonly exact: string | null;
  /** What the optimizer itself reached on its worst function, over the bound. */
  readonly attained: number;
  /** The bound of the package's own implementation. */
  readonly method: number;
}

/** How badly one of the paper's special cases does at worst, after each of several horizons. */
export interface SpecialCaseInfo {
  readonly id: string;
  readonly name: string;
  /** What is bounded, and what the bounds are multiples of. */
  readonly quantity: string;
  readonly unit: string;
  /** What is promised of it, and the claim that promises it. */
  readonly bound: string;
  readonly claim: string;
  readonly rows: readonly {
    readonly T: number;
    /** As proved, as a double; as the solver has it, where `exact` is null. */
    readonly bound: number;
    /** The proved bound as a fraction. */
    readonly exact: string | null;
    /** The promised bound; null where nothing is promised yet. */
    readonly promised: number | null;
    /** What the method itself reached on its worst function, or play, over the proved bound. */
    readonly attained: number;
  }[];
}

/** A mean, and its 95 % confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The paper's Figure 1 at another scale: each optimizer with the best hyper-parameter of its sweep, over three seeds. */
export interface Figure1Info {
  /** The first of the seeds. */
  readonly seed: number;
  readonly seeds: readonly number[];
  /** What computed. */
  readonly device: string;
  readonly model: string;
  /** How many parameters the model has. */
  readonly parameters: number;
  readonly classes: number;
  /** Height and width of the pictures. */
  readonly image: number;
  readonly batch: number;
  readonly steps: number;
  readonly every: number;
  /** How many pictures accuracy and loss are of. */
  readonly heldOut: number;
  readonly curves: readonly {
    readonly optimizer: 'sgd' | 'meta' | 'optimistic';
    /** η of sgd and w_1 of the others; β. */
    readonly best: { readonly rate: number; readonly metaRate: number };
    /** Means at the end; null where a run diverged. */
    readonly sweep: readonly { readonly rate: number; readonly metaRate: number; readonly accuracy: number | null; readonly loss: number | null }[];
    readonly points: readonly { readonly step: number; readonly accuracy: Interval; readonly loss: Interval }[];
  }[];
  /** `one` less `other`, seed by seed: held-out loss, mean over the run; accuracy at its end. */
  readonly differences: readonly {
    readonly one: 'sgd' | 'meta' | 'optimistic';
    readonly other: 'sgd' | 'meta' | 'optimistic';
    readonly loss: Interval;
    readonly accuracy: Interval;
  }[];
  readonly claim: { readonly id: 'figure-1-acceleration'; readonly verdict: 'holds' | 'refuted' | 'inconclusive'; readonly reason: string };
}

/** The paper's Figure 2, computed: f(x) = xᵀQx, and each method with the best hyper-parameters of its sweep. */
export interface Figure2Info {
  /** Draws the Qs. */
  readonly seed: number;
  readonly start: readonly number[];
  readonly iterations: number;
  readonly problems: readonly {
    readonly condition: number;
    readonly Q: readonly (readonly number[])[];
    readonly curves: readonly {
      readonly method: string;
      /** Hyper-parameters of the least cumulative loss, by their symbols. */
      readonly best: { readonly [symbol: string]: number };
      /** Σ_{t≥1} f(x_t) with them. */
      readonly cumulative: number;
      /** f(x_0), f(x_1), … with them. */
      readonly losses: readonly number[];
      /** The least cumulative loss at each learning rate (β, for meta-learners); null where every run overflows. */
      readonly sensitivity: readonly { readonly rate: number; readonly cumulative: number | null }[];
    }[];
  }[];
}

/** Which part of a run a report is of (`--shard`), and what its parts are joined by (`omg-oracle report merge`). */
export interface ShardInfo {
  /** 1 ≤ index ≤ count. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
  /** The ids of the whole run's claims, in its order. */
  readonly claims: readonly string[];
  /** The whole run's command line, without its seed and the folder of its report. */
  readonly command: string;
  /** That folder, for this part. */
  readonly out: string;
  /** The expected-failures file; null where none was given. */
  readonly expected: string | null;
}

/** What a run says of all claims: report.json, whose schema is `omg-oracle/report-schema.json`. */
export interface Report {
  /** Of the shape of the report; another shape gets another number. */
  readonly schemaVersion: 1;
  /** This package. */
  readonly tool: { readonly name: string; readonly version: string };
  /** The command line that made it. */
  readonly command: string;
  /** What the report is of, where it is neither of an optimizer nor of the paper: "Self-test". */
  readonly title?: string;
  /** Draws every case: the same seed, version and command give the same report but for times. */
  readonly seed: number;
  /** ISO 8601, as is `finishedAt`. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** In a report of a part of a run. */
  readonly shard?: ShardInfo;
  /** Ids of claims that `--claims` left out. */
  readonly leftOut?: readonly string[];
  /** In a report of the gate: who was judged; null where it never introduced itself. */
  readonly subject?: SubjectInfo | null;
  /** What is wrong with the expected-failures file, a line each, its claim's id first: an entry that passes, that names nothing, that is out of date. */
  readonly expectations?: readonly string[];
  /** In a report of the gate: what was left out of the counterexamples that were kept, a line each, its file first. Left out where nothing was. */
  readonly warnings?: readonly string[];
  /** In a report of the gate: empty where steps are not fixed, or no method is known. */
  readonly worstCases?: readonly WorstCaseInfo[];
  /** In a report of every claim: the worst cases of the paper's special cases. */
  readonly specialCases?: readonly SpecialCaseInfo[];
  /** In a report of every claim: Figure 2, drawn with the run's seed. */
  readonly figure2?: Figure2Info;
  /** Where it was trained into the folder of this report. */
  readonly figure1?: Figure1Info;
  /** One entry a claim and variant. */
  readonly claims: readonly ClaimResult[];
  /** How many of each verdict. */
  readonly totals: { readonly [verdict in Verdict]?: number };
  /** What the process ended with; docs/VERDICTS.md says what each means. */
  readonly exitStatus: number;
  /** Written last: a report without it is a run that was cut off; false is a run that stopped early. */
  readonly complete: boolean;
}
