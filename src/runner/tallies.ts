import type { Arm, Outcome, Passed } from '../claim.js';
import type { ClaimResult, Counterexample, Json, Slack, Tightest } from '../verdict.js';

/** Mutable counts of one arithmetic. */
export interface Count {
  readonly arithmetic: Arm['arithmetic'];
  cases: number;
  nonTrivial: number;
  rejected: number;
}

/** Where a case came from. */
export interface Origin {
  /** The seed of its batch. */
  readonly seed: number;
  readonly path: string;
  readonly kind: Tightest['origin'];
}

/** p of the prime field, for the probability of a false pass. */
const FIELD_SIZE = 2 ** 61;
/** Parts of [0, 1] in which ratios are counted. */
const BINS = 20;
/** Of so many cases it is asked where the bound goes: means do not change much after. */
const ASKED = 100;

/** What one variant's cases said. */
export class Tallies {
  readonly counts: Count[] = [];
  readonly coverage = new Map<string, number>();
  tightest: Tightest | null = null;
  falsePass: number | null = null;
  counterexample: Counterexample | null = null;
  interrupted = false;
  crash: string | null = null;
  /** How many cases were made from tight ones. */
  perturbed = 0;
  #bins: number[] | null = null;
  #asked = 0;
  readonly #suprema = new Map<string, number>();
  readonly #shares = new Map<string, number>();
  #slackOfTightest: Passed['slack'];

  /** A case that was drawn. */
  record(outcome: Outcome, candidate: Arm, example: Json, origin: Origin, count: Count): void {
    if (outcome.kind === 'rejected') {
      count.rejected += 1;
      return;
    }
    count.cases += 1;
    if (outcome.kind === 'failed' || outcome.trivial) return;
    count.nonTrivial += 1;
    for (const label of outcome.labels) this.coverage.set(label, (this.coverage.get(label) ?? 0) + 1);
    if (candidate.arithmetic === 'prime-field') this.falsePass = Math.max(this.falsePass ?? 0, (outcome.degree ?? FIELD_SIZE) / FIELD_SIZE);
    const { ratio, slack } = outcome;
    if (ratio === undefined || Number.isNaN(ratio)) return;
    this.#bins ??= Array<number>(BINS).fill(0);
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(ratio * BINS)));
    this.#bins[bin] = this.#bins[bin]! + 1;
    // Shares of a bound that is dwarfed by its negative left side would drown all others.
    if (slack !== undefined && ratio >= 0 && this.#asked < ASKED) {
      this.#asked += 1;
      for (const { term, share } of slack()) this.#shares.set(term, (this.#shares.get(term) ?? 0) + share);
    }
    this.approach(outcome, ratio, candidate, example, origin);
  }

  /** Keeps a case if it is the tightest yet. */
  approach({ slack }: Passed, ratio: number, { arithmetic }: Arm, example: Json, { seed, path, kind }: Origin): void {
    if (!(ratio > (this.tightest?.ratio ?? -Infinity))) return;
    this.tightest = { ratio, seed, path, arithmetic, origin: kind, case: example };
    this.#slackOfTightest = slack;
  }
  /** The largest ratios of an arm's cases, label by label. */
  reach(best: { readonly [label: string]: number }): void {
    for (const [label, ratio] of Object.entries(best)) this.#suprema.set(label, Math.max(ratio, this.#suprema.get(label) ?? -Infinity));
  }

  /** What the report says of how the bound was approached; nothing where no case has a ratio. */
  approached(): Pick<ClaimResult, 'perturbed' | 'ratios' | 'suprema' | 'slack'> {
    if (this.#bins === null) return {};
    const tightest = new Map(this.#slackOfTightest?.().map(({ term, share }) => [term, share]));
    const terms = [...new Set([...this.#shares.keys(), ...tightest.keys()])];
    const slack = terms.map((term): Slack => ({ term, mean: (this.#shares.get(term) ?? 0) / this.#asked, tightest: tightest.get(term) ?? 0 }));
    return { perturbed: this.perturbed, ratios: this.#bins, suprema: Object.fromEntries(this.#suprema), ...(slack.length === 0 ? {} : { slack }) };
  }
}
