import type { OptimizerName } from '../resnet/names.js';
import type { Measured, Trial, TrialScale } from '../resnet/trial.js';
import type { Figure1Info, Interval } from '../verdict.js';

/** Figure 1 of the paper (Section 7.2) at another scale. Three runs each and 95 % intervals are the paper's; pictures, sizes and sweeps are ours. */
const SEEDS = 3;
/** η of sgd. The others start at the best of them, in every element. */
const RATES = [0.1, 0.3, 1] as const;
/** β */
const META_RATES = [0.1, 1, 10] as const;

type Sweep = Figure1Info['curves'][number]['sweep'];

/** How many trials there are. */
export const TRIALS = SEEDS * (RATES.length + 2 * META_RATES.length);

/** Student's t, two degrees of freedom, for whose distribution there is a formula: the quantile at p is (2p − 1)/√(2p(1 − p)). */
const QUANTILE = 0.95 / Math.sqrt(2 * 0.975 * 0.025);

/** The mean of three numbers, and its 95 % interval. */
export function interval(values: readonly number[]): Interval {
  if (values.length !== SEEDS) throw new RangeError(`expected ${SEEDS} numbers, got ${values.length}`);
  const mean = values.reduce((sum, x) => sum + x, 0) / SEEDS;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (SEEDS - 1);
  const half = QUANTILE * Math.sqrt(variance / SEEDS);
  return { mean, low: mean - half, high: mean + half };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The runs of one setting, by seed. */
interface Setting {
  readonly rate: number;
  readonly metaRate: number;
  readonly runs: readonly (readonly Measured[])[];
}

/** The mean held-out loss over a run: the sooner it falls, the less. NaN where the run did not get to its end. */
function area(run: readonly Measured[], { steps }: TrialScale): number {
  return run.at(-1)?.step === steps ? meanOf(run.map(({ loss }) => loss)) : NaN;
}

/** By mean accuracy at the end, as in the figure; where that is the same, by the loss. What did not get to its end is never better. */
function better(a: Sweep[number], b: Sweep[number]): boolean {
  return a.accuracy !== null && a.loss !== null && (b.accuracy === null || b.loss === null || a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss));
}

function summary({ rate, metaRate, runs }: Setting, { steps }: TrialScale): Sweep[number] {
  const ends = runs.flatMap((run) => run.filter(({ step, loss }) => step === steps && Number.isFinite(loss)));
  const whole = ends.length === SEEDS;
  return { rate, metaRate, accuracy: whole ? meanOf(ends.map(({ accuracy }) => accuracy)) : null, loss: whole ? meanOf(ends.map(({ loss }) => loss)) : null };
}

/**
 * Every trial, one after the other. @param trial runs one. @param stopped whether it was told to stop: then there is no figure.
 * @returns null where it was stopped; the optimizer none of whose settings gets to its end for every seed, where there is one.
 */
export async function figure1(
  about: Pick<Figure1Info, 'seed' | 'device' | 'parameters'>,
  scale: TrialScale,
  trial: (trial: Trial) => Promise<readonly Measured[]>,
  stopped: () => boolean,
): Promise<Figure1Info | { readonly diverged: OptimizerName } | null> {
  const seeds = Array.from({ length: SEEDS }, (_, i) => about.seed + i);
  const sweep = async (
    optimizer: OptimizerName,
    settings: readonly { readonly rate: number; readonly metaRate: number }[],
  ): Promise<{ readonly best: Setting; readonly all: Sweep } | { readonly diverged: OptimizerName } | null> => {
    const all: Setting[] = [];
    for (const setting of settings) {
      const runs: (readonly Measured[])[] = [];
      for (const seed of seeds) {
        runs.push(await trial({ optimizer, ...setting, seed }));
        if (stopped()) return null;
      }
      all.push({ ...setting, runs });
    }
    const summaries = all.map((one) => summary(one, scale));
    const best = summaries.reduce((found, one, i) => (better(one, summaries[found]!) ? i : found), 0);
    return summaries[best]!.accuracy === null ? { diverged: optimizer } : { best: all[best]!, all: summaries };
  };
  const plain = await sweep('sgd', RATES.map((rate) => ({ rate, metaRate: 0 })));
  if (plain === null || 'diverged' in plain) return plain;
  const learned = META_RATES.map((metaRate) => ({ rate: plain.best.rate, metaRate }));
  const standard = await sweep('meta', learned);
  if (standard === null || 'diverged' in standard) return standard;
  const optimistic = await sweep('optimistic', learned);
  if (optimistic === null || 'diverged' in optimistic) return optimistic;
  const sweeps = { sgd: plain, meta: standard, optimistic };
  const differences = ([['optimistic', 'meta'], ['optimistic', 'sgd'], ['meta', 'sgd']] as const).map(([one, other]) => {
    const paired = (measure: (run: readonly Measured[]) => number): Interval =>
      interval(seeds.map((_, i) => measure(sweeps[one].best.runs[i]!) - measure(sweeps[other].best.runs[i]!)));
    return { one, other, loss: paired((run) => area(run, scale)), accuracy: paired((run) => run.at(-1)!.accuracy) };
  });
  const { heldOut, ...size } = scale;
  return {
    ...about,
    seeds,
    ...size,
    heldOut,
    differences,
    curves: (['sgd', 'meta', 'optimistic'] as const).map((optimizer) => {
      const { best: { rate, metaRate, runs }, all } = sweeps[optimizer];
      return {
        optimizer,
        best: { rate, metaRate },
        sweep: all,
        points: runs[0]!.map(({ step }, i) => ({ step, accuracy: interval(runs.map((run) => run[i]!.accuracy)), loss: interval(runs.map((run) => run[i]!.loss)) })),
      };
    }),
    claim: { id: 'figure-1-acceleration', ...judge(differences) },
  };
}

/**
 * "Optimism is critical for meta-learning to achieve acceleration": with it the held-out loss falls sooner than without and than SGD's. At one
 * scale, on three seeds, an experiment and no theorem.
 */
export function judge(differences: Figure1Info['differences']): { readonly verdict: 'holds' | 'refuted' | 'inconclusive'; readonly reason: string } {
  const against = differences.filter(({ one }) => one === 'optimistic');
  const names = { meta: 'standard meta-learning', sgd: 'SGD', optimistic: 'itself' } as const;
  const list = (found: typeof against): string => found.map(({ other }) => names[other]).join(' and ');
  const slower = against.filter(({ loss }) => loss.low > 0);
  if (slower.length > 0)
    return { verdict: 'refuted', reason: `at this scale the held-out loss falls later under optimistic meta-learning than under ${list(slower)}: the whole interval is above 0` };
  const faster = against.filter(({ loss }) => loss.high < 0);
  if (against.length > 0 && faster.length === against.length)
    return { verdict: 'holds', reason: `at this scale the held-out loss falls sooner under optimistic meta-learning than under ${list(faster)}: the whole intervals are below 0` };
  return {
    verdict: 'inconclusive',
    reason: `at this scale three seeds do not tell optimistic meta-learning apart from ${list(against.filter((one) => !faster.includes(one)))}: 0 is in the interval`,
  };
}
