/** Figure 2: as a chart, and as a table. */

import type { Figure2Info } from '../src/verdict.js';
import type { Axis, Chart, Panel } from './line-chart.js';

/** In the order in which they are drawn, each learner with the baseline that it is compared with. */
const PAIRS = [{ learner: 'Meta-Momentum', baseline: 'momentum' }, { learner: 'Meta-AdaGrad', baseline: 'AdaGrad' }] as const;

type Problem = Figure2Info['problems'][number];

const lossOf = ({ curves }: Problem, method: string): number => curves.find((curve) => curve.method === method)?.cumulative ?? NaN;

/** What differs by less is equal: six digits are kept. */
const MARGIN = 1e-5;

/** A sentence for each learner: on how many problems its best is worse than the best of its baseline. */
export function figure2Findings({ problems }: Figure2Info): string[] {
  return PAIRS.map(({ learner, baseline }) => {
    const worse = problems.filter((problem) => !(lossOf(problem, learner) <= lossOf(problem, baseline) * (1 + MARGIN))).length;
    const better = problems.filter((problem) => lossOf(problem, learner) < lossOf(problem, baseline) * (1 - MARGIN)).length;
    return `${learner} is better than ${baseline} on ${better}, and worse on ${worse}, of ${problems.length} problems.`;
  });
}

const settings = (best: { readonly [symbol: string]: number }): string => Object.entries(best).map(([name, value]) => `${name} = ${Number(value.toPrecision(3))}`).join(', ');

/** Σ f(x_t) of each method on each problem, and with which hyper-parameters. */
export function figure2Table({ problems, iterations }: Figure2Info): { readonly title: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    title: `Σ f(x_t) over ${iterations} iterations with the best hyper-parameters of the sweep`,
    head: ['Condition number', ...(problems[0]?.curves.map(({ method }) => method) ?? [])],
    rows: problems.map(({ condition, curves }) => [condition.toPrecision(3), ...curves.map(({ cumulative, best }) => `${cumulative.toPrecision(4)} (${settings(best)})`)]),
  };
}

const decade = (x: number, round: (x: number) => number): number => 10 ** round(Math.log10(x));

/** The top row: losses with the best hyper-parameters. The bottom row: cumulative losses by learning rate. */
export function figure2Chart(info: Figure2Info): Chart {
  const { problems, iterations } = info;
  const all = problems.flatMap(({ curves }) => curves);
  const sums = all.flatMap(({ sensitivity }) => sensitivity.flatMap(({ cumulative }) => cumulative ?? []));
  const starts = all.map(({ losses }) => losses[0] ?? 1);
  const losses: Axis = { label: 'f(x)', scale: 'log', min: 1e-8, max: decade(Math.max(...starts), Math.ceil) };
  // What does not descend at all has about 100 f(x_0): beyond, it diverges, and how far does not matter.
  const totals: Axis = { label: 'Σ f(x)', scale: 'log', min: decade(Math.max(1e-8, Math.min(...sums)), Math.floor), max: decade(iterations * Math.max(...starts), Math.ceil) };
  const rates = all.flatMap(({ sensitivity }) => sensitivity.map(({ rate }) => rate).filter((rate) => rate > 0));
  const top = problems.map(({ condition, curves }): Panel => ({
    title: `condition number ${Math.round(condition)}`,
    x: { label: 'iteration', scale: 'linear', min: 0, max: iterations },
    y: losses,
    series: curves.map((curve) => ({ name: curve.method, points: curve.losses.map((loss, t) => [t, loss]) })),
  }));
  const bottom = problems.map(({ curves }): Panel => ({
    title: '',
    x: { label: 'η, or β', scale: 'log', min: Math.min(...rates), max: Math.max(...rates) },
    y: totals,
    series: curves.map((curve) => ({ name: curve.method, points: curve.sensitivity.filter(({ rate }) => rate > 0).map(({ rate, cumulative }) => [rate, cumulative]) })),
  }));
  return {
    id: 'figure-2',
    title: `Figure 2: ${problems.length} ill-conditioned quadratics, seed ${info.seed}`,
    description: `Top: loss by iteration with the best hyper-parameters. Bottom: cumulative loss by learning rate, with the best of the other hyper-parameters. ${
      figure2Findings(info).join(' ')
    }`,
    columns: problems.length,
    size: { width: 226, height: 180 },
    panels: [...top, ...bottom],
  };
}
