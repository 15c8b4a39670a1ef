/** The plot of a path: drawn apart from what reads it, as a plot takes time to load. */

import type { ClaimResult } from '../src/verdict.js';
import { chartHtml, type Series } from './line-chart.js';
import type { Html } from './markup.js';
import { pathOf } from './paths.js';

/** Null where there is no path, or fewer than two steps of it that can be drawn. */
export function pathPlot({ id, counterexample }: ClaimResult): Html | null {
  const path = pathOf(counterexample);
  if (path === null) return null;
  const { name, entry, steps } = path;
  const points = (whose: 'gave' | 'method'): Series['points'] => steps.map((step) => [step.t, Number.isFinite(step.entry[whose]) ? step.entry[whose] : null]);
  const values = steps.flatMap((step) => [step.entry.gave, step.entry.method]).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Beyond half of the largest double the axis has no length.
  if (steps.length < 2 || values.length < 2 || !Number.isFinite(2 * (high - low))) return null;
  const every = Math.ceil(steps.length / 8);
  const room = high > low ? 0.08 * (high - low) : Math.max(1, Math.abs(high)) / 10;
  return chartHtml({
    id: `path-${id}`,
    title: `${id}: the optimizer’s path beside the method’s`,
    description: 'Two lines that are one up to the step at which the optimizer parts from the method. The table has every number.',
    columns: 1,
    size: { width: 380, height: 210 },
    panels: [{
      title: id,
      x: { label: 'step', scale: 'linear', min: steps[0]!.t, max: steps.at(-1)!.t, ticks: steps.filter((_, i) => i % every === 0).map(({ t }) => t) },
      y: { label: entry === null ? name : `${name}, entry ${entry}`, scale: 'linear', min: low - room, max: high + room },
      series: [{ name: 'the method', points: points('method') }, { name: 'this optimizer', points: points('gave') }],
    }],
  });
}
