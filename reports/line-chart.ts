/** Line charts: a grid of panels that share a legend, as both figures of the paper are. */

import * as Plot from '@observablehq/plot';
import { type Html, html } from './markup.js';
import { plotFile, plotHtml, type Options, type Words } from './plots.js';
import { shortValue } from './wording.js';

export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  readonly min: number;
  readonly max: number;
  /** Left out: some four, of a linear scale, and powers of ten. */
  readonly ticks?: readonly number[];
}

export interface Series {
  readonly name: string;
  /** y is null where there is none. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Around the line: an interval at each x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most four: each has a colour and dashes by its place, the same in every panel. */
  readonly series: readonly Series[];
}

export interface Chart extends Words {
  readonly columns: number;
  /** Of one panel, with its words. */
  readonly size: { readonly width: number; readonly height: number };
  readonly panels: readonly Panel[];
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const power = (value: number): string => {
  const exponent = Math.round(Math.log10(value));
  return `10${exponent < 0 ? '⁻' : ''}${Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;
};

/** Some four to six powers of ten. */
function powers({ min, max }: Axis): readonly number[] {
  const [first, last] = [Math.ceil(Math.log10(min) - 1e-9), Math.floor(Math.log10(max) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first) / 5));
  return Array.from({ length: Math.max(0, Math.floor((last - first) / every)) + 1 }, (_, i) => 10 ** (first + i * every));
}

const scaleOf = (axis: Axis): Plot.ScaleOptions => ({
  type: axis.scale,
  domain: [axis.min, axis.max],
  label: axis.label,
  labelArrow: 'none',
  grid: true,
  clamp: true,
  ...(axis.scale === 'log' ? { ticks: powers(axis), tickFormat: power } : axis.ticks === undefined ? { ticks: 4 } : { ticks: axis.ticks, tickFormat: String }),
});

/** A line with no more than the first of the points that lie outside of the axis. */
function visible({ points }: Series, { scale, min, max }: Axis): readonly (readonly [number, number | null])[] {
  const known = points.map(([x, y]) => [x, y === null || !Number.isFinite(y) ? null : scale === 'log' ? Math.max(y, Number.MIN_VALUE) : y] as const);
  const inside = (y: number | null | undefined): boolean => y !== null && y !== undefined && y >= min && y <= max;
  return known.map(([x, y], i) => [x, inside(y) || inside(known[i - 1]?.[1]) ? y : null] as const);
}

function panelOptions({ title, x, y, series }: Panel, { width, height }: Chart['size']): Options {
  return {
    width,
    height,
    marginLeft: 44,
    marginRight: 14,
    marginTop: 34,
    marginBottom: 36,
    x: { ...scaleOf(x), labelAnchor: 'center' },
    y: scaleOf(y),
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -30, text: (text: string) => text, className: 'head' }),
      Plot.frame({ anchor: 'left' }),
      Plot.frame({ anchor: 'bottom' }),
      ...series.flatMap(({ band = [] }, i) => (band.length === 0 ? [] : [Plot.areaY(band, { x: '0', y1: '1', y2: '2', className: `band b${i}` })])),
      ...series.map((one, i) => Plot.line(visible(one, y), { className: `line s${i}` })),
    ],
  };
}

const ENTRY = 165;
/** What fits beside a line of the legend. */
const LETTERS = 24;

/** What each kind of line stands for. */
function legendOptions(names: readonly string[], width: number): Options {
  const across = Math.max(1, Math.min(names.length, Math.floor(width / ENTRY)));
  const rows = Math.ceil(names.length / across);
  const at = (i: number): readonly [x: number, y: number] => [8 + ENTRY * (i % across), 10 + 18 * Math.floor(i / across)];
  return {
    width,
    height: 18 * rows + 4,
    margin: 0,
    x: { axis: null, domain: [0, width] },
    y: { axis: null, domain: [18 * rows + 4, 0] },
    marks: names.flatMap((name, i) => {
      const [x, y] = at(i);
      return [
        Plot.link([0], { x1: x, x2: x + 28, y1: y, y2: y, className: `line s${i}` }),
        Plot.text([shortValue(name, LETTERS)], { x: x + 34, y, text: (text: string) => text, textAnchor: 'start' }),
      ];
    }),
  };
}

const namesOf = ({ panels }: Chart): readonly string[] => panels[0]?.series.map(({ name }) => name) ?? [];

/** The chart as a part of a page: as many columns beside each other as there is room for. */
export function chartHtml(chart: Chart): Html {
  const { id, title, description, size, panels, columns } = chart;
  const names = namesOf(chart).join(', ');
  const legend = { id: `${id}-legend`, title: `${title}: what the lines are`, description: names };
  // What the chart shows as a whole is told once.
  const about = (panel: Panel, i: number): Words => ({
    id: `${id}-${i + 1}`,
    title: [panel.title || panels[i % columns]?.title, `${panel.y.label} by ${panel.x.label}`].filter(Boolean).join(', '),
    description: i === 0 ? description : `A line for each of ${names}.`,
  });
  return html`<div class="chart-legend">${plotHtml(legend, legendOptions(namesOf(chart), 2 * ENTRY))}</div>
<div class="panels">${
    panels.slice(0, columns).map((_, column) =>
      html`<div>${panels.map((panel, i) => (i % columns === column ? plotHtml(about(panel, i), panelOptions(panel, size)) : null))}</div>`
    )
  }</div>`;
}

/** The chart as a file of its own, in light and dark. */
export function chartFile(chart: Chart): string {
  const { columns, size, panels } = chart;
  return plotFile(chart, [legendOptions(namesOf(chart), columns * size.width), ...panels.map((panel) => panelOptions(panel, size))], columns);
}
