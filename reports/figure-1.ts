/** Figure 1: as a chart, and as tables. */

import type { Figure1Info, Interval } from '../src/verdict.js';
import type { Chart, Panel } from './line-chart.js';

const NAMES = { sgd: 'SGD', meta: 'standard meta-learning', optimistic: 'optimistic meta-learning' } as const;

const digits = (x: number): string => String(Number(x.toPrecision(3))).replace('-', '−');
const within = ({ mean, low, high }: Interval): string => `${digits(mean)} [${digits(low)}, ${digits(high)}]`;
const finite = ({ low, high }: Interval): boolean => Number.isFinite(low) && Number.isFinite(high);

export interface Figure1Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What each optimizer comes to, and how they differ. */
export function figure1Tables({ curves, differences, steps }: Figure1Info): readonly Figure1Table[] {
  return [
    {
      title: `After ${steps} steps, with the best hyper-parameter of the sweep: mean and 95 % interval over three seeds`,
      head: ['Optimizer', 'Best', 'Held-out accuracy', 'Held-out loss'],
      rows: curves.map(({ optimizer, best, points }) => {
        const last = points.at(-1);
        return [
          NAMES[optimizer],
          optimizer === 'sgd' ? `η = ${best.rate}` : `w_1 = ${best.rate}, β = ${best.metaRate}`,
          ...(last === undefined ? ['–', '–'] : [within(last.accuracy), within(last.loss)]),
        ];
      }),
    },
    {
      title: 'Differences, seed by seed',
      head: ['One less the other', 'Held-out loss, mean over the run', 'Held-out accuracy at the end'],
      rows: differences.map(({ one, other, loss, accuracy }) => [`${NAMES[one]} − ${NAMES[other]}`, within(loss), within(accuracy)]),
    },
  ];
}

/** Held-out accuracy, as in the paper, and loss, by step. */
export function figure1Chart(info: Figure1Info): Chart {
  const { curves, steps, model, claim } = info;
  const series = (measure: 'accuracy' | 'loss'): Panel['series'] =>
    curves.map(({ optimizer, points }) => ({
      name: NAMES[optimizer],
      points: points.map((point) => [point.step, point[measure].mean]),
      band: points.filter((point) => finite(point[measure])).map((point) => [point.step, point[measure].low, point[measure].high]),
    }));
  const x = { label: 'step', scale: 'linear', min: 0, max: steps } as const;
  const highest = Math.max(...curves.flatMap(({ points }) => points.map(({ loss }) => loss.mean)).filter(Number.isFinite));
  return {
    id: 'figure-1',
    title: `Figure 1 at another scale: ${model}, ${steps} steps, seeds ${info.seeds.join(', ')}`,
    description: `Held-out accuracy and loss by training step, mean and 95 % confidence interval over three seeds. ${claim.id}: ${claim.verdict}, ${claim.reason}.`,
    columns: 2,
    size: { width: 400, height: 260 },
    panels: [
      { title: 'held-out accuracy', x, y: { label: 'accuracy', scale: 'linear', min: 0, max: 1 }, series: series('accuracy') },
      { title: 'held-out loss', x, y: { label: 'loss', scale: 'linear', min: 0, max: highest }, series: series('loss') },
    ],
  };
}
