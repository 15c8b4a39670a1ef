import process from 'node:process';

/** How many times as fast as the other one program is: the quartiles of rounds in which both took their turn, and what each took by its median. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly ours: number;
  readonly theirs: number;
}

type Cost = () => number | Promise<number>;

/** Both take turns, and the order changes each time; what they return is their cost. The first rounds warm up. */
export async function byTurns(rounds: number, ours: Cost, theirs: Cost, warmUp = 1): Promise<Ratio> {
  const pairs: { readonly ours: number; readonly theirs: number }[] = [];
  for (let i = 0; i < warmUp + rounds; i++) {
    const first = i % 2 === 0;
    const a = await (first ? ours : theirs)();
    const b = await (first ? theirs : ours)();
    if (i >= warmUp) pairs.push(first ? { ours: a, theirs: b } : { ours: b, theirs: a });
  }
  return ratioOf(pairs);
}

/** From what both cost in each round. */
export function ratioOf(pairs: readonly { readonly ours: number; readonly theirs: number }[]): Ratio {
  const ratios = pairs.map((pair) => pair.theirs / pair.ours);
  return {
    median: quantile(ratios, 0.5),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
    ours: quantile(pairs.map((pair) => pair.ours), 0.5),
    theirs: quantile(pairs.map((pair) => pair.theirs), 0.5),
  };
}

export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Milliseconds of processor time: on a machine with others on it, those of the clock say how busy the others are. */
export function processorTime(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** The slope of log y over log x, by least squares. */
export function exponent(xs: readonly number[], ys: readonly number[]): number {
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(u), mean(v)];
  return u.reduce((sum, x, i) => sum + (x - a) * (v[i]! - b), 0) / u.reduce((sum, x) => sum + (x - a) ** 2, 0);
}
